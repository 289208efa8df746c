import { pipeline } from "node:stream/promises";
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { Transform } from "node:stream";
import { createHash } from "node:crypto";
let buf = "";
const csv = new Transform({
  readableObjectMode: true,
  transform(ch, _, cb) {
    buf += ch;
    const ls = buf.split("\n");
    buf = ls.pop();
    for (const l of ls) this.push(l.split(","));
    cb();
  },
  flush(cb) {
    if (buf) this.push(buf.split(","));
    cb();
  },
});
const toJson = new Transform({
  writableObjectMode: true,
  transform(r, _, cb) {
    cb(null, JSON.stringify(r) + "\n");
  },
});
await pipeline(
  createReadStream("people.csv", { highWaterMark: 7 }),
  csv,
  toJson,
  createWriteStream("o.ndjson"),
);
console.log(readFileSync("o.ndjson", "utf8"));
const h = createHash("sha256");
for await (const c of createReadStream("people.csv")) h.update(c);
console.log(h.digest("hex"));
createReadStream("missing.txt").on("error", (e) => console.log(e.code, e.message));
await pipeline(createReadStream("missing"), createWriteStream("x")).catch((e) =>
  console.log("pipeline", e.code),
);
const h2 = createHash("md5");
await pipeline(createReadStream("people.csv"), h2);
console.log(h2.read()?.toString("hex") ?? h2.digest("hex"));
