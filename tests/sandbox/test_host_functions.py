# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""Host functions: what crosses, what the guest learns of a failure, and that nothing of the host's can be harmed."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from qjs_kernel import CodecError, GuestError, Limits, Sandbox, SandboxBusy
from qjs_kernel.values import GuestFunction

from .conftest import Maker
from .support import ENDLESS, NATIVE, WRITE, fault, value


class Custom(Exception):
    """An exception class that no guest knows."""


RAISES: dict[str, BaseException] = {
    "TypeError": TypeError("tt"),
    "SyntaxError": SyntaxError("ss"),
    "RangeError": type("RangeError", (Exception,), {})("range"),
    "ValueError": ValueError("vv"),
    "Exception": Exception("plain"),
    "KeyError": KeyError("kk"),
    "Custom": Custom("mm"),
    "StopIteration": StopIteration("si"),
    "RecursionError": RecursionError("rr"),
    "GeneratorExit": GeneratorExit("ge"),
    "Silent": type("Silent", (Exception,), {"__str__": lambda self: 1 / 0})(),
    "__proto__": type("__proto__", (Exception,), {})("np"),
}


def raises(name: str) -> None:
    raise RAISES[name].with_traceback(None)


async def raises_later(name: str) -> None:
    await asyncio.sleep(0)
    raise RAISES[name].with_traceback(None)


async def later(result: Any) -> Any:
    await asyncio.sleep(0)
    return result


class Callable_:
    """Callable objects, whose call may be asynchronous."""

    async def __call__(self, text: str) -> str:
        return text.upper()


ENV: dict[str, Any] = {
    "add": lambda a, b=2, *rest: a + b + sum(rest),
    "raises": raises,
    "raisesLater": raises_later,
    "later": later,
    "upper": Callable_(),
    "nested": {"deep": {"f": lambda: "deep", "v": 1}, "list": [1, {"f": lambda: 2}]},
    "call": lambda function, *args: function(*args),
    "apply": lambda function, args: function(*args),
    "REGION": "eu",
    "count": 3,
    "none": None,
    "since": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "awaitable": lambda: later("awaited"),
    "odd": lambda: object(),
    "keyword": lambda *, x: x,
}


@pytest.fixture(scope="module")
def host(shared: Sandbox) -> Sandbox:
    shared.set_env(ENV)
    return shared


# What crosses


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("env.add(1)", 3),
        ("env.add(1, 5, 6, 7)", 19),
        ("env.nested.deep.f() + env.nested.deep.v", "deep1"),
        ("env.nested.list[1].f()", 2),
        ("[env.REGION, env.count, env.none, env.since.toISOString()]", ["eu", 3, None, "2020-01-01T00:00:00.000Z"]),
        ("await env.later({ a: [1] })", {"a": [1]}),
        ("await Promise.all([1, 2, 3].map((n) => env.later(n)))", [1, 2, 3]),
        ("env.later(1) instanceof Promise", True),
        ("await env.upper('callable object')", "CALLABLE OBJECT"),
        ("env.awaitable()", "awaited"),
        ("env.awaitable() instanceof Promise", True),
        ("[1, 2].map((n) => env.add(n, 1))", [2, 3]),
        ("env.add.name", "add"),
        ("env.add.call(null, 1, 1)", 2),
        ("const { add } = env; add(2, 2)", 4),
        ("Object.keys(env).length > 10", True),
    ],
)  # fmt: skip
def test_calls(host: Sandbox, code: str, expected: object) -> None:
    assert value(host, code) == expected


def test_plain_strings_are_the_environment(make: Maker) -> None:
    sandbox = make(env={"REGION": "eu", "COUNT": 3, "f": lambda: 1, "nested": {"A": "b"}})
    assert value(sandbox, "process.env") == {"REGION": "eu"}
    assert value(sandbox, "import { env } from 'node:process'; env.REGION") == "eu"
    assert value(sandbox, "process.env.REGION = 'us'; process.env.NEW = '1'; process.env.REGION") == "us"
    assert sandbox.env["REGION"] == "eu"


