"""Take the pictures of the documentation: notebooks in JupyterLab in headless Chromium.

    python -m scripts.screenshots docs/images
    python -m scripts.screenshots --themes FOLDER    # what helps to type, results and views, in both themes

Needs the `browser` extra and a Chromium ($CHROMIUM where it has another name); none of them is needed to
use or test the project.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
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


ROWS = """const services = ["web", "mail", "search"];
const rows = Array.from({ length: 240 }, (_, i) => ({
  service: services[i % 3],
  ms: Math.round(60 + 40 * Math.sin(i / 20) + (i * 37) % 23),
  failed: i % 17 === 0,
  at: new Date(Date.UTC(2025, 1, 26, 0, i * 6)),
}));
rows"""
CHART = """display.chart(rows, {
  x: "hours(at):T", y: "mean(ms)", color: "service", mark: "line", title: "Answers", width: 420, height: 150,
});
const bar = display.progress(rows.length, { label: "reading" });
for (const row of rows.slice(0, 168)) bar.step();"""
SEED = """%%host
from datetime import datetime, timezone

_last_alert = datetime.fromtimestamp(0, timezone.utc)
quiet_minutes = 15

def getLastAlert() -> datetime:
    return _last_alert

def setLastAlert(when: datetime) -> None:
    global _last_alert
    _last_alert = when"""
ALERT = """const when = new Date("2025-02-26T07:40:00Z");
if (when.getTime() - env.getLastAlert().getTime() > env.quiet_minutes * 60_000) env.setLastAlert(when);"""
STATE = """const state = {
  users: [{ name: "Ada", roles: new Set(["admin"]), since: new Date(Date.UTC(2024, 0, 1)) }, { name: "Grace" }],
  counts: new Map([["web", 120], ["mail", 40]]),
  large: new Float64Array(1_000_000),
};"""
PARAMS = """%%params
threshold: number = 60 /* 0..100 ms */
failed: boolean = false
service: "web" | "mail" | "search" = "web"
since: Date = new Date("2025-02-26")"""
BELOW = "rows.filter((row) => row.service === service && row.ms > threshold).length"
SHOWN = ("display", "view-env", "view-files", "inspector", "params")
COLOURS = 64


def shoot_views(browser: Browser, url: str, folder: Path, target: Path, suffix: str, theme: str) -> None:
    """Results and live views, each a piece of the page."""
    page = browser.new_page(viewport={"width": 820, "height": 3000})
    notebook = Notebook.empty(page, url, folder, f"views{suffix}.ipynb")
    notebook.command("application:toggle-left-area")
    notebook.theme(theme)

    def view(code: str) -> Locator:
        cell = notebook.run(code)
        cell.locator(".qjs-view").wait_for()
        return cell

    def shoot(name: str, *parts: Locator) -> None:
        # Nothing of it is selected or edited, and the pointer is elsewhere.
        notebook.keys()
        page.mouse.move(0, 0)
        picture(notebook, target / f"{name}{suffix}.png", *parts)

    table, chart = notebook.run(ROWS), notebook.run(CHART)
    chart.locator(".vega-embed :is(svg, canvas)").first.wait_for()
    shoot("display", table, chart)
    for source in (TYPES, CUSTOM, SEED):
        notebook.run(source)
    env = view("%view env")
    notebook.run(ALERT)
    env.locator(".qjs-view tr", has_text="2025-02-26T07:40").first.wait_for()
    shoot("view-env", env)
    files = view("%view files")
    files.locator("button.qjs-row", has_text="custom.ts").click()
    files.locator("textarea").wait_for()
    shoot("view-files", files)
    notebook.run(STATE)
    inspector = view("%view state")
    for name in ("users", "0", "counts"):
        inspector.get_by_title(f"Open {name}", exact=True).first.click()
        inspector.get_by_title(f"Close {name}", exact=True).first.wait_for()
    shoot("inspector", inspector)
    params = view(PARAMS)
    below = notebook.run(BELOW)
    params.get_by_text("moving one reruns").wait_for()
    shoot("params", params, below)
    for name in ("limits", "cells"):
        shoot(f"view-{name}", view(f"%view {name}"))
    page.close()


def small(path: Path) -> None:
    """Write the picture anew with few colours: text on a plain ground loses nothing by that."""
    with Image.open(path) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


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
    parser.add_argument("--themes", action="store_true", help="for looking at, in both themes")
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
                    shoot_views(browser, url, folder, target, f"-{suffix}", theme)
                    shoot_assistance(browser, url, folder, target, f"-{suffix}", theme)
            else:
                shoot_notebook(browser, url, target)
                with tempfile.TemporaryDirectory() as shots:
                    shoot_assistance(browser, url, folder, Path(shots), "", "JupyterLab Light")
                    shoot_views(browser, url, folder, Path(shots), "", "JupyterLab Light")
                    # The others are for looking at.
                    for name in ("completion", "type-error", *SHOWN):
                        shutil.copy(Path(shots) / f"{name}.png", target)
                for path in target.glob("*.png"):
                    small(path)
            browser.close()


if __name__ == "__main__":
    main()
