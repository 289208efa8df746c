"""`Mirror`: the guest's files in a private directory of the host, for a language server to read.

Guest paths keep their shape below the root; `.kernel` there is ours: the declarations, and files that begin with
`.kernel-` are cells. Only what a type checker can use is written, in limits, and nothing outside the root. What guests
wrote as configuration of the server (deno.json and its like) never arrives: a server may act on it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from qjs_kernel.modules import BUILTINS
from qjs_kernel.modules.tables import ABSENT, PREFIX_ONLY, REFUSED

__all__ = ["CONFIG", "RESERVED", "Change", "Mirror", "package_of"]

CONFIG: Final = "deno.json"
RESERVED: Final = ".kernel"

Change = tuple[str, str]  # guest path; "created", "changed" or "deleted"

_CODE = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_TYPES = re.compile(r"\.d\.[mc]?ts$")
# Read by the server as its own settings; some name code that it would run.
_SETTINGS = re.compile(r"(?i)^(deno\.jsonc?|deno\.lock|jsr\.jsonc?|[tj]sconfig.*\.json|\.npmrc|\.env.*)$")
_LONGEST_CODE = 2 << 20
_LONGEST_JSON = 256 << 10
_MOST_FILES = 12_000
_MOST_BYTES = 64 << 20
_LONGEST_PATH = 1_000
_FOREIGN = re.compile(r'[\0\\:*?"<>|]' if os.name == "nt" else "\0")
_ODD = re.compile(r"/\.{0,2}(?:/|$)")  # an empty part, "." or ".."
_WITHOUT_TYPES = "declare const everything: any;\nexport = everything;\n"
_ANY = f"{RESERVED}/any.d.ts"


def package_of(path: str) -> tuple[str, str, str] | None:
    """`/a/node_modules/@x/y/lib/z.js` → (`/a/node_modules`, `@x/y`, `lib/z.js`); None outside of packages."""
    at = path.rfind("/node_modules/")
    if at < 0:
        return None
    home, parts = path[: at + 13], path[at + 14 :].split("/")
    count = 2 if parts[0].startswith("@") else 1
    return (home, "/".join(parts[:count]), "/".join(parts[count:])) if len(parts) > count else None


class Mirror:
    """Writes below `root`, an existing private directory. Not thread-safe.

    import_map  "imports" and "scopes" for what is below `.kernel/`, with targets relative to the root
    libs        of TypeScript's own libraries, those that the guest has
    excluded    files that belong to no program unless something leads to them
    """

    def __init__(
        self,
        root: Path,
        import_map: Mapping[str, Any],
        libs: Sequence[str] = ("esnext",),
        excluded: Sequence[str] = (),
    ) -> None:
        self.root = root.resolve()
        self._base = str(self.root)
        self._folders: set[str] = set()
        self._import_map = import_map
        self._libs = libs
        self._excluded = excluded
        self._written: dict[str, bytes] = {}
        self._changes: dict[str, str] = {}
        self._mounted: set[str] = set()
        self.paths: frozenset[str] = frozenset()
        """Every guest path there is, written here or not."""
        self.packages: Mapping[str, bytes] = {}
        """The package.json of every package in /node_modules, by the name of the package."""
        for name in ("globals", "env", "cells", "mode"):
            self.write(f"/{RESERVED}/{name}.d.ts", "export {};\n")
        self.write(f"/{_ANY}", _WITHOUT_TYPES)
        # A server proposes imports only from files that something has led it to.
        modules = sorted(
            name for name, target in self._imports().items() if name.startswith("node:") and target
        )
        self.write(
            f"/{RESERVED}/modules.d.ts", "".join(f"import '{name}';\n" for name in modules) + "export {};\n"
        )
        self._configure()

    def set_declarations(self, files: Mapping[str, str]) -> None:
        """Write what the guest's globals and modules are, by names below `.kernel/`."""
        for name, text in files.items():
            self.write(f"/{RESERVED}/{name}", text)

    # Writing

    def write(self, path: str, text: str) -> bool:
        """Make the file at `path` (absolute, as guests write it) hold `text`; whether that was a change."""
        return self._put(path, text.encode("utf-8", "replace"))

    def remove(self, path: str) -> None:
        """Remove the file at `path`, if it is here."""
        if self._written.pop(path, None) is None:
            return
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._real(path))
        self._said(path, "deleted")

    def take_changes(self) -> list[Change]:
        """What has changed since the last call."""
        changes = list(self._changes.items())
        self._changes.clear()
        return changes

    def holds(self, path: str) -> bool:
        """Whether the file at `path` is written here."""
        return path in self._written

    def _put(self, path: str, data: bytes) -> bool:
        if self._written.get(path) == data:
            return False
        real = self._real(path)
        try:
            folder = os.path.dirname(real)
            if folder not in self._folders:  # packages have thousands of files in few
                os.makedirs(folder, exist_ok=True)
                self._folders.add(folder)
            with open(real, "wb") as file:
                file.write(data)
        except (OSError, ValueError):  # a name too long for the host, or one it does not have
            self.remove(path)
            return False
        self._said(path, "changed" if path in self._written else "created")
        self._written[path] = data
        return True

    def _real(self, path: str) -> str:
        if not path.startswith("/") or _ODD.search(path) or _FOREIGN.search(path):
            raise ValueError(f"not a normal absolute path: {path!r}")
        return os.path.join(self._base, *path[1:].split("/"))

    def _said(self, path: str, what: str) -> None:
        before = self._changes.get(path)
        if before == "created" and what == "deleted":
            del self._changes[path]
        elif before == "deleted" and what == "created":
            self._changes[path] = "changed"
        elif before != "created":
            self._changes[path] = what

    # The guest's files

    def set_files(self, files: Iterable[tuple[str, bytes]]) -> bool:
        """Make the guest's files these; whether the server can see a difference."""
        given = {path: data for path, data in files if _acceptable(path)}
        self.paths = frozenset(given)
        self.packages = {
            place[1]: data
            for path, data in given.items()
            if (place := package_of(path)) and place[0] == "/node_modules" and place[2] == "package.json"
        }
        wanted = self._choose(given)
        for path in self._mounted - wanted.keys():  # first: a file may now stand where a directory was
            self.remove(path)
            self._prune(path)
        for path, data in wanted.items():
            self._put(path, data)
        self._mounted = {path for path in wanted if path in self._written}
        self._configure()
        return bool(self._changes)

    def _prune(self, path: str) -> None:
        folder = os.path.dirname(self._real(path))
        while folder != self._base:
            try:
                os.rmdir(folder)
            except OSError:
                return
            self._folders.discard(folder)
            folder = os.path.dirname(folder)

    def _choose(self, given: Mapping[str, bytes]) -> dict[str, bytes]:
        typed = {place[:2] for path in given if _TYPES.search(path) and (place := package_of(path))}
        chosen: dict[str, bytes] = {}
        size = 0
        # The owner's own files first: a large package must not drive them out.
        for path in sorted(given, key=lambda path: ("/node_modules/" in path, path)):
            data = given[path]
            if not _useful(path, len(data), typed):
                continue
            if len(chosen) >= _MOST_FILES or size + len(data) > _MOST_BYTES:
                break
            try:
                data.decode()
            except UnicodeDecodeError:
                continue
            chosen[path] = data
            size += len(data)
        return chosen

    # Configuration

    def _configure(self) -> None:
        config = {
            "compilerOptions": {
                "lib": list(self._libs),
                "strict": True,
                "types": [
                    f"./{RESERVED}/{name}.d.ts" for name in ("globals", "env", "cells", "modules", "mode")
                ],
                "jsx": "react",
                "jsxFactory": "h",
                "jsxFragmentFactory": "Fragment",
            },
            "fmt": {"singleQuote": True},
            "lint": {"rules": {"tags": [], "include": []}},
            "exclude": list(self._excluded),
            "unstable": ["sloppy-imports"],
            "lock": False,
            # The types of packages are found as Node finds them, without a network and without Node's own globals.
            "nodeModulesDir": "manual",
            "imports": self._imports(),
            "scopes": dict(self._import_map.get("scopes", {})),
        }
        self.write(f"/{CONFIG}", json.dumps(config, indent=1))

    def _imports(self) -> dict[str, str | None]:
        # "/": "./" would break relative imports, and show the host's path: every name at the top gets a line.
        imports: dict[str, str | None] = dict(self._import_map.get("imports", {}))
        for path in sorted(self._mounted):
            first, _, rest = path[1:].partition("/")
            if rest:
                imports[f"/{first}/"] = f"./{first}/"
            else:
                for ending in _spellings(first):
                    imports.setdefault(f"/{ending}", f"./{first}")
        imports.setdefault("/src/", "./src/")
        # A built-in that is not mapped would be Deno's, and bring Node's globals with it; null is "not to be had".
        for name in sorted(BUILTINS | ABSENT | REFUSED.keys()):
            target = imports.setdefault(f"node:{name}", f"./{_ANY}" if name in BUILTINS else None)
            if name not in PREFIX_ONLY:
                imports.setdefault(name, target)
        # As in the sandbox, a mounted package comes before everything but the built-ins.
        for name in list(imports):
            if name not in BUILTINS and name.partition("/")[0] in self.packages:
                del imports[name]
        return imports


