function debounce(fn, ms) {
  let t;
  return function (...a) {
    clearTimeout(t);
    t = setTimeout(() => fn.apply(this, a), ms);
  };
}
function throttle(fn, ms) {
  let last = -Infinity;
  return (...a) => {
    const now = performance.now();
    if (now - last >= ms) {
      last = now;
      fn(...a);
    }
  };
}
const d = debounce((x) => console.log("debounced", x), 60);
d(1);
d(2);
d(3);
await new Promise((go) => setTimeout(go, 120));
const t = throttle((x) => console.log("throttled", x), 1000);
t(1);
t(2);
t(3);
let n = 0;
const iv = setInterval(() => {
  console.log("tick", ++n);
  if (n === 3) clearInterval(iv);
}, 2);
process.nextTick(() => console.log("tick0"));
Promise.resolve().then(() => console.log("micro"));
queueMicrotask(() => console.log("micro2"));
console.log("sync");
