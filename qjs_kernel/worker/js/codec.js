(function (k) {
  "use strict";
  // Guest values ↔ a flat list of tokens (JSON text) plus one block of bytes. The Python twin is codec.py.
  //
  // string, number, boolean stand for themselves. `null` opens everything else, with a tag after it:
  //   "0" null · "u" undefined · "n" NaN/Infinity/-Infinity/-0 · "b" bigint, hex · "d" Date, ms
  //   "a" length items… · "o" count (key value)… · "m" size (key value)… · "s" size items…
  //   "y" offset length: bytes · "t" kind offset length: typed array · "x" source flags: RegExp
  //   "e" name message stack has-cause [cause]: Error · "f" id name: guest function · "h" id async: host function
  //   "p" id: a promise the host will settle · "r" index: the container that was the index-th to appear
  // Flat, so that no parser recurses over guest-chosen nesting; every container is numbered as it appears.
  const p = k.primordials;
  const {
    ArrayIsArray, ObjectKeys, ObjectGetPrototypeOf, ObjectSetPrototypeOf, ObjectDefineProperty, JSONStringify, JSONParse,
    MapPrototypeGet, MapPrototypeSet, MapPrototypeDelete, WeakMapPrototypeGet, WeakMapPrototypeSet, NumberIsInteger,
    BigIntPrototypeToString, DatePrototypeGetTime, TypedArrayPrototypeSet, String: ToString,
  } = p;
  const proto = p.primordialPrototypes;

  class CodecFault {
    constructor(message, path) { this.message = message; this.path = path; }
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

  const kinds = new p.Map();
  const known = (kind, ...prototypes) => { for (const each of prototypes) kinds.set(each, kind); };
  known("date", p.Date.prototype); known("map", p.Map.prototype); known("set", p.Set.prototype);
  known("regexp", p.RegExp.prototype); known("error", p.Error.prototype, p.DOMException.prototype);
  known("promise", p.Promise.prototype); known("typed", p.TypedArray.prototype);
  known("buffer", p.ArrayBuffer.prototype, p.SharedArrayBuffer.prototype); known("view", p.DataView.prototype);
  known("number", p.Number.prototype); known("string", p.String.prototype); known("boolean", p.Boolean.prototype);
  known("bigint", p.BigInt.prototype); known("symbol", p.Symbol.prototype);
  known("WeakMap", p.WeakMap.prototype); known("WeakSet", p.WeakSet.prototype); known("WeakRef", p.WeakRef.prototype);
  known("plain", p.Object.prototype);
  k.codecKinds = kinds; // other guest modules add their classes (URL → "href")

  const kindOf = (value) => {
    // By prototype chain, verified below by the intrinsic's own brand check: an impostor is a plain object.
    let at = ObjectGetPrototypeOf(value);
    for (let steps = 0; at !== null && steps < 1000; steps++) {
      const kind = MapPrototypeGet(kinds, at);
      if (kind !== undefined) return kind;
      at = ObjectGetPrototypeOf(at);
    }
    return "plain";
  };

  const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$_]*$/u;
  const { RegExpPrototypeExec } = p;
  const pathText = (path, depth) => {
    let text = "";
    for (let i = 0; i < depth; i++) {
      const key = path[i];
      if (typeof key === "number") text += "[" + key + "]";
      else text += RegExpPrototypeExec(isIdentifier, key) !== null ? "." + key : "[" + JSONStringify(key) + "]";
    }
    return text === "" ? "the value" : "value" + text;
  };
  const short = (text) => (text.length > 200 ? p.StringPrototypeSlice(text, 0, 200) + "…" : text);

  // One encoder a call: its state lives in the closure, nothing is shared with a nested encode.
  k.encode = (root, waiting) => {
    const out = ObjectSetPrototypeOf([], null);
    const path = ObjectSetPrototypeOf([], null);
    const ids = new p.Map();
    const chunks = ObjectSetPrototypeOf([], null);
    let n = 0, containers = 0, nodes = 0, bytes = 0, depth = 0, text = 0, chunkCount = 0;
    const { result_nodes, result_bytes, result_depth } = k.limits;

    const fault = (message) => { throw new CodecFault(message, pathText(path, depth)); };
    const spend = (count) => {
      nodes += count;
      if (nodes > result_nodes) fault(`the value has more than ${result_nodes} parts (Limits.result_nodes)`);
    };
    const weigh = (count) => {
      text += count;
      if (text > result_bytes) fault(`the value is larger than ${result_bytes} bytes (Limits.result_bytes)`);
    };
    const tag = (name) => { out[n++] = null; out[n++] = name; };
    const addBytes = (view) => {
      const length = p.TypedArrayPrototypeGetByteLength(view);
      weigh(length);
      chunks[chunkCount++] = view;
      out[n++] = bytes; out[n++] = length;
      bytes += length;
    };
    const attempt = (read) => { try { return read(); } catch { return undefined; } };

    // What stands for itself by another value is no container: take back the number it just got.
    const forget = (value) => { MapPrototypeDelete(ids, value); containers--; };

    const encodeSpecial = (value, kind) => {
      switch (kind) {
        case "date": {
          const time = attempt(() => DatePrototypeGetTime(value));
          if (time === undefined) return false;
          if (time !== time) fault("an invalid Date cannot be sent");
          tag("d"); out[n++] = time; return true;
        }
        case "map": {
          const size = attempt(() => p.MapPrototypeGetSize(value));
          if (size === undefined) return false;
          spend(size * 2);
          tag("m"); out[n++] = size;
          const iterator = p.MapPrototypeEntries(value);
          for (let i = 0; i < size; i++) {
            const step = p.MapIteratorPrototypeNext(iterator).value;
            path[depth++] = i; encode(step[0]); encode(step[1]); depth--;
          }
          return true;
        }
        case "set": {
          const size = attempt(() => p.SetPrototypeGetSize(value));
          if (size === undefined) return false;
          spend(size);
          tag("s"); out[n++] = size;
          const iterator = p.SetPrototypeValues(value);
          for (let i = 0; i < size; i++) {
            path[depth++] = i; encode(p.SetIteratorPrototypeNext(iterator).value); depth--;
          }
          return true;
        }
        case "regexp": {
          const source = attempt(() => p.RegExpPrototypeGetSource(value));
          if (source === undefined) return false;
          const flags = p.RegExpPrototypeGetFlags(value);
          weigh(source.length);
          tag("x"); out[n++] = source; out[n++] = ToString(flags); return true;
        }
        case "typed": {
          const name = p.TypedArrayPrototypeGetSymbolToStringTag(value);
          if (name === undefined) return false;
          const view = new p.Uint8Array(p.TypedArrayPrototypeGetBuffer(value),
            p.TypedArrayPrototypeGetByteOffset(value), p.TypedArrayPrototypeGetByteLength(value));
          if (name === "Uint8Array") tag("y"); else { tag("t"); out[n++] = name; }
          addBytes(view); return true;
        }
        case "buffer": {
          const view = attempt(() => new p.Uint8Array(value));
          if (view === undefined || p.TypedArrayPrototypeGetBuffer(view) !== value) return false;
          tag("y"); addBytes(view); return true;
        }
        case "view": {
          const buffer = attempt(() => p.DataViewPrototypeGetBuffer(value));
          if (buffer === undefined) return false;
          tag("y");
          addBytes(new p.Uint8Array(buffer, p.DataViewPrototypeGetByteOffset(value), p.DataViewPrototypeGetByteLength(value)));
          return true;
        }
        case "error": {
          const read = (key) => attempt(() => { const it = value[key]; return typeof it === "string" ? it : undefined; });
          const name = read("name") ?? "Error", message = read("message") ?? "", stack = read("stack") ?? "";
          weigh(name.length + message.length + stack.length);
          tag("e"); out[n++] = name; out[n++] = message; out[n++] = stack;
          const has = attempt(() => "cause" in value && value.cause !== undefined) === true;
          out[n++] = has;
          if (has) { path[depth++] = "cause"; encode(value.cause); depth--; }
          return true;
        }
        case "promise": {
          const state = WeakMapPrototypeGet(k.awaited, value);
          if (state !== undefined) { forget(value); encode(state.value); return true; }
          if (waiting === undefined) fault("a promise cannot be sent: await it first");
          p.ArrayPrototypePush(waiting, value);
          tag("u"); return true;
        }
        case "number": case "string": case "boolean": case "bigint": case "symbol": {
          const valueOf = { __proto__: null, number: p.NumberPrototypeValueOf, string: p.StringPrototypeValueOf,
            boolean: p.BooleanPrototypeValueOf, bigint: p.BigIntPrototypeValueOf, symbol: p.SymbolPrototypeValueOf }[kind];
          const inner = attempt(() => valueOf(value));
          if (inner === undefined) return false;
          forget(value); encode(inner); return true;
        }
        case "href": {
          forget(value); encode(ToString(value.href)); return true; // a URL is its text
        }
        case "WeakMap": case "WeakSet": case "WeakRef":
          return fault(`a ${kind} cannot be sent to the host`);
        default: return false;
      }
    };

    const encode = (value) => {
      switch (typeof value) {
        case "string": weigh(value.length + 3); out[n++] = value; return;
        case "number":
          weigh(4);
          if (value !== value || value === Infinity || value === -Infinity || (value === 0 && 1 / value < 0)) {
            tag("n"); out[n++] = value === 0 ? "-0" : ToString(value);
          } else out[n++] = value;
          return;
        case "boolean": weigh(5); out[n++] = value; return;
        case "undefined": weigh(9); tag("u"); return;
        case "bigint": {
          const digits = BigIntPrototypeToString(value, 16);
          weigh(digits.length);
          tag("b"); out[n++] = digits; return;
        }
        case "symbol": return fault("a symbol cannot be sent to the host");
        case "function": {
          const host = WeakMapPrototypeGet(k.hostFunctionIds, value);
          if (host !== undefined) { tag("h"); out[n++] = host; out[n++] = false; return; }
          let id = WeakMapPrototypeGet(k.functionIds, value);
          if (id === undefined) {
            id = k.nextFunction++;
            WeakMapPrototypeSet(k.functionIds, value, id);
            MapPrototypeSet(k.functions, id, value);
          }
          let name = "";
          try { if (typeof value.name === "string") name = short(value.name); } catch { /* a getter of the guest's */ }
          weigh(20 + name.length);
          tag("f"); out[n++] = id; out[n++] = name; return;
        }
      }
      if (value === null) { weigh(9); tag("0"); return; }
      const seen = MapPrototypeGet(ids, value);
      if (seen !== undefined) { weigh(9); tag("r"); out[n++] = seen; return; }
      MapPrototypeSet(ids, value, containers++);
      weigh(12);
      if (depth >= result_depth) fault(`the value is nested deeper than ${result_depth} levels (Limits.result_depth)`);
      let isArray;
      try { isArray = ArrayIsArray(value); } catch { fault("a revoked Proxy cannot be sent"); }
      let keys;
      try {
        if (!isArray) {
          const kind = kindOf(value);
          if (kind !== "plain" && encodeSpecial(value, kind)) {
            return;
          }
          keys = ObjectKeys(value);
        }
      } catch (error) {
        if (k.isCodecFault(error)) throw error;
        fault(`reading it threw ${k.errorLine(error)}`);
      }
      if (isArray) {
        const length = value.length;
        if (typeof length !== "number" || !NumberIsInteger(length) || length < 0) fault("an array with an odd length cannot be sent");
        spend(length);
        tag("a"); out[n++] = length;
        for (let i = 0; i < length; i++) {
          path[depth] = i;
          let item;
          try { item = value[i]; } catch (error) { depth++; fault(`reading it threw ${k.errorLine(error)}`); }
          depth++; encode(item); depth--;
        }
        return;
      }
      const count = keys.length;
      spend(count);
      tag("o"); out[n++] = count;
      for (let i = 0; i < count; i++) {
        const key = keys[i];
        path[depth] = key;
        let item;
        try { item = value[key]; } catch (error) { depth++; fault(`reading it threw ${k.errorLine(error)}`); }
        weigh(key.length + 3);
        out[n++] = key;
        depth++; encode(item); depth--;
      }
    };

    encode(root);
    let blob;
    if (chunkCount > 0) {
      blob = new p.Uint8Array(bytes);
      let at = 0;
      for (let i = 0; i < chunkCount; i++) {
        TypedArrayPrototypeSet(blob, chunks[i], at);
        at += p.TypedArrayPrototypeGetByteLength(chunks[i]);
      }
      blob = p.TypedArrayPrototypeGetBuffer(blob);
    }
    return { __proto__: null, text: JSONStringify(out), blob };
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

  k.decode = (text, blob) => {
    const tokens = JSONParse(text);
    if (tokens.length === 1) return tokens[0];
    const containers = ObjectSetPrototypeOf([], null);
    let at = 0, count = 0;
    const put = (target, key, value) => {
      // Never plain assignment: `__proto__`, or a setter that user code put on Object.prototype.
      ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    };
    const decode = () => {
      const token = tokens[at++];
      if (token !== null) return token;
      const tag = tokens[at++];
      switch (tag) {
        case "0": return null;
        case "u": return undefined;
        case "n": { const it = tokens[at++]; return it === "-0" ? -0 : it === "NaN" ? NaN : it === "Infinity" ? Infinity : -Infinity; }
        case "b": { const it = tokens[at++]; return it[0] === "-" ? -p.BigInt("0x" + p.StringPrototypeSlice(it, 1)) : p.BigInt("0x" + it); }
        case "r": return containers[tokens[at++]];
        case "h": { const id = tokens[at++]; return k.hostFunction(id, tokens[at++]); }
        case "f": { const id = tokens[at++]; at++; return MapPrototypeGet(k.functions, id); }
        case "p": return k.hostPromise(tokens[at++]);
        case "d": return (containers[count++] = new p.Date(tokens[at++]));
        case "a": {
          const length = tokens[at++], array = new p.Array(length);
          containers[count++] = array;
          for (let i = 0; i < length; i++) put(array, i, decode());
          return array;
        }
        case "o": {
          const size = tokens[at++], object = { __proto__: null };
          containers[count++] = object;
          for (let i = 0; i < size; i++) {
            const key = tokens[at++];
            // On an object without prototype an assignment meets no setter: faster than defineProperty.
            object[key] = decode();
          }
          return ObjectSetPrototypeOf(object, proto.Object);
        }
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
        case "y": {
          const start = tokens[at++], length = tokens[at++];
          return (containers[count++] = new p.Uint8Array(p.ArrayBufferPrototypeSlice(blob, start, start + length)));
        }
        case "t": {
          const kind = tokens[at++], start = tokens[at++], length = tokens[at++];
          return (containers[count++] = new typedArrays[kind](p.ArrayBufferPrototypeSlice(blob, start, start + length)));
        }
        case "x": { const source = tokens[at++]; return (containers[count++] = new p.RegExp(source, tokens[at++])); }
        case "e": {
          const name = tokens[at++], error = k.makeError(name, tokens[at++]);
          containers[count++] = error;
          at++;
          if (tokens[at++]) hidden(error, "cause", decode());
          return error;
        }
      }
      throw new p.TypeError("a value of the host has an unknown tag");
    };
    return decode();
  };
})
