(function (k) {
  "use strict";
  // Text to bytes and back in Node's encodings. The engine interprets some 10 million steps a second, so whatever is
  // longer than a few words goes through its native conversions (base64, hex, fromCharCode) and no loop of ours.
  const p = k.primordials;
  const {
    ReflectApply, RegExpPrototypeExec, StringFromCharCode, StringPrototypeCharCodeAt, StringPrototypeSlice,
    TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
    TypedArrayPrototypeSet, Uint8Array, Uint8ArrayFromBase64, Uint8ArrayFromHex, Uint8ArrayPrototypeToBase64,
    Uint8ArrayPrototypeToHex, Uint16Array, atob, btoa,
  } = p;

  const SHORT = 48; // up to here a loop is faster than calls to two natives
  const CHUNK = 4096; // code units handed to fromCharCode at once: they are its arguments, on the engine's stack

  const names = {
    __proto__: null, utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url",
    latin1: "latin1", binary: "latin1", ascii: "ascii", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le",
    "utf-16le": "utf16le",
  };
  // The canonical name of an encoding, undefined for what is none.
  const encodingName = (name) => {
    if (typeof name === "symbol") return undefined;
    name = p.String(name);
    return names[name] ?? (name.length < 10 ? names[p.StringPrototypeToLowerCase(name)] : undefined);
  };

  const part = (bytes, start, end) =>
    new Uint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + start, end - start);

  // ---- to bytes ----

  const encodeLatin1 = (text) => {
    const { length } = text;
    if (length > SHORT) {
      try {
        return Uint8ArrayFromBase64(btoa(text));
      } catch {
        // A code unit above 255: only its low byte counts.
      }
    }
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = StringPrototypeCharCodeAt(text, i);
    return bytes;
  };
  const encodeUtf16 = (text) => {
    const { length } = text;
    let units;
    if (length > SHORT) {
      try {
        units = new Uint16Array(Uint8ArrayFromBase64(btoa(text)));
      } catch {
        // Not Latin-1: unit by unit.
      }
    }
    if (units === undefined) {
      units = new Uint16Array(length);
      for (let i = 0; i < length; i++) units[i] = StringPrototypeCharCodeAt(text, i);
    }
    return new Uint8Array(TypedArrayPrototypeGetBuffer(units));
  };
  const encodeUtf8 = (text) => {
    const { length } = text;
    if (length <= SHORT) {
      const bytes = new Uint8Array(length);
      let i = 0;
      for (; i < length; i++) {
        const unit = StringPrototypeCharCodeAt(text, i);
        if (unit > 127) break;
        bytes[i] = unit;
      }
      if (i === length) return bytes;
    }
    return k.load("web/encoding").utf8Encode(text);
  };
  const notHex = /[^0-9a-fA-F]/;
  const encodeHex = (text) => {
    if (text.length % 2 !== 0) text = StringPrototypeSlice(text, 0, -1);
    try {
      return Uint8ArrayFromHex(text);
    } catch {
      // As in Node, everything from the first pair that is no byte is dropped.
      const { index } = RegExpPrototypeExec(notHex, text);
      return Uint8ArrayFromHex(StringPrototypeSlice(text, 0, index - (index % 2)));
    }
  };
  const sixBits = (unit) => {
    if (unit >= 97 && unit <= 122) return unit - 71;
    if (unit >= 65 && unit <= 90) return unit - 65;
    if (unit >= 48 && unit <= 57) return unit + 4;
    if (unit === 43 || unit === 45) return 62;
    return unit === 47 || unit === 95 ? 63 : -1;
  };
  const base64url = { __proto__: null, alphabet: "base64url" };
  const encodeBase64 = (text) => {
    try {
      return Uint8ArrayFromBase64(text);
    } catch {
      // Not the strict form.
    }
    try {
      return Uint8ArrayFromBase64(text, base64url);
    } catch {
      // Node takes both alphabets in one text, skips what belongs to neither and stops at the padding.
    }
    const bytes = new Uint8Array(((text.length * 3) >> 2) + 3);
    let count = 0;
    let bits = 0;
    let held = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = StringPrototypeCharCodeAt(text, i);
      if (unit === 61) break;
      const value = sixBits(unit);
      if (value < 0) continue;
      held = ((held << 6) | value) & 0xffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[count++] = held >> bits;
      }
    }
    return new Uint8Array(part(bytes, 0, count));
  };

  const encoders = {
    __proto__: null, utf8: encodeUtf8, utf16le: encodeUtf16, latin1: encodeLatin1, ascii: encodeLatin1, hex: encodeHex,
    base64: encodeBase64, base64url: encodeBase64,
  };
  // A Uint8Array over an ArrayBuffer of its own and of its length.
  const encode = (text, encoding) => encoders[encoding](text);

  const byteLength = (text, encoding) => {
    const { length } = text;
    switch (encoding) {
      case "utf16le": return length * 2;
      case "latin1":
      case "ascii": return length;
      case "hex": return length >>> 1;
      case "base64":
      case "base64url": {
        let padded = length;
        if (padded > 0 && StringPrototypeCharCodeAt(text, padded - 1) === 61) padded--;
        if (padded > 1 && StringPrototypeCharCodeAt(text, padded - 1) === 61) padded--;
        return (padded * 3) >>> 2;
      }
      default: return TypedArrayPrototypeGetLength(encodeUtf8(text));
    }
  };

  // How many bytes of `bytes` fit into `room` without cutting a character in two.
  const fitting = (bytes, room, encoding) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length <= room) return length;
    if (encoding === "utf16le") return room - (room % 2);
    if (encoding === "utf8") while (room > 0 && (bytes[room] & 0xc0) === 0x80) room--;
    return room;
  };

  // ---- to text ----

  const decodeUnits = (units) => {
    const length = TypedArrayPrototypeGetLength(units);
    if (length <= CHUNK) return ReflectApply(StringFromCharCode, undefined, units);
    let text = "";
    for (let i = 0; i < length; i += CHUNK) {
      const count = length - i < CHUNK ? length - i : CHUNK;
      const piece = new Uint16Array(TypedArrayPrototypeGetBuffer(units), i * 2, count);
      text += ReflectApply(StringFromCharCode, undefined, piece);
    }
    return text;
  };
  const decodeLatin1 = (bytes) =>
    TypedArrayPrototypeGetLength(bytes) <= SHORT
      ? ReflectApply(StringFromCharCode, undefined, bytes)
      : atob(Uint8ArrayPrototypeToBase64(bytes));
  const decodeUtf16 = (bytes) => {
    const whole = TypedArrayPrototypeGetLength(bytes) & ~1;
    // A copy: the bytes may begin at an odd offset.
    return decodeUnits(new Uint16Array(TypedArrayPrototypeGetBuffer(new Uint8Array(part(bytes, 0, whole)))));
  };
  const notAscii = /[\x80-\xff]/;
  const isAscii = (bytes) => RegExpPrototypeExec(notAscii, decodeLatin1(bytes)) === null;
  const decodeAscii = (bytes) => {
    const text = decodeLatin1(bytes);
    if (RegExpPrototypeExec(notAscii, text) === null) return text;
    const masked = new Uint8Array(bytes);
    const length = TypedArrayPrototypeGetLength(masked);
    for (let i = 0; i < length; i++) masked[i] &= 127;
    return decodeLatin1(masked);
  };
  const decodeUtf8 = (bytes) => {
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length <= SHORT) {
      let i = 0;
      while (i < length && bytes[i] < 128) i++;
      if (i === length) return ReflectApply(StringFromCharCode, undefined, bytes);
    }
    return k.load("web/encoding").utf8Decode(bytes);
  };
  const unpaddedUrl = { __proto__: null, alphabet: "base64url", omitPadding: true };

  const decoders = {
    __proto__: null, utf8: decodeUtf8, utf16le: decodeUtf16, latin1: decodeLatin1, ascii: decodeAscii,
    hex: (bytes) => Uint8ArrayPrototypeToHex(bytes), base64: (bytes) => Uint8ArrayPrototypeToBase64(bytes),
    base64url: (bytes) => Uint8ArrayPrototypeToBase64(bytes, unpaddedUrl),
  };
  const decode = (bytes, encoding) => decoders[encoding](bytes);

  // ---- comparing and searching ----

  const COMPARED = 65536; // bytes turned into digits at once
  // Hexadecimal digits order as the bytes do, and the engine compares strings natively.
  const compare = (a, b) => {
    const lengthA = TypedArrayPrototypeGetLength(a);
    const lengthB = TypedArrayPrototypeGetLength(b);
    const common = lengthA < lengthB ? lengthA : lengthB;
    let at = 0;
    for (const near = common < 16 ? common : 16; at < near; at++) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
    for (; at < common; at += COMPARED) {
      const end = common - at < COMPARED ? common : at + COMPARED;
      const left = Uint8ArrayPrototypeToHex(part(a, at, end));
      const right = Uint8ArrayPrototypeToHex(part(b, at, end));
      if (left !== right) return left < right ? -1 : 1;
    }
    return lengthA === lengthB ? 0 : lengthA < lengthB ? -1 : 1;
  };
  const equals = (a, b) =>
    TypedArrayPrototypeGetLength(a) === TypedArrayPrototypeGetLength(b) && compare(a, b) === 0;

  const matchesAt = (bytes, needle, at, length) => {
    for (let i = 1; i < length; i++) if (bytes[at + i] !== needle[i]) return false;
    return true;
  };
  // The first (or last) place from `from` on where `needle`, not empty, lies; `step` 2 looks at even places only.
  const find = (bytes, needle, from, forward, step) => {
    const length = TypedArrayPrototypeGetLength(needle);
    const last = TypedArrayPrototypeGetLength(bytes) - length;
    if (last < 0 || (forward && from > last)) return -1;
    const first = needle[0];
    let at = forward || from < last ? from : last;
    for (;;) {
      at = forward ? p.TypedArrayPrototypeIndexOf(bytes, first, at) : p.TypedArrayPrototypeLastIndexOf(bytes, first, at);
      if (at === -1 || at > last) return -1;
      if (at % step === 0 && matchesAt(bytes, needle, at, length)) return at;
      at += forward ? 1 : -1;
      if (at < 0) return -1;
    }
  };

  // Fills from `start` to `end` with `pattern` again and again: what is there is copied, twice as much each time.
  const repeat = (bytes, pattern, start, end) => {
    let filled = TypedArrayPrototypeGetLength(pattern);
    if (filled > end - start) filled = end - start;
    TypedArrayPrototypeSet(bytes, part(pattern, 0, filled), start);
    while (filled < end - start) {
      const more = filled < end - start - filled ? filled : end - start - filled;
      p.TypedArrayPrototypeCopyWithin(bytes, start + filled, start, start + more);
      filled += more;
    }
  };

  return {
    __proto__: null, encodingName, part, encode, byteLength, fitting, decode, isAscii, compare, equals, find, repeat,
  };
})
