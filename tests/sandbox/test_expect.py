"""`expect`: which values pass and which fail, as Jest 29 and chai 4 have it; messages, promises, extensions."""

from __future__ import annotations

import json

import pytest

from qjs_kernel import Sandbox

from .support import value

JEST_PASSES = r"""
expect(1).toBe(1)
expect(NaN).toBe(NaN)
expect({a: undefined}).toEqual({})
expect([1,,3]).toEqual([1,undefined,3])
expect(new (class A { x = 1 })).toEqual({x: 1})
expect(new Map([[1, {a: 1}], ["b", 2]])).toEqual(new Map([["b", 2], [1, {a: 1}]]))
expect(new Map([[{k: 1}, 1]])).toEqual(new Map([[{k: 1}, 1]]))
expect(new Set([{a: 1}, 2])).toEqual(new Set([2, {a: 1}]))
expect(new Date(5)).toEqual(new Date(5))
expect(/a/g).toEqual(/a/g)
expect(new Error("a")).toEqual(new Error("a"))
expect(new Error("a")).toEqual(new TypeError("a"))
expect(Object(1)).toEqual(Object(1))
expect(new Uint8Array([1,2])).toEqual(new Uint8Array([1,2]))
expect({a: 1, [Symbol.for("s")]: 2}).toEqual({a: 1, [Symbol.for("s")]: 2})
expect(10n).toEqual(10n)
expect((() => { const a = {}; a.a = a; return a })()).toEqual((() => { const a = {}; a.a = a; return a })())
expect({a: 1, b: {c: 2, d: 3}}).toMatchObject({b: {c: 2}})
expect([{a: 1, b: 2}]).toMatchObject([{a: 1}])
expect({a: undefined}).toMatchObject({a: undefined})
expect({list: [1,2]}).toMatchObject({list: expect.arrayContaining([2])})
expect([1,2,3]).toContain(2)
expect([{a:1}]).toContainEqual({a:1})
expect("hello").toContain("ell")
expect(new Set([1])).toContain(1)
expect([1,2]).toHaveLength(2)
expect({a: {b: [{c: 1}]}}).toHaveProperty("a.b[0].c", 1)
expect({a: {b: [{c: 1}]}}).toHaveProperty("a.b.0.c")
expect({"a.b": 1}).toHaveProperty(["a.b"])
expect({a: undefined}).toHaveProperty("a")
expect({a: undefined}).toHaveProperty("a", undefined)
expect("").toBeFalsy()
expect(null).toBeNull()
expect(undefined).toBeUndefined()
expect(NaN).toBeNaN()
expect(3).toBeGreaterThan(2)
expect(2n).toBeGreaterThanOrEqual(2)
expect(1).toBeLessThanOrEqual(1)
expect(0.1 + 0.2).toBeCloseTo(0.3)
expect(0.123).toBeCloseTo(0.124, 2)
expect(Infinity).toBeCloseTo(Infinity)
expect("grapefruit").toMatch(/grape/)
expect("grapefruit").toMatch("fruit")
expect(() => { throw new TypeError("bad") }).toThrow()
expect(() => { throw new TypeError("bad") }).toThrow(TypeError)
expect(() => { throw new TypeError("bad") }).toThrow("ba")
expect(() => { throw new TypeError("bad") }).toThrow(/^b/)
expect(() => { throw new TypeError("bad") }).toThrow(new Error("bad"))
expect(() => {}).not.toThrow()
expect(() => { throw {message: "m"} }).toThrow("m")
expect([]).toBeInstanceOf(Array)
expect({a: "x", n: 1}).toEqual({a: expect.any(String), n: expect.any(Number)})
expect({a: 1}).toEqual({a: expect.anything()})
expect({a: 1, b: 2}).toEqual(expect.objectContaining({a: 1}))
expect({a: 1, b: 2}).toEqual(expect.not.objectContaining({a: 2}))
expect([1, 2, 3]).toEqual(expect.arrayContaining([3, 1]))
expect([1, 2]).toEqual(expect.not.arrayContaining([3]))
expect("abc").toEqual(expect.stringContaining("b"))
expect("abc").toEqual(expect.stringMatching(/^a/))
expect(0.3).toEqual(expect.closeTo(0.1 + 0.2, 5))
expect([1, [2, {x: [3]}]]).toEqual([1, [2, {x: [3]}]])
expect(new (class P { get x() { return 1 } })).toMatchObject({x: 1})
expect(Symbol.for("a")).toBe(Symbol.for("a"))
expect(expect.any(Number)).toEqual(1)
expect(Object.create(null)).toEqual({})
"""
JEST_FAILS = r"""
expect(1).toBe(2)
expect(0).toBe(-0)
expect({}).toBe({})
expect({a: undefined}).toStrictEqual({})
expect([1,,3]).toStrictEqual([1,undefined,3])
expect([,1]).toEqual([1])
expect(new (class A { x = 1 })).toStrictEqual({x: 1})
expect(new Map([[1, 2]])).toEqual(new Map([[1, 3]]))
expect(new Set([1])).toEqual(new Set([2]))
expect(new Date(5)).toEqual(new Date(6))
expect(/a/g).toEqual(/a/i)
expect(new Error("a")).toEqual(new Error("b"))
expect(new Uint8Array([1,2])).toEqual(new Uint8Array([1,3]))
expect([1,2]).toEqual({0: 1, 1: 2, length: 2})
expect({a: 1, [Symbol.for("s")]: 2}).toEqual({a: 1})
expect("a").toEqual(Object("a"))
expect(null).toEqual(undefined)
expect({a: 1, b: {c: 2, d: 3}}).toMatchObject({b: {c: 3}})
expect([{a: 1}, {b: 2}]).toMatchObject([{a: 1}])
expect({}).toMatchObject({a: undefined})
expect(1).toMatchObject({})
expect([NaN]).toContain(NaN)
expect([{a:1}]).toContain({a:1})
expect("hello").toContain(1)
expect(null).toContain(1)
expect("abc").toHaveLength(2)
expect({}).toHaveLength(0)
expect({a: {b: 1}}).toHaveProperty(["a", "b"], 2)
expect({}).toHaveProperty("a", undefined)
expect({a: 1}).not.toHaveProperty("a")
expect(0).toBeTruthy()
expect(undefined).toBeDefined()
expect(2).toBeGreaterThan(2)
expect("2").toBeGreaterThan(1)
expect(1).toBeLessThan(0)
expect(0.1).toBeCloseTo(0.2)
expect(0.123).toBeCloseTo(0.124, 3)
expect("grapefruit").toMatch("x")
expect(1).toMatch(/1/)
expect(() => { throw new TypeError("bad") }).toThrow(RangeError)
expect(() => { throw new TypeError("bad") }).toThrow(new Error("other"))
expect(() => {}).toThrow()
expect(() => { throw new Error("x") }).not.toThrow()
expect(5).toThrow()
expect({}).toBeInstanceOf(Array)
expect(1).toBeInstanceOf(1)
expect({a: 1}).toEqual({a: expect.any(String)})
expect({a: null}).toEqual({a: expect.anything()})
expect({a: 1, b: 2}).toEqual(expect.objectContaining({a: 2}))
expect([1, 2]).toEqual(expect.arrayContaining([3]))
expect("abc").toEqual(expect.not.stringContaining("b"))
expect(1).not.toBe(1)
expect({a: 1}).not.toEqual({a: 1})
expect([1]).not.toContain(1)
expect(function a() {}).toEqual(function a() {})
expect("a\nb").toBe("a\nc")
expect([undefined]).toEqual([null])
expect(Object.create(null)).toStrictEqual({})
"""
CHAI_PASSES = r"""
expect(true).to.be.true
expect(1).to.be.ok
expect(null).to.be.null
expect(undefined).to.be.undefined
expect(NaN).to.be.NaN
expect(0).to.exist
expect([]).to.be.empty
expect("").to.be.empty
expect({}).to.be.empty
expect(new Map()).to.be.empty
expect("a").to.be.a("string")
expect([]).to.be.an("array")
expect({}).to.be.an("object")
expect(null).to.be.a("null")
expect(new Error("x")).to.be.an("error")
expect(Promise.resolve()).to.be.a("promise")
expect(new Map()).to.be.a("map")
expect(() => {}).to.be.a("function")
expect(Symbol()).to.be.a("symbol")
expect(new Date()).to.be.a("date")
expect(1).to.equal(1)
expect({a: 1}).to.deep.equal({a: 1})
expect({a: 1}).to.eql({a: 1})
expect([1, 2]).to.eql([1, 2])
expect(NaN).to.eql(NaN)
expect(new Set([1, 2])).to.eql(new Set([2, 1]))
expect([1, 2]).to.include(2)
expect("abc").to.include("b")
expect({a: 1, b: 2}).to.include({a: 1})
expect([{a: 1}]).to.deep.include({a: 1})
expect(new Set([1])).to.include(1)
expect(new Map([["k", 5]])).to.include(5)
expect([1, 2, 3]).to.have.members([3, 2, 1])
expect([1, 2, 3]).to.include.members([1, 2])
expect([{a: 1}]).to.have.deep.members([{a: 1}])
expect({a: 1}).to.have.property("a")
expect({a: 1}).to.have.property("a", 1)
expect({a: {b: [1]}}).to.have.nested.property("a.b[0]", 1)
expect({a: {b: 1}}).to.have.deep.property("a", {b: 1})
expect({a: {b: "x"}}).to.have.property("a").that.is.an("object").with.property("b", "x")
expect({a: 1, b: 2}).to.have.keys("a", "b")
expect({a: 1, b: 2}).to.have.any.keys("a", "z")
expect({a: 1, b: 2}).to.include.keys("a")
expect({a: 1, b: 2}).to.not.have.any.keys("x")
expect(new Map([["a", 1]])).to.have.keys("a")
expect([1, 2]).to.have.lengthOf(2)
expect("abc").to.have.lengthOf.above(2)
expect(new Set([1])).to.have.lengthOf(1)
expect("abc").to.match(/^a/)
expect(() => { throw new TypeError("bad") }).to.throw()
expect(() => { throw new TypeError("bad") }).to.throw(TypeError)
expect(() => { throw new TypeError("bad") }).to.throw("bad")
expect(() => { throw new TypeError("bad") }).to.throw(/b.d/)
expect(() => { throw new TypeError("bad") }).to.throw(TypeError, "bad")
expect(() => {}).to.not.throw()
expect(() => { const e = new Error("x"); e.code = 5; throw e }).to.throw().with.property("code", 5)
expect(5).to.be.above(4)
expect(5).to.be.at.least(5)
expect(5).to.be.at.most(5)
expect(5).to.be.within(1, 5)
expect(1.5).to.be.closeTo(1, 0.5)
expect([]).to.be.an.instanceof(Array)
expect(1).to.be.oneOf([1, 2])
expect([1, 2]).to.contain.oneOf([2, 3])
expect(4).to.satisfy((n) => n % 2 === 0)
expect("abc").to.be.a("string").and.have.lengthOf(3)
expect([1, 2]).to.be.an("array").that.includes(2)
expect([1, 2]).to.be.an("array").that.does.not.include(3)
expect({f() {}}).to.respondTo("f")
expect(Object.freeze({})).to.be.frozen
expect("abc").to.have.string("b")
expect((() => { let n = 0; return () => { n++ } })()).to.not.throw()
expect(new Date(5)).to.be.above(new Date(4))
expect({a: 1}).to.be.an("object").that.has.all.keys("a")
expect([[1]]).to.deep.include([1])
"""
CHAI_FAILS = r"""
expect(1).to.be.true
expect(0).to.be.ok
expect(null).to.exist
expect([1]).to.be.empty
expect(null).to.be.empty
expect(1).to.be.a("string")
expect(1).to.equal("1")
expect({a: 1}).to.equal({a: 1})
expect({a: 1}).to.deep.equal({a: 2})
expect({a: undefined}).to.deep.equal({})
expect(-0).to.eql(0)
expect(1).to.not.equal(1)
expect([1, 2]).to.include(3)
expect("abc").to.contain("z")
expect({a: 1, b: 2}).to.include({a: 2})
expect([{a: 1}]).to.include({a: 1})
expect(5).to.include(5)
expect([1, 2, 3]).to.have.members([1, 2])
expect([1, 2]).to.have.ordered.members([2, 1])
expect([1, 1, 2]).to.have.members([1, 2, 2])
expect({a: 1}).to.have.property("b")
expect({a: 1}).to.have.property("a", 2)
expect({a: 1}).to.not.have.property("a")
expect({a: 1}).to.have.own.property("toString")
expect({a: 1}).to.have.property("a").that.is.a("string")
expect({a: 1, b: 2}).to.have.all.keys("a")
expect([1, 2]).to.have.length(3)
expect([1]).to.have.lengthOf.at.least(2)
expect({}).to.have.lengthOf(1)
expect("abc").to.match(/^b/)
expect(() => { throw new TypeError("bad") }).to.throw(RangeError)
expect(() => { throw new TypeError("bad") }).to.throw(TypeError, "good")
expect(() => {}).to.throw()
expect(() => { throw new Error("x") }).to.not.throw()
expect(1).to.throw()
expect(5).to.be.above(5)
expect(5).to.be.below(5)
expect(5).to.be.within(6, 7)
expect(1.5).to.be.closeTo(1, 0.4)
expect({}).to.be.instanceOf(Array)
expect(3).to.be.oneOf([1, 2])
expect(3).to.satisfy((n) => n % 2 === 0)
expect("abc").to.be.a("string").and.not.include("b")
expect(Infinity).to.be.finite
expect(1).to.be.tru
expect(1).to.equl(1)
expect(1, "numbers").to.equal(2)
"""
CALLS_PASS = r"""
const f = jest.fn(); f(1, {a: 2}); expect(f).toHaveBeenCalled()
const f = jest.fn(); f(1, {a: 2}); expect(f).toHaveBeenCalledWith(1, {a: 2})
const f = jest.fn(); f(1, {a: 2}); expect(f).toHaveBeenCalledWith(expect.any(Number), expect.anything())
const f = jest.fn(); f(1); f(2); expect(f).toHaveBeenNthCalledWith(1, 1); expect(f).toHaveBeenLastCalledWith(2)
const f = jest.fn(() => 5); f(); expect(f).toHaveReturnedWith(5); expect(f).toHaveReturnedTimes(1)
const f = jest.fn(); expect(f).not.toHaveBeenCalled(); expect(f).toHaveBeenCalledTimes(0)
const f = vi.fn((a) => a).mockReturnValueOnce('once'); expect([f(1), f(2)]).toEqual(['once', 2])
const f = jest.fn().mockReturnValue(3); expect([f(), f()]).toEqual([3, 3]); f.mockReset(); expect(f()).toBeUndefined()
const f = jest.fn(); f.call('self', 1); expect(f.mock.calls).toEqual([[1]]); expect(f.mock.contexts).toEqual(['self'])
const f = jest.fn(() => { throw new Error('x') }); expect(f).toThrow('x'); expect(f.mock.results[0].type).toBe('throw')
const o = {m: (x) => x * 2}; jest.spyOn(o, 'm'); expect(o.m(4)).toBe(8); expect(o.m).toHaveBeenCalledWith(4)
const o = {m() {}}; jest.spyOn(o, 'm').mockRestore(); expect(jest.isMockFunction(o.m)).toBe(false)
const o = {get v() { return 1 }}; jest.spyOn(o, 'v', 'get').mockReturnValue(9); expect(o.v).toBe(9)
class A {} const M = jest.fn(); new M(1); expect(M.mock.instances).toHaveLength(1); expect(new M()).toBeInstanceOf(M)
const o = {v: 1}; jest.replaceProperty(o, 'v', 2); expect(o.v).toBe(2); jest.restoreAllMocks(); expect(o.v).toBe(1)
vi.stubGlobal('zzz', 5); expect(zzz).toBe(5); vi.unstubAllGlobals(); expect(typeof zzz).toBe('undefined')
const f = jest.fn().mockName('named'); expect(f.getMockName()).toBe('named')
"""
CALLS_FAIL = r"""
const f = jest.fn(); expect(f).toHaveBeenCalled()
const f = jest.fn(); f(); expect(f).toHaveBeenCalledWith(undefined)
const f = jest.fn(); f(1); expect(f).toHaveBeenCalledTimes(2)
const f = jest.fn(); f(1); expect(f).not.toHaveBeenCalledWith(1)
expect(() => {}).toHaveBeenCalled()
jest.spyOn({}, 'missing')
jest.spyOn({a: 1}, 'a')
jest.mock('./x')
expect({}).toMatchInlineSnapshot()
jest.advanceTimersByTime(1)
"""


