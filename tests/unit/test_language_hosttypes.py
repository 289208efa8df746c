"""`env` as TypeScript: what Python functions, annotations, docstrings and data become."""

# mypy: disable-error-code="empty-body, valid-type"
from __future__ import annotations

import array
import builtins
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import inspect
import keyword
import operator
import textwrap
import typing
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)

import numpy as np
import pandas as pd
import pytest
import tree_sitter_typescript
from hypothesis import example, given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from qjs_kernel import BigInt
from qjs_kernel.language.hosttypes import env_declarations
from qjs_kernel.values import JSMap, JSSet, undefined

_PARSER = Parser(Language(tree_sitter_typescript.language_typescript()))


class Row(TypedDict):
    """A row of the log."""

    ts: str
    level: Literal["info", "warn"]
    next: NotRequired[Row]


class More(Row, total=False):
    extra: int


@dataclasses.dataclass
class Alert:
    """What woke somebody."""

    when: dt.datetime
    rows: list[Row]
    parent: Alert | None = None


@dataclasses.dataclass
class function:
    x: int


class Color(enum.Enum):
    RED = "red"
    TWO = 2


class Point(NamedTuple):
    x: int
    label: str


T = TypeVar("T")
N = TypeVar("N", bound=int)
UserId = NewType("UserId", int)


def faults(text: str) -> list[str]:
    """What a parser of TypeScript does not understand."""
    found = []

    def look(node: Node) -> None:
        if node.is_error or node.is_missing:
            found.append((node.text or b"").decode("utf-8", "replace")[:200] or node.type)
        for child in node.children:
            look(child)

    look(_PARSER.parse(text.encode("utf-8")).root_node)
    return found


def member(value: Any, name: str = "it") -> str:
    """What stands for one value in `HostEnv`, comments and line breaks as they are."""
    text = env_declarations({name: value})
    assert faults(text) == [], text
    inside = text.partition("interface HostEnv {\n")[2].partition("\n  }\n")[0]
    return textwrap.dedent(inside)


def returns(annotation: Any) -> str:
    def it() -> None: ...

    it.__annotations__ = {"return": annotation}
    return member(it).removeprefix("it(): ").removesuffix(";")


def takes(annotation: Any) -> str:
    def it(x: Any) -> None: ...

    it.__annotations__ = {"x": annotation}
    return member(it).removeprefix("it(x: ").removesuffix("): any;")


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "number"),
        (float, "number"),
        (bool, "boolean"),
        (str, "string"),
        (None, "void"),
        (Any, "any"),
        (object, "unknown"),
        (BigInt, "bigint"),
        (dt.datetime, "Date"),
        (dt.date, "Date"),
        (dt.timedelta, "unknown"),
        (bytes, "Uint8Array"),
        (bytearray, "Uint8Array"),
        (memoryview, "Uint8Array"),
        (uuid.UUID, "string"),
        (Path, "string"),
        (decimal.Decimal, "string"),
        (ValueError, "Error"),
        (list, "any[]"),
        (list[int], "number[]"),
        (Sequence[str], "string[]"),
        (Iterable[list[int]], "number[][]"),
        (list[int | None], "(number | null)[]"),
        (list[Callable[[], int]], "(() => number)[]"),
        (tuple[int, str], "[number, string]"),
        (tuple[int, ...], "number[]"),
        (dict, "{ [key: string]: any }"),
        (dict[str, int], "{ [key: string]: number }"),
        (Mapping[str, list[str]], "{ [key: string]: string[] }"),
        (set[int], "Set<number>"),
        (frozenset[str], "Set<string>"),
        (Optional[int], "number | null"),  # noqa: UP045
        (Union[int, str], "number | string"),  # noqa: UP007
        (None | int | str, "number | string | null"),
        (int | float, "number"),
        (Literal["a", 1, True, None], '"a" | 1 | true | null'),
        (list[Literal[-1, "{"]], '((-1) | "{")[]'),
        (Color, '"red" | 2'),
        (Point, "[x: number, label: string]"),
        (Row, "env.Row"),
        (list[Alert], "env.Alert[]"),
        (Row | None, "env.Row | null"),
        (UserId, "number"),
        (Annotated[str, "note"], "string"),
        (Awaitable[int], "Promise<number>"),
        (Coroutine[Any, Any, str], "Promise<string>"),
        (Callable[[int, str], bool], "(arg0: number, arg1: string) => boolean"),
        (Callable[..., int], "(...args: any[]) => number"),
        (Callable, "((...args: any[]) => any)"),
        (pd.DataFrame, "{ [column: string]: any }[]"),
        (pd.Series, "any[]"),
        (np.float64, "number"),
        (np.int32, "number"),
        ("list[int]", "number[]"),
        ("Missing", "any"),
        ("list[Missing]", "any[]"),
        ("dict[str, Missing.part]", "any"),
        ("not python (", "any"),
        ("x" * 5000, "any"),
        (42, "any"),
        (typing.Self, "unknown"),
        (type, "unknown"),
        (type[int], "unknown"),
        (typing.AnyStr, "string"),
    ],
)
def test_results_follow_the_table_of_values(annotation: Any, text: str) -> None:
    assert returns(annotation) == text


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "number"),
        (decimal.Decimal, "string | number"),
        (None, "null"),
        # The guest's function may be async.
        (Callable[[int], str], "(arg0: number) => string | Promise<string>"),
        (Callable[[int], None], "(arg0: number) => void"),
        (Callable[[int], Awaitable[str]], "(arg0: number) => Promise<string>"),
    ],
)
def test_parameters_may_take_more(annotation: Any, text: str) -> None:
    assert takes(annotation) == text


