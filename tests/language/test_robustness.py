"""The real server under what notebooks do to it: it is killed at work, given too much text, and types without end.

The fake server's part of it (crashes in a row, silence, giving up) is in `test_server`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from functools import partial

import psutil
import pytest

from qjs_kernel.language import LanguageService
from qjs_kernel.language.server import Server
from tests.language.conftest import Notebook, eventually

PATH = "/src/cell-1.ts"
OTHER = "/src/cell-2.ts"
LONG = 60.0  # seconds; a test that waits for it has failed already
WRONG = "const wrong: string = 1;"
PERMUTATIONS = (
    "type Permutation<U, K = U> = [U] extends [never] ? [] : K extends K ? [K, ...Permutation<Exclude<U, K>>] : never;"
    "\ndeclare const all: Permutation<{letters}>;\nconst none: number = all;\n"
)


def endless(letters: str) -> str:
    """A type with as many members as the letters have orders."""
    return PERMUTATIONS.replace("{letters}", " | ".join(f"'{letter}'" for letter in letters))


def codes(service: LanguageService, text: str, path: str = PATH, timeout: float = LONG) -> list[str] | None:
    found = service.problems_blocking(path, text, timeout)
    return None if found is None else [problem.code for problem in found]


def is_wrong(service: LanguageService, text: str) -> bool:
    return codes(service, text) == ["TS2322"]


def labels(service: LanguageService, text: str, path: str = OTHER) -> list[str]:
    return [item.label for item in service.complete_blocking(path, text, len(text), LONG).items]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook({"/src/types.ts": "export interface LogRow { message: string; latencyMs: number }\n"})


@pytest.fixture
def service(needs_deno: None, notebook: Notebook) -> Iterator[LanguageService]:
    """One for each test: they are killed."""
    made = LanguageService(
        notebook, env_declarations=lambda env: "", make_server=partial(Server, delays=(0.01,), patience=3.0)
    )
    made.start()
    eventually(lambda: made.state in ("ready", "failed"), LONG)
    assert made.state == "ready", made.state.reason
    yield made
    made.close()


def kill(service: LanguageService) -> None:
    pid = service.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_at_work_it_answers_with_nothing_and_comes_back(
    service: LanguageService, notebook: Notebook
) -> None:
    notebook.ran = [("/src/cell-0.ts", "const kept = { deep: 1 };")]
    assert "deep" in labels(service, "kept.")

    async def killed() -> tuple[object, ...]:
        # Work for seconds, so that it is still owed when the server ends; all kinds of questions beside it.
        text = endless("abcdefghi")
        asked = [
            asyncio.ensure_future(service.problems(PATH, text, LONG)),
            asyncio.ensure_future(service.hover(PATH, text, 6, LONG)),
            asyncio.ensure_future(service.signature(PATH, text, 6, LONG)),
            asyncio.ensure_future(service.complete(PATH, text, 6, LONG)),
        ]
        # It is at work when it uses the processor.
        server = psutil.Process(service.pid)
        before = server.cpu_times().user
        while server.cpu_times().user - before < 0.2 and not asked[0].done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not asked[0].done()
        kill(service)
        return tuple(await asyncio.wait_for(asyncio.gather(*asked), LONG))

    # Hover and completion may have been answered before.
    problems, _, signature, _ = asyncio.run(killed())
    assert (problems, signature) == (None, None)
    assert "deep" in labels(service, "kept.")
    assert codes(service, WRONG) == ["TS2322"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_again_and_again_with_work_in_between(service: LanguageService) -> None:
    for turn in range(4):
        # The last one may still be ending: what it was asked then has no answer.
        eventually(partial(is_wrong, service, f"{WRONG} // {turn}"))
        kill(service)
        # Whoever asks now is answered, with nothing or by the next one: never with an error.
        service.complete_blocking(OTHER, "'a'.to", 6, 0.05)
    eventually(lambda: codes(service, WRONG) == ["TS2322"])


def test_a_mounted_file_of_5000_lines_holds_up_nobody(service: LanguageService, notebook: Notebook) -> None:
    lines = [
        f"export function step{number}<T extends LogRow>(rows: T[], least = {number}): T[]"
        f" {{ return rows.filter((row) => row.latencyMs > least); }}"
        for number in range(5_000)
    ]
    notebook.mount("/src/large.ts", "import type { LogRow } from './types.js';\n" + "\n".join(lines))
    text = "import { step4999 } from './large.js';\nconst wrong: string = step4999([], 1);\n"
    # It is not waited for: this is no time in which such a file can be read.
    assert service.problems_blocking(PATH, text, timeout=0) is None
    assert codes(service, text) == ["TS2322"]
    assert "latencyMs" in labels(
        service, "import { step4999 } from './large.js';\nstep4999([{ message: '', latencyMs: 1 }])[0]."
    )
    assert codes(service, WRONG, OTHER) == ["TS2322"]


def test_the_large_file_itself_is_checked_while_it_is_written(
    service: LanguageService, notebook: Notebook
) -> None:
    lines = [f"export const value{number}: number = {number};" for number in range(5_000)]
    notebook.mount("/src/large.ts", "\n".join(lines))
    lines[4_000] = "export const value4000: number = 'x';"
    text = "\n".join(lines)
    assert service.problems_blocking("/src/large.ts", text, timeout=0) is None
    (found,) = service.problems_blocking("/src/large.ts", text, LONG) or ()
    assert (found.code, found.line, found.column) == ("TS2322", 4_001, 14)


def test_a_type_that_takes_seconds_is_not_waited_for(service: LanguageService) -> None:
    begun = time.monotonic()
    assert service.problems_blocking(PATH, endless("abcdefghi"), timeout=0.05) is None
    # Patience, not a measurement: the answer itself takes longer than any that is waited for.
    assert time.monotonic() - begun < LONG
    # On a slow machine it is abandoned over it, and what waited with it has no answer.
    eventually(lambda: "toUpperCase" in labels(service, "'a'.toUp"), LONG)
    assert codes(service, WRONG, OTHER) == ["TS2322"]


def test_a_type_without_end_costs_a_server_at_most(service: LanguageService) -> None:
    """More orders than there is memory for: the server ends or is abandoned, and the next questions are answered."""
    first = service.pid
    assert first is not None
    assert service.problems_blocking(PATH, endless("abcdefghijkl"), timeout=0.05) is None
    eventually(lambda: codes(service, WRONG, OTHER, timeout=0.5) == ["TS2322"], LONG)
    eventually(lambda: "toUpperCase" in labels(service, "'a'.toUp"))
    if service.pid != first:
        # Nobody asks about that text again, and so no further server is lost over it.
        second = service.pid
        assert service.problems_blocking(PATH, endless("abcdefghijkl"), timeout=LONG) is None
        assert service.pid == second


def test_a_type_that_never_ends_is_the_compilers_own_error(service: LanguageService) -> None:
    text = "type Up<T> = { next: Up<Up<T>> };\ntype Down<T> = Down<[T]>;\nlet a: Down<1>; let b: Up<1>['next']['next'];"
    found = codes(service, text)
    assert found
    assert codes(service, WRONG, OTHER) == ["TS2322"]


def test_a_cell_of_an_earlier_run_that_takes_seconds_holds_up_no_later_one(
    service: LanguageService, notebook: Notebook
) -> None:
    notebook.ran = [("/src/cell-0.ts", endless("abcdefghi")), ("/src/cell-7.ts", "const fine = { deep: 1 };")]
    service.problems_blocking(OTHER, "fine.deep", timeout=0.05)
    eventually(lambda: "deep" in labels(service, "fine."), 2 * LONG)
    assert codes(service, "const wrong: string = fine.deep;", OTHER) == ["TS2322"]
