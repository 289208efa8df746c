# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""What a program's value is, and what its error says: results, promises, syntax, positions, stacks, causes."""

from __future__ import annotations

import re

import pytest

from qjs_kernel import GuestError, Sandbox

from .conftest import Maker
from .support import fault, places, printed, value

# Values


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1 + 1", 2),
        ("1 + 1; // the end", 2),
        ("const x = 3; x", 3),
        ("{ a: 1 }", {"a": 1}),
        ("[1, 2]\n[0]", 1),
        ("1 as number", 1),
        ("5; interface I { a: number }", None),
        ("'use strict'", "use strict"),
        ("", None),
        ("// nothing but this", None),
        ("#!/usr/bin/env node\n5", 5),
        ("let x = 1", None),
        ("if (true) { 2 }", None),
        ("function f() { return 1 }", None),
        ("export default 5", 5),
        ("export default { a: 1 }; 99", {"a": 1}),
        ("export default undefined; 99", None),
        ("const v = 2; export { v as default }", 2),
        ("export const z = 1", None),
        ("export const z = 1; z + 1", 2),
        ("await 5", 5),
        ("await (async () => 3)()", 3),
        ("new Promise((resolve) => resolve(7))", 7),
        ("export default Promise.resolve([Promise.resolve(1)])", [1]),
        ("(async () => { await 0; return 'late' })()", "late"),
        ("({ then(resolve) { resolve('thenable') } })", "thenable"),
        ("let s = 0; for await (const x of [Promise.resolve(1), 2]) s += x; s", 3),
        ("let s = ''; for await (const x of (async function* () { yield 'a'; yield 'b' })()) s += x; s", "ab"),
        ("await new Promise((resolve) => setTimeout(resolve, 1, 'timer'))", "timer"),
        ("[typeof globalThis, typeof window, typeof require, this]", ["object", "undefined", "function", None]),
    ],
)  # fmt: skip
def test_the_value_of_a_program(shared: Sandbox, code: str, expected: object) -> None:
    assert value(shared, code) == expected


def test_programs_are_strict(shared: Sandbox) -> None:
    assert fault(shared, "undeclared = 1").name == "ReferenceError"
    assert fault(shared, "Object.freeze([1]).push(2)").name == "TypeError"


def test_globals_last_and_module_scope_does_not(sandbox: Sandbox) -> None:
    assert value(sandbox, "globalThis.kept = 1; const own = 2") is None
    assert value(sandbox, "[kept, typeof own]") == [1, "undefined"]


def test_typescript_that_is_more_than_erased(shared: Sandbox) -> None:
    code = """
    enum Level { Low = 1, High = Low << 2, Name = 'n' }
    const enum Flag { On = 1 }
    namespace Geometry { export const area = (a: number, b: number): number => a * b }
    abstract class Base<T> { constructor(readonly name: string, protected count = 2) {} abstract get(): T }
    class Real extends Base<number> { get(): number { return this.count } }
    const made = new Real('r') satisfies Base<number>;
    [Level.High, Level[1], Level.Name, Flag.On, Geometry.area(2, 3), made.name, made.get(), made!.name as string]
    """
    assert value(shared, code) == [4, "Low", "n", 1, 6, "r", 2, "r"]


def test_decorators_say_that_they_are_not_supported(shared: Sandbox) -> None:
    for code, column in (("@dec class A {}", 1), ("class A { @dec x = 1 }", 11)):
        error = fault(shared, code)
        assert error.kind == "syntax"
        assert "decorators are not supported" in error.message
        assert error.frames[0].line == 1
        assert abs(error.frames[0].column - column) <= 1


# JSX


def test_jsx_builds_plain_trees(shared: Sandbox) -> None:
    tree = value(shared, "<ul class='a'>{[1, 2].map((i) => <li>{i}</li>)} x</ul>", filename="/src/v.tsx")
    assert tree["type"] == "ul"
    assert tree["props"]["class"] == "a"
    assert [item["props"]["children"] for item in tree["props"]["children"][0]] == [1, 2]


def test_jsx_uses_the_factory_in_scope_or_in_the_pragma(shared: Sandbox) -> None:
    own = "/** @jsx make */ const make = (...all) => all; <b id='1'>t</b>"
    assert value(shared, own, filename="/src/v.jsx") == ["b", {"id": "1"}, "t"]
    assert value(shared, "const F = (p) => p.x + 1; typeof <F x={1} />", filename="/src/v.tsx") == "object"


