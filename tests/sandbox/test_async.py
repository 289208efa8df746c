"""The asynchronous side: loops, threads, turns, cancelling; and interrupts from wherever they come."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from qjs_kernel import Sandbox, SandboxBusy

from .conftest import Maker
from .support import ENDLESS, NATIVE, WRITE, value

WAIT = "await new Promise((go) => setTimeout(go, 1));"


def test_eval_async_is_eval(make: Maker) -> None:
    async def go() -> None:
        sandbox = make(mounts={"src": {"a.ts": "export const a = 1"}})
        assert (await sandbox.eval_async("import { a } from './a.js'; a")).data == 1
        outcome = await sandbox.eval_async("\nthrow new RangeError('r')", "/src/other.ts")
        assert outcome.error is not None
        assert (outcome.error.name, outcome.error.frames[0].file) == ("RangeError", "/src/other.ts")
        assert (await sandbox.eval_async("console.log('text')")).logs[0].text == "text\n"
        outcome = await sandbox.eval_async(ENDLESS, timeout=0.2)
        assert outcome.error is not None
        assert outcome.error.kind == "timeout"

    asyncio.run(go())


def test_the_loop_goes_on_while_the_guest_works(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        stop = asyncio.Event()

        async def others() -> None:
            # Only a loop that is not blocked gets here, and only this ends the program.
            sandbox.interrupt()
            stop.set()

        await sandbox.eval_async("1")
        task = asyncio.create_task(sandbox.eval_async(ENDLESS, timeout=10))
        await asyncio.sleep(0)  # the task's turn: it has sent its request
        await others()
        outcome = await task
        assert stop.is_set()
        assert outcome.error is not None
        assert outcome.error.kind == "interrupt"

    asyncio.run(go())


def test_evaluations_of_one_sandbox_take_turns(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        count = f"const before = globalThis.n ?? 0; {WAIT} globalThis.n = before + 1"
        outcomes = await asyncio.gather(*(sandbox.eval_async(count) for _ in range(20)))
        assert [outcome.data for outcome in outcomes] == list(range(1, 21))

    asyncio.run(go())


def test_who_stops_waiting_for_a_turn_holds_nobody_up(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        started = asyncio.Event()
        sandbox.set_env({"started": lambda: started.set()})
        first = asyncio.create_task(sandbox.eval_async(f"env.started(); {WAIT} 'first'"))
        await started.wait()
        second = asyncio.create_task(sandbox.eval_async("globalThis.second = true"))
        third = asyncio.create_task(sandbox.eval_async("typeof second"))
        await asyncio.sleep(0)  # both are in the line
        second.cancel()
        assert [(await first).data, (await third).data] == ["first", "undefined"]
        assert second.cancelled()
        assert (await sandbox.eval_async("1")).data == 1

    asyncio.run(go())


def test_two_sandboxes_run_at_once(make: Maker) -> None:
    """Each waits for the other's message: one after the other would never end."""

    async def go() -> None:
        here, there = asyncio.Event(), asyncio.Event()

        async def meet(mine: asyncio.Event, yours: asyncio.Event) -> str:
            mine.set()
            await yours.wait()
            return "met"

        a = make(env={"meet": lambda: meet(here, there)})
        b = make(env={"meet": lambda: meet(there, here)})
        outcomes = await asyncio.gather(a.eval_async("await env.meet()"), b.eval_async("await env.meet()"))
        assert [outcome.unwrap() for outcome in outcomes] == ["met", "met"]

    asyncio.run(go())


def test_threads_take_turns(make: Maker) -> None:
    sandbox = make()
    seen: list[Any] = []

    def work() -> None:
        seen.append(sandbox.eval("globalThis.n = (globalThis.n ?? 0) + 1").data)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(seen) == [1, 2, 3, 4, 5, 6]


