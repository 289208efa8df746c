(function (k) {
  "use strict";
  // events.once, events.on and events.addAbortListener: waiting for what an emitter or an event target tells.
  const p = k.primordials;
  const {
    ArrayPrototypePop, ArrayPrototypePush, ErrorIsError, ObjectGetPrototypeOf, ObjectSetPrototypeOf, Promise,
    PromiseReject, PromiseResolve, SymbolAsyncIterator, SymbolFor,
  } = p;
  const { checkFunction, checkInteger, checkSignal, wrongType } = k.load("internal/util_checks");
  const { AbortError } = k.load("internal/aborts");
  const dispose = p.SymbolDispose ?? SymbolFor("nodejs.dispose");

  const listen = (target, name, listener, options) => {
    if (typeof target.on === "function") {
      if (options?.once) target.once(name, listener);
      else target.on(name, listener);
    } else if (typeof target.addEventListener === "function") target.addEventListener(name, listener, options);
    else throw wrongType("emitter", "an instance of EventEmitter", target);
  };
  const unlisten = (target, name, listener, options) => {
    if (typeof target.removeListener === "function") target.removeListener(name, listener);
    else if (typeof target.removeEventListener === "function") target.removeEventListener(name, listener, options);
    else throw wrongType("emitter", "an instance of EventEmitter", target);
  };
  const abortedBy = (signal) => new AbortError(undefined, { __proto__: null, cause: signal?.reason });
  const checkNotAborted = (signal) => {
    checkSignal(signal, "options.signal");
    if (signal?.aborted) throw abortedBy(signal);
  };

  function addAbortListener(signal, listener) {
    if (signal === undefined) throw wrongType("signal", "an instance of AbortSignal", signal);
    checkSignal(signal, "signal");
    checkFunction(listener, "listener");
    let remove;
    if (signal.aborted) p.queueMicrotask(() => { listener(); });
    else {
      signal.addEventListener("abort", listener, { __proto__: null, once: true });
      remove = () => { signal.removeEventListener("abort", listener); };
    }
    return { __proto__: null, [dispose]() { remove?.(); } };
  }

  async function once(emitter, name, options = {}) {
    const signal = options?.signal;
    checkNotAborted(signal);
    return new Promise((resolve, reject) => {
      const failed = (error) => {
        emitter.removeListener(name, happened);
        if (signal !== undefined) unlisten(signal, "abort", aborted);
        reject(error);
      };
      const happened = (...args) => {
        if (typeof emitter.removeListener === "function") emitter.removeListener("error", failed);
        if (signal !== undefined) unlisten(signal, "abort", aborted);
        resolve(args);
      };
      const aborted = () => {
        unlisten(emitter, name, happened);
        unlisten(emitter, "error", failed);
        reject(abortedBy(signal));
      };
      listen(emitter, name, happened, { __proto__: null, once: true });
      // An event target has no `error` events in this sense.
      if (name !== "error" && typeof emitter.once === "function") emitter.once("error", failed);
      if (signal !== undefined) listen(signal, "abort", aborted, { __proto__: null, once: true });
    });
  }

  const newQueue = () => {
    let first;
    let last;
    return {
      __proto__: null,
      isEmpty: () => first === undefined,
      push: (value) => {
        const node = { __proto__: null, value, next: undefined };
        if (first === undefined) first = node;
        else last.next = node;
        last = node;
      },
      shift: () => {
        const { value } = first;
        first = first.next;
        return value;
      },
    };
  };

  const AsyncIteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf(async function* () {}).prototype);

  function on(emitter, event, options = {}) {
    const { signal } = options;
    checkNotAborted(signal);
    const high = options.highWaterMark ?? options.highWatermark ?? 2 ** 53 - 1;
    checkInteger(high, "options.highWaterMark", 1);
    const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
    checkInteger(low, "options.lowWaterMark", 1);
    const events = newQueue();
    const waiting = newQueue(); // { resolve, reject } of calls of next() that came before their event
    const listening = []; // flat: target, name, listener
    let paused = false;
    let error = null;
    let finished = false;
    let size = 0;
    let abortListener;

    const follow = (target, name, listener) => {
      listen(target, name, listener);
      ArrayPrototypePush(listening, target, name, listener);
    };
    const close = () => {
      abortListener?.[dispose]();
      while (listening.length > 0) {
        const listener = ArrayPrototypePop(listening);
        const name = ArrayPrototypePop(listening);
        unlisten(ArrayPrototypePop(listening), name, listener);
      }
      finished = true;
      const done = { value: undefined, done: true };
      while (!waiting.isEmpty()) waiting.shift().resolve(done);
      return PromiseResolve(done);
    };
    const fail = (reason) => {
      if (waiting.isEmpty()) error = reason;
      else waiting.shift().reject(reason);
      close();
    };

    const iterator = ObjectSetPrototypeOf({
      next() {
        if (size > 0) {
          const value = events.shift();
          size--;
          if (paused && size < low) {
            emitter.resume();
            paused = false;
          }
          return PromiseResolve({ value, done: false });
        }
        if (error) {
          const rejected = PromiseReject(error);
          error = null;
          return rejected;
        }
        if (finished) return close();
        return new Promise((resolve, reject) => waiting.push({ __proto__: null, resolve, reject }));
      },
      return() {
        return close();
      },
      throw(reason) {
        if (!ErrorIsError(reason) && !(reason instanceof p.Error))
          throw wrongType("EventEmitter.AsyncIterator", "an instance of Error", reason);
        fail(reason);
      },
      [SymbolAsyncIterator]() {
        return this;
      },
      [SymbolFor("nodejs.watermarkData")]: {
        get size() {
          return size;
        },
        get low() {
          return low;
        },
        get high() {
          return high;
        },
        get isPaused() {
          return paused;
        },
      },
    }, AsyncIteratorPrototype);

    follow(emitter, event, (...args) => {
      if (!waiting.isEmpty()) {
        waiting.shift().resolve({ value: args, done: false });
        return;
      }
      size++;
      if (!paused && size > high) {
        paused = true;
        emitter.pause();
      }
      events.push(args);
    });
    if (event !== "error" && typeof emitter.on === "function") follow(emitter, "error", fail);
    const closing = options?.close;
    if (closing?.length) for (let i = 0; i < closing.length; i++) follow(emitter, closing[i], close);
    if (signal) abortListener = addAbortListener(signal, () => fail(abortedBy(signal)));
    return iterator;
  }

  return { __proto__: null, addAbortListener, on, once };
})