def test_the_jsx_runtime_can_be_imported(shared: Sandbox) -> None:
    code = "import { jsx, jsxs, Fragment } from 'react/jsx-runtime'; [typeof jsx, typeof jsxs, jsx('a', { id: 1 }).type]"
    assert value(shared, code) == ["function", "function", "a"]
    made = value(shared, "/** @jsxRuntime automatic */ (<a id='x'>1</a>)", filename="/src/v.tsx")
    assert made["type"] == "a"


# Positions


MOUNTED = {
    "lib.ts": "// é😀中\r\nexport function boom() {\r\n  /* 😀 */ throw new RangeError('lib');\r\n}\r\nexport type T = 1;\n",
    "load.ts": "const x: number = 1;\nthrow new Error('at load');",
    "view.tsx": "export const C = (p: { a: number }) => {\n  const x = <div><b>{p.a}</b>\n</div>;\n  void x; boom();\n};\nconst boom = (): never => { throw new Error('view') }",
}


@pytest.fixture(scope="module")
def mounted(shared: Sandbox) -> Sandbox:
    shared.fs.mount("src", MOUNTED)
    return shared


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("throw new Error('x')", [("/src/index.ts", 1, 11)]),
        ("\n\n  throw new Error('x')", [("/src/index.ts", 3, 13)]),
        ("\r\n\r\n  throw new Error('x')", [("/src/index.ts", 3, 13)]),
        ("/* 😀中 */ throw new Error('x')", [("/src/index.ts", 1, 20)]),
        ("const é: string = '中'; throw new Error('x')", [("/src/index.ts", 1, 34)]),
        ("type A = {\n  a: 1\n};\nthrow new Error('x')", [("/src/index.ts", 4, 11)]),
        ("enum E { A,\n B }\nthrow new Error('x')", [("/src/index.ts", 3, 11)]),
        ("namespace N {\n export const f = () => {\n  throw new Error('n') }\n}\nN.f()",
         [("/src/index.ts", 3, 13), ("/src/index.ts", 5, 3)]),
        ("class P {\n constructor(public a: number) { throw new Error('p') }\n}\nnew P(1)",
         [("/src/index.ts", 2, 44), ("/src/index.ts", 4, 5)]),
        ("[1].map(() => {\n throw new Error('callback')\n})", [("/src/index.ts", 2, 12), ("/src/index.ts", 1, 5)]),
        ("async function f() {\n await 0;\n throw new Error('async')\n}\nawait f()", [("/src/index.ts", 3, 12)]),
        ("function* g() {\n yield 1; throw new Error('generator') }\n[...g()]",
         [("/src/index.ts", 2, 21), ("/src/index.ts", 3, 5)]),
        ("await new Promise((_, no) => setTimeout(() => {\n no(new Error('timer')) }, 1))", [("/src/index.ts", 2, 9)]),
        ("import { boom } from './lib.js';\nboom()", [("/src/lib.ts", 3, 21), ("/src/index.ts", 2, 1)]),
        ("import './load.js'", [("/src/load.ts", 2, 11)]),
        ("import { C } from './view.js';\nC({ a: 1 })",
         [("/src/view.tsx", 6, 39), ("/src/view.tsx", 4, 11), ("/src/index.ts", 2, 1)]),
    ],
)  # fmt: skip
def test_where_an_error_was_made(mounted: Sandbox, code: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(fault(mounted, code)) == expected


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("let x = 1;\nlet y = undefinedName + 1;", 2),
        ("const a = {};\nconst b = 1;\nconst c = a.x.y;", 3),
        ("const a: any = {};\n\nvar { b } = a.x;", 3),
        ("function f(a) {\n  const x = 1;\n  return a.b.c;\n}\nf({})", 3),
        ("function f(a) {\n  const x = 1;\n  const y = a.b.c;\n}\nf({})", 3),
        ("function f(a) {\n  const x = 1;\n  if (a.b.c) {}\n}\nf({})", 3),
        ("const f = async (a) => {\n  await 0;\n  return a.b.c;\n};\nawait f({})", 3),
        ("const f = () => {\n  const v = 1;\n  return `${nope}`;\n};\nf()", 3),
        ("class A {\n  m() {\n    let q = 1;\n    return this.z.y;\n  }\n}\nnew A().m()", 4),
        ("const rows = [{}];\nconst out = rows\n  .map(r => r.a.b)\n  .filter(x => x);", 3),
        ("1\nclass A extends Missing {}", 2),
    ],
)
def test_the_line_of_an_error_that_the_engine_made(shared: Sandbox, code: str, line: int) -> None:
    error = fault(shared, code)
    assert error.kind == "exception"
    assert places(error), error
    assert (error.frames[0].file, error.frames[0].line) == ("/src/index.ts", line)
    assert error.frames[0].source_line == code.split("\n")[line - 1]


