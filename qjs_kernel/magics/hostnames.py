"""Which names of a Python cell the guest gets as `env.*`.

Only what the cell itself binds: authority is given by writing a name down, never by importing a module. So
imports, loop variables, `with … as` targets, classes, modules and names with a leading underscore stay here.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime
import decimal
import enum
import pathlib
import re
import uuid
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from qjs_kernel.errors import GuestError

__all__ = ["exported_names", "exported_values", "missing_name_hint"]

_SCALARS = (
    type(None), bool, int, float, str, bytes, bytearray, datetime.date, decimal.Decimal, enum.Enum, uuid.UUID,
    pathlib.PurePath, array,
)  # fmt: skip
_ARRAY_PACKAGES = ("numpy", "pandas")
_CHECKED_NODES = 100_000
_DEPTH = 100


def _targets(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from _targets(item)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)
    elif isinstance(node, (ast.Subscript, ast.Attribute)):
        # `config["region"] = "eu"` changes what `config` stands for.
        yield from _targets(node.value)


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _targets(target)
        elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value is not None):
            yield from _targets(node.target)
        elif isinstance(node, (ast.If, ast.For, ast.AsyncFor, ast.While)):
            yield from _bound(node.body + node.orelse)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from _bound(node.body)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            yield from _bound(node.body + node.orelse + node.finalbody)
            for handler in node.handlers:
                yield from _bound(handler.body)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                yield from _bound(case.body)


def exported_names(source: str) -> list[str]:
    """Public names that `source` (plain Python, no magics) binds at its top level, in order, each once.

    Text that is no Python gives no names: running it has already said so.
    """
    try:
        tree = ast.parse(source, mode="exec")
    except (SyntaxError, ValueError, RecursionError):
        return []
    return list(dict.fromkeys(name for name in _bound(tree.body) if not name.startswith("_")))


_ENV_CALL = re.compile(r"\benv\.([A-Za-z_$][\w$]{0,100})\s*\(")


def missing_name_hint(error: GuestError, env: Mapping[str, Any]) -> str:
    """What to say of an error that comes from calling a name that `env` has not; "" for any other error."""
    if error.name != "TypeError" or error.message != "not a function" or not error.frames:
        return ""
    called = _ENV_CALL.findall((error.frames[0].source_line or "")[:2_000])
    missing = [name for name in called if name not in env]
    if not missing:
        return ""
    import difflib  # not for every kernel that starts

    near = difflib.get_close_matches(missing[0], list(env), n=1)
    known = ", ".join(sorted(env)[:20]) or "nothing yet: every public name of a %%host cell"
    return f"env has no {missing[0]}{f'; did you mean {near[0]}?' if near else '.'} It has {known}."


def _is_plain(value: Any) -> bool:
    """Whether `value` is data (callables inside containers included) that makes sense on the other side."""
    pending: list[tuple[Any, int]] = [(value, 0)]
    seen: set[int] = set()
    while pending and len(seen) < _CHECKED_NODES:
        item, depth = pending.pop()
        if isinstance(item, _SCALARS) or (callable(item) and not isinstance(item, type)):
            continue
        if id(item) in seen:
            continue
        seen.add(id(item))
        if depth > _DEPTH:
            return False
        if isinstance(item, Mapping):
            pending += [(child, depth + 1) for child in item.values()]
        elif isinstance(item, (list, tuple, set, frozenset)):
            pending += [(child, depth + 1) for child in item]
        elif not (
            (dataclasses.is_dataclass(item) and not isinstance(item, type))
            or type(item).__module__.partition(".")[0] in _ARRAY_PACKAGES
            or type(item).__module__ == "qjs_kernel.values"
        ):
            return False
    return True


def exported_values(source: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes `env.*` after `source` ran in `namespace`: its callables and its plain data."""
    found = {name: namespace[name] for name in exported_names(source) if name in namespace}
    return {name: value for name, value in found.items() if _is_plain(value)}
