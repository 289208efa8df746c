"""Attacks on what the sandbox offers of Node and the web: services, floods, recursion, forged objects, pollution, exits."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from qjs_kernel import Limits, Sandbox
from qjs_kernel.limits import MIB
from qjs_kernel.worker import services
from tests.sandbox.hostile import Gauge, Witness
from tests.sandbox.support import printed

LIMITS = Limits(memory=48 * MIB)
BUILTIN = "const get = process.getBuiltinModule, { Readable, Writable, PassThrough, promises } = get('stream'), zlib = get('zlib'), crypto = get('crypto'), util = get('util');\n"


@pytest.fixture(scope="module")
def shared_witness(pool: Any) -> Iterator[Witness]:
    with Witness(pool, limits=LIMITS) as witness:
        yield witness


# Services: Python that takes what a guest made


SCRAPS: list[Any] = [
    None, True, 0, 1, -1, 2**31, 2**53, 2**64, 1.5, 1e308, "", "a", "\ud800", "x" * 10_000, "9" * 5_000, [], [[[]]], {}, {"a": 1},
    "sha256", "shake128", "gzip", "raw", "any", "utf-8", "gbk", "iso-2022-jp", "http://x/\ud800", "http://[::1", "\0", "en", "Europe/Berlin",
]  # fmt: skip
BYTES = [None, b"", b"a", b"\x1f\x8b\x08", bytes(range(256)), b"\xff" * 1_000, b"\x1b$B" * 100]


@pytest.mark.parametrize("name", sorted(services.NAMES))
def test_services_answer_any_arguments(name: str) -> None:
    chance = random.Random(name)
    for op in import_module(f"qjs_kernel.worker.services.{name}").OPS:
        for _ in range(150):
            args = [chance.choice(SCRAPS) for _ in range(chance.randint(0, 8))]
            if op == "pbkdf2":
                args[2:3] = [3]  # its time is bounded by the run's deadline alone
            reply, blob = services.serve(f"{name}.{op}", json.dumps(args), chance.choice(BYTES))
            assert reply[0] in "=+$@!j"
            reply.encode()
            assert isinstance(blob, bytes)


@pytest.mark.parametrize(
    "arguments", ["{}", "1", "[", "[" * 100_000, "[" + "9" * 10_000 + "]", "[1e999]", "[NaN]"]
)
@pytest.mark.parametrize(
    "op", ["digest.hash", "digest.__class__", "digest.", "os.path", "nothing", "..services.digest"]
)
def test_services_refuse_what_is_no_call(op: str, arguments: str) -> None:
    assert services.serve(op, arguments, None)[0].startswith("!")


def _peak(work: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_services_take_memory_in_proportion() -> None:
    def calls(op: str, args: list[Any], data: bytes | None) -> Callable[[], Any]:
        known = import_module(f"qjs_kernel.worker.services.{op.partition('.')[0]}").OPS[op.partition(".")[2]]
        return lambda: known(args, data)

    size = 300_000
    for name, data in (("iso-2022-jp", b"A"), ("euc-jp", b"\x8f"), ("big5", b"\x87")):
        work = calls("text.decode", [name, False, True, ""], data * size)
        work()  # tables are made once
        assert _peak(work) < 12 * size
    assert _peak(calls("text.encode", ["\ud800" * size], None)) < 10 * size


def test_unpacking_ends_at_the_cap_whole_or_in_pieces() -> None:
    plain = bytes(3_000_000) + b"end"
    for parts in (1, 7):
        packed = services.serve("zipped.compress", '["gzip",9,15,8,0,4,67108864,0]', plain)[1] * parts
        for most, fits in ((len(plain) * parts, True), (len(plain) * parts - 1, False)):
            reply, blob = services.serve("zipped.decompress", json.dumps(["gzip", 15, 4, most, 0]), packed)
            assert (reply, blob) == ("@", plain * parts) if fits else "ERR_BUFFER_TOO_LARGE" in reply


# Memory: what grows must stop at the limit, and leave the session as it was


BOMBS = {
    "gunzip": "const one = zlib.gzipSync(Buffer.alloc(5e6)); const held = []; for (;;) held.push(zlib.gunzipSync(one))",
    "gunzip-many": "const one = zlib.gzipSync(Buffer.alloc(5e6)); await Promise.all(Array.from({ length: 200 }, () => util.promisify(zlib.gunzip)(one)))",
    "hash": "const h = crypto.createHash('sha256'); for (;;) h.update(Buffer.alloc(1e6))",
    "buffers": "for (const held = []; ; ) held.push(Buffer.alloc(1e6, 'ab'))",
    "params": "const u = new URLSearchParams(); for (;;) u.append('a'.repeat(1e4) + u.size, 'b')",
    "form": "const f = new FormData(); for (;;) f.append('a', 'x'.repeat(1e5) + Math.random())",
    "blob": "let b = new Blob(['x'.repeat(1e6)]); for (;;) b = new Blob([b, b])",
    "readable": "const r = new Readable({ read() {} }); for (;;) r.push(Buffer.alloc(1e6))",
    "writable": "const w = new Writable({ write() {} }); for (;;) w.write(Buffer.alloc(1e6))",
    "web-stream": "new ReadableStream({ start(c) { for (;;) c.enqueue(new Uint8Array(1e6)) } })",
    "marks": "for (;;) performance.mark('x'.repeat(1e4) + Math.random())",
    "listeners": "const e = new (get('events'))(); for (;;) e.on('x'.repeat(1e4) + Math.random(), () => {})",
    "decoder": "let s = ''; const d = new (get('string_decoder').StringDecoder)(); for (;;) s += d.write(Buffer.alloc(1e6, 0xe2))",
    "timers-of-console": "for (let i = 0; ; i++) console.time('x'.repeat(1e4) + i)",
}


@pytest.mark.parametrize("code", BOMBS.values(), ids=BOMBS)
def test_memory_bombs_of_the_platform(shared_witness: Witness, code: str) -> None:
    with Gauge(shared_witness.sandbox) as gauge:
        outcome = shared_witness.eval(BUILTIN + code, timeout=4)
    assert outcome.error is not None
    assert outcome.error.kind == "memory" or "out of memory" in outcome.error.message
    gauge.check(LIMITS)
    shared_witness.intact()


REFUSED = [
    ("zlib.gunzipSync(Buffer.concat(Array(100).fill(zlib.gzipSync(Buffer.alloc(1e6)))))", "ERR_BUFFER_TOO_LARGE"),
    ("crypto.scryptSync('a', 'b', 64, { N: 2 ** 20, r: 8, p: 1, maxmem: 2 ** 40 })", "ERR_CRYPTO_INVALID_SCRYPT_PARAMS"),
    ("Buffer.alloc(2 ** 40)", "ERR_OUT_OF_RANGE"),
    ("for (;;) AbortSignal.timeout(1e6)", "Limits.timers"),
    ("structuredClone(new ArrayBuffer(8), { transfer: [1] })", "TypeError"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), REFUSED)
def test_costly_requests_are_refused(pool: Any, code: str, expected: str) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(
            f"{BUILTIN} let r; try {{ {code}; r = 'done' }} catch (e) {{ r = e.name + ' ' + e.code + ' ' + e.message }} export default r"
        )
        assert outcome.ok, outcome.error
        assert expected in outcome.data


# Time: what never ends must end at the limit


ENDLESS = {
    "pbkdf2": "crypto.pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')",
    "readable": "for await (const c of new Readable({ read() { this.push('x') } })) ;",
    "flowing": "new Readable({ read() { this.push('x') } }).on('data', () => {}); await new Promise(() => {})",
    "pipeline": "await promises.pipeline(new Readable({ read() { this.push('x') } }), new Writable({ write(a, b, c) { c() } }))",
    "piped-to-itself": "const t = new PassThrough(); t.pipe(t); t.write('x'); await new Promise(() => {})",
    "collected": "await new Readable({ read() { this.push('x') } }).toArray()",
    "web-stream": "for await (const c of new ReadableStream({ pull(c) { c.enqueue('x') } })) ;",
    "ports": "const { port1: a, port2: b } = new MessageChannel(); a.onmessage = () => a.postMessage(1); b.onmessage = () => b.postMessage(1); a.postMessage(1); await new Promise(() => {})",
    "broadcast": "const a = new BroadcastChannel('x'), b = new BroadcastChannel('x'); a.onmessage = b.onmessage = (e) => e.target.postMessage(1); a.postMessage(1); await new Promise(() => {})",
    "ticks": "const f = () => process.nextTick(f); f(); await new Promise(() => {})",
    "observer": "new PerformanceObserver(() => performance.mark('a')).observe({ entryTypes: ['mark'] }); performance.mark('b'); await new Promise(() => {})",
    "interval": "for await (const x of get('timers/promises').setInterval(1)) ;",
    "thenable": "const t = { then(r) { r(t) } }; await new Response().text().then(() => t)",
    "clone": "let a = [1]; for (;;) structuredClone(a)",
    "stack": "Error.prepareStackTrace = () => { for (;;); }; null.x",
    "exit-listener": "process.on('exit', () => { for (;;); }); process.exit(1)",
}  # fmt: skip


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_endless_work_of_the_platform_ends_at_the_limit(shared_witness: Witness, code: str) -> None:
    shared_witness.fails(BUILTIN + code, "timeout")


FLOODS = {
    "stdout": "for (;;) process.stdout.write('x'.repeat(1000))",
    "piped": "new Readable({ read() { this.push('y'.repeat(1e4)) } }).pipe(process.stdout); await new Promise(() => {})",
    "warnings": "for (let i = 0; ; i++) process.emitWarning('x'.repeat(1000) + i)",
    "logger": "const c = new console.Console(process.stdout); for (;;) c.log('x'.repeat(1000))",
}


@pytest.mark.parametrize("code", FLOODS.values(), ids=FLOODS)
def test_floods_through_streams_are_output_floods(shared_witness: Witness, code: str) -> None:
    outcome = shared_witness.fails(BUILTIN + code, "output", timeout=5)
    assert len(printed(outcome)) < 2 * MIB


# Recursion: an answer, an error of the program's, or `stack`; never a lost worker


DEEP = {
    "clone": ("let o = {}; for (let i = 0; i < 2e4; i++) o = { o }", "typeof structuredClone(o)"),
    "clone-errors": ("let o = new Error('x'); for (let i = 0; i < 5e3; i++) o = new Error('x', { cause: o })", "structuredClone(o).message"),
    "equal": ("let a = {}, b = {}; for (let i = 0; i < 2e4; i++) { a = { a }; b = { a: b } }", "util.isDeepStrictEqual(a, b)"),
    "inspect": ("let o = new URL('http://x'); for (let i = 0; i < 2e4; i++) o = { o }", "util.inspect(o, { depth: Infinity }).length > 0"),
    "causes": ("let o = new Error('x'); for (let i = 0; i < 2e4; i++) o = new Error('x', { cause: o })", "util.inspect(o, { depth: Infinity }).length > 0"),
    "inspect-itself": ("const o = { [util.inspect.custom](d, options, inspect) { return inspect(o, options) } }", "util.inspect(o).length > 0"),
    "blobs": ("let b = new Blob(['x']); for (let i = 0; i < 2e4; i++) b = new Blob([b])", "b.size"),
    "signals": ("let s = AbortSignal.any([]); for (let i = 0; i < 5e3; i++) s = AbortSignal.any([s])", "s.aborted"),
    "listeners": ("const t = new EventTarget(); t.addEventListener('x', () => t.dispatchEvent(new Event('x')))", "t.dispatchEvent(new Event('x'))"),
    "emitters": ("const e = new (get('events'))(); e.on('x', () => e.emit('x'))", "e.emit('x')"),
    "query": ("const q = 'a[b][c]='.repeat(1e4)", "get('querystring').stringify(get('querystring').parse(q)).length > 0"),
    "path": ("const p = '../'.repeat(1e5)", "get('path').normalize(p).length"),
    "arguments": ("const args = Array(5e3).fill('-abc')", "typeof util.parseArgs({ args, strict: false }).values"),
}  # fmt: skip


@pytest.mark.parametrize("pair", DEEP.values(), ids=DEEP)
def test_deep_and_recursive_values(shared_witness: Witness, pair: tuple[str, str]) -> None:
    outcome = shared_witness.eval(f"{BUILTIN}{pair[0]}; {pair[1]}", timeout=8)
    if outcome.error is None:
        assert outcome.data is not None
    else:
        assert outcome.error.kind in ("stack", "exception", "memory", "timeout"), outcome.error
    shared_witness.intact()


# Pollution and forging


def test_keys_like_proto_are_data(pool: Any) -> None:
    code = (
        BUILTIN
        + """
