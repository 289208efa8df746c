"""The value table, both directions, through the public `Sandbox`: exact, or an error that names the path."""

from __future__ import annotations

import array
import datetime as dt
import functools
import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qjs_kernel import BigInt, GuestError, JSMap, JSRegExp, JSSet, Limits, Sandbox, undefined
from qjs_kernel.errors import CodecError
from qjs_kernel.values import GuestFunction


def twin(value: Any) -> Any:
    """A comparable image of `value`: types, float bits, order, shared identity and cycles included."""
    seen: dict[int, int] = {}

    def image(it: Any) -> Any:
        kind = type(it)
        if kind is float:
            return ("float", "NaN" if math.isnan(it) else struct.pack("d", it))
        if it is None or kind in (bool, int, str, BigInt):
            return (kind.__name__, it)
        if id(it) in seen:
            return ("seen", seen[id(it)])
        seen[id(it)] = len(seen)
        if kind is dict or kind is JSMap:
            return (kind.__name__, [(image(key), image(item)) for key, item in it.items()])
        if kind is list or kind is JSSet:
            return (kind.__name__, [image(item) for item in it])
        if kind is array.array:
            return ("array", it.typecode, it.tobytes())
        if kind is dt.datetime:
            return ("datetime", it, it.tzinfo)
        if isinstance(it, GuestError):
            return ("GuestError", it.name, it.message, image(it.cause))
        return (kind.__name__, it)

    return image(value)


class Echo:
    """One sandbox whose env holds one slot: what it gives the guest, and what it got from it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.value: Any = None
        self.taken: Any = None

    def give(self) -> Any:
        return self.value

    def take(self, value: Any) -> None:
        self.taken = value

    def trip(self, value: Any) -> Any:
        """Python → guest → Python, by argument and by result; both must agree."""
        self.value = value
        out = self.sandbox.eval("const it = env.give(); env.take(it); it")
        assert out.ok, out.error
        assert twin(out.data) == twin(self.taken)
        return out.data

    def probe(self, value: Any, expression: str) -> Any:
        """What the guest's `expression` says of `it`."""
        self.value = value
        return self.run(f"const it = env.give(); ({expression})")

    def run(self, code: str) -> Any:
        return self.sandbox.eval(code).unwrap()

    def fault(self, code: str) -> str:
        out = self.sandbox.eval(code)
        assert not out.ok, out.data
        assert out.error is not None
        assert not out.error.rolled_back
        return out.error.message


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    echo: Echo
    with Sandbox(
        env={"give": lambda: echo.give(), "take": lambda value: echo.take(value)}, limits=Limits(timeout=20)
    ) as sandbox:
        echo = Echo(sandbox)
        yield echo


