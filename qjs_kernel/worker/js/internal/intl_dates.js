(function (k) {
  "use strict";
  // DateTimeFormat: options to a skeleton, the skeleton to a pattern, the pattern to text.
  const p = k.primordials;
  const {
    ArrayPrototypeIndexOf, ArrayPrototypePush, DateNow, MathFloor, ObjectDefineProperty, StringPrototypePadStart,
    StringPrototypeRepeat, StringPrototypeStartsWith,
  } = p;
  const core = k.load("internal/intl_locale");
  const numbers = k.load("internal/intl_digits");
  const skeletons = k.load("internal/intl_skeleton");
  const zones = k.load("internal/intl_zone");
  const { stringOption } = core;
  const OF = "Intl.DateTimeFormat";

  const texts = ["narrow", "long", "short"];
  const counts = ["2-digit", "numeric"];
  const COMPONENTS = {
    __proto__: null, weekday: texts, era: texts, year: counts, month: ["narrow", "long", "short", "2-digit", "numeric"],
    day: counts, dayPeriod: texts, hour: counts, minute: counts, second: counts, fractionalSecondDigits: undefined,
    timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"],
  };
  const names = p.ObjectKeys(COMPONENTS);
  const LENGTHS = { __proto__: null, narrow: 5, long: 4, short: 3, "2-digit": 2, numeric: 1 };
  const STYLES = ["full", "long", "medium", "short"];
  const CYCLES = ["h11", "h12", "h23", "h24"];
  const HOURS = { __proto__: null, h11: "K", h12: "h", h23: "H", h24: "k" };
  const LETTERS = { __proto__: null, weekday: "E", era: "G", year: "y", month: "M", day: "d", dayPeriod: "B", minute: "m", second: "s" };
  const ZONES = { __proto__: null, short: "z", long: "zzzz", shortOffset: "O", longOffset: "OOOO", shortGeneric: "v", longGeneric: "vvvv" };
  const PERSIAN = ["fa", "ps", "mzn", "lrc", "uz_Arab", "ckb_IR"];

  const calendarOf = (name) => {
    if (StringPrototypeStartsWith(name, "th") && (name.length === 2 || name[2] === "_") || name === "shn_TH") return "buddhist";
    for (let i = 0; i < PERSIAN.length; i++) {
      const of = PERSIAN[i];
      if (name === of || StringPrototypeStartsWith(name, `${of}_`)) return name === "ps_PK" ? "gregory" : "persian";
    }
    return "gregory";
  };
  const calendars = "buddhist,chinese,coptic,dangi,ethioaa,ethiopic,gregory,hebrew,indian,islamic,islamic-civil,islamic-rgsa,islamic-tbla,islamic-umalqura,iso8601,japanese,persian,roc";
  const knownCalendars = p.StringPrototypeSplit(calendars, ",");
  const relevant = [
    { __proto__: null, key: "ca", accepts: (value) => ArrayPrototypeIndexOf(knownCalendars, value) !== -1 },
    { __proto__: null, key: "nu", accepts: (value) => numbers.isSystem(value) },
    { __proto__: null, key: "hc", accepts: (value) => ArrayPrototypeIndexOf(CYCLES, value) !== -1 },
  ];

  // `required` and `defaults`: "any", "date", "time", "all" as in ECMA-402's ToDateTimeOptions.
  const init = (locales, options, required = "any", defaults = "date") => {
    const list = core.canonicalizeList(locales);
    options = options === undefined ? { __proto__: null } : core.optionsObject(options, OF);
    core.matcher(options, OF);
    let ca = core.typeOption(options, "calendar");
    const nu = core.typeOption(options, "numberingSystem");
    const hour12 = core.booleanOption(options, "hour12");
    let hourCycle = stringOption(options, "hourCycle", OF, CYCLES, undefined);
    if (hour12 !== undefined) hourCycle = undefined;
    const slots = core.resolve(list, relevant, { __proto__: null, ca, nu, hc: hourCycle });
    if (hour12 !== undefined) slots.hc = undefined;
    ca = slots.ca ?? calendarOf(slots.name);
    if (ca !== "gregory" && ca !== "iso8601") {
      throw new p.RangeError(`Intl.DateTimeFormat: the calendar '${ca}'${slots.ca === undefined ? ` (usual in ${slots.locale})` : ""} is not available in the sandbox; use { calendar: 'gregory' }`);
    }
    slots.calendar = ca;
    slots.zone = zones.resolve(options.timeZone);
    const asked = slots.asked = { __proto__: null };
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const value = name === "fractionalSecondDigits"
        ? core.numberOption(options[name], name, 1, 3, undefined)
        : stringOption(options, name, OF, COMPONENTS[name], undefined);
      if (value !== undefined) asked[name] = value;
    }
    stringOption(options, "formatMatcher", OF, ["basic", "best fit"], "best fit");
    slots.dateStyle = stringOption(options, "dateStyle", OF, STYLES, undefined);
    slots.timeStyle = stringOption(options, "timeStyle", OF, STYLES, undefined);
    const styled = slots.dateStyle !== undefined || slots.timeStyle !== undefined;
    if (styled) {
      for (let i = 0; i < names.length; i++) {
        if (asked[names[i]] !== undefined) throw new p.TypeError(`Can't set option ${names[i]} when ${slots.dateStyle !== undefined ? "dateStyle" : "timeStyle"} is used`);
      }
      if (required === "date" && slots.timeStyle !== undefined) throw new p.TypeError("Invalid option : timeStyle");
      if (required === "time" && slots.dateStyle !== undefined) throw new p.TypeError("Invalid option : dateStyle");
    } else {
      const date = asked.weekday ?? asked.year ?? asked.month ?? asked.day;
      const time = asked.dayPeriod ?? asked.hour ?? asked.minute ?? asked.second ?? asked.fractionalSecondDigits;
      const has = required === "date" ? date : required === "time" ? time : date ?? time;
      if (has === undefined) {
        if (defaults !== "time") asked.year = asked.month = asked.day = "numeric";
        if (defaults !== "date") asked.hour = asked.minute = asked.second = "numeric";
      }
    }
    const cldr = slots.cldr = core.data("dates", slots.name);
    const symbols = slots.name === "en_US" && slots.nu === undefined ? undefined : core.data("numbers", slots.name, slots.nu ?? "");
    slots.nu ??= symbols?.system ?? "latn";
    slots.toDigits = numbers.writer(slots.nu);
    slots.decimal = symbols?.symbols.decimal ?? ".";
    const usual = core.test(/h|K/, bareLetters(cldr.time[3])) ? "h12" : "h23";
    // As V8 of Node 20 reads hour12: 24:00 where the clock has twelve hours, 0:00 PM where it has not.
    if (hour12 !== undefined) slots.hc = hour12 ? (usual === "h12" ? "h12" : "h11") : usual === "h12" ? "h24" : "h23";
    const cycle = slots.hc ?? usual;
    slots.tokens = styled ? styledTokens(slots, cldr, cycle, usual) : skeletons.best(cldr, skeletonOf(asked, cycle), slots.decimal);
    slots.hasHour = false;
    const all = slots.tokens = withCycle(slots.tokens, cycle);
    for (let i = 0; i < all.length; i++) {
      const { letter } = all[i];
      if (letter === "h" || letter === "H" || letter === "K" || letter === "k") slots.hasHour = true;
      if (letter === "m") slots.hasMinute = true;
      if (letter === "s") slots.hasSecond = true;
    }
    slots.cycle = cycle;
    return slots;
  };
  const bareLetters = (pattern) => {
    let text = "";
    const list = skeletons.tokens(pattern);
    for (let i = 0; i < list.length; i++) if (typeof list[i] !== "string") text += list[i].letter;
    return text;
  };
  const skeletonOf = (asked, cycle) => {
    let text = "";
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const value = asked[name];
      if (value === undefined) continue;
      if (name === "hour") text += StringPrototypeRepeat(HOURS[cycle], LENGTHS[value]);
      else if (name === "fractionalSecondDigits") text += StringPrototypeRepeat("S", value);
      else if (name === "timeZoneName") text += ZONES[value];
      else if (name === "dayPeriod") { if (asked.hour === undefined || cycle === "h12" || cycle === "h11") text += StringPrototypeRepeat("B", value === "short" ? 1 : LENGTHS[value]); }
      else text += StringPrototypeRepeat(LETTERS[name], LENGTHS[value]);
    }
    return text;
  };
  const styledTokens = (slots, cldr, cycle, usual) => {
    let date;
    let time;
    if (slots.dateStyle !== undefined) date = skeletons.tokens(cldr.date[ArrayPrototypeIndexOf(STYLES, slots.dateStyle)]);
    if (slots.timeStyle !== undefined) {
      const pattern = cldr.time[ArrayPrototypeIndexOf(STYLES, slots.timeStyle)];
      time = skeletons.tokens(pattern);
      if (cycle !== usual) {
        let skeleton = "";
        for (let i = 0; i < time.length; i++) {
          const { letter, length } = time[i];
          if (letter === undefined || letter === "a" || letter === "B" || letter === "b") continue;
          const isHour = letter === "h" || letter === "H" || letter === "K" || letter === "k";
          skeleton += StringPrototypeRepeat(isHour ? HOURS[cycle] : letter, length);
        }
        time = skeletons.best(cldr, skeleton, slots.decimal);
      }
    }
    if (time === undefined) return date;
    if (date === undefined) return time;
    return skeletons.join(cldr.both[ArrayPrototypeIndexOf(STYLES, slots.dateStyle)], time, date);
  };
  const withCycle = (tokens, cycle) => {
    const answer = [];
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i];
      const isHour = t.letter === "h" || t.letter === "H" || t.letter === "K" || t.letter === "k";
      ArrayPrototypePush(answer, isHour ? { __proto__: null, letter: HOURS[cycle], length: t.length } : t);
    }
    return answer;
  };

  // ---- formatting ----

  const fieldsOf = (slots, ms) => {
    const { 0: east } = zones.offset(slots.zone, ms);
    const d = new p.Date(ms + east * 1000);
    const year = p.DatePrototypeGetUTCFullYear(d);
    return {
      __proto__: null, ms, era: year > 0 ? 1 : 0, year: year > 0 ? year : 1 - year, month: p.DatePrototypeGetUTCMonth(d) + 1,
      day: p.DatePrototypeGetUTCDate(d), weekday: p.DatePrototypeGetUTCDay(d), hour: p.DatePrototypeGetUTCHours(d),
      minute: p.DatePrototypeGetUTCMinutes(d), second: p.DatePrototypeGetUTCSeconds(d), milli: p.DatePrototypeGetUTCMilliseconds(d),
    };
  };
  const WIDTHS = ["", "abbreviated", "abbreviated", "abbreviated", "wide", "narrow", "short"];
  const named = (table, context, length, key) => {
    const width = WIDTHS[length];
    return table[context]?.[width]?.[key] ?? table.format[width]?.[key] ?? table.format.abbreviated[key] ?? table.format.wide[key];
  };
  const period = (slots, f, length, exactOnly) => {
    const rules = slots.cldr.periodRules;
    const at = f.hour * 3600;
    const sharp = (!slots.hasMinute || f.minute === 0) && (!slots.hasSecond || f.second === 0);
    const get = (key) => slots.cldr.periods.format[WIDTHS[length]]?.[key] ?? slots.cldr.periods.format.abbreviated?.[key];
    if (exactOnly && sharp && f.hour === 0 && rules.midnight !== undefined && get("midnight")) return get("midnight");
    if (sharp && f.hour === 12 && rules.noon !== undefined && get("noon")) return get("noon");
    if (!exactOnly) {
      const keys = p.ObjectKeys(rules);
      for (let i = 0; i < keys.length; i++) {
        const spans = rules[keys[i]];
        for (let j = 0; j < spans.length; j++) {
          const { from, before } = spans[j];
          if (from === undefined) continue;
          if (from < before ? at >= from && at < before : at >= from || at < before) return get(keys[i]);
        }
      }
    }
    return get(f.hour < 12 ? "am" : "pm");
  };
  const TYPES = {
    __proto__: null, G: "era", y: "year", M: "month", L: "month", E: "weekday", c: "weekday", e: "weekday", d: "day", a: "dayPeriod",
    b: "dayPeriod", B: "dayPeriod", h: "hour", H: "hour", K: "hour", k: "hour", m: "minute", s: "second", S: "fractionalSecond",
    z: "timeZoneName", v: "timeZoneName", O: "timeZoneName",
  };
  const count = (slots, value, length) => {
    const text = StringPrototypePadStart(`${value}`, length, "0");
    return slots.toDigits === undefined ? text : slots.toDigits(text);
  };
  const field = (slots, f, { letter, length }) => {
    const { cldr } = slots;
    switch (letter) {
      case "G": return cldr.eras[WIDTHS[length]][f.era];
      case "y": return length === 2 ? count(slots, f.year % 100, 2) : count(slots, f.year, length);
      case "M": return length < 3 ? count(slots, f.month, length) : named(cldr.months, "format", length, f.month);
      case "L": return length < 3 ? count(slots, f.month, length) : named(cldr.months, "stand-alone", length, f.month);
      case "E": return named(cldr.days, "format", length, (f.weekday + 6) % 7);
      case "c": case "e": return named(cldr.days, letter === "c" ? "stand-alone" : "format", length < 3 ? 3 : length, (f.weekday + 6) % 7);
      case "d": return count(slots, f.day, length);
      case "a": return named(cldr.periods, "format", length, f.hour < 12 ? "am" : "pm");
      case "b": return period(slots, f, length, true);
      case "B": return period(slots, f, length, false);
      case "h": return count(slots, f.hour % 12 || 12, length);
      case "K": return count(slots, f.hour % 12, length);
      case "H": return count(slots, f.hour, length);
      case "k": return count(slots, f.hour || 24, length);
      case "m": return count(slots, f.minute, length);
      case "s": return count(slots, f.second, length);
      case "S": return count(slots, MathFloor(f.milli / (length === 1 ? 100 : length === 2 ? 10 : 1)), length);
      case "z": case "v": case "O": return zones.name(slots.name, slots.zone, f.ms, letter, length, slots.toDigits);
      default: throw new p.RangeError(`Intl.DateTimeFormat: the sandbox cannot write the field '${letter}' of ${slots.locale}'s pattern`);
    }
  };
  const time = (date) => {
    const ms = date === undefined ? DateNow() : k.kinds.kindOf(date) === "Date" ? p.DatePrototypeGetTime(date) : +date;
    if (!(ms >= -8.64e15 && ms <= 8.64e15)) throw new p.RangeError("Invalid time value");
    return p.MathTrunc(ms);
  };
  const format = (slots, ms) => {
    const f = fieldsOf(slots, ms);
    const { tokens } = slots;
    let text = "";
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i];
      text += typeof t === "string" ? t : field(slots, f, t);
    }
    // CLDR has a narrow space before "PM"; V8 writes a plain one here, and nowhere else.
    return p.StringPrototypeIncludes(text, "\u202f") ? p.StringPrototypeReplaceAll(text, "\u202f", " ") : text;
  };
  const put = (parts, type, value, source) => {
    const last = parts.length > 0 ? parts[parts.length - 1] : undefined;
    if (type === "literal" && last !== undefined && last.type === "literal" && last.source === source) last.value += value;
    else ArrayPrototypePush(parts, source === undefined ? { type, value } : { type, value, source });
  };
  const putTokens = (parts, slots, tokens, f, source) => {
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i];
      if (typeof t === "string") put(parts, "literal", t, source);
      else put(parts, TYPES[t.letter], field(slots, f, t), source);
    }
    return parts;
  };
  const resolvedFields = (slots, answer) => {
    const by = { __proto__: null };
    for (let i = 0; i < slots.tokens.length; i++) {
      const t = slots.tokens[i];
      if (typeof t === "string") continue;
      const type = TYPES[t.letter];
      const { length } = t;
      if (t.letter === "a") continue;
      if (type === "fractionalSecond") by.fractionalSecondDigits = length;
      else if (type === "timeZoneName") by[type] = slots.asked.timeZoneName;
      else if (length > 2 || type === "weekday" || type === "era" || type === "dayPeriod") by[type] = length === 4 ? "long" : length === 5 ? "narrow" : "short";
      else by[type] = length === 2 ? "2-digit" : "numeric";
    }
    for (let i = 0; i < names.length; i++) if (by[names[i]] !== undefined) answer[names[i]] = by[names[i]];
  };
  const ranges = () => k.load("internal/intl_ranges");
  const pair = (start, end) => {
    if (start === undefined || end === undefined) throw new p.TypeError("Invalid time value");
    return [time(start), time(end)];
  };
  const definition = core.define("DateTimeFormat", (locales, options) => init(locales, options), {
    callable: true,
    methods: {
      formatToParts(slots, date) { return putTokens([], slots, slots.tokens, fieldsOf(slots, time(date))); },
      formatRange(slots, start, end) {
        const parts = ranges().dates(api, slots, pair(start, end));
        let text = "";
        for (let i = 0; i < parts.length; i++) text += parts[i].value;
        return text;
      },
      formatRangeToParts(slots, start, end) { return ranges().dates(api, slots, pair(start, end)); },
      resolvedOptions(slots) {
        const answer = { locale: slots.locale, calendar: slots.calendar, numberingSystem: slots.nu, timeZone: slots.zone };
        if (slots.hasHour) {
          answer.hourCycle = slots.cycle;
          answer.hour12 = slots.cycle === "h12" || slots.cycle === "h11";
        }
        if (slots.dateStyle === undefined && slots.timeStyle === undefined) resolvedFields(slots, answer);
        if (slots.dateStyle !== undefined) answer.dateStyle = slots.dateStyle;
        if (slots.timeStyle !== undefined) answer.timeStyle = slots.timeStyle;
        return answer;
      },
    },
    getters: {
      format(slots) {
        if (slots.bound === undefined) {
          slots.bound = (date) => format(slots, time(date));
          ObjectDefineProperty(slots.bound, "name", { __proto__: null, value: "", configurable: true });
        }
        return slots.bound;
      },
    },
  });
  const api = { __proto__: null, constructor: definition.constructor, init, format, fieldsOf, putTokens, put, field };
  return api;
})
