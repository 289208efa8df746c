(function (k) {
  "use strict";
  // crypto.subtle: digests, HMAC, and bits derived with PBKDF2 and HKDF. Other algorithms reject: Python's hashlib has
  // no ciphers and no public-key arithmetic.
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const web = k.load("web/interface");
  const { cryptoKeys } = k.load("internal/crypto_keys");
  const { DOMException, TypedArrayPrototypeGetLength, Uint8Array, WeakMapPrototypeGet, WeakMapPrototypeSet } = p;

  const digests = { __proto__: null, "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };
  const blocks = { __proto__: null, "SHA-1": 512, "SHA-256": 512, "SHA-384": 1024, "SHA-512": 1024 }; // bits
  const webSignatures = { __proto__: null, "SHA-1": "HS1", "SHA-256": "HS256", "SHA-384": "HS384", "SHA-512": "HS512" };
  // What programs ask for that is not here: named in the refusal, so that nobody looks for a misspelling.
  const elsewhere = /^(?:RSASSA-PKCS1-v1_5|RSA-PSS|RSA-OAEP|ECDSA|ECDH|AES-CTR|AES-CBC|AES-GCM|AES-KW|Ed25519|Ed448|X25519|X448)$/i;
  const known = ["HMAC", "PBKDF2", "HKDF"];
  const operations = [
    "encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey",
  ];
  const formats = ["raw", "jwk", "spki", "pkcs8"];

  const fail = (name, message) => new DOMException(message, name);
  const missingOption = (dictionary, option) => k.codeError(p.TypeError, "ERR_MISSING_OPTION",
    `Failed to normalize algorithm: passed algorithm can not be converted to '${dictionary}' because '${option}' is required in '${dictionary}'.`);
  const called = (operation) => `Failed to execute '${operation}' on 'SubtleCrypto'`;

  const nameOf = (algorithm) => {
    if (typeof algorithm !== "object" || algorithm === null) return `${algorithm}`;
    const { name } = algorithm;
    if (name === undefined) throw missingOption("Algorithm", "name");
    return `${name}`;
  };
  const find = (list, name) => {
    const wanted = p.StringPrototypeToUpperCase(name);
    for (let i = 0; i < list.length; i++) if (list[i] === wanted) return wanted;
    return undefined;
  };
  const unknown = (name) => fail("NotSupportedError", p.RegExpPrototypeExec(elsewhere, name) === null
    ? "Unrecognized algorithm name"
    : `${name} is not available in the sandbox: crypto.subtle has digest, HMAC, PBKDF2 and HKDF`);
  const algorithmName = (algorithm) => {
    const name = nameOf(algorithm);
    const found = find(known, name);
    if (found === undefined) throw unknown(name);
    return found;
  };
  const hashName = (hash, dictionary) => {
    if (hash === undefined) throw missingOption(dictionary, "hash");
    const name = find(p.ObjectKeys(digests), nameOf(hash));
    if (name === undefined) throw unknown(nameOf(hash));
    return name;
  };
  // A copy: the program may change its bytes before the promise is settled.
  const source = (value, operation, place) => {
    const bytes = checks.bytesOf(value);
    if (bytes === undefined)
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE",
        `${called(operation)}: ${place} argument is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
    return new Uint8Array(bytes);
  };
  const option = (algorithm, name, dictionary) => {
    const value = algorithm[name];
    if (value === undefined) throw missingOption(dictionary, name);
    const bytes = checks.bytesOf(value);
    if (bytes === undefined)
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE",
        `Failed to normalize algorithm: '${name}' of '${dictionary}' is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
    return new Uint8Array(bytes);
  };
  const usagesOf = (value, operation, place) => {
    const usages = p.ArrayFrom(value);
    for (let i = 0; i < usages.length; i++)
      if (!p.ArrayPrototypeIncludes(operations, usages[i]))
        throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE",
          `${called(operation)}: ${place} argument, index ${i} value '${usages[i]}' is not a valid enum value of type KeyUsage.`);
    return usages;
  };

  // ---- keys ----

  const made = p.Symbol("made");
  const slotsOf = (key) => (typeof key === "object" && key !== null ? WeakMapPrototypeGet(cryptoKeys, key) : undefined);
  const own = (key) => {
    const slots = slotsOf(key);
    if (slots === undefined) throw web.invalidThis("CryptoKey");
    return slots;
  };
  class CryptoKey {
    constructor(key) {
      if (key !== made) throw web.illegalConstructor();
    }
    get type() { return own(this).type; }
    get extractable() { return own(this).extractable; }
    get algorithm() { return own(this).algorithm; }
    get usages() { return p.ArrayFrom(own(this).usages); }
  }
  web.publish(CryptoKey, "CryptoKey", ["type", "extractable", "algorithm", "usages"]);
  web.inspects(CryptoKey, (key) => ({
    type: key.type, extractable: key.extractable, algorithm: key.algorithm, usages: key.usages,
  }));
  const makeKey = (bytes, algorithm, extractable, usages) => {
    const key = new CryptoKey(made);
    WeakMapPrototypeSet(cryptoKeys, key, {
      __proto__: null, type: "secret", bytes, algorithm, extractable: !!extractable, usages,
    });
    return key;
  };
  const keyFor = (key, name, usage, operation) => {
    const slots = slotsOf(key);
    if (slots === undefined)
      throw k.codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", `${called(operation)}: 2nd argument is not of type CryptoKey.`);
    if (name !== undefined) {
      const derives = usage === "deriveBits" || usage === "deriveKey";
      if (derives && !p.ArrayPrototypeIncludes(slots.usages, usage))
        throw fail("InvalidAccessError", `baseKey does not have ${usage} usage`);
      if (slots.algorithm.name !== name)
        throw fail("InvalidAccessError", derives ? "Key algorithm mismatch" : `Unable to use this key to ${usage}`);
      if (!p.ArrayPrototypeIncludes(slots.usages, usage))
        throw fail("InvalidAccessError", `Unable to use this key to ${usage}`);
    }
    return slots;
  };

  const hmacKey = (bytes, hash, extractable, usages, length) => {
    const bits = TypedArrayPrototypeGetLength(bytes) * 8;
    if (bits === 0) throw fail("DataError", "Zero-length key is not supported");
    if (length !== undefined && length !== bits) throw fail("DataError", "Invalid key length");
    return makeKey(bytes, { name: "HMAC", hash: { name: hash }, length: bits }, extractable, usages);
  };
  const checkUsages = (usages, allowed, name) => {
    for (let i = 0; i < usages.length; i++)
      if (!p.ArrayPrototypeIncludes(allowed, usages[i]))
        throw fail("SyntaxError", `Unsupported key usage for ${name === "HMAC" ? "an" : "a"} ${name} key`);
  };
  const fromJwk = (data, hash, usages) => {
    if (typeof data !== "object" || data === null || data.kty === undefined) throw fail("DataError", "Invalid keyData");
    if (data.kty !== "oct") throw fail("DataError", 'Invalid JWK "kty" Parameter');
    if (typeof data.k !== "string") throw fail("DataError", "Invalid JWK");
    if (usages.length > 0 && data.use !== undefined && data.use !== "sig")
      throw fail("DataError", 'Invalid JWK "use" Parameter');
    if (data.alg !== undefined && data.alg !== webSignatures[hash])
      throw fail("DataError", 'JWK "alg" does not match the requested algorithm');
    return text.encode(data.k, "base64url");
  };

  // ---- operations: each is checked and done at once, and answers with a promise ----

  const work = {
    __proto__: null,
    digest(algorithm, data) {
      const bytes = source(data, "digest", "2nd");
      const given = nameOf(algorithm);
      const name = find(p.ObjectKeys(digests), given);
      if (name === undefined) throw unknown(given);
      return p.TypedArrayPrototypeGetBuffer(common.digest(digests[name], bytes));
    },
    importKey(format, keyData, algorithm, extractable, keyUsages) {
      if (!p.ArrayPrototypeIncludes(formats, format))
        throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE",
          `${called("importKey")}: 1st argument value '${format}' is not a valid enum value of type KeyFormat.`);
      const raw = format === "jwk" ? undefined : source(keyData, "importKey", "2nd");
      const name = algorithmName(algorithm);
      const usages = usagesOf(keyUsages, "importKey", "5th");
      if (format === "spki" || format === "pkcs8")
        throw fail("NotSupportedError", `Unable to import ${name} key with format ${format}`);
      if (name === "HMAC") {
        const hash = hashName(algorithm.hash, "HmacImportParams");
        checkUsages(usages, ["sign", "verify"], name);
        const bytes = raw ?? fromJwk(keyData, hash, usages);
        const key = hmacKey(bytes, hash, extractable, usages, algorithm.length);
        if (usages.length === 0) throw fail("SyntaxError", "Usages cannot be empty when importing a secret key.");
        return key;
      }
      if (raw === undefined) throw fail("NotSupportedError", `Unable to import ${name} key with format ${format}`);
      checkUsages(usages, ["deriveKey", "deriveBits"], name);
      if (extractable) throw fail("SyntaxError", `${name} keys are not extractable`);
      if (usages.length === 0) throw fail("SyntaxError", "Usages cannot be empty when importing a secret key.");
      return makeKey(raw, { name }, false, usages);
    },
    exportKey(format, key) {
      if (!p.ArrayPrototypeIncludes(formats, format))
        throw k.codeError(p.TypeError, "ERR_INVALID_ARG_VALUE",
          `${called("exportKey")}: 1st argument value '${format}' is not a valid enum value of type KeyFormat.`);
      const slots = keyFor(key, undefined, undefined, "exportKey");
      if (!slots.extractable) throw fail("InvalidAccessError", "key is not extractable");
      if (format === "raw") return p.TypedArrayPrototypeGetBuffer(new Uint8Array(slots.bytes));
      if (format !== "jwk") throw fail("InvalidAccessError", "Unable to export a raw HMAC secret key");
      return {
        key_ops: p.ArrayFrom(slots.usages), ext: true, kty: "oct", k: text.decode(slots.bytes, "base64url"),
        alg: webSignatures[slots.algorithm.hash.name],
      };
    },
    generateKey(algorithm, extractable, keyUsages) {
      const name = algorithmName(algorithm);
      if (name !== "HMAC") throw fail("NotSupportedError", "Unrecognized algorithm name");
      const hash = hashName(algorithm.hash, "HmacKeyGenParams");
      const usages = usagesOf(keyUsages, "generateKey", "3rd");
      let { length } = algorithm;
      if (length === undefined) length = blocks[hash];
      else if (!(length > 0 && length <= 65536)) throw fail("OperationError", "The operation failed for an operation-specific reason");
      else if (length % 8 !== 0) throw checks.invalidValue("algorithm.length", length, "must be a multiple of 8");
      checkUsages(usages, ["sign", "verify"], name);
      if (usages.length === 0) throw fail("SyntaxError", "Usages cannot be empty when creating a key.");
      const bytes = common.random(new Uint8Array(length / 8));
      return makeKey(bytes, { name, length, hash: { name: hash } }, extractable, usages);
    },
    sign(algorithm, key, data) {
      const slots = keyFor(key, algorithmName(algorithm), "sign", "sign");
      const bytes = source(data, "sign", "3rd");
      return p.TypedArrayPrototypeGetBuffer(common.hmac(digests[slots.algorithm.hash.name], slots.bytes, bytes));
    },
    verify(algorithm, key, signature, data) {
      const slots = keyFor(key, algorithmName(algorithm), "verify", "verify");
      const given = source(signature, "verify", "3rd");
      const bytes = source(data, "verify", "4th");
      const right = common.hmac(digests[slots.algorithm.hash.name], slots.bytes, bytes);
      const length = TypedArrayPrototypeGetLength(right);
      if (length !== TypedArrayPrototypeGetLength(given)) return false;
      let difference = 0;
      for (let i = 0; i < length; i++) difference |= right[i] ^ given[i];
      return difference === 0;
    },
    deriveBits(algorithm, baseKey, length) { return derive(algorithm, baseKey, length, "deriveBits"); },
    deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
      const name = algorithmName(derivedKeyAlgorithm);
      const usages = usagesOf(keyUsages, "deriveKey", "5th");
      if (name !== "HMAC") throw fail("NotSupportedError", "Only HMAC keys can be derived in the sandbox");
      const hash = hashName(derivedKeyAlgorithm.hash, "HmacImportParams");
      const length = derivedKeyAlgorithm.length ?? blocks[hash];
      const bits = derive(algorithm, baseKey, length, "deriveKey");
      checkUsages(usages, ["sign", "verify"], name);
      if (usages.length === 0) throw fail("SyntaxError", "Usages cannot be empty when importing a secret key.");
      return hmacKey(new Uint8Array(bits), hash, extractable, usages);
    },
    encrypt(algorithm, key) { return refused(algorithm, key, "encrypt"); },
    decrypt(algorithm, key) { return refused(algorithm, key, "decrypt"); },
    wrapKey(format, key, wrappingKey, algorithm) { return refused(algorithm, key, "wrapKey"); },
    unwrapKey(format, wrapped, key, algorithm) { return refused(algorithm, key, "unwrapKey"); },
  };
  const refused = (algorithm, key, operation) => {
    const name = nameOf(algorithm);
    throw find(known, name) === undefined
      ? unknown(name) : fail("NotSupportedError", `${name} does not support ${operation}`);
  };
  const derive = (algorithm, baseKey, length, usage) => {
    const name = algorithmName(algorithm);
    const slots = keyFor(baseKey, name === "HMAC" ? "" : name, usage, usage);
    const dictionary = name === "PBKDF2" ? "Pbkdf2Params" : "HkdfParams";
    const hash = digests[hashName(algorithm.hash, dictionary)];
    const salt = option(algorithm, "salt", dictionary);
    if (name === "PBKDF2" && algorithm.iterations === undefined) throw missingOption(dictionary, "iterations");
    const info = name === "HKDF" ? option(algorithm, "info", dictionary) : undefined;
    const iterations = name === "PBKDF2" ? p.MathTrunc(+algorithm.iterations) || 0 : 1;
    if (iterations <= 0) throw fail("OperationError", "iterations cannot be zero");
    if (iterations > 2147483647) throw fail("OperationError", "iterations is too large");
    if (length === undefined || length === null) throw fail("OperationError", "length cannot be null");
    length = p.MathTrunc(+length) || 0;
    if (length % 8 !== 0) throw fail("OperationError", "length must be a multiple of 8");
    if (length <= 0) throw fail("OperationError", "length cannot be zero");
    const size = TypedArrayPrototypeGetLength(slots.bytes);
    if (name === "PBKDF2")
      return k.service("digest.pbkdf2", [hash, size, iterations, length / 8], common.join(slots.bytes, salt));
    if (length / 8 > 255 * common.digestSize(hash))
      throw fail("OperationError", "The operation failed for an operation-specific reason");
    return k.service("digest.hkdf", [hash, size, TypedArrayPrototypeGetLength(salt), length / 8],
      common.join(slots.bytes, salt, info));
  };

  // ---- the class ----

  let instance;
  class SubtleCrypto {
    constructor(key) {
      if (key !== made) throw web.illegalConstructor();
    }
  }
  const lengths = {
    __proto__: null, encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2,
    importKey: 4, exportKey: 2, wrapKey: 4, unwrapKey: 7,
  };
  const names = p.ObjectKeys(lengths);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const required = lengths[name];
    const method = { async [name](...args) {
      if (this !== instance) throw web.invalidThis("SubtleCrypto");
      if (args.length < required)
        throw k.codeError(p.TypeError, "ERR_MISSING_ARGS",
          `${called(name)}: ${required} arguments required, but only ${args.length} present.`);
      return p.ReflectApply(work[name], undefined, args);
    } }[name];
    p.ObjectDefineProperty(method, "length", { __proto__: null, value: required, configurable: true });
    k.hidden(SubtleCrypto.prototype, name, method);
  }
  web.publish(SubtleCrypto, "SubtleCrypto", names);

  return {
    __proto__: null, CryptoKey, SubtleCrypto,
    makeSubtle: () => (instance ??= new SubtleCrypto(made)),
  };
})
