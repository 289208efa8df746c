(function (k) {
  "use strict";
  // node:timers: the functions of the global object, and what util.promisify makes of them.
  const p = k.primordials;
  const { setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval } = k.timers;
  const custom = p.SymbolFor("nodejs.util.promisify.custom");
  const promises = () => k.load("node/timers_promises");
  p.ArrayPrototypeForEach([setTimeout, setImmediate], (run) => {
    if (p.ObjectHasOwn(run, custom)) return;
    p.ObjectDefineProperty(run, custom, {
      __proto__: null, enumerable: true, configurable: true,
      get: () => promises()[run === setTimeout ? "setTimeout" : "setImmediate"],
    });
  });
  return p.ObjectDefineProperty(
    { setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval },
    "promises", { __proto__: null, enumerable: true, configurable: true, get: promises });
})
