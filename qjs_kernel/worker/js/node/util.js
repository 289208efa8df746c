(function (k) {
  "use strict";
  // node:util. What is rarely used lies in files of its own and is loaded when it is read.
  const p = k.primordials;
  const {
    ArrayIsArray, ArrayPrototypePop, ArrayPrototypePush, FunctionPrototypeBind, ObjectDefineProperty,
    ObjectGetPrototypeOf, ObjectKeys, ObjectPrototypeToString, ObjectSetPrototypeOf, Promise, ReflectApply,
    ReflectConstruct, RegExp, RegExpPrototypeExec, String, StringPrototypePadStart, StringPrototypeReplaceAll,
    StringPrototypeToUpperCase, StringPrototypeToWellFormed,
  } = p;
  const checks = k.load("internal/util_checks");
  const { checkFunction, checkString, codeError, copyDescriptors, nextTick, wrongType } = checks;
  const types = k.load("internal/util_types");
  const { colors, styles, styleText, stripVTControlCharacters } = k.load("internal/util_style");
  const { inspect, format, formatWithOptions } = k;

  // ---- inspect ----

  // The defaults of inspect itself: what a program sets holds for console.log too, as in Node. Sealed, so that
  // inspect finds nothing but values there.
  const defaults = k.inspectDefaults ?? {
    showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
    maxStringLength: 10_000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
  };
  p.ObjectSeal(ObjectSetPrototypeOf(defaults, p.Object.prototype));
  const define = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  define(inspect, "colors", colors);
  define(inspect, "styles", styles);
  ObjectDefineProperty(inspect, "defaultOptions", {
    __proto__: null, enumerable: false, configurable: true,
    get: () => defaults,
    set: (options) => {
      checks.checkObject(options, "options");
      p.ObjectAssign(defaults, options);
    },
  });

  // ---- callbacks and promises ----

  const customPromisify = p.SymbolFor("nodejs.util.promisify.custom");

  // The timers get their promise versions when node:timers is loaded.
  const customOf = (original) => {
    const timers = k.timers;
    if (original === timers.setTimeout || original === timers.setImmediate) k.builtin("timers");
    return original[customPromisify];
  };
  const setCustom = (fn) => ObjectDefineProperty(fn, customPromisify, {
    __proto__: null, value: fn, enumerable: false, writable: false, configurable: true,
  });

  function promisify(original) {
    checkFunction(original, "original");
    const custom = customOf(original);
    if (custom) {
      checkFunction(custom, "util.promisify.custom");
      return setCustom(custom);
    }
    const names = original[checks.promisifyArgs]; // for callbacks with more than one result, as that of fs.read
    function fn(...args) {
      return new Promise((resolve, reject) => {
        ArrayPrototypePush(args, (error, ...values) => {
          if (error) reject(error);
          else if (names !== undefined && values.length > 1) {
            const result = {};
            for (let i = 0; i < names.length; i++) define(result, names[i], values[i]);
            resolve(result);
          } else resolve(values[0]);
        });
        ReflectApply(original, this, args);
      });
    }
    ObjectSetPrototypeOf(fn, ObjectGetPrototypeOf(original));
    return copyDescriptors(setCustom(fn), original);
  }
  promisify.custom = customPromisify;

  const falsyRejection = (reason) => {
    const error = codeError(p.Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
    error.reason = reason;
    return error;
  };
  function callbackify(original) {
    checkFunction(original, "original");
    function callbackified(...args) {
      const last = ArrayPrototypePop(args);
      if (typeof last !== "function") {
        const { message } = k.invalidArgType("x", "of type function", last);
        throw codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", `The last argument${p.StringPrototypeSlice(message, 16)}`);
      }
      const callback = FunctionPrototypeBind(last, this);
      // On a tick of its own: what the callback throws must not become a rejection.
      ReflectApply(original, this, args).then(
        (value) => { nextTick(callback, null, value); },
        (reason) => { nextTick(callback, reason || falsyRejection(reason)); },
      );
    }
    return copyDescriptors(callbackified, original, (key, found) => {
      if (key === "length" && typeof found.value === "number") found.value++;
      if (key === "name" && typeof found.value === "string") found.value += "Callbackified";
      return found;
    });
  }

  async function aborted(signal, resource) {
    if (signal === undefined) throw wrongType("signal", "an instance of AbortSignal", signal);
    checks.checkSignal(signal, "signal");
    if (typeof resource !== "object" && typeof resource !== "function" || resource === null)
      throw wrongType("resource", "of type object", resource);
    if (signal.aborted) return undefined;
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => { resolve(); }, { __proto__: null, once: true });
    });
  }

  // ---- classes, deprecation, debugging ----

  function inherits(ctor, superCtor) {
    if (ctor === undefined || ctor === null) throw wrongType("ctor", "of type function", ctor);
    if (superCtor === undefined || superCtor === null) throw wrongType("superCtor", "of type function", superCtor);
    if (superCtor.prototype === undefined)
      throw wrongType("superCtor.prototype", "of type object", superCtor.prototype);
    ObjectDefineProperty(ctor, "super_", { __proto__: null, value: superCtor, writable: true, configurable: true });
    ObjectSetPrototypeOf(ctor.prototype, superCtor.prototype);
  }

  const warnedCodes = new p.Set();
  function deprecate(fn, message, code) {
    if (code !== undefined) checkString(code, "code");
    let warned = false;
    function deprecated(...args) {
      if (!warned && !k.process?.noDeprecation) {
        warned = true;
        if (code === undefined || !p.SetPrototypeHas(warnedCodes, code)) {
          if (code !== undefined) p.SetPrototypeAdd(warnedCodes, code);
          checks.warn(message, "DeprecationWarning", code);
        }
      }
      return new.target ? ReflectConstruct(fn, args, new.target) : ReflectApply(fn, this, args);
    }
    ObjectSetPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
    return deprecated;
  }

  // NODE_DEBUG names what is written: "fs,net", with `*` for anything.
  const debugPattern = () => {
    const names = k.process?.env?.NODE_DEBUG;
    if (typeof names !== "string" || names === "") return undefined;
    const escaped = k.text.replaceMatches(/[|\\{}()[\]^$+?.]/g, names, (character) => `\\${character}`);
    return new RegExp(`^${StringPrototypeReplaceAll(StringPrototypeReplaceAll(escaped, "*", ".*"), ",", "$|^")}$`, "i");
  };
  function debuglog(set, callback) {
    let name;
    let state; // undefined until it is asked for
    const isEnabled = () => {
      if (state === undefined) {
        name = StringPrototypeToUpperCase(set);
        const pattern = debugPattern();
        state = pattern !== undefined && RegExpPrototypeExec(pattern, name) !== null;
      }
      return state;
    };
    const write = (...args) => {
      if (isEnabled()) k.write(2, `${name} ${k.process?.pid ?? 1}: ${format(...args)}\n`);
    };
    let announced = false;
    const logger = (...args) => {
      if (!announced) {
        announced = true;
        if (typeof callback === "function") callback(write);
      }
      write(...args);
    };
    ObjectDefineProperty(logger, "enabled", { __proto__: null, get: isEnabled, configurable: true, enumerable: true });
    return logger;
  }

  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  function log(...args) {
    const now = new p.Date();
    const two = (number) => StringPrototypePadStart(String(number), 2, "0");
    const time = `${two(p.DatePrototypeGetHours(now))}:${two(p.DatePrototypeGetMinutes(now))}:${two(p.DatePrototypeGetSeconds(now))}`;
    p.globalThis.console.log("%s - %s", `${p.DatePrototypeGetDate(now)} ${months[p.DatePrototypeGetMonth(now)]} ${time}`,
      format(...args));
  }

  const isError = (value) => ObjectPrototypeToString(value) === "[object Error]" || value instanceof p.Error;

  // In the order in which Node lists them.
  const util = {
    _errnoException: (...args) => k.load("internal/util_system")._errnoException(...args),
    _exceptionWithHostPort: (...args) => k.load("internal/util_system")._exceptionWithHostPort(...args),
    _extend: function _extend(target, source) {
      if (source === null || typeof source !== "object") return target;
      const keys = ObjectKeys(source);
      for (let i = keys.length - 1; i >= 0; i--) target[keys[i]] = source[keys[i]];
      return target;
    },
    callbackify,
    debug: debuglog,
    debuglog,
    deprecate,
    format,
    styleText,
    formatWithOptions,
    getSystemErrorMap: () => k.load("internal/util_system").getSystemErrorMap(),
    getSystemErrorName: (number) => k.load("internal/util_system").getSystemErrorName(number),
    inherits,
    inspect,
    isArray: ArrayIsArray,
    isBoolean: (value) => typeof value === "boolean",
    isBuffer: (value) => k.builtin("buffer").Buffer.isBuffer(value),
    isDeepStrictEqual: (a, b) => k.load("internal/equal").isDeepStrictEqual(a, b),
    isNull: (value) => value === null,
    isNullOrUndefined: (value) => value === null || value === undefined,
    isNumber: (value) => typeof value === "number",
    isString: (value) => typeof value === "string",
    isSymbol: (value) => typeof value === "symbol",
    isUndefined: (value) => value === undefined,
    isRegExp: types.isRegExp,
    isObject: (value) => typeof value === "object" && value !== null,
    isDate: types.isDate,
    isError,
    isFunction: (value) => typeof value === "function",
    isPrimitive: (value) => value === null || (typeof value !== "object" && typeof value !== "function"),
    log,
    promisify,
    stripVTControlCharacters,
    toUSVString: (value) => StringPrototypeToWellFormed(`${value}`),
    // Nothing is transferred anywhere: they are what they would be at the other end.
    transferableAbortSignal: (signal) => {
      checks.checkSignal(signal ?? null, "signal");
      return signal;
    },
    transferableAbortController: () => new (k.load("web/abort").AbortController)(),
    aborted,
    types,
    parseEnv: (content) => k.load("internal/util_env")(content),
    parseArgs: (config) => k.load("internal/util_parse_args")(config),
  };
  const lazily = (name, file) => k.lazy(util, name, () => k.load(file)[name], true);
  lazily("TextDecoder", "web/encoding");
  lazily("TextEncoder", "web/encoding");
  lazily("MIMEType", "internal/util_mime");
  lazily("MIMEParams", "internal/util_mime");
  return util;
})
