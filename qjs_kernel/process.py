"""The worker process as the kernel process sees it: start, messages, kill, a spare one ahead of need.

A worker is started with `python -I -S` on a fixed list of directories, an environment without the owner's
variables, and an empty working directory of its own. `WorkerPool` keeps one spare ready and takes back workers
whose sandbox was closed in good order. `Watchdog` is the thread that kills when a deadline has passed.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from types import MethodType

from qjs_kernel.errors import WorkerError
from qjs_kernel.frames import HEADER, ProtocolFault, decode_to_host, encode_frame, frame_length
from qjs_kernel.protocol import Close, Closed, Fatal, Opened, ToHost, ToWorker

__all__ = [
    "ABORTED",
    "Watchdog",
    "WorkerGone",
    "WorkerPool",
    "WorkerProcess",
    "cache_directory",
    "default_pool",
]

_CHUNK = 1 << 20
ABORTED = -6  # exit status of a process that called abort()
_PACKAGES = (
    "qjs_kernel", "msgspec", "wasmtime", "quickjs_rs", "tree_sitter", "tree_sitter_typescript", "esbuild_py",
    "setuptools",
)  # fmt: skip
# What a process may need to start at all; nothing else of the owner's environment reaches the worker.
_KEPT_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_START_TIMEOUT = 60.0
_SETTLE_TIMEOUT = 2.0
_SPARE_DELAY = 0.3
# After an answer to a synchronous question the next message comes soon: looking for it a little while saves the
# 30 µs that waking up costs.
_SPIN = 400e-6


class WorkerGone(Exception):
    """The worker's pipe has ended: it was killed, crashed or broke the protocol."""


