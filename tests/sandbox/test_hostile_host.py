"""Host functions under attack: arguments, floods, nesting, other threads, other sandboxes."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

import asyncio
import contextvars
import math
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from qjs_kernel import GuestError, GuestFunction, Limits, Sandbox
from qjs_kernel.errors import QjsError, SandboxBusy, SandboxClosed
from qjs_kernel.process import WorkerPool, cache_directory
from tests.sandbox.hostile import NATIVE, Witness, wall_clock


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(cache_directory())
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    with wall_clock(25):
        yield


ARGUMENTS = [
    "Symbol('x')", "new WeakMap()", "new Proxy({}, { ownKeys() { throw 1 } })", "new Proxy({}, { get() { throw 1 }, ownKeys() { return ['a'] }, getOwnPropertyDescriptor() { return { enumerable: true, configurable: true } } })",
    "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()", "{ get a() { throw new Error('x') } }",
    "Promise.resolve(1)", "new Date(NaN)", "(() => { const a = []; a.length = 2 ** 32 - 1; return a })()",
    "(() => { let a = []; for (let i = 0; i < 5000; i++) a = [a]; return a })()", "Array(5000).fill('x'.repeat(1e6))",
]  # fmt: skip


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_hostile_arguments_are_refused(pool: WorkerPool, argument: str) -> None:
    called: list[Any] = []
    with Witness(pool, env={"f": lambda *a: called.append(a)}) as witness:
        witness.fails(f"env.f(1, {argument})", "exception", 5)
        assert called == []


def test_odd_arguments_arrive_as_data(pool: WorkerPool) -> None:
    got: list[Any] = []
    with Witness(pool, env={"f": lambda *a: got.append(a)}) as witness:
        witness.eval("const c = { a: 1 }; c.c = c; env.f(c)", 5).unwrap()
        assert got[-1][0]["c"] is got[-1][0]
        witness.eval("env.f({ ['__proto__']: 1, constructor: 2, __class__: 3 })", 5).unwrap()
        assert got[-1][0] == {"__proto__": 1, "constructor": 2, "__class__": 3}
        witness.eval("let x = [1]; for (let i = 0; i < 60; i++) x = [x, x]; env.f(x)", 5).unwrap()
        assert got[-1][0][0] is got[-1][0][1]
        witness.eval("env.f(NaN, -0, 2n ** 4000n, undefined, null)", 5).unwrap()
        assert math.isnan(got[-1][0])
        assert math.copysign(1, got[-1][1]) == -1
        assert got[-1][2:] == (2**4000, None, None)
        witness.eval("env.f(...Array(5000).fill(1))", 5).unwrap()
        assert len(got[-1]) == 5000
        witness.intact()


@pytest.mark.parametrize("count", [20_000])
def test_keys_that_collide_are_refused_or_quick(pool: WorkerPool, count: int) -> None:
    """Integers that are equal modulo 2**61 - 1 have one hash in Python: a Map of them would take a dict hours."""
    code = f"const M = 2n ** 61n - 1n; const m = new Map(); for (let i = 0n; i < {count}n; i++) m.set(i * M, 1); m"
    with Witness(pool) as witness:
        started = time.process_time()
        outcome = witness.eval(code, 5)
        assert time.process_time() - started < 1
        assert outcome.error is None or outcome.error.kind == "exception"
        witness.intact()


MERGING = [
    "new Map([[1, 'a'], [true, 'b']])", "new Map([[1, 'a'], [1n, 'b']])", "new Map([[0, 'a'], [false, 'b']])",
    "new Map([[new Date(0), 'a'], [new Date(0), 'b']])", "new Map([[new Uint8Array(1), 'a'], [new Uint8Array(1), 'b']])",
    "new Map([[undefined, 'a'], [null, 'b']])",
]  # fmt: skip


@pytest.mark.parametrize("code", MERGING)
def test_map_keys_that_python_takes_for_one_are_refused(pool: WorkerPool, code: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(code)
        assert not outcome.ok or len(outcome.data) == 2, outcome.data


def test_env_is_a_fixed_table(pool: WorkerPool) -> None:
    secret = lambda: "secret"  # noqa: E731
    with Sandbox(env={"f": lambda: secret, "o": {"g": lambda: 1}}, pool=pool) as sandbox:
        for code in (
            "env['f.__globals__']",
            "env.f.__globals__",
            "env['o.g']",
            "env.__class__",
            "env.o.__init__",
        ):
            assert sandbox.eval(code).unwrap() is None
        assert sandbox.eval("env = { f: () => 1 }; env.f()").unwrap() == 1
        assert sandbox.eval("env.f = 1; delete env.o; 1").unwrap() == 1


def test_host_errors_carry_no_traceback(pool: WorkerPool) -> None:
    class OwnError(Exception):
        pass

    def fail() -> None:
        raise OwnError("told") from FileNotFoundError("/home/owner/secret")

    code = "try { env.fail() } catch (e) { [e.name, e.message, e.stack, String(e.cause), Object.keys(e).join()] }"
    with Sandbox(env={"fail": fail}, pool=pool) as sandbox:
        name, message, stack, cause, keys = sandbox.eval(
            f"let r; {code.replace('[e.', 'r = [e.')} r"
        ).unwrap()
        assert (name, message, cause, keys) == ("OwnError", "told", "undefined", "")
        assert ".py" not in stack
        assert "secret" not in stack
    with Sandbox(env={"fail": fail}, pool=pool, host_errors="hidden") as sandbox:
        name, message, *_ = sandbox.eval(f"let r; {code.replace('[e.', 'r = [e.')} r").unwrap()
        assert (name, "told" in message) == ("Error", False)


def test_a_host_function_past_the_deadline_is_stopped(pool: WorkerPool) -> None:
    """On the main thread a sleeping host function is woken; the next cell is not the one to pay for it."""
    wait = threading.Event()
    with Witness(pool, env={"hang": lambda: wait.wait(60)}) as witness:
        for _ in range(3):
            witness.fails("env.hang()", "timeout", 0.1)
            witness.fails("try { env.hang() } catch {} finally { for (;;) {} }", "timeout", 0.1)


def test_host_call_flood_is_limited(pool: WorkerPool) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    with Witness(pool, env={"never": never}) as witness:
        witness.fails("await Promise.all(Array.from({ length: 1000 }, () => env.never()))", "exception", 5)
        witness.fails("for (let i = 0; i < 64; i++) env.never(); await new Promise(() => {})", "timeout", 0.2)


def test_host_calls_of_undone_cells_are_cancelled(pool: WorkerPool) -> None:
    alive = 0

    async def never() -> None:
        nonlocal alive
        alive += 1
        try:
            await asyncio.Event().wait()
        finally:
            alive -= 1

    with Witness(pool, env={"never": never}) as witness:
        for _ in range(3):
            witness.fails(
                "for (let i = 0; i < 64; i++) env.never(); await new Promise(() => {})", "timeout", 0.1
            )
        deadline = time.monotonic() + 5
        while alive and time.monotonic() < deadline:
            witness.intact()
        assert alive == 0


def test_nested_evaluation_is_limited(pool: WorkerPool) -> None:
    """Guest → host → guest → … ends with an error inside the guest, long before anything else gives out."""
    with Witness(pool, env={"call": lambda f: f()}) as witness:
        outcome = witness.eval(
            "let n = 0; const f = () => { n++; return env.call(f) }; let e; try { f() } catch (x) { e = x } [n, String(e)]",
            5,
        )
        if outcome.ok:
            assert outcome.data[0] > 5
        else:
            assert outcome.error is not None
            assert outcome.error.kind == "stack"
        assert outcome.usage.seconds < 4
        witness.intact()


def test_the_same_sandbox_is_busy_another_is_not(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as other:
        seen: list[Any] = []

        def again() -> Any:
            try:
                sandbox.eval("1")
            except SandboxBusy as busy:
                seen.append(busy)
            return other.eval("40 + 2").unwrap()

        with Sandbox(env={"again": again}, pool=pool) as sandbox:
            assert sandbox.eval("env.again()").unwrap() == 42
            assert len(seen) == 1


def test_guest_callbacks_from_another_thread(pool: WorkerPool) -> None:
    def host(function: GuestFunction) -> Any:
        result: list[Any] = []
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: result.append(context.run(function, 20)))
        thread.start()
        thread.join(1)
        return result

    with Witness(pool, env={"h": host}) as witness:
        outcome = witness.eval("env.h((x) => x + 1)", 1)
        assert outcome.data == [21] or outcome.error is not None
        witness.intact()


def test_a_callback_on_another_thread_ends_when_the_worker_is_killed(pool: WorkerPool) -> None:
    ended = threading.Event()
    begun = threading.Event()

    def host(function: GuestFunction) -> None:
        context = contextvars.copy_context()

        def run() -> None:
            begun.wait(5)
            try:
                context.run(function)
            except QjsError:
                pass
            ended.set()

        threading.Thread(target=run, daemon=True).start()
        begun.set()

    with Witness(pool, env={"h": host}) as witness:
        witness.fails(f"env.h(() => 1); {NATIVE}", "timeout", 0.2)
        assert ended.wait(3)
        witness.intact()


def test_callbacks_after_the_run_keep_the_deadline(pool: WorkerPool) -> None:
    """A host function's context that outlives its run is not inside the run any more."""
    kept: list[Any] = []

    def keep(function: GuestFunction) -> None:
        context = contextvars.copy_context()
        kept.append(lambda: context.run(function))

    with Witness(pool, env={"keep": keep}, limits=Limits(timeout=0.3)) as witness:
        witness.eval(
            f"env.keep(() => 5); env.keep(() => {NATIVE}); env.keep(() => {{ for (;;) {{}} }})", 5
        ).unwrap()
        assert kept[0]() == 5
        for function in kept[1:]:
            with pytest.raises(GuestError) as caught:
                function()
            assert caught.value.kind == "timeout"
        witness.intact()


