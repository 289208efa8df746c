# ruff: noqa: E501
# Why: the programs and messages are as long as they are.
"""node:fs inside the engine: fs.js over FsOps, with the host call done the short way (JSON and base64)."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quickjs_rs import Runtime

from qjs_kernel.errors import FsError
from qjs_kernel.fsops import FsOps
from qjs_kernel.limits import Limits
from qjs_kernel.vfs import VirtualFS

JS = Path(__file__).parents[2] / "qjs_kernel" / "worker" / "js"

BRIDGE = """
globalThis.__k = { __proto__: null, builtins: { __proto__: null } };
globalThis.__bridge = (function (k, call) {
  const { parse, stringify } = JSON, { setPrototypeOf } = Object, from = Uint8Array.fromBase64, B = Uint8Array.prototype.toBase64;
  const E = Error, { defineProperty } = Object;
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  const bufferOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(typed, 'buffer').get);
  const bind = Function.prototype.call.bind(B);
  const fail = (info) => {
    const error = new E(info.message);
    const keys = ["code", "errno", "syscall", "path", "dest"];
    for (let i = 0, key; i < 5; i++)
      if (info[key = keys[i]] !== null) defineProperty(error, key, { __proto__: null, value: info[key], enumerable: true });
    return error;
  };
  k.host = (op, args, data) => {
    const reply = parse(call(stringify(setPrototypeOf([op, args], null)), data === undefined ? "" : bind(data)));
    if (reply.error) throw fail(reply.error);
    if (reply.data !== undefined) return bufferOf(from(reply.data));
    return reply.text !== undefined ? reply.text : reply.value;
  };
})(__k, __host);
"""


# What fs.js stands on, and what loads the rest.
BOOT = (
    "primordials.js",
    "text.js",
    "kinds.js",
    "layout.js",
    "stacks.js",
    "heads.js",
    "contents.js",
    "inspect.js",
    "format.js",
    "fs_arguments.js",
    "fs.js",
)
LOADER = """
(function (k, read, run) {
  const { defineProperty } = Object, { queueMicrotask } = globalThis, loaded = { __proto__: null };
  k.process = { __proto__: null, nextTick: (f, ...a) => { queueMicrotask(() => { f(...a); }); } };
  k.hidden = (o, key, value) => defineProperty(o, key, { __proto__: null, value, writable: true, configurable: true });
  k.lazy = (o, key, get) => defineProperty(o, key, { __proto__: null, get, configurable: true });
  k.load = (file) => (loaded[file] ??= { __proto__: null, value: run(read(file))(k) }).value;
})(__k, __read, eval); 0
"""


class Guest:
    """A bare engine with fs.js; `run` gives the value of `body` through JSON."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.fs = VirtualFS(limits or Limits(), clock=lambda: 1_700_000_000_000)
        self.ops = FsOps(self.fs)
        self.calls: list[str] = []
        self.context = Runtime().new_context()
        self.context.register("__host", self._host)
        self.context.register("__read", lambda file: f"({(JS / file).with_suffix('.js').read_text()})")
        self.context.eval(BRIDGE)
        self.context.eval(LOADER)
        for name in BOOT:
            self.context.eval(f"({(JS / name).read_text()})(__k); 0")
        self.context.eval("globalThis.fs = __k.builtins.fs; globalThis.fsp = __k.builtins['fs/promises']; 0")

    def _host(self, request: str, data: str) -> str:
        op, args = json.loads(request)
        self.calls.append(op)
        try:
            reply = self.ops.serve(op, args, base64.b64decode(data))
        except FsError as error:
            return json.dumps(
                {
                    "error": {
                        "message": str(error),
                        "code": error.code,
                        "errno": error.errno_value,
                        "syscall": error.syscall,
                        "path": error.path or None,
                        "dest": error.dest,
                    }
                }
            )
        if reply.text is not None:
            return json.dumps({"text": reply.text})
        if reply.data is not None:
            return json.dumps({"data": base64.b64encode(reply.data).decode()})
        return json.dumps({"value": reply.value})

    def run(self, body: str) -> Any:
        text = self.context.eval(f"JSON.stringify((function () {{ {body} }})()) ?? 'null'")
        return json.loads(text)

    def value(self, expression: str) -> Any:
        return self.run(f"return ({expression});")

    def error(self, expression: str) -> dict[str, Any]:
        caught = self.run(
            f"try {{ {expression}; }} catch (e) {{ return {{name: e.name, message: e.message, code: e.code,"
            " errno: e.errno, syscall: e.syscall, path: e.path, dest: e.dest}; } return null;"
        )
        assert caught is not None, f"{expression} did not throw"
        return caught  # type: ignore[no-any-return]

    def drain(self) -> None:
        """Run the jobs that are waiting."""
        asyncio.run(self.context.eval_async("await null; await null; 0", module=True))

    def promised(self, expression: str) -> Any:
        """The settled value of a promise, or {"rejected": code}."""
        self.context.eval(
            f"globalThis.__r = 'pending'; ({expression}).then((v) => {{ __r = JSON.stringify({{value: v}}); }},"
            " (e) => { __r = JSON.stringify({rejected: e.code, message: e.message}); }); 0"
        )
        self.drain()
        settled = json.loads(self.context.eval("__r"))
        return settled.get("value") if "rejected" not in settled else settled


