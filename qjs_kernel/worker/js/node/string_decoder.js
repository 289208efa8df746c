(function (k) {
  "use strict";
  // The module `string_decoder`. Between two writes a decoder keeps the bytes of an unfinished character.
  const p = k.primordials;
  const {
    ArrayBufferIsView, ObjectDefineProperty, StringFromCharCode, StringPrototypeCharCodeAt,
    StringPrototypeToLowerCase, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, TypedArrayPrototypeSlice,
    TypedArrayPrototypeSubarray, Uint8Array, Uint8ArrayPrototypeToBase64, Uint8ArrayPrototypeToHex, WeakMap,
    WeakMapPrototypeGet, WeakMapPrototypeSet,
  } = p;
  const { utf8Decode, utf8Tail, utf16Decode, bytesOf } = k.load("web/encoding");

  const names = {
    __proto__: null, utf8: "utf8", "utf-8": "utf8", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le",
    "utf-16le": "utf16le", latin1: "latin1", binary: "latin1", base64: "base64", base64url: "base64url", ascii: "ascii", hex: "hex",
  };
  const normalize = (encoding) => {
    if (encoding === undefined || encoding === null || encoding === "") return "utf8";
    const name = typeof encoding === "string" ? names[StringPrototypeToLowerCase(encoding)] : undefined;
    if (name === undefined)
      throw k.codeError(p.TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${p.String(encoding)}`);
    return name;
  };

  const latin1 = (bytes) => p.atob(Uint8ArrayPrototypeToBase64(bytes));
  const decoders = {
    __proto__: null,
    utf8: (bytes) => utf8Decode(bytes),
    utf16le: (bytes) => utf16Decode(bytes),
    latin1,
    ascii: (bytes) => {
      const text = latin1(bytes);
      if (p.RegExpPrototypeExec(/[\x80-\xff]/, text) === null) return text;
      return k.text.replaceMatches(/[\x80-\xff]/g, text, (each) => StringFromCharCode(StringPrototypeCharCodeAt(each, 0) & 127));
    },
    hex: (bytes) => Uint8ArrayPrototypeToHex(bytes),
    base64: (bytes) => Uint8ArrayPrototypeToBase64(bytes),
    base64url: (bytes) => Uint8ArrayPrototypeToBase64(bytes, { __proto__: null, alphabet: "base64url", omitPadding: true }),
  };
  // How many bytes at the end wait, and how many their character has in all.
  const utf16Tail = (bytes, length) => {
    const odd = length & 1;
    const high = length - odd >= 2 ? bytes[length - odd - 1] : 0;
    return high >= 0xd8 && high < 0xdc ? odd + 2 : odd;
  };
  const base64Tail = (bytes, length) => length % 3;
  const tails = { __proto__: null, utf8: (bytes) => utf8Tail(bytes), utf16le: utf16Tail, base64: base64Tail, base64url: base64Tail };
  const totalOf = (encoding, rest) => {
    const length = TypedArrayPrototypeGetLength(rest);
    if (length === 0) return 0;
    if (encoding === "utf16le") return length > 1 ? 4 : 2;
    if (encoding !== "utf8") return 3;
    return rest[0] < 0xe0 ? 2 : rest[0] < 0xf0 ? 3 : 4;
  };

  const NOTHING = new Uint8Array(0);
  const states = new WeakMap();
  const stateOf = (decoder) => {
    const state = WeakMapPrototypeGet(states, decoder);
    if (state === undefined) throw k.codeError(p.TypeError, "ERR_INVALID_THIS", 'Value of "this" must be of type StringDecoder');
    return state;
  };

  function StringDecoder(encoding) {
    this.encoding = normalize(encoding);
    WeakMapPrototypeSet(states, this, { __proto__: null, encoding: this.encoding, rest: NOTHING });
  }

  const write = (decoder, buf) => {
    if (typeof buf === "string") return buf;
    if (!ArrayBufferIsView(buf)) throw k.invalidArgType("buf", "an instance of Buffer, TypedArray, or DataView", buf);
    const state = stateOf(decoder);
    let bytes = bytesOf(buf);
    const { rest, encoding } = state;
    if (rest !== NOTHING) {
      const joined = new Uint8Array(TypedArrayPrototypeGetLength(rest) + TypedArrayPrototypeGetLength(bytes));
      TypedArrayPrototypeSet(joined, rest);
      TypedArrayPrototypeSet(joined, bytes, TypedArrayPrototypeGetLength(rest));
      bytes = joined;
    }
    const length = TypedArrayPrototypeGetLength(bytes);
    const tail = tails[encoding] === undefined ? 0 : tails[encoding](bytes, length);
    state.rest = tail === 0 ? NOTHING : TypedArrayPrototypeSlice(bytes, length - tail);
    return decoders[encoding](tail === 0 ? bytes : TypedArrayPrototypeSubarray(bytes, 0, length - tail));
  };

  const methods = {
    write(buf) { return write(this, buf); },
    end(buf) {
      const text = buf === undefined ? "" : this.write(buf);
      const state = stateOf(this);
      const { rest } = state;
      state.rest = NOTHING;
      return rest === NOTHING ? text : text + decoders[state.encoding](rest);
    },
    // For old programs: starts afresh with the bytes from `offset` on.
    text(buf, offset) {
      stateOf(this).rest = NOTHING;
      return this.write(buf.slice(offset));
    },
  };
  const getters = {
    lastChar() {
      const bytes = k.load("node/buffer").Buffer.alloc(4);
      TypedArrayPrototypeSet(bytes, stateOf(this).rest);
      return bytes;
    },
    lastNeed() {
      const { encoding, rest } = stateOf(this);
      return totalOf(encoding, rest) - TypedArrayPrototypeGetLength(rest);
    },
    lastTotal() {
      const { encoding, rest } = stateOf(this);
      return totalOf(encoding, rest);
    },
  };
  const define = (name, how) =>
    ObjectDefineProperty(StringDecoder.prototype, name, p.ObjectAssign({ __proto__: null, enumerable: true, configurable: true }, how));
  define("write", { __proto__: null, value: methods.write, writable: true });
  define("end", { __proto__: null, value: methods.end, writable: true });
  define("text", { __proto__: null, value: methods.text, writable: true });
  define("lastChar", { __proto__: null, get: getters.lastChar });
  define("lastNeed", { __proto__: null, get: getters.lastNeed });
  define("lastTotal", { __proto__: null, get: getters.lastTotal });

  return { StringDecoder };
})
