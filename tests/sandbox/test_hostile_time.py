"""Attacks on time: whatever a cell does, it ends at its limit, and what was there before is still there."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qjs_kernel import Limits, Sandbox
from qjs_kernel.process import WorkerPool, cache_directory
from tests.sandbox.hostile import NATIVE, Witness, wall_clock


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
    """One sandbox for all attacks of a kind: each must leave it as it found it."""
    with wall_clock(25), Witness(pool) as witness:
        yield witness


LOOPS = {
    "statement": "for (;;) {}",
    "generator": "for (const x of (function* () { for (;;) yield 1 })()) {}",
    "recursive-arrow": "const f = () => { for (;;) f2() }; const f2 = () => 1; f()",
    "getter": "({ get a() { for (;;) {} } }).a",
    "proxy-get": "new Proxy({}, { get() { for (;;) {} } }).x",
    "valueOf": "1 + { valueOf() { for (;;) {} } }",
    "comparator": "[3, 1, 2].sort(() => { for (;;) {} })",
    "replacer": "'a'.replace(/a/, () => { for (;;) {} })",
    "reviver": "JSON.parse('[1]', () => { for (;;) {} })",
    "toJSON": "JSON.stringify({ toJSON() { for (;;) {} } })",
    "async": "await (async () => { for (;;) {} })()",
    "microtask": "while (true) await 0",
    "microtask-chain": "const go = () => queueMicrotask(go); go(); await new Promise(() => {})",
    "promise-chain": "const go = () => Promise.resolve().then(go); go(); await new Promise(() => {})",
    "thenable": "await { then() { for (;;) {} } }",
    "self-thenable": "const t = { then(r) { r(t) } }; await t",
    "timer": "setTimeout(() => { for (;;) {} }, 0); await new Promise(() => {})",
    "timer-chain": "const go = () => setTimeout(go, 0); go(); await new Promise(() => {})",
    "immediate-chain": "const go = () => setImmediate(go); go(); await new Promise(() => {})",
    "for-await": "for await (const x of (async function* () { for (;;) yield 1 })()) {}",
    "regexp": "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "regexp-lookahead": "/^(?=(a|aa)+$)(b|a+)*c$/.test('a'.repeat(60))",
    "string-replace-regexp": "'a'.repeat(40).replace(/(a*)*b/g, '')",
    "eval": "(0, eval)('for (;;) {}')",
    "function": "Function('for (;;) {}')()",
    "class-static": "class A { static { for (;;) {} } }",
    "default-argument": "(function (a = (() => { for (;;) {} })()) {})()",
    "tagged-template": "((s) => { for (;;) {} })`x`",
    "array-iterator": "Array.from({ [Symbol.iterator]() { return { next: () => ({ done: false }) } } })",
}


@pytest.mark.parametrize("code", LOOPS.values(), ids=LOOPS)
def test_endless_loops_end_at_the_limit(shared: Witness, code: str) -> None:
    shared.fails(code, "timeout", 0.2)


CATCHES = {
    "catch": "for (;;) { try { for (;;) {} } catch {} }",
    "finally": "try { for (;;) {} } finally { for (;;) {} }",
    "generator-return": "function* g() { try { yield 1 } finally { for (;;) {} } } for (const x of g()) break",
    "promise-catch": "const go = async () => { try { for (;;) {} } catch { return go() } }; await go()",
}


@pytest.mark.parametrize("code", CATCHES.values(), ids=CATCHES)
def test_timeout_cannot_be_caught(shared: Witness, code: str) -> None:
    shared.fails(code, "timeout", 0.2)


VALUES = {
    "getter": "({ get a() { for (;;) {} } })",
    "ownKeys": "new Proxy({}, { ownKeys() { for (;;) {} } })",
    "array-length": "new Proxy([], { get() { for (;;) {} } })",
    "prototype": "new Proxy({}, { getPrototypeOf() { for (;;) {} } })",
    "then": "({ get then() { for (;;) {} } })",
    "error-name": "const e = new Error('x'); Object.defineProperty(e, 'name', { get() { for (;;) {} } }); e",
    "cause": "const e = new Error('x'); Object.defineProperty(e, 'cause', { get() { for (;;) {} } }); e",
    "thrown-message": "throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;) {} } })",
    "thrown-stack": "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;) {} } })",
    "thrown-cause": "throw Object.defineProperty(new Error('x'), 'cause', { get() { for (;;) {} } })",
    "thrown-proxy": "throw new Proxy({}, { get() { for (;;) {} }, getPrototypeOf() { for (;;) {} } })",
    "namespace": "export default { get a() { for (;;) {} } }",
    "nested-promise": "[new Promise(r => setTimeout(() => r({ get a() { for (;;) {} } }), 1))]",
}


@pytest.mark.parametrize("code", VALUES.values(), ids=VALUES)
def test_encoding_is_inside_the_deadline(shared: Witness, code: str) -> None:
    shared.fails(code, "timeout", 0.2)


CONSOLE = {
    "getter": "console.log({ get [Symbol.toStringTag]() { for (;;) {} } })",
    "toPrimitive": "console.log('%d', { [Symbol.toPrimitive]() { for (;;) {} } })",
    "toString": "console.log('%s', { toString() { for (;;) {} } })",
    "proxy": "console.log(new Proxy(class {}, { get() { for (;;) {} }, ownKeys() { for (;;) {} } }) + '')",
    "table": "console.table([{ get a() { for (;;) {} } }])",
    "custom": "console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;) {} } })",
    "error-stack": "console.log(Object.defineProperty(new Error('x'), 'stack', { get() { for (;;) {} } }))",
}


@pytest.mark.parametrize("code", CONSOLE.values(), ids=CONSOLE)
def test_console_is_inside_the_deadline(shared: Witness, code: str) -> None:
    shared.fails(code, "timeout", 0.2)


def test_display_is_inside_the_deadline(shared: Witness) -> None:
    code = "({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;) {} } })"
    shared.fails(code, "timeout", 0.2, display=True)


UNPOLLED = {
    "indexOf": NATIVE,
    "join": "Array(1e9).join('x')",
    "typed-sort": "const a = new Float64Array(4e6); for (let i = 0; i < 4e6; i++) a[i] = (i * 7919) % 4e6; for (;;) { a.reverse(); a.sort() }",
    "finalizer": f"const r = new FinalizationRegistry(() => {NATIVE}); (() => r.register({{}}, 1))(); for (let i = 0; i < 1e5; i++) [{{}}]; await 0; {NATIVE}",
    "in-microtask": f"await 0; {NATIVE}",
    "in-timer": f"await new Promise(r => setTimeout(r, 1)); {NATIVE}",
    "in-getter-of-result": f"({{ get a() {{ {NATIVE} }} }})",
    "in-thrown-error": f"throw Object.defineProperty(new Error('x'), 'message', {{ get() {{ {NATIVE} }} }})",
}


@pytest.mark.parametrize("code", UNPOLLED.values(), ids=UNPOLLED)
def test_native_loops_are_killed(shared: Witness, code: str) -> None:
    shared.fails(code, "timeout", 0.2)


def test_promise_that_nothing_settles_is_a_deadlock(shared: Witness) -> None:
    shared.fails("await new Promise(() => {})", "deadlock", 5)
    shared.fails("export default new Promise(() => {})", "deadlock", 5)
    shared.fails("[new Promise(() => {})]", "deadlock", 5)


SOURCES = {
    "parentheses": ("(" * 20_000 + "1" + ")" * 20_000, {"stack", "syntax"}),
    "arrays": ("[" * 20_000 + "]" * 20_000, {"stack", "syntax"}),
    "blocks": ("{" * 20_000 + "}" * 20_000, {"stack", "syntax"}),
    "functions": ("(() => " * 5_000 + "1" + ")()" * 5_000, {"stack", "syntax"}),
    "templates": ("`${" * 3_000 + "1" + "}`" * 3_000, {"stack", "syntax"}),
    "else-if": ("if (0) {}" + " else if (0) {}" * 5_000, {"stack", "syntax"}),
    "unterminated": ("a = [" + "{a:[" * 10_000, {"syntax"}),
    "jsx": ("<a>" * 2_000, {"syntax"}),
    "angle-brackets": ("a<" * 2_000 + "b" + ">" * 2_000 + "(1)", {"exception", "syntax"}),
}


@pytest.mark.parametrize(("source", "kinds"), SOURCES.values(), ids=SOURCES)
def test_hostile_source(shared: Witness, source: str, kinds: set[str]) -> None:
    outcome = shared.eval(source, 5)
    assert outcome.error is not None
    assert outcome.error.kind in kinds
    shared.intact()


def test_long_chains_are_no_fault(shared: Witness) -> None:
    assert shared.eval("'a'" + " + 'a'" * 4_999 + "; 1", 5).data == 1
    assert shared.eval("let t: " + "Array<" * 2_000 + "1" + ">" * 2_000 + "; 1", 5).data == 1
    shared.intact()


def test_slow_parse_ends_at_the_limit(shared: Witness) -> None:
    shared.fails("a = 1;" * 300_000, "timeout", 0.3)


def test_import_chain_and_cycles(pool: WorkerPool) -> None:
    chain = {f"{i}.ts": f"import './{i + 1}.ts'" for i in range(300)} | {"300.ts": "export default 1"}
    mounts = {
        "m": chain,
        "src": {
            "a.ts": "import { b } from './b.ts'; export const a = 1; export const f = () => b",
            "b.ts": "import { a } from './a.ts'; export const b = 2; export const g = () => a",
            "self.ts": "import * as s from './self.ts'; export const v = 7; export default () => s.v",
            "spin.ts": "import './spin2.ts'; for (;;) {}",
            "spin2.ts": "import './spin.ts'; export const x = 1",
        },
    }
    with Sandbox(mounts=mounts, pool=pool) as sandbox:
        assert sandbox.eval("import '/m/0.ts'; export default 1").data == 1
        assert sandbox.eval("import { f } from './a.ts'; import { g } from './b.ts'; f() + g()").data == 3
        assert sandbox.eval("import me from './self.ts'; me()").data == 7
        stopped = sandbox.eval("import './spin.ts'", timeout=0.2)
        assert stopped.error is not None
        assert stopped.error.kind == "timeout"
        assert sandbox.eval("1").data == 1


def test_deep_import_chains_work_or_say_why(pool: WorkerPool) -> None:
    chain = {f"{i}.ts": f"import './{i + 1}.ts'" for i in range(3_000)} | {"3000.ts": ""}
    with Witness(pool, mounts={"m": chain}) as witness:
        outcome = witness.eval("import '/m/0.ts'; export default 1", 10)
        assert outcome.ok or (outcome.error is not None and outcome.error.kind in ("stack", "memory"))
        witness.intact()


def test_deep_reexport_chains_work(pool: WorkerPool) -> None:
    chain = {f"{i}.ts": f"export {{ x }} from './{i + 1}.ts'" for i in range(600)} | {
        "600.ts": "export const x = 5"
    }
    with Sandbox(mounts={"m": chain}, pool=pool) as sandbox:
        assert sandbox.eval("import { x } from '/m/0.ts'; x", timeout=10).data == 5


def test_a_module_may_import_the_program(pool: WorkerPool) -> None:
    """A cycle through the evaluated module itself, whether or not a file lies at its path."""
    mounts = {
        "src": {
            "i.ts": "import * as i from './index.ts'; export const read = () => i.v",
            "index.ts": "export const v = 1",
        }
    }
    with Sandbox(mounts=mounts, pool=pool) as sandbox:
        outcome = sandbox.eval("import { read } from './i.ts'; export const v = 2; export default read()")
        assert outcome.data in (1, 2), outcome.error


def test_ten_thousand_imports_end_at_the_limit(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        outcome = witness.eval("".join(f"import './n{i}.ts';" for i in range(10_000)), 2)
        assert outcome.error is not None
        assert outcome.error.kind in ("exception", "timeout")
        witness.intact()
        outcome = witness.eval("".join("import 'node:fs';import './kept.ts';" for i in range(1_000)) + "1", 5)
        assert outcome.ok or (outcome.error is not None and outcome.error.kind == "timeout")


def test_check_is_limited_too(pool: WorkerPool) -> None:
    with Witness(pool, limits=Limits(timeout=1)) as witness:
        assert witness.sandbox.check("for (;;) {}") == []
        assert witness.sandbox.check("let = = ;")
        assert witness.sandbox.check("const a = '\ud800'"), "a lone surrogate is a finding, not an exception"
        witness.intact()
