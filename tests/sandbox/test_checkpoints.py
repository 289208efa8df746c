"""Checkpoints, undo, and what a run that is stopped leaves: the guest and its files go back together."""

from __future__ import annotations

import os
import signal
from typing import Any

import psutil
import pytest

from qjs_kernel import Checkpoint, Limits, Sandbox
from qjs_kernel.limits import MIB

from .conftest import Maker
from .support import ENDLESS, NATIVE, WRITE, Notebook, fault, value


def kill_worker(sandbox: Sandbox) -> None:
    """As a crash would: nobody is told."""
    process = psutil.Process(sandbox.info()["pid"])
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


def state(sandbox: Sandbox) -> list[object]:
    return [value(sandbox, "globalThis.a"), sandbox.fs.exists("/f") and sandbox.fs.read_text("/f")]


def set_state(sandbox: Sandbox, n: int) -> Checkpoint:
    value(sandbox, f"{WRITE} globalThis.a = {n}; writeFileSync('/f', '{n}')")
    return sandbox.checkpoint()


def test_back_and_forth(sandbox: Sandbox) -> None:
    empty = sandbox.checkpoint()
    one, two = set_state(sandbox, 1), set_state(sandbox, 2)
    for checkpoint, expected in ((one, [1, "1"]), (two, [2, "2"]), (empty, [None, False]), (two, [2, "2"])):
        sandbox.restore(checkpoint)
        assert state(sandbox) == expected
    assert two.size > 0


