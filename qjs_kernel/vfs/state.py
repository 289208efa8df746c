"""`State`: the nodes of one filesystem, made changeable by copying, with snapshots; and who has several names.

A hard link is the same node standing in several directories. Copy-on-write goes by path: `own` copies the nodes
on the way to one name, and the other names would keep the old node. So the state knows all names of such nodes:
`links` maps an inode number to its real paths, and whoever copies a node that is in there puts the copy under
every path (`own`). It is one dictionary for the whole tree, shared with the snapshots and copied before the first
change after one, so snapshots stay O(1). Only nodes that have or once had several names are in it: all others
cost one look-up when they are copied, moved or removed, in a dictionary that is nearly always empty.

Always true, and checked by the tests:
- every path in `links` leads to the one node with that number, and no other path does;
- such a node is a file or a symbolic link, and with two names or more no mount point;
- either all its names or none are in read-only mounts (`Tree.separate`): no second name opens a read-only file.

Chosen against an indirection (a directory entry that only holds the number): every reader of `children` would have
to resolve it, and change events need the names all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from qjs_kernel.limits import Limits
from qjs_kernel.vfs.nodes import Change, Dir, Node, Snapshot

__all__ = ["State"]


class State:
    """Nodes, counts and pending change events. `names` are those of a real path, links resolved."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.clock = clock
        self.token = object()
        self.next_ino = 2
        self.root = Dir(self.token, 1, 0o755, clock(), "mount")
        self.files = 0
        self.size = 0
        self.links: Mapping[int, tuple[str, ...]] = {}
        self._links_token = self.token
        self.changes: list[Change] = []

    # Snapshots

    def save(self) -> Snapshot:
        self.token = object()
        return Snapshot(self.root, self.files, self.size, self.next_ino, self.links)

    def load(self, snapshot: Snapshot) -> None:
        self.token = object()
        self.root, self.files, self.size = snapshot.root, snapshot.files, snapshot.size
        self.links = snapshot.links
        # Never back: a number seen once must not name another file later.
        self.next_ino = max(self.next_ino, snapshot.next_ino)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo everything inside when it raises."""
        before, events = self.save(), len(self.changes)
        try:
            yield
        except BaseException:
            self.load(before)
            del self.changes[events:]
            raise

    # Nodes

    def own(self, names: list[str]) -> Node:
        """The node at `names`, made changeable: copied with the directories above it where shared."""
        if self.root.token is not self.token:
            self.root = self.root.copy(self.token)
        node: Node = self.root
        for name in names:
            assert isinstance(node, Dir)
            child = node.children[name]
            if child.token is not self.token:
                child = node.children[name] = child.copy(self.token)
                for path in self.links.get(child.ino, ()):
                    self._stand_at(path, child)
            node = child
        return node

    def own_dir(self, names: list[str]) -> Dir:
        node = self.own(names)
        assert isinstance(node, Dir)
        return node

    def _stand_at(self, path: str, node: Node) -> None:
        *above, name = path[1:].split("/")
        self.own_dir(above).children[name] = node

    def _set_entry(self, names: list[str], node: Node | None) -> None:
        parent = self.own_dir(names[:-1])
        if node is None:
            del parent.children[names[-1]]
        else:
            parent.children[names[-1]] = node
        parent.mtime = parent.ctime = self.clock()

    def _note(self, kind: Literal["created", "changed", "removed"], names: list[str]) -> None:
        self.changes.append(Change(kind, "/" + "/".join(names)))

    def _note_changed(self, names: list[str], node: Node) -> None:
        """`node`, found at `names`, changed: so did what every other name of it shows."""
        if node.ino not in self.links:
            self._note("changed", names)
        else:
            self.changes.extend(Change("changed", path) for path in self.links[node.ino])

    def _ino(self) -> int:
        self.next_ino += 1
        return self.next_ino - 1

    def _subtree(self, node: Node) -> Iterator[tuple[int, Node]]:
        """Every node at and below `node`, with the length of its path from there. A loop: depth is the guest's."""
        stack = [(0, node)]
        while stack:
            length, current = stack.pop()
            yield length, current
            if isinstance(current, Dir):
                stack.extend(
                    (length + len(name.encode()) + 1, child) for name, child in current.children.items()
                )

    # Several names

    def nlink(self, node: Node) -> int:
        """How many names a file has; 1 for a directory, as on btrfs."""
        return len(self.links.get(node.ino, "1"))

    def _name(self, ino: int, paths: tuple[str, ...]) -> None:
        """From now on these are all the names of `ino`; none: it is gone."""
        if self._links_token is not self.token:
            self.links, self._links_token = dict(self.links), self.token
        assert isinstance(self.links, dict)
        if paths:
            self.links[ino] = paths
        else:
            del self.links[ino]

    def _names_moved(self, top: str, to: str, inos: set[int]) -> None:
        """What stood at and below `top` stands at `to` now; `inos` are the numbers in `links` among it."""
        for ino in inos:
            self._name(ino, tuple(to + p[len(top) :] if _below(p, top) else p for p in self.links[ino]))

    def _names_gone(self, top: str, nodes: Mapping[int, Node]) -> None:
        """What stood at and below `top` is gone; `nodes` are those in `links` among it. Without a name they end."""
        for ino, node in nodes.items():
            rest = tuple(path for path in self.links[ino] if not _below(path, top))
            self._name(ino, rest)
            if rest:
                names = rest[0][1:].split("/")
                self.own(names).ctime = self.clock()
                self._note_changed(names, node)
            else:
                self.size -= node.size


def _below(path: str, top: str) -> bool:
    return path == top or path.startswith(top + "/")
