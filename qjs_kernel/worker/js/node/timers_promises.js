(function (k) {
  "use strict";
  // node:timers/promises
  const p = k.primordials;
  const { abortError, checkSignal } = k.load("internal/aborts");
  const timers = k.timers;
  const { setTimeout: later, clearTimeout, setInterval: every, clearInterval, setImmediate: soon, clearImmediate } = timers;

  // The checked options, or a promise that has failed: these functions never throw.
  const read = (options, name = "options") => {
    if (options === null || typeof options !== "object") throw k.invalidArgType(name, "of type object", options);
    const { signal, ref = true } = options;
    checkSignal(signal, "options.signal");
    if (typeof ref !== "boolean") throw k.invalidArgType("options.ref", "of type boolean", ref);
    if (signal?.aborted) throw abortError(signal);
    return { signal, ref };
  };
  const wait = (options, start, stop, value) => new p.Promise((resolve, reject) => {
    const { signal, ref } = read(options);
    let onabort;
    const timer = start(() => {
      if (signal) signal.removeEventListener("abort", onabort);
      resolve(value);
    });
    if (!ref) timer.unref();
    if (!signal) return;
    onabort = () => {
      stop(timer);
      reject(abortError(signal));
    };
    signal.addEventListener("abort", onabort, { __proto__: null, once: true });
  });

  const setTimeout = (delay, value, options = {}) => wait(options, (run) => later(run, delay), clearTimeout, value);
  const setImmediate = (value, options = {}) => wait(options, (run) => soon(run), clearImmediate, value);

  async function* setInterval(delay, value, options = {}) {
    const { signal, ref } = read(options);
    let due = 0, wake;
    const onabort = () => {
      clearInterval(timer);
      wake?.();
    };
    const timer = every(() => {
      due++;
      wake?.();
      wake = undefined;
    }, delay);
    if (!ref) timer.unref();
    signal?.addEventListener("abort", onabort, { __proto__: null, once: true });
    try {
      while (!signal?.aborted) {
        if (due === 0) await new p.Promise((resolve) => { wake = resolve; });
        for (; due > 0; due--) yield value;
      }
      throw abortError(signal);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", onabort);
    }
  }

  class Scheduler {
    constructor() { throw k.codeError(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor"); }
    yield() { return setImmediate(); }
    wait(delay, options) {
      return setTimeout(delay, undefined, options === undefined ? undefined : { signal: options?.signal });
    }
  }
  const scheduler = p.ObjectCreate(Scheduler.prototype);
  return { setTimeout, setImmediate, setInterval, scheduler };
})
