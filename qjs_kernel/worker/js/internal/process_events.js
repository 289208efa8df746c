(function (k) {
  "use strict";
  // `process` as an event emitter. Of Node's events only "exit" ever comes, from process.exit(): errors and rejections
  // that nobody handles are reported under the cell, and signals do not reach the guest.
  const { process, primordials: p } = k;
  const EventEmitter = k.load("node/events");
  const emitter = p.ObjectCreate(EventEmitter.prototype);
  p.ReflectApply(EventEmitter, emitter, []);
  const names = p.ReflectOwnKeys(EventEmitter.prototype);
  const methods = { __proto__: null };
  for (let i = 0; i < names.length; i++) {
    const name = names[i], method = EventEmitter.prototype[name];
    if (typeof method !== "function" || name === "constructor") continue;
    methods[name] = (...args) => {
      const result = p.ReflectApply(method, emitter, args);
      return result === emitter ? process : result;
    };
  }
  k.processEvents = () => true;
  return methods;
})
