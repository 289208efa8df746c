"""`Tree`: the operations, with POSIX meaning and Node's errors. One state, no lock, no subscribers.

Every operation checks all it needs before it changes anything, so a failed one leaves nothing behind.
`force` skips write protection, read-only mounts and mount points: it is the owner's, never the guest's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple, NoReturn

import msgspec

from qjs_kernel.errors import FsError
from qjs_kernel.limits import Limits
from qjs_kernel.vfs.nodes import Change, Dir, File, Link, Node, Snapshot, Stat
from qjs_kernel.vfs.paths import MAX_PATH, BadPath, split_path

__all__ = ["ERRORS", "Call", "Found", "Tree"]

MAX_LINKS: Final = 40
UMASK: Final = 0o022

# Linux numbers and libuv's texts, whatever the host is: the guest sees one platform.
ERRORS: Final[dict[str, tuple[int, str]]] = {
    "EACCES": (-13, "permission denied"),
    "EBADF": (-9, "bad file descriptor"),
    "EBUSY": (-16, "resource busy or locked"),
    "EEXIST": (-17, "file already exists"),
    "EINVAL": (-22, "invalid argument"),
    "EISDIR": (-21, "illegal operation on a directory"),
    "ELOOP": (-40, "too many symbolic links encountered"),
    "EMFILE": (-24, "too many open files"),
    "ENAMETOOLONG": (-36, "name too long"),
    "ENOENT": (-2, "no such file or directory"),
    "ENOSPC": (-28, "no space left on device"),
    "ENOSYS": (-38, "function not implemented"),
    "ENOTDIR": (-20, "not a directory"),
    "ENOTEMPTY": (-39, "directory not empty"),
    "EROFS": (-30, "read-only file system"),
}


class Call(NamedTuple):
    """What the caller asked for, as errors name it: Node's syscall and the paths as they were given."""

    syscall: str
    path: str = ""
    dest: str | None = None

    def error(self, code: str, detail: str = "") -> FsError:
        number, text = ERRORS[code]
        return FsError(
            code, number, f"{text} ({detail})" if detail else text, self.syscall, self.path, self.dest
        )

    def fail(self, code: str, detail: str = "") -> NoReturn:
        raise self.error(code, detail)


class Found(msgspec.Struct):
    """Where a path leads: its real names, the node (None: nothing there, but its directory exists)."""

    names: list[str]
    node: Node | None
    parent: Dir
    read_only: bool
    parent_read_only: bool
    must_be_dir: bool

    @property
    def path(self) -> str:
        return "/" + "/".join(self.names)


