"""Arguments as the guest sends them: each check gives the value to use, or raises TypeError or ValueError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

__all__ = [
    "Check",
    "Flags",
    "Target",
    "boolean",
    "flags_of",
    "integer",
    "is_fd",
    "is_length",
    "is_mode",
    "is_path",
    "is_position",
    "is_target",
    "is_text",
    "milliseconds",
    "optional",
]

MAX_SAFE: Final = 2**53 - 1
# A path, or the number of an open file.
Target: TypeAlias = "str | int"


class Flags(msgspec.Struct, frozen=True):
    """How a file is opened."""

    read: bool = False
    write: bool = False
    append: bool = False
    create: bool = False
    truncate: bool = False
    exclusive: bool = False


Check: TypeAlias = Callable[[Any], Any]


def is_path(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def integer(low: int, high: int, default: int | None = None) -> Check:
    def check(value: Any) -> int:
        if value is None and default is not None:
            return default
        # The guest's numbers are doubles: a whole one may arrive as 3.0.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError
        if not low <= value <= high:
            raise ValueError
        return value

    return check


def optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def is_target(value: Any) -> Target:
    return value if isinstance(value, str) else is_fd(value)


def boolean(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError
    return bool(value)


def milliseconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 8.64e15:
        raise ValueError
    return value


def flags_of(default: str) -> Check:
    def check(value: Any) -> Flags:
        if value is None:
            value = default
        if isinstance(value, str):
            if value not in _FLAGS:
                raise ValueError
            return _FLAGS[value]
        bits = integer(0, 2**31 - 1)(value)
        access = bits & 3
        if access == 3:
            raise ValueError
        return Flags(
            read=access in (0, 2),
            write=access in (1, 2),
            append=bool(bits & 1024),
            create=bool(bits & 64),
            truncate=bool(bits & 512) and access != 0,
            exclusive=bool(bits & 128) and bool(bits & 64),
        )

    return check


def _flag_table() -> dict[str, Flags]:
    read, both = Flags(read=True), Flags(read=True, write=True)
    table = {"r": read, "rs": read, "sr": read, "r+": both, "rs+": both, "sr+": both}
    for plus in (False, True):
        tail = "+" if plus else ""
        write = Flags(read=plus, write=True, create=True, truncate=True)
        append = Flags(read=plus, write=True, create=True, append=True)
        table |= {"w" + tail: write, "a" + tail: append, "as" + tail: append, "sa" + tail: append}
        for name in ("wx", "xw"):
            table[name + tail] = msgspec.structs.replace(write, exclusive=True)
        for name in ("ax", "xa"):
            table[name + tail] = msgspec.structs.replace(append, exclusive=True)
    return table


_FLAGS: Final = _flag_table()
is_fd: Final = integer(0, 2**31 - 1)
is_length: Final = integer(0, MAX_SAFE)
is_mode: Final = integer(0, 2**32 - 1)
is_text: Final = optional(is_path)
is_position: Final = optional(is_length)
