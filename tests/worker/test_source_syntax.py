"""What the parser says about a text: faults with exact places, names, imports, exports, completeness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.worker.source.syntax import Fault, completeness, dialect_of, parse


@pytest.mark.parametrize(
    ("path", "dialect"),
    [("/a.ts", "ts"), ("/a.mts", "ts"), ("a.cts", "ts"), ("/a.d.ts", "ts"), ("a.tsx", "tsx"), ("a.js", "js"),
     ("a.cjs", "js"), ("a.mjs", "js"), ("a.jsx", "jsx"), ("a.json", None), ("/x.ts/README", None), ("ts", None)],
)  # fmt: skip
def test_dialects(path: str, dialect: str | None) -> None:
    assert dialect_of(path) == dialect


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a b", 1, 3, "unexpected token 'b'"),
        ("let x = 1;\nlet é = '🎉'; a b", 2, 16, "unexpected token 'b'"),
        ("let x\r\nlet y = )", 2, 9, "unexpected token ')'"),
        ("f(`abc", 1, 3, "unterminated template"),
        ("\n/* open", 2, 1, "unterminated comment"),
        ("1 /* open", 1, 3, "unterminated comment"),
        ("x = 'abc\ny", 1, 5, "unterminated string"),
        ("let a = /abc", 1, 9, "unterminated regular expression"),
        ("let x = (1;", 1, 11, "missing ')' for '(' on line 1"),
        ("f(1, 2]", 1, 7, "missing ')'"),
        ("function f() {\n", 2, 1, "unexpected end of input: missing '}' for '{' on line 1"),
        ("x = 1 +", 1, 8, "unexpected end of input"),
        ("ok\n@dec class A {}", 2, 1, "decorators are not supported in the sandbox"),
        ("let __qjs__ = 1", 1, 5, "reserved"),
        ("import {a as __qjs_v} from 'b'", 1, 14, "reserved"),
        ("import z = require('z')", 1, 1, "not an ES import"),
        ("export = 5", 1, 1, "export default"),
        ("let s = '\ud800'", 1, 10, "surrogate"),
        ("a\n b\0", 2, 3, "U+0000"),
    ],
)
def test_faults(text: str, line: int, column: int, message: str) -> None:
    fault = parse(text, "ts").fault
    assert fault is not None
    assert (fault.line, fault.column) == (line, column)
    assert message in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "interface A<in T, out U, in out V> {}",
        "export type * from 'a'",
        "export type * as ns from 'a'",
        "export {a} from 'b' with {type: 'json'}",
        "export * from 'b' with {type: 'json'}",
        "class A { accessor x: number = 1 }",
        "using x = f()",
        "{a: 1, b: 2}",
    ],
)
def test_new_syntax_is_not_refused(text: str) -> None:
    assert parse(text, "ts").fault is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "complete"), ("1+1", "complete"), ("// note", "complete"), ("if (x) { y }", "complete"),
        ("{a: 1, b: 2}", "complete"), ("interface A<in T> {}", "complete"),
        ("function f() {", "incomplete"), ("x = `abc", "incomplete"), ("`a${`b`}", "incomplete"),
        ("let x =", "incomplete"), ("foo(", "incomplete"), ("if (x)", "incomplete"), ("/* open", "incomplete"),
        ("a ? b", "incomplete"), ("[1,\n2,", "incomplete"), ("for (;;", "incomplete"), ("{a: 1,", "incomplete"),
        ("a b", "invalid"), (")", "invalid"), ('"abc', "invalid"), ("f(]", "invalid"), ("let a = /abc", "invalid"),
    ],
)  # fmt: skip
def test_completeness(text: str, state: str) -> None:
    assert completeness(text, "ts")[0] == state


def test_indent_follows_the_last_line() -> None:
    assert completeness("function f() {", "ts") == ("incomplete", "  ")
    assert completeness("function f() {\n  if (x) {", "ts") == ("incomplete", "    ")
    assert completeness("function f() {\n  x();", "ts") == ("incomplete", "  ")


def test_requests_are_values_only() -> None:
    module = parse(
        "import type A from 'a'; import {type B} from 'b'; import {type C, c} from 'c'; import 'd'; import {} from 'e';"
        "import f, * as g from 'f'; export type {G} from 'g'; export {type H} from 'h'; export * from 'i';"
        "export * as j from 'j'; export {k as l} from 'k'; import {c as c2} from 'c'; import('m'); import(n)",
        "ts",
    )
    assert module.requests == ("c", "d", "e", "f", "i", "j", "k")
    assert module.dynamic == ("m",)
    assert module.exports.stars == ("i",)
    assert module.exports.reexports == (("j", "j", "*"), ("l", "k", "k"))
    assert module.exports.types == {"G", "H"}
    assert [(i.imported, i.local, i.type_only) for i in module.imports if i.specifier == "c"] == [
        ("C", "C", True), ("c", "c", False), ("c", "c2", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values", "types"),
    [
        ("export const {a, b: [c], ...d} = x", {"a", "c", "d"}, set()),
        ("export function f() {} export async function* g() {}", {"f", "g"}, set()),
        ("export class C {} export enum E {} export namespace N { export const a = 1 }",
         {"C", "E", "N"}, {"C", "E", "N"}),
        ("export interface I {} export type T = 1; export namespace N { interface A {} }", set(), {"I", "T", "N"}),
        ("export declare const q: number; export declare function f(): void", set(), {"q", "f"}),
        ("export default interface J {}", set(), {"default"}),
        ("export default class {}", {"default"}, set()),
        ("export default 1", {"default"}, set()),
        ("interface I {} export default I", set(), {"default"}),
        ("interface I {} class C {} let v; export { I, C as D, v as default }", {"D", "default"}, {"I", "D"}),
        ("import type {A} from 'a'; export { A }", set(), {"A"}),
    ],
)  # fmt: skip
def test_exports(text: str, values: set[str], types: set[str]) -> None:
    exports = parse(text, "ts").exports
    assert exports.values == values
    assert exports.types == types


def test_an_imported_name_exported_again_is_a_reexport() -> None:
    assert parse("import d, {a} from 'm'; export { a as b, d }", "ts").exports.reexports == (
        ("b", "m", "a"), ("d", "m", "default"),
    )  # fmt: skip


def test_top_names() -> None:
    module = parse(
        "import A, {type B, c as d} from 'm'; let {x, y: [z = 1]} = q; const k = 1; class C {} "
        "function f() { var no }\n"
        "enum E {} namespace N { export const a = 1 } namespace T {} interface I {} declare const nope: 1;"
        "for (var i of []) { var j; let no2 } export const e = 1",
        "ts",
    )
    assert [(n.name, n.kind) for n in module.names] == [
        ("A", "import"), ("d", "import"), ("x", "let"), ("z", "let"), ("k", "const"), ("C", "class"),
        ("f", "function"), ("E", "enum"), ("N", "namespace"), ("e", "const"), ("i", "var"), ("j", "var"),
    ]  # fmt: skip
    assert (module.names[7].line, module.names[7].column) == (2, 6)


@given(st.text(alphabet=st.sampled_from("ab(){}[]`'\"$/*<>=;:,.\n\r é🎉\u2028@#")))
def test_any_text_gives_a_module_or_a_fault_inside_it(text: str) -> None:
    for dialect in ("ts", "tsx"):
        fault = parse(text, dialect).fault
        if fault is not None:
            assert isinstance(fault, Fault)
            assert 1 <= fault.line <= text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
            assert fault.column >= 1
        assert completeness(text, dialect)[0] in ("complete", "incomplete", "invalid")
