(function (k) {
  "use strict";
  // AbortController and AbortSignal. `whenAborted(signal, fn)` is how the platform's own code follows a signal: it
  // asks no property of it, so nothing that a program did to the signal's methods matters.
  const p = k.primordials;
  const { ArrayPrototypePush, SetPrototypeAdd, SetPrototypeDelete, SetPrototypeValues, SetIteratorPrototypeNext } = p;
  const { EventTarget, Event, dispatch, trusted } = k.load("web/events");
  const { DOMException } = k.load("web/domexception");
  const { illegalConstructor, invalidThis, invalidType, publish, inspects, handlerAttribute } =
    k.load("web/interface");
  const { list } = k.text;

  const { setTimeout } = k.timers;
  const LONGEST_DELAY = 2 ** 31 - 1; // ms that a timer can wait at once
  const secret = {};
  let stateOf;
  let isAbortSignal;

  // ReadableStream.from and friends expect the spec's own words here.
  const abortError = () => new DOMException("This operation was aborted", "AbortError");

  class AbortSignal extends EventTarget {
    #state;
    constructor(key) {
      if (key !== secret) throw illegalConstructor();
      super();
      this.#state = {
        __proto__: null, aborted: false, reason: undefined, steps: undefined, dependents: undefined,
        handlers: { __proto__: null },
      };
    }
    static {
      isAbortSignal = (value) => typeof value === "object" && value !== null && #state in value;
      stateOf = (value) => {
        if (!isAbortSignal(value)) throw invalidThis("AbortSignal");
        return value.#state;
      };
    }
    get aborted() {
      return stateOf(this).aborted;
    }
    get reason() {
      return stateOf(this).reason;
    }
    throwIfAborted() {
      const { aborted, reason } = stateOf(this);
      if (aborted) throw reason;
    }
    static abort(reason = abortError()) {
      const signal = new AbortSignal(secret);
      const state = stateOf(signal);
      state.aborted = true;
      state.reason = reason;
      return signal;
    }
    static timeout(delay) {
      if (typeof delay !== "number") throw invalidType("delay", "of type number", delay);
      if (!p.NumberIsInteger(delay) || delay < 0 || delay > 2 ** 32 - 1)
        throw k.codeError(p.RangeError, "ERR_OUT_OF_RANGE", `The value of "delay" is out of range. It must be ${
          p.NumberIsInteger(delay) ? ">= 0 && <= 4294967295" : "an integer"}. Received ${k.inspect(delay)}`);
      const signal = new AbortSignal(secret);
      const expire = () =>
        abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
      const wait = (left) => {
        const now = left > LONGEST_DELAY ? LONGEST_DELAY : left;
        setTimeout(() => (left > now ? wait(left - now) : expire()), now).unref();
      };
      wait(delay);
      return signal;
    }
    static any(signals) {
      if (typeof signals !== "object" || signals === null || typeof signals[p.SymbolIterator] !== "function")
        throw invalidType("signals", "an instance of Array", signals);
      const sources = [...signals];
      for (let i = 0; i < sources.length; i++)
        if (!isAbortSignal(sources[i])) throw invalidType(`signals[${i}]`, "an instance of AbortSignal", sources[i]);
      const signal = new AbortSignal(secret);
      const state = stateOf(signal);
      for (let i = 0; i < sources.length; i++) {
        const source = stateOf(sources[i]);
        if (!source.aborted) continue;
        state.aborted = true;
        state.reason = source.reason;
        return signal;
      }
      for (let i = 0; i < sources.length; i++) {
        const source = stateOf(sources[i]);
        source.dependents ??= new p.Set();
        SetPrototypeAdd(source.dependents, signal);
      }
      state.sources = sources;
      return signal;
    }
  }
  publish(AbortSignal, "AbortSignal", ["aborted", "reason", "throwIfAborted"]);
  handlerAttribute(AbortSignal, "abort", (signal) => stateOf(signal).handlers);
  inspects(AbortSignal, (signal) => ({ aborted: stateOf(signal).aborted }));

  const membersOf = (set) => {
    const members = list();
    if (set === undefined) return members;
    const iterator = SetPrototypeValues(set);
    for (let step; !(step = SetIteratorPrototypeNext(iterator)).done; ) ArrayPrototypePush(members, step.value);
    return members;
  };
  // First every signal that depends on this one is aborted, then the events are fired: no listener sees half of it.
  const abort = (signal, reason = abortError()) => {
    if (stateOf(signal).aborted) return;
    const reached = list();
    ArrayPrototypePush(reached, signal);
    for (let i = 0; i < reached.length; i++) {
      const state = stateOf(reached[i]);
      if (state.aborted) continue;
      state.aborted = true;
      state.reason = reason;
      const dependents = membersOf(state.dependents);
      state.dependents = undefined;
      for (let j = 0; j < dependents.length; j++) {
        const dependent = stateOf(dependents[j]);
        if (dependent.aborted) continue;
        ArrayPrototypePush(reached, dependents[j]);
        const { sources } = dependent;
        for (let n = 0; n < sources.length; n++) {
          const others = stateOf(sources[n]).dependents;
          if (others !== undefined) SetPrototypeDelete(others, dependents[j]);
        }
        dependent.sources = undefined;
      }
    }
    const done = new p.Set();
    for (let i = 0; i < reached.length; i++) {
      if (p.SetPrototypeHas(done, reached[i])) continue;
      SetPrototypeAdd(done, reached[i]);
      const state = stateOf(reached[i]);
      const steps = membersOf(state.steps);
      state.steps = undefined;
      for (let j = 0; j < steps.length; j++) steps[j].run(reason);
      dispatch(reached[i], trusted(new Event("abort")));
    }
  };

  // Calls `fn(reason)` when the signal is aborted; at once if it is. Gives a function that takes it back.
  const whenAborted = (signal, fn) => {
    const state = stateOf(signal);
    if (state.aborted) {
      fn(state.reason);
      return () => {};
    }
    const step = { __proto__: null, run: fn };
    state.steps ??= new p.Set();
    SetPrototypeAdd(state.steps, step);
    return () => {
      if (state.steps !== undefined) SetPrototypeDelete(state.steps, step);
    };
  };

  class AbortController {
    #signal = new AbortSignal(secret);
    get signal() {
      if (typeof this !== "object" || this === null || !(#signal in this)) throw invalidThis("AbortController");
      return this.#signal;
    }
    abort(reason = abortError()) {
      if (typeof this !== "object" || this === null || !(#signal in this)) throw invalidThis("AbortController");
      abort(this.#signal, reason);
    }
  }
  publish(AbortController, "AbortController", ["signal", "abort"]);
  inspects(AbortController, (controller) => ({ signal: controller.signal }));

  const isAborted = (signal) => stateOf(signal).aborted;
  const reasonOf = (signal) => stateOf(signal).reason;
  return { AbortController, AbortSignal, whenAborted, isAbortSignal, isAborted, reasonOf };
})
