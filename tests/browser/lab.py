"""A JupyterLab server of our own with this checkout's kernel, and a notebook in it as a person uses it.

Also what `scripts/screenshots.py` drives JupyterLab with. Playwright is imported by none of the functions that say
what is missing.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
# Milliseconds; a busy machine with two cores needs a few seconds for the first page.
PATIENCE = 60_000
# What an open page may take to show something.
ANSWER = 20_000
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells out of sight are rendered as well: what a test asks of the page does not depend on scrolling.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
_READY = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
_EMPTY = {
    "cells": [],
    "metadata": {
        "kernelspec": {"display_name": "TypeScript (QuickJS)", "language": "typescript", "name": "qjs"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def chromium() -> str | None:
    """The browser to use: $CHROMIUM, or what the machine calls Chromium; None where there is none."""
    named = os.environ.get("CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def missing() -> str:
    """What has to be installed before a browser test can run, "" when everything is there."""
    wanted = [
        f"{name} (pip install '.[browser]')"
        for name in ("jupyterlab", "playwright")
        if importlib.util.find_spec(name) is None
    ]
    browser = chromium()
    if browser is None or not Path(browser).exists():
        wanted.append("Chromium (apt-get install chromium, or its path in $CHROMIUM)")
    return ", ".join(wanted)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return once the server answers; raise what it printed when it does not come up."""
    for _ in range(PATIENCE // 100):
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return
        # Nothing announces that a port is being listened to: each wait ends early when the server does.
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
            break
    raise RuntimeError(f"JupyterLab does not answer:\n{log.read_text()[-4000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels, which are not in its process group."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(server.pid).children(recursive=True)
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(15)
        _, left = psutil.wait_procs(family, timeout=5)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=5)
    if server.poll() is None:
        server.kill()
    server.wait(5)


@contextlib.contextmanager
def jupyterlab(home: Path, notebooks: Path) -> Iterator[str]:
    """A server with its settings and its kernelspec below `home`, showing the folder `notebooks`; yields its URL."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {
        **os.environ,
        **{name: str(home / name.lower()) for name in [*names, "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR"]},
        "JUPYTER_PATH": str(home / "share" / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONPATH": path,
    }
    for name, settings in SETTINGS.items():
        file = home / "jupyterlab_settings_dir" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    install = [sys.executable, "-m", "qjs_kernel", "install", "--prefix", str(home)]
    subprocess.run(install, env=environment, check=True, capture_output=True, timeout=60)
    port = _free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=t", "--LabApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={notebooks}",
    ]  # fmt: skip
    log = home / "server.log"
    with open(log, "w") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _await_answer(server, f"{url}/api?token=t", log)
        yield url
    finally:
        _end(server)


def launch(playwright: Playwright) -> Browser:
    """The machine's own Chromium; as root in a container it needs both switches."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    return playwright.chromium.launch(executable_path=chromium(), args=arguments)


class Notebook:
    """A notebook that is open in JupyterLab: cells are added at its end and counted from there, by their locators."""

    def __init__(self, page: Page, url: str, path: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{url}/lab/tree/{path}?token=t&reset")
        page.wait_for_selector(".jp-Notebook")
        page.wait_for_function(_READY)
        page.set_default_timeout(ANSWER)

    @classmethod
    def empty(cls, page: Page, url: str, folder: Path, name: str) -> Notebook:
        """A new notebook without cells in the folder that the server shows."""
        (folder / name).write_text(json.dumps(_EMPTY))
        return cls(page, url, name)

    @classmethod
    def without_kernel(cls, page: Page, url: str, path: str) -> Notebook:
        """A notebook of a kernel that this machine does not have, opened to be read."""
        notebook = cls.__new__(cls)
        notebook.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{url}/lab/tree/{path}?token=t&reset")
        page.locator(".jp-Dialog", has_text="Select Kernel").get_by_role("button", name="No Kernel").click()
        page.locator(".jp-Dialog").wait_for(state="detached")
        page.set_default_timeout(ANSWER)
        return notebook

    def save(self) -> None:
        """Save, without the question what of two versions to keep."""
        self.command("docmanager:save")

    def trust(self) -> None:
        """Say that its outputs are those of the reader."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:trust') }")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def keys(self, *names: str) -> None:
        """Press keys with no cell being edited, as commands of the notebook."""
        self.page.keyboard.press("Escape")
        for name in names:
            self.page.keyboard.press(name)

    def idle(self) -> None:
        """Wait until the kernel does nothing."""
        self.page.wait_for_function(_READY)

    def close(self) -> None:
        """End the kernel and close the page. What has not been saved is lost."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands and wait until it is done."""
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => null)",
            [name, arguments],
        )

    def theme(self, name: str) -> None:
        """ "JupyterLab Light" or "JupyterLab Dark"."""
        self.command("apputils:change-theme", theme=name)
        light = str("Light" in name).lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    def cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell")

    def add(self, source: str) -> Locator:
        """A new code cell at the end with the cursor behind its text, as if it had been typed."""
        index = self.page.evaluate(
            """source => {
                const notebook = window.jupyterapp.shell.currentWidget.content
                const cells = notebook.model.sharedModel
                const index = cells.cells.length
                cells.insertCell(index, { cell_type: 'code', source, metadata: {} })
                return index
            }""",
            source,
        )
        # Cells that answers have inserted are at their places already: ours is the last one.
        cell = self.cells().nth(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        return cell

    def start(self, cell: Locator) -> None:
        """Run a cell by its keys, without waiting for its end."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def ended(self, cell: Locator) -> None:
        """Wait until a cell that was started has ended: its number has come."""
        cell.locator(".jp-InputPrompt", has_text="]:").filter(has_not_text="*").filter(
            has_not_text="[ ]"
        ).wait_for()

    def run(self, source: str) -> Locator:
        """Add a cell and run it to its end."""
        cell = self.add(source)
        self.start(cell)
        self.ended(cell)
        return cell

    def output(self, cell: Locator, text: str | re.Pattern[str] = "") -> Locator:
        """The output of a cell that has this text."""
        return cell.locator(".jp-OutputArea-output").filter(has_text=text)

    def service_ready(self) -> None:
        """Wait until `%check` says that the language service is there; each question is a cell that runs."""
        for _ in range(200):
            cell = self.run("%check")
            if "language service: ready" in self.output(cell, "language service").inner_text():
                return
        raise RuntimeError("the language service does not get ready")

    def complete(self, code: str) -> Locator:
        """Type `code` into a new cell and press Tab; the popup of the proposals."""
        self.add("")
        self.page.keyboard.type(code)
        self.page.keyboard.press("Tab")
        return self.page.locator(".jp-Completer.jp-HoverBox:not(.lm-mod-hidden)")

    def inspect(self, code: str) -> Locator:
        """Type `code` into a new cell and press Shift-Tab; the tooltip."""
        self.add("")
        self.page.keyboard.type(code)
        self.page.keyboard.press("Shift+Tab")
        return self.page.locator(".jp-Tooltip")
