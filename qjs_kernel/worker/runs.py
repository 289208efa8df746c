"""Runs: a module evaluated, a guest function called, the timers between; each a transaction of the guest.

What ends well or with an ordinary exception is kept. What the sandbox has to end is undone: the guest is made
again from the last checkpoint. Why it had to end is decided here, from stop flags, traps and memory probes alone.
"""

from __future__ import annotations

import contextlib
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
    Mapped,
    Peek,
    RawError,
    Run,
    Saved,
    Telemetry,
    Turn,
)
from qjs_kernel.worker.graph import Graph, LinkFault
from qjs_kernel.worker.guest import Guest, GuestThrow, OutOfMemory
from qjs_kernel.worker.native import Trap
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.questions import Questions
from qjs_kernel.worker.reports import looked, peeked, raw_error
from qjs_kernel.worker.source.syntax import Dialect
from qjs_kernel.worker.state import GuestState
from qjs_kernel.worker.stop import Stopped, StopWatch

__all__ = ["Runs", "dialect_named"]

_NEARLY_FULL = 0.85  # of the memory limit: worth a probe
_PENDING, _DONE, _FAILED = "0", "1", "2"
_DISPLAY = "-2"  # the run of a display method
_UNDEFINED = '[null,"u"]'
_LOST = (Stopped, Trap, GuestThrow, OutOfMemory)


