"""Small charts for views, as HTML that needs no script and follows the theme, and as text.

Every text is escaped here. A chart is an image with a name for those who cannot see it; its parts have tooltips.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from qjs_kernel.display.brief import one_line

__all__ = ["MUTED", "NEARLY_FULL", "Bar", "columns", "sparkline", "text_columns"]

MUTED = "var(--jp-ui-font-color2, #767676)"
NEARLY_FULL = 0.8
_LABEL = 120
_HEIGHT = 22  # px
# Tones that can be told apart and read on white and on black, where JupyterLab's own are not there.
_PLAIN = "var(--jp-brand-color1, #2979c9)"
_FULL = "var(--jp-warn-color1, #c77700)"
_FAILED = "var(--jp-error-color1, #e5484d)"
_TRACK = "rgba(128, 128, 128, 0.18)"
_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Bar:
    """One column. `share` is the part of what is allowed, 1.0 all of it; `label` says it in words."""

    share: float
    label: str
    failed: bool = False


def _part(share: float) -> float:
    return min(max(share, 0.0), 1.0) if share == share else 0.0


def columns(bars: Sequence[Bar], label: str) -> str:
    """A column for each bar in a track that is the limit; a mark below those that failed."""
    if not bars:
        return f'<span style="color:{MUTED}">–</span>'
    shown = "".join(map(_column, bars))
    words = html.escape(f"{label}: {'; '.join(one_line(bar.label, _LABEL) for bar in bars)}")
    return (
        f'<span role="img" aria-label="{words}" style="display:inline-flex;gap:2px;vertical-align:middle">'
        f"{shown}</span>"
    )


def _column(bar: Bar) -> str:
    part = _part(bar.share)
    colour = _FULL if part > NEARLY_FULL else _PLAIN
    mark = _FAILED if bar.failed else "transparent"
    # Two pixels at least: a cell that needed next to nothing has still run.
    return (
        f'<span title="{html.escape(one_line(bar.label, _LABEL))}" style="display:inline-block;width:6px">'
        f'<span style="display:flex;align-items:flex-end;height:{_HEIGHT}px;background:{_TRACK}">'
        f'<span style="width:6px;height:{max(2, round(part * _HEIGHT))}px;background:{colour}"></span></span>'
        f'<span style="display:block;height:3px;margin-top:2px;background:{mark}"></span></span>'
    )


def text_columns(bars: Sequence[Bar]) -> str:
    """The columns in characters, ✗ for those that failed."""
    last = len(_BLOCKS) - 1
    return "".join("✗" if bar.failed else _BLOCKS[round(_part(bar.share) * last)] for bar in bars)


def sparkline(values: Sequence[float], label: str, *, width: int = 240, height: int = 28) -> str:
    """A line through `values`, oldest left, over an axis at 0; "" for fewer than two. Sizes in px."""
    if len(values) < 2:
        return ""
    top = max(*values, 1e-9)
    step = (width - 4) / (len(values) - 1)
    points = [
        f"{2 + index * step:.1f},{2 + (1 - _part(value / top)) * (height - 4):.1f}"
        for index, value in enumerate(values)
    ]
    line = " ".join(points)
    return (
        f'<svg role="img" aria-label="{html.escape(one_line(label, _LABEL))}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" style="vertical-align:middle">'
        f'<polygon points="2,{height - 2} {line} {width - 2},{height - 2}" style="fill:{_TRACK};stroke:none"/>'
        f'<polyline points="{line}" style="fill:none;stroke:{_PLAIN};stroke-width:1.5;stroke-linejoin:round"/>'
        "</svg>"
    )
