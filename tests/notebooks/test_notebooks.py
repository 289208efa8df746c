"""Every notebook in `notebooks/` runs in the real kernel, and its cells show what their text promises.

Here are 01 and 02, and what holds for all of them; 03 and 04 are in `test_notebooks_state.py`, 05 and 06 in
`test_notebooks_display.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .executed import FOLDER, Run


def committed() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.name)
def test_committed_without_outputs_for_this_kernel(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"] == {
        "display_name": "TypeScript (QuickJS)",
        "language": "typescript",
        "name": "qjs",
    }
    for cell in notebook["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@pytest.fixture(scope="module")
def log_alerts(kernelspec: Path) -> Run:
    return Run("01-log-alerts.ipynb")


@pytest.fixture(scope="module")
def real_log(kernelspec: Path) -> Run:
    return Run("02-real-log.ipynb")


@pytest.fixture(scope="module")
def day(real_log: Run) -> list[dict[str, Any]]:
    """The rows, generated here by the notebook's own cell: what Python makes of them is the expectation."""
    space: dict[str, Any] = {}
    definitions, _, _ = real_log.source("generate").partition("\nlog_file = ")
    exec(definitions.partition("\n")[2], space)
    return list(space["day"]())


class TestLogAlerts:
    def test_the_users_decision_is_the_value_of_the_program(self, log_alerts: Run) -> None:
        assert log_alerts.result("main") == "true"

    def test_a_mounted_file_that_changed_is_used_and_the_host_keeps_the_state(self, log_alerts: Run) -> None:
        assert log_alerts.source("main-again") == log_alerts.source("main-third") == log_alerts.source("main")
        assert log_alerts.stdout("main-again") == "Setting last alert: 2025-02-26 07:40:00+00:00\n"
        assert log_alerts.result("main-again") == "true"
        assert log_alerts.stdout("main-third") == ""
        assert log_alerts.result("main-third") == "false"
        assert log_alerts.stdout("look") == "26 February 2025, 07:40 UTC\n"

    def test_exactly_the_cells_that_say_so_fail(self, log_alerts: Run) -> None:
        assert log_alerts.failing() == log_alerts.expected_to_fail()
        assert len(log_alerts.failing()) == 7

    @pytest.mark.parametrize(
        ("cell", "says"),
        [
            ("loop", r"(?i)time"),
            ("native", r"(?i)time"),
            ("memory", r"(?i)memory"),
            ("recursion", r"(?i)stack"),
            ("syntax", r"^SyntaxError: "),
            ("thrown", r"^TypeError: no rows to decide on$"),
            ("missing", r"customs\.js"),
        ],
    )
    def test_errors_say_what_happened(self, log_alerts: Run, cell: str, says: str) -> None:
        name, message, text = log_alerts.error(cell)
        assert re.search(says, f"{name}: {message}")
        assert message in text
        # Nothing of ours in what the reader sees: no Python frames, no paths of this package.
        assert "Traceback (most recent call last)" not in text
        assert "qjs_kernel/" not in text
        assert ".py" not in text

    def test_errors_point_into_the_cell(self, log_alerts: Run) -> None:
        number = log_alerts.cells["thrown"].execution_count
        assert re.search(rf"Cell In ?\[{number}\], line 3, column \d+", log_alerts.error("thrown")[2])
        assert "the log is empty" in log_alerts.error("thrown")[2]
        number = log_alerts.cells["syntax"].execution_count
        assert re.search(rf"Cell In ?\[{number}\], line 1, column \d+", log_alerts.error("syntax")[2])
        assert "const codes = [0, 1;" in log_alerts.error("syntax")[2]

    def test_what_earlier_cells_made_is_still_there(self, log_alerts: Run) -> None:
        assert (log_alerts.result("before") or "").strip("'\"") == "note 1: written before the trouble"
        # The loop's assignment is undone, the throwing cell's is kept.
        assert log_alerts.stdout("after") == "note 12: still here\n"
        assert "2025-02-26T07:40:00.000Z" in (log_alerts.result("after") or "")


class TestRealLog:
    def test_no_cell_fails(self, real_log: Run) -> None:
        assert real_log.failing() == set()

    def test_all_rows_arrive(self, real_log: Run, day: list[dict[str, Any]]) -> None:
        assert real_log.result("read") == "100000"
        assert len(day) == 100_000

    def test_counts_by_message(self, real_log: Run, day: list[dict[str, Any]]) -> None:
        counts = Counter(row["message"] for row in day if row["errorCode"])
        expected = [f"{counts[message]:5d}  {message}" for message in sorted(counts)]
        assert real_log.stdout("count").splitlines() == expected

    def test_counts_by_hour(self, real_log: Run, day: list[dict[str, Any]]) -> None:
        hours = Counter(int(row["dateTime"][11:13]) for row in day if row["errorCode"])
        expected = [f"{hour:02d}:00 {hours[hour]:5d} {'█' * (hours[hour] // 50)}" for hour in range(24)]
        assert real_log.stdout("hours").splitlines() == expected

    def test_alerts_are_decided_and_kept_by_the_host(self, real_log: Run) -> None:
        assert real_log.stdout("decide") == "100000 rows, 284 windows, 4 alerts: 03:10, 11:45, 12:15, 19:05\n"
        assert real_log.stdout("summary").splitlines() == ["03:14:59", "11:49:53", "12:19:55", "19:09:55"]


def test_every_notebook_is_tested_here() -> None:
    assert [path.name for path in committed()] == [
        "01-log-alerts.ipynb",
        "02-real-log.ipynb",
        "03-state-and-env.ipynb",
        "04-limits.ipynb",
        "05-display.ipynb",
        "06-testing.ipynb",
    ]


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", text):
        assert (FOLDER / target).is_file(), target
    for name in re.findall(r"`(\d\d-[\w-]+\.ipynb)`", text):
        assert (FOLDER / name).is_file(), name
