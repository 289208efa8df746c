const log = [];
const p = new Proxy(
  { a: 1 },
  {
    get(t, k, r) {
      log.push(String(k));
      return Reflect.has(t, k) ? Reflect.get(t, k, r) : `no_${String(k)}`;
    },
    set(t, k, v) {
      if (typeof v !== "number") throw new TypeError(`${k} must be number`);
      return Reflect.set(t, k, v);
    },
    has: (t, k) => k.startsWith("a"),
    deleteProperty(t, k) {
      log.push("del");
      return delete t[k];
    },
    ownKeys: () => ["a", "z"],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  },
);
console.log(p.a, p.zz, "abc" in p, "b" in p, Object.keys(p), log);
try {
  p.x = "s";
} catch (e) {
  console.log(e.message);
}
delete p.a;
console.log(log);
const arr = new Proxy([1, 2, 3], {
  get: (t, k, r) => (typeof k === "string" && /^-\d+$/.test(k) ? t[t.length + +k] : Reflect.get(t, k, r)),
});
console.log(
  arr[-1],
  arr.map((x) => x * 2),
  arr.length,
  Array.isArray(arr),
  JSON.stringify(arr),
);
console.log(
  Reflect.ownKeys({ b: 1, a: 2, 1: 3, [Symbol("s")]: 4 }),
  Reflect.construct(Date, [0]).getTime(),
  Reflect.apply(Math.max, null, [1, 3]),
);
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
try {
  proxy.x;
} catch (e) {
  console.log(e.name);
}
function observable(o, cb) {
  return new Proxy(o, {
    set(t, k, v) {
      cb(k, t[k], v);
      t[k] = v;
      return true;
    },
  });
}
const ob = observable({ n: 1 }, (...a) => console.log("chg", ...a));
ob.n++;
ob.m = "x";
console.log(ob);
const ref = new WeakRef(ob);
console.log(ref.deref() === ob, new WeakSet([ob]).has(ob), new FinalizationRegistry(() => {}));
const ws = new WeakMap([[ob, 1]]);
console.log(ws.get(ob), ws, ref);
