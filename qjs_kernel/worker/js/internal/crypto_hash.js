(function (k) {
  "use strict";
  // createHash, createHmac, hash. The work is Python's, which keeps no state for a guest (checkpoints would not have
  // it): an object collects its input in one block of memory that doubles when it is full, so that many small updates
  // cost a copy each and no call; the digest sends the block once.
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const keys = k.load("internal/crypto_keys");
  const LazyTransform = k.load("internal/crypto_stream");
  const { invalidType } = checks;
  const { ReflectConstruct, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array, WeakMap, WeakMapPrototypeGet,
    WeakMapPrototypeSet } = p;

  const states = new WeakMap(); // Hash or Hmac → { name, key, length, block, used, result, made }
  const stateOf = (object) => {
    const state = WeakMapPrototypeGet(states, object);
    if (state === undefined) throw new p.TypeError("Illegal invocation");
    return state;
  };

  const add = (state, bytes) => {
    const count = TypedArrayPrototypeGetLength(bytes);
    const needed = state.used + count;
    const room = TypedArrayPrototypeGetLength(state.block);
    if (needed > room) {
      const block = new Uint8Array(needed > 2 * room ? needed : 2 * room);
      TypedArrayPrototypeSet(block, text.part(state.block, 0, state.used));
      state.block = block;
    }
    TypedArrayPrototypeSet(state.block, bytes, state.used);
    state.used = needed;
  };
  const finalized = () => k.codeError(p.Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
  const inputOf = (data, encoding, name) => {
    if (typeof data === "string") {
      const known = text.encodingName(encoding ?? "utf8") ?? "utf8";
      if (known === "hex" && data.length % 2 !== 0)
        throw checks.invalidValue("encoding", encoding, `is invalid for data of length ${data.length}`);
      return text.encode(data, known);
    }
    if (typeof data !== "object" || data === null || !p.ArrayBufferIsView(data))
      throw invalidType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
    return checks.viewOf(data);
  };
  // An encoding that is none gives a Buffer, as in Node.
  const shown = (bytes, encoding) => {
    const known = typeof encoding === "string" ? text.encodingName(encoding) : undefined;
    return known === undefined ? common.bufferOf(bytes) : text.decode(bytes, known);
  };
  const unsupported = (name) =>
    p.RegExpPrototypeExec(/^(?:md4|mdc2|whirlpool|rsa-md4|rsa-mdc2)$/i, name) === null
      ? new p.Error("Digest method not supported")
      : k.codeError(p.Error, "ERR_OSSL_EVP_UNSUPPORTED", "error:0308010C:digital envelope routines::unsupported");

  const begin = (object, name, length, key) => WeakMapPrototypeSet(states, object, {
    __proto__: null, name, length, key, block: new Uint8Array(0), used: 0, result: undefined, made: undefined,
  });
  const outputLength = (options) => {
    const length = typeof options === "object" && options !== null ? options.outputLength : undefined;
    if (length !== undefined) {
      if (typeof length !== "number") throw invalidType("options.outputLength", "of type number", length);
      checks.checkInteger(length, "options.outputLength", 0, 4294967295);
    }
    return length;
  };
  const checkLength = (name, length) => {
    if (length !== undefined && !common.extendable(name) && length !== common.digestSize(name))
      throw k.codeError(p.Error, "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH",
        "error:030000B2:digital envelope routines::not XOF or invalid length");
  };

  function Hash(algorithm, options) {
    if (new.target === undefined) return new Hash(algorithm, options);
    checks.checkString(algorithm, "algorithm");
    const length = outputLength(options);
    const name = common.digestName(algorithm);
    if (name === undefined) throw unsupported(algorithm);
    checkLength(name, length);
    begin(this, name, length);
    p.ReflectApply(LazyTransform, this, [options]);
  }
  function Hmac(hmac, key, options) {
    if (new.target === undefined) return new Hmac(hmac, key, options);
    checks.checkString(hmac, "hmac");
    const bytes = keys.secretBytes(key, "key", options?.encoding);
    begin(this, common.fixedDigest(hmac), undefined, bytes);
    p.ReflectApply(LazyTransform, this, [options]);
  }
  const inherit = (Class) => {
    p.ObjectSetPrototypeOf(Class.prototype, LazyTransform.prototype);
    p.ObjectSetPrototypeOf(Class, LazyTransform);
  };
  inherit(Hash);
  inherit(Hmac);

  const result = (state) => {
    const input = text.part(state.block, 0, state.used);
    const bytes = state.key === undefined
      ? common.digest(state.name, input, state.length) : common.hmac(state.name, state.key, input);
    state.block = new Uint8Array(0);
    return bytes;
  };
  const update = (object, data, encoding) => {
    const state = stateOf(object);
    if (state.result !== undefined) throw finalized();
    add(state, inputOf(data, encoding, "data"));
    return object;
  };
  // As a stream: what is written is hashed, the digest is all that is read.
  const streamed = {
    _transform(chunk, encoding, callback) {
      let error;
      try {
        update(this, chunk, encoding);
      } catch (thrown) {
        error = thrown;
      }
      callback(error);
    },
    _flush(callback) {
      const state = stateOf(this);
      // `digest` may still be called once, as in Node.
      if (state.result === undefined) state.made = result(state);
      this.push(common.bufferOf(new Uint8Array(state.made ?? 0)));
      callback();
    },
  };
  const methods = {
    update(data, inputEncoding) { return update(this, data, inputEncoding); },
  };
  const define = (Class, group) => {
    const names = p.ObjectKeys(group);
    for (let i = 0; i < names.length; i++)
      p.ObjectDefineProperty(Class.prototype, names[i], {
        __proto__: null, value: group[names[i]], writable: true, enumerable: true, configurable: true,
      });
  };
  define(Hash, streamed);
  define(Hmac, streamed);
  define(Hash, methods);
  define(Hmac, methods);
  define(Hash, {
    digest(outputEncoding) {
      const state = stateOf(this);
      if (state.result !== undefined) throw finalized();
      state.result = true;
      return shown(state.made ?? result(state), outputEncoding);
    },
    copy(options) {
      const state = stateOf(this);
      if (state.result !== undefined) throw finalized();
      const length = outputLength(options) ?? state.length;
      checkLength(state.name, length);
      const copy = ReflectConstruct(Hash, [state.name, options]);
      const its = stateOf(copy);
      its.length = length;
      add(its, text.part(state.block, 0, state.used));
      return copy;
    },
  });
  define(Hmac, {
    digest(outputEncoding) {
      const state = stateOf(this);
      // Node answers a second call with nothing.
      if (state.result !== undefined) return shown(new Uint8Array(0), outputEncoding);
      state.result = true;
      return shown(state.made ?? result(state), outputEncoding);
    },
  });

  const hash = (algorithm, input, outputEncoding = "hex") => {
    checks.checkString(algorithm, "algorithm");
    const bytes = inputOf(input, "utf8", "input");
    let known = "hex";
    if (outputEncoding !== "hex") {
      checks.checkString(outputEncoding, "outputEncoding");
      known = text.encodingName(outputEncoding);
      if (known === undefined && p.StringPrototypeToLowerCase(outputEncoding) !== "buffer")
        throw checks.invalidValue("outputEncoding", outputEncoding);
    }
    const name = common.digestName(algorithm);
    if (name === undefined) throw new p.Error(`Digest method ${algorithm} is not supported`);
    const made = common.digest(name, bytes);
    return known === undefined ? common.bufferOf(made) : text.decode(made, known);
  };

  return {
    __proto__: null, Hash, Hmac, hash,
    createHash(algorithm, options) { return new Hash(algorithm, options); },
    createHmac(hmac, key, options) { return new Hmac(hmac, key, options); },
  };
})
