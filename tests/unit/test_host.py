"""The table of host functions: numbers, what is asynchronous, and what a failure tells."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from qjs_kernel.errors import FsError, GuestError
from qjs_kernel.host import HostTable, is_control, process_env


def told(table: HostTable, error: BaseException) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(table.failure(error))
    return message


def test_a_function_keeps_its_number() -> None:
    table = HostTable("shown")
    first, second = (lambda: 1), (lambda: 2)
    assert table.add(first) == table.add(first) == (0, False)
    assert table.add(second) == (1, False)
    assert table.get(0) is first
    for number in (-1, 2, 10**9):
        assert table.get(number) is None


def test_functions_are_kept_so_that_no_other_gets_their_number() -> None:
    table = HostTable("shown")
    numbers = [table.add(lambda: None)[0] for _ in range(50)]
    assert numbers == list(range(50))


async def _coroutine() -> None: ...


class _AsyncCall:
    async def __call__(self) -> None: ...

    async def method(self) -> None: ...

    def plain(self) -> None: ...


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (_coroutine, True),
        (_AsyncCall(), True),
        (_AsyncCall().method, True),
        (_AsyncCall().plain, False),
        (lambda: None, False),
        (print, False),
        (int, False),
    ],
)
def test_what_is_asynchronous(function: Any, expected: bool) -> None:
    assert HostTable("shown").add(function)[1] is expected


def test_failures_tell_class_and_message() -> None:
    table = HostTable("shown")
    assert told(table, TypeError("tt")) == {"name": "TypeError", "message": "tt", "id": 1, "props": {}}
    assert told(table, KeyError("k"))["message"] == "k"
    assert told(table, KeyError("a", "b"))["message"] == "('a', 'b')"
    assert told(table, Exception())["message"] == ""
    assert len(told(table, Exception("x" * 100_000))["message"]) <= 20_000

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert told(table, Broken()) == {"name": "Broken", "message": "", "id": 6, "props": {}}


def test_hidden_failures_tell_nothing() -> None:
    table = HostTable("hidden")
    failure = told(table, ValueError("secret"))
    assert (failure["name"], failure["message"]) == ("Error", "the host function failed")
    assert "secret" in (table.traceback(failure["id"]) or "")
    mine = GuestError("exception", "RangeError", "the guest's own")
    assert (told(table, mine)["name"], told(table, mine)["message"]) == ("RangeError", "the guest's own")


def test_file_errors_have_nodes_properties() -> None:
    error = FsError("ENOENT", -2, "no such file or directory", "rename", "/a", "/b")
    failure = told(HostTable("hidden"), error)
    assert failure["message"] == "ENOENT: no such file or directory, rename '/a' -> '/b'"
    assert failure["props"] == {
        "errno": -2,
        "code": "ENOENT",
        "syscall": "rename",
        "path": "/a",
        "dest": "/b",
    }


def test_tracebacks_of_the_last_failures_are_kept() -> None:
    table = HostTable("shown")

    def fail() -> None:
        raise ValueError("where")

    try:
        fail()
    except ValueError as error:
        number = told(table, error)["id"]
    traceback = table.traceback(number)
    assert traceback is not None
    assert 'raise ValueError("where")' in traceback
    assert table.traceback(number + 1) is None
    for _ in range(1_000):
        last = told(table, ValueError())["id"]
    assert table.traceback(number) is None, "the old ones make room"
    assert table.traceback(last) is not None


def test_the_owners_wish_to_stop() -> None:
    assert is_control(KeyboardInterrupt())
    assert is_control(SystemExit(3))
    for error in (Exception(), asyncio.CancelledError(), GeneratorExit()):
        assert not is_control(error)


def test_plain_strings_are_the_process_environment() -> None:
    assert process_env({"A": "b", "n": 1, "f": print, "deep": {"C": "d"}}) == {"A": "b"}


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="'loud'"):
        HostTable("loud")  # type: ignore[arg-type]
