import assert, { strictEqual, deepStrictEqual, AssertionError } from "assert";
const t = (f) => {
  try {
    f();
    console.log("ok");
  } catch (e) {
    console.log(e.name, e.code);
    console.log(e.message);
  }
};
t(() => assert.equal(1, 2));
t(() => deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }));
t(() =>
  assert.throws(() => {
    throw new TypeError("bad");
  }, /good/),
);
t(() => assert.throws(() => {}, Error));
t(() => assert.notStrictEqual(1, 1));
t(() => assert.ok(null, "is null"));
t(() => assert.match("abc", /x/));
t(() => assert.deepEqual([1, "2"], [1, 2]));
t(() => assert.fail("boom"));
t(() => assert.strictEqual(NaN, NaN));
t(() => strictEqual("a\nb\nc", "a\nx\nc"));
await assert.rejects(Promise.reject(new Error("x")), { message: "x" });
await assert.rejects(async () => 1).catch((e) => console.log(e.message));
t(() =>
  assert.throws(
    () => {
      throw new Error("abc");
    },
    { message: "abd" },
  ),
);
