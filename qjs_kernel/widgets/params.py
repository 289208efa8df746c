"""The view of a `%%params` cell: a control for each parameter, and which cell they rerun."""

from __future__ import annotations

import html
import math
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

import ipywidgets
from traitlets import TraitError

from qjs_kernel.display import Bundle, cell_width, safe_text, shorten
from qjs_kernel.errors import QjsError
from qjs_kernel.magics.literals import Value, tokens_of, write_literal
from qjs_kernel.magics.params import Declared, Param
from qjs_kernel.protocol import Peeked, PeekRow
from qjs_kernel.widgets.base import Markup, Stage, View, button, markup

__all__ = ["ParamsView"]

_MUTED = "var(--jp-ui-font-color2, #767676)"
_TEXT = 10_000  # characters that a field may hold
_NOTE = 80
_SHORT = 12
_CONTROL = "360px"


class ParamsView(View):
    """Controls for the parameters of a cell. `values` is what they say; whoever made the view carries it out.

    moved   called after a control has changed `values`
    unlink  called to forget which cell is rerun
    """

    title: ClassVar[str] = "params"
    topics: ClassVar[frozenset[str]] = frozenset({"ran", "state"})

    def __init__(
        self,
        stage: Stage,
        declared: Declared,
        moved: Callable[[ParamsView], None],
        unlink: Callable[[ParamsView], None],
    ) -> None:
        super().__init__(stage)
        self.declared = declared
        self.values: dict[str, Value] = {param.name: param.default for param in declared.params}
        self.waiting = False  # whether `values` has something that the guest has not been told yet
        self.linked = 0  # the number of the cell that is rerun; 0 before there is one
        self._moved = moved
        self._unlink = unlink
        self._controls: dict[str, ipywidgets.Widget] = {}
        self._setting = False

    # Widgets

    def build(self) -> ipywidgets.Widget:
        width = f"{min(max(cell_width(param.name) for param in self.declared.params) + 2, 26)}ch"
        rows = [self._row(param, width) for param in self.declared.params]
        self._reset = button("Reset", "Set all parameters to what the cell says", self._on_reset, icon="undo")
        self._forget = button(
            "Unlink", "Rerun another cell: the next one that you run", self._on_unlink, icon="unlink"
        )
        self._status = Markup()
        foot = ipywidgets.HBox([self._reset, self._forget, self._status])
        foot.layout.align_items = "center"
        foot.layout.margin = f"4px 0 0 calc({width} + 6px)"
        return ipywidgets.VBox([*rows, foot])

    def _row(self, param: Param, width: str) -> ipywidgets.Widget:
        control = _control(param, width)
        control.tooltip = param.note or f"{param.name}: {param.allowed}"
        self._controls[param.name] = control
        control.observe(lambda change: self._on_change(param, change["new"]), "value")
        note = Markup(markup("span", _note(param), f"color: {_MUTED}"))
        row = ipywidgets.HBox([control, note])
        row.layout.align_items = "center"
        return row

    def refresh(self) -> None:
        self._adopt()
        for param in self.declared.params:
            self._show(param)
        self._mark()

    def _mark(self) -> None:
        """Bring what stands below the controls up to date."""
        if self.widget is None:
            return
        changed = any(self.values[param.name] != param.default for param in self.declared.params)
        self._put(self._reset, "disabled", not changed)
        self._put(self._forget.layout, "display", None if self.linked else "none")
        waits = "run the cell below to connect it"
        text = f"moving one reruns In [{self.linked}]" if self.linked else waits
        self._put(self._status, "value", markup("span", text, f"color: {_MUTED}; margin-left: 8px"))

    @staticmethod
    def _put(widget: Any, name: str, value: object) -> None:
        if getattr(widget, name) != value:
            setattr(widget, name, value)

    def _show(self, param: Param) -> None:
        control, value = self._controls[param.name], self.values[param.name]
        if control.value == value:
            return
        self._setting = True
        try:
            control.value = value
        except TraitError:
            # What a cell has assigned may be more than the control can show; it stays where it is.
            self.values[param.name] = param.checked(control.value)
        finally:
            self._setting = False

    # What happens

    def _on_change(self, param: Param, value: object) -> None:
        if self._setting:
            return

        def change() -> None:
            try:
                if isinstance(value, str) and len(value) > _TEXT:
                    raise ValueError(f"{param.name} is longer than {_TEXT:,} characters")
                checked = param.checked(value)
            except ValueError:
                self._show(param)
                raise
            if checked != self.values[param.name]:
                self._change({param.name: checked})

        self.act(change)

    def _on_reset(self) -> None:
        self.act(lambda: self._change({param.name: param.default for param in self.declared.params}))

    def _on_unlink(self) -> None:
        self.act(lambda: self._unlink(self))

    def _change(self, values: Mapping[str, Value]) -> None:
        self.values.update(values)
        self.waiting = True
        for name in values:
            self._show(next(param for param in self.declared.params if param.name == name))
        self._mark()
        self._moved(self)

    def link(self, number: int) -> None:
        """Say which cell is rerun; 0: none yet."""
        self.linked = number
        self._mark()

    @property
    def source(self) -> str:
        """The program that declares the parameters as the controls say."""
        return self.declared.source(self.values)

    # What the guest has

    def _adopt(self) -> None:
        """Take over what cells have assigned since, or what undo has brought back."""
        if self.waiting:
            return
        for param in self.declared.params:
            try:
                peeked = self.session.peek([("n", param.name)], 0, len(param.choices) + 1)
            except QjsError:
                return
            if peeked is None:
                return
            value = _value_of(param, peeked)
            if value is not None:
                self.values[param.name] = value

    # Without a kernel

    def still(self) -> Bundle:
        heads = ("name", "type", "value", "")
        rows = [
            (
                _line(param.name),
                _line(param.type),
                _line(write_literal(self.values[param.name])),
                _note(param),
            )
            for param in self.declared.params
        ]
        widths = [max(map(cell_width, column)) for column in zip(heads, *rows, strict=True)]
        text = "\n".join(
            "  ".join(
                cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True)
            ).rstrip()
            for row in (heads, *rows)
        )
        cell = "text-align:left;padding:2px 16px 2px 0;"
        code = cell + "font-family:var(--jp-code-font-family, monospace);"
        styles = (code, code + f"color:{_MUTED};", code + "white-space:pre-wrap;", cell + f"color:{_MUTED};")
        line = "border-bottom:1px solid var(--jp-border-color2, #ddd);"
        parts = [
            '<table style="border-collapse:collapse;margin:0;font-size:inherit;background:transparent">',
            f'<caption style="caption-side:top;text-align:left;color:{_MUTED};padding:0 0 2px">Parameters</caption>',
            f'<thead><tr style="{line}background:transparent">',
            *(f'<th scope="col" style="{cell}">{head or "note"}</th>' for head in heads),
            "</tr></thead><tbody>",
        ]
        for row in rows:
            cells = "".join(
                f'<td style="{style}">{html.escape(text)}</td>'
                for style, text in zip(styles, row, strict=True)
            )
            parts.append(f'<tr style="background:transparent">{cells}</tr>')
        return {"text/plain": text, "text/html": "".join([*parts, "</tbody></table>"])}, {}


