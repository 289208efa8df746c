"""Where a URL leads: strict parsing of what the guest or a server wrote, and what may lie behind an address.

The guest has parsed the URL already, by the rules of the web. This is the host's own reading of the result, and the
only one that connections are made by: what cannot be brought into one plain form is refused, so that no two
readers can understand two different hosts.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urljoin

__all__ = ["Address", "BadUrl", "Reach", "Target", "join_url", "parse_host", "parse_url", "reach"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# "never": what no web server lives at. Everything else but "public" needs the owner's word.
Reach = Literal["public", "loopback", "private", "link-local", "never"]

PORTS: Final = {"http": 80, "https": 443}
LONGEST_URL: Final = 65_536

_URL = re.compile(r"(https?)://([^/?#\\]*)((?:[/?][^#]*)?)(?:#.*)?", re.IGNORECASE)
# With a scheme, or beginning with a host.
_ABSOLUTE = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?(.*)", re.DOTALL)
_PLAIN = re.compile(r"[\x21-\x7e]*")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_NAME = re.compile(r"[a-z0-9_.-]+")
_HEX = re.compile(r"0x[0-9a-f]*")
_OCTAL = re.compile(r"0[0-7]*")


class BadUrl(ValueError):
    """The text is no URL that a request could go to; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in its one plain form. `path` is the request target: path and query, without the fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> Address | None:
        """The host as an address, None when it is a name."""
        return _literal(self.host)

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path


def parse_url(text: str) -> Target:
    """The target of an absolute http or https URL in ASCII, as a URL parser of the web writes it."""
    if len(text) > LONGEST_URL:
        raise BadUrl(f"the URL is longer than {LONGEST_URL:,} characters")
    if not _PLAIN.fullmatch(text):
        raise BadUrl("the URL holds spaces, control characters or other than ASCII")
    found = _URL.fullmatch(text)
    if found is None:
        raise BadUrl("only http: and https: URLs can be fetched")
    scheme, authority, path = found[1].lower(), found[2], found[3]
    if "@" in authority:
        raise BadUrl("user names and passwords in a URL are not sent: use an Authorization header")
    host, port = parse_authority(authority, scheme)
    if not path.startswith("/"):
        path = "/" + path
    return Target(scheme, host, port, path)


def parse_authority(authority: str, scheme: str) -> tuple[str, int]:
    """Host and port, the scheme's own where none is written."""
    found = _HOST_AND_PORT.fullmatch(authority)
    if found is None:
        raise BadUrl(f"{authority!r} is no host and port")
    port = int(found[2]) if found[2] else PORTS[scheme]
    if not 0 < port < 65_536:
        raise BadUrl(f"{port} is no port")
    return parse_host(found[1]), port


def parse_host(host: str) -> str:
    """The one plain form of a host: a lower-case name without a dot at its end, a dotted IPv4 address in decimal
    (whatever it was written in), or a compressed IPv6 address in brackets."""
    if host.startswith("["):
        return f"[{_ipv6(host)}]"
    if not host.isascii():
        host = _to_ascii(host)
    host = host.lower().removesuffix(".")
    labels = host.split(".")
    if not _NAME.fullmatch(host) or len(host) > 253 or not all(0 < len(label) < 64 for label in labels):
        raise BadUrl(f"{host!r} is no host name")
    last = labels[-1]
    # As the web has it: who ends in a number is an IPv4 address or nothing.
    if (last.isdigit() and last.isascii()) or _HEX.fullmatch(last):
        return str(_ipv4(labels))
    return host


def _to_ascii(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadUrl(f"{host!r} is no host name") from None


def _ipv6(host: str) -> ipaddress.IPv6Address:
    inner = host[1:-1]
    try:
        if not host.endswith("]") or "%" in inner:
            raise ValueError(inner)
        return ipaddress.IPv6Address(inner)
    except ValueError:
        raise BadUrl(f"{host!r} is no IPv6 address") from None


def _ipv4(labels: list[str]) -> ipaddress.IPv4Address:
    numbers = [_ipv4_number(label) for label in labels]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
        raise BadUrl(f"{'.'.join(labels)!r} is no IPv4 address")
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        raise BadUrl(f"{'.'.join(labels)!r} is no IPv4 address")
    value = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - place))
    return ipaddress.IPv4Address(value)


