exports.done = false;
const b = require("./cb.cjs");
console.log("in a, b.done =", b.done);
exports.b = b;
exports.done = true;
