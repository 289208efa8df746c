"""CommonJS from modules and cells: `require`, its cache, what ES modules see of it, and where its errors lie."""

from __future__ import annotations

from typing import Any

import pytest

from qjs_kernel import Sandbox

FILES: dict[str, Any] = {
    "node_modules": {
        "old": {
            "package.json": '{"main": "lib/main.js"}',
            "lib": {
                "main.js": "exports.hi = (n) => 'hi ' + n;\n"
                "exports.self = this === module.exports;\n"
                "exports.sloppy = () => { leaked = 1; return typeof leaked; };\n"
                "exports.fail = function fail() {\n  null.x;\n};\n"
                "exports.late = () => import('./e.mjs');\n"
                "exports.n = require('./c.json').n;\n"
                "exports['not-a-name'] = 1;\n",
                "c.json": '{"n": 7, "__proto__": 1}',
                "e.mjs": "export const e = 5",
            },
        },
    },
    "src": {
        "user.cjs": "#!/usr/bin/env node\nexports.go = () => {\n  throw new Error('in cjs');\n};\n",
        "one.cjs": "exports.a = 1;\nexports.seen = require('./two.cjs').seen;",
        "two.cjs": "const one = require('./one.cjs');\nexports.seen = Object.keys(one);",
        "bad.cjs": "exports.x = ;\n",
        "typed.cts": "const x: number = 4;\nmodule.exports = { x } as any;",
        "esm.ts": "export const q: number = 5; export default 3;",
        "waits.ts": "await 1; export const q = 5;",
        "throws.ts": "throw new TypeError('at the top');",
    },
}


@pytest.fixture(scope="module")
def cjs(pool: Any) -> Any:
    with Sandbox(mounts=FILES, pool=pool) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import old, { hi } from 'old'; [hi('x'), old.hi('y'), old.self]", ["hi x", "hi y", True]),
        ("import * as o from 'old'; [o.n, o['not-a-name'], o.default.n]", [7, 1, 7]),
        ("export { n as default } from 'old'", 7),
        ("const { n } = await import('old'); n", 7),
        ("require('old').n", 7),
        ("require('old').sloppy()", "number"),
        ("(await require('old').late()).e", 5),
        ("require('./one.cjs')", {"a": 1, "seen": ["a"]}),
        ("require('./typed.cts').x", 4),
        ("require('./esm').q + require('./esm.ts').default", 8),
        ("require('old') === require('old/lib/main.js')", True),
        ("import old from 'old'; old === require('old')", True),
        ("require.resolve('old')", "/node_modules/old/lib/main.js"),
        ("Object.keys(require.cache).includes('/node_modules/old/lib/main.js')", True),
        ("require('fs') === process.getBuiltinModule('fs')", True),
        ("require('node:path').join('a', 'b')", "a/b"),
        ("import { createRequire } from 'module'; createRequire(import.meta.url)('./esm').q", 5),
        ("try { require('./zip') } catch (e) { [e.code, e.message.split('\\n')[0]] }; 0", 0),
    ],
)
def test_what_is_required(cjs: Sandbox, code: str, value: Any) -> None:
    outcome = cjs.eval(code)
    assert outcome.ok, outcome.error
    assert outcome.data == value


@pytest.mark.parametrize(
    ("code", "name", "message", "place"),
    [
        ("import { go } from './user.cjs'; go()", "Error", "in cjs", ("/src/user.cjs", 3, 13)),
        ("require('old').fail()", "TypeError", "", ("/node_modules/old/lib/main.js", 5, 3)),
        ("require('./bad.cjs')", "SyntaxError", "unexpected token", ("/src/bad.cjs", 1, 1)),
        ("require('./nothing.cjs')", "Error", "Cannot find module /src/nothing.cjs", ("/src/index.ts", 1, 1)),
        ("require('net')", "Error", "Use fetch", ("/src/index.ts", 1, 1)),
        ("require('./waits')", "Error", "top-level await: /src/waits.ts", ("/src/index.ts", 1, 1)),
        ("require('./throws')", "TypeError", "at the top", ("/src/throws.ts", 1, 11)),
        ("require(1)", "TypeError", 'The "id" argument must be of type string', ("/src/index.ts", 1, 1)),
    ],
)
def test_errors_lie_in_the_users_lines(
    cjs: Sandbox, code: str, name: str, message: str, place: tuple[str, int, int]
) -> None:
    error = cjs.eval(code).error
    assert error is not None
    assert error.name == name
    assert message in str(error)
    frame = error.frames[0]
    assert (frame.file, frame.line, frame.column) == place


