"""What the resolver knows by heart: built-ins, refusals, endings; and what it gives and raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from qjs_kernel.errors import QjsError
from qjs_kernel.limits import MIB

ModuleKind: TypeAlias = Literal["esm", "cjs", "json", "builtin"]

BUILTINS: Final[frozenset[str]] = frozenset({"fs", "fs/promises", "process"})
# Not Node's, but what compiled JSX imports.
OWN_MODULES: Final[frozenset[str]] = frozenset({"react/jsx-runtime", "react/jsx-dev-runtime"})
# Out by design: each would reach past the sandbox. The text completes "… is not available in the sandbox: ".
REFUSED: Final[Mapping[str, str]] = {
    "child_process": "it would start processes",
    "cluster": "it would start processes",
    "dgram": "it would reach the network",
    "dns": "it would reach the network",
    "dns/promises": "it would reach the network",
    "http": "it would reach the network",
    "http2": "it would reach the network",
    "https": "it would reach the network",
    "inspector": "it would open the engine to a debugger",
    "inspector/promises": "it would open the engine to a debugger",
    "net": "it would reach the network",
    "repl": "it would read the terminal",
    "tls": "it would reach the network",
    "tty": "it would reach the terminal",
    "v8": "the engine is QuickJS, not V8",
    "vm": "it would make new global scopes",
    "wasi": "it would reach the host",
    "worker_threads": "it would start threads",
}
# Real modules of Node that this version does not have.
ABSENT: Final[frozenset[str]] = frozenset({
    "assert", "assert/strict", "async_hooks", "buffer", "console", "constants", "crypto",
    "diagnostics_channel", "domain", "events", "module", "os", "path", "path/posix", "path/win32",
    "perf_hooks", "process", "punycode", "querystring", "readline", "readline/promises", "sea", "sqlite",
    "stream", "stream/consumers", "stream/promises", "stream/web", "string_decoder", "sys", "test",
    "test/reporters", "timers", "timers/promises", "trace_events", "url", "util", "util/types", "zlib",
})  # fmt: skip
# Only with their prefix, as in Node: the bare names are ordinary packages.
PREFIX_ONLY: Final[frozenset[str]] = frozenset({"sea", "sqlite", "test", "test/reporters"})
SCHEMES: Final[Mapping[str, str]] = {
    "http": "code is not loaded from the network; mount the file instead",
    "https": "code is not loaded from the network; mount the file instead",
    "npm": "packages are not downloaded; mount the package under /node_modules and import it by its name",
    "jsr": "packages are not downloaded; mount the package under /node_modules and import it by its name",
    "data": "mount the text as a file instead",
    "blob": "mount the text as a file instead",
    "bun": "this is not Bun",
}
# What an ending may stand for besides itself, nearest first, as TypeScript has it.
SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
APPENDED: Final = (".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".cts", ".json", ".d.ts")
CODE: Final = frozenset({".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"})
MAX_PACKAGE_JSON: Final = MIB
MAX_NESTING: Final = 32
MAX_TARGETS: Final = 1000

SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
PACKAGE: Final = re.compile(r"(@[^/\\%]+/[^/\\%]+|[^@/\\%.][^/\\%]*)(?:/(.*))?", re.DOTALL)
MODULE_SYNTAX: Final = re.compile(
    r"^(?:import\s*(?:[\w$*{\"']|$)|export\s*(?:[*{]|(?:default|const|let|var|function|class|async)\b))",
    re.MULTILINE,
)


class ResolveError(QjsError):
    """An import that leads nowhere. `hint` says what to do about it ("" for nothing to say), `code` is Node's."""

    def __init__(self, message: str, hint: str = "", code: str = "ERR_MODULE_NOT_FOUND") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class Resolved(msgspec.Struct, frozen=True):
    """Where an import leads: the file's real path ("node:fs" for a built-in), its kind, its content's digest."""

    path: str
    kind: ModuleKind
    digest: str


READ_IT: Final = "Read it with node:fs instead: readFileSync(path)."
