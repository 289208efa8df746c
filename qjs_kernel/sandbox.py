"""`Sandbox`: the public API. Runs guest code in a worker process and returns what became of it as an `Outcome`."""

from __future__ import annotations

import asyncio
import tempfile
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from qjs_kernel.answers import Answers, FileState
from qjs_kernel.checkpoint import Checkpoint
from qjs_kernel.codec import Hooks, encode
from qjs_kernel.engine import Engine, Reply
from qjs_kernel.errors import CodecError, Diagnostic, WorkerError
from qjs_kernel.exchange import Exchange
from qjs_kernel.fetch import FetchPolicy, policy_of
from qjs_kernel.guestcalls import GuestCalls
from qjs_kernel.host import ErrorPolicy, process_env
from qjs_kernel.hostcalls import CallLog
from qjs_kernel.inquiries import Completeness, Inquiries
from qjs_kernel.limits import Limits
from qjs_kernel.outcome import (
    Cleared,
    Displayed,
    Event,
    Late,
    Outcome,
    Output,
    SourceMap,
    fault_error,
    tested,
)
from qjs_kernel.process import WorkerGone, WorkerPool, default_pool
from qjs_kernel.program import check_program, check_timeout, dialect_of, not_text
from qjs_kernel.protocol import Done, Looked, Peeked, Restored, Run, Step
from qjs_kernel.replies import Replies, source_reader
from qjs_kernel.reporter import Reporter
from qjs_kernel.typecheck import TypeChecker, World
from qjs_kernel.values import GuestFunction
from qjs_kernel.vfs import VirtualFS

__all__ = ["Checkpoint", "Cleared", "Displayed", "Event", "Late", "Outcome", "Output", "Sandbox"]


