"""Declaration files as text: which globals and modules one declares, and the same text without some of them.

No parser of TypeScript: the texts are the TypeScript server's own (never a guest's), formatted by machine, so that
indentation says how deep a statement stands. The end of one that is cut out is found by its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

__all__ = ["Global", "exports_of", "global_blocks", "globals_of", "modules_of", "rename_modules", "without"]

_VALUES: Final = frozenset({"var", "let", "const", "function", "class"})
_TYPES: Final = frozenset({"interface", "type", "class", "enum"})
_TOKEN: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|=>|[(){}\[\];]",
    re.DOTALL,
)
_MODULE: Final = re.compile(r"^declare module ([\"'])([^\"']+)\1 \{$", re.MULTILINE)
_SPECIFIER: Final = re.compile(
    r"(\bfrom |\brequire\(|\bimport\(|\bdeclare module |\bimport )([\"'])([^\"'\n]+)\2"
)


class Global(NamedTuple):
    """A statement at `start` of its text that declares `name` as `kind` ("var", "function", "interface" …)."""

    kind: str
    name: str
    start: int

    @property
    def is_value(self) -> bool:
        return self.kind in _VALUES or (self.kind == "namespace" and self.name not in ("NodeJS", "Intl"))


def globals_of(text: str, *, indent: int = 0, start: int = 0, end: int | None = None) -> Iterator[Global]:
    """The declarations that stand `indent` spaces deep between `start` and `end`."""
    pattern = re.compile(
        rf"^ {{{indent}}}(?:export )?(?:declare )?(?:abstract )?"
        r"(var|let|const|function|class|namespace|interface|type|enum) ([A-Za-z_$][\w$]*)",
        re.MULTILINE,
    )
    for found in pattern.finditer(text, start, len(text) if end is None else end):
        yield Global(found[1], found[2], found.start())


def global_blocks(text: str) -> Iterator[list[Global]]:
    """The declarations of each `global { … }` block, inside modules or not."""
    for found in re.finditer(r"^( *)(?:declare )?global \{$", text, re.MULTILINE):
        end = _closing(text, found.end(), found[1])
        yield list(globals_of(text, indent=len(found[1]) + 4, start=found.end(), end=end))


def without(text: str, dropped: Iterable[Global]) -> str:
    """`text` with the statements cut out."""
    parts = []
    position = 0
    for each in sorted(dropped, key=lambda one: one.start):
        if each.start >= position:
            parts.append(text[position : each.start])
            position = _statement_end(text, each.start, each.kind)
    return "".join([*parts, text[position:]])


def modules_of(text: str) -> dict[str, str]:
    """The bodies of the ambient modules that the text declares, by their names."""
    return {found[2]: text[found.end() : _closing(text, found.end())] for found in _MODULE.finditer(text)}


def exports_of(body: str) -> tuple[frozenset[str], frozenset[str]]:
    """The types that a module's body exports, and those of them that are no values (as classes are).

    They are its own declarations, or those of the namespace that `export =` names.
    """
    indent, spans = 4, [(0, len(body))]
    whole = re.search(r"^ {4}export = (\w+);", body, re.MULTILINE)
    if whole is not None:
        indent = 8
        spans = [
            (each.start, _closing(body, each.start, "    "))
            for each in globals_of(body, indent=4)
            if each.kind == "namespace" and each.name == whole[1]
        ]
    found = [each for start, end in spans for each in globals_of(body, indent=indent, start=start, end=end)]
    types = {each.name for each in found if each.kind in _TYPES}
    return frozenset(types), frozenset(
        types - {each.name for each in found if each.kind in _VALUES | {"enum"}}
    )


def rename_modules(text: str, names: Collection[str]) -> str:
    """`text` with every mention of one of the modules `names` led to "~name"."""

    def renamed(found: re.Match[str]) -> str:
        return f'{found[1]}"~{found[3]}"' if found[3] in names else found[0]

    return _SPECIFIER.sub(renamed, text)


def _statement_end(text: str, start: int, kind: str) -> int:
    """Where the statement ends: its `;`, or the brace that closes it."""
    braced = kind in ("class", "namespace", "interface", "enum")
    depth = 0
    for found in _TOKEN.finditer(text, start):
        token = found[0]
        if token in ("(", "[", "{"):
            depth += 1
        elif token in (")", "]", "}"):
            depth -= 1
            if depth < 0:
                return found.start()
            if depth == 0 and token == "}" and braced:
                return found.end()
        elif token == ";" and depth == 0:
            return found.end()
    return len(text)


def _closing(text: str, start: int, indent: str = "") -> int:
    """Where the block that begins before `start` closes: the next brace of its own depth."""
    found = text.find(f"\n{indent}}}", start)
    return len(text) if found < 0 else found + 1
