"""Types → blanks of the same width, so that every line and column stays the user's own.

Erasing is local except at four places where the line structure carries meaning: a statement that vanishes
(or loses its end) between two that would then join, a `return` that would be cut off from its value, an arrow
that would begin a line, and a modifier that kept a class member apart from the one before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from tree_sitter import Node

from . import lower
from .edits import Edit, Edits
from .grammar import captures
from .names import has_token, is_type_only, string_value, text_of
from .syntax import Module

__all__ = ["Elide", "Erased", "apply", "erase"]

Elide = Callable[[str, str], bool]

_TRIVIA = re.compile(rb"(?:\s|\xef\xbb\xbf|\xc2\xa0|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_BRACKET_LINE = re.compile(rb"\n\s*(?:(?://[^\n]*\n|/\*.*?\*/)\s*)*\[", re.DOTALL)
_LINE_END = re.compile(rb"[\r\n]")
# Code points the engine counts as line ends in code although the user's lines do not.
_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")


@dataclass(slots=True)
class Erased:
    """Where nothing is left, and where the grammar saw more than there is; UTF-8 offsets.

    dead   (start, end) of erased statements and members, sorted
    cuts   wrong end of a type → its true end: see `_Eraser.find_cuts`
    """

    dead: list[tuple[int, int]] = field(default_factory=list)
    cuts: dict[int, int] = field(default_factory=dict)

    def is_dead(self, offset: int) -> bool:
        """Whether `offset` is in an erased statement."""
        index = bisect_right(self.dead, offset, key=itemgetter(0)) - 1
        return index >= 0 and offset < self.dead[index][1]

    def is_cut(self, start: int, end: int) -> bool:
        """Whether something between ends earlier than the grammar says, so that `end` is not to be trusted."""
        return any(start < wrong <= end for wrong in self.cuts)


def erase(module: Module, elide: Elide) -> tuple[bytes, tuple[Edit, ...]]:
    """JavaScript as UTF-8 on the user's own lines, and the places where columns moved.

    `elide(specifier, name)` says whether an imported name is only a type in its target. Raises
    `lower.Refused` for what cannot be lowered.
    """
    edits = Edits(module.data)
    apply(module, elide, edits)
    return edits.finish()


def apply(module: Module, elide: Elide, edits: Edits) -> Erased:
    """Note the erasure of a module in `edits`."""
    erased = Erased()
    if module.tree is None:
        return erased
    _clauses(module, elide, edits)
    if module.dialect in ("ts", "tsx") and not module.aligned:
        _Eraser(module, edits, erased).run()
    for separator in _SEPARATORS:
        if separator in module.data:
            _separators(module, edits, separator)
    return erased


def _separators(module: Module, edits: Edits, separator: bytes) -> None:
    at = module.data.find(separator)
    while at >= 0:
        node = module.tree.root_node.descendant_for_byte_range(at, at + 3) if module.tree else None
        if node is not None and node.type not in (
            "string_fragment",
            "comment",
            "regex_pattern",
            "template_string",
        ):
            edits.put(at, at, b"//")  # a comment's end is a line end to the grammar but not to the counter
        at = module.data.find(separator, at + 3)


def _clauses(module: Module, elide: Elide, edits: Edits) -> None:
    """Imports and exports: only what exists at run time stays."""
    assert module.tree is not None
    origin = {item.local: item for item in module.imports}

    def vanished(local: str) -> bool:
        item = origin.get(local)
        if item is None:
            return local in module.types
        return item.type_only or (item.imported != "*" and elide(item.specifier, item.imported))

    for statement in module.tree.root_node.named_children:
        if statement.type == "import_statement":
            _import(statement, elide, edits)
        elif statement.type == "export_statement" and statement.child_by_field_name("declaration") is None:
            _export(statement, elide, edits, vanished)


def _attribute(statement: Node, edits: Edits) -> None:
    for child in statement.named_children:
        if child.type == "import_attribute":
            edits.blank(child.start_byte, child.end_byte)


def _import(statement: Node, elide: Elide, edits: Edits) -> None:
    start, end = statement.byte_range
    source = statement.child_by_field_name("source")
    if has_token(statement, "type") or source is None:
        edits.blank_statement(start, end)
        return
    _attribute(statement, edits)
    clause = next((child for child in statement.named_children if child.type == "import_clause"), None)
    if clause is None:
        return
    specifier = string_value(source)
    kept, asked = 0, 0
    gone: list[Node] = []
    for child in clause.named_children:
        if child.type == "identifier":
            asked += 1
            if elide(specifier, "default"):
                gone.append(child)
            else:
                kept += 1
        elif child.type == "namespace_import":
            asked, kept = asked + 1, kept + 1
        elif child.type == "named_imports":
            for item in child.named_children:
                if item.type != "import_specifier":
                    continue
                asked += 1
                name = string_value(item.child_by_field_name("name"))
                if has_token(item, "type") or elide(specifier, name):
                    gone.append(item)
                else:
                    kept += 1
    if asked and not kept:
        edits.blank_statement(start, end)
        return
    for item in gone:
        _blank_item(item, edits)


def _blank_item(item: Node, edits: Edits) -> None:
    """One member of a list, with the comma behind it."""
    end = item.end_byte
    comma = item.next_sibling
    while comma is not None and comma.type == "comment":
        comma = comma.next_sibling
    if comma is not None and comma.type == ",":
        end = comma.end_byte
    edits.blank(item.start_byte, end)


def _export(statement: Node, elide: Elide, edits: Edits, vanished: Callable[[str], bool]) -> None:
    start, end = statement.byte_range
    if has_token(statement, "type") or has_token(statement, "namespace"):
        edits.blank_statement(start, end)
        return
    if has_token(statement, "default"):
        value = statement.child_by_field_name("value")
        if value is not None and value.type == "identifier" and vanished(text_of(value)):
            edits.blank_statement(start, end)
        return
    _attribute(statement, edits)
    source = statement.child_by_field_name("source")
    clause = next((child for child in statement.named_children if child.type == "export_clause"), None)
    if clause is None:
        return
    specifier = string_value(source)
    gone: list[Node] = []
    items = [item for item in clause.named_children if item.type == "export_specifier"]
    for item in items:
        name = string_value(item.child_by_field_name("name"))
        dead = elide(specifier, name) if source is not None else vanished(name)
        if dead or has_token(item, "type"):
            gone.append(item)
    if gone and len(gone) == len(items):
        edits.blank_statement(start, end)
        return
    for item in gone:
        _blank_item(item, edits)


def _parents(nodes: Sequence[Node]) -> list[Node]:
    return [parent for node in nodes if (parent := node.parent) is not None]


class _Eraser:
    """One pass over the query captures of a TypeScript module."""

    def __init__(self, module: Module, edits: Edits, erased: Erased) -> None:
        assert module.tree is not None
        self.module = module
        self.data = module.data
        self.edits = edits
        self.root = module.tree.root_node
        self.found = captures("erasure", module.dialect, self.root)
        self.erased = erased
        self.cuts = erased.cuts

    def run(self) -> None:
        if _BRACKET_LINE.search(self.data):
            self.find_cuts()
        get = self.found.get
        self.erased.dead = self._statements([*get("dead", ()), *_parents(get("in_export", ()))])
        for node in get("type", ()):
            self.edits.blank(node.start_byte, self._end(node))
        for node in get("arguments", ()):
            self.edits.blank(node.start_byte, node.end_byte)
        for node in get("word", ()):
            self.edits.blank(node.start_byte, node.end_byte)
        for node in get("as", ()):
            self._as(node)
        for node in _parents(get("in_this", ())):
            _blank_item(node, self.edits)
        for node in get("member", ()):
            self._member(node)
        for node in get("parameter_modifier", ()):
            self.edits.blank(node.start_byte, node.end_byte)
        for node in get("arrow", ()):
            self._arrow(node)
        for node in get("assertion", ()):
            self._assertion(node)
        self._lower()

    def _lower(self) -> None:
        get = self.found.get
        alive = self._alive
        properties = alive(_parents(get("parameter_modifier", ())))
        if properties:
            lower.parameter_properties(properties, self.edits)
        enums, namespaces = alive(get("enum", ())), alive(get("namespace", ()))
        if enums or namespaces:
            lower.declarations(enums, namespaces, self.module, self.edits)
        for node in alive(_parents(get("in_accessor", ()))):
            lower.accessor(node, self.edits)
        for node in alive(get("alias", ())):
            lower.alias(node, self.module, self.edits)

    def _alive(self, nodes: Sequence[Node]) -> list[Node]:
        return [node for node in nodes if not self.erased.is_dead(node.start_byte)]

    def _statements(self, nodes: Sequence[Node]) -> list[tuple[int, int]]:
        ranges = [(node.start_byte, self._end(node)) for node in nodes]
        for namespace in self.found.get("namespace", ()):
            if is_type_only(namespace):
                start, end = namespace.byte_range
                parent = namespace.parent
                while parent is not None and parent.type in ("expression_statement", "export_statement"):
                    start, end = parent.byte_range
                    parent = parent.parent
                ranges.append((start, end))
        for member in self.found.get("member", ()):
            if member.type == "public_field_definition" and (
                has_token(member, "declare") or has_token(member, "abstract")
            ):
                ranges.append((member.start_byte, self._end(member)))
        outer: list[tuple[int, int]] = []
        for start, end in sorted(ranges, key=lambda pair: (pair[0], -pair[1])):
            if outer and start < outer[-1][1]:
                continue
            outer.append((start, end))
            self.edits.blank_statement(start, end)
        return outer

    def find_cuts(self) -> None:
        """The grammar reads `x as T⏎[0]` as the type `T[0]`; a line end before the bracket ends the type."""
        for node in captures("cuts", self.module.dialect, self.root).get("cut", ()):
            element = node.child(0)
            bracket = next((child for child in node.children if child.type == "["), None)
            if element is None or bracket is None:
                continue
            if b"\n" in self.data[element.end_byte : bracket.start_byte]:
                end = node.end_byte
                self.cuts[end] = min(self.cuts.get(end, end), element.end_byte)

    def _end(self, node: Node) -> int:
        return self.cuts.get(node.end_byte, node.end_byte) if self.cuts else node.end_byte

    def _next(self, offset: int) -> bytes:
        match = _TRIVIA.match(self.data, offset)
        at = match.end() if match else offset
        return self.data[at : at + 1]

    def _as(self, node: Node) -> None:
        keyword = next((child for child in node.children if child.type in ("as", "satisfies")), None)
        if keyword is None:
            return
        start, end = keyword.start_byte, self._end(node)
        self.edits.blank(start, end)
        if self._next(end) in (b"(", b"[", b"`"):
            self.edits.set(start, b";")

    def _member(self, node: Node) -> None:
        edits = self.edits
        first = True
        for child in node.children:
            kind = child.type
            if kind in ("accessibility_modifier", "override_modifier", "readonly"):
                edits.blank(child.start_byte, child.end_byte)
                if first and self._next(child.end_byte) in (b"[", b"*"):
                    edits.set(child.start_byte, b";")
                elif first and child.next_sibling is not None:
                    after: Node | None = child.next_sibling
                    while after is not None and after.type in ("override_modifier", "readonly"):
                        after = after.next_sibling
                    if after is not None and after.type in ("computed_property_name", "*"):
                        edits.set(child.start_byte, b";")
                first = False
            elif kind in ("static", "async", "get", "set", "*"):
                first = False
            elif kind not in ("comment", "decorator", "accessor"):
                break
        if node.type == "public_field_definition" and node.child_by_field_name("value") is None:
            annotation = node.child_by_field_name("type")
            name = node.child_by_field_name("name")
            if annotation is not None and text_of(name) in ("get", "set", "static", "async", "accessor"):
                edits.set(annotation.start_byte, b";")

    def _arrow(self, node: Node) -> None:
        parameters = node.child_by_field_name("parameters")
        returns = node.child_by_field_name("return_type")
        generics = node.child_by_field_name("type_parameters")
        if parameters is None:
            return
        data, edits = self.data, self.edits
        if returns is not None and _LINE_END.search(data, parameters.end_byte, self._arrow_token(node)):
            edits.set(parameters.end_byte - 1, b" ")
            edits.set(returns.end_byte - 1, b")")
        if (
            generics is not None
            and node.children[0].type == "async"
            and _LINE_END.search(data, generics.start_byte, parameters.start_byte)
        ):
            edits.set(generics.start_byte, b"(")
            edits.set(parameters.start_byte, b" ")

    @staticmethod
    def _arrow_token(node: Node) -> int:
        return next((child.start_byte for child in node.children if child.type == "=>"), node.end_byte)

    def _assertion(self, node: Node) -> None:
        operand = node.named_children[-1]
        start, at = node.start_byte, operand.start_byte
        self.edits.blank(start, node.children[0].end_byte)
        head = self.data[at : at + 9]
        if b"\n" in self.data[start:at] or re.match(rb"\{|function\b|class\b|async\b|let\b", head):
            # Alone, the value would start a block or a declaration, or be cut off from `return`.
            self.edits.set(start, b"(")
            self.edits.put(node.end_byte, node.end_byte, b")", closes=start)
        elif self._joins(node):
            self.edits.set(start, b";")

    def _joins(self, node: Node) -> bool:
        """`a⏎<T>(b)`: the statement before must not go on with what is left of this one."""
        if self._next(node.children[0].end_byte) not in (b"(", b"[", b"`", b"+", b"-", b"/"):
            return False
        start = node.start_byte
        above = node.parent
        while above is not None and above.start_byte == start and above.type != "program":
            if above.type == "expression_statement":
                return True
            above = above.parent
        return False
