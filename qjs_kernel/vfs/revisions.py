"""Numbers that tell whether something may have changed: what is derived from files asks them before it is used."""

from __future__ import annotations

from collections.abc import Iterable

from qjs_kernel.vfs.nodes import Change

__all__ = ["Revisions"]


class Revisions:
    """One number for the whole tree, and one for each directory somebody asked about; they only grow."""

    def __init__(self) -> None:
        self.whole = 0
        self._below: dict[str, int] = {}

    def below(self, top: str) -> int:
        """The number of the directory at the real path `top`, counted from now on."""
        return self._below.setdefault(top, self.whole)

    @property
    def watched(self) -> bool:
        return bool(self._below)

    def count(self, changes: Iterable[Change]) -> None:
        """Something changed, and `changes` say where."""
        self.whole += 1
        if not self._below:
            return
        # A number taken from the whole tree's is new whatever was asked before.
        waiting = set(self._below)
        for change in changes:
            for top in tuple(waiting):
                path = change.path
                if path == top or path.startswith(top + "/") or top.startswith(path.rstrip("/") + "/"):
                    self._below[top] = self.whole
                    waiting.discard(top)
            if not waiting:
                return
