(function (k) {
  "use strict";
  // Jest's matchers about values. Each: (state, ...arguments) → { pass, message(), actual?, expected? }.
  const p = k.primordials;
  const {
    ArrayIsArray,
    ArrayPrototypePush,
    ErrorIsError,
    ObjectHasOwn,
    ObjectIs,
    String,
    StringPrototypeIncludes,
    SymbolIterator,
    TypeError,
  } = p;
  const { LOOSE, STRICT, equals, isSubset, isAsymmetric, isObject, pathOf } = k.load("internal/expect_equal");
  const { isClose, isRegExp, matches } = k.load("internal/expect_asymmetric");

  return ({ addMatchers, hint, lines, compared, show, difference }) => {
    const wrong = (state, name, label, what) => new TypeError(`${hint(state, name, label)}\n\nMatcher error: ${what}`);
    const received = (state) => `Received: ${show(state.value)}`;
    const equality = (name, note, test) => (state, expected) => ({
      __proto__: null,
      pass: test(state.value, expected),
      expected,
      message: () => `${hint(state, name, "expected", note)}\n\n${compared(state, expected, state.value)}`,
    });
    // Matchers without an argument.
    const unary = (name, test) => (state) => ({
      __proto__: null,
      pass: test(state.value),
      expected: undefined,
      message: () => `${hint(state, name, "")}\n\n${received(state)}`,
    });
    const isNumeric = (value) => typeof value === "number" || typeof value === "bigint";
    const ordering = (name, sign, test) => (state, expected) => {
      if (!isNumeric(expected))
        throw wrong(
          state,
          name,
          "expected",
          `expected value must be a number or bigint\n\nExpected has value: ${show(expected)}`,
        );
      if (!isNumeric(state.value))
        throw wrong(
          state,
          name,
          "expected",
          `received value must be a number or bigint\n\nReceived has value: ${show(state.value)}`,
        );
      return {
        __proto__: null,
        pass: test(state.value, expected),
        message: () =>
          `${hint(state, name)}\n\nExpected: ${state.negate ? "not " : ""}${sign} ${show(expected)}\nReceived: ${state.negate ? "    " : ""}${" ".repeat(sign.length)} ${show(state.value)}`,
      };
    };

    const toBe = (state, expected) => ({
      __proto__: null,
      pass: ObjectIs(state.value, expected),
      expected,
      message: () => {
        const head = hint(state, "toBe", "expected", "Object.is equality");
        if (!state.negate && isObject(expected) && isObject(state.value)) {
          const same = safely(() => equals(state.value, expected, STRICT))
            ? "toStrictEqual"
            : safely(() => equals(state.value, expected))
              ? "toEqual"
              : "";
          if (same !== "")
            return `${head}\n\nIf it should pass with deep equality, replace "toBe" with "${same}"\n\nExpected: ${show(expected)}\nReceived: serializes to the same string`;
        }
        return `${head}\n\n${compared(state, expected, state.value)}`;
      },
    });
    const safely = (test) => {
      try {
        return test();
      } catch {
        return false;
      }
    };

    const contains = (state, name, note, test) => {
      const { value } = state;
      if (value === null || value === undefined)
        throw wrong(
          state,
          name,
          "expected",
          `received value must not be null nor undefined\n\nReceived has value: ${show(value)}`,
        );
      return (expected) => ({
        __proto__: null,
        pass: test(value, expected),
        expected,
        message: () =>
          `${hint(state, name, "expected", note)}\n\nExpected ${typeof value === "string" ? "substring" : "value"}: ${state.negate ? "not " : ""}${show(expected)}\n` +
          `Received ${typeof value === "string" ? "string" : ArrayIsArray(value) ? "array" : "object"}: ${show(value)}`,
      });
    };
    const some = (value, test) => {
      if (typeof value[SymbolIterator] !== "function") {
        if (typeof value.length !== "number") return false;
        for (let i = 0; i < value.length; i++) if (test(value[i])) return true;
        return false;
      }
      for (const item of value) if (test(item)) return true;
      return false;
    };

    const lookUp = (value, path) => {
      const keys = pathOf(path);
      let at = value;
      for (let i = 0; i < keys.length; i++) {
        if (at === null || at === undefined || !(keys[i] in p.Object(at)))
          return { __proto__: null, found: false, value: at, depth: i };
        at = at[keys[i]];
      }
      return { __proto__: null, found: true, value: at, depth: keys.length };
    };
    const toHaveProperty = (state, path, ...rest) => {
      const { value } = state;
      if (value === null || value === undefined)
        throw wrong(
          state,
          "toHaveProperty",
          "path",
          `received value must not be null nor undefined\n\nReceived has value: ${show(value)}`,
        );
      if (typeof path !== "string" && !ArrayIsArray(path) && typeof path !== "symbol" && typeof path !== "number")
        throw wrong(
          state,
          "toHaveProperty",
          "path",
          `expected path must be a string or array\n\nExpected has value: ${show(path)}`,
        );
      let look = typeof path === "string" ? lookUp(value, path) : lookUp(value, ArrayIsArray(path) ? path : [path]);
      // A key that is written as it stands, dots and all.
      if (!look.found && typeof path === "string" && path in p.Object(value))
        look = { __proto__: null, found: true, value: value[path] };
      const pass = look.found && (rest.length === 0 || equals(look.value, rest[0]));
      return {
        __proto__: null,
        pass,
        expected: rest.length === 0 ? path : rest[0],
        actual: look.found ? look.value : value,
        message: () => {
          const head = `${hint(state, "toHaveProperty", rest.length === 0 ? "path" : "path, value")}\n\nExpected path: ${state.negate ? "not " : ""}${show(path)}`;
          if (!look.found)
            return `${head}\n${rest.length === 0 ? "" : `Expected value: ${show(rest[0])}\n`}Received value: ${show(value)}`;
          return `${head}\n${rest.length === 0 ? `Received value: ${show(look.value)}` : compared(state, rest[0], look.value)}`;
        },
      };
    };

    const thrownBy = (state, name) => {
      if (state.settled === "rejects") return { __proto__: null, value: state.value };
      if (typeof state.value !== "function") {
        throw wrong(
          state,
          name,
          "expected",
          `received value must be a function\n\nReceived has value: ${show(state.value)}`,
        );
      }
      try {
        state.value();
      } catch (error) {
        return { __proto__: null, value: error };
      }
      return undefined;
    };
    const messageOf = (value) => (isObject(value) && "message" in value ? String(value.message) : String(value));
    const toThrow =
      (name) =>
      (state, ...args) => {
        const expected = args[0];
        const thrown = thrownBy(state, name);
        const shown = () =>
          thrown === undefined
            ? "Received function did not throw"
            : isObject(thrown.value) && ErrorIsError(thrown.value)
              ? `Received name:    ${show(String(thrown.value.name))}\nReceived message: ${show(messageOf(thrown.value))}`
              : `Thrown value: ${show(thrown.value)}`;
        let pass, wanted;
        const no = state.negate ? "not " : "";
        if (args.length === 0 || expected === undefined) {
          pass = thrown !== undefined;
          wanted = "";
        } else if (typeof expected === "function") {
          pass = thrown !== undefined && thrown.value instanceof expected;
          wanted = `Expected constructor: ${no}${expected.name || "(anonymous)"}`;
        } else if (typeof expected === "string") {
          pass = thrown !== undefined && StringPrototypeIncludes(messageOf(thrown.value), expected);
          wanted = `Expected substring: ${no}${show(expected)}`;
        } else if (isRegExp(expected)) {
          pass = thrown !== undefined && matches(expected, messageOf(thrown.value));
          wanted = `Expected pattern: ${no}${show(expected)}`;
        } else if (isAsymmetric(expected)) {
          pass = thrown !== undefined && expected.asymmetricMatch(thrown.value);
          wanted = `Expected asymmetric matcher: ${no}${show(expected)}`;
        } else if (isObject(expected)) {
          pass = thrown !== undefined && messageOf(thrown.value) === messageOf(expected);
          wanted = `Expected message: ${no}${show(messageOf(expected))}`;
        } else
          throw wrong(
            state,
            name,
            "expected",
            `expected value must be a string or regular expression or class or error\n\nExpected has value: ${show(expected)}`,
          );
        return {
          __proto__: null,
          pass: !!pass,
          expected,
          actual: thrown?.value,
          message: () =>
            `${hint(state, name, args.length === 0 ? "" : "expected")}\n\n${wanted === "" ? "" : `${wanted}\n`}${shown()}`,
        };
      };

    const lengthOf = (state, expected) => {
      const { value } = state;
      if (value === null || value === undefined || typeof value.length !== "number") {
        throw wrong(
          state,
          "toHaveLength",
          "expected",
          `received value must have a length property whose value must be a number\n\nReceived has value: ${show(value)}`,
        );
      }
      return {
        __proto__: null,
        pass: value.length === expected,
        actual: value.length,
        expected,
        message: () =>
          `${hint(state, "toHaveLength")}\n\nExpected length: ${state.negate ? "not " : ""}${show(expected)}\n` +
          `${state.negate ? "" : `Received length: ${value.length}\n`}Received ${typeof value === "string" ? "string" : ArrayIsArray(value) ? "array" : "object"}: ${show(value)}`,
      };
    };

    const toBeCloseTo = (state, expected, precision = 2) => {
      if (typeof expected !== "number")
        throw wrong(
          state,
          "toBeCloseTo",
          "expected",
          `expected value must be a number\n\nExpected has value: ${show(expected)}`,
        );
      if (typeof state.value !== "number")
        throw wrong(
          state,
          "toBeCloseTo",
          "expected",
          `received value must be a number\n\nReceived has value: ${show(state.value)}`,
        );
      return {
        __proto__: null,
        pass: isClose(state.value, expected, precision),
        message: () =>
          `${hint(state, "toBeCloseTo")}\n\nExpected: ${state.negate ? "not " : ""}${show(expected)}\n${received(state)}\n\nExpected precision:    ${precision}\n` +
          `Expected difference: ${state.negate ? "not " : ""}< ${p.MathPow(10, -precision) / 2}\nReceived difference:   ${p.MathAbs(expected - state.value)}`,
      };
    };

    addMatchers({
      toBe,
      toEqual: equality("toEqual", "deep equality", (a, b) => equals(a, b, LOOSE)),
      toStrictEqual: equality("toStrictEqual", "deep equality", (a, b) => equals(a, b, STRICT)),
      toMatchObject(state, expected) {
        if (!isObject(state.value))
          throw wrong(
            state,
            "toMatchObject",
            "expected",
            `received value must be a non-null object\n\nReceived has value: ${show(state.value)}`,
          );
        if (!isObject(expected))
          throw wrong(
            state,
            "toMatchObject",
            "expected",
            `expected value must be a non-null object\n\nExpected has value: ${show(expected)}`,
          );
        return {
          __proto__: null,
          pass: isSubset(state.value, expected),
          expected,
          message: () =>
            `${hint(state, "toMatchObject")}\n\n${state.negate ? lines(state, expected, state.value) : difference(restricted(state.value, expected, 0), expected)}`,
        };
      },
      toContain(state, expected) {
        return contains(state, "toContain", "indexOf", (value, item) => {
          if (typeof value === "string") {
            if (typeof item !== "string")
              throw wrong(
                state,
                "toContain",
                "expected",
                `expected value must be a string if received value is a string\n\nExpected has value: ${show(item)}`,
              );
            return StringPrototypeIncludes(value, item);
          }
          return some(value, (each) => each === item);
        })(expected);
      },
      toContainEqual(state, expected) {
        return contains(state, "toContainEqual", "deep equality", (value, item) =>
          some(value, (each) => equals(each, item)),
        )(expected);
      },
      toHaveLength: lengthOf,
      toHaveProperty,
      toBeCloseTo,
      toBeTruthy: unary("toBeTruthy", (value) => !!value),
      toBeFalsy: unary("toBeFalsy", (value) => !value),
      toBeNull: unary("toBeNull", (value) => value === null),
      toBeUndefined: unary("toBeUndefined", (value) => value === undefined),
      toBeDefined: unary("toBeDefined", (value) => value !== undefined),
      toBeNaN: unary("toBeNaN", (value) => value !== value),
      toBeNullable: unary("toBeNullable", (value) => value === null || value === undefined),
      toBeGreaterThan: ordering("toBeGreaterThan", ">", (a, b) => a > b),
      toBeGreaterThanOrEqual: ordering("toBeGreaterThanOrEqual", ">=", (a, b) => a >= b),
      toBeLessThan: ordering("toBeLessThan", "<", (a, b) => a < b),
      toBeLessThanOrEqual: ordering("toBeLessThanOrEqual", "<=", (a, b) => a <= b),
      toMatch(state, expected) {
        if (typeof state.value !== "string")
          throw wrong(
            state,
            "toMatch",
            "expected",
            `received value must be a string\n\nReceived has value: ${show(state.value)}`,
          );
        if (typeof expected !== "string" && !isRegExp(expected))
          throw wrong(
            state,
            "toMatch",
            "expected",
            `expected value must be a string or regular expression\n\nExpected has value: ${show(expected)}`,
          );
        return {
          __proto__: null,
          pass:
            typeof expected === "string"
              ? StringPrototypeIncludes(state.value, expected)
              : matches(expected, state.value),
          expected,
          message: () =>
            `${hint(state, "toMatch")}\n\nExpected ${typeof expected === "string" ? "substring" : "pattern"}: ${state.negate ? "not " : ""}${show(expected)}\nReceived string: ${show(state.value)}`,
        };
      },
      toThrow: toThrow("toThrow"),
      toThrowError: toThrow("toThrowError"),
      toBeInstanceOf(state, expected) {
        if (typeof expected !== "function")
          throw wrong(
            state,
            "toBeInstanceOf",
            "expected",
            `expected value must be a function\n\nExpected has value: ${show(expected)}`,
          );
        return {
          __proto__: null,
          pass: state.value instanceof expected,
          expected,
          message: () =>
            `${hint(state, "toBeInstanceOf")}\n\nExpected constructor: ${state.negate ? "not " : ""}${expected.name || "(anonymous)"}\n` +
            (isObject(state.value) && typeof state.value.constructor === "function"
              ? `Received constructor: ${state.value.constructor.name}\n`
              : "") +
            `Received value: ${show(state.value)}`,
        };
      },
      // Vitest's
      toBeTypeOf(state, expected) {
        return {
          __proto__: null,
          pass: typeof state.value === expected,
          actual: typeof state.value,
          expected,
          message: () =>
            `${hint(state, "toBeTypeOf")}\n\nExpected type: ${state.negate ? "not " : ""}${show(expected)}\nReceived type: ${show(typeof state.value)}\n${received(state)}`,
        };
      },
      toSatisfy(state, expected) {
        if (typeof expected !== "function")
          throw wrong(state, "toSatisfy", "expected", "expected value must be a function");
        return {
          __proto__: null,
          pass: !!expected(state.value),
          expected,
          message: () => `${hint(state, "toSatisfy")}\n\n${received(state)}`,
        };
      },
      toBeOneOf(state, expected) {
        return {
          __proto__: null,
          pass: some(expected, (each) => equals(state.value, each)),
          expected,
          message: () =>
            `${hint(state, "toBeOneOf")}\n\nExpected: ${state.negate ? "none" : "one"} of ${show(expected)}\n${received(state)}`,
        };
      },
    });

    // The part of `value` that `expected` speaks of: the rest would only hide the difference.
    const restricted = (value, expected, depth) => {
      if (!isObject(value) || !isObject(expected) || isAsymmetric(expected) || depth > 20) return value;
      if (ArrayIsArray(value) && ArrayIsArray(expected)) {
        const made = [];
        for (let i = 0; i < value.length; i++) ArrayPrototypePush(made, restricted(value[i], expected[i], depth + 1));
        return made;
      }
      const kind = k.kinds.kindOf(expected);
      if (kind !== "Object" || k.kinds.kindOf(value) !== "Object") return value;
      const made = {};
      const keys = p.ReflectOwnKeys(expected);
      for (let i = 0; i < keys.length; i++) {
        if (keys[i] in value && ObjectHasOwn(expected, keys[i]))
          p.ObjectDefineProperty(made, keys[i], {
            __proto__: null,
            value: restricted(value[keys[i]], expected[keys[i]], depth + 1),
            enumerable: true,
            configurable: true,
            writable: true,
          });
      }
      return made;
    };
  };
})
