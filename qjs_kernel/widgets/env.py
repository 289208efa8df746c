"""`%view env`: what the owner gives to the guest, and what the guest does with it, call by call."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import html
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import PurePath
from typing import Any, ClassVar
from uuid import UUID

import ipywidgets

from qjs_kernel.display import Bundle, cell_width
from qjs_kernel.display.brief import brief, one_line
from qjs_kernel.hostcalls import CallStats, TooLarge
from qjs_kernel.language.hosttypes import env_declarations
from qjs_kernel.values import GuestFunction, Undefined
from qjs_kernel.widgets.bars import MUTED
from qjs_kernel.widgets.base import Markup, Stage, View, button

__all__ = ["EnvView", "short_time", "value_text"]

_ROWS = 200
_FILTERED_FROM = 13  # names; fewer can be seen at a glance
_DEPTH = 4
_ITEMS = 50
_NODES = 1_000
_NAME = 120
_SIGNATURE = 200
_ARGUMENTS = 100
_VALUE = 140
_ERROR = 200
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)

_ERROR_COLOUR = "var(--jp-error-color1, #d43f44)"
_MARK = "rgba(250, 190, 60, 0.22)"
_CODE = "font-family:var(--jp-code-font-family, monospace);font-size:var(--jp-code-font-size, 13px)"
_EMPTY = "The guest has no host names yet: every public function and value of a %%host cell becomes one."


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """What is seen of one name, as plain text.

    last   "(1, 'a') → true", or a value; error: of the last call, stands in place of what it gave
    """

    name: str
    signature: str
    kind: str
    calls: str = ""
    errors: int = 0
    running: int = 0
    last: str = ""
    error: str = ""
    mean: str = ""


class EnvView(View):
    """A table of the names below `env`: signatures, calls and values, brought up to date at each call."""

    title: ClassVar[str] = "env"
    topics: ClassVar[frozenset[str]] = frozenset({"calls", "env", "ran", "state"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._version = -1
        self._names: list[tuple[str, Any]] = []
        # By identity; the function itself is kept, so that no other one can get its id.
        self._signatures: dict[int, tuple[Any, str]] = {}
        self._before: dict[str, _Row] | None = None
        self._marked: set[str] = set()

    # Widgets

    def build(self) -> ipywidgets.Widget:
        self._table = Markup()
        self._filter = ipywidgets.Text(
            placeholder="filter names", tooltip="Show only names that contain this", layout={"width": "220px"}
        )
        self._filter.observe(lambda _: self.act(self.refresh), "value")
        self._reset = button(
            "Reset counts",
            "Forget the calls so far: counts, times, last arguments and results",
            lambda: self.act(self._forget),
        )
        return ipywidgets.VBox([self._filter, self._table, ipywidgets.HBox([self._reset])])

    def refresh(self) -> None:
        rows = self._rows()
        now = {row.name: row for row in rows}
        if self._before is None:
            self._marked = set()
        elif now != self._before:
            # Marks stay until something else changes: cells are often over before the eye has found them.
            self._marked = {name for name, row in now.items() if self._before.get(name) != row}
        self._before = now
        wanted = self._filter.value.strip()[:_NAME].casefold()
        shown = [row for row in rows if wanted in row.name.casefold()]
        text = _table(shown, self._marked, _more(len(self._names)))
        if rows and not shown:
            text = f'<p style="margin:4px 0;color:{MUTED}">No name contains {html.escape(repr(wanted))}.</p>'
        self._table.value = text
        self._filter.layout.display = None if len(rows) >= _FILTERED_FROM or wanted else "none"
        self._reset.layout.display = None if any(row.calls not in ("", "0") for row in rows) else "none"

    def still(self) -> Bundle:
        rows = self._rows()
        more = _more(len(self._names))
        return {"text/plain": _text(rows, more), "text/html": _table(rows, set(), more)}, {}

    def _forget(self) -> None:
        self.session.calls.clear()
        self._before = None
        self.refresh()

    # What there is to see

    def _rows(self) -> list[_Row]:
        version = self.session.env_version
        if version != self._version:
            self._version = version
            self._names = list(_walk(self.session.env))
            kept = {id(value) for _, value in self._names}
            self._signatures = {key: entry for key, entry in self._signatures.items() if key in kept}
        return [self._row(name, value) for name, value in self._names[:_ROWS]]

    def _row(self, name: str, value: Any) -> _Row:
        if not _is_function(value):
            return _Row(name, "", "data", last=value_text(value, _VALUE))
        signature = self._signature(value)
        kind = "async" if _is_async(value) else "function"
        stats = self.session.calls.stats(value)
        if stats is None:
            return _Row(name, signature, kind, "0")
        last, error = _last_call(stats)
        mean = "" if stats.mean is None else short_time(stats.mean)
        return _Row(name, signature, kind, f"{stats.calls:,}", stats.errors, stats.running, last, error, mean)

    def _signature(self, function: Any) -> str:
        entry = self._signatures.get(id(function))
        if entry is None:
            entry = self._signatures[id(function)] = (function, _typescript(function))
        return entry[1]


def value_text(value: Any, limit: int) -> str:
    """A value of the host or of the guest on one line, as JavaScript would write it; never fails or runs long.

    No `__repr__` is asked: the owner's may take its time, and the guest's values have none worth reading.
    """
    try:
        return _value_text(value, limit)
    except Exception:  # noqa: BLE001 - an owner's object may fail at anything
        return f"[{one_line(type(value).__name__, limit)}]"


def _value_text(value: Any, limit: int) -> str:
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, (Undefined, TooLarge)):
        return repr(value)
    if isinstance(value, (Decimal, UUID, PurePath)):
        value = str(value)
    if isinstance(value, str):
        return f"'{one_line(value, limit - 2)}'"
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return brief({name: getattr(value, name) for name in names}, limit)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape and all(isinstance(size, int) for size in shape):
        return one_line(f"[{type(value).__name__} {' × '.join(f'{size:,}' for size in shape)}]", limit)
    return brief(value, limit)


def short_time(seconds: float) -> str:
    """A duration in the unit that suits it: "12 µs", "3.4 ms", "1.2 s"."""
    if seconds >= 0.9995:
        return f"{seconds:,.0f} s" if seconds >= 99.5 else f"{seconds:.3g} s"
    if seconds >= 0.0009995:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs" if seconds >= 1e-6 else "<1 µs"


def _last_call(stats: CallStats) -> tuple[str, str]:
    """The last call, and the error it ended with."""
    given = stats.arguments or ()
    parts: list[str] = []
    used = 0
    for argument in given[:_ITEMS]:
        parts.append(value_text(argument, max(_ARGUMENTS - used, 8)))
        used += len(parts[-1])
        if used > _ARGUMENTS:
            break
    if len(parts) < len(given):
        parts.append("…")
    call = f"({', '.join(parts)})"
    if stats.running:
        return call, ""  # what there is belongs to an earlier call
    if stats.error:
        return call, one_line(stats.error, _ERROR)
    return f"{call} → {value_text(stats.result, _VALUE)}", ""


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, (type, GuestFunction, Mapping, list, tuple))


def _is_async(function: Callable[..., Any]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - an object with an async __call__
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def _typescript(function: Callable[..., Any]) -> str:
    """The signature as the guest's TypeScript has it: `(when: Date): void`."""
    for line in env_declarations({"f": function}).splitlines():
        if line.startswith(("    f(", "    f<")):
            return one_line(line[5:].removesuffix(";"), _SIGNATURE)
    return "(...args: any[]): any"


