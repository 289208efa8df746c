"""Figures of `Sandbox`, in this process. Each section yields its rows."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from quickjs_rs import Runtime

from qjs_kernel import Limits, Sandbox
from tests.bench.seed_example import CALLS, COUNT, FIB, IN, MAIN, MOUNTS, OUT, log_rows, log_text
from tests.bench.table import Row, median, timed

MIB = 2**20
NPM = "npm library"
NATIVE_LOOP = "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)"

PROCESS = f"""
from qjs_kernel import Sandbox
with Sandbox(mounts={MOUNTS!r}) as sandbox:
    assert sandbox.eval({MAIN!r}).unwrap() is True
"""


def run(code: str, expected: Any, **options: Any) -> None:
    """One program in a sandbox of its own."""
    with Sandbox(limits=Limits(timeout=30), **options) as sandbox:
        data = sandbox.eval(code).unwrap()
        assert data == expected, data


def seed(npm: dict[str, float]) -> Iterator[Row]:
    # A pause as between two requests: it is what the pool needs to have a spare worker ready.
    samples = []
    for _ in range(22):
        samples.append(timed(lambda: run(MAIN, True, mounts=MOUNTS)))
        time.sleep(0.3)
    yield Row(
        "fresh Sandbox + seed example", statistics.median(samples[2:]), "ms", npm.get("seed"), NPM, "≤ 1x"
    )
    yield Row(
        "the same, one after another",
        median(lambda: run(MAIN, True, mounts=MOUNTS), 20),
        "ms",
        npm.get("seed"),
        NPM,
    )

    def process(**environment: str) -> None:
        subprocess.run([sys.executable, "-c", PROCESS], check=True, env={**os.environ, **environment})

    yield Row("the same, with a Python process around it", median(process, 5, 1), "ms")
    with tempfile.TemporaryDirectory() as empty:
        cold = timed(lambda: process(XDG_CACHE_HOME=empty))
    yield Row("the same, and nothing in the cache", cold, "ms")


def evaluate(npm: dict[str, float]) -> Iterator[Row]:
    with Sandbox() as sandbox:
        yield Row(
            'eval("1+1") in an open sandbox',
            median(lambda: sandbox.eval("1+1").unwrap(), 200, 10),
            "ms",
            npm.get("eval"),
            NPM,
            "≤ 2 ms",
        )


def calls(npm: dict[str, float]) -> Iterator[Row]:
    with Sandbox(env={"next": lambda number: number + 1}, limits=Limits(timeout=30)) as sandbox:
        seconds = median(lambda: sandbox.eval(CALLS).unwrap(), 5, 1)
    yield Row("sync env call", seconds / 5_000, "µs", npm.get("calls"), NPM, "< 150 µs")


def rows(npm: dict[str, float]) -> Iterator[Row]:
    log, short, records = log_text(100_000), log_text(2_000), log_rows(2_000)
    count = median(lambda: run(COUNT, 10_000, mounts={"log.jsonl": log}), 5, 1)
    yield Row("100,000 rows read, parsed, counted", count, "ms", npm.get("count"), NPM, "< 1x")
    out = median(lambda: run(OUT, records, mounts={"log.jsonl": short}), 5, 1)
    yield Row("2,000 rows out", out, "ms", npm.get("out"), NPM, "< 0.33x")
    into = median(lambda: run(IN, 2_000, env={"rows": records}), 5, 1)
    yield Row("2,000 rows in", into, "ms", npm.get("in"), NPM, "< 0.33x")


def fib(npm: dict[str, float]) -> Iterator[Row]:
    bare_code = f"(() => {{ {FIB.replace('export default', 'return')} }})()"
    with Sandbox(limits=Limits(timeout=30)) as sandbox, Runtime() as runtime:
        context = runtime.new_context()
        here, bare = [], []
        for _ in range(9):  # interleaved, so that both meet the same noise
            bare.append(timed(lambda: context.eval(bare_code)))
            here.append(timed(lambda: sandbox.eval(FIB).unwrap()))
    value = statistics.median(here)
    yield Row("fib(27)", value, "ms", statistics.median(bare), "bare engine", "≤ 1.15x")
    if npm:
        yield Row("fib(27)", value, "ms", npm["fib"], NPM)


def checkpoints(npm: dict[str, float]) -> Iterator[Row]:
    for size in (1, 16, 64):
        with Sandbox(limits=Limits(memory=256 * MIB, timeout=30)) as sandbox:
            sandbox.eval(f"globalThis.heap = new Uint8Array({size * MIB}).fill(7); 0").unwrap()
            saves, restores = [], []
            for turn in range(7):
                # A cell in between: nothing to save twice, and something to go back from.
                sandbox.eval(f"globalThis.turn = {turn}; heap.fill({turn}); 0").unwrap()
                start = time.perf_counter()
                checkpoint = sandbox.checkpoint()
                middle = time.perf_counter()
                sandbox.eval("globalThis.turn = -1; 0").unwrap()
                again = time.perf_counter()
                sandbox.restore(checkpoint)
                restored = sandbox.eval("globalThis.turn").unwrap()
                end = time.perf_counter()
                assert restored == turn, restored
                saves.append(middle - start)
                restores.append(end - again)
        yield Row(f"checkpoint, {size} MB heap", statistics.median(saves), "ms")
        yield Row(f"restore and first answer, {size} MB heap", statistics.median(restores), "ms")


def timeouts(npm: dict[str, float]) -> Iterator[Row]:
    limit = 0.5
    soft, kill, answers = [], [], []
    with Sandbox() as sandbox:
        sandbox.eval("globalThis.keep = 42; 0").unwrap()
        for _ in range(5):
            start = time.perf_counter()
            outcome = sandbox.eval("for (;;) {}", timeout=limit)
            soft.append(time.perf_counter() - start - limit)
            assert outcome.error is not None
            assert outcome.error.kind == "timeout"
            time.sleep(0.3)
        for _ in range(5):
            start = time.perf_counter()
            outcome = sandbox.eval(NATIVE_LOOP, timeout=limit)
            ended = time.perf_counter()
            kill.append(ended - start - limit)
            assert outcome.error is not None
            assert outcome.error.kind == "timeout"
            kept = sandbox.eval("globalThis.keep").unwrap()
            answers.append(time.perf_counter() - ended)
            assert kept == 42, kept
            time.sleep(0.3)
    yield Row("timeout: over the limit, loop", statistics.median(soft), "ms", goal="≤ 500 ms")
    yield Row("timeout: over the limit, native loop (kill)", statistics.median(kill), "ms", goal="≤ 1200 ms")
    yield Row("next answer after a kill", statistics.median(answers), "ms", goal="≤ 500 ms")


SECTIONS = {
    "seed": seed,
    "eval": evaluate,
    "calls": calls,
    "rows": rows,
    "fib": fib,
    "checkpoints": checkpoints,
    "timeouts": timeouts,
}
