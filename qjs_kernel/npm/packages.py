"""What is installed, as a value: names, versions and the lock they come from, never a directory.

npm works in a directory that lives as long as one command. Between commands there is nothing on disk: the files
are in the sandbox's filesystem, and this value is enough for npm to make the same tree again.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeAlias

from qjs_kernel.limits import MIB, Limits
from qjs_kernel.npm.client import Npm
from qjs_kernel.npm.errors import NpmError, shown
from qjs_kernel.npm.specs import Spec, check_name
from qjs_kernel.vfs.mounts import Room, read_host

__all__ = ["Package", "PackageSet", "Tree", "add_packages", "remove_packages"]

Tree: TypeAlias = dict[str, bytes]

# Of no use to a guest or to a language service: a sixth of the files of the packages people use.
_DROPPED: Final = (".map", ".flow", ".md", ".markdown", ".node", ".wasm", ".exe", ".dll", ".so", ".dylib")
# The declarations of a CommonJS build, where those of the module build say the same.
_TWINS: Final = ((".d.cts", (".d.ts", ".d.mts")),)
_TOLD_IMPORTS: Final = 200
_NAMED = re.compile(r"\./[^*\\]+")


@dataclass(frozen=True, slots=True)
class Package:
    """A package at the top of /node_modules, with the packages inside it.

    files, size  as the limits count them: files and directories, bytes
    imports      what can be imported, "zod" and "zod/v4"; empty when it offers types only
    direct       whether it was asked for, and not only needed by another
    """

    name: str
    version: str
    direct: bool
    files: int
    size: int
    imports: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class PackageSet:
    """What is installed. `wanted` has the exact version of every package that was asked for."""

    wanted: Mapping[str, str] = field(default_factory=dict)
    lock: str = ""
    packages: tuple[Package, ...] = ()

    def __getitem__(self, name: str) -> Package:
        for package in self.packages:
            if package.name == name:
                return package
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        return [package.name for package in self.packages]


def add_packages(
    before: PackageSet,
    specs: Sequence[Spec],
    npm: Npm,
    room: Room,
    *,
    timeout: float | None = None,
) -> tuple[PackageSet, dict[str, Tree]]:
    """Install `specs` beside what is there: the new set, and the files of each package in it.

    `room` is what all of it together may take. NpmError when npm fails or it does not fit.
    """
    manifest = json.dumps({"name": "sandbox", "private": True, "dependencies": dict(before.wanted)})
    with npm.install(manifest, before.lock, specs, timeout=timeout) as project:
        try:
            wanted = json.loads((project / "package.json").read_text(encoding="utf-8"))["dependencies"]
            lock = (project / "package-lock.json").read_text(encoding="utf-8")
            versions = _versions(lock)
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise NpmError(f"npm left no package-lock.json that can be read: {shown(str(error))}") from None
        homes = _homes(project / "node_modules")
        missing = [spec.name for spec in specs if spec.name not in homes]
        if missing:
            raise NpmError(f"npm installed no files for {', '.join(missing)}")
        counts = {name: _prune(home) for name, home in homes.items()}
        _check_room(counts, versions, room)
        trees = {name: _read(home, room) for name, home in homes.items()}
    packages = tuple(
        Package(
            name,
            versions.get(name) or _text(_manifest(tree).get("version")),
            name in wanted,
            *counts[name],
            _imports(name, tree),
            _digest(tree),
        )
        for name, tree in trees.items()
    )
    exact = {package.name: package.version for package in packages if package.direct}
    return PackageSet(exact, lock, packages), trees


def remove_packages(before: PackageSet, names: Iterable[str]) -> PackageSet:
    """`before` without `names` and without what only they needed. NpmError for a name that was never added."""
    gone = list(dict.fromkeys(check_name(name) for name in names))
    for name in gone:
        if name not in before.wanted:
            known = ", ".join(before.wanted) or "none"
            needed = ", which another package needs" if name in before.names else ""
            raise NpmError(f"{name} was not added by %npm{needed}; the packages that were: {known}")
    wanted = {name: version for name, version in before.wanted.items() if name not in gone}
    lock = json.loads(before.lock)
    entries: dict[str, Any] = lock["packages"]
    kept = _reachable(entries, wanted)
    lock["packages"] = {path: entry for path, entry in entries.items() if not path or path in kept}
    lock["packages"][""] = {**entries.get("", {}), "dependencies": wanted}
    top = {path.removeprefix("node_modules/") for path in kept}
    packages = tuple(package for package in before.packages if package.name in top)
    return PackageSet(wanted, json.dumps(lock), packages)


def _reachable(entries: Mapping[str, Any], wanted: Iterable[str]) -> set[str]:
    """The paths of a lock ("node_modules/a/node_modules/b") that `wanted` and what they need lead to."""
    kept: set[str] = set()
    pending = [("", name) for name in wanted]
    while pending:
        home, name = pending.pop()
        while True:
            path = posixpath.join(home, "node_modules", name)
            if path in entries or not home:
                break
            home = home.rpartition("node_modules/")[0].rstrip("/")
        if path not in entries or path in kept:
            continue
        kept.add(path)
        for kind in ("dependencies", "peerDependencies", "optionalDependencies"):
            pending.extend((path, needed) for needed in entries[path].get(kind, ()))
    return kept


def _versions(lock: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, entry in json.loads(lock)["packages"].items():
        if path.startswith("node_modules/"):
            found[path.removeprefix("node_modules/")] = _text(entry.get("version"))
    return found


def _text(value: object) -> str:
    return shown(value[:100]) if isinstance(value, str) else ""


# Files


def _homes(modules: Path) -> dict[str, Path]:
    """The directories of the packages at the top, by name. What npm keeps for itself and links are no packages."""
    found: dict[str, Path] = {}
    try:
        names = sorted(os.listdir(modules))
    except FileNotFoundError:
        return found
    for name in names:
        if name.startswith("."):
            continue
        inner = (
            [f"{name}/{each}" for each in sorted(os.listdir(modules / name))] if name[0] == "@" else [name]
        )
        for each in inner:
            path = modules / each
            if path.is_dir() and not path.is_symlink():
                found[check_name(each)] = path
    return found


def _prune(home: Path) -> tuple[int, int]:
    """Delete what is not for the sandbox; how many files and directories, and bytes, are left."""
    count = size = 0
    for folder, _, files in os.walk(home):
        count += 1
        names = set(files)
        for file in files:
            path = Path(folder, file)
            if _is_dropped(file, names) or path.is_symlink() or not path.is_file():
                path.unlink()
                continue
            count += 1
            size += path.stat().st_size
    return count, size


def _is_dropped(file: str, names: set[str]) -> bool:
    lower = file.lower()
    if lower.endswith(_DROPPED):
        return True
    for ending, twins in _TWINS:
        if lower.endswith(ending) and any(file[: -len(ending)] + twin in names for twin in twins):
            return True
    return False


def _check_room(counts: Mapping[str, tuple[int, int]], versions: Mapping[str, str], room: Room) -> None:
    files, size = (sum(count[index] for count in counts.values()) for index in (0, 1))
    if files <= room.files and size <= room.size:
        return
    index = 0 if files > room.files else 1
    name = max(counts, key=lambda each: counts[each][index])
    own = counts[name]
    title = f"{name} {versions.get(name, '')}".strip()
    if index == 0:
        limit, need = "files", -(-(room.files_limit - room.files + files) // 1000) * 1000
        told = f"{own[0]:,} files and directories", f"{files:,}", f"{room.files:,}", f"{room.files_limit:,}"
        raised = str(need)
    else:
        limit, need = "file_bytes", -(-(room.size_limit - room.size + size) // (16 * MIB)) * 16
        told = _megabytes(own[1]), _megabytes(size), _megabytes(room.size), _megabytes(room.size_limit)
        raised = f"{need}MB"
    value = raised if index == 0 else f"{need} * 2**20"
    raise NpmError(
        f"{title} is too large: it has {told[0]} ({told[1]} with the other packages), and {told[2]} fit "
        f"(limit {limit}, {told[3]}). Raise the limit with %limits {limit}={raised}, in Python with "
        f"Limits({limit}={value}), or add a smaller package",
        "ETOOBIG",
    )


def _megabytes(size: int) -> str:
    return f"{size / MIB:.1f} MiB"


def _read(home: Path, room: Room) -> Tree:
    entries, _ = read_host(home, Room(room.files, room.size, room.files_limit, room.size_limit))
    return {entry.name: entry.data for entry in entries if entry.kind == "file"}


def _digest(tree: Tree) -> str:
    digest = blake2b(digest_size=16)
    for name in sorted(tree):
        digest.update(f"{name}\0{len(tree[name])}\0".encode())
        digest.update(tree[name])
    return digest.hexdigest()


# What a package offers


def _manifest(tree: Tree) -> dict[str, Any]:
    try:
        fields = json.loads(tree["package.json"].decode("utf-8-sig"))
    except (KeyError, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _imports(name: str, tree: Tree) -> tuple[str, ...]:
    fields = _manifest(tree)
    exports = fields.get("exports")
    if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
        paths = [key for key, target in exports.items() if target is not None and key != "./package.json"]
        found = [name] if "." in paths else []
        found += [f"{name}/{path[2:]}" for path in paths if _NAMED.fullmatch(path)]
        return tuple(_text(each) for each in found[:_TOLD_IMPORTS])
    if exports is not None:
        return (name,)
    code = (".js", ".mjs", ".cjs", ".json")
    named = any(isinstance(fields.get(key), str) and fields[key] for key in ("main", "module"))
    has_code = any(file.endswith(code[:3]) for file in tree)
    index = any(f"index{ending}" in tree for ending in code)
    return (name,) if (named and has_code) or index else ()


def room_in(limits: Limits, files: int = 0, size: int = 0) -> Room:
    """What still fits where `files` and `size` are taken."""
    return Room(limits.files - files, limits.file_bytes - size, limits.files, limits.file_bytes)
