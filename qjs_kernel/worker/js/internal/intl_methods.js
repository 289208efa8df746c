(function (k) {
  "use strict";
  // toLocaleString and its relatives, on the prototypes since boot by small wrappers that load this file. `this` has
  // been checked by nobody: each does it as the engine's own method would.
  const p = k.primordials;
  const { SymbolToStringTag } = p;
  const core = k.load("internal/intl_locale");
  const numbers = () => k.load("internal/intl_number");
  const dates = () => k.load("internal/intl_dates");

  // Formatters for no options, or none but a locale: made once.
  const kept = { __proto__: null };
  let count = 0;
  const cached = (kind, locales, options, make) => {
    if (options !== undefined || (locales !== undefined && typeof locales !== "string")) return make();
    const key = `${kind} ${locales ?? ""}`;
    let slots = kept[key];
    if (slots === undefined) {
      slots = make();
      if (count++ < 200) kept[key] = slots;
    }
    return slots;
  };
  const number = (value, locales, options) =>
    numbers().format(cached("number", locales, options, () => numbers().init(locales, options)), value);
  const date = (required, defaults) => (value, locales, options) => {
    const ms = p.DatePrototypeGetTime(value);
    if (ms !== ms) return "Invalid Date";
    return dates().format(cached(defaults, locales, options, () => dates().init(locales, options, required, defaults)), ms);
  };
  const array = (value, locales, options, length) => {
    let text = "";
    for (let i = 0; i < length; i++) {
      if (i > 0) text += ",";
      const item = value[i];
      if (item !== undefined && item !== null) text += item.toLocaleString(locales, options);
    }
    return text;
  };
  const stack = []; // arrays being written: one that holds itself is written as nothing
  const ofArray = (value, locales, options) => {
    const object = p.Object(value);
    if (p.ArrayPrototypeIncludes(stack, object)) return "";
    p.ArrayPrototypePush(stack, object);
    try {
      const length = +object.length;
      return array(object, locales, options, length > 0 ? p.MathMin(p.MathFloor(length), p.NumberMAX_SAFE_INTEGER) : 0);
    } finally { stack.length--; }
  };

  // Turkish, Azeri and Lithuanian have rules of their own for i; everybody else does not.
  const languageOf = (locales) => {
    if (locales === undefined) return "en";
    const list = core.canonicalizeList(locales);
    if (list.length === 0) return "en";
    return core.parse(list[0]).language;
  };
  const lower = (text, locales) => {
    const language = languageOf(locales);
    if (language === "tr" || language === "az") {
      text = p.StringPrototypeReplace(text, /İ/g, "i");
      text = p.StringPrototypeReplace(text, /I\u0307/g, "i");
      text = p.StringPrototypeReplace(text, /I/g, "ı");
    } else if (language === "lt") {
      // The dot stays visible under accents.
      text = p.StringPrototypeReplace(text, /[IJĮ](?=[\u0300\u0301\u0303])/g, (c) => `${p.StringPrototypeToLowerCase(c)}\u0307`);
      text = p.StringPrototypeReplace(text, /[ÌÍĨ]/g, (c) => (c === "Ì" ? "i\u0307\u0300" : c === "Í" ? "i\u0307\u0301" : "i\u0307\u0303"));
    }
    return p.StringPrototypeToLowerCase(text);
  };
  const upper = (text, locales) => {
    const language = languageOf(locales);
    if (language === "tr" || language === "az") text = p.StringPrototypeReplace(text, /i/g, "İ");
    else if (language === "lt") text = p.StringPrototypeReplace(text, /([ijį])\u0307/g, "$1");
    else if (language === "el") {
      // Capitals carry no accent in Greek.
      text = p.StringPrototypeNormalize(p.StringPrototypeReplace(p.StringPrototypeNormalize(text, "NFD"), /([\u0370-\u03ff])\u0301/g, "$1"), "NFC");
    }
    return p.StringPrototypeToUpperCase(text);
  };
  let collator; // of the default locale
  const compare = (a, b, locales, options) => {
    if (collator !== undefined && locales === undefined && options === undefined) return collator.compare(collator.slots, a, b);
    const collation = k.load("internal/intl_collate");
    const slots = cached("collator", locales, options, () => collation.init(locales, options));
    if (locales === undefined && options === undefined) collator = { __proto__: null, compare: collation.compare, slots };
    return collation.compare(slots, a, b);
  };
  return {
    __proto__: null,
    number, ofArray, lower, upper, compare, typed: array, SymbolToStringTag,
    dateTime: date("any", "all"), dateOnly: date("date", "date"), timeOnly: date("time", "time"),
  };
})
