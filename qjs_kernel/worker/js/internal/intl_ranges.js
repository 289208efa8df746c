(function (k) {
  "use strict";
  // formatRange: numbers joined by a dash, dates by CLDR's interval patterns.
  const p = k.primordials;
  const { ArrayPrototypePush, MathAbs, ObjectKeys } = p;
  const core = k.load("internal/intl_locale");
  const skeletons = k.load("internal/intl_skeleton");

  // ---- numbers ----

  const number = (value, what) => {
    if (value === undefined) throw new p.TypeError(`Invalid ${what} : undefined`);
    return value;
  };
  const isNumber = { __proto__: null, integer: 1, group: 1, decimal: 1, fraction: 1, minusSign: 1, plusSign: 1, nan: 1, infinity: 1,
    exponentSeparator: 1, exponentInteger: 1, exponentMinusSign: 1 };
  const numbers = (api, slots, start, end) => {
    const from = api.from(number(start, "start"));
    const to = api.from(number(end, "end"));
    if (from.special === "nan" || to.special === "nan") throw new p.RangeError("Invalid argument");
    const first = api.formatParts(slots, from);
    const last = api.formatParts(slots, to);
    const answer = [];
    const put = (part, source) => ArrayPrototypePush(answer, { type: part.type, value: part.value, source });
    if (api.join(first) === api.join(last)) {
      put({ type: "approximatelySign", value: slots.symbols.approximatelySign }, "shared");
      for (let i = 0; i < first.length; i++) put(first[i], "shared");
      return answer;
    }
    // What stands before or after both numbers is said once.
    let before = 0;
    while (before < first.length && before < last.length && same(first[before], last[before]) && !isNumber[first[before].type]) before++;
    let after = 0;
    const most = p.MathMin(first.length, last.length) - before;
    while (after < most && same(first[first.length - 1 - after], last[last.length - 1 - after]) && !isNumber[first[first.length - 1 - after].type]) after++;
    // A mere sign is short enough to be said twice: "10% – 20%", but "10–20 %".
    let affixes = "";
    for (let i = 0; i < before; i++) affixes += first[i].value;
    for (let i = 0; i < after; i++) affixes += first[first.length - 1 - i].value;
    if (affixes.length < 2) before = after = 0;
    for (let i = 0; i < before; i++) put(first[i], "shared");
    for (let i = before; i < first.length - after; i++) put(first[i], "startRange");
    let spaced = false;
    for (let i = before; i < first.length - after; i++) spaced ||= isNumber[first[i].type] === undefined || first[i].type === "minusSign" || first[i].type === "plusSign";
    for (let i = before; i < last.length - after; i++) spaced ||= isNumber[last[i].type] === undefined || last[i].type === "minusSign" || last[i].type === "plusSign";
    put({ type: "literal", value: dash(slots.locale, spaced) }, "shared");
    for (let i = before; i < last.length - after; i++) put(last[i], "endRange");
    for (let i = last.length - after; i < last.length; i++) put(last[i], "shared");
    return answer;
  };
  const same = (a, b) => a.type === b.type && a.value === b.value;
  const dash = (locale, spaced) => {
    const language = p.StringPrototypeSlice(locale, 0, 2);
    const mark = language === "ja" ? "～" : language === "ko" ? "~" : language === "es" || language === "it" || language === "nl" || language === "zh" ? "-" : "–";
    return spaced ? ` ${mark} ` : mark;
  };

  // ---- dates ----

  const ORDER = ["era", "year", "month", "day", "half", "hour", "minute", "second", "milli"];
  const LETTER = { __proto__: null, era: "G", year: "y", month: "M", day: "d", half: "a", hour: "H", minute: "m" };
  const difference = (a, b) => {
    for (let i = 0; i < ORDER.length; i++) {
      const of = ORDER[i];
      if (of === "half" ? (a.hour < 12) !== (b.hour < 12) : a[of] !== b[of]) return i;
    }
    return -1;
  };
  const shape = (skeleton) => {
    let mask = 0;
    for (let f = 0; f < skeleton.length; f++) if (skeleton[f] !== undefined && !(f === 10)) mask |= 1 << f;
    return mask;
  };
  const isTime = (t) => core.test(/[hHkKmsSaBbzvO]/, t.letter ?? "");
  // The halves of the pattern for a skeleton and a difference, in the widths of `tokens`; undefined when there are none.
  const halves = (intervals, tokens, letter) => {
    const wanted = skeletons.skeletonOf(tokens);
    const mask = shape(wanted);
    const hour = wanted[11]?.letter;
    let best;
    let least = Infinity;
    const keys = ObjectKeys(intervals);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === "fallback" || core.test(/B/, keys[i])) continue;
      const own = skeletons.skeletonOf(keys[i]);
      if (shape(own) !== mask) continue;
      if (hour !== undefined && (hour === "h" || hour === "K") !== (own[11].letter === "h")) continue;
      let distance = 0;
      for (let f = 0; f < own.length; f++) if (own[f] !== undefined) distance += MathAbs(own[f].type - wanted[f].type);
      if (distance < least) { least = distance; best = keys[i]; }
    }
    if (best === undefined) return undefined;
    const entry = intervals[best];
    const pattern = entry[letter] ?? (letter === "H" ? entry.h : letter === "a" ? entry.H : undefined);
    if (pattern === undefined) return undefined;
    const own = skeletons.skeletonOf(best);
    const fit = (text) => {
      const list = skeletons.tokens(text);
      for (let i = 0; i < list.length; i++) {
        const t = list[i];
        if (typeof t === "string") continue;
        const f = fieldIndex(t.letter);
        const asked = wanted[f];
        if (f === 11) { t.letter = asked.letter; if (asked.length !== own[f].length) t.length = asked.length; continue; }
        const isNumber = (t.letter === "M" || t.letter === "L") && t.length < 3;
        if (asked === undefined || own[f] === undefined || f > 9 || isNumber !== (f === 3 && asked.type > 0) || asked.length === own[f].length) continue;
        if ((asked.type > 0) === (own[f].type > 0)) t.length = asked.length;
      }
      return list;
    };
    return [fit(pattern[0]), fit(pattern[1])];
  };
  const indexes = { __proto__: null, G: 0, y: 1, M: 3, L: 3, E: 6, c: 6, e: 6, d: 9, a: 10, B: 10, b: 10, h: 11, H: 11, K: 11, k: 11, m: 12, s: 13, S: 14, z: 15, v: 15, O: 15 };
  const fieldIndex = (letter) => indexes[letter];
  const trimmed = (tokens, keep) => {
    const answer = [];
    for (let i = 0; i < tokens.length; i++) if (typeof tokens[i] !== "string" && keep(tokens[i])) ArrayPrototypePush(answer, tokens[i]);
    return answer;
  };
  const has = (tokens, letter) => { for (let i = 0; i < tokens.length; i++) if (tokens[i].letter === letter) return true; return false; };
  const dates = (api, slots, { 0: start, 1: end }) => {
    const a = api.fieldsOf(slots, start);
    const b = api.fieldsOf(slots, end);
    const plain = (ms, f) => api.putTokens([], slots, slots.tokens, f);
    const first = plain(start, a);
    const last = plain(end, b);
    const text = (parts) => { let t = ""; for (let i = 0; i < parts.length; i++) t += parts[i].value; return t; };
    const answer = [];
    // Times of two days are two times, even if they look alike.
    const timeOnly = trimmed(slots.tokens, (t) => !isTime(t)).length === 0;
    if (text(first) === text(last) && !(timeOnly && difference(a, b) <= 3 && difference(a, b) !== -1)) {
      for (let i = 0; i < first.length; i++) api.put(answer, first[i].type, p.StringPrototypeReplaceAll(first[i].value, "\u202f", " "), "shared");
      return answer;
    }
    const intervals = core.data("intervals", slots.name);
    let at = difference(a, b);
    let date = trimmed(slots.tokens, (t) => !isTime(t));
    const time = trimmed(slots.tokens, isTime);
    let { tokens } = slots;
    // What tells the two apart is said, asked for or not.
    let extra = "";
    if (at <= 3 && date.length === 0) extra = "yMd";
    else if (at === 1 && !has(date, "y")) extra = "y";
    else if (at === 2 && !has(date, "M") && !has(date, "L")) extra = "M";
    if (extra !== "") {
      date = skeletons.best(slots.cldr, extra + skeletonText(date), slots.decimal);
      tokens = time.length === 0 ? date : skeletons.join(slots.cldr.both[3], slots.tokens, date);
      if (time.length > 0 && extra !== "yMd") tokens = skeletons.best(slots.cldr, extra + skeletonText(trimmed(slots.tokens, () => true)), slots.decimal);
    }
    const twelve = slots.cycle === "h12" || slots.cycle === "h11";
    if (ORDER[at] === "half" && !twelve) at++;
    const letter = LETTER[ORDER[at]];
    const putHalves = (two) => {
      api.putTokens(answer, slots, two[0], a, "startRange");
      // The dash belongs to neither.
      const tail = answer[answer.length - 1];
      if (tail.type === "literal") tail.source = "shared";
      api.putTokens(answer, slots, two[1], b, "endRange");
    };
    if (letter !== undefined) {
      if (at > 3 && date.length > 0 && time.length > 0) {
        const two = halves(intervals, time, letter);
        if (two !== undefined) {
          const only = skeletons.best(slots.cldr, skeletonText(date), slots.decimal);
          const month = skeletons.skeletonOf(date)[3]?.length ?? 0;
          const style = slots.dateStyle !== undefined ? p.ArrayPrototypeIndexOf(["full", "long", "medium", "short"], slots.dateStyle)
            : month === 4 ? 1 : month === 3 ? 2 : 3;
          const joined = skeletons.join(slots.cldr.both[p.MathMax(style, 2)], [{ __proto__: null, time: true }], only);
          for (let i = 0; i < joined.length; i++) {
            if (joined[i].time) putHalves(two);
            else api.putTokens(answer, slots, [joined[i]], a, "shared");
          }
          return answer;
        }
      } else if (at <= 3 ? time.length === 0 : date.length === 0) {
        const two = halves(intervals, tokens, letter);
        if (two !== undefined) { putHalves(two); return answer; }
      }
    }
    const { fallback } = intervals;
    for (let i = 0; i < fallback.length; i++) {
      const mark = p.StringPrototypeSlice(fallback, i, i + 3);
      if (mark !== "{0}" && mark !== "{1}") { api.put(answer, "literal", fallback[i], "shared"); continue; }
      api.putTokens(answer, slots, tokens, mark === "{0}" ? a : b, mark === "{0}" ? "startRange" : "endRange");
      i += 2;
    }
    return answer;
  };
  const skeletonText = (tokens) => {
    let text = "";
    for (let i = 0; i < tokens.length; i++) text += p.StringPrototypeRepeat(tokens[i].letter === "L" ? "M" : tokens[i].letter === "c" ? "E" : tokens[i].letter, tokens[i].length);
    return text;
  };
  return { __proto__: null, numbers, dates };
})
