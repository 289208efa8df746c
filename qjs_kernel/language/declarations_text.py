"""Declaration files as text: which globals and modules one declares, and the same text without some of them.

No parser of TypeScript: the texts are the TypeScript server's own (never a guest's), formatted by machine, so that
indentation says how deep a statement stands. The end of one that is cut out is found by its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

__all__ = ["Global", "global_blocks", "globals_of", "modules_of", "rename_modules", "types_of", "without"]

_VALUES: Final = frozenset({"var", "let", "const", "function", "class"})
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


def types_of(body: str) -> frozenset[str]:
    """The names of the types that a module's body exports: its own, or those of the namespace that `export =` names."""
    whole = re.search(r"^ {4}export = (\w+);", body, re.MULTILINE)
    if whole is None:
        return frozenset(each.name for each in globals_of(body, indent=4) if not _only_value(each))
    names: set[str] = set()
    for each in globals_of(body, indent=4):
        if each.kind == "namespace" and each.name == whole[1]:
            inside = globals_of(body, indent=8, start=each.start, end=_closing(body, each.start, "    "))
            names.update(one.name for one in inside if not _only_value(one))
    return frozenset(names)


def rename_modules(text: str, names: Collection[str]) -> str:
    """`text` with every mention of one of the modules `names` led to "~name"."""

    def renamed(found: re.Match[str]) -> str:
        return f'{found[1]}"~{found[3]}"' if found[3] in names else found[0]

    return _SPECIFIER.sub(renamed, text)


def _only_value(each: Global) -> bool:
    return each.kind in ("var", "let", "const", "function", "namespace")


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
