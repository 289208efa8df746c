"""Python values ↔ the flat tagged text that crosses the wall. The guest's twin is `worker/js/codec.js`.

The text is one JSON array of tokens (ASCII), the blob holds the bytes of binary values. Strings, numbers and
booleans stand for themselves; a null opens everything else with a tag; codec.js lists the tags. `encode` checks
what the host hands out and names the path of what it cannot send. `decode` reads what came out of the guest:
nothing in it is trusted, every length is checked, and it runs under a budget.
"""

from __future__ import annotations

import array
import dataclasses
import datetime as dt
import enum
import inspect
import json
import math
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping, Set
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from qjs_kernel.errors import CodecError, GuestError
from qjs_kernel.limits import Limits
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, Undefined

__all__ = ["Encoded", "Hooks", "decode", "encode"]

_SAFE = 2**53 - 1
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# JavaScript's typed arrays ↔ array.array codes, by item size on this platform.
_SIGNED = {array.array(code).itemsize: code for code in "lqihb"}
_UNSIGNED = {array.array(code).itemsize: code for code in "LQIHB"}
_TO_PYTHON = {
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
_FROM_FORMAT = {"e": "Float16Array", "f": "Float32Array", "d": "Float64Array"}
_SIGNED_KINDS = {1: "Int8Array", 2: "Int16Array", 4: "Int32Array", 8: "BigInt64Array"}
_UNSIGNED_KINDS = {2: "Uint16Array", 4: "Uint32Array", 8: "BigUint64Array"}


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


def encode(value: Any, limits: Limits, hooks: Hooks) -> Encoded:
    """The wire form of `value`; CodecError with the path where a part has none or a budget is exceeded."""
    encoder = _Encoder(limits, hooks)
    encoder.encode(value)
    text = _dump(encoder.out)
    if len(text) + encoder.bytes > limits.result_bytes:
        raise CodecError(f"the value is larger than {limits.result_bytes} bytes (Limits.result_bytes)")
    return Encoded(text, b"".join(encoder.chunks))


def decode(text: bytes, blob: bytes, limits: Limits, hooks: Hooks) -> Any:
    """The Python value of what the guest sent; CodecError when it is malformed or too large."""
    if len(text) + len(blob) > 8 * limits.result_bytes:
        raise CodecError(
            f"a value of {len(text) + len(blob)} bytes is larger than Limits.result_bytes allows"
        )
    tokens = _load(text)
    if not isinstance(tokens, list):
        raise CodecError("the guest sent a value that is not well-formed")
    decoder = _Decoder(tokens, blob, limits, hooks)
    try:
        value = decoder.decode(0)
    except (IndexError, TypeError, ValueError, OverflowError, MemoryError, RecursionError) as error:
        if isinstance(error, CodecError):
            raise
        raise CodecError(f"the guest sent a value that is not well-formed ({type(error).__name__})") from None
    if decoder.at != len(tokens):
        raise CodecError("the guest sent a value with something after its end")
    return value


def _dump(tokens: list[Any]) -> bytes:
    try:
        return msgspec.json.encode(tokens)
    except (UnicodeEncodeError, OverflowError, ValueError):
        # Lone surrogates, which JavaScript strings may hold: escaped.
        return json.dumps(tokens, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


def _load(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        pass  # lone surrogates are no JSON to msgspec
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CodecError("the guest sent a value that is not well-formed") from None


def _path(parts: list[str | int]) -> str:
    text = "value"
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if part.isidentifier() else f"[{json.dumps(part)}]"
    return text


class _Encoder:
    def __init__(self, limits: Limits, hooks: Hooks) -> None:
        self.limits = limits
        self.hooks = hooks
        self.out: list[Any] = []
        self.chunks: list[bytes] = []
        self.bytes = 0
        self.nodes = 0
        self.path: list[str | int] = []
        self.seen: dict[int, int] = {}
        self.alive: list[Any] = []  # keeps temporary containers from giving their id() to others
        self.containers = 0

    def fault(self, message: str) -> CodecError:
        return CodecError(message, _path(self.path))

    def encode(self, value: Any) -> None:
        kind = type(value)
        if kind is str or kind is bool:
            self.out.append(value)
        elif kind is int:
            self._integer(value)
        elif kind is float:
            self._float(value)
        elif value is None:
            self.out += (None, "0")
        elif kind is list or kind is tuple:
            self._array(value)
        elif kind is dict:
            self._object(value)
        else:
            self._other(value)

    def _integer(self, value: int) -> None:
        if -_SAFE <= value <= _SAFE:
            self.out.append(value)
        else:
            self._bigint(value)

    def _bigint(self, value: int) -> None:
        self.out += (None, "b", f"{value:x}")

    def _float(self, value: float) -> None:
        if math.isfinite(value) and (value or math.copysign(1.0, value) > 0):
            self.out.append(value)
        else:
            name = (
                "NaN" if value != value else "-0" if not value else "Infinity" if value > 0 else "-Infinity"
            )
            self.out += (None, "n", name)

    def _enter(self, value: Any, parts: int) -> bool:
        """Number the container; False when it was seen before and a reference stands for it."""
        known = self.seen.get(id(value))
        if known is not None:
            self.out += (None, "r", known)
            return False
        self.seen[id(value)] = self.containers
        self.alive.append(value)
        self.containers += 1
        self.nodes += parts
        if self.nodes > self.limits.result_nodes:
            raise self.fault(
                f"the value has more than {self.limits.result_nodes} parts (Limits.result_nodes)"
            )
        if len(self.path) >= self.limits.result_depth:
            raise self.fault(
                f"the value is nested deeper than {self.limits.result_depth} levels (Limits.result_depth)"
            )
        return True

    def _array(self, value: Any) -> None:
        if not self._enter(value, len(value)):
            return
        self.out += (None, "a", len(value))
        path = self.path
        for index, item in enumerate(value):
            path.append(index)
            self.encode(item)
            path.pop()

    def _object(self, value: Mapping[Any, Any]) -> None:
        if not self._enter(value, len(value)):
            return
        out, path = self.out, self.path
        out += (None, "o", len(value))
        for key, item in value.items():
            if type(key) is not str:
                if isinstance(key, enum.Enum) or not isinstance(key, str):
                    raise self.fault(
                        f"the dict key {key!r:.60} is not a string: JavaScript objects have string keys; "
                        "use str keys, or JSMap for a Map"
                    )
                key = str(key)
            out.append(key)
            path.append(key)
            self.encode(item)
            path.pop()

    def _data(self, data: bytes) -> None:
        self.out += (self.bytes, len(data))
        self.chunks.append(data)
        self.bytes += len(data)
        if self.bytes > self.limits.result_bytes:
            raise self.fault(
                f"the value is larger than {self.limits.result_bytes} bytes (Limits.result_bytes)"
            )

    def _typed(self, value: Any, kind: str, data: bytes) -> None:
        if self._enter(value, 1):
            self.out += (None, "y") if kind == "Uint8Array" else (None, "t", kind)
            self._data(data)

    def _other(self, value: Any) -> None:
        if isinstance(value, Undefined):
            self.out += (None, "u")
        elif isinstance(value, BigInt):
            self._bigint(int(value))
        elif isinstance(value, enum.Enum):
            self.encode(value.value)
        elif isinstance(value, str):
            self.out.append(str.__str__(value))
        elif isinstance(value, bool):
            self.out.append(bool(value))
        elif isinstance(value, int):
            self._integer(int(value))
        elif isinstance(value, float):
            self._float(float(value))
        elif isinstance(value, (bytes, bytearray)):
            self._typed(value, "Uint8Array", bytes(value))
        elif isinstance(value, (dt.datetime, dt.date)):
            self._date(value)
        elif isinstance(value, JSMap):
            self._map(value)
        elif isinstance(value, (JSSet, Set)):
            self._set(value)
        elif isinstance(value, JSRegExp):
            if self._enter(value, 1):
                self.out += (None, "x", value.source, value.flags)
        elif isinstance(value, GuestError):
            self._error(value, value.name, value.message, value.cause)
        elif isinstance(value, BaseException):
            self._error(value, type(value).__name__, str(value), value.__cause__)
        elif isinstance(value, GuestFunction):
            self.out += (None, "f", value._ident, value.name)
        elif isinstance(value, (Decimal, UUID, PurePath)):
            self.out.append(str(value))
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            self._object_of(
                value, {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            )
        elif isinstance(value, array.array):
            self._array_array(value)
        elif isinstance(value, Mapping):
            self._object(value)
        elif isinstance(value, (list, tuple)):
            self._array(value)
        elif self._library(value):
            pass
        elif isinstance(value, memoryview):
            self._buffer(value, value)
        elif inspect.isawaitable(value):
            self.out += (None, "p", self.hooks.awaitable(value))
        elif callable(value):
            self.out += (None, "h", *self.hooks.host_function(value))
        else:
            self._last_resort(value)

    def _last_resort(self, value: Any) -> None:
        try:
            view = memoryview(value)
        except TypeError:
            hint = ": use a list" if hasattr(value, "__iter__") else ""
            raise self.fault(
                f"a value of type {type(value).__qualname__} cannot be sent to the guest{hint}"
            ) from None
        self._buffer(value, view)

    def _object_of(self, owner: Any, fields: dict[str, Any]) -> None:
        # The owner is what can be shared or cyclic; the dict of its fields is made anew each time.
        known = self.seen.get(id(owner))
        if known is not None:
            self.out += (None, "r", known)
            return
        self.seen[id(owner)] = self.containers
        self.alive.append(owner)
        self._object(fields)

    def _date(self, value: dt.date) -> None:
        if not self._enter(value, 1):
            return
        if not isinstance(value, dt.datetime):
            value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
        elif value.tzinfo is None:
            value = value.replace(tzinfo=dt.UTC)
        self.out += (None, "d", (value - _EPOCH) // dt.timedelta(milliseconds=1))

    def _map(self, value: JSMap) -> None:
        if not self._enter(value, 2 * len(value)):
            return
        self.out += (None, "m", len(value))
        for index, (key, item) in enumerate(value.items()):
            self.path.append(index)
            self.encode(key)
            self.encode(item)
            self.path.pop()

    def _set(self, value: Any) -> None:
        if not self._enter(value, len(value)):
            return
        self.out += (None, "s", len(value))
        for index, item in enumerate(value):
            self.path.append(index)
            self.encode(item)
            self.path.pop()

    def _error(self, value: BaseException, name: str, message: str, cause: BaseException | None) -> None:
        if not self._enter(value, 1):
            return
        self.out += (None, "e", name, message, "", cause is not None)
        if cause is not None:
            self.path.append("cause")
            self.encode(cause)
            self.path.pop()

    def _array_array(self, value: array.array[Any]) -> None:
        if value.typecode in "uw":
            self.encode(list(value))
        else:
            self._buffer(value, memoryview(value))

    def _buffer(self, value: Any, view: memoryview) -> None:
        """A one-dimensional buffer of numbers becomes a typed array; more dimensions nested arrays of them."""
        code = view.format.lstrip("@=<>!") if view.format else "B"
        if view.ndim == 0:
            self.encode(view.tolist())
            return
        if view.ndim > 1:
            self._array(_rows(view))
            return
        size = view.itemsize
        if code in ("B", "c", "?"):
            kind = "Uint8Array"
        elif code in "bhilqn":
            kind = _SIGNED_KINDS[size]
        elif code in "HILQN":
            kind = _UNSIGNED_KINDS[size]
        elif code in _FROM_FORMAT:
            kind = _FROM_FORMAT[code]
        else:
            raise self.fault(f"a buffer of format {view.format!r} cannot be sent to the guest")
        data = view.tobytes()
        if size > 1 and view.format and view.format[0] in ">!" and sys.byteorder == "little":
            swapped = array.array({2: "H", 4: _UNSIGNED[4], 8: "Q"}[size], data)
            swapped.byteswap()
            data = swapped.tobytes()
        self._typed(value, kind, data)

    def _library(self, value: Any) -> bool:
        """pandas and numpy, recognised without importing them."""
        package = type(value).__module__.partition(".")[0]
        if package == "pandas":
            name = type(value).__name__
            if name == "DataFrame":
                self._array(_plain_pandas(value.to_dict(orient="records")))
            elif name in ("Series", "Index") or hasattr(value, "tolist"):
                self._array(_plain_pandas(value.tolist()))
            elif name in ("NAType", "NaTType"):
                self.out += (None, "0")
            else:
                return False
            return True
        if package == "numpy":
            if not hasattr(value, "ndim") or not hasattr(value, "dtype"):
                return False
            kind = value.dtype.kind
            if value.ndim == 0:
                item = value.item()
                if type(item).__module__.partition(".")[0] == "numpy":
                    return False
                self.encode(item)
            elif value.ndim > 1 or kind in "OUSMmb":
                # datetime64 and bool have no typed array; .tolist() of a row gives plain Python values
                if kind == "M":
                    value = value.astype("datetime64[us]")
                self._array(list(value) if value.ndim > 1 else value.tolist())
            elif kind in "iuf" and value.dtype.itemsize <= 8:
                data = value if value.dtype.isnative else value.astype(value.dtype.newbyteorder("="))
                self._buffer(value, memoryview(data.copy()))
            else:
                return False
            return True
        return False


def _rows(view: memoryview) -> list[Any]:
    first, *rest = view.shape or ()
    code = (view.format or "B").lstrip("@=<>!")
    data = view.tobytes()
    step = len(data) // first if first else 0
    return [memoryview(data[i * step : (i + 1) * step]).cast(code, rest) for i in range(first)]


def _plain_pandas(value: Any) -> Any:
    """Missing values of pandas (NaT, NA) as None; timestamps are datetimes already."""
    if isinstance(value, dict):
        return {str(key): _plain_pandas(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_pandas(item) for item in value]
    return None if type(value).__name__ in ("NaTType", "NAType") else value


class _Decoder:
    def __init__(self, tokens: list[Any], blob: bytes, limits: Limits, hooks: Hooks) -> None:
        self.tokens = tokens
        self.blob = blob
        self.limits = limits
        self.hooks = hooks
        self.at = 0
        self.containers: list[Any] = []
        # Two more than the guest's own limit: it is the guest's error that should be seen, not this one.
        self.depth = limits.result_depth + 2

    def _next(self) -> Any:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _text(self) -> str:
        token = self._next()
        if type(token) is not str:
            raise ValueError("text expected")
        return token

    def _count(self) -> int:
        token = self._next()
        # A container of n parts takes at least n tokens: a larger claim is a lie.
        if type(token) is not int or not 0 <= token <= len(self.tokens) - self.at:
            raise ValueError("count expected")
        return token

    def _number(self) -> int:
        token = self._next()
        if type(token) is not int or token < 0:
            raise ValueError("number expected")
        return token

    def _bytes(self) -> bytes:
        start, length = self._number(), self._number()
        if start + length > len(self.blob):
            raise ValueError("bytes out of range")
        return self.blob[start : start + length]

    def decode(self, depth: int) -> Any:
        token = self.tokens[self.at]
        self.at += 1
        if token is None:
            return self._tagged(depth)
        kind = type(token)
        if kind is str or kind is bool:
            return token
        if kind is int:
            return token if -_SAFE <= token <= _SAFE else float(token)
        if kind is float:
            return int(token) if token.is_integer() and -_SAFE <= token <= _SAFE else token
        raise ValueError("a token of no known kind")

    def _tagged(self, depth: int) -> Any:
        tag = self._text()
        if tag == "o":
            return self._object(depth)
        if tag == "a":
            return self._array(depth)
        if tag in ("0", "u"):
            return None
        if tag == "r":
            index = self._number()
            return self.containers[index]
        if tag == "n":
            name = self._text()
            return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}[name]
        if tag == "b":
            return BigInt(int(self._text(), 16))
        if tag == "f":
            ident = self._number()
            return self.hooks.guest_function(ident, self._text())
        if tag == "h":
            ident, _ = self._number(), self._next()
            function = self.hooks.host_callable(ident)
            if function is None:
                raise ValueError("no such host function")
            return function
        return self._container(tag, depth)

    def _enter(self, value: Any, depth: int) -> None:
        if depth > self.depth:
            raise CodecError("the value is nested too deep (Limits.result_depth)")
        self.containers.append(value)

    def _object(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self._enter(result, depth)
        for _ in range(self._count()):
            key = self._text()
            result[key] = self.decode(depth + 1)
        return result

    def _array(self, depth: int) -> list[Any]:
        result: list[Any] = []
        self._enter(result, depth)
        for _ in range(self._count()):
            result.append(self.decode(depth + 1))
        return result

    def _container(self, tag: str, depth: int) -> Any:
        if tag == "d":
            value: Any = _datetime(self._next())
        elif tag == "y":
            value = self._bytes()
        elif tag == "t":
            value = _typed_array(self._text(), self._bytes())
        elif tag == "x":
            source = self._text()
            value = JSRegExp(source, self._text())
        elif tag == "m":
            return self._map(depth)
        elif tag == "s":
            return self._set(depth)
        elif tag == "e":
            return self._error(depth)
        else:
            raise ValueError("unknown tag")
        self._enter(value, depth)
        return value

    def _map(self, depth: int) -> JSMap:
        result = JSMap()
        self._enter(result, depth)
        for _ in range(self._count()):
            key = self.decode(depth + 1)
            item = self.decode(depth + 1)
            try:
                result[key] = item
            except TypeError:
                raise CodecError(
                    f"a Map with {'an array' if isinstance(key, list) else 'an object'} as key has no Python twin: "
                    "return its entries as an array"
                ) from None
        return result

    def _set(self, depth: int) -> JSSet:
        result = JSSet()
        self._enter(result, depth)
        items = [self.decode(depth + 1) for _ in range(self._count())]
        result._adopt(items)
        return result

    def _error(self, depth: int) -> GuestError:
        name, message, stack = self._text(), self._text(), self._text()
        # An error that is its own cause cannot be rebuilt: the reference is dropped, the message stays.
        index = len(self.containers)
        self._enter(None, depth)
        cause = self.decode(depth + 1) if self._next() is True else None
        if cause is not None and not isinstance(cause, GuestError):
            cause = GuestError("exception", "Error", str(cause)[:1000])
        error = self.hooks.guest_error(name, message, stack, cause)
        self.containers[index] = error
        return error


def _datetime(token: Any) -> dt.datetime:
    if type(token) not in (int, float) or token != token or token in (math.inf, -math.inf):
        raise ValueError("time expected")
    try:
        return _EPOCH + dt.timedelta(milliseconds=int(token))
    except OverflowError:
        raise CodecError(
            f"a Date at {token:.0f} ms is outside the years 1 to 9999 that Python knows"
        ) from None


def _typed_array(kind: str, data: bytes) -> array.array[Any]:
    if kind == "Float16Array":  # array.array has no half floats
        return array.array("f", struct.unpack(f"={len(data) // 2}e", data))
    code = _TO_PYTHON.get(kind)
    if code is None:
        raise ValueError("unknown typed array")
    return array.array(code, data)
