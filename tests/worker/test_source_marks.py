"""Where errors seem to come from: position marks and the head, in the real engine; what is watched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quickjs_rs import JSError

from qjs_kernel.positions import Origin
from qjs_kernel.worker.source.cell import compile_json, compile_module
from qjs_kernel.worker.source.syntax import Dialect, parse

from .source_engine import compiled, evaluate, never, run

_FRAME = re.compile(r"(\(?)/src/cell\.js:(\d+):(\d+)")


def _places(text: str, dialect: Dialect = "ts") -> list[tuple[int, int]]:
    """The user's places in the stack of the error that `text` ends with, innermost first."""
    made = compiled(text, dialect)
    with pytest.raises(JSError) as caught:
        run(made.code, {})
    found = _FRAME.findall(str(caught.value.stack))
    places = [
        made.origin.from_engine(int(line), int(column) if opening else 1) for opening, line, column in found
    ]
    return [place for place in places if place[0]]


# "‸" is where the error is said to be.
PLACES = [
    "let o: any = {}\n‸const c = o.b.c",
    "let o: any = {}; /* é */ ‸const c = o.b.c",
    "let o: any = {}\n\n  ‸let {a: {b}} = o",
    "let o: any = {}\n‸export const x = o.b.c",
    "let o: any = {}\n‸export default o.b.c",
    "let o: any = {}\n‸var x = o.b.c",
    "let o: any = {}\n\n‸class A extends o.b.c {}",
    "let o: any = {}\n\n‸abstract class A extends o.b.c {}",
    "function f(o: any) {\n  ‸return o.a.b\n}\nf({})",
    "function f(o: any) {\n  'use strict'\n  ‸return o.a.b\n}\nf({})",
    "let o: any = {}\no.n\n‸if (o.b.c) 1",
    "let o: any = {}\no.n\n‸for (const x of o.b.c) 1",
    "let o: any = {}\no.n\n‸for (let i = o.b.c; ;) 1",
    "let o: any = {}\no.n\n‸while (o.b.c) 1",
    "let o: any = {}\no.n\n‸switch (o.b.c) {}",
    "let o: any = {}\nswitch (1) {\n case 1:\n  o.n\n  ‸const q = o.b.c\n}",
    "let o: any = {}\nswitch (1) {\n default: o.n\n  ‸const q = o.b.c\n}",
    "let o: any = {}\no.n\n‸l: for (const x of o.b.c) continue l",
    "let o: any = {}\ndo {\n  o.n\n‸} while (o.b.c)",
    "let o: any = {}\nclass A { static {\n  o.n\n  ‸const x = o.b.c } }",
    "let o: any = {}\nif (o)\n  ‸for (const x of o.b.c);",
    "function f(o: any) {\n if (o)\n  ‸return o.a.b\n}\nf({})",
    "function f(o: any) {\n if (!o) {\n  f(o)\n } else ‸if (o.a.b) {\n  f(o) }\n}\nf({})",
    "function f(o: any) {\n if (!o) f(o)\n else\n  ‸return o.a.b as any\n}\nf({})",
    "let o: any = {}\nconst f = (x: any) => ‸x.a.b\nf(o)",
    "let o: any = {}\nconst f = (x: any): any =>\n  ‸x.a.b as any\nf(o)",
    "let o: any = {}; [o].map(x => x.b).map((y) => ‸y.c)",
    "let o: any = {}\nconst f = (x: any) => ‸`${x.a.b}`\nf(o)",
    "let o: any = {}\nconst f = (x: any) => ‸(x.a.b)\nf(o)",
    "namespace N {\n  let o: any = {}\n  export const of = (x: any) => ‸x.a.b\n  of(o)\n}",
    "let f = () => 1; ‸export const z = f.a.b as any",
    "\ufefflet o: any = {}; ‸const x = o.b.c",
    "#!/bin/node\nlet o: any = {}\n‸const x = o.b.c",
]  # fmt: skip


def _marked(case: str) -> tuple[str, tuple[int, int]]:
    before, _, after = case.partition("‸")
    line = before[before.rfind("\n") + 1 :]
    return before + after, (before.count("\n") + 1, len(line.encode()))


@pytest.mark.parametrize("case", PLACES)
def test_errors_come_from_the_statement_they_are_in(case: str) -> None:
    text, place = _marked(case)
    assert _places(text)[0] == place


def test_jsx_of_many_lines_is_placed_at_its_statement() -> None:
    text = "let o: any = {}\no.n\nconst e = <a\n  x='1'>\n  {o.b.c}\n</a>"
    assert 3 <= _places(text, "tsx")[0][0] <= 5
    text = "let o: any = {}\nconst f = () => <a\n  x='1'>\n  {o.b.c}\n</a>\nf()"
    assert 2 <= _places(text, "tsx")[0][0] <= 4


