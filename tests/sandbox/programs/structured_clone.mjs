const o = {
  d: new Date(0),
  m: new Map([["a", new Set([1])]]),
  r: /x/gi,
  e: new RangeError("r"),
  b: new Uint8Array([1]),
  n: [undefined, NaN],
};
o.self = o;
const c = structuredClone(o);
console.log(c.self === c, c.d, c.m, c.r, c.e instanceof RangeError, c.e.message, c.b, c.n);
try {
  structuredClone({ f() {} });
} catch (e) {
  console.log(e.name, e.message, e.code);
}
try {
  structuredClone(Symbol("x"));
} catch (e) {
  console.log(e.message);
}
class P {
  x = 1;
}
console.log(structuredClone(new P()), structuredClone(new P()) instanceof P);
const ab = new ArrayBuffer(4);
structuredClone(ab, { transfer: [ab] });
console.log(ab.byteLength);
