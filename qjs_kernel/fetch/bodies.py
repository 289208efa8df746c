"""Response bodies: decompressed piece by piece, so that a bomb ends at the limit and not in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from qjs_kernel.fetch.errors import FetchError

__all__ = ["Inflater", "TooLarge", "decoders", "inflate"]

_PIECE = 64 * 1024
_MOST_CODINGS = 5


class TooLarge(Exception):
    """A body, or what one of its codings hides, has more bytes than allowed."""


class Inflater:
    """One content coding, "gzip" or "deflate", undone as the bytes come; TooLarge above `most` bytes."""

    def __init__(self, gzip: bool, most: int) -> None:
        self._gzip = gzip
        self._left = most
        self._inflate = zlib.decompressobj(31) if gzip else None
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` adds, in pieces of bounded size."""
        while data:
            if self._inflate is None:
                # "deflate" is zlib's format, but some servers send the bare stream.
                self._inflate = zlib.decompressobj(15 if data[0] & 15 == 8 else -15)
            if self._inflate.eof:
                # Another member may follow in gzip; anything else after the end is ignored, as browsers do.
                if not self._gzip or not data.startswith(b"\x1f"):
                    return
                self._inflate = zlib.decompressobj(31)
            try:
                piece = self._inflate.decompress(data, _PIECE)
            except zlib.error:
                raise FetchError("incorrect data in the compressed body", "Z_DATA_ERROR") from None
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if piece:
                # What one coding hides from the next counts too: the last one may make nothing of it.
                self._left -= len(piece)
                if self._left < 0:
                    raise TooLarge
                yield piece
            elif not self._inflate.eof and not data:
                return


def decoders(headers: Sequence[tuple[str, str]], most: int) -> list[Inflater]:
    """What undoes the codings of a response, in the order to apply. With one that is unknown, none of them."""
    value = ",".join(text for name, text in headers if name.lower() == "content-encoding")
    codings = [coding.strip().lower() for coding in value.split(",") if coding.strip()]
    if len(codings) > _MOST_CODINGS:
        raise FetchError(
            f"too many content codings: {len(codings)}, at most {_MOST_CODINGS}", "UND_ERR_RESPONSE"
        )
    found = []
    for coding in reversed(codings):
        if coding not in ("gzip", "x-gzip", "deflate"):
            return []
        found.append(Inflater(coding != "deflate", most))
    return found


def inflate(stages: Sequence[Inflater], data: bytes) -> Iterator[bytes]:
    """`data` through all stages."""
    if not stages:
        yield data
        return
    for piece in stages[0].feed(data):
        yield from inflate(stages[1:], piece)
