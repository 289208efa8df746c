"""The tree of an inspector without its widgets: which values are open, which page of them is seen, what is found.

It asks for one page of one value at a time and holds no more than `MOST` rows, however large the values are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Protocol

from qjs_kernel.errors import QjsError, SandboxBusy
from qjs_kernel.protocol import Peeked, PeekRow, Step
from qjs_kernel.widgets.paths import expression_below

__all__ = ["MOST", "PAGE", "Node", "Peek", "Tree"]

PAGE = 100  # entries seen at once
MOST = 400  # rows
DEEPEST = 60  # steps: below that a row is indented out of sight
_SCANNED = 2_000  # entries asked for at once on the way to a name
_SCANS = 10
_PATIENCE = 1.0  # s for all that is asked to bring a tree up to date
_GONE = PeekRow((), "", "empty", "(gone)", -1)


class Peek(Protocol):
    """`Session.peek`."""

    def __call__(
        self, path: Sequence[Step], start: int = 0, count: int = 100, search: str = ""
    ) -> Peeked | None: ...


class Node:
    """A row: an entry of its parent (none: the value that the view is of) and, when it is open, entries of its own.

    start, total    the first entry on the page that is seen, and how many there are
    """

    def __init__(self, parent: Node | None, steps: tuple[Step, ...], row: PeekRow, expression: str) -> None:
        self.parent = parent
        self.steps = steps
        self.row = row
        self.expression = expression
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.children: list[Node] = []
        self.open = False
        self.start = 0
        self.total = 0

    @property
    def expandable(self) -> bool:
        """Whether there is anything in it."""
        return self.row.size > 0 and self.depth < DEEPEST


class Tree:
    """What is seen of the value at `steps`. QjsError where there is no such value, SandboxBusy while code runs."""

    def __init__(self, peek: Peek, steps: tuple[Step, ...], expression: str) -> None:
        self._peek = peek
        found = self._ask(steps)
        here = found.here
        if here is None:
            raise QjsError(f"there is no value {expression} to look into (getters are not run)")
        self.root = Node(None, steps, here, expression)
        if found.rows:
            self._fill(self.root, found, 0)

    def rows(self) -> Iterator[Node]:
        """The rows from top to bottom, those of closed nodes left out."""
        stack = [self.root]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @property
    def first_page(self) -> Peeked | None:
        """The first entries of the value itself, where those are what is seen."""
        root = self.root
        if not root.open or root.start:
            return None
        return Peeked(0, root.row, tuple(child.row for child in root.children), root.total, complete=True)

    def expand(self, node: Node, start: int = 0) -> None:
        """Show the page of `node` that begins with entry `start`. ValueError when there would be too many rows."""
        found = self._ask(node.steps, start)
        if found.here is None:
            raise QjsError(f"{node.expression} is gone")
        rows = sum(1 for _ in self.rows()) - _below(node)
        if rows + len(found.rows) > MOST:
            raise ValueError(f"no more than {MOST} rows can be open: close some first")
        self._fill(node, found, start)

    def collapse(self, node: Node) -> None:
        """Take the rows of `node` away; what was open in it is forgotten."""
        node.open, node.children, node.start = False, [], 0

    def refresh(self) -> None:
        """Ask for everything that is seen again. What is open stays open, where it is still there."""
        pending, room = [self.root], MOST - 1
        end = monotonic() + _PATIENCE
        while pending:
            node = pending.pop(0)
            if node is not self.root and monotonic() > end:
                self.collapse(node)  # each of its values takes long: whoever wants to see it opens it again
                continue
            found = self._ask(node.steps, node.start)
            if node.start and node.start >= found.total:
                node.start = 0
                found = self._ask(node.steps)
            if node is self.root:
                was_leaf = node.row.size <= 0
                node.row = found.here or _GONE
                if not (node.open or was_leaf):
                    continue
            if found.here is None or not found.rows or len(found.rows) > room:
                self.collapse(node)
                continue
            room -= len(found.rows)
            self._fill(node, found, node.start)
            pending.extend(child for child in node.children if child.open)

    def find(self, text: str, count: int) -> Peeked:
        """The values in it whose key or text contains `text`, whatever its case; at most `count`."""
        return self._ask(self.root.steps, 0, count, text)

    def reveal(self, path: Sequence[Step]) -> Node:
        """Open what lies on the way from the root to `path`, and return its row. QjsError when it is gone."""
        if len(path) + 1 > DEEPEST:
            raise ValueError(f"that lies {len(path):,} levels deep: too deep to be shown here")
        node = self.root
        for step in path:
            child = _child(node, step)
            if child is None:
                self.expand(node, self._page_of(node, step))
                child = _child(node, step)
            if child is None:
                raise QjsError(f"there is nothing at {expression_below(node.expression, step)} any more")
            node = child
        return node

    def _page_of(self, node: Node, step: Step) -> int:
        """The start of the page on which the entry is, at a guess: 0 where it is nowhere."""
        kind, name = step
        if isinstance(name, int) and kind != "y" and kind != "p":
            start = name // PAGE * PAGE
            if any(row.path == (step,) for row in self._ask(node.steps, start).rows):
                return start
        for scan in range(_SCANS):
            found = self._ask(node.steps, scan * _SCANNED, _SCANNED)
            for at, row in enumerate(found.rows):
                if row.path == (step,):
                    return (scan * _SCANNED + at) // PAGE * PAGE
            if (scan + 1) * _SCANNED >= found.total:
                break
        return 0

    def _fill(self, node: Node, found: Peeked, start: int) -> None:
        before = {child.row.path: child for child in node.children}
        children = []
        for row in found.rows:
            child = before.get(row.path)
            if child is None:
                expression = expression_below(node.expression, row.path[0], row.label) if row.path else ""
                child = Node(node, (*node.steps, *row.path), row, expression)
            elif child.row != row:
                # An entry of a Map may have another key now.
                child.expression = expression_below(node.expression, row.path[0], row.label)
                child.row = row
            if child.open and not child.expandable:
                self.collapse(child)
            children.append(child)
        node.open, node.children, node.start, node.total = True, children, start, found.total

    def _ask(self, steps: Sequence[Step], start: int = 0, count: int = PAGE, search: str = "") -> Peeked:
        found = self._peek(steps, start, count, search)
        if found is None:
            raise SandboxBusy("a cell is running: look again when it has ended")
        return found


def _child(node: Node, step: Step) -> Node | None:
    return next((child for child in node.children if child.row.path == (step,)), None)


def _below(node: Node) -> int:
    count, stack = 0, list(node.children)
    while stack:
        inner = stack.pop()
        count += 1
        stack.extend(inner.children)
    return count
