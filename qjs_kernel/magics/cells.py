"""Whose is this cell: the first non-blank line decides. Pure text, no parsing of guest code."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from msgspec import Struct

__all__ = ["Cell", "split_cell"]

# IPython's own help suffix: a dotted name, then ? or ??.
_HELP = re.compile(r"\?{1,2}\s*[\w.*%]+\s*\Z|%{0,2}[A-Za-z_][\w.*]*\?{1,2}\s*\Z")
_SHELL = re.compile(r"![\w./~$\"'-]")
# JavaScript that begins with "!": !name(…), !a.b, !a && b, !a;, and the operators and literals behind a "!".
_NEGATION = re.compile(
    r"!(?:(?:function|async|await|typeof|new|this|void|class|true|false|null|undefined)\b"
    r"|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\s*(?:\(|\[|;|\?|&&|\|\||[=!]==?|\.[A-Za-z_$][\w$]*\())"
)

# Guest code behind a command that is no language: the lines above stand before it as empty ones from the start,
# because the code frames of its failures are those of the cell.
_PADDED = frozenset({"test", "check"})


class Cell(Struct, frozen=True):
    """A cell taken apart.

    kind    "guest": TypeScript in `body`; "command": cell command `name` with `line` and `body`;
            "ipython": all of it is IPython's
    host    lines before it that belong to IPython (`%limits timeout=3`), as one text; "" if none
    start   how many lines of the cell stand before `body`
    """

    kind: Literal["guest", "command", "ipython"]
    body: str
    name: str = ""
    line: str = ""
    host: str = ""
    start: int = 0

    @property
    def padded(self) -> str:
        """`body` behind as many empty lines as stand before it, so that line numbers are those of the cell."""
        return "\n" * self.start + self.body


def _is_host_line(text: str, alone: bool) -> bool:
    if text.startswith("%"):
        return not text.startswith("%%")
    if text.startswith("?"):
        return _HELP.match(text) is not None
    if text.startswith("!"):
        return _SHELL.match(text) is not None and _NEGATION.match(text) is None
    # `ready ?` may open a conditional expression that goes on below: help only where nothing does.
    return alone and _HELP.match(text) is not None


def split_cell(raw: str, cell_commands: Collection[str]) -> Cell:
    """Take a cell apart; `cell_commands` are the names that `%%name` may have to be ours."""
    lines = raw.split("\n")
    index = 0
    host: list[str] = []
    last = max((at for at, line in enumerate(lines) if line.strip()), default=-1)
    if last < 0:
        return Cell("ipython", raw)
    while index <= last:
        text = lines[index].strip()
        if not text:
            index += 1
            continue
        if text.startswith("%%"):
            name, _, line = text[2:].partition(" ")
            if name in cell_commands:
                body = "\n".join(lines[index + 1 :])
                if name in _PADDED:
                    return Cell("command", "\n" * (index + 1) + body, name, line.strip(), "\n".join(host))
                return Cell("command", body, name, line.strip(), "\n".join(host), index + 1)
            # A cell magic of IPython cannot follow anything: IPython itself says so.
            return Cell("ipython", raw)
        if not _is_host_line(text, alone=index == last):
            break
        while text.endswith("\\") and index < last:
            host.append(text)
            index += 1
            text = lines[index].strip()
        host.append(text)
        index += 1
    if index > last:
        return Cell("ipython", raw)
    return Cell("guest", "\n".join(lines[index:]), host="\n".join(host), start=index)