def test_frames_carry_names_and_source(mounted: Sandbox) -> None:
    error = fault(mounted, "import { boom } from './lib.js';\nfunction outer() { boom() }\nouter()")
    assert [frame.function for frame in error.frames[:2]] == ["boom", "outer"]
    assert error.frames[0].source_line == "  /* 😀 */ throw new RangeError('lib');"
    assert error.frames[1].source_line == "function outer() { boom() }"
    assert error.stack.startswith("    at boom (/src/lib.ts:3:21)\n    at outer (/src/index.ts:2:")


# Syntax errors


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("let x = ;", 1),
        ("let a = 1;\nlet b = ;", 2),
        ("a = {", 1),
        ("\n'unterminated", 2),
        # What only the engine finds:
        ("let a = 1;\nlet a = 2;", 2),
        ("\n\nreturn 5", 3),
        ("let a = 1;\n\n  with (a) {}", 3),
        ("\nfunction f(a, a) {}", 2),
        ("1;\nlet x = 08;", 2),
        ("\nexport default 1;\nexport default 2", 3),
        ("\n\nlet r = /(/", 3),
        ("1\nfor (;;) { break foo }", 2),
    ],
)
def test_syntax_errors_have_their_kind_and_line(shared: Sandbox, code: str, line: int) -> None:
    error = fault(shared, code)
    assert (error.kind, error.name) == ("syntax", "SyntaxError")
    assert not error.rolled_back
    assert error.frames, error
    assert (error.frames[0].file, error.frames[0].line) == ("/src/index.ts", line)
    assert error.frames[0].source_line == code.split("\n")[line - 1]


def test_syntax_errors_that_code_makes_at_run_time_are_exceptions(shared: Sandbox) -> None:
    for code in (
        "\nnew Function('return (')",
        "\neval('(')",
        "\nJSON.parse('{')",
        "\nthrow new SyntaxError('mine')",
    ):
        error = fault(shared, code)
        assert (error.kind, error.name) == ("exception", "SyntaxError"), code
        assert [frame.line for frame in error.frames[:1]] == [2], code


def test_nothing_of_a_program_with_a_syntax_error_runs(sandbox: Sandbox) -> None:
    assert fault(sandbox, "globalThis.ran = 1;\nlet b = ;").kind == "syntax"
    assert fault(sandbox, "globalThis.ran = 1;\nlet a = 1;\nlet a = 2;").kind == "syntax"
    assert value(sandbox, "typeof ran") == "undefined"


def test_lone_surrogates_in_the_program_are_a_syntax_error(shared: Sandbox) -> None:
    error = fault(shared, "1\nlet a = '\ud800'")
    assert error.kind == "syntax"
    assert "U+D800" in error.message
    assert [(frame.file, frame.line) for frame in error.frames] == [("/src/index.ts", 2)]
    assert value(shared, "'\\ud800'.length") == 1


# What is thrown


def test_causes(shared: Sandbox) -> None:
    error = fault(shared, "throw new Error('a', {\n  cause: new TypeError('b', { cause: 'c' }) })")
    assert (error.name, error.message) == ("Error", "a")
    assert isinstance(error.cause, GuestError)
    assert (error.cause.name, error.cause.message, error.cause.frames[0].line) == ("TypeError", "b", 2)
    assert error.cause.cause is not None
    assert error.cause.cause.value_text == "'c'"
    assert error.__cause__ is error.cause
    assert fault(shared, "const e = new Error('circle'); e.cause = e; throw e").message == "circle"


@pytest.mark.parametrize(
    ("thrown", "text"),
    [
        ("42", "42"), ("'text'", "'text'"), ("null", "null"), ("undefined", "undefined"), ("{ a: 1 }", "{ a: 1 }"),
        ("Symbol('s')", "Symbol(s)"), ("() => 1", "[Function (anonymous)]"), ("10n", "10n"),
    ],
)  # fmt: skip
def test_thrown_values_that_are_no_errors(shared: Sandbox, thrown: str, text: str) -> None:
    error = fault(shared, f"throw {thrown}")
    assert (error.kind, error.name, error.value_text) == ("exception", "Uncaught", text)
    rejected = fault(shared, f"await Promise.reject({thrown})")
    assert rejected.value_text == text


