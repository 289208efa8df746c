"""Files as modules: which one a path stands for, of what kind it is, and what the package.json above it says."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from qjs_kernel.errors import FsError, QjsError
from qjs_kernel.limits import MIB
from qjs_kernel.modules.memory import NOTHING, Memory
from qjs_kernel.modules.tables import (
    APPENDED,
    CODE,
    MAX_PACKAGE_JSON,
    MODULE_SYNTAX,
    PACKAGED,
    READ_IT,
    SOURCES,
    ModuleKind,
    Resolved,
    ResolveError,
)
from qjs_kernel.vfs import VirtualFS, normalize
from qjs_kernel.vfs.nodes import File
from qjs_kernel.vfs.paths import BadPath
from qjs_kernel.vfs.tree import Call

__all__ = ["Lookup", "Package", "ancestors", "invalid"]

_KEEP_PARSED = 2 * MIB  # of package.json files; what is parsed takes many times that
_KEEP_SYNTAX = 20_000


class Package(msgspec.Struct, frozen=True):
    """A package.json: the directory it is in, and its fields."""

    directory: str
    fields: Mapping[str, Any]

    @property
    def file(self) -> str:
        return f"{self.directory.rstrip('/')}/package.json"


class Lookup:
    """Looks at the files of `fs`, and remembers what it saw while they are as they were."""

    def __init__(self, fs: VirtualFS) -> None:
        self._fs = fs
        self._memory = Memory(fs)
        self._parsed: dict[str, Mapping[str, Any]] = {}
        self._parsed_size = 0
        self._syntax: dict[str, ModuleKind] = {}

    def load(self, path: str) -> tuple[str, str]:
        """Source and digest of the module at `path`. ResolveError when it is missing, too long or not text."""
        try:
            with self._fs.operation() as tree:
                data, size = b"", tree.stat(path, Call("stat", path)).size
                limit = self._fs.limits.module_bytes
                if size <= limit:
                    data = tree.read(path, Call("open", path))
                    digest = tree.stat(path, Call("stat", path), digest=True).digest
            if size > limit:
                raise ResolveError(
                    f"module {path} has {size} bytes, more than the limit module_bytes={limit}",
                    "Read large data with node:fs instead of importing it.",
                )
        except FsError as error:
            raise ResolveError(f"cannot load module {path}: {error}") from None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ResolveError(
                f"module {path} is not text: byte {error.start} is not UTF-8", READ_IT
            ) from None
        if "\0" in text:
            raise ResolveError(
                f"module {path} is not text: it has a NUL at character {text.index(chr(0))}", READ_IT
            )
        return text, digest

    # package.json

    def _package_at(self, directory: str) -> Package | None:
        key = ("package.json", directory)
        digest = self._memory.get(key)
        path = f"{directory.rstrip('/')}/package.json"
        if digest is NOTHING:
            digest = self._fs.digest(path) if self._kind(path) == "file" else None
            self._memory.put(key, digest, lasting=self._memory.lasts(path))
        if digest is None:
            return None
        fields = self._parsed.get(digest)
        return Package(directory, self._parse(path, digest) if fields is None else fields)

    def _parse(self, path: str, digest: str) -> Mapping[str, Any]:
        size = self._fs.stat(path, digest=False).size
        if size > MAX_PACKAGE_JSON:
            raise invalid(path, f"it is longer than {MAX_PACKAGE_JSON} bytes")
        try:
            fields = json.loads(self._fs.read_bytes(path).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise invalid(path, f"byte {error.start} is not UTF-8") from None
        except json.JSONDecodeError as error:
            raise invalid(path, f"{error.msg} at line {error.lineno}, column {error.colno}") from None
        except (RecursionError, ValueError):
            raise invalid(path, "it is nested too deeply or holds an absurd number") from None
        if not isinstance(fields, dict):
            raise invalid(path, "it is not an object")
        if self._parsed_size + size > _KEEP_PARSED:
            self._parsed.clear()
            self._parsed_size = 0
        self._parsed_size += size
        self._parsed[digest] = fields
        return fields

    def _scope(self, path: str) -> Package | None:
        """The nearest package.json above `path`; the search stops at a node_modules directory."""
        key = ("scope", path.rpartition("/")[0])
        directory = self._memory.get(key)
        if directory is NOTHING:
            directory = next(
                (
                    each
                    for each in itertools.takewhile(_is_no_store, ancestors(path))
                    if self._package_at(each) is not None
                ),
                None,
            )
            self._memory.put(key, directory, lasting=self._memory.lasts(path))
        return None if directory is None else self._package_at(directory)

    # Files

    def _kind(self, path: str) -> str | None:
        try:
            return self._fs.kind(path)
        except QjsError:
            return None  # a path no file can have

    def _file(self, path: str) -> str | None:
        return path if self._kind(path) == "file" else None

    def _candidates(self, path: str) -> Iterator[str]:
        stem, dot, ending = path.rpartition(".")
        ending = dot + ending if "/" not in ending else ""
        yield path
        for other in SOURCES.get(ending, ()):
            yield stem + other
        for other in _appended(path):
            yield path + other
        if ending in SOURCES:
            for other in _appended(path):
                yield stem + other

    def _find_file(self, path: str, condition: str = "import") -> str | None:
        """The file `path` stands for: itself, a TypeScript source of it, with an ending, or a directory's index."""
        for candidate in self._candidates(path):
            if self._file(candidate):
                return candidate
        stem, dot, ending = path.rpartition(".")
        folders = [path, stem] if dot + ending in SOURCES else [path]
        for folder in folders:
            if self._kind(folder) == "dir":
                found = self._find_in_directory(folder, condition)
                if found:
                    return found
        return None

    def _find_in_directory(self, folder: str, condition: str) -> str | None:
        package = self._package_at(folder)
        for field in ("module", "main") if condition == "import" else ("main",):
            target = package.fields.get(field) if package else None
            if isinstance(target, str) and target:
                try:
                    path = normalize("./" + target, folder)
                except BadPath:
                    continue
                for candidate in self._candidates(path):
                    if self._file(candidate):
                        return candidate
                if self._kind(path) == "dir":
                    for ending in _appended(path):
                        if self._file(f"{path}/index{ending}"):
                            return f"{path}/index{ending}"
        base = folder.rstrip("/")
        return next((f"{base}/index{e}" for e in _appended(folder) if self._file(f"{base}/index{e}")), None)

    def _resolved(self, path: str) -> Resolved:
        key = ("file", path)
        found = self._memory.get(key)
        if found is NOTHING:
            with self._fs.operation() as tree:
                place, node = tree.existing(path, Call("open", path))
                assert isinstance(node, File)
                real, digest = place.path, node.digest
            found = Resolved(real, self._module_kind(real, digest), digest)
            self._memory.put(key, found, lasting=self._memory.lasts(path))
        resolved: Resolved = found
        return resolved

    def _module_kind(self, path: str, digest: str) -> ModuleKind:
        name = path.rpartition("/")[2]
        ending = "." + name.rpartition(".")[2] if "." in name.lstrip(".") else ""
        if ending and ending not in CODE:
            raise ResolveError(
                f"cannot import {path}: {ending} files are no modules", READ_IT, "ERR_UNKNOWN_FILE_EXTENSION"
            )
        if ending == ".json":
            return "json"
        if ending in (".cjs", ".cts"):
            return "cjs"
        if ending in (".mjs", ".mts") or "/node_modules/" not in path:
            return "esm"
        package = self._scope(path)
        declared = package.fields.get("type") if package else None
        if declared in ("module", "commonjs"):
            return "esm" if declared == "module" else "cjs"
        # Without "type" Node looks at the syntax, and builds named by "module" rely on it. Lines that begin like a
        # declaration decide; every published build has them at the start of a line.
        kind = self._syntax.get(digest)
        if kind is None:
            text = self._fs.read_bytes(path).decode("utf-8", "replace")
            kind = "esm" if MODULE_SYNTAX.search(text) else "cjs"
            if len(self._syntax) >= _KEEP_SYNTAX:
                self._syntax.clear()
            self._syntax[digest] = kind
        return kind


def _appended(path: str) -> tuple[str, ...]:
    """What an import may leave out. In a package what was built for Node comes before the sources beside it."""
    return PACKAGED if "/node_modules/" in path else APPENDED


def _is_no_store(directory: str) -> bool:
    return directory.rpartition("/")[2] != "node_modules"


def ancestors(path: str) -> Iterator[str]:
    """The directories above `path`, nearest first, "/" last."""
    directory = path.rpartition("/")[0]
    while directory:
        yield directory
        directory = directory.rpartition("/")[0]
    yield "/"


def invalid(path: str, why: str) -> ResolveError:
    return ResolveError(f"{path} is not usable: {why}", code="ERR_INVALID_PACKAGE_CONFIG")
