"""The table of commands, its grammar, the routing of cells, and what `%%host` exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.magics import (
    COMMANDS,
    Argument,
    Command,
    CommandError,
    Option,
    Show,
    View,
    exported_names,
    exported_values,
    find_command,
    help_page,
    run_command,
    split_cell,
)
from qjs_kernel.magics.grammar import show_size, to_bytes, to_megabytes, to_seconds
from qjs_kernel.session import NoSuchCheckpoint, NothingToUndo, Session
from tests.kernel.fake_sandbox import FakeSandbox

OURS = frozenset(command.name for command in COMMANDS if command.kind == "cell")


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "value"), [("60", 60), ("2.5s", 2.5), ("500ms", 0.5), ("2m", 120), ("1_000", 1000)]
    )
    def test_seconds(self, text: str, value: float) -> None:
        assert to_seconds(text) == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [("64MB", 64 << 20), ("64MiB", 64 << 20), ("1gb", 1 << 30), ("512k", 512 << 10), ("7", 7)],
    )
    def test_bytes(self, text: str, value: int) -> None:
        assert to_bytes(text) == value

    def test_megabytes(self) -> None:
        assert to_megabytes("256") == to_megabytes("256MB") == 256 << 20

    @pytest.mark.parametrize("text", ["", "x", "-1", "0", "inf", "nan", "1e999", "5 parsecs", "1PB", "--"])
    def test_nonsense(self, text: str) -> None:
        for convert in (to_seconds, to_bytes, to_megabytes):
            with pytest.raises(CommandError, match="above 0"):
                convert(text)

    def test_sizes_are_shown_as_they_are_read(self) -> None:
        assert show_size(128 << 20) == "128 MB"
        assert to_bytes(show_size(1 << 30).replace(" ", "")) == 1 << 30
        assert show_size(10) == "10 B"


class TestGrammar:
    command = Command(
        "mount",
        "cell",
        "Mount.",
        lambda *_: None,
        arguments=(Argument("PATH", "where"), Argument("MORE", "else", required=False)),
        options=(Option("ro", "read-only"), Option("timeout", "seconds", "S", to_seconds)),
    )

    def test_words_and_options_in_any_order(self) -> None:
        parsed = self.command.parse("--ro '/a b.ts' --timeout 5 c:\\dir\\x")
        assert parsed.words == ("/a b.ts", "c:\\dir\\x")
        assert parsed.options == {"ro": True, "timeout": 5.0}
        assert self.command.parse("/a --timeout=2.5").options == {"timeout": 2.5}
        assert self.command.parse("-- --odd").words == ("--odd",)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (
                "/a --timeot 1",
                "unknown option --timeot; did you mean --timeout?; the options are --ro, --timeout",
            ),
            ("/a --zzz", "unknown option --zzz; the options are --ro, --timeout"),
            ("", "PATH is missing; usage: %%mount PATH"),
            ("a b c", "'c' is one word too many"),
            ("a --timeout", "--timeout needs a value"),
            ("a --timeout --ro", "--timeout needs a value"),
            ("a --ro=1", "--ro takes no value"),
            ("a --ro --ro", "--ro is given twice"),
            ("a --timeout soon", "'soon' is not a time"),
            ("'a", "a quote is not closed"),
        ],
    )
    def test_errors_name_what_is_wrong(self, line: str, message: str) -> None:
        with pytest.raises(CommandError) as caught:
            self.command.parse(line)
        assert message in str(caught.value)

    @given(st.text())
    def test_any_line_is_parsed_or_refused(self, line: str) -> None:
        try:
            self.command.parse(line)
        except CommandError:
            pass

    def test_help_is_made_of_the_table(self) -> None:
        page = self.command.help
        assert page.startswith("%%mount PATH [MORE] [--ro] [--timeout S]\n")
        assert "--timeout S  seconds" in page


class TestTable:
    def test_names_and_kinds_are_unique(self) -> None:
        pairs = [(command.name, command.kind) for command in COMMANDS]
        assert len(pairs) == len(set(pairs))

    def test_what_there_is(self) -> None:
        assert {c.title for c in COMMANDS} == {
            *("%%ts", "%%js", "%%tsx", "%%jsx", "%%mount", "%%python", "%%host"),
            *("%mount", "%unmount", "%tree", "%cat", "%limits", "%npm", "%undo", "%qjs"),
            *("%%test", "%allow", "%check", "%%check", "%fix", "%format", "%%format"),
            *("%view", "%checkpoint", "%restore", "%%params"),
        }

    def test_every_command_is_on_the_help_page(self) -> None:
        page = help_page()
        assert all(f"\n{command.title} " in f"\n{page}" for command in COMMANDS)

    def test_lookup(self) -> None:
        assert find_command("mount", "line") is not find_command("mount", "cell")
        assert find_command("cat", "cell") is None


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(make_sandbox=FakeSandbox) as session:  # type: ignore[arg-type]
        yield session


def line(session: Session, text: str) -> Any:
    name, _, rest = text.lstrip("%").partition(" ")
    command = find_command(name, "line")
    assert command is not None
    return run_command(session, command, rest)


def shown(session: Session, text: str) -> str:
    action = line(session, text)
    assert isinstance(action, Show)
    return action.text


class TestView:
    @pytest.mark.parametrize("what", ["env", "files", "limits", "cells"])
    def test_of_the_notebook(self, session: Session, what: str) -> None:
        assert line(session, f"%view {what}") == View(what)

    @pytest.mark.parametrize(
        ("words", "argument"),
        [("", ""), ("users", "users"), ("state.users[3]", "state.users[3]"), ("a . b", "a . b")],
    )
    def test_of_a_value(self, session: Session, words: str, argument: str) -> None:
        assert line(session, f"%view {words}") == View("value", argument)

    def test_options_are_refused(self, session: Session) -> None:
        with pytest.raises(CommandError, match="unknown option --all"):
            line(session, "%view files --all")

    def test_proposals(self, session: Session) -> None:
        session.run("const users = 1")
        command = find_command("view", "line")
        assert command is not None
        choices = command.arguments[0].choices
        assert choices is not None
        assert list(choices(session, "")) == ["env", "files", "limits", "cells", "users"]


class TestWayBack:
    def test_undo(self, session: Session) -> None:
        for value in range(4):
            session.run(f"set x {value}")
        assert shown(session, "%undo") == "undone: cell 4"
        assert shown(session, "%undo 2") == "undone: cell 3, cell 2"
        assert session.sandbox.state == {"x": 0}  # type: ignore[attr-defined]
        with pytest.raises(NothingToUndo, match="cannot undo 2 steps: 1 is kept"):
            line(session, "%undo 2")

    @pytest.mark.parametrize("word", ["0", "-1", "two", "1.5", "1000", "9" * 5000])
    def test_undo_of_no_number(self, session: Session, word: str) -> None:
        session.run("set x 1")
        with pytest.raises(CommandError, match=r"no number of steps|unknown option"):
            line(session, f"%undo {word}")
        assert session.steps == ["cell 1"]

    def test_checkpoint_and_restore(self, session: Session) -> None:
        session.run("set x 1")
        assert shown(session, "%checkpoint") == "no checkpoints: make one with %checkpoint NAME"
        assert (
            shown(session, "%checkpoint before it") == "kept as before it: %restore before it comes back here"
        )
        assert shown(session, "%checkpoint b") == "kept as b: %restore b comes back here"
        session.run("set x 2")
        assert shown(session, "%restore before it") == "restored: before it (%undo takes that back)"
        assert session.sandbox.state == {"x": 1}  # type: ignore[attr-defined]
        assert shown(session, "%checkpoint") == "before it  8 B\nb          8 B"
        assert shown(session, "%checkpoint b --drop") == "dropped: b"
        assert list(session.checkpoints) == ["before it"]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("%restore", "NAME is missing"),
            ("%restore none", "there is no checkpoint 'none'; there are: a"),
            ("%checkpoint --drop", "which one"),
            ("%checkpoint none --drop", "there are: a"),
            ("%checkpoint --all", "unknown option --all"),
        ],
    )
    def test_misuse(self, session: Session, text: str, message: str) -> None:
        session.checkpoint("a")
        with pytest.raises((CommandError, NoSuchCheckpoint), match=message):
            line(session, text)
        assert list(session.checkpoints) == ["a"]

    def test_proposals(self, session: Session) -> None:
        session.checkpoint("a")
        for name in ("checkpoint", "restore"):
            command = find_command(name, "line")
            assert command is not None
            choices = command.arguments[0].choices
            assert choices is not None
            assert list(choices(session, "")) == ["a"]


class TestAllow:
    def test_html(self, session: Session) -> None:
        assert "%allow html shows it whole" in shown(session, "%allow")
        assert "fetch: off" in shown(session, "%allow")
        assert shown(session, "%allow html").startswith("html: as the guest wrote it")
        assert session.allow_html
        assert "html: as the guest wrote it" in shown(session, "%allow")
        assert shown(session, "%allow html --off").startswith("html: without scripts")
        assert not session.allow_html

    def test_html_and_fetch_stay_apart(self, session: Session) -> None:
        line(session, "%allow html")
        line(session, "%allow fetch example.com")
        line(session, "%allow fetch --off")
        assert session.allow_html
        line(session, "%allow fetch example.com")
        line(session, "%allow html --off")
        assert session.fetch_policy is not None

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("%allow html now", "html takes no words but --off"),
            ("%allow html --private", "html takes no words but --off"),
            ("%allow script", "'script' is nothing that can be allowed"),
            ("%allow --timeout 3", "options need what they are for"),
            ("%allow --off", "options need what they are for"),
            ("%allow fetch --timeout 3", "name a host that fetch may reach"),
        ],
    )
    def test_misuse(self, session: Session, text: str, message: str) -> None:
        with pytest.raises(CommandError, match=message):
            line(session, text)
        assert not session.allow_html
        assert session.fetch_policy is None


class TestRouting:
    @pytest.mark.parametrize(
        "text",
        [
            "1 + 1",
            "// comment\n%%mount x",
            "const a = 1\n% 2",
            "!ready && go()",
            "!(a)",
            "!!a",
            "!function () {}()",
            "!isNaN(3)",
            "!a.b.c()",
            "!await f()",
            "ready ?\n 1 : 2",
            "a ? b : c",
            "/* */ 1",
            "`\n%%python\n`",
        ],
    )
    def test_guest(self, text: str) -> None:
        cell = split_cell(text, OURS)
        assert (cell.kind, cell.body, cell.host) == ("guest", text, "")

    @pytest.mark.parametrize(
        "text",
        ["", " \n ", "%tree", "%limits timeout=3\n%cat /a", "!ls", "!pip install x", "!./run", "name?", "a.b??",
         "?name",
         "%%time\n1", "%%bash\nls", "%%mount?", "%mount?", "\n\n%tree\n\n", "!/bin/ls -l"],
    )  # fmt: skip
    def test_ipython(self, text: str) -> None:
        assert split_cell(text, OURS).kind == "ipython"

    def test_command(self) -> None:
        cell = split_cell("\n%%mount  /a.ts --ro\nline 1\n\n", OURS)
        assert (cell.kind, cell.name, cell.line, cell.body, cell.start) == (
            *("command", "mount", "/a.ts --ro", "line 1\n\n"),
            2,
        )

    def test_command_without_body(self) -> None:
        assert split_cell("%%mount /a.ts", OURS).body == ""

    def test_host_lines_before_guest_code_keep_line_numbers(self) -> None:
        text = "%limits timeout=3\n\n!ls \\\n  -l\nconst a = 1\nb()"
        cell = split_cell(text, OURS)
        assert cell.host == "%limits timeout=3\n!ls \\\n-l"
        assert cell.body == "const a = 1\nb()"
        assert cell.padded.split("\n")[4:] == text.split("\n")[4:]

    def test_host_lines_before_a_command(self) -> None:
        cell = split_cell("%limits timeout=3\n%%ts --fresh\n1", OURS)
        assert (cell.kind, cell.name, cell.host, cell.padded) == (
            "command",
            "ts",
            "%limits timeout=3",
            "\n\n1",
        )

    @given(st.text(alphabet="%!?ab (\\\n\t"))
    def test_guest_lines_never_move(self, text: str) -> None:
        cell = split_cell(text, OURS)
        if cell.kind == "guest":
            assert cell.padded.split("\n")[cell.start :] == text.split("\n")[cell.start :]


class TestHostNames:
    def test_what_the_cell_binds_is_given(self) -> None:
        source = """
