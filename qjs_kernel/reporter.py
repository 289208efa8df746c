"""Events on their way to the sink: which run they belong to, and in whose context its host calls run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

from qjs_kernel.errors import GuestError
from qjs_kernel.outcome import Cleared, Displayed, Event, Late, Output
from qjs_kernel.protocol import Late as LateMessage
from qjs_kernel.protocol import Write

__all__ = ["Reporter"]

_KEEP = 2_000


class Reporter:
    """Tags and contexts of the last runs, the console text of the present one.

    sink     gets every event; without one, errors that nobody awaits are logged
    explain  the worker's report of such an error → GuestError
    """

    def __init__(
        self, sink: Callable[[Event], None] | None, explain: Callable[[LateMessage], GuestError]
    ) -> None:
        self._sink = sink
        self._explain = explain
        self._runs: dict[int, tuple[Any, Context]] = {}
        self._logs: list[Output] = []

    @property
    def logs(self) -> tuple[Output, ...]:
        """What the present run has written to the console."""
        return tuple(self._logs)

    def begin(self, ident: int, tag: Any, context: Context) -> None:
        """Run `ident` begins; its events bear `tag`, its host calls run in `context`."""
        self.join(ident, tag, context)
        self._logs = []

    def join(self, ident: int, tag: Any, context: Context) -> None:
        """As `begin`, for a call that is no run of its own: the log goes on."""
        self._runs[ident] = (tag, context)
        while len(self._runs) > _KEEP:
            del self._runs[next(iter(self._runs))]

    def context(self, ident: int) -> Context:
        """A context for a host call of run `ident`: its output goes where that run's goes."""
        entry = self._runs.get(ident)
        return entry[1].copy() if entry is not None else copy_context()

    def _tag(self, ident: int) -> Any:
        entry = self._runs.get(ident)
        return entry[0] if entry is not None else None

    def write(self, message: Write, running: int) -> None:
        tag = self._tag(message.owner)
        if message.stream not in (1, 2):
            self._emit(Cleared(tag, message.text == "wait"))
            return
        output = Output("stdout" if message.stream == 1 else "stderr", message.text, tag)
        if message.owner == running:
            self._logs.append(output)
        self._emit(output)

    def display(self, bundle: dict[str, Any], display_id: str | None, update: bool, owner: int) -> None:
        self._emit(Displayed(bundle, display_id, update, self._tag(owner)))

    def late(self, message: LateMessage) -> None:
        self._emit(Late(self._explain(message), self._tag(message.owner)))

    def lost(self, reason: str) -> None:
        text = f"the worker was lost between runs ({reason}); the guest is back at its last checkpoint"
        self._emit(Late(GuestError("crash", "CrashError", text, rolled_back=True)))

    def _emit(self, event: Event) -> None:
        if self._sink is not None:
            self._sink(event)
        elif isinstance(event, Late):
            logging.getLogger("qjs_kernel").warning("%s", event.error)
