(function (k) {
  "use strict";
  // Decimal numbers as text, exact: { negative, digits, point } is 0.digits × 10^point; or { negative, special }.
  const p = k.primordials;
  const {
    BigInt, MathMax, Number, NumberIsFinite, ObjectIs, RegExpPrototypeExec, StringPrototypePadEnd,
    StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeTrim, StringPrototypeCharCodeAt,
    StringFromCharCode,
  } = p;
  const number = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

  const of = (negative, digits, point) => {
    let start = 0;
    while (start < digits.length && digits[start] === "0") start++;
    let end = digits.length;
    while (end > start && digits[end - 1] === "0") end--;
    const bare = StringPrototypeSlice(digits, start, end);
    return { __proto__: null, negative, digits: bare, point: bare === "" ? 0 : point - start, special: undefined };
  };
  const read = (text) => {
    const m = RegExpPrototypeExec(number, text);
    if (m === null || (m[2] === "" && m[3] === "")) return undefined;
    return of(m[1] === "-", m[2] + m[3], m[2].length + (m[4] === undefined ? 0 : +m[4]));
  };
  const special = (negative, what) => ({ __proto__: null, negative, digits: "", point: 0, special: what });
  const fromNumber = (value) => {
    if (value !== value) return special(false, "nan");
    if (!NumberIsFinite(value)) return special(value < 0, "infinity");
    const found = read(`${value}`);
    if (ObjectIs(value, -0)) found.negative = true;
    return found;
  };
  // Text counts digit by digit, as far as a sheet of paper would hold it.
  const fromText = (text) => {
    const trimmed = StringPrototypeTrim(text);
    if (trimmed.length < 10_000) {
      const found = read(trimmed);
      if (found !== undefined && found.point < 10_000 && found.point > -10_000) return found;
    }
    return fromNumber(Number(trimmed));
  };
  const from = (value) => {
    if (typeof value === "number") return fromNumber(value);
    if (typeof value === "object" && value !== null || typeof value === "function") value = p.Date === undefined ? value : toPrimitive(value);
    if (typeof value === "bigint") return read(`${value}`);
    if (typeof value === "string") return fromText(value);
    return fromNumber(+value);
  };
  // As the operator + does, without making text of what is a number or bigint.
  const toPrimitive = (value) => {
    const method = value[p.SymbolToPrimitive];
    if (method !== undefined && method !== null) {
      const made = p.ReflectApply(method, value, ["number"]);
      if (typeof made !== "object" && typeof made !== "function" || made === null) return made;
      throw new p.TypeError("Cannot convert object to primitive value");
    }
    for (let i = 0; i < 2; i++) {
      const f = i === 0 ? value.valueOf : value.toString;
      if (typeof f !== "function") continue;
      const made = p.ReflectApply(f, value, []);
      if (typeof made !== "object" && typeof made !== "function" || made === null) return made;
    }
    throw new p.TypeError("Cannot convert object to primitive value");
  };

  const goesUp = (mode, negative, half, odd) => {
    switch (mode) {
      case "ceil": return !negative;
      case "floor": return negative;
      case "expand": return true;
      case "trunc": return false;
    }
    if (half !== 0) return half > 0;
    switch (mode) {
      case "halfCeil": return !negative;
      case "halfFloor": return negative;
      case "halfTrunc": return false;
      case "halfEven": return odd;
      default: return true;
    }
  };
  // Keeps the first `keep` digits (none or fewer than none: everything goes).
  const round = (d, keep, mode) => {
    const { negative, digits, point } = d;
    if (keep >= digits.length) return d;
    const head = keep > 0 ? StringPrototypeSlice(digits, 0, keep) : "";
    const first = keep < 0 ? 0 : +digits[keep];
    const half = first !== 5 ? first - 5 : digits.length > keep + 1 ? 1 : 0;
    const odd = keep > 0 && +digits[keep - 1] % 2 === 1;
    if (!goesUp(mode, negative, half, odd)) return of(negative, head, point);
    if (keep <= 0) return of(negative, "1", point - keep + 1);
    let i = keep - 1;
    while (i >= 0 && head[i] === "9") i--;
    if (i < 0) return of(negative, "1", point + 1);
    return of(negative, StringPrototypeSlice(head, 0, i) + StringFromCharCode(StringPrototypeCharCodeAt(head, i) + 1), point);
  };
  // To a multiple of increment × 10^-places.
  const roundTo = (d, places, increment, mode) => {
    const { negative, digits, point } = d;
    const scale = MathMax(0, digits.length - point - places); // digits behind the last place
    const value = BigInt((digits || "0") + StringPrototypeRepeat("0", MathMax(0, point + places + scale - digits.length)));
    const unit = BigInt(increment) * 10n ** BigInt(scale);
    const rest = value % unit;
    let whole = value / unit;
    if (rest !== 0n) {
      const twice = rest * 2n;
      if (goesUp(mode, negative, twice > unit ? 1 : twice < unit ? -1 : 0, whole % 2n === 1n)) whole += 1n;
    }
    const text = `${whole * BigInt(increment)}`;
    return of(negative, text, text.length - places);
  };
  const shift = (d, by) => (d.digits === "" ? d : { __proto__: null, negative: d.negative, digits: d.digits, point: d.point + by, special: d.special });
  // [integer digits, fraction digits]
  const write = (d, leastInteger, leastFraction) => {
    const { digits, point } = d;
    const whole = point > 0 ? StringPrototypePadEnd(StringPrototypeSlice(digits, 0, point), point, "0") : "";
    const part = point >= 0 ? StringPrototypeSlice(digits, point) : StringPrototypeRepeat("0", -point) + digits;
    return [StringPrototypePadStart(whole, leastInteger, "0"), StringPrototypePadEnd(part, leastFraction, "0")];
  };
  return { __proto__: null, from, round, roundTo, shift, write };
})