def _ipv4_number(label: str) -> int:
    if _HEX.fullmatch(label):
        return int(label[2:] or "0", 16)
    if _OCTAL.fullmatch(label):
        return int(label, 8)
    if label.isdigit() and label[0] != "0":
        return int(label)
    raise BadUrl(f"{label!r} is no part of an IPv4 address")


def _literal(host: str) -> Address | None:
    if host.startswith("["):
        return ipaddress.IPv6Address(host[1:-1])
    if host[-1].isdigit() and host.rpartition(".")[2].isdigit():
        return ipaddress.IPv4Address(host)
    return None


def join_url(base: Target, location: str) -> Target:
    """Where a Location header leads, as seen from `base`."""
    text = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33)))))
    if len(text) > LONGEST_URL:
        raise BadUrl(f"the URL is longer than {LONGEST_URL:,} characters")
    before, question, query = text.partition("?")
    text = before.replace("\\", "/") + question + query
    found = _ABSOLUTE.fullmatch(text)
    if found is not None and (found[1] is not None or found[2] is not None):
        scheme = (found[1] or base.scheme).lower()
        if scheme not in PORTS:
            raise BadUrl("a redirect can lead to an http: or https: URL only")
        # http:x without slashes has two readings on the web, by its base: it is given none.
        if found[2] is None:
            raise BadUrl("the URL names no host")
        authority = found[2]
        if not authority.isascii():
            host, port = parse_authority(authority, scheme)
            authority = f"{host}:{port}"
        return parse_url(f"{scheme}://{authority}{_quoted(found[3])}")
    try:
        return parse_url(urljoin(base.url, _quoted(text)))
    except BadUrl:
        raise
    except ValueError:
        raise BadUrl("the URL cannot be read") from None


def _quoted(text: str) -> str:
    return quote(
        text, safe="".join(map(chr, range(33, 127))).replace('"', "").replace("<", "").replace(">", "")
    )


# What an address is

_NETWORKS: Final[tuple[tuple[str, Reach], ...]] = (
    ("0.0.0.0/8", "never"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "private"),  # carrier-grade NAT
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "never"),
    ("192.0.2.0/24", "never"),
    ("192.88.99.0/24", "never"),  # relays of 6to4
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "private"),  # for benchmarks; some VPNs answer every name from it
    ("198.51.100.0/24", "never"),
    ("203.0.113.0/24", "never"),
    ("224.0.0.0/3", "never"),  # multicast, reserved, broadcast
    ("::1/128", "loopback"),
    ("64:ff9b:1::/48", "private"),  # somebody's own NAT64: what it leads to cannot be told
    ("2001::/23", "never"),  # Teredo among others
    ("2001:db8::/32", "never"),
    ("2002::/16", "never"),  # 6to4
    ("3fff::/20", "never"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
)
_TABLE: Final = tuple((ipaddress.ip_network(text), kind) for text, kind in _NETWORKS)
_GLOBAL6: Final = ipaddress.IPv6Network("2000::/3")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


def reach(address: Address) -> Reach:
    """Where `address` is. An IPv4 address inside an IPv6 one is judged too: the worse of the two counts."""
    if isinstance(address, ipaddress.IPv6Address):
        value = int(address)
        if address in _MAPPED or address in _NAT64:
            return reach(ipaddress.IPv4Address(value & 0xFFFF_FFFF))
        if (value >> 32) & 0xFFFF_FFFF in _ISATAP and reach(
            ipaddress.IPv4Address(value & 0xFFFF_FFFF)
        ) != "public":
            return "never"
    for network, kind in _TABLE:
        if address.version == network.version and address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL6:
        return "never"
    # The interpreter's own registry may know of newer assignments.
    return "public" if address.is_global else "never"