class Tree:
    """The state of one filesystem. Paths are raw texts; `call` names the operation in errors."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.clock = clock
        self.token = object()
        self.next_ino = 2
        self.root = Dir(self.token, 1, 0o755, clock(), "mount")
        self.files = 0
        self.size = 0
        self.changes: list[Change] = []

    # Snapshots

    def save(self) -> Snapshot:
        self.token = object()
        return Snapshot(self.root, self.files, self.size, self.next_ino)

    def load(self, snapshot: Snapshot) -> None:
        self.token = object()
        self.root, self.files, self.size = snapshot.root, snapshot.files, snapshot.size
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

    # Looking up

    def find(self, path: str, call: Call, *, follow: bool = True) -> Found:
        """Where `path` leads, links resolved (the last one only with `follow`). FsError if a directory misses."""
        try:
            pending, must_be_dir = split_path(path)
        except BadPath as error:
            call.fail(error.code, "" if error.code != "EINVAL" else f"path {error.reason}")
        pending.reverse()
        names: list[str] = []
        root_read_only = self.root.mount is not None and self.root.mount.read_only
        trail: list[tuple[Node, bool]] = [(self.root, root_read_only)]
        links = 0
        while pending:
            name = pending.pop()
            current, read_only = trail[-1]
            if not isinstance(current, Dir):
                call.fail("ENOTDIR")
            if name == "..":
                if names:
                    names.pop()
                    trail.pop()
                continue
            child = current.children.get(name)
            if child is None:
                if pending:
                    call.fail("ENOENT")
                return Found([*names, name], None, current, read_only, read_only, must_be_dir)
            if isinstance(child, Link) and (follow or pending or must_be_dir):
                links += 1
                if links > MAX_LINKS:
                    call.fail("ELOOP")
                onward, is_dir = split_path(child.target)
                must_be_dir = must_be_dir or (is_dir and not pending)
                if child.target.startswith("/"):
                    names.clear()
                    del trail[1:]
                pending.extend(reversed(onward))
                continue
            names.append(name)
            trail.append((child, child.mount.read_only if child.mount else read_only))
        node, read_only = trail[-1]
        if must_be_dir and not isinstance(node, Dir):
            call.fail("ENOTDIR")
        parent, parent_read_only = trail[-2] if len(trail) > 1 else trail[-1]
        assert isinstance(parent, Dir)
        return Found(names, node, parent, read_only, parent_read_only, must_be_dir)

    def existing(self, path: str, call: Call, *, follow: bool = True) -> tuple[Found, Node]:
        found = self.find(path, call, follow=follow)
        if found.node is None:
            call.fail("ENOENT")
        return found, found.node

    def stat(self, path: str, call: Call, *, follow: bool = True, digest: bool = False) -> Stat:
        found, node = self.existing(path, call, follow=follow)
        return Stat.of(node, found.read_only, digest=digest)

    def read(self, path: str, call: Call) -> bytes:
        _, node = self.existing(path, call)
        if not isinstance(node, File):
            Call("read").fail("EISDIR")
        return node.read()

    def directory(self, path: str, call: Call) -> tuple[Found, Dir]:
        found, node = self.existing(path, call)
        if not isinstance(node, Dir):
            call.fail("ENOTDIR")
        return found, node

    # Guards and book-keeping

    def check_content(self, found: Found, call: Call, force: bool) -> None:
        if force or found.node is None:
            return
        if found.read_only:
            call.fail("EROFS")
        if not found.node.mode & 0o200:
            call.fail("EACCES")

    def check_entry(self, found: Found, call: Call, force: bool) -> None:
        """May this name come, go or be replaced in its directory?"""
        if not found.names:
            call.fail("EBUSY")
        if force:
            return
        if found.parent_read_only:
            call.fail("EROFS")
        if not found.parent.mode & 0o200:
            call.fail("EACCES")
        if found.node is not None and found.node.mount is not None:
            call.fail("EROFS" if found.node.mount.read_only else "EBUSY", "a mount point")

    def check_space(self, call: Call, files: int, size: int) -> None:
        if files > 0 and self.files + files > self.limits.files:
            call.fail("ENOSPC", f"the limit files is {self.limits.files}")
        if size > 0 and self.size + size > self.limits.file_bytes:
            call.fail("ENOSPC", f"the limit file_bytes is {self.limits.file_bytes}")

    def check_length(self, names: list[str], call: Call) -> None:
        # The real path, links resolved: with it every file stays reachable by its own path and depth is bounded.
        if sum(len(name.encode()) + 1 for name in names) > MAX_PATH:
            call.fail("ENAMETOOLONG")

    def own(self, names: list[str]) -> Node:
        """The node at real path `names`, made changeable: copied with the directories above it where shared."""
        if self.root.token is not self.token:
            self.root = self.root.copy(self.token)
        node: Node = self.root
        for name in names:
            assert isinstance(node, Dir)
            child = node.children[name]
            if child.token is not self.token:
                child = node.children[name] = child.copy(self.token)
            node = child
        return node

    def own_dir(self, names: list[str]) -> Dir:
        node = self.own(names)
        assert isinstance(node, Dir)
        return node

    def _set_entry(self, names: list[str], node: Node | None) -> None:
        parent = self.own_dir(names[:-1])
        if node is None:
            del parent.children[names[-1]]
        else:
            parent.children[names[-1]] = node
        parent.mtime = parent.ctime = self.clock()

    def _note(self, kind: Literal["created", "changed", "removed"], names: list[str]) -> None:
        self.changes.append(Change(kind, "/" + "/".join(names)))

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

    # Changing

    def write(
        self,
        path: str,
        data: bytes,
        call: Call,
        *,
        position: int | None = 0,
        truncate: bool = True,
        create: bool = True,
        exclusive: bool = False,
        mode: int = 0o666,
        origin: str = "guest",
        force: bool = False,
    ) -> Found:
        """Put `data` at `position` (None: at the end), after emptying the file with `truncate`."""
        found = self.find(path, call, follow=not exclusive)
        node = found.node
        if node is None:
            if not create:
                call.fail("ENOENT")
            if found.must_be_dir:
                call.fail("EISDIR")
            self.check_entry(found, call, force)
            self.check_length(found.names, call)
        else:
            if exclusive:
                call.fail("EEXIST")
            if not isinstance(node, File):
                call.fail("EISDIR")
            self.check_content(found, call, force)
        old = node.size if node is not None else 0
        base = 0 if truncate else old
        start = base if position is None else position
        end = max(base, start + len(data)) if data else base
        self.check_space(call, 1 if node is None else 0, end - old)
        now = self.clock()
        if node is None:
            node = File(self.token, self._ino(), mode & 0o777 & ~UMASK, now, origin, b"")
            self._set_entry(found.names, node)
            self.files += 1
            self._note("created", found.names)
        else:
            node = self.own(found.names)
            node.mtime = node.ctime = now
            self._note("changed", found.names)
        assert isinstance(node, File)
        if not base and not start:
            node.set(data)
        elif data:
            content = node.buffer()
            del content[base:]
            if start > base:
                content.extend(bytes(start - base))
            content[start : start + len(data)] = data
        self.size += end - old
        found.node = node
        return found

    def truncate(self, path: str, length: int, call: Call, *, force: bool = False) -> None:
        found, node = self.existing(path, call)
        if not isinstance(node, File):
            call.fail("EISDIR")
        self.check_content(found, call, force)
        growth = length - node.size
        self.check_space(call, 0, growth)
        node = self.own(found.names)
        assert isinstance(node, File)
        content = node.buffer()
        if growth > 0:
            content.extend(bytes(growth))
        else:
            del content[length:]
        node.mtime = node.ctime = self.clock()
        self.size += growth
        self._note("changed", found.names)

    def mkdir(
        self, path: str, call: Call, *, mode: int = 0o777, origin: str = "guest", force: bool = False
    ) -> Found:
        found = self.find(path, call, follow=False)
        if found.node is not None:
            call.fail("EEXIST")
        self.check_entry(found, call, force)
        self.check_length(found.names, call)
        self.check_space(call, 1, 0)
        node = Dir(self.token, self._ino(), mode & 0o777 & ~UMASK, self.clock(), origin)
        self._set_entry(found.names, node)
        self.files += 1
        self._note("created", found.names)
        found.node = node
        return found

    def mkdirs(
        self, path: str, call: Call, *, mode: int = 0o777, origin: str = "guest", force: bool = False
    ) -> str | None:
        """Make `path` and what is missing above it; the first directory made, as given, or None."""
        try:
            names, _ = split_path(path)
        except BadPath as error:
            call.fail(error.code)
        try:
            if isinstance(self.find(path, call).node, Dir):
                return None
        except FsError:
            pass  # the loop below finds out where and says so
        first: str | None = None
        lead = "/" if path.startswith("/") else ""
        with self.all_or_nothing():
            for count in range(1, len(names) + 1):
                step = lead + "/".join(names[:count])
                found = self.find(step, call)
                if found.node is None:
                    self.mkdir(found.path, call, mode=mode, origin=origin, force=force)
                    first = first or step
                elif not isinstance(found.node, Dir):
                    call.fail("EEXIST" if count == len(names) else "ENOTDIR")
        return first

    def remove(
        self, path: str, call: Call, *, want: Literal["file", "dir", "any"], force: bool = False
    ) -> None:
        """Remove a file or link ("file"), an empty directory ("dir"), or whatever is there with all below ("any")."""
        found, node = self.existing(path, call, follow=False)
        self.check_entry(found, call, force)
        if want == "file" and isinstance(node, Dir):
            call.fail("EISDIR")
        if want == "dir":
            if not isinstance(node, Dir):
                call.fail("ENOTDIR")
            if node.children:
                call.fail("ENOTEMPTY")
        files = size = 0
        for _, below in self._subtree(node):
            files += 1
            size += below.size
            if not force and below is not node and below.mount is not None:
                call.fail("EROFS" if below.mount.read_only else "EBUSY", "it holds a mount point")
            if not force and isinstance(below, Dir) and below.children and not below.mode & 0o200:
                call.fail("EACCES")
        self._set_entry(found.names, None)
        self.files -= files
        self.size -= size
        self._note("removed", found.names)

    def rename(self, path: str, dest: str, call: Call, *, force: bool = False) -> None:
        source, node = self.existing(path, call, follow=False)
        target = self.find(dest, call, follow=False)
        self.check_entry(source, call, force)
        self.check_entry(target, call, force)
        if source.names == target.names:
            return
        if isinstance(node, Dir) and target.names[: len(source.names)] == source.names:
            call.fail("EINVAL")
        old = target.node
        if isinstance(node, Dir):
            if old is not None and not isinstance(old, Dir):
                call.fail("ENOTDIR")
        elif isinstance(old, Dir):
            call.fail("EISDIR")
        elif target.must_be_dir:
            call.fail("ENOTDIR")
        if isinstance(old, Dir) and old.children:
            call.fail("ENOTEMPTY")
        self.check_length(target.names, call)
        length = len(target.path.encode())
        for below_length, below in self._subtree(node):
            if length + below_length > MAX_PATH:
                call.fail("ENAMETOOLONG")
            if not force and below is not node and below.mount is not None:
                call.fail("EROFS" if below.mount.read_only else "EBUSY", "it holds a mount point")
        self._set_entry(source.names, None)
        self._set_entry(target.names, node)
        if old is not None:
            self.files -= 1
            self.size -= old.size
        self._note("removed", source.names)
        self._note("created" if old is None else "changed", target.names)

    def symlink(
        self, target: str, path: str, call: Call, *, origin: str = "guest", force: bool = False
    ) -> None:
        try:
            split_path(target)
        except BadPath as error:
            call.fail(error.code)
        found = self.find(path, call, follow=False)
        if found.node is not None:
            call.fail("EEXIST")
        if found.must_be_dir:
            call.fail("ENOENT")
        self.check_entry(found, call, force)
        self.check_length(found.names, call)
        size = len(target.encode())
        self.check_space(call, 1, size)
        self._set_entry(found.names, Link(self.token, self._ino(), self.clock(), origin, target))
        self.files += 1
        self.size += size
        self._note("created", found.names)

    def copy_file(
        self,
        path: str,
        dest: str,
        call: Call,
        *,
        exclusive: bool = False,
        origin: str = "guest",
        force: bool = False,
    ) -> None:
        source, node = self.existing(path, call)
        if not isinstance(node, File):
            call.fail("EISDIR")
        target = self.find(dest, call)
        if target.node is not None:
            if exclusive:
                call.fail("EEXIST")
            if target.names == source.names:
                return
        mode = node.mode
        created = target.node is None
        found = self.write(dest, node.read(), call, exclusive=False, origin=origin, force=force)
        if created:
            self.own(found.names).mode = mode

    def set_meta(
        self,
        path: str,
        call: Call,
        *,
        mode: int | None = None,
        mtime: float | None = None,
        follow: bool = True,
        force: bool = False,
    ) -> None:
        found, _ = self.existing(path, call, follow=follow)
        if found.read_only and not force:
            call.fail("EROFS")
        node = self.own(found.names)
        if mode is not None:
            node.mode = mode & 0o777
        if mtime is not None:
            node.mtime = mtime
        node.ctime = self.clock()
        self._note("changed", found.names)