def test_threads_and_a_loop_take_turns(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        await sandbox.eval_async("globalThis.n = 0")
        count = "++globalThis.n"
        outcomes = await asyncio.gather(
            asyncio.to_thread(sandbox.eval, count),
            sandbox.eval_async(count),
            asyncio.to_thread(sandbox.eval, count),
        )
        assert sorted(outcome.unwrap() for outcome in outcomes) == [1, 2, 3]

    asyncio.run(go())


def test_sync_eval_inside_a_running_loop(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        assert sandbox.eval("1").data == 1
        assert (await sandbox.eval_async("2")).data == 2
        assert sandbox.eval(f"{WAIT} 3").data == 3
        started, finish = asyncio.Event(), asyncio.Event()

        async def pause() -> None:
            started.set()
            await finish.wait()

        sandbox.set_env({"pause": pause})
        task = asyncio.create_task(sandbox.eval_async("await env.pause(); 4"))
        await started.wait()
        with pytest.raises(SandboxBusy, match="eval_async"):
            sandbox.eval("5")
        finish.set()
        assert (await task).data == 4
        assert sandbox.eval("6").data == 6

    asyncio.run(go())


def test_a_sandbox_moves_from_loop_to_loop(make: Maker) -> None:
    sandbox = make()
    for n in range(2):
        assert asyncio.run(sandbox.eval_async(f"globalThis.n = {n}; {WAIT} n")).data == n
    assert value(sandbox, "n") == 1


# Cancelling


@pytest.mark.parametrize(
    "code", [ENDLESS, NATIVE, "await new Promise((go) => setTimeout(go, 9e4))", "await env.never()"]
)
def test_cancelling_stops_the_guest_and_undoes_what_it_did(make: Maker, code: str) -> None:
    async def go() -> None:
        started = asyncio.Event()

        async def never() -> None:
            await asyncio.Event().wait()

        sandbox = make(env={"started": started.set, "never": never})
        await sandbox.eval_async("globalThis.kept = 1")
        program = f"{WRITE} writeFileSync('/f', 'x'); globalThis.kept = 2; env.started(); {code}"
        task = asyncio.create_task(sandbox.eval_async(program, timeout=20))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not sandbox.fs.exists("/f")
        assert (await sandbox.eval_async("kept")).unwrap() == 1

    asyncio.run(go())


def test_cancelling_what_waits_for_its_turn(make: Maker) -> None:
    async def go() -> None:
        started, finish = asyncio.Event(), asyncio.Event()

        async def pause() -> str:
            started.set()
            await finish.wait()
            return "first"

        sandbox = make(env={"pause": pause})
        first = asyncio.create_task(sandbox.eval_async("await env.pause()"))
        await started.wait()
        second = asyncio.create_task(sandbox.eval_async("globalThis.second = 1"))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        finish.set()
        assert (await first).unwrap() == "first", "its neighbour is not disturbed"
        assert (await sandbox.eval_async("typeof second")).unwrap() == "undefined"

    asyncio.run(go())


def test_wait_for(make: Maker) -> None:
    async def go() -> None:
        sandbox = make()
        await sandbox.eval_async("1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sandbox.eval_async(ENDLESS), 0.1)
        assert (await sandbox.eval_async("2")).unwrap() == 2

    asyncio.run(go())


# Interrupts


def soon(action: Callable[[], None]) -> Callable[[], None]:
    """A host function that has `action` done by another thread, after it has returned to the guest."""

    def start() -> None:
        threading.Timer(0.02, action).start()

    return start


INTERRUPTED = {
    "loop": ENDLESS,
    "pending await": "await new Promise((go) => setTimeout(go, 9e4))",
    "microtasks": "while (true) await 0",
    "native loop": NATIVE,
    "blocking host function": "try { env.block() } catch { globalThis.kept = 2 }",
    "async host function": "await env.never()",
}


@pytest.mark.parametrize("code", INTERRUPTED.values(), ids=INTERRUPTED)
def test_interrupt_from_another_thread(make: Maker, code: str) -> None:
    hold = threading.Event()

    async def never() -> None:
        await asyncio.Event().wait()

    sandbox = make()
    sandbox.set_env({"soon": soon(sandbox.interrupt), "block": lambda: hold.wait(20), "never": never})
    assert value(sandbox, "globalThis.kept = 1") == 1
    error = sandbox.eval(f"{WRITE} writeFileSync('/f', 'x'); env.soon(); {code}", timeout=20).error
    assert error is not None
    assert (error.kind, error.rolled_back) == ("interrupt", True)
    assert value(sandbox, "kept") == 1
    assert not sandbox.fs.exists("/f")


def test_interrupt_while_idle_is_harmless(sandbox: Sandbox) -> None:
    sandbox.interrupt()
    assert value(sandbox, "1") == 1
    sandbox.interrupt()
    sandbox.interrupt()
    assert value(sandbox, "2") == 2


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads")
@pytest.mark.parametrize("code", [ENDLESS, NATIVE, "env.block()"])
def test_ctrl_c(make: Maker, code: str) -> None:
    """The owner presses it while `eval` blocks the main thread: the guest is stopped, then it is raised."""
    hold = threading.Event()
    main = threading.main_thread().ident
    assert main is not None
    press = soon(lambda: signal.pthread_kill(main, signal.SIGINT))
    sandbox = make(env={"soon": press, "block": lambda: hold.wait(20)})
    assert value(sandbox, "globalThis.kept = 1") == 1
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        sandbox.eval(f"{WRITE} writeFileSync('/f', 'x'); globalThis.kept = 2; env.soon(); {code}", timeout=20)
    assert signal.getsignal(signal.SIGINT) is before
    assert value(sandbox, "kept") == 1
    assert not sandbox.fs.exists("/f")


# Completeness


def test_completeness(make: Maker) -> None:
    programs = {
        "1 + 1": "complete",
        "let a = 1": "complete",
        "function f() {": "incomplete",
        "`text": "incomplete",
        "f(1,": "incomplete",
        "let x = ;": "invalid",
        "": "complete",
    }

    async def go() -> None:
        sandbox = make()
        found = {code: (await sandbox.completeness(code))[0] for code in programs}
        assert found == programs
        assert (await sandbox.completeness("function f() {"))[1] == "  ", "the indentation to go on with"
        assert (await sandbox.completeness("let a: number[] = [", "ts"))[0] == "incomplete"
        assert (await sandbox.completeness("const a = <b>", "tsx"))[0] == "incomplete"
        assert (await sandbox.eval_async("typeof f")).unwrap() == "undefined", "nothing was run"

    asyncio.run(go())
