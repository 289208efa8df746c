"""Places in a text, as LSP counts them (line, UTF-16 column) and as we do (code points)."""

from __future__ import annotations

import re
from bisect import bisect_right

from qjs_kernel.positions import CodePoints, Utf16Units, codepoint_to_utf16, utf16_to_codepoint

__all__ = ["Lines", "sendable"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONE_RETURN = re.compile("\r(?!\n)")


def sendable(text: str) -> str:
    """`text` as a server can read it, every character at its place.

    A lone surrogate has no JSON that all parsers take, and becomes U+FFFD; a lone CR, which not all servers count as
    the end of a line, becomes LF, which means the same to JavaScript.
    """
    return _LONE_RETURN.sub("\n", _SURROGATE.sub("\ufffd", text))


class Lines:
    """The lines of a text that has been through `sendable`. Lines and columns count from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        # positions.line_starts looks at every character in Python, which takes 20 ms for 5,000 lines.
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        """LSP line and UTF-16 column of code point `offset`; past the end counts as the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        return line, codepoint_to_utf16(self.text[start:offset], CodePoints(offset - start))

    def offset(self, line: int, column: int) -> int:
        """Code point offset of an LSP place; one that does not exist counts as the nearest before it."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        return start + utf16_to_codepoint(self.text[start:end].rstrip("\r\n"), Utf16Units(max(0, column)))

    def line_column(self, offset: int) -> tuple[int, int]:
        """1-based line and code point column of code point `offset`, as `Problem` has them."""
        line = bisect_right(self._starts, max(0, min(offset, len(self.text)))) - 1
        return line + 1, offset - self._starts[line] + 1

    def at(self, line: int, column: int) -> int:
        """The inverse of `line_column`."""
        if not 1 <= line <= len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))
