"""Where async host functions run: on the loop a sandbox is attached to, or on a thread's own."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Coroutine
from typing import Any

__all__ = ["CallTasks", "LoopThread"]


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


class CallTasks:
    """The asynchronous host calls of one sandbox that are under way."""

    def __init__(self) -> None:
        self._tasks: dict[int, tuple[int, asyncio.Task[None]]] = {}
        self._thread: LoopThread | None = None

    def begin(
        self,
        ident: int,
        coroutine: Coroutine[Any, Any, None],
        context: contextvars.Context,
        owner: int,
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        """Run the coroutine of call `ident`, for run `owner`, on `loop`, the present thread's; None: on a thread."""
        if loop is not None:
            task = context.run(loop.create_task, coroutine)
            self._tasks[ident] = (owner, task)
            task.add_done_callback(lambda _: self._tasks.pop(ident, None))
            return
        if self._thread is None or not self._thread.alive:
            self._thread = LoopThread()
        self._thread.run(coroutine, context, owner)

    def cancel(self, owner: int | None = None) -> None:
        """Cancel the calls of run `owner`, or all."""
        for run, task in list(self._tasks.values()):
            if owner is None or run == owner:
                task.cancel()
        if self._thread is not None:
            self._thread.cancel(owner)

    def close(self) -> None:
        """End the thread, if there is one. Idempotent."""
        if self._thread is not None:
            self._thread.close()
            self._thread = None
