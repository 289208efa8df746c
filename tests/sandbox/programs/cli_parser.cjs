// CLI parser
const { parseArgs } = require("node:util");
const path = require("path");
const pkg = { name: "tool", version: "1.2.3" };
function usage() {
  return `Usage: ${pkg.name} [options] <file...>\n\nOptions:\n  -h, --help     show help\n  -o, --out DIR  output`;
}
function run(argv) {
  let r;
  try {
    r = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        out: { type: "string", short: "o", default: "dist" },
        verbose: { type: "boolean", short: "v", multiple: true },
      },
    });
  } catch (e) {
    console.error(e.code, e.message);
    return 2;
  }
  if (r.values.help) {
    console.log(usage());
    return 0;
  }
  console.log(
    r.values,
    r.positionals.map((p) => path.join(r.values.out, path.basename(p, path.extname(p)) + ".js")),
  );
  return 0;
}
for (const a of [["-h"], ["a.ts", "b/c.tsx", "-o", "out"], ["-vv", "x"], ["--nope"], ["--out"], ["--", "-z"]])
  console.log(run(a));
const args = process.argv.slice(2);
console.log(args);
process.exitCode = 0;
process.stdout.write(["a", "b"].join(require("os").EOL) + "\n");
const flags = "--port=80 --debug -x 1".split(" ").reduce((m, a, i, all) => {
  if (a.startsWith("--")) {
    const [k, v = true] = a.slice(2).split("=");
    m[k] = v;
  }
  return m;
}, {});
console.log(flags);
console.log(__filename.endsWith("cli_parser.cjs"), process.env.NODE_ENV ?? "dev", process.env.PATH === "");
