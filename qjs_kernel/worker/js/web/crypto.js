(function (k) {
  "use strict";
  // The web's `crypto`: random values, randomUUID, and of `subtle` what Python's hashlib can do (crypto_subtle.js).
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const web = k.load("web/interface");
  const { CryptoKey, SubtleCrypto, makeSubtle } = k.load("internal/crypto_subtle");

  const MOST = 65536; // bytes a call, by the standard
  const integers = {
    __proto__: null, Int8Array: true, Uint8Array: true, Uint8ClampedArray: true, Int16Array: true, Uint16Array: true,
    Int32Array: true, Uint32Array: true, BigInt64Array: true, BigUint64Array: true,
  };
  const made = p.Symbol("made");
  let subtle;

  class Crypto {
    #own = true;
    constructor(key) {
      if (key !== made) throw web.illegalConstructor();
    }
    static is(value) { return typeof value === "object" && value !== null && #own in value; }
    get subtle() {
      check(this);
      return (subtle ??= makeSubtle());
    }
    getRandomValues(array) {
      check(this);
      if (arguments.length < 1)
        throw k.codeError(p.TypeError, "ERR_MISSING_ARGS",
          "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.");
      const type = p.TypedArrayPrototypeGetSymbolToStringTag(array);
      if (type === undefined || integers[type] !== true)
        throw new p.DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
      const length = p.TypedArrayPrototypeGetByteLength(array);
      if (length > MOST)
        throw new p.DOMException("The requested length exceeds 65,536 bytes", "QuotaExceededError");
      common.random(new p.Uint8Array(p.TypedArrayPrototypeGetBuffer(array),
        p.TypedArrayPrototypeGetByteOffset(array), length));
      return array;
    }
    randomUUID() {
      check(this);
      return common.uuid();
    }
  }
  const is = Crypto.is;
  delete Crypto.is;
  const check = (value) => {
    if (!is(value)) throw web.invalidThis("Crypto");
  };
  web.publish(Crypto, "Crypto", ["subtle", "getRandomValues", "randomUUID"]);

  return { __proto__: null, crypto: new Crypto(made), Crypto, CryptoKey, SubtleCrypto };
})
