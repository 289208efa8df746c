(function (k) {
  "use strict";
  // chai's chains: expect(x).to.be.true, .to.deep.equal(y), .to.have.property("a").that.is.a("string").
  // Every step makes a new assertion, so flags never leak from one chain into another.
  const p = k.primordials;
  const {
    ArrayIsArray,
    ArrayPrototypeIncludes,
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    Error,
    ObjectHasOwn,
    ObjectKeys,
    ObjectPrototypeToString,
    String,
    StringPrototypeIncludes,
    StringPrototypeSlice,
    StringPrototypeToLowerCase,
    WeakMapPrototypeSet,
  } = p;
  const { list } = k.text;
  const { CHAI, equals, isObject, pathOf, entriesOf } = k.load("internal/expect_equal");

  return ({
    prototype,
    assertion,
    stateOf,
    states,
    changed,
    flagged,
    fail,
    applied,
    getter,
    brief,
    difference,
    counts,
  }) => {
    // `message` gets "not " for a negated sentence, "" otherwise.
    const check = (state, pass, message, expected, actual = state.value, note = "") => {
      counts.calls++;
      if (!!pass !== state.negate) return;
      const text = message(state.negate ? "not " : "");
      fail(state, `expected ${brief(state.value)} ${text}${state.negate ? "" : note}`, actual, expected, "expect");
    };
    const detail = (actual, expected) =>
      (isObject(actual) && isObject(expected)) ||
      (typeof actual === "string" && typeof expected === "string" && StringPrototypeIncludes(actual + expected, "\n"))
        ? `\n\n${difference(actual, expected)}`
        : "";
    const same = (state) =>
      state.flags.deep ? (a, b) => equals(a, b, CHAI) : (a, b) => a === b || (a !== a && b !== b);

    // ---- words without a meaning, and flags ----

    p.ArrayPrototypeForEach([
      "to",
      "be",
      "been",
      "is",
      "that",
      "which",
      "and",
      "has",
      "have",
      "with",
      "at",
      "of",
      "same",
      "but",
      "does",
      "still",
      "also",
    ], (word) => {
      getter(word, function () {
        return assertion(stateOf(this));
      });
    });
    p.ArrayPrototypeForEach(["deep", "nested", "own", "ordered"], (flag) => {
      getter(flag, function () {
        return assertion(flagged(stateOf(this), flag));
      });
    });
    getter("any", function () {
      return assertion(changed(flagged(stateOf(this), "any"), { __proto__: null }));
    });
    getter("all", function () {
      return assertion(flagged(stateOf(this), "all"));
    });
    getter("itself", function () {
      return assertion(flagged(stateOf(this), "itself"));
    });

    // ---- checks that are properties ----

    const property = (name, words, test) =>
      getter(name, function () {
        const state = stateOf(this);
        const done = applied(state, name, (now) => {
          check(now, test(now.value), (no) => `to ${no}${words}`, undefined);
        });
        return done ?? assertion(state);
      });
    property("ok", "be truthy", (value) => value);
    property("true", "be true", (value) => value === true);
    property("false", "be false", (value) => value === false);
    property("null", "be null", (value) => value === null);
    property("undefined", "be undefined", (value) => value === undefined);
    property("NaN", "be NaN", (value) => value !== value);
    property("exist", "exist", (value) => value !== null && value !== undefined);
    property("exists", "exist", (value) => value !== null && value !== undefined);
    property("finite", "be a finite number", (value) => typeof value === "number" && p.NumberIsFinite(value));
    property("numeric", "be numeric", (value) => typeof value === "number" || typeof value === "bigint");
    property("callable", "be a callable function", (value) => typeof value === "function");
    property(
      "iterable",
      "be an iterable",
      (value) => value !== null && value !== undefined && typeof value[p.SymbolIterator] === "function",
    );
    property("extensible", "be extensible", (value) => isReference(value) && p.ObjectIsExtensible(value));
    property("sealed", "be sealed", (value) => !isReference(value) || p.ObjectIsSealed(value));
    property("frozen", "be frozen", (value) => !isReference(value) || p.ObjectIsFrozen(value));
    property("arguments", "be arguments", (value) => ObjectPrototypeToString(value) === "[object Arguments]");
    property("Arguments", "be arguments", (value) => ObjectPrototypeToString(value) === "[object Arguments]");
    property("empty", "be empty", (value) => {
      if (typeof value === "string" || ArrayIsArray(value)) return value.length === 0;
      if (!isObject(value))
        throw new p.TypeError(
          `.empty was passed ${value === null || typeof value !== "function" ? `primitive ${brief(value)}` : "a function"}`,
        );
      const kind = k.kinds.kindOf(value);
      if (kind === "Map" || kind === "Set") return value.size === 0;
      if (kind === "WeakMap" || kind === "WeakSet") throw new p.TypeError(`.empty was passed a weak collection`);
      if (kind === "TypedArray") return value.length === 0;
      return ObjectKeys(value).length === 0;
    });
    const isReference = (value) => isObject(value) || typeof value === "function";

    // ---- checks that are methods ----

    const method = (names, run) => {
      for (const name of names) {
        k.hidden(
          prototype,
          name,
          {
            [name](...args) {
              const state = stateOf(this);
              let next;
              const done = applied(state, name, (now) => {
                next = run(now, ...args);
              });
              return done ?? next ?? assertion(state);
            },
          }[name],
        );
      }
    };
    // Methods that also are words: .a("string") and .an.instanceof(X), .include(1) and .include.members([1]).
    const chainable = (names, flag, run) => {
      for (const name of names) {
        getter(name, function () {
          const state = flagged(stateOf(this), flag);
          const call = (...args) => {
            let next;
            const done = applied(state, name, (now) => {
              next = run(now, ...args);
            });
            return done ?? next ?? assertion(state);
          };
          delete call.length;
          delete call.name;
          p.ObjectSetPrototypeOf(call, prototype);
          WeakMapPrototypeSet(states, call, state);
          return call;
        });
      }
    };

    const typeOf = (value) => {
      if (value === null) return "null";
      if (typeof value !== "object") return typeof value;
      if (ArrayIsArray(value)) return "array";
      const tag = StringPrototypeSlice(ObjectPrototypeToString(value), 8, -1);
      return StringPrototypeToLowerCase(tag);
    };
    const article = (word) => (ArrayPrototypeIncludes(["a", "e", "i", "o", "u"], word[0]) ? "an" : "a");
    chainable(["a", "an"], "a", (state, type, message) => {
      const wanted = StringPrototypeToLowerCase(String(type));
      const found = typeOf(state.value);
      const pass =
        wanted === "function"
          ? typeof state.value === "function"
          : found === wanted || (wanted === "error" && isObject(state.value) && p.ErrorIsError(state.value));
      check(noted(state, message), pass, (no) => `to ${no}be ${article(wanted)} ${String(type)}`, type);
    });
    const noted = (state, message) => (message === undefined ? state : changed(state, { __proto__: null, message }));

    method(["equal", "equals", "eq"], (state, expected, message) => {
      if (state.flags.deep) return deepEqual(state, expected, message);
      check(
        noted(state, message),
        state.value === expected,
        (no) => `to ${no}equal ${brief(expected)}`,
        expected,
        state.value,
        detail(state.value, expected),
      );
      return undefined;
    });
    const deepEqual = (state, expected, message) => {
      check(
        noted(state, message),
        equals(state.value, expected, CHAI),
        (no) => `to ${no}deeply equal ${brief(expected)}`,
        expected,
        state.value,
        detail(state.value, expected),
      );
    };
    method(["eql", "eqls"], deepEqual);

    const includes = (state, expected, message) => {
      const now = noted(state, message);
      const { value } = now;
      const equal = same(now);
      const words = (no) => `to ${no}${now.flags.deep ? "deep " : ""}include ${brief(expected)}`;
      if (typeof value === "string")
        return check(now, StringPrototypeIncludes(value, String(expected)), words, expected);
      if (isObject(value) || typeof value === "function") {
        const kind = isObject(value) ? k.kinds.kindOf(value) : "Function";
        if (kind === "Array" || kind === "Set" || kind === "Map" || kind === "TypedArray") {
          const items = kind === "Map" ? entriesOf(value.values()) : entriesOf(value);
          let found = false;
          for (let i = 0; i < items.length && !found; i++) found = equal(items[i], expected);
          return check(now, found, words, expected);
        }
        if (kind === "WeakSet") return check(now, value.has(expected), words, expected);
        if (!isObject(expected)) throw wrongTarget(now, value, expected);
        // An object: it has all these properties, with these values.
        const keys = ObjectKeys(expected);
        let pass = true;
        for (let i = 0; i < keys.length && pass; i++) {
          const found = read(now, value, keys[i]);
          pass = found !== undefined && equal(found.value, expected[keys[i]]);
        }
        return check(now, pass, words, expected, value, detail(value, expected));
      }
      throw wrongTarget(now, value, expected);
    };
    const wrongTarget = (state, value, expected) =>
      new Error(
        `the given combination of arguments (${typeOf(value)} and ${typeOf(expected)}) is invalid for this assertion. ` +
          `You can use an array, a map, an object, a set, a string, or a weakset instead of a ${typeOf(expected)}`,
      );
    chainable(["include", "includes", "contain", "contains"], "contains", includes);

    // The value at a name, a path or an own name; undefined when there is none.
    const read = (state, value, name) => {
      if (value === null || value === undefined) return undefined;
      if (state.flags.own) return ObjectHasOwn(value, name) ? { __proto__: null, value: value[name] } : undefined;
      if (!state.flags.nested) return name in p.Object(value) ? { __proto__: null, value: value[name] } : undefined;
      const keys = pathOf(String(name));
      let at = value;
      for (let i = 0; i < keys.length; i++) {
        if (at === null || at === undefined || !(keys[i] in p.Object(at))) return undefined;
        at = at[keys[i]];
      }
      return { __proto__: null, value: at };
    };
    const hasProperty = (state, name, ...rest) => {
      if (state.value === null || state.value === undefined)
        throw new p.TypeError(`Target cannot be null or undefined.`);
      const found = read(state, state.value, name);
      const kind = `${state.flags.deep ? "deep " : ""}${state.flags.own ? "own " : ""}${state.flags.nested ? "nested " : ""}property ${brief(name)}`;
      if (rest.length === 0) check(state, found !== undefined, (no) => `to ${no}have ${kind}`, name);
      else {
        const now = noted(state, rest[1]);
        const pass = found !== undefined && same(now)(found.value, rest[0]);
        check(
          now,
          pass,
          (no) =>
            `to ${no}have ${kind} of ${brief(rest[0])}${found === undefined ? "" : no === "" ? `, but got ${brief(found.value)}` : ""}`,
          rest[0],
          found?.value,
          found === undefined ? "" : detail(found.value, rest[0]),
        );
      }
      return found === undefined
        ? undefined
        : assertion(changed(state, { __proto__: null, value: found.value, flags: { __proto__: null } }));
    };
    method(["property"], hasProperty);
    method(["ownProperty", "haveOwnProperty"], (state, ...args) => hasProperty(flagged(state, "own"), ...args));
    method(["ownPropertyDescriptor", "haveOwnPropertyDescriptor"], (state, name, descriptor) => {
      const found = p.ObjectGetOwnPropertyDescriptor(p.Object(state.value), name);
      check(
        state,
        descriptor === undefined ? found !== undefined : equals(found, descriptor, CHAI),
        (no) => `to ${no}have own property descriptor for ${brief(name)}`,
        descriptor,
        found,
      );
      return assertion(changed(state, { __proto__: null, value: found, flags: { __proto__: null } }));
    });

    method(["keys", "key"], (state, ...args) => {
      const { value } = state;
      const kind = isObject(value) ? k.kinds.kindOf(value) : "";
      const isCollection = kind === "Map" || kind === "Set";
      let wanted =
        args.length === 1 && ArrayIsArray(args[0])
          ? args[0]
          : args.length === 1 && isObject(args[0]) && !isCollection
            ? p.ReflectOwnKeys(args[0])
            : args;
      if (wanted.length === 0) throw new Error("keys required");
      const actual = isCollection ? entriesOf(value.keys()) : visibleKeys(value);
      if (!isCollection)
        wanted = p.ArrayPrototypeMap(wanted, (each) => (typeof each === "symbol" ? each : String(each)));
      const equal = same(state);
      let found = 0;
      for (let i = 0; i < wanted.length; i++)
        for (let j = 0; j < actual.length; j++)
          if (equal(wanted[i], actual[j])) {
            found++;
            break;
          }
      const { any, contains } = state.flags;
      const pass = any ? found > 0 : found === wanted.length && (contains === true || actual.length === wanted.length);
      const names = p.ArrayPrototypeMap(wanted, brief);
      const joined =
        names.length > 1
          ? `keys ${ArrayPrototypeJoin(p.ArrayPrototypeSlice(names, 0, -1), ", ")}, ${any ? "or" : "and"} ${names[names.length - 1]}`
          : `key ${names[0]}`;
      check(state, pass, (no) => `to ${no}${contains ? "contain" : "have"} ${joined}`, wanted, actual);
    });
    const visibleKeys = (value) => {
      const keys = ObjectKeys(p.Object(value));
      const symbols = p.ObjectGetOwnPropertySymbols(p.Object(value));
      for (let i = 0; i < symbols.length; i++)
        if (p.ObjectPrototypePropertyIsEnumerable(value, symbols[i])) ArrayPrototypePush(keys, symbols[i]);
      return keys;
    };

    method(["members"], (state, expected, message) => {
      const now = noted(state, message);
      const mine = asList(now.value, "members"),
        theirs = asList(expected, "members");
      const equal = same(now);
      const { contains, ordered } = now.flags;
      let pass = contains ? mine.length >= theirs.length : mine.length === theirs.length;
      if (pass && ordered) for (let i = 0; i < theirs.length && pass; i++) pass = equal(mine[i], theirs[i]);
      else if (pass) {
        const left = list();
        for (let i = 0; i < mine.length; i++) ArrayPrototypePush(left, mine[i]);
        for (let i = 0; i < theirs.length && pass; i++) {
          let at = 0;
          while (at < left.length && !equal(left[at], theirs[i])) at++;
          pass = at < left.length;
          if (pass && !contains) p.ArrayPrototypeSplice(left, at, 1);
        }
      }
      check(
        now,
        pass,
        (no) =>
          `to ${no}${contains ? "be a superset of" : `have the same${ordered ? " ordered" : ""} members as`} ${brief(expected)}`,
        expected,
        now.value,
        contains ? "" : detail(now.value, expected),
      );
    });
    const asList = (value, what) => {
      if (!ArrayIsArray(value) && !(isObject(value) && typeof value[p.SymbolIterator] === "function"))
        throw new p.TypeError(`expected ${brief(value)} to be an iterable (for .${what})`);
      return entriesOf(value);
    };

    const sizeOf = (state) => {
      const { value } = state;
      if (isObject(value)) {
        const kind = k.kinds.kindOf(value);
        if (kind === "Map" || kind === "Set") return value.size;
      }
      const length = value === null || value === undefined ? undefined : value.length;
      if (typeof length !== "number") throw new p.TypeError(`expected ${brief(value)} to have property 'length'`);
      return length;
    };
    chainable(["lengthOf", "length"], "length", (state, expected, message) => {
      const size = sizeOf(state);
      check(
        noted(state, message),
        size === expected,
        (no) => `to ${no}have a length of ${brief(expected)}${no === "" ? ` but got ${size}` : ""}`,
        expected,
        size,
      );
    });

    k.load("internal/expect_chai_more")({ assertion, changed, brief, method, check, noted, same, sizeOf, typeOf });
  };
})
