"""What all views share: the stage they stand on, the still picture under them, and when they are brought up to date.

A view is shown twice in one output: first as a still (text and HTML), then as widgets. Where the widgets come alive
they hide the still, by a style that only they bring along; in a notebook without its kernel the still remains, and a
style of its own hides what the front end writes in place of widgets that it does not find (an error message).
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import secrets
import sys
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, ClassVar

import ipywidgets
import traitlets

from qjs_kernel.display import Bundle, safe_text
from qjs_kernel.display.text import BOX_CLASS
from qjs_kernel.errors import QjsError
from qjs_kernel.session import Session

__all__ = ["Markup", "Stage", "View", "button", "markup", "open_view"]

# JupyterLab's and nbconvert's names for outputs. Where others are used, the message stands below the still.
_HIDE_DEAD = (
    "<style>.jp-OutputArea-child:has(.{}) + .jp-OutputArea-child:not(:has(.qjs-view))"
    "{{ display: none }}</style>"
)
# Widgets that have lost their kernel each get a sign of a broken chain: the still is easier to read.
_GIVE_WAY = (
    "<style>.{0}{{display:none}}.{0}-live.jupyter-widgets-disconnected{{display:none}}"
    ".jp-OutputArea:has(.{0}-live.jupyter-widgets-disconnected) .{0}{{display:block}}</style>"
)
_EVERY = 0.1  # s between two updates of a view
_PAUSES = 3  # times as long as it took, at least: what is seen of a cell must not slow it down much
_ROOM = 3.0  # s that all views together may take at once after a cell,
_REGAINED = 0.2  # and how much of that comes back each second
_BEHIND = "This takes long to bring up to date and may be behind: run %view again, with fewer views open."
_VIEWS = 30  # alive at once; the oldest goes still
_TEXT = 200
# What the guest cannot bring about many times a second: the still is brought up to date as well.
_RARE = frozenset({"ran", "state", "env", "limits"})


class Markup(ipywidgets.HTML):
    """HTML in which the page looks for no formulas: `$x$` in a text of the guest's is text."""

    value = traitlets.Unicode().tag(sync=True, to_json=lambda text, _: _quiet(text))


def _quiet(text: str) -> str:
    # The class has to stand inside: a page that looks for formulas begins with the content of the widget.
    return f'<div class="{BOX_CLASS}">{text}</div>' if text else ""


