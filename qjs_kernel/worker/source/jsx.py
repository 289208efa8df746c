"""JSX → function calls, compiled by esbuild one element at a time.

esbuild sees only the shell of an element: what stands in braces is replaced by a placeholder and put back
afterwards, so it keeps its lines, may hold TypeScript, `await`, `super` or further JSX, and needs no recursion.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from importlib import import_module

from tree_sitter import Node

from .edits import Edits
from .grammar import Dialect, captures

__all__ = ["Runtime", "compile_elements", "runtime_request"]

# specifier → names of the automatic runtime that the head line imports, under reserved names
Runtime = dict[str, set[str]]

_PRAGMA = re.compile(rb"@(jsx|jsxFrag|jsxImportSource|jsxRuntime)\s+([\w$./@:-]+)")
_IMPORT = re.compile(r'import \{([^}]*)\} from "([^"]*)";\s*')
_PLACEHOLDER = re.compile(r'"(?:[^"\\]|\\.)*"|\b__qjs_(\d+)\b')
_OUTPUT_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w$]+')


class JsxError(Exception):
    """An element that cannot be compiled, at a UTF-8 offset."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


def _pragmas(root: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in root.children:
        if child.type not in ("comment", "hash_bang_line"):
            break
        for name, value in _PRAGMA.findall(child.text or b""):
            found[name.decode()] = value.decode()
    return found


def _is_automatic(pragmas: dict[str, str]) -> bool:
    runtime = pragmas.get("jsxRuntime", "automatic" if "jsxImportSource" in pragmas else "classic")
    return runtime == "automatic"


def runtime_request(root: Node, dialect: Dialect) -> str | None:
    """The module that the pragmas of a file make every element import, if there is one."""
    pragmas = _pragmas(root)
    if not _is_automatic(pragmas) or not captures("jsx", dialect, root).get("jsx"):
        return None
    return pragmas.get("jsxImportSource", "react") + "/jsx-runtime"


def compile_elements(root: Node, dialect: Dialect, edits: Edits) -> Runtime:
    """Note the compiled form of every element in `edits`. Raises JsxError."""
    elements = captures("jsx", dialect, root).get("jsx", ())
    runtime: Runtime = {}
    if not elements:
        return runtime
    pragmas = _pragmas(root)
    automatic = _is_automatic(pragmas)
    if automatic:
        header = (
            f"/** @jsxRuntime automatic */ /** @jsxImportSource {pragmas.get('jsxImportSource', 'react')} */ "
        )
    else:
        header = (
            f"/** @jsx {pragmas.get('jsx', 'h')} */ /** @jsxFrag {pragmas.get('jsxFrag', 'Fragment')} */ "
        )
    for element in elements:
        parent = element.parent
        if parent is None or parent.type not in ("jsx_element", "jsx_attribute"):
            _element(element, header, edits, runtime)
    return runtime


def _shell(element: Node) -> Iterator[Node]:
    """The braces and type arguments that belong to the element itself, in source order."""
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.type in ("jsx_expression", "type_arguments"):
            yield node
        elif node.type.startswith("jsx_"):
            waiting.extend(reversed(node.named_children))


def _element(element: Node, header: str, edits: Edits, runtime: Runtime) -> None:
    data = edits.data
    start, end = element.byte_range
    holes: list[tuple[int, int]] = []
    shell = bytearray()
    at = start
    for node in _shell(element):
        shell += data[at : node.start_byte]
        at = node.end_byte
        if node.type == "type_arguments":
            continue
        content = [child for child in node.named_children if child.type != "comment"]
        if not content:
            shell += b"{}"
            continue
        first, dots = content[0], b""
        inner = node.start_byte + 1
        if first.type == "spread_element":
            inner, dots = first.start_byte + 3, b"..."
        shell += b"{" + dots + f"__qjs_{len(holes)}".encode() + b"}"
        holes.append((inner, node.end_byte - 1))
    shell += data[at:end]
    text = _transform(header, shell.decode(), element.start_byte, runtime)
    found = [match for match in _PLACEHOLDER.finditer(text) if match[1] is not None]
    order = [int(match[1]) for match in found]
    if order == list(range(len(holes))):
        chunks = _cut(text, [match.span() for match in found])
    else:
        # esbuild moved a `key`: evaluate in source order, then use by number.
        body = _PLACEHOLDER.sub(lambda m: f"__qjs_a[{m[1]}]" if m[1] is not None else m[0], text)
        chunks = [f"((__qjs_a)=>{body})([", *[","] * (len(holes) - 1), "])"]
    _place(chunks, holes, start, end, edits)


def _cut(text: str, spans: list[tuple[int, int]]) -> list[str]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]


def _place(chunks: list[str], holes: list[tuple[int, int]], start: int, end: int, edits: Edits) -> None:
    """Put the chunks around the holes, each with as many line ends as the text it stands for."""
    data = edits.data
    at = start
    for index, chunk in enumerate(chunks):
        stop = holes[index][0] if index < len(holes) else end
        newlines = "\n" * data.count(b"\n", at, stop)
        if index < len(holes):
            text = chunk + newlines
        elif index:
            text = newlines + chunk
        else:
            text = chunk[:-1] + newlines + chunk[-1:]
        edits.put(at, stop, text.encode())
        at = holes[index][1] if index < len(holes) else end


def _provide_distutils() -> None:
    """esbuild-py imports distutils, which Python 3.12 has no longer; setuptools brings it.

    Its hook is installed by a .pth file, and the worker runs without the site module that would read that.
    """
    if sys.version_info >= (3, 12):
        with contextlib.suppress(ImportError):
            import_module("_distutils_hack").add_shim()


def _transform(header: str, shell: str, offset: int, runtime: Runtime) -> str:
    try:
        _provide_distutils()
        from esbuild_py import transform
    except (ImportError, OSError) as problem:
        raise JsxError(
            offset, "JSX needs the Python package esbuild-py, which is not installed here"
        ) from problem
    output = transform(f"{header}({shell})")
    if not output:
        raise JsxError(offset, "this JSX element cannot be compiled")
    names: dict[str, str] = {}
    while match := _IMPORT.match(output):
        for item in match[1].split(","):
            name, _, local = (part.strip() for part in item.partition(" as "))
            names[local or name] = f"__qjs_{name}"
            runtime.setdefault(match[2], set()).add(name)
        output = output[match.end() :]
    output = output.strip().removesuffix(";")
    output = re.sub(r"\n\s*", " ", output)
    if names:
        output = _OUTPUT_TOKEN.sub(lambda m: names.get(m[0], m[0]), output)
    return output
