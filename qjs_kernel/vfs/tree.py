"""`Tree`: the operations, with POSIX meaning and Node's errors. One state, no lock, no subscribers.

Every operation checks all it needs before it changes anything, so a failed one leaves nothing behind.
`force` skips write protection, read-only mounts and mount points: it is the owner's, never the guest's.
How several names of one file and copy-on-write go together is written down in `state`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from qjs_kernel.errors import FsError
from qjs_kernel.vfs.calls import ERRORS, Call
from qjs_kernel.vfs.nodes import Dir, File, Link, Node, Stat
from qjs_kernel.vfs.paths import MAX_PATH, BadPath, split_path
from qjs_kernel.vfs.state import State

__all__ = ["ERRORS", "Call", "Found", "Tree"]

MAX_LINKS: Final = 40
# Every change through one name is told for all of them: this bounds what one small write can set off.
MAX_NAMES: Final = 1000
UMASK: Final = 0o022


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


class Tree(State):
    """The filesystem. Paths are raw texts; `call` names the operation in errors."""

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
        return Stat.of(node, found.read_only, nlink=self.nlink(node), digest=digest)

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
            self._note_changed(found.names, node)
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
        self._note_changed(found.names, node)

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
        linked: dict[int, Node] = {}
        links = self.links
        for _, below in self._subtree(node):
            files += 1
            if links and below.ino in links:
                linked[below.ino] = below
            else:
                size += below.size
            if not force and below is not node and below.mount is not None:
                call.fail("EROFS" if below.mount.read_only else "EBUSY", "it holds a mount point")
            if not force and isinstance(below, Dir) and below.children and not below.mode & 0o200:
                call.fail("EACCES")
        self._set_entry(found.names, None)
        self.files -= files
        self.size -= size
        self._note("removed", found.names)
        self._names_gone(found.path, linked)

    def rename(self, path: str, dest: str, call: Call, *, force: bool = False) -> None:
        source, node = self.existing(path, call, follow=False)
        target = self.find(dest, call, follow=False)
        self.check_entry(source, call, force)
        self.check_entry(target, call, force)
        if node is target.node:
            return  # also when these are two names of one file, as POSIX has it
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
        linked: set[int] = set()
        links = self.links
        for below_length, below in self._subtree(node):
            if length + below_length > MAX_PATH:
                call.fail("ENAMETOOLONG")
            if links and below.ino in links:
                linked.add(below.ino)
            if not force and below is not node and below.mount is not None:
                call.fail("EROFS" if below.mount.read_only else "EBUSY", "it holds a mount point")
        self._set_entry(source.names, None)
        self._set_entry(target.names, node)
        self._names_moved(source.path, target.path, linked)
        self._note("removed", source.names)
        self._note("created" if old is None else "changed", target.names)
        if old is not None:
            self.files -= 1
            if old.ino in self.links:
                self._names_gone(target.path, {old.ino: old})
            else:
                self.size -= old.size

    def link(self, path: str, dest: str, call: Call) -> None:
        """Make `dest` a second name of the file `path` (of a symbolic link itself, as Linux does).

        Without `force`: a name outside of a read-only mount would be a way to change the file in it.
        """
        source, node = self.existing(path, call, follow=False)
        target = self.find(dest, call, follow=False)
        if target.node is not None:
            call.fail("EEXIST")
        if target.must_be_dir:
            call.fail("ENOENT")
        self.check_entry(target, call, force=False)
        if isinstance(node, Dir):
            call.fail("EPERM")
        if source.read_only:
            call.fail("EROFS")
        if node.mount is not None:
            call.fail("EBUSY", "a mount point")
        paths = self.links.get(node.ino, (source.path,))
        if len(paths) >= MAX_NAMES:
            call.fail("EMLINK", f"a file has at most {MAX_NAMES} names")
        self.check_length(target.names, call)
        self.check_space(call, 1, 0)
        node = self.own(source.names)
        node.ctime = self.clock()
        self._set_entry(target.names, node)
        self.files += 1
        self._note_changed(source.names, node)
        self._name(node.ino, (*paths, target.path))
        self._note("created", target.names)

    def separate(self, call: Call) -> None:
        """Part the files that have names in read-only mounts and others: each side gets a file of its own.

        For the owner's operations that make names read-only, or put them into a mount that is.
        """
        for ino, paths in tuple(self.links.items()):
            locked = tuple(path for path in paths if self.find(path, call, follow=False).read_only)
            if not locked or len(locked) == len(paths):
                continue
            node = self.existing(paths[0], call, follow=False)[1]
            self.check_space(call, 0, node.size)
            twin = node.copy(self.token)
            twin.ino = self._ino()
            self.size += twin.size
            self._name(ino, tuple(path for path in paths if path not in locked))
            self._name(twin.ino, locked)
            for path in locked:
                self._stand_at(path, twin)

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
        _, node = self.existing(path, call)
        if not isinstance(node, File):
            call.fail("EISDIR")
        target = self.find(dest, call)
        if target.node is not None:
            if exclusive:
                call.fail("EEXIST")
            if target.node is node:
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
        self._note_changed(found.names, node)
