(function (k) {
  "use strict";
  // `k.inspect`, `k.inspectSafe`, `k.format`, `k.formatWithOptions`: text for values, as Node 20's `util` writes it.
  //
  // Three things differ from Node by necessity. A proxy cannot be told from its target, so its traps do run: what
  // they throw becomes `<Inspection threw>`. Iterators cannot be looked at without consuming them:
  // `<items unknown>`. And the engine's `error.stack` holds frames only, so the first line is made here.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeSlice,
    ArrayPrototypeSort, ArrayPrototypeSplice, ArrayPrototypeUnshift, DatePrototypeGetTime,
    DatePrototypeToISOString, Map, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, MathMax, MathMin,
    NumberIsNaN, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames,
    ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys,
    ObjectPrototypePropertyIsEnumerable, ReflectApply, SetPrototypeGetSize, String, StringPrototypeCharCodeAt,
    StringPrototypeSlice, StringPrototypeToLowerCase, SymbolToStringTag, TypedArrayPrototypeGetLength,
  } = p;
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  // A level costs up to four engine frames, and an overflow of the WebAssembly stack is a trap, not an exception.
  const MAX_LEVELS = 40;
  const MAX_NESTED_CALLS = 20; // inspect called by a custom inspector called by inspect ...
  const MAX_TEXT = 2 ** 24; // characters of one inspect call, roughly
  const MAX_LISTED = 10_000; // above it the names of a dense array would cost more memory than its text

  const { bare, list, indentLines, spaces, plainStyle, colourStyle, formatPrimitive } = k.text;
  const {
    boxed, wellKnown, isBuiltInName, dataValue, inChain, kindOf, isArguments, engineName, MAX_CHAIN,
  } = k.kinds;
  const { prefix } = k.stacks;
  const { formatError, functionBase, boxBase, regExpText } = k.heads;
  const { OBJECT, EXTRA, isIndex } = k.entries;
  const { layOut } = k;
  const {
    outOfRoom, formatElements, formatTypedElements, formatEntries, formatBuffer, formatPromise, formatNamespace,
    formatProperty, unknownItems,
  } = k.contents(formatValue);

  // The name of the nearest constructor whose instance `value` is; null for an object without any prototype.
  const constructorName = (ctx, value, kind, level, inherited) => {
    let first;
    let current = value;
    for (let i = 0; i < MAX_CHAIN && current !== null; i++) {
      const known = MapPrototypeGet(wellKnown, current);
      if (known !== undefined && current !== value) {
        if (inherited !== undefined && first !== current) inheritedProperties(ctx, value, first, level, inherited);
        return known;
      }
      const made = dataValue(ObjectGetOwnPropertyDescriptor(current, "constructor"));
      if (typeof made === "function" && made.name !== "") {
        const prototype = made.prototype;
        if ((prototype === current && current !== value) || inChain(value, prototype)) {
          if (inherited !== undefined && (first !== current || !isBuiltInName(made.name)))
            inheritedProperties(ctx, value, first ?? value, level, inherited);
          return String(made.name);
        }
      }
      current = ObjectGetPrototypeOf(current);
      if (first === undefined) first = current;
    }
    if (first === null) return null;
    const name = engineName(value, kind);
    if (level > ctx.limit || level >= MAX_LEVELS) return `${name} <Complex prototype>`;
    const above = constructorName(ctx, first, kindOf(first), level + 1, inherited);
    if (above !== null) return `${name} <${above}>`;
    const outer = ctx.limit;
    ctx.limit = -1;
    try {
      return `${name} <${formatRaw(ctx, first, 0)}>`;
    } finally {
      ctx.limit = outer;
    }
  };

  // With showHidden: what up to three user-made prototypes add.
  const inheritedProperties = (ctx, value, prototype, level, output) => {
    const names = new Map();
    for (let depth = 0; depth < 3; depth++) {
      if (depth !== 0 || value === prototype) {
        prototype = ObjectGetPrototypeOf(prototype);
        if (prototype === null) return;
        const made = dataValue(ObjectGetOwnPropertyDescriptor(prototype, "constructor"));
        if (typeof made === "function" && isBuiltInName(made.name)) return;
      }
      const keys = p.ReflectOwnKeys(prototype);
      ArrayPrototypePush(ctx.seen, value);
      for (let i = 0; i < keys.length && ctx.room > 0; i++) {
        const key = keys[i];
        if (key === "constructor" || ObjectHasOwn(value, key) || MapPrototypeGet(names, key)) continue;
        MapPrototypeSet(names, key, true);
        const desc = ObjectGetOwnPropertyDescriptor(prototype, key);
        if (typeof dataValue(desc) === "function") continue;
        const text = formatProperty(ctx, prototype, level, key, OBJECT, desc, value);
        ArrayPrototypePush(output, ctx.colors ? `\x1b[2m${text}\x1b[22m` : text);
      }
      ArrayPrototypePop(ctx.seen);
    }
  };

  const objectPrefix = (value, kind, name, tag) => {
    const fallback = name === null ? engineName(value, kind) : "";
    return prefix(name, tag, fallback === tag ? "Object" : fallback);
  };

  // ---- keys ----

  const addSymbols = (ctx, value, keys) => {
    const symbols = ObjectGetOwnPropertySymbols(value);
    for (let i = 0; i < symbols.length; i++)
      if (ctx.showHidden || ObjectPrototypePropertyIsEnumerable(value, symbols[i]))
        ArrayPrototypePush(keys, symbols[i]);
    return keys;
  };
  const ownNames = (ctx, value) => (ctx.showHidden ? ObjectGetOwnPropertyNames(value) : ObjectKeys(value));
  const ownKeys = (ctx, value, kind) => {
    let names;
    try {
      names = ownNames(ctx, value);
    } catch (error) {
      if (kind !== "Module") throw error; // a binding not initialised yet
      names = ObjectGetOwnPropertyNames(value);
    }
    return addSymbols(ctx, value, bare(names));
  };
  // Keys beside the elements 0 to length-1; the specification lists elements first.
  const extraKeys = (ctx, value, length) => {
    const keys = list();
    if (length <= MAX_LISTED || !(ObjectHasOwn(value, 0) && ObjectHasOwn(value, length - 1))) {
      const names = ownNames(ctx, value);
      let i = names.length;
      while (i > 0 && !isIndex(names[i - 1])) i--;
      for (; i < names.length; i++) ArrayPrototypePush(keys, names[i]);
    }
    return addSymbols(ctx, value, keys);
  };

  // ---- objects ----

  const tagOf = (ctx, value) => {
    let tag;
    try {
      tag = value[SymbolToStringTag];
    } catch {
      return "";
    }
    if (typeof tag !== "string" || tag === "") return "";
    const own = ctx.showHidden
      ? ObjectHasOwn(value, SymbolToStringTag)
      : ObjectPrototypePropertyIsEnumerable(value, SymbolToStringTag);
    return own ? "" : tag; // it is listed with the properties then
  };

  const allNumbers = (value, output) => {
    if (ArrayIsArray(value))
      for (let i = 0; i < output.length; i++) {
        const type = typeof dataValue(ObjectGetOwnPropertyDescriptor(value, i));
        if (type !== "number" && type !== "bigint") return false;
      }
    else return output.length <= TypedArrayPrototypeGetLength(value);
    return true;
  };

  const formatRaw = (ctx, value, level, inTypedArray) => {
    const kind = kindOf(value);
    const inherited = ctx.showHidden && level <= ctx.limit ? list() : undefined;
    const made = constructorName(ctx, value, kind, level, inherited);
    const tag = tagOf(ctx, value);
    const bare = inherited === undefined || inherited.length === 0;
    let keys;
    let base = "";
    let open = "{";
    let close = "}";
    let type = OBJECT;
    let contents; // (ctx, value, level) → entries
    if (kind === "Array") {
      const { length } = value;
      keys = extraKeys(ctx, value, length);
      open = made !== "Array" || tag !== "" ? `${prefix(made, tag, "Array", `(${length})`)}[` : "[";
      close = "]";
      if (length === 0 && keys.length === 0 && bare) return `${open}]`;
      type = EXTRA;
      contents = formatElements;
    } else if (kind === "TypedArray") {
      const length = TypedArrayPrototypeGetLength(value);
      keys = extraKeys(ctx, value, length);
      open = `${prefix(made, tag, made === null ? engineName(value, kind) : "", `(${length})`)}[`;
      close = "]";
      if (length === 0 && keys.length === 0 && !ctx.showHidden) return `${open}]`;
      type = EXTRA;
      contents = formatTypedElements;
    } else if (kind === "String" && p.StringPrototypeValueOf(value).length > MAX_LISTED) {
      keys = addSymbols(ctx, value, list());
      base = boxBase(ctx, value, kind, keys, made, tag);
      if (keys.length === 0) return base;
    } else {
      keys = ownKeys(ctx, value, kind);
      const empty = keys.length === 0 && bare;
      const beyond = level > ctx.limit;
      if (kind === "Set" || kind === "Map") {
        const size = kind === "Map" ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value);
        open = `${prefix(made, tag, kind, `(${size})`)}{`;
        if (size === 0 && empty) return `${open}}`;
        contents = (c, v, l) => formatEntries(c, v, l, kind === "Map");
      } else if (kind === "MapIterator" || kind === "SetIterator") {
        const own = `${StringPrototypeSlice(kind, 0, 3)} Iterator`;
        open = `[${tag === own || tag === "" ? "" : `${tag}] [`}${own}] {`;
        contents = unknownItems;
      } else if (kind === "Function") {
        base = functionBase(value, made, tag);
        if (empty) return ctx.stylize(base, "special");
      } else if (kind === "RegExp" || kind === "Date") {
        if (kind === "RegExp") base = regExpText(value);
        else base = NumberIsNaN(DatePrototypeGetTime(value)) ? "Invalid Date" : DatePrototypeToISOString(value);
        const before = prefix(made, tag, kind);
        if (before !== `${kind} `) base = before + base;
        if (empty || (beyond && kind === "RegExp")) return ctx.stylize(base, StringPrototypeToLowerCase(kind));
      } else if (kind === "Error") {
        base = formatError(ctx, value, made, tag, keys);
        if (keys.length === 0 && bare) return base;
      } else if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") {
        const byteLength = p[`${kind}PrototypeGetByteLength`](value);
        open = `${prefix(made, tag, kind)}{`;
        if (inTypedArray && empty)
          return `${open} byteLength: ${formatPrimitive(ctx, byteLength, ctx.stylize)} }`;
        if (!inTypedArray) contents = formatBuffer;
        ArrayPrototypeUnshift(keys, "byteLength");
      } else if (kind === "DataView") {
        open = `${prefix(made, tag, kind)}{`;
        ArrayPrototypeUnshift(keys, "byteLength", "byteOffset", "buffer");
      } else if (kind === "Promise") {
        open = `${prefix(made, tag, kind)}{`;
        contents = formatPromise;
      } else if (kind === "WeakSet" || kind === "WeakMap") {
        open = `${prefix(made, tag, kind)}{`;
        contents = unknownItems;
      } else if (kind === "Module") {
        open = `${prefix(made, tag, kind)}{`;
        if (empty) return `${open}}`;
        const names = keys;
        keys = [];
        contents = (c, v, l) => formatNamespace(c, v, l, names);
      } else if (boxed[kind]) {
        if (kind === "String") ArrayPrototypeSplice(keys, 0, p.StringPrototypeValueOf(value).length);
        base = boxBase(ctx, value, kind, keys, made, tag);
        if (keys.length === 0 && bare) return base;
      } else {
        if (made !== "Object") open = `${objectPrefix(value, kind, made, tag)}{`;
        else if (isArguments(value)) open = "[Arguments] {";
        else if (tag !== "") open = `${prefix(made, tag, "Object")}{`;
        if (empty) return `${open}}`;
      }
    }
    if (level > ctx.limit) {
      const name = StringPrototypeSlice(objectPrefix(value, kind, made, tag), 0, -1);
      return ctx.stylize(made === null ? name : `[${name}]`, "special");
    }

    const inner = level + 1;
    ArrayPrototypePush(ctx.seen, value);
    ctx.deepest = inner;
    const output = contents === undefined ? list() : contents(ctx, value, inner);
    for (let i = 0; i < keys.length && !outOfRoom(ctx, output); i++)
      ArrayPrototypePush(output, formatProperty(ctx, value, inner, keys[i], type));
    if (!bare) for (let i = 0; i < inherited.length; i++) ArrayPrototypePush(output, inherited[i]);
    const numeric = type === EXTRA && output.length > 6 && allNumbers(value, output);
    ArrayPrototypePop(ctx.seen);
    if (ctx.circular !== undefined) {
      const index = MapPrototypeGet(ctx.circular, value);
      if (index !== undefined) {
        const reference = ctx.stylize(`<ref *${index}>`, "special");
        if (ctx.compact !== true) base = base === "" ? reference : `${reference} ${base}`;
        else open = `${reference} ${open}`;
      }
    }
    return layOut(ctx, sortEntries(ctx, output, type, keys.length), base, open, close, type, inner, numeric);
  };

  const sortEntries = (ctx, output, type, extras) => {
    if (!ctx.sorted) return output;
    const compare = ctx.sorted === true ? undefined : ctx.sorted;
    if (type === OBJECT) return ArrayPrototypeSort(output, compare);
    const first = output.length - extras;
    const sorted = ArrayPrototypeSort(ArrayPrototypeSlice(output, first), compare);
    for (let i = 0; i < extras; i++) output[first + i] = sorted[i];
    return output;
  };

  // ---- values ----

  const userOptions = (ctx) => {
    const options = { stylize: ctx.stylize };
    for (let i = 0; i < optionNames.length; i++)
      ObjectDefineProperty(options, optionNames[i], dataProperty(ctx[optionNames[i]]));
    if (ctx.userOptions !== undefined) {
      const keys = ObjectKeys(ctx.userOptions);
      for (let i = 0; i < keys.length; i++)
        ObjectDefineProperty(options, keys[i], dataProperty(ctx.userOptions[keys[i]]));
    }
    return options;
  };
  const dataProperty = (value) =>
    ({ __proto__: null, value, writable: true, enumerable: true, configurable: true });

  const isPrototype = (value) => {
    const { constructor } = value;
    return constructor !== undefined && constructor !== null && constructor.prototype === value;
  };

  // The text a custom inspector gives; undefined when there is none, or it returned the object itself.
  const runCustom = (ctx, value, level) => {
    let custom;
    try {
      custom = value[customInspect];
      if (typeof custom !== "function" || custom === inspect || isPrototype(value)) return undefined;
    } catch {
      return undefined;
    }
    if (ctx.customCalls >= MAX_NESTED_CALLS) return "...";
    ctx.room -= 16;
    const depth = typeof ctx.depth === "number" ? ctx.depth - level : ctx.depth;
    let result;
    try {
      result = ReflectApply(custom, value, [depth, userOptions(ctx), inspect]);
    } catch (error) {
      ctx.escaped = true; // the user's own exception, not a failure to look at the value
      throw error;
    }
    if (result === value) return undefined;
    if (typeof result === "string") {
      ctx.room -= result.length;
      return indentLines(result, spaces(ctx.indentation));
    }
    ctx.customCalls++;
    const text = formatValue(ctx, result, level);
    ctx.customCalls--;
    return text;
  };

  // Hoisted: the contents of a value are made of values.
  function formatValue(ctx, value, level, inTypedArray) {
    if (value === null) return ctx.stylize("null", "null");
    if (typeof value !== "object" && typeof value !== "function") return formatPrimitive(ctx, value, ctx.stylize);
    if (ctx.room <= 0) return "...";
    ctx.room -= 4;
    if (ctx.customInspect) {
      const text = runCustom(ctx, value, level);
      if (text !== undefined) return text;
    }
    if (ArrayPrototypeIncludes(ctx.seen, value)) {
      ctx.circular ??= new Map();
      let index = MapPrototypeGet(ctx.circular, value);
      if (index === undefined) {
        index = MapPrototypeGetSize(ctx.circular) + 1;
        MapPrototypeSet(ctx.circular, value, index);
      }
      return ctx.stylize(`[Circular *${index}]`, "special");
    }
    const { indentation } = ctx;
    const depth = ctx.seen.length;
    try {
      return formatRaw(ctx, value, level, inTypedArray);
    } catch (error) {
      if (ctx.escaped) throw error;
      ctx.indentation = indentation;
      while (ctx.seen.length > depth) ArrayPrototypePop(ctx.seen);
      return ctx.stylize("<Inspection threw>", "special");
    }
  }

  const defaults = {
    __proto__: null, showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false,
    maxArrayLength: 100, maxStringLength: 10_000, breakLength: 80, compact: 3, sorted: false, getters: false,
    numericSeparator: false,
  };
  const optionNames = ObjectKeys(defaults);
  // What the host reads is shown as it always is: `util.inspect.defaultOptions` is the program's own affair.
  const ours = { __proto__: null, ...defaults };

  let current; // the innermost call under way: inspectors call inspect again
  let calls = 0;

  const newContext = (options, room) => {
    const ctx = {
      __proto__: null, room, indentation: 0, seen: list(), deepest: 0, circular: undefined, customCalls: 0,
      escaped: false, userOptions: undefined, stylize: plainStyle, used: 0,
    };
    for (let i = 0; i < optionNames.length; i++) ctx[optionNames[i]] = defaults[optionNames[i]];
    if (typeof options === "object" && options !== null) {
      const keys = ObjectKeys(options);
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (ObjectHasOwn(defaults, key)) ctx[key] = options[key];
        else if (key === "stylize" && typeof options[key] === "function") ctx.stylize = userStyle(options[key]);
        else ctx.userOptions = options;
      }
    }
    if (ctx.colors) ctx.stylize = colourStyle;
    if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
    if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
    ctx.limit = ctx.depth < MAX_LEVELS && ctx.depth !== null ? ctx.depth : MAX_LEVELS;
    return ctx;
  };
  const userStyle = (stylize) =>
    stylize === plainStyle || stylize === colourStyle ? stylize : (text, style) => `${stylize(text, style)}`;

  const run = (value, options, room) => {
    const outer = current;
    const used = outer === undefined ? 0 : outer.used + outer.seen.length;
    if (calls >= MAX_NESTED_CALLS || used >= MAX_LEVELS) return "...";
    const ctx = newContext(options, outer === undefined ? room : MathMin(room, outer.room));
    ctx.used = used;
    if (ctx.limit > MAX_LEVELS - used) ctx.limit = MAX_LEVELS - used;
    const before = ctx.room;
    current = ctx;
    calls++;
    try {
      return formatValue(ctx, value, 0);
    } finally {
      calls--;
      current = outer;
      // An inspector that inspects itself twice doubles at each level: all share one allowance.
      if (outer !== undefined) outer.room -= before - ctx.room;
    }
  };

  // inspect(value, options) or, as long ago, inspect(value, showHidden, depth, colors).
  function inspect(value, options, depth, colors) {
    if (typeof options === "boolean" || depth !== undefined || colors !== undefined) {
      const legacy = { __proto__: null, showHidden: options === true };
      if (depth !== undefined) legacy.depth = depth;
      if (colors !== undefined) legacy.colors = colors;
      options = typeof options === "object" && options !== null ? { ...options, ...legacy } : legacy;
    }
    return run(value, options, MAX_TEXT);
  }
  inspect.custom = customInspect;

  // Never throws and never returns more than `maxLength` characters; the time it takes follows from that, except
  // for what the value's own traps and inspectors do.
  const inspectSafe = (value, options) => {
    const { maxLength = 100_000, ...rest } = { __proto__: null, ...ours, ...options };
    let text;
    try {
      text = run(value, rest, maxLength);
    } catch {
      try {
        text = run(value, { __proto__: null, ...rest, customInspect: false, getters: false }, maxLength);
      } catch {
        text = "<Inspection threw>";
      }
    }
    if (text.length <= maxLength) return text;
    if (rest.colors) return inspectSafe(value, { __proto__: null, ...rest, maxLength, colors: false });
    let end = MathMax(maxLength - 1, 0);
    const last = StringPrototypeCharCodeAt(text, end - 1);
    if (last >= 0xd800 && last <= 0xdbff) end--; // never half a character
    return `${StringPrototypeSlice(text, 0, end)}…`;
  };

  k.inspectDefaults = defaults;
  k.inspect = inspect;
  k.inspectSafe = inspectSafe;
})
