"""The test runner: what runs in which order, what fails and why, the report, hostile tests."""

from __future__ import annotations

from typing import Any

import pytest

from qjs_kernel import GuestError, Outcome, Sandbox

from .support import Notebook, printed, value


def report(sandbox: Sandbox, code: str, **options: Any) -> dict[str, Any]:
    outcome = sandbox.eval(code, tests=options.pop("tests", True), **options)
    assert isinstance(outcome.data, dict), outcome.error
    assert outcome.ok is outcome.data["passed"]
    assert outcome.ok or (outcome.error is not None and outcome.error.name == "TestFailure")
    return outcome.data


def statuses(found: dict[str, Any]) -> dict[str, str]:
    return {" > ".join([*test["path"], test["name"]]): test["status"] for test in found["tests"]}


def failures(found: dict[str, Any]) -> dict[str, str]:
    failed = [test for test in found["tests"] if "error" in test]
    return {test["name"]: f"{test['error'].name}: {test['error'].message}" for test in failed}


def test_the_report(sandbox: Sandbox) -> None:
    found = report(
        sandbox,
        """
        describe('outer', () => {
          it('passes', () => {})
          describe('inner', () => { it('fails', () => { throw new TypeError('bad', { cause: new Error('why') }) }) })
          it.skip('left out', () => { throw 1 })
        })
        test.todo('planned')
        test('todo that fails', { todo: 'soon' }, () => { throw new Error('not yet') })
        """,
    )
    counts = {key: found[key] for key in found if key not in ("duration", "tests", "suites")}
    assert counts == {
        "passed": False, "passedTests": 1, "failedTests": 1, "skippedTests": 1, "todoTests": 2, "totalTests": 5,
        "passedSuites": 0, "failedSuites": 2, "totalSuites": 2,
    }  # fmt: skip
    assert statuses(found) == {
        "outer > passes": "passed", "outer > inner > fails": "failed", "outer > left out": "skipped",
        "planned": "todo", "todo that fails": "todo",
    }  # fmt: skip
    assert [(suite["name"], suite["path"], suite["status"]) for suite in found["suites"]] == [
        ("outer", [], "failed"),
        ("inner", ["outer"], "failed"),
    ]
    error = found["tests"][1]["error"]
    assert isinstance(error, GuestError)
    assert (error.name, error.message, error.frames[0].line) == ("TypeError", "bad", 4)
    assert error.cause is not None
    assert error.cause.message == "why"
    assert found["tests"][4]["reason"] == "soon"
    assert all(test["duration"] >= 0 for test in found["tests"])


def test_hooks_run_in_nodes_order(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        """
        import { describe, it, before, after, beforeEach, afterEach } from 'node:test'
        globalThis.log = []
        const L = (x) => () => { log.push(x) }
        before(L('rb')); after(L('ra')); beforeEach(L('rbe')); afterEach(L('rae'))
        describe('s', () => {
          before(L('sb')); after(L('sa')); after(L('sa2'))
          beforeEach(L('sbe')); afterEach(L('sae')); afterEach(L('sae2'))
          it('t1', L('t1'))
          it('t2', async (t) => {
            log.push('t2'); t.beforeEach(L('tbe')); t.afterEach(L('tae'))
            await t.test('sub', L('sub'))
          })
          it.skip('sk', L('sk'))
        })
        export default undefined
        """,
    )
    assert found is None
    assert value(sandbox, "log.join(' ')") == (
        "rb sb rbe sbe t1 sae sae2 rae rbe sbe t2 rbe sbe tbe sub tae sae sae2 rae sae sae2 rae sa sa2 ra"
    )


