"""`%view files`: the virtual filesystem as a tree beside an editor. What it does to files can be undone."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import ipywidgets

from qjs_kernel.display import Bundle, safe_text
from qjs_kernel.errors import FsError, QjsError
from qjs_kernel.magics.grammar import show_size
from qjs_kernel.vfs import Change, VirtualFS, normalize
from qjs_kernel.widgets.base import Markup, Stage, View, button, markup
from qjs_kernel.widgets.file_editor import Editor
from qjs_kernel.widgets.file_tree import Row, columns, package_of, rows_of, tree_html, tree_text

__all__ = ["FilesView"]

_MARKS = 1_000
_STILL_ROWS = 200
_MUTED = "color:var(--jp-ui-font-color2,#666)"
# A row is a button: it needs what only a style sheet can say, and gets it below this view's own class.
_STYLE: Final = """<style>
.qjs-files .jupyter-button.qjs-row{display:block;width:100%;height:22px;line-height:22px;margin:0;padding:0 6px;
text-align:left;white-space:pre;background:transparent;box-shadow:none;border:0;color:var(--jp-ui-font-color1,inherit);
font-family:var(--jp-code-font-family,monospace);font-size:12px;overflow:hidden;flex:none}
.qjs-files .jupyter-button.qjs-row:hover:enabled{background:var(--jp-layout-color2,#eee)}
.qjs-files .jupyter-button.qjs-row.qjs-on{background:var(--jp-layout-color2,#eee);
box-shadow:inset 3px 0 var(--jp-brand-color1,#2196f3)}
.qjs-files textarea{font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);
line-height:1.4;white-space:pre;tab-size:2}
</style>"""


class FileRefused(QjsError):
    """Something was asked of a file that is not done here."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What the line above the tree asks: for a path (`path` is what stands in the field) or a confirmation."""

    text: str
    verb: str
    do: Callable[[str], None]
    path: str | None = None
    danger: bool = False


class FilesView(View):
    """The files of the sandbox: folders fold, a click opens a file, everything else is on the buttons above."""

    title: ClassVar[str] = "files"
    topics: ClassVar[frozenset[str]] = frozenset({"files", "ran", "state", "limits"})

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._fs: VirtualFS = self.session.sandbox.fs
        self._toggled: dict[str, bool] = {}
        self._marked: dict[str, None] = {}  # changed while somebody looks, not by this view
        self._own = False
        self._selected = "/"
        self._rows: dict[tuple[str, bool], ipywidgets.Button] = {}
        self._open: set[str] = set()
        self._question: _Question | None = None
        self._known: tuple[int, frozenset[str]] = (-1, frozenset())

    # What is seen

    def build(self) -> ipywidgets.Widget:
        """Buttons, the tree and the editor."""
        me = weakref.WeakMethod(self._note_change)

        def note(change: Change) -> None:
            method = me()
            if method is not None:
                method(change)

        self._ends.append(self._fs.subscribe(note))
        self.upload = ipywidgets.FileUpload(
            multiple=True,
            description="Upload",
            tooltip="Copy files of yours into the selected folder",
            layout={"width": "auto"},
        )
        # Emptying it again is no upload, and must not take away what was said about one.
        self.upload.observe(lambda change: self.act(self._upload) if change["new"] else None, "value")
        self.new_file = button(
            "New file", "Make an empty file", lambda: self.act(self._ask_file), icon="file-o"
        )
        self.new_folder = button(
            "New folder", "Make a folder", lambda: self.act(self._ask_folder), icon="folder-o"
        )
        self.rename = button("Rename", "Give what is selected another path", lambda: self.act(self._ask_name))
        self.delete = button(
            "Delete", "Delete what is selected", lambda: self.act(self._ask_delete), icon="trash-o"
        )
        self.summary = Markup()
        bar = ipywidgets.HBox(
            [self.new_file, self.new_folder, self.upload, self.rename, self.delete, self.summary],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        self.asked = Markup()
        self.path_field = ipywidgets.Text(
            tooltip="The path", continuous_update=True, layout={"width": "320px"}
        )
        self.yes = button("", "Do it", lambda: self.act(self._answer))
        no = button("Cancel", "Change nothing", lambda: self.act(self._forget))
        self._line = ipywidgets.HBox(
            [self.asked, self.path_field, self.yes, no],
            layout={"display": "none", "align_items": "center", "flex_flow": "row wrap"},
        )
        self._row_layout = ipywidgets.Layout(width="100%")
        self._row_style = ipywidgets.ButtonStyle()
        self.tree = ipywidgets.VBox(
            layout={
                "max_height": "368px",
                "overflow": "auto",
                "flex": "0 1 480px",
                "border": "1px solid var(--jp-border-color2, #ddd)",
                "padding": "2px 0",
                "margin": "2px 12px 2px 2px",
            }
        )
        self.editor = Editor(
            self.session, save=self._save, say=self.say, act=self._act_and_show, packages=self._packages
        )
        body = ipywidgets.HBox(
            [self.tree, self.editor.widget], layout={"flex_flow": "row wrap", "align_items": "flex-start"}
        )
        style = Markup(_STYLE, layout={"display": "none"})
        whole = ipywidgets.VBox([style, bar, self._line, body])
        whole.add_class("qjs-files")
        return whole

    def refresh(self) -> None:
        """Bring rows, editor and summary up to date; rows that stay keep their widgets."""
        if not self._fs.exists(self._selected):
            self._selected = _folder_of(self._selected)
        rows = rows_of(self._fs, self._toggled, self._packages())
        self._open = {row.path for row in rows if row.open}
        unsaved = self.editor.unsaved
        kept: dict[tuple[str, bool], ipywidgets.Button] = {}
        for row in rows:
            made = self._rows.pop(row.key, None) or self._button(row)
            kept[row.key] = made
            mark = "✎" if row.path in unsaved else "●" if row.path in self._marked else " "
            text = columns(row, mark)
            if made.description != text:
                made.description = text
            about = {"✎": "; not saved", "●": "; changed while you look"}.get(mark, "")
            tooltip = f"{safe_text(row.path[:300], colours=False)}: {row.about}{about}"
            if row.kind != "more" and made.tooltip != tooltip:
                made.tooltip = tooltip
            chosen = row.path == self._selected and row.kind != "more"
            if chosen != ("qjs-on" in made._dom_classes):
                (made.add_class if chosen else made.remove_class)("qjs-on")
        gone, self._rows = list(self._rows.values()), kept
        if list(self.tree.children) != list(kept.values()):
            self.tree.children = tuple(kept.values())
        for made in gone:
            made.close()  # not its layout and style: those are everybody's
        self.editor.refresh()
        self._show_bar()

    def _button(self, row: Row) -> ipywidgets.Button:
        made = ipywidgets.Button(
            layout=self._row_layout,
            style=self._row_style,
            disabled=row.kind == "more",
            tooltip="Entries that are not shown" if row.kind == "more" else "",
            _dom_classes=("qjs-row",),
        )
        made.on_click(lambda _: self.act(lambda: self._choose(row.path)))
        return made

    def _show_bar(self) -> None:
        used = f"{show_size(self._fs.byte_count)} of {show_size(self._fs.limits.file_bytes)}"
        folder = safe_text(self._folder[-60:], colours=False).replace("\n", "\\n")
        count = self._fs.file_count
        text = f"{count:,} {'entry' if count == 1 else 'entries'}, {used} · new ones go to {folder}"
        self.summary.value = markup("span", text, f"{_MUTED};padding:0 8px")
        fixed = self._why_fixed(self._selected) != ""
        for each in (self.rename, self.delete):
            if each.disabled != fixed:
                each.disabled = fixed
        question = self._question
        wanted = "none" if question is None else None
        if self._line.layout.display != wanted:
            self._line.layout.display = wanted
        if question is None:
            return
        self.asked.value = markup("span", question.text, "padding:0 6px")
        self.yes.description = question.verb
        self.yes.button_style = "danger" if question.danger else "primary"
        self.path_field.layout.display = "none" if question.path is None else None

    def still(self) -> Bundle:
        """The tree."""
        rows = rows_of(self._fs, self._toggled, self._packages(), limit=_STILL_ROWS)
        count = self._fs.file_count
        head = f"{count:,} {'entry' if count == 1 else 'entries'}, {show_size(self._fs.byte_count)}"
        if not rows:
            return {"text/plain": "no files", "text/html": markup("div", "no files", _MUTED)}, {}
        shown = f"{tree_html(rows)}{markup('div', head, _MUTED)}"
        return {"text/plain": f"{tree_text(rows)}\n{head}", "text/html": shown}, {}

    # What is known

    @property
    def _folder(self) -> str:
        return self._selected if self._fs.is_dir(self._selected) else _folder_of(self._selected)

    def _packages(self) -> frozenset[str]:
        revision = self._fs.revision_below("/node_modules")
        if self._known[0] != revision:
            names = frozenset(package.name for package in self.session.packages())
            self._known = (revision, names)
        return self._known[1]

    def _why_fixed(self, path: str) -> str:
        """Why what is at `path` cannot be renamed or deleted here; "" when it can."""
        if path == "/":
            return "choose a file or folder first"
        name = package_of(path)
        if name in self._packages():
            return f"{path} belongs to the npm package {name}: %npm remove {name}"
        try:
            parent = self._fs.stat(_folder_of(path), digest=False)
        except FsError:
            return f"{path} is gone"
        if parent.read_only:
            return f"{path} is in a read-only mount: %unmount takes the whole of it away"
        return ""

    def _note_change(self, change: Change) -> None:
        if self._own:
            return
        if change.kind == "removed":
            self._marked.pop(change.path, None)
        elif len(self._marked) < _MARKS:
            self._marked[change.path] = None

    # What the controls do

    def _act_and_show(self, work: Callable[[], None]) -> None:
        def both() -> None:
            work()
            self.refresh()

        self.act(both)

    def _choose(self, path: str) -> None:
        self._selected = path
        stat = self._fs.stat(path, follow=False, digest=False)
        self._marked.pop(path, None)
        if stat.kind == "dir":
            self._toggled[path] = path not in self._open
        elif self._fs.is_dir(path):
            self.say(f"{path} is a link to the folder {self._fs.realpath(path)}")
        else:
            self.editor.open(path)
        self.refresh()

    def _change(self, label: str, work: Callable[[VirtualFS], object], done: str) -> None:
        """One step in the files that undo takes back."""
        if self.session.busy:
            # What a cell does that fails is rolled back, and this would go with it.
            raise FileRefused("a cell is running: do it again when it has ended")
        self._own = True
        try:
            self.session.change_files(label, work)
        except FsError as error:
            raise FileRefused(_way_out(error)) from None
        finally:
            self._own = False
        self.say(done)

    def _save(self, path: str, text: str) -> None:
        self._change(f"write {path}", lambda fs: fs.write_text(path, text), "")
        self._marked.pop(path, None)

    def _ask(self, question: _Question | None) -> None:
        self._question = question
        if question is not None and question.path is not None:
            self.path_field.value = question.path
        self._show_bar()

    def _forget(self) -> None:
        self._ask(None)

    def _answer(self) -> None:
        question = self._question
        if question is not None:
            question.do(self.path_field.value.strip() if question.path is not None else "")
            self._ask(None)
            self.refresh()

    def _ask_file(self) -> None:
        self._ask(_Question("New file", "Create", self._make_file, f"{self._folder.rstrip('/')}/"))

    def _ask_folder(self) -> None:
        self._ask(_Question("New folder", "Create", self._make_folder, f"{self._folder.rstrip('/')}/"))

    def _ask_name(self) -> None:
        path = self._movable()
        self._ask(_Question(f"Rename {_cut(path)} to", "Rename", lambda to: self._move(path, to), path))

    def _ask_delete(self) -> None:
        path = self._movable()
        text = f"Really delete {_cut(path)}?"
        if self._fs.stat(path, follow=False, digest=False).kind == "dir":
            count = sum(1 for _ in self._fs.walk(path))
            text = f"Really delete {_cut(path)} and all {count:,} in it?" if count else text
        self._ask(_Question(text, "Delete", lambda _: self._remove(path), danger=True))

    def _movable(self) -> str:
        reason = self._why_fixed(self._selected)
        if reason:
            raise FileRefused(reason)
        return self._selected

    def _make_file(self, name: str) -> None:
        path = self._free(name)

        def make(fs: VirtualFS) -> None:
            fs.mkdir(_folder_of(path))
            fs.write_bytes(path, b"")

        self._change(f"new {path}", make, f"Made {path}; %undo takes it back.")
        self._selected = path
        self.editor.open(path)

    def _make_folder(self, name: str) -> None:
        path = self._free(name)
        self._change(f"new {path}", lambda fs: fs.mkdir(path), f"Made {path}; %undo takes it back.")
        self._selected = path

    def _move(self, path: str, name: str) -> None:
        to = self._free(name)

        def move(fs: VirtualFS) -> None:
            fs.mkdir(_folder_of(to))
            # The owner may move what is mounted.
            fs.rename(path, to, force=not fs.stat(_folder_of(to), digest=False).read_only)

        self._change(f"rename {path}", move, f"{path} is {to} now; %undo takes it back.")
        self.editor.moved(path, to)
        self._selected = to

    def _free(self, name: str) -> str:
        """The path that was typed, which nothing may have yet."""
        if not name or name.endswith("/"):
            raise FileRefused("write a name behind the folder, as in /src/new.ts")
        path = normalize(name, self._folder)
        if self._fs.exists(path):
            raise FileRefused(f"{path} is there already; choose another name")
        return path

    def _remove(self, path: str) -> None:
        self._change(
            f"delete {path}", lambda fs: fs.remove(path, force=True), f"Deleted {path}; %undo takes it back."
        )
        self.editor.moved(path, None)
        self._selected = _folder_of(path)

    def _upload(self) -> None:
        files: tuple[dict[str, Any], ...] = self.upload.value
        try:
            folder = self._folder
            content = {f"{folder.rstrip('/')}/{_base_name(file['name'])}": file["content"] for file in files}
            room = self._fs.limits.file_bytes
            if sum(len(data) for data in content.values()) > room:
                raise FileRefused(f"that is more than {show_size(room)}: %limits file_bytes=… makes room")

            def write(fs: VirtualFS) -> None:
                for path, data in content.items():
                    fs.write_bytes(path, bytes(data))

            names = ", ".join(map(_cut, content))
            self._change(f"upload to {folder}", write, f"Uploaded {names}; %undo takes it back.")
        finally:
            self.upload.value = ()
        self.refresh()


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _base_name(name: str) -> str:
    """The last part of a name that a browser gives: none of its folders."""
    base = name.replace("\\", "/").rpartition("/")[2]
    if base in ("", ".", ".."):
        raise FileRefused(f"{name[:80]!r} is no name of a file")
    return base


def _cut(path: str) -> str:
    return path if len(path) <= 80 else f"…{path[-79:]}"


def _way_out(error: FsError) -> str:
    """What is wrong, and what helps."""
    helps = {
        "ENOSPC": "delete something, or make room as %limits file_bytes=128MB does",
        "EROFS": "it is mounted read-only; %%mount it again without --ro",
        "EACCES": "it is write-protected; chmod it in a cell",
    }.get(error.code, "")
    return f"{error}; {helps}" if helps else str(error)
