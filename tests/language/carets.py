"""A notebook that is asked for help where "‸" stands, on the real server: the way of `do_complete` and `do_inspect`.

What cases rely on is made the first time one needs it: files are mounted, cells run, host names are given.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar

from qjs_kernel.assist import Assistant, GuestText, Suggestion, guest_text
from qjs_kernel.assist.inspecting import Page
from qjs_kernel.display.problems import Finding
from qjs_kernel.language import LanguageService
from qjs_kernel.magics import COMMANDS, split_cell
from qjs_kernel.session import Session

__all__ = ["Case", "Desk", "marked"]

T = TypeVar("T")

CELL_COMMANDS = {command.name for command in COMMANDS if command.kind == "cell"}
NUMBER = 99  # of the cell that is being written
# Answers that are late are empty ones, by design: on a machine under load a later question finds them.
PATIENCE = 60.0
_ASKED_AGAIN = 10.0


class Case(NamedTuple):
    """`must` has to be found and `never` must not be, at the caret of `text`, in a notebook with `setup`."""

    setup: str
    text: str
    must: Sequence[str]
    never: Sequence[str] = ()


# Host functions and data


class Alert(TypedDict):
    name: str
    at: datetime


@dataclass
class Host:
    address: str
    port: int = 443


def last_alert(name: str, count: int = 3) -> Alert:
    """When the alert was last sent.

    The first line is what matters.
    """
    raise NotImplementedError


def hosts(zone: str) -> list[Host]:
    """The machines of a zone."""
    raise NotImplementedError


def set_level(level: Literal["debug", "info", "error"]) -> None:
    """Log from this level on."""


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return data


async def load(url: str) -> dict[str, int]:
    """Fetch numbers."""
    raise NotImplementedError


def find_row(key: str) -> Host | None:
    """One row, if there is one."""
    return None


# What the cases rely on


@dataclass(frozen=True)
class Setup:
    files: Mapping[str, str] = field(default_factory=dict)
    cells: Sequence[str] = ()
    env: Mapping[str, Any] = field(default_factory=dict)


PACKAGE = {
    "/node_modules/chartist/package.json": '{"name": "chartist", "main": "index.js", "types": "index.d.ts"}',
    "/node_modules/chartist/index.js": "exports.draw = (points) => String(points);",
    "/node_modules/chartist/index.d.ts": "export interface Chart { svg: string; widthPx: number }\n"
    "/** Draw a chart of the points. */\nexport function draw(points: number[], title?: string): Chart;\n",
}

SETUPS: Mapping[str, Setup] = {
    "": Setup(),
    "files": Setup(
        {
            "/src/types.ts": "export interface LogRow { level: 'info' | 'error'; message: string; latencyMs: number;"
            " meta?: { host: string } }\n"
            "export enum Severity { Low = 1, High }\n"
            "export namespace Units { export const second = 1000; export type Duration = number }\n",
            "/src/logs.ts": "import type { LogRow } from './types.js';\nexport const logs: LogRow[] = [];\n"
            "/** The rows of a host. */\nexport function byHost(host: string, limit = 10): LogRow[]"
            " { return logs.slice(0, limit).filter((row) => row.meta?.host === host); }\n"
            "export default function summary(): string { return '' }\n",
            "/src/custom.ts": "import type { LogRow } from './types.js';\n"
            "/**\n * Decide whether to alert.\n * @param rows the rows\n * @param threshold least number of errors\n"
            " * @returns whether somebody is woken\n */\n"
            "export function shouldAlert(rows: LogRow[], threshold = 3): boolean"
            " { return rows.length >= threshold; }\n",
            "/data/rows.json": '{"rows": [{"id": 1}], "total": 1}',
            "/src/plain.js": "/** @param {string} name */\nexport const greet = (name) => `hello ${name}`;\n",
        }
    ),
    "cells": Setup(
        cells=[
            (
                "class Box<T> { #hidden = 1; static made = 0; constructor(public value: T) {}"
                " map<U>(f: (value: T) => U): Box<U> { return new Box(f(this.value)) } }\n"
                "const boxed = new Box({ deep: 1, far: 'x' });"
            ),
            (
                "const { alpha, ...others } = { alpha: 'one', beta: 2, gamma: true };\n"
                "const [first, , third = 3] = ['a', 'b'];\nlet counter = 0;"
            ),
            (
                "interface Shape { kind: 'circle' | 'square'; size: number; label?: string }\n"
                "enum Colour { Red, Green, Blue }\n"
                "namespace Tools { export const hammer = 1; export function saw(n: number) { return n } }\n"
                "/** Grow a shape.\n * @param by how much */\nfunction grow(shape: Shape, by: number): Shape"
                " { return { ...shape, size: shape.size + by } }"
            ),
            "const twice = 'text';",
            "const twice = 42;",
            (
                "async function later(): Promise<{ answer: number }> { return { answer: 42 } }\n"
                "const maybe: { inner?: { leaf: string } } | undefined = undefined as any;"
            ),
            "const measured = { city: 'Bonn', degrees: [1, 2, 3] };",
            "import { basename as nameOf } from 'node:path';\nconst base = nameOf('/a/b.txt');",
        ]
    ),
    "env": Setup(
        env={
            "lastAlert": last_alert,
            "hosts": hosts,
            "setLevel": set_level,
            "digest": digest,
            "load": load,
            "findRow": find_row,
            "started": datetime(2025, 2, 26),
            "config": {"retries": 3, "zones": ["a", "b"]},
            "blob": b"\x00\x01",
            "API_MODE": "test",
        }
    ),
    "package": Setup(PACKAGE),
}


# The notebook


def marked(text: str) -> tuple[str, int]:
    """The text without its caret, and where that stood."""
    at = text.index("‸")
    return text[:at] + text[at + 1 :], at


class Desk:
    """One notebook: its session, and the assistant that the kernel would have."""

    def __init__(self, directory: Path) -> None:
        self.session = Session()
        self.made: list[LanguageService] = []
        self.assistant = Assistant(self.session, lambda world: self._make(world, directory))
        self._have: set[str] = set()
        self._count = 0

    def _make(self, world: Any, directory: Path) -> LanguageService:
        self.made.append(LanguageService(world, directory=directory))
        return self.made[-1]

    def start(self) -> None:
        """Start the service, and wait until it answers; what it says when it does not is the error."""
        asyncio.run(self.assistant.get_ready())
        end = time.monotonic() + PATIENCE
        while self.assistant.ready is None and time.monotonic() < end:
            assert self.made[0].state != "failed", self.made[0].state.reason
            time.sleep(0.01)
        assert self.assistant.ready is not None, self.assistant.state()

    def close(self) -> None:
        self.assistant.close()
        self.session.close()

    @property
    def service(self) -> LanguageService:
        return self.made[0]

    def have(self, name: str) -> None:
        """Make what `SETUPS[name]` says, once."""
        if name in self._have:
            return
        self._have.add(name)
        setup = SETUPS[name]
        if setup.files:
            self.session.mount_texts(setup.files)
        if setup.env:
            self.session.set_host_names(setup.env)
        for code in setup.cells:
            self.run(code)

    def run(self, code: str) -> None:
        """Run the next cell."""
        self._count += 1
        self.session.run(code, cell=self._count).unwrap()

    # Questions. `raw` is the whole cell, with its magics.

    def source(self, raw: str) -> GuestText | None:
        return guest_text(self.session, raw, split_cell(raw, CELL_COMMANDS), NUMBER)

    def complete(self, text: str, enough: Callable[[list[Suggestion]], bool]) -> list[Suggestion]:
        """What is suggested, asked again until that is `enough`, or nobody would wait longer."""
        raw, position = marked(text)
        source = self.source(raw)
        if source is None:
            return []
        return self._patiently(lambda: self.assistant.complete(source, position), enough)

    def inspect(
        self, text: str, enough: Callable[[Page | None], bool], *, with_source: bool = False
    ) -> Page | None:
        """The same of what is known of the place."""
        raw, position = marked(text)
        source = self.source(raw)
        assert source is not None
        return self._patiently(
            lambda: self.assistant.inspect(source, position, with_source=with_source), enough
        )

    def findings(self, raw: str) -> list[Finding]:
        """What `%%check` would say of the cell."""
        source = self.source(raw)
        assert source is not None
        report, missing = self.assistant.check(source)
        assert missing == ""
        return list(report.findings) if report is not None else []

    def _patiently(self, ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
        async def asked() -> T:
            end = time.monotonic() + _ASKED_AGAIN
            while True:
                answer = await ask()
                if enough(answer) or time.monotonic() > end:
                    return answer
                await asyncio.sleep(0)

        return asyncio.run(asked())
