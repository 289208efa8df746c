"""`Transactions`: whatever the guest does begins and ends here, and is kept or undone as a whole.

What ends well or with an ordinary exception is kept. What the sandbox has to end is undone: the guest is made
again from the last checkpoint. Why it had to end is decided here, from stop flags, traps and memory probes alone.
"""

from __future__ import annotations

import contextlib

from qjs_kernel.protocol import Mapped, RawError, Saved
from qjs_kernel.worker.graph import Graph
from qjs_kernel.worker.guest import Guest, GuestThrow, OutOfMemory
from qjs_kernel.worker.native import Trap
from qjs_kernel.worker.pipe import Pipe
from qjs_kernel.worker.questions import Questions
from qjs_kernel.worker.reports import raw_error
from qjs_kernel.worker.state import GuestState
from qjs_kernel.worker.stop import Stopped, StopWatch

__all__ = ["LOST", "Transactions"]

_NEARLY_FULL = 0.85  # of the memory limit: worth a probe
LOST = (Stopped, Trap, GuestThrow, OutOfMemory)


class Transactions:
    """The guest of one sandbox at a time. `limits` are the sandbox's, by name.

    calls    numbers of the calls of guest functions that are under way; they are gone with what is undone
    unsaved  whether something has been done since the last checkpoint
    """

    def __init__(self, pipe: Pipe, stop: StopWatch) -> None:
        self._pipe = pipe
        self._stop = stop
        self.limits: dict[str, int | float] = {}
        self.guest_state: GuestState | None = None
        self.guest_questions: Questions | None = None
        self.calls: list[int] = []
        self.unsaved = False
        self._last = 0

    # Parts that are there whenever a guest is open

    @property
    def state(self) -> GuestState:
        assert self.guest_state is not None
        return self.guest_state

    @property
    def questions(self) -> Questions:
        assert self.guest_questions is not None
        return self.guest_questions

    @property
    def graph(self) -> Graph:
        graph = self.questions.graph
        assert graph is not None
        return graph

    def guest(self) -> Guest:
        """The guest, which a rollback replaces: ask again after each transaction."""
        guest = self.state.guest
        assert guest is not None
        return guest

    def save(self, ident: int) -> None:
        """Take a checkpoint if the last one is stale, and say where it lies."""
        state = self.state
        image = state.save() if state.stale or state.last is None else state.last
        self.unsaved = False
        self._pipe.send(Saved(image, self._last, ident))

    # Begin and end of a transaction

    def begin(self, ident: int, owner: int, seconds: float) -> float:
        """What runs from now on is `ident` (0: work between runs), for the run `owner`; returns when it began."""
        started = self._stop.begin(ident, seconds)
        self._last = ident or self._last
        questions = self.questions
        questions.owner = owner
        questions.host_calls = 0
        if ident:  # the limits on output go on counting between runs
            questions.console.begin(int(self.limits["output"]), int(self.limits["messages"]))
        return started

    def end(self, guest: Guest) -> None:
        """Send what the console still holds, undo if the run was stopped; the stop watch keeps its reason."""
        reason = self._stop.reason
        self._stop.end()
        # After a soft stop the guest can still be asked for the lines it buffers.
        with contextlib.suppress(*LOST):
            guest.control("w")
        # Those lines may have been the flood: nothing of this run may stop what comes now.
        self._stop.end()
        self.questions.console.finish()
        if reason == "exit":
            self.calls.clear()
        elif reason:
            self.roll_back()

    def roll_back(self) -> None:
        """Back to the last checkpoint; what was under way is forgotten."""
        self.questions.answers.clear()
        self.calls.clear()
        self.state.rollback()

    def classify(self, guest: Guest, problem: Exception) -> str:
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

    def check_heap(self, guest: Guest) -> None:
        """Stopped where the run has to end because of its memory, or for any other reason."""
        # A heap that is full would fail every later cell: it counts as out of memory now.
        if guest.memory_size >= _NEARLY_FULL * self.limits["memory"]:
            guest.collect_garbage()
            if not guest.probe():
                self._stop.stop("memory")
        self._stop.check()

    def send_maps(self) -> None:
        """Tell where the modules compiled since the last time come from: before anything with a stack through them."""
        graph = self.graph
        if graph.fresh_maps:
            maps, graph.fresh_maps = tuple(graph.fresh_maps), []
            self._pipe.send(Mapped(maps))

    def error(self, text: str) -> RawError:
        """The error in the JSON that control.js wrote, with the module names that the kernel process knows."""
        return raw_error(text, self.graph.script_lines.translate)
