(function (k) {
  "use strict";
  // `navigator`: what programs look at to find out where they run.
  const p = k.primordials;
  const key = {};
  class Navigator {
    constructor(given) { if (given !== key) throw k.codeError(p.TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor"); }
    get userAgent() { return "qjs_kernel (QuickJS) Node.js/20"; }
    get hardwareConcurrency() { return 1; }
    get language() { return "en-US"; }
    get languages() { return ["en-US"]; }
    get platform() { return "linux"; }
    get onLine() { return false; }
  }
  return { __proto__: null, Navigator, navigator: new Navigator(key) };
})
