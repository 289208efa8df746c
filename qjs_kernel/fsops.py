"""The guest's file operations: names and arguments as they come from the guest, answers and errors as Node's.

A fixed table of operations, every argument checked; the only thing they can reach is the `VirtualFS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from qjs_kernel.errors import FsError
from qjs_kernel.vfs.arguments import (
    Check,
    Flags,
    Target,
    boolean,
    flags_of,
    integer,
    is_fd,
    is_length,
    is_mode,
    is_path,
    is_position,
    is_target,
    is_text,
    milliseconds,
)
from qjs_kernel.vfs.calls import Call, system_error
from qjs_kernel.vfs.copying import copy_tree
from qjs_kernel.vfs.filesystem import VirtualFS
from qjs_kernel.vfs.nodes import Dir, File, Link, Node, Stat
from qjs_kernel.vfs.paths import BadPath, normalize
from qjs_kernel.vfs.tree import Found, Tree

__all__ = ["OPERATIONS", "FsOps", "FsReply"]

MAX_OPEN: Final = 256


class FsReply(msgspec.Struct, frozen=True):
    """An answer: `text` if it is not None, else `data` if it is not None, else the JSON value `value`."""

    text: str | None = None
    data: bytes | None = None
    value: Any = None


class Descriptor(msgspec.Struct, frozen=True):
    """An open file: its real path, the inode expected there, the next position."""

    path: str
    ino: int
    flags: Flags
    position: int = 0


_STAT_KINDS: Final = {"file": "f", "dir": "d", "symlink": "l"}


class FsOps:
    """Serves one guest's file operations on `fs`. Holds the guest's open descriptors."""

    def __init__(self, fs: VirtualFS) -> None:
        self.fs = fs
        # Replaced on every change, never changed in place: a snapshot of it is the mapping itself.
        self._open: Mapping[int, Descriptor] = {}
        self._temporary = 0

    def serve(self, op: str, args: list[Any], data: bytes = b"") -> FsReply:
        """Run operation `op` (a key of `OPERATIONS`, "fs." before it allowed).

        FsError when it fails; ENOSYS for an unknown operation, EINVAL for arguments of a wrong type or range.
        """
        name = op.removeprefix("fs.")
        entry = OPERATIONS.get(name)
        if entry is None:
            Call("fs").fail("ENOSYS", f"no operation {op[:40]!r}")
        run, checks = entry
        if not isinstance(args, list) or len(args) > len(checks):
            Call(name).fail("EINVAL", "arguments")
        values: list[Any] = []
        for index, check in enumerate(checks):
            try:
                values.append(check(args[index] if index < len(args) else None))
            except (TypeError, ValueError):
                Call(name).fail("EINVAL", f"argument {index + 1}")
        with self.fs.operation() as tree:
            return run(self, tree, data, *values)

    def snapshot(self) -> object:
        """The open descriptors, for `restore`; goes with a `VirtualFS.snapshot`."""
        return self._open

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, Mapping)
        self._open = snapshot

    # Whole files

    def _content(self, tree: Tree, target: Target, flags: Flags) -> bytes:
        if isinstance(target, int):
            descriptor, node = self._file(tree, target, "read")
            content = node.read()[descriptor.position :]
            self._move(target, descriptor, descriptor.position + len(content))
            return content
        call = Call("open", target)
        if flags.create or flags.write:
            self._opened(tree, target, flags, 0o666)
        if not flags.read:
            Call("read").fail("EBADF")
        return tree.read(target, call)

    def _read_text(self, tree: Tree, data: bytes, target: Target, flags: Flags) -> FsReply:
        # Malformed bytes become U+FFFD as in Node; a byte order mark stays, as there.
        return FsReply(text=self._content(tree, target, flags).decode("utf-8", "replace"))

    def _read_bytes(self, tree: Tree, data: bytes, target: Target, flags: Flags) -> FsReply:
        return FsReply(data=self._content(tree, target, flags))

    def _write(
        self, tree: Tree, data: bytes, target: Target, text: str | None, flags: Flags, mode: int
    ) -> FsReply:
        content = bytes(data) if text is None else _encode(text)
        if isinstance(target, int):
            self._write_at(tree, target, content, None)
            return FsReply()
        if not flags.write:
            self._opened(tree, target, flags, mode)
            Call("write").fail("EBADF")
        # In one step, not open and then write: at the quota the old content stays.
        tree.write(
            target,
            content,
            Call("open", target),
            position=None if flags.append else 0,
            truncate=flags.truncate,
            create=flags.create,
            exclusive=flags.exclusive,
            mode=mode,
        )
        return FsReply()

    def _truncate(self, tree: Tree, data: bytes, path: str, length: int) -> FsReply:
        tree.truncate(path, length, Call("open", path))
        return FsReply()

    def _copy_file(self, tree: Tree, data: bytes, path: str, dest: str, exclusive: bool) -> FsReply:
        tree.copy_file(path, dest, Call("copyfile", path, dest), exclusive=exclusive)
        return FsReply()

    # What is where

    def _stat(self, tree: Tree, data: bytes, path: str) -> FsReply:
        return FsReply(value=_stat_list(tree.stat(path, Call("stat", path))))

    def _lstat(self, tree: Tree, data: bytes, path: str) -> FsReply:
        return FsReply(value=_stat_list(tree.stat(path, Call("lstat", path), follow=False)))

    def _exists(self, tree: Tree, data: bytes, path: str) -> FsReply:
        try:
            return FsReply(value=tree.find(path, Call("access", path)).node is not None)
        except FsError:
            return FsReply(value=False)

    def _access(self, tree: Tree, data: bytes, path: str, mode: int) -> FsReply:
        call = Call("access", path)
        found, node = tree.existing(path, call)
        if mode & 2:
            tree.check_content(found, call, force=False)
        if mode & 1 and not node.mode & 0o111:
            call.fail("EACCES")
        return FsReply()

    def _readdir(self, tree: Tree, data: bytes, path: str, recursive: bool) -> FsReply:
        """[directory relative to `path` ("" for itself), name, kind] of every entry; breadth first, as Node."""
        _, top = tree.directory(path, Call("scandir", path))
        queue: list[tuple[str, Dir]] = [("", top)]
        entries: list[list[str]] = []
        for where, folder in queue:  # grows while it is read
            for name in sorted(folder.children):
                child = folder.children[name]
                entries.append([where, name, _STAT_KINDS[child.kind]])
                if recursive and isinstance(child, Dir):
                    queue.append((f"{where}/{name}" if where else name, child))
        return FsReply(value=entries)

    def _realpath(self, tree: Tree, data: bytes, path: str, native: bool) -> FsReply:
        if native:
            return FsReply(text=tree.existing(path, Call("realpath", path))[0].path)
        try:
            shown = normalize(path)
        except BadPath:
            shown = path
        return FsReply(text=tree.existing(path, Call("lstat", shown))[0].path)

    def _readlink(self, tree: Tree, data: bytes, path: str) -> FsReply:
        call = Call("readlink", path)
        _, node = tree.existing(path, call, follow=False)
        if not isinstance(node, Link):
            call.fail("EINVAL")
        return FsReply(text=node.target)

    # Names

    def _mkdir(self, tree: Tree, data: bytes, path: str, recursive: bool, mode: int) -> FsReply:
        call = Call("mkdir", path)
        if recursive:
            return FsReply(value=tree.mkdirs(path, call, mode=mode))
        tree.mkdir(path, call, mode=mode)
        return FsReply()

    def _mkdtemp(self, tree: Tree, data: bytes, prefix: str) -> FsReply:
        call = Call("mkdtemp", prefix + "XXXXXX")
        while True:
            self._temporary += 1
            # A counter, not chance: the same notebook makes the same names.
            path = f"{prefix}{self._temporary:06d}"
            if tree.find(path, call, follow=False).node is None:
                tree.mkdir(path, call, mode=0o700)
                return FsReply(text=path)

    def _rmdir(self, tree: Tree, data: bytes, path: str) -> FsReply:
        tree.remove(path, Call("rmdir", path), want="dir")
        return FsReply()

    def _unlink(self, tree: Tree, data: bytes, path: str) -> FsReply:
        tree.remove(path, Call("unlink", path), want="file")
        return FsReply()

    def _rm(self, tree: Tree, data: bytes, path: str, recursive: bool, force: bool) -> FsReply:
        try:
            _, node = tree.existing(path, Call("lstat", path), follow=False)
        except FsError as error:
            if force and error.code == "ENOENT":
                return FsReply()
            raise
        if isinstance(node, Dir) and not recursive:
            raise system_error(
                "ERR_FS_EISDIR", "Path is a directory", "EISDIR", 21, "is a directory", "rm", path
            )
        tree.remove(path, Call("rm", path), want="any")
        return FsReply()

    def _rename(self, tree: Tree, data: bytes, path: str, dest: str) -> FsReply:
        tree.rename(path, dest, Call("rename", path, dest))
        return FsReply()

    def _symlink(self, tree: Tree, data: bytes, target: str, path: str) -> FsReply:
        tree.symlink(target, path, Call("symlink", target, path))
        return FsReply()

    def _link(self, tree: Tree, data: bytes, path: str, dest: str) -> FsReply:
        tree.link(path, dest, Call("link", path, dest))
        return FsReply()

    def _cp(
        self,
        tree: Tree,
        data: bytes,
        path: str,
        dest: str,
        recursive: bool,
        overwrite: bool,
        error_on_exist: bool,
        dereference: bool,
        verbatim: bool,
        keep_times: bool,
    ) -> FsReply:
        source, node = tree.existing(path, Call("lstat", path), follow=dereference)
        target = (
            tree.find(dest, Call("lstat", dest), follow=dereference) if self._parent(tree, dest) else None
        )
        there = target.node if target else None
        if target is not None:
            if there is node:
                raise system_error(
                    "ERR_FS_CP_EINVAL", "Invalid src or dest", "EINVAL", 22, "src and dest cannot be the same",
                    "cp", dest)  # fmt: skip
            if isinstance(node, Dir) and there is not None and not isinstance(there, Dir):
                why = f"cannot overwrite non-directory {dest} with directory {path}"
                raise system_error(
                    "ERR_FS_CP_DIR_TO_NON_DIR", "Cannot overwrite non-directory with directory", "EISDIR", 21, why,
                    "cp", dest)  # fmt: skip
            if isinstance(there, Dir) and not isinstance(node, Dir):
                why = f"cannot overwrite directory {dest} with non-directory {path}"
                raise system_error(
                    "ERR_FS_CP_NON_DIR_TO_DIR", "Cannot overwrite directory with non-directory", "ENOTDIR", 20, why,
                    "cp", dest)  # fmt: skip
            if isinstance(node, Dir) and target.names[: len(source.names)] == source.names:
                why = f"cannot copy {path} to a subdirectory of self {dest}"
                raise system_error("ERR_FS_CP_EINVAL", "Invalid src or dest", "EINVAL", 22, why, "cp", dest)
        if isinstance(node, Dir) and not recursive:
            raise system_error(
                "ERR_FS_EISDIR", "Path is a directory", "EISDIR", 22, f"{path} is a directory (not copied)", "cp",
                path)  # fmt: skip
        if not overwrite and error_on_exist and there is not None and not isinstance(there, Dir):
            why = f"{dest} already exists"
            raise system_error("ERR_FS_CP_EEXIST", "Target already exists", "EEXIST", 17, why, "cp", dest)
        with tree.all_or_nothing():
            if target is None:
                tree.mkdirs(dest.rstrip("/").rpartition("/")[0], Call("mkdir", dest))
            copy_tree(
                tree,
                path,
                dest,
                Call("cp", path, dest),
                overwrite=overwrite,
                dereference=dereference,
                verbatim_links=verbatim,
                keep_times=keep_times,
            )
        return FsReply()

    def _parent(self, tree: Tree, path: str) -> Found | None:
        try:
            return tree.find(path, Call("lstat", path), follow=False)
        except FsError as error:
            if error.code == "ENOENT" and path:
                return None
            raise

    def _chmod(self, tree: Tree, data: bytes, target: Target, mode: int) -> FsReply:
        path = self._path_of(tree, target, "fchmod")
        tree.set_meta(path, Call("chmod", path), mode=mode)
        return FsReply()

    def _utimes(self, tree: Tree, data: bytes, target: Target, mtime: float, follow: bool) -> FsReply:
        path = self._path_of(tree, target, "futime")
        tree.set_meta(path, Call("utime" if follow else "lutime", path), mtime=mtime, follow=follow)
        return FsReply()

    # Descriptors

    def _opened(self, tree: Tree, path: str, flags: Flags, mode: int) -> tuple[Found, Node]:
        call = Call("open", path)
        if flags.create or flags.truncate:
            there = None if flags.exclusive else tree.find(path, call).node
            if there is None or flags.truncate:
                found = tree.write(
                    path,
                    b"",
                    call,
                    truncate=flags.truncate,
                    exclusive=flags.exclusive,
                    create=flags.create,
                    mode=mode,
                )
                assert found.node is not None
                return found, found.node
        found, node = tree.existing(path, call)
        if flags.write:
            if isinstance(node, Dir):
                call.fail("EISDIR")
            tree.check_content(found, call, force=False)
        return found, node

    def _open_file(self, tree: Tree, data: bytes, path: str, flags: Flags, mode: int) -> FsReply:
        if len(self._open) >= MAX_OPEN:
            Call("open", path).fail("EMFILE")
        found, node = self._opened(tree, path, flags, mode)
        # The lowest free number from 3 on, as POSIX has it; 0 to 2 are the standard streams.
        number = next(n for n in range(3, MAX_OPEN + 4) if n not in self._open)
        self._open = {**self._open, number: Descriptor(found.path, node.ino, flags)}
        return FsReply(value=number)

    def _close(self, tree: Tree, data: bytes, number: int) -> FsReply:
        if number not in self._open:
            Call("close").fail("EBADF")
        self._open = {key: value for key, value in self._open.items() if key != number}
        return FsReply()

    def _descriptor(self, tree: Tree, number: int, syscall: str) -> tuple[Descriptor, Found, Node]:
        descriptor = self._open.get(number)
        call = Call(syscall)
        if descriptor is None:
            call.fail("EBADF")
        # A file with several names stays open when the one it was opened by goes.
        for path in (descriptor.path, *tree.links.get(descriptor.ino, ())):
            try:
                found, node = tree.existing(path, call, follow=False)
            except FsError:
                continue
            if node.ino == descriptor.ino:
                if path != descriptor.path:
                    descriptor = msgspec.structs.replace(descriptor, path=path)
                return descriptor, found, node
        raise call.error("EBADF", "the file was removed or renamed")

    def _path_of(self, tree: Tree, target: Target, syscall: str) -> str:
        if isinstance(target, str):
            return target
        return self._descriptor(tree, target, syscall)[0].path

    def _file(self, tree: Tree, number: int, syscall: str) -> tuple[Descriptor, File]:
        descriptor, _, node = self._descriptor(tree, number, syscall)
        allowed = descriptor.flags.read if syscall == "read" else descriptor.flags.write
        if not allowed:
            Call(syscall).fail("EINVAL" if syscall == "ftruncate" else "EBADF")
        if not isinstance(node, File):
            Call(syscall).fail("EISDIR")
        return descriptor, node

    def _move(self, number: int, descriptor: Descriptor, position: int) -> None:
        self._open = {**self._open, number: msgspec.structs.replace(descriptor, position=position)}

    def _read(self, tree: Tree, data: bytes, number: int, length: int, position: int | None) -> FsReply:
        descriptor, node = self._file(tree, number, "read")
        start = descriptor.position if position is None else position
        chunk = bytes(memoryview(node.data)[start : start + length])
        if position is None:
            self._move(number, descriptor, start + len(chunk))
        return FsReply(data=chunk)

    def _write_at(self, tree: Tree, number: int, content: bytes, position: int | None) -> int:
        descriptor, _ = self._file(tree, number, "write")
        start = descriptor.position if position is None else position
        append = descriptor.flags.append
        found = tree.write(
            descriptor.path,
            content,
            Call("write"),
            position=None if append else start,
            truncate=False,
            create=False,
        )
        if position is None:
            assert found.node is not None
            self._move(number, descriptor, found.node.size if append else start + len(content))
        return len(content)

    def _write_chunk(
        self, tree: Tree, data: bytes, number: int, text: str | None, position: int | None
    ) -> FsReply:
        content = bytes(data) if text is None else _encode(text)
        return FsReply(value=self._write_at(tree, number, content, position))

    def _fstat(self, tree: Tree, data: bytes, number: int) -> FsReply:
        _, found, node = self._descriptor(tree, number, "fstat")
        return FsReply(value=_stat_list(Stat.of(node, found.read_only, nlink=tree.nlink(node), digest=False)))

    def _ftruncate(self, tree: Tree, data: bytes, number: int, length: int) -> FsReply:
        descriptor, _ = self._file(tree, number, "ftruncate")
        tree.truncate(descriptor.path, length, Call("ftruncate"))
        return FsReply()

    def _fsync(self, tree: Tree, data: bytes, number: int) -> FsReply:
        self._descriptor(tree, number, "fsync")
        return FsReply()


def _stat_list(stat: Stat) -> list[Any]:
    kind = _STAT_KINDS[stat.kind]
    return [kind, stat.size, stat.mode, stat.mtime, stat.ctime, stat.birthtime, stat.ino, stat.nlink]


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Through UTF-16, so that two halves that belong together make one character; the others become U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


OPERATIONS: Final[Mapping[str, tuple[Callable[..., FsReply], tuple[Check, ...]]]] = {
    "readText": (FsOps._read_text, (is_target, flags_of("r"))),
    "readBytes": (FsOps._read_bytes, (is_target, flags_of("r"))),
    "write": (FsOps._write, (is_target, is_text, flags_of("w"), integer(0, 2**32 - 1, 0o666))),
    "append": (FsOps._write, (is_target, is_text, flags_of("a"), integer(0, 2**32 - 1, 0o666))),
    "truncate": (FsOps._truncate, (is_path, is_length)),
    "copyFile": (FsOps._copy_file, (is_path, is_path, boolean)),
    "cp": (FsOps._cp, (is_path, is_path, *(boolean,) * 6)),
    "stat": (FsOps._stat, (is_path,)),
    "lstat": (FsOps._lstat, (is_path,)),
    "exists": (FsOps._exists, (is_path,)),
    "access": (FsOps._access, (is_path, integer(0, 7, 0))),
    "readdir": (FsOps._readdir, (is_path, boolean)),
    "realpath": (FsOps._realpath, (is_path, boolean)),
    "readlink": (FsOps._readlink, (is_path,)),
    "mkdir": (FsOps._mkdir, (is_path, boolean, integer(0, 2**32 - 1, 0o777))),
    "mkdtemp": (FsOps._mkdtemp, (is_path,)),
    "rmdir": (FsOps._rmdir, (is_path,)),
    "unlink": (FsOps._unlink, (is_path,)),
    "rm": (FsOps._rm, (is_path, boolean, boolean)),
    "rename": (FsOps._rename, (is_path, is_path)),
    "link": (FsOps._link, (is_path, is_path)),
    "symlink": (FsOps._symlink, (is_path, is_path)),
    "chmod": (FsOps._chmod, (is_target, is_mode)),
    "utimes": (FsOps._utimes, (is_target, milliseconds, boolean)),
    "open": (FsOps._open_file, (is_path, flags_of("r"), integer(0, 2**32 - 1, 0o666))),
    "close": (FsOps._close, (is_fd,)),
    "read": (FsOps._read, (is_fd, is_length, is_position)),
    "writeFd": (FsOps._write_chunk, (is_fd, is_text, is_position)),
    "fstat": (FsOps._fstat, (is_fd,)),
    "ftruncate": (FsOps._ftruncate, (is_fd, is_length)),
    "fsync": (FsOps._fsync, (is_fd,)),
}
