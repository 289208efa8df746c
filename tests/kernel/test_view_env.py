"""`%view env`: the host's names, as they are called."""

from __future__ import annotations

import asyncio
import datetime
import html
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.session import Session
from qjs_kernel.values import BigInt, JSMap, JSSet, undefined
from qjs_kernel.widgets import Stage, View, make_view, open_view
from qjs_kernel.widgets.env import short_time, value_text
from tests.kernel.kernel_wire import Wire

EVIL = '<img src=x onerror="alert(1)">'


@dataclass
class Open:
    """A view that is open, and what it has published: data, display id, whether it was an update."""

    view: View
    shown: list[tuple[dict[str, Any], str, bool]]
    table: ipywidgets.HTML = field(init=False)
    filter: ipywidgets.Text = field(init=False)
    reset: ipywidgets.Button = field(init=False)

    def __post_init__(self) -> None:
        everything = list(tree(self.view.widget))
        self.table = next(each for each in everything if "qjs-env" in getattr(each, "value", ""))
        self.filter = next(each for each in everything if isinstance(each, ipywidgets.Text))
        self.reset = next(each for each in everything if isinstance(each, ipywidgets.Button))

    def row(self, name: str) -> list[str]:
        """The cells of a row as text: name and signature, kind, calls, errors, mean, last."""
        return next(row for row in self.rows() if row[0].startswith(name))

    def rows(self) -> list[list[str]]:
        found = re.findall(r"<tr>(.*?)</tr>", self.table.value, re.S)[1:]
        return [
            [
                html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
            ]
            for row in found
        ]

    def marked(self) -> list[str]:
        rows = re.findall(r"<tr>(.*?)</tr>", self.table.value, re.S)[1:]
        names = [re.sub(r"<[^>]*>", "", row.partition("</th>")[0]).partition("(")[0] for row in rows]
        return [name for name, row in zip(names, rows, strict=True) if "rgba(250" in row]

    @property
    def still(self) -> dict[str, Any]:
        return [data for data, ident, _ in self.shown if ident][-1]


