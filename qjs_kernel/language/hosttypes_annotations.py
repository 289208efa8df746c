"""Python annotations as TypeScript types, by the table of values that cross the boundary (docs: values).

`Types.of(annotation, out=…)`: `out` for what the host gives (results, data), not for what it takes (parameters): a
host function is given Decimals as strings or numbers, and may be given undefined for None.
"""

from __future__ import annotations

import array as arrays
import builtins
import collections
import collections.abc as abc
import dataclasses
import datetime as dt
import decimal
import enum
import inspect
import pathlib
import re
import sys
import types
import typing
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qjs_kernel.language.hosttypes_text import (
    ANY,
    UNKNOWN,
    Ts,
    array,
    jsdoc,
    literal,
    optional_name,
    property_name,
    type_name,
    union,
)
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet, Undefined

__all__ = ["NAMESPACE", "WHOLE", "Types", "resolved"]

# The namespace of TypeScript that the types of Python's classes stand in: `env.Row`. It has types only, so that the
# variable `env` may have its name, and no name of a cell's is taken.
NAMESPACE: Final = "env"
WHOLE: Final = "HostEnv"
_DEEPEST: Final = 12
_MOST_NAMED: Final = 200
_MOST_FIELDS: Final = 200
_NULL: Final = Ts("null")
_SIMPLE: Final[Mapping[Any, str]] = {
    bool: "boolean", int: "number", float: "number", str: "string", None: "null", type(None): "null",
    bytes: "Uint8Array", bytearray: "Uint8Array", memoryview: "Uint8Array", object: "unknown", Any: "any",
    dt.datetime: "Date", dt.date: "Date", BigInt: "bigint", JSRegExp: "RegExp", Undefined: "undefined",
    uuid.UUID: "string", GuestFunction: "((...args: any[]) => any)", BaseException: "Error", complex: "unknown",
    list: "any[]", tuple: "any[]", abc.Sequence: "any[]", abc.Iterable: "any[]", abc.Collection: "any[]",
    dict: "{ [key: string]: any }", abc.Mapping: "{ [key: string]: any }", abc.MutableMapping: "{ [key: string]: any }",
    set: "Set<any>", frozenset: "Set<any>", abc.Set: "Set<any>", JSSet: "Set<any>", JSMap: "Map<any, any>",
    abc.Callable: "((...args: any[]) => any)", abc.Awaitable: "Promise<any>", abc.Coroutine: "Promise<any>",
    types.FunctionType: "((...args: any[]) => any)", typing.AnyStr: "string", typing.LiteralString: "string",
    typing.NoReturn: "never", typing.Never: "never", arrays.array: "any",
}  # fmt: skip
_LISTS: Final = (
    list, collections.deque, abc.Sequence, abc.MutableSequence, abc.Iterable, abc.Collection, abc.Iterator,
    abc.Generator,
)  # fmt: skip
_SETS: Final = (set, frozenset, abc.Set, abc.MutableSet, JSSet)
_MAPPINGS: Final = (
    dict, abc.Mapping, abc.MutableMapping, collections.OrderedDict, collections.defaultdict, collections.Counter
)  # fmt: skip
_PROMISES: Final = ("Awaitable", "Coroutine", "Future", "Task")
# By name: the libraries need not be there, and are not imported for this.
_FOREIGN: Final[Mapping[tuple[str, str], str]] = {
    ("pandas", "DataFrame"): "{ [column: string]: any }[]",
    ("pandas", "Series"): "any[]",
    ("pandas", "Index"): "any[]",
    ("pandas", "Timestamp"): "Date",
    ("numpy", "ndarray"): "any",
    ("numpy", "bool_"): "boolean",
    ("numpy", "bool"): "boolean",
    ("numpy", "str_"): "string",
    ("numpy", "datetime64"): "Date",
    ("polars", "DataFrame"): "{ [column: string]: any }[]",
}


