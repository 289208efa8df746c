# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""Timers and errors that nobody awaits: between runs too, and under the run that they belong to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qjs_kernel import Limits, Sandbox

from .conftest import Maker
from .support import ENDLESS, NATIVE, Events, fault, printed, value


def test_order_within_a_program(shared: Sandbox) -> None:
    code = """
    const seen = [];
    setTimeout(() => seen.push('timeout 2'), 2);
    setTimeout((a, b) => seen.push(a + b), 1, 'arg', 'uments');
    setImmediate(() => seen.push('immediate'));
    queueMicrotask(() => seen.push('microtask'));
    process.nextTick(() => seen.push('tick'));
    Promise.resolve().then(() => seen.push('promise'));
    seen.push('now');
    await new Promise((go) => setTimeout(go, 10));
    seen
    """
    seen = value(shared, code)
    assert seen[0] == "now"
    assert set(seen[1:4]) == {"microtask", "tick", "promise"}
    assert set(seen[4:]) == {"immediate", "arguments", "timeout 2"}
    assert seen.index("arguments") < seen.index("timeout 2")


def test_clearing(shared: Sandbox) -> None:
    code = """
    const seen = [];
    const a = setTimeout(() => seen.push('a'), 1); clearTimeout(a);
    const i = setInterval(() => { if (seen.push('i') === 3) clearInterval(i) }, 1);
    clearImmediate(setImmediate(() => seen.push('never')));
    clearTimeout(undefined); clearTimeout({}); clearInterval(12345);
    await new Promise((go) => setTimeout(go, 30));
    seen
    """
    assert value(shared, code) == ["i", "i", "i"]


def test_limits_of_timers(make: Maker) -> None:
    sandbox = make(limits=Limits(timers=3, intervals=2))
    assert "timers" in fault(sandbox, "for (let i = 0; i < 4; i++) setTimeout(() => {}, 1e6)").message
    sandbox = make(limits=Limits(timers=3, intervals=2))
    assert "intervals" in fault(sandbox, "for (let i = 0; i < 3; i++) setInterval(() => {}, 1e6)").message


def test_a_value_does_not_wait_for_timers(sandbox: Sandbox) -> None:
    assert value(sandbox, "globalThis.fired = 0; setTimeout(() => { fired++ }, 1); 'value'") == "value"
    # With nobody to serve them, timers stand still between runs, and go on in the next one.
    assert value(sandbox, "await new Promise((go) => setTimeout(go, 5)); fired") == 1


def test_timers_that_fail_in_a_run_do_not_end_it(make: Maker) -> None:
    events: list[Any] = []
    sandbox = make(sink=events.append)
    code = "setTimeout(() => {\n throw new RangeError('late') }, 1); await new Promise((go) => setTimeout(go, 5)); 'fine'"
    assert value(sandbox, code, tag="T") == "fine"
    (late,) = events
    assert (late.tag, late.error.name, late.error.kind) == ("T", "RangeError", "exception")
    assert (late.error.frames[0].file, late.error.frames[0].line) == ("/src/index.ts", 2)


def test_timers_go_on_between_runs_under_their_own_tag(make: Maker) -> None:
    async def go() -> None:
        events = Events()
        sandbox = make(sink=events)
        code = "let n = 0; const i = setInterval(() => { console.log('tick', ++n); if (n === 3) clearInterval(i) }, 2); 'A'"
        assert (await sandbox.eval_async(code, tag="A")).data == "A"
        outcome = await sandbox.eval_async("console.log('other'); 'B'", tag="B")
        await events.until(lambda: "tick 3" in events.text("A"))
        assert events.text("A") == "tick 1\ntick 2\ntick 3\n"
        assert events.text("B") == printed(outcome) == "other\n"

    asyncio.run(go())


def test_errors_of_timers_between_runs_are_reported_under_their_tag(make: Maker) -> None:
    async def go() -> None:
        events = Events()
        sandbox = make(sink=events)
        await sandbox.eval_async(
            "setTimeout(() => {\n throw new RangeError('late') }, 1)", "/src/a.ts", tag="A"
        )
        await sandbox.eval_async("1", tag="B")
        await events.until(lambda: bool(events.late))
        (late,) = events.late
        assert (late.tag, late.error.name, late.error.message) == ("A", "RangeError", "late")
        assert (late.error.frames[0].file, late.error.frames[0].line) == ("/src/a.ts", 2)
        assert (await sandbox.eval_async("'alive'")).data == "alive"

    asyncio.run(go())