class Runs:
    """Drives the guest of one sandbox. `limits` are the sandbox's, by name."""

    def __init__(self, pipe: Pipe, stop: StopWatch) -> None:
        self._pipe = pipe
        self._stop = stop
        self.limits: dict[str, int | float] = {}
        self.state: GuestState | None = None
        self.questions: Questions | None = None
        self._calls: list[int] = []
        self._last = 0
        self._next_owner = 0
        self._unsaved = False

    def clear(self) -> None:
        """Forget the calls of a sandbox that is closed."""
        self._calls.clear()

    # Parts that are there whenever a guest is open

    @property
    def _state(self) -> GuestState:
        assert self.state is not None
        return self.state

    @property
    def _questions(self) -> Questions:
        assert self.questions is not None
        return self.questions

    @property
    def _graph(self) -> Graph:
        graph = self._questions.graph
        assert graph is not None
        return graph

    def guest(self) -> Guest:
        guest = self._state.guest
        assert guest is not None
        return guest

    def save(self, ident: int) -> None:
        """Take a checkpoint if the last one is stale, and say where it lies."""
        state = self._state
        image = state.save() if state.stale or state.last is None else state.last
        self._unsaved = False
        self._pipe.send(Saved(image, self._last, ident))

    # Begin and end of a transaction

    def _begin(self, ident: int, owner: int, seconds: float) -> float:
        started = self._stop.begin(ident, seconds)
        self._last = ident or self._last
        questions = self._questions
        questions.owner = owner
        questions.host_calls = 0
        if ident:  # the limits on output go on counting between runs
            questions.console.begin(int(self.limits["output"]), int(self.limits["messages"]))
        return started

    def _end(self, guest: Guest) -> None:
        """Send what the console still holds, undo if the run was stopped; the stop watch keeps its reason."""
        reason = self._stop.reason
        self._stop.end()
        # After a soft stop the guest can still be asked for the lines it buffers.
        with contextlib.suppress(*_LOST):
            guest.control("w")
        self._questions.console.finish()
        if reason == "exit":
            self._calls.clear()
        elif reason:
            self._roll_back()

    def _roll_back(self) -> None:
        self._questions.answers.clear()
        self._calls.clear()
        self._state.rollback()

    def _classify(self, guest: Guest, problem: Exception) -> str:
        """Note why the run ends, by what this side knows; returns a detail for the owner."""
        if self._stop.reason:
            return ""
        nearly = guest.memory_size >= _NEARLY_FULL * self.limits["memory"]
        if isinstance(problem, Trap) and problem.stack_overflow:
            self._stop.stop("stack")
        elif isinstance(problem, OutOfMemory) or (nearly and not guest.probe()):
            self._stop.stop("memory")
        else:
            self._stop.stop("crash")
            return str(problem)
        return ""

    def _check_heap(self, guest: Guest) -> None:
        # A heap that is full would fail every later cell: it counts as out of memory now.
        if guest.memory_size >= _NEARLY_FULL * self.limits["memory"]:
            guest.collect_garbage()
            if not guest.probe():
                self._stop.stop("memory")
        self._stop.check()

    # Evaluation

    def run(self, message: Run) -> None:
        """Evaluate a module and answer with `Done`."""
        state, graph = self._state, self._graph
        if state.stale:
            self.save(0)
        started = self._begin(message.ident, message.owner, message.seconds)
        guest = self.guest()
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
            state.stale = self._unsaved = True
            name = graph.wrapper_for(canonical, message.ident)
            request = {
                "id": message.ident, "name": name, "owner": message.owner, "tests": message.tests,
                "seconds": message.seconds, "display": message.display,
            }  # fmt: skip
            guest.control("r", json.dumps(request))
            outcome = self._drive(guest, ident)
            while outcome == _DONE:
                reply = guest.control("v", ident)
                if reply != "?":
                    text, blob, unencodable = _value(guest, reply)
                    large = reply[:1] == "~"
                    if message.display:
                        shown = guest.control("i", ident)[1:] or None
                        rich, error = self._rich(guest, ident)
                    break
                outcome = self._drive(guest, ident)
            if outcome == _FAILED:
                error = self._error(guest.control("x", ident))
                if guest.control("g", ident) == "0" and error.name == "SyntaxError":
                    # Nothing has been evaluated: the engine refused a module, or an import that is not exported.
                    fault, error = self._placed(guest, graph.engine_fault(error, message.path)), None
            self._check_heap(guest)
            guest.control("d", ident)
            self._stop.check()
        except LinkFault as problem:
            fault = problem.fault
        except _LOST as problem:
            detail = self._classify(guest, problem)
        reason = self._stop.reason
        stopped = "" if reason == "exit" else reason
        memory = guest.memory_size
        self._end(guest)
        if reason:
            text, blob, shown, error, fault, unencodable = "", b"", None, None, None, ""
            rich = ("", b"")
        if reason == "exit":
            text, code = _UNDEFINED, self._stop.exit_code
            error = _exit_error(code) if code else None
        questions = self._questions
        self._send_maps()
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
        while outcome == _DONE:
            reply = guest.control("v", _DISPLAY)
            if reply != "?":
                text, blob, problem = _value(guest, reply)
                found = (text, blob)
                if problem:
                    message, path = json.loads(problem)
                    error = RawError("TypeError", f"what is to be shown: {message} (at {path})", "", True, "")
                break
            outcome = self._drive(guest, _DISPLAY)
        if outcome == _FAILED:
            error = self._error(guest.control("x", _DISPLAY))
        guest.control("d", _DISPLAY)
        return found, error

    def _drive(self, guest: Guest, ident: str) -> str:
        """Run jobs, timers and answers until run `ident` settles; returns its state. Raises Stopped."""
        questions = self._questions
        while True:
            self._jobs(guest)
            fields = guest.control("s", ident).split()
            if not fields:
                continue
            state, due, in_flight, unhandled = fields
            self._report_calls(guest)
            self._report_rejections(guest, int(unhandled))
            if state != _PENDING:
                return state
            wait = float(due)
            if questions.answers:
                self._settle(guest)
            elif wait == 0:
                self._fire(guest)
            elif wait < 0 and in_flight == "0" and not self._calls:
                self._check_heap(guest)  # jobs that ran out of memory leave promises behind
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
        questions = self._questions
        left = self._stop.left()
        if due < 0 or (left is not None and left <= due):
            message = questions.receive()
        else:
            questions.console.flush()
            message = self._pipe.receive(due)
        if isinstance(message, Call):
            self._start_call(guest, message)
        elif message is not None:
            questions.sort(message)

    def _fire(self, guest: Guest) -> None:
        if guest.control("t") == "x":
            self._report_late(guest)

    def _report_rejections(self, guest: Guest, count: int) -> None:
        for _ in range(count):
            guest.control("U")
            self._report_late(guest)

    def _send_maps(self) -> None:
        graph = self._graph
        if graph.fresh_maps:
            maps, graph.fresh_maps = tuple(graph.fresh_maps), []
            self._pipe.send(Mapped(maps))

    def _report_late(self, guest: Guest) -> None:
        """Send the error that control.js has put into run -1."""
        owner = int(guest.control("O"))
        error = self._error(guest.control("x", "-1"))
        guest.control("d", "-1")
        self._questions.console.flush()
        self._send_maps()
        self._pipe.send(Late(error, "", owner))

    def _settle(self, guest: Guest) -> None:
        answers = self._questions.answers
        while answers:
            answer = answers.popleft()
            text = answer.text.decode("utf-8", "replace")
            guest.control("f", f"{answer.ident} {'' if answer.ok else '!'}{text}", answer.blob)
            self._jobs(guest)

    # Calls of guest functions

    def call(self, message: Call) -> None:
        """A call while nothing runs: a transaction of its own, answered with `Called`."""
        state = self._state
        if state.stale:
            self.save(0)
        self._begin(message.ident, message.owner, message.seconds)
        guest = self.guest()
        state.stale = self._unsaved = True
        called: Called | None = None
        detail = ""
        try:
            self._start_call(guest, message)
            self._calls.remove(message.ident)
            while called is None:
                called = self._called(guest, message.ident, self._drive(guest, str(message.ident)))
            self._check_heap(guest)
        except _LOST as problem:
            detail = self._classify(guest, problem)
        reason = self._stop.reason
        stopped = "" if reason == "exit" else reason
        self._end(guest)
        if reason == "exit":
            called = Called(message.ident, False, b"", b"", _exit_error(self._stop.exit_code), "", False, "")
        elif stopped or called is None:
            called = Called(message.ident, False, b"", b"", None, stopped or "crash", True, detail)
        self._pipe.send(called)

    def nested(self, message: Call) -> None:
        """A call while guest code stands still in a synchronous host call: jobs cannot run now."""
        guest = self.guest()
        ident = str(message.ident)
        try:
            self._start_call(guest, message)
            self._calls.remove(message.ident)
            outcome = guest.control("n", ident)
            called = None if outcome == _PENDING else self._called(guest, message.ident, outcome)
            if called is None:
                guest.control("d", ident)
                called = _refused(
                    message.ident,
                    "the guest function returned a promise, which cannot settle while guest code waits for a "
                    "synchronous host function: make the host function async",
                )
        except _LOST as problem:
            detail = self._classify(guest, problem)
            # The outer run ends for the same reason; of an exit there is no such thing to say here.
            why = "interrupt" if self._stop.reason == "exit" else self._stop.reason
            called = Called(message.ident, False, b"", b"", None, why, False, detail)
        self._pipe.send(called)

    def _start_call(self, guest: Guest, message: Call) -> None:
        head = json.dumps([message.ident, message.function, message.owner])
        self._calls.append(message.ident)
        guest.control("k", head + message.text.decode("utf-8", "replace"), message.blob)

    def _report_calls(self, guest: Guest) -> None:
        for ident in tuple(self._calls):
            state = guest.control("n", str(ident))
            called = None if state == _PENDING else self._called(guest, ident, state)
            if called is not None:
                self._calls.remove(ident)
                self._pipe.send(called)

    def _called(self, guest: Guest, ident: int, outcome: str) -> Called | None:
        """The finished call; None while promises inside its result are awaited."""
        if outcome == _FAILED:
            error = self._error(guest.control("x", str(ident)))
            guest.control("d", str(ident))
            self._send_maps()
            return Called(ident, False, b"", b"", error, "", False, "")
        reply = guest.control("v", str(ident))
        if reply == "?":
            return None
        text, blob, problem = _value(guest, reply)
        guest.control("d", str(ident))
        if problem:
            message, path = json.loads(problem)
            return _refused(ident, f"{message} (at {path})")
        return Called(ident, True, text.encode(), blob, None, "", False, "")

    # Between runs

    def next_due(self) -> float | None:
        """Seconds until there is something to do without a message; None: nothing."""
        if self._questions.answers:
            return 0.0
        try:
            due, owner, unhandled = self.guest().control("q").split()
        except _LOST:
            return None
        self._next_owner = int(owner)
        if unhandled != "0":
            return 0.0
        return None if float(due) < 0 else float(due) / 1000

    def turn(self) -> None:
        """Timers and answers that are due while nobody evaluates anything; at most Limits.timeout long."""
        state = self._state
        seconds = float(self.limits["timeout"])
        if self._unsaved:
            self.save(0)  # what the last run did must not be undone with a timer
        owner = self._next_owner
        self._pipe.send(Turn(seconds, owner))
        guest = self.guest()
        self._begin(0, owner, seconds)
        detail = ""
        try:
            self._settle(guest)
            self._fire(guest)
            self._jobs(guest)
            while guest.control("T") == "1":
                self._jobs(guest)
            self._report_calls(guest)
            self._report_rejections(guest, int(guest.control("q").split()[2]))
            self._check_heap(guest)
        except _LOST as problem:
            detail = self._classify(guest, problem)
        stopped = self._stop.reason
        state.stale = True
        self._end(guest)
        if stopped and stopped != "exit":
            # The timer is part of the state: without dropping it the same would happen again.
            self.guest().control("z")
            state.stale = True
            self._pipe.send(Late(None, stopped, owner, detail))
        self._pipe.send(Turn(0))

    # Questions without evaluation

    def check(self, message: Check) -> None:
        """Compile and link without running; answered with `Checked`."""
        self._begin(message.ident, 0, message.seconds)
        guest = self.guest()
        fault: Fault | None = None
        try:
            canonical = self._graph.enter(
                message.path,
                message.source,
                dialect_named(message.dialect),
                cell=False,
                run=f"check.{message.ident}",
            )
            self._state.stale = True
            fault = self._compile_only(guest, canonical, message)
        except LinkFault as problem:
            fault = problem.fault
        except _LOST as problem:
            self._classify(guest, problem)
            fault = Fault(message.path, 0, 0, f"the check was stopped ({self._stop.reason})", "Error")
        self._end(guest)
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
        if self._state.stale:
            self.save(0)  # so that nothing is lost then
        self._stop.begin(ident, seconds)
        reply = ""
        try:
            reply = self.guest().control(operation, request)
            self._stop.check()
        except _LOST as problem:
            self._classify(self.guest(), problem)
            reply = ""
        lost = self._stop.reason
        self._stop.end()
        if lost:
            self._roll_back()
        return reply

    def _error(self, text: str) -> RawError:
        return raw_error(text, self._graph.script_lines.translate)

    def _placed(self, guest: Guest, fault: Fault) -> Fault:
        if fault.line:
            return fault

        def works(pattern: str, flags: str) -> bool:
            return guest.control("R", json.dumps([pattern, flags])) == "1"

        found = self._graph.odd_regexp(works)
        return fault if found is None else Fault(fault.file, *found, fault.message)

    def _compile_only(self, guest: Guest, canonical: str, message: Check) -> Fault | None:
        """Let the engine compile the module without running it: a second import that fails stops the linking."""
        ident = str(message.ident)
        name = self._graph.probe_for(canonical)
        guest.control("r", json.dumps({"id": message.ident, "name": name, "owner": 0}))
        outcome = self._drive(guest, ident)
        error = self._error(guest.control("x", ident)) if outcome == _FAILED else None
        guest.control("d", ident)
        if error is None or error.name != "SyntaxError":
            return None
        return self._placed(guest, self._graph.engine_fault(error, message.path))


def dialect_named(name: str) -> Dialect:
    """The dialect `name`, TypeScript for any other."""
    names: dict[str, Dialect] = {"ts": "ts", "tsx": "tsx", "js": "js", "jsx": "jsx"}
    return names.get(name, "ts")


def _value(guest: Guest, reply: str) -> tuple[str, bytes, str]:
    """Text, bytes and problem of an encoded value."""
    if reply[:1] == "!":
        return "", b"", reply[1:]
    return reply[1:], guest.control_bytes("b") if reply[:1] == "+" else b"", ""


def _exit_error(code: int) -> RawError:
    return RawError("ExitError", f"the program ended with process.exit({code})", "", True, "")


def _refused(ident: int, message: str) -> Called:
    return Called(ident, False, b"", b"", RawError("TypeError", message, "", True, ""), "", False, "")