def _acceptable(path: str) -> bool:
    return (
        path.startswith("/")
        and len(path) <= _LONGEST_PATH
        and not _ODD.search(path)
        and path[1:].partition("/")[0].lower() != RESERVED
        and not path.rpartition("/")[2].startswith(f"{RESERVED}-")
        and not _FOREIGN.search(path)
        and (path.isascii() or not any("\ud800" <= char <= "\udfff" for char in path))
    )


def _useful(path: str, size: int, typed: set[tuple[str, str]]) -> bool:
    name = path.rpartition("/")[2]
    if _SETTINGS.match(name):
        return False
    place = package_of(path)
    if place is not None:
        home, package, _ = place
        if name == "package.json":
            return size <= _LONGEST_JSON
        if not path.endswith(_SCRIPTS):
            return path.endswith(_CODE) and size <= _LONGEST_CODE and bool(_TYPES.search(path))
        # Types describe the scripts beside them; a package without types has nothing but its scripts.
        declared = f"@types/{package.removeprefix('@').replace('/', '__')}"
        return size <= _LONGEST_CODE and not typed & {(home, package), (home, declared)}
    if name == "package.json":
        return False
    if name.endswith(".json"):
        return size <= _LONGEST_JSON
    return name.endswith(_CODE) and size <= _LONGEST_CODE


def _spellings(name: str) -> list[str]:
    """How `name` at the top may be imported: as it is, without its ending, with the ending of the compiled file."""
    stem, dot, ending = name.rpartition(".")
    if f"{dot}{ending}" not in _CODE or _TYPES.search(name):
        return [name]
    return [name, stem, f"{stem}.{ending.replace('t', 'j', 1)}"]
