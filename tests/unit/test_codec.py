"""The codec without a guest: what the host hands out, and tokens that no honest guest would send."""

from __future__ import annotations

import array
import collections
import ctypes
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import json
import pathlib
import subprocess
import sys
import tracemalloc
import typing
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjs_kernel.codec import Encoded, Hooks, decode, encode
from qjs_kernel.errors import CodecError, GuestError
from qjs_kernel.limits import Limits
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, undefined


def call(function: GuestFunction, args: tuple[Any, ...]) -> Any:
    return function.name, args


functions: dict[int, Any] = {1: len}
HOOKS = Hooks(
    host_function=lambda function: (1 if function is len else 2, False),
    awaitable=lambda awaitable: 9,
    guest_function=lambda ident, name: GuestFunction(ident, name, call),
    host_callable=functions.get,
    guest_error=lambda name, message, stack, cause: GuestError("exception", name, message, cause=cause),
)
LIMITS = Limits()


def tokens(value: Any, limits: Limits = LIMITS) -> list[Any]:
    found = json.loads(encode(value, limits, HOOKS).text)
    assert isinstance(found, list)
    return found


def trip(value: Any) -> Any:
    encoded = encode(value, LIMITS, HOOKS)
    return decode(encoded.text, encoded.blob, LIMITS, HOOKS)


def load(*parts: Any, blob: bytes = b"", limits: Limits = LIMITS) -> Any:
    return decode(json.dumps(parts).encode(), blob, limits, HOOKS)


def fault(value: Any, limits: Limits = LIMITS) -> CodecError:
    with pytest.raises(CodecError) as caught:
        encode(value, limits, HOOKS)
    return caught.value


# Host values


class Plain(enum.Enum):
    A = "a"
    PAIR = (1, 2)


class Small(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    W = "w"


class Old(str, enum.Enum):  # noqa: UP042 - whose str() is not its value
    O = "o"  # noqa: E741


@dataclasses.dataclass
class Point:
    x: Any
    y: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    a: int


class Text(str):
    def __str__(self) -> str:
        return "other"


class Number(int):
    pass


class Items(list[Any]):
    pass


class Table(dict[str, Any]):
    pass


class Pair(typing.NamedTuple):
    a: int
    b: str


class Movie(typing.TypedDict):
    name: str


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Plain.A, "a"),
        (Plain.PAIR, [1, 2]),
        (Small.ONE, 1),
        (Word.W, "w"),
        (Old.O, "o"),
        ({Word.W: 1, Old.O: 2}, {"w": 1, "o": 2}),
        (decimal.Decimal("1.10"), "1.10"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        (Point(1, Point(2)), {"x": 1, "y": {"x": 2, "y": None}}),
        (Slotted(1), {"a": 1}),
        (Text("t"), "t"),
        ({Text("t"): 1}, {"t": 1}),
        (Number(5), 5),
        (Items([1]), [1]),
        (Table(a=1), {"a": 1}),
        (Pair(1, "b"), [1, "b"]),
        (Movie(name="x"), {"name": "x"}),
        (collections.deque([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.ChainMap({"a": 1}), {"a": 1}),
        ({"a": 1}.keys(), JSSet(["a"])),
        (bytearray(b"x"), b"x"),
        (memoryview(b"abcd")[::2], b"ac"),
        (memoryview(array.array("i", [1, 2, 3]))[::-2], array.array("i", [3, 1])),
        (memoryview(b"abcdef").cast("B", (2, 3)), [b"abc", b"def"]),
        (memoryview(b"\1\0").cast("?"), [True, False]),
        (array.array("w" if sys.version_info >= (3, 13) else "u", "ab"), ["a", "b"]),
        ((ctypes.c_int32 * 2)(1, 2), array.array("i", [1, 2])),
    ],
    ids=repr,
)
def test_host_types_have_their_image(value: Any, expected: Any) -> None:
    found = trip(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(5), 5),
        (np.float32(0.5), 0.5),
        (np.float64(0.25), 0.25),
        (np.float16(1.5), 1.5),
        (np.bool_(True), True),
        (np.str_("s"), "s"),
        (np.bytes_(b"s"), b"s"),
        (np.uint64(2**64 - 1), BigInt(2**64 - 1)),
        (np.array(7), 7),
        (np.array([1, 2], "u1"), b"\1\2"),
        (np.array([1, -2], "i4"), array.array("i", [1, -2])),
        (np.array([1, -2], ">i4"), array.array("i", [1, -2])),
        (np.array([1.5], ">f8"), array.array("d", [1.5])),
        (np.array([1, 2], "i8"), array.array("q", [1, 2])),
        (np.array([1.5, 2.5], "f2"), array.array("f", [1.5, 2.5])),
        (np.arange(6, dtype="i2")[::2], array.array("h", [0, 2, 4])),
        (np.arange(4, dtype="f8").reshape(2, 2).T, [array.array("d", [0, 2]), array.array("d", [1, 3])]),
        (np.array([[1, 2]], ">i2"), [array.array("h", [1, 2])]),
        (np.zeros((0, 3)), []),
        (np.zeros((2, 0), "f4"), [array.array("f"), array.array("f")]),
        (np.array([True, False]), [True, False]),
        (np.array([[True], [False]]), [[True], [False]]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([1, "x", None], object), [1, "x", None]),
        (np.ma.array([1, 2], mask=[False, True]), [1, None]),
        (np.array(["2020-01-01", "NaT"], "M8[ns]"), [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), None]),
        (np.datetime64("2020-01-01T00:00:00.001", "ns"), dt.datetime(2020, 1, 1, 0, 0, 0, 1000, dt.UTC)),
        (np.datetime64("NaT", "us"), None),
    ],
    ids=repr,
)
def test_numpy(value: Any, expected: Any) -> None:
    found = trip(value)
    assert found == expected
    assert type(found) is type(expected)


