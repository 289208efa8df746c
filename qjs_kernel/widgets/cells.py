"""`%view cells`: what the cells have done, how to get back to before one, and the checkpoints that were kept."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

import ipywidgets

from qjs_kernel.display import Bundle, safe_text
from qjs_kernel.errors import QjsError
from qjs_kernel.magics.grammar import show_size
from qjs_kernel.session import CellRun, PastStep
from qjs_kernel.widgets.base import Markup, Stage, View, button, markup

__all__ = ["CellsView"]

_ROWS: Final = 40
_CODE = 120
_MUTED = "color:var(--jp-ui-font-color2,#666)"
# The code stands last: where there is no room for all of it, nothing else is lost.
_HEADS: Final = (("", "left"), ("", "left"), ("Time", "right"), ("Memory", "right"), ("Code", "left"))
_GRID = (
    "display:grid;grid-template-columns:5em 9em 5.5em 5.5em minmax(8em,1fr);column-gap:10px;"
    "align-items:center;line-height:28px"
)
_ONE_LINE = "overflow:hidden;text-overflow:ellipsis;white-space:pre"
# An exception has a name of its own.
_KINDS = {
    "syntax": "syntax error",
    "timeout": "timeout",
    "memory": "memory limit",
    "stack": "stack limit",
    "interrupt": "interrupted",
    "deadlock": "deadlock",
    "output": "output limit",
    "crash": "crash",
}
_COLOURS = {
    "ok": "var(--jp-success-color1,#2b9348)",
    "undone": "var(--jp-ui-font-color2,#8a8a8a)",
    "error": "var(--jp-error-color1,#e5484d)",
}


class RefusedWhileRunning(QjsError):
    """Something was asked for that cannot be done while a cell runs."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the history: the run of a cell, or another step such as a mount.

    key     number of the step, and which of the runs after it that left nothing behind
    error   what went wrong, "" where nothing did
    back    steps that undo has to take back to get to before it, 0 where it cannot
    undone  whether its effects are not there any more
    """

    key: tuple[int, int]
    name: str
    code: str
    time: str = ""
    memory: str = ""
    error: str = ""
    back: int = 0
    undone: bool = False

    @property
    def status(self) -> tuple[str, str, str]:
        """Kind, sign and words for people."""
        if self.undone:
            return "undone", "↶", "undone"
        if self.error:
            return "error", "✗", self.error
        return "ok", "✓", "ok"

    @property
    def whole(self) -> str:
        """What the button goes back to before, in words."""
        return self.name if self.name.startswith("cell ") else self.code


def _milliseconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _first_line(code: str | None) -> str:
    if code is None:
        return "(its text is not kept any more)"
    lines = [line.strip() for line in code[:20_000].split("\n")]
    filled = [line for line in lines if line]
    # A comment at the top says what a cell does; a line of a command is not what one looks for.
    line = next((line for line in filled if not line.startswith("%")), filled[0] if filled else "")
    shown = safe_text(line[: _CODE * 2], colours=False).replace("\t", " ")
    return shown if len(shown) <= _CODE else f"{shown[: _CODE - 1]}…"


class CellsView(View):
    """The last cells, newest first, and the named checkpoints."""

    title: ClassVar[str] = "cells"
    topics: ClassVar[frozenset[str]] = frozenset({"ran", "state"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._lines: dict[tuple[int, int], tuple[ipywidgets.HBox, ipywidgets.HTML, ipywidgets.Button]] = {}
        self._kept: dict[str, tuple[ipywidgets.HBox, ipywidgets.HTML]] = {}

    # What there is to see

    def _entries(self) -> list[_Entry]:
        """Newest first, all of them."""
        steps = {step.number: step for step in self.session.past}
        found: list[_Entry] = []
        step = after = 0
        for run in self.session.runs:
            step, after = run.step, 0 if run.kept else after + 1 if run.step == step else 1
            own = steps.pop(step, None) if run.kept else None
            # Steps that were made before this run ended, and are no cell's, stand before it.
            for number in sorted(number for number in steps if number <= step):
                found.append(_of_step(steps.pop(number)))
            found.append(_of_run(run, (step, after), own, self.session.source_of(run.path)))
        found += [_of_step(steps[number]) for number in sorted(steps)]
        return found[::-1]

    def build(self) -> ipywidgets.Widget:
        """The history, the checkpoints, and the field for a new one."""
        self._row_layout = ipywidgets.Layout(width="100%", align_items="center")
        self._text_layout = ipywidgets.Layout(flex="1 1 auto", min_width="0", margin="0 2px")
        self._button_layout = ipywidgets.Layout(width="150px", flex="none")
        self._hidden_layout = ipywidgets.Layout(width="150px", flex="none", visibility="hidden")
        self._small_layout = ipywidgets.Layout(width="72px", flex="none")
        self.history = ipywidgets.VBox(layout={"max_height": "360px", "overflow": "auto"})
        self.older = Markup()
        self.checkpoints = ipywidgets.VBox()
        self.name = ipywidgets.Text(
            placeholder="name", tooltip="Name of the checkpoint", layout={"width": "220px"}
        )
        keep = button(
            "Keep checkpoint",
            "Keep variables and files as they are now under this name",
            lambda: self.act(self._keep),
            icon="bookmark-o",
        )
        heads = "".join(
            f'<span style="text-align:{side};{_MUTED}">{html.escape(title)}</span>' for title, side in _HEADS
        )
        head = ipywidgets.HBox(
            [
                Markup(f'<div style="{_GRID};line-height:20px">{heads}</div>', layout=self._text_layout),
                Markup(layout=self._hidden_layout),
            ],
            layout=self._row_layout,
        )
        return ipywidgets.VBox(
            [
                head,
                self.history,
                self.older,
                self.checkpoints,
                ipywidgets.HBox([self.name, keep], layout={"margin": "6px 0 0 0"}),
            ]
        )

    def refresh(self) -> None:
        """Bring the lines up to date; those that stay keep their widgets."""
        entries = self._entries()
        self._show_lines(entries[:_ROWS])
        more = len(entries) - _ROWS
        text = f"… {more:,} earlier" if more > 0 else "" if entries else "No cell has run yet."
        self.older.value = markup("div", text, _MUTED) if text else ""
        self._show_checkpoints(self.session.checkpoints)

    def _show_lines(self, entries: list[_Entry]) -> None:
        before, self._lines = self._lines, {}
        for entry in entries:
            line = before.pop(entry.key, None) or self._line(entry)
            self._lines[entry.key] = line
            _, text, back = line
            shown = _entry_html(entry)
            if text.value != shown:
                text.value = shown
            layout = self._button_layout if entry.back else self._hidden_layout
            if back.layout is not layout:
                back.layout = layout
            if back.disabled == bool(entry.back):
                back.disabled = not entry.back
        children = tuple(line[0] for line in self._lines.values())
        if self.history.children != children:
            self.history.children = children
        _close(before.values())

    def _line(self, entry: _Entry) -> tuple[ipywidgets.HBox, ipywidgets.HTML, ipywidgets.Button]:
        text = Markup(layout=self._text_layout)
        back = ipywidgets.Button(
            description="Back to before this",
            tooltip=f"Undo {entry.whole[:_CODE]} and what came after it",
            layout=self._button_layout,
        )
        back.on_click(lambda _: self.act(lambda: self._back(entry.key)))
        return ipywidgets.HBox([text, back], layout=self._row_layout), text, back

    def _show_checkpoints(self, kept: dict[str, int]) -> None:
        before, self._kept = self._kept, {}
        for name, size in reversed(kept.items()):
            line = before.pop(name, None) or self._checkpoint_line(name)
            self._kept[name] = line
            shown = _checkpoint_html(name, size)
            if line[1].value != shown:
                line[1].value = shown
        children = tuple(line[0] for line in self._kept.values())
        if self.checkpoints.children != children:
            self.checkpoints.children = children
        _close(before.values())

    def _checkpoint_line(self, name: str) -> tuple[ipywidgets.HBox, ipywidgets.HTML]:
        text = Markup(layout=self._text_layout)
        restore = button(
            "Restore", f"Go to the checkpoint {name}", lambda: self.act(lambda: self._restore(name))
        )
        drop = button("Drop", f"Forget the checkpoint {name}", lambda: self.act(lambda: self._drop(name)))
        for each in (restore, drop):
            each.layout = self._small_layout
        return ipywidgets.HBox([text, restore, drop], layout=self._row_layout), text

    def still(self) -> Bundle:
        """The same lines without the buttons."""
        entries = self._entries()
        kept = self.session.checkpoints
        lines = [_entry_text(entry) for entry in entries[:_ROWS]] or ["no cell has run yet"]
        if len(entries) > _ROWS:
            lines.append(f"… {len(entries) - _ROWS:,} earlier")
        lines += [f"checkpoint {name}  {show_size(size)}" for name, size in reversed(kept.items())]
        heads = "".join(
            f'<th scope="col" style="{_td(side)}opacity:.75">{title}</th>' for title, side in _HEADS
        )
        rows = "".join(map(_entry_row, entries[:_ROWS]))
        more = f"<div>… {len(entries) - _ROWS:,} earlier</div>" if len(entries) > _ROWS else ""
        shown = (
            '<table style="border-collapse:collapse;margin:0;color:inherit;background:transparent">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"
            if entries
            else markup("div", "No cell has run yet.", _MUTED)
        )
        shown += "".join(_checkpoint_html(name, size) for name, size in reversed(kept.items()))
        return {"text/plain": "\n".join(lines), "text/html": shown}, {}

    # What the controls do

    def _idle(self) -> None:
        if self.session.busy:
            raise RefusedWhileRunning("a cell is running: do it again when it has ended, or interrupt it")

    def _back(self, key: tuple[int, int]) -> None:
        self._idle()
        entry = next((entry for entry in self._entries() if entry.key == key), None)
        if entry is None or not entry.back:
            self.say("That cannot be undone any more.")
            return
        self.say(f"Undone: {self.session.undo(entry.back)}.")

    def _keep(self) -> None:
        self._idle()
        name = " ".join(self.name.value.split())
        if not name:
            self.say("Write a name for the checkpoint first.")
            return
        replaced = name in self.session.checkpoints
        self.session.checkpoint(name)
        self.name.value = ""
        self.say(f"Kept as {name}{', in place of the earlier one' if replaced else ''}.")

    def _restore(self, name: str) -> None:
        self._idle()
        self.session.restore(name)
        self.say(f"Restored: {name}; %undo takes that back.")

    def _drop(self, name: str) -> None:
        self.session.drop_checkpoint(name)
        self.say(f"Dropped: {name}.")


def _of_step(step: PastStep) -> _Entry:
    """A step that is no cell of those kept: a mount, a restored checkpoint."""
    code = safe_text(step.label[: _CODE * 2], colours=False).replace("\n", " ")[:_CODE]
    return _Entry((step.number, 0), "", code, back=step.back, undone=step.undone)


def _of_run(run: CellRun, key: tuple[int, int], step: PastStep | None, code: str | None) -> _Entry:
    kind, _, error = run.error.partition(" ")
    return _Entry(
        key,
        f"cell {run.number}",
        _first_line(code),
        _milliseconds(run.usage.seconds),
        show_size(run.usage.memory) if run.usage.memory else "",
        safe_text(_KINDS.get(kind, error)[:40], colours=False).replace("\n", " "),
        0 if step is None else step.back,
        step is not None and step.undone,
    )


def _parts(entry: _Entry) -> list[str]:
    """The columns of a line as HTML."""
    kind, sign, words = entry.status
    status = f'<span style="color:{_COLOURS[kind]};font-weight:bold" aria-hidden="true">{sign}</span> '
    return [
        html.escape(entry.name),
        status + html.escape(words),
        html.escape(entry.time),
        html.escape(entry.memory),
        html.escape(entry.code),
    ]


def _entry_html(entry: _Entry) -> str:
    code = "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);"
    cells = "".join(
        f'<span style="{_ONE_LINE};text-align:{side};{code if title == "Code" else ""}">{part}</span>'
        for part, (title, side) in zip(_parts(entry), _HEADS, strict=True)
    )
    title = html.escape(entry.code)
    faded = ";opacity:.6" if entry.undone else ""
    return f'<div style="{_GRID}{faded}" title="{title}">{cells}</div>'


def _td(side: str) -> str:
    return f"text-align:{side};padding:1px 14px 1px 0;font-weight:normal;white-space:pre;border:0;"


def _entry_row(entry: _Entry) -> str:
    faded = "opacity:.6;" if entry.undone else ""
    code = "font-family:var(--jp-code-font-family,monospace);"
    cells = "".join(
        f'<td style="{_td(side)}{faded}{code if title == "Code" else ""}">{part}</td>'
        for part, (title, side) in zip(_parts(entry), _HEADS, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _entry_text(entry: _Entry) -> str:
    _, sign, words = entry.status
    return f"{entry.name:<9} {sign} {words:<12} {entry.time:>8} {entry.memory:>9}  {entry.code}".rstrip()


def _checkpoint_html(name: str, size: int) -> str:
    shown = html.escape(safe_text(name, colours=False))
    return (
        f'<div style="line-height:28px;{_ONE_LINE}"><span aria-hidden="true">⚑</span> <b>{shown}</b> '
        f'<span style="{_MUTED}">{show_size(size)}</span></div>'
    )


def _close(lines: Iterable[tuple[ipywidgets.Widget, ...]]) -> None:
    """Close the widgets of lines that are gone; layouts and styles are those of all lines."""
    for line in lines:
        for widget in (*line[0].children, line[0]):
            widget.close()
