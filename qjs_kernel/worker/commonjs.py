"""CommonJS modules: their requests, the function each becomes, and where its lines lie in the engine's reckoning.

A CommonJS module is sloppy code, which only `eval` runs; but the engine gives all evaluated text one name. Each
module therefore begins at a line of its own, far behind those of what programs evaluate, and a frame's line tells
the module.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from tree_sitter import Node

from qjs_kernel.positions import Origin
from qjs_kernel.worker.source.cell import Compiled, behind, erase
from qjs_kernel.worker.source.edits import Edits
from qjs_kernel.worker.source.grammar import parse_tree
from qjs_kernel.worker.source.syntax import Dialect, Module, encode

__all__ = ["ScriptLines", "compile_factory", "requests"]

FIRST_LINE = 20_000
_LAST_LINE = 2_000_000  # behind it frames are no longer told apart: the empty lines would cost too much
_MOST = 2_000
_MOST_PLACES = 50_000
_REQUIRE = re.compile(
    r"""\brequire\s*\(\s*(?:'([^'\\\n]{1,500})'|"([^"\\\n]{1,500})"|`([^`\\\n$]{1,500})`)\s*\)"""
)
_IMPORT = re.compile(r"\bimport\s*\(")
_FRAME = re.compile(r"<input>:(\d{1,9}):(\d{1,9})")
_HEAD = "(__qjs_import => function (exports, require, module, __filename, __dirname) {"


def requests(source: str) -> tuple[str, ...]:
    """What the text requires by literal names. Text in comments and strings may look like it: hints, not more."""
    found: dict[str, None] = {}
    for match in _REQUIRE.finditer(source):
        found[match[1] or match[2] or match[3]] = None
        if len(found) >= _MOST:
            break
    return tuple(found)


def compile_factory(source: str, path: str, parse: Callable[[str, str, Dialect], Module]) -> Compiled:
    """The function that the module is, its text on the lines of `source`. `.cts` files lose their types."""
    if path.endswith(".cts"):
        module = parse(path, source, "ts")
        edits = Edits(module.data)
        fault = erase(module, edits)
        root = module.tree.root_node if module.tree is not None else None
    else:
        data, fault = encode("//" + source[2:] if source.startswith("#!") else source)
        edits = Edits(data)
        root = parse_tree(data, "js").root_node if _IMPORT.search(source) else None
    if fault is not None:
        return Compiled("", Origin(), fault)
    if root is not None:
        _redirect_imports(root, edits)
    body, record = edits.finish()
    return behind(_HEAD, body.decode() + "\n})", record)


def _redirect_imports(root: Node, edits: Edits) -> None:
    """`import(…)` in a script would be resolved from nowhere: each goes through a function of the module's own."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.type == "import" and node.parent is not None and node.parent.type == "call_expression":
            edits.put(node.start_byte, node.end_byte, b"__qjs_import")
        todo.extend(reversed(node.children))


class ScriptLines:
    """Which lines of "<input>" belong to which module.

    The guest says where its next one may begin: it outlives a worker, and with it the functions it holds.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._modules: list[tuple[int, str]] = []

    def place(self, code: str, canonical: str, first: int) -> str:
        """`code` moved down to line `first`."""
        if not FIRST_LINE <= first <= _LAST_LINE:
            return code
        at = bisect_right(self._starts, first)
        # Lines given out before a rollback come again: the newest module on them counts.
        self._starts[at:] = [first]
        self._modules[at:] = [(first + code.count("\n"), canonical)]
        if len(self._starts) > _MOST_PLACES:
            del self._starts[: _MOST_PLACES // 2], self._modules[: _MOST_PLACES // 2]
        return "\n" * (first - 1) + code

    def translate(self, stack: str) -> str:
        """Frames of such modules under their own name and lines; other frames stay as they are."""
        if not self._starts or "<input>" not in stack:
            return stack
        return _FRAME.sub(self._frame, stack)

    def _frame(self, match: re.Match[str]) -> str:
        line, column = int(match[1]), int(match[2])
        at = bisect_right(self._starts, line) - 1
        if at < 0 or line > self._modules[at][0]:
            return match[0]
        own = line - self._starts[at] + 1
        # Columns count from 1, but from 0 on the first line of a text, as which this one is mapped.
        return f"{self._modules[at][1]}:{own}:{column - 1 if own == 1 else column}"
