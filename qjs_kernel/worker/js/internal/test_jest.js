(function (k) {
  "use strict";
  // `jest` and `vi`: mock functions with Jest's methods, spies, the fake clock.
  const p = k.primordials;
  const { ArrayPrototypePush, Error, ObjectDefineProperty, TypeError } = p;
  const { list } = k.text;
  const mocks = k.load("internal/mock");
  const { recordOf, isObject } = mocks;

  let made = list(); // all mock functions, for clearAllMocks and its like
  const MOST = 100_000;

  const viewOf = (record) => {
    const view = {};
    const column = (key, read) =>
      ObjectDefineProperty(view, key, {
        __proto__: null,
        enumerable: true,
        configurable: true,
        get() {
          const found = [];
          for (let i = 0; i < record.calls.length; i++) ArrayPrototypePush(found, read(record.calls[i]));
          return found;
        },
      });
    column("calls", (call) => call.args);
    column("results", (call) => ({ type: call.type, value: call.value }));
    column("instances", (call) => call.this);
    column("contexts", (call) => call.this);
    column("invocationCallOrder", (call) => call.order);
    column("settledResults", (call) => {
      if (call.type !== "return" || !isObject(call.value) || k.kinds.kindOf(call.value) !== "Promise")
        return { type: call.type === "throw" ? "rejected" : "fulfilled", value: call.value };
      const { 0: state, 1: value } = k.promiseState(call.value);
      return { type: state === 0 ? "incomplete" : state === 1 ? "fulfilled" : "rejected", value };
    });
    ObjectDefineProperty(view, "lastCall", {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get: () => (record.calls.length === 0 ? undefined : record.calls[record.calls.length - 1].args),
    });
    return view;
  };

  const nothing = undefined;
  const methods = (record) => ({
    __proto__: null,
    mockClear() {
      mocks.forget(record);
      return this;
    },
    mockReset() {
      mocks.forget(record);
      record.once = list();
      record.implementation = nothing;
      return this;
    },
    mockRestore() {
      mocks.forget(record);
      record.once = list();
      if (record.restore !== undefined) {
        record.restore();
        record.restore = undefined;
      }
      record.implementation = record.spied ? record.original : nothing;
    },
    mockImplementation(fn) {
      record.implementation = fn;
      return this;
    },
    mockImplementationOnce(fn) {
      ArrayPrototypePush(record.once, fn);
      return this;
    },
    mockReturnValue(value) {
      record.implementation = () => value;
      return this;
    },
    mockReturnValueOnce(value) {
      ArrayPrototypePush(record.once, () => value);
      return this;
    },
    mockReturnThis() {
      record.implementation = function () {
        return this;
      };
      return this;
    },
    mockResolvedValue(value) {
      record.implementation = async () => value;
      return this;
    },
    mockResolvedValueOnce(value) {
      ArrayPrototypePush(record.once, async () => value);
      return this;
    },
    mockRejectedValue(value) {
      record.implementation = async () => {
        throw value;
      };
      return this;
    },
    mockRejectedValueOnce(value) {
      ArrayPrototypePush(record.once, async () => {
        throw value;
      });
      return this;
    },
    mockName(name) {
      record.name = p.String(name);
      return this;
    },
    getMockName() {
      return record.name ?? (record.fn.name || "jest.fn()");
    },
    getMockImplementation() {
      return record.once.length > 0 ? record.once[0] : record.implementation;
    },
    withImplementation(fn, callback) {
      const before = record.implementation;
      record.implementation = fn;
      const back = () => {
        record.implementation = before;
      };
      let result;
      try {
        result = callback();
      } catch (error) {
        back();
        throw error;
      }
      if (isObject(result) && typeof result.then === "function")
        return (async () => {
          try {
            await result;
          } finally {
            back();
          }
        })();
      back();
      return undefined;
    },
  });
  const dress = (record) => {
    const { fn } = record;
    const table = methods(record);
    const names = p.ObjectKeys(table);
    for (let i = 0; i < names.length; i++) k.hidden(fn, names[i], table[names[i]]);
    ObjectDefineProperty(fn, "mock", {
      __proto__: null,
      value: viewOf(record),
      writable: true,
      configurable: true,
      enumerable: false,
    });
    k.hidden(fn, "_isMockFunction", true);
    if (made.length < MOST) ArrayPrototypePush(made, record);
    return fn;
  };
  const fn = (implementation) => {
    if (implementation !== undefined && typeof implementation !== "function")
      throw k.invalidArgType("implementation", "of type function", implementation);
    const record = mocks.newRecord(undefined, implementation);
    mocks.makeFunction(record, implementation);
    return dress(record);
  };
  const spyOn = (object, key, access) => {
    if (!isObject(object) && typeof object !== "function")
      throw new Error(`Cannot use spyOn on a primitive value; ${object === null ? "null" : typeof object} given`);
    if (key === undefined || key === null) throw new Error("No property name supplied");
    const descriptor = mocks.findProperty(object, key);
    if (descriptor === undefined)
      throw new Error(`Property \`${p.String(key)}\` does not exist in the provided object`);
    let original = descriptor.value;
    if (access === "get" || access === "set") {
      original = descriptor[access];
      if (typeof original !== "function")
        throw new Error(`Property \`${p.String(key)}\` does not have access type ${access}`);
    } else if (descriptor.get !== undefined) original = object[key];
    if (typeof original !== "function")
      throw new Error(
        `Cannot spy on the \`${p.String(key)}\` property because it is not a function; ${typeof original} given instead. If you are trying to mock a property, use \`jest.replaceProperty(object, '${p.String(key)}', value)\` instead.`,
      );
    const known = recordOf(original);
    if (known !== undefined && known.restore !== undefined) return original;
    const record = mocks.newRecord(original, original);
    record.spied = true;
    mocks.makeFunction(record, original);
    const how =
      access === "get"
        ? {
            __proto__: null,
            get: record.fn,
            set: descriptor.set,
            configurable: true,
            enumerable: descriptor.enumerable,
          }
        : access === "set"
          ? {
              __proto__: null,
              get: descriptor.get,
              set: record.fn,
              configurable: true,
              enumerable: descriptor.enumerable,
            }
          : {
              __proto__: null,
              value: record.fn,
              writable: true,
              configurable: true,
              enumerable: descriptor.enumerable,
            };
    try {
      record.restore = mocks.replaceProperty(object, key, how);
    } catch {
      throw new TypeError(
        `Cannot spy on \`${p.String(key)}\`: the property cannot be replaced (exports of modules and frozen objects cannot)`,
      );
    }
    return dress(record);
  };
  let replaced = list();
  const replaceProperty = (object, key, value) => {
    const descriptor = mocks.findProperty(object, key);
    if (descriptor === undefined)
      throw new Error(`Property \`${p.String(key)}\` does not exist in the provided object`);
    const restore = mocks.replaceProperty(object, key, {
      __proto__: null,
      value,
      writable: true,
      configurable: true,
      enumerable: descriptor.enumerable,
    });
    ArrayPrototypePush(replaced, restore);
    const handle = {
      replaceValue(next) {
        object[key] = next;
        return handle;
      },
      restore,
    };
    return handle;
  };
  let stubs = list();
  const each = (run) => {
    for (let i = made.length - 1; i >= 0; i--) run(made[i]);
  };
  const undo = (all) => {
    for (let i = all.length - 1; i >= 0; i--) {
      try {
        all[i]();
      } catch {
        /* frozen since */
      }
    }
  };

  let clock;
  const timers = () => (clock ??= k.load("internal/test_timers").newTimers());
  const need = () => {
    if (!timers().enabled) throw new Error("the fake timers are not on: call useFakeTimers() first");
    return timers();
  };
  const noModules = (name) => () => {
    throw new Error(
      `${name} is not available in the sandbox: modules are linked before the code runs. ` +
        "Pass the dependency in and mock it with jest.fn(), spy on an object with jest.spyOn(), or mount another file",
    );
  };
  const settleJobs = async () => {
    for (let i = 0; i < 20; i++) await undefined;
  };
  const tickAsync = async (step) => {
    await settleJobs();
    step();
    await settleJobs();
  };

  const toolkit = (name) => {
    const tools = {
      fn,
      spyOn,
      replaceProperty,
      isMockFunction: (value) => typeof value === "function" && recordOf(value) !== undefined,
      mocked: (value) => value,
      hoisted: (factory) => factory(),
      clearAllMocks() {
        each(mocks.forget);
        return tools;
      },
      resetAllMocks() {
        each((record) => {
          mocks.forget(record);
          record.once = list();
          record.implementation = record.spied && name === "vi" ? record.original : undefined;
        });
        return tools;
      },
      restoreAllMocks() {
        each((record) => {
          if (record.restore === undefined) return;
          mocks.forget(record);
          record.restore();
          record.restore = undefined;
          record.implementation = record.original;
        });
        undo(replaced);
        replaced = list();
        return tools;
      },
      useFakeTimers(options) {
        timers().start(options);
        return tools;
      },
      useRealTimers() {
        timers().reset();
        return tools;
      },
      isFakeTimers: () => timers().enabled,
      advanceTimersByTime(ms) {
        need().tick(ms);
        return tools;
      },
      advanceTimersToNextTimer(steps = 1) {
        for (let i = 0; i < steps; i++) need().next();
        return tools;
      },
      runAllTimers() {
        need().runAll();
        return tools;
      },
      runOnlyPendingTimers() {
        need().runPending();
        return tools;
      },
      runAllTicks() {
        return tools;
      },
      runAllImmediates() {
        need().tick(0);
        return tools;
      },
      advanceTimersByTimeAsync: async (ms) => {
        const end = need().now() + ms;
        await settleJobs();
        while (need().nextDue() <= end) await tickAsync(() => need().next());
        need().tick(p.MathMax(0, end - need().now()));
        await settleJobs();
      },
      advanceTimersToNextTimerAsync: async (steps = 1) => {
        for (let i = 0; i < steps; i++) await tickAsync(() => need().next());
      },
      runAllTimersAsync: async () => {
        await settleJobs();
        for (let i = 0; need().count() > 0; i++) {
          if (i >= 10_000) throw new Error("Aborting after running 10000 timers, assuming an infinite loop!");
          await tickAsync(() => need().next());
        }
      },
      runOnlyPendingTimersAsync: async () => {
        await tickAsync(() => need().runPending());
      },
      getTimerCount: () => need().count(),
      clearAllTimers() {
        need().clear();
        return tools;
      },
      setSystemTime(now) {
        need().setTime(now === undefined ? k.load("internal/test_timers").realNow() : +new p.Date(now));
        return tools;
      },
      getRealSystemTime: () => k.load("internal/test_timers").realNow(),
      getMockedSystemTime: () => (timers().enabled ? new p.Date(need().now()) : null),
      setTimeout(ms) {
        k.load("internal/test_tree").session.timeout = k.load("internal/test_tree").checkTimeout(ms);
        return tools;
      },
      setConfig({ testTimeout } = {}) {
        if (testTimeout !== undefined) tools.setTimeout(testTimeout);
      },
      retryTimes() {
        return tools;
      },
      stubGlobal(key, value) {
        ArrayPrototypePush(
          stubs,
          mocks.replaceProperty(p.globalThis, key, {
            __proto__: null,
            value,
            writable: true,
            configurable: true,
            enumerable: true,
          }),
        );
        return tools;
      },
      unstubAllGlobals() {
        undo(stubs);
        stubs = list();
        return tools;
      },
      stubEnv(key, value) {
        const { env } = k.builtin("process");
        ArrayPrototypePush(
          stubs,
          mocks.replaceProperty(env, key, {
            __proto__: null,
            value: p.String(value),
            writable: true,
            configurable: true,
            enumerable: true,
          }),
        );
        return tools;
      },
      unstubAllEnvs() {
        return tools.unstubAllGlobals();
      },
      waitFor: async (check, options) => {
        const limit = typeof options === "number" ? options : (options?.timeout ?? 1_000),
          step = options?.interval ?? 50;
        const wait = (k.timers ?? p.globalThis).setTimeout;
        const end = k.now() + limit;
        for (;;) {
          try {
            return await check();
          } catch (error) {
            if (k.now() >= end) throw error;
          }
          await new p.Promise((resolve) => {
            wait(resolve, step);
          });
        }
      },
    };
    for (const key of [
      "mock",
      "unmock",
      "doMock",
      "dontMock",
      "doUnmock",
      "requireActual",
      "requireMock",
      "importActual",
      "importMock",
      "createMockFromModule",
      "resetModules",
      "isolateModules",
      "isolateModulesAsync",
      "setMock",
      "enableAutomock",
      "disableAutomock",
    ])
      tools[key] = noModules(`${name}.${key}`);
    return tools;
  };

  // When a run of tests is over, the clock and the globals are real again; mocks keep their calls.
  const tidy = () => {
    if (clock !== undefined) clock.reset();
    undo(stubs);
    stubs = list();
    made = list();
  };
  return { __proto__: null, jest: toolkit("jest"), vi: toolkit("vi"), spyOn, tidy };
})
