"""The pane beside the tree of `%view files`: one file, to be read and, where it is text, to be edited."""

from __future__ import annotations

import base64
import codecs
import html
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final, Literal

import ipywidgets

from qjs_kernel.display import safe_text
from qjs_kernel.errors import FsError, MountError, QjsError
from qjs_kernel.magics.grammar import show_size
from qjs_kernel.session import Session
from qjs_kernel.vfs import Stat, VirtualFS
from qjs_kernel.widgets.base import Markup, button, markup
from qjs_kernel.widgets.file_tree import cut_cells, origin_of

__all__ = ["Editor", "FileConflict"]

EDITABLE: Final = 256 * 1024
PICTURE: Final = 2**20
DOWNLOAD: Final = 2 * 2**20
_LINK = 64 * 1024  # above it the download is made when somebody asks for it
_HEAD = 4_096
_HEX = 256
_DRAFTS = 20
_PICTURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
_MUTED = "color:var(--jp-ui-font-color2,#666)"
_PANE = (
    "margin:0;padding:4px 8px;max-height:300px;overflow:auto;white-space:pre;color:inherit;background:transparent;"
    "border:1px solid var(--jp-border-color2,#ddd);font-family:var(--jp-code-font-family,monospace);"
    "font-size:var(--jp-code-font-size,13px)"
)


class FileConflict(QjsError):
    """A file was to be saved that has changed since it was read."""


@dataclass(frozen=True, slots=True)
class _Content:
    """A file as it can be shown.

    version  changes with the content
    data     the bytes, of a file that is too large to be downloaded only the first ones
    text     with lines that end as a text area has them; newline: as the file has them
    """

    kind: Literal["text", "head", "binary", "picture"]
    stat: Stat
    version: str
    data: bytes
    text: str = ""
    newline: str = "\n"
    format: str = ""

    @property
    def editable(self) -> bool:
        return self.kind == "text" and not self.stat.read_only


@dataclass(slots=True)
class _Draft:
    """What somebody has written and not saved, over which version of the file."""

    text: str
    version: str


def _version(stat: Stat, fs: VirtualFS, path: str) -> str:
    # A digest is a pass over the file: a large one that grows must not cost that ten times a second.
    return fs.digest(path) if stat.size <= EDITABLE else f"{stat.size} {stat.mtime} {stat.ino}"


def _read(fs: VirtualFS, path: str) -> _Content:
    data = fs.read_bytes(path)
    stat = fs.stat(path, digest=False)
    version = _version(stat, fs, path)
    for magic, form in _PICTURES:
        if data.startswith(magic) and len(data) < PICTURE:
            return _Content("picture", stat, version, data, format=form)
    whole = len(data) <= EDITABLE
    kept = data if len(data) <= DOWNLOAD else data[:_HEAD]
    try:
        # The head of a text may end in the middle of a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(data if whole else data[:_HEAD], final=whole)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return _Content("binary", stat, version, kept)
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _Content("text" if whole else "head", stat, version, kept, text, newline)


def _hex(data: bytes, size: int) -> str:
    """The first bytes of a file of `size` bytes, as numbers and letters."""
    lines = []
    for at in range(0, min(len(data), _HEX), 16):
        piece = data[at : min(at + 16, _HEX)]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        lines.append(f"{at:06x}  {piece.hex(' '):<47}  {letters}")
    if size > _HEX:
        lines.append(f"… {size - _HEX:,} bytes more")
    return "\n".join(lines)


def _link(path: str, data: bytes) -> str:
    """A link that saves the file. Its type is one that no browser opens: what is in the file is the guest's."""
    name = html.escape(safe_text(path.rpartition("/")[2], colours=False))
    encoded = base64.b64encode(data).decode()
    return (
        f'<a download="{name}" href="data:application/octet-stream;base64,{encoded}" title="Save a copy of {name}" '
        'style="color:var(--jp-content-link-color,#0366d6);padding:0 6px;line-height:28px">Download</a>'
    )


