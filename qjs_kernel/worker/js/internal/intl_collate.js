(function (k) {
  "use strict";
  // Collator and localeCompare: letters by alphabet, then accents, then case, as CLDR's root and the tailorings of
  // some languages have it. Other scripts go by code point; Han by the order of GB 2312 (pinyin) or Big5 (strokes).
  const p = k.primordials;
  const {
    ArrayPrototypePush, MapPrototypeClear, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, ObjectDefineProperty, RegExpPrototypeExec,
    StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeNormalize, StringPrototypeSlice, StringPrototypeToLowerCase,
  } = p;
  const core = k.load("internal/intl_locale");
  const { stringOption } = core;
  const OF = "Intl.Collator";

  // CLDR's order of what is no letter.
  const SIGNS = "\t\n\v\f\r\u0085\u2028\u2029 \u00a0_-–—,;:!¡?¿.…·'‘’‹›\"“”«»()[]{}§¶@*/\\&#%‰†‡•`´^¯¨¸°©®+±÷×<=>¬|¦~¤¢$£¥€™";
  const LETTERS = 1_000; // rank of "a"; 20 between neighbours leave room for tailoring
  const DIGITS = 500;
  const OTHERS = 10_000;
  const ranks = { __proto__: null, "\u00a0": 9 }; // lower-case character → primary weight
  const ascii = new p.Uint16Array(128);
  for (let i = 0; i < SIGNS.length; i++) ranks[SIGNS[i]] ??= i + 1;
  for (let i = 0; i < 10; i++) ranks[i] = DIGITS + i;
  for (let i = 0; i < 26; i++) ranks[p.StringFromCharCode(97 + i)] = LETTERS + 20 * i;
  for (let i = 0; i < 128; i++) ascii[i] = ranks[StringPrototypeToLowerCase(p.StringFromCharCode(i))] ?? 0;
  // Between two letters, beside the first.
  const beside = { __proto__: null, ı: ["i", 1], ŋ: ["n", 1], ĸ: ["q", 1], þ: ["z", 1] };
  { const keys = p.ObjectKeys(beside); for (let i = 0; i < keys.length; i++) ranks[keys[i]] = ranks[beside[keys[i]][0]] + beside[keys[i]][1]; }
  // Letters that are others with a stroke or two in one: they differ as an accent does.
  const SPELLED = { __proto__: null, æ: "ae", œ: "oe", ß: "ss", ð: "d", đ: "d", ø: "o", ł: "l", ħ: "h", ŧ: "t", ĳ: "ij", ŉ: "n", ſ: "s", ŀ: "l", ª: "a", º: "o" };
  // Cyrillic: what the alphabets of today put elsewhere than the code points do; hundredths of a letter.
  const CYRILLIC = { __proto__: null, ґ: ["г", 0.3], ђ: ["д", 0.5], є: ["е", 0.5], і: ["и", 0.3], ї: ["и", 0.5], й: ["и", 0.7], ј: ["и", 0.8],
    љ: ["л", 0.5], њ: ["н", 0.5], ћ: ["т", 0.5], ў: ["у", 0.5], џ: ["ч", 0.5], ѓ: ["г", 0.6], ќ: ["к", 0.6] };

  // "ñ>n": a letter after n; "ch>h": two characters that are one letter. Several follow in their order.
  const nordic = "æ>z ä=æ ø>z ö=ø ő=ø å>z aa=å";
  const czech = "č>c ch>h ř>r š>s ž>z";
  const croatian = "č>c ć>c dž>d đ>d lj>l nj>n š>s ž>z";
  const turkish = "ç>c ğ>g ı<i ö>o ş>s ü>u";
  const TAILORED = {
    __proto__: null, sv: "å>z ä>z æ=ä ö>z ø=ö", fi: "å>z ä>z æ=ä ö>z ø=ö", da: nordic, nb: nordic, nn: nordic, no: nordic,
    es: "ñ>n", gl: "ñ>n", pl: "ą>a ć>c ę>e ł>l ń>n ó>o ś>s ź>z ż>z", tr: turkish, az: `${turkish} ə>e`, cs: czech, sk: `ä>a ${czech} ô>o`,
    hr: croatian, bs: croatian, sr: croatian, sl: "č>c ć>c đ>d š>s ž>z", hu: "cs>c dz>d dzs>d gy>g ly>l ny>n ö>o ő=ö sz>s ty>t ü>u ű=ü zs>z",
    ro: "ă>a â>a î>i ș>s ş=ș ț>t ţ=ț", et: "š>s z>s ž>s õ>w ä>w ö>w ü>w", lt: "č>c š>s ž>z", lv: "č>c ģ>g ķ>k ļ>l ņ>n š>s ž>z",
    is: "á>a ð>d é>e í>i ó>o ú>u ý>y þ>z æ>z ä=æ ö>z ø=ö å>z", eo: "ĉ>c ĝ>g ĥ>h ĵ>j ŝ>s ŭ>u", sq: "ç>c ë>e",
  };
  // Languages whose own script goes before the Latin one: where that begins and ends.
  const cyrillic = [0x400, 0x52f];
  const FIRST = {
    __proto__: null, ru: cyrillic, uk: cyrillic, be: cyrillic, bg: cyrillic, mk: cyrillic, sr: cyrillic, kk: cyrillic, ky: cyrillic,
    mn: cyrillic, el: [0x370, 0x3ff], he: [0x5d0, 0x5ea], ar: [0x620, 0x6ff], fa: [0x620, 0x6ff], hi: [0x900, 0x97f], th: [0xe00, 0xe7f],
    hy: [0x530, 0x58f], ko: [0x1100, 0x11ff], ka: [0x10a0, 0x10ff],
  };
  // Between the digits and the Latin letters.
  const other = (slots, code) => (slots.first !== undefined && code >= slots.first[0] && code <= slots.first[1] ? 600 + code - slots.first[0] : OTHERS + code);
  const tailorings = { __proto__: null };
  const tailoring = (language) => {
    const rules = TAILORED[language];
    if (rules === undefined) return undefined;
    if (tailorings[language] !== undefined) return tailorings[language];
    const table = { __proto__: null };
    const room = { __proto__: null };
    const list = p.StringPrototypeSplit(rules, " ");
    let longest = 1;
    for (let i = 0; i < list.length; i++) {
      const m = RegExpPrototypeExec(/^(.+)([<>=])(.+)$/, list[i]);
      const { 1: what, 2: how, 3: anchor } = m;
      table[what] = how === "=" ? table[anchor] : how === "<" ? ranks[anchor] - 1 : ranks[anchor] + 2 + (room[anchor] = (room[anchor] ?? 0) + 1);
      if (what.length > longest) longest = what.length;
    }
    return tailorings[language] = { __proto__: null, table, longest };
  };

  const han = { __proto__: null };
  const hanRank = (character, order) => {
    const key = order + character;
    if (han[key] === undefined) han[key] = k.service("intl.han", [character, order]);
    return han[key];
  };
  const isMark = /^\p{M}$/u;
  const isIgnored = /^[\p{Cc}\p{Cf}]$/u;
  const isSign = /^[\p{P}\p{Z}\p{S}]$/u;
  const isNumber = /^\p{Nd}$/u;

  // A text's weights, level by level.
  const weigh = (slots, text) => {
    const key = { __proto__: null, primary: [], secondary: [], tertiary: [] };
    const { primary, secondary, tertiary } = key;
    const put = (a, b, c) => { ArrayPrototypePush(primary, a); ArrayPrototypePush(secondary, b); ArrayPrototypePush(tertiary, c); };
    const composed = StringPrototypeNormalize(text, "NFC");
    const own = slots.tailoring;
    for (let i = 0; i < composed.length;) {
      const point = StringPrototypeCodePointAt(composed, i);
      let character = p.StringFromCodePoint(point);
      let width = character.length;
      let small = StringPrototypeToLowerCase(character);
      if (slots.turkic && character === "I") small = "ı";
      if (own !== undefined) {
        let found;
        for (let n = own.longest; n > 0 && found === undefined; n--) {
          const part = n === 1 ? small : StringPrototypeToLowerCase(StringPrototypeSlice(composed, i, i + n));
          found = own.table[part];
          if (found !== undefined && n > 1) { width = n; small = part; character = StringPrototypeSlice(composed, i, i + n); }
        }
        if (found !== undefined) {
          put(found, small === "ä" || small === "ö" || small === "ű" || small === "ő" ? 1 : 0, character === small ? 0 : 1);
          i += width;
          continue;
        }
      }
      if (slots.numeric && core.test(isNumber, character)) {
        let j = i;
        while (j < composed.length && StringPrototypeCharCodeAt(composed, j) === 0x30) j++;
        let digits = "";
        while (j < composed.length && core.test(/^\d$/, composed[j])) digits += composed[j++];
        if (digits !== "" || j > i) {
          put(DIGITS, 0, 0);
          put(digits.length, 0, 0);
          for (let d = 0; d < digits.length; d++) put(+digits[d], 0, 0);
          i = j;
          continue;
        }
      }
      i += width;
      const between = CYRILLIC[small];
      if (between !== undefined) { put(other(slots, StringPrototypeCharCodeAt(between[0], 0)) + between[1], 0, character === small ? 0 : 1); continue; }
      const spelled = SPELLED[small];
      if (spelled !== undefined) {
        for (let j = 0; j < spelled.length; j++) put(ranks[spelled[j]], j === 0 ? 900 : 0, character === small ? 0 : 1);
        continue;
      }
      if (small === character ? ranks[character] !== undefined : ranks[small] !== undefined && small.length === 1) {
        if (slots.ignorePunctuation && ranks[small] < DIGITS && core.test(/^[\p{P}\p{Z}\s]$/u, small)) continue;
        put(ranks[small], 0, character === small ? 0 : 1);
        continue;
      }
      // With its accents beside it.
      const parts = StringPrototypeNormalize(character, "NFD");
      for (let j = 0; j < parts.length;) {
        const c = p.StringFromCodePoint(StringPrototypeCodePointAt(parts, j));
        j += c.length;
        if (core.test(isMark, c)) { put(0, StringPrototypeCodePointAt(c, 0), 0); continue; }
        const low = StringPrototypeToLowerCase(c);
        if (ranks[low] !== undefined) { put(ranks[low], 0, c === low ? 0 : 1); continue; }
        if (core.test(isIgnored, c)) continue;
        let code = StringPrototypeCodePointAt(low, 0);
        let case3 = c === low ? 0 : 1;
        if (code >= 0x30a1 && code <= 0x30f6) { code -= 0x60; case3 = 2; }
        if (core.test(isSign, c)) { if (!slots.ignorePunctuation || core.test(/^\p{S}$/u, c)) put(300 + code / 0x110000, 0, 0); }
        else if (slots.han !== undefined && code >= 0x4e00 && code <= 0x9fff) put(600 + hanRank(c, slots.han) / 1_000, 0, 0);
        else put(other(slots, code), 0, case3);
      }
    }
    return key;
  };
  const level = (a, b, skipZero) => {
    let i = 0;
    let j = 0;
    for (;;) {
      if (skipZero) {
        while (i < a.length && a[i] === 0) i++;
        while (j < b.length && b[j] === 0) j++;
      }
      if (i >= a.length || j >= b.length) return i < a.length ? 1 : j < b.length ? -1 : 0;
      if (a[i] !== b[j]) return a[i] < b[j] ? -1 : 1;
      i++;
      j++;
    }
  };
  // Accents: between letters, an absent one comes first.
  const accents = (a, b) => {
    const length = a.length < b.length ? b.length : a.length;
    for (let i = 0; i < length; i++) {
      const x = a[i] ?? 0;
      const y = b[i] ?? 0;
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  const MOST = 2_000;
  const keyOf = (slots, text) => {
    let key = MapPrototypeGet(slots.keys, text);
    if (key === undefined) {
      key = weigh(slots, text);
      if (MapPrototypeGetSize(slots.keys) > MOST) MapPrototypeClear(slots.keys);
      if (text.length < 1_000) MapPrototypeSet(slots.keys, text, key);
    }
    return key;
  };
  // Letters, spaces and signs of ASCII, without making weights; undefined when it takes more than that.
  const quick = (slots, a, b) => {
    const length = a.length < b.length ? a.length : b.length;
    let kind = 0;
    for (let i = 0; i < length; i++) {
      const x = StringPrototypeCharCodeAt(a, i);
      const y = StringPrototypeCharCodeAt(b, i);
      if (x > 127 || y > 127) return undefined;
      if (x === y) { if (ascii[x] === 0) return undefined; continue; }
      const first = ascii[x];
      const second = ascii[y];
      if (first === 0 || second === 0) return undefined;
      if (first !== second) {
        // What follows may join with this one only in other alphabets; those do not come here.
        for (let j = i + 1; j < i + 3; j++) {
          if (j < a.length && StringPrototypeCharCodeAt(a, j) > 127 || j < b.length && StringPrototypeCharCodeAt(b, j) > 127) return undefined;
        }
        return first < second ? -1 : 1;
      }
      kind ||= x > y ? -1 : 1; // lower case has the higher code
    }
    if (a.length !== b.length) {
      const c = StringPrototypeCharCodeAt(a.length > b.length ? a : b, length);
      if (c > 127 || ascii[c] === 0) return undefined;
      return a.length < b.length ? -1 : 1;
    }
    if (kind === 0 || slots.sensitivity === "base" || slots.sensitivity === "accent") return 0;
    return slots.caseFirst === "upper" ? -kind : kind;
  };
  const compare = (slots, a, b) => {
    if (a === b) return 0;
    if (slots.quick) {
      const found = quick(slots, a, b);
      if (found !== undefined) return found;
    }
    const x = keyOf(slots, a);
    const y = keyOf(slots, b);
    const { sensitivity } = slots;
    const primary = level(x.primary, y.primary, true);
    if (primary !== 0 || sensitivity === "base") return primary;
    if (sensitivity !== "case") {
      const secondary = accents(x.secondary, y.secondary);
      if (secondary !== 0 || sensitivity === "accent") return secondary;
    }
    const third = accents(x.tertiary, y.tertiary);
    return slots.caseFirst === "upper" ? -third : third;
  };

  const yes = { __proto__: null, true: true, false: false };
  const relevant = [
    { __proto__: null, key: "kn", accepts: (value) => yes[value] !== undefined },
    { __proto__: null, key: "kf", accepts: (value) => value === "upper" || value === "lower" || value === "false" },
  ];
  const init = (locales, options) => {
    const list = core.canonicalizeList(locales);
    options = core.optionsObject(options, OF);
    stringOption(options, "usage", OF, ["sort", "search"], "sort");
    core.matcher(options, OF);
    const collation = core.typeOption(options, "collation");
    const kn = core.booleanOption(options, "numeric");
    const kf = stringOption(options, "caseFirst", OF, ["upper", "lower", "false"], undefined);
    const slots = core.resolve(list, relevant, { __proto__: null, kn: kn === undefined ? undefined : `${kn}`, kf });
    if (collation !== undefined && core.test(/^(phonebk|trad|dict|phonetic|eor|zhuyin|unihan|stroke|pinyin)$/, collation)) {
      throw new p.RangeError(`Intl.Collator: the collation '${collation}' is not available in the sandbox; leave it out`);
    }
    slots.usage = options.usage === "search" ? "search" : "sort";
    slots.numeric = slots.kn === "true";
    slots.caseFirst = slots.kf ?? "false";
    slots.sensitivity = stringOption(options, "sensitivity", OF, ["base", "accent", "case", "variant"], "variant");
    slots.ignorePunctuation = core.booleanOption(options, "ignorePunctuation") ?? false;
    const { language } = core.parse(slots.locale);
    slots.tailoring = tailoring(language);
    // Orders are of languages, but where a country's name is one of ICU's.
    if (slots.locale !== "en-US" && language !== "zh") slots.locale = p.StringPrototypeReplace(slots.locale, /^([a-z]{2,3})-(?:[A-Z]{2}|\d{3})/, "$1");
    slots.first = FIRST[language];
    slots.turkic = language === "tr" || language === "az";
    slots.han = language === "zh" || language === "yue" ? (core.test(/Hant/, slots.name) ? "strokes" : "pinyin") : undefined;
    slots.quick = slots.tailoring === undefined && !slots.numeric && !slots.ignorePunctuation;
    slots.keys = new p.Map();
    return slots;
  };
  const definition = core.define("Collator", (locales, options) => init(locales, options), {
    callable: true,
    methods: {
      resolvedOptions(slots) {
        return { locale: slots.locale, usage: slots.usage, sensitivity: slots.sensitivity, ignorePunctuation: slots.ignorePunctuation,
          collation: "default", numeric: slots.numeric, caseFirst: slots.caseFirst };
      },
    },
    getters: {
      compare(slots) {
        if (slots.bound === undefined) {
          slots.bound = (a, b) => compare(slots, `${a}`, `${b}`);
          ObjectDefineProperty(slots.bound, "name", { __proto__: null, value: "", configurable: true });
        }
        return slots.bound;
      },
    },
  });
  return { __proto__: null, constructor: definition.constructor, init, compare };
})