def outcomes(sandbox: Sandbox, lines: list[str]) -> list[str]:
    """ "ok" or the message, for each line."""
    runs = ",\n".join(f"[{json.dumps(line)}, () => {{ {line} }}]" for line in lines)
    # What throws something else than an assertion's error is told apart where it matters: by its message.
    found = value(
        sandbox,
        f"import 'test';\nconst cases = [{runs}];\n"
        "const outcome = (run) => { try { run(); return 'ok' } catch (error) { return String(error.message) } };\n"
        "export default cases.map(([, run]) => outcome(run))",
    )
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("text", [JEST_PASSES, CHAI_PASSES, CALLS_PASS], ids=["jest", "chai", "calls"])
def test_what_passes(sandbox: Sandbox, text: str) -> None:
    lines = text.strip().split("\n")
    found = outcomes(sandbox, lines)
    assert [(line, said) for line, said in zip(lines, found, strict=True) if said != "ok"] == []


@pytest.mark.parametrize("text", [JEST_FAILS, CHAI_FAILS, CALLS_FAIL], ids=["jest", "chai", "calls"])
def test_what_fails(sandbox: Sandbox, text: str) -> None:
    lines = text.strip().split("\n")
    found = outcomes(sandbox, lines)
    assert [line for line, said in zip(lines, found, strict=True) if said == "ok"] == []
    assert all(len(said) > 5 for said in found)


