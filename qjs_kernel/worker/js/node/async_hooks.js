(function (k) {
  "use strict";
  // node:async_hooks. The engine has no hooks on promises: a store reaches everything that `run` calls at once, bound
  // functions, timers and ticks, but nothing behind an `await`. The first program that finds out is told.
  const p = k.primordials;
  const call = p.ReflectApply;

  // What is current, for every storage: an immutable chain of [storage, value, rest].
  let frame;
  const lookUp = (storage) => {
    for (let at = frame; at !== undefined; at = at.rest) if (at.storage === storage) return at;
    return undefined;
  };
  // A run that ends in the middle (process.exit) never gets to `finally`: what was current outside is kept for the next.
  let depth = 0;
  let outside;
  const within = (next, fn, self, args) => {
    const before = frame;
    if (depth++ === 0) outside = before;
    frame = next;
    try {
      return call(fn, self, args);
    } finally {
      frame = before;
      depth--;
    }
  };
  const { newRun } = k;
  k.newRun = () => {
    newRun();
    if (depth === 0) return;
    depth = 0;
    frame = outside;
  };
  // For what calls back later: timers, ticks.
  k.carry = (fn) => {
    const captured = frame;
    if (captured === undefined) return fn;
    return function (...args) { return within(captured, fn, this, args); };
  };

  const checkFn = (fn, name) => {
    if (typeof fn !== "function") throw k.invalidArgType(name, "of type function", fn);
  };
  let warned = false;
  const warn = () => {
    if (warned) return;
    warned = true;
    k.write(2, "(sandbox) AsyncLocalStorage: a store does not follow `await` here. getStore() gives undefined after it; "
      + "read the store before, or wrap the continuation in AsyncLocalStorage.bind(fn).\n");
  };

  class AsyncLocalStorage {
    #open = 0; // runs whose promise is still pending
    #disabled = false;
    static bind(fn) {
      checkFn(fn, "fn");
      return k.carry(fn);
    }
    static snapshot() {
      const captured = frame;
      return (fn, ...args) => within(captured, fn, undefined, args);
    }
    run(store, fn, ...args) {
      checkFn(fn, "callback");
      this.#disabled = false;
      const result = within({ __proto__: null, storage: this, value: store, rest: frame }, fn, undefined, args);
      if (typeof result === "object" && result !== null) this.#follow(result);
      return result;
    }
    #follow(result) {
      let promise = false;
      try {
        promise = result instanceof p.Promise;
      } catch { /* a proxy */ }
      if (!promise) return;
      const over = () => { this.#open--; };
      this.#open++;
      try {
        k.then(result, over, over);
      } catch {
        over();
      }
    }
    exit(fn, ...args) {
      return within({ __proto__: null, storage: this, value: undefined, rest: frame }, fn, undefined, args);
    }
    enterWith(store) {
      this.#disabled = false;
      frame = { __proto__: null, storage: this, value: store, rest: frame };
    }
    getStore() {
      if (this.#disabled) return undefined;
      const found = lookUp(this);
      if (found !== undefined) return found.value;
      if (this.#open > 0) warn();
      return undefined;
    }
    disable() { this.#disabled = true; }
  }

  let lastId = 1;
  class AsyncResource {
    #frame = frame;
    #id = ++lastId;
    #trigger = 0;
    constructor(type, options = {}) {
      if (typeof type !== "string") throw k.invalidArgType("type", "of type string", type);
      const trigger = typeof options === "number" ? options : options?.triggerAsyncId;
      if (trigger !== undefined) this.#trigger = trigger;
    }
    runInAsyncScope(fn, self, ...args) { return within(this.#frame, fn, self, args); }
    emitDestroy() { return this; }
    asyncId() { return this.#id; }
    triggerAsyncId() { return this.#trigger; }
    bind(fn, self) {
      checkFn(fn, "fn");
      const resource = this;
      const bound = function (...args) { return resource.runInAsyncScope(fn, self === undefined ? this : self, ...args); };
      p.ObjectDefineProperty(bound, "length", { __proto__: null, value: fn.length, configurable: true });
      return bound;
    }
    static bind(fn, type, self) { return new AsyncResource(type || fn.name || "bound-anonymous-fn").bind(fn, self); }
  }

  class AsyncHook {
    enable() { return this; }
    disable() { return this; }
  }
  return {
    AsyncLocalStorage,
    // Hooks can be set, as libraries for diagnostics do; no event ever comes.
    createHook: (callbacks) => {
      if (typeof callbacks !== "object" || callbacks === null)
        throw k.invalidArgType("callbacks", "of type object", callbacks);
      return new AsyncHook();
    },
    executionAsyncId: () => 0,
    triggerAsyncId: () => 0,
    executionAsyncResource: () => ({}),
    asyncWrapProviders: p.ObjectFreeze({ __proto__: null, NONE: 0 }),
    AsyncResource,
  };
})
