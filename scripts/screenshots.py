"""Take the README's picture: the log-alert notebook, run in JupyterLab in headless Chromium.

    python scripts/screenshots.py docs/images

Needs the `lab` extra, `playwright` and a Chromium at /usr/bin/chromium (or $CHROMIUM); none of them is needed to use
or test the project.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
READY = "()=>window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status==='idle'"


@contextlib.contextmanager
def jupyterlab(root: Path) -> Iterator[str]:
    """A JupyterLab server on a copy of the notebooks, isolated from the user's own settings; yields its URL."""
    shutil.copytree(NOTEBOOKS, root / "notebooks")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = {**os.environ, **{name: str(root / name) for name in names}, "JUPYTER_PREFER_ENV_PATH": "1"}
    settings = root / "settings"
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(settings)
    notices = settings / "@jupyterlab" / "apputils-extension"
    notices.mkdir(parents=True)
    (notices / "notification.jupyterlab-settings").write_text('{"fetchNews":"false","checkForUpdates":false}')
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=t", "--LabApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={root / 'notebooks'}",
    ]  # fmt: skip
    with open(root / "server.log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{url}/api?token=t", timeout=1)
                break
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(15)


def run_all(page: Page, url: str, notebook: str) -> None:
    """Open a notebook and run all its cells."""
    page.goto(f"{url}/lab/tree/{notebook}?token=t&reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "()=>[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(e=>/\\[\\d+\\]/.test(e.textContent))",
        timeout=120_000,
    )


def shoot(browser: Browser, url: str, target: Path) -> None:
    page = browser.new_page(viewport={"width": 1180, "height": 1500})
    run_all(page, url, "01-log-alerts.ipynb")
    for name, cell in (("log-alerts", 0), ("misbehaving", -8)):
        cells = page.locator(".jp-Notebook .jp-Cell")
        cells.nth(cell if cell >= 0 else cells.count() + cell).scroll_into_view_if_needed()
        page.locator(".jp-Notebook").screenshot(path=str(target / f"{name}.png"))


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as url, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        shoot(browser, url, target)
        browser.close()


if __name__ == "__main__":
    main()
