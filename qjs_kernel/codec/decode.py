"""Guest values → Python. Nothing in the tokens is trusted: a guest that broke its engine could send any."""

from __future__ import annotations

import array
import datetime as dt
import json
import math
import re
import struct
from collections.abc import Callable
from typing import Any, Final

import msgspec

from qjs_kernel.codec.wire import SAFE, TYPECODES, Hooks, path_text
from qjs_kernel.errors import CodecError, GuestError
from qjs_kernel.limits import Limits
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet

__all__ = ["decode"]

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_FIRST_MS: Final = -62_135_596_800_000  # datetime.min
_LAST_MS: Final = 253_402_300_799_999  # datetime.max
_SPECIAL: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
_STRING: Final = re.compile(rb'"(?:[^"\\]+|\\.)*"')
_HEX: Final = re.compile(r"-?[0-9a-f]+")
# A part takes at most so many tokens (key, null, tag, kind, offset, length, or an error's texts).
_TOKENS_A_PART: Final = 8
# Python hashes ints and floats without a secret: a Map of keys chosen to collide would take quadratic time.
_SAME_HASH: Final = 64
_HALF_CHUNK: Final = 1 << 16


class _Malformed(Exception):
    """The tokens do not follow the format."""


class _Refused(Exception):
    """A well-formed value without a Python twin; `parts` grows while it unwinds, innermost first."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.parts: list[str | int] = []


def decode(text: bytes, blob: bytes, limits: Limits, hooks: Hooks) -> Any:
    """The Python value of what the guest sent; CodecError when it is malformed or too large."""
    # The guest counts UTF-16 units: UTF-8 needs up to three bytes for one.
    if len(text) > 3 * limits.result_bytes + 64 or len(blob) > limits.result_bytes:
        size = len(text) + len(blob)
        raise CodecError(f"a value of {size} bytes is larger than Limits.result_bytes allows")
    most = _TOKENS_A_PART * (limits.result_nodes + 1)
    if text.count(b",") > most and _STRING.sub(b"", text).count(b",") > most:
        raise CodecError(f"the value has more than {limits.result_nodes} parts (Limits.result_nodes)")
    tokens = _load(text)
    if not isinstance(tokens, list):
        raise CodecError("the guest sent a value that is not well-formed")
    decoder = _Decoder(tokens, blob, limits, hooks)
    try:
        value = decoder.value(0)
    except _Refused as refused:
        path = path_text(refused.parts[::-1]) if refused.parts else ""
        raise CodecError(refused.message, path) from None
    except (_Malformed, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, CodecError):
            raise
        raise CodecError("the guest sent a value that is not well-formed") from None
    if decoder.at != len(tokens):
        raise CodecError("the guest sent a value with something after its end")
    return value


def _load(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # lone surrogates, which JavaScript strings may hold, are no JSON to msgspec
    try:
        return json.loads(text.decode())
    except (ValueError, RecursionError):
        raise CodecError("the guest sent a value that is not well-formed") from None


class _Decoder:
    """One frame of Python's stack for one level of nesting: the loops below look at plain tokens themselves."""

    def __init__(self, tokens: list[Any], blob: bytes, limits: Limits, hooks: Hooks) -> None:
        self.tokens = tokens
        self.blob = blob
        self.hooks = hooks
        self.at = 0
        self.taken = 0
        self.containers: list[Any] = []
        self.functions: dict[int, GuestFunction] = {}
        # Two more than the guest's own limit: it is the guest's error that should be seen, not this one.
        self.depth = limits.result_depth + 2
        self.tags: dict[str, Callable[[int], Any]] = {
            "o": self._object,
            "a": self._array,
            "0": self._none,
            "u": self._none,
            "n": self._special,
            "b": self._bigint,
            "d": self._date,
            "m": self._map,
            "s": self._set,
            "y": self._bytes,
            "t": self._typed,
            "x": self._regexp,
            "e": self._error,
            "f": self._function,
            "h": self._host_function,
            "r": self._reference,
        }

    def value(self, depth: int) -> Any:
        token = self.tokens[self.at]
        self.at += 1
        if token is None:
            tag = self.tokens[self.at]
            self.at += 1
            return self.tags[tag](depth)
        return token if type(token) is str else _plain(token)

    # Parts

    def _text(self) -> str:
        token = self.tokens[self.at]
        self.at += 1
        if type(token) is not str:
            raise _Malformed
        return token

    def _number(self) -> int:
        token = self.tokens[self.at]
        self.at += 1
        if type(token) is not int or token < 0:
            raise _Malformed
        return token

    def _open(self, container: Any, depth: int) -> int:
        """Number `container`; the count of its parts, each of which takes a token at least."""
        count = self._number()
        if count > len(self.tokens) - self.at:
            raise _Malformed
        self._enter(container, depth)
        return count

    def _enter(self, container: Any, depth: int) -> None:
        if depth > self.depth:
            raise _Refused("the value is nested too deep (Limits.result_depth)")
        self.containers.append(container)

    def _slice(self) -> bytes:
        # In order and without overlap: else a few tokens could ask for the same megabytes again and again.
        start, length = self._number(), self._number()
        if start != self.taken or start + length > len(self.blob):
            raise _Malformed
        self.taken += length
        return self.blob[start : start + length]

    # Tags

    def _none(self, _: int) -> None:
        return None

    def _special(self, _: int) -> float:
        return _SPECIAL[self._text()]

    def _bigint(self, _: int) -> BigInt:
        digits = self._text()
        if not _HEX.fullmatch(digits):
            raise _Malformed
        return BigInt(int(digits, 16))

    def _reference(self, _: int) -> Any:
        return self.containers[self._number()]

    def _function(self, _: int) -> GuestFunction:
        ident, name = self._number(), self._text()
        known = self.functions.get(ident)
        if known is None:
            known = self.functions[ident] = self.hooks.guest_function(ident, name)
        return known

    def _host_function(self, _: int) -> Callable[..., Any]:
        ident = self._number()
        self.at += 1
        function = self.hooks.host_callable(ident)
        if function is None:
            raise _Malformed
        return function

    def _array(self, depth: int) -> list[Any]:
        result: list[Any] = []
        tokens, tags, append, inner = self.tokens, self.tags, result.append, depth + 1
        for _ in range(self._open(result, depth)):
            token = tokens[self.at]
            self.at += 1
            if token is None:
                tag = tokens[self.at]
                self.at += 1
                try:
                    append(tags[tag](inner))
                except _Refused as refused:
                    refused.parts.append(len(result))
                    raise
            else:
                append(token if type(token) is str else _plain(token))
        return result

    def _object(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        tokens, tags, inner = self.tokens, self.tags, depth + 1
        for _ in range(self._open(result, depth)):
            at = self.at
            key, token = tokens[at], tokens[at + 1]
            if type(key) is not str:
                raise _Malformed
            if token is None:
                self.at = at + 3
                try:
                    result[key] = tags[tokens[at + 2]](inner)
                except _Refused as refused:
                    refused.parts.append(key)
                    raise
            else:
                self.at = at + 2
                result[key] = token if type(token) is str else _plain(token)
        return result

    def _map(self, depth: int) -> JSMap:
        result = JSMap()
        hashes: dict[int, int] = {}
        for index in range(self._open(result, depth)):
            try:
                key = self.value(depth + 1)
                item = self.value(depth + 1)
                _put(result, key, item, index, hashes)
            except _Refused as refused:
                refused.parts.append(index)
                raise
        return result

    def _set(self, depth: int) -> JSSet:
        result = JSSet()
        items: list[Any] = []
        for index in range(self._open(result, depth)):
            try:
                items.append(self.value(depth + 1))
            except _Refused as refused:
                refused.parts.append(index)
                raise
        result._adopt(items)
        return result

    def _date(self, depth: int) -> dt.datetime:
        token = self.tokens[self.at]
        self.at += 1
        if type(token) is float and token.is_integer():
            token = int(token)
        if type(token) is not int:
            raise _Malformed
        if not _FIRST_MS <= token <= _LAST_MS:
            raise _Refused("a Date outside the years 1 to 9999, which are all that Python knows")
        value = _EPOCH + dt.timedelta(milliseconds=token)
        self._enter(value, depth)
        return value

    def _bytes(self, depth: int) -> bytes:
        value = self._slice()
        self._enter(value, depth)
        return value

    def _typed(self, depth: int) -> array.array[Any]:
        kind = self._text()
        data = self._slice()
        if kind == "Float16Array":
            if len(data) % 2:
                raise _Malformed
            value = array.array("f")
            for start in range(0, len(data), _HALF_CHUNK):
                value.extend(half for (half,) in struct.iter_unpack("=e", data[start : start + _HALF_CHUNK]))
        else:
            value = array.array(TYPECODES[kind], data)
        self._enter(value, depth)
        return value

    def _regexp(self, depth: int) -> JSRegExp:
        source = self._text()
        value = JSRegExp(source, self._text())
        self._enter(value, depth)
        return value

    def _error(self, depth: int) -> GuestError:
        name, message, stack = self._text(), self._text(), self._text()
        error = self.hooks.guest_error(name, message, stack, None)
        self._enter(error, depth)
        has_cause = self.tokens[self.at]
        self.at += 1
        if has_cause is True:
            try:
                cause = self.value(depth + 1)
            except _Refused as refused:
                refused.parts.append("cause")
                raise
            if not isinstance(cause, GuestError):  # what else was given as cause is told by its text
                cause = GuestError("exception", "Error", _short(cause))
            error.cause = error.__cause__ = cause
        return error


def _plain(token: Any) -> Any:
    """A token that stands for itself: JavaScript's numbers are int where they are integral and safe, else float."""
    kind = type(token)
    if kind is int:
        return token if -SAFE <= token <= SAFE else float(token)
    if kind is float:
        return int(token) if token.is_integer() and -SAFE <= token <= SAFE else token
    if kind is bool or kind is str:
        return token
    raise _Malformed


def _put(result: JSMap, key: Any, item: Any, index: int, hashes: dict[int, int]) -> None:
    if type(key) is not str:
        try:
            code = hash(key)
        except TypeError:
            what = "an array" if isinstance(key, list) else "an object"
            raise _Refused(
                f"a Map with {what} as key has no Python twin: send its entries as an array"
            ) from None
        hashes[code] = hashes.get(code, 0) + 1
        if hashes[code] > _SAME_HASH:
            raise _Refused("a Map whose keys have too many equal Python hashes: send its entries as an array")
    result[key] = item
    if len(result) == index:
        raise _Refused(
            f"a Map with different keys that are equal in Python (one is {_short(key)}): "
            "send its entries as an array"
        )


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value[:1000]
    if value is None or isinstance(value, (bool, float, dt.datetime)):
        return repr(value)
    return str(value) if isinstance(value, int) and abs(value) <= SAFE else type(value).__name__