def test_pandas() -> None:
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "f": [1.5, None],
            "t": pd.to_datetime(["2020-01-01", None]),
            "z": pd.to_datetime(["2020-01-01T02:00+02:00", "2020-01-02"], utc=True, format="ISO8601"),
            "c": pd.Categorical(["a", None]),
            "i": pd.array([1, None], dtype="Int64"),
            "o": [{"k": 1}, [2]],
            5: [True, False],
        }
    )
    first, second = trip(frame)
    day = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert first == {"n": 1, "f": 1.5, "t": day, "z": day, "c": "a", "i": 1, "o": {"k": 1}, "5": True}
    assert second.pop("f") != second.get("f")
    assert second["n"] == 2
    assert type(second["n"]) is int
    assert (second["t"], second["i"], second["o"], second["5"]) == (None, None, [2], False)
    assert trip(pd.Series([1, 2], name="s")) == [1, 2]
    assert trip(pd.Index(["a", "b"])) == ["a", "b"]
    assert trip(pd.RangeIndex(3)) == [0, 1, 2]
    assert trip(pd.MultiIndex.from_tuples([(1, "a")])) == [[1, "a"]]
    assert trip(pd.Timestamp("2020-01-01", tz="Europe/Vienna")) == day - dt.timedelta(hours=1)
    assert trip([pd.NaT, pd.NA]) == [None, None]
    assert trip(pd.DataFrame()) == []
    assert trip(pd.DataFrame(index=[1, 2])) == [{}, {}]
    assert "equal names" in str(fault(pd.DataFrame([[1, 2]], columns=["a", "a"])))
    assert "equal names" in str(fault(pd.DataFrame([[1, 2]], columns=[1, "1"])))
    shared = trip([frame, frame])
    assert shared[0] is shared[1]


class Raises:
    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("no")


@dataclasses.dataclass
class Lazy:
    a: int = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "a":
            raise RuntimeError("not now")
        return super().__getattribute__(name)


