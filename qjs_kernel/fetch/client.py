"""`FetchClient`: the requests of one sandbox, within its policy.

Every hop of every request goes the same way: parse, ask the policy, look the name up, check every address it has,
connect to exactly those. Nothing is kept between requests: no cookies, no connections, no cache.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

from qjs_kernel.fetch.address import Address, BadUrl, Target, join_url, parse_url, reach
from qjs_kernel.fetch.bodies import TooLarge, decoders, inflate
from qjs_kernel.fetch.errors import FetchError
from qjs_kernel.fetch.policy import FetchPolicy, origin_of
from qjs_kernel.fetch.wire import Reply, exchange, tls_context

__all__ = ["FetchClient", "FetchReply", "FetchRequest", "Resolver"]

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_MOST_HOPS: Final = 20  # as in the Fetch standard
_MOST_AT_ONCE: Final = 16
_MOST_ADDRESSES: Final = 8
_REQUEST_HEADERS: Final = 256
_REQUEST_HEADER_BYTES: Final = 64 * 1024
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# What belongs to the connection and to this client, not to the program: dropped, as browsers do.
_DROPPED = re.compile(
    r"(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|via|accept-encoding"
    r"|http2-settings|proxy-.*)",
    re.IGNORECASE,
)
_OVERRIDES: Final = ("x-http-method", "x-http-method-override", "x-method-override")
_OF_THE_BODY: Final = ("content-encoding", "content-language", "content-location", "content-type")
_OF_THE_ORIGIN: Final = ("authorization", "proxy-authorization", "cookie")
_DEFAULTS: Final = (
    ("accept", "*/*"),
    ("accept-language", "*"),
    ("sec-fetch-mode", "cors"),
    ("user-agent", "qjs_kernel"),
)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What the guest wants. `body` None: none. `streamed`: it came from a stream and cannot be sent twice."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    redirect: str = "follow"
    streamed: bool = False

    @staticmethod
    def read(fields: Any, body: bytes) -> FetchRequest:
        """A request from the guest's JSON; FetchError where it is none."""
        if not isinstance(fields, dict):
            raise _malformed()
        url, method, headers = fields.get("url"), fields.get("method"), fields.get("headers")
        redirect = fields.get("redirect")
        if not isinstance(url, str) or not isinstance(method, str) or not isinstance(headers, list):
            raise _malformed()
        if redirect not in ("follow", "error", "manual") or not _TOKEN.fullmatch(method):
            raise _malformed()
        pairs = []
        for pair in headers:
            if (
                not isinstance(pair, list)
                or len(pair) != 2
                or not all(isinstance(text, str) for text in pair)
            ):
                raise _malformed()
            name, value = pair
            if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
                raise FetchError("invalid request header", "UND_ERR_INVALID_ARG", "InvalidArgumentError")
            pairs.append((name, value))
        has_body = fields.get("hasBody") is True
        return FetchRequest(
            url, method, tuple(pairs), body if has_body else None, redirect, fields.get("streamed") is True
        )


@dataclass(frozen=True, slots=True)
class FetchReply:
    url: str
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes | None
    redirected: bool


