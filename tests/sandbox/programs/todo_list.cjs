"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { EventEmitter } = require("events");
const DB = path.join(__dirname, "todos.json");
class Todos extends EventEmitter {
  constructor(f) {
    super();
    this.f = f;
    this.items = fs.existsSync(f) ? JSON.parse(fs.readFileSync(f, "utf-8")) : [];
  }
  add(t) {
    const it = { id: this.items.length + 1, t, done: false };
    this.items.push(it);
    this.save();
    this.emit("added", it);
    return it;
  }
  done(id) {
    const it = this.items.find((i) => i.id === id);
    if (!it) throw new Error(`No todo ${id}`);
    it.done = true;
    this.save();
  }
  save() {
    fs.writeFileSync(this.f, JSON.stringify(this.items, null, 2));
  }
}
const t = new Todos(DB);
t.on("added", (i) => console.log(`+ #${i.id} ${i.t}`));
t.add("milk");
t.add("eggs");
t.done(1);
try {
  t.done(9);
} catch (e) {
  console.error(e.message);
}
for (const i of t.items) console.log(`[${i.done ? "x" : " "}] ${i.id}. ${i.t}`);
console.log(new Todos(DB).items.length, require("./todos.json"));
exports.Todos = Todos;
console.log(
  module.exports === exports,
  typeof module.paths,
  require.resolve("./util.cjs").endsWith("util.cjs"),
  typeof require.cache,
  module.loaded,
);
console.log(this === module.exports, arguments.length);
try {
  require("./missing");
} catch (e) {
  console.log(e.code);
}
