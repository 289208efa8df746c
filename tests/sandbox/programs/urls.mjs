import url, { URL as U, URLSearchParams as P, pathToFileURL } from "url";
const u = new URL("/search?q=a b&lang=en#top", "https://user:pw@example.com:8080/x/y");
u.searchParams.append("tag", "c++ & d");
u.searchParams.sort();
console.log(u.href, u.host, u.port, u.origin);
console.log(u);
console.log(u.searchParams);
console.log(
  String(new URLSearchParams({ a: 1, b: "x y", c: "€" })),
  Object.fromEntries(new P("a=1&b=2&a=3")),
);
console.log(
  url.parse("http://a.com/p?x=1#h").query,
  url.format({ protocol: "https", hostname: "x.y", pathname: "/z", query: { a: 1 } }),
);
console.log(pathToFileURL("/tmp/a b.txt").href, U === URL, URL.canParse("nope"));
try {
  new URL("nope");
} catch (e) {
  console.log(e.name, e.code, e.message, e.input);
}
console.log(
  encodeURIComponent("a b&c/d?é"),
  decodeURIComponent("%E2%82%AC"),
  escape("é"),
  new URL("https://münchen.de/ä?ö").href,
);
for (const [k, v] of u.searchParams) console.log(k, "=", v);
console.log(import.meta.url, new URL("./x.json", import.meta.url).pathname);
