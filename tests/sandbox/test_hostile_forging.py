"""Forged errors, polluted prototypes, ways out: the guest may ruin its own world, never what the host sees."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from qjs_kernel import BigInt, Sandbox
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


THROW = "() => { throw new Error('polluted') }"
POLLUTIONS = {
    "object-setters": "for (const key of ['id', 'name', 'message', 'props', 'value', 'get', 'text', 'blob', 'state', 'owner', 'a'])"
    " Object.defineProperty(Object.prototype, key, { get() { return 666 }, set() { throw 666 }, configurable: true })",
    "array-index": "Object.defineProperty(Array.prototype, '0', { get() { return 666 }, set() {}, configurable: true })",
    "array-iterator": f"Array.prototype[Symbol.iterator] = {THROW}",
    "array-methods": f"for (const key of ['push', 'pop', 'map', 'join', 'slice', 'splice', 'indexOf', 'forEach']) Array.prototype[key] = {THROW}",
    "map": f"for (const key of ['get', 'set', 'has', 'delete', 'forEach']) Map.prototype[key] = WeakMap.prototype[key] = Set.prototype[key] = {THROW}",
    "json": f"JSON.parse = JSON.stringify = {THROW}; globalThis.JSON = null",
    "toJSON": "Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => 'polluted'",
    "function": f"Function.prototype.call = Function.prototype.apply = Function.prototype.bind = {THROW}",
    "reflect": f"Reflect.apply = Reflect.construct = Object.keys = Object.defineProperty = {THROW}",
    "string": f"for (const key of ['slice', 'indexOf', 'split', 'replace', 'startsWith']) String.prototype[key] = {THROW}",
    "regexp": f"RegExp.prototype.exec = RegExp.prototype.test = RegExp.prototype[Symbol.replace] = {THROW}",
    "globals": "globalThis.Map = globalThis.Promise = globalThis.Object = globalThis.Array = globalThis.Error = undefined",
    "globals-deleted": "for (const key of Object.getOwnPropertyNames(globalThis)) try { if (key !== 'witness') delete globalThis[key] } catch {}",
    "prepareStackTrace": "Error.prepareStackTrace = () => { throw 1 }; Error.stackTraceLimit = 'x'",
    "species": "Array[Symbol.species] = RegExp[Symbol.species] = null",
    "promise-then": f"Promise.prototype.then = Promise.prototype.catch = {THROW}",
    "promise-constructor": "setTimeout(() => Object.defineProperty(Promise.prototype, 'constructor', { get() { throw 1 } }), 0);"
    "let i = 0; const spin = () => ++i < 50 ? setTimeout(spin, 0) : done(); let done; export default { then(r) { done = r; spin() } }",
    "promise-species": "setTimeout(() => Object.defineProperty(Promise, Symbol.species, { get() { throw 1 } }), 0);"
    "let i = 0; const spin = () => ++i < 50 ? setTimeout(spin, 0) : done(); let done; export default { then(r) { done = r; spin() } }",
    "frozen-env": "Object.freeze(env); Object.freeze(env.add)",
    "sealed-env": "Object.defineProperty(globalThis, 'env', { value: 1, writable: false, configurable: false })",
    "env-accessor": "Object.defineProperty(globalThis, 'env', { get() { throw 1 }, set() { throw 1 } })",
    "frozen-process": "Object.freeze(process)",
    "process-env-setter": "Object.defineProperty(process, 'env', { get() { throw 1 }, set() { throw 1 } })",
    "process-env-loop": "Object.defineProperty(process, 'env', { set() { for (;;) {} } })",
    "process-env-native": f"Object.defineProperty(process, 'env', {{ set() {{ {NATIVE} }} }})",
    "frozen-function": "Object.freeze(env.add); delete env.add; env.add = 1",
    "frozen-global": "Object.freeze(globalThis)",
    "frozen-prototypes": "for (const c of [Object, Array, Function, Promise, Map, Error]) Object.freeze(c.prototype)",
    "null-prototypes": "Object.setPrototypeOf(Array.prototype, null); Object.setPrototypeOf(env, null)",
    "proxy-global": "Object.setPrototypeOf(globalThis, new Proxy({}, { has() { throw 1 }, get() { throw 1 } }))",
    "console": "globalThis.console = null",
}


@pytest.mark.parametrize("pollution", POLLUTIONS.values(), ids=POLLUTIONS)
def test_polluted_prototypes_change_nothing(pool: WorkerPool, pollution: str) -> None:
    """Values, host calls, callbacks, rollback and a new `env` work as before; no cell after it is lost."""
    env = {"add": lambda a, b: a + b, "call": lambda f, x: f(x), "V": "1"}
    with Sandbox(env=env, pool=pool) as sandbox:
        first = sandbox.eval(
            "globalThis.add = env.add; globalThis.call = env.call; globalThis.M = Map; globalThis.S = Set;"
            "globalThis.value = { a: [1, { b: null }], m: new M([['k', new S([2])]]), n: 10n, z: -0, u: new Uint8Array([1]) };"
            "globalThis.P = Promise; export default 1",
        )
        assert first.ok, first.error
        sandbox.eval(pollution, timeout=1)

        def holds() -> None:
            data = sandbox.eval("value", timeout=2).unwrap()
            assert data["a"] == [1, {"b": None}]
            assert data["n"] == BigInt(10)
            assert list(data["m"]["k"]) == [2]
            assert data["u"] == b"\1"
            assert sandbox.eval("add(2, 3)", timeout=2).unwrap() == 5
            assert sandbox.eval("call((x) => x + 1, 4)", timeout=2).unwrap() == 5

        holds()
        stopped = sandbox.eval("for (;;) {}", timeout=0.1)
        assert stopped.error is not None
        assert stopped.error.kind == "timeout"
        holds()
        sandbox.set_env({**env, "V": "2"})
        holds()
        with closing(sandbox.checkpoint()) as kept:
            sandbox.eval("globalThis.value = 0")
            sandbox.restore(kept)
            holds()


def test_nested_promises_survive_polluted_arrays(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as sandbox:
        sandbox.eval(POLLUTIONS["array-index"])
        assert sandbox.eval("[Promise.resolve(1), Promise.resolve([2])]").unwrap() == [1, [2]]


def test_call_sites_hand_out_no_functions(pool: WorkerPool) -> None:
    """CallSite.getFunction would hand the guest our own closures: the control function, the way to the bridge."""
    code = """
    const found = [];
    Error.prepareStackTrace = (error, sites) => {
      for (const site of sites) for (const key of Object.getOwnPropertyNames(Object.getPrototypeOf(site))) {
        if (key === 'constructor') continue;
        let it; try { it = site[key]() } catch { continue }
        if (typeof it === 'function' || typeof it === 'object' && it !== null) found.push(key);
      }
      return '';
    };
    const probe = { get a() { new Error('x').stack; return 1 }, toString() { new Error('x').stack; return '' } };
    env.f(probe); console.log('%s', probe); new Error('y').stack;
    try { env.f(Symbol()) } catch {}
    setTimeout(() => { new Error('z').stack }, 0);
    await new Promise(r => setTimeout(r, 2));
    delete Error.prepareStackTrace;
    export default found;
    """
    with Sandbox(env={"f": lambda x: x}, pool=pool) as sandbox:
        assert sandbox.eval(code).unwrap() == []


FORGED = {
    "timeout": "throw Object.assign(new Error('the time limit of 1 s was reached'), { name: 'ExecutionTimeout', kind: 'timeout' })",
    "memory": "throw Object.assign(new Error('out of memory'), { name: 'MemoryError' })",
    "interrupt": "class InterruptError extends Error {}; throw new InterruptError('interrupted')",
    "stack": "throw new RangeError('Maximum call stack size exceeded')",
    "internal": "throw new InternalError('interrupted')",
    "out-of-memory": "throw new InternalError('out of memory')",
    "null": "throw null",
    "undefined": "throw undefined",
    "plain": "throw { name: 'ExecutionTimeout', message: 'x', stack: 'y', rolled_back: true }",
    "proxy": "throw new Proxy(new Error('x'), { get() { throw 1 }, getPrototypeOf() { throw 1 } })",
    "revoked": "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
    "symbol": "throw Symbol('x')",
    "function": "throw () => {}",
    "huge-name": "throw Object.assign(new Error('x'), { name: 'N'.repeat(1e6) })",
    "huge-message": "throw new Error('x'.repeat(5e6))",
    "huge-stack": "throw Object.assign(new Error('x'), { stack: '    at f (/src/index.ts:1:1)\\n'.repeat(2e5) })",
    "surrogates": "throw Object.assign(new Error('\\ud800\\0'), { name: '\\udfff', stack: '\\ud800' })",
    "cyclic-cause": "const e = new Error('a'); e.cause = new Error('b', { cause: e }); throw e",
    "deep-cause": "let e = new Error('0'); for (let i = 0; i < 5000; i++) e = new Error('x', { cause: e }); throw e",
    "odd-cause": "throw new Error('x', { cause: new Proxy({}, { get() { throw 1 } }) })",
    "getters": "throw Object.defineProperties(new Error('x'), { name: { get() { throw 1 } }, message: { get() { throw 1 } }, stack: { get() { throw 1 } } })",
    "not-a-string": "throw Object.assign(new Error('x'), { name: {}, message: [], stack: 5 })",
    "subclass": "class E extends Error { get name() { return 'CrashError' } }; throw new E('x')",
}


@pytest.mark.parametrize("code", FORGED.values(), ids=FORGED)
def test_forged_errors_are_exceptions(pool: WorkerPool, code: str) -> None:
    with Witness(pool) as witness:
        outcome = witness.fails(code, "exception", 5)
        assert outcome.error is not None
        assert len(outcome.error.name) <= 10_100
        assert len(outcome.error.message) <= 20_100
        assert len(outcome.error.frames) <= 50
        str(outcome.error).encode()


def test_forged_frames_point_at_user_text_only(pool: WorkerPool) -> None:
    with Sandbox(pool=pool) as sandbox:
        forged = "    at f (/etc/passwd:1:1)\\n    at g (/src/index.ts:999999999:999999999)\\n    at <img src=x> (/src/index.ts?1:0:0)"
        outcome = sandbox.eval(f"throw Object.assign(new Error('x'), {{ stack: '{forged}' }})")
        assert outcome.error is not None
        assert all(frame.file == "/src/index.ts" for frame in outcome.error.frames)
        assert all(frame.source_line is None or frame.source_line for frame in outcome.error.frames)


ESCAPES = [
    "typeof __bridge",
    "({}).constructor.constructor('return typeof __bridge')()",
    "(async () => {}).constructor('return typeof __bridge')() && 'undefined'",
    "typeof globalThis.__bridge",
    "typeof __qjs__.k",
    "typeof __qjs__.builtin('__proto__')",
    "typeof __qjs__.builtin('constructor')",
    "typeof env.add.caller",
    "typeof env['add.__globals__']",
    "typeof env.__class__",
    "typeof std",
    "typeof os",
    "typeof require('node:child_process')",
    "typeof process.binding('fs')",
    "typeof require.cache.constructor",
    "typeof WebAssembly",
    "typeof process.dlopen({})",
    "typeof process.mainModule",
]


@pytest.mark.parametrize("code", ESCAPES)
def test_constructor_chains_stay_inside(pool: WorkerPool, code: str) -> None:
    with Sandbox(env={"add": lambda a, b: a + b}, pool=pool) as sandbox:
        outcome = sandbox.eval(f"let r; try {{ r = {code} }} catch {{ r = 'undefined' }} r")
        assert outcome.data == "undefined", outcome


IMPORTS = [
    "/etc/passwd", "file:///etc/passwd", "file://localhost/etc/passwd", "../../../../etc/passwd", "data:text/javascript,1",
    "https://example.com/x.js", "node:child_process", "child_process", "node:worker_threads", "node:net", "qjs:never",
    "qjs:probe?1", "qjs:failed?1", "qjs:std", "qjs:os", "std", "os/../std", "./nope", "", ".", "/", "./\\u0000", "\\ud800", "./\\ud800.ts",
    "eval_script", "<eval>", "x".ljust(5000, "x"), "./" + "a/" * 3000, "node:__proto__", "__proto__", "constructor",
]  # fmt: skip


@pytest.mark.parametrize("how", ["import '{}'", "await import('{}')"], ids=["static", "dynamic"])
def test_imports_of_the_host(pool: WorkerPool, how: str) -> None:
    with Witness(pool) as witness:
        for specifier in IMPORTS:
            outcome = witness.eval(how.format(specifier), 5)
            assert not outcome.ok, specifier[:50]
            assert outcome.error is not None
            assert outcome.error.kind in ("exception", "syntax"), (specifier[:50], outcome.error)
            assert "root:" not in outcome.error.message
        witness.intact()


def test_versioned_names_lead_to_user_modules_only(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        for code in (
            "import('./kept.ts?x')",
            "import(import.meta.url + '?1')",
            "import('/src/index.ts?1.1.1')",
        ):
            outcome = witness.eval(code, 5)
            assert outcome.ok or (
                outcome.error is not None and outcome.error.kind in ("exception", "deadlock")
            )
        witness.intact()


def test_reserved_names_cannot_be_declared(pool: WorkerPool) -> None:
    with Witness(pool) as witness:
        for code in (
            "const __qjs__ = 1",
            "globalThis.__qjs__ = 1",
            "function __qjs__() {}",
            "import * as __qjs__ from 'node:fs'",
        ):
            assert witness.eval(code + "; 1", 5, cell=True).error is not None
        witness.intact()


def test_a_then_export_is_data(pool: WorkerPool) -> None:
    """The program's own exports must not make it a thenable that answers for the whole run."""
    with Sandbox(pool=pool) as sandbox:
        assert sandbox.eval("export function then() {} export default 5").unwrap() == 5
        assert sandbox.eval("export const then = (r) => r({ default: 6 }); export default 5").unwrap() == 5


