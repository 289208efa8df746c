(function (k) {
  "use strict";
  // What somebody who types wants to know of the present values: the names below `a.b.c`, and a short text of it.
  // Nothing of the program runs: properties are read from their descriptors, a getter only if it is ours, and of a
  // proxy nothing is read at all.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, FunctionPrototypeToString, JSONParse, JSONStringify,
    MapIteratorPrototypeNext, MapPrototypeEntries, MapPrototypeGetSize, ObjectGetOwnPropertyDescriptor,
    ObjectGetOwnPropertyNames, ObjectGetPrototypeOf, ObjectHasOwn, ReflectApply, RegExpPrototypeExec,
    SetIteratorPrototypeNext, SetPrototypeGetSize, SetPrototypeValues, StringPrototypeIndexOf, StringPrototypeSlice,
    StringPrototypeStartsWith, StringPrototypeToWellFormed, TypedArrayPrototypeGetLength, WeakSetPrototypeHas,
  } = p;
  const { list, quote, formatPrimitive, plainStyle } = k.text;
  const { kindOf, boxed, MAX_CHAIN } = k.kinds;
  const { isProxy, ownGetters } = k;

  const CHAIN = 50; // prototypes followed
  const NAMES = 2_000; // answered
  const LISTED = 10_000; // elements of an array beyond which its names would cost more than they are worth
  const SIGNATURES = 300;
  const ENTRIES = 8; // of an object in its text
  const DEPTH = 2;
  const TEXT = 400; // characters
  const NOTHING = { __proto__: null };

  const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";
  const prototypes = {
    __proto__: null, string: p.String.prototype, number: p.Number.prototype, boolean: p.Boolean.prototype,
    bigint: p.BigInt.prototype, symbol: p.Symbol.prototype,
  };
  // The object whose properties `value` shows first; null for none.
  const home = (value) => (isObject(value) ? value : prototypes[typeof value] ?? null);

  const descriptor = (object, key) => {
    try { return ObjectGetOwnPropertyDescriptor(object, key); } catch { return undefined; } // a binding not initialised yet
  };
  // The value of a property, NOTHING where only user code could say.
  const valueOf = (found, receiver) => {
    if (ObjectHasOwn(found, "value")) return found.value;
    if (typeof found.get !== "function" || !WeakSetPrototypeHas(ownGetters, found.get)) return NOTHING;
    try { return ReflectApply(found.get, receiver, list()); } catch { return NOTHING; }
  };
  const read = (value, key) => {
    if (typeof value === "string" && key === "length") return value.length;
    let current = home(value);
    for (let i = 0; i < CHAIN && current !== null; i++) {
      if (isProxy(current)) return NOTHING;
      const found = descriptor(current, key);
      if (found !== undefined) return valueOf(found, value);
      current = ObjectGetPrototypeOf(current);
    }
    return NOTHING;
  };
  const readOwn = (value, key) => {
    const found = descriptor(value, key);
    return found !== undefined && ObjectHasOwn(found, "value") ? found.value : undefined;
  };

  // ---- names ----

  const classStart = /^class(?=[\s{/])/;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const parameters = /^(?:async\s+)?(?:function\s*\*?\s*[\w$]*|\*?\s*[\w$]+)?\s*(\([^()]{0,100}\))/;
  const sourceOf = (value) => (isProxy(value) ? "" : FunctionPrototypeToString(value));
  const isClass = (source) => RegExpPrototypeExec(classStart, StringPrototypeSlice(source, 0, 16)) !== null;
  const signatureOf = (source) => {
    const start = StringPrototypeSlice(source, 0, 200);
    if (StringPrototypeIndexOf(start, "[native code]") !== -1) return "";
    const found = RegExpPrototypeExec(parameters, start);
    return found === null ? "" : found[1];
  };
  const typeOf = (value, source) => {
    if (value === NOTHING) return "property";
    if (typeof value === "function") return isClass(source) ? "class" : "function";
    return "property";
  };

  // Telling a kind follows the prototypes, and a proxy among them would be asked.
  const kindOfPlain = (value) => {
    let current = value;
    for (let i = 0; current !== null; i++) {
      if (isProxy(current) || i > MAX_CHAIN) return "Object";
      current = ObjectGetPrototypeOf(current);
    }
    return kindOf(value);
  };
  const ownNames = (object) => {
    const length = ArrayIsArray(object) ? object.length
      : kindOfPlain(object) === "TypedArray" ? TypedArrayPrototypeGetLength(object)
      : 0;
    return length > LISTED ? list() : ObjectGetOwnPropertyNames(object);
  };
  const namesBelow = (value, prefix) => {
    const chain = value === p.globalThis ? 1 : CHAIN; // nobody means globalThis.toString
    const seen = { __proto__: null };
    const rows = list();
    let current = home(value);
    for (let i = 0; i < chain && current !== null && !isProxy(current); i++) {
      const names = ownNames(current);
      for (let j = 0; j < names.length && rows.length < NAMES; j++) {
        const name = names[j];
        if (seen[name] || !StringPrototypeStartsWith(name, prefix)) continue;
        seen[name] = true;
        if (RegExpPrototypeExec(identifier, name) === null || StringPrototypeStartsWith(name, "__")) continue;
        const found = descriptor(current, name);
        // Of a lazy global only the name is told: reading it would make it.
        const inner = found !== undefined && ObjectHasOwn(found, "value") ? found.value
          : value === p.globalThis && found !== undefined && !ObjectHasOwn(found, "value") && found.enumerable
            ? valueOf(found, value) : NOTHING;
        const source = typeof inner === "function" && rows.length < SIGNATURES ? sourceOf(inner) : "";
        const type = typeOf(inner, source);
        const signature = type === "function" ? signatureOf(source) : "";
        ArrayPrototypePush(rows, `[${json(name)},"${type}",${json(signature)}]`);
      }
      if (rows.length >= NAMES) break;
      current = ObjectGetPrototypeOf(current);
    }
    return `[${ArrayPrototypeJoin(rows, ",")}]`;
  };
  const json = (text) => JSONStringify(StringPrototypeToWellFormed(text));

  // ---- the text of a value ----

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
    if (total > ENTRIES) ArrayPrototypePush(parts, `… ${total - ENTRIES} more`);
    return parts.length === 0 ? open + close : `${open} ${ArrayPrototypeJoin(parts, ", ")} ${close}`;
  };
  const property = (object, key, level) => {
    const found = descriptor(object, key);
    if (found === undefined) return "<empty>";
    if (!ObjectHasOwn(found, "value")) return found.get === undefined ? "[Setter]" : "[Getter]";
    return textOf(found.value, level + 1);
  };
  const objectText = (value, level, name) => {
    const names = ObjectGetOwnPropertyNames(value);
    const parts = list();
    let total = 0;
    for (let i = 0; i < names.length; i++) {
      const found = descriptor(value, names[i]);
      if (found === undefined || !found.enumerable) continue;
      if (++total > ENTRIES) continue;
      const key = RegExpPrototypeExec(identifier, names[i]) === null ? shortText(names[i]) : names[i];
      ArrayPrototypePush(parts, `${key}: ${property(value, names[i], level)}`);
    }
    return listed(parts, total, name === "Object" ? "{" : `${name} {`, "}");
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
  const textOf = (value, level) => {
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
    if (level >= DEPTH) return `[${name}]`;
    if (kind === "Map" || kind === "Set") return entriesText(value, level, kind === "Map");
    return objectText(value, level, name);
  };
  const cut = (text) => (text.length > TEXT ? `${StringPrototypeSlice(text, 0, TEXT)}…` : text);

  // {path: names from the global object on, prefix} → [names with type and signature, type, text]; "" for no such value.
  return (request) => {
    const { path, prefix } = JSONParse(request);
    let value = p.globalThis;
    for (let i = 0; i < path.length && value !== NOTHING; i++) value = read(value, path[i]);
    if (value === NOTHING) return "";
    const type = typeof value === "function" && isClass(sourceOf(value)) ? "class" : typeof value;
    const text = path.length === 0 ? "" : cut(textOf(value, 0));
    return `[${prefix === null ? "[]" : namesBelow(value, prefix)},"${type}",${json(text)}]`;
  };
})
