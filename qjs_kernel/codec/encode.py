"""Python values → the guest: exact, or a CodecError that names the path of what cannot be sent."""

from __future__ import annotations

import array
import dataclasses
import datetime as dt
import enum
import inspect
import json
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

import msgspec

from qjs_kernel.codec import foreign
from qjs_kernel.codec.wire import SAFE, Encoded, Hooks, path_text
from qjs_kernel.errors import CodecError, GuestError
from qjs_kernel.limits import Limits
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, Undefined

__all__ = ["encode"]

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS: Final = dt.timedelta(milliseconds=1)


def encode(value: Any, limits: Limits, hooks: Hooks) -> Encoded:
    """The wire form of `value`; CodecError with the path where a part has none or a budget is exceeded."""
    encoder = _Encoder(limits, hooks)
    try:
        encoder.encode(value)
    except CodecError:
        raise
    except RecursionError:
        raise encoder.fault("the value is nested too deep") from None
    except Exception as error:  # the owner's own properties and methods
        raise encoder.fault(f"reading it raised {type(error).__name__}: {error}") from error
    text = _dump(encoder.out)
    if len(text) + encoder.bytes > limits.result_bytes:
        raise CodecError(f"the value is larger than {limits.result_bytes} bytes (Limits.result_bytes)")
    return Encoded(text, b"".join(encoder.chunks))


