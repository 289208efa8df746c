(function (k) {
  "use strict";
  // Deep equality with the rules of Node 20: `isDeepEqual` (assert.deepEqual), `isDeepStrictEqual`.
  //
  // Pairs of objects wait on a list of our own, so depth costs memory and never stack; a pair met again is taken to
  // be equal, which ends cycles and keeps shared parts from being compared twice. Only members of Sets and keys of
  // Maps that must be tried against each other need a comparison inside the comparison.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypePop, ArrayPrototypePush, DatePrototypeGetTime, ErrorIsError, Map,
    MapIteratorPrototypeNext, MapPrototypeDelete, MapPrototypeEntries, MapPrototypeGet, MapPrototypeGetSize,
    MapPrototypeHas, MapPrototypeSet, ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIs,
    ObjectKeys, ObjectPrototypeIsPrototypeOf, ObjectPrototypePropertyIsEnumerable, ObjectPrototypeToString,
    RegExpPrototypeExec, Set, SetIteratorPrototypeNext, SetPrototypeAdd, SetPrototypeDelete, SetPrototypeGetSize,
    SetPrototypeHas, SetPrototypeValues, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array,
    Uint8ArrayPrototypeToHex,
  } = p;
  const { list } = k.text;
  const { boxed, kindOf } = k.kinds;

  const MAX_TRIALS = 40; // Sets and Maps inside each other; each costs engine frames
  const CHUNK = 2 ** 15; // bytes compared at once, as text, which is the engine's own loop
  const MAX_LISTED = 2 ** 17; // above it, the names of a dense array cost more than they can tell

  const isObject = (value) => typeof value === "object" && value !== null;
  const isErrorLike = (value) => ErrorIsError(value) || ObjectPrototypeIsPrototypeOf(p.Error.prototype, value);

  // ---- a comparison under way: { strict, as, bs (pairs that wait), seen, seenMore, trail (for undoing), trials } ----

  const newState = (strict) => ({
    __proto__: null, strict, as: list(), bs: list(), seen: undefined, seenMore: undefined, trailA: undefined,
    trailB: undefined, trials: 0,
  });

  const wasSeen = (state, a, b) => {
    if (state.seen === undefined) return false;
    if (MapPrototypeGet(state.seen, a) === b) return true;
    const more = state.seenMore === undefined ? undefined : MapPrototypeGet(state.seenMore, a);
    return more !== undefined && SetPrototypeHas(more, b);
  };
  const markSeen = (state, a, b) => {
    if (wasSeen(state, a, b)) return;
    state.seen ??= new Map();
    if (!MapPrototypeHas(state.seen, a)) MapPrototypeSet(state.seen, a, b);
    else {
      state.seenMore ??= new Map();
      let more = MapPrototypeGet(state.seenMore, a);
      if (more === undefined) MapPrototypeSet(state.seenMore, a, (more = new Set()));
      SetPrototypeAdd(more, b);
    }
    if (state.trials > 0) {
      ArrayPrototypePush(state.trailA, a);
      ArrayPrototypePush(state.trailB, b);
    }
  };
  const forgetSince = (state, length) => {
    while (state.trailA.length > length) {
      const a = ArrayPrototypePop(state.trailA);
      const b = ArrayPrototypePop(state.trailB);
      if (MapPrototypeGet(state.seen, a) === b) MapPrototypeDelete(state.seen, a);
      else SetPrototypeDelete(MapPrototypeGet(state.seenMore, a), b);
    }
  };

  // Compares what can be compared at once; a pair of objects is put on the list of `state`. False: not equal.
  const check = (state, a, b) => {
    if (a === b) return a !== 0 || !state.strict || ObjectIs(a, b);
    if (isObject(a) && isObject(b)) {
      if (state.strict && ObjectGetPrototypeOf(a) !== ObjectGetPrototypeOf(b)) return false;
      ArrayPrototypePush(state.as, a);
      ArrayPrototypePush(state.bs, b);
      return true;
    }
    if (state.strict) return a !== a && b !== b;
    if (isObject(a) || isObject(b)) return false;
    return a == b || (a !== a && b !== b);
  };

  const drain = (state, base) => {
    while (state.as.length > base) {
      const a = ArrayPrototypePop(state.as);
      const b = ArrayPrototypePop(state.bs);
      if (wasSeen(state, a, b)) continue;
      const waiting = state.as.length;
      if (!pairIsEqual(state, a, b)) return false;
      if (state.as.length > waiting) markSeen(state, a, b);
    }
    return true;
  };

  // Whether two values are equal, without consequences for `state` if they are not.
  const attempt = (state, a, b, c, d) => {
    if (++state.trials > MAX_TRIALS)
      throw new p.RangeError(`These values are nested too deeply to compare: more than ${MAX_TRIALS} Sets or Maps inside each other`);
    const base = state.as.length;
    state.trailA ??= list();
    state.trailB ??= list();
    const trail = state.trailA.length;
    try {
      if (check(state, a, b) && drain(state, base) && check(state, c, d) && drain(state, base)) return true;
    } finally {
      state.trials--;
    }
    while (state.as.length > base) {
      ArrayPrototypePop(state.as);
      ArrayPrototypePop(state.bs);
    }
    forgetSince(state, trail);
    return false;
  };

  // ---- bytes ----

  const bytesOf = (view) =>
    TypedArrayPrototypeGetSymbolToStringTag(view) === undefined
      ? new Uint8Array(p.DataViewPrototypeGetBuffer(view), p.DataViewPrototypeGetByteOffset(view),
        p.DataViewPrototypeGetByteLength(view))
      : new Uint8Array(TypedArrayPrototypeGetBuffer(view), TypedArrayPrototypeGetByteOffset(view),
        TypedArrayPrototypeGetByteLength(view));
  const sameBytes = (a, b) => {
    const length = TypedArrayPrototypeGetByteLength(a);
    if (length !== TypedArrayPrototypeGetByteLength(b)) return false;
    if (length <= 64) {
      for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
      return true;
    }
    const part = (bytes, start) =>
      Uint8ArrayPrototypeToHex(new Uint8Array(TypedArrayPrototypeGetBuffer(bytes),
        TypedArrayPrototypeGetByteOffset(bytes) + start, p.MathMin(CHUNK, length - start)));
    for (let i = 0; i < length; i += CHUNK) if (part(a, i) !== part(b, i)) return false;
    return true;
  };

  const sameFloats = (a, b) => {
    const length = p.TypedArrayPrototypeGetLength(a);
    if (length !== p.TypedArrayPrototypeGetLength(b)) return false;
    for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
    return true;
  };

  const viewsAreEqual = (state, a, b) => {
    const name = TypedArrayPrototypeGetSymbolToStringTag(a);
    if (name !== TypedArrayPrototypeGetSymbolToStringTag(b)) return false;
    // 0 and -0 have different bytes, NaN is not equal to itself: only the strict comparison goes by bytes.
    const floats = name === "Float64Array" || name === "Float32Array" || name === "Float16Array";
    return floats && !state.strict ? sameFloats(a, b) : sameBytes(bytesOf(a), bytesOf(b));
  };

  // ---- own properties ----

  const enumerableSymbols = (value) => {
    const symbols = ObjectGetOwnPropertySymbols(value);
    const found = list();
    for (let i = 0; i < symbols.length; i++)
      if (ObjectPrototypePropertyIsEnumerable(value, symbols[i])) ArrayPrototypePush(found, symbols[i]);
    return found;
  };
  const sameValues = (state, a, b, keys) => {
    for (let i = 0; i < keys.length; i++) if (!ObjectPrototypePropertyIsEnumerable(b, keys[i])) return false;
    for (let i = 0; i < keys.length; i++) if (!check(state, a[keys[i]], b[keys[i]])) return false;
    return true;
  };
  const sameSymbols = (state, a, b) => {
    if (!state.strict) return true;
    if (ObjectGetOwnPropertySymbols(a).length === 0 && ObjectGetOwnPropertySymbols(b).length === 0) return true;
    const symbols = enumerableSymbols(a);
    return symbols.length === enumerableSymbols(b).length && sameValues(state, a, b, symbols);
  };
  const sameProperties = (state, a, b) => {
    const keys = ObjectKeys(a);
    return keys.length === ObjectKeys(b).length && sameValues(state, a, b, keys) && sameSymbols(state, a, b);
  };

  const indexName = /^(?:0|[1-9][0-9]*)$/;
  const isIndex = (key) => RegExpPrototypeExec(indexName, key) !== null && +key < 2 ** 32 - 1;
  // Names beside the elements; the specification lists elements first.
  const none = list();
  const namedKeys = (value, length) => {
    if (length > MAX_LISTED && ObjectHasOwn(value, 0) && ObjectHasOwn(value, length - 1)) return none;
    const keys = ObjectKeys(value);
    let start = keys.length;
    if (start === 0 || keys[start - 1] === `${length - 1}`) return none;
    while (start > 0 && !isIndex(keys[start - 1])) start--;
    const found = list();
    for (; start < keys.length; start++) ArrayPrototypePush(found, keys[start]);
    return found;
  };
  const sameNames = (state, a, b, length) => {
    const keys = namedKeys(a, length);
    return keys.length === namedKeys(b, length).length && sameValues(state, a, b, keys) && sameSymbols(state, a, b);
  };

  const sameElements = (state, a, b) => {
    const { length } = a;
    for (let i = 0; i < length; i++) {
      const left = a[i];
      const right = b[i];
      if (left === undefined || right === undefined) {
        const hole = !ObjectHasOwn(a, i);
        if (hole === ObjectHasOwn(b, i)) return false;
        // Holes: of a sparse array only what is there may be walked, its length can be four milliards.
        if (hole) return sameProperties(state, a, b);
      }
      if (!check(state, left, right)) return false;
    }
    return true;
  };

  // ---- Sets and Maps ----

  // Members of `a` that `b` has not under the same identity wait for a partner among those of `b`.
  const setsAreEqual = (state, a, b) => {
    let left;
    const members = SetPrototypeValues(a);
    for (let step = SetIteratorPrototypeNext(members); !step.done; step = SetIteratorPrototypeNext(members)) {
      const { value } = step;
      if (SetPrototypeHas(b, value)) continue;
      if (!isObject(value) && state.strict) return false;
      if (SetPrototypeGetSize(b) === 1)
        return check(state, value, SetIteratorPrototypeNext(SetPrototypeValues(b)).value);
      left ??= new Set();
      SetPrototypeAdd(left, value);
    }
    if (left === undefined) return true;
    const others = SetPrototypeValues(b);
    for (let step = SetIteratorPrototypeNext(others); !step.done; step = SetIteratorPrototypeNext(others)) {
      const { value } = step;
      if (SetPrototypeHas(a, value)) continue;
      if (!isObject(value) && state.strict) return false;
      if (!takePartner(state, left, value)) return false;
    }
    return SetPrototypeGetSize(left) === 0;
  };
  const takePartner = (state, left, value) => {
    const members = SetPrototypeValues(left);
    for (let step = SetIteratorPrototypeNext(members); !step.done; step = SetIteratorPrototypeNext(members)) {
      if (!attempt(state, step.value, value)) continue;
      SetPrototypeDelete(left, step.value);
      return true;
    }
    return false;
  };

  const mapsAreEqual = (state, a, b) => {
    let left; // keys of `a` that are objects or, when loose, whose value `b` does not have under the same key
    const entries = MapPrototypeEntries(a);
    for (let step = MapIteratorPrototypeNext(entries); !step.done; step = MapIteratorPrototypeNext(entries)) {
      const key = step.value[0];
      const item = step.value[1];
      if (isObject(key)) {
        if (MapPrototypeGetSize(b) === 1) {
          const other = MapIteratorPrototypeNext(MapPrototypeEntries(b)).value;
          return check(state, key, other[0]) && check(state, item, other[1]);
        }
      } else if (MapPrototypeHas(b, key)) {
        const other = MapPrototypeGet(b, key);
        if (state.strict) {
          if (!check(state, item, other)) return false;
          continue;
        }
        if (attempt(state, item, other)) continue;
      } else if (state.strict) return false;
      // undefined may stand for null and the reverse, but not where both are keys.
      if (key === undefined && MapPrototypeHas(a, null)) return false;
      if (key === null && MapPrototypeHas(a, undefined)) return false;
      left ??= new Set();
      SetPrototypeAdd(left, key);
    }
    if (left === undefined) return true;
    const others = MapPrototypeEntries(b);
    for (let step = MapIteratorPrototypeNext(others); !step.done; step = MapIteratorPrototypeNext(others)) {
      const key = step.value[0];
      const item = step.value[1];
      if (!isObject(key)) {
        if (state.strict) continue;
        if (MapPrototypeHas(a, key) && attempt(state, MapPrototypeGet(a, key), item)) continue;
      }
      if (!takeEntry(state, left, a, key, item)) return false;
    }
    return SetPrototypeGetSize(left) === 0;
  };
  const takeEntry = (state, left, a, key, item) => {
    const keys = SetPrototypeValues(left);
    for (let step = SetIteratorPrototypeNext(keys); !step.done; step = SetIteratorPrototypeNext(keys)) {
      if (!attempt(state, step.value, key, MapPrototypeGet(a, step.value), item)) continue;
      SetPrototypeDelete(left, step.value);
      return true;
    }
    return false;
  };

  // ---- a pair of objects ----

  const errorProperties = ["message", "name", "cause", "errors"];
  const errorsAreEqual = (state, a, b) => {
    for (let i = 0; i < 4; i++) {
      const key = errorProperties[i];
      const listed = ObjectPrototypePropertyIsEnumerable(a, key);
      if (listed !== ObjectPrototypePropertyIsEnumerable(b, key)) return false;
      if (listed) continue;
      if (i < 2 ? a[key] !== b[key] : !check(state, a[key], b[key])) return false;
    }
    return true;
  };
  const boxedAreEqual = (kind, a, b) => {
    const valueOf = p[`${kind}PrototypeValueOf`];
    return ObjectIs(valueOf(a), valueOf(b));
  };

  const pairIsEqual = (state, a, b) => {
    const tag = ObjectPrototypeToString(a);
    if (tag !== ObjectPrototypeToString(b)) return false;
    if (ArrayIsArray(a)) {
      if (!ArrayIsArray(b) || a.length !== b.length) return false;
      return sameNames(state, a, b, a.length) && sameElements(state, a, b);
    }
    if (tag === "[object Object]") return sameProperties(state, a, b);
    const kind = kindOf(a);
    if (kind !== kindOf(b) && !(isErrorLike(a) && isErrorLike(b))) return false;
    switch (kind) {
      case "Date":
        // Two invalid dates are not equal, as in Node.
        if (DatePrototypeGetTime(a) !== DatePrototypeGetTime(b)) return false;
        break;
      case "RegExp":
        if (a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex) return false;
        break;
      case "TypedArray":
        return viewsAreEqual(state, a, b) && sameNames(state, a, b, p.TypedArrayPrototypeGetLength(a));
      case "DataView":
        if (!viewsAreEqual(state, a, b)) return false;
        break;
      case "ArrayBuffer":
      case "SharedArrayBuffer":
        if (!sameBytes(new Uint8Array(a), new Uint8Array(b))) return false;
        break;
      case "Set":
        if (SetPrototypeGetSize(a) !== SetPrototypeGetSize(b)) return false;
        markSeen(state, a, b); // before its members are tried: it may be one of them
        return sameProperties(state, a, b) && setsAreEqual(state, a, b);
      case "Map":
        if (MapPrototypeGetSize(a) !== MapPrototypeGetSize(b)) return false;
        markSeen(state, a, b);
        return sameProperties(state, a, b) && mapsAreEqual(state, a, b);
      default:
        if (boxed[kind] === true) {
          if (!boxedAreEqual(kind, a, b)) return false;
        } else if (isErrorLike(a) || isErrorLike(b)) {
          if (!isErrorLike(a) || !isErrorLike(b) || !errorsAreEqual(state, a, b)) return false;
        } else if (tag === "[object URL]" && a.href !== b.href) return false; // its parts are private fields
    }
    return sameProperties(state, a, b);
  };

  const compare = (a, b, strict) => {
    // Primitives and different types, which are most calls, need no state.
    if (a === b) return a !== 0 || !strict || ObjectIs(a, b);
    if (strict && (typeof a !== typeof b || (typeof a !== "object" && a === a))) return false;
    const state = newState(strict);
    return check(state, a, b) && drain(state, 0);
  };

  return {
    __proto__: null,
    isDeepEqual: (a, b) => compare(a, b, false),
    isDeepStrictEqual: (a, b) => compare(a, b, true),
  };
})