def test_the_guest_can_only_change_its_own_copy(make: Maker) -> None:
    settings = {"list": [1], "deep": {"v": 1}}
    env = {"settings": settings, "f": lambda: "host"}
    sandbox = make(env=env)
    code = "env.f = () => 'guest'; env.settings.deep.v = 2; env.settings.list.push(2); delete env.settings.list; env.f()"
    assert value(sandbox, code) == "guest"
    assert settings == {"list": [1], "deep": {"v": 1}}
    assert sandbox.env == env
    value(sandbox, "globalThis.env = 5")
    sandbox.set_env(env)
    assert value(sandbox, "[env.f(), env.settings]") == ["host", settings], "set_env gives everything anew"


def test_set_env_replaces_what_was_there(make: Maker) -> None:
    sandbox = make(env={"old": 1, "both": 1})
    assert value(sandbox, "globalThis.kept = env.old; env.mine = 'own'; kept") == 1
    sandbox.set_env({"both": 2, "f": lambda: "new"})
    assert value(sandbox, "[kept, env.old, env.both, env.f()]") == [1, None, 2, "new"]
    with pytest.raises(CodecError, match=r"at env\.a\.b\[0\]"):
        sandbox.set_env({"a": {"b": [object()]}})
    assert value(sandbox, "env.both") == 2, "nothing changed"


def test_names_that_mean_something_to_objects(make: Maker) -> None:
    sandbox = make(env={"__proto__": 5, "constructor": lambda: 1, "toString": "text"})
    assert value(sandbox, "[env['__proto__'], env.constructor(), env.toString]") == [5, 1, "text"]
    assert value(sandbox, "({}).toString()") == "[object Object]"


# Failures


LOOK = "[e instanceof Error, e instanceof TypeError, e.name, e.message, Object.keys(e)]"


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("TypeError", [True, True, "TypeError", "tt", []]),
        ("SyntaxError", [True, False, "SyntaxError", "ss", []]),
        ("RangeError", [True, False, "RangeError", "range", []]),
        ("ValueError", [True, False, "ValueError", "vv", []]),
        ("Exception", [True, False, "Error", "plain", []]),
        ("KeyError", [True, False, "KeyError", "kk", []]),
        ("Custom", [True, False, "Custom", "mm", []]),
        ("RecursionError", [True, False, "RecursionError", "rr", []]),
        ("GeneratorExit", [True, False, "GeneratorExit", "ge", []]),
        ("Silent", [True, False, "Silent", "", []]),
        ("__proto__", [True, False, "__proto__", "np", []]),
    ],
)
def test_exceptions_arrive_as_the_guests_own(host: Sandbox, name: str, seen: list[Any]) -> None:
    assert value(host, f"let r; try {{ env.raises('{name}') }} catch (e) {{ r = {LOOK} }} r") == seen
    assert (
        value(host, f"let r; try {{ await env.raisesLater('{name}') }} catch (e) {{ r = {LOOK} }} r") == seen
    )


def test_the_guest_learns_nothing_of_the_hosts_inside(host: Sandbox) -> None:
    for call in ("env.raises('Custom')", "await env.raisesLater('Custom')", "env.odd()", "env.keyword()"):
        told = value(
            host, f"let r; try {{ {call} }} catch (e) {{ r = [e.stack, e.message, String(e), e.cause] }} r"
        )
        assert ".py" not in str(told)
        assert "Traceback" not in str(told)
        assert told[3] is None


def test_the_owner_sees_the_traceback(host: Sandbox) -> None:
    for call in ("env.raises('Custom')", "await env.raisesLater('Custom')"):
        error = fault(host, call)
        assert (error.kind, error.name, error.message) == ("exception", "Custom", "mm")
        assert error.host_traceback is not None
        assert "raise RAISES[name].with_traceback(None)" in error.host_traceback
        assert "/qjs_kernel/" not in error.host_traceback, "from the host function's own frame on"
    wrapped = fault(host, "try { env.raises('TypeError') } catch (cause) { throw new Error('w', { cause }) }")
    assert wrapped.host_traceback is None
    assert wrapped.cause is not None
    assert wrapped.cause.host_traceback is not None
    assert fault(host, "throw new TypeError('tt')").host_traceback is None


