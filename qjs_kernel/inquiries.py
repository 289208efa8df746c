"""`Inquiries`: what can be asked about programs and values without running anything of the guest's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from qjs_kernel.engine import Reply
from qjs_kernel.errors import Diagnostic, WorkerError
from qjs_kernel.exchange import Exchange
from qjs_kernel.outcome import SourceMap
from qjs_kernel.process import WorkerGone
from qjs_kernel.program import dialect_of, not_text
from qjs_kernel.protocol import (
    Check,
    Checked,
    Complete,
    Completed,
    Look,
    Looked,
    Peek,
    Peeked,
    Step,
    ToWorker,
)

__all__ = ["Completeness", "Inquiries"]

_CHECK_SECONDS = 5.0
_LOOK_SECONDS = 1.0
Completeness = tuple[Literal["complete", "incomplete", "invalid", "unknown"], str]


class Inquiries:
    """Questions to the worker of one sandbox; its state stays as it is.

    But for `faults` they do not wait for a run that is under way: they are asked while somebody types, and an answer
    that comes later is of no use.
    """

    def __init__(self, exchange: Exchange, sources: SourceMap) -> None:
        self._exchange = exchange
        self._sources = sources

    def faults(self, code: str, filename: str) -> list[Diagnostic]:
        """Syntax errors, and imports that cannot be found; empty for a program that compiles."""
        problem = not_text(code, filename)
        if problem is not None:
            return [self._sources.diagnostic(problem, code, filename)]
        exchange = self._exchange
        with exchange.turn():
            exchange.ensure()
            ident = exchange.engine.next_ident()
            request = Check(ident, filename, code, dialect_of(filename), _CHECK_SECONDS)
            reply = exchange.ask(ident, request, _CHECK_SECONDS)
            if not isinstance(reply, Checked):
                exchange.engine.lose()
                return [Diagnostic(0, 0, "the check was stopped: it took too long", "crash", filename)]
            return [self._sources.diagnostic(fault, code, filename) for fault in reply.faults]

    async def completeness(self, code: str, dialect: str) -> Completeness:
        """Whether `code` is a whole program, and the indentation to go on with."""
        if self._exchange.turns.busy:
            return "unknown", ""
        if not_text(code, "") is not None:
            return "invalid", ""
        reply = await self._asked(lambda ident: Complete(ident, code, dialect), _CHECK_SECONDS)
        return (reply.status, reply.indent) if isinstance(reply, Completed) else ("unknown", "")

    async def look(self, path: Sequence[str], prefix: str | None) -> Looked | None:
        """See `protocol.Look`; None while something runs, or where no worker can be had."""
        request = tuple(path)
        if not self._can_ask(*request, prefix or ""):
            return None
        reply = await self._asked(lambda ident: Look(ident, request, prefix, _LOOK_SECONDS), _LOOK_SECONDS)
        return reply if isinstance(reply, Looked) else None

    def peek(self, path: Sequence[Step], start: int, count: int, search: str) -> Peeked | None:
        """See `protocol.Peek`; None while something runs, or where no worker can be had."""
        if not self._can_ask(search, *(str(step[1]) for step in path)):
            return None
        exchange = self._exchange
        try:
            with exchange.turn():
                exchange.ensure()
                ident = exchange.engine.next_ident()
                request = Peek(ident, tuple(path), start, count, search, _LOOK_SECONDS)
                reply = exchange.ask(ident, request, _LOOK_SECONDS)
                if isinstance(reply, WorkerGone):
                    exchange.engine.lose()
        except WorkerError:
            return None
        return reply if isinstance(reply, Peeked) else None

    def _can_ask(self, *words: str) -> bool:
        return not self._exchange.turns.busy and all(not_text(word, "") is None for word in words)

    async def _asked(self, request: Callable[[int], ToWorker], seconds: float) -> Reply | None:
        """The reply to a question; None when the worker is lost over it."""
        exchange = self._exchange
        try:
            async with exchange.turn_async():
                exchange.ensure()
                ident = exchange.engine.next_ident()
                reply = await exchange.ask_async(ident, request(ident), seconds)
                if isinstance(reply, WorkerGone):
                    exchange.engine.lose()
                exchange.end_async()
        except WorkerError:
            return None
        return None if isinstance(reply, WorkerGone) else reply