@pytest.fixture
def guest() -> Iterator[Guest]:
    made = Guest()
    made.fs.mount("/", {"log.jsonl": "a\nb", "src": {"types.ts": "type A = 1", "custom.ts": "x"}})
    yield made
    made.context.close()


def test_the_main_program_reads_its_log(guest: Guest) -> None:
    assert guest.value("fs.readFileSync('log.jsonl', 'utf-8').split('\\n')") == ["a", "b"]
    assert (
        guest.value(
            "fs.readFileSync(new Uint8Array([47,108,111,103,46,106,115,111,110,108]), {encoding:'utf8'})"
        )
        == "a\nb"
    )
    assert (
        guest.value(
            "fs.readFileSync({href: 'file:///log.jsonl', protocol: 'file:', hostname: '', pathname: '/log.jsonl'}, 'utf8')"
        )
        == "a\nb"
    )


def test_without_encoding_bytes_come(guest: Guest) -> None:
    guest.fs.write_bytes("/b", bytes(range(256)))
    assert guest.value("[...fs.readFileSync('/b')]") == list(range(256))
    assert guest.value("fs.readFileSync('/b') instanceof Uint8Array") is True


@pytest.mark.parametrize(
    ("encoding", "text", "stored"),
    [
        ("utf8", "aé€😀", "aé€😀".encode()),
        ("UTF-8", "ü", "ü".encode()),
        ("latin1", "\xe9\xff", b"\xe9\xff"),
        ("binary", "\x00\x80", b"\x00\x80"),
        ("ascii", "abc", b"abc"),
        ("hex", "00ff10", b"\x00\xff\x10"),
        ("base64", "AP8QIA==", b"\x00\xff\x10\x20"),
        ("base64url", "-_-_", b"\xfb\xff\xbf"),
        ("utf16le", "a€", "a€".encode("utf-16-le")),
        ("ucs2", "😀", "😀".encode("utf-16-le")),
    ],
)
def test_encodings_both_ways(guest: Guest, encoding: str, text: str, stored: bytes) -> None:
    guest.run(f"fs.writeFileSync('/e', {json.dumps(text)}, {json.dumps(encoding)})")
    assert guest.fs.read_bytes("/e") == stored
    assert guest.value(f"fs.readFileSync('/e', {{encoding: {json.dumps(encoding)}}})") == text


def test_lenient_hex_and_base64_as_node(guest: Guest) -> None:
    guest.run("fs.writeFileSync('/h', '00fz11', 'hex'); fs.writeFileSync('/b', 'AP 8-\\n_w=AAAA', 'base64')")
    assert guest.fs.read_bytes("/h") == b"\x00"
    assert guest.fs.read_bytes("/b") == base64.b64decode("AP8+/w==")


