import zlib, { gzipSync, gunzipSync, deflateSync, inflateSync, brotliCompressSync } from "zlib";
import { promisify } from "util";
import { pipeline } from "stream/promises";
import fs from "fs";
const text = "lorem ipsum ".repeat(100);
const z = gzipSync(text);
console.log(
  z.length < 100,
  gunzipSync(z).toString() === text,
  inflateSync(deflateSync(Buffer.from(text))).length,
);
console.log((await promisify(zlib.gunzip)(await promisify(zlib.gzip)(text))).toString().length);
fs.writeFileSync("big.txt", text);
await pipeline(fs.createReadStream("big.txt"), zlib.createGzip(), fs.createWriteStream("big.txt.gz"));
await pipeline(fs.createReadStream("big.txt.gz"), zlib.createGunzip(), fs.createWriteStream("copy.txt"));
console.log(fs.readFileSync("copy.txt", "utf8") === text, fs.statSync("big.txt").size);
try {
  gunzipSync(Buffer.from("not gzip"));
} catch (e) {
  console.log(e.code, e.message, e.errno);
}
zlib.deflate("x", (err, buf) => {
  console.log(err, buf);
});
