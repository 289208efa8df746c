console.log(this);
export const a = 1;
export default { a };
var x = 1;
{
  function hoisted() {
    return 1;
  }
}
console.log(x, globalThis.x);
switch (x) {
  case 1: {
    let y = 2;
    console.log(y);
  }
  default:
    console.log("fall");
}
do {
  x++;
} while (x < 3);
for (var i = 0, fs = []; i < 3; i++) fs.push(() => i);
console.log(fs.map((f) => f()));
for (let j = 0, gs = []; j < 3; j++) {
  gs.push(() => j);
  if (j === 2) console.log(gs.map((f) => f()));
}
var { a: { b: [, c = 5] = [] } = {} } = {};
console.log(c, void 0, typeof zzz, (1, 2));
console.log(
  ((a, b = 1, ...c) => 0).length,
  function named() {}.name,
  (() => {}).name,
  new Function("a", "b", "return a+b")(1, 2),
  eval("1+1"),
);
setTimeout(console.log, 1, "args", 2);
