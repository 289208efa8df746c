"""The console: what reaches the owner, in which order, on which stream, and what happens when it is too much."""

from __future__ import annotations

from typing import Any

import pytest

from qjs_kernel import Cleared, Limits, Output, Sandbox
from qjs_kernel.outcome import Event

from .conftest import Maker
from .support import ENDLESS, NATIVE, fault, printed, value


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (
            "console.log('a', 1, { b: [null] }, undefined, -0, 10n)",
            "a 1 { b: [ null ] } undefined -0 10n\n",
            "",
        ),
        ("console.log('%s is %d years, %o', 'x', 4.5, [1])", "x is 4.5 years, [ 1, [length]: 1 ]\n", ""),
        ("console.info('i'); console.debug('d')", "i\nd\n", ""),
        ("console.warn('w'); console.error('e')", "", "w\ne\n"),
        ("console.assert(1, 'yes'); console.assert(0, 'no', 2)", "", "Assertion failed: no 2\n"),
        (
            "console.group('g'); console.log('in\\nside'); console.groupEnd(); console.log('out')",
            "g\n  in\n  side\nout\n",
            "",
        ),
        (
            "console.count(); console.count('x'); console.countReset(); console.count()",
            "default: 1\nx: 1\ndefault: 1\n",
            "",
        ),
        ("console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 })", "{ a: [Object] }\n", ""),
        ("console.log()", "\n", ""),
        ("console.log('😀', '\\ud800'.length)", "😀 1\n", ""),
    ],
)
def test_streams_and_formats(shared: Sandbox, code: str, out: str, err: str) -> None:
    outcome = shared.eval(code)
    assert outcome.ok
    assert printed(outcome, "stdout") == out
    assert printed(outcome, "stderr") == err


def test_tables_timers_and_traces(shared: Sandbox) -> None:
    table = printed(shared.eval("console.table([{ a: 1, b: 'x' }, { a: 2 }])"), "stdout")
    assert table.split("\n")[1] == "│ (index) │ a │ b   │"
    timed = printed(
        shared.eval("console.time('t'); console.timeLog('t', 'half'); console.timeEnd('t')"), "stdout"
    )
    first, second, end = timed.split("\n")
    assert first.startswith("t: ")
    assert first.endswith(" half")
    assert second.startswith("t: ")
    assert end == ""
    assert printed(shared.eval("console.trace('why')"), "stderr").startswith("Trace: why\n    at ")


def test_events_come_in_order_with_their_tag(make: Maker) -> None:
    seen: list[Event | str] = []
    sandbox = make(sink=seen.append, env={"print": lambda text: seen.append(text)})
    code = "console.log('a'); env.print('H1'); console.error('b'); console.clear(); env.print('H2'); console.log('c')"
    outcome = sandbox.eval(code, tag="cell 1")
    assert seen == [
        Output("stdout", "a\n", "cell 1"),
        "H1",
        Output("stderr", "b\n", "cell 1"),
        Cleared("cell 1"),
        "H2",
        Output("stdout", "c\n", "cell 1"),
    ]
    assert printed(outcome) == "a\nb\nc\n"


def test_host_calls_stand_between_the_lines_around_them_however_many_there_are(make: Maker) -> None:
    seen: list[Any] = []
    sandbox = make(sink=lambda event: seen.append(event.text), env={"print": seen.append, "later": None})
    lines = "for (let i = 0; i < 300; i++) console.log(i);"
    sandbox.eval(f"{lines} env.print('host\\n'); console.log('z')")
    assert "".join(seen) == "".join(f"{i}\n" for i in range(300)) + "host\nz\n"


def test_ten_thousand_lines_are_complete(make: Maker) -> None:
    sandbox = make(limits=Limits(timeout=20))
    outcome = sandbox.eval("for (let i = 0; i < 10_000; i++) console.log(i)")
    assert printed(outcome) == "".join(f"{i}\n" for i in range(10_000))
    assert outcome.usage.output == len(printed(outcome))
    assert len(outcome.logs) < 1_000, "in batches"


def test_lines_before_a_run_is_stopped_are_kept(make: Maker) -> None:
    sandbox = make()
    for end in (ENDLESS, NATIVE, "throw new Error('x')", "await new Promise(() => {})"):
        outcome = sandbox.eval(f"console.log('before'); console.error('too'); {end}", timeout=0.2)
        assert not outcome.ok
        assert printed(outcome) == "before\ntoo\n", end


def test_output_streams_while_the_program_runs(make: Maker) -> None:
    """The line is with the owner before the program ends: the owner's answer is what lets it end."""
    seen: list[str] = []
    sandbox = make(sink=lambda event: seen.append(event.text), env={"seen": lambda: len(seen)})
    assert value(sandbox, "console.log('first'); while (env.seen() < 1) {} 'done'") == "done"


def test_too_much_output_is_cut_and_says_so(make: Maker) -> None:
    sandbox = make(limits=Limits(output=1_000))
    outcome = sandbox.eval("for (let i = 0; i < 200; i++) console.log('x'.repeat(10)); 7")
    assert outcome.data == 7
    text = printed(outcome)
    assert text.startswith("x" * 10 + "\n")
    assert "Limits.output is 1,000 bytes" in text
    assert len(text) < 1_200
    assert printed(sandbox.eval("console.log('y'.repeat(500))")) == "y" * 500 + "\n", "each run has its own"
    wide = printed(sandbox.eval("console.log('中'.repeat(2_000))"))
    assert "Limits.output" in wide
    assert len(wide.encode()) < 1_200


def test_a_flood_ends_the_run(make: Maker) -> None:
    sandbox = make(limits=Limits(output=1_000))
    error = fault(sandbox, "globalThis.flooded = 1; for (;;) console.log('x'.repeat(100))")
    assert (error.kind, error.rolled_back) == ("output", True)
    assert value(sandbox, "typeof flooded") == "undefined"


def test_what_cannot_be_shown_is_no_fault(shared: Sandbox) -> None:
    code = """
    console.log(new Proxy({}, { get() { throw new Error('p') } }), { get a() { throw new Error('g') } });
    const circle = { name: 'c' }; circle.self = circle; console.log(circle);
    console.log(Object.create(null), Object.create({ inherited: 1 }));
    5
    """
    outcome = shared.eval(code)
    assert outcome.data == 5, outcome.error
    assert "[Circular *1]" in printed(outcome)


def test_a_sink_that_fails_loses_nothing_else(make: Maker) -> None:
    def sink(event: Event) -> None:
        raise RuntimeError("the owner's sink")

    sandbox = make(sink=sink)
    with pytest.raises(RuntimeError, match="the owner's sink"):
        sandbox.eval("console.log('x'); 5")
    assert value(sandbox, "6") == 6
