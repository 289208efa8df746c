"""Errors as HTML: the twin of the plain report, escaped and folded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.display import error_text
from qjs_kernel.display.errors_html import error_html
from qjs_kernel.errors import Frame, GuestError
from tests.unit.display_html import checked

SOURCE = {"/src/cell-3.ts": "const a = 1\na.b.c()\n"}
FIRST = Frame("go", "/src/cell-3.ts", 2, 5, "a.b.c()")


def words(error: GuestError) -> str:
    return "".join(checked(error_html(error, SOURCE.get)).text)


class TestErrorHtml:
    def test_title_place_and_line_with_a_caret(self) -> None:
        text = words(GuestError("exception", "TypeError", "not a function", frames=(FIRST,)))
        assert text.startswith("TypeError: not a functionCell In[3], line 2, column 5, in go")
        assert "> 2 | a.b.c()" in text
        assert "    |     ^" in text

    def test_it_says_what_the_plain_report_says(self) -> None:
        error = GuestError(
            "timeout",
            "ExecutionTimeout",
            "the time limit of 5 s was reached",
            frames=(FIRST, Frame("main", "/src/cell-3.ts", 1, 1)),
            cause=GuestError("exception", "RangeError", "why", frames=(Frame("f", "/a.ts", 1, 1),)),
            rolled_back=True,
            host_traceback="Traceback\nKeyError: 1",
        )
        text = words(error)
        for line in error_text(error, SOURCE.get).split("\n"):
            assert line.strip() in text

    def test_long_stacks_are_folded_and_short_ones_are_not(self) -> None:
        many = tuple(Frame(f"f{n}", "/a.ts", n + 1, 1) for n in range(30))
        markup = error_html(GuestError("exception", "Error", "x", frames=many))
        assert checked(markup).tags.count("details") == 1
        assert "Stack: 29 more frames" in markup
        assert (
            "details" not in checked(error_html(GuestError("exception", "Error", "x", frames=many[:3]))).tags
        )

    def test_recursion_is_one_line(self) -> None:
        text = words(GuestError("exception", "Error", "x", frames=(FIRST,) * 50))
        assert "… and 48 times more" in text

    def test_thrown_values_have_no_colon(self) -> None:
        assert words(GuestError("exception", "Uncaught", "42", value_text="42")) == "Uncaught 42"

    @given(st.text(alphabet=st.characters(codec=None) | st.sampled_from("<>&\"'\x1b\u202e")))
    def test_nothing_of_the_guest_is_markup(self, text: str) -> None:
        frames = (Frame(text, text, 1, 1, text),) * 3 + (Frame("g", "/x", 1, 1),)
        error = GuestError(
            "exception", text, text, frames=frames, value_text=text, hint=text, host_traceback=text
        )
        error.cause = error
        checked(error_html(error))
        checked(error_html(error, lambda _: text))