def test_defaults_rest_and_keywords() -> None:
    def it(a, b=1, *rest: str, c, d=2, **more):  # type: ignore[no-untyped-def]
        """Does it."""

    assert member(it) == (
        "/**\n * Does it.\n * Cannot be called from here: Python wants c= by keyword.\n */\n"
        "it(a: any, b?: number, ...rest: string[]): any;"
    )


def test_names_that_javascript_reserves() -> None:
    def it(delete: int, arguments: int, arguments_: int, new: int, größe: int, 𝓍: int) -> None: ...

    assert member(it) == (
        "it(delete_: number, arguments_: number, arguments__: number, new_: number, größe: number, x: number): void;"
    )


@pytest.mark.parametrize(
    "name", ["new", "constructor", "a b", "", "__proto__", "x\ud800", "class", '"', "get", "\u2028"]
)
def test_any_name_is_a_property(name: str) -> None:
    def it(a: int) -> str: ...

    assert member(it, name).endswith("(a: number): string;")
    assert member(3, name).endswith(": number;")


def test_coroutines_partials_methods_and_objects() -> None:
    class Service:
        """A service."""

        def ask(self, q: str) -> int: ...
        @classmethod
        def make(cls, q: str) -> int: ...
        @staticmethod
        def plain(q: str) -> int: ...
        async def __call__(self, q: str) -> None:
            """Calls it."""

    async def later(a: int) -> Row: ...

    @functools.wraps(later)
    async def wrapped(*args: Any, **kwargs: Any) -> Any: ...

    assert member(later) == "it(a: number): Promise<env.Row>;"
    assert member(wrapped) == "it(a: number): Promise<env.Row>;"
    assert member(functools.partial(later, 1)) == "it(): Promise<env.Row>;"
    assert member(Service()) == "/** Calls it. */\nit(q: string): Promise<void>;"
    for each in (Service().ask, Service.make, Service.plain):
        assert member(each) == "it(q: string): number;"
    assert member(lambda a, b="x": a) == "it(a: any, b?: string): any;"


def test_builtins_without_a_signature() -> None:
    assert member(max).endswith("it(...args: any[]): any;")
    assert member(operator.itemgetter(1)).endswith("any;")
    assert [name for name, value in vars(builtins).items() if callable(value) and not member(value)] == []


def test_type_variables() -> None:
    def first(items: list[T], n: N, pick: Callable[[T], N]) -> dict[str, T]: ...

    assert member(first) == (
        "it<T, N extends number>(items: T[], n: N, pick: (arg0: T) => N | Promise<N>): { [key: string]: T };"
    )
    # Outside a signature they say nothing.
    assert returns(Callable[[T], T]) != "any"