MESSAGES = {
    "expect(1).toBe(2)": "expect(received).toBe(expected) // Object.is equality\n\nExpected: 2\nReceived: 1",
    "expect(1).not.toBe(1)": "expect(received).not.toBe(expected) // Object.is equality\n\nExpected: not 1",
    "expect({a: 1, b: 2}).toEqual({a: 1, b: 3})": (
        "expect(received).toEqual(expected) // deep equality\n\n+ actual - expected\n\n"
        "  {\n    a: 1,\n+   b: 2\n-   b: 3\n  }"
    ),
    "expect({a: 1, noise: 5}).toMatchObject({a: 2})": (
        "expect(received).toMatchObject(expected)\n\n+ actual - expected\n\n  {\n+   a: 1\n-   a: 2\n  }"
    ),
    "expect({}).toBe({})": (
        'expect(received).toBe(expected) // Object.is equality\n\nIf it should pass with deep equality, replace "toBe" '
        'with "toStrictEqual"\n\nExpected: {}\nReceived: serializes to the same string'
    ),
    "expect(1).toBeGreaterThan(2)": "expect(received).toBeGreaterThan(expected)\n\nExpected: > 2\nReceived:   1",
    "expect(() => { throw new TypeError('bad') }).toThrow(RangeError)": (
        "expect(received).toThrow(expected)\n\nExpected constructor: RangeError\n"
        "Received name:    'TypeError'\nReceived message: 'bad'"
    ),
    "expect(() => {}).toThrow()": "expect(received).toThrow()\n\nReceived function did not throw",
    "const f = jest.fn(); f(1, 'a'); expect(f).toHaveBeenCalledWith(2)": (
        "expect(received).toHaveBeenCalledWith(...expected)\n\nExpected: 2\n\nNumber of calls: 1\n  1: 1, 'a'"
    ),
    "expect({n: 1, m: 2}).toEqual({n: expect.any(String), m: expect.any(Number)})": (
        "expect(received).toEqual(expected) // deep equality\n\n+ actual - expected\n\n"
        "  {\n    m: 2,\n+   n: 1\n-   n: Any<String> {}\n  }"
    ),
    "expect(1).to.equal(2)": "expected 1 to equal 2",
    "expect(1).to.not.equal(1)": "expected 1 to not equal 1",
    "expect(1, 'numbers').to.equal(2)": "numbers: expected 1 to equal 2",
    "expect([1]).to.deep.equal([2])": (
        "expected [ 1 ] to deeply equal [ 2 ]\n\n+ actual - expected\n\n  [\n+   1\n-   2\n  ]"
    ),
    "expect({a: 1}).to.have.property('b')": "expected { a: 1 } to have property 'b'",
    "expect([1, 2]).to.have.lengthOf(3)": "expected [ 1, 2 ] to have a length of 3 but got 2",
    "expect(true).to.be.tru": "expect() has no matcher or property 'tru': did you mean \"true\"?",
    "expect(1).toBeEqual(1)": "expect() has no matcher or property 'toBeEqual': did you mean \"toEqual\"?",
    "expect.fail('because')": "because",
    "expect.any()": (
        "any() expects to be passed a constructor function. Please pass one or use anything() to match any object."
    ),
}


