"""Generated module texts: the head line, the value of a cell, positions, JSX, JSON."""

from __future__ import annotations

from typing import Any

import pytest
from quickjs_rs import JSError

from qjs_kernel.worker.source.cell import compile_json, compile_module
from qjs_kernel.worker.source.oxc import align, transform
from qjs_kernel.worker.source.syntax import parse

from .source_engine import compiled, evaluate, never, run


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+1", 2), ("1+1 // c", 2), ("let x = 3; x; // end\n;", 3), ("'use strict'", "use strict"),
        ("{a: 1, b: 2}", {"a": 1, "b": 2}), ("{a: 1} // c", {"a": 1}), ("{}", {}), ("{ 5; }", None),
        ("1, 2", 2), ("await Promise.resolve(4)", 4), ("(() => 1).name", ""), ("let y = 1", None),
        ("export default 7; 8", 7), ("let q = 1; export {q as default}; 2", 1), ("if (1) 2", None), ("", None),
        ("import.meta.url", "file:///src/cell.ts"), ("import.meta.filename", "/src/cell.ts"),
        ("import.meta.dirname", "/src"), ("1\n/* c */", 1), ("x = 1\nvar x\nx", 1),
    ],
)  # fmt: skip
def test_value_of_a_cell(text: str, value: Any) -> None:
    assert evaluate(text) == value


def test_an_anonymous_function_gets_no_name() -> None:
    code = compiled("() => 1").code
    assert "(0,() => 1)" in code


def test_without_result_nothing_is_exported() -> None:
    made = compiled("1+1", cell=False, result=False)
    assert made.code.endswith(";1+1")
    assert compiled("{a: 1}", cell=False, result=False).code.endswith(";{a: 1}")


def test_bindings_are_live_and_say_what_is_constant() -> None:
    text = (
        "let a = 1; const k = 2; function f() {} class C {} enum E { A } let __proto__ = 5; let \\u0062 = 6;\n"
        "const set = globalThis.bound.a[1]; set(9);"
        "[a, bound.k[1], typeof bound.f[1], typeof bound.C[1], bound.E[1], bound.b[0](), Object.keys(bound).length]"
    )
    assert evaluate(text) == [9, "const", "function", "function", "enum", 6, 7]


def test_the_head_has_no_line_of_its_own() -> None:
    made = compile_module(parse("1", "ts"), url="file:///a'\u2028\n.ts", elide=never, cell=True, result=True)
    assert "\n" not in made.code
    assert made.code.startswith("import.meta.url=")
    assert made.code.endswith("__qjs_r=(1)")
    # A comment runs to the end of the line: nothing of the head may stand behind it.
    assert evaluate("#!/usr/bin/env node\n2") == 2


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        # What pathToFileURL of Node says.
        ("/src/a b.ts", "/src/a%20b.ts"),
        ("/100%/a%20b", "/100%25/a%2520b"),
        ("/a#b?c", "/a%23b%3Fc"),
        ("/é/日本/🎉", "/%C3%A9/%E6%97%A5%E6%9C%AC/%F0%9F%8E%89"),
        ("/a\\b\n\r\t", "/a%5Cb%0A%0D%09"),
        ('/<">`{}', "/%3C%22%3E%60%7B%7D"),
        ("/!$&'()*+,-._~:;=@[]|", "/!$&'()*+,-._~:;=@[]|"),
    ],
)
def test_import_meta(path: str, encoded: str) -> None:
    text = "[import.meta.url, import.meta.filename, import.meta.dirname]"
    made = compile_module(parse(text, "ts"), url=f"file://{path}", elide=never, cell=True, result=True)
    directory = path.rpartition("/")[0] or "/"
    assert run(made.code, {}) == [f"file://{encoded}", path, directory]


def _place(error: JSError) -> tuple[int, int]:
    stack = str(error.stack)
    line, column = stack.split("/src/cell.js:")[1].split(")")[0].split(":")
    return int(line), int(column)