def test_hooks_that_fail(sandbox: Sandbox) -> None:
    found = report(
        sandbox,
        """
        globalThis.log = []
        describe('before', () => { before(() => { throw new Error('b') }); it('a', () => { log.push('never') }) })
        describe('each', () => {
          beforeEach(() => { throw new Error('be') }); afterEach(() => { log.push('after each') })
          it('c', () => { log.push('never') })
        })
        describe('after each', () => { afterEach(() => { throw new Error('ae') }); it('d', () => {}) })
        describe('after', () => { after(() => { throw new Error('af') }); it('e', () => {}) })
        describe('body', () => { it('f', () => {}); throw new Error('declaring') })
        """,
    )
    assert failures(found) == {
        "a": "Error: b", "c": "Error: be", "d": "Error: ae",
        "f": "Error: its suite could not be set up: the body of describe threw",
    }  # fmt: skip
    suites = {suite["name"]: suite["error"].message for suite in found["suites"] if "error" in suite}
    assert suites == {"before": "b", "after": "af", "body": "declaring"}
    assert value(sandbox, "log") == ["after each"]
    outside = report(sandbox, "after(() => { throw new Error('outside') }); test('x', () => {})")
    assert (outside["passed"], outside["failedTests"], outside["error"].message) == (False, 0, "outside")


def test_ways_to_fail(sandbox: Sandbox) -> None:
    found = report(
        sandbox,
        """
        import assert from 'node:assert'
        test('assert', () => { assert.strictEqual(1, 2) })
        test('null', () => { throw null })
        test('async', async () => { await null; throw new RangeError('late') })
        test('done error', (done) => { setTimeout(() => done(new Error('told')), 1) })
        test('done twice', (done) => { done(); done() })
        test('done and promise', async (done) => { done() })
        test('done.fail', (done) => { done.fail(new Error('failed')) })
        test('never done', (done) => {})
        test('never settles', () => new Promise(() => {}))
        test('in a timer', (done) => { setTimeout(() => { throw new Error('timer'); done() }, 1) })
        test('too slow', () => new Promise((go) => setTimeout(go, 60_000)), 15)
        test('mocha time', function () { this.timeout(15); return new Promise((go) => setTimeout(go, 60_000)) })
        test('subtests', async (t) => { await t.test('sub', () => { throw new Error('inner') }) })
        test('unawaited', (t) => { t.test('sub 2', async () => { await null; throw new Error('inner 2') }) })
        test('promised assertions', () => { expect.assertions(2); expect(1).toBe(1) })
        test('some assertion', () => { expect.hasAssertions() })
        test('soft', () => { expect.soft(1).toBe(2); globalThis.went = 'on' })
        test('plan', { timeout: 1000 }, function (t, done) { t.plan(1); done() })
        test('aborted', { signal: AbortSignal.abort(new Error('stop')) }, () => {})
        test.failing('unexpectedly good', () => {})
        """,
    )
    said = failures(found)
    assert said.pop("assert").startswith("AssertionError: Expected values to be strictly equal")
    assert said.pop("soft").endswith("Expected: 2\nReceived: 1")
    assert said.pop("promised assertions").endswith(
        "Expected 2 assertions to be called but received 1 assertion call."
    )
    assert said.pop("some assertion").endswith(
        "Expected at least one assertion to be called but received none."
    )
    assert said == {
        "null": "Error: a value that is no error was thrown: null",
        "async": "RangeError: late",
        "done error": "Error: told",
        "done twice": "Error: callback invoked multiple times",
        "done and promise": "Error: passed a callback but also returned a Promise",
        "done.fail": "Error: failed",
        "never done": "Error: done() was never called, and no timer or host call is left that could call it",
        "never settles": (
            "Error: the test awaits something that can never settle: no timer and no host call is left that could"
        ),
        "in a timer": "Error: timer",
        "too slow": "Error: test timed out after 15ms",
        "mocha time": "Error: test timed out after 15ms",
        "subtests": "Error: 1 subtest failed",
        "sub": "Error: inner",
        "unawaited": "Error: 1 subtest failed",
        "sub 2": "Error: inner 2",
        "plan": "Error: plan expected 1 assertions but received 0",
        "aborted": "Error: stop",
        "unexpectedly good": "Error: the test was expected to fail and passed",
    }
    assert value(sandbox, "went") == "on"


