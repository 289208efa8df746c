// template rendering + html escape + markdown-ish
const esc = (s) =>
  String(s).replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c],
  );
const html = (s, ...v) =>
  s.reduce((o, x, i) => o + x + (i < v.length ? (Array.isArray(v[i]) ? v[i].join("") : esc(v[i])) : ""), "");
console.log(
  html`<ul>
    ${["<b>", "x"].map((i) => html`<li>${i}</li>`)}
  </ul>`,
);
const render = (t, d) =>
  t.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, p) => p.split(".").reduce((o, k) => o?.[k], d) ?? "");
console.log(render("Hi {{ user.name }}, {{missing}}!", { user: { name: "Zoë" } }));
const md = (s) =>
  s
    .split("\n")
    .map((l) =>
      /^# /.test(l)
        ? `<h1>${l.slice(2)}</h1>`
        : l.replace(/\*\*(.+?)\*\*/g, "<b>$1</b>").replace(/`([^`]+)`/g, "<code>$1</code>"),
    )
    .join("\n");
console.log(md("# Title\nsome **bold** and `code`"));
const slug = (s) =>
  s
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .trim()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
console.log(slug("  Crème Brûlée: 2 Ways! "));
const wrap = (s, n) => s.replace(new RegExp(`(?![^\\n]{1,${n}}$)([^\\n]{1,${n}})\\s`, "g"), "$1\n");
console.log(wrap("the quick brown fox jumps over the lazy dog", 12));
const get = (o, p, d) =>
  p
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce((a, k) => a?.[k], o) ?? d;
console.log(get({ a: [{ b: 5 }] }, "a[0].b"), get({}, "x.y", "def"));
const merge = (a, b) =>
  Object.entries(b).reduce(
    (m, [k, v]) => ({
      ...m,
      [k]: v && typeof v === "object" && !Array.isArray(v) ? merge(m[k] ?? {}, v) : v,
    }),
    a,
  );
console.log(merge({ a: { x: 1, y: [1] }, b: 2 }, { a: { y: [2], z: { w: 1 } } }));
const flat = (o, p = "") =>
  Object.entries(o).flatMap(([k, v]) => (typeof v === "object" ? flat(v, `${p}${k}.`) : [[p + k, v]]));
console.log(Object.fromEntries(flat({ a: { b: 1, c: { d: 2 } } })));
