"""One server and one browser for all tests here; a notebook with a kernel for each module that asks for one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .lab import Notebook, jupyterlab, launch, missing

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Page

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
    """Addresses the browser has asked for, and boxes that scripts have opened, since the last `clear`."""

    origin: str
    addresses: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def foreign(self) -> list[str]:
        """What nobody but the guest can have asked for: other servers, or things of this one that it names."""
        own = (self.origin, self.origin.replace("http", "ws", 1), "data:", "blob:")
        files = f"{self.origin}/files/"
        asked = [each for each in self.addresses if not each.startswith(own) or each.startswith(files)]
        return [*asked, *self.dialogs]

    def clear(self) -> None:
        self.addresses.clear()
        self.dialogs.clear()


@dataclass
class Server:
    """A running JupyterLab that shows `folder`, and a browser whose pages are watched."""

    url: str
    folder: Path
    context: BrowserContext
    traffic: Traffic

    def page(self) -> Page:
        """A new page; the boxes of scripts are noted and sent away."""
        page = self.context.new_page()

        def dismissed(dialog: Dialog) -> None:
            # JupyterLab's own question before a page with changes is left.
            if dialog.type != "beforeunload":
                self.traffic.dialogs.append(f"{dialog.type}: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismissed)
        return page

    @contextlib.contextmanager
    def notebook(self, name: str) -> Iterator[Notebook]:
        """A new notebook with a kernel of its own, both gone afterwards."""
        notebook = Notebook.empty(self.page(), self.url, self.folder, name)
        try:
            yield notebook
        finally:
            notebook.close()


@dataclass
class Lab:
    notebook: Notebook
    traffic: Traffic


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
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
            yield Server(url, folder, context, traffic)
        finally:
            browser.close()


@pytest.fixture(scope="package")
def lab(server: Server) -> Iterator[Lab]:
    """A notebook whose language service is ready, with a few mounted types."""
    with server.notebook("browser.ipynb") as notebook:
        for source in (TYPES, CUSTOM, LOGS):
            notebook.run(source)
        notebook.service_ready()
        yield Lab(notebook, server.traffic)


@pytest.fixture
def notebook(lab: Lab) -> Iterator[Notebook]:
    """The notebook; what hangs over it is closed afterwards."""
    yield lab.notebook
    lab.notebook.page.keyboard.press("Escape")
    lab.notebook.page.locator(".jp-Tooltip").wait_for(state="detached")
