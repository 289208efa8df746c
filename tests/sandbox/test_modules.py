# ruff: noqa: E501
# Why: programs of one line are easier to read as one line.
"""Modules: what specifiers find, versions after changes, cycles, JSON, types, and imports that fail."""

from __future__ import annotations

import re
from typing import Any

import pytest

from qjs_kernel import Limits, Sandbox

from .conftest import Maker
from .support import WRITE, fault, places, value

FILES: dict[str, Any] = {
    "src": {
        "types.ts": "export type T = 1; export interface I { a: T } export const real = 1; export enum E { A = 4 }",
        "again.ts": "export type { T } from './types.js'; export { I, real } from './types.js'; export * from './types.js'",
        "both.ts": "export const which = 'ts'",
        "both.js": "export const which = 'js'",
        "only.mjs": "export default 'mjs'",
        "view.tsx": "export default <b>1</b>",
        "dir": {"index.ts": "export default 'index'", "up.ts": "export { which } from '../both.js'"},
        "data.json": '{"a": [1, 2], "__proto__": 3}',
        "bad.json": "{\n a: 1}",
        "bad.ts": "let a = 1;\nlet b = ;",
        "twice.ts": "let a = 1;\n\nlet a = 2;",
        "throws.ts": "throw new RangeError('at load')",
        "meta.ts": "export default [import.meta.url, import.meta.filename, import.meta.dirname]",
        "needs.ts": "export const q = 1;\nimport './missing.js'",
        "name.ts": "import { nope } from './types.js'; export default nope",
        "a.ts": "import { b } from './b.js'; export const a = 'a'; export const f = () => a + b",
        "b.ts": "import { a } from './a.js'; export const b = 'b'; export const g = () => b + a",
        "count.ts": "let n = 0; export const next = () => ++n",
        "default.ts": "export default class Named { x = 1 }",
        "live.ts": "export let n = 0; export const up = () => { n++ }",
    },
    "node_modules": {
        "pack": {"package.json": '{"exports": "./main.js"}', "main.js": "export default 'pack'"}
    },
}


@pytest.fixture(scope="module")
def files(shared: Sandbox) -> Sandbox:
    for name, content in FILES.items():
        shared.fs.mount(name, content)
    return shared


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import { which } from './both.js'; which", "js"),
        ("import { which } from './both.ts'; which", "ts"),
        ("import { which } from './both'; which", "ts"),
        ("import { real } from './types.js'; real", 1),
        ("import { real } from './types'; real", 1),
        ("import { real } from '/src/types.js'; real", 1),
        ("import { real } from '../../../src/types.js'; real", 1),
        ("import m from './only.mjs'; m", "mjs"),
        ("import m from './dir'; m", "index"),
        ("import m from './dir/index.js'; m", "index"),
        ("import { which } from './dir/up.js'; which", "js"),
        ("import v from './view.jsx'; v.type", "b"),
        ("import p from 'pack'; p", "pack"),
        ("import m from './meta.js'; m", ["file:///src/meta.ts", "/src/meta.ts", "/src"]),
        ("[import.meta.url, import.meta.filename, import.meta.dirname]",
         ["file:///src/index.ts", "/src/index.ts", "/src"]),
        ("import { readFileSync } from 'fs'; import * as fs from 'node:fs'; readFileSync === fs.readFileSync", True),
        ("import fs from 'node:fs'; import { promises } from 'fs'; typeof fs.readFileSync + typeof promises.readFile",
         "functionfunction"),
        ("import C from './default.js'; [new C().x, C.name]", [1, "Named"]),
        ("import * as ns from './types.js'; Object.keys(ns).sort()", ["E", "real"]),
        ("import { n, up } from './live.js'; up(); n > 0", True),
        ("import { f } from './a.js'; import { g } from './b.js'; [f(), g()]", ["ab", "ba"]),
        ("export * from './types.js'; export { real as default } from './types.js'", 1),
    ],
)  # fmt: skip
def test_what_imports_find(files: Sandbox, code: str, expected: object) -> None:
    assert value(files, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "import type { T } from './types.js'; const x: T = 1; x",
        "import { T } from './types.js'; const x: T = 1; x",
        "import { T, I, real } from './types.js'; const x: I = { a: real }; x.a",
        "import { type T, real } from './types.js'; real as T",
        "import { T, I, real } from './again.js'; real as T",
        "export { T, I } from './types.js'; export default 1",
        "export type { T } from './types.js'; export default 1",
        "import type Gone from './not-there.js'; 1",
        "import { T } from './types.js'; type T2 = T; export { T, type T2 }; export default 1",
    ],
)
def test_imports_that_name_only_types_vanish(files: Sandbox, code: str) -> None:
    assert value(files, code) == 1


def test_enums_are_values_also_across_modules(files: Sandbox) -> None:
    assert value(files, "import { E } from './types.js'; [E.A, E[4]]") == [4, "A"]


