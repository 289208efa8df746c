"""`%view cells`: what the history shows of a real session, and the ways back that its buttons are."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest

from qjs_kernel.session import Session
from qjs_kernel.widgets import Stage, open_view
from qjs_kernel.widgets.cells import CellsView
from tests.kernel.kernel_wire import Wire


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", markup)).split())


class Opened:
    """A view on a session, and what it published."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.published: list[dict[str, Any]] = []
        self.stage = Stage(session, lambda data, metadata, ident, update: self.published.append(data))
        self.view = CellsView(self.stage)
        open_view(self.view)

    @property
    def lines(self) -> list[str]:
        return [plain(line.children[0].value) for line in self.view.history.children]

    def line(self, text: str) -> Any:
        return next(line for line in self.view.history.children if text in plain(line.children[0].value))

    def back(self, text: str) -> Any:
        """The button of the line with `text`."""
        return self.line(text).children[1]

    def kept(self) -> list[str]:
        return [plain(line.children[0].value) for line in self.view.checkpoints.children]

    def keep(self, name: str) -> None:
        self.view.name.value = name
        self.button("Keep checkpoint").click()

    def button(self, text: str) -> Any:
        return next(
            each
            for each in every(self.view.widget)
            if isinstance(each, ipywidgets.Button) and each.description == text
        )

    @property
    def said(self) -> str:
        return plain(self.view.widget.children[-1].value)  # type: ignore[union-attr]


