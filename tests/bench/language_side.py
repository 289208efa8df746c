"""Figures of the language service: asked the way the kernel asks it, and what it does to the start of a kernel."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil

from qjs_kernel.assist import Assistant, guest_text
from qjs_kernel.assist.assistant import SessionWorld
from qjs_kernel.language import LanguageService
from qjs_kernel.magics import split_cell
from qjs_kernel.session import Session
from tests.bench.kernel_side import Kernel, resident
from tests.bench.seed_example import CUSTOM, LOG, MAIN, TYPES
from tests.bench.table import Row

TURNS = 40
PATIENCE = 60.0
NO_SERVER = "without the service"
FILES = {"/log.jsonl": LOG, "/src/types.ts": TYPES, "/src/custom.ts": CUSTOM}
HEAD = 'import { shouldAlert } from "./custom.js";\nimport type { LogRow } from "./types.js";\n'


class Desk:
    """A session with the seed library's example in it, and the assistant that the kernel would have."""

    def __init__(self, place: str) -> None:
        self.session = Session()
        self.session.mount_texts(FILES)
        self.session.run(MAIN.replace("export default main();", "main();"), cell=1).unwrap()
        self.session.run("const rows: { level: string; latencyMs: number }[] = [];", cell=2).unwrap()
        self.service = LanguageService(SessionWorld(self.session), directory=Path(place))
        self.assistant = Assistant(self.session, lambda world: self.service)

    def close(self) -> None:
        self.assistant.close()
        self.session.close()

    def first_problems(self) -> float:
        """Seconds from `start` to the first problems of a cell."""
        begun = time.perf_counter()
        self.assistant.start()
        while self.service.problems_blocking("/src/cell-3.ts", "const n: number = 'x';", PATIENCE) is None:
            assert self.service.state != "failed", self.service.state.reason
        return time.perf_counter() - begun


async def _median(ask: Callable[[int], Awaitable[object]]) -> float:
    """The median of seconds of `ask(turn)`, each another text; answers that are empty do not count as fast ones."""
    times = []
    for turn in range(TURNS + 5):
        begun = time.perf_counter()
        answer = await ask(turn)
        took = time.perf_counter() - begun
        assert answer, "nothing was answered"
        if turn >= 5:
            times.append(took)
    return statistics.median(times)


def _warm(desk: Desk) -> Iterator[Row]:
    """Every turn has another text, as every key that is pressed makes one."""

    def complete(text: str, details: int) -> Callable[[int], Awaitable[object]]:
        async def ask(turn: int) -> object:
            raw = f"{HEAD}const turn = {turn};\n{text}"
            return (
                await desk.service.complete("/src/cell-3.ts", raw, len(raw), PATIENCE, details=details)
            ).items

        return ask

    def hover(text: str) -> Callable[[int], Awaitable[object]]:
        async def ask(turn: int) -> object:
            raw = f"{HEAD}const turn = {turn};\n{text}"
            return await desk.service.hover("/src/cell-3.ts", raw, len(raw) - 1, PATIENCE)

        return ask

    async def signature(turn: int) -> object:
        raw = f"{HEAD}const turn = {turn};\nshouldAlert("
        return await desk.service.signature("/src/cell-3.ts", raw, len(raw), PATIENCE)

    async def problems(turn: int) -> object:
        raw = f"{HEAD}const turn: string = {turn};\nshouldAlert(rows);"
        return await desk.service.problems("/src/cell-3.ts", raw, PATIENCE)

    async def whole(turn: int) -> object:
        raw = f"{HEAD}const turn = {turn};\nrows.fi"
        made = guest_text(desk.session, raw, split_cell(raw, ()), 3)
        assert made is not None
        return await desk.assistant.complete(made, len(raw))

    for name, ask, goal in (
        ("completion of a member", complete("rows.fi", 0), "< 15 ms"),
        ("completion of a member, with types", complete("rows.fi", 6), ""),
        ("completion of a member, as do_complete asks", whole, ""),
        ("completion of a global", complete("str", 0), "< 15 ms"),
        ("completion of a global, with types", complete("str", 6), ""),
        ("hover", hover("shouldAlert"), "< 8 ms"),
        ("signature", signature, ""),
        ("problems after an edit", problems, "< 25 ms"),
    ):
        yield Row(f"language: {name}", asyncio.run(_median(ask)), "ms", goal=goal)


def _spawn(environment: dict[str, str]) -> float:
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with Kernel("qjs") as kernel:
            assert kernel.execute("1+1")["status"] == "ok"
            return time.perf_counter() - kernel.start
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start() -> Iterator[Row]:
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(6):
        for served in times:
            # A server that is not there is one that does not start.
            took = _spawn({} if served else {"QJS_KERNEL_LANGUAGE_SERVER": "/nonexistent/server"})
            if turn:  # the first fills caches
                times[served].append(took)
    on, off = (statistics.median(times[served]) for served in (True, False))
    yield Row("language: kernel, spawn to first 1+1", on, "ms", off, NO_SERVER, "no slower")
    with Kernel("qjs") as kernel:
        kernel.execute("1+1")
        kernel.drain()
        # `%%check` waits for the service: the first problems that somebody can see.
        kernel.execute("%%check\nconst n: number = 'x';")
        yield Row(
            "language: kernel, spawn to first problems",
            time.perf_counter() - kernel.start,
            "s",
            goal="≤ 3 s",
        )


def language(npm: dict[str, float]) -> Iterator[Row]:
    firsts = []
    for turn in range(3):
        with tempfile.TemporaryDirectory(prefix="qjs-bench-") as place:
            desk = Desk(place)
            try:
                firsts.append(desk.first_problems())
                if turn == 2:
                    yield Row(
                        "language: start to first problems", statistics.median(firsts), "s", goal="≤ 3 s"
                    )
                    server = psutil.Process(desk.service.pid)
                    yield Row("language: memory of the server, fresh", resident(server), "MB")
                    yield from _warm(desk)
                    yield Row("language: memory of the server, afterwards", resident(server), "MB")
            finally:
                desk.close()
    yield from _start()


SECTIONS = {"language": language}
