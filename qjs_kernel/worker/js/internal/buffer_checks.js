(function (k) {
  "use strict";
  // Argument checks with Node's codes and messages, for buffer, crypto and zlib.
  const p = k.primordials;

  // `k.invalidArgType` writes "The "name" argument must be": what follows it serves names of other shapes, too.
  const received = (value) => p.StringPrototypeSlice(k.invalidArgType("", "", value).message, 'The "" argument must be .'.length);
  const invalidType = (name, expected, value) => {
    const subject = p.StringPrototypeEndsWith(name, " argument")
      ? name : `"${name}" ${p.StringPrototypeIncludes(name, ".") ? "property" : "argument"}`;
    return k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", `The ${subject} must be ${expected}.${received(value)}`);
  };
  const invalidValue = (name, value, why = "is invalid") => {
    let text = k.inspect(value);
    if (text.length > 128) text = `${p.StringPrototypeSlice(text, 0, 128)}...`;
    const type = p.StringPrototypeIncludes(name, ".") ? "property" : "argument";
    return k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE", `The ${type} '${name}' ${why}. Received ${text}`);
  };
  const numberText = (value) => {
    if (typeof value === "bigint")
      return k.inspect(value, { __proto__: null, numericSeparator: value > 4294967296n || value < -4294967296n });
    const large = p.NumberIsInteger(value) && (value > 4294967296 || value < -4294967296);
    return k.inspect(value, { __proto__: null, numericSeparator: large });
  };
  const outOfRange = (name, range, value) => k.codeError(p.RangeError, "ERR_OUT_OF_RANGE",
    `The value of "${name}" is out of range. It must be ${range}. Received ${numberText(value)}`);
  const unknownEncoding = (encoding) =>
    k.codeError(p.TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${p.String(encoding)}`);
  const outOfBounds = (name) => k.codeError(p.RangeError, "ERR_BUFFER_OUT_OF_BOUNDS",
    name === undefined ? "Attempt to access memory outside buffer bounds" : `"${name}" is outside of buffer bounds`);

  const checkNumber = (value, name, min, max) => {
    if (typeof value !== "number") throw invalidType(name, "of type number", value);
    if ((min !== undefined && value < min) || (max !== undefined && value > max) || (min !== undefined && value !== value))
      throw outOfRange(name, max === undefined ? `>= ${min}` : `>= ${min} && <= ${max}`, value);
  };
  const checkInteger = (value, name, min = p.NumberMIN_SAFE_INTEGER, max = p.NumberMAX_SAFE_INTEGER) => {
    if (typeof value !== "number") throw invalidType(name, "of type number", value);
    if (!p.NumberIsInteger(value)) throw outOfRange(name, "an integer", value);
    if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  };
  const checkString = (value, name) => {
    if (typeof value !== "string") throw invalidType(name, "of type string", value);
  };
  const checkFunction = (value, name) => {
    if (typeof value !== "function") throw invalidType(name, "of type function", value);
  };
  const checkObject = (value, name) => {
    if (typeof value !== "object" || value === null || p.ArrayIsArray(value))
      throw invalidType(name, "of type object", value);
  };

  const isUint8Array = (value) => p.TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array";
  const bufferLength = (value) => {
    try {
      return p.ArrayBufferPrototypeGetByteLength(value);
    } catch {
      try {
        return p.SharedArrayBufferPrototypeGetByteLength(value);
      } catch {
        return -1;
      }
    }
  };
  // Neither read runs user code; -1 tells "no buffer".
  const isAnyArrayBuffer = (value) => typeof value === "object" && value !== null && bufferLength(value) !== -1;
  const viewOf = (view) =>
    p.TypedArrayPrototypeGetSymbolToStringTag(view) !== undefined
      ? new p.Uint8Array(p.TypedArrayPrototypeGetBuffer(view), p.TypedArrayPrototypeGetByteOffset(view),
        p.TypedArrayPrototypeGetByteLength(view))
      : new p.Uint8Array(p.DataViewPrototypeGetBuffer(view), p.DataViewPrototypeGetByteOffset(view),
        p.DataViewPrototypeGetByteLength(view));
  // The bytes of anything that is made of bytes (a view on them, not a copy), else undefined.
  const bytesOf = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    if (p.ArrayBufferIsView(value)) return viewOf(value);
    return bufferLength(value) === -1 ? undefined : new p.Uint8Array(value);
  };

  return {
    __proto__: null, invalidType, invalidValue, outOfRange, unknownEncoding, outOfBounds, checkNumber, checkInteger,
    checkString, checkFunction, checkObject, isUint8Array, isAnyArrayBuffer, bufferLength, viewOf, bytesOf,
  };
})
