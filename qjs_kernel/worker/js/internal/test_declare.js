(function (k) {
  "use strict";
  // test, describe and the hooks, in Node's manner (a body gets its context) or in Jest's and mocha's (it may get `done`).
  const p = k.primordials;
  const tree = k.load("internal/test_tree");

  return (style) => {
    const none = { __proto__: null };
    const flags = {
      skip: { __proto__: null, mode: "skip" },
      todo: { __proto__: null, mode: "todo" },
      only: { __proto__: null, only: true },
    };
    const declaration = (add, wait) => {
      const make = (extra, name) =>
        ({
          [name](title, options, fn) {
            const place = tree.place();
            const node = add(place, style, extra, title, options, fn);
            if (!wait) return undefined;
            // As in Node: a suite is complete before its tests run, so one that waited for them would never be.
            const inside = place.kind === "suite" && place.parent !== undefined;
            return inside ? p.PromiseResolve() : node.settled;
          },
        })[name];
      const declare = make(none, wait ? "test" : "describe");
      const put = (target, key, value) =>
        p.ObjectDefineProperty(target, key, {
          __proto__: null,
          value,
          writable: true,
          configurable: true,
          enumerable: true,
        });
      p.ArrayPrototypeForEach(p.ObjectKeys(flags), (key) => {
        const variant = make(flags[key], key);
        put(declare, key, variant);
        if (style === "jest") put(variant, "each", tree.makeEach(variant));
      });
      if (style === "jest") {
        put(declare, "each", tree.makeEach(declare));
        put(declare, "concurrent", declare);
        put(declare, "sequential", declare);
        put(declare, "skipIf", (condition) => (condition ? declare.skip : declare));
        put(declare, "runIf", (condition) => (condition ? declare : declare.skip));
        if (wait) {
          const failing = make({ __proto__: null, failing: true }, "failing");
          put(failing, "each", tree.makeEach(failing));
          put(declare, "failing", failing);
          put(declare, "fails", failing);
        }
      }
      return declare;
    };
    const hook = (which, name) =>
      ({
        [name](fn, options) {
          const node = tree.place();
          tree.addHook(node, which, style, fn, options);
        },
      })[name];
    return {
      __proto__: null,
      test: declaration(tree.addTest, true),
      describe: declaration(tree.addSuite, false),
      before: hook("before", "before"),
      after: hook("after", "after"),
      beforeEach: hook("beforeEach", "beforeEach"),
      afterEach: hook("afterEach", "afterEach"),
    };
  };
})