def test_errors_that_lie_are_shown_as_far_as_they_can_be_read(shared: Sandbox) -> None:
    assert fault(shared, "class E extends Error { name = 'E!' } throw new E('m')").name == "E!"
    assert fault(shared, "const e = new Error('x'); e.stack = 'fake'; throw e").frames == ()
    odd = "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e"
    assert fault(shared, odd).name == "Error"
    assert fault(shared, "throw new Proxy({}, { get() { throw 1 } })").kind == "exception"
    # A name that means something here is only a name.
    error = fault(
        shared, "const e = new Error('m'); e.name = 'ExecutionTimeout'; e.kind = 'timeout'; throw e"
    )
    assert (error.kind, error.rolled_back) == ("exception", False)


def test_unwrap(shared: Sandbox) -> None:
    assert shared.eval("5").unwrap() == 5
    outcome = shared.eval("throw new RangeError('r')")
    with pytest.raises(GuestError, match="RangeError: r") as caught:
        outcome.unwrap()
    assert caught.value is outcome.error


# Stacks as the guest sees them

# A frame in a user's text, with or without the version that the module graph gives it.
FRAME = re.compile(r"at .*?/src/[\w.-]+?\.ts(?:\?[\w.]+)?:(\d+)")


def test_the_stack_that_the_guest_reads_has_the_lines_of_the_user(mounted: Sandbox) -> None:
    code = "import { boom } from './lib.js';\n\nlet seen;\ntry { boom() } catch (e) { seen = e.stack }\nseen"
    seen = value(mounted, code)
    assert [int(line) for line in FRAME.findall(seen)] == [3, 4]
    assert all(FRAME.search(line) for line in seen.strip().split("\n") if line.lstrip().startswith("at "))


def test_console_shows_errors_with_the_lines_and_files_of_the_user(mounted: Sandbox) -> None:
    code = "import { boom } from './lib.js';\n\ntry { boom() } catch (e) { console.log(e) }"
    text = printed(mounted.eval(code))
    assert text.startswith("RangeError: lib\n    at boom (/src/lib.ts:3:")
    assert "/src/index.ts:3:" in text
    assert "?" not in text, "no version suffix"
    assert "qjs" not in text
    assert len(FRAME.findall(text)) == text.count("    at "), "no frames of our own"
    traced = printed(mounted.eval("\n\nconst f = () => console.trace('here');\nf()"))
    assert traced.startswith("Trace: here\n    at f (/src/index.ts:3:")
    assert "/src/index.ts:4:" in traced
    assert "?" not in traced


def test_stack_texts_inside_values_have_the_lines_of_the_user(shared: Sandbox) -> None:
    error = value(shared, "\n\nnew TypeError('value')")
    assert isinstance(error, GuestError)
    assert places(error)[:1] == [("/src/index.ts", 3, 5)]


# Not evaluation, but questions about code


def test_check_finds_what_would_not_compile(make: Maker) -> None:
    sandbox = make(mounts={"src": {"good.ts": "export const a = 1", "bad.ts": "let x = 1;\nlet y = ;"}})
    assert (
        sandbox.check("import { a } from './good.js';\nconst b: number = a;\nthrow new Error('never runs')")
        == []
    )
    found = sandbox.check("let a = 1;\nlet b = ;")[0]
    assert (found.line, found.code, found.file, found.source_line) == (
        2,
        "syntax",
        "/src/index.ts",
        "let b = ;",
    )
    found = sandbox.check("1\nimport './bad.js'")[0]
    assert (found.file, found.line, found.code) == ("/src/bad.ts", 2, "syntax")
    found = sandbox.check("1\nimport './nope.js'")[0]
    assert (found.line, found.code) == (2, "import")
    assert "nope.js" in found.message
    found = sandbox.check("let a = 1;\nlet a = 2;")[0]
    assert (found.line, found.code) == (2, "syntax")
    assert value(sandbox, "globalThis.x = 1; 2") == 2
    assert sandbox.check("globalThis.x = 5") == []
    assert value(sandbox, "x") == 1, "a check runs nothing"


def test_usage_and_text(shared: Sandbox) -> None:
    outcome = shared.eval("console.log('four'); ({ a: new Map([[1, 2]]) })", display=True)
    assert outcome.text == "{ a: Map(1) { 1 => 2 } }"
    assert outcome.usage.output == len("four\n")
    assert outcome.usage.memory > 0
    assert 0 < outcome.usage.seconds < 5
    assert shared.eval("undefined", display=True).text is None
    symbol = shared.eval("Symbol('only shown')", display=True)
    assert (symbol.ok, symbol.data, symbol.text) == (True, None, "Symbol(only shown)")
