"""MIME types that may leave the kernel, and the plain ones of them: text, pictures, SVG, JSON.

A notebook's own outputs are trusted by its front end, so that what is let through here is all that stands between
guest code and the reader's browser. Every function takes decoded guest data of any type and raises `Refusal`.
"""

from __future__ import annotations

import base64
import binascii
import html
import math
import re
import struct
from dataclasses import dataclass
from typing import Any

from qjs_kernel.display.brief import date_text, one_line
from qjs_kernel.display.text import BOX_CLASS, safe_text, shorten
from qjs_kernel.values import BigInt

__all__ = [
    "TEXT_CHARACTERS",
    "JsonData",
    "Picture",
    "Refusal",
    "as_text",
    "box",
    "json_data",
    "picture",
    "picture_kind",
    "plain_text",
    "svg_image",
]

TEXT_CHARACTERS = 1_000_000

_PICTURE_BYTES = 8_000_000
_PICTURE_PIXELS = 64_000_000
_SVG_CHARACTERS = 2_000_000
_JSON_NODES = 100_000
_JSON_CHARACTERS = 1_000_000
_JSON_DEPTH = 64

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG"}


class Refusal(ValueError):
    """Why something of the guest's is not shown, in words for its author."""


def as_text(value: object, limit: int) -> str:
    """`value` if it is text of at most `limit` characters."""
    if not isinstance(value, str):
        raise Refusal("it is not text")
    if len(value) > limit:
        raise Refusal(f"it has {len(value):,} characters, at most {limit:,} are shown")
    return value


def plain_text(value: str) -> str:
    """Text for terminals, logs and text outputs: harmless and capped."""
    # What is cut off need not be escaped first; the rest says how much is missing.
    if len(value) <= TEXT_CHARACTERS:
        return shorten(safe_text(value), TEXT_CHARACTERS)
    return f"{safe_text(value[:TEXT_CHARACTERS])}\x1b[0m… ({len(value) - TEXT_CHARACTERS} more characters)"


def box(content: str, style: str = "") -> str:
    """Our frame around harmless HTML: what is in it is neither read as formulas nor painted outside of it."""
    return f'<div class="{BOX_CLASS}" style="color:inherit;background:transparent;{style}">{content}</div>'


# Pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as Jupyter wants it: base64 text, and what it is for readers without pictures."""

    mime: str
    base64: str
    text: str


def picture_kind(data: object) -> str | None:
    """The MIME type that the first bytes of `data` prove, or None."""
    if not isinstance(data, bytes):
        return None
    return "image/png" if data.startswith(_PNG) else "image/jpeg" if data.startswith(_JPEG) else None


def picture(value: object, mime: str) -> Picture:
    """A PNG or JPEG from bytes or base64 text; its first bytes and its declared size are checked."""
    data = _bytes(value)
    if picture_kind(data) != mime:
        raise Refusal(f"it does not begin as a {_NAMES[mime]} does")
    size = _png_size(data) if mime == "image/png" else _jpeg_size(data)
    if size is None:
        raise Refusal(f"it is not a whole {_NAMES[mime]}: its size cannot be read")
    width, height = size
    # A few bytes can unfold into gigabytes of pixels in the reader's browser.
    if width * height > _PICTURE_PIXELS:
        raise Refusal(f"{width:,} × {height:,} pixels are too many, at most {_PICTURE_PIXELS:,} are shown")
    text = f"[picture: {_NAMES[mime]}, {width} × {height}]"
    return Picture(mime, base64.b64encode(data).decode("ascii"), text)


