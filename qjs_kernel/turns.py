"""Whose turn it is: one evaluation at a time, from any thread or task, and no waiting for oneself."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextvars import Context, ContextVar, copy_context

from qjs_kernel.engine import Engine
from qjs_kernel.errors import SandboxBusy

__all__ = ["Turns"]

# The engines whose host function (or guest callback) the present context runs inside of.
_inside: ContextVar[tuple[tuple[Engine, int], ...]] = ContextVar("qjs_inside", default=())


class _Line:
    """A lock that threads and tasks queue for, first come, first served; releasing it hands it over."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[Future[None]] = deque()
        self.held = False

    def join(self) -> Future[None]:
        """A future that is done when the lock is the caller's."""
        turn: Future[None] = Future()
        with self._guard:
            if self.held:
                self._waiting.append(turn)
            else:
                self.held = True
                turn.set_result(None)
        return turn

    def leave(self, turn: Future[None]) -> None:
        """Give up a place in the line, or the lock if it has just been handed over."""
        if not turn.cancel():
            self.release()

    def release(self) -> None:
        with self._guard:
            while self._waiting:
                following = self._waiting.popleft()
                if following.set_running_or_notify_cancel():
                    following.set_result(None)
                    return
            self.held = False


class Turns:
    """The lock of one sandbox, and which thread serves its worker."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._line = _Line()
        self._serving = 0

    @property
    def busy(self) -> bool:
        return self._line.held

    @property
    def inside(self) -> bool:
        """Whether the caller is a host function that the run at hand has called.

        A context outlives its run (in a task, a callback kept for later): afterwards it is outside again.
        """
        running = self._engine.running
        return bool(running) and (self._engine, running) in _inside.get()

    @property
    def serving_here(self) -> bool:
        """Whether the present thread is the one that reads the worker's messages."""
        return self._serving == threading.get_ident()

    def mark(self, ident: int) -> Context:
        """The present context, as host functions of run `ident` shall see it."""
        context = copy_context()
        context.run(_inside.set, (*_inside.get(), (self._engine, ident)))
        return context

    def foreign_loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop this sandbox is attached to, if it runs on another thread: work must go through it."""
        loop = self._engine.loop
        if loop is None or self.serving_here or self.inside:
            return None
        if loop.is_closed() or not loop.is_running():
            self._engine.detach()
            return None
        return loop

    def _refuse_inside(self) -> None:
        if self.inside:
            raise SandboxBusy(
                "this sandbox is evaluating: a host function cannot evaluate in the sandbox that called it; "
                "call a guest function it was given, or use another Sandbox"
            )

    @contextlib.contextmanager
    def blocking(self) -> Iterator[None]:
        """Take a turn, waiting for it if another thread has it; SandboxBusy where waiting would never end."""
        self._refuse_inside()
        loop = self._engine.loop
        if loop is not None and not loop.is_running():
            self._engine.detach()  # nobody reads for the worker any more
        attached = self._engine.loop is not None and self.serving_here
        turn = self._line.join()
        try:
            if attached and not turn.done():
                raise SandboxBusy(
                    "this sandbox is evaluating for another task of this event loop: await eval_async instead"
                )
            turn.result()
        except BaseException:
            self._line.leave(turn)
            raise
        self._serving = threading.get_ident()
        try:
            yield
        finally:
            self._line.release()

    @contextlib.asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Take a turn without blocking the event loop."""
        self._refuse_inside()
        turn = self._line.join()
        try:
            if not turn.done():
                await asyncio.wrap_future(turn)
        except BaseException:
            self._line.leave(turn)
            raise
        self._serving = threading.get_ident()
        try:
            yield
        finally:
            self._line.release()
