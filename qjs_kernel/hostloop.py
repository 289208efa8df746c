"""`LoopThread`: where async host functions run when the sandbox is used synchronously."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Coroutine
from typing import Any

__all__ = ["LoopThread"]


async def _cancel_all() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class LoopThread:
    """An event loop on a thread of its own, for async host functions of a sandbox that is used synchronously."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: dict[asyncio.Task[None], int] = {}
        self._thread = threading.Thread(target=self._run, name="qjs-async-host", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(_cancel_all())
        finally:
            self._loop.close()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._loop.is_closed()

    def run(self, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, owner: int) -> None:
        """Begin the coroutine in `context`, for run `owner`."""

        def start() -> None:
            task = context.run(self._loop.create_task, coroutine)
            self._tasks[task] = owner
            task.add_done_callback(lambda done: self._tasks.pop(done, None))

        self._loop.call_soon_threadsafe(start)

    def cancel(self, owner: int | None) -> None:
        """Cancel what run `owner` has begun, or everything."""

        def cancel() -> None:
            for task, run in list(self._tasks.items()):
                if owner is None or run == owner:
                    task.cancel()

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(cancel)

    def close(self) -> None:
        """Cancel everything and end the thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(2.0)
