"""Timers: order, owners, limits and handles, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .guest_bench import Bench

# Runs everything due, as the worker would, without jobs in between.
_DRIVER = """
k.seen = '';
k.see = (text) => { k.seen += (k.seen === '' ? '' : ' ') + text; };
k.drain = (steps) => {
  for (let i = 0; i < steps && k.timersRunOne(k.now()); i++);
  const text = k.seen; k.seen = ''; return text;
};
k.forward = (ms) => { k.advance(ms); return k.drain(1000); };
0
"""


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench() as bench:
        bench.eval(_DRIVER)
        yield bench


def test_due_time_first_then_insertion_then_immediates(bench: Bench) -> None:
    bench.eval(
        "setTimeout(k.see, 2, 'c'); setTimeout(k.see, 1, 'a'); setTimeout(k.see, 1, 'b');"
        "setImmediate(k.see, 'i'); setImmediate(k.see, 'j'); 0"
    )
    assert bench.eval("k.forward(5)") == "a b c i j"


def test_one_call_runs_one_callback(bench: Bench) -> None:
    bench.eval("setTimeout(k.see, 1, 'a'); setTimeout(k.see, 1, 'b'); k.advance(1); 0")
    assert bench.eval("k.timersRunOne(k.now())") is True
    assert bench.eval("k.seen") == "a"
    assert bench.eval("k.timersRunOne(k.now())") is True
    assert bench.eval("k.timersRunOne(k.now())") is False


def test_timers_next(bench: Bench) -> None:
    assert bench.eval("k.timersNext(k.now())") == -1
    bench.eval("setTimeout(k.see, 50); setTimeout(k.see, 20).unref(); 0")
    assert bench.eval("k.timersNext(k.now())") == 20
    assert bench.eval("k.timersNext(30)") == 0
    bench.eval("setImmediate(k.see); 0")
    assert bench.eval("k.timersNext(k.now())") == 0


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ("undefined", 1),
        ("NaN", 1),
        ("-5", 1),
        ("0", 1),
        ("2 ** 31", 1),
        ("2 ** 31 - 1", 2**31 - 1),
        ("'7'", 7),
        ("1.9", 1),
        ("Infinity", 1),
        ("null", 1),
        ("'x'", 1),
        ("{valueOf: () => 3}", 3),
    ],
)
def test_delays_are_coerced_as_in_node(bench: Bench, delay: str, wait: int) -> None:
    assert bench.eval(f"setTimeout(k.see, {delay}); k.timersNext(k.now())") == wait


def test_arguments_and_this(bench: Bench) -> None:
    bench.eval(
        "globalThis.t = setTimeout(function (...rest) { k.see(rest.join('+') + (this === t)) }, 1, 'a', 'b'); 0"
    )
    assert bench.eval("k.forward(1)") == "a+btrue"


def test_an_interval_repeats_from_the_end_of_its_call(bench: Bench) -> None:
    bench.eval("globalThis.t = setInterval(() => { k.see('x'); k.advance(3) }, 10); 0")
    assert bench.eval("k.forward(10)") == "x"
    assert bench.eval("k.timersNext(k.now())") == 10
    assert bench.eval("k.forward(10)") == "x"
    assert bench.eval("clearInterval(t); k.timersCount()") == 0


def test_an_interval_can_clear_itself(bench: Bench) -> None:
    bench.eval(
        "let n = 0; globalThis.t = setInterval(() => { k.see('x'); if (++n === 2) clearInterval(t) }, 1); 0"
    )
    assert bench.eval("k.forward(1) + k.forward(1) + k.forward(1)") == "xx"
    assert bench.eval("k.timersCount() + k.timersRef()") == 0


def test_a_throwing_callback_leaves_the_books_right(bench: Bench) -> None:
    bench.eval(
        "setTimeout(() => { throw new TypeError('t') }, 1); setInterval(() => { throw new TypeError('i') }, 2);"
        "k.currentOwner = 'me'; k.advance(2); 0"
    )
    assert bench.run("k.timersRunOne(k.now())") == "TypeError: t"
    assert bench.run("k.timersRunOne(k.now())") == "TypeError: i"
    assert bench.eval("k.currentOwner") == "me"
    assert bench.eval("k.timersCount()") == 1
    assert bench.eval("k.timersNext(k.now())") == 2
    assert bench.run("k.advance(2); k.timersRunOne(k.now())") == "TypeError: i"


def test_neither_timers_nor_immediates_starve_the_other(bench: Bench) -> None:
    bench.eval(
        "const again = () => { k.see('t'); setTimeout(again, 1); k.advance(1) }; setTimeout(again, 1);"
        "setImmediate(k.see, 'i'); k.advance(1); 0"
    )
    assert bench.eval("k.drain(4)") == "t i t t"
    bench.eval(
        "k.timersClear(); const loop = () => { k.see('i'); setImmediate(loop); k.advance(1) };"
        "setImmediate(loop); setTimeout(k.see, 2, 't'); 0"
    )
    assert bench.eval("k.drain(4)") == "i i t i"


def test_an_immediate_set_by_an_immediate_waits_for_the_next_turn(bench: Bench) -> None:
    bench.eval("setImmediate(() => { k.see('a'); setImmediate(k.see, 'c') }); setImmediate(k.see, 'b'); 0")
    assert bench.eval("k.drain(2)") == "a b"
    assert bench.eval("k.drain(2)") == "c"


def test_owners(bench: Bench) -> None:
    bench.eval(
        "k.currentOwner = 1; setTimeout(() => { k.see(k.currentOwner); setImmediate(() => k.see(k.currentOwner)) }, 1);"
        "k.currentOwner = 2; setImmediate(() => k.see(k.currentOwner)); k.currentOwner = 9; 0"
    )
    assert bench.eval("k.forward(1)") == "1 2 1"
    assert bench.eval("k.currentOwner") == 9


def test_ref_unref_has_ref(bench: Bench) -> None:
    bench.eval("globalThis.t = setTimeout(k.see, 5); globalThis.i = setImmediate(k.see); 0")
    assert bench.eval("k.timersRef()") == 2
    assert (
        bench.eval("t.unref() === t && t.unref().hasRef() === false && i.unref().hasRef() === false") is True
    )
    assert bench.eval("k.timersRef()") == 0
    assert bench.eval("t.ref().hasRef()") is True
    assert bench.eval("k.timersRef()") == 1
    bench.eval("k.forward(5)")
    assert bench.eval("k.timersRef()") == 0
    assert bench.eval("t.unref().ref(); k.timersRef()") == 0


def test_refresh_moves_the_due_time_and_revives(bench: Bench) -> None:
    bench.eval("globalThis.t = setTimeout(k.see, 10, 'x'); k.advance(6); t.refresh(); 0")
    assert bench.eval("k.timersNext(k.now())") == 10
    assert bench.eval("k.forward(10)") == "x"
    assert bench.eval("t.refresh() === t && k.forward(10)") == "x"
    assert bench.eval("clearTimeout(t); t.refresh(); k.timersCount()") == 0


def test_handles_convert_to_numbers_that_clear(bench: Bench) -> None:
    bench.eval("globalThis.ts = [1, 2, 3, 4].map((n) => setTimeout(k.see, n, 't' + n)); 0")
    assert bench.eval("typeof +ts[0] === 'number' && +ts[0] !== +ts[1]") is True
    bench.eval("clearTimeout(+ts[0]); clearInterval(`${ts[1]}`); ts[2].close(); clearTimeout(ts[2]); 0")
    assert bench.eval("k.forward(9)") == "t4"
    bench.eval("globalThis.i = setImmediate(k.see, 'i'); clearTimeout(+i); clearTimeout(i); 0")
    assert bench.eval("k.timersCount()") == 1
    assert bench.eval("clearImmediate(+i); k.timersCount()") == 0


@pytest.mark.parametrize("value", ["undefined", "null", "{}", "NaN", "'x'", "Symbol('s')", "99999", "[1]"])
def test_clearing_what_is_no_timer_does_nothing(bench: Bench, value: str) -> None:
    bench.eval("setTimeout(k.see, 1); 0")
    assert (
        bench.eval(f"clearTimeout({value}); clearInterval({value}); clearImmediate({value}); k.timersCount()")
        == 1
    )


def test_limits(bench: Bench) -> None:
    bench.eval("k.limits.timers = 3; k.limits.intervals = 1; 0")
    assert bench.run("setInterval(k.see, 1); setInterval(k.see, 1)") == (
        "Error: setInterval: too many intervals, at most 1 at once (Limits.intervals)"
    )
    full = ": too many timers, at most 3 at once (Limits.timers)"
    calls = "globalThis.t = setTimeout(k.see, 1); setImmediate(k.see); setTimeout(k.see, 1)"
    assert bench.run(calls) == "Error: setTimeout" + full
    assert bench.run("setImmediate(k.see)") == "Error: setImmediate" + full
    assert bench.run("clearTimeout(t); setTimeout(k.see, 1); return k.timersCount()") == "3"


def test_a_refresh_obeys_the_limit(bench: Bench) -> None:
    bench.eval(
        "k.limits.timers = 1; globalThis.t = setTimeout(k.see, 1); k.forward(1); setTimeout(k.see, 1); 0"
    )
    assert bench.run("t.refresh()").startswith("Error: setTimeout: too many timers")


def test_timers_clear_ends_all(bench: Bench) -> None:
    bench.eval("setTimeout(k.see, 1); setInterval(k.see, 1); setImmediate(k.see); k.timersClear(); 0")
    assert bench.eval("k.timersCount() + k.timersRef()") == 0
    assert bench.eval("k.timersNext(k.now())") == -1
    assert bench.eval("k.forward(10)") == ""


def test_user_code_cannot_forge_a_handle(bench: Bench) -> None:
    assert bench.run("new (setTimeout(k.see, 1).constructor)({}, {})") == "TypeError: Illegal constructor"
    assert bench.run("new (setImmediate(k.see).constructor)({}, {})") == "TypeError: Illegal constructor"
    assert bench.run("setTimeout(k.see, 1).refresh.call({})").startswith("TypeError")
    assert (
        bench.run("return k.inspect([setTimeout(k.see, 1), setImmediate(k.see)])")
        == "[ Timeout {}, Immediate {} ]"
    )


def test_globals_are_as_in_node(bench: Bench) -> None:
    for name in (
        "setTimeout",
        "setInterval",
        "setImmediate",
        "clearTimeout",
        "clearInterval",
        "clearImmediate",
    ):
        descriptor = bench.json(f"Object.getOwnPropertyDescriptor(globalThis, '{name}')")
        assert descriptor == {"writable": True, "enumerable": True, "configurable": True}
        assert bench.run(f"return {name}.name") == name


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_set_of_timers_runs_in_order_of_due_time(plan: list[tuple[int, bool]]) -> None:
    with Bench() as bench:
        bench.eval(_DRIVER)
        for index, (delay, cancel) in enumerate(plan):
            bench.eval(f"globalThis.t{index} = setTimeout(k.see, {delay}, '{index}'); 0")
            if cancel and index:
                bench.eval(f"clearTimeout(t{index // 2}); 0")
        gone = {index // 2 for index, (_, cancel) in enumerate(plan) if cancel and index}
        kept = [index for index in range(len(plan)) if index not in gone]
        expected = sorted(kept, key=lambda index: (plan[index][0], index))
        assert bench.eval("k.forward(40)").split() == [str(index) for index in expected]
        assert bench.eval("k.timersCount()") == 0


def test_pollution_changes_nothing(bench: Bench) -> None:
    bench.pollute()
    bench.eval(
        "globalThis.t = setInterval(k.see, 2, 'v'); setTimeout(k.see, 3, 'b'); setTimeout(k.see, 1, 'a');"
        "setImmediate(k.see, 'i'); clearTimeout(+setTimeout(k.see, 1, 'no')); t.unref(); 0"
    )
    assert bench.eval("k.timersRef()") == 3
    assert bench.eval("k.forward(3)") == "a v b i"
    assert bench.eval("t.close(); k.timersCount()") == 0
    assert bench.run("setTimeout('x')").startswith(
        'TypeError: The "callback" argument must be of type function.'
    )
