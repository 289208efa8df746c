"""`Sandbox`: the public API. Runs guest code in a worker process and returns what became of it as an `Outcome`."""

from __future__ import annotations

import asyncio
import json
import tempfile
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, cast

from qjs_kernel.answers import Answers, FileState
from qjs_kernel.checkpoint import Checkpoint
from qjs_kernel.codec import Hooks, decode, encode
from qjs_kernel.engine import Engine, Environment, Reply
from qjs_kernel.errors import (
    CodecError,
    Diagnostic,
    ErrorKind,
    FsError,
    GuestError,
    SandboxClosed,
    WorkerError,
)
from qjs_kernel.fetch import FetchPolicy, policy_of
from qjs_kernel.host import ErrorPolicy, process_env
from qjs_kernel.hostcalls import CallLog
from qjs_kernel.limits import Limits, Usage
from qjs_kernel.outcome import (
    Cleared,
    Displayed,
    Event,
    Late,
    Outcome,
    Output,
    SourceMap,
    fault_error,
    limit_error,
    tested,
)
from qjs_kernel.process import WorkerGone, WorkerPool, default_pool
from qjs_kernel.protocol import (
    Call,
    Called,
    Check,
    Checked,
    Complete,
    Completed,
    Done,
    Fault,
    Look,
    Looked,
    Peek,
    Peeked,
    Restored,
    Run,
    Step,
    ToWorker,
)
from qjs_kernel.protocol import Late as LateMessage
from qjs_kernel.reporter import Reporter
from qjs_kernel.turns import Turns
from qjs_kernel.typecheck import TypeChecker, World
from qjs_kernel.values import GuestFunction, GuestValue
from qjs_kernel.vfs import VirtualFS, normalize

__all__ = ["Checkpoint", "Cleared", "Displayed", "Event", "Late", "Outcome", "Output", "Sandbox"]

