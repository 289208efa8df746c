"""Position marks: `0;` before statements whose place in the source the engine would not note.

QuickJS notes places at expression statements, calls, `new`, `throw` and some operators only. An error in
`const c = a.b.c` or `return a.b.c` would seem to come from whatever was noted last. `0;` is an expression
statement that the engine's optimiser drops, place kept: it costs nothing when the code runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from .edits import Edits
from .grammar import Dialect, captures
from .strip import Erased

__all__ = ["place_marks"]

# A block inside a block inside a block …: each takes native stack while the engine compiles a chain of `else if`.
_DEEPEST = 40


# What an arrow function may return without that anything can be wrong.
_HARMLESS = frozenset({
    "statement_block", "arrow_function", "function_expression", "number", "string", "true", "false", "null", "this",
    "undefined", "regex", "identifier",
})  # fmt: skip
_DECLARATIONS = frozenset({
    "lexical_declaration", "variable_declaration", "class_declaration", "abstract_class_declaration",
})  # fmt: skip


def place_marks(root: Node, dialect: Dialect, erased: Erased, edits: Edits) -> None:
    """Note the marks in `edits`, behind what erasing noted there."""
    found = captures("marks", dialect, root)
    for body in found.get("arrow", ()):
        if body.type not in _HARMLESS:
            _surround(body, b"{0;return ", erased, edits)
    starts = {node.start_byte for node in found.get("mark", ())}
    starts.difference_update(node.start_byte for node in found.get("not", ()))
    starts.difference_update(_single(found.get("body", ()), erased, edits))
    for statement in found.get("export", ()):
        declaration = statement.child_by_field_name("declaration")
        if declaration is not None:
            starts.discard(declaration.start_byte)
        if declaration.type in _DECLARATIONS if declaration is not None else _has_value(statement):
            starts.add(statement.start_byte)
    if erased.dead:
        starts = {start for start in starts if not erased.is_dead(start)}
    for start in starts:
        edits.put(start, start, b"0;")
    for end in found.get("end", ()):
        # The condition of `do … while` runs after the body, whose last place it would take.
        if not erased.is_dead(end.start_byte):
            edits.put(end.start_byte, end.start_byte, b";0;")


def _has_value(statement: Node) -> bool:
    return statement.child_by_field_name("value") is not None


def _single(bodies: Sequence[Node], erased: Erased, edits: Edits) -> Iterator[int]:
    """Put bodies without braces into blocks where that tells another line; returns where the bodies begin."""
    depths: dict[int, int] = {}
    for body in sorted(bodies, key=lambda node: node.start_byte):
        start = body.start_byte
        yield start
        parent = body.parent
        if parent is not None and parent.type == "else_clause":
            parent = parent.parent
        if parent is None or parent.start_point[0] == body.start_point[0]:
            continue
        depth = depths[start] = depths.get(parent.start_byte, 0) + 1
        if depth <= _DEEPEST:
            _surround(body, b"{0;", erased, edits)


def _surround(node: Node, opening: bytes, erased: Erased, edits: Edits) -> None:
    """Put a node into a block of its own."""
    start, end = node.start_byte, _end_of_code(node)
    if erased.is_dead(start) or erased.is_cut(start, end):
        return
    edits.put(start, start, opening, outer=True)
    edits.put(end, end, b"}", closes=start)


def _end_of_code(node: Node) -> int:
    """Where the code of a statement ends: a comment behind `if (a) {}` is part of it, since an `else` might follow."""
    while True:
        code = [child for child in node.children if child.type not in ("comment", "html_comment")]
        if not code:
            return node.end_byte
        node = code[-1]
