"""The console on its way out: batched after the first lines, and cut at the run's limit."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from qjs_kernel.protocol import Write

__all__ = ["Console"]

_EVERY = 0.05  # s
# The first lines of a run go out at once: should the worker have to be killed, they are there.
_DIRECT = 100
_SIZE = 65_536
_FLOOD = 16


class Console:
    """Collects console text and sends it in batches. `begin` starts the counts of a run.

    limit     bytes a run may write; what is beyond is dropped after one line that says so
    messages  batches a run may send before its end
    """

    def __init__(self, send: Callable[[Write], None]) -> None:
        self._send = send
        self._text: list[str] = []
        self._size = 0
        self._key = (0, 0)
        self._sent = 0.0
        self._limit = self._messages = 0
        self.written = 0
        self._batches = 0
        self._cleared = False
        self._rest: dict[tuple[int, int], list[str]] = {}

    def shown(self) -> None:
        """Something that is no console text has been shown: it can be cleared too."""
        self._cleared = False

    def begin(self, limit: int, messages: int) -> None:
        self._limit, self._messages = limit, messages
        self.written = self._batches = 0

    @property
    def waiting(self) -> bool:
        """Whether there is text that has not been sent."""
        return bool(self._text)

    def write(self, stream: int, owner: int, text: str) -> bool:
        """Take text (stream 1, 2; 0 clears); False when the run floods the console beyond any excuse."""
        key = (stream, owner)
        if key != self._key:
            self.flush()
            self._key = key
        if stream == 0:
            if not self._cleared and self._batches <= self._messages:
                self._batches += 1
                self._send(Write(0, "wait" if text == "wait" else "", owner))
            self._cleared = True  # again only once there is something to clear
            return True
        self._cleared = False
        before = self.written
        self.written += len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if before >= self._limit:
            return self.written <= _FLOOD * self._limit
        if self.written > self._limit:
            kept = text.encode("utf-8", "replace")[: self._limit - before].decode("utf-8", "ignore")
            text = f"{kept}\n[output truncated: Limits.output is {self._limit:,} bytes]\n"
        self._text.append(text)
        self._size += len(text)
        if self._size > _SIZE or self._batches < _DIRECT:
            self.flush()
        else:
            self.tick()
        return True

    def tick(self) -> None:
        """Send what has waited long enough."""
        if self._text and monotonic() - self._sent > _EVERY:
            self.flush()

    def flush(self) -> None:
        """Send everything now."""
        if not self._text:
            return
        text = "".join(self._text)
        self._text = []
        self._size = 0
        if self._batches >= self._messages:
            # Streams that alternate line by line: what is beyond comes in one piece a stream at the end.
            self._rest.setdefault(self._key, []).append(text)
            return
        self._sent = monotonic()
        self._batches += 1
        self._send(Write(self._key[0], text, self._key[1]))

    def finish(self) -> None:
        """The run is over: send what is left."""
        self.flush()
        rest, self._rest = self._rest, {}
        for (stream, owner), texts in rest.items():
            self._batches += 1
            if self._batches > 2 * self._messages:
                return  # timers that go on and on
            self._send(Write(stream, "".join(texts), owner))
