"""Cells: one scope that is alive across them, although every cell is a module of its own."""

from __future__ import annotations

from .conftest import Maker
from .support import ENDLESS, Notebook, places


def test_every_kind_of_declaration_reaches_later_cells(notebook: Notebook) -> None:
    notebook.value(
        "let a = 1; const b = 2; var c = 3; function f() { return a } class C { static x = a }\n"
        "enum E { X = 7 } namespace N { export const q = 8 } import { readFileSync } from 'node:fs';\n"
        "import * as all from 'node:fs'; let [d, { e: g, ...h }, i = 4] = [1, { e: 2, z: 9 }];\n"
        "async function later() { return 5 } function* gen() { yield 6 } export const k = 10;"
    )
    assert notebook.value("[a, b, c, f(), C.x, E.X, N.q, typeof readFileSync, typeof all.statSync]") == [
        1, 2, 3, 1, 1, 7, 8, "function", "function",
    ]  # fmt: skip
    assert notebook.value("[d, g, h, i, await later(), ...gen(), k]") == [1, 2, {"z": 9}, 4, 5, 6, 10]
    assert notebook.value("typeof globalThis.a") == "number"


def test_bindings_are_live_in_both_directions(notebook: Notebook) -> None:
    notebook.value("let count = 0; function up() { return ++count }")
    assert notebook.value("up(); up(); count") == 2
    assert notebook.value("count = 100; up()") == 101
    assert notebook.value("up = () => 'replaced'; up()") == "replaced"
    notebook.value(
        "let late = 1; setTimeout(() => { late = 2 }, 1); await new Promise((go) => setTimeout(go, 5))"
    )
    assert notebook.value("late") == 2


def test_what_cannot_be_assigned_says_so(notebook: Notebook) -> None:
    notebook.value("const b = 2; enum E { X } import { statSync } from 'node:fs';")
    for code, what in (("b = 3", "'b'"), ("E = 1", "'E'"), ("statSync = 1", "'statSync'")):
        error = notebook.fault(code)
        assert (error.name, error.message.partition(" (")[0]) == (
            "TypeError",
            f"Assignment to constant variable {what}",
        )
        assert places(error)[0] == (f"/src/cell-{notebook.count}.ts", 1, 1)
    assert notebook.value("[b, typeof E, typeof statSync]") == [2, "object", "function"]


def test_the_newest_declaration_wins(notebook: Notebook) -> None:
    notebook.value("let a = 1; function old() { return a }")
    assert notebook.value("let a = 50; [a, old()]") == [50, 1]
    assert notebook.value("const a = 'constant'; a") == "constant"
    assert notebook.fault("a = 2").name == "TypeError"
    assert notebook.value("var a = 7; a = 8; a") == 8
    assert notebook.value("class a { static is = 'class' } a.is") == "class"
    assert notebook.value("function a() { return 'function' } a()") == "function"
    assert notebook.fault("let x = 1;\nlet x = 2").kind == "syntax", "within one cell it is an error"


def test_a_cell_can_run_again(notebook: Notebook) -> None:
    code = "let total = 0; const add = (n: number) => total += n; add(1)"
    assert notebook.value(code, 7) == 1
    assert notebook.value("add(5)") == 6
    assert notebook.value(code, 7) == 1, "it starts anew"
    assert notebook.value("add(1)") == 2
    assert notebook.value("let total = 'other'; total", 7) == "other"
    assert places(notebook.fault("\nthrow new Error('x')", 7)) == [("/src/cell-7.ts", 2, 11)]


def test_a_cell_that_fails_half_way_keeps_what_it_did(notebook: Notebook) -> None:
    notebook.fault("let before = 1; function hoisted() { return 'h' } throw new Error('x'); let after = 2")
    assert notebook.value("[before, hoisted()]") == [1, "h"]
    error = notebook.fault("after")
    assert error.name == "ReferenceError"
    assert "after" in error.message
    assert notebook.value("let after = 3; after") == 3, "the name is not lost"


def test_a_cell_that_is_stopped_leaves_nothing(notebook: Notebook) -> None:
    notebook.value("let a = 1")
    error = notebook.fault(f"a = 2; let b = 3; {ENDLESS}", timeout=0.2)
    assert (error.kind, error.rolled_back) == ("timeout", True)
    assert notebook.value("[a, typeof b]") == [1, "undefined"]


def test_functions_of_earlier_cells_stand_in_stacks(notebook: Notebook) -> None:
    notebook.value("// one\nfunction boom() {\n  throw new Error('deep') }")
    notebook.value("const middle = () =>\n  boom()")
    error = notebook.fault("\n\nmiddle()")
    assert [frame[:2] for frame in places(error)] == [
        ("/src/cell-1.ts", 3), ("/src/cell-2.ts", 2), ("/src/cell-3.ts", 3),
    ]  # fmt: skip
    assert error.frames[0].source_line == "  throw new Error('deep') }"


def test_names_that_are_already_something(notebook: Notebook) -> None:
    assert notebook.value("let name = 'n', status = 1, __proto__ = 5; [name, status, __proto__]") == [
        "n",
        1,
        5,
    ]
    assert notebook.value("[name, ({}).toString()]") == ["n", "[object Object]"]
    notebook.value("let undefined = 6; let NaN = 3")
    assert notebook.value("[undefined, NaN === NaN]") == [None, False], "what cannot be replaced stays"
    notebook.value("let console = 5, Promise = 1, Object = 3, Error = 4, Map = 2, JSON = 0")
    assert notebook.value("[console, Promise, Object, Map]") == [5, 1, 3, 2]
    assert notebook.value("await 5; ({ a: [1] })") == {"a": [1]}, "our own machinery does not use them"
    assert notebook.fault("null.x").name == "TypeError"
    notebook.value("let ünï = 3; let \\u0061bc = 4")
    assert notebook.value("[ünï, abc]") == [3, 4]


def test_programs_and_cells_share_the_globals_but_not_the_scope(make: Maker) -> None:
    notebook = Notebook(make(mounts={"src": {"m.ts": "export const seen = typeof cellName"}}))
    notebook.value("let cellName = 1")
    assert notebook.sandbox.eval("let own = 2; cellName").data == 1
    assert notebook.value("typeof own") == "undefined"
    assert notebook.value("import { seen } from './m.js'; seen") == "number"


def test_an_import_of_a_changed_file_is_renewed_by_running_its_cell_again(make: Maker) -> None:
    notebook = Notebook(make(mounts={"src": {"m.ts": "export const v = 1"}}))
    first = "import { v } from './m.js'; v"
    assert notebook.value(first, 1) == 1
    notebook.sandbox.fs.write_text("/src/m.ts", "export const v = 2")
    assert notebook.value("v") == 1
    assert notebook.value(first, 1) == 2
    assert notebook.value("v") == 2
