exports.done = false;
const a = require("./ca.cjs");
console.log("in b, a.done =", a.done);
exports.done = true;
