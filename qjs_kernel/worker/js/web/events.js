(function (k) {
  "use strict";
  // Event, EventTarget and the events that carry data. What a listener throws is reported as an uncaught error and
  // does not keep the others from being called.
  const p = k.primordials;
  const {
    ArrayPrototypePush, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ObjectDefineProperty, ReflectApply,
  } = p;
  const { illegalConstructor, invalidThis, invalidType, missingArgs, dictionary, publish, inspects } =
    k.load("web/interface");
  const { list } = k.text;

  const NONE = 0;
  const AT_TARGET = 2;

  const report = (error) => {
    if (typeof k.reportError === "function") k.reportError(error);
    else k.unhandled[k.unhandledCount++] = { __proto__: null, error, owner: k.currentOwner };
  };

  // ---- Event ----

  // The state of an event or a target, for this file alone.
  let stateOf;
  let isEvent;

  class Event {
    #state;
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missingArgs("type");
      if (options !== undefined && options !== null && typeof options !== "object")
        throw invalidType("options", "of type object", options);
      this.#state = {
        __proto__: null, type: `${type}`, bubbles: !!options?.bubbles, cancelable: !!options?.cancelable,
        composed: !!options?.composed, timeStamp: k.now(), target: null, current: null, dispatching: false,
        stopped: false, propagationStopped: false, prevented: false, passive: false, trusted: false,
      };
    }
    static {
      isEvent = (value) => typeof value === "object" && value !== null && #state in value;
      stateOf = (value) => {
        if (!isEvent(value)) throw invalidThis("Event");
        return value.#state;
      };
    }
    initEvent(type, bubbles = false, cancelable = false) {
      if (arguments.length === 0) throw missingArgs("type");
      const state = stateOf(this);
      if (state.dispatching) return;
      state.type = `${type}`;
      state.bubbles = !!bubbles;
      state.cancelable = !!cancelable;
    }
    stopImmediatePropagation() {
      stateOf(this).stopped = true;
    }
    preventDefault() {
      const state = stateOf(this);
      if (state.cancelable && !state.passive) state.prevented = true;
    }
    get target() {
      return stateOf(this).target;
    }
    get currentTarget() {
      return stateOf(this).current;
    }
    get srcElement() {
      return stateOf(this).target;
    }
    get type() {
      return stateOf(this).type;
    }
    get cancelable() {
      return stateOf(this).cancelable;
    }
    get defaultPrevented() {
      return stateOf(this).prevented;
    }
    get timeStamp() {
      return stateOf(this).timeStamp;
    }
    composedPath() {
      const state = stateOf(this);
      return state.dispatching ? [state.current] : [];
    }
    get returnValue() {
      return !stateOf(this).prevented;
    }
    set returnValue(value) {
      const state = stateOf(this);
      if (!value && state.cancelable && !state.passive) state.prevented = true;
    }
    get bubbles() {
      return stateOf(this).bubbles;
    }
    get composed() {
      return stateOf(this).composed;
    }
    get eventPhase() {
      return stateOf(this).dispatching ? AT_TARGET : NONE;
    }
    get cancelBubble() {
      return stateOf(this).propagationStopped;
    }
    set cancelBubble(value) {
      const state = stateOf(this);
      if (value) state.propagationStopped = true;
    }
    stopPropagation() {
      stateOf(this).propagationStopped = true;
    }
    get isTrusted() {
      return stateOf(this).trusted;
    }
  }
  publish(Event, "Event", ["initEvent", "stopImmediatePropagation", "preventDefault", "target", "currentTarget",
    "srcElement", "type", "cancelable", "defaultPrevented", "timeStamp", "composedPath", "returnValue", "bubbles",
    "composed", "eventPhase", "cancelBubble", "stopPropagation", "isTrusted"]);
  inspects(Event, (event) => {
    const { type, prevented, cancelable, timeStamp } = stateOf(event);
    return { type, defaultPrevented: prevented, cancelable, timeStamp };
  }, true);
  const phases = ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"];
  for (let i = 0; i < phases.length; i++) {
    const constant = { __proto__: null, value: i, enumerable: true };
    ObjectDefineProperty(Event, phases[i], constant);
    ObjectDefineProperty(Event.prototype, phases[i], constant);
  }

  const trusted = (event) => {
    stateOf(event).trusted = true;
    return event;
  };

  // ---- EventTarget ----

  let listenersOf;
  let isTarget;

  // A listener: { callback, capture, once, passive, removed, dispose }
  const flatten = (options) => {
    if (typeof options === "boolean")
      return { __proto__: null, capture: options, once: false, passive: false, signal: undefined };
    if (options === undefined || options === null)
      return { __proto__: null, capture: false, once: false, passive: false, signal: undefined };
    if (typeof options !== "object" && typeof options !== "function")
      throw invalidType("options", "of type object", options);
    const { capture, once, passive, signal } = options;
    return { __proto__: null, capture: !!capture, once: !!once, passive: !!passive, signal };
  };
  const isListener = (listener) => {
    if (typeof listener === "function" || (typeof listener === "object" && listener !== null)) return true;
    if (listener === undefined || listener === null) return false;
    throw invalidType("listener", "an instance of EventListener", listener);
  };
  // The listeners of a type, in order: { items, walks }. While a dispatch walks them they are replaced, not changed.
  const writable = (listeners, type) => {
    const known = MapPrototypeGet(listeners, type);
    if (known !== undefined && known.walks === 0) return known;
    const items = list();
    if (known !== undefined)
      for (let i = 0; i < known.items.length; i++) ArrayPrototypePush(items, known.items[i]);
    const fresh = { __proto__: null, items, walks: 0 };
    MapPrototypeSet(listeners, type, fresh);
    return fresh;
  };
  const drop = (listeners, type, record) => {
    record.removed = true;
    const { dispose } = record;
    record.dispose = undefined;
    dispose?.();
    if (MapPrototypeGet(listeners, type) === undefined) return;
    const { items } = writable(listeners, type);
    const index = p.ArrayPrototypeIndexOf(items, record);
    if (index !== -1) p.ArrayPrototypeSplice(items, index, 1);
    if (items.length === 0) MapPrototypeDelete(listeners, type);
  };
  const find = (listeners, type, callback, capture) => {
    const items = MapPrototypeGet(listeners, type)?.items;
    if (items === undefined) return undefined;
    for (let i = 0; i < items.length; i++)
      if (items[i].callback === callback && items[i].capture === capture) return items[i];
    return undefined;
  };
  const add = (target, type, callback, options) => {
    const listeners = listenersOf(target);
    const { capture, once, passive, signal } = flatten(options);
    if (signal !== undefined) {
      if (!k.load("web/abort").isAbortSignal(signal))
        throw invalidType("options.signal", "an instance of AbortSignal", signal);
      if (signal.aborted) return;
    }
    if (find(listeners, type, callback, capture) !== undefined) return;
    const record = { __proto__: null, callback, capture, once, passive, removed: false, dispose: undefined };
    ArrayPrototypePush(writable(listeners, type).items, record);
    if (signal !== undefined)
      record.dispose = k.load("web/abort").whenAborted(signal, () => drop(listeners, type, record));
  };
  const remove = (target, type, callback, capture = false) => {
    const listeners = listenersOf(target);
    const record = find(listeners, type, callback, capture);
    if (record !== undefined) drop(listeners, type, record);
  };

  const callListener = (target, event, callback) => {
    let result;
    try {
      if (typeof callback === "function") result = ReflectApply(callback, target, [event]);
      else {
        const { handleEvent } = callback;
        if (typeof handleEvent === "function") result = ReflectApply(handleEvent, callback, [event]);
      }
      if (result !== undefined && result !== null) {
        const { then } = result; // an async listener
        if (typeof then === "function") ReflectApply(then, result, [undefined, report]);
      }
    } catch (error) {
      report(error);
    }
  };
  const dispatch = (target, event) => {
    const listeners = listenersOf(target);
    const state = stateOf(event);
    if (state.dispatching)
      throw k.codeError(p.Error, "ERR_EVENT_RECURSION", `The event "${state.type}" is already being dispatched`);
    state.target = state.current = target;
    const called = MapPrototypeGet(listeners, state.type);
    if (called !== undefined) {
      state.dispatching = true;
      called.walks++;
      try {
        for (let i = 0; i < called.items.length && !state.stopped; i++) {
          const record = called.items[i];
          if (record.removed) continue;
          if (record.once) drop(listeners, state.type, record);
          state.passive = record.passive;
          callListener(target, event, record.callback);
        }
      } finally {
        called.walks--;
        state.dispatching = state.passive = false;
      }
    }
    state.current = null;
    state.stopped = state.propagationStopped = false;
    return !state.prevented;
  };

  class EventTarget {
    #listeners = new p.Map();
    static {
      isTarget = (value) => typeof value === "object" && value !== null && #listeners in value;
      listenersOf = (value) => {
        if (typeof value !== "object" || value === null || !(#listeners in value)) throw invalidThis("EventTarget");
        return value.#listeners;
      };
    }
    addEventListener(type, listener, options = undefined) {
      listenersOf(this);
      if (arguments.length < 2) throw missingArgs("type", "listener");
      flatten(options); // wrong options are told before a listener that counts for nothing
      if (isListener(listener)) add(this, `${type}`, listener, options);
    }
    removeEventListener(type, listener, options = undefined) {
      listenersOf(this);
      if (arguments.length < 2) throw missingArgs("type", "listener");
      const { capture } = typeof options === "object" || typeof options === "function" ? flatten(options)
        : { __proto__: null, capture: !!options };
      if (isListener(listener)) remove(this, `${type}`, listener, capture);
    }
    dispatchEvent(event) {
      listenersOf(this);
      if (arguments.length === 0) throw missingArgs("event");
      if (!isEvent(event)) throw invalidType("event", "an instance of Event", event);
      return dispatch(this, event);
    }
  }
  publish(EventTarget, "EventTarget", ["addEventListener", "removeEventListener", "dispatchEvent"]);
  inspects(EventTarget, () => ({}), true);

  // How many listeners there are, for events.getEventListeners and for ports.
  const callbacksOf = (target, type) => {
    const items = MapPrototypeGet(listenersOf(target), type)?.items;
    const callbacks = [];
    if (items !== undefined)
      for (let i = 0; i < items.length; i++)
        ObjectDefineProperty(callbacks, i, {
          __proto__: null, value: items[i].callback, writable: true, enumerable: true, configurable: true,
        });
    return callbacks;
  };

  // ---- events with data ----

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missingArgs("type");
      super(type, options);
      this.#detail = options?.detail ?? null;
    }
    get detail() {
      if (typeof this !== "object" || this === null || !(#detail in this)) throw invalidThis("CustomEvent");
      return this.#detail;
    }
  }
  publish(CustomEvent, "CustomEvent", ["detail"]);

  class MessageEvent extends Event {
    #data;
    #origin;
    #lastEventId;
    #source;
    #ports;
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missingArgs("type");
      super(type, options);
      const { data = null, origin = "", lastEventId = "", source = null, ports = [] } = dictionary(options, "options");
      this.#data = data;
      this.#origin = `${origin}`;
      this.#lastEventId = `${lastEventId}`;
      this.#source = source;
      this.#ports = [...ports];
      p.ObjectFreeze(this.#ports);
    }
    get data() {
      return this.#data;
    }
    get origin() {
      return this.#origin;
    }
    get lastEventId() {
      return this.#lastEventId;
    }
    get source() {
      return this.#source;
    }
    get ports() {
      return this.#ports;
    }
  }
  publish(MessageEvent, "MessageEvent", ["data", "origin", "lastEventId", "source", "ports"]);

  class ErrorEvent extends Event {
    #fields;
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missingArgs("type");
      super(type, options);
      const { message = "", filename = "", lineno = 0, colno = 0, error = undefined } = dictionary(options, "options");
      this.#fields = {
        __proto__: null, message: `${message}`, filename: `${filename}`, lineno: lineno >>> 0, colno: colno >>> 0,
        error,
      };
    }
    get message() {
      return this.#fields.message;
    }
    get filename() {
      return this.#fields.filename;
    }
    get lineno() {
      return this.#fields.lineno;
    }
    get colno() {
      return this.#fields.colno;
    }
    get error() {
      return this.#fields.error;
    }
  }
  publish(ErrorEvent, "ErrorEvent", ["message", "filename", "lineno", "colno", "error"]);

  class PromiseRejectionEvent extends Event {
    #promise;
    #reason;
    constructor(type, options) {
      if (arguments.length < 2) throw missingArgs("type", "options");
      super(type, options);
      const { promise, reason } = dictionary(options, "options");
      if (promise === undefined) throw invalidType("options.promise", "an instance of Promise", promise);
      this.#promise = promise;
      this.#reason = reason;
    }
    get promise() {
      return this.#promise;
    }
    get reason() {
      return this.#reason;
    }
  }
  publish(PromiseRejectionEvent, "PromiseRejectionEvent", ["promise", "reason"]);

  return {
    Event, EventTarget, CustomEvent, MessageEvent, ErrorEvent, PromiseRejectionEvent,
    // for other internal files only
    add, remove, dispatch, trusted, isEvent, isTarget, callbacksOf, report, illegalConstructor,
  };
})
