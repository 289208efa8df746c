"""Figures of the kernel, over jupyter_client as any frontend sees them, next to ipykernel's."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from queue import Empty
from types import TracebackType
from typing import Any

import psutil
from jupyter_client.manager import KernelManager

from tests.bench.seed_example import CUSTOM, LOG, MAIN, TYPES
from tests.bench.table import Row

IPYKERNEL = "ipykernel"
MIB = 2**20

BOMBS = {
    "arrays": "const a = []; while (true) a.push(new Array(100_000).fill(1.5));",
    "bytes": "const a = []; while (true) a.push(new Uint8Array(5e7).fill(1));",
    "strings": 'let s = "x"; while (true) s += s + s;',
    "objects": "const a = []; while (true) a.push({ a: [a.length], b: new Map([[1, {}]]) });",
    "output": 'while (true) console.log("x".repeat(10_000));',
    "result": "let v = [1]; for (let i = 0; i < 60; i++) v = [v, v]; v;",
    "large result": "Array.from({ length: 3e6 }, (_, i) => ({ i }));",
    "recursion": "const f = (n) => f(n + 1) + 1; f(0);",
}


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """The kernelspec of this Python's qjs_kernel, in a place of its own."""
    with tempfile.TemporaryDirectory(prefix="qjs-bench-") as prefix:
        subprocess.run(
            [sys.executable, "-m", "qjs_kernel", "install", "--prefix", prefix],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        before = os.environ.get("JUPYTER_PATH")
        os.environ["JUPYTER_PATH"] = os.path.join(prefix, "share", "jupyter")
        try:
            yield
        finally:
            if before is None:
                del os.environ["JUPYTER_PATH"]
            else:
                os.environ["JUPYTER_PATH"] = before


class Kernel:
    """A running kernel. `start` is the moment before its process was started."""

    def __init__(self, name: str) -> None:
        self.start = time.perf_counter()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=kind is not None)

    def execute(self, code: str, timeout: float = 60) -> dict[str, Any]:
        """The content of the reply."""
        message = self.client.execute(code)
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == message:
                content: dict[str, Any] = reply["content"]
                return content

    def drain(self, quiet: float = 0.05) -> None:
        """Take everything off iopub, so that sockets never fill."""
        with contextlib.suppress(Empty):
            while True:
                self.client.get_iopub_msg(timeout=quiet)

    @property
    def process(self) -> psutil.Process:
        provisioner: Any = self.manager.provisioner
        return psutil.Process(provisioner.pid)


def resident(process: psutil.Process) -> int:
    """Bytes of resident memory, 0 for a process that has ended."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


class Peak(threading.Thread):
    """Samples the kernel's memory and that of its largest child while a block runs."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.done = threading.Event()
        self.kernel = self.worker = 0

    def run(self) -> None:
        while not self.done.wait(0.01):
            self.kernel = max(self.kernel, resident(self.process))
            with contextlib.suppress(psutil.Error):
                for child in self.process.children(recursive=True):
                    self.worker = max(self.worker, resident(child))

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.join()


def start_up(npm: dict[str, float]) -> Iterator[Row]:
    times: dict[str, list[float]] = {"qjs": [], "python3": []}
    for turn in range(6):
        for name in times:
            with Kernel(name) as kernel:
                assert kernel.execute("1+1")["status"] == "ok"
                if turn:  # the first fills caches
                    times[name].append(time.perf_counter() - kernel.start)
    ours, theirs = (statistics.median(times[name]) for name in ("qjs", "python3"))
    yield Row("kernel: spawn to first 1+1", ours, "ms", theirs, IPYKERNEL, "≤ 1.3x")


def round_trip(npm: dict[str, float]) -> Iterator[Row]:
    times: dict[str, list[float]] = {"qjs": [], "python3": []}
    with Kernel("qjs") as ours, Kernel("python3") as theirs:
        kernels = {"qjs": ours, "python3": theirs}
        for turn in range(110):
            for name, kernel in kernels.items():
                start = time.perf_counter()
                kernel.execute("1+1")
                if turn >= 10:
                    times[name].append(time.perf_counter() - start)
                # Paced: the work after a cell (checkpoint, history) is no part of the next one.
                kernel.drain(0.02)
    yield Row(
        "kernel: 1+1 round trip",
        statistics.median(times["qjs"]),
        "ms",
        statistics.median(times["python3"]),
        IPYKERNEL,
        "≤ 1.5x",
    )


def memory(npm: dict[str, float]) -> Iterator[Row]:
    with Kernel("qjs") as kernel, Kernel("python3") as reference:
        for code in (
            f"%%mount /log.jsonl\n{LOG}",
            f"%%mount /src/types.ts\n{TYPES}",
            f"%%mount /src/custom.ts\n{CUSTOM}",
            MAIN,
        ):
            assert kernel.execute(code)["status"] == "ok"
        reference.execute("1+1")
        time.sleep(1)
        children = sorted(
            (resident(child) for child in kernel.process.children(recursive=True)), reverse=True
        )
        own, other = resident(kernel.process), resident(reference.process)
    yield Row("memory after the seed example: kernel", own, "MB", other, IPYKERNEL)
    for number, child in enumerate(children):
        yield Row(f"memory after the seed example: child {number + 1}", child, "MB")
    yield Row("memory after the seed example: kernel + workers", own + sum(children), "MB", other, IPYKERNEL)


def bombs(npm: dict[str, float]) -> Iterator[Row]:
    with Kernel("qjs") as kernel:
        kernel.execute("globalThis.keep = 42; 0")
        for name, code in BOMBS.items():
            kernel.drain(0.3)
            before = resident(kernel.process)
            with Peak(kernel.process) as peak:
                content = kernel.execute(f"%%ts --timeout 10\n{code}")
            ended = content.get("ename", "ok")
            kernel.drain(0.3)
            assert kernel.execute('if (keep !== 42) throw new Error("state lost")')["status"] == "ok"
            yield Row(f"bomb, {name} ({ended}): kernel grows", peak.kernel - before, "MB", goal="≤ 50 MB")
            yield Row(f"bomb, {name}: largest worker", peak.worker, "MB", goal="≤ 256 MB")


SECTIONS = {"start": start_up, "roundtrip": round_trip, "memory": memory, "bombs": bombs}