@pytest.mark.parametrize(
    "text",
    [
        "let a: string = 'é'; boom()",
        "enum E { A, B }; boom()",
        "enum E {\r\n A = 1,\r\n}; let s = '🎉' as any; boom()",
        "let v = (1 as any) + boom()",
        "1;\r2;\rboom()",
        "/*\r\r*/ `\r` ; boom()",
        "namespace N { export const x = 1; boom() }",
        "class A { constructor(private a: number, b = 1) { boom() } }; new A(1)",
        "type A = {\n b: 1\n}\nboom()",
        "let x = 1;\u2028boom()",
    ],
)
def test_positions_map_back_to_the_users_text(text: str) -> None:
    made = compiled(text)
    with pytest.raises(JSError) as caught:
        run(made.code, {})
    line, column = _place(caught.value)
    user_line, user_column = made.origin.from_engine(line, column)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n")
    row = rows[user_line - 1]
    assert row[user_column:].startswith((b"boom", b"()"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<a/>", ["a", None]),
        ("<a x='1' y={2 as any} {...{z: 3}} t>q {4}\n  <b/>{/* c */}</a>",
         ["a", {"x": "1", "y": 2, "z": 3, "t": True}, "q ", 4, ["b", None]]),
        ("<>{[1, 2].map((n: number) => <i key={n}>{n!}</i>)}</>",
         ["frag", None, [["i", {"key": 1}, 1], ["i", {"key": 2}, 2]]]),
        ("<a b=<c/>>{await 1}</a>", ["a", {"b": ["c", None]}, 1]),
        ("const T = (p: any) => p; typeof (<T<string> x={1}/>)[0]", "function"),
        ("<b-x>ü 🎉 &amp;</b-x>", ["b-x", None, "ü 🎉 &"]),
    ],
)  # fmt: skip
def test_jsx(text: str, value: Any) -> None:
    assert evaluate(text, "tsx") == value


def test_jsx_keeps_lines_and_honours_pragmas() -> None:
    text = "/** @jsx mk */ let mk = (...a: any[]) => a\nlet e = <a\n  b='1'\n>\n  {\n 1}\n</a>\ne"
    made = compiled(text, "tsx")
    assert made.code.count("\n") == text.count("\n")
    assert evaluate(text, "tsx") == ["a", {"b": "1"}, 1]
    automatic = (
        "/** @jsxImportSource pre */ let log: any[] = []; const l = (x) => (log.push(x), x);\n"
        "const el = <a x={l(1)} key={l(2)}>{l(3)}</a>; [el, log]"
    )
    assert parse(automatic, "tsx").requests == ("pre/jsx-runtime",)
    files = {"pre/jsx-runtime": "export const jsx = (t, p, k) => [t, p, k]"}
    assert evaluate(automatic, "tsx", files=files) == [["a", {"x": 1, "children": 3}, 2], [1, 2, 3]]


def test_jsx_that_esbuild_refuses_is_a_fault() -> None:
    module = parse("let a = 1\nlet b = <a:b.c/>", "tsx")
    fault = module.fault or compile_module(module, url="file:///x", elide=never, cell=True, result=True).fault
    assert fault is not None
    assert fault.line == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{\"a\": [1, 2.5e3, true, null, \"\\u2028 é\"]}", {"a": [1, 2500, True, None, "\u2028 é"]}),
        ("\ufeff 5 ", 5), ("\r\n[\"__proto__: 1\", \"a\\\"\"]", ["__proto__: 1", 'a"']),
    ],
)  # fmt: skip
def test_json(text: str, value: Any) -> None:
    assert run(compile_json(text, "file:///a.json").code, {}) == value


def test_json_proto_stays_data() -> None:
    code = compile_json('{"__proto__": 1, "\\u005f_proto__" : 2}', "file:///a.json").code
    assert run(code.replace("default ", "default Object.keys(") + ")", {}) == ["__proto__"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("{\n 'a': 1}", 2, 2), ("[1,", 1, 4), ("", 1, 1), ("[NaN]", 1, 2), ("[" * 100_000, 1, 1)],
)
def test_json_faults(text: str, line: int, column: int) -> None:
    fault = compile_json(text, "file:///a.json").fault
    assert fault is not None
    assert (fault.line, fault.column) == (line, column)
    assert "/a.json" not in fault.message


def test_enum_after_string_needs_a_value() -> None:
    made = compile_module(
        parse("enum E {\n A = 'x', B }", "ts"), url="file:///a.ts", elide=never, cell=True, result=True
    )
    assert made.fault is not None
    assert (made.fault.line, made.fault.column) == (2, 11)


def test_oxc_output_stands_on_the_users_lines() -> None:
    text = "let a: number = 1\n\n\nclass A {\n  static accessor x = 1\n}\nfoo(\n  a)\n"
    out = transform(text, "ts")
    assert out is not None
    rows = out.split("\n")
    assert "let a" in rows[0]
    assert "class A" in rows[3]
    assert "foo" in rows[6]
    assert transform("a b", "ts") is None
    assert align("return\n\nx", "return x") .startswith("return x")  # fmt: skip
