(function (k) {
  "use strict";
  // What node:crypto has and the sandbox has not: names that can be imported and say why when they are called. The
  // worker's Python has no ciphers and no public-key arithmetic; home-made ones would be slow and unsafe.
  const p = k.primordials;
  const refuse = (name) => {
    throw k.codeError(p.Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
      `crypto.${name} is not available in the sandbox: there are no ciphers, signatures or key pairs. There are ` +
      "createHash, createHmac, pbkdf2, scrypt, hkdf, timingSafeEqual, random bytes and webcrypto with digest and HMAC; " +
      "for more, offer a function of the host (env) that does it.");
  };
  const absent = { __proto__: null };
  const functions = [
    ["checkPrime", 1], ["checkPrimeSync", 1], ["createCipheriv", 4], ["createDecipheriv", 4],
    ["createDiffieHellman", 4], ["createDiffieHellmanGroup", 1], ["createECDH", 1], ["createPrivateKey", 1],
    ["createPublicKey", 1], ["createSign", 2], ["createVerify", 2], ["diffieHellman", 1], ["generateKeyPair", 3],
    ["generateKeyPairSync", 2], ["generatePrime", 3], ["generatePrimeSync", 1], ["getDiffieHellman", 1],
    ["privateDecrypt", 2], ["privateEncrypt", 2], ["publicDecrypt", 2], ["publicEncrypt", 2], ["setEngine", 2],
    ["sign", 4], ["verify", 5], ["Certificate", 0], ["Cipher", 3], ["Cipheriv", 4], ["Decipher", 3],
    ["Decipheriv", 4], ["DiffieHellman", 4], ["DiffieHellmanGroup", 1], ["ECDH", 1], ["Sign", 2], ["Verify", 2],
    ["X509Certificate", 1],
  ];
  for (let i = 0; i < functions.length; i++) {
    const name = functions[i][0];
    // `new` must reach the message, too: no arrow, no method.
    const refusal = function () { refuse(name); };
    p.ObjectDefineProperty(refusal, "name", { __proto__: null, value: name, configurable: true });
    p.ObjectDefineProperty(refusal, "length", { __proto__: null, value: functions[i][1], configurable: true });
    absent[name] = refusal;
  }
  const constants = p.ObjectFreeze({
    __proto__: null,
    OPENSSL_VERSION_NUMBER: 805306672, SSL_OP_ALL: 2147485776, SSL_OP_ALLOW_NO_DHE_KEX: 1024,
    SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION: 262144, SSL_OP_CIPHER_SERVER_PREFERENCE: 4194304,
    SSL_OP_CISCO_ANYCONNECT: 32768, SSL_OP_COOKIE_EXCHANGE: 8192, SSL_OP_CRYPTOPRO_TLSEXT_BUG: 2147483648,
    SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS: 2048, SSL_OP_LEGACY_SERVER_CONNECT: 4, SSL_OP_NO_COMPRESSION: 131072,
    SSL_OP_NO_ENCRYPT_THEN_MAC: 524288, SSL_OP_NO_QUERY_MTU: 4096, SSL_OP_NO_RENEGOTIATION: 1073741824,
    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION: 65536, SSL_OP_NO_SSLv2: 0, SSL_OP_NO_SSLv3: 33554432,
    SSL_OP_NO_TICKET: 16384, SSL_OP_NO_TLSv1: 67108864, SSL_OP_NO_TLSv1_1: 268435456, SSL_OP_NO_TLSv1_2: 134217728,
    SSL_OP_NO_TLSv1_3: 536870912, SSL_OP_PRIORITIZE_CHACHA: 2097152, SSL_OP_TLS_ROLLBACK_BUG: 8388608,
    ENGINE_METHOD_RSA: 1, ENGINE_METHOD_DSA: 2, ENGINE_METHOD_DH: 4, ENGINE_METHOD_RAND: 8, ENGINE_METHOD_EC: 2048,
    ENGINE_METHOD_CIPHERS: 64, ENGINE_METHOD_DIGESTS: 128, ENGINE_METHOD_PKEY_METHS: 512,
    ENGINE_METHOD_PKEY_ASN1_METHS: 1024, ENGINE_METHOD_ALL: 65535, ENGINE_METHOD_NONE: 0,
    DH_CHECK_P_NOT_SAFE_PRIME: 2, DH_CHECK_P_NOT_PRIME: 1, DH_UNABLE_TO_CHECK_GENERATOR: 4,
    DH_NOT_SUITABLE_GENERATOR: 8, RSA_PKCS1_PADDING: 1, RSA_NO_PADDING: 3, RSA_PKCS1_OAEP_PADDING: 4,
    RSA_X931_PADDING: 5, RSA_PKCS1_PSS_PADDING: 6, RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_MAX_SIGN: -2,
    RSA_PSS_SALTLEN_AUTO: -2, TLS1_VERSION: 769, TLS1_1_VERSION: 770, TLS1_2_VERSION: 771, TLS1_3_VERSION: 772,
    POINT_CONVERSION_COMPRESSED: 2, POINT_CONVERSION_UNCOMPRESSED: 4, POINT_CONVERSION_HYBRID: 6,
  });
  return { __proto__: null, absent, constants };
})