class WorkerProcess:
    """One worker: messages out (any thread), messages in (one thread at a time)."""

    def __init__(self, cache: Path | None) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="qjs-worker-"))
        self._send_lock = threading.Lock()
        self._read_lock = threading.Lock()
        self._buffer = bytearray()
        self._ready: deque[ToHost] = deque()
        self.engine = ""
        self.returned = False
        self._closed = False
        cwd = self.directory / "cwd"
        cwd.mkdir()
        try:
            with open(self.directory / "stderr", "wb") as stderr:
                self._process = subprocess.Popen(
                    _command(cache),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    cwd=cwd,
                    env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                    close_fds=True,
                    start_new_session=sys.platform != "win32",
                    bufsize=0,
                )
        except OSError as error:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise WorkerError(f"the worker process cannot be started ({sys.executable}): {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._source = self._process.stdout.fileno()
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            os.set_blocking(self._source, False)
            self._poll.register(self._source, select.POLLIN)
        self._target = self._process.stdin.fileno()
        _widen(self._source)
        _widen(self._target)
        if self._poll is not None:
            os.set_blocking(self._target, False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        """The descriptor to wait on for messages."""
        return self._source

    def wait_started(self) -> None:
        """Block until the worker has announced itself; WorkerError with its last words when it does not."""
        if self.engine:
            return
        timer = threading.Timer(_START_TIMEOUT, self.kill)
        timer.daemon = True
        timer.start()
        try:
            message = self.receive()
        except WorkerGone as gone:
            raise WorkerError(f"the worker process did not start: {self._last_words() or gone}") from None
        finally:
            timer.cancel()
        if isinstance(message, Fatal):
            raise WorkerError(f"the worker process did not start: {message.reason}")
        if not isinstance(message, Opened):
            raise WorkerError("the worker process did not start: it sent an unexpected message")
        self.engine = message.engine

    def send(self, message: ToWorker) -> None:
        """Send one message; WorkerGone when nobody is there to read it.

        While the pipe is full, what the worker says is read: it may be waiting for that before it reads on.
        """
        frame = memoryview(encode_frame(message))
        with self._send_lock:
            while frame:
                try:
                    frame = frame[os.write(self._target, frame) :]
                except BlockingIOError:
                    self._make_room()
                except (OSError, ValueError):
                    raise WorkerGone("the worker's pipe is closed") from None

    def _make_room(self) -> None:
        poll = select.poll()
        poll.register(self._target, select.POLLOUT)
        if self._read_lock.acquire(blocking=False):
            try:
                poll.register(self._source, select.POLLIN)
                poll.poll(1000)
                chunk = self._read(False, False)
                if chunk:
                    self._split(chunk)
            finally:
                self._read_lock.release()
        else:
            poll.poll(1000)

    @property
    def waiting(self) -> bool:
        """Whether messages have been read that nobody has taken."""
        return bool(self._ready)

    def receive(self, *, soon: bool = False) -> ToHost:
        """The next message, blocking; WorkerGone at the end of the pipe or after a protocol fault.

        soon   a message is on its way: worth a moment of looking before sleeping
        """
        while not self._ready:
            self.fill(soon=soon)
        return self._ready.popleft()

    def take(self) -> ToHost | None:
        """A message that has been read already, or None."""
        return self._ready.popleft() if self._ready else None

    def settle(self) -> bool:
        """Read what a returned worker still had to say of its last sandbox; False when it does not come to rest."""
        timer = threading.Timer(_SETTLE_TIMEOUT, self.kill)
        timer.daemon = True
        timer.start()
        try:
            while not isinstance(self.receive(), Closed):
                pass
        except WorkerGone:
            return False
        finally:
            timer.cancel()
        self.returned = False
        return True

    def fill(self, *, soon: bool = False, block: bool = True) -> bool:
        """Read once and split off whole messages; False when nothing was there and `block` is false."""
        with self._read_lock:
            if block and self._ready:
                return True  # read by `send` meanwhile
            chunk = self._read(soon, block)
            if chunk is None:
                return False
            if chunk:
                self._split(chunk)
                return True
        raise WorkerGone(f"the worker process ended (exit status {self.exit_status()})")

    def _read(self, soon: bool, block: bool) -> bytes | None:
        until = monotonic() + _SPIN if soon and self._poll is not None else 0.0
        while True:
            try:
                return os.read(self._source, _CHUNK)
            except BlockingIOError:
                if monotonic() < until:
                    continue
                if not block or self._poll is None:
                    return None
                self._poll.poll()
            except OSError:
                return b""

    def _split(self, chunk: bytes) -> None:
        buffer = self._buffer
        buffer += chunk
        at = 0
        try:
            while len(buffer) - at >= HEADER:
                end = at + HEADER + frame_length(bytes(buffer[at : at + HEADER]))
                if len(buffer) < end:
                    break
                with memoryview(buffer) as view:
                    self._ready.append(decode_to_host(view[at + HEADER : end]))
                at = end
        except ProtocolFault as fault:
            self.kill()
            raise WorkerGone(f"the worker broke the protocol: {fault}") from None
        del buffer[:at]

    def exit_status(self) -> int | None:
        try:
            return self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return None

    @property
    def alive(self) -> bool:
        return not self._closed and self._process.poll() is None

    def kill(self) -> None:
        """End the process at once. Its pipe then ends too, which is how everybody else learns of it."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """Kill, reap and remove what the process left. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5.0)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            text = (self.directory / "stderr").read_text("utf-8", "replace").strip()
            return text.rsplit("\n", 1)[-1][:500]
        return ""


class WorkerPool:
    """Hands out started workers. Owns at most one spare (and `keep` returned ones); thread-safe.

    A resource, not state: nothing a guest did survives in a worker that is handed on, because its WebAssembly
    instance and its checkpoints are discarded; after a kill, a trap or a protocol fault it is not handed on.
    """

    def __init__(self, cache: Path | None = None, *, keep: int = 1) -> None:
        self._cache = cache
        self._keep = keep
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._timer: threading.Timer | None = None
        self._closed = False

    def warm(self) -> None:
        """Start a spare worker, without waiting for it."""
        with self._lock:
            if not self._idle and not self._closed:
                self._idle.append(WorkerProcess(self._cache))

    def take(self) -> WorkerProcess:
        """A worker that has started; a spare one if there is, and the next spare is started behind it."""
        while True:
            with self._lock:
                if self._closed:
                    raise WorkerError("the worker pool is closed")
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                worker = WorkerProcess(self._cache)
            elif not worker.alive:
                worker.close()
                continue
            if worker.returned and not worker.settle():
                worker.close()
                continue
            try:
                worker.wait_started()
            except WorkerError:
                worker.close()
                raise
            self._warm_later()
            return worker

    def _warm_later(self) -> None:
        """The next spare, once whoever took this worker has had the processors for a moment."""

        def warm() -> None:
            with contextlib.suppress(WorkerError):
                self.warm()

        with self._lock:
            if self._closed or (self._timer is not None and self._timer.is_alive()):
                return
            self._timer = threading.Timer(_SPARE_DELAY, warm)
            self._timer.daemon = True
            self._timer.start()

    def give_back(self, worker: WorkerProcess) -> None:
        """Take a worker whose sandbox was closed in good order."""
        try:
            worker.send(Close())
        except WorkerGone:
            worker.close()
            return
        worker.returned = True
        with self._lock:
            if not self._closed and len(self._idle) <= self._keep:
                self._idle.append(worker)
                return
        worker.close()

    def close(self) -> None:
        """End all idle workers. Idempotent; sandboxes that are open keep theirs."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            if self._timer is not None:
                self._timer.cancel()
        for worker in idle:
            worker.close()


@functools.cache
def default_pool() -> WorkerPool:
    """The pool that sandboxes share unless they are given one: a resource (spare processes), not state."""
    pool = WorkerPool(cache_directory())
    atexit.register(pool.close)
    return pool


class Watchdog:
    """Calls `fire` on its own thread when the armed moment has passed; arming again replaces the moment.

    The thread sleeps until the earliest moment it knows of: arming for later costs no switch to it.
    """

    def __init__(self, fire: Callable[[], None]) -> None:
        # Weak, for a method: the thread must not keep a sandbox alive that its owner has dropped.
        self._fire: Callable[[], Callable[[], None] | None] = (
            weakref.WeakMethod(fire) if isinstance(fire, MethodType) else lambda: fire
        )
        self._condition = threading.Condition()
        self._at: float | None = None
        self._wake = 0.0
        self._closed = False
        self._thread: threading.Thread | None = None

    def arm(self, at: float) -> None:
        """Fire at `at` (time.monotonic()), unless armed anew or disarmed before."""
        with self._condition:
            self._at = at
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="qjs-watchdog", daemon=True)
                self._thread.start()
            elif at < self._wake:
                self._condition.notify()

    def disarm(self) -> None:
        with self._condition:
            self._at = None

    def close(self) -> None:
        """Stop the thread. Idempotent."""
        with self._condition:
            self._closed = True
            self._at = None
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                if self._closed:
                    return
                now = monotonic()
                due = self._at is not None and self._at <= now
                if due:
                    self._at = None
                else:
                    self._wake = self._at if self._at is not None else float("inf")
                    self._condition.wait(None if self._at is None else self._at - now)
            fire = self._fire()
            if fire is None:
                return
            if due:
                fire()
            del fire


def cache_directory() -> Path | None:
    """The user's private directory for compiled code and boot images; None when there can be none.

    What lies there is native code that workers load: it must be ours alone.
    """
    from platformdirs import user_cache_path

    path = user_cache_path("qjs_kernel", appauthor=False)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            status = path.lstat()
            if status.st_uid != os.getuid() or status.st_mode & 0o022 or path.is_symlink():
                return None
    except OSError:
        return None
    return path


def _widen(pipe: int) -> None:
    """A larger buffer, where the system lets us: files cross in fewer switches between the two processes."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def _command(cache: Path | None) -> list[str]:
    directories: list[str] = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue  # the worker says what it misses; esbuild-py and setuptools may be absent
        parent = str(Path(spec.origin).resolve().parent.parent)
        if parent not in directories:
            directories.append(parent)
    start = f"import sys;sys.path[:0]={json.dumps(directories)};from qjs_kernel.worker.__main__ import main;main()"
    return [sys.executable, "-I", "-S", "-c", start, str(cache) if cache is not None else ""]
