"""Guest text → `Module`: what is wrong with it, what it imports, exports and declares, whether it is complete."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from tree_sitter import Tree

from qjs_kernel.positions import Utf8Bytes, utf8_to_codepoint

from . import oxc
from .faults import Fault, Stop, describe, find_stop
from .grammar import Dialect, parse_tree
from .jsx import runtime_request
from .names import Exports, ImportedName, TopName, survey

__all__ = [
    "Dialect",
    "Exports",
    "Fault",
    "ImportedName",
    "Module",
    "TopName",
    "completeness",
    "dialect_of",
    "parse",
    "place",
]

_DIALECTS: dict[str, Dialect] = {
    ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx", ".js": "js", ".mjs": "js", ".cjs": "js", ".jsx": "jsx",
}  # fmt: skip

# Names of ours in the generated head line; a module that declared them would cut itself off.
RESERVED = "__qjs"

# Newest syntax the grammar lacks but that erases to blanks: patched where the parser stops, at most this often.
_PATCHES = 24


def dialect_of(path: str) -> Dialect | None:
    """The dialect a file name asks for, or None where it is not a script."""
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return _DIALECTS.get(dot + extension)


@dataclass(frozen=True)
class Module:
    """A parsed text.

    `data` is what was parsed: the text as UTF-8 with lone CR as LF, or (`aligned`) what OXC made of it with the
    lines kept. `literal` is the reading of `{ … }` as an object, for cells.
    """

    text: str
    dialect: Dialect
    fault: Fault | None
    requests: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    imports: tuple[ImportedName, ...] = ()
    exports: Exports = field(default_factory=Exports)
    names: tuple[TopName, ...] = ()
    data: bytes = field(default=b"", repr=False)
    tree: Tree | None = field(default=None, repr=False, compare=False)
    aligned: bool = False
    literal: Module | None = field(default=None, repr=False, compare=False)
    types: frozenset[str] = field(default=frozenset(), repr=False)
    block_fault: Fault | None = field(default=None, repr=False)


class _Lines:
    """UTF-8 offsets of one text → user positions."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.starts = [0, *(match.end() for match in re.finditer(rb"\n", data))]

    def line(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def place(self, offset: int) -> tuple[int, int]:
        line = self.line(offset)
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.data)
        text = self.data[start:end].decode("utf-8", "replace")
        return line, utf8_to_codepoint(text, Utf8Bytes(offset - start)) + 1


def place(data: bytes, offset: int) -> tuple[int, int]:
    """1-based line and column (code points) of a UTF-8 offset."""
    return _Lines(data).place(offset)


def encode(text: str) -> tuple[bytes, Fault | None]:
    """The text as the parser and the engine see it: UTF-8, lone CR as LF; a fault where it cannot be said so."""
    if "\r" in text:
        # The engine counts a lone CR as a line in code but not in comments; an LF means the same everywhere.
        text = re.sub(r"\r(?!\n)", "\n", text)
    for pattern, message in (
        ("[\ud800-\udfff]", "half of a surrogate pair (U+{:04X}); in a string write it as \\u{:04x}"),
        ("\0", "unexpected character U+{:04X}; in a string write it as \\0"),
    ):
        match = re.search(pattern, text) if pattern == "\0" or not text.isascii() else None
        if match:
            before = text[: match.start()]
            code = ord(match[0])
            fault = Fault(
                before.count("\n") + 1,
                len(before) - (before.rfind("\n") + 1) + 1,
                message.format(code, code),
            )
            return text.encode("utf-8", "replace").replace(b"\0", b"?"), fault
    return text.encode(), None


Reader = Callable[[str, Dialect], str | None]


