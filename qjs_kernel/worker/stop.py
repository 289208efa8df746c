"""When a run must end: its deadline, the owner's interrupt, a flood. The engine polls `StopWatch.hit`."""

from __future__ import annotations

import mmap
import os
from time import monotonic
from typing import Literal

from qjs_kernel.protocol import BETWEEN_RUNS

__all__ = ["Reason", "StopWatch", "Stopped"]

Reason = Literal["", "timeout", "interrupt", "memory", "stack", "deadlock", "output", "crash", "exit"]


class Stopped(Exception):
    """The run cannot go on; why stands in `StopWatch.reason`."""


class StopWatch:
    """The deadline and the stop word of the run at hand, and the first reason to end it.

    The stop word is four bytes in a file that the kernel process shares: it writes the number of the run that it
    wants stopped, so that a word that comes too late stops nothing else.
    """

    def __init__(self) -> None:
        self.reason: Reason = ""
        self.exit_code = 0
        self.ident = 0
        self._number = b""
        self._deadline: float | None = None
        self._left: float | None = None
        self._word: mmap.mmap | None = None

    def open(self, directory: str) -> None:
        """Watch the stop word of the sandbox in `directory`."""
        self.close()
        with open(os.path.join(directory, "stop"), "r+b") as file:
            self._word = mmap.mmap(file.fileno(), 8)

    def close(self) -> None:
        if self._word is not None:
            self._word.close()
            self._word = None

    def begin(self, ident: int, seconds: float) -> float:
        """Run `ident` (0: work between runs, which has no stop word) begins; returns the time."""
        now = monotonic()
        self.ident = ident
        self._number = ident.to_bytes(4, "little") if ident else BETWEEN_RUNS
        self._deadline = now + seconds
        self.reason = ""
        return now

    def end(self) -> None:
        """The run is over; nothing can stop what comes next."""
        self._deadline = self._left = None
        self._number = b""
        self.reason = ""

    @property
    def running(self) -> bool:
        return self._deadline is not None or self._left is not None

    def pause(self) -> None:
        """Somebody is asked something: until `resume`, time does not count."""
        self._left, self._deadline = self.left(), None

    def resume(self) -> None:
        if self._left is not None:
            self._deadline, self._left = monotonic() + self._left, None

    def left(self) -> float | None:
        """Seconds until the deadline, at least 0; None when nothing runs."""
        return None if self._deadline is None else max(0.0, self._deadline - monotonic())

    def hit(self) -> bool:
        """Whether the run must end. Cheap, and never raises: the engine polls it 25,000 times a second."""
        if self.reason:
            return True
        if self._deadline is not None and monotonic() >= self._deadline:
            self.reason = "timeout"
            return True
        if self._word is not None and self._word[:4] == self._number:
            self.reason = "interrupt"
            return True
        return False

    def check(self) -> None:
        """Raise Stopped if the run must end."""
        if self.hit():
            raise Stopped

    def asked(self, ident: int) -> None:
        """A stop message for run `ident` has come."""
        if ident == self.ident and not self.reason and self.running:
            self.reason = "interrupt"

    def exit(self, code: int) -> None:
        """The program ends its run itself."""
        if not self.reason:
            self.reason, self.exit_code = "exit", code

    def stop(self, reason: Reason) -> None:
        """End the run for a reason of ours; the first reason stays."""
        self.reason = self.reason or reason
