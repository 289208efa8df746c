"""What the texts of modules say and what they become, kept by path and digest: read once, whatever the run.

A digest names the content, so nothing here is ever out of date; how much is kept is bounded by what it weighs.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from qjs_kernel.protocol import Fault
from qjs_kernel.worker.commonjs import compile_factory, requests
from qjs_kernel.worker.source.cell import Compiled, compile_json, compile_module
from qjs_kernel.worker.source.strip import Elide
from qjs_kernel.worker.source.syntax import Dialect, Exports, ImportedName, Module, Reader, dialect_of, parse

__all__ = ["LinkFault", "Text", "Texts"]

# Bytes, as `_weight` estimates them.
_KEEP = 64 * 2**20
# Characters of texts whose trees are kept: a tree takes about 25 times that.
_KEEP_TREES = 4 * 2**20
_LARGE = 100_000
_UNCLOSED = 10_000


class LinkFault(Exception):
    """A module cannot be compiled or found."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Text:
    """What a module asks for and offers, and what it becomes.

    needed     specifiers that it cannot do without; `optional` is what else it names
    compiled   the module for the engine, if that does not hang on what others export; None: see `Texts.compile`
    elidable   imported names that `compiled` takes for values: (specifier, name)
    """

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exports: Exports = field(default_factory=Exports)
    imports: tuple[ImportedName, ...] = ()
    compiled: Compiled | None = None
    elidable: tuple[tuple[str, str], ...] = ()
    weight: int = 0


class Texts:
    """Reads modules. `second` is the parser for what the first one does not know."""

    def __init__(self, module_bytes: int, second: Reader) -> None:
        self._module_bytes = module_bytes
        self._second = second
        self._texts: OrderedDict[tuple[str, str, str], Text] = OrderedDict()
        self._kept = 0
        self._trees: OrderedDict[tuple[str, str], Module] = OrderedDict()
        self._tree_size = 0

    def get(self, path: str, kind: str, digest: str) -> Text | None:
        """What was read before. The kind is not the text's alone: a package.json may have changed."""
        key = (path, kind, digest)
        text = self._texts.get(key)
        if text is not None:
            self._texts.move_to_end(key)
        return text

    def read(self, path: str, kind: str, digest: str, source: str) -> Text:
        """Read a file. Raises LinkFault."""
        if kind == "esm":
            text = self._read_module(path, digest, source)
        else:
            compiled = (
                compile_factory(source, path, self.parse)
                if kind == "cjs"
                else compile_json(source, url=f"file://{path}")
            )
            raise_fault(path, compiled)
            text = Text(optional=requests(source) if kind == "cjs" else (), compiled=compiled)
        text = _weighed(text)
        if text.weight <= _KEEP:
            self._texts[path, kind, digest] = text
            self._kept += text.weight
            while self._kept > _KEEP:
                self._kept -= self._texts.popitem(last=False)[1].weight
        return text

    def parse(self, path: str, source: str, dialect: Dialect) -> Module:
        """Raises LinkFault."""
        size = len(source.encode("utf-8", "surrogatepass"))
        if size > _LARGE and sum(map(source.count, "([{")) - sum(map(source.count, ")]}")) > _UNCLOSED:
            # The parser keeps a state for every way the brackets might still close: gigabytes.
            raise LinkFault(Fault(path, 0, 0, f"more than {_UNCLOSED:,} brackets are never closed"))
        if size > self._module_bytes:
            message = f"the module has {size:,} bytes; at most {self._module_bytes:,} are allowed"
            raise LinkFault(Fault(path, 0, 0, message, "RangeError", "split it, or read data with node:fs"))
        module = parse(source, dialect, self._second)
        if module.fault is not None:
            raise LinkFault(Fault(path, module.fault.line, module.fault.column, module.fault.message))
        return module

    def tree(self, path: str, digest: str) -> Module | None:
        """The parsed text of a module, while it is kept."""
        key = (path, digest)
        module = self._trees.get(key)
        if module is not None:
            self._trees.move_to_end(key)
        return module

    def compile(self, path: str, module: Module, elide: Elide, *, cell: bool, result: bool) -> Compiled:
        """The text of a module for the engine. Raises LinkFault."""
        compiled = compile_module(module, url=f"file://{path}", elide=elide, cell=cell, result=result)
        raise_fault(path, compiled)
        return compiled

    def _read_module(self, path: str, digest: str, source: str) -> Text:
        dialect = dialect_of(path) or "js"
        module = self.parse(path, source, dialect)
        text = about(module)
        if dialect not in ("js", "jsx"):
            self._keep_tree((path, digest), module)
            return text
        # Only what others export could change the result, and only if they export types. So it is compiled at once
        # as if they did not, and the tree need not be kept.
        asked: dict[tuple[str, str], None] = {}

        def elide(specifier: str, name: str) -> bool:
            asked[specifier, name] = None
            return False

        compiled = self.compile(path, module, elide, cell=False, result=False)
        return Text(text.needed, text.optional, text.exports, text.imports, compiled, tuple(asked))

    def _keep_tree(self, key: tuple[str, str], module: Module) -> None:
        self._trees[key] = module
        self._tree_size += len(module.data)
        while self._tree_size > _KEEP_TREES and len(self._trees) > 1:
            self._tree_size -= len(self._trees.popitem(last=False)[1].data)


def about(module: Module) -> Text:
    needed = module.requests
    # `export type * from` asks for nothing at run time, but for elision its target must be known.
    # Dynamic imports are resolved when they run: their target may not have been written yet.
    optional = tuple(each for each in module.exports.stars if each not in needed)
    return Text(needed, optional, module.exports, module.imports)


def raise_fault(path: str, compiled: Compiled) -> None:
    if compiled.fault is not None:
        fault = compiled.fault
        raise LinkFault(Fault(path, fault.line, fault.column, fault.message))


def _weighed(text: Text) -> Text:
    names = len(text.needed) + len(text.optional) + 3 * len(text.imports) + len(text.elidable)
    names += len(text.exports.values) + len(text.exports.types) + 3 * len(text.exports.reexports)
    weight = 1_000 + 150 * names
    if text.compiled is not None:
        code = text.compiled.code
        weight += len(code) * (1 if code.isascii() else 4) + 150 * len(text.compiled.origin.edits)
    return Text(text.needed, text.optional, text.exports, text.imports, text.compiled, text.elidable, weight)
