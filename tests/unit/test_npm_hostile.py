"""What a package of a hostile publisher can make the machine's npm do: a registry on the loopback interface serves it.

Needs an npm, no network.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel.npm import Npm, NpmError, install

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on this machine")


class Registry:
    """Packages by name: what is in package.json besides the name, and the entries of the archive."""

    def __init__(self) -> None:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                body = registry.answer(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("content-length", str(len(body or b"{}")))
                self.end_headers()
                self.wfile.write(body or b"{}")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.asked: list[str] = []
        self.packages: dict[str, tuple[dict[str, Any], bytes]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def publish(self, name: str, fields: dict[str, Any], *extra: tarfile.TarInfo) -> None:
        manifest = {"name": name, "version": "1.0.0", **fields}
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            texts = {"package.json": json.dumps(manifest), "index.js": f"exports.name = {name!r}"}
            for file, text in texts.items():
                entry = tarfile.TarInfo(f"package/{file}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
            for entry in extra:
                archive.addfile(entry, io.BytesIO(b"x" * entry.size))
        self.packages[name] = manifest, content.getvalue()

    def answer(self, path: str) -> bytes | None:
        name = path.strip("/").removesuffix(".tgz")
        if name not in self.packages:
            return None
        manifest, archive = self.packages[name]
        if path.endswith(".tgz"):
            return archive
        dist = {"tarball": f"{self.url}/{name}.tgz", "shasum": hashlib.sha1(archive).hexdigest()}
        version = {**manifest, "dist": dist, "hasInstallScript": "scripts" in manifest}
        return json.dumps({
            "name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version},
        }).encode()  # fmt: skip


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    registry = Registry()
    monkeypatch.setenv("npm_config_registry", registry.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield registry
    registry.close()


@pytest.fixture
def npm(tmp_path: Path) -> Npm:
    npm = Npm.find()
    npm.downloads = tmp_path / "downloads"
    return npm


def test_an_honest_package(registry: Registry, npm: Npm) -> None:
    registry.publish("low", {})
    registry.publish("plain", {"dependencies": {"low": "^1"}})
    modules = install(["plain"], npm=npm)["node_modules"]
    assert {name: sorted(tree) for name, tree in modules.items()} == {
        "low": ["index.js", "package.json"],
        "plain": ["index.js", "package.json"],
    }


def test_scripts_do_not_run(registry: Registry, npm: Npm, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    names = ("preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare", "dependencies")
    scripts = dict.fromkeys(names, f"touch {ran}")
    registry.publish("low", {"scripts": scripts})
    registry.publish("scripted", {"scripts": scripts, "dependencies": {"low": "*"}, "gypfile": True})
    assert "index.js" in install(["scripted"], npm=npm)["node_modules"]["low"]
    assert not ran.exists()


@pytest.mark.parametrize(
    "where",
    [
        "git+ssh://git@127.0.0.1/x.git",
        "git+https://127.0.0.1:9/x.git",
        "git+file:///tmp/x",
        "github:a/b",
        "file:../../../../../../etc",
        "link:/etc",
    ],
)
def test_dependencies_from_elsewhere_are_refused(
    registry: Registry, npm: Npm, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A git that would tell on us comes first on PATH.
    ran = tmp_path / "git-ran"
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    registry.publish("leads-out", {"dependencies": {"inner": where}})
    try:
        modules = install(["leads-out"], npm=npm)["node_modules"]
    except NpmError:
        pass
    else:
        # Some versions of npm make a link that leads nowhere useful: links are not taken.
        assert list(modules) == ["leads-out"]
    assert not ran.exists()


def test_archives_that_lead_out(registry: Registry, npm: Npm) -> None:
    escape = tarfile.TarInfo("package/../../../escaped.js")
    escape.size = 3
    absolute = tarfile.TarInfo("/tmp/qjs-npm-absolute.js")
    absolute.size = 3
    link = tarfile.TarInfo("package/link.js")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard = tarfile.TarInfo("package/hard.js")
    hard.type, hard.linkname = tarfile.LNKTYPE, "/etc/passwd"
    device = tarfile.TarInfo("package/null.js")
    device.type = tarfile.CHRTYPE
    registry.publish("sly", {}, escape, absolute, link, hard, device)
    modules = install(["sly"], npm=npm)["node_modules"]
    assert {"index.js", "package.json"} <= set(modules["sly"])
    assert not any(b"root:" in data for data in modules["sly"].values())
    assert not Path("/tmp/qjs-npm-absolute.js").exists()


def test_a_registry_that_has_another_package(registry: Registry, npm: Npm) -> None:
    registry.publish("asked", {"name": "@evil/other"})
    try:
        modules = install(["asked"], npm=npm)["node_modules"]
    except NpmError:
        return
    assert set(modules) == {"asked"}
