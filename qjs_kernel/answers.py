"""Answers to what the worker asks: modules, files, host functions. Everything here runs on the owner's behalf,
with names and arguments that come from the guest."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from time import perf_counter
from types import FrameType
from typing import Any

from qjs_kernel.codec import Encoded, Hooks, decode, encode
from qjs_kernel.errors import CodecError, FsError
from qjs_kernel.fetch.desk import FetchDesk
from qjs_kernel.fetch.errors import FetchError
from qjs_kernel.fsops import FsOps
from qjs_kernel.host import ErrorPolicy, HostTable, fs_error_props, is_control
from qjs_kernel.hostcalls import CallLog
from qjs_kernel.limits import MIB, Limits
from qjs_kernel.modules import ModuleResolver, ResolveError
from qjs_kernel.protocol import Answer, Ask, Fault, Found, Loaded, Resolution, Source, ToWorker
from qjs_kernel.vfs import Snapshot, VirtualFS

__all__ = ["Answers", "FileState", "HostCallStopped"]


_LONGEST_PROMPT = 10_000  # characters
_LONGEST_DISPLAY_ID = 200
_MOST_PROMPTS = 100  # in one run: nobody should have to answer for ever
# In one answer, and one module more. The worker looks at its deadline before it asks for the rest.
_SPECIFIERS_AT_ONCE = 500
_SOURCES_AT_ONCE = 256 * 2**10  # characters
FileState = tuple[Snapshot, Any]
_LOST = b'{"name":"Error","message":"the host call was stopped: the worker that waited for it is gone"}'


class RangeError(Exception):
    """Arrives in the guest as its own RangeError."""


class HostCallStopped(Exception):
    """A host function was stopped by an interrupt or at the deadline."""


class Answers:
    """Serves the questions of one sandbox's worker.

    spawn   schedules the coroutine of an asynchronous host call; its result is sent by the coroutine itself
    """

    def __init__(
        self,
        fs: VirtualFS,
        *,
        allow_fs: bool,
        host_errors: ErrorPolicy,
        limits: Limits,
        spawn: Callable[[int, Coroutine[Any, Any, None], contextvars.Context], None],
        send: Callable[[ToWorker], None],
    ) -> None:
        self.fs = fs
        self.limits = limits
        self.table = HostTable(host_errors)
        self.hooks: Hooks | None = None
        self.context: Callable[[int], contextvars.Context] = lambda _: contextvars.copy_context()
        self.on_control: Callable[[BaseException], None] = lambda _: None
        self.on_source: Callable[[str, str, str], None] | None = None
        self._prompted = (0, 0)  # the run that asked last, and how often
        self.calls: CallLog | None = None
        self._displayed = (0, 0)  # by the present run: how often, and how many bytes
        self.on_display: Callable[[dict[str, Any], str | None, bool, int], None] | None = None
        self.stdin: Callable[[str, str], str] | None = None
        self.pause: Callable[[bool], bool] = lambda _: False
        self.fetches = FetchDesk(None)
        self._allow_fs = allow_fs
        self._ops = FsOps(fs)
        self._resolver = ModuleResolver(fs, allow_fs=allow_fs)
        self._spawn = spawn
        self._send = send
        self._stop_lock = threading.Lock()
        self._in_call = False
        self._stop_sent = False
        self._stop_seen = False
        self._promises = 0
        self._outstanding = 0
        self._lost: list[int] = []

    def new_run(self) -> None:
        """Something begins that is counted on its own; what timers do after it still counts as its."""
        self._displayed = (0, 0)
        self.fetches.new_run()

    def snapshot(self) -> FileState:
        """The files and the guest's open descriptors, for `restore`."""
        return self.fs.snapshot(), self._ops.snapshot()

    def restore(self, state: FileState) -> None:
        files, descriptors = state
        self.fs.restore(files)
        self._ops.restore(descriptors)

    def answer(self, ask: Ask) -> ToWorker | None:
        """The answer to `ask`, None when it comes later. Raises only KeyboardInterrupt and SystemExit."""
        if ask.op == "call":
            return self._call(ask) if ask.sync else self._call_later(ask)
        if ask.op in ("resolve", "load"):
            try:
                return self._resolve(ask) if ask.op == "resolve" else self._load(ask)
            except (ValueError, TypeError, RecursionError):
                return self._error(ask, ValueError("a malformed question"))
        if ask.op.startswith("fs."):
            return self._file(ask)
        if ask.op == "stdin":
            return self._stdin(ask)
        if ask.op == "display":
            return self._display(ask)
        if ask.op == "fetch" and not ask.sync:
            return self._fetch_later(ask)
        if ask.op == "fetch.cancel":
            self.fetches.cancel(ask.text)
            return Answer(ask.ident, True, b"jnull")
        return self._error(ask, ValueError("unknown question"))

    # Modules

    def _resolve(self, ask: Ask) -> Found:
        revision = self._resolver.revision()
        results: list[tuple[Resolution | Fault, ...]] = []
        count = 0
        for importer, specifiers, require in json.loads(ask.text):
            results.append(
                tuple(self._resolution(str(each), str(importer), bool(require)) for each in specifiers)
            )
            count += len(specifiers)
            if count >= _SPECIFIERS_AT_ONCE:
                break
        return Found(ask.ident, tuple(results), revision)

    def _resolution(self, specifier: str, importer: str, require: bool) -> Resolution | Fault:
        try:
            found = self._resolver.resolve(specifier, importer, require=require)
        except ResolveError as error:
            return Fault(importer, 0, 0, error.message, "Error", error.hint, error.code)
        return Resolution(found.path, found.kind, found.digest, found.lasting)

    def _load(self, ask: Ask) -> Loaded:
        results: list[Source | Fault] = []
        size = 0
        for path in json.loads(ask.text):
            results.append(self._source(str(path)))
            last = results[-1]
            size += len(last.text) if isinstance(last, Source) else 0
            if size > _SOURCES_AT_ONCE:
                break
        return Loaded(ask.ident, tuple(results))

    def _source(self, path: str) -> Source | Fault:
        try:
            text, digest = self._resolver.load(path)
        except ResolveError as error:
            return Fault(path, 0, 0, error.message, "Error", error.hint, error.code)
        if self.on_source is not None:
            self.on_source(path, digest, text)
        return Source(text, digest)

    # Files

    def _file(self, ask: Ask) -> Answer:
        try:
            if not self._allow_fs:
                raise FsError("EACCES", -13, "the sandbox has no file access (allow_fs=False)", ask.op, "")
            arguments = json.loads(ask.text)
            if not isinstance(arguments, list):
                raise FsError("EINVAL", -22, "invalid argument", ask.op, "")
            reply = self._ops.serve(ask.op, arguments, ask.blob)
        except FsError as error:
            text = json.dumps(
                {"name": "Error", "message": error.text, "id": 0, "props": fs_error_props(error)}
            )
            return Answer(ask.ident, False, text.encode())
        except (ValueError, RecursionError):
            return self._error(ask, ValueError("invalid argument"))
        if reply.text is not None:
            return Answer(ask.ident, True, b"$", reply.text.encode("utf-8", "replace"))
        if reply.data is not None:
            return Answer(ask.ident, True, b"@", reply.data)
        return Answer(ask.ident, True, b"j" + json.dumps(reply.value).encode())

    # Output with more than text

    def _display(self, ask: Ask) -> Answer:
        """Hand a bundle of the guest's on to be shown."""
        count, size = self._displayed
        count, size = count + 1, size + len(ask.text) + len(ask.blob)
        self._displayed = (count, size)
        limits = self.limits
        if count > limits.messages:
            return self._error(
                ask, RangeError(f"a run may display {limits.messages:,} times (Limits.messages)")
            )
        if size > limits.result_bytes:
            text = f"a run may display {limits.result_bytes:,} bytes (Limits.result_bytes)"
            return self._error(ask, RangeError(text))
        assert self.hooks is not None
        try:
            bundle, display_id, update = decode(ask.text, ask.blob, limits, self.hooks)
            if type(bundle) is not dict or not isinstance(display_id, (str, type(None))):
                raise TypeError("a bundle is an object of MIME types")
        except (CodecError, TypeError, ValueError) as error:
            return self._error(ask, TypeError(f"display: {error}"))
        if self.on_display is not None:
            name = None
            if display_id:
                name = display_id[:_LONGEST_DISPLAY_ID].encode("utf-8", "replace").decode()
            self.on_display(bundle, name, update is True and name is not None, ask.owner)
        return Answer(ask.ident, True, b"jnull")

    # The person at the keyboard

    def _stdin(self, ask: Ask) -> Answer:
        """A line that somebody types; the run's time stands still meanwhile."""
        try:
            _kind, prompt, default = json.loads(ask.text)
            if not isinstance(prompt, str) or not isinstance(default, str):
                raise TypeError("texts are expected")
        except (ValueError, TypeError):
            return self._error(ask, ValueError("invalid argument"))
        if self.stdin is None:
            return _typed(ask, None, "nobody can be asked here: this sandbox was given no stdin")
        if ask.owner != self._prompted[0]:
            self._prompted = (ask.owner, 0)
        self._prompted = (ask.owner, self._prompted[1] + 1)
        if self._prompted[1] > _MOST_PROMPTS:
            return _typed(
                ask, None, f"a run may ask {_MOST_PROMPTS} times, this one asks again: nobody is asked"
            )
        if not self.pause(True):
            return _typed(ask, None, "nobody can be asked between runs: ask while the cell runs")
        try:
            text = self._interruptible(
                self.context(ask.owner), self.stdin, [prompt[:_LONGEST_PROMPT], default[:_LONGEST_PROMPT]]
            )
        except EOFError as error:
            return _typed(ask, None, str(error) or "nobody answered")
        except BaseException as error:
            if is_control(error):
                raise
            return self._error(ask, error)
        finally:
            self.pause(False)
        return _typed(ask, str(text), "")

    # Host functions

    def _arguments(self, ask: Ask) -> tuple[Callable[..., Any], list[Any]]:
        function = self.table.get(ask.function)
        if function is None:
            raise CodecError("there is no such host function")
        assert self.hooks is not None
        arguments = decode(ask.text, ask.blob, self.limits, self.hooks)
        if not isinstance(arguments, list):
            raise CodecError("arguments expected")
        return function, arguments

    def _result(self, ident: int, value: Any) -> Answer:
        assert self.hooks is not None
        encoded = encode(value, self.limits, self.hooks)
        return Answer(ident, True, _reply(encoded), encoded.blob)

    def _call(self, ask: Ask) -> Answer:
        try:
            function, arguments = self._arguments(ask)
            with self._noted(function, arguments) as note:
                value = note(self._interruptible(self.context(ask.owner), function, arguments))
            return self._result(ask.ident, value)
        except BaseException as error:
            if is_control(error):
                raise
            return self._error(ask, error)

    @contextlib.contextmanager
    def _noted(self, function: Callable[..., Any], arguments: list[Any]) -> Iterator[Callable[[Any], Any]]:
        """Enter the call in the log; the value it gives goes through the function that this yields."""
        if self.calls is None:
            yield lambda value: value
            return
        result: list[Any] = []

        def note(value: Any) -> Any:
            result.append(value)
            return value

        stats, started = self.calls.begin(function, arguments), perf_counter()
        try:
            yield note
        except BaseException as error:
            self.calls.end(stats, perf_counter() - started, None, error)
            raise
        self.calls.end(stats, perf_counter() - started, result[0] if result else None, None)

    def _too_many(self, ask: Ask) -> Answer | None:
        """The refusal when too many asynchronous calls are outstanding."""
        if self._outstanding < 2 * self.limits.host_calls:
            return None
        # The guest's own code counts them first; this is for a guest that got around it.
        text = f"too many host calls: at most {self.limits.host_calls} outstanding (Limits.host_calls)"
        return self._error(ask, RangeError(text))

    def _call_later(self, ask: Ask) -> Answer | None:
        refused = self._too_many(ask)
        if refused is not None:
            return refused

        async def value() -> Any:
            function, arguments = self._arguments(ask)
            with self._noted(function, arguments) as note:
                result = function(*arguments)
                return note(await result if isinstance(result, Awaitable) else result)

        self._spawn(ask.ident, self._settle(ask.ident, value), self.context(ask.owner))
        return None

    def _fetch_later(self, ask: Ask) -> Answer | None:
        refused = self._too_many(ask)
        if refused is not None:
            return refused
        # What the codec carries, but for the headers.
        room = max(self.limits.result_bytes - MIB, self.limits.result_bytes // 2)

        async def value() -> Any:
            return await self.fetches.serve(ask.text, ask.blob, room)

        self._spawn(ask.ident, self._settle(ask.ident, value), contextvars.copy_context())
        return None

    def promise(self, awaitable: Awaitable[Any]) -> int:
        """Await a value that the host handed out; returns the number of the guest's promise for it."""
        # The guest numbers its own calls by time; these come from far above.
        self._promises += 1
        number = 2**52 + self._promises

        async def value() -> Any:
            return await awaitable

        self._spawn(number, self._settle(number, value), self.context(0))
        return number

    async def _settle(self, number: int, value: Callable[[], Awaitable[Any]]) -> None:
        """Await `value` and send what became of it. Raises nothing but our own cancellation."""
        self._outstanding += 1
        try:
            answer = self._result(number, await value())
        except BaseException as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                # Now, in case the next evaluation has begun; and with it, in case there is no worker yet.
                self._lost.append(number)
                self._send(Answer(number, False, _LOST))
                raise
            if is_control(error):
                self.on_control(error)
            # A FetchError has its own words for the guest, whatever the policy for exceptions of the owner's.
            words = error.report() if isinstance(error, FetchError) else self.table.failure(error)
            answer = Answer(number, False, words.encode())
        finally:
            self._outstanding -= 1
        self._send(answer)

    def answer_lost(self) -> None:
        """Tell a new worker of the calls that were cancelled together with the last one.

        The state it begins with may still wait for them; a number that nobody waits for is ignored.
        """
        lost, self._lost = self._lost, []
        for number in lost:
            self._send(Answer(number, False, _LOST))

    def _error(self, ask: Ask, error: BaseException) -> Answer:
        return Answer(ask.ident, False, self.table.failure(error).encode())

    # Stopping a synchronous host function

    def _interruptible(
        self, context: contextvars.Context, function: Callable[..., Any], arguments: list[Any]
    ) -> Any:
        """Call `function` so that `stop_call` and Ctrl-C reach it, if this is the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return context.run(function, *arguments)

        def handler(_number: int, _frame: FrameType | None) -> None:
            self._stop_seen = True
            raise KeyboardInterrupt

        before = signal.getsignal(signal.SIGINT)
        outer = self._in_call  # a host function called by a guest function that a host function called
        if not outer:
            self._stop_sent = self._stop_seen = False
        signal.signal(signal.SIGINT, handler)
        try:
            self._in_call = True
            try:
                return context.run(function, *arguments)
            finally:
                with self._stop_lock:
                    self._in_call = outer
                # A signal that was sent but not seen yet must not hit whatever runs next.
                while self._stop_sent and not self._stop_seen and not outer:
                    time.sleep(0.001)
        except KeyboardInterrupt:
            if self._stop_sent and not outer:
                raise HostCallStopped from None
            raise
        finally:
            signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)

    def stop_call(self) -> None:
        """Make a synchronous host function on the main thread end with KeyboardInterrupt; from any thread."""
        with self._stop_lock:
            if not self._in_call or self._stop_sent:
                return
            self._stop_sent = True
            main = threading.main_thread().ident
            if hasattr(signal, "pthread_kill") and main is not None:
                signal.pthread_kill(main, signal.SIGINT)  # a real signal: it also ends a sleep
            else:
                signal.raise_signal(signal.SIGINT)


def _typed(ask: Ask, text: str | None, note: str) -> Answer:
    value = {"ok": False, "note": note} if text is None else {"ok": True, "text": text}
    return Answer(ask.ident, True, b"j" + json.dumps(value).encode())


def _reply(encoded: Encoded) -> bytes:
    return (b"+" if encoded.blob else b"=") + encoded.text
