"""The log of host calls: what it counts, and how little it keeps of what the guest sends."""

from __future__ import annotations

import asyncio
import threading
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.errors import GuestError
from qjs_kernel.hostcalls import CallLog, TooLarge
from qjs_kernel.sandbox import Sandbox
from qjs_kernel.session import Session
from qjs_kernel.values import JSMap, JSSet


def last(value: Any) -> Any:
    """What the log keeps of an argument, which is what it keeps of a result."""
    log = CallLog()
    stats = log.begin(len, [value])
    log.end(stats, 0.0, value, None)
    assert stats.arguments is not None
    assert type(stats.result) is type(stats.arguments[0])
    return stats.result


class TestCounting:
    def test_calls_errors_and_time(self) -> None:
        log = CallLog()
        assert log.stats(len) is None
        first = log.begin(len, ["a"])
        assert (first.calls, first.running, first.mean, first.arguments) == (1, 1, None, ("a",))
        log.end(first, 2.0, 1, None)
        assert log.begin(len, ["b"]) is first
        log.end(first, 4.0, None, ValueError("no"))
        assert (first.calls, first.running, first.errors, first.mean) == (2, 0, 1, 3.0)
        assert (first.result, first.error) == (1, "ValueError: no")
        log.end(log.begin(len, []), 0.0, 5, None)
        assert (first.result, first.error) == (5, "")
        assert log.stats(len) is first
        log.clear()
        assert log.stats(len) is None

    def test_overlapping_calls(self) -> None:
        log = CallLog()
        stats = log.begin(len, [1])
        log.begin(len, [2])
        assert (stats.running, stats.mean, stats.arguments) == (2, None, (2,))
        log.end(stats, 1.0, None, None)
        assert (stats.running, stats.mean) == (1, 1.0)

    def test_told_at_every_begin_and_end(self) -> None:
        log, told = CallLog(), []
        log.on_call = lambda: told.append(log.stats(len).running)  # type: ignore[union-attr]
        log.end(log.begin(len, []), 0.0, None, None)
        assert told == [1, 0]

    def test_error_that_cannot_be_shown(self) -> None:
        class Odd(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        log = CallLog()
        stats = log.begin(len, [])
        log.end(stats, 0.0, None, Odd())
        assert stats.error == "Odd"

    def test_long_error(self) -> None:
        log = CallLog()
        stats = log.begin(len, [])
        log.end(stats, 0.0, None, ValueError("x" * 10_000))
        assert len(stats.error) == 500


class TestKeeping:
    @pytest.mark.parametrize(
        "value",
        [
            None,
            True,
            1,
            -(2**70),
            1.5,
            "text",
            b"bytes",
            [1, {"a": [2]}],
            JSMap({1: 2}),
            JSSet([1]),
            array("d", [1.0]),
        ],
    )
    def test_small_values_are_themselves(self, value: Any) -> None:
        assert last(value) is value

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (["x"] * 100_000, "[list of 100,000, too large to keep]"),
            ("x" * 1_000_000, "[str of 1,000,000, too large to keep]"),
            (b"x" * 1_000_000, "[bytes of 1,000,000, too large to keep]"),
            ({"a": [["y"] * 1_500] * 2}, "[dict of 1, too large to keep]"),
            (array("d", bytes(800_000)), "[array of 100,000, too large to keep]"),
            (JSMap({"k": "x" * 300_000}), "[JSMap of 1, too large to keep]"),
            (JSSet(range(5_000)), "[JSSet of 5,000, too large to keep]"),
            pytest.param(1 << 10_000_000, "[int, too large to keep]", id="bigint"),
            (GuestError("exception", "Error", "x" * 300_000), "[GuestError, too large to keep]"),
        ],
    )
    def test_large_ones_are_named(self, value: Any, shown: str) -> None:
        kept = last(value)
        assert isinstance(kept, TooLarge)
        assert repr(kept) == shown

    def test_cycles_end(self) -> None:
        cycle: list[Any] = []
        cycle.append(cycle)
        assert isinstance(last(cycle), (list, TooLarge))

    def test_values_with_methods_that_fail(self) -> None:
        class Odd(dict[str, int]):
            def __len__(self) -> int:
                raise RuntimeError

        assert isinstance(last(Odd()), TooLarge)

    def test_only_the_functions_called_last(self) -> None:
        log = CallLog()
        functions = [lambda number=number: number for number in range(300)]
        for function in functions:
            log.end(log.begin(function, []), 0.0, None, None)
            log.end(log.begin(functions[0], []), 0.0, None, None)
        kept = [function for function in functions if log.stats(function)]
        assert len(kept) == 200
        assert functions[0] in kept
        assert functions[-1] in kept
        assert functions[1] not in kept

    def test_many_arguments(self) -> None:
        stats = CallLog().begin(len, [0] * 100_000)
        assert stats.arguments is not None
        assert len(stats.arguments) <= 2_000

    @given(
        st.recursive(
            st.none() | st.text() | st.integers(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_anything_is_kept_or_named(self, value: Any) -> None:
        kept = last(value)
        assert kept is value or isinstance(kept, TooLarge)


class TestInASandbox:
    def test_calls_of_cells(self) -> None:
        def double(x: int) -> int:
            return x * 2

        async def fail() -> None:
            raise KeyError("gone")

        with Session(env={"double": double, "fail": fail}) as session:
            session.run("env.double(21)")
            session.run("await env.fail().catch(() => 0)")
            stats = session.calls.stats(double)
            assert stats is not None
            assert (stats.calls, stats.running, stats.arguments, stats.result) == (1, 0, (21,), 42)
            assert stats.seconds > 0
            failed = session.calls.stats(fail)
            assert failed is not None
            assert (failed.errors, failed.error) == (1, "KeyError: 'gone'")
            session.run("env.double(4)", fresh=True)
            assert stats.calls == 2

    def test_one_that_a_timeout_ends(self) -> None:
        ended = threading.Event()

        async def never() -> None:
            await asyncio.Event().wait()

        with Session(env={"never": never}) as session:

            def note(topic: str) -> None:
                stats = session.calls.stats(never)
                if stats is not None and not stats.running:
                    ended.set()

            session.subscribe(note)
            assert not session.run("await env.never()", timeout=0.3).ok
            assert ended.wait(30)
            stats = session.calls.stats(never)
            assert stats is not None
            assert (stats.calls, stats.errors) == (1, 1)

    def test_a_sandbox_notes_nothing_by_itself(self) -> None:
        with Sandbox(env={"f": lambda: 1}) as sandbox:
            assert sandbox.calls is None
            assert sandbox.eval("env.f()").data == 1
