"""The worker's end of the pipes: framed messages, with a timeout on receiving."""

from __future__ import annotations

import os
import queue
import select
import sys
import threading
from collections import deque
from time import monotonic

from qjs_kernel.frames import HEADER, decode_to_worker, encode_frame, frame_length
from qjs_kernel.protocol import ToHost, ToWorker

__all__ = ["Pipe"]

_CHUNK = 1 << 20
# Waiting for the answer to a question, look a little while before sleeping: waking up costs 30 µs of its 50.
_SPIN = 400e-6


class Pipe:
    """Messages in and out over two file descriptors. One thread uses it.

    `receive` waits with select; where select knows no pipes (Windows) a thread reads ahead instead, which costs
    a thread switch a message.
    """

    def __init__(self, source: int, target: int, *, threaded: bool = sys.platform == "win32") -> None:
        self._source = source
        self._target = target
        self._buffer = bytearray()
        self._ready: deque[ToWorker] = deque()
        self._queue: queue.SimpleQueue[bytes] | None = None
        if not threaded:
            os.set_blocking(source, False)
        else:
            self._queue = queue.SimpleQueue()
            threading.Thread(target=self._read_ahead, args=(self._queue,), daemon=True).start()

    def send(self, message: ToHost) -> None:
        """Write one message; OSError when the kernel process is gone."""
        view = memoryview(encode_frame(message))
        while view:
            view = view[os.write(self._target, view) :]

    def receive(self, timeout: float | None, *, soon: bool = False) -> ToWorker | None:
        """The next message, or None after `timeout` seconds; EOFError when the kernel process is gone.

        soon   a message is on its way: worth a moment of looking before sleeping
        """
        while not self._ready:
            chunk = self._read(timeout, soon)
            if chunk is None:
                return None
            if not chunk:
                raise EOFError
            self._buffer += chunk
            self._split()
        return self._ready.popleft()

    def _split(self) -> None:
        buffer = self._buffer
        at = 0
        while len(buffer) - at >= HEADER:
            length = frame_length(bytes(buffer[at : at + HEADER]))
            end = at + HEADER + length
            if len(buffer) < end:
                break
            with memoryview(buffer) as view:
                self._ready.append(decode_to_worker(view[at + HEADER : end]))
            at = end
        del buffer[:at]

    def _read(self, timeout: float | None, soon: bool) -> bytes | None:
        if self._queue is not None:
            try:
                return self._queue.get(timeout=timeout)
            except queue.Empty:
                return None
        until = monotonic() + _SPIN if soon else 0.0
        while True:
            try:
                return os.read(self._source, _CHUNK)
            except BlockingIOError:
                if monotonic() < until:
                    continue
            if not select.select([self._source], [], [], None if timeout is None else max(0.0, timeout))[0]:
                return None

    def _read_ahead(self, target: queue.SimpleQueue[bytes]) -> None:
        while True:
            try:
                chunk = os.read(self._source, _CHUNK)
            except OSError:
                chunk = b""
            target.put(chunk)
            if not chunk:
                return
