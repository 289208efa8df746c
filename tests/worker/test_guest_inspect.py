"""`k.inspect` and `k.format` against what Node 20.20 printed (node_text_cases.json), and against hostile values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .guest_bench import Bench

CASES = json.loads((Path(__file__).parent / "node_text_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shared() -> Iterator[Bench]:
    """For tests that leave nothing behind."""
    with Bench() as bench:
        bench.eval("globalThis.inspectCustom = Symbol.for('nodejs.util.inspect.custom'); 0")
        yield bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench() as bench:
        yield bench


@pytest.mark.parametrize(("arguments", "expected"), CASES["inspect"], ids=range(len(CASES["inspect"])))
def test_inspect_writes_what_node_writes(shared: Bench, arguments: str, expected: str) -> None:
    source = json.dumps(f"(function () {{ return [{arguments}] }})()")
    assert shared.eval(f"k.inspect.apply(null, (0, eval)({source}))") == expected


@pytest.mark.parametrize(("arguments", "expected"), CASES["format"], ids=range(len(CASES["format"])))
def test_format_writes_what_node_writes(shared: Bench, arguments: str, expected: str) -> None:
    source = json.dumps(f"(function () {{ return [{arguments}] }})()")
    assert shared.eval(f"k.format.apply(null, (0, eval)({source}))") == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_quoted_string_is_a_literal_of_itself(shared: Bench, text: str) -> None:
    literal = shared.eval(f"k.inspect({json.dumps(text)}, {{breakLength: Infinity}})")
    assert shared.eval(f"({literal}) === {json.dumps(text)}") is True


# ---- errors: the engine's stack has no first line ----


def test_a_thrown_error_gets_its_first_line_and_loses_the_version_suffix(shared: Bench) -> None:
    text = shared.run(
        "const e = new TypeError('bad');"
        "e.stack = '    at f (/src/a.ts?0a1b:2:5)\\n    at /src/b.ts?x:1:1\\n'; return k.inspect(e)"
    )
    assert text == "TypeError: bad\n    at f (/src/a.ts:2:5)\n    at /src/b.ts:1:1"


def test_an_engine_error_has_name_message_and_frames(shared: Bench) -> None:
    code = "(() => { class FooError extends Error {} return new FooError('m') })()"
    text = shared.inspect(shared.evaluated(code))
    lines = text.split("\n")
    assert lines[0] == "FooError: m"
    assert len(lines) > 1
    assert all(line.startswith("    at ") for line in lines[1:])


def test_own_properties_and_cause_follow_the_stack(shared: Bench) -> None:
    text = shared.run(
        "const c = new Error('why'); c.stack = '';"
        "const e = new Error('m', {cause: c}); e.stack = '    at f (/a.ts:1:1)'; e.code = 'X'; return k.inspect(e)"
    )
    assert text == "Error: m\n    at f (/a.ts:1:1) {\n  code: 'X',\n  [cause]: [Error: why]\n}"


def test_map_stack_of_the_worker_is_used(bench: Bench) -> None:
    bench.eval("k.mapStack = (text) => text.replaceAll('cell', 'user') + '\\n'; 0")
    assert bench.run("const e = new Error('m'); e.stack = '    at cell:1:1'; return k.inspect(e)") == (
        "Error: m\n    at user:1:1"
    )


def test_an_error_without_frames_stands_in_brackets(shared: Bench) -> None:
    assert (
        shared.run("const e = new RangeError('m'); e.stack = ''; return k.inspect([e])")
        == "[ [RangeError: m] ]"
    )


def test_dom_exception(shared: Bench) -> None:
    text = shared.inspect(shared.evaluated("new DOMException('m', 'AbortError')"))
    assert text.startswith("DOMException [AbortError]: m\n    at ")


# ---- promises, iterators, namespaces ----


def test_promise_state_comes_from_the_worker(bench: Bench) -> None:
    assert bench.inspect("Promise.resolve(1)") == "Promise { <pending> }"
    bench.eval("k.promiseState = (promise) => promise.state; 0")
    assert bench.inspect("Object.assign(Promise.resolve(1), {})") == "Promise { <pending> }"
    bench.eval("k.promiseState = () => [1, {a: 1}]; 0")
    assert bench.inspect("Promise.resolve(1)") == "Promise { { a: 1 } }"
    bench.eval("k.promiseState = () => [2, 'no']; 0")
    assert bench.inspect("Promise.resolve(1)") == "Promise { <rejected> 'no' }"


def test_iterators_are_not_consumed(shared: Bench) -> None:
    assert shared.run(
        "const it = new Map([[1, 2]]).keys(); const text = k.inspect(it); return text + it.next().value"
    ) == ("[Map Iterator] { <items unknown> }1")


def test_getters_are_never_called(shared: Bench) -> None:
    assert (
        shared.run(
            "let calls = 0; const o = [1, 2, 3, 4, 5, 6, 7];"
            "Object.defineProperty(o, 3, {get() { calls++ }, enumerable: true});"
            "Object.defineProperty(o, 'x', {get() { calls++ }, set(v) {}, enumerable: true});"
            "const text = k.inspect(o); return calls + text"
        )
        == "0[ 1, 2, 3, [Getter], 5, 6, 7, x: [Getter/Setter] ]"
    )


# ---- hostile values ----

PROXIES = [
    "new Proxy({}, {ownKeys() { throw 1 }})",
    "new Proxy({}, {getPrototypeOf() { throw 1 }})",
    "new Proxy({a: 1}, {getOwnPropertyDescriptor() { throw 1 }})",
    "(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy })()",
    "(() => { const r = Proxy.revocable(function () {}, {}); r.revoke(); return r.proxy })()",
    "Object.defineProperty(new Error('x'), 'stack', {get() { throw 1 }})",
]


@pytest.mark.parametrize("value", PROXIES)
def test_what_a_trap_throws_stays_inside(shared: Bench, value: str) -> None:
    assert shared.inspect(f"[1, {value}, 2]") == "[ 1, <Inspection threw>, 2 ]"


def test_a_custom_inspectors_exception_is_the_users(shared: Bench) -> None:
    assert (
        shared.run("return k.inspect({x: {[inspectCustom]() { throw new TypeError('mine') }}})")
        == "TypeError: mine"
    )
    assert shared.run("return k.inspectSafe({[inspectCustom]() { throw 1 }, a: 1})").startswith(
        "{\n  a: 1,\n"
    )


HOSTILE = [
    "(() => { const o = {}; for (let i = 0; i < 5e4; i++) o['k' + i] = i; return o })()",
    "new Array(2 ** 32 - 1)",
    "new Uint8Array(1e7)",
    "(() => { let a = []; for (let i = 0; i < 60; i++) a = [a, a]; return a })()",
    "(() => { let a = {}; for (let i = 0; i < 1e4; i++) a = {a}; return a })()",
    "(() => { let e = new Error(); for (let i = 0; i < 1e3; i++) e = new Error('', {cause: e}); return e })()",
    "(() => { const q = new Proxy({}, {getPrototypeOf() { return q }}); return q })()",
    """(() => { const d = () => ({value: new Proxy({}, h), configurable: true, enumerable: true}),
      h = {ownKeys: () => ['a', 'b'], getOwnPropertyDescriptor: d}; return new Proxy({}, h) })()""",
    "({[inspectCustom](d, o, inspect) { return inspect(this, o) }})",
    "({[inspectCustom]() { return {__proto__: this} }})",
    "({[inspectCustom](d, o, inspect) { return [inspect(this, o), inspect(this, o)] }})",
    "new String('x'.repeat(1e7))",
    "'x'.repeat(1e7)",
    "new Map(Array.from({length: 1e4}, (_, i) => [i, 'x'.repeat(1e4)]))",
    "({get [Symbol.toStringTag]() { throw 1 }, get constructor() { throw 1 }})",
    "Object.assign(new Error(), {message: Symbol('x'), name: {toString() { throw 1 }}})",
    "globalThis",
]


@pytest.mark.parametrize(
    "options",
    [
        "{maxLength: 5000}",
        "{maxLength: 5000, depth: null, maxArrayLength: null, maxStringLength: null, getters: true, colors: true}",
        "{maxLength: 5000, depth: null, maxArrayLength: null, showHidden: true}",
    ],
)
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_inspect_safe_is_bounded(shared: Bench, value: str, options: str) -> None:
    length = shared.eval(f"(() => {{ const t = k.inspectSafe({value}, {options}); return t.length }})()")
    assert 0 < length <= 5000


def test_a_cut_text_ends_with_a_whole_character(shared: Bench) -> None:
    for length in (10, 11, 12, 13):
        text = shared.eval(f"k.inspectSafe({{ a: '\\u{{1f600}}'.repeat(50) }}, {{ maxLength: {length} }})")
        assert len(text.encode("utf-16-le")) // 2 <= length
        assert text.endswith("…")


def test_nested_inspectors_share_one_depth(shared: Bench) -> None:
    deep = (
        "(() => { const node = (n) => { let v = {[inspectCustom](d, o, inspect) "
        "{ return n > 0 ? inspect(node(n - 1), {depth: null}) : 'end' }}; "
        "for (let i = 0; i < 30; i++) v = {v}; return v }; return node(50) })()"
    )
    text = shared.eval(f"k.inspect({deep}, {{depth: null, breakLength: Infinity}})")
    assert "end" not in text  # 50 inspectors, 30 levels each, would be a trap, not an exception


def test_pollution_changes_nothing(bench: Bench) -> None:
    values = (
        "[{a: 1, b: [1, 2, {c: 'x\\'y\\n'}], d: new Map([[1, {z: 1n}]]), e: new Set(['a']), f: new Date(0), g: /x/gi, "
        "h: new Uint8Array(3), i: class A {}, j: -0, k: Symbol('s'), l: [,1], m: null}, "
        "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], new Error('m').message, new Number(2)]"
    )
    bench.eval(f"globalThis.values = {values}; 0")
    before = bench.eval("k.format('%s|%d|%j|%O', 'a', 1.5, 'q', values, 'x')")
    bench.pollute()
    assert bench.eval("k.format('%s|%d|%j|%O', 'a', 1.5, 'q', values, 'x')") == before
