import fs from "node:fs";
import readline from "node:readline";
const rl = readline.createInterface({ input: fs.createReadStream("events.ndjson"), crlfDelay: Infinity });
const counts = new Map();
let n = 0;
for await (const line of rl) {
  if (!line.trim()) continue;
  n++;
  const { type, x } = JSON.parse(line);
  counts.set(type, (counts.get(type) ?? 0) + x);
}
console.log(n, counts, [...counts].sort());
