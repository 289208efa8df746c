"""What the guest's present values tell a writer of code; no code of the user runs for it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from qjs_kernel.display import safe_text
from qjs_kernel.errors import QjsError
from qjs_kernel.protocol import Looked
from qjs_kernel.session import Session

__all__ = ["Path", "look", "path_at", "path_before", "shown"]

_SECONDS = 0.25
_WORD = re.compile(r"[\w$]*")
_LONGEST = 300  # characters of a path looked at


@dataclass(frozen=True, slots=True)
class Path:
    """`names[0].names[1]…` and the `word` (perhaps empty) begun behind it; `member`: behind a dot."""

    names: tuple[str, ...]
    word: str
    member: bool


def path_before(text: str) -> Path | None:
    """The path that the end of `text` goes on with; None where what stands before a dot is no plain path."""
    end = text[-_LONGEST:]
    word_start = len(end)
    while word_start and (end[word_start - 1].isalnum() or end[word_start - 1] in "_$"):
        word_start -= 1
    word, before = end[word_start:], end[:word_start]
    if word[:1].isdigit():
        return None
    stripped = before.rstrip()
    if not stripped.endswith(".") or stripped.endswith(".."):
        return Path((), word, False)
    owner = stripped[:-1].removesuffix("?").rstrip()
    names: list[str] = []
    while True:
        at = len(owner)
        while at and (owner[at - 1].isalnum() or owner[at - 1] in "_$"):
            at -= 1
        name = owner[at:]
        if not name or name[0].isdigit():
            return None
        names.append(name)
        owner = owner[:at].rstrip()
        if not owner.endswith("."):
            return Path(tuple(reversed(names)), word, True)
        owner = owner[:-1].removesuffix("?").rstrip()


def path_at(text: str, offset: int) -> tuple[str, ...]:
    """The names of the path that `offset` stands in or behind: `a.b` for `a.b‸.c`; () for none."""
    found = _WORD.match(text, offset)
    path = path_before(text[: found.end() if found else offset])
    return () if path is None or not path.word else (*path.names, path.word)


async def look(
    session: Session, names: tuple[str, ...], prefix: str | None = None, *, timeout: float = _SECONDS
) -> Looked | None:
    """`Session.look`, which may not come in time or fail; None then."""
    task = asyncio.ensure_future(session.look(names, prefix))
    # Left to itself when it is late: cancelling would interrupt the worker.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    done, _ = await asyncio.wait({task}, timeout=timeout)
    try:
        return task.result() if done else None
    except QjsError:
        return None


def shown(text: str) -> str:
    """A text of the guest in one line, harmless for any reader."""
    return safe_text(text, colours=False).replace("\n", "\\n")
