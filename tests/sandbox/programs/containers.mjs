// dependency injection container, decorators-by-hand, mixins, observer, plugin
class Container {
  #f = new Map();
  #s = new Map();
  register(n, f, { singleton = false } = {}) {
    this.#f.set(n, { f, singleton });
    return this;
  }
  resolve(n) {
    const e = this.#f.get(n);
    if (!e) throw new Error(`Unknown service: ${n}`);
    if (!e.singleton) return e.f(this);
    if (!this.#s.has(n)) this.#s.set(n, e.f(this));
    return this.#s.get(n);
  }
}
const c = new Container()
  .register("cfg", () => ({ url: "x" }), { singleton: true })
  .register("svc", (c) => ({ cfg: c.resolve("cfg"), id: Math.floor(5.5) }));
console.log(c.resolve("svc"), c.resolve("cfg") === c.resolve("cfg"), c);
try {
  c.resolve("nope");
} catch ({ message }) {
  console.log(message);
}
const logd = (fn) =>
  function (...a) {
    console.log(`-> ${fn.name}(${a.map((x) => JSON.stringify(x)).join(", ")})`);
    const r = fn.apply(this, a);
    console.log(`<- ${r}`);
    return r;
  };
class Calc {
  base = 10;
  add(x) {
    return this.base + x;
  }
}
Calc.prototype.add = logd(Calc.prototype.add);
console.log(new Calc().add(5));
const Fly = (B) =>
  class Flying extends B {
    fly() {
      return `${this.n} flies`;
    }
  };
const Swim = (B) =>
  class extends B {
    swim() {
      return `${this.n} swims`;
    }
  };
class Duck extends Fly(Swim(Object)) {
  n = "duck";
}
const d = new Duck();
console.log(d.fly(), d.swim(), d, Object.getPrototypeOf(Duck).name);
const handler = { get: (t, p) => (p in t ? t[p] : (...a) => `${String(p)}:${a.join()}`) };
console.log(new Proxy({}, handler).anything(1, 2));
const pipe =
  (...f) =>
  (x) =>
    f.reduce((a, g) => a.then(g), Promise.resolve(x));
console.log(
  await pipe(
    (x) => x + 1,
    async (x) => x * 2,
  )(3),
);
const objs = {
  toJSON() {
    return { t: 1 };
  },
};
console.log(JSON.stringify({ objs }), { ...objs });
class Money {
  static #rates = { eur: 2 };
  static convert(x) {
    return x * Money.#rates.eur;
  }
  static {
    Money.ZERO = Object.freeze(new Money());
  }
}
console.log(Money.convert(3), Money.ZERO);
