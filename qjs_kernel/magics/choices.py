"""What the words of a command line may be, for completion. Each takes the session and the word begun."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from qjs_kernel.errors import FsError, MountError
from qjs_kernel.limits import Limits

if TYPE_CHECKING:
    from qjs_kernel.session import Session

__all__ = ["limit_choices", "package_choices", "path_choices"]

_ENTRIES = 2_000


def path_choices(session: Session, word: str) -> Iterator[str]:
    """Paths of the sandbox: what is in the directory that `word` has got to; directories end with a slash."""
    top = word[: word.rfind("/") + 1] or "/"
    fs = session.sandbox.fs
    try:
        names = sorted(fs.listdir(top))
        for name in names[:_ENTRIES]:
            path = f"{top}{name}"
            yield path + "/" if fs.kind(path) == "dir" else path
    except (FsError, MountError):
        return


def limit_choices(session: Session, word: str) -> Iterator[str]:
    """The names of the limits, with their equals sign."""
    for field in fields(Limits):
        yield f"{field.name}="


def package_choices(session: Session, word: str) -> Iterator[str]:
    """The packages that are there."""
    for package in session.packages():
        yield package.name
