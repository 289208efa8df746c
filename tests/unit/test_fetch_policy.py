"""What the owner may allow, how a URL is read, and where an address is."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.fetch import FetchPolicy, origin_of, policy_of
from qjs_kernel.fetch.address import BadUrl, Target, join_url, parse_host, parse_url, reach

# The policy


def test_a_policy_shows_its_origins_in_one_form() -> None:
    policy = FetchPolicy(
        allow=["https://API.Example.com:443/", "http://*.example.org:8080", "https://bücher.example"]
    )
    assert policy.allow == (
        "https://api.example.com",
        "http://*.example.org:8080",
        "https://xn--bcher-kva.example",
    )
    assert policy == FetchPolicy(allow=["https://api.example.com", *policy.allow[1:]])
    with pytest.raises(FrozenInstanceError):
        policy.timeout = 1.0  # type: ignore[misc]


ORIGIN = "https://a.example"


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"allow": ORIGIN}, TypeError, "FetchPolicy.allow must be a list"),
        ({"allow": [5]}, TypeError, "5"),
        ({"allow": []}, ValueError, "allow_fetch=False"),
        ({"allow": ["a.example"]}, ValueError, "'a.example' is no origin"),
        ({"allow": ["ftp://a.example"]}, ValueError, "'ftp://a.example' is no origin"),
        ({"allow": ["https://a.example/path"]}, ValueError, "no origin"),
        ({"allow": ["https://user@a.example"]}, ValueError, "no origin"),
        ({"allow": ["https://a.example:99999"]}, ValueError, "99999"),
        ({"allow": ["https://a.*.example"]}, ValueError, "no host name"),
        ({"allow": ["https://*a.example"]}, ValueError, "no host name"),
        ({"allow": ["https://*.*.example"]}, ValueError, "no host name"),
        ({"allow": ["http://localhost:8000"]}, ValueError, "allow_private=True"),
        ({"allow": ["http://a.localhost"]}, ValueError, "allow_private=True"),
        ({"allow": ["http://0x7f.1"]}, ValueError, "allow_private=True"),
        ({"allow": ["http://192.168.1.5"]}, ValueError, "allow_private=True"),
        ({"allow": ["http://[::1]:80"]}, ValueError, "allow_private=True"),
        ({"allow": ["http://224.0.0.1"], "allow_private": True}, ValueError, "no server"),
        ({"allow": [ORIGIN], "methods": "GET"}, TypeError, "FetchPolicy.methods"),
        ({"allow": [ORIGIN], "methods": []}, ValueError, "FetchPolicy.methods"),
        ({"allow": [ORIGIN], "methods": ["get"]}, ValueError, "'get'"),
        ({"allow": [ORIGIN], "methods": ["CONNECT"]}, ValueError, "CONNECT"),
        ({"allow": [ORIGIN], "methods": ["A B"]}, ValueError, "'A B'"),
        ({"allow": [ORIGIN], "timeout": 0}, ValueError, "FetchPolicy.timeout"),
        ({"allow": [ORIGIN], "timeout": "5"}, TypeError, "'5'"),
        ({"allow": [ORIGIN], "timeout": float("nan")}, ValueError, "nan"),
        ({"allow": [ORIGIN], "max_bytes": 0}, ValueError, "FetchPolicy.max_bytes"),
        ({"allow": [ORIGIN], "max_bytes": 1.5}, TypeError, "1.5"),
        ({"allow": [ORIGIN], "max_request_bytes": -1}, ValueError, "FetchPolicy.max_request_bytes"),
        ({"allow": [ORIGIN], "max_requests": True}, TypeError, "True"),
        ({"allow": [ORIGIN], "rate": 0}, ValueError, "FetchPolicy.rate"),
        ({"allow": [ORIGIN], "rate": (5,)}, ValueError, "(5,)"),
        ({"allow": [ORIGIN], "rate": (1.5, 2)}, ValueError, "(1.5, 2)"),
        ({"allow": [ORIGIN], "rate": "fast"}, ValueError, "'fast'"),
        ({"allow": [ORIGIN], "allow_private": 1}, TypeError, "allow_private"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    values: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        FetchPolicy(**values)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("rate", "pace"), [(None, None), (5, (5, 1.0)), ((3, 60), (3, 60.0)), (0.5, (1, 2.0)), (1.0, (1, 1.0))]
)
def test_rates(rate: Any, pace: object) -> None:
    assert FetchPolicy(allow=[ORIGIN], rate=rate).pace == pace


@pytest.mark.parametrize(
    ("allow", "url", "allowed"),
    [
        ("https://a.example", "https://a.example/x?y", True),
        ("https://a.example", "https://A.EXAMPLE.:443/", True),
        ("https://a.example", "http://a.example/", False),
        ("https://a.example", "https://a.example:444/", False),
        ("https://a.example", "https://b.a.example/", False),
        ("https://a.example", "https://a.example.evil.test/", False),
        ("https://*.a.example", "https://b.a.example/", True),
        ("https://*.a.example", "https://c.b.a.example/", True),
        ("https://*.a.example", "https://a.example/", False),
        ("https://*.a.example", "https://evila.example/", False),
        ("https://*", "https://anything.example/", True),
        ("https://*", "http://anything.example/", False),
        ("https://*", "https://anything.example:8443/", False),
        ("https://*", "https://93.184.216.34/", False),
        ("https://*:8443", "https://anything.example:8443/", True),
        ("https://93.184.216.34", "https://93.184.216.34/", True),
        ("https://93.184.216.34", "https://0x5db8d822/", True),
    ],
)
def test_which_urls_an_origin_allows(allow: str, url: str, allowed: bool) -> None:
    assert FetchPolicy(allow=[allow]).allows(parse_url(url)) is allowed


def test_the_short_forms() -> None:
    assert policy_of(False) is None
    everything = policy_of(True)
    assert everything is not None
    assert everything.allow == ("https://*",)
    assert everything.methods == ("GET", "HEAD", "POST")
    assert not everything.allow_private
    assert origin_of("api.example.com") == "https://api.example.com"
    assert origin_of("http://localhost:8000") == "http://localhost:8000"
    with pytest.raises(TypeError, match="'yes'"):
        policy_of("yes")  # type: ignore[arg-type]


def test_what_people_are_shown() -> None:
    assert FetchPolicy(allow=[ORIGIN]).describe() == ORIGIN
    policy = FetchPolicy(allow=[ORIGIN, "http://10.0.0.1"], methods=["GET"], allow_private=True)
    assert policy.describe() == f"{ORIGIN}, http://10.0.0.1; methods=GET; allow_private=True"
    many = FetchPolicy(allow=[f"https://a{number}.example" for number in range(7)])
    assert many.listed().endswith("https://a4.example and 2 more")


# URLs


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1", "0177.1", "2130706433", "0x7f000001",
        "017700000001", "127.0.0.1.", "127.0.0.0x1", "0x7f.0x0.0x0.0x1", "00000177.1", "１２７.0.0.1", "①②⑦.0.0.1",
        "127。0。0。1",
    ],
)  # fmt: skip
def test_every_spelling_of_an_ipv4_address_is_the_same_one(host: str) -> None:
    assert parse_host(host) == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("localhost.", "localhost"),
        ("a_b.example", "a_b.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("[::1]", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("[2001:DB8::A]", "[2001:db8::a]"),
        ("1.example", "1.example"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
    ],
)
def test_hosts_in_one_form(host: str, normal: str) -> None:
    assert parse_host(host) == normal


@pytest.mark.parametrize(
    "url",
    [
        "", "/", "//a.example/", "a.example", "https:", "https://", "https:///x", "https:a.example", "https:/a.example",
        "ftp://a.example/", "file:///etc/passwd", "javascript:1", "data:,x", "http+unix://a/",
        "https://user@a.example/", "https://user:pw@a.example/", "https://a.example@b.example/",
        "https://a.example\\@b.example/", "https://a.example\\b/", "https://a.example%2eb/", "https://%61.example/",
        "https://a b.example/", " https://a.example/", "https://a.example/ ", "https://a.example/\n", "https://a.exa\tmple/",
        "https://a.example/ü", "https://bücher.example/", "https://a..example/", "https://.a.example/", "https://a.example../",
        "https://./", "https://../", "https://*/", "https://a.example:0/", "https://a.example:65536/",
        "https://a.example:999999/", "https://a.example:-1/", "https://a.example:8o/", "https://a:b:80/",
        "https://256.0.0.1/", "https://127.0.0.1.1/", "https://1.2.3.4.5/", "https://4294967296/", "https://0x100000000/",
        "https://127.0.0.09/", "https://1.2.3.999/", "https://a.1/", "https://foo.0x7f/", "https://1..2/",
        "https://[::1/", "https://::1/", "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/",
        "https://[::g]/", "https://[]/", "https://[127.0.0.1]/", "https://[1:2]/", "https://[::1].example/",
        "https://" + "a" * 64 + ".example/", "https://" + "a." * 127 + "example/", "https://a.example/" + "x" * 70_000,
        "https://\u0130.example/", "https://a.example\u3002/\u2028",
    ],
)  # fmt: skip
def test_what_is_not_plainly_one_host_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example", Target("https", "a.example", 443, "/")),
        ("HTTPS://a.example?q#f", Target("https", "a.example", 443, "/?q")),
        (
            "http://a.example:8080/p/../q?x=%20&y=[]#f?",
            Target("http", "a.example", 8080, "/p/../q?x=%20&y=[]"),
        ),
        ("http://[::1]:81/@/:80", Target("http", "[::1]", 81, "/@/:80")),
        ("http://a.example:/", Target("http", "a.example", 80, "/")),
    ],
)
def test_urls(url: str, target: Target) -> None:
    assert parse_url(url) == target
    assert parse_url(target.url) == target


def test_the_parts_that_are_sent() -> None:
    assert parse_url("http://a.example:8080/").authority == "a.example:8080"
    assert parse_url("https://a.example:443/").origin == "https://a.example"
    assert parse_url("http://[::1]/").address == ipaddress.IPv6Address("::1")
    assert parse_url("http://0x7f.1/").address == ipaddress.IPv4Address("127.0.0.1")
    assert parse_url("http://a.example/").address is None


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/x", "https://a.example/x"),
        ("x", "https://a.example/d/x"),
        ("../x", "https://a.example/x"),
        ("?q", "https://a.example/d/e?q"),
        ("#f", "https://a.example/d/e?old"),
        ("", "https://a.example/d/e?old"),
        ("//b.example/x", "https://b.example/x"),
        ("\\\\b.example\\x", "https://b.example/x"),
        ("/\\b.example", "https://b.example/"),
        ("http://b.example:81/x", "http://b.example:81/x"),
        ("HTTP://B.example/ü ö?ä", "http://b.example/%C3%BC%20%C3%B6?%C3%A4"),
        ("  https://b.example/\n x", "https://b.example/%20x"),
        ("https://b\t.example/", "https://b.example/"),
        ("//bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("//127.1/", "https://127.0.0.1/"),
        ("/a//b", "https://a.example/a//b"),
    ],
)
def test_where_a_redirect_leads(location: str, url: str) -> None:
    assert join_url(parse_url("https://a.example/d/e?old"), location).url == url


@pytest.mark.parametrize(
    "location",
    [
        "ftp://b.example/", "file:///etc/passwd", "javascript:1", "data:,x", "https:b.example", "http:/b.example", "//",
        "https://", "//user@b.example/", "//[::1", "//b.example:x/", "https://b example/", "//b%2eexample/",
        "http://[fe80::1%eth0]/", "/" + "x" * 70_000,
    ],
)  # fmt: skip
def test_where_no_redirect_leads(location: str) -> None:
    with pytest.raises(BadUrl):
        join_url(parse_url("https://a.example/d/e"), location)


@given(st.text(max_size=40))
def test_a_host_has_one_form_or_none(text: str) -> None:
    try:
        host = parse_host(text)
    except BadUrl:
        return
    assert parse_host(host) == host
    assert host == host.lower()
    assert host.isascii()
    target = parse_url(f"https://{host}/")
    assert target.host == host


HOSTS = st.text(alphabet="0123456789abcdefxX.:[]%@\\/-_ ①。ü", max_size=30)


@given(HOSTS)
def test_what_looks_like_an_address_is_one(text: str) -> None:
    try:
        target = parse_url(f"http://{text}/")
    except BadUrl:
        return
    # Nothing that a resolver would read as an address is left as a name.
    last = target.host.rpartition(".")[2]
    if target.address is None:
        assert not last.isdigit()
        assert not last.startswith("0x")
    assert target.path.startswith("/")


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "0x{:x}", "0{:o}", "0X{:08X}"]))
def test_numbers_are_addresses(number: int, form: str) -> None:
    assert parse_host(form.format(number)) == str(ipaddress.IPv4Address(number))


@given(st.text(max_size=40))
def test_redirects_lead_to_one_form_or_nowhere(location: str) -> None:
    try:
        target = join_url(parse_url("https://a.example/d/e"), location)
    except BadUrl:
        return
    assert parse_url(target.url) == target


# Addresses


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("8.8.8.8", "public"), ("93.184.216.34", "public"), ("1.1.1.1", "public"), ("2606:4700::1111", "public"),
        ("0.0.0.0", "never"), ("0.1.2.3", "never"), ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"),
        ("10.0.0.1", "private"), ("172.16.0.1", "private"), ("172.31.255.255", "private"), ("172.32.0.1", "public"),
        ("192.168.0.1", "private"), ("100.64.0.1", "private"), ("100.127.255.255", "private"),
        ("100.128.0.1", "public"), ("169.254.169.254", "link-local"),
        ("192.0.0.1", "never"), ("192.0.2.1", "never"), ("198.18.0.1", "private"),
        ("198.51.100.1", "never"), ("203.0.113.1", "never"), ("224.0.0.1", "never"), ("239.255.255.255", "never"),
        ("240.0.0.1", "never"), ("255.255.255.255", "never"), ("192.88.99.1", "never"),
        ("::", "never"), ("::1", "loopback"), ("::2", "never"), ("fe80::1", "link-local"), ("fec0::1", "private"),
        ("fc00::1", "private"), ("fdff::1", "private"), ("ff02::1", "never"), ("2001:db8::1", "never"),
        ("100::1", "never"), ("4000::1", "never"), ("3fff::1", "never"),
        # IPv4 inside IPv6
        ("::ffff:127.0.0.1", "loopback"), ("::ffff:10.0.0.1", "private"), ("::ffff:169.254.169.254", "link-local"),
        ("::ffff:8.8.8.8", "public"), ("::127.0.0.1", "never"), ("::ffff:0:127.0.0.1", "never"),
        ("64:ff9b::127.0.0.1", "loopback"), ("64:ff9b::10.0.0.1", "private"), ("64:ff9b::8.8.8.8", "public"),
        ("64:ff9b:1::8.8.8.8", "private"), ("2002:7f00:1::", "never"), ("2002:808:808::", "never"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "never"), ("2606:4700::5efe:10.0.0.1", "never"),
        ("2606:4700::5efe:8.8.8.8", "public"),
    ],
)  # fmt: skip
def test_where_an_address_is(address: str, where: str) -> None:
    assert reach(ipaddress.ip_address(address)) == where


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_counts_as_public_is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if reach(address) != "public":
        return
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    judged = inner or address
    assert judged.is_global
    assert not judged.is_multicast


@pytest.mark.parametrize(
    ("private", "url", "where", "allowed"),
    [
        (False, "http://a.example/", "public", True),
        (False, "http://a.example/", "private", False),
        (False, "http://a.example/", "loopback", False),
        (True, "http://a.example/", "loopback", True),
        (True, "http://a.example/", "private", True),
        (True, "http://a.example/", "never", False),
        # Where clouds keep their machines' credentials: not by a name that somebody points there.
        (True, "http://a.example/", "link-local", False),
        (True, "http://169.254.169.254/", "link-local", True),
        (False, "http://169.254.169.254/", "link-local", False),
    ],
)
def test_which_addresses_are_allowed(private: bool, url: str, where: Any, allowed: bool) -> None:
    policy = FetchPolicy(allow=["http://a.example"], allow_private=private)
    assert policy.allows_reach(where, parse_url(url)) is allowed


def test_nobody_pays_for_a_client_that_is_not_used() -> None:
    code = "import sys, qjs_kernel.session; print(sorted({'httpcore', 'anyio', 'certifi', 'idna'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
