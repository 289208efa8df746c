(function (k) {
  "use strict";
  // Every intrinsic the guest's own machinery uses, captured before user code can touch it. Names follow Node's
  // convention: statics as `ObjectKeys`, methods uncurried as `ArrayPrototypePush(array, x)`, getters as
  // `MapPrototypeGetSize(map)`, symbols as `SymbolIterator`, constructors under their own name.
  const p = { __proto__: null };
  const { bind, call, apply } = Function.prototype;
  const uncurryThis = bind.bind(call);
  const applyBind = bind.bind(apply);
  p.uncurryThis = uncurryThis;
  p.applyBind = applyBind;

  // The language has no way to tell a proxy from its target without running a trap: so the one constructor that
  // makes them remembers what it made. (Bound, it has no `prototype` and no source text, as the engine's own.)
  const proxies = new WeakSet();
  const remember = uncurryThis(proxies.add), known = uncurryThis(proxies.has);
  k.isProxy = (value) =>
    (typeof value === "object" && value !== null || typeof value === "function") && known(proxies, value);
  const MadeProxy = Proxy, { revocable } = Proxy, { defineProperty } = Reflect;
  const tracked = function (target, handler) {
    if (new.target === undefined) throw new TypeError("must be called with new");
    const made = new MadeProxy(target, handler);
    remember(proxies, made);
    return made;
  }.bind(undefined);
  const fixed = (target, key, value) =>
    defineProperty(target, key, { __proto__: null, value, writable: false, enumerable: false, configurable: true });
  fixed(tracked, "name", "Proxy");
  fixed(tracked, "length", 2);
  defineProperty(tracked, "revocable", {
    __proto__: null, writable: true, enumerable: false, configurable: true,
    value: {
      revocable(target, handler) {
        const made = revocable(target, handler);
        remember(proxies, made.proxy);
        return made;
      },
    }.revocable,
  });
  defineProperty(globalThis, "Proxy", {
    __proto__: null, value: tracked, writable: true, enumerable: false, configurable: true,
  });

  const capital = (key) =>
    typeof key === "symbol"
      ? "Symbol" + key.description[7].toUpperCase() + key.description.slice(8)
      : key[0].toUpperCase() + key.slice(1);

  const copyStatics = (source, prefix) => {
    for (const key of Reflect.ownKeys(source)) {
      if (typeof key === "symbol" && !/^Symbol\.\w/.test(key.description ?? "")) continue;
      const d = Reflect.getOwnPropertyDescriptor(source, key);
      if ("get" in d) {
        if (d.get) p[prefix + "Get" + capital(key)] = uncurryThis(d.get);
      } else if (typeof d.value === "function") p[prefix + capital(key)] = d.value.bind(source);
      else p[prefix + capital(key)] = d.value;
    }
  };
  const copyPrototype = (source, prefix) => {
    for (const key of Reflect.ownKeys(source)) {
      if (key === "constructor") continue;
      if (typeof key === "symbol" && !/^Symbol\.\w/.test(key.description ?? "")) continue;
      const d = Reflect.getOwnPropertyDescriptor(source, key);
      if ("get" in d) {
        if (d.get) p[prefix + "Get" + capital(key)] = uncurryThis(d.get);
        if (d.set) p[prefix + "Set" + capital(key)] = uncurryThis(d.set);
      } else if (typeof d.value === "function") {
        p[prefix + capital(key)] = uncurryThis(d.value);
        p[prefix + capital(key) + "Apply"] = applyBind(d.value);
      } else p[prefix + capital(key)] = d.value;
    }
  };

  for (const name of ["JSON", "Math", "Reflect"]) copyStatics(globalThis[name], name);
  for (const name of [
    "AggregateError", "Array", "ArrayBuffer", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView",
    "Date", "DOMException", "Error", "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array",
    "Float64Array", "Function", "Int16Array", "Int32Array", "Int8Array", "InternalError", "Iterator", "Map",
    "Number", "Object", "Promise", "Proxy", "RangeError", "ReferenceError", "RegExp", "Set", "SharedArrayBuffer",
    "String", "Symbol", "SyntaxError", "TypeError", "Uint16Array", "Uint32Array", "Uint8Array",
    "Uint8ClampedArray", "URIError", "WeakMap", "WeakRef", "WeakSet",
  ]) {
    const original = globalThis[name];
    if (original === undefined) continue;
    p[name] = original;
    copyStatics(original, name);
    if (original.prototype) copyPrototype(original.prototype, name + "Prototype");
  }
  const TypedArray = Reflect.getPrototypeOf(Uint8Array);
  p.TypedArray = TypedArray;
  copyStatics(TypedArray, "TypedArray");
  copyPrototype(TypedArray.prototype, "TypedArrayPrototype");

  const prototypeOfIterator = (iterator) => Reflect.getPrototypeOf(iterator);
  copyPrototype(prototypeOfIterator([][Symbol.iterator]()), "ArrayIteratorPrototype");
  copyPrototype(prototypeOfIterator(new Map()[Symbol.iterator]()), "MapIteratorPrototype");
  copyPrototype(prototypeOfIterator(new Set()[Symbol.iterator]()), "SetIteratorPrototype");
  copyPrototype(prototypeOfIterator(""[Symbol.iterator]()), "StringIteratorPrototype");
  p.GeneratorFunction = (function* () {}).constructor;
  p.AsyncFunction = (async function () {}).constructor;
  p.AsyncGeneratorFunction = (async function* () {}).constructor;

  for (const name of ["queueMicrotask", "atob", "btoa", "parseInt", "parseFloat", "isNaN", "isFinite",
    "encodeURIComponent", "decodeURIComponent", "eval"]) p[name] = globalThis[name];
  p.performanceNow = performance.now.bind(performance);
  p.globalThis = globalThis;
  p.primordialPrototypes = {
    __proto__: null, Object: Object.prototype, Array: Array.prototype, Function: Function.prototype,
    Error: Error.prototype, Map: Map.prototype, Set: Set.prototype, Date: Date.prototype, RegExp: RegExp.prototype,
    Promise: Promise.prototype,
  };
  // Call sites hand out the functions of a stack, our own closures among them: that method goes.
  Error.prepareStackTrace = (error, sites) => sites;
  const site = new Error().stack[0];
  Error.prepareStackTrace = undefined; // an accessor of the engine: deleting it would leave ours in force
  if (typeof site === "object" && site !== null) {
    const prototype = Reflect.getPrototypeOf(site);
    for (const name of ["getFunction", "getThis"]) delete prototype[name];
    p.callSite = { __proto__: null };
    for (const name of ["getFunctionName", "getFileName", "getLineNumber", "getColumnNumber", "isNative"])
      p.callSite[name] = prototype[name];
  }

  // The engine's Promise.any rejects without a message.
  const firstOf = Promise.any, continued = Promise.prototype.then, { apply: invoke } = Reflect;
  const { any: told } = {
    any(values) {
      return invoke(continued, invoke(firstOf, this, [values]), [undefined, (error) => {
        if (error instanceof p.AggregateError && error.message === "") {
          p.ObjectDefineProperty(error, "message", {
            __proto__: null, value: "All promises were rejected", writable: true, configurable: true, enumerable: false,
          });
        }
        throw error;
      }]);
    },
  };
  Object.defineProperty(Promise, "any", { __proto__: null, value: told, writable: true, configurable: true, enumerable: false });

  // What the engine itself looks up when it imports a module: replaced, no module would ever load again.
  for (const [target, key] of [[Promise.prototype, "constructor"], [Promise, Symbol.species]]) {
    const found = Reflect.getOwnPropertyDescriptor(target, key);
    found.configurable = false;
    if ("value" in found) found.writable = false;
    Object.defineProperty(target, key, found);
  }

  k.primordials = Object.freeze(p);
})