@pytest.mark.parametrize("text", ["let a; let a", "\nlet a; let a"])
def test_syntax_errors_of_the_engine_keep_their_line(text: str) -> None:
    # Such errors have a line but no column: on the first line they must not seem to be in the head.
    assert parse(text, "js").fault is None
    assert _places(text, "js")[0] == (text.count("\n") + 1, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # ends of statements that rely on the line end or on nothing
        ("let a = 1\nlet b = a\n++a\nlet c = a\n;[a, b, c]", [2, 1, 2]),
        ("let n = 0\ndo n++; while (n < 3) const m = n\nm", 3),
        ("let n = 0\ndo { n++ } while (n < 3)\nconst m = n\nm", 3),
        ("let r = /a/\nconst s = `0`\nlet t = r.test('a')\n;[s, t]", ["0", True]),
        ("function f() { return\n1 }\nf() === undefined", True),
        ("let f = (x: any) => x as any\n(0)\ntypeof f", "function"),
        ("let f = (x: any) => x.length\nlet g = f\n;[1].map(g)[0] === undefined", True),
        ("function f(x) {\n if (x) return 1\n else return 2 }\n[f(1), f(0)]", [1, 2]),
        ("function f(a, b) {\n if (a)\n  if (b) return 1\n  else return 2\n return 3 }\n[f(1, 1), f(1, 0), f(0, 0)]",
         [1, 2, 3]),
        (("function f(a) {\n if (a == 1) return 'x'\n"
         " else if (a == 2)\n  return 'y'; else\n  return 'z' }\n;[1, 2, 3].map(f)"),
         ["x", "y", "z"]),
        (("let s = 0\nouter:\nfor (const a of [1, 2, 3])\n"
         " for (const b of [1, 2]) {\n  if (b == 2) continue outer\n  s += a }\ns"),
         6),
        ("let s = ''\na:\n{\n const q = 1; s += 'a'; if (q) break a; s += 'b' }\ns", "a"),
        (("let s = 0; for (let i = 0, j = 1; i < 3; i++)\n for (const k in {a: 1})\n  while (s < 1)\n"
         "   switch (i) { case 0: let z = 1; s += z }\ns"), 1),
        # arrows
        ("const f = a => b => (c) => a.x + b.x + c.x; f({x: 1})({x: 2})({x: 3})", 6),
        ("const f = x => ({a: x.b}); f({b: 1})", {"a": 1}),
        ("const f = async (x) => await x.y; await f({y: 4})", 4),
        ("const f = (x: any) => // c\n <any>{a: x}; f(1)", {"a": 1}),
        ("const f = (x: any) => <\nany>x.y; f({y: 1})", 1),
        ("const o = {f: () => [() => 1][0]}; o.f().name", ""),
        ("function F() { this.t = (() => new.target.name)() } new F().t", "F"),
        ("[3, 1, 2].sort((a, b) => a - b).map(x => x * 2, 1 ? y => y.z : 0)", [2, 4, 6]),
        ("class A { #p = 5; q = () => this.#p + 1 }\n new A().q()", 6),
        ("(x => x.length)", None),
        ("class A { accessor f = (x: any) => x.y } new A().f({y: 1})", 1),
        ("enum E { A = 1, B = (() => A + 1)() }; E.B", 2),
        ("class A { constructor(private a: number) { if (a)\n for (;;) { const b = this.a; break } } }; new A(2).a", 2),
        ("declare global { var zzz: number }\ndeclare module 'm' { const a: 1; class B {} }\n1", 1),
        ("let a = 1\u2028let b = a\u2028b", 1),
        ("let f = x => x.a\u2028f({a: 3})", 3),
        ("let s; if (1)\n for (const x of [1])\n  s = (y => y.z)\n;s({z: 2})", 2),
    ],
)  # fmt: skip
def test_marks_change_no_meaning(text: str, value: Any) -> None:
    dialect: Dialect = "ts"
    if text == "(x => x.length)":
        assert compiled(text).code.endswith("__qjs_r=((x => {0;return x.length}))")
        return
    assert evaluate(text, dialect) == value


def test_a_long_chain_of_else_if_still_compiles() -> None:
    text = "let x = 700, y\nif (x == -1) y = 0" + "".join(f"\nelse if (x == {n}) y = {n}" for n in range(800))
    assert evaluate(text + "\ny") == 700


