(function (k) {
  "use strict";
  // node:util/types. Kinds are told by internal slots where the language lets one read them; there are no externals.
  const p = k.primordials;
  const { ErrorIsError, ObjectPrototypeToString, TypedArrayPrototypeGetSymbolToStringTag } = p;
  const { boxed, inChain, isArguments, kindOf } = k.kinds;

  const isObject = (value) => typeof value === "object" && value !== null;
  const is = (kind) => (value) => isObject(value) && kindOf(value) === kind;
  const isView = (name) => (value) => TypedArrayPrototypeGetSymbolToStringTag(value) === name;
  const isTypedArray = (value) => TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
  const isDataView = is("DataView");
  const never = () => false;

  const asyncFunctions = p.AsyncFunction.prototype;
  const generatorFunctions = p.GeneratorFunction.prototype;
  const asyncGeneratorFunctions = p.AsyncGeneratorFunction.prototype;
  const inherits = (value, prototype) => inChain(value, prototype);

  const types = {
    isExternal: never,
    isDate: is("Date"),
    isArgumentsObject: (value) => isObject(value) && isArguments(value),
    isBigIntObject: is("BigInt"),
    isBooleanObject: is("Boolean"),
    isNumberObject: is("Number"),
    isStringObject: is("String"),
    isSymbolObject: is("Symbol"),
    isNativeError: (value) => ErrorIsError(value) && !inherits(value, p.DOMException.prototype),
    isRegExp: is("RegExp"),
    isAsyncFunction: (value) => typeof value === "function" &&
      (inherits(value, asyncFunctions) || inherits(value, asyncGeneratorFunctions)),
    isGeneratorFunction: (value) => typeof value === "function" &&
      (inherits(value, generatorFunctions) || inherits(value, asyncGeneratorFunctions)),
    isGeneratorObject: (value) => isObject(value) &&
      (inherits(value, generatorFunctions.prototype) || inherits(value, asyncGeneratorFunctions.prototype)),
    isPromise: is("Promise"),
    isMap: is("Map"),
    isSet: is("Set"),
    isMapIterator: is("MapIterator"),
    isSetIterator: is("SetIterator"),
    isWeakMap: is("WeakMap"),
    isWeakSet: is("WeakSet"),
    isArrayBuffer: is("ArrayBuffer"),
    isDataView,
    isSharedArrayBuffer: is("SharedArrayBuffer"),
    isProxy: (value) => k.isProxy(value),
    isModuleNamespaceObject: is("Module"),
    isAnyArrayBuffer: (value) => {
      const kind = isObject(value) ? kindOf(value) : "";
      return kind === "ArrayBuffer" || kind === "SharedArrayBuffer";
    },
    isBoxedPrimitive: (value) => isObject(value) && boxed[kindOf(value)] === true,
    isArrayBufferView: (value) => isTypedArray(value) || isDataView(value),
    isTypedArray,
  };
  const views = ["Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array",
    "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"];
  for (let i = 0; i < views.length; i++) types[`is${views[i]}`] = isView(views[i]);
  // Told by their names: the classes are loaded when a program uses them.
  types.isKeyObject = (value) => isObject(value) &&
    p.RegExpPrototypeExec(/^(?:Secret|Public|Private)?KeyObject$/, `${value.constructor?.name}`) !== null;
  types.isCryptoKey = (value) => isObject(value) && ObjectPrototypeToString(value) === "[object CryptoKey]";
  const names = p.ObjectKeys(types);
  for (let i = 0; i < names.length; i++)
    p.ObjectDefineProperty(types[names[i]], "name", { __proto__: null, value: names[i], configurable: true });
  return types;
})
