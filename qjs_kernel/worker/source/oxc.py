"""The second opinion: OXC reads syntax that the tree-sitter grammar does not know yet.

OXC prints a program of its own. Its tokens are aligned with the user's, so that what comes out keeps the user's
lines (columns as far as the line allows). Everything here is off the ordinary path, and so are its imports.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from .grammar import Dialect

__all__ = ["align", "exported_types", "transform"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
  | (?P<word>[\w$\#\u0080-\U0010ffff]+)
  | (?P<mark>=>|\+\+|--|\.\.\.|\?\.|\?\?=?|\*\*=?|<<=?|>>>?=?|[=!]==?|&&=?|\|\|=?|[-+*/%&|^<>]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# A line end may not follow (or come before) these without changing the program.
_GLUED_AFTER = frozenset({"return", "throw", "break", "continue", "yield", "async", "get", "set", "accessor"})
_GLUED_BEFORE = frozenset({"=>", "++", "--"})
_TYPES = re.compile(
    r"^\s*export\s+(?:declare\s+)?(?:interface|type|abstract\s+class|class|enum|const\s+enum|namespace)\s+([\w$]+)",
    re.MULTILINE,
)


def exported_types(text: str) -> frozenset[str]:
    """Names that look like exported types; used only where no tree can tell."""
    return frozenset(_TYPES.findall(text))


def transform(text: str, dialect: Dialect) -> str | None:
    """The program as JavaScript on the user's own lines, or None where OXC does not accept it either.

    The worker reads through `worker.transformer` instead, which keeps the compiled parser between processes.
    """
    try:
        from quickjs_rs import transform_source

        output = transform_source("module.tsx" if dialect.endswith("x") else "module.ts", text)
    except Exception:  # noqa: BLE001  any refusal, trap or missing package means: no second opinion
        return None
    return align(text, str(output))


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """(token, line, start offset), comments and blanks left out."""
    found: list[tuple[str, int, int]] = []
    line = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match.lastgroup != "space":
            found.append((token, line, match.start()))
        line += token.count("\n")
    return found


def _key(token: str) -> str:
    return '"' + token[1:-1] if token[0] in "\"'" else token


def align(original: str, output: str) -> str:
    """`output` with its line ends moved so that its tokens stand on the lines they have in `original`."""
    before, after = _tokens(original), _tokens(output)
    matcher = SequenceMatcher(None, [_key(t[0]) for t in before], [_key(t[0]) for t in after], autojunk=False)
    wanted: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            wanted[block.b + step] = before[block.a + step][1]
    pieces: list[str] = []
    line, previous, end = 0, "", 0
    for index, (token, _, start) in enumerate(after):
        target = wanted.get(index, line)
        if target > line and previous not in _GLUED_AFTER and token not in _GLUED_BEFORE:
            pieces.append("\n" * (target - line))
            line = target
        elif start > end:
            pieces.append(" ")
        pieces.append(token)
        line += token.count("\n")
        previous, end = token, start + len(token)
    lines = original.count("\n")
    pieces.append("\n" * max(0, lines - line))
    return "".join(pieces)
