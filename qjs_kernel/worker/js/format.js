(function (k) {
  "use strict";
  // `k.format`, `k.formatWithOptions`: printf-like text as Node 20's `util.format`; `k.invalidArgType`: Node's error
  // for an argument of a wrong type.
  const {
    JSONStringify, Number, NumberParseFloat, NumberParseInt, ObjectDefineProperty,
    ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, String, StringPrototypeCharCodeAt,
    StringPrototypeIncludes, StringPrototypeSlice, SymbolToPrimitive, TypeError,
  } = k.primordials;
  const { inspect } = k;
  const { isBuiltInName, kindOf } = k.kinds;
  const { numberText, bigintText } = k.text;

  // Whether `String(value)` would only say `[object Object]` or the like: the toString found is the engine's own.
  const hasBuiltInToString = (value) => {
    let owner = value;
    const byName = typeof value.toString === "function";
    const byPrimitive = typeof value[SymbolToPrimitive] === "function";
    if (!byName && !byPrimitive) return true;
    for (let i = 0; i < 1_000 && owner !== null; i++) {
      if ((byName && ObjectHasOwn(owner, "toString")) || (byPrimitive && ObjectHasOwn(owner, SymbolToPrimitive))) {
        if (owner === value) return false;
        const desc = ObjectGetOwnPropertyDescriptor(owner, "constructor");
        if (desc === undefined || !ObjectHasOwn(desc, "value")) return false;
        return typeof desc.value === "function" && isBuiltInName(desc.value.name);
      }
      owner = ObjectGetPrototypeOf(owner);
    }
    return true;
  };

  const stringify = (value) => {
    try {
      return `${JSONStringify(value)}`;
    } catch (error) {
      if (kindOf(error) === "Error" && StringPrototypeIncludes(`${error.message}`, "circular reference"))
        return "[Circular]";
      throw error;
    }
  };

  const numeric = (convert) => (value, options) => {
    if (typeof value === "bigint") return bigintText(value, options.numericSeparator);
    return numberText(typeof value === "symbol" ? NaN : convert(value), options.numericSeparator);
  };
  const asNumber = numeric(Number);
  const asInteger = numeric((value) => NumberParseInt(value));
  const asFloat = (value, options) =>
    numberText(typeof value === "symbol" ? NaN : NumberParseFloat(value), options.numericSeparator);

  const asString = (value, options) => {
    if (typeof value === "number") return numberText(value, options.numericSeparator);
    if (typeof value === "bigint") return bigintText(value, options.numericSeparator);
    if (typeof value !== "object" || value === null) return String(value);
    // An error's own text is its stack, as everywhere else.
    if (!hasBuiltInToString(value)) return String(value);
    return inspect(value, { __proto__: null, ...options, depth: 0, colors: false, compact: 3 });
  };

  // The text of one directive; undefined if the letter is none.
  const directive = (letter, value, options) => {
    switch (letter) {
      case 115: return asString(value, options); // s
      case 106: return stringify(value); // j
      case 100: return asNumber(value, options); // d
      case 79: return inspect(value, options); // O
      case 111: // o
        return inspect(value, { __proto__: null, ...options, showHidden: true, showProxy: true, depth: 4 });
      case 105: return asInteger(value, options); // i
      case 102: return asFloat(value, options); // f
      case 99: return ""; // c: CSS, which text has no use for
      default: return undefined;
    }
  };

  const noOptions = { __proto__: null };

  const formatList = (options, args) => {
    const first = args[0];
    let used = 0; // index of the last argument taken
    let text = "";
    let join = "";
    if (typeof first === "string") {
      if (args.length === 1) return first;
      let last = 0;
      for (let i = 0; i < first.length - 1; i++) {
        if (StringPrototypeCharCodeAt(first, i) !== 37) continue;
        const letter = StringPrototypeCharCodeAt(first, ++i);
        if (letter === 37) {
          text += StringPrototypeSlice(first, last, i);
          last = i + 1;
        } else if (used + 1 !== args.length) {
          const piece = directive(letter, args[used + 1], options);
          if (piece === undefined) continue;
          used++;
          text += StringPrototypeSlice(first, last, i - 1) + piece;
          last = i + 1;
        }
      }
      if (last !== 0) {
        used++;
        join = " ";
        if (last < first.length) text += StringPrototypeSlice(first, last);
      }
    }
    for (; used < args.length; used++) {
      const value = args[used];
      text += join + (typeof value === "string" ? value : inspect(value, options));
      join = " ";
    }
    return text;
  };

  const received = (value) => {
    if (value === null || value === undefined) return ` Received ${value}`;
    if (typeof value === "function") return ` Received function ${value.name}`;
    if (typeof value === "object") {
      const name = value.constructor?.name;
      return name ? ` Received an instance of ${name}` : ` Received ${inspect(value, { __proto__: null, depth: -1 })}`;
    }
    if (typeof value === "string" && value.length > 28) value = `${StringPrototypeSlice(value, 0, 25)}...`;
    const text = inspect(value, { __proto__: null, colors: false });
    return ` Received type ${typeof value} (${text})`;
  };

  k.format = (...args) => formatList(noOptions, args);
  k.formatWithOptions = (options, ...args) => {
    if (typeof options !== "object" || options === null)
      throw k.invalidArgType("inspectOptions", "of type object", options);
    return formatList(options, args);
  };
  k.formatList = (args) => formatList(noOptions, args);
  // `expected`: "of type function", "an instance of Array", ...
  k.invalidArgType = (name, expected, value) => k.codeError(TypeError, "ERR_INVALID_ARG_TYPE",
    `The "${name}" ${StringPrototypeIncludes(name, ".") ? "property" : "argument"} must be ${expected}.${received(value)}`);
})
