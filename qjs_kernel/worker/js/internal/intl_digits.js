(function (k) {
  "use strict";
  // Digits: what the options of NumberFormat and PluralRules say of rounding, and numbering systems.
  const p = k.primordials;
  const { ArrayPrototypeIndexOf, StringFromCodePoint, StringPrototypeCharCodeAt } = p;
  const core = k.load("internal/intl_locale");
  const decimal = k.load("internal/intl_decimal");
  const { numberOption, stringOption } = core;

  const MODES = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];
  const INCREMENTS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];

  // ECMA-402's SetNumberFormatDigitOptions.
  const digitOptions = (options, fallbackLeast, fallbackMost, notation, of = "Intl.NumberFormat") => {
    const d = { __proto__: null };
    d.leastInteger = numberOption(options.minimumIntegerDigits, "minimumIntegerDigits", 1, 21, 1);
    let leastFraction = options.minimumFractionDigits;
    let mostFraction = options.maximumFractionDigits;
    let leastSignificant = options.minimumSignificantDigits;
    let mostSignificant = options.maximumSignificantDigits;
    d.roundingIncrement = numberOption(options.roundingIncrement, "roundingIncrement", 1, 5000, 1);
    if (ArrayPrototypeIndexOf(INCREMENTS, d.roundingIncrement) === -1) throw new p.RangeError("roundingIncrement value is out of range.");
    d.roundingMode = stringOption(options, "roundingMode", of, MODES, "halfExpand");
    d.roundingPriority = stringOption(options, "roundingPriority", of, ["auto", "morePrecision", "lessPrecision"], "auto");
    d.trailingZeroDisplay = stringOption(options, "trailingZeroDisplay", of, ["auto", "stripIfInteger"], "auto");
    if (d.roundingIncrement !== 1) fallbackMost = fallbackLeast;
    const hasSignificant = leastSignificant !== undefined || mostSignificant !== undefined;
    const hasFraction = leastFraction !== undefined || mostFraction !== undefined;
    let needsSignificant = true;
    let needsFraction = true;
    if (d.roundingPriority === "auto") {
      needsSignificant = hasSignificant;
      if (hasSignificant || (!hasFraction && notation === "compact")) needsFraction = false;
    }
    if (needsSignificant) {
      d.leastSignificant = hasSignificant ? numberOption(leastSignificant, "minimumSignificantDigits", 1, 21, 1) : 1;
      d.mostSignificant = hasSignificant ? numberOption(mostSignificant, "maximumSignificantDigits", d.leastSignificant, 21, 21) : 21;
    }
    if (needsFraction) {
      if (hasFraction) {
        leastFraction = numberOption(leastFraction, "minimumFractionDigits", 0, 20, undefined);
        mostFraction = numberOption(mostFraction, "maximumFractionDigits", 0, 20, undefined);
        if (leastFraction === undefined) leastFraction = fallbackLeast < mostFraction ? fallbackLeast : mostFraction;
        else if (mostFraction === undefined) mostFraction = fallbackMost > leastFraction ? fallbackMost : leastFraction;
        else if (leastFraction > mostFraction) throw new p.RangeError("maximumFractionDigits value is out of range.");
        d.leastFraction = leastFraction;
        d.mostFraction = mostFraction;
      } else {
        d.leastFraction = fallbackLeast;
        d.mostFraction = fallbackMost;
      }
    }
    if (!needsSignificant && !needsFraction) {
      d.leastFraction = d.mostFraction = 0;
      d.leastSignificant = 1;
      d.mostSignificant = 2;
      d.type = "morePrecision";
      d.compactRounding = true;
    } else if (d.roundingPriority !== "auto") d.type = d.roundingPriority;
    else d.type = hasSignificant ? "significant" : "fraction";
    if (d.roundingIncrement !== 1) {
      if (d.type !== "fraction") throw new p.TypeError("roundingIncrement value is invalid.");
      if (d.mostFraction !== d.leastFraction) throw new p.RangeError("roundingIncrement value is out of range.");
    }
    return d;
  };
  const resolvedDigits = (d) => {
    const answer = { minimumIntegerDigits: d.leastInteger };
    if (d.leastSignificant !== undefined) {
      answer.minimumSignificantDigits = d.leastSignificant;
      answer.maximumSignificantDigits = d.mostSignificant;
    }
    if (d.leastFraction !== undefined) {
      answer.minimumFractionDigits = d.leastFraction;
      answer.maximumFractionDigits = d.mostFraction;
    }
    return answer;
  };

  // → { value: the rounded decimal, least: fraction digits to show at least }
  const bySignificant = (d, value) => {
    const rounded = decimal.round(value, d.mostSignificant, d.roundingMode);
    const point = rounded.digits === "" ? 1 : rounded.point;
    return { __proto__: null, value: rounded, least: d.leastSignificant > point ? d.leastSignificant - point : 0 };
  };
  const byFraction = (d, value) => {
    const rounded = d.roundingIncrement === 1
      ? decimal.round(value, value.point + d.mostFraction, d.roundingMode)
      : decimal.roundTo(value, d.mostFraction, d.roundingIncrement, d.roundingMode);
    return { __proto__: null, value: rounded, least: d.leastFraction };
  };
  const round = (d, value) => {
    if (value.special !== undefined) return { __proto__: null, value, least: 0 };
    if (d.type === "fraction") return byFraction(d, value);
    if (d.type === "significant") return bySignificant(d, value);
    const significant = bySignificant(d, value);
    const fraction = byFraction(d, value);
    const finer = (value.digits === "" ? 1 : value.point) - d.mostSignificant <= -d.mostFraction;
    if (d.compactRounding) return (value.digits === "" ? 1 : value.point) - d.mostSignificant < 0 && finer ? { __proto__: null, value: significant.value, least: 0 } : fraction;
    return finer === (d.type === "morePrecision") ? significant : fraction;
  };
  const write = (d, { value, least }) => {
    const texts = decimal.write(value, d.leastInteger, least);
    if (d.trailingZeroDisplay === "stripIfInteger" && +texts[1] === 0) texts[1] = "";
    return texts;
  };

  // Numbering systems by their zero; digits of each follow one another.
  const zeros = {
    __proto__: null, latn: 0x30, adlm: 0x1e950, ahom: 0x11730, arab: 0x660, arabext: 0x6f0, bali: 0x1b50, beng: 0x9e6,
    bhks: 0x11c50, brah: 0x11066, cakm: 0x11136, cham: 0xaa50, deva: 0x966, diak: 0x11950, fullwide: 0xff10, gara: 0x10d40,
    gong: 0x11da0, gonm: 0x11d50, gujr: 0xae6, gukh: 0x16130, guru: 0xa66, hmng: 0x16b50, hmnp: 0x1e140, java: 0xa9d0,
    kali: 0xa900, kawi: 0x11f50, khmr: 0x17e0, knda: 0xce6, krai: 0x16d70, lana: 0x1a80, lanatham: 0x1a90, laoo: 0xed0, lepc: 0x1c40, limb: 0x1946,
    mathbold: 0x1d7ce, mathdbl: 0x1d7d8, mathmono: 0x1d7f6, mathsanb: 0x1d7ec, mathsans: 0x1d7e2, mlym: 0xd66, modi: 0x11650,
    mong: 0x1810, mroo: 0x16a60, mtei: 0xabf0, mymr: 0x1040, mymrepka: 0x116da, mymrpao: 0x116d0, mymrshan: 0x1090, mymrtlng: 0xa9f0,
    nagm: 0x1e4f0, newa: 0x11450, nkoo: 0x7c0, olck: 0x1c50, onao: 0x1e5f1, orya: 0xb66, osma: 0x104a0, outlined: 0x1ccf0, rohg: 0x10d30,
    saur: 0xa8d0, segment: 0x1fbf0, shrd: 0x111d0, sind: 0x112f0, sinh: 0xde6, sora: 0x110f0, sund: 0x1bb0, sunu: 0x11bf0, takr: 0x116c0,
    talu: 0x19d0, tamldec: 0xbe6, telu: 0xc66, thai: 0xe50, tibt: 0xf20, tirh: 0x114d0, tnsa: 0x16ac0, vaii: 0xa620,
    wara: 0x118e0, wcho: 0x1e2f0,
  };
  const han = "〇一二三四五六七八九";
  const systems = [];
  { const names = p.ObjectKeys(zeros); for (let i = 0; i < names.length; i++) systems[i] = names[i]; }
  p.ArrayPrototypePush(systems, "hanidec");
  p.ArrayPrototypeSort(systems);
  const isSystem = (name) => name === "hanidec" || zeros[name] !== undefined;
  // What writes Latin digits in a system; undefined for Latin.
  const writer = (system) => {
    if (system === "latn") return undefined;
    const zero = zeros[system];
    return (text) => {
      let answer = "";
      for (let i = 0; i < text.length; i++) {
        const c = StringPrototypeCharCodeAt(text, i) - 0x30;
        answer += c < 0 || c > 9 ? text[i] : system === "hanidec" ? han[c] : StringFromCodePoint(zero + c);
      }
      return answer;
    };
  };
  return { __proto__: null, digitOptions, resolvedDigits, round, write, systems, isSystem, writer };
})
