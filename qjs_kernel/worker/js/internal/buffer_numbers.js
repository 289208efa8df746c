(function (k) {
  "use strict";
  // The read* and write* methods of Buffer. Unrolled for 8, 16 and 32 bits, which programs use in loops; the methods
  // for 1 to 6 bytes share a loop. Function declarations in an object literal keep Node's names.
  const p = k.primordials;
  const { BigInt, Float32Array, Float64Array, MathFloor, Number, TypedArrayPrototypeGetBuffer, Uint8Array } = p;
  const checks = k.load("internal/buffer_checks");
  const { checkNumber, invalidType, outOfRange } = checks;

  const outside = (value, last, name) => {
    if (MathFloor(value) !== value) {
      checkNumber(value, name ?? "offset");
      throw outOfRange(name ?? "offset", "an integer", value);
    }
    if (last < 0) throw checks.outOfBounds();
    throw outOfRange(name ?? "offset", `>= ${name ? 1 : 0} and <= ${last}`, value);
  };
  const missing = (offset, buffer, size) => {
    checkNumber(offset, "offset");
    outside(offset, buffer.length - size);
  };
  const checkSize = (size) => {
    if (size === undefined || typeof size !== "number") throw invalidType("byteLength", "of type number", size);
    if (!(size >= 1 && size <= 6 && MathFloor(size) === size)) outside(size, 6, "byteLength");
  };
  // `typeof` before the element is looked at: buffer["1"] would be found, and 1.5 would not.
  const has = (buffer, offset, size) =>
    typeof offset === "number" && buffer[offset] !== undefined && buffer[offset + size - 1] !== undefined;

  const badValue = (value, min, max, size) => {
    const n = typeof min === "bigint" ? "n" : "";
    if (size <= 4) throw outOfRange("value", `>= ${min}${n} and <= ${max}${n}`, value);
    const bits = size * 8;
    throw outOfRange("value", min === 0 || min === 0n
      ? `>= 0${n} and < 2${n} ** ${bits}${n}` : `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`, value);
  };

  // ---- 1 to 6 bytes ----

  const readUnsigned = (buffer, offset, size, little) => {
    if (!has(buffer, offset, size)) missing(offset, buffer, size);
    let value = 0;
    if (little) for (let i = size - 1; i >= 0; i--) value = value * 256 + buffer[offset + i];
    else for (let i = 0; i < size; i++) value = value * 256 + buffer[offset + i];
    return value;
  };
  const readSigned = (buffer, offset, size, little) => {
    const value = readUnsigned(buffer, offset, size, little);
    const half = 2 ** (8 * size - 1);
    return value >= half ? value - 2 * half : value;
  };
  const writeNumber = (buffer, value, offset, size, min, max, little) => {
    value = +value;
    if (size === 1) checkNumber(offset, "offset"); // Node looks at the offset first, for one byte only
    if (value > max || value < min) badValue(value, min, max, size);
    if (!has(buffer, offset, size)) missing(offset, buffer, size);
    if (size <= 4) {
      // The conversion of assignments to an element: a fraction is cut, negative numbers wrap.
      let rest = value;
      if (little) for (let i = 0; i < size; i++, rest = rest >>> 8) buffer[offset + i] = rest;
      else for (let i = size - 1; i >= 0; i--, rest = rest >>> 8) buffer[offset + i] = rest;
      return offset + size;
    }
    const low = value >>> 0;
    const high = MathFloor(value * 2 ** -32);
    for (let i = 0; i < size; i++) {
      const at = little ? offset + i : offset + size - 1 - i;
      buffer[at] = i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4));
    }
    return offset + size;
  };

  const sized = {
    readUIntLE(offset, byteLength) {
      if (offset === undefined) throw invalidType("offset", "of type number", offset);
      checkSize(byteLength);
      return readUnsigned(this, offset, byteLength, true);
    },
    readUIntBE(offset, byteLength) {
      if (offset === undefined) throw invalidType("offset", "of type number", offset);
      checkSize(byteLength);
      return readUnsigned(this, offset, byteLength, false);
    },
    readIntLE(offset, byteLength) {
      if (offset === undefined) throw invalidType("offset", "of type number", offset);
      checkSize(byteLength);
      return readSigned(this, offset, byteLength, true);
    },
    readIntBE(offset, byteLength) {
      if (offset === undefined) throw invalidType("offset", "of type number", offset);
      checkSize(byteLength);
      return readSigned(this, offset, byteLength, false);
    },
    writeUIntLE(value, offset, byteLength) {
      checkSize(byteLength);
      return writeNumber(this, value, offset, byteLength, 0, 2 ** (8 * byteLength) - 1, true);
    },
    writeUIntBE(value, offset, byteLength) {
      checkSize(byteLength);
      return writeNumber(this, value, offset, byteLength, 0, 2 ** (8 * byteLength) - 1, false);
    },
    writeIntLE(value, offset, byteLength) {
      checkSize(byteLength);
      const half = 2 ** (8 * byteLength - 1);
      return writeNumber(this, value, offset, byteLength, -half, half - 1, true);
    },
    writeIntBE(value, offset, byteLength) {
      checkSize(byteLength);
      const half = 2 ** (8 * byteLength - 1);
      return writeNumber(this, value, offset, byteLength, -half, half - 1, false);
    },
  };

  // ---- 8, 16, 32 bits ----

  const fixed = {
    readUInt8(offset = 0) {
      if (!has(this, offset, 1)) missing(offset, this, 1);
      return this[offset];
    },
    readInt8(offset = 0) {
      if (!has(this, offset, 1)) missing(offset, this, 1);
      return (this[offset] << 24) >> 24;
    },
    readUInt16LE(offset = 0) {
      if (!has(this, offset, 2)) missing(offset, this, 2);
      return this[offset] | (this[offset + 1] << 8);
    },
    readUInt16BE(offset = 0) {
      if (!has(this, offset, 2)) missing(offset, this, 2);
      return (this[offset] << 8) | this[offset + 1];
    },
    readInt16LE(offset = 0) {
      if (!has(this, offset, 2)) missing(offset, this, 2);
      return ((this[offset] << 16) | (this[offset + 1] << 24)) >> 16;
    },
    readInt16BE(offset = 0) {
      if (!has(this, offset, 2)) missing(offset, this, 2);
      return ((this[offset] << 24) | (this[offset + 1] << 16)) >> 16;
    },
    readUInt32LE(offset = 0) {
      if (!has(this, offset, 4)) missing(offset, this, 4);
      return (this[offset] | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (this[offset + 3] << 24)) >>> 0;
    },
    readUInt32BE(offset = 0) {
      if (!has(this, offset, 4)) missing(offset, this, 4);
      return ((this[offset] << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | this[offset + 3]) >>> 0;
    },
    readInt32LE(offset = 0) {
      if (!has(this, offset, 4)) missing(offset, this, 4);
      return this[offset] | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (this[offset + 3] << 24);
    },
    readInt32BE(offset = 0) {
      if (!has(this, offset, 4)) missing(offset, this, 4);
      return (this[offset] << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | this[offset + 3];
    },
    writeUInt8(value, offset = 0) { return writeNumber(this, value, offset, 1, 0, 255, true); },
    writeInt8(value, offset = 0) { return writeNumber(this, value, offset, 1, -128, 127, true); },
    writeUInt16LE(value, offset = 0) { return writeNumber(this, value, offset, 2, 0, 65535, true); },
    writeUInt16BE(value, offset = 0) { return writeNumber(this, value, offset, 2, 0, 65535, false); },
    writeInt16LE(value, offset = 0) { return writeNumber(this, value, offset, 2, -32768, 32767, true); },
    writeInt16BE(value, offset = 0) { return writeNumber(this, value, offset, 2, -32768, 32767, false); },
    writeUInt32LE(value, offset = 0) { return writeNumber(this, value, offset, 4, 0, 4294967295, true); },
    writeUInt32BE(value, offset = 0) { return writeNumber(this, value, offset, 4, 0, 4294967295, false); },
    writeInt32LE(value, offset = 0) { return writeNumber(this, value, offset, 4, -2147483648, 2147483647, true); },
    writeInt32BE(value, offset = 0) { return writeNumber(this, value, offset, 4, -2147483648, 2147483647, false); },
  };

  // ---- 64 bits, floating point ----

  const readBig = (buffer, offset, little, signed) => {
    if (!has(buffer, offset, 8)) missing(offset, buffer, 8);
    const first = readUnsigned(buffer, offset, 4, little);
    const second = readUnsigned(buffer, offset + 4, 4, little);
    const high = little ? second : first;
    return (BigInt(signed ? high | 0 : high) << 32n) + BigInt(little ? first : second);
  };
  const writeBig = (buffer, value, offset, little, min, max) => {
    if (typeof value !== "bigint") throw new p.TypeError("Cannot mix BigInt and other types, use explicit conversions");
    if (value > max || value < min) badValue(value, min, max, 8);
    if (!has(buffer, offset, 8)) missing(offset, buffer, 8);
    const low = Number(p.BigIntAsUintN(32, value));
    const high = Number(p.BigIntAsUintN(32, value >> 32n));
    for (let i = 0; i < 8; i++) {
      const at = little ? offset + i : offset + 7 - i;
      buffer[at] = i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4));
    }
    return offset + 8;
  };
  const single = new Float32Array(1);
  const double = new Float64Array(1);
  const scratch = { __proto__: null, 4: single, 8: double };
  const scratchBytes = {
    __proto__: null, 4: new Uint8Array(TypedArrayPrototypeGetBuffer(single)),
    8: new Uint8Array(TypedArrayPrototypeGetBuffer(double)),
  };
  const readFloat = (buffer, offset, size, little) => {
    if (!has(buffer, offset, size)) missing(offset, buffer, size);
    const bytes = scratchBytes[size];
    for (let i = 0; i < size; i++) bytes[little ? i : size - 1 - i] = buffer[offset + i];
    return scratch[size][0];
  };
  const writeFloat = (buffer, value, offset, size, little) => {
    scratch[size][0] = value;
    if (!has(buffer, offset, size)) missing(offset, buffer, size);
    const bytes = scratchBytes[size];
    for (let i = 0; i < size; i++) buffer[offset + i] = bytes[little ? i : size - 1 - i];
    return offset + size;
  };
  const MOST = 2n ** 63n;
  const wide = {
    readBigUInt64LE(offset = 0) { return readBig(this, offset, true, false); },
    readBigUInt64BE(offset = 0) { return readBig(this, offset, false, false); },
    readBigInt64LE(offset = 0) { return readBig(this, offset, true, true); },
    readBigInt64BE(offset = 0) { return readBig(this, offset, false, true); },
    writeBigUInt64LE(value, offset = 0) { return writeBig(this, value, offset, true, 0n, 2n * MOST - 1n); },
    writeBigUInt64BE(value, offset = 0) { return writeBig(this, value, offset, false, 0n, 2n * MOST - 1n); },
    writeBigInt64LE(value, offset = 0) { return writeBig(this, value, offset, true, -MOST, MOST - 1n); },
    writeBigInt64BE(value, offset = 0) { return writeBig(this, value, offset, false, -MOST, MOST - 1n); },
    readFloatLE(offset = 0) { return readFloat(this, offset, 4, true); },
    readFloatBE(offset = 0) { return readFloat(this, offset, 4, false); },
    readDoubleLE(offset = 0) { return readFloat(this, offset, 8, true); },
    readDoubleBE(offset = 0) { return readFloat(this, offset, 8, false); },
    writeFloatLE(value, offset = 0) { return writeFloat(this, value, offset, 4, true); },
    writeFloatBE(value, offset = 0) { return writeFloat(this, value, offset, 4, false); },
    writeDoubleLE(value, offset = 0) { return writeFloat(this, value, offset, 8, true); },
    writeDoubleBE(value, offset = 0) { return writeFloat(this, value, offset, 8, false); },
  };

  // Every method under its name, and those of unsigned numbers also under Node's second spelling.
  const methods = { __proto__: null };
  const collect = (group) => {
    const names = p.ObjectKeys(group);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      methods[name] = group[name];
      const at = p.StringPrototypeIndexOf(name, "UInt");
      if (at !== -1)
        methods[`${p.StringPrototypeSlice(name, 0, at)}Uint${p.StringPrototypeSlice(name, at + 4)}`] = group[name];
    }
  };
  collect(wide);
  collect(sized);
  collect(fixed);
  return methods;
})