def test_messages(sandbox: Sandbox) -> None:
    assert dict(zip(MESSAGES, outcomes(sandbox, list(MESSAGES)), strict=True)) == MESSAGES


def test_the_errors_are_assertion_errors(sandbox: Sandbox) -> None:
    assert (
        value(
            sandbox,
            """
        import 'test'
        const seen = []
        for (const run of [() => expect(1).toBe(2), () => expect(1).to.equal(2)]) {
          try { run() } catch (error) {
            seen.push([error instanceof Error, error.name, error.code, error.actual, error.expected])
            seen.push(Object.keys(error))
          }
        }
        export default seen
        """,
        )
        == [[True, "AssertionError", "ERR_ASSERTION", 1, 2], ["actual", "expected", "operator"]] * 2
    )


def test_promises(sandbox: Sandbox) -> None:
    found = value(
        sandbox,
        """
        import 'test'
        const cases = [
          () => expect(Promise.resolve(3)).resolves.toBe(3),
          () => expect(Promise.resolve(3)).resolves.not.toBe(4),
          () => expect(Promise.reject(new Error('no'))).rejects.toThrow('no'),
          () => expect(async () => { throw new TypeError('t') }).rejects.toThrow(TypeError),
          () => expect(Promise.reject(new Error('no'))).rejects.toMatchObject({ message: 'no' }),
          () => expect(Promise.resolve([1])).resolves.to.deep.equal([1]),
          () => expect(Promise.resolve(3)).resolves.toBe(4),
          () => expect(Promise.resolve(3)).rejects.toBe(3),
          () => expect(Promise.reject(3)).resolves.toBe(3),
          () => expect(3).resolves.toBe(3),
        ]
        const seen = []
        for (const run of cases) {
          const promise = run()
          seen.push(await promise.then(() => promise instanceof Promise, (error) => error.message.split('\\n')[2]))
        }
        export default seen
        """,
    )
    assert found == [True] * 6 + [
        "Expected: 4",
        "Received promise resolved instead of rejected",
        "Received promise rejected instead of resolved",
        "Matcher error: received value must be a promise or a function returning a promise",
    ]


