"""What a module asks for, offers, and declares at its top level, read off the syntax tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tree_sitter import Node

from .grammar import Dialect, captures, pattern_names

__all__ = [
    "Exports",
    "ImportedName",
    "Survey",
    "TopKind",
    "TopName",
    "is_type_only",
    "namespace_of",
    "survey",
]

DECORATORS = (
    "decorators are not supported in the sandbox: call the decorator as a function instead, "
    "e.g. `const X = decorate(class { … })`"
)
TopKind = Literal["let", "const", "var", "function", "class", "enum", "namespace", "import"]


@dataclass(frozen=True, slots=True)
class ImportedName:
    """One imported binding: `imported` is the target's name, "default", or "*" for the namespace."""

    specifier: str
    imported: str
    local: str
    type_only: bool


@dataclass(frozen=True, slots=True)
class Exports:
    """What a module exports.

    values, types   names declared here ("default" included); classes, enums and namespaces are both
    stars           specifiers of `export * from` (of `export type * from` too: their types are visible)
    reexports       (exported name, specifier, name in the target or "*")
    """

    values: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    stars: tuple[str, ...] = ()
    reexports: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TopName:
    """One top-level binding; 1-based line and column (code points) of its name."""

    name: str
    kind: TopKind
    line: int
    column: int


@dataclass(slots=True)
class Survey:
    """The raw findings; offsets instead of lines, for `syntax` to place."""

    requests: dict[str, None] = field(default_factory=dict)
    dynamic: dict[str, None] = field(default_factory=dict)
    imports: list[ImportedName] = field(default_factory=list)
    names: dict[str, tuple[TopKind, int]] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    stars: dict[str, None] = field(default_factory=dict)
    reexports: list[tuple[str, str, str]] = field(default_factory=list)
    local_types: set[str] = field(default_factory=set)
    problem: tuple[int, str] | None = None

    def refuse(self, node: Node, message: str) -> None:
        """Note something the sandbox cannot run; the first one is reported."""
        if self.problem is None or node.start_byte < self.problem[0]:
            self.problem = (node.start_byte, message)

    def declare(self, node: Node, kind: TopKind) -> str:
        """Note a binding; the first declaration of a name gives its kind and place."""
        name = text_of(node)
        self.names.setdefault(name, (kind, node.start_byte))
        return name


def text_of(node: Node | None) -> str:
    """The node's own text."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def string_value(node: Node | None) -> str:
    """The value of a string literal (or the text of a name, where a name may stand instead)."""
    if node is None or node.type != "string":
        return text_of(node)
    parts: list[str] = []
    for child in node.named_children:
        text = text_of(child)
        if child.type != "escape_sequence":
            parts.append(text)
            continue
        code = text[1:]
        if code[0] in "xu" and len(code) > 1:
            value = int(code[1:].strip("{}"), 16)
            parts.append(chr(value) if value < 0x110000 else "\ufffd")
        elif code not in ("\n", "\r\n"):
            parts.append(_ESCAPES.get(code, code))
    return "".join(parts)


def has_token(node: Node, token: str) -> bool:
    """Whether one of the node's own tokens is `token`."""
    return any(not child.is_named and child.type == token for child in node.children)


def namespace_of(statement: Node) -> Node | None:
    """The namespace a statement declares; the grammar wraps `namespace X {}` into an expression statement."""
    if statement.type in ("internal_module", "module"):
        return statement
    if statement.type == "expression_statement":
        child = statement.named_child(0) if statement.named_child_count else None
        if child is not None and child.type == "internal_module":
            return child
    return None


def is_type_only(namespace: Node) -> bool:
    """Whether a namespace holds nothing that exists at run time (so that it does not exist either)."""
    waiting = [namespace]
    while waiting:
        body = waiting.pop().child_by_field_name("body")
        for statement in body.named_children if body is not None else ():
            inner = statement
            if statement.type == "export_statement":
                if has_token(statement, "type"):
                    continue
                inner = statement.child_by_field_name("declaration") or statement
            nested = namespace_of(inner)
            if nested is not None:
                waiting.append(nested)
            elif inner.type not in ("interface_declaration", "type_alias_declaration", "comment"):
                return False
    return True