def test_ways_to_pass(sandbox: Sandbox) -> None:
    found = report(
        sandbox,
        """
        import { test as nodeTest, mock } from 'node:test'
        test('nothing', () => {})
        test('node context', (t) => { t.diagnostic('said'); t.plan(1); t.assert.equal(t.name, 'node context') })
        nodeTest('callback', (t, done) => { setTimeout(done, 1) })
        test('done', (done) => { setTimeout(done, 1) })
        test('done async', (cb) => { Promise.resolve().then(() => cb()) })
        test('vitest context', ({ expect: own }) => { own(1).toBe(1) })
        test('options last', () => {}, { timeout: 50 })
        test(function named() {})
        test('mocks go back', (t) => { t.mock.method(Math, 'max', () => 42); expect(Math.max(1)).toBe(42) })
        test('after mocks', () => { expect(Math.max(1)).toBe(1) })
        test.each([[1, 1, 2], [1, 2, 3]])('add(%i, %i) is %i', (a, b, sum) => { expect(a + b).toBe(sum) })
        test.each([{ a: 1, b: { c: 'x' } }])('row $a $b.c %%', ({ a }) => { expect(a).toBe(1) })
        test.each`a | b | sum
          ${1} | ${2} | ${3}`('$a + $b = $sum', ({ a, b, sum }) => { expect(a + b).toBe(sum) })
        describe.each(['x', 'y'])('suite %s', (v) => { it(`is ${v}`, () => {}) })
        describe('async', async () => { it('first', () => {}); await null; it('second', () => {}) })
        it('behind it', () => {})
        test.failing('as expected', () => { throw 1 })
        test.skipIf(true)('not now', () => { throw 1 })
        test.runIf(true)('now', () => {})
        let tries = 0
        test('again', { retry: 2 }, () => { if (++tries < 3) throw new Error('flaky') })
        test('inside', (t) => { t.skip('no time') })
        xit('x', () => { throw 1 })
        test('prints', () => { console.log('from a test') })
        """,
    )
    assert failures(found) == {}
    assert [name for name, status in statuses(found).items() if status == "skipped"] == [
        "not now",
        "inside",
        "x",
    ]
    assert {
        "named",
        "add(1, 2) is 3",
        "row 1 x %",
        "1 + 2 = 3",
        "suite y > is y",
        "async > second",
        "behind it",
    } <= set(statuses(found))
    assert found["passed"] is True
    assert next(test for test in found["tests"] if test["name"] == "node context")["diagnostics"] == ["said"]


def test_only(sandbox: Sandbox) -> None:
    code = """
    test('a', () => { throw 1 })
    describe.only('s', () => { it('b', () => {}); it('c', () => {}) })
    describe('t', () => { it('d', () => { throw 1 }); it.only('e', () => {}) })
    describe.only('u', () => { it('f', () => { throw 1 }); it('g', { only: true }, () => {}) })
    """
    ran = [name for name, status in statuses(report(sandbox, code)).items() if status == "passed"]
    assert ran == ["s > b", "s > c", "t > e", "u > g"]


def test_a_text_chooses_tests(sandbox: Sandbox) -> None:
    code = "test('one', () => {}); describe('two', () => { it('three', () => {}); it('one more', () => {}) })"

    def ran(text: str) -> list[str]:
        return [
            name for name, status in statuses(report(sandbox, code, tests=text)).items() if status == "passed"
        ]

    assert ran("one") == ["one", "two > one more"]
    assert ran("two three") == ["two > three"]
    assert ran("/^one$/") == ["one"]
    assert ran("/ONE/i") == ["one", "two > one more"]
    assert ran("/(/") == ran("nothing") == []
    assert report(sandbox, code, tests="")["passedTests"] == 3


def test_the_names_are_global_for_the_run_only(notebook: Notebook) -> None:
    names = "[typeof describe, typeof it, typeof expect, typeof jest, typeof runTests]"
    notebook.value("var expect = 'mine'")
    assert notebook.cell("test('x', () => { jest.fn(); expect(1).toBe(1) })", tests=True).ok
    assert notebook.value(names) == ["undefined", "undefined", "string", "undefined", "undefined"]
    assert notebook.value("expect") == "mine"
    assert notebook.cell("throw new Error('x')", tests=True).error is not None
    assert notebook.value("typeof describe") == "undefined", "also after a program that threw"
    assert notebook.cell("test('y', () => { for (;;) {} })", tests=True, timeout=0.2).error is not None
    assert notebook.value("typeof describe") == "undefined"
    assert [test["name"] for test in notebook.cell("test('z', () => {})", tests=True).data["tests"]] == ["z"]


