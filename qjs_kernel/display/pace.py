"""Rendering that is not allowed to take over: what a program displays is rendered outside of its own time limit."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from qjs_kernel.display.mime import plain_text
from qjs_kernel.display.rendering import SourceOf, render_bundle
from qjs_kernel.display.results import Bundle

__all__ = ["Renderer"]

_SECONDS = 10.0
_REGAINED = 0.5  # s of rendering, for each second
_NOTE = "[shown as text: rendering what was displayed takes too long]"


class Renderer:
    """`render_bundle` with a budget of time; once it is used up displays are shown as their text.

    clock  seconds, for tests
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._left = _SECONDS
        self._at = clock()

    def __call__(
        self, bundle: dict[str, Any], *, allow_html: bool = False, source_of: SourceOf | None = None
    ) -> Bundle:
        """Data and metadata of what the guest displayed."""
        started = self._clock()
        self._left = min(_SECONDS, self._left + (started - self._at) * _REGAINED)
        self._at = started
        if self._left <= 0:
            text = bundle.get("text/plain")
            return {"text/plain": f"{plain_text(text)}\n{_NOTE}" if isinstance(text, str) else _NOTE}, {}
        try:
            return render_bundle(bundle, allow_html=allow_html, source_of=source_of)
        finally:
            self._left -= self._clock() - started
