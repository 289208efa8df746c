"""Figures of what one sees: console floods, tables, the inspector, and what starting costs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from queue import Empty
from typing import Any

from qjs_kernel import Sandbox
from tests.bench.kernel_side import IPYKERNEL, Kernel
from tests.bench.table import Row, median

LINES = 10_000
ROWS = 100_000
RECORDS = (
    f"Array.from({{length: {ROWS}}}, (_, i) => ({{id: i, name: 'row ' + i, ms: i * 1.5, ok: i % 2 === 0}}))"
)


def _messages(kernel: Kernel, *codes: str) -> tuple[float, list[dict[str, Any]]]:
    """Run cells queued at once; seconds until the last is idle, and their messages on iopub."""
    kernel.drain(0.3)
    start = time.perf_counter()
    asked = [kernel.client.execute(code) for code in codes]
    found: list[dict[str, Any]] = []
    idle: set[str] = set()
    while len(idle) < len(asked):
        try:
            message = kernel.client.get_iopub_msg(timeout=30)
        except Empty:
            raise RuntimeError("the kernel went quiet") from None
        if message["parent_header"].get("msg_id") in asked:
            found.append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            idle |= {message["parent_header"].get("msg_id")} & set(asked)
    return time.perf_counter() - start, found


def console(npm: dict[str, float]) -> Iterator[Row]:
    ours = f"for (let i = 0; i < {LINES}; i++) console.log('line ' + i)"
    theirs = f"for i in range({LINES}): print('line', i)"
    times: dict[str, list[float]] = {"qjs": [], "python3": []}
    counts: dict[str, int] = {}
    with Kernel("qjs") as kernel, Kernel("python3") as reference:
        for turn in range(8):
            for name, each, code in (("qjs", kernel, ours), ("python3", reference, theirs)):
                seconds, messages = _messages(each, code, "1+1")
                streams = [m for m in messages if m["msg_type"] == "stream"]
                first = messages[0]["parent_header"]["msg_id"]
                text = "".join(m["content"]["text"] for m in streams if m["parent_header"]["msg_id"] == first)
                assert text.count("\n") == LINES, "lines were lost, or came under another cell"
                assert len(streams) == sum(m["parent_header"]["msg_id"] == first for m in streams)
                if turn:
                    times[name].append(seconds)
                    counts[name] = max(counts.get(name, 0), len(streams))
    yield Row(
        f"{LINES:,} console.log, {counts['qjs']} messages (ipykernel: {counts['python3']})",
        statistics.median(times["qjs"]),
        "s",
        statistics.median(times["python3"]),
        IPYKERNEL,
        "≤ 0.5 s, 20 messages",
    )


def table(npm: dict[str, float]) -> Iterator[Row]:
    with Kernel("qjs") as kernel:
        times, size = [], 0
        for turn in range(8):
            seconds, messages = _messages(kernel, RECORDS)
            if turn:
                times.append(seconds)
            (shown,) = [m for m in messages if m["msg_type"] == "execute_result"]
            assert "text/html" in shown["content"]["data"]
            size = len(json.dumps(shown["content"]))
        yield Row(f"table of {ROWS:,} rows as a result", statistics.median(times), "s", goal="≤ 0.5 s")
        yield Row(f"table of {ROWS:,} rows: bytes in the notebook", size, "MB", goal="≤ 1 MB")
        seconds, _ = _messages(kernel, f"const rows = {RECORDS}")
        times = [_messages(kernel, "display.table(rows)")[0] for _ in range(8)]
        yield Row(f"display.table of {ROWS:,} rows that are there", statistics.median(times[1:]), "s")


def inspector(npm: dict[str, float]) -> Iterator[Row]:
    with Sandbox() as sandbox:
        code = "const big = Array.from({length: 200_000}, (_, i) => ({id: i, tags: ['a', 'b'], at: {x: i}}))"
        assert sandbox.eval(code, cell=True, timeout=60).ok
        path = (("n", "big"),)
        assert sandbox.peek(path) is not None

        def first() -> None:
            peeked = sandbox.peek(path)
            assert peeked is not None
            assert len(peeked.rows) == 100

        yield Row("inspector: 100 rows of 1,000,000 nodes", median(first, 20), "ms", goal="≤ 300 ms")
        search = median(lambda: sandbox.peek(path, search="nowhere to be found"), 3, 1)
        yield Row("inspector: a search through them", search, "ms")


def imports(npm: dict[str, float]) -> Iterator[Row]:
    code = (
        "import ipykernel.kernelapp, ipykernel.zmqshell, ipykernel.ipkernel, time\n"
        "start = time.perf_counter()\n"
        "import qjs_kernel.kernel\n"
        "print(time.perf_counter() - start)"
    )

    def seconds() -> float:
        return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)

    beyond = statistics.median([seconds() for _ in range(16)][1:])
    yield Row("import qjs_kernel.kernel beyond ipykernel's own", beyond, "ms", goal="≤ 60 ms")


SECTIONS = {"console": console, "table": table, "inspector": inspector, "imports": imports}
