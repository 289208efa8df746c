"""The seed's use case, whole: a log, types, the user's `shouldAlert`, the main program, and the host's memory."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from qjs_kernel import Outcome, Sandbox

from .conftest import Maker

LOG = """\
{"message":"some log message","errorCode":0,"dateTime":"2025-02-26T07:35:10Z"}
{"message":"an error message","errorCode":1,"dateTime":"2025-02-26T07:40:00Z"}"""

TYPES = """\
export type LogRow = {
  message: string;
  errorCode: number;
  dateTime: string;
};

export type AlertDecisionFn = (input: LogRow[]) => boolean;
"""

CUSTOM = """\
import type { AlertDecisionFn } from "./types.js";

export const shouldAlert: AlertDecisionFn = (input) => {
  %s
};
"""

MAIN = """\
import { readFileSync } from "node:fs";
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

ANY_ERROR = "return input.some((row) => row.errorCode > 0);"
# Alerts at most once in five minutes; the host remembers when it last did.
DEBOUNCED = """\
const last = env.getLastAlert();
  const newest = input.filter((row) => row.errorCode > 0).map((row) => new Date(row.dateTime)).at(-1);
  if (!newest || newest.getTime() - last.getTime() < 5 * 60_000) return false;
  env.setLastAlert(newest);
  return true;"""


def mounts(body: str) -> dict[str, Any]:
    return {"log.jsonl": LOG, "src": {"types.ts": TYPES, "custom.ts": CUSTOM % body}}


def test_the_main_program_gives_what_should_alert_decides(make: Maker) -> None:
    assert make(mounts=mounts("return true")).eval(MAIN) == Outcome(ok=True, data=True)
    assert make(mounts=mounts(ANY_ERROR)).eval(MAIN) == Outcome(ok=True, data=True)
    assert make(mounts=mounts("return input.length > 2")).eval(MAIN) == Outcome(ok=True, data=False)


def test_an_unfinished_should_alert_gives_nothing(make: Maker) -> None:
    body = "// User-defined logic\n  // return booleanResult"
    assert make(mounts=mounts(body)).eval(MAIN) == Outcome(ok=True, data=None)


def test_the_host_remembers_the_last_alert(make: Maker) -> None:
    memory = [dt.datetime.fromtimestamp(0, dt.UTC)]
    env = {"getLastAlert": lambda: memory[-1], "setLastAlert": memory.append}
    sandbox = make(mounts=mounts(DEBOUNCED), env=env)

    assert sandbox.eval(MAIN).unwrap() is True
    assert memory[1:] == [dt.datetime(2025, 2, 26, 7, 40, tzinfo=dt.UTC)]
    assert sandbox.eval(MAIN).unwrap() is False, "the same error again, within five minutes"

    sandbox.fs.write_text("/log.jsonl", LOG + "\n" + LOG.split("\n")[1].replace("07:40", "07:46"))
    assert sandbox.eval(MAIN).unwrap() is True
    assert [each.minute for each in memory[1:]] == [40, 46]


def test_a_rewritten_custom_file_is_the_one_that_runs(make: Maker) -> None:
    sandbox = make(mounts=mounts(ANY_ERROR))
    assert sandbox.eval(MAIN).unwrap() is True
    for answer in ("false", "true", "false"):
        sandbox.fs.write_text("/src/custom.ts", CUSTOM % f"return {answer};")
        assert sandbox.eval(MAIN).unwrap() is (answer == "true")


def test_a_user_who_misbehaves_costs_the_host_nothing(make: Maker) -> None:
    sandbox = make(mounts=mounts("for (;;) {}"))
    for body, kind in (
        ("for (;;) {}", "timeout"),
        ("return shouldAlert(input) && true", "stack"),
        ("return input.nope.x", "exception"),
        ("return )", "syntax"),
    ):
        sandbox.fs.write_text("/src/custom.ts", CUSTOM % body)
        error = sandbox.eval(MAIN, timeout=0.3 if kind == "timeout" else 10).error
        assert error is not None
        assert error.kind == kind
        if kind in ("exception", "syntax"):
            assert (error.frames[0].file, error.frames[0].line) == ("/src/custom.ts", 4)
    sandbox.fs.write_text("/src/custom.ts", CUSTOM % ANY_ERROR)
    assert sandbox.eval(MAIN).unwrap() is True


SCRIPT = f"""\
from qjs_kernel import Sandbox

mounts = {{"log.jsonl": {LOG!r}, "src": {{"types.ts": {TYPES!r}, "custom.ts": {CUSTOM % "return true"!r}}}}}
with Sandbox(mounts=mounts) as sandbox:
    print(sandbox.eval({MAIN!r}))
"""


def test_a_plain_script(tmp_path: Path) -> None:
    """Nothing of this test run: a new interpreter, the default pool, the default cache."""
    script = tmp_path / "alerts.py"
    script.write_text(SCRIPT, "utf-8")
    package = Path(sys.modules[Sandbox.__module__].__file__ or "").parent.parent
    run = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package), "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )
    assert run.stderr == ""
    assert run.stdout == "Outcome(ok=True, data=True, error=None)\n"
    assert run.returncode == 0