def test_functions_of_another_sandbox_are_refused(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as one:
        function = one.eval("() => 42").unwrap()
        with Sandbox(env={"get": lambda: function}, pool=pool) as two:
            outcome = two.eval("typeof env.get()")
            assert outcome.error is not None or two.eval("env.get()()").unwrap() == 42


def test_functions_of_an_undone_or_closed_state_are_refused(pool: WorkerPool) -> None:
    kept: list[GuestFunction] = []
    with Witness(pool, env={"keep": kept.append, "get": lambda: kept[0]}) as witness:
        witness.fails("const gone = () => 1; env.keep(gone); for (;;) {}", "timeout", 0.1)
        with pytest.raises(GuestError):
            kept[0]()
        outcome = witness.eval("env.get()()", 5)
        assert outcome.error is not None
        assert "is gone" in outcome.error.message
        witness.intact()
    with pytest.raises(SandboxClosed):
        kept[0]()


def test_traps_below_a_host_call_end_the_run(pool: WorkerPool) -> None:
    """The stack may give out while the engine asks the host: the instance is lost then, whatever the guest catches."""
    code = "let n = 0; const f = () => { n++; env.add(1, 2); f() }; try { f() } catch {} n"
    with Witness(pool, env={"add": lambda a, b: a + b}) as witness:
        witness.fails(code, "stack", 5)


@pytest.mark.parametrize("code", ["env.big(); 1", "await env.slow(); 1"])
def test_closing_inside_a_host_function(pool: WorkerPool, code: str) -> None:
    async def slow() -> None:
        sandbox.close()

    sandbox: Sandbox
    sandbox = Sandbox(env={"big": lambda: sandbox.close(), "slow": slow}, pool=pool)
    outcome = sandbox.eval(code, timeout=2)
    assert outcome.error is not None
    with pytest.raises(SandboxClosed):
        sandbox.eval("1")


def test_large_asynchronous_answers_do_not_block_the_loop(pool: WorkerPool) -> None:
    """The worker writes output while the loop writes answers: neither may wait for the other for ever."""

    async def big() -> str:
        return "y" * 3_000_000

    async def main() -> None:
        with Sandbox(env={"big": big}, limits=Limits(output=8 * 2**20), pool=pool) as sandbox:
            code = (
                "const all = [1, 2, 3].map(() => env.big()); const t = performance.now();"
                "while (performance.now() - t < 200) console.log('z'.repeat(20000)); (await Promise.all(all)).length"
            )
            outcome = await sandbox.eval_async(code, timeout=5)
            assert outcome.unwrap() == 3

    asyncio.run(main())
