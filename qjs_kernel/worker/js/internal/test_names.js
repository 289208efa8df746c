(function (k) {
  "use strict";
  // The names that a run of tests has as globals.
  return (runTests) => {
    const { test, describe, before, after, beforeEach, afterEach } = k.load("internal/test_declare")("jest");
    const { jest, vi, spyOn } = k.load("internal/test_jest");
    return {
      __proto__: null,
      describe,
      suite: describe,
      context: describe,
      test,
      it: test,
      specify: test,
      xit: test.skip,
      xtest: test.skip,
      fit: test.only,
      xdescribe: describe.skip,
      fdescribe: describe.only,
      before,
      beforeAll: before,
      after,
      afterAll: after,
      beforeEach,
      afterEach,
      expect: k.load("internal/expect"),
      jest,
      vi,
      spyOn,
      runTests,
    };
  };
})
