(function (k) {
  "use strict";
  // The base class: an EventEmitter with the first `pipe` there was, for streams that inherit from nothing newer.
  const p = k.primordials;
  const EventEmitter = k.load("node/events");

  function Stream(options) {
    p.ReflectApply(EventEmitter, this, [options]);
  }
  p.ObjectSetPrototypeOf(Stream.prototype, EventEmitter.prototype);
  p.ObjectSetPrototypeOf(Stream, EventEmitter);

  // Before the listeners there are: a pipe hears of an error first, and tells whether anybody else handles it.
  const prependListener = (emitter, event, run) => {
    if (typeof emitter.prependListener === "function") emitter.prependListener(event, run);
    else emitter.on(event, run);
  };

  Stream.prototype.pipe = function pipe(dest, options) {
    const source = this;
    let ended = false;
    const ondata = (chunk) => {
      if (dest.writable && dest.write(chunk) === false && source.pause) source.pause();
    };
    const ondrain = () => {
      if (source.readable && source.resume) source.resume();
    };
    const onend = () => {
      if (ended) return;
      ended = true;
      dest.end();
    };
    const onclose = () => {
      if (ended) return;
      ended = true;
      if (typeof dest.destroy === "function") dest.destroy();
    };
    function onerror(error) {
      cleanup();
      if (this.listenerCount("error") === 0) this.emit("error", error);
    }
    const cleanup = () => {
      source.removeListener("data", ondata);
      dest.removeListener("drain", ondrain);
      source.removeListener("end", onend);
      source.removeListener("close", onclose);
      for (const side of [source, dest]) {
        side.removeListener("error", onerror);
        side.removeListener("close", cleanup);
      }
      source.removeListener("end", cleanup);
    };
    source.on("data", ondata);
    dest.on("drain", ondrain);
    if (!dest._isStdio && (!options || options.end !== false)) {
      source.on("end", onend);
      source.on("close", onclose);
    }
    prependListener(source, "error", onerror);
    prependListener(dest, "error", onerror);
    source.on("end", cleanup);
    source.on("close", cleanup);
    dest.on("close", cleanup);
    dest.emit("pipe", source);
    return dest;
  };

  // Copies what an object literal says onto a class: getters as getters, everything as Node shows it.
  const extend = (target, members) => {
    const keys = p.ReflectOwnKeys(members);
    for (let i = 0; i < keys.length; i++) {
      const found = p.ReflectGetOwnPropertyDescriptor(members, keys[i]);
      p.ObjectSetPrototypeOf(found, null);
      if (found.get) found.enumerable = false;
      p.ObjectDefineProperty(target, keys[i], found);
    }
  };

  return { __proto__: null, Stream, prependListener, extend };
})
