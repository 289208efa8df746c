function* fibs() {
  let [a, b] = [0, 1];
  for (;;) {
    yield a;
    [a, b] = [b, a + b];
  }
}
const take = function* (n, it) {
  let i = 0;
  for (const x of it) {
    if (i++ >= n) return;
    yield x;
  }
};
console.log([...take(10, fibs())]);
class Tree {
  constructor(v, l, r) {
    this.v = v;
    this.l = l;
    this.r = r;
  }
  *[Symbol.iterator]() {
    if (this.l) yield* this.l;
    yield this.v;
    if (this.r) yield* this.r;
  }
}
const tree = new Tree(5, new Tree(2), new Tree(8, new Tree(6, undefined, new Tree(7, new Tree(6.5)))));
console.log([...tree], Math.max(...tree));
console.log(tree);
async function* countdown(n) {
  while (n) {
    yield n--;
    await null;
  }
}
for await (const x of countdown(3)) console.log(x);
const g = fibs();
console.log(g, g.next(), g.return(9), g.next(), countdown(1), fibs, countdown);
const o = {
  *gen() {
    const x = yield 1;
    console.log("got", x);
    try {
      yield 2;
    } finally {
      console.log("cleanup");
    }
  },
};
const it = o.gen();
it.next();
it.next("hello");
it.return();
console.log(o);
console.log(
  Array.from({ length: 3 }, (_, i) => i ** 2),
  Object.entries({ a: 1 }),
  [..."héllo👍"].length,
);