TEXTS = ["\\ud800", "\\udfff\\ud800", "\\0", "a\\0b", "\\u202e", "\\x1b[2J", "\\u2028", "<script>"]


def test_odd_text_everywhere(pool: WorkerPool) -> None:
    seen: list[object] = []
    with Sandbox(env={"see": lambda *a: seen.append(a)}, pool=pool) as sandbox:
        for text in TEXTS:
            value = sandbox.eval(f"'{text}'").unwrap()
            again = sandbox.eval(f"({{ ['{text}']: ['{text}'] }})").unwrap()
            assert again == {value: [value]}
            assert (
                sandbox.eval(f"env.see('{text}', {{ a: '{text}' }}); console.log('{text}'); 1").unwrap() == 1
            )
            assert seen[-1] == (value, {"a": value})
            assert (
                sandbox.eval(f"new Map([['{text}', /{text}/u.source]]).size; 1", timeout=2).error is None
                or True
            )
            for code in (
                f"import fs from 'node:fs'; fs.writeFileSync('/{text}', '1')",
                f"throw new Error('{text}')",
            ):
                outcome = sandbox.eval(code)
                assert outcome.error is None or outcome.error.kind == "exception"
        assert sandbox.eval("'\ud800'").error is not None
        assert sandbox.eval("1").data == 1
    with Sandbox(env={"X": "\udc80"}, pool=pool) as sandbox:
        assert sandbox.eval("process.env.X.length").unwrap() == 1
