(function (k) {
  "use strict";
  // PluralRules: CLDR's rules as syntax trees, read from the service, evaluated here.
  const p = k.primordials;
  const { ArrayPrototypePush, MathMax, StringPrototypeSlice } = p;
  const core = k.load("internal/intl_locale");
  const ORDER = ["few", "many", "one", "two", "zero", "other"];

  // CLDR's operands of the digits that are shown: [integer, fraction]; `exponent` is that of compact notation.
  const operands = (integer, fraction, exponent) => {
    let whole = integer;
    let part = fraction;
    if (exponent > 0) {
      whole += StringPrototypeSlice(part, 0, exponent) + p.StringPrototypeRepeat("0", MathMax(0, exponent - part.length));
      part = StringPrototypeSlice(part, exponent);
    }
    let t = part;
    while (t !== "" && t[t.length - 1] === "0") t = StringPrototypeSlice(t, 0, -1);
    return { __proto__: null, n: +`${whole}.${part || 0}`, i: +StringPrototypeSlice(whole, -18), // as far as ICU looks
       v: part.length, w: t.length, f: +part, t: +t, c: exponent, e: exponent };
  };
  const number = (tree, o) => {
    if (tree[0] === "value") return tree[1][0];
    if (tree[0] === "mod") return number(tree[1][0], o) % number(tree[1][1], o);
    return o[tree[0]];
  };
  const holds = (tree, o) => {
    const { 0: kind, 1: of } = tree;
    if (kind === "and") return holds(of[0], o) && holds(of[1], o);
    if (kind === "or") return holds(of[0], o) || holds(of[1], o);
    if (kind === "not") return !holds(of[0], o);
    const value = number(of[1], o);
    const ranges = of[2][1];
    for (let i = 0; i < ranges.length; i++) {
      const low = number(ranges[i][0], o);
      const high = number(ranges[i][1], o);
      if (value >= low && value <= high && (of[0] === "within" || value % 1 === 0)) return true;
    }
    return false;
  };
  const category = (rules, o) => {
    for (let i = 0; i < rules.length; i++) if (holds(rules[i][1], o)) return rules[i][0];
    return "other";
  };
  const english = { __proto__: null, category: (o) => (o.i === 1 && o.v === 0 ? "one" : "other") };
  const selector = (name, type) => {
    if (type === "cardinal" && (name === "en_US" || name === "en")) return english.category;
    const rules = core.data("plurals", name)[type];
    return (o) => category(rules, o);
  };
  const categories = (name, type) => {
    const rules = core.data("plurals", name)[type];
    const answer = [];
    for (let i = 0; i < ORDER.length; i++) {
      let found = ORDER[i] === "other";
      for (let j = 0; j < rules.length; j++) found ||= rules[j][0] === ORDER[i];
      if (found) ArrayPrototypePush(answer, ORDER[i]);
    }
    return answer;
  };

  const makeClass = () => {
    const numbers = k.load("internal/intl_number");
    const { constructor } = core.define("PluralRules", (locales, options) => {
      const list = core.canonicalizeList(locales);
      options = core.optionsObject(options, "Intl.PluralRules");
      core.matcher(options, "Intl.PluralRules");
      const type = core.stringOption(options, "type", "Intl.PluralRules", ["cardinal", "ordinal"], "cardinal");
      const slots = { __proto__: null, ...core.resolve(list, [], {}), type };
      slots.digits = numbers.digitOptions(options, 0, 3, "standard");
      // Rules are of languages; only Portugal has its own.
      if (slots.locale !== "pt-PT") slots.locale = core.parse(slots.locale).language;
      slots.select = selector(slots.name, type);
      return slots;
    }, {
      methods: {
        select(slots, value) { return select(slots, value); },
        selectRange(slots, start, end) {
          if (start === undefined || end === undefined) throw new p.TypeError("Invalid argument");
          if (+start !== +start || +end !== +end) throw new p.RangeError("Invalid argument");
          // CLDR's table of ranges is not here; nearly everywhere the end decides.
          return select(slots, end);
        },
        resolvedOptions(slots) {
          return { locale: slots.locale, type: slots.type, ...numbers.resolvedDigits(slots.digits),
            pluralCategories: categories(slots.name, slots.type) };
        },
      },
    });
    const select = (slots, value) => {
      const number = +value;
      if (number !== number || number === Infinity || number === -Infinity) return "other";
      const { 0: whole, 1: part } = numbers.shown(slots.digits, number);
      return slots.select(operands(whole, part, 0));
    };
    return constructor;
  };
  return { __proto__: null, operands, selector, makeClass };
})
