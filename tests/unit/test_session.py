"""The state of a notebook, over a sandbox without a guest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel.errors import FsError, MountError, QjsError
from qjs_kernel.limits import MIB, Limits
from qjs_kernel.magics import CommandError, Guest, Show, find_command, run_command
from qjs_kernel.session import NothingToUndo, Session
from tests.kernel.fake_sandbox import FakeSandbox


@pytest.fixture
def made() -> list[FakeSandbox]:
    return []


@pytest.fixture
def session(made: list[FakeSandbox]) -> Iterator[Session]:
    def make(**options: Any) -> FakeSandbox:
        made.append(FakeSandbox(**options))
        return made[-1]

    with Session(make_sandbox=make) as session:  # type: ignore[arg-type]
        yield session


def cell(session: Session, line: str, body: str = "") -> Any:
    name, _, rest = line.partition(" ")
    kind = "cell" if name.startswith("%%") else "line"
    command = find_command(name.lstrip("%"), kind)  # type: ignore[arg-type]
    assert command is not None
    return run_command(session, command, rest, body)


class TestRun:
    def test_cells_are_numbered_and_named(self, session: Session, made: list[FakeSandbox]) -> None:
        assert session.run("value 1").data == 1
        session.run("value 2", cell=7, dialect="tsx")
        session.run("value 3")
        assert [run["filename"] for run in made[0].runs] == [
            "/src/cell-1.ts",
            "/src/cell-7.tsx",
            "/src/cell-8.ts",
        ]
        assert all(run["cell"] and run["display"] for run in made[0].runs)

    def test_async_is_the_same(self, session: Session, made: list[FakeSandbox]) -> None:
        assert asyncio.run(session.run_async("value [1]", timeout=3, tag="t")).data == [1]
        assert made[0].runs[0]["timeout"] == 3
        assert made[0].runs[0]["tag"] == "t"

    def test_unknown_dialect(self, session: Session) -> None:
        with pytest.raises(ValueError, match="one of ts, js, tsx, jsx"):
            session.run("1", dialect="py")

    def test_memory_for_one_run(self, session: Session, made: list[FakeSandbox]) -> None:
        session.run("value 1", memory=256 * MIB)
        assert [limits.memory // MIB for limits in made[0].limit_history] == [256, 128]
        with pytest.raises(ValueError, match="between 4 MiB"):
            session.run("value 1", memory=1)
        assert session.run("value 1").ok

    def test_fresh_has_files_and_env_and_nothing_else(
        self, session: Session, made: list[FakeSandbox]
    ) -> None:
        session.mount_texts({"/a": "text"})
        session.set_host_names({"one": lambda: 1})
        session.run("set x 1")
        assert session.run("call one", fresh=True).data == 1
        fresh = made[1]
        assert fresh.fs.read_text("/a") == "text"
        assert fresh.closed
        assert fresh.state == {}
        fresh.fs.write_text("/a", "changed")
        assert session.sandbox.fs.read_text("/a") == "text"

    def test_sources_of_cells_and_files(self, session: Session) -> None:
        session.run("value 1")
        session.mount_texts({"/src/a.ts": "text"})
        assert session.source_of("/src/cell-1.ts") == "value 1"
        assert session.source_of("/src/a.ts") == "text"
        assert session.source_of("/src/none.ts") is None
        assert session.source_of("/\0") is None
        for _ in range(600):
            session.run("value 1")
        assert session.source_of("/src/cell-1.ts") is None

    def test_names(self, session: Session) -> None:
        session.run("export const a = 1\nasync function f() {}\n  const inner = 1\nclass $K {}")
        assert session.names() == ["a", "f", "$K"]

    def test_close_twice(self, session: Session, made: list[FakeSandbox]) -> None:
        session.close()
        session.close()
        assert made[0].closed


class TestUndo:
    def test_back_before_the_last_cell(self, session: Session) -> None:
        session.run("set x 1")
        session.run("set x 2")
        assert session.undo() == "cell 2"
        assert session.run("get x").data == 1
        assert session.undo() == "cell 3"
        assert session.undo() == "cell 1"
        assert not session.sandbox.state  # type: ignore[attr-defined]
        with pytest.raises(NothingToUndo):
            session.undo()

    def test_mounts_are_steps(self, session: Session) -> None:
        session.run("set x 1")
        session.mount_texts({"/a": "1"})
        session.mount_texts({"/a": "2"})
        assert session.undo() == "mount /a"
        assert session.sandbox.fs.read_text("/a") == "1"
        session.unmount("/a")
        assert session.undo() == "unmount /a"
        assert session.sandbox.fs.read_text("/a") == "1"

    @pytest.mark.parametrize("verb", ["timeout", "syntax"])
    def test_what_changed_nothing_is_no_step(self, session: Session, verb: str) -> None:
        session.run("set x 1")
        assert not session.run(verb).ok
        assert session.undo() == "cell 1"

    def test_thrown_error_is_a_step(self, session: Session) -> None:
        session.run("set x 1\nthrow Error no")
        assert session.undo() == "cell 1"

    def test_failed_mount_is_no_step_and_changes_nothing(self, session: Session) -> None:
        with pytest.raises(MountError):
            session.mount_texts({"/ok": "1", "/bad\0": "2"})
        assert not session.sandbox.fs.exists("/ok")
        with pytest.raises(NothingToUndo):
            session.undo()

    def test_bounded_in_steps(self, session: Session) -> None:
        for _ in range(20):
            session.run("value 1")
        assert len(session.status()["undo"]) == 10

    def test_a_step_whose_checkpoint_is_gone_is_said_so(self, session: Session) -> None:
        session.run("set a 1")
        session.run("set a 2")
        session.sandbox._before.clear()  # type: ignore[attr-defined]
        with pytest.raises(NothingToUndo, match="cell 2 is not kept any more"):
            session.undo()
        assert session.status()["undo"] == []


class TestSubscribers:
    def test_what_is_told(self, session: Session) -> None:
        told: list[str] = []
        end = session.subscribe(told.append)
        session.run("value 1")
        session.set_host_names({"f": lambda: 1})
        session.set_limits(timeout=3)
        session.checkpoint("a")
        session.restore("a")
        session.drop_checkpoint("a")
        session.undo()
        session.mount_texts({"/a": "1"})
        session.rewrite("/a", "2")
        session.unmount("/a")
        assert told == ["ran", "env", "limits", *["state"] * 7]
        end()
        end()
        session.run("value 1")
        assert len(told) == 10

    def test_nothing_is_told_of_what_failed(self, session: Session) -> None:
        told: list[str] = []
        session.subscribe(told.append)
        for fail in (
            lambda: session.undo(),
            lambda: session.restore("none"),
            lambda: session.unmount("/none"),
            lambda: session.set_limits(timeout=-1),
            lambda: session.set_host_names({"b": 1j}),
        ):
            with pytest.raises((QjsError, ValueError, TypeError)):
                fail()
        assert told == []

    def test_memory_for_one_run_is_told_both_ways(self, session: Session) -> None:
        limits: list[int] = []
        session.subscribe(
            lambda topic: limits.append(session.limits.memory // MIB) if topic == "limits" else None
        )
        session.run("value 1", memory=256 * MIB)
        assert limits == [256, 128]

    def test_one_that_fails_harms_nobody(self, session: Session, caplog: pytest.LogCaptureFixture) -> None:
        told: list[str] = []

        def fail(topic: str) -> None:
            raise RuntimeError("a view that is broken")

        session.subscribe(fail)
        session.subscribe(told.append)
        session.set_host_names({"f": lambda: 1})
        assert session.run("call f").ok
        assert told == ["env", "ran"]
        assert "a subscriber of the session failed on ran" in caplog.text

    def test_one_may_end_another(self, session: Session) -> None:
        ends = [session.subscribe(lambda topic: ends[1]())]
        ends.append(session.subscribe(lambda topic: None))
        assert session.run("value 1").ok


class TestRuns:
    def test_what_is_known_of_a_run(self, session: Session) -> None:
        session.run("value 1", timeout=3)
        session.run("throw TypeError no", cell=7, dialect="js")
        session.run("timeout")
        session.run("value 1", fresh=True)
        assert [(run.number, run.path, run.seconds, run.error) for run in session.runs] == [
            (1, "/src/cell-1.ts", 3, ""),
            (7, "/src/cell-7.js", 30, "exception TypeError"),
            (8, "/src/cell-8.ts", 30, "timeout ExecutionTimeout"),
            (9, "/src/cell-9.ts", 30, ""),
        ]
        assert [(run.step, run.kept) for run in session.runs] == [
            (1, True),
            (2, True),
            (2, False),
            (2, False),
        ]

    def test_bounded(self, session: Session) -> None:
        for _ in range(210):
            session.run("value 1")
        assert [run.number for run in session.runs] == list(range(11, 211))


class TestFiles:
    @pytest.mark.parametrize(
        ("line", "body", "text"),
        [
            ("%%mount /a", "one\ntwo\n", "one\ntwo"),
            ("%%mount /a", "one  \n\n \n\t\n", "one  "),
            ("%%mount /a", "\n\n one", "\n\n one"),
            ("%%mount /a", "", ""),
            ("%%mount /a", "\n\n", ""),
            ("%%mount /a --newline", "one\n\n\n", "one\n"),
            ("%%mount /a --newline", "one", "one\n"),
            ("%%mount /a", "a\r\nb\r\n\r\n", "a\r\nb"),
        ],
    )
    def test_body_becomes_the_file(self, session: Session, line: str, body: str, text: str) -> None:
        cell(session, line, body)
        assert session.sandbox.fs.read_text("/a") == text

    def test_append(self, session: Session) -> None:
        cell(session, "%%mount --append /log", "one\n")
        cell(session, "%%mount --append /log", "two\n")
        assert session.sandbox.fs.read_text("/log") == "one\ntwo"
        cell(session, "%%mount --newline /log", "one\n")
        cell(session, "%%mount --append --newline /log", "two\n")
        assert session.sandbox.fs.read_text("/log") == "one\ntwo\n"

    def test_read_only(self, session: Session) -> None:
        cell(session, "%%mount /a --ro", "1")
        with pytest.raises(FsError, match="EROFS"):
            session.sandbox.fs.write_text("/a", "2")
        cell(session, "%%mount /a", "2")
        session.sandbox.fs.write_text("/a", "3")

    def test_json(self, session: Session) -> None:
        cell(session, "%%mount / --json", '{"src": {"a.ts": "1", "b": {"c.ts": "2"}}, "log": "3"}')
        assert session.sandbox.fs.read_text("/src/b/c.ts") == "2"

    @pytest.mark.parametrize("body", ["", "[1]", "{", "{" * 100_000, "[" * 100_000, '{"a": 1}', "null"])
    def test_bad_json(self, session: Session, body: str) -> None:
        with pytest.raises((CommandError, MountError)):
            cell(session, "%%mount / --json", body)

    def test_glob(self, session: Session) -> None:
        cell(session, "%%mount / --json", '{"src": {"a.ts": "1", "b.ts": "1", "c.js": "1"}}')
        cell(session, "%%mount --glob '/src/*.ts'", "2")
        texts = [session.sandbox.fs.read_text(f"/src/{name}") for name in ("a.ts", "b.ts", "c.js")]
        assert texts == ["2", "2", "1"]
        with pytest.raises(CommandError, match="no file matches"):
            cell(session, "%%mount --glob '*.md'", "2")
        for line in ("%%mount", "%%mount /a --glob x"):
            with pytest.raises(CommandError, match="give a path, or --glob"):
                cell(session, line, "2")

    def test_host_file_and_tree(self, session: Session, tmp_path: Path) -> None:
        (tmp_path / "in.txt").write_text("text")
        shown = cell(session, f"%mount {tmp_path} /data")
        assert isinstance(shown, Show)
        assert "1 files, 4 bytes" in shown.text
        assert "in.txt" in cell(session, "%tree").text
        assert cell(session, "%cat /data/in.txt").text == "text"
        cell(session, "%unmount /data")
        assert "in.txt" not in cell(session, "%tree /").text
        with pytest.raises(MountError):
            cell(session, f"%mount {tmp_path / 'none'} /data")

    def test_cat_of_bytes_and_of_escapes(self, session: Session) -> None:
        session.sandbox.fs.write_bytes("/b", b"\xff\xfe")
        session.sandbox.fs.write_bytes("/e", b"\x1b[2J")
        with pytest.raises(MountError, match="not a UTF-8 text"):
            cell(session, "%cat /b")
        assert cell(session, "%cat /e").text == "\\x1b[2J"
        with pytest.raises(FsError, match="ENOENT"):
            cell(session, "%cat /none")


class TestCommands:
    def test_limits(self, session: Session) -> None:
        assert "timeout       30 s" in cell(session, "%limits").text
        cell(session, "%limits timeout=2m memory=256MB timers=5")
        assert session.limits == Limits(timeout=120.0, memory=256 * MIB, timers=5)
        assert session.sandbox.limits == session.limits

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ("memroy=1MB", "did you mean memory?"),
            ("zzz=1", "the limits are timeout, memory"),
            ("timeout", "write name=value"),
            ("timeout=", "write name=value"),
            ("timeout=soon", "is not a time"),
            ("memory=1MB", "between 4 MiB"),
            ("timers=many", "whole number"),
            ("timeout=5 stack=99MB", "stack must be"),
        ],
    )
    def test_bad_limits_change_nothing(self, session: Session, words: str, message: str) -> None:
        with pytest.raises(CommandError, match=message.replace("?", "\\?")):
            cell(session, f"%limits {words}")
        assert session.limits.timeout == 30

    def test_language_cells(self, session: Session) -> None:
        assert cell(session, "%%tsx --timeout 2.5 --memory 64 --fresh", "x") == Guest(
            "x", "tsx", 2.5, 64 * MIB, True
        )
        assert cell(session, "%%js", "x") == Guest("x", "js")

    def test_status_and_help(self, session: Session) -> None:
        session.set_host_names({"now": lambda: 0})
        session.run("value 1")
        text = cell(session, "%qjs").text
        for part in ("fake 1.0", "2 MB", "now", "cell 1", "%%mount", "30 s"):
            assert part in text
        page = cell(session, "%qjs %%mount").text
        assert "--newline" in page
        assert "--rw" in page
        with pytest.raises(CommandError, match="unknown command 'mont'; did you mean mount"):
            cell(session, "%qjs mont")

    def test_names_that_cannot_cross_leave_the_old_ones(self, session: Session) -> None:
        session.set_host_names({"a": 1})
        with pytest.raises(TypeError, match=r"env\.b"):
            session.set_host_names({"b": 1j})
        assert session.host_names == ["a"]
