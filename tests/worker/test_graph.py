"""The module graph: versions, what is shared between them, elision by what the target exports, faults."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Sequence

import pytest

from qjs_kernel.protocol import Fault, Found, Resolution, Source
from qjs_kernel.worker import graph, links, texts
from qjs_kernel.worker.graph import Graph, LinkFault
from qjs_kernel.worker.links import Query


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class Files:
    """Answers a graph's questions from a dict, as the kernel process would from its file system."""

    def __init__(self, /, **files: str) -> None:
        self.files = {
            name if name[:1] == "/" else f"/src/{name}.{'json' if text[:1] == '{' else 'ts'}": text
            for name, text in files.items()
        }
        self.loaded: list[str] = []
        self.asked: list[list[str]] = []
        self._before: dict[str, str] = {}
        self._lasting: dict[str, str] = {}
        self._revision = (0, 0)

    @property
    def revision(self) -> tuple[int, int]:
        if self.files != self._before:
            lasting = {p: t for p, t in self.files.items() if p.startswith("/node_modules/")}
            if lasting != self._lasting:
                self._lasting = lasting
                self._revision = (self._revision[0], self._revision[1] + 1)
            self._before = dict(self.files)
            self._revision = (self._revision[0] + 1, self._revision[1])
        return self._revision

    def resolve(self, queries: Sequence[Query]) -> Found:
        self.asked.append([importer for importer, _, _ in queries])
        revision = self.revision
        results = tuple(
            tuple(self._resolve(importer, each) for each in specifiers) for importer, specifiers, _ in queries
        )
        return Found(0, results, revision)

    def _resolve(self, importer: str, specifier: str) -> Resolution | Fault:
        if specifier.startswith("node:"):
            return Resolution(specifier, "builtin", "", importer.startswith("/node_modules/"))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
        if path not in self.files:
            path = re.sub(r"\.js$", ".ts", path)
        if path not in self.files:
            return Fault(importer, 0, 0, f"Cannot find module {path}", "Error", "mount it")
        ending = path.rpartition(".")[2]
        kind = {"json": "json", "cjs": "cjs"}.get(ending, "esm")
        lasting = importer.startswith("/node_modules/") and path.startswith("/node_modules/")
        return Resolution(path, kind, digest_of(self.files[path]), lasting)

    def load_sources(self, paths: Sequence[str]) -> tuple[Source | Fault, ...]:
        self.loaded += paths
        return tuple(Source(self.files[path], digest_of(self.files[path])) for path in paths)

    def exported_names(self, canonical: str) -> list[str]:
        return ["readFileSync", "writeFileSync", "default", "not-a-name"] if canonical == "node:fs" else []


def no_opinion(_text: str, _dialect: str) -> None:
    """A second parser that reads nothing the first one does not."""


class Linked:
    """A graph over `files`; `enter` counts the runs."""

    def __init__(self, files: Files, module_bytes: int = 1_000_000) -> None:
        self.files = files
        self.graph = Graph(files, module_bytes, no_opinion)
        self.runs = 0

    def enter(self, source: str, **options: bool) -> str:
        self.runs += 1
        options = {"cell": False, **options}
        return self.graph.enter("/src/index.ts", source, "ts", run=str(self.runs), **options)

    def names(self, source: str) -> dict[str, str]:
        """The canonical name of every module below `source`, by path."""
        found: dict[str, str] = {}
        todo = [self.enter(source)]
        while todo:
            base = todo.pop()
            for specifier in self.graph._entries[base].edges:
                name = self.graph.normalize(base, specifier)
                if name not in found.values():
                    found[name.partition("?")[0]] = name
                    todo.append(name)
        return found

    def code(self, source: str) -> str:
        code = self.graph.load(self.enter(source))
        assert code is not None
        return code


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {path.removeprefix("/src/").removesuffix(".ts") for path in before if before[path] != after[path]}


# Versions


