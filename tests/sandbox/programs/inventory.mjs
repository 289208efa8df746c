// inventory report with Map, Set ops and Intl
const items = [
  { sku: "A1", qty: 3, price: 9.99, tags: ["x", "y"] },
  { sku: "B2", qty: 0, price: 100, tags: [] },
  { sku: "C3", qty: 12, price: 0.5, tags: ["y"] },
];
const usd = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const total = items.reduce((s, { qty, price }) => s + qty * price, 0);
console.log(`Total: ${usd.format(total)}`);
const w = Math.max(...items.map((i) => i.sku.length));
for (const { sku, qty, price } of items)
  console.log(`${sku.padEnd(w)} | ${String(qty).padStart(4)} | ${usd.format(price).padStart(10)}`);
const byTag = new Map();
for (const i of items) for (const t of i.tags) byTag.set(t, [...(byTag.get(t) ?? []), i.sku]);
console.log(byTag, Object.fromEntries(byTag));
const a = new Set([1, 2, 3]),
  b = new Set([2, 3, 4]);
console.log(
  new Set([...a].filter((x) => b.has(x))),
  new Set([...a, ...b]),
  [...a].filter((x) => !b.has(x)),
);
console.table(items.map(({ tags, ...r }) => r));
console.log(items);
console.log(
  JSON.stringify(items[0]),
  items.at(-1).sku,
  items.findLastIndex((i) => i.qty),
);
