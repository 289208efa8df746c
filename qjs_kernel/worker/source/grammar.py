"""The tree-sitter grammars and queries, compiled once per process (they are immutable)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

__all__ = ["Dialect", "captures", "language_of", "parse_tree", "pattern_names"]

Dialect = Literal["ts", "tsx", "js", "jsx"]

# Captures are named after what the eraser does with the node, not after what the node is. Those named "in_…" mean
# their parent: a capture of a node that is subject to a condition on its children may come before the condition
# is known, and out of order.
ERASURE = """
[(type_annotation) (asserts_annotation) (type_predicate_annotation)] @type
[(type_parameters) (implements_clause)] @type
(type_arguments) @arguments
[(as_expression) (satisfies_expression)] @as
(non_null_expression "!" @word)
(variable_declarator "!" @word)
(public_field_definition ["!" "?"] @word)
(optional_parameter "?" @word)
(method_definition "?" @word)
(abstract_class_declaration "abstract" @word)
(class_body [(public_field_definition) (method_definition)] @member)
(class_body [(method_signature) (abstract_method_signature) (index_signature)] @dead)
(public_field_definition "accessor" @in_accessor)
(formal_parameters (required_parameter pattern: (this) @in_this))
(formal_parameters (_ [(accessibility_modifier) (override_modifier) "readonly"] @parameter_modifier))
(arrow_function) @arrow
[(interface_declaration) (type_alias_declaration) (ambient_declaration) (function_signature)] @dead
(export_statement declaration:
  [(interface_declaration) (type_alias_declaration) (ambient_declaration) (function_signature)] @in_export)
(enum_declaration) @enum
[(internal_module) (module)] @namespace
(import_alias) @alias
"""
ASSERTION = "(type_assertion) @assertion"  # `<T>x` exists only without JSX
JSX = "[(jsx_element) (jsx_self_closing_element)] @jsx"
CUTS = "[(lookup_type) (array_type)] @cut"
NAMES = "(identifier) @name (shorthand_property_identifier) @short"
SURVEY = """
(decorator) @decorator
(call_expression function: (import) @in_call)
"""
SCOPES = """
(variable_declaration) @var
(for_in_statement kind: "var" left: (_) @var)
[(function_declaration) (function_expression) (generator_function) (generator_function_declaration)
 (arrow_function) (method_definition) (class_static_block) (internal_module) (module) (ambient_declaration)] @scope
"""
# Statements (those captured as "not" are no member of a list of statements), bodies that are one statement, the
# end of a `do` block, what arrow functions return. Each pattern begins at the node or its parent and names a field
# where it can: with every kind of list around every kind of statement the query took ten times as long.
_SINGLE = """[(return_statement) (if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement)
 (switch_statement) (labeled_statement)] @body"""
MARKS = f"""
[(lexical_declaration) (variable_declaration) (class_declaration) (abstract_class_declaration) (return_statement)
 (if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement) (switch_statement)
 (labeled_statement)] @mark
(export_statement) @export
(for_statement initializer: (_) @not)
(labeled_statement body: (_) @not)
(if_statement consequence: {_SINGLE})
(else_clause {_SINGLE})
(for_statement body: {_SINGLE})
(for_in_statement body: {_SINGLE})
(while_statement body: {_SINGLE})
(do_statement body: {_SINGLE})
(do_statement body: (statement_block "}}" @end))
(arrow_function body: (_) @arrow)
"""

_QUERIES = {
    "erasure": ERASURE,
    "cuts": CUTS,
    "names": NAMES,
    "survey": SURVEY,
    "scopes": SCOPES,
    "jsx": JSX,
    "marks": MARKS,
}
QueryName = Literal["erasure", "cuts", "names", "survey", "scopes", "jsx", "marks"]


@lru_cache(maxsize=2)
def language_of(jsx: bool) -> Language:
    """The grammar with or without JSX."""
    load = tree_sitter_typescript.language_tsx if jsx else tree_sitter_typescript.language_typescript
    return Language(load())


@lru_cache(maxsize=16)
def _query(name: QueryName, jsx: bool) -> Query:
    text = _QUERIES[name]
    if name == "erasure" and not jsx:
        text += ASSERTION
    return Query(language_of(jsx), text)


def parse_tree(data: bytes, dialect: Dialect) -> Tree:
    """The syntax tree of UTF-8 text; it always exists, `root_node.has_error` tells whether it is one."""
    return Parser(language_of(dialect.endswith("x"))).parse(data)


def captures(name: QueryName, dialect: Dialect, node: Node) -> dict[str, list[Node]]:
    """The nodes a query finds at or below `node`, by capture name, each list in document order."""
    return QueryCursor(_query(name, dialect.endswith("x"))).captures(node)


_PATTERN_CHILD = {
    "pair_pattern": "value",
    "assignment_pattern": "left",
    "object_assignment_pattern": "left",
}


def pattern_names(pattern: Node) -> Iterator[Node]:
    """The identifiers a binding pattern declares, in source order (no recursion: guests choose the depth)."""
    stack = [pattern]
    while stack:
        node = stack.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern", "undefined"):
            yield node
        elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
            stack.extend(reversed(node.named_children))
        elif kind in _PATTERN_CHILD:
            child = node.child_by_field_name(_PATTERN_CHILD[kind])
            if child is not None:
                stack.append(child)
