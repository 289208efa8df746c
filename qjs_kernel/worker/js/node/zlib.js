(function (k) {
  "use strict";
  // The module `zlib`. Python's zlib does the work, in one call with all the input: it keeps no state for a guest, and
  // so the streams collect what is written and put everything out at their end.
  const p = k.primordials;
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const { constants, codes } = k.load("internal/zlib_constants");
  const { invalidType, outOfRange } = checks;
  const { Uint8Array, TypedArrayPrototypeGetLength } = p;
  const { setImmediate } = p.globalThis;

  const MOST = 4294967296; // Node's own limit; the service stops at its own, which is lower
  const { Z_FINISH } = constants;

  const bufferOf = (bytes) => k.load("node/buffer").Buffer.from(bytes);
  const define = (target, name, value, enumerable = true) =>
    p.ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, enumerable, configurable: true });

  // ---- options ----

  const inRange = (options, name, low, high, fallback) => {
    const value = options[name];
    if (value === undefined || value !== value) return fallback;
    if (typeof value !== "number") throw invalidType(`options.${name}`, "of type number", value);
    if (value < low || value > high)
      throw outOfRange(`options.${name}`, high === 1 / 0 ? `>= ${low}` : `>= ${low} and <= ${high}`, value);
    return p.MathTrunc(value);
  };
  // `kind`: { format, packs }. Anything but an object means the defaults, as in Node.
  const settings = (kind, given) => {
    const options = typeof given === "object" && given !== null ? given : { __proto__: null };
    inRange(options, "chunkSize", constants.Z_MIN_CHUNK, 1 / 0, 0);
    inRange(options, "flush", 0, 5, 0);
    const finishFlush = inRange(options, "finishFlush", 0, 5, Z_FINISH);
    const most = inRange(options, "maxOutputLength", 1, MOST, MOST);
    let bits = options.windowBits;
    // 0 asks the input: only what reads may do so.
    if ((bits === undefined || bits === null || bits === 0) && !kind.packs) bits = bits === 0 ? 0 : 15;
    else bits = inRange(options, "windowBits", kind.format === "gzip" && kind.packs ? 9 : 8, 15, 15);
    const level = inRange(options, "level", -1, 9, -1);
    const memLevel = inRange(options, "memLevel", 1, 9, 8);
    const strategy = inRange(options, "strategy", 0, 4, 0);
    let { dictionary } = options;
    if (dictionary !== undefined) {
      const bytes = checks.bytesOf(dictionary);
      if (bytes === undefined)
        throw invalidType("options.dictionary", "an instance of Buffer, TypedArray, DataView, or ArrayBuffer", dictionary);
      dictionary = new Uint8Array(bytes);
    }
    return {
      __proto__: null, bits, level, memLevel, strategy, dictionary, finishFlush, most, info: !!options.info,
    };
  };
  // Bytes in, an ArrayBuffer out.
  const run = (kind, set, bytes) => {
    const { dictionary, finishFlush, most } = set;
    const before = dictionary === undefined ? 0 : TypedArrayPrototypeGetLength(dictionary);
    if (before > 0) {
      const whole = new Uint8Array(before + TypedArrayPrototypeGetLength(bytes));
      p.TypedArrayPrototypeSet(whole, dictionary);
      p.TypedArrayPrototypeSet(whole, bytes, before);
      bytes = whole;
    }
    return kind.packs
      ? k.service("zipped.compress",
        [kind.format, set.level, set.bits, set.memLevel, set.strategy, finishFlush, most, before], bytes)
      : k.service("zipped.decompress", [kind.format, set.bits, finishFlush, most, before], bytes);
  };

  // ---- whole buffers ----

  const bytesOfChunk = (value, name, more) => {
    if (typeof value === "string") return text.encode(value, "utf8");
    const bytes = checks.bytesOf(value);
    if (bytes === undefined)
      throw invalidType(name, `of type string or an instance of Buffer, TypedArray, ${more}`, value);
    return bytes;
  };
  const answer = (kind, set, bytes, make) => {
    const buffer = bufferOf(run(kind, set, bytes));
    return set.info ? { buffer, engine: make() } : buffer;
  };

  // ---- streams ----

  let Transform;
  // The streams are loaded when the first of these is made, not for gzipSync.
  const load = () => {
    if (Transform !== undefined) return;
    ({ Transform } = k.load("node/stream"));
    p.ObjectSetPrototypeOf(ZlibBase.prototype, Transform.prototype);
    p.ObjectSetPrototypeOf(ZlibBase, Transform);
  };
  const engines = new p.WeakMap(); // stream → { kind, set, block, used }
  function ZlibBase() {}
  const setUp = (stream, kind, options) => {
    const set = settings(kind, options);
    load();
    p.ReflectApply(Transform, stream, [{ autoDestroy: true, ...(typeof options === "object" ? options : undefined) }]);
    p.WeakMapPrototypeSet(engines, stream,
      { __proto__: null, kind, set, block: new Uint8Array(0), used: 0, closed: false });
    define(stream, "bytesWritten", 0);
    define(stream, "_level", set.level);
    define(stream, "_strategy", set.strategy);
  };
  const members = {
    _transform(chunk, encoding, callback) {
      const engine = p.WeakMapPrototypeGet(engines, this);
      let error;
      try {
        const bytes = bytesOfChunk(chunk, "chunk", "or DataView");
        const count = TypedArrayPrototypeGetLength(bytes);
        const room = TypedArrayPrototypeGetLength(engine.block);
        if (engine.used + count > room) {
          const block = new Uint8Array(engine.used + count > 2 * room ? engine.used + count : 2 * room);
          p.TypedArrayPrototypeSet(block, text.part(engine.block, 0, engine.used));
          engine.block = block;
        }
        p.TypedArrayPrototypeSet(engine.block, bytes, engine.used);
        engine.used += count;
        this.bytesWritten += count;
      } catch (thrown) {
        error = thrown;
      }
      callback(error);
    },
    _flush(callback) {
      const { kind, set, block, used } = p.WeakMapPrototypeGet(engines, this);
      const { readableHighWaterMark } = this;
      let error;
      try {
        const made = bufferOf(run(kind, set, text.part(block, 0, used)));
        // In pieces, as readers of streams expect.
        const size = readableHighWaterMark > 16384 ? readableHighWaterMark : 16384;
        for (let at = 0; at < made.length; at += size) this.push(made.subarray(at, at + size));
      } catch (thrown) {
        error = thrown;
      }
      p.WeakMapPrototypeGet(engines, this).block = new Uint8Array(0);
      callback(error);
    },
    // What was written before has been taken in; nothing can be put out before the end.
    flush(kind, callback) {
      if (typeof kind === "function") callback = kind;
      if (typeof callback !== "function") return;
      if (this.writableFinished) setImmediate(callback);
      else if (this.writableEnded) this.once("end", callback);
      else if (this.writableNeedDrain || this.writableLength > 0) this.once("drain", () => callback());
      else setImmediate(() => callback());
    },
    // The whole stream is packed with the settings it has at its end.
    params(level, strategy, callback) {
      const { set } = p.WeakMapPrototypeGet(engines, this);
      const checked = settings({ __proto__: null, format: "zlib", packs: true }, { __proto__: null, level, strategy });
      set.level = this._level = checked.level;
      set.strategy = this._strategy = checked.strategy;
      if (typeof callback === "function") setImmediate(() => callback());
    },
    reset() {
      const engine = p.WeakMapPrototypeGet(engines, this);
      engine.block = new Uint8Array(0);
      engine.used = 0;
    },
    close(callback) {
      if (typeof callback === "function") {
        if (this.closed) setImmediate(callback);
        else this.once("close", () => callback());
      }
      this.destroy();
    },
  };
  const names = p.ObjectKeys(members);
  for (let i = 0; i < names.length; i++) define(ZlibBase.prototype, names[i], members[names[i]]);
  p.ObjectDefineProperty(ZlibBase.prototype, "_closed", {
    __proto__: null, configurable: true, enumerable: true, get() { return this.destroyed; },
  });

  // ---- the module ----

  const module = {};
  const publish = (Name, name, format, packs) => {
    const kind = { __proto__: null, format, packs };
    // A function, as in Node: `zlib.Gzip()` without new is old but works.
    const Class = { [Name]: function (options) {
      if (!(this instanceof Class)) return new Class(options);
      setUp(this, kind, options);
      return undefined;
    } }[Name];
    p.ObjectSetPrototypeOf(Class.prototype, ZlibBase.prototype);
    p.ObjectSetPrototypeOf(Class, ZlibBase);
    const create = (options) => new Class(options);
    define(module, Name, Class);
    define(module, `create${Name}`, { [`create${Name}`](options) { return create(options); } }[`create${Name}`]);
    define(module, `${name}Sync`, { [`${name}Sync`](buffer, options) {
      const bytes = bytesOfChunk(buffer, "buffer", "DataView, or ArrayBuffer");
      return answer(kind, settings(kind, options), bytes, () => create(options));
    } }[`${name}Sync`]);
    define(module, name, { [name](buffer, options, callback) {
      if (typeof options === "function") {
        callback = options;
        options = {};
      }
      checks.checkFunction(callback, "callback");
      const set = settings(kind, options);
      // A copy: the program may go on writing to its own.
      const bytes = new Uint8Array(bytesOfChunk(buffer, "chunk", "or DataView"));
      setImmediate(() => {
        let made;
        try {
          made = answer(kind, set, bytes, () => create(options));
        } catch (error) {
          callback(error);
          return;
        }
        callback(null, made);
      });
    } }[name]);
  };
  publish("Deflate", "deflate", "zlib", true);
  publish("Inflate", "inflate", "zlib", false);
  publish("Gzip", "gzip", "gzip", true);
  publish("Gunzip", "gunzip", "gzip", false);
  publish("DeflateRaw", "deflateRaw", "raw", true);
  publish("InflateRaw", "inflateRaw", "raw", false);
  publish("Unzip", "unzip", "any", false);

  const refuse = (name) => {
    const refusal = function () {
      throw k.codeError(p.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
        `zlib.${name} is not available in the sandbox: there is no Brotli. Use gzip or deflate, or offer a function of ` +
        "the host (env) that does it.");
    };
    define(refusal, "name", name, false);
    define(module, name, refusal);
  };
  const brotli = [
    "BrotliCompress", "BrotliDecompress", "createBrotliCompress", "createBrotliDecompress", "brotliCompress",
    "brotliCompressSync", "brotliDecompress", "brotliDecompressSync",
  ];
  for (let i = 0; i < brotli.length; i++) refuse(brotli[i]);

  define(module, "crc32", function crc32(data, value = 0) {
    const bytes = typeof data === "string" ? text.encode(data, "utf8")
      : p.ArrayBufferIsView(data) ? checks.viewOf(data) : undefined;
    if (bytes === undefined)
      throw invalidType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
    checks.checkInteger(value, "value", 0, 4294967295);
    return k.service("zipped.crc32", [value], bytes);
  });
  define(module, "constants", constants);
  define(module, "codes", codes);
  // The old places of the constants: there, but not listed.
  const old = p.ObjectKeys(constants);
  for (let i = 0; i < old.length; i++)
    if (!p.StringPrototypeStartsWith(old[i], "BROTLI")) define(module, old[i], constants[old[i]], false);
  return module;
})
