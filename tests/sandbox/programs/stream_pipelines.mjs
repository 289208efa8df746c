import { Readable, Writable, Transform, pipeline, PassThrough, Duplex } from "stream";
import { pipeline as pp } from "stream/promises";
class Upper extends Transform {
  _transform(c, e, cb) {
    cb(null, c.toString().toUpperCase());
  }
}
const chunks = [];
const sink = new Writable({
  write(c, e, cb) {
    chunks.push(c.toString());
    cb();
  },
  final(cb) {
    console.log("final");
    cb();
  },
});
await pp(Readable.from(["a", "b", "c"]), new Upper(), sink);
console.log(chunks);
const split = new Transform({
  readableObjectMode: true,
  transform(c, e, cb) {
    for (const l of c.toString().split("\n")) if (l) this.push({ l });
    cb();
  },
});
pipeline(
  Readable.from(["x\ny\n", "z"]),
  split,
  async function* (src) {
    for await (const o of src) yield JSON.stringify(o) + "\n";
  },
  new Writable({
    write(c, e, cb) {
      console.log("out", c.toString());
      cb();
    },
  }),
  (err) => console.log("piped", err?.message),
);
const r = new Readable({ read() {} });
r.push("1");
r.push("2");
r.push(null);
r.setEncoding("utf8");
r.on("data", (d) => console.log("data", d)).on("end", () => console.log("end"));
pipeline(
  Readable.from([1]),
  new Transform({
    objectMode: true,
    transform(c, e, cb) {
      cb(new Error("bad chunk"));
    },
  }),
  new PassThrough({ objectMode: true }),
  (err) => console.log("err:", err.message),
);
console.log(
  await Readable.from([1, 2, 3, 4])
    .filter((x) => x % 2)
    .map((x) => x * 10)
    .toArray(),
);