def parse(text: str, dialect: Dialect, second: Reader = oxc.transform) -> Module:
    """Parse a module. Never raises for what the text says: `Module.fault` tells what is wrong with it.

    second   reads what the grammar cannot: JavaScript on the user's lines, or None
    """
    data, fault = encode(text)
    if fault is not None:
        return Module(text, dialect, fault, data=data)
    if data.startswith(b"#!"):
        # It would no longer be at the start behind the head line; a comment of the same width is.
        data = b"//" + data[2:]
    module = _parse(text, data, dialect, second)
    if data.lstrip()[:1] == b"{":
        module = _with_literal(module, data)
    return module


def _with_literal(module: Module, data: bytes) -> Module:
    """Try `{ … }` as an object literal, as a REPL reads it (not behind a final semicolon)."""
    if data.rstrip()[-1:] == b";":
        return module
    last = data[data.rfind(b"\n") + 1 :]
    wrapped = b"(" + data + (b"\n)" if b"//" in last else b")")
    tree = parse_tree(wrapped, module.dialect)
    root = tree.root_node
    statements = [child for child in root.named_children if child.type != "comment"]
    if root.has_error or len(statements) != 1 or statements[0].type != "expression_statement":
        return module
    inner = statements[0].named_child(0)
    content = (
        [child for child in inner.named_children if child.type != "comment"] if inner is not None else []
    )
    if (
        inner is None
        or inner.type != "parenthesized_expression"
        or [node.type for node in content] != ["object"]
    ):
        return module
    literal = _survey(module.text, wrapped, module.dialect, tree)
    return replace(module, fault=None, literal=replace(literal, names=()), block_fault=module.fault)


def _parse(text: str, data: bytes, dialect: Dialect, second: Reader) -> Module:
    tree = parse_tree(data, dialect)
    type_stars: list[str] = []
    stop: Stop | None = None
    if tree.root_node.has_error:
        original = stop = find_stop(data, dialect, tree)
        for _ in range(_PATCHES):
            patched = (
                _patch(data, stop, type_stars) if dialect in ("ts", "tsx") or stop.kind == "token" else None
            )
            if patched is None:
                break
            data = patched
            tree = parse_tree(data, dialect)
            if not tree.root_node.has_error:
                stop = None
                break
            stop = find_stop(data, dialect, tree)
        if stop is not None:
            stop = original if stop.offset < original.offset else stop
    if stop is not None:
        return _rescue(text, data, dialect, tree, stop, type_stars, second)
    return _survey(text, data, dialect, tree, type_stars)


_VARIANCE = re.compile(rb"[<,]\s*(?:const\s+)?((?:in\s+)?(?:out\s+)?)(?=[\w$\x80-\xff])")
_TYPE_STAR = re.compile(
    rb"export\s+type\s*\*\s*(?:as\s+[\w$\"'-]+\s+)?from\s*(\"[^\"\n]*\"|'[^'\n]*')(?:\s*with\s*\{[^}]*\})?\s*;?"
)
_ATTRIBUTES = re.compile(rb"(?:with|assert)\s*\{[^{}]*\}")


def _patch(data: bytes, stop: Stop, type_stars: list[str]) -> bytes | None:
    """Blank a construct the grammar does not know, if `stop` is inside one."""
    if stop.kind != "token":
        return None
    at = stop.offset
    match = _ATTRIBUTES.match(data, at)
    if match and data[:at].rstrip()[-1:] in (b'"', b"'"):
        return _blank(data, match.start(), match.end())
    if data[at : at + 1] == b"*":
        start = data.rfind(b"export", 0, at)
        match = _TYPE_STAR.match(data, start) if start >= 0 else None
        if match and match.end() > at:
            type_stars.append(match[1][1:-1].decode("utf-8", "replace"))
            return _blank(data, match.start(), match.end(), b";")
    start = max(data.rfind(b"<", 0, at), data.rfind(b",", 0, at))
    match = _VARIANCE.match(data, start) if start >= 0 else None
    if match and match[1] and match.start(1) <= at <= match.end(1):
        return _blank(data, match.start(1), match.end(1))
    return None


