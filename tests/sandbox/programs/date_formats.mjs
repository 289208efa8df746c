const d = new Date("2024-12-25T08:05:03.007Z");
const pad = (n, w = 2) => String(n).padStart(w, "0");
const fmt = (d, f) =>
  f.replace(
    /YYYY|MM|DD|HH|mm|ss|SSS/g,
    (k) =>
      ({
        YYYY: d.getFullYear(),
        MM: pad(d.getMonth() + 1),
        DD: pad(d.getDate()),
        HH: pad(d.getHours()),
        mm: pad(d.getMinutes()),
        ss: pad(d.getSeconds()),
        SSS: pad(d.getMilliseconds(), 3),
      })[k],
  );
console.log(fmt(d, "YYYY-MM-DD HH:mm:ss.SSS"));
const addDays = (d, n) => {
  const r = new Date(d);
  r.setDate(r.getDate() + n);
  return r;
};
console.log(
  addDays(d, 10),
  addDays(d, 10) - d,
  d.getDay(),
  new Date(2024, 1, 0).getDate(),
  (new Date("2024-03-01") - new Date("2024-02-01")) / 864e5,
);
const week = (d) => {
  const t = new Date(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()));
  t.setUTCDate(t.getUTCDate() + 4 - (t.getUTCDay() || 7));
  return Math.ceil(((t - Date.UTC(t.getUTCFullYear(), 0, 1)) / 864e5 + 1) / 7);
};
console.log(
  week(d),
  `${d.toLocaleDateString("de-DE")} ${d.toLocaleTimeString("de-DE")}`,
  d.toLocaleDateString("fr-FR", { dateStyle: "full" }),
  d.toLocaleString("en-US", { timeZone: "Asia/Tokyo" }),
  d.toLocaleDateString(undefined, { month: "short", day: "2-digit" }),
  d.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
  new Date(0).toLocaleString("en-GB"),
  Intl.DateTimeFormat("en-US", { month: "long" }).formatToParts(d),
  new Intl.DateTimeFormat("en-US", { hour: "numeric", hour12: false }).format(d),
);
console.log(
  [2024, 2023, 1900, 2000].map((y) => new Date(y, 1, 29).getMonth() === 1),
  Date.UTC(2020, 0),
  new Date(1e15),
  new Date("2024-01-01T00:00:00+02:00"),
  JSON.stringify({ d }),
  isNaN(new Date("x")),
  String(new Date(NaN)),
);