class Editor:
    """Shows one file at a time. What is typed and not saved is kept while others are looked at.

    save       path, text: writes it, as a step that can be undone
    say        shows a line below the view
    act        does what a control asks for; says what is wrong
    packages   the npm packages that are mounted
    """

    def __init__(
        self,
        session: Session,
        *,
        save: Callable[[str, str], None],
        say: Callable[[str], None],
        act: Callable[[Callable[[], None]], None],
        packages: Callable[[], Collection[str]],
    ) -> None:
        self._fs = session.sandbox.fs
        self._save = save
        self._say = say
        self._packages = packages
        self.path: str | None = None
        self._content: _Content | None = None
        self._drafts: dict[str, _Draft] = {}
        self._offered = False  # whether the download was asked for
        self.head = Markup()
        self.note = Markup()
        self.shown = Markup()
        self.text = ipywidgets.Textarea(
            tooltip="Content of the file", rows=14, layout={"width": "auto", "height": "300px"}
        )
        self.save_button = button(
            "Save", "Save the file; %undo takes it back", lambda: act(self.save), icon="save"
        )
        self.reload = button(
            "Reload", "Read the file again and forget what was typed here", lambda: act(self.load)
        )
        self.overwrite = button(
            "Overwrite",
            "Save over what has been written to the file meanwhile",
            lambda: act(lambda: self.save(over=True)),
            style="warning",
        )
        self.offer = button(
            "Download…", "Get a link that saves a copy", lambda: act(self._show_link), icon="download"
        )
        self.link = Markup()
        bar = ipywidgets.HBox([self.save_button, self.reload, self.overwrite, self.offer, self.link])
        self.widget = ipywidgets.VBox(
            [self.head, self.text, self.shown, bar, self.note],
            layout={"flex": "1 1 340px", "min_width": "0", "overflow": "hidden"},
        )
        self._show()

    @property
    def dirty(self) -> bool:
        """Whether what was typed is not what was read."""
        content = self._content
        return content is not None and content.editable and self.text.value != self._base

    @property
    def unsaved(self) -> set[str]:
        """The files with changes that are not saved."""
        return {*self._drafts, *([self.path] if self.dirty and self.path is not None else [])}

    @property
    def _base(self) -> str:
        return "" if self._content is None else self._content.text

    def open(self, path: str | None) -> None:
        """Show the file at `path`; None: none. FsError when it cannot be read."""
        content = None if path is None else _read(self._fs, path)
        if path != self.path:
            self._keep()
        self.path, self._content, self._offered = path, content, False
        draft = self._drafts.pop(path, None) if path is not None else None
        self._fill(content.text if content is not None else "")
        if draft is not None and content is not None and content.editable:
            self.text.value = draft.text
            self._content = replace(content, version=draft.version)
        self._show()

    def _keep(self) -> None:
        if self.dirty and self.path is not None and self._content is not None:
            self._drafts.pop(self.path, None)
            self._drafts[self.path] = _Draft(self.text.value, self._content.version)
            while len(self._drafts) > _DRAFTS:
                del self._drafts[next(iter(self._drafts))]

    def load(self) -> None:
        """Read the file again; what was typed is gone."""
        if self.path is not None:
            self._content = _read(self._fs, self.path)
            self._fill(self._content.text)
            self._show()

    def save(self, *, over: bool = False) -> None:
        """Write what was typed. FileConflict when the file is not any more what was read, unless `over`."""
        path, content = self.path, self._content
        if path is None or content is None or not content.editable:
            return
        there = self._fs.exists(path)
        if there and not self.dirty:
            self._say("Nothing has changed.")
            return
        if there and not over and self._changed():
            raise FileConflict(
                f"{path} has changed since it was read here: Reload shows it as it is now, Overwrite saves this text"
            )
        text = self.text.value.replace("\r\n", "\n")
        self._save(path, text.replace("\n", content.newline))
        self._say(f"Saved {path}; %undo takes it back.")
        self._content = _read(self._fs, path)
        # Only what is really another text goes to the browser: the cursor stays where it is.
        self._fill(self._content.text)
        self._show()

    def moved(self, path: str, to: str | None) -> None:
        """What stood at and below `path` stands at `to` now; None: it is gone."""
        drafts = {}
        for old, draft in self._drafts.items():
            new = _after(old, path, to)
            if new is not None:
                drafts[new] = draft
        self._drafts = drafts
        if self.path is not None:
            new = _after(self.path, path, to)
            if new is None:
                self.path = self._content = None
                self._fill("")
            self.path = new
            self._show()

    def refresh(self) -> None:
        """Follow the file, unless something was typed: then say that it has changed."""
        if self.path is None or self._content is None:
            return
        try:
            stat = self._fs.stat(self.path, digest=False)
            if _version(stat, self._fs, self.path) != self._content.version and not self.dirty:
                self.load()
                return
            self._content = replace(self._content, stat=stat)
        except (FsError, MountError):
            pass  # gone, or a directory now: the note says so
        self._show()

    def _changed(self) -> bool:
        """Whether the file is not what was read, or gone."""
        if self.path is None or self._content is None:
            return False
        try:
            stat = self._fs.stat(self.path, digest=False)
            return _version(stat, self._fs, self.path) != self._content.version
        except (FsError, MountError):
            return True

    def _fill(self, text: str) -> None:
        if self.text.value != text:
            self.text.value = text

    def _show_link(self) -> None:
        self._offered = True
        self._show()

    # What is seen

    def _show(self) -> None:
        content, path = self._content, self.path
        kind = "" if content is None else content.kind
        editable = content is not None and content.editable
        changed = self._changed()
        self.head.value = self._heading()
        _display(self.text, kind in ("text", "head"))
        if content is not None and kind == "head":
            self._fill(content.text)
        if self.text.disabled == editable:
            self.text.disabled = not editable
        if path is not None:
            self.text.tooltip = f"Content of {safe_text(path[:300], colours=False)}"
        shown = self._shown_html() if kind not in ("text", "head") else ""
        if self.shown.value != shown:
            self.shown.value = shown
        _display(self.shown, bool(shown))
        _display(self.save_button, editable)
        _display(self.reload, changed and editable)
        _display(self.overwrite, changed and editable and self.dirty)
        size = 0 if content is None else content.stat.size
        ready = content is not None and (size <= _LINK or (self._offered and size <= DOWNLOAD))
        link = _link(path, content.data) if ready and content is not None and path is not None else ""
        if self.link.value != link:
            self.link.value = link
        _display(self.offer, content is not None and not ready and size <= DOWNLOAD)
        self.note.value = self._note(changed)

    def _heading(self) -> str:
        content, path = self._content, self.path
        if content is None or path is None:
            return markup("div", "Choose a file to see it here.", f"{_MUTED};padding:2px 0")
        about = origin_of(path, content.stat, self._packages())[1]
        facts = [show_size(content.stat.size), "read-only" if content.stat.read_only else "", about]
        facts.append({"\r\n": "lines end with CR LF"}.get(content.newline, ""))
        name = cut_cells(safe_text(path, colours=False).replace("\n", "\\n"), 80)
        return (
            f'<div style="line-height:1.5;padding:2px 0;overflow-wrap:anywhere"><b>{html.escape(name)}</b> '
            f'<span style="{_MUTED}">{html.escape(" · ".join(filter(None, facts)))}</span></div>'
        )

    def _note(self, changed: bool) -> str:
        content = self._content
        if content is None:
            return ""
        if changed and self.path is not None and not self._fs.exists(self.path):
            return markup("div", "The file is gone; Save writes it anew.", _MUTED) if content.editable else ""
        if changed and self.dirty:
            return markup("div", "The file has changed while this text was edited.", _MUTED)
        if content.kind == "head":
            text = f"The first {show_size(_HEAD)} of it; files above {show_size(EDITABLE)} cannot be edited here."
            return markup("div", text, _MUTED)
        if content.kind == "text" and safe_text(content.text, colours=False) != content.text:
            text = "It holds characters that cannot be seen, such as those that change the direction of text."
            return markup("div", text, "color:var(--jp-warn-color1,#c77700)")
        return ""

    def _shown_html(self) -> str:
        content = self._content
        if content is None or self.path is None:
            return ""
        if content.kind == "picture":
            encoded = base64.b64encode(content.data).decode()
            alt = html.escape(safe_text(self.path[:300], colours=False))
            return (
                f'<img alt="{alt}" src="data:image/{content.format};base64,{encoded}" '
                'style="max-width:100%;max-height:300px">'
            )
        dump = html.escape(_hex(content.data, content.stat.size))
        return f'<pre style="{_PANE}" tabindex="0" aria-label="The first bytes">{dump}</pre>'


def _after(path: str, moved: str, to: str | None) -> str | None:
    """Where `path` is after `moved` and all below it has gone to `to`."""
    if path != moved and not path.startswith(moved + "/"):
        return path
    return None if to is None else to + path[len(moved) :]


def _display(widget: ipywidgets.DOMWidget, visible: bool) -> None:
    wanted = None if visible else "none"
    if widget.layout.display != wanted:
        widget.layout.display = wanted
