(function (k) {
  "use strict";
  // `process`: what programs ask of it. Nothing here tells about the real host, and nothing reaches it; what a sandbox
  // cannot do says so. Made at boot: what is rarely asked for is an accessor that loads it (see the end of modules.js).
  const p = k.primordials;
  const { RangeError, MathFloor, BigInt, NumberIsInteger } = p;
  const hidden = (target, key, value) =>
    p.ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  k.builtins = { __proto__: null };

  const nanoseconds = () => BigInt(MathFloor(k.now() * 1e6));
  const hrtime = (before) => {
    const now = nanoseconds();
    const seconds = p.Number(now / 1_000_000_000n), rest = p.Number(now % 1_000_000_000n);
    if (before === undefined) return [seconds, rest];
    if (!p.ArrayIsArray(before)) throw k.invalidArgType("time", "an instance of Array", before);
    if (before.length !== 2) {
      throw k.codeError(RangeError, "ERR_OUT_OF_RANGE", `The value of "time" is out of range. It must be 2. Received ${before.length}`);
    }
    const s = seconds - before[0], n = rest - before[1];
    return n < 0 ? [s - 1, n + 1e9] : [s, n];
  };
  hrtime.bigint = nanoseconds;

  const exitCode = (given) => {
    if (given === undefined || given === null) return 0;
    const code = typeof given === "string" && given !== "" ? +given : given;
    if (typeof code !== "number") throw k.invalidArgType("code", "of type number", given);
    if (!NumberIsInteger(code)) {
      throw k.codeError(RangeError, "ERR_OUT_OF_RANGE", `The value of "code" is out of range. It must be an integer. Received ${given}`);
    }
    return code & 0xff;
  };
  const refuse = (what, instead) => function () {
    throw k.codeError(p.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `process.${what}() is not available in the sandbox: ${instead}`);
  };
  const memoryUsage = () => {
    const bytes = k.memorySize();
    return { rss: bytes, heapTotal: bytes, heapUsed: bytes, external: 0, arrayBuffers: 0 };
  };
  memoryUsage.rss = () => k.memorySize();
  let exiting = false;

  const process = {
    title: "qjs", version: "v20.19.0", versions: { node: "20.19.0", quickjs: "ng" }, platform: "linux", arch: "wasm32",
    release: { name: "node" }, features: { inspector: false, debug: false, ipv6: false, tls: false, typescript: "strip" },
    argv: ["/usr/bin/qjs", "/src/index.ts"], argv0: "qjs", execArgv: [], execPath: "/usr/bin/qjs",
    exitCode: undefined, pid: 1, ppid: 0, env: {}, config: { variables: {}, target_defaults: {} },
    cwd: () => "/",
    chdir: refuse("chdir", "paths are relative to /; use absolute paths"),
    umask: () => 0o22,
    uptime: () => k.now() / 1000,
    hrtime,
    memoryUsage,
    constrainedMemory: () => k.limits.memory ?? 0,
    availableMemory: () => p.MathMax(0, (k.limits.memory ?? 0) - k.memorySize()),
    cpuUsage: (before) => {
      const user = MathFloor(k.now() * 1000);
      return { user: before === undefined ? user : user - before.user, system: 0 };
    },
    resourceUsage: () => ({ userCPUTime: MathFloor(k.now() * 1000), systemCPUTime: 0, maxRSS: MathFloor(k.memorySize() / 1024) }),
    nextTick: (callback, ...args) => k.nextTick(callback, args),
    exit: (code) => {
      const number = exitCode(code === undefined ? process.exitCode : code);
      if (!exiting) {
        exiting = true;
        try { if (k.processEvents?.()) process.emit("exit", number); } finally { exiting = false; }
      }
      k.exit(number);
    },
    abort: () => k.exit(134),
    kill: refuse("kill", "there are no other processes; process.exit() ends the cell"),
    dlopen: refuse("dlopen", "native code cannot be loaded; use env functions"),
    binding: refuse("binding", "the engine is QuickJS, which has no Node internals"),
    emitWarning: (warning, type, code) => {
      const given = typeof type === "object" && type !== null ? type : { type, code };
      const name = typeof warning === "object" && warning !== null ? warning.name : given.type ?? "Warning";
      const text = typeof warning === "object" && warning !== null ? warning.message : warning;
      k.write(2, `(qjs) ${given.code ? `[${given.code}] ` : ""}${name}: ${text}\n`);
    },
    getuid: () => 1000, geteuid: () => 1000, getgid: () => 1000, getegid: () => 1000, getgroups: () => [1000],
    getActiveResourcesInfo: () => [],
    setUncaughtExceptionCaptureCallback: () => {}, hasUncaughtExceptionCaptureCallback: () => false,
    setSourceMapsEnabled: () => {},
    getBuiltinModule: (id) => {
      if (typeof id !== "string") throw k.invalidArgType("id", "of type string", id);
      const name = p.StringPrototypeStartsWith(id, "node:") ? p.StringPrototypeSlice(id, 5) : id;
      return k.isBuiltin(id) ? k.builtin(name) : undefined;
    },
  };
  hidden(process, p.SymbolToStringTag, "process");
  hidden(p.globalThis, "process", process);
  hidden(p.globalThis, "global", p.globalThis);
  k.process = process;
  k.builtins.process = process;
})
