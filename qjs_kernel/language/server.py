"""`Server`: keeps one language server process alive, in a thread with an event loop of its own.

pygls and lsprotocol are imported in that thread, and only there: a kernel starts no slower for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import sys
import tempfile
import threading
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from qjs_kernel.language.model import State

if TYPE_CHECKING:
    from qjs_kernel.language.lsp import Connection

__all__ = ["COMMAND_VARIABLE", "Directory", "Server", "find_command"]

T = TypeVar("T")

COMMAND_VARIABLE: Final = "QJS_KERNEL_LANGUAGE_SERVER"
_DELAYS: Final = (0.2, 1.0, 5.0)
_MOST_CRASHES = 3
_PATIENCE = 6.0  # a server that owes an answer for longer is killed
_START_TIMEOUT = 30.0
_CLOSE_TIMEOUT = 10.0
_MOST_FATAL = 50
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
_ENVIRONMENT: Final[Mapping[str, str]] = {
    "DENO_NO_UPDATE_CHECK": "1",
    "DENO_NO_PACKAGE_JSON": "1",
    "DENO_NO_PROMPT": "1",
    "NO_COLOR": "1",
    # A type that cannot be computed ends the server rather than the machine.
    "DENO_V8_FLAGS": "--max-old-space-size=1500",
}


def find_command() -> tuple[str, ...]:
    """The command of the language server: of the environment variable, of PyPI's `deno`, or on the PATH.

    FileNotFoundError, with what to do about it, when there is none.
    """
    chosen = shlex.split(os.environ.get(COMMAND_VARIABLE, ""))
    if chosen:
        return tuple(chosen)
    try:
        binary = import_module("deno").find_deno_bin()
    except (ImportError, OSError):
        binary = shutil.which("deno")
    if not binary:
        raise FileNotFoundError(
            "no language server: `pip install deno` brings one, where there is a wheel of it"
        )
    return (binary, "lsp", "-q")


class Server:
    """A language server process, restarted when it ends; three ends without an answer between them and it is given up.

    directory  existing and private: "root" in it is what the server works on, the rest is its own
    command    None: `find_command()` decides when it starts
    arrange    called in the server's thread before a process starts
    prepare    called with every new connection before anybody else gets it; its failure is the server's
    delays     seconds before the first, second, … restart in a row
    patience   seconds for which an answer may be owed before the server is killed
    """

    def __init__(
        self,
        directory: Path,
        *,
        command: Sequence[str] | None = None,
        arrange: Callable[[], None] | None = None,
        prepare: Callable[[Connection], Awaitable[None]] | None = None,
        delays: Sequence[float] = _DELAYS,
        patience: float = _PATIENCE,
        start_timeout: float = _START_TIMEOUT,
    ) -> None:
        self.root = directory / "root"
        self._own = directory / "server"
        for place in (self.root, self._own, self._own / "tmp"):
            place.mkdir(mode=0o700, exist_ok=True)
        self._command = command
        self._arrange = arrange
        self._prepare = prepare
        self._delays = delays
        self._patience = patience
        self._start_timeout = start_timeout
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._arrived: asyncio.Event | None = None
        self._crashes = 0
        self._closed = False
        self.state = State("off")
        self.fatal: frozenset[tuple[str, str]] = frozenset()
        """Documents (path and text) over which a server fell silent: to ask again would cost another one."""
        self.starts = 0
        """How many processes have been started."""

    # Life, from any thread

    def start(self) -> None:
        """Begin to start the server; returns at once. Harmless when it runs; tries anew when it was given up."""
        with self._lock:
            if self._closed or (
                self._thread is not None and self._thread.is_alive() and self.state != "failed"
            ):
                return
            self.state = State("starting")
            self._crashes = 0
            self._loop = _new_loop()
            self._thread = threading.Thread(
                target=self._run, args=(self._loop,), name="qjs-language-server", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Kill the server, and wait until it is gone. Idempotent."""
        with self._lock:
            self._closed = True
            thread, loop = self._thread, self._loop
        self.state = State("off")
        if thread is not None and loop is not None and thread is not threading.current_thread():
            with contextlib.suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(self._stop)
            thread.join(_CLOSE_TIMEOUT)

    def _stop(self) -> None:
        if self._main is not None:
            self._main.cancel()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        connection = self._connection
        return None if connection is None else connection.process.pid

    def submit(self, work: Callable[[Connection], Awaitable[T]]) -> Future[T | None]:
        """Do `work` in the server's thread, as soon as there is a connection.

        The result is None when there is none to be had, or when it ends before the work does.
        """
        nothing: Future[T | None] = Future()
        with self._lock:
            if self.state in ("starting", "ready") and self._loop is not None:
                coroutine = self._work(work)
                try:
                    return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
                except RuntimeError:  # closed meanwhile
                    coroutine.close()
        nothing.set_result(None)
        return nothing

    # In the thread

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            self._arrived = asyncio.Event()
            self._main = loop.create_task(self._keep_alive())
            if self._closed:
                self._main.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                loop.run_until_complete(self._main)
            for task in (left := asyncio.all_tasks(loop)):
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    async def _work(self, work: Callable[[Connection], Awaitable[T]]) -> T | None:
        from qjs_kernel.language.lsp import ServerGone

        assert self._arrived is not None
        await self._arrived.wait()
        while self._connection is not None and self._connection.closed:
            self._arrived.clear()  # it is ending: the next one will do
            await self._arrived.wait()
        connection = self._connection
        if connection is None:
            return None
        try:
            return await work(connection)
        except ServerGone:
            return None

    async def _keep_alive(self) -> None:
        while True:
            try:
                reason = await self._serve()
            except (OSError, ImportError) as error:
                # Not there, or not to be started: another try would be no better.
                return self._give_up(str(error))
            self._crashes += 1
            if self._crashes >= _MOST_CRASHES:
                return self._give_up(f"{reason}; given up after {self._crashes} times in a row")
            if not self._closed:
                self.state = State("starting", reason)
            await asyncio.sleep(self._delays[min(self._crashes, len(self._delays)) - 1])

    def _give_up(self, reason: str) -> None:
        with self._lock:
            if not self._closed:
                self.state = State("failed", reason)

    async def _serve(self) -> str:
        """Start a process and stay with it to its end; the reason of the end."""
        from qjs_kernel.language.lsp import Connection, ServerGone

        assert self._arrived is not None
        command = tuple(self._command or find_command())
        if self._arrange is not None:
            self._arrange()
        self.starts += 1
        try:
            connection = await asyncio.wait_for(
                Connection.start(command, self.root, self._environment()), self._start_timeout
            )
        except (TimeoutError, ServerGone) as error:
            return str(error) or f"the language server did not answer within {self._start_timeout:g} s"
        try:
            if self._prepare is not None:
                try:
                    await asyncio.wait_for(self._prepare(connection), self._start_timeout)
                except TimeoutError:
                    return f"the language server was not ready within {self._start_timeout:g} s"
                except ServerGone:
                    return await connection.ended
            self._connection = connection
            answers = connection.answers
            with self._lock:
                if not self._closed:
                    self.state = State("ready", self.state.reason)
            self._arrived.set()
            while not connection.ended.done():
                await asyncio.wait([connection.ended], timeout=self._patience / 10)
                if connection.answers > answers:
                    self._crashes = 0
                if connection.silent > self._patience and not connection.ended.done():
                    self._remember(connection.suspect)
                    return f"the language server gave no answer for {self._patience:g} s and was abandoned"
            return connection.ended.result()
        finally:
            self._arrived.clear()
            self._connection = None
            await connection.kill()

    def _remember(self, document: tuple[str, str] | None) -> None:
        if document is not None and len(self.fatal) < _MOST_FATAL:
            self.fatal = self.fatal | {document}

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        own = str(self._own)
        temporary = str(self._own / "tmp")
        return {
            **kept,
            **_ENVIRONMENT,
            "DENO_DIR": own,
            "HOME": own,
            "USERPROFILE": own,
            "XDG_CACHE_HOME": own,
            "TMPDIR": temporary,
            "TMP": temporary,
            "TEMP": temporary,
        }


def _new_loop() -> asyncio.AbstractEventLoop:
    # Not the policy's: ipykernel sets one on Windows whose loops cannot start processes.
    if sys.platform == "win32":
        return asyncio.ProactorEventLoop()
    return asyncio.SelectorEventLoop()


class Directory:
    """A private directory for temporary files, by its real path; removed by `remove`, or at the end of Python."""

    def __init__(self, place: Path | None = None) -> None:
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
        # mkdtemp gives it to nobody else. The real path: what a server reports has no other.
        self.path = Path(os.path.realpath(tempfile.mkdtemp(prefix="qjs-language-", dir=place)))
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.path, True)

    def remove(self) -> None:
        """Remove it and all in it. Idempotent."""
        self._finalizer()
