"""What the guest asked of the host's functions: how often, how long it took, and what came of it last."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from qjs_kernel.errors import GuestError
from qjs_kernel.values import GuestFunction, JSRegExp, JSSet

__all__ = ["CallLog", "CallStats", "TooLarge"]

# What the guest sends is kept after the call, for every function: it must not be able to fill memory with that.
_FUNCTIONS: Final = 200
_VALUES: Final = 2_000
_BYTES: Final = 200_000
_ARGUMENTS: Final = 100


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Stands for a last value that is not kept: what it was, and its length (None: it has none)."""

    kind: str
    length: int | None = None

    def __repr__(self) -> str:
        length = "" if self.length is None else f" of {self.length:,}"
        return f"[{self.kind}{length}, too large to keep]"


@dataclass(slots=True)
class CallStats:
    """The calls of one host function so far.

    running    calls that have begun and not ended
    seconds    all ended calls together, including what was awaited
    arguments  of the call that began last, large ones as `TooLarge`; None before the first one
    result     of the call that ended last, if it ended well; `TooLarge` for a large one
    error      class name and message of the call that ended last, "" if it ended well
    """

    calls: int = 0
    running: int = 0
    errors: int = 0
    seconds: float = 0.0
    arguments: tuple[Any, ...] | None = None
    result: Any = None
    error: str = ""

    @property
    def mean(self) -> float | None:
        """Seconds of an ended call on average; None before the first one."""
        ended = self.calls - self.running
        return self.seconds / ended if ended > 0 else None


class CallLog:
    """Statistics by function. `on_call` is called after every begin and end of a call; it must be quick.

    Keeps the functions and the last arguments and result of each alive, if they are small, and nothing else; of the
    functions those that were called last.
    """

    def __init__(self) -> None:
        self.on_call: Callable[[], None] | None = None
        self._stats: dict[int, tuple[Callable[..., Any], CallStats]] = {}

    def stats(self, function: Callable[..., Any]) -> CallStats | None:
        """The calls of `function` (by identity); None while it has not been called."""
        entry = self._stats.get(id(function))
        return None if entry is None else entry[1]

    def begin(self, function: Callable[..., Any], arguments: list[Any]) -> CallStats:
        """A call begins; `end` wants what this returns."""
        entry = self._stats.pop(id(function), None) or (function, CallStats())
        self._stats[id(function)] = entry  # the last one now
        if len(self._stats) > _FUNCTIONS:
            del self._stats[next(iter(self._stats))]
        stats = entry[1]
        stats.calls += 1
        stats.running += 1
        stats.arguments = _kept_each(arguments)
        if self.on_call is not None:
            self.on_call()
        return stats

    def end(self, stats: CallStats, seconds: float, result: Any, error: BaseException | None) -> None:
        """The call has ended after `seconds`, with a result or an error."""
        stats.running -= 1
        stats.seconds += seconds
        if error is None:
            stats.result, stats.error = _Room().keep(result), ""
        else:
            stats.errors += 1
            try:
                stats.error = f"{type(error).__name__}: {error}"[:500]
            except Exception:  # noqa: BLE001 - an exception of the owner's whose own __str__ fails
                stats.error = type(error).__name__
        if self.on_call is not None:
            self.on_call()

    def clear(self) -> None:
        """Forget everything."""
        self._stats.clear()


class _Room:
    """How much more may be kept of one call."""

    def __init__(self) -> None:
        self.values = _VALUES
        self.bytes = _BYTES

    def keep(self, value: Any) -> Any:
        """`value` if there is room for it, else what stands for it. Looks at no more of it than there is room for."""
        before = self.values, self.bytes
        try:
            if self._takes(value):
                return value
            self.values, self.bytes = before
            return TooLarge(type(value).__name__, _length(value))
        except Exception:  # noqa: BLE001 - a value of the owner's whose own methods fail
            self.values, self.bytes = before
            return TooLarge(type(value).__name__)

    def _takes(self, value: Any) -> bool:
        pending = [value]
        while pending:
            each = pending.pop()
            self.values -= 1
            self.bytes -= _size(each)
            if isinstance(each, GuestError):
                pending.append(each.cause)
            elif isinstance(each, (list, tuple, set, frozenset, JSSet, dict)):
                if len(each) > self.values:
                    return False
                pending += each
                pending += each.values() if isinstance(each, dict) else ()
            if self.values < 0 or self.bytes < 0:
                return False
        return True


def _kept_each(arguments: list[Any]) -> tuple[Any, ...]:
    # All of a call share what one value may take: there may be thousands of them.
    room = _Room()
    return tuple(map(room.keep, arguments[:_ARGUMENTS]))


def _size(value: Any) -> int:
    """About how many bytes there are in a value itself, without the values in it."""
    if isinstance(value, (str, bytes, bytearray)):
        return len(value)
    if isinstance(value, array):
        return len(value) * value.itemsize
    if isinstance(value, int):
        return value.bit_length() // 8
    if isinstance(value, GuestError):
        frames = sum(
            len(each.function) + len(each.file) + len(each.source_line or "") for each in value.frames
        )
        texts = (value.name, value.message, value.value_text, value.hint, value.host_traceback)
        return frames + sum(map(len, filter(None, texts)))
    if isinstance(value, JSRegExp):
        return len(value.source)
    return len(value.name) if isinstance(value, GuestFunction) else 0


def _length(value: Any) -> int | None:
    return len(value) if hasattr(value, "__len__") else None
