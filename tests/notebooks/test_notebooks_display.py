"""`05-display.ipynb` and `06-testing.ipynb`: their cells show what their text promises."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from .executed import Run

VEGA = "application/vnd.vegalite.v5+json"


@pytest.fixture(scope="module")
def display(kernelspec: Path) -> Run:
    return Run("05-display.ipynb")


@pytest.fixture(scope="module")
def testing(kernelspec: Path) -> Run:
    return Run("06-testing.ipynb")


@pytest.fixture(scope="module")
def log(display: Run) -> list[dict[str, Any]]:
    """The rows, generated here by the notebook's own cell: what Python makes of them is the expectation."""
    space: dict[str, Any] = {}
    exec(display.source("log").partition("\n")[2], space)
    return list(space["log"])


def grey(png: bytes) -> list[bytes]:
    """The lines of pixels of a grey PNG with 8 bits and no filter."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, parts = 8, {}
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        body = png[at + 4 : at + 8 + size]
        assert struct.unpack_from(">I", png, at + 8 + size) == (zlib.crc32(body),)
        parts[body[:4]] = body[4:]
        at += 12 + size
    width, height = struct.unpack_from(">II", parts[b"IHDR"])
    pixels = zlib.decompress(parts[b"IDAT"])
    assert len(pixels) == (width + 1) * height
    return [pixels[line * (width + 1) + 1 : (line + 1) * (width + 1)] for line in range(height)]


class TestDisplay:
    def test_exactly_the_cells_that_say_so_fail(self, display: Run) -> None:
        assert display.failing() == display.expected_to_fail() == {"table-typo"}
        assert display.problems() == {}

    def test_rows_are_a_table_of_fifty_and_the_count(self, display: Run, log: list[dict[str, Any]]) -> None:
        table = display.data("table")["text/html"]
        assert table.count("<tr") == 1 + 50
        assert f"{len(log):,} rows" in table

    def test_trees_and_everything_else(self, display: Run, log: list[dict[str, Any]]) -> None:
        errors = sum(row["errorCode"] > 0 for row in log)
        assert display.data("tree")["application/json"]["errors"] == errors
        inspected = display.result("inspect") or ""
        for part in (
            "<ref *1>",
            "Service { name: 'web' }",
            f"Map(1) {{ 'errors' => {errors} }}",
            "[Circular *1]",
        ):
            assert part in inspected
        assert "not shown" not in inspected

    def test_undefined_shows_nothing(self, display: Run) -> None:
        assert display.cells["nothing"].outputs == []
        assert display.result("null") == "null"

    def test_displays_stand_between_the_lines(self, display: Run) -> None:
        outputs = display.cells["display"].outputs
        assert [output["output_type"] for output in outputs] == ["stream", "display_data"] * 2
        assert [output["text"].split(":")[0] for output in outputs[::2]] == ["code 1", "code 2"]

    def test_a_table_of_its_own(self, display: Run, log: list[dict[str, Any]]) -> None:
        shown = display.display("table-fn")
        assert "What went wrong" in shown["text/html"]
        full = [row["ms"] for row in log if row["message"] == "disk is full"]
        assert re.search(rf"disk is full +{len(full)} +{max(full)}$", shown["text/plain"], re.MULTILINE)
        assert "there are message, errors, slowest" in display.error("table-typo")[1]

    def test_charts(self, display: Run, log: list[dict[str, Any]]) -> None:
        spec = display.display("chart")[VEGA]
        assert spec["encoding"]["x"]["field"] == "hour"
        assert spec["encoding"]["color"]["field"] == "message"
        assert len(spec["data"]["values"]) == sum(row["errorCode"] > 0 for row in log)
        assert display.display("chart-line")[VEGA]["encoding"]["x"]["type"] == "temporal"
        assert display.display("vega")[VEGA]["mark"] == "arc"

    def test_markup(self, display: Run, log: list[dict[str, Any]]) -> None:
        note = display.data("md")["text/html"]
        assert "<h3>The day in short</h3>" in note
        assert f"<strong>{len(log)}</strong>" in note
        assert "<code>&lt;b&gt; &amp; Co.</code>" in display.data("html")["text/html"]
        bars = display.data("jsx")["text/html"]
        assert bars.count("<tr>") == 3
        assert "background:steelblue" in bars
        assert '<img src="data:image/svg+xml;base64,' in display.data("svg")["text/html"]

    def test_the_picture_shows_the_minutes_with_errors(self, display: Run, log: list[dict[str, Any]]) -> None:
        lines = grey(base64.b64decode(display.data("image")["image/png"]))
        dark = {
            (y // 8, x // 8) for y, line in enumerate(lines) for x, pixel in enumerate(line) if pixel == 60
        }
        assert dark == {(row["dateTime"].hour, row["dateTime"].minute) for row in log if row["errorCode"]}

    def test_what_is_replaced(self, display: Run) -> None:
        assert "<strong>done</strong>" in display.display("status")["text/html"]
        assert "24 of 24" in display.display("progress")["text/plain"]
        assert display.stdout("clear") == "lift off\n"

    def test_a_class_says_how_it_is_shown(self, display: Run) -> None:
        assert display.data("own")["text/plain"] == "36 °C"
        assert '<span style="color:crimson">●</span> 36 °C' in display.data("own")["text/html"]

    def test_nothing_of_the_guest_runs(self, display: Run) -> None:
        shown = display.data("unsafe")["text/html"]
        assert "A harmless report." in shown
        for bad in ("<script", "alert", "onerror", "javascript:", "example.com", "position"):
            assert bad not in shown
        assert display.display("unsafe-mime") == {"text/plain": "only this line"}

    def test_what_the_owner_allows_stands_in_a_frame(self, display: Run) -> None:
        shown = display.data("framed")["text/html"]
        assert shown.startswith('<iframe sandbox="allow-scripts"')
        assert "<script" not in shown  # escaped, in the frame's own document
        assert "default-src &#x27;none&#x27;" in shown
        assert display.stdout("allow") != display.stdout("allow-off")


class TestTesting:
    def test_exactly_the_cells_that_say_so_fail(self, testing: Run) -> None:
        assert testing.failing() == testing.expected_to_fail() == {"failing", "tamper"}
        assert testing.problems() == {}

    @pytest.mark.parametrize(
        ("cell", "headline"),
        [
            ("first", "✓ 2 tests passed (1 todo)"),
            ("mocks", "✓ 5 tests passed"),
            ("failing", "✗ 1 of 1 test failed"),
            ("judge", "✓ 3 tests passed"),
            ("only", "✓ 1 test passed (2 skipped)"),
            ("timers", "✓ 1 test passed"),
        ],
    )
    def test_reports(self, testing: Run, cell: str, headline: str) -> None:
        data = testing.data(cell)
        assert data["text/plain"].startswith(f"{headline} in ")
        assert headline in data["text/html"]
        assert "<table" in data["text/html"]

    def test_the_host_is_left_alone(self, testing: Run) -> None:
        assert testing.stdout("untouched") == "1970\n"

    def test_a_failure_shows_the_difference_and_the_line(self, testing: Run) -> None:
        assert testing.error("failing")[0] == "TestFailure"
        text = testing.result("failing") or ""
        assert "-   '08:30'" in text
        assert re.search(
            r'^ *> \d+ \| +expect\(told\)\.toEqual\(\["07:40", "08:30"\]\);$', text, re.MULTILINE
        )

    def test_marks(self, testing: Run) -> None:
        marks = testing.stdout("mark").splitlines()
        assert marks[0] == "3 of 3 points"
        assert [line[0] for line in marks[1:]] == ["✓", "✓", "✓"]

    def test_hidden_tests_cannot_be_changed(self, testing: Run) -> None:
        assert "EROFS" in testing.error("tamper")[1]

    def test_types(self, testing: Run) -> None:
        assert "Type 'string' is not assignable to type 'number'" in testing.display("check")["text/plain"]
        assert testing.stdout("check-files") == "no problems in 3 files\n"

    def test_tests_of_node(self, testing: Run) -> None:
        assert "ℹ pass 4\nℹ fail 0\n" in testing.stdout("node")
