"""`GuestCalls`: functions of the guest that the kernel process calls, during a run or as one."""

from __future__ import annotations

import json

from qjs_kernel.protocol import Call, Called, RawError
from qjs_kernel.worker.guest import Guest
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.reports import value_of
from qjs_kernel.worker.stop import StopWatch
from qjs_kernel.worker.transactions import LOST, Transactions

__all__ = ["DONE", "FAILED", "PENDING", "GuestCalls"]

PENDING, DONE, FAILED = "0", "1", "2"  # states of a run or a call, as control.js gives them


class GuestCalls:
    """The calls under way in the guest of `transactions`."""

    def __init__(self, transactions: Transactions, pipe: Pipe, stop: StopWatch) -> None:
        self._transactions = transactions
        self._pipe = pipe
        self._stop = stop

    def nested(self, message: Call) -> None:
        """A call while guest code stands still in a synchronous host call: jobs cannot run now."""
        guest = self._transactions.guest()
        ident = str(message.ident)
        try:
            self.start(guest, message)
            self._transactions.calls.remove(message.ident)
            outcome = guest.control("n", ident)
            called = None if outcome == PENDING else self.finished(guest, message.ident, outcome)
            if called is None:
                guest.control("d", ident)
                called = _refused(
                    message.ident,
                    "the guest function returned a promise, which cannot settle while guest code waits for a "
                    "synchronous host function: make the host function async",
                )
        except LOST as problem:
            detail = self._transactions.classify(guest, problem)
            # The outer run ends for the same reason; of an exit there is no such thing to say here.
            why = "interrupt" if self._stop.reason == "exit" else self._stop.reason
            called = Called(message.ident, False, b"", b"", None, why, False, detail)
        self._pipe.send(called)

    def start(self, guest: Guest, message: Call) -> None:
        """Begin the call; its result is there when its promise has settled."""
        head = json.dumps([message.ident, message.function, message.owner])
        self._transactions.calls.append(message.ident)
        guest.control("k", head + message.text.decode("utf-8", "replace"), message.blob)

    def report(self, guest: Guest) -> None:
        """Answer the calls that have finished with `Called`."""
        for ident in tuple(self._transactions.calls):
            state = guest.control("n", str(ident))
            called = None if state == PENDING else self.finished(guest, ident, state)
            if called is not None:
                self._transactions.calls.remove(ident)
                self._pipe.send(called)

    def finished(self, guest: Guest, ident: int, outcome: str) -> Called | None:
        """The finished call; None while promises inside its result are awaited."""
        if outcome == FAILED:
            error = self._transactions.error(guest.control("x", str(ident)))
            guest.control("d", str(ident))
            self._transactions.send_maps()
            return Called(ident, False, b"", b"", error, "", False, "")
        reply = guest.control("v", str(ident))
        if reply == "?":
            return None
        text, blob, problem = value_of(guest, reply)
        guest.control("d", str(ident))
        if problem:
            message, path = json.loads(problem)
            return _refused(ident, f"{message} (at {path})")
        return Called(ident, True, text.encode(), blob, None, "", False, "")


def _refused(ident: int, message: str) -> Called:
    return Called(ident, False, b"", b"", RawError("TypeError", message, "", True, ""), "", False, "")
