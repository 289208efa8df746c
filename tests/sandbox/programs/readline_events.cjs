const fs = require("fs"),
  readline = require("readline");
const rl = readline.createInterface({ input: fs.createReadStream("people.csv") });
let i = 0;
rl.on("line", (l) => console.log(`${++i}: ${l}`)).on("close", () => console.log("done", i));
console.log("started");
