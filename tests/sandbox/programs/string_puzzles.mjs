// matrix, string puzzles, caesar, anagrams
const mul = (a, b) => a.map((r) => b[0].map((_, j) => r.reduce((s, x, k) => s + x * b[k][j], 0)));
const T = (m) => m[0].map((_, i) => m.map((r) => r[i]));
console.log(
  mul(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ),
  T([
    [1, 2, 3],
    [4, 5, 6],
  ]),
);
const rot = (s, n) =>
  s.replace(/[a-z]/gi, (c) => {
    const b = c <= "Z" ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt() - b + n + 26) % 26) + b);
  });
console.log(rot("Hello, World!", 13), rot(rot("abc", 3), -3));
const anagrams = (ws) =>
  Object.values(
    ws.reduce((m, w) => {
      const k = [...w].sort().join("");
      (m[k] ??= []).push(w);
      return m;
    }, Object.create(null)),
  );
console.log(anagrams(["eat", "tea", "tan", "ate", "nat", "bat"]));
const isPal = (s) => ((s = s.toLowerCase().replace(/[^a-z0-9]/g, "")), s === [...s].reverse().join(""));
console.log(isPal("A man, a plan, a canal: Panama"));
const freq = [..."mississippi"].reduce((m, c) => m.set(c, (m.get(c) || 0) + 1), new Map());
console.log(freq, [...freq].sort(([, a], [, b]) => b - a || 0)[0]);
const rle = (s) => s.replace(/(.)\1*/g, (m, c) => c + m.length);
console.log(rle("aaabbc"));
const spiral = (m) => (m.length ? [...m[0], ...spiral(T(m.slice(1).map((r) => r)).reverse?.() ?? [])] : []);
try {
  console.log(
    spiral([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]),
  );
} catch (e) {
  console.log(e.name);
}
const titl = "the quick brown"
  .split(" ")
  .map(([h, ...t]) => h.toUpperCase() + t.join(""))
  .join(" ");
console.log(
  titl,
  "camelCaseString".replace(/([A-Z])/g, " $1").toLowerCase(),
  "x-y-z".split("-", 2),
  "abc".concat(1, null),
  "abc".substr(-2, 1),
  "abc".substring(2, 0),
  "abc".slice(-2),
  [..."👨‍👩‍👧"].length,
);
console.log("%s", "a\tb\\n", JSON.stringify("tab\t"), ["it's", 'say "hi"', `b\`t`, "new\nline"]);