import os, json as j
from datetime import datetime
A = 1
b, (c, *d) = 1, (2, 3)
e: int = 4
f: int
def g(): inner = 1
async def h(): pass
class K: pass
_private = 1
for loop in []: in_loop = 1
with open() as handle: in_with = 1
try: in_try = 1
except E as err: in_except = 1
config["x"] = 1
box.attr += 1
if (walrus := 1): in_if = 1
print(A)
"""
        assert exported_names(source) == [
            *("A", "b", "c", "d", "e", "g", "h", "in_loop", "in_with", "in_try", "in_except", "config", "box", "in_if"),
        ]  # fmt: skip

    @pytest.mark.parametrize("source", ["def (", "\0", "x = " + "(" * 500])
    def test_text_that_is_no_python(self, source: str) -> None:
        assert exported_names(source) == []

    def test_only_callables_and_plain_data(self) -> None:
        import datetime
        import os
        import threading

        namespace = {
            "call": len,
            "text": "x",
            "when": datetime.datetime(2025, 1, 1),
            "nested": {"f": len, "n": [1, (2, {3})]},
            "lock": threading.Lock(),
            "module": os,
            "cls": dict,
            "inside": [threading.Lock()],
        }
        source = "\n".join(f"{name} = 1" for name in namespace)
        assert list(exported_values(source, namespace)) == ["call", "text", "when", "nested"]

    def test_cyclic_and_deep_data(self) -> None:
        cycle: list[object] = []
        cycle.append(cycle)
        deep: list[object] = []
        for _ in range(1000):
            deep = [deep]
        found = exported_values("cycle = 1\ndeep = 1", {"cycle": cycle, "deep": deep})
        assert list(found) == ["cycle"]