class Stage:
    """What views need of the notebook around them.

    session  whose state they show
    publish  data, metadata, display id, whether it is an update: shows a bundle in the cell that runs
    live     whether the front end may have widgets (a kernel; not a terminal)
    """

    def __init__(
        self,
        session: Session,
        publish: Callable[[dict[str, Any], dict[str, Any], str, bool], None],
        *,
        live: bool = True,
    ) -> None:
        self.session = session
        self.publish = publish
        self.live = live
        self.views: list[View] = []
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._thread = threading.get_ident()
        self._room = _ROOM
        self._counted = monotonic()

    @property
    def room(self) -> bool:
        """Whether views may still be brought up to date now: how long that takes is up to the guest."""
        now = monotonic()
        self._room = min(_ROOM, self._room + (now - self._counted) * _REGAINED)
        self._counted = now
        return self._room > 0

    def took(self, seconds: float) -> None:
        """A view has been brought up to date."""
        self._room -= seconds

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that views run on; None where there is none."""
        return self._loop if self._loop is not None and not self._loop.is_closed() else None

    def call(self, work: Callable[[], None]) -> None:
        """Do `work` on the thread of the session: comm messages may come on others."""
        if threading.get_ident() == self._thread or self.loop is None:
            work()
        else:
            self.loop.call_soon_threadsafe(work)

    def close(self) -> None:
        """Make all views still."""
        for view in list(self.views):
            view.close()


class View(ABC):
    """One view. A subclass says what is to be seen, as widgets (`build`, `refresh`) and as a still (`still`).

    title   what it is called, for people
    topics  of `Session.subscribe` that concern it; "files": changes of the filesystem
    """

    title: ClassVar[str] = "view"
    topics: ClassVar[frozenset[str]] = frozenset({"ran", "state"})

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session = stage.session
        self.closed = False
        self.widget: ipywidgets.Widget | None = None
        self._ident = f"qjs-still-{secrets.token_hex(6)}"
        self._shown: dict[str, Any] = {}
        self._note: ipywidgets.HTML | None = None
        self._last = 0.0
        self._every = _EVERY
        self._waiting = False
        self._busy = False
        self._behind = False
        self._ends: list[Callable[[], None]] = []

    # What a subclass is

    @abstractmethod
    def build(self) -> ipywidgets.Widget:
        """The widgets; called once, before the first `refresh`."""

    @abstractmethod
    def refresh(self) -> None:
        """Bring the widgets up to date. Called at most ten times a second while a cell runs, and after it."""

    @abstractmethod
    def still(self) -> Bundle:
        """The view as it is now for readers without a kernel: text/plain and text/html, all of it escaped."""

    # What it can use

    def say(self, text: str) -> None:
        """A line below the view, for errors and confirmations; "" takes it away."""
        if self._note is not None:
            # It may hold what the guest calls its files.
            said = safe_text(text, colours=False)
            self._note.value = markup("div", said, "color: var(--jp-ui-font-color2, #666)") if said else ""

    def act(self, work: Callable[[], None]) -> None:
        """Do what a control asks for, on the session's thread; what it raises is said below the view."""

        def guarded() -> None:
            if self.closed:
                return
            self.say("")
            try:
                work()
            except (QjsError, ValueError, TypeError, OSError) as error:
                # The class of our own errors would tell nobody anything.
                name = "" if isinstance(error, QjsError) else f"{type(error).__name__}: "
                self.say(f"{name}{error}"[:1_000])

        self.stage.call(guarded)

    # Life

    def open(self) -> None:
        """Show the still, then the widgets, and follow the session from now on."""
        self._publish(update=False)
        if not self.stage.live:
            return
        self._note = Markup()
        hide = Markup(_GIVE_WAY.format(self._ident))
        hide.layout.display = "none"
        self.widget = ipywidgets.VBox([hide, self.build(), self._note])
        self.widget.add_class("qjs-view")
        self.widget.add_class(f"{self._ident}-live")
        self.refresh()
        self._last = monotonic()
        data = {
            "text/plain": f"[{self.title}: run this cell for the live view]",
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.widget.model_id,
            },
        }
        self.stage.publish(data, {}, "", False)
        # Weakly: a view lives as long as its stage keeps it.
        me = weakref.WeakMethod(self._changed)

        def changed(topic: str) -> None:
            method = me()
            if method is not None:
                method(topic)

        self._ends.append(self.session.subscribe(changed))
        if "files" in self.topics:
            self._ends.append(self.session.sandbox.fs.subscribe(lambda change: changed("files")))
        self.stage.views.append(self)
        while len(self.stage.views) > _VIEWS:
            self.stage.views[0].close()

    def close(self) -> None:
        """Follow nothing any more and take the widgets away; the still remains. Idempotent."""
        if self.closed:
            return
        self.closed = True
        for end in self._ends:
            end()
        self._ends.clear()
        with contextlib.suppress(ValueError):
            self.stage.views.remove(self)
        if self.widget is not None:
            _close_tree(self.widget)
            self.widget = None

    # Following

    def _changed(self, topic: str) -> None:
        if topic not in self.topics or self.closed:
            return
        if topic in _RARE:
            self.stage.call(self._settle)
        else:
            self.stage.call(lambda: self._touch(topic))

    def _touch(self, topic: str) -> None:
        """Something has changed that may change again at once."""
        if self._waiting or self.closed:
            return
        wait = self._last + self._every - monotonic()
        loop = self.stage.loop
        # The loop may stand still until the host function that is being called has returned: it is shown before.
        if wait <= 0 and (topic == "calls" or loop is None or not loop.is_running()):
            self._beat()
        elif loop is not None and loop.is_running():
            self._waiting = True
            loop.call_later(max(0.0, wait), self._beat)

    def _beat(self) -> None:
        self._waiting = False
        if self.closed or self._busy:
            return
        # What `refresh` itself changes must not come back as a change.
        self._busy = True
        started = monotonic()
        try:
            self.refresh()
        except Exception as error:  # noqa: BLE001 - a view that fails must not take the cell with it
            self.say(f"{type(error).__name__}: {error}"[:1_000])
        finally:
            self._busy = False
            self._last = monotonic()
            self._every = max(_EVERY, (self._last - started) * _PAUSES)

    def _settle(self) -> None:
        """A cell has ended, or a person has changed something: widgets and still as they are from now on."""
        if not self.stage.room:
            self._behind = True
            self.say(_BEHIND)
            return
        if self._behind:
            self._behind = False
            self.say("")
        started = monotonic()
        self._beat()
        if not self.closed:
            self._publish(update=True)
        self.stage.took(monotonic() - started)

    def _publish(self, *, update: bool) -> None:
        try:
            data, metadata = self.still()
        except Exception as error:
            # Later it must not take a cell with it; at first it is the answer to the command.
            if not update:
                raise
            self.say(f"{type(error).__name__}: {error}"[:1_000])
            return
        if "text/html" in data:
            hide = _HIDE_DEAD.format(self._ident) if self.stage.live else ""
            data = {
                **data,
                "text/html": f'<div class="{self._ident} {BOX_CLASS}">{data["text/html"]}</div>{hide}',
            }
        if not update or data != self._shown:
            self._shown = data
            self.stage.publish(data, metadata, self._ident, update)


def open_view(view: View) -> View:
    """Show `view` in the cell that runs. QjsError where there is nothing to see."""
    sys.stdout.flush()  # streams are sent at times of their own: what was printed before stands above
    sys.stderr.flush()
    view.open()
    return view


def markup(tag: str, text: str, style: str = "", **attributes: str) -> str:
    """`<tag style=…>` around the escaped `text`, shortened to what fits a line."""
    shown = text if len(text) <= _TEXT * 10 else text[: _TEXT * 10] + "…"
    extra = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    styled = f' style="{html.escape(style)}"' if style else ""
    return f"<{tag}{styled}{extra}>{html.escape(shown)}</{tag}>"


def button(
    text: str,
    tooltip: str,
    on_click: Callable[[], None],
    *,
    icon: str = "",
    style: str = "",
    width: str = "auto",
) -> ipywidgets.Button:
    """A button; `tooltip` is its accessible name too. `on_click` should go through `View.act`."""
    made = ipywidgets.Button(
        description=text, tooltip=tooltip, icon=icon, button_style=style, layout={"width": width}
    )
    made.on_click(lambda _: on_click())
    return made


def _close_tree(widget: ipywidgets.Widget) -> None:
    children: Iterable[ipywidgets.Widget] = getattr(widget, "children", ())
    for child in children:
        _close_tree(child)
    for part in (getattr(widget, "layout", None), getattr(widget, "style", None)):
        if isinstance(part, ipywidgets.Widget):
            part.close()
    widget.close()
