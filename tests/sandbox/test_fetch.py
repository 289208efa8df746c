# ruff: noqa: E501, F811
# Why: programs of one line are easier to read as one line, and fixtures are imported to be named as parameters.
"""fetch as programs see it: the classes and the requests, as in Node 20."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel import FetchPolicy, Sandbox
from qjs_kernel.magics import CommandError, Show, find_command, run_command
from qjs_kernel.session import Session
from tests.kernel.fake_sandbox import FakeSandbox

from .conftest import Maker
from .fetch_fixtures import forget, named, online, policy, server  # noqa: F401
from .fetch_server import FetchServer
from .support import fault, value

CASES: list[list[str]] = json.loads(Path(__file__).with_name("fetch_cases.json").read_text())

# What Node 20 answers to every expression of fetch_cases.json was written down by this very program.
SHOW = r"""
import { inspect } from "node:util";
const INS = (v) => inspect(v, { breakLength: Infinity });
const show = async (f) => {
  try { const v = await f(); return v === undefined ? "undefined" : typeof v === "string" ? v : INS(v); }
  catch (e) {
    if (!(e instanceof Error)) return "thrown " + String(e);
    const code = (it) => (it.code ? "[" + it.code + "]" : "");
    return e.constructor.name + " " + e.name + code(e) + ": " + e.message
      + (e.cause ? " <- " + e.cause.name + code(e.cause) + ": " + e.cause.message : "");
  }
};
const fd = () => {
  const f = new FormData();
  f.append("a", "1"); f.append("f", new Blob(["x"], { type: "text/plain" }), "n.txt");
  return f;
};
const out = [];
"""


def test_classes_behave_as_in_node(shared: Sandbox) -> None:
    lines = "\n".join(f"out.push(await show(async () => ({expression})));" for expression, _ in CASES)
    found = value(shared, SHOW + lines + "\nexport default out", filename="/src/cases.js", timeout=20)
    wrong = [(case[0], case[1], got) for case, got in zip(CASES, found, strict=True) if case[1] != got]
    assert wrong == []


# Off, and without a network


def test_fetch_is_off_unless_the_owner_allows_it(sandbox: Sandbox) -> None:
    assert sandbox.allow_fetch is None
    error = fault(sandbox, "await fetch('https://api.example.com/x')")
    assert error.name == "TypeError"
    assert error.message == (
        "fetch is off in this sandbox: its owner must allow it, with %allow fetch HOST in a notebook or with "
        "Sandbox(allow_fetch=FetchPolicy(allow=['https://api.example.com'])) in Python"
    )
    assert error.frames[0].line == 1
    assert value(sandbox, "await fetch('https://a.example').catch((e) => e.code)") == "ERR_FETCH_REFUSED"
    # What needs no network works all the same.
    assert (
        value(sandbox, "new Request('https://a.example/x', { method: 'post', body: '1' }).method") == "POST"
    )
    assert value(sandbox, "await (await fetch('data:application/json,[1]')).json()") == [1]


def test_the_parameter(make: Maker) -> None:
    with pytest.raises(TypeError, match="'yes'"):
        make(allow_fetch="yes")
    everything = make(allow_fetch=True).allow_fetch
    assert everything == FetchPolicy(allow=["https://*"])
    sandbox = make()
    sandbox.allow_fetch = FetchPolicy(allow=["https://a.example"])
    assert "the owner allows https://a.example" in fault(sandbox, "await fetch('https://b.example')").message
    sandbox.allow_fetch = False
    assert "fetch is off" in fault(sandbox, "await fetch('https://a.example')").message


def test_files_are_read_from_the_sandbox(make: Maker) -> None:
    sandbox = make(mounts={"data": {"a b.json": '{"a": 1}', "x": b"\x00\xff"}})
    assert value(sandbox, "await (await fetch('file:///data/a%20b.json')).json()") == {"a": 1}
    code = """
      const r = await fetch(new URL('/data/x', 'file:///'));
      [r.status, r.url, r.headers.get('content-type'), await r.bytes()]
    """
    assert value(sandbox, code) == [200, "file:///data/x", "application/octet-stream", b"\x00\xff"]
    code = "await fetch('file:///etc/passwd').catch((e) => [e.name, e.message, e.cause.code])"
    assert value(sandbox, code) == ["TypeError", "fetch failed", "ENOENT"]
    code = "await fetch('file:///data/x', { method: 'POST' }).catch((e) => e.cause.message)"
    assert value(sandbox, code) == "invalid method"
    closed = make(mounts={"x": "1"}, allow_fs=False)
    assert value(closed, "await fetch('file:///x').catch((e) => e.cause.code)") == "EACCES"


def test_a_blob_url_says_what_to_do(sandbox: Sandbox) -> None:
    assert "await blob.text()" in value(sandbox, "await fetch('blob:null/x').catch((e) => e.cause.message)")


# Over the wire


def test_json(online: Sandbox, server: FetchServer) -> None:
    code = """
      const r = await fetch(env.at + '/json#fragment');
      [r.ok, r.status, r.statusText, r.url, r.redirected, r.type, r.headers.get('content-type'), r.headers.has('X-TEST'),
       r.headers instanceof Headers, await r.json(), r.bodyUsed]
    """
    assert value(online, code) == [
        True, 200, "OK", server.origin + "/json", False, "basic", "application/json", True, True, {"a": [1, 2]}, True,
    ]  # fmt: skip


def test_what_is_sent(online: Sandbox, server: FetchServer) -> None:
    code = """
      const form = new FormData();
      form.append('a', '1'); form.append('f', new Blob(['x']), 'n.txt');
      const bodies = ['text é', new URLSearchParams({ q: 'a b' }), new Uint8Array([0, 255]), new Blob(['b'], { type: 't/x' }),
        form, '', undefined];
      const seen = [];
      for (const body of bodies) {
        const r = await (await fetch(env.at + '/echo?x=1', { method: 'POST', body, headers: { Authorization: 'me' } })).json();
        seen.push([r.method, r.headers['content-type']?.replace(/undici-\\d+/, 'B'), r.headers['content-length'], r.body.length]);
      }
      const r = await (await fetch(env.at + '/echo')).json();
      [seen, r]
    """
    seen, plain = value(online, code)
    assert seen == [
        ["POST", "text/plain;charset=UTF-8", "7", 7],
        ["POST", "application/x-www-form-urlencoded;charset=UTF-8", "5", 5],
        ["POST", None, "2", 2],
        ["POST", "t/x", "1", 1],
        ["POST", "multipart/form-data; boundary=----formdata-B", "262", 262],
        ["POST", "text/plain;charset=UTF-8", "0", 0],
        ["POST", None, "0", 0],
    ]
    assert plain["headers"] == {
        "host": server.origin.removeprefix("http://"), "accept": "*/*", "accept-language": "*", "sec-fetch-mode": "cors",
        "user-agent": "qjs_kernel", "accept-encoding": "gzip, deflate", "connection": "close",
    }  # fmt: skip


def test_streams_are_sent_and_read(online: Sandbox) -> None:
    code = """
      const body = new ReadableStream({
        pull(c) { c.enqueue(new TextEncoder().encode('part ')); if (++this.n === 3) c.close(); }, n: 0,
      });
      const r = await (await fetch(env.at + '/echo', { method: 'POST', body, duplex: 'half' })).json();
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of (await fetch(env.at + '/chunked')).body) text += decoder.decode(chunk, { stream: true });
      [r.body, text]
    """
    assert value(online, code) == ["part part part ", "abcdefgh"]


def test_headers_of_the_connection_are_not_the_programs(online: Sandbox) -> None:
    code = """
      const headers = { Host: 'evil.example', Connection: 'keep-alive', 'Content-Length': '1', 'Transfer-Encoding': 'chunked',
        TE: 'x', Upgrade: 'websocket', Expect: '100-continue', 'Proxy-Authorization': 'x', 'Accept-Encoding': 'br', Via: 'x',
        'User-Agent': 'mine', Accept: 'text/html', Cookie: 'a=1', 'X-Own': ' spaced ' };
      (await (await fetch(env.at + '/echo', { headers })).json()).headers
    """
    sent = value(online, code)
    assert sent.pop("host").startswith("127.0.0.1:")
    assert sent == {
        "user-agent": "mine", "accept": "text/html", "cookie": "a=1", "x-own": "spaced", "accept-language": "*",
        "sec-fetch-mode": "cors", "accept-encoding": "gzip, deflate", "connection": "close",
    }  # fmt: skip


def test_no_cookie_is_kept(online: Sandbox, server: FetchServer) -> None:
    code = """
      const r = await fetch(env.at + '/cookies', { credentials: 'include' });
      await fetch(env.at + '/json', { credentials: 'include' });
      [r.headers.getSetCookie(), r.headers.get('x-m')]
    """
    assert value(online, code) == [["a=1; Path=/", "b=2"], "1, 2"]
    assert [seen.header("cookie") for seen in server.seen] == [None, None]


def test_nothing_of_the_owners_environment_is_used(
    online: Sandbox, server: FetchServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert value(online, "(await fetch(env.at + '/json')).status") == 200
    assert server.seen[0].header("authorization") is None


@pytest.mark.parametrize("how", ["gzip", "members", "deflate", "raw", "both", "cut", "unknown"])
def test_content_codings(online: Sandbox, how: str) -> None:
    assert value(online, f"await (await fetch(env.at + '/coded?how={how}')).text()") == "compressed 😀" * 3


def test_bodies(online: Sandbox) -> None:
    code = """
      const get = (path, init) => fetch(env.at + path, init);
      const empty = await get('/status?is=204+Gone');
      const same = await get('/status?is=304+Same');
      const wrong = await get('/status?is=418+Teapot');
      const head = await get('/json', { method: 'HEAD' });
      const binary = new Uint8Array(await (await get('/bytes')).arrayBuffer());
      [empty.status, empty.body, await empty.text(), same.status, same.body, wrong.ok, wrong.status, wrong.statusText,
       head.body, head.headers.get('content-length'), binary.every((byte, i) => byte === i), binary.length,
       await (await get('/charset')).text(), await (await get('/long')).text(), (await get('/nowhere')).status]
    """
    assert value(online, code) == [
        204, None, "", 304, None, False, 418, "Teapot", None, "11", True, 256, "grün 😀", "four", 302,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name", "code", "says"),
    [
        ("/short", "SocketError", "UND_ERR_SOCKET", "other side closed"),
        ("/nothing", "SocketError", "UND_ERR_SOCKET", "other side closed"),
        ("/garbage", "HTTPParserError", "HPE_INVALID_CONSTANT", "the response is no HTTP"),
        ("/upgrade", "HTTPParserError", "HPE_INVALID_CONSTANT", "the response is no HTTP"),
        ("/huge-header?size=90000", "HeadersOverflowError", "UND_ERR_HEADERS_OVERFLOW", "64 KiB"),
        ("/huge-header?size=9000000", "HeadersOverflowError", "UND_ERR_HEADERS_OVERFLOW", "64 KiB"),
        ("/many-headers", "HeadersOverflowError", "UND_ERR_HEADERS_OVERFLOW", "256 headers"),
        ("/headers", "HeadersOverflowError", "UND_ERR_HEADERS_OVERFLOW", "64 KiB"),
        ("/coded?how=broken", "Error", "Z_DATA_ERROR", "compressed"),
        ("/bomb", "ResponseExceededMaxSizeError", "UND_ERR_RES_EXCEEDED_MAX_SIZE", "FetchPolicy.max_bytes"),
        (
            "/bomb?twice",
            "ResponseExceededMaxSizeError",
            "UND_ERR_RES_EXCEEDED_MAX_SIZE",
            "FetchPolicy.max_bytes",
        ),
        ("/bytes?times=50000", "ResponseExceededMaxSizeError", "UND_ERR_RES_EXCEEDED_MAX_SIZE", "10,485,760"),
    ],
)
def test_bad_servers(online: Sandbox, path: str, name: str, code: str, says: str) -> None:
    program = f"""
      await fetch(env.at + {path!r}).catch((e) =>
        [e.name, e.message, e.cause.name, e.cause.code, e.cause.message, e.cause instanceof Error])
    """
    *found, message, is_error = value(online, program)
    assert found == ["TypeError", "fetch failed", name, code]
    assert says in message
    assert is_error


def test_nobody_there(make: Maker, server: FetchServer) -> None:
    # A port that was free a moment ago.
    gone = FetchServer()
    gone.close()
    sandbox = make(allow_fetch=FetchPolicy(allow=[gone.origin], allow_private=True), env={"at": gone.origin})
    code = "await fetch(env.at).catch((e) => [e.message, e.cause.code, e.cause.message])"
    assert value(sandbox, code) == [
        "fetch failed", "ECONNREFUSED", f"connect ECONNREFUSED {gone.origin.removeprefix('http://')}",
    ]  # fmt: skip


def test_an_uncaught_failure_shows_where_fetch_was_called(online: Sandbox) -> None:
    error = fault(online, "const a = 1;\nawait fetch(env.at + '/short');")
    assert (error.name, error.message) == ("TypeError", "fetch failed")
    assert [(frame.file, frame.line) for frame in error.frames] == [("/src/index.ts", 2)]
    assert error.cause is not None
    assert error.cause.message == "other side closed"


def test_integrity(online: Sandbox) -> None:
    code = """
      const { createHash } = await import('node:crypto');
      const digest = createHash('sha256').update('{"a":[1,2]}').digest('base64');
      const good = await fetch(env.at + '/json', { integrity: 'sha256-' + digest });
      const bad = await fetch(env.at + '/echo', { integrity: 'sha256-' + digest }).catch((e) => e.cause.message);
      [good.status, bad]
    """
    assert value(online, code) == [200, "integrity mismatch"]


# Notebooks


def allow(session: Session, line: str) -> str:
    command = find_command("allow", "line")
    assert command is not None
    action = run_command(session, command, line)
    assert isinstance(action, Show)
    return action.text


def test_the_magic() -> None:
    made: list[FakeSandbox] = []

    def build(**options: Any) -> FakeSandbox:
        made.append(FakeSandbox(**options))
        return made[-1]

    with Session(make_sandbox=build) as session:  # type: ignore[arg-type]
        assert allow(session, "").splitlines()[0] == "fetch: off"
        assert allow(session, "fetch api.example.com '*.example.org'") == (
            "fetch: https://api.example.com, https://*.example.org"
        )
        # More is added to what there is.
        assert allow(
            session, "fetch http://localhost:8000 --private --methods get,put --timeout 2s --max-bytes 1MB"
        ) == (
            "fetch: https://api.example.com, https://*.example.org, http://localhost:8000; methods=GET PUT; timeout=2.0; "
            "max_bytes=1048576; allow_private=True"
        )
        policy = session.fetch_policy
        assert policy is not None
        assert made[0].allow_fetch == policy  # type: ignore[attr-defined]
        for line, says in [
            ("fetch localhost", "--private"),
            ("fetch a.example/path", "no origin"),
            ("net", "'net' is nothing that can be allowed"),
            ("fetch --off a.example", "--off stands alone"),
            ("fetch a.example --methods CONNECT", "CONNECT"),
            ("fetch a.example --max-requests many", "'many'"),
        ]:
            with pytest.raises(CommandError, match=says):
                allow(Session(make_sandbox=build) if says == "--private" else session, line)  # type: ignore[arg-type]
        assert session.fetch_policy == policy
        session.run("value 1", fresh=True)
        assert made[-1].allow_fetch == policy  # type: ignore[attr-defined]
        assert allow(session, "fetch --off") == "fetch: off"
        assert session.fetch_policy is None
