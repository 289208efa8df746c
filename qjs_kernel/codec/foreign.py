"""Buffers, numpy and pandas as plain Python. Neither library is ever imported: their values bring their own types."""

from __future__ import annotations

import array
import sys
from typing import Any, Final

from qjs_kernel.codec.wire import TYPECODES

__all__ = ["UNKNOWN", "Refused", "is_listed", "is_swapped", "plain", "swap", "typed_array"]

UNKNOWN: Final = object()  # not a value of these libraries

_SIGNED = {1: "Int8Array", 2: "Int16Array", 4: "Int32Array", 8: "BigInt64Array"}
_UNSIGNED = {1: "Uint8Array", 2: "Uint16Array", 4: "Uint32Array", 8: "BigUint64Array"}
_FLOATS = {"e": "Float16Array", "f": "Float32Array", "d": "Float64Array"}
_MISSING = ("NaTType", "NAType")


class Refused:
    """Says why a value cannot be sent."""

    def __init__(self, message: str) -> None:
        self.message = message


def typed_array(code: str | None, size: int) -> str | None:
    """The typed array for a buffer's format ("<i"); None where JavaScript has none."""
    letter = (code or "B").lstrip("@=<>!")
    if letter == "c":
        return "Uint8Array"
    if len(letter) == 1 and letter in "bhilqn":
        return _SIGNED[size]
    if len(letter) == 1 and letter in "BHILQN":
        return _UNSIGNED[size]
    return _FLOATS.get(letter)


def is_listed(code: str | None) -> bool:
    """Whether the buffer has values that no typed array holds, and a list does: booleans."""
    return code in ("?", "@?")


def is_swapped(code: str | None) -> bool:
    return bool(code) and code is not None and code[0] in (">!" if sys.byteorder == "little" else "<")


def swap(data: bytes, size: int) -> bytes:
    """`data` with the bytes of each item of `size` bytes reversed."""
    code = {2: "H", 4: TYPECODES["Uint32Array"], 8: "Q"}.get(size)
    if code is None:
        return data
    swapped = array.array(code, data)
    swapped.byteswap()
    return swapped.tobytes()


def plain(value: Any, most: int) -> Any:
    """A list, memoryview or scalar that stands for `value`; `Refused`, or UNKNOWN if it is none of theirs.

    A value of more than `most` parts is refused before a list of it is made.
    """
    for base in type(value).__mro__:
        package = base.__module__.partition(".")[0]
        if package in ("pandas", "numpy"):
            if isinstance(size := getattr(value, "size", 0), int) and size > most:
                return Refused(f"the value has more than {most} parts (Limits.result_nodes)")
            return _pandas(value) if package == "pandas" else _numpy(value)
    return UNKNOWN


def _refused(value: Any) -> Refused:
    return Refused(f"a value of type {type(value).__qualname__} cannot be sent to the guest")


def _numpy(value: Any) -> Any:
    if not hasattr(value, "ndim") or not hasattr(value, "dtype"):
        return UNKNOWN
    dtype = value.dtype
    kind = dtype.kind
    if kind == "M":
        # By way of milliseconds: what numpy makes of nanoseconds are plain ints. NaT becomes None.
        dates = value.astype("datetime64[ms]").tolist()
        return Refused("a date outside the years 1 to 9999 cannot be sent") if _has_int(dates) else dates
    if kind not in "biufOSU" or (kind in "iuf" and dtype.itemsize > 8):
        return Refused(f"a numpy value of dtype {dtype} cannot be sent to the guest")
    if value.ndim == 0:
        return value.item()
    if kind in "iuf" and type(value).__name__ in ("ndarray", "memmap"):
        return memoryview(value)
    return value.tolist()  # booleans, texts, objects; also masked arrays, whose masked items become None


def _has_int(value: Any) -> bool:
    return any(map(_has_int, value)) if isinstance(value, list) else isinstance(value, int)


def _pandas(value: Any) -> Any:
    if type(value).__name__ in _MISSING:
        return None
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return _records(value)
    if hasattr(value, "tolist"):
        return _values(value)
    return _refused(value)


def _records(frame: Any) -> Any:
    names = [str(name) for name in frame.columns]
    if len(set(names)) != len(names):
        return Refused("a DataFrame whose columns have equal names cannot be sent to the guest")
    if not names:
        return [{} for _ in range(len(frame))]
    columns = [_values(frame.iloc[:, index]) for index in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: Any) -> list[Any]:
    # Missing values that are not floats (NaT, NA) are None; timestamps are datetimes already.
    return [None if type(item).__name__ in _MISSING else item for item in column.tolist()]
