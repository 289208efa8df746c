import EventEmitter, { on, once } from "events";
const e = new EventEmitter({ captureRejections: true });
e.on("error", (x) => console.log("err", x.message));
e.on("a", async () => {
  throw new Error("async");
});
e.emit("a");
await new Promise((r) => setTimeout(r, 2));
e.prependOnceListener("b", (...a) => console.log("first", ...a));
e.on("b", (x) => console.log("second", x));
e.emit("b", 1);
e.emit("b", 2);
setTimeout(() => {
  for (let i = 0; i < 3; i++) e.emit("n", i);
}, 1);
let c = 0;
for await (const [v] of on(e, "n")) {
  console.log(v);
  if (++c === 3) break;
}
const bus = new (class Bus {
  #h = new Map();
  on(t, f) {
    (this.#h.get(t) ?? this.#h.set(t, new Set()).get(t)).add(f);
    return () => this.#h.get(t).delete(f);
  }
  emit(t, ...a) {
    this.#h.get(t)?.forEach((f) => f(...a));
  }
})();
const off = bus.on("x", (v) => console.log("bus", v));
bus.emit("x", 1);
off();
bus.emit("x", 2);
console.log(e.getMaxListeners(), EventEmitter.defaultMaxListeners);
