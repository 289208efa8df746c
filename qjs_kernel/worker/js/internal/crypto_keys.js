(function (k) {
  "use strict";
  // Secret keys: KeyObject of type "secret", and the bytes behind it and behind a CryptoKey. There are no key pairs.
  const p = k.primordials;
  const checks = k.load("internal/buffer_checks");
  const text = k.load("internal/buffer_text");
  const common = k.load("internal/crypto_common");
  const { invalidType } = checks;
  const { TypedArrayPrototypeGetLength, Uint8Array, WeakMap, WeakMapPrototypeGet, WeakMapPrototypeSet } = p;

  const secrets = new WeakMap(); // KeyObject → Uint8Array
  const cryptoKeys = new WeakMap(); // CryptoKey → its slots, kept by crypto_subtle.js
  const made = p.Symbol("made");

  const secretOf = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    return WeakMapPrototypeGet(secrets, value) ?? WeakMapPrototypeGet(cryptoKeys, value)?.bytes;
  };
  // The bytes of a key however it is given, as a copy: a program may overwrite its own.
  const secretBytes = (value, name, encoding) => {
    if (typeof value === "string") return common.encode(value, encoding);
    const secret = secretOf(value);
    if (secret !== undefined) return secret;
    const bytes = checks.bytesOf(value);
    if (bytes === undefined)
      throw invalidType(name, "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey", value);
    return new Uint8Array(bytes);
  };

  class KeyObject {
    constructor(type, key) {
      if (key !== made) {
        if (type !== "secret" && type !== "public" && type !== "private") throw checks.invalidValue("type", type);
        throw invalidType("handle", "of type object", key);
      }
    }
    get type() { return "secret"; }
    static from(key) {
      const slots = typeof key === "object" && key !== null ? WeakMapPrototypeGet(cryptoKeys, key) : undefined;
      if (slots === undefined) throw invalidType("key", "an instance of CryptoKey", key);
      return secretKey(slots.bytes);
    }
    equals(otherKeyObject) {
      const other = typeof otherKeyObject === "object" && otherKeyObject !== null
        ? WeakMapPrototypeGet(secrets, otherKeyObject) : undefined;
      if (other === undefined) throw invalidType("otherKeyObject", "an instance of KeyObject", otherKeyObject);
      return text.equals(secretOf(this), other);
    }
  }
  p.ObjectDefineProperty(KeyObject.prototype, p.SymbolToStringTag,
    { __proto__: null, value: "KeyObject", configurable: true });
  class SecretKeyObject extends KeyObject {
    get symmetricKeySize() { return TypedArrayPrototypeGetLength(secretOf(this)); }
    export(options) {
      if (options !== undefined) {
        checks.checkObject(options, "options");
        if (options.format !== undefined && options.format !== "buffer" && options.format !== "jwk")
          throw checks.invalidValue("options.format", options.format,
            "must be one of: undefined, 'buffer', 'jwk'");
        if (options.format === "jwk") return { kty: "oct", k: text.decode(secretOf(this), "base64url") };
      }
      return common.bufferOf(new Uint8Array(secretOf(this)));
    }
  }
  const secretKey = (bytes) => {
    const key = new SecretKeyObject("secret", made);
    WeakMapPrototypeSet(secrets, key, new Uint8Array(bytes));
    return key;
  };

  const randomKey = (type, options) => {
    checks.checkString(type, "type");
    checks.checkObject(options, "options");
    const { length } = options;
    if (type === "hmac") checks.checkInteger(length, "options.length", 8, 2147483647);
    else if (type !== "aes") throw checks.invalidValue("type", type, "must be a supported key type");
    else if (length !== 128 && length !== 192 && length !== 256)
      throw checks.invalidValue("options.length", length, "must be one of: 128, 192, 256");
    return secretKey(common.random(new Uint8Array(p.MathFloor(length / 8))));
  };

  return {
    __proto__: null, KeyObject, cryptoKeys, secretBytes, secretOf,
    createSecretKey(key, encoding) {
      if (typeof key === "string") return secretKey(common.encode(key, encoding));
      const bytes = checks.bytesOf(key);
      if (bytes === undefined)
        throw invalidType("key", "an instance of ArrayBuffer, Buffer, TypedArray, or DataView", key);
      return secretKey(bytes);
    },
    generateKeySync(type, options) { return randomKey(type, options); },
    generateKey(type, options, callback) {
      checks.checkFunction(callback, "callback");
      const key = randomKey(type, options);
      common.later(() => key, callback);
    },
  };
})
