"""Type problems: which of them are shown, how, what `%check`, `%fix` and `%format` do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel.assist import guest_text
from qjs_kernel.assist.assistant import NothingToFix
from qjs_kernel.display.problems import Finding, ProblemReport
from qjs_kernel.errors import Diagnostic
from qjs_kernel.extension import FrontEnd
from qjs_kernel.language.format import CannotFormat, format_text
from qjs_kernel.magics import COMMANDS, find_command, split_cell
from tests.kernel.fake_service import Desk, Edit, Fix, desks, problem
from tests.kernel.kernel_wire import Ran, Wire

CELL_COMMANDS = {command.name for command in COMMANDS if command.kind == "cell"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from desks()


def before(desk: Desk, raw: str, number: int = 1) -> ProblemReport | None:
    """What is shown before the cell runs."""
    source = guest_text(desk.session, raw, split_cell(raw, CELL_COMMANDS), number)
    if source is None or not desk.assistant.wants(source):
        return None
    return asyncio.run(desk.assistant.before_run(source))


def codes(report: ProblemReport | None) -> list[str]:
    return [] if report is None else [finding.code for finding in report.findings]


class TestWhatIsShown:
    def test_a_frame(self, desk: Desk) -> None:
        desk.service.found = (problem(2, 7, 2322, "Type 'string' is not assignable to type 'number'."),)
        report = before(desk, "let a = 1\nconst bad: number = 'x'\nlet c")
        assert report is not None
        assert report.text == (
            "TS2322: Type 'string' is not assignable to type 'number'.\n"
            "Cell In[1], line 2, column 7\n"
            "  1 | let a = 1\n"
            "> 2 | const bad: number = 'x'\n"
            "    |       ^\n"
            "  3 | let c"
        )

    def test_a_mounted_file_by_its_path(self, desk: Desk) -> None:
        desk.service.found = (problem(1, 3, 2322, "wrong", "/src/a.ts"),)
        report = before(desk, "%%mount /src/a.ts\nlet a")
        assert report is not None
        assert "/src/a.ts, line 1, column 3" in report.text
        assert desk.service.asked[-1] == ("problems", "/src/a.ts", "let a")

    @pytest.mark.parametrize(
        ("raw", "asked"),
        [
            ("x", True), ("%%ts\nx", True), ("%%tsx\nx", True), ("%%test\nx", True), ("%%mount /a.mts\nx", True),
            ("%%js\nx", False), ("%%jsx\nx", False), ("%%mount /a.js\nx", False), ("%%mount /a.json\n1", False),
            ("%%js\n// @ts-check\nx", True), ("%%mount /a.js\n\n// @ts-check\nx", True), ("%%host\nx", False),
        ],
    )  # fmt: skip
    def test_which_cells(self, desk: Desk, raw: str, asked: bool) -> None:
        assert desk.service.state == "ready"
        before(desk, raw)
        assert bool(desk.service.asked) is asked

    @pytest.mark.parametrize(
        ("number", "message"),
        [
            (2451, "Cannot redeclare block-scoped variable 'a'."),
            (2300, "Duplicate identifier 'a'."),
            (2393, "Duplicate function implementation."),
            (1375, "'await' expressions are only allowed at the top level of a file when …"),
            (6133, "'a' is declared but its value is never read."),
            (7017, "Element implicitly has an 'any' type because type 'typeof globalThis' has no index signature."),
        ],
    )  # fmt: skip
    def test_what_a_notebook_allows(self, desk: Desk, number: int, message: str) -> None:
        desk.service.found = (problem(1, 1, number, message), problem(1, 1, 2322, "real"))
        assert codes(before(desk, "let a")) == ["TS2322"]

    def test_syntax_errors_are_left_to_the_run(self, desk: Desk) -> None:
        desk.service.found = (
            problem(1, 1, 1005, "';' expected."),
            problem(1, 1, 2304, "Cannot find name 'q'."),
        )
        assert before(desk, "let a b q") is None

    def test_an_earlier_let_may_be_assigned_and_an_earlier_const_not(self, desk: Desk) -> None:
        desk.session.run("let free = 1\nconst fixed = 2")
        desk.service.found = (
            problem(1, 1, 2632, "Cannot assign to 'free' because it is an import."),
            problem(2, 1, 2632, "Cannot assign to 'fixed' because it is an import."),
        )
        report = before(desk, "free = 2\nfixed = 3", 2)
        assert report is not None
        assert [finding.line for finding in report.findings] == [2]

    def test_a_global_that_is_there(self, desk: Desk) -> None:
        desk.sandbox.values["made"] = ((), "number", "1")
        desk.service.found = (
            problem(1, 1, 2304, "Cannot find name 'made'."),
            problem(1, 1, 2304, "Cannot find name 'missing'."),
        )
        report = before(desk, "made + missing")
        assert report is not None
        assert [finding.message for finding in report.findings] == ["Cannot find name 'missing'."]

    def test_names_of_tests_in_cells_of_tests_only(self, desk: Desk) -> None:
        desk.service.found = (problem(1, 1, 2582, "Cannot find name 'describe'. Do you need …"),)
        assert before(desk, "%%test\ndescribe('', () => {})") is None
        assert codes(before(desk, "describe('', () => {})")) == ["TS2582"]

    def test_a_file_that_is_mounted_later(self, desk: Desk) -> None:
        desk.service.found = (problem(1, 1, 2307, "Cannot find module './later.js'."),)
        assert before(desk, "%%mount /a.ts\nimport './later.js'") is None
        assert codes(before(desk, "import './later.js'")) == ["TS2307"]

    def test_what_follows_from_another_problem(self, desk: Desk) -> None:
        desk.service.found = (
            problem(1, 5, 2551, "Property 'mapp' does not exist on type 'number[]'. Did you mean 'map'?"),
            problem(1, 10, 7006, "Parameter 'x' implicitly has an 'any' type."),
            problem(2, 10, 7006, "Parameter 'y' implicitly has an 'any' type."),
        )
        report = before(desk, "[1].mapp(x => x)\nfunction f(y) {}")
        assert report is not None
        assert [(f.line, f.code) for f in report.findings] == [(1, "TS2551"), (2, "TS7006")]

    def test_the_file_that_is_appended_to_is_not_judged(self, desk: Desk) -> None:
        desk.session.mount_texts({"/a.ts": "let old: number = ''\n"})
        desk.service.found = (problem(1, 5, 2322, "old", "/a.ts"), problem(2, 5, 2322, "new", "/a.ts"))
        report = before(desk, "%%mount /a.ts --append\nlet now: number = ''")
        assert report is not None
        assert [finding.message for finding in report.findings] == ["new"]

    def test_the_service_learns_before_somebody_waits(self, desk: Desk) -> None:
        asyncio.run(desk.assistant.catch_up(2))
        assert desk.made == []
        assert desk.service.state == "ready"
        asyncio.run(desk.assistant.catch_up(2))
        assert desk.service.asked == [("problems", "/src/cell-2.ts", "")]

    def test_nothing_when_the_service_is_late_or_not_there(self, desk: Desk) -> None:
        assert before(desk, "x") is None
        desk.service.found = None
        assert before(desk, "x") is None


class TestReport:
    def report(self, *findings: Finding, source: str = "a\nb") -> ProblemReport:
        return ProblemReport(findings, lambda file: source)

    def test_everything_is_escaped(self) -> None:
        bad = Finding("/src/<b>.ts", 1, 1, "error", "TS1", "<script>\x1b[31m\u202e", ("<i>",))
        report = self.report(bad, source="<img src=x>\x07")
        assert "<script>" not in report.html
        assert "<img" not in report.html
        assert "<b>.ts" not in report.html
        assert "<i>" not in report.html
        assert "&lt;script&gt;" in report.html
        for text in (report.html, report.text):
            assert not re.search("[\x07\x1b\u202e]", text)

    def test_no_more_than_can_be_read(self) -> None:
        found = [Finding("/a.ts", 1, 1, "warning", "TS1", "x" * 100_000) for _ in range(500)]
        report = self.report(*found)
        assert "… and 490 more problems" in report.text
        assert len(report.text) < 30_000
        assert len(report.html) < 40_000

    def test_colours_of_the_theme_with_a_fallback(self) -> None:
        page = self.report(Finding("/a.ts", 1, 1, "error", "TS1", "m")).html
        assert "var(--jp-error-color1, #" in page
        assert "background:transparent" in page

    def test_a_place_that_is_not_in_the_text(self) -> None:
        assert (
            self.report(Finding("/a.ts", 9, 1, "error", "TS1", "m")).text == "TS1: m\n/a.ts, line 9, column 1"
        )


class TestFix:
    def suggest(self, desk: Desk, *fixes: Fix) -> None:
        desk.service.found = (problem(1, 1, 2304, "m"),)
        desk.service.mended = {"TS2304": fixes}

    def test_hints(self, desk: Desk) -> None:
        self.suggest(
            desk,
            Fix("Change spelling to 'map'", (Edit(0, 1, "map"),)),
            Fix('Add import from "node:fs"', (Edit(0, 0, "import { readFileSync } from 'node:fs';\n"),)),
            Fix("Infer types", ()),
        )
        report = before(desk, "x")
        assert report is not None
        assert report.findings[0].hints == (
            "did you mean 'map'?  (%fix)",
            "add import { readFileSync } from 'node:fs'  (%fix 2)",
            "infer types  (%fix 3)",
        )

    def test_edits_are_made_in_the_cell(self, desk: Desk) -> None:
        raw = "%limits timeout=3\n%%ts --timeout 3\nlet 😀 = [1].mapp()"
        text = "\n\nlet 😀 = [1].mapp()"
        at = text.index("mapp")
        self.suggest(desk, Fix("a", (Edit(at, at + 4, "map"),)), Fix("b", (Edit(0, 0, "import x;\n"),)))
        before(desk, raw)
        assert desk.assistant.fixed(1) == raw.replace("mapp", "map")
        # What stands above the code in the file comes to stand below the commands of the cell.
        assert desk.assistant.fixed(2) == raw.replace("let", "import x;\nlet")

    def test_a_suggestion_that_came_too_late_to_be_shown(self, desk: Desk) -> None:
        self.suggest(desk)
        assert before(desk, "x") is not None
        self.suggest(desk, Fix("a", (Edit(0, 1, "y"),)))
        assert desk.assistant.fixed(1) == "y"

    def test_none(self, desk: Desk) -> None:
        with pytest.raises(NothingToFix, match="no suggestion"):
            desk.assistant.fixed(1)
        self.suggest(desk, Fix("a", ()))
        before(desk, "x")
        assert desk.assistant.fixed(1) == "x"
        with pytest.raises(NothingToFix, match="1 suggestions"):
            desk.assistant.fixed(2)
        desk.assistant.forget()
        with pytest.raises(NothingToFix):
            desk.assistant.fixed(1)


class _Shell:
    """What a front end needs of IPython's shell."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []
        self.next: list[str] = []
        self.user_ns: dict[str, Any] = {}
        self.display_pub = self

    def publish(self, data: dict[str, str], metadata: dict[str, Any]) -> None:
        self.shown.append(data)

    def set_next_input(self, text: str) -> None:
        self.next.append(text)

    def displayhook(self, value: object) -> None: ...


