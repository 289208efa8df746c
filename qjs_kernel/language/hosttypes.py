"""`env` as TypeScript sees it: Python host functions and data, declared for the language server.

Functions by their signature, annotations and docstring; data by example. Nothing here raises and no text that comes
out is invalid TypeScript: what cannot be told is `unknown`, with a comment that says why.

Only the owner's values are read, and only what `inspect` needs of them: guest code has no hand in `env`.
"""

from __future__ import annotations

import array as arrays
import dataclasses
import datetime as dt
import enum
import functools
import inspect
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from qjs_kernel.codec import foreign
from qjs_kernel.host import process_env
from qjs_kernel.language.hosttypes_annotations import NAMESPACE, WHOLE, Types, resolved
from qjs_kernel.language.hosttypes_text import (
    ANY,
    UNKNOWN,
    Ts,
    array,
    jsdoc,
    optional_name,
    parameter,
    property_name,
    union,
)
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, Undefined

__all__ = ["env_declarations"]

_SAFE: Final = 2**53 - 1
_MOST_KEYS: Final = 200
_MOST_ITEMS: Final = 50
_MOST_COLUMNS: Final = 100
_DEEPEST: Final = 6
# Values looked at below one name, and in one call: large nested data costs at most some 10 ms, and only itself.
_MOST_NODES: Final = 1_000
_MOST_IN_ALL: Final = 20_000
_MOST_PARAMETERS: Final = 50


def env_declarations(env: Mapping[str, Any]) -> str:
    """The text of `.kernel/env.d.ts`: `env` with a property for every name, and the strings of `process.env`.

    Classes that annotations name (TypedDict, dataclass) become interfaces of the namespace `env`: `env.Row`.
    """
    writer = _Writer()
    members = "".join(writer.top(name, value) for name, value in env.items() if isinstance(name, str))
    comment = "/** What the notebook's owner gives to programs: functions and data of Python. */\n"
    parts = [
        f"{comment}declare var {NAMESPACE}: {NAMESPACE}.{WHOLE};\n",
        f"declare namespace {NAMESPACE} {{\n",
        f"  {comment}  interface {WHOLE} {{\n{members}  }}\n",
        writer.types.declarations(),
        "}\n",
    ]
    strings = [f"    {property_name(name)}: string;\n" for name in process_env(env)]
    if strings:
        parts.append(f"declare namespace NodeJS {{\n  interface ProcessEnv {{\n{''.join(strings)}  }}\n}}\n")
    return "".join(parts)


