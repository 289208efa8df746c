"""An npm without a registry, for tests: it knows the packages in `registry.json` beside the copy of this file.

Run as a program it does what `npm install` does with a tree that needs no decisions: exact versions, everything at
the top. It writes what it was told to `asked.json`. Words in `behave.txt` make it fail, hang or leave odd files.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if __name__ != "__main__":
    # As a program it has the environment that npm gets, in which Python may not find the package.
    from qjs_kernel.npm import Npm

__all__ = ["FakeNpm"]

Registry = dict[str, dict[str, Any]]


class FakeNpm:
    """Makes such an npm in `home`. `registry` is NAME → {"version", "files", "dependencies"}."""

    def __init__(self, home: Path, registry: Registry) -> None:
        self.home = home
        home.mkdir(exist_ok=True)
        shutil.copy(__file__, home / "npm.py")
        self.serve(registry)
        self.npm = Npm([sys.executable, str(home / "npm.py")], timeout=20, downloads=home / "downloads")

    def put_on_path(self, folder: Path) -> str:
        """Make `folder` have an executable `npm`; returns the PATH that finds it first."""
        folder.mkdir(exist_ok=True)
        program = folder / "npm"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{self.home / "npm.py"}" "$@"\n')
        program.chmod(0o755)
        return f"{folder}{os.pathsep}{os.environ['PATH']}"

    def serve(self, registry: Registry) -> None:
        (self.home / "registry.json").write_text(json.dumps(registry))

    def behave(self, words: str) -> None:
        (self.home / "behave.txt").write_text(words)

    @staticmethod
    def wait_for(path: Path) -> None:
        until = time.monotonic() + 20
        while not path.exists():
            assert time.monotonic() < until, f"{path} never came"
            time.sleep(0.01)

    def hanging(self) -> list[int]:
        """Those of the processes that `behave("hang")` began which still run, after a moment to end."""
        import psutil

        running = []
        for pid in map(int, (self.home / "pids.txt").read_text().split()):
            try:
                process = psutil.Process(pid)
                # Whoever reaps orphans may take its time.
                until = time.monotonic() + 5
                while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    if time.monotonic() > until:
                        running.append(pid)
                        break
                    time.sleep(0.01)
            except psutil.NoSuchProcess:
                continue
        return running

    @property
    def asked(self) -> dict[str, Any]:
        """The last run: argv, env, cwd, mode of the private directory, what was in package.json."""
        found: dict[str, Any] = json.loads((self.home / "asked.json").read_text())
        return found

    @property
    def runs(self) -> int:
        return len((self.home / "runs.txt").read_text()) if (self.home / "runs.txt").exists() else 0


def _main() -> int:
    home = Path(__file__).parent
    arguments = sys.argv[1:]
    manifest = json.loads(Path("package.json").read_text())
    asked = {
        "argv": arguments,
        "env": dict(os.environ),
        "cwd": os.getcwd(),
        "mode": Path("..").stat().st_mode & 0o777,
        "manifest": manifest,
    }
    (home / "asked.json").write_text(json.dumps(asked))
    with open(home / "runs.txt", "a") as runs:
        runs.write(".")
    behave = (home / "behave.txt").read_text() if (home / "behave.txt").exists() else ""
    if "hang" in behave:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        (home / "pids.tmp").write_text(f"{os.getpid()} {child.pid}")
        (home / "pids.tmp").rename(home / "pids.txt")
        time.sleep(60)
    if behave.startswith("{"):
        print(behave)
        return 1
    if "fail" in behave:
        print("first\n" * 30 + "the \x1b[31mlast\x1b[0m line \u202e", file=sys.stderr)
        return 7
    registry: Registry = json.loads((home / "registry.json").read_text())
    wanted: dict[str, str] = manifest["dependencies"]
    for spec in arguments[arguments.index("--") + 1 :]:
        name = spec[0] + spec[1:].partition("@")[0]
        if name not in registry:
            print(json.dumps({"error": {"code": "E404", "summary": f"Not Found - {name}", "detail": ""}}))
            return 1
        wanted[name] = registry[name]["version"]
    entries: dict[str, Any] = {"": {"dependencies": wanted}}
    pending = list(wanted)
    while pending:
        name = pending.pop()
        path = f"node_modules/{name}"
        if path in entries:
            continue
        package = registry[name]
        entries[path] = {"version": package["version"], "dependencies": package.get("dependencies", {})}
        pending.extend(package.get("dependencies", {}))
        for inner, content in package["files"].items():
            Path(path, inner).parent.mkdir(parents=True, exist_ok=True)
            Path(path, inner).write_text(content)
    if "odd" in behave:
        Path("node_modules/.bin").mkdir()
        Path("node_modules/.bin/tool").symlink_to("../one/index.js")
        Path("node_modules/.package-lock.json").write_text("{}")
        Path("node_modules/one/secret").symlink_to("/etc/passwd")
        Path("node_modules/linked").symlink_to("/etc")
        Path("node_modules/one/etc").symlink_to("/etc")
        Path("node_modules/one/inside.js").symlink_to("index.js")
    manifest["dependencies"] = wanted
    Path("package.json").write_text(json.dumps(manifest))
    lock = {"lockfileVersion": 3, "packages": entries}
    Path("package-lock.json").write_text(json.dumps(lock) if "nolock" not in behave else "{")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
