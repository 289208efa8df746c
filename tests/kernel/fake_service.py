"""A language service without a server, and a fake sandbox that has values to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, cast

from qjs_kernel.assist import Assistant
from qjs_kernel.errors import Diagnostic
from qjs_kernel.language import (
    Completion,
    Completions,
    Edit,
    Fix,
    Hover,
    Problem,
    Signature,
    State,
)
from qjs_kernel.protocol import Looked
from qjs_kernel.session import Session
from tests.kernel.fake_sandbox import FakeSandbox


class FakeService:
    """Answers what it is told to answer, and keeps what it was asked. It is ready once it is started."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.pid = None
        self.state = State("off")
        self.asked: list[tuple[Any, ...]] = []
        self.items: tuple[Completion, ...] = ()
        self.place = (0, 0)
        self.hovered: Hover | None = None
        self.call: Signature | None = None
        self.found: tuple[Problem, ...] | None = ()
        self.mended: dict[str, tuple[Fix, ...]] = {}
        self.closed = 0
        self.tests: str | None = None

    def start(self) -> None:
        self.state = State("ready")

    def close(self) -> None:
        self.closed += 1

    def set_tests(self, path: str | None) -> None:
        self.tests = path

    async def complete(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Completions:
        self.asked.append(("complete", path, text, offset))
        return Completions(self.items, *self.place)

    async def hover(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Hover | None:
        self.asked.append(("hover", path, text, offset))
        return self.hovered

    async def signature(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Signature | None:
        return self.call

    async def problems(self, path: str, text: str, timeout: float = 0.3) -> tuple[Problem, ...] | None:
        return self.problems_blocking(path, text, timeout)

    async def fixes(self, path: str, text: str, problem: Problem, timeout: float = 1.0) -> tuple[Fix, ...]:
        return self.mended.get(problem.code, ())

    def problems_blocking(self, path: str, text: str, timeout: float = 0.3) -> tuple[Problem, ...] | None:
        self.asked.append(("problems", path, text))
        return self.found

    def fixes_blocking(self, path: str, text: str, problem: Problem, timeout: float = 1.0) -> tuple[Fix, ...]:
        return self.mended.get(problem.code, ())


class SeeingSandbox(FakeSandbox):
    """Has values: `values["a.b"]` is (names below it, kind, text)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values: dict[str, tuple[Sequence[str], str, str]] = {}
        self.slow = False
        self.faults: list[Diagnostic] = []

    async def look(self, path: Sequence[str], prefix: str | None = None) -> Looked | None:
        if self.slow:
            await asyncio.Event().wait()
        names, kind, text = self.values.get(".".join(path), ((), "", ""))
        rows = tuple((name, "property", "") for name in names if name.startswith(prefix or ""))
        return Looked(1, rows if prefix is not None else (), kind, text)

    def check(self, code: str, filename: str, *, types: bool = False) -> list[Diagnostic]:
        return self.faults


class Desk:
    """A notebook without a kernel: session, assistant, fake service and sandbox."""

    def __init__(self) -> None:
        self.session = Session(make_sandbox=SeeingSandbox)  # type: ignore[arg-type]
        self.made: list[FakeService] = []
        self.assistant = Assistant(self.session, self._make)  # type: ignore[arg-type]

    def _make(self, world: Any) -> FakeService:
        self.made.append(FakeService(world))
        return self.made[-1]

    @property
    def sandbox(self) -> SeeingSandbox:
        return cast(SeeingSandbox, self.session.sandbox)

    @property
    def service(self) -> FakeService:
        """The service, started if need be."""
        self.assistant.start()
        return self.made[0]

    def close(self) -> None:
        self.assistant.close()
        self.session.close()


def desks() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def marked(text: str) -> tuple[str, int]:
    """The text without its caret ‸, and where that stood."""
    at = text.index("‸")
    return text[:at] + text[at + 1 :], at


def problem(line: int, column: int, number: int, message: str, path: str = "/src/cell-1.ts") -> Problem:
    return Problem(line, column, line, column + 1, "error", f"TS{number}", message, path)


__all__ = [
    "Completion",
    "Desk",
    "Edit",
    "FakeService",
    "Fix",
    "Hover",
    "Signature",
    "desks",
    "marked",
    "problem",
]
