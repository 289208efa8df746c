(function (k) {
  "use strict";
  // A Transform that becomes one when it is first used as one. Most hashes never are, and the streams would cost every
  // program that hashes a string the loading of node:stream.
  const p = k.primordials;
  const { ObjectDefineProperty, ObjectSetPrototypeOf } = p;

  let Transform;
  const load = () => {
    if (Transform !== undefined) return;
    ({ Transform } = k.load("node/stream"));
    ObjectSetPrototypeOf(LazyTransform.prototype, Transform.prototype);
    ObjectSetPrototypeOf(LazyTransform, Transform);
    for (let i = 0; i < names.length; i++) if (!isState(names[i])) delete LazyTransform.prototype[names[i]];
  };
  const begin = (object) => {
    load();
    hide(object, "_readableState", undefined);
    hide(object, "_writableState", undefined);
    p.ReflectApply(Transform, object, [object[optionsKey]]);
  };
  const hide = (object, name, value) =>
    ObjectDefineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  const optionsKey = p.Symbol("options");

  function LazyTransform(options) {
    k.hidden(this, optionsKey, options);
  }
  const names = [
    "_readableState", "_writableState", "_events", "_eventsCount", "_maxListeners", "on", "once", "off", "addListener",
    "removeListener", "removeAllListeners", "prependListener", "prependOnceListener", "emit", "listeners",
    "listenerCount", "eventNames", "setMaxListeners", "getMaxListeners", "pipe", "unpipe", "read", "push", "unshift",
    "resume", "pause", "isPaused", "setEncoding", "write", "end", "cork", "uncork", "setDefaultEncoding", "destroy",
    "destroyed", "readable", "writable", "readableEnded", "writableEnded", "writableFinished", "readableFlowing",
    "readableObjectMode", "writableObjectMode", "allowHalfOpen", "_undestroy", "iterator", "map", "filter", "forEach",
    "toArray", "reduce", p.SymbolAsyncIterator,
  ];
  // These are the object's own once it is a stream: until then, also when the class has been loaded for another.
  const isState = (name) => name === "_readableState" || name === "_writableState" || name === "_events";
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    ObjectDefineProperty(LazyTransform.prototype, name, {
      __proto__: null, configurable: true, enumerable: false,
      get() {
        // Asked of a prototype, or by the streams' own constructor before it has set it.
        if (typeof this !== "object" || this === null || !p.ObjectHasOwn(this, optionsKey)) return undefined;
        if (p.ObjectHasOwn(this, "_readableState")) return undefined;
        begin(this);
        return this[name];
      },
      set(value) { hide(this, name, value); },
    });
  }
  return LazyTransform;
})
