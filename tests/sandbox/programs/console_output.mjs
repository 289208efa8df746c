console.table([
  { a: 1, b: "x" },
  { a: 2, c: true },
]);
console.table([
  [1, 2],
  [3, 4],
]);
console.table(new Map([["k", 1]]));
console.table(5);
console.table({ x: { v: 1 }, y: { v: 2 } });
console.group("G");
console.log("in");
console.group();
console.warn("deep");
console.groupEnd();
console.groupEnd();
console.log("out");
console.count();
console.count("x");
console.count();
console.countReset();
console.count();
console.assert(1 === 2, "math %s", "broken");
console.assert(true);
console.dir({ a: { b: { c: { d: {} } } } }, { depth: null });
console.log("%c styled", "color: red");
console.log("%s is %d", "x", 5, "extra");
console.error("err");
console.info("info");
console.debug("debug");
console.log();
console.log("multi\nline");
console.log(null, undefined);
console.log("%o", { f() {} });
console.log([1.5, "a", [2, { b: [] }]], "str", new Error("shown").message);
console.log(-0, [-0], 0.1 + 0.2, 1e21, 123456789012345680000, 1_000);
