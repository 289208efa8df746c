class Range {
  constructor(a, b, s = 1) {
    Object.assign(this, { a, b, s });
  }
  *[Symbol.iterator]() {
    for (let i = this.a; i < this.b; i += this.s) yield i;
  }
}
console.log([...new Range(0, 5)], Array.from(new Range(0, 10, 3)), Math.max(...new Range(1, 4)));
const [x, ...rest] = new Range(1, 4);
console.log(x, rest);
const it = {
  from: 1,
  to: 3,
  [Symbol.iterator]() {
    let c = this.from,
      l = this.to;
    return {
      next: () => (c <= l ? { done: false, value: c++ } : { done: true, value: undefined }),
      return() {
        console.log("ret");
        return {};
      },
    };
  },
};
for (const i of it) {
  if (i === 2) break;
  console.log(i);
}
console.log(
  new Map(Object.entries({ a: 1 })),
  [..."ab"].entries().next(),
  [1, 2][Symbol.iterator](),
  "ab"[Symbol.iterator](),
  [1].entries(),
  "aXbX".matchAll(/X/g),
  Object.fromEntries(new Map([["q", 1]])),
);
const compose =
  (...f) =>
  (x) =>
    f.reduceRight((a, g) => g(a), x);
const curry = (fn) =>
  function c(...a) {
    return a.length >= fn.length ? fn(...a) : (...b) => c(...a, ...b);
  };
console.log(
  compose(
    (x) => x + 1,
    (x) => x * 2,
  )(5),
  curry((a, b, c) => a + b + c)(1)(2)(3),
);
const lazy = {
  *map(it, f) {
    for (const x of it) yield f(x);
  },
};
console.log([...lazy.map([1, 2], (x) => x * x)]);