def test_json(files: Sandbox) -> None:
    data = {"a": [1, 2], "__proto__": 3}
    assert value(files, "import d from './data.json'; d") == data
    assert value(files, "import d from './data.json' with { type: 'json' }; d") == data
    assert value(files, "(await import('./data.json')).default.a[1]") == 2
    error = fault(files, "import './bad.json'")
    assert (error.kind, error.name) == ("syntax", "SyntaxError")
    assert places(error)[0][:2] == ("/src/bad.json", 2)


# Imports that fail


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import './missing.js'", "Cannot find module /src/missing.js"),
        ("1;\nimport x from 'no-such-package'", "Cannot find package 'no-such-package'"),
        ("import 'node:nope'", "node:nope"),
        ("import 'node:http'", "network"),
        ("import 'https://example.org/x.js'", "https://example.org/x.js"),
    ],
)
def test_missing_modules(files: Sandbox, code: str, message: str) -> None:
    error = fault(files, code)
    assert (error.kind, error.name, error.rolled_back) == ("exception", "Error", False)
    assert message in error.message
    assert places(error)[0][:2] == ("/src/index.ts", code.count("\n") + 1)


def test_a_missing_module_is_reported_where_it_is_imported(files: Sandbox) -> None:
    error = fault(files, "import { q } from './needs.js'")
    assert "missing.js" in error.message
    assert places(error)[0][:2] == ("/src/needs.ts", 2)


def test_a_missing_export(files: Sandbox) -> None:
    for code in ("import { nope } from './types.js'; nope", "import './name.js'"):
        error = fault(files, code)
        assert error.name == "SyntaxError"
        assert "nope" in error.message
        assert "/src/types.ts" in error.message
        assert "?" not in error.message, "no version suffix"


def test_syntax_errors_in_imported_files(files: Sandbox) -> None:
    error = fault(files, "globalThis.started = 1; import './bad.js'")
    assert (error.kind, *places(error)[0][:2]) == ("syntax", "/src/bad.ts", 2)
    assert error.frames[0].source_line == "let b = ;"
    error = fault(files, "globalThis.started = 1; import './twice.js'")
    assert (error.kind, *places(error)[0][:2]) == ("syntax", "/src/twice.ts", 3)
    assert value(files, "typeof started") == "undefined"


@pytest.mark.parametrize("specifier", ["'./missing.js'", "'./miss' + 'ing.js'", "'no-such-package'"])
def test_dynamic_imports_that_find_nothing_can_be_caught(files: Sandbox, specifier: str) -> None:
    code = f"let r; try {{ await import({specifier}) }} catch (e) {{ r = [e instanceof Error, e.code, e.message] }} r"
    is_error, code_, message = value(files, code)
    assert (is_error, code_) == (True, "ERR_MODULE_NOT_FOUND")
    assert message.startswith("Cannot find ")


def test_dynamic_imports_of_what_does_not_compile_or_throws(files: Sandbox) -> None:
    for name, kind in (
        ("./bad.js", "SyntaxError"),
        ("./throws.js", "RangeError"),
        ("./bad.json", "SyntaxError"),
    ):
        assert value(files, f"let r; try {{ await import('{name}') }} catch (e) {{ r = e.name }} r") == kind
    error = fault(files, "await import('./bad.js')")
    assert error.name == "SyntaxError"
    assert "/src/bad.ts:2" in error.message or places(error)[0][:2] == ("/src/bad.ts", 2)


def test_dynamic_imports(files: Sandbox) -> None:
    assert value(files, "(await import('./both.js')).which") == "js"
    assert value(files, "const name = 'both'; (await import(`./${name}.js`)).which") == "js"
    assert (
        value(files, "const [a, b] = await Promise.all([import('./a.js'), import('./a.js')]); a === b")
        is True
    )
    assert value(files, "typeof (await import('node:fs')).readFileSync") == "function"
    assert (
        value(files, "import { next } from './count.js'; next() < (await import('./count.js')).next()")
        is True
    )


def test_a_file_written_by_the_same_program_can_be_imported(sandbox: Sandbox) -> None:
    for n in (1, 2):
        code = (
            f"{WRITE} writeFileSync('/made.ts', 'export const d: number = {n}'); (await import('/made.js')).d"
        )
        assert value(sandbox, code) == n


# Versions


CHAIN = {
    "src": {
        "top.ts": "import { low } from './middle.js'; export const top = () => 'top ' + low; let n = 0; export const up = () => ++n",
        "middle.ts": "export { low } from './low.js'",
        "low.ts": "export const low = 1",
        "beside.ts": "let n = 0; export const beside = () => ++n",
        "one.ts": "import { two } from './two.js'; export const one = () => 'one' + two()",
        "two.ts": "import { one } from './one.js'; import { low } from './low.js'; export const two = () => low; export const x = () => one",
    }
}
ALL = (
    "import { top, up } from './top.js'; import { beside } from './beside.js'; import { one } from './one.js';"
    "[top(), up(), beside(), one()]"
)


