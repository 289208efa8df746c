(function (k) {
  "use strict";
  // pbkdf2, scrypt, hkdf: their checks; the work is done by the service "digest", which also bounds its memory.
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const checks = k.load("internal/buffer_checks");
  const keys = k.load("internal/crypto_keys");
  const { checkFunction, checkInteger, checkString, invalidType } = checks;
  const { TypedArrayPrototypeGetLength: lengthOf, Uint8Array } = p;

  const INT = 2147483647;
  const UINT = 4294967295;

  const source = (value, name, expected = "ArrayBuffer, Buffer, TypedArray, or DataView") => {
    if (typeof value === "string") return common.encode(value);
    const bytes = checks.bytesOf(value);
    if (bytes === undefined) throw invalidType(name, `of type string or an instance of ${expected}`, value);
    return new Uint8Array(bytes);
  };
  const buffer = (made) => common.bufferOf(common.answerBytes(made));

  const pbkdf2 = (password, salt, iterations, keylen, digest) => {
    checkString(digest, "digest");
    password = source(password, "password");
    salt = source(salt, "salt");
    checkInteger(iterations, "iterations", 1, INT);
    checkInteger(keylen, "keylen", 0, INT);
    const name = common.fixedDigest(digest);
    const data = common.join(password, salt);
    const args = [name, lengthOf(password), iterations, keylen];
    return () => buffer(keylen === 0 ? new Uint8Array(0) : k.service("digest.pbkdf2", args, data));
  };

  const option = (options, name, other, fallback) => {
    let value = options[name];
    if (value !== undefined) checkInteger(value, name, 0, UINT);
    if (options[other] !== undefined) {
      if (value !== undefined)
        throw k.codeError(p.Error, "ERR_CRYPTO_SCRYPT_INVALID_PARAMETER", "Invalid scrypt parameter");
      value = options[other];
      checkInteger(value, other, 0, UINT);
    }
    return value || fallback;
  };
  const scrypt = (password, salt, keylen, options) => {
    password = source(password, "password");
    salt = source(salt, "salt");
    checkInteger(keylen, "keylen", 0, INT);
    const given = options ?? {};
    const N = option(given, "N", "cost", 16384);
    const r = option(given, "r", "blockSize", 8);
    const parallel = option(given, "p", "parallelization", 1);
    let maxmem = 32 * 1024 * 1024;
    if (given.maxmem !== undefined) {
      checkInteger(given.maxmem, "maxmem", 0);
      maxmem = given.maxmem || maxmem;
    }
    const data = common.join(password, salt);
    const args = [lengthOf(password), N, r, parallel, maxmem, keylen];
    return () => buffer(k.service("digest.scrypt", args, data));
  };

  const hkdf = (digest, ikm, salt, info, length) => {
    checkString(digest, "digest");
    const key = keys.secretOf(ikm) ?? source(ikm, "ikm", "SecretKeyObject, ArrayBuffer, TypedArray, DataView, or Buffer");
    salt = source(salt, "salt", "ArrayBuffer, TypedArray, DataView, or Buffer");
    info = source(info, "info", "ArrayBuffer, TypedArray, DataView, or Buffer");
    checkInteger(length, "length", 0, 4294967296);
    if (lengthOf(info) > 1024)
      throw checks.outOfRange("info", "must not contain more than 1024 bytes", lengthOf(info));
    const name = common.fixedDigest(digest);
    if (length > 255 * common.digestSize(name))
      throw k.codeError(p.RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    const data = common.join(key, salt, info);
    const args = [name, lengthOf(key), lengthOf(salt), length];
    return () => (length === 0 ? new p.ArrayBuffer(0) : k.service("digest.hkdf", args, data));
  };

  return {
    __proto__: null,
    hkdf(digest, ikm, salt, info, length, callback) {
      const work = hkdf(digest, ikm, salt, info, length);
      checkFunction(callback, "callback");
      common.later(work, callback);
    },
    hkdfSync(digest, ikm, salt, info, length) { return hkdf(digest, ikm, salt, info, length)(); },
    pbkdf2(password, salt, iterations, keylen, digest, callback) {
      if (typeof digest === "function") {
        callback = digest;
        digest = undefined;
      }
      const work = pbkdf2(password, salt, iterations, keylen, digest);
      checkFunction(callback, "callback");
      common.later(work, callback);
    },
    pbkdf2Sync(password, salt, iterations, keylen, digest) { return pbkdf2(password, salt, iterations, keylen, digest)(); },
    scrypt(password, salt, keylen, options, callback) {
      if (callback === undefined) {
        callback = options;
        options = undefined;
      }
      const work = scrypt(password, salt, keylen, options);
      checkFunction(callback, "callback");
      common.later(work, callback);
    },
    scryptSync(password, salt, keylen, options) { return scrypt(password, salt, keylen, options)(); },
  };
})
