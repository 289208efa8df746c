// The npm library on the programs of seed_example.py: `node measure.mjs programs.json` prints medians in seconds as JSON.
import { readFileSync } from "node:fs";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { loadQuickJs } from "@sebastianwessel/quickjs";

const programs = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const { runSandboxed } = await loadQuickJs(variant);
const typescript = { allowFetch: false, allowFs: true, transformTypescript: true };

async function once(code, options) {
  const result = await runSandboxed(({ evalCode }) => evalCode(code), options);
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.data;
}

async function median(times, warm, action) {
  const seconds = [];
  for (let i = -warm; i < times; i++) {
    const start = performance.now();
    await action();
    if (i >= 0) seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[times >> 1];
}

const figures = {};
figures.seed = await median(30, 3, () => once(programs.main, { ...typescript, mountFs: programs.mounts }));
await runSandboxed(async ({ evalCode }) => {
  figures.eval = await median(200, 10, () => evalCode("export default 1+1"));
}, {});
await runSandboxed(async ({ evalCode }) => {
  figures.calls = (await median(5, 1, () => evalCode(programs.calls))) / 5000;
}, { env: { next: (i) => i + 1 } });
figures.count = await median(5, 1, () => once(programs.count, { allowFs: true, mountFs: { "log.jsonl": programs.log } }));
figures.out = await median(5, 1, () => once(programs.out, { allowFs: true, mountFs: { "log.jsonl": programs.short } }));
figures.in = await median(5, 1, () => once(programs.in, { env: { rows: programs.rows } }));
figures.fib = await median(5, 1, () => once(programs.fib, {}));

console.log(JSON.stringify(figures));
process.exit(0);