def test_a_changed_file_is_new_everywhere_and_its_neighbours_stay(make: Maker) -> None:
    sandbox = make(mounts=CHAIN)
    assert value(sandbox, ALL) == ["top 1", 1, 1, "one1"]
    assert value(sandbox, ALL) == ["top 1", 2, 2, "one1"], "unchanged modules are evaluated once"
    sandbox.fs.write_text("/src/low.ts", "export const low = 2")
    assert value(sandbox, ALL) == ["top 2", 1, 3, "one2"], "what imports it is new, its neighbour is not"
    assert value(sandbox, f"{WRITE} writeFileSync('/src/low.ts', 'export const low = 3'); 0") == 0
    assert value(sandbox, ALL) == ["top 3", 1, 4, "one3"], "the guest's own write counts as well"
    sandbox.fs.write_text("/src/low.ts", "export const low = 1")
    assert value(sandbox, ALL) == ["top 1", 3, 5, "one1"], "the same text is the same module again"


def test_a_file_that_comes_and_goes(make: Maker) -> None:
    sandbox = make(mounts={"src": {}})
    assert "Cannot find module" in fault(sandbox, "import './new.js'").message
    sandbox.fs.write_text("/src/new.ts", "export default 1")
    assert value(sandbox, "import n from './new.js'; n") == 1
    sandbox.fs.remove("/src/new.ts")
    assert "Cannot find module" in fault(sandbox, "import './new.js'").message
    sandbox.fs.write_text("/src/new.js", "export default 2")
    assert value(sandbox, "import n from './new.js'; n") == 2


def test_errors_name_files_without_their_version(make: Maker) -> None:
    sandbox = make(mounts={"src": {"a.ts": "export const f = () => {\n  throw new Error('old') }"}})
    code = "import { f } from './a.js'; f()"
    assert places(fault(sandbox, code))[0] == ("/src/a.ts", 2, 13)
    sandbox.fs.write_text("/src/a.ts", "\nexport const f = () => {\n  throw new Error('new') }")
    error = fault(sandbox, code)
    assert (error.message, places(error)[0]) == ("new", ("/src/a.ts", 3, 13))
    assert error.frames[0].source_line == "  throw new Error('new') }"


# Bad files


def test_modules_that_are_too_large(make: Maker) -> None:
    sandbox = make(mounts={"src": {"big.ts": "//" + "x" * 2000}}, limits=Limits(module_bytes=1000))
    for code in ("import './big.js'", "//" + "x" * 2000):
        error = fault(sandbox, code)
        assert error.kind == "exception"
        assert re.search(r"\b1,?000\b", error.message), error
    assert value(sandbox, "1") == 1


def test_modules_that_are_no_text(make: Maker) -> None:
    sandbox = make(mounts={"src": {"bin.ts": b"\xff\xfe\x00"}})
    error = fault(sandbox, "import './bin.js'")
    assert error.kind == "exception"
    assert "/src/bin.ts" in error.message
    assert "UTF-8" in error.message
    read = "import { readFileSync } from 'node:fs'; readFileSync('/src/bin.ts', 'utf8').length"
    assert value(sandbox, read) == 3, "reading text replaces what is not text, as Node does"


def test_without_files(make: Maker) -> None:
    sandbox = make(allow_fs=False, mounts={"src": {"a.ts": "export default 1"}})
    assert value(sandbox, "import a from './a.js'; a") == 1, (
        "imports are the owner's, not the guest's, reading"
    )
    assert "allow_fs=False" in fault(sandbox, "import 'node:fs'").message


# What is kept between cells


PACKAGES: dict[str, Any] = {
    "p": {
        "package.json": '{"type": "module", "exports": "./main.js"}',
        "main.js": "import { n } from './leaf.js'; import c from 'c'; export const sum = () => n + c.n; export const at = {}",
        "leaf.js": "export const n = 1",
    },
    "c": {"index.js": "exports.n = require('./more').n", "more.js": "exports.n = 10"},
}


def test_a_mounted_package_that_changed_runs_anew(make: Maker) -> None:
    sandbox = make(mounts={"node_modules": PACKAGES})
    code = "import { sum } from 'p'; sum()"
    assert value(sandbox, code) == 11
    sandbox.fs.mount("/node_modules/p/leaf.js", "export const n = 2")
    assert value(sandbox, code) == 12
    sandbox.fs.mount("/node_modules/c/more.js", "exports.n = 20")
    assert value(sandbox, code) == 22
    sandbox.fs.mount("/node_modules/c/package.json", '{"type": "module"}')
    sandbox.fs.mount("/node_modules/c/index.js", "export default { n: 100 }")
    assert value(sandbox, code) == 102
    sandbox.fs.unmount("/node_modules")
    assert "Cannot find package 'p'" in fault(sandbox, code).message
    sandbox.fs.mount("/node_modules", PACKAGES)
    assert value(sandbox, code) == 11


