"""Text encodings: the Encoding Standard's decoders over Python's codecs, and UTF-8 for texts too long for the guest.

Python's codecs have the right tables but for a few places (`text_tables`), and other rules about what is an error and
how many bytes it takes. So a codec's word is taken for whole stretches that it accepts, and the rest is decoded
step by step as the Standard says.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from functools import cache
from io import StringIO
from typing import Any, Final, TypeAlias

from qjs_kernel.worker.services import Op, ServiceError
from qjs_kernel.worker.services.text_tables import BIG5, GB18030, LABELS

__all__ = ["OPS"]

# Python's name where it is not the Standard's.
_SINGLE: Final = {
    "ibm866": "cp866",
    "iso-8859-8-i": "iso-8859-8",
    "macintosh": "mac_roman",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
}
_PATCHES: Final = {("koi8-u", 0xAE): "ў", ("koi8-u", 0xBE): "Ў", ("windows-1255", 0xCA): "\u05ba"}
_REPLACEMENT: Final = "\ufffd"
_LONE: Final = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)

# (data, where) → the text there, None for an error, and how many bytes that took: 0 if its end is missing.
Step: TypeAlias = Callable[[bytes, int], tuple[str | None, int]]


def _invalid(name: str) -> ServiceError:
    message = f"The encoded data was not valid for encoding {name}"
    return ServiceError("TypeError", message, code="ERR_ENCODING_INVALID_ENCODED_DATA")


def _arguments(values: list[Any], *kinds: type) -> list[Any]:
    if len(values) != len(kinds) or not all(
        type(value) is kind for value, kind in zip(values, kinds, strict=True)
    ):
        raise ServiceError("TypeError", "the text service was called with something else")
    return values


class _Pieces:
    """What has been decoded. Not a list: the characters of a long text would each cost ten times their size."""

    __slots__ = ("errors", "written")

    def __init__(self) -> None:
        self.written = StringIO(newline="")
        self.errors = 0

    def append(self, piece: str | None) -> None:
        """None is an error."""
        if piece is None:
            self.errors += 1
        self.written.write(_REPLACEMENT if piece is None else piece)


# UTF-8


def _encode(values: list[Any], _: bytes | None) -> bytes:
    """[text] → UTF-8; lone surrogates become U+FFFD."""
    text: str = _arguments(values, str)[0]
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.translate(_LONE).encode()  # re.sub would make a list of them all


def _widen(_: list[Any], data: bytes | None) -> bytes:
    """The bytes as code points below 256 → UTF-8."""
    data = data or b""
    return data if data.isascii() else data.decode("latin-1").encode()


def _utf8(values: list[Any], data: bytes | None) -> str:
    """[fatal] and UTF-8 → text. Python replaces what the Standard replaces: maximal parts of a sequence."""
    (fatal,) = _arguments(values, bool)
    try:
        return (data or b"").decode("utf-8", "strict" if fatal else "replace")
    except UnicodeDecodeError:
        raise _invalid("utf-8") from None


def _swap(_: list[Any], data: bytes | None) -> bytes:
    """Every two bytes the other way round."""
    swapped = bytearray(data or b"")
    even = len(swapped) & ~1
    swapped[0:even:2], swapped[1:even:2] = swapped[1:even:2], swapped[0:even:2]
    return bytes(swapped)


# One byte, one character


def _character(name: str, codec: str, byte: int) -> str:
    patch = _PATCHES.get((name, byte))
    if patch is not None:
        return patch
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        # Python leaves positions of C1 controls empty that the Standard does not.
        return chr(byte) if byte < 0xA0 else "\ufffe"


@cache
def _table(name: str) -> str | None:
    """The 256 characters of an encoding, U+FFFE where there is none; None if it has more than one byte a character."""
    if name == "x-user-defined":
        return "".join(chr(byte if byte < 0x80 else 0xF700 + byte) for byte in range(256))
    if name in _STEPS or name not in _ENCODINGS:
        return None
    codec = _SINGLE.get(name, name)
    return "".join(chr(byte) if byte < 0x80 else _character(name, codec, byte) for byte in range(256))


def _upper_half(values: list[Any], _: bytes | None) -> str | None:
    """[encoding] → its characters 128 to 255, U+FFFE where there is none; None for the others."""
    (name,) = _arguments(values, str)
    table = _table(name)
    return None if table is None else table[128:]


# More bytes a character


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _ascii_again(trail: int) -> int:
    # Bytes of an impossible pair: an ASCII trail is read once more, for itself.
    return 1 if trail < 0x80 else 2


def _gb18030(data: bytes, at: int) -> tuple[str | None, int]:
    lead = data[at]
    if lead in (0x80, 0xFF):
        return ("€" if lead == 0x80 else None), 1
    rest = data[at + 1 : at + 4]
    if not rest:
        return None, 0
    if 0x30 <= rest[0] <= 0x39:
        if len(rest) > 1 and not 0x81 <= rest[1] <= 0xFE:
            return None, 1
        if len(rest) < 3:
            return None, 0
        if not 0x30 <= rest[2] <= 0x39:
            return None, 1
        four = data[at : at + 4]
        return ("\ue7c7" if four == b"\x815\xf47" else _strictly(four, "gb18030")), 4
    pair = data[at : at + 2]
    text = GB18030.get(pair) or _strictly(pair, "gb18030")
    return text, (2 if text is not None else _ascii_again(rest[0]))


def _big5(data: bytes, at: int) -> tuple[str | None, int]:
    lead = data[at]
    if not 0x81 <= lead <= 0xFE:
        return None, 1
    if at + 1 >= len(data):
        return None, 0
    trail = data[at + 1]
    text = None
    if 0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE:
        pointer = (lead - 0x81) * 157 + trail - (0x40 if trail < 0x7F else 0x62)
        text = BIG5.get(pointer) or _strictly(data[at : at + 2], "big5hkscs")
    return text, (2 if text is not None else _ascii_again(trail))


def _euc_kr(data: bytes, at: int) -> tuple[str | None, int]:
    if not 0x81 <= data[at] <= 0xFE:
        return None, 1
    if at + 1 >= len(data):
        return None, 0
    text = _strictly(data[at : at + 2], "cp949")
    return text, (2 if text is not None else _ascii_again(data[at + 1]))


def _shift_jis(data: bytes, at: int) -> tuple[str | None, int]:
    lead = data[at]
    if lead == 0x80:
        return "\x80", 1
    if 0xA1 <= lead <= 0xDF:
        return chr(0xFF61 - 0xA1 + lead), 1
    if lead in (0xA0, 0xFD, 0xFE, 0xFF):
        return None, 1
    if at + 1 >= len(data):
        return None, 0
    text = _strictly(data[at : at + 2], "cp932")
    return text, (2 if text is not None else _ascii_again(data[at + 1]))


def _jis0208(lead: int, trail: int) -> str | None:
    """The character in row `lead` and cell `trail` (both from 0), by way of the place it has in Shift_JIS."""
    pointer = lead * 94 + trail
    row, cell = divmod(pointer, 188)
    pair = bytes([row + (0x81 if row < 0x1F else 0xC1), cell + (0x40 if cell < 0x3F else 0x41)])
    return _strictly(pair, "cp932")


def _euc_jp(data: bytes, at: int) -> tuple[str | None, int]:
    lead = data[at]
    if lead not in (0x8E, 0x8F) and not 0xA1 <= lead <= 0xFE:
        return None, 1
    if at + 1 >= len(data):
        return None, 0
    trail = data[at + 1]
    if lead == 0x8E and 0xA1 <= trail <= 0xDF:
        return chr(0xFF61 - 0xA1 + trail), 2
    if lead == 0x8F and 0xA1 <= trail <= 0xFE:
        three = data[at : at + 3]
        if len(three) < 3:
            return None, 0
        wide = "～" if three == b"\x8f\xa2\xb7" else _strictly(three, "euc_jp") if three[2] > 0xA0 else None
        return wide, (3 if wide is not None else 1 + _ascii_again(three[2]))
    text = _jis0208(lead - 0xA1, trail - 0xA1) if lead >= 0xA1 and 0xA1 <= trail <= 0xFE else None
    return text, (2 if text is not None else _ascii_again(trail))


# The step, the codec, and what in the codec's result may mean something else: then the steps decide.
_STEPS: Final[Mapping[str, tuple[Step, str, re.Pattern[str]]]] = {
    "gbk": (_gb18030, "gb18030", re.compile("[\ue5e5\ue78d-\ue796\ue7c7\ue81e-\ue864ḿ]")),
    "gb18030": (_gb18030, "gb18030", re.compile("[\ue5e5\ue78d-\ue796\ue7c7\ue81e-\ue864ḿ]")),
    "big5": (_big5, "big5hkscs", re.compile("[•､‾∼♁☉／＼¥¢£]")),
    "euc-kr": (_euc_kr, "cp949", re.compile("[^\\s\\S]")),
    "shift_jis": (_shift_jis, "cp932", re.compile("[\xa0\uf8f0-\uf8f3]")),
    "euc-jp": (_euc_jp, "euc_jp", re.compile("[〜‖−¢£¬~]")),
    "iso-2022-jp": (_euc_jp, "", re.compile("")),
}
_ENCODINGS: Final = frozenset(LABELS.values()) - {"utf-8", "utf-16le", "utf-16be", "replacement"}
_ASCII: Final = re.compile(rb"[\x00-\x7f]+")


def _stepwise(step: Step, data: bytes, final: bool, out: _Pieces) -> bytes:
    """Appends what `data` says, None for each error; returns the bytes of an unfinished character."""
    at = 0
    while at < len(data):
        run = _ASCII.match(data, at)
        if run is not None:
            out.append(run[0].decode("ascii"))
            at = run.end()
            continue
        text, size = step(data, at)
        if not size:
            if not final:
                return data[at:]
            size = len(data) - at
        out.append(text)
        at += size
    return b""


def _multibyte(name: str, data: bytes, final: bool, out: _Pieces) -> bytes:
    step, codec, doubtful = _STEPS[name]
    # No character has a line feed in it: what stands before the last one is complete.
    whole = len(data) if final else data.rfind(b"\n") + 1
    text = _strictly(data[:whole], codec)
    if text is None or doubtful.search(text):
        return _stepwise(step, data, final, out)
    out.append(text)
    return _stepwise(step, data[whole:], final, out)


_MODES: Final = {b"(B": "a", b"(J": "r", b"(I": "k", b"$@": "d", b"$B": "d"}  # escape sequence → mode


def _in_mode(mode: str, data: bytes, at: int) -> tuple[str | None, int]:
    """A character of ISO-2022-JP: ASCII, Roman, Katakana or double."""
    byte = data[at]
    if mode == "k":
        return (chr(0xFF61 - 0x21 + byte) if 0x21 <= byte <= 0x5F else None), 1
    if mode == "d":
        if not 0x21 <= byte <= 0x7E:
            return None, 1
        if at + 1 >= len(data):
            return None, 0
        trail = data[at + 1]
        if trail == 0x1B:
            return None, 1
        return (_jis0208(byte - 0x21, trail - 0x21) if 0x21 <= trail <= 0x7E else None), 2
    if byte > 0x7F or byte in (0x0E, 0x0F):
        return None, 1
    if mode == "r" and byte in (0x5C, 0x7E):
        return ("¥" if byte == 0x5C else "‾"), 1
    return chr(byte), 1


def _iso_2022_jp(mode: str, fresh: bool, data: bytes, final: bool, out: _Pieces) -> tuple[str, bool, bytes]:
    """`fresh`: nothing but an escape sequence was read since the last one, which makes another one an error."""
    at = 0
    while at < len(data):
        if data[at] == 0x1B:
            sequence = data[at + 1 : at + 3]
            if not final and (not sequence or (len(sequence) < 2 and sequence in b"($")):
                return mode, fresh, data[at:]
            found = _MODES.get(sequence)
            if found is None:
                fresh = False
                out.append(None)
                at += 1
                continue
            if fresh:
                out.append(None)
            mode, fresh = found, True
            at += 3
            continue
        text, size = _in_mode(mode, data, at)
        if not size and not final:
            return mode, False, data[at:]
        fresh = False
        out.append(text)
        at += size or 1
    return mode, fresh, b""


def _decode(values: list[Any], data: bytes | None) -> str:
    """[encoding, fatal, final, state] and bytes → the text, NUL, and the state for the next part.

    A state is a mode ("" but for ISO-2022-JP) and the bytes of an unfinished character in hexadecimal.
    """
    name, fatal, final, state = _arguments(values, str, bool, bool, str)
    mode, _, rest = state.partition(":")
    data = bytes.fromhex(rest[:16]) + (data or b"")
    out = _Pieces()
    table = _table(name)
    if table is not None:
        try:
            out.append(codecs.charmap_decode(data, "strict" if fatal else "replace", table)[0])
        except UnicodeDecodeError:
            raise _invalid(name) from None
        pending = b""
    elif name == "iso-2022-jp":
        mode, fresh, pending = _iso_2022_jp(mode[:1] or "a", mode[1:] == "1", data, final, out)
        mode += "1" if fresh else "0"
    elif name in _STEPS:
        pending = _multibyte(name, data, final, out)
    else:
        raise ServiceError("RangeError", "no such encoding")
    if fatal and out.errors:
        raise _invalid(name)
    text = out.written.getvalue()
    return f"{text}\0{mode}:{pending.hex()}"


def _label(values: list[Any], _: bytes | None) -> str | None:
    """[label in lower case, trimmed] → the name of the encoding, None if there is none."""
    (label,) = _arguments(values, str)
    return LABELS.get(label)


OPS: Final[Mapping[str, Op]] = {
    "label": _label,
    "encode": _encode,
    "widen": _widen,
    "utf8": _utf8,
    "swap": _swap,
    "upperHalf": _upper_half,
    "decode": _decode,
}
