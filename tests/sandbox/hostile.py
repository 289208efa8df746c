"""What the tests of hostile guests share: a wall-clock guard, sandboxes that keep a witness, a memory gauge."""

from __future__ import annotations

import contextlib
import faulthandler
import signal
import threading
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

import psutil

from qjs_kernel import Limits, Outcome, Sandbox
from qjs_kernel.limits import MIB
from qjs_kernel.process import WorkerPool

# No interrupt poll of the engine reaches this: only killing the worker ends it.
NATIVE = "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)"


class Hung(BaseException):
    """The guard's: not an Exception, so that nothing under test swallows it."""


@contextlib.contextmanager
def wall_clock(seconds: float) -> Iterator[None]:
    """Fail whatever takes longer: a test of this kind must never hang. Without SIGALRM the process is ended."""
    if not hasattr(signal, "setitimer"):
        faulthandler.dump_traceback_later(seconds, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
        return

    def expired(_number: int, _frame: FrameType | None) -> None:
        raise Hung(f"not finished after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Witness:
    """A sandbox with a global, a function's closure, a module and a file, all of which `intact` looks for."""

    def __init__(self, pool: WorkerPool, **options: Any) -> None:
        mounts = {"src": {"kept.ts": "export const kept = 'module'"}, **options.pop("mounts", {})}
        self.sandbox = Sandbox(mounts=mounts, pool=pool, **options)
        made = self.sandbox.eval(
            "import { writeFileSync } from 'node:fs'; import { kept } from './kept.ts';"
            "writeFileSync('/kept.txt', 'file'); let count = 0; globalThis.witness = () => [kept, ++count];"
            "export default witness()"
        )
        assert made.data == ["module", 1], made
        self._count = 1

    def __enter__(self) -> Witness:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sandbox.close()

    def eval(self, code: str, timeout: float = 0.3, **options: Any) -> Outcome:
        try:
            return self.sandbox.eval(code, timeout=timeout, **options)
        except KeyboardInterrupt:
            # Nobody pressed Ctrl-C: pytest must go on and say which attack got out.
            raise AssertionError("the guest made eval raise KeyboardInterrupt") from None

    def fails(self, code: str, kind: str, timeout: float = 0.3, **options: Any) -> Outcome:
        """`code` ends with an error of `kind`, and everything before it is still there."""
        outcome = self.eval(code, timeout, **options)
        assert not outcome.ok
        assert outcome.error is not None
        assert outcome.error.kind == kind, (outcome.error.kind, outcome.error.message)
        assert outcome.error.rolled_back == (kind not in ("exception", "syntax"))
        self.intact()
        return outcome

    def intact(self) -> None:
        self._count += 1
        found = self.sandbox.eval(
            "import { readFileSync } from 'node:fs'; export default [...witness(), readFileSync('/kept.txt', 'utf8')]",
            timeout=5,
        )
        assert found.ok, found.error
        assert found.data == ["module", self._count, "file"]


class Gauge:
    """The most memory a worker held, and what this process grew by, sampled while the block runs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.worker = self.kernel = 0

    def __enter__(self) -> Gauge:
        assert self._sandbox.eval("0").ok
        self._worker = psutil.Process(self._sandbox.info()["pid"])
        self._own = psutil.Process()
        self._base = self._own.memory_info().rss
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.002):
            with contextlib.suppress(psutil.Error):
                self.worker = max(self.worker, self._worker.memory_info().rss)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.kernel = self._own.memory_info().rss - self._base

    def check(self, limits: Limits) -> None:
        assert self.worker <= limits.memory + 128 * MIB, f"worker {self.worker // MIB} MiB"
        assert self.kernel <= 50 * MIB, f"kernel process grew by {self.kernel // MIB} MiB"
