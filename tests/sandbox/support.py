"""What the behaviour tests of `Sandbox` share: short ways to ask, and a sink that can be waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from qjs_kernel import GuestError, Late, Outcome, Output, Sandbox
from qjs_kernel.outcome import Event

ENDLESS = "for (;;) {}"
# No interrupt poll of the engine reaches this: only killing the worker ends it.
NATIVE = "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)"
WRITE = "import { writeFileSync } from 'node:fs';"


def value(sandbox: Sandbox, code: str, **options: Any) -> Any:
    """The value of a program that ends well."""
    outcome = sandbox.eval(code, **options)
    assert outcome.ok, (code, outcome.error)
    assert outcome.error is None
    return outcome.data


def fault(sandbox: Sandbox, code: str, **options: Any) -> GuestError:
    """The error of a program that does not end well."""
    outcome = sandbox.eval(code, **options)
    assert not outcome.ok, (code, outcome.data)
    assert outcome.data is None
    assert outcome.error is not None
    return outcome.error


def printed(outcome: Outcome, stream: str | None = None) -> str:
    """What the console wrote, to one stream or to both."""
    return "".join(each.text for each in outcome.logs if stream in (None, each.stream))


def places(error: GuestError) -> list[tuple[str, int, int]]:
    return [(frame.file, frame.line, frame.column) for frame in error.frames]


class Notebook:
    """Runs cells as a notebook does: /src/cell-N.ts, with live names."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.count = 0

    def cell(self, code: str, number: int | None = None, **options: Any) -> Outcome:
        self.count += 1
        return self.sandbox.eval(code, f"/src/cell-{number or self.count}.ts", cell=True, **options)

    def value(self, code: str, number: int | None = None) -> Any:
        outcome = self.cell(code, number)
        assert outcome.ok, (code, outcome.error)
        return outcome.data

    def fault(self, code: str, number: int | None = None, **options: Any) -> GuestError:
        outcome = self.cell(code, number, **options)
        assert outcome.error is not None, (code, outcome.data)
        return outcome.error


class Events:
    """A sink that remembers, and that code on the event loop can wait for."""

    def __init__(self) -> None:
        self.seen: list[Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.seen.append(event)
        self._news.set()

    @property
    def late(self) -> list[Late]:
        return [event for event in self.seen if isinstance(event, Late)]

    def text(self, tag: Any) -> str:
        """Console text under `tag`."""
        return "".join(event.text for event in self.seen if isinstance(event, Output) and event.tag == tag)

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not enough():
                self._news.clear()
                await self._news.wait()
