"""Python images of JavaScript values that have no exact Python twin (section 5 of the value table).

`BigInt`, `JSMap`, `JSSet`, `JSRegExp`, `undefined` and `GuestFunction` are what the codec hands out; each can
be given back and arrives in the guest as what it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, MutableSet
from typing import Any, Final, final

__all__ = ["BigInt", "GuestFunction", "GuestValue", "JSMap", "JSRegExp", "JSSet", "Undefined", "undefined"]


@final
class Undefined:
    """The type of `undefined`, for host functions that want to say so; the guest's own arrives as None."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "undefined"


undefined: Final = Undefined()


class BigInt(int):
    """A JavaScript bigint. An int in every respect; it only remembers that it goes back as a bigint."""

    __slots__ = ()

    def __repr__(self) -> str:
        # Python refuses to write out ints of more than 4,300 digits; a repr must not fail.
        return f"BigInt({int(self)})" if self.bit_length() < 8192 else f"BigInt({int(self):#x})"

    __str__ = int.__repr__


class JSMap(dict[Any, Any]):
    """A JavaScript Map: a dict that goes back as a Map. Keys that Python cannot hash are an error of the codec."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"JSMap({dict.__repr__(self)})"


class JSSet(MutableSet[Any]):
    """A JavaScript Set: insertion order kept, elements need not be hashable (so a Set of objects survives)."""

    __slots__ = ("_index", "_items")

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self._items: list[Any] = []
        # The hashable elements, so that building a large set takes no quadratic time. None for a guest's set:
        # whoever chose its elements could have chosen them to have equal hashes.
        self._index: set[Any] | None = set()
        for item in items:
            self.add(item)

    def _adopt(self, items: list[Any]) -> None:
        # The codec's way in: a guest Set is duplicate-free by JavaScript's own measure, which Python's == is not.
        self._items = items
        self._index = None

    def __contains__(self, value: object) -> bool:
        if self._index is not None:
            try:
                if value in self._index:
                    return True
                if len(self._index) == len(self._items):
                    return False  # all are hashable, and none of them is it
            except TypeError:
                pass
        return value in self._items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: Any) -> None:
        if value in self:
            return
        self._items.append(value)
        if self._index is not None:
            with contextlib.suppress(TypeError):
                self._index.add(value)

    def discard(self, value: Any) -> None:
        if value in self:
            self._items.remove(value)
            if self._index is not None:
                with contextlib.suppress(TypeError):
                    self._index.discard(value)

    def __repr__(self) -> str:
        return f"JSSet({self._items!r})"


class JSRegExp:
    """A JavaScript regular expression: its source and flags. Not compiled: the dialects differ."""

    __slots__ = ("flags", "source")

    def __init__(self, source: str, flags: str = "") -> None:
        if not isinstance(source, str) or not isinstance(flags, str):
            raise TypeError(f"JSRegExp takes source and flags as str, not {source!r:.60} and {flags!r:.60}")
        self.source = source
        self.flags = flags

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JSRegExp):
            return NotImplemented
        return (self.source, self.flags) == (other.source, other.flags)

    def __hash__(self) -> int:
        return hash((self.source, self.flags))

    def __repr__(self) -> str:
        return f"JSRegExp({self.source!r}, {self.flags!r})"


class GuestFunction:
    """A function that lives in the guest. Calling it runs guest code, under the sandbox's limits.

    Valid until its sandbox is closed or rolled back to a time before the function existed; a later call
    raises. `call_async` is the same without blocking the event loop.
    """

    __slots__ = ("_call", "_call_async", "_ident", "name")

    def __init__(
        self, ident: int, name: str, call: Callable[..., Any], call_async: Callable[..., Any] | None = None
    ) -> None:
        self._ident = ident
        self._call = call
        self._call_async = call_async
        self.name = name

    def __call__(self, *args: Any) -> Any:
        return self._call(self, args)

    async def call_async(self, *args: Any) -> Any:
        """Call without blocking the running event loop; awaits the guest's promise."""
        if self._call_async is None:
            raise RuntimeError(f"guest function {self.name!r} has no sandbox any more")
        return await self._call_async(self, args)

    def __eq__(self, other: object) -> bool:
        # The same function of the guest, however often it was handed out.
        if not isinstance(other, GuestFunction):
            return NotImplemented
        return self._ident == other._ident and self._call == other._call

    def __hash__(self) -> int:
        return hash((self._ident, self._call))

    def __repr__(self) -> str:
        return f"<GuestFunction {self.name or '(anonymous)'}>"


class GuestValue:
    """A result that has stayed in the guest because of its size; `get()` brings it here.

    The guest keeps the last one only; `get` of an older one, or after a rollback to before it, raises GuestError.
    """

    __slots__ = ("_function",)

    def __init__(self, function: GuestFunction) -> None:
        self._function = function

    def get(self) -> Any:
        """The value as it is now."""
        return self._function()

    async def get_async(self) -> Any:
        """The same without blocking the running event loop."""
        return await self._function.call_async()

    def __repr__(self) -> str:
        return "<GuestValue: a large array in the sandbox; .get() brings it here>"
