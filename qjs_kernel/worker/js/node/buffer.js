(function (k) {
  "use strict";
  // The module `buffer`. A Buffer is a Uint8Array with another prototype, over an ArrayBuffer of its own: there is no
  // pool, so `buffer.buffer` holds these bytes and no others (in Node it may hold its neighbours').
  const p = k.primordials;
  const {
    MathMin, ObjectDefineProperty, StringPrototypeSlice, TypedArrayPrototypeFill, TypedArrayPrototypeGetBuffer,
    TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array,
  } = p;
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const {
    bytesOf, checkInteger, checkNumber, invalidType, invalidValue, isAnyArrayBuffer, isUint8Array, outOfBounds,
    outOfRange, unknownEncoding, viewOf,
  } = checks;
  const { encodingName, part } = text;

  const MAX_LENGTH = 4294967296;
  const MAX_STRING_LENGTH = 536870888;
  const customInspect = p.SymbolFor("nodejs.util.inspect.custom");
  const bytesExpected = "an instance of Buffer or Uint8Array";
  let inspectMaxBytes = 50;

  class FastBuffer extends Uint8Array {}

  const define = (target, name, value, enumerable = true) =>
    ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, enumerable, configurable: true });

  // A Buffer on the memory of `bytes`, which nobody else may hold.
  const own = (bytes) => new FastBuffer(
    TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes), TypedArrayPrototypeGetLength(bytes));
  const knownEncoding = (encoding) => {
    const name = encodingName(encoding);
    if (name === undefined) throw unknownEncoding(encoding);
    return name;
  };
  const checkBytes = (value, name) => {
    if (!isUint8Array(value)) throw invalidType(name, bytesExpected, value);
  };
  const checkOffset = (value, name, max = MAX_LENGTH) => checkInteger(value, name, 0, max);
  const checkSize = (size) => checkNumber(size, "size", 0, MAX_LENGTH);

  // ---- making ----

  const fromString = (string, encoding) => {
    const name = typeof encoding !== "string" || encoding.length === 0 ? "utf8" : knownEncoding(encoding);
    return own(text.encode(string, name));
  };
  const fromArrayBuffer = (buffer, byteOffset, length) => {
    byteOffset = byteOffset === undefined ? 0 : +byteOffset || 0;
    const room = checks.bufferLength(buffer) - byteOffset;
    if (room < 0) throw outOfBounds("offset");
    length = length === undefined ? room : +length;
    if (length > room) throw outOfBounds("length");
    return new FastBuffer(buffer, byteOffset, length > 0 ? length : 0);
  };
  const fromArrayLike = (list) => {
    const { length } = list;
    if (!(length > 0)) return new FastBuffer();
    const buffer = new FastBuffer(length);
    TypedArrayPrototypeSet(buffer, list);
    return buffer;
  };
  const fromObject = (object) => {
    if (object.length !== undefined || isAnyArrayBuffer(object.buffer))
      return typeof object.length === "number" ? fromArrayLike(object) : new FastBuffer();
    if (object.type === "Buffer" && p.ArrayIsArray(object.data)) return fromArrayLike(object.data);
    return undefined;
  };
  const from = (value, encodingOrOffset, length) => {
    if (typeof value === "string") return fromString(value, encodingOrOffset);
    if (typeof value === "object" && value !== null) {
      if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
      const primitive = value.valueOf?.();
      if (primitive !== undefined && primitive !== null && primitive !== value &&
        (typeof primitive === "string" || typeof primitive === "object"))
        return from(primitive, encodingOrOffset, length);
      const buffer = fromObject(value);
      if (buffer !== undefined) return buffer;
      const convert = value[p.SymbolToPrimitive];
      if (typeof convert === "function") {
        const string = p.ReflectApply(convert, value, ["string"]);
        if (typeof string === "string") return fromString(string, encodingOrOffset);
      }
    }
    throw invalidType("first argument",
      "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object", value);
  };

  // Also what `Buffer(...)` without `new` is; a function, since no class can be called like that.
  function Buffer(value, encodingOrOffset, length) {
    if (typeof value !== "number") return from(value, encodingOrOffset, length);
    if (typeof encodingOrOffset === "string") throw invalidType("string", "of type string", value);
    return alloc(value);
  }
  const alloc = (size, fill, encoding) => {
    checkSize(size);
    const buffer = new FastBuffer(size);
    if (fill === undefined || fill === 0 || !(size > 0)) return buffer;
    return fillBuffer(buffer, fill, 0, TypedArrayPrototypeGetLength(buffer), encoding);
  };

  const statics = {
    poolSize: 8192,
    from(value, encodingOrOffset, length) { return from(value, encodingOrOffset, length); },
    copyBytesFrom(view, offset, length) {
      if (p.TypedArrayPrototypeGetSymbolToStringTag(view) === undefined)
        throw invalidType("view", "an instance of TypedArray", view);
      const count = TypedArrayPrototypeGetLength(view);
      if (count === 0) return new FastBuffer();
      let start = 0;
      if (offset !== undefined) {
        checkInteger(offset, "offset", 0);
        if (offset >= count) return new FastBuffer();
        start = offset;
      }
      let end = count;
      if (length !== undefined) {
        checkInteger(length, "length", 0);
        end = MathMin(start + length, count);
      }
      const size = p.TypedArrayPrototypeGetByteLength(view) / count;
      return own(new Uint8Array(part(viewOf(view), start * size, end * size)));
    },
    of(...items) {
      const buffer = new FastBuffer(items.length);
      for (let i = 0; i < items.length; i++) buffer[i] = items[i];
      return buffer;
    },
    alloc(size, fill, encoding) { return alloc(size, fill, encoding); },
    // Zeroed, too: memory of others is nothing to hand out, and the engine zeroes it anyway.
    allocUnsafe(size) { return alloc(size); },
    allocUnsafeSlow(size) { return alloc(size); },
    isBuffer(value) { return value instanceof Buffer; },
    compare(buf1, buf2) {
      checkBytes(buf1, "buf1");
      checkBytes(buf2, "buf2");
      return buf1 === buf2 ? 0 : text.compare(buf1, buf2);
    },
    isEncoding(encoding) {
      return typeof encoding === "string" && encoding.length !== 0 && encodingName(encoding) !== undefined;
    },
    concat(list, length) {
      if (!p.ArrayIsArray(list)) throw invalidType("list", "an instance of Array", list);
      if (list.length === 0) return new FastBuffer();
      if (length === undefined) {
        length = 0;
        for (let i = 0; i < list.length; i++) if (list[i].length) length += list[i].length;
      } else checkOffset(length, "length");
      const buffer = new FastBuffer(length);
      let at = 0;
      for (let i = 0; i < list.length; i++) {
        const item = list[i];
        if (!isUint8Array(item)) throw invalidType(`list[${i}]`, bytesExpected, item);
        const count = TypedArrayPrototypeGetLength(item);
        if (at + count > length) {
          TypedArrayPrototypeSet(buffer, part(item, 0, length - at), at);
          break;
        }
        TypedArrayPrototypeSet(buffer, item, at);
        at += count;
      }
      return buffer;
    },
    byteLength(string, encoding) {
      if (typeof string === "string")
        return text.byteLength(string, encoding === undefined ? "utf8" : encodingName(encoding) ?? "utf8");
      const bytes = bytesOf(string);
      if (bytes === undefined)
        throw invalidType("string", "of type string or an instance of Buffer or ArrayBuffer", string);
      return TypedArrayPrototypeGetLength(bytes);
    },
  };

  // ---- filling and searching ----

  const fillBuffer = (buffer, value, offset, end, encoding) => {
    const { length } = buffer;
    let name;
    if (typeof value === "string") {
      if (offset === undefined || typeof offset === "string") {
        encoding = offset;
        offset = undefined;
      } else if (typeof end === "string") {
        encoding = end;
        end = undefined;
      }
      name = encoding === undefined ? "utf8" : encodingName(encoding);
      if (name === undefined || (typeof encoding !== "string" && encoding !== undefined)) {
        checks.checkString(encoding, "encoding");
        throw unknownEncoding(encoding);
      }
      if (value.length === 0) value = 0;
    }
    if (offset === undefined) {
      offset = 0;
      end = length;
    } else {
      checkOffset(offset, "offset");
      if (end === undefined) end = length;
      else checkOffset(end, "end", length);
      if (offset >= end) return buffer;
    }
    if (typeof value === "string" || p.ArrayBufferIsView(value)) {
      const pattern = typeof value === "string" ? text.encode(value, name) : viewOf(value);
      if (TypedArrayPrototypeGetLength(pattern) === 0) throw invalidValue("value", value);
      if (end > offset) text.repeat(buffer, new Uint8Array(pattern), offset, end);
      return buffer;
    }
    return TypedArrayPrototypeFill(buffer, typeof value === "number" ? value : value >>> 0, offset, end);
  };

  // Where a search begins: -1 says nowhere.
  const searchStart = (length, offset, size, forward) => {
    if (offset < 0) {
      if (offset + length >= 0) return offset + length;
      return forward || size === 0 ? 0 : -1;
    }
    if (offset + size <= length) return offset;
    if (size === 0) return length;
    return forward ? -1 : length - 1;
  };
  const search = (buffer, value, byteOffset, encoding, forward) => {
    checkBytes(buffer, "buffer");
    const length = TypedArrayPrototypeGetLength(buffer);
    if (typeof byteOffset === "string") {
      encoding = byteOffset;
      byteOffset = undefined;
    } else if (byteOffset > 0x7fffffff) byteOffset = 0x7fffffff;
    else if (byteOffset < -0x80000000) byteOffset = -0x80000000;
    byteOffset = +byteOffset;
    if (byteOffset !== byteOffset) byteOffset = forward ? 0 : length;
    byteOffset = p.MathTrunc(byteOffset);
    if (typeof value === "number") {
      const start = searchStart(length, byteOffset, 1, forward);
      if (start === -1 || length === 0) return -1;
      const byte = (value >>> 0) & 255;
      return forward
        ? p.TypedArrayPrototypeIndexOf(buffer, byte, start) : p.TypedArrayPrototypeLastIndexOf(buffer, byte, start);
    }
    let name = "utf8";
    if (encoding !== undefined && (typeof value === "string" || isUint8Array(value)))
      name = typeof value === "string" ? knownEncoding(encoding) : encodingName(encoding) ?? "utf8";
    let needle;
    if (typeof value === "string") needle = text.encode(value, name);
    else if (isUint8Array(value)) needle = value;
    else throw invalidType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
    const size = TypedArrayPrototypeGetLength(needle);
    const start = searchStart(length, byteOffset, size, forward);
    if (size === 0 || start === -1) return start;
    if (name === "utf16le" && (length < 2 || size < 2)) return -1;
    return text.find(buffer, needle, start, forward, name === "utf16le" ? 2 : 1);
  };

  const toInteger = (value, fallback) => {
    value = +value;
    return p.MathAbs(value) <= p.NumberMAX_SAFE_INTEGER ? p.MathFloor(value) : fallback;
  };
  const relative = (offset, length) => {
    offset = p.MathTrunc(offset);
    if (offset === 0 || offset !== offset) return 0;
    if (offset < 0) return offset + length > 0 ? offset + length : 0;
    return offset < length ? offset : length;
  };
  const subarray = (buffer, start, end) => {
    const length = TypedArrayPrototypeGetLength(buffer);
    start = relative(start, length);
    end = end === undefined ? length : relative(end, length);
    return new FastBuffer(TypedArrayPrototypeGetBuffer(buffer), TypedArrayPrototypeGetByteOffset(buffer) + start,
      end > start ? end - start : 0);
  };
  const put = (buffer, string, offset, length, encoding) => {
    if (typeof string !== "string") throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
    const bytes = text.encode(string, encoding);
    const count = text.fitting(bytes, length, encoding);
    TypedArrayPrototypeSet(buffer, part(bytes, 0, count), offset);
    return count;
  };
  const swap = (buffer, size) => {
    const { length } = buffer;
    if (length % size !== 0)
      throw k.codeError(p.RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
    for (let i = 0; i < length; i += size)
      for (let a = i, b = i + size - 1; a < b; a++, b--) {
        const held = buffer[a];
        buffer[a] = buffer[b];
        buffer[b] = held;
      }
    return buffer;
  };

  // The properties that a program gave a Buffer are listed after its bytes. To find them, the engine must name every
  // index, too: of long buffers (Node has no such limit) only the bytes are shown.
  const MAX_LISTED = 65536;
  const extras = (buffer, context) => {
    if (TypedArrayPrototypeGetLength(buffer) > MAX_LISTED) return "";
    const keys = p.ReflectOwnKeys(buffer);
    const found = { __proto__: null };
    let any = false;
    for (let i = TypedArrayPrototypeGetLength(buffer); i < keys.length; i++) {
      const description = p.ObjectGetOwnPropertyDescriptor(buffer, keys[i]);
      if (description === undefined || !(context.showHidden || description.enumerable)) continue;
      define(found, keys[i], buffer[keys[i]]);
      any = true;
    }
    if (!any) return "";
    const shown = k.inspect(found, { ...context, __proto__: null, breakLength: 1 / 0, compact: true });
    return StringPrototypeSlice(shown, "[Object: null prototype] {".length + 1, -2);
  };

  // ---- methods ----

  const methods = {
    copy(target, targetStart, sourceStart, sourceEnd) {
      checkBytes(this, "source");
      checkBytes(target, "target");
      const length = TypedArrayPrototypeGetLength(this);
      targetStart = targetStart === undefined ? 0 : toInteger(targetStart, 0);
      if (targetStart < 0) throw outOfRange("targetStart", ">= 0", targetStart);
      sourceStart = sourceStart === undefined ? 0 : toInteger(sourceStart, 0);
      if (sourceStart < 0 || sourceStart > length) throw outOfRange("sourceStart", `>= 0 && <= ${length}`, sourceStart);
      sourceEnd = sourceEnd === undefined ? length : toInteger(sourceEnd, 0);
      if (sourceEnd < 0) throw outOfRange("sourceEnd", ">= 0", sourceEnd);
      const room = TypedArrayPrototypeGetLength(target) - targetStart;
      const count = MathMin(MathMin(sourceEnd, length) - sourceStart, room);
      if (!(count > 0)) return 0;
      TypedArrayPrototypeSet(target, part(this, sourceStart, sourceStart + count), targetStart);
      return count;
    },
    toString(encoding, start, end) {
      const length = TypedArrayPrototypeGetLength(this);
      if (arguments.length === 0) return text.decode(part(this, 0, length), "utf8");
      if (start <= 0) start = 0;
      else if (start >= length) return "";
      else start |= 0;
      end = end === undefined || end > length ? length : end | 0;
      if (end <= start) return "";
      return text.decode(part(this, start, end), encoding === undefined ? "utf8" : knownEncoding(encoding));
    },
    equals(otherBuffer) {
      checkBytes(this, "this");
      checkBytes(otherBuffer, "otherBuffer");
      return this === otherBuffer || text.equals(this, otherBuffer);
    },
    inspect(depth, context) {
      const max = inspectMaxBytes;
      const { length } = this;
      const digits = text.decode(part(this, 0, MathMin(max, TypedArrayPrototypeGetLength(this))), "hex");
      let shown = "";
      for (let i = 0; i < digits.length; i += 2) shown += (i === 0 ? "" : " ") + StringPrototypeSlice(digits, i, i + 2);
      if (length > max) shown += ` ... ${length - max} more byte${length - max > 1 ? "s" : ""}`;
      if (context) {
        const more = extras(this, context);
        if (more !== "") shown += length === 0 ? more : `, ${more}`;
      }
      let name = "Buffer";
      try {
        const { constructor } = this;
        if (typeof constructor === "function" && p.ObjectHasOwn(constructor, "name")) name = constructor.name;
      } catch {
        // A getter that throws is no reason to show nothing.
      }
      return `<${name} ${shown}>`;
    },
    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      checkBytes(this, "this");
      checkBytes(target, "target");
      if (arguments.length === 1) return text.compare(this, target);
      const targetLength = TypedArrayPrototypeGetLength(target);
      const length = TypedArrayPrototypeGetLength(this);
      if (targetStart === undefined) targetStart = 0;
      else checkOffset(targetStart, "targetStart");
      if (targetEnd === undefined) targetEnd = targetLength;
      else checkOffset(targetEnd, "targetEnd", targetLength);
      if (sourceStart === undefined) sourceStart = 0;
      else checkOffset(sourceStart, "sourceStart");
      if (sourceEnd === undefined) sourceEnd = length;
      else checkOffset(sourceEnd, "sourceEnd", length);
      if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
      if (targetStart >= targetEnd) return 1;
      return text.compare(part(this, sourceStart, sourceEnd), part(target, targetStart, targetEnd));
    },
    indexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, true); },
    lastIndexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, false); },
    includes(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, true) !== -1; },
    fill(value, offset, end, encoding) { return fillBuffer(this, value, offset, end, encoding); },
    write(string, offset, length, encoding) {
      const size = TypedArrayPrototypeGetLength(this);
      if (offset === undefined) return put(this, string, 0, size, "utf8");
      if (length === undefined && typeof offset === "string") {
        encoding = offset;
        length = size;
        offset = 0;
      } else {
        checkOffset(offset, "offset", size);
        const room = size - offset;
        if (typeof length === "string") {
          encoding = length;
          length = room;
        } else if (length === undefined) length = room;
        else {
          checkOffset(length, "length", size);
          length = MathMin(length, room);
        }
      }
      return put(this, string, offset, length, encoding ? knownEncoding(encoding) : "utf8");
    },
    toJSON() {
      const data = [];
      const { length } = this;
      for (let i = 0; i < length; i++) define(data, i, this[i]);
      return { type: "Buffer", data };
    },
    subarray(start, end) { return subarray(this, start, end); },
    slice(start, end) { return subarray(this, start, end); },
    swap16() { return swap(this, 2); },
    swap32() { return swap(this, 4); },
    swap64() { return swap(this, 8); },
  };

  const prototype = FastBuffer.prototype;
  define(prototype, "constructor", Buffer, false);
  ObjectDefineProperty(Buffer, "prototype", { __proto__: null, value: prototype, writable: true });
  p.ObjectSetPrototypeOf(Buffer, Uint8Array);
  // A derived Buffer (`map`, `filter`) is made by the constructor that takes a length or memory.
  ObjectDefineProperty(Buffer, p.SymbolSpecies, {
    __proto__: null, configurable: true, enumerable: false, get() { return FastBuffer; },
  });
  const install = (target, from) => {
    const names = p.ObjectKeys(from);
    for (let i = 0; i < names.length; i++) define(target, names[i], from[names[i]]);
  };
  install(Buffer, statics);
  // read* and write*: a third of this module's text, which most programs never need.
  const numbers = (action, name) => {
    const key = `${action}${name}`;
    k.lazy(prototype, key, () => k.load("internal/buffer_numbers")[key], true);
  };
  const names = [
    "UInt8", "Uint8", "Int8", "UInt16LE", "UInt16BE", "Uint16LE", "Uint16BE", "Int16LE", "Int16BE", "UInt32LE",
    "UInt32BE", "Uint32LE", "Uint32BE", "Int32LE", "Int32BE", "UIntLE", "UIntBE", "UintLE", "UintBE", "IntLE", "IntBE",
    "BigUInt64LE", "BigUInt64BE", "BigUint64LE", "BigUint64BE", "BigInt64LE", "BigInt64BE", "FloatLE", "FloatBE",
    "DoubleLE", "DoubleBE",
  ];
  for (let i = 0; i < names.length; i++) {
    numbers("read", names[i]);
    numbers("write", names[i]);
  }
  // buffer.utf8Slice(start, end), buffer.hexWrite(string, offset, length) …: undocumented, but libraries call them.
  const length = (buffer) => TypedArrayPrototypeGetLength(buffer);
  const perEncoding = (name, encoding) => {
    define(prototype, `${name}Slice`, function (start = 0, end = length(this)) {
      if (start < 0 || start > length(this) || end > length(this))
        throw k.codeError(p.RangeError, "ERR_OUT_OF_RANGE", "Index out of range");
      return end > start ? text.decode(part(this, start, end), encoding) : "";
    });
    define(prototype, `${name}Write`, function (string, offset = 0, count = length(this) - offset) {
      if (offset > length(this)) throw outOfBounds("offset");
      return put(this, string, offset, MathMin(count, length(this) - offset), encoding);
    });
  };
  perEncoding("ascii", "ascii");
  perEncoding("base64", "base64");
  perEncoding("base64url", "base64url");
  perEncoding("latin1", "latin1");
  perEncoding("hex", "hex");
  perEncoding("ucs2", "utf16le");
  perEncoding("utf8", "utf8");
  const reader = (name, get) => ObjectDefineProperty(prototype, name, {
    __proto__: null, enumerable: true, configurable: true,
    get() { return this instanceof Buffer && isUint8Array(this) ? get(this) : undefined; },
  });
  reader("parent", TypedArrayPrototypeGetBuffer);
  reader("offset", TypedArrayPrototypeGetByteOffset);
  install(prototype, methods);
  define(prototype, "toLocaleString", methods.toString);
  define(prototype, customInspect, methods.inspect);

  // ---- the rest of the module ----

  function SlowBuffer(size) { return alloc(size); }
  ObjectDefineProperty(SlowBuffer, "prototype", { __proto__: null, value: prototype });

  const module = {
    Buffer,
    SlowBuffer,
    kMaxLength: MAX_LENGTH,
    kStringMaxLength: MAX_STRING_LENGTH,
    constants: { MAX_LENGTH, MAX_STRING_LENGTH },
    get INSPECT_MAX_BYTES() { return inspectMaxBytes; },
    set INSPECT_MAX_BYTES(value) {
      checkNumber(value, "INSPECT_MAX_BYTES", 0);
      inspectMaxBytes = value;
    },
  };
  // Getters, so that Buffer alone loads neither these nor Blob.
  const rest = ["transcode", "isUtf8", "isAscii", "btoa", "atob"];
  for (let i = 0; i < rest.length; i++) {
    const name = rest[i];
    k.lazy(module, name, () => k.load("internal/buffer_more")[name], true);
  }
  k.lazy(module, "Blob", () => k.load("web/blob").Blob, true);
  k.lazy(module, "File", () => k.load("web/blob").File, true);
  k.lazy(module, "resolveObjectURL", () => k.load("web/blob").resolveObjectURL ?? ((id) => {
    checks.checkString(id, "id");
    return undefined;
  }), true);

  return module;
})