STATEMENTS = [
    "const v# = o.a\n", "if (o.a) { s.push(#) } else if (o.b)\n s.push(-#)\n", "for (const k of [#])\n s.push(k)\n",
    "s.push([#].map(x => x + o.a)[0])\n", "function f#() {\n if (o.b)\n  return 0\n return # }\ns.push(f#())\n",
    "do { s.push(o.n++) } while (o.n < #)\n", "class C# { x = o.a; get y() { return # } }\ns.push(new C#().y)\n",
    "l#: for (;;) { switch (o.a) { case 1: const z = #; s.push(z); break l# } }\n", "let w# = () => o.a, u# = w#()\n",
    "{ let q = #\n s.push(q) }\n", "var g# = function () { return this }\n", "s.push(`${(() => o.a)()}`);",
]  # fmt: skip


@given(st.lists(st.sampled_from(STATEMENTS), max_size=8))
def test_marked_programs_do_what_plain_ones_do(parts: list[str]) -> None:
    body = "".join(part.replace("#", str(index + 1)) for index, part in enumerate(parts))
    text = f"const s = [], o = {{a: 1, b: 0, n: 0}}\n{body}\ns"
    plain = "const s = [], o = {a: 1, b: 0, n: 0}\n" + body + "\nexport default s"
    made = compiled(text, "js")
    assert made.code.count("\n") == text.count("\n")
    # Each edit taken out again gives the user's own line.
    for number, line in enumerate(made.code.encode().split(b"\n"), 1):
        left, shift = bytearray(line), 0
        for at, start, generated, original in made.origin.edits:
            if at == number and not original:
                del left[start - shift : start - shift + generated]
                shift += generated
        assert left == text.encode().split(b"\n")[number - 1]
    assert run(made.code, {}) == run(plain, {})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("main(); function main() { return 5 }", 1), ("f()\nf?.()\n;(f())\n;(async () => f())()\n0; function f() {}",
         4),
        ("const o = {f() {}}; o.f(); o?.f(); o.f() as any; o.f()!; <any>o.f(); 1", 5),
        ("void f(); await f(); new f(); let a = f(); a = f(); f() + 1; !f(); 2; function f() {}", 0),
        ("if (f()) f(); { f() } function f() {}", 0), ("f`x`; function f() {}\n0", 1),
        ("export default 1; f(); function f() {}", 1), ("import('b').then(() => 1); 0", 1),
    ],
)  # fmt: skip
def test_top_level_calls_are_watched(text: str, count: int) -> None:
    # The last value goes to the display, so it is not watched; a `const` behind it would be no value.
    made = compiled(text + "\nglobalThis.n = watched.length; export const end = 1" if count else text)
    assert made.code.count("__qjs__.watch(") == count
    assert not compiled(text, result=False, cell=False).code.count("watch")


def test_watched_values_are_the_calls_own() -> None:
    assert evaluate("f(1); f(2) as any\nf(3)\n;(f(4))\nfunction f(x) { return x }\nwatched") == [1, 2, 3, 4]
    assert evaluate("const p = Promise.resolve(1)\np.then(x => x)\nwatched[0] instanceof Promise") is True
    text, place = _marked("let a\n  ‸boom(a)\n1")
    assert _places(text)[0] == place
    text, place = _marked("let a; f(‸boom())\n1; function f() {}")
    assert _places(text)[0] == place


def test_places_of_the_head_are_no_places() -> None:
    made = compile_module(parse("é; x", "ts"), url="file:///a.ts", elide=never, cell=False, result=False)
    head = len(made.code.encode()) - len("é; x".encode())
    assert made.origin.edits == ((1, 0, head, 0),)
    assert made.origin.to_user(1, head - 1)[0] == 0
    assert made.origin.to_user(1, head) == (1, 0)
    assert made.origin.from_engine(1, head + 4) == (1, 4)
    assert made.origin.from_engine(1, 5)[0] == 0
    assert made.origin.from_engine(0, 1)[0] == 0
    assert made.origin.from_engine(2, 1) == (2, 0)
    made = compile_json("[1]", "file:///a.json")
    assert made.origin.from_engine(1, len("export default ") + 1) == (1, 1)


def test_origin_shifts_by_what_stands_before() -> None:
    origin = Origin(((1, 0, 10, 0), (1, 12, 2, 0), (2, 3, 5, 1), (2, 9, 2, 2)))
    assert [origin.to_user(1, column) for column in (10, 12, 13, 14)] == [(1, 0), (1, 2), (1, 2), (1, 2)]
    assert [origin.to_user(2, column) for column in (2, 3, 7, 8, 10, 11)] == [
        (2, 2), (2, 3), (2, 3), (2, 4), (2, 5), (2, 7),
    ]  # fmt: skip
    assert origin.to_user(3, 7) == (3, 7)
