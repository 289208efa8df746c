"""What the resolver knows by heart: built-ins, refusals, endings; and what it gives and raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from qjs_kernel.errors import QjsError
from qjs_kernel.limits import MIB

ModuleKind: TypeAlias = Literal["esm", "cjs", "json", "builtin"]

BUILTINS: Final[frozenset[str]] = frozenset({
    "assert", "assert/strict", "async_hooks", "buffer", "console", "constants", "crypto", "diagnostics_channel",
    "events", "fs", "fs/promises", "module", "os", "path", "path/posix", "path/win32", "perf_hooks", "process",
    "punycode", "querystring", "readline", "readline/promises", "stream", "stream/consumers", "stream/promises",
    "stream/web", "string_decoder", "sys", "test", "timers", "timers/promises", "tty", "url", "util", "util/types",
    "zlib",
})  # fmt: skip
# Not Node's: what compiled JSX imports, and what switches the test runner's globals on. A mounted package of the
# name comes first. Each with the built-in that it is.
OWN_MODULES: Final[Mapping[str, str]] = {
    "react/jsx-runtime": "react/jsx-runtime",
    "react/jsx-dev-runtime": "react/jsx-dev-runtime",
    "test": "test/globals",
    "vitest": "test/globals",
    "@jest/globals": "test/globals",
}
_NETWORK: Final = (
    "it would reach the network",
    "Use fetch where the owner allows it (allow_fetch=, %allow fetch HOST).",
)
_PROCESSES: Final = (
    "it would start processes",
    "Use env functions for what the host should do on behalf of the code.",
)
_DEBUGGER: Final = ("it would open the engine to a debugger", "Use console.log, util.inspect or node:assert.")
# Out by design: each would reach past the sandbox. Why ("… is not available in the sandbox: WHY"), and what to use.
REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "child_process": _PROCESSES,
    "cluster": _PROCESSES,
    "dgram": _NETWORK,
    "dns": _NETWORK,
    "dns/promises": _NETWORK,
    "http": _NETWORK,
    "http2": _NETWORK,
    "https": _NETWORK,
    "inspector": _DEBUGGER,
    "inspector/promises": _DEBUGGER,
    "net": _NETWORK,
    "repl": ("it would read the terminal", "Run cells, or use node:readline to ask for lines."),
    "tls": _NETWORK,
    "v8": ("the engine is QuickJS, not V8", "Use structuredClone to copy values, JSON to store them."),
    "vm": (
        "it would make new global scopes",
        "Run the code in a sandbox of its own (a second Sandbox in Python).",
    ),
    "wasi": (
        "it would reach the host",
        "Use env functions for what the host should do on behalf of the code.",
    ),
    "worker_threads": (
        "it would start threads",
        "Do the work in the program itself, in parts between awaits.",
    ),
}
# Real modules of Node that this version does not have.
ABSENT: Final[frozenset[str]] = frozenset({"domain", "sea", "sqlite", "test/reporters", "trace_events"})
# Only with their prefix, as in Node: the bare names are ordinary packages.
PREFIX_ONLY: Final[frozenset[str]] = frozenset({"sea", "sqlite", "test", "test/reporters"})
SCHEMES: Final[Mapping[str, str]] = {
    "http": "code is not loaded from the network; mount the file instead",
    "https": "code is not loaded from the network; mount the file instead",
    "npm": "add the package with %npm add, or mount it under /node_modules, and import it by its name",
    "jsr": "only packages of npm can be added, with %npm add; others are mounted under /node_modules",
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
PACKAGED: Final = (".js", ".json", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".d.ts")
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
    """Where an import leads: the file's real path ("node:fs" for a built-in), its kind, its content's digest.

    lasting  it stays so while nothing in /node_modules changes, whatever happens elsewhere
    """

    path: str
    kind: ModuleKind
    digest: str
    lasting: bool = False


READ_IT: Final = "Read it with node:fs instead: readFileSync(path)."
