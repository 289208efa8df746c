"""A sandbox with a stage: what each cell displays, on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qjs_kernel import Displayed, Outcome, Sandbox
from qjs_kernel.outcome import Event

TABLE = "application/vnd.qjs.table+json"
VALUE = "application/vnd.qjs.value"
BAR = "application/vnd.qjs.progress+json"
VEGALITE = "application/vnd.vegalite.v5+json"


class Stage:
    """A sandbox and what it has shown; each cell's events on their own."""

    def __init__(self, make: Callable[..., Sandbox], **options: Any) -> None:
        self.events: list[Event] = []
        self.sandbox = make(sink=self.events.append, **options)

    def run(self, code: str, **options: Any) -> Outcome:
        self.events.clear()
        return self.sandbox.eval(code, "/src/cell-1.tsx", cell=True, display=True, **options)

    def shown(self, code: str, **options: Any) -> list[Displayed]:
        """What a cell displays that ends well and has no value."""
        outcome = self.run(code, **options)
        assert outcome.ok, (code, outcome.error)
        assert (outcome.text, outcome.rich) == (None, None), "displayed, and shown as the result too"
        return [event for event in self.events if isinstance(event, Displayed)]

    def bundle(self, code: str) -> dict[str, Any]:
        (event,) = self.shown(code)
        bundle: dict[str, Any] = event.bundle
        return bundle

    def error(self, code: str) -> str:
        """Name and message of the error that a cell ends with, which shows nothing."""
        outcome = self.run(code)
        assert outcome.error is not None, code
        assert not any(isinstance(event, Displayed) for event in self.events)
        return f"{outcome.error.name}: {outcome.error.message}"


@contextmanager
def common_stage(pool: Any) -> Iterator[Stage]:
    """A stage for tests that leave nothing behind."""
    made: list[Sandbox] = []

    def make(**options: Any) -> Sandbox:
        made.append(Sandbox(pool=pool, **options))
        return made[-1]

    yield Stage(make)
    made[0].close()