def test_hidden_errors(make: Maker) -> None:
    sandbox = make(env=ENV, host_errors="hidden")
    look = "[e instanceof Error, e.name, e.message]"
    for call in (
        "env.raises('Custom')",
        "await env.raisesLater('Custom')",
        "env.raises('TypeError')",
        "env.odd()",
    ):
        told = value(sandbox, f"let r; try {{ {call} }} catch (e) {{ r = {look} }} r")
        assert told == [True, "Error", "the host function failed"]
    assert "Custom: mm" in (fault(sandbox, "env.raises('Custom')").host_traceback or "")
    inner = "let r; try { env.call(() => { throw new RangeError('mine') }) } catch (e) { r = [e.name, e.message] } r"
    assert value(sandbox, inner) == ["RangeError", "mine"], "the guest's own error is no secret"


def test_values_that_cannot_cross(host: Sandbox) -> None:
    assert "object" in fault(host, "env.odd()").message
    error = fault(host, "env.add({ a: [Symbol('s')] })")
    assert error.name == "TypeError"
    assert "[0].a[0]" in error.message, "the path names argument and place"
    for code, path in (
        ("({ a: { b: [1, Symbol('q')] } })", "a.b[1]"),
        ("({ 'we ird': { x: new WeakSet() } })", '["we ird"].x'),
    ):
        error = fault(host, code)
        assert (error.kind, error.name) == ("exception", "TypeError")
        assert path in error.message
    assert "missing 1 required" in fault(host, "env.add()").message


# The owner's wish to stop


class Stop(SystemExit):
    """Tells this test's exit from any other."""


CATCH = "try {{ {call} }} catch (e) {{ globalThis.caught = 1 }} finally {{ globalThis.caught = 2 }} globalThis.went = 1"


@pytest.mark.parametrize("wish", [KeyboardInterrupt, Stop])
@pytest.mark.parametrize("call", ["env.stop()", "await env.stopLater()", "await env.run(() => env.stop())"])
def test_the_owners_wish_to_stop_is_none_of_the_guests_business(
    make: Maker, wish: type[BaseException], call: str
) -> None:
    def stop() -> None:
        raise wish

    async def stop_later() -> None:
        raise wish

    sandbox = make(env={"stop": stop, "stopLater": stop_later, "run": lambda function: function()})
    assert value(sandbox, "globalThis.kept = 1") == 1
    with pytest.raises(wish):
        sandbox.eval(f"{WRITE} writeFileSync('/f', 'x'); globalThis.kept = 2; {CATCH.format(call=call)}")
    assert value(sandbox, "[kept, typeof caught, typeof went]") == [1, "undefined", "undefined"]
    assert not sandbox.fs.exists("/f")


def test_the_owners_wish_to_stop_on_a_loop(make: Maker) -> None:
    """A KeyboardInterrupt would tear the loop: there it ends the run, as interrupted. SystemExit is raised."""

    def stop(name: str) -> None:
        raise {"key": KeyboardInterrupt, "exit": Stop}[name]

    async def stop_later(name: str) -> None:
        stop(name)

    async def go() -> None:
        sandbox = make(env={"stop": stop, "stopLater": stop_later})
        for function in ("stop", "stopLater"):
            outcome = await sandbox.eval_async(CATCH.format(call=f"await env.{function}('key')"))
            assert outcome.error is not None
            assert (outcome.error.kind, outcome.error.rolled_back) == ("interrupt", True)
            with pytest.raises(Stop):
                await sandbox.eval_async(CATCH.format(call=f"await env.{function}('exit')"))
            assert (await sandbox.eval_async("[typeof caught, typeof went]")).data == [
                "undefined",
                "undefined",
            ]

    asyncio.run(go())


def test_a_cancelled_awaitable_is_an_error_of_the_guest(make: Maker) -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    sandbox = make(env={"cancelled": cancelled})
    code = "let r; try { await env.cancelled() } catch (e) { r = [e instanceof Error, e.name] } r"
    assert value(sandbox, code) == [True, "CancelledError"]

    async def go() -> None:
        assert (await sandbox.eval_async(code)).data == [True, "CancelledError"]
        assert (await sandbox.eval_async("1")).data == 1

    asyncio.run(go())


# Host functions and time


def test_a_blocking_host_function_ends_at_the_deadline(make: Maker) -> None:
    never = threading.Event()
    sandbox = make(env={"block": lambda: never.wait(20), "spin": lambda: [None for _ in iter(int, 1)]})
    assert value(sandbox, "globalThis.kept = 1") == 1
    for call in ("env.block()", "try { env.spin() } catch { globalThis.kept = 2 }", "env.block()"):
        error = fault(sandbox, call, timeout=0.2)
        assert (error.kind, error.rolled_back) == ("timeout", True)
        assert value(sandbox, "kept") == 1, "the next program runs, on the state before"


