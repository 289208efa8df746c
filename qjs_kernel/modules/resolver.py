"""From an import to a file: Node's resolution over the virtual filesystem, with TypeScript's endings.

Names and package.json only: no code is parsed here. What can be found is what is mounted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from qjs_kernel.errors import QjsError
from qjs_kernel.modules.lookup import Lookup, Package, ancestors, invalid
from qjs_kernel.modules.memory import NOTHING
from qjs_kernel.modules.tables import (
    ABSENT,
    APPENDED,
    BUILTINS,
    MAX_NESTING,
    MAX_TARGETS,
    OWN_MODULES,
    PACKAGE,
    PREFIX_ONLY,
    REFUSED,
    SCHEME,
    SCHEMES,
    SOURCES,
    Resolved,
    ResolveError,
)
from qjs_kernel.vfs import VirtualFS, normalize
from qjs_kernel.vfs.paths import BadPath

__all__ = ["ModuleResolver"]


class ModuleResolver(Lookup):
    """Resolves imports over `fs`; `allow_fs=False` refuses node:fs. Not thread-safe; holds only a cache."""

    def __init__(self, fs: VirtualFS, *, allow_fs: bool) -> None:
        super().__init__(fs)
        self._allow_fs = allow_fs

    def revision(self) -> tuple[int, int]:
        """Numbers for the state of all files and of those in /node_modules; what is asked next is not older."""
        return self._memory.revision()

    def resolve(self, specifier: str, importer: str, *, require: bool = False) -> Resolved:
        """Where `specifier` leads when the module at path `importer` names it; ResolveError if nowhere.

        `require` asks as CommonJS does: the condition "require" in place of "import".
        """
        if not specifier:
            raise ResolveError(f"an import in {importer} names nothing: the specifier is empty")
        if len(specifier) > 4096:
            raise ResolveError(f"an import in {importer} is longer than 4096 characters: {specifier[:40]!r}…")
        self._memory.revision()
        directory = importer.rpartition("/")[0] or "/"
        key = ("import", directory, specifier, require)
        found = self._memory.get(key)
        if found is NOTHING:
            found = self._find(specifier, importer, require)
            lasting = self._memory.import_lasts(specifier, directory, found.path)
            found = Resolved(found.path, found.kind, found.digest, lasting)
            self._memory.put(key, found, lasting=lasting)
        resolved: Resolved = found
        return resolved

    def _find(self, specifier: str, importer: str, require: bool) -> Resolved:
        query = _Query(self, specifier, importer, "require" if require else "import")
        if specifier.startswith("node:"):
            return self._builtin(specifier[5:], specifier)
        if specifier[0] == "/" or specifier.split("/", 1)[0] in (".", ".."):
            return query.file(specifier)
        if specifier[0] == "#":
            return query.private()
        scheme = SCHEME.match(specifier)
        if scheme is not None:
            return query.url(scheme[1].lower())
        if specifier in BUILTINS and specifier not in PREFIX_ONLY:
            return self._builtin(specifier, specifier)
        if specifier in OWN_MODULES and not self._fs.exists(f"/node_modules/{specifier.partition('/')[0]}"):
            return Resolved(f"node:{OWN_MODULES[specifier]}", "builtin", "")
        return query.package()

    # Built-ins

    def _builtin(self, name: str, specifier: str) -> Resolved:
        if name in BUILTINS:
            if name.startswith("fs") and not self._allow_fs:
                raise ResolveError(
                    f"{specifier} is not available: this sandbox was made with allow_fs=False",
                    "Pass the data in through env, or make the sandbox with allow_fs=True.",
                    "ERR_ACCESS_DENIED",
                )
            return Resolved(f"node:{name}", "builtin", "")
        self._not_here(name)
        close = difflib.get_close_matches(name[:64], sorted(BUILTINS | ABSENT | REFUSED.keys()), 1)
        raise ResolveError(
            f"no such built-in module: {specifier[:200]!r}",
            f"Did you mean node:{close[0]}?" if close else "",
            "ERR_UNKNOWN_BUILTIN_MODULE",
        )

    def _not_here(self, name: str) -> None:
        if name in REFUSED:
            why, instead = REFUSED[name]
            raise ResolveError(
                f"node:{name} is not available in the sandbox: {why}", instead, "ERR_ACCESS_DENIED"
            )
        if name in ABSENT:
            raise ResolveError(
                f"node:{name} is not available: this version has {', '.join('node:' + b for b in sorted(BUILTINS))}",
                f"A package of that kind can be mounted under /node_modules/{name.split('/')[0]}.",
                "ERR_UNKNOWN_BUILTIN_MODULE",
            )


class _Query(msgspec.Struct, frozen=True):
    """One import on its way through the rules."""

    resolver: ModuleResolver
    specifier: str
    importer: str
    condition: str

    @property
    def _shown(self) -> str:
        text = self.specifier if len(self.specifier) <= 200 else self.specifier[:200] + "…"
        return repr(text)

    def file(self, specifier: str) -> Resolved:
        resolver = self.resolver
        # Specifiers are URLs: "%20" is a space, and a query asks for the same file. A file really so named comes first.
        plain = re.split(r"[?#]", specifier, maxsplit=1)[0]
        path = ""
        for text in dict.fromkeys((specifier, plain, unquote(plain))):
            if not text:
                continue
            try:
                path = normalize(text, self._directory())
            except BadPath as error:
                raise ResolveError(f"the import {self._shown} in {self.importer} {error.reason}") from None
            found = resolver._find_file(path, self.condition)
            if found:
                return resolver._resolved(found)
        raise self._missing(path)

    def url(self, scheme: str) -> Resolved:
        if scheme == "file":
            # By hand: urlsplit raises on some texts and drops characters from others.
            rest = self.specifier[5:]
            host, slash, path = (
                rest[2:].partition("/") if rest.startswith("//") else ("", "/", rest.lstrip("/"))
            )
            if host not in ("", "localhost"):
                raise ResolveError(f"cannot import {self._shown}: a file URL has no host here")
            return self.file(slash + path or "/")
        why = SCHEMES.get(
            scheme, "only relative and absolute paths, file: and node: URLs and package names can be"
        )
        raise ResolveError(
            f"cannot import {self._shown}: {scheme}: is not supported",
            why[0].upper() + why[1:] + ".",
            "ERR_UNSUPPORTED_ESM_URL_SCHEME",
        )

    def package(self) -> Resolved:
        resolver = self.resolver
        match = PACKAGE.fullmatch(self.specifier)
        if match is None:
            raise ResolveError(
                f"{self._shown} is not a valid package name (imported from {self.importer})",
                "Relative imports begin with ./ or ../",
                "ERR_INVALID_MODULE_SPECIFIER",
            )
        try:
            normalize(self.specifier)
        except BadPath as error:
            raise ResolveError(f"the import {self._shown} in {self.importer} {error.reason}") from None
        name, subpath = match[1], "." if match[2] is None else "./" + match[2]
        # `require("events/")`: the package and not the built-in; the slash says no more than that.
        bare = subpath in (".", "./")
        scope = resolver._scope(self.importer)
        if scope is not None and scope.fields.get("name") == name and scope.fields.get("exports") is not None:
            return self._exported(scope, subpath)
        for directory in ancestors(self.importer):
            if directory.rpartition("/")[2] == "node_modules":
                continue
            home = f"{directory.rstrip('/')}/node_modules/{name}"
            if resolver._kind(home) == "dir":
                package = resolver._package_at(home)
                if package is not None and package.fields.get("exports") is not None:
                    return self._exported(package, subpath)
                return self._legacy(home, subpath)
            # A single file as a package: `%%mount /node_modules/left-pad.js` is the quickest way to add one.
            if bare:
                single = next((home + e for e in APPENDED if resolver._file(home + e)), None)
                if single:
                    return resolver._resolved(single)
        if name not in PREFIX_ONLY:
            resolver._not_here(self.specifier)
        raise self._no_package(name)

    def private(self) -> Resolved:
        """`#name`: the imports field of the package the importer is in."""
        if self.specifier == "#" or self.specifier.startswith("#/"):
            raise ResolveError(
                f"{self._shown} is not a valid internal name (imported from {self.importer})",
                'A name in "imports" of package.json goes on behind the #, and not with a slash.',
                "ERR_INVALID_MODULE_SPECIFIER",
            )
        scope = self.resolver._scope(self.importer)
        imports = scope.fields.get("imports") if scope is not None else None
        if scope is None or not isinstance(imports, dict):
            raise ResolveError(
                f'{self._shown} is not defined: no package.json above {self.importer} has it in "imports"',
                code="ERR_PACKAGE_IMPORT_NOT_DEFINED",
            )
        found = self._match(scope, imports, self.specifier, internal=True)
        if found is None:
            raise ResolveError(
                f"{self._shown} is not defined in the imports of {scope.file}",
                code="ERR_PACKAGE_IMPORT_NOT_DEFINED",
            )
        return found

    def _exported(self, package: Package, subpath: str) -> Resolved:
        exports = package.fields["exports"]
        keyed = isinstance(exports, dict) and any(key.startswith(".") for key in exports)
        if keyed and not all(key.startswith(".") for key in exports):
            raise invalid(package.file, 'its "exports" mixes paths and conditions')
        if not keyed:
            exports = {".": exports}
        found = self._match(package, exports, subpath, internal=False)
        if found is None:
            shown = "its main entry" if subpath == "." else repr(subpath[:200])
            known = ", ".join(sorted(key for key in exports if exports[key] is not None)[:10])
            raise ResolveError(
                f"package {package.directory} does not export {shown} (imported from {self.importer})",
                f"Its exports are: {known}." if keyed and known else "",
                "ERR_PACKAGE_PATH_NOT_EXPORTED",
            )
        return found

    def _match(
        self, package: Package, table: Mapping[str, Any], key: str, *, internal: bool
    ) -> Resolved | None:
        if len(table) > MAX_TARGETS:
            raise invalid(package.file, f"it maps more than {MAX_TARGETS} paths")
        budget = [MAX_TARGETS]
        if key in table and "*" not in key:
            return self._target(package, table[key], "", internal, 0, budget)
        best, rest = "", ""
        for pattern in table:
            before, star, after = pattern.partition("*")
            if not star or "*" in after or not key.startswith(before) or key == before:
                continue
            if len(key) < len(pattern) or not key.endswith(after):
                continue
            # Node's order: the longest text before the star wins, then the longest pattern.
            if (len(before), len(pattern)) > (len(best.partition("*")[0]), len(best)):
                best, rest = pattern, key[len(before) : len(key) - len(after)]
        return self._target(package, table[best], rest, internal, 0, budget) if best else None

    def _target(
        self, package: Package, target: Any, rest: str, internal: bool, depth: int, budget: list[int]
    ) -> Resolved | None:
        budget[0] -= 1
        if depth > MAX_NESTING or budget[0] < 0:
            raise invalid(package.file, "its exports or imports are nested too deeply")
        if isinstance(target, str):
            text = target.replace("*", rest) if rest and len(target) < 4096 else target
            if not target.startswith("./"):
                if internal and not target.startswith(("../", "/")):
                    return self.resolver.resolve(text, package.file, require=self.condition == "require")
                raise _invalid_target(package, f"the target {target[:200]!r} does not begin with './'")
            if any(
                part in ("..", ".", "node_modules") for part in re.split(r"[/\\]|%2[fF]|%5[cC]", text[2:])
            ):
                raise _invalid_target(package, f"the target {text[:200]!r} leads out of the package")
            try:
                path = normalize(text, package.directory)
            except BadPath as error:
                raise _invalid_target(package, f"the target {text[:200]!r} {error.reason}") from None
            # Exact as in Node, but for sources in TypeScript: packages under development name their output.
            for ending in ("", *SOURCES.get("." + path.rpartition(".")[2], ())):
                candidate = path if not ending else path.rpartition(".")[0] + ending
                if self.resolver._file(candidate):
                    return self.resolver._resolved(candidate)
            raise ResolveError(f"cannot find {path}, which {package.file} names for {self._shown}")
        if isinstance(target, dict):
            for condition, inner in target.items():
                if condition in ("default", "node", "module-sync", self.condition):
                    found = self._target(package, inner, rest, internal, depth + 1, budget)
                    if found is not None or inner is None:
                        return found
            return None
        if isinstance(target, list):
            problem: ResolveError | None = None
            for inner in target:
                try:
                    found = self._target(package, inner, rest, internal, depth + 1, budget)
                except ResolveError as error:
                    problem = error
                    continue
                if found is not None:
                    return found
            if problem is not None:
                raise problem
            return None
        if target is None:
            return None
        raise _invalid_target(package, f"a target is {type(target).__name__}, not a path")

    def _legacy(self, home: str, subpath: str) -> Resolved:
        resolver = self.resolver
        if subpath in (".", "./"):
            found = resolver._find_in_directory(home, self.condition)
            if found is None:
                raise ResolveError(
                    f"package {home} has no main file (imported from {self.importer})",
                    'Its package.json names none in "exports", "module" or "main", and there is no index file.',
                )
            return resolver._resolved(found)
        try:
            path = normalize(subpath, home)
        except BadPath as error:
            raise ResolveError(f"the import {self._shown} in {self.importer} {error.reason}") from None
        if not path.startswith(home + "/"):
            raise ResolveError(f"the import {self._shown} in {self.importer} leads out of the package {home}")
        found = resolver._find_file(path, self.condition)
        if found is None:
            raise self._missing(path)
        return resolver._resolved(found)

    def _directory(self) -> str:
        return self.importer.rpartition("/")[0] or "/"

    def _missing(self, path: str) -> ResolveError:
        folder, _, name = path.rpartition("/")
        hint = ""
        try:
            names = self.resolver._fs.listdir(folder or "/")
        except QjsError:
            hint = f"There is no directory {folder}."
            if folder in ("", "/"):
                hint = ""
            elif path.startswith("/src/src/") and self.importer.startswith("/src/cell-"):
                hint = f"Cells stand in /src: write ./{path.removeprefix('/src/src/')}"
        else:
            # Names are the guest's: few and short ones, for the comparison is quadratic.
            stems = {n[:64].partition(".")[0]: n for n in reversed(names[:300])}
            close = difflib.get_close_matches(name[:64], [n[:64] for n in names[:300]], 3, 0.6)
            if not close:
                close = [
                    stems[s]
                    for s in difflib.get_close_matches(name[:64].partition(".")[0], list(stems), 3, 0.6)
                ]
            if close:
                hint = f"Did you mean {' or '.join(close)} in {folder or '/'}?"
        return ResolveError(
            f"Cannot find module {path} (imported from {self.importer})",
            hint or "Mount it with %%mount, or with mounts= of the sandbox.",
        )

    def _no_package(self, name: str) -> ResolveError:
        close: list[str] = []
        try:
            names = [n[:64] for n in self.resolver._fs.listdir("/node_modules")[:300]]
            close = difflib.get_close_matches(name[:64], names, 1, 0.75)
        except QjsError:
            pass
        if close:
            hint = f"Did you mean {close[0]}?"
        elif self.resolver._find_file(normalize(name, self._directory())):
            hint = f"Did you mean './{name}'? Relative imports begin with ./"
        else:
            hint = f"Add it with %npm add {name}, or mount it: %mount path/to/{name} /node_modules/{name}"
        return ResolveError(f"Cannot find package {name[:200]!r} (imported from {self.importer})", hint)


def _invalid_target(package: Package, why: str) -> ResolveError:
    return ResolveError(f"{package.file} is not usable: {why}", code="ERR_INVALID_PACKAGE_TARGET")
