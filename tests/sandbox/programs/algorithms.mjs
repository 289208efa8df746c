class MinHeap {
  h = [];
  push(x) {
    this.h.push(x);
    this.h.sort((a, b) => a[0] - b[0]);
  }
  pop() {
    return this.h.shift();
  }
  get size() {
    return this.h.length;
  }
}
const g = { A: { B: 1, C: 4 }, B: { C: 2, D: 5 }, C: { D: 1 }, D: {} };
const dij = (s) => {
  const d = Object.fromEntries(Object.keys(g).map((k) => [k, Infinity]));
  d[s] = 0;
  const pq = new MinHeap();
  pq.push([0, s]);
  while (pq.size) {
    const [c, u] = pq.pop();
    if (c > d[u]) continue;
    for (const [v, w] of Object.entries(g[u]))
      if (c + w < d[v]) {
        d[v] = c + w;
        pq.push([d[v], v]);
      }
  }
  return d;
};
console.log(dij("A"));
const qs = ([p, ...r]) =>
  p === undefined ? [] : [...qs(r.filter((x) => x < p)), p, ...qs(r.filter((x) => x >= p))];
console.log(qs([5, 3, 8, 1]));
const bs = (a, t, l = 0, r = a.length - 1) => {
  while (l <= r) {
    const m = (l + r) >>> 1;
    if (a[m] === t) return m;
    a[m] < t ? (l = m + 1) : (r = m - 1);
  }
  return -1;
};
console.log(bs([1, 3, 5, 7], 5));
const lev = (a, b) => {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) d[0][j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] !== b[j - 1]));
  return d;
};
console.log(lev("kitten", "sitting").at(-1).at(-1), lev("ab", "ac"));
const roman = (n) =>
  [
    [1000, "M"],
    [900, "CM"],
    [500, "D"],
    [400, "CD"],
    [100, "C"],
    [90, "XC"],
    [50, "L"],
    [40, "XL"],
    [10, "X"],
    [9, "IX"],
    [5, "V"],
    [4, "IV"],
    [1, "I"],
  ].reduce((s, [v, r]) => {
    while (n >= v) {
      s += r;
      n -= v;
    }
    return s;
  }, "");
console.log(roman(1994));
for (let i = 1; i <= 15; i++)
  process.stdout.write((i % 15 ? (i % 5 ? (i % 3 ? i : "Fizz") : "Buzz") : "FizzBuzz") + " ");
process.stdout.write("\n");
console.log(Array.from({ length: 5 }, (_, i) => " ".repeat(4 - i) + "*".repeat(2 * i + 1)).join("\n"));
const hanoi = (n, a, b, c) => (n ? [...hanoi(n - 1, a, c, b), `${a}->${c}`, ...hanoi(n - 1, b, a, c)] : []);
console.log(hanoi(3, "A", "B", "C").length, [..."racecar"].reverse().join("") === "racecar");
const life = (g) =>
  g.map((r, y) =>
    r.map((c, x) => {
      let n = 0;
      for (let j = -1; j < 2; j++) for (let i = -1; i < 2; i++) if (i || j) n += g[y + j]?.[x + i] ?? 0;
      return +(n === 3 || (c && n === 2));
    }),
  );
console.log(
  life([
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
  ]),
);
class LL {
  head = null;
  add(v) {
    this.head = { v, next: this.head };
    return this;
  }
  *[Symbol.iterator]() {
    for (let n = this.head; n; n = n.next) yield n.v;
  }
}
console.log([...new LL().add(1).add(2).add(3)], new LL().add(1).add(2).add(3).add(4));
