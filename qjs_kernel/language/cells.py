"""Earlier cells as declarations: what every later cell sees without importing it.

A cell is kept as a module of its own, its names exported in lines below its text, and `cells.d.ts` makes them global.
The names come from the language server: no code of a guest is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "Exports",
    "candidates",
    "cell_file",
    "declarations",
    "imports_of",
    "names",
    "probe",
    "read_probe",
    "with_exports",
]

# In front of exported names, so that they get into nobody's way: `export { a }` beside `export const a` is an error.
_PREFIX = "__cell_"
_IMPORT = re.compile(r"\bimport\b([\w\s{},*$]{1,2000}+)['\"]")
_NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_WORDS = frozenset({"as", "from", "type", "default", "typeof", "undefined", "globalThis", "import"})
_LONGEST_SCANNED = 100_000
_MOST_NAMES = 2_000
# Said of the line `export { a as … }`: there is no such name at the top level of this cell.
_UNKNOWN = frozenset({"2304", "2552", "2661", "2503", "18004", "2305", "1109", "1003"})


@dataclass(frozen=True, slots=True)
class Exports:
    """What a cell gives to later ones.

    live   names declared with let or var: later cells may assign them
    fixed  all others: constants, functions, classes, types, imports, …
    """

    live: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def cell_file(path: str) -> str:
    """Where the mirror keeps the cell of `path`: beside it, for relative imports, but never in the way of a newer text.

    JavaScript is kept as TypeScript: the server then looks at it as closely, and nobody is shown its errors.
    """
    folder, _, name = path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    return f"{folder}/.kernel-{stem or name}.{'tsx' if ending.endswith('x') else 'ts'}"


def candidates(source: str, symbols: Iterable[str]) -> list[str]:
    """Names that may be declared at the top level of `source`: its `symbols`, and what its imports mention.

    The server's symbols have no imports, and do have names of inner blocks; `probe` finds the wrong ones.
    """
    found = dict.fromkeys(name for name in symbols if _NAME.fullmatch(name))
    for match in _IMPORT.finditer(source[:_LONGEST_SCANNED]):
        found.update(dict.fromkeys(_NAME.findall(match[1])))
    return [name for name in found if name not in _WORDS][:_MOST_NAMES]


def probe(source: str, names: Sequence[str]) -> str:
    """A text whose errors tell which of `names` exist and which can be assigned: two lines for each."""
    lines = "".join(f"export {{ {name} as {_PREFIX}{name} }};\n{name} = {name};\n" for name in names)
    return f"{source}\n{lines}"


def read_probe(source: str, names: Sequence[str], errors: Iterable[tuple[int, str]]) -> Exports:
    """What the errors of a `probe` say; each is a 0-based line and a TypeScript code."""
    first = source.count("\n") + 1
    unknown: set[int] = set()
    constant: set[int] = set()
    for line, code in errors:
        index, which = divmod(line - first, 2)
        if index >= 0 and which == 1:
            constant.add(index)
        elif index >= 0 and code in _UNKNOWN:
            unknown.add(index)
    known = [(index, name) for index, name in enumerate(names) if index not in unknown]
    return Exports(
        live=tuple(name for index, name in known if index not in constant),
        fixed=tuple(name for index, name in known if index in constant),
    )


def with_exports(source: str, exports: Exports) -> str:
    """The text of a cell with its names exported."""
    names = ", ".join(f"{name} as {_PREFIX}{name}" for name in (*exports.live, *exports.fixed))
    return f"{source}\nexport {{ {names} }};\n"


def imports_of(paths: Iterable[str]) -> str:
    """A `cells.d.ts` that declares nothing, and leads to the cells at `paths`."""
    return "".join(f"import '..{cell_file(path)}';\n" for path in paths)


def declarations(cells: Sequence[tuple[str, Exports]]) -> str:
    """`cells.d.ts` for cells at guest paths, oldest first: the newest declaration of a name holds.

    `export import` carries values, types and namespaces alike; a variable is declared as one, so that it can be
    assigned.
    """
    imports = []
    lines: dict[str, str] = {}
    for index, (path, exports) in reversed(list(enumerate(cells))):
        module = f"c{index}"
        before = len(lines)
        for name in exports.live:
            lines.setdefault(name, f"  var {name}: typeof {module}.{_PREFIX}{name};\n")
        for name in exports.fixed:
            lines.setdefault(name, f"  export import {name} = {module}.{_PREFIX}{name};\n")
        if len(lines) > before:
            imports.append(f"import * as {module} from '..{cell_file(path)}';\n")
    return f"{''.join(imports)}declare global {{\n{''.join(lines.values())}}}\nexport {{}};\n"


def names(cells: Mapping[str, Exports]) -> frozenset[str]:
    """All names that the cells declare."""
    return frozenset(name for exports in cells.values() for name in (*exports.live, *exports.fixed))