def survey(root: Node, data: bytes, dialect: Dialect) -> Survey:
    """Read everything the top level says about the module."""
    found = Survey()
    pending: list[tuple[str, str, bool]] = []  # exported as, local name, type only
    for statement in root.children:
        kind = statement.type
        if kind == "import_statement":
            _import(found, statement)
        elif kind == "export_statement":
            _export(found, statement, pending)
        elif kind != "comment":
            _declaration(found, statement)
    if b"var" in data:
        _hoisted(found, root, dialect)
    if b"@" in data or b"import" in data:
        _elsewhere(found, root, dialect)
    _settle(found, pending)
    return found


def _import(found: Survey, statement: Node) -> None:
    type_only = has_token(statement, "type") or has_token(statement, "typeof")
    source = statement.child_by_field_name("source")
    if source is None:  # `import x = require("y")`: a fault unless it is a type
        clause = statement.named_child(0) if statement.named_child_count else None
        if clause is not None and clause.type == "import_require_clause" and clause.named_child_count:
            local = clause.named_child(0)
            specifier = string_value(clause.child_by_field_name("source"))
            found.imports.append(ImportedName(specifier, "*", text_of(local), type_only))
            if type_only:
                found.local_types.add(text_of(local))
            else:
                own = text_of(local)
                found.refuse(
                    statement,
                    f'`import {own} = require(…)` is not an ES import: use `import {own} from "…"`',
                )
        return
    specifier = string_value(source)
    entries: list[tuple[str, Node, bool]] = []
    clause = next((child for child in statement.named_children if child.type == "import_clause"), None)
    braces_only = clause is not None
    for child in clause.named_children if clause is not None else ():
        if child.type == "identifier":
            braces_only = False
            entries.append(("default", child, type_only))
        elif child.type == "namespace_import":
            braces_only = False
            entries.append(("*", child.named_children[-1], type_only))
        elif child.type == "named_imports":
            for item in child.named_children:
                name = item.child_by_field_name("name")
                if item.type != "import_specifier" or name is None:
                    continue
                bound = item.child_by_field_name("alias") or name
                entries.append((string_value(name), bound, type_only or has_token(item, "type")))
    for imported, binding, erased in entries:
        found.imports.append(ImportedName(specifier, imported, text_of(binding), erased))
        if erased:
            found.local_types.add(text_of(binding))
        else:
            found.declare(binding, "import")
    if not type_only and not (braces_only and entries and all(erased for _, _, erased in entries)):
        found.requests[specifier] = None


def _export(found: Survey, statement: Node, pending: list[tuple[str, str, bool]]) -> None:
    type_only = has_token(statement, "type")
    source = statement.child_by_field_name("source")
    declaration = statement.child_by_field_name("declaration")
    if declaration is not None:
        values, types = _declaration(found, declaration)
        if has_token(statement, "default"):
            if values or not types:
                found.values.add("default")
            if types:
                found.types.add("default")
        else:
            found.values.update(values)
            found.types.update(types)
        return
    if has_token(statement, "default"):
        value = statement.child_by_field_name("value")
        if value is not None and value.type == "identifier":
            pending.append(("default", text_of(value), False))
        else:
            found.values.add("default")
        return
    if has_token(statement, "="):
        found.refuse(statement, "`export =` is not an ES export: use `export default`")
        return
    specifier = string_value(source) if source is not None else ""
    items = 0
    values_asked = 0
    for child in statement.children:
        if child.type == "*" and source is not None:
            found.stars[specifier] = None
            values_asked += 1
        elif child.type == "namespace_export" and source is not None:
            found.reexports.append((string_value(child.named_children[-1]), specifier, "*"))
            values_asked += 1
        elif child.type == "export_clause":
            for item in child.named_children:
                name = item.child_by_field_name("name")
                if item.type != "export_specifier" or name is None:
                    continue
                items += 1
                erased = type_only or has_token(item, "type")
                exported = string_value(item.child_by_field_name("alias") or name)
                if source is None:
                    pending.append((exported, string_value(name), erased))
                elif erased:
                    found.types.add(exported)
                else:
                    values_asked += 1
                    found.reexports.append((exported, specifier, string_value(name)))
            values_asked += not items
    if source is not None and not type_only and values_asked:
        found.requests[specifier] = None


