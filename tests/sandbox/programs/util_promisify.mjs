import util, {
  promisify,
  inspect,
  format,
  inherits,
  callbackify,
  deprecate,
  types,
  isDeepStrictEqual,
  parseArgs,
  styleText,
  stripVTControlCharacters,
} from "util";
const cb = (x, done) => setTimeout(() => (x < 0 ? done(new Error("neg")) : done(null, x * 2)), 1);
const p = promisify(cb);
console.log(await p(4));
await p(-1).catch((e) => console.log(e.message));
console.log(
  inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }),
  inspect({ a: { b: { c: { d: 1 } } } }),
  inspect("x".repeat(5)),
  inspect([1, , 3]),
  inspect(new Map([[{ a: 1 }, new Set([1])]]), { compact: false }),
);
console.log(
  format("%s %d %i %f %j %o %O %%", "a", "42", 3.7, "1.5", { a: 1 }, [1], { b: 2 }),
  format("a", "b", { c: 1 }),
  format("%s", null, undefined, Symbol("x"), 10n),
);
console.log(
  isDeepStrictEqual({ a: [1, 2] }, { a: [1, 2] }),
  types.isPromise(p(1)),
  types.isRegExp(/x/),
  util.isArray([]),
);
console.log(
  parseArgs({
    args: ["-v", "--name=joe", "pos"],
    options: { verbose: { type: "boolean", short: "v" }, name: { type: "string" } },
    allowPositionals: true,
  }),
);
function A() {}
function B() {
  A.call(this);
}
inherits(B, A);
console.log(new B(), new B() instanceof A);
callbackify(async (x) => x + 1)(1, (e, v) => console.log("cb", e, v));
console.log(
  inspect({
    s: "it's",
    f() {},
    g: () => {},
    [Symbol("k")]: 1,
    get x() {
      return 1;
    },
    set x(v) {},
    d: new Date(0),
    r: /a/g,
    n: null,
    u: undefined,
    nan: NaN,
    z: -0,
    b: 10n,
  }),
);
class M {
  constructor() {
    this.secret = 1;
  }
  [inspect.custom](d, o) {
    return `M<${o.stylize("x", "special")}>`;
  }
}
console.log(new M(), [new M()], `${util.inspect(new M())}`);
const circ = { name: "c" };
circ.self = circ;
circ.arr = [circ];
console.log(circ);
console.log([
  ["a", "b"],
  ["c", ["d", ["e", ["f"]]]],
]);
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log("a".repeat(200).split(""));
console.log({ long: "x".repeat(100), other: "y".repeat(50) });
console.log(
  process.versions.node.split(".")[0] >= 18,
  typeof process.version,
  inspect(new Error("e")).split("\n")[0],
  [new Error("in array")].length,
  stripVTControlCharacters(styleText("red", "hi")),
);
console.log(
  [undefined, null, , NaN],
  [1.0, -0, 0],
  { "a-b": 1, 2: 3, ok_: 4 },
  [[]],
  [{}],
  {},
  [],
  new Set(),
  new Map(),
  new WeakMap(),
  Symbol.iterator,
  Promise.resolve(4),
  Promise.reject(3).catch(() => {}),
  new Proxy({ a: 1 }, {}),
  async () => {},
  function* g() {},
  Math,
  JSON,
  globalThis === global,
);
