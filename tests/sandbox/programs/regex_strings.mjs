console.log(
  "2024-01-15".match(/(?<y>\d{4})-(?<m>\d\d)/).groups,
  "a1b22".replace(/\d+/g, (m, o) => `[${m}@${o}]`),
  [..."k1=v1;k2=v2".matchAll(/(\w+)=(\w+)/g)].map((m) => [m[1], m[2], m.index]),
  "aBc".replace(/[A-Z]/g, (c) => "_" + c.toLowerCase()),
  /(?<=\$)\d+/.exec("cost $42")[0],
  "x".match(/y/),
  /^\p{Lu}/u.test("Éa"),
  "a.b*c".replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  "one two".split(/\s+/),
  "a,b;c".split(/([,;])/),
);
console.log(
  "2024-01-15".match(/(\d+)-(\d+)/),
  /a/y.sticky,
  /(a)|(b)/d.exec("b").indices[0],
  "aaa".lastIndexOf("a"),
  "abc".at(-1),
  "abcabc".replaceAll("b", "$&$&"),
  "😀".length,
  [..."😀é"].length,
  "😀".codePointAt(0),
  "ß".toUpperCase(),
  "İ".toLowerCase().length,
  "e\u0301".normalize("NFC").length,
  "abc".localeCompare("abd"),
  "a-b_c d"
    .split(/[-_ ]/)
    .map((w, i) => (i ? w[0].toUpperCase() + w.slice(1) : w))
    .join(""),
);
const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
console.log(["a@b.co", "bad@", "x y@z.w"].map((e) => email.test(e)));
console.log(
  "x".isWellFormed(),
  String.raw`a\n${1}`,
  "abc".padEnd(5, "*") + "|",
  " trim ".trimStart() + "|",
  "z".charCodeAt(),
  "tEST".replace(/^(.)(.*)$/, (_, a, b) => a.toUpperCase() + b.toLowerCase()),
);
const tpl = (s, ...v) => s.raw.map((x, i) => x + (v[i] ?? "")).join("");
console.log(tpl`a${1}\t${2}b`);
console.log(/(\d+)(?:px|em)/.exec("12em"), new RegExp("a+", "gi"), /x/.source);