def every(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as session:
        yield session


@pytest.fixture
def opened(session: Session) -> Iterator[Opened]:
    opened = Opened(session)
    yield opened
    opened.stage.close()


class TestHistory:
    def test_newest_first_with_what_became_of_them(self, opened: Opened) -> None:
        opened.session.run("let x = 1")
        opened.session.run("\n\n// a comment\nthrow new TypeError('no')")
        opened.session.run("const = 1")
        opened.session.run("while (true) {}", timeout=0.2)
        texts = [re.sub(r"[\d.]+ (m?s|MB)\b", r"\1", line) for line in opened.lines]
        assert texts == [
            "cell 4 ✗ timeout ms MB while (true) {}",
            "cell 3 ✗ syntax error ms MB const = 1",
            "cell 2 ✗ TypeError ms MB // a comment",
            "cell 1 ✓ ok ms MB let x = 1",
        ]

    def test_commands_are_not_the_code(self, opened: Opened) -> None:
        opened.session.run("\n%%ts --fresh\n\nlet y = 2".replace("%%ts --fresh", ""))
        assert "let y = 2" in opened.lines[0]

    def test_what_can_be_undone_has_a_button(self, opened: Opened) -> None:
        opened.session.run("let x = 1")
        opened.session.run("const = 1")
        assert not opened.back("cell 1").disabled
        assert opened.back("cell 2").disabled
        assert opened.back("cell 2").layout.visibility == "hidden"
        for _ in range(10):
            opened.session.run("x++")
        assert opened.back("let x").disabled

    def test_mounts_stand_where_they_were_made(self, opened: Opened) -> None:
        opened.session.run("1")
        opened.session.mount_texts({"/a.ts": "1"})
        opened.session.run("const = 1")
        opened.session.run("2")
        order = [line if "mount" in line else line[:6] for line in opened.lines]
        assert order == ["cell 3", "cell 2", "✓ ok mount /a.ts", "cell 1"]

    def test_back_to_before_a_cell(self, opened: Opened) -> None:
        session = opened.session
        session.run("let x = 1")
        session.run("x = 2")
        session.mount_texts({"/a": "1"})
        session.run("x = 3")
        opened.back("x = 2").click()
        assert opened.said == "Undone: cell 3, mount /a, cell 2."
        assert session.run("x").data == 1
        assert not session.sandbox.fs.exists("/a")
        assert [line for line in opened.lines if "undone" not in line] == [opened.lines[0], opened.lines[-1]]

    def test_undone_cells_come_back_with_a_restored_checkpoint(self, opened: Opened) -> None:
        session = opened.session
        session.run("let x = 1")
        session.checkpoint("here")
        session.undo()
        assert "↶ undone" in opened.lines[0]
        session.restore("here")
        assert "✓ ok" in next(line for line in opened.lines if "cell 1" in line)
        session.undo()
        assert "↶ undone" in next(line for line in opened.lines if "cell 1" in line)

    def test_a_step_that_is_gone_is_said_so(self, opened: Opened) -> None:
        opened.session.run("let x = 1")
        button = opened.back("cell 1")
        opened.session.undo()
        button.click()
        assert opened.said == "That cannot be undone any more."

    def test_lines_are_bounded_and_keep_their_widgets(self, opened: Opened) -> None:
        opened.session.run("0")
        first = opened.line("cell 1 ")
        opened.session.run("1")
        assert opened.line("cell 1 ") is first
        for number in range(60):
            opened.session.mount_texts({f"/{number}": ""})
        assert len(opened.lines) == 40
        assert plain(opened.view.older.value) == "… 22 earlier"
        assert first.comm is None
        assert first.layout.comm is not None

    def test_nothing_has_run(self, opened: Opened) -> None:
        assert plain(opened.view.older.value) == "No cell has run yet."
        assert opened.published[0]["text/plain"] == "no cell has run yet"


class TestCheckpoints:
    def test_keep_restore_drop(self, opened: Opened) -> None:
        session = opened.session
        session.run("let x = 1")
        opened.keep("  before  it ")
        assert opened.said == "Kept as before it."
        assert opened.view.name.value == ""
        assert opened.kept()[0].startswith("⚑ before it ")
        session.run("x = 2")
        opened.button("Restore").click()
        assert opened.said == "Restored: before it; %undo takes that back."
        assert session.run("x").data == 1
        session.undo(2)
        assert session.run("x").data == 2
        opened.button("Drop").click()
        assert opened.said == "Dropped: before it."
        assert opened.kept() == []

    def test_without_a_name(self, opened: Opened) -> None:
        opened.keep(" ")
        assert opened.said == "Write a name for the checkpoint first."
        assert opened.session.checkpoints == {}

    def test_same_name_again(self, opened: Opened) -> None:
        opened.keep("a")
        opened.keep("a")
        assert opened.said == "Kept as a, in place of the earlier one."
        assert len(opened.kept()) == 1

    def test_too_long_a_name(self, opened: Opened) -> None:
        opened.keep("x" * 200)
        assert "1 to 100 printable characters" in opened.said

    def test_those_of_commands_appear(self, opened: Opened) -> None:
        opened.session.checkpoint("by command")
        assert opened.kept()[0].startswith("⚑ by command")


class TestWhileACellRuns:
    def test_refuses_to_go_back(self, session: Session) -> None:
        async def scene() -> list[str]:
            opened = Opened(session)
            called, done = asyncio.Event(), asyncio.Event()

            async def wait() -> None:
                called.set()
                await done.wait()

            session.set_host_names({"wait": wait})
            await session.run_async("let x = 1")
            cell = asyncio.ensure_future(session.run_async("await env.wait(); x = 2"))
            async with asyncio.timeout(30):
                await called.wait()
            said = []
            opened.back("cell 1").click()
            said.append(opened.said)
            opened.keep("now")
            said.append(opened.said)
            done.set()
            assert (await cell).ok
            said += opened.lines
            opened.stage.close()
            return said

        back, keep, *lines = asyncio.run(scene())
        assert "a cell is running" in back
        assert "a cell is running" in keep
        assert [line[:11] for line in lines] == ["cell 2 ✓ ok", "cell 1 ✓ ok"]
        assert session.run("x").data == 2


class TestSafety:
    def test_hostile_code_and_errors(self, opened: Opened) -> None:
        session = opened.session
        session.run("'<script>alert(1)</script>\u202e'")
        session.run("const e = new Error('x'); e.name = '<img src=x onerror=alert(1)>'; throw e")
        session.mount_texts({"/<script>\x1b[2J": ""})
        session.checkpoint("<b onclick=alert(1)>")
        values = [each.value for each in every(opened.view.widget) if isinstance(each, ipywidgets.HTML)]
        data, _ = opened.view.still()
        for text in [*values, data["text/html"]]:
            assert not re.search(r"<script|<img|<b onclick|\u202e|\x1b", text)
        assert not re.search(r"[\u202e\x1b]", data["text/plain"])

    def test_every_control_has_a_label(self, opened: Opened) -> None:
        opened.session.run("1")
        opened.keep("a")
        for each in every(opened.view.widget):
            if isinstance(each, (ipywidgets.Button, ipywidgets.Text)):
                assert each.description.strip() or each.tooltip, each

    def test_close_ends_the_subscription(self, opened: Opened) -> None:
        opened.session.run("1")
        button = opened.back("cell 1")
        opened.view.close()
        published = len(opened.published)
        opened.session.run("2")
        assert len(opened.published) == published
        assert button.comm is None

    def test_still_looks_alike(self, opened: Opened) -> None:
        opened.session.run("let x = '<b>'")
        opened.session.checkpoint("a")
        data = opened.published[-1]
        assert re.search(
            r"^cell 1    ✓ ok +[\d.]+ ms +\d+ MB  let x = '<b>'\ncheckpoint a  ", data["text/plain"]
        )
        assert "let x = &#x27;&lt;b&gt;&#x27;" in data["text/html"]


def test_over_the_wire(wire: Wire) -> None:
    wire.run("let counted = 1")
    shown = [content["data"] for content in wire.run("%view cells").contents("display_data")]
    assert "let counted = 1" in shown[0]["text/plain"]
    assert "let counted = 1" in shown[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown[1]
    ran = wire.run("counted = 2")
    assert any("counted = 2" in each["data"]["text/plain"] for each in ran.contents("update_display_data"))


def test_commands_over_the_wire(wire: Wire) -> None:
    wire.run("let back = 1")
    assert (
        wire.run("%checkpoint kept state").stream()
        == "kept as kept state: %restore kept state comes back here\n"
    )
    wire.run("back = 2")
    wire.run("back = 3")
    assert re.fullmatch(r"undone: cell \d+, cell \d+\n", wire.run("%undo 2").stream())
    assert wire.value("back") == "1"
    wire.run("back = 4")
    assert wire.run("%restore kept state").stream() == "restored: kept state (%undo takes that back)\n"
    assert wire.value("back") == "1"
    wire.run("%undo 2")
    assert wire.value("back") == "4"
    failed = wire.run("%restore none")
    assert "there are: kept state" in failed.traceback
    assert "Traceback" not in failed.traceback
    assert wire.run("%checkpoint kept state --drop").stream() == "dropped: kept state\n"
    assert wire.run("%allow html").stream().startswith("html: as the guest wrote it")
    assert wire.run("%allow html --off").stream().startswith("html: without scripts")
