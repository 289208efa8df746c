(function (k) {
  "use strict";
  // node:module: createRequire and the names of the built-in modules.
  const p = k.primordials;
  const { Module, cache, makeRequire } = k.load("internal/cjs");

  const pathOf = (from) => {
    const isURL = typeof from === "object" && from !== null && typeof from.href === "string";
    const text = isURL ? from.href : from;
    if (typeof text === "string" && p.StringPrototypeStartsWith(text, "file:")) return k.load("node/url").fileURLToPath(text);
    if (typeof text === "string" && p.StringPrototypeStartsWith(text, "/")) return text;
    throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE",
      `The argument 'filename' must be a file URL object, file URL string, or absolute path string. Received ${k.inspect(from)}`);
  };
  const extra = ["fs", "fs/promises", "process"];
  const names = k.text.list(); // `concat` and `filter` would ask for Array[Symbol.species]
  const addName = (name) => { if (name !== "test") p.ArrayPrototypePush(names, name); };
  p.ArrayPrototypeForEach(k.builtinNames, addName);
  p.ArrayPrototypeForEach(extra, addName);
  const builtinModules = p.ObjectSetPrototypeOf(p.ArrayPrototypeSort(names), p.Array.prototype);

  Module.Module = Module;
  Module.builtinModules = builtinModules;
  Module.createRequire = (from) => makeRequire(pathOf(from), undefined);
  Module.isBuiltin = (name) => typeof name === "string" && k.isBuiltin(name);
  Module.syncBuiltinESMExports = () => {};
  Module.findSourceMap = () => undefined;
  Module.register = () => {
    throw k.codeError(p.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
      "module.register() is not available in the sandbox: imports are resolved by the host. Mount a file instead");
  };
  Module._cache = cache;
  Module._load = (id) => makeRequire("/src/index.ts", undefined)(id);
  Module._resolveFilename = (id) => makeRequire("/src/index.ts", undefined).resolve(id);
  Module._extensions = { __proto__: null };
  Module.globalPaths = [];
  return Module;
})
