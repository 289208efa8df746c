(function (k) {
  "use strict";
  // What the module `buffer` has besides Buffer: conversions between encodings and tests of bytes.
  const p = k.primordials;
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const { bytesOf, invalidType } = checks;
  const { encodingName, part } = text;
  const { TypedArrayPrototypeGetLength } = p;

  const checkInput = (input) => {
    const bytes = bytesOf(input);
    if (bytes === undefined || p.TypedArrayPrototypeGetSymbolToStringTag(input) === undefined && p.ArrayBufferIsView(input))
      throw invalidType("input", "an instance of ArrayBuffer, Buffer, or TypedArray", input);
    return bytes;
  };
  const narrow = { __proto__: null, ascii: /[^\x00-\x7f]/gu, latin1: /[^\x00-\xff]/gu };
  const transcode = (source, fromEncoding, toEncoding) => {
    if (!checks.isUint8Array(source)) throw invalidType("source", "an instance of Buffer or Uint8Array", source);
    const { Buffer } = k.load("node/buffer");
    const length = TypedArrayPrototypeGetLength(source);
    if (length === 0) return Buffer.alloc(0);
    const able = (name) => name === "ascii" || name === "latin1" || name === "utf8" || name === "utf16le";
    const before = encodingName(fromEncoding);
    const after = encodingName(toEncoding);
    if (!able(before) || !able(after)) {
      const error = k.codeError(p.Error, "U_ILLEGAL_ARGUMENT_ERROR",
        "Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]");
      p.ObjectDefineProperty(error, "errno",
        { __proto__: null, value: 1, writable: true, enumerable: true, configurable: true });
      throw error;
    }
    // ASCII above 127 is no character: latin1 would make it one.
    let decoded = text.decode(part(source, 0, length), before === "ascii" ? "latin1" : before);
    if (before === "ascii") decoded = k.text.replaceMatches(/[\x80-\xff]/g, decoded, () => "\ufffd");
    if (narrow[after] !== undefined) decoded = k.text.replaceMatches(narrow[after], decoded, () => "?");
    return Buffer.from(p.TypedArrayPrototypeGetBuffer(text.encode(decoded, after)));
  };
  const missingInput = () => k.codeError(p.TypeError, "ERR_MISSING_ARGS", 'The "input" argument must be specified');
  const invalidCharacter = (message) => new p.DOMException(message, "InvalidCharacterError");
  const notBase64 = /[^\t\n\f\r A-Za-z0-9+/]/;

  return {
    __proto__: null,
    transcode(source, fromEncoding, toEncoding) { return transcode(source, fromEncoding, toEncoding); },
    isUtf8(input) {
      const bytes = checkInput(input);
      return text.isAscii(bytes) || text.equals(text.encode(text.decode(bytes, "utf8"), "utf8"), bytes);
    },
    isAscii(input) { return text.isAscii(checkInput(input)); },
    btoa(input) {
      if (arguments.length === 0) throw missingInput();
      try {
        return p.btoa(input = `${input}`);
      } catch (error) {
        throw typeof input === "string" ? invalidCharacter("Invalid character") : error;
      }
    },
    atob(input) {
      if (arguments.length === 0) throw missingInput();
      input = `${input}`;
      try {
        return p.atob(input);
      } catch {
        throw invalidCharacter(p.RegExpPrototypeExec(notBase64, input) === null
          ? "The string to be decoded is not correctly encoded." : "Invalid character");
      }
    },
  };
})