def _line(text: str) -> str:
    return shorten(safe_text(text, colours=False), _NOTE).replace("\n", " ")


def _note(param: Param) -> str:
    """The range and the comment, on one line."""
    span = f"{_plain(param.low)} … {_plain(param.high)}" if param.low is not None else ""
    return _line(" · ".join(part for part in (span, param.note) if part))


def _plain(number: int | float | None) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _control(param: Param, width: str) -> ipywidgets.Widget:
    common = {
        "description": shorten(param.name, 60),
        "style": {"description_width": width},
        "layout": {"width": f"calc({width} + {_CONTROL})"},
    }
    value = param.default
    if param.kind == "boolean":
        return ipywidgets.Checkbox(value, indent=True, **common)
    if param.kind == "date":
        return ipywidgets.DatePicker(value=value, **common)
    if param.kind == "string":
        return ipywidgets.Text(value, continuous_update=False, **common)
    if param.kind in ("choice", "choices"):
        options = [(_label(choice), choice) for choice in param.choices]
        if param.kind == "choices":
            rows = min(len(options), 6)
            return ipywidgets.SelectMultiple(options=options, value=value, rows=rows, **common)
        labels = [label for label, _ in options]
        if len(labels) <= 4 and all(cell_width(label) <= _SHORT for label in labels):
            common["style"] = {"description_width": width, "button_width": "auto"}
            buttons = ipywidgets.ToggleButtons(options=options, value=value, **common)
            # The class of the other controls: left to itself the name would stand above the buttons.
            buttons.add_class("jupyter-widget-inline-hbox").add_class("widget-inline-hbox")
            return buttons
        return ipywidgets.Dropdown(options=options, value=value, **common)
    if param.low is None or param.high is None:
        kind = ipywidgets.IntText if param.kind == "int" else ipywidgets.FloatText
        return kind(value, continuous_update=False, **common)
    if param.kind == "int":
        return ipywidgets.IntSlider(value, min=param.low, max=param.high, step=param.step or 1, **common)
    # The widest ranges are wider than numbers reach, and parts of the narrowest are 0.
    span = min(float(param.high) - float(param.low), sys.float_info.max)
    step = param.step or max(10.0 ** math.floor(math.log10(span) - 1.5), math.ulp(0.0))
    digits = min(max(0, -math.floor(math.log10(step) + 1e-9)), 9)
    if abs(step * 10**digits - round(step * 10**digits)) > 1e-9:
        digits = min(digits + 2, 9)
    return ipywidgets.FloatSlider(
        value, min=param.low, max=param.high, step=step, readout_format=f".{digits}f", **common
    )


def _label(choice: str | int | float) -> str:
    return (
        shorten(safe_text(choice, colours=False), 60)
        if isinstance(choice, str) and choice
        else write_literal(choice)
    )


def _value_of(param: Param, peeked: Peeked) -> Value | None:
    """What the guest has under the name, where it is a value of the parameter and could be seen whole."""
    if peeked.here is None:
        return None
    found: object
    if peeked.here.type == "array":
        items = [_literal(row) for row in peeked.rows]
        found = tuple(items) if len(items) == peeked.total else None
    else:
        found = _literal(peeked.here)
    try:
        if param.kind == "choices" and isinstance(found, tuple) and len(set(found)) < len(found):
            return None
        return param.checked(found)
    except (ValueError, TypeError):
        return None


def _literal(row: PeekRow) -> object:
    if row.type == "boolean":
        return {"true": True, "false": False}.get(row.text)
    if row.type == "date":
        day, _, time = row.text.partition("T")
        try:
            return date.fromisoformat(day) if time == "00:00:00.000Z" else None
        except ValueError:
            return None
    if row.type not in ("number", "string"):
        return None
    try:
        tokens = tokens_of(row.text.removeprefix("-"), row.type)
    except QjsError:
        return None
    if len(tokens) != 2 or tokens[0].kind != row.type:
        return None
    value = tokens[0].value
    if row.text.startswith("-"):
        return None if isinstance(value, str) else -value or -0.0
    return value
