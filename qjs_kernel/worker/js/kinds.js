(function (k) {
  "use strict";
  // `k.kinds`: what an object is, told by internal slots where the language lets one read them (these reads run no
  // user code), else by its prototypes.
  const p = k.primordials;
  const {
    ArrayBufferPrototypeGetByteLength, ArrayIsArray, DatePrototypeGetTime, ErrorIsError, Map,
    MapPrototypeEntries, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet,
    ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames, ObjectGetPrototypeOf, ObjectHasOwn,
    ObjectIsExtensible, ObjectKeys, ObjectPrototypeToString, RegExpPrototypeExec, SetPrototypeGetSize,
    SetPrototypeValues, String, SymbolIterator, SymbolToStringTag, TypedArrayPrototypeGetSymbolToStringTag,
  } = p;

  // Getters of our own: reading a property through one of them runs no user code.
  k.ownGetters = new p.WeakSet();

  const MAX_CHAIN = 1_000; // prototypes followed; only a proxy can have more

  const accepts = (test) => (value) => {
    try {
      test(value);
      return true;
    } catch {
      return false;
    }
  };
  const probe = {};
  // Brand checks read an internal slot, so they run no user code and see through any prototype.
  const brands = {
    __proto__: null,
    Set: accepts(SetPrototypeGetSize),
    Map: accepts(MapPrototypeGetSize),
    RegExp: accepts(p.RegExpPrototypeGetSource),
    Date: accepts(DatePrototypeGetTime),
    ArrayBuffer: accepts(ArrayBufferPrototypeGetByteLength),
    SharedArrayBuffer: accepts(p.SharedArrayBufferPrototypeGetByteLength),
    DataView: accepts(p.DataViewPrototypeGetBuffer),
    WeakSet: accepts((value) => p.WeakSetPrototypeHas(value, probe)),
    WeakMap: accepts((value) => p.WeakMapPrototypeHas(value, probe)),
    WeakRef: accepts(p.WeakRefPrototypeDeref),
    Number: accepts(p.NumberPrototypeValueOf),
    String: accepts(p.StringPrototypeValueOf),
    Boolean: accepts(p.BooleanPrototypeValueOf),
    BigInt: accepts(p.BigIntPrototypeValueOf),
    Symbol: accepts(p.SymbolPrototypeValueOf),
  };
  const brandNames = ObjectKeys(brands);
  // No slot of these can be read without side effects: their prototype is taken for an answer.
  brands.Promise = brands.MapIterator = brands.SetIterator = () => true;
  const boxed = { __proto__: null, Number: true, String: true, Boolean: true, BigInt: true, Symbol: true };

  const kindOfPrototype = new Map();
  for (const name of ObjectKeys(brands))
    if (p[name] !== undefined) MapPrototypeSet(kindOfPrototype, p[name].prototype, name);
  MapPrototypeSet(kindOfPrototype, ObjectGetPrototypeOf(MapPrototypeEntries(new Map())), "MapIterator");
  MapPrototypeSet(kindOfPrototype, ObjectGetPrototypeOf(SetPrototypeValues(new p.Set())), "SetIterator");
  MapPrototypeSet(kindOfPrototype, p.Error.prototype, "Error");

  const builtInNames = new Map();
  for (const name of ObjectGetOwnPropertyNames(p.globalThis))
    if (RegExpPrototypeExec(/^[A-Z][a-zA-Z0-9]+$/, name) !== null) MapPrototypeSet(builtInNames, name, true);
  const isBuiltInName = (name) => typeof name === "string" && MapPrototypeGet(builtInNames, name) === true;

  // Their `constructor` may have been tampered with.
  const wellKnown = new Map();
  for (const name of ["Object", "Function", "Array", "Map", "Set", "Date", "RegExp", "Promise"])
    MapPrototypeSet(wellKnown, p[name].prototype, name);

  const dataValue = (desc) => (desc !== undefined && ObjectHasOwn(desc, "value") ? desc.value : undefined);

  const inChain = (value, prototype) => {
    if (typeof prototype !== "object" && typeof prototype !== "function") return false;
    let current = value;
    for (let i = 0; i < MAX_CHAIN && (current = ObjectGetPrototypeOf(current)) !== null; i++)
      if (current === prototype) return true;
    return false;
  };

  const kindOf = (value) => {
    if (ArrayIsArray(value)) return "Array";
    if (typeof value === "function") return "Function";
    if (TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined) return "TypedArray";
    if (ErrorIsError(value)) return "Error";
    let current = value;
    for (let i = 0; i < MAX_CHAIN; i++) {
      current = ObjectGetPrototypeOf(current);
      if (current === p.Object.prototype) return "Object";
      if (current === null) break;
      const kind = MapPrototypeGet(kindOfPrototype, current);
      if (kind !== undefined) return kind === "Error" || brands[kind](value) ? kind : "Object";
    }
    if (isNamespace(value)) return "Module";
    for (let i = 0; i < brandNames.length; i++) if (brands[brandNames[i]](value)) return brandNames[i];
    return "Object";
  };

  const isNamespace = (value) => {
    if (ObjectGetPrototypeOf(value) !== null || ObjectIsExtensible(value)) return false;
    const desc = ObjectGetOwnPropertyDescriptor(value, SymbolToStringTag);
    return dataValue(desc) === "Module" && !desc.configurable && !desc.writable && !desc.enumerable;
  };

  const isArguments = (value) =>
    dataValue(ObjectGetOwnPropertyDescriptor(value, SymbolIterator)) !== undefined &&
    ObjectPrototypeToString(value) === "[object Arguments]";

  const engineName = (value, kind) =>
    kind === "TypedArray" ? TypedArrayPrototypeGetSymbolToStringTag(value) : kind;

  k.kinds = {
    __proto__: null, MAX_CHAIN, boxed, wellKnown, isBuiltInName, dataValue, inChain, kindOf, isArguments, engineName,
  };
})
