// mini test framework & mocking
const results = [];
const describe = (n, f) => {
    results.push(n);
    f();
  },
  it = (n, f) => {
    try {
      f();
      results.push("  ✓ " + n);
    } catch (e) {
      results.push(`  ✗ ${n}: ${e.message}`);
    }
  };
const expect = (a) => ({
  toBe(e) {
    if (!Object.is(a, e)) throw new Error(`expected ${JSON.stringify(e)} got ${JSON.stringify(a)}`);
  },
  toEqual(e) {
    if (JSON.stringify(a) !== JSON.stringify(e)) throw new Error("not equal");
  },
  toThrow(m) {
    let t;
    try {
      a();
    } catch (e) {
      t = e;
    }
    if (!t || (m && !t.message.includes(m))) throw new Error("did not throw " + m);
  },
});
describe("calc", () => {
  it("adds", () => expect(1 + 1).toBe(2));
  it("fails", () => expect(NaN).toBe(1));
  it("throws", () =>
    expect(() => {
      throw new Error("bad thing");
    }).toThrow("bad"));
});
console.log(results.join("\n"));
const spy = (impl = () => {}) => {
  const f = (...a) => {
    f.calls.push(a);
    return impl(...a);
  };
  f.calls = [];
  return f;
};
const s = spy((x) => x + 1);
console.log(s(1), s(2), s.calls, s);
const api = {
  async get(u) {
    if (u === "/404") throw Object.assign(new Error("Not Found"), { status: 404 });
    return { u, data: [1] };
  },
};
const safe = async (p) => {
  try {
    return [null, await p];
  } catch (e) {
    return [e, null];
  }
};
const [err, ok] = await safe(api.get("/404"));
console.log(err.status, err.message, ok, await safe(api.get("/x")));
const realNow = Date.now;
Date.now = () => 1234;
console.log(Date.now(), new Date().getTime() > 1234);
Date.now = realNow;
const rnd = Math.random;
Math.random = () => 0.5;
console.log(Math.floor(Math.random() * 10));
Math.random = rnd;
const orig = console.log;
const cap = [];
console.log = (...a) => cap.push(a.join(" "));
console.log("captured", 1);
console.log = orig;
console.log(cap);
let seed = 42;
const lcg = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
console.log(
  [lcg(), lcg()].map((x) => x.toFixed(6)),
  [1, 2, 3, 4]
    .map((v) => [lcg(), v])
    .sort(([a], [b]) => a - b)
    .map(([, v]) => v),
);
