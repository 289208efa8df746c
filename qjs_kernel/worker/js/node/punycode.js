(function (k) {
  "use strict";
  // The module `punycode`: RFC 3492, with the names and messages of version 2 of the package of that name.
  const p = k.primordials;
  const {
    ArrayPrototypeJoin, ArrayPrototypePush, MathFloor, RegExpPrototypeExec, StringFromCharCode, StringFromCodePoint,
    StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeIndexOf, StringPrototypeLastIndexOf,
    StringPrototypeSlice, StringPrototypeToLowerCase,
  } = p;
  const { list, replaceMatches } = k.text;

  const BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_CODE = 128;
  const LARGEST = 2 ** 31 - 1;
  const overflow = () => new p.RangeError("Overflow: input needs wider integers to process");
  const invalid = () => new p.RangeError("Invalid input");
  const notBasic = () => new p.RangeError("Illegal input >= 0x80 (not a basic code point)");

  const codePoints = (string) => {
    const points = list();
    for (let i = 0; i < string.length; i++) {
      const code = StringPrototypeCodePointAt(string, i);
      ArrayPrototypePush(points, code);
      if (code > 0xffff) i++;
    }
    return points;
  };
  const textOf = (points) => {
    let text = "";
    for (let i = 0; i < points.length; i++) text += StringFromCodePoint(points[i]);
    return text;
  };

  const digitOf = (code) => {
    if (code >= 48 && code < 58) return code - 48 + 26;
    if (code >= 65 && code < 91) return code - 65;
    return code >= 97 && code < 123 ? code - 97 : BASE;
  };
  const letterOf = (digit) => StringFromCharCode(digit < 26 ? digit + 97 : digit - 26 + 48);
  const threshold = (at, bias) => (at <= bias ? T_MIN : at >= bias + T_MAX ? T_MAX : at - bias);
  const adapt = (delta, points, first) => {
    delta = first ? MathFloor(delta / DAMP) : delta >> 1;
    delta += MathFloor(delta / points);
    let at = 0;
    for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; at += BASE) delta = MathFloor(delta / (BASE - T_MIN));
    return MathFloor(at + ((BASE - T_MIN + 1) * delta) / (delta + SKEW));
  };

  function decode(input) {
    const points = list();
    let count = 0;
    const dash = StringPrototypeLastIndexOf(input, "-");
    for (let i = 0; i < dash; i++) {
      const code = StringPrototypeCharCodeAt(input, i);
      if (code >= 0x80) throw notBasic();
      points[count++] = code;
    }
    let code = FIRST_CODE, place = 0, bias = FIRST_BIAS;
    for (let index = dash > 0 ? dash + 1 : 0; index < input.length; ) {
      const before = place;
      for (let weight = 1, at = BASE; ; at += BASE) {
        if (index >= input.length) throw invalid();
        const digit = digitOf(StringPrototypeCharCodeAt(input, index++));
        if (digit >= BASE) throw invalid();
        if (digit > MathFloor((LARGEST - place) / weight)) throw overflow();
        place += digit * weight;
        const limit = threshold(at, bias);
        if (digit < limit) break;
        if (weight > MathFloor(LARGEST / (BASE - limit))) throw overflow();
        weight *= BASE - limit;
      }
      count++;
      bias = adapt(place - before, count, before === 0);
      if (MathFloor(place / count) > LARGEST - code) throw overflow();
      code += MathFloor(place / count);
      place %= count;
      for (let i = count - 1; i > place; i--) points[i] = points[i - 1];
      points[place++] = code;
    }
    return textOf(points);
  }

  function encode(input) {
    const points = codePoints(input);
    let output = "";
    for (let i = 0; i < points.length; i++) if (points[i] < FIRST_CODE) output += StringFromCharCode(points[i]);
    const basic = output.length;
    if (basic > 0) output += "-";
    let code = FIRST_CODE, delta = 0, bias = FIRST_BIAS, done = basic;
    while (done < points.length) {
      let next = LARGEST;
      for (let i = 0; i < points.length; i++) if (points[i] >= code && points[i] < next) next = points[i];
      if (next - code > MathFloor((LARGEST - delta) / (done + 1))) throw overflow();
      delta += (next - code) * (done + 1);
      code = next;
      for (let i = 0; i < points.length; i++) {
        if (points[i] < code && ++delta > LARGEST) throw overflow();
        if (points[i] !== code) continue;
        let rest = delta;
        for (let at = BASE; ; at += BASE) {
          const limit = threshold(at, bias);
          if (rest < limit) break;
          output += letterOf(limit + ((rest - limit) % (BASE - limit)));
          rest = MathFloor((rest - limit) / (BASE - limit));
        }
        output += letterOf(rest);
        bias = adapt(delta, done + 1, done === basic);
        delta = 0;
        done++;
      }
      delta++;
      code++;
    }
    return output;
  }

  const separators = /[.\u3002\uff0e\uff61]/g;
  // Each label of a domain, or of what stands after the @ of an address.
  const mapLabels = (domain, change) => {
    let address = "";
    const at = StringPrototypeIndexOf(domain, "@");
    if (at !== -1) {
      const next = StringPrototypeIndexOf(domain, "@", at + 1);
      address = StringPrototypeSlice(domain, 0, at + 1);
      domain = StringPrototypeSlice(domain, at + 1, next === -1 ? undefined : next);
    }
    domain = replaceMatches(separators, domain, () => ".");
    const labels = list();
    for (let start = 0; ; ) {
      const dot = StringPrototypeIndexOf(domain, ".", start);
      ArrayPrototypePush(labels, change(StringPrototypeSlice(domain, start, dot === -1 ? undefined : dot)));
      if (dot === -1) return address + ArrayPrototypeJoin(labels, ".");
      start = dot + 1;
    }
  };

  function toUnicode(input) {
    return mapLabels(input, (label) => (RegExpPrototypeExec(/^xn--/, label) === null
      ? label : decode(StringPrototypeToLowerCase(StringPrototypeSlice(label, 4)))));
  }

  function toASCII(input) {
    return mapLabels(input, (label) => (RegExpPrototypeExec(/[^\0-\x7f]/, label) === null ? label : "xn--" + encode(label)));
  }

  // Arrays that the program gets are ordinary ones.
  function ucs2decode(string) { return p.ArrayFrom(codePoints(string)); }
  function ucs2encode(points) { return textOf(points); }

  return { version: "2.1.0", ucs2: { decode: ucs2decode, encode: ucs2encode }, decode, encode, toASCII, toUnicode };
})