def test_classes_become_interfaces_once() -> None:
    def it(a: Alert, b: list[More]) -> Alert: ...

    text = env_declarations({"it": it})
    assert faults(text) == []
    assert text.count("interface Alert {") == 1
    assert (
        "  /** What woke somebody. */\n  interface Alert {\n    when: Date;\n"
        "    rows: env.Row[];\n    parent: env.Alert | null;\n  }\n" in text
    )
    assert "    next?: env.Row;\n" in text
    assert "    extra?: number;\n" in text


def test_two_classes_of_one_name() -> None:
    other = dataclasses.make_dataclass("Row", [("size", int)])

    def it(a: Any) -> None: ...

    it.__annotations__ = {"a": Row, "return": other}
    text = env_declarations({"it": it})
    assert "it(a: env.Row): env.Row_2;" in text
    assert "  interface Row_2 {\n    size: number;\n  }\n" in text
    assert returns(function) == "env.function_"


def test_docstrings_become_jsdoc() -> None:
    def google(path, mode="r", *, deep=False):  # type: ignore[no-untyped-def]
        """Opens it. */ not the end

        Args:
            path (str): where it is,
                absolute
            mode: how
            deep: by keyword only

        Returns:
            What is there: text.

        Raises:
            OSError: when it is not there
        """

    assert member(google).splitlines()[:-1] == [
        "/**",
        " * Opens it. *\\/ not the end",
        " *",
        " * @param path - where it is, absolute",
        " * @param mode - how",
        " * @returns What is there: text.",
        " * @throws OSError when it is not there",
        " */",
    ]

    def numpy(a, delete=1):  # type: ignore[no-untyped-def]
        """Sums.

        Parameters
        ----------
        a : int
            First.
        delete : int, optional
            Second.
        """

    assert " * @param a - First.\n * @param delete_ - Second.\n" in member(numpy)

    def sphinx(a):  # type: ignore[no-untyped-def]
        """Sums.

        :param int a: first
        :returns: the sum
        @decorator is no tag
        """

    assert " * @param a first\n * @returns the sum\n * \\@decorator is no tag\n" in member(sphinx)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("eu", "string"),
        (1, "number"),
        (1.5, "number"),
        (True, "boolean"),
        (None, "null"),
        (2**60, "bigint"),
        (BigInt(1), "bigint"),
        (b"x", "Uint8Array"),
        (dt.date(2020, 1, 1), "Date"),
        (dt.timedelta(1), "unknown"),
        (undefined, "undefined"),
        (Color.TWO, "number"),
        (Point(1, "a"), "[x: number, label: string]"),
        (Alert(dt.datetime(2020, 1, 1), []), "env.Alert"),
        ([], "any[]"),
        ([1, 2], "number[]"),
        ([1, "x", None], "(number | string | null)[]"),
        ((1, 2), "number[]"),
        ({}, "{ [key: string]: any }"),
        ({1, 2}, "Set<number>"),
        (JSSet([1]), "Set<number>"),
        (JSMap({1: "a"}), "Map<number, string>"),
        (array.array("d", [1]), "Float64Array"),
        (np.zeros(3, "int16"), "Int16Array"),
        (np.zeros((2, 3)), "Float64Array[]"),
        (np.array(["a"]), "string[]"),
        (np.float32(1), "number"),
        (pd.DataFrame({"a": [1], "b c": [True]}), '{ a: number; "b c": boolean }[]'),
        (pd.Series([1.5]), "number[]"),
        (int, "unknown"),
        (object(), "unknown"),
    ],
)
def test_data_by_example(value: Any, text: str) -> None:
    assert member(value) == f"it: {text};"


def test_nested_data() -> None:
    rows = [{"a": 1, "b": "x"}, {"a": None}]

    def run(x: int) -> str:
        """Runs."""

    assert member({"rows": rows, "tools": {"run": run}}).splitlines() == [
        "it: {",
        "  rows: {",
        "    a: number | null;",
        "    b?: string;",
        "  }[];",
        "  tools: {",
        "    /** Runs. */",
        "    run(x: number): string;",
        "  };",
        "};",
    ]


