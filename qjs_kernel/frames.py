"""How messages cross the wall: a frame is a 4-byte little-endian length and one msgpack-encoded struct."""

from __future__ import annotations

import msgspec

from qjs_kernel.protocol import ToHost, ToWorker

__all__ = [
    "HEADER",
    "MAX_FRAME",
    "ProtocolFault",
    "decode_to_host",
    "decode_to_worker",
    "encode_frame",
    "frame_length",
]

# Module sources (16 MiB) and file contents (64 MiB by default) go through in one piece.
MAX_FRAME = 512 * 2**20
HEADER = 4


class ProtocolFault(Exception):
    """The other side sent something that is no message of this protocol."""


_encoder = msgspec.msgpack.Encoder()
_worker_decoder: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
_host_decoder: msgspec.msgpack.Decoder[ToHost] = msgspec.msgpack.Decoder(ToHost)


def encode_frame(message: ToWorker | ToHost) -> bytes:
    """The whole frame of `message`; ProtocolFault when it is larger than MAX_FRAME or holds a lone surrogate."""
    try:
        body = _encoder.encode(message)
    except UnicodeEncodeError as error:
        raise ProtocolFault(f"text with a lone surrogate cannot be sent: {error.reason}") from None
    if len(body) > MAX_FRAME:
        raise ProtocolFault(f"a message of {len(body)} bytes is larger than {MAX_FRAME}")
    return len(body).to_bytes(HEADER, "little") + body


def frame_length(header: bytes) -> int:
    """Length of the body that follows the 4-byte `header`; ProtocolFault when it is not plausible."""
    length = int.from_bytes(header, "little")
    if not 0 < length <= MAX_FRAME:
        raise ProtocolFault(f"a frame of {length} bytes is not plausible")
    return length


def decode_to_worker(body: bytes | memoryview) -> ToWorker:
    try:
        return _worker_decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolFault(f"not a message to the worker: {error}") from None


def decode_to_host(body: bytes | memoryview) -> ToHost:
    """The message in `body`; ProtocolFault for anything that does not fit the types of the protocol."""
    try:
        return _host_decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolFault(f"not a message of a worker: {error}") from None
