(function (k) {
  "use strict";
  // `expect`: Jest's matchers and chai's chains on one object. This file is the machinery; what they check stands in
  // expect_jest.js, expect_calls.js and expect_chai.js.
  const p = k.primordials;
  const {
    Error,
    ObjectDefineProperty,
    ObjectKeys,
    ReflectApply,
    String,
    TypeError,
    WeakMapPrototypeGet,
    WeakMapPrototypeSet,
  } = p;
  const counts = k.load("internal/expect_state");
  const equality = k.load("internal/expect_equal");
  const asymmetric = k.load("internal/expect_asymmetric");
  const { equals, isObject } = equality;

  // ---- failures ----

  class AssertionError extends Error {
    constructor(message, actual, expected, operator, top) {
      super(message);
      const hidden = (key, value) =>
        ObjectDefineProperty(this, key, {
          __proto__: null,
          value,
          writable: true,
          configurable: true,
          enumerable: false,
        });
      hidden("code", "ERR_ASSERTION");
      hidden("generatedMessage", true);
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
      if (top !== undefined) p.ErrorCaptureStackTrace(this, top);
    }
  }
  k.hidden(AssertionError.prototype, "name", "AssertionError");

  const show = (value) => k.inspectSafe(value, { __proto__: null, depth: 4, maxLength: 10_000 });
  // On one line, for sentences.
  const brief = (value) => {
    const text = k.inspectSafe(value, {
      __proto__: null,
      depth: 2,
      breakLength: Infinity,
      compact: 10,
      maxLength: 1_000,
    });
    return text.length > 160 ? `${p.StringPrototypeSlice(text, 0, 157)}...` : text;
  };
  // `expected` for a comparison by lines: a matcher inside it that matches stands as what it matched, one that does not
  // as its own text.
  const legible = (expected, actual, depth) => {
    if (!isObject(expected) || depth > 20) return expected;
    if (equality.isAsymmetric(expected)) {
      if (expected.asymmetricMatch(actual)) return actual;
      const label = { __proto__: null, constructor: undefined };
      const made = p.ObjectCreate(label);
      const named = () => {};
      ObjectDefineProperty(named, "name", { __proto__: null, value: String(expected) });
      k.hidden(label, "constructor", named);
      named.prototype = label;
      return made;
    }
    const kind = k.kinds.kindOf(expected);
    if ((kind !== "Array" && kind !== "Object") || !isObject(actual)) return expected;
    let copy;
    const keys = ObjectKeys(expected);
    for (let i = 0; i < keys.length; i++) {
      const value = legible(expected[keys[i]], actual[keys[i]], depth + 1);
      if (value === expected[keys[i]]) continue;
      copy ??=
        kind === "Array"
          ? p.ArrayPrototypeSlice(expected)
          : p.ObjectAssign(p.ObjectCreate(p.ObjectGetPrototypeOf(expected)), expected);
      ObjectDefineProperty(copy, keys[i], {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy ?? expected;
  };
  const difference = (actual, expected) => {
    try {
      return k.load("internal/diff").diff(actual, legible(expected, actual, 0), { __proto__: null, strict: true });
    } catch {
      return `Expected: ${show(expected)}\nReceived: ${show(actual)}`;
    }
  };

  // ---- assertions: state is { value, negate, promise: "" | "resolves" | "rejects", message, flags, soft } ----

  const states = new p.WeakMap();
  class Assertion {}
  const prototype = Assertion.prototype;
  const stateOf = (object) => {
    const state = isObject(object) || typeof object === "function" ? WeakMapPrototypeGet(states, object) : undefined;
    if (state === undefined) throw new TypeError("a matcher was called on something that expect() did not make");
    return state;
  };
  const assertion = (state) => {
    const object = new Assertion();
    WeakMapPrototypeSet(states, object, state);
    return object;
  };
  const changed = (state, changes) => p.ObjectAssign({ __proto__: null }, state, changes);
  const flagged = (state, flag) =>
    changed(state, {
      __proto__: null,
      flags: p.ObjectAssign({ __proto__: null }, state.flags, { __proto__: null, [flag]: true }),
    });

  const fail = (state, message, actual, expected, operator, top) => {
    const text = state.message === undefined ? message : `${String(state.message)}: ${message}`;
    const error = new AssertionError(text, actual, expected, operator, top);
    if (!state.soft) throw error;
    counts.soft ??= error;
  };

  const unwrap = async (state, name) => {
    let promise = state.value;
    const label = `expect(received).${state.promise}${state.negate ? ".not" : ""}.${name}()`;
    if (typeof promise === "function" && typeof promise.then !== "function") promise = promise();
    if ((!isObject(promise) && typeof promise !== "function") || typeof promise.then !== "function") {
      throw new AssertionError(
        `${label}\n\nMatcher error: received value must be a promise or a function returning a promise\n\nReceived: ${show(promise)}`,
        promise,
        undefined,
        name,
      );
    }
    let value,
      rejected = false;
    try {
      value = await promise;
    } catch (error) {
      rejected = true;
      value = error;
    }
    if (rejected !== (state.promise === "rejects")) {
      throw new AssertionError(
        rejected
          ? `${label}\n\nReceived promise rejected instead of resolved\nRejected to value: ${show(value)}`
          : `${label}\n\nReceived promise resolved instead of rejected\nResolved to value: ${show(value)}`,
        value,
        undefined,
        name,
      );
    }
    return { __proto__: null, value };
  };
  // Runs `check(state)` now, or when the promise that is meant has settled.
  const applied = (state, name, check) => {
    if (state.promise === "") return check(state);
    const { stack } = new Error(); // where the program stands now: later only our own functions are on the stack
    return (async () => {
      try {
        const { value } = await unwrap(state, name);
        return await check(changed(state, { __proto__: null, value, promise: "", settled: state.promise }));
      } catch (error) {
        if (isObject(error) && p.ObjectGetPrototypeOf(error) === AssertionError.prototype)
          k.hidden(error, "stack", stack);
        throw error;
      }
    })();
  };

  // ---- Jest's matchers ----

  const hint = (state, name, label = "expected", note = "") => {
    const promise = state.settled === undefined ? "" : `.${state.settled}`;
    return `expect(received)${promise}${state.negate ? ".not" : ""}.${name}(${label})${note === "" ? "" : ` // ${note}`}`;
  };
  const lines = (state, expected, received) =>
    `Expected: ${state.negate ? "not " : ""}${show(expected)}${state.negate ? "" : `\nReceived: ${show(received)}`}`;
  const isLong = (value) =>
    (isObject(value) && !equality.isAsymmetric(value)) ||
    (typeof value === "string" && p.StringPrototypeIncludes(value, "\n"));
  // What was wanted and what came, with their difference where they are large.
  const compared = (state, expected, received) =>
    !state.negate && isLong(expected) && isLong(received)
      ? difference(received, expected)
      : lines(state, expected, received);

  const run = (state, name, matcher, args, top) =>
    applied(state, name, (now) => {
      counts.calls++;
      const result = matcher(now, ...args);
      if (result.pass === now.negate)
        fail(
          now,
          result.message(),
          result.actual ?? now.value,
          "expected" in result ? result.expected : args[0],
          name,
          top,
        );
    });
  const addMatchers = (table) => {
    const names = ObjectKeys(table);
    for (let i = 0; i < names.length; i++) {
      const name = names[i],
        matcher = table[name];
      const method = {
        [name](...args) {
          return run(stateOf(this), name, matcher, args, method);
        },
      }[name];
      k.hidden(prototype, name, method);
    }
  };

  const getter = (name, get) =>
    ObjectDefineProperty(prototype, name, { __proto__: null, get, configurable: true, enumerable: false });
  getter("not", function () {
    return assertion(changed(stateOf(this), { __proto__: null, negate: true }));
  });
  p.ArrayPrototypeForEach(["resolves", "rejects"], (mode) => {
    getter(mode, function () {
      return assertion(changed(stateOf(this), { __proto__: null, promise: mode }));
    });
  });

  // A misspelt property would be a check that never fails: it throws, as with chai.
  const silent = {
    __proto__: null,
    then: true,
    catch: true,
    finally: true,
    toJSON: true,
    asymmetricMatch: true,
    $$typeof: true,
    nodeType: true,
    tagName: true,
    inspect: true,
    length: true,
    prototype: true,
    call: true,
    apply: true,
    bind: true,
    name: true,
    splice: true,
    size: true,
    message: true,
    stack: true,
  };
  const nearest = (word) => {
    let best,
      score = 4;
    const names = p.ObjectGetOwnPropertyNames(prototype);
    for (let i = 0; i < names.length; i++) {
      const found = distance(word, names[i], score);
      if (found < score) {
        score = found;
        best = names[i];
      }
    }
    return best;
  };
  const distance = (a, b, limit) => {
    if (p.MathAbs(a.length - b.length) >= limit || a.length > 60) return limit;
    let row = k.text.list();
    for (let j = 0; j <= b.length; j++) p.ArrayPrototypePush(row, j);
    for (let i = 1; i <= a.length; i++) {
      const next = k.text.list();
      p.ArrayPrototypePush(next, i);
      for (let j = 1; j <= b.length; j++)
        p.ArrayPrototypePush(
          next,
          p.MathMin(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)),
        );
      row = next;
    }
    return row[b.length];
  };
  p.ObjectSetPrototypeOf(
    prototype,
    new p.Proxy(p.ObjectCreate(p.Object.prototype), {
      __proto__: null,
      get(target, key, receiver) {
        if (typeof key === "symbol" || key in target || silent[key]) return p.ReflectGet(target, key, receiver);
        const near = nearest(key);
        throw new Error(
          `expect() has no matcher or property ${show(key)}${near === undefined ? "" : `: did you mean "${near}"?`}`,
        );
      },
    }),
  );

  // ---- expect ----

  const expect = function expect(value, message) {
    return assertion({
      __proto__: null,
      value,
      negate: false,
      promise: "",
      settled: undefined,
      message,
      flags: { __proto__: null },
      soft: false,
    });
  };
  const add = (key, value) =>
    ObjectDefineProperty(expect, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  add("any", asymmetric.any);
  add("anything", asymmetric.anything);
  const not = { __proto__: p.Object.prototype };
  p.ArrayPrototypeForEach(ObjectKeys(asymmetric.positive), (name) => {
    add(name, asymmetric.positive[name]);
    k.hidden(not, name, asymmetric.negative[name]);
  });
  add("not", not);
  const count = (value, what) => {
    if (typeof value !== "number" || !p.NumberIsInteger(value) || value < 0)
      throw new TypeError(`${what} takes a number of assertions, not ${show(value)}`);
    return value;
  };
  add("assertions", (number) => {
    counts.wanted = count(number, "expect.assertions()");
  });
  add("hasAssertions", () => {
    counts.some = true;
  });
  add("getState", () => ({
    assertionCalls: counts.calls,
    currentTestName: counts.testName,
    expectedAssertionsNumber: counts.wanted ?? null,
    isExpectingAssertions: counts.some,
  }));
  add("setState", () => {});
  add("addSnapshotSerializer", () => {
    throw new Error(SNAPSHOTS);
  });
  add("soft", (value, message) => {
    const made = stateOf(expect(value, message));
    return assertion(changed(made, { __proto__: null, soft: true }));
  });
  add("fail", (...args) => {
    counts.calls++;
    const message = args.length <= 1 ? (args[0] ?? "expect.fail()") : (args[2] ?? "expect.fail()");
    throw new AssertionError(
      String(message),
      args.length > 1 ? args[0] : undefined,
      args[1],
      args[3] ?? "fail",
      expect.fail,
    );
  });
  add("unreachable", (message) => {
    counts.calls++;
    throw new AssertionError(
      `expected ${message === undefined ? "this line" : show(String(message))} not to be reached`,
      undefined,
      undefined,
      "unreachable",
      expect.unreachable,
    );
  });

  // expect.extend: matchers of the program, with Jest's `this`.
  const utils = {
    stringify: show,
    printReceived: show,
    printExpected: show,
    diff: (a, b) => difference(b, a),
    matcherHint: (name, received = "received", expected = "expected", options) =>
      `expect(${received})${options?.promise ? `.${options.promise}` : ""}${options?.isNot ? ".not" : ""}.${name}(${expected})${options?.comment ? ` // ${options.comment}` : ""}`,
    printDiffOrStringify: (expected, received) => difference(received, expected),
    EXPECTED_COLOR: String,
    RECEIVED_COLOR: String,
    DIM_COLOR: String,
    INVERTED_COLOR: String,
    BOLD_WEIGHT: String,
    iterableEquality: undefined,
    subsetEquality: (object, subset) => equality.isSubset(object, subset),
  };
  const contextOf = (state) => ({
    isNot: state.negate,
    promise: state.settled ?? "",
    equals: (a, b, testers, strict) => equals(a, b, strict === true ? equality.STRICT : equality.LOOSE),
    utils,
    currentTestName: counts.testName,
    expand: false,
    dontThrow() {},
    customTesters: [],
  });
  const settledResult = (now, name, result, args, top) => {
    if (!isObject(result) || typeof result.pass !== "boolean") {
      throw new Error(
        `Unexpected return from a matcher function.\nMatcher functions should return an object in the following format:\n` +
          `  {message?: string | function, pass: boolean}\n'${show(result)}' was returned`,
      );
    }
    if (result.pass !== now.negate) return;
    const { message } = result;
    const text =
      typeof message === "function" ? message() : (message ?? `No message was specified for this matcher (${name}).`);
    fail(
      now,
      String(text),
      "actual" in result ? result.actual : now.value,
      "expected" in result ? result.expected : args[0],
      name,
      top,
    );
  };
  add("extend", (matchers) => {
    if (!isObject(matchers)) throw new TypeError("expect.extend() takes an object of matchers");
    for (const name of ObjectKeys(matchers)) {
      const matcher = matchers[name];
      if (typeof matcher !== "function")
        throw new TypeError(
          `expect.extend: \`${name}\` is not a valid matcher. Must be a function, is "${typeof matcher}"`,
        );
      const method = function (...args) {
        return applied(stateOf(this), name, (now) => {
          counts.calls++;
          const result = ReflectApply(matcher, contextOf(now), [now.value, ...args]);
          if (isObject(result) && typeof result.then === "function")
            return (async () => settledResult(now, name, await result, args, method))();
          return settledResult(now, name, result, args, method);
        });
      };
      k.hidden(prototype, name, method);
      const standIn =
        (inverse) =>
        (...sample) =>
          asymmetric.make(
            () => `${name}<${p.ArrayPrototypeJoin(p.ArrayPrototypeMap(sample, brief), ", ")}>`,
            (other) => {
              const result = ReflectApply(
                matcher,
                contextOf({ __proto__: null, negate: inverse, settled: undefined }),
                [other, ...sample],
              );
              return isObject(result) && result.pass === true;
            },
            inverse,
          );
      if (!(name in expect)) {
        add(name, standIn(false));
        k.hidden(not, name, standIn(true));
      }
    }
  });
  add("addEqualityTesters", () => {
    throw new Error("expect.addEqualityTesters is not available here: write a matcher with expect.extend instead");
  });

  const SNAPSHOTS =
    "snapshots are not available in the sandbox (a test cannot rewrite its own source, and files do not outlast a run): " +
    "compare with toEqual or toBe instead";
  const snapshot = () => {
    throw new Error(SNAPSHOTS);
  };
  p.ArrayPrototypeForEach([
    "toMatchSnapshot",
    "toMatchInlineSnapshot",
    "toMatchFileSnapshot",
    "toThrowErrorMatchingSnapshot",
    "toThrowErrorMatchingInlineSnapshot",
  ], (name) => {
    k.hidden(prototype, name, snapshot);
  });

  const parts = {
    __proto__: null,
    prototype,
    assertion,
    stateOf,
    states,
    changed,
    flagged,
    fail,
    applied,
    getter,
    show,
    brief,
    difference,
    hint,
    lines,
    compared,
    addMatchers,
    counts,
    AssertionError,
  };
  k.load("internal/expect_jest")(parts);
  k.load("internal/expect_calls")(parts);
  k.load("internal/expect_chai")(parts);
  return expect;
})
