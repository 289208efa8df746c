"""`%view limits`: the limits of the sandbox to be moved, beside what the last cells needed of them."""

from __future__ import annotations

import html
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Literal

import ipywidgets

from qjs_kernel.display import Bundle
from qjs_kernel.display.brief import one_line
from qjs_kernel.errors import QjsError
from qjs_kernel.limits import MIB
from qjs_kernel.magics.grammar import CommandError, show_size, to_bytes, to_seconds
from qjs_kernel.session import NOTEBOOK_LIMITS, CellRun
from qjs_kernel.widgets.bars import MUTED, Bar, columns, sparkline, text_columns
from qjs_kernel.widgets.base import Markup, Stage, View, button, markup

__all__ = ["LimitsView"]

_BARS = 20
_POINTS = 50
_NAME = 104  # px, for the longest name
_INSET = 18  # px that an accordion puts around what is in it
_SLIDER = 236  # px
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class _Field:
    """A limit and its controls. `low` and `high` are the ends of the slider; the field beside it takes any value.

    used   what a run used of it, and what it could have used; None where that is not measured
    """

    name: str
    help: str
    kind: Literal["seconds", "bytes", "count"]
    low: float
    high: float
    used: Callable[[CellRun], tuple[float, float]] | None = None

    @property
    def base(self) -> int:
        return 2 if self.kind == "bytes" else 10

    def exponent(self, value: float) -> float:
        return math.log(value, self.base)

    def shown(self, value: float) -> str:
        """The value for people, in a form that `read` takes."""
        if self.kind == "seconds":
            return f"{value:g} s"
        return show_size(int(value)) if self.kind == "bytes" else f"{int(value):,}"

    def read(self, text: str) -> float | int:
        """The value of a text; CommandError says how it could have been written."""
        if self.kind == "seconds":
            return to_seconds(text)
        if self.kind == "bytes":
            return to_bytes(text)
        try:
            return int(text.replace(",", "").replace("_", ""))
        except ValueError:
            raise CommandError(f"{self.name}: {text[:60]!r} is not a whole number") from None

    def rounded(self, value: float) -> float | int:
        """What a place of the slider stands for: a value that one would also write."""
        value = min(max(value, self.low), self.high)
        if self.kind == "bytes":
            unit = next((step for step in (2**30, MIB, _KIB) if value >= step), 1)
            parts = value / unit
            return int((round(parts) if parts >= 8 else round(parts * 4) / 4) * unit)
        digits = 1 - math.floor(math.log10(value))
        return round(value, digits) if self.kind == "seconds" else int(round(value, digits))


_MAIN: Final = (
    _Field(
        "timeout",
        "Time for a whole run: parse, run, awaits, host calls",
        "seconds",
        0.1,
        3_600,
        lambda run: (run.usage.seconds, run.seconds),
    ),
    _Field(
        "memory",
        "Heap of the guest",
        "bytes",
        4 * MIB,
        2_048 * MIB,
        lambda run: (run.usage.memory, run.limits.memory),
    ),
    _Field(
        "output",
        "Console text of a run",
        "bytes",
        _KIB,
        64 * MIB,
        lambda run: (run.usage.output, run.limits.output),
    ),
    _Field("messages", "Console messages of a run; lines are batched into them", "count", 10, 100_000),
)
_MORE: Final = (
    _Field("stack", "WebAssembly stack of the guest", "bytes", 64 * _KIB, 2 * MIB),
    _Field("timers", "Timers alive at once", "count", 1, 100_000),
    _Field("intervals", "Intervals alive at once; they count as timers too", "count", 1, 100_000),
    _Field("host_calls", "Asynchronous host calls outstanding at once", "count", 1, 10_000),
    _Field("files", "Files and directories of the virtual filesystem", "count", 10, 1_000_000),
    _Field("file_bytes", "Content of all files together", "bytes", MIB, 4_096 * MIB),
    _Field("module_bytes", "Source of one module", "bytes", 64 * _KIB, 16 * MIB),
    _Field("result_bytes", "A value that crosses the boundary, encoded", "bytes", 64 * _KIB, 1_024 * MIB),
    _Field("result_nodes", "Values inside a value that crosses the boundary", "count", 1_000, 100_000_000),
    _Field("result_depth", "Nesting of a value that crosses the boundary", "count", 1, 200),
)


