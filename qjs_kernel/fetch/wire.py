"""One request on one connection, to an address that has been checked. The only file that knows httpcore."""

from __future__ import annotations

import errno
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpcore

from qjs_kernel.fetch.address import Target
from qjs_kernel.fetch.errors import FetchError

__all__ = ["Reply", "exchange", "tls_context"]

_MOST_HEADERS = 256
_HEADER_BYTES = 64 * 1024
_CONNECT_SECONDS = 2.0  # for an address while there are others left to try
_CERTIFICATE_CODES = {
    9: "CERT_NOT_YET_VALID",
    10: "CERT_HAS_EXPIRED",
    18: "DEPTH_ZERO_SELF_SIGNED_CERT",
    19: "SELF_SIGNED_CERT_IN_CHAIN",
    20: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    21: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    62: "ERR_TLS_CERT_ALTNAME_INVALID",
    64: "ERR_TLS_CERT_ALTNAME_INVALID",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status line and headers; `pieces` are the bytes of the body as they come, still compressed."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    pieces: AsyncIterator[bytes]


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the given addresses whatever name it is asked for: nothing is looked up a second time."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        for address in self._addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, _CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(self._addresses[-1], port)


def tls_context() -> ssl.SSLContext:
    """Certificates and host names are always verified: against the machine's own roots and those of certifi."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@asynccontextmanager
async def exchange(
    target: Target,
    addresses: Sequence[str],
    method: str,
    headers: Sequence[tuple[str, str]],
    body: bytes | None,
    context: ssl.SSLContext | None,
) -> AsyncIterator[Reply]:
    """Send a request and give its reply; the connection is this request's own. FetchError for what fails."""
    scheme, host = target.scheme.encode(), target.host.strip("[]").encode()
    lines = [("host", target.authority), *headers]
    if body is not None or method in ("POST", "PUT", "PATCH"):
        lines.append(("content-length", str(len(body or b""))))
    request = httpcore.Request(
        method.encode(),
        httpcore.URL(scheme=scheme, host=host, port=target.port, target=target.path.encode()),
        headers=[(name.encode(), value.encode("latin-1")) for name, value in lines],
        content=body or b"",
    )
    connection = httpcore.AsyncHTTPConnection(
        httpcore.Origin(scheme, host, target.port), context, network_backend=_Pinned(addresses)
    )
    try:
        response = await connection.handle_async_request(request)
        yield Reply(
            response.status,
            response.extensions.get("reason_phrase", b"").decode("latin-1"),
            _checked_headers(response),
            _pieces(response),
        )
    except FetchError:
        raise
    except Exception as error:  # whatever a library raises: the guest gets our words for it
        raise _explained(error, target) from error
    finally:
        await connection.aclose()


async def _pieces(response: httpcore.Response) -> AsyncIterator[bytes]:
    async for piece in response.aiter_stream():
        yield piece


def _checked_headers(response: httpcore.Response) -> list[tuple[str, str]]:
    if response.status < 200:
        raise FetchError("the server switches to another protocol", "UND_ERR_SOCKET", "SocketError")
    size = sum(len(name) + len(value) for name, value in response.headers)
    if len(response.headers) > _MOST_HEADERS or size > _HEADER_BYTES:
        raise _headers_overflow()
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]


def _headers_overflow() -> FetchError:
    return FetchError(
        f"the response has more than {_MOST_HEADERS} headers or {_HEADER_BYTES // 1024} KiB of them",
        "UND_ERR_HEADERS_OVERFLOW",
        "HeadersOverflowError",
    )


def _explained(error: BaseException, target: Target) -> FetchError:
    place = f"{target.host}:{target.port}"
    seen: BaseException | None = error
    depth = 0
    while seen is not None and depth < 10:
        if isinstance(seen, ssl.SSLCertVerificationError):
            code = _CERTIFICATE_CODES.get(seen.verify_code, "CERT_UNTRUSTED")
            return FetchError(f"the certificate of {place} is not accepted", code)
        if isinstance(seen, ssl.SSLError):
            return FetchError(f"no TLS connection to {place}", "ERR_SSL_PROTOCOL_ERROR")
        if isinstance(seen, OSError) and seen.errno is not None:
            code = errno.errorcode.get(seen.errno, "EIO")
            what = "connect" if isinstance(error, httpcore.ConnectError) else "read"
            return FetchError(f"{what} {code} {place}", code)
        seen, depth = seen.__cause__ or seen.__context__, depth + 1
    if isinstance(error, (httpcore.ConnectTimeout, httpcore.ConnectError)):
        return FetchError(f"no connection to {place}", "UND_ERR_CONNECT_TIMEOUT", "ConnectTimeoutError")
    if isinstance(error, httpcore.RemoteProtocolError):
        text = str(error)
        if "buffer" in text or "too long" in text:  # h11: more than it holds of one head
            return _headers_overflow()
        if "closed" in text or "disconnected" in text:
            return FetchError("other side closed", "UND_ERR_SOCKET", "SocketError")
        return FetchError("the response is no HTTP", "HPE_INVALID_CONSTANT", "HTTPParserError")
    if isinstance(error, httpcore.NetworkError):
        return FetchError("other side closed", "UND_ERR_SOCKET", "SocketError")
    return FetchError("the request could not be sent", "UND_ERR_ARGUMENT", "RequestError")
