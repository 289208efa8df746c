(function (k) {
  "use strict";
  // MessageChannel, MessagePort, BroadcastChannel. A message is a structured clone made when it is posted; each is
  // delivered in a turn of its own, and only a message that somebody will hear keeps a timer.
  const p = k.primordials;
  const { ArrayPrototypePush, ArrayPrototypeShift, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } = p;
  const { EventTarget, Event, MessageEvent, dispatch, add, remove, trusted, callbacksOf, isEvent } =
    k.load("web/events");
  const { clone, transferListOf } = k.load("web/clone");
  const { DOMException } = k.load("web/domexception");
  const { invalidThis, missingArgs, publish, inspects, handlerAttribute } = k.load("web/interface");
  const { setImmediate } = k.timers;
  const { list } = k.text;
  const secret = {};

  // One end of a channel: { port, peer, queue, started, scheduled, closed }. A port that was transferred has none.
  let endOf;
  let stateOf;
  let isPort;

  const newEnd = () => ({
    __proto__: null, port: undefined, peer: undefined, queue: list(), started: false, scheduled: false, closed: false,
  });
  const deliverNext = (end) => {
    end.scheduled = false;
    if (end.port === undefined) return;
    const { port } = end;
    if (end.queue.length > 0) {
      const { data, ports } = ArrayPrototypeShift(end.queue);
      schedule(end);
      dispatch(port, trusted(new MessageEvent("message", { __proto__: null, data, ports: [...ports] })));
      return;
    }
    if (!end.closed) return;
    end.port = undefined;
    dispatch(port, trusted(new Event("close")));
  };
  const schedule = (end) => {
    if (end.scheduled || end.port === undefined) return;
    // A closed end tells so even if nobody started it.
    if (end.queue.length > 0 ? !(end.started || end.closed) : !end.closed) return;
    end.scheduled = true;
    setImmediate(deliverNext, end);
  };
  const closeEnd = (end) => {
    if (end.closed) return;
    end.queue = list();
    end.closed = true;
    schedule(end);
    const { peer } = end;
    if (peer === undefined || peer.closed) return;
    peer.closed = true; // after the messages that are on their way
    schedule(peer);
  };
  const start = (port) => {
    const end = endOf(port);
    if (end === undefined) return;
    end.started = true;
    schedule(end);
  };

  class MessagePort extends EventTarget {
    #state;
    constructor(key, end) {
      if (key !== secret)
        throw k.codeError(p.TypeError, "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
      super();
      this.#state = { __proto__: null, end, handlers: { __proto__: null }, wrappers: new p.Map() };
      if (end !== undefined) end.port = this;
    }
    static {
      isPort = (value) => typeof value === "object" && value !== null && #state in value;
      stateOf = (value) => {
        if (!isPort(value)) throw invalidThis("MessagePort");
        return value.#state;
      };
      endOf = (port) => stateOf(port).end;
    }
    postMessage(...args) {
      const end = endOf(this);
      if (args.length === 0)
        throw k.codeError(p.TypeError, "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage");
      const transfer = transferListOf(args[1], "Optional options argument must be an object",
        "Optional transferList argument must be an iterable");
      if (transfer !== undefined && p.ArrayPrototypeIncludes(transfer, this))
        throw new DOMException("Transfer list contains source port", "DataCloneError");
      const ports = list();
      const data = clone(args[0], transfer, ports);
      const peer = end?.peer;
      if (peer === undefined || end.closed || peer.port === undefined) return;
      p.ObjectSetPrototypeOf(ports, p.primordialPrototypes.Array);
      ArrayPrototypePush(peer.queue, { __proto__: null, data, ports });
      schedule(peer);
    }
    start() {
      start(this);
    }
    close() {
      const end = endOf(this);
      if (end !== undefined) closeEnd(end);
    }
    // Nothing waits for ports in the sandbox, so there is nothing to take back.
    ref() {
      return undefined;
    }
    unref() {
      return undefined;
    }
    hasRef() {
      const end = endOf(this);
      return end !== undefined && end.started && !end.closed;
    }

    // As an EventEmitter, the way Node's ports are too: listeners get the data, not the event.
    on(type, listener) {
      return listen(this, type, listener, false);
    }
    addListener(type, listener) {
      return listen(this, type, listener, false);
    }
    once(type, listener) {
      return listen(this, type, listener, true);
    }
    off(type, listener) {
      const wrapper = MapPrototypeGet(stateOf(this).wrappers, listener);
      remove(this, `${type}`, wrapper ?? listener);
      MapPrototypeDelete(stateOf(this).wrappers, listener);
      return this;
    }
    removeListener(type, listener) {
      return this.off(type, listener);
    }
    removeAllListeners(type) {
      const callbacks = callbacksOf(this, `${type}`);
      for (let i = 0; i < callbacks.length; i++) remove(this, `${type}`, callbacks[i]);
      return this;
    }
    emit(type, value) {
      stateOf(this);
      const had = callbacksOf(this, `${type}`).length > 0;
      dispatch(this, isEvent(value) ? value : new MessageEvent(`${type}`, { __proto__: null, data: value }));
      return had;
    }
    listenerCount(type) {
      return callbacksOf(this, `${type}`).length;
    }
    addEventListener(type, listener, options) {
      super.addEventListener(type, listener, options);
    }
  }
  const listen = (port, type, listener, once) => {
    if (typeof listener !== "function") throw k.invalidArgType("listener", "of type function", listener);
    const { wrappers } = stateOf(port);
    type = `${type}`;
    const wrapper = function (event) {
      if (once) MapPrototypeDelete(wrappers, listener);
      return p.ReflectApply(listener, port, type === "message" || type === "messageerror" ? [event.data] : []);
    };
    MapPrototypeSet(wrappers, listener, wrapper);
    add(port, type, wrapper, { __proto__: null, once });
    if (type === "message") start(port);
    return port;
  };
  publish(MessagePort, "MessagePort", ["postMessage", "start", "ref", "unref", "hasRef", "close"]);
  // Setting `onmessage` starts the port, as the standard says; addEventListener does not.
  const started = (port) => {
    const { handlers } = stateOf(port);
    return handlers;
  };
  handlerAttribute(MessagePort, "message", started);
  handlerAttribute(MessagePort, "messageerror", started);
  handlerAttribute(MessagePort, "close", started);
  const attribute = p.ObjectGetOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
  p.ObjectDefineProperty(MessagePort.prototype, "onmessage", {
    __proto__: null, ...attribute,
    set(value) {
      p.ReflectApply(attribute.set, this, [value]);
      if (typeof value === "function") start(this);
    },
  });
  inspects(MessagePort, (port) => {
    const end = endOf(port);
    return { active: end !== undefined && !end.closed, refed: port.hasRef() };
  });

  class MessageChannel {
    constructor() {
      const first = newEnd(), second = newEnd();
      first.peer = second;
      second.peer = first;
      const own = (key, end) => p.ObjectDefineProperty(this, key, {
        __proto__: null, value: new MessagePort(secret, end), writable: true, enumerable: true, configurable: true,
      });
      own("port1", first);
      own("port2", second);
    }
  }

  k.cloneable ??= list();
  ArrayPrototypePush(k.cloneable, {
    __proto__: null, is: isPort,
    transfer(port) {
      const target = new MessagePort(secret, undefined);
      return { __proto__: null, target, commit() {
        const end = endOf(port);
        stateOf(port).end = undefined;
        stateOf(target).end = end;
        if (end === undefined) return;
        end.port = target;
        end.started = false;
      } };
    },
  });

  // ---- BroadcastChannel: all channels of a name, in this guest ----

  const channels = new p.Map();
  let channelOf;

  class BroadcastChannel extends EventTarget {
    #state;
    constructor(name) {
      if (arguments.length === 0) throw missingArgs("name");
      super();
      this.#state = { __proto__: null, name: `${name}`, closed: false, object: this, handlers: { __proto__: null } };
      const group = MapPrototypeGet(channels, this.#state.name) ?? new p.Set();
      p.SetPrototypeAdd(group, this.#state);
      MapPrototypeSet(channels, this.#state.name, group);
    }
    static {
      channelOf = (value) => {
        if (typeof value !== "object" || value === null || !(#state in value)) throw invalidThis("BroadcastChannel");
        return value.#state;
      };
    }
    get name() {
      return channelOf(this).name;
    }
    close() {
      const state = channelOf(this);
      state.closed = true;
      const group = MapPrototypeGet(channels, state.name);
      if (group === undefined) return;
      p.SetPrototypeDelete(group, state);
      if (p.SetPrototypeGetSize(group) === 0) MapPrototypeDelete(channels, state.name);
    }
    postMessage(message) {
      if (arguments.length === 0) throw missingArgs("message");
      const state = channelOf(this);
      if (state.closed) throw new DOMException("BroadcastChannel is closed.", "InvalidStateError");
      const group = MapPrototypeGet(channels, state.name);
      p.SetPrototypeForEach(group, (other) => {
        if (other === state) return;
        const data = clone(message);
        setImmediate(() => {
          if (!other.closed)
            dispatch(other.object, trusted(new MessageEvent("message", { __proto__: null, data })));
        });
      });
    }
    ref() {
      return this;
    }
    unref() {
      return this;
    }
  }
  publish(BroadcastChannel, "BroadcastChannel", ["name", "close", "postMessage", "ref", "unref"]);
  handlerAttribute(BroadcastChannel, "message", (channel) => channelOf(channel).handlers);
  handlerAttribute(BroadcastChannel, "messageerror", (channel) => channelOf(channel).handlers);
  inspects(BroadcastChannel, (channel) => {
    const { name, closed } = channelOf(channel);
    return { name, active: !closed };
  });

  return { MessageChannel, MessagePort, BroadcastChannel };
})