def test_import_test_gives_the_names(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        """
        import 'test'
        describe('suite', () => { it('works', () => { expect(true).to.be.true }) })
        export default await runTests()
        """,
    )
    assert found["passed"] is True
    assert (found["passedTests"], found["totalTests"], found["passedSuites"], found["totalSuites"]) == (
        1,
        1,
        1,
        1,
    )
    again = value(sandbox, "it('b', () => { throw 1 }); const first = await runTests(); it('c', () => {});\n"
                  "export default [first, await runTests()]")  # fmt: skip
    assert [statuses(each) for each in again] == [{"b": "failed"}, {"c": "passed"}]


def test_the_names_can_be_imported_too(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        """
        import test, { describe, it, expect, vi, beforeEach, runTests } from 'test'
        const f = vi.fn()
        beforeEach(f)
        describe('s', () => { it('a', () => { expect(f).toHaveBeenCalledOnce() }) })
        test('b', (done) => { done() })
        test.skip('c')
        export default [await runTests(), globalThis.expect === expect]
        """,
    )
    assert (statuses(found[0]), found[1]) == ({"s > a": "passed", "b": "passed", "c": "skipped"}, True)


def test_an_ordinary_program_runs_its_tests_and_prints(sandbox: Sandbox) -> None:
    outcome = sandbox.eval(
        """
        import test, { describe, it } from 'node:test'
        import assert from 'node:assert'
        describe('suite', () => { it('good', () => {}); it('bad', () => { assert.equal(1, 2) }); it.skip('no') })
        await test('awaited', (t) => { t.diagnostic('note') })
        console.log('end of the module')
        export default 5
        """
    )
    assert outcome.error is not None
    assert (outcome.error.kind, outcome.error.name, outcome.error.message) == (
        "exception", "TestFailure", "1 of 4 tests failed",
    )  # fmt: skip
    text = printed(outcome)
    lines = [line.partition(" (")[0] for line in text.split("\n")]
    assert lines[:8] == [
        "end of the module", "▶ suite", "  ✔ good", "  ✖ bad", "  ﹣ no # SKIP", "✖ suite", "✔ awaited", "ℹ note",
    ]  # fmt: skip
    assert "ℹ tests 4\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n" in text
    assert "✖ failing tests:\n\n✖ suite > bad" in text
    assert "1 == 2" in text
    assert "/src/index.ts:4" in text
    good = sandbox.eval("import test from 'node:test'; test('x', () => {}); export default 5")
    assert (good.ok, good.data) == (True, 5)
    required = sandbox.eval(
        "const test = require('node:test'); test('y', () => { throw 1 })", "/src/index.cjs"
    )
    assert required.error is not None


def test_what_node_test_exports(sandbox: Sandbox) -> None:
    assert value(
        sandbox,
        """
        import * as all from 'node:test'
        import test, { it, describe, suite, mock } from 'node:test'
        let message
        try { all.run() } catch (error) { message = error.message }
        const same = [test === all.test, it === test, suite === describe]
        export default [Object.keys(all).sort(), ...same, message.split(':')[0]]
        """,
    ) == [
        ["after", "afterEach", "before", "beforeEach", "default", "describe", "it", "mock", "only", "run", "skip",
         "suite", "test", "todo"],
        True, True, True, "run() of node",
    ]  # fmt: skip