def test_malformed_utf8_and_lone_surrogates_become_replacement_characters(guest: Guest) -> None:
    guest.fs.write_bytes("/bad", b"a\xff\xe2\x82z\xed\xa0\x80")
    assert guest.value("fs.readFileSync('/bad', 'utf8')") == b"a\xff\xe2\x82z\xed\xa0\x80".decode(
        "utf-8", "replace"
    )
    guest.run("fs.writeFileSync('/s', 'x\\ud800y')")
    assert guest.fs.read_text("/s") == "x\ufffdy"


@pytest.mark.parametrize(
    "sample",
    [
        b"\xf0\x9f\x98\x80",
        b"\xf0\x9f\x98",
        b"\xc0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe0\x80\xaf",
        b"\xed\x9f\xbf",
    ],
)
def test_path_bytes_decode_as_the_web_platform(guest: Guest, sample: bytes) -> None:
    assert guest.error(f"fs.statSync(new Uint8Array({list(b'/nope' + sample)}))")[
        "path"
    ] == "/nope" + sample.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "data",
    ["new Uint8Array([1,2,3])", "new Uint8Array([0,1,2,3,4]).subarray(1,4)", "new DataView(new Uint8Array([1,2,3]).buffer)",
     "new Uint8Array([1,2,3]).buffer", "new Int8Array([1,2,3])"],
)  # fmt: skip
def test_any_view_can_be_written(guest: Guest, data: str) -> None:
    guest.run(f"fs.writeFileSync('/d', {data})")
    assert guest.fs.read_bytes("/d") == b"\x01\x02\x03"


def test_flags_and_modes(guest: Guest) -> None:
    guest.run("fs.writeFileSync('/f', 'hello', {mode: 0o600}); fs.writeFileSync('/f', 'J', {flag: 'r+'})")
    assert guest.fs.read_text("/f") == "Jello"
    assert guest.value("(fs.statSync('/f').mode & 0o777).toString(8)") == "600"
    guest.run("fs.appendFileSync('/f', '!'); fs.writeFileSync('/f', '?', {flag: 'a'})")
    assert guest.fs.read_text("/f") == "Jello!?"
    assert guest.error("fs.writeFileSync('/f', 'x', {flag: 'wx'})")["code"] == "EEXIST"
    guest.run("fs.chmodSync('/f', '444')")
    assert guest.error("fs.writeFileSync('/f', 'x')")["code"] == "EACCES"


def test_directories(guest: Guest) -> None:
    assert guest.value("fs.mkdirSync('/a/b/c', {recursive: true})") == "/a"
    assert guest.value("fs.mkdirSync('/a/b/c', {recursive: true}) === undefined") is True
    guest.run("fs.writeFileSync('/a/b/x', ''); fs.symlinkSync('b', '/a/l')")
    assert guest.value("fs.readdirSync('/a')") == ["b", "l"]
    assert guest.value("fs.readdirSync('/a', {recursive: true})") == ["b", "l", "b/c", "b/x"]
    assert guest.value(
        "fs.readdirSync('/a', {withFileTypes: true, recursive: true})"
        ".map((d) => [d.parentPath, d.name, d.isFile(), d.isDirectory(), d.isSymbolicLink()])"
    ) == [["/a", "b", False, True, False], ["/a", "l", False, False, True], ["/a/b", "c", False, True, False],
          ["/a/b", "x", True, False, False]]  # fmt: skip
    guest.run("fs.rmSync('/a', {recursive: true}); fs.rmSync('/a', {force: true})")
    assert guest.value("fs.existsSync('/a')") is False
    assert guest.value("fs.readFileSync(fs.mkdtempSync('/src/t-') + '/../custom.ts', 'utf8')") == "x"


def test_stats(guest: Guest) -> None:
    assert guest.value(
        "(() => { const s = fs.statSync('/log.jsonl'); return [s.isFile(), s.isDirectory(), s.size, s.mode.toString(8),"
        " s.mtime.toISOString(), s.mtimeMs, typeof s.ino, s instanceof fs.Stats] })()"
    ) == [True, False, 3, "100644", "2023-11-14T22:13:20.000Z", 1_700_000_000_000, "number", True]
    assert guest.value("fs.statSync('/nope', {throwIfNoEntry: false}) === undefined") is True
    assert guest.value("typeof fs.statSync('/src', {bigint: true}).mtimeNs") == "bigint"
    guest.run("fs.utimesSync('/log.jsonl', 1, new Date(5000))")
    assert guest.value("fs.statSync('/log.jsonl').mtimeMs") == 5000


