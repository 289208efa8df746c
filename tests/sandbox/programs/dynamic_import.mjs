import data from "./conf.json" with { type: "json" };
import { createRequire } from "module";
console.log(data, (await import("./math.mjs")).default(2, 3));
const require = createRequire(import.meta.url);
console.log(require("./conf.json"), require("path").sep, require("./util.cjs").sum(1, 2));
import u, { sum } from "./util.cjs";
console.log(sum(4, 4), Object.keys(u));
const mods = await Promise.all(["./math.mjs", "./plug.mjs"].map((p) => import(p)));
console.log(
  mods.map((m) => Object.keys(m)),
  mods[0],
);
try {
  await import("./nope.mjs");
} catch (e) {
  console.log(e.code);
}
import * as ns from "./math.mjs";
console.log(ns.square(3), typeof import.meta.url, import.meta.dirname, import.meta.filename);
const v = await Promise.resolve(7);
export { v };