const qs = get("querystring");
const evil = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": "2"}');
const texts = JSON.parse('{"__proto__": "1", "a": "2"}');
const form = new FormData(); form.append("__proto__", "x");
const E = get("events"), e = new E(); let heard = 0;
e.on("__proto__", () => heard++); e.emit("__proto__"); e.emit("constructor");
export default [
  Object.keys(qs.parse("__proto__=1&a=2")), Object.keys(util.parseArgs({ args: ["--__proto__=1", "--x"], strict: false }).values),
  [...new Headers(texts)], [...new URLSearchParams(texts)], [...form].length, Object.keys(structuredClone(evil)), heard,
  Object.keys(util.parseEnv("__proto__=1\\nA=2")), util.inspect(evil).includes("polluted"), util.isDeepStrictEqual(evil, {}),
  [{}.polluted, {}.a, [].a, (() => {}).a, {}.x],
];
"""
    )
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(code)
        assert outcome.ok, outcome.error
        assert outcome.data == [
            ["__proto__", "a"], ["x"], [["__proto__", "1"], ["a", "2"]], [["__proto__", "1"], ["a", "2"]], 1,
            ["__proto__", "constructor", "a"], 1, ["__proto__", "A"], True, False, [None] * 5,
        ]  # fmt: skip


FORGED = """
const T = {
  url: () => Object.create(URL.prototype).href,
  headers: () => Object.create(Headers.prototype).get("a"),
  decoder: () => TextDecoder.prototype.decode.call({}, new Uint8Array(1)),
  buffer: () => Buffer.prototype.toString.call(Object.create(Buffer.prototype)),
  state: () => Object.setPrototypeOf({ _writableState: {} }, Writable.prototype).write("x"),
  species: () => { class X extends Uint8Array { static get [Symbol.species]() { return function () { return [1] } } } return zlib.gunzipSync(zlib.gzipSync(new X(3))).length },
  detached: () => { const b = new Uint8Array(9); b.buffer.constructor = { [Symbol.species]: () => b.buffer.transfer() }; zlib.gzipSync(b) },
  inTheMiddle: () => { const b = new Uint8Array(9); return zlib.gzipSync(b, { get level() { b.buffer.transfer(); return 9 } }) },
  shrunk: () => { const r = new ArrayBuffer(99, { maxByteLength: 99 }), b = Buffer.from(r); return Buffer.alloc(9).copy(b, { valueOf() { r.resize(0); return 5 } }) },
  random: () => { const r = new ArrayBuffer(99, { maxByteLength: 99 }), b = new Uint8Array(r); r.resize(0); return crypto.randomFillSync(b).length },
  transfer: () => { const b = new ArrayBuffer(8); return structuredClone({ get x() { b.transfer(); return b } }, { transfer: [b] }) },
  growing: () => { const m = new Map(); m.set({ get x() { m.set({}, 1) } }, 1); return structuredClone(m).size },
  timer: () => clearTimeout({ [Symbol.toPrimitive]() { throw new Error("asked") } }),
  name: () => util.inspect(Object.defineProperty(class {}, "name", { get() { throw new Error("asked") } })),
  constructor: () => util.inspect(Object.assign(Object.create({ get constructor() { throw new Error("asked") } }), { a: 1 })),
};
const out = {};
for (const key of Object.keys(T)) { try { out[key] = T[key](); } catch (e) { out[key] = "!" + e.name; } }
export default out;
"""


def test_forged_and_shifting_objects_are_errors_of_the_program(pool: Any) -> None:
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(BUILTIN + FORGED)
        assert outcome.ok, outcome.error
        found = outcome.data
        for key in ("url", "headers", "decoder", "buffer", "state", "detached", "inTheMiddle"):
            assert found[key] == "!TypeError", (key, found[key])
        assert [found[key] for key in ("species", "shrunk", "random", "growing")] == [3, 0, 0, 1]
        assert found["transfer"] == "!DataCloneError"
        assert found["timer"] is None
        assert found["constructor"] == "{ a: 1 }"
        assert isinstance(found["name"], str)
        assert sandbox.eval("6 * 7").data == 42


def test_a_tampered_require_harms_only_itself(pool: Any) -> None:
    files = {
        "one.cjs": "module.exports = { v: 1 }", "two.cjs": "module.exports = { v: 2 }",
        "odd.cjs": "module.children = { get length() { throw 1 } }; module.paths = null; require.extensions = null; require.cache = null; exports.v = 3",
        "bad.cjs": "Object.defineProperty(module, 'exports', { get() { throw new Error('asked') } })",
    }  # fmt: skip
    code = """
