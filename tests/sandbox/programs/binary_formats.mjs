// binary formats: BMP header, varint, CRC32, hexdump, bit flags
const crcT = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc32 = (b) => (b.reduce((c, x) => crcT[(c ^ x) & 255] ^ (c >>> 8), -1) ^ -1) >>> 0;
console.log(crc32(Buffer.from("123456789")).toString(16));
const varint = (n) => {
  const o = [];
  while (n > 127) {
    o.push((n & 127) | 128);
    n >>>= 7;
  }
  return Buffer.from([...o, n]);
};
console.log(varint(300), varint(1));
const hexdump = (b) => {
  for (let i = 0; i < b.length; i += 16) {
    const s = b.subarray(i, i + 16);
    console.log(
      i.toString(16).padStart(8, "0"),
      [...s]
        .map((x) => x.toString(16).padStart(2, "0"))
        .join(" ")
        .padEnd(47),
      "|" + s.toString("latin1").replace(/[^\x20-\x7e]/g, ".") + "|",
    );
  }
};
hexdump(Buffer.from("Hello, wörld! This is a test\0\x01"));
const h = Buffer.alloc(14);
h.write("BM");
h.writeUInt32LE(70, 2);
h.writeUInt32LE(54, 10);
console.log(h, { magic: h.toString("ascii", 0, 2), size: h.readUInt32LE(2), off: h.readUInt32LE(10) });
const f = new Float32Array([1.1]);
console.log(new Uint8Array(f.buffer), f[0], new Uint32Array(f.buffer)[0].toString(2));
const F = { R: 1, W: 2, X: 4 };
let p = F.R | F.X;
console.log(
  p & F.W ? "w" : "-",
  (p |= F.W),
  (p &= ~F.R),
  p.toString(2).padStart(3, "0"),
  ~p,
  -1 >>> 0,
  (1 << 31) >>> 0,
);
const enc = new TextEncoder().encode("añ€😀");
console.log(
  enc,
  new TextDecoder().decode(enc.slice(0, 3)),
  Buffer.from("añ", "latin1"),
  Buffer.from("ñ").toString("base64"),
  Buffer.from([0xff]).toString(),
);
const packed = Buffer.concat([Buffer.from([1]), Buffer.from(Uint16Array.of(258).buffer), Buffer.from("x")]);
console.log(
  packed,
  packed.readUInt16LE(1),
  packed.lastIndexOf("x"),
  packed.includes(2),
  packed.fill(0, 2),
  packed.at(-1),
);
console.log(
  Buffer.from("a").compare(Buffer.from("b")),
  Buffer.alloc(2, "é"),
  Buffer.from("zz", "hex"),
  Buffer.from("abc").slice(-2).toString("utf16le").length,
  new Blob(["x"]).size,
  b4("x"),
);
function b4(s) {
  return Buffer.from(s).toString("base64url");
}
