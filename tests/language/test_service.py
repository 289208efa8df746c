"""The language service on the real server. "‸" in a text is where the caret is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator

import pytest

from qjs_kernel.language import Completions, Hover, LanguageService, Problem, Signature
from tests.language.conftest import Notebook, eventually

PATH = "/src/cell-9.ts"
LONG = 60.0  # seconds; a loaded machine is no reason to fail


@pytest.fixture(autouse=True)
def _no_cells(notebook: Notebook) -> Iterator[None]:
    notebook.ran = []
    yield
    notebook.ran = []


def caret(marked: str) -> tuple[str, int]:
    offset = marked.index("‸")
    return marked[:offset] + marked[offset + 1 :], offset


def complete(service: LanguageService, marked: str, path: str = PATH) -> Completions:
    return service.complete_blocking(path, *caret(marked), LONG)


def inserts(service: LanguageService, marked: str, path: str = PATH) -> list[str]:
    return [item.insert for item in complete(service, marked, path).items]


def hover(service: LanguageService, marked: str) -> Hover:
    found = service.hover_blocking(PATH, *caret(marked), LONG)
    assert found is not None
    return found


def signature(service: LanguageService, marked: str) -> Signature:
    found = service.signature_blocking(PATH, *caret(marked), LONG)
    assert found is not None
    return found


def problems(service: LanguageService, text: str, path: str = PATH) -> tuple[Problem, ...]:
    found = service.problems_blocking(path, text, LONG)
    assert found is not None
    return found


def codes(service: LanguageService, text: str, path: str = PATH) -> list[str]:
    return [problem.code for problem in problems(service, text, path)]


# Completion


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("'abc'.toUpp‸", "toUpperCase"),
        ("import { shouldA‸ } from './custom.js'", "shouldAlert"),
        ("import type { LogRow } from './types.js'; declare const logs: LogRow[]; logs[0].lat‸", "latencyMs"),
        ("import type { LogRow } from './types.js'; const row: LogRow = { le‸ }", "level"),
        ("import type { LogRow } from './types.js'; const l: LogRow['level'] = 'e‸'", "error"),
        ("env.‸", "now"),
        ("const mine = { alpha: 1 }; mine.‸", "alpha"),
        ("'😀漢'.toUpp‸", "toUpperCase"),
        ("const o: { a?: { b: 1 } } = {}; o.a.‸", "?.b"),
        ("class A { #secret = 1; m() { this.#se‸ } }", "#secret"),
        ("function f() { const local = 1; loc‸", "local"),
        ("const a = 1\r\nconst bee = 2\r\nbe‸", "bee"),
        ("import { x } from './cus‸'", "./custom.ts"),
        ("import { x } from '/src/cus‸'", "/src/custom.ts"),
    ],
)
def test_completion(service: LanguageService, marked: str, first: str) -> None:
    assert inserts(service, marked)[:1] == [first]


def test_completion_replaces_what_is_typed_and_knows_types(service: LanguageService) -> None:
    text, offset = caret("'😀'; 'a'.toUpp‸")
    found = service.complete_blocking(PATH, text, offset, LONG)
    assert text[found.start : found.end] == "toUpp"
    assert found.items[0].kind == "method"
    assert "toUpperCase(): string" in found.items[0].detail
    assert service.complete_blocking(PATH, text, offset, LONG, details=0).items[0].detail == ""


def test_completion_shows_nothing_of_deno_and_of_ours(service: LanguageService) -> None:
    names = inserts(service, "‸")
    assert len(names) <= 200
    assert not {"window", "document"} & set(names)
    for marked in ("import x from '‸'", "import x from '../‸'", "import x from '/‸'", "__cell‸", "De‸"):
        for name in inserts(service, marked):
            assert ".kernel" not in name
            assert not name.startswith(("npm:", "jsr:", "http", "Deno.", "__cell", "deno.json"))


# Hover and signature


def test_hover_has_type_and_documentation(service: LanguageService) -> None:
    found = hover(service, "import { shouldAlert } from './custom.js'; '😀'; should‸Alert([])")
    assert found.markdown.startswith("```ts\nshouldAlert(rows: LogRow[], threshold?: number): boolean\n```")
    assert "Decide whether to alert." in found.plain
    assert "```" not in found.plain
    assert found.end - found.start == len("shouldAlert")


def test_hover_over_an_import_has_no_path_of_the_host(service: LanguageService) -> None:
    found = hover(service, "import { shouldAlert } from './cus‸tom.js'; shouldAlert")
    assert found.plain == "module './custom.js'"


def test_hover_over_nothing_is_none(service: LanguageService) -> None:
    assert service.hover_blocking(PATH, "   ", 1, LONG) is None


def test_signature_has_the_active_parameter(service: LanguageService) -> None:
    found = signature(service, "import { shouldAlert } from './custom.js'; shouldAlert([], ‸")
    assert found.label == "shouldAlert(rows: LogRow[], threshold?: number): boolean"
    assert found.parameters[found.active] == "threshold?: number"
    assert "least number of errors" in found.documentation
    assert service.signature_blocking(PATH, "1 + 1", 5, LONG) is None


# Problems and fixes


def test_a_problem_has_its_place_in_code_points(service: LanguageService) -> None:
    (found,) = problems(service, "const a = 1;\r\nconst e = '😀漢'; const n: number = 'x'; e; a;\r\n")
    assert (found.line, found.column, found.end_column) == (2, 23, 24)
    assert (found.severity, found.code, found.path) == ("error", "TS2322", PATH)
    assert found.message == "Type 'string' is not assignable to type 'number'."


@pytest.mark.parametrize(
    "text",
    [
        "const unused = 1",
        "await Promise.resolve(1)",
        "for await (const a of []) { a }",
        "import { shouldAlert } from './custom'; import { shouldAlert as b } from '/src/custom.ts'; shouldAlert; b",
        "import data from '../data.json'; data.rows[0].toFixed()",
        "import data from '/data.json' with { type: 'json' }; data.rows[0].toFixed()",
        "const lone = '\ud83d'",
    ],
)
def test_what_is_right_has_no_problems(service: LanguageService, text: str) -> None:
    assert problems(service, text) == ()


def test_types_of_javascript_are_not_checked(service: LanguageService) -> None:
    assert problems(service, "const n = 1; n.nope()", "/src/cell-9.js") == ()


def test_an_import_that_leads_nowhere(service: LanguageService) -> None:
    for specifier in (
        "./nope.js",
        "nope",
        "npm:zod",
        "https://example.com/x.ts",
        "node:child_process",
        "node:nope",
    ):
        (found,) = problems(service, f"import x from '{specifier}'; x;")
        assert found.code == "TS2307", specifier
        assert specifier in found.message
        assert service.fixes_blocking(PATH, f"import x from '{specifier}'; x;", found, LONG) == ()


def test_a_fix_of_a_spelling(service: LanguageService) -> None:
    text = "'😀'.toUperCase()"
    (found,) = problems(service, text)
    fixes = service.fixes_blocking(PATH, text, found, LONG)
    assert fixes[0].title == "Change spelling to 'toUpperCase'"
    assert fixes[0].apply(text) == "'😀'.toUpperCase()"


def test_a_fix_that_imports(service: LanguageService) -> None:
    service.problems_blocking(PATH, "import './custom.ts'", LONG)
    text = "shouldAlert([])"
    (found,) = problems(service, text)
    fixes = service.fixes_blocking(PATH, text, found, LONG)
    assert fixes
    assert "import { shouldAlert } from" in fixes[0].apply(text)
    assert problems(service, fixes[0].apply(text)) == ()


def test_a_fix_that_imports_from_a_builtin(service: LanguageService) -> None:
    text = "readFileSync('/log.jsonl', 'utf8')"
    (found,) = problems(service, text)
    fix = service.fixes_blocking(PATH, text, found, LONG)[0]
    assert fix.apply(text).startswith("import { readFileSync } from 'node:fs';\n")


# Earlier cells


def test_names_of_earlier_cells_are_known(service: LanguageService, notebook: Notebook) -> None:
    first = """
        import fs, { readFileSync as read } from 'node:fs'; import * as all from './custom.ts';
        import type { LogRow } from './types.ts';
        const fixed = 1; let live = 'x'; var old = true; // comment"""
    second = """
        export interface Box<T> { value: T }
        export function box<T>(value: T): Box<T> { return { value } }
        class Counter { n = 0 } enum Level { Low, High } type Pair = [number, string];
        namespace Space { export const z = 1 }
        const { a, b: { c }, ...rest } = { a: 1, b: { c: 'x' }, d: true }, [x1, ...y1] = [1, 2];
        if (fixed) { const inner = 1; inner }
    """
    notebook.ran = [
        ("/src/cell-1.ts", first),
        ("/src/cell-2.ts", second),
        ("/src/cell-3.ts", "1 + 1"),
        ("/src/cell-4.tsx", "const element = <b>x</b>"),
        ("/src/cell-5.js", "function plain(q) { return 1 }"),
    ]
    right = """
        live = 'y'; old = false;
        const t: [number, string, boolean, number, string, number, number[]] = [fixed, live, old, a, c, x1, y1];
        const d: boolean = rest.d; const e: Level = Level.High; const p: Pair = [1, 'x'];
        const u: string = box('x').value; const w: Box<number> = { value: 1 }; const k: Counter = new Counter();
        const z: number = Space.z + plain(2); const s: boolean = all.shouldAlert([]);
        const row: LogRow['level'] = 'info';
        [t, d, e, p, u, w, k.n, z, s, row, read, fs.readFileSync, element];
    """
    assert problems(service, right) == ()
    assert codes(service, "fixed = 2") == ["TS2588"]
    assert codes(service, "live = 2; inner; const p: Pair = 1; box(1).value.big") == [
        "TS2322", "TS2304", "TS2322", "TS2339",
    ]  # fmt: skip
    assert inserts(service, "box(1).va‸") == ["value"]
    assert inserts(service, "fix‸")[0] == "fixed"
    assert hover(service, "fi‸xed").plain == "const fixed: 1"


