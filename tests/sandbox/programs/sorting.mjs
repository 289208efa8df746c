const p = [
  { n: "bob", a: 3 },
  { n: "Al", a: 3 },
  { n: "cy", a: 1 },
];
console.log(
  [...p].sort((x, y) => y.a - x.a || x.n.localeCompare(y.n)),
  ["résumé", "resume", "Resume"].sort((a, b) => a.localeCompare(b)),
  ["10", "9", "1"].sort(),
  [3, undefined, 1, , 2].sort(),
  ["img12", "img2"].sort(new Intl.Collator(undefined, { numeric: true }).compare),
);
const groupBy = (a, f) =>
  a.reduce((m, x) => {
    (m[f(x)] ||= []).push(x);
    return m;
  }, {});
console.log(groupBy(p, (x) => x.a));
const { a, ...rest } = p[0];
console.log(a, rest, { ...p[1], z: 1 });
console.log(
  Object.entries({ x: 1, y: 2 })
    .map(([k, v]) => `${k}=${v}`)
    .join("&"),
);
let u = null;
u ??= 5;
u ||= 6;
u &&= 7;
console.log(
  u,
  p?.[5]?.n,
  [1, 2, 3].includes(NaN),
  [NaN].includes(NaN),
  [1, 2, 3, 4, 5].copyWithin(0, 3),
  Array(3)
    .fill()
    .map((_, i) => i),
  new Array(5),
  [, 1],
  Array.of(7),
  [3, 1].toString(),
  [[1, 2], [3]].join(";"),
  [1, 2, 3].indexOf(4),
  [..."abc"].map((c, i, a) => a.length - i),
  Array.isArray(new Float32Array(1)),
  [1, 2, 3, 4].splice(1, 2),
  [5, 1, 4].reduceRight((s, x) => s + x),
);
