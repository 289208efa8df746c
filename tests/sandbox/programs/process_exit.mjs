process.on("exit", (c) => console.log("bye", c));
console.log("a");
if (process.argv.length < 5) {
  process.exit(0);
}
console.log("never");