MOCKS = r"""
tried('fn', () => { const f = mock.fn((a, b) => a + b); f(1, 2); const c = f.mock.calls[0];
  return [f.mock.callCount(), c.arguments, c.result, c.error ?? null, typeof c.stack, Object.keys(c)] })
tried('throws', () => { const f = mock.fn(() => { throw new Error('x') }); try {
  f() } catch {} return [f.mock.calls[0].error.message, f.mock.calls[0].result ?? null] })
tried('impl', () => { const f = mock.fn(() => 1); const r = [f()];
  f.mock.mockImplementation(() => 2); r.push(f()); f.mock.mockImplementationOnce(() => 9, 3);
  f.mock.mockImplementationOnce(() => 8); r.push(f(), f(), f()); f.mock.restore(); r.push(f());
  f.mock.resetCalls(); r.push(f.mock.callCount()); return r })
tried('times', () => { const f = mock.fn(() => 'o', () => 'm', { times: 2 });
  return [f(), f(), f()] })
tried('method', () => { const o = { n: 5, get(x) { return this.n + x } };
  const m = mock.method(o, 'get', function (x) { return this.n * x });
  const r = [o.get(3), m === o.get, o.get.mock.calls[0].this === o]; o.get.mock.restore();
  r.push(o.get(3)); return r })
tried('spy', () => { const o = { get(x) { return x } }; mock.method(o, 'get'); o.get(4);
  const r = [o.get.mock.callCount()]; mock.restoreAll(); r.push(typeof o.get.mock); return r })
tried('getter', () => { const o = { get x() { return 1 } }; const m = mock.getter(o, 'x', () => 2);
  const r = [o.x, m.mock.callCount()]; m.mock.restore(); r.push(o.x); return r })
tried('setter', () => { let v; const o = { set x(y) { v = y } }; const m = mock.setter(o, 'x');
  o.x = 3; return [v, m.mock.calls[0].arguments] })
tried('not a method', () => mock.method({ a: 1 }, 'a'))
tried('bad object', () => mock.method(5, 'a'))
tried('bad original', () => mock.fn(5))
tried('bad times', () => mock.fn(() => 1, { times: 0 }))
tried('construct', () => { class A { constructor(x) { this.x = x } } const M = mock.fn(A);
  const a = new M(3);
  return [a.x, a instanceof A, M.mock.calls[0].target === M, M.mock.calls[0].result === a] })
tried('name', () => { function abc(a, b) {} const f = mock.fn(abc); return [f.name, f.length] })
tried('timers', () => { mock.timers.enable({
  apis: ['setTimeout', 'setInterval', 'Date'], now: 1000 }); const r = [];
  setTimeout(() => r.push('t', Date.now()), 50); setInterval(() => r.push('i'), 20);
  mock.timers.tick(50); r.push(new Date().getTime()); mock.timers.setTime(5000); r.push(Date.now());
  mock.timers.reset(); r.push(Date.now() > 1e12); return r })
tried('timers off', () => mock.timers.tick(1))
tried('timers twice', () => { mock.timers.enable({ apis: ['setTimeout'] }); try {
  mock.timers.enable({ apis: ['setTimeout'] }) } finally { mock.timers.reset() } })
tried('runAll', () => { mock.timers.enable({ apis: ['setTimeout'] }); const r = [];
  setTimeout(() => r.push(2), 2000); setTimeout(() => r.push(1), 1000); mock.timers.runAll();
  mock.timers.reset(); return r })
tried('bad api', () => mock.timers.enable({ apis: ['nope'] }))
tried('clear', () => { mock.timers.enable({ apis: ['setTimeout'] }); const r = [];
  const t = setTimeout(() => r.push(1), 5); clearTimeout(t); mock.timers.tick(10);
  mock.timers.reset(); return r })
"""
# What Node 20 answers.
MOCK_ANSWERS = {
    "fn": [1, [1, 2], 3, None, "object", ["arguments", "error", "result", "stack", "target", "this"]],
    "throws": ["x", None],
    "impl": [1, 2, 8, 9, 2, 1, 0],
    "times": ["m", "m", "o"],
    "method": [15, True, True, 8],
    "spy": [1, "undefined"],
    "getter": [2, 1, 1],
    "setter": [3, [3]],
    "not a method": [
        "TypeError",
        "ERR_INVALID_ARG_VALUE",
        "The argument 'methodName' must be a method. Received 1",
    ],
    "bad object": [
        "TypeError",
        "ERR_INVALID_ARG_TYPE",
        'The "object" argument must be of type object. Received type number (5)',
    ],
    "bad original": [
        "TypeError",
        "ERR_INVALID_ARG_TYPE",
        'The "original" argument must be of type function. Received type number (5)',
    ],
    "bad times": [
        "RangeError",
        "ERR_OUT_OF_RANGE",
        'The value of "options.times" is out of range. It must be >= 1 && <= 9007199254740991. Received 0',
    ],
    "construct": [3, True, False, True],
    "name": ["abc", 2],
    "timers": ["i", "i", "t", 1050, 1050, 5000, True],
    "timers off": [
        "Error",
        "ERR_INVALID_STATE",
        "Invalid state: You should enable MockTimers first by calling the .enable function",
    ],
    "timers twice": ["Error", "ERR_INVALID_STATE", "Invalid state: MockTimers is already enabled!"],
    "runAll": [1, 2],
    "bad api": [
        "TypeError",
        "ERR_INVALID_ARG_VALUE",
        "The property 'options.apis' option nope is not supported. Received 'nope'",
    ],
    "clear": [],
}


