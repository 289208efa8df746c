"""`python -m qjs_kernel install|uninstall`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from qjs_kernel import install as module
from qjs_kernel.install import InstallError, install, main, uninstall


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    spec = {
        "argv": ["python", "-m", "qjs_kernel", "-f", "{connection_file}"],
        "display_name": "TypeScript (QuickJS)",
        "language": "typescript",
        "interrupt_mode": "message",
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
    (folder / "logo-32x32.png").write_bytes(b"png")
    monkeypatch.setattr(module, "spec_source", lambda: folder)
    return folder


def read(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "kernel.json").read_text())
    return loaded


@pytest.mark.usefixtures("source")
class TestInstall:
    def test_prefix(self, tmp_path: Path) -> None:
        folder = install(prefix=str(tmp_path / "p"))
        assert folder == tmp_path / "p" / "share" / "jupyter" / "kernels" / "qjs"
        spec = read(folder)
        assert spec["argv"] == [sys.executable, "-m", "qjs_kernel", "-f", "{connection_file}"]
        assert spec["interrupt_mode"] == "message"
        assert (folder / "logo-32x32.png").read_bytes() == b"png"

    def test_user(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
        assert install(user=True) == tmp_path / "data" / "kernels" / "qjs"

    def test_names_and_environment(self, tmp_path: Path) -> None:
        folder = install(prefix=str(tmp_path), name="qjs-2", display_name="Other", env={"A": "1"})
        assert folder.name == "qjs-2"
        assert read(folder)["display_name"] == "Other"
        assert read(folder)["env"] == {"A": "1"}

    def test_again_replaces_all_of_it(self, tmp_path: Path) -> None:
        folder = install(prefix=str(tmp_path))
        (folder / "stale").write_text("")
        install(prefix=str(tmp_path), display_name="Second")
        assert read(folder)["display_name"] == "Second"
        assert not (folder / "stale").exists()
        assert [path.name for path in folder.parent.iterdir()] == ["qjs"]

    @pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "a\n"])
    def test_bad_name(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InstallError, match="kernel name"):
            install(prefix=str(tmp_path), name=name)

    def test_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "share").write_text("a file")
        with pytest.raises(InstallError, match="cannot write"):
            install(prefix=str(tmp_path))

    def test_uninstall(self, tmp_path: Path) -> None:
        folder = install(prefix=str(tmp_path))
        assert uninstall(prefix=str(tmp_path)) == folder
        assert not folder.exists()
        with pytest.raises(InstallError, match="no kernel named 'qjs'"):
            uninstall(prefix=str(tmp_path))

    def test_command_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["install", "--prefix", str(tmp_path), "--env", "A=1", "--env", "B=x=y"]) == 0
        folder = tmp_path / "share" / "jupyter" / "kernels" / "qjs"
        assert read(folder)["env"] == {"A": "1", "B": "x=y"}
        assert str(folder) in capsys.readouterr().out
        assert main(["uninstall", "--prefix", str(tmp_path)]) == 0
        assert main(["uninstall", "--prefix", str(tmp_path)]) == 1
        assert "no kernel named" in capsys.readouterr().err

    def test_sys_prefix(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        assert main(["install", "--sys-prefix"]) == 0
        assert (tmp_path / "share" / "jupyter" / "kernels" / "qjs" / "kernel.json").is_file()

    @pytest.mark.parametrize(
        "arguments", [["install", "--env", "A"], ["install", "--user", "--prefix", "x"], []]
    )
    def test_bad_command_line(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit):
            main(arguments)


def test_the_checkout_has_a_kernelspec() -> None:
    spec = json.loads((module.spec_source() / "kernel.json").read_text())
    assert spec["interrupt_mode"] == "message"
    assert spec["argv"][-2:] == ["-f", "{connection_file}"]
