"""`%view limits`: limits to be moved, and what the last cells used."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.limits import MIB, Limits
from qjs_kernel.session import NOTEBOOK_LIMITS, Session
from qjs_kernel.widgets import Stage, View, make_view, open_view
from qjs_kernel.widgets.bars import Bar, columns, sparkline, text_columns
from tests.kernel.kernel_wire import Wire

NAMES = [field.name for field in fields(Limits)]


@dataclass
class Open:
    """A view that is open, and what it has published: data, display id, whether it was an update."""

    view: View
    shown: list[tuple[dict[str, Any], str, bool]]

    def slider(self, name: str) -> Any:
        return next(each for each in self.sliders() if each.description == name)

    def sliders(self) -> list[Any]:
        return [each for each in tree(self.view.widget) if isinstance(each, ipywidgets.FloatLogSlider)]

    def text(self, name: str) -> Any:
        return next(
            each
            for each in tree(self.view.widget)
            if isinstance(each, ipywidgets.Text) and each.tooltip.startswith(f"{name},")
        )

    @property
    def html(self) -> str:
        return "\n".join(each.value for each in tree(self.view.widget) if isinstance(each, ipywidgets.HTML))

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
        stage = Stage(session, lambda data, metadata, ident, update: shown.append((data, ident, update)))
        stages.append(stage)
        return Open(open_view(make_view(stage, "limits")), shown)

    yield make
    for stage in stages:
        stage.close()


def said(view: Open) -> str:
    return re.sub(r"<[^>]*>", "", list(tree(view.view.widget))[-1].value)


class TestControls:
    def test_all_limits_are_there(self, opened: Callable[[], Open]) -> None:
        view = opened()
        assert [slider.description for slider in view.sliders()] == NAMES[:2] + ["output", "messages"] + [
            name for name in NAMES if name not in ("timeout", "memory", "output", "messages")
        ]
        assert view.text("timeout").value == "30 s"
        assert view.text("memory").value == "128 MB"
        assert view.text("result_nodes").value == "2,000,000"
        assert view.slider("memory").value == 128 * MIB

    def test_opening_changes_nothing(self, session: Session, opened: Callable[[], Open]) -> None:
        opened()
        assert session.limits == NOTEBOOK_LIMITS

    def test_every_control_has_a_label(self, opened: Callable[[], Open]) -> None:
        controls = (ipywidgets.Button, ipywidgets.Text, ipywidgets.FloatLogSlider)
        found = [each for each in tree(opened().view.widget) if isinstance(each, controls)]
        assert len(found) == 2 * len(NAMES) + 1
        assert all(each.description or each.tooltip for each in found)

    @pytest.mark.parametrize(
        ("name", "text", "value", "shown"),
        [
            ("timeout", "2m", 120.0, "120 s"),
            ("timeout", "500ms", 0.5, "0.5 s"),
            ("timeout", "7200", 7_200.0, "7200 s"),  # beyond the slider
            ("memory", "64mb", 64 * MIB, "64 MB"),
            ("output", "1000", 1_000, "1000 B"),
            ("messages", "12,000", 12_000, "12,000"),
            ("host_calls", "8", 8, "8"),
        ],
    )
    def test_a_text(
        self, session: Session, opened: Callable[[], Open], name: str, text: str, value: float, shown: str
    ) -> None:
        view = opened()
        view.text(name).value = text
        assert getattr(session.limits, name) == value
        assert type(getattr(session.limits, name)) is type(value)
        assert view.text(name).value == shown
        slider = view.slider(name)
        assert slider.value == pytest.approx(
            min(max(value, slider.base**slider.min), slider.base**slider.max)
        )
        assert said(view) == ""

    @pytest.mark.parametrize(
        ("name", "text", "words"),
        [
            ("timeout", "soon", "write seconds as in 60, 2.5s"),
            ("timeout", "90000", "at most a day"),
            ("memory", "3GB", "between 4 MiB and 2048 MiB"),
            (
                "memory",
                "<b>",
                "'<b>' is not a size above 0".replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#x27;"),
            ),
            ("messages", "1.5", "messages: &#x27;1.5&#x27; is not a whole number"),
            ("stack", "3MB", "between 64 KiB and 2 MiB"),
        ],
    )
    def test_a_wrong_text(
        self, session: Session, opened: Callable[[], Open], name: str, text: str, words: str
    ) -> None:
        view = opened()
        before = view.text(name).value
        view.text(name).value = text
        assert session.limits == NOTEBOOK_LIMITS
        assert view.text(name).value == before
        assert words in said(view)
        view.text(name).value = "1s" if name == "timeout" else "1MB" if name == "stack" else "1000000"
        assert "is not" not in said(view) or name == "memory"

    @pytest.mark.parametrize("name", NAMES)
    def test_every_place_of_a_slider_is_allowed(
        self, session: Session, opened: Callable[[], Open], name: str
    ) -> None:
        view = opened()
        slider = view.slider(name)
        steps = round((slider.max - slider.min) / slider.step)
        for place in sorted({0, steps, *range(0, steps, 7)}):
            slider.value = slider.base ** (slider.min + place * slider.step)
            assert said(view) == ""
            value, shown = getattr(session.limits, name), view.text(name).value
            # What the field shows is what holds: the slider stops at values that can be written.
            session.set_limits(**{name: getattr(NOTEBOOK_LIMITS, name)})
            view.text(name).value = shown
            assert getattr(session.limits, name) == value

    def test_a_slider_stops_at_round_values(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        view.slider("memory").value = 76.1 * MIB
        assert session.limits.memory == 76 * MIB
        view.slider("timeout").value = 12.589
        assert session.limits.timeout == 13.0
        assert view.text("timeout").value == "13 s"

    def test_defaults(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        reset = next(each for each in tree(view.view.widget) if isinstance(each, ipywidgets.Button))
        assert reset.disabled
        session.set_limits(timeout=1.0, files=20)
        assert not reset.disabled
        reset.click()
        assert session.limits == NOTEBOOK_LIMITS
        assert view.text("files").value == "10,000"
        assert reset.disabled

    def test_changes_made_elsewhere(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        session.set_limits(timeout=5.0)
        assert view.text("timeout").value == "5 s"
        assert view.slider("timeout").value == pytest.approx(5.0)
        assert "timeout       5 s" in view.still["text/plain"]
        assert ">5 s</td>" in view.still["text/html"]

    def test_closed_means_still(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        view.view.close()
        before = len(view.shown)
        session.set_limits(timeout=5.0)
        assert len(view.shown) == before


class TestUse:
    def test_before_the_first_cell(self, opened: Callable[[], Open]) -> None:
        view = opened()
        assert "Cell" not in view.html
        assert "<svg" not in view.html

    def test_after_cells(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()

        async def cells() -> None:
            await session.run_async("console.log('x'.repeat(2000))")
            await session.run_async("1 + 1", timeout=7)

        asyncio.run(cells())
        assert re.search(r'title="Cell 1: [<&;\d.lt]+ m?s of 30 s"', view.html)
        assert re.search(r'title="Cell 2: [<&;\d.lt]+ m?s of 7 s"', view.html)
        assert re.search(r'title="Cell 1: [\d.]+ MB of 128 MB"', view.html)
        assert 'title="Cell 1: 1.954 KB of 1 MB"' in view.html
        assert "0 B last, 1.954 KB at most" in view.html
        assert "memory after each of the last 2 runs" in view.html
        assert "<svg" in view.html
        assert "1.954 KB at most" in view.still["text/plain"]
        assert 'title="Cell 1: 1.954 KB of 1 MB"' in view.still["text/html"]

    def test_a_run_that_failed(self, session: Session, opened: Callable[[], Open]) -> None:
        view = opened()
        asyncio.run(
            session.run_async("class Boom extends Error { name = '<b onclick=x>' }; throw new Boom('no')")
        )
        assert "Cell 1: " in view.html
        assert ", exception " in view.html
        assert "✗" in view.still["text/plain"]
        assert "<b onclick" not in view.html + view.still["text/html"]

    def test_the_last_twenty(self, session: Session, opened: Callable[[], Open]) -> None:
        async def cells() -> None:
            for _ in range(23):
                await session.run_async("1")

        asyncio.run(cells())
        view = opened()
        assert 'title="Cell 3:' not in view.html
        assert view.html.count('title="Cell 4:') == 3
        assert view.html.count('title="Cell 23:') == 3
        assert "the last 23 runs" in view.html


class TestBars:
    def test_colours_say_how_full(self) -> None:
        assert "warn" not in columns([Bar(0.8, "a")], "x")
        assert "warn" in columns([Bar(0.81, "a")], "x")
        assert "error" in columns([Bar(0.1, "a", failed=True)], "x")

    def test_labels_are_escaped(self) -> None:
        evil = '"><script>'
        assert "<script" not in columns([Bar(0.5, evil)], evil) + sparkline([1, 2], evil)

    @given(st.lists(st.floats(), max_size=30))
    def test_any_share(self, shares: list[float]) -> None:
        chart = columns([Bar(share, "a") for share in shares], "x")
        assert all(0 <= int(height) <= 22 for height in re.findall(r"height:(\d+)px", chart))
        assert len(text_columns([Bar(share, "a") for share in shares])) == len(shares)

    @given(st.lists(st.floats(0, 1e12), max_size=60))
    def test_any_line(self, values: list[float]) -> None:
        line = sparkline(values, "memory")
        assert bool(line) == (len(values) > 1)
        for x, y in re.findall(r"([-\d.]+),([-\d.]+)", line):
            assert 0 <= float(x) <= 240
            assert 0 <= float(y) <= 28

    def test_text(self) -> None:
        assert text_columns([Bar(0, ""), Bar(0.5, ""), Bar(3, ""), Bar(1, "", failed=True)]) == "▁▅█✗"


class TestKernel:
    def test_over_the_wire(self, wire: Wire) -> None:
        ran = wire.run("%view limits")
        assert ran.ok, ran.traceback
        still, live = (content["data"] for content in ran.contents("display_data"))
        assert "timeout       30 s" in still["text/plain"]
        assert "timeout" in still["text/html"]
        assert live["application/vnd.jupyter.widget-view+json"]["model_id"]
        changed = wire.run("%limits timeout=5")
        states = [each["data"].get("state", {}) for each in changed.contents("comm_msg")]
        assert {"value": "5 s"} in states
        updated = changed.contents("update_display_data")
        assert "timeout       5 s" in updated[-1]["data"]["text/plain"]
        wire.run("%limits timeout=30")