@pytest.fixture
def shell() -> _Shell:
    return _Shell()


@pytest.fixture
def front(desk: Desk, shell: _Shell) -> FrontEnd:
    return FrontEnd(shell, desk.session, desk.assistant)


def perform(front: FrontEnd, title: str, line: str = "", body: str = "") -> Any:
    command = find_command(title.lstrip("%"), "cell" if title.startswith("%%") else "line")
    assert command is not None
    return front.perform(command, line, body)


class TestCommands:
    """As `%load_ext` runs them; the kernel's way is tested over the wire."""

    def test_warn_shows_and_runs(self, desk: Desk, front: FrontEnd, shell: _Shell) -> None:
        desk.service.found = (problem(2, 1, 2322, "wrong"),)
        assert perform(front, "%%ts", "", "value 1").data == 1
        assert "Cell In[1], line 2" in shell.shown[0]["text/plain"]

    def test_strict_shows_and_does_not_run(self, desk: Desk, front: FrontEnd, shell: _Shell) -> None:
        desk.service.found = (problem(2, 1, 2322, "wrong"),)
        perform(front, "%check", "strict")
        with pytest.raises(Exception, match="the cell did not run") as caught:
            perform(front, "%%ts", "", "value 1")
        assert type(caught.value).__name__ == "TypeCheckError"
        assert "TS2322" in "".join(getattr(caught.value, "report", ()))
        assert desk.sandbox.runs == []
        with pytest.raises(Exception, match="did not run"):
            perform(front, "%%mount", "/a.ts", "x")
        assert not desk.sandbox.fs.exists("/a.ts")

    def test_off_asks_nobody(self, desk: Desk, front: FrontEnd, shell: _Shell) -> None:
        desk.service.found = (problem(2, 1, 2322, "wrong"),)
        perform(front, "%check", "off")
        perform(front, "%%ts", "", "value 1")
        assert shell.shown == []
        assert desk.service.asked == []

    def test_alone_it_tells_mode_and_service(
        self, desk: Desk, front: FrontEnd, capsys: pytest.CaptureFixture[str]
    ) -> None:
        perform(front, "%check")
        assert capsys.readouterr().out == "%check warn\nlanguage service: not started yet\n"
        assert desk.session.status()["language_service"] == "not started yet"
        assert desk.service.state == "ready"
        assert desk.session.status()["language_service"] == "ready"

    @pytest.mark.parametrize("line", ["loud", "src/a.ts", "warn off"])
    def test_other_words(self, front: FrontEnd, line: str) -> None:
        with pytest.raises(Exception, match="%check"):
            perform(front, "%check", line)

    def test_a_cell_is_checked_and_not_run(
        self, desk: Desk, front: FrontEnd, shell: _Shell, capsys: pytest.CaptureFixture[str]
    ) -> None:
        perform(front, "%%check", "", "value 1")
        assert capsys.readouterr().out == "no problems\n"
        desk.service.found = (problem(2, 1, 2322, "wrong"),)
        perform(front, "%%check", "--tsx", "value 1")
        assert "TS2322: wrong" in shell.shown[0]["text/plain"]
        assert desk.service.asked[-1][1:] == ("/src/cell-1.tsx", "\nvalue 1")
        desk.sandbox.faults = [Diagnostic(2, 1, "unexpected", "syntax", "/src/cell-1.ts")]
        perform(front, "%%check", "", "value 1")
        assert "SyntaxError: unexpected\nCell In[1], line 2" in shell.shown[1]["text/plain"]
        assert desk.sandbox.runs == []

    def test_files_are_checked(
        self, desk: Desk, front: FrontEnd, shell: _Shell, capsys: pytest.CaptureFixture[str]
    ) -> None:
        texts = {"/src/a.ts": "a", "/src/b.js": "b", "/src/c.txt": "c", "/src/d/e.tsx": "e", "/f.ts": "f"}
        desk.session.mount_texts(texts)
        perform(front, "%check", "/src")
        assert capsys.readouterr().out == "no problems in 2 files\n"
        assert [asked[1] for asked in desk.service.asked] == ["/src/a.ts", "/src/d/e.tsx"]
        desk.service.found = (problem(1, 1, 2322, "wrong", "/f.ts"),)
        perform(front, "%check", "/f.ts")
        assert "/f.ts, line 1" in shell.shown[0]["text/plain"]
        with pytest.raises(Exception, match="ENOENT"):
            perform(front, "%check", "/none")

    def test_fix_shows_the_cell_again(self, desk: Desk, front: FrontEnd, shell: _Shell) -> None:
        desk.service.found = (problem(2, 5, 2551, "m"),)
        desk.service.mended = {"TS2551": (Fix("Change spelling to 'map'", (Edit(5, 9, "map"),)),)}
        perform(front, "%%check", "", "[1].mapp")
        perform(front, "%fix")
        assert shell.next == ["%%check\n[1].map"]
        with pytest.raises(Exception, match="not the number"):
            perform(front, "%fix", "one")

    def test_without_a_service(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        front = FrontEnd(_Shell(), desk.session)
        perform(front, "%%check", "", "value 1")
        assert "types were not checked: the language service is off" in capsys.readouterr().out


class TestFormat:
    @pytest.fixture(autouse=True)
    def _deno(self) -> None:
        pytest.importorskip("deno")

    def test_cell(self, front: FrontEnd, shell: _Shell) -> None:
        perform(front, "%%format", "", "const   x={a:1}\n\nfoo( '😀' )")
        assert shell.next == ['const x = { a: 1 };\n\nfoo("😀");']

    def test_file_where_it_stands(
        self, desk: Desk, front: FrontEnd, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk.session.mount_texts({"/src/a.ts": "let  a=1"}, read_only=True)
        perform(front, "%format", "/src/a.ts")
        perform(front, "%format", "/src/a.ts")
        assert capsys.readouterr().out == "/src/a.ts: formatted\n/src/a.ts: is formatted already\n"
        assert desk.sandbox.fs.read_text("/src/a.ts") == "let a = 1;"
        assert desk.sandbox.fs.stat("/src/a.ts").read_only
        desk.session.undo()
        assert desk.sandbox.fs.read_text("/src/a.ts") == "let  a=1"

    def test_what_is_wrong_is_said_with_its_path(self) -> None:
        with pytest.raises(CannotFormat, match=r"/src/a\.ts:1:7") as caught:
            format_text("const =", "/src/a.ts")
        assert "/tmp" not in str(caught.value)

    @pytest.mark.parametrize("path", ["/a.txt", "/a", "/a.bin"])
    def test_other_kinds(self, path: str) -> None:
        with pytest.raises(CannotFormat, match="no kind"):
            format_text("x", path)


def test_without_deno(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QJS_KERNEL_LANGUAGE_SERVER", "/other/server")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotFormat, match="pip install deno"):
        format_text("x", "/a.ts")


def plain(ran: Ran) -> str:
    """What a cell displayed, without colours."""
    shown = "\n".join(content["data"]["text/plain"] for content in ran.contents("display_data"))
    return re.sub("\x1b\\[[0-9;]*m", "", f"{shown}\n{ran.traceback}")


@pytest.fixture(scope="module")
def served(jupyter_path: Path) -> Iterator[Wire]:
    pytest.importorskip("deno")
    wire = Wire()
    assert wire.run("%%check\nlet fine: number = 1;").stream() == "no problems\n"
    yield wire
    wire.close()


class TestWire:
    def test_warn(self, served: Wire) -> None:
        ran = served.run("const bad: number = 'x';\nbad")
        assert ran.text == "'x'"
        assert "TS2322: Type 'string' is not assignable to type 'number'." in plain(ran)
        assert re.search(
            r"Cell In\[\d+\], line 1, column 7\n> 1 \| const bad: number = 'x';\n    \|       \^", plain(ran)
        )
        assert "qjs-problems" in ran.contents("display_data")[0]["data"]["text/html"]

    def test_strict(self, served: Wire) -> None:
        served.run("%check strict")
        try:
            ran = served.run("globalThis.wasRun = true;\nlet q: number = '';")
            assert (ran.ok, ran.reply["ename"]) == (False, "TypeCheckError")
            assert "> 2 | let q: number = '';" in plain(ran)
            timed = served.run("%%time\nglobalThis.wasRun = true;\nlet q: number = '';")
            assert timed.reply["ename"] == "TypeCheckError"
            assert served.value("typeof globalThis.wasRun") == "'undefined'"
        finally:
            served.run("%check warn")

    def test_a_mounted_file(self, served: Wire) -> None:
        code = "%%mount /src/wrong.ts\nexport const wrong: number = '';\nimport { later } from './later.js'; later;"
        assert "/src/wrong.ts, line 1, column 14" in plain(served.run(code))
        both = plain(served.run("%check /src"))
        assert "TS2322" in both
        assert both.count("/src/wrong.ts, line") == 2
        assert "wrong.ts" in served.run("%tree").stream()
        served.run("%unmount /src/wrong.ts")

    def test_live_scope_is_no_problem(self, served: Wire) -> None:
        for code in [
            "let count = 1; const kept = 2; class Thing {}",
            "count = 2; count++",
            "let count = 'now a string'; class Thing { a = 1 }",
            "const later: string = count; await Promise.resolve(new Thing().a)",
            "globalThis.made = 1;",
            "made + 1",
        ]:
            ran = served.run(code)
            assert ran.ok, ran.traceback
            assert plain(ran).strip() == "", code

    def test_fix(self, served: Wire) -> None:
        assert "TS2304" in plain(served.run("// read\nreadFileSync('/none')"))
        (payload,) = served.run("%fix").reply["payload"]
        assert payload["source"] == "set_next_input"
        assert payload["text"].startswith("import { readFileSync } from 'node:fs';\n")
        assert payload["text"].endswith("// read\nreadFileSync('/none')")

    def test_tests_know_their_names(self, served: Wire) -> None:
        ran = served.run("%%test\ntest('a', () => { expect(1).toBe(1) })")
        assert ran.ok
        assert "TS" not in plain(ran).replace("TEST", "")

    def test_syntax_errors_come_once(self, served: Wire) -> None:
        ran = served.run("let a b")
        assert ran.reply["ename"] == "SyntaxError"
        assert "TS" not in plain(ran)

    def test_status(self, served: Wire) -> None:
        assert re.search(r"language service +ready, \d+ MiB", served.run("%qjs").stream())


@pytest.fixture
def configured(jupyter_path: Path, tmp_path: Path) -> Iterator[Wire]:
    """A kernel with settings of its own."""
    profile = tmp_path / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(
        "c.GuestKernel.check = 'strict'\nc.GuestKernel.language_server = ['/nonexistent/chosen']\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path))
        wire = Wire()
    yield wire
    wire.close()


def test_settings(configured: Wire) -> None:
    # A mode that forbids what nobody can check forbids nothing.
    assert configured.value("const n: number = 1; n") == "1"
    assert "/nonexistent/chosen" in configured.run("%%check\n1").stream()
    assert configured.run("%check").stream().startswith("%check strict\n")
