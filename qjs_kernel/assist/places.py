"""What of a cell is guest code, which file it is to the checker, and how offsets in it and in the cell correspond."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from qjs_kernel.magics import Cell, CommandError, find_command
from qjs_kernel.session import DIALECTS, Session, cell_path
from qjs_kernel.vfs import normalize

__all__ = ["GuestText", "guest_text", "is_checked"]

_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
# Cell commands whose body is a program.
_PROGRAMS = frozenset({*DIALECTS, "test", "check", "format"})


@dataclass(frozen=True, slots=True)
class GuestText:
    """Guest code in a cell, as the checker shall see it. Offsets are code points.

    path   the file it is or will be: /src/cell-7.ts, or the path of a mount
    text   all of that file; `text[:pad]` is not written in the cell: empty lines, or the file it is appended to
    cell   the whole cell; its code begins at `start`
    kind   "cell", "test" or "mount"
    """

    path: str
    text: str
    pad: int
    cell: str
    start: int
    kind: str = "cell"

    def offset(self, position: int) -> int | None:
        """Where `position` of the cell is in `text`; None before the code."""
        return None if position < self.start else position - self.start + self.pad

    def position(self, offset: int) -> int:
        """Where `offset` of `text` is in the cell; what is not in the cell is at the start of its code."""
        return max(offset - self.pad, 0) + self.start


def _header(raw: str) -> int:
    """Where the line after the line with `%%` begins."""
    at = 0
    for line in raw.split("\n"):
        at += len(line) + 1
        if line.strip().startswith("%%"):
            break
    return min(at, len(raw))


def guest_text(session: Session, raw: str, cell: Cell, number: int) -> GuestText | None:
    """The guest code of cell `number`, None where there is none (Python, IPython, a mount of data)."""
    if cell.kind == "ipython":
        return None
    if not cell.name:
        return GuestText(
            cell_path(number), "\n" * cell.start + cell.body, cell.start, raw, len(raw) - len(cell.body)
        )
    start = _header(raw)
    lines = raw.count("\n", 0, start)
    if cell.name == "mount":
        return _mounted(session, raw, cell, start)
    if cell.name not in _PROGRAMS:
        return None
    kind = "test" if cell.name == "test" else "cell"
    text = "\n" * lines + raw[start:]
    return GuestText(cell_path(number, _dialect(cell)), text, lines, raw, start, kind)


def _dialect(cell: Cell) -> str:
    if cell.name in DIALECTS:
        return cell.name
    words = cell.line.split()
    return next((name for name in DIALECTS if f"--{name}" in words), "ts")


def _mounted(session: Session, raw: str, cell: Cell, start: int) -> GuestText | None:
    command = find_command("mount", "cell")
    assert command is not None
    try:
        parsed = command.parse(cell.line)
    except CommandError:
        return None
    if parsed.flag("json") or "glob" in parsed.options or not parsed.words:
        return None
    path = normalize(posixpath.join("/", parsed.words[0]))
    if not path.endswith(_EXTENSIONS):
        return None
    before = ""
    if parsed.flag("append") and session.sandbox.fs.exists(path):
        before = session.source_of(path) or ""
        before += "" if not before or before.endswith("\n") else "\n"
    return GuestText(path, before + raw[start:], len(before), raw, start, "mount")


def is_checked(path: str, text: str) -> bool:
    """Whether problems of such a file are worth showing unasked: TypeScript, or JavaScript that asks for it."""
    if path.endswith((".ts", ".tsx", ".mts", ".cts")):
        return True
    head = [line.strip() for line in text.lstrip().split("\n", 20)[:20]]
    return path.endswith(_EXTENSIONS) and any(line.startswith("// @ts-check") for line in head)
