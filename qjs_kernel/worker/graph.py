"""The module graph: which text stands behind which canonical name, and which name an import means.

A module's canonical name carries a version made of its own content and the versions of what it imports:
`/src/custom.ts?3f2a…`. The engine caches evaluated modules for ever by name, so a changed file, or a file whose
imports changed, is simply another module. Paths are resolved by the kernel process (`Asker`): it owns the files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from qjs_kernel.positions import Origin
from qjs_kernel.protocol import Fault, ModuleMap, RawError, Resolution
from qjs_kernel.worker.commonjs import ScriptLines, compile_factory, requests
from qjs_kernel.worker.source.cell import compile_json, compile_module
from qjs_kernel.worker.source.syntax import Dialect, Module, Reader, dialect_of, parse, place

__all__ = ["Asker", "Graph", "LinkFault"]

# Texts of modules kept for the engine to ask for again after a rollback, in characters.
_KEEP_TEXT = 64 * 2**20
_KEEP_PARSED = 512
_LARGE = 100_000
_UNCLOSED = 10_000
_LONGEST_REEXPORT = 200  # modules that a name is followed through
_PLACE = re.compile(r"^\s*at (/[^?\n]*)\?[^:\n]*:(\d{1,9})")
_FRAME = re.compile(r"^\s*at (?:(.*) \()?([^()\n]*?):(\d{1,9}):(\d{1,9})\)?$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CANONICAL = re.compile(r"(/[^\s'\"?]*)\?[0-9a-f.check]+")


class LinkFault(Exception):
    """A module cannot be compiled or found."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Asker(Protocol):
    """The questions to the kernel process."""

    def resolve(
        self, importer: str, specifiers: tuple[str, ...], *, require: bool = False
    ) -> tuple[Resolution | Fault, ...]: ...
    def load_source(self, path: str) -> str | Fault: ...
    def exported_names(self, canonical: str) -> list[str]: ...


@dataclass(slots=True)
class _Node:
    path: str
    kind: str
    digest: str
    module: Module | None = None
    source: str = ""
    edges: dict[str, Resolution | Fault] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    path: str
    code: str
    edges: dict[str, str]
    digest: str
    origin: Origin = field(default_factory=Origin)
    kind: str = "esm"


