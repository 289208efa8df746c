"""What the language server is told of the guest: its globals and its built-in modules, and nothing else.

Three sources, so that no declaration is written twice:

* **Which names** there are: `types/names.json`, asked of a real guest by `scripts/declarations.py`; a test asks again.
* **What they are**: the declarations of Node and of the web that the TypeScript server carries itself. They are read
  from the running server (`wanted`, `guest_files`), because they cannot simply be switched on: with Deno's library
  "node" every module and global of Node is known, `node:net` and `__dirname` too, and no import map reaches past
  an ambient module. So their text goes into the mirror with its modules renamed ("fs" → "~fs") and without the
  globals that the guest lacks; `node/fs.d.ts` then says `export { … } from "~fs"` with exactly the guest's names,
  and the import map leads "node:fs" and "fs" there. One import of a `node:` module that is mapped nowhere would
  switch Deno's library on for everything: so the refused ones are mapped to null, which is an error at the import.
* **What is the guest's own** (`h`, JSX, `prompt`, the test runner): `types/*.d.ts`, written by hand.

A server that has no such texts leaves every name in place, typed `any`: fewer hints, no false error.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

from qjs_kernel.language.declarations_text import (
    Global,
    exports_of,
    global_blocks,
    globals_of,
    modules_of,
    rename_modules,
    without,
)
from qjs_kernel.modules.tables import ABSENT, PREFIX_ONLY, REFUSED

__all__ = [
    "DIRECTORY",
    "ENTRIES",
    "EXCLUDED",
    "HIDDEN",
    "LIBS",
    "guest_files",
    "guest_names",
    "import_map",
    "shadowed",
    "wanted",
]

# The directory of the mirror that `guest_files` are named from.
DIRECTORY: Final = ".kernel"
# For compilerOptions.types, besides env.d.ts and cells.d.ts.
ENTRIES: Final = ("./.kernel/globals.d.ts",)
# For autoImportFileExcludePatterns: node/*.d.ts must stay importable ("add import from 'node:fs'"), their sources not.
HIDDEN: Final = ("**/.kernel/lib/**",)
# For "exclude" of deno.json: without it the server would take test.d.ts for a part of every program.
EXCLUDED: Final = ("./.kernel/test.d.ts",)
# For compilerOptions.lib: "esnext" without Temporal and decorators' metadata, which QuickJS does not have.
LIBS: Final = (
    "es2025", "esnext.array", "esnext.collection", "esnext.disposable", "esnext.error", "esnext.typedarrays",
)  # fmt: skip

# Of Deno's own libraries: web platform only, no Deno namespace.
_WEB: Final = ("shared_globals", "web", "url", "fetch", "crypto", "broadcast_channel")
_ASSET: Final = "deno:/asset/"
_INDEX: Final = "node/index.d.cts"
_REFERENCE: Final = re.compile(r'^/// <reference path="([^"]+)"', re.MULTILINE)
# Refused modules whose types others are made of (process.stdin is a tty.ReadStream, that is a net.Socket).
_NEEDED: Final = frozenset({"tty", "net"})
_SKIPPED: Final = (frozenset(REFUSED) | ABSENT) - _NEEDED | {"index"}
# Declared by hand in globals.d.ts, or by the other source.
_OWN: Final = frozenset({"console", "process", "navigator", "global"})
# The value that modules with `export =` are by themselves, where it is more than the sum of their names.
_CALLABLE: Final = frozenset({"assert", "assert/strict", "events", "module", "stream", "test"})
# Modules that are another one, or that the declarations know by their prefix only.
_SAME: Final = {"sys": "util", "test": "node:test"}
_UNCHECKED: Final = "// @ts-nocheck\n"


@cache
def guest_names() -> Mapping[str, Any]:
    """{"globals": [name, …], "modules": {"fs": [name, …], …}}, as scripts/declarations.py asked of a guest."""
    found: dict[str, Any] = json.loads(_type_file("names.json"))
    return found


def wanted(have: Mapping[str, str | None]) -> list[str]:
    """The addresses of the server's own declarations that `have` lacks still (address → text; None: there is none).

    Ask the server for each with `deno/virtualTextDocument`, add the answers, ask again; empty means complete. Two
    rounds, about 70 texts, 0.1 s.
    """
    needed = [f"{_ASSET}lib.deno.{name}.d.ts" for name in _WEB] + [_ASSET + _INDEX]
    for path in _REFERENCE.findall(have.get(_ASSET + _INDEX) or ""):
        name = posixpath.normpath(posixpath.join("node", path))
        if _module(name) not in _SKIPPED:
            needed.append(_ASSET + name)
    return [each for each in dict.fromkeys(needed) if each not in have]


def guest_files(assets: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Every declaration file, by its name below `.kernel/` ("globals.d.ts", "node/fs.d.ts", "lib/node/fs.d.ts" …).

    `assets`: the server's own declarations, collected with `wanted`. Without them the guest's names are declared as
    `any`. A text of an unexpected form costs types, never a name: the names are those of the guest.
    """
    texts = {address.removeprefix(_ASSET): text for address, text in (assets or {}).items() if text}
    wanted_globals = frozenset(guest_names()["globals"]) - _OWN
    made = _web_files(texts, wanted_globals)
    libraries = dict(made.files)
    modules = _modules(texts)
    node = _node_files(texts, wanted_globals - made.declared, frozenset(modules))
    libraries.update(node.files)
    known = made.declared | node.declared | made.types | node.types
    out = {f"lib/{name}": _UNCHECKED + text for name, text in libraries.items()}
    out["lib/names.d.ts"] = _UNCHECKED + _named_modules(modules)
    out["lib/modules.d.ts"] = _UNCHECKED + _ambient_modules(modules)
    references = "".join(f'/// <reference path="./{name}" />\n' for name in out)
    out["globals.d.ts"] = _globals(references, known, "process" in modules)
    for name in guest_names()["modules"]:
        text = _module_text(name, modules).replace("const whole:", "declare const whole:")
        out[f"node/{name}.d.ts"] = _UNCHECKED + text
    for name in ("jsx-runtime.d.ts", "test.d.ts"):
        out[name] = _type_file(name)
    return out