def tree(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as session:
        yield session


@pytest.fixture
def opened(session: Session) -> Iterator[Callable[[], Open]]:
    stages: list[Stage] = []

    def make() -> Open:
        shown: list[tuple[dict[str, Any], str, bool]] = []
        stage = Stage(
            session, lambda data, metadata, ident, update: shown.append((data, ident, update)), live=True
        )
        stages.append(stage)
        return Open(open_view(make_view(stage, "env")), shown)

    yield make
    for stage in stages:
        stage.close()


class Seed:
    """The two functions of the seed example."""

    def __init__(self) -> None:
        self.last = datetime.datetime.fromtimestamp(0, datetime.UTC)

    def names(self) -> dict[str, Any]:
        def getLastAlert() -> datetime.datetime:
            return self.last

        def setLastAlert(when: datetime.datetime) -> None:
            self.last = when

        return {"getLastAlert": getLastAlert, "setLastAlert": setLastAlert}


class TestTable:
    def test_without_names(self, opened: Callable[[], Open]) -> None:
        view = opened()
        assert "%%host" in view.table.value
        assert "%%host" in view.still["text/plain"]
        assert view.reset.layout.display == "none"

    def test_functions_and_data(self, session: Session, opened: Callable[[], Open]) -> None:
        async def fetchRow(key: str, tries: int = 3) -> dict[str, float]:
            return {}

        session.set_host_names(
            {**Seed().names(), "region": "eu", "fetchRow": fetchRow, "odd name": [1, "two"]}
        )
        assert [row[:3] for row in opened().rows()] == [
            ["env.getLastAlert(): Date", "function", "0"],
            ["env.setLastAlert(when: Date): void", "function", "0"],
            ["env.region", "data", ""],
            ["env.fetchRow(key: string, tries?: number): Promise<{ [key: string]: number }>", "async", "0"],
            ['env["odd name"]', "data", ""],
        ]
        assert opened().row("env.region")[5] == "'eu'"

    def test_functions_inside_of_data(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names(
            {"db": {"get": lambda key: key, "url": "db:1"}, "plain": {"a": 1}, "on": [print]}
        )
        assert [row[0].partition("(")[0] for row in opened().rows()] == [
            "env.db.get",
            "env.db.url",
            "env.plain",
            "env.on[0]",
        ]

    def test_a_cycle_ends(self, session: Session, opened: Callable[[], Open]) -> None:
        loop: dict[str, Any] = {"go": print}
        names = {"loop": loop}
        session.set_host_names(names)
        loop["again"] = loop
        assert len(opened().rows()) < 20

    def test_names_that_come_later(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        session.set_host_names({"later": 1})
        assert view.row("env.later")[5] == "1"

    def test_more_names_than_anybody_reads(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({f"name{index}": index for index in range(1_500)})
        view = opened()
        assert len(view.rows()) == 200
        assert "1,300 more names" in view.table.value
        assert "1,300 more names" in view.still["text/plain"]

    def test_the_filter(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({f"name{index}": index for index in range(12)})
        view = opened()
        assert view.filter.layout.display == "none"
        session.set_host_names({"other": EVIL})
        assert view.filter.layout.display != "none"
        view.filter.value = "OTH"
        assert [row[0] for row in view.rows()] == ["env.other"]
        view.filter.value = EVIL
        assert "<img" not in view.table.value
        assert "No name contains" in view.table.value
        view.filter.value = ""
        assert len(view.rows()) == 13

    def test_every_control_has_a_label(self, opened: Callable[[], Open]) -> None:
        for each in tree(opened().view.widget):
            if isinstance(each, (ipywidgets.Button, ipywidgets.Text)):
                assert each.description or each.tooltip


class TestCalls:
    def test_the_debouncing_of_the_seed(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names(Seed().names())
        view = opened()
        program = """
            const when = new Date("2025-02-26T07:40:00Z");
            if (when.getTime() - env.getLastAlert().getTime() >= 15 * 60_000) env.setLastAlert(when);
        """
        asyncio.run(session.run_async(program))
        assert view.row("env.getLast")[2:4] == ["1", ""]
        assert view.row("env.getLast")[5] == "() → 1970-01-01T00:00:00.000Z"
        assert view.row("env.setLast")[5] == "(2025-02-26T07:40:00.000Z) → null"
        assert view.row("env.setLast")[4].endswith("s")
        assert view.marked() == ["env.getLastAlert", "env.setLastAlert"]
        asyncio.run(session.run_async(program))
        assert view.row("env.getLast")[2] == "2"
        assert view.row("env.getLast")[5] == "() → 2025-02-26T07:40:00.000Z"
        assert view.row("env.setLast")[2] == "1"
        assert view.marked() == ["env.getLastAlert"]

    def test_an_error(self, session: Session, opened: Callable[[], Open]) -> None:
        def look(key: str) -> None:
            raise KeyError(f"no {key} {EVIL}")

        session.set_host_names({"look": look})
        view = opened()
        asyncio.run(session.run_async(f"try {{ env.look({EVIL!r}) }} catch {{}}"))
        row = view.row("env.look")
        assert row[2:4] == ["1", "1"]
        assert "✗ KeyError:" in row[5]
        assert "error-color" in view.table.value
        assert "<img" not in view.table.value + view.still["text/html"]
        assert "✗ KeyError:" in view.still["text/plain"]

    def test_a_call_under_way(self, session: Session, opened: Callable[[], Open]) -> None:
        """The view is brought up to date while the cell still runs, and once more at its end."""
        seen: list[list[str]] = []
        views: list[Open] = []

        async def slow(key: str) -> str:
            changed = asyncio.Event()
            views[0].table.observe(lambda _: changed.set(), "value")
            await changed.wait()
            seen.append(views[0].row("env.slow"))
            return key.upper()

        session.set_host_names({"slow": slow})

        async def cell() -> None:
            views.append(opened())
            await session.run_async("await env.slow('a')")

        asyncio.run(cell())
        assert seen[0][2] == "1"
        assert seen[0][5] == "('a') ● running"
        assert views[0].row("env.slow")[2] == "1"
        assert views[0].row("env.slow")[5] == "('a') → 'A'"

    def test_a_call_that_blocks_is_seen_before_it_ends(
        self, session: Session, opened: Callable[[], Open]
    ) -> None:
        """Also where the loop of the view stands still meanwhile."""
        views: list[Open] = []

        def block(text: str) -> str:
            return views[0].row("env.block")[5]

        session.set_host_names({"block": block})

        async def cell() -> None:
            views.append(opened())
            # An update comes at most ten times a second: there has been none for that long.
            outcome = await session.run_async(
                "await new Promise((done) => setTimeout(done, 150)); env.block('a')"
            )
            assert outcome.data == "('a') ● running"

        asyncio.run(cell())
        assert views[0].row("env.block")[5] == "('a') → '('a') ● running'"

    def test_several_at_once(self, session: Session, opened: Callable[[], Open]) -> None:
        """What an earlier call gave is not shown beside the arguments of those that run."""
        seen: list[str] = []
        both = asyncio.Barrier(2)

        async def work(number: int) -> int:
            await both.wait()
            view.view.refresh()
            seen.append(view.row("env.work")[5])
            if number == 2:
                raise ValueError("no")
            return number

        session.set_host_names({"work": work})
        view = opened()
        asyncio.run(session.run_async("await Promise.allSettled([env.work(1), env.work(2)])"))
        assert "(2) ● 2 running" in seen
        assert view.row("env.work")[2:4] == ["2", "1"]

    def test_many_calls_are_few_updates(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"count": lambda number: number})
        updates: list[str] = []

        async def cell() -> Open:
            view = opened()
            view.table.observe(lambda change: updates.append(change["new"]), "value")
            await session.run_async("for (let i = 0; i < 2000; i++) env.count(i)")
            return view

        view = asyncio.run(cell())
        assert view.row("env.count")[2] == "2,000"
        assert "(1999) → 1999" in view.row("env.count")[5]
        assert len(updates) < 200

    def test_calls_from_another_thread_of_control(self, session: Session, opened: Callable[[], Open]) -> None:
        """A topic that is told on another thread is taken to the loop of the view."""
        session.set_host_names({"ping": lambda: 1})

        async def turn() -> Open:
            view = opened()
            changed = asyncio.Event()
            view.table.observe(lambda _: changed.set(), "value")

            def call() -> None:
                stats = session.calls.begin(session.env["ping"], [])
                session.calls.end(stats, 0.5, 1, None)

            thread = threading.Thread(target=call)
            thread.start()
            await changed.wait()
            thread.join()
            return view

        assert asyncio.run(turn()).row("env.ping")[4] == "500 ms"

    def test_reset(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"ping": lambda: 1})
        view = opened()
        asyncio.run(session.run_async("env.ping()"))
        assert view.reset.layout.display != "none"
        view.reset.click()
        assert view.row("env.ping")[2:] == ["0", "", "", ""]
        assert view.marked() == []
        asyncio.run(session.run_async("env.ping()"))
        assert view.row("env.ping")[2] == "1"

    def test_the_still_follows(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"ping": lambda: 1})
        view = opened()
        ident = view.shown[0][1]
        asyncio.run(session.run_async("env.ping()"))
        data, again, update = view.shown[-1]
        assert (again, update) == (ident, True)
        assert "() → 1" in data["text/plain"]
        assert "() → 1" in data["text/html"]

    def test_closed_means_still(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"ping": lambda: 1})
        view = opened()
        view.view.close()
        before = len(view.shown)
        asyncio.run(session.run_async("env.ping()"))
        assert len(view.shown) == before
        assert view.view.widget is None


class TestHostile:
    def test_names_values_and_arguments(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({EVIL: EVIL, "echo": lambda *given: given[0]})
        view = opened()
        asyncio.run(session.run_async(f"env.echo({{ {EVIL!r}: [{EVIL!r}] }}, new Map([[{EVIL!r}, 1]]))"))
        for text in (view.table.value, view.still["text/html"]):
            assert "<img" not in text
            assert "&lt;img" in text

    def test_large_arguments_stay_small(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"take": lambda *given: given})
        view = opened()
        asyncio.run(
            session.run_async(
                "env.take('x'.repeat(1e6), Array(1e5).fill('y'.repeat(9)), {a: {b: {c: {d: 1}}}})"
            )
        )
        assert len(view.table.value) < 4_000
        assert len(view.still["text/plain"]) < 1_000

    def test_control_and_bidi_characters(self, session: Session, opened: Callable[[], Open]) -> None:
        session.set_host_names({"take": lambda given: None})
        view = opened()
        asyncio.run(session.run_async(r"env.take('a\u202eb\u0007\u001b[31m\nz')"))
        assert not re.search("[\u202e\x07\x1b]", view.table.value + view.still["text/plain"])
        assert len(view.still["text/plain"].split("\n")) == 2

    def test_objects_of_the_owner_are_not_asked(self, session: Session, opened: Callable[[], Open]) -> None:
        class Wild:
            def __repr__(self) -> str:
                raise AssertionError("asked")

            __str__ = __repr__

            @property
            def shape(self) -> None:
                raise AssertionError("asked")

        assert value_text(Wild(), 50) == "[Wild]"
        loop: list[Any] = []
        loop.append(loop)
        assert len(value_text(loop, 50)) <= 50


class TestTexts:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, "null"),
            (undefined, "undefined"),
            (True, "true"),
            (1.0, "1"),
            (BigInt(5), "5n"),
            ("it", "'it'"),
            ({"a": 1, "b": ["x"]}, "{ a: 1, b: ['x'] }"),
            (JSMap({"a": 1}), "Map(1) { a => 1 }"),
            (JSSet([1]), "Set(1) { 1 }"),
            (datetime.date(2025, 2, 26), "2025-02-26"),
            (b"abc", "[3 bytes]"),
        ],
    )
    def test_values(self, value: object, text: str) -> None:
        assert value_text(value, 80).replace("'a' =>", "a =>") == text

    def test_arrays_of_numpy(self) -> None:
        numpy = pytest.importorskip("numpy")
        assert value_text(numpy.zeros((3, 4)), 80) == "[ndarray 3 × 4]"

    @given(st.recursive(st.none() | st.text() | st.floats() | st.binary(), st.lists), st.integers(8, 100))
    def test_a_text_is_short_and_on_one_line(self, value: Any, limit: int) -> None:
        text = value_text(value, limit)
        assert len(text) <= limit
        assert text.isprintable() or not re.search(r"[\n\r\t\x00-\x1f\u202a-\u202e]", text)

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (0.0, "<1 µs"),
            (1.2e-5, "12 µs"),
            (0.00123, "1.23 ms"),
            (0.99999, "1 s"),
            (2.5, "2.5 s"),
            (1234.5, "1,234 s"),
        ],
    )
    def test_times(self, seconds: float, text: str) -> None:
        assert short_time(seconds) == text


class TestKernel:
    def test_over_the_wire(self, wire: Wire) -> None:
        assert wire.run("%%host\ndef ping(n: int) -> int:\n    return n + 1").ok
        ran = wire.run("%view env")
        assert ran.ok, ran.traceback
        still, live = (content["data"] for content in ran.contents("display_data"))
        assert "env.ping(n: number): number" in still["text/plain"]
        assert "env.ping" in still["text/html"]
        assert live["application/vnd.jupyter.widget-view+json"]["model_id"]
        called = wire.run("env.ping(41)")
        updates = [
            content["data"]["state"].get("value", "")
            for content in called.contents("comm_msg")
            if content["data"]["method"] == "update"
        ]
        assert any("(41) → 42" in text for text in updates)
        assert any(
            "(41) → 42" in each["data"]["text/plain"] for each in called.contents("update_display_data")
        )
