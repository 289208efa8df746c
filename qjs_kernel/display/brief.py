"""Values of the guest in a few words, as cells of tables and lines of a summary show them.

The values are decoded guest data: cycles, hostile lengths and any nesting are met here, so that every function
stops after a number of characters, not after the value.
"""

from __future__ import annotations

import datetime
import math
import re
from array import array
from collections.abc import Iterable
from itertools import islice
from typing import Any

from qjs_kernel.display.text import safe_text
from qjs_kernel.errors import GuestError
from qjs_kernel.values import GuestFunction, JSMap, JSRegExp, JSSet

__all__ = ["brief", "cut", "number_text", "one_line", "words"]

_NESTED = 8
_DEPTH = 3
_EXPONENT = re.compile(r"e([+-])0+(?=\d)")


def words(text: str) -> frozenset[str]:
    """The words of a text, for long lists of names that nobody wants to read one a line."""
    return frozenset(text.split())


def one_line(text: str, limit: int) -> str:
    """`text` without control characters and colours, on one line, at most `limit` characters and an ellipsis."""
    # Escapes make a text longer: twice the limit is enough to fill it.
    shown = safe_text(text[: limit * 2 + 2], colours=False).replace("\n", " ").replace("\t", " ")
    return cut(shown, limit) if len(text) <= limit * 2 + 2 else shown[:limit] + "…"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def number_text(value: float) -> str:
    """A number as JavaScript writes it; a bigint is the caller's business."""
    if isinstance(value, int):
        # Python refuses to write out ints of more than 4,300 digits.
        return str(int(value)) if value.bit_length() < 8192 else f"{int(value):#x}"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < 1e21:
        return "-0" if value == 0 and math.copysign(1, value) < 0 else str(int(value))
    return _EXPONENT.sub(r"e\1", repr(float(value)))


def date_text(value: datetime.datetime) -> str:
    """As `toISOString()` writes it."""
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value.isoformat(timespec="milliseconds") + "Z"


def brief(value: Any, limit: int = 120) -> str:
    """`value` on one line, about as `util.inspect` would begin to show it; a string at the top has no quotes."""
    if isinstance(value, str):
        return one_line(value, limit)
    return cut(_shown(value, limit, 0), limit)


def _shown(value: Any, limit: int, depth: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{one_line(value, limit)}'"
    if isinstance(value, (int, float)):
        text = number_text(value)
        return text + "n" if type(value) is not int and isinstance(value, int) else text
    if isinstance(value, datetime.datetime):
        return date_text(value)
    if isinstance(value, (list, tuple)):
        return _many(value, len(value), "[", "]", limit, depth)
    if isinstance(value, JSSet):
        return _many(value, len(value), f"Set({len(value)}) {{", "}", limit, depth)
    if isinstance(value, dict):
        head = f"Map({len(value)}) {{" if isinstance(value, JSMap) else "{"
        return _many(
            value.items(), len(value), head, "}", limit, depth, pairs=" => " if head != "{" else ": "
        )
    if isinstance(value, (bytes, array)):
        return f"[{len(value)} {'bytes' if isinstance(value, bytes) else 'numbers'}]"
    if isinstance(value, GuestError):
        return one_line(f"{value.name[:limit]}: {value.message[:limit]}", limit)
    if isinstance(value, GuestFunction):
        return f"[Function: {one_line(value.name, limit) or '(anonymous)'}]"
    if isinstance(value, JSRegExp):
        return one_line(f"/{value.source[:limit]}/{value.flags[:20]}", limit)
    return f"[{one_line(type(value).__name__, limit)}]"


def _many(
    items: Iterable[Any], count: int, head: str, tail: str, limit: int, depth: int, *, pairs: str = ""
) -> str:
    if not count:
        return head + tail
    if depth >= _DEPTH:
        return f"{head}…{tail}"
    parts: list[str] = []
    used = 0
    for item in islice(items, _NESTED):
        if used > limit:
            break
        if pairs:
            key, entry = item
            name = one_line(key, limit) if isinstance(key, str) else _shown(key, limit, depth + 1)
            part = f"{name}{pairs}{_shown(entry, limit - used, depth + 1)}"
        else:
            part = _shown(item, limit - used, depth + 1)
        used += len(part) + 2
        parts.append(part)
    if len(parts) < count:
        parts.append(f"… {count - len(parts):,} more")
    return f"{head} {', '.join(parts)} {tail}" if head != "[" else f"[{', '.join(parts)}]"
