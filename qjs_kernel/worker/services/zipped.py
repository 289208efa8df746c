"""Deflate, zlib and gzip for guests. One call has all the input; what comes out is bounded, also by a constant."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final, NoReturn

from qjs_kernel.worker.services import Op, ServiceError

__all__ = ["OPS"]

_MOST: Final = 64 * 2**20  # bytes that come out of a call, whatever the guest asks for
_CODES: Final = {
    2: "Z_NEED_DICT",
    -2: "Z_STREAM_ERROR",
    -3: "Z_DATA_ERROR",
    -4: "Z_MEM_ERROR",
    -5: "Z_BUF_ERROR",
}
_MESSAGE: Final = re.compile(r"Error (-?\d+) while [^:]*(?:: (.*))?", re.DOTALL)
_FORMATS: Final = {"zlib": 0, "gzip": 16, "raw": 0}
_FINISH: Final = 4
_SLICE: Final = 65_536
_STEP: Final = 2**20  # bytes unpacked at once: what is written twice for a moment


def _fail(errno: int, message: str) -> NoReturn:
    raise ServiceError("Error", message, errno=errno, code=_CODES.get(errno, "Z_STREAM_ERROR"))


def _translate(error: zlib.error) -> NoReturn:
    """zlib tells its own words and number only in the text of Python's exception."""
    found = _MESSAGE.match(str(error))
    if found is None:
        _fail(-2, str(error))
    errno = int(found[1])
    if errno == 2:
        _fail(2, "Missing dictionary")
    if "setting zdict" in found[0]:
        _fail(2, "Bad dictionary")
    _fail(errno, found[2] or "stream error")


def _whole(args: list[Any], at: int, least: int, most: int) -> int:
    value = args[at] if at < len(args) else None
    if type(value) is not int or not least <= value <= most:
        raise ServiceError("RangeError", f"argument {at} must be a whole number from {least} to {most}")
    return value


def _format(args: list[Any]) -> str:
    if not args or not isinstance(args[0], str) or args[0] not in _FORMATS:
        raise ServiceError("TypeError", "a format is expected: zlib, gzip or raw")
    return args[0]


def _too_large(most: int) -> ServiceError:
    return ServiceError(
        "RangeError", f"Cannot create a Buffer larger than {most} bytes", code="ERR_BUFFER_TOO_LARGE"
    )


def _window(form: str, bits: int) -> int:
    return -bits if form == "raw" else bits + _FORMATS[form]


def _split(args: list[Any], at: int, data: bytes | None) -> tuple[bytes, bytes]:
    """The dictionary and the input, which were joined for the way."""
    data = data or b""
    length = _whole(args, at, 0, len(data))
    return data[:length], data[length:]


def _compress(args: list[Any], data: bytes | None) -> bytes:
    """[format, level, window bits, memory level, strategy, last flush, most, bytes of dictionary], both → bytes."""
    form = _format(args)
    bits = _whole(args, 2, 8, 15)
    most = min(_whole(args, 6, 1, 2**53), _MOST)
    dictionary, source = _split(args, 7, data)
    options: dict[str, Any] = {"zdict": dictionary} if dictionary and form != "gzip" else {}
    packer = zlib.compressobj(
        level=_whole(args, 1, -1, 9),
        wbits=_window(form, max(bits, 9)),  # zlib itself turns 8 into 9, but not for every format
        memLevel=_whole(args, 3, 1, 9),
        strategy=_whole(args, 4, 0, 4),
        **options,
    )
    made = packer.compress(source) + packer.flush(_whole(args, 5, 0, 5))
    if len(made) > most:
        raise _too_large(most)
    return made


def _decompress(args: list[Any], data: bytes | None) -> bytes:
    """[format or "any", window bits, last flush, most, bytes of dictionary], both → bytes."""
    bits = _whole(args, 1, 0, 15)
    partial = _whole(args, 2, 0, 5) != _FINISH
    most = min(_whole(args, 3, 1, 2**53), _MOST)
    dictionary, source = _split(args, 4, data)
    known = args[0] == "any"
    form = ("gzip" if source[:2] == b"\x1f\x8b" else "zlib") if known else _format(args)
    window = _window(form, max(bits, 8) if form == "raw" else bits)
    options: dict[str, Any] = {"zdict": dictionary} if dictionary and form != "gzip" else {}
    made = BytesIO()  # pieces in a list would be there twice when they are joined
    room = most
    at = 0
    unpacker = zlib.decompressobj(window, **options)
    # In slices: what follows the end of a member is handed back as a copy, and members can be many and tiny.
    while at < len(source):
        piece = source[at : at + _SLICE]
        at += len(piece)
        while True:
            # One byte more than may come: that tells a bomb from what just fits.
            wanted = min(room + 1, _STEP)
            plain = unpacker.decompress(piece, wanted)
            if len(plain) > room:
                raise _too_large(most)
            made.write(plain)
            room -= len(plain)
            piece = unpacker.unconsumed_tail
            # A full answer may have left something inside the unpacker.
            if unpacker.eof or (not piece and len(plain) < wanted):
                break
        if unpacker.eof:
            at -= len(unpacker.unused_data)
            # As in Node: another member follows, unless it is padding with zeros.
            if form != "gzip" or at == len(source) or source[at] == 0:
                break
            unpacker = zlib.decompressobj(window)
    if not unpacker.eof and not partial:
        _fail(-5, "unexpected end of file")
    return made.getvalue()


def _crc32(args: list[Any], data: bytes | None) -> int:
    """[value so far], bytes → the checksum."""
    return zlib.crc32(data or b"", _whole(args, 0, 0, 2**32 - 1))


def _told(work: Op) -> Op:
    """The same, with zlib's own errors as Node's."""

    def told(args: list[Any], data: bytes | None) -> Any:
        try:
            return work(args, data)
        except zlib.error as error:
            _translate(error)

    return told


OPS: Final[Mapping[str, Op]] = {
    "compress": _told(_compress),
    "crc32": _crc32,
    "decompress": _told(_decompress),
}
