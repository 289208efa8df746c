"""The controls of `%%params`, without a kernel: what they show, what they say, and when a cell runs again."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import ipywidgets
import pytest

from qjs_kernel.magics.params import parse_params
from qjs_kernel.outcome import Outcome
from qjs_kernel.session import Session
from qjs_kernel.widgets import Stage
from qjs_kernel.widgets.params import ParamsView
from qjs_kernel.widgets.reruns import RanCell, Reruns

CELL = """threshold: number = 3 /* 0..10 */
share = 0.25 // 0..1 of all rows
big = 60_000 /* ms */
ratio = 1.5
strict = true
level: "info" | "warn" = "warn"
zone: "Europe/Berlin" | "Asia/Tokyo" = "Europe/Berlin"
label = "eu"
since = new Date("2026-01-01")
colours: ("red" | "green")[] = ["red"]"""


def tree(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


class Opened:
    """A `%%params` cell that has run, in a session of its own, and what it has shown."""

    def __init__(self, session: Session, text: str, turn: asyncio.Lock | None = None) -> None:
        self.session = session
        self.published: list[dict[str, Any]] = []
        self.outcomes: list[Outcome] = []
        self.cleared: list[bool] = []
        self.ended: asyncio.Queue[Any] = asyncio.Queue()
        self.stage = Stage(session, lambda data, metadata, ident, update: self.published.append(data))
        self.reruns = Reruns(
            session, show=self._show, clear=self.cleared.append, displays=lambda: 0, turn=turn
        )
        declared = parse_params(text)
        assert session.run(declared.source({}), cell=1).ok
        self.reruns.open(self.stage, declared, self.cell("", 1))

    def _show(self, outcome: Outcome) -> bool:
        self.outcomes.append(outcome)
        self.ended.put_nowait(outcome.data)
        return outcome.text is not None

    def cell(self, code: str, number: int, ident: str = "") -> RanCell:
        return RanCell(code, {"cell": number}, ident, contextvars.copy_context())

    @property
    def view(self) -> ParamsView:
        view = self.stage.views[-1]
        assert isinstance(view, ParamsView)
        return view

    def control(self, name: str) -> Any:
        return next(each for each in tree(self.view.widget) if getattr(each, "description", "") == name)

    @property
    def html(self) -> str:
        return "\n".join(each.value for each in tree(self.view.widget) if isinstance(each, ipywidgets.HTML))

    def guest(self, code: str) -> Any:
        return self.session.run(code, cell=99).unwrap()

    def close(self) -> None:
        self.reruns.close()
        self.stage.close()


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as session:
        yield session


@pytest.fixture
def opened(session: Session) -> Iterator[Callable[[str], Opened]]:
    made: list[Opened] = []

    def open_cell(text: str = CELL) -> Opened:
        made.append(Opened(session, text))
        return made[-1]

    yield open_cell
    for each in made:
        each.close()


class TestControls:
    def test_each_kind_has_its_own(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        kinds = {
            name: type(view.control(name)).__name__
            for name in [line.partition(":")[0].partition(" ")[0] for line in CELL.splitlines()]
        }
        assert kinds == {
            "threshold": "IntSlider", "share": "FloatSlider", "big": "IntText", "ratio": "FloatText",
            "strict": "Checkbox", "level": "ToggleButtons", "zone": "Dropdown", "label": "Text",
            "since": "DatePicker", "colours": "SelectMultiple",
        }  # fmt: skip
        slider = view.control("share")
        assert (slider.min, slider.max, slider.step, slider.readout_format) == (0, 1, 0.01, ".2f")
        assert view.control("threshold").step == 1
        assert not view.control("label").continuous_update
        assert "0 … 1 · of all rows" in view.html
        assert view.control("Reset").disabled

    def test_every_control_has_a_name(self, opened: Callable[..., Opened]) -> None:
        inputs = (ipywidgets.HTML, ipywidgets.Box, ipywidgets.Button)
        for each in tree(opened().view.widget):
            if isinstance(each, ipywidgets.Button):
                assert each.tooltip
            elif not isinstance(each, inputs):
                assert each.description
                assert each.tooltip

    @pytest.mark.parametrize(
        ("name", "value", "guest"),
        [
            ("threshold", 7, 7),
            ("share", 0.5, 0.5),
            ("big", 5, 5),
            ("ratio", 2.0, 2),
            ("strict", False, False),
            ("level", "info", "info"),
            ("zone", "Asia/Tokyo", "Asia/Tokyo"),
            ("label", "\"; throw 1; '`${x}\u2028", "\"; throw 1; '`${x}\u2028"),
            ("colours", ("red", "green"), ["red", "green"]),
        ],
    )
    def test_the_guest_has_what_they_say(
        self, opened: Callable[..., Opened], name: str, value: Any, guest: Any
    ) -> None:
        view = opened()
        view.control(name).value = value
        assert view.guest(name) == guest
        assert not view.control("Reset").disabled
        view.control("Reset").click()
        assert view.control("Reset").disabled
        assert view.guest(name) != guest

    def test_a_date(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        view.control("since").value = date(2027, 2, 3)
        assert view.guest("since.toISOString()") == "2027-02-03T00:00:00.000Z"

    def test_what_cannot_be_is_said_and_put_back(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        view.control("since").value = None
        assert "since is a date, as 2026-01-31, not nothing" in view.html
        assert view.control("since").value == date(2026, 1, 1)
        view.control("ratio").value = float("nan")
        assert view.control("ratio").value == 1.5
        view.control("label").value = "x" * 10_001
        assert "longer than 10,000" in view.html
        assert view.guest("[ratio, label]") == [1.5, "eu"]

    def test_they_follow_what_cells_assign_and_what_undo_brings_back(
        self, opened: Callable[..., Opened]
    ) -> None:
        view = opened()
        view.guest(
            "threshold = 9; label = 'us'; colours = ['green']; since = new Date('2025-05-05'); strict = false"
        )
        values = [view.control(name).value for name in ("threshold", "label", "colours", "since", "strict")]
        assert values == [9, "us", ("green",), date(2025, 5, 5), False]
        view.session.undo()
        assert view.control("threshold").value == 3
        assert view.guest("threshold") == 3

    @pytest.mark.parametrize(
        "code", ["threshold = 11", "threshold = 'x'", "threshold = {}", "threshold = 0.5"]
    )
    def test_what_they_cannot_show_leaves_them(self, opened: Callable[..., Opened], code: str) -> None:
        view = opened()
        view.guest(f"{code} as any; undefined")
        assert view.control("threshold").value == 3

    def test_a_hostile_guest_is_text(self, opened: Callable[..., Opened]) -> None:
        view = opened('label = "<img src=x onerror=alert(1)>" /* <script>alert(2)</script> */')
        view.guest("label = '<b>\\u202e</b>'")
        still = view.published[-1]
        for html in (view.html, still["text/html"]):
            assert "<img" not in html
            assert "<script" not in html
            assert "<b>" not in html
        assert "\u202e" not in still["text/plain"] + still["text/html"]


class TestStill:
    def test_text_and_table(self, opened: Callable[..., Opened]) -> None:
        view = opened("threshold: number = 3 /* 0..10 rows */\nlet label = 'eu'")
        assert view.published[0]["text/plain"].splitlines() == [
            "name       type    value",
            "threshold  number  3      0 … 10 · rows",
            'label      string  "eu"',
        ]
        view.control("threshold").value = 4
        assert "threshold  number  4 " in view.published[-1]["text/plain"]
        assert ">4</td>" in view.published[-1]["text/html"]

    def test_long_values_are_cut(self, opened: Callable[..., Opened]) -> None:
        view = opened(f"label = {'x' * 5_000!r}")
        assert len(view.published[0]["text/plain"]) < 400


class TestReruns:
    def test_blocking(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        assert "run the cell below" in view.html
        view.reruns.saw(view.cell("threshold * 10", 2))
        assert "moving one reruns In [2]" in view.html
        view.control("threshold").value = 5
        assert [outcome.data for outcome in view.outcomes] == [50]
        assert view.cleared == [True]

    def test_output_that_does_not_come_again_goes(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        view.reruns.saw(view.cell("undefined", 2))
        view.control("threshold").value = 5
        assert view.cleared == [True, False]

    def test_numbers_of_cells_go_on_as_if_nothing_had_run(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        view.session.run("1", cell=7)
        view.reruns.saw(view.cell("1", 2))
        view.control("threshold").value = 5
        assert view.session.next_cell == 8

    def test_closed_it_does_nothing(self, opened: Callable[..., Opened]) -> None:
        view = opened()
        view.reruns.saw(view.cell("1", 2))
        slider, shown = view.control("threshold"), view.view
        shown.close()
        slider.value = 5
        assert view.outcomes == []
        published = len(view.published)
        view.guest("threshold = 4")
        assert len(view.published) == published

    def test_the_newest_value_after_each_run(self, session: Session) -> None:
        async def drag() -> list[Any]:
            begun, go = asyncio.Event(), asyncio.Event()

            async def gate() -> None:
                begun.set()
                await go.wait()

            session.set_host_names({"gate": gate})
            turn = asyncio.Lock()
            view = Opened(session, CELL, turn)
            view.reruns.saw(view.cell("await env.gate(); threshold", 2))
            slider = view.control("threshold")
            slider.value = 4
            await begun.wait()
            assert turn.locked()
            for value in (5, 6, 7, 8):
                slider.value = value
            assert slider.value == 8
            go.set()
            await view.ended.get()
            await view.ended.get()
            async with turn:
                pass
            view.close()
            return [outcome.data for outcome in view.outcomes]

        assert asyncio.run(drag()) == [4, 8]

    def test_it_waits_for_its_turn(self, session: Session) -> None:
        async def moved_while_a_cell_runs() -> tuple[int, int]:
            turn = asyncio.Lock()
            view = Opened(session, CELL, turn)
            view.reruns.saw(view.cell("threshold", 2))
            async with turn:
                view.control("threshold").value = 4
                during = (await session.run_async("threshold", cell=3)).data
            after = await view.ended.get()
            view.close()
            return during, after

        assert asyncio.run(moved_while_a_cell_runs()) == (3, 4)

    def test_a_failure_of_the_sandbox_is_said(self, session: Session) -> None:
        async def moved() -> str:
            said = asyncio.Event()
            view = Opened(session, CELL, asyncio.Lock())
            session.close()
            view.control("threshold").value = 4
            note = list(tree(view.view.widget))[-1]
            note.observe(lambda change: said.set(), "value")
            await said.wait()
            return str(note.value)

        assert "closed" in asyncio.run(moved())
