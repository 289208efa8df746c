import crypto, {
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
  timingSafeEqual,
  scryptSync,
  pbkdf2Sync,
} from "crypto";
console.log(
  createHash("sha256").update("hello").digest("hex"),
  createHash("md5").update("x").digest("base64"),
);
const b64u = (o) => Buffer.from(typeof o === "string" ? o : JSON.stringify(o)).toString("base64url");
function sign(p, s) {
  const h = b64u({ alg: "HS256", typ: "JWT" }) + "." + b64u(p);
  return h + "." + createHmac("sha256", s).update(h).digest("base64url");
}
function verify(t, s) {
  const [h, p, g] = t.split(".");
  const e = createHmac("sha256", s).update(`${h}.${p}`).digest();
  return timingSafeEqual(e, Buffer.from(g, "base64url"))
    ? JSON.parse(Buffer.from(p, "base64url").toString())
    : null;
}
const t = sign({ sub: "1", name: "Zoë" }, "secret");
console.log(t, verify(t, "secret"), verify(t, "nope"));
console.log(
  randomBytes(8).length,
  /^[\da-f-]{36}$/.test(randomUUID()),
  crypto.randomInt(5) < 5,
  crypto.getHashes().includes("sha512"),
);
try {
  console.log(pbkdf2Sync("pw", "salt", 1000, 32, "sha256").toString("hex"));
} catch (e) {
  console.log(e.message);
}
try {
  console.log(scryptSync("pw", "salt", 16).toString("hex"));
} catch (e) {
  console.log(e.message);
}
console.log(
  Buffer.from(await globalThis.crypto.subtle.digest("SHA-1", new TextEncoder().encode("abc"))).toString(
    "hex",
  ),
);
const h = createHash("sha1");
h.update("a");
h.update(Buffer.from("b"));
console.log(h.digest());
const key = await globalThis.crypto.subtle.importKey(
  "raw",
  new TextEncoder().encode("k"),
  { name: "HMAC", hash: "SHA-256" },
  false,
  ["sign", "verify"],
);
console.log(
  Buffer.from(await globalThis.crypto.subtle.sign("HMAC", key, new TextEncoder().encode("d"))).toString(
    "hex",
  ),
);
