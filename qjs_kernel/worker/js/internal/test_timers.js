(function (k) {
  "use strict";
  // The clock of tests: setTimeout, setInterval, setImmediate and Date that move only when the test says so.
  const p = k.primordials;
  const {
    ArrayIsArray,
    ArrayPrototypePush,
    ArrayPrototypeSplice,
    Error,
    MathMax,
    ObjectDefineProperty,
    ObjectGetOwnPropertyDescriptor,
    ReflectApply,
    ReflectConstruct,
  } = p;
  const { list } = k.text;
  const G = p.globalThis;
  const realDate = p.Date;
  const realNow = p.DateNow;

  const KNOWN = {
    __proto__: null,
    setTimeout: ["setTimeout", "clearTimeout"],
    setInterval: ["setInterval", "clearInterval"],
    setImmediate: ["setImmediate", "clearImmediate"],
    Date: ["Date"],
  };
  const LOOPS = 100_000;
  let active; // one clock at a time: the globals are everybody's

  const stateError = (message) => k.codeError(Error, "ERR_INVALID_STATE", `Invalid state: ${message}`);

  class MockTimers {
    #queue = list();
    #now = 0;
    #last = 0;
    #restores = list();
    #on = false;
    get enabled() {
      return this.#on;
    }
    now() {
      return this.#now;
    }
    count() {
      return this.#queue.length;
    }
    clear() {
      this.#queue = list();
    }

    // Node 20: enable(["setTimeout"]) or enable({ apis: [...], now }).
    enable(options = { __proto__: null }) {
      if (this.#on) throw stateError("MockTimers is already enabled!");
      if (ArrayIsArray(options)) options = { __proto__: null, apis: options };
      if (typeof options !== "object" || options === null) throw k.invalidArgType("options", "of type object", options);
      const apis = options.apis ?? ["setInterval", "setTimeout", "setImmediate", "Date"];
      if (!ArrayIsArray(apis)) throw k.invalidArgType("options.apis", "an instance of Array", apis);
      for (let i = 0; i < apis.length; i++) {
        if (KNOWN[apis[i]] === undefined)
          throw k.codeError(
            p.TypeError,
            "ERR_INVALID_ARG_VALUE",
            `The property 'options.apis' option ${p.String(apis[i])} is not supported. Received ${k.inspectSafe(apis[i], { __proto__: null })}`,
          );
      }
      let now = options.now ?? 0;
      if (typeof now === "object") now = p.DatePrototypeGetTime(now);
      if (typeof now !== "number") throw k.invalidArgType("now", "one of type number or Date", now);
      if (!(now >= 0))
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          `The property 'now' must be a positive integer. Received ${now}`,
        );
      this.#begin(apis, now);
    }
    // Jest's and Vitest's useFakeTimers: the clock begins now, or at options.now.
    start(options) {
      if (this.#on) this.reset();
      const wanted = options?.toFake;
      const leave = options?.doNotFake;
      const apis = list();
      const all = p.ObjectKeys(KNOWN);
      for (let i = 0; i < all.length; i++)
        if ((wanted === undefined || has(wanted, all[i])) && !(leave !== undefined && has(leave, all[i])))
          ArrayPrototypePush(apis, all[i]);
      this.#begin(apis, options?.now === undefined ? realNow() : +new realDate(options.now));
    }
    #begin(apis, now) {
      if (active !== undefined) active.reset();
      active = this;
      this.#on = true;
      this.#now = now;
      for (let i = 0; i < apis.length; i++) {
        const names = KNOWN[apis[i]];
        for (let j = 0; j < names.length; j++) {
          const value = this.#made(names[j]);
          replace(this.#restores, G, names[j], value);
          if (names[j] !== "Date") replace(this.#restores, k.builtin("timers"), names[j], value);
        }
      }
    }
    #made(name) {
      const add = (callback, delay, args, repeat) => {
        if (typeof callback !== "function") throw k.invalidArgType("callback", "of type function", callback);
        return this.#schedule(callback, delay, args, repeat);
      };
      const clear = (timer) => {
        this.#remove(timer);
      };
      switch (name) {
        case "setTimeout":
          return function setTimeout(callback, delay, ...args) {
            return add(callback, delay, args, false);
          };
        case "setInterval":
          return function setInterval(callback, delay, ...args) {
            return add(callback, delay, args, true);
          };
        case "setImmediate":
          return function setImmediate(callback, ...args) {
            return add(callback, -1, args, false);
          };
        case "clearTimeout":
          return function clearTimeout(timer) {
            clear(timer);
          };
        case "clearInterval":
          return function clearInterval(timer) {
            clear(timer);
          };
        case "clearImmediate":
          return function clearImmediate(timer) {
            clear(timer);
          };
        default:
          return this.#date();
      }
    }
    #date() {
      const clock = this;
      const Fake = function Date(...args) {
        if (new.target === undefined) return p.DatePrototypeToString(new realDate(clock.#now));
        return ReflectConstruct(
          realDate,
          args.length === 0 ? [clock.#now] : args,
          new.target === Fake ? realDate : new.target,
        );
      };
      ObjectDefineProperty(Fake, "length", { __proto__: null, value: 7, configurable: true });
      ObjectDefineProperty(Fake, "prototype", { __proto__: null, value: realDate.prototype, writable: false });
      k.hidden(Fake, "now", function now() {
        return clock.#now;
      });
      k.hidden(Fake, "parse", realDate.parse);
      k.hidden(Fake, "UTC", realDate.UTC);
      k.hidden(Fake, "isMock", true);
      return Fake;
    }

    #schedule(callback, delay, args, repeat) {
      if (this.#queue.length >= k.limits.timers)
        throw new p.RangeError(`too many timers: at most ${k.limits.timers} at once (Limits.timers)`);
      let ms = p.MathTrunc(p.Number(delay));
      if (!(ms >= 1 && ms < 2 ** 31)) ms = delay === -1 ? 0 : 1;
      const clock = this;
      const entry = {
        __proto__: null,
        id: ++this.#last,
        due: this.#now + ms,
        ms,
        callback,
        args,
        repeat,
        order: this.#last,
        handle: undefined,
      };
      entry.handle = {
        ref() {
          return this;
        },
        unref() {
          return this;
        },
        hasRef: () => true,
        close() {
          clock.#remove(this);
          return this;
        },
        refresh() {
          entry.due = clock.#now + entry.ms;
          return this;
        },
        [p.SymbolToPrimitive]: () => entry.id,
      };
      ArrayPrototypePush(this.#queue, entry);
      return entry.handle;
    }
    #remove(timer) {
      for (let i = 0; i < this.#queue.length; i++) {
        if (this.#queue[i].handle === timer || this.#queue[i].id === timer) {
          ArrayPrototypeSplice(this.#queue, i, 1);
          return;
        }
      }
    }
    #earliest() {
      let best;
      for (let i = 0; i < this.#queue.length; i++) {
        const entry = this.#queue[i];
        if (best === undefined || entry.due < best.due || (entry.due === best.due && entry.order < best.order))
          best = entry;
      }
      return best;
    }
    #fire(entry) {
      this.#now = MathMax(this.#now, entry.due);
      if (entry.repeat) {
        entry.due = this.#now + entry.ms;
        entry.order = ++this.#last;
      } else this.#remove(entry.handle);
      ReflectApply(entry.callback, entry.handle, entry.args);
    }

    #check() {
      if (!this.#on) throw stateError("You should enable MockTimers first by calling the .enable function");
    }
    tick(time = 1) {
      this.#check();
      if (typeof time !== "number" || !(time >= 0))
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          `The argument 'time' must be a positive integer. Received ${k.inspectSafe(time, { __proto__: null })}`,
        );
      const end = this.#now + time;
      for (let i = 0; ; i++) {
        const entry = this.#earliest();
        if (entry === undefined || entry.due > end) break;
        if (i >= LOOPS) throw new Error(`Aborting after running ${LOOPS} timers, assuming an infinite loop!`);
        this.#fire(entry);
        if (!this.#on) return; // a callback has put the real ones back
      }
      this.#now = end;
    }
    next() {
      const entry = this.#earliest();
      if (entry !== undefined) this.#fire(entry);
    }
    nextDue() {
      return this.#earliest()?.due ?? Infinity;
    }
    // Node: up to the timer that is last now. Intervals run as often as they come until then.
    runAll() {
      this.#check();
      if (this === jestClock.current) {
        for (let i = 0; this.#queue.length > 0; i++) {
          if (i >= LOOPS) throw new Error(`Aborting after running ${LOOPS} timers, assuming an infinite loop!`);
          this.next();
        }
        return;
      }
      this.runPending();
    }
    runPending() {
      let last = this.#now;
      for (let i = 0; i < this.#queue.length; i++) last = MathMax(last, this.#queue[i].due);
      this.tick(last - this.#now);
    }
    setTime(time = 0) {
      this.#check();
      if (typeof time !== "number" || !(time >= 0))
        throw k.codeError(
          p.TypeError,
          "ERR_INVALID_ARG_VALUE",
          `The argument 'time' must be a positive integer. Received ${k.inspectSafe(time, { __proto__: null })}`,
        );
      const step = time - this.#now;
      this.#now = time;
      for (let i = 0; i < this.#queue.length; i++) this.#queue[i].due += step; // what was to come in 5 ms still does
    }
    reset() {
      if (!this.#on) return;
      this.#on = false;
      if (active === this) active = undefined;
      this.#queue = list();
      for (let i = this.#restores.length - 1; i >= 0; i--) {
        try {
          this.#restores[i]();
        } catch {
          /* frozen since */
        }
      }
      this.#restores = list();
    }
    [p.SymbolDispose ?? p.SymbolFor("Symbol.dispose")]() {
      this.reset();
    }
  }
  const jestClock = { __proto__: null, current: undefined };
  const has = (names, name) => {
    for (let i = 0; i < names.length; i++) if (names[i] === name) return true;
    return false;
  };
  const replace = (restores, target, key, value) => {
    const before = ObjectGetOwnPropertyDescriptor(target, key);
    try {
      ObjectDefineProperty(target, key, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable: before?.enumerable ?? true,
      });
    } catch {
      return;
    } // frozen by the program: it keeps its own
    ArrayPrototypePush(restores, () => {
      if (before === undefined) delete target[key];
      else ObjectDefineProperty(target, key, before);
    });
  };

  // Node's face shows its own methods only; Jest's clock runs all timers until none is left.
  class NodeTimers {
    #timers = new MockTimers();
    enable(options) {
      this.#timers.enable(options);
    }
    tick(time) {
      this.#timers.tick(time);
    }
    runAll() {
      this.#timers.runAll();
    }
    setTime(time) {
      this.#timers.setTime(time);
    }
    reset() {
      this.#timers.reset();
    }
    [p.SymbolDispose ?? p.SymbolFor("Symbol.dispose")]() {
      this.#timers.reset();
    }
  }
  return {
    __proto__: null,
    newTimers: () => (jestClock.current = new MockTimers()),
    newNodeTimers: () => new NodeTimers(),
    realNow,
    tidy: () => {
      if (active !== undefined) active.reset();
    },
  };
})
