"""Whose turn it is: one evaluation at a time, from any thread or task, and no waiting for oneself."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextvars import Context, ContextVar, copy_context

from qjs_kernel.engine import Engine
from qjs_kernel.errors import SandboxBusy

__all__ = ["Turns"]

# The engines whose host function (or guest callback) the present context runs inside of.
_inside: ContextVar[tuple[tuple[Engine, int], ...]] = ContextVar("qjs_inside", default=())

_LOOK_AGAIN = 0.002  # s


class Turns:
    """The lock of one sandbox, and which thread serves its worker."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._serving = 0

    @property
    def busy(self) -> bool:
        return self._lock.locked()

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
        if not self._lock.acquire(blocking=not attached):
            raise SandboxBusy(
                "this sandbox is evaluating for another task of this event loop: await eval_async instead"
            )
        self._serving = threading.get_ident()
        try:
            yield
        finally:
            self._lock.release()

    @contextlib.asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Take a turn without blocking the event loop."""
        self._refuse_inside()
        # The other side may be a thread, which no asyncio primitive can wait for; looking again can be cancelled.
        while not self._lock.acquire(blocking=False):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN)
        self._serving = threading.get_ident()
        try:
            yield
        finally:
            self._lock.release()
