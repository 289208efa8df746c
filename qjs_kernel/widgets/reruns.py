"""The cells below `%%params` cells: which they are, and running them again when a control is moved.

The kernel does not see the notebook. The cell below is the first guest cell that runs after the `%%params` cell; from
then on it is known by the id that notebooks give their cells, and what runs under that id is what is run again.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qjs_kernel.magics.params import Declared
from qjs_kernel.outcome import Outcome
from qjs_kernel.session import Session
from qjs_kernel.widgets.base import Stage, open_view
from qjs_kernel.widgets.params import ParamsView

__all__ = ["RanCell", "Reruns"]


@dataclass(frozen=True, slots=True)
class RanCell:
    """A guest cell that has run.

    options  those of `Session.run`, its number among them
    ident    what the notebook calls it; "" where it does not say
    context  in which what it shows lands under it
    """

    code: str
    options: dict[str, Any]
    ident: str
    context: contextvars.Context
    failed: bool = False

    @property
    def number(self) -> int:
        """The cell's number."""
        return int(self.options["cell"])


@dataclass(slots=True, eq=False)
class _Link:
    """A view, the cell that declares its parameters, and the cell that is run again."""

    params: RanCell
    view: ParamsView | None = None
    below: RanCell | None = None
    running: bool = False


class Reruns:
    """The `%%params` views of a notebook. One rerun at a time, always with the newest values.

    show      shows the outcome of a rerun, in the context of its cell; whether there was anything to show
    clear     takes the output of the cell away, when something new comes (True) or at once
    displays  how many displays of the guest have been shown so far
    turn      held while a cell runs; None where cells block the loop, and reruns do as well
    """

    def __init__(
        self,
        session: Session,
        *,
        show: Callable[[Outcome], bool],
        clear: Callable[[bool], None],
        displays: Callable[[], int],
        turn: asyncio.Lock | None,
    ) -> None:
        self._session = session
        self._show = show
        self._clear = clear
        self._displays = displays
        self._turn = turn
        self._links: list[_Link] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, stage: Stage, declared: Declared, params: RanCell) -> None:
        """Show the controls of a `%%params` cell that has run. The same cell run again keeps what it was linked to."""
        self._links = [link for link in self._links if link.view is not None and not link.view.closed]
        link = _Link(params)
        for old in list(self._links):
            if params.ident and old.params.ident == params.ident:
                link.below = old.below
                self._links.remove(old)
                if old.view is not None:
                    old.view.close()
        view = link.view = ParamsView(
            stage, declared, lambda _: self._moved(link), lambda _: self._unlink(link)
        )
        view.link(link.below.number if link.below is not None else 0)
        self._links.append(link)
        open_view(view)

    def saw(self, cell: RanCell) -> None:
        """A guest cell has run: it may be the one below."""
        for link in self._links:
            below = link.below
            same = below is not None and bool(cell.ident) and cell.ident == below.ident
            # Without ids a cell that has failed is most likely written again.
            again = below is not None and not cell.ident and not below.ident and below.failed
            if below is None or same or again:
                link.below = cell
                if link.view is not None:
                    link.view.link(cell.number)

    def _unlink(self, link: _Link) -> None:
        link.below = None
        if link.view is not None:
            link.view.link(0)

    # Running again

    def _moved(self, link: _Link) -> None:
        if link.running:
            return  # it takes the newest values when it has ended
        if self._turn is None:
            self._blocking(link)
            return
        task = asyncio.get_running_loop().create_task(self._follow(link, self._turn))
        link.running = True
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, link: _Link, turn: asyncio.Lock) -> None:
        view = link.view
        assert view is not None
        loop = asyncio.get_running_loop()
        try:
            while view.waiting and not view.closed:
                async with turn:
                    view.waiting = False
                    code, options = view.source, self._options(link.params, link)
                    run = self._session.run_async(code, **options)
                    outcome = await loop.create_task(run, context=link.params.context.copy())
                    if not self._told(view, outcome) or (below := link.below) is None:
                        continue
                    context = below.context.copy()
                    context.copy().run(self._clear, True)
                    before = self._displays()
                    again = self._session.run_async(below.code, **self._options(below, link))
                    outcome = await loop.create_task(again, context=context)
                    below.context.copy().run(self._ended, outcome, before)
        except Exception as error:  # noqa: BLE001 - nobody waits for this task
            view.say(f"{type(error).__name__}: {error}"[:1_000])
        finally:
            link.running = False
            view.waiting = False

    def _blocking(self, link: _Link) -> None:
        view = link.view
        assert view is not None
        link.running = True
        try:
            while view.waiting and not view.closed:
                view.waiting = False
                options = self._options(link.params, link)
                outcome = link.params.context.copy().run(self._session.run, view.source, **options)
                if self._told(view, outcome) and (below := link.below) is not None:
                    below.context.copy().run(self._again, below, self._options(below, link))
        finally:
            link.running = False
            view.waiting = False

    def _again(self, below: RanCell, options: dict[str, Any]) -> None:
        self._clear(True)
        before = self._displays()
        self._ended(self._session.run(below.code, **options), before)

    def _options(self, cell: RanCell, link: _Link) -> dict[str, Any]:
        series = f"parameters of cell {link.params.number}"
        return {**cell.options, "series": series, "tag": cell.context.copy()}

    def _told(self, view: ParamsView, outcome: Outcome) -> bool:
        """Whether the guest has the new values; the view says so where it has not."""
        if outcome.error is not None:
            view.say(f"{outcome.error}"[:1_000])
        return outcome.error is None

    def _ended(self, outcome: Outcome, displays: int) -> None:
        shown = self._show(outcome) or self._displays() > displays
        # Nothing came that could have taken the old output away. (What host functions print is not known here.)
        if not (shown or outcome.logs or outcome.usage.host_calls):
            self._clear(False)

    def close(self) -> None:
        """Forget all cells, and start no rerun any more. Idempotent."""
        self._links.clear()
        for task in tuple(self._tasks):
            task.cancel()