class LimitsView(View):
    """Sliders and fields for the limits, with the use of the last cells as bars and the memory as a line."""

    title: ClassVar[str] = "limits"
    topics: ClassVar[frozenset[str]] = frozenset({"limits", "ran", "state"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._controls: dict[str, tuple[_Field, ipywidgets.FloatLogSlider, ipywidgets.Text]] = {}
        self._uses: dict[str, tuple[_Field, ipywidgets.HTML]] = {}
        self._showing = False

    # Widgets

    def build(self) -> ipywidgets.Widget:
        more = ipywidgets.Accordion(
            [ipywidgets.VBox([self._line(field, _NAME) for field in _MORE])], titles=("More limits",)
        )
        more.selected_index = None
        self._memory = Markup()
        self._reset = button(
            "Defaults",
            "Back to the limits that a notebook begins with",
            lambda: self._set(lambda: asdict(NOTEBOOK_LIMITS)),
        )
        main = [self._line(field, _NAME + _INSET) for field in _MAIN]
        return ipywidgets.VBox([*main, self._memory, more, ipywidgets.HBox([self._reset])])

    def _line(self, field: _Field, indent: int) -> ipywidgets.Widget:
        slider = ipywidgets.FloatLogSlider(
            value=field.low,
            base=field.base,
            min=field.exponent(field.low),
            max=field.exponent(field.high),
            step=0.25 if field.base == 2 else 0.05,
            description=field.name,
            tooltip=field.help,
            readout=False,
            continuous_update=False,
            style={"description_width": f"{indent}px"},
            layout={"width": f"{indent + _SLIDER}px", "flex": "none"},
        )
        text = ipywidgets.Text(
            continuous_update=False,
            tooltip=f"{field.name}, as in {field.shown(field.low)}: {field.help}",
            layout={"width": "96px", "flex": "none"},
        )
        slider.observe(lambda change: self._moved(field, lambda: field.rounded(change["new"])), "value")
        text.observe(lambda change: self._moved(field, lambda: field.read(change["new"])), "value")
        self._controls[field.name] = (field, slider, text)
        use = Markup(_muted(field.help), layout={"margin": "2px 0 0 14px"})
        if field.used is not None:
            self._uses[field.name] = (field, use)
        return ipywidgets.HBox([slider, text, use])

    def _moved(self, field: _Field, value: Callable[[], float | int]) -> None:
        # What `refresh` writes into the controls is no wish of anybody's.
        if not self._showing:
            self._set(lambda: {field.name: value()})

    def _set(self, changes: Callable[[], dict[str, Any]]) -> None:
        def work() -> None:
            try:
                self.session.set_limits(**changes())
            except (QjsError, TypeError, ValueError) as error:
                self.say(str(error)[:1_000])
            self.refresh()

        self.act(work)

    def refresh(self) -> None:
        limits, runs = self.session.limits, self.session.runs
        self._showing = True
        try:
            for name, (field, slider, text) in self._controls.items():
                value = getattr(limits, name)
                slider.value = min(max(value, field.low), field.high)
                text.value = field.shown(value)
        finally:
            self._showing = False
        for field, use in self._uses.values():
            bars = _bars(field, runs)
            use.value = f"{columns(bars, _chart_name(field))} {_muted(_last(field, runs))}"
        self._memory.value = _memory_line(runs, _NAME + _INSET + 14)
        self._reset.disabled = limits == NOTEBOOK_LIMITS

    # The picture

    def still(self) -> Bundle:
        limits, runs = self.session.limits, self.session.runs
        lines, rows = [], []
        for field in _MAIN:
            value = field.shown(getattr(limits, field.name))
            bars, last = _bars(field, runs), _last(field, runs)
            lines.append(f"{field.name:<13} {value:<10} {text_columns(bars)}  {last}".rstrip())
            chart = columns(bars, _chart_name(field)) if field.used else ""
            rows.append(_row(field, value, f"{chart} {_muted(last if field.used else field.help)}"))
        others = [(field, field.shown(getattr(limits, field.name))) for field in _MORE]
        lines += [f"{field.name:<13} {value}" for field, value in others]
        table = '<table style="border-collapse:collapse;margin:0;font-size:inherit">'
        text = (
            f'<div class="qjs-limits" style="color:inherit">{table}{"".join(rows)}</table>{_memory_line(runs, 0)}'
            f'<details><summary style="cursor:pointer;color:{MUTED}">More limits</summary>{table}'
            f"{''.join(_row(field, value, _muted(field.help)) for field, value in others)}</table></details></div>"
        )
        return {"text/plain": "\n".join(lines), "text/html": text}, {}


def _bars(field: _Field, runs: tuple[CellRun, ...]) -> list[Bar]:
    if field.used is None:
        return []
    bars = []
    for run in runs[-_BARS:]:
        used, limit = field.used(run)
        # The error's name is the guest's own word.
        error = f", {one_line(run.error, 60)}" if run.error else ""
        label = f"Cell {run.number}: {_amount(field, used)} of {field.shown(limit)}{error}"
        bars.append(Bar(used / limit, label, bool(run.error)))
    return bars


def _amount(field: _Field, value: float) -> str:
    if field.kind == "seconds":
        if value >= 1:
            return f"{value:.3g} s"
        return f"{value * 1000:.3g} ms" if value >= 0.001 else "<1 ms"
    return field.shown(value)


def _last(field: _Field, runs: tuple[CellRun, ...]) -> str:
    """ "0.31 s last, at most 2 s": what the cells with bars needed."""
    if field.used is None or not runs:
        return ""
    used = [field.used(run)[0] for run in runs[-_BARS:]]
    return f"{_amount(field, used[-1])} last, {_amount(field, max(used))} at most"


def _chart_name(field: _Field) -> str:
    return f"{field.name} used by the last cells"


def _memory_line(runs: tuple[CellRun, ...], indent: int) -> str:
    values = [float(run.usage.memory) for run in runs[-_POINTS:]]
    words = (
        f"memory after each of the last {len(values)} runs, up to {show_size(int(max(values, default=0)))}"
    )
    line = sparkline(values, words)
    if not line:
        return ""
    return f'<div style="margin:4px 0;padding-left:{indent}px;line-height:1.3">{line} {_muted(words)}</div>'


def _muted(text: str) -> str:
    return markup("span", text, f"color:{MUTED}") if text else ""


def _row(field: _Field, value: str, rest: str) -> str:
    cell = "text-align:left;vertical-align:middle;padding:2px 14px 2px 0;white-space:nowrap"
    return (
        f'<tr><th scope="row" title="{html.escape(field.help)}" style="{cell};font-weight:normal;color:{MUTED}">'
        f'{field.name}</th><td style="{cell};font-variant-numeric:tabular-nums">{value}</td>'
        f'<td style="{cell}">{rest}</td></tr>'
    )