UTC = dt.UTC
ROWS = [
    ("undefined", None),
    ("null", None),
    ("1", 1),
    ("1.0", 1),
    ("1.5", 1.5),
    ("-0", -0.0),
    ("0", 0),
    ("NaN", math.nan),
    ("Infinity", math.inf),
    ("-Infinity", -math.inf),
    ("2**53 - 1", 2**53 - 1),
    ("-(2**53 - 1)", -(2**53 - 1)),
    ("2**53", 2.0**53),
    ("1e300", 1e300),
    ("5e-324", 5e-324),
    ("0.1 + 0.2", 0.1 + 0.2),
    ("true", True),
    ("false", False),
    ("1n", BigInt(1)),
    ("-(2n ** 200n)", BigInt(-(2**200))),
    ("0n", BigInt(0)),
    ("''", ""),
    ("'a\\0b'", "a\0b"),
    ("'\\u{1F600}'", "\U0001f600"),
    ("'\\ud800x'", "\ud800x"),
    ("'\\udc00\\ud800'", "\udc00\ud800"),
    ("new Date(0)", dt.datetime(1970, 1, 1, tzinfo=UTC)),
    ("new Date(-1)", dt.datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ("new Date(253402300799999)", dt.datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ("new Date(-62135596800000)", dt.datetime(1, 1, 1, tzinfo=UTC)),
    ("[]", []),
    ("[1, , 3]", [1, None, 3]),
    ("({a: 1, 'b c': [2]})", {"a": 1, "b c": [2]}),
    ("({__proto__: null, a: 1})", {"a": 1}),
    ("JSON.parse('{\"__proto__\": 1}')", {"__proto__": 1}),
    ("({a: 1, [Symbol('s')]: 2})", {"a": 1}),
    ("new (class A { #p = 1; x = 1; get y() { return 2 } })()", {"x": 1}),
    ("new Map([['a', 1], [2, new Map()]])", JSMap({"a": 1, 2: JSMap()})),
    ("new (class M extends Map {})([['a', 1]])", JSMap({"a": 1})),
    ("new Set([{a: 1}, [2], 3])", JSSet([{"a": 1}, [2], 3])),
    ("new Uint8Array([1, 2])", b"\1\2"),
    ("new Uint8Array([1, 2, 3]).subarray(1)", b"\2\3"),
    ("new Uint8Array([1, 2]).buffer", b"\1\2"),
    ("new DataView(new Uint8Array([1, 2, 3]).buffer, 1)", b"\2\3"),
    ("new SharedArrayBuffer(2)", b"\0\0"),
    ("new ArrayBuffer(2, {maxByteLength: 8})", b"\0\0"),
    ("new Int8Array([-1])", array.array("b", [-1])),
    ("new Uint8ClampedArray([300])", array.array("B", [255])),
    ("new Int16Array([-2])", array.array("h", [-2])),
    ("new Uint16Array([2])", array.array("H", [2])),
    ("new Int32Array([-3])", array.array("i", [-3])),
    ("new Uint32Array([3])", array.array("I", [3])),
    ("new BigInt64Array([-4n])", array.array("q", [-4])),
    ("new BigUint64Array([4n])", array.array("Q", [4])),
    ("new Float32Array([0.5])", array.array("f", [0.5])),
    ("new Float64Array([NaN, -0])", array.array("d", [math.nan, -0.0])),
    ("new Float16Array([1.5, 65504])", array.array("f", [1.5, 65504.0])),
    ("/a\\/b/dgimsuy", JSRegExp("a\\/b", "dgimsuy")),
    ("new RegExp('', 'v')", JSRegExp("(?:)", "v")),
    ("Object(1)", 1),
    ("Object('s')", "s"),
    ("Object(true)", True),
    ("Object(2n)", BigInt(2)),
    ("Promise.resolve({a: Promise.resolve([1])})", {"a": [1]}),
    ("({then: (done) => done(7)})", 7),
    ("(function () { return arguments })(1, 2)", {"0": 1, "1": 2}),
]


@pytest.mark.parametrize(("code", "expected"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_guest_values_arrive_exactly(echo: Echo, code: str, expected: Any) -> None:
    assert twin(echo.run(f"[{code}]" if "then" not in code else code)) == twin(
        [expected] if "then" not in code else expected
    )


def test_the_comparison_can_fail() -> None:
    different = [1, 1.0, True, BigInt(1), "1", -0.0, 0, 0.0, [1], JSSet([1]), {}, JSMap(), b"", ""]
    images = [repr(twin(value)) for value in different]
    assert len(set(images)) == len(images)
    shared: list[Any] = []
    assert twin([shared, shared]) != twin([[], []])


BACK = [
    (undefined, "it === undefined"),
    (None, "it === null"),
    (True, "it === true"),
    (7, "it === 7"),
    (1.0, "it === 1"),
    (-0.0, "Object.is(it, -0)"),
    (math.nan, "Object.is(it, NaN)"),
    (2**53 - 1, "it === Number.MAX_SAFE_INTEGER"),
    (2**53, "it === 2n ** 53n"),
    (-(2**70), "it === -(2n ** 70n)"),
    (BigInt(1), "it === 1n"),
    ("\ud800a\0\U0001f600", "it === '\\ud800a\\0\\u{1F600}'"),
    (b"\1\2", "it.constructor === Uint8Array && it.join() === '1,2' && it.buffer.byteLength === 2"),
    (bytearray(b"\3"), "it.constructor === Uint8Array && it[0] === 3"),
    (b"", "it.constructor === Uint8Array && it.length === 0"),
    ((1, (2,)), "Array.isArray(it) && JSON.stringify(it) === '[1,[2]]'"),
    (dt.datetime(2020, 1, 1), "it.toISOString() === '2020-01-01T00:00:00.000Z'"),
    (dt.date(1969, 7, 20), "it.toISOString() === '1969-07-20T00:00:00.000Z'"),
    (
        dt.datetime(2020, 1, 1, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=1, minutes=30))),
        "it.toISOString() === '2020-01-01T00:00:00.000Z'",
    ),
    (JSMap({1: "a"}), "it.constructor === Map && it.get(1) === 'a'"),
    ({1, 2}, "it.constructor === Set && it.size === 2 && it.has(2)"),
    (frozenset({"a"}), "it.constructor === Set && it.has('a')"),
    (JSRegExp("a/b", "gi"), "it.constructor === RegExp && it.source === 'a\\\\/b' && it.flags === 'gi'"),
    (array.array("h", [-5]), "it.constructor === Int16Array && it[0] === -5"),
    (array.array("d", [0.5]), "it.constructor === Float64Array && it[0] === 0.5"),
    (memoryview(b"abcd")[::2], "it.constructor === Uint8Array && it.join() === '97,99'"),
    ({"__proto__": {"x": 1}}, "Object.keys(it).join() === '__proto__' && it.x === undefined"),
    ({"toString": 1, "constructor": 2}, "it.toString === 1 && it.constructor === 2"),
    ({"a": 1}, "Object.getPrototypeOf(it) === Object.prototype"),
    ([1], "Object.getPrototypeOf(it) === Array.prototype && it.map(x => x)[0] === 1"),
    (ValueError("bad"), "it instanceof Error && it.name === 'ValueError' && it.message === 'bad'"),
    (TypeError("bad"), "it.constructor === TypeError"),
]


@pytest.mark.parametrize(("value", "check"), BACK, ids=[repr(row[0])[:40] for row in BACK])
def test_host_values_arrive_exactly(echo: Echo, value: Any, check: str) -> None:
    assert echo.probe(value, check) is True


def test_error_values_keep_name_message_stack_and_cause(echo: Echo) -> None:
    error = echo.run("const f = () => new RangeError('far', {cause: new TypeError('near')}); [f()][0]")
    assert isinstance(error, GuestError)
    assert (error.kind, error.name, error.message) == ("exception", "RangeError", "far")
    assert "index.ts:1" in error.stack
    assert isinstance(error.cause, GuestError)
    assert error.cause.name == "TypeError"
    again = echo.probe(error, "it instanceof RangeError && it.cause instanceof TypeError && it.cause.message")
    assert again == "near"


def test_a_cyclic_cause_survives(echo: Echo) -> None:
    error = echo.run("const e = new Error('a'); e.cause = new Error('b', {cause: e}); [e]")[0]
    assert error.cause.message == "b"
    assert error.cause.cause is error
    assert echo.probe(error, "it.cause.cause === it") is True


def test_shared_and_cyclic_references_survive(echo: Echo) -> None:
    data = echo.run("const a = [1], m = new Map(), o = {a, b: a, m}; m.set('o', o); o.s = new Set([o]); o")
    assert data["a"] is data["b"]
    assert data["m"]["o"] is data
    assert next(iter(data["s"])) is data
    check = "it.a === it.b && it.m.get('o') === it && [...it.s][0] === it"
    assert echo.probe(data, check) is True
    stamp = dt.datetime(2020, 1, 1, tzinfo=UTC)
    raw = b"x"
    assert echo.probe([stamp, stamp, raw, raw], "it[0] === it[1] && it[2] === it[3]") is True


def test_env_data_is_exact() -> None:
    with Sandbox(env={"a": {"deep": [1, BigInt(2)]}, "s": "x", "d": dt.date(2020, 1, 1)}) as sandbox:
        code = "[env.a.deep[1] === 2n, process.env.s, env.d.getTime()]"
        assert sandbox.eval(code).unwrap() == [True, "x", 1577836800000]
        with pytest.raises(CodecError, match=r"env\.x\[1\]"):
            sandbox.set_env({"x": [0, 1j]})


# Functions


def test_functions_both_ways_keep_identity(echo: Echo) -> None:
    f, again = echo.run("globalThis.f = function f(...a) { return a }; [f, f]")
    assert isinstance(f, GuestFunction)
    assert f is again
    assert f.name == "f"
    assert f == echo.run("f")
    assert hash(f) == hash(echo.run("f"))
    assert f != echo.run("(...a) => a")
    args: list[Any] = [-0.0, BigInt(1), JSMap({"k": JSSet([1])}), [None], b"x", "\ud800"]
    assert twin(f(*args)) == twin(args)
    assert echo.probe(f, "it === f") is True

    def host() -> int:
        return 5

    assert echo.trip([host, host]) == [host, host]
    assert echo.probe([host, host], "it[0] === it[1] && it[0]()") == 5


class Acts:
    def bound(self, x: int) -> int:
        return x + 1

    def __call__(self, x: int) -> int:
        return x + 2


async def later(x: int) -> int:
    return x + 3


@pytest.mark.parametrize(
    "callable_", [Acts().bound, Acts(), lambda x: x + 1, functools.partial(max, 3), abs, later]
)
def test_callables_become_functions(echo: Echo, callable_: Callable[..., Any]) -> None:
    assert echo.probe(callable_, "typeof it") == "function"
    assert isinstance(echo.run("await env.give()(1)"), int)


def test_awaitables_become_promises(echo: Echo) -> None:
    pending = later(1)
    assert echo.probe([pending, pending], "it[0] === it[1] && it[0] instanceof Promise && await it[0]") == 4


def test_a_function_of_another_sandbox_is_called_through_the_host(echo: Echo) -> None:
    with Sandbox() as other:
        double = other.eval("(x) => x * 2").unwrap()
        assert echo.probe(double, "it(21)") == 42


def test_a_function_that_is_gone_says_so() -> None:
    kept: list[Any] = []
    with Sandbox(env={"give": lambda: kept[0]}) as sandbox:
        sandbox.eval("1")
        before = sandbox.checkpoint()
        kept.append(sandbox.eval("(function old() {})").unwrap())
        sandbox.restore(before)
        out = sandbox.eval(
            "const f = env.give(); let m; try { f() } catch (e) { m = e.message } [typeof f, m]"
        )
        assert out.unwrap() == ["function", "old belongs to a state of the sandbox that is gone"]


def test_promises_with_odd_constructors(echo: Echo) -> None:
    head = "let n = 0; const p = Promise.resolve([5]); Object.defineProperty(p, 'constructor', {get() {"
    assert echo.run(head + " if (n++) throw new Error('c'); return Promise }}); [p, p]") == [[5], [5]]
    assert "(at value[0])" in echo.fault(head + " throw new Error('c') }}); [p]")
    assert echo.run("[new (class extends Promise {})((done) => setTimeout(() => done(6), 1))]") == [6]
    assert echo.fault("[Promise.reject(new TypeError('no'))]") == "no"
    data = echo.run("const o = {}; o.p = Promise.resolve(o); o")
    assert data["p"] is data


# Errors that name the path

FAULTS = [
    ("({a: [1, Symbol('x')]})", "a symbol cannot be sent", "value.a[1]"),
    ("[Object(Symbol('x'))]", "a symbol cannot be sent", "value[0]"),
    ("({'a b': new WeakMap()})", "a WeakMap cannot be sent", 'value["a b"]'),
    ("[new WeakRef({})]", "a WeakRef cannot be sent", "value[0]"),
    ("[new FinalizationRegistry(() => {})]", "a FinalizationRegistry cannot be sent", "value[0]"),
    ("({d: new Date(NaN)})", "an invalid Date cannot be sent", "value.d"),
    ("({o: {get bad() { throw new Error('no') }}})", "reading it threw Error: no", "value.o.bad"),
    ("[new Proxy({}, {ownKeys() { throw new TypeError('trap') }})]", "threw TypeError: trap", "value[0]"),
    ("[new Proxy([], {get() { throw 1 }})]", "reading it threw 1", "value[0]"),
    (
        "({p: (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy })()})",
        "revoked",
        "value.p",
    ),
    ("[new Proxy(new Map([[1, 2]]), {})]", "inherits from Map but is none", "value[0]"),
    ("[Object.create(Date.prototype)]", "inherits from Date but is none", "value[0]"),
    ("[Object.create(Promise.prototype)]", "inherits from Promise but is none", "value[0]"),
    ("[(function* () {})()]", "an iterator cannot be sent", "value[0]"),
    ("({m: new Map().keys()})", "an iterator cannot be sent", "value.m"),
    ("new Map([['k', Symbol()]])", "a symbol cannot be sent", "value[0]"),
    ("new Set([1, [Symbol()]])", "a symbol cannot be sent", "value[1][0]"),
    ("[new Error('x', {cause: {s: Symbol()}})]", "a symbol cannot be sent", "value[0].cause.s"),
    ("[new Map([[1, 'a'], [true, 'b']])]", "different keys that are equal in Python", "value[0][1]"),
    ("[new Map([[1, 'a'], [1n, 'b']])]", "different keys that are equal in Python", "value[0][1]"),
    ("({m: new Map([[[1], 2]])})", "a Map with an array as key", "value.m[0]"),
    ("({m: new Map([[{}, 2]])})", "a Map with an object as key", "value.m[0]"),
    ("({d: [new Date(8.64e15)]})", "outside the years 1 to 9999", "value.d[0]"),
    ("[(() => { const a = new Int16Array(2); a.buffer.transfer(); return a })()]", "detached", "value[0]"),
    ("[(() => { const b = new ArrayBuffer(2); b.transfer(); return b })()]", "detached", "value[0]"),
]


@pytest.mark.parametrize(("code", "message", "path"), FAULTS, ids=[row[0][:40] for row in FAULTS])
def test_what_cannot_be_sent_names_its_path(echo: Echo, code: str, message: str, path: str) -> None:
    text = echo.fault(code)
    assert message in text
    assert f"(at {path})" in text


def test_what_an_argument_cannot_hold_is_an_error_in_the_guest(echo: Echo) -> None:
    code = "let m; try { env.take({a: [Symbol()]}) } catch (e) { m = e.name + ': ' + e.message } m"
    assert echo.run(code) == "TypeError: a symbol cannot be sent to the host (argument [0].a[0])"
    assert "a promise cannot be sent" in echo.fault("env.take([Promise.resolve()])")


def test_a_host_result_that_cannot_be_sent_names_its_path(echo: Echo) -> None:
    echo.value = {"a": [1j]}
    assert "value.a[0]" in echo.fault("env.give()")


def test_a_map_of_colliding_keys_is_refused_quickly(echo: Echo) -> None:
    code = "new Map(Array.from({length: 20000}, (_, i) => [BigInt(i) * (2n ** 61n - 1n), i]))"
    assert "too many equal Python hashes" in echo.fault(code)


# Pollution

POLLUTION = """
const boom = (name) => function () { globalThis.seen = (globalThis.seen ?? '') + name + ' '; return 'polluted' };
for (const target of [Object.prototype, Array.prototype]) {
  Object.defineProperty(target, '0', {get: boom('get0'), set: boom('set0'), configurable: true});
  Object.defineProperty(target, 'name', {get: boom('getname'), set: boom('setname'), configurable: true});
  Object.defineProperty(target, 'toJSON', {value: boom('toJSON'), configurable: true});
}
for (const C of [String, Number, BigInt]) Object.defineProperty(C.prototype, 'toJSON', {value: boom('toJSON')});
JSON.stringify = boom('stringify'); JSON.parse = boom('parse');
Object.keys = boom('keys'); Array.isArray = boom('isArray');
for (const C of [Map, Set, WeakMap, Date, RegExp, Promise, String, Uint8Array, ArrayBuffer, Array]) {
  for (const key of Reflect.ownKeys(C.prototype)) {
    if (key === 'constructor' || key === 'concat') continue;  // concat: the engine's template literals call it
    try { Object.defineProperty(C.prototype, key, {get: boom('method'), configurable: true}) } catch {}
  }
}
ArrayBuffer.prototype.constructor = boom('species');
Function.prototype.call = Function.prototype.bind = Function.prototype.apply = boom('call');
Object.defineProperty(Object.prototype, 'writable', {value: false});
Object.defineProperty(Object.prototype, 'get', {value: boom('descriptor')});
"""


def test_pollution_changes_nothing_the_host_sees() -> None:
    value = {
        "name": ["x", {"0": 1, "toJSON": 2}],
        "m": JSMap({"k": JSSet([1])}),
        "b": b"ab",
        "t": array.array("d", [1.5]),
        "d": dt.datetime(2020, 1, 1, tzinfo=UTC),
        "r": JSRegExp("a", "gi"),
        "n": [BigInt(3), -0.0, None, "s"],
    }
    taken: list[Any] = []
    with Sandbox(env={"give": lambda: value, "take": taken.append}) as sandbox:
        code = (
            "const plain = [[1, , 3], new Map([['k', [2n, new Date(5)]]]), /x/gi, new Int8Array([1]), {a: 'b'}];"
            + POLLUTION
            + "const it = env.give(); env.take(it); env.take(plain); const before = globalThis.seen; "
            "export default [it, plain, before]"
        )
        data = sandbox.eval(code).unwrap()
    expected = [
        [1, None, 3],
        JSMap({"k": [BigInt(2), dt.datetime.fromtimestamp(0.005, UTC)]}),
        JSRegExp("x", "gi"),
        array.array("b", [1]),
        {"a": "b"},
    ]
    assert twin(taken[0]) == twin(value)
    assert twin(taken[1]) == twin(expected)
    assert twin(data[0]) == twin(value)
    assert twin(data[1]) == twin(expected)
    assert data[2] is None


def test_arrays_and_objects_from_the_host_do_not_run_setters_of_the_guest() -> None:
    with Sandbox(env={"give": lambda: [[7], {"a": 8}]}) as sandbox:
        code = """
        let hits = 0;
        for (const key of ['0', 'a']) for (const target of [Array.prototype, Object.prototype])
          Object.defineProperty(target, key, {set() { hits++ }, get() { hits++ }, configurable: true});
        const it = env.give();
        const own = [Object.hasOwn(it[0], 0), Object.getPrototypeOf(it[0]) === Array.prototype, it[1].a];
        for (const key of ['0', 'a']) for (const target of [Array.prototype, Object.prototype]) delete target[key];
        ({hits, own})
        """
        assert sandbox.eval(code).unwrap() == {"hits": 0, "own": [True, True, 8]}


def test_objects_arrive_under_a_frozen_object_prototype() -> None:
    with Sandbox(env={"give": lambda: {"toString": 1, "a": [2]}}) as sandbox:
        code = "Object.freeze(Object.prototype); Object.freeze(Array.prototype); env.give()"
        assert sandbox.eval(code).unwrap() == {"toString": 1, "a": [2]}


def test_a_getter_that_changes_what_is_being_read(echo: Echo) -> None:
    code = """
    const buffer = new ArrayBuffer(4, {maxByteLength: 8}), m = new Map([[1, 1], [2, 2]]), s = new Set([1, 2]);
    m.set(3, {get x() { m.clear(); s.clear(); buffer.resize(0); return 1 }});
    [new Uint8Array(buffer), [m], s]
    """
    data = echo.run(code)
    assert data == [b"\0\0\0\0", [{1: 1, 2: 2, 3: {"x": 1}}], JSSet()]


# Budgets


@pytest.mark.parametrize(
    ("limits", "code", "name"),
    [
        (Limits(result_nodes=100), "new Array(2 ** 32 - 1)", "result_nodes"),
        (Limits(result_nodes=100), "Array.from({length: 101}, () => 1)", "result_nodes"),
        (Limits(result_nodes=100), "new Map(Array.from({length: 51}, (_, i) => [i, i]))", "result_nodes"),
        (Limits(result_bytes=10_000), "'x'.repeat(10_001)", "result_bytes"),
        (Limits(result_bytes=10_000), "'\\0'.repeat(5_000)", "result_bytes"),
        (Limits(result_bytes=10_000), "new Uint8Array(10_001)", "result_bytes"),
        (Limits(result_bytes=10_000), "2n ** 100_000n", "result_bytes"),
        (Limits(result_bytes=10_000), "const s = 'x'.repeat(100); Array(200).fill(s)", "result_bytes"),
        (Limits(result_depth=5), "[[[[[[1]]]]]]", "result_depth"),
        (Limits(), "let a = []; for (let i = 0; i < 201; i++) a = [a]; a", "result_depth"),
    ],
)
def test_results_beyond_a_budget(limits: Limits, code: str, name: str) -> None:
    with Sandbox(limits=limits) as sandbox:
        out = sandbox.eval(code)
        assert out.error is not None
        assert f"Limits.{name}" in out.error.message
        assert sandbox.eval("1 + 1").unwrap() == 2


def test_doubling_by_references_is_cheap(echo: Echo) -> None:
    data = echo.run("let a = [1]; for (let i = 0; i < 60; i++) a = [a, a]; a")
    assert data[0] is data[1]
    assert echo.probe(data, "it[0] === it[1]") is True


def test_the_deepest_values_arrive(echo: Echo) -> None:
    for outer in ["[a]", "new Map([['k', a]])", "new Set([a])", "({k: a})"]:
        data = echo.run(f"let a = [1]; for (let i = 0; i < 199; i++) a = {outer}; a")
        inner = next(iter(data.values() if isinstance(data, dict) else data))
        assert echo.trip(inner) == inner  # an argument lies one level deeper


# Python → guest → Python of anything

numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats().filter(lambda x: not x.is_integer() or abs(x) >= 2**53 or math.copysign(1, x) < 0 == x),
    st.integers(-(2**200), 2**200).map(BigInt),
)
texts = st.text(st.characters(codec=None, categories=None), max_size=8)
dates = st.datetimes(timezones=st.just(UTC)).map(
    lambda d: d.replace(microsecond=d.microsecond // 1000 * 1000)
)
arrays = st.one_of(
    st.builds(array.array, st.just("d"), st.lists(st.floats(), max_size=4)),
    st.builds(array.array, st.just("q"), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4)),
    st.builds(array.array, st.just("H"), st.lists(st.integers(0, 2**16 - 1), max_size=4)),
)
leaves = st.one_of(st.none(), st.booleans(), numbers, texts, dates, arrays, st.binary(max_size=8))
keys = st.one_of(texts, st.integers(2, 2**53 - 1), st.binary(max_size=3))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(texts.filter(lambda key: not key.isdigit()), inner, max_size=4),
        st.dictionaries(keys, inner, max_size=3).map(JSMap),
        st.lists(st.lists(inner, max_size=2), max_size=3).map(JSSet),
    ),
    max_leaves=12,
)


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    """A value in which containers are also put into other containers: shared, or cyclic."""
    root = [draw(trees), draw(trees)]
    containers: list[Any] = []
    ids: set[int] = set()

    def collect(value: Any) -> None:
        if isinstance(value, (dict, list, JSSet)) and id(value) not in ids:
            ids.add(id(value))
            containers.append(value)
            for item in list(value.values() if isinstance(value, dict) else value):
                collect(item)

    collect(root)
    for _ in range(draw(st.integers(0, 3))):
        source = draw(st.sampled_from(containers))
        target = draw(st.sampled_from(containers))
        if isinstance(target, list):
            target.append(source)
        elif isinstance(target, dict):
            target["again"] = source
    return root


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs())
def test_any_value_survives_the_round_trip(echo: Echo, value: Any) -> None:
    assert twin(echo.trip(value)) == twin(value)
