"""Text that guest code chose, made harmless for terminals, logs and browsers, and measured in character cells."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["BOX_CLASS", "RESET", "cell_width", "char_width", "safe_text", "shorten", "widths"]

RESET = "\x1b[0m"
# MathJax reads HTML outputs too: `$5 and $6` would become a formula, and formulas have commands of their own.
BOX_CLASS = "tex2jax_ignore mathjax_ignore"

# C0 but tab and newline, DEL, C1, bidi controls, line and paragraph separators, lone surrogates (which no
# UTF-8 encoder takes: one of them in a message would lose the whole message).
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Bounded, so that no text makes the match backtrack over a long run of digits.
_SGR = re.compile("\x1b\\[[0-9;:]{0,64}m")
_SGR_OR_UNSAFE = re.compile(f"({_SGR.pattern})|\r\n|{_UNSAFE.pattern}")


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    if match.group(1):
        return found
    if found == "\r\n":
        return "\n"
    code = ord(found)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe_text(text: str, *, colours: bool = True) -> str:
    """`text` with every control character escaped, except newline, tab and (with `colours`) SGR sequences.

    Bidi controls, line separators and lone surrogates are escaped as well; CR LF becomes LF. The answer can
    always be encoded as UTF-8. Applying it twice changes nothing.
    """
    if _UNSAFE.search(text) is None:
        return text
    if not colours:
        text = _SGR.sub("", text)
    return _SGR_OR_UNSAFE.sub(_escape, text)


def shorten(text: str, limit: int, *, lines: int | None = None) -> str:
    """At most `limit` characters (and `lines` lines) of `text`, with a note of how much is missing."""
    kept = text[:limit]
    if lines is not None:
        kept = "\n".join(kept.split("\n", lines)[:lines])
    missing = len(text) - len(kept)
    if missing == 0:
        return text
    return f"{kept}{RESET if chr(27) in kept else ''}… ({missing} more characters)"


def char_width(char: str, before: str = "") -> int:
    """Cells that `char` takes after `before`: 0, 1 or 2. Tabs are the caller's business."""
    code = ord(char)
    if code < 0x300:
        return 1
    if before == "\u200d" or 0x1F3FB <= code <= 0x1F3FF:
        # The second half of a joined emoji, or a skin tone: drawn into the cells of what stands before.
        return 0 if before else 2
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def widths(line: str) -> list[int]:
    """The width in cells of every code point of `line`."""
    found: list[int] = []
    before = ""
    for char in line:
        found.append(char_width(char, before))
        before = char
    return found


def cell_width(text: str) -> int:
    """Cells that `text` takes on a terminal or in a monospaced output area."""
    return len(text) if text.isascii() else sum(widths(text))
