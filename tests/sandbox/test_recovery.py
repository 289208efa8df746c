"""Lost workers and storms of interrupts: one cell may be lost with them, never the state before it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from qjs_kernel import Late, Limits, Output, Sandbox
from qjs_kernel.errors import SandboxClosed
from qjs_kernel.process import WorkerPool, cache_directory
from tests.sandbox.hostile import NATIVE, Witness, wall_clock

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(cache_directory())
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    with wall_clock(25):
        yield


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "qjs_kernel")


def kill(sandbox: Sandbox) -> None:
    os.kill(sandbox.info()["pid"], KILL)


def stop(sandbox: Sandbox) -> None:
    """Let the worker stand still; the signal takes a moment to arrive."""
    worker = psutil.Process(sandbox.info()["pid"])
    worker.send_signal(signal.SIGSTOP)
    until = time.monotonic() + 5
    while worker.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < until


def test_worker_killed_while_idle(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        for _ in range(3):
            witness.sandbox.checkpoint().close()  # so that the state is on disk, whatever the worker was about to do
            kill(witness.sandbox)
            outcome = witness.eval("1 + 1", 5)
            assert outcome.ok or (outcome.error is not None and outcome.error.kind == "crash")
            witness.intact()


STEPS = {
    "sync host call": "env.kill(); 1",
    "async host call": "await env.later(); 1",
    "while it runs": "env.soon(); for (;;) {}",
    "while it waits": "env.soon(); await new Promise(r => setTimeout(r, 20000))",
    "while it parses": "env.soon();" + "a = 1;" * 200_000,
    "while it encodes": "({ get a() { env.kill(); return 1 } })",
    "while it imports": "env.kill(); await import('./kept.ts')",
    "while it writes output": "env.soon(); for (;;) console.log('x')",
    "inside a callback": "env.call(() => env.kill())",
}


@pytest.mark.parametrize("code", STEPS.values(), ids=STEPS)
def test_worker_killed_at_each_step(pool: WorkerPool, code: str) -> None:
    witness: Witness

    def soon() -> None:
        threading.Timer(0.05, kill, (witness.sandbox,)).start()

    async def later() -> None:
        kill(witness.sandbox)

    env = {"kill": lambda: kill(witness.sandbox), "later": later, "soon": soon, "call": lambda f: f()}
    with Witness(pool, env=env) as witness:
        if "a = 1" in code:
            soon()
        outcome = witness.eval(code, 5)
        assert outcome.error is not None
        assert (outcome.error.kind, outcome.error.rolled_back) == ("crash", True)
        witness.intact()


def test_worker_killed_while_it_saves(pool: WorkerPool) -> None:
    """Whichever of the two slots was being written, the other one is whole."""
    with Witness(pool) as witness:
        witness.eval("globalThis.ballast = Array.from({ length: 3e5 }, (_, i) => 'x' + i); 1", 5).unwrap()
        witness.intact()
        for delay in (0.0, 0.002, 0.004, 0.008):
            witness.sandbox.checkpoint().close()
            witness.eval("globalThis.later = 1", 5)
            timer = threading.Timer(delay, kill, (witness.sandbox,))
            timer.start()
            timer.join()
            outcome = witness.sandbox.eval("ballast.length")
            if not outcome.ok:
                outcome = witness.sandbox.eval("ballast.length")
            assert outcome.data == 300_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_checkpoints_without_space_keep_the_older_one(pool: WorkerPool) -> None:
    """What could not be saved may be lost, but never without a word; what was saved stays."""
    told: list[Any] = []
    with Witness(pool, sink=told.append) as witness:
        witness.eval("globalThis.saved = 0", 5).unwrap()
        witness.sandbox.checkpoint().close()
        last = witness.sandbox._engine.last
        assert last is not None
        full = {Path(last.file).with_name(f"checkpoint-{number}") for number in range(4)} - {Path(last.file)}
        for path in full:
            path.unlink(missing_ok=True)
            path.symlink_to("/dev/full")
        before = 0
        for round_ in range(6):
            pid = witness.sandbox.info()["pid"]
            outcome = witness.eval("++saved", 5)
            if outcome.error is not None:
                assert (outcome.error.kind, outcome.error.rolled_back) == ("crash", True)
                told.append(outcome.error)
            else:
                assert outcome.data == before + 1 or (told and outcome.data == 1)
                before = outcome.data
                told.clear()
            if round_ % 2:  # the next one finds a worker that has tried to save while nothing was asked of it
                with contextlib.suppress(psutil.Error):
                    psutil.Process(pid or 0).wait(0.5)
        for path in full:
            path.unlink(missing_ok=True)
        assert any(witness.eval("saved = 7", 5).ok for _ in range(2)), "one more may have been lost by then"
        witness.sandbox.checkpoint().close()
        kill(witness.sandbox)
        assert witness.eval("saved", 5).data == 7
        assert witness.eval("witness()", 5).data == ["module", 2]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no job control")
def test_a_worker_that_stands_still_is_killed(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        witness.sandbox.checkpoint().close()
        stop(witness.sandbox)
        outcome = witness.eval("1", 0.2)
        assert outcome.ok or (outcome.error is not None and outcome.error.kind in ("timeout", "crash"))
        witness.intact()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no job control")
def test_a_checkpoint_of_a_worker_that_stands_still_ends(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Witness(pool) as witness:
        witness.sandbox.checkpoint().close()
        witness.eval("globalThis.touched = 1", 5)
        stop(witness.sandbox)
        with monkeypatch.context() as patch, contextlib.suppress(Exception):
            patch.setattr("qjs_kernel.engine.IDLE_SECONDS", 0.5)
            witness.sandbox.checkpoint().close()
        witness.eval("1", 0.2)  # perhaps the one that finds out
        witness.intact()


def test_a_reused_worker_remembers_nothing(pool: WorkerPool) -> None:
    """Neither state nor what was still in the pipe: the next sandbox may lose its worker before it saved anything."""
    own = WorkerPool(cache_directory())
    try:
        for _ in range(4):
            with Sandbox(pool=own) as first:
                first.eval("globalThis.secret = 1; setTimeout(() => {}, 1e6)").unwrap()
                first.checkpoint().close()
                first.eval("globalThis.secret = 2").unwrap()
            with Sandbox(pool=own) as second:
                assert second.eval(NATIVE, timeout=0.05).error is not None
                assert second.eval("typeof secret").unwrap() == "undefined"
    finally:
        own.close()


def test_output_of_a_closed_sandbox_stays_its_own() -> None:
    async def main() -> None:
        own = WorkerPool(cache_directory())
        heard: list[Any] = []
        try:
            first = Sandbox(pool=own, sink=lambda _: None)
            await first.eval_async("setInterval(() => console.log('SECRET'), 1); 1")
            for _ in range(20):
                await asyncio.sleep(0)
            threading.Event().wait(0.1)  # the loop stands still, messages pile up in the pipe
            first.close()
            for _ in range(3):
                with Sandbox(pool=own, sink=heard.append) as second:
                    assert (await second.eval_async("1")).unwrap() == 1
        finally:
            own.close()
        assert heard == []

    asyncio.run(main())


def test_interrupts_from_a_thread_in_a_storm(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        stop = threading.Event()

        def storm() -> None:
            while not stop.is_set():
                witness.sandbox.interrupt()

        thread = threading.Thread(target=storm)
        thread.start()
        try:
            kinds = set()
            for _ in range(50):
                outcome = witness.eval("let a = 0; for (let i = 0; i < 1e5; i++) a += i; a", 5)
                kinds.add("ok" if outcome.error is None else outcome.error.kind)
        finally:
            stop.set()
            thread.join()
        assert kinds <= {"ok", "interrupt"}
        for _ in range(3):
            witness.intact()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads")
def test_sigint_storm(pool: WorkerPool) -> None:
    """Ctrl-C ends the run and is then raised to the owner, who may go on at once."""
    with Witness(pool) as witness:
        main = threading.main_thread().ident
        assert main is not None
        for round_ in range(5):
            threads = [
                threading.Timer(0.1 + 0.01 * i, signal.pthread_kill, (main, signal.SIGINT))
                for i in range(round_ + 1)
            ]
            for thread in threads:
                thread.start()
            with contextlib.suppress(KeyboardInterrupt):
                witness.sandbox.eval("for (;;) {}", timeout=5)
            while any(thread.is_alive() for thread in threads):
                with contextlib.suppress(KeyboardInterrupt):
                    for thread in threads:
                        thread.join()
            witness.intact()


@pytest.mark.parametrize("code", ["for (;;) {}", "await new Promise(r => setTimeout(r, 1e5))", NATIVE])
def test_closing_while_running(pool: WorkerPool, code: str) -> None:
    sandbox = Sandbox(pool=pool)
    sandbox.eval("1").unwrap()
    timer = threading.Timer(0.1, sandbox.close)
    timer.start()
    outcome = sandbox.eval(code, timeout=10)
    timer.join()
    assert outcome.error is not None
    with pytest.raises(SandboxClosed):
        sandbox.eval("1")


@pytest.mark.parametrize("code", ["for (;;) {}", "await new Promise(r => setTimeout(r, 1e5))"])
def test_closing_while_running_on_a_loop(pool: WorkerPool, code: str) -> None:
    async def main() -> None:
        sandbox = Sandbox(pool=pool)
        (await sandbox.eval_async("1")).unwrap()
        task = asyncio.create_task(sandbox.eval_async(code, timeout=10))
        await asyncio.sleep(0.1)
        sandbox.close()
        done, _ = await asyncio.wait([task], timeout=3)
        assert done, "the task of a closed sandbox never ends"
        assert task.exception() is not None or task.result().error is not None

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(main())
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()


def test_a_timer_that_hangs_costs_only_itself(pool: WorkerPool) -> None:
    """The cell that set the timer was told that it succeeded: what it did stays."""

    async def main() -> None:
        late: list[Any] = []
        limits = Limits(timeout=0.2)
        with Sandbox(
            pool=pool, sink=lambda e: late.append(e) if isinstance(e, Late) else None, limits=limits
        ) as sandbox:
            (await sandbox.eval_async("globalThis.x = 1", timeout=5)).unwrap()
            for value, body in ((2, "for (;;) {}"), (3, NATIVE)):
                await sandbox.eval_async(
                    f"globalThis.x = {value}; setTimeout(() => {{ {body} }}, 0); 1", timeout=5
                )
                for _ in range(200):
                    if late:
                        break
                    await asyncio.sleep(0.02)
                assert late
                late.clear()
                assert (await sandbox.eval_async("x", timeout=5)).unwrap() == value
                again = await sandbox.eval_async("await new Promise(r => setTimeout(r, 30)); x", timeout=5)
                assert again.unwrap() == value, "the timer that hangs must not be set again"

    asyncio.run(main())


def test_output_of_timers_is_limited(pool: WorkerPool) -> None:
    async def main() -> None:
        size = count = 0

        def sink(event: Any) -> None:
            nonlocal size, count
            count += 1
            size += len(event.text) if isinstance(event, Output) else 0

        with Sandbox(pool=pool, sink=sink, limits=Limits(output=100_000)) as sandbox:
            await sandbox.eval_async("setInterval(() => console.log('x'.repeat(50000)), 0); 1")
            await asyncio.sleep(0.5)
            assert size < 300_000
            count = 0
            await sandbox.eval_async("for (;;) console.clear()", timeout=0.3)
            assert count < 100
            count = 0
            await sandbox.eval_async("for (;;) { console.log(1); console.error(2) }", timeout=0.3)
            assert count < 3_000

    asyncio.run(main())
