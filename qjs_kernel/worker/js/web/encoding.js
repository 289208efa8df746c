(function (k) {
  "use strict";
  // TextEncoder, TextDecoder and the UTF-8 that Buffer uses. Short texts are converted here, long ones and rare
  // encodings by the worker's Python (service "text"); what a stream leaves unfinished is kept here.
  const p = k.primordials;
  const {
    ArrayBufferIsView, MathMin, ObjectDefineProperty, ReflectApply, RegExpPrototypeExec,
    StringFromCharCode, StringPrototypeCharCodeAt, StringPrototypeConcat, StringPrototypeIsWellFormed, StringPrototypeLastIndexOf,
    StringPrototypeSlice, StringPrototypeToLowerCase, StringPrototypeToWellFormed, SymbolToStringTag,
    TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, TypedArrayPrototypeSubarray,
    Uint8Array, Uint8ArrayFromBase64, Uint8ArrayPrototypeToBase64, Uint16Array, atob, btoa,
  } = p;
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");

  // Measured: a loop costs 0.3 µs a character, a regular expression and base64 together 0.02 µs, a service call
  // about 40 µs and then almost nothing.
  const LOOP = 128;
  const SHORT = 2_048;
  const ascii = /^[\x00-\x7f]*$/;

  const invalidData = (encoding) => k.codeError(p.TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA",
    `The encoded data was not valid for encoding ${encoding}`);

  // ---- UTF-8 ----

  const encodeLoop = (text) => {
    const { length } = text;
    const bytes = new Uint8Array(length * 3);
    let n = 0;
    for (let i = 0; i < length; i++) {
      let code = StringPrototypeCharCodeAt(text, i);
      if (code < 0x80) { bytes[n++] = code; continue; }
      if (code < 0x800) { bytes[n++] = 0xc0 | (code >> 6); bytes[n++] = 0x80 | (code & 63); continue; }
      if (code >= 0xd800 && code < 0xe000) {
        const next = code < 0xdc00 && i + 1 < length ? StringPrototypeCharCodeAt(text, i + 1) : 0;
        if (next >= 0xdc00 && next < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + next - 0xdc00;
          i++;
          bytes[n++] = 0xf0 | (code >> 18); bytes[n++] = 0x80 | ((code >> 12) & 63);
          bytes[n++] = 0x80 | ((code >> 6) & 63); bytes[n++] = 0x80 | (code & 63);
          continue;
        }
        code = 0xfffd;
      }
      bytes[n++] = 0xe0 | (code >> 12); bytes[n++] = 0x80 | ((code >> 6) & 63); bytes[n++] = 0x80 | (code & 63);
    }
    return p.TypedArrayPrototypeSlice(bytes, 0, n);
  };

  // A string → its UTF-8 in a new Uint8Array; lone surrogates become U+FFFD.
  const utf8Encode = (text) => {
    const { length } = text;
    if (length === 0) return new Uint8Array(0);
    if (length <= SHORT) {
      if (RegExpPrototypeExec(ascii, text) !== null) return Uint8ArrayFromBase64(btoa(text));
      return length <= LOOP ? encodeLoop(text) : new Uint8Array(k.service("text.encode", [text]));
    }
    let latin;
    try { latin = Uint8ArrayFromBase64(btoa(text)); } catch { /* a character beyond U+00FF */ }
    return new Uint8Array(latin === undefined ? k.service("text.encode", [text]) : k.service("text.widen", [], latin));
  };

  // The number of bytes that the UTF-8 sequence at `i` has and that are right: 1 to 4, negative if it is broken there,
  // 0 if the bytes end before it does.
  const sequence = (bytes, i, length) => {
    const lead = bytes[i];
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return -1;
    const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (let j = 1; j < size; j++) {
      if (i + j >= length) return 0;
      const byte = bytes[i + j];
      const low = j > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      const high = j > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      if (byte < low || byte > high) return -j;
    }
    return size;
  };
  const decodeLoop = (bytes, fatal) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    let text = "";
    for (let i = 0; i < length; ) {
      const size = sequence(bytes, i, length);
      if (size <= 0) {
        if (fatal) throw invalidData("utf-8");
        text += "\ufffd";
        i = size === 0 ? length : i - size;
        continue;
      }
      const lead = bytes[i];
      if (size === 1) text += StringFromCharCode(lead);
      else if (size === 2) text += StringFromCharCode(((lead & 31) << 6) | (bytes[i + 1] & 63));
      else if (size === 3) text += StringFromCharCode(((lead & 15) << 12) | ((bytes[i + 1] & 63) << 6) | (bytes[i + 2] & 63));
      else text += p.StringFromCodePoint(
        ((lead & 7) << 18) | ((bytes[i + 1] & 63) << 12) | ((bytes[i + 2] & 63) << 6) | (bytes[i + 3] & 63));
      i += size;
    }
    return text;
  };

  // A Uint8Array → text, byte order mark and all; what is no UTF-8 becomes U+FFFD, or with `fatal` an error.
  const utf8Decode = (bytes, { fatal = false } = { __proto__: null, fatal: false }) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length === 0) return "";
    if (length <= SHORT) {
      const latin = atob(Uint8ArrayPrototypeToBase64(bytes));
      if (RegExpPrototypeExec(ascii, latin) !== null) return latin;
      if (length <= LOOP) return decodeLoop(bytes, fatal);
    }
    return k.service("text.utf8", [fatal], bytes);
  };

  // How many bytes at the end begin a character that further bytes could complete.
  const utf8Tail = (bytes) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    for (let back = 1; back <= MathMin(3, length); back++) {
      const byte = bytes[length - back];
      if (byte < 0x80) return 0;
      if (byte >= 0xc0) return sequence(bytes, length - back, length) === 0 ? back : 0;
    }
    return 0;
  };

  // ---- UTF-16 ----

  const UNITS = 4_096; // arguments of one call
  // Two bytes a unit, little end first; a last odd byte is left out. Lone surrogates stay.
  const utf16Decode = (bytes) => {
    const length = TypedArrayPrototypeGetLength(bytes) >> 1;
    const units = new Uint16Array(length);
    TypedArrayPrototypeSet(new Uint8Array(p.TypedArrayPrototypeGetBuffer(units)), TypedArrayPrototypeSubarray(bytes, 0, length * 2));
    let text = "";
    for (let i = 0; i < length; i += UNITS)
      text += ReflectApply(StringFromCharCode, undefined, TypedArrayPrototypeSubarray(units, i, MathMin(i + UNITS, length)));
    return text;
  };

  // ---- input ----

  const isShared = (value) => {
    try { p.SharedArrayBufferPrototypeGetByteLength(value); return true; } catch { return false; }
  };
  const isBuffer = (value) => {
    try { p.ArrayBufferPrototypeGetByteLength(value); return true; } catch { return isShared(value); }
  };
  // The bytes of an ArrayBuffer or of any view, as a plain Uint8Array; undefined for anything else.
  const bytesOf = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    if (!ArrayBufferIsView(value)) return isBuffer(value) ? new Uint8Array(value) : undefined;
    const isTyped = TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
    return isTyped
      ? new Uint8Array(p.TypedArrayPrototypeGetBuffer(value), p.TypedArrayPrototypeGetByteOffset(value), p.TypedArrayPrototypeGetByteLength(value))
      : new Uint8Array(p.DataViewPrototypeGetBuffer(value), p.DataViewPrototypeGetByteOffset(value), p.DataViewPrototypeGetByteLength(value));
  };
  const join = (first, second) => {
    if (TypedArrayPrototypeGetLength(first) === 0) return second;
    const both = new Uint8Array(TypedArrayPrototypeGetLength(first) + TypedArrayPrototypeGetLength(second));
    TypedArrayPrototypeSet(both, first);
    TypedArrayPrototypeSet(both, second, TypedArrayPrototypeGetLength(first));
    return both;
  };
  const NOTHING = new Uint8Array(0);

  // ---- decoders: (bytes, state, final, fatal) → text; state.rest and state.mode wait for the next part ----

  const hold = (bytes, state, count) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    state.rest = p.TypedArrayPrototypeSlice(bytes, length - count);
    return TypedArrayPrototypeSubarray(bytes, 0, length - count);
  };
  const decodeUtf8 = (bytes, state, final, fatal) => {
    bytes = join(state.rest, bytes);
    state.rest = NOTHING;
    const tail = final ? 0 : utf8Tail(bytes);
    return utf8Decode(tail === 0 ? bytes : hold(bytes, state, tail), { __proto__: null, fatal });
  };
  const swapped = (bytes) => {
    if (TypedArrayPrototypeGetLength(bytes) > SHORT) return new Uint8Array(k.service("text.swap", [], bytes));
    const other = new Uint8Array(TypedArrayPrototypeGetLength(bytes));
    for (let i = 0; i + 1 < other.length; i += 2) { other[i] = bytes[i + 1]; other[i + 1] = bytes[i]; }
    return other;
  };
  const utf16Decoder = (big) => (bytes, state, final, fatal) => {
    bytes = join(state.rest, bytes);
    state.rest = NOTHING;
    const odd = TypedArrayPrototypeGetLength(bytes) & 1;
    const whole = TypedArrayPrototypeSubarray(bytes, 0, TypedArrayPrototypeGetLength(bytes) - odd);
    let text = utf16Decode(big ? swapped(whole) : whole);
    const last = text === "" ? 0 : StringPrototypeCharCodeAt(text, text.length - 1);
    const half = last >= 0xd800 && last < 0xdc00;
    if (!final) {
      if (odd || half) hold(bytes, state, odd + (half ? 2 : 0));
      if (half) text = StringPrototypeSlice(text, 0, -1);
    } else if (odd) {
      if (fatal) throw invalidData(big ? "utf-16be" : "utf-16le");
      text = (half ? StringPrototypeSlice(text, 0, -1) : text) + "\ufffd"; // one error, however much is missing
    }
    if (fatal && !StringPrototypeIsWellFormed(text)) throw invalidData(big ? "utf-16be" : "utf-16le");
    return StringPrototypeToWellFormed(text);
  };

  const halves = { __proto__: null }; // characters 128 to 255 of encodings with one byte a character
  const otherDecoder = (name) => {
    let half = halves[name];
    if (half === undefined) half = halves[name] = k.service("text.upperHalf", [name]);
    if (half === null) {
      return (bytes, state, final, fatal) => {
        const answer = k.service("text.decode", [name, fatal, final, state.mode], bytes);
        const end = StringPrototypeLastIndexOf(answer, "\0");
        state.mode = StringPrototypeSlice(answer, end + 1);
        return StringPrototypeSlice(answer, 0, end);
      };
    }
    return (bytes, state, final, fatal) => {
      const length = TypedArrayPrototypeGetLength(bytes);
      if (length > LOOP) return StringPrototypeSlice(k.service("text.decode", [name, fatal, true, ""], bytes), 0, -2);
      let text = "";
      for (let i = 0; i < length; i++) {
        const byte = bytes[i];
        let character = byte < 0x80 ? StringFromCharCode(byte) : half[byte - 0x80];
        if (character === "\ufffe") {
          if (fatal) throw invalidData(name);
          character = "\ufffd";
        }
        text += character;
      }
      return text;
    };
  };
  const common = {
    __proto__: null, "utf-8": "utf-8", utf8: "utf-8", "utf-16le": "utf-16le", "utf-16": "utf-16le", latin1: "windows-1252",
    ascii: "windows-1252", "iso-8859-1": "windows-1252", "windows-1252": "windows-1252",
  };
  const decoders = {
    __proto__: null, "utf-8": decodeUtf8, "utf-16le": utf16Decoder(false), "utf-16be": utf16Decoder(true),
  };
  const aLabel = /^[\t\n\f\r ]*([!-~]{1,40})[\t\n\f\r ]*$/;
  const encodingOf = (label) => {
    const name = StringPrototypeToLowerCase(RegExpPrototypeExec(aLabel, label)?.[1] ?? "");
    const known = common[name] ?? (name === "" ? null : k.service("text.label", [name]));
    if (known !== null && known !== "replacement") return known;
    throw k.codeError(p.RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
  };

  // ---- classes ----

  const toText = (value) => (typeof value === "string" ? value : StringPrototypeConcat("", value));
  const wrongThis = (name) => k.codeError(p.TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
  const isObject = (value) => typeof value === "object" && value !== null;
  const optionsOf = (options) => {
    if (options === undefined || options === null) return { __proto__: null };
    if (typeof options !== "object" && typeof options !== "function")
      throw k.invalidArgType("options", "of type object", options);
    return options;
  };

  class TextEncoder {
    #brand = true;

    static #check(value) { if (!isObject(value) || !(#brand in value)) throw wrongThis("TextEncoder"); }

    get encoding() {
      TextEncoder.#check(this);
      return "utf-8";
    }

    encode(input = "") {
      TextEncoder.#check(this);
      return utf8Encode(toText(input));
    }

    encodeInto(src, dest) {
      TextEncoder.#check(this);
      if (typeof src !== "string") throw k.invalidArgType("src", "of type string", src);
      if (!isObject(dest) || TypedArrayPrototypeGetSymbolToStringTag(dest) !== "Uint8Array")
        throw k.invalidArgType("dest", "an instance of Uint8Array", dest);
      const room = TypedArrayPrototypeGetLength(dest);
      const part = src.length > room ? StringPrototypeSlice(src, 0, room) : src; // a unit takes at least a byte
      const bytes = utf8Encode(part);
      let written = TypedArrayPrototypeGetLength(bytes);
      if (written <= room && part === src) {
        TypedArrayPrototypeSet(dest, bytes);
        return { read: src.length, written };
      }
      if (written > room) written = room;
      else { // cut between two surrogates, perhaps: the first is no character of its own
        const last = StringPrototypeCharCodeAt(part, part.length - 1);
        const next = StringPrototypeCharCodeAt(src, part.length);
        if (last >= 0xd800 && last < 0xdc00 && next >= 0xdc00 && next < 0xe000) written -= 3;
      }
      while (written > 0 && (bytes[written] & 0xc0) === 0x80) written--;
      const fitting = TypedArrayPrototypeSubarray(bytes, 0, written);
      TypedArrayPrototypeSet(dest, fitting);
      return { read: utf8Decode(fitting).length, written };
    }

    [customInspect](depth, options) {
      TextEncoder.#check(this);
      if (typeof depth === "number" && depth < 0) return options.stylize("[TextEncoder]", "special");
      return k.inspect({ encoding: "utf-8" }, options);
    }
  }

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #decode;
    #state = undefined; // while a stream is being decoded

    static #check(value) { if (!isObject(value) || !(#encoding in value)) throw wrongThis("TextDecoder"); }

    constructor(label = "utf-8", options = undefined) {
      this.#encoding = encodingOf(toText(label));
      options = optionsOf(options);
      this.#fatal = !!options.fatal;
      this.#ignoreBOM = !!options.ignoreBOM;
      this.#decode = decoders[this.#encoding] ??= otherDecoder(this.#encoding);
    }

    decode(input = NOTHING, options = undefined) {
      TextDecoder.#check(this);
      const bytes = bytesOf(input);
      if (bytes === undefined) {
        throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE",
          'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');
      }
      const final = !optionsOf(options).stream;
      const state = this.#state ?? { __proto__: null, rest: NOTHING, mode: "", started: false };
      this.#state = undefined; // what fails is over
      let text = this.#decode(bytes, state, final, this.#fatal);
      if (!state.started && text !== "") {
        state.started = true;
        if (text[0] === "\ufeff" && !this.#ignoreBOM && StringPrototypeSlice(this.#encoding, 0, 3) === "utf")
          text = StringPrototypeSlice(text, 1);
      }
      if (!final) this.#state = state;
      return text;
    }

    get encoding() { TextDecoder.#check(this); return this.#encoding; }
    get fatal() { TextDecoder.#check(this); return this.#fatal; }
    get ignoreBOM() { TextDecoder.#check(this); return this.#ignoreBOM; }

    [customInspect](depth, options) {
      TextDecoder.#check(this);
      if (typeof depth === "number" && depth < 0) return options.stylize("[TextDecoder]", "special");
      const { encoding, fatal, ignoreBOM } = this;
      const made = this.constructor;
      const name = typeof made === "function" && typeof made.name === "string" && made.name !== "" ? made.name : "TextDecoder";
      return `${name} ${k.inspect({ encoding, fatal, ignoreBOM }, options)}`;
    }
  }

  const finish = (made, names) => {
    for (let i = 0; i < names.length; i++) ObjectDefineProperty(made.prototype, names[i], { __proto__: null, enumerable: true });
    ObjectDefineProperty(made.prototype, SymbolToStringTag, { __proto__: null, value: made.name, configurable: true });
  };
  finish(TextEncoder, ["encoding", "encode", "encodeInto"]);
  finish(TextDecoder, ["decode", "encoding", "fatal", "ignoreBOM"]);

  return { TextEncoder, TextDecoder, utf8Encode, utf8Decode, utf8Tail, utf16Decode, bytesOf, encodingOf };
})
