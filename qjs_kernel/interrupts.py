"""Where an interrupt goes: to the guest, to Python code, to an awaiting cell, or to the cell that is about to begin.

The main thread is always in one phase. Its SIGINT handler raises KeyboardInterrupt only while code of the user
runs: raised anywhere else it would tear the event loop, or a reply that somebody waits for. The guest is stopped
from a thread of its own, woken by the signal itself (`signal.set_wakeup_fd`), because a handler may run while the
main thread holds a lock that stopping needs, and because a sleeping event loop takes no notice of handlers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Literal

__all__ = ["InterruptGate", "Interrupted"]

# A stop request may have come too early for the run it was meant for: it is sent again after this many seconds.
# Each request gives the run 0.5 s to end before it is killed, so they must be further apart than that.
_AGAIN = 0.7


class Interrupted(KeyboardInterrupt):
    """An interrupt that came while no code of the user ran: before the cell, or between two of its statements."""

    def _render_traceback_(self) -> list[str]:
        return ["\x1b[31;1mKeyboardInterrupt\x1b[0m: the cell was interrupted"]


@dataclass(frozen=True, slots=True, eq=False)
class _Phase:
    kind: Literal["kernel", "python", "awaiting", "guest"]
    task: asyncio.Task[Any] | None = None
    left: threading.Event = field(default_factory=threading.Event)


class InterruptGate:
    """The phases of the main thread. `stop_guest` must be callable from any thread at any time."""

    def __init__(self, stop_guest: Callable[[], None], *, again: float = _AGAIN) -> None:
        self._stop_guest = stop_guest
        self._again = again
        self._phases: list[_Phase] = [_Phase("kernel")]
        self._pending = False
        # The guest phase that is to be stopped. A request names it, so that one which is served late can
        # never mean the cell after it; the lock keeps the phase from ending while it is being stopped.
        self._target: _Phase | None = None
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reader: socket.socket | None = None
        self._writer: socket.socket | None = None
        self._forward = -1

    # Life

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch for signals; on the main thread only."""
        self._loop = loop
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._take_wakeup()
        threading.Thread(target=self._watch, args=(self._reader,), name="qjs-interrupts", daemon=True).start()

    def close(self) -> None:
        """Stop watching. Idempotent."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(ValueError):
                signal.set_wakeup_fd(self._forward)
            writer.close()

    def begin(self) -> None:
        """A new request begins: what was meant for an earlier one is over."""
        self._pending = False
        self._take_wakeup()

    def _take_wakeup(self) -> None:
        # Again for every request: `loop.add_signal_handler` of somebody else takes the descriptor for itself.
        # What it would have got is passed on.
        if self._writer is None or threading.current_thread() is not threading.main_thread():
            return
        mine = self._writer.fileno()
        before = signal.set_wakeup_fd(mine, warn_on_full_buffer=False)
        if before not in (-1, mine):
            self._forward = before

    # Phases

    @contextlib.contextmanager
    def python(self) -> Iterator[None]:
        """Synchronous code of the user runs: KeyboardInterrupt goes to it."""
        with self._phase(_Phase("python")):
            yield

    @contextlib.contextmanager
    def awaiting(self) -> Iterator[None]:
        """Asynchronous code of the user runs as the current task."""
        with self._phase(_Phase("awaiting", asyncio.current_task())):
            yield

    @contextlib.contextmanager
    def guest(self) -> Iterator[None]:
        """The guest runs."""
        with self._phase(_Phase("guest")):
            yield

    @contextlib.contextmanager
    def _phase(self, phase: _Phase) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            # Signals go to the main thread; what runs on another one is stopped through `stop_guest` alone.
            yield
            return
        self._phases.append(phase)
        try:
            if self._pending:
                self._pending = False
                raise Interrupted
            yield
        finally:
            # By identity: of two tasks on one loop the one that began first may end first.
            for index in range(len(self._phases) - 1, 0, -1):
                if self._phases[index] is phase:
                    del self._phases[index]
                    break
            if phase.kind == "guest":
                with self._lock:
                    phase.left.set()

    # The interrupt itself

    def handle(self, signum: int, frame: FrameType | None) -> None:
        """The SIGINT handler: runs on the main thread, between any two bytecodes."""
        phase = self._phases[-1]
        self.request()
        if phase.kind == "python":
            raise KeyboardInterrupt
        if phase.kind == "awaiting":
            self._interrupt_task(phase.task)
        elif phase.kind == "kernel":
            self._pending = True

    def _interrupt_task(self, task: asyncio.Task[Any] | None) -> None:
        try:
            current = asyncio.current_task()
        except RuntimeError:
            current = None
        if task is None or current is task:
            raise KeyboardInterrupt
        if self._loop is not None:
            self._loop.call_soon_threadsafe(task.cancel)

    def request(self) -> None:
        """Stop the guest, if it runs, and wake the loop; from any thread."""
        target = self._guest_phase()
        if target is not None:
            self._target = target
        self._nudge()

    def _nudge(self) -> None:
        writer = self._writer
        if writer is not None:
            # Full means that enough bytes are on their way already.
            with contextlib.suppress(OSError):
                writer.send(bytes([signal.SIGINT]))

    def _watch(self, reader: socket.socket) -> None:
        with reader:
            while data := reader.recv(256):
                if self._forward >= 0:
                    with contextlib.suppress(OSError):
                        os.write(self._forward, data)
                loop = self._loop
                if loop is not None:
                    with contextlib.suppress(RuntimeError):
                        loop.call_soon_threadsafe(_nothing)
                target, self._target = self._target, None
                while target is not None and self._stop(target) and not target.left.wait(self._again):
                    pass

    def _stop(self, target: _Phase) -> bool:
        with self._lock:
            if target.left.is_set():
                return False
            self._stop_guest()
            return True

    @property
    def idle(self) -> bool:
        """Whether no guest runs that a request could mean."""
        return self._guest_phase() is None

    def _guest_phase(self) -> _Phase | None:
        for phase in reversed(tuple(self._phases)):
            if phase.kind == "guest":
                return phase
        return None


def _nothing() -> None:
    """What wakes a sleeping event loop."""
