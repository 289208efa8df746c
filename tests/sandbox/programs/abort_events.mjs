const sleep = (ms, { signal } = {}) =>
  new Promise((res, rej) => {
    if (signal?.aborted) return rej(signal.reason);
    const t = setTimeout(res, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(t);
        rej(signal.reason);
      },
      { once: true },
    );
  });
const ac = new AbortController();
setTimeout(() => ac.abort(), 3);
try {
  await sleep(1000, { signal: ac.signal });
} catch (e) {
  console.log(e.name, e.message, e.code);
}
try {
  await sleep(1000, { signal: AbortSignal.timeout(3) });
} catch (e) {
  console.log(e.name, e.message);
}
const a2 = new AbortController();
a2.abort(new Error("why"));
try {
  a2.signal.throwIfAborted();
} catch (e) {
  console.log(e.message);
}
class Foo extends EventTarget {
  fire(d) {
    return this.dispatchEvent(new CustomEvent("foo", { detail: d, cancelable: true }));
  }
}
const f = new Foo();
f.addEventListener("foo", (e) => {
  console.log(e.type, e.detail, e.target === f);
  e.preventDefault();
});
console.log(f.fire(1));
console.log(ac.signal, AbortSignal.any([ac.signal]).aborted, new Event("x").type);
import { setTimeout as st, setInterval as si } from "timers/promises";
console.log(await st(2, "val"));
try {
  await st(100, null, { signal: AbortSignal.abort() });
} catch (e) {
  console.log(e.name, e.code, e.message);
}
let n = 0;
for await (const x of si(1, "i")) {
  console.log(x);
  if (++n > 2) break;
}
