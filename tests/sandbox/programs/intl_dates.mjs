console.log(new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(1234567.891));
console.log(new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234567.891));
console.log(
  (1234.5).toLocaleString(),
  (0.256).toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 }),
);
const d = new Date(Date.UTC(2024, 1, 29, 13, 5, 9));
console.log(
  d.toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  d.toLocaleTimeString("en-US"),
  d.toLocaleString(),
);
console.log(
  new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "America/New_York",
  }).format(d),
);
console.log(
  new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day"),
  new Intl.ListFormat("en", { style: "long", type: "conjunction" }).format(["a", "b", "c"]),
);
console.log(
  new Intl.PluralRules("en-US", { type: "ordinal" }).select(22),
  d.toDateString(),
  d.toISOString(),
  d.toJSON(),
  d.toUTCString(),
  d,
);
console.log(
  ["ä", "a", "z", "Z", "é"].sort(new Intl.Collator("de").compare),
  ["b10", "b9", "b1"].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })),
);
console.log(
  Intl.DateTimeFormat().resolvedOptions().timeZone,
  new Date(2024, 0, 31, 10).getTimezoneOffset(),
  new Date("invalid"),
  Number("12px"),
  Date.parse("2024-02-30"),
);
console.log(
  new Date("2024-03-10 10:20"),
  new Date("March 7, 2024"),
  new Date(2024, 12, 1),
  new Date("2024-01-01").getTime(),
);
console.log(
  new Intl.NumberFormat("en", { notation: "compact" }).format(1234567),
  (12).toString().padStart(5, "0"),
  (255).toString(16),
  (1e21).toString(),
  (0.1 + 0.2).toFixed(2),
);
