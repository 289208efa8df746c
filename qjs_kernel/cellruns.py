"""`CellRuns`: the cells of one notebook that have run: their numbers, where their texts live, and what they needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from qjs_kernel.glance import declared_names
from qjs_kernel.limits import MIB, Limits, Usage
from qjs_kernel.outcome import Outcome
from qjs_kernel.sandbox import Sandbox
from qjs_kernel.timeline import Timeline

__all__ = ["DIALECTS", "CellRun", "CellRuns", "Place", "cell_path"]

DIALECTS: Final = ("ts", "js", "tsx", "jsx")

_RUNS = 200
_SOURCES = 500
_SOURCE_CHARACTERS = 8 * MIB


@dataclass(frozen=True, slots=True)
class CellRun:
    """A run of a cell, for those who want to see what it needed.

    number   of the cell; path: where its text lives
    seconds  the time limit it had
    error    the error's kind and name ("timeout ExecutionTimeout"), "" for a run that ended well
    step     number of the newest step (`Session.past`) when it had ended
    kept     whether that step is this run; else it left nothing behind that could be undone
    """

    number: int
    path: str
    seconds: float
    limits: Limits
    usage: Usage
    error: str = ""
    step: int = 0
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that is about to run: number, path and text of its module, the `series` of reruns it is part of."""

    number: int
    path: str
    code: str
    series: str


def cell_path(number: int, dialect: str = "ts") -> str:
    """Where cell `number` lives in the virtual filesystem."""
    return f"/src/cell-{number}.{dialect}"


class CellRuns:
    """The cells of one notebook. Where a run has left something behind, it becomes a step of the `timeline`."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._sources: dict[str, str] = {}
        self._runs: deque[CellRun] = deque(maxlen=_RUNS)
        self._last = 0
        self.running: list[Sandbox] = []

    @property
    def next_number(self) -> int:
        """The number that a cell gets which has none of its own."""
        return self._last + 1

    @property
    def past(self) -> tuple[CellRun, ...]:
        """The last runs, oldest first."""
        return tuple(self._runs)

    def enter(self, code: str, number: int | None, dialect: str, series: str) -> Place:
        """A place for the cell; its text is kept from now on. A rerun (one of a `series`) does not count on."""
        if dialect not in DIALECTS:
            raise ValueError(f"dialect must be one of {', '.join(DIALECTS)}, not {dialect!r}")
        number = self.next_number if number is None else number
        if not series:
            self._last = number
        place = Place(number, cell_path(number, dialect), code, series)
        self._remember(place.path, code)
        return place

    def _remember(self, path: str, code: str) -> None:
        self._sources.pop(path, None)
        self._sources[path] = code
        while len(self._sources) > 1 and (
            len(self._sources) > _SOURCES or sum(map(len, self._sources.values())) > _SOURCE_CHARACTERS
        ):
            del self._sources[next(iter(self._sources))]

    @contextmanager
    def run_in(self, sandbox: Sandbox) -> Iterator[bool]:
        """`sandbox` is running a cell in the body, which gets whether another run was under way already."""
        nested = bool(self.running)
        self.running.append(sandbox)
        try:
            yield nested
        finally:
            self.running.remove(sandbox)

    def ended(self, place: Place, seconds: float, limits: Limits, outcome: Outcome, *, step: bool) -> None:
        """The run of a cell in the notebook's sandbox has ended; with `step` it can be undone."""
        # Rolled back or never begun: the last cell that did something is an earlier one.
        error = outcome.error
        before = self._timeline.last
        if error is None or not (error.rolled_back or error.kind == "syntax"):
            label = f"cell {place.number}"
            self._timeline.cell_ran(place.path, place.code, label, step=step, series=place.series)
        self.note(place, seconds, limits, outcome, kept=self._timeline.last > before)

    def note(
        self, place: Place, seconds: float, limits: Limits, outcome: Outcome, *, kept: bool = False
    ) -> None:
        """Keep what a run needed, in whichever sandbox it was."""
        error = "" if outcome.error is None else f"{outcome.error.kind} {outcome.error.name}"
        step = self._timeline.last
        self._runs.append(
            CellRun(place.number, place.path, seconds, limits, outcome.usage, error, step, kept)
        )

    # Texts

    def source(self, path: str) -> str | None:
        """The text of the cell at `path`; None when there is none, or it is too long ago."""
        return self._sources.get(path)

    def names(self) -> list[str]:
        """Top-level names that the cells so far declared, newest cell first, as far as a glance at them shows."""
        found: dict[str, None] = {}
        for code in reversed(list(self._sources.values())):
            found.update(dict.fromkeys(declared_names(code)))
        return list(found)

    def in_effect(self) -> list[tuple[str, str]]:
        """Path and text of the cells whose names the guest has now, in the order in which they last ran."""
        kept = list(self._timeline.ran.items())
        return [(path, code) for path, code in kept if path in self._sources]
