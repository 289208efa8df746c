(function (k) {
  "use strict";
  // Argument checks with Node's messages and codes, and the errors that events, util and assert share.
  const p = k.primordials;
  const { ArrayIsArray, NumberIsInteger, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor } = p;
  const { invalidArgType } = k;

  const codeError = (Base, code, message) => k.codeError(Base, code, message);
  const outOfRange = (name, range, value) => {
    let received;
    if (typeof value === "bigint" || (NumberIsInteger(value) && p.MathAbs(value) > 2 ** 32))
      received = k.inspect(value, { __proto__: null, numericSeparator: true });
    else received = k.inspect(value);
    return codeError(p.RangeError, "ERR_OUT_OF_RANGE",
      `The value of "${name}" is out of range. It must be ${range}. Received ${received}`);
  };
  const invalidArgValue = (name, value, reason = "is invalid") => {
    let text = k.inspect(value);
    if (text.length > 128) text = `${p.StringPrototypeSlice(text, 0, 128)}...`;
    const kind = p.StringPrototypeIncludes(name, ".") ? "property" : "argument";
    return codeError(p.TypeError, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${text}`);
  };
  // k.invalidArgType says "argument"; a dotted name is a property.
  const wrongType = (name, expected, value) => {
    const error = invalidArgType(name, expected, value);
    if (!p.StringPrototypeIncludes(name, ".")) return error;
    const message = `The "${name}" property${p.StringPrototypeSlice(error.message, name.length + 15)}`;
    return codeError(p.TypeError, "ERR_INVALID_ARG_TYPE", message);
  };

  const needs = (type) => (value, name) => {
    if (typeof value !== type) throw wrongType(name, `of type ${type}`, value);
  };
  const checkFunction = needs("function");
  const checkString = needs("string");
  const checkBoolean = needs("boolean");
  const checkNumber = (value, name, min) => {
    if (typeof value !== "number") throw wrongType(name, "of type number", value);
    if (min !== undefined && (value < min || value !== value)) throw outOfRange(name, `>= ${min}`, value);
  };
  const checkInteger = (value, name, min, max = 2 ** 53 - 1) => {
    if (typeof value !== "number") throw wrongType(name, "of type number", value);
    if (!NumberIsInteger(value)) throw outOfRange(name, "an integer", value);
    if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  };
  const checkObject = (value, name) => {
    if (typeof value !== "object" || value === null || ArrayIsArray(value))
      throw wrongType(name, "of type object", value);
  };
  const checkSignal = (value, name) => {
    if (value !== undefined && (value === null || typeof value !== "object" || !("aborted" in value)))
      throw wrongType(name, "an instance of AbortSignal", value);
  };
  const missingArgs = (...names) => {
    let text = "";
    for (let i = 0; i < names.length; i++)
      text += (i === 0 ? "" : i < names.length - 1 ? ", " : names.length > 2 ? ", and " : " and ") + `"${names[i]}"`;
    return codeError(p.TypeError, "ERR_MISSING_ARGS",
      `The ${text} argument${names.length > 1 ? "s" : ""} must be specified`);
  };

  // A warning, as `process.emitWarning` writes it; programs replace that function to see what they are told.
  const warn = (text, name, code) => {
    const { process } = k;
    if (typeof process?.emitWarning === "function") process.emitWarning(text, name, code);
    else k.write(2, `(node:1) ${code === undefined ? "" : `[${code}] `}${name}: ${text}\n`);
  };
  const warnWith = (error) => {
    const { process } = k;
    if (typeof process?.emitWarning === "function") process.emitWarning(error);
    else k.write(2, `(node:1) ${error.name}: ${error.message}\n`);
  };

  const nextTick = (callback, ...args) => {
    if (typeof k.process?.nextTick === "function") k.process.nextTick(callback, ...args);
    else p.queueMicrotask(() => { p.ReflectApply(callback, undefined, args); });
  };

  const hide = (target, key, value) =>
    ObjectDefineProperty(target, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  // Own properties of `source`, descriptors and all, put on `target`.
  const copyDescriptors = (target, source, change) => {
    const keys = p.ReflectOwnKeys(source);
    for (let i = 0; i < keys.length; i++) {
      const found = p.ObjectSetPrototypeOf(ObjectGetOwnPropertyDescriptor(source, keys[i]), null);
      ObjectDefineProperty(target, keys[i], change === undefined ? found : change(keys[i], found));
    }
    return target;
  };

  return {
    __proto__: null, codeError, outOfRange, invalidArgValue, wrongType, checkFunction, checkString, checkBoolean,
    checkNumber, checkInteger, checkObject, checkSignal, missingArgs, warn, warnWith, nextTick, hide,
    copyDescriptors, promisifyArgs: p.Symbol("customPromisifyArgs"),
  };
})
