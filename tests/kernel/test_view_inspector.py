"""`%view NAME`: the inspector of values, driven by its widgets; and its still, for readers without a kernel."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.errors import QjsError
from qjs_kernel.limits import Limits
from qjs_kernel.session import Session
from qjs_kernel.widgets import Stage
from qjs_kernel.widgets.inspector import ValueView
from qjs_kernel.widgets.paths import expression_of, parse_path
from qjs_kernel.widgets.tree import MOST, PAGE
from tests.kernel.kernel_wire import Wire

PROGRAM = """
const state: any = {
  users: [{ name: "ann", tags: ["x"] }, { name: "bob <b>", tags: [] }],
  byId: new Map<any, any>([["one", { deep: 1 }], [{ key: 1 }, 2]]),
  get lazy() { throw new Error("asked"); }, "odd key": { inner: true }, count: 5,
};
state.self = state;
const many = Array.from({ length: 1_000 }, (_, i) => ({ index: i }));
const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`name${i}`, { i }]));
const word = "hello";
"""


@dataclass
class Screen:
    """What a notebook would show."""

    session: Session
    shown: list[tuple[dict[str, Any], str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stage = Stage(self.session, self._publish)

    def _publish(self, data: dict[str, Any], metadata: dict[str, Any], ident: str, update: bool) -> None:
        self.shown.append((data, ident, update))

    def run(self, code: str) -> None:
        outcome = self.session.run(code)
        assert outcome.ok, outcome.error

    def open(self, path: str = "") -> ValueView:
        view = ValueView(self.stage, path)
        view.open()
        return view


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Session(limits=Limits(timeout=20)) as session:
        screen = Screen(session)
        screen.run(PROGRAM)
        yield screen
        screen.stage.close()


def lines(view: ValueView) -> list[str]:
    """The rows of the tree as a reader sees them: "▾ users: [ … ] (2)"."""
    found = []
    for row in view.list.children:
        words = []
        for part in row.children:
            if isinstance(part, ipywidgets.HTML):
                words.append(html.unescape(re.sub(r"<[^>]*>", "", part.value)))
            elif isinstance(part, ipywidgets.Button) and part.description in ("▸", "▾", "·"):
                words.append(part.description)
        found.append(" ".join(word for word in words if word).strip())
    return found


def buttons(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Button]:
    if isinstance(widget, ipywidgets.Button):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from buttons(child)


def press(view: ValueView, tooltip: str) -> None:
    found = [each for each in buttons(view.widget) if each.tooltip == tooltip]
    assert found, [each.tooltip for each in buttons(view.widget)]
    found[0].click()


def note(view: ValueView) -> str:
    assert view._note is not None
    return html.unescape(re.sub(r"<[^>]*>", "", view._note.value))


class TestTree:
    def test_all_names(self, screen: Screen) -> None:
        assert [line.split(":")[0] for line in lines(screen.open())] == [
            "▸ state",
            "▸ many",
            "▸ wide",
            "· word",
        ]

    def test_rows_open_and_close(self, screen: Screen) -> None:
        view = screen.open("state")
        assert lines(view)[0].startswith("▾ state: ")
        assert lines(view)[1].startswith("▸ users: ")
        press(view, "Open users")
        press(view, "Open 0")
        assert lines(view)[1:6] == [
            "▾ users: [ [Object], [Object] ] (2)",
            "▾ 0: { name: 'ann', tags: Array(1) } (2)",
            "· name: 'ann'",
            "▸ tags: [ 'x' ] (1)",
            "▸ 1: { name: 'bob <b>', tags: Array(0) } (2)",
        ]
        before = len(lines(view))
        press(view, "Close users")
        assert len(lines(view)) == before - 4

    def test_getters_are_shown_and_not_run(self, screen: Screen) -> None:
        assert "· lazy: (getter)" in lines(screen.open("state"))

    def test_cycles_open_lazily(self, screen: Screen) -> None:
        view = screen.open("state")
        assert "▸ self: [Circular *] state (6)" in lines(view)
        press(view, "Open self")
        assert len(lines(view)) == 13

    @pytest.mark.parametrize(
        ("opened", "asked", "expression"),
        [
            (["Open users", "Open 0"], "name", "state.users[0].name"),
            (["Open byId"], "'one' =>", "state.byId.get('one')"),
            (["Open byId"], "key 1", "[...state.byId.keys()][1]"),
            (["Open byId"], "[Object] =>", "[...state.byId.values()][1]"),
            ([], "'odd key'", 'state["odd key"]'),
        ],
    )
    def test_paths_to_copy(self, screen: Screen, opened: list[str], asked: str, expression: str) -> None:
        view = screen.open("state")
        for tooltip in opened:
            press(view, tooltip)
        press(view, f"Path of {asked}")
        assert view.path.value == expression
        screen.run(f"({expression})")

    def test_pages(self, screen: Screen) -> None:
        view = screen.open("many")
        assert len(lines(view)) == PAGE + 2
        assert "0 to 99 of 1,000" in lines(view)[1]
        press(view, "Next 100 entries of many")
        assert lines(view)[2].startswith("▸ 100: ")
        press(view, "Previous 100 entries of many")
        assert lines(view)[2].startswith("▸ 0: ")
        jump = next(
            each for each in view.list.children[1].children if isinstance(each, ipywidgets.BoundedIntText)
        )
        jump.value = 950
        assert lines(view)[2].startswith("▸ 950: ")
        assert len(lines(view)) == 52

    def test_no_more_rows_than_a_browser_bears(self, screen: Screen) -> None:
        screen.run("const lots = Array.from({ length: 5 }, () => new Array(100).fill(0));")
        view = screen.open("lots")
        for index in range(5):
            press(view, f"Open {index}")
        assert len(lines(view)) <= MOST
        assert "close some first" in note(view)
        press(view, "Close 0")
        press(view, "Open 4")
        assert note(view) == ""

    def test_closing_rows_closes_their_widgets(self, screen: Screen) -> None:
        view = screen.open("many")
        press(view, "Open 0")
        row = view.list.children[3]
        parts = [row, *row.children]
        assert all(part.comm is not None for part in parts)
        press(view, "Close 0")
        assert all(part.comm is None for part in parts)


class TestAfterARun:
    def test_what_is_open_stays_open(self, screen: Screen) -> None:
        view = screen.open("state")
        press(view, "Open users")
        press(view, "Open 1")
        kept = view.list.children[1]
        screen.run("state.users[1].name = 'carl'; state.users.push({ name: 'dora' });")
        assert "· name: 'carl'" in lines(view)
        assert "▸ 2: { name: 'dora' } (1)" in lines(view)
        assert view.list.children[1] is kept

    def test_what_is_gone_is_closed(self, screen: Screen) -> None:
        view = screen.open("state")
        press(view, "Open users")
        screen.run("state.users = 7;")
        assert "· users: 7" in lines(view)
        screen.run("delete (globalThis as any).state;")
        assert [line.partition(" ")[2] for line in lines(view)] == ["state: (gone)"]

    def test_the_still_follows(self, screen: Screen) -> None:
        view = screen.open("state.count")
        screen.run("state.count = 77;")
        assert screen.shown[-1][0]["text/plain"] == "state.count: 77"
        view.close()
        count = len(screen.shown)
        screen.run("state.count = 78;")
        assert len(screen.shown) == count

    def test_while_a_cell_runs(self, screen: Screen) -> None:
        view = screen.open("state")
        said: list[str] = []

        def look() -> None:
            press(view, "Open users")
            said.append(note(view))

        screen.session.set_host_names({"look": look})
        screen.run("env.look();")
        assert "a cell is running" in said[0]
        press(view, "Open users")
        assert note(view) == ""


class TestSearch:
    def results(self, view: ValueView) -> list[str]:
        return [line.children[0].description for line in view.results.children]

    def test_what_is_found_can_be_opened(self, screen: Screen) -> None:
        view = screen.open("state")
        view.search.value = "BOB"
        assert self.results(view) == ["state.users[1].name"]
        assert "'BOB' is in 1 place" in html.unescape(view.summary.value)
        press(view, "Show state.users[1].name")
        assert "· name: 'bob <b>'" in lines(view)
        assert view.path.value == "state.users[1].name"
        view.search.value = ""
        assert self.results(view) == []

    @pytest.mark.parametrize(("path", "wanted", "expression"), [
        ("many", "777", "many[777].index"), ("wide", "name4321", "wide.name4321"),
        ("", "deep", "[...state.byId.values()][0].deep"),
    ])  # fmt: skip
    def test_on_whatever_page_it_is(self, screen: Screen, path: str, wanted: str, expression: str) -> None:
        view = screen.open(path)
        view.search.value = wanted
        assert expression in self.results(view)
        press(view, f"Show {expression}")
        name = expression.rpartition(".")[2]
        assert any(f" {name}: " in f" {line}" for line in lines(view)), lines(view)[:5]

    def test_nothing(self, screen: Screen) -> None:
        view = screen.open("state")
        view.search.value = "no such thing"
        assert self.results(view) == []
        assert "in none of the" in html.unescape(view.summary.value)


HOSTILE = """
const evil: any = { "<img src=x onerror=alert(1)>": "<script>alert(1)</script>", "\\x1b[31m\\u202e": "\\u202e\\x00",
  m: new Map([["<i>", "</div><b>"]]), [Symbol("<u>")]: 1 };