def test_bounds() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    deep: Any = 1
    for _ in range(100):
        deep = {"d": deep}
    wide = {f"k{i}": {f"k{j}": [i] * 50 for j in range(100)} for i in range(150)}
    text = env_declarations(
        {"loop": loop, "deep": deep, "wide": wide, "many": dict.fromkeys(map(str, range(5000)), 1)}
    )
    assert faults(text) == []
    assert len(text) < 300_000
    assert "many: { [key: string]: number };" in text


def test_objects_that_fail() -> None:
    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            if name == "__mro__":
                raise RuntimeError("no")
            return super().__getattribute__(name)

    class Hostile(metaclass=Meta):
        __signature__ = 3

        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("no */")

        def __call__(self) -> None: ...

    def it(a: Any) -> None: ...

    it.__annotations__ = {"a": Hostile}
    text = env_declarations({"a": Hostile(), "b": it, "c": {"d": [Hostile()]}, "e": 1})
    assert faults(text) == []
    assert "\n    e: number;" in text
    assert "b(a: unknown): any;" in text


def test_process_env_has_the_strings() -> None:
    text = env_declarations({"REGION": "eu", "n": 1})
    assert "interface ProcessEnv {\n    REGION: string;\n  }" in text


def test_without_names() -> None:
    text = env_declarations({})
    assert faults(text) == []
    assert "declare var env: env.HostEnv;" in text


# ---- any signature ----

_NAMES = st.one_of(
    st.sampled_from(
        [*keyword.kwlist, "arguments", "delete", "function", "new", "var", "a", "b", "ª", "x1", "π", "𝔘"]
    ),
    st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True),
)
_FORMS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: list[a],
    lambda a, b: dict[str, a],
    lambda a, b: tuple[a, b],
    lambda a, b: tuple[a, ...],
    lambda a, b: set[a],
    lambda a, b: Callable[[a], b],
    lambda a, b: Callable[..., a],
    lambda a, b: Awaitable[a],
    lambda a, b: Annotated[a, 1],
    lambda a, b: a | b,
    lambda a, b: Literal[a, b],
]


def _made(form: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    try:
        return form(a, b)
    except Exception:  # typing itself refuses some
        return a


_ANNOTATIONS = st.recursive(
    st.sampled_from([
        int, str, None, bytes, Any, Row, Alert, Color, Point, T, N, dt.datetime, "Missing", "list[Missing]", "(", 3,
        object(),
        Literal["a", -1, None], Literal['"\\\n'], inspect.Parameter.empty, Callable, function, UserId,
    ]),
    lambda inner: st.builds(_made, st.sampled_from(_FORMS), inner, inner),
    max_leaves=5,
)  # fmt: skip
_KINDS = list(inspect._ParameterKind)


@st.composite
def _functions(draw: st.DrawFn) -> Callable[..., Any]:
    names = draw(st.lists(_NAMES.filter(str.isidentifier), max_size=5, unique=True))
    parameters = []
    for name in names:
        kind = draw(st.sampled_from(_KINDS))
        default = draw(st.sampled_from([inspect.Parameter.empty, 1, "x", None, object()]))
        if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            default = inspect.Parameter.empty
        if keyword.iskeyword(name):
            name += "_"
        parameters.append(inspect.Parameter(name, kind, default=default, annotation=draw(_ANNOTATIONS)))

    def it() -> None: ...

    unique = {each.name: each for each in parameters}
    rest = [each for each in unique.values() if each.kind is not inspect.Parameter.VAR_POSITIONAL]
    stars = [each for each in unique.values() if each.kind is inspect.Parameter.VAR_POSITIONAL][:1]
    ordered = sorted(rest + stars, key=lambda each: each.kind)
    signature = inspect.Signature(
        ordered, return_annotation=draw(_ANNOTATIONS), __validate_parameters__=False
    )  # fmt: skip
    it.__signature__ = signature  # type: ignore[attr-defined]
    it.__doc__ = draw(
        st.one_of(st.none(), st.text(max_size=60), st.sampled_from(["*/", "/** */ x", "Args:\n  a: */"]))
    )
    return it


_DATA = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.binary(max_size=3),
        _functions(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), _DATA, max_size=4))
@example({"constructor": lambda: 1, "new": {"new": lambda: 1}})
def test_every_env_is_valid_typescript(env: dict[str, Any]) -> None:
    text = env_declarations(env)
    assert faults(text) == [], text
    text.encode("utf-8")
