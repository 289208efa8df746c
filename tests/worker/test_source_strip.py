"""Erasing keeps lines and columns; what is lowered means what TypeScript says, in the real engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.worker.source.strip import erase
from qjs_kernel.worker.source.syntax import parse

from .source_engine import evaluate, never

# Pure erasures: "§" stands for the blank bytes, so the expectation shows what is left.
ERASED = [
    "let x§§§§§§§§ = 1|let x: number = 1",
    "let x§§§§§§§§§;|let x!: number;",
    "function f(a§§§§§§§§§, ...b§§§§§§§)§§§§§§ {}|function f(a?: string, ...b: any[]): void {}",
    "function f§§§(x§§§) {}|function f<T>(x: T) {}",
    "function f(§§§§§§§§ a) {}|function f(this: A, a) {}",
    "function f(§§§§§§§) {}|function f(this: A) {}",
    ";§§§§§§§§§|type A = 1;",
    ";§§§§§§§§§§§§§|interface A {}",
    ";§§§§§§§§§§§§§§§§§§§§|export interface A {}",
    ";§§§§§§§§§§§§§§§§§§§§§§§§§§§|declare function f(): void;",
    ";§§§§§§§§§§§§§§§§§§§ function f(a) {}|function f(): void; function f(a) {}",
    "x = y§§§§§§§|x = y as any",
    "x = y§§§§§§§§§§§§|x = y satisfies T",
    "x = y§.z§[0]§()|x = y!.z![0]!()",
    "x = f§§§§§§§§(1)|x = f<string>(1)",
    "x = new Map§§§§§§()|x = new Map<K, V>()",
    "x = §§§y|x = <T>y",
    "class A§§§ extends B§§§§§§§§§§§§§§§§ {}|class A<T> extends B<T> implements C, D {}",
    "§§§§§§§§ class A { ;§§§§§§§§§§§§§§§§§; }|abstract class A { abstract x(): void; }",
    "class A { §§§§§§§ x§§§ = 1; static §§§§§§§§ y }|class A { private x: 1 = 1; static readonly y }",
    "class A { ;§§§§§§§§§§§§§§§§; x }|class A { [k: string]: any; x }",
    "class A { §§§§§§§§ m§() {} }|class A { override m?() {} }",
    "try {} catch (e§§§§§§§§§) {}|try {} catch (e: unknown) {}",
    ";§§§§§§§§§§§§§§§§§§§§§§|import type A from 'a'",
    "import { §§§§§§§ b } from 'a'|import { type A, b } from 'a'",
    ";§§§§§§§§§§§§§§§§§§§§§§§§|import { type A } from 'a'",
    ";§§§§§§§§§§§§§§§§§§§§§§§§|export type { A } from 'a'",
    "import d from 'a' §§§§§§§§§§§§§§§§§§§|import d from 'a' with {type: 'json'}",
    "const f = async §§§(x§§§)§§§§§§§§§§§§ => x|const f = async <T>(x: T): Promise<T> => x",
    "function f(x)§§§§§§§§§§§§§§§§ {}|function f(x): asserts x is A {}",
    ";§§§§§§§§§§§§§§§§§§§§§§§§§|namespace A { type B = 1 }",
    ";§§§§§§§§§§§§§§§§§|export type A = 1",
    ";§§§§§§§§§§§§§§§§§§§§§§§|export as namespace Foo;",
    "//§comment|#!§comment",
]


def _left(text: str) -> str:
    return erase(parse(text, "ts"), never)[0].decode()


@pytest.mark.parametrize("case", ERASED)
def test_erased_in_place(case: str) -> None:
    expected, _, source = case.partition("|")
    source = source.replace("§", " ")
    got = _left(source)
    assert len(got) == len(source)
    # Blank widths are checked by the length; here: what is left, and in which order.
    assert "".join(got.split()) == "".join(expected.replace("§", " ").split())


SNIPPETS = [
    "let é: string = '🎉' as any;",
    "interface A {\r\n  b: string;\r\n}",
    "type U =\n  | 'a'\n  | 'b'",
    "const f = (a: number,\n  b?: string): {\n  c: 1\n} => ({c: 1} as const);",
    "class P<T> { private readonly x: T; constructor(y: T) { this.x = y! } }",
    "enum E { A, B = 'b',\n C = 3, D }",
    "namespace N.M {\n export const a = 1;\n export function g(): void {}\n}",
    "class Q { constructor(private a: number,\n public b = 2) { } }",
    "import type { Z } from './z'",
    "import { type Y, w } from './y'",
    "/* é */ declare module 'x' { const a: 1 }",
    "const t = `a${1 as any}b\n${<number>2}`",
    "function over(a: string): void\nfunction over(a: any) { return a }",
]


@given(st.lists(st.sampled_from(SNIPPETS), max_size=6), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_lines_stay_and_untouched_columns_map_back(snippets: list[str], newline: str) -> None:
    marked = [part for index, snippet in enumerate(snippets) for part in (snippet, f"mark{index}()")]
    text = newline.join(marked)
    module = parse(text, "ts")
    if module.fault is not None:  # `export`s or names may clash, but the syntax never does
        raise AssertionError(module.fault)
    out, edits = erase(module, never)
    before, after = text.encode().split(b"\n"), out.split(b"\n")
    assert len(before) == len(after)
    for index in range(len(snippets)):
        mark = f"mark{index}(".encode()
        line = next(number for number, row in enumerate(before) if mark in row)
        assert mark in after[line]
    for line, start, generated, original in edits:
        assert 1 <= line <= len(after)
        assert start + generated <= len(after[line - 1])
        assert original <= len(before[line - 1])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("enum E { A, B = 5, C, D = 1 << 3, F = B | D }; [E.A, E.B, E.C, E.D, E.F, E[13], E[0]]",
         [0, 5, 6, 8, 13, "F", "A"]),
        ("enum S { A = 'x', B = A, C = `t` }; [S.A, S.B, S.C, Object.keys(S).length]", ["x", "x", "t", 3]),
        ("enum E { A = 1 } enum E { B = A + 1 }; [E.A, E.B, E[2]]", [1, 2, "B"]),
        ("const enum E { 'a-b' = 7, 'c' }; [E['a-b'], E.c]", [7, 8]),
        ("enum E {\n A, // one\n /* two */ B = 'abc'.length,\n}\n[E.A, E.B, E[3]]", [0, 3, "B"]),
        ("function f() { enum L { A = 4 } return L.A }; f()", 4),
        ("enum E { A } namespace E { export const of = () => E.A + 1 }; E.of()", 1),
        ("namespace N { export const a = 1; const b = 2; export function f() { return a+b } }; [N.a, N.f(), N.b ?? 0]",
         [1, 3, 0]),
        ("namespace N { export let a = 1; export function inc() { a++ } }; N.inc(); N.a = N.a + 5; N.inc(); N.a", 8),
        ("namespace A.B.C { export const x = 1 } namespace A.B { export const y = 2 }; [A.B.C.x, A.B.y]", [1, 2]),
        ("namespace A { export const x = 1 } namespace A { export const y = x + 1 }; A.y", 2),
        ("function F() { return 1 } namespace F { export const v = 2 }; [F(), F.v]", [1, 2]),
        ("class K { static a = 1 } namespace K { export class In { q = 3 } }; new K.In().q + K.a", 4),
        ("namespace O { export namespace P { export enum Z { M = 9 } } }; O.P.Z.M", 9),
        ("namespace N { export const {a, b: [c]} = {a: 1, b: [2]} }; [N.a, N.c]", [1, 2]),
        ("class A { constructor(private x: number, readonly y = 2) {} s() { return this.x + this.y } }; new A(1).s()",
         3),
        ("class B { b = 1 } class A extends B { constructor(public x: number) { super(); this.b += x } };\nnew A(2).b",
         3),
        ("class B {} class A extends B { constructor(public x: number) { const s = super(); } }; new A(5).x", 5),
        ("class A { accessor n: number = 1 } const a = new A(); a.n++; a.n", 2),
        # line ends that carry meaning
        ("const g = (x: number) => x\nlet a = g as any\n(0 as number)\ntypeof a", "function"),
        ("let a = [1] as any\n[0].length\na", [1]),
        ("let a = () => 'called'\nlet b = a\ntype T = 1\n(0)\ntypeof b", "function"),
        ("const f = (a: number): {\n c: number\n} => ({c: a}); f(1).c", 1),
        ("const f = async <\nT>(a: T) => a; typeof f", "function"),
        ("function f() { return <\nany>5 }; f()", 5),
        ("const f = () => <any>{a: 1}; f().a", 1),
        ("class A { x = 1\n private ['y'] = 2; get: number\n foo() { return 3 }}\nlet a = new A; [a.x, a.y, a.foo()]",
         [1, 2, 3]),
        ("class A { x = 1\n readonly z\n public *g() { yield 4 } }\n[...new A().g()]", [4]),
        ("let a = (b: any, c: any) => b + c, b = 1; a<number, string>(b as number, 2)", 3),
        ("const o = {a: {b: 1}} as any; o!.a!.b as number", 1),
        ("for (const x of <any>[1]) { var last = x as number } last", 1),
        ("import type { Nope } from '/nope'\nimport { type Also } from '/nope'\n1 as Nope", 1),
        ("let s = 'a\u2028b'.length\u2028let t = 1\ns", 3),
        ("let a = 1\rlet b = 2\ra + b", 3),
        ("\ufefflet a = 1; a", 1),
        ("#!/usr/bin/env node\n1", 1),
    ],
)  # fmt: skip
def test_meaning_in_the_engine(text: str, value: Any) -> None:
    assert evaluate(text) == value


def test_javascript_is_not_read_as_typescript() -> None:
    assert evaluate("let a = 1, b = 2, c = 3; [a < b, b > (c)]", "js") == [True, False]


def test_imports_that_are_types_in_their_target_go() -> None:
    def elide(specifier: str, name: str) -> bool:
        return name[0].isupper() or (specifier, name) == ("t", "default")

    def left(text: str) -> str:
        return " ".join(erase(parse(text, "ts"), elide)[0].decode().split())

    assert left("import {A, b, C} from 'x'") == "import { b, } from 'x'"
    assert left("import {A, B} from 'x'") == ";"
    assert left("import d, {A} from 't'") == ";"
    assert left("import d, {a} from 't'") == "import {a} from 't'"
    assert left("import * as N from 'x'") == "import * as N from 'x'"
    assert left("export {A, b} from 'x'") == "export { b} from 'x'"
    assert left("export {A} from 'x'") == ";"
    assert left("import {A, b} from 'x'; export {A, b}") == "import { b} from 'x'; export { b}"
    assert left("interface I {} let v; export {I, v}") == "; let v; export { v}"
