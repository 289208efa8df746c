"""Text, code frames and error reports: what a reader sees of what a guest chose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.display import (
    GuestFault,
    GuestResult,
    cell_width,
    code_frame,
    error_text,
    error_traceback,
    fault_of,
    safe_text,
    shorten,
)
from qjs_kernel.display.errors import place, plain_fault
from qjs_kernel.errors import Frame, GuestError, MountError

ANY_TEXT = st.text(alphabet=st.characters(codec=None) | st.sampled_from("\x1b[m0;\r\n\t\x07\u202e\ud800"))


def error(message: str = "x is not a function", **options: object) -> GuestError:
    kind = options.pop("kind", "exception")
    name = options.pop("name", "TypeError")
    return GuestError(kind, name, message, **options)  # type: ignore[arg-type]


class TestSafeText:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\x1b[31mred\x1b[0m", "a\x1b[31mred\x1b[0m"),
            ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
            ("\x1b[2J", "\\x1b[2J"),
            ("a\x9b31m", "a\\x9b31m"),
            ("over\rwrite", "over\\x0dwrite"),
            ("dos\r\nline", "dos\nline"),
            ("\u202egnp.exe", "\\u202egnp.exe"),
            ("\u2066x\u2069", "\\u2066x\\u2069"),
            ("half \ud83d pair", "half \\ud83d pair"),
            ("\x00\x7f", "\\x00\\x7f"),
            ("日本 👩‍👩‍👧 é", "日本 👩‍👩‍👧 é"),
        ],
    )
    def test_only_colour_newline_and_tab_pass(self, text: str, shown: str) -> None:
        assert safe_text(text) == shown

    def test_colours_can_be_dropped(self) -> None:
        assert safe_text("a\x1b[31mred\x1b[0m\x1b[2J", colours=False) == "ared\\x1b[2J"

    @given(ANY_TEXT)
    def test_result_is_harmless_encodable_and_stable(self, text: str) -> None:
        shown = safe_text(text)
        shown.encode()
        bare = re.sub("\x1b\\[[0-9;:]{0,64}m", "", shown)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", bare)
        assert safe_text(shown) == shown

    def test_shorten_says_what_is_missing(self) -> None:
        assert shorten("abcdef", 4) == "abcd… (2 more characters)"
        assert shorten("a\nb\nc", 100, lines=2) == "a\nb… (2 more characters)"
        assert shorten("abc", 3) == "abc"


class TestWidth:
    @pytest.mark.parametrize(
        ("text", "cells"),
        [
            ("abc", 3),
            ("日本", 4),
            ("é", 1),
            ("e\u0301", 1),
            ("👍", 2),
            ("👍🏽", 2),
            ("👩‍👩‍👧", 2),
            ("\u200b", 0),
            ("ｆ", 2),
        ],
    )
    def test_cells(self, text: str, cells: int) -> None:
        assert cell_width(text) == cells


def caret_cell(lines: list[str]) -> int:
    """The cell of the caret, counted from the left edge of the text."""
    caret = next(line for line in lines if line.rstrip().endswith("^"))
    return caret.index("^") - (caret.index("|") + 2)


class TestCodeFrame:
    def test_two_lines_around_and_a_caret(self) -> None:
        source = ["one", "two", "three", "four", "five", "six"]
        assert code_frame(source, 4, 2) == [
            "  2 | two",
            "  3 | three",
            "> 4 | four",
            "    |  ^",
            "  5 | five",
            "  6 | six",
        ]

    def test_numbers_line_up(self) -> None:
        frame = code_frame([f"line {n}" for n in range(1, 12)], 9, 1)
        assert frame[0] == "   7 | line 7"
        assert frame[-1] == "  11 | line 11"

    @pytest.mark.parametrize(
        ("line", "column", "cell"),
        [
            ("abc", 1, 0),
            ("\tx", 2, 4),
            ("a\tx", 3, 4),
            ("日本x", 3, 4),
            ("'👍'.f()", 4, 4),
            ("'👩‍👩‍👧' + x", 11, 7),
            ("e\u0301x", 3, 1),
            ("abc", 4, 3),
            ("abc", 99, 3),
        ],
    )
    def test_caret_stands_below_its_character(self, line: str, column: int, cell: int) -> None:
        assert caret_cell(code_frame([line], 1, column)) == cell

    @pytest.mark.parametrize("column", [1, 500, 5_000, 9_999])
    def test_long_line_is_cut_around_the_caret(self, column: int) -> None:
        line = "".join(chr(0x61 + n % 26) for n in range(10_000))
        frame = code_frame([line], 1, column)
        text = frame[0].split("| ", 1)[1]
        assert len(text) <= 145
        assert text[caret_cell(frame)] == line[column - 1]

    def test_line_that_is_not_there_gives_nothing(self) -> None:
        assert code_frame(["a"], 2, 1) == []
        assert code_frame([], 1, 1) == []

    def test_no_column_no_caret(self) -> None:
        assert code_frame(["a"], 1, 0) == ["> 1 | a"]

    def test_control_characters_of_the_source_are_escaped_and_the_caret_follows(self) -> None:
        frame = code_frame(["'\x1b[2J' + x"], 1, 10)
        assert "\x1b" not in "\n".join(frame)
        shown = frame[0].split("| ", 1)[1]
        assert shown[caret_cell(frame)] == "x"

    @given(ANY_TEXT, st.integers(0, 400))
    def test_any_line_and_column(self, line: str, column: int) -> None:
        flat = line.replace("\n", " ").replace("\r", " ")
        frame = code_frame([flat], 1, column)
        assert len(frame) == (2 if column else 1)
        "\n".join(frame).encode()


class TestReport:
    def test_cells_are_named_as_jupyter_numbers_them(self) -> None:
        assert place("/src/cell-12.ts", 2, 5) == "Cell In[12], line 2, column 5"
        assert place("/src/cell-3.tsx", 1, 0) == "Cell In[3], line 1"
        assert place("/src/custom.ts", 2, 5) == "/src/custom.ts, line 2, column 5"
        assert place("/src/cell-x.ts", 0, 0) == "/src/cell-x.ts"

    def test_whole_report(self) -> None:
        frames = (
            Frame("inner", "/src/custom.ts", 2, 3, "  y.z()"),
            Frame("<module>", "/src/cell-3.ts", 1, 1, "inner()"),
        )
        sources = {"/src/custom.ts": "function inner() {\n  y.z()\n}", "/src/cell-3.ts": "inner()"}
        text = error_text(error(frames=frames, cause=error("why", name="RangeError")), sources.get)
        assert text.split("\n") == [
            "TypeError: x is not a function",
            "",
            "/src/custom.ts, line 2, column 3, in inner",
            "  1 | function inner() {",
            "> 2 |   y.z()",
            "    |   ^",
            "  3 | }",
            "",
            "    at <module> (Cell In[3]:1:1)",
            "",
            "Caused by RangeError: why",
        ]

    def test_changed_file_shows_the_line_that_ran(self) -> None:
        frames = (Frame("f", "/a.ts", 1, 1, "old()"),)
        text = error_text(error(frames=frames), {"/a.ts": "new()"}.get)
        assert "old()" in text
        assert "new()" not in text

    def test_limits_say_how_to_change_them_and_that_state_is_back(self) -> None:
        text = error_text(error("too slow", kind="timeout", name="TimeoutError", rolled_back=True))
        assert "rolled back" in text
        assert "%limits timeout=60" in text

    def test_hint_of_the_sandbox_is_shown(self) -> None:
        assert "Call await first." in error_text(error(hint="Call await first."))

    def test_thrown_value_that_is_no_error(self) -> None:
        assert error_text(error("42", name="Error", value_text="42")) == "Uncaught 42"

    def test_host_traceback_is_for_the_owner(self) -> None:
        text = error_text(error(host_traceback="Traceback …\nKeyError: 'k'\n"))
        assert text.endswith("In the host function (Python):\nTraceback …\nKeyError: 'k'")

    def test_recursion_is_folded_and_deep_stacks_cut(self) -> None:
        same = Frame("f", "/src/cell-1.ts", 1, 1)
        text = error_text(error(frames=(same,) * 500))
        assert "and 498 times more" in text
        two = (Frame("even", "/src/cell-1.ts", 1, 1), Frame("odd", "/src/cell-1.ts", 2, 1))
        text = error_text(error(frames=two * 25))
        assert (
            "    at odd (Cell In[1]:2:1)\n    at even (Cell In[1]:1:1)\n       … and these 2 frames 23 times more"
            in text
        )
        assert text.endswith("    at odd (Cell In[1]:2:1)")
        many = tuple(Frame(f"f{n}", "/src/cell-1.ts", n + 1, 1) for n in range(100))
        assert "79 more frames" in error_text(error(frames=many))

    def test_cause_chain_ends(self) -> None:
        cause: GuestError | None = None
        for number in range(50):
            cause = error(f"m{number}", cause=cause)
        assert cause is not None
        assert error_text(cause).count("Caused by") == 8
        loop = error("a")
        loop.cause = loop
        assert error_text(loop) == "TypeError: a"

    def test_hostile_error_is_escaped_and_short(self) -> None:
        frames = (Frame("\x1b[2Jf\nat evil", "/src/\u202ex.ts", 1, 1, "\x1b[8mhidden" * 10_000),)
        text = error_text(
            error("m\x1b]0;x\x07" * 100_000, name="N\n\x1b[2J" * 1000, frames=frames, value_text=None)
        )
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) < 20_000
        text.encode()

    def test_traceback_sections_join_to_the_coloured_text(self) -> None:
        one = error(frames=(Frame("f", "/src/cell-1.ts", 1, 1, "f()"),))
        assert "\n".join(error_traceback(one)) == error_text(one, colour=True)
        assert "\x1b[31;1mTypeError\x1b[0m" in error_traceback(one)[0]


class TestFault:
    def test_class_has_the_name_of_the_guest(self) -> None:
        fault = fault_of(error("boom", name="MyError"))
        assert type(fault).__name__ == "MyError"
        assert isinstance(fault, GuestFault)
        assert str(fault) == "boom"
        assert fault._render_traceback_()[0].endswith("MyError\x1b[0m: boom")

    @pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "x" * 10_000, "two words", "1"])
    def test_any_name_makes_a_class(self, name: str) -> None:
        made = type(fault_of(error(name=name))).__name__
        assert made
        assert len(made) < 200
        made.encode()

    def test_misuse_has_no_traceback(self) -> None:
        fault = plain_fault(MountError("bad path"))
        assert type(fault).__name__ == "MountError"
        assert fault._render_traceback_() == ["\x1b[31;1mMountError\x1b[0m: bad path"]


def data_of(result: GuestResult) -> dict[str, object]:
    data, metadata = result._repr_mimebundle_()
    assert metadata == {}
    assert isinstance(data, dict)
    return data


class TestResult:
    def test_text_is_escaped_and_capped(self) -> None:
        assert data_of(GuestResult(None, "null")) == {"text/plain": "null"}
        assert data_of(GuestResult("", "\x1b[2J")) == {"text/plain": "\\x1b[2J"}
        assert len(str(data_of(GuestResult("", "x" * 3_000_000))["text/plain"])) < 1_000_100

    @pytest.mark.parametrize(
        "text", ["<img src=x onerror=alert(1)>", "$\\href{javascript:x}{y}$", "# h\n[a](b)"]
    )
    def test_guest_text_is_never_markup(self, text: str) -> None:
        """Whatever the text, text/plain is all a front end gets: it escapes that itself."""
        assert data_of(GuestResult({}, text)) == data_of(GuestResult(text, text)) == {"text/plain": text}
        hostile = error(text, name=text, frames=(Frame(text, f"/src/{text}", 1, 1, text),), value_text=text)
        for shown in (GuestResult({}, text), fault_of(hostile)):
            representations = {name for name in dir(shown) if name.startswith("_repr_")}
            assert representations <= {"_repr_mimebundle_"}

    def test_result_shows_text_and_keeps_data(self) -> None:
        result = GuestResult({"a": 1}, "{ a: 1 }")
        assert data_of(result) == {"text/plain": "{ a: 1 }"}
        assert repr(result) == "{ a: 1 }"
        assert result.data == {"a": 1}