def test_a_name_can_be_declared_again(service: LanguageService, notebook: Notebook) -> None:
    notebook.ran = [("/src/cell-1.ts", "let again = 1; class K {}"), ("/src/cell-2.ts", "const again = 'x'")]
    assert problems(service, "again.toUpperCase()") == ()
    assert (
        problems(
            service,
            "const again = true; interface K { n: 1 } const k: K = { n: 1 }; const b: boolean = again; b; k",
        )
        == ()
    )
    notebook.ran = [("/src/cell-2.ts", "const again = 'x'"), ("/src/cell-3.ts", "let again = 1; class K {}")]
    assert problems(service, "again.toFixed()") == ()
    notebook.ran = []
    assert codes(service, "again") == ["TS2304"]


def test_a_cell_can_have_a_name_of_the_guests(service: LanguageService, notebook: Notebook) -> None:
    assert codes(service, "const n: number = h; n") == ["TS2322"]
    notebook.ran = [("/src/cell-1.ts", "const h = 5")]
    assert codes(service, "const n: number = h; n") == []
    notebook.ran = []
    assert codes(service, "const n: number = h; n") == ["TS2322"]


def test_only_a_cell_of_tests_has_their_globals(service: LanguageService) -> None:
    text = "describe('a', () => { test('b', () => { expect(1).toBe(1) }) })"
    assert set(codes(service, text)) & {"TS2304", "TS2582"}
    service.set_tests(PATH)
    assert codes(service, text) == []
    service.set_tests(None)
    assert set(codes(service, text)) & {"TS2304", "TS2582"}


