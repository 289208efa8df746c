"""`FetchPolicy`: what the owner allows the guest's `fetch`. Data only; `client` keeps to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from qjs_kernel.fetch.address import PORTS, BadUrl, Reach, Target, parse_authority, reach
from qjs_kernel.limits import MIB

__all__ = ["FetchPolicy", "origin_of", "policy_of"]

# What reads, and what asks. Changing or deleting things is something an owner says in so many words.
DEFAULT_METHODS: Final = ("GET", "HEAD", "POST")
_FORBIDDEN_METHODS: Final = ("CONNECT", "TRACE", "TRACK")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ORIGIN = re.compile(r"(https?)://([^/?#@\s\\]+)/?", re.IGNORECASE)
_SHOWN_RULES = 5


@dataclass(frozen=True, slots=True)
class _Rule:
    """One entry of `allow`. `host` is "" for any host; with `below`, names that end in "." + host."""

    scheme: str
    host: str
    port: int
    below: bool

    def matches(self, target: Target) -> bool:
        if target.scheme != self.scheme or target.port != self.port:
            return False
        if not self.below:
            return target.host == self.host
        # A pattern is for names: an address is allowed by being written out.
        return target.address is None and (not self.host or target.host.endswith("." + self.host))


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What `fetch` may do. A value that makes no sense raises TypeError or ValueError at once.

    allow              origins: "https://api.example.com", "https://*.example.org" (every name below it, not the
                       name itself), "https://*" (every name), "http://localhost:8000"
    methods            request methods, in capitals
    timeout            s for a whole request: name, connection, redirects, the body to its end
    max_bytes          bytes of a response's body, counted after decompression
    max_request_bytes  bytes of a request's body
    max_requests       requests in one run, every redirect counted
    rate               requests: a number per second, or (number, seconds); what comes faster waits. None: no rate
    allow_private      also addresses of this machine and of private networks
    """

    allow: Sequence[str]
    methods: Sequence[str] = DEFAULT_METHODS
    timeout: float = 5.0
    max_bytes: int = 10 * MIB
    max_request_bytes: int = MIB
    max_requests: int = 100
    rate: float | tuple[int, float] | None = 20
    allow_private: bool = False
    _rules: tuple[_Rule, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.allow_private, bool):
            raise TypeError(f"FetchPolicy.allow_private must be True or False, not {self.allow_private!r}")
        origins = _texts("allow", self.allow, "https://api.example.com")
        if not origins:
            raise ValueError("FetchPolicy.allow is empty: to allow nothing use allow_fetch=False")
        rules = tuple(self._rule(origin) for origin in origins)
        set_ = object.__setattr__  # frozen
        set_(self, "allow", tuple(_shown(rule) for rule in rules))
        set_(self, "_rules", rules)
        set_(self, "methods", self._methods())
        self._check_numbers()

    def _rule(self, origin: str) -> _Rule:
        found = _ORIGIN.fullmatch(origin)
        if found is None:
            raise ValueError(
                f"FetchPolicy.allow: {origin!r} is no origin; write scheme, host and perhaps a port and nothing else, "
                "as in 'https://api.example.com' or 'http://localhost:8000'"
            )
        scheme, authority = found[1].lower(), found[2]
        name, colon, port_text = authority.partition(":")
        if name == "*":
            authority = "any" + colon + port_text
        below = authority.startswith("*.")
        try:
            host, port = parse_authority(authority[2:] if below else authority, scheme)
        except BadUrl as error:
            raise ValueError(f"FetchPolicy.allow: {origin!r}: {error}") from None
        if name == "*":
            return _Rule(scheme, "", port, True)
        rule = _Rule(scheme, host, port, below)
        where = "" if below else _named_reach(Target(scheme, host, port, "/"))
        if where == "never":
            raise ValueError(f"FetchPolicy.allow: {origin!r} is an address that no server has")
        if where not in ("", "public") and not self.allow_private:
            raise ValueError(
                f"FetchPolicy.allow: {origin!r} is on this machine or in a private network: "
                "say allow_private=True as well"
            )
        return rule

    def _methods(self) -> tuple[str, ...]:
        methods = _texts("methods", self.methods, "GET")
        if not methods:
            raise ValueError("FetchPolicy.methods is empty: to allow nothing use allow_fetch=False")
        for method in methods:
            if not _TOKEN.fullmatch(method) or method != method.upper():
                raise ValueError(f"FetchPolicy.methods: {method!r} is no method; write it as 'GET'")
            if method in _FORBIDDEN_METHODS:
                raise ValueError(f"FetchPolicy.methods: {method} is never sent")
        return tuple(dict.fromkeys(methods))

    def _check_numbers(self) -> None:
        for name in ("max_bytes", "max_request_bytes", "max_requests"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"FetchPolicy.{name} must be a whole number, not {value!r}")
            if value < 1:
                raise ValueError(f"FetchPolicy.{name} must be above 0, not {value!r}")
        if isinstance(self.timeout, bool) or not isinstance(self.timeout, (int, float)):
            raise TypeError(f"FetchPolicy.timeout must be a number of seconds, not {self.timeout!r}")
        if not 0 < self.timeout <= 3600:
            raise ValueError(
                f"FetchPolicy.timeout is in seconds, above 0 and at most 3600, not {self.timeout!r}"
            )
        _ = self.pace

    @property
    def pace(self) -> tuple[int, float] | None:
        """`rate` as so many requests in so many seconds."""
        rate: Any = self.rate
        if rate is None:
            return None
        pair = (
            rate
            if isinstance(rate, tuple)
            else (1, 1 / rate)
            if _positive(rate) and rate < 1
            else (rate, 1.0)
        )
        if len(pair) != 2 or not all(map(_positive, pair)) or pair[0] != int(pair[0]):
            raise ValueError(
                "FetchPolicy.rate must be a number of requests a second, or (requests, seconds), "
                f"or None, not {rate!r}"
            )
        return int(pair[0]), float(pair[1])

    # Questions

    def allows(self, target: Target) -> bool:
        """Whether the list of origins has `target`. Its address is another question: see `allows_reach`."""
        return any(rule.matches(target) for rule in self._rules)

    def allows_reach(self, where: Reach, target: Target) -> bool:
        """Whether a connection for `target` may go to an address that is `where`."""
        if where == "link-local":
            # Where clouds keep the credentials of their machines: only for who writes that address out.
            return self.allow_private and target.address is not None
        return where == "public" or (self.allow_private and where != "never")

    def describe(self) -> str:
        """For people: the origins, and what else is not as it is by default."""
        words = [", ".join(self.allow)]
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name not in ("allow", "_rules") and value != each.default:
                words.append(f"{each.name}={value if each.name != 'methods' else ' '.join(value)}")
        return "; ".join(words)

    def listed(self) -> str:
        """The first origins of `allow`, for a message."""
        more = len(self.allow) - _SHOWN_RULES
        return ", ".join(self.allow[:_SHOWN_RULES]) + (f" and {more} more" if more > 0 else "")


