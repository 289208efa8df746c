import { AsyncLocalStorage } from "async_hooks";
import { StringDecoder } from "string_decoder";
import qs from "querystring";
import { performance } from "perf_hooks";
const als = new AsyncLocalStorage();
const log = (m) => console.log(`[${als.getStore()?.id ?? "-"}] ${m}`);
als.run({ id: 1 }, () => {
  log("start");
  setTimeout(() => log("timer"), 1);
});
log("outside");
const sd = new StringDecoder("utf8");
console.log(
  sd.write(Buffer.from([0xe2, 0x82])) + sd.write(Buffer.from([0xac])),
  qs.parse("a=1&b=2&a=3"),
  qs.stringify({ x: [1, 2], y: "z w" }),
);
performance.mark("a");
performance.mark("b");
console.log(performance.measure("m", "a", "b").name, typeof performance.now(), performance.timeOrigin > 0);
console.time;
const te = new TextEncoder();
console.log(
  te.encode("€"),
  te.encodeInto("hi", new Uint8Array(5)),
  new TextDecoder("utf-16le").decode(new Uint8Array([104, 0])),
  new TextDecoder("utf-8", { fatal: true }).encoding,
);
try {
  new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255]));
} catch (e) {
  console.log(e.name, e.code);
}
globalThis.foo = 1;
console.log(foo, typeof window, typeof document, typeof self, typeof global);
