(function (k) {
  "use strict";
  // Mock functions: one record of calls for each, read through Node's `mock` (fn.mock.calls[0].arguments) or through
  // Jest's (fn.mock.calls[0][0]).
  const p = k.primordials;
  const {
    ArrayPrototypePush,
    ArrayPrototypeSlice,
    Error,
    NumberIsInteger,
    ObjectDefineProperty,
    ObjectGetOwnPropertyDescriptor,
    ObjectGetPrototypeOf,
    RangeError,
    ReflectApply,
    ReflectConstruct,
    WeakMapPrototypeGet,
    WeakMapPrototypeSet,
  } = p;
  const { list } = k.text;

  const MOST_CALLS = 100_000; // kept of one function: with more, the first of them go
  const records = new p.WeakMap();
  const recordOf = (fn) => WeakMapPrototypeGet(records, fn);
  let order = 0; // of calls, over all mocks

  // record: { calls: [{ args, this, target, type, value, stack, order }], original, implementation, once, times, restore, name }
  const newRecord = (original, implementation) => ({
    __proto__: null,
    calls: list(),
    original,
    implementation,
    once: list(),
    onCall: { __proto__: null },
    count: 0,
    restore: undefined,
    name: undefined,
    used: 0,
    times: Infinity,
  });

  const implementationFor = (record) => {
    const number = record.count++;
    const planned = record.onCall[number];
    if (planned !== undefined) {
      delete record.onCall[number];
      return planned;
    }
    if (record.once.length > 0) return p.ArrayPrototypeShift(record.once);
    if (number >= record.times && record.restore !== undefined) record.restore();
    return number < record.times ? record.implementation : record.original;
  };
  const invoke = (record, self, args, target) => {
    const implementation = implementationFor(record);
    const call = {
      __proto__: null,
      args: ArrayPrototypeSlice(args),
      this: self,
      target: target === undefined ? undefined : (record.original ?? record.fn),
      type: "incomplete",
      value: undefined,
      stack: new Error(),
      order: ++order,
    };
    if (record.calls.length >= MOST_CALLS) p.ArrayPrototypeShift(record.calls);
    ArrayPrototypePush(record.calls, call);
    try {
      let value;
      if (target !== undefined) {
        value =
          typeof implementation === "function" && isConstructor(implementation)
            ? ReflectConstruct(implementation, args, target === record.fn ? implementation : target)
            : constructPlain(implementation, args, target);
        call.this = value;
      } else if (typeof implementation === "function") value = ReflectApply(implementation, self, args);
      call.type = "return";
      call.value = value;
      return value;
    } catch (error) {
      call.type = "throw";
      call.value = error;
      throw error;
    }
  };
  const isConstructor = (fn) => {
    try {
      ReflectConstruct(p.Object, [], fn);
      return true;
    } catch {
      return false;
    }
  };
  // new on a mock whose implementation is an arrow function: the result is an object of the mock's own.
  const constructPlain = (implementation, args, target) => {
    const prototype = target.prototype;
    const made = p.ObjectCreate(typeof prototype === "object" && prototype !== null ? prototype : p.Object.prototype);
    const value = typeof implementation === "function" ? ReflectApply(implementation, made, args) : undefined;
    return (typeof value === "object" && value !== null) || typeof value === "function" ? value : made;
  };

  const makeFunction = (record, model) => {
    const fn = function (...args) {
      return invoke(record, this, args, new.target);
    };
    ObjectDefineProperty(fn, "name", {
      __proto__: null,
      value: typeof model === "function" ? model.name : "",
      configurable: true,
    });
    ObjectDefineProperty(fn, "length", {
      __proto__: null,
      value: typeof model === "function" ? model.length : 0,
      configurable: true,
    });
    if (typeof model === "function") {
      // What hangs on the function stays there: its statics and its prototype.
      const keys = p.ReflectOwnKeys(model);
      for (let i = 0; i < keys.length; i++) {
        if (
          keys[i] === "name" ||
          keys[i] === "length" ||
          keys[i] === "arguments" ||
          keys[i] === "caller" ||
          keys[i] === "mock"
        )
          continue;
        try {
          ObjectDefineProperty(fn, keys[i], ObjectGetOwnPropertyDescriptor(model, keys[i]));
        } catch {
          /* fixed */
        }
      }
      try {
        p.ObjectSetPrototypeOf(fn, ObjectGetPrototypeOf(model));
      } catch {
        /* a proxy that refuses */
      }
    }
    record.fn = fn;
    WeakMapPrototypeSet(records, fn, record);
    return fn;
  };

  // ---- Node: mock.fn, mock.method, mock.getter, mock.setter ----

  const checkCall = (value, name) => {
    if (typeof value !== "number") throw k.invalidArgType(name, "of type number", value);
    if (!NumberIsInteger(value) || value < 0) {
      throw k.codeError(
        RangeError,
        "ERR_OUT_OF_RANGE",
        `The value of "${name}" is out of range. It must be an integer >= 0. Received ${value}`,
      );
    }
  };
  const checkFunction = (value, name) => {
    if (typeof value !== "function") throw k.invalidArgType(name, "of type function", value);
  };

  class MockFunctionContext {
    #record;
    constructor(record) {
      this.#record = record;
    }
    get calls() {
      const { calls } = this.#record;
      const found = [];
      for (let i = 0; i < calls.length; i++) {
        const call = calls[i];
        ArrayPrototypePush(found, {
          __proto__: null,
          arguments: call.args,
          error: call.type === "throw" ? call.value : undefined,
          result: call.type === "return" ? call.value : undefined,
          stack: call.stack,
          target: call.target,
          this: call.this,
        });
      }
      return found;
    }
    callCount() {
      return this.#record.calls.length;
    }
    mockImplementation(implementation) {
      checkFunction(implementation, "implementation");
      this.#record.implementation = implementation;
    }
    mockImplementationOnce(implementation, onCall) {
      checkFunction(implementation, "implementation");
      const next = this.#record.count;
      const call = onCall ?? next;
      checkCall(call, "onCall");
      if (call < next)
        throw k.codeError(
          RangeError,
          "ERR_OUT_OF_RANGE",
          `The value of "onCall" is out of range. It must be >= ${next} && <= 9007199254740991. Received ${call}`,
        );
      this.#record.onCall[call] = implementation;
    }
    resetCalls() {
      this.#record.calls = list();
      this.#record.count = 0;
    }
    restore() {
      const record = this.#record;
      if (record.restore !== undefined) record.restore();
      record.implementation = record.original;
      record.once = list();
      record.onCall = { __proto__: null };
    }
  }

  const checkTimes = (options) => {
    const times = options?.times ?? Infinity;
    if (times !== Infinity) {
      if (typeof times !== "number") throw k.invalidArgType("options.times", "of type number", times);
      if (!NumberIsInteger(times) || times < 1)
        throw k.codeError(
          RangeError,
          "ERR_OUT_OF_RANGE",
          `The value of "options.times" is out of range. It must be >= 1 && <= 9007199254740991. Received ${times}`,
        );
    }
    return times;
  };
  const isObject = (value) => typeof value === "object" && value !== null;
  const findProperty = (object, key) => {
    for (let at = object, i = 0; at !== null && at !== undefined && i < 1_000; at = ObjectGetPrototypeOf(at), i++) {
      const found = ObjectGetOwnPropertyDescriptor(at, key);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // Puts `descriptor` on the object; the answer puts back what was there.
  const replaceProperty = (object, key, descriptor) => {
    const own = ObjectGetOwnPropertyDescriptor(object, key);
    ObjectDefineProperty(object, key, descriptor);
    return () => {
      if (own === undefined) delete object[key];
      else ObjectDefineProperty(object, key, own);
    };
  };

  class MockTracker {
    #records = list();
    #timers;
    get timers() {
      return (this.#timers ??= k.load("internal/test_timers").newNodeTimers());
    }
    fn(original, implementation, options) {
      if (isObject(original)) {
        options = original;
        original = undefined;
        implementation = undefined;
      } else if (isObject(implementation)) {
        options = implementation;
        implementation = undefined;
      }
      original ??= function () {};
      implementation ??= original;
      checkFunction(original, "original");
      checkFunction(implementation, "implementation");
      return this.#make(original, implementation, checkTimes(options)).fn;
    }
    #make(original, implementation, times) {
      const record = newRecord(original, implementation);
      record.times = times;
      const fn = makeFunction(record, original);
      ObjectDefineProperty(fn, "mock", {
        __proto__: null,
        value: new MockFunctionContext(record),
        writable: true,
        configurable: true,
        enumerable: false,
      });
      ArrayPrototypePush(this.#records, record);
      return record;
    }
    method(object, name, implementation, options) {
      if (!isObject(object) && typeof object !== "function") throw k.invalidArgType("object", "of type object", object);
      if (typeof name !== "string" && typeof name !== "symbol")
        throw k.invalidArgType("methodName", "one of type string or symbol", name);
      if (isObject(implementation)) {
        options = implementation;
        implementation = undefined;
      }
      const getter = options?.getter === true,
        setter = options?.setter === true;
      if (getter && setter)
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          "The property 'options.setter' cannot be used with 'options.getter'. Received true",
        );
      const descriptor = findProperty(object, name);
      const original = getter ? descriptor?.get : setter ? descriptor?.set : descriptor?.value;
      if (typeof original !== "function") {
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          `The argument 'methodName' must be a method. Received ${k.inspectSafe(original, { __proto__: null })}`,
        );
      }
      if (implementation !== undefined) checkFunction(implementation, "implementation");
      const record = this.#make(original, implementation ?? original, checkTimes(options));
      const made = { __proto__: null, configurable: descriptor.configurable, enumerable: descriptor.enumerable };
      if (getter) {
        made.get = record.fn;
        made.set = descriptor.set;
      } else if (setter) {
        made.get = descriptor.get;
        made.set = record.fn;
      } else {
        made.writable = descriptor.writable;
        made.value = record.fn;
      }
      record.restore = replaceProperty(object, name, made);
      return record.fn;
    }
    getter(object, name, implementation, options) {
      if (isObject(implementation)) {
        options = implementation;
        implementation = undefined;
      }
      if (options?.getter === false)
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          "The property 'options.getter' cannot be false. Received false",
        );
      return this.method(object, name, implementation, { __proto__: null, times: options?.times, getter: true });
    }
    setter(object, name, implementation, options) {
      if (isObject(implementation)) {
        options = implementation;
        implementation = undefined;
      }
      if (options?.setter === false)
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          "The property 'options.setter' cannot be false. Received false",
        );
      return this.method(object, name, implementation, { __proto__: null, times: options?.times, setter: true });
    }
    module() {
      throw new Error(
        "mock.module is not available in the sandbox: modules are linked before the test runs; mock what the module exports with mock.method on an object, or mount another file",
      );
    }
    restoreAll() {
      for (let i = this.#records.length - 1; i >= 0; i--) {
        const record = this.#records[i];
        if (record.restore !== undefined) record.restore();
        record.implementation = record.original;
      }
    }
    reset() {
      this.restoreAll();
      this.#records = list();
      if (this.#timers !== undefined) this.#timers.reset();
    }
  }

  return {
    __proto__: null,
    recordOf,
    newRecord,
    makeFunction,
    findProperty,
    replaceProperty,
    isObject,
    newTracker: () => new MockTracker(),
    forget: (record) => {
      record.calls = list();
      record.count = 0;
    },
  };
})
