"""Errors of the guest for a notebook: the HTML twin of `errors`, escaped, in the colours of the theme.

A failed cell ends in Jupyter's own error message, which has room for plain text only; this is for errors that are
values: results, entries of a list, what `display()` is given.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from qjs_kernel.display.errors import (
    HOST_TITLE,
    SourceOf,
    again,
    causes,
    error_notes,
    error_place,
    error_title,
    folded,
    frame_lines,
    frame_text,
    host_text,
)
from qjs_kernel.display.mime import box
from qjs_kernel.errors import Frame, GuestError

__all__ = ["error_html"]

_FRAMES = 60
_SHORT = 4
_RED = "var(--jp-error-color1, #e5484d)"
_PLACE = "var(--jp-success-color1, #2b9348)"
# Lines are scrolled, not wrapped: the caret keeps its place. As large as the code of the cell.
_PRE = (
    "margin:2px 0;white-space:pre;overflow-x:auto;font-size:var(--jp-code-font-size,inherit);"
    "color:inherit;background:transparent"
)


def error_html(error: GuestError, source_of: SourceOf | None = None) -> str:
    """The report of `errors.error_text` as HTML: title, place, code frame with caret, stack, causes, notes.

    A stack of more than a few lines is folded; `source_of` gives the text of a file or cell, or None.
    """
    parts = [_title("", error)]
    if error.frames:
        first = error.frames[0]
        parts.append(f'<div style="color:{_PLACE}">{html.escape(error_place(first))}</div>')
        lines = frame_lines(first, source_of)
        if lines:
            parts.append(f'<pre style="{_PRE}">{"<br>".join(map(_code_line, lines))}</pre>')
        parts.append(_stack(error.frames[1:]))
    for cause in causes(error):
        parts += [_title("Caused by ", cause), _stack(cause.frames)]
    parts += [
        f'<div style="opacity:.85;white-space:pre-wrap">{html.escape(note)}</div>'
        for note in error_notes(error)
    ]
    if error.host_traceback:
        parts.append(_folded(HOST_TITLE, host_text(error.host_traceback)))
    edge = f"border-left:4px solid {_RED};padding:1px 8px 1px 8px;margin:0 0 6px 5px;text-align:left"
    return box("".join(parts), edge)


def _title(lead: str, error: GuestError) -> str:
    name, message = error_title(error)
    colon = "" if error.value_text is not None or not message else ":"
    return (
        f'<div style="white-space:pre-wrap">{lead}<b style="color:{_RED}">{html.escape(name)}</b>{colon} '
        f"{html.escape(message)}</div>"
    )


def _code_line(line: str) -> str:
    """A line of a code frame: the one in question stands out, and so does its caret."""
    shown = html.escape(line)
    if line.startswith("> "):
        return f"<b>{shown}</b>"
    if line.endswith("^") and not line.lstrip()[:1].isdigit():
        return f'{shown[:-1]}<b style="color:{_RED}">^</b>'
    return f'<span style="opacity:.75">{shown}</span>'


def _stack(frames: Sequence[Frame]) -> str:
    if not frames:
        return ""
    lines: list[str] = []
    seen = 0
    for group, repeats in folded(frames):
        if len(lines) >= _FRAMES:
            break
        lines += [frame_text(frame) for frame in group]
        if repeats > 1:
            lines.append(f"   {again(len(group), repeats)}")
        seen += len(group) * repeats
    if seen < len(frames):
        lines.append(f"… {len(frames) - seen} more frames")
    text = "\n".join(lines)
    if len(lines) <= _SHORT:
        return f'<pre style="{_PRE};opacity:.75">{html.escape(text)}</pre>'
    return _folded(f"Stack: {len(frames)} more frames", text)


def _folded(title: str, text: str) -> str:
    return (
        f'<details><summary style="cursor:pointer;opacity:.75">{html.escape(title)}</summary>'
        f'<pre style="{_PRE}">{html.escape(text)}</pre></details>'
    )