def test_mocks_are_nodes(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        "import { mock } from 'node:test'; const seen = {}\nfunction tried(name, run) {\n"
        "  try { seen[name] = run() } catch (e) { seen[name] = [e.name, e.code ?? null, e.message] }\n}"
        + MOCKS
        + "export default seen",
    )
    assert found == MOCK_ANSWERS


HOSTILE = """
test('proxy', () => { throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } }) })
test('revoked', () => { const { proxy, revoke } = Proxy.revocable(function () {}, {}); revoke(); throw proxy })
test('getters', () => {
  const error = new Error('m')
  for (const key of ["message", "stack", "name", "cause"])
    Object.defineProperty(error, key, { get() { throw 1 } })
  throw error
})
test('no text', () => { throw { toString() { throw 1 }, [Symbol.toPrimitive]() { throw 2 } } })
test('then throws', () => ({ get then() { throw new Error('then') } }))
test('own cause', () => { const error = new Error('round'); error.cause = error; throw error })
test({ toString() { throw 1 } }, () => {})
test('x'.repeat(100000), () => {})
test('stop the runner', () => {
  const { default: test } = { default: globalThis.nodeTest }
  try { test.start = () => {} } catch {}
  try { test.finish = () => ({ passed: true }) } catch {}
  try { Object.defineProperty(test, 'finish', { value: () => ({ passed: true }) }) } catch {}
})
test('globals', () => {
  Object.prototype.then = (resolve) => resolve('forged')
  Object.prototype.status = 'passed'
  Object.prototype.toJSON = () => 'forged'
  for (const key of ['push', 'pop', 'map', 'join']) Array.prototype[key] = () => { throw 1 }
  Object.defineProperty(Array.prototype, 0, { set() { throw 1 }, configurable: true })
  Promise.prototype.then = () => { throw 2 }
  Function.prototype.call = Function.prototype.apply = () => { throw 3 }
  const keys = { 0: 'expect', 1: 'test', 2: 'setTimeout', 3: 'Promise', 4: 'Error', 5: 'Array', 6: 'Map', 7: 'JSON' }
  for (let i = 0; i < 8; i++) globalThis[keys[i]] = 1
})
test('last', async () => { await null; throw new TypeError('still told') })
"""


def test_hostile_tests_change_nothing_but_themselves(sandbox: Sandbox) -> None:
    found = report(sandbox, "import nodeTest from 'node:test'; globalThis.nodeTest = nodeTest;" + HOSTILE)
    assert [(test["name"][:20], test["status"]) for test in found["tests"]] == [
        ("proxy", "failed"), ("revoked", "failed"), ("getters", "failed"), ("no text", "failed"),
        ("then throws", "failed"), ("own cause", "failed"), ("<anonymous>", "passed"), ("x" * 20, "passed"),
        ("stop the runner", "passed"), ("globals", "passed"), ("last", "failed"),
    ]  # fmt: skip
    assert (found["passed"], found["failedTests"], found["totalTests"]) == (False, 7, 11)
    assert (found["tests"][-1]["error"].name, found["tests"][-1]["error"].message) == (
        "TypeError",
        "still told",
    )


def test_a_program_cannot_reach_what_begins_and_ends_a_run(sandbox: Sandbox) -> None:
    names = "['cancel', 'finish', 'start', 'removeGlobals', 'installGlobals']"
    code = f"import t from 'node:test'; export default {names}.filter((name) => t[name] !== undefined)"
    assert sandbox.eval(code).data == []


