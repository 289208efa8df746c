"""`console`: what Node 20.20 writes (node_text_cases.json), well-formed and indented, whatever user code has done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .guest_bench import Bench

CASES = json.loads((Path(__file__).parent / "node_text_cases.json").read_text(encoding="utf-8"))["console"]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench() as bench:
        yield bench


@pytest.mark.parametrize(("code", "out", "err"), CASES, ids=range(len(CASES)))
def test_console_writes_what_node_writes(bench: Bench, code: str, out: str, err: str) -> None:
    bench.eval("k.texts = ['', '', '']; k.write = (stream, text) => { k.texts[stream] += text }; 0")
    bench.eval(f"{{ {code} }}; 0")
    assert bench.json("k.texts") == ["", out, err]


def test_each_call_is_one_write_that_ends_in_a_newline(bench: Bench) -> None:
    bench.eval("k.list = []; k.write = (stream, text) => { k.list.push([stream, text]) }; 0")
    bench.eval("console.log('a'); console.warn('b\\nc'); console.table([{a: 1}]); console.log(); 0")
    written = bench.json("k.list")
    assert [stream for stream, _ in written] == [1, 2, 1, 1]
    assert all(text.endswith("\n") for _, text in written)
    assert written[3] == [1, "\n"]


def test_lone_surrogates_are_replaced(bench: Bench) -> None:
    assert bench.log("console.log('a\\ud800', '\\udc00b', '\\u{1f600}')") == "1:a� �b 😀\n"


def test_trace_shows_the_callers_frames_only(bench: Bench) -> None:
    text = bench.log(bench.evaluated("function outer() { console.trace('at %s', 'work', {a: 1}) } outer()"))
    lines = text.rstrip("\n").split("\n")
    assert lines[0] == "2:Trace: at work { a: 1 }"
    assert lines[1].startswith("    at outer (")
    assert "console.js" not in text


def test_trace_without_arguments(bench: Bench) -> None:
    assert bench.log(bench.evaluated("console.trace()")).startswith("2:Trace\n    at ")


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        ("1.23456", "1.235ms"),
        ("999.5", "999.5ms"),
        ("1500", "1.500s"),
        ("62345", "1:02.345 (m:ss.mmm)"),
        ("3723004", "1:02:03.004 (h:mm:ss.mmm)"),
    ],
)
def test_time_end_reads_as_in_node(bench: Bench, ms: str, text: str) -> None:
    assert bench.log(f"console.time('t'); k.advance({ms}); console.timeEnd('t')") == f"1:t: {text}\n"


def test_time_log_keeps_the_timer_and_appends_data(bench: Bench) -> None:
    code = "console.time('%s'); k.advance(5); console.timeLog('%s', '%d', {a: 1}); k.advance(5); console.timeEnd('%s')"
    assert bench.log(code) == "1:%s: 5ms %d { a: 1 }\n1:%s: 10ms\n"


def test_labels_that_do_not_fit_warn(bench: Bench) -> None:
    assert bench.log("console.time(); console.time()") == (
        "2:Warning: Label 'default' already exists for console.time()\n"
    )
    assert bench.log("console.timeEnd('x')") == "2:Warning: No such label 'x' for console.timeEnd()\n"
    assert bench.log("console.timeLog('x')") == "2:Warning: No such label 'x' for console.timeLog()\n"
    assert bench.log("console.countReset('x')") == "2:Warning: Count for 'x' does not exist\n"


def test_clear_asks_the_worker_if_it_can(bench: Bench) -> None:
    assert bench.log("console.clear()") == ""
    bench.eval("k.clear = () => { k.write(1, 'cleared\\n') }; 0")
    assert bench.log("console.clear()") == "1:cleared\n"


def test_methods_are_bound_and_are_no_constructors(bench: Bench) -> None:
    assert bench.log(
        "const {log, group, groupEnd} = console; group(); log('x'); groupEnd(); [1].forEach(log)"
    ) == ("1:  x\n1:1 0 [ 1 ]\n")
    assert bench.run("new console.log()").startswith("TypeError")


def test_console_is_replaceable_and_the_rest_goes_on(bench: Bench) -> None:
    descriptor = bench.json("Object.getOwnPropertyDescriptor(globalThis, 'console')")
    assert (descriptor["writable"], descriptor["configurable"], descriptor["enumerable"]) == (
        True,
        True,
        False,
    )
    assert bench.run("return 'Console' in console") == "false"
    code = "const {trace, timeEnd, table} = console; console.log = console.error = () => { throw 1 };"
    assert (
        bench.log(f"{code} table(5); timeEnd('q'); 0")
        == "1:5\n2:Warning: No such label 'q' for console.timeEnd()\n"
    )
    assert bench.log("globalThis.console = {log() {}}; setTimeout(() => console.log('x')); 0") == ""


def test_deep_groups_stay_balanced_and_bounded(bench: Bench) -> None:
    bench.eval("for (let i = 0; i < 5000; i++) console.group(); 0")
    assert len(bench.log("console.log('x')")) < 300
    bench.eval("for (let i = 0; i < 4999; i++) console.groupEnd(); 0")
    assert bench.log("console.log('x')") == "1:  x\n"
    assert bench.log("console.groupEnd(); console.groupEnd(); console.log('x')") == "1:x\n"


def test_a_table_too_large_is_logged_as_a_value(bench: Bench) -> None:
    text = bench.log("console.table(Array.from({length: 1000}, (_, i) => ({['k' + i]: i})))")
    assert "│" not in text
    assert "... 900 more items" in text


def test_the_users_own_exception_leaves_log(bench: Bench) -> None:
    assert bench.run("console.log('%s', {toString() { throw new TypeError('mine') }})") == "TypeError: mine"
    assert bench.written() == ""


def test_pollution_changes_nothing(bench: Bench) -> None:
    code = (
        "console.group('g'); console.log('x\\ny', 1, {a: [1, 'b', null], m: new Map([[1, 2]])});"
        "console.warn('%s=%d %j', 'v', 4.5, 'j'); console.table([{a: 1, b: 'x'}, {a: 2}]);"
        "console.table(new Map([[1, 'a']])); console.count('c'); console.countReset('c'); console.time('t');"
        "console.timeLog('t', 1); console.timeEnd('t'); console.assert(false, 'no'); console.dir({a: {b: 1}});"
        "console.error(new TypeError('m').message); console.groupEnd(); 0"
    )
    # The literals are made by user code, before: `new Map([...])` itself no longer works after.
    bench.eval(
        "globalThis.all = () => { "
        + code.replace("new Map([[1, 2]])", "m1")
        .replace("new Map([[1, 'a']])", "m2")
        .replace("new TypeError('m').message", "'m'")
        + " }; globalThis.m1 = new Map([[1, 2]]); globalThis.m2 = new Map([[1, 'a']]); 0"
    )
    before = bench.log("all()")
    assert before.count("\n") > 20
    bench.pollute()
    assert bench.log("all()") == before
