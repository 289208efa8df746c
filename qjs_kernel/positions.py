"""Offset types and the one place where they are converted.

Three ways to count columns meet here: Python and Jupyter count code points, JavaScript and LSP count UTF-16
code units, QuickJS and tree-sitter count UTF-8 bytes. The types keep them apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NewType

__all__ = [
    "CodePoints",
    "Origin",
    "Utf8Bytes",
    "Utf16Units",
    "codepoint_to_utf8",
    "codepoint_to_utf16",
    "line_starts",
    "offset_to_line_column",
    "utf8_to_codepoint",
    "utf16_to_codepoint",
]

CodePoints = NewType("CodePoints", int)
Utf16Units = NewType("Utf16Units", int)
Utf8Bytes = NewType("Utf8Bytes", int)


def _utf8_length(char: str) -> int:
    code = ord(char)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def codepoint_to_utf8(line: str, column: CodePoints) -> Utf8Bytes:
    """UTF-8 offset of code point `column` in `line`; a column past the end counts as the end."""
    head = line[:column]
    return Utf8Bytes(len(head) if head.isascii() else sum(map(_utf8_length, head)))


def utf8_to_codepoint(line: str, offset: Utf8Bytes) -> CodePoints:
    """Code point column of UTF-8 `offset` in `line`; an offset inside a character gives that character."""
    if line.isascii():
        return CodePoints(max(0, min(offset, len(line))))
    seen = 0
    for index, char in enumerate(line):
        seen += _utf8_length(char)
        if seen > offset:
            return CodePoints(index)
    return CodePoints(len(line))


def codepoint_to_utf16(line: str, column: CodePoints) -> Utf16Units:
    """UTF-16 offset of code point `column` in `line`; a column past the end counts as the end."""
    head = line[:column]
    return Utf16Units(len(head) + sum(char > "\uffff" for char in head))


def utf16_to_codepoint(line: str, offset: Utf16Units) -> CodePoints:
    """Code point column of UTF-16 `offset` in `line`; an offset inside a pair gives that character."""
    seen = 0
    for index, char in enumerate(line):
        seen += 2 if char > "\uffff" else 1
        if seen > offset:
            return CodePoints(index)
    return CodePoints(len(line))


def line_starts(text: str) -> list[int]:
    """Code point offset of the first character of every line (lines end with LF, CR LF or CR)."""
    starts = [0]
    index, length = 0, len(text)
    while index < length:
        char = text[index]
        index += 1
        if char == "\r" and index < length and text[index] == "\n":
            index += 1
        if char in "\r\n":
            starts.append(index)
    return starts


def offset_to_line_column(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column, in code points, of code point `offset` in `text`."""
    starts = line_starts(text)
    line = bisect_right(starts, max(0, min(offset, len(text))))
    return line, offset - starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Origin:
    """How a generated module maps back to the user's text.

    The generated text has the user's lines. Within a line only the insertions and replacements listed in `edits`
    move columns. An edit is `(line, start, generated, original)`: on user line `line` (1-based), at UTF-8 byte
    `start` (0-based, in the *generated* line), `generated` bytes stand for `original` bytes of the user's text.
    Edits are sorted. The first one, at the very start, is the head: what every generated module has in front.
    """

    edits: tuple[tuple[int, int, int, int], ...] = ()

    def to_user(self, line: int, column: int) -> tuple[int, int]:
        """User line (1-based; 0: inside the head) and UTF-8 column (0-based) of a generated place.

        `line` is 1-based, `column` a 0-based UTF-8 offset. A place inside an edit maps to the edit's start.
        """
        shift = 0
        for index in range(bisect_left(self.edits, (line,)), len(self.edits)):
            at, start, generated, original = self.edits[index]
            if at != line or start > column:
                break
            if column < start + generated:
                return (0, 0) if (at, start) == (1, 0) else (line, start - shift)
            shift += generated - original
        return line, column - shift

    def from_engine(self, line: int, column: int) -> tuple[int, int]:
        """`to_user` for a place as QuickJS reports it in a stack: line 0 for the head and for no place at all.

        The engine counts columns in UTF-8 bytes, from 0 on the first line and from 1 on all others. Column 1
        also stands for "somewhere on this line" (functions without a noted place); no code of the head is there,
        so on the first line it means the start of the user's. Give 1 for the engine's syntax errors (`at FILE:1:2`
        without a name and parentheses): their columns mean nothing.
        """
        if line < 1:
            return 0, 0
        if line == 1:
            return (1, 0) if column <= 1 else self.to_user(1, column)
        return self.to_user(line, max(0, column - 1))