def _dump(tokens: list[Any]) -> bytes:
    try:
        return msgspec.json.encode(tokens)
    except (UnicodeEncodeError, OverflowError, ValueError):
        # Lone surrogates, which JavaScript strings may hold: escaped.
        return json.dumps(tokens, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


class _Encoder:
    def __init__(self, limits: Limits, hooks: Hooks) -> None:
        self.limits = limits
        self.hooks = hooks
        self.out: list[Any] = []
        self.chunks: list[bytes] = []
        self.bytes = 0
        self.text = 0
        self.nodes = 0
        self.path: list[str | int] = []
        self.depth = 0
        self.seen: dict[int, int] = {}
        self.alive: list[Any] = []  # keeps temporary containers from giving their id() to others
        self.containers = 0

    def fault(self, message: str) -> CodecError:
        # Without parts the value itself is meant, and "at value" says nothing.
        return CodecError(message, path_text(self.path) if self.path else "")

    def too_large(self) -> CodecError:
        return self.fault(f"the value is larger than {self.limits.result_bytes} bytes (Limits.result_bytes)")

    def encode(self, value: Any) -> None:
        kind = type(value)
        if kind is str:
            self._string(value)
        elif kind is bool:
            self.out.append(value)
        elif kind is int:
            self._integer(value)
        elif kind is float:
            self._float(value)
        elif value is None:
            self.out += (None, "0")
        elif kind is dict:
            self._object(value)
        elif kind is list or kind is tuple:
            self._array(value)
        else:
            self._other(value)

    # Plain values

    def _string(self, value: str) -> None:
        self.out.append(value)
        self.text += len(value)
        if self.text > self.limits.result_bytes:
            raise self.too_large()

    def _integer(self, value: int) -> None:
        if -SAFE <= value <= SAFE:
            self.out.append(value)
        else:
            self._bigint(value)

    def _bigint(self, value: int) -> None:
        if value.bit_length() // 4 > self.limits.result_bytes:
            raise self.too_large()
        self.out += (None, "b")
        self._string(f"{value:x}")

    def _float(self, value: float) -> None:
        if math.isfinite(value) and (value or math.copysign(1.0, value) > 0):
            self.out.append(value)
            return
        name = "NaN" if value != value else "-0" if not value else "Infinity" if value > 0 else "-Infinity"
        self.out += (None, "n", name)

    # Containers

    def _enter(self, value: Any, parts: int) -> bool:
        """Number the container; False when it was seen before and a reference stands for it."""
        known = self.seen.get(id(value))
        if known is not None:
            self.out += (None, "r", known)
            return False
        self.seen[id(value)] = self.containers
        self.alive.append(value)
        self.containers += 1
        self.spend(parts)
        if self.depth >= self.limits.result_depth:
            raise self.fault(
                f"the value is nested deeper than {self.limits.result_depth} levels (Limits.result_depth)"
            )
        return True

    def spend(self, parts: int) -> None:
        self.nodes += parts
        if self.nodes > self.limits.result_nodes:
            raise self.fault(
                f"the value has more than {self.limits.result_nodes} parts (Limits.result_nodes)"
            )

    def _array(self, value: Sequence[Any]) -> None:
        if self._enter(value, len(value)):
            # A copy: the owner's code that runs on the way (properties, mappings) may change the list.
            self._items("a", list(value))

    def _items(self, tag: str, items: Sequence[Any]) -> None:
        out, path = self.out, self.path
        out += (None, tag, len(items))
        self.depth += 1
        path.append(0)
        for index, item in enumerate(items):
            if type(item) is int and -SAFE <= item <= SAFE:
                out.append(item)
            else:
                path[-1] = index
                self.encode(item)
        path.pop()
        self.depth -= 1

    def _object(self, value: Mapping[Any, Any]) -> None:
        if self._enter(value, len(value)):
            self._fields(value.items())

    def _fields(self, items: Iterable[tuple[Any, Any]]) -> None:
        out, path = self.out, self.path
        at, count = len(out) + 2, 0
        out += (None, "o", 0)
        self.depth += 1
        path.append("")
        for key, item in items:
            if type(key) is not str:
                key = self._key(key)
            out.append(key)
            self.text += len(key)
            count += 1
            kind = type(item)
            if kind is int and -SAFE <= item <= SAFE:
                out.append(item)
            else:
                path[-1] = key
                self.encode(item)
        path.pop()
        self.depth -= 1
        out[at] = count

    def _key(self, key: Any) -> str:
        if isinstance(key, str):
            return str.__str__(key)  # also of a StrEnum, whose own text may differ from its value
        self.path.pop()
        raise self.fault(
            f"the dict key {key!r:.60} is not a string: JavaScript objects have string keys; "
            "use str keys, or JSMap for a Map"
        )

    def _map(self, value: JSMap) -> None:
        if not self._enter(value, 2 * len(value)):
            return
        entries = list(value.items())
        self.out += (None, "m", len(entries))
        self.depth += 1
        self.path.append(0)
        for index, (key, item) in enumerate(entries):
            self.path[-1] = index
            self.encode(key)
            self.encode(item)
        self.path.pop()
        self.depth -= 1

    def _error(self, value: BaseException, name: str, message: str, cause: BaseException | None) -> None:
        if not self._enter(value, 1):
            return
        self.out += (None, "e", name, message, "", cause is not None)
        self.text += len(name) + len(message)
        if cause is not None:
            self.path.append("cause")
            self.depth += 1
            self.encode(cause)
            self.depth -= 1
            self.path.pop()

    def _dataclass(self, value: Any) -> None:
        names = [field.name for field in dataclasses.fields(value)]
        if self._enter(value, len(names)):
            self._fields((name, self._attribute(value, name)) for name in names)

    def _attribute(self, value: Any, name: str) -> Any:
        self.path[-1] = name
        return getattr(value, name)

    def _date(self, value: dt.date) -> None:
        if value != value:  # NaT of pandas, which claims to be a datetime
            self.out += (None, "0")
        elif self._enter(value, 1):
            if not isinstance(value, dt.datetime):
                value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
            elif value.utcoffset() is None:
                value = value.replace(tzinfo=dt.UTC)
            self.out += (None, "d", (value - _EPOCH) // _MS)

    # Bytes

    def _typed(self, owner: Any, kind: str, data: bytes) -> None:
        if not self._enter(owner, 1):
            return
        self.out += (None, "y") if kind == "Uint8Array" else (None, "t", kind)
        self.out += (self.bytes, len(data))
        self.chunks.append(data)
        self.bytes += len(data)

    def _buffer(self, owner: Any, view: memoryview) -> None:
        """A one-dimensional buffer of numbers becomes a typed array; more dimensions nested arrays of them."""
        if self.bytes + view.nbytes > self.limits.result_bytes:
            raise self.too_large()
        if foreign.is_listed(view.format):
            self.encode(view.tolist())
            return
        kind = foreign.typed_array(view.format, view.itemsize)
        if kind is None:
            raise self.fault(f"a buffer of format {view.format!r} cannot be sent to the guest")
        data = view.tobytes()
        if foreign.is_swapped(view.format):
            data = foreign.swap(data, view.itemsize)
        self._rows(owner, kind, data, view.shape or (), view.itemsize)

    def _rows(self, owner: Any, kind: str, data: bytes, shape: tuple[int, ...], size: int) -> None:
        if len(shape) <= 1:
            self._typed(owner, kind, data)
        elif self._enter(owner, shape[0]):
            step = math.prod(shape[1:]) * size
            self.out += (None, "a", shape[0])
            self.depth += 1
            for index in range(shape[0]):
                # A row is not the owner's own object: a new one stands for it.
                self._rows(object(), kind, data[index * step : (index + 1) * step], shape[1:], size)
            self.depth -= 1

    # Everything else

    def _other(self, value: Any) -> None:
        if isinstance(value, Undefined):
            self.out += (None, "u")
        elif isinstance(value, BigInt):
            self._bigint(int(value))
        elif isinstance(value, enum.Enum):
            self.encode(value.value)
        elif isinstance(value, str):
            self._string(str.__str__(value))
        elif isinstance(value, int):
            self._integer(int(value))
        elif isinstance(value, float):
            self._float(float(value))
        elif isinstance(value, (bytes, bytearray)):
            if self.bytes + len(value) > self.limits.result_bytes:
                raise self.too_large()
            self._typed(value, "Uint8Array", bytes(value))
        elif isinstance(value, dt.date):
            self._date(value)
        elif isinstance(value, JSMap):
            self._map(value)
        elif isinstance(value, (JSSet, Set)):
            if self._enter(value, len(value)):
                self._items("s", list(value))
        elif isinstance(value, JSRegExp):
            self._regexp(value)
        elif isinstance(value, GuestError):
            self._error(value, value.name, value.message, value.cause)
        elif isinstance(value, BaseException):
            self._error(value, type(value).__name__, str(value), value.__cause__)
        elif isinstance(value, GuestFunction):
            self._guest_function(value)
        elif isinstance(value, (Decimal, UUID, PurePath)):
            self._string(str(value))
        elif isinstance(value, (dt.timedelta, dt.time)):
            raise self._unknown(value)
        elif isinstance(value, type):
            raise self.fault(
                f"the class {value.__qualname__} cannot be sent to the guest: send a function that makes one"
            )
        elif dataclasses.is_dataclass(value):
            self._dataclass(value)
        elif isinstance(value, Mapping):
            self._object(value)
        elif isinstance(value, (list, tuple, deque)) or (
            isinstance(value, array.array) and value.typecode in "uw"
        ):
            self._array(value)
        elif isinstance(value, (array.array, memoryview)):
            self._buffer(value, memoryview(value))
        elif (plain := foreign.plain(value, self.limits.result_nodes)) is not foreign.UNKNOWN:
            self._foreign(value, plain)
        elif isinstance(value, Sequence):
            self._array(value)
        elif inspect.isawaitable(value):
            if self._enter(value, 1):
                self.out += (None, "p", self.hooks.awaitable(value))
        elif callable(value):
            self.out += (None, "h", *self.hooks.host_function(value))
        else:
            self._last_resort(value)

    def _regexp(self, value: JSRegExp) -> None:
        flags = set(value.flags)
        if len(flags) != len(value.flags) or not flags <= set("dgimsuvy") or flags >= {"u", "v"}:
            raise self.fault(f"{value.flags!r:.60} are no flags of a JavaScript regular expression")
        if self._enter(value, 1):
            self.out += (None, "x", value.source, value.flags)
            self.text += len(value.source)

    def _guest_function(self, value: GuestFunction) -> None:
        own = self.hooks.guest_function(value._ident, value.name)
        if own == value:
            self.out += (None, "f", value._ident, value.name)
        else:  # of another sandbox: called through the host, like any other callable
            self.out += (None, "h", *self.hooks.host_function(value))

    def _foreign(self, owner: Any, plain: Any) -> None:
        """What numpy and pandas hand out: `plain` stands for `owner`, which is what can be shared."""
        if isinstance(plain, foreign.Refused):
            raise self.fault(plain.message)
        if isinstance(plain, memoryview):
            self._buffer(owner, plain)
        elif isinstance(plain, list):
            if self._enter(owner, len(plain)):
                self._items("a", plain)
        else:
            self.encode(plain)

    def _last_resort(self, value: Any) -> None:
        try:
            view = memoryview(value)
        except TypeError:
            raise self._unknown(value) from None
        self._buffer(value, view)

    def _unknown(self, value: Any) -> CodecError:
        return self.fault(
            f"a value of type {type(value).__qualname__} cannot be sent to the guest{_hint(value)}"
        )


def _hint(value: Any) -> str:
    if isinstance(value, dt.timedelta):
        return ": send its total_seconds()"
    if isinstance(value, dt.time):
        return ": send its isoformat()"
    return ": use a list" if hasattr(value, "__iter__") or hasattr(value, "__aiter__") else ""