def _malformed() -> FetchError:
    return FetchError("malformed request", "UND_ERR_INVALID_ARG", "InvalidArgumentError")


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, by the machine's own resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class FetchClient:
    """See the module. `resolve` and `tls` are for tests."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        resolve: Resolver = system_resolver,
        tls: Callable[[], ssl.SSLContext] = tls_context,
    ) -> None:
        self.policy = policy
        self._resolve = resolve
        self._tls = tls
        self._context: ssl.SSLContext | None = None
        self._count = 0
        self._active = 0
        pace = policy.pace
        self._seconds = pace[1] if pace else 0.0
        self._starts: deque[float] | None = deque(maxlen=pace[0]) if pace else None

    def new_run(self) -> None:
        """A run begins: it has `max_requests` of its own."""
        self._count = 0

    async def fetch(self, request: FetchRequest, most_bytes: int | None = None) -> FetchReply:
        """The reply to `request`, its redirects followed and its body whole. Raises FetchError and nothing else.

        most_bytes  of the body; the policy may allow less
        """
        most = self.policy.max_bytes if most_bytes is None else min(self.policy.max_bytes, most_bytes)
        if self._active >= _MOST_AT_ONCE:
            raise _refused(f"more than {_MOST_AT_ONCE} requests at once are not allowed")
        self._active += 1
        phase = ["connect"]
        try:
            target = self._permitted(request.url, request)
            await self._turn()
            async with asyncio.timeout(self.policy.timeout):
                return await self._follow(request, target, phase, most)
        except TimeoutError:
            raise self._too_slow(phase[0]) from None
        finally:
            self._active -= 1

    def _too_slow(self, phase: str) -> FetchError:
        names = {"connect": "ConnectTimeout", "headers": "HeadersTimeout", "body": "BodyTimeout"}
        codes = {"connect": "UND_ERR_CONNECT_TIMEOUT", "headers": "UND_ERR_HEADERS_TIMEOUT"}
        text = f"the request took longer than {self.policy.timeout:g} s (FetchPolicy.timeout)"
        return FetchError(text, codes.get(phase, "UND_ERR_BODY_TIMEOUT"), f"{names[phase]}Error")

    # What the policy says

    def _permitted(self, url: str, request: FetchRequest) -> Target:
        try:
            target = parse_url(url)
        except BadUrl as error:
            raise _refused(f"this URL is not allowed: {error}") from None
        self._check(target, request)
        return target

    def _check(self, target: Target, request: FetchRequest) -> None:
        policy = self.policy
        if not policy.allows(target):
            origin = target.origin
            asked = target.host if origin == origin_of(target.host) else origin
            raise _refused(
                f"{origin} is not allowed: the owner allows {policy.listed()}. Ask for %allow fetch {asked} "
                f"(in Python: FetchPolicy(allow=[{origin!r}, …]))"
            )
        used = [request.method]
        used += [value.strip().upper() for name, value in request.headers if name.lower() in _OVERRIDES]
        for method in used:
            if method not in policy.methods:
                allowed = ", ".join(policy.methods)
                raise _refused(
                    f"{method} {target.origin} is not allowed: the owner allows the methods {allowed} "
                    "(FetchPolicy.methods; %allow fetch --methods)"
                )
        if request.body is not None and len(request.body) > policy.max_request_bytes:
            raise _refused(
                f"the request to {target.origin} is too large: {len(request.body):,} bytes, "
                f"{policy.max_request_bytes:,} are allowed (FetchPolicy.max_request_bytes)"
            )
        size = sum(len(name) + len(value) for name, value in request.headers)
        if len(request.headers) > _REQUEST_HEADERS or size > _REQUEST_HEADER_BYTES:
            raise _refused(f"the request to {target.origin} has too many headers, or too long ones")
        if self._count >= policy.max_requests:
            raise _refused(
                f"{target.origin}: a run may make {policy.max_requests} requests, redirects counted "
                "(FetchPolicy.max_requests)"
            )
        self._count += 1

    async def _turn(self) -> None:
        """Wait until the rate allows one more; not longer than a request may take."""
        starts = self._starts
        until = monotonic() + self.policy.timeout
        while starts is not None:
            now = monotonic()
            free = starts[0] + self._seconds if len(starts) == starts.maxlen else now
            if free <= now:
                starts.append(now)
                return
            if free > until:
                raise _refused(f"too many requests: the owner allows {_rate(self.policy)} (FetchPolicy.rate)")
            await asyncio.sleep(free - now)

    # Addresses

    async def _addresses(self, target: Target) -> list[str]:
        """The addresses that a connection for `target` may go to; FetchError when one of them is not allowed."""
        literal = target.address
        found = [literal] if literal is not None else await self._look_up(target)
        # All of them are looked at: a name with a good and a bad address is how one gets around a check.
        for address in found:
            where = reach(address)
            if not self.policy.allows_reach(where, target):
                # Which address it is would tell the guest about the owner's network.
                way = "" if where == "never" else ": the owner must say so with allow_private=True"
                what = "an address that no web server has" if where == "never" else f"a {where} address"
                raise _refused(f"{target.origin} is not allowed: it is at {what}{way}")
        return [str(address) for address in found[:_MOST_ADDRESSES]]

    async def _look_up(self, target: Target) -> list[Address]:
        missing = FetchError(f"getaddrinfo ENOTFOUND {target.host}", "ENOTFOUND")
        try:
            texts = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError):
            raise missing from None
        found: dict[Address, None] = {}
        for text in texts:
            try:
                found[ipaddress.ip_address(text.partition("%")[0])] = None
            except ValueError:
                raise missing from None
        if not found:
            raise missing
        return list(found)

    # Hops

    async def _follow(self, request: FetchRequest, target: Target, phase: list[str], most: int) -> FetchReply:
        for hop in range(_MOST_HOPS + 1):
            phase[0] = "connect"
            addresses = await self._addresses(target)
            if target.scheme == "https" and self._context is None:
                self._context = self._tls()
            phase[0] = "headers"
            headers = _sent(request.headers)
            sending = exchange(target, addresses, request.method, headers, request.body, self._context)
            async with sending as reply:
                location = _location(reply)
                if location is None or request.redirect == "manual":
                    phase[0] = "body"
                    body = await self._body(reply, request.method, most)
                    return FetchReply(target.url, reply.status, reply.reason, reply.headers, body, hop > 0)
            if request.redirect == "error":
                raise FetchError("unexpected redirect")
            request, target = self._next(request, target, reply.status, location)
        raise FetchError("redirect count exceeded")

    def _next(
        self, request: FetchRequest, target: Target, status: int, location: str
    ) -> tuple[FetchRequest, Target]:
        try:
            following = join_url(target, location)
        except BadUrl as error:
            raise FetchError(f"the redirect of {target.origin} leads nowhere: {error}") from None
        if status != 303 and request.body is not None and request.streamed:
            raise FetchError("a body that is a stream cannot be sent again to where the redirect leads")
        method, body, headers = request.method, request.body, request.headers
        if (status in (301, 302) and method == "POST") or (status == 303 and method not in ("GET", "HEAD")):
            method, body = "GET", None
            headers = tuple(pair for pair in headers if pair[0].lower() not in _OF_THE_BODY)
        if following.origin != target.origin:
            headers = tuple(pair for pair in headers if pair[0].lower() not in _OF_THE_ORIGIN)
        request = replace(request, method=method, body=body, headers=headers)
        try:
            self._check(following, request)
        except FetchError as error:
            raise _refused(f"{target.origin} redirects, and {error.message}") from None
        return request, following

    async def _body(self, reply: Reply, method: str, most: int) -> bytes | None:
        if method == "HEAD" or reply.status in (204, 205, 304):
            return None
        stages = decoders(reply.headers, most)
        lengths = [value for name, value in reply.headers if name.lower() == "content-length"]
        if not stages and lengths and lengths[0].isdigit() and int(lengths[0]) > most:
            raise self._too_large(most)
        body, received = bytearray(), 0
        try:
            async for data in reply.pieces:
                received += len(data)
                for piece in inflate(stages, data):
                    body += piece
                    if len(body) > most:
                        raise TooLarge
                if received > most:
                    raise TooLarge
        except TooLarge:
            raise self._too_large(most) from None
        return bytes(body)

    def _too_large(self, most: int) -> FetchError:
        limit = "Limits.result_bytes" if most < self.policy.max_bytes else "FetchPolicy.max_bytes"
        return FetchError(
            f"the body of the response is larger than {most:,} bytes ({limit})",
            "UND_ERR_RES_EXCEEDED_MAX_SIZE",
            "ResponseExceededMaxSizeError",
        )


def _refused(message: str) -> FetchError:
    return FetchError(message, "ERR_FETCH_REFUSED", "TypeError", refused=True)


def _rate(policy: FetchPolicy) -> str:
    count, seconds = policy.pace or (0, 0.0)
    return f"{count} in {seconds:g} s"


def _sent(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that go out: the program's own but those of the connection, and the usual ones it left out."""
    kept = [(name, value.strip(" \t")) for name, value in headers if not _DROPPED.fullmatch(name)]
    names = {name.lower() for name, _ in kept}
    kept += [pair for pair in _DEFAULTS if pair[0] not in names]
    return [*kept, ("accept-encoding", "gzip, deflate"), ("connection", "close")]


def _location(reply: Reply) -> str | None:
    """Where the reply redirects to, None when it does not."""
    if reply.status not in _REDIRECTS:
        return None
    found = [value for name, value in reply.headers if name.lower() == "location"]
    if not found:
        return None
    if len(found) > 1:
        raise FetchError("the response has several Location headers")
    try:
        return found[0].encode("latin-1").decode()
    except UnicodeDecodeError:
        return found[0]
