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
from typing import TypeVar

from qjs_kernel.positions import Origin
from qjs_kernel.protocol import Fault, ModuleMap, RawError, Resolution
from qjs_kernel.worker.commonjs import ScriptLines
from qjs_kernel.worker.links import Asker, Below, Changed, Links, Node, Program
from qjs_kernel.worker.source.cell import Compiled
from qjs_kernel.worker.source.syntax import Dialect, Module, Reader, dialect_of, place
from qjs_kernel.worker.texts import LinkFault, Text, Texts, about

__all__ = ["Asker", "Graph", "LinkFault"]

# Modules kept for the engine to ask for again after a rollback, in bytes.
_KEEP = 64 * 2**20
_OVERHEAD = 700  # of an entry, besides its text
_EDGE = 200
_TRIES = 5  # while files change under our hands
_LONGEST_REEXPORT = 200  # modules that a name is followed through
_PLACE = re.compile(r"^\s*at (/[^?\n]*)\?[^:\n]*:(\d{1,9})")
_FRAME = re.compile(r"^\s*at (?:(.*) \()?([^()\n]*?):(\d{1,9}):(\d{1,9})\)?$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_T = TypeVar("_T")
_CANONICAL = re.compile(r"(/[^\s'\"?]*)\?[0-9a-f.check]+")


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
        self._texts = Texts(module_bytes, second)
        self._links = Links(asker, self._texts)
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
        module = self._program = self._texts.parse(path, source, dialect)

        def link() -> str:
            entry = Program(path, "esm", "", about(module), source=source)
            below = self._links.gather(entry)
            self._compile_all(below)
            entry.version = run
            # To itself the program is this run of it, whatever file of its name there is.
            below.nodes[path] = entry
            compiled = self._texts.compile(path, module, self._elide(entry, below), cell=cell, result=True)
            return self._enter(entry, compiled, below)

        return self._unchanged(link, path)

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
            return self._dynamic(importer, specifier)
        except LinkFault as problem:
            return self._failing(problem.fault)

    def load(self, canonical: str) -> str | None:
        """The generated text of a module; None when it is none of ours."""
        entry = self._entries.get(canonical)
        return None if entry is None else entry.code

    def required(self, importer: str, specifier: str) -> tuple[str, str, str, int]:
        """What `require(specifier)` in a module means: kind, canonical name, path, lines. Raises LinkFault."""
        if _SURROGATE.search(importer + specifier):
            shown = (importer + specifier).encode("ascii", "backslashreplace").decode()[:200]
            raise LinkFault(
                Fault("", 0, 0, f"no file has a name like {shown}: it is not valid text", "Error")
            )
        entry = self._entries.get(importer)
        canonical = entry.edges.get(specifier) if entry is not None and entry.kind == "cjs" else None
        if "?" in specifier and specifier in self._entries:
            canonical = specifier
        if canonical is None:
            canonical, _ = self._found(importer.partition("?")[0], specifier, require=True)
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
        path = canonical.partition("?")[0]
        (source, *_) = self._ask.load_sources([path])
        if isinstance(source, Fault):
            raise LinkFault(source)
        return source.text

    def marked_as_module(self, canonical: str) -> str:
        """A module like `canonical` that also exports `__esModule`: compiled code looks for it."""
        name = f"qjs:esm?{hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()}"
        target = json.dumps(canonical)
        code = f"export*from{target};export{{default}}from{target};export const __esModule=true;"
        self._keep(name, _Entry("", code, {canonical: canonical}, ""))
        return name

    def _dynamic(self, importer: str, specifier: str) -> str:
        canonical, kind = self._found(importer, specifier, require=False)
        return self._facade(canonical, None) if kind in ("builtin", "cjs") else canonical

    def _found(self, importer: str, specifier: str, *, require: bool) -> tuple[str, str]:
        """Canonical name and kind of what `specifier` means; the module and all below it are ready."""

        def link() -> tuple[str, str]:
            answer = self._ask.resolve([(importer, (specifier,), require)])
            ((found,),) = answer.results
            if isinstance(found, Fault):
                raise LinkFault(found)
            if found.kind == "builtin":
                return found.path, "builtin"
            node = self._links.settled(answer.revision, found)
            if node is None:
                node = self._links.node(found)
                below = self._links.gather(node, own=True)
                self._compile_all(below)
            return f"{node.path}?{node.version}", node.kind

        return self._unchanged(link, importer)

    def _unchanged(self, link: Callable[[], _T], path: str) -> _T:
        """What `link` gives, begun anew when a file has changed meanwhile: only the owner can do that."""
        forgotten = self._links.forgotten
        again = True
        for _ in range(_TRIES):
            try:
                result = link()
            except Changed:
                continue
            if self._links.forgotten == forgotten or not again:
                return result
            # Room was made, perhaps of something settled that is needed here. Now that is made again, and newest.
            again = False
        raise LinkFault(Fault(path, 0, 0, "files change again and again while they are imported", "Error"))

    def _failing(self, fault: Fault) -> str:
        # The engine drops the reason when its loader fails; a module that throws carries it to the guest.
        self._runs += 1
        canonical = f"qjs:failed?{self._runs}"
        where = f" ({fault.file}:{fault.line}:{fault.column})" if fault.line else ""
        name = fault.name if fault.name in ("SyntaxError", "TypeError") else "Error"
        code = "" if name == "SyntaxError" else f"e.code={json.dumps(fault.code or 'ERR_MODULE_NOT_FOUND')};"
        message = fault.message + where + (f"\n{fault.hint}" if fault.hint else "")
        self._keep(
            canonical,
            _Entry(
                "", f"const e=__qjs__.error({json.dumps(name)},{json.dumps(message)});{code}throw e", {}, ""
            ),
        )
        return canonical

    # Building

    def _compile_all(self, below: Below) -> None:
        """Make everything new ready for the engine."""
        for node in below.nodes.values():
            self._compile(node, below)
        self._links.settle(below)

    def _compile(self, node: Node, below: Below) -> None:
        canonical = f"{node.path}?{node.version}"
        if self._refresh(canonical):
            return
        elide = self._elide(node, below)
        compiled = node.text.compiled
        if compiled is None or any(elide(*each) for each in node.text.elidable):
            module = self._texts.tree(node.path, node.digest)
            if module is None:
                source = self._links.source(node)
                module = self._texts.parse(node.path, source, dialect_of(node.path) or "js")
            compiled = self._texts.compile(node.path, module, elide, cell=False, result=False)
        self._enter(node, compiled, below)

    def _refresh(self, canonical: str) -> bool:
        """Whether a module is ready, with the facades that are made for it; then they are the newest again."""
        entry = self._entries.get(canonical)
        if entry is None:
            return False
        facades = [
            name for name in entry.edges.values() if name.startswith(("node:", "qjs:")) and "?" in name
        ]
        if not all(name in self._entries for name in facades):
            return False
        for name in (canonical, *facades):
            self._entries.move_to_end(name)
        return True

    def _enter(self, node: Node, compiled: Compiled, below: Below) -> str:
        """Keep what a module was compiled to, and what its specifiers mean."""
        edges: dict[str, str] = {}
        for specifier, target in node.edges.items():
            if isinstance(target, Fault):
                continue  # it fails when it runs, if it runs
            if target.kind == "builtin":
                edges[specifier] = target.path
            else:
                child = below.at(target.path)
                if child is None:
                    continue
                edges[specifier] = f"{child.path}?{child.version}"
            if node.kind == "esm" and target.kind in ("builtin", "cjs"):
                edges[specifier] = self._facade(edges[specifier], _wanted(node.text, specifier))
        canonical = f"{node.path}?{node.version}"
        self._keep(
            canonical, _Entry(node.path, compiled.code, edges, node.digest, compiled.origin, node.kind)
        )
        self.fresh_maps.append(ModuleMap(canonical, node.path, node.digest, compiled.origin.edits))
        return canonical

    def _elide(self, node: Node, below: Below) -> Callable[[str, str], bool]:
        return lambda specifier, name: self._only_type(node, specifier, name, below, set())

    def _only_type(
        self, node: Node, specifier: str, name: str, below: Below, seen: set[tuple[str, str]]
    ) -> bool:
        """Whether `name`, imported from `specifier`, is a type and no value, by what the target exports."""
        target = node.edges.get(specifier)
        if not isinstance(target, Resolution) or (target.path, name) in seen:
            return False
        if len(seen) > _LONGEST_REEXPORT:
            return False
        seen.add((target.path, name))
        child = below.at(target.path)
        if child is None or child.kind != "esm" or name == "*":
            return False
        exports = child.text.exports
        if name in exports.values:
            return False
        if name in exports.types:
            return True
        for exported, source, imported in exports.reexports:
            if exported == name:
                return self._only_type(child, source, imported, below, seen)
        return any(self._only_type(child, star, name, below, seen) for star in exports.stars)

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
        if canonical in self._entries:
            self._entries.move_to_end(canonical)
        else:
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
        self._kept += _weight(entry)
        before = self._entries.get(canonical)
        if before is not None:
            self._kept -= _weight(before)
        self._entries[canonical] = entry
        if self._kept > _KEEP:
            # What counts as settled may lead to what goes now.
            self._links.forget()
        while self._kept > _KEEP and len(self._entries) > 1:
            self._kept -= _weight(self._entries.popitem(last=False)[1])


def _weight(entry: _Entry) -> int:
    size = len(entry.code) * (1 if entry.code.isascii() else 4)
    return size + _OVERHEAD + _EDGE * len(entry.edges) + 150 * len(entry.origin.edits)


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


def _wanted(text: Text, specifier: str) -> frozenset[str] | None:
    """The names that a module takes from `specifier`; None for all of them."""
    if specifier.startswith("react/jsx-"):
        return None  # compiled elements import from it what no import of the user's says
    names = {each.imported for each in text.imports if each.specifier == specifier}
    names |= {imported for _, source, imported in text.exports.reexports if source == specifier}
    return None if "*" in names or specifier in text.exports.stars else frozenset(names)
