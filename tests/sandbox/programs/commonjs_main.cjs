const fs = require("fs");
const path = require("path");
const { sum, Stack } = require("./util.cjs");
function main() {
  console.log(__dirname, path.basename(__filename));
  console.log(sum(1, 2, 3));
  const s = new Stack();
  s.push(1);
  s.push(2);
  console.log(s, s.pop(), s.size);
  console.log(fs.existsSync(path.join(__dirname, "util.cjs")));
}
main();
module.exports = { main };