class Shifty(dict[str, Any]):
    def items(self) -> Any:
        raise OSError("gone")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1j, "a value of type complex cannot be sent to the guest"),
        (object(), "a value of type object cannot be sent"),
        (Raises(), "a value of type Raises cannot be sent"),
        ((x for x in [1]), "a value of type generator cannot be sent to the guest: use a list"),
        (map(str, []), "a value of type map cannot be sent to the guest: use a list"),
        ({"a": 1}.values(), "use a list"),
        (dt.timedelta(1), "send its total_seconds()"),
        (dt.time(1), "send its isoformat()"),
        (Point, "the class Point cannot be sent to the guest"),
        (int, "the class int cannot be sent"),
        ({1: 2}, "the dict key 1 is not a string"),
        ({None: 2}, "the dict key None is not a string"),
        (Lazy(), "reading it raised RuntimeError: not now"),
        (Shifty(a=1), "reading it raised OSError: gone"),
        (JSRegExp("a", "gg"), "are no flags"),
        (JSRegExp("a", "uv"), "are no flags"),
        (np.complex64(1), "dtype complex64"),
        (np.timedelta64(1, "s"), "dtype timedelta64"),
        (np.array([(1, 2)], [("a", "i4"), ("b", "i4")]), "dtype"),
        pytest.param(
            np.longdouble(1),
            "dtype",
            marks=pytest.mark.skipif(np.dtype("g").itemsize <= 8, reason="a long double is a double here"),
        ),
        (np.datetime64("20000-01-01"), "outside the years"),
        (pd.Timedelta(1), "send its total_seconds()"),
        (pd.Period("2020"), "a value of type Period cannot be sent"),
        ((ctypes.c_void_p * 1)(), "format"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_sent_names_its_path(value: Any, message: str) -> None:
    error = fault({"a": [0, {"b c": value}]})
    assert message in str(error)
    assert error.path.startswith('value.a[1]["b c"]')
    assert f"(at {error.path})" in str(error)
    assert message in str(fault(value))


def test_paths() -> None:
    assert fault(JSMap({"k": 1j})).path == "value[0]"
    assert fault(JSSet([0, 1j])).path == "value[1]"
    assert fault(Point(1, 1j)).path == "value.y"
    assert fault([Lazy()]).path == "value[0].a"
    assert fault(pd.DataFrame({"a": [0, 1j]}, dtype=object)).path == "value[1].a"
    assert fault([1j]).path == "value[0]"
    assert fault(1j).path == ""


values = st.recursive(
    st.sampled_from([1, "x", None, b"b", 2.5]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
)


@given(values, st.data())
@settings(max_examples=60, deadline=None)
def test_errors_name_the_right_path(value: Any, data: st.DataObject) -> None:
    places: list[tuple[Any, Any, str]] = []

    def walk(it: Any, path: str) -> None:
        for key, item in it.items() if isinstance(it, dict) else enumerate(it):
            step = (
                f"[{key}]"
                if isinstance(key, int)
                else f".{key}"
                if key.isidentifier()
                else f"[{json.dumps(key)}]"
            )
            places.append((it, key, path + step))
            if isinstance(item, (dict, list)):
                walk(item, path + step)

    value = [value]
    walk(value, "value")
    container, key, path = data.draw(st.sampled_from(places))
    container[key] = 1j
    assert fault(value).path == path


def test_cycles_survive() -> None:
    point = Point(1)
    point.y = point
    back = trip([point, point])
    assert back[0] is back[1]
    assert back[0]["y"] is back[0]
    rows = np.arange(4, dtype="f8").reshape(2, 2)
    shared = trip([rows, [1], rows])
    assert shared[0] is shared[2]
    assert shared[1] == [1]
    table = JSMap()
    table["me"] = table
    again = trip(table)
    assert again["me"] is again


def test_temporary_objects_are_not_taken_for_one_another() -> None:
    class Fresh(collections.abc.Mapping[str, Any]):
        def __getitem__(self, key: str) -> Any:
            return [key]

        def __iter__(self) -> Any:
            return iter("abc")

        def __len__(self) -> int:
            return 3

    assert trip([Fresh(), Fresh()]) == [{"a": ["a"], "b": ["b"], "c": ["c"]}] * 2


def test_a_list_that_changes_while_it_is_read() -> None:
    rows: list[Any] = []

    class Grows(collections.abc.Mapping[str, Any]):
        def __getitem__(self, key: str) -> Any:
            rows.append(1)
            return 1

        def __iter__(self) -> Any:
            return iter("a")

        def __len__(self) -> int:
            return 1

    rows[:] = [Grows(), 2]
    assert trip(rows) == [{"a": 1}, 2]


def test_callables_awaitables_and_errors() -> None:
    async def later() -> None:
        pass

    waiting = later()
    assert tokens([waiting, waiting]) == [None, "a", 2, None, "p", 9, None, "r", 1]
    waiting.close()
    functions: tuple[Any, ...] = (len, lambda: 1, [].append, functools.partial(len), later, Point(1).__repr__)
    for function in functions:
        assert tokens(function)[:2] == [None, "h"]
    assert trip(len) is len
    assert tokens(undefined) == [None, "u"]
    error = trip(GuestError("exception", "RangeError", "far", cause=GuestError("exception", "Error", "near")))
    assert (error.name, error.message, error.cause.message) == ("RangeError", "far", "near")


def test_guest_functions_of_this_guest_and_of_others() -> None:
    assert tokens(GuestFunction(7, "f", call)) == [None, "f", 7, "f"]
    assert tokens(GuestFunction(7, "f", lambda *_: None))[:2] == [None, "h"]
    first, second = load(None, "a", 2, None, "f", 7, "f", None, "f", 7, "f")
    assert first is second


def test_numpy_and_pandas_are_not_imported() -> None:
    code = "import sys, qjs_kernel.codec; sys.exit(bool({'numpy', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Budgets, and their price


@pytest.mark.parametrize(
    ("value", "limits", "name"),
    [
        ([0] * 101, Limits(result_nodes=100), "result_nodes"),
        (range(10**12), LIMITS, "result_nodes"),
        (np.zeros(10**7, bool), Limits(result_nodes=100), "result_nodes"),
        (pd.DataFrame({"a": range(101)}), Limits(result_nodes=100), "result_nodes"),
        ("x" * 1001, Limits(result_bytes=1000), "result_bytes"),
        (["\0" * 200], Limits(result_bytes=1000), "result_bytes"),
        (b"x" * 1001, Limits(result_bytes=1000), "result_bytes"),
        (np.zeros(126), Limits(result_bytes=1000), "result_bytes"),
        (1 << 8000, Limits(result_bytes=1000), "result_bytes"),
        ([[[[]]]], Limits(result_depth=3), "result_depth"),
        (np.zeros((1, 1, 1, 1)), Limits(result_depth=3), "result_depth"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_encoding_beyond_a_budget(value: Any, limits: Limits, name: str) -> None:
    assert f"Limits.{name}" in str(fault(value, limits))


def test_depth_is_limited() -> None:
    class Endless(collections.abc.Mapping[str, Any]):
        def __getitem__(self, key: str) -> Any:
            return Endless()

        def __iter__(self) -> Any:
            return iter("a")

        def __len__(self) -> int:
            return 1

    assert "result_depth" in str(fault(Endless()))


def test_a_budget_is_cheap_to_hit() -> None:
    big = np.zeros(2 * 10**6)
    text = "x" * 10**6
    cases: list[Any] = [[big] * 3, [text] * 10**5, np.zeros(10**7, bool), range(10**9)]
    small = Limits(result_bytes=10**6, result_nodes=10**5 + 10)
    tracemalloc.start()
    try:
        for case in cases:
            fault(case, small)
        assert tracemalloc.get_traced_memory()[1] < 8 * 10**6
    finally:
        tracemalloc.stop()


# Tokens that no honest guest sends


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (None,),
        (None, "?"),
        (None, 5),
        (None, ["o"]),
        (1, 2),
        ([],),
        ({},),
        (None, "a"),
        (None, "a", 10**15),
        (None, "a", -1),
        (None, "a", 1.5),
        (None, "a", True, 1),
        (None, "a", 2, 1),
        (None, "o", 1, 5, 5),
        (None, "o", 1, None, "0", 1),
        (None, "o", 1, "k"),
        (None, "m", 1, "k"),
        (None, "s", 1),
        (None, "r", 0),
        (None, "r", -1),
        (None, "a", 1, None, "r", 5),
        (None, "n", "nan"),
        (None, "n", 5),
        (None, "b", ""),
        (None, "b", "0x10"),
        (None, "b", "1_0"),
        (None, "b", " 1"),
        (None, "b", "zz"),
        (None, "b", 5),
        (None, "d", None),
        (None, "d", "0"),
        (None, "d", 1.5),
        (None, "d", True),
        (None, "d", 10**400),
        (None, "y", 0, 5),
        (None, "y", 1, 1),
        (None, "y", -1, 1),
        (None, "y", 0, -1),
        (None, "t", "Int32Array", 0, 3),
        (None, "t", "Float16Array", 0, 3),
        (None, "t", "Array", 0, 4),
        (None, "t", 5, 0, 4),
        (None, "x", "a"),
        (None, "x", 1, 2),
        (None, "e", "n", "m", "s"),
        (None, "e", 1, "m", "s", False),
        (None, "f", -1, "x"),
        (None, "f", 1, 1),
        (None, "h", 99, False),
        (None, "h", "1", False),
        (10**400,),
    ],
    ids=repr,
)
def test_malformed_tokens(parts: tuple[Any, ...]) -> None:
    with pytest.raises(CodecError):
        load(*parts, blob=b"abcd")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[",
        b"null",
        b'"x"',
        b"{}",
        b"[1]x",
        b"\xff\xfe[\x001\x00]\x00",
        b"[\xff]",
        b"[" * 10**6,
        b"[" * 500 + b"]" * 500,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_text_that_is_no_list(text: bytes) -> None:
    with pytest.raises(CodecError):
        decode(text, b"", LIMITS, HOOKS)


def test_decoding_is_bounded() -> None:
    deep = [part for _ in range(204) for part in (None, "a", 1)]
    with pytest.raises(CodecError, match="result_depth"):
        load(*deep, 1)
    with pytest.raises(CodecError, match="result_bytes"):
        load("x" * 4000, limits=Limits(result_bytes=1000))
    with pytest.raises(CodecError, match="result_bytes"):
        load(1, blob=b"x" * 1001, limits=Limits(result_bytes=1000))
    with pytest.raises(CodecError, match="result_nodes"):
        load(None, "a", 1000, *[0] * 1000, limits=Limits(result_nodes=10))
    # Commas inside of strings are no parts.
    assert load(None, "a", 1, "," * 1000, limits=Limits(result_nodes=10)) == ["," * 1000]
    # The same bytes asked for again and again.
    with pytest.raises(CodecError):
        load(None, "a", 1000, *[None, "y", 0, 10**6] * 1000, blob=bytes(10**6))


def test_a_large_bigint_takes_linear_time() -> None:
    value = load(None, "b", "f" * 10**7)
    assert value.bit_length() == 4 * 10**7
    assert repr(value).startswith("BigInt(0xfff")


def test_maps_that_python_cannot_hold() -> None:
    step = 2**61 - 1
    entries = [part for i in range(1000) for part in (None, "b", f"{i * step:x}", i)]
    with pytest.raises(CodecError, match=r"equal Python hashes.*\(at value\[64\]\)"):
        load(None, "m", 1000, *entries)
    with pytest.raises(CodecError, match=r"equal in Python \(one is True\).*\(at value\[1\]\)"):
        load(None, "m", 2, 1, "a", True, "b")
    with pytest.raises(CodecError, match=r"an array as key.*\(at value\[0\]\)"):
        load(None, "m", 1, None, "a", 0, 1)


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.sampled_from([10**15, 10**400, -(2**53), 1.5, 1e308]),
    st.sampled_from([*"0unbdaomsytxefhpr", "Int32Array", "Float16Array", "NaN", "ff", "k"]),
    st.text(max_size=3),
    st.just([]),
)
tagged = st.tuples(st.none(), st.sampled_from("0unbdaomsytxefhpr"), st.integers(0, 3), atoms)
streams = st.lists(st.one_of(atoms.map(lambda it: (it,)), tagged), max_size=12).map(
    lambda groups: [part for group in groups for part in group]
)


@given(streams, st.binary(max_size=8))
@settings(max_examples=400, deadline=None)
def test_arbitrary_tokens_raise_nothing_but_codec_errors(stream: list[Any], blob: bytes) -> None:
    try:
        load(*stream, blob=blob)
    except CodecError:
        pass


SAMPLE = encode(
    {
        "rows": [{"a": 1, "b": [None, True, -0.0]}],
        "m": JSMap({"k": JSSet([1, "x"]), 2: JSRegExp("a", "g")}),
        "t": [array.array("i", [1]), b"xyz", dt.datetime(2020, 1, 1), 2**70, len],
        "e": GuestError("exception", "E", "m", cause=GuestError("exception", "F", "n")),
    },
    LIMITS,
    HOOKS,
)


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from(["set", "cut", "put"]), atoms), min_size=1, max_size=4
    )
)
@settings(max_examples=400, deadline=None)
def test_mutated_tokens_raise_nothing_but_codec_errors(changes: list[tuple[int, str, Any]]) -> None:
    parts = json.loads(SAMPLE.text)
    for at, how, atom in changes:
        at %= len(parts) or 1
        if how == "set":
            parts[at : at + 1] = [atom]
        elif how == "cut":
            del parts[at]
        else:
            parts.insert(at, atom)
    try:
        load(*parts, blob=SAMPLE.blob)
    except CodecError:
        pass


@given(st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_arbitrary_bytes_raise_nothing_but_codec_errors(noise: bytes) -> None:
    for text in (noise, b"[" + noise + b"]", SAMPLE.text[: len(noise)] + noise):
        try:
            decode(text, noise, LIMITS, HOOKS)
        except CodecError:
            pass


def test_lone_surrogates_and_numbers() -> None:
    encoded = encode(["\ud800", "é\0", 1.0, 1e16, 2.0**53], LIMITS, HOOKS)
    assert isinstance(encoded, Encoded)
    assert decode(encoded.text, b"", LIMITS, HOOKS) == ["\ud800", "é\0", 1, 1e16, 2.0**53]
    whole, wide = load(None, "a", 2, 5.0, 2**60)
    assert type(whole) is int
    assert type(wide) is float
