(function (k) {
  "use strict";
  // `k.text`: quoting, widths, colours and primitives as Node 20's `util.inspect` writes them. Used by inspect.js,
  // format.js and console.js. Regular expressions run through the captured `exec` only: `String.prototype.replace`
  // and `split` would call methods that user code can replace.
  const {
    ArrayPrototypeJoin, ArrayPrototypePush, MathMax, MathMin, MathTrunc, NumberIsFinite,
    NumberPrototypeToString, ObjectIs, ObjectSetPrototypeOf, RegExpPrototypeExec, StringPrototypeCharCodeAt,
    StringPrototypeCodePointAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypePadStart,
    StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeToUpperCase, SymbolPrototypeToString,
  } = k.primordials;

  // A list to append to has no prototype: with index setters on `Array.prototype`, even the captured `push` would
  // run them. `bare` makes one of an array that the engine or the caller made.
  const bare = (array) => ObjectSetPrototypeOf(array, null);
  const list = () => ObjectSetPrototypeOf([], null);

  // ---- text ----

  const replaceMatches = (re, text, replacer) => {
    let result = "";
    let last = 0;
    re.lastIndex = 0;
    for (let m; (m = RegExpPrototypeExec(re, text)) !== null; ) {
      result += StringPrototypeSlice(text, last, m.index) + replacer(m[0]);
      last = m.index + m[0].length;
    }
    return last === 0 ? text : result + StringPrototypeSlice(text, last);
  };

  const splitLines = (text) => {
    const lines = list();
    let start = 0;
    for (let end; (end = StringPrototypeIndexOf(text, "\n", start)) !== -1; start = end + 1)
      ArrayPrototypePush(lines, StringPrototypeSlice(text, start, end));
    ArrayPrototypePush(lines, StringPrototypeSlice(text, start));
    return lines;
  };

  const indentLines = (text, indentation) =>
    StringPrototypeIncludes(text, "\n") ? ArrayPrototypeJoin(splitLines(text), `\n${indentation}`) : text;

  const plural = (count) => (count > 1 ? "s" : "");
  const spaces = (count) => StringPrototypeRepeat(" ", count);

  const unsafe = /[\x00-\x1f\x27\x5c\x7f-\x9f\ud800-\udfff]/;
  const unsafeCharacters =
    /[\x00-\x1f\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const unsafeCharactersAndQuote =
    /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const shortEscapes = {
    __proto__: null, "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "'": "\\'", "\\": "\\\\",
  };
  const escapeCharacter = (character) => {
    const short = shortEscapes[character];
    if (short !== undefined) return short;
    const code = StringPrototypeCharCodeAt(character, 0);
    if (code > 0xff) return `\\u${NumberPrototypeToString(code, 16)}`;
    const hex = StringPrototypePadStart(NumberPrototypeToString(code, 16), 2, "0");
    return `\\x${StringPrototypeToUpperCase(hex)}`;
  };
  const escapeName = (text) => replaceMatches(unsafeCharactersAndQuote, text, escapeCharacter);
  const quote = (text) => {
    if (RegExpPrototypeExec(unsafe, text) === null) return `'${text}'`;
    let mark = "'";
    if (StringPrototypeIncludes(text, "'")) {
      if (!StringPrototypeIncludes(text, '"')) mark = '"';
      else if (!StringPrototypeIncludes(text, "`") && !StringPrototypeIncludes(text, "${")) mark = "`";
    }
    const pattern = mark === "'" ? unsafeCharactersAndQuote : unsafeCharacters;
    return mark + replaceMatches(pattern, text, escapeCharacter) + mark;
  };

  const ansi = /[\x1b\x9b]\[[\d;]*[A-Za-z]/g;
  const stripColours = (text) => replaceMatches(ansi, text, () => "");

  // Ranges of code points that take two columns, and none (East Asian Width W and F; marks and selectors).
  const wide = [
    0x1100, 0x115f, 0x2329, 0x232a, 0x231a, 0x231b, 0x23e9, 0x23ec, 0x2614, 0x2615, 0x26a1, 0x26a1, 0x2705, 0x2705,
    0x274c, 0x274c, 0x2728, 0x2728, 0x2753, 0x2755, 0x2795, 0x2797, 0x2b50, 0x2b50, 0x2b55, 0x2b55, 0x2e80, 0x303e,
    0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19,
    0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x1b000, 0x1b001, 0x1f1e6, 0x1f202, 0x1f210, 0x1f251,
    0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x1fa70, 0x1faff, 0x20000, 0x3fffd,
  ];
  const zero = [
    0x00, 0x1f, 0x7f, 0x9f, 0x300, 0x36f, 0x200b, 0x200f, 0x20d0, 0x20ff, 0xfe00, 0xfe0f, 0xfe20, 0xfe2f,
    0x1f3fb, 0x1f3ff, 0xe0100, 0xe01ef,
  ];
  const within = (ranges, code) => {
    for (let i = 0; i < ranges.length; i += 2) if (code >= ranges[i] && code <= ranges[i + 1]) return true;
    return false;
  };
  const notPlain = /[^\x20-\x7e]/;
  const stringWidth = (text) => {
    if (RegExpPrototypeExec(notPlain, text) === null) return text.length;
    text = stripColours(text);
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      const code = StringPrototypeCodePointAt(text, i);
      if (code > 0xffff) i++;
      width += within(zero, code) ? 0 : within(wide, code) ? 2 : 1;
    }
    return width;
  };

  // ---- colours ----

  const sgr = (on, off) => (text) => `\x1b[${on}m${text}\x1b[${off}m`;
  const colours = {
    __proto__: null, special: sgr(36, 39), number: sgr(33, 39), bigint: sgr(33, 39), boolean: sgr(33, 39),
    undefined: sgr(90, 39), null: sgr(1, 22), string: sgr(32, 39), symbol: sgr(32, 39), date: sgr(35, 39),
    regexp: sgr(31, 39), module: sgr(4, 24),
  };
  const plainStyle = (text) => text;
  const colourStyle = (text, style) => {
    const colour = colours[style];
    return colour === undefined ? text : colour(text);
  };

  // ---- primitives ----

  const groupThousands = (digits) => {
    const start = digits[0] === "-" ? 1 : 0;
    let end = digits.length;
    let result = "";
    for (; end >= start + 4; end -= 3) result = `_${StringPrototypeSlice(digits, end - 3, end)}${result}`;
    return StringPrototypeSlice(digits, 0, end) + result;
  };
  const groupFraction = (digits) => {
    let result = "";
    let i = 0;
    for (; i < digits.length - 3; i += 3) result += `${StringPrototypeSlice(digits, i, i + 3)}_`;
    return result + StringPrototypeSlice(digits, i);
  };
  const numberText = (number, separator) => {
    if (ObjectIs(number, -0)) return "-0";
    const text = `${number}`;
    if (!separator || !NumberIsFinite(number) || StringPrototypeIncludes(text, "e")) return text;
    if (MathTrunc(number) === number) return groupThousands(text);
    const point = StringPrototypeIndexOf(text, ".");
    return `${groupThousands(StringPrototypeSlice(text, 0, point))}.${groupFraction(StringPrototypeSlice(text, point + 1))}`;
  };
  const bigintText = (bigint, separator) => `${separator ? groupThousands(`${bigint}`) : bigint}n`;

  const stringText = (ctx, text, stylize) => {
    let trailer = "";
    const longest = MathMin(ctx.maxStringLength, MathMax(ctx.room, 0));
    if (text.length > longest) {
      const remaining = text.length - longest;
      text = StringPrototypeSlice(text, 0, longest);
      trailer = `... ${remaining} more character${plural(remaining)}`;
    }
    if (ctx.compact !== true && text.length > 16 && text.length > ctx.breakLength - ctx.indentation - 4) {
      const lines = splitLines(text);
      const parts = list();
      for (let i = 0; i < lines.length; i++) {
        if (i < lines.length - 1) ArrayPrototypePush(parts, stylize(quote(`${lines[i]}\n`), "string"));
        else if (lines[i] !== "") ArrayPrototypePush(parts, stylize(quote(lines[i]), "string"));
      }
      return ArrayPrototypeJoin(parts, ` +\n${spaces(ctx.indentation + 2)}`) + trailer;
    }
    return stylize(quote(text), "string") + trailer;
  };

  const formatPrimitive = (ctx, value, stylize) => {
    let text;
    switch (typeof value) {
      case "string": text = stringText(ctx, value, stylize); break;
      case "number": text = stylize(numberText(value, ctx.numericSeparator), "number"); break;
      case "bigint": text = stylize(bigintText(value, ctx.numericSeparator), "bigint"); break;
      case "boolean": text = stylize(value ? "true" : "false", "boolean"); break;
      case "undefined": text = stylize("undefined", "undefined"); break;
      default: text = stylize(SymbolPrototypeToString(value), "symbol");
    }
    ctx.room -= text.length + 2;
    return text;
  };

  k.text = {
    __proto__: null, bare, list, replaceMatches, splitLines, indentLines, plural, spaces, quote, escapeName, stringWidth,
    stripColours, plainStyle, colourStyle, numberText, bigintText, formatPrimitive,
  };
})
