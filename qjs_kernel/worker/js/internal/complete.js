(function (k) {
  "use strict";
  // What somebody who types wants to know of the present values: the names below `a.b.c`, and a short text of it.
  // Nothing of the program runs: properties are read from their descriptors, a getter only if it is ours, and of a
  // proxy nothing is read at all.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, JSONParse, ObjectGetOwnPropertyNames, ObjectGetPrototypeOf,
    ObjectHasOwn, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
    TypedArrayPrototypeGetLength,
  } = p;
  const { list } = k.text;
  const { isProxy } = k;
  const {
    NOTHING, isIdentifier, isObject, descriptor, valueOf, sourceOf, isClass, kindOfPlain, json, cut, textOf,
  } = k.load("internal/glimpse");

  const CHAIN = 50; // prototypes followed
  const NAMES = 2_000; // answered
  const LISTED = 10_000; // elements of an array beyond which its names would cost more than they are worth
  const SIGNATURES = 300;
  const TEXT = 400; // characters

  const prototypes = {
    __proto__: null, string: p.String.prototype, number: p.Number.prototype, boolean: p.Boolean.prototype,
    bigint: p.BigInt.prototype, symbol: p.Symbol.prototype,
  };
  // The object whose properties `value` shows first; null for none.
  const home = (value) => (isObject(value) ? value : prototypes[typeof value] ?? null);

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

  // ---- names ----

  const parameters = /^(?:async\s+)?(?:function\s*\*?\s*[\w$]*|\*?\s*[\w$]+)?\s*(\([^()]{0,100}\))/;
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
        if (!isIdentifier(name) || StringPrototypeStartsWith(name, "__")) continue;
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

  // {path: names from the global object on, prefix} → [names with type and signature, type, text]; "" for no such value.
  return (request) => {
    const { path, prefix } = JSONParse(request);
    let value = p.globalThis;
    for (let i = 0; i < path.length && value !== NOTHING; i++) value = read(value, path[i]);
    if (value === NOTHING) return "";
    const type = typeof value === "function" && isClass(sourceOf(value)) ? "class" : typeof value;
    const text = path.length === 0 ? "" : cut(textOf(value, 0), TEXT);
    return `[${prefix === null ? "[]" : namesBelow(value, prefix)},"${type}",${json(text)}]`;
  };
})
