"""README.md does what it says: its cells in the real kernel, its script, its commands, targets and links.

A TypeScript block may end in a comment `// → X`: the value the cell shows, or the name of the error it ends in.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qjs_kernel.magics import COMMANDS, Command
from tests.kernel.kernel_wire import Wire

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
CELLS = [text.rstrip("\n") for language, text in BLOCKS if language == "typescript"]
SCRIPTS = [text for language, text in BLOCKS if language == "python"]
# Rows of the table of commands, without their second column.
ROWS = re.findall(r"^\| ([^|]*`%[^|]*) \|", README, re.MULTILINE)


def promise(cell: str) -> str | None:
    found = re.fullmatch(r"// → (.+)", cell.splitlines()[-1])
    return found.group(1) if found else None


@pytest.fixture(scope="module")
def notebook(kernelspec: Path) -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


def test_every_block_is_tried() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "typescript", "python"}
    assert len(CELLS) >= 8
    assert sum(promise(cell) is not None for cell in CELLS) >= 4
    assert README.count("// →") == sum(promise(cell) is not None for cell in CELLS)


def test_cells_show_what_they_promise(notebook: Wire) -> None:
    for cell in CELLS:
        ran = notebook.run(cell)
        expected = promise(cell)
        if expected is not None and expected.endswith(("Error", "Timeout")):
            assert ran.reply["status"] == "error", cell
            assert ran.reply["ename"] == expected, cell
            continue
        assert ran.ok, (cell, ran.traceback)
        if expected is not None:
            assert ran.text == expected, cell


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_run(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "assert " in script, "a script that says nothing of what comes out proves nothing"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    path = tmp_path / "readme.py"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def commands_of(row: str) -> list[Command]:
    """The commands of a row: all of them are said to have the row's options."""
    known = {command.title: command for command in COMMANDS}
    titles = re.findall(r"`(%%?\w+)", row)
    assert set(titles) <= set(known), row
    return [known[title] for title in titles]


@pytest.mark.parametrize("row", ROWS)
def test_commands_have_the_options_of_the_table(row: str) -> None:
    said = set(re.findall(r"\[--(\w+)(?: (\w+))?\]", row))
    assert row.count("--") == len(said)
    for command in commands_of(row):
        assert said <= {(option.name, option.metavar) for option in command.options}, command.title


def test_every_command_is_in_the_table() -> None:
    titles = [command.title for row in ROWS for command in commands_of(row)]
    assert sorted(titles) == sorted(command.title for command in COMMANDS)


def test_targets_of_make_exist() -> None:
    named = set(
        re.findall(r"\bmake ([a-z]+)\b(?=`| )", "\n".join(re.findall(r"^make .*|`make \w+`", README, re.M)))
    )
    defined = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "lab"} <= named <= defined


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", README)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
