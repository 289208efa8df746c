import fs, { promises as fsp } from "fs";
import path from "path";
import os from "os";
fs.mkdirSync("d/e/f", { recursive: true });
fs.writeFileSync("d/a.txt", "A");
fs.appendFileSync("d/a.txt", "B\n");
await fsp.writeFile(path.join("d", "e", "b.json"), JSON.stringify({ k: [1] }, null, "\t"));
fs.copyFileSync("d/a.txt", "d/e/f/c.txt");
console.log(
  fs.readdirSync("d"),
  fs.readdirSync("d", { withFileTypes: true }).map((e) => [e.name, e.isDirectory()]),
  fs.readdirSync("d", { recursive: true }).sort(),
);
function walk(d) {
  return fs
    .readdirSync(d, { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? walk(path.join(d, e.name)) : [path.join(d, e.name)]));
}
console.log(walk("d"));
const st = fs.statSync("d/a.txt");
console.log(st.size, st.isFile(), st.mtime instanceof Date, fs.existsSync("nope"));
try {
  fs.readFileSync("nope.txt");
} catch (e) {
  console.log(e.code, e.syscall, e.path, e.errno, e.message);
}
try {
  await fsp.readdir("d/a.txt");
} catch (e) {
  console.log(e.code, e.message);
}
fs.renameSync("d/a.txt", "d/z.txt");
await fsp.rm("d/e", { recursive: true, force: true });
console.log(walk("d"), await fsp.readFile("d/z.txt", "utf8"));
try {
  fs.rmdirSync("d");
} catch (e) {
  console.log(e.code, e.message);
}
const fd = fs.openSync("n.bin", "w+");
fs.writeSync(fd, Buffer.from([1, 2, 3]));
const b = Buffer.alloc(2);
fs.readSync(fd, b, 0, 2, 1);
fs.closeSync(fd);
console.log(b);
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "x-"));
console.log(tmp.length > 6, os.EOL === "\n");
const w = fs.createWriteStream("s.txt");
w.write("1\n");
w.end("2\n");
try {
  fs.mkdirSync("d");
} catch (e) {
  console.log(e.message);
}
try {
  fs.writeFileSync("no/such/x", "");
} catch (e) {
  console.log(e.message);
}
console.log(
  fs.realpathSync(".").length >= 0,
  path.resolve("a", "../b").endsWith("/b"),
  path.parse("/x/y.tar.gz"),
  path.relative("/a/b", "/a/c/d"),
  path.normalize("/a/./b//../c"),
  path.extname(".bashrc"),
  path.isAbsolute("x"),
  path.format({ dir: "/q", base: "w.e" }),
);
for await (const d of await fsp.opendir("d")) console.log(d.name, d.isFile());
const fh = await fsp.open("s2.txt", "w");
await fh.writeFile("lines\nhere");
await fh.close();
for await (const l of (await fsp.open("s2.txt")).readLines()) console.log(l);
