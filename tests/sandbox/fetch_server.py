"""A server on the loopback interface that behaves well, badly and worse, for the tests of fetch."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

__all__ = ["TEST_CA", "FetchServer", "Seen", "server_tls"]

# 64 MiB of zeros, and again compressed: 64 MiB in a few hundred bytes.
_BOMB = gzip.compress(bytes(2**26), 9)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else None


def response(status: str, headers: dict[str, str], body: bytes = b"", *, length: bool = True) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass
class FetchServer:
    """Runs on its own thread from construction to `close`. `seen` has the requests in their order."""

    tls: ssl.SSLContext | None = None
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    # Set when a client has gone away in the middle of an answer that never ends.
    gone: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    @property
    def origin(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            try:
                await self._answer(reader, writer)
            finally:
                writer.close()
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = [
            (name, value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)
        ]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        request = Seen(method, target, headers, await reader.readexactly(length))
        self.seen.append(request)
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query, encoding="latin-1").items()}
        name = parts.path.strip("/").replace("-", "_")
        endless: Callable[..., Awaitable[None]] | None = getattr(self, f"_endless_{name}", None)
        if endless is None:
            writer.write(self._page(name, request, query))
            await writer.drain()
            return
        try:
            self.waiting.set()
            await endless(reader, writer)
        finally:
            self.gone.set()

    def _page(self, name: str, request: Seen, query: dict[str, str]) -> bytes:
        page: Callable[[Seen, dict[str, str]], bytes] | None = getattr(self, f"_page_{name}", None)
        return page(request, query) if page else response("404 Not Found", {}, b"no such page")

    # Pages

    def _page_json(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {"Content-Type": "application/json", "X-Test": "Yes"}, b'{"a":[1,2]}')

    def _page_echo(self, request: Seen, query: dict[str, str]) -> bytes:
        seen = {
            "method": request.method,
            "target": request.target,
            "headers": {name.lower(): value for name, value in request.headers},
            "body": request.body.decode("latin-1"),
        }
        return response("200 OK", {"Content-Type": "application/json"}, json.dumps(seen).encode())

    def _page_redirect(self, request: Seen, query: dict[str, str]) -> bytes:
        """To `to`, with `status`; `count` more redirects to here first."""
        count = int(query.get("count", "0"))
        where = (
            f"/redirect?count={count - 1}&to={query.get('to', '/json')}"
            if count
            else query.get("to", "/json")
        )
        return response(f"{query.get('status', '302')} Moved", {"Location": where})

    def _page_nowhere(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("302 Found", {}, b"no location")

    def _page_bomb(self, request: Seen, query: dict[str, str]) -> bytes:
        body = gzip.compress(_BOMB, 9) if "twice" in query else _BOMB
        codings = "gzip, gzip" if "twice" in query else "gzip"
        return response("200 OK", {"Content-Encoding": codings}, body)

    def _page_coded(self, request: Seen, query: dict[str, str]) -> bytes:
        text = b"compressed \xf0\x9f\x98\x80" * 3
        raw = zlib.compressobj(9, zlib.DEFLATED, -15)
        bodies = {
            "gzip": gzip.compress(text),
            "members": gzip.compress(text[:7]) + gzip.compress(text[7:]) + b"\0\0rest",
            "deflate": zlib.compress(text),
            "raw": raw.compress(text) + raw.flush(),
            "both": gzip.compress(zlib.compress(text)),
            "broken": b"\x1f\x8bnothing of the kind",
            "cut": gzip.compress(text)[:-6],
            "unknown": text,
        }
        codings = {
            "members": "x-gzip",
            "raw": "deflate",
            "both": "deflate, gzip",
            "broken": "gzip",
            "cut": "gzip",
        }
        how = query["how"]
        return response("200 OK", {"Content-Encoding": codings.get(how, how)}, bodies[how])

    def _page_bytes(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {}, bytes(range(256)) * int(query.get("times", "1")))

    def _page_charset(self, request: Seen, query: dict[str, str]) -> bytes:
        # As in Node, text() is UTF-8 whatever the header says.
        return response("200 OK", {"Content-Type": "text/plain; charset=utf-8"}, "\ufeffgrün 😀".encode())

    def _page_status(self, request: Seen, query: dict[str, str]) -> bytes:
        return response(
            query["is"], {"X-A": "1"}, length="304" not in query["is"] and "204" not in query["is"]
        )

    def _page_chunked(self, request: Seen, query: dict[str, str]) -> bytes:
        head = response("200 OK", {"Transfer-Encoding": "chunked"}, length=False)
        return head + b"3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nTrailer: x\r\n\r\n"

    def _page_short(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {"Content-Length": "10"}, b"five!", length=False)

    def _page_long(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {"Content-Length": "4"}, b"four and more", length=False)

    def _page_cookies(self, request: Seen, query: dict[str, str]) -> bytes:
        return (
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nX-M: 1\r\nX-M: 2\r\n"
            b"Content-Length: 0\r\n\r\n"
        )

    def _page_huge_header(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {"X-Huge": "x" * int(query["size"])})

    def _page_many_headers(self, request: Seen, query: dict[str, str]) -> bytes:
        return response("200 OK", {f"X-{number}": "1" for number in range(1000)})

    def _page_garbage(self, request: Seen, query: dict[str, str]) -> bytes:
        return b"220 smtp.example.com ESMTP ready\r\n\r\n"

    def _page_nothing(self, request: Seen, query: dict[str, str]) -> bytes:
        return b""

    def _page_upgrade(self, request: Seen, query: dict[str, str]) -> bytes:
        return response(
            "101 Switching Protocols", {"Upgrade": "websocket", "Connection": "upgrade"}, length=False
        )

    # Answers that never end

    async def _endless_drip(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response("200 OK", {"Content-Length": "1000000"}, length=False))
        while not reader.at_eof():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def _endless_silence(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def _endless_headers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not reader.at_eof():
            writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
            await writer.drain()


# For the name api.example.test, until 2126. The key is no secret: nobody trusts the authority but these tests.
TEST_CA = """\
-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIUAoX5v6axl33Va1L2ckA8Olh272QwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwScWpzX2tlcm5lbCB0ZXN0IENBMCAXDTI2MTEyMzAwMzA1N1oY
DzIxMjYxMDMwMDAzMDU3WjAdMRswGQYDVQQDDBJxanNfa2VybmVsIHRlc3QgQ0Ew
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATzhQ7jpVfg968GGHEZiFzyhhj4rsgf
098UJE/O6iv4wLPKXuAyK5ZJf/GiLlGgDBP4iXU0bWAn+b9/7MF/XYyoo2MwYTAd
BgNVHQ4EFgQUjGqF7jRf6iRpQnshMXbzwswY6YowHwYDVR0jBBgwFoAUjGqF7jRf
6iRpQnshMXbzwswY6YowDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQw
CgYIKoZIzj0EAwIDSQAwRgIhANysxN6o0jwvHZDalOo4JRIpRCwWEGJyUFSfSFhE
Qt2eAiEA1FEKbIyNqSD1XheBCFvjOaYf6ftOyGuUmvFZ/xxZ3xM=
-----END CERTIFICATE-----
"""
_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBqDCCAU+gAwIBAgIUD3CYJNyLK4kRTyzDDTLxH0aIq78wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwScWpzX2tlcm5lbCB0ZXN0IENBMCAXDTI2MTEyMzAwMzA1OFoY
DzIxMjYxMDMwMDAzMDU4WjAbMRkwFwYDVQQDDBBhcGkuZXhhbXBsZS50ZXN0MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEbhGYz6WveYCxmg24tlOUw/L2AVxjmoV
uFYSxlae0Q1N1PaB3VjpWXCnRrStOkWPw6h4TqtO/2Fj9i0GFh3NHaNtMGswGwYD
VR0RBBQwEoIQYXBpLmV4YW1wbGUudGVzdDAMBgNVHRMBAf8EAjAAMB8GA1UdIwQY
MBaAFIxqhe40X+okaUJ7ITF288LMGOmKMB0GA1UdDgQWBBRbgX5VMZ3OiMUC/gwD
flcPFO9FajAKBggqhkjOPQQDAgNHADBEAiACF1QMoQk+hVUvO1bQgykQk73/nxRc
lMKHnzHVKssjgAIgIXIFO2MULnrwUGhleDEgTIDdN02XmpbnQ3I7JdRgink=
-----END CERTIFICATE-----
"""
_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgerV4ORvmvCN5XO0l
5KGqCWbGZfEATZgqnC+OSpfv39ChRANCAAQRuEZjPpa95gLGaDbi2U5TD8vYBXGO
ahW4VhLGVp7RDU3U9oHdWOlZcKdGtK06RY/DqHhOq07/YWP2LQYWHc0d
-----END PRIVATE KEY-----
"""


def server_tls(directory: Path) -> ssl.SSLContext:
    """The server's side of TLS as api.example.test; `directory` is for the files that Python wants."""
    (directory / "server.pem").write_text(_CERTIFICATE + _KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    return context
