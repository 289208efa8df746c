const machine = {
  initial: "idle",
  states: { idle: { on: { FETCH: "loading" } }, loading: { on: { OK: "done", FAIL: "idle" } }, done: {} },
};
const createMachine = ({ initial, states }) => {
  let s = initial;
  const subs = new Set();
  return {
    get state() {
      return s;
    },
    send(e) {
      const n = states[s].on?.[e];
      if (n) {
        s = n;
        subs.forEach((f) => f(s));
      }
      return s;
    },
    subscribe: (f) => (subs.add(f), () => subs.delete(f)),
  };
};
const m = createMachine(machine);
const un = m.subscribe((s) => console.log("->", s));
m.send("FETCH");
m.send("NOPE");
m.send("OK");
un();
console.log(m.state, machine, m);
const createStore = (red, st) => {
  const ls = [];
  return {
    getState: () => st,
    dispatch(a) {
      st = red(st, a);
      ls.forEach((l) => l());
      return a;
    },
    subscribe: (l) => ls.push(l),
  };
};
const s = createStore((st = { n: 0 }, a) => (a.type === "inc" ? { ...st, n: st.n + (a.by ?? 1) } : st), {
  n: 0,
});
s.subscribe(() => console.log(s.getState()));
s.dispatch({ type: "inc" });
s.dispatch({ type: "inc", by: 5 });
const deepFreeze = (o) => {
  Object.values(o).forEach((v) => typeof v === "object" && v && deepFreeze(v));
  return Object.freeze(o);
};
const fz = deepFreeze({ a: { b: 1 } });
try {
  fz.a.b = 2;
} catch (e) {
  console.log(e.name);
}
console.log(
  Object.isFrozen(fz.a),
  JSON.parse('{"a":[1,{"b":null}]}', (k, v) => (v === null ? "NULL" : v)),
  JSON.stringify({ u: undefined, f() {}, n: NaN, d: new Date(0), nested: { x: [undefined] } }, null, 2),
  JSON.stringify('\u2028"\n'),
  JSON.stringify({ b: 1, a: 2 }, ["a"]),
);
const Sing = (() => {
  let i;
  return { get: () => (i ??= { id: 1 }) };
})();
console.log(Sing.get() === Sing.get());
const sym = Symbol("desc");
console.log(
  { [sym]: 1 },
  sym.description,
  Symbol.for("a") === Symbol.for("a"),
  Object.getOwnPropertyDescriptor(
    {
      get x() {
        return 1;
      },
    },
    "x",
  ),
);
const o2 = Object.defineProperty({}, "hid", { value: 1 });
console.log(
  o2,
  o2.hid,
  Object.getOwnPropertyNames(
    class {
      static s() {}
    },
  ),
);
function Old(n) {
  this.n = n;
}
Old.prototype.hi = function () {
  return "hi " + this.n;
};
console.log(
  new Old("x").hi(),
  new Old("y"),
  Old,
  (function () {
    return typeof this;
  })(),
  (() => typeof this)(),
);
console.log(
  [1, 2, 3, 4].map(String).map(parseInt),
  ["1", "2", "3"].map(parseInt),
  typeof null,
  [] + {},
  [] == false,
  null == undefined,
  "5" * "2",
  "5" + 2,
  +[],
  +{},
  !!"0",
  0.1 * 3,
  9007199254740993,
  parseFloat("3.14abc"),
  Number(""),
  Number(null),
  Number(undefined),
  (25).toString(2),
  ~~-5.5,
  5 >>> 1,
  1 << 31,
);
