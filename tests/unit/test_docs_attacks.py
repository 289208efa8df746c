"""docs/ATTACKS.md promises tests by name: every one of them exists, and every row names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "ATTACKS.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py::[\w:]+)`", TEXT)))
ROWS = [
    line for line in TEXT.splitlines() if line.startswith("|") and not re.match(r"\| (attack|---) ", line)
]


def definitions(path: Path) -> set[str]:
    """Names as pytest writes them after `::`: functions, and methods as `Class::method`."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names.update(
                f"{node.name}::{item.name}"
                for item in node.body
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
            )
    return names


@pytest.mark.parametrize("named", NAMED)
def test_named_test_exists(named: str) -> None:
    file, _, name = named.partition("::")
    path = ROOT / file
    assert path.is_file(), f"{file} does not exist"
    assert name in definitions(path), f"{file} has no test {name}"


def test_every_row_names_a_test() -> None:
    assert len(ROWS) > 20
    assert [row for row in ROWS if "`tests/" not in row] == []
