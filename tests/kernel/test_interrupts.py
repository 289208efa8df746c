"""Interrupts: a loop and a pending await, by SIGINT and by message, in the guest and on the host; and the end."""

from __future__ import annotations

import sys
from collections.abc import Callable

import psutil
import pytest

from tests.kernel.kernel_wire import Wire

if sys.platform == "win32":
    pytest.skip("signals of POSIX", allow_module_level=True)

LOOP = "state.n = 2; console.log('begun'); while (true) {}"
AWAIT = "state.n = 2; console.log('begun'); await new Promise(() => setInterval(() => {}, 1e6))"
# Console text is batched in the worker, which such a builtin never leaves: the host function says it.
NATIVE = "state.n = 2; env.announce(); Array.prototype.indexOf.call({length: 2**53 - 1}, 1)"
BLOCKING = "state.n = 2; console.log('begun'); env.block()"
ASYNC_HOST = "state.n = 2; console.log('begun'); await env.forever()"

WAYS: dict[str, Callable[[Wire], None]] = {"sigint": Wire.sigint, "message": Wire.interrupt_message}

HOST = """%%host
import asyncio
import time
def announce():
    print('begun')
def block():
    time.sleep(1000)
async def forever():
    await asyncio.Event().wait()
"""


@pytest.fixture(scope="module")
def prepared(wire: Wire) -> Wire:
    wire.value("let state = {n: 1}")
    wire.value(HOST)
    return wire


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", [LOOP, AWAIT, NATIVE, BLOCKING, ASYNC_HOST])
def test_guest_is_interrupted_and_state_is_kept(prepared: Wire, way: str, code: str) -> None:
    prepared.value("state = {n: 1}")
    ident = prepared.send(code)
    prepared.stream_of(ident, "begun")
    WAYS[way](prepared)
    ran = prepared.finish(ident)
    assert ran.reply["status"] == "error"
    assert "Interrupt" in ran.reply["ename"]
    assert prepared.value("state") == "{ n: 1 }"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", [LOOP, BLOCKING])
def test_nested_cell_is_interrupted(prepared: Wire, way: str, code: str) -> None:
    ident = prepared.send(f"%%time\n{code}")
    prepared.stream_of(ident, "begun")
    WAYS[way](prepared)
    assert not prepared.finish(ident).ok
    assert prepared.value("1 + 1") == "2"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "code",
    [
        "import time; print('begun', flush=True); time.sleep(1000)",
        "print('begun', flush=True)\nwhile True: pass",
        "import asyncio; print('begun', flush=True); await asyncio.sleep(1000)",
        "import asyncio, time; await asyncio.sleep(0); print('begun', flush=True); time.sleep(1000)",
    ],
)
def test_python_is_interrupted(prepared: Wire, way: str, code: str) -> None:
    ident = prepared.send(f"%%python\n{code}")
    prepared.stream_of(ident, "begun")
    WAYS[way](prepared)
    ran = prepared.finish(ident)
    # "Interrupted" is what it is called when it arrives between two statements of the cell.
    assert ran.reply["ename"] in ("KeyboardInterrupt", "Interrupted", "CancelledError")
    assert prepared.value("1 + 1") == "2"


def test_interrupt_between_two_statements_of_a_python_cell(prepared: Wire) -> None:
    lines = (
        "def between(gate):",
        "    phases, gate._phases = gate._phases, gate._phases[:1]",
        "    gate.handle(2, None)",
        "    gate._phases = phases",
        "between(get_ipython().gate)",
        "reached = True",
    )
    ran = prepared.run("%%python\n" + "\n".join(lines))
    assert ran.reply["ename"] == "Interrupted"
    assert "before" not in "".join(ran.reply["traceback"])
    assert prepared.run("%%python\nprint('reached' in globals())").stream() == "False\n"


@pytest.mark.parametrize("way", WAYS)
def test_interrupt_at_once(prepared: Wire, way: str) -> None:
    """The interrupt comes as soon as the kernel has taken the cell up, before or after the guest begins."""
    for code in (LOOP, AWAIT, "%%time\nwhile (true) {}", "%%python\nwhile True: pass"):
        ident = prepared.send(code)
        prepared.busy(ident)
        WAYS[way](prepared)
        assert prepared.finish(ident).reply["status"] == "error"
    assert prepared.value("state.n") == "1"


def test_idle_interrupts_change_nothing(prepared: Wire) -> None:
    prepared.sigint()
    prepared.interrupt_message()
    assert prepared.value("state.n") == "1"


def test_sigint_storm(prepared: Wire) -> None:
    for code in (LOOP, AWAIT, BLOCKING, "%%python\nimport time; time.sleep(1000)", "1", "%qjs"):
        ident = prepared.send(code)
        for _ in range(50):
            prepared.sigint()
        prepared.busy(ident)
        for _ in range(50):
            prepared.sigint()
        assert prepared.finish(ident).reply["status"] in ("ok", "error")
    assert prepared.value("state.n") == "1"


def test_endless_timer_between_cells_ends_at_the_limit(prepared: Wire) -> None:
    prepared.run("%limits timeout=1")
    ident = prepared.send("setTimeout(() => { while (true) {} }, 0); 1")
    assert prepared.finish(ident).ok
    assert prepared.value("state.n") == "1"
    prepared.run("%limits timeout=30")


def _children(pid: int) -> list[psutil.Process]:
    return list(psutil.Process(pid).children(recursive=True))


@pytest.mark.parametrize("code", ["1", LOOP.replace("state.n = 2; ", "")])
def test_shutdown_leaves_no_process(fresh_wire: Wire, code: str) -> None:
    ident = fresh_wire.send(code)
    fresh_wire.busy(ident)
    if "while" in code:
        fresh_wire.stream_of(ident, "begun")
    workers = _children(fresh_wire.pid)
    assert workers
    fresh_wire.manager.shutdown_kernel(now=False)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []


def test_killed_kernel_leaves_no_process(fresh_wire: Wire) -> None:
    fresh_wire.value("1")
    workers = _children(fresh_wire.pid)
    assert workers
    fresh_wire.manager.shutdown_kernel(now=True)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []


def test_restart_begins_anew(fresh_wire: Wire) -> None:
    fresh_wire.value("let old = 1")
    fresh_wire.manager.restart_kernel(now=False)
    fresh_wire.client.wait_for_ready(timeout=60)
    assert fresh_wire.value("typeof old") == "'undefined'"


def test_killed_worker_costs_one_cell_at_most(fresh_wire: Wire) -> None:
    fresh_wire.value("let before = 1")
    fresh_wire.value("0")  # a cell begins when the checkpoint after the one before it is on disk
    status = fresh_wire.run("%qjs").stream()
    pid = int(next(line.split()[-1] for line in status.split("\n") if line.startswith("pid")))
    psutil.Process(pid).kill()
    assert fresh_wire.value("before") == "1"
