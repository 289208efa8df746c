"""`Module` → the text QuickJS runs: a head of ours on the user's first line, then the user's lines one to one."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tree_sitter import Node

from qjs_kernel.positions import Origin

from . import jsx, lower
from .edits import Edit, Edits
from .faults import Fault
from .marks import place_marks
from .names import namespace_of
from .strip import Elide, apply
from .syntax import Module, TopName, encode, place

__all__ = ["Compiled", "behind", "compile_json", "compile_module", "erase"]

_SKIPPED = ("comment", "empty_statement", "hash_bang_line")
_ASSIGNABLE = ("let", "var", "function", "class")
# Functions and classes without a name would be given the name of what they are assigned to.
_ANONYMOUS = ("arrow_function", "function_expression", "generator_function", "class")
# What stands around a value without changing it.
_WRAPPERS = {
    "parenthesized_expression": 0,
    "as_expression": 0,
    "satisfies_expression": 0,
    "non_null_expression": 0,
    "type_assertion": -1,
}
# ASCII that the URL standard leaves as it is in a path, but for "\\", which Node encodes.
_URL_PATH = "/!$&'()*+,-.:;=@[]_|~"
_COMMONJS = {
    "module": re.compile(
        r"(?<![.\w$])module\.exports\b|\brequire\.main\s*={2,3}\s*module\b"
        r"|(?<![.\w$])module\s*={2,3}\s*require\.main\b"
    ),
    "exports": re.compile(r"(?<![.\w$])exports(?:\.\w|\[)"),
    "require": re.compile(r"(?<![.\w$])require\.main\b"),
    "__filename": re.compile(r"(?<![.\w$])__filename\b"),
    "__dirname": re.compile(r"(?<![.\w$])__dirname\b"),
}
_ESCAPE = re.compile(r"\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A module text for the engine and its way back to the user's; `code` is "" where there is a fault."""

    code: str
    origin: Origin
    fault: Fault | None = None


def compile_module(module: Module, *, url: str, elide: Elide, cell: bool, result: bool) -> Compiled:
    """Generate the text of a module.

    url     `file://` and the plain path; `import.meta.url` is this with the path percent-encoded
    elide   whether (specifier, imported name) is only a type in its target
    cell    bind the top-level names to the global object
    result  make the last statement, if it is an expression, the default export (unless there is one), and hand
            what other calls at the top level return to `__qjs__.watch`: nobody else would look at their promises
    """
    names = module.names
    if result and module.literal is not None:
        module = module.literal
    elif module.block_fault is not None:
        return Compiled("", Origin(), module.block_fault)
    if module.fault is not None or module.tree is None:
        return Compiled("", Origin(), module.fault or Fault(1, 1, "the text could not be parsed"))
    edits = Edits(module.data)
    try:
        erased = apply(module, elide, edits)
        runtime: jsx.Runtime = {}
        if module.dialect.endswith("x"):
            runtime = jsx.compile_elements(module.tree.root_node, module.dialect, edits)
    except (lower.Refused, jsx.JsxError) as problem:
        return Compiled("", Origin(), Fault(*place(module.data, problem.offset), problem.message))
    place_marks(module.tree.root_node, module.dialect, erased, edits)
    value: Node | None = None
    if result:
        value = _value(module, edits)
        _watch(module.tree.root_node, value, edits)
    body, record = edits.finish()
    head = _head(url, names if cell else (), runtime)
    if result:
        head += _commonjs(module, url)
    if value is not None:
        # A module is there for ever: without the function that lets go of it, so would every cell's value be.
        head += "let __qjs_r;export{__qjs_r as default,__qjs_f};function __qjs_f(){__qjs_r=undefined}"
    return behind(head, body.decode(), record)


def erase(module: Module, edits: Edits) -> Fault | None:
    """Take the types out of a script and nothing else; the fault if something in it cannot be compiled."""
    if module.fault is not None or module.tree is None:
        return module.fault or Fault(1, 1, "the text could not be parsed")
    try:
        apply(module, lambda _specifier, _name: False, edits)
    except lower.Refused as problem:
        return Fault(*place(module.data, problem.offset), problem.message)
    return None


def behind(head: str, body: str, record: tuple[Edit, ...]) -> Compiled:
    """The text with its head, which is one more edit of the first line."""
    width = len(head.encode())
    first = [(1, start + width, new, old) for line, start, new, old in record if line == 1]
    return Compiled(head + body, Origin(((1, 0, width, 0), *first, *record[len(first) :])))