def test_a_cell_that_is_written_again_has_its_own_names(service: LanguageService, notebook: Notebook) -> None:
    notebook.ran = [("/src/cell-9.ts", "let mine = 1; let other = 2")]
    assert codes(service, "const mine = 'x'; mine.toUpperCase(); other.toUpperCase()") == ["TS2339"]


# Files, packages, env


def test_a_file_that_is_mounted_changed_and_gone(service: LanguageService, notebook: Notebook) -> None:
    text = "import { late } from '/extra/late.js'; const n: number = late; n"
    assert codes(service, text) == ["TS2307"]
    notebook.mount("/extra/late.ts", "export const late = 1;\n")
    assert codes(service, text) == []
    notebook.mount("/extra/late.ts", "export const late = 'x';\n")
    assert codes(service, text) == ["TS2322"]
    del notebook.mounted["/extra/late.ts"]
    notebook.touch()
    assert codes(service, text) == ["TS2307"]


def test_a_mounted_file_while_it_is_written(service: LanguageService, notebook: Notebook) -> None:
    written = "export function shouldAlert(): string { return 1 }"
    assert codes(service, written, "/src/custom.ts") == ["TS2322"]
    assert (
        codes(service, "import { shouldAlert } from './custom.js'; const b: boolean = shouldAlert([]); b")
        == []
    )
    assert inserts(
        service, "import type { LogRow } from './types.js'; let r: LogRow; r.ms‸", "/src/custom.ts"
    ) == ["msg"]


