"""A notebook of `notebooks/`, run in the real kernel and asked by cell id."""

from __future__ import annotations

import re
from typing import Any

import nbformat
from nbclient import NotebookClient

from .conftest import ROOT

__all__ = ["FOLDER", "Run"]

FOLDER = ROOT / "notebooks"
SGR = re.compile(r"\x1b\[[0-9;]*m")
PROBLEM = re.compile(r"^(?:TS\d+|import|syntax): ", re.MULTILINE)


class Run:
    """An executed notebook."""

    def __init__(self, name: str) -> None:
        notebook = nbformat.read(FOLDER / name, as_version=4)
        client = NotebookClient(
            notebook, timeout=60, kernel_name="qjs", resources={"metadata": {"path": str(FOLDER)}}
        )
        self.client = client
        client.execute()
        self.cells = {cell.id: cell for cell in notebook.cells}

    def source(self, cell: str) -> str:
        return str(self.cells[cell].source)

    def outputs(self, cell: str, kind: str) -> list[Any]:
        return [output for output in self.cells[cell].outputs if output["output_type"] == kind]

    def stdout(self, cell: str) -> str:
        streams = self.outputs(cell, "stream")
        assert {stream["name"] for stream in streams} <= {"stdout"}
        return "".join(stream["text"] for stream in streams)

    def data(self, cell: str) -> dict[str, Any]:
        """What the result of the cell is shown as, by MIME type; nothing when it has none."""
        results = self.outputs(cell, "execute_result")
        assert len(results) < 2
        return dict(results[0]["data"]) if results else {}

    def result(self, cell: str) -> str | None:
        data = self.data(cell)
        return str(data["text/plain"]) if data else None

    def displays(self, cell: str) -> list[dict[str, Any]]:
        """What the cell displayed, in order, by MIME type."""
        return [dict(output["data"]) for output in self.outputs(cell, "display_data")]

    def display(self, cell: str) -> dict[str, Any]:
        """The one thing that the cell displayed."""
        (display,) = self.displays(cell)
        return display

    def view(self, cell: str) -> dict[str, Any]:
        """The still picture of the view that the cell opened; the live one stands below it."""
        still, live = self.displays(cell)
        assert set(still) == {"text/plain", "text/html"}
        assert "application/vnd.jupyter.widget-view+json" in live
        return still

    def error(self, cell: str) -> tuple[str, str, str]:
        """Name, message, and the whole text a reader sees, without colours."""
        (error,) = self.outputs(cell, "error")
        return error["ename"], error["evalue"], SGR.sub("", "\n".join(error["traceback"]))

    def _codes(self) -> list[str]:
        return [name for name in self.cells if self.cells[name].cell_type == "code"]

    def failing(self) -> set[str]:
        return {name for name in self._codes() if self.outputs(name, "error")}

    def expected_to_fail(self) -> set[str]:
        """The cells that say of themselves that they may."""
        return {
            name for name in self._codes() if "raises-exception" in self.cells[name].metadata.get("tags", [])
        }

    def problems(self) -> dict[str, str]:
        """What the type checker has to say of cells that do not ask it."""
        shown = {
            name: "\n".join(str(display.get("text/plain")) for display in self.displays(name))
            for name in self._codes()
            if not self.source(name).startswith("%%check")
        }
        return {name: text for name, text in shown.items() if PROBLEM.search(text)}