def _blank(data: bytes, start: int, end: int, first: bytes = b" ") -> bytes:
    space = re.sub(rb"[^\r\n]", b" ", data[start:end])
    return data[:start] + first + space[1:] + data[end:]


def _rescue(
    text: str,
    data: bytes,
    dialect: Dialect,
    tree: Tree,
    stop: Stop,
    type_stars: list[str],
    second: Reader,
) -> Module:
    """OXC's reading where tree-sitter has none, else the fault."""
    lines = _Lines(data)
    aligned = None if stop.certain else second(data.decode(), dialect)
    if aligned is not None:
        # JavaScript needs no erasing, and OXC would drop imports that look unused: keep the user's own.
        plain = data if dialect == "js" else aligned.encode()
        reading: Dialect = "js" if dialect in ("ts", "js") else "jsx"
        module = _survey(text, plain, reading, parse_tree(plain, reading), type_stars)
        hidden = oxc.exported_types(text)
        exports = replace(module.exports, types=module.exports.types | hidden)
        return replace(module, dialect=dialect, aligned=True, exports=exports)
    line, column = lines.place(stop.offset)
    rest = data[stop.offset : stop.offset + 400].decode("utf-8", "replace")
    message = describe(stop, rest, {at: lines.line(at) for _, at in stop.opened})
    return Module(text, dialect, Fault(line, column, message), data=data)


def _survey(
    text: str, data: bytes, dialect: Dialect, tree: Tree, type_stars: list[str] | None = None
) -> Module:
    found = survey(tree.root_node, data, dialect)
    lines = _Lines(data)
    fault: Fault | None = None
    if found.problem is not None:
        offset, message = found.problem
        fault = Fault(*lines.place(offset), message)
    names: list[TopName] = []
    for name, (kind, offset) in found.names.items():
        line, column = lines.place(offset)
        names.append(TopName(name, kind, line, column))
        if fault is None and name.startswith(RESERVED):
            fault = Fault(
                line, column, f"'{name}' is reserved: names beginning with {RESERVED} are the sandbox's own"
            )
    if dialect.endswith("x"):
        runtime = runtime_request(tree.root_node, dialect)
        if runtime is not None:
            found.requests.setdefault(runtime)
    stars = dict.fromkeys([*found.stars, *(type_stars or ())])
    return Module(
        text,
        dialect,
        fault,
        tuple(found.requests),
        tuple(found.dynamic),
        tuple(found.imports),
        Exports(frozenset(found.values), frozenset(found.types), tuple(stars), tuple(found.reexports)),
        tuple(names),
        data,
        tree,
        types=frozenset(found.local_types - found.names.keys()),
    )


def completeness(
    text: str, dialect: Dialect, second: Reader = oxc.transform
) -> tuple[Literal["complete", "incomplete", "invalid"], str]:
    """Whether a prompt should run `text`, ask for more lines (with this indent), or report it as wrong."""
    data, fault = encode(text)
    if fault is not None:
        return "invalid", ""
    tree = parse_tree(data, dialect)
    if not tree.root_node.has_error:
        return "complete", ""
    stop = find_stop(data, dialect, tree)
    if stop.kind in ("end", "template", "comment"):
        return "incomplete", "" if stop.kind in ("template", "comment") else _indent(text, stop)
    return ("invalid" if parse(text, dialect, second).fault is not None else "complete"), ""


def _indent(text: str, stop: Stop) -> str:
    lines = text.splitlines() or [""]
    last = lines[-1] if lines[-1].strip() else next((line for line in reversed(lines) if line.strip()), "")
    current = last[: len(last) - len(last.lstrip())]
    deeper = last.rstrip().endswith(("{", "(", "[", "=>", "=", ",", ":")) and not last.rstrip().endswith(",")
    unit = "\t" if current.startswith("\t") else "  "
    if not stop.opened and last.rstrip().endswith(")"):
        deeper = True
    return current + unit if deeper else current
