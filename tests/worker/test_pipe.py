"""The worker's end of the pipes, in both of its modes: waiting with select, and a thread that reads ahead."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from qjs_kernel.frames import HEADER, ProtocolFault, decode_to_host, encode_frame
from qjs_kernel.protocol import Answer, Opened, Save, Stop
from qjs_kernel.worker.pipe import Pipe


class Ends:
    """The kernel's side of a `Pipe`."""

    def __init__(self, threaded: bool) -> None:
        source, self._in = os.pipe()
        self._out, target = os.pipe()
        self._worker = (source, target)
        self.pipe = Pipe(source, target, threaded=threaded)

    def write(self, data: bytes) -> None:
        os.write(self._in, data)

    def read(self, size: int) -> bytes:
        return os.read(self._out, size)

    def hang_up(self) -> None:
        if self._in >= 0:
            os.close(self._in)
            self._in = -1

    def _drain(self) -> None:
        while self.pipe.receive(5) is not None:
            pass

    def close(self) -> None:
        self.hang_up()
        with pytest.raises(EOFError):  # the reading thread, if there is one, has left its descriptor then
            self._drain()
        for descriptor in (self._out, *self._worker):
            os.close(descriptor)


@pytest.fixture(params=[False, True], ids=["select", "thread"])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    ends = Ends(request.param)
    yield ends
    ends.close()


def test_messages_in(ends: Ends) -> None:
    ends.write(encode_frame(Stop(7)))
    assert ends.pipe.receive(5) == Stop(7)
    assert ends.pipe.receive(0) is None
    assert ends.pipe.receive(0, soon=True) is None


def test_several_messages_at_once_and_one_in_pieces(ends: Ends) -> None:
    last = encode_frame(Answer(3, True, b"x" * 5_000))
    ends.write(encode_frame(Stop(1)) + encode_frame(Save(2)) + last[:2])
    assert ends.pipe.receive(5) == Stop(1)
    assert ends.pipe.receive(5) == Save(2)
    assert ends.pipe.receive(0) is None, "half a header is no message"
    ends.write(last[2 : HEADER + 10])
    assert ends.pipe.receive(0.01) is None
    ends.write(last[HEADER + 10 :])
    assert ends.pipe.receive(None) == Answer(3, True, b"x" * 5_000)


def test_messages_out(ends: Ends) -> None:
    ends.pipe.send(Opened("engine"))
    frame = ends.read(1_000)
    assert int.from_bytes(frame[:HEADER], "little") == len(frame) - HEADER
    assert decode_to_host(frame[HEADER:]) == Opened("engine")


def test_what_was_said_before_the_end_counts(ends: Ends) -> None:
    ends.write(encode_frame(Stop(1)))
    ends.hang_up()
    assert ends.pipe.receive(5) == Stop(1)


@pytest.mark.parametrize(
    "data",
    [(0).to_bytes(4, "little"), b"\xff\xff\xff\xff", (3).to_bytes(4, "little") + b"\xc1\xc1\xc1"],
    ids=["empty", "huge", "no message"],
)
def test_what_is_no_message(data: bytes) -> None:
    ends = Ends(threaded=False)
    ends.write(data)
    with pytest.raises(ProtocolFault):
        ends.pipe.receive(5)
