"""Which modules lie below one: resolved level by level, given versions, and kept while the files are as they were.

What was resolved once holds for later runs too: each answer of the kernel process carries two numbers, for the state
of all files and of those in /node_modules. What lies in packages altogether is kept while the second is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from qjs_kernel.protocol import Fault, Found, Resolution, Source
from qjs_kernel.worker.texts import LinkFault, Text, Texts

__all__ = ["Asker", "Below", "Changed", "Links", "Node", "Program", "Query"]

Query: TypeAlias = tuple[str, tuple[str, ...], bool]
# How far what is known of a module holds: while no package changes, while no file changes, for this run.
PACKAGES, FILES, RUN = range(3)
_STORE: Final = "/node_modules/"
# Bytes, estimated: modules, their edges and their texts.
_KEEP = 96 * 2**20
_EDGE = 300


class Changed(Exception):
    """A file is no longer what it was when it was found: to be tried again."""


class Asker(Protocol):
    """The questions to the kernel process."""

    def resolve(self, queries: Sequence[Query]) -> Found:
        """What specifiers mean: (importer, specifiers, whether it is `require` that asks)."""

    def load_sources(self, paths: Sequence[str]) -> tuple[Source | Fault, ...]:
        """The first of the files, at least one."""

    def exported_names(self, canonical: str) -> list[str]: ...


@dataclass(slots=True)
class Node:
    """A module. `scope` tells how far its edges hold, and when it is settled also those of what is below it."""

    path: str
    kind: str
    digest: str
    text: Text
    edges: dict[str, Resolution | Fault] = field(default_factory=dict)
    version: str = ""
    scope: int = PACKAGES


class Below:
    """What lies below `entry`: new nodes, and those that were settled before."""

    def __init__(self, entry: Node, *, own: bool) -> None:
        self.entry = entry
        self.own = own
        self.nodes: dict[str, Node] = {}
        # As of the first answer. If files change before the others, all this is not kept.
        self.settled: tuple[Mapping[str, Node], ...] = ()

    def at(self, path: str) -> Node | None:
        node = self.nodes.get(path)
        if node is None and (self.own or path != self.entry.path):
            node = self._settled_at(path)
        return node

    def known(self, target: Resolution) -> bool:
        node = self._settled_at(target.path)
        return node is not None and (node.kind, node.digest) == (target.kind, target.digest)

    def _settled_at(self, path: str) -> Node | None:
        for store in self.settled:
            if path in store:
                return store[path]
        return None


class Links:
    """Finds what modules import, and remembers it."""

    def __init__(self, ask: Asker, texts: Texts) -> None:
        self._ask = ask
        self._texts = texts
        self._revision = (-1, -1)
        self._stores: tuple[dict[str, Node], dict[str, Node]] = ({}, {})
        self._kept = 0
        self.forgotten = 0

    # What is settled

    def forget(self) -> None:
        """Resolve everything again when it is asked for."""
        self._stores = ({}, {})
        self._kept = 0
        self.forgotten += 1

    def settled(self, revision: tuple[int, int], target: Resolution) -> Node | None:
        """The module, if everything below it is known."""
        for store in self._as_of(revision):
            node = store.get(target.path)
            if node is not None and (node.kind, node.digest) == (target.kind, target.digest):
                return node
        return None

    def settle(self, below: Below) -> None:
        """Keep what was found. Everything in it must have been compiled."""
        if below.settled is not self._stores:
            return  # files have changed meanwhile, or something of it was pushed out
        for node in below.nodes.values():
            if node.scope == RUN:
                continue
            weight = 500 + _EDGE * len(node.edges) + node.text.weight
            if self._kept + weight > _KEEP:
                self.forget()
                return
            self._kept += weight
            self._stores[node.scope][node.path] = node

    def _as_of(self, revision: tuple[int, int]) -> tuple[dict[str, Node], dict[str, Node]]:
        if revision != self._revision:
            # New ones, and not emptied: who began with the old ones ends with them.
            packages = self._stores[PACKAGES] if revision[1] == self._revision[1] else {}
            self._stores = (packages, {})
            self._kept = sum(500 + _EDGE * len(n.edges) + n.text.weight for n in packages.values())
            self._revision = revision
        return self._stores

    # Finding

    def node(self, found: Resolution) -> Node:
        """The module that was found. Raises LinkFault, Changed."""
        faults = self._read([found])
        if found.path in faults:
            raise faults[found.path]
        return Node(found.path, found.kind, found.digest, self._read_before(found))

    def gather(self, entry: Node, *, own: bool = False) -> Below:
        """Everything reachable from `entry` by static imports, each with its version. Raises LinkFault, Changed.

        own   `entry` is a file, looked for with `settled` just now, and among the nodes; otherwise it is a program
        """
        below = Below(entry, own=own)
        if own:
            below.nodes[entry.path] = entry
            below.settled = self._stores
        level = [entry]
        while level:
            level = self._next(level, below)
        _give_versions(below)
        return below

    def _next(self, level: list[Node], below: Below) -> list[Node]:
        level = [node for node in level if node.text.needed or node.text.optional]
        if not level:
            return []
        found = self._ask.resolve(
            [(node.path, node.text.needed + node.text.optional, node.kind == "cjs") for node in level]
        )
        stores = self._as_of(found.revision)
        if not below.settled:
            below.settled = stores
        fresh: dict[str, Resolution] = {}
        for node, results in zip(level, found.results, strict=True):
            self._note(node, results, below, fresh)
        faults = self._read(list(fresh.values()))
        if faults:
            for node in level:
                self._note_faults(node, faults)
        nodes: list[Node] = []
        for target in fresh.values():
            if target.path not in faults:
                node = Node(target.path, target.kind, target.digest, self._read_before(target))
                below.nodes[target.path] = node
                nodes.append(node)
        return nodes

    def _note(
        self, node: Node, results: tuple[Resolution | Fault, ...], below: Below, fresh: dict[str, Resolution]
    ) -> None:
        """Enter what a module's specifiers mean; `fresh` collects what is not known yet."""
        if not node.path.startswith(_STORE):
            node.scope = FILES
        specifiers = node.text.needed + node.text.optional
        for number, (specifier, target) in enumerate(zip(specifiers, results, strict=True)):
            if isinstance(target, Fault):
                if number < len(node.text.needed):
                    raise LinkFault(self._at_import(target, node, specifier))
                node.edges[specifier] = target
                node.scope = max(node.scope, FILES)
                continue
            if not target.lasting:
                node.scope = max(node.scope, FILES)
            if node.kind == "cjs" and target.kind == "esm":
                continue  # it may never come to that: compiled when it is required
            node.edges[specifier] = target
            if target.path == below.entry.path and not below.own:
                node.scope = RUN
            elif target.kind != "builtin" and target.path not in below.nodes and not below.known(target):
                fresh.setdefault(target.path, target)

    def _note_faults(self, node: Node, faults: dict[str, LinkFault]) -> None:
        for number, specifier in enumerate(node.text.needed + node.text.optional):
            target = node.edges.get(specifier)
            if isinstance(target, Resolution) and target.path in faults:
                if number < len(node.text.needed):
                    raise faults[target.path]
                node.edges[specifier] = faults[target.path].fault

    # Reading

    def _read_before(self, target: Resolution) -> Text:
        text = self._texts.get(target.path, target.kind, target.digest)
        if text is None:
            # Pushed out by others of its level, which takes a level larger than all that is kept.
            text = self._texts.read(target.path, target.kind, target.digest, self.source(target))
        return text

    def _read(self, targets: list[Resolution]) -> dict[str, LinkFault]:
        """Read files not read before; returns what is wrong with some of them."""
        faults: dict[str, LinkFault] = {}
        missing = [each for each in targets if self._texts.get(each.path, each.kind, each.digest) is None]
        while missing:
            loaded = self._ask.load_sources([each.path for each in missing])
            for target, source in zip(missing, loaded, strict=False):
                if isinstance(source, Fault):
                    faults[target.path] = LinkFault(source)
                    continue
                if source.digest != target.digest:
                    raise Changed
                try:
                    self._texts.read(target.path, target.kind, target.digest, source.text)
                except LinkFault as problem:
                    faults[target.path] = problem
            missing = missing[max(1, len(loaded)) :]
        return faults

    def source(self, target: Resolution | Node) -> str:
        """The text of a file. Raises LinkFault, Changed."""
        (source, *_) = self._ask.load_sources([target.path])
        if isinstance(source, Fault):
            raise LinkFault(source)
        if source.digest != target.digest:
            raise Changed
        return source.text

    def _at_import(self, fault: Fault, node: Node, specifier: str) -> Fault:
        """The fault of resolving `specifier`, placed where `node` imports it."""
        line = column = 0
        text = node.source if isinstance(node, Program) else self.source(node)
        for quote in "'\"":
            at = text.find(f"{quote}{specifier}{quote}")
            if at >= 0:
                line = text.count("\n", 0, at) + 1
                column = at - (text.rfind("\n", 0, at) + 1) + 1
                break
        return Fault(node.path, line, column, fault.message, fault.name, fault.hint, fault.code)


