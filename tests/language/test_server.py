"""The life of a language server process: start, end, crash, silence. With a fake one, and where it matters the real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import psutil
import pytest

from qjs_kernel.language import LanguageService
from qjs_kernel.language.server import COMMAND_VARIABLE, find_command
from tests.language.conftest import MakeFake, eventually

PATH = "/src/cell-1.ts"
LONG = 60.0  # a test that waits for it has failed already


def starts(tmp_path: Path) -> int:
    return len((tmp_path / "starts").read_text().split())


def labels(service: LanguageService, text: str, timeout: float = LONG) -> list[str]:
    return [item.label for item in service.complete_blocking(PATH, text, 0, timeout).items]


def test_is_started_asked_and_closed(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake()
    assert labels(service, "") == ["first", "second"]
    assert service.state == "ready"
    pid = service.pid
    assert pid is not None
    assert psutil.pid_exists(pid)
    (directory,) = (tmp_path / "private").iterdir()
    assert os.name == "nt" or directory.stat().st_mode & 0o777 == 0o700
    service.close()
    service.close()
    assert service.state == "off"
    assert not psutil.pid_exists(pid)
    assert list((tmp_path / "private").iterdir()) == []
    assert labels(service, "") == []


def test_start_again_starts_nothing_more(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake()
    service.start()
    assert labels(service, "")
    service.start()
    assert labels(service, "x\n")
    assert starts(tmp_path) == 1


def test_before_it_is_started_answers_are_empty() -> None:
    service = LanguageService(None)  # type: ignore[arg-type]  # the world is not asked either
    assert service.state == "off"
    assert service.complete_blocking(PATH, "a", 1).items == ()
    assert service.problems_blocking(PATH, "a") is None
    assert service.hover_blocking(PATH, "a", 1) is None
    service.close()


def test_a_crash_gives_an_empty_answer_and_the_server_comes_back(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake()
    assert labels(service, "")
    assert labels(service, "CRASH") == []
    assert labels(service, "fine") == ["first", "second"]
    assert starts(tmp_path) == 2
    assert "status 3" in service.state.reason


def test_crashes_with_answers_between_them_are_no_reason_to_give_up(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake()
    for count in range(5):
        assert labels(service, f"fine {count}")
        assert labels(service, f"CRASH {count}") == []
    assert labels(service, "fine")
    assert starts(tmp_path) == 6


def test_is_given_up_after_three_crashes_in_a_row_and_tried_again_when_asked(
    fake: MakeFake, tmp_path: Path
) -> None:
    service, _ = fake()
    for _ in range(3):
        assert labels(service, "CRASH") == []
    eventually(lambda: service.state == "failed")
    assert "3 times in a row" in service.state.reason
    assert labels(service, "fine") == []
    service.start()
    assert labels(service, "fine")
    assert starts(tmp_path) == 4


def test_one_that_does_not_start_is_given_up_with_what_it_said(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake("dead")
    eventually(lambda: service.state == "failed")
    assert "status 7" in service.state.reason
    assert "no such flag" in service.state.reason
    assert starts(tmp_path) == 3


def test_one_that_never_shakes_hands_is_given_up(fake: MakeFake) -> None:
    service, _ = fake("silent", start_timeout=0.3)
    assert labels(service, "") == []
    eventually(lambda: service.state == "failed")
    assert "did not answer" in service.state.reason


def test_a_command_that_is_not_there_fails_at_once(fake: MakeFake) -> None:
    from tests.language.conftest import Notebook

    service = LanguageService(Notebook(), command=["/no/such/server"])
    service.start()
    eventually(lambda: service.state == "failed")
    assert "/no/such/server" in service.state.reason
    service.close()


def test_one_that_hangs_is_abandoned_and_the_text_not_tried_again(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake(patience=0.5)
    assert labels(service, "")
    before = service.pid
    assert service.complete_blocking(PATH, "HANG", 0, timeout=0.05).items == ()
    eventually(lambda: service.pid not in (None, before))
    assert before is not None
    assert not psutil.pid_exists(before)
    assert "abandoned" in service.state.reason
    assert labels(service, "HANG") == []
    assert labels(service, "fine")
    assert starts(tmp_path) == 2


def test_a_question_without_an_answer_does_not_hold_up_others(fake: MakeFake, tmp_path: Path) -> None:
    service, _ = fake()
    assert labels(service, "MUTE", timeout=0.05) == []
    assert service.problems_blocking(PATH, "MUTE WRONG", LONG)
    assert starts(tmp_path) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_one_answers_what_it_was_asked_with_nothing(fake: MakeFake) -> None:
    service, _ = fake()
    assert labels(service, "")
    pid = service.pid
    assert pid is not None
    asked = service._completion(PATH, "MUTE", 0, LONG, 0)
    assert not asked.done()
    os.kill(pid, signal.SIGKILL)
    assert asked.result(LONG) is None
    assert labels(service, "")


def test_problems_are_looked_for_on_while_nobody_waits(fake: MakeFake) -> None:
    service, _ = fake()
    service.problems_blocking(PATH, "WRONG", timeout=0)
    eventually(lambda: service.problems_blocking(PATH, "WRONG", timeout=0.02))
    found = service.problems_blocking(PATH, "WRONG", timeout=LONG)
    assert found is not None
    assert [problem.code for problem in found] == ["TS2304"]


def test_the_environment_is_not_the_owners(fake: MakeFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNERS_SECRET", "x")
    service, _ = fake()
    names = labels(service, "ENVIRON")
    assert "DENO_DIR" in names
    assert "OWNERS_SECRET" not in names
    assert "PYTHONPATH" not in names


def test_a_lone_surrogate_and_a_text_too_long_do_no_harm(fake: MakeFake) -> None:
    service, _ = fake()
    found = service.problems_blocking(PATH, "WRONG '\ud83d'", LONG)
    assert found is not None
    assert found[0].message == "WRONG '\ufffd'"
    assert labels(service, "x" * 3_000_000) == []
    assert labels(service, "")


def test_the_command_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMMAND_VARIABLE, "'/opt/my server' --lsp --stdio")
    assert find_command() == ("/opt/my server", "--lsp", "--stdio")


def test_the_client_library_is_not_imported_with_the_package() -> None:
    slow = "{'pygls', 'lsprotocol', 'cattrs', 'deno'}"
    code = f"import sys, qjs_kernel.language; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# What deno says of itself, shortened.
NOTEBOOKS: Any = {
    "notebookDocumentSync": {"notebookSelector": [{"cells": [{"language": "typescript"}]}], "save": True}
}


def test_capabilities_that_lsprotocol_cannot_read_are_no_obstacle() -> None:
    """lsprotocol issue 462. When the first half fails, `lsp.make_converter` has a reason less."""
    from lsprotocol import types
    from pygls.protocol import default_converter

    from qjs_kernel.language.lsp import make_converter

    answer = {"jsonrpc": "2.0", "id": 1, "result": {"capabilities": NOTEBOOKS}}
    stock: Any = default_converter()  # type: ignore[no-untyped-call]
    with pytest.raises(Exception, match="InitializeResponse"):
        stock.structure(json.loads(json.dumps(answer)), types.InitializeResponse)
    read = make_converter().structure(answer, types.InitializeResponse)
    assert read.result == {"capabilities": NOTEBOOKS}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_real_server_ends_with_a_kernel_that_is_killed(needs_deno: None, tmp_path: Path) -> None:
    code = textwrap.dedent(
        """
        import pathlib, sys, time
        from qjs_kernel.language import LanguageService
        from tests.language.conftest import NoDeclarations, Notebook

        service = LanguageService(
            Notebook(), directory=pathlib.Path(sys.argv[1]), declarations=NoDeclarations(),
            env_declarations=lambda env: "",
        )
        service.start()
        assert service.problems_blocking("/src/cell-1.ts", "const a: string = 1;", 60)
        print(service.pid, flush=True)
        time.sleep(3600)
        """
    )
    kernel = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert kernel.stdout is not None
        server = psutil.Process(int(kernel.stdout.readline()))
    finally:
        kernel.kill()
        kernel.communicate()
    gone, alive = psutil.wait_procs([server], timeout=30)
    for process in alive:
        process.kill()
    assert gone
