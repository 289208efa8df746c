"""Worker processes from outside: start, what they inherit, kill, the pool, the watchdog, faults at the start."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
import pytest

from qjs_kernel import Sandbox, WorkerError, WorkerPool, process
from qjs_kernel.frames import encode_frame
from qjs_kernel.process import Watchdog, WorkerGone, WorkerProcess, cache_directory
from qjs_kernel.protocol import Close


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def pool(cache: Path) -> Iterator[WorkerPool]:
    pool = WorkerPool(cache)
    yield pool
    pool.close()


@pytest.fixture
def worker(cache: Path) -> Iterator[WorkerProcess]:
    worker = WorkerProcess(cache)
    worker.wait_started()
    yield worker
    worker.close()


# One worker


@pytest.mark.skipif(sys.platform == "win32", reason="psutil cannot tell there")
def test_a_worker_inherits_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_TOKEN", "PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD_X", "HOME", "PATH"):
        monkeypatch.setenv(name, os.environ.get(name, "secret"))
    opened = os.open(cache, os.O_RDONLY)
    os.set_inheritable(opened, True)
    try:
        worker = WorkerProcess(cache)
        worker.wait_started()
        seen = psutil.Process(worker.pid)
        assert set(seen.environ()) <= {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LC_CTYPE"}
        directory = Path(seen.cwd())
        assert list(directory.iterdir()) == []
        assert directory.parent.stat().st_mode & 0o077 == 0, "nobody else's business"
        assert seen.uids().real == os.getuid()
        files = [file.path for file in seen.open_files()]
        assert str(cache) not in files
        assert os.getsid(worker.pid) != os.getsid(0), "Ctrl-C of the terminal does not reach it"
    finally:
        os.close(opened)
        worker.close()
    assert not directory.exists()


def test_sigint_does_not_end_a_worker(worker: WorkerProcess) -> None:
    os.kill(worker.pid, signal.SIGINT)
    worker.send(Close())
    assert worker.alive


def test_a_killed_worker_is_gone_for_everybody(worker: WorkerProcess) -> None:
    worker.kill()
    with pytest.raises(WorkerGone, match="ended"):
        worker.receive()
    assert not worker.alive
    worker.close()
    worker.close()
    with pytest.raises(WorkerGone):
        worker.send(Close())
    assert not worker.directory.exists()


def test_a_worker_ends_when_its_pipe_does(worker: WorkerProcess) -> None:
    assert worker._process.stdin is not None
    worker._process.stdin.close()
    with pytest.raises(WorkerGone):
        worker.receive()
    assert worker.exit_status() == 0


def test_a_worker_ends_itself_when_spoken_to_in_another_way(worker: WorkerProcess) -> None:
    assert worker._process.stdin is not None
    os.write(worker._process.stdin.fileno(), b"\x03\0\0\0\xc1\xc1\xc1")
    with pytest.raises(WorkerGone):
        worker.receive()
    assert worker.exit_status() == 2


@pytest.mark.parametrize(
    "said", [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x03\0\0\0\xc1\xc1\xc1", encode_frame(Close())]
)
def test_a_worker_that_breaks_the_protocol_is_ended(worker: WorkerProcess, said: bytes) -> None:
    with pytest.raises(WorkerGone, match="protocol"):
        worker._split(said)
    assert worker.exit_status() is not None


# Workers that cannot start


def test_no_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(WorkerError, match="/no/such/python"):
        WorkerPool(None).take()
    pool = WorkerPool(None)
    with Sandbox(pool=pool) as sandbox, pytest.raises(WorkerError, match="cannot be started"):
        sandbox.eval("1")
    pool.close()


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("sys.modules['wasmtime']=None", "wasmtime"),
        ("sys.modules['quickjs_rs']=None", "install quickjs-rs"),
        ("sys.modules['msgspec']=None", "msgspec"),
        ("sys.exit('last words')", "last words"),
        ("sys.stdout.buffer.write(b'\\x05\\0\\0\\0hello');sys.stdout.flush();sys.exit(0)", "did not start"),
    ],
)
def test_a_worker_that_does_not_start_says_why(
    cache: Path, monkeypatch: pytest.MonkeyPatch, broken: str, message: str
) -> None:
    real = process._command

    def command(directory: Path | None) -> list[str]:
        words = real(directory)
        at = words.index("-c") + 1
        words[at] = f"import sys;{broken};{words[at]}"
        return words

    pool = WorkerPool(cache)
    with monkeypatch.context() as patch:
        patch.setattr(process, "_command", command)
        with Sandbox(pool=pool) as sandbox, pytest.raises(WorkerError, match=message):
            sandbox.eval("1")
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("1").data == 1, "once the fault is gone, it works"
    pool.close()


# The pool


def test_a_worker_of_a_closed_sandbox_serves_the_next(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("globalThis.secret = 1").data == 1
        first = sandbox.info()["pid"]
    pids = []
    for _ in range(3):
        with Sandbox(pool=pool) as sandbox:
            assert sandbox.eval("typeof secret").data == "undefined"
            pids.append(sandbox.info()["pid"])
    assert first in pids


def test_a_worker_that_was_killed_is_never_used_again(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("1").data == 1
        killed = sandbox.info()["pid"]
        os.kill(killed, signal.SIGKILL)
        psutil.Process(killed).wait(10)
        assert sandbox.eval("2").data == 2
        assert sandbox.info()["pid"] != killed
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("3").data == 3
        assert sandbox.info()["pid"] != killed


def test_a_spare_worker_that_has_died_is_replaced(pool: WorkerPool) -> None:
    pool.warm()
    spare = pool._idle[0]
    spare.kill()
    spare.exit_status()
    worker = pool.take()
    assert worker is not spare
    assert worker.alive
    worker.close()


def test_there_is_at_most_one_spare(pool: WorkerPool) -> None:
    for _ in range(3):
        pool.warm()
    assert len(pool._idle) == 1
    spare = pool._idle[0].pid
    worker = pool.take()
    assert worker.pid == spare
    assert pool._timer is not None
    pool._timer.join()
    assert len(pool._idle) == 1, "the next one is started behind it"
    worker.close()


def test_a_closed_pool(cache: Path) -> None:
    pool = WorkerPool(cache)
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("1").data == 1
        idle = [worker.pid for worker in pool._idle]
        pool.close()
        pool.close()
        assert not any(psutil.pid_exists(pid) for pid in idle)
        assert sandbox.eval("2").data == 2, "an open sandbox keeps its worker"
        pid = sandbox.info()["pid"]
    assert not psutil.pid_exists(pid), "and nobody takes it back"
    with pytest.raises(WorkerError, match="closed"):
        pool.take()


# The watchdog


class Fired:
    def __init__(self) -> None:
        self.event = threading.Event()
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        self.event.set()


def test_the_watchdog_fires_once() -> None:
    fired = Fired()
    watchdog = Watchdog(fired)
    watchdog.arm(monotonic() + 0.01)
    assert fired.event.wait(10)
    watchdog.close()
    watchdog.close()
    assert fired.count == 1


def test_the_last_arming_counts() -> None:
    fired = Fired()
    watchdog = Watchdog(fired)
    watchdog.arm(monotonic() + 1_000)
    watchdog.arm(monotonic() + 0.01)
    assert fired.event.wait(10), "an earlier moment wakes it"
    fired.event.clear()
    watchdog.arm(monotonic() + 0.02)
    watchdog.disarm()
    watchdog.arm(monotonic() + 1_000)
    assert not fired.event.wait(0.05)
    watchdog.close()
    assert fired.count == 1


def test_a_closed_watchdog_stays_silent() -> None:
    fired = Fired()
    watchdog = Watchdog(fired)
    watchdog.arm(monotonic() + 0.01)
    watchdog.close()
    watchdog.arm(monotonic() - 1)
    assert not fired.event.wait(0.03)


# The cache


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files")
def test_the_cache_directory_must_be_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place: list[Any] = [tmp_path / "deep" / "cache"]
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_options: place[0])
    assert cache_directory() == place[0]
    assert place[0].stat().st_mode & 0o777 == 0o700
    place[0].chmod(0o777)
    assert cache_directory() is None, "others can write there"
    place[0].chmod(0o700)
    link = tmp_path / "link"
    link.symlink_to(place[0])
    place[0] = link
    assert cache_directory() is None
    (tmp_path / "file").write_text("")
    place[0] = tmp_path / "file" / "cache"
    assert cache_directory() is None
