"""The value of a cell as a MIME bundle. Every result has text/plain, so that it survives reopening."""

from __future__ import annotations

from typing import Any

from qjs_kernel.display.text import safe_text, shorten

__all__ = ["RESULT_CHARACTERS", "GuestResult", "text_bundle"]

RESULT_CHARACTERS = 1_000_000


def text_bundle(text: str | None) -> dict[str, str] | None:
    """The MIME bundle of a value that `util.inspect` shows as `text`; None where nothing is to be shown."""
    if text is None:
        return None
    return {"text/plain": shorten(safe_text(text), RESULT_CHARACTERS)}


class GuestResult:
    """What a cell evaluated to: shown as the guest would show it, kept (`Out[n]`, `_`) as the Python value.

    data  the Python image of the value; None where there is none (null, functions, symbols)
    text  what `util.inspect` makes of it
    """

    __slots__ = ("data", "text")

    def __init__(self, data: Any, text: str) -> None:
        self.data = data
        self.text = text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return text_bundle(self.text) or {}

    def __repr__(self) -> str:
        return safe_text(self.text, colours=False)