def shadowed(made: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """What some of the files (of `guest_files`) become when cells have global values of these `names` themselves.

    A cell may declare `h` or `process`, and the newest declaration wins: TypeScript would keep the guest's. Names that
    are types too (`URL`, `Event`) must stay: so many other declarations are made of them.
    """
    found: dict[str, list[Global]] = {}
    types: set[str] = set()
    for name, text in made.items():
        if name == "globals.d.ts" or name.startswith("lib/"):
            every = [*globals_of(text), *(each for block in global_blocks(text) for each in block)]
            types.update(each.name for each in every if not each.is_value)
            found[name] = [each for each in every if each.is_value and each.name in names]
    changed = {}
    for name, several in found.items():
        cut = [each for each in several if each.name not in types]
        if cut:
            changed[name] = without(made[name], cut)
    return changed


def import_map() -> dict[str, Any]:
    """The entries of deno.json that belong to these files: {"imports": {…}}, targets relative to the mirror's root.

    `import "test"` brings the globals of a run of tests (describe, expect …). Nothing else loads test.d.ts: for a
    `%%test` cell, whose unfinished text cannot be trusted with an import, let an entry of compilerOptions.types import
    it while such a cell is open. A mounted package of the same name as one of these comes first, as in the
    sandbox: put its entry after these. null refuses a module: an error at its import.
    """
    imports: dict[str, str | None] = {}
    for name in sorted(REFUSED.keys() | ABSENT):
        imports.update(dict.fromkeys(_specifiers(name)))
    for name in guest_names()["modules"]:
        imports.update(dict.fromkeys(_specifiers(name), f"./{DIRECTORY}/node/{name}.d.ts"))
    runtime = f"./{DIRECTORY}/jsx-runtime.d.ts"
    own = {"react/jsx-runtime": runtime, "react/jsx-dev-runtime": runtime, "test": f"./{DIRECTORY}/test.d.ts"}
    return {"imports": {**imports, **own}}


def _specifiers(name: str) -> tuple[str, ...]:
    return (f"node:{name}",) if name in PREFIX_ONLY else (f"node:{name}", name)


class _Made:
    """Files for lib/, the global values that they declare, and the global types."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.declared: frozenset[str] = frozenset()
        self.types: frozenset[str] = frozenset()

    def add(self, name: str, text: str, found: Iterable[Global], keep: frozenset[str]) -> None:
        found = list(found)
        drop = [
            each for each in found if each.is_value and (each.name not in keep or each.name in self.declared)
        ]
        dropped = {id(each) for each in drop}
        self.files[name] = without(text, drop)
        self.declared |= {each.name for each in found if each.is_value and id(each) not in dropped}
        self.types |= {each.name for each in found if not each.is_value}


def _web_files(texts: Mapping[str, str], keep: frozenset[str]) -> _Made:
    made = _Made()
    for name in _WEB:
        text = texts.get(f"lib.deno.{name}.d.ts")
        if text is not None:
            # "no-default-lib" in any file would take the ECMAScript libraries away.
            text = re.sub(r"^/// <reference .*$", "", text, flags=re.MULTILINE)
            text = re.sub(r"RequestInit & \{\s*client\?: Deno\.HttpClient;?\s*\}", "RequestInit", text)
            # Node has these too, and its timers and its queueMicrotask are the guest's.
            made.add(f"web/{name}.d.ts", text, globals_of(text), keep - {"queueMicrotask"})
    return made


def _node_files(texts: Mapping[str, str], keep: frozenset[str], modules: frozenset[str]) -> _Made:
    made = _Made()
    every = {name for text in texts.values() for name in modules_of(text)}
    for path, text in texts.items():
        if not path.startswith("node/") or path == _INDEX:
            continue
        # Node's own declarations step back where a browser's are there, and find that out by `onmessage`. Here the
        # web's are, but no `onmessage` may be offered.
        text = re.sub(r"typeof globalThis extends \{ onmessage: any;? \}", "unknown extends unknown", text)
        text = re.sub(r"^/// <reference .*$", "", text, flags=re.MULTILINE)
        module = _module(path)
        names = guest_names()["modules"].get(module)
        if module in _CALLABLE and names is not None:
            text = _only(text, frozenset(names))
        found = [each for block in global_blocks(text) for each in block]
        made.add(path.replace(".d.cts", ".d.ts"), text, found, keep)
    made.files = {name: rename_modules(text, every) for name, text in made.files.items()}
    return made


def _only(text: str, names: frozenset[str]) -> str:
    """The text of a module that is a function with members, without the members that the guest's has not."""
    inner = [each for each in globals_of(text, indent=8) if each.is_value and each.kind == "function"]
    return without(text, [each for each in inner if each.name not in names])


def _modules(texts: Mapping[str, str]) -> _Modules:
    """The modules that the server's declarations know."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for path, text in texts.items():
        if path.startswith("node/"):
            for name, body in modules_of(text).items():
                types, only = exports_of(body)
                before = found.get(name, (frozenset(), frozenset()))
                found[name] = before[0] | types, before[1] | only
    return found


def _globals(references: str, known: frozenset[str], process: bool) -> str:
    names = guest_names()
    own = _type_file("globals.d.ts")
    there = {each.name for each in globals_of(own)} | {each.name for each in globals_of(own, indent=2)}
    language = {"undefined", "NaN", "Infinity", "eval", "env", "escape", "unescape"}
    rest = [
        each
        for each in names["globals"]
        if each not in known | there | language | _ECMASCRIPT and each.isidentifier()
    ]
    lines = [references, own]
    if process:
        members = " | ".join(json.dumps(each) for each in names["modules"]["process"])
        lines.append(f"interface GuestProcess extends Pick<NodeJS.Process, {members}> {{}}")
        console = " | ".join(json.dumps(each) for each in names["modules"]["console"])
        lines.append(f"interface GuestConsole extends Pick<Console, {console}> {{}}")
    else:
        lines.append(
            "interface GuestProcess { [name: string]: any }\ninterface GuestConsole { [name: string]: any }"
        )
    for name in rest:
        lines.append(f"declare var {name}: any;")
        if name[0].isupper():
            lines.append(f"type {name} = any;")
    return "\n".join(lines) + "\n"


def _named_modules(modules: _Modules) -> str:
    """Modules "~~fs" with the guest's names only: what `import * as` and `import` of the whole have in common."""
    out = []
    for name, values in guest_names()["modules"].items():
        private = _SAME.get(name, name)
        names = [each for each in values if each.isidentifier() and each != "default"]
        if private not in modules:
            lines = [f"  export const {each}: any;" for each in names]
        else:
            types, only = modules[private]
            values = [each for each in names if each not in only]
            lines = [f'  export {{ {", ".join(values)} }} from "~{private}";'] if values else []
            for each in sorted(only.intersection(names)):
                # A class of the guest's that Node has too, but that the declarations know the instances of only.
                lines.append(f'  import type {{ {each} as {each}_ }} from "~{private}";')
                lines.append(
                    f"  export type {each} = {each}_;\n  export const {each}: new (...args: any[]) => {each}_;"
                )
            rest = sorted(types - set(names))
            lines += [f'  export type {{ {", ".join(rest)} }} from "~{private}";'] if rest else []
        out.append(f'declare module "~~{name}" {{\n' + "\n".join([*lines, "  export {};"]) + "\n}\n")
    return "".join(out)


def _module_text(name: str, modules: _Modules) -> str:
    """What the module itself exports: the names, and the whole of it as default."""
    private = _SAME.get(name, name)
    if private not in modules:
        whole = "const whole: any;"
    elif name == "process":
        whole = "const whole: GuestProcess;"
    elif name == "console":
        whole = "const whole: GuestConsole;"
    elif name in _CALLABLE:
        whole = f'import whole from "~{private}";'
    else:
        whole = f'import * as whole from "~~{name}";'
    return f'export * from "~~{name}";\n{whole}\nexport default whole;\n'


def _ambient_modules(modules: _Modules) -> str:
    """The same once more by name: the import map does not hold for the declarations of packages in node_modules."""
    return "".join(
        f'declare module "{specifier}" {{\n{_module_text(name, modules)}}}\n'
        for name in guest_names()["modules"]
        for specifier in _specifiers(name)
    )


def _module(path: str) -> str:
    return path.removeprefix("node/").removesuffix(".d.cts")


def _type_file(name: str) -> str:
    return files("qjs_kernel.language").joinpath("types", name).read_text("utf-8")


# Modules by name: the types that each exports, and those of them that are no values.
_Modules: TypeAlias = Mapping[str, tuple[frozenset[str], frozenset[str]]]
# What compilerOptions.lib declares already.
_ECMASCRIPT: Final = frozenset(
    re.findall(
        r"\w+",
        """AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean
        DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array
        Function Int16Array Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError
        ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError URIError
        Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent
        encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt""",
    )
)
