"""The worker's message loop: opens a guest, evaluates what it is told to, answers, keeps checkpoints.

One thread does everything. While guest code runs, the engine polls `interrupted`, which looks at the clock and at
the stop word that the kernel process writes into a shared file; what no poll reaches ends when the kernel
process kills this one.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
from collections import deque
from pathlib import Path
from time import monotonic
from typing import Literal

from qjs_kernel.protocol import (
    Answer,
    Ask,
    Call,
    Called,
    Check,
    Checked,
    Close,
    Complete,
    Completed,
    Done,
    Fault,
    Found,
    Late,
    Listen,
    Loaded,
    Open,
    Opened,
    RawError,
    Resolution,
    Restore,
    Run,
    Save,
    Saved,
    SetEnv,
    Stop,
    Telemetry,
    ToWorker,
    Turn,
    Write,
)
from qjs_kernel.worker.graph import Graph, LinkFault
from qjs_kernel.worker.guest import DEFAULT_STACK, ENGINE, Guest, GuestThrow, Image, OutOfMemory, Trap
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.source.syntax import Dialect, completeness
from qjs_kernel.worker.state import GuestState
from qjs_kernel.worker.transformer import Transformer

__all__ = ["Loop"]

Reason = Literal["", "timeout", "interrupt", "memory", "stack", "deadlock", "output", "crash"]

_IDLE_BEFORE_SAVE = 0.002  # s without a message before a checkpoint is taken
_FLUSH_EVERY = 0.05  # s between console messages: at most 20 a second
_FLUSH_SIZE = 65_536
_FLOOD = 16  # console output beyond this many times the limit ends the run
_NEARLY_FULL = 0.85
_PENDING, _DONE, _FAILED = "0", "1", "2"


class _Stopped(Exception):
    """The run cannot go on; the reason stands in `Loop._reason`."""


class Loop:
    """Serves one kernel process over `pipe` until the pipe ends."""

    def __init__(self, pipe: Pipe, cache: Path | None) -> None:
        self._pipe = pipe
        self._cache = cache
        self._second = Transformer(cache)
        self._stack = DEFAULT_STACK
        self._graph: Graph | None = None
        self._limits: dict[str, int | float] = {}
        self._later: deque[ToWorker] = deque()
        self._answers: deque[Answer] = deque()
        self._stop_word: mmap.mmap | None = None
        self._listening = False
        # The run at hand
        self._ident = 0
        self._word = b""
        self._owner = 0
        self._deadline: float | None = None
        self._reason: Reason = ""
        self._asks = 0
        self._calls: list[int] = []
        self._host_calls = 0
        self._blob = b""
        self._run_count = 0
        # Console
        self._text: list[str] = []
        self._text_size = 0
        self._text_key = (0, 0)
        self._text_sent = 0.0
        self._output = 0
        self._writes = 0
        # Last: the engine calls back while it boots.
        self._state = GuestState(Image(cache, self._stack), self, cache)

    def serve(self) -> None:
        """Answer messages until the kernel process closes the pipe (EOFError)."""
        self._pipe.send(Opened(ENGINE))
        while True:
            message = self._later.popleft() if self._later else self._idle()
            if message is not None:
                self._dispatch(message)

    def _idle(self) -> ToWorker | None:
        state = self._state
        if state.guest is None:
            return self._pipe.receive(None)
        wait = self._next_due()
        if state.stale and (wait is None or wait > _IDLE_BEFORE_SAVE):
            message = self._pipe.receive(_IDLE_BEFORE_SAVE)
            if message is None:
                self._save(0)
            return message
        message = self._pipe.receive(wait)
        if message is None:
            self._turn()
        return message

    def _next_due(self) -> float | None:
        """Seconds until the next timer, when somebody listens; None: nothing to wait for but messages."""
        guest = self._guest()
        if not self._listening:
            return None
        if self._answers:
            return 0.0
        try:
            due = float(guest.control("q").split()[0])
        except (Trap, GuestThrow, OutOfMemory):
            return None
        return None if due < 0 else due / 1000

    def _guest(self) -> Guest:
        assert self._state.guest is not None
        return self._state.guest

    def _dispatch(self, message: ToWorker) -> None:
        state = self._state
        if isinstance(message, Run):
            self._run(message)
        elif isinstance(message, Call):
            self._call(message)
        elif isinstance(message, Answer):
            self._answers.append(message)
        elif isinstance(message, SetEnv):
            state.set_env(message)
        elif isinstance(message, Open):
            self._open(message)
        elif isinstance(message, Save):
            self._save(message.ident)
        elif isinstance(message, Restore):
            state.restore(message.image)
            assert state.last is not None
            self._pipe.send(Saved(state.last, self._ident, message.ident))
        elif isinstance(message, Listen):
            self._listening = message.on
        elif isinstance(message, Check):
            self._check(message)
        elif isinstance(message, Complete):
            status, indent = completeness(message.source, _dialect(message.dialect), self._second)
            self._pipe.send(Completed(message.ident, status, indent))
        elif isinstance(message, Close):
            self._close()

    def _open(self, message: Open) -> None:
        self._close()
        self._limits = message.limits
        if message.limits["stack"] != self._stack:
            self._stack = int(message.limits["stack"])
            self._state = GuestState(Image(self._cache, self._stack), self, self._cache)
        self._graph = Graph(self, int(message.limits["module_bytes"]), self._second)
        with open(os.path.join(message.directory, "stop"), "r+b") as file:
            self._stop_word = mmap.mmap(file.fileno(), 8)
        self._state.open(message)

    def _close(self) -> None:
        self._state.close()
        if self._stop_word is not None:
            self._stop_word.close()
            self._stop_word = None
        self._graph = None
        self._listening = False
        self._answers.clear()
        self._later.clear()
        self._calls.clear()

    def _save(self, ident: int) -> None:
        image = self._state.save() if self._state.stale or self._state.last is None else self._state.last
        self._pipe.send(Saved(image, self._ident, ident))

    # What the engine asks (guest.Imports); none of these may raise

    def interrupted(self) -> bool:
        if self._reason:
            return True
        if self._deadline is not None and monotonic() >= self._deadline:
            self._reason = "timeout"
            return True
        if self._stop_word is not None and self._stop_word[:4] == self._word:
            self._reason = "interrupt"
            return True
        if self._text and monotonic() - self._text_sent > _FLUSH_EVERY:
            with contextlib.suppress(OSError):
                self._flush()
        return False

    def normalize(self, base: str, specifier: str) -> str | None:
        return self._graph.normalize(base, specifier) if self._graph is not None else None

    def load(self, canonical: str) -> str | None:
        return self._graph.load(canonical) if self._graph is not None else None

    def host_call(self, guest: Guest, text: str, data: bytes | None) -> str | bytes | None:
        kind = text[:1]
        if kind == "w":
            owner, _, rest = text[2:].partition(" ")
            self._write(int(text[1]), int(owner), rest)
            return None
        if kind == "b":
            blob, self._blob = self._blob, b""
            return blob
        if self._reason:
            return _refusal("the run was stopped")
        self._host_calls += 1
        if kind == "c":
            number, _, tokens = text[1:].partition(" ")
            return self._reply(self._ask("call", True, tokens, data, int(number)))
        if kind == "a":
            number, promise, tokens = text[1:].split(" ", 2)
            self._flush()
            message = Ask(int(promise), "call", False, tokens.encode(), data or b"", self._owner, int(number))
            self._pipe.send(message)
            return '=[null,"u"]'
        op, _, arguments = text[1:].partition(" ")
        return self._reply(self._ask(op, True, arguments, data, -1))

    def _reply(self, message: ToWorker) -> str | bytes:
        assert isinstance(message, Answer)
        text = message.text.decode("utf-8", "replace")
        self._blob = message.blob
        return text if message.ok else "!" + text

    # Questions to the kernel process

    def _ask(self, op: str, sync: bool, text: str, data: bytes | None, function: int = -1) -> ToWorker:
        """Ask and stand still until the answer is there; raises _Stopped when the run is stopped meanwhile."""
        self._asks -= 1  # negative: the numbers of asynchronous calls are the guest's own, and positive
        ident = self._asks
        self._flush()
        self._pipe.send(Ask(ident, op, sync, text.encode(), data or b"", self._owner, function))
        while True:
            message = self._receive(soon=True)
            if isinstance(message, (Answer, Found, Loaded)) and message.ident == ident:
                return message
            if isinstance(message, Call):
                self._nested(message)
            elif isinstance(message, Answer):
                if message.ident > 0:
                    self._answers.append(message)
            elif message is not None and not isinstance(message, (Stop, Found, Loaded)):
                self._later.append(message)
            if self.interrupted():
                raise _Stopped

    def _receive(self, *, soon: bool = False) -> ToWorker | None:
        """The next message within the deadline; a Stop for this run is noted on the way."""
        timeout = None if self._deadline is None else max(0.0, self._deadline - monotonic())
        if self._text:
            timeout = _FLUSH_EVERY if timeout is None else min(timeout, _FLUSH_EVERY)
        message = self._pipe.receive(timeout, soon=soon)
        if message is None:
            self._flush()
        if isinstance(message, Stop) and message.ident == self._ident:
            self._reason = self._reason or "interrupt"
        return message

    def resolve(self, importer: str, specifiers: tuple[str, ...]) -> tuple[Resolution | Fault, ...]:
        answer = self._ask("resolve", True, json.dumps([importer, specifiers]), None)
        assert isinstance(answer, Found)
        return answer.results

    def load_source(self, path: str) -> str | Fault:
        answer = self._ask("load", True, path, None)
        assert isinstance(answer, Loaded)
        return answer.fault if answer.fault is not None else answer.source

    def builtin_names(self, name: str) -> list[str]:
        names: list[str] = json.loads(self._guest().control("B", name))
        return names

    # Console

    def _write(self, stream: int, owner: int, text: str) -> None:
        key = (stream, owner)
        if stream == 0 or key != self._text_key:
            self._flush()
            self._text_key = key
        if stream == 0:
            self._pipe.send(Write(0, "", owner))
            return
        limit = int(self._limits["output"])
        before = self._output
        self._output += len(text)
        if before >= limit:
            if self._output > _FLOOD * limit and not self._reason:
                self._reason = "output"
            return
        if self._output > limit:
            text = text[: limit - before] + f"\n[output truncated: Limits.output is {limit:,} bytes]\n"
        if not self._text:
            self._text_sent = max(self._text_sent, monotonic() - _FLUSH_EVERY * 0.6)
        self._text.append(text)
        self._text_size += len(text)
        if self._text_size > _FLUSH_SIZE or monotonic() - self._text_sent > _FLUSH_EVERY:
            self._flush()

    def _flush(self) -> None:
        if not self._text:
            return
        if self._writes >= self._limits["messages"] and self._deadline is not None:
            return  # the rest comes in one piece at the end
        text = "".join(self._text)
        self._text = []
        self._text_size = 0
        self._text_sent = monotonic()
        self._writes += 1
        self._pipe.send(Write(self._text_key[0], text, self._text_key[1]))

    def _final_flush(self, guest: Guest) -> None:
        """What the guest still holds in its own buffer, then ours. After a soft stop the guest can be asked."""
        reason, self._reason = self._reason, ""
        with contextlib.suppress(Trap, GuestThrow, OutOfMemory):
            guest.control("w")
        self._reason = reason
        self._writes = 0
        self._flush()

    # Runs

    def _begin(self, ident: int, owner: int, seconds: float) -> float:
        started = monotonic()
        self._ident = ident
        self._word = ident.to_bytes(4, "little")
        self._owner = owner
        self._deadline = started + seconds
        self._reason = ""
        self._output = self._writes = self._host_calls = 0
        return started

    def _run(self, message: Run) -> None:
        state, graph = self._state, self._graph
        assert graph is not None
        if state.stale:
            self._save(0)
        started = self._begin(message.ident, message.owner, message.seconds)
        guest = self._guest()
        self._run_count += 1
        graph.fresh_maps = []
        text, blob, shown, unencodable = "", b"", None, ""
        fault: Fault | None = None
        error: RawError | None = None
        detail = ""
        try:
            name = f"{message.ident}.{os.getpid()}.{self._run_count}"
            canonical = graph.enter(
                message.path, message.source, _dialect(message.dialect), cell=message.cell, run=name
            )
            state.stale = True
            request = {"id": message.ident, "name": canonical, "owner": message.owner}
            guest.control("r", json.dumps(request))
            outcome = self._drive(guest, message.ident)
            while outcome == _DONE:
                reply = guest.control("v", str(message.ident))
                if reply != "?":
                    text, blob, unencodable = self._result(guest, reply)
                    if message.display:
                        shown = guest.control("i", str(message.ident))[1:] or None
                    break
                outcome = self._drive(guest, message.ident)
            if outcome == _FAILED:
                error = _raw_error(guest.control("x", str(message.ident)))
            self._check_heap(guest)
            guest.control("d", str(message.ident))
            if self.interrupted():
                raise _Stopped
        except LinkFault as problem:
            fault = problem.fault
        except (_Stopped, Trap, GuestThrow, OutOfMemory) as problem:
            detail = self._classify(guest, problem)
        stopped: Reason = self._reason
        memory = guest.memory_size
        self._final_flush(guest)
        self._deadline = None
        rolled_back = bool(stopped)
        if rolled_back:
            self._roll_back()
            text, blob, shown, error = "", b"", None, None
        telemetry = Telemetry(monotonic() - started, memory, self._host_calls, self._output)
        ok = not (stopped or fault or error or (unencodable and not message.display))
        self._pipe.send(
            Done(
                message.ident, ok, text.encode(), blob, shown, fault, error, stopped, rolled_back, detail,
                telemetry, tuple(graph.fresh_maps), unencodable,
            )
        )  # fmt: skip
        self._reason = ""

    def _result(self, guest: Guest, reply: str) -> tuple[str, bytes, str]:
        if reply[0] == "!":
            return "", b"", reply[1:]
        return reply[1:], guest.control_bytes("b") if reply[0] == "+" else b"", ""

    def _drive(self, guest: Guest, ident: int) -> str:
        """Run jobs, timers and answers until run `ident` settles; returns its state. Raises _Stopped."""
        while True:
            while not guest.run_jobs():
                if self.interrupted():
                    raise _Stopped
            if self.interrupted():
                raise _Stopped
            state, due, in_flight, _ = guest.control("s", str(ident)).split()
            self._report_calls(guest)
            if state != _PENDING:
                return state
            if self._answers:
                self._settle(guest)
                continue
            wait = float(due)
            if wait < 0 and in_flight == "0" and not self._calls:
                self._reason = "deadlock"
                raise _Stopped
            if wait == 0:
                self._fire(guest)
                continue
            self._wait(guest, wait)

    def _wait(self, guest: Guest, due: float) -> None:
        """Wait for a message, a timer or the deadline."""
        deadline = self._deadline
        if due >= 0 and (deadline is None or monotonic() + due / 1000 < deadline):
            message = self._pipe.receive(0.0)
            if message is None:
                self._flush()
                message = self._pipe.receive(due / 1000)
        else:
            message = self._receive()
        if isinstance(message, Answer):
            self._answers.append(message)
        elif isinstance(message, Call):
            self._start_call(guest, message)
        elif isinstance(message, Stop):
            if message.ident == self._ident:
                self._reason = self._reason or "interrupt"
        elif message is not None and not isinstance(message, (Found, Loaded)):
            self._later.append(message)

    def _fire(self, guest: Guest) -> None:
        outcome = guest.control("t")
        if outcome == "x":
            self._late_error(guest)

    def _late_error(self, guest: Guest) -> None:
        owner = int(guest.control("O"))
        error = _raw_error(guest.control("x", "-1"))
        guest.control("d", "-1")
        self._flush()
        self._pipe.send(Late(error, "", owner))

    def _settle(self, guest: Guest) -> None:
        while self._answers:
            answer = self._answers.popleft()
            text = answer.text.decode("utf-8", "replace")
            guest.control("f", f"{answer.ident} {'' if answer.ok else '!'}{text}", answer.blob)
            while not guest.run_jobs():
                if self.interrupted():
                    raise _Stopped

    def _check_heap(self, guest: Guest) -> None:
        # A heap that is full would fail every later cell: it counts as out of memory now.
        if guest.memory_size >= _NEARLY_FULL * self._limits["memory"]:
            guest.collect_garbage()
            if not guest.probe():
                self._reason = "memory"
                raise _Stopped

    def _classify(self, guest: Guest, problem: Exception) -> str:
        """Set the reason from facts on this side of the wall; returns a detail for the owner."""
        if self._reason:
            return ""
        full = guest.memory_size >= _NEARLY_FULL * self._limits["memory"] and not guest.probe()
        if isinstance(problem, Trap) and problem.stack_overflow:
            self._reason = "stack"
        elif full or isinstance(problem, OutOfMemory):
            self._reason = "memory"
        else:
            self._reason = "crash"
            return str(problem)
        return ""

    def _roll_back(self) -> None:
        state = self._state
        self._answers.clear()
        self._calls.clear()
        state.rollback()

    # Calls of guest functions

    def _call(self, message: Call) -> None:
        """A call while nothing runs: a run of its own."""
        state = self._state
        if state.stale:
            self._save(0)
        self._begin(message.ident, message.owner, message.seconds)
        guest = self._guest()
        state.stale = True
        called: Called | None = None
        detail = ""
        try:
            self._start_call(guest, message)
            self._calls.remove(message.ident)
            outcome = self._drive(guest, message.ident)
            while True:
                called = self._called(guest, message.ident, outcome)
                if called is not None:
                    break
                outcome = self._drive(guest, message.ident)
            self._check_heap(guest)
            if self.interrupted():
                raise _Stopped
        except (_Stopped, Trap, GuestThrow, OutOfMemory) as problem:
            detail = self._classify(guest, problem)
        stopped: Reason = self._reason
        self._final_flush(guest)
        self._deadline = None
        if stopped or called is None:
            self._roll_back()
            called = Called(message.ident, False, b"", b"", None, stopped or "crash", True, detail)
        self._pipe.send(called)
        self._reason = ""

    def _start_call(self, guest: Guest, message: Call) -> None:
        head = json.dumps([message.ident, message.function, message.owner])
        self._calls.append(message.ident)
        guest.control("k", head + message.text.decode("utf-8", "replace"), message.blob)

    def _report_calls(self, guest: Guest) -> None:
        for ident in tuple(self._calls):
            state = guest.control("n", str(ident))
            if state != _PENDING:
                called = self._called(guest, ident, state)
                if called is not None:
                    self._calls.remove(ident)
                    self._pipe.send(called)

    def _called(self, guest: Guest, ident: int, outcome: str) -> Called | None:
        """The finished call; None while promises inside its result are awaited."""
        if outcome == _FAILED:
            error = _raw_error(guest.control("x", str(ident)))
            guest.control("d", str(ident))
            return Called(ident, False, b"", b"", error, "", False, "")
        reply = guest.control("v", str(ident))
        if reply == "?":
            return None
        text, blob, problem = self._result(guest, reply)
        guest.control("d", str(ident))
        if problem:
            message, path = json.loads(problem)
            error = RawError("TypeError", f"{message} (at {path})", "", True, "")
            return Called(ident, False, b"", b"", error, "", False, "")
        return Called(ident, True, text.encode(), blob, None, "", False, "")

    def _nested(self, message: Call) -> None:
        """A call while guest code stands still in a synchronous host call: jobs cannot run now."""
        guest = self._guest()
        try:
            self._start_call(guest, message)
            self._calls.remove(message.ident)
            outcome = guest.control("n", str(message.ident))
            called = None if outcome == _PENDING else self._called(guest, message.ident, outcome)
            if called is None:
                guest.control("d", str(message.ident))
                text = (
                    "the guest function returned a promise, which cannot settle while guest code waits for a "
                    "synchronous host function: make the host function async"
                )
                error = RawError("TypeError", text, "", True, "")
                called = Called(message.ident, False, b"", b"", error, "", False, "")
        except (Trap, GuestThrow, OutOfMemory) as problem:
            detail = self._classify(guest, problem)
            called = Called(message.ident, False, b"", b"", None, self._reason, False, detail)
        self._pipe.send(called)

    # Between runs

    def _turn(self) -> None:
        """Timers and answers that are due while nobody evaluates anything."""
        state = self._state
        seconds = float(self._limits["timeout"])
        self._pipe.send(Turn(seconds))
        guest = self._guest()
        self._begin(0, 0, seconds)
        self._word = b"none"
        detail = ""
        try:
            self._settle(guest)
            if guest.control("t") == "x":
                self._late_error(guest)
            while not guest.run_jobs():
                if self.interrupted():
                    raise _Stopped
            self._report_calls(guest)
            self._check_heap(guest)
            if self.interrupted():
                raise _Stopped
        except (_Stopped, Trap, GuestThrow, OutOfMemory) as problem:
            detail = self._classify(guest, problem)
        self._final_flush(guest)
        state.stale = True
        self._deadline = None
        if self._reason:
            owner = self._owner
            self._roll_back()
            # The timer is part of the state: without dropping it the same would happen again.
            self._guest().control("z")
            self._pipe.send(Late(None, self._reason, owner, detail))
            self._reason = ""
        self._pipe.send(Turn(0))

    # Questions without evaluation

    def _check(self, message: Check) -> None:
        self._begin(message.ident, 0, message.seconds)
        graph = self._graph
        assert graph is not None
        guest = self._guest()
        fault: Fault | None
        try:
            name = f"check.{message.ident}"
            canonical = graph.enter(
                message.path, message.source, _dialect(message.dialect), cell=False, run=name
            )
            fault = self._compile_only(guest, graph, canonical, message)
        except LinkFault as problem:
            fault = problem.fault
        except (_Stopped, Trap, GuestThrow, OutOfMemory) as problem:
            self._classify(guest, problem)
            text = f"the check was stopped ({self._reason})"
            fault = Fault(message.path, 0, 0, text, "Error")
            self._roll_back()
        self._deadline = None
        self._reason = ""
        self._pipe.send(Checked(message.ident, () if fault is None else (fault,)))

    def _compile_only(self, guest: Guest, graph: Graph, canonical: str, message: Check) -> Fault | None:
        """Let the engine compile the module without running it: a second import that fails stops the linking."""
        name = graph.probe_for(canonical)
        request = {"id": message.ident, "name": name, "owner": 0}
        guest.control("r", json.dumps(request))
        outcome = self._drive(guest, message.ident)
        error = _raw_error(guest.control("x", str(message.ident))) if outcome == _FAILED else None
        guest.control("d", str(message.ident))
        if error is None or error.name != "SyntaxError":
            return None
        line = 0
        for part in error.stack.split("\n"):
            if canonical in part:
                number = part.rsplit(canonical, 1)[1].lstrip(":").split(":")[0]
                line = int(number) - 1 if number.isdigit() else 0
        return Fault(message.path, line, 0, error.message)


def _dialect(name: str) -> Dialect:
    return name if name in ("ts", "tsx", "js", "jsx") else "ts"  # type: ignore[return-value]


def _refusal(message: str) -> str:
    return "!" + json.dumps({"name": "Error", "message": message})


def _raw_error(text: str) -> RawError:
    """The guest's description of a thrown value. It comes from guest memory: anything odd is dropped."""
    try:
        return _convert(json.loads(text), 0)
    except (ValueError, TypeError, IndexError, RecursionError):
        return RawError("Error", "an error that cannot be described", "", True, "")


def _convert(item: list[object], depth: int) -> RawError:
    name, message, stack, is_error, value_text, cause, host = item
    if not (isinstance(name, str) and isinstance(message, str) and isinstance(stack, str)):
        raise TypeError
    below = _convert(cause, depth + 1) if isinstance(cause, list) and depth < 8 else None
    number = host if isinstance(host, int) else 0
    return RawError(name, message, stack, bool(is_error), str(value_text), below, number)
