# ruff: noqa: E501, F811
# Why: programs of one line are easier to read as one line, and fixtures are imported to be named as parameters.
"""fetch as its owner wants it: redirects, addresses, certificates, limits, time, and guests that try to get around."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpcore
import pytest

from qjs_kernel import FetchPolicy, Limits, Sandbox
from qjs_kernel.fetch.bodies import TooLarge, decoders, inflate
from qjs_kernel.fetch.client import FetchClient, FetchRequest
from qjs_kernel.fetch.desk import FetchDesk
from qjs_kernel.fetch.errors import FetchError

from .conftest import Maker
from .fetch_fixtures import forget, named, online, policy, server  # noqa: F401
from .fetch_server import TEST_CA, FetchServer, server_tls
from .support import NATIVE, fault, value

# Redirects


def test_redirects_are_followed(online: Sandbox, server: FetchServer) -> None:
    code = """
      const r = await fetch(env.at + '/redirect?count=3');
      const far = await fetch(env.at + '/redirect?count=20').catch((e) => e.cause.message);
      const manual = await fetch(env.at + '/redirect', { redirect: 'manual' });
      const none = await fetch(env.at + '/redirect', { redirect: 'error' }).catch((e) => e.cause.message);
      [r.status, r.redirected, r.url, far, manual.status, manual.headers.get('location'), manual.redirected, none]
    """
    assert value(online, code) == [
        200, True, server.origin + "/json", "redirect count exceeded", 302, "/json", False, "unexpected redirect",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "method", "becomes", "keeps"),
    [
        (301, "POST", "GET", False), (302, "POST", "GET", False), (303, "POST", "GET", False), (303, "PUT", "GET", False),
        (307, "POST", "POST", True), (308, "POST", "POST", True), (301, "PUT", "PUT", True), (302, "PUT", "PUT", True),
    ],
)  # fmt: skip
def test_methods_and_bodies_of_redirects(
    make: Maker, server: FetchServer, status: int, method: str, becomes: str, keeps: bool
) -> None:
    policy = FetchPolicy(allow=[server.origin], methods=["GET", "POST", "PUT"], allow_private=True)
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    code = f"""
      const r = await fetch(env.at + '/redirect?status={status}&to=/echo', {{
        method: '{method}', body: 'x', headers: {{ Authorization: 'me', 'Content-Language': 'en' }} }});
      await r.json()
    """
    echo = value(sandbox, code)
    assert (echo["method"], echo["body"]) == (becomes, "x" if keeps else "")
    assert echo["headers"]["authorization"] == "me"  # the same origin
    assert ("content-language" in echo["headers"], "content-type" in echo["headers"]) == (keeps, keeps)


def test_a_stream_is_not_sent_twice(online: Sandbox) -> None:
    code = """
      const body = () => new Response('x').body;
      const send = (status) => fetch(env.at + '/redirect?to=/echo&status=' + status, { method: 'POST', body: body(), duplex: 'half' });
      [(await send(303)).status, await send(307).catch((e) => e.cause.message)]
    """
    status, message = value(online, code)
    assert status == 200
    assert "cannot be sent again" in message


def test_credentials_stay_with_their_origin(named: Callable[..., Any], server: FetchServer) -> None:
    sandbox, _ = named({"a.test": [["127.0.0.1"]], "b.test": [["127.0.0.1"]]}, allow_private=True)
    code = """
      const r = await fetch(`http://a.test:${env.port}/redirect?to=http://b.test:${env.port}/echo`, {
        headers: { Authorization: 'secret', Cookie: 'a=secret', 'X-Own': '1' } });
      (await r.json()).headers
    """
    headers = value(sandbox, code)
    assert headers["host"] == f"b.test:{server.port}"
    assert headers["x-own"] == "1"
    assert "secret" not in json.dumps(headers)
    assert server.seen[0].header("authorization") == "secret"


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("http://127.0.0.1:1/", "http://127.0.0.1:1 is not allowed: the owner allows"),
        ("http://169.254.169.254/latest", "http://169.254.169.254 is not allowed"),
        ("https://evil.example/", "https://evil.example is not allowed"),
        ("//evil.example/", "http://evil.example is not allowed"),
        ("\\\\evil.example/", "http://evil.example is not allowed"),
        ("file:///etc/passwd", "http: or https: URL only"),
        ("data:,x", "http: or https: URL only"),
        ("http://user:pw@127.0.0.1/", "leads nowhere"),
        ("http://[::1", "leads nowhere"),
    ],
)
def test_redirects_are_checked(online: Sandbox, server: FetchServer, to: str, says: str) -> None:
    code = f"""
      await fetch(env.at + '/redirect?to=' + encodeURIComponent({to!r})).catch((e) => e.message + '|' + e.cause?.message)
    """
    assert says in value(online, code)
    assert len(server.seen) == 1


# Addresses


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"), ("10.0.0.1", "private"), ("169.254.169.254", "link-local"), ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"), ("64:ff9b::7f00:1", "loopback"), ("fd00::1", "private"), ("100.64.1.1", "private"),
        ("0.0.0.0", "no web server"), ("224.0.0.1", "no web server"), ("fe80::1%eth0", "link-local"),
    ],
)  # fmt: skip
def test_names_of_private_addresses(
    named: Callable[..., Any], server: FetchServer, address: str, kind: str
) -> None:
    # One good address does not make up for a bad one.
    sandbox, asked = named({"inside.test": [["93.184.216.34", address]]})
    code = "await fetch(`http://inside.test:${env.port}/json`).catch((e) => [e.name, e.code, e.message])"
    name, code, message = value(sandbox, code)
    assert (name, code) == ("TypeError", "ERR_FETCH_REFUSED")
    assert message.startswith(f"http://inside.test:{server.port} is not allowed")
    assert kind in message
    assert address.partition("%")[0] not in message
    assert asked == ["inside.test"]
    assert server.connections == 0


def test_a_redirect_to_a_private_address(named: Callable[..., Any], server: FetchServer) -> None:
    # Both names are allowed; where the second one is, is not.
    sandbox, asked = named({"a.test": [["127.0.0.1"]], "b.test": [["169.254.169.254"]]}, allow_private=True)
    code = """
      await fetch(`http://a.test:${env.port}/redirect?to=http://b.test:${env.port}/json`).catch((e) => e.message)
    """
    assert f"http://b.test:{server.port} is not allowed: it is at a link-local address" in value(
        sandbox, code
    )
    assert asked == ["a.test", "b.test"]
    assert server.connections == 1


def test_a_name_is_looked_up_once_and_that_address_is_used(
    named: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rebinding: the second answer would lead inside. Nobody asks for it.
    connected: list[str] = []

    async def connect(self: object, host: str, port: int, *rest: object, **more: object) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    sandbox, asked = named({"rebind.test": [["93.184.216.34", "2606:4700::1111"], ["127.0.0.1"]]})
    message = value(sandbox, "await fetch(`http://rebind.test:${env.port}/`).catch((e) => e.cause.message)")
    assert message.startswith("no connection to rebind.test:")
    assert asked == ["rebind.test"]
    assert connected == ["93.184.216.34", "2606:4700::1111"]
    # The next request asks anew, and is refused.
    assert "loopback" in value(
        sandbox, "await fetch(`http://rebind.test:${env.port}/`).catch((e) => e.message)"
    )
    assert len(connected) == 2


def test_a_connection_goes_to_the_address_that_was_checked(
    named: Callable[..., Any], server: FetchServer
) -> None:
    # The name exists for this resolver only: who looked it up again would find nothing.
    sandbox, asked = named({"only.test": [["127.0.0.1"]]}, allow_private=True)
    assert value(sandbox, "(await fetch(`http://only.test:${env.port}/json`)).status") == 200
    assert asked == ["only.test"]
    assert server.seen[0].header("host") == f"only.test:{server.port}"


def test_an_unknown_name(named: Callable[..., Any]) -> None:
    sandbox, _ = named({})
    code = "await fetch(`http://nowhere.test:${env.port}/`).catch((e) => [e.message, e.cause.code, e.cause.message])"
    assert value(sandbox, code) == ["fetch failed", "ENOTFOUND", "getaddrinfo ENOTFOUND nowhere.test"]


def test_spellings_of_an_address_do_not_slip_through(make: Maker, server: FetchServer) -> None:
    sandbox = make(
        allow_fetch=FetchPolicy(allow=["http://*", f"http://*:{server.port}"]), env={"port": server.port}
    )
    spellings = [
        "127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "127.0.0.1.", "１２７.0.0.1", "%31%32%37.0.0.1", "0", "[::]", "[64:ff9b::7f00:1]", "user@127.0.0.1", "localhost.",
        "LOCALHOST",
    ]  # fmt: skip
    code = f"""
      const out = [];
      for (const host of {json.dumps(spellings)})
        out.push(await fetch(`http://${{host}}:${{env.port}}/json`).then((r) => r.status, (e) => e.name));
      out
    """
    assert value(sandbox, code) == ["TypeError"] * len(spellings)
    assert server.connections == 0


# TLS


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FetchServer]:
    server = FetchServer(tls=server_tls(tmp_path_factory.mktemp("tls")))
    yield server
    server.close()


@pytest.mark.parametrize(
    ("name", "trusted", "result"),
    [
        ("api.example.test", True, 200),
        ("api.example.test", False, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
        ("other.example.test", True, "ERR_TLS_CERT_ALTNAME_INVALID"),
    ],
)
def test_certificates_are_verified(
    make: Maker, secure: FetchServer, name: str, trusted: bool, result: object
) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    def tls() -> ssl.SSLContext:
        return ssl.create_default_context(cadata=TEST_CA if trusted else None)

    origin = f"https://{name}:{secure.port}"
    policy = FetchPolicy(allow=[origin], allow_private=True)
    sandbox = make(allow_fetch=policy)
    sandbox._answers.fetches.client = FetchClient(policy, resolve=resolve, tls=tls)
    assert (
        value(sandbox, f"await fetch('{origin}/json').then((r) => r.status, (e) => e.cause.code)") == result
    )


# Limits


def refusal(sandbox: Sandbox, call: str) -> str:
    name, message = value(
        sandbox, f"await {call}.then((r) => ['none', r.status], (e) => [e.name, e.message])"
    )
    assert name == "TypeError", message
    return str(message)


def test_methods(online: Sandbox, server: FetchServer) -> None:
    message = refusal(online, "fetch(env.at + '/json', { method: 'DELETE' })")
    assert message.startswith(
        f"DELETE {server.origin} is not allowed: the owner allows the methods GET, HEAD, POST"
    )
    # What some servers take for another method.
    headers = "{ 'X-HTTP-Method-Override': 'delete' }"
    assert "DELETE" in refusal(online, f"fetch(env.at + '/json', {{ method: 'POST', headers: {headers} }})")
    assert server.connections == 0


def test_a_refusal_names_origin_rule_and_way_out(make: Maker) -> None:
    sandbox = make(allow_fetch=FetchPolicy(allow=["https://api.example.com"]))
    assert refusal(sandbox, "fetch('https://evil.example/x')") == (
        "https://evil.example is not allowed: the owner allows https://api.example.com. Ask for %allow fetch evil.example "
        "(in Python: FetchPolicy(allow=['https://evil.example', …]))"
    )
    assert "Ask for %allow fetch http://evil.example:81 (" in refusal(
        sandbox, "fetch('http://evil.example:81/x')"
    )


def test_sizes(make: Maker, server: FetchServer) -> None:
    policy = FetchPolicy(allow=[server.origin], allow_private=True, max_bytes=256, max_request_bytes=4)
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    assert value(sandbox, "(await (await fetch(env.at + '/bytes')).bytes()).length") == 256
    code = "await fetch(env.at + '/bytes?times=2').catch((e) => e.cause.message)"
    assert value(sandbox, code) == "the body of the response is larger than 256 bytes (FetchPolicy.max_bytes)"
    assert "FetchPolicy.max_request_bytes" in refusal(
        sandbox, "fetch(env.at + '/echo', { method: 'POST', body: '12345' })"
    )
    assert value(sandbox, "(await fetch(env.at + '/bytes', { method: 'POST', body: '1234' })).status") == 200


def test_what_the_sandbox_can_take_counts_too(make: Maker, server: FetchServer, policy: FetchPolicy) -> None:
    sandbox = make(allow_fetch=policy, env={"at": server.origin}, limits=Limits(result_bytes=2000))
    code = "await fetch(env.at + '/bytes?times=8').catch((e) => e.cause.message)"
    assert value(sandbox, code) == "the body of the response is larger than 1,000 bytes (Limits.result_bytes)"


def test_requests_are_counted_a_run(make: Maker, server: FetchServer) -> None:
    policy = FetchPolicy(allow=[server.origin], allow_private=True, max_requests=3, rate=None)
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    get = "(await fetch(env.at + '/json')).status"
    assert value(sandbox, f"[{get}, {get}, {get}]") == [200, 200, 200]
    assert "FetchPolicy.max_requests" in refusal(sandbox, "fetch(env.at + '/redirect?count=5')")
    assert value(sandbox, f"[{get}, {get}, {get}]") == [200, 200, 200]


def test_the_rate(make: Maker, server: FetchServer) -> None:
    # A slot an hour: the second request would have to wait longer than a request may take.
    policy = FetchPolicy(allow=[server.origin], allow_private=True, rate=(1, 3600))
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    assert value(sandbox, "(await fetch(env.at + '/json')).status") == 200
    assert "the owner allows 1 in 3600 s (FetchPolicy.rate)" in refusal(sandbox, "fetch(env.at + '/json')")
    assert len(server.seen) == 1
    quick = make(allow_fetch=FetchPolicy(allow=[server.origin], allow_private=True, rate=(2, 0.01)))
    code = f"await Promise.all(Array.from({{ length: 9 }}, () => fetch('{server.origin}/json').then((r) => r.status)))"
    assert value(quick, code) == [200] * 9


def test_many_at_once_wait_for_each_other(make: Maker, server: FetchServer, policy: FetchPolicy) -> None:
    sandbox = make(allow_fetch=policy, env={"at": server.origin}, limits=Limits(host_calls=4))
    code = """
      const all = await Promise.all(Array.from({ length: 90 }, (_, i) => fetch(env.at + '/echo?' + i).then((r) => r.json())));
      all.map((r) => r.target)
    """
    assert value(sandbox, code) == [f"/echo?{number}" for number in range(90)]


# Time


@pytest.mark.parametrize(
    ("path", "name"), [("/drip", "BodyTimeoutError"), ("/silence", "HeadersTimeoutError")]
)
def test_a_request_has_its_time(make: Maker, server: FetchServer, path: str, name: str) -> None:
    policy = FetchPolicy(allow=[server.origin], allow_private=True, timeout=0.1)
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    code = f"await fetch(env.at + '{path}').catch((e) => [e.message, e.cause.name, e.cause.message])"
    assert value(sandbox, code) == [
        "fetch failed", name, "the request took longer than 0.1 s (FetchPolicy.timeout)",
    ]  # fmt: skip
    assert server.gone.wait(5)


def test_the_run_has_its_time(make: Maker, server: FetchServer, policy: FetchPolicy) -> None:
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    value(sandbox, "(await fetch(env.at + '/json')).status")
    error = fault(sandbox, "globalThis.x = 1; await fetch(env.at + '/silence')", timeout=0.5)
    assert error.kind == "timeout"
    assert error.rolled_back
    assert server.gone.wait(5)  # the request ended with its run
    assert value(sandbox, "[typeof x, (await fetch(env.at + '/json')).status]") == ["undefined", 200]


def test_an_interrupt_ends_the_request(make: Maker, server: FetchServer, policy: FetchPolicy) -> None:
    async def go() -> None:
        sandbox = make(allow_fetch=policy, env={"at": server.origin})
        assert (await sandbox.eval_async("(await fetch(env.at + '/json')).status")).data == 200
        task = asyncio.create_task(sandbox.eval_async("await fetch(env.at + '/silence')", timeout=20))
        assert await asyncio.to_thread(server.waiting.wait, 10)
        sandbox.interrupt()
        outcome = await task
        assert outcome.error is not None
        assert outcome.error.kind == "interrupt"
        assert await asyncio.to_thread(server.gone.wait, 5)

    asyncio.run(go())


def test_signals(make: Maker, server: FetchServer, policy: FetchPolicy) -> None:
    async def arrived() -> bool:
        return await asyncio.to_thread(server.waiting.wait, 10)

    sandbox = make(allow_fetch=policy, env={"at": server.origin, "arrived": arrived})
    code = """
      const c = new AbortController();
      const sent = fetch(env.at + '/silence', { signal: c.signal });
      await env.arrived();
      c.abort();
      const one = await sent.catch((e) => [e.name, e.message, e.code, e instanceof DOMException]);
      const two = await fetch(env.at + '/silence', { signal: AbortSignal.timeout(30) }).catch((e) => e.name);
      const three = await fetch(env.at + '/json', { signal: AbortSignal.abort('why') }).catch((e) => e);
      const request = new Request(env.at + '/json', { signal: AbortSignal.abort(new RangeError('mine')) });
      const four = await fetch(request).catch((e) => e.name);
      const five = await fetch(env.at + '/json', { signal: new AbortController().signal });
      [one, two, three, four, five.status]
    """
    assert value(sandbox, code) == [
        ["AbortError", "This operation was aborted", 20, True], "TimeoutError", "why", "RangeError", 200,
    ]  # fmt: skip
    assert server.gone.wait(5)  # the host's side has let go too
    assert [seen.target for seen in server.seen].count("/json") == 1


def test_requests_that_were_lost_with_their_worker(
    make: Maker, server: FetchServer, policy: FetchPolicy
) -> None:
    # The state that is restored waits for them: they fail, and their places are free again.
    async def never() -> None:
        await asyncio.Event().wait()

    env = {"at": server.origin, "never": never}
    sandbox = make(allow_fetch=policy, env=env, limits=Limits(host_calls=12))
    code = """
      globalThis.lost = [];
      for (let i = 0; i < 10; i++) fetch(env.at + '/silence').catch((e) => lost.push(e.message));
      env.never().catch((e) => lost.push(e.message)); env.never().catch(() => 0); 0
    """
    value(sandbox, code)
    assert fault(sandbox, NATIVE, timeout=0.2).kind == "timeout"
    found = value(
        sandbox, "[(await fetch(env.at + '/json')).status, lost.length, new Set(lost).size, lost[0]]"
    )
    assert found == [200, 11, 1, "the host call was stopped: the worker that waited for it is gone"]


def test_a_request_in_flight_goes_on_after_its_run(
    make: Maker, server: FetchServer, policy: FetchPolicy
) -> None:
    sandbox = make(allow_fetch=policy, env={"at": server.origin})
    value(sandbox, "globalThis.later = fetch(env.at + '/json').then((r) => r.json()); 0")
    assert value(sandbox, "await globalThis.later") == {"a": [1, 2]}


# What a hostile guest cannot do


def test_pollution_reaches_nothing_of_the_hosts(online: Sandbox, server: FetchServer) -> None:
    code = """
      const before = globalThis.fetch;
      Object.prototype.method = 'DELETE';
      Array.prototype.toJSON = () => ['https://evil.example'];
      Object.prototype.toJSON = () => ({ url: 'https://evil.example' });
      const r = await before(env.at + '/json', { headers: { a: '1' } });
      delete Object.prototype.method; delete Array.prototype.toJSON; delete Object.prototype.toJSON;
      r.status
    """
    outcome = online.eval(code)
    # It may harm itself; where the request went is for the host to say.
    assert outcome.ok or outcome.error is not None
    assert all(seen.method == "GET" for seen in server.seen)


def test_what_a_coding_hides_from_the_next_counts(server: FetchServer) -> None:
    # Compressed twice: a bomb of empty members, of which nothing is left in the end.
    empty = gzip.compress(b"")
    bomb = gzip.compress(empty * 100_000)
    stages = decoders([("content-encoding", "gzip, gzip")], 1_000_000)
    with pytest.raises(TooLarge):
        list(inflate(stages, bomb))


@pytest.mark.parametrize(
    "arguments",
    [
        [], [5], ["x"], [{}], [{"url": 5}], [{"url": "x", "method": "GET", "headers": [], "redirect": "follow"}],
        [{"url": "@", "method": "G T", "headers": [], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a"]], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a", "b\r\nHost: evil"]], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a b", "c"]], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a", "\ud800"]], "redirect": "follow"}],
        [{"url": "@/ HTTP/1.1\r\nX: ", "method": "GET", "headers": [], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a", "b"]] * 1000, "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [["a", "b" * 100_000]], "redirect": "follow"}],
        [{"url": "@", "method": "GET", "headers": [], "redirect": "elsewhere"}],
        [{"id": "x", "url": "file:///etc/passwd", "method": "GET", "headers": [], "redirect": "follow"}],
    ],
)  # fmt: skip
def test_a_guest_that_writes_its_own_questions(
    server: FetchServer, policy: FetchPolicy, arguments: list[Any]
) -> None:
    if arguments and isinstance(arguments[0], dict) and str(arguments[0].get("url", "")).startswith("@"):
        arguments = [{**arguments[0], "url": server.origin + arguments[0]["url"][1:]}]
    with pytest.raises(FetchError):
        asyncio.run(FetchDesk(policy).serve(json.dumps(arguments).encode(), b"", 1000))
    assert server.connections == 0


def test_a_guest_that_asks_for_too_much(server: FetchServer) -> None:
    policy = FetchPolicy(allow=[server.origin], allow_private=True, timeout=0.2)
    client = FetchClient(policy)

    async def go() -> list[object]:
        request = FetchRequest(server.origin + "/silence")
        return await asyncio.gather(*(client.fetch(request) for _ in range(20)), return_exceptions=True)

    messages = [str(error) for error in asyncio.run(go())]
    assert sum("requests at once" in message for message in messages) == 4
    assert server.connections == 16
