"""Take the pictures of the documentation: notebooks in JupyterLab in headless Chromium.

    python -m scripts.screenshots docs/images
    python -m scripts.screenshots --themes FOLDER    # what helps to type, in both themes, to be looked at

Needs the `browser` extra and a Chromium ($CHROMIUM where it has another name); none of them is needed to
use or test the project.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

from tests.browser.lab import PATIENCE, ROOT, Notebook, jupyterlab, launch, missing

ALL_RAN = (
    "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
    ".every(each => /\\[\\d+\\]/.test(each.textContent))"
)
MARGIN = 6
TYPES = """%%mount /src/types.ts
export type LogRow = {
  message: string;
  errorCode: number;
  dateTime: string;
};

/** Whether these rows deserve an alert. */
export type AlertDecisionFn = (input: LogRow[]) => boolean;"""
CUSTOM = """%%mount /src/custom.ts
import type { AlertDecisionFn } from "./types.js";

/** True as soon as any row is an error. */
export const shouldAlert: AlertDecisionFn = (input) => {
  return input.some((row) => row.errorCode > 0);
};"""
LOGS = """import { readFileSync } from "node:fs";
import { shouldAlert } from "./custom.js";
import type { LogRow } from "./types.js";

const logs: LogRow[] = [
  { message: "disk full", errorCode: 28, dateTime: "2025-02-26T07:40:00Z" },
];"""
WRONG = """const codes: string[] = logs.map((row) => row.errorCode);
logs.filtre((row) => row.errorCode > 0);"""
TESTS = """%%test
import { shouldAlert } from "./custom.js";

const row = (errorCode: number) => ({ message: "", errorCode, dateTime: "" });
describe("shouldAlert", () => {
  it("is quiet without errors", () => { expect(shouldAlert([row(0)])).toBe(false) });
  it("counts warnings", () => { expect(shouldAlert([row(-1)])).toEqual(true) });
  it.skip("forgets old errors", () => {});
});"""


def shoot_notebook(browser: Browser, url: str, target: Path) -> None:
    """The whole window on two places of the first notebook."""
    page = browser.new_page(viewport={"width": 1180, "height": 1500})
    notebook = Notebook(page, url, "01-log-alerts.ipynb")
    notebook.command("application:toggle-left-area")
    notebook.command("notebook:run-all-cells")
    page.wait_for_function(ALL_RAN, timeout=PATIENCE)
    for name, cell in (("log-alerts", 0), ("misbehaving", -8)):
        cells = notebook.cells()
        cells.nth(cell if cell >= 0 else cells.count() + cell).scroll_into_view_if_needed()
        page.locator(".jp-Notebook").screenshot(path=str(target / f"{name}.png"))
    page.close()


def picture(notebook: Notebook, path: Path, *parts: Locator) -> None:
    """The smallest piece of the page that shows all `parts`, with a margin."""
    boxes = [box for part in parts if (box := part.bounding_box()) is not None]
    left = min(box["x"] for box in boxes) - MARGIN
    top = min(box["y"] for box in boxes) - MARGIN
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    piece = {
        "x": max(left, 0),
        "y": max(top, 0),
        "width": right - max(left, 0),
        "height": bottom - max(top, 0),
    }
    notebook.page.screenshot(path=str(path), clip=piece)


def shoot_assistance(browser: Browser, url: str, folder: Path, target: Path, suffix: str, theme: str) -> None:
    """Completion, tooltip, type errors and a table of tests, each a piece of the page."""
    page = browser.new_page(viewport={"width": 760, "height": 2200})
    notebook = Notebook.empty(page, url, folder, f"assistance{suffix}.ipynb")
    notebook.command("application:toggle-left-area")
    notebook.theme(theme)
    for source in (TYPES, CUSTOM, LOGS):
        notebook.run(source)
    notebook.service_ready()
    page.evaluate(
        "() => { const all = window.jupyterapp.shell.currentWidget.content; all.deselectAll();"
        " const cells = all.model.sharedModel; cells.deleteCellRange(3, cells.cells.length) }"
    )
    popup = notebook.complete("logs.f")
    popup.locator(".jp-Completer-item").first.wait_for()
    picture(notebook, target / f"completion{suffix}.png", notebook.cells().last, popup)
    page.keyboard.press("Escape")
    tooltip = notebook.inspect("shouldAlert(")
    tooltip.wait_for()
    picture(notebook, target / f"tooltip{suffix}.png", notebook.cells().last, tooltip)
    page.keyboard.press("Escape")
    for name, source in (("type-error", WRONG), ("tests", TESTS)):
        picture(notebook, target / f"{name}{suffix}.png", notebook.run(source))
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", type=Path, help="the folder the pictures are written to")
    parser.add_argument("--themes", action="store_true", help="only what helps to type, in both themes")
    options = parser.parse_args()
    reason = missing()
    if reason:
        sys.exit(f"The pictures need {reason}")
    target: Path = options.target
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "notebooks"
        shutil.copytree(ROOT / "notebooks", folder)
        with jupyterlab(Path(home), folder) as url, sync_playwright() as playwright:
            browser = launch(playwright)
            if options.themes:
                for suffix in ("light", "dark"):
                    theme = f"JupyterLab {suffix.title()}"
                    shoot_assistance(browser, url, folder, target, f"-{suffix}", theme)
            else:
                shoot_notebook(browser, url, target)
                with tempfile.TemporaryDirectory() as shots:
                    shoot_assistance(browser, url, folder, Path(shots), "", "JupyterLab Light")
                    # The others are for looking at: the documentation shows two.
                    for name in ("completion.png", "type-error.png"):
                        shutil.copy(Path(shots) / name, target / name)
            browser.close()


if __name__ == "__main__":
    main()
