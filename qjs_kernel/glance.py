"""What a glance at a program tells: the names it declares, and where the declaration of one ends.

Regular expressions on lines, no parser: the text is the guest's, and nothing depends on the answer being complete.
"""

from __future__ import annotations

import re

__all__ = ["declaration_of", "declared_names", "in_code"]

_DECLARATION = re.compile(
    r"^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(const\s+enum|let|const|var|function\*?|class|enum|namespace|interface|type)\s+([A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_IMPORT = re.compile(r"^import\s+(?!type\b)([^'\"`;]{1,2000}?)\s+from\b", re.MULTILINE)
_IMPORTED = re.compile(r"([A-Za-z_$][\w$]*)\s*(?=[,}]|\Z)")
_TYPES = frozenset({"interface", "type"})
_LONGEST_DECLARATION = 20_000  # characters looked at
_LONGEST_CODE = 200_000


def declared_names(code: str) -> dict[str, str]:
    """Top-level values that a program declares and the word for each ("let", "class", "import", …)."""
    found = {name: kind for kind, name in _DECLARATION.findall(code) if kind not in _TYPES}
    for clause in _IMPORT.findall(code):
        found.update(dict.fromkeys(_IMPORTED.findall(clause), "import"))
    return found


class _Scanner:
    """Walks over code, keeping apart strings, templates and comments; a regular expression is taken for code."""

    def __init__(self) -> None:
        self.depth = 0
        self.inside = ""  # what the place is inside of: a quote, "//", "/*", or "" for code
        self._templates: list[int] = []

    def step(self, code: str, at: int) -> int:
        """Look at the character at `at`; returns where the next one is."""
        char, two = code[at], code[at : at + 2]
        if self.inside == "//":
            self.inside = "" if char == "\n" else "//"
        elif self.inside == "/*":
            if two == "*/":
                self.inside = ""
                return at + 2
        elif self.inside:
            if char == "\\":
                return at + 2
            if self.inside == "`" and two == "${":
                self._templates.append(self.depth)
                self.depth += 1
                self.inside = ""
                return at + 2
            if char == self.inside or (char == "\n" and self.inside != "`"):
                self.inside = ""
        elif two in ("//", "/*"):
            self.inside = two
            return at + 2
        elif char in "'\"`":
            self.inside = char
        elif char in "([{":
            self.depth += 1
        elif char in ")]}":
            self.depth -= 1
            if self._templates and self._templates[-1] == self.depth:
                self._templates.pop()
                self.inside = "`"
        return at + 1


def in_code(code: str) -> bool:
    """Whether the end of `code` is code: neither in a string nor in a comment."""
    scanner = _Scanner()
    at = max(0, len(code) - _LONGEST_CODE)
    while at < len(code):
        at = scanner.step(code, at)
    return not scanner.inside


def declaration_of(code: str, name: str) -> str | None:
    """The text of the last top-level declaration of `name`, from its line to where it ends; None without one."""
    found = [match for match in _DECLARATION.finditer(code) if match[2] == name]
    if not found:
        return None
    start = found[-1].start()
    text = code[start : start + _LONGEST_DECLARATION]
    block = found[-1][1] not in ("let", "const", "var", "type")
    scanner = _Scanner()
    at = 0
    while at < len(text):
        char, inside, depth = text[at], scanner.inside, scanner.depth
        at = scanner.step(text, at)
        if inside or scanner.inside or scanner.depth > 0:
            continue
        if block and char == "}" and depth == 1:
            return text[:at]
        if (
            not block
            and char in ";\n"
            and not text[at:].lstrip(" \t\n").startswith((".", "?", ":", "|", "&"))
        ):
            return text[:at].rstrip("\n")
    return text.rstrip("\n")