def test_a_version_depends_on_what_is_below_it() -> None:
    linked = Linked(
        Files(
            top="import './left.js'; import './right.js'",
            left="import './leaf.js'",
            right="export const r = 1",
            leaf="export const l = 1",
        )
    )
    first = linked.names("import './top.js'")
    assert changed(first, linked.names("import './top.js'; 1")) == set()
    linked.files.files["/src/leaf.ts"] = "export const l = 2"
    second = linked.names("import './top.js'")
    assert changed(first, second) == {"leaf", "left", "top"}, "its sibling keeps its name"
    linked.files.files["/src/leaf.ts"] = "export const l = 1"
    assert linked.names("import './top.js'") == first


def test_modules_in_a_circle_change_together() -> None:
    linked = Linked(
        Files(
            a="import './b.js'; import './outside.js'",
            b="import './c.js'",
            c="import './a.js'; import './below.js'",
            below="1",
            outside="2",
            alone="import './alone.js'",
        )
    )
    source = "import './a.js'; import './alone.js'"
    first = linked.names(source)
    for path, expected in (
        ("below", {"below", "a", "b", "c"}),
        ("b", {"a", "b", "c"}),
        ("outside", {"outside", "a", "b", "c"}),
        ("alone", {"alone"}),
    ):
        text = linked.files.files[f"/src/{path}.ts"]
        linked.files.files[f"/src/{path}.ts"] = text + ";'changed'"
        assert changed(first, linked.names(source)) == expected
        linked.files.files[f"/src/{path}.ts"] = text
    assert linked.names(source) == first


def test_where_one_enters_a_circle_does_not_matter() -> None:
    linked = Linked(Files(a="import './b.js'", b="import './c.js'", c="import './a.js'"))
    assert (
        linked.names("import './a.js'") == linked.names("import './c.js'") == linked.names("import './b.js'")
    )


def test_a_long_chain_needs_no_deep_recursion() -> None:
    count = 3_000
    chain = {f"m{n}": f"import './m{n + 1}.js'" for n in range(count)} | {f"m{count}": "1"}
    linked = Linked(Files(**chain))
    assert len(linked.names("import './m0.js'")) == count + 1


def test_every_run_has_a_name_of_its_own_and_files_are_parsed_once() -> None:
    linked = Linked(Files(a="1"))
    assert linked.enter("import './a.js'") != linked.enter("import './a.js'")
    assert linked.files.loaded == ["/src/a.ts"]


def builtin_text(linked: Linked, code: str) -> str:
    (canonical,) = linked.names(code).values()
    assert canonical.startswith("node:fs?")
    return linked.graph.load(canonical) or ""


def test_of_builtins_only_what_is_imported_is_read() -> None:
    linked = Linked(Files())
    text = builtin_text(linked, "import fs, { readFileSync } from 'node:fs'")
    assert "as readFileSync" in text
    assert "writeFileSync" not in text
    assert "as readFileSync" not in builtin_text(linked, "import fs from 'node:fs'")


def test_names_that_a_builtin_does_not_have_are_left_to_the_engine() -> None:
    assert "nothing" not in builtin_text(Linked(Files()), "import { nothing } from 'node:fs'")


@pytest.mark.parametrize("code", ["import * as fs from 'node:fs'", "export * from 'node:fs'"])
def test_a_namespace_of_a_builtin_has_all_its_names(code: str) -> None:
    text = builtin_text(Linked(Files()), code)
    assert "as readFileSync" in text
    assert "as writeFileSync" in text
    assert 'as "not-a-name"' in text


def test_dynamic_imports_with_a_literal_are_found_ahead_and_may_fail() -> None:
    linked = Linked(Files(a="1"))
    base = linked.enter("import('./a.js'); import('./gone.js')")
    assert linked.graph.normalize(base, "./a.js").startswith("/src/a.ts?")
    failing = linked.graph.load(linked.graph.normalize(base, "./gone.js")) or ""
    assert "ERR_MODULE_NOT_FOUND" in failing
    assert "Cannot find module /src/gone.ts" in failing


