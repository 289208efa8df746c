"""The way back: the states before the last steps of a notebook, and those that were given a name."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from qjs_kernel.display import safe_text, shorten
from qjs_kernel.errors import QjsError, WorkerError
from qjs_kernel.limits import MIB
from qjs_kernel.sandbox import Sandbox

if TYPE_CHECKING:
    from qjs_kernel.npm import Shelf

__all__ = ["UNDO_STEPS", "NoSuchCheckpoint", "NothingToUndo", "PastStep", "Timeline"]

UNDO_STEPS: Final = 10
_PAST_STEPS = 200
_CHECKPOINTS = 20
_LONGEST_NAME = 100
_LABEL = 300


class NothingToUndo(QjsError):
    """`undo` was asked for where nothing has been done, or what was done is too long ago."""


class NoSuchCheckpoint(QjsError):
    """A checkpoint was asked for by a name that none has, or one cannot be made or restored."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a step or a checkpoint goes back to: guest and files, or (without `guest`) the files alone.

    ran     path and text of the cells whose names the guest had, in the order in which they last ran
    holds   numbers of the last steps whose effects were there
    number  of the step, 0 while it is none
    series  of reruns that it is the step of, "" for any other
    """

    label: str
    state: Any
    guest: bool
    shelf: Shelf | None
    ran: dict[str, str]
    holds: tuple[int, ...]
    number: int = 0
    series: str = ""


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step that was made at some time.

    number  counts all steps of a notebook
    back    how many steps undo has to take back for it to be among them; 0: it cannot be undone
    undone  whether its effects are not there any more
    """

    number: int
    label: str
    back: int
    undone: bool


