"""`%%params`: what can be declared, what is said of the rest, and that nothing is lost on the way to TypeScript."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.magics import CommandError, Params, find_command, run_command
from qjs_kernel.magics.literals import Value, tokens_of, write_literal
from qjs_kernel.magics.params import Declared, Param, parse_params


def one(text: str) -> Param:
    (param,) = parse_params(text).params
    return param


class TestDeclarations:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: number = 3", Param("a", "int", "number", 3)),
            ("a = 3", Param("a", "int", "number", 3)),
            ("let a: number = -0.5", Param("a", "float", "number", -0.5)),
            ("a = 3.0;", Param("a", "float", "number", 3.0)),
            ("a = 0xFF", Param("a", "int", "number", 255)),
            ("a = 60_000 /* ms */", Param("a", "int", "number", 60_000, note="ms")),
            ("a = 3 /* 0..10 */", Param("a", "int", "number", 3, low=0, high=10)),
            ("a = 3 // 0 .. 10", Param("a", "int", "number", 3, low=0, high=10)),
            (
                "a = 3; /* -1_0..10 step 2 minutes */",
                Param("a", "int", "number", 3, (), -10, 10, 2, "minutes"),
            ),
            ("a = 1 /* 0..10 step 0.5 */", Param("a", "float", "number", 1.0, (), 0, 10, 0.5)),
            ("a = 1 /* 0..2.5, a share */", Param("a", "float", "number", 1.0, (), 0, 2.5, None, "a share")),
            ("a = true // whether", Param("a", "boolean", "boolean", True, note="whether")),
            ('a: string = "x" /* 0..10 */', Param("a", "string", "string", "x", note="0..10")),
            ("a = `b'\"`", Param("a", "string", "string", "b'\"")),
            ('a: Date = "2026-01-31"', Param("a", "date", "Date", date(2026, 1, 31))),
            ("a = new Date('2026-01-31')", Param("a", "date", "Date", date(2026, 1, 31))),
            ('a: "x" | "y" = "y"', Param("a", "choice", '"x" | "y"', "y", ("x", "y"))),
            ("a: | 1 | -2 = -2", Param("a", "choice", "| 1 | -2", -2, (1, -2))),
            ('a: ("x" | 1)[] = ["x"]', Param("a", "choices", '("x" | 1)[]', ("x",), ("x", 1))),
            ('a: "x"[] = []', Param("a", "choices", '"x"[]', (), ("x",))),
            ("$é_1 = 1", Param("$é_1", "int", "number", 1)),
            ("let = 1", None),
        ],
    )
    def test_one(self, text: str, expected: Param | None) -> None:
        if expected is None:
            with pytest.raises(CommandError, match="line 1, column 5"):
                parse_params(text)
        else:
            assert one(text) == expected

    def test_many_over_lines_and_comments(self) -> None:
        text = '// of the alert\n\na = 1; b = 2 // both\nlevel:\n  | "info"\n  | "warn" = /* now */ "warn"\n/* end */'
        found = parse_params(text).params
        assert [(param.name, param.note) for param in found] == [("a", ""), ("b", "both"), ("level", "")]

    def test_the_command_gives_an_action(self) -> None:
        command = find_command("params", "cell")
        assert command is not None
        action = run_command(None, command, "", "a = 1")  # type: ignore[arg-type]
        assert isinstance(action, Params)
        assert [param.name for param in action.declared.params] == ["a"]
        with pytest.raises(CommandError, match="unknown option --x"):
            run_command(None, command, "--x", "a = 1")  # type: ignore[arg-type]


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "place", "said"),
        [
            ("\n\nthreshold", (3, 10), "types are number, string"),
            ("a: foo = 3", (1, 4), "'foo' is no type"),
            ("a: number 3", (1, 11), "= and a default"),
            ("a: number =", (1, 12), "the end of the cell is no default"),
            ("a: number = 'x'", (1, 13), 'a is a number, not "x"'),
            ("a = 30 /* 0..10 */", (1, 5), "a whole number from 0 to 10, not 30"),
            ("a = 3 /* 0...10 */", (1, 7), "a range is written 0..10"),
            ("a = 3 /* 10..0 */", (1, 7), "not below its end"),
            ("a = 3 /* 0..10 step 11 */", (1, 7), "the step 11"),
            ("a = 1 b = 2", (1, 7), "'b' cannot stand here"),
            ("a = 3 as any", (1, 7), "'as' cannot stand here"),
            ("a: string[] = []", (1, 4), '("red" | "green")[], not string[]'),
            ("a: number | string = 3", (1, 11), "cannot hold number"),
            ("a: 'x' | 'x' = 'x'", (1, 10), '"x" is there twice'),
            ("a: 'x' | 'y' = 'z'", (1, 16), 'one of "x", "y", not "z"'),
            ("a: ('x')[] = ['y']", (1, 14), "an array of some of"),
            ("a: ('x')[] = ['x', 'x']", (1, 14), "there twice"),
            ("a = ['x']", (1, 5), "write the choices"),
            ("a = [[1]]", (1, 6), "an array holds"),
            ("a = [1", (1, 7), "] is missing"),
            ("const a = 3", (1, 1), "instead of const"),
            ("class = 3", (1, 1), "a word of the language"),
            ("a = 1\nb = 2\na = 3", (3, 1), "declared twice"),
            ("a = `x${1}`", (1, 7), "no ${…}"),
            ("a = 'x", (1, 5), "not closed"),
            ("a = 'x\\", (1, 5), "not closed"),
            ("a = 'x\n'", (1, 5), "not closed"),
            ("a = '\\x4'", (1, 6), "escape"),
            ("a = '\\u{110000}'", (1, 6), "no such character"),
            ("/* a = 1", (1, 1), "not closed"),
            ("a = 3n", (1, 5), "bigint"),
            ("a = 007", (1, 5), "no number"),
            ("a = 1__0", (1, 5), "no number"),
            ("a = 1e999", (1, 5), "too large"),
            ("a = f()", (1, 5), "'f' is no default"),
            ("a = new Map()", (1, 9), "new Date("),
            ("a = new Date('2026-02-30')", (1, 14), "is no day"),
            ("a: Date = '01/02/2026'", (1, 11), "is no day"),
            ("a = new Date(0)", (1, 14), "a date is written"),
            ("#", (1, 1), "begins with its name"),
            ("é💡", (1, 2), "found '💡'"),
        ],
    )
    def test_place_and_words(self, text: str, place: tuple[int, int], said: str) -> None:
        with pytest.raises(CommandError) as caught:
            parse_params(text)
        message = str(caught.value)
        assert message.startswith(f"%%params: line {place[0]}, column {place[1]}: "), message
        assert said in message

    def test_nothing_declared(self) -> None:
        with pytest.raises(CommandError, match="there is no parameter; write one a line"):
            parse_params("// nothing\n")

    def test_too_many(self) -> None:
        with pytest.raises(CommandError, match="line 51, column 1: a cell has at most 50"):
            parse_params("\n".join(f"a{index} = {index}" for index in range(60)))

    @given(st.text(alphabet=st.sampled_from("a=:;1.'\"`|[](){}/*-+ \n\\let newDate#💡"), max_size=60))
    def test_any_text_is_read_or_refused_with_its_place(self, text: str) -> None:
        message = ""
        try:
            parse_params(text)
        except CommandError as error:
            message = str(error)
        found = re.match(r"%%params: (?:line (\d+), column (\d+): |there is no parameter)|\Z", message)
        assert found is not None, message
        if found[1]:
            lines = text.split("\n")
            assert int(found[1]) <= len(lines)
            assert int(found[2]) <= len(lines[int(found[1]) - 1]) + 1


TEXTS = st.text(max_size=20)
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False, width=64))
DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
CHOICES = st.lists(
    st.one_of(TEXTS, NUMBERS), min_size=1, max_size=6, unique_by=lambda each: (isinstance(each, str), each)
)


@st.composite
def declarations(draw: st.DrawFn) -> tuple[str, Value]:
    """The type and default of a parameter as text, and the default."""
    kind = draw(st.sampled_from(("number", "string", "boolean", "Date", "choice", "choices")))
    default: Value
    if kind in ("choice", "choices"):
        choices = draw(CHOICES)
        union = " | ".join(map(write_literal, choices))
        if kind == "choices":
            default = tuple(draw(st.lists(st.sampled_from(choices), unique=True)))
            return f"({union})[] = {write_literal(default)}", default
        default = draw(st.sampled_from(choices))
        return f"{union} = {write_literal(default)}", default
    made: Mapping[str, st.SearchStrategy[Value]] = {
        "number": NUMBERS, "string": TEXTS, "boolean": st.booleans(), "Date": DATES,
    }  # fmt: skip
    default = draw(made[kind])
    return f"{kind} = {write_literal(default)}", default


def same(left: Value, right: Value) -> bool:
    """Equal, of the same type, and with the sign of zero."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return type(left) is type(right) and left == right