class Graph:
    """All modules one guest may ask for. `fresh_maps` collects the origins of newly compiled modules."""

    def __init__(self, asker: Asker, module_bytes: int, second: Reader) -> None:
        self._ask = asker
        self._module_bytes = module_bytes
        self._second = second
        self._parsed: OrderedDict[tuple[str, str], Module] = OrderedDict()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._kept = 0
        self._runs = 0
        self._program: Module | None = None
        self._builtin_names: dict[str, list[str]] = {}
        self.script_lines = ScriptLines()
        self.fresh_maps: list[ModuleMap] = []

    # What a run asks

    def enter(self, path: str, source: str, dialect: Dialect, *, cell: bool, run: str) -> str:
        """Make `source` and everything it imports ready; returns its canonical name. Raises LinkFault."""
        entry = _Node(path, "esm", "", self._parse(path, source, dialect), source)
        self._program = entry.module
        nodes = self._collect(entry)
        versions = _versions(nodes)
        for node in nodes.values():
            self._compile(
                node, f"{node.path}?{versions[node.path]}", nodes, versions, cell=False, result=False
            )
        canonical = f"{path}?{run}"
        # Modules that import the program by its path mean this run of it.
        versions[path] = run
        self._compile(entry, canonical, nodes, versions, cell=cell, result=True)
        return canonical

    def probe_for(self, canonical: str) -> str:
        """A module that makes the engine compile `canonical` and then fails to link, so that nothing runs."""
        self._runs += 1
        name = f"qjs:probe?{self._runs}"
        code = f'import {json.dumps(canonical)};import "qjs:never";'
        self._keep(name, _Entry("", code, {canonical: canonical, "qjs:never": "qjs:never"}, ""))
        return name

    def wrapper_for(self, canonical: str, ident: int) -> str:
        """The module to import for run `ident`: it says that evaluation begins, and holds the program's namespace.

        When everything has been compiled and linked, `qjs:begin` is evaluated first; an error before that is the
        engine's. The namespace is wrapped because a program may export `then`, which import() would call.
        """
        begin, name = f"qjs:begin?{ident}", f"qjs:run?{ident}"
        self._keep(begin, _Entry("", f"__qjs__.began({ident})", {}, ""))
        code = f'import "{begin}";import*as n from {json.dumps(canonical)};export{{n}};'
        self._keep(name, _Entry("", code, {begin: begin, canonical: canonical}, ""))
        return name

    def engine_fault(self, error: RawError, path: str) -> Fault:
        """The fault behind a SyntaxError of the engine's: it names the line, in the frames' place, if anything."""
        file, line = path, 0
        for part in error.stack.split("\n"):
            found = _PLACE.match(part)
            if found is not None:
                file, line = found[1], int(found[2])
                break
        return Fault(file, line, 0, _CANONICAL.sub(r"\1", error.message)[:2_000])

    def odd_regexp(self, works: Callable[[str, str], bool]) -> tuple[int, int] | None:
        """Line and column of the program's first regular expression that `works` (pattern, flags) refuses.

        The engine's errors about them name no place at all.
        """
        module = self._program
        if module is None or module.tree is None:
            return None
        todo = [module.tree.root_node]
        while todo:
            node = todo.pop()
            if node.type == "regex":
                parts = [node.child_by_field_name(name) for name in ("pattern", "flags")]
                pattern, flags = (module.data[n.start_byte : n.end_byte].decode() if n else "" for n in parts)
                if not works(pattern, flags):
                    return place(module.data, node.start_byte)
            else:
                todo.extend(reversed(node.children))
        return None

    def map_stack(self, frames: str) -> str:
        """Frames of the engine as the program shall print them: its own files, lines and columns."""
        lines: list[str] = []
        for line in self.script_lines.translate(frames).split("\n")[:200]:
            found = _FRAME.match(line[:2_000])
            if found is None:
                if line.strip() and "eval_script" not in line:
                    lines.append(line[:2_000])
                continue
            if found[2].startswith(("eval_script", "<input>", "qjs:", "node:")):
                continue
            entry = self._entries.get(found[2])
            if entry is None:
                path, row, column = found[2].partition("?")[0], int(found[3]), int(found[4])
            else:
                path = entry.path
                row, offset = entry.origin.from_engine(int(found[3]), int(found[4]))
                if row < 1:
                    continue
                column = offset + 1
            name = found[1]
            lines.append(
                f"    at {name} ({path}:{row}:{column})" if name else f"    at {path}:{row}:{column}"
            )
        return "\n".join(lines) + ("\n" if lines else "")

    # What the engine asks

    def normalize(self, base: str, specifier: str) -> str:
        """The canonical name that `specifier` means in the module `base`. Never fails: see `_failing`."""
        if specifier in self._entries and ("?" in specifier or specifier.startswith("node:")):
            return specifier
        entry = self._entries.get(base)
        if entry is not None and specifier in entry.edges:
            return entry.edges[specifier]
        if specifier.startswith("qjs:from "):
            base, specifier = _asked_from(specifier)
        importer = base.partition("?")[0] if base.startswith("/") else "/src/index.ts"
        try:
            (found,) = self._ask.resolve(importer, (specifier,))
            if isinstance(found, Fault):
                raise LinkFault(found)
            return self._dynamic(found)
        except LinkFault as problem:
            return self._failing(problem.fault)

    def load(self, canonical: str) -> str | None:
        """The generated text of a module; None when it is none of ours."""
        entry = self._entries.get(canonical)
        return None if entry is None else entry.code

    def required(self, importer: str, specifier: str) -> tuple[str, str, str, int]:
        """What `require(specifier)` in a module means: kind, canonical name, path, lines. Raises LinkFault."""
        entry = self._entries.get(importer)
        canonical = entry.edges.get(specifier) if entry is not None and entry.kind == "cjs" else None
        if "?" in specifier and specifier in self._entries:
            canonical = specifier
        if canonical is None:
            (found,) = self._ask.resolve(importer.partition("?")[0], (specifier,), require=True)
            if isinstance(found, Fault):
                raise LinkFault(found)
            canonical = found.path if found.kind == "builtin" else self._ready(found)
        if canonical.startswith("node:"):
            return "builtin", canonical.removeprefix("node:"), canonical, 0
        target = self._entries[canonical]
        return target.kind, canonical, target.path, target.code.count("\n") + 1

    def script(self, canonical: str, first: int) -> str | None:
        """The text of the function that a CommonJS module is, beginning at line `first` of what is evaluated."""
        entry = self._entries.get(canonical)
        if entry is None or entry.kind != "cjs":
            return None
        return self.script_lines.place(entry.code, canonical, first)

    def json_text(self, canonical: str) -> str:
        """The text of a JSON module. Raises LinkFault."""
        return self._load(canonical.partition("?")[0])

    def marked_as_module(self, canonical: str) -> str:
        """A module like `canonical` that also exports `__esModule`: what compiled code looks for in a default export."""
        name = f"qjs:esm?{hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()}"
        target = json.dumps(canonical)
        code = f"export*from{target};export{{default}}from{target};export const __esModule=true;"
        self._keep(name, _Entry("", code, {canonical: canonical}, ""))
        return name

    def _dynamic(self, found: Resolution) -> str:
        if found.kind == "builtin":
            return self._facade(found.path, None)
        canonical = self._ready(found)
        return self._facade(canonical, None) if found.kind == "cjs" else canonical

    def _ready(self, found: Resolution) -> str:
        """Compile a file and everything it imports; returns its canonical name."""
        node = self._node(found)
        nodes = self._collect(node)
        nodes[node.path] = node
        versions = _versions(nodes)
        for each in nodes.values():
            self._compile(
                each, f"{each.path}?{versions[each.path]}", nodes, versions, cell=False, result=False
            )
        return f"{node.path}?{versions[node.path]}"

    def _failing(self, fault: Fault) -> str:
        # The engine drops the reason when its loader fails; a module that throws carries it to the guest.
        self._runs += 1
        canonical = f"qjs:failed?{self._runs}"
        where = f" ({fault.file}:{fault.line}:{fault.column})" if fault.line else ""
        name = fault.name if fault.name in ("SyntaxError", "TypeError") else "Error"
        code = "" if name == "SyntaxError" else f"e.code={json.dumps(fault.code or 'ERR_MODULE_NOT_FOUND')};"
        message = fault.message + where + (f"\n{fault.hint}" if fault.hint else "")
        self._keep(canonical, _Entry("", f"const e=new {name}({json.dumps(message)});{code}throw e", {}, ""))
        return canonical

    # Building

    def _parse(self, path: str, source: str, dialect: Dialect) -> Module:
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

    def _node(self, found: Resolution) -> _Node:
        node = _Node(found.path, found.kind, found.digest)
        if found.kind in ("json", "cjs"):
            node.source = self._load(found.path)
            return node
        key = (found.path, found.digest)
        module = self._parsed.get(key)
        if module is None:
            module = self._parse(found.path, self._load(found.path), dialect_of(found.path) or "js")
            self._parsed[key] = module
            if len(self._parsed) > _KEEP_PARSED:
                self._parsed.popitem(last=False)
        else:
            self._parsed.move_to_end(key)
        node.module = module
        node.source = module.text
        return node

    def _load(self, path: str) -> str:
        source = self._ask.load_source(path)
        if isinstance(source, Fault):
            raise LinkFault(source)
        return source

    def _collect(self, entry: _Node) -> dict[str, _Node]:
        """Everything reachable from `entry` by static imports, by path, without it."""
        nodes: dict[str, _Node] = {}
        todo = [entry]
        while todo:
            node = todo.pop()
            needed, optional = _wants(node)
            if not needed and not optional:
                continue
            found = self._ask.resolve(node.path, needed + optional, require=node.kind == "cjs")
            for specifier, target in zip(needed + optional, found, strict=True):
                node.edges[specifier] = target
                if isinstance(target, Fault):
                    if specifier in needed:
                        raise LinkFault(_at_import(target, node, specifier))
                    continue
                if target.kind == "builtin" or target.path in nodes or target.path == entry.path:
                    continue
                if node.kind == "cjs" and target.kind == "esm":
                    del node.edges[specifier]  # it may never come to that: compiled when it is required
                    continue
                try:
                    child = self._node(target)
                except LinkFault as problem:
                    if specifier in needed:
                        raise
                    node.edges[specifier] = problem.fault
                    continue
                nodes[target.path] = child
                todo.append(child)
        return nodes

    def _compile(
        self,
        node: _Node,
        canonical: str,
        nodes: dict[str, _Node],
        versions: dict[str, str],
        *,
        cell: bool,
        result: bool,
    ) -> None:
        if canonical in self._entries:
            self._entries.move_to_end(canonical)
            return
        edges: dict[str, str] = {}
        for specifier, target in node.edges.items():
            if isinstance(target, Fault):
                continue  # a dynamic import that fails when it runs, if it runs
            if target.kind == "builtin":
                edges[specifier] = target.path
            elif target.path in versions:
                edges[specifier] = f"{target.path}?{versions[target.path]}"
            else:
                continue
            if node.module is not None and target.kind in ("builtin", "cjs"):
                edges[specifier] = self._facade(edges[specifier], _wanted(node.module, specifier))
        url = f"file://{node.path}"
        if node.kind == "cjs":
            compiled = compile_factory(node.source, node.path, self._parse)
        elif node.module is None:
            compiled = compile_json(node.source, url=url)
        else:

            def elide(specifier: str, name: str) -> bool:
                return self._only_type(node, specifier, name, nodes, set())

            compiled = compile_module(node.module, url=url, elide=elide, cell=cell, result=result)
        if compiled.fault is not None:
            fault = compiled.fault
            raise LinkFault(Fault(node.path, fault.line, fault.column, fault.message))
        self._keep(
            canonical, _Entry(node.path, compiled.code, edges, node.digest, compiled.origin, node.kind)
        )
        self.fresh_maps.append(_map(canonical, node, compiled.origin))

    def _only_type(
        self, node: _Node, specifier: str, name: str, nodes: dict[str, _Node], seen: set[tuple[str, str]]
    ) -> bool:
        """Whether `name`, imported from `specifier`, is a type and no value, by what the target exports."""
        target = node.edges.get(specifier)
        if not isinstance(target, Resolution) or target.path not in nodes or (target.path, name) in seen:
            return False
        if len(seen) > _LONGEST_REEXPORT:
            return False
        seen.add((target.path, name))
        child = nodes[target.path]
        if child.module is None or name == "*":
            return False
        exports = child.module.exports
        if name in exports.values:
            return False
        if name in exports.types:
            return True
        for exported, source, imported in exports.reexports:
            if exported == name:
                return self._only_type(child, source, imported, nodes, seen)
        return any(self._only_type(child, star, name, nodes, seen) for star in exports.stars)

    def _facade(self, target: str, wanted: frozenset[str] | None) -> str:
        """An ES module with the names that are `wanted` of a built-in or CommonJS module (None: all there are).

        Names that nobody imports are not even read: built-ins make some of theirs when they are.
        """
        builtin = target.startswith("node:")
        names = [] if wanted is None else sorted(wanted - {"default"})
        if wanted is None or (builtin and names):
            there = self._names_of(target)
            names = there if wanted is None else [name for name in names if name in there]
        key = hashlib.blake2b(json.dumps([target, names]).encode(), digest_size=8).hexdigest()
        canonical = f"{target}?{key}" if builtin else f"qjs:cjs?{key}"
        if canonical not in self._entries:
            of = target.removeprefix("node:")
            lines = [
                f"const m=__qjs__.{'builtin' if builtin else 'require'}({json.dumps(of)});export default m;"
            ]
            read = "m[%s]" if builtin else f"__qjs__.named(m,%s,{json.dumps(of.partition('?')[0])})"
            for number, name in enumerate(names):
                text = json.dumps(name)
                plain = name.isidentifier() and name.isascii()
                lines.append(
                    f"const m{number}={read % text};export{{m{number} as {name if plain else text}}};"
                )
            self._keep(canonical, _Entry("", "".join(lines), {}, ""))
        return canonical

    def _names_of(self, target: str) -> list[str]:
        if not target.startswith("node:"):
            return _usable(self._ask.exported_names(target))
        if target not in self._builtin_names:
            self._builtin_names[target] = _usable(self._ask.exported_names(target))
        return self._builtin_names[target]

    def _keep(self, canonical: str, entry: _Entry) -> None:
        self._entries[canonical] = entry
        self._kept += len(entry.code)
        while self._kept > _KEEP_TEXT and len(self._entries) > 1:
            _, old = self._entries.popitem(last=False)
            self._kept -= len(old.code)


