"""Babel's raw locale data with its aliases resolved, read only.

Babel's own `LocaleDataDict` writes what it resolves back into dictionaries that locales share: after Japanese,
Korean has Japanese months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from babel.localedata import Alias

__all__ = ["View"]

_DEPTH: Final = 20  # aliases of aliases; the data has three


class View(Mapping[Any, Any]):
    """A dictionary of the locale `root`."""

    def __init__(self, root: Mapping[Any, Any], node: Mapping[Any, Any]) -> None:
        self._root = root
        self._node = node

    def __getitem__(self, key: Any) -> Any:
        value = _resolved(self._root, self._node[key], _DEPTH)
        return View(self._root, value) if isinstance(value, dict) else value

    def __iter__(self) -> Iterator[Any]:
        return iter(self._node)

    def __len__(self) -> int:
        return len(self._node)


def _resolved(root: Mapping[Any, Any], value: Any, depth: int) -> Any:
    """`value` itself, what it is an alias of, or that with more on top."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], Alias):
        base = _resolved(root, value[0], depth - 1)
        return _merged(base, value[1])
    if not isinstance(value, Alias):
        return value
    if depth == 0:
        raise LookupError("aliases in a circle")
    found: Any = root
    for key in value.keys:
        found = _resolved(root, found[key], depth - 1)
    return found


def _merged(base: Any, more: Any) -> dict[Any, Any]:
    answer = dict(base)
    for key, value in more.items():
        old = answer.get(key)
        answer[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return answer
