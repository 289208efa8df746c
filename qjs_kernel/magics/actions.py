"""What a command asks the front end to do, so that commands know neither Jupyter nor event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from qjs_kernel.magics.grammar import Command, CommandError

if TYPE_CHECKING:
    from qjs_kernel.magics.params import Declared
    from qjs_kernel.session import Session

__all__ = ["Action", "Assist", "Guest", "Params", "Python", "Show", "View", "run_command"]


class Show(Struct, frozen=True):
    """Print `text`."""

    text: str


class Guest(Struct, frozen=True):
    """Evaluate `code` in the sandbox, with what holds for this run only (None: as the notebook has it).

    tests  run the tests that it declares, all or those with this text in their name
    """

    code: str
    dialect: str = "ts"
    timeout: float | None = None
    memory: int | None = None
    fresh: bool = False
    tests: str | bool = False


class Python(Struct, frozen=True):
    """Run `code` as Python in the user namespace; with `export`, its public names become `env.*`."""

    code: str
    export: bool = False


class Assist(Struct, frozen=True):
    """Something that the helper of the notebook does, which commands do not know.

    mode         set what is done with type problems to `text`, or show it
    check        check the cell `text`
    files        check the file or directory `text`
    fix          show the last checked cell with suggestion `number` made
    format       show the cell `text` formatted
    format-file  format the file `text`
    """

    verb: Literal["mode", "check", "files", "fix", "format", "format-file"]
    text: str = ""
    dialect: str = "ts"
    number: int = 1


class View(Struct, frozen=True):
    """Open a view: "env", "files", "limits", "cells", or "value" of the path `argument` ("": of all names)."""

    what: str
    argument: str = ""


class Params(Struct, frozen=True):
    """Declare parameters in the sandbox and open the view with their controls."""

    declared: Declared


Action = Show | Guest | Python | Assist | View | Params | None


def run_command(session: Session, command: Command, line: str, body: str = "") -> Action:
    """Parse `line` and run the command. CommandError and other QjsErrors say what is wrong."""
    action = command.run(session, command.parse(line), body)
    if action is not None and not isinstance(action, (Show, Guest, Python, Assist, View, Params)):
        raise CommandError(f"{command.title} gave no action but {type(action).__name__}")
    return action