def test_a_checkpoint_outlives_kills_and_new_limits(sandbox: Sandbox) -> None:
    one, two = set_state(sandbox, 1), set_state(sandbox, 2)
    sandbox.limits = sandbox.limits.with_(memory=64 * MIB, stack=MIB // 2)
    assert state(sandbox) == [2, "2"]
    sandbox.restore(one)
    assert state(sandbox) == [1, "1"]
    assert fault(sandbox, NATIVE, timeout=0.1).kind == "timeout"
    assert state(sandbox) == [1, "1"]
    sandbox.restore(two)
    assert state(sandbox) == [2, "2"]
    kill_worker(sandbox)
    sandbox.restore(one)
    assert state(sandbox) == [1, "1"]


def test_a_worker_that_dies_between_runs(make: Maker) -> None:
    events: list[Any] = []
    sandbox = make(sink=events.append)
    set_state(sandbox, 1)
    kill_worker(sandbox)
    assert state(sandbox) == [1, "1"]
    assert [event.error.kind for event in events] == ["crash"], "and the owner is told"


def test_a_worker_that_dies_in_a_run(make: Maker) -> None:
    sandbox = make()
    set_state(sandbox, 1)
    pid = sandbox.info()["pid"]
    sandbox.set_env({"kill": lambda: os.kill(pid, signal.SIGKILL)})
    error = fault(sandbox, f"{WRITE} globalThis.a = 2; writeFileSync('/f', '2'); env.kill(); {ENDLESS}")
    assert (error.kind, error.rolled_back) == ("crash", True)
    assert state(sandbox) == [1, "1"]
    assert sandbox.info()["pid"] not in (None, pid)


STOPPED = {
    "timeout": ENDLESS,
    "deadlock": "await new Promise(() => {})",
    "memory": "const all = []; for (;;) all.push(new Array(10_000).fill(1))",
    "stack": "const f = () => f() + 1; f()",
}


@pytest.mark.parametrize(("kind", "code"), STOPPED.items(), ids=STOPPED)
def test_a_run_that_is_stopped_is_undone(make: Maker, kind: str, code: str) -> None:
    notebook = Notebook(make(limits=Limits(memory=16 * MIB)))
    notebook.value(f"{WRITE} let a = 1; const list = [1]; writeFileSync('/f', '1')")
    change = f"{WRITE} a = 2; list.push(2); writeFileSync('/f', '2'); writeFileSync('/new', '')"
    error = notebook.fault(f"{change}; {code}", timeout=0.3 if kind == "timeout" else 10)
    assert (error.kind, error.rolled_back) == (kind, True)
    assert "as they were before" in error.message
    assert notebook.value("[a, list]") == [1, [1]]
    assert notebook.sandbox.fs.read_text("/f") == "1"
    assert not notebook.sandbox.fs.exists("/new")


def test_an_exception_keeps_what_was_done_before_it(sandbox: Sandbox) -> None:
    error = fault(sandbox, f"{WRITE} globalThis.a = 3; writeFileSync('/f', '3'); throw new Error('x')")
    assert (error.kind, error.rolled_back) == ("exception", False)
    assert state(sandbox) == [3, "3"]


def test_what_the_owner_wrote_before_a_run_is_kept(sandbox: Sandbox) -> None:
    value(sandbox, "1")
    sandbox.fs.write_text("/owner", "x")
    assert fault(sandbox, ENDLESS, timeout=0.1).rolled_back
    assert sandbox.fs.read_text("/owner") == "x"


def test_previous_is_the_state_before_the_last_evaluation(make: Maker) -> None:
    sandbox = make(history=3)
    with pytest.raises(ValueError, match="nothing has been evaluated"):
        sandbox.previous()
    for n in (1, 2):
        value(sandbox, f"{WRITE} globalThis.a = {n}; writeFileSync('/f', '{n}')")
    sandbox.restore(sandbox.previous())
    assert state(sandbox) == [1, "1"]


def test_previous_goes_back_as_far_as_history_says(make: Maker) -> None:
    sandbox = make(history=3)
    steps = []
    for n in range(1, 5):
        value(sandbox, f"globalThis.a = {n}")
        steps.append(sandbox.previous())
    sandbox.restore(steps[-2])
    assert value(sandbox, "a") == 2
    sandbox = make(history=1)
    steps = []
    for n in range(1, 7):
        value(sandbox, f"globalThis.a = {n}")
        steps.append(sandbox.previous())
    with pytest.raises(ValueError, match="too far back"):
        sandbox.restore(steps[1])
    assert value(sandbox, "a") == 6


def test_checkpoints_that_cannot_be_restored(make: Maker) -> None:
    sandbox, other = make(), make()
    value(sandbox, "globalThis.a = 1")
    checkpoint = sandbox.checkpoint()
    with pytest.raises(ValueError, match="another sandbox"):
        other.restore(checkpoint)
    with pytest.raises(ValueError, match="another sandbox"):
        other.restore(None)  # type: ignore[arg-type]
    checkpoint.close()
    checkpoint.close()
    with pytest.raises(ValueError, match="closed"):
        sandbox.restore(checkpoint)
    assert value(sandbox, "a") == 1


def test_a_memory_limit_below_the_present_heap_is_refused(make: Maker) -> None:
    sandbox = make()
    value(sandbox, "globalThis.a = new Array(2e6).fill(1).map((_, i) => i); 1")
    size = sandbox.checkpoint().size
    assert size > 16 * MIB
    with pytest.raises(ValueError, match=r"Limits\.memory"):
        sandbox.limits = Limits(memory=16 * MIB)
    assert sandbox.limits.memory == Limits().memory
    assert value(sandbox, "a.length") == 2_000_000
    sandbox.limits = sandbox.limits.with_(memory=size + 32 * MIB)
    assert value(sandbox, "a[1_999_999]") == 1_999_999


def test_chance_and_time_do_not_repeat_themselves_after_a_restore(sandbox: Sandbox) -> None:
    value(sandbox, "globalThis.start = performance.now()")
    checkpoint = sandbox.checkpoint()
    drawn = []
    for _ in range(2):
        sandbox.restore(checkpoint)
        drawn.append(value(sandbox, "Math.random()"))
        assert value(sandbox, "performance.now() >= start") is True
    assert drawn[0] != drawn[1]