def test_a_dynamic_import_computed_by_the_guest() -> None:
    linked = Linked(Files(a="import './b.js'", b="1"))
    base = linked.enter("1")
    name = linked.graph.normalize(base, "./a.js")
    assert name == linked.names("import './a.js'")["/src/a.ts"], "the version is the same by both ways"


def test_odd_specifiers_never_fail_the_engine() -> None:
    linked = Linked(Files(a="1"))
    base = linked.enter("1")
    for specifier in ("", "?", "/src/a.ts?0000", "\0", "qjs:never", "../" * 100, "x" * 10_000):
        name = linked.graph.normalize(base, specifier)
        assert linked.graph.load(name), specifier
    assert linked.graph.load("/src/nobody.ts?1") is None


# Elision


FILES = Files(
    types="export type T = 1; export interface I {} export const value = 1; export class C {} export enum E { A }",
    again="export { T, value } from './types.js'; export type { I } from './types.js'",
    star="export * from './types.js'",
    renamed="export { T as Shown, value as shown } from './types.js'",
    circle="export * from './circle.js'; export { X } from './circle.js'",
    data='{"a": 1}',
)


@pytest.mark.parametrize(
    ("source", "kept", "gone"),
    [
        ("import { T, value } from './types.js'", {"value"}, {"T"}),
        ("import { I, C, E } from './types.js'", {"C", "E"}, {"I"}),
        ("import { T, I, value } from './again.js'", {"value"}, {"T", "I"}),
        ("import { T, I, value } from './star.js'", {"value"}, {"T", "I"}),
        ("import { Shown, shown } from './renamed.js'", {"shown"}, {"Shown"}),
        ("import { type value as V, C } from './types.js'", {"C"}, {"V"}),
        ("import { unknown } from './types.js'", {"unknown"}, set()),
        ("import { X } from './circle.js'", {"X"}, set()),
        ("import * as ns from './types.js'", {"ns"}, set()),
        ("export { T, value } from './types.js'", {"value"}, {"T"}),
    ],
)  # fmt: skip
def test_imports_go_by_what_the_target_exports(source: str, kept: set[str], gone: set[str]) -> None:
    code = Linked(FILES).code(source)
    for name in kept:
        assert re.search(rf"\b{name}\b", code), code
    for name in gone:
        assert not re.search(rf"\b{name}\b", code), code


def test_an_import_of_types_alone_asks_for_nothing() -> None:
    linked = Linked(Files(types="export type T = 1; export const never = 1"))
    assert linked.names("import type { T } from './types.js'; import type X from './gone.js'") == {}


def test_json_is_a_module() -> None:
    linked = Linked(FILES)
    (name,) = linked.names("import d from './data.json'").values()
    assert "export default" in (linked.graph.load(name) or "")


# Faults


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        ({}, "1;\n  import './gone.js'", ("/src/index.ts", 2, 10, "Cannot find module /src/gone.ts")),
        (
            {"a": "\nimport './gone.js'"},
            "import './a.js'",
            ("/src/a.ts", 2, 8, "Cannot find module /src/gone.ts"),
        ),
        ({"a": "1;\nlet b = ;"}, "import './a.js'", ("/src/a.ts", 2, 9, "unexpected")),
        ({"a": "{ x: 1}"}, "import './a.json'", ("/src/a.json", 1, 3, "invalid JSON")),
        ({"a": "x" * 2_000}, "import './a.js'", ("/src/a.ts", 0, 0, "2,000 bytes")),
    ],
)
def test_faults_say_where(files: dict[str, str], source: str, expected: tuple[str, int, int, str]) -> None:
    linked = Linked(Files(**files), module_bytes=1_000)
    with pytest.raises(LinkFault) as caught:
        linked.enter(source)
    fault = caught.value.fault
    assert (fault.file, fault.line, fault.column) == expected[:3]
    assert expected[3] in fault.message


# What is kept between runs