class _Names(dict[str, Any]):
    """The names of an annotation: the module's, Python's, and Any for what is not there (yet)."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        super().__init__()
        self._scope = scope

    def __missing__(self, name: str) -> Any:
        if name in self._scope:
            return self._scope[name]
        return vars(builtins).get(name, Any)


def resolved(annotation: Any, scope: Mapping[str, Any]) -> Any:
    """An annotation that is a text (PEP 563, forward references) as what it means; Any when it means nothing."""
    for _ in range(4):
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if not isinstance(annotation, str):
            return annotation
        if len(annotation) > 2000:
            return Any
        try:
            # The owner's own annotations, which typing.get_type_hints would evaluate in the same way; but that
            # gives up on all of them when one name is unknown.
            annotation = eval(annotation, {"__builtins__": {}}, _Names(scope))
        except Exception:  # noqa: BLE001 - an annotation may be any text
            return Any
    return Any


class Types:
    """Converts annotations, and collects the declarations of the classes that they name."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []  # keeps the classes alive: they are known by id()
        self._bodies: dict[str, str] = {}
        # The type variables of the signature at hand, by name, in order of appearance.
        self.variables: dict[str, str] | None = None

    def declarations(self) -> str:
        """The interfaces of the classes that were named, for the namespace."""
        return "".join(self._bodies.values())

    def of(self, annotation: Any, scope: Mapping[str, Any], *, out: bool, depth: int = 0) -> Ts:
        """The type; `unknown` for what cannot cross or cannot be understood."""
        if depth > _DEEPEST:
            return UNKNOWN
        try:
            return self._of(resolved(annotation, scope), scope, out, depth + 1)
        except Exception:  # noqa: BLE001 - a metaclass of the owner's may do anything
            return UNKNOWN

    def _of(self, kind: Any, scope: Mapping[str, Any], out: bool, depth: int) -> Ts:
        simple = _looked_up(_SIMPLE, kind)
        if simple is not None:
            return Ts(simple)
        origin = typing.get_origin(kind)
        args = typing.get_args(kind)
        if origin is not None:
            return self._generic(kind, origin, args, scope, out, depth)
        if isinstance(kind, typing.TypeVar):
            return self._variable(kind, scope, out, depth)
        if isinstance(kind, typing.NewType):
            return self.of(kind.__supertype__, scope, out=out, depth=depth)
        if type(kind).__name__ == "TypeAliasType":
            return self.of(kind.__value__, scope, out=out, depth=depth)
        if kind is getattr(typing, "Self", object()):
            owner = scope.get("__self_class__")
            return UNKNOWN if owner is None else self.of(owner, scope, out=out, depth=depth)
        if isinstance(kind, list):  # Callable's own list, out of place
            return UNKNOWN
        return self._class(kind, out, depth) if isinstance(kind, type) else ANY

    def _generic(
        self, kind: Any, origin: Any, args: tuple[Any, ...], scope: Mapping[str, Any], out: bool, depth: int
    ) -> Ts:
        def of(each: Any, direction: bool = out) -> Ts:
            return self.of(each, scope, out=direction, depth=depth)

        if origin is typing.Annotated or origin in (
            typing.Required,
            typing.NotRequired,
            typing.ClassVar,
            typing.Final,
        ):
            return of(args[0])
        if type(kind).__name__ != "_LiteralGenericAlias" and getattr(origin, "__name__", "") == "ReadOnly":
            return of(args[0])
        if origin is typing.Literal:
            return union(_literal_type(each) for each in args)
        if origin is typing.Union or origin is types.UnionType:
            return union(of(each) for each in args)
        if origin is tuple:
            return self._tuple(args, of)
        if origin in _SETS:
            return Ts(f"Set<{of(args[0]).text}>")
        if origin is JSMap:
            return Ts(f"Map<{of(args[0]).text}, {of(args[1]).text}>")
        if origin in _MAPPINGS:
            return Ts(f"{{ [key: string]: {of(args[1] if len(args) > 1 else int).text} }}")
        if origin in _LISTS:
            return array(of(args[0]))
        if origin is abc.Callable:
            return self._callable(args, scope, out, depth)
        if getattr(origin, "__name__", "") in _PROMISES:
            return Ts(f"Promise<{of(args[-1]).text}>")
        if origin is type:
            return UNKNOWN
        return self._class(origin, out, depth) if isinstance(origin, type) else ANY

    def _tuple(self, args: tuple[Any, ...], of: Any) -> Ts:
        if len(args) == 2 and args[1] is Ellipsis:
            return array(of(args[0]))
        return Ts("[" + ", ".join(of(each).text for each in args if each != ()) + "]")

    def _callable(self, args: tuple[Any, ...], scope: Mapping[str, Any], out: bool, depth: int) -> Ts:
        given, result = (args[0], args[1]) if len(args) == 2 else (Ellipsis, Any)
        back = self.of(result, scope, out=out, depth=depth)
        if not out and not back.text.startswith("Promise<") and back not in (ANY, UNKNOWN):
            # The guest's function may as well be async.
            back = Ts("void") if back == _NULL else union([back, Ts(f"Promise<{back.text}>")])
        if not isinstance(given, (list, tuple)):
            return Ts(f"(...args: any[]) => {back.text}", False)
        parts = [
            f"arg{index}: {self.of(each, scope, out=not out, depth=depth).text}"
            for index, each in enumerate(given)
        ]
        return Ts(f"({', '.join(parts)}) => {back.text}", False)

    def _variable(self, kind: typing.TypeVar, scope: Mapping[str, Any], out: bool, depth: int) -> Ts:
        name = kind.__name__
        if self.variables is None or type_name(name) != name:
            return ANY
        if name not in self.variables:
            self.variables[name] = ""  # a bound may name the variable itself
            bounds = kind.__constraints__ or ((kind.__bound__,) if kind.__bound__ is not None else ())
            bound = union(self.of(each, scope, out=out, depth=depth) for each in bounds) if bounds else ANY
            self.variables[name] = "" if bound in (ANY, UNKNOWN) else f" extends {bound.text}"
        return Ts(name)

    # ---- classes ----

    def _class(self, kind: type, out: bool, depth: int) -> Ts:
        if typing.is_typeddict(kind) or dataclasses.is_dataclass(kind):
            return self._named(kind, depth)
        if issubclass(kind, enum.Enum):
            members = list(kind.__members__.values())
            if not members or len(members) > 50:
                return Ts("string | number", False)
            return union(_literal_type(each) for each in members)
        if issubclass(kind, tuple):
            return self._named_tuple(kind, out, depth)
        for base in kind.__mro__:
            foreign = _FOREIGN.get((base.__module__.partition(".")[0], base.__name__))
            if foreign is not None:
                return Ts(foreign)
            if base.__module__.partition(".")[0] == "numpy" and base.__name__ in ("integer", "floating"):
                return Ts("number")
        if issubclass(kind, (decimal.Decimal, pathlib.PurePath)):
            takes_number = issubclass(kind, decimal.Decimal) and not out
            return Ts("string | number", False) if takes_number else Ts("string")
        for base in kind.__mro__[1:]:
            simple = _looked_up(_SIMPLE, base)
            if simple is not None and base is not object:
                return Ts(simple)
        if getattr(kind, "_is_protocol", False) and "__call__" in vars(kind):
            return Ts("((...args: any[]) => any)")
        return UNKNOWN

    def _named(self, kind: type, depth: int) -> Ts:
        """An interface in the namespace: classes may name themselves."""
        known = self._names.get(id(kind))
        if known is None:
            if len(self._names) >= _MOST_NAMED:
                return Ts("{ [key: string]: any }")
            name = known = type_name(kind.__name__)
            taken = {WHOLE, *self._names.values()}
            count = 2
            while known in taken:
                known, count = f"{name}_{count}", count + 1
            self._names[id(kind)] = known
            self._kept.append(kind)
            self._bodies[known] = ""
            outer, self.variables = self.variables, None
            try:
                self._bodies[known] = self._interface(known, kind, depth)
            finally:
                self.variables = outer
        return Ts(f"{NAMESPACE}.{known}")

    def _interface(self, name: str, kind: type, depth: int) -> str:
        lines = []
        for field, annotation, scope, optional in list(_fields(kind))[:_MOST_FIELDS]:
            text = self.of(annotation, scope, out=True, depth=depth).text
            lines.append(f"    {optional_name(property_name(field), optional)}: {text};\n")
        doc = kind.__doc__ if isinstance(kind.__doc__, str) else ""
        # What dataclass writes when there is no docstring is the signature.
        doc = "" if doc.startswith(f"{kind.__name__}(") or kind.__doc__ is dict.__doc__ else doc
        return f"{jsdoc(inspect.cleandoc(doc), indent='  ')}  interface {name} {{\n{''.join(lines)}  }}\n"

    def _named_tuple(self, kind: type, out: bool, depth: int) -> Ts:
        fields = getattr(kind, "_fields", None)
        if not isinstance(fields, tuple) or depth > 6:
            return Ts("any[]")
        hints = dict(_hints(kind))
        parts = []
        for index, field in enumerate(fields):
            annotation, scope = hints.get(field, (Any, {}))
            label = field if re.fullmatch(r"[A-Za-z]\w*", field, re.ASCII) else f"item{index}"
            parts.append(f"{label}: {self.of(annotation, scope, out=out, depth=depth).text}")
        return Ts("[" + ", ".join(parts) + "]")


