"""`Engine`: the worker of one sandbox, with everything that keeps a bad run from costing it its state.

It sends requests, serves the worker's questions while it waits, watches deadlines, and after a loss makes a new
worker from the last checkpoint. It can be driven in two ways: blocking (`wait`), or attached to an asyncio loop
(`attach`), where messages are served as they come, also between runs, so that timers go on.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import monotonic
from typing import Any

from qjs_kernel.answers import Answers
from qjs_kernel.codec import Encoded
from qjs_kernel.hostloop import CallTasks
from qjs_kernel.limits import Limits
from qjs_kernel.listener import Listener
from qjs_kernel.process import ABORTED, Watchdog, WorkerGone, WorkerPool, WorkerProcess
from qjs_kernel.protocol import (
    Answer,
    Ask,
    Called,
    Checked,
    Completed,
    Done,
    Fatal,
    Late,
    Listen,
    Looked,
    Mapped,
    ModuleMap,
    Open,
    Peeked,
    Restore,
    Restored,
    Save,
    Saved,
    SetEnv,
    Stop,
    ToHost,
    ToWorker,
    Turn,
    Write,
)
from qjs_kernel.shared import SharedDirectory, copied

__all__ = ["GRACE", "Engine", "Environment"]

_STAY = 0.005  # s
IDLE_SECONDS = 10.0  # for what a worker does without running guest code
GRACE = 0.5  # s between asking a run to stop and killing the worker
Environment = tuple[Encoded, dict[str, str]]
Reply = Done | Called | Checked | Completed | Looked | Peeked | Saved


class Engine:
    """See the module. Not thread-safe but for `interrupt`, `send` and `started`: the sandbox takes care.

    slots               checkpoints kept on disk, one of them being written
    on_write, on_late   called with the worker's messages of that kind
    on_modules          called with the maps of modules as the worker compiles them
    on_lost             called when the worker was lost while nothing ran
    """

    def __init__(
        self,
        pool: WorkerPool,
        limits: Limits,
        *,
        slots: int,
        on_write: Callable[[Write], None],
        on_late: Callable[[Late], None],
        on_lost: Callable[[str], None],
        on_modules: Callable[[tuple[ModuleMap, ...]], None],
    ) -> None:
        self._pool = pool
        self._slots = slots
        self.limits = limits
        self._on_write = on_write
        self._on_late = on_late
        self._on_lost = on_lost
        self._on_modules = on_modules
        self.answers: Answers | None = None
        self.worker: WorkerProcess | None = None
        self.engine = ""
        self.last: Restored | None = None
        self.before: Restored | None = None
        self._shared = SharedDirectory()
        self._env_sent: object = None
        self._watchdog = Watchdog(self._expired)
        self._ident = 0
        self._epoch = monotonic()
        self.running = 0
        self._deadline = self._paused_at = 0.0
        self._interrupted = False
        self.control: BaseException | None = None
        self.heard = False
        self._asked = False
        self._killed = False
        self._turn_of: int | None = None
        self._drop_timers = False
        self._replies: dict[int, Reply] = {}
        self._futures: dict[int, concurrent.futures.Future[Reply]] = {}
        self._reopen = False
        self._listener = Listener(self._readable, self.serve_ready, self._gone)
        self._calls = CallTasks()

    # Life

    def start(self) -> None:
        """Begin to start a worker, without waiting for it."""
        if self.worker is None:
            self._pool.warm()

    def ensure(self, env: Environment, version: object) -> None:
        """A worker with an open guest and the present `env`; WorkerError when none can be had."""
        self._notice_loss()
        if self._reopen and self.worker is not None:
            try:
                self.save()
                self._pool.give_back(self.detach_worker())
            except WorkerGone:
                self._notice_loss()
        self._reopen = False
        if self.worker is None:
            self._open(env)
            self._env_sent = version
        elif self._env_sent != version:
            encoded, strings = env
            self.send(SetEnv(encoded.text, encoded.blob, strings))
            self._env_sent = version

    def _notice_loss(self) -> None:
        """Drop a worker that is gone, or that the watchdog killed when its run had just ended."""
        worker = self.worker
        if worker is None or (worker.alive and not self._killed):
            return
        killed = self._killed
        self._drain()
        self.lose()
        if not killed:
            self._on_lost(f"the worker process ended while nothing ran (exit status {worker.exit_status()})")

    def _open(self, env: Environment) -> None:
        worker = self._pool.take()
        self.engine = worker.engine
        encoded, strings = env
        message = Open(
            limits={name: getattr(self.limits, name) for name in Limits.__slots__},
            directory=str(self._shared.path),
            seed=secrets.token_hex(16),
            env_text=encoded.text,
            env_blob=encoded.blob,
            process_env=strings,
            restore=self.last,
            slots=self._slots,
            drop_timers=self._drop_timers,
            epoch=self._epoch,
        )
        self.worker = worker
        self._killed = self._drop_timers = False
        self.send(message)
        if self.loop is not None and self.loop.is_closed():
            self.detach()
        self._listen(worker)

    def change_limits(self, limits: Limits) -> None:
        """New limits from the next run on; the guest moves to a new instance with its state kept."""
        self.limits = limits
        self._reopen = True

    def reset(self) -> None:
        """Forget the guest's state: the next run starts from the boot image."""
        if self.worker is not None:
            worker = self.detach_worker()
            worker.close()
        self.last = self.before = None

    def close(self) -> None:
        """Give the worker back if it is in good order, and remove what lies on disk. Idempotent."""
        self._watchdog.close()
        self.cancel_calls()
        self.fail_futures(WorkerGone("the sandbox was closed"))
        if self.worker is not None:
            good = self.worker.alive and not self.running and not self._killed
            worker = self.detach_worker()
            if good:
                self._pool.give_back(worker)
            else:
                worker.close()
        self._calls.close()
        self._shared.close()

    def detach_worker(self) -> WorkerProcess:
        """Take the worker out of this engine; what it has already said is served first."""
        assert self.worker is not None
        self._listener.unwatch()
        worker, self.worker = self.worker, None
        return worker

    # Requests

    def next_ident(self) -> int:
        self._ident += 1
        return self._ident

    def send(self, message: ToWorker) -> None:
        """Send if there is a worker; one that is gone is noticed when it is read from."""
        worker = self.worker
        if worker is not None:
            with contextlib.suppress(WorkerGone):
                worker.send(message)
            if worker.waiting:
                # Read while the pipe was full: nothing more may come to wake the loop for it.
                self._listener.look(worker)

    def begin(self, ident: int, seconds: float) -> None:
        """Run `ident` starts: from now on the deadline counts and `interrupt` means this run."""
        self._interrupted = False
        self.control = None
        self.heard = False
        self.running = ident
        self._deadline = monotonic() + seconds
        self._watchdog.arm(self._deadline + GRACE)

    def end(self) -> None:
        self._watchdog.disarm()
        self.running = 0

    def pause(self, on: bool) -> bool:
        """Somebody is asked something: the time until the answer does not count. False when nothing runs."""
        if not self.running:
            return False
        if on:
            self._paused_at = monotonic()
            self._watchdog.disarm()
        else:
            self._deadline += monotonic() - self._paused_at
            # An interrupt meanwhile has set the time at which the worker is killed.
            if not self._interrupted:
                self._watchdog.arm(self._deadline + GRACE)
        return True

    def interrupt(self) -> None:
        """Stop the run at hand, by asking, and by killing the worker 0.5 s later. Any thread."""
        ident, turning = self.running, self._turn_of is not None
        if not self._shared.can_stop or self._interrupted or not (ident or turning):
            return
        self._interrupted = True
        self._shared.stop(ident)
        self._watchdog.arm(monotonic() + GRACE)
        if ident:
            self.send(Stop(ident))
        if self.answers is not None:
            self.answers.stop_call()

    def stop_for(self, error: BaseException) -> None:
        """A host function raised KeyboardInterrupt or SystemExit: end the run, and keep the error for its caller."""
        self.control = self.control or error
        self.interrupt()

    def _expired(self) -> None:
        # On the watchdog's thread: the run did not end by itself.
        if not self.running and self._turn_of is None:
            return
        self._killed = True
        worker = self.worker
        if worker is not None:
            worker.kill()
        if self.answers is not None:
            self.answers.stop_call()

    def loss_reason(self) -> str:
        """Why the worker is gone, by what this side knows: "interrupt", "timeout", "memory" or "crash"."""
        if self._interrupted:
            return "interrupt"
        worker = self.worker
        if worker is not None and not worker.alive and worker.exit_status() == ABORTED:
            return "memory"  # the parser's way of saying that it got no more
        return "timeout" if self.running and monotonic() >= self._deadline else "crash"

    def lose(self) -> None:
        """The worker is gone: drop it. The next `ensure` makes a new one from the last checkpoint."""
        self._watchdog.disarm()
        self._turn_of = None
        if self.worker is not None:
            self.detach_worker().close()
        self.cancel_calls()
        self.fail_futures(WorkerGone("the worker is gone"))
        self._env_sent = None

    def restore(self, image: Restored, env: Environment, version: object) -> None:
        """Make `image` the guest's state; what lies at `image.file` is copied, not kept open."""
        self._notice_loss()
        if self.worker is None:
            self.last = image
            self.ensure(env, version)
            self.save()
            return
        self.ensure(env, version)
        ident = self.next_ident()
        self._ask_idle(ident, Restore(ident, image))

    def save(self) -> Restored:
        """Wait for a checkpoint of the present state (nothing may be running); WorkerGone when none comes."""
        ident = self.next_ident()
        reply = self._ask_idle(ident, Save(ident))
        assert isinstance(reply, Saved)
        return reply.image

    def _ask_idle(self, ident: int, request: ToWorker) -> Reply:
        # Watched like a run: a worker that stands still must not hold its owner.
        self.begin(ident, IDLE_SECONDS)
        try:
            self.send(request)
            return self.wait(ident)
        finally:
            self.end()

    # Waiting, blocking

    def wait(self, ident: int) -> Reply:
        """Serve messages until the reply to `ident` is there; WorkerGone when the worker is lost.

        KeyboardInterrupt while it waits interrupts the run and is kept in `control` for the caller.
        """
        while ident not in self._replies:
            worker = self.worker
            if worker is None:
                raise WorkerGone("the worker is gone")
            try:
                soon, self._asked = self._asked, False
                self.serve(worker.receive(soon=soon))
            except KeyboardInterrupt as error:
                self.stop_for(error)
        return self._replies.pop(ident)

    def _drain(self) -> None:
        """Serve what a dead worker still had to say, above all the last checkpoint."""
        worker = self.worker
        with contextlib.suppress(WorkerGone):
            while worker is not None:
                message = worker.receive()
                if isinstance(message, (Saved, Write, Late)):
                    self.serve(message)

    def serve(self, message: ToHost) -> None:
        """One message of the worker."""
        self.heard = True
        if isinstance(message, Ask):
            assert self.answers is not None
            try:
                answer = self.answers.answer(message)
            except (KeyboardInterrupt, SystemExit) as error:
                # The stop comes before the answer: what a guest `catch` does with that is undone.
                self.stop_for(error)
                answer = Answer(message.ident, False, b'{"name":"Error","message":"interrupted"}')
            if answer is not None:
                self.send(answer)
                self._asked = True
        elif isinstance(message, Write):
            self._on_write(message)
        elif isinstance(message, (Done, Called, Checked, Completed, Looked, Peeked)):
            if isinstance(message, (Done, Called)) and message.rolled_back:
                self.cancel_calls(message.ident)
            if isinstance(message, Done):
                # The checkpoint after this run comes later: the last one is still the state before it.
                self.before = self.last
            self._settle(message.ident, message)
        elif isinstance(message, Saved):
            self.last = message.image
            self._shared.saved(message.image)
            if message.ident:
                self._settle(message.ident, message)
        elif isinstance(message, Late):
            self._on_late(message)
        elif isinstance(message, Mapped):
            self._on_modules(message.modules)
        elif isinstance(message, Turn):
            self._turn(message)
        elif isinstance(message, Fatal):
            worker = self.worker
            if worker is not None:
                worker.kill()
            raise WorkerGone(message.reason)

    def _turn(self, message: Turn) -> None:
        if message.seconds > 0:
            self._turn_of = message.owner
            if not self.running:
                self._interrupted = False
                self._watchdog.arm(monotonic() + self.limits.timeout + GRACE)
            return
        self._turn_of = None
        self._shared.turn_ended()
        if not self.running:
            self._watchdog.disarm()

    def _settle(self, ident: int, reply: Reply) -> None:
        future = self._futures.pop(ident, None)
        if future is None:
            self._replies[ident] = reply
        elif not future.done():
            future.set_result(reply)

    # Waiting, attached to a loop

    def future(self, ident: int) -> concurrent.futures.Future[Reply]:
        """A future for the reply to `ident`, to be asked for before the request is sent."""
        future: concurrent.futures.Future[Reply] = concurrent.futures.Future()
        self._futures[ident] = future
        return future

    def fail_futures(self, error: Exception) -> None:
        futures, self._futures = self._futures, {}
        for future in futures.values():
            if not future.done():
                future.set_exception(error)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        return self._listener.loop

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve messages on `loop` from now on."""
        if self.loop is loop and self._listener.here is loop:
            return
        self.detach()
        self._listener.attach(loop)
        if self.worker is not None:
            self._listen(self.worker)

    def detach(self) -> None:
        """Serve messages only in `wait` from now on; timers stand still between runs."""
        self._listener.unwatch()
        if self.loop is not None:
            self.send(Listen(False))
        self._listener.detach()

    def _listen(self, worker: WorkerProcess) -> None:
        if self._listener.watch(worker):
            self.send(Listen(True))

    def _readable(self, worker: WorkerProcess) -> None:
        if worker is not self.worker:
            return
        try:
            worker.fill(block=False)
            self.serve_ready(worker)
            # A guest that calls host functions in a loop: stay with it for a moment, then let others have a turn.
            until = monotonic() + _STAY
            while self._asked and monotonic() < until and worker is self.worker:
                self._asked = False
                if worker.fill(soon=True, block=False):
                    self.serve_ready(worker)
            self._asked = False
        except WorkerGone as gone:
            self._gone(gone)
        except KeyboardInterrupt as error:
            # Must not tear the loop: the run ends as interrupted, and so does the cell.
            self.stop_for(error)

    def serve_ready(self, worker: WorkerProcess) -> None:
        while worker is self.worker and (message := worker.take()) is not None:
            self.serve(message)

    def _gone(self, gone: WorkerGone) -> None:
        self._listener.unwatch()
        if not self._futures and not self.running:
            owner, killed, asked = self._turn_of, self._killed, self._interrupted
            self.lose()
            if owner is not None and killed:
                # The timer is part of the checkpoint: left there it would do the same again.
                self._drop_timers = True
                self._on_late(Late(None, "interrupt" if asked else "timeout", owner))
            elif not killed:
                self._on_lost(str(gone))
        self.fail_futures(gone)

    # Asynchronous host calls

    def spawn(self, ident: int, coroutine: Coroutine[Any, Any, None], context: contextvars.Context) -> None:
        """Run the coroutine of a host call on the attached loop, else on a helper thread's own loop."""
        self._calls.begin(ident, coroutine, context, self.running, self._listener.here)

    def cancel_calls(self, run: int | None = None) -> None:
        """Cancel the host calls of `run`, which was undone, or all."""
        self._calls.cancel(run)

    def info(self) -> dict[str, Any]:
        """Facts for people: engine, worker's pid, bytes of the last checkpoint."""
        return {
            "engine": self.engine,
            "pid": self.worker.pid if self.worker is not None and self.worker.alive else None,
            "memory": self.last.size if self.last is not None else 0,
        }

    def still_there(self, image: Restored) -> bool:
        """Whether the file of `image` still holds it: the worker uses its files in turn."""
        return self._shared.still_there(image)

    def copy_checkpoint(self, target: Path) -> Restored:
        """Save, and copy the checkpoint to `target`."""
        return copied(self.save(), target)
