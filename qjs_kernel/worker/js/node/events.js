(function (k) {
  "use strict";
  // node:events. Properties of an emitter (`_events`, `_eventsCount`, `_maxListeners`) are Node's: packages that
  // build on EventEmitter, streams first of all, read them.
  const p = k.primordials;
  const {
    ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSlice, ArrayPrototypeSplice, ArrayPrototypeUnshift,
    ErrorIsError, FunctionPrototypeBind, ObjectDefineProperty, ObjectGetPrototypeOf, ReflectApply, ReflectOwnKeys,
    String, Symbol, SymbolFor,
  } = p;
  const { checkBoolean, checkFunction, checkNumber, codeError, hide, nextTick, warnWith, wrongType } =
    k.load("internal/util_checks");
  const { addAbortListener, on, once } = k.load("internal/util_event_waits");

  const captureRejectionSymbol = SymbolFor("nodejs.rejection");
  const errorMonitor = Symbol("events.errorMonitor");
  const capture = Symbol("kCapture");
  const shapeMode = Symbol("shapeMode"); // the events object came with the emitter: keys stay when they empty
  const maxTargetListeners = Symbol("events.maxEventTargetListeners");
  const maxTargetListenersWarned = Symbol("events.maxEventTargetListenersWarned");
  let defaultMaxListeners = 10;

  function EventEmitter(options) {
    ReflectApply(EventEmitter.init, this, [options]);
  }
  const { prototype } = EventEmitter;

  EventEmitter.init = function (options) {
    if (this._events === undefined || this._events === ObjectGetPrototypeOf(this)._events) {
      this._events = { __proto__: null };
      this._eventsCount = 0;
      this[shapeMode] = false;
    } else this[shapeMode] = true;
    this._maxListeners = this._maxListeners || undefined;
    if (options?.captureRejections) {
      checkBoolean(options.captureRejections, "options.captureRejections");
      this[capture] = true;
    } else this[capture] = prototype[capture];
  };
  ObjectDefineProperty(prototype, capture, { __proto__: null, value: false, writable: true, enumerable: false });
  prototype._events = undefined;
  prototype._eventsCount = 0;
  prototype._maxListeners = undefined;

  const maxListenersOf = (emitter) =>
    emitter._maxListeners === undefined ? EventEmitter.defaultMaxListeners : emitter._maxListeners;
  const hasListeners = (emitter, type) =>
    emitter._events !== undefined && (type === undefined || emitter._events[type] !== undefined);
  const isTarget = (value) =>
    (typeof value === "object" || typeof value === "function") && value !== null &&
    typeof value.addEventListener === "function" && typeof value.dispatchEvent === "function";

  // ---- emitting ----

  const onRejection = (emitter, error, type, args) => {
    if (typeof emitter[captureRejectionSymbol] === "function") {
      emitter[captureRejectionSymbol](error, type, ...args);
      return;
    }
    const before = emitter[capture];
    try {
      emitter[capture] = false; // a rejection in the error listener must not come back here
      emitter.emit("error", error);
    } finally {
      emitter[capture] = before;
    }
  };
  const watchResult = (emitter, result, type, args) => {
    if (!emitter[capture]) {
      k.watch?.(result); // an async listener that fails
      return;
    }
    try {
      const { then } = result;
      if (typeof then === "function")
        ReflectApply(then, result, [undefined, (error) => nextTick(onRejection, emitter, error, type, args)]);
    } catch (error) {
      emitter.emit("error", error);
    }
  };

  const throwUnhandled = (args) => {
    const error = args.length > 0 ? args[0] : undefined;
    if (ErrorIsError(error) || error instanceof p.Error) throw error;
    let text;
    try {
      text = k.inspect(error);
    } catch {
      text = error;
    }
    const unhandled = codeError(p.Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
    unhandled.context = error;
    throw unhandled;
  };

  prototype.emit = function emit(type, ...args) {
    const events = this._events;
    if (type === "error") {
      if (events !== undefined && events[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
      if (events === undefined || events.error === undefined) throwUnhandled(args);
    } else if (events === undefined) return false;
    const handler = events[type];
    if (handler === undefined) return false;
    if (typeof handler === "function") {
      const result = ReflectApply(handler, this, args);
      if (result !== undefined && result !== null) watchResult(this, result, type, args);
      return true;
    }
    const listeners = ArrayPrototypeSlice(handler);
    for (let i = 0; i < listeners.length; i++) {
      const result = ReflectApply(listeners[i], this, args);
      if (result !== undefined && result !== null) watchResult(this, result, type, args);
    }
    return true;
  };

  // ---- adding and removing ----

  const warnOfLeak = (emitter, type, count, max) => {
    const warning = new p.Error(`Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ` +
      `${k.inspect(emitter, { __proto__: null, depth: -1 })}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`);
    warning.name = "MaxListenersExceededWarning";
    warning.emitter = emitter;
    warning.type = type;
    warning.count = count;
    warnWith(warning);
  };

  const add = (emitter, type, listener, first) => {
    checkFunction(listener, "listener");
    let events = emitter._events;
    if (events === undefined) {
      events = emitter._events = { __proto__: null };
      emitter._eventsCount = 0;
    } else if (events.newListener !== undefined) {
      emitter.emit("newListener", type, listener.listener ?? listener);
      events = emitter._events; // a listener of newListener may have replaced it
    }
    let existing = events[type];
    if (existing === undefined) {
      events[type] = listener;
      ++emitter._eventsCount;
      return emitter;
    }
    if (typeof existing === "function")
      existing = events[type] = first ? [listener, existing] : [existing, listener];
    else if (first) ArrayPrototypeUnshift(existing, listener);
    else ArrayPrototypePush(existing, listener);
    const max = maxListenersOf(emitter);
    if (max > 0 && existing.length > max && !existing.warned) {
      existing.warned = true;
      warnOfLeak(emitter, type, existing.length, max);
    }
    return emitter;
  };

  function onceWrapper(...args) {
    if (this.fired) return undefined;
    this.target.removeListener(this.type, this.wrapFn);
    this.fired = true;
    return ReflectApply(this.listener, this.target, args);
  }
  const wrapOnce = (target, type, listener) => {
    checkFunction(listener, "listener");
    const state = { fired: false, wrapFn: undefined, target, type, listener };
    const wrapped = FunctionPrototypeBind(onceWrapper, state);
    wrapped.listener = listener;
    state.wrapFn = wrapped;
    return wrapped;
  };

  prototype.setMaxListeners = function setMaxListeners(n) {
    checkNumber(n, "setMaxListeners", 0);
    this._maxListeners = n;
    return this;
  };
  prototype.getMaxListeners = function getMaxListeners() {
    return maxListenersOf(this);
  };
  prototype.addListener = function addListener(type, listener) {
    return add(this, type, listener, false);
  };
  prototype.on = prototype.addListener;
  prototype.prependListener = function prependListener(type, listener) {
    return add(this, type, listener, true);
  };
  prototype.once = function once(type, listener) {
    this.on(type, wrapOnce(this, type, listener));
    return this;
  };
  prototype.prependOnceListener = function prependOnceListener(type, listener) {
    this.prependListener(type, wrapOnce(this, type, listener));
    return this;
  };

  prototype.removeListener = function removeListener(type, listener) {
    checkFunction(listener, "listener");
    if (!hasListeners(this, type)) return this;
    const events = this._events;
    const found = events[type];
    if (found === undefined) return this;
    if (found === listener || found.listener === listener) {
      this._eventsCount -= 1;
      if (this[shapeMode]) events[type] = undefined;
      else if (this._eventsCount === 0) this._events = { __proto__: null };
      else {
        delete events[type];
        if (events.removeListener) this.emit("removeListener", type, found.listener || listener);
      }
    } else if (typeof found !== "function") {
      let at = found.length - 1;
      while (at >= 0 && found[at] !== listener && found[at].listener !== listener) at--;
      if (at < 0) return this;
      if (at === 0) ArrayPrototypeShift(found);
      else ArrayPrototypeSplice(found, at, 1);
      if (found.length === 1) events[type] = found[0];
      if (events.removeListener !== undefined) this.emit("removeListener", type, listener);
    }
    return this;
  };
  prototype.off = prototype.removeListener;

  const forgetAll = (emitter) => {
    emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
    emitter[shapeMode] = false;
  };
  prototype.removeAllListeners = function removeAllListeners(type) {
    const events = this._events;
    if (events === undefined) return this;
    const every = arguments.length === 0;
    if (events.removeListener === undefined) {
      if (every) forgetAll(this);
      else if (events[type] !== undefined) {
        if (--this._eventsCount === 0) this._events = { __proto__: null };
        else delete events[type];
      }
      this[shapeMode] = false;
      return this;
    }
    if (every) {
      const keys = ReflectOwnKeys(events);
      for (let i = 0; i < keys.length; i++) if (keys[i] !== "removeListener") this.removeAllListeners(keys[i]);
      this.removeAllListeners("removeListener");
      forgetAll(this);
      return this;
    }
    const listeners = events[type];
    if (typeof listeners === "function") this.removeListener(type, listeners);
    else if (listeners !== undefined)
      for (let i = listeners.length - 1; i >= 0; i--) this.removeListener(type, listeners[i]);
    return this;
  };

  // ---- asking ----

  const listenersOf = (emitter, type, unwrap) => {
    if (!hasListeners(emitter, type)) return [];
    const found = emitter._events[type];
    if (found === undefined) return [];
    const all = typeof found === "function" ? [found] : ArrayPrototypeSlice(found);
    if (unwrap)
      for (let i = 0; i < all.length; i++) if (typeof all[i].listener === "function") all[i] = all[i].listener;
    return all;
  };
  prototype.listeners = function listeners(type) {
    return listenersOf(this, type, true);
  };
  prototype.rawListeners = function rawListeners(type) {
    return listenersOf(this, type, false);
  };
  prototype.listenerCount = function listenerCount(type, listener) {
    const found = this._events?.[type];
    if (found === undefined) return 0;
    const all = typeof found === "function" ? [found] : found;
    if (listener === undefined || listener === null) return all.length;
    let count = 0;
    for (let i = 0; i < all.length; i++) if (all[i] === listener || all[i].listener === listener) count++;
    return count;
  };
  prototype.eventNames = function eventNames() {
    return this._eventsCount > 0 ? ReflectOwnKeys(this._events) : [];
  };

  // ---- statics, for emitters and event targets ----

  function getEventListeners(target, type) {
    if (typeof target?.listeners === "function") return target.listeners(type);
    const targets = k.load("web/events");
    if (targets.isTarget(target)) return targets.callbacksOf(target, type);
    throw wrongType("emitter", "an instance of EventEmitter or EventTarget", target);
  }
  function getMaxListeners(target) {
    if (typeof target?.getMaxListeners === "function") return maxListenersOf(target);
    if (target?.[maxTargetListeners] !== undefined) return target[maxTargetListeners];
    if (isTarget(target)) return defaultMaxListeners;
    throw wrongType("emitter", "an instance of EventEmitter or EventTarget", target);
  }
  function setMaxListeners(n = defaultMaxListeners, ...targets) {
    checkNumber(n, "setMaxListeners", 0);
    if (targets.length === 0) defaultMaxListeners = n;
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i];
      if (typeof target?.setMaxListeners === "function") target.setMaxListeners(n);
      else if (isTarget(target)) hide(target, maxTargetListeners, n);
      else throw wrongType("eventTargets", "an instance of EventEmitter or EventTarget", target);
    }
  }

  EventEmitter.addAbortListener = addAbortListener;
  EventEmitter.once = once;
  EventEmitter.on = on;
  EventEmitter.getEventListeners = getEventListeners;
  EventEmitter.getMaxListeners = getMaxListeners;
  EventEmitter.EventEmitter = EventEmitter;
  EventEmitter.usingDomains = false;
  EventEmitter.captureRejectionSymbol = captureRejectionSymbol;
  EventEmitter.errorMonitor = errorMonitor;
  EventEmitter.setMaxListeners = setMaxListeners;
  EventEmitter.listenerCount = function (emitter, type) {
    if (typeof emitter.listenerCount === "function") return emitter.listenerCount(type);
    return ReflectApply(prototype.listenerCount, emitter, [type]);
  };
  ObjectDefineProperty(EventEmitter, "captureRejections", {
    __proto__: null, enumerable: true,
    get: () => prototype[capture],
    set: (value) => {
      checkBoolean(value, "EventEmitter.captureRejections");
      prototype[capture] = value;
    },
  });
  ObjectDefineProperty(EventEmitter, "defaultMaxListeners", {
    __proto__: null, enumerable: true,
    get: () => defaultMaxListeners,
    set: (value) => {
      checkNumber(value, "defaultMaxListeners", 0);
      defaultMaxListeners = value;
    },
  });
  const constant = (value) => ({ __proto__: null, value, enumerable: false });
  ObjectDefineProperty(EventEmitter, "kMaxEventTargetListeners", constant(maxTargetListeners));
  ObjectDefineProperty(EventEmitter, "kMaxEventTargetListenersWarned", constant(maxTargetListenersWarned));
  return EventEmitter;
})
