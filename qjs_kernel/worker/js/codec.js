(function (k) {
  "use strict";
  // Guest values ↔ a flat list of tokens (JSON text) plus one block of bytes. The Python twin is codec/.
  //
  // string, number, boolean stand for themselves. `null` opens everything else, with a tag after it:
  //   "0" null · "u" undefined · "n" NaN/Infinity/-Infinity/-0 · "b" bigint, hex · "d" Date, ms
  //   "a" length items… · "o" count (key value)… · "m" size (key value)… · "s" size items…
  //   "y" offset length: bytes · "t" kind offset length: typed array · "x" source flags: RegExp
  //   "e" name message stack has-cause [cause]: Error · "f" id name: guest function · "h" id async: host function
  //   "p" id: a promise the host will settle · "r" index: the container that was the index-th to appear
  // No template literals in here: the engine compiles them to calls of String.prototype.concat, which user code can replace.
  // Flat, so that no parser recurses over guest-chosen nesting; every container is numbered as it appears.
  const p = k.primordials;
  const {
    ObjectGetPrototypeOf, ObjectSetPrototypeOf, ObjectDefineProperty, JSONStringify, JSONParse,
    MapPrototypeGet, MapPrototypeSet, WeakMapPrototypeGet, WeakMapPrototypeSet, NumberIsInteger,
    BigIntPrototypeToString, DatePrototypeGetTime, TypedArrayPrototypeSet, String: ToString,
  } = p;
  const proto = p.primordialPrototypes;

  // The keys on the way to the fault are added while it unwinds, innermost first; `k.encode` makes the text of them.
  class CodecFault {
    constructor(message) { this.message = message; this.keys = ObjectSetPrototypeOf([], null); this.path = ""; }
  }
  ObjectSetPrototypeOf(CodecFault.prototype, null);
  k.CodecFault = CodecFault;
  k.isCodecFault = (value) => typeof value === "object" && value !== null && ObjectGetPrototypeOf(value) === CodecFault.prototype;

  // Functions that crossed keep their number, in both directions, so that identity survives a round trip.
  k.functions = new p.Map();
  k.functionIds = new p.WeakMap();
  k.nextFunction = 1;
  k.hostFunctionIds = new p.WeakMap();
  k.awaited = new p.WeakMap();

  // Classes by their prototype. Each is verified by the intrinsic's own brand check when it is encoded.
  const kinds = new p.Map();
  const known = (kind, ...prototypes) => { for (const each of prototypes) kinds.set(each, kind); };
  for (const name of ["Date", "Map", "Set", "RegExp", "Promise", "DataView", "Number", "String", "Boolean", "BigInt",
    "Symbol", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "ArrayBuffer"]) known(name, p[name].prototype);
  known("ArrayBuffer", p.SharedArrayBuffer.prototype); known("typed array", p.TypedArray.prototype);
  known("error", p.Error.prototype, p.DOMException.prototype);
  for (const kind of [p.GeneratorFunction, p.AsyncGeneratorFunction])
    known("iterator", ObjectGetPrototypeOf(kind.prototype.prototype));
  known("plain", p.Object.prototype);
  k.codecKinds = kinds; // other guest modules add their classes (URL → "href")

  const kindOf = (prototype) => {
    let at = prototype;
    for (let steps = 0; at !== null && steps < 1000; steps++) {
      const kind = MapPrototypeGet(kinds, at);
      if (kind !== undefined) return kind;
      at = ObjectGetPrototypeOf(at);
    }
    return "plain";
  };

  const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$_]*$/u;
  const { RegExpPrototypeExec } = p;
  const short = (text) => (text.length > 200 ? p.StringPrototypeSlice(text, 0, 200) + "…" : text);
  const pathText = (keys) => {
    let text = "";
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i];
      if (typeof key === "number") text += "[" + key + "]";
      else text += RegExpPrototypeExec(isIdentifier, key) !== null ? "." + short(key) : "[" + JSONStringify(short(key)) + "]";
    }
    return text === "" ? "the value" : "value" + text;
  };

  // Raw natives that ignore `this`, and methods as own properties of a bare prototype: one call less each on the
  // hot paths than the uncurried forms, and just as far out of user code's reach.
  const { keys: keysOf, getPrototypeOf } = p.globalThis.Object;
  const { isArray } = p.Array;
  const identityMethods = { __proto__: null, get: p.Map.prototype.get, set: p.Map.prototype.set, delete: p.Map.prototype.delete };
  const identityMap = () => ObjectSetPrototypeOf(new p.Map(), identityMethods);

  // Whether user code put elements on a prototype of all arrays: holes would show them, appending would run setters.
  const hasElements = (object) => {
    const first = p.ReflectOwnKeys(object)[0]; // elements come first
    return typeof first === "string" && first >= "0" && first < ":";
  };
  const elementsPolluted = () => hasElements(proto.Array) || hasElements(proto.Object);

  const flagGetters = { __proto__: null, d: p.RegExpPrototypeGetHasIndices, g: p.RegExpPrototypeGetGlobal,
    i: p.RegExpPrototypeGetIgnoreCase, m: p.RegExpPrototypeGetMultiline, s: p.RegExpPrototypeGetDotAll,
    u: p.RegExpPrototypeGetUnicode, v: p.RegExpPrototypeGetUnicodeSets, y: p.RegExpPrototypeGetSticky };
  const flagsOf = (value) => { // the `flags` getter itself asks properties that user code can replace
    let flags = "";
    for (const flag in flagGetters) if (flagGetters[flag](value)) flags += flag;
    return flags;
  };
  const unboxers = { __proto__: null, Number: p.NumberPrototypeValueOf, String: p.StringPrototypeValueOf,
    Boolean: p.BooleanPrototypeValueOf, BigInt: p.BigIntPrototypeValueOf, Symbol: p.SymbolPrototypeValueOf };
  const attempt = (read) => { try { return read(); } catch { return undefined; } };
  const textOf = (value, key) => attempt(() => { const it = value[key]; return typeof it === "string" ? it : undefined; });

  const define = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

  // A promise of ours that settles with the guest's, which may have a `constructor` that throws when `then` asks for
  // it; undefined if it is no promise. Ours can be waited for without running any code of the guest's.
  const settlement = (promise) => {
    let isPromise = false;
    const settled = new p.Promise((resolve, reject) => {
      attempt(() => {
        p.PromisePrototypeThen(promise, (value) => {
          WeakMapPrototypeSet(k.awaited, promise, { __proto__: null, value });
          resolve(undefined);
        }, reject);
        isPromise = true;
      });
    });
    if (!isPromise) return undefined;
    define(settled, "constructor", undefined);
    return settled;
  };

  // The engine's own JSON.stringify keeps its stack in an ordinary array: with a setter of the guest's on
  // Array.prototype it would hand our tokens to it. Plain values have no stack.
  const textOfTokens = (tokens, length) => {
    let text = "[";
    for (let i = 0; i < length; i++) {
      const token = tokens[i];
      if (i > 0) text += ",";
      text += typeof token === "string" ? JSONStringify(token) : token;
    }
    return text + "]";
  };

  // One encoder a call: its state lives in the closure, nothing is shared with a nested encode.
  // `waiting` collects the promises that must settle before the value can be encoded; without it they are an error.
  k.encode = (root, waiting) => {
    const out = ObjectSetPrototypeOf([], null);
    const ids = identityMap();
    const chunks = ObjectSetPrototypeOf([], null);
    let n = 0, containers = 0, nodes = 0, bytes = 0, depth = 0, text = 0, chunkCount = 0, polluted;
    const { result_nodes, result_bytes, result_depth } = k.limits, objectPrototype = proto.Object;

    const fault = (message) => { throw new CodecFault(message); };
    // For the catch of every container: what was thrown while its part `key` was read or encoded.
    const passOn = (error, key) => {
      const it = k.isCodecFault(error) ? error : new CodecFault("reading it threw " + short(k.errorLine(error)));
      it.keys[it.keys.length] = key;
      throw it;
    };
    const tooLarge = () => fault("the value is larger than " + result_bytes + " bytes (Limits.result_bytes)");
    const spend = (count) => {
      nodes += count;
      if (nodes > result_nodes) fault("the value has more than " + result_nodes + " parts (Limits.result_nodes)");
    };
    const weigh = (count) => {
      text += count;
      if (text > result_bytes) tooLarge();
    };
    const tag = (name) => { out[n++] = null; out[n++] = name; };
    const addBytes = (view) => {
      const length = p.TypedArrayPrototypeGetByteLength(view);
      weigh(length + 16);
      // Copied now: a getter that runs later could resize or detach the buffer.
      const copy = new p.Uint8Array(length);
      TypedArrayPrototypeSet(copy, view);
      chunks[chunkCount++] = copy;
      out[n++] = bytes; out[n++] = length;
      bytes += length;
    };
    const bytesOf = (buffer, offset, length) => {
      const view = attempt(() => new p.Uint8Array(buffer, offset, length));
      return view === undefined ? fault("its ArrayBuffer is detached") : view;
    };
    // What is sent as another value is no container: take back the number it just got.
    const forget = (value) => { ids.delete(value); containers--; };

    // False: it inherits from the class but is none.
    const encodeSpecial = (value, kind) => {
      switch (kind) {
        case "Date": {
          const time = attempt(() => DatePrototypeGetTime(value));
          if (time === undefined) return false;
          if (time !== time) fault("an invalid Date cannot be sent");
          tag("d"); out[n++] = time; return true;
        }
        case "Map": {
          const size = attempt(() => p.MapPrototypeGetSize(value));
          if (size === undefined) return false;
          spend(size * 2);
          const sizeAt = n + 2;
          tag("m"); out[n++] = size;
          const iterator = p.MapPrototypeEntries(value);
          let i = 0;
          try {
            for (; i < size; i++) { // a getter may change the map meanwhile
              const step = p.MapIteratorPrototypeNext(iterator);
              if (step.done) break;
              encode(step.value[0]); encode(step.value[1]);
            }
          } catch (error) { passOn(error, i); }
          out[sizeAt] = i;
          return true;
        }
        case "Set": {
          const size = attempt(() => p.SetPrototypeGetSize(value));
          if (size === undefined) return false;
          spend(size);
          const sizeAt = n + 2;
          tag("s"); out[n++] = size;
          const iterator = p.SetPrototypeValues(value);
          let i = 0;
          try {
            for (; i < size; i++) {
              const step = p.SetIteratorPrototypeNext(iterator);
              if (step.done) break;
              encode(step.value);
            }
          } catch (error) { passOn(error, i); }
          out[sizeAt] = i;
          return true;
        }
        case "RegExp": {
          const source = attempt(() => p.RegExpPrototypeGetSource(value));
          const flags = attempt(() => flagsOf(value));
          if (source === undefined || flags === undefined) return false;
          weigh(source.length);
          tag("x"); out[n++] = source; out[n++] = flags; return true;
        }
        case "typed array": {
          const name = p.TypedArrayPrototypeGetSymbolToStringTag(value);
          if (name === undefined) return false;
          const view = bytesOf(p.TypedArrayPrototypeGetBuffer(value),
            p.TypedArrayPrototypeGetByteOffset(value), p.TypedArrayPrototypeGetByteLength(value));
          if (name === "Uint8Array") tag("y"); else { tag("t"); out[n++] = name; }
          addBytes(view); return true;
        }
        case "ArrayBuffer": {
          const length = attempt(() => p.ArrayBufferPrototypeGetByteLength(value))
            ?? attempt(() => p.SharedArrayBufferPrototypeGetByteLength(value));
          if (length === undefined) return false;
          tag("y"); addBytes(bytesOf(value, 0, length)); return true;
        }
        case "DataView": {
          const buffer = attempt(() => p.DataViewPrototypeGetBuffer(value));
          if (buffer === undefined) return false;
          const length = attempt(() => p.DataViewPrototypeGetByteLength(value)) ?? fault("its ArrayBuffer is detached");
          tag("y"); addBytes(bytesOf(buffer, p.DataViewPrototypeGetByteOffset(value), length));
          return true;
        }
        case "error": {
          const name = textOf(value, "name") ?? "Error", message = textOf(value, "message") ?? "";
          const stack = textOf(value, "stack") ?? "";
          weigh(name.length + message.length + stack.length);
          tag("e"); out[n++] = name; out[n++] = message; out[n++] = stack;
          const cause = attempt(() => value.cause);
          out[n++] = cause !== undefined;
          if (cause !== undefined) { try { encode(cause); } catch (error) { passOn(error, "cause"); } }
          return true;
        }
        case "Promise": {
          const state = WeakMapPrototypeGet(k.awaited, value);
          if (state !== undefined) { forget(value); encode(state.value); return true; }
          if (waiting === undefined) fault("a promise cannot be sent: await it first");
          const settled = settlement(value);
          if (settled === undefined) return false;
          define(waiting, waiting.length, settled);
          weigh(9); tag("u"); return true;
        }
        case "Number": case "String": case "Boolean": case "BigInt": case "Symbol": {
          const inner = attempt(() => unboxers[kind](value));
          if (inner === undefined) return false;
          forget(value); encode(inner); return true;
        }
        case "href": {
          forget(value); encode(ToString(value.href)); return true; // a URL is its text
        }
        case "iterator":
          return fault("an iterator cannot be sent to the host: make an array of it");
        default:
          return fault("a " + kind + " cannot be sent to the host");
      }
    };

    const encodeFunction = (value) => {
      const host = WeakMapPrototypeGet(k.hostFunctionIds, value);
      if (host !== undefined) { weigh(20); tag("h"); out[n++] = host; out[n++] = false; return; }
      let id = WeakMapPrototypeGet(k.functionIds, value);
      if (id === undefined) {
        id = k.nextFunction++;
        WeakMapPrototypeSet(k.functionIds, value, id);
        MapPrototypeSet(k.functions, id, value);
      }
      const name = short(textOf(value, "name") ?? "");
      weigh(20 + name.length);
      tag("f"); out[n++] = id; out[n++] = name;
    };

    const encodeArray = (value) => {
      const { length } = value;
      if (typeof length !== "number" || !NumberIsInteger(length) || length < 0) fault("an array with an odd length cannot be sent");
      spend(length);
      polluted ??= elementsPolluted();
      out[n] = null; out[n + 1] = "a"; out[n + 2] = length; n += 3;
      let i = 0;
      try {
        for (; i < length; i++) {
          const item = polluted && !p.ObjectHasOwn(value, i) ? undefined : value[i];
          if (typeof item === "string") { text += item.length + 3; out[n++] = item; }
          else if (typeof item === "number" && item - item === 0 && item !== 0) { text += 6; out[n++] = item; }
          else encode(item);
          if (text > result_bytes) tooLarge();
        }
      } catch (error) { passOn(error, i); }
    };

    const encodeObject = (value) => {
      const keys = keysOf(value), count = keys.length;
      spend(count);
      out[n] = null; out[n + 1] = "o"; out[n + 2] = count; n += 3;
      let key;
      try {
        for (let i = 0; i < count; i++) {
          key = keys[i];
          const item = value[key];
          out[n++] = key;
          text += key.length + 3;
          if (typeof item === "string") { text += item.length + 3; out[n++] = item; }
          else if (typeof item === "number" && item - item === 0 && item !== 0) { text += 6; out[n++] = item; }
          else encode(item);
          if (text > result_bytes) tooLarge();
        }
      } catch (error) { passOn(error, key); }
    };

    const encode = (value) => {
      switch (typeof value) {
        case "string": weigh(value.length + 3); out[n++] = value; return;
        case "number":
          weigh(6);
          if (value - value !== 0 || (value === 0 && 1 / value < 0)) {
            tag("n"); out[n++] = value === 0 ? "-0" : ToString(value);
          } else out[n++] = value;
          return;
        case "boolean": weigh(5); out[n++] = value; return;
        case "undefined": weigh(9); tag("u"); return;
        case "bigint": {
          const digits = BigIntPrototypeToString(value, 16);
          weigh(digits.length + 9);
          tag("b"); out[n++] = digits; return;
        }
        case "symbol": return fault("a symbol cannot be sent to the host");
        case "function": return encodeFunction(value);
      }
      if (value === null) { weigh(9); tag("0"); return; }
      const seen = ids.get(value);
      if (seen !== undefined) { weigh(9); tag("r"); out[n++] = seen; return; }
      ids.set(value, containers++);
      weigh(12);
      if (depth >= result_depth) fault("the value is nested deeper than " + result_depth + " levels (Limits.result_depth)");
      // All of this may run the guest's own code, getters and traps: the container around it catches what they throw.
      depth++;
      if (isArray(value)) encodeArray(value);
      else {
        const above = getPrototypeOf(value);
        const kind = above === objectPrototype || above === null ? "plain" : kindOf(above);
        if (kind === "plain") encodeObject(value);
        else if (!encodeSpecial(value, kind)) fault("it inherits from " + kind + " but is none (a Proxy of one cannot be sent either)");
      }
      depth--;
    };

    let json;
    try {
      encode(root);
      json = elementsPolluted() ? textOfTokens(out, n) : JSONStringify(out);
      // Escapes can make the text longer than what was weighed.
      if (json.length + bytes > result_bytes) tooLarge();
    } catch (error) {
      const it = k.isCodecFault(error) ? error : new CodecFault("reading it threw " + short(k.errorLine(error)));
      it.path = pathText(it.keys);
      throw it;
    }
    let blob;
    if (chunkCount === 1) blob = p.TypedArrayPrototypeGetBuffer(chunks[0]);
    else if (chunkCount > 1) {
      const whole = new p.Uint8Array(bytes);
      let at = 0;
      for (let i = 0; i < chunkCount; i++) {
        TypedArrayPrototypeSet(whole, chunks[i], at);
        at += p.TypedArrayPrototypeGetByteLength(chunks[i]);
      }
      blob = p.TypedArrayPrototypeGetBuffer(whole);
    }
    return { __proto__: null, text: json, blob };
  };

  const typedArrays = { __proto__: null };
  for (const name of ["Int8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
    "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) typedArrays[name] = p[name];

  k.errorClasses = { __proto__: null };
  for (const name of ["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError",
    "InternalError"]) k.errorClasses[name] = p[name];
  const hidden = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  k.makeError = (name, message) => {
    const error = new (k.errorClasses[name] ?? p.Error)(message);
    if (k.errorClasses[name] === undefined) hidden(error, "name", name);
    return error;
  };

  // A function of a state that was rolled back: it can be named and passed on, but not called.
  const goneFunction = (name) => {
    const gone = () => { throw new p.ReferenceError((name || "this function") + " belongs to a state of the sandbox that is gone"); };
    ObjectDefineProperty(gone, "name", { __proto__: null, value: name, configurable: true });
    return gone;
  };
  const copyBytes = (blob, start, length) => { // ArrayBuffer.prototype.slice would ask the guest for a species
    const copy = new p.Uint8Array(length);
    if (length > 0) TypedArrayPrototypeSet(copy, new p.Uint8Array(blob, start, length));
    return copy;
  };

  k.decode = (text, blob) => {
    const tokens = JSONParse(text);
    if (tokens.length === 1) return tokens[0];
    const containers = ObjectSetPrototypeOf([], null);
    const objectPrototype = proto.Object;
    let at = 0, count = 0, polluted;
    const decodeArray = () => {
      const length = tokens[at++], array = [];
      polluted ??= elementsPolluted();
      if (polluted) ObjectSetPrototypeOf(array, null); // until it is filled: no setter of the guest's sees our writes
      containers[count++] = array;
      for (let i = 0; i < length; i++) {
        const token = tokens[at++];
        array[i] = token === null ? tagged() : token;
      }
      if (polluted) ObjectSetPrototypeOf(array, proto.Array);
      return array;
    };
    const decodeObject = () => {
      const size = tokens[at++], object = {};
      containers[count++] = object;
      for (let i = 0; i < size; i++) {
        const key = tokens[at++], token = tokens[at++];
        const value = token === null ? tagged() : token;
        // `__proto__`, or whatever user code put on Object.prototype, must not see the assignment.
        if (key in objectPrototype) define(object, key, value);
        else object[key] = value;
      }
      return object;
    };
    const decode = () => {
      const token = tokens[at++];
      return token === null ? tagged() : token;
    };
    const tagged = () => {
      switch (tokens[at++]) {
        case "o": return decodeObject();
        case "a": return decodeArray();
        case "0": return null;
        case "u": return undefined;
        case "n": { const it = tokens[at++]; return it === "-0" ? -0 : it === "NaN" ? NaN : it === "Infinity" ? Infinity : -Infinity; }
        case "b": { const it = tokens[at++]; return it[0] === "-" ? -p.BigInt("0x" + p.StringPrototypeSlice(it, 1)) : p.BigInt("0x" + it); }
        case "r": return containers[tokens[at++]];
        case "h": { const id = tokens[at++]; return k.hostFunction(id, tokens[at++]); }
        case "f": { const id = tokens[at++], name = tokens[at++]; return MapPrototypeGet(k.functions, id) ?? goneFunction(name); }
        case "p": return (containers[count++] = k.hostPromise(tokens[at++]));
        case "d": return (containers[count++] = new p.Date(tokens[at++]));
        case "m": {
          const size = tokens[at++], map = new p.Map();
          containers[count++] = map;
          for (let i = 0; i < size; i++) { const key = decode(); MapPrototypeSet(map, key, decode()); }
          return map;
        }
        case "s": {
          const size = tokens[at++], set = new p.Set();
          containers[count++] = set;
          for (let i = 0; i < size; i++) p.SetPrototypeAdd(set, decode());
          return set;
        }
        case "y": { const start = tokens[at++]; return (containers[count++] = copyBytes(blob, start, tokens[at++])); }
        case "t": {
          const kind = tokens[at++], start = tokens[at++];
          return (containers[count++] = new typedArrays[kind](p.TypedArrayPrototypeGetBuffer(copyBytes(blob, start, tokens[at++]))));
        }
        case "x": { const source = tokens[at++]; return (containers[count++] = new p.RegExp(source, tokens[at++])); }
        case "e": {
          const name = tokens[at++], error = k.makeError(name, tokens[at++]);
          containers[count++] = error;
          at++; // the stack is the guest's own, from here
          if (tokens[at++]) hidden(error, "cause", decode());
          return error;
        }
      }
      throw new p.TypeError("a value of the host has an unknown tag");
    };
    return decode();
  };
})
