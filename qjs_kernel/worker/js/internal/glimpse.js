(function (k) {
  "use strict";
  // What can be told of a value without running anything of the program: properties are read from their descriptors,
  // a getter only if it is ours, and of a proxy nothing is read at all. For complete.js and peek.js.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePush, FunctionPrototypeToString, JSONStringify,
    MapIteratorPrototypeNext, MapPrototypeEntries, MapPrototypeGetSize, ObjectGetOwnPropertyDescriptor,
    ObjectGetOwnPropertyNames, ObjectGetPrototypeOf, ObjectHasOwn, ReflectApply, RegExpPrototypeExec,
    SetIteratorPrototypeNext, SetPrototypeGetSize, SetPrototypeValues, StringPrototypeSlice,
    StringPrototypeToWellFormed, TypedArrayPrototypeGetLength, WeakSetPrototypeHas,
  } = p;
  const { list, quote, formatPrimitive, plainStyle } = k.text;
  const { kindOf, boxed, MAX_CHAIN } = k.kinds;
  const { isProxy, ownGetters } = k;

  const CHAIN = 50; // prototypes followed
  const ENTRIES = 8; // of an object in its text
  const DEPTH = 2;
  const COUNTED = 1_000; // properties above which it is not told how many of them are enumerable
  const NOTHING = { __proto__: null };

  const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";

  const descriptor = (object, key) => {
    try { return ObjectGetOwnPropertyDescriptor(object, key); } catch { return undefined; } // a binding not initialised yet
  };
  // The value of a property, NOTHING where only user code could say.
  const valueOf = (found, receiver) => {
    if (ObjectHasOwn(found, "value")) return found.value;
    if (typeof found.get !== "function" || !WeakSetPrototypeHas(ownGetters, found.get)) return NOTHING;
    try { return ReflectApply(found.get, receiver, list()); } catch { return NOTHING; }
  };
  const readOwn = (value, key) => {
    const found = descriptor(value, key);
    return found !== undefined && ObjectHasOwn(found, "value") ? found.value : undefined;
  };

  const classStart = /^class(?=[\s{/])/;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  // A longer name is shown cut, in quotation marks; and to match one of megabytes takes memory without end.
  const isIdentifier = (name) => name.length <= 200 && RegExpPrototypeExec(identifier, name) !== null;
  const sourceOf = (value) => (isProxy(value) ? "" : FunctionPrototypeToString(value));
  const isClass = (source) => RegExpPrototypeExec(classStart, StringPrototypeSlice(source, 0, 16)) !== null;

  // Telling a kind follows the prototypes, and a proxy among them would be asked.
  const kindOfPlain = (value) => {
    let current = value;
    for (let i = 0; current !== null; i++) {
      if (isProxy(current) || i > MAX_CHAIN) return "Object";
      current = ObjectGetPrototypeOf(current);
    }
    return kindOf(value);
  };

  // ---- texts ----

  const json = (text) => JSONStringify(StringPrototypeToWellFormed(text));
  const cut = (text, most) => (text.length > most ? `${StringPrototypeSlice(text, 0, most)}…` : text);
  const context = { __proto__: null, maxStringLength: 200, numericSeparator: false, compact: true, indentation: 0 };
  const shortText = (value) => (value.length > 200 ? `${quote(StringPrototypeSlice(value, 0, 200))}…` : quote(value));
  const className = (value) => {
    let current = ObjectGetPrototypeOf(value);
    if (current === null) return "[Object: null prototype]";
    for (let i = 0; i < CHAIN && current !== null && !isProxy(current); i++) {
      const made = readOwn(current, "constructor");
      if (typeof made === "function" && !isProxy(made)) {
        const name = readOwn(made, "name");
        if (typeof name === "string" && name !== "") return StringPrototypeSlice(name, 0, 100);
      }
      current = ObjectGetPrototypeOf(current);
    }
    return "Object";
  };
  const functionText = (value) => {
    const name = readOwn(value, "name");
    const shown = typeof name === "string" && name !== "" ? StringPrototypeSlice(name, 0, 100) : "(anonymous)";
    return isClass(sourceOf(value)) ? `[class ${shown}]` : `[Function: ${shown}]`;
  };
  const listed = (parts, total, open, close) => {
    if (total > parts.length) ArrayPrototypePush(parts, `… ${total - parts.length} more`);
    return parts.length === 0 ? open + close : `${open} ${ArrayPrototypeJoin(parts, ", ")} ${close}`;
  };
  const property = (object, key, level) => {
    const found = descriptor(object, key);
    if (found === undefined) return "<empty>";
    if (!ObjectHasOwn(found, "value")) return found.get === undefined ? "[Setter]" : "[Getter]";
    return textOf(found.value, level + 1);
  };
  const objectText = (value, level, name, names) => {
    const parts = list();
    let total = 0, i = 0;
    for (; i < names.length && i < COUNTED && (parts.length < ENTRIES || names.length <= COUNTED); i++) {
      const found = descriptor(value, names[i]);
      if (found === undefined || !found.enumerable) continue;
      if (++total > ENTRIES) continue;
      const key = isIdentifier(names[i]) ? names[i] : shortText(names[i]);
      ArrayPrototypePush(parts, `${key}: ${property(value, names[i], level)}`);
    }
    return listed(parts, total + names.length - i, name === "Object" ? "{" : `${name} {`, "}");
  };
  const entriesText = (value, level, isMap) => {
    const size = isMap ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value);
    const entries = isMap ? MapPrototypeEntries(value) : SetPrototypeValues(value);
    const parts = list();
    for (let i = 0; i < size && i < ENTRIES; i++) {
      const { value: entry } = isMap ? MapIteratorPrototypeNext(entries) : SetIteratorPrototypeNext(entries);
      ArrayPrototypePush(parts, isMap ? `${textOf(entry[0], level + 1)} => ${textOf(entry[1], level + 1)}` : textOf(entry, level + 1));
    }
    return listed(parts, size, `${isMap ? "Map" : "Set"}(${size}) {`, "}");
  };
  const promiseText = (value, level, name) => {
    let state;
    try { state = k.promiseState(value); } catch { return `[${name}]`; } // only its prototype is a promise's
    if (state[0] === 0) return `${name} { <pending> }`;
    return `${name} { ${state[0] === 2 ? "<rejected> " : ""}${textOf(state[1], level + 1)} }`;
  };
  // The bytes of a buffer or of the part of one that a DataView shows; undefined for anything else.
  const bytesOf = (value, kind) => {
    const view = kind === "DataView";
    if (!view && kind !== "ArrayBuffer" && kind !== "SharedArrayBuffer") return undefined;
    try {
      return view
        ? new p.Uint8Array(p.DataViewPrototypeGetBuffer(value), p.DataViewPrototypeGetByteOffset(value), p.DataViewPrototypeGetByteLength(value))
        : new p.Uint8Array(value);
    } catch { return new p.Uint8Array(0); } // detached
  };
  // In one line; of what lies deeper than two levels below level 0 only the class.
  // `given`: the names of its own properties, where they are known.
  const textOf = (value, level, given) => {
    if (typeof value === "string") return shortText(value);
    if (value === null) return "null";
    if (!isObject(value)) return formatPrimitive(context, value, plainStyle);
    if (isProxy(value)) return "[Proxy]";
    if (typeof value === "function") return functionText(value);
    const name = className(value);
    const kind = kindOfPlain(value);
    if (kind === "Date") return p.NumberIsNaN(p.DatePrototypeGetTime(value)) ? "Invalid Date" : p.DatePrototypeToISOString(value);
    if (kind === "RegExp") return `/${StringPrototypeSlice(p.RegExpPrototypeGetSource(value), 0, 200)}/`;
    if (kind === "Error") {
      const message = readOwn(value, "message");
      return typeof message === "string" ? `${name}: ${StringPrototypeSlice(message, 0, 200)}` : name;
    }
    if (boxed[kind]) return `[${kind}: ${textOf(p[`${kind}PrototypeValueOf`](value), level + 1)}]`;
    if (kind === "Array" || kind === "TypedArray") {
      const length = kind === "Array" ? value.length : TypedArrayPrototypeGetLength(value);
      if (level >= DEPTH) return `${name}(${length})`;
      const parts = list();
      for (let i = 0; i < length && i < ENTRIES; i++) ArrayPrototypePush(parts, property(value, i, level));
      return listed(parts, length, name === "Array" ? "[" : `${name}(${length}) [`, "]");
    }
    const bytes = bytesOf(value, kind);
    if (bytes !== undefined) return `${name}(${TypedArrayPrototypeGetLength(bytes)})`;
    if (level >= DEPTH) return `[${name}]`;
    if (kind === "Promise") return promiseText(value, level, name);
    if (kind === "Map" || kind === "Set") return entriesText(value, level, kind === "Map");
    return objectText(value, level, name, given ?? ObjectGetOwnPropertyNames(value));
  };

  return {
    __proto__: null, NOTHING, isIdentifier, isObject, descriptor, valueOf, readOwn, sourceOf, isClass, kindOfPlain,
    bytesOf, json, cut, shortText, textOf,
  };
})