_CHECK_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_DEEPEST_NESTING = 16


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
        self._sources = SourceMap(lambda path, digest: me._read_source(path, digest))
        self._answers.on_source = self._sources.keep
        self._answers.hooks = Hooks(
            host_function=self._answers.table.add,
            awaitable=self._answers.promise,
            guest_function=lambda ident, name: me._guest_function(ident, name),
            host_callable=self._answers.table.get,
            guest_error=lambda *error: me._guest_error_value(*error),
        )
        self._turns = Turns(self._engine)
        self._reporter = Reporter(sink, lambda message: me._explain(message))
        self._answers.context = self._reporter.context
        self._answers.on_control = self._engine.stop_for
        self._answers.on_display = lambda *shown: me._reporter.display(*shown)
        self._answers.stdin = stdin
        self._answers.pause = self._engine.pause
        self._hooks = self._answers.hooks
        self._loss = "crash"
        self._nesting = 0
        self._program = ("", "")
        self._cancelled: asyncio.CancelledError | None = None
        self._previous: tuple[Restored | None, FileState] | None = None
        self._env: dict[str, Any] = {}
        self._environment: Environment = (encode({}, self._limits, self._hooks), {})
        self._env_version = object()
        self.set_env(env or {})
        self._types: TypeChecker | None = None
        self._closed = False
        self._finalizer = weakref.finalize(self, _abandoned, self._engine, repr(self))

    # Life

    def start(self) -> None:
        """Begin to start the worker, without waiting for it."""
        self._engine.start()

    def close(self) -> None:
        """End the sandbox. Idempotent; anything else afterwards raises SandboxClosed."""
        if not self._closed:
            self._closed = True
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

    def _check_open(self) -> None:
        if self._closed:
            raise SandboxClosed("this sandbox is closed")

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
        self._environment = (encoded, process_env(env))
        self._env_version = object()

    @property
    def allow_fetch(self) -> FetchPolicy | None:
        """What the guest's `fetch` may do; None: nothing. Setting it holds from the next request on."""
        return self._answers.fetches.policy

    @allow_fetch.setter
    def allow_fetch(self, allow_fetch: bool | FetchPolicy | None) -> None:
        self._check_open()
        self._answers.fetches.policy = None if allow_fetch is None else policy_of(allow_fetch)

    @property
    def limits(self) -> Limits:
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._check_open()
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
        display   also give `Outcome.text` and `rich`; a value that cannot be sent is then no error, and an array of more
                  than 100,000 parts stays in the guest: `data` is then a GuestValue
        tests     run the tests that the code declares, all or those with this text in their name: see docs/testing.md
        tag       comes back with every event this run causes
        """
        loop = self._turns.foreign_loop()
        if loop is not None:
            run = self.eval_async(code, filename, timeout, cell=cell, display=display, tests=tests, tag=tag)
            return asyncio.run_coroutine_threadsafe(run, loop).result()
        seconds = self._prepare(code, filename, timeout)
        with self._turns.blocking():
            self._check_open()
            ident, files, request = self._request(code, filename, seconds, cell, display, tests, tag)
            if isinstance(request, Outcome):
                return request
            reply = self._exchange(ident, request, seconds)
            if self._never_began(reply):
                reply = self._exchange(ident, request, seconds)
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
        async with self._turns.waiting():
            self._check_open()
            self._engine.attach(asyncio.get_running_loop())
            ident, files, request = self._request(code, filename, seconds, cell, display, tests, tag)
            if isinstance(request, Outcome):
                return request
            reply = await self._exchange_async(ident, request, seconds)
            if self._never_began(reply) and self._cancelled is None:
                reply = await self._exchange_async(ident, request, seconds)
            outcome = self._outcome(reply, code, filename, seconds, files, display)
            self._end_async()
            return outcome if tests is False else tested(outcome)

    def interrupt(self) -> None:
        """Stop what runs now; any thread, any time, harmless when idle."""
        self._engine.interrupt()

    def _prepare(self, code: str, filename: str, timeout: float | None) -> float:
        self._check_open()
        if not isinstance(code, str):
            raise TypeError(f"code must be a str, not {type(code).__name__}")
        if not isinstance(filename, str) or not filename.startswith("/") or normalize(filename) != filename:
            raise ValueError(
                f"filename must be an absolute, normalised path like '/src/index.ts', not {filename!r}"
            )
        if "?" in filename:
            raise ValueError(f"filename must not contain '?', which begins a module's version: {filename!r}")
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, (int, float))):
            raise TypeError(f"timeout must be a number of seconds, not {timeout!r}")
        if timeout is not None and not 0 < timeout <= 86_400:
            raise ValueError(f"timeout must be above 0 and at most 86400 s, not {timeout!r}")
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
        problem = _not_text(code, filename)
        if problem is not None:
            error = fault_error(problem, self._sources, code, filename)
            return ident, files, Outcome(False, error=error)
        self._engine.ensure(self._environment, self._env_version)
        self._reporter.begin(ident, tag, self._turns.mark(ident))
        self._answers.new_run()
        self._answers.answer_lost()
        self._program = (filename, code)
        only = tests if isinstance(tests, str) else "" if tests else None
        run = Run(ident, filename, code, _dialect(filename), seconds, cell, display, ident, only)
        return ident, files, run

    def _exchange(self, ident: int, request: ToWorker, seconds: float) -> Reply | WorkerGone:
        self._engine.begin(ident, seconds)
        try:
            self._engine.send(request)
            return self._engine.wait(ident)
        except WorkerGone as gone:
            return gone
        finally:
            self._finish()

    async def _exchange_async(self, ident: int, request: ToWorker, seconds: float) -> Reply | WorkerGone:
        """The reply, also when the caller has been cancelled: `_end_async` says so after it has been dealt with."""
        future = asyncio.wrap_future(self._engine.future(ident))
        self._cancelled = None
        self._engine.begin(ident, seconds)
        try:
            self._engine.send(request)
            while True:
                try:
                    return await asyncio.shield(future)
                except asyncio.CancelledError as error:
                    # Nobody waits any more: stop the guest, and leave only when it has come to rest.
                    self._cancelled = error
                    self._engine.interrupt()
                except WorkerGone as gone:
                    return gone
        finally:
            self._finish()

    def _end_async(self) -> None:
        """Raise what the owner's side raised while the guest ran, now that the guest has come to rest."""
        cancelled, self._cancelled = self._cancelled, None
        if cancelled is not None:
            raise cancelled
        control = self._engine.control
        # KeyboardInterrupt would tear the loop; the outcome says "interrupt".
        if control is not None and not isinstance(control, KeyboardInterrupt):
            raise control

    def _finish(self) -> None:
        self._loss = self._engine.loss_reason()
        self._engine.end()

    def _never_began(self, reply: Reply | WorkerGone) -> bool:
        """Whether the worker had been lost before it took the request: with a new one it can be sent again.

        Whoever has heard nothing of it has served no call and no file of it.
        """
        if not isinstance(reply, WorkerGone) or self._loss != "crash" or self._engine.heard:
            return False
        self._engine.lose()
        self._engine.ensure(self._environment, self._env_version)
        return True

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
            reason = self._loss
            self._engine.lose()
            detail = str(reply) if reason == "crash" else ""
            return Outcome(False, error=self._limit(reason, seconds, True, detail), logs=logs)
        assert isinstance(reply, Done)
        used = reply.telemetry
        usage = Usage(used.seconds, used.memory, used.output, used.host_calls)
        if reply.rolled_back:
            self._answers.restore(files)
        if reply.stopped:
            error = self._limit(reply.stopped, seconds, reply.rolled_back, reply.detail)
            return Outcome(False, error=error, logs=logs, usage=usage)
        if reply.fault is not None:
            error = fault_error(reply.fault, self._sources, code, filename)
            return Outcome(False, error=error, logs=logs, usage=usage)
        if reply.error is not None:
            error = self._sources.error(reply.error, self._answers.table.traceback)
            return Outcome(False, error=error, logs=logs, usage=usage)
        shown = reply.shown
        if reply.unencodable:
            if display:
                return Outcome(True, logs=logs, usage=usage, text=shown, rich=self._rich(reply))
            return Outcome(False, error=_unencodable(reply.unencodable), logs=logs, usage=usage)
        try:
            data = decode(reply.text, reply.blob, self._limits, self._hooks)
        except CodecError as problem:
            if display:
                return Outcome(True, logs=logs, usage=usage, text=shown, rich=self._rich(reply))
            error = GuestError("exception", "TypeError", f"the result cannot be handed over: {problem}")
            return Outcome(False, error=error, logs=logs, usage=usage)
        if reply.large and isinstance(data, GuestFunction):
            data = GuestValue(data)
        return Outcome(True, data, logs=logs, usage=usage, text=shown, rich=self._rich(reply))

    def _rich(self, reply: Done) -> dict[str, Any] | None:
        if not reply.rich:
            return None
        try:
            bundle = decode(reply.rich, reply.rich_blob, self._limits, self._hooks)
        except CodecError:
            return None
        return bundle if type(bundle) is dict else None

    def _limit(self, reason: str, seconds: float, rolled_back: bool, detail: str) -> GuestError:
        return limit_error(
            cast(ErrorKind, reason), self._limits, seconds, rolled_back=rolled_back, detail=detail
        )

    # Questions without evaluation

    def check(self, code: str, filename: str = "/src/index.ts", *, types: bool = False) -> list[Diagnostic]:
        """Compile without running: syntax errors and imports that cannot be found. Empty: it compiles.

        With `types`, code that compiles is also type-checked against the mounted files and `env`; the `code` of
        such a Diagnostic is TypeScript's, as "TS2322". The first such call starts a language server (1 to 3 s), which
        lives as long as the sandbox. TypeCheckUnavailable says why types cannot be checked.
        """
        found = self._compiled(code, filename)
        if found or not types:
            return found
        if self._types is None:
            # Dropped without `close`, the sandbox must not leave a server behind, nor live on because of it.
            me = weakref.proxy(self)
            self._types = TypeChecker(World(self.fs, lambda: me._env, lambda: me._env_version))
            weakref.finalize(self, self._types.close)
        return self._types.check(code, filename)

    def _compiled(self, code: str, filename: str) -> list[Diagnostic]:
        self._prepare(code, filename, None)
        problem = _not_text(code, filename)
        if problem is not None:
            return [self._sources.diagnostic(problem, code, filename)]
        with self._turns.blocking():
            self._check_open()
            self._engine.ensure(self._environment, self._env_version)
            ident = self._engine.next_ident()
            request = Check(ident, filename, code, _dialect(filename), _CHECK_SECONDS)
            reply = self._exchange(ident, request, _CHECK_SECONDS)
            if not isinstance(reply, Checked):
                self._engine.lose()
                return [Diagnostic(0, 0, "the check was stopped: it took too long", "crash", filename)]
            return [self._sources.diagnostic(fault, code, filename) for fault in reply.faults]

    async def completeness(
        self, code: str, dialect: str = "ts"
    ) -> tuple[Literal["complete", "incomplete", "invalid", "unknown"], str]:
        """Whether `code` is a whole program, and the indentation to go on with; "unknown" while one runs."""
        self._check_open()
        if self._turns.busy:
            return "unknown", ""
        if _not_text(code, "") is not None:
            return "invalid", ""
        reply = await self._asked(lambda ident: Complete(ident, code, dialect), _CHECK_SECONDS)
        return (reply.status, reply.indent) if isinstance(reply, Completed) else ("unknown", "")

    async def look(self, path: Sequence[str], prefix: str | None = None) -> Looked | None:
        """What `path[0].path[1]…` is at present, and the names below it that begin with `prefix` (None: none).

        No getter, proxy trap or other code of the user runs, and the state stays as it is. An empty path is the
        global object. None while something runs, or where no worker can be had.
        """
        self._check_open()
        words = (*path, prefix or "")
        if self._turns.busy or any(_not_text(word, "") is not None for word in words):
            return None
        request = tuple(path)
        reply = await self._asked(lambda ident: Look(ident, request, prefix, _LOOK_SECONDS), _LOOK_SECONDS)
        return reply if isinstance(reply, Looked) else None

    def peek(self, path: Sequence[Step], start: int = 0, count: int = 100, search: str = "") -> Peeked | None:
        """What the value at `path` is and `count` of the entries in it from `start` on; see `protocol.Peek`.

        As with `look` no code of the user runs. With `search`: the values below it whose key or text contains that.
        None while something runs, or where no worker can be had.
        """
        self._check_open()
        words = (search, *(str(step[1]) for step in path))
        if self._turns.busy or any(_not_text(word, "") is not None for word in words):
            return None
        try:
            with self._turns.blocking():
                self._engine.ensure(self._environment, self._env_version)
                ident = self._engine.next_ident()
                request = Peek(ident, tuple(path), start, count, search, _LOOK_SECONDS)
                reply = self._exchange(ident, request, _LOOK_SECONDS)
                if isinstance(reply, WorkerGone):
                    self._engine.lose()
        except WorkerError:
            return None
        return reply if isinstance(reply, Peeked) else None

    async def _asked(self, request: Callable[[int], ToWorker], seconds: float) -> Reply | None:
        """The reply to a question that runs nothing; None when the worker is lost over it."""
        try:
            async with self._turns.waiting():
                self._engine.attach(asyncio.get_running_loop())
                self._engine.ensure(self._environment, self._env_version)
                ident = self._engine.next_ident()
                reply = await self._exchange_async(ident, request(ident), seconds)
                if isinstance(reply, WorkerGone):
                    self._engine.lose()
                self._end_async()
        except WorkerError:
            return None
        return None if isinstance(reply, WorkerGone) else reply

    # Checkpoints

    def checkpoint(self) -> Checkpoint:
        """The state now, guest and files, to `restore` later."""
        self._check_open()
        with self._turns.blocking():
            self._check_open()
            files = self._answers.snapshot()
            if self._engine.worker is None and self._engine.last is None:
                return Checkpoint(None, files, self, copied=True)
            self._engine.ensure(self._environment, self._env_version)
            handle, name = tempfile.mkstemp(prefix="qjs-checkpoint-")
            with open(handle, "wb"):
                pass
            target = Path(name)
            try:
                try:
                    image = self._engine.copy_checkpoint(target)
                except WorkerGone:  # killed while idle: what it had saved is the state there is
                    self._engine.ensure(self._environment, self._env_version)
                    image = self._engine.copy_checkpoint(target)
            except BaseException as error:
                target.unlink(missing_ok=True)
                if isinstance(error, WorkerGone):
                    raise WorkerError(f"no checkpoint could be taken: {error}") from None
                raise
            return Checkpoint(image, files, self, copied=True)

    def previous(self) -> Checkpoint:
        """The state before the last evaluation. Costs nothing, and is valid for `history` evaluations more."""
        self._check_open()
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
        """Go back to `checkpoint` of this sandbox; ValueError when it is not there any more, WorkerError when it is lost."""
        self._check_open()
        if not isinstance(checkpoint, Checkpoint) or checkpoint.owner is not self:
            raise ValueError("this checkpoint is of another sandbox")
        image = checkpoint.image
        if image is not None and not self._engine.still_there(image):
            raise ValueError("this checkpoint is too far back: its place on disk has been used again")
        with self._turns.blocking():
            self._check_open()
            if image is None:
                self._engine.reset()
            else:
                try:
                    self._engine.restore(image, self._environment, self._env_version)
                except WorkerGone as gone:
                    raise WorkerError(f"the checkpoint could not be restored: {gone}") from None
            self._answers.restore(checkpoint.files)

    # Guest functions

    def _guest_function(self, ident: int, name: str) -> GuestFunction:
        return GuestFunction(ident, name, self._call_guest, self._call_guest_async)

    def _call_request(self, function: GuestFunction, args: tuple[Any, ...]) -> tuple[int, Call, float]:
        self._check_open()
        encoded = encode(list(args), self._limits, self._hooks)
        ident = self._engine.next_ident()
        seconds = self._limits.timeout
        owner = self._engine.running or ident
        if owner == ident:
            self._reporter.join(ident, None, self._turns.mark(ident))
            self._answers.new_run()
        return ident, Call(ident, function._ident, encoded.text, encoded.blob, seconds, owner), seconds

    def _call_guest(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        engine = self._engine
        ident, call, seconds = self._call_request(function, args)
        if self._turns.inside:
            # Called back by a host function: the worker waits for us and serves this first.
            if self._turns.serving_here:
                if self._nesting >= _DEEPEST_NESTING:
                    raise RecursionError(
                        f"host and guest functions call each other more than {_DEEPEST_NESTING} levels deep"
                    )
                self._nesting += 1
                try:
                    engine.send(call)
                    return self._called(engine.wait(ident))
                finally:
                    self._nesting -= 1
            future = engine.future(ident)
            engine.send(call)
            try:
                return self._called(future.result())
            except WorkerGone as gone:
                return self._called(gone)
        loop = self._turns.foreign_loop()
        if loop is not None:
            return asyncio.run_coroutine_threadsafe(self._call_guest_async(function, args), loop).result()
        with self._turns.blocking():
            self._check_open()
            files = self._answers.snapshot()
            engine.ensure(self._environment, self._env_version)
            return self._called(self._exchange(ident, call, seconds), files)

    async def _call_guest_async(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        engine = self._engine
        ident, call, seconds = self._call_request(function, args)
        if self._turns.inside:
            future = asyncio.wrap_future(engine.future(ident))
            engine.send(call)
            try:
                return self._called(await future)
            except WorkerGone as gone:
                return self._called(gone)
        async with self._turns.waiting():
            self._check_open()
            engine.attach(asyncio.get_running_loop())
            files = self._answers.snapshot()
            engine.ensure(self._environment, self._env_version)
            reply = await self._exchange_async(ident, call, seconds)
            try:
                return self._called(reply, files)
            finally:
                self._end_async()

    def _called(self, reply: Reply | WorkerGone, files: FileState | None = None) -> Any:
        if isinstance(reply, WorkerGone):
            if files is not None:
                self._answers.restore(files)
                self._engine.lose()
            raise self._limit(self._loss, self._limits.timeout, files is not None, str(reply))
        assert isinstance(reply, Called)
        if reply.rolled_back and files is not None:
            self._answers.restore(files)
        if reply.stopped:
            raise self._limit(reply.stopped, self._limits.timeout, reply.rolled_back, reply.detail)
        if reply.error is not None:
            raise self._sources.error(reply.error, self._answers.table.traceback)
        return decode(reply.text, reply.blob, self._limits, self._hooks)

    # What the worker tells

    def _explain(self, message: LateMessage) -> GuestError:
        if message.error is not None:
            return self._sources.error(message.error, self._answers.table.traceback)
        return self._limit(message.stopped or "crash", self._limits.timeout, True, message.detail)

    def _read_source(self, path: str, digest: str) -> str | None:
        try:
            if digest and self.fs.digest(path) != digest:
                return None
            return self.fs.read_bytes(path).decode("utf-8", "replace")
        except FsError:
            return None

    def _guest_error_value(self, name: str, message: str, stack: str, cause: GuestError | None) -> GuestError:
        return GuestError("exception", name, message, frames=self._sources.frames(stack), cause=cause)


def _abandoned(engine: Engine, name: str) -> None:
    warnings.warn(f"unclosed {name}", ResourceWarning, stacklevel=2)
    engine.close()


def _dialect(filename: str) -> str:
    extension = filename.rpartition(".")[2]
    return {"tsx": "tsx", "jsx": "jsx", "js": "js", "mjs": "js"}.get(extension, "ts")


def _not_text(code: str, filename: str) -> Fault | None:
    """The fault of a text that has no UTF-8: half of a surrogate pair somewhere in it."""
    try:
        code.encode()
    except UnicodeEncodeError as error:
        line = code.count("\n", 0, error.start) + 1
        column = error.start - (code.rfind("\n", 0, error.start) + 1) + 1
        number = ord(code[error.start])
        message = f"half of a surrogate pair (U+{number:04X}); in a string write it as \\u{number:04x}"
        return Fault(filename, line, column, message)
    return None


def _unencodable(problem: str) -> GuestError:
    try:
        message, path = json.loads(problem)
    except ValueError:
        message, path = "it cannot be encoded", ""
    where = f" (at {path})" if path and path != "the value" else ""
    return GuestError("exception", "TypeError", f"the result cannot be handed over: {message}{where}")
