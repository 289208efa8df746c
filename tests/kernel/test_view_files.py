"""`%view files`: the tree, the editor beside it, and what its buttons do to the files of a real session."""

from __future__ import annotations

import asyncio
import base64
import datetime
import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.display import cell_width, safe_text
from qjs_kernel.limits import MIB, Limits
from qjs_kernel.session import Session
from qjs_kernel.vfs import VirtualFS
from qjs_kernel.widgets import Stage, open_view
from qjs_kernel.widgets.file_tree import columns, cut_cells, rows_of, tree_html, tree_text
from qjs_kernel.widgets.files import FilesView
from tests.kernel.kernel_wire import Wire

WHEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
HOSTILE = "<img src=x onerror=alert(1)>\u202e.ts"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Opened:
    """A view on a session, and what it published."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.published: list[dict[str, Any]] = []
        self.stage = Stage(session, lambda data, metadata, ident, update: self.published.append(data))
        view = FilesView(self.stage)
        open_view(view)
        self.view = view

    @property
    def lines(self) -> list[str]:
        return [row.description for row in self.view.tree.children]

    def line(self, name: str) -> str:
        return next(line for line in self.lines if name in line)

    def row(self, name: str) -> Any:
        return next(row for row in self.view.tree.children if name in row.description)

    @property
    def said(self) -> str:
        note = self.view.widget.children[-1]  # type: ignore[union-attr]
        return html.unescape(re.sub("<[^>]*>", "", note.value))

    def ask(self, button: Any, path: str | None = None) -> None:
        button.click()
        if path is not None:
            self.view.path_field.value = path
        self.view.yes.click()

    def type(self, text: str) -> None:
        self.view.editor.text.value = text


@pytest.fixture
def session() -> Iterator[Session]:
    mounts = {
        "src": {"custom.ts": "export const level: number = 1;\n", "lib": {"a.ts": "1"}},
        "b.bin": b"\0\xff",
    }
    with Session(mounts=mounts) as session:
        session.mount_texts({"/data/log.txt": "hello"}, read_only=True)
        yield session


@pytest.fixture
def opened(session: Session) -> Iterator[Opened]:
    opened = Opened(session)
    yield opened
    opened.stage.close()


def every(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def visible(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


class TestTree:
    def test_names_sizes_modes_and_origins(self, opened: Opened) -> None:
        assert opened.line("custom.ts").split() == ["custom.ts", "32", "B", "rw", "mounted"]
        assert opened.line("log.txt").split() == ["log.txt", "5", "B", "r", "mounted"]
        opened.session.run("import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/out', 'abc')")
        assert opened.line("out").split() == ["●", "out", "3", "B", "rw", "guest"]

    def test_columns_stand_below_each_other(self, opened: Opened) -> None:
        opened.session.sandbox.fs.write_text("/src/日本語" + "x" * 80, "1")
        opened.view.refresh()
        ends = {cell_width(line[: line.rindex(" rw ")]) for line in opened.lines if " rw " in line}
        assert len(ends) == 1

    def test_host_files_and_packages(self, session: Session, tmp_path: Any) -> None:
        (tmp_path / "in.txt").write_text("text")
        session.mount_host(str(tmp_path), "/host")
        opened = Opened(session)
        assert opened.line("in.txt").endswith("r   host")
        assert str(tmp_path) in opened.row("in.txt").tooltip

    def test_folders_fold(self, opened: Opened) -> None:
        assert any("a.ts" in line for line in opened.lines)
        opened.row("lib").click()
        assert not any("a.ts" in line for line in opened.lines)
        assert "▸ lib" in opened.line("lib")
        assert "(1)" in opened.line("lib")
        opened.row("lib").click()
        assert any("a.ts" in line for line in opened.lines)

    def test_packages_are_folded_and_large_folders_too(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        fs.mount("/node_modules/p", {"index.js": "1"}, read_only=True)
        fs.mount("/many", {f"file-{number:03}": "" for number in range(300)})
        opened.view.refresh()
        assert not any("index.js" in line or "file-" in line for line in opened.lines)
        opened.row("many").click()
        assert sum("file-" in line for line in opened.lines) == 200
        assert "… 100 more" in opened.line("more")

    def test_rows_are_bounded(self) -> None:
        fs = VirtualFS(Limits(files=5_000))
        fs.mount("/", {f"d{one:02}": {f"f{two:02}": "" for two in range(40)} for one in range(40)})
        rows = rows_of(fs, {})
        assert len(rows) == 500
        assert rows[-1].kind == "more"
        assert int(re.search(r"([\d,]+) more", rows[-1].name)[1]) > 20  # type: ignore[index]

    def test_rows_that_stay_keep_their_widgets(self, opened: Opened) -> None:
        before = opened.row("custom.ts")
        closed = opened.row("b.bin")
        opened.session.sandbox.fs.write_text("/src/new.ts", "1")
        opened.session.sandbox.fs.remove("/b.bin", force=True)
        opened.view.refresh()
        assert opened.row("custom.ts") is before
        assert closed.comm is None
        assert before.layout.comm is not None

    def test_marks_follow_the_guest_and_not_this_view(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.type("2")
        opened.view.editor.save_button.click()
        assert "●" not in opened.line("custom.ts")
        opened.session.run("import { writeFileSync } from 'node:fs'; writeFileSync('/src/lib/a.ts', '2')")
        assert opened.line("a.ts").startswith("●")
        opened.row("a.ts").click()
        assert "●" not in opened.line("a.ts")

    def test_links_are_not_unfolded(self, opened: Opened) -> None:
        opened.session.sandbox.fs.symlink("/src", "/src/lib/up")
        opened.view.refresh()
        opened.row("up → /src").click()
        assert "link to the folder /src" in opened.said
        assert len(opened.lines) == len(rows_of(opened.session.sandbox.fs, {}))

    @given(st.text(st.characters(), max_size=60), st.integers(1, 40))
    def test_cut_to_cells(self, text: str, width: int) -> None:
        cut = cut_cells(text, width)
        assert cell_width(cut) <= width
        assert cut == text or cut.endswith("…")

    @given(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40)
    )
    def test_any_name_is_shown_harmlessly(self, name: str) -> None:
        fs = VirtualFS()
        if name in (".", ".."):
            return
        fs.write_text(f"/{name}", "")
        rows = rows_of(fs, {})
        assert len(rows) == 1
        for text in (columns(rows[0]), tree_text(rows)):
            assert safe_text(text, colours=False) == text
            assert "\n" not in text
        # Nothing but the tags of the table itself.
        assert len(re.findall("<", tree_html(rows))) == len(
            re.findall("<", tree_html(rows_of(one_file(), {})))
        )


def one_file() -> VirtualFS:
    fs = VirtualFS()
    fs.write_text("/a", "")
    return fs


class TestEditor:
    def test_the_next_cell_uses_what_was_saved(self, opened: Opened) -> None:
        session = opened.session
        assert session.run("import { level } from '/src/custom.ts'; level").data == 1
        opened.row("custom.ts").click()
        assert opened.view.editor.text.value == "export const level: number = 1;\n"
        opened.type("export const level: number = 2;\n")
        opened.view.editor.save_button.click()
        assert opened.said == "Saved /src/custom.ts; %undo takes it back."
        assert session.run("import { level } from '/src/custom.ts'; level").data == 2
        assert session.undo(2) == "cell 2, write /src/custom.ts"
        assert "number = 1" in opened.view.editor.text.value

    def test_saving_nothing_is_no_step(self, opened: Opened) -> None:
        before = opened.session.steps
        opened.row("custom.ts").click()
        opened.view.editor.save_button.click()
        assert opened.said == "Nothing has changed."
        assert opened.session.steps == before

    def test_open_file_follows_the_guest(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.session.run(
            "import { writeFileSync } from 'node:fs'; writeFileSync('/src/custom.ts', 'guest')"
        )
        assert opened.view.editor.text.value == "guest"

    def test_conflict_offers_both_ways(self, opened: Opened) -> None:
        editor, fs = opened.view.editor, opened.session.sandbox.fs
        opened.row("custom.ts").click()
        opened.type("mine")
        opened.session.run(
            "import { writeFileSync } from 'node:fs'; writeFileSync('/src/custom.ts', 'guest')"
        )
        assert editor.text.value == "mine"
        assert "has changed while" in editor.note.value
        editor.save_button.click()
        assert "Reload shows it as it is now, Overwrite saves this text" in opened.said
        assert fs.read_text("/src/custom.ts") == "guest"
        assert visible(editor.reload)
        assert visible(editor.overwrite)
        editor.overwrite.click()
        assert fs.read_text("/src/custom.ts") == "mine"
        assert not visible(editor.overwrite)
        opened.type("mine again")
        fs.write_text("/src/custom.ts", "guest again")
        opened.view.refresh()
        editor.reload.click()
        assert editor.text.value == "guest again"

    def test_what_is_not_saved_is_kept_while_others_are_looked_at(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.type("draft")
        opened.row("a.ts").click()
        assert opened.line("custom.ts").startswith("✎")
        opened.row("custom.ts").click()
        assert opened.view.editor.text.value == "draft"

    def test_read_only(self, opened: Opened) -> None:
        opened.row("log.txt").click()
        editor = opened.view.editor
        assert editor.text.value == "hello"
        assert editor.text.disabled
        assert not visible(editor.save_button)
        assert "read-only" in editor.head.value

    def test_bytes_are_shown_as_numbers(self, opened: Opened) -> None:
        opened.row("b.bin").click()
        editor = opened.view.editor
        assert "000000  00 ff" in editor.shown.value
        assert not visible(editor.text)

    @pytest.mark.parametrize("data", [b"a\0b", b"\xff\xfe", b"\x80" * 300_000])
    def test_what_is_no_text(self, opened: Opened, data: bytes) -> None:
        opened.session.sandbox.fs.write_bytes("/tmp/x", data)
        opened.view.refresh()
        opened.row(" x ").click()
        assert "000000  " in opened.view.editor.shown.value

    def test_picture(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        fs.write_bytes("/tmp/p.txt", PNG)
        fs.write_bytes("/tmp/large.png", PNG + bytes(MIB))
        opened.view.refresh()
        opened.row("p.txt").click()
        assert 'src="data:image/png;base64,' in opened.view.editor.shown.value
        opened.row("large.png").click()
        assert "<img" not in opened.view.editor.shown.value

    def test_large_text_is_shown_in_part(self, opened: Opened) -> None:
        opened.session.sandbox.fs.write_text("/tmp/large", "xé" * 200_000)
        opened.view.refresh()
        opened.row("large").click()
        editor = opened.view.editor
        assert 0 < len(editor.text.value) < 5_000
        assert editor.text.disabled
        assert "cannot be edited here" in editor.note.value

    def test_line_ends_stay(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        fs.write_text("/tmp/dos", "one\r\ntwo\r\n")
        opened.view.refresh()
        opened.row("dos").click()
        assert opened.view.editor.text.value == "one\ntwo\n"
        opened.type("one\nmore\ntwo\n")
        opened.view.editor.save_button.click()
        assert fs.read_text("/tmp/dos") == "one\r\nmore\r\ntwo\r\n"

    def test_hidden_characters_are_told(self, opened: Opened) -> None:
        opened.session.sandbox.fs.write_text("/tmp/odd", "a\u202eb")
        opened.view.refresh()
        opened.row("odd").click()
        assert "cannot be seen" in opened.view.editor.note.value

    def test_lone_surrogate_cannot_be_saved(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.type("\ud800")
        opened.view.editor.save_button.click()
        assert "not valid Unicode" in opened.said

    def test_download(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        opened.row("custom.ts").click()
        editor = opened.view.editor
        assert 'download="custom.ts"' in editor.link.value
        assert base64.b64encode(b"export const level: number = 1;\n").decode() in editor.link.value
        assert "data:application/octet-stream;" in editor.link.value
        fs.write_bytes("/tmp/m", bytes(MIB))
        fs.write_bytes("/tmp/n", bytes(3 * MIB))
        opened.view.refresh()
        opened.row(" m ").click()
        assert editor.link.value == ""
        editor.offer.click()
        assert 'download="m"' in editor.link.value
        opened.row(" n ").click()
        assert editor.link.value == ""
        assert not visible(editor.offer)

    def test_file_that_goes_can_be_written_again(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        opened.row("custom.ts").click()
        fs.remove("/src/custom.ts", force=True)
        opened.view.refresh()
        assert "is gone" in opened.view.editor.note.value
        opened.view.editor.save_button.click()
        assert fs.exists("/src/custom.ts")


class TestButtons:
    def test_new_file_in_the_selected_folder(self, opened: Opened) -> None:
        view = opened.view
        opened.row("a.ts").click()
        view.new_file.click()
        assert view.path_field.value == "/src/lib/"
        opened.ask(view.new_file, "/src/lib/deep/new.ts")
        assert opened.said == "Made /src/lib/deep/new.ts; %undo takes it back."
        assert opened.session.sandbox.fs.read_text("/src/lib/deep/new.ts") == ""
        assert "qjs-on" in opened.row("new.ts")._dom_classes
        assert not visible(view._line)
        opened.session.undo()
        assert not opened.session.sandbox.fs.exists("/src/lib/deep")

    def test_new_folder(self, opened: Opened) -> None:
        opened.ask(opened.view.new_folder, "/empty")
        assert opened.session.sandbox.fs.is_dir("/empty")
        assert "▸ empty" in opened.line("empty")

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("/src/", "write a name"),
            ("", "write a name"),
            ("/src/custom.ts", "is there already"),
            ("/data/log.txt/x", "EEXIST"),
            ("/a\0b", "NUL"),
            ("/" + "x" * 300, "255 bytes"),
        ],
    )
    def test_names_that_cannot_be(self, opened: Opened, path: str, message: str) -> None:
        before = opened.session.steps
        opened.ask(opened.view.new_file, path)
        assert message in opened.said
        assert opened.session.steps == before
        assert visible(opened.view._line)

    def test_delete_asks_first(self, opened: Opened) -> None:
        view, fs = opened.view, opened.session.sandbox.fs
        opened.row("src").click()
        view.delete.click()
        assert "Really delete /src and all 3 in it?" in view.asked.value
        assert fs.exists("/src")
        view.yes.click()
        assert not fs.exists("/src")
        opened.session.undo()
        assert fs.read_text("/src/lib/a.ts") == "1"

    def test_deleting_the_open_file_empties_the_editor(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.type("draft")
        opened.ask(opened.view.delete)
        assert opened.view.editor.path is None
        assert not visible(opened.view.editor.text)

    def test_rename_takes_the_draft_along(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        opened.type("draft")
        opened.ask(opened.view.rename, "/src/lib/other.ts")
        assert opened.session.sandbox.fs.exists("/src/lib/other.ts")
        assert not opened.session.sandbox.fs.exists("/src/custom.ts")
        assert opened.view.editor.path == "/src/lib/other.ts"
        assert opened.view.editor.text.value == "draft"
        opened.view.editor.save_button.click()
        assert opened.session.sandbox.fs.read_text("/src/lib/other.ts") == "draft"

    def test_nothing_selected_nothing_to_delete(self, opened: Opened) -> None:
        assert opened.view.delete.disabled
        assert opened.view.rename.disabled

    def test_inside_a_read_only_mount_nothing_changes(self, opened: Opened) -> None:
        opened.session.mount_tree("/fixed", {"a": "1"}, read_only=True)
        opened.row("   a ").click()
        assert opened.view.delete.disabled
        opened.ask(opened.view.new_file, "/fixed/b")
        assert "EROFS" in opened.said
        assert "mount it again" in opened.said

    def upload(self, opened: Opened, *files: tuple[str, bytes]) -> None:
        opened.view.upload.value = tuple(
            {"name": name, "type": "", "size": len(data), "content": memoryview(data), "last_modified": WHEN}
            for name, data in files
        )

    def test_upload(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        self.upload(opened, ("one.txt", b"1"), ("C:\\dir\\two.txt", b"2"))
        fs = opened.session.sandbox.fs
        assert [fs.read_text("/src/one.txt"), fs.read_text("/src/two.txt")] == ["1", "2"]
        assert opened.said == "Uploaded /src/one.txt, /src/two.txt; %undo takes it back."
        assert opened.view.upload.value == ()
        opened.session.undo()
        assert not fs.exists("/src/one.txt")

    def test_upload_beyond_the_limit_says_what_helps(self, opened: Opened) -> None:
        opened.session.set_limits(file_bytes=1_000)
        self.upload(opened, ("small", b"1"), ("rest", bytes(995)))
        assert "ENOSPC" in opened.said
        assert "%limits file_bytes" in opened.said
        self.upload(opened, ("large", bytes(2_000)))
        assert "%limits file_bytes" in opened.said
        assert not opened.session.sandbox.fs.exists("/small")

    def test_upload_with_a_name_that_is_none(self, opened: Opened) -> None:
        self.upload(opened, ("..", b""))
        assert "is no name of a file" in opened.said

    def test_upload_over_a_read_only_file(self, opened: Opened) -> None:
        opened.row("data").click()
        self.upload(opened, ("log.txt", b"mine"))
        assert "EROFS" in opened.said
        assert opened.session.sandbox.fs.read_text("/data/log.txt") == "hello"


class TestWhileACellRuns:
    def scene(
        self, session: Session, look: Callable[[Opened], None], code: str, wait_for: str | None = None
    ) -> None:
        """Run `code`, and `look` while it waits in `env.wait()` (and the tree has a row with `wait_for` in it)."""

        async def run() -> None:
            opened = Opened(session)
            called, shown, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

            async def wait() -> None:
                called.set()
                await done.wait()

            def row_came(_: Any) -> None:
                if wait_for is None or any(wait_for in line for line in opened.lines):
                    shown.set()

            row_came(None) if wait_for is None else opened.view.tree.observe(row_came, "children")
            session.set_host_names({"wait": wait})
            cell = asyncio.ensure_future(session.run_async(code))
            async with asyncio.timeout(30):
                await called.wait()
                await shown.wait()
            look(opened)
            done.set()
            assert (await cell).ok
            opened.stage.close()

        asyncio.run(run())

    def test_files_of_the_guest_appear(self, session: Session) -> None:
        seen: list[str] = []
        self.scene(
            session,
            lambda opened: seen.extend(opened.lines),
            "import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/live', 'x'); await env.wait()",
            "live",
        )
        assert any(line.startswith("●") and "live" in line for line in seen)

    def test_nothing_is_saved_into_a_run(self, session: Session) -> None:
        said: list[str] = []

        def look(opened: Opened) -> None:
            opened.row("custom.ts").click()
            opened.type("typed")
            opened.view.editor.save_button.click()
            said.extend((opened.said, opened.view.editor.text.value))

        self.scene(session, look, "await env.wait()")
        assert said[1] == "typed"
        assert "a cell is running" in said[0]
        assert session.sandbox.fs.read_text("/src/custom.ts") != "typed"


class TestSafety:
    def test_hostile_names_and_contents(self, opened: Opened) -> None:
        fs = opened.session.sandbox.fs
        fs.write_text(f"/tmp/{HOSTILE.replace('/', '')}", "<script>alert(1)</script>")
        fs.write_bytes("/tmp/bytes", b"\0<script>alert(1)</script>")
        opened.view.refresh()
        opened.row("onerror").click()
        opened.view.editor.text.value += "//"
        opened.view.editor.save_button.click()
        assert "Saved" in opened.said
        values = [each.value for each in every(opened.view.widget) if isinstance(each, ipywidgets.HTML)]
        opened.row("bytes").click()
        values += [each.value for each in every(opened.view.widget) if isinstance(each, ipywidgets.HTML)]
        data, _ = opened.view.still()
        for text in [*values, data["text/html"]]:
            assert "<script" not in text
            assert "<img" not in text
            assert "\u202e" not in text
        assert "\u202e" not in data["text/plain"] + "".join(opened.lines)

    def test_every_control_has_a_label(self, opened: Opened) -> None:
        opened.row("custom.ts").click()
        for each in every(opened.view.widget):
            if isinstance(
                each, (ipywidgets.Button, ipywidgets.Text, ipywidgets.Textarea, ipywidgets.FileUpload)
            ):
                assert each.description.strip() or each.tooltip, each

    def test_close_ends_the_subscriptions(self, opened: Opened) -> None:
        row = opened.row("custom.ts")
        opened.view.close()
        published = len(opened.published)
        opened.session.run("import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/x', '')")
        assert len(opened.published) == published
        assert row.comm is None
        assert not opened.view._marked

    def test_still_follows(self, opened: Opened) -> None:
        assert "custom.ts" in opened.published[0]["text/plain"]
        assert "<table" in opened.published[0]["text/html"]
        opened.ask(opened.view.new_file, "/from-view")
        assert "from-view" in opened.published[-1]["text/plain"]


def test_over_the_wire(wire: Wire) -> None:
    wire.run("%%mount /src/wired.ts\nexport const one = 1")
    shown = [content["data"] for content in wire.run("%view files").contents("display_data")]
    assert "wired.ts" in shown[0]["text/plain"]
    assert "wired.ts" in shown[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown[1]
