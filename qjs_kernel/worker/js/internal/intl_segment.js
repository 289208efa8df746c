(function (k) {
  "use strict";
  // Segmenter: graphemes by the rules of UAX 29; words and sentences of scripts that write spaces.
  const p = k.primordials;
  const { RegExpPrototypeExec, StringPrototypeSlice } = p;
  const core = k.load("internal/intl_locale");
  const OF = "Intl.Segmenter";

  const extend = "[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\p{Mc}\\u200d]*";
  // Indic consonants that a virama joins, script by script.
  const joined = (base) => {
    const hex = (n) => `\\u${p.StringPrototypePadStart(p.NumberPrototypeToString(base + n, 16), 4, "0")}`;
    const consonant = `[${hex(0x15)}-${hex(0x39)}]`;
    return `${consonant}(?:[${hex(0x3c)}\\u200d]*${hex(0x4d)}[${hex(0x3c)}${hex(0x4d)}\\u200d]*${consonant})+`;
  };
  const grapheme = new p.RegExp(
    `\\r\\n|[\\p{Cc}\\p{Zl}\\p{Zp}]|(?:\\p{RI}\\p{RI}|\\p{Extended_Pictographic}(?:[\\p{Grapheme_Extend}\\p{Emoji_Modifier}]*\\u200d\\p{Extended_Pictographic})*` +
    `|[\\u1100-\\u115f\\ua960-\\ua97c]*(?:[\\uac00-\\ud7a3][\\u1160-\\u11a7]*[\\u11a8-\\u11ff]*|[\\u1160-\\u11a7]+[\\u11a8-\\u11ff]*)|[\\u1100-\\u115f\\ua960-\\ua97c]+` +
    `|${joined(0x900)}|${joined(0x980)}|${joined(0xa80)}|${joined(0xb00)}|${joined(0xc00)}|${joined(0xd00)}` +
    `|[^\\p{Cc}\\p{Zl}\\p{Zp}])${extend}|[\\s\\S]`, "uy");
  const mark = "[\\p{M}\\p{Cf}]*";
  const word = new p.RegExp(
    `\\r\\n|(?:[\\p{L}\\p{Nl}_\\p{Pc}\\p{Nd}]${mark}(?:(?<=\\p{L}${mark})['’.·:](?=\\p{L})|(?<=\\p{Nd}${mark})[.,';](?=\\p{Nd}))?)+` +
    `|\\p{RI}\\p{RI}|\\p{Extended_Pictographic}(?:[\\p{Grapheme_Extend}\\p{Emoji_Modifier}]*\\u200d\\p{Extended_Pictographic})*${extend}| +|[\\s\\S]${mark}`, "uy");
  const sentence = /[^\n\r\u0085\u2028\u2029]*?(?:[.?!\u2026\u3002\uff01\uff1f]+(?<!\.)["'\u2019\u201d)\]}\u00bb]*\s*|(?:\.)["'\u2019\u201d)\]}\u00bb]*(?:\s+(?!\p{Ll}|[,;:\u2014-])|$)|(?:\r\n|[\n\r\u0085\u2028\u2029]))|[^\n\r\u0085\u2028\u2029]+/uy;
  const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  const wordLike = /[\p{L}\p{N}]/u;
  const PATTERNS = { __proto__: null, grapheme, word, sentence };

  // The segment that begins at `at`.
  const next = (of, at) => {
    const re = PATTERNS[of.granularity];
    re.lastIndex = at;
    const m = RegExpPrototypeExec(re, of.text);
    const segment = m === null || m[0] === "" ? StringPrototypeSlice(of.text, at) : m[0];
    const answer = { segment, index: at, input: of.text };
    if (of.granularity === "word") answer.isWordLike = core.test(wordLike, segment);
    return answer;
  };
  const all = new p.WeakMap();
  const slotsOf = (object, method) => {
    const found = typeof object === "object" && object !== null ? p.WeakMapPrototypeGet(all, object) : undefined;
    if (found === undefined) throw new p.TypeError(`Method ${method} called on incompatible receiver ${k.inspect(object)}`);
    return found;
  };
  const Iterator = p.ObjectCreate(p.Iterator.prototype);
  core.method(Iterator, "next", { next() {
    const state = slotsOf(this, "%SegmentIterator.prototype%.next");
    if (state.at >= state.text.length) return { value: undefined, done: true };
    const value = next(state, state.at);
    state.at += value.segment.length;
    return { value, done: false };
  } }.next);
  p.ObjectDefineProperty(Iterator, p.SymbolToStringTag, { __proto__: null, value: "Segmenter String Iterator", configurable: true });
  const Segments = {};
  core.method(Segments, "containing", { containing(index) {
    const of = slotsOf(this, "%Segments.prototype%.containing");
    const wanted = p.MathTrunc(+index) || 0;
    if (wanted < 0 || wanted >= of.text.length) return undefined;
    let found = of.last !== undefined && of.last.index <= wanted ? of.last : next(of, 0);
    while (found.index + found.segment.length <= wanted) found = next(of, found.index + found.segment.length);
    of.last = found;
    return { ...found };
  } }.containing);
  core.method(Segments, p.SymbolIterator, { [p.SymbolIterator]() {
    const of = slotsOf(this, "%SegmentsPrototype%[Symbol.iterator]");
    const iterator = p.ObjectCreate(Iterator);
    p.WeakMapPrototypeSet(all, iterator, { __proto__: null, text: of.text, granularity: of.granularity, at: 0 });
    return iterator;
  } }[p.SymbolIterator]);

  const { constructor } = core.define("Segmenter", (locales, options) => {
    const list = core.canonicalizeList(locales);
    options = core.strictOptions(options);
    core.matcher(options, OF);
    const slots = core.resolve(list, [], {});
    slots.granularity = core.stringOption(options, "granularity", OF, ["grapheme", "word", "sentence"], "grapheme");
    return slots;
  }, {
    methods: {
      segment(slots, value) {
        const text = `${value}`;
        if (slots.granularity === "word" && core.test(unspaced, text)) {
          throw new p.RangeError("Intl.Segmenter: words of scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) need dictionaries that the sandbox does not have; granularity 'grapheme' works");
        }
        const segments = p.ObjectCreate(Segments);
        p.WeakMapPrototypeSet(all, segments, { __proto__: null, text, granularity: slots.granularity });
        return segments;
      },
      resolvedOptions(slots) { return { locale: slots.locale, granularity: slots.granularity }; },
    },
  });
  return { __proto__: null, constructor };
})
