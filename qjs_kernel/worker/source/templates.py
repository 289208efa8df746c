"""Template literals of the guest's own scripts as concatenations.

This engine compiles a template literal to a call of `"".concat`, looked up when it runs: user code that replaces
`String.prototype.concat` would take part in everything the console and the codec say. Our scripts are written
with template literals all the same, and lowered once, when the boot image is built.
"""

from __future__ import annotations

from tree_sitter import Node

from .grammar import parse_tree

__all__ = ["without_templates"]


def without_templates(script: str) -> str:
    """`script` with every untagged template literal as a parenthesised sum of strings."""
    data = script.encode()
    root = parse_tree(data, "js").root_node
    return _lowered(root, data).decode()


def _lowered(node: Node, data: bytes) -> bytes:
    if node.type == "template_string":
        return _sum(node, data)
    if not node.child_count:
        return data[node.start_byte : node.end_byte]
    pieces: list[bytes] = []
    at = node.start_byte
    for child in node.children:
        pieces += (data[at : child.start_byte], _lowered(child, data))
        at = child.end_byte
    pieces.append(data[at : node.end_byte])
    return b"".join(pieces)


def _sum(node: Node, data: bytes) -> bytes:
    parts: list[bytes] = []
    at = node.start_byte + 1
    for child in node.children:
        if child.type == "template_substitution":
            parts += (_text(data[at : child.start_byte]), b"(" + _lowered(child, data)[2:-1] + b")")
            at = child.end_byte
    parts.append(_text(data[at : node.end_byte - 1]))
    # The first part is a string, so that every + joins text.
    return b"(" + b"+".join([parts[0], *(part for part in parts[1:] if part != b'""')]) + b")"


def _text(raw: bytes) -> bytes:
    """The characters between substitutions as a string literal; escapes mean the same in both."""
    text = raw.decode().replace("\\`", "`").replace("\\$", "$").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'.encode()
