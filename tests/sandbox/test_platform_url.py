"""URLs in the guest: the web's classes, `node:url`, `node:querystring` and `node:punycode`, with Node 20's answers."""
# ruff: noqa: E501 - the tables hold one case a line

from __future__ import annotations

import json
import random
from typing import Any, Final

import ada_url
import pytest

from qjs_kernel import Sandbox

from .support import fault, printed, value

Table = list[tuple[str, Any]]

_HELPERS: Final = """
import util from "node:util"; import url from "node:url"; import qs from "node:querystring"; import punycode from "node:punycode";
const parts = (text) => {
  const u = new URL(text);
  return [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash];
};
const change = (field, value) => {
  const u = new URL("https://me:pw@example.com:8080/a/b?q=1#h");
  try { u[field] = value; } catch (e) { return e.name; }
  return u.href;
};
const steps = (text, ...changes) => {
  const u = new URL(text);
  return changes.map((change) => { change(u.searchParams); return u.href; });
};
const old = (u) => Object.values({ ...u, query: u.query && typeof u.query === "object" ? { ...u.query } : u.query });
const run = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code}: ${e.message}`; } };
"""

# fmt: off
PARSED: Final[Table] = [
    ('parts("https://user:pa%20ss@example.com:8080/a/b/../c%2fd?x=1&y=2#frag")', ['https://user:pa%20ss@example.com:8080/a/c%2fd?x=1&y=2#frag', 'https://example.com:8080', 'https:', 'user', 'pa%20ss', 'example.com:8080', 'example.com', '8080', '/a/c%2fd', '?x=1&y=2', '#frag']),
    ('parts("HTTP://EXAMPLE.com:80")', ['http://example.com/', 'http://example.com', 'http:', '', '', 'example.com', 'example.com', '', '/', '', '']),
    ('parts("file:///home/me/a%20b.txt?q")', ['file:///home/me/a%20b.txt?q', 'null', 'file:', '', '', '', '', '', '/home/me/a%20b.txt', '?q', '']),
    ('parts("mailto:me@example.com?subject=hi there")', ['mailto:me@example.com?subject=hi%20there', 'null', 'mailto:', '', '', '', '', '', 'me@example.com', '?subject=hi%20there', '']),
    ('parts("data:text/plain,hello world#x")', ['data:text/plain,hello world#x', 'null', 'data:', '', '', '', '', '', 'text/plain,hello world', '', '#x']),
    ('parts("foo://Host:1/p?#")', ['foo://Host:1/p?#', 'null', 'foo:', '', '', 'Host:1', 'Host', '1', '/p', '', '']),
    ('parts("http://[2001:DB8::0:1]:3000/x")', ['http://[2001:db8::1]:3000/x', 'http://[2001:db8::1]:3000', 'http:', '', '', '[2001:db8::1]:3000', '[2001:db8::1]', '3000', '/x', '', '']),
    ('new URL("https://münchen.de/straße?größe=ü#é").href', 'https://xn--mnchen-3ya.de/stra%C3%9Fe?gr%C3%B6%C3%9Fe=%C3%BC#%C3%A9'),
    ('new URL("http://日本語。jp/").hostname', 'xn--wgv71a119e.jp'),
    ('new URL("http://0x7f.1/").hostname', '127.0.0.1'),
    ('new URL("http://user@/x", "http://h/")', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ('new URL("http:\\\\\\\\x\\\\y?a\\\\b").href', 'http://x/y?a\\b'),
    ('new URL("  https://x/ a\\tb\\n ").href', 'https://x/%20ab'),
    ('new URL("https://x/\\ud800?\\udc00").href', 'https://x/%EF%BF%BD?%EF%BF%BD'),
    ('new URL("web+x:/.//y").pathname', '//y'),
    ('new URL("blob:https://a.com:8/uuid").origin', 'https://a.com:8'),
    ('new URL("file:///x").origin', 'null'),
    ('new URL("http://a.com/\'?\'#\'").href', "http://a.com/'?%27#'"),
    ('["//h/p", "/p", "p", "../p", "?q", "#f", "", "./p?x=/../y", "http:p", "x:p"].map((url) => new URL(url, "http://u@a/b/c/d?e#g").href)', ['http://h/p', 'http://u@a/p', 'http://u@a/b/c/p', 'http://u@a/b/p', 'http://u@a/b/c/d?q', 'http://u@a/b/c/d?e#f', 'http://u@a/b/c/d?e', 'http://u@a/b/c/p?x=/../y', 'http://u@a/b/c/p', 'x:p']),
    ('["./data.json", "/data.json", "a:b", "../../x"].map((url) => new URL(url, "file:///src/lib/index.ts").href)', ['file:///src/lib/data.json', 'file:///data.json', 'a:b', 'file:///x']),
    ('new URL("x", new URL("https://h/a/b")).href', 'https://h/a/x'),
    ('["https://x", "x", "https://x:99999", "//x", "https://a b", "http://1.2.3.256"].map((url) => URL.canParse(url))', [True, False, False, False, False, False]),
    ('URL.canParse("x", "https://h")', True),
    ('URL.parse("nope")', None),
    ('URL.parse("a", "https://h").href', 'https://h/a'),
]

ERRORS: Final[Table] = [
    ('new URL("nope")', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ('new URL("a", "b")', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ("new URL()", 'TypeError ERR_MISSING_ARGS: The "url" argument must be specified'),
    ("URL.canParse()", 'TypeError ERR_MISSING_ARGS: The "url" argument must be specified'),
    ('new URL("https://h:x")', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ('(() => { const u = new URL("https://h"); u.href = "nope" })()', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ('(() => { try { new URL("nope") } catch (e) { return [e instanceof TypeError, e.input, "base" in e, Object.keys(e)] } })()', [True, 'nope', False, ['code', 'input']]),
    ('(() => { try { new URL("nope", "x") } catch (e) { return [e.input, e.base] } })()', ['nope', 'x']),
    ('new URLSearchParams([["a"]])', 'TypeError ERR_INVALID_TUPLE: Each query pair must be an iterable [name, value] tuple'),
    ("new URLSearchParams([1])", 'TypeError ERR_INVALID_TUPLE: Each query pair must be an iterable [name, value] tuple'),
    ("new URLSearchParams({ [Symbol.iterator]: 1 })", 'TypeError ERR_ARG_NOT_ITERABLE: Query pairs must be iterable'),
    ('new URLSearchParams().append("a")', 'TypeError ERR_MISSING_ARGS: The "name" and "value" arguments must be specified'),
    ("new URLSearchParams().get()", 'TypeError ERR_MISSING_ARGS: The "name" argument must be specified'),
    ("new URLSearchParams().forEach(1)", 'TypeError ERR_INVALID_ARG_TYPE: The "callback" argument must be of type function. Received type number (1)'),
    ('URLSearchParams.prototype.has.call({}, "a")', 'TypeError ERR_INVALID_THIS: Value of "this" must be of type URLSearchParams'),
]

CHANGED: Final[Table] = [
    ('change("protocol", "http")', 'http://me:pw@example.com:8080/a/b?q=1#h'),
    ('change("protocol", "mailto")', 'https://me:pw@example.com:8080/a/b?q=1#h'),
    ('change("username", "a b:c")', 'https://a%20b%3Ac:pw@example.com:8080/a/b?q=1#h'),
    ('change("password", "")', 'https://me@example.com:8080/a/b?q=1#h'),
    ('change("host", "new.org:99")', 'https://me:pw@new.org:99/a/b?q=1#h'),
    ('change("host", "bad host")', 'https://me:pw@example.com:8080/a/b?q=1#h'),
    ('change("hostname", "ünï.org:99")', 'https://me:pw@example.com:8080/a/b?q=1#h'),
    ('change("port", "443")', 'https://me:pw@example.com/a/b?q=1#h'),
    ('change("port", "81abc")', 'https://me:pw@example.com:81/a/b?q=1#h'),
    ('change("port", "70000")', 'https://me:pw@example.com:8080/a/b?q=1#h'),
    ('change("pathname", "x y/../z?#")', 'https://me:pw@example.com:8080/z%3F%23?q=1#h'),
    ('change("pathname", "")', 'https://me:pw@example.com:8080/?q=1#h'),
    ('change("search", "?a=b c&d=\'")', 'https://me:pw@example.com:8080/a/b?a=b%20c&d=%27#h'),
    ('change("search", "")', 'https://me:pw@example.com:8080/a/b#h'),
    ('change("search", "k=v")', 'https://me:pw@example.com:8080/a/b?k=v#h'),
    ('change("hash", "x y")', 'https://me:pw@example.com:8080/a/b?q=1#x%20y'),
    ('change("hash", "")', 'https://me:pw@example.com:8080/a/b?q=1'),
    ('change("href", "https://other/")', 'https://other/'),
    ('change("origin", "x")', 'TypeError'),
]

PARAMS: Final[Table] = [
    ('[...new URL("https://h/?a=1&b=x+y&a=%C3%A9&c").searchParams]', [['a', '1'], ['b', 'x y'], ['a', 'é'], ['c', '']]),
    ('steps("https://h/p?q=1#z", (s) => s.append("k", "v w&=+é"), (s) => s.set("q", 2), (s) => s.delete("k"), (s) => s.delete("q"))', ['https://h/p?q=1&k=v+w%26%3D%2B%C3%A9#z', 'https://h/p?q=2&k=v+w%26%3D%2B%C3%A9#z', 'https://h/p?q=2#z', 'https://h/p#z']),
    ('steps("https://h?b=2&a=1&b=1", (s) => s.sort(), (s) => s.delete("b", "1"), (s) => s.set("b", "~\'()*!"))', ['https://h/?a=1&b=2&b=1', 'https://h/?a=1&b=2', 'https://h/?a=1&b=%7E%27%28%29*%21']),
    ('steps("mailto:x?y#z", (s) => s.append("a", 1), (s) => s.delete("y"))', ['mailto:x?y=&a=1#z', 'mailto:x?a=1#z']),
    ('(() => { const u = new URL("https://h?a=1"), s = u.searchParams; u.search = "?b=2"; const r = [s + "", s === u.searchParams]; u.href = "https://i?c=3"; return [...r, s + ""] })()', ['b=2', True, 'c=3']),
    ('new URLSearchParams("?a=1&&b&=c&%zz=%41+%").toString()', 'a=1&b=&=c&%25zz=A+%25'),
    ('new URLSearchParams({ a: 1, b: "x y", "ü": null }).toString()', 'a=1&b=x+y&%C3%BC=null'),
    ('new URLSearchParams(new Map([["k", "v"]])).toString()', 'k=v'),
    ('[...new URLSearchParams(new URLSearchParams("a=b&a=c"))]', [['a', 'b'], ['a', 'c']]),
    ('((s) => [s.size, s.get("a"), s.get("z"), s.getAll("a"), s.has("a"), s.has("a", "3"), [...s.keys()], [...s.values()]])(new URLSearchParams("a=1&b=2&a=3"))', [3, '1', None, ['1', '3'], True, True, ['a', 'b', 'a'], ['1', '2', '3']]),
    ('(() => { const all = []; new URLSearchParams("a=1&b=2").forEach((value, name, whole) => all.push(name + value + whole.size)); return all })()', ['a12', 'b22']),
    ('Object.fromEntries(new URLSearchParams("a=1&b=2"))', {'a': '1', 'b': '2'}),
    ('JSON.stringify({ u: new URL("https://h"), s: new URLSearchParams("a=1") })', '{"u":"https://h/","s":{}}'),
]

SHOWN: Final[Table] = [
    ('util.inspect(new URL("https://u:p@h:1/p?q=1#h"))', "URL {\n  href: 'https://u:p@h:1/p?q=1#h',\n  origin: 'https://h:1',\n  protocol: 'https:',\n  username: 'u',\n  password: 'p',\n  host: 'h:1',\n  hostname: 'h',\n  port: '1',\n  pathname: '/p',\n  search: '?q=1',\n  searchParams: URLSearchParams { 'q' => '1' },\n  hash: '#h'\n}"),
    ('util.inspect({ a: new URL("https://h") })', "{\n  a: URL {\n    href: 'https://h/',\n    origin: 'https://h',\n    protocol: 'https:',\n    username: '',\n    password: '',\n    host: 'h',\n    hostname: 'h',\n    port: '',\n    pathname: '/',\n    search: '',\n    searchParams: URLSearchParams {},\n    hash: ''\n  }\n}"),
    ('util.inspect({ a: { b: { c: new URL("https://h"), d: new URLSearchParams() } } })', '{ a: { b: { c: URL {}, d: [Object] } } }'),
    ('util.inspect(new URLSearchParams("a=1&b=2"))', "URLSearchParams { 'a' => '1', 'b' => '2' }"),
    ('util.inspect([new URLSearchParams(), new URLSearchParams("a=b").entries()])', "[ URLSearchParams {}, URLSearchParams Iterator { [ 'a', 'b' ] } ]"),
    ('util.inspect(new (class Api extends URL {})("https://h"), { depth: 0 }).slice(0, 5)', 'Api {'),
    ('Object.prototype.toString.call(new URL("https://h")) + Object.prototype.toString.call(new URLSearchParams())', '[object URL][object URLSearchParams]'),
    ('Object.keys(new URL("https://h"))', []),
]

OLD: Final[Table] = [
    ('old(url.parse("https://u:p@h.com:8/p/a?q=1#h"))', ['https:', True, 'u:p', 'h.com:8', '8', 'h.com', '#h', '?q=1', 'q=1', '/p/a', '/p/a?q=1', 'https://u:p@h.com:8/p/a?q=1#h']),
    ('old(url.parse("/a?b=1", true))', [None, None, None, None, None, None, None, '?b=1', {'b': '1'}, '/a', '/a?b=1', '/a?b=1']),
    ('old(url.parse("//host/p", false, true))', [None, True, None, 'host', None, 'host', None, None, None, '/p', '/p', '//host/p']),
    ('old(url.parse("HTTP://x.com\\\\y z\'{}"))', ['http:', True, None, 'x.com', None, 'x.com', None, None, None, '/y%20z%27%7B%7D', '/y%20z%27%7B%7D', 'http://x.com/y%20z%27%7B%7D']),
    ('old(url.parse("mailto:a@b.c?subject=x"))', ['mailto:', None, 'a', 'b.c', None, 'b.c', None, '?subject=x', 'subject=x', None, '?subject=x', 'mailto:a@b.c?subject=x']),
    ('old(url.parse("javascript:alert(\'x y\')"))', ['javascript:', None, None, None, None, None, None, None, None, "alert('x y')", "alert('x y')", "javascript:alert('x y')"]),
    ('url.parse("http://ÄÖÜ.com/").hostname', 'xn--4ca0bs.com'),
    ("url.parse(1)", 'TypeError ERR_INVALID_ARG_TYPE: The "url" argument must be of type string. Received type number (1)'),
    ('url.parse("http://[a%b]/")', 'TypeError ERR_INVALID_URL: Invalid URL'),
    ('url.format({ protocol: "http", hostname: "x", port: 80, pathname: "a?b#c", search: "x=#y", hash: "h" })', 'http://x:80/a%3Fb%23c?x=%23y#h'),
    ('url.format({ hostname: "::1", port: 5, query: { a: [1, 2], b: "é c" }, auth: "a b:c@d", slashes: true })', '//a%20b:c%40d@[::1]:5?a=1&a=2&b=%C3%A9%20c'),
    ('url.format(new URL("http://u:p@xn--lck1c3crb1723bpq4a.com/a?a=b#c"), { unicode: true, auth: false, fragment: false, search: false })', 'http://理容ナカムラ.com/a'),
    ("url.format(1)", 'TypeError ERR_INVALID_ARG_TYPE: The "urlObject" argument must be one of type object or string. Received type number (1)'),
    ('["/one", "../one", "?x", "#y", "//h/z", "mailto:a", "g;x=1/../y", "."].map((to) => url.resolve("http://u@example.com/a/b?c#d", to))', ['http://u@example.com/one', 'http://u@example.com/one', 'http://u@example.com/a/b?x', 'http://u@example.com/a/b?c#y', 'http://h/z', 'mailto:a', 'http://u@example.com/a/y', 'http://u@example.com/a/']),
    ('[url.resolve("/one/two/three", "four"), url.resolve("mini1.xml", "../x"), url.resolve("", "x"), url.resolve("mailto:a@b", "#c")]', ['/one/two/four', '../x', 'x', 'mailto:a@b#c']),
]

FILES: Final[Table] = [
    ('url.fileURLToPath("file:///a%20b/%C3%A9")', '/a b/é'),
    ('url.fileURLToPath(new URL("file:///x"))', '/x'),
    ('url.fileURLToPath("https://x")', 'TypeError ERR_INVALID_URL_SCHEME: The URL must be of scheme file'),
    ('url.fileURLToPath("file://host/x")', 'TypeError ERR_INVALID_FILE_URL_HOST: File URL host must be "localhost" or empty on linux'),
    ('url.fileURLToPath("file:///a%2Fb")', 'TypeError ERR_INVALID_FILE_URL_PATH: File URL path must not include encoded / characters'),
    ("url.fileURLToPath({})", 'TypeError ERR_INVALID_ARG_TYPE: The "path" argument must be of type string or an instance of URL. Received an instance of Object'),
    ('url.fileURLToPath("file:///C:/a%20b", { windows: true })', 'C:\\a b'),
    ('url.pathToFileURL("/a b/%#?\\\\é|.txt").href', 'file:///a%20b/%25%23%3F%5C%C3%A9%7C.txt'),
    ('url.pathToFileURL("/a/b/").href', 'file:///a/b/'),
    ('url.pathToFileURL("C:\\\\x\\\\y", { windows: true }).href', 'file:///C:/x/y'),
    ('url.pathToFileURL("\\\\\\\\host\\\\share\\\\x", { windows: true }).href', 'file://host/share/x'),
    ("url.pathToFileURL(1)", 'TypeError ERR_INVALID_ARG_TYPE: The "path" argument must be of type string. Received type number (1)'),
    ('url.urlToHttpOptions(new URL("https://a%20b:p%40w@[::1]:81/p?q#h"))', {'protocol': 'https:', 'hostname': '::1', 'hash': '#h', 'search': '?q', 'pathname': '/p', 'path': '/p?q', 'href': 'https://a%20b:p%40w@[::1]:81/p?q#h', 'port': 81, 'auth': 'a b:p@w'}),
    ('[url.domainToASCII("español.com"), url.domainToASCII("a b"), url.domainToUnicode("xn--espaol-zwa.com")]', ['xn--espaol-zwa.com', '', 'español.com']),
    ("url.URL === URL && url.URLSearchParams === URLSearchParams", True),
]

QUERIES: Final[Table] = [
    ('{...qs.parse("a=1&a=2&b=x+y%20z&=e&c&&d=%zz&__proto__=p")}', {'a': ['1', '2'], 'b': 'x y z', '': 'e', 'c': '', 'd': '%zz', '__proto__': 'p'}),
    ('{...qs.parse("a:1;b:2", ";", ":", { maxKeys: 1 })}', {'a': '1'}),
    ('{...qs.parse("a=x+y", null, null, { decodeURIComponent: (text) => `<${text}>` })}', {'<a>': '<x%20y>'}),
    ('Object.keys(qs.parse("a=1&".repeat(2) + Array.from({ length: 1100 }, (_, i) => "k" + i).join("&"))).length', 999),
    ('qs.stringify({ a: [1, "x", true, null, undefined, {}, NaN, 1e21], b: "é &", c: 10n, d: "" })', 'a=1&a=x&a=true&a=&a=&a=&a=&a=1e%2B21&b=%C3%A9%20%26&c=10&d='),
    ('qs.stringify({ a: 1, b: [2, 3] }, ";", ":", { encodeURIComponent: (text) => text + "!" })', 'a!:1!;b!:2!;b!:3!'),
    ('qs.stringify("x")', ''),
    ('qs.escape("\\ud800")', 'URIError ERR_INVALID_URI: URI malformed'),
    ('[qs.escape("a b/é"), qs.unescape("a%20b%zz"), qs.unescapeBuffer("%41%zz").toString()]', ['a%20b%2F%C3%A9', 'a b%zz', 'A%zz']),
    ("[qs.decode === qs.parse, qs.encode === qs.stringify]", [True, True]),
]

PUNY: Final[Table] = [
    ('[punycode.encode("mañana"), punycode.decode("maana-pta"), punycode.encode("☃-⌘"), punycode.decode("--dqo34k")]', ['maana-pta', 'mañana', '--dqo34k', '☃-⌘']),
    ('[punycode.toASCII("user@mañana.com"), punycode.toUnicode("xn--maana-pta.com"), punycode.toASCII("a。b")]', ['user@xn--maana-pta.com', 'mañana.com', 'a.b']),
    ('[punycode.ucs2.decode("a\\ud83d\\ude00"), punycode.ucs2.encode([97, 0x1f600])]', [[97, 128512], 'a😀']),
    ('punycode.decode("a!")', 'RangeError undefined: Invalid input'),
    ('punycode.decode("ü-x")', 'RangeError undefined: Illegal input >= 0x80 (not a basic code point)'),
    ('punycode.decode("99999999")', 'RangeError undefined: Overflow: input needs wider integers to process'),
]
# fmt: on


@pytest.mark.parametrize(
    "table",
    [PARSED, ERRORS, CHANGED, PARAMS, SHOWN, OLD, FILES, QUERIES, PUNY],
    ids=["parsed", "errors", "changed", "params", "shown", "old", "files", "queries", "puny"],
)
def test_answers_as_node_does(shared: Sandbox, table: Table) -> None:
    cases = ",\n".join(f"() => ({expression})" for expression, _ in table)
    answers = value(shared, f"{_HELPERS} export default [{cases}].map(run)")
    for (expression, expected), answer in zip(table, answers, strict=True):
        assert answer == expected, expression


# What a URL crosses as


def test_a_url_is_a_string_for_python_and_an_object_for_the_guest(shared: Sandbox) -> None:
    assert value(shared, "export default new URL('https://h/a b')") == "https://h/a%20b"
    assert value(
        shared, "export default { list: [new URL('https://h'), new (class X extends URL {})('x:y')] }"
    ) == {"list": ["https://h/", "x:y"]}
    assert (
        value(shared, "import util from 'node:util'; export default util.types.isProxy(new URL('x:y'))")
        is False
    )


def test_an_invalid_url_names_what_it_was(shared: Sandbox) -> None:
    error = fault(shared, "new URL('/x')")
    assert (error.name, error.message) == ("TypeError", "Invalid URL")
    assert "code: 'ERR_INVALID_URL', input: '/x'" in printed(
        shared.eval("try { new URL('/x') } catch (e) { console.log({ ...e }) }")
    )


def test_object_urls_say_why_there_are_none(shared: Sandbox) -> None:
    assert "data: URL" in fault(shared, "URL.createObjectURL({})").message
    assert value(shared, "export default URL.revokeObjectURL('blob:x')") is None


def test_urls_live_on_between_evals_and_follow_checkpoints(sandbox: Sandbox) -> None:
    value(
        sandbox, "globalThis.u = new URL('https://h/?a=1'); globalThis.s = u.searchParams; export default 1"
    )
    checkpoint = sandbox.checkpoint()
    assert value(sandbox, "s.append('b', '2'); export default u.href") == "https://h/?a=1&b=2"
    sandbox.restore(checkpoint)
    assert value(sandbox, "export default [u.href, u.searchParams === s]") == ["https://h/?a=1", True]


# What the guest does not ask the parser about must be what the parser would have said


_PIECES: Final = [
    *(
        "http://",
        "https://",
        "file://",
        "file:///",
        "ws://",
        "ftp://",
        "foo://",
        "foo:",
        "//",
        "/",
        "\\",
        "?",
        "#",
        ":",
        "@",
    ),
    *(
        ".",
        "..",
        "%2e",
        "%2E",
        "./",
        "../",
        "a",
        "b.c",
        "xn--a",
        "xn--mnchen-3ya",
        "EX",
        "1",
        "127.0.0.1",
        "10.0.0.256",
        "0x1",
    ),
    *(
        ":80",
        ":443",
        ":8080",
        ":65536",
        ":080",
        "C:",
        "c|",
        "user",
        "u:p@",
        "[::1]",
        "ü",
        " ",
        "\t",
        "'",
        '"',
        "<",
        "^",
        "`",
        "{",
        "|",
    ),
    *(
        "a=1",
        "&",
        "+",
        "%20",
        "%",
        "~",
        "*",
        "(",
        "_",
        "-",
        "..a",
        "a..",
        ".well-known",
        "x-y",
        "99",
        "1a",
        "a1",
        "localhost",
    ),
]
_BASES: Final = [
    "http://a.b/c/d?e/f#g/h", "https://x", "https://x?/y", "file:///src/index.ts", "file:///C:/a/b", "http://h:81/..", "foo://h/p/q",
    "mailto:x", "http://127.0.0.1:3000/", "file:///", "https://xn--mnchen-3ya.de/a",
]  # fmt: skip


def _parsed(*texts: str) -> str | None:
    try:
        return ada_url.URL(*texts).href
    except ValueError:
        return None


def _plausible(chance: random.Random) -> str:
    scheme = chance.choice(["http://", "https://", "https://", "file:///", "ws://", "", "", "./", "/"])
    host = chance.choice(
        ["a.com", "api.x-y.org", "localhost", "127.0.0.1", "a_b.c", "1.2.3.4", "x.1", "b..c", "h.", ""]
    )
    port = chance.choice(["", "", ":80", ":443", ":3000", ":65535", ":65536", ":0"])
    path = "".join(
        chance.choice(["/", "/a", "/.b", "/..", "/c.d", "/%2e", "/%20", "//", "/x:y", "/C:", "/'", "/^"])
        for _ in range(chance.randrange(4))
    )
    tail = chance.choice(
        ["", "", "?", "#", "?a=1&b", "#x", "?a/b?c#d/e?f", "?[]", "?'", "? ", "#`", "?a#b#c"]
    )
    return scheme + host + port + path + tail


def test_plain_urls_are_what_the_parser_makes_of_them(shared: Sandbox) -> None:
    chance = random.Random(20)
    texts = ["".join(chance.choices(_PIECES, k=chance.randrange(1, 7))) for _ in range(1500)]
    texts += [_plausible(chance) for _ in range(2500)]
    pairs = [(text, chance.choice(_BASES)) for text in texts]
    code = """
    const make = (...texts) => { try { return new URL(...texts).href; } catch { return null; } };
    const cases = %s;
    export default cases.map(([text, base]) => [make(text), make(text, base), URL.canParse(text, base)]);
    """
    answers = value(shared, code % json.dumps(pairs))
    for (text, base), (alone, joined, can) in zip(pairs, answers, strict=True):
        assert alone == _parsed(text), text
        assert joined == _parsed(text, base), (text, base)
        assert can == (joined is not None), (text, base)


def test_setters_and_parts_agree_with_the_parser(shared: Sandbox) -> None:
    chance = random.Random(5)
    fields = ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]
    starts = [
        "https://u:p@example.com:8080/a/b?q=1#h",
        "http://x/",
        "file:///a/b",
        "mailto:a@b?x",
        "foo://h:1/p",
        "foo:/a",
        "foo:/.//x?y",
    ]
    cases = [
        (
            chance.choice(starts),
            chance.choice(fields),
            "".join(chance.choices(_PIECES, k=chance.randrange(3))),
        )
        for _ in range(800)
    ]
    code = f"""
    const fields = {json.dumps(fields)};
    export default {json.dumps(cases)}.map(([start, field, text]) => {{
      const url = new URL(start);
      url[field] = text;
      return [url.href, url.origin, ...fields.map((each) => url[each])];
    }});
    """
    for case, answer in zip(cases, value(shared, code), strict=True):
        start, field, text = case
        url = ada_url.URL(start)
        try:
            setattr(url, field, text)
        except ValueError:
            url = ada_url.URL(start)
        assert answer == [url.href, url.origin, *(getattr(url, each) for each in fields)], case


# What programs do to intrinsics


def test_changed_intrinsics_do_not_change_urls(sandbox: Sandbox) -> None:
    code = """
    const define = Object.defineProperty;
    for (const key of ["value", "get", "path", "root", "href", "code", "size", "0", "1"])
      define(Object.prototype, key, { __proto__: null, configurable: true, get() { return "polluted"; }, set(value) {
        define(this, key, { __proto__: null, value, writable: true, configurable: true, enumerable: true }); } });
    String.prototype.replace = String.prototype.slice = String.prototype.indexOf = String.prototype.startsWith = () => "polluted";
    RegExp.prototype.exec = () => ["polluted"];
    Array.prototype.push = Array.prototype[Symbol.iterator] = () => { throw new Error("polluted"); };
    const url = new URL("https://Example.com/a b?x=1&y=2#z");
    const plain = new URL("../c?d", "https://h.com/a/b/");
    url.searchParams.append("k", "v");
    url.hash = "new";
    export default { href: url.href, host: url.host, k: url.searchParams.get("k"), plain: plain.href };
    """
    assert value(sandbox, code) == {
        "href": "https://example.com/a%20b?x=1&y=2&k=v#new",
        "host": "example.com",
        "k": "v",
        "plain": "https://h.com/a/c?d",
    }