class X {}; Object.defineProperty(X, "name", { value: "<svg onload=alert(1)>" }); evil.x = new X();
"""


class TestReaders:
    def test_the_still(self, screen: Screen) -> None:
        screen.open("state")
        (still, ident, update), (live, _, _) = screen.shown
        assert not update
        assert ident
        assert "application/vnd.jupyter.widget-view+json" in live
        text = still["text/plain"].splitlines()
        assert text[0].startswith("state: ")
        assert "    name: 'ann'" not in text
        assert any(line.startswith("    0: { name: 'ann'") for line in text)
        assert "<details>" in still["text/html"]

    def test_a_still_is_small(self, screen: Screen) -> None:
        screen.open()
        screen.open("many")
        for data, _, _ in screen.shown:
            assert len(data.get("text/html", "")) < 100_000
        assert "… 970 more" in screen.shown[-2][0]["text/plain"]

    def test_everything_is_escaped(self, screen: Screen) -> None:
        screen.run(HOSTILE)
        view = screen.open("evil")
        view.search.value = "<"
        shown = [screen.shown[0][0]["text/html"], view.summary.value]
        shown += [part.value for row in (*view.list.children, *view.results.children) for part in row.children
                  if isinstance(part, ipywidgets.HTML)]  # fmt: skip
        for markup in shown:
            assert not re.search(r"<(script|img|svg|b|i|u)\b", markup)
            assert not re.search("[\x00-\x08\x1b\u202e]", markup)
        assert not re.search("[\x00-\x08\x1b\u202e]", screen.shown[0][0]["text/plain"])

    def test_every_control_has_a_name(self, screen: Screen) -> None:
        view = screen.open("many")
        view.search.value = "7"
        assert all(each.tooltip for each in buttons(view.widget))
        for each in (view.search, view.path):
            assert each.description
            assert each.tooltip

    @pytest.mark.parametrize(
        "path", ["nowhere", "state.nowhere", "state.lazy", "1 +", "state[", "state..x", "f()", "x" * 3000]
    )
    def test_where_there_is_nothing(self, screen: Screen, path: str) -> None:
        with pytest.raises(QjsError):
            screen.open(path)


class TestPaths:
    @pytest.mark.parametrize(
        ("text", "steps"),
        [
            ("", ()), ("state", (("n", "state"),)), ("a.b[3].c", (("n", "a"), ("n", "b"), ("i", 3), ("n", "c"))),
            ("a?.b", (("n", "a"), ("n", "b"))), (" $x . _y ", (("n", "$x"), ("n", "_y"))),
            ('a["b c"]', (("n", "a"), ("n", "b c"))), ("a['it\\'s']", (("n", "a"), ("n", "it's"))),
            ("a[b c]", (("n", "a"), ("n", "b c"))),
            ('a["\\u00b2\\ud83d\\ude00\\n"]', (("n", "a"), ("n", "²😀\n"))), ("größe.x", (("n", "größe"), ("n", "x"))),
        ],
    )  # fmt: skip
    def test_what_people_write(self, text: str, steps: Any) -> None:
        assert parse_path(text) == steps

    @given(
        st.lists(st.from_regex(r"[A-Za-z_$][\w$]{0,8}", fullmatch=True) | st.integers(0, 10**9), max_size=8)
    )
    def test_there_and_back(self, rest: list[str | int]) -> None:
        steps = (("n", "top"), *(("i" if isinstance(each, int) else "n", each) for each in rest))
        assert parse_path(expression_of(steps)) == steps

    @given(st.text())
    def test_any_text_is_a_path_or_an_error(self, text: str) -> None:
        with contextlib.suppress(QjsError):
            assert bool(parse_path(text)) == bool(text.strip())


def test_through_the_kernel(wire: Wire) -> None:
    run: Callable[[str], Any] = wire.run
    assert run("const inspected = { list: [1, 2] };").ok
    shown = run("%view inspected.list").contents("display_data")
    assert [sorted(each["data"]) for each in shown] == [
        ["text/html", "text/plain"], ["application/vnd.jupyter.widget-view+json", "text/plain"],
    ]  # fmt: skip
    assert "inspected.list: [ 1, 2 ]  (2)" in shown[0]["data"]["text/plain"]
    assert "there is no value nowhere" in run("%view nowhere").traceback
