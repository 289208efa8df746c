"""The parts of the language service that need no server: mirror, places in a text, cells, specifiers, answers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.language.cells import (
    Exports,
    candidates,
    cell_file,
    declarations,
    probe,
    read_probe,
    with_exports,
)
from qjs_kernel.language.convert import Reader
from qjs_kernel.language.lines import Lines, sendable
from qjs_kernel.language.mirror import Mirror, package_of
from qjs_kernel.language.model import Edit, Fix, State
from qjs_kernel.language.specifiers import complete_specifier

ROOT = Path("/private/root")


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    root = tmp_path / "root"
    root.mkdir()
    made = Mirror(root, {"imports": {"node:fs": "./.kernel/node/fs.d.ts"}})
    made.take_changes()
    return made


def config(mirror: Mirror) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((mirror.root / "deno.json").read_text())
    return read


def on_disk(mirror: Mirror) -> set[str]:
    """Guest paths of what is there, without what is ours."""
    found = (file for file in mirror.root.rglob("*") if file.is_file())
    paths = {"/" + file.relative_to(mirror.root).as_posix() for file in found}
    return {path for path in paths if not path.startswith("/.kernel/") and path != "/deno.json"}


# The mirror


def test_files_lie_at_their_guest_paths(mirror: Mirror) -> None:
    assert mirror.set_files([("/src/a.ts", b"1"), ("/lib/deep/b.tsx", b"2"), ("/data.json", b"{}")])
    assert on_disk(mirror) == {"/src/a.ts", "/lib/deep/b.tsx", "/data.json"}
    assert (mirror.root / "lib/deep/b.tsx").read_bytes() == b"2"


def test_only_what_changed_is_written_and_said(mirror: Mirror) -> None:
    mirror.set_files([("/src/a.ts", b"1"), ("/src/b.ts", b"1"), ("/src/c.ts", b"1")])
    assert dict(mirror.take_changes()) == {f"/src/{name}.ts": "created" for name in "abc"}
    before = (mirror.root / "src/a.ts").stat().st_mtime_ns
    mirror.set_files([("/src/a.ts", b"1"), ("/src/b.ts", b"2")])
    assert dict(mirror.take_changes()) == {"/src/b.ts": "changed", "/src/c.ts": "deleted"}
    assert (mirror.root / "src/a.ts").stat().st_mtime_ns == before
    assert not mirror.set_files([("/src/a.ts", b"1"), ("/src/b.ts", b"2")])
    assert mirror.take_changes() == []


def test_what_came_and_went_between_two_questions_is_not_said(mirror: Mirror) -> None:
    mirror.set_files([("/src/a.ts", b"1")])
    mirror.set_files([])
    assert mirror.take_changes() == []
    assert on_disk(mirror) == set()


def test_a_directory_can_take_the_place_of_a_file_and_back(mirror: Mirror) -> None:
    mirror.set_files([("/src/a.ts", b"1")])
    mirror.set_files([("/src/a.ts/b.ts", b"2")])
    assert on_disk(mirror) == {"/src/a.ts/b.ts"}
    mirror.set_files([("/src/a.ts", b"3")])
    assert on_disk(mirror) == {"/src/a.ts"}


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.ts",
        "/src/../../outside.ts",
        "relative.ts",
        "//x.ts",
        "/src/./x.ts",
        "/.kernel/globals.d.ts",
        "/.KERNEL/globals.d.ts",
        "/src/.kernel-cell-1.ts",
        "/src/nul\0.ts",
        "/src/\ud800.ts",
        "/" + "x" * 2000 + ".ts",
    ],
)
def test_a_path_that_leads_elsewhere_is_left_out(mirror: Mirror, tmp_path: Path, path: str) -> None:
    mirror.set_files([(path, b"evil"), ("/src/good.ts", b"1")])
    assert on_disk(mirror) == {"/src/good.ts"}
    assert sorted(tmp_path.iterdir()) == [mirror.root]
    assert (mirror.root / ".kernel/globals.d.ts").read_bytes() == b"export {};\n"


def test_a_name_too_long_for_the_host_is_left_out(mirror: Mirror) -> None:
    mirror.set_files([("/src/" + "x" * 400 + ".ts", b"1"), ("/src/y.ts", b"1")])
    assert on_disk(mirror) == {"/src/y.ts"}


@pytest.mark.parametrize(
    "name",
    [
        "deno.json",
        "deno.jsonc",
        "DENO.JSON",
        "deno.lock",
        "tsconfig.json",
        "jsconfig.base.json",
        ".npmrc",
        ".env",
    ],
)
def test_settings_of_the_server_are_not_for_guests_to_write(mirror: Mirror, name: str) -> None:
    before = config(mirror)
    mirror.set_files([(f"/{name}", b"{}"), (f"/src/{name}", b"{}"), (f"/node_modules/x/{name}", b"{}")])
    assert on_disk(mirror) == set()
    assert config(mirror)["compilerOptions"] == before["compilerOptions"]


def test_only_what_a_checker_reads_is_written(mirror: Mirror) -> None:
    files = [
        ("/log.jsonl", b"{}"),
        ("/picture.png", b"\x89"),
        ("/src/latin.ts", b"\xe9"),
        ("/src/huge.ts", b"x" * (3 << 20)),
        ("/huge.json", b" " * (1 << 20)),
        ("/package.json", b"{}"),
        ("/src/a.mts", b""),
    ]
    mirror.set_files(files)
    assert on_disk(mirror) == {"/src/a.mts"}
    assert mirror.paths == {path for path, _ in files}


def test_of_a_package_types_are_written_or_else_scripts(mirror: Mirror) -> None:
    mirror.set_files(
        [
            ("/node_modules/typed/package.json", b'{"name": "typed"}'),
            ("/node_modules/typed/index.js", b""),
            ("/node_modules/typed/index.d.ts", b""),
            ("/node_modules/typed/src/index.ts", b""),
            ("/node_modules/@a/plain/package.json", b"{}"),
            ("/node_modules/@a/plain/index.mjs", b""),
            ("/node_modules/lodash/package.json", b"{}"),
            ("/node_modules/lodash/lodash.js", b""),
            ("/node_modules/@types/lodash/index.d.ts", b""),
        ]
    )
    assert on_disk(mirror) == {
        "/node_modules/typed/package.json",
        "/node_modules/typed/index.d.ts",
        "/node_modules/@a/plain/package.json",
        "/node_modules/@a/plain/index.mjs",
        "/node_modules/lodash/package.json",
        "/node_modules/@types/lodash/index.d.ts",
    }
    assert set(mirror.packages) == {"typed", "@a/plain", "lodash"}


def test_the_owners_files_come_before_packages_when_there_are_too_many(mirror: Mirror) -> None:
    many = [(f"/node_modules/big/f{index}.d.ts", b"x" * (1 << 20)) for index in range(70)]
    mirror.set_files([*many, ("/src/z.ts", b"1")])
    written = on_disk(mirror)
    assert "/src/z.ts" in written
    assert 50 < len(written) < 70


def test_the_import_map_has_every_name_at_the_top(mirror: Mirror) -> None:
    mirror.set_files([("/src/a.ts", b""), ("/lib/b.ts", b""), ("/top.ts", b""), ("/rows.json", b"{}")])
    imports = config(mirror)["imports"]
    assert imports["/src/"] == "./src/"
    assert imports["/lib/"] == "./lib/"
    assert imports["/top.ts"] == imports["/top.js"] == imports["/top"] == "./top.ts"
    assert imports["/rows.json"] == "./rows.json"
    assert "/" not in imports


def test_no_builtin_is_left_to_the_server(mirror: Mirror) -> None:
    imports = config(mirror)["imports"]
    assert imports["node:fs"] == imports["fs"] == "./.kernel/node/fs.d.ts"
    assert imports["node:path"] == "./.kernel/any.d.ts"
    assert imports["node:child_process"] is None
    assert imports["child_process"] is None


def test_a_mounted_package_comes_before_a_module_that_is_refused(mirror: Mirror) -> None:
    mirror.set_files([("/node_modules/http/package.json", b"{}"), ("/node_modules/fs/package.json", b"{}")])
    imports = config(mirror)["imports"]
    assert "http" not in imports
    assert imports["node:http"] is None
    assert imports["fs"] == "./.kernel/node/fs.d.ts"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nothing_is_written_by_a_path_that_is_not_normal(mirror: Mirror) -> None:
    with pytest.raises(ValueError, match="not a normal absolute path"):
        mirror.write("/src/../../x.ts", "")


def test_package_of() -> None:
    assert package_of("/node_modules/@x/y/lib/z.js") == ("/node_modules", "@x/y", "lib/z.js")
    assert package_of("/node_modules/a/node_modules/b/c.js") == ("/node_modules/a/node_modules", "b", "c.js")
    assert package_of("/node_modules/a.js") is None
    assert package_of("/src/a.js") is None


# Places


@given(st.text(alphabet=st.sampled_from("aé漢😀\n\r"), max_size=30))
def test_every_place_goes_there_and_back(text: str) -> None:
    ready = sendable(text)
    assert len(ready) == len(text)
    lines = Lines(ready)
    for offset in range(len(ready) + 1):
        if ready[offset - 1 : offset + 1] != "\r\n":  # between CR and LF is no place
            assert lines.offset(*lines.position(offset)) == offset
            assert lines.at(*lines.line_column(offset)) == offset


def test_columns_are_utf16_and_lines_end_as_lsp_says() -> None:
    lines = Lines(sendable("a😀b\r\n漢c\rd"))
    assert lines.text == "a😀b\r\n漢c\nd"
    assert lines.position(3) == (0, 4)
    assert lines.position(6) == (1, 1)
    assert lines.line_column(6) == (2, 2)
    assert lines.offset(0, 2) == 1  # inside of the pair
    assert lines.offset(0, 99) == 3
    assert lines.offset(99, 0) == len(lines.text)


def test_lone_surrogates_are_never_sent() -> None:
    assert sendable("a\ud83db\udc00") == "a\ufffdb\ufffd"
    assert sendable("😀") == "😀"


# Cells


def test_names_of_a_cell_are_what_the_server_did_not_object_to() -> None:
    source = "import fs, { type Stats, readFileSync as read } from 'node:fs'\nlet a = 1"
    names = candidates(source, ["a", "inner", "<function>", "it's"])
    assert names == ["a", "inner", "fs", "Stats", "readFileSync", "read"]
    text = probe(source, names)
    lines = text.split("\n")

    def line(start: str) -> int:
        return next(index for index, each in enumerate(lines) if each.startswith(start))

    errors = [
        (0, "6133"),
        (line("export { inner"), "2304"),
        (line("inner ="), "2304"),
        (line("fs ="), "2632"),
        (line("export { Stats"), "1205"),
        (line("Stats ="), "2693"),
        (line("export { readFileSync"), "2661"),
        (line("read ="), "2632"),
    ]
    assert read_probe(source, names, errors) == Exports(live=("a",), fixed=("fs", "Stats", "read"))


def test_the_newest_declaration_of_a_name_holds() -> None:
    cells = [
        ("/src/cell-1.ts", Exports(live=("a", "b"))),
        ("/src/cell-2.tsx", Exports(fixed=("a",))),
        ("/src/cell-3.js", Exports()),
    ]
    assert declarations(cells) == (
        "import * as c1 from '../src/.kernel-cell-2.tsx';\n"
        "import * as c0 from '../src/.kernel-cell-1.ts';\n"
        "declare global {\n"
        "  export import a = c1.__cell_a;\n"
        "  var b: typeof c0.__cell_b;\n"
        "}\nexport {};\n"
    )


def test_the_text_of_a_cell_keeps_its_lines() -> None:
    assert with_exports("let a // end", Exports(live=("a",))) == "let a // end\nexport { a as __cell_a };\n"
    assert cell_file("/src/cell-3.jsx") == "/src/.kernel-cell-3.tsx"
    assert cell_file("/src/cell-3.js") == "/src/.kernel-cell-3.ts"


def test_a_thousand_unfinished_imports_take_no_time() -> None:
    assert candidates("import " * 20_000, []) == []


# Import specifiers

FILES = [
    "/src/a.ts",
    "/src/lib/b.tsx",
    "/src/lib/c.css",
    "/top.js",
    "/src/cell-2.ts",
    "/node_modules/zod/index.d.ts",
]
PACKAGES = {
    "zod": b'{"exports": {".": "./i.js", "./mini": "./m.js", "./x/*": "./x/*.js", "./package.json": "./p"}}',
    "@a/b": b"[",
}


def specifiers(marked: str) -> list[str] | None:
    offset = marked.index("‸")
    text = marked.replace("‸", "")
    found = complete_specifier("/src/cell-2.ts", text, offset, FILES, PACKAGES)
    if found is None:
        return None
    assert all((item.start, item.end) == (found.start, found.end) for item in found.items)
    return [item.insert for item in found.items]


def test_specifiers_that_can_be_imported() -> None:
    assert specifiers("import { a } from './‸'") == ["./a.ts", "./lib/"]
    assert specifiers("export * from './lib/‸'") == ["./lib/b.tsx"]
    assert specifiers("import '../‸'") == ["../top.js", "../src/"]
    assert specifiers("await import('/src/l‸')") == ["/src/lib/"]
    assert specifiers('require("z‸")') == ["zod"]
    assert specifiers("import z from 'zod/‸'") == ["zod/mini"]
    assert specifiers("import a from '@‸'") == ["@a/b"]
    assert "node:fs/promises" in (specifiers("import fs from 'node:f‸'") or [])
    assert "node:child_process" not in (specifiers("import fs from 'node:‸'") or [])
    assert specifiers("const a = './‸'") is None
    assert specifiers("import { a‸ } from './a.ts'") is None


def test_the_whole_specifier_is_replaced() -> None:
    text = "import { a } from './old.ts'; f('x')"
    found = complete_specifier("/src/cell-2.ts", text, text.index("old"), FILES, {})
    assert found is not None
    assert text[found.start : found.end] == "./old.ts"


# Answers


def reader(text: str) -> Reader:
    return Reader(ROOT, "/src/cell-1.ts", Lines(text))


def at(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"items": None}, {"items": [1, {}, {"range": 3}, {"label": 4}]}, "x", 3, [None]]
)
def test_answers_that_make_no_sense_are_empty(answer: Any) -> None:
    with_text = reader("abc")
    if not isinstance(answer, (str, int)):
        assert with_text.completions(answer, 1, frozenset())[0].items == ()
    assert with_text.problems(answer, frozenset(), frozenset()) == ()
    assert with_text.hover(answer, 1) is None
    assert with_text.signature(answer) is None
    assert with_text.fixes(answer, "file:///x") == ()


def test_completions_are_sorted_by_what_is_typed_and_capped() -> None:
    labels = ["xfi", "first", "Final", "zoo", "fin", "__cell_fi", "npm:fi"]
    answer = [{"label": label, "sortText": "11"} for label in labels]
    found, items = reader("😀.fi").completions(answer, 4, frozenset())
    assert [item.label for item in found.items] == ["fin", "first", "Final"]
    assert [item["label"] for item in items] == ["fin", "first", "Final"]
    inside, _ = reader("😀.xf").completions([{"label": "Prefixf"}, {"label": "zoo"}], 4, frozenset())
    assert [item.label for item in inside.items] == ["Prefixf"]
    assert (found.start, found.end) == (2, 4)
    assert [item.sort for item in found.items] == sorted(item.sort for item in found.items)
    many, _ = reader("").completions([{"label": f"n{index}"} for index in range(999)], 0, frozenset())
    assert len(many.items) == 200


def test_names_of_earlier_cells_come_first() -> None:
    answer = [{"label": name, "sortText": "15"} for name in ("fa", "fb", "fc")]
    found, _ = reader("f").completions(answer, 1, frozenset({"fc"}))
    assert [item.label for item in found.items] == ["fc", "fa", "fb"]


def test_a_proposal_that_needs_an_import_is_left_out() -> None:
    answer = [
        {"label": "a", "data": {"tsJs": {"source": "./b.ts"}}},
        {"label": "ab", "data": {"tsJs": {"name": "ab"}}},
    ]
    found, _ = reader("a").completions(answer, 1, frozenset())
    assert [item.label for item in found.items] == ["ab"]


BRACKETED = {"label": "x-y", "filterText": ".x-y", "textEdit": {"newText": '["x-y"]', "range": at(0, 1, 2)}}


def test_names_in_brackets_replace_the_dot_where_there_are_no_others() -> None:
    found, _ = reader("o.").completions([BRACKETED], 2, frozenset())
    assert [(item.label, item.insert, item.start, item.end) for item in found.items] == [
        ("x-y", '["x-y"]', 1, 2)
    ]


def test_names_in_brackets_do_not_make_the_others_begin_with_a_dot() -> None:
    found, _ = reader("o.").completions([BRACKETED, {"label": "xz"}], 2, frozenset())
    assert [(item.label, item.insert, item.start, item.end) for item in found.items] == [("xz", "xz", 2, 2)]


def problem(
    code: Any, message: str, where: dict[str, Any], source: str = "deno-ts", severity: int = 1
) -> Any:
    return {
        "items": [{"code": code, "message": message, "range": where, "source": source, "severity": severity}]
    }


def test_problems_in_code_points_without_hints_and_host_paths() -> None:
    text = "'😀'; bad"
    answer = problem(2304, f"Cannot find 'bad' in \"{ROOT.as_uri()}/src/a.ts\"", at(0, 6, 9))
    (found,) = reader(text).problems(answer, frozenset(), frozenset())
    assert (found.line, found.column, found.end_line, found.end_column) == (1, 6, 1, 9)
    assert found.code == "TS2304"
    assert found.message == "Cannot find 'bad' in \"/src/a.ts\""
    assert (
        reader(text).problems(problem(6133, "unused", at(0, 0, 1), severity=4), frozenset(), frozenset())
        == ()
    )


def test_what_deno_says_of_imports_is_said_as_the_sandbox_means_it() -> None:
    def say(specifier: str, code: str, message: str, mounted: frozenset[str] = frozenset()) -> list[str]:
        text = f"import '{specifier}'"
        answer = problem(code, message, at(0, 7, len(text)), "deno")
        return [f"{each.code} {each.message}" for each in reader(text).problems(answer, mounted, frozenset())]

    uri = f"{ROOT.as_uri()}/src/x.js"
    assert say("./x.js", "no-local", f"Unable to load {uri}\nPlease") == [
        "TS2307 Cannot find module './x.js'."
    ]
    assert say("./x.js", "no-local", f"Unable to load {uri}\nPlease", frozenset({"/src/x.js"})) == []
    assert say("npm:x", "resolver-error", "run deno install")[0].startswith("TS2307 Cannot import 'npm:x'")
    assert "not available in the sandbox" in say("node:net", "resolver-error", "blocked")[0]
    assert say("fs", "import-node-prefix-missing", "add node:") == []


def test_fixes_change_the_document_itself_or_are_left_out() -> None:
    uri, other = "file:///private/root/src/cell-1.ts", "file:///private/root/src/a.ts"
    edit = {"range": at(0, 0, 0), "newText": "import\n"}

    def action(title: str, **more: Any) -> dict[str, Any]:
        return {"title": title, "kind": "quickfix", **more}

    answer = [
        action("Add missing function", edit={"changes": {uri: [edit]}}),
        action("Add import from './a.ts'", edit={"changes": {uri: [edit]}}),
        action("elsewhere", edit={"changes": {other: [edit]}}),
        action("both", edit={"changes": {uri: [edit], other: [edit]}}),
        action("makes a file", edit={"documentChanges": [{"kind": "create", "uri": other}]}),
        action("runs", edit={"changes": {uri: [edit]}}, command={"command": "deno.cache"}),
        {"title": "Cache", "command": "deno.cache", "arguments": []},
        action("Fix all", edit={"changes": {uri: [edit]}}),
        {"title": "Refactor", "kind": "refactor", "edit": {"changes": {uri: [edit]}}},
    ]
    found = reader("abc").fixes(answer, uri)
    assert [fix.title for fix in found] == ["Add import from './a.ts'", "Add missing function"]
    assert found[0].apply("abc") == "import\nabc"


def test_hover_without_what_only_the_server_can_follow() -> None:
    value = (
        "```tsx\n(alias) let l: number\nimport l\n```\nSee [Map](deno:/asset/lib.d.ts#1) *@x* `y`\n\n\n\nend"
    )
    found = reader("l").hover({"contents": {"kind": "markdown", "value": value}, "range": at(0, 0, 1)}, 0)
    assert found is not None
    assert found.markdown == "```ts\nlet l: number\n```\nSee Map *@x* `y`\n\nend"
    assert found.plain == "let l: number\nSee Map @x y\n\nend"
    assert (found.start, found.end) == (0, 1)


def test_the_active_parameter_of_a_rest_stays() -> None:
    answer = {
        "signatures": [
            {
                "label": "f(a, ...b)",
                "parameters": [{"label": [2, 3]}, {"label": "...b"}],
                "activeParameter": 4,
            }
        ]
    }
    found = reader("f(").signature(answer)
    assert found is not None
    assert (found.parameters, found.active) == (("a", "...b"), 1)


def test_a_state_is_a_word_with_a_reason() -> None:
    state = State("failed", "why")
    assert state == "failed"
    assert state.reason == "why"
    assert State("off").reason == ""


def test_edits_are_made_from_the_back() -> None:
    assert Fix("x", (Edit(0, 1, "ONE"), Edit(2, 3, ""))).apply("a-b") == "ONE-"
