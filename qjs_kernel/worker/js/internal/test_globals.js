(function (k) {
  "use strict";
  // `import "test"`: the test runner's names become globals, and can be imported: `import test, { expect } from "test"`.
  const p = k.primordials;
  const control = k.load("internal/test_run");
  control.installGlobals();
  const names = control.names();
  const test = function test(...args) {
    return p.ReflectApply(names.test, this, args);
  };
  const copy = (source) => {
    const keys = p.ObjectKeys(source);
    for (let i = 0; i < keys.length; i++)
      p.ObjectDefineProperty(test, keys[i], {
        __proto__: null,
        value: source[keys[i]],
        writable: true,
        enumerable: true,
        configurable: true,
      });
  };
  copy(names.test);
  copy(names);
  return test;
})
