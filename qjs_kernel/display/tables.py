"""Arrays of records as tables: HTML written here cell by cell, and an aligned text of the same.

However long the array is, only the rows that are shown and a sample of the others are looked at. There is no way to
sort HTML without scripts or styles for the page, so a table is shown in the order in which it was given
(docs/decisions/0016-rich-output.md).
"""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from qjs_kernel.display.brief import brief, one_line
from qjs_kernel.display.mime import Refusal, box
from qjs_kernel.display.text import cell_width, widths

__all__ = ["Table", "as_records", "table"]

_ROWS = 50
_TEXT_ROWS = 20
_COLUMNS = 30
_SAMPLE = 50
_KEYS = 1_000
_NAME = 80
_TITLE = 200
# All cells share what is left of about 100 kB when the tags are written.
_CELL_BUDGET = 20_000
_CELL_MOST = 120
_CELL_LEAST = 12
_HOVER_BUDGET = 8_000
_HOVER_MOST = 400
_TEXT_CELL = 40
_TEXT_LINE = 160

_BACK = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"
_LINE = "var(--jp-border-color2, #bbb)"
_MUTED = "opacity:.6;"
# The cells of a column share their look; JupyterLab's own styles align all to the right.
_STYLES = {
    "number": "text-align:right;white-space:nowrap",
    "date": "text-align:left;white-space:nowrap",
    "boolean": "text-align:center",
    "text": "text-align:left",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table for readers: HTML without scripts, and aligned text."""

    html: str
    text: str


def as_records(data: object) -> Sequence[Any] | None:
    """`data` if it is an array of records: nearly all its rows are objects, and they share their keys."""
    if type(data) is not list or not data:
        return None
    sample = _sample(data)
    records = [row for row in sample if type(row) is dict and row]
    # Rows may be missing here and there; anything else among them is no column of a record.
    if len(records) * 2 <= len(sample) or any(type(row) is not dict and row is not None for row in sample):
        return None
    names: dict[Any, None] = {}
    filled = 0
    for row in records:
        filled += len(row)
        names.update(dict.fromkeys(islice(row, _KEYS)))
    # Objects used as maps ({id: …}, {other: …}) share nothing.
    return data if names and filled * 5 >= len(records) * len(names) * 2 else None


def _sample(data: Sequence[Any]) -> list[Any]:
    rest = len(data) - _ROWS
    if rest <= 0:
        return list(data)
    step = max(1, rest // _SAMPLE)
    return [*data[:_ROWS], *(data[at] for at in range(_ROWS, len(data), step)[:_SAMPLE])]


def table(value: object) -> Table:
    """The table of an array of records, or of `{rows, columns?, total?, title?}`; Refusal for anything else."""
    columns: list[str] | None = None
    total: int | None = None
    title = ""
    rows = value
    if isinstance(value, Mapping):
        rows = value.get("rows")
        columns = _column_names(value.get("columns"))
        total = _total(value.get("total"))
        title = value["title"] if isinstance(value.get("title"), str) else ""
    if not isinstance(rows, list):
        raise Refusal("its rows are not an array")
    return _Sheet(rows, columns, total, one_line(title, _TITLE)).table()


def _column_names(value: object) -> list[str] | None:
    if not isinstance(value, list):
        return None
    return [name for name in islice(value, _KEYS) if isinstance(name, str)]


def _total(value: object) -> int | None:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 2**53
    return int(value) if usable and isinstance(value, (int, float)) else None


def _kind(values: Iterable[Any]) -> str:
    kinds = set()
    for value in values:
        if value is None:
            continue
        if isinstance(value, bool):
            kinds.add("boolean")
        elif isinstance(value, (int, float)):
            kinds.add("number")
        elif isinstance(value, datetime.datetime):
            kinds.add("date")
        else:
            return "text"
    return kinds.pop() if len(kinds) == 1 else "text"


class _Sheet:
    """The part of a table that is shown: names, cells and their kinds."""

    def __init__(self, rows: Sequence[Any], columns: list[str] | None, total: int | None, title: str) -> None:
        self.rows = rows[:_ROWS]
        self.count = max(len(rows), total or 0)
        self.title = title
        names = columns if columns is not None else self._names()
        self.column_count = len(names)
        self.names = names[:_COLUMNS]
        self.cells = [self._row(row) for row in self.rows]
        self.kinds = [_kind(row[at] for row in self.cells) for at in range(len(self.names))]

    def _names(self) -> list[str]:
        found: dict[str, None] = {}
        width = 0
        for row in self.rows:
            if isinstance(row, Mapping):
                found.update(dict.fromkeys(key for key in islice(row, _KEYS) if isinstance(key, str)))
            elif isinstance(row, list):
                width = max(width, len(row))
            if len(found) > _KEYS:
                break
        if found:
            return list(found)
        if width:
            return [str(index) for index in range(min(width, _KEYS))]
        return ["value"] if self.rows else []

    def _row(self, row: Any) -> list[Any]:
        if isinstance(row, Mapping):
            return [row.get(name) for name in self.names]
        if isinstance(row, list):
            return [row[at] if at < len(row) else None for at in range(len(self.names))]
        return [row, *[None] * (len(self.names) - 1)][: len(self.names)]

    @property
    def caption(self) -> str:
        """ "50 of 100,000 rows × 5 columns", with the title before it."""
        rows = f"{self.count:,} {'row' if self.count == 1 else 'rows'}"
        if len(self.rows) < self.count:
            rows = f"{len(self.rows):,} of {rows}"
        columns = f"{self.column_count:,} {'column' if self.column_count == 1 else 'columns'}"
        if len(self.names) < self.column_count:
            columns += f" (+{self.column_count - len(self.names):,} more)"
        return f"{self.title} · {rows} × {columns}" if self.title else f"{rows} × {columns}"

    def table(self) -> Table:
        return Table(self._html(), self._text())

    # HTML

    def _html(self) -> str:
        amount = max(1, len(self.cells) * len(self.names))
        self._limit = max(_CELL_LEAST, min(_CELL_MOST, _CELL_BUDGET // amount))
        self._hover = _HOVER_BUDGET
        edge = f"background:{_BACK};border-bottom:1px solid {_LINE}"
        head = f"position:sticky;top:0;{edge};white-space:nowrap;"
        # A column's name stands where its values do.
        titles = [f'<td style="{head}" aria-hidden="true"></td>']
        for name, kind in zip(self.names, self.kinds, strict=True):
            align = _STYLES[kind].partition(";")[0]
            titles.append(f'<th scope="col" style="{head}{align}">{html.escape(one_line(name, _NAME))}</th>')
        if len(self.names) < self.column_count:
            more = self.column_count - len(self.names)
            titles.append(f'<th scope="col" style="{head}{_MUTED}">+{more:,} more columns</th>')
        body = "".join(self._html_row(index, row) for index, row in enumerate(self.cells))
        caption = (
            '<caption style="caption-side:top;text-align:left;white-space:nowrap;padding:0 0 4px 0;color:inherit;'
            f'opacity:.75">{html.escape(self.caption)}</caption>'
        )
        content = (
            # `separate`: with collapsed borders the line under a sticky head scrolls away.
            '<table style="border-collapse:separate;border-spacing:0;margin:0;font-size:inherit;'
            f'font-variant-numeric:tabular-nums">{caption}'
            f"<thead><tr>{''.join(titles)}</tr></thead><tbody>{body}</tbody></table>"
        )
        # Reachable by keyboard: what scrolls takes the focus.
        name = html.escape(self.title or "table")
        return box(
            f'<div role="region" tabindex="0" aria-label="{name}" style="max-height:24em;overflow:auto">{content}</div>'
        )

    def _html_row(self, index: int, row: list[Any]) -> str:
        cells = [f'<th scope="row" style="text-align:right;font-weight:normal;opacity:.6">{index}</th>']
        cells += [self._html_cell(value, kind) for value, kind in zip(row, self.kinds, strict=True)]
        if len(self.names) < self.column_count:
            cells.append("<td></td>")
        return f"<tr>{''.join(cells)}</tr>"

    def _html_cell(self, value: Any, kind: str) -> str:
        style = _STYLES[kind]
        if value is None:
            # Missing and null look the same on the way here: neither says anything.
            return f'<td style="{style};opacity:.5">{"null" if kind == "text" else "–"}</td>'
        if isinstance(value, bool) or (kind == "text" and not isinstance(value, str)):
            style += ";opacity:.8"
        shown = brief(value, self._limit)
        if len(html.escape(shown)) > self._limit * 2:
            # Ampersands and quotes only: each takes six characters.
            shown = brief(value, self._limit // 3)
        hover = ""
        if shown.endswith("…") and self._hover > 0:
            full = brief(value, min(_HOVER_MOST, self._hover))
            if len(full) > len(shown):
                hover = f' title="{html.escape(full)}"'
                self._hover -= len(hover)
        return f'<td style="{style}"{hover}>{html.escape(shown)}</td>'

    # Text

    def _text(self) -> str:
        rows = self.cells[:_TEXT_ROWS]
        columns: list[list[str]] = [[""] + [str(index) for index in range(len(rows))]]
        right = [True]
        used = cell_width(str(len(rows))) + 2
        for at, name in enumerate(self.names):
            column = [one_line(name, _TEXT_CELL)]
            column += ["" if row[at] is None else brief(row[at], _TEXT_CELL) for row in rows]
            used += max(map(cell_width, column)) + 2
            # As much as fits on a line, but always one.
            if used > _TEXT_LINE and at:
                break
            columns.append(column)
            right.append(self.kinds[at] == "number")
        wide = [max(map(cell_width, column)) for column in columns]
        lines = []
        for line in zip(*columns, strict=True):
            cells = [_pad(text, width, before) for text, width, before in zip(line, wide, right, strict=True)]
            lines.append("  ".join(cells).rstrip())
        notes = []
        if self.count > len(rows):
            notes.append(f"… {self.count - len(rows):,} more rows")
        if self.column_count > len(columns) - 1:
            notes.append(f"… {self.column_count - len(columns) + 1:,} more columns")
        if notes:
            lines.append(", ".join(notes))
        return "\n".join([self.title, *lines] if self.title else lines)


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * (width - (len(text) if text.isascii() else sum(widths(text))))
    return fill + text if right else text + fill