class _Writer:
    """One call of env_declarations: the classes seen, and how much has been looked at."""

    def __init__(self) -> None:
        self.types = Types()
        self._nodes = 0
        self._in_all = 0
        self._inside: set[int] = set()

    def top(self, name: str, value: Any) -> str:
        """A member of `env` itself."""
        self._in_all += self._nodes
        self._nodes = 0
        return self.member(name, value, "    ", 0)

    def member(self, name: str, value: Any, indent: str, depth: int) -> str:
        """`name: type;`, or a method with its comment."""
        key = property_name(name)
        try:
            if _is_function(value):
                if not self._spent():
                    return f"{indent}{key}(...args: any[]): any;\n"
                doc, signature = self._function(value, indent)
                return f"{doc}{indent}{key}{signature};\n"
            return f"{indent}{key}: {self.value(value, depth, indent).text};\n"
        except Exception as error:  # noqa: BLE001 - an owner's object may fail at anything
            comment = jsdoc(f"{type(error).__name__} while it was described.", indent=indent)
            return f"{comment}{indent}{key}: unknown;\n"

    def _spent(self) -> bool:
        """Counts one value more; False when there were too many."""
        self._nodes += 1
        return self._nodes <= _MOST_NODES and self._in_all + self._nodes <= _MOST_IN_ALL

    # ---- functions ----

    def _function(self, function: Callable[..., Any], indent: str) -> tuple[str, str]:
        """The comment, and what stands after the name: `(a: number, b?: string): Promise<void>`."""
        signature = _signature(function)
        doc = _doc(function)
        result = "Promise<any>" if _is_async(function) else "any"
        if signature is None:
            return jsdoc(doc, indent=indent), f"(...args: any[]): {result}"
        scope = _scope(function)
        self.types.variables = {}
        try:
            parameters, names, notes = self._parameters(signature, scope)
            back = self._result(function, signature, scope)
            variables = [f"{name}{bound}" for name, bound in self.types.variables.items()]
        finally:
            self.types.variables = None
        generic = f"<{', '.join(variables)}>" if variables else ""
        comment = jsdoc(doc, names, notes, indent)
        return comment, f"{generic}({', '.join(parameters)}): {back}"

    def _parameters(
        self, signature: inspect.Signature, scope: Mapping[str, Any]
    ) -> tuple[list[str], list[tuple[str, str]], list[str]]:
        parameters: list[str] = []
        names: list[tuple[str, str]] = []
        notes: list[str] = []
        used: set[str] = set()
        optional = False
        for index, each in enumerate(list(signature.parameters.values())[:_MOST_PARAMETERS]):
            if each.kind is each.VAR_KEYWORD:
                continue
            if each.kind is each.KEYWORD_ONLY:
                # JavaScript calls with positions only.
                if each.default is each.empty:
                    notes.append(f"Cannot be called from here: Python wants {each.name}= by keyword.")
                continue
            name = parameter(each.name, used, index)
            names.append((each.name, name))
            kind = self._annotated(each, scope)
            if each.kind is each.VAR_POSITIONAL:
                parameters.append(f"...{name}: {array(kind).text}")
                continue
            # Once one may be missing, so may all that follow.
            optional = optional or each.default is not each.empty
            parameters.append(f"{optional_name(name, optional)}: {kind.text}")
        return parameters, names, notes

    def _annotated(self, each: inspect.Parameter, scope: Mapping[str, Any]) -> Ts:
        if each.annotation is not each.empty:
            return self.types.of(each.annotation, scope, out=False)
        # An unannotated parameter with a default such as 3 or "x" says what it wants.
        kind = type(each.default)
        if kind in (bool, int, float, str):
            return self.types.of(kind, scope, out=False)
        return ANY

    def _result(
        self, function: Callable[..., Any], signature: inspect.Signature, scope: Mapping[str, Any]
    ) -> str:
        annotation = resolved(signature.return_annotation, scope)
        if annotation is signature.empty:
            back = ANY
        elif annotation is None or annotation is type(None):
            # None is null over there; `void` says better that there is nothing to have.
            back = Ts("void")
        else:
            back = self.types.of(annotation, scope, out=True)
        return f"Promise<{back.text}>" if _is_async(function) else back.text

    # ---- data, by example ----

    def value(self, value: Any, depth: int, indent: str) -> Ts:
        if depth > _DEEPEST or not self._spent():
            return UNKNOWN
        simple = _plain(value)
        if simple is not None:
            return simple
        if id(value) in self._inside:
            return ANY  # a cycle
        self._inside.add(id(value))
        try:
            return self._other(value, depth, indent)
        finally:
            self._inside.discard(id(value))

    def _other(self, value: Any, depth: int, indent: str) -> Ts:
        if isinstance(value, JSMap):
            keys, items = list(value.keys())[:_MOST_ITEMS], list(value.values())[:_MOST_ITEMS]
            return Ts(
                f"Map<{self._elements(keys, depth, indent).text}, {self._elements(items, depth, indent).text}>"
            )
        if isinstance(value, dict):
            return self._object(value, depth, indent)
        if isinstance(value, (JSSet, Set)):
            return Ts(f"Set<{self._elements(_first(value), depth, indent).text}>")
        if isinstance(value, enum.Enum):
            return self.value(value.value, depth + 1, indent)
        if isinstance(value, type):
            return UNKNOWN
        if dataclasses.is_dataclass(value):
            return self.types.of(type(value), {}, out=True)
        if isinstance(value, tuple) and hasattr(type(value), "_fields"):
            return self.types.of(type(value), {}, out=True)
        if isinstance(value, (list, tuple, deque)):
            return array(self._elements(_first(value), depth, indent))
        if isinstance(value, (arrays.array, memoryview)):
            view = memoryview(value)
            return _buffer(view.format, view.itemsize, view.ndim)
        known = _foreign(value)
        if known is not None:
            return known
        if isinstance(value, Mapping):
            return Ts("{ [key: string]: any }")
        if isinstance(value, Sequence):
            return Ts("any[]")
        if inspect.isawaitable(value):
            return Ts("Promise<any>")
        if callable(value):
            _, signature = self._function(value, indent)
            head, _, back = signature.rpartition("): ")
            return Ts(f"{head}) => {back}", False)
        return UNKNOWN

    def _object(self, value: Mapping[Any, Any], depth: int, indent: str) -> Ts:
        if not value:
            return Ts("{ [key: string]: any }")
        keys = [key for key in list(value)[: _MOST_KEYS + 1] if isinstance(key, str)]
        if len(keys) > _MOST_KEYS:
            items = [value[key] for key in keys[:_MOST_ITEMS]]
            return Ts(f"{{ [key: string]: {self._elements(items, depth, indent).text} }}")
        inner = indent + "  "
        members = "".join(self.member(str.__str__(key), value[key], inner, depth + 1) for key in keys)
        return Ts(f"{{\n{members}{indent}}}")

    def _elements(self, values: Iterable[Any], depth: int, indent: str) -> Ts:
        """One type for all: dicts are merged (a key that some lack is optional), the rest is a union."""
        values = list(values)
        if not values:
            return ANY
        if not self._spent():
            return UNKNOWN
        rows = [
            each
            for each in values
            if type(each) is dict and each and all(isinstance(key, str) for key in each)
        ]
        merged = set(map(id, rows))
        others = {self.value(each, depth + 1, indent) for each in values if id(each) not in merged}
        kinds = sorted(others)
        if rows:
            kinds.insert(0, self._merged(rows, depth, indent))
        return union(kinds) if len(kinds) <= 6 else UNKNOWN

    def _merged(self, rows: list[dict[str, Any]], depth: int, indent: str) -> Ts:
        keys = list(dict.fromkeys(key for row in rows for key in row))[:_MOST_KEYS]
        inner = indent + "  "
        lines = []
        for key in keys:
            found = [row[key] for row in rows if key in row]
            text = self._elements(found, depth + 1, inner).text
            lines.append(f"{inner}{optional_name(property_name(key), len(found) < len(rows))}: {text};\n")
        return Ts(f"{{\n{''.join(lines)}{indent}}}")