def test_types_of_packages_are_used(service: LanguageService, notebook: Notebook) -> None:
    notebook.mounted.update(
        {
            "/node_modules/modern/package.json": json.dumps(
                {
                    "name": "modern",
                    "version": "1.0.0",
                    "type": "module",
                    "exports": {
                        ".": {"types": "./dist/main.d.ts", "default": "./dist/main.js"},
                        "./sub": "./dist/sub.js",
                    },
                }
            ),
            "/node_modules/modern/dist/main.d.ts": "import { Inner } from './inner.js';export function make(): Inner;",
            "/node_modules/modern/dist/inner.d.ts": "export interface Inner { deep: string }\n",
            "/node_modules/modern/dist/sub.d.ts": "export declare const sub: 1;\n",
            "/node_modules/modern/dist/sub.js": "export const sub = 1\n",
            "/node_modules/old/package.json": '{"name": "old", "version": "1.0.0", "main": "index.js"}',
            "/node_modules/old/index.js": "module.exports = { anything() {} }\n",
        }
    )
    notebook.touch()
    assert inserts(service, "import { make } from 'modern'; make().‸") == ["deep"]
    assert codes(
        service,
        "import { make } from 'modern'; import { sub } from 'modern/sub'; const n: 1 = sub; make().nope; n",
    ) == ["TS2339"]
    assert problems(service, "import old from 'old'; old.anything()") == ()
    assert inserts(service, "import {} from 'mo‸'") == ["modern"]
    assert inserts(service, "import {} from 'modern/‸'") == ["modern/sub"]


def test_declarations_of_env_follow_it(needs_deno: None) -> None:
    book = Notebook(env={"f": "number"})
    service = LanguageService(
        book,
        env_declarations=lambda env: (
            f"declare const env: {{ {'; '.join(f'{k}: {v}' for k, v in env.items())} }};\n"
        ),
    )
    service.start()
    try:
        assert codes(service, "const s: string = env.f; s") == ["TS2322"]
        book.host = {"f": "string", "g": "Date"}
        book.touch()
        assert codes(service, "const s: string = env.f; s; env.g.getTime()") == []
    finally:
        service.close()


# When it goes wrong


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_server_that_is_killed_comes_back_with_all_it_knew(needs_deno: None) -> None:
    book = Notebook({"/src/a.ts": "export const a = 1;\n"})
    book.ran = [("/src/cell-1.ts", "let earlier = 'x'")]
    service = LanguageService(book, env_declarations=lambda env: "")
    service.start()
    text = "import { a } from './a.ts'; const n: string = a; earlier = 2; n"
    try:
        assert codes(service, text) == ["TS2322", "TS2322"]
        before = service.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        eventually(lambda: service.pid not in (None, before))
        assert codes(service, f"{text};") == ["TS2322", "TS2322"]
    finally:
        service.close()


# Asynchronous callers


def test_from_an_event_loop(service: LanguageService) -> None:
    async def ask() -> None:
        text, offset = caret("'abc'.toUpp‸")
        completions, found = await asyncio.gather(
            service.complete(PATH, text, offset, LONG), service.hover(PATH, "const q = 1; q", 13, LONG)
        )
        assert completions.items[0].label == "toUpperCase"
        assert found is not None
        wrong = "const w: string = 1;"
        assert await service.problems(PATH, wrong, 0) is None
        listed = await service.problems(PATH, wrong, LONG)
        assert listed is not None
        assert [problem.code for problem in listed] == ["TS2322"]
        assert await service.fixes(PATH, wrong, listed[0], LONG) == ()
        assert await service.signature(PATH, "parseInt(", 9, LONG) is not None

    asyncio.run(ask())


def test_a_question_about_a_newer_text_takes_the_place_of_an_older_one(service: LanguageService) -> None:
    async def ask() -> None:
        older = asyncio.ensure_future(service.problems(PATH, "const old: string = 1; old", LONG))
        newer = asyncio.ensure_future(service.problems(PATH, "const now: number = 'x'; now", LONG))
        found = await newer
        assert found is not None
        assert "string" in found[0].message
        first = await older
        assert first is None or first[0].message.startswith("Type 'number'")

    asyncio.run(ask())
