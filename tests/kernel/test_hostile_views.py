"""Attacks on views and parameters: values that take long to look at, ways that double, texts that no message takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ipywidgets
import pytest

from qjs_kernel.errors import QjsError
from qjs_kernel.hostcalls import CallLog, TooLarge
from qjs_kernel.magics.grammar import CommandError
from qjs_kernel.magics.params import parse_params
from qjs_kernel.protocol import Peeked, PeekRow, Step
from qjs_kernel.session import Session
from qjs_kernel.values import GuestFunction, JSRegExp
from qjs_kernel.widgets import Stage, View
from qjs_kernel.widgets.inspector import ValueView
from qjs_kernel.widgets.inspector_still import survey
from qjs_kernel.widgets.params import ParamsView
from qjs_kernel.widgets.paths import expression_below, expression_of, parse_path
from qjs_kernel.widgets.tree import Tree
from tests.kernel.kernel_wire import Wire


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    made.start()
    yield made
    made.close()


def stage_of(session: Session) -> Stage:
    return Stage(session, lambda data, metadata, ident, update: None)


class TestPaths:
    def test_a_way_through_symbols_stays_short_and_leads_there(self, session: Session) -> None:
        program = """
        const top: any = {}; let at: any = top;
        for (let i = 0; i < 40; i++) at = at[Symbol("s" + i)] = {};
        at.needle = "found";
        """
        assert session.run(program).ok
        view = ValueView(stage_of(session), "top")
        view.open()
        view.search.value = "needle"
        line = view.results.children[0]
        line.children[0].click()
        assert len(view.path.value) < 5_000
        assert session.run(view.path.value).data == "found"
        view.close()

    def test_what_is_too_long_to_be_written_ends(self) -> None:
        step: Step = ("n", "x" * 9_000)
        text = expression_of([step] * 100)
        assert len(text) < 50_000
        assert text.endswith("…")
        assert expression_below(text, ("i", 1)) == text

    @pytest.mark.parametrize("text", ["a[" + " " * 1_900, "a[ x" + " " * 1_900, "a[ " + "y " * 900 + '"'])
    def test_brackets_full_of_spaces_are_read_at_once(self, text: str) -> None:
        with pytest.raises(QjsError, match="is no path"):
            parse_path(text)

    def test_spaces_around_a_key_are_none_of_it(self) -> None:
        wanted = (("n", "a"), ("n", "b c"), ("i", 3), ("n", "d"))
        assert parse_path("a[ b c ][ 3 ][ 'd' ]") == wanted


class Slow:
    """Peeks that each take a while: 30 entries, each of which can be opened."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(
        self, path: Sequence[Step], start: int = 0, count: int = 100, search: str = ""
    ) -> Peeked | None:
        self.asked += 1
        time.sleep(0.15)  # what is tested is how often that is done
        rows = tuple(PeekRow((("i", at),), f"{at}", "array", "[…]", 3) for at in range(30))
        return Peeked(0, PeekRow((), "", "array", "[…]", 30), rows, 30, complete=True)


class TestSlowValues:
    def test_a_still_does_without_what_takes_too_long(self) -> None:
        slow = Slow()
        level = survey(slow, (("n", "x"),))
        assert len(level.entries) == 30
        assert slow.asked < 10

    def test_a_tree_closes_what_takes_too_long(self) -> None:
        slow = Slow()
        tree = Tree(slow, (("n", "x"),), "x")
        for node in list(tree.root.children)[:10]:
            tree.expand(node)
        slow.asked = 0
        tree.refresh()
        assert slow.asked < 10
        assert tree.root.open
        assert sum(node.open for node in tree.root.children) < 10

    def test_views_are_given_up_to_so_much_time_together(self, session: Session) -> None:
        class Counted(View):
            refreshed = 0

            def build(self) -> ipywidgets.Widget:
                return ipywidgets.VBox()

            def refresh(self) -> None:
                self.refreshed += 1

            def still(self) -> Any:
                return {"text/plain": f"{self.refreshed}"}, {}

        def note(view: View) -> str:
            assert isinstance(view.widget, ipywidgets.VBox)
            return str(view.widget.children[-1].value)

        stage = stage_of(session)
        view = Counted(stage)
        view.open()
        session.run("1")
        assert view.refreshed == 2
        stage.took(1_000.0)
        session.run("2")
        assert view.refreshed == 2
        assert "%view again" in note(view)
        stage.took(-1_000.0)
        session.run("3")
        assert view.refreshed == 3
        assert note(view) == ""
        view.close()