class TestRoundTrips:
    @given(st.one_of(TEXTS, NUMBERS))
    def test_literals(self, value: str | int | float) -> None:
        text = write_literal(value)
        assert "\n" not in text
        text.encode()
        tokens = tokens_of(text.removeprefix("-"), "")
        assert [token.kind for token in tokens] == ["string" if isinstance(value, str) else "number", "end"]
        read = tokens[0].value
        assert same(-read if text.startswith("-") and not isinstance(read, str) else read, value)

    @given(st.lists(declarations(), min_size=1, max_size=5), st.booleans())
    def test_defaults_and_source(self, made: list[tuple[str, Value]], lets: bool) -> None:
        text = "\n".join(f"{'let ' * lets}p{index}: {each}" for index, (each, _) in enumerate(made))
        declared = parse_params(text)
        assert all(
            same(param.default, default) for param, (_, default) in zip(declared.params, made, strict=True)
        )
        again = parse_params(declared.source({}))
        assert again.params == declared.params
        assert again.source({}) == declared.source({})

    @given(st.data(), declarations(), declarations())
    def test_values_of_the_kind_survive(
        self, data: st.DataObject, first: tuple[str, Value], second: tuple[str, Value]
    ) -> None:
        declared = parse_params(f"a: {first[0]}\nlet b: {second[0]} // note")
        param = declared.params[0]
        other: Value = param.default
        if param.kind == "choice":
            other = data.draw(st.sampled_from(param.choices))
        elif param.kind == "string":
            other = data.draw(TEXTS)
        elif param.kind == "float":
            other = data.draw(st.floats(allow_nan=False, allow_infinity=False))
        again = parse_params(declared.source({"a": other})).params
        assert same(again[0].default, other)
        assert again[1] == declared.params[1]


