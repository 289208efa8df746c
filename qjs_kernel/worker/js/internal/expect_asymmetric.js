(function (k) {
  "use strict";
  // expect.any(String), expect.objectContaining({…}) and the others: values that stand for many values in a comparison.
  const p = k.primordials;
  const { ArrayIsArray, ErrorIsError, ObjectKeys, RegExpPrototypeExec, StringPrototypeIncludes, SymbolFor, TypeError } =
    p;
  const { MARK, equals, hasInherited, isObject } = k.load("internal/expect_equal");
  const show = (value) => k.inspectSafe(value, { __proto__: null, depth: 3 });

  class AsymmetricMatcher {
    #match;
    #label;
    #inverse;
    constructor(label, match, inverse) {
      this.#label = label;
      this.#match = match;
      this.#inverse = inverse;
      p.ObjectDefineProperty(this, "$$typeof", { __proto__: null, value: MARK, enumerable: false });
      if (inverse) p.ObjectDefineProperty(this, "inverse", { __proto__: null, value: true, enumerable: false });
    }
    asymmetricMatch(other) {
      return !!this.#match(other) !== this.#inverse;
    }
    toString() {
      return `${this.#inverse ? "Not" : ""}${this.#label()}`;
    }
    toAsymmetricMatcher() {
      return `${this}`;
    }
    [SymbolFor("nodejs.util.inspect.custom")]() {
      return `${this}`;
    }
  }
  const make = (label, match, inverse = false) => new AsymmetricMatcher(label, match, inverse);

  const primitives = [
    [p.String, "string"],
    [p.Number, "number"],
    [p.Boolean, "boolean"],
    [p.BigInt, "bigint"],
    [p.Symbol, "symbol"],
    [p.Function, "function"],
  ];
  const nameOf = (constructor) =>
    typeof constructor.name === "string" && constructor.name !== "" ? constructor.name : "(anonymous)";
  const any = (...args) => {
    const constructor = args[0];
    if (args.length === 0 || typeof constructor !== "function") {
      throw new TypeError(
        "any() expects to be passed a constructor function. " +
          "Please pass one or use anything() to match any object.",
      );
    }
    return make(
      () => `Any<${nameOf(constructor)}>`,
      (other) => {
        if (constructor === p.Object) return typeof other === "object";
        if (constructor === p.Array) return ArrayIsArray(other);
        for (let i = 0; i < primitives.length; i++)
          if (constructor === primitives[i][0] && typeof other === primitives[i][1]) return true;
        return other instanceof constructor;
      },
    );
  };
  const anything = () =>
    make(
      () => "Anything",
      (other) => other !== undefined && other !== null,
    );

  const need = (ok, what, value) => {
    if (!ok) throw new TypeError(`You must provide ${what}, instead got '${show(value)}'.`);
  };
  const objectContaining = (inverse) => (sample) => {
    need(isObject(sample), "an object to ObjectContaining", sample);
    return make(
      () => `ObjectContaining ${show(sample)}`,
      (other) => {
        if (!isObject(other)) return false;
        const keys = p.ReflectOwnKeys(sample);
        for (let i = 0; i < keys.length; i++)
          if (!hasInherited(other, keys[i]) || !equals(sample[keys[i]], other[keys[i]])) return false;
        return true;
      },
      inverse,
    );
  };
  const arrayContaining = (inverse) => (sample) => {
    need(ArrayIsArray(sample), "an array to ArrayContaining", sample);
    return make(
      () => `ArrayContaining ${show(sample)}`,
      (other) => {
        if (!ArrayIsArray(other)) return false;
        for (let i = 0; i < sample.length; i++) {
          let found = false;
          for (let j = 0; j < other.length && !found; j++) found = equals(sample[i], other[j]);
          if (!found) return false;
        }
        return true;
      },
      inverse,
    );
  };
  const arrayOf = (inverse) => (sample) =>
    make(
      () => `ArrayOf ${show(sample)}`,
      (other) => {
        if (!ArrayIsArray(other)) return false;
        for (let i = 0; i < other.length; i++) if (!equals(sample, other[i])) return false;
        return true;
      },
      inverse,
    );
  const objectValues = (inverse) => (sample) =>
    make(
      () => `ObjectContaining values ${show(sample)}`,
      (other) => {
        if (!isObject(other)) return false;
        const keys = ObjectKeys(other);
        for (let i = 0; i < keys.length; i++) if (!equals(sample, other[keys[i]])) return false;
        return true;
      },
      inverse,
    );
  const stringContaining = (inverse) => (sample) => {
    need(typeof sample === "string", "a string to StringContaining", sample);
    return make(
      () => `StringContaining ${show(sample)}`,
      (other) => typeof other === "string" && StringPrototypeIncludes(other, sample),
      inverse,
    );
  };
  const stringMatching = (inverse) => (sample) => {
    need(typeof sample === "string" || isRegExp(sample), "a string or a regular expression to StringMatching", sample);
    return make(
      () => `StringMatching ${show(typeof sample === "string" ? new p.RegExp(sample) : sample)}`,
      (other) => typeof other === "string" && matches(sample, other),
      inverse,
    );
  };
  const closeTo =
    (inverse) =>
    (sample, precision = 2) => {
      need(typeof sample === "number" && typeof precision === "number", "numbers to closeTo", sample);
      return make(
        () => `NumberCloseTo ${sample} (${precision} digits)`,
        (other) => isClose(other, sample, precision),
        inverse,
      );
    };
  const isClose = (value, expected, precision) =>
    typeof value === "number" && (value === expected || p.MathAbs(expected - value) < p.MathPow(10, -precision) / 2);
  const isRegExp = (value) => isObject(value) && k.kinds.kindOf(value) === "RegExp";
  // A copy: the program's own keeps its lastIndex, and a sticky or global one matches from the start.
  const matches = (pattern, text) => RegExpPrototypeExec(new p.RegExp(pattern), text) !== null;
  const schemaMatching = (inverse) => (schema) =>
    make(
      () => "SchemaMatching",
      (other) => {
        const result = schema["~standard"].validate(other);
        return result.issues === undefined;
      },
      inverse,
    );

  const both = (inverse) => ({
    objectContaining: objectContaining(inverse),
    arrayContaining: arrayContaining(inverse),
    arrayOf: arrayOf(inverse),
    objectValues: objectValues(inverse),
    stringContaining: stringContaining(inverse),
    stringMatching: stringMatching(inverse),
    closeTo: closeTo(inverse),
    schemaMatching: schemaMatching(inverse),
  });
  return {
    __proto__: null,
    any,
    anything,
    make,
    positive: both(false),
    negative: both(true),
    isClose,
    isRegExp,
    matches,
    errorLike: ErrorIsError,
  };
})
