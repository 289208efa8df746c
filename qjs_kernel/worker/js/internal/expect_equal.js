(function (k) {
  "use strict";
  // Equality as Jest's matchers mean it: asymmetric matchers anywhere inside, undefined properties as if absent
  // (toEqual), or types and holes counted too (toStrictEqual). And the same walk for subsets (toMatchObject).
  const p = k.primordials;
  const {
    ArrayIsArray,
    ArrayPrototypePush,
    ErrorIsError,
    MapPrototypeGet,
    MapPrototypeGetSize,
    MapPrototypeHas,
    ObjectGetOwnPropertySymbols,
    ObjectGetPrototypeOf,
    ObjectHasOwn,
    ObjectIs,
    ObjectKeys,
    ObjectPrototypePropertyIsEnumerable,
    ObjectPrototypeToString,
    RangeError,
    SetPrototypeGetSize,
    SetPrototypeHas,
    SymbolFor,
    SymbolIterator,
  } = p;
  const { list } = k.text;
  const { kindOf } = k.kinds;

  const MAX_DEPTH = 400; // of values inside values; deeper ones would cost the engine's stack
  const MARK = SymbolFor("jest.asymmetricMatcher");
  const isObject = (value) => typeof value === "object" && value !== null;
  const isAsymmetric = (value) =>
    isObject(value) && value.$$typeof === MARK && typeof value.asymmetricMatch === "function";

  const LOOSE = { __proto__: null, undefinedKeys: false, types: false, holes: false };
  const STRICT = { __proto__: null, undefinedKeys: true, types: true, holes: true };
  const CHAI = { __proto__: null, undefinedKeys: true, types: false, holes: false };

  const keysOf = (value) => {
    const keys = ObjectKeys(value);
    const symbols = ObjectGetOwnPropertySymbols(value);
    for (let i = 0; i < symbols.length; i++)
      if (ObjectPrototypePropertyIsEnumerable(value, symbols[i])) ArrayPrototypePush(keys, symbols[i]);
    return keys;
  };
  const entriesOf = (iterable) => {
    const found = list();
    const iterator = iterable[SymbolIterator]();
    for (let step; !(step = iterator.next()).done;) ArrayPrototypePush(found, step.value);
    return found;
  };
  const seen = (trail, a, b) => {
    for (let i = trail.length - 2; i >= 0; i -= 2) if (trail[i] === a) return trail[i + 1] === b ? 1 : 2;
    return 0;
  };

  const compare = (a, b, mode, trail) => {
    const left = isAsymmetric(a),
      right = isAsymmetric(b);
    if (left !== right) return right ? !!b.asymmetricMatch(a) : !!a.asymmetricMatch(b);
    if (ObjectIs(a, b)) return true;
    if (!isObject(a) || !isObject(b)) return false;
    if (trail.length > MAX_DEPTH * 2)
      throw new RangeError(`the values are nested too deeply to be compared (more than ${MAX_DEPTH} levels)`);
    const tag = ObjectPrototypeToString(a);
    if (tag !== ObjectPrototypeToString(b)) return false;
    const kind = kindOf(a);
    if (kind !== kindOf(b)) return false;
    if (mode.types && constructorOf(a) !== constructorOf(b)) return false;
    switch (kind) {
      case "Date": {
        const x = p.DatePrototypeGetTime(a),
          y = p.DatePrototypeGetTime(b);
        return x === y || (x !== x && y !== y);
      }
      case "RegExp":
        return p.RegExpPrototypeToString(a) === p.RegExpPrototypeToString(b);
      case "Number":
        return ObjectIs(p.NumberPrototypeValueOf(a), p.NumberPrototypeValueOf(b));
      case "String":
        return p.StringPrototypeValueOf(a) === p.StringPrototypeValueOf(b);
      case "Boolean":
        return p.BooleanPrototypeValueOf(a) === p.BooleanPrototypeValueOf(b);
      case "BigInt":
        return p.BigIntPrototypeValueOf(a) === p.BigIntPrototypeValueOf(b);
      case "Symbol":
        return p.SymbolPrototypeValueOf(a) === p.SymbolPrototypeValueOf(b);
      case "Promise":
      case "WeakMap":
      case "WeakSet":
      case "WeakRef":
        return false;
      case "ArrayBuffer":
      case "SharedArrayBuffer":
      case "DataView":
        return k.load("internal/equal").isDeepStrictEqual(a, b);
      case "TypedArray": {
        const length = p.TypedArrayPrototypeGetLength(a);
        if (p.TypedArrayPrototypeGetSymbolToStringTag(a) !== p.TypedArrayPrototypeGetSymbolToStringTag(b)) return false;
        if (length !== p.TypedArrayPrototypeGetLength(b)) return false;
        for (let i = 0; i < length; i++) if (!ObjectIs(a[i], b[i])) return false;
        return true;
      }
      default:
    }
    if (ErrorIsError(a) && ErrorIsError(b) && (a.message !== b.message || (mode !== LOOSE && a.name !== b.name)))
      return false;
    if (ErrorIsError(a) && ErrorIsError(b) && mode === LOOSE) return true;
    if (tag === "[object URL]" && p.String(a) !== p.String(b)) return false;
    const met = seen(trail, a, b);
    if (met !== 0) return met === 1;
    ArrayPrototypePush(trail, a, b);
    try {
      return compareParts(a, b, kind, mode, trail);
    } finally {
      trail.length -= 2;
    }
  };
  const constructorOf = (value) => {
    const prototype = ObjectGetPrototypeOf(value);
    return prototype === null ? undefined : (prototype.constructor ?? prototype);
  };

  const compareParts = (a, b, kind, mode, trail) => {
    if (kind === "Array") {
      if (a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) {
        if (mode.holes && ObjectHasOwn(a, i) !== ObjectHasOwn(b, i)) return false;
        if (!compare(a[i], b[i], mode, trail)) return false;
      }
    } else if (kind === "Set") {
      if (SetPrototypeGetSize(a) !== SetPrototypeGetSize(b)) return false;
      const rest = entriesOf(b),
        mine = entriesOf(a);
      for (let i = 0; i < mine.length; i++) {
        if (SetPrototypeHas(b, mine[i])) continue;
        let found = false;
        for (let j = 0; j < rest.length && !found; j++) found = compare(mine[i], rest[j], mode, trail);
        if (!found) return false;
      }
    } else if (kind === "Map") {
      if (MapPrototypeGetSize(a) !== MapPrototypeGetSize(b)) return false;
      const rest = entriesOf(b),
        mine = entriesOf(a);
      for (let i = 0; i < mine.length; i++) {
        if (MapPrototypeHas(b, mine[i][0])) {
          if (!compare(mine[i][1], MapPrototypeGet(b, mine[i][0]), mode, trail)) return false;
          continue;
        }
        let found = false;
        for (let j = 0; j < rest.length && !found; j++)
          found = compare(mine[i][0], rest[j][0], mode, trail) && compare(mine[i][1], rest[j][1], mode, trail);
        if (!found) return false;
      }
    } else if (
      typeof a[SymbolIterator] === "function" &&
      typeof b[SymbolIterator] === "function" &&
      constructorOf(a) === constructorOf(b)
    ) {
      const mine = entriesOf(a),
        theirs = entriesOf(b);
      if (mine.length !== theirs.length) return false;
      for (let i = 0; i < mine.length; i++) if (!compare(mine[i], theirs[i], mode, trail)) return false;
    }
    return compareKeys(a, b, kind, mode, trail);
  };
  const isIndex = (key, length) =>
    typeof key === "string" && p.RegExpPrototypeExec(/^(?:0|[1-9]\d*)$/, key) !== null && +key < length;
  const compareKeys = (a, b, kind, mode, trail) => {
    const mine = keysOf(a),
      theirs = keysOf(b);
    const skip = kind === "Array" ? a.length : 0;
    for (let i = 0; i < mine.length; i++) {
      const key = mine[i];
      if (skip > 0 && isIndex(key, skip)) continue;
      if (!ObjectPrototypePropertyIsEnumerable(b, key) && (mode.undefinedKeys || a[key] !== undefined)) return false;
      if (!compare(a[key], b[key], mode, trail)) return false;
    }
    for (let i = 0; i < theirs.length; i++) {
      const key = theirs[i];
      if (skip > 0 && isIndex(key, skip)) continue;
      if (!ObjectPrototypePropertyIsEnumerable(a, key) && (mode.undefinedKeys || b[key] !== undefined)) return false;
    }
    return true;
  };

  const equals = (a, b, mode = LOOSE) => compare(a, b, mode, list());

  // Whether `value` has all that `part` has, at every depth; arrays must be as long.
  const isSubset = (value, part, trail) => {
    if (isAsymmetric(part) || !isObject(part) || !isObject(value)) return equals(value, part);
    const kind = kindOf(part);
    if (kind !== "Object" && kind !== "Array") return equals(value, part);
    if (kindOf(value) !== kind && !(kind === "Object" && kindOf(value) !== "Array")) return false;
    const met = seen(trail, value, part);
    if (met === 1) return true;
    if (trail.length > MAX_DEPTH * 2) throw new RangeError("the values are nested too deeply to be compared");
    ArrayPrototypePush(trail, value, part);
    try {
      if (kind === "Array" && value.length !== part.length) return false;
      const keys = keysOf(part);
      for (let i = 0; i < keys.length; i++)
        if (!hasInherited(value, keys[i]) || !isSubset(value[keys[i]], part[keys[i]], trail)) return false;
      return true;
    } finally {
      trail.length -= 2;
    }
  };
  // A getter of a class counts, what Object.prototype has does not.
  const hasInherited = (value, key) => {
    for (
      let at = value, i = 0;
      at !== null && at !== p.Object.prototype && i < 1_000;
      at = ObjectGetPrototypeOf(at), i++
    )
      if (ObjectHasOwn(at, key)) return true;
    return false;
  };

  // "a.b[0].c" or ["a", "b", 0, "c"]: the keys on the way.
  const pathOf = (path) => {
    if (ArrayIsArray(path)) return path;
    const found = list();
    const part = /[^.[\]]+|\[(?:(-?\d+)|(["'])((?:(?!\2)[^\\]|\\.)*?)\2)\]/g;
    for (let m; (m = p.RegExpPrototypeExec(part, path)) !== null;) ArrayPrototypePush(found, m[1] ?? m[3] ?? m[0]);
    if (found.length === 0) ArrayPrototypePush(found, path);
    return found;
  };

  return {
    __proto__: null,
    LOOSE,
    STRICT,
    CHAI,
    MARK,
    equals,
    isSubset: (value, part) => isSubset(value, part, list()),
    isAsymmetric,
    isObject,
    hasInherited,
    pathOf,
    entriesOf,
  };
})