class Timeline:
    """The steps of one sandbox that can be taken back, oldest first, and its named checkpoints."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._steps: deque[_State] = deque(maxlen=UNDO_STEPS)
        self._past: deque[tuple[int, str]] = deque(maxlen=_PAST_STEPS)
        self._holds: tuple[int, ...] = ()
        self._named: dict[str, _State] = {}
        self.last = 0
        self.shelf: Shelf | None = None  # of packages; made with the first one
        self.ran: dict[str, str] = {}

    @property
    def steps(self) -> list[str]:
        """What undo would take back, newest first."""
        return [step.label for step in reversed(self._steps)]

    @property
    def past(self) -> list[PastStep]:
        """The last steps that were ever made, newest first."""
        back = {step.number: count for count, step in enumerate(reversed(self._steps), start=1)}
        return [
            PastStep(number, label, back.get(number, 0), number not in self._holds)
            for number, label in reversed(self._past)
        ]

    def _state(self, label: str, state: Any, *, guest: bool, ran: dict[str, str] | None = None) -> _State:
        kept = dict(self.ran) if ran is None else ran
        # Names of files are in it, which the guest may have chosen.
        label = shorten(safe_text(label, colours=False).replace("\n", "\\n"), _LABEL)
        return _State(label, state, guest, self.shelf, kept, self._holds)

    def _push(self, step: _State) -> None:
        self.last += 1
        self._steps.append(replace(step, number=self.last))
        self._past.append((self.last, step.label))
        self._holds = (*self._holds[1 - _PAST_STEPS :], self.last)

    def cell_ran(self, path: str, code: str, label: str, *, step: bool, series: str = "") -> None:
        """A cell has run and its effects are kept; with `step` it can be undone.

        Runs of a `series` that follow each other are one step, from before the first of them.
        """
        before = dict(self.ran)
        self.ran.pop(path, None)
        self.ran[path] = code
        if not step or (series and self._steps and self._steps[-1].series == series):
            return
        state = self._state(series or label, self._sandbox.previous(), guest=True, ran=before)
        self._push(replace(state, series=series))
        if series:
            # The worker uses its files in turn: however many runs follow, these states stay.
            for index, each in enumerate(self._steps):
                if each.guest:
                    self._steps[index] = replace(each, state=self._sandbox.keep(each.state))

    @contextmanager
    def files_step(self, label: str) -> Iterator[None]:
        """What the body does to files (and the shelf of packages) is one step; if it fails, nothing was done."""
        step = self._state(label, self._sandbox.fs.snapshot(), guest=False)
        try:
            yield
        except BaseException:
            self._sandbox.fs.restore(step.state)
            self.shelf = step.shelf
            raise
        self._push(step)

    def undo(self, steps: int = 1) -> list[str]:
        """Go back `steps` steps; returns what was undone, newest first. NothingToUndo when there are not as many."""
        if not self._steps:
            raise NothingToUndo(f"nothing to undo: no step is kept (at most {UNDO_STEPS} are)")
        if not 0 < steps <= len(self._steps):
            kept = len(self._steps)
            raise NothingToUndo(f"cannot undo {steps} steps: {kept} {'is' if kept == 1 else 'are'} kept")
        taken = list(self._steps)[-steps:]
        # The guest goes back once: each return needs a place on disk, where the states before it would lie.
        guest = next((step for step in taken if step.guest), None)
        if guest is not None:
            try:
                self._go(guest, NothingToUndo, f"the state before {guest.label}")
            except ValueError:
                while self._steps[0] is not guest:
                    self._steps.popleft()
                self._steps.popleft()
                raise NothingToUndo(f"the state before {guest.label} is not kept any more") from None
        if guest is not taken[0]:
            self._go(taken[0], NothingToUndo, f"the state before {taken[0].label}")
        for _ in taken:
            self._steps.pop()
        return [step.label for step in reversed(taken)]

    def _go(self, state: _State, refusal: type[QjsError], what: str) -> None:
        """ValueError where the state is not there any more, `refusal` where it is of no use; nothing changes then."""
        if state.guest:
            limit = self._sandbox.limits.memory
            if state.state.size > limit:
                raise refusal(
                    f"{what} needs {-(-state.state.size // MIB)} MB of memory, and the limit is "
                    f"{limit / MIB:.4g} MB: raise it with %limits memory=…"
                )
            try:
                self._sandbox.restore(state.state)
            except WorkerError as error:
                raise refusal(f"{what} cannot be read any more: {error}") from None
            self.ran = dict(state.ran)
        else:
            self._sandbox.fs.restore(state.state)
        self.shelf, self._holds = state.shelf, state.holds

    # Named checkpoints

    @property
    def checkpoints(self) -> dict[str, int]:
        """Name → bytes on disk of the named checkpoints, oldest first."""
        return {name: state.state.size for name, state in self._named.items()}

    def checkpoint(self, name: str) -> None:
        """Keep the state now, guest and files, under `name`; a checkpoint that had this name is replaced."""
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise NoSuchCheckpoint(
                f"a checkpoint needs a name of 1 to {_LONGEST_NAME} printable characters, not {name[:120]!r}"
            )
        if name not in self._named and len(self._named) >= _CHECKPOINTS:
            raise NoSuchCheckpoint(
                f"{_CHECKPOINTS} checkpoints are kept already; drop one: %checkpoint NAME --drop"
            )
        made = self._state(name, self._sandbox.checkpoint(), guest=True)
        self.drop(name, missing_ok=True)
        self._named[name] = made

    def restore(self, name: str) -> None:
        """Go to the checkpoint `name`, which stays; can be undone."""
        state = self._found(name)
        before = self._state(f"restore {name}", self._sandbox.checkpoint(), guest=True)
        self._go(state, NoSuchCheckpoint, f"the checkpoint {name}")
        self._push(before)

    def drop(self, name: str, *, missing_ok: bool = False) -> None:
        """Forget the checkpoint `name`."""
        if missing_ok and name not in self._named:
            return
        self._found(name).state.close()
        del self._named[name]

    def _found(self, name: str) -> _State:
        state = self._named.get(name)
        if state is None:
            known = ", ".join(self._named)
            raise NoSuchCheckpoint(
                f"there is no checkpoint {name!r}; "
                + (f"there are: {known}" if known else "make one with %checkpoint NAME")
            )
        return state

    def close(self) -> None:
        """Forget all states."""
        self._steps.clear()
        for name in list(self._named):
            self.drop(name)
