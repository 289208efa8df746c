"""What can stand in the quotes of an import: mounted files, packages, node: modules.

The server proposes Deno's modules and its own file names; what the guest can import is known here exactly.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qjs_kernel.language.model import Completion, Completions
from qjs_kernel.modules import BUILTINS

__all__ = ["complete_specifier"]

_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\b(?:import|require)\s*\()\s*(['"])([^'"\\\n]*)$""")
_LONGEST_LINE = 2_000
_IMPORTABLE = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json")
_MOST = 200
_MOST_TARGETS = 500


def complete_specifier(
    path: str, text: str, offset: int, files: Iterable[str], packages: Mapping[str, bytes]
) -> Completions | None:
    """Proposals for the specifier at `offset` of the module at `path`; None when there is none at that place.

    files     the guest paths that are mounted
    packages  the package.json of each package in /node_modules, by its name
    """
    line = text[max(text.rfind("\n", 0, offset) + 1, offset - _LONGEST_LINE) : offset]
    match = _IMPORT.search(line)
    if match is None:
        return None
    typed, quote = match[2], match[1]
    start = offset - len(typed)
    rest = text[offset : offset + _LONGEST_LINE].partition("\n")[0]
    closing = rest.find(quote)
    # Up to the closing quote, unless that is another string's: `from './a‸; x('b')`.
    end = offset + closing if closing >= 0 and re.fullmatch(r"[\w@./:-]*", rest[:closing]) else offset
    found: dict[str, str] = {}
    if typed.startswith((".", "/")):
        found.update(_files(typed, path, files))
    else:
        found.update((f"node:{name}", "module") for name in BUILTINS)
        for name, manifest in packages.items():
            found[name] = "package"
            if typed.startswith(f"{name}/"):
                found.update((f"{name}{entry}", "package") for entry in _entries(manifest))
        found.update({"./": "folder", "/": "folder"} if not typed else {})
    fitting = sorted((name for name in found if name.startswith(typed)), key=lambda name: _rank(name, found))
    items = tuple(
        Completion(name, name, start, end, "file" if found[name] == "file" else "module", "", f"{index:04}")
        for index, name in enumerate(fitting[:_MOST])
    )
    return Completions(items, start, end)


def _rank(name: str, found: Mapping[str, str]) -> tuple[int, str]:
    return ("package", "file", "folder", "module").index(found[name]), name


def _files(typed: str, path: str, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    if typed in (".", ".."):
        typed += "/"
    head = typed[: typed.rfind("/") + 1]
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), head)).rstrip("/") + "/"
    folder = re.sub("^/+", "/", folder)
    for file in files:
        if not file.startswith(folder) or file == path:
            continue
        first, slash, _ = file[len(folder) :].partition("/")
        if slash and first != "node_modules":
            yield f"{head}{first}/", "folder"
        elif not slash and first.endswith(_IMPORTABLE) and first != "package.json":
            yield head + first, "file"


def _entries(manifest: bytes) -> Iterator[str]:
    """The subpaths that a package.json exports, with a leading slash; patterns are left out."""
    try:
        fields: Any = json.loads(manifest)
    except (ValueError, RecursionError):
        return
    exports = fields.get("exports") if isinstance(fields, dict) else None
    if isinstance(exports, dict):
        for entry in list(exports)[:_MOST_TARGETS]:
            if entry.startswith("./") and "*" not in entry and not entry.endswith(".json"):
                yield entry[1:]
