"""`GuestCalls`: the owner calls functions of the guest, from outside a run and from inside a host function."""

from __future__ import annotations

import asyncio
from typing import Any

from qjs_kernel.answers import Answers, FileState
from qjs_kernel.codec import encode
from qjs_kernel.engine import Reply
from qjs_kernel.exchange import Exchange
from qjs_kernel.process import WorkerGone
from qjs_kernel.protocol import Call, Called
from qjs_kernel.replies import Replies
from qjs_kernel.reporter import Reporter
from qjs_kernel.values import GuestFunction

__all__ = ["GuestCalls"]

_DEEPEST_NESTING = 16


class GuestCalls:
    """Calls of guest functions of one sandbox.

    Outside a run a call is a transaction of its own and takes a turn. Inside one (a host function calls back) it is
    part of that run, under its deadline, and is undone with it.
    """

    def __init__(self, exchange: Exchange, answers: Answers, reporter: Reporter, replies: Replies) -> None:
        self._exchange = exchange
        self._answers = answers
        self._reporter = reporter
        self._replies = replies
        self._nesting = 0

    def call(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        """What the function returns; GuestError for what it throws. CodecError where `args` cannot be sent."""
        exchange = self._exchange
        engine, turns = exchange.engine, exchange.turns
        ident, call, seconds = self._request(function, args)
        if turns.inside:
            # Called back by a host function: the worker waits for us and serves this first.
            if turns.serving_here:
                if self._nesting >= _DEEPEST_NESTING:
                    raise RecursionError(
                        f"host and guest functions call each other more than {_DEEPEST_NESTING} levels deep"
                    )
                self._nesting += 1
                try:
                    engine.send(call)
                    return self._result(engine.wait(ident))
                finally:
                    self._nesting -= 1
            future = engine.future(ident)
            engine.send(call)
            try:
                return self._result(future.result())
            except WorkerGone as gone:
                return self._result(gone)
        loop = turns.foreign_loop()
        if loop is not None:
            return asyncio.run_coroutine_threadsafe(self.call_async(function, args), loop).result()
        with exchange.turn():
            files = self._answers.snapshot()
            exchange.ensure()
            return self._result(exchange.ask(ident, call, seconds), files)

    async def call_async(self, function: GuestFunction, args: tuple[Any, ...]) -> Any:
        """As `call`, without blocking the event loop; awaits the guest's promise."""
        exchange = self._exchange
        ident, call, seconds = self._request(function, args)
        if exchange.turns.inside:
            future = asyncio.wrap_future(exchange.engine.future(ident))
            exchange.engine.send(call)
            try:
                return self._result(await future)
            except WorkerGone as gone:
                return self._result(gone)
        async with exchange.turn_async():
            files = self._answers.snapshot()
            exchange.ensure()
            reply = await exchange.ask_async(ident, call, seconds)
            try:
                return self._result(reply, files)
            finally:
                exchange.end_async()

    def _request(self, function: GuestFunction, args: tuple[Any, ...]) -> tuple[int, Call, float]:
        exchange, answers = self._exchange, self._answers
        exchange.check_open()
        assert answers.hooks is not None
        encoded = encode(list(args), answers.limits, answers.hooks)
        ident = exchange.engine.next_ident()
        seconds = answers.limits.timeout
        owner = exchange.engine.running or ident
        if owner == ident:
            self._reporter.join(ident, None, exchange.turns.mark(ident))
            answers.new_run()
        return ident, Call(ident, function._ident, encoded.text, encoded.blob, seconds, owner), seconds

    def _result(self, reply: Reply | WorkerGone, files: FileState | None = None) -> Any:
        """The value of a reply. `files`: those before a call that is a transaction of its own."""
        if isinstance(reply, WorkerGone):
            if files is not None:
                self._answers.restore(files)
                self._exchange.engine.lose()
            seconds = self._answers.limits.timeout
            raise self._replies.limit(self._exchange.loss, seconds, files is not None, str(reply))
        assert isinstance(reply, Called)
        if reply.rolled_back and files is not None:
            self._answers.restore(files)
        return self._replies.value(reply)
