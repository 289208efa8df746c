(function (k) {
  "use strict";
  // Random numbers for node:crypto. Every one is asked of the worker: a store of them in the guest's memory would be
  // in its checkpoints, and the same "random" bytes would come again after a restore. (A question takes some 20 µs.)
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const { checkFunction, invalidType, outOfRange } = checks;
  const { Uint8Array } = p;

  const MOST = 2147483647;
  const RANGE = 2 ** 48;

  const sizeOf = (size, unit, offset, length) => {
    if (typeof size !== "number") throw invalidType("size", "of type number", size);
    size *= unit;
    if (!(size >= 0 && size <= MOST)) throw outOfRange("size", `>= 0 && <= ${MOST}`, size);
    if (size + offset > length) throw outOfRange("size + offset", `<= ${length}`, size + offset);
    return size;
  };
  const offsetOf = (offset, unit, length) => {
    if (typeof offset !== "number") throw invalidType("offset", "of type number", offset);
    offset *= unit;
    if (!(offset >= 0 && offset <= length)) throw outOfRange("offset", `>= 0 && <= ${length}`, offset);
    return offset;
  };
  const fill = (buffer, bytes, offset, size) => {
    const unit = p.TypedArrayPrototypeGetSymbolToStringTag(buffer) === undefined
      ? 1 : p.TypedArrayPrototypeGetByteLength(buffer) / (p.TypedArrayPrototypeGetLength(buffer) || 1) || 1;
    const length = p.TypedArrayPrototypeGetLength(bytes);
    const start = offsetOf(offset, unit, length);
    const count = size === undefined ? length - start : sizeOf(size, unit, start, length);
    return text.part(bytes, p.MathFloor(start), p.MathFloor(start) + p.MathFloor(count));
  };
  const bytesToFill = (buffer) => {
    const bytes = checks.bytesOf(buffer);
    if (bytes === undefined) throw invalidType("buf", "an instance of ArrayBuffer or ArrayBufferView", buffer);
    return bytes;
  };

  const randomBytes = (size, callback) => {
    size = p.MathFloor(sizeOf(size, 1, 0, 1 / 0));
    if (callback !== undefined) checkFunction(callback, "callback");
    const make = () => common.bufferOf(common.random(new Uint8Array(size)));
    if (callback === undefined) return make();
    common.later(make, callback);
    return undefined;
  };
  const randomFill = (buf, offset, size, callback) => {
    const bytes = bytesToFill(buf);
    if (typeof offset === "function") {
      callback = offset;
      offset = 0;
      size = undefined;
    } else if (typeof size === "function") {
      callback = size;
      size = undefined;
    } else checkFunction(callback, "callback");
    const place = fill(buf, bytes, offset, size);
    common.later(() => {
      common.random(place);
      return buf;
    }, callback);
  };

  const integer = (range) => {
    // Numbers from the last, incomplete run would make small results likelier: they are drawn again.
    const limit = RANGE - (RANGE % range);
    for (;;) {
      const bytes = common.random(new Uint8Array(6));
      let drawn = 0;
      for (let i = 0; i < 6; i++) drawn = drawn * 256 + bytes[i];
      if (drawn < limit) return drawn % range;
    }
  };
  const randomInt = (min, max, callback) => {
    const one = max === undefined || typeof max === "function";
    if (one) {
      callback = max;
      max = min;
      min = 0;
    }
    if (callback !== undefined) checkFunction(callback, "callback");
    if (!p.NumberIsSafeInteger(min)) throw invalidType("min", "a safe integer", min);
    if (!p.NumberIsSafeInteger(max)) throw invalidType("max", "a safe integer", max);
    if (max <= min) throw outOfRange("max", `greater than the value of "min" (${min})`, max);
    const range = max - min;
    if (!(range <= RANGE - 1)) throw outOfRange(one ? "max" : "max - min", `<= ${RANGE - 1}`, range);
    if (callback === undefined) return min + integer(range);
    common.later(() => min + integer(range), callback);
    return undefined;
  };

  return {
    __proto__: null,
    randomBytes(size, callback) { return randomBytes(size, callback); },
    randomFillSync(buf, offset = 0, size) {
      common.random(fill(buf, bytesToFill(buf), offset, size));
      return buf;
    },
    randomFill(buf, offset, size, callback) { randomFill(buf, offset, size, callback); },
    randomInt(min, max, callback) { return randomInt(min, max, callback); },
    randomUUID(options) {
      if (options !== undefined) {
        checks.checkObject(options, "options");
        const { disableEntropyCache } = options;
        if (disableEntropyCache !== undefined && typeof disableEntropyCache !== "boolean")
          throw invalidType("options.disableEntropyCache", "of type boolean", disableEntropyCache);
      }
      return common.uuid();
    },
    timingSafeEqual(buf1, buf2) {
      const expected = "an instance of ArrayBuffer, Buffer, TypedArray, or DataView";
      const a = checks.bytesOf(buf1);
      const b = checks.bytesOf(buf2);
      if (a === undefined || b === undefined)
        throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE",
          `The "${a === undefined ? "buf1" : "buf2"}" argument must be ${expected}.`);
      const length = p.TypedArrayPrototypeGetLength(a);
      if (length !== p.TypedArrayPrototypeGetLength(b))
        throw k.codeError(p.RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
          "Input buffers must have the same byte length");
      let difference = 0;
      for (let i = 0; i < length; i++) difference |= a[i] ^ b[i];
      return difference === 0;
    },
  };
})
