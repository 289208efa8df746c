(function (k) {
  "use strict";
  // Intl.Locale, getCanonicalLocales, supportedValuesOf.
  const p = k.primordials;
  const { ArrayPrototypePush, StringPrototypeSlice, WeakMapPrototypeGet, WeakMapPrototypeSet } = p;
  const core = k.load("internal/intl_locale");
  const OF = "Intl.Locale";

  const getCanonicalLocales = (locales) => {
    if (typeof locales === "string" && core.parse(locales) === undefined) {
      throw new p.RangeError(`Invalid language tag: ${StringPrototypeSlice(locales, 0, 200)}`);
    }
    return core.canonicalizeList(locales);
  };
  const supportedValuesOf = (key) => {
    key = `${key}`;
    const copy = (list) => { const answer = []; for (let i = 0; i < list.length; i++) ArrayPrototypePush(answer, list[i]); return answer; };
    switch (key) {
      case "calendar": return ["gregory", "iso8601"];
      case "collation": return [];
      case "currency": case "timeZone": return copy(core.data("supported", key));
      case "numberingSystem": return copy(k.load("internal/intl_digits").systems);
      case "unit": return copy(k.load("internal/intl_number").UNITS);
      default: throw new p.RangeError(`Invalid key : ${StringPrototypeSlice(key, 0, 200)}`);
    }
  };

  const KEYS = { __proto__: null, calendar: "ca", collation: "co", hourCycle: "hc", caseFirst: "kf", numeric: "kn", numberingSystem: "nu" };
  const names = p.ObjectKeys(KEYS);
  const patterns = { __proto__: null, language: /^([a-z]{2,3}|[a-z]{5,8})$/i, script: /^[a-z]{4}$/i, region: /^([a-z]{2}|\d{3})$/i };
  const read = (tag) => {
    const l = core.parse(tag);
    const keywords = { __proto__: null };
    for (let i = 0; i < l.extensions.length; i++) {
      if (l.extensions[i][0] !== "u") continue;
      const list = core.keywordsOf(l.extensions[i][1]).keywords;
      for (let j = 0; j < list.length; j++) keywords[list[j][0]] = list[j][1];
    }
    return { __proto__: null, tag, parsed: l, keywords };
  };
  const make = (tag) => new Locale(tag);
  const likely = (l) => core.data("likely", l.language, l.script ?? "", l.region ?? "");
  const withSubtags = (slots, language, script, region) => {
    const l = core.parse(slots.tag);
    l.language = language;
    l.script = script;
    l.region = region;
    return make(core.write(l));
  };
  const definition = core.define("Locale", (tag, options, object) => {
    if (tag === undefined || (typeof tag !== "string" && (typeof tag !== "object" || tag === null))) {
      throw new p.TypeError("First argument to Intl.Locale constructor can't be empty or missing");
    }
    tag = (typeof tag === "object" ? WeakMapPrototypeGet(core.localeTags, tag) : undefined) ?? `${tag}`;
    if (tag === "") throw new p.RangeError("First argument to Intl.Locale constructor can't be empty or missing");
    options = core.optionsObject(options, OF);
    const l = core.parse(tag);
    if (l === undefined) throw new p.RangeError("Incorrect locale information provided");
    for (const name of ["language", "script", "region"]) {
      const value = core.stringOption(options, name, OF, undefined, undefined);
      if (value === undefined) continue;
      if (!core.test(patterns[name], value)) throw new p.RangeError("Incorrect locale information provided");
      l[name] = value;
    }
    let extra = "";
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      let value = name === "numeric" ? core.booleanOption(options, name)
        : name === "hourCycle" ? core.stringOption(options, name, OF, ["h11", "h12", "h23", "h24"], undefined)
        : name === "caseFirst" ? core.stringOption(options, name, OF, ["upper", "lower", "false"], undefined) : core.typeOption(options, name);
      if (value === undefined) continue;
      if (name === "numeric") value = value ? "true" : "false";
      extra += `-${KEYS[name]}-${value}`;
    }
    if (extra !== "") {
      // The first of a key counts: what the options say goes before what the tag says.
      const added = core.parse(`und-u${extra}`).extensions[0][1];
      let found = false;
      for (let i = 0; i < l.extensions.length; i++) {
        if (l.extensions[i][0] !== "u") continue;
        found = true;
        const { attributes } = core.keywordsOf(l.extensions[i][1]);
        const rest = p.ArrayPrototypeSlice(l.extensions[i][1], attributes.length);
        l.extensions[i][1] = p.ArrayPrototypeConcat(attributes, added, rest);
      }
      if (!found) ArrayPrototypePush(l.extensions, ["u", added]);
    }
    const slots = read(core.canonicalize(core.write(l)));
    WeakMapPrototypeSet(core.localeTags, object, slots.tag);
    return slots;
  }, {
    supportedLocales: false,
    methods: {
      toString(slots) { return slots.tag; },
      maximize(slots) {
        const full = likely(slots.parsed);
        return full === null ? make(slots.tag) : withSubtags(slots, full[0], full[1], full[2]);
      },
      minimize(slots) {
        const full = likely(slots.parsed);
        if (full === null) return make(slots.tag);
        const { 0: language, 1: script, 2: region } = full;
        const tries = [[undefined, undefined], [undefined, region], [script, undefined]];
        for (let i = 0; i < tries.length; i++) {
          const back = core.data("likely", language, tries[i][0] ?? "", tries[i][1] ?? "");
          if (back !== null && back[0] === language && back[1] === script && back[2] === region) return withSubtags(slots, language, tries[i][0], tries[i][1]);
        }
        return withSubtags(slots, language, script, region);
      },
    },
    getters: {
      baseName(slots) { return core.baseName(slots.parsed); },
      language(slots) { return slots.parsed.language; },
      script(slots) { return slots.parsed.script; },
      region(slots) { return slots.parsed.region; },
      calendar(slots) { return slots.keywords.ca; },
      caseFirst(slots) { return slots.keywords.kf; },
      collation(slots) { return slots.keywords.co; },
      hourCycle(slots) { return slots.keywords.hc; },
      numberingSystem(slots) { return slots.keywords.nu; },
      numeric(slots) { return slots.keywords.kn === "" || slots.keywords.kn === "true"; },
      textInfo(slots) { return { direction: about(slots).order === "right-to-left" ? "rtl" : "ltr" }; },
      weekInfo(slots) {
        const { week } = about(slots);
        const weekend = [];
        for (let day = week.weekend_start; ; day = (day + 1) % 7) {
          ArrayPrototypePush(weekend, day + 1);
          if (day === week.weekend_end) break;
        }
        return { firstDay: week.first_day + 1, weekend, minimalDays: week.min_days };
      },
    },
  });
  const about = (slots) => core.data("about", (core.find(core.baseName(slots.parsed)) ?? ["en-US", "en_US"])[1]);
  const Locale = definition.constructor;
  p.ObjectDefineProperty(Locale, "length", { __proto__: null, value: 1, configurable: true });
  return { __proto__: null, Locale, getCanonicalLocales, supportedValuesOf };
})
