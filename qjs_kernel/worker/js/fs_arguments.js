(function (k) {
  "use strict";
  // What node:fs is called with: types, ranges, encodings and paths, refused in Node's own words. For fs.js only.
  const p = k.primordials;

  const FLAGS = { __proto__: null };
  for (const flag of ["r", "rs", "sr", "r+", "rs+", "sr+", "w", "wx", "xw", "w+", "wx+", "xw+", "a", "ax", "xa", "as",
    "sa", "a+", "ax+", "xa+", "as+", "sa+"]) FLAGS[flag] = true;
  const ENCODINGS = {
    __proto__: null, utf8: "utf8", "utf-8": "utf8", ascii: "ascii", latin1: "latin1", binary: "latin1", hex: "hex",
    base64: "base64", base64url: "base64url", utf16le: "utf16le", "utf-16le": "utf16le", ucs2: "utf16le",
    "ucs-2": "utf16le",
  };

  // Argument errors

  const coded = k.codeError;
  const quote = (value) => k.inspect(value, { __proto__: null, colors: false });
  const wrongType = (name, expected, value) => {
    const error = k.invalidArgType(name, expected, value);
    if (!p.StringPrototypeIncludes(name, ".")) return error;
    const tail = p.StringPrototypeSlice(error.message, p.StringPrototypeIndexOf(error.message, " must be "));
    return coded(p.TypeError, error.code, `The "${name}" property${tail}`);
  };
  const outOfRange = (name, range, value) =>
    coded(p.RangeError, "ERR_OUT_OF_RANGE",
      `The value of "${name}" is out of range. It must be ${range}. Received ${quote(value)}`);
  const badValue = (name, why, value) =>
    coded(p.TypeError, "ERR_INVALID_ARG_VALUE", `The argument '${name}' ${why}. Received ${quote(value)}`);

  const integer = (value, name, min, max) => {
    if (typeof value !== "number") throw wrongType(name, "of type number", value);
    if (!p.NumberIsInteger(value)) throw outOfRange(name, "an integer", value);
    if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
    return value;
  };
  const boolean = (value, name, fallback) => {
    if (value === undefined) return fallback;
    if (typeof value !== "boolean") throw wrongType(name, "of type boolean", value);
    return value;
  };
  const fileDescriptor = (value) => integer(value, "fd", 0, 2147483647);
  const callback = (value) => {
    if (typeof value !== "function") throw wrongType("cb", "of type function", value);
    return value;
  };
  const fileMode = (value, fallback) => {
    if (value === undefined || value === null) {
      if (fallback === undefined) throw wrongType("mode", "of type number", value);
      return fallback;
    }
    if (typeof value === "string") {
      let octal = value.length > 0 && value.length < 12;
      for (let i = 0; i < value.length && octal; i++) octal = value[i] >= "0" && value[i] <= "7";
      if (!octal) throw badValue("mode", "must be a 32-bit unsigned integer or an octal string", value);
      value = p.parseInt(value, 8);
    }
    return integer(value, "mode", 0, 4294967295);
  };
  const flagOf = (value, fallback) => {
    if (value === undefined || value === null) return fallback;
    if (typeof value === "number") return integer(value, "flags", 0, 2147483647);
    if (typeof value !== "string" || !FLAGS[value]) throw badValue("flags", "is invalid", value);
    return value;
  };
  const milliseconds = (value) => {
    if (typeof value === "string" && value !== "" && +value === +value) value = +value;
    if (typeof value === "number" && p.NumberIsFinite(value)) return value * 1000;
    try {
      return p.DatePrototypeGetTime(value);
    } catch {
      throw wrongType("time", "an instance of Date or an Time in seconds", value);
    }
  };
  const options = (value) => {
    if (value === undefined || value === null || typeof value === "function") return { __proto__: null };
    if (typeof value === "string") return { __proto__: null, encoding: value };
    if (typeof value !== "object") throw wrongType("options", "one of type string or object", value);
    return value;
  };
  const encodingOf = (value) => {
    if (value === undefined || value === null || value === "buffer") return null;
    const known = typeof value === "string" ? ENCODINGS[p.StringPrototypeToLowerCase(value)] : undefined;
    if (known === undefined) throw badValue("encoding", "is invalid encoding", value);
    return known;
  };

  // Bytes and text

  const viewOf = (value) => {
    // A Uint8Array over the bytes of any view or buffer, without asking anything user code can have replaced.
    if (typeof value !== "object" || value === null) return null;
    if (p.ArrayBufferIsView(value)) {
      const typed = p.TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
      return typed
        ? new p.Uint8Array(p.TypedArrayPrototypeGetBuffer(value), p.TypedArrayPrototypeGetByteOffset(value),
          p.TypedArrayPrototypeGetByteLength(value))
        : new p.Uint8Array(p.DataViewPrototypeGetBuffer(value), p.DataViewPrototypeGetByteOffset(value),
          p.DataViewPrototypeGetByteLength(value));
    }
    try {
      p.ArrayBufferPrototypeGetByteLength(value);
    } catch {
      return null;
    }
    return new p.Uint8Array(value);
  };
  const lengthOf = (bytes) => p.TypedArrayPrototypeGetLength(bytes);
  // Buffer loads when the first bytes are read: a program that reads text only does without it.
  const Buffer = () => k.load("node/buffer").Buffer;
  const toBuffer = (buffer) => Buffer().from(buffer);
  const decode = (buffer, encoding) => toBuffer(buffer).toString(encoding);
  const encode = (text, encoding) => Buffer().from(text, encoding);
  // A name as `encoding` wants it. `given`: the options as they came.
  const nameAs = (name, given) => {
    const encoding = options(given).encoding;
    if (encoding === "buffer") return Buffer().from(name);
    const known = encodingOf(encoding);
    return known === null || known === "utf8" ? name : Buffer().from(name).toString(known);
  };

  // Paths

  const pathOf = (value, name = "path") => {
    let path = value;
    if (typeof path !== "string") {
      if (typeof path === "object" && path !== null && typeof path.href === "string" && typeof path.protocol === "string") {
        path = urlPath(path);
      } else {
        const isBytes = typeof value === "object" && value !== null && p.ArrayBufferIsView(value) &&
          p.TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array";
        if (!isBytes) throw wrongType(name, "of type string or an instance of Buffer or URL", value);
        path = decode(viewOf(value), "utf8");
      }
    }
    if (p.StringPrototypeIncludes(path, "\0"))
      throw badValue(name, "must be a string, Uint8Array, or URL without null bytes", path);
    return path;
  };
  const urlPath = (url) => {
    if (url.protocol !== "file:")
      throw coded(p.TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
    if (url.hostname)
      throw coded(p.TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
    const text = p.String(url.pathname);
    if (p.StringPrototypeIncludes(p.StringPrototypeToLowerCase(text), "%2f"))
      throw coded(p.TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
    return p.decodeURIComponent(text);
  };
  // A path or an open file: its number, or (promises) the handle that holds it.
  const target = (value) => {
    if (typeof value === "number") return fileDescriptor(value);
    const fd = typeof value === "object" && value !== null ? k.fs.handleNumber?.(value) : undefined;
    return fd === undefined ? pathOf(value) : fd;
  };

  k.fsArguments = {
    __proto__: null,
    coded, wrongType, outOfRange, badValue, integer, boolean, fileDescriptor, callback, fileMode, flagOf,
    milliseconds, options, encodingOf, viewOf, lengthOf, toBuffer, decode, encode, nameAs, pathOf, target,
  };
})
