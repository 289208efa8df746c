(function (k) {
  "use strict";
  // node:assert and, as its `strict`, node:assert/strict.
  //
  // One message differs from Node's: `assert(x)` cannot read the line of the program that called it, so the value
  // stands where Node puts the source text.
  const p = k.primordials;
  const {
    ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, NumberIsNaN, ObjectAssign,
    ObjectFreeze, ObjectIs, ObjectKeys, ObjectPrototypeIsPrototypeOf, ReflectApply, RegExpPrototypeExec, String,
    StringPrototypeIndexOf, StringPrototypeSlice,
  } = p;
  const { kindOf } = k.kinds;
  const { splitLines } = k.text;
  const { isDeepEqual, isDeepStrictEqual } = k.load("internal/equal");
  const AssertionError = k.load("internal/util_assertion");
  const { checkFunction, checkInteger, codeError, invalidArgValue, missingArgs, warn, wrongType } =
    k.load("internal/util_checks");

  const isError = (value) => p.ErrorIsError(value) || value instanceof p.Error;
  const isRegExp = (value) => typeof value === "object" && value !== null && kindOf(value) === "RegExp";
  const inspect = (value) => k.inspect(value);

  const fails = (actual, expected, message, operator, stackStartFn) => {
    if (isError(message)) throw message;
    throw new AssertionError({ actual, expected, message, operator, stackStartFn });
  };
  // An assertion error whose message was made here and not by the caller.
  const generated = (options, own) => {
    const error = new AssertionError(options);
    error.generatedMessage = own;
    return error;
  };

  // ---- values ----

  const needTwo = (count) => {
    if (count < 2) throw missingArgs("actual", "expected");
  };

  const checkTruth = (start, name, args) => {
    const value = args[0];
    if (value) return;
    let message = args[1];
    let own = false;
    if (args.length === 0) {
      own = true;
      message = "No value argument passed to `assert.ok()`";
    } else if (message === undefined || message === null) {
      own = true;
      message = `The expression evaluated to a falsy value:\n\n  ${name}(${k.inspectSafe(value, { __proto__: null, maxLength: 100 })})\n`;
    } else if (isError(message)) throw message;
    throw generated({ actual: value, expected: true, message, operator: "==", stackStartFn: start }, own);
  };
  function ok(...args) {
    checkTruth(ok, "assert.ok", args);
  }
  const assert = ok;

  let warnedOfFail = false;
  assert.fail = function fail(actual, expected, message, operator, stackStartFn) {
    const count = arguments.length;
    let own = false;
    if ((actual === undefined || actual === null) && count <= 1) {
      own = true;
      message = "Failed";
    } else if (count === 1) {
      message = actual;
      actual = undefined;
    } else {
      if (!warnedOfFail) {
        warnedOfFail = true;
        warn("assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.",
          "DeprecationWarning", "DEP0094");
      }
      if (count === 2) operator = "!=";
    }
    if (isError(message)) throw message;
    const error = new AssertionError({
      actual, expected, operator: operator === undefined ? "fail" : operator, stackStartFn: stackStartFn || fail, message,
    });
    if (own) error.generatedMessage = true;
    throw error;
  };
  assert.AssertionError = AssertionError;
  assert.ok = ok;

  assert.equal = function equal(actual, expected, message) {
    needTwo(arguments.length);
    if (actual != expected && !(NumberIsNaN(actual) && NumberIsNaN(expected)))
      fails(actual, expected, message, "==", equal);
  };
  assert.notEqual = function notEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (actual == expected || (NumberIsNaN(actual) && NumberIsNaN(expected)))
      fails(actual, expected, message, "!=", notEqual);
  };
  assert.deepEqual = function deepEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!isDeepEqual(actual, expected)) fails(actual, expected, message, "deepEqual", deepEqual);
  };
  assert.notDeepEqual = function notDeepEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (isDeepEqual(actual, expected)) fails(actual, expected, message, "notDeepEqual", notDeepEqual);
  };
  assert.deepStrictEqual = function deepStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!isDeepStrictEqual(actual, expected)) fails(actual, expected, message, "deepStrictEqual", deepStrictEqual);
  };
  assert.notDeepStrictEqual = function notDeepStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (isDeepStrictEqual(actual, expected))
      fails(actual, expected, message, "notDeepStrictEqual", notDeepStrictEqual);
  };
  assert.strictEqual = function strictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!ObjectIs(actual, expected)) fails(actual, expected, message, "strictEqual", strictEqual);
  };
  assert.notStrictEqual = function notStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (ObjectIs(actual, expected)) fails(actual, expected, message, "notStrictEqual", notStrictEqual);
  };

  // ---- what is thrown ----

  const nothing = {}; // no exception came

  const matches = (pattern, value) => typeof value === "string" && isRegExp(pattern) && RegExpPrototypeExec(pattern, value) !== null;

  // What is compared of an error: the properties asked for; a text that matches its pattern stands for it.
  class Comparison {
    constructor(source, keys, actual) {
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (!(key in source)) continue;
        this[key] = actual !== undefined && matches(source[key], actual[key]) ? actual[key] : source[key];
      }
    }
  }

  const checkProperty = (actual, expected, key, message, keys, start) => {
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) return;
    if (message) fails(actual, expected, message, start.name, start);
    const error = new AssertionError({
      actual: new Comparison(actual, keys), expected: new Comparison(expected, keys, actual),
      operator: "deepStrictEqual", stackStartFn: start,
    });
    error.actual = actual;
    error.expected = expected;
    error.operator = start.name;
    throw error;
  };

  const classText = (actual, expected) => {
    let text = `The error is expected to be an instance of "${expected.name}". Received `;
    if (!isError(actual)) return `${text}"${k.inspect(actual, { __proto__: null, depth: -1 })}"`;
    const name = (actual.constructor && actual.constructor.name) || actual.name;
    text += expected.name === name ? "an error with identical name but a different prototype." : `"${name}"`;
    return actual.message ? `${text}\n\nError message:\n\n${actual.message}` : text;
  };
  const validationText = (actual, expected, result) => {
    const name = expected.name ? `"${expected.name}" ` : "";
    const text = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
    return isError(actual) ? `${text}\n\nCaught error:\n\n${actual}` : text;
  };

  const checkException = (actual, expected, message, start) => {
    let text;
    if (isRegExp(expected)) {
      const input = String(actual);
      if (RegExpPrototypeExec(expected, input) !== null) return;
      if (!message)
        text = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(input)}\n`;
    } else if (typeof expected !== "function") {
      if (typeof actual !== "object" || actual === null) {
        const error = new AssertionError({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: start });
        error.operator = start.name;
        throw error;
      }
      const keys = ObjectKeys(expected);
      if (isError(expected)) ArrayPrototypePush(keys, "name", "message");
      else if (keys.length === 0) throw invalidArgValue("error", expected, "may not be an empty object");
      for (let i = 0; i < keys.length; i++)
        if (!matches(expected[keys[i]], actual[keys[i]])) checkProperty(actual, expected, keys[i], message, keys, start);
      return;
    } else if (expected.prototype !== undefined && actual instanceof expected) return;
    else if (ObjectPrototypeIsPrototypeOf(p.Error, expected)) {
      if (!message) text = classText(actual, expected);
    } else {
      const result = ReflectApply(expected, {}, [actual]);
      if (result === true) return;
      if (!message) text = validationText(actual, expected, result);
    }
    throw generated({ actual, expected, message: text ?? message, operator: start.name, stackStartFn: start }, text !== undefined);
  };

  const errorKinds = "of type function or an instance of Error, RegExp, or Object";
  const ambiguous = (what) =>
    codeError(p.TypeError, "ERR_AMBIGUOUS_ARGUMENT", `The "error/message" argument is ambiguous. ${what} is identical to the message.`);

  // `args`: what throws() and rejects() were given after the function: [error[, message]] or [message].
  const expectError = (start, what, actual, args) => {
    let error = args[0];
    let message = args[1];
    if (typeof error === "string") {
      if (args.length === 2) throw wrongType("error", errorKinds, error);
      if (typeof actual === "object" && actual !== null) {
        if (actual.message === error) throw ambiguous(`The error message "${actual.message}"`);
      } else if (actual === error) throw ambiguous(`The error "${actual}"`);
      message = error;
      error = undefined;
    } else if (error !== undefined && error !== null && typeof error !== "object" && typeof error !== "function")
      throw wrongType("error", errorKinds, error);
    if (actual === nothing) {
      const name = error && error.name ? ` (${error.name})` : "";
      fails(undefined, error, `Missing expected ${what}${name}${message ? `: ${message}` : "."}`, start.name, start);
    }
    if (error) checkException(actual, error, message, start);
  };

  const isExpected = (actual, expected) => {
    if (typeof expected !== "function") {
      if (isRegExp(expected)) return RegExpPrototypeExec(expected, String(actual)) !== null;
      throw wrongType("expected", "of type function or an instance of RegExp", expected);
    }
    if (expected.prototype !== undefined && actual instanceof expected) return true;
    if (ObjectPrototypeIsPrototypeOf(p.Error, expected)) return false;
    return ReflectApply(expected, {}, [actual]) === true;
  };
  const expectNoError = (start, what, actual, error, message) => {
    if (actual === nothing) return;
    if (typeof error === "string") {
      message = error;
      error = undefined;
    }
    if (error && !isExpected(actual, error)) throw actual;
    fails(actual, error, `Got unwanted ${what}${message ? `: ${message}` : "."}\nActual message: "${actual && actual.message}"`,
      start.name, start);
  };

  const thrownBy = (fn) => {
    checkFunction(fn, "fn");
    try {
      fn();
    } catch (error) {
      return error;
    }
    return nothing;
  };
  const isPromise = (value) => typeof value === "object" && value !== null &&
    (kindOf(value) === "Promise" || (typeof value.then === "function" && typeof value.catch === "function"));
  const rejectionOf = async (given) => {
    let promise = given;
    if (typeof given === "function") {
      promise = given();
      if (!isPromise(promise)) throw codeError(p.TypeError, "ERR_INVALID_RETURN_VALUE",
        `Expected instance of Promise to be returned from the "promiseFn" function but got ${describeReturn(promise)}.`);
    } else if (!isPromise(given)) throw wrongType("promiseFn", "of type function or an instance of Promise", given);
    try {
      await promise;
    } catch (error) {
      return error;
    }
    return nothing;
  };
  // "type number (1)", "an instance of Foo", "undefined": as in k.invalidArgType.
  const describeReturn = (value) => {
    const { message } = k.invalidArgType("x", "y", value);
    return StringPrototypeSlice(message, StringPrototypeIndexOf(message, " Received ") + 10);
  };

  assert.throws = function throws(fn, ...args) {
    expectError(throws, "exception", thrownBy(fn), args);
  };
  assert.rejects = async function rejects(promiseFn, ...args) {
    expectError(rejects, "rejection", await rejectionOf(promiseFn), args);
  };
  assert.doesNotThrow = function doesNotThrow(fn, ...args) {
    expectNoError(doesNotThrow, "exception", thrownBy(fn), args[0], args[1]);
  };
  assert.doesNotReject = async function doesNotReject(fn, ...args) {
    expectNoError(doesNotReject, "rejection", await rejectionOf(fn), args[0], args[1]);
  };

  // The frames of the error that came follow those of the assertion up to where they are the same.
  const joinStacks = (error, stack) => {
    const start = StringPrototypeIndexOf(stack, "    at ");
    if (start === -1) return;
    const frames = splitLines(StringPrototypeSlice(stack, start));
    let own = splitLines(`${error.stack}`);
    for (let i = 0; i < frames.length; i++) {
      const at = ArrayPrototypeIndexOf(own, frames[i]);
      if (at === -1) continue;
      own = ArrayPrototypeSlice(own, 0, at);
      break;
    }
    const first = ArrayPrototypeJoin(own, "\n");
    k.hidden(error, "stack", `${first}${first === "" ? "" : "\n"}${ArrayPrototypeJoin(frames, "\n")}`);
  };
  assert.ifError = function ifError(error) {
    if (error === null || error === undefined) return;
    let message = "ifError got unwanted exception: ";
    if (typeof error === "object" && typeof error.message === "string")
      message += error.message.length === 0 && error.constructor ? error.constructor.name : error.message;
    else message += inspect(error);
    const unwanted = new AssertionError({ actual: error, expected: null, operator: "ifError", message, stackStartFn: ifError });
    if (typeof error.stack === "string") joinStacks(unwanted, error.stack);
    throw unwanted;
  };

  const checkMatch = (string, pattern, message, wanted, start) => {
    if (!isRegExp(pattern)) throw wrongType("regexp", "an instance of RegExp", pattern);
    if (typeof string === "string" && (RegExpPrototypeExec(pattern, string) !== null) === wanted) return;
    if (isError(message)) throw message;
    let text;
    if (!message) {
      if (typeof string !== "string")
        text = `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`;
      else
        text = `The input ${wanted ? "did not" : "was expected to not"} match the regular expression ` +
          `${inspect(pattern)}. Input:\n\n${inspect(string)}\n`;
    }
    throw generated({ actual: string, expected: pattern, message: text ?? message, operator: start.name, stackStartFn: start },
      text !== undefined);
  };
  assert.match = function match(string, regexp, message) {
    checkMatch(string, regexp, message, true, match);
  };
  assert.doesNotMatch = function doesNotMatch(string, regexp, message) {
    checkMatch(string, regexp, message, false, doesNotMatch);
  };

  // ---- CallTracker, deprecated ----

  let warnedOfTracker = false;
  class CallTracker {
    #records = []; // { expected, name, calls, stack }
    #tracked = new p.WeakMap();
    constructor() {
      if (warnedOfTracker) return;
      warnedOfTracker = true;
      warn("assert.CallTracker is deprecated.", "DeprecationWarning", "DEP0173");
    }
    #recordOf(tracked) {
      const record = typeof tracked === "function" ? p.WeakMapPrototypeGet(this.#tracked, tracked) : undefined;
      if (record === undefined) throw invalidArgValue("tracked", tracked, "is not a tracked function");
      return record;
    }
    reset(tracked) {
      const records = tracked === undefined ? this.#records : [this.#recordOf(tracked)];
      for (let i = 0; i < records.length; i++) records[i].calls = [];
    }
    getCalls(tracked) {
      return ObjectFreeze(ArrayPrototypeSlice(this.#recordOf(tracked).calls));
    }
    calls(fn = p.primordialPrototypes.Function, expected = 1) {
      if (typeof fn === "number") {
        expected = fn;
        fn = p.primordialPrototypes.Function;
      }
      checkInteger(expected, "expected", 1, 2 ** 32 - 1);
      const record = { __proto__: null, expected, name: fn.name || "calls", calls: [], stack: new p.Error() };
      const tracked = new p.Proxy(fn, {
        __proto__: null,
        apply(target, self, args) {
          ArrayPrototypePush(record.calls, ObjectFreeze({ thisArg: self, arguments: ObjectFreeze(ArrayPrototypeSlice(args)) }));
          return ReflectApply(target, self, args);
        },
      });
      ArrayPrototypePush(this.#records, record);
      p.WeakMapPrototypeSet(this.#tracked, tracked, record);
      return tracked;
    }
    report() {
      const errors = [];
      for (let i = 0; i < this.#records.length; i++) {
        const { expected, name, calls, stack } = this.#records[i];
        if (calls.length === expected) continue;
        ArrayPrototypePush(errors, {
          message: `Expected the ${name} function to be executed ${expected} time(s) but was executed ${calls.length} time(s).`,
          actual: calls.length, expected, operator: name, stack,
        });
      }
      return errors;
    }
    verify() {
      const details = this.report();
      if (details.length === 0) return;
      const message = details.length === 1 ? details[0].message : "Functions were not called the expected number of times";
      throw new AssertionError({ message, details });
    }
  }
  assert.CallTracker = CallTracker;

  // ---- the strict variant ----

  function strict(...args) {
    checkTruth(strict, "assert.strict", args);
  }
  assert.strict = ObjectAssign(strict, assert, {
    equal: assert.strictEqual, deepEqual: assert.deepStrictEqual, notEqual: assert.notStrictEqual,
    notDeepEqual: assert.notDeepStrictEqual,
  });
  strict.strict = strict;
  return assert;
})
