console.log(
  btoa("hello"),
  atob("aGVsbG8="),
  Buffer.from("héé").toString("base64"),
  Buffer.from("aMOpw6k", "base64").toString(),
);
const toB64 = (s) => btoa(String.fromCharCode(...new TextEncoder().encode(s)));
const fromB64 = (s) => new TextDecoder().decode(Uint8Array.from(atob(s), (c) => c.charCodeAt(0)));
console.log(toB64("日本 ✓"), fromB64(toB64("日本 ✓")));
try {
  btoa("✓");
} catch (e) {
  console.log(e.name, e.code, e.message, e instanceof DOMException);
}
try {
  atob("*");
} catch (e) {
  console.log(e.name, e.message);
}
console.log(
  Buffer.from("ff00", "hex"),
  Buffer.from([1, 2, 300]),
  Buffer.alloc(3, "ab"),
  Buffer.concat([Buffer.from("a"), Buffer.from("b")]).toString("hex"),
  Buffer.byteLength("€"),
  Buffer.compare(Buffer.from("a"), Buffer.from("b")),
);