def test_links_copies_and_names(guest: Guest) -> None:
    guest.run("fs.symlinkSync('src/custom.ts', '/l'); fs.copyFileSync('/l', '/c'); fs.renameSync('/c', '/d')")
    assert guest.value("[fs.readlinkSync('/l'), fs.realpathSync('l'), fs.lstatSync('/l').isSymbolicLink()]") == [
        "src/custom.ts", "/src/custom.ts", True]  # fmt: skip
    assert guest.fs.read_text("/d") == "x"
    guest.run("fs.cpSync('/src', '/copy', {recursive: true}); fs.truncateSync('/copy/types.ts', 4)")
    assert guest.fs.read_text("/copy/types.ts") == "type"
    assert guest.error("fs.copyFileSync('/d', '/l', fs.constants.COPYFILE_EXCL)")["code"] == "EEXIST"


def test_descriptors(guest: Guest) -> None:
    assert guest.run(
        "const fd = fs.openSync('/f', 'w+'); fs.writeSync(fd, 'hello '); fs.writeSync(fd, new Uint8Array([119, 111]), 0, 2);"
        "fs.writeSync(fd, 'J', 0); const b = new Uint8Array(4); const n = fs.readSync(fd, b, 0, 4, 0);"
        "fs.ftruncateSync(fd, 7); const size = fs.fstatSync(fd).size; fs.closeSync(fd); return [n, [...b], size];"
    ) == [4, list(b"Jell"), 7]
    assert guest.fs.read_text("/f") == "Jello w"
    assert guest.error("fs.closeSync(77)") == {"name": "Error", "message": "EBADF: bad file descriptor, close",
                                               "code": "EBADF", "errno": -9, "syscall": "close"}  # fmt: skip


def test_errors_carry_all_that_node_s_carry(guest: Guest) -> None:
    assert guest.error("fs.readFileSync('nope')") == {
        "name": "Error", "message": "ENOENT: no such file or directory, open 'nope'", "code": "ENOENT", "errno": -2,
        "syscall": "open", "path": "nope"}  # fmt: skip
    assert (
        guest.error("fs.renameSync('a', 'b')")["message"]
        == "ENOENT: no such file or directory, rename 'a' -> 'b'"
    )


