"""What the language service answers with. Plain values: no LSP, no Jupyter.

Offsets are code points into the text that was asked about; lines and columns count from 1, columns in code points,
as `qjs_kernel.errors.Diagnostic` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Completion", "Completions", "Edit", "Fix", "Hover", "Problem", "Signature", "State"]

StateName = Literal["off", "starting", "ready", "failed"]


class State(str):
    """ "off", "starting", "ready" or "failed", with the `reason` of a failure (or of the last restart) beside it."""

    __slots__ = ("reason",)
    reason: str

    def __new__(cls, name: StateName, reason: str = "") -> State:
        self = super().__new__(cls, name)
        self.reason = reason
        return self


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: `insert` takes the place of the text from `start` to `end`.

    label   as it is shown, "name?" for what may be missing
    kind    "function", "method", "property", "variable", "class", "interface", "module", "keyword", …
    detail  type or signature, "" where it was not asked for in time
    sort    proposals come sorted by it
    """

    label: str
    insert: str
    start: int
    end: int
    kind: str = ""
    detail: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """Proposals, best first; all of them replace the text from `start` to `end`."""

    items: tuple[Completion, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Hover:
    """What is known about the text from `start` to `end`, as Markdown and as plain text."""

    markdown: str
    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signature:
    """The call that the caret is in.

    parameters     as they stand in `label`, "b?: string"
    active         index of the parameter under the caret; -1 when it is past the last
    documentation  Markdown, of the function and then of the active parameter
    """

    label: str
    parameters: tuple[str, ...]
    active: int
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the text; `end_line` and `end_column` are where it ends, exclusive.

    code  "TS2322", TypeScript's own number
    path  the guest path of the text that was asked about
    """

    line: int
    column: int
    end_line: int
    end_column: int
    severity: Literal["error", "warning"]
    code: str
    message: str
    path: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` takes the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A suggestion; its edits are all of the text that was asked about, sorted, none overlapping."""

    title: str
    edits: tuple[Edit, ...]

    def apply(self, text: str) -> str:
        """`text` with the edits made."""
        for edit in reversed(self.edits):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text
