"""The value of a cell as a display object. Every result has text/plain, so that it survives reopening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qjs_kernel.display.text import safe_text

__all__ = ["RESULT_CHARACTERS", "Bundle", "GuestResult"]

# Jupyter data, metadata
Bundle = tuple[dict[str, Any], dict[str, Any]]

RESULT_CHARACTERS = 1_000_000


class GuestResult:
    """What a cell evaluated to: shown as the guest would show it, kept (`Out[n]`, `_`) as the Python value.

    data        the Python image of the value; None where there is none (null, functions, symbols)
    text        what `util.inspect` makes of it
    rich        the MIME bundle that the value's own display method gave, not yet looked at; None without one
    allow_html  whether the owner lets HTML of the guest through, in a sandboxed frame
    source_of   the text of a file or a cell, for the lines of code of an error
    """

    __slots__ = ("allow_html", "data", "rich", "source_of", "text")

    def __init__(
        self,
        data: Any,
        text: str,
        rich: dict[str, Any] | None = None,
        allow_html: bool = False,
        source_of: Callable[[str], str | None] | None = None,
    ) -> None:
        self.data = data
        self.text = text
        self.rich = rich
        self.allow_html = allow_html
        self.source_of = source_of

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        # With the first result, not with the first import: a kernel starts without the renderers.
        from qjs_kernel.display.rendering import render_bundle, render_value

        if self.rich is None:
            return render_value(self.data, self.text, allow_html=self.allow_html, source_of=self.source_of)
        return render_bundle(self.rich, allow_html=self.allow_html, source_of=self.source_of, text=self.text)

    def __repr__(self) -> str:
        return safe_text(self.text, colours=False)
