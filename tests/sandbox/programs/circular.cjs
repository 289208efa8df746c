const a = require("./ca.cjs");
console.log("main", a.done, a.b.done);
console.log(require("./ca.cjs") === a);
