"""The module graph: versions, what is shared between them, elision by what the target exports, faults."""

from __future__ import annotations

import hashlib
import posixpath
import re

import pytest

from qjs_kernel.protocol import Fault, Resolution
from qjs_kernel.worker.graph import Graph, LinkFault


class Files:
    """Answers a graph's questions from a dict, as the kernel process would from its file system."""

    def __init__(self, /, **files: str) -> None:
        self.files = {
            f"/src/{name}.{'json' if text[:1] == '{' else 'ts'}": text for name, text in files.items()
        }
        self.loaded: list[str] = []

    def resolve(
        self, importer: str, specifiers: tuple[str, ...], *, require: bool = False
    ) -> tuple[Resolution | Fault, ...]:
        return tuple(self._resolve(importer, each) for each in specifiers)

    def _resolve(self, importer: str, specifier: str) -> Resolution | Fault:
        if specifier.startswith("node:"):
            return Resolution(specifier, "builtin", "")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
        path = re.sub(r"\.js$", ".ts", path)
        if path not in self.files:
            return Fault(importer, 0, 0, f"Cannot find module {path}", "Error", "mount it")
        kind = "json" if path.endswith(".json") else "esm"
        return Resolution(path, kind, hashlib.sha256(self.files[path].encode()).hexdigest()[:8])

    def load_source(self, path: str) -> str | Fault:
        self.loaded.append(path)
        return self.files[path]

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
