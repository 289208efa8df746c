import { readFileSync } from "node:fs";
const grid = readFileSync(new URL("../maze.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((l) => [...l]);
const find = (c) => {
  for (let y = 0; y < grid.length; y++)
    for (let x = 0; x < grid[y].length; x++) if (grid[y][x] === c) return [x, y];
};
const [sx, sy] = find("S"),
  [ex, ey] = find("E");
const q = [[sx, sy, 0]],
  seen = new Set([`${sx},${sy}`]);
let ans;
while (q.length) {
  const [x, y, d] = q.shift();
  if (x === ex && y === ey) {
    ans = d;
    break;
  }
  for (const [dx, dy] of [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
  ]) {
    const nx = x + dx,
      ny = y + dy,
      k = `${nx},${ny}`;
    if (grid[ny]?.[nx] && grid[ny][nx] !== "#" && !seen.has(k)) {
      seen.add(k);
      q.push([nx, ny, d + 1]);
    }
  }
}
console.log("Part 1:", ans, seen.size);
console.log(grid.map((r) => r.join("")).join("\n"));
const sieve = (n) => {
  const s = new Uint8Array(n + 1);
  const r = [];
  for (let i = 2; i <= n; i++)
    if (!s[i]) {
      r.push(i);
      for (let j = i * i; j <= n; j += i) s[j] = 1;
    }
  return r;
};
console.log(sieve(50));
const perms = (a) =>
  a.length ? a.flatMap((x, i) => perms([...a.slice(0, i), ...a.slice(i + 1)]).map((p) => [x, ...p])) : [[]];
console.log(perms([1, 2, 3]));
console.log(
  [3, 1, 10, 2].sort(),
  [3, 1, 2].toSorted((a, b) => b - a),
  [1, 2, 3].with(0, 9),
  [1, [2, [3]]].flat(Infinity),
  [1, 2, 3, 4].findLast((x) => x % 2),
  [..."hello"].reduce((m, c) => ({ ...m, [c]: (m[c] || 0) + 1 }), {}),
);
