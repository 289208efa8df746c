"""What the owner mounts, read and checked before anything in the filesystem changes.

Host files are read here and nowhere else, once, when the owner asks: regular files only, opened without
following links, and with sizes and counts checked against what is free before the first byte is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from qjs_kernel.errors import MountError
from qjs_kernel.vfs.paths import BadPath, normalize

__all__ = ["Content", "HostEntry", "MountReport", "Room", "flatten", "read_host"]

# A recursive alias under `from __future__ import annotations` needs the quotes mypy resolves late.
Content: TypeAlias = "str | bytes | Mapping[str, Content]"


class MountReport(msgspec.Struct, frozen=True):
    """What a host mount copied: `files` and `bytes` of them, and `skipped` as (host path, reason)."""

    path: str
    files: int
    bytes: int
    skipped: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        text = f"{self.path}: {self.files} files, {self.bytes} bytes"
        return text + (f", {len(self.skipped)} skipped" if self.skipped else "")


class Room(msgspec.Struct, frozen=True):
    """How many more files and bytes the filesystem takes, and the limits to name when they do not suffice."""

    files: int
    size: int
    files_limit: int
    size_limit: int

    def check(self, what: str, files: int, size: int) -> None:
        if files > self.files:
            raise MountError(
                f"{what} holds more than the {self.files} files that fit (limit files={self.files_limit})"
            )
        if size > self.size:
            raise MountError(
                f"{what} holds more than the {self.size} bytes that fit (limit file_bytes={self.size_limit})"
            )


def flatten(path: str, content: object) -> list[tuple[str, bytes | None]]:
    """Absolute paths and contents of a mount (None: a directory), directories before what is in them.

    `content` is text, bytes, or a mapping of names to contents; names may contain slashes. MountError for a
    name that is no path, for two names of one file, and for a value of another type.
    """
    found: dict[str, bytes | None] = {}
    pending: list[tuple[str, object]] = [(path, content)]
    while pending:
        where, value = pending.pop()
        if isinstance(value, str):
            try:
                data: bytes | None = value.encode()
            except UnicodeEncodeError as error:
                raise MountError(
                    f"the text of {where!r} is not valid Unicode: lone surrogate at character {error.start}"
                ) from None
        elif isinstance(value, (bytes, bytearray, memoryview)):
            data = bytes(value)
        elif isinstance(value, Mapping):
            data = None
            for name in reversed(list(value)):
                if not isinstance(name, str):
                    raise MountError(f"a file name in {where!r} must be a str, not {name!r}")
                try:
                    pending.append((normalize(name.lstrip("/") or name, where), value[name]))
                except BadPath as error:
                    raise MountError(f"the file name {name!r} in {where!r} {error.reason}") from None
                if pending[-1][0] == where or not pending[-1][0].startswith(where.rstrip("/") + "/"):
                    raise MountError(f"the file name {name!r} leads out of {where!r}")
        else:
            raise MountError(
                f"the content of {where!r} must be str, bytes or a mapping, not {type(value).__name__}: {value!r}"
            )
        if where in found and not (data is None and found[where] is None):
            raise MountError(f"{where!r} is named twice in the mount")
        found[where] = data
    for where in found:
        parent = os.path.dirname(where)
        while parent != "/" and len(parent) >= len(path):
            if found.get(parent) is not None:
                raise MountError(f"{parent!r} is both a file and a directory in the mount")
            parent = os.path.dirname(parent)
    return list(found.items())


class HostEntry(msgspec.Struct, frozen=True):
    """One thing to copy in: `name` relative to the mount ("" for the mount itself), one of the three contents."""

    name: str
    kind: str
    origin: str
    mtime: float = 0.0
    executable: bool = False
    data: bytes = b""
    target: str = ""


def read_host(host_path: str | os.PathLike[str], room: Room) -> tuple[list[HostEntry], list[tuple[str, str]]]:
    """Read a host file or directory: the entries, parents first, and what was skipped with the reason.

    A link inside the directory that stays inside becomes a link; one that leads out is skipped. MountError
    when `host_path` does not exist, cannot be read, is neither file nor directory, or does not fit.
    """
    shown = os.fspath(host_path)
    if not shown:
        raise MountError("cannot mount '': the host path is empty")
    try:
        root = os.path.realpath(Path(shown).expanduser(), strict=True)
        info = os.lstat(root)
    except (OSError, ValueError, RuntimeError) as error:
        raise MountError(f"cannot mount {shown!r}: {_reason(error)}") from None
    if stat.S_ISREG(info.st_mode):
        room.check(repr(shown), 1, info.st_size)
        try:
            return [_read_file("", root, room.size)], []
        except OSError as error:
            raise MountError(f"cannot mount {shown!r}: {_reason(error)}") from None
    if not stat.S_ISDIR(info.st_mode):
        raise MountError(f"cannot mount {shown!r}: it is neither a regular file nor a directory")
    plan, skipped = _survey(root, shown, room)
    entries: list[HostEntry] = []
    left = room.size
    for entry in plan:
        if entry.kind == "file":
            try:
                entry = _read_file(entry.name, os.path.join(root, entry.name), left)
            except OSError as error:
                skipped.append((os.path.join(root, entry.name), _reason(error)))
                continue
            left -= len(entry.data)
        entries.append(entry)
    return entries, skipped


def _survey(root: str, shown: str, room: Room) -> tuple[list[HostEntry], list[tuple[str, str]]]:
    plan = [HostEntry("", "dir", f"host:{root}")]
    skipped: list[tuple[str, str]] = []
    size = 0
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:
                # One more than fits is enough to know: a huge directory is not read to its end.
                children = [child for child, _ in zip(listing, range(room.files + 1), strict=False)]
        except OSError as error:
            if not folder:
                raise MountError(f"cannot mount {shown!r}: {_reason(error)}") from None
            skipped.append((os.path.join(root, folder), _reason(error)))
            continue
        inner: list[str] = []
        for child in sorted(children, key=lambda entry: entry.name):
            name = os.path.join(folder, child.name).replace(os.sep, "/")
            try:
                normalize(name)
                info = child.stat(follow_symlinks=False)
            except BadPath as error:
                skipped.append((child.path, f"its name {error.reason}"))
                continue
            except OSError as error:
                skipped.append((child.path, _reason(error)))
                continue
            origin = f"host:{child.path}"
            if stat.S_ISREG(info.st_mode):
                size += info.st_size
                plan.append(HostEntry(name, "file", origin))
            elif stat.S_ISDIR(info.st_mode):
                plan.append(HostEntry(name, "dir", origin, info.st_mtime_ns // 1_000_000))
                inner.append(name)
            elif stat.S_ISLNK(info.st_mode):
                target = os.path.realpath(child.path)
                if os.path.commonpath([root, target]) != root:
                    skipped.append((child.path, "a link that leads out of the directory"))
                    continue
                text = os.path.relpath(target, os.path.dirname(child.path)).replace(os.sep, "/")
                plan.append(HostEntry(name, "link", origin, target=text))
            else:
                skipped.append((child.path, "not a regular file"))
                continue
            room.check(repr(shown), len(plan), size)
        pending.extend(reversed(inner))
    return plan, skipped


def _read_file(name: str, path: str, limit: int) -> HostEntry:
    # O_NONBLOCK: should the file have become a fifo since it was looked at, opening it must not wait.
    flags = os.O_RDONLY
    for extra in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, extra, 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise OSError("not a regular file")
        # Files of /proc say size 0, and a file may grow: what counts is what is read.
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise OSError(f"it does not fit into the {limit} bytes that are free (limit file_bytes)")
        return HostEntry(
            name, "file", f"host:{path}", info.st_mtime_ns // 1_000_000, bool(info.st_mode & 0o100), data
        )


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
