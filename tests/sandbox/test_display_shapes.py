"""display.table, display.chart and display.progress: what becomes of rows and of work."""

# ruff: noqa: E501 - programs read best as the one line they are

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qjs_kernel import Displayed, Sandbox

from .display_stage import BAR, TABLE, VEGALITE, Stage, common_stage


@pytest.fixture
def stage(make: Callable[..., Sandbox]) -> Stage:
    return Stage(make)


@pytest.fixture(scope="module")
def board(pool: Any) -> Iterator[Stage]:
    with common_stage(pool) as stage:
        yield stage


# Tables


@pytest.mark.parametrize(
    ("arguments", "table"),
    [
        ("[{ a: 1, b: 'x' }, { a: 2, c: null }]", {"rows": [{"a": 1, "b": "x"}, {"a": 2, "c": None}], "total": 2}),
        ("[[1, 2], [3]], { columns: ['n', 'm'], title: 'T' }", {"rows": [[1, 2], [3]], "columns": ["n", "m"], "total": 2, "title": "T"}),
        ("[1, 'x']", {"rows": [{"value": 1}, {"value": "x"}], "total": 2}),
        ("new Map([['x', { n: 1 }], ['y', { key: 2 }]])", {"rows": [{"key": "x", "n": 1}, {"(key)": "y", "key": 2}], "total": 2}),
        ("{ x: { n: 1 }, y: 2 }", {"rows": [{"key": "x", "n": 1}, {"key": "y", "value": 2}], "total": 2}),
        ("[{ a: 2 }, { a: 10 }, { a: 1 }], { sort: 'a', limit: 2 }", {"rows": [{"a": 1}, {"a": 2}], "total": 3}),
        ("[{ a: 2 }, {}, { a: 10 }, { a: NaN }, { a: 'x' }], { sort: '-a', limit: 3 }", {"rows": [{"a": "x"}, {"a": 10}, {"a": 2}], "total": 5}),
        ("[{ '-a': 1 }, { '-a': 0 }], { sort: '-a' }", {"rows": [{"-a": 0}, {"-a": 1}], "total": 2}),
        ("new Map([['x', 2], ['y', 1]]), { sort: 'value' }", {"rows": [{"key": "y", "value": 1}, {"key": "x", "value": 2}], "total": 2}),
        ("[], { sort: 'a' }", {"rows": [], "total": 0}),
        ("new Set([1, 2]), { limit: 1 }", {"rows": [{"value": 1}], "total": 2}),
        ("(function* () { for (let i = 0; i < 90; i++) yield { i } })(), { limit: 2 }", {"rows": [{"i": 0}, {"i": 1}], "total": 90}),
        ("(function* () { for (let i = 0; ; i++) yield { i } })(), { limit: 1 }", {"rows": [{"i": 0}], "total": 100_000, "title": "more than 100000 rows"}),
        ("new Float64Array([1.5])", {"rows": [{"value": 1.5}], "total": 1}),
        ("[{ a: { b: { c: {} } }, s: Symbol('s'), f() {}, d: new Date(NaN), m: new WeakMap() }]", {"rows": [{"a": "{ b: { c: {} } }", "s": "Symbol(s)", "f": "[Function: f]", "d": "Invalid Date", "m": "WeakMap { <items unknown> }"}], "total": 1}),
        ("[{ a: 1, b: 2 }], { columns: ['b'] }", {"rows": [{"b": 2}], "columns": ["b"], "total": 1}),
        ("[new (class { get n() { return 5 } })()], { columns: ['n'] }", {"rows": [{"n": 5}], "columns": ["n"], "total": 1}),
        ("[]", {"rows": [], "total": 0}),
        ("[{ ['__proto__']: 1 }]", {"rows": [{"__proto__": 1}], "total": 1}),
    ],
)  # fmt: skip
def test_tables(board: Stage, arguments: str, table: dict[str, Any]) -> None:
    assert board.bundle(f"display.table({arguments})") == {TABLE: table}


def test_a_big_table_sends_its_first_rows(stage: Stage) -> None:
    code = "const rows = Array.from({ length: 100_000 }, (_, i) => ({ i, get bad() { if (i >= 50) throw new Error('read'); return 1 } })); display.table(rows)"
    table = stage.bundle(code)[TABLE]
    assert table["total"] == 100_000
    assert [row["i"] for row in table["rows"]] == list(range(50))


