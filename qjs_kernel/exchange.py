"""`Exchange`: a request to the worker and its reply, blocking or awaited, whatever becomes of the worker over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from qjs_kernel.engine import Engine, Environment, Reply
from qjs_kernel.errors import SandboxClosed
from qjs_kernel.process import WorkerGone
from qjs_kernel.protocol import Restored, ToWorker
from qjs_kernel.turns import Turns

__all__ = ["Exchange"]


class Exchange:
    """One request at a time to the worker of one sandbox, until the sandbox is closed.

    It does not know the sandbox: see there why what the engine reaches must not.

    environment  what the guest has as `env` from the next request on
    env_version  changes whenever that does
    loss         after a `WorkerGone` for a reply: why, by what this side knows (see `Engine.loss_reason`)
    """

    def __init__(self, engine: Engine, environment: Environment) -> None:
        self.engine = engine
        self.turns = Turns(engine)
        self.environment = environment
        self.env_version = object()
        self.loss = "crash"
        self.closed = False
        self._cancelled: asyncio.CancelledError | None = None

    def set_environment(self, environment: Environment) -> None:
        self.environment = environment
        self.env_version = object()

    def check_open(self) -> None:
        if self.closed:
            raise SandboxClosed("this sandbox is closed")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The caller's turn, for a request that this thread waits for."""
        with self.turns.blocking():
            self.check_open()
            yield

    @asynccontextmanager
    async def turn_async(self) -> AsyncIterator[None]:
        """The caller's turn, for a request that is awaited; messages are served on the running loop from now on."""
        async with self.turns.waiting():
            self.check_open()
            self.engine.attach(asyncio.get_running_loop())
            yield

    def ensure(self) -> None:
        """A worker that has the present `env`; WorkerError when none can be had."""
        self.engine.ensure(self.environment, self.env_version)

    def restore(self, image: Restored) -> None:
        """Make the checkpoint `image` the guest's state; WorkerGone when the worker is lost over it."""
        self.engine.restore(image, self.environment, self.env_version)

    def ask(self, ident: int, request: ToWorker, seconds: float) -> Reply | WorkerGone:
        """The reply to `request`, which bears the number `ident` and may take so long."""
        self.engine.begin(ident, seconds)
        try:
            self.engine.send(request)
            return self.engine.wait(ident)
        except WorkerGone as gone:
            return gone
        finally:
            self._finish()

    async def ask_async(self, ident: int, request: ToWorker, seconds: float) -> Reply | WorkerGone:
        """The reply, also when the caller has been cancelled: `end_async` says so after it has been dealt with."""
        future = asyncio.wrap_future(self.engine.future(ident))
        self._cancelled = None
        self.engine.begin(ident, seconds)
        try:
            self.engine.send(request)
            while True:
                try:
                    return await asyncio.shield(future)
                except asyncio.CancelledError as error:
                    # Nobody waits any more: stop the guest, and leave only when it has come to rest.
                    self._cancelled = error
                    self.engine.interrupt()
                except WorkerGone as gone:
                    return gone
        finally:
            self._finish()

    def _finish(self) -> None:
        self.loss = self.engine.loss_reason()
        self.engine.end()

    @property
    def cancelled(self) -> bool:
        """Whether the caller of the last `ask_async` has been cancelled."""
        return self._cancelled is not None

    def end_async(self) -> None:
        """Raise what the owner's side raised while the guest ran, now that the guest has come to rest."""
        cancelled, self._cancelled = self._cancelled, None
        if cancelled is not None:
            raise cancelled
        control = self.engine.control
        # KeyboardInterrupt would tear the loop; the outcome says "interrupt".
        if control is not None and not isinstance(control, KeyboardInterrupt):
            raise control

    def never_began(self, reply: Reply | WorkerGone) -> bool:
        """Whether the worker had been lost before it took the request: with a new one it can be sent again.

        Whoever has heard nothing of it has served no call and no file of it. There is a new worker then.
        """
        if not isinstance(reply, WorkerGone) or self.loss != "crash" or self.engine.heard:
            return False
        self.engine.lose()
        self.ensure()
        return True