def _plain(value: Any) -> Ts | None:
    if value is None:
        return Ts("null")
    if isinstance(value, enum.Enum):
        return None
    if isinstance(value, bool):
        return Ts("boolean")
    if isinstance(value, BigInt):
        return Ts("bigint")
    if isinstance(value, int):
        return Ts("number" if -_SAFE <= value <= _SAFE else "bigint")
    for kinds, text in _KINDS:
        if isinstance(value, kinds):
            return Ts(text)
    return None


_KINDS: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((str, Decimal, UUID, PurePath), "string"),
    ((float,), "number"),
    ((bytes, bytearray), "Uint8Array"),
    ((dt.date,), "Date"),
    ((JSRegExp,), "RegExp"),
    ((Undefined,), "undefined"),
    ((BaseException,), "Error"),
    ((GuestFunction,), "((...args: any[]) => any)"),
)


def _first(values: Iterable[Any]) -> list[Any]:
    return [each for each, _ in zip(values, range(_MOST_ITEMS), strict=False)]


def _buffer(code: str | None, size: int, dimensions: int = 1) -> Ts:
    if foreign.is_listed(code):
        return Ts("any[]")
    kind = foreign.typed_array(code, size)
    return UNKNOWN if kind is None else Ts(kind + "[]" * max(dimensions - 1, 0))