const seen = [require("./one.cjs").v];
Object.defineProperty(require.cache, "/src/one.cjs", { get() { throw new Error("mine") }, configurable: true });
for (const id of ["./one.cjs", "./odd.cjs", "./bad.cjs"]) try { seen.push(require(id).v) } catch (e) { seen.push(e.message) }
Object.setPrototypeOf(require.cache, new Proxy({}, { get() {}, has: () => true, set: () => true }));
seen.push(require("./two.cjs").v);
export default seen;
"""
    with Sandbox(mounts={"src": files}, pool=pool) as sandbox:
        outcome = sandbox.eval(code, "/src/p.js")
        assert outcome.ok, outcome.error
        assert outcome.data == [1, "mine", 3, "asked", 2]
        assert sandbox.eval("import two from './two.cjs'; export default two.v", "/src/q.js").data == 2


OUTSIDE = [
    "/etc/passwd", "/proc/self/environ", "../../../../etc/passwd", "file:///etc/passwd", "data:text/javascript,1", "http://x/y", "/x\0.js",
    "node:__proto__", "node:constructor", "__proto__", "constructor", "node:", "node:../fs", "qjs:run", "", ".", "/", "#x", "@", "x" * 100_000,
    "./a\nb.js", "./a'b.js", './a"b.js', "./a`${1}.js", "./a\u2028.js", "./%2e%2e/%2e%2e/etc/passwd",
]  # fmt: skip


def test_names_that_lead_out_are_not_found(pool: Any) -> None:
    code = f"""
