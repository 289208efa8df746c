"""What both directions share: the wire form, the hooks, the typed arrays, the paths in messages."""

from __future__ import annotations

import array
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NamedTuple

from qjs_kernel.errors import GuestError
from qjs_kernel.values import GuestFunction

__all__ = ["SAFE", "TYPECODES", "Encoded", "Hooks", "path_text"]

SAFE: Final = 2**53 - 1  # JavaScript's Number.MAX_SAFE_INTEGER

_SIGNED = {array.array(code).itemsize: code for code in "lqihb"}
_UNSIGNED = {array.array(code).itemsize: code for code in "LQIHB"}
# JavaScript's typed arrays → array.array codes on this platform (which has no half floats: they widen).
TYPECODES: Final = {
    "Int8Array": "b",
    "Uint8ClampedArray": "B",
    "Int16Array": "h",
    "Uint16Array": "H",
    "Int32Array": _SIGNED[4],
    "Uint32Array": _UNSIGNED[4],
    "BigInt64Array": "q",
    "BigUint64Array": "Q",
    "Float32Array": "f",
    "Float64Array": "d",
}


class Encoded(NamedTuple):
    """A value on the wire: JSON text (UTF-8) and the bytes of its binary parts."""

    text: bytes
    blob: bytes


class Hooks(NamedTuple):
    """What the codec cannot decide itself.

    host_function  a callable → (its number in the host's table, whether it is async)
    awaitable      an awaitable → the number under which the host will settle its promise
    guest_function number and name → the Python callable for it
    host_callable  number → the callable behind it (a host function that came back)
    guest_error    name, message, engine stack, cause → GuestError
    """

    host_function: Callable[[Callable[..., Any]], tuple[int, bool]]
    awaitable: Callable[[Awaitable[Any]], int]
    guest_function: Callable[[int, str], GuestFunction]
    host_callable: Callable[[int], Callable[..., Any] | None]
    guest_error: Callable[[str, str, str, GuestError | None], GuestError]


def path_text(parts: Sequence[str | int]) -> str:
    """The place inside a value as JavaScript writes it: value.rows[3]["a b"]."""
    text = "value"
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            short = part if len(part) <= 200 else part[:200] + "…"
            text += f".{short}" if short.isidentifier() else f"[{json.dumps(short)}]"
    return text
