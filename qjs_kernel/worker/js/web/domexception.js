(function (k) {
  "use strict";
  // DOMException: the engine's own, with what it lacks (`new DOMException(message, { name, cause })`). Both share one
  // prototype, so that what the engine itself throws is an instance too.
  const p = k.primordials;
  const { ObjectDefineProperty, ObjectHasOwn, ReflectOwnKeys } = p;
  const Engine = p.DOMException;

  function DOMException(message = "", options = "Error") {
    if (new.target === undefined)
      throw new p.TypeError("Class constructor DOMException cannot be invoked without 'new'");
    let name = options;
    let cause;
    let caused = false;
    if (typeof options === "object" && options !== null) {
      ({ name = "Error" } = options);
      caused = "cause" in options;
      if (caused) ({ cause } = options);
    }
    const made = p.ReflectConstruct(Engine, [`${message}`, `${name}`], new.target);
    if (caused) k.hidden(made, "cause", cause);
    p.ErrorCaptureStackTrace(made, new.target); // the frames end where the program made it
    return made;
  }
  // `length` is 0 through the defaults, as in Node.
  const keys = ReflectOwnKeys(Engine);
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === "length" || keys[i] === "name" || keys[i] === "prototype") continue;
    ObjectDefineProperty(DOMException, keys[i], { __proto__: null, value: Engine[keys[i]], enumerable: true });
  }
  ObjectDefineProperty(DOMException, "prototype", { __proto__: null, value: Engine.prototype, writable: false });
  if (ObjectHasOwn(Engine.prototype, "constructor")) k.hidden(Engine.prototype, "constructor", DOMException);
  // Where the global is still the engine's, it becomes this one: `error.constructor === DOMException` has to hold.
  const known = p.ObjectGetOwnPropertyDescriptor(p.globalThis, "DOMException");
  if (known !== undefined && known.configurable && ObjectHasOwn(known, "value") && known.value === Engine)
    k.hidden(p.globalThis, "DOMException", DOMException);
  return { DOMException };
})
