(function (k) {
  "use strict";
  // AbortError as Node's own modules throw it (a DOMException only where the web platform says so), and listening to
  // an AbortSignal without being in the way of its other listeners.
  const p = k.primordials;

  class AbortError extends p.Error {
    constructor(message = "The operation was aborted", options = undefined) {
      if (options !== undefined && typeof options !== "object")
        throw k.invalidArgType("options", "of type object", options);
      super(message, options);
      const own = (key, value) =>
        p.ObjectDefineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
      own("code", "ABORT_ERR");
      own("name", "AbortError");
    }
  }
  const abortError = (signal) => new AbortError(undefined, { __proto__: null, cause: signal?.reason });

  const isSignal = (signal) => typeof signal === "object" && signal !== null && "aborted" in signal;
  const checkSignal = (signal, name) => {
    if (signal !== undefined && !isSignal(signal))
      throw k.invalidArgType(name, "an instance of AbortSignal", signal);
  };

  const nothing = () => {};
  // Calls `run` once when the signal aborts, on the next tick when it has already; gives the function that stops it.
  const onAbort = (signal, run) => {
    if (signal.aborted) {
      let live = true;
      k.process.nextTick(() => { if (live) run(); });
      return () => { live = false; };
    }
    if (typeof signal.addEventListener !== "function") return nothing;
    signal.addEventListener("abort", run, { __proto__: null, once: true });
    return () => signal.removeEventListener("abort", run);
  };

  return { __proto__: null, AbortError, abortError, checkSignal, isSignal, onAbort };
})