def _walk(env: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values in the order of `env`: containers with functions in them are taken apart, data is not."""
    left = _NODES

    def holds(value: Any, depth: int) -> bool:
        nonlocal left
        left -= 1
        if left < 0 or depth > _DEPTH:
            return False
        return _is_function(value) or any(holds(item, depth + 1) for _, item in _inside(value))

    pending = [(f"env{_step(name)}", value, 0) for name, value in reversed(list(env.items()))]
    while pending:
        name, value, depth = pending.pop()
        left = _NODES
        if not _is_function(value) and depth < _DEPTH and holds(value, depth):
            inner = [(f"{name}{step}", item, depth + 1) for step, item in _inside(value)]
            pending += reversed(inner)
        else:
            yield one_line(name, _NAME), value


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """How to reach what is in a container, as JavaScript writes it; the first ones of many."""
    if type(value) is dict:
        for key, item in islice(value.items(), _ITEMS):
            if isinstance(key, str):
                yield _step(key), item
    elif type(value) in (list, tuple):
        for index, item in enumerate(value[:_ITEMS]):
            yield f"[{index}]", item


def _step(name: str) -> str:
    return f".{name}" if _IDENTIFIER.fullmatch(name) else f"[{json.dumps(name[:_NAME], ensure_ascii=False)}]"


# The two pictures of the rows


def _more(count: int) -> str:
    return f"… and {count - _ROWS:,} more names" if count > _ROWS else ""


def _running(row: _Row) -> str:
    return "" if not row.running else "running" if row.running == 1 else f"{row.running:,} running"


def _text(rows: list[_Row], more: str) -> str:
    if not rows:
        return _EMPTY
    table = [("name", "kind", "calls", "errors", "mean", "last call or value")]
    for row in rows:
        last = f"{row.last} ✗ {row.error}" if row.error else row.last
        last += f" ● {_running(row)}" if row.running else ""
        errors = f"{row.errors:,}" if row.errors else ""
        table.append((row.name + row.signature, row.kind, row.calls, errors, row.mean, last))
    widths = [max(cell_width(line[index]) for line in table) for index in range(5)]
    lines = []
    for line in table:
        cells = [
            text + " " * (width - cell_width(text)) for text, width in zip(line[:5], widths, strict=True)
        ]
        lines.append("  ".join([*cells, line[5]]).rstrip())
    return "\n".join([*lines, more] if more else lines)


def _cell(tag: str, content: str, style: str = "", more: str = "") -> str:
    base = "text-align:left;vertical-align:top;padding:2px 14px 2px 4px;font-weight:normal;"
    return f'<{tag}{more} style="{base}{style}">{content}</{tag}>'


def _html_row(row: _Row, marked: bool) -> str:
    back = f"background:{_MARK};" if marked else ""
    number = f"text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;{back}"
    wrapped = f"{_CODE};overflow-wrap:break-word;white-space:normal;"
    errors = f'<b style="color:{_ERROR_COLOUR}">{row.errors:,}</b>' if row.errors else ""
    last = html.escape(row.last)
    if row.error:
        last += f' <span style="color:{_ERROR_COLOUR}">✗ {html.escape(row.error)}</span>'
    if row.running:
        last += f' <span style="color:{MUTED}"><span aria-hidden="true">●</span> {_running(row)}</span>'
    name = f'{html.escape(row.name)}<span style="color:{MUTED}">{html.escape(row.signature)}</span>'
    return (
        "<tr>"
        + _cell("th", name, f"{_CODE};overflow-wrap:break-word;max-width:30em;{back}", ' scope="row"')
        + _cell("td", f'<span style="color:{MUTED}">{row.kind}</span>', back)
        + _cell("td", html.escape(row.calls), number)
        + _cell("td", errors, number)
        + _cell("td", html.escape(row.mean), number)
        + _cell("td", last, f"{wrapped}max-width:40em;{back}")
        + "</tr>"
    )


def _table(rows: list[_Row], marked: set[str], more: str) -> str:
    if not rows:
        return f'<p class="qjs-env" style="margin:4px 0;color:{MUTED}">{html.escape(_EMPTY)}</p>'
    line = "border-bottom:1px solid var(--jp-border-color2, #ddd);white-space:nowrap;"
    titles = (("Name", ""), ("Kind", ""), ("Calls", "right"), ("Errors", "right"), ("Mean", "right"))
    heads = [
        _cell("th", title, f"{line}color:{MUTED};" + (f"text-align:{side};" if side else ""), ' scope="col"')
        for title, side in (*titles, ("Last call or value", ""))
    ]
    body = "".join(_html_row(row, row.name in marked) for row in rows)
    end = f'<p style="margin:2px 4px;color:{MUTED}">{html.escape(more)}</p>' if more else ""
    return (
        '<table class="qjs-env" style="border-collapse:collapse;margin:0;font-size:inherit;line-height:1.4;'
        'color:var(--jp-ui-font-color1, inherit)">'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table>{end}"
    )