PACKAGE = {
    "/node_modules/p/main.js": "export * from './left.js'; export * from './right.js'",
    "/node_modules/p/left.js": "import './leaf.js'; export const left = 1",
    "/node_modules/p/right.js": "import './leaf.js'; import './main.js'; import 'node:fs'; export const right = 1",
    "/node_modules/p/leaf.js": "export const leaf = 1",
}
IMPORT = "import { left } from '../node_modules/p/main.js'; import './own.js'; left"


def package(**files: str) -> Linked:
    return Linked(Files(**PACKAGE, **{"own": "import './below.js'", "below": "1", **files}))


def test_one_question_and_one_load_for_each_level() -> None:
    linked = package()
    linked.enter(IMPORT)
    levels = [sorted(posixpath.basename(path) for path in asked) for asked in linked.files.asked]
    assert levels == [["index.ts"], ["main.js", "own.ts"], ["left.js", "right.js"]]
    assert sorted(linked.files.loaded) == sorted(linked.files.files)


def test_a_later_run_asks_for_its_own_imports_only() -> None:
    linked = package()
    first = linked.names(IMPORT)
    linked.files.asked.clear()
    linked.files.loaded.clear()
    assert linked.names(IMPORT + ";1") == first
    assert linked.files.asked == [["/src/index.ts"]]
    base = linked.enter("1")
    assert linked.graph.normalize(base, "../node_modules/p/main.js") == first["/node_modules/p/main.js"]
    assert linked.files.asked[1:] == [["/src/index.ts"]]
    assert linked.files.loaded == []


def test_packages_are_kept_while_other_files_change() -> None:
    linked = package()
    first = linked.names(IMPORT)
    linked.files.asked.clear()
    linked.files.files["/src/below.ts"] = "2"
    assert changed(first, linked.names(IMPORT)) == {"own", "below"}
    assert linked.files.asked == [["/src/index.ts"], ["/src/own.ts"]]


def test_a_package_that_changed_is_seen() -> None:
    linked = package()
    first = linked.names(IMPORT)
    linked.files.files["/node_modules/p/leaf.js"] = "export const leaf = 2"
    second = linked.names(IMPORT)
    assert {path for path in first if first[path] != second[path]} == set(PACKAGE), "they are in a circle"
    linked.files.files["/node_modules/p/leaf.js"] = "export const leaf = 1"
    assert linked.names(IMPORT) == first


def test_a_package_that_looks_outside_is_not_kept_as_one() -> None:
    linked = package()
    linked.files.files["/node_modules/p/leaf.js"] = "import '../../src/below.js'"
    first = linked.names(IMPORT)
    linked.files.files["/src/below.ts"] = "2"
    second = linked.names(IMPORT)
    assert {path for path in first if first[path] != second[path]} == {*first} - {"node:fs"}


def test_what_was_missing_is_found_when_it_is_there() -> None:
    linked = package(own="export const x = 1")
    with pytest.raises(LinkFault, match="later"):
        linked.enter("import './later.js'")
    linked.files.files["/src/later.ts"] = "import './own.js'"
    assert set(linked.names("import './later.js'")) == {"/src/later.ts", "/src/own.ts"}
    del linked.files.files["/src/own.ts"]
    with pytest.raises(LinkFault, match="own"):
        linked.enter("import './later.js'")


def test_commonjs_is_read_once_for_each_text() -> None:
    linked = Linked(
        Files(
            **{
                "/node_modules/c/a.cjs": "require('./b.cjs'); require('./gone.cjs')",
                "/node_modules/c/b.cjs": "1",
            }
        )
    )
    source = "import '../node_modules/c/a.cjs'"
    linked.enter(source)
    assert sorted(linked.files.loaded) == ["/node_modules/c/a.cjs", "/node_modules/c/b.cjs"]
    linked.files.files["/node_modules/c/gone.cjs"] = "3"
    linked.enter(source)
    assert linked.files.loaded[2:] == ["/node_modules/c/gone.cjs"], "a file that was missing is found"
    linked.enter(source)
    assert len(linked.files.loaded) == 3


