(function (k) {
  "use strict";
  // From a skeleton ("yMMMd") to the pattern of a locale: the matching that ICU's DateTimePatternGenerator does, over
  // CLDR's available formats. A skeleton is { field: { letter, length, type } }.
  const p = k.primordials;
  const {
    ArrayPrototypePush, ArrayPrototypeSort, MathAbs, ObjectKeys, StringPrototypeIndexOf, StringPrototypeRepeat,
    StringPrototypeSlice,
  } = p;

  // Letter → [field, types by length]: numbers are positive and grow with the length, names negative.
  const FIELDS = ["era", "year", "quarter", "month", "week", "weekOfMonth", "weekday", "dayOfYear", "dayOfWeek", "day", "period", "hour", "minute", "second", "fraction", "zone"];
  const DATE = 10; // fields below are of the date
  const NAMES = { __proto__: null, 1: -0x103, 2: -0x103, 3: -0x103, 4: -0x104, 5: -0x101, 6: -0x102 };
  const NUMBER = 0x100;
  const LETTERS = {
    __proto__: null, G: [0, false, 0], y: [1, true, 0], Y: [1, true, 0x10], Q: [2, true, 0, 2], q: [2, true, 0x10, 2],
    M: [3, true, 0, 2], L: [3, true, 0x10, 2], w: [4, true, 0], W: [5, true, 0x10], E: [6, false, 0], c: [6, true, 0x20, 2],
    e: [6, true, 0x10, 2], D: [7, true, 0], F: [8, true, 0], d: [9, true, 0], a: [10, false, 0], b: [10, false, -0x10],
    B: [10, false, -0x30], h: [11, true, 0], H: [11, true, 0xa0], K: [11, true, 0x10], k: [11, true, 0xb0], m: [12, true, 0],
    s: [13, true, 0], S: [14, true, 0], z: [15, false, 0], v: [15, false, -0x10], O: [15, false, -0x20], V: [15, false, -0x30],
    x: [15, false, -0x40], X: [15, false, -0x50], Z: [15, false, -0x60],
  };
  const typeOf = (letter, length) => {
    const { 1: numeric, 2: delta, 3: upTo } = LETTERS[letter];
    if (numeric && (upTo === undefined || length <= upTo)) return NUMBER + delta + length;
    return NAMES[length] - delta;
  };

  // "d 'de' MMM" → ["d", 1] fields and texts, in order.
  const tokens = (pattern) => {
    const list = [];
    let text = "";
    const flush = () => { if (text !== "") ArrayPrototypePush(list, text); text = ""; };
    for (let i = 0; i < pattern.length;) {
      const c = pattern[i];
      if (c === "'") {
        if (pattern[i + 1] === "'") { text += "'"; i += 2; continue; }
        let j = i + 1;
        for (; j < pattern.length; j++) {
          if (pattern[j] !== "'") text += pattern[j];
          else if (pattern[j + 1] === "'") { text += "'"; j++; } else break;
        }
        i = j + 1;
      } else if (LETTERS[c] !== undefined) {
        flush();
        let j = i;
        while (pattern[j] === c) j++;
        ArrayPrototypePush(list, { __proto__: null, letter: c, length: j - i });
        i = j;
      } else { text += c; i++; }
    }
    flush();
    return list;
  };
  const skeletonOf = (pattern) => {
    const s = k.text.list(); // most of its places stay empty
    const list = typeof pattern === "string" ? tokens(pattern) : pattern;
    for (let i = 0; i < list.length; i++) {
      const t = list[i];
      if (typeof t === "string") continue;
      const field = LETTERS[t.letter][0];
      s[field] ??= { __proto__: null, letter: t.letter, length: t.length, type: typeOf(t.letter, t.length) };
    }
    // Hours of a half day come with the half, said or not.
    const hour = s[11];
    if (hour !== undefined && (hour.letter === "h" || hour.letter === "K")) {
      s[10] ??= { __proto__: null, letter: "a", length: 1, type: typeOf("a", 1), added: true };
    } else if (hour !== undefined && s[10] !== undefined) s[10] = undefined;
    for (let i = 0; i < FIELDS.length; i++) s[i] ??= undefined;
    return s;
  };

  // All patterns of a locale: [{ skeleton, tokens, specified }], in the order in which ICU looks at them.
  const catalogue = (cldr) => {
    const list = [];
    const seen = { __proto__: null };
    const keyOf = (s) => {
      let key = "";
      for (let i = 0; i < FIELDS.length; i++) if (s[i] !== undefined && !s[i].added) key += StringPrototypeRepeat(s[i].letter, s[i].length);
      return key;
    };
    const add = (source, pattern, specified) => {
      const skeleton = skeletonOf(source);
      const key = keyOf(skeleton);
      if (seen[key] !== undefined) {
        if (specified) { seen[key].tokens = tokens(pattern); seen[key].specified = true; }
        return;
      }
      ArrayPrototypePush(list, seen[key] = { __proto__: null, key, skeleton, tokens: tokens(pattern), specified, order: list.length });
    };
    const single = ["G", "y", "Q", "M", "w", "W", "E", "D", "F", "d", "a", "H", "m", "s", "S", "v"];
    for (let i = 0; i < 4; i++) { add(cldr.date[i], cldr.date[i], false); add(cldr.time[i], cldr.time[i], false); }
    const names = ObjectKeys(cldr.skeletons);
    for (let i = 0; i < names.length; i++) {
      let plain = true;
      for (let j = 0; j < names[i].length; j++) plain &&= LETTERS[names[i][j]] !== undefined;
      if (plain) add(names[i], cldr.skeletons[names[i]], true);
    }
    for (let i = 0; i < single.length; i++) add(single[i], single[i], false);
    ArrayPrototypeSort(list, (a, b) => (a.key[0] === b.key[0] ? a.order - b.order : a.key[0] < b.key[0] ? -1 : 1));
    return list;
  };

  const nearest = (list, wanted, include) => {
    let best;
    for (let i = 0; i < list.length; i++) {
      let distance = 0;
      let missing = 0;
      let extra = 0;
      const { skeleton } = list[i];
      for (let f = 0; f < FIELDS.length; f++) {
        const mine = include & (1 << f) ? wanted[f]?.type ?? 0 : 0;
        const other = skeleton[f]?.type ?? 0;
        if (mine === other) continue;
        if (mine === 0) { distance += 0x10000; extra |= 1 << f; }
        else if (other === 0) { distance += f === 13 ? 0x1001 : 0x1000; missing |= 1 << f; }
        else distance += MathAbs(mine - other);
      }
      if (best === undefined || distance < best.distance) {
        best = { __proto__: null, distance, missing, extra, entry: list[i] };
        if (distance === 0) break;
      }
    }
    return best;
  };

  // The pattern's fields in the widths that were asked for.
  const adjust = (entry, wanted, fraction, decimal) => {
    const answer = [];
    for (let i = 0; i < entry.tokens.length; i++) {
      const t = entry.tokens[i];
      if (typeof t === "string") { ArrayPrototypePush(answer, t); continue; }
      const field = LETTERS[t.letter][0];
      const asked = wanted[field];
      if (asked === undefined || asked.added) {
        ArrayPrototypePush(answer, t);
      } else {
        let length = asked.letter === "E" && asked.length < 3 ? 3 : asked.length;
        if (field === 12 || field === 13) length = t.length;
        else if (entry.specified && asked.letter !== "c" && asked.letter !== "e") {
          const own = entry.skeleton[field];
          const ownLength = own === undefined ? 0 : own.letter === "E" && own.length < 3 ? 3 : own.length;
          const patternIsNumber = typeOf(t.letter, t.length) > 0;
          const ownIsNumber = own !== undefined && own.type > 0;
          if (ownLength === length || patternIsNumber !== ownIsNumber) length = t.length;
        }
        const keeps = field === 11 || field === 3 || field === 6 || (field === 1 && asked.letter !== "Y");
        ArrayPrototypePush(answer, { __proto__: null, letter: keeps ? t.letter : asked.letter, length });
      }
      if (fraction && field === 13) {
        ArrayPrototypePush(answer, decimal);
        ArrayPrototypePush(answer, { __proto__: null, letter: "S", length: wanted[14].length });
      }
    }
    return answer;
  };
  const FRACTION = 1 << 14;
  const SECONDS = (1 << 13) | FRACTION;
  const top = (mask) => { let i = 0; while (mask > 1) { mask >>>= 1; i++; } return i; };
  // One half (date or time); what no pattern has is appended.
  const appended = (list, wanted, fields, decimal) => {
    if (fields === 0) return [];
    let { entry, missing } = nearest(list, wanted, fields);
    let fraction = false;
    if ((missing & SECONDS) === FRACTION && (fields & SECONDS) === SECONDS) {
      fraction = true;
      missing &= ~FRACTION;
    }
    let answer = adjust(entry, wanted, fraction, decimal);
    while (missing !== 0) {
      const next = nearest(list, wanted, missing);
      const found = missing & ~next.missing;
      if (found === 0) break;
      const field = top(found);
      // Era, year, weekday and zone follow after a space; CLDR would name the others, in words that are not here.
      if (field !== 0 && field !== 1 && field !== 6 && field !== 15) {
        throw new p.RangeError(`Intl.DateTimeFormat: the sandbox has no pattern for ${FIELDS[field]} together with the other fields that were asked for`);
      }
      answer = field === 0 ? join("{0} {1}", adjust(next.entry, wanted), answer, true) : join("{1} {0}", adjust(next.entry, wanted), answer, true);
      missing = next.missing;
    }
    return answer;
  };
  // `first` in the place of {0}, `second` in that of {1}.
  const join = (pattern, first, second) => {
    const answer = [];
    let text = "";
    for (let i = 0; i < pattern.length; i++) {
      const mark = StringPrototypeSlice(pattern, i, i + 3);
      if (mark !== "{0}" && mark !== "{1}") { text += pattern[i]; continue; }
      if (text !== "") ArrayPrototypePush(answer, text);
      text = "";
      const list = mark === "{0}" ? first : second;
      for (let j = 0; j < list.length; j++) ArrayPrototypePush(answer, list[j]);
      i += 2;
    }
    if (text !== "") ArrayPrototypePush(answer, text);
    return answer;
  };

  // Skeleton text → tokens of the best pattern.
  const best = (cldr, skeleton, decimal) => {
    const known = (cldr.found ??= { __proto__: null })[skeleton];
    if (known !== undefined) return known;
    const tokens = search(cldr, skeleton, decimal);
    if (cldr.count === undefined || cldr.count < 500) cldr.found[skeleton] = tokens;
    cldr.count = (cldr.count ?? 0) + 1;
    return tokens;
  };
  const search = (cldr, skeleton, decimal) => {
    cldr.catalogue ??= catalogue(cldr);
    const wanted = skeletonOf(skeleton);
    const whole = nearest(cldr.catalogue, wanted, -1);
    if (whole.missing === 0 && whole.extra === 0) return adjust(whole.entry, wanted, false, decimal);
    let mask = 0;
    for (let f = 0; f < FIELDS.length; f++) if (wanted[f] !== undefined) mask |= 1 << f;
    const lower = (1 << DATE) - 1;
    const date = appended(cldr.catalogue, wanted, mask & lower, decimal);
    const time = appended(cldr.catalogue, wanted, mask & ~lower, decimal);
    if (date.length === 0) return time;
    if (time.length === 0) return date;
    const month = wanted[3]?.length ?? 0;
    const style = month === 4 ? (wanted[6] === undefined ? 1 : 0) : month === 3 ? 2 : 3;
    return join(cldr.both[style], time, date);
  };
  return { __proto__: null, best, tokens, join, skeletonOf };
})