def _head(url: str, names: Sequence[TopName], runtime: jsx.Runtime) -> str:
    path = url.removeprefix("file://")
    encoded = "file://" + quote(path, safe=_URL_PATH, errors="replace")
    parts = [
        f"import.meta.url={json.dumps(encoded)};",
        f"import.meta.filename={json.dumps(path)};",
        f"import.meta.dirname={json.dumps(posixpath.dirname(path))};",
    ]
    for specifier, wanted in runtime.items():
        bindings = ",".join(f"{name} as __qjs_{name}" for name in sorted(wanted))
        parts.append(f"import{{{bindings}}}from{json.dumps(specifier)};")
    if names:
        parts.append("__qjs__.bind({" + ",".join(map(_binding, names)) + "});")
    return "".join(parts)


def _commonjs(module: Module, url: str) -> str:
    """What a program written as CommonJS finds around it; "" for one that is an ES module by its imports or exports."""
    exports = module.exports
    if module.requests or exports.values or exports.reexports or exports.stars:
        return ""
    declared = {each.name for each in module.names}
    wanted = {name for name, uses in _COMMONJS.items() if name not in declared and uses.search(module.text)}
    if not wanted:
        return ""
    return f"const{{{','.join(sorted(wanted))}}}=__qjs__.program({json.dumps(url.removeprefix('file://'))});"


def _binding(name: TopName) -> str:
    own = name.name
    key = json.dumps(_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), own))
    if key == '"__proto__"':
        key = f"[{key}]"
    if name.kind in _ASSIGNABLE:
        return f"{key}:[()=>{own},__qjs_v=>{{{own}=__qjs_v}}]"
    return f'{key}:[()=>{own},"{name.kind}"]'


def _value(module: Module, edits: Edits) -> Node | None:
    """Keep the value of the last statement, if it has one, for the default export; returns that statement.

    It is assigned and not written as `export default …`, because the engine notes the place of a statement that
    is an expression, but not of an export: an error in it would seem to come from the line before.
    """
    if "default" in module.exports.values or any(
        name == "default" for name, _, _ in module.exports.reexports
    ):
        return None
    assert module.tree is not None
    last: Node | None = None
    for child in reversed(module.tree.root_node.named_children):
        if child.type not in _SKIPPED:
            last = child
            break
    if last is None or last.type != "expression_statement" or namespace_of(last) is not None:
        return None
    value = next((child for child in last.named_children if child.type != "comment"), None)
    if value is None or (value.child_count and value.children[0].type == "using"):
        return None
    start, end = value.byte_range
    opening = b"__qjs_r=(0," if value.type in _ANONYMOUS else b"__qjs_r=("
    if (
        module.data[:1] == b"("
        and start == 0
        and len(module.data) > len(module.text.encode("utf-8", "replace"))
    ):
        # `{ … }` read as an object: this parenthesis is not the user's, nor is the one at the end.
        edits.put(0, 1, opening + b"(", original=0)
        edits.put(end, end, b")", closes=start)
        return last
    edits.put(start, start, opening)
    edits.put(end, end, b")", closes=start)
    return last


def _watch(root: Node, value: Node | None, edits: Edits) -> None:
    """Hand the values of top-level calls to the prelude: a promise that nobody awaits must not fail unseen."""
    for statement in root.named_children:
        if statement.type != "expression_statement" or statement == value:
            continue
        node: Node | None = statement
        kind = statement.type
        while node is not None and (kind in _WRAPPERS or node is statement):
            inner = [child for child in node.named_children if child.type != "comment"]
            node = inner[_WRAPPERS.get(kind, 0)] if inner else None
            kind = node.type if node is not None else ""
        if node is not None and kind == "call_expression":
            edits.put(node.start_byte, node.start_byte, b"__qjs__.watch(")
            edits.put(node.end_byte, node.end_byte, b")", closes=node.start_byte)


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?')


def _plain_key(match: re.Match[str]) -> str:
    text = match[0]
    colon = match[1]
    if colon is None:
        return text
    key = text[: -len(colon)]
    return f"[{key}]{colon}" if json.loads(key) == "__proto__" else text


def _no_constant(name: str) -> object:
    raise ValueError(name)


def compile_json(text: str, url: str) -> Compiled:
    """A module whose default export is the JSON value; `url` is unused by the value itself.

    JSON is JavaScript but for the key `__proto__`, so nothing that guests can replace takes part in reading it.
    """
    del url
    text = text.removeprefix("\ufeff")
    data, fault = encode(text)
    if fault is not None:
        return Compiled("", Origin(), fault)
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=len, parse_float=len)
    except json.JSONDecodeError as problem:
        return Compiled("", Origin(), Fault(problem.lineno, problem.colno, f"invalid JSON: {problem.msg}"))
    except RecursionError:
        return Compiled("", Origin(), Fault(1, 1, "invalid JSON: nested too deeply"))
    except ValueError as problem:
        at = text.find(str(problem))
        return Compiled(
            "", Origin(), Fault(*place(text.encode(), max(0, len(text[:at].encode()))), "invalid JSON")
        )
    return behind("export default ", _STRING.sub(_plain_key, data.decode()), ())