@dataclass(slots=True)
class Program(Node):
    """The text of a run, which is no file."""

    source: str = ""


def _give_versions(below: Below) -> None:
    """A version for each node: its content and, transitively, that of everything it imports.

    Modules that import each other in a circle share one: strongly connected components (Tarjan, without
    recursion) come out children first, so that one pass is enough.
    """
    nodes = below.nodes
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def children(path: str) -> Iterator[str]:
        for target in nodes[path].edges.values():
            if isinstance(target, Resolution) and target.path in nodes:
                yield target.path

    for root in nodes:
        if root in order:
            continue
        work = [(root, children(root))]
        order[root] = low[root] = len(order)
        stack.append(root)
        while work:
            path, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[path])
                if low[path] == order[path]:
                    members: list[str] = []
                    while not members or members[-1] != path:
                        members.append(stack.pop())
                    _assign(members, below)
            elif child not in order:
                order[child] = low[child] = len(order)
                stack.append(child)
                work.append((child, children(child)))
            elif not nodes[child].version:
                low[path] = min(low[path], order[child])


def _assign(members: list[str], below: Below) -> None:
    """One version and one scope for modules of a circle (or one alone)."""
    inside = set(members)
    parts = sorted(f"{path} {below.nodes[path].kind} {below.nodes[path].digest}" for path in members)
    outside: set[str] = set()
    scope = PACKAGES
    for path in members:
        node = below.nodes[path]
        scope = max(scope, node.scope if path.startswith(_STORE) else max(node.scope, FILES))
        for target in node.edges.values():
            if isinstance(target, Resolution) and target.path not in inside:
                child = below.at(target.path)
                if child is not None:
                    outside.add(f"> {child.version}")
                    scope = max(scope, child.scope)
    digest = hashlib.blake2b("\n".join(parts + sorted(outside)).encode(), digest_size=8).hexdigest()
    for path in members:
        below.nodes[path].version = digest
        below.nodes[path].scope = scope
