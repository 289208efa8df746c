(function (k) {
  "use strict";
  // What is loaded when a program first asks for it: the built-in modules and the globals that are made lazily, each
  // by the file that makes it. A file is evaluated once a guest; what it returns is part of the guest's heap.
  const p = k.primordials;
  const { ObjectDefineProperty, ObjectGetOwnPropertyDescriptor } = p;
  const G = p.globalThis;

  const loaded = { __proto__: null };
  const loading = { __proto__: null };
  k.load = (file) => {
    const known = loaded[file];
    if (known !== undefined) return known.value;
    if (loading[file]) throw new p.Error(`${file} needs itself while it is loaded`);
    const make = k.script(file);
    if (typeof make !== "function") throw make ?? new p.Error(`there is no file ${file}`);
    loading[file] = true;
    try {
      const value = make(k);
      loaded[file] = { __proto__: null, value };
      return value;
    } finally { loading[file] = false; }
  };

  // Built-in modules: the file whose value the module is, and the property of it that is meant.
  const modules = {
    __proto__: null,
    assert: ["node/assert"], "assert/strict": ["node/assert", "strict"], async_hooks: ["node/async_hooks"],
    buffer: ["node/buffer"], console: ["node/console"], constants: ["node/constants"], crypto: ["node/crypto"],
    diagnostics_channel: ["node/diagnostics_channel"], events: ["node/events"], module: ["node/module"],
    os: ["node/os"], path: ["node/path"], "path/posix": ["node/path", "posix"], "path/win32": ["node/path", "win32"],
    perf_hooks: ["node/perf_hooks"], punycode: ["node/punycode"], querystring: ["node/querystring"],
    readline: ["node/readline"], "readline/promises": ["node/readline_promises"], stream: ["node/stream"],
    "stream/consumers": ["node/stream_consumers"], "stream/promises": ["node/stream_promises"],
    "stream/web": ["web/streams"], string_decoder: ["node/string_decoder"], sys: ["node/util"], test: ["node/test"],
    timers: ["node/timers"], tty: ["node/tty"], "timers/promises": ["node/timers_promises"], url: ["node/url"], util: ["node/util"],
    "util/types": ["node/util", "types"], zlib: ["node/zlib"],
    // Ours: what `import "test"` means, the way other sandboxes switch their test runner on.
    "test/globals": ["internal/test_globals"],
  };
  k.builtinNames = p.ArrayPrototypeFilter(p.ObjectKeys(modules), (name) => name !== "test/globals");
  k.builtin = (name) => {
    const made = k.builtins[name];
    if (made !== undefined) return made;
    const entry = modules[name];
    if (entry === undefined) return undefined;
    const value = k.load(entry[0]);
    return entry.length === 1 ? value : value[entry[1]];
  };

  // CommonJS. `held` is where the module that imports a namespace for `require` leaves it.
  let held;
  k.hold = (namespace) => { held = namespace; };
  k.importNow = (canonical) => {
    held = undefined;
    const { 0: state, 1: value } = k.promiseState(k.evaluateModule(canonical));
    const namespace = held;
    held = undefined;
    return { __proto__: null, state, value: state === 1 ? namespace : value };
  };
  // import() in a CommonJS module: the engine knows all scripts by one name, so the name says who asks.
  k.importFrom = (canonical, specifier) => import(`qjs:from ${p.JSONStringify(canonical)} ${specifier}`);
  k.requireModule = (canonical) => k.load("internal/cjs").run(canonical);
  k.named = (exports, name, of) => {
    if (exports !== null && exports !== undefined) {
      const value = exports[name];
      if (value !== undefined || name in p.Object(exports)) return value;
    }
    throw new p.SyntaxError(`The requested module '${of}' does not provide an export named '${name}' (a type is imported with \`import type\`)`);
  };

  k.isBuiltin = (id) => {
    const prefixed = p.StringPrototypeStartsWith(id, "node:");
    const name = prefixed ? p.StringPrototypeSlice(id, 5) : id;
    if (name === "test" || name === "test/globals") return prefixed && name === "test";
    return modules[name] !== undefined || name === "fs" || name === "fs/promises" || name === "process";
  };

  const define = (target, key, value, enumerable) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable });
  k.hidden = (target, key, value) => define(target, key, value, false);
  // An accessor that becomes a plain property when it is first read or written.
  k.lazy = (target, key, make, enumerable = false) => {
    const get = () => {
      const value = make();
      const now = ObjectGetOwnPropertyDescriptor(target, key);
      if (now !== undefined && now.get === get) {
        try { define(target, key, value, enumerable); } catch { /* frozen by user code */ }
      }
      return value;
    };
    p.WeakSetPrototypeAdd(k.ownGetters, get);
    ObjectDefineProperty(target, key, { __proto__: null, configurable: true, enumerable, get,
      set(value) { define(this ?? target, key, value, enumerable); } });
  };
  const globals = {
    __proto__: null,
    "web/abort": ["AbortController", "AbortSignal"],
    "web/blob": ["Blob", "File"],
    "web/clone": ["structuredClone"],
    "web/crypto": ["crypto", "Crypto", "CryptoKey", "SubtleCrypto"],
    "web/dialogs": ["prompt", "confirm", "alert"],
    "web/domexception": ["DOMException"],
    "web/encoding": ["TextEncoder", "TextDecoder"],
    "web/events": ["Event", "EventTarget", "CustomEvent", "ErrorEvent", "MessageEvent"],
    "web/fetch": ["fetch", "Headers", "Request", "Response", "FormData"],
    "web/intl": ["Intl"],
    "web/messaging": ["MessageChannel", "MessagePort", "BroadcastChannel"],
    "web/navigator": ["navigator", "Navigator"],
    // The engine's own `performance` would run backwards after a restore.
    "web/performance": ["performance", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure",
      "PerformanceObserver", "PerformanceObserverEntryList", "PerformanceResourceTiming"],
    "web/streams": ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "WritableStream",
      "WritableStreamDefaultWriter", "TransformStream", "ByteLengthQueuingStrategy", "CountQueuingStrategy",
      "TextEncoderStream", "TextDecoderStream", "CompressionStream", "DecompressionStream",
      "ReadableStreamDefaultController", "ReadableByteStreamController", "ReadableStreamBYOBRequest",
      "WritableStreamDefaultController", "TransformStreamDefaultController"],
    "web/url": ["URL", "URLSearchParams"],
    "node/buffer": ["Buffer"],
    "internal/display": ["display", "html", "md", "svg", "clear", "Deno"],
    // The engine has these, with messages of its own.
    "internal/buffer_more": ["atob", "btoa"],
  };
  k.lazy(G, "require", () => k.load("internal/cjs").makeRequire("/src/index.ts", undefined));
  const files = p.ObjectKeys(globals);
  for (let i = 0; i < files.length; i++) {
    const names = globals[files[i]];
    for (let j = 0; j < names.length; j++) {
      k.lazy(G, names[j], () => k.load(files[i])[names[j]], names[j] === "structuredClone" || names[j] === "fetch");
    }
  }

  const { process } = k;
  k.lazy(process, "stdin", () => k.load("internal/stdin").stdin, true);
  k.lazy(process, "stdout", () => k.load("internal/stdout").stdout, true);
  k.lazy(process, "stderr", () => k.load("internal/stdout").stderr, true);
  k.lazy(process, "allowedNodeEnvironmentFlags", () => new p.Set(), true);
  const events = ["on", "once", "off", "emit", "addListener", "removeListener", "removeAllListeners", "prependListener",
    "prependOnceListener", "listeners", "rawListeners", "listenerCount", "eventNames", "setMaxListeners", "getMaxListeners"];
  for (let i = 0; i < events.length; i++) k.lazy(process, events[i], () => k.load("internal/process_events")[events[i]], true);
  k.lazy(p.globalThis.console, "Console", () => k.load("node/console").Console);

  // ---- toLocaleString and its relatives: the engine's know no locales. Loaded at the first call. ----
  {
    const intl = () => k.load("internal/intl_methods");
    const text = (value, name) => {
      if (value === null || value === undefined) throw new p.TypeError(`String.prototype.${name} called on null or undefined`);
      return `${value}`;
    };
    const replace = (prototype, methods, length) => {
      const keys = p.ObjectKeys(methods);
      for (let i = 0; i < keys.length; i++) {
        ObjectDefineProperty(methods[keys[i]], "length", { __proto__: null, value: length, configurable: true });
        define(prototype, keys[i], methods[keys[i]], false);
      }
    };
    replace(p.Number.prototype, { toLocaleString(l, o) { return intl().number(p.NumberPrototypeValueOf(this), l, o); } }, 0);
    replace(p.BigInt.prototype, { toLocaleString(l, o) { return intl().number(p.BigIntPrototypeValueOf(this), l, o); } }, 0);
    replace(p.Date.prototype, {
      toLocaleString(l, o) { return intl().dateTime(this, l, o); },
      toLocaleDateString(l, o) { return intl().dateOnly(this, l, o); },
      toLocaleTimeString(l, o) { return intl().timeOnly(this, l, o); },
    }, 0);
    replace(p.Array.prototype, { toLocaleString(l, o) { return intl().ofArray(this, l, o); } }, 0);
    replace(p.TypedArray.prototype, { toLocaleString(l, o) { return intl().typed(this, l, o, p.TypedArrayPrototypeGetLength(this)); } }, 0);
    replace(p.String.prototype, {
      toLocaleLowerCase(l) { const s = text(this, "toLocaleLowerCase"); return l === undefined ? p.StringPrototypeToLowerCase(s) : intl().lower(s, l); },
      toLocaleUpperCase(l) { const s = text(this, "toLocaleUpperCase"); return l === undefined ? p.StringPrototypeToUpperCase(s) : intl().upper(s, l); },
    }, 0);
    replace(p.String.prototype, { localeCompare(that, l, o) { return intl().compare(text(this, "localeCompare"), `${that}`, l, o); } }, 1);
  }
})
