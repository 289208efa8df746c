"""A value as a still picture: two levels of its tree, as text and as HTML. Names and texts are the guest's: escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from qjs_kernel.display.brief import one_line
from qjs_kernel.errors import SandboxBusy
from qjs_kernel.protocol import Peeked, PeekRow, Step
from qjs_kernel.widgets.tree import Peek

__all__ = ["Level", "row_html", "still_html", "still_text", "survey"]

_FIRST = 30  # entries of the value itself,
_SECOND = 12  # and of each of those
_LABEL = 100
_TEXT = 400
_PATIENCE = 0.5  # s for all entries together
# Where JupyterLab's own colours are not there: tones that can be read on white and on black.
_COLOURS = {
    "string": "var(--jp-mirror-editor-string-color, #b5483c)",
    "number": "var(--jp-mirror-editor-number-color, #2f8a3a)",
    "bigint": "var(--jp-mirror-editor-number-color, #2f8a3a)",
    "boolean": "var(--jp-mirror-editor-keyword-color, #2f8a3a)",
    "null": "var(--jp-mirror-editor-keyword-color, #2f8a3a)",
    "undefined": "var(--jp-ui-font-color2, #808080)",
    "symbol": "var(--jp-mirror-editor-atom-color, #7a6cf0)",
    "function": "var(--jp-mirror-editor-def-color, #3b7dd8)",
    "class": "var(--jp-mirror-editor-def-color, #3b7dd8)",
    "date": "var(--jp-mirror-editor-atom-color, #7a6cf0)",
    "regexp": "var(--jp-mirror-editor-string-2-color, #c77700)",
    "error": "var(--jp-error-color1, #e5484d)",
    "accessor": "var(--jp-ui-font-color2, #808080)",
    "proxy": "var(--jp-ui-font-color2, #808080)",
    "empty": "var(--jp-ui-font-color2, #808080)",
}
_MUTED = "var(--jp-ui-font-color2, #808080)"
_FONT = "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px)"
_LIST = "list-style:none;margin:0;padding:0 0 0 1.3em"


@dataclass(frozen=True, slots=True)
class Level:
    """A row, what is seen of its entries, and how many there are of them."""

    row: PeekRow
    entries: tuple[Level, ...]
    total: int


def survey(peek: Peek, steps: Sequence[Step], known: Peeked | None = None) -> Level:
    """Two levels of the value at `steps`; "(gone)" where there is none. SandboxBusy while a cell runs.

    known   the first page of its entries, where it is at hand
    """
    found = known or peek(steps, 0, _FIRST)
    if found is None:
        raise SandboxBusy("a cell is running: look again when it has ended")
    if found.here is None:
        return Level(PeekRow((), "", "empty", "(gone)", -1), (), 0)
    entries = []
    end = monotonic() + _PATIENCE
    for row in found.rows[:_FIRST]:
        # One may take as long as a worker may think about it; what is not asked for is shown without its entries.
        inner = peek((*steps, *row.path), 0, _SECOND) if row.size > 0 and monotonic() < end else None
        below = () if inner is None else tuple(Level(each, (), 0) for each in inner.rows)
        entries.append(Level(row, below, 0 if inner is None else inner.total))
    return Level(found.here, tuple(entries), found.total)


def row_html(row: PeekRow, label: str = "", *, marked: bool = False) -> str:
    """Key, text and size of an entry on one line. `label` stands in for its key; `marked` brings it out."""
    back = "background:rgba(66,133,244,.25);" if marked else ""
    return (
        f'<div style="{_FONT};line-height:24px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;{back}">'
        f"{_content(row, label)}</div>"
    )


def still_text(top: Level, title: str) -> str:
    """The value as indented lines."""
    lines = [_line(top.row, title)] if top.row.type != "global" else [f"{title} ({top.total:,})"]
    for level in top.entries:
        lines.append("  " + _line(level.row, ""))
        lines += ["    " + _line(inner.row, "") for inner in level.entries]
        if 0 < len(level.entries) < level.total:
            lines.append(f"    … {level.total - len(level.entries):,} more")
    if len(top.entries) < top.total:
        lines.append(f"  … {top.total - len(top.entries):,} more")
    return "\n".join(lines)


def still_html(top: Level, title: str) -> str:
    """The same as nested lists; the second level can be opened without any script."""
    head = (
        _content(top.row, title) if top.row.type != "global" else f"{html.escape(title)} {_size(top.total)}"
    )
    parts = [
        f'<div class="qjs-value" style="{_FONT};line-height:1.5;overflow-x:auto">',
        head,
        f'<ul style="{_LIST}">',
    ]
    for level in top.entries:
        line = _content(level.row, "")
        if not level.entries:
            parts.append(f'<li style="white-space:nowrap;padding-left:1em">{line}</li>')
            continue
        inner = "".join(
            f'<li style="white-space:nowrap">{_content(entry.row, "")}</li>' for entry in level.entries
        )
        more = _more(level.total - len(level.entries))
        parts.append(
            f'<li style="white-space:nowrap"><details><summary style="cursor:pointer">{line}</summary>'
            f'<ul style="{_LIST}">{inner}{more}</ul></details></li>'
        )
    return "".join([*parts, _more(top.total - len(top.entries)), "</ul></div>"])


def _key(row: PeekRow, label: str) -> str:
    shown = one_line(label or row.label, _LABEL)
    return shown if shown.endswith("=>") else f"{shown}:"


def _line(row: PeekRow, label: str) -> str:
    size = f"  ({row.size:,})" if row.size > 0 else ""
    return f"{_key(row, label)} {one_line(row.text, _TEXT)}{size}"


def _content(row: PeekRow, label: str) -> str:
    colour = _COLOURS.get(row.type)
    style = f' style="color:{colour}"' if colour else ""
    size = f" {_size(row.size)}" if row.size > 0 else ""
    text = html.escape(one_line(row.text, _TEXT))
    return f'<span style="font-weight:600">{html.escape(_key(row, label))}</span> <span{style}>{text}</span>{size}'


def _size(size: int) -> str:
    return f'<span style="color:{_MUTED}">({size:,})</span>'


def _more(missing: int) -> str:
    return f'<li style="color:{_MUTED};padding-left:1em">… {missing:,} more</li>' if missing > 0 else ""
