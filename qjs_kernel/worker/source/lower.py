"""TypeScript that exists at run time, lowered on its own lines: enums, namespaces, parameter properties.

Every construct is lowered by small insertions around the user's own tokens, which compose: an enum in a
namespace in a namespace needs no special case, and initialisers keep their lines and columns.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise

from tree_sitter import Node

from .edits import Edits
from .grammar import captures, pattern_names
from .names import has_token, namespace_of, string_value, text_of
from .syntax import Module

__all__ = ["Refused", "accessor", "alias", "declarations", "parameter_properties"]

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z")


class Refused(Exception):
    """Something that cannot be lowered, at a UTF-8 offset of the module's data."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


def _member(holder: str, name: str) -> str:
    return f"{holder}[{json.dumps(name)}]"


# ---------------------------------------------------------------------------------------------------------------
# Parameter properties


def parameter_properties(parameters: list[Node], edits: Edits) -> None:
    """`constructor(private a)`: assign at the start of the body, behind `super(…)` in a derived class."""
    seen: set[int] = set()
    groups: dict[int, tuple[Node, list[str]]] = {}
    for parameter in sorted(parameters, key=lambda node: node.start_byte):
        if parameter.id in seen:
            continue
        seen.add(parameter.id)
        pattern = parameter.child_by_field_name("pattern")
        method = parameter.parent.parent if parameter.parent is not None else None
        if pattern is None or method is None or method.type != "method_definition":
            raise Refused(
                parameter.start_byte, "a parameter property is only possible in a constructor with a body"
            )
        if pattern.type != "identifier":
            raise Refused(parameter.start_byte, "a parameter property cannot be a pattern: name it")
        groups.setdefault(method.id, (method, []))[1].append(text_of(pattern))
    for method, names in groups.values():
        _assign(method, names, edits)


def _assign(method: Node, names: list[str], edits: Edits) -> None:
    body = method.child_by_field_name("body")
    class_body = method.parent
    owner = class_body.parent if class_body is not None else None
    if body is None or class_body is None or owner is None:
        return
    # The fields come first, in the order of the parameters, as TypeScript declares them.
    edits.put(class_body.start_byte + 1, class_body.start_byte + 1, "".join(f"{n};" for n in names).encode())
    heritage = next((child for child in owner.children if child.type == "class_heritage"), None)
    derived = heritage is not None and any(child.type == "extends_clause" for child in heritage.children)
    assignments = [f"this.{name}={name}" for name in names]
    if not derived:
        edits.put(body.start_byte + 1, body.start_byte + 1, (";".join(assignments) + ";").encode())
        return
    joined = ",".join(assignments)
    for call in _super_calls(body):
        parent = call.parent
        if parent is not None and parent.type == "expression_statement":
            edits.put(call.end_byte, call.end_byte, f",{joined}".encode(), closes=call.start_byte)
        else:
            edits.put(call.start_byte, call.start_byte, b"(")
            edits.put(call.end_byte, call.end_byte, f",{joined},this)".encode(), closes=call.start_byte)


def _super_calls(body: Node) -> list[Node]:
    found: list[Node] = []
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "call_expression":
            function = node.child_by_field_name("function")
            if function is not None and function.type == "super":
                found.append(node)
                continue
        if node.type not in ("class", "class_declaration", "function_expression", "function_declaration"):
            waiting.extend(reversed(node.named_children))
    return found


def accessor(node: Node, edits: Edits) -> None:
    """`accessor x = 1` → a private field with a getter and a setter behind it."""
    keyword = next(child for child in node.children if child.type == "accessor")
    name = node.child_by_field_name("name")
    if name is None or name.type not in ("property_identifier", "private_property_identifier"):
        raise Refused(
            node.start_byte, "an `accessor` field needs a plain name in the sandbox: write get and set"
        )
    static = "static " if has_token(node, "static") else ""
    public = text_of(name)
    hidden = f"#__qjs_{public.lstrip('#')}"
    edits.blank(keyword.start_byte, keyword.end_byte)
    edits.put(name.start_byte, name.end_byte, hidden.encode())
    tail = f";{static}get {public}(){{return this.{hidden}}}{static}set {public}(v){{this.{hidden}=v}}"
    edits.put(node.end_byte, node.end_byte, tail.encode(), closes=node.start_byte)


def alias(node: Node, module: Module, edits: Edits) -> None:
    """`import Q = A.B` → `const Q = A.B`, or nothing where Q is never used as a value."""
    local = node.named_children[0]
    name = text_of(local)
    parent = node.parent
    exported = parent is not None and parent.type == "export_statement"
    root = module.tree.root_node if module.tree is not None else node
    if not exported:
        names = captures("names", module.dialect, root)
        uses = [*names.get("name", ()), *names.get("short", ())]
        if not any(use.start_byte != local.start_byte and text_of(use) == name for use in uses):
            edits.blank_statement(node.start_byte, node.end_byte)
            return
    keyword = node.children[0]
    edits.put(keyword.start_byte, keyword.end_byte, b"const")


