"""`Listener`: has an asyncio loop say when the worker has said something, also while nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from qjs_kernel.process import WorkerGone, WorkerProcess

__all__ = ["Listener"]


class Listener:
    """Watches the pipe of one worker at a time, on the loop it is attached to.

    on_readable  the worker has said something that is to be read now
    on_read      messages have been read and are to be served
    on_gone      the worker is gone
    All are called on the loop.
    """

    def __init__(
        self,
        on_readable: Callable[[WorkerProcess], None],
        on_read: Callable[[WorkerProcess], None],
        on_gone: Callable[[WorkerGone], None],
    ) -> None:
        self._on_readable = on_readable
        self._on_read = on_read
        self._on_gone = on_gone
        self._worker: WorkerProcess | None = None
        self._thread = 0
        self.loop: asyncio.AbstractEventLoop | None = None

    @property
    def here(self) -> asyncio.AbstractEventLoop | None:
        """The loop, if it is one of the present thread and open."""
        loop = self.loop
        if loop is None or self._thread != threading.get_ident() or loop.is_closed():
            return None
        return loop

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen on `loop`, which runs on the present thread, to whatever worker is watched from now on."""
        self.loop = loop
        self._thread = threading.get_ident()

    def detach(self) -> None:
        """Listen on no loop, to nothing."""
        self.unwatch()
        self.loop = None
        self._thread = 0

    def watch(self, worker: WorkerProcess) -> bool:
        """Listen to `worker` until `unwatch`; False without a loop."""
        loop = self.loop
        if loop is None:
            return False
        self._worker = worker
        try:
            loop.add_reader(worker.fileno(), self._on_readable, worker)
        except NotImplementedError:  # a loop that cannot watch pipes (Windows): a thread reads for it
            threading.Thread(target=self._read, args=(loop, worker), daemon=True).start()
        return True

    def unwatch(self) -> None:
        """Listen to no worker. Idempotent."""
        loop, worker, self._worker = self.loop, self._worker, None
        if loop is not None and worker is not None and not loop.is_closed():
            # A loop that cannot watch pipes, or a pipe that is closed: there is nothing to take back.
            with contextlib.suppress(NotImplementedError, ValueError, OSError):
                loop.remove_reader(worker.fileno())

    def look(self, worker: WorkerProcess) -> None:
        """`worker` has said something that nothing will wake the loop for. Any thread."""
        loop = self.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._on_readable, worker)

    def _read(self, loop: asyncio.AbstractEventLoop, worker: WorkerProcess) -> None:
        def serve() -> None:
            with contextlib.suppress(WorkerGone):
                self._on_read(worker)

        while self._worker is worker:
            try:
                worker.fill()
            except WorkerGone as gone:
                loop.call_soon_threadsafe(self._on_gone, gone)
                return
            loop.call_soon_threadsafe(serve)
