"""`Topics`: who wants to know that something of a session has changed, and of what kind it was."""

from __future__ import annotations

import logging
from collections.abc import Callable

__all__ = ["Topics"]

logger = logging.getLogger(__name__)


class Topics:
    """Subscribers, told one after another in the order in which they came."""

    def __init__(self) -> None:
        self._callbacks: dict[object, Callable[[str], None]] = {}

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback(topic)` at each `tell`; returns what ends that, and may be called again."""
        key = object()
        self._callbacks[key] = callback
        return lambda: self._callbacks.pop(key, None) and None

    def tell(self, topic: str) -> None:
        """`topic` has changed. What a subscriber raises is logged."""
        for callback in tuple(self._callbacks.values()):
            try:
                callback(topic)
            except Exception:
                # Who looks on must not make a cell fail, or a call of a host function.
                logger.exception("a subscriber of the session failed on %s", topic)
