"""The commands that show the state of a notebook as views, and those that go back to an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qjs_kernel.magics.actions import Action, Show, View
from qjs_kernel.magics.grammar import Argument, Command, CommandError, Option, Parsed, show_size

if TYPE_CHECKING:
    from qjs_kernel.session import Session

__all__ = ["VIEW_COMMANDS"]

_STATE = ("env", "files", "limits", "cells")


def _view(session: Session, parsed: Parsed, body: str) -> Action:
    what = " ".join(parsed.words)
    return View(what) if what in _STATE else View("value", what)


def _view_choices(session: Session, word: str) -> Iterator[str]:
    yield from _STATE
    yield from session.names()


def _checkpoint_choices(session: Session, word: str) -> Iterator[str]:
    yield from session.checkpoints


def _undo(session: Session, parsed: Parsed, body: str) -> Action:
    word = parsed.word(0, "1")
    if not word.isdecimal() or len(word) > 3 or not int(word):
        raise CommandError(f"%undo: {word[:40]!r} is no number of steps; write %undo or %undo 2")
    return Show(f"undone: {session.undo(int(word))}")


def _checkpoint(session: Session, parsed: Parsed, body: str) -> Action:
    name = " ".join(parsed.words)
    if not name:
        if parsed.flag("drop"):
            raise CommandError("%checkpoint: which one? write %checkpoint NAME --drop")
        kept = session.checkpoints
        width = max(map(len, kept), default=0)
        lines = [f"{each:<{width}}  {show_size(size)}" for each, size in kept.items()]
        return Show("\n".join(lines) or "no checkpoints: make one with %checkpoint NAME")
    if parsed.flag("drop"):
        session.drop_checkpoint(name)
        return Show(f"dropped: {name}")
    session.checkpoint(name)
    return Show(f"kept as {name}: %restore {name} comes back here")


def _restore(session: Session, parsed: Parsed, body: str) -> Action:
    name = " ".join(parsed.words)
    session.restore(name)
    return Show(f"restored: {name} (%undo takes that back)")


VIEW_COMMANDS: tuple[Command, ...] = (
    Command(
        "view",
        "line",
        "Open a live view: of env, files, limits, cells, or of a value by its name.",
        _view,
        arguments=(
            Argument(
                "WHAT",
                "env, files, limits, cells, or a value as state.users[3]; all names without it",
                required=False,
                many=True,
                choices=_view_choices,
            ),
        ),
        details=(
            "The view follows what cells do while they run; where a notebook is read without a kernel, a picture of it "
            "stands there instead. Looking at a value runs nothing: getters and proxies are not asked."
        ),
    ),
    Command(
        "undo",
        "line",
        "Go back to before the last cell: variables and files of the sandbox.",
        _undo,
        arguments=(Argument("N", "steps; 1 without it", required=False),),
    ),
    Command(
        "checkpoint",
        "line",
        "Keep the state under a name, or list what is kept.",
        _checkpoint,
        arguments=(Argument("NAME", "any", required=False, many=True, choices=_checkpoint_choices),),
        options=(Option("drop", "forget that checkpoint"),),
        details="Variables and files of the sandbox; env and the limits are the notebook's own and not part of it.",
    ),
    Command(
        "restore",
        "line",
        "Go to a checkpoint by its name.",
        _restore,
        arguments=(Argument("NAME", "as %checkpoint lists them", many=True, choices=_checkpoint_choices),),
    ),
)
