(function (k) {
  "use strict";
  // node:test. The module is the function `test`; what runs the tests stands in internal/test_*.js.
  const p = k.primordials;
  k.load("internal/test_run");
  const { test, describe, before, after, beforeEach, afterEach } = k.load("internal/test_declare")("node");

  // `skip`, `todo` and `only` stand on `test` already.
  const exports = {
    __proto__: null,
    after,
    afterEach,
    before,
    beforeEach,
    describe,
    it: test,
    run() {
      throw k.codeError(
        p.Error,
        "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
        "run() of node:test is not available in the sandbox: it would start a process for every file. Import the files of tests, they run after the module",
      );
    },
    suite: describe,
    test,
  };
  const names = p.ObjectKeys(exports);
  for (let i = 0; i < names.length; i++)
    p.ObjectDefineProperty(test, names[i], {
      __proto__: null,
      value: exports[names[i]],
      writable: true,
      configurable: true,
      enumerable: true,
    });
  p.ObjectDefineProperty(test, "mock", {
    __proto__: null,
    value: k.load("internal/mock").newTracker(),
    writable: true,
    configurable: true,
    enumerable: true,
  });
  return test;
})
