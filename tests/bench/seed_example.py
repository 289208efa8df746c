"""The log-alert example and the other programs that both sides of the comparison run."""

from __future__ import annotations

import json
from typing import Any

LOG = """{"message":"some log message","errorCode":0,"dateTime":"2025-02-26T07:35:10Z"}
{"message":"an error message","errorCode":1,"dateTime":"2025-02-26T07:40:00Z"}"""

TYPES = """export type LogRow = {
  message: string;
  errorCode: number;
  dateTime: string;
};

export type AlertDecisionFn = (input: LogRow[]) => boolean;
"""

CUSTOM = """import type { AlertDecisionFn } from "./types.js";

export const shouldAlert: AlertDecisionFn = (input) => {
  return true;
};
"""

MAIN = """import { readFileSync } from "node:fs";
import { shouldAlert } from "./custom.js";
import type { LogRow } from "./types.js";

const main = () => {
  const logFileContent = readFileSync("log.jsonl", "utf-8");
  const logs: LogRow[] = logFileContent
    .split("\\n")
    .map((line) => JSON.parse(line));

  return shouldAlert(logs);
};

export default main();
"""

MOUNTS: dict[str, Any] = {"log.jsonl": LOG, "src": {"types.ts": TYPES, "custom.ts": CUSTOM}}

COUNT = """import { readFileSync } from "node:fs";
let errors = 0;
for (const line of readFileSync("log.jsonl", "utf-8").split("\\n")) if (JSON.parse(line).errorCode > 0) errors += 1;
export default errors;
"""

OUT = """import { readFileSync } from "node:fs";
export default readFileSync("log.jsonl", "utf-8").split("\\n").map((line) => JSON.parse(line));
"""

IN = "export default env.rows.length;\n"

CALLS = """let sum = 0;
for (let i = 0; i < 5000; i++) sum = env.next(i);
export default sum;
"""

FIB = "const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2);\nexport default fib(27);\n"


def log_rows(count: int) -> list[dict[str, Any]]:
    """Rows as a log has them: one in ten an error."""
    return [
        {
            "message": "some log message" if number % 10 else "an error message",
            "errorCode": 0 if number % 10 else 1,
            "dateTime": "2025-02-26T07:35:10Z",
        }
        for number in range(count)
    ]


def log_text(count: int) -> str:
    """The same as JSON lines, without a newline at the end."""
    return "\n".join(json.dumps(row, separators=(",", ":")) for row in log_rows(count))


def programs() -> dict[str, Any]:
    """All of the above for the other side, as JSON can carry it."""
    return {
        "mounts": MOUNTS,
        "main": MAIN,
        "count": COUNT,
        "out": OUT,
        "in": IN,
        "calls": CALLS,
        "fib": FIB,
        "log": log_text(100_000),
        "short": log_text(2_000),
        "rows": log_rows(2_000),
    }