def test_a_failure_behind_a_promise_knows_its_line(sandbox: Sandbox) -> None:
    outcome = sandbox.eval("import 'test'\n\nawait expect(Promise.resolve(1)).resolves.toBe(2)")
    assert outcome.error is not None
    assert [(frame.file, frame.line) for frame in outcome.error.frames][:1] == [("/src/index.ts", 3)]


def test_matchers_of_the_program(sandbox: Sandbox) -> None:
    assert value(
        sandbox,
        """
        import 'test'
        expect.extend({
          toBeEven(n) { return { pass: n % 2 === 0, message: () => `${n} is ${this.isNot ? '' : 'not '}even` } },
          async toBeSoon(v) { return { pass: await v === 1, message: () => 'late' } },
          toBeBroken() { return 5 },
        })
        const seen = []
        const note = async (run) => {
          try { await run(); seen.push('ok') } catch (e) { seen.push(e.message.split('\\n')[0]) }
        }
        await note(() => expect(2).toBeEven())
        await note(() => expect(1).toBeEven())
        await note(() => expect(2).not.toBeEven())
        await note(() => expect(Promise.resolve(1)).toBeSoon())
        await note(() => expect({ n: 4 }).toEqual({ n: expect.toBeEven() }))
        await note(() => expect({ n: 3 }).toEqual({ n: expect.not.toBeEven() }))
        await note(() => expect(1).toBeBroken())
        export default seen
        """,
    ) == [
        "ok", "1 is not even", "2 is even", "ok", "ok", "ok", "Unexpected return from a matcher function.",
    ]  # fmt: skip


