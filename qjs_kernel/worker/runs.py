"""Runs: a module evaluated, a guest function called, the timers between; each a transaction of the guest."""

from __future__ import annotations

import json
from time import monotonic

from qjs_kernel.protocol import (
    Call,
    Called,
    Check,
    Checked,
    Done,
    Fault,
    Late,
    Look,
    Peek,
    RawError,
    Run,
    Telemetry,
    Turn,
)
from qjs_kernel.worker.graph import LinkFault
from qjs_kernel.worker.guest import Guest
from qjs_kernel.worker.guestcalls import DONE, FAILED, PENDING, GuestCalls
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.reports import looked, peeked, value_of
from qjs_kernel.worker.source.syntax import Dialect
from qjs_kernel.worker.stop import Stopped, StopWatch
from qjs_kernel.worker.transactions import LOST, Transactions

__all__ = ["Runs", "dialect_named"]

_DISPLAY = "-2"  # the run of a display method
_UNDEFINED = '[null,"u"]'


class Runs:
    """What the guest of `transactions` is made to do."""

    def __init__(self, transactions: Transactions, calls: GuestCalls, pipe: Pipe, stop: StopWatch) -> None:
        self._transactions = transactions
        self._calls = calls
        self._pipe = pipe
        self._stop = stop
        self._next_owner = 0

    # Evaluation

    def run(self, message: Run) -> None:
        """Evaluate a module and answer with `Done`."""
        state, graph = self._transactions.state, self._transactions.graph
        if state.stale:
            self._transactions.save(0)
        started = self._transactions.begin(message.ident, message.owner, message.seconds)
        guest = self._transactions.guest()
        text, blob, unencodable, shown = "", b"", "", None
        rich, large = ("", b""), False
        fault: Fault | None = None
        error: RawError | None = None
        detail = ""
        ident = str(message.ident)
        try:
            canonical = graph.enter(
                message.path,
                message.source,
                dialect_named(message.dialect),
                cell=message.cell,
                run=ident,
            )
            state.stale = self._transactions.unsaved = True
            name = graph.wrapper_for(canonical, message.ident)
            request = {
                "id": message.ident, "name": name, "owner": message.owner, "tests": message.tests,
                "seconds": message.seconds, "display": message.display,
            }  # fmt: skip
            guest.control("r", json.dumps(request))
            outcome = self._drive(guest, ident)
            while outcome == DONE:
                reply = guest.control("v", ident)
                if reply != "?":
                    text, blob, unencodable = value_of(guest, reply)
                    large = reply[:1] == "~"
                    if message.display:
                        shown = guest.control("i", ident)[1:] or None
                        rich, error = self._rich(guest, ident)
                    break
                outcome = self._drive(guest, ident)
            if outcome == FAILED:
                error = self._transactions.error(guest.control("x", ident))
                if guest.control("g", ident) == "0" and error.name == "SyntaxError":
                    # Nothing has been evaluated: the engine refused a module, or an import that is not exported.
                    fault, error = self._placed(guest, graph.engine_fault(error, message.path)), None
            self._transactions.check_heap(guest)
            guest.control("d", ident)
            self._stop.check()
        except LinkFault as problem:
            fault = problem.fault
        except LOST as problem:
            detail = self._transactions.classify(guest, problem)
        reason = self._stop.reason
        stopped = "" if reason == "exit" else reason
        memory = guest.memory_size
        self._transactions.end(guest)
        if reason:
            text, blob, shown, error, fault, unencodable = "", b"", None, None, None, ""
            rich = ("", b"")
        if reason == "exit":
            text, code = _UNDEFINED, self._stop.exit_code
            error = _exit_error(code) if code else None
        questions = self._transactions.questions
        self._transactions.send_maps()
        used = Telemetry(monotonic() - started, memory, questions.host_calls, questions.console.written)
        ok = not (stopped or fault or error or (unencodable and not message.display))
        self._pipe.send(
            Done(
                message.ident, ok, text.encode(), blob, shown, fault, error, stopped, bool(stopped), detail, used,
                unencodable, rich[0].encode(), rich[1], large and not reason,
            )
        )  # fmt: skip

    def _rich(self, guest: Guest, ident: str) -> tuple[tuple[str, bytes], RawError | None]:
        """What the value's own display method gives, encoded; and the error that it ended with."""
        if guest.control("D", ident) == "":
            return ("", b""), None
        found, error = ("", b""), None
        outcome = self._drive(guest, _DISPLAY)
        while outcome == DONE:
            reply = guest.control("v", _DISPLAY)
            if reply != "?":
                text, blob, problem = value_of(guest, reply)
                found = (text, blob)
                if problem:
                    message, path = json.loads(problem)
                    error = RawError("TypeError", f"what is to be shown: {message} (at {path})", "", True, "")
                break
            outcome = self._drive(guest, _DISPLAY)
        if outcome == FAILED:
            error = self._transactions.error(guest.control("x", _DISPLAY))
        guest.control("d", _DISPLAY)
        return found, error

    def _drive(self, guest: Guest, ident: str) -> str:
        """Run jobs, timers and answers until run `ident` settles; returns its state. Raises Stopped."""
        questions = self._transactions.questions
        while True:
            self._jobs(guest)
            fields = guest.control("s", ident).split()
            if not fields:
                continue
            state, due, in_flight, unhandled = fields
            self._calls.report(guest)
            self._report_rejections(guest, int(unhandled))
            if state != PENDING:
                return state
            wait = float(due)
            if questions.answers:
                self._settle(guest)
            elif wait == 0:
                self._fire(guest)
            elif wait < 0 and in_flight == "0" and not self._transactions.calls:
                self._transactions.check_heap(guest)  # jobs that ran out of memory leave promises behind
                self._stop.stop("deadlock")
                raise Stopped
            else:
                self._wait(guest, wait / 1000)

    def _jobs(self, guest: Guest) -> None:
        while not guest.run_jobs():
            self._stop.check()
        self._stop.check()

    def _wait(self, guest: Guest, due: float) -> None:
        """Wait for a message, at most until a timer is due (negative: none is)."""
        questions = self._transactions.questions
        left = self._stop.left()
        if due < 0 or (left is not None and left <= due):
            message = questions.receive()
        else:
            questions.console.flush()
            message = self._pipe.receive(due)
        if isinstance(message, Call):
            self._calls.start(guest, message)
        elif message is not None:
            questions.sort(message)

    def _fire(self, guest: Guest) -> None:
        if guest.control("t") == "x":
            self._report_late(guest)

    def _report_rejections(self, guest: Guest, count: int) -> None:
        for _ in range(count):
            guest.control("U")
            self._report_late(guest)

    def _report_late(self, guest: Guest) -> None:
        """Send the error that control.js has put into run -1."""
        owner = int(guest.control("O"))
        error = self._transactions.error(guest.control("x", "-1"))
        guest.control("d", "-1")
        self._transactions.questions.console.flush()
        self._transactions.send_maps()
        self._pipe.send(Late(error, "", owner))

    def _settle(self, guest: Guest) -> None:
        answers = self._transactions.questions.answers
        while answers:
            answer = answers.popleft()
            text = answer.text.decode("utf-8", "replace")
            guest.control("f", f"{answer.ident} {'' if answer.ok else '!'}{text}", answer.blob)
            self._jobs(guest)

    # Calls of guest functions

    def call(self, message: Call) -> None:
        """A call while nothing runs: a transaction of its own, answered with `Called`."""
        state = self._transactions.state
        if state.stale:
            self._transactions.save(0)
        self._transactions.begin(message.ident, message.owner, message.seconds)
        guest = self._transactions.guest()
        state.stale = self._transactions.unsaved = True
        called: Called | None = None
        detail = ""
        try:
            self._calls.start(guest, message)
            self._transactions.calls.remove(message.ident)
            while called is None:
                called = self._calls.finished(guest, message.ident, self._drive(guest, str(message.ident)))
            self._transactions.check_heap(guest)
        except LOST as problem:
            detail = self._transactions.classify(guest, problem)
        reason = self._stop.reason
        stopped = "" if reason == "exit" else reason
        self._transactions.end(guest)
        if reason == "exit":
            called = Called(message.ident, False, b"", b"", _exit_error(self._stop.exit_code), "", False, "")
        elif stopped or called is None:
            called = Called(message.ident, False, b"", b"", None, stopped or "crash", True, detail)
        self._pipe.send(called)

    # Between runs

    def next_due(self) -> float | None:
        """Seconds until there is something to do without a message; None: nothing."""
        if self._transactions.questions.answers:
            return 0.0
        try:
            due, owner, unhandled = self._transactions.guest().control("q").split()
        except LOST:
            return None
        self._next_owner = int(owner)
        if unhandled != "0":
            return 0.0
        return None if float(due) < 0 else float(due) / 1000

    def turn(self) -> None:
        """Timers and answers that are due while nobody evaluates anything; at most Limits.timeout long."""
        state = self._transactions.state
        seconds = float(self._transactions.limits["timeout"])
        if self._transactions.unsaved:
            self._transactions.save(0)  # what the last run did must not be undone with a timer
        owner = self._next_owner
        self._pipe.send(Turn(seconds, owner))
        guest = self._transactions.guest()
        self._transactions.begin(0, owner, seconds)
        detail = ""
        try:
            self._settle(guest)
            self._fire(guest)
            self._jobs(guest)
            while guest.control("T") == "1":
                self._jobs(guest)
            self._calls.report(guest)
            self._report_rejections(guest, int(guest.control("q").split()[2]))
            self._transactions.check_heap(guest)
        except LOST as problem:
            detail = self._transactions.classify(guest, problem)
        stopped = self._stop.reason
        state.stale = True
        self._transactions.end(guest)
        if stopped and stopped != "exit":
            # The timer is part of the state: without dropping it the same would happen again.
            self._transactions.guest().control("z")
            state.stale = True
            self._pipe.send(Late(None, stopped, owner, detail))
        self._pipe.send(Turn(0))

    # Questions without evaluation

    def check(self, message: Check) -> None:
        """Compile and link without running; answered with `Checked`."""
        self._transactions.begin(message.ident, 0, message.seconds)
        guest = self._transactions.guest()
        fault: Fault | None = None
        try:
            canonical = self._transactions.graph.enter(
                message.path,
                message.source,
                dialect_named(message.dialect),
                cell=False,
                run=f"check.{message.ident}",
            )
            self._transactions.state.stale = True
            fault = self._compile_only(guest, canonical, message)
        except LinkFault as problem:
            fault = problem.fault
        except LOST as problem:
            self._transactions.classify(guest, problem)
            fault = Fault(message.path, 0, 0, f"the check was stopped ({self._stop.reason})", "Error")
        self._transactions.end(guest)
        self._pipe.send(Checked(message.ident, () if fault is None else (fault,)))

    def look(self, message: Look) -> None:
        """Tell what a value is and what is below it; answered with `Looked`. The guest's state stays as it is."""
        request = json.dumps({"path": message.path, "prefix": message.prefix})
        self._pipe.send(looked(message.ident, self._told("c", request, message.ident, message.seconds)))

    def peek(self, message: Peek) -> None:
        """Tell what a value is and what is in it; answered with `Peeked`. The guest's state stays as it is."""
        request = {
            "path": message.path, "start": message.start, "count": message.count, "search": message.search,
        }  # fmt: skip
        reply = self._told("P", json.dumps(request), message.ident, message.seconds)
        self._pipe.send(peeked(message.ident, reply))

    def _told(self, operation: str, request: str, ident: int, seconds: float) -> str:
        """What the guest answers to a question that runs nothing of the program's; "" when it comes to grief."""
        if self._transactions.state.stale:
            self._transactions.save(0)  # so that nothing is lost then
        self._stop.begin(ident, seconds)
        reply = ""
        try:
            reply = self._transactions.guest().control(operation, request)
            self._stop.check()
        except LOST as problem:
            self._transactions.classify(self._transactions.guest(), problem)
            reply = ""
        lost = self._stop.reason
        self._stop.end()
        if lost:
            self._transactions.roll_back()
        return reply

    def _placed(self, guest: Guest, fault: Fault) -> Fault:
        if fault.line:
            return fault

        def works(pattern: str, flags: str) -> bool:
            return guest.control("R", json.dumps([pattern, flags])) == "1"

        found = self._transactions.graph.odd_regexp(works)
        return fault if found is None else Fault(fault.file, *found, fault.message)

    def _compile_only(self, guest: Guest, canonical: str, message: Check) -> Fault | None:
        """Let the engine compile the module without running it: a second import that fails stops the linking."""
        ident = str(message.ident)
        name = self._transactions.graph.probe_for(canonical)
        guest.control("r", json.dumps({"id": message.ident, "name": name, "owner": 0}))
        outcome = self._drive(guest, ident)
        error = self._transactions.error(guest.control("x", ident)) if outcome == FAILED else None
        guest.control("d", ident)
        if error is None or error.name != "SyntaxError":
            return None
        return self._placed(guest, self._transactions.graph.engine_fault(error, message.path))


def dialect_named(name: str) -> Dialect:
    """The dialect `name`, TypeScript for any other."""
    names: dict[str, Dialect] = {"ts": "ts", "tsx": "tsx", "js": "js", "jsx": "jsx"}
    return names.get(name, "ts")


def _exit_error(code: int) -> RawError:
    return RawError("ExitError", f"the program ended with process.exit({code})", "", True, "")
