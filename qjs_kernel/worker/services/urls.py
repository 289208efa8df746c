"""URLs by the WHATWG's rules: `ada_url`, the parser that Node itself uses, and its IDNA tables.

The guest keeps an URL as its serialised text, of which every component can be read; it asks here to parse what is
not plainly serialised already, and to set components.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qjs_kernel.worker.services import Op, ServiceError

try:
    from ada_url import URL, idna
except ImportError:
    # There are no wheels for Intel Macs and for Windows on ARM; plain URLs work without.
    reason = "parsing this URL needs the Python package ada-url, which is not installed (pip install ada-url)"
    raise ServiceError("Error", reason) from None

__all__ = ["OPS"]

_FIELDS: Final = frozenset(
    {"protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"}
)


def _texts(values: list[Any], least: int, most: int) -> list[str]:
    if not least <= len(values) <= most or not all(isinstance(value, str) for value in values):
        raise ServiceError("TypeError", "an URL service takes strings")
    return values


def _parsed(url: str, base: str | None = None) -> URL | None:
    try:
        return URL(url, base)
    except ValueError:
        return None


def _parse(values: list[Any], _: bytes | None) -> str | None:
    """[url] or [url, base] → the serialised URL, None if it is none."""
    url = _parsed(*_texts(values, 1, 2))
    return None if url is None else url.href


def _set(values: list[Any], _: bytes | None) -> str:
    """[href, field, value] → the URL with that component, the same one if the value does not fit."""
    href, field, value = _texts(values, 3, 3)
    if field not in _FIELDS:
        raise ServiceError("TypeError", f"an URL has no settable {field[:100]!r}")
    url = _parsed(href)
    if url is None:
        raise ServiceError("TypeError", "not an URL")
    try:
        setattr(url, field, value)
    except ValueError:
        return href
    return url.href


def _to_ascii(values: list[Any], _: bytes | None) -> str:
    """[domain] → the host name an URL would have for it, "" if none."""
    (domain,) = _texts(values, 1, 1)
    url = URL("ws://x")
    try:
        url.hostname = domain
    except ValueError:
        return ""
    return url.hostname


def _to_unicode(values: list[Any], data: bytes | None) -> str:
    """[domain] → the same host name, its Punycode labels decoded."""
    host = _to_ascii(values, data)
    return idna.decode(host) if host else ""


def _labels_to_ascii(values: list[Any], _: bytes | None) -> str:
    """[name] → IDNA alone, which says nothing about what else a host name must not contain; "" if it fails."""
    (name,) = _texts(values, 1, 1)
    try:
        return idna.encode(name).decode()
    except ValueError:
        return ""


OPS: Final[Mapping[str, Op]] = {
    "parse": _parse,
    "set": _set,
    "toASCII": _to_ascii,
    "toUnicode": _to_unicode,
    "labelsToASCII": _labels_to_ascii,
}
