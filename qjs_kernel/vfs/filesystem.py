"""`VirtualFS`: the filesystem as its owner sees it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from qjs_kernel.errors import FsError, MountError
from qjs_kernel.limits import Limits
from qjs_kernel.vfs.copying import copy_tree
from qjs_kernel.vfs.mounts import Content, HostEntry, MountReport, Room, flatten, read_host
from qjs_kernel.vfs.nodes import Change, Dir, File, Kind, Link, Mount, MountInfo, Node, Snapshot, Stat
from qjs_kernel.vfs.paths import BadPath, normalize, split_path
from qjs_kernel.vfs.revisions import Revisions
from qjs_kernel.vfs.tree import Call, Tree

__all__ = ["PathLike", "VirtualFS"]

PathLike: TypeAlias = "str | os.PathLike[str]"

MAX_DRAWN_DEPTH: Final = 40

logger = logging.getLogger(__name__)


def _now() -> float:
    return time.time_ns() // 1_000_000


class VirtualFS:
    """A filesystem in memory, shared by the owner (this class) and one guest (`fsops.FsOps`).

    limits  `files` and `file_bytes` bound it; assign a new `Limits` to `limits` at any time
    clock   gives milliseconds since 1970 for time stamps; the default is the system's

    Paths are absolute or relative to "/"; ".." never leaves "/"; links are followed inside only. A path that
    no file can have raises `MountError`, anything else that fails `FsError`, with Node's codes. Methods with
    `force` honour write protection, read-only mounts and mount points unless it is true. Safe to use from
    several threads.
    """

    def __init__(self, limits: Limits | None = None, *, clock: Callable[[], float] = _now) -> None:
        self._tree = Tree(limits or Limits(), clock)
        self._lock = threading.RLock()
        self._subscribers: dict[int, Callable[[Change], None]] = {}
        self._next_subscriber = 0
        self._revisions = Revisions()

    @property
    def limits(self) -> Limits:
        return self._tree.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._tree.limits = limits

    @property
    def file_count(self) -> int:
        """Entries: files (each of their names), directories and symbolic links, the root not counted."""
        return self._tree.files

    @property
    def byte_count(self) -> int:
        """Bytes of content, as counted against `limits.file_bytes`; a file with several names counts once."""
        return self._tree.size

    @property
    def revision(self) -> int:
        """A number that grows with every change of a file or name, and is the same while nothing changed.

        Read it before what is derived from the files: what was read later is then never older than it.
        """
        return self._revisions.whole

    def revision_below(self, path: PathLike) -> int:
        """`revision` for what is at and below a directory, whether it exists or not; links are not followed."""
        with self._lock:
            return self._revisions.below(_normal(path))

    @contextmanager
    def operation(self) -> Iterator[Tree]:
        """The tree, for one operation at a time; its change events go out when the lock is free again."""
        changes: list[Change] = []
        try:
            with self._lock:
                try:
                    yield self._tree
                finally:
                    changes, self._tree.changes = self._tree.changes, []
                    if changes:
                        self._revisions.count(changes)
        finally:
            self._publish(changes)

    def _publish(self, changes: list[Change]) -> None:
        for change in changes:
            for callback in tuple(self._subscribers.values()):
                try:
                    callback(change)
                except Exception:
                    # A listener's fault must not turn a finished file operation into a failed one.
                    logger.exception("a filesystem subscriber failed on %s", change)

    # Reading

    def read_bytes(self, path: PathLike) -> bytes:
        with self.operation() as tree:
            return tree.read(_path(path), Call("open", _path(path)))

    def read_text(self, path: PathLike) -> str:
        """The file as text. UnicodeDecodeError when it is not UTF-8."""
        return self.read_bytes(path).decode()

    def kind(self, path: PathLike) -> Kind | None:
        """ "file" or "dir" of what `path` leads to; None when it leads nowhere."""
        try:
            return self.stat(path, digest=False).kind
        except FsError:
            return None

    def exists(self, path: PathLike) -> bool:
        return self.kind(path) is not None

    def is_dir(self, path: PathLike) -> bool:
        return self.kind(path) == "dir"

    def is_file(self, path: PathLike) -> bool:
        return self.kind(path) == "file"

    def listdir(self, path: PathLike = "/") -> list[str]:
        """The names in a directory, sorted."""
        with self.operation() as tree:
            return sorted(tree.directory(_path(path), Call("scandir", _path(path)))[1].children)

    def stat(self, path: PathLike, *, follow: bool = True, digest: bool = True) -> Stat:
        """See `Stat`; `digest=False` leaves the digest out (it costs a pass over content not yet digested)."""
        with self.operation() as tree:
            call = Call("stat" if follow else "lstat", _path(path))
            return tree.stat(_path(path), call, follow=follow, digest=digest)

    def digest(self, path: PathLike) -> str:
        """16 hex digits that name a file's content; computed once per content. FsError for a directory."""
        with self.operation() as tree:
            call = Call("open", _path(path))
            _, node = tree.existing(_path(path), call)
            if not isinstance(node, File):
                call.fail("EISDIR")
            return node.digest

    def realpath(self, path: PathLike) -> str:
        """The path with all links resolved. FsError ENOENT when it leads nowhere."""
        with self.operation() as tree:
            return tree.existing(_path(path), Call("realpath", _path(path)))[0].path

    def readlink(self, path: PathLike) -> str:
        with self.operation() as tree:
            call = Call("readlink", _path(path))
            _, node = tree.existing(_path(path), call, follow=False)
            if not isinstance(node, Link):
                call.fail("EINVAL")
            return node.target

    def walk(self, path: PathLike = "/") -> Iterator[tuple[str, Stat]]:
        """Every path below `path` with its `Stat` (digest left out), parents first, names sorted, links as links.

        It walks the state of this moment: changes made meanwhile do not show.
        """
        with self.operation() as tree:
            found, top = tree.directory(_path(path), Call("scandir", _path(path)))
            links = tree.save().links
        for where, node, read_only, _ in _nodes(top, found.path, found.read_only):
            nlink = len(links[node.ino]) if node.ino in links else 1
            yield where, Stat.of(node, read_only, nlink=nlink, digest=False)

    def tree(self, path: PathLike = "/", *, max_entries: int = 1000) -> str:
        """The directory as a drawing in text, with sizes and marks; at most `max_entries` lines and one more.

        What is nested deeper than 40 directories is only counted: the guest could make every line long.
        """
        with self.operation() as tree:
            found, top = tree.directory(_path(path), Call("scandir", _path(path)))
            tree.save()
        lines = [_shown(found.path)]
        bars: list[str] = [""]
        hidden = 0
        for where, node, read_only, last in _nodes(top, found.path, found.read_only):
            depth = where.count("/") - found.path.rstrip("/").count("/")
            if len(lines) > max_entries or depth > MAX_DRAWN_DEPTH:
                hidden += 1
                continue
            del bars[depth:]
            lines.append(bars[-1] + ("└── " if last else "├── ") + _label(where, node, read_only))
            bars.append(bars[-1] + ("    " if last else "│   "))
        if hidden:
            lines.append(f"… {hidden} more")
        return "\n".join(lines)

    # Writing

    def write_bytes(self, path: PathLike, data: bytes, *, force: bool = False) -> None:
        """Make or replace a file; its directory must exist."""
        with self.operation() as tree:
            tree.write(_path(path), bytes(data), Call("open", _path(path)), origin="owner", force=force)

    def write_text(self, path: PathLike, text: str, *, force: bool = False) -> None:
        """`write_bytes` of the text as UTF-8. MountError for a lone surrogate."""
        self.write_bytes(path, _encode(path, text), force=force)

    def append_text(self, path: PathLike, text: str, *, force: bool = False) -> None:
        data = _encode(path, text)
        with self.operation() as tree:
            call = Call("open", _path(path))
            tree.write(_path(path), data, call, position=None, truncate=False, origin="owner", force=force)

    def mkdir(self, path: PathLike, *, parents: bool = True, force: bool = False) -> None:
        """Make a directory; with `parents` also those above it, and one that exists is fine."""
        with self.operation() as tree:
            call = Call("mkdir", _path(path))
            if parents:
                tree.mkdirs(_path(path), call, origin="owner", force=force)
            else:
                tree.mkdir(_path(path), call, origin="owner", force=force)

    def remove(self, path: PathLike, *, recursive: bool = True, force: bool = False) -> None:
        """Remove a file, a link or a directory; without `recursive` only an empty directory."""
        with self.operation() as tree:
            is_dir = tree.stat(_path(path), Call("rm", _path(path)), follow=False).kind == "dir"
            want = "any" if recursive else "dir" if is_dir else "file"
            tree.remove(_path(path), Call("rm", _path(path)), want=want, force=force)  # type: ignore[arg-type]

    def rename(self, path: PathLike, dest: PathLike, *, force: bool = False) -> None:
        with self.operation() as tree, tree.all_or_nothing():
            call = Call("rename", _path(path), _path(dest))
            tree.rename(_path(path), _path(dest), call, force=force)
            tree.separate(call)

    def copy(self, path: PathLike, dest: PathLike, *, force: bool = False) -> None:
        """Copy a file, or a directory with all below it, replacing files that are there."""
        with self.operation() as tree:
            call = Call("cp", _path(path), _path(dest))
            copy_tree(tree, _path(path), _path(dest), call, verbatim_links=True, origin="owner", force=force)

    def link(self, path: PathLike, dest: PathLike) -> None:
        """Make `dest` a second name of the file `path`: a hard link. FsError EPERM for a directory.

        Names of one file are in read-only mounts all or none: the link is refused (EROFS) where that would not
        hold, and a mount that makes some names read-only gives them a file of their own.
        """
        with self.operation() as tree:
            tree.link(_path(path), _path(dest), Call("link", _path(path), _path(dest)))

    def symlink(self, target: PathLike, path: PathLike, *, force: bool = False) -> None:
        """Make `path` a link to `target`, which is read relative to the directory of `path`."""
        with self.operation() as tree:
            call = Call("symlink", _path(target), _path(path))
            tree.symlink(_path(target), _path(path), call, origin="owner", force=force)

    def chmod(self, path: PathLike, mode: int, *, force: bool = False) -> None:
        with self.operation() as tree:
            tree.set_meta(_path(path), Call("chmod", _path(path)), mode=mode, force=force)

    # Mounts

    def mount(
        self, path: PathLike, content: Content | Mapping[str, Any], *, read_only: bool = False
    ) -> list[MountInfo]:
        """Put content at `path` and mark it as a mount: text, bytes, or a mapping of names to contents.

        Names in a mapping may contain slashes. A mapping at "/" makes one mount of each top entry. What is
        there already is replaced file by file; a directory keeps its other files. All or nothing; returns the
        mounts made. MountError for bad paths and contents, FsError ENOSPC beyond the limits.
        """
        top = _normal(path)
        entries = flatten(top, content)
        roots = [top]
        if top == "/":
            if entries and entries[0][1] is not None:
                raise MountError("'/' is a directory: mount text and bytes at the path of a file")
            names = [key for key in content if isinstance(key, str)] if isinstance(content, Mapping) else []
            roots = list(dict.fromkeys(normalize(name) for name in names))
        with self.operation() as tree, tree.all_or_nothing():
            for where, data in entries:
                if where != "/":
                    _place(
                        tree,
                        where,
                        HostEntry("", "dir" if data is None else "file", "mount", data=data or b""),
                    )
            for root in roots:
                tree.own(tree.existing(root, Call("mount", root))[0].names).mount = Mount(read_only, "mount")
            tree.separate(Call("mount", top))
        made = set(roots)
        return [mount for mount in self.mounts() if mount.path in made]

    def mount_host(self, host_path: PathLike, path: PathLike, *, read_only: bool = True) -> MountReport:
        """Copy a host file or directory in, now, and mark it as a mount; the guest never touches the original.

        Regular files only. A link inside the directory that stays inside becomes a link, one that leads out is
        skipped; so are sockets, fifos, devices and what cannot be read: the report lists them. Mounting the same
        directory at the same place again also removes the files that are gone. MountError when the host path
        cannot be used or does not fit (nothing is read then).
        """
        top = _normal(path)
        if top == "/":
            raise MountError("cannot mount a host path at '/': name a file or directory in it")
        room = Room(
            self.limits.files - self._tree.files,
            self.limits.file_bytes - self._tree.size,
            self.limits.files,
            self.limits.file_bytes,
        )
        before = self.kind(top) and self.stat(top, digest=False)
        if before and before.origin.startswith("host:"):
            # What this mount holds now makes room for its successor.
            sizes = [stat.size for _, stat in self.walk(top)] if before.kind == "dir" else []
            room = Room(room.files + len(sizes) + 1, room.size + sum(sizes) + before.size, room.files_limit,
                        room.size_limit)  # fmt: skip
        entries, skipped = read_host(host_path, room)
        paths = [f"{top}/{entry.name}" if entry.name else top for entry in entries]
        with self.operation() as tree, tree.all_or_nothing():
            self._drop_gone(tree, top, entries[0].origin, set(paths))
            for where, entry in zip(paths, entries, strict=True):
                _place(tree, where, entry)
            node = tree.own(tree.existing(top, Call("mount", top))[0].names)
            node.mount = Mount(read_only, entries[0].origin)
            tree.separate(Call("mount", top))
        files = [entry for entry in entries if entry.kind == "file"]
        return MountReport(top, len(files), sum(len(entry.data) for entry in files), tuple(skipped))

    def _drop_gone(self, tree: Tree, top: str, origin: str, kept: set[str]) -> None:
        found = tree.find(top, Call("mount", top)) if self.kind(top) else None
        if found is None or not isinstance(found.node, Dir) or found.node.mount is None:
            return
        if found.node.mount.origin != origin:
            return
        # Deepest first, so that a directory is empty when its turn comes; one that holds other files stays.
        for where, node, _, _ in reversed(list(_nodes(found.node, found.path, False))):
            if where not in kept and node.origin.startswith("host:"):
                current = tree.existing(where, Call("mount", where), follow=False)[1]
                if not (isinstance(current, Dir) and current.children):
                    tree.remove(where, Call("mount", where), want="any", force=True)

    def unmount(self, path: PathLike) -> None:
        """Remove a mount and everything below it. MountError when `path` is no mount point."""
        known = [mount.path for mount in self.mounts()]
        where = _normal(path)
        if where not in known:
            listing = ", ".join(known) if known else "none"
            raise MountError(f"{where!r} is not a mount; the mounts are: {listing}")
        self.remove(where, force=True)

    def mounts(self) -> list[MountInfo]:
        """All mounts, sorted by path."""
        with self.operation() as tree:
            found = [
                MountInfo(where, node.mount.read_only, node.mount.origin, node.kind)
                for where, node, _, _ in _nodes(tree.root, "/", False)
                if node.mount is not None
            ]
        return sorted(found, key=lambda mount: mount.path)

    # Snapshots and events

    def snapshot(self) -> Snapshot:
        """The present state, in O(1); later changes copy what they touch."""
        with self._lock:
            return self._tree.save()

    def restore(self, snapshot: Snapshot) -> None:
        """Go to `snapshot`, in O(1) plus events for what differs."""
        with self.operation() as tree:
            before = tree.root
            tree.load(snapshot)
            if before is snapshot.root:
                return
            if self._subscribers or self._revisions.watched:
                tree.changes.extend(_differences(before, snapshot.root))
            if not tree.changes:
                self._revisions.count(())

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after every change, outside the lock, in the changing thread; returns the way out."""
        with self._lock:
            key = self._next_subscriber
            self._next_subscriber += 1
            self._subscribers[key] = callback
        return lambda: self._unsubscribe(key)

    def _unsubscribe(self, key: int) -> None:
        self._subscribers.pop(key, None)


def _path(path: PathLike) -> str:
    text = os.fspath(path)
    if not isinstance(text, str):
        raise MountError(f"a path must be a str, not {path!r}")
    try:
        split_path(text)
    except BadPath as error:
        raise MountError(f"the path {text!r} {error.reason}") from None
    return text


def _normal(path: PathLike) -> str:
    return normalize(_path(path))


def _encode(path: PathLike, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        where = f"the text for {os.fspath(path)!r} is not valid Unicode"
        raise MountError(f"{where}: lone surrogate at character {error.start}") from None


def _place(tree: Tree, where: str, entry: HostEntry) -> None:
    """Put one entry of a mount in its place, over whatever is there, as the owner may."""
    call = Call("mount", where)
    parent = where.rpartition("/")[0]
    try:
        if parent:
            tree.mkdirs(parent, call, origin="mount", force=True)
        found = tree.find(where, call, follow=entry.kind != "link")
    except FsError as error:
        if error.code in ("ENOTDIR", "EEXIST"):
            raise MountError(f"cannot mount {where!r}: a part of its path is a file") from None
        raise
    there = found.node
    if isinstance(there, Dir) and entry.kind != "dir":
        raise MountError(f"cannot mount a file at {where!r}: a directory is there")
    if entry.kind == "dir":
        if there is None:
            tree.mkdir(where, call, origin=entry.origin, force=True)
        elif not isinstance(there, Dir):
            raise MountError(f"cannot mount a directory at {where!r}: a file is there")
        return
    if entry.kind == "link":
        if there is not None:
            tree.remove(where, call, want="file", force=True)
        tree.symlink(entry.target, where, call, origin=entry.origin, force=True)
        return
    if there is not None and tree.nlink(there) > 1:
        # What is mounted goes to this name only: the guest may have made others, to write through them later.
        tree.remove(found.path, call, want="file", force=True)
    found = tree.write(where, entry.data, call, origin=entry.origin, force=True)
    node = tree.own(found.names)
    node.origin = entry.origin
    node.mode = 0o755 if entry.executable else 0o644
    if entry.mtime:
        node.mtime = entry.mtime


def _nodes(top: Dir, path: str, read_only: bool) -> Iterator[tuple[str, Node, bool, bool]]:
    """Path, node, whether read-only, whether the last in its directory; parents first, names sorted."""
    stack: list[tuple[str, Node, bool, bool]] = [(path.rstrip("/"), top, read_only, True)]
    first = True
    while stack:
        where, node, covered, last = stack.pop()
        if not first:
            covered = node.mount.read_only if node.mount is not None else covered
            yield where, node, covered, last
        first = False
        if isinstance(node, Dir):
            names = sorted(node.children, reverse=True)
            stack.extend(
                (f"{where}/{name}", node.children[name], covered, index == 0)
                for index, name in enumerate(names)
            )


def _differences(before: Dir, after: Dir) -> Iterator[Change]:
    """The changes that lead from one state to the other; what they share is skipped by identity."""
    stack: list[tuple[str, Dir, Dir]] = [("", before, after)]
    while stack:
        where, old, new = stack.pop()
        for name in sorted(old.children.keys() | new.children.keys()):
            path = f"{where}/{name}"
            one, two = old.children.get(name), new.children.get(name)
            if one is two:
                continue
            if one is None:
                yield Change("created", path)
            elif two is None:
                yield Change("removed", path)
            elif isinstance(one, Dir) and isinstance(two, Dir):
                stack.append((path, one, two))
            else:
                yield Change("changed", path)


def _shown(text: str) -> str:
    """`text` with what could disturb a terminal or a reader (control and bidi characters) escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _label(path: str, node: Node, read_only: bool) -> str:
    text = _shown(path.rpartition("/")[2])
    marks: list[str] = []
    if isinstance(node, Dir):
        text += "/"
    elif isinstance(node, Link):
        text += " -> " + _shown(node.target)
    else:
        marks.append(_human(node.size))
    if read_only:
        marks.append("read-only")
    return text + (f" ({', '.join(marks)})" if marks else "")


def _human(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{size / 1024:.1f} KiB"
    return f"{size / 1024**2:.1f} MiB"