class TestSource:
    def source(self, text: str, **values: Value) -> str:
        return parse_params(text).source(values)

    def test_lines_stay(self) -> None:
        text = (
            '\n\n a = 1 // one\nlet b: ("x" | "y")[] = [\n  "x",\n] /* two */\nc: Date = "2026-01-31"; d = 4'
        )
        source = self.source(text, a=2, d=5)
        lines = source.split("\n")
        assert len(lines) == text.count("\n") + 1
        assert lines[2] == " let a = 2 // one"
        assert lines[3].startswith('let b: ("x" | "y")[] = ["x"]')
        assert lines[6] == 'let c: Date = new Date("2026-01-31"); let d = 5'

    def test_text_is_only_data(self) -> None:
        declared: Declared = parse_params('a = "x"')
        source = declared.source({"a": '"; evil(); "\n`${evil()}`\u2028'})
        assert source == 'let a = "\\"; evil(); \\"\\n`${evil()}`\\u2028"'


class TestChecked:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("a = 3 /* 0..10 */", 11),
            ("a = 3", 3.5),
            ("a = 3", True),
            ("a = 3.5", math.nan),
            ("a = 3.5", math.inf),
            ("a = 3.5", 10**400),
            ("a = true", 1),
            ("a = 'x'", 3),
            ("a: Date = '2026-01-31'", None),
            ("a: 1 | 2 = 1", True),
            ("a: (1 | 2)[] = []", (3,)),
        ],
    )
    def test_others_are_refused(self, text: str, value: object) -> None:
        with pytest.raises(ValueError, match=r"^a is "):
            one(text).checked(value)

    def test_numbers_become_of_their_kind(self) -> None:
        assert same(one("a = 3").checked(4.0), 4)
        assert same(one("a = 3.5").checked(4), 4.0)