def test_a_clock_left_standing_is_put_right(sandbox: Sandbox) -> None:
    found = report(sandbox, "test('x', () => { jest.useFakeTimers() }); vi.stubGlobal('parseInt', 1)")
    assert found["passed"]
    assert (
        value(sandbox, "await new Promise((go) => setTimeout(go, 1)); export default typeof parseInt")
        == "function"
    )


def test_too_many_tests(sandbox: Sandbox) -> None:
    outcome = sandbox.eval("for (let i = 0; i < 10_000; i++) test('t' + i, () => {})", tests=True)
    assert outcome.error is not None
    assert outcome.error.message.startswith("too many tests: at most 5000 tests and suites in a run")
    swallowed = report(sandbox, "for (let i = 0; i < 5_010; i++) try { test('t' + i, () => {}) } catch {}")
    assert (swallowed["passed"], swallowed["totalTests"]) == (False, 5000)
    assert swallowed["error"].message == "10 tests and suites too many were declared: at most 5000 in a run"


def test_time(sandbox: Sandbox) -> None:
    slow = report(
        sandbox,
        """
        jest.setTimeout(20)
        const every = setInterval(() => {}, 5)
        after(() => clearInterval(every))
        test('x', () => new Promise(() => {}))
        describe('hooks', () => { before(() => new Promise(() => {}), { timeout: 10 }); it('y', () => {}) })
        """,
    )
    assert failures(slow) == {
        "x": "Error: test timed out after 20ms",
        "y": "Error: test timed out after 10ms",
    }
    endless = sandbox.eval(
        "test('fine', () => {}); test('x', () => { for (;;) {} })", tests=True, timeout=0.3
    )
    assert endless.error is not None
    assert (endless.error.kind, endless.error.rolled_back) == ("timeout", True)
    assert report(sandbox, "test('z', () => {})")["passed"]


def test_late_declarations_are_not_lost(sandbox: Sandbox) -> None:
    found = report(
        sandbox,
        """
        let kept
        test('parent', (t) => { kept = t })
        test('child', () => { kept.test('too late', () => {}) })
        test('nested', () => { test('by its global name', () => { throw new Error('seen') }) })
        """,
    )
    assert failures(found) == {
        "too late": "Error: declared after its test had ended: await what declares it",
        "nested": "Error: 1 subtest failed",
        "by its global name": "Error: seen",
    }


def test_misuse_is_told(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        """
        import 'test'
        const seen = []
        for (const run of [
          () => test('x', 5, 'no function'), () => before(), () => test('x', { timeout: 'soon' }, () => {}),
          () => test('x', { timeout: -1 }, () => {}), () => test.each(5)('x', () => {}), () => jest.mock('./x')]) {
          try { run(); seen.push('ok') } catch (error) { seen.push(error.code ?? error.message.split(' is')[0]) }
        }
        export default seen
        """,
    )
    assert found == [
        "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE", "ERR_OUT_OF_RANGE",
        "ERR_INVALID_ARG_TYPE", "jest.mock",
    ]  # fmt: skip


def test_a_program_that_fails_is_no_report(sandbox: Sandbox) -> None:
    thrown = sandbox.eval("test('x', () => {}); throw new RangeError('outside')", tests=True)
    assert thrown.error is not None
    assert thrown.error.name == "RangeError"
    rejected: Outcome = sandbox.eval(
        "test('x', () => {}); export default Promise.reject(new Error('later'))", tests=True
    )
    assert rejected.error is not None
    assert rejected.error.message == "later"
    assert report(sandbox, "1 + 1")["totalTests"] == 0


@pytest.mark.parametrize("code", ["describe('x', () => { runTests() })", "test('x', () => runTests())"])
def test_run_tests_inside_tests(sandbox: Sandbox, code: str) -> None:
    outcome = sandbox.eval(f"import 'test'; {code}; export default await runTests()")
    assert outcome.ok or outcome.error is not None
    assert outcome.error is None or outcome.error.kind == "exception"


def test_a_suite_may_return_what_it_or_test_gives(sandbox: Sandbox) -> None:
    found = report(sandbox, "describe('a', () => it('b', () => {}))")
    assert statuses(found) == {"a > b": "passed"}