def _positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def _texts(name: str, values: Any, example: str) -> list[str]:
    if isinstance(values, (str, bytes)) or not isinstance(values, (list, tuple, set, frozenset)):
        raise TypeError(f"FetchPolicy.{name} must be a list as [{example!r}], not {values!r}")
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"FetchPolicy.{name} must hold strings, not {value!r}")
    return list(values)


def _named_reach(target: Target) -> Reach | str:
    """What a host says about where it is without being looked up; "" for nothing."""
    if target.address is not None:
        return reach(target.address)
    local = target.host == "localhost" or target.host.endswith(".localhost")
    return "loopback" if local else ""


def _shown(rule: _Rule) -> str:
    host = ("*." + rule.host if rule.host else "*") if rule.below else rule.host
    port = "" if rule.port == PORTS[rule.scheme] else f":{rule.port}"
    return f"{rule.scheme}://{host}{port}"


def origin_of(word: str) -> str:
    """What a person writes for a host, as an origin: a bare host is meant by https."""
    return word if "://" in word else f"https://{word}"


def policy_of(allow_fetch: bool | FetchPolicy) -> FetchPolicy | None:
    """The policy that `allow_fetch` stands for. True: every public server, by https on its own port."""
    if isinstance(allow_fetch, FetchPolicy):
        return allow_fetch
    if not isinstance(allow_fetch, bool):
        raise TypeError(f"allow_fetch must be True, False or a FetchPolicy, not {allow_fetch!r}")
    return FetchPolicy(allow=["https://*"]) if allow_fetch else None
