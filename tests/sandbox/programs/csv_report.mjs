import { readFileSync, writeFileSync } from "fs";
function parseCSV(text) {
  const rows = [];
  let row = [],
    cell = "",
    q = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (q) {
      if (c === '"') {
        if (text[i + 1] === '"') {
          cell += '"';
          i++;
        } else q = false;
      } else cell += c;
    } else if (c === '"') q = true;
    else if (c === ",") {
      row.push(cell);
      cell = "";
    } else if (c === "\n") {
      row.push(cell);
      rows.push(row);
      row = [];
      cell = "";
    } else cell += c;
  }
  if (cell || row.length) {
    row.push(cell);
    rows.push(row);
  }
  const [h, ...r] = rows;
  return r.filter((x) => x.length > 1).map((x) => Object.fromEntries(h.map((k, i) => [k, x[i]])));
}
const people = parseCSV(readFileSync("people.csv", "utf8"));
console.log(people);
console.table(people);
console.table(people, ["name", "age"]);
const byCity = Object.groupBy ? null : 1;
writeFileSync("out.json", JSON.stringify(people, null, 2));
console.log(readFileSync("./out.json").length);
