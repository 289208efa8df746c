(function (k) {
  "use strict";
  // What somebody looks into: the entries of a value, a page at a time, and a search through all that lies below it.
  // Nothing of the program runs (see glimpse.js), and nothing of it is changed.
  //
  // A step is [kind, name or index]: "n" a property, "y" an own symbol, "i" an element, "k" and "v" the key and the
  // value of an entry of a Map or Set, "p" the prototype. The first one starts at the global object.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePush, FunctionPrototypeToString, JSONParse, Map, MapPrototypeForEach,
    MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, MathMin, ObjectGetOwnPropertyNames,
    ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn, RegExpPrototypeExec, Set, SetPrototypeAdd,
    SetPrototypeForEach, SetPrototypeGetSize, SetPrototypeHas, StringPrototypeIncludes, StringPrototypeSlice, StringPrototypeToLowerCase, SymbolPrototypeToString,
    TypedArrayPrototypeGetLength, WeakSetPrototypeHas,
  } = p;
  const { list } = k.text;
  const { isProxy, ownGetters } = k;
  const { boxed } = k.kinds;
  const {
    NOTHING, isIdentifier, isObject, descriptor, valueOf, readOwn, sourceOf, isClass, kindOfPlain, bytesOf, json, cut,
    shortText, textOf,
  } = k.load("internal/glimpse");
  const G = p.globalThis;

  const LISTED = 1_000; // elements above which an array's own names are not looked through
  const HERE = 400; // characters of the value asked for,
  const ROW = 160; // of an entry's,
  const LABEL = 100; // and of its key
  const NAME = 10_000; // characters of a name beyond which one cannot go on through it
  const WRITTEN = 2_000; // of an expression, which ends there
  const SEARCHED = 1_000; // characters of a text that are searched
  const BUDGET = 200_000; // entries a search looks at,
  const SECONDS = 500; // ms that it takes,
  const EVERY = 256; // and how often it looks at the clock
  const DEEPEST = 100; // steps: the path to everything that is found is told

  const PROTOTYPE = "[[Prototype]]"; // no other label reads so: a name that did would stand in quotation marks

  // Enumerable globals that are nobody's but the platform's. None of them is a top-level name of a cell.
  const platform = {
    __proto__: null, queueMicrotask: true, setTimeout: true, setInterval: true, setImmediate: true, clearTimeout: true,
    clearInterval: true, clearImmediate: true, structuredClone: true, fetch: true,
  };
  const isBinding = (found, key) =>
    ObjectHasOwn(found, "get") && typeof found.get === "function" && WeakSetPrototypeHas(ownGetters, found.get)
      && FunctionPrototypeToString(found.get) === `()=>${key}`;
  const isUsers = (key) => {
    const found = descriptor(G, key);
    return found !== undefined && found.enumerable && (platform[key] === undefined || isBinding(found, key));
  };

  // A class that a program made: what the platform offers stands on the global object, not enumerable.
  const isUserClass = (made) => {
    if (typeof made !== "function" || isProxy(made)) return false;
    const source = FunctionPrototypeToString(made);
    if (!isClass(source) && !(StringPrototypeSlice(source, 0, 9) === "function ")) return false;
    if (StringPrototypeIncludes(StringPrototypeSlice(source, 0, 200), "[native code]")) return false;
    const name = readOwn(made, "name");
    const known = typeof name === "string" && name !== "" ? descriptor(G, name) : undefined;
    return known === undefined || known.enumerable || !ObjectHasOwn(known, "value") || known.value !== made;
  };
  const hasUserPrototype = (value) => {
    const above = ObjectGetPrototypeOf(value);
    if (above === null || above === p.Object.prototype || above === p.Function.prototype || isProxy(above)) return false;
    if (typeof value === "function") return isUserClass(above);
    const made = readOwn(above, "constructor");
    return typeof made === "function" && !isProxy(made) && readOwn(made, "prototype") === above && isUserClass(made);
  };

  // ---- entries ----

  const indexName = /^(?:0|[1-9][0-9]*)$/;
  const skipped = {
    __proto__: null,
    Array: { __proto__: null, length: true },
    Function: { __proto__: null, length: true, name: true, arguments: true, caller: true },
    RegExp: { __proto__: null, lastIndex: true },
    String: { __proto__: null, length: true },
  };
  const LEAVES = { __proto__: null, Date: true, RegExp: true, ...boxed };

  // What is in `value`, without going through it: elements (or entries of a Map or Set) come first, then names,
  // symbols and the prototype. Kept for one question: many rows may show the same object. Undefined for what has none.
  const survey = (value, known) => {
    if (!isObject(value) || isProxy(value)) return undefined;
    const before = MapPrototypeGet(known, value);
    if (before !== undefined) return before;
    const made = value === G ? surveyGlobals() : surveyOf(value);
    made.total = made.elements + made.names.length + made.symbols.length + (made.prototype ? 1 : 0);
    if (made.total === 0 && (typeof value === "function" || LEAVES[made.kind])) made.total = -1;
    MapPrototypeSet(known, value, made);
    return made;
  };
  const blank = (kind) =>
    ({ __proto__: null, kind, elements: 0, bytes: undefined, names: list(), symbols: list(), prototype: false, total: 0 });
  const surveyGlobals = () => {
    const made = blank("Global"), names = ObjectGetOwnPropertyNames(G);
    for (let i = 0; i < names.length; i++) if (isUsers(names[i])) ArrayPrototypePush(made.names, names[i]);
    return made;
  };
  const surveyOf = (value) => {
    const kind = kindOfPlain(value), made = blank(kind);
    const bytes = kind === "TypedArray" ? value : bytesOf(value, kind);
    if (bytes !== undefined) {
      made.bytes = bytes;
      made.elements = TypedArrayPrototypeGetLength(bytes);
      return made;
    }
    if (kind === "Map") made.elements = MapPrototypeGetSize(value);
    else if (kind === "Set") made.elements = SetPrototypeGetSize(value);
    if (kind === "Array" && value.length > LISTED && ObjectHasOwn(value, 0) && ObjectHasOwn(value, value.length - 1)) {
      made.elements = value.length;
    } else addNames(made, value, kind);
    const symbols = ObjectGetOwnPropertySymbols(value);
    for (let i = 0; i < symbols.length; i++) ArrayPrototypePush(made.symbols, symbols[i]);
    made.prototype = hasUserPrototype(value);
    return made;
  };
  const addNames = (made, value, kind) => {
    const names = ObjectGetOwnPropertyNames(value);
    const plain = kind === "Function" && !isClass(sourceOf(value));
    const hidden = skipped[kind];
    if (hidden === undefined) { made.names = p.ObjectSetPrototypeOf(names, null); return; }
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (hidden[name] || plain && name === "prototype") continue;
      if (kind === "String" && RegExpPrototypeExec(indexName, name) !== null) continue;
      ArrayPrototypePush(made.names, name);
    }
  };

  // Goes over entries `start` to `end` of what `survey` found: visit(kind, name or index, label, value, descriptor).
  // `visit` answers false when it has enough.
  const walk = (value, made, start, end, visit) => {
    let at = start;
    if (at < made.elements) {
      const stop = MathMin(end, made.elements);
      if (!walkElements(value, made, at, stop, visit)) return;
      at = stop;
    }
    for (let first = made.elements; at < end && at < first + made.names.length; at++) {
      const name = made.names[at - first], found = descriptor(value, name);
      const index = made.kind === "Array" && RegExpPrototypeExec(indexName, name) !== null;
      const inner = found === undefined ? NOTHING
        : ObjectHasOwn(found, "value") || value === G && isBinding(found, name) ? valueOf(found, value) : NOTHING;
      if (!visit(index ? "i" : "n", index ? +name : name, name, inner, found)) return;
    }
    for (let first = made.elements + made.names.length; at < end && at < first + made.symbols.length; at++) {
      const symbol = made.symbols[at - first], found = descriptor(value, symbol);
      const inner = found !== undefined && ObjectHasOwn(found, "value") ? found.value : NOTHING;
      if (!visit("y", at - first, symbol, inner, found)) return;
    }
    if (at < end && made.prototype) visit("p", 0, PROTOTYPE, ObjectGetPrototypeOf(value), undefined);
  };
  const walkElements = (value, made, start, stop, visit) => {
    if (made.bytes !== undefined) {
      for (let i = start; i < stop; i++) if (!visit("i", i, i, made.bytes[i], undefined)) return false;
      return true;
    }
    if (made.kind === "Array") {
      for (let i = start; i < stop; i++) {
        const found = descriptor(value, i);
        const inner = found !== undefined && ObjectHasOwn(found, "value") ? found.value : NOTHING;
        if (!visit("i", i, i, inner, found)) return false;
      }
      return true;
    }
    const isMap = made.kind === "Map";
    let going = true;
    eachEntry(value, isMap, start, stop, (i, key, inner) => {
      if (isMap && isObject(key) && !visit("k", i, `key ${i}`, key, undefined)) going = false;
      else if (!visit("v", i, isMap ? { __proto__: null, key } : i, inner, undefined)) going = false;
      return going;
    });
    return going;
  };
  // Entries `start` to `end` of a Map or Set: visit(index, key, value), which answers false when it has enough.
  // `forEach`, left by an exception, since to skip an entry with an iterator costs ten times as much.
  const ENOUGH = { __proto__: null };
  const eachEntry = (value, isMap, start, end, visit) => {
    if (start >= end) return;
    let at = 0;
    const step = (inner, key) => {
      const i = at++;
      if (i >= start && !visit(i, key, inner) || at >= end) throw ENOUGH;
    };
    try {
      if (isMap) MapPrototypeForEach(value, step); else SetPrototypeForEach(value, step);
    } catch (problem) {
      if (problem !== ENOUGH) throw problem;
    }
  };

  const labelOf = (kind, label) => {
    if (kind === "p") return PROTOTYPE;
    if (kind === "v" && typeof label !== "number") return `${cut(textOf(label.key, 2), LABEL)} =>`;
    if (kind === "y") return `[${cut(SymbolPrototypeToString(label), LABEL)}]`;
    if (kind !== "n" || isIdentifier(label)) return cut(`${label}`, LABEL);
    return label.length > LABEL ? `${shortText(StringPrototypeSlice(label, 0, LABEL))}…` : shortText(label);
  };
  const className = (prototype) => {
    const made = readOwn(prototype, "constructor"), name = typeof made === "function" ? readOwn(made, "name") : undefined;
    return typeof name === "string" ? cut(name, LABEL) : "";
  };
  const typeOf = (value) => {
    if (value === null) return "null";
    if (!isObject(value)) return typeof value;
    if (isProxy(value)) return "proxy";
    if (typeof value === "function") return isClass(sourceOf(value)) ? "class" : "function";
    return StringPrototypeToLowerCase(kindOfPlain(value));
  };
  const stepText = (kind, name) => `["${kind}",${typeof name === "string" ? json(StringPrototypeSlice(name, 0, NAME)) : name}]`;
  const rowText = (path, label, type, text, size) => `[[${path}],${json(label)},"${type}",${json(text)},${size}]`;

  // The row of an entry whose value is there, or of which only user code could tell the value.
  const describe = (path, label, value, found, known, circular) => {
    if (value === NOTHING) {
      if (found === undefined) return rowText(path, label, "empty", "<empty>", -1);
      if (ObjectHasOwn(found, "value")) return rowText(path, label, "accessor", "(cannot be read)", -1);
      const text = found.get === undefined ? "(setter)" : found.set === undefined ? "(getter)" : "(getter, setter)";
      return rowText(path, label, "accessor", text, -1);
    }
    const inside = survey(value, known);
    const own = label === PROTOTYPE && typeof value === "object" ? `${className(value)}.prototype` : undefined;
    const text = circular(value) ?? own ?? cut(textOf(value, 1, inside?.names), ROW);
    return rowText(path, label, typeOf(value), text, inside === undefined ? -1 : inside.total);
  };

  // ---- paths ----

  const descend = (value, kind, name) => {
    if (!isObject(value) || isProxy(value)) return NOTHING;
    if (kind === "n" && typeof name === "string") {
      const found = descriptor(value, name);
      return found === undefined ? NOTHING : valueOf(found, value);
    }
    if (typeof name !== "number" || name < 0) return NOTHING;
    if (kind === "p") return ObjectGetPrototypeOf(value) ?? NOTHING;
    if (kind === "y") {
      const symbols = ObjectGetOwnPropertySymbols(value);
      const found = name < symbols.length ? descriptor(value, symbols[name]) : undefined;
      return found !== undefined && ObjectHasOwn(found, "value") ? found.value : NOTHING;
    }
    const is = kindOfPlain(value);
    if (kind === "i") {
      if (is === "Array") {
        const found = descriptor(value, name);
        return found !== undefined && ObjectHasOwn(found, "value") ? found.value : NOTHING;
      }
      const bytes = is === "TypedArray" ? value : bytesOf(value, is);
      if (bytes === undefined) return descend(value, "n", `${name}`); // somebody wrote thing[3]
      return name < TypedArrayPrototypeGetLength(bytes) ? bytes[name] : NOTHING;
    }
    if (kind !== "k" && kind !== "v" || is !== "Map" && is !== "Set") return NOTHING;
    if (name >= (is === "Map" ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value))) return NOTHING;
    let found = NOTHING;
    eachEntry(value, is === "Map", name, name + 1, (_, key, inner) => {
      found = kind === "k" ? key : inner;
      return false;
    });
    return found;
  };
  // JavaScript that gives what lies at a step below what `above` gives.
  const expression = (above, kind, name) => {
    if (above.length > WRITTEN) return above[above.length - 1] === "…" ? above : `${above}…`;
    if (kind === "n") {
      if (isIdentifier(name)) return above === "" ? name : `${above}.${name}`;
      return `${above === "" ? "globalThis" : above}[${json(cut(name, LABEL))}]`;
    }
    if (kind === "i") return `${above}[${name}]`;
    if (kind === "k" || kind === "v") return `[...${above}.${kind === "k" ? "keys" : "values"}()][${name}]`;
    // `above` once only: with each symbol on the way the text would be twice as long.
    if (kind === "y") return `((it) => it[Object.getOwnPropertySymbols(it)[${name}]])(${above === "" ? "globalThis" : above})`;
    return `Object.getPrototypeOf(${above})`;
  };

  // ---- search ----

  // Breadth first, so that what is found first is nearest; each object once.
  const search = (top, needle, count, known) => {
    const wanted = StringPrototypeToLowerCase(needle), began = k.now();
    const seen = new Set(), queue = list(), rows = list();
    let looked = 0, complete = true, deeper = false;
    const none = () => undefined;
    const pathOf = (node) => {
      let text = "";
      for (let at = node; at.above !== undefined; at = at.above) text = at.step + (text === "" ? "" : `,${text}`);
      return text;
    };
    const holds = (text) => StringPrototypeIncludes(StringPrototypeToLowerCase(text), wanted);
    // A text is looked through as it is, without its quotation marks.
    const leafText = (value) =>
      typeof value === "string" ? StringPrototypeSlice(value, 0, SEARCHED) : typeof value === "number" ? `${value}` : textOf(value, 2);
    const node = (value, above, step) => ({ __proto__: null, value, above, step, depth: above === undefined ? 0 : above.depth + 1 });
    if (isObject(top)) { SetPrototypeAdd(seen, top); ArrayPrototypePush(queue, node(top, undefined, "")); }
    for (let head = 0; head < queue.length && complete; head++) {
      const at = queue[head];
      queue[head] = undefined;
      // A survey is not kept here: thousands of objects have thousands of names.
      const made = survey(at.value, new Map());
      if (made === undefined) continue;
      walk(at.value, made, 0, made.elements + made.names.length + made.symbols.length, (kind, name, label, value, found) => {
        if (looked >= BUDGET || (looked + 1) % EVERY === 0 && k.now() - began > SECONDS) return (complete = false);
        looked++;
        const inside = isObject(value) && !isProxy(value);
        // The keys of elements are numbers that nobody looks for by a part.
        let hit = kind === "i" ? `${name}` === wanted : kind === "n" ? holds(name) : kind === "k" ? false
          : holds(labelOf(kind, label));
        if (kind === "v" && typeof label === "number") hit = false;
        if (!hit && !inside && value !== NOTHING) hit = holds(leafText(value));
        if (!hit && !(inside && !SetPrototypeHas(seen, value))) return true;
        const below = node(value, at, stepText(kind, name));
        if (hit) {
          if (rows.length >= count) return (complete = false);
          ArrayPrototypePush(rows, describe(pathOf(below), labelOf(kind, label), value, found, known, none));
        }
        if (inside && !SetPrototypeHas(seen, value)) {
          SetPrototypeAdd(seen, value);
          if (below.depth < DEEPEST) ArrayPrototypePush(queue, below);
          else deeper = true;
        }
        return true;
      });
    }
    return { __proto__: null, rows, looked, complete: complete && !deeper };
  };

  // {path, start, count, search} → [here, rows, total, complete]; here and rows are [path, label, type, text, size].
  return (request) => {
    const { path, start, count, search: needle } = JSONParse(request);
    const known = new Map();
    const ancestors = new Map();
    let value = G, label = "", where = "";
    for (let i = 0; i < path.length && value !== NOTHING; i++) {
      const { 0: kind, 1: name } = path[i];
      if (i > 0 && isObject(value)) MapPrototypeSet(ancestors, value, where);
      value = descend(value, kind, name);
      where = expression(where, kind, name);
      label = kind === "n" ? labelOf("n", name) : `${name}`;
    }
    if (value === NOTHING) return "[null,[],0,true]";
    const circular = (inner) => {
      const found = isObject(inner) ? MapPrototypeGet(ancestors, inner) : undefined;
      return found === undefined ? undefined : `[Circular *] ${found}`;
    };
    const made = survey(value, known);
    const total = made === undefined ? 0 : made.total < 0 ? 0 : made.total;
    const text = value === G ? "" : circular(value) ?? cut(textOf(value, 0, made?.names), HERE);
    const here = rowText("", label, value === G ? "global" : typeOf(value), text, made === undefined ? -1 : made.total);
    if (needle !== "") {
      const { rows, looked, complete } = search(value, needle, count, known);
      return `[${here},[${ArrayPrototypeJoin(rows, ",")}],${looked},${complete}]`;
    }
    if (path.length > 0 && isObject(value)) MapPrototypeSet(ancestors, value, MapPrototypeGet(ancestors, value) ?? where);
    const rows = list();
    if (total > 0) walk(value, made, start, MathMin(start + count, total), (kind, name, key, inner, found) => {
      ArrayPrototypePush(rows, describe(stepText(kind, name), labelOf(kind, key), inner, found, known, circular));
      return true;
    });
    return `[${here},[${ArrayPrototypeJoin(rows, ",")}],${total},true]`;
  };
})
