"""Python images of JavaScript values: what they are equal to, how they print, copy and pickle."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, Undefined, undefined


def test_undefined_is_falsy_and_prints_its_name() -> None:
    assert not undefined
    assert repr(undefined) == "undefined"
    assert copy.deepcopy(undefined) is undefined
    assert pickle.loads(pickle.dumps(undefined)) is undefined
    assert isinstance(undefined, Undefined)


@given(st.integers())
def test_a_bigint_is_an_int(value: int) -> None:
    big = BigInt(value)
    assert big == value
    assert hash(big) == hash(value)
    assert str(big) == str(value)
    assert repr(big) == f"BigInt({value})"
    assert type(big + 1) is int
    assert type(copy.copy(big)) is type(pickle.loads(pickle.dumps(big))) is BigInt


def test_the_repr_of_a_huge_bigint_does_not_fail() -> None:
    assert repr(BigInt(1 << 100_000)) == f"BigInt({1 << 100_000:#x})"


def test_a_map_is_a_dict() -> None:
    table = JSMap({"a": 1})
    assert table == {"a": 1}
    assert repr(table) == "JSMap({'a': 1})"
    assert type(copy.copy(table)) is dict or type(copy.copy(table)) is JSMap
    assert type(pickle.loads(pickle.dumps(table))) is JSMap
    table["me"] = table
    assert "..." in repr(table)


def test_a_set_keeps_order_and_takes_unhashable_elements() -> None:
    items = JSSet([3, [1], 3, {"a": 1}, [1], "x"])
    assert list(items) == [3, [1], {"a": 1}, "x"]
    assert repr(items) == "JSSet([3, [1], {'a': 1}, 'x'])"
    assert [1] in items
    assert [2] not in items
    assert items == JSSet(["x", {"a": 1}, [1], 3])
    assert items != JSSet([3])
    items.discard([1])
    items.discard("nothing")
    items.remove(3)
    assert list(items) == [{"a": 1}, "x"]
    assert 3 not in items
    items.add(3)
    assert list(items) == [{"a": 1}, "x", 3]
    assert list(pickle.loads(pickle.dumps(items))) == list(copy.deepcopy(items)) == list(items)
    with pytest.raises(KeyError):
        items.remove("nothing")


elements = st.one_of(st.integers(0, 4), st.text("ab", max_size=1), st.lists(st.integers(0, 2), max_size=2))


@given(st.lists(st.tuples(st.booleans(), elements), max_size=20), st.booleans())
def test_a_set_behaves_like_a_list_without_duplicates(steps: list[tuple[bool, Any]], adopted: bool) -> None:
    items, model = JSSet(), []
    if adopted:
        items._adopt([])
    for add, value in steps:
        if add:
            items.add(value)
            model += [] if value in model else [value]
        else:
            items.discard(value)
            model = [it for it in model if it != value]
        assert list(items) == model
        assert (value in items) == (value in model)
        assert len(items) == len(model)


def test_set_operations() -> None:
    assert JSSet([1, 2]) & {2, 3} == {2}
    assert isinstance(JSSet([1]) | {2}, JSSet)
    assert JSSet([1, 2]) - JSSet([1]) == JSSet([2])
    assert {1} <= JSSet([1, 2])


def test_a_large_set_takes_no_quadratic_time() -> None:
    assert len(JSSet(range(200_000))) == 200_000  # minutes, if every element were compared with every other


def test_a_regexp_is_source_and_flags() -> None:
    assert JSRegExp("a", "g") == JSRegExp("a", "g")
    assert JSRegExp("a") != JSRegExp("a", "g")
    assert JSRegExp("a") != "a"
    assert len({JSRegExp("a"), JSRegExp("a", "")}) == 1
    assert repr(JSRegExp("a/b", "i")) == "JSRegExp('a/b', 'i')"
    with pytest.raises(TypeError, match="source and flags as str"):
        JSRegExp(b"a")  # type: ignore[arg-type]


def test_guest_functions() -> None:
    calls: list[Any] = []

    def call(function: GuestFunction, args: tuple[Any, ...]) -> Any:
        calls.append((function.name, args))
        return len(calls)

    async def call_async(function: GuestFunction, args: tuple[Any, ...]) -> Any:
        return "async", args

    function = GuestFunction(3, "f", call, call_async)
    assert function(1, "a") == 1
    assert calls == [("f", (1, "a"))]
    assert asyncio.run(function.call_async(2)) == ("async", (2,))
    assert repr(function) == "<GuestFunction f>"
    assert repr(GuestFunction(3, "", call)) == "<GuestFunction (anonymous)>"
    assert function == GuestFunction(3, "f", call)
    assert hash(function) == hash(GuestFunction(3, "f", call))
    assert function != GuestFunction(4, "f", call)
    assert function != GuestFunction(3, "f", lambda *_: None)
    assert function != 3
    with pytest.raises(RuntimeError, match="no sandbox"):
        asyncio.run(GuestFunction(3, "f", call).call_async())