# ---------------------------------------------------------------------------------------------------------------
# Enums and namespaces


class _Declared:
    """Which names a block has declared so far: merging declarations share one binding."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, str], int] = {}
        self.members: dict[tuple[int, str], list[str]] = {}

    def first(self, block: Node, name: str) -> bool:
        """Whether the binding has to be made by this declaration."""
        key = (block.id, name)
        if key in self.seen:
            return False
        self.seen[key] = 1
        for statement in block.named_children:
            inner = (
                statement.child_by_field_name("declaration")
                if statement.type == "export_statement"
                else statement
            )
            if inner is not None and inner.type in (
                "class_declaration", "abstract_class_declaration", "function_declaration",
                "generator_function_declaration",
            ):  # fmt: skip
                own = inner.child_by_field_name("name")
                if own is not None and text_of(own) == name:
                    return False
        return True


def declarations(enums: list[Node], namespaces: list[Node], module: Module, edits: Edits) -> None:
    """Lower every enum and namespace, in source order."""
    declared = _Declared()
    for node in sorted([*enums, *namespaces], key=lambda item: item.start_byte):
        if node.type == "enum_declaration":
            _enum(node, module, edits, declared)
        else:
            _namespace(node, module, edits, declared)


def _surroundings(node: Node) -> tuple[Node | None, Node, str | None]:
    """The export statement around a declaration, its block, and the namespace it is exported from."""
    export: Node | None = None
    parent = node.parent
    while parent is not None and parent.type in ("export_statement", "expression_statement"):
        if parent.type == "export_statement":
            export = parent
        parent = parent.parent
    block = parent if parent is not None else node
    holder: str | None = None
    if export is not None and block.parent is not None and block.parent.type in ("internal_module", "module"):
        holder = _last_name(block.parent)
    return export, block, holder


def _dotted(node: Node) -> list[str]:
    return [part.strip() for part in text_of(node.child_by_field_name("name")).split(".")]


def _last_name(namespace: Node) -> str:
    return _dotted(namespace)[-1]


def _opening(name: str, first: bool, export: Node | None, holder: str | None, block: Node) -> bytes:
    """What stands before the function that fills `name`."""
    if not first:
        return b";"
    word = "var" if block.type == "program" else "let"
    exported = "export " if export is not None and holder is None else ""
    return f"{exported}{word} {name};".encode()


def _closing(name: str, holder: str | None) -> bytes:
    if holder is None:
        return f"}})({name}||({name}={{}}));".encode()
    target = f"{holder}.{name}"
    return f"}})({name}={target}||({target}={{}}));".encode()


def _enum(node: Node, module: Module, edits: Edits, declared: _Declared) -> None:
    name_node = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name_node is None or body is None:
        return
    name = text_of(name_node)
    export, block, holder = _surroundings(node)
    first = declared.first(block, name)
    start = export.start_byte if export is not None else node.start_byte
    opening = _opening(name, first, export, holder, block) + f"(function({name})".encode()
    _put_lines(edits, start, name_node.end_byte, opening)
    edits.put(body.end_byte - 1, body.end_byte, _closing(name, holder))
    known = declared.members.setdefault((block.id, name), [])
    previous: str | None = None
    is_string = False
    for child in body.children:
        if child.type == ",":
            edits.put(child.start_byte, child.end_byte, b";")
            continue
        if not child.is_named or child.type == "comment":
            continue
        value = child.child_by_field_name("value") if child.type == "enum_assignment" else None
        key = child.child_by_field_name("name") if child.type == "enum_assignment" else child
        if key is None:
            continue
        member = _key(key)
        place = _member(name, member)
        if value is None:
            if is_string:
                raise Refused(
                    child.start_byte, f"enum member '{member}' needs a value: the one before is a string"
                )
            number = "0" if previous is None else f"{_member(name, previous)}+1"
            text = f"{name}[{place}={number}]={json.dumps(member)}"
            edits.put(key.start_byte, key.end_byte, text.encode())
        else:
            is_string = value.type in ("string", "template_string")
            _qualify(value, name, known, module, edits)
            if is_string:
                edits.put(key.start_byte, key.end_byte, place.encode())
            elif value.type == "number":
                edits.put(key.start_byte, key.end_byte, f"{name}[{place}".encode())
                edits.put(
                    value.end_byte,
                    value.end_byte,
                    f"]={json.dumps(member)}".encode(),
                    closes=child.start_byte,
                )
            else:
                # A constant may turn out to be a string (`A = B`); strings have no way back to their name.
                edits.put(key.start_byte, key.end_byte, f"typeof({place}".encode())
                tail = f')==="string"||({name}[{place}]={json.dumps(member)})'
                edits.put(value.end_byte, value.end_byte, tail.encode(), closes=child.start_byte)
        previous = member
        known.append(member)


def _put_lines(edits: Edits, start: int, end: int, text: bytes) -> None:
    """Replace a range by one line of text, the range's own line ends behind it."""
    edits.put(start, end, text + b"\n" * edits.data.count(b"\n", start, end))


