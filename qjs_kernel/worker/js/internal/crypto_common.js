(function (k) {
  "use strict";
  // What the parts of node:crypto and the web's crypto share: bytes of arguments, digests by name, late callbacks.
  const p = k.primordials;
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const { TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array } = p;
  // Work is done at once, as there is one thread; a callback comes in a later turn all the same, as in Node.
  const { setImmediate } = p.globalThis;

  const bufferOf = (bytes) => k.load("node/buffer").Buffer.from(
    TypedArrayPrototypeGetBuffer(bytes), p.TypedArrayPrototypeGetByteOffset(bytes), TypedArrayPrototypeGetLength(bytes));
  const encode = (string, encoding) => text.encode(string, text.encodingName(encoding ?? "utf8") ?? "utf8");

  // Bytes with others before them, for a service call, which carries one piece.
  const join = (...parts) => {
    let length = 0;
    for (let i = 0; i < parts.length; i++) length += TypedArrayPrototypeGetLength(parts[i]);
    const whole = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < parts.length; i++) {
      TypedArrayPrototypeSet(whole, parts[i], at);
      at += TypedArrayPrototypeGetLength(parts[i]);
    }
    return whole;
  };

  const canonical = {
    __proto__: null, md5: "md5", "md5-sha1": "md5-sha1", sha1: "sha1", sha224: "sha224", sha256: "sha256",
    sha384: "sha384", sha512: "sha512", "sha512-224": "sha512-224", "sha512-256": "sha512-256",
    "sha3-224": "sha3-224", "sha3-256": "sha3-256", "sha3-384": "sha3-384", "sha3-512": "sha3-512",
    blake2b512: "blake2b512", blake2s256: "blake2s256", ripemd160: "ripemd160", sm3: "sm3", shake128: "shake128",
    shake256: "shake256",
    // OpenSSL's other names.
    "sha-1": "sha1", "sha-224": "sha224", "sha2-224": "sha224", "sha-256": "sha256", "sha2-256": "sha256",
    "sha-384": "sha384", "sha2-384": "sha384", "sha-512": "sha512", "sha2-512": "sha512", "ssl3-md5": "md5",
    "sha-512/224": "sha512-224", "sha2-512/224": "sha512-224", "sha-512/256": "sha512-256",
    "sha2-512/256": "sha512-256",
    "ssl3-sha1": "sha1", "rsa-sha1-2": "sha1", rmd160: "ripemd160", ripemd: "ripemd160", "ripemd-160": "ripemd160",
    ripemd160withrsa: "ripemd160", "blake2b-512": "blake2b512", "blake2s-256": "blake2s256", "shake-128": "shake128",
    "shake-256": "shake256", "sha512-224withrsaencryption": "sha512-224", "sha512-256withrsaencryption": "sha512-256",
    "rsa-sha512/224": "sha512-224", "rsa-sha512/256": "sha512-256",
  };
  const plain = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3"];
  for (let i = 0; i < plain.length; i++) {
    canonical[`rsa-${plain[i]}`] = plain[i];
    canonical[`${plain[i]}withrsaencryption`] = plain[i];
  }
  canonical["rsa-ripemd160"] = "ripemd160";
  const third = ["sha3-224", "sha3-256", "sha3-384", "sha3-512"];
  for (let i = 0; i < third.length; i++) {
    canonical[`rsa-${third[i]}`] = third[i];
    canonical[`id-rsassa-pkcs1-v1_5-with-${third[i]}`] = third[i];
  }
  // Bytes of each digest that this sandbox has: one question, whose answer never changes.
  let sizes;
  const digestSize = (name) => {
    if (sizes === undefined) sizes = k.text.bare(k.service("digest.sizes", []));
    return sizes[name];
  };
  const digestName = (name) => {
    const known = canonical[p.StringPrototypeToLowerCase(name)];
    return known !== undefined && digestSize(known) !== undefined ? known : undefined;
  };
  const extendable = (name) => name === "shake128" || name === "shake256";
  const invalidDigest = (name) =>
    k.codeError(p.TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
  // For keyed uses, where a digest without a length of its own will not do.
  const fixedDigest = (name) => {
    const known = digestName(name);
    if (known === undefined || extendable(known)) throw invalidDigest(name);
    return known;
  };
  const listed = [
    "RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256",
    "RSA-SHA3-384", "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3",
    "blake2b512", "blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224", "id-rsassa-pkcs1-v1_5-with-sha3-256",
    "id-rsassa-pkcs1-v1_5-with-sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512", "md5", "md5-sha1",
    "md5WithRSAEncryption", "ripemd", "ripemd160", "ripemd160WithRSA", "rmd160", "sha1", "sha1WithRSAEncryption",
    "sha224", "sha224WithRSAEncryption", "sha256", "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384",
    "sha3-512", "sha384", "sha384WithRSAEncryption", "sha512", "sha512-224", "sha512-224WithRSAEncryption",
    "sha512-256", "sha512-256WithRSAEncryption", "sha512WithRSAEncryption", "shake128", "shake256", "sm3",
    "sm3WithRSAEncryption", "ssl3-md5", "ssl3-sha1",
  ];
  const getHashes = () => p.ArrayPrototypeFilter(listed, (name) => digestName(name) !== undefined);

  // Short answers come as hexadecimal digits, longer ones as bytes.
  const answerBytes = (answer) => (typeof answer === "string" ? p.Uint8ArrayFromHex(answer) : new Uint8Array(answer));
  const digest = (name, data, length) => answerBytes(k.service("digest.hash", [name, length ?? null], data));
  const hmac = (name, key, data) =>
    answerBytes(k.service("digest.hmac", [name, TypedArrayPrototypeGetLength(key)], join(key, data)));

  const random = (bytes) => {
    const count = TypedArrayPrototypeGetLength(bytes);
    if (count === 0) return bytes;
    const fresh = count <= 64
      ? p.Uint8ArrayFromHex(k.service("chance.hex", [count])) : new Uint8Array(k.service("chance.bytes", [count]));
    TypedArrayPrototypeSet(bytes, fresh);
    return bytes;
  };

  const uuid = () => {
    const bytes = random(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const digits = p.Uint8ArrayPrototypeToHex(bytes);
    const cut = (from, to) => p.StringPrototypeSlice(digits, from, to);
    return `${cut(0, 8)}-${cut(8, 12)}-${cut(12, 16)}-${cut(16, 20)}-${cut(20)}`;
  };

  // Runs `work` in a later turn and gives what it returns to a callback in Node's style.
  const later = (work, callback) => {
    setImmediate(() => {
      let value;
      try {
        value = work();
      } catch (error) {
        callback(error);
        return;
      }
      callback(null, value);
    });
  };

  return {
    __proto__: null, bufferOf, encode, join, digestSize, digestName, fixedDigest, extendable, getHashes, digest, hmac,
    random, uuid, later, invalidDigest, answerBytes, bytesOf: checks.bytesOf,
  };
})
