(function (k) {
  "use strict";
  // NumberFormat: ECMA-402's rounding over CLDR's patterns.
  const p = k.primordials;
  const {
    ArrayPrototypeIndexOf, ArrayPrototypePush, NumberIsInteger, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeIndexOf,
    StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToUpperCase, StringPrototypeTrim,
  } = p;
  const core = k.load("internal/intl_locale");
  const decimal = k.load("internal/intl_decimal");
  const digits = k.load("internal/intl_digits");
  const plural = k.load("internal/intl_plural");
  const { stringOption } = core;
  const OF = "Intl.NumberFormat";

  // Enough for plain numbers in English: those ask no service.
  const ENGLISH = {
    __proto__: null, system: "latn", minimumGrouping: 1, decimal: "#,##0.###", percent: "#,##0%",
    currency: { __proto__: null, standard: "¤#,##0.00", accounting: "¤#,##0.00;(¤#,##0.00)" },
    symbols: { __proto__: null, decimal: ".", group: ",", percentSign: "%", plusSign: "+", minusSign: "-", approximatelySign: "~",
      exponential: "E", infinity: "∞", nan: "NaN" },
  };
  const UNITS = StringPrototypeSplit("acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year", " ");
  // ISO 4217: currencies without hundredths.
  const FRACTIONS = { __proto__: null };
  const none = StringPrototypeSplit("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", " ");
  for (let i = 0; i < none.length; i++) FRACTIONS[none[i]] = 0;
  const three = StringPrototypeSplit("BHD IQD JOD KWD LYD OMR TND", " ");
  for (let i = 0; i < three.length; i++) FRACTIONS[three[i]] = 3;
  FRACTIONS.CLF = FRACTIONS.UYW = 4;

  // ---- patterns ----

  // "¤ #,##0.00;(…)" → { positive: [prefix, suffix], negative, primary, secondary }; affixes are lists of
  // one-character signs and texts in quotes turned to { text }.
  const affix = (text) => {
    const list = [];
    let plain = "";
    let quoted = false;
    const flush = () => {
      if (plain !== "") ArrayPrototypePush(list, { __proto__: null, text: plain });
      plain = "";
    };
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c === "'") {
        if (text[i + 1] === "'") { plain += "'"; i++; } else quoted = !quoted;
      } else if (!quoted && (c === "¤" || c === "%" || c === "-" || c === "+")) {
        flush();
        ArrayPrototypePush(list, c);
      } else plain += c;
    }
    flush();
    return list;
  };
  const body = /^((?:'[^']*'|[^#0,.@'])*)([#0,.@E]+)((?:'[^']*'|[^'])*)$/;
  const patterns = { __proto__: null };
  const parsePattern = (pattern) => {
    const known = patterns[pattern];
    if (known !== undefined) return known;
    const { 0: first, 1: second } = StringPrototypeSplit(pattern, ";");
    const m = RegExpPrototypeExec(body, first);
    const found = { __proto__: null, prefix: affix(m[1]), suffix: affix(m[3]), negative: undefined, primary: 0, secondary: 0, zeros: 0 };
    const groups = StringPrototypeSplit(StringPrototypeSplit(m[2], ".")[0], ",");
    if (groups.length > 1) {
      found.primary = groups[groups.length - 1].length;
      found.secondary = groups.length > 2 ? groups[groups.length - 2].length : found.primary;
    }
    for (let i = 0; i < m[2].length; i++) if (m[2][i] === "0") found.zeros++;
    if (second !== undefined) {
      const n = RegExpPrototypeExec(body, second);
      found.negative = [affix(n[1]), affix(n[3])];
    }
    patterns[pattern] = found;
    return found;
  };

  // ---- options ----

  const unitPattern = /^[a-z]+(-[a-z]+)*$/;
  const isUnit = (unit) => {
    if (!core.test(unitPattern, unit)) return false;
    if (ArrayPrototypeIndexOf(UNITS, unit) !== -1) return true;
    const at = StringPrototypeIndexOf(unit, "-per-");
    return at > 0 && ArrayPrototypeIndexOf(UNITS, StringPrototypeSlice(unit, 0, at)) !== -1 &&
      ArrayPrototypeIndexOf(UNITS, StringPrototypeSlice(unit, at + 5)) !== -1;
  };
  const numbering = { __proto__: null, key: "nu", accepts: (value) => digits.isSystem(value) };
  const groupings = ["min2", "auto", "always", "true", "false"];

  const init = (locales, options) => {
    const list = core.canonicalizeList(locales);
    options = core.optionsObject(options, OF);
    core.matcher(options, OF);
    const nu = core.typeOption(options, "numberingSystem");
    const slots = core.resolve(list, [numbering], { __proto__: null, nu });
    const style = slots.style = stringOption(options, "style", OF, ["decimal", "percent", "currency", "unit"], "decimal");
    const currency = stringOption(options, "currency", OF, undefined, undefined);
    if (currency === undefined) {
      if (style === "currency") throw new p.TypeError("Currency code is required with currency style.");
    } else if (!core.test(/^[a-z]{3}$/i, currency)) throw new p.RangeError(`Invalid currency code : ${currency}`);
    const currencyDisplay = stringOption(options, "currencyDisplay", OF, ["code", "symbol", "narrowSymbol", "name"], "symbol");
    const currencySign = stringOption(options, "currencySign", OF, ["standard", "accounting"], "standard");
    const unit = stringOption(options, "unit", OF, undefined, undefined);
    if (unit === undefined) {
      if (style === "unit") throw new p.TypeError(`Invalid unit argument for ${OF}() ''`);
    } else if (!isUnit(unit)) throw new p.RangeError(`Invalid unit argument for ${OF}() '${unit}'`);
    const unitDisplay = stringOption(options, "unitDisplay", OF, ["short", "narrow", "long"], "short");
    if (style === "currency") {
      slots.currency = StringPrototypeToUpperCase(currency);
      slots.currencyDisplay = currencyDisplay;
      slots.currencySign = currencySign;
    }
    if (style === "unit") { slots.unit = unit; slots.unitDisplay = unitDisplay; }
    slots.notation = stringOption(options, "notation", OF, ["standard", "scientific", "engineering", "compact"], "standard");
    const places = FRACTIONS[slots.currency] ?? 2;
    const isMoney = style === "currency" && slots.notation === "standard";
    slots.digits = digits.digitOptions(options, isMoney ? places : 0, isMoney ? places : style === "percent" ? 0 : 3, slots.notation);
    const compactDisplay = stringOption(options, "compactDisplay", OF, ["short", "long"], "short");
    const compact = slots.notation === "compact";
    if (compact) slots.compactDisplay = compactDisplay;
    const fallback = compact ? "min2" : "auto";
    const { useGrouping } = options;
    if (useGrouping === undefined) slots.grouping = fallback;
    else if (useGrouping === true) slots.grouping = "always";
    else if (!useGrouping) slots.grouping = false;
    else {
      const text = stringOption(options, "useGrouping", OF, groupings, fallback);
      slots.grouping = text === "true" || text === "false" ? fallback : text;
    }
    slots.signDisplay = stringOption(options, "signDisplay", OF, ["auto", "never", "always", "exceptZero", "negative"], "auto");
    prepare(slots);
    return slots;
  };

  // What does not depend on the number.
  const prepare = (slots) => {
    const english = (slots.name === "en_US" || slots.name === "en") && slots.nu === undefined && slots.notation !== "compact";
    const cldr = slots.cldr = english ? ENGLISH : core.data("numbers", slots.name, slots.nu ?? "");
    slots.nu ??= cldr.system;
    slots.symbols = cldr.symbols;
    slots.toDigits = digits.writer(slots.nu);
    const plain = parsePattern(cldr.decimal);
    slots.primary = plain.primary;
    slots.secondary = plain.secondary;
    slots.leastGroup = slots.grouping === "always" ? 1 : slots.grouping === "min2" ? 2 : cldr.minimumGrouping;
    slots.pattern = plain;
    slots.sign = "";
    if (slots.style === "percent") slots.pattern = parsePattern(cldr.percent);
    if (slots.style === "currency") {
      const money = core.data("currency", slots.name, slots.currency);
      slots.money = money;
      slots.sign = slots.currencyDisplay === "code" ? slots.currency
        : slots.currencyDisplay === "narrowSymbol" ? money.narrow : money.symbol;
      if (slots.currencyDisplay !== "name") {
        slots.pattern = parsePattern(cldr.currency[slots.currencySign]);
        if (slots.pattern.primary) {
          slots.primary = slots.pattern.primary;
          slots.secondary = slots.pattern.secondary;
        }
      }
    }
    if (slots.style === "unit") slots.unitPatterns = unitPatterns(slots);
    slots.select = plural.selector(slots.name, "cardinal");
    const d = slots.digits;
    slots.quick = slots.style === "decimal" && slots.notation === "standard" && slots.signDisplay === "auto" && d.type === "fraction" &&
      d.leastInteger === 1 && d.leastFraction === 0 && slots.toDigits === undefined && slots.primary === 3 && slots.secondary === 3 &&
      d.roundingIncrement === 1 && (slots.grouping === false || slots.leastGroup === 1) && slots.pattern.negative === undefined;
  };
  // → pattern by plural category
  const unitPatterns = (slots) => {
    const { unit, unitDisplay: width, name } = slots;
    const own = core.data("unit", name, unit);
    const forms = own.unit;
    if (forms !== null) return forms[width]?.other ? forms[width] : forms.short?.other ? forms.short : forms.long;
    const at = StringPrototypeIndexOf(unit, "-per-");
    const top = at < 0 ? null : core.data("unit", name, StringPrototypeSlice(unit, 0, at)).unit;
    const below = at < 0 ? null : core.data("unit", name, StringPrototypeSlice(unit, at + 5)).unit;
    if (top === null || below === null) throw new p.RangeError(`Intl.NumberFormat: the sandbox has no names for the unit '${unit}' in ${slots.locale}`);
    const over = top[width] ?? top.short;
    const under = below[width] ?? below.short;
    const answer = { __proto__: null };
    const keys = p.ObjectKeys(over);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === "per") continue;
      const per = under.per ?? replace(replace(own.per?.[width]?.compound ?? "{0}/{1}", "{1}", StringPrototypeTrim(replace(under.one ?? under.other, "{0}", ""))), "{0}", "{0}");
      answer[keys[i]] = replace(per, "{0}", over[keys[i]]);
    }
    return answer;
  };
  const replace = (text, what, by) => {
    const at = StringPrototypeIndexOf(text, what);
    return at < 0 ? text : StringPrototypeSlice(text, 0, at) + by + StringPrototypeSlice(text, at + what.length);
  };

  // ---- formatting ----

  const part = (parts, type, value) => { if (value !== "") ArrayPrototypePush(parts, { type, value }); };
  const grouped = (parts, slots, whole, pattern) => {
    const show = slots.toDigits;
    const primary = pattern.primary || slots.primary;
    const secondary = pattern.secondary || slots.secondary;
    if (slots.grouping === false || primary === 0 || whole.length < primary + slots.leastGroup) {
      part(parts, "integer", show === undefined ? whole : show(whole));
      return;
    }
    let end = whole.length - primary;
    let first = end % secondary || secondary;
    let text = StringPrototypeSlice(whole, 0, first);
    part(parts, "integer", show === undefined ? text : show(text));
    while (first <= end) {
      part(parts, "group", slots.symbols.group);
      const next = first < end ? first + secondary : whole.length;
      text = StringPrototypeSlice(whole, first, next);
      part(parts, "integer", show === undefined ? text : show(text));
      if (first >= end) break;
      first = next;
    }
  };
  const space = /^(\s*)(.*?)(\s*)$/u;
  const isLetter = /[\p{L}\p{M}\p{N}.]$/u;
  const startsWithLetter = /^[\p{L}\p{M}\p{N}]/u;

  const putAffix = (parts, slots, list, before, compact, signType, besideDigits) => {
    for (let i = 0; i < list.length; i++) {
      const token = list[i];
      if (token === "-") {
        part(parts, signType, signType === "plusSign" ? slots.symbols.plusSign : slots.symbols.minusSign);
      } else if (token === "+") part(parts, "plusSign", slots.symbols.plusSign);
      else if (token === "%") part(parts, slots.style === "unit" ? "unit" : "percentSign", slots.symbols.percentSign);
      else if (token === "¤") {
        // A sign of letters keeps a distance from the digits beside it.
        if (!before && (i === 0 ? besideDigits : compact && !core.test(/\s$/u, list[i - 1].text ?? "")) && core.test(startsWithLetter, slots.sign)) part(parts, "literal", "\u00a0");
        part(parts, "currency", slots.sign);
        if (before && i === list.length - 1 && besideDigits && core.test(isLetter, slots.sign)) part(parts, "literal", "\u00a0");
      } else if (compact) {
        const m = RegExpPrototypeExec(space, token.text);
        part(parts, "literal", m[1]);
        part(parts, "compact", m[2]);
        part(parts, "literal", m[3]);
      } else part(parts, "literal", token.text);
    }
  };
  const hasMinus = (list) => ArrayPrototypeIndexOf(list, "-") !== -1;

  // The power of ten that compact notation shows by a word, for a number of that magnitude.
  const compactShift = (table, magnitude) => {
    if (table.other === undefined || magnitude < 3) return 0;
    const most = compactKey(table, magnitude);
    const { zeros, prefix, suffix } = parsePattern(table.other[most]);
    if (prefix.length === 0 && suffix.length === 0) return 0;
    return most.length - zeros;
  };
  // Beyond the largest word, that.
  const compactKey = (table, magnitude) => {
    let key = `1${StringPrototypeRepeat("0", magnitude > 20 ? 20 : magnitude)}`;
    while (table.other[key] === undefined) key = StringPrototypeSlice(key, 0, -1);
    return key;
  };
  const magnitudeOf = (d) => (d.digits === "" ? 0 : d.point - 1);

  const formatParts = (slots, given) => {
    const { notation, symbols, cldr } = slots;
    const set = slots.digits;
    let value = given;
    if (slots.style === "percent") value = decimal.shift(value, 2);
    let exponent = 0;
    let table;
    const exponentOf = (d) => {
      const magnitude = magnitudeOf(d);
      if (notation === "scientific") return magnitude;
      if (notation === "engineering") return p.MathFloor(magnitude / 3) * 3;
      return compactShift(table, magnitude);
    };
    if (notation === "compact") {
      table = slots.style === "currency" && slots.currencyDisplay !== "name" ? cldr.compactCurrency : cldr.compact[slots.compactDisplay] ?? cldr.compact.short;
    }
    let rounded;
    if (notation === "standard" || value.special !== undefined) rounded = digits.round(set, value);
    else {
      exponent = exponentOf(value);
      rounded = digits.round(set, decimal.shift(value, -exponent));
      // 999,999 rounds up to the next word.
      const again = rounded.value.digits === "" ? exponent : exponentOf(decimal.shift(rounded.value, exponent));
      if (again !== exponent) {
        exponent = again;
        rounded = digits.round(set, decimal.shift(value, -exponent));
      }
    }
    const texts = value.special === undefined ? digits.write(set, rounded) : ["", ""];
    const isZero = value.special === undefined && rounded.value.digits === "";
    const { negative } = value;
    let sign = "";
    switch (slots.signDisplay) {
      case "auto": sign = negative ? "-" : ""; break;
      case "always": sign = negative ? "-" : "+"; break;
      case "exceptZero": sign = isZero || value.special === "nan" ? "" : negative ? "-" : "+"; break;
      case "negative": sign = negative && !isZero ? "-" : ""; break;
    }
    if (value.special === "nan" && slots.signDisplay !== "always") sign = "";

    const needsPlural = notation === "compact" || slots.style === "unit" || slots.currencyDisplay === "name";
    const category = !needsPlural || value.special !== undefined ? "other" : slots.select(plural.operands(texts[0], texts[1], 0)); // of what is seen: "1.2" million
    let { pattern } = slots;
    let isCompact = false;
    let inner;
    if (notation === "compact" && exponent > 0 && value.special === undefined) {
      const magnitude = magnitudeOf(decimal.shift(rounded.value, exponent));
      const key = compactKey(table, magnitude);
      const found = parsePattern(table[category]?.[key] ?? table.other[key]);
      if (slots.style === "percent") inner = found;
      else { pattern = found; isCompact = true; }
    }
    let prefix = pattern.prefix;
    let suffix = pattern.suffix;
    const signType = sign === "+" ? "plusSign" : "minusSign";
    let putSign = sign !== "";
    if (putSign && pattern.negative !== undefined && (sign === "-" || hasMinus(pattern.negative[0]) || hasMinus(pattern.negative[1]))) {
      prefix = pattern.negative[0];
      suffix = pattern.negative[1];
      putSign = false;
    }
    const parts = [];
    if (putSign) part(parts, signType, sign === "+" ? symbols.plusSign : symbols.minusSign);
    putAffix(parts, slots, prefix, true, isCompact, signType, value.special === undefined);
    if (inner !== undefined) putAffix(parts, slots, inner.prefix, true, true, signType, true);
    if (value.special === "nan") part(parts, "nan", symbols.nan);
    else if (value.special === "infinity") part(parts, "infinity", symbols.infinity);
    else {
      grouped(parts, slots, texts[0], slots.pattern);
      if (texts[1] !== "") {
        part(parts, "decimal", slots.style === "currency" && slots.currencyDisplay !== "name" ? slots.moneyDecimal ?? symbols.decimal : symbols.decimal);
        part(parts, "fraction", slots.toDigits === undefined ? texts[1] : slots.toDigits(texts[1]));
      }
      if (notation === "scientific" || notation === "engineering") {
        part(parts, "exponentSeparator", symbols.exponential);
        if (exponent < 0) part(parts, "exponentMinusSign", symbols.minusSign);
        const text = `${exponent < 0 ? -exponent : exponent}`;
        part(parts, "exponentInteger", slots.toDigits === undefined ? text : slots.toDigits(text));
      }
    }
    if (inner !== undefined) putAffix(parts, slots, inner.suffix, false, true, signType, true);
    putAffix(parts, slots, suffix, false, isCompact, signType, value.special === undefined);
    if (slots.style === "unit") return around(parts, slots.unitPatterns[category] ?? slots.unitPatterns.other, "unit");
    if (slots.currencyDisplay === "name") {
      const { names, patterns: forms, name } = slots.money;
      return around(parts, replace(forms[category] ?? forms.other, "{1}", names[category] ?? names.other ?? name), "currency");
    }
    return parts;
  };
  // The parts of the number in a pattern of words: "{0} km".
  const around = (parts, pattern, type) => {
    const at = StringPrototypeIndexOf(pattern, "{0}");
    const answer = [];
    const put = (text) => {
      const m = RegExpPrototypeExec(space, text);
      part(answer, "literal", m[1]);
      part(answer, type, m[2]);
      part(answer, "literal", m[3]);
    };
    if (at < 0) { put(pattern); return answer; }
    put(StringPrototypeSlice(pattern, 0, at));
    for (let i = 0; i < parts.length; i++) ArrayPrototypePush(answer, parts[i]);
    put(StringPrototypeSlice(pattern, at + 3));
    return answer;
  };
  const join = (parts) => {
    let text = "";
    for (let i = 0; i < parts.length; i++) text += parts[i].value;
    return text;
  };
  // Whole numbers and short fractions, without parts: what loops print.
  const quick = (slots, value) => {
    if (!NumberIsInteger(value) || value >= 1e15 || value <= -1e15 || (value === 0 && 1 / value < 0)) return undefined;
    const text = `${value < 0 ? -value : value}`;
    const { length } = text;
    let answer = text;
    if (length > 3 && slots.grouping !== false) {
      const { group } = slots.symbols;
      let at = length % 3 || 3;
      answer = StringPrototypeSlice(text, 0, at);
      for (; at < length; at += 3) answer += group + StringPrototypeSlice(text, at, at + 3);
    }
    return value < 0 ? slots.symbols.minusSign + answer : answer;
  };
  const format = (slots, value) => {
    if (slots.quick && typeof value === "number") {
      const text = quick(slots, value);
      if (text !== undefined) return text;
    }
    return join(formatParts(slots, decimal.from(value)));
  };

  const ranges = () => k.load("internal/intl_ranges");
  const definition = core.define("NumberFormat", init, {
    callable: true,
    methods: {
      formatToParts(slots, value) { return formatParts(slots, decimal.from(value)); },
      formatRange(slots, start, end) { return join(ranges().numbers(api, slots, start, end, false)); },
      formatRangeToParts(slots, start, end) { return ranges().numbers(api, slots, start, end, true); },
      resolvedOptions(slots) {
        const answer = { locale: slots.locale, numberingSystem: slots.nu, style: slots.style };
        const optional = ["currency", "currencyDisplay", "currencySign", "unit", "unitDisplay"];
        for (let i = 0; i < optional.length; i++) if (slots[optional[i]] !== undefined) answer[optional[i]] = slots[optional[i]];
        p.ObjectAssign(answer, digits.resolvedDigits(slots.digits));
        answer.useGrouping = slots.grouping;
        answer.notation = slots.notation;
        if (slots.compactDisplay !== undefined) answer.compactDisplay = slots.compactDisplay;
        answer.signDisplay = slots.signDisplay;
        answer.roundingMode = slots.digits.roundingMode;
        answer.roundingIncrement = slots.digits.roundingIncrement;
        answer.trailingZeroDisplay = slots.digits.trailingZeroDisplay;
        answer.roundingPriority = slots.digits.compactRounding ? "morePrecision" : slots.digits.roundingPriority;
        return answer;
      },
    },
    getters: {
      format(slots) {
        if (slots.bound === undefined) {
          slots.bound = (value) => format(slots, value);
          ObjectDefineProperty(slots.bound, "name", { __proto__: null, value: "", configurable: true });
        }
        return slots.bound;
      },
    },
  });
  const shown = (set, value) => digits.write(set, digits.round(set, decimal.from(value)));
  const api = {
    __proto__: null, constructor: definition.constructor, init, format, formatParts, join, shown, UNITS,
    digitOptions: digits.digitOptions, resolvedDigits: digits.resolvedDigits, from: decimal.from,
  };
  return api;
})