def _key(node: Node) -> str:
    if node.type == "computed_property_name" and node.named_child_count:
        return _key(node.named_children[0])
    if node.type == "template_string":
        return text_of(node)[1:-1]
    return string_value(node)


def _qualify(node: Node, holder: str, members: list[str], module: Module, edits: Edits) -> None:
    """Bare names of `members` below `node` mean `holder.name`."""
    wanted = set(members)
    if not wanted:
        return
    found = captures("names", module.dialect, node)
    for use in found.get("name", ()):
        name = text_of(use)
        if name in wanted and _IDENTIFIER.match(name):
            edits.put(use.start_byte, use.start_byte, f"{holder}.".encode())
    for use in found.get("short", ()):
        name = text_of(use)
        if name in wanted:
            edits.put(use.end_byte, use.end_byte, f":{holder}.{name}".encode(), closes=use.start_byte)


def _namespace(node: Node, module: Module, edits: Edits, declared: _Declared) -> None:
    name_node = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name_node is None or body is None:
        return
    parts = _dotted(node)
    export, block, holder = _surroundings(node)
    first = declared.first(block, parts[0])
    start = export.start_byte if export is not None else node.start_byte
    opening = _opening(parts[0], first, export, holder, block) + f"(function({parts[0]})".encode()
    closing = _closing(parts[0], holder)
    for outer, inner in pairwise(parts):
        opening += f"{{let {inner};(function({inner})".encode()
        closing = _closing(inner, outer) + closing
    _put_lines(edits, start, name_node.end_byte, opening)
    inner_name = parts[-1]
    key = (block.id, ".".join(parts))
    earlier = declared.members.setdefault(key, [])
    exported = [
        entry for statement in body.named_children for entry in _exported(statement, inner_name, edits)
    ]
    if earlier:
        own = {
            text_of(name) for name in captures("names", module.dialect, body).get("name", ()) if _binds(name)
        }
        _qualify(body, inner_name, [name for name in earlier if name not in own], module, edits)
    earlier.extend(exported)
    edits.put(body.end_byte - 1, body.end_byte, closing)


def _binds(name: Node) -> bool:
    parent = name.parent
    return parent is not None and parent.type in (
        "variable_declarator", "function_declaration", "class_declaration", "enum_declaration", "required_parameter",
        "optional_parameter", "arrow_function", "object_pattern", "array_pattern", "pair_pattern", "rest_pattern",
        "assignment_pattern", "catch_clause", "internal_module", "generator_function_declaration",
    ) and parent.child_by_field_name("value") != name  # fmt: skip


def _exported(statement: Node, holder: str, edits: Edits) -> list[str]:
    """Turn one `export` inside a namespace into an assignment to its object; returns the names."""
    if statement.type != "export_statement":
        return []
    declaration = statement.child_by_field_name("declaration")
    if declaration is None:
        raise Refused(statement.start_byte, "a namespace exports declarations: `export const x = …`")
    keyword = statement.children[0]
    kind = declaration.type
    name = declaration.child_by_field_name("name")
    if namespace_of(declaration) is not None:
        found = namespace_of(declaration)
        return [_dotted(found)[0]] if found is not None else []
    if kind == "enum_declaration":
        return [text_of(name)]
    if kind in (
        "interface_declaration",
        "type_alias_declaration",
        "ambient_declaration",
        "function_signature",
    ):
        return []
    edits.blank(keyword.start_byte, keyword.end_byte)
    at = statement.end_byte
    if kind == "import_alias":
        names = [text_of(declaration.named_children[0])]
    elif kind in ("lexical_declaration", "variable_declaration"):
        names = [
            text_of(identifier)
            for declarator in declaration.named_children
            if (pattern := declarator.child_by_field_name("name")) is not None
            for identifier in pattern_names(pattern)
        ]
        if declaration.children[0].type != "const":
            live = "".join(
                f"Object.defineProperty({holder},{json.dumps(n)},"
                f"{{get(){{return {n}}},set(v){{{n}=v}},enumerable:true,configurable:true}});"
                for n in names
            )
            edits.put(at, at, f";{live}".encode(), closes=statement.start_byte)
            return names
    else:
        names = [text_of(name)]
    assignments = ";" + "".join(f"{holder}.{n}={n};" for n in names)
    edits.put(at, at, assignments.encode(), closes=statement.start_byte)
    return names
