"""The guest's own description of its values, read with suspicion."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import msgspec

from qjs_kernel.protocol import Looked, Peeked, PeekRow, RawError
from qjs_kernel.worker.guest import Guest

__all__ = ["looked", "peeked", "raw_error", "value_of"]

_DEEPEST = 8
_Reply = tuple[tuple[tuple[str, str, str], ...], str, str]
_Peeked = tuple[PeekRow | None, tuple[PeekRow, ...], int, bool]


def looked(ident: int, text: str) -> Looked:
    """The answer in the JSON that complete.js wrote; an empty one where it is anything else."""
    try:
        names, kind, shown = msgspec.json.decode(text, type=_Reply)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return Looked(ident, (), "", "")
    return Looked(ident, names, kind, shown)


def peeked(ident: int, text: str) -> Peeked:
    """The answer in the JSON that peek.js wrote; one of no such value where it is anything else."""
    try:
        here, rows, total, complete = msgspec.json.decode(text, type=_Peeked)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return Peeked(ident, None, (), 0, complete=False)
    return Peeked(ident, here, rows, total, complete)


def value_of(guest: Guest, reply: str) -> tuple[str, bytes, str]:
    """Text, bytes and problem of an encoded value."""
    if reply[:1] == "!":
        return "", b"", reply[1:]
    return reply[1:], guest.control_bytes("b") if reply[:1] == "+" else b"", ""


# The engine's words hold the version suffix of the module's name.
_NO_EXPORT = re.compile(r"Could not find export '(?P<name>.*)' in module '(?P<module>[^?]*?)(\?[0-9a-f]+)?'")


def raw_error(text: str, frames: Callable[[str], str]) -> RawError:
    """The error in the JSON that control.js wrote. It lay in guest memory: anything odd gives a bland error.

    `frames` gives the frames of a stack the names that the kernel process knows.
    """
    try:
        return _convert(json.loads(text), 0, frames)
    except (ValueError, TypeError, IndexError, RecursionError):
        return RawError("Error", "an error that cannot be described", "", True, "")


def _convert(item: list[object], depth: int, frames: Callable[[str], str]) -> RawError:
    name, message, stack, is_error, value_text, cause, host = item
    if not (isinstance(name, str) and isinstance(message, str) and isinstance(stack, str)):
        raise TypeError
    if missing := _NO_EXPORT.fullmatch(message):
        message = (
            f"The requested module '{missing['module']}' does not provide an export named '{missing['name']}'"
        )
    below = _convert(cause, depth + 1, frames) if isinstance(cause, list) and depth < _DEEPEST else None
    number = host if isinstance(host, int) else 0
    return RawError(name, message, frames(stack), bool(is_error), str(value_text), below, number)