@pytest.mark.parametrize(
    ("expression", "name", "code", "message"),
    [
        ("fs.readFileSync({})", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "path" argument must be of type string or an instance of Buffer or URL. Received an instance of Object'),
        ("fs.statSync(1.5)", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "path" argument must be of type string or an instance of Buffer or URL. Received type number (1.5)'),
        ("fs.statSync()", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "path" argument must be of type string or an instance of Buffer or URL. Received undefined'),
        ("fs.readFileSync('a\\0b')", "TypeError", "ERR_INVALID_ARG_VALUE",
         "The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received 'a\\x00b'"),
        ("fs.readFileSync('/log.jsonl', 'klingon')", "TypeError", "ERR_INVALID_ARG_VALUE",
         "The argument 'encoding' is invalid encoding. Received 'klingon'"),
        ("fs.readFileSync('/log.jsonl', 5)", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "options" argument must be one of type string or object. Received type number (5)'),
        ("fs.writeFileSync('/f', 'x', {flag: 'zz'})", "TypeError", "ERR_INVALID_ARG_VALUE",
         "The argument 'flags' is invalid. Received 'zz'"),
        ("fs.writeFileSync('/f', 5)", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5)'),
        ("fs.readFile('/f')", "TypeError", "ERR_INVALID_ARG_TYPE",
         "The \"cb\" argument must be of type function. Received undefined"),
        ("fs.chmodSync('/f', 'zz')", "TypeError", "ERR_INVALID_ARG_VALUE",
         "The argument 'mode' must be a 32-bit unsigned integer or an octal string. Received 'zz'"),
        ("fs.chmodSync('/f', -1)", "RangeError", "ERR_OUT_OF_RANGE",
         'The value of "mode" is out of range. It must be >= 0 && <= 4294967295. Received -1'),
        ("fs.accessSync('/f', 99)", "RangeError", "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7"),
        ("fs.rmSync('/f', {recursive: 1})", "TypeError", "ERR_INVALID_ARG_TYPE",
         'The "options.recursive" property must be of type boolean. Received type number (1)'),
        ("fs.readFileSync({href: 'http://x/y', protocol: 'http:'})", "TypeError", "ERR_INVALID_URL_SCHEME",
         "The URL must be of scheme file"),
    ],
)  # fmt: skip
def test_wrong_arguments_read_as_in_node(
    guest: Guest, expression: str, name: str, code: str, message: str
) -> None:
    error = guest.error(expression)
    assert (error["name"], error["code"], error["message"]) == (name, code, message)


def test_promises_settle_and_reject(guest: Guest) -> None:
    assert guest.promised("fsp.readFile('/log.jsonl', 'utf8')") == "a\nb"
    assert guest.promised("fs.promises.readFile('/nope')")["rejected"] == "ENOENT"
    assert guest.promised("fsp.stat({})")["rejected"] == "ERR_INVALID_ARG_TYPE"
    assert guest.promised(
        "(async () => { const h = await fsp.open('/h', 'w+'); await h.writeFile('abc'); await h.truncate(2);"
        " const r = await h.read(new Uint8Array(9), 0, 9, 0); await h.close(); return r.bytesRead; })()"
    ) == 2  # fmt: skip


def test_callbacks_come_later_and_argument_errors_at_once(guest: Guest) -> None:
    guest.context.eval(
        "globalThis.got = []; fs.readFile('/log.jsonl', 'utf8', (e, t) => got.push([e, t]));"
        "fs.readFile('/nope', (e) => got.push([e.code])); fs.mkdir('/m', (e) => got.push([e, 'm']));"
        "fs.exists('/src', (x) => got.push([x])); got.push(['first']); 0"
    )
    assert guest.value("got") == [["first"]]
    guest.drain()
    assert guest.value("got") == [["first"], [None, "a\nb"], ["ENOENT"], [None, "m"], [True]]
    assert guest.error("fs.stat({}, () => {})")["code"] == "ERR_INVALID_ARG_TYPE"


def test_read_only_mount_and_mount_point(guest: Guest) -> None:
    guest.fs.mount("/ro", {"a.txt": "1"}, read_only=True)
    assert (
        guest.error("fs.writeFileSync('/ro/a.txt', '2')")["message"]
        == "EROFS: read-only file system, open '/ro/a.txt'"
    )
    assert guest.error("fs.unlinkSync('/log.jsonl')")["code"] == "EBUSY"
    assert guest.error("fs.accessSync('/ro/a.txt', fs.constants.W_OK)")["code"] == "EROFS"


POLLUTION = """
  const E = Error, boom = (what) => function () { throw new E("asked " + what); };
  for (const name of ["push", "pop", "map", "join", "slice", "concat"]) Array.prototype[name] = boom(name);
  for (const name of ["call", "apply", "bind"]) Function.prototype[name] = boom(name);
  for (const name of ["startsWith", "includes", "split", "slice", "toLowerCase", "charCodeAt", "endsWith"]) String.prototype[name] = boom(name);
  const T = Object.getPrototypeOf(Uint8Array.prototype);
  for (const name of ["length", "buffer", "byteLength", "byteOffset"]) Object.defineProperty(T, name, { get: boom(name) });
  T.set = T.subarray = boom("typed");
  RegExp.prototype.exec = RegExp.prototype.test = boom("exec");
  Promise.prototype.then = boom("then"); Promise.resolve = boom("resolve");
  JSON.parse = JSON.stringify = boom("JSON");
  // Last, because from here on no plain descriptor works.
  for (const name of ["toJSON", "then", "size", "name", "path", "code", "dev", "mode", "f", "0", "1", "value", "get", "set",
    "writable", "enumerable", "configurable"])
    Object.defineProperty(Object.prototype, name, { __proto__: null, get: boom(name), set: boom("set " + name), configurable: true });
  for (const proto of [Array.prototype, Map.prototype, Set.prototype, String.prototype]) proto[Symbol.iterator] = boom("iterator");
  globalThis.Uint8Array = globalThis.Promise = globalThis.Date = globalThis.Error = boom("global");
"""


def test_polluted_prototypes_change_nothing(guest: Guest) -> None:
    guest.fs.write_bytes("/b", b"\x01\x02")
    result = guest.context.eval(
        "(function () { const bytes = new Uint8Array([104, 105]); const str = JSON.stringify, { apply } = Reflect;"
        + POLLUTION
        + """
        const out = { __proto__: null };
        fs.writeFileSync('/w', bytes); fs.writeFileSync('/x', 'aGk=', 'base64'); fs.appendFileSync('/w', '!');
        out.text = fs.readFileSync('/w', 'utf8'); out.hex = fs.readFileSync('/b', 'utf8').length;
        const list = fs.readdirSync('/'); out.count = list.length; out.first = list[0];
        const types = fs.readdirSync('/', { __proto__: null, withFileTypes: true }); out.type = types[0].isFile();
        const s = fs.statSync('/w'); out.size2 = s.size; out.isFile = s.isFile();
        fs.mkdirSync('/p/q', { __proto__: null, recursive: true }); fs.rmSync('/p', { __proto__: null, recursive: true });
        out.exists = fs.existsSync('/p');
        try { fs.readFileSync('/nope'); } catch (e) { out.failed = e.message; }
        fs.promises.readFile('/w', 'utf8');
        return out.text + '|' + out.hex + '|' + out.count + '|' + out.first + '|' + out.type + '|' + out.size2 + '|'
          + out.isFile + '|' + out.exists + '|' + out.failed;
        })()"""
    )
    assert result == "hi!|2|5|b|true|3|true|false|ENOENT: no such file or directory, open '/nope'"


def test_internals_cannot_be_reached_or_changed_through_the_module(guest: Guest) -> None:
    guest.run("fs.existsSync = () => 'mine'; delete fs.promises.readFile")
    assert guest.error("'use strict'; fs.constants.F_OK = 9")["name"] == "TypeError"
    assert guest.value("[fs.constants.F_OK, Object.getPrototypeOf(fs.constants)]") == [0, None]
    guest.run("fs.exists('/src', (x) => { globalThis.r = x })")
    guest.drain()
    assert guest.value("globalThis.r") is True


def test_every_synchronous_function_has_its_callback_and_promise(guest: Guest) -> None:
    names = guest.value("Object.keys(fs).filter((n) => n.endsWith('Sync'))")
    assert {"readFileSync", "writeFileSync", "appendFileSync", "statSync", "lstatSync", "readdirSync", "mkdirSync",
            "rmSync", "rmdirSync", "unlinkSync", "renameSync", "copyFileSync", "cpSync", "existsSync", "accessSync",
            "symlinkSync", "readlinkSync", "realpathSync", "chmodSync", "utimesSync", "truncateSync",
            "mkdtempSync"} <= set(names)  # fmt: skip
    for name in names:
        assert guest.value(f"[fs.{name}.name, typeof fs.{name[:-4]}]") == [name, "function"]


def test_quota_reached_from_the_guest() -> None:
    small = Guest(Limits(files=3, file_bytes=100))
    try:
        small.run("fs.writeFileSync('/a', 'x'.repeat(90))")
        assert "file_bytes is 100" in small.error("fs.writeFileSync('/b', 'x'.repeat(11))")["message"]
        assert small.error("fs.truncateSync('/a', 2 ** 50)")["code"] == "ENOSPC"
        assert small.error("fs.writeSync(fs.openSync('/a', 'r+'), 'x', 2 ** 52)")["code"] == "ENOSPC"
        assert "files is 3" in small.error("for (let i = 0; i < 9; i++) fs.mkdirSync('/d' + i)")["message"]
        assert small.fs.read_text("/a") == "x" * 90
    finally:
        small.context.close()
