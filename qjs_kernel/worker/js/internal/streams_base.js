(function (k) {
  "use strict";
  // What all web streams share: promises to be settled later, queues with sizes, queuing strategies, the calling of
  // the functions a program gave.
  const p = k.primordials;
  const { ArrayPrototypePush, Promise, PromisePrototypeThen, PromiseResolve, ReflectApply } = p;
  const { illegalConstructor, invalidThis, invalidType, invalidValue, publish, inspects } = k.load("web/interface");
  const { list } = k.text;

  const nothing = () => {};
  const then = (promise, done, failed) => PromisePrototypeThen(promise, done, failed);
  // The rejection of this promise is somebody else's to tell.
  const handled = (promise) => {
    PromisePrototypeThen(promise, undefined, nothing);
    return promise;
  };
  const resolved = (value) => new Promise((resolve) => resolve(value));
  const rejected = (error) => new Promise((_, reject) => reject(error));
  const deferred = () => {
    const it = { __proto__: null, promise: undefined, resolve: undefined, reject: undefined, pending: true };
    it.promise = new Promise((resolve, reject) => {
      it.resolve = (value) => {
        it.pending = false;
        resolve(value);
      };
      it.reject = (error) => {
        it.pending = false;
        reject(error);
      };
    });
    return it;
  };
  const settledWith = (value) => {
    const it = deferred();
    it.resolve(value);
    return it;
  };
  const failedWith = (error) => {
    const it = deferred();
    handled(it.promise);
    it.reject(error);
    return it;
  };

  // A function of the program's: always a promise, whatever it does.
  const promiseCall = (fn, self, ...args) => {
    try {
      return PromiseResolve(ReflectApply(fn, self, args));
    } catch (error) {
      return rejected(error);
    }
  };
  const methodOf = (source, name) => {
    const fn = source[name];
    if (fn === undefined) return undefined;
    if (typeof fn !== "function") throw invalidType(`source.${name}`, "of type function", fn);
    return fn;
  };

  // ---- queues ----

  class Queue {
    constructor() {
      this.items = list();
      this.head = 0;
      this.total = 0;
    }
    get empty() {
      return this.head === this.items.length;
    }
    push(value, size) {
      ArrayPrototypePush(this.items, { __proto__: null, value, size });
      this.total += size;
    }
    peek() {
      return this.items[this.head].value;
    }
    shift() {
      const { value, size } = this.items[this.head];
      this.items[this.head++] = undefined;
      this.total -= size;
      if (this.total < 0) this.total = 0; // rounding
      // What has been taken is let go of in one go, once it is the larger half.
      if (this.head > 32 && this.head * 2 > this.items.length) {
        const rest = list();
        for (let i = this.head; i < this.items.length; i++) ArrayPrototypePush(rest, this.items[i]);
        this.items = rest;
        this.head = 0;
      }
      return value;
    }
    clear() {
      this.items = list();
      this.head = this.total = 0;
    }
  }
  p.ObjectSetPrototypeOf(Queue.prototype, null);

  // ---- strategies ----

  const one = () => 1;
  const strategyOf = (strategy, name = "strategy") => {
    if (strategy === undefined || strategy === null) return { __proto__: null };
    if (typeof strategy !== "object" && typeof strategy !== "function")
      throw invalidType(name, "of type object", strategy);
    return strategy;
  };
  const highWaterMarkOf = (strategy, otherwise) => {
    const { highWaterMark } = strategy;
    if (highWaterMark === undefined) return otherwise;
    const mark = +highWaterMark;
    if (mark !== mark || mark < 0) throw invalidValue(p.RangeError, "strategy.highWaterMark", mark);
    return mark;
  };
  const sizeOf = (strategy) => {
    const { size } = strategy;
    if (size === undefined) return one;
    if (typeof size !== "function") throw invalidType("strategy.size", "of type function", size);
    return (chunk) => ReflectApply(size, undefined, [chunk]);
  };
  // What `size` gave for a chunk, checked.
  const checkedSize = (value) => {
    const size = +value;
    if (size !== size || size < 0 || size === Infinity) throw invalidValue(p.RangeError, "size", value);
    return size;
  };

  const makeStrategy = (name, size) => {
    const Class = {
      [name]: class {
        #mark;
        constructor(init) {
          if (typeof init !== "object" || init === null) throw invalidType("init", "of type object", init);
          const { highWaterMark } = init;
          if (highWaterMark === undefined)
            throw k.codeError(p.TypeError, "ERR_MISSING_OPTION", "init.highWaterMark is required");
          this.#mark = +highWaterMark;
        }
        get highWaterMark() {
          if (typeof this !== "object" || this === null || !(#mark in this)) throw invalidThis(name);
          return this.#mark;
        }
        get size() {
          if (typeof this !== "object" || this === null || !(#mark in this)) throw invalidThis(name);
          return size;
        }
      },
    }[name];
    publish(Class, name, ["highWaterMark", "size"]);
    return inspects(Class, (strategy) => ({ highWaterMark: strategy.highWaterMark }));
  };
  const CountQueuingStrategy = makeStrategy("CountQueuingStrategy", { size: () => 1 }.size);
  const ByteLengthQueuingStrategy =
    makeStrategy("ByteLengthQueuingStrategy", { size: (chunk) => chunk.byteLength }.size);

  return {
    __proto__: null, nothing, then, handled, resolved, rejected, deferred, settledWith, failedWith, promiseCall,
    methodOf, Queue, strategyOf, highWaterMarkOf, sizeOf, checkedSize, illegalConstructor, CountQueuingStrategy,
    ByteLengthQueuingStrategy,
  };
})
