(function (k) {
  "use strict";
  // ListFormat, RelativeTimeFormat and DisplayNames.
  const p = k.primordials;
  const { ArrayPrototypeIndexOf, ArrayPrototypePush, MathAbs, ObjectIs, StringPrototypeIndexOf, StringPrototypeSlice } = p;
  const core = k.load("internal/intl_locale");
  const digits = k.load("internal/intl_digits");
  const { stringOption } = core;

  const join = (parts) => {
    let text = "";
    for (let i = 0; i < parts.length; i++) text += parts[i].value;
    return text;
  };

  // ---- lists ----

  const makeListFormat = () => {
    const OF = "Intl.ListFormat";
    const strings = (iterable) => {
      const list = [];
      if (iterable === undefined) return list;
      for (const item of iterable) {
        if (typeof item !== "string") throw new p.TypeError(`Iterable yielded ${k.inspect(item)} which is not a string`);
        ArrayPrototypePush(list, item);
      }
      return list;
    };
    // Spanish and Hebrew change the word before some sounds: CLDR has no rule for that, ICU does.
    const spoken = (slots, pattern, next) => {
      if (p.StringPrototypeStartsWith(slots.name, "es")) {
        if (pattern === "{0} y {1}" && core.test(/^(i|hi(?!a|e|[aeouáéóú]))/iu, next) && !core.test(/^hi[ae]/iu, next)) return "{0} e {1}";
        if (pattern === "{0} o {1}" && core.test(/^(o|ho|8|11$|11\D)/iu, next)) return "{0} u {1}";
      }
      if (p.StringPrototypeStartsWith(slots.name, "he") && core.test(/ ו\{1\}$/u, pattern) && !core.test(/^[א-ת]/u, next)) {
        return p.StringPrototypeReplace(pattern, " ו{1}", " ו-{1}");
      }
      return pattern;
    };
    const pieces = (pattern, first, second) => {
      const answer = [];
      let text = "";
      const flush = () => { if (text !== "") ArrayPrototypePush(answer, { type: "literal", value: text }); text = ""; };
      for (let i = 0; i < pattern.length; i++) {
        const mark = StringPrototypeSlice(pattern, i, i + 3);
        if (mark !== "{0}" && mark !== "{1}") { text += pattern[i]; continue; }
        flush();
        const list = mark === "{0}" ? first : second;
        for (let j = 0; j < list.length; j++) ArrayPrototypePush(answer, list[j]);
        i += 2;
      }
      flush();
      return answer;
    };
    const parts = (slots, list) => {
      const { patterns } = slots;
      const element = (i) => [{ type: "element", value: list[i] }];
      if (list.length === 0) return [];
      if (list.length === 1) return element(0);
      if (list.length === 2) return pieces(spoken(slots, patterns[2], list[1]), element(0), element(1));
      const last = list.length - 1;
      // From the front, so that long lists stay linear.
      let answer = pieces(patterns.start, element(0), element(1));
      for (let i = 2; i < last; i++) answer = more(patterns.middle, answer, element(i));
      return more(spoken(slots, patterns.end, list[last]), answer, element(last));
    };
    const more = (pattern, list, next) => {
      const at = StringPrototypeIndexOf(pattern, "{0}");
      const to = StringPrototypeIndexOf(pattern, "{1}");
      if (at !== 0 || to < at) return pieces(pattern, list, next);
      const middle = StringPrototypeSlice(pattern, 3, to);
      const tail = StringPrototypeSlice(pattern, to + 3);
      if (middle !== "") ArrayPrototypePush(list, { type: "literal", value: middle });
      ArrayPrototypePush(list, next[0]);
      if (tail !== "") ArrayPrototypePush(list, { type: "literal", value: tail });
      return list;
    };
    const KINDS = { __proto__: null, conjunction: "standard", disjunction: "or", unit: "unit" };
    return core.define("ListFormat", (locales, options) => {
      const list = core.canonicalizeList(locales);
      options = core.strictOptions(options);
      core.matcher(options, OF);
      const slots = core.resolve(list, [], {});
      slots.type = stringOption(options, "type", OF, ["conjunction", "disjunction", "unit"], "conjunction");
      slots.style = stringOption(options, "style", OF, ["long", "short", "narrow"], "long");
      const table = core.data("lists", slots.name);
      const kind = KINDS[slots.type];
      // Babel keeps only what a style says otherwise than the one before it.
      const short = table[`${kind}-short`];
      slots.patterns = p.ObjectAssign({ __proto__: null }, table.standard, table[kind] ?? short, slots.style === "long" ? undefined : short,
        slots.style === "narrow" ? table[`${kind}-narrow`] : undefined);
      return slots;
    }, {
      methods: {
        format(slots, list) { return join(parts(slots, strings(list))); },
        formatToParts(slots, list) { return parts(slots, strings(list)); },
        resolvedOptions(slots) { return { locale: slots.locale, type: slots.type, style: slots.style }; },
      },
    }).constructor;
  };

  // ---- relative times ----

  const makeRelativeTimeFormat = () => {
    const OF = "Intl.RelativeTimeFormat";
    const numbers = k.load("internal/intl_number");
    const plural = k.load("internal/intl_plural");
    const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
    const unitOf = (unit, method) => {
      unit = `${unit}`;
      const single = unit[unit.length - 1] === "s" ? StringPrototypeSlice(unit, 0, -1) : unit;
      if (ArrayPrototypeIndexOf(UNITS, single) === -1) {
        throw new p.RangeError(`Invalid unit argument for ${OF}.prototype.${method}() '${StringPrototypeSlice(unit, 0, 100)}'`);
      }
      return single;
    };
    const parts = (slots, value, unit, method) => {
      value = +value;
      unit = unitOf(unit, method);
      if (!p.NumberIsFinite(value)) throw new p.RangeError(`Value need to be finite number for ${OF}.prototype.${method}()`);
      const field = slots.style === "long" ? unit : `${unit}-${slots.style}`;
      if (slots.numeric === "auto") {
        const word = p.NumberIsInteger(value) && MathAbs(value) <= 2 ? core.data("word", slots.name, field, value || 0) : null;
        if (word === false) {
          throw new p.RangeError(`Intl.RelativeTimeFormat: the sandbox has no words like "yesterday" for ${slots.locale}; use { numeric: 'always' }`);
        }
        if (word !== null) return [{ type: "literal", value: word }];
      }
      const tense = value < 0 || ObjectIs(value, -0) ? "past" : "future";
      const shown = numbers.formatParts(slots.numbers, numbers.from(MathAbs(value)));
      const { 0: whole, 1: part } = numbers.shown(slots.numbers.digits, MathAbs(value));
      const category = slots.select(plural.operands(whole, part, 0));
      // A style has what the next longer one says otherwise.
      const from = (style) => {
        const forms = core.data("relative", slots.name, unit + style)[tense];
        return forms?.[category] ?? forms?.other;
      };
      const pattern = (slots.style === "narrow" ? from("-narrow") : undefined) ?? (slots.style === "long" ? undefined : from("-short")) ?? from("");
      const at = StringPrototypeIndexOf(pattern, "{0}");
      if (at < 0) return [{ type: "literal", value: pattern }];
      const answer = [];
      if (at > 0) ArrayPrototypePush(answer, { type: "literal", value: StringPrototypeSlice(pattern, 0, at) });
      for (let i = 0; i < shown.length; i++) ArrayPrototypePush(answer, { type: shown[i].type, value: shown[i].value, unit });
      if (at + 3 < pattern.length) ArrayPrototypePush(answer, { type: "literal", value: StringPrototypeSlice(pattern, at + 3) });
      return answer;
    };
    const numbering = { __proto__: null, key: "nu", accepts: (value) => digits.isSystem(value) };
    return core.define("RelativeTimeFormat", (locales, options) => {
      const list = core.canonicalizeList(locales);
      options = core.optionsObject(options, OF);
      core.matcher(options, OF);
      const nu = core.typeOption(options, "numberingSystem");
      const slots = core.resolve(list, [numbering], { __proto__: null, nu });
      slots.style = stringOption(options, "style", OF, ["long", "short", "narrow"], "long");
      slots.numeric = stringOption(options, "numeric", OF, ["always", "auto"], "always");
      slots.numbers = numbers.init([slots.locale], { __proto__: null, numberingSystem: slots.nu });
      slots.nu = slots.numbers.nu;
      slots.select = plural.selector(slots.name, "cardinal");
      return slots;
    }, {
      methods: {
        format(slots, value, unit) { return join(parts(slots, value, unit, "format")); },
        formatToParts(slots, value, unit) { return parts(slots, value, unit, "formatToParts"); },
        resolvedOptions(slots) { return { locale: slots.locale, style: slots.style, numeric: slots.numeric, numberingSystem: slots.nu }; },
      },
    }).constructor;
  };

  // ---- names ----

  const makeDisplayNames = () => {
    const OF = "Intl.DisplayNames";
    const wrong = () => new p.RangeError("invalid_argument");
    const of = {
      __proto__: null,
      region(slots, code) {
        if (!core.test(/^([a-z]{2}|\d{3})$/i, code)) throw wrong();
        code = p.StringPrototypeToUpperCase(code);
        return [code, core.data("name", slots.name, "territories", code)];
      },
      script(slots, code) {
        if (!core.test(/^[a-z]{4}$/i, code)) throw wrong();
        code = p.StringPrototypeToUpperCase(code[0]) + p.StringPrototypeToLowerCase(StringPrototypeSlice(code, 1));
        return [code, core.data("name", slots.name, "scripts", code)];
      },
      currency(slots, code) {
        if (!core.test(/^[a-z]{3}$/i, code)) throw wrong();
        code = p.StringPrototypeToUpperCase(code);
        if (slots.style === "long") return [code, core.data("name", slots.name, "currency_names", code)];
        const money = core.data("currency", slots.name, code);
        return [code, slots.style === "narrow" ? money.narrow : money.symbol];
      },
      language(slots, code) {
        const l = code.length > 100 ? undefined : core.parse(code);
        if (l === undefined || l.extensions.length > 0) throw wrong();
        code = core.canonicalize(code);
        const name = (id) => core.data("name", slots.name, "languages", id);
        const { language, script, region, variants } = core.parse(code);
        if (slots.languageDisplay === "dialect") {
          for (const [id, rest] of [
            [script && region && `${language}_${script}_${region}`, []], [region && `${language}_${region}`, [["scripts", script]]],
            [script && `${language}_${script}`, [["territories", region]]],
          ]) {
            const found = id ? name(id) : null;
            if (found !== null) return [code, qualified(slots, found, rest, variants)];
          }
        }
        const found = name(language);
        if (found === null && (script || region)) return [code, qualified(slots, language, [["scripts", script], ["territories", region]], variants)];
        return [code, found === null ? null : qualified(slots, found, [["scripts", script], ["territories", region]], variants)];
      },
    };
    const qualified = (slots, name, rest, variants) => {
      let list = "";
      for (let i = 0; i < rest.length; i++) {
        if (rest[i][1] === undefined) continue;
        let text = core.data("name", slots.name, rest[i][0], rest[i][1]) ?? rest[i][1];
        text = p.StringPrototypeReplace(p.StringPrototypeReplace(text, /\(/g, "["), /\)/g, "]");
        list += (list && (slots.name === "ja" || core.test(/^(zh|ja)/, slots.name) ? "、" : ", ")) + text;
      }
      for (let i = 0; i < variants.length; i++) list += (list && ", ") + p.StringPrototypeToUpperCase(variants[i]);
      if (list === "") return name;
      if (p.StringPrototypeStartsWith(slots.name, "ko")) return `${name}(${list})`;
      return core.test(/^(zh|ja)/, slots.name) ? `${name}${core.test(/^zh/, slots.name) ? `（${list}）` : ` (${list})`}` : `${name} (${list})`;
    };
    return core.define("DisplayNames", (locales, options) => {
      const list = core.canonicalizeList(locales);
      if (options === undefined) throw new p.TypeError("invalid_argument");
      options = core.strictOptions(options);
      core.matcher(options, OF);
      const slots = core.resolve(list, [], {});
      slots.style = stringOption(options, "style", OF, ["narrow", "short", "long"], "long");
      slots.type = stringOption(options, "type", OF, ["language", "region", "script", "currency", "calendar", "dateTimeField"], undefined);
      if (slots.type === undefined) throw new p.TypeError("Required option \"type\" must not be undefined");
      if (of[slots.type] === undefined) {
        throw new p.RangeError(`Intl.DisplayNames: names of type '${slots.type}' are not available in the sandbox; language, region, script and currency are`);
      }
      slots.fallback = stringOption(options, "fallback", OF, ["code", "none"], "code");
      slots.languageDisplay = stringOption(options, "languageDisplay", OF, ["dialect", "standard"], "dialect");
      return slots;
    }, {
      methods: {
        of(slots, code) {
          const { 0: canonical, 1: name } = of[slots.type](slots, `${code}`);
          return name ?? (slots.fallback === "code" ? canonical : undefined);
        },
        resolvedOptions(slots) {
          const answer = { locale: slots.locale, style: slots.style, type: slots.type, fallback: slots.fallback };
          if (slots.type === "language") answer.languageDisplay = slots.languageDisplay;
          return answer;
        },
      },
    }).constructor;
  };
  return { __proto__: null, makeListFormat, makeRelativeTimeFormat, makeDisplayNames };
})