def test_a_host_function_on_another_thread_that_outlives_its_run(make: Maker) -> None:
    """It cannot be stopped there; what it gives is too late, and must not disturb what comes next."""
    sandbox = make()
    never = threading.Event()

    def outlive() -> str:
        for _ in range(500):  # until the worker that waits for us has been killed
            if sandbox.info()["pid"] is None:
                break
            never.wait(0.01)
        return "too late"

    sandbox.set_env({"outlive": outlive})
    seen: list[Any] = []

    def work() -> None:
        seen.append(value(sandbox, "globalThis.kept = 1"))
        for _ in range(2):
            seen.append(fault(sandbox, "globalThis.kept = env.outlive()", timeout=0.1).kind)
            seen.append(value(sandbox, "kept"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert seen == [1, "timeout", 1, "timeout", 1]


def test_an_async_host_function_that_never_answers(make: Maker) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    sandbox = make(env={"never": never})
    assert fault(sandbox, "await env.never()", timeout=0.2).kind == "timeout"
    assert value(sandbox, "env.never(); 5") == 5, "nobody waits for it"
    assert value(sandbox, "6") == 6


def test_outstanding_calls_are_limited(make: Maker) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    sandbox = make(env={"never": never, "later": later}, limits=Limits(host_calls=3))
    code = "const all = [1, 2, 3].map(() => env.never()); let r; try { await env.never() } catch (e) { r = e.message } r"
    assert "host_calls" in value(sandbox, code)


# The sandbox inside its own host functions


def test_nested_evaluation_is_refused_clearly(make: Maker) -> None:
    sandbox, other = make(), make()

    async def nested_async(code: str) -> Any:
        return (await sandbox.eval_async(code)).data

    async def other_async(code: str) -> Any:
        return (await other.eval_async(code)).data

    sandbox.set_env(
        {
            "eval": lambda code: sandbox.eval(code).data,
            "evalLater": nested_async,
            "check": lambda: sandbox.check("1"),
            "checkpoint": lambda: sandbox.checkpoint(),
            "other": lambda code: other.eval(code).data,
            "otherLater": other_async,
        }
    )
    for call in ("env.eval('1')", "await env.evalLater('1')", "env.check()", "env.checkpoint()"):
        error = fault(sandbox, call)
        assert error.name == SandboxBusy.__name__, call
        assert "use another Sandbox" in error.message
    assert value(sandbox, "let r; try { env.eval('1') } catch { r = 'caught' } r") == "caught"
    assert value(sandbox, "[env.other('1 + 1'), await env.otherLater('2 + 2')]") == [2, 4]

    async def go() -> None:
        outcome = await sandbox.eval_async("[env.other('3'), await env.otherLater('4')]")
        assert outcome.data == [3, 4]
        for call in ("env.eval('1')", "await env.evalLater('1')"):
            error = (await sandbox.eval_async(call)).error
            assert error is not None
            assert error.name == "SandboxBusy"

    asyncio.run(go())


def test_host_functions_may_use_files_and_interrupt(make: Maker) -> None:
    sandbox = make()
    sandbox.set_env(
        {"write": lambda text: sandbox.fs.write_text("/host.txt", text), "stop": sandbox.interrupt}
    )
    code = "import { readFileSync } from 'node:fs'; env.write('from the host'); readFileSync('/host.txt', 'utf8')"
    assert value(sandbox, code) == "from the host"
    assert fault(sandbox, f"env.stop(); {ENDLESS}").kind == "interrupt"


# Guest functions


def test_guest_functions_can_be_called(make: Maker) -> None:
    sandbox = make()
    add = value(sandbox, "export default (a, b) => a + b")
    assert isinstance(add, GuestFunction)
    assert (add(1, 2), add("x", 3)) == (3, "x3")
    count = value(sandbox, "let n = 0; export default () => ++n")
    assert [count(), count()] == [1, 2], "its closure lives"
    assert value(sandbox, "export default async (a) => { await 0; return [a, Promise.resolve(2)] }")(1) == [
        1,
        2,
    ]
    assert value(sandbox, "export default () => () => 'inner'")()() == "inner"
    assert value(sandbox, "export default (f) => f(20)")(lambda n: n + 1) == 21
    with pytest.raises(CodecError, match=r"\[0\]"):
        add(object())
    throws = value(sandbox, "export default () => {\n  throw new RangeError('inside') }")
    with pytest.raises(GuestError) as caught:
        throws()
    assert (caught.value.name, caught.value.frames[0].line) == ("RangeError", 2)
    sandbox.close()
    with pytest.raises(Exception, match="closed"):
        add(1, 2)


def test_guest_functions_that_must_be_stopped(make: Maker) -> None:
    sandbox = make(limits=Limits(timeout=0.2))
    code = f"{WRITE} globalThis.n = 1; export default (how) => {{ n = 2; writeFileSync('/f', 'x'); if (how) {NATIVE}; {ENDLESS} }}"
    function = value(sandbox, code)
    for how in (0, 1):
        with pytest.raises(GuestError) as caught:
            function(how)
        assert (caught.value.kind, caught.value.rolled_back) == ("timeout", True)
        assert value(sandbox, "n") == 1
        assert not sandbox.fs.exists("/f")


def test_guest_functions_are_part_of_the_state(make: Maker) -> None:
    sandbox = make()
    before = value(sandbox, "export default () => 'before'")
    checkpoint = sandbox.checkpoint()
    after = value(sandbox, "export default () => 'after'")
    assert (before(), after()) == ("before", "after")
    sandbox.restore(checkpoint)
    assert before() == "before"
    with pytest.raises(GuestError, match="belongs to a state of the sandbox that is gone"):
        after()
    newer = value(sandbox, "export default () => 'newer'")
    assert newer() == "newer"
    with pytest.raises(GuestError, match="gone"):
        after()
    assert fault(sandbox, NATIVE, timeout=0.2).kind == "timeout"
    assert (before(), newer()) == ("before", "newer"), "both were there before the program that failed"


def test_host_functions_call_guest_functions(make: Maker) -> None:
    saved: list[GuestFunction] = []
    sandbox = make(env={**ENV, "save": saved.append, "fire": lambda *args: [each(*args) for each in saved]})
    assert value(sandbox, "env.call((n) => n + 1, 4)") == 5
    assert value(sandbox, "env.save((n) => n * 2); env.save((n) => n + 1); env.fire(5)") == [10, 6]
    assert value(sandbox, "env.fire(6)") == [12, 7], "in a later program"
    assert saved[0](4) == 8, "and while nothing runs"
    assert value(sandbox, "env.call(() => env.call(() => env.call(() => 'deep')))") == "deep"
    code = "let r; try { env.call(() => { throw new RangeError('x') }) } catch (e) { r = [e.name, e instanceof RangeError] } r"
    assert value(sandbox, code) == ["RangeError", True]
    assert value(sandbox, "env.call(async () => 'settled already')") == "settled already"
    error = fault(sandbox, "env.call(async () => { await 0; return 5 })")
    assert "make the host function async" in error.message
    assert fault(sandbox, f"env.call(() => {{ {ENDLESS} }})", timeout=0.2).kind == "timeout"
    assert value(sandbox, "env.call(() => 'still')") == "still"


def test_async_host_functions_call_guest_functions(make: Maker) -> None:
    async def twice(function: GuestFunction, n: int) -> Any:
        return await function.call_async(await function.call_async(n))

    async def directly(function: Callable[[int], int], n: int) -> int:
        return function(n)

    sandbox = make(env={"twice": twice, "directly": directly})
    slow = "async (n) => { await new Promise((go) => setTimeout(go, 1)); return n * 2 }"
    programs = (
        ("await env.twice((n) => n * 2, 3)", 12),
        (f"await env.twice({slow}, 3)", 12),
        ("await env.directly((n) => n + 1, 3)", 4),
    )
    for code, expected in programs:
        assert value(sandbox, code) == expected
    assert fault(sandbox, "await env.twice(() => { throw new RangeError('x') }, 3)").name == "RangeError"

    async def go() -> None:
        for code, expected in programs:
            assert (await sandbox.eval_async(code)).unwrap() == expected
        function = (await sandbox.eval_async(f"export default {slow}")).unwrap()
        assert await function.call_async(4) == 8
        assert await asyncio.gather(*(function.call_async(n) for n in range(3))) == [0, 2, 4]

    asyncio.run(go())