class TestKeptCalls:
    def test_many_arguments_share_the_room_of_one(self) -> None:
        stats = CallLog().begin(len, ["x" * 150_000 for _ in range(5_000)])
        assert stats.arguments is not None
        assert len(stats.arguments) <= 100
        assert sum(len(each) for each in stats.arguments if isinstance(each, str)) <= 200_000
        assert sum(isinstance(each, TooLarge) for each in stats.arguments) == len(stats.arguments) - 1

    @pytest.mark.parametrize(
        "value",
        [JSRegExp("a" * 300_000), GuestFunction(1, "n" * 300_000, lambda *_: None), [JSRegExp("a" * 150_000)] * 2],
        ids=["regexp", "function", "regexps"],
    )  # fmt: skip
    def test_texts_in_other_values_count(self, value: object) -> None:
        stats = CallLog().begin(len, [value])
        assert stats.arguments is not None
        assert isinstance(stats.arguments[0], TooLarge)

    def test_what_was_too_large_takes_no_room(self) -> None:
        stats = CallLog().begin(len, ["x" * 300_000, "small", ["y"] * 3_000, 5])
        assert stats.arguments is not None
        assert stats.arguments[1::2] == ("small", 5)


@pytest.fixture
def controls(session: Session) -> Iterator[Callable[[str], ParamsView]]:
    made: list[ParamsView] = []

    def show(text: str) -> ParamsView:
        declared = parse_params(text)
        assert session.run(declared.source({})).ok
        view = ParamsView(stage_of(session), declared, lambda _: None, lambda _: None)
        view.open()
        made.append(view)
        return view

    yield show
    for view in made:
        view.close()


class TestParams:
    @pytest.mark.parametrize(
        "span",
        ["-1e308..1e308", "-1.7e308..1.7e308", "0..5e-324", "0..1e-320", "1..1.0000000000000002", "0..1e300"],
    )
    def test_any_range_has_a_control(self, controls: Callable[[str], ParamsView], span: str) -> None:
        low = span.partition("..")[0]
        view = controls(f"a: number = {low} /* {span} */")
        assert view.values["a"] == float(low)

    def test_half_a_character_is_no_default(self) -> None:
        with pytest.raises(CommandError, match="half of a character"):
            parse_params('a: string = "\\ud800"')
        with pytest.raises(CommandError, match="half of a character"):
            parse_params('a: "x" | "\\udc00" = "x"')

    def test_two_halves_are_one_character(self) -> None:
        assert parse_params('a = "\\ud83d\\ude00"').params[0].default == "😀"

    def test_half_a_character_of_the_guest_is_not_taken_over(
        self, session: Session, controls: Callable[[str], ParamsView]
    ) -> None:
        view = controls('a: string = "x"')
        assert session.run('a = "\\ud800"').ok
        assert view.values["a"] == "x"
        assert session.run('a = "y"').ok
        assert view.values["a"] == "y"

    @pytest.mark.parametrize("piece", ["1", "1.1", "1_", "._1"])
    def test_a_long_comment_of_digits_is_read_at_once(self, piece: str) -> None:
        declared = parse_params(f"a = 3 // {piece * 40_000}")
        assert declared.params[0].default == 3


class TestWire:
    def test_the_widest_range_is_a_control_and_no_traceback(self) -> None:
        wire = Wire()
        try:
            ran = wire.run("%%params\na: number = 0 /* -1e308..1e308 */")
            assert ran.ok, ran.traceback
            assert len(ran.contents("display_data")) == 2
        finally:
            wire.close()