def test_a_package_stays_the_same_instance_while_cells_write_files(make: Maker) -> None:
    sandbox = make(mounts={"node_modules": PACKAGES})
    value(
        sandbox, "import { at } from 'p'; import fs from 'node:fs'; at.first = 1; fs.writeFileSync('/x', '1')"
    )
    assert value(sandbox, "import { at } from 'p'; at.first") == 1
    sandbox.fs.mount("/src/y.ts", "import { at } from 'p'; export default at")
    assert value(sandbox, "import { at } from 'p'; import y from './y.js'; at === y && y.first") == 1


def test_modules_that_a_program_writes_and_changes_while_it_runs(make: Maker) -> None:
    sandbox = make(mounts={"node_modules": PACKAGES, "src": {"base.ts": "export const base = 1"}})
    code = """
        import { writeFileSync, rmSync, mkdirSync } from 'node:fs';
        const seen = [];
        // The same words in the same module mean the same module, as the language has it: only others are looked up.
        const anew = () => `./made.js?${seen.length}`;
        for (const n of [1, 2, 1]) {
          writeFileSync('/src/made.ts', `import { base } from './base.js'; export const v = base * ${n}`);
          seen.push((await import(anew())).v);
        }
        writeFileSync('/src/base.ts', 'export const base = 100');
        seen.push((await import(anew())).v);
        rmSync('/src/made.ts');
        seen.push(await import(anew()).catch((e) => e.code));
        mkdirSync('/node_modules/late', { recursive: true });
        writeFileSync('/node_modules/late/index.js', 'module.exports = require("./part.js")');
        try { require('late') } catch (e) { seen.push(e.code) }
        writeFileSync('/node_modules/late/part.js', 'module.exports = "part"');
        seen.push((await import('late')).default, require('late'));
        seen
    """
    assert value(sandbox, code) == [1, 2, 1, 100, "ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "part", "part"]
    assert value(sandbox, "import { base } from './base.js'; import part from 'late'; [base, part]") == [
        100,
        "part",
    ]


def test_modules_after_the_files_went_back(make: Maker) -> None:
    sandbox = make(
        mounts={"src": {"base.ts": "export const base = 1", "mid.ts": "export * from './base.js'"}}
    )
    code = "import { base } from './mid.js'; base"
    assert value(sandbox, code) == 1
    start = sandbox.checkpoint()
    write = "import fs from 'node:fs'; fs.writeFileSync('/src/base.ts', 'export const base = 2'); "
    value(sandbox, write + "fs.writeFileSync('/src/new.ts', 'export default 5')")
    assert value(sandbox, code) == 2
    assert value(sandbox, "import n from './new.js'; n") == 5
    sandbox.restore(start)
    assert value(sandbox, code) == 1
    assert "Cannot find module" in fault(sandbox, "import n from './new.js'; n").message
    # A run that is stopped takes back what it wrote.
    stopped = fault(sandbox, write + "await import('./mid.js'); for (;;);", timeout=0.3)
    assert stopped.kind == "timeout"
    assert value(sandbox, code) == 1


def test_a_name_that_means_another_file_later(make: Maker) -> None:
    sandbox = make(mounts={"src": {"a.js": "export default 'js'", "dir/index.ts": "export default 'index'"}})
    code = "import a from './a'; import d from './dir'; [a, d]"
    assert value(sandbox, code) == ["js", "index"]
    sandbox.fs.mount("/src", {"a.ts": "export default 'ts'", "dir.ts": "export default 'file'"})
    assert value(sandbox, code) == ["ts", "file"]
    sandbox.fs.remove("/src/a.ts", force=True)
    assert value(sandbox, code) == ["js", "file"]


def test_circles_stay_circles_in_later_cells(make: Maker) -> None:
    files = {
        "a.ts": "import { b } from './b.js'; export const a = 'a'; export const f = () => a + b",
        "b.ts": "import { a } from './a.js'; export const b = 'b'; export const g = () => b + a",
    }
    sandbox = make(mounts={"src": files})
    for code in ("import { f } from './a.js'; f()", "import { f } from './a.js'; import './b.js'; f()"):
        assert value(sandbox, code) == "ab"
    assert value(sandbox, "import { g } from './b.js'; g()") == "ba"
    sandbox.fs.mount("/src/b.ts", files["b.ts"].replace("'b'", "'c'"))
    assert value(sandbox, "import { f } from './a.js'; import { g } from './b.js'; [f(), g()]") == [
        "ac",
        "ca",
    ]
