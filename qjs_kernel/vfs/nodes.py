"""The data of the filesystem: nodes with structural sharing, and the frozen values that describe them.

A node belongs to the tree state whose `token` it carries. Taking a snapshot gives the tree a new token, so from
then on every older node is never changed again: a change copies the nodes on the path to it (and only those),
and nodes that already carry the current token are changed in place. Snapshots are O(1) and writes O(depth).
A file with several names is one node in several directories; `state` says how that goes with copying.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

__all__ = [
    "Change",
    "Dir",
    "File",
    "Kind",
    "Link",
    "Mount",
    "MountInfo",
    "Node",
    "Snapshot",
    "Stat",
    "digest_of",
]

Kind: TypeAlias = Literal["file", "dir", "symlink"]


class Mount(msgspec.Struct, frozen=True):
    """The mark of a mount point on a node. `origin` as in `Stat`."""

    read_only: bool
    origin: str


class Node:
    """What files, directories and links have in common. Times are milliseconds since 1970, UTC."""

    __slots__ = ("birthtime", "ctime", "ino", "mode", "mount", "mtime", "origin", "token")

    kind: Kind
    type_bits: int

    def __init__(self, token: object, ino: int, mode: int, now: float, origin: str) -> None:
        self.token = token
        self.ino = ino
        self.mode = mode
        self.mtime = self.ctime = self.birthtime = now
        self.origin = origin
        self.mount: Mount | None = None

    def _copy_to(self, other: Node) -> None:
        other.mtime, other.ctime, other.birthtime, other.mount = (
            self.mtime,
            self.ctime,
            self.birthtime,
            self.mount,
        )

    @property
    def size(self) -> int:
        return 0

    def copy(self, token: object) -> Node:
        raise NotImplementedError


class File(Node):
    """Bytes. `data` is a bytearray only while this node's own tree appends to it; reading freezes it."""

    __slots__ = ("_digest", "data")

    kind: Kind = "file"
    type_bits = 0o100000

    def __init__(
        self, token: object, ino: int, mode: int, now: float, origin: str, data: bytes | bytearray = b""
    ) -> None:
        super().__init__(token, ino, mode, now, origin)
        self.data = data
        self._digest: str | None = None

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self) -> bytes:
        if type(self.data) is not bytes:
            self.data = bytes(self.data)
        return self.data

    def buffer(self) -> bytearray:
        """The content for changing in place; call it only on a node of the current token."""
        self._digest = None
        if type(self.data) is not bytearray:
            self.data = bytearray(self.data)
        return self.data

    def set(self, data: bytes) -> None:
        self._digest = None
        self.data = data

    @property
    def digest(self) -> str:
        if self._digest is None:
            self._digest = digest_of(self.data)
        return self._digest

    def copy(self, token: object) -> File:
        # Frozen first: two nodes must never share one bytearray.
        twin = File(token, self.ino, self.mode, 0, self.origin, self.read())
        self._copy_to(twin)
        twin._digest = self._digest
        return twin


class Dir(Node):
    """Names to nodes."""

    __slots__ = ("children",)

    kind: Kind = "dir"
    type_bits = 0o040000

    def __init__(
        self,
        token: object,
        ino: int,
        mode: int,
        now: float,
        origin: str,
        children: dict[str, Node] | None = None,
    ) -> None:
        super().__init__(token, ino, mode, now, origin)
        self.children: dict[str, Node] = {} if children is None else children

    def copy(self, token: object) -> Dir:
        twin = Dir(token, self.ino, self.mode, 0, self.origin, self.children.copy())
        self._copy_to(twin)
        return twin


class Link(Node):
    """A symbolic link; `target` is read relative to the directory that holds the link."""

    __slots__ = ("target",)

    kind: Kind = "symlink"
    type_bits = 0o120000

    def __init__(self, token: object, ino: int, now: float, origin: str, target: str) -> None:
        super().__init__(token, ino, 0o777, now, origin)
        self.target = target

    @property
    def size(self) -> int:
        return len(self.target.encode())

    def copy(self, token: object) -> Link:
        twin = Link(token, self.ino, 0, self.origin, self.target)
        self._copy_to(twin)
        return twin


def digest_of(data: bytes | bytearray) -> str:
    """16 hexadecimal digits that name this content."""
    return blake2b(data, digest_size=8).hexdigest()


class Stat(msgspec.Struct, frozen=True):
    """What `VirtualFS.stat` knows of a path.

    kind       "file", "dir" or "symlink"
    size       bytes of content (of the target's text for a link, 0 for a directory)
    mode       permission bits (0o644); the owner's write bit protects, the others are for display
    mtime, ctime, birthtime   milliseconds since 1970, UTC
    ino        a number that the node keeps for its life; names with the same one are names of one file
    read_only  whether a read-only mount covers it
    origin     where it came from: "mount", "guest", "owner" (written through `VirtualFS`) or "host:/path"
    digest     16 hex digits of a file's content, "" for anything else
    nlink      how many names the file has; 1 for a directory
    """

    kind: Kind
    size: int
    mode: int
    mtime: float
    ino: int
    read_only: bool
    origin: str
    digest: str
    ctime: float
    birthtime: float
    nlink: int = 1

    @classmethod
    def of(cls, node: Node, read_only: bool, *, nlink: int, digest: bool = True) -> Stat:
        text = node.digest if digest and isinstance(node, File) else ""
        return cls(
            node.kind, node.size, node.mode, node.mtime, node.ino, read_only, node.origin, text, node.ctime,
            node.birthtime, nlink,
        )  # fmt: skip


class MountInfo(msgspec.Struct, frozen=True):
    """One mount: where it is, whether the guest may change it, where its content came from."""

    path: str
    read_only: bool
    origin: str
    kind: Kind


class Change(msgspec.Struct, frozen=True):
    """One change; for a directory that came or went it stands for everything below it too."""

    kind: Literal["created", "changed", "removed"]
    path: str


class Snapshot(msgspec.Struct, frozen=True, eq=False):
    """A state of a filesystem. Opaque; `VirtualFS.restore` takes it, also that of another `VirtualFS`."""

    root: Dir
    files: int
    size: int
    next_ino: int
    links: Mapping[int, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"<Snapshot of {self.files} files, {self.size} bytes>"
