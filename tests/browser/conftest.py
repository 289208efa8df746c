"""One server, one browser and one notebook with one kernel for all tests here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .lab import Notebook, jupyterlab, launch, missing

TYPES = """%%mount /src/types.ts
export type LogRow = {
  message: string;
  errorCode: number;
  dateTime: string;
};

export type AlertDecisionFn = (input: LogRow[]) => boolean;"""
CUSTOM = """%%mount /src/custom.ts
import type { AlertDecisionFn } from "./types.js";

export const shouldAlert: AlertDecisionFn = (input) => {
  return input.some((row) => row.errorCode > 0);
};"""
LOGS = """import type { LogRow } from "./types.js";
import { shouldAlert } from "./custom.js";
const logs: LogRow[] = [{ message: "disk full", errorCode: 1, dateTime: "2025-02-26T07:40:00Z" }];"""


@dataclass
class Traffic:
    """Addresses the browser has asked for since it was started, and what the pages said of errors in scripts."""

    origin: str
    addresses: list[str] = field(default_factory=list)

    def foreign(self) -> list[str]:
        """Those that lead to somebody else than the server."""
        own = (self.origin, self.origin.replace("http", "ws", 1), "data:", "blob:")
        return [address for address in self.addresses if not address.startswith(own)]


@dataclass
class Lab:
    notebook: Notebook
    traffic: Traffic


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """For the package and no longer: Playwright keeps an event loop running in this thread, which other tests need."""
    reason = missing()
    if reason:
        message = f"Browser tests need {reason}"
        # On a machine that is there to run the tests, those that do not run have failed.
        if os.environ.get("CI") or os.environ.get("QJS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    home: Path = tmp_path_factory.mktemp("lab")
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyterlab(home, folder) as url, sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            traffic = Traffic(url)
            context = browser.new_context(viewport={"width": 1180, "height": 1500})
            context.on("request", lambda request: traffic.addresses.append(request.url))
            notebook = Notebook.empty(context.new_page(), url, folder, "browser.ipynb")
            for source in (TYPES, CUSTOM, LOGS):
                notebook.run(source)
            notebook.service_ready()
            yield Lab(notebook, traffic)
        finally:
            browser.close()


@pytest.fixture
def notebook(lab: Lab) -> Iterator[Notebook]:
    """The notebook; what hangs over it is closed afterwards."""
    yield lab.notebook
    lab.notebook.page.keyboard.press("Escape")
    lab.notebook.page.locator(".jp-Tooltip").wait_for(state="detached")