def test_tables_can_be_updated(board: Stage) -> None:
    (first, second) = board.shown(
        "display.table([[1]], { display_id: 't' }); display.table([[2]], { display_id: 't', update: true })"
    )
    assert (first.display_id, second.display_id, second.update) == ("t", "t", True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("5", "TypeError: display.table: rows are expected (an array of objects or of arrays, a Map, an iterable), not 5"),
        ("'text'", "TypeError: display.table: rows are expected"),
        ("Promise.resolve([])", "TypeError: display.table: the rows are still a promise: await it first"),
        ("[{ a: 1, b: 2 }], { columns: ['c'] }", "TypeError: display.table: no row has a column 'c': there are a, b"),
        ("[1], { columns: 'a' }", "TypeError: display.table: columns is an array of names, not 'a'"),
        ("[1], { columns: [1] }", "TypeError: display.table: a column is named by a text, not 1"),
        ("[{ a: 1 }], { sort: 'b' }", "TypeError: display.table: no row has a column 'b': there are a"),
        ("[{ a: 1 }], { sort: 1 }", "TypeError: display.table: sort is the name of a field, \"-name\" for the largest first, not 1"),
        ("[1], { limit: 0 }", "RangeError: display.table: limit is a whole number from 1 to 1000, not 0"),
        ("[1], 3", "TypeError: display.table: options such as"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be(board: Stage, arguments: str, message: str) -> None:
    assert board.error(f"display.table({arguments})").startswith(message)


# Charts

ROWS = "[{ 'a.b[0]': 'x', ms: 1, day: '2024-03-01', big: 5n }, { 'a.b[0]': 'y', ms: NaN, day: '2024-03-02', big: null }]"


def chart(board: Stage, arguments: str) -> dict[str, Any]:
    bundle = board.bundle(f"display.chart({arguments})")
    assert bundle["text/plain"]
    spec: dict[str, Any] = bundle[VEGALITE]
    return spec


def test_a_chart_is_a_specification_with_its_rows(board: Stage) -> None:
    spec = chart(board, f"{ROWS}, {{ x: 'a.b[0]', y: 'mean(ms)', title: 'T', width: 300, height: 200 }}")
    assert spec["encoding"] == {
        "x": {"field": "a\\.b\\[0\\]", "type": "nominal", "title": "a.b[0]", "sort": None},
        "y": {"field": "ms", "type": "quantitative", "aggregate": "mean"},
    }
    assert spec["data"] == {"values": [{"a.b[0]": "x", "ms": 1}, {"a.b[0]": "y", "ms": None}]}
    assert (spec["mark"]["type"], spec["title"], spec["width"], spec["height"]) == ("bar", "T", 300, 200)


@pytest.mark.parametrize(
    ("options", "channel", "expected"),
    [
        ("x: 'ms'", "x", {"field": "ms", "type": "quantitative"}),
        ("x: 'ms'", "y", {"aggregate": "count", "type": "quantitative"}),
        ("x: 'day'", "x", {"field": "day", "type": "temporal"}),
        ("x: 'day:O'", "x", {"field": "day", "type": "ordinal"}),
        ("x: 'bin(ms)'", "x", {"field": "ms", "type": "quantitative", "bin": True}),
        ("x: 'yearmonth(day)'", "x", {"field": "day", "type": "temporal", "timeUnit": "yearmonth"}),
        ("x: 'big'", "x", {"field": "big", "type": "quantitative"}),
        ("x: 'ms', y: 'count()'", "y", {"aggregate": "count", "type": "quantitative"}),
        ("x: 'ms', color: '#f00'", "color", {"value": "#f00"}),
        ("x: 'ms', size: 9", "size", {"value": 9}),
        ("x: { field: 'ms', scale: { type: 'log' } }", "x", {"field": "ms", "type": "quantitative", "scale": {"type": "log"}}),
        ("x: 'ms', tooltip: ['day']", "tooltip", [{"field": "day", "type": "temporal"}]),
        ("x: 'day', y: 'ms', mark: 'arc'", "theta", {"field": "ms", "type": "quantitative"}),
    ],
)  # fmt: skip
def test_channels(board: Stage, options: str, channel: str, expected: Any) -> None:
    assert chart(board, f"{ROWS}, {{ {options} }}")["encoding"][channel] == expected


def test_days_are_days_for_every_reader(board: Stage) -> None:
    values = chart(board, f"{ROWS}, {{ x: 'day' }}")["data"]["values"]
    assert values[0]["day"] == "2024-03-01T00:00:00", "midnight in Greenwich is the day before elsewhere"
    assert chart(board, f"{ROWS}, {{ x: 'day:O' }}")["data"]["values"][0]["day"] == "2024-03-01"
    moment = chart(board, "[{ t: new Date(0), n: 1 }], { x: 't', y: 'n' }")
    assert moment["data"]["values"] == [{"t": "1970-01-01T00:00:00.000Z", "n": 1}]


def test_numbers_and_objects_are_charts_too(board: Stage) -> None:
    numbers = chart(board, "[3, 1]")
    assert numbers["data"]["values"] == [{"index": 0, "value": 3}, {"index": 1, "value": 1}]
    assert numbers["mark"]["type"] == "line"
    named = chart(board, "{ a: 1, b: 2 }")
    assert named["data"]["values"] == [{"key": "a", "value": 1}, {"key": "b", "value": 2}]
    assert chart(board, "new Map([['a', { n: 1 }]]), { x: 'key', y: 'n' }")["data"]["values"] == [
        {"key": "a", "n": 1}
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("[{ a: 1, b: 2 }], { x: 'c' }", "TypeError: display.chart: x: no row has a field 'c': there are a, b"),
        ("[{ a: 1, b: 2 }], { x: 'a', y: 'sum(c)' }", "TypeError: display.chart: y: no row has a field 'c': there are a, b"),
        ("[{ a: 1 }], { x: 'total(a)' }", "TypeError: display.chart: x: 'total' is no function: there are bin, average"),
        ("[{ a: 1 }]", "TypeError: display.chart: x or y is missing: there are the fields a"),
        ("[{ a: 1 }], { x: 1 }", "TypeError: display.chart: x is the name of a field"),
        ("[{ a: 1 }], { x: 'a', mark: 'bars' }", "TypeError: display.chart: mark is one of arc, area, bar"),
        ("[{ a: 1 }], { x: 'a', width: -1 }", "TypeError: display.chart: width is a number of pixels"),
        ("7", "TypeError: display.chart: rows are expected"),
        ("Array(5001).fill(1)", "RangeError: display.chart: at most 5000 rows fit into a chart, these are 5001: aggregate them first"),
    ],
)  # fmt: skip
def test_charts_that_cannot_be(board: Stage, arguments: str, message: str) -> None:
    assert board.error(f"display.chart({arguments})").startswith(message)


# Bars


def bars(events: list[Displayed]) -> list[tuple[Any, ...]]:
    """(value, total, label, done, update) of each; one display, the rest updates of it."""
    assert len({event.display_id for event in events}) == 1
    return [
        (*(event.bundle[BAR][key] for key in ("value", "total", "label", "done")), event.update)
        for event in events
    ]


def test_a_bar_shows_its_beginning_and_its_end(board: Stage) -> None:
    found = bars(
        board.shown(
            "const bar = display.progress(1e5, { label: 'work' }); for (let i = 0; i < 1e5; i++) bar.step()"
        )
    )
    assert found[0] == (0, 1e5, "work", False, False)
    assert found[-1] == (1e5, 1e5, "work", True, True)
    assert len(found) < 100
    assert [each[0] for each in found] == sorted(each[0] for each in found)


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("for (const x of display.progress().of([1, 2])) x; undefined", (2, 2, "", True, True)),
        ("for (const x of display.progress(9).of(new Set([1, 2]))) x; undefined", (2, 9, "", True, True)),
        ("for await (const x of display.progress().of((async function* () { yield 1; yield 2 })())) x; undefined", (2, None, "", True, True)),
        ("const b = display.progress(); b.update(7, 'seven'); undefined", (7, None, "seven", False, True)),
        ("const b = display.progress(10); b.value = 3; b.value += 1; undefined", (4, 10, "", False, True)),
        ("const b = display.progress(10); b.step(); b.done('ready'); undefined", (1, 10, "ready", True, True)),
        ("const b = display.progress(); b.total = 5; b.label = 'x'; undefined", (0, 5, "x", False, True)),
        ("for (const x of display.progress().of([1, 2, 3])) { if (x === 2) break } undefined", (1, 3, "", False, True)),
    ],
)  # fmt: skip
def test_bars(board: Stage, code: str, last: tuple[Any, ...]) -> None:
    assert bars(board.shown(code))[-1] == last


def test_a_bar_stays_where_an_exception_found_it(board: Stage) -> None:
    outcome = board.run("const bar = display.progress(3); bar.step(); bar.step(); throw new Error('x')")
    assert not outcome.ok
    found = bars([event for event in board.events if isinstance(event, Displayed)])
    assert found[-1] == (2, 3, "", False, True)


def test_bars_are_told_apart_after_going_back(stage: Stage) -> None:
    before = stage.sandbox.checkpoint()
    (first,) = stage.shown("display.progress(1); undefined")
    stage.sandbox.restore(before)
    (second,) = stage.shown("display.progress(1); undefined")
    assert first.display_id != second.display_id


@pytest.mark.parametrize(
    "arguments", ["-1", "'x'", "NaN", "Infinity", "1, 'x'"],
)  # fmt: skip
def test_bars_that_cannot_be(board: Stage, arguments: str) -> None:
    assert board.error(f"display.progress({arguments})").startswith("TypeError: display.progress: ")
