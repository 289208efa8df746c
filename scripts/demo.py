"""Run a notebook in its own kernel and print it as a person would read it: `python scripts/demo.py NOTEBOOK`.

Cells that are tagged `raises-exception` may fail, as in every Jupyter tool; any other failure ends the run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SGR = re.compile(r"\x1b\[[0-9;]*m")


class Printer:
    """Prints cells and outputs, in colour where the terminal shows it."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour = colour
        self.width = width

    def paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def block(self, head: str, text: str, indent: str) -> None:
        lines = (text if self.colour else SGR.sub("", text)).rstrip("\n").split("\n")
        print(head)
        for line in lines:
            print(f"{indent}{line}")

    def markdown(self, source: str) -> None:
        print()
        for paragraph in source.split("\n\n"):
            if paragraph.startswith("#"):
                print(self.paint("1;34", paragraph))
            elif paragraph.startswith(("- ", "|", "```")):
                print(paragraph)
            else:
                print(textwrap.fill(paragraph, self.width))
        print()

    def code(self, number: int | None, source: str) -> None:
        self.block(self.paint("32", f"In [{number or ' '}]:"), source, "    ")

    def output(self, output: Any) -> None:
        kind = output["output_type"]
        if kind == "stream":
            red = output["name"] == "stderr"
            self.block(self.paint("31" if red else "36", f"  {output['name']}:"), output["text"], "    ")
        elif kind == "error":
            frame = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            self.block(self.paint("31", "  error:"), frame, "    ")
        else:
            data = output["data"]
            text = data.get("text/plain") or f"<{', '.join(sorted(data))}>"
            self.block(self.paint("36", "  ->"), text, "    ")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--kernel", help="another kernel than the notebook names")
    parser.add_argument("--timeout", type=float, default=120, help="seconds a cell may take (default 120)")
    options = parser.parse_args()

    notebook = nbformat.read(options.notebook, as_version=4)
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    printer = Printer(colour, min(shutil.get_terminal_size((100, 24)).columns, 100))
    client = NotebookClient(
        notebook,
        timeout=options.timeout,
        kernel_name=options.kernel or notebook.metadata["kernelspec"]["name"],
        resources={"metadata": {"path": str(options.notebook.resolve().parent)}},
        # Else the kernel warns that its sockets on this machine are not encrypted: no part of the story.
        extra_arguments=["--log-level=ERROR"],
    )
    # Cell by cell, so that the reader sees it happen.
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                printer.markdown(cell.source)
                continue
            failure = None
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                failure = error
            printer.code(cell.execution_count, cell.source)
            for output in cell.outputs:
                printer.output(output)
            print()
            if failure is not None:
                print(f"Cell {index} failed and is not tagged raises-exception.", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
