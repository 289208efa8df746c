const rs = new ReadableStream({
  start(c) {
    c.enqueue("a");
    c.enqueue("b");
    c.close();
  },
});
const ts = new TransformStream({
  transform(c, ctl) {
    ctl.enqueue(c + c);
  },
});
for await (const x of rs.pipeThrough(ts)) console.log(x);
console.log(
  await new Response(
    new Blob(["hello ", "world"])
      .stream()
      .pipeThrough(new CompressionStream("gzip"))
      .pipeThrough(new DecompressionStream("gzip")),
  ).text(),
);
const res = new Response(JSON.stringify({ a: 1 }), {
  status: 201,
  headers: { "content-type": "application/json" },
});
console.log(res.status, res.ok, res.headers.get("Content-Type"), await res.clone().json(), res.bodyUsed);
const h = new Headers([
  ["A", "1"],
  ["a", "2"],
]);
h.set("X-Y", "z");
console.log([...h], h.get("a"));
const fd = new FormData();
fd.append("n", "v");
fd.append("f", new Blob(["abc"], { type: "text/plain" }), "f.txt");
for (const [k, v] of fd) console.log(k, typeof v === "string" ? v : [v.name, v.size, v.type]);
const req = new Request("https://x.y/z", { method: "POST", body: "hi" });
console.log(req.method, req.url, await req.text());
console.log(new Blob(["a", new Uint8Array([66])], { type: "x/y" }), await new Blob(["aé"]).text(), h);
