"""The guest's own description of a thrown value, read with suspicion."""

from __future__ import annotations

import json
from collections.abc import Callable

from qjs_kernel.protocol import RawError

__all__ = ["raw_error"]

_DEEPEST = 8


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
    below = _convert(cause, depth + 1, frames) if isinstance(cause, list) and depth < _DEEPEST else None
    number = host if isinstance(host, int) else 0
    return RawError(name, message, frames(stack), bool(is_error), str(value_text), below, number)