def _usable(names: list[str]) -> list[str]:
    """The names a module can export: well-formed text, and not "default"."""
    return [name for name in names if name != "default" and not _SURROGATE.search(name)]


def _asked_from(text: str) -> tuple[str, str]:
    """Importer and specifier of `qjs:from "/a.cjs?…" ./b.mjs`, as modules.js writes them."""
    try:
        importer, end = json.JSONDecoder().raw_decode(text, len("qjs:from "))
        return str(importer), text[end + 1 :]
    except ValueError:
        return "", text


def _wants(node: _Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a module cannot do without, and what else it names."""
    if node.kind == "cjs":
        return (), requests(node.source)
    if node.module is None:
        return (), ()
    needed = node.module.requests
    # `export type * from` asks for nothing at run time, but for elision its target must be known.
    # Dynamic imports are resolved when they run: their target may not have been written yet.
    return needed, tuple(each for each in node.module.exports.stars if each not in needed)


def _wanted(module: Module, specifier: str) -> frozenset[str] | None:
    """The names that a module takes from `specifier`; None for all of them."""
    if specifier.startswith("react/jsx-"):
        return None  # compiled elements import from it what no import of the user's says
    names = {each.imported for each in module.imports if each.specifier == specifier}
    names |= {imported for _, source, imported in module.exports.reexports if source == specifier}
    return None if "*" in names or specifier in module.exports.stars else frozenset(names)


def _map(canonical: str, node: _Node, origin: Origin) -> ModuleMap:
    return ModuleMap(canonical, node.path, node.digest, origin.edits)


def _at_import(fault: Fault, node: _Node, specifier: str) -> Fault:
    """The fault of resolving `specifier`, placed where `node` imports it."""
    line = column = 0
    for quote in "'\"":
        at = node.source.find(f"{quote}{specifier}{quote}")
        if at >= 0:
            line = node.source.count("\n", 0, at) + 1
            column = at - (node.source.rfind("\n", 0, at) + 1) + 1
            break
    return Fault(node.path, line, column, fault.message, fault.name, fault.hint, fault.code)


def _versions(nodes: dict[str, _Node]) -> dict[str, str]:
    """A version for each node: its content and, transitively, that of everything it imports.

    Modules that import each other in a circle share one: strongly connected components (Tarjan, without
    recursion) come out children first, so that one pass is enough.
    """
    below = {
        path: [
            target.path
            for target in node.edges.values()
            if isinstance(target, Resolution) and target.path in nodes
        ]
        for path, node in nodes.items()
    }
    version: dict[str, str] = {}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for root in nodes:
        if root in order:
            continue
        work = [(root, iter(below[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        while work:
            path, children = work[-1]
            child = next(children, None)
            if child is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[path])
                if low[path] == order[path]:
                    members = stack[stack.index(path) :]
                    del stack[-len(members) :]
                    _assign(members, nodes, below, version)
            elif child not in order:
                order[child] = low[child] = len(order)
                stack.append(child)
                work.append((child, iter(below[child])))
            elif child not in version:
                low[path] = min(low[path], order[child])
    return version


def _assign(
    members: list[str], nodes: dict[str, _Node], below: dict[str, list[str]], version: dict[str, str]
) -> None:
    inside = set(members)
    parts = sorted(f"{path} {nodes[path].digest}" for path in members)
    parts += sorted(
        {f"> {version[child]}" for path in members for child in below[path] if child not in inside}
    )
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
    for path in members:
        version[path] = digest