def test_a_name_that_is_not_there_is_an_error(cjs: Sandbox) -> None:
    error = cjs.eval("import { nope } from 'old'; nope").error
    assert error is not None
    assert error.name == "SyntaxError"
    assert "'/node_modules/old/lib/main.js' does not provide an export named 'nope'" in error.message


def test_a_changed_file_is_loaded_again_with_all_above_it(pool: Any) -> None:
    files = {"src": {"top.cjs": "exports.v = require('./low.cjs').v", "low.cjs": "exports.v = 1"}}
    with Sandbox(mounts=files, pool=pool) as sandbox:
        for code in ("require('./top.cjs').v", "import { v } from './top.cjs'; v"):
            sandbox.fs.write_text("/src/low.cjs", "exports.v = 1")
            assert sandbox.eval(code).data == 1
            sandbox.fs.write_text("/src/low.cjs", "exports.v = 2")
            assert sandbox.eval(code).data == 2


def test_deleted_from_the_cache_a_module_runs_again(pool: Any) -> None:
    files = {
        "src": {"count.cjs": "globalThis.runs = (globalThis.runs ?? 0) + 1; module.exports = globalThis.runs"}
    }
    with Sandbox(mounts=files, pool=pool) as sandbox:
        code = "const a = require('./count.cjs'); delete require.cache['/src/count.cjs']; [a, require('./count.cjs')]"
        assert sandbox.eval(code).data == [1, 2]


def test_a_module_that_throws_is_not_kept(pool: Any) -> None:
    files = {"src": {"once.cjs": "if (!globalThis.ready) throw new Error('not yet'); module.exports = 1"}}
    with Sandbox(mounts=files, pool=pool) as sandbox:
        assert not sandbox.eval("require('./once.cjs')").ok
        assert sandbox.eval("globalThis.ready = true; require('./once.cjs')").data == 1


def test_frames_after_a_rollback_name_the_right_module(pool: Any) -> None:
    files = {
        "src": {f"m{n}.cjs": "\n" * n + f"exports.f = () => {{ throw new Error('{n}') }}" for n in range(3)}
    }
    with Sandbox(mounts=files, pool=pool) as sandbox:
        sandbox.eval("globalThis.f0 = require('./m0.cjs').f", "/src/cell-1.ts")
        assert not sandbox.eval("globalThis.f1 = require('./m1.cjs').f; while (true) {}", timeout=0.2).ok
        sandbox.eval("globalThis.f2 = require('./m2.cjs').f")
        for name, line in (("f0", 1), ("f2", 3)):
            error = sandbox.eval(f"{name}()").error
            assert error is not None
            assert (error.frames[0].file, error.frames[0].line) == (f"/src/m{name[1]}.cjs", line)


def test_only_what_is_imported_of_process_is_made(pool: Any) -> None:
    with Sandbox(pool=pool) as sandbox:
        code = (
            "import process, { argv } from 'node:process';"
            "const made = () => 'value' in Object.getOwnPropertyDescriptor(process, 'stdout');"
            "const before = made(); process.stdout; [argv.length, before, made()]"
        )
        assert sandbox.eval(code).data == [2, False, True]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("function main() { return 'ran' }\nlet r; if (require.main === module) r = main(); r", "ran"),
        ("module.exports = { a: 1 }", {"a": 1}),
        ("exports.b = 2; module.exports", {"b": 2}),
        ("[__dirname, __filename]", ["/src", "/src/index.ts"]),
        ("const module = { exports: 3 }; module.exports", 3),
        ("typeof module", "undefined"),
        ("import 'node:fs'; let r; try { module.exports = 1 } catch (e) { r = e.name }; r", "ReferenceError"),
    ],
)
def test_a_program_written_as_commonjs(cjs: Sandbox, code: str, value: Any) -> None:
    outcome = cjs.eval(code)
    assert outcome.ok, outcome.error
    assert outcome.data == value


def test_a_program_written_as_commonjs_fails_in_its_own_lines(cjs: Sandbox) -> None:
    error = cjs.eval("module.exports = 1;\nnull.x").error
    assert error is not None
    assert (error.frames[0].line, error.frames[0].column) == (2, 1)


def test_a_name_that_is_no_text_is_an_error_of_the_guest(cjs: Sandbox) -> None:
    error = cjs.eval("require('module').createRequire('/\\ud800/')('./y')").error
    assert error is not None
    assert "not valid text" in error.message


def test_a_stack_begins_with_the_message(cjs: Sandbox) -> None:
    stack = cjs.eval("let s; try { null.x } catch (e) { s = e.stack }; s").data
    assert stack.startswith("TypeError: cannot read property 'x' of null\n    at ")
    assert "eval_script" not in stack
