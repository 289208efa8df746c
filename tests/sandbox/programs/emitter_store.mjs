import { EventEmitter, once } from "events";
class Store extends EventEmitter {
  constructor() {
    super();
    this.state = {};
  }
  set(k, v) {
    const old = this.state[k];
    this.state[k] = v;
    this.emit("change", { k, old, v });
    return this;
  }
}
const s = new Store();
s.on("change", (e) => console.log("change", e));
s.once("change", function () {
  console.log(this === s, "once");
});
s.set("a", 1).set("a", 2);
setTimeout(() => s.emit("ready", 42, "x"), 5);
console.log(await once(s, "ready"));
console.log(s.listenerCount("change"), s.eventNames());
try {
  s.emit("error", new Error("boom"));
} catch (e) {
  console.log("caught", e.message);
}
console.log(s);
