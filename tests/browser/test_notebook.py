"""Whole notebooks: the seed from start to end, interrupt, restart, and reading one without its kernel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Server
from .lab import PATIENCE, ROOT, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ALL_RAN = (
    "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
    ".every(each => /\\[\\d+\\]/.test(each.textContent))"
)
ERROR = "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
# A view, and a word that its still has.
STILLS = {
    "%view env": "env.getLastAlert",
    "%view files": "custom.ts",
    "%view limits": "timeout",
    "%view cells": "rows.length",
    "%view rows": "rows",
    "%view": "rows",
    "%%params\nthreshold: number = 3 /* 0..10 */": "threshold",
}


@pytest.fixture(scope="module")
def ran(server: Server) -> Iterator[tuple[Notebook, dict[str, tuple[dict[str, Any], Locator]]]]:
    """The first notebook, run by JupyterLab's own command; its code cells by their ids."""
    source = json.loads((ROOT / "notebooks" / "01-log-alerts.ipynb").read_text())
    shutil.copy(ROOT / "notebooks" / "01-log-alerts.ipynb", server.folder)
    notebook = Notebook(server.page(), server.url, "01-log-alerts.ipynb")
    try:
        notebook.command("notebook:run-all-cells")
        notebook.page.wait_for_function(ALL_RAN, timeout=PATIENCE)
        notebook.idle()
        cells = {cell["id"]: (cell, notebook.cells().nth(at)) for at, cell in enumerate(source["cells"])}
        yield notebook, {name: pair for name, pair in cells.items() if pair[0]["cell_type"] == "code"}
    finally:
        notebook.close()


class TestSeed:
    def test_every_cell_shows_what_it_promises(self, ran: Any) -> None:
        notebook, cells = ran
        promised = {
            "main": "true",
            "main-again": "true",
            "main-third": "false",
            "look": "26 February 2025, 07:40 UTC",
            "before": "note 1: written before the trouble",
            "loop": "the time limit of 1 s was reached",
            "native": "the time limit of 1 s was reached",
            "memory": "memory",
            "recursion": "stack",
            "syntax": "const codes = [0, 1;",
            "thrown": "the log is empty",
            "missing": "customs.js",
            "after": "note 12: still here",
        }
        for name, text in promised.items():
            assert text in cells[name][1].locator(".jp-OutputArea").last.inner_text(), name
        assert "Setting last alert:" in cells["main-again"][1].inner_text()
        assert "Setting last alert:" not in cells["main-third"][1].locator(".jp-OutputArea").inner_text()
        assert "2025-02-26T07:40:00.000Z" in notebook.output(cells["after"][1]).last.inner_text()

    def test_errors_are_where_they_are_meant(self, ran: Any) -> None:
        _, cells = ran
        for name, (source, cell) in cells.items():
            meant = "raises-exception" in source["metadata"].get("tags", [])
            assert (cell.locator(ERROR).count() > 0) == meant, name


@pytest.fixture(scope="module")
def notebook(server: Server) -> Iterator[Notebook]:
    with server.notebook("life.ipynb") as notebook:
        yield notebook


def _fill(notebook: Notebook) -> None:
    """Cells of every kind, and all views."""
    notebook.run("%%mount /src/custom.ts\nexport const rule = 1;")
    notebook.run("%%host\n_last = 1\ndef getLastAlert():\n    return _last")
    notebook.run("const rows = Array.from({ length: 60 }, (_, i) => ({ id: i, name: `row ${i}` })); rows")
    notebook.run("rows.length")
    notebook.run("throw new TypeError('a mistake')")
    notebook.run("display.progress(3, { label: 'half way' }).update(1)")
    for code in STILLS:
        notebook.run(code).locator(".qjs-view").wait_for()


class TestLife:
    def test_interrupt_ends_a_loop_and_keeps_the_state(self, notebook: Notebook) -> None:
        notebook.run("let kept = 'before'")
        cell = notebook.add("console.log('looping'); while (true) {}")
        notebook.start(cell)
        cell.locator(".jp-InputPrompt", has_text="*").wait_for()
        notebook.keys("i", "i")
        notebook.ended(cell)
        assert "nterrupt" in cell.locator(ERROR).last.inner_text()
        assert notebook.output(notebook.run("kept")).last.inner_text().strip().strip("'") == "before"

    def test_after_a_restart_the_views_can_be_read(self, notebook: Notebook) -> None:
        notebook.run("var lost = 1")
        _fill(notebook)
        notebook.keys("0", "0")
        notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
        notebook.page.locator(".jp-Dialog").wait_for(state="detached")
        fresh = notebook.run("typeof lost")
        assert "undefined" in notebook.output(fresh).last.inner_text()
        for text in STILLS.values():
            notebook.page.locator(f".jp-OutputArea-output :text({json.dumps(text)}):visible").first.wait_for()


@pytest.fixture(scope="module")
def written(server: Server) -> Iterator[tuple[Notebook, Any]]:
    """What was saved, on a machine without this kernel; not trusted, because it was made elsewhere."""
    with server.notebook("written.ipynb") as notebook:
        _fill(notebook)
        notebook.save()
    saved = json.loads((server.folder / "written.ipynb").read_text())
    saved["metadata"] = {
        "kernelspec": {"name": "elsewhere", "display_name": "Elsewhere", "language": "fortran"}
    }
    (server.folder / "read.ipynb").write_text(json.dumps(saved))
    page: Page = server.page()
    try:
        yield Notebook.without_kernel(page, server.url, "read.ipynb"), saved
    finally:
        page.close()


class TestReopened:
    def _everything(self, reader: Notebook, saved: Any) -> None:
        sources = ["".join(cell["source"]) for cell in saved["cells"]]
        for code, text in STILLS.items():
            output = reader.cells().nth(sources.index(code)).locator(".jp-OutputArea-output").first
            output.wait_for()
            assert text in output.inner_text(), code
        table = reader.page.locator(".jp-OutputArea-output table", has_text="row 49")
        assert "50 of 60 rows" in table.inner_text()
        assert reader.page.locator(ERROR, has_text="TypeError: a mistake").is_visible()
        assert (
            "1 of 3" in reader.page.locator(".jp-OutputArea-output", has_text="half way").first.inner_text()
        )

    def test_not_trusted(self, written: tuple[Notebook, Any]) -> None:
        assert written[0].page.locator(".jp-mod-trusted.jp-RenderedHTML").count() == 0
        self._everything(*written)

    def test_trusted(self, written: tuple[Notebook, Any]) -> None:
        written[0].trust()
        written[0].page.locator(".jp-mod-trusted.jp-RenderedHTML").first.wait_for()
        self._everything(*written)
