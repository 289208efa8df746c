"""What may be typed next, from whatever source, and the names that are known without asking anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["KEYWORDS", "Suggestion", "fitting"]

MOST = 1_000

KEYWORDS = (
    "abstract", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "export", "extends", "false", "finally", "for", "from", "function", "if",
    "implements", "import", "in", "instanceof", "interface", "keyof", "let", "namespace", "new", "null", "of",
    "readonly", "return", "satisfies", "static", "super", "switch", "this", "throw", "true", "try", "type", "typeof",
    "undefined", "using", "var", "void", "while", "with", "yield",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` may take the place of what stands from `start` to `end` (code points).

    type       what it is, as Jupyter's front ends have signs for: "function", "class", "keyword", "magic", …
    signature  its parameters or its type, "" where that is not known
    """

    text: str
    start: int
    end: int
    type: str = ""
    signature: str = ""

    def moved(self, by: int) -> Suggestion:
        """The same for a text in which everything stands `by` further."""
        return replace(self, start=self.start + by, end=self.end + by)


def fitting(found: Iterable[Suggestion], word: str) -> list[Suggestion]:
    """Those that begin with `word`, whatever its case; an exact case first, else in the order they come. No twins."""
    low = word.lower()
    kept: dict[str, Suggestion] = {}
    for each in found:
        if each.text.lower().startswith(low):
            kept.setdefault(each.text, each)
    return sorted(kept.values(), key=lambda each: not each.text.startswith(word))[:MOST]