def test_fake_timers(sandbox: Sandbox) -> None:
    assert value(
        sandbox,
        """
        import 'test'
        const real = Date.now(), seen = []
        jest.useFakeTimers({ now: new Date('2025-01-01T00:00:00Z') })
        setTimeout(() => seen.push('a', Date.now() - Date.UTC(2025, 0, 1)), 1000)
        const every = setInterval(() => seen.push('i'), 400)
        jest.advanceTimersByTime(999)
        seen.push(jest.getTimerCount())
        jest.advanceTimersByTime(1)
        clearInterval(every)
        const late = new Promise((resolve) => setTimeout(resolve, 5000)).then(() => seen.push('async'))
        await jest.advanceTimersByTimeAsync(5000)
        seen.push(new Date().toISOString(), new Date() instanceof Date)
        jest.useRealTimers()
        seen.push(Date.now() >= real)
        export default seen
        """,
    ) == ["i", "i", 2, "a", 1000, "async", "2025-01-01T00:00:06.000Z", True, True]


def test_additions_to_prototypes_change_nothing(sandbox: Sandbox) -> None:
    assert value(
        sandbox,
        """
        import 'test'
        Object.prototype.extra = 1; Array.prototype.more = () => 1; Object.prototype.pass = true
        const seen = []
        for (const run of [
          () => expect([1]).toEqual([1]), () => expect({ a: 1 }).toEqual({ a: 2 }), () => expect({}).to.be.empty,
          () => expect({ a: 1 }).to.have.keys('a'), () => expect(1).toBe(2)]) {
          try { run(); seen.push(true) } catch { seen.push(false) }
        }
        export default seen
        """,
    ) == [True, False, True, True, False]
