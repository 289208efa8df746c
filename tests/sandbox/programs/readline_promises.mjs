import readline from "readline/promises";
import { createInterface } from "readline";
import { Readable } from "stream";
const rl = createInterface({ input: Readable.from(["a\nb", "c\r\nd"]) });
for await (const l of rl) console.log(JSON.stringify(l));
const q = readline.createInterface({ input: Readable.from(["yes\n"]), output: undefined });
console.log(await q.question("sure? "));
q.close();