def test_rejections_that_nobody_handles(make: Maker) -> None:
    async def go() -> None:
        events = Events()
        sandbox = make(sink=events)
        fail = "async function fail(what) { await 0; throw new TypeError(what) }\n"
        assert (await sandbox.eval_async(fail + "fail('floating'); 5", tag="A")).data == 5
        await events.until(lambda: len(events.late) == 1)
        await sandbox.eval_async(fail + "setTimeout(async () => { await fail('in a timer') }, 1)", tag="B")
        await events.until(lambda: len(events.late) == 2)
        assert [(late.tag, late.error.name, late.error.message) for late in events.late] == [
            ("A", "TypeError", "floating"),
            ("B", "TypeError", "in a timer"),
        ]

    asyncio.run(go())


def test_rejections_in_a_sync_run(make: Maker) -> None:
    events: list[Any] = []
    sandbox = make(sink=events.append)
    assert (
        value(sandbox, "const f = async () => {\n throw new TypeError('floating') };\nf(); 5", tag="A") == 5
    )
    assert [(late.tag, late.error.message) for late in events] == [("A", "floating")]
    assert (events[0].error.frames[0].file, events[0].error.frames[0].line) == ("/src/index.ts", 2)


def test_rejections_that_somebody_handles_are_not_reported(make: Maker) -> None:
    events: list[Any] = []
    sandbox = make(sink=events.append)
    code = """
    const fail = async () => { throw new TypeError('x') };
    fail().catch(() => {});
    const later = fail(); await 0; try { await later } catch {}
    await Promise.allSettled([fail(), Promise.reject(1)]);
    try { await Promise.all([fail(), fail()]) } catch {}
    5
    """
    assert value(sandbox, code) == 5
    error = fault(sandbox, "const fail = async () => { throw new TypeError('awaited') }; await fail()")
    assert error.message == "awaited"
    assert value(sandbox, "6") == 6
    assert events == [], "an error that is the run's result is told once"


@pytest.mark.parametrize("stuck", [ENDLESS, NATIVE], ids=["loop", "native loop"])
def test_a_timer_that_does_not_end_is_dropped(make: Maker, stuck: str) -> None:
    """Whether it can be stopped by asking, or only by killing the worker: later timers and runs go on."""

    async def go() -> None:
        events = Events()
        sandbox = make(sink=events, limits=Limits(timeout=0.2))
        await sandbox.eval_async(
            f"globalThis.kept = 1; setTimeout(() => {{ kept = 2; {stuck} }}, 1)", tag="A"
        )
        await events.until(lambda: bool(events.late))
        assert [(late.tag, late.error.kind) for late in events.late] == [("A", "timeout")]
        assert (await sandbox.eval_async("kept", timeout=5)).unwrap() == 1, "the run itself had ended well"
        await sandbox.eval_async("setTimeout(() => console.log('ticked'), 1)", tag="B", timeout=5)
        await events.until(lambda: events.text("B") == "ticked\n")
        assert len(events.late) == 1, "it does not come again"

    asyncio.run(go())


def test_timers_of_a_run_that_is_undone_are_gone(make: Maker) -> None:
    async def go() -> None:
        events = Events()
        sandbox = make(sink=events)
        outcome = await sandbox.eval_async(
            f"setTimeout(() => console.log('never'), 1); {ENDLESS}", timeout=0.2, tag="A"
        )
        assert not outcome.ok
        await sandbox.eval_async("await new Promise((go) => setTimeout(go, 10))", tag="B")
        assert events.seen == []

    asyncio.run(go())


def test_a_host_function_called_by_a_timer(make: Maker) -> None:
    async def go() -> None:
        called = asyncio.Event()

        async def later() -> str:
            return "answered"

        events = Events()
        sandbox = make(sink=events, env={"called": called.set, "later": later})
        await sandbox.eval_async(
            "setTimeout(async () => { console.log(await env.later()); env.called() }, 1)", tag="A"
        )
        async with asyncio.timeout(10):
            await called.wait()
        await events.until(lambda: events.text("A") == "answered\n")

    asyncio.run(go())


def test_timers_stand_still_once_the_loop_has_ended(make: Maker) -> None:
    ticks: list[int] = []
    late: list[Any] = []
    sandbox = make(env={"tick": lambda: ticks.append(1)}, sink=late.append)

    async def go() -> None:
        assert (await sandbox.eval_async("setInterval(() => env.tick(), 1); 1")).data == 1

    asyncio.run(go())
    assert sandbox.eval("2").data == 2  # from here on nobody reads between runs
    before = len(ticks)
    assert sandbox.eval("await new Promise((done) => setTimeout(done, 30)); 3").data == 3
    assert len(ticks) > before, "a run lets them go on"
    assert late == []
