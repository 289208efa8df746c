(function (k) {
  "use strict";
  // The way in: the worker calls the function this file returns, with an operation letter and text. It keeps the
  // runs (a module being evaluated, a guest function the host called) and answers what became of them.
  const p = k.primordials;
  const {
    JSONParse, JSONStringify, StringPrototypeSlice, StringPrototypeIndexOf, MapPrototypeGet, MapPrototypeSet,
    MapPrototypeDelete, ObjectDefineProperty, ObjectPrototypeIsPrototypeOf, String: ToString,
    PromiseResolve, Promise: GuestPromise,
  } = p;
  const G = p.globalThis;
  p.Error.stackTraceLimit = 30;
  const hidden = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });

  // What generated modules use. Reachable by everybody, able to do nothing that user code could not do itself.
  const kinds = { __proto__: null, const: "constant", import: "an import", enum: "an enum", namespace: "a namespace" };
  const bind = (names) => {
    const keys = p.ObjectKeys(names);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i], getter = names[key][0], setter = names[key][1];
      // Only what generated modules hand over may be read by the way (`look`): it reads a binding and nothing else.
      if (typeof getter === "function" && p.FunctionPrototypeToString(getter) === `()=>${key}`) p.WeakSetPrototypeAdd(k.ownGetters, getter);
      try {
        ObjectDefineProperty(G, key, {
          __proto__: null, get: getter, configurable: true, enumerable: true,
          set: typeof setter === "function" ? setter : () => {
            throw new p.TypeError(`Assignment to constant variable '${key}'${setter === "const" ? "" : ` (${kinds[setter] ?? setter})`}`);
          },
        });
      } catch { /* a global that cannot be redefined (undefined, NaN): the module keeps its own */ }
    }
  };
  const builtin = (name) => k.builtin(ToString(name));
  ObjectDefineProperty(G, "__qjs__", { __proto__: null, writable: false, configurable: false, enumerable: false,
    value: p.ObjectFreeze({ __proto__: null, bind: p.ObjectFreeze(bind), builtin: p.ObjectFreeze(builtin),
      require: p.ObjectFreeze((name) => k.requireModule(ToString(name))), hold: p.ObjectFreeze((value) => k.hold(value)),
      error: p.ObjectFreeze((name, message) => k.makeError(ToString(name), ToString(message))),
      program: p.ObjectFreeze((path) => k.load("internal/cjs").program(ToString(path))),
      named: p.ObjectFreeze((exports, name, of) => k.named(exports, name, of)),
      watch: p.ObjectFreeze((value) => k.watch(value)), began: p.ObjectFreeze((id) => k.began(id)) }) });

  // env and process. User code may have frozen, redefined or replaced what is set here: nothing of it is assigned
  // to, every definition may fail, and what fails concerns that user code alone.
  const define = (target, key, value, enumerable) => {
    try {
      ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable });
    } catch { /* frozen by user code */ }
  };
  const setEnv = (text, data) => {
    const env = {};
    define(G, "env", env, false);
    const next = k.decode(text, data);
    const names = p.ObjectKeys(next);
    for (let i = 0; i < names.length; i++) define(env, names[i], next[names[i]], true);
    k.nameHostFunctions(next, 0);
  };
  const process = k.process;
  const setProcessEnv = (json) => {
    const values = JSONParse(json), keys = p.ObjectKeys(values), fresh = {};
    for (let i = 0; i < keys.length; i++) define(fresh, keys[i], values[keys[i]], true);
    define(process, "env", fresh, true);
  };
  let envError;

  // Runs
  const runs = new p.Map();
  const PENDING = 0, DONE = 1, FAILED = 2;
  k.began = (id) => {
    const run = typeof id === "number" ? MapPrototypeGet(runs, id) : undefined;
    if (run !== undefined) run.began = true;
  };
  const begin = (id, owner) => {
    const run = { __proto__: null, state: PENDING, value: undefined, promise: undefined, encoded: undefined, began: false, owner,
      display: false, large: false, shown: "" };
    MapPrototypeSet(runs, id, run);
    return run;
  };
  const isPromise = (value) => {
    try { return typeof value === "object" && value !== null && ObjectPrototypeIsPrototypeOf(GuestPromise.prototype, value); }
    catch { return false; }
  };
  const follow = (run, promise) => {
    run.promise = promise;
    k.then(promise,
      (value) => { run.state = DONE; run.value = value; },
      (error) => { run.state = FAILED; run.value = error; });
  };
  const fail = (run, error) => { run.state = FAILED; run.value = error; };
  const isThenable = (value) => (typeof value === "object" && value !== null || typeof value === "function")
    && typeof value.then === "function";
  const finishWith = (run, value) => {
    // Only what can be awaited costs a turn of the job queue.
    try {
      if (isThenable(value)) follow(run, PromiseResolve(value));
      else { run.state = DONE; run.value = value; }
    } catch (error) { fail(run, error); }
  };

  // A value's own way to be shown, a method called on it; undefined where it has none.
  const JUPYTER_DISPLAY = p.SymbolFor("Jupyter.display");
  const displayMethod = k.displayMethod = (value) => {
    if (typeof value !== "object" && typeof value !== "function" || value === null) return undefined;
    try {
      const method = value[JUPYTER_DISPLAY];
      if (typeof method === "function") return method;
      // Charts and elements of libraries that notebooks know by what they offer. Somebody's data is data.
      const prototype = p.ObjectGetPrototypeOf(value);
      if (prototype === null || prototype === p.Object.prototype || prototype === p.Array.prototype) return undefined;
      if (typeof value.toSpec === "function") return () => ({ __proto__: null, "application/vnd.vegalite.v5+json": value.toSpec() });
      const { outerHTML } = value;
      if (typeof outerHTML !== "string") return undefined;
      const type = p.StringPrototypeStartsWith(outerHTML, "<svg") ? "image/svg+xml" : "text/html";
      return () => ({ __proto__: null, [type]: outerHTML });
    } catch { return undefined; } // a proxy or a getter that throws: shown as the value it is
  };

  const startModule = (text) => {
    const { id, name, owner, tests, seconds, display } = JSONParse(text);
    const run = begin(id, owner);
    run.display = display === true;
    k.currentOwner = owner;
    k.newRun();
    if (envError !== undefined) { fail(run, envError); return ""; }
    // A run of tests: the runner's names are global meanwhile, and the value is its report.
    let runner;
    if (typeof tests === "string") {
      try {
        runner = k.load("internal/test_run");
        runner.start({ __proto__: null, only: tests, seconds });
      } catch (error) { fail(run, error); return ""; }
    }
    k.then(import(name),
      (wrapper) => {
        let value;
        // The program's own namespace, wrapped: it may export a `then`.
        try {
          value = wrapper.n.default;
          const { __qjs_f: forget } = wrapper.n;
          if (typeof forget === "function") forget();
          if (runner !== undefined) value = runner.finish(value);
          else if (k.afterModule !== undefined) value = k.afterModule(value);
        } catch (error) { fail(run, error); return; }
        finishWith(run, value);
      },
      (error) => {
        try { if (runner !== undefined) runner.cancel(); } finally { fail(run, error); }
      });
    return "";
  };

  const startCall = (text, data) => {
    const head = JSONParse(StringPrototypeSlice(text, 0, StringPrototypeIndexOf(text, "]") + 1));
    const id = head[0], fn = head[1], owner = head[2];
    const tokens = StringPrototypeSlice(text, StringPrototypeIndexOf(text, "]") + 1);
    const run = begin(id, owner);
    const outer = k.currentOwner;
    k.currentOwner = owner;
    try {
      const target = MapPrototypeGet(k.functions, fn);
      if (target === undefined) throw new p.ReferenceError("this function belongs to a state of the sandbox that is gone");
      finishWith(run, p.ReflectApply(target, undefined, k.decode(tokens, data)));
    } catch (error) { fail(run, error); }
    k.currentOwner = outer;
    return "";
  };

  // For a call while guest code stands still: what is there without running jobs.
  const immediate = (run) => {
    if (run.state !== PENDING || !isPromise(run.promise)) return;
    const found = k.promiseState(run.promise), state = found[0], value = found[1];
    if (state === 1) { run.state = DONE; run.value = value; }
    if (state === 2) { run.state = FAILED; run.value = value; }
  };

  // A large array is not handed over to be shown: it stays here, and what is sent is a function that gives it.
  const LARGE = 100_000;
  let kept;
  k.isLarge = (value) => {
    if (k.isProxy(value) || !p.ArrayIsArray(value)) return false; // isArray throws at a revoked one
    const first = p.ObjectGetOwnPropertyDescriptor(value, 0)?.value;
    const parts = typeof first === "object" && first !== null && !k.isProxy(first) ? 1 + p.ObjectKeys(first).length : 1;
    return value.length * parts > LARGE;
  };
  const keep = (value) => {
    if (kept !== undefined) kept.value = undefined;
    const mine = kept = { __proto__: null, value };
    return () => {
      if (kept !== mine) throw new p.ReferenceError("this value is not kept any more: only the last large result is");
      return mine.value;
    };
  };

  // Encodes the result; promises inside it are awaited first: "?" says that the run goes on.
  const result = (run) => {
    run.large = run.display && k.isLarge(run.value);
    if (run.large) return "~" + k.encode(keep(run.value)).text;
    const waiting = p.ObjectSetPrototypeOf([], p.Array.prototype);
    try {
      const { text, blob } = k.encode(run.value, waiting);
      if (waiting.length === 0) { run.encoded = blob; return (blob === undefined ? "=" : "+") + text; }
    } catch (error) {
      if (!k.isCodecFault(error)) return "!" + JSONStringify([k.errorLine(error), ""]);
      return "!" + JSONStringify([p.StringPrototypeToWellFormed(error.message), p.StringPrototypeToWellFormed(error.path)]);
    }
    const value = run.value;
    run.state = PENDING;
    let left = waiting.length;
    for (let i = 0; i < waiting.length; i++) {
      const promise = waiting[i];
      try { k.then(promise, (inner) => {
        p.WeakMapPrototypeSet(k.awaited, promise, { __proto__: null, value: inner });
        if (--left === 0 && run.state === PENDING) { run.state = DONE; run.value = value; }
      }, (error) => fail(run, error)); } catch (error) { fail(run, error); }
    }
    return "?";
  };

  const describe = (value, depth) => {
    const read = (key, most) => {
      try {
        const it = value[key];
        return typeof it === "string" ? p.StringPrototypeToWellFormed(StringPrototypeSlice(it, 0, most)) : "";
      } catch { return ""; }
    };
    let isError = false;
    try { isError = typeof value === "object" && value !== null && ObjectPrototypeIsPrototypeOf(p.Error.prototype, value); } catch { /* a proxy */ }
    if (!isError) {
      return [ "", "", "", false, p.StringPrototypeToWellFormed(k.inspectSafe(value, { __proto__: null, maxLength: 10_000 })), null, 0 ];
    }
    let cause = null;
    try {
      if (depth < 5 && p.ObjectPrototypeHasOwnProperty(value, "cause") && value.cause !== undefined) cause = describe(value.cause, depth + 1);
    } catch { /* a getter */ }
    let host = 0;
    try { host = p.WeakMapPrototypeGet(k.hostErrors, value) ?? 0; } catch { /* none */ }
    return [read("name", 200) || "Error", read("message", 20_000), read("stack", 20_000), true, "", cause, host];
  };
  // Our own arrays must not meet a toJSON or a setter of the guest's.
  const flatten = (item) => {
    if (item === null) return "null";
    return `[${JSONStringify(item[0])},${JSONStringify(item[1])},${JSONStringify(item[2])},${item[3]},${JSONStringify(item[4])},${flatten(item[5])},${item[6]}]`;
  };

  const get = (text) => MapPrototypeGet(runs, +text);
  let pendingBytes;
  const operations = {
    __proto__: null,
    o: (text) => { // open: limits and seed
      const { limits, seed, now, drop } = JSONParse(text);
      const keys = p.ObjectKeys(limits);
      for (let i = 0; i < keys.length; i++) k.limits[keys[i]] = limits[keys[i]];
      if (drop) k.timersClear();
      k.reseed(seed); k.setClock(now);
      // A checkpoint also takes back the counters: numbers given out since then must not come again.
      k.skipNumbers(p.MathFloor(now * 1000));
      return "";
    },
    e: (text, data) => {
      // A value that the guest cannot make (a regular expression of another dialect) is the first run's error.
      try { envError = undefined; setEnv(text, data); } catch (error) { envError = error; }
      return "";
    },
    p: (text) => { setProcessEnv(text); return ""; },
    r: startModule,
    k: startCall,
    s: (text) => { // state of a run and what the loop waits for; "" when ticks have run and left jobs behind
      if (k.runTicks()) return "";
      k.flush();
      const run = get(text);
      return `${run === undefined ? DONE : run.state} ${k.timersNext(k.now())} ${k.pendingHostCalls()} ${k.unhandledCount}`;
    },
    n: (text) => { const run = get(text); immediate(run); return ToString(run.state); },
    v: (text) => { k.atRest?.(); const run = get(text); const reply = result(run); pendingBytes = run.encoded; return reply; },
    i: (text) => {
      const run = get(text);
      if (run.value === undefined) return "";
      run.shown = p.StringPrototypeToWellFormed(k.inspectSafe(run.value, { __proto__: null }));
      return "$" + run.shown;
    },
    D: (text) => { // begins the run of the value's own display method; "" where it has none
      const { value, owner, large, shown } = get(text);
      const method = displayMethod(value);
      if (method === undefined && !large) return "";
      const run = begin(-2, owner);
      if (method === undefined) {
        try {
          const bundle = k.load("internal/display_table").glimpse(value);
          if (bundle !== undefined) bundle["text/plain"] = shown;
          finishWith(run, bundle);
        } catch (error) { fail(run, error); }
        return "1";
      }
      try { finishWith(run, k.load("internal/display").bundleBy(value, method)); } catch (error) { fail(run, error); }
      return "1";
    },
    x: (text) => { k.atRest?.(); const run = get(text); return flatten(describe(run.value, 0)); },
    d: (text) => { MapPrototypeDelete(runs, +text); k.flush(); return ""; },
    b: () => { const bytes = pendingBytes; pendingBytes = undefined; return bytes; },
    t: () => { // one timer; an error it throws becomes a run that failed
      try {
        const ran = k.timersRunOne(k.now());
        k.runTicks();
        return ran ? "1" : "0";
      }
      catch (error) { fail(begin(-1, k.timerOwner ?? 0), error); return "x"; }
    },
    T: () => (k.runTicks() ? "1" : "0"),
    U: () => { // one rejection that nobody handled becomes a run that failed
      const { error, owner } = k.unhandled[--k.unhandledCount];
      k.unhandled[k.unhandledCount] = undefined;
      fail(begin(-1, owner), error);
      return "";
    },
    c: (text) => { try { return k.load("internal/complete")(text); } catch { return ""; } }, // what somebody types next
    P: (text) => { try { return k.load("internal/peek")(text); } catch { return ""; } }, // what somebody looks into
    g: (text) => (get(text).began ? "1" : "0"),
    R: (text) => { // whether a regular expression can be compiled
      const parts = JSONParse(text);
      try { new p.RegExp(parts[0], parts[1]); return "1"; } catch { return "0"; }
    },
    O: () => ToString(get("-1").owner),
    B: (text) => { // what a built-in or CommonJS module exports
      try {
        const it = p.StringPrototypeStartsWith(text, "node:") ? k.builtin(StringPrototypeSlice(text, 5)) : k.requireModule(text);
        if (it === undefined || it === null || typeof it !== "object" && typeof it !== "function") return "[]";
        const names = p.ObjectSetPrototypeOf(p.ObjectKeys(it), null);
        // Defined by compilers as not enumerable, and still a name that Node gives the namespace.
        if (p.ObjectHasOwn(it, "__esModule") && !p.ObjectPrototypePropertyIsEnumerable(it, "__esModule")) {
          names[names.length] = "__esModule";
        }
        // By hand: the engine's own keeps a stack that setters of user code would be handed.
        let list = "";
        for (let i = 0; i < names.length; i++) list += (i === 0 ? "" : ",") + JSONStringify(names[i]);
        return "[" + list + "]";
      } catch (error) { return "!" + p.StringPrototypeToWellFormed(k.errorLine(error)); }
    },
    f: (text, data) => { k.settle(text, data); return ""; },
    z: () => { k.timersClear(); k.dropHostCalls(); return ""; },
    w: () => { k.flush(); return ""; },
    q: () => `${k.timersNext(k.now())} ${k.timersNextOwner()} ${k.unhandledCount}`,
  };
  return (message, data) => {
    const operation = operations[message[0]];
    return operation(StringPrototypeSlice(message, 1), data);
  };
})
