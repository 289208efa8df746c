(function (k) {
  "use strict";
  // `process`: what programs ask of it before they do anything else. Nothing here tells about the real host.
  const p = k.primordials;
  const hidden = (target, key, value) =>
    p.ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  k.builtins = { __proto__: null };
  const process = {
    title: "qjs", platform: "qjs", arch: "wasm32", version: "v20.0.0", versions: { node: "20.0.0", quickjs: "ng" },
    argv: ["qjs", "/src/index.ts"], execArgv: [], exitCode: undefined, pid: 1, env: {},
    cwd: () => "/",
    uptime: () => k.now() / 1000,
    nextTick: (callback, ...args) => {
      if (typeof callback !== "function") throw new p.TypeError('The "callback" argument must be of type function.');
      p.queueMicrotask(() => { p.ReflectApply(callback, undefined, args); });
    },
    getBuiltinModule: (id) => {
      const name = p.String(id);
      return k.builtins[p.StringPrototypeStartsWith(name, "node:") ? p.StringPrototypeSlice(name, 5) : name];
    },
  };
  hidden(process, p.SymbolToStringTag, "process");
  hidden(p.globalThis, "process", process);
  hidden(p.globalThis, "global", p.globalThis);
  k.process = process;
  k.builtins.process = process;
})
