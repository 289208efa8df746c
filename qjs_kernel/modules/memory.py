"""What the resolver found, remembered while the files are as they were.

Programs write files while they run, but hardly ever into their packages: what was found inside /node_modules is kept
until something changes there, everything else until anything changes.
"""

from __future__ import annotations

from typing import Any, Final

from qjs_kernel.vfs import VirtualFS, normalize
from qjs_kernel.vfs.nodes import Dir, Link
from qjs_kernel.vfs.paths import BadPath

__all__ = ["NOTHING", "Memory"]

PACKAGES: Final = "/node_modules"
NOTHING: Final = object()
# Keys are the guest's texts: both their number and their characters are bounded.
_MOST: Final = 50_000
_MOST_CHARACTERS: Final = 4 * 2**20


class Memory:
    """Answers by (question, text, …). Ask `revision` before what is to be put in is read."""

    def __init__(self, fs: VirtualFS) -> None:
        self._fs = fs
        self._revision = (-1, -1)
        self._passing: dict[tuple[object, ...], Any] = {}
        self._lasting: dict[tuple[object, ...], Any] = {}
        self._characters = 0
        self._contained: bool | None = None

    def revision(self) -> tuple[int, int]:
        """Numbers for all files and for those in /node_modules; forgets what they make doubtful."""
        whole = self._fs.revision
        if whole != self._revision[0]:
            below = self._fs.revision_below(PACKAGES)
            self._passing.clear()
            if below != self._revision[1]:
                self._lasting.clear()
                self._characters = 0
                self._contained = None
            self._revision = (whole, below)
        return self._revision

    def get(self, key: tuple[object, ...]) -> Any:
        """What was put in for `key`, or NOTHING."""
        found = self._lasting.get(key, NOTHING)
        return self._passing.get(key, NOTHING) if found is NOTHING else found

    def put(self, key: tuple[object, ...], value: Any, *, lasting: bool) -> None:
        size = sum(len(part) for part in key if isinstance(part, str))
        if len(self._lasting) + len(self._passing) >= _MOST or self._characters + size > _MOST_CHARACTERS:
            self._lasting.clear()
            self._passing.clear()
            self._characters = 0
        self._characters += size
        (self._lasting if lasting else self._passing)[key] = value

    def lasts(self, path: str) -> bool:
        """Whether what a look at `path` tells depends on nothing but /node_modules."""
        return path.startswith(PACKAGES + "/") and self._all_inside()

    def import_lasts(self, specifier: str, directory: str, found: str) -> bool:
        """The same for an import by a module in `directory` that led to `found`."""
        if not (self.lasts(directory + "/") and (found.startswith("node:") or self.lasts(found))):
            return False
        if specifier.startswith(("/", "file:")) or "%" in specifier:
            return False
        if specifier.split("/", 1)[0] not in (".", ".."):
            return True
        try:
            return self.lasts(normalize(specifier, directory) + "/")
        except BadPath:
            return False

    def _all_inside(self) -> bool:
        """Whether no link in /node_modules leads out of it."""
        if self._contained is None:
            self._contained = self._look_at_links()
        return self._contained

    def _look_at_links(self) -> bool:
        with self._fs.operation() as tree:
            top = tree.root.children.get(PACKAGES[1:])
            todo: list[tuple[Any, int]] = [(top, 0)] if isinstance(top, Dir) else []
            if isinstance(top, Link):
                return False
            while todo:
                directory, depth = todo.pop()
                for child in directory.children.values():
                    if isinstance(child, Dir):
                        todo.append((child, depth + 1))
                    elif isinstance(child, Link):
                        # Only leading ".." can be counted without following the links before the others.
                        names = child.target.rstrip("/").split("/")
                        up = next((at for at, name in enumerate(names) if name != ".."), len(names))
                        if child.target.startswith("/") or up > depth or ".." in names[up:]:
                            return False
        return True
