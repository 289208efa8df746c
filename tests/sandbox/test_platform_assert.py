"""node:assert, deep equality and the differences it shows: what Node 20 answers, written down."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from qjs_kernel import Sandbox

from .support import fault, places, printed, value

SETUP = """
import assert from 'node:assert'; import util from 'node:util';
const told = (run) => { try { run(); return null } catch (x) { return x.message } };
const failure = (run) => { try { run(); return null } catch (x) { return [x.name, x.code ?? null, x.message] } };
const self = (n) => { const a = { n }; a.self = a; return a };
const withSelf = () => { const s = new Set([{ a: 1 }, 2]); s.add(s); return s };
const S = Symbol('s'); class A { a = 1 }
"""

# Groups of values: members of a group are strictly equal to each other (each is made anew), of different groups not.
STRICT_GROUPS = [
    ["0"],
    ["-0"],
    ["NaN"],
    ["1"],
    ["'1'"],
    ["null"],
    ["undefined"],
    ["true"],
    ["1n"],
    ["{}", "{}"],
    ["[]"],
    ["Object.create(null)"],
    ["{ a: 1, b: [2] }", "{ b: [2], a: 1 }"],
    ["{ a: 1, b: ['2'] }"],
    ["{ a: undefined }"],
    ["{ [S]: 1 }", "{ [S]: 1 }"],
    ["{ [S]: 2 }"],
    ["new A()", "new A()"],
    ["{ a: 1 }"],
    ["[1, 2]", "[1, 2]"],
    ["[1, , 3]", "[1, , 3]"],
    ["[1, undefined, 3]"],
    ["Object.assign([1, 2], { k: 1 })"],
    ["[-0]"],
    ["[0]"],
    ["[NaN]", "[NaN]"],
    ["new Date(0)", "new Date(0)"],
    ["new Date(1)"],
    ["/a/g", "/a/g"],
    ["/a/"],
    ["Object(1)", "Object(1)"],
    ["Object(2)"],
    ["Object('a')"],
    ["new Error('a')", "new Error('a')"],
    ["new Error('b')"],
    ["new TypeError('a')"],
    ["new Error('a', { cause: { d: 1 } })", "new Error('a', { cause: { d: 1 } })"],
    ["new Error('a', { cause: { d: 2 } })"],
    ["new Set([1, { a: 1 }, [2]])", "new Set([[2], 1, { a: 1 }])"],
    ["new Set([1, { a: 2 }, [2]])"],
    ["new Set([1])"],
    ["new Set(['1'])"],
    [
        "new Set([new Set([{ a: 1 }]), new Set([{ b: 1 }])])",
        "new Set([new Set([{ b: 1 }]), new Set([{ a: 1 }])])",
    ],
    ["new Map([[{ k: 1 }, 'a'], [{ k: 2 }, 'b']])", "new Map([[{ k: 2 }, 'b'], [{ k: 1 }, 'a']])"],
    ["new Map([[{ k: 1 }, 'b'], [{ k: 2 }, 'a']])"],
    ["new Map([[{}, 'a'], [{}, 'b']])", "new Map([[{}, 'b'], [{}, 'a']])"],
    ["new Map([[1, undefined]])"],
    ["new Map([[2, undefined]])"],
    ["new Uint8Array([1, 2])", "new Uint8Array([9, 1, 2]).subarray(1)"],
    ["new Int8Array([1, 2])"],
    ["new Uint8Array(70000)", "new Uint8Array(70000)"],
    ["new Uint8Array(70000).fill(1, 69999)"],
    ["new Float64Array([0])"],
    ["new Float64Array([-0])"],
    ["new ArrayBuffer(2)", "new ArrayBuffer(2)"],
    ["new DataView(new ArrayBuffer(2))"],
    ["self(1)", "self(1)"],
    ["self(2)"],
    ["withSelf()", "withSelf()"],
    ["new URL('http://a/b')", "new URL('http://a/b')"],
    ["new URL('http://a/c')"],
]

# Pairs that only the loose comparison takes to be equal, and pairs that it does not.
LOOSE = [
    ("1", "'1'", True),
    ("0", "-0", True),
    ("null", "undefined", True),
    ("NaN", "NaN", True),
    ("[1, [2]]", "['1', ['2']]", True),
    ("{ a: 1 }", "new (class { a = 1 })()", True),
    ("new Set([1, '2'])", "new Set(['2', '1'])", True),
    ("new Map([[1, 'a'], [{}, 2]])", "new Map([['1', 'a'], [{}, '2']])", True),
    ("new Set([null])", "new Set([undefined])", True),
    ("new Float32Array([0])", "new Float32Array([-0])", True),
    ("{ [S]: 1 }", "{ [S]: 2 }", True),
    ("new Date(0)", "new Date(1)", False),
    ("[1]", "{ 0: 1 }", False),
    ("new Set(['a'])", "new Set(['b'])", False),
    ("1", "{}", False),
]


def test_strict_equality(shared: Sandbox) -> None:
    members = [(number, text) for number, group in enumerate(STRICT_GROUPS) for text in group]
    rows = ", ".join(f"[{number}, () => ({text})]" for number, text in members)
    code = f"""{SETUP} const all = [{rows}]; const wrong = [];
        for (let i = 0; i < all.length; i++) for (let j = 0; j < all.length; j++) {{
          const equal = util.isDeepStrictEqual(all[i][1](), all[j][1]());
          if (equal !== (all[i][0] === all[j][0])) wrong.push([i, j]); }}
        export default wrong;"""
    assert [(members[i], members[j]) for i, j in value(shared, code)] == []


def test_loose_equality(shared: Sandbox) -> None:
    rows = ", ".join(f"[{a}, {b}]" for a, b, _ in LOOSE)
    code = f"{SETUP} export default [{rows}].map(([a, b]) => told(() => assert.deepEqual(a, b)) === null)"
    assert value(shared, code) == [equal for _, _, equal in LOOSE]


def test_depth_and_sharing_cost_no_stack_and_no_time(shared: Sandbox) -> None:
    code = """
        const chain = (n) => { let o = {}; for (let i = 0; i < n; i++) o = { o }; return o };
        const doubling = (n) => { let o = [1]; for (let i = 0; i < n; i++) o = [o, o]; return o };
        const sets = (n) => { let o = new Set([{ a: 1 }, 2]); for (let i = 0; i < n; i++) o = new Set([o, { i }]);
          return o };
        const sparse = () => { const a = new Array(4e9); a[5] = 1; return a };
        export default [util.isDeepStrictEqual(chain(20000), chain(20000)),
          util.isDeepStrictEqual(doubling(60), doubling(60)), util.isDeepStrictEqual(sparse(), sparse()),
          util.isDeepStrictEqual(sets(30), sets(30)),
          failure(() => util.isDeepStrictEqual(sets(200), sets(200)))[0]];
    """
    assert value(shared, SETUP + code) == [True, True, True, True, "RangeError"]


DIFF = "Expected values to be strictly deep-equal:\n+ actual - expected\n\n"

MESSAGES: list[tuple[str, str | None]] = [
    ("assert.strictEqual(1, 2)", "Expected values to be strictly equal:\n\n1 !== 2\n"),
    (
        "assert.strictEqual('hello world!', 'hello there!')",
        (
            "Expected values to be strictly equal:\n+ actual - expected\n\n+ 'hello world!'\n- 'hello there!'\n"
            "         ^"
        ),
    ),
    (
        "assert.strictEqual({ a: 1 }, { a: 1 })",
        "Values have same structure but are not reference-equal:\n\n{\n  a: 1\n}\n",
    ),
    ("assert.deepStrictEqual({ a: 1 }, { a: 2 })", f"{DIFF}  {{\n+   a: 1\n-   a: 2\n  }}"),
    ("assert.deepStrictEqual([1, 2, 3], [1, 2])", f"{DIFF}  [\n    1,\n    2,\n+   3\n  ]"),
    ("assert.deepStrictEqual(new Set([1]), new Set([2]))", f"{DIFF}  Set(1) {{\n+   1\n-   2\n  }}"),
    (
        "assert.deepStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])",
        (
            "Expected values to be strictly deep-equal:\n+ actual - expected ... Lines skipped\n\n"
            "  [\n    1,\n...\n    8,\n    9,\n+   0\n-   10\n  ]"
        ),
    ),
    (
        "assert.deepEqual([1], [2])",
        "Expected values to be loosely deep-equal:\n\n[\n  1\n]\n\nshould loosely deep-equal\n\n[\n  2\n]",
    ),
    ("assert.notStrictEqual(1, 1)", 'Expected "actual" to be strictly unequal to: 1'),
    (
        "assert.notDeepStrictEqual({ a: 1 }, { a: 1 })",
        'Expected "actual" not to be strictly deep-equal to:\n\n{\n  a: 1\n}\n',
    ),
    ("assert.equal(1, 2)", "1 == 2"),
    ("assert.equal(NaN, NaN)", None),
    ("assert.notEqual(1, '1')", "1 != '1'"),
    ("assert.equal(1)", 'The "actual" and "expected" arguments must be specified'),
    ("assert.strictEqual(1, 2, 'mine')", "mine"),
    ("assert.strictEqual(1, 2, new RangeError('own'))", "own"),
    ("assert(0, 'zero')", "zero"),
    ("assert()", "No value argument passed to `assert.ok()`"),
    ("assert.ok(null)", "The expression evaluated to a falsy value:\n\n  assert.ok(null)\n"),
    ("assert.fail()", "Failed"),
    ("assert.fail('boom')", "boom"),
    ("assert.ifError(null)", None),
    ("assert.ifError(new Error('q'))", "ifError got unwanted exception: q"),
    ("assert.match('abc', /b/)", None),
    (
        "assert.match('abc', /x/)",
        "The input did not match the regular expression /x/. Input:\n\n'abc'\n",
    ),
    (
        "assert.doesNotMatch('abc', /b/)",
        "The input was expected to not match the regular expression /b/. Input:\n\n'abc'\n",
    ),
    (
        "assert.match(1, /x/)",
        'The "string" argument must be of type string. Received type number (1)',
    ),
    ("assert.strict.equal(1, '1')", "Expected values to be strictly equal:\n\n1 !== '1'\n"),
    ("assert.strict.deepEqual([1], [1])", None),
]


def test_messages(shared: Sandbox) -> None:
    rows = ", ".join(f"() => {expression}" for expression, _ in MESSAGES)
    found = value(shared, f"{SETUP} export default [{rows}].map(told)")
    assert dict(zip((each for each, _ in MESSAGES), found, strict=True)) == dict(MESSAGES)


THROWS: list[tuple[str, str | None]] = [
    ("assert.throws(bad)", None),
    ("assert.throws(bad, TypeError)", None),
    ("assert.throws(bad, /^TypeError: bad thing$/)", None),
    ("assert.throws(bad, { name: 'TypeError', message: /thing/, code: 'X' })", None),
    ("assert.throws(bad, (e) => e.code === 'X')", None),
    ("assert.throws(bad, 'not the same')", None),
    ("assert.throws(() => {})", "Missing expected exception."),
    ("assert.throws(() => {}, TypeError, 'mine')", "Missing expected exception (TypeError): mine"),
    (
        "assert.throws(bad, RangeError)",
        (
            'The error is expected to be an instance of "RangeError". Received "TypeError"\n\n'
            "Error message:\n\nbad thing"
        ),
    ),
    (
        "assert.throws(bad, /nope/)",
        "The input did not match the regular expression /nope/. Input:\n\n'TypeError: bad thing'\n",
    ),
    (
        "assert.throws(bad, { message: 'bad thing', code: 'Y' })",
        f"{DIFF}  Comparison {{\n+   code: 'X',\n-   code: 'Y',\n    message: 'bad thing'\n  }}",
    ),
    (
        "assert.throws(bad, () => false)",
        (
            'The validation function is expected to return "true". Received false\n\n'
            "Caught error:\n\nTypeError: bad thing"
        ),
    ),
    ("assert.throws(bad, {})", "The argument 'error' may not be an empty object. Received {}"),
    (
        "assert.throws(bad, 'bad thing')",
        'The "error/message" argument is ambiguous. The error message "bad thing" is identical to the message.',
    ),
    (
        "assert.throws(bad, 1)",
        (
            'The "error" argument must be of type function or an instance of Error, RegExp, or Object. '
            "Received type number (1)"
        ),
    ),
    ("assert.throws('x')", "The \"fn\" argument must be of type function. Received type string ('x')"),
    ("assert.doesNotThrow(() => {})", None),
    ("assert.doesNotThrow(bad)", 'Got unwanted exception.\nActual message: "bad thing"'),
    ("assert.doesNotThrow(bad, RangeError)", "bad thing"),
]


def test_throws(shared: Sandbox) -> None:
    rows = ", ".join(f"() => {expression}" for expression, _ in THROWS)
    bad = "const bad = () => { throw Object.assign(new TypeError('bad thing'), { code: 'X' }) };"
    found = value(shared, f"{SETUP}{bad} export default [{rows}].map(told)")
    assert dict(zip((each for each, _ in THROWS), found, strict=True)) == dict(THROWS)


def test_rejects(shared: Sandbox) -> None:
    code = """
        const bad = async () => { throw new TypeError('bad') };
        const ask = (promise) => promise.then(() => null, (x) => [x.code ?? null, x.message]);
        export default await Promise.all([
          assert.rejects(bad, TypeError), assert.rejects(bad(), /bad/), assert.rejects(Promise.resolve(1)),
          assert.rejects(() => 1), assert.rejects(1), assert.doesNotReject(Promise.resolve()),
          assert.doesNotReject(bad), assert.rejects(bad, RangeError, 'mine'),
        ].map(ask));
    """
    assert value(shared, SETUP + code) == [
        None,
        None,
        ["ERR_ASSERTION", "Missing expected rejection."],
        [
            "ERR_INVALID_RETURN_VALUE",
            'Expected instance of Promise to be returned from the "promiseFn" function but got type number (1).',
        ],
        [
            "ERR_INVALID_ARG_TYPE",
            'The "promiseFn" argument must be of type function or an instance of Promise. Received type number (1)',
        ],
        None,
        ["ERR_ASSERTION", 'Got unwanted rejection.\nActual message: "bad"'],
        ["ERR_ASSERTION", "mine"],
    ]


def test_the_error_itself(shared: Sandbox) -> None:
    code = """
        const e = (() => { try { assert.deepStrictEqual({ a: 1 }, { a: 2 }) } catch (x) { return x } })();
        console.log(e);
        export default [e instanceof Error, e instanceof assert.AssertionError, e.name, e.code, e.generatedMessage,
          e.operator, e.actual, e.expected, Object.keys(e), String(e).split('\\n')[0],
          new assert.AssertionError({ message: 'm' }).message, failure(() => new assert.AssertionError('m'))[1],
          new assert.AssertionError({ actual: 1, expected: 2, operator: 'strictEqual' }).message];
    """
    outcome = shared.eval(SETUP + code)
    assert outcome.data == [
        True,
        True,
        "AssertionError",
        "ERR_ASSERTION",
        True,
        "deepStrictEqual",
        {"a": 1},
        {"a": 2},
        ["generatedMessage", "code", "actual", "expected", "operator"],
        "AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:",
        "m",
        "ERR_INVALID_ARG_TYPE",
        "Expected values to be strictly equal:\n\n1 !== 2\n",
    ]
    text = printed(outcome)
    assert text.startswith("AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:\n")
    assert text.endswith(
        "{\n  generatedMessage: true,\n  code: 'ERR_ASSERTION',\n  actual: [Object],\n"
        "  expected: [Object],\n  operator: 'deepStrictEqual'\n}\n"
    )


def test_a_failing_assertion_reaches_the_owner(shared: Sandbox) -> None:
    error = fault(shared, "import assert from 'node:assert'\nassert.deepStrictEqual({ a: 1 }, { a: 2 })")
    assert error.name == "AssertionError"
    assert error.message == f"{DIFF}  {{\n+   a: 1\n-   a: 2\n  }}"
    assert places(error)[0][:2] == ("/src/index.ts", 2)


@pytest.mark.parametrize("strict", [True, False])
def test_huge_values_give_short_messages(shared: Sandbox, strict: bool) -> None:
    name = "deepStrictEqual" if strict else "deepEqual"
    code = f"""
        const big = (c) => Array.from({{ length: 20000 }}, (_, i) => ({{ i, s: c + i }}));
        const message = told(() => assert.{name}(big('a'), big('b')));
        export default [message.length < 4000, message.split('\\n').length < 200];
    """
    assert value(shared, SETUP + code) == [True, True]


def test_call_tracker(shared: Sandbox) -> None:
    code = """
        const tracker = new assert.CallTracker(); const f = tracker.calls(function foo(x) { return x + 1 }, 2);
        const first = [f(1), told(() => tracker.verify())]; f(2);
        export default [...first, told(() => tracker.verify()), tracker.getCalls(f).map((c) => c.arguments[0])];
    """
    expected: list[Any] = [
        2,
        "Expected the foo function to be executed 2 time(s) but was executed 1 time(s).",
        None,
        [1, 2],
    ]
    assert value(shared, SETUP + code) == expected


def test_the_strict_module_is_the_strict_property(shared: Sandbox) -> None:
    imports = ["assert/strict", "node:assert/strict"]
    names = [f"s{i}" for i in range(len(imports))]
    code = "".join(
        f"import {name} from '{module}';" for name, module in itertools.zip_longest(names, imports)
    )
    assert value(
        shared, f"{SETUP}{code} export default [{', '.join(names)}].every((s) => s === assert.strict)"
    )