const wrong = [];
for (const id of {json.dumps(OUTSIDE)}) {{
  try {{ require(id); wrong.push(["require", id]); }} catch (e) {{ if (typeof e.code !== "string") wrong.push([id, e.message]); }}
  try {{ await import(id); wrong.push(["import", id]); }} catch (e) {{ if (!(e instanceof Error)) wrong.push([id, e]); }}
}}
for (const id of [5, null, undefined, {{}}, ["fs"], new String("fs")]) try {{ require(id); wrong.push(id); }} catch (e) {{
  if (e.code !== "ERR_INVALID_ARG_TYPE") wrong.push([String(id), e.message]);
}}
export default wrong;
"""
    with Sandbox(pool=pool) as sandbox:
        outcome = sandbox.eval(code, "/src/p.js")
        assert outcome.ok, outcome.error
        assert outcome.data == []


def test_odd_names_of_exports_are_only_names(pool: Any) -> None:
    names = [
        "a b", "\ud800", "x\ny", "*/", "`${1}", "__proto__", "", "await", "eval", "'\"", "arguments", "__qjs__", "a;import 1", "\u2028",
        "enum", "yield", "let", "static", "$", "é", "as", "from", "m", "n", "e", "exports", "\\", "\0", "a\0b",
    ]  # fmt: skip
    text = f"for (const n of {json.dumps(names)}) Object.defineProperty(exports, n, {{ value: n, enumerable: true }});"
    with Sandbox(mounts={"src": {"e.cjs": text}}, pool=pool) as sandbox:
        outcome = sandbox.eval(
            "import * as m from './e.cjs'; export default [Object.keys(m).filter((k) => k !== 'default' && m[k] !== k), Object.keys(m.default).length, Object.keys(m).length > 20]",
            "/src/p.js",
        )
        assert outcome.ok, outcome.error
        assert outcome.data == [[], len(names), True]


# Exits: wherever the program ends, the next one finds everything in order


EXITS = {
    "tick": "process.nextTick(() => process.exit(3)); await new Promise(() => {})",
    "test": "process.getBuiltinModule('node:test').test('a', () => process.exit(3))",
    "timer": "setTimeout(() => process.exit(3), 1); await new Promise(() => {})",
    "interval": "setInterval(() => process.exit(3), 1); await new Promise(() => {})",
    "immediate": "setImmediate(() => process.exit(3)); await new Promise(() => {})",
    "job": "queueMicrotask(() => process.exit(3)); await new Promise(() => {})",
    "inspect": "console.log({ [util.inspect.custom]() { process.exit(3) } })",
    "traps": "console.log('%o', { a: [new Proxy(class {}, { ownKeys() { process.exit(3) }, getOwnPropertyDescriptor() { process.exit(3) } })] }); util.inspect({ get x() { process.exit(3) } }, { getters: true })",
    "result": "export default { get x() { process.exit(3) } }",
    "result-then": "export default { x: { get then() { process.exit(3) } } }",
    "argument": "env.echo({ get x() { process.exit(3) } })",
    "host-callback": "env.call(() => process.exit(3))",
    "error": "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { process.exit(3) } }); throw e",
    "stack": "Error.prepareStackTrace = () => process.exit(3); new Error('x').stack",
    "json": "JSON.stringify({ toJSON() { process.exit(3) } })",
    "clone": "structuredClone({ get x() { process.exit(3) } })",
    "equal": "get('assert').deepEqual({ get x() { process.exit(3) } }, { x: 1 })",
    "stream": "new Writable({ write() { process.exit(3) } }).write('x')",
    "listener": "const t = new EventTarget(); t.addEventListener('x', () => process.exit(3)); t.dispatchEvent(new Event('x'))",
    "abort": "const c = new AbortController(); c.signal.onabort = () => process.exit(3); c.abort()",
    "storage": "const { AsyncLocalStorage } = get('async_hooks'); globalThis.store = new AsyncLocalStorage(); store.run(5, () => store.run(6, () => process.exit(3)))",
    "required": "get('fs').writeFileSync('/x.cjs', 'process.exit(3)'); require('/x.cjs')",
    "finally": "try { process.exit(3) } finally { globalThis.left = true }",
    "listener-of-exit": "process.on('exit', () => process.exit(3)); process.exit(1)",
}
CHECK = """
console.log('%o', { a: [1, new Map([[1, { a: 1 }]])] });
await new Promise((r) => setTimeout(r, 1));
await new Promise((r) => setImmediate(r));
await new Promise((r) => process.nextTick(r));
const { Readable } = process.getBuiltinModule("stream");
process.stdout.write(`${(await Readable.from(["a", "b"]).toArray()).join("")}\\n`);
export default [structuredClone({ a: [1] }).a[0], typeof require("os").cpus, String(globalThis.store?.getStore()), globalThis.left ?? 0];
"""


@pytest.mark.parametrize("code", EXITS.values(), ids=EXITS)
def test_an_exit_anywhere_leaves_the_session_in_order(pool: Any, code: str) -> None:
    with Sandbox(env={"echo": lambda x: x, "call": lambda f: f()}, pool=pool) as sandbox:
        outcome = sandbox.eval(BUILTIN + code)
        assert outcome.error is not None
        assert outcome.error.message == "the program ended with process.exit(3)"
        after = sandbox.eval(CHECK)
        assert after.ok, after.error
        assert after.data == [1, "function", "undefined", 0]
        assert printed(after) == "{\n  a: [ 1, Map(1) { 1 => { a: 1 } }, [length]: 2 ]\n}\nab\n"
