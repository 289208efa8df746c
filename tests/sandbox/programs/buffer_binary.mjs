const b = Buffer.alloc(20);
b.write("RIFF", 0, "ascii");
b.writeUInt32LE(36, 4);
b.writeInt16BE(-2, 8);
b.writeDoubleLE(Math.PI, 10);
console.log(
  b,
  b.readUInt32LE(4),
  b.readInt16BE(8),
  b.readDoubleLE(10),
  b.slice(0, 4).toString(),
  b.subarray(4, 6),
);
const dv = new DataView(new ArrayBuffer(8));
dv.setFloat32(0, 1.5);
dv.setUint16(4, 0xbeef, true);
console.log(dv.getFloat32(0), dv.getUint16(4).toString(16), dv, new Uint8Array(dv.buffer));
console.log(
  JSON.stringify(Buffer.from("hi")),
  Buffer.isBuffer(b),
  b.equals(Buffer.from(b)),
  b.indexOf("FF"),
  Buffer.from("abc").reverse().toString(),
);
try {
  b.readUInt32LE(18);
} catch (e) {
  console.log(e.name, e.code, e.message);
}
try {
  b.writeUInt8(256, 0);
} catch (e) {
  console.log(e.code, e.message);
}
console.log(
  new Float64Array([1, 2.5]),
  new BigInt64Array(2),
  Uint8Array.from([3, 1, 2]).sort(),
  new Uint8ClampedArray([300, -5]),
  Buffer.from("abc").toJSON(),
  [...Buffer.from("hi").entries()],
);
console.log(
  b.swap16 ? Buffer.from([1, 2, 3, 4]).swap16() : 0,
  Buffer.from("€").toString("latin1"),
  b.readBigUInt64LE(0),
  b.toString("hex", 0, 4),
);