def _looked_up(table: Mapping[Any, str], key: Any) -> str | None:
    try:
        return table.get(key)
    except TypeError:  # not hashable
        return None


def _literal_type(value: Any) -> Ts:
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return Ts("true" if value else "false")
    if isinstance(value, str):
        return Ts(literal(str.__str__(value)))
    if isinstance(value, int):
        return Ts(str(int(value)), value >= 0) if abs(value) <= 2**53 - 1 else Ts("bigint")
    if isinstance(value, float):
        return Ts("number")
    return Ts("Uint8Array") if isinstance(value, bytes) else UNKNOWN


def _hints(kind: type) -> Iterator[tuple[str, tuple[Any, Mapping[str, Any]]]]:
    """The annotations of a class and its bases, nearest last, each with the names that its text may use."""
    bases = getattr(kind, "__orig_bases__", ()) if typing.is_typeddict(kind) else ()
    inherited = [base for base in bases if isinstance(base, type) and typing.is_typeddict(base)]
    for base in [*inherited, *reversed(kind.__mro__)]:
        module = sys.modules.get(base.__module__)
        scope = {**(vars(module) if module is not None else {}), base.__name__: base, "__self_class__": kind}
        if typing.is_typeddict(base) and base is not kind:
            yield from _hints(base)
        for name, annotation in _annotations(base).items():
            yield name, (annotation, scope)


def _annotations(kind: type) -> dict[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(kind, format=annotationlib.Format.FORWARDREF)
    found = inspect.get_annotations(kind)
    return found if isinstance(found, dict) else {}


def _fields(kind: type) -> Iterator[tuple[str, Any, Mapping[str, Any], bool]]:
    """Name, annotation, scope and whether it may be missing, of a TypedDict or a dataclass."""
    hints = dict(_hints(kind))
    if not typing.is_typeddict(kind):
        for field in dataclasses.fields(kind):
            annotation, scope = hints.get(field.name, (field.type, {}))
            yield field.name, annotation, scope, False
        return
    optional: frozenset[str] = getattr(kind, "__optional_keys__", frozenset())
    for name, (annotation, scope) in hints.items():
        # With annotations as texts (PEP 563) the class itself does not know of NotRequired.
        text = annotation.__forward_arg__ if isinstance(annotation, typing.ForwardRef) else annotation
        meant = typing.get_origin(resolved(text, scope))
        missing = (
            name in optional
            if meant not in (typing.Required, typing.NotRequired)
            else meant is typing.NotRequired
        )
        yield name, annotation, scope, missing
