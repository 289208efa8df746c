(function (k) {
  "use strict";
  // The module `crypto`: its parts lie in js/internal/crypto_*.js, the web's part in js/web/crypto.js.
  const p = k.primordials;
  const common = k.load("internal/crypto_common");
  const hashes = k.load("internal/crypto_hash");
  const keys = k.load("internal/crypto_keys");
  const random = k.load("internal/crypto_random");
  const derive = k.load("internal/crypto_derive");
  const { absent, constants } = k.load("internal/crypto_absent");
  const web = () => k.load("web/crypto").crypto;

  const module = {};
  const add = (from, names) => {
    for (let i = 0; i < names.length; i++)
      p.ObjectDefineProperty(module, names[i], {
        __proto__: null, value: from[names[i]], writable: true, enumerable: true, configurable: true,
      });
  };
  add(absent, p.ObjectKeys(absent));
  add(hashes, ["createHash", "createHmac", "hash", "Hash", "Hmac"]);
  add(keys, ["createSecretKey", "generateKey", "generateKeySync", "KeyObject"]);
  add(random, p.ObjectKeys(random));
  add(derive, p.ObjectKeys(derive));
  const rest = {
    getHashes() { return common.getHashes(); },
    getCiphers() { return []; },
    getCurves() { return []; },
    getCipherInfo() { return undefined; },
    getFips() { return 0; },
    setFips(value) {
      if (value) throw k.codeError(p.Error, "ERR_CRYPTO_FIPS_UNAVAILABLE", "Cannot set FIPS mode in a non-FIPS build.");
    },
    secureHeapUsed() { return { total: 0, used: 0, utilization: 0, min: 2 }; },
    getRandomValues(array) { return web().getRandomValues(array); },
    constants,
  };
  add(rest, p.ObjectKeys(rest));
  k.lazy(module, "webcrypto", web, true);
  k.lazy(module, "subtle", () => web().subtle, true);
  // Old names of randomBytes, which Node does not list.
  const old = ["prng", "pseudoRandomBytes", "rng"];
  for (let i = 0; i < old.length; i++) k.hidden(module, old[i], random.randomBytes);
  return module;
})