class Sandbox:
    """Guest code, its files and its host functions behind a process wall.

    mounts       nested {"src": {"a.ts": "…"}} or flat {"/src/a.ts": "…"}; str or bytes
    env          callables, async callables, plain data, nested dicts; the guest sees them as `env.*`
    limits       see `Limits`
    allow_fs     whether the guest may use node:fs on the virtual filesystem
    allow_fetch  what `fetch` may do: a FetchPolicy; True: any public server by https; False: nothing
    host_errors  "shown": the guest gets class name and message of a host function's exception; "hidden": neither
    sink         gets `Output`, `Cleared` and `Late` events as they happen, on the thread that serves the worker
    pool         where workers come from; the shared default pool otherwise
    history      evaluations that `previous` can go back (as far as 256 MiB on disk allow)
    stdin        (prompt, default) → the line that somebody typed, for the guest's prompt, confirm and readline; an
                 EOFError says why nobody answers. The time it takes does not count.

    One sandbox keeps its globals, modules and files between evaluations. Calls from several threads or tasks
    take turns; a host function that uses the sandbox it was called from gets `SandboxBusy`, except for guest
    functions, which it may call.
    """

    def __init__(
        self,
        mounts: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        allow_fs: bool = True,
        allow_fetch: bool | FetchPolicy = False,
        *,
        host_errors: ErrorPolicy = "shown",
        sink: Callable[[Event], None] | None = None,
        pool: WorkerPool | None = None,
        history: int = 0,
        stdin: Callable[[str, str], str] | None = None,
    ) -> None:
        if limits is not None and not isinstance(limits, Limits):
            raise TypeError(f"limits must be a Limits, not {type(limits).__name__}")
        fetch_policy = policy_of(allow_fetch)
        if not isinstance(allow_fs, bool):
            raise TypeError(f"allow_fs must be True or False, not {allow_fs!r}")
        self._limits = limits or Limits()
        self.fs = VirtualFS(self._limits)
        self.fs.mkdir("/tmp")  # programs write there without asking
        if mounts:
            self.fs.mount("/", mounts)
        # The engine's side refers to this object weakly: dropped by its owner it must be found by the finalizer,
        # which needs the engine whole, and not by the collector together with it.
        me = weakref.proxy(self)
        self._engine = Engine(
            pool or default_pool(),
            self._limits,
            slots=history + 2,
            on_write=lambda message: me._reporter.write(message, me._engine.running),
            on_late=lambda message: me._reporter.late(message),
            on_lost=lambda reason: me._reporter.lost(reason),
            on_modules=lambda modules: me._sources.add(modules, *me._program),
        )
        self._answers = Answers(
            self.fs,
            allow_fs=allow_fs,
            host_errors=host_errors,
            limits=self._limits,
            spawn=self._engine.spawn,
            send=self._engine.send,
        )
        self._answers.fetches.policy = fetch_policy
        self._engine.answers = self._answers
        self._sources = SourceMap(source_reader(self.fs))
        self._answers.on_source = self._sources.keep
        self._replies = Replies(self._answers, self._sources)
        self._hooks = self._answers.hooks = Hooks(
            host_function=self._answers.table.add,
            awaitable=self._answers.promise,
            guest_function=lambda ident, name: me._guest_function(ident, name),
            host_callable=self._answers.table.get,
            guest_error=self._replies.error_value,
        )
        self._reporter = Reporter(sink, self._replies.late)
        self._answers.context = self._reporter.context
        self._answers.on_control = self._engine.stop_for
        self._answers.on_display = lambda *shown: me._reporter.display(*shown)
        self._answers.stdin = stdin
        self._answers.pause = self._engine.pause
        self._exchange = Exchange(self._engine, (encode({}, self._limits, self._hooks), {}))
        self._calls = GuestCalls(self._exchange, self._answers, self._reporter, self._replies)
        self._inquiries = Inquiries(self._exchange, self._sources)
        self._program = ("", "")
        self._previous: tuple[Restored | None, FileState] | None = None
        self._env: dict[str, Any] = {}
        self.set_env(env or {})
        self._types: TypeChecker | None = None
        self._finalizer = weakref.finalize(self, _abandoned, self._engine, repr(self))

    # Life

    def start(self) -> None:
        """Begin to start the worker, without waiting for it."""
        self._engine.start()

    def close(self) -> None:
        """End the sandbox. Idempotent; anything else afterwards raises SandboxClosed."""
        if not self._exchange.closed:
            self._exchange.closed = True
            self._finalizer.detach()
            if self._types is not None:
                self._types.close()
            self._engine.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Settings

    @property
    def env(self) -> dict[str, Any]:
        """The host names of the guest's `env` (a copy)."""
        return dict(self._env)

    def set_env(self, env: Mapping[str, Any]) -> None:
        """Replace the guest's `env`, from the next run on. CodecError where a value cannot be sent."""
        for name in env:
            if not isinstance(name, str):
                raise TypeError(f"names in env must be strings, not {name!r}")
        try:
            encoded = encode(dict(env), self._limits, self._hooks)
        except CodecError as error:
            text = str(error).removesuffix(f" (at {error.path})")
            raise CodecError(text, "env" + error.path.removeprefix("value")) from None
        self._env = dict(env)
        self._exchange.set_environment((encoded, process_env(env)))

    @property
    def allow_fetch(self) -> FetchPolicy | None:
        """What the guest's `fetch` may do; None: nothing. Setting it holds from the next request on."""
        return self._answers.fetches.policy

    @allow_fetch.setter
    def allow_fetch(self, allow_fetch: bool | FetchPolicy | None) -> None:
        self._exchange.check_open()
        self._answers.fetches.policy = None if allow_fetch is None else policy_of(allow_fetch)

    @property
    def limits(self) -> Limits:
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._exchange.check_open()
        if not isinstance(limits, Limits):
            raise TypeError(f"limits must be a Limits, not {type(limits).__name__}")
        heap = self._engine.last.size if self._engine.last is not None else 0
        if limits.memory < heap:
            raise ValueError(
                f"Limits.memory of {limits.memory:,} bytes is below the {heap:,} bytes that the guest has now; "
                "a heap never shrinks: restore an earlier checkpoint, or use a fresh sandbox"
            )
        self._limits = self.fs.limits = self._answers.limits = limits
        self._engine.change_limits(limits)

    @property
    def calls(self) -> CallLog | None:
        """Where calls of host functions are noted; None, the default: nowhere."""
        return self._answers.calls

    @calls.setter
    def calls(self, log: CallLog | None) -> None:
        self._answers.calls = log

    def info(self) -> dict[str, Any]:
        """Facts for people: engine, pid (None: no worker), memory in bytes, files, file_bytes."""
        return {**self._engine.info(), "files": self.fs.file_count, "file_bytes": self.fs.byte_count}

    # Evaluation

    def eval(
        self,
        code: str,
        filename: str = "/src/index.ts",
        timeout: float | None = None,
        *,
        cell: bool = False,
        display: bool = False,
        tests: str | bool = False,
        tag: Any = None,
    ) -> Outcome:
        """Evaluate `code` as the ES module `filename`; never raises for what the guest does.

        timeout   s, instead of Limits.timeout
        cell      top-level names become live globals, as in a notebook
        display   also give `Outcome.text` and `rich`; a value that cannot be sent is then no error, and an array of
                  more than 100,000 parts stays in the guest: `data` is then a GuestValue
        tests     run the tests that the code declares, all or those with this text in their name: see docs/testing.md
        tag       comes back with every event this run causes
        """
        loop = self._exchange.turns.foreign_loop()
        if loop is not None:
            run = self.eval_async(code, filename, timeout, cell=cell, display=display, tests=tests, tag=tag)
            return asyncio.run_coroutine_threadsafe(run, loop).result()
        seconds = self._prepare(code, filename, timeout)
        exchange = self._exchange
        with exchange.turn():
            ident, files, request = self._request(code, filename, seconds, cell, display, tests, tag)
            if isinstance(request, Outcome):
                return request
            reply = exchange.ask(ident, request, seconds)
            if exchange.never_began(reply):
                reply = exchange.ask(ident, request, seconds)
            outcome = self._outcome(reply, code, filename, seconds, files, display)
            if tests is not False:
                outcome = tested(outcome)
            if self._engine.control is not None:
                raise self._engine.control  # the owner's, after the guest has come to rest
            return outcome

    async def eval_async(
        self,
        code: str,
        filename: str = "/src/index.ts",
        timeout: float | None = None,
        *,
        cell: bool = False,
        display: bool = False,
        tests: str | bool = False,
        tag: Any = None,
    ) -> Outcome:
        """As `eval`, without blocking the event loop. The sandbox stays attached to the loop: timers go on."""
        seconds = self._prepare(code, filename, timeout)
        exchange = self._exchange
        async with exchange.turn_async():
            ident, files, request = self._request(code, filename, seconds, cell, display, tests, tag)
            if isinstance(request, Outcome):
                return request
            reply = await exchange.ask_async(ident, request, seconds)
            if exchange.never_began(reply) and not exchange.cancelled:
                reply = await exchange.ask_async(ident, request, seconds)
            outcome = self._outcome(reply, code, filename, seconds, files, display)
            exchange.end_async()
            return outcome if tests is False else tested(outcome)

    def interrupt(self) -> None:
        """Stop what runs now; any thread, any time, harmless when idle."""
        self._engine.interrupt()

    def _prepare(self, code: str, filename: str, timeout: float | None) -> float:
        """The seconds that the program may take; raises for arguments that are none."""
        self._exchange.check_open()
        check_program(code, filename)
        if timeout is not None:
            check_timeout(timeout)
        return float(timeout if timeout is not None else self._limits.timeout)

    def _request(
        self,
        code: str,
        filename: str,
        seconds: float,
        cell: bool,
        display: bool,
        tests: str | bool,
        tag: Any,
    ) -> tuple[int, FileState, Run | Outcome]:
        files = self._answers.snapshot()
        ident = self._engine.next_ident()
        problem = not_text(code, filename)
        if problem is not None:
            error = fault_error(problem, self._sources, code, filename)
            return ident, files, Outcome(False, error=error)
        self._exchange.ensure()
        self._reporter.begin(ident, tag, self._exchange.turns.mark(ident))
        self._answers.new_run()
        self._answers.answer_lost()
        self._program = (filename, code)
        only = tests if isinstance(tests, str) else "" if tests else None
        run = Run(ident, filename, code, dialect_of(filename), seconds, cell, display, ident, only)
        return ident, files, run

    def _outcome(
        self,
        reply: Reply | WorkerGone,
        code: str,
        filename: str,
        seconds: float,
        files: FileState,
        display: bool,
    ) -> Outcome:
        logs = self._reporter.logs
        self._previous = (self._engine.before, files)
        if isinstance(reply, WorkerGone):
            self._answers.restore(files)
            reason = self._exchange.loss
            self._engine.lose()
            detail = str(reply) if reason == "crash" else ""
            return Outcome(False, error=self._replies.limit(reason, seconds, True, detail), logs=logs)
        assert isinstance(reply, Done)
        if reply.rolled_back:
            self._answers.restore(files)
        return self._replies.outcome(reply, code, filename, seconds, logs, display=display)

    # Questions without evaluation

    def check(self, code: str, filename: str = "/src/index.ts", *, types: bool = False) -> list[Diagnostic]:
        """Compile without running: syntax errors and imports that cannot be found. Empty: it compiles.

        With `types`, code that compiles is also type-checked against the mounted files and `env`; the `code` of
        such a Diagnostic is TypeScript's, as "TS2322". The first such call starts a language server (1 to 3 s), which
        lives as long as the sandbox. TypeCheckUnavailable says why types cannot be checked.
        """
        self._prepare(code, filename, None)
        found = self._inquiries.faults(code, filename)
        if found or not types:
            return found
        if self._types is None:
            # Dropped without `close`, the sandbox must not leave a server behind, nor live on because of it.
            me = weakref.proxy(self)
            self._types = TypeChecker(World(self.fs, lambda: me._env, lambda: me._exchange.env_version))
            weakref.finalize(self, self._types.close)
        return self._types.check(code, filename)

    async def completeness(self, code: str, dialect: str = "ts") -> Completeness:
        """Whether `code` is a whole program, and the indentation to go on with; "unknown" while one runs."""
        self._exchange.check_open()
        return await self._inquiries.completeness(code, dialect)

    async def look(self, path: Sequence[str], prefix: str | None = None) -> Looked | None:
        """What `path[0].path[1]…` is at present, and the names below it that begin with `prefix` (None: none).

        No getter, proxy trap or other code of the user runs, and the state stays as it is. An empty path is the
        global object. None while something runs, or where no worker can be had.
        """
        self._exchange.check_open()
        return await self._inquiries.look(path, prefix)

    def peek(self, path: Sequence[Step], start: int = 0, count: int = 100, search: str = "") -> Peeked | None:
        """What the value at `path` is and `count` of the entries in it from `start` on; see `protocol.Peek`.

        As with `look` no code of the user runs. With `search`: the values below it whose key or text contains that.
        None while something runs, or where no worker can be had.
        """
        self._exchange.check_open()
        return self._inquiries.peek(path, start, count, search)

    # Checkpoints

    def checkpoint(self) -> Checkpoint:
        """The state now, guest and files, to `restore` later."""
        self._exchange.check_open()
        with self._exchange.turn():
            files = self._answers.snapshot()
            if self._engine.worker is None and self._engine.last is None:
                return Checkpoint(None, files, self, copied=True)
            self._exchange.ensure()
            handle, name = tempfile.mkstemp(prefix="qjs-checkpoint-")
            with open(handle, "wb"):
                pass
            target = Path(name)
            try:
                try:
                    image = self._engine.copy_checkpoint(target)
                except WorkerGone:  # killed while idle: what it had saved is the state there is
                    self._exchange.ensure()
                    image = self._engine.copy_checkpoint(target)
            except BaseException as error:
                target.unlink(missing_ok=True)
                if isinstance(error, WorkerGone):
                    raise WorkerError(f"no checkpoint could be taken: {error}") from None
                raise
            return Checkpoint(image, files, self, copied=True)

    def previous(self) -> Checkpoint:
        """The state before the last evaluation. Costs nothing, and is valid for `history` evaluations more."""
        self._exchange.check_open()
        if self._previous is None:
            raise ValueError("nothing has been evaluated yet")
        image, files = self._previous
        return Checkpoint(image, files, self, copied=False)

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        """A checkpoint of the same state that stays valid however much is evaluated (or is not there any more)."""
        image = checkpoint.image
        if image is None or checkpoint.copied or not self._engine.still_there(image):
            return checkpoint
        return checkpoint.copy()

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to `checkpoint` of this sandbox.

        ValueError when it is not there any more, WorkerError when it is lost.
        """
        self._exchange.check_open()
        if not isinstance(checkpoint, Checkpoint) or checkpoint.owner is not self:
            raise ValueError("this checkpoint is of another sandbox")
        image = checkpoint.image
        if image is not None and not self._engine.still_there(image):
            raise ValueError("this checkpoint is too far back: its place on disk has been used again")
        with self._exchange.turn():
            if image is None:
                self._engine.reset()
            else:
                try:
                    self._exchange.restore(image)
                except WorkerGone as gone:
                    raise WorkerError(f"the checkpoint could not be restored: {gone}") from None
            self._answers.restore(checkpoint.files)

    # Guest functions

    def _guest_function(self, ident: int, name: str) -> GuestFunction:
        # Methods of this object, so that whoever holds a function holds the sandbox it lives in.
        return GuestFunction(ident, name, self._call_guest, self._call_guest_async)

    def _call_guest(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        return self._calls.call(function, args)

    async def _call_guest_async(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        return await self._calls.call_async(function, args)


def _abandoned(engine: Engine, name: str) -> None:
    warnings.warn(f"unclosed {name}", ResourceWarning, stacklevel=2)
    engine.close()
