"""The worker's message loop: one thread that opens guests, hands requests to `Runs`, and saves while idle.

While guest code runs, the engine polls `Questions.interrupted`; what no poll reaches ends when the kernel process
kills this one.
"""

from __future__ import annotations

from pathlib import Path

from qjs_kernel.protocol import (
    Answer,
    Call,
    Check,
    Close,
    Closed,
    Complete,
    Completed,
    Listen,
    Look,
    Open,
    Opened,
    Peek,
    Restore,
    Run,
    Save,
    SetEnv,
    ToWorker,
)
from qjs_kernel.worker.graph import Graph
from qjs_kernel.worker.guest import DEFAULT_STACK, ENGINE, Image
from qjs_kernel.worker.guestcalls import GuestCalls
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.questions import Questions
from qjs_kernel.worker.rlimits import limit_data
from qjs_kernel.worker.runs import Runs, dialect_named
from qjs_kernel.worker.scripts import LazyScripts
from qjs_kernel.worker.source.syntax import completeness
from qjs_kernel.worker.state import GuestState
from qjs_kernel.worker.stop import StopWatch
from qjs_kernel.worker.transactions import Transactions
from qjs_kernel.worker.transformer import Transformer

__all__ = ["Loop"]

_PARSER_MEMORY = 384 * 2**20  # syntax trees, files on their way; beyond the guest's own
_IDLE_BEFORE_SAVE = 0.002  # s without a message before a checkpoint is taken


class Loop:
    """Serves one kernel process over `pipe`.

    cache        the private directory for compiled code, if any
    directories  gets the directories of sandboxes, for whoever cleans up after a kernel process that died
    """

    def __init__(self, pipe: Pipe, cache: Path | None, directories: list[str]) -> None:
        self._directories = directories
        self._pipe = pipe
        self._cache = cache
        self._transformer = Transformer(cache)
        self._listening = False
        self._stop = StopWatch()
        self._transactions = Transactions(pipe, self._stop)
        calls = GuestCalls(self._transactions, pipe, self._stop)
        self._runs = Runs(self._transactions, calls, pipe, self._stop)
        self._questions = Questions(pipe, self._stop, calls.nested, LazyScripts(cache))
        self._questions.guest = self._transactions.guest
        self._transactions.guest_questions = self._questions
        self._stack = DEFAULT_STACK
        self._state = self._transactions.guest_state = self._make_state()

    def _make_state(self) -> GuestState:
        return GuestState(Image(self._cache, self._stack), self._questions, self._cache)

    def serve(self) -> None:
        """Answer messages until the kernel process closes the pipe (EOFError)."""
        self._pipe.send(Opened(ENGINE))
        later = self._questions.later
        while True:
            message = later.popleft() if later else self._idle()
            if message is not None:
                self._dispatch(message)

    def _idle(self) -> ToWorker | None:
        """The next message; meanwhile timers, and a checkpoint once it has been quiet for a moment."""
        if self._state.guest is None:
            return self._pipe.receive(None)
        due = self._runs.next_due() if self._listening else None
        if self._state.stale and (due is None or due > _IDLE_BEFORE_SAVE):
            message = self._pipe.receive(_IDLE_BEFORE_SAVE)
            if message is None:
                self._transactions.save(0)
            return message
        message = self._pipe.receive(due)
        if message is None:
            self._runs.turn()
        return message

    def _dispatch(self, message: ToWorker) -> None:
        state = self._state
        if isinstance(message, Open):
            self._open(message)
        elif isinstance(message, Close):
            self._close()
            self._pipe.send(Closed())
        elif state.guest is None:
            return  # a request that crossed with the end of its sandbox
        elif isinstance(message, Run):
            self._runs.run(message)
        elif isinstance(message, Call):
            self._runs.call(message)
        elif isinstance(message, Answer):
            self._questions.sort(message)
        elif isinstance(message, SetEnv):
            state.set_env(message)
        elif isinstance(message, Save):
            self._transactions.save(message.ident)
        elif isinstance(message, Restore):
            state.restore(message.image)
            self._transactions.save(message.ident)
        elif isinstance(message, Listen):
            self._listening = message.on
        elif isinstance(message, Check):
            self._runs.check(message)
        elif isinstance(message, Look):
            self._runs.look(message)
        elif isinstance(message, Peek):
            self._runs.peek(message)
        elif isinstance(message, Complete):
            dialect = dialect_named(message.dialect)
            status, indent = completeness(message.source, dialect, self._transformer)
            self._pipe.send(Completed(message.ident, status, indent))

    def _open(self, message: Open) -> None:
        self._close()
        self._directories[1:] = [message.directory]
        self._transactions.limits = message.limits
        if message.limits["stack"] != self._stack:
            self._stack = int(message.limits["stack"])
            self._state = self._transactions.guest_state = self._make_state()
        self._questions.graph = Graph(self._questions, int(message.limits["module_bytes"]), self._transformer)
        self._stop.open(message.directory)
        limit_data(int(message.limits["memory"]) + _PARSER_MEMORY)
        self._state.open(message)

    def _close(self) -> None:
        self._state.close()
        self._stop.close()
        self._questions.clear()
        self._transactions.calls.clear()
        self._listening = False
