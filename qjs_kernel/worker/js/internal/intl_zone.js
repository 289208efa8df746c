(function (k) {
  "use strict";
  // Time zones: offsets by the service's rules, each kept with the span of time in which it holds; and their names.
  const p = k.primordials;
  const { ArrayPrototypePush, MathAbs, MathFloor, StringPrototypePadStart } = p;
  const core = k.load("internal/intl_locale");

  const resolve = (name) => {
    if (name === undefined) return "UTC"; // what the sandbox lives in
    name = `${name}`;
    if (name === "UTC") return name;
    if (name.length > 100) throw new p.RangeError("Invalid time zone specified");
    return core.data("zone", name);
  };
  const spans = { __proto__: null };
  // [seconds east, is summer time]
  const offset = (zone, ms) => {
    if (zone === "UTC") return [0, 0];
    const known = spans[zone] ??= [];
    for (let i = known.length - 1; i >= 0; i--) if (ms >= known[i][2] && ms <= known[i][3]) return known[i];
    const found = k.service("intl.offset", [zone, ms]);
    if (known.length > 500) known.length = 0;
    ArrayPrototypePush(known, found);
    return found;
  };
  const two = (n) => StringPrototypePadStart(`${n}`, 2, "0");
  const gmt = (names, seconds, long, digits) => {
    let text = "";
    if (seconds !== 0) {
      const all = MathAbs(seconds);
      const hours = MathFloor(all / 3600);
      const minutes = MathFloor(all / 60) % 60;
      text = (seconds < 0 ? names.minus : names.plus) + (long ? two(hours) : hours);
      if (long || minutes !== 0 || all % 60 !== 0) text += `:${two(minutes)}`;
      if (all % 60 !== 0) text += `:${two(all % 60)}`;
      if (digits !== undefined) text = digits(text);
    }
    return p.StringPrototypeReplace(names.gmt, "%s", () => text);
  };
  // `letter` and `length` as in a pattern: z zzzz O OOOO v vvvv.
  const name = (locale, zone, ms, letter, length, digits) => {
    const { 0: seconds, 1: summer } = offset(zone, ms);
    const long = length === 4;
    const names = core.data("zoneNames", locale, zone === "UTC" ? "Etc/UTC" : zone);
    if (letter !== "O" && (p.ArrayPrototypeIndexOf(names.offsets, seconds) !== -1 || letter === "v")) {
      const of = long ? names.long : names.short;
      const kind = letter === "v" ? of.generic ?? of.standard : summer ? of.daylight : of.standard;
      if (kind !== undefined && kind !== "∅∅∅") return kind;
      if (letter === "v") return p.StringPrototypeReplace(names.region, "%s", () => names.place);
    }
    return gmt(names, seconds, long, digits);
  };
  return { __proto__: null, resolve, offset, name };
})