def _foreign(value: Any) -> Ts | None:
    """Values of numpy and pandas, by the names of their classes."""
    for base in type(value).__mro__:
        package = base.__module__.partition(".")[0]
        if package == "numpy" and base.__name__ == "ndarray":
            dtype = value.dtype
            if dtype.kind in "iuf" and value.ndim > 0:
                return _buffer(dtype.char, dtype.itemsize, value.ndim)
            item = _DTYPES.get(dtype.kind, ANY)
            for _ in range(value.ndim):
                item = array(item)
            return item
        if package == "numpy" and base.__name__ == "generic":
            return _DTYPES.get(value.dtype.kind, ANY)
        if package == "pandas" and base.__name__ == "DataFrame":
            return _frame(value)
        if package == "pandas" and base.__name__ in ("Series", "Index"):
            return array(_DTYPES.get(getattr(value.dtype, "kind", ""), ANY))
    return None


_DTYPES: Final = {
    "b": Ts("boolean"), "i": Ts("number"), "u": Ts("number"), "f": Ts("number"), "M": Ts("Date"), "U": Ts("string"),
    "S": Ts("Uint8Array"),
}  # fmt: skip


def _frame(frame: Any) -> Ts:
    columns = list(frame.columns)
    if not columns or len(columns) > _MOST_COLUMNS:
        return Ts("{ [column: string]: any }[]")
    kinds = [_DTYPES.get(getattr(each, "kind", ""), ANY).text for each in frame.dtypes]
    fields = [f"{property_name(str(name))}: {kind}" for name, kind in zip(columns, kinds, strict=True)]
    return Ts("{ " + "; ".join(fields) + " }[]")


# ---- what inspect knows ----


def _is_function(value: Any) -> bool:
    if inspect.isroutine(value) or isinstance(value, functools.partial):
        return True
    if isinstance(value, (type, GuestFunction, Mapping, Sequence, Set)) or dataclasses.is_dataclass(value):
        return False
    return callable(value) and _foreign(value) is None and not inspect.isawaitable(value)


def _unwrapped(function: Any) -> Any:
    """The Python function at the bottom of wrappers, partials, bound methods and callable objects."""
    for _ in range(50):
        inner = getattr(function, "__wrapped__", None)
        if inner is None and isinstance(function, functools.partial):
            inner = function.func
        if inner is None and inspect.ismethod(function):
            inner = function.__func__
        if inner is None and not inspect.isroutine(function):
            inner = getattr(type(function), "__call__", None)  # noqa: B004
        if inner is None or inner is function:
            return function
        function = inner
    return function


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        if sys.version_info >= (3, 14):
            import annotationlib

            return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
        return inspect.signature(function)
    except Exception:  # noqa: BLE001 - builtins have none, and a class may fail in its own __signature__
        return None


def _scope(function: Callable[..., Any]) -> dict[str, Any]:
    """The names that an annotation of the function may use: its module's, its closure's, its class."""
    inner = _unwrapped(function)
    scope = dict(getattr(inner, "__globals__", None) or {})
    try:
        scope.update(inspect.getclosurevars(inner).nonlocals)
    except Exception:  # noqa: BLE001 - not a Python function
        pass
    for each in getattr(inner, "__type_params__", ()):
        scope[each.__name__] = each
    owner = getattr(function, "__self__", None)
    if owner is not None and not inspect.ismodule(owner):
        scope["__self_class__"] = owner if isinstance(owner, type) else type(owner)
    return scope


def _doc(function: Callable[..., Any]) -> str:
    doc = getattr(function, "__doc__", None)
    if isinstance(function, functools.partial):
        doc = getattr(_unwrapped(function), "__doc__", None)
    elif not inspect.isroutine(function):
        # An object with __call__: the docstring of the call says more than the one of its class.
        doc = getattr(getattr(type(function), "__call__", None), "__doc__", None) or doc  # noqa: B004
    return inspect.cleandoc(doc) if isinstance(doc, str) else ""


def _is_async(function: Callable[..., Any]) -> bool:
    inner = function
    while isinstance(inner, functools.partial):
        inner = inner.func
    call = getattr(type(inner), "__call__", None)  # noqa: B004
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(call)