def _declaration(found: Survey, node: Node) -> tuple[list[str], list[str]]:
    """Note what a top-level statement declares; returns its value names and its type names."""
    kind = node.type
    name = node.child_by_field_name("name")
    if kind in ("lexical_declaration", "variable_declaration"):
        first = node.children[0].type
        how: TopKind = "const" if first == "const" else "var" if first == "var" else "let"
        names = [
            found.declare(identifier, how)
            for declarator in node.named_children
            if declarator.type == "variable_declarator"
            and (pattern := declarator.child_by_field_name("name")) is not None
            for identifier in pattern_names(pattern)
        ]
        return names, []
    if kind in ("function_declaration", "generator_function_declaration") and name is not None:
        return [found.declare(name, "function")], []
    if kind in ("class_declaration", "abstract_class_declaration") and name is not None:
        found.local_types.add(text_of(name))
        value = found.declare(name, "class")
        return [value], [value]
    if kind == "enum_declaration" and name is not None:
        found.local_types.add(text_of(name))
        value = found.declare(name, "enum")
        return [value], [value]
    if kind in ("interface_declaration", "type_alias_declaration") and name is not None:
        found.local_types.add(text_of(name))
        return [], [text_of(name)]
    if kind == "ambient_declaration":
        return [], _ambient(found, node)
    if kind == "import_alias" and node.named_child_count:
        local = node.named_children[0]
        return [found.declare(local, "const")], [text_of(local)]
    namespace = namespace_of(node)
    if namespace is not None:
        return _namespace(found, namespace)
    if kind == "expression_statement":
        _using(found, node)
    return [], []


def _namespace(found: Survey, namespace: Node) -> tuple[list[str], list[str]]:
    name = namespace.child_by_field_name("name")
    while name is not None and name.type in ("nested_identifier", "member_expression"):
        name = name.child_by_field_name("object")
    if name is None or name.type != "identifier":
        return [], []
    found.local_types.add(text_of(name))
    if is_type_only(namespace):
        return [], [text_of(name)]
    value = found.declare(name, "namespace")
    return [value], [value]


def _using(found: Survey, statement: Node) -> None:
    """`using x = …`, which the grammar reads as an odd assignment."""
    node = statement.named_child(0)
    if node is not None and node.type == "await_expression" and node.named_child_count:
        node = node.named_child(0)
    if node is not None and node.type == "assignment_expression" and node.children[0].type == "using":
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            found.declare(left, "const")


def _ambient(found: Survey, node: Node) -> list[str]:
    names: list[str] = []
    for child in node.named_children:
        if child.type in ("lexical_declaration", "variable_declaration"):
            for declarator in child.named_children:
                pattern = declarator.child_by_field_name("name")
                if pattern is not None:
                    names += [text_of(identifier) for identifier in pattern_names(pattern)]
        else:
            name = child.child_by_field_name("name")
            if name is not None and name.type in ("identifier", "type_identifier"):
                names.append(text_of(name))
    found.local_types.update(names)
    return names


def _hoisted(found: Survey, root: Node, dialect: Dialect) -> None:
    """`var` inside blocks and loops belongs to the module as well."""
    nodes = captures("scopes", dialect, root)
    scopes = [(node.start_byte, node.end_byte) for node in nodes.get("scope", ())]
    index, inside = 0, -1
    for declaration in sorted(nodes.get("var", ()), key=lambda node: node.start_byte):
        start = declaration.start_byte
        while index < len(scopes) and scopes[index][0] <= start:
            inside = max(inside, scopes[index][1])
            index += 1
        if start < inside:
            continue
        if declaration.type != "variable_declaration":  # the left side of `for (var … of …)`
            patterns = [declaration]
        else:
            declared = [child.child_by_field_name("name") for child in declaration.named_children]
            patterns = [pattern for pattern in declared if pattern is not None]
        for pattern in patterns:
            for identifier in pattern_names(pattern):
                found.declare(identifier, "var")


def _elsewhere(found: Survey, root: Node, dialect: Dialect) -> None:
    nodes = captures("survey", dialect, root)
    if nodes.get("decorator"):
        found.refuse(nodes["decorator"][0], DECORATORS)
    for function in nodes.get("in_call", ()):
        call = function.parent
        arguments = call.child_by_field_name("arguments") if call is not None else None
        first = arguments.named_child(0) if arguments is not None and arguments.named_child_count else None
        if first is not None and first.type == "string":
            found.dynamic[string_value(first)] = None


def _settle(found: Survey, pending: list[tuple[str, str, bool]]) -> None:
    """Classify `export { X }` now that every declaration is known."""
    imported = {item.local: item for item in found.imports}
    for exported, local, type_only in pending:
        source = imported.get(local)
        if type_only or (local in found.local_types and local not in found.names):
            found.types.add(exported)
        elif source is not None:
            found.reexports.append((exported, source.specifier, source.imported))
        else:
            found.values.add(exported)
            if local in found.local_types:
                found.types.add(exported)
