"""Memory and stack bombs: the cell ends, its state is undone, and neither process grows beyond its bounds."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qjs_kernel import Limits, Sandbox
from qjs_kernel.limits import MIB
from qjs_kernel.process import WorkerPool, cache_directory
from tests.sandbox.hostile import Gauge, Witness, wall_clock

LIMITS = Limits(memory=48 * MIB)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(cache_directory())
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    with wall_clock(25):
        yield


@pytest.fixture(scope="module")
def shared(pool: WorkerPool) -> Iterator[Witness]:
    with wall_clock(25), Witness(pool, limits=LIMITS) as witness:
        yield witness


BOMBS = {
    "arrays": "const a = []; for (;;) a.push(new Array(1000).fill(1))",
    "strings": "const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1e5) + i)",
    "string-doubling": "let s = 'x'; for (;;) s += s + Math.random()",
    "typed": "const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1))",
    "objects": "let o = {}; for (;;) o = { o, a: 1 }",
    "map": "const m = new Map(); for (let i = 0; ; i++) m.set(i, {})",
    "closures": "let f = () => 0; for (;;) { const g = f; f = () => g }",
    "bigint": "let b = 2n; for (;;) b *= b",
    "promises": "const a = []; for (;;) a.push(new Promise(() => {}))",
    "microtasks": "const go = () => { queueMicrotask(go); queueMicrotask(go) }; go(); await new Promise(() => {})",
    "symbols": "const a = []; for (let i = 0; ; i++) a.push(Symbol('x'.repeat(1000) + i))",
    "json": "let s = '[1'; for (;;) { s += ',1'.repeat(1e5); globalThis.held = JSON.parse(s + ']') }",
    "caught": "const a = []; for (;;) { try { a.push(new Uint8Array(1e6)) } catch {} }",
    "global": "globalThis.hoard = []; for (;;) hoard.push(new Uint8Array(1e6))",
    "timers": "for (;;) setTimeout(() => {}, 1e6, 'x'.repeat(1e6) + Math.random())",
    "generators": "const a = []; for (;;) { const g = (function* (x) { yield x })(new Array(100)); g.next(); a.push(g) }",
}


@pytest.mark.parametrize("code", BOMBS.values(), ids=BOMBS)
def test_memory_bombs(shared: Witness, code: str) -> None:
    with Gauge(shared.sandbox) as gauge:
        outcome = shared.eval(code, 3)
    assert outcome.error is not None
    assert outcome.error.kind in ("memory", "exception", "timeout"), outcome.error
    gauge.check(LIMITS)
    shared.intact()


def test_a_hoard_is_out_of_memory_not_an_exception(shared: Witness) -> None:
    """A heap left full would fail every later cell: the one that filled it is undone, whatever it caught."""
    shared.fails(BOMBS["caught"].replace("for (;;)", "for (let i = 0; i < 1e5; i++)"), "memory", 5)
    shared.fails(
        "globalThis.hoard = []; try { for (;;) hoard.push(new Uint8Array(1e5)) } catch {} 1", "memory", 5
    )


def test_many_cells_below_the_limit(pool: WorkerPool) -> None:
    """Each cell adds a little; the one that meets the limit is undone, and smaller ones go on working."""
    with Witness(pool, limits=LIMITS) as witness:
        witness.eval("globalThis.hoard = []; 1", 5).unwrap()
        kinds = []
        for _ in range(12):
            outcome = witness.eval("hoard.push(new Uint8Array(6e6).fill(1)); hoard.length", 5)
            kinds.append("ok" if outcome.error is None else outcome.error.kind)
            witness.intact()
        assert kinds[0] == "ok"
        assert set(kinds[5:]) & {"memory", "exception"}
        assert witness.eval("hoard.length = 0; 1", 5).data == 1
        assert witness.eval("hoard.push(new Uint8Array(6e6)); hoard.length", 5).data == 1


STACKS = {
    "plain": "const f = () => f() + 1; f()",
    "mutual": "const f = () => g() + 1, g = () => f() + 1; f()",
    "getter": "const o = { get a() { return this.a + 1 } }; o.a",
    "toString": "const o = { toString() { return '' + this } }; '' + o",
    "proxy": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x",
    "prototype-of-proxies": "const p = new Proxy({}, { get(t, k, r) { return r[k] } }); p.x",
    "json": "let o = []; for (let i = 0; i < 1e5; i++) o = [o]; JSON.stringify(o)",
    "json-parse": "JSON.parse('['.repeat(1e6))",
    "toJSON": "const o = { toJSON() { return JSON.stringify(o) } }; JSON.stringify(o)",
    "regexp": "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
    "regexp-run": "/(?:(a)|b)*/.exec('ab'.repeat(1e6))",
    "eval": "eval('['.repeat(1e5) + ']'.repeat(1e5))",
    "constructor": "class A { constructor() { new A() } }; new A()",
    "bind": "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); f()",
    "async": "const f = async () => { await f() }; await f()",
    "generator": "function* g() { yield* g() } g().next()",
    "sort": "const f = () => [2, 1].sort(f); f()",
    "replace": "const f = () => 'a'.replace(/a/, f); f()",
    "catching": "const f = () => { try { f() } catch { f() } }; f()",
    "console": "const o = { get [Symbol.toStringTag]() { console.log(o); return 'x' } }; console.log(o)",
    "cause-chain": "let e = new Error('0'); for (let i = 0; i < 1e4; i++) e = new Error('x', { cause: e }); console.log(e); e",
}


@pytest.mark.parametrize("code", STACKS.values(), ids=STACKS)
def test_stack_bombs(shared: Witness, code: str) -> None:
    outcome = shared.eval(code, 1)
    if outcome.error is not None:
        assert outcome.error.kind in ("stack", "exception", "timeout", "memory", "syntax"), outcome.error
    shared.intact()


def test_runaway_recursion_is_kind_stack(shared: Witness) -> None:
    for name in ("plain", "mutual", "getter", "constructor"):
        shared.fails(STACKS[name], "stack", 5)


AMPLIFIED = {
    "length": "const a = []; a.length = 2 ** 32 - 1; a",
    "typed": "new Array(5000).fill(new Array(5000).fill('x'.repeat(1e5)))",
    "references": "Array(5000).fill('x'.repeat(1e6))",
    "deep": "let a = []; for (let i = 0; i < 1e4; i++) a = [a]; a",
    "deep-map": "let a = new Map(); for (let i = 0; i < 1e4; i++) a = new Map([[1, a]]); a",
    "deep-cause": "let e = new Error('0'); for (let i = 0; i < 1000; i++) e = new Error('x', { cause: e }); e",
    "bytes": "Array.from({ length: 40 }, () => new Uint8Array(1e6))",
    "proxy-length": "new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 53 : 1 })",
    "proxy-keys": "new Proxy({}, { ownKeys: () => Array.from({ length: 3e6 }, (_, i) => 'k' + i), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) })",
    "long-key": "({ ['x'.repeat(5e6)]: Symbol() })",
    "long-message": "({ get a() { throw new Error('x'.repeat(1e6)) } })",
}


@pytest.mark.parametrize("code", AMPLIFIED.values(), ids=AMPLIFIED)
def test_amplified_results(shared: Witness, code: str) -> None:
    with Gauge(shared.sandbox) as gauge:
        outcome = shared.eval(code, 5)
    assert outcome.error is not None
    assert outcome.error.kind in ("exception", "memory"), outcome.error
    assert len(outcome.error.message) < 25_000
    gauge.check(LIMITS)
    shared.intact()


def test_shared_references_stay_shared(shared: Witness) -> None:
    data = shared.eval("let x = [1]; for (let i = 0; i < 60; i++) x = [x, x]; x", 5).unwrap()
    for _ in range(60):
        assert data[0] is data[1]
        data = data[0]
    assert data == [1]
    text = repr(shared.eval("let y = [1]; for (let i = 0; i < 60; i++) y = [y, y]; y", 5))
    assert len(text) < 10_000, "an Outcome must be printable"


FLOODS = {
    "lines": "for (;;) console.log('x')",
    "long-lines": "for (;;) console.log('x'.repeat(1e5))",
    "one-line": "console.log('x'.repeat(2e6)); for (;;) {}",
    "errors": "for (;;) console.error(new Error('x'))",
    "alternating": "for (;;) { console.log(1); console.error(2) }",
    "clear": "for (;;) console.clear()",
    "groups": "for (;;) { console.group('x'); console.log('y') }",
    "table": "for (;;) console.table([[1, 2], [3, 4]])",
    "counters": "for (let i = 0; ; i++) console.count('x' + i)",
    "wide": "console.log(Array.from({ length: 1e5 }, (_, i) => ({ i }))); for (;;) {}",
    "circular": "const o = {}; for (let i = 0; i < 1000; i++) o['k' + i] = o; for (;;) console.log(o)",
}


@pytest.mark.parametrize("code", FLOODS.values(), ids=FLOODS)
def test_output_flood(shared: Witness, code: str) -> None:
    with Gauge(shared.sandbox) as gauge:
        outcome = shared.eval(code, 0.4)
    assert outcome.error is not None
    assert outcome.error.kind in ("timeout", "output", "memory"), outcome.error
    assert sum(len(log.text) for log in outcome.logs) <= LIMITS.output + 1_000
    assert len(outcome.logs) <= LIMITS.messages + 2
    gauge.check(LIMITS)
    shared.intact()


def test_a_flood_does_not_disturb_the_rollback(pool: WorkerPool) -> None:
    """The lines that the guest still held are the flood: what brings the names of `env` back is not part of it."""
    names = {f"f{number}": (lambda: 1) for number in range(2_000)}
    with Sandbox(limits=Limits(output=1024), env=names, pool=pool) as sandbox:
        for _ in range(3):
            outcome = sandbox.eval("while (true) console.log('and another thing')")
            assert outcome.error is not None
            assert outcome.error.kind == "output", outcome.error
        assert sandbox.eval("env.f1999()").data == 1


PARSED = {"statements": "a;", "calls": "f(a,", "arrays": "[],"}


@pytest.mark.parametrize("unit", PARSED.values(), ids=PARSED)
def test_the_parser_is_limited_too(pool: WorkerPool, unit: str) -> None:
    """Syntax trees are large: the source of a few MiB must not take gigabytes of the machine."""
    limits = Limits(timeout=2)
    with Witness(pool, limits=limits) as witness:
        with Gauge(witness.sandbox) as gauge:
            outcome = witness.eval(unit * (6 * MIB // len(unit)), 2)
        assert outcome.error is not None
        assert outcome.error.kind in ("timeout", "syntax", "memory", "crash")
        # Syntax trees take 100 bytes a byte: the process's own limit is what the guest may have plus 384 MiB.
        assert gauge.worker <= limits.memory + 512 * MIB, f"worker {gauge.worker // MIB} MiB"
        witness.intact()


def test_files_do_not_grow_the_kernel(pool: WorkerPool) -> None:
    limits = Limits(file_bytes=16 * MIB)
    with Witness(pool, limits=limits) as witness:
        code = "import fs from 'node:fs'; for (let i = 0; ; i++) fs.writeFileSync('/f' + (i % 50), new Uint8Array(1e6))"
        with Gauge(witness.sandbox) as gauge:
            witness.fails(code, "exception", 5)
            witness.fails(
                "import fs from 'node:fs'; for (;;) fs.appendFileSync('/g', 'x'.repeat(1e5))", "exception", 5
            )
        gauge.check(limits)
        assert witness.sandbox.fs.byte_count <= limits.file_bytes