def test_a_program_that_is_imported_by_what_it_imports() -> None:
    linked = Linked(Files(a="import './index.js'; import './b.js'", b="1", index="export const file = 1"))
    source = "import './a.js'; import * as me from './index.js'"
    base = linked.enter(source)
    inner = linked.graph.normalize(base, "./a.js")
    assert linked.graph.normalize(base, "./index.js") == base, "itself"
    assert linked.graph.normalize(inner, "./index.js").startswith("/src/index.ts?")
    again = linked.enter(source)
    assert linked.graph.normalize(again, "./a.js") == inner
    assert linked.graph.normalize(again, "./index.js") == again != base


def test_a_module_that_was_kept_is_known_for_its_types() -> None:
    linked = Linked(Files(types="export type T = 1; export const v = 1", again="export * from './types.js'"))
    linked.enter("import './again.js'")
    linked.files.asked.clear()
    assert not re.search(r"\bT\b", linked.code("import { T, v } from './again.js'; v"))
    assert len(linked.files.asked) == 1


def test_javascript_loses_types_too() -> None:
    linked = Linked(
        Files(
            **{
                "/src/a.js": "import { T, v } from './t.js'; export { T, v }",
                "t": "export type T = 1; export const v = 1",
            }
        )
    )
    names = linked.names("import './a.js'")
    code = linked.graph.load(names["/src/a.js"]) or ""
    assert "v" in code
    assert not re.search(r"\bT\b", code)


class Restless(Files):
    """Files that change between two questions, `left` times."""

    left = 0

    def resolve(self, queries: Sequence[Query]) -> Found:
        found = super().resolve(queries)
        if self.left:
            self.left -= 1
            self.files["/src/a.ts"] = f"export const n = {self.left}"
        return found


def test_a_file_that_changes_while_it_is_imported() -> None:
    files = Restless(a="export const n = 'old'")
    linked = Linked(files)
    files.left = 2
    (name,) = linked.names("import { n } from './a.js'").values()
    assert "n = 0" in (linked.graph.load(name) or "")
    files.files["/src/a.ts"], files.left = "export const n = 'new'", 1_000
    with pytest.raises(LinkFault, match="again and again"):
        linked.enter("import { n } from './a.js'")


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in ((graph, "_KEEP"), (links, "_KEEP"), (texts, "_KEEP"), (texts, "_KEEP_TREES")):
        monkeypatch.setattr(place, name, 20_000)
    linked = Linked(
        Files(
            **{f"m{n}": f"import './shared.js'; export const n = '{n:_>500}'" for n in range(100)}, shared="1"
        )
    )
    for number in range(100):
        base = linked.enter(f"import {{ n }} from './m{number}.js'; n")
        inner = linked.graph.normalize(base, f"./m{number}.js")
        assert linked.graph.load(inner), "what a run needs is there, whatever went"
        assert linked.graph.load(linked.graph.normalize(inner, "./shared.js"))
        linked.graph.normalize(base, f"./gone{number}.js")
    inside = linked.graph
    assert len(inside._entries) < 40
    assert len(inside._texts._texts) < 40
    assert len(inside._texts._trees) < 60
    assert sum(map(len, inside._links._stores)) < 40
    assert inside._kept == sum(map(graph._weight, inside._entries.values()))


def test_what_a_run_needs_is_there_whatever_is_pushed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "_KEEP", 20_000)
    linked = package()
    for number in range(60):
        names = linked.names(f"{IMPORT}; // {number:_>{number * 150}}")
        for name in names.values():
            assert linked.graph.load(name), (number, name)
        base = linked.enter("1")
        late = linked.graph.normalize(base, "./own.js")
        assert linked.graph.load(linked.graph.normalize(late, "./below.js"))


def test_a_graph_larger_than_what_is_kept_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "_KEEP", 3_000)
    linked = package()
    for _ in range(3):
        base = linked.enter(IMPORT)
        assert linked.graph.load(base)
    assert sum(map(len, linked.graph._links._stores)) == 0