def _bytes(value: object) -> bytes:
    if isinstance(value, str):
        if len(value) > _PICTURE_BYTES * 4 // 3 + 4096:
            raise Refusal(f"it is larger than {_PICTURE_BYTES:,} bytes")
        try:
            value = base64.b64decode("".join(value.split()), validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("it is neither bytes nor base64 text") from None
    if not isinstance(value, bytes):
        raise Refusal("it is neither bytes nor base64 text")
    if len(value) > _PICTURE_BYTES:
        raise Refusal(f"it has {len(value):,} bytes, at most {_PICTURE_BYTES:,} are shown")
    return value


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 24 or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return (width, height) if width and height else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    # Every turn goes forward; a picture of 8 MB in segments of two bytes ends at the count.
    for _ in range(10_000):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        kind = data[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None


# SVG

_SVG_HEAD = re.compile(
    r"(?:\ufeff|\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*>)*<svg(?=[\s/>])", re.S | re.I
)
_SVG_ROOT = re.compile(r"[^>]*>")
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def svg_image(value: object, alt: str = "SVG picture", style: str = "") -> str:
    """An `<img>` of SVG text as a data URL: a browser runs no script in it and loads nothing for it."""
    text = as_text(value, _SVG_CHARACTERS)
    head = _SVG_HEAD.match(text)
    if head is None:
        raise Refusal("it does not begin with <svg>")
    if "<!entity" in text.lower():
        raise Refusal("it declares entities")
    root = _SVG_ROOT.match(text, head.end())
    if root is not None and "xmlns=" not in root.group():
        # Pages do without it, pictures do not: a missing namespace is the most common mistake.
        text = text[: head.end()] + _NAMESPACE + text[head.end() :]
    encoded = text.encode("utf-8", "replace")
    _check_xml(encoded)
    data = base64.b64encode(encoded).decode("ascii")
    # Pictures are drawn for paper; black lines would vanish in a dark theme.
    look = f"max-width:100%;height:auto;background:#fff;{style}"
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alt)}" style="{look}">'


def _check_xml(text: bytes) -> None:
    """Pages are read leniently, pictures as XML: one missing quote, and a browser shows a broken picture."""
    from xml.parsers import expat

    try:
        expat.ParserCreate("utf-8", " ").Parse(text, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise Refusal(
            f"it is not well-formed XML (line {error.lineno}, column {error.offset + 1}: {why})"
        ) from None


# JSON


@dataclass(frozen=True, slots=True)
class JsonData:
    """A plain tree that `json.dumps(…, allow_nan=False)` takes, with how many values it has."""

    value: Any
    nodes: int


class _Json:
    def __init__(self, nodes: int, characters: int) -> None:
        self.nodes_left = nodes
        self.characters_left = characters
        self.nodes = 0

    def text(self, text: str) -> str:
        self.characters_left -= len(text) + 4
        if self.characters_left < 0:
            raise Refusal("it is too large to be shown")
        return safe_text(text, colours=False)

    def value(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        # Shared parts count each time they are met: a small value can unfold into a large tree.
        if self.nodes > self.nodes_left:
            raise Refusal(f"it has more than {self.nodes_left:,} values")
        if depth > _JSON_DEPTH:
            raise Refusal(f"it is nested deeper than {_JSON_DEPTH} levels, or holds itself")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, BigInt):
            raise Refusal("it holds a bigint, which JSON cannot")
        if isinstance(value, int):
            if abs(value) > 2**53:
                raise Refusal("it holds a number that JSON readers would round")
            return int(value)
        if isinstance(value, float):
            # As JSON.stringify does.
            return float(value) if math.isfinite(value) else None
        if type(value) is list:
            return [self.value(item, depth + 1) for item in value]
        if type(value) is dict:
            return {self.key(key): self.value(item, depth + 1) for key, item in value.items()}
        if hasattr(value, "isoformat") and hasattr(value, "tzinfo"):
            return date_text(value)
        raise Refusal(f"it holds a value that JSON cannot ({one_line(type(value).__name__, 40)})")

    def key(self, key: object) -> str:
        if not isinstance(key, str):
            raise Refusal("it holds a key that is not text")
        return self.text(key)


def json_data(value: Any, *, nodes: int = _JSON_NODES, characters: int = _JSON_CHARACTERS) -> JsonData:
    """`value` rebuilt of None, bool, int, float, str, list and dict; at most so many values and characters."""
    cleaner = _Json(nodes, characters)
    shown = cleaner.value(value, 0)
    return JsonData(shown, cleaner.nodes)
