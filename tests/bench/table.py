"""Rows of the table, and how they are measured and printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

FACTORS = {"s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 2**-20}


@dataclass(frozen=True)
class Row:
    """One figure: `value` in seconds or bytes, shown in `unit`; `reference` is the same measure elsewhere."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    of: str = ""
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        factor = FACTORS[self.unit]
        if self.reference is None:
            return self.name, f"{show(self.value * factor)} {self.unit}", "", "", self.goal
        reference = f"{show(self.reference * factor)} {self.unit} ({self.of})"
        return (
            self.name,
            f"{show(self.value * factor)} {self.unit}",
            reference,
            f"{self.value / self.reference:.2f}x",
            self.goal,
        )


def show(number: float) -> str:
    """Three significant digits, never an exponent."""
    if abs(number) >= 100:
        return f"{number:.0f}"
    return (
        f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}" if abs(number) >= 0.1 else f"{number:.3f}"
    )


def render(rows: Iterable[Row]) -> str:
    """A Markdown table, padded so that it reads well in a terminal too."""
    lines = [("figure", "here", "reference", "ratio", "goal"), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def median(action: Callable[[], object], times: int, warm: int = 2) -> float:
    """The median of seconds over `times` calls, after `warm` that do not count."""
    for _ in range(warm):
        action()
    return statistics.median(timed(action) for _ in range(times))
