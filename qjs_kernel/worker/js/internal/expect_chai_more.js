(function (k) {
  "use strict";
  // chai's chains, the rest: order and distance, classes and texts, what is thrown, what changes.
  const p = k.primordials;
  const { ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, MathAbs, String, StringPrototypeIncludes } = p;
  const { list } = k.text;
  const { isObject } = k.load("internal/expect_equal");
  const { isRegExp, matches } = k.load("internal/expect_asymmetric");

  return ({ assertion, changed, brief, method, check, noted, same, sizeOf, typeOf }) => {
    const comparable = (value, what) => {
      if (
        typeof value !== "number" &&
        typeof value !== "bigint" &&
        !(isObject(value) && k.kinds.kindOf(value) === "Date")
      )
        throw new p.TypeError(`expected ${brief(value)} to be a number or a date (for .${what})`);
      return value;
    };
    const compare = (names, words, test) =>
      method(names, (state, expected, message) => {
        const now = noted(state, message);
        comparable(expected, names[0]);
        const value = now.flags.length ? sizeOf(now) : comparable(now.value, names[0]);
        check(
          now,
          test(value, expected),
          (no) =>
            `to ${no}${now.flags.length ? "have a length" : "be"} ${words} ${brief(expected)}${now.flags.length && no === "" ? ` but got ${value}` : ""}`,
          expected,
          value,
        );
      });
    compare(["above", "gt", "greaterThan"], "above", (a, b) => a > b);
    compare(["least", "gte", "greaterThanOrEqual"], "at least", (a, b) => a >= b);
    compare(["below", "lt", "lessThan"], "below", (a, b) => a < b);
    compare(["most", "lte", "lessThanOrEqual"], "at most", (a, b) => a <= b);
    method(["within"], (state, from, to, message) => {
      const now = noted(state, message);
      const value = now.flags.length ? sizeOf(now) : comparable(now.value, "within");
      check(
        now,
        value >= from && value <= to,
        (no) => `to ${no}${now.flags.length ? "have a length" : "be"} within ${brief(from)}..${brief(to)}`,
        undefined,
        value,
      );
    });
    method(["closeTo", "approximately"], (state, expected, delta, message) => {
      if (typeof state.value !== "number" || typeof expected !== "number" || typeof delta !== "number")
        throw new p.TypeError("closeTo takes a number and a delta, and the value must be a number");
      check(
        noted(state, message),
        MathAbs(state.value - expected) <= delta,
        (no) => `to ${no}be close to ${expected} +/- ${delta}`,
        expected,
      );
    });

    method(["instanceof", "instanceOf"], (state, constructor, message) => {
      if (typeof constructor !== "function")
        throw new p.TypeError(`The instanceof assertion needs a constructor but ${typeOf(constructor)} was given.`);
      check(
        noted(state, message),
        state.value instanceof constructor,
        (no) => `to ${no}be an instance of ${constructor.name || "an unnamed constructor"}`,
        constructor,
      );
    });
    method(["match", "matches"], (state, pattern, message) => {
      check(
        noted(state, message),
        isRegExp(pattern)
          ? matches(pattern, String(state.value))
          : StringPrototypeIncludes(String(state.value), String(pattern)),
        (no) => `to ${no}match ${brief(pattern)}`,
        pattern,
      );
    });
    method(["string"], (state, text, message) => {
      check(
        noted(state, message),
        typeof state.value === "string" && StringPrototypeIncludes(state.value, text),
        (no) => `to ${no}contain ${brief(text)}`,
        text,
      );
    });
    method(["oneOf"], (state, choices, message) => {
      if (!ArrayIsArray(choices)) throw new p.TypeError("oneOf takes an array");
      const now = noted(state, message);
      const equal = same(now);
      let found = false;
      for (let i = 0; i < choices.length && !found; i++) {
        found =
          now.flags.contains && (typeof now.value === "string" || ArrayIsArray(now.value))
            ? now.value.includes(choices[i])
            : equal(now.value, choices[i]);
      }
      check(now, found, (no) => `to ${no}${now.flags.contains ? "contain" : "be"} one of ${brief(choices)}`, choices);
    });
    method(["satisfy", "satisfies"], (state, test, message) => {
      check(noted(state, message), test(state.value), (no) => `to ${no}satisfy ${brief(test)}`, undefined);
    });
    method(["respondTo", "respondsTo"], (state, name) => {
      const { value } = state;
      const owner = typeof value === "function" && !state.flags.itself ? value.prototype : value;
      check(
        state,
        owner !== null && owner !== undefined && typeof owner[name] === "function",
        (no) => `to ${no}respond to ${brief(name)}`,
        name,
      );
    });

    const messageOf = (error) => (isObject(error) && typeof error.message === "string" ? error.message : String(error));
    method(["throw", "throws", "Throw"], (state, wanted, pattern, message) => {
      let thrown;
      if (state.settled === "rejects") thrown = { __proto__: null, value: state.value };
      else {
        if (typeof state.value !== "function") throw new p.TypeError(`expected ${brief(state.value)} to be a function`);
        try {
          state.value();
        } catch (error) {
          thrown = { __proto__: null, value: error };
        }
      }
      const now = noted(state, message);
      if (typeof wanted === "string" || isRegExp(wanted)) {
        pattern = wanted;
        wanted = undefined;
      }
      let pass = thrown !== undefined;
      const words = list();
      if (typeof wanted === "function") {
        pass = pass && thrown.value instanceof wanted;
        ArrayPrototypePush(words, wanted.name || "an error");
      } else if (isObject(wanted)) {
        pass = pass && thrown.value === wanted;
        ArrayPrototypePush(words, brief(wanted));
      } else ArrayPrototypePush(words, "an error");
      if (pattern !== undefined && pattern !== null) {
        pass =
          pass &&
          (isRegExp(pattern)
            ? matches(pattern, messageOf(thrown.value))
            : StringPrototypeIncludes(messageOf(thrown.value), String(pattern)));
        ArrayPrototypePush(words, isRegExp(pattern) ? `matching ${brief(pattern)}` : `including ${brief(pattern)}`);
      }
      check(
        now,
        pass,
        (no) =>
          `to ${no}throw ${ArrayPrototypeJoin(words, " ")}${thrown === undefined ? "" : ` but ${brief(messageOf(thrown.value))} was thrown`}`,
        wanted ?? pattern,
        thrown?.value,
      );
      return thrown === undefined
        ? undefined
        : assertion(changed(state, { __proto__: null, value: thrown.value, flags: { __proto__: null } }));
    });

    // .change(fn) or .change(object, "key"), and .by(n) behind it
    const change = (names, words, test) =>
      method(names, (state, subject, key) => {
        const look = typeof subject === "function" && key === undefined ? subject : () => subject[key];
        if (typeof state.value !== "function") throw new p.TypeError(`expected ${brief(state.value)} to be a function`);
        const before = look();
        state.value();
        const after = look();
        const what = key === undefined ? "" : `.${String(key)} `;
        check(
          state,
          test(before, after),
          (no) => `to ${no}${words} ${what}(it was ${brief(before)} and is ${brief(after)})`,
          undefined,
        );
        return assertion(
          changed(state, {
            __proto__: null,
            delta: names[0] === "decrease" ? before - after : after - before,
            kind: names[0],
          }),
        );
      });
    change(["change", "changes"], "change", (before, after) => before !== after);
    change(["increase", "increases"], "increase", (before, after) => after > before);
    change(["decrease", "decreases"], "decrease", (before, after) => after < before);
    method(["by"], (state, delta, message) => {
      const moved = state.kind === "change" ? MathAbs(state.delta) : state.delta;
      check(
        noted(state, message),
        moved === (state.kind === "change" ? MathAbs(delta) : delta),
        (no) => `to ${no}${state.kind} by ${delta} (it was ${moved})`,
        delta,
        moved,
      );
    });
  };
})
