(function (k) {
  "use strict";
  // `import "test"`: the test runner's names become globals.
  const runner = k.load("node/test");
  runner.installGlobals();
  return runner;
})
