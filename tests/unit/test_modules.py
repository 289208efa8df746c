# ruff: noqa: E501, PT017
# Why: messages are as long as they are; an error is one of two right outcomes.
"""Resolution over a mounted tree: one table of what leads where, one of what is refused and how."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.errors import QjsError
from qjs_kernel.limits import Limits
from qjs_kernel.modules import ModuleResolver, ResolveError
from qjs_kernel.vfs import VirtualFS


def package(**fields: Any) -> str:
    return json.dumps(fields)


FILES: dict[str, Any] = {
    "src/types.ts": "export type A = 1",
    "src/custom.ts": "export const a = 1",
    "src/both.js": "1",
    "src/both.ts": "2",
    "src/view.tsx": "",
    "src/data.json": "{}",
    "src/old.cjs": "module.exports = 1",
    "src/lib/index.ts": "",
    "src/a b.ts": "",
    "src/q.ts?x": "",
    "src/notes.txt": "hello",
    "src/decl.d.ts": "",
    "top.mjs": "",
    "node_modules": {
        "esm/package.json": package(name="esm", type="module", exports="./main.js"),
        "esm/main.js": "export default 1",
        "cond/package.json": package(
            name="cond",
            exports={
                ".": {
                    "browser": "./b.js",
                    "require": "./r.cjs",
                    "import": {"node": "./i.mjs"},
                    "default": "./d.js",
                },
                "./sub/*": "./lib/*.js",
                "./sub/deep/*": "./deep/*.js",
                "./sub/private/*": None,
                "./list": [{"browser": "./b.js"}, "./d.js"],
                "./evil": "../../etc.js",
                "./odd": "/abs.js",
                "./gone": "./gone.js",
            },
        ),
        "cond/i.mjs": "",
        "cond/r.cjs": "",
        "cond/d.js": "",
        "cond/lib/x.js": "",
        "cond/deep/y.js": "",
        "cond/inner.js": "",
        "main/package.json": package(main="./lib/entry"),
        "main/lib/entry.js": "module.exports = 1",
        "main/lib/util.js": "exports.a = 1",
        "both/package.json": package(main="./cjs.js", module="./esm/index.js"),
        "both/cjs.js": "module.exports = 1",
        "both/esm/index.js": "// head\nexport * from './util.js'",
        "both/esm/util.js": "import fs from 'fs'\nexport const x = 1",
        "bare/index.js": "module.exports = 1",
        "single.js": "module.exports = 1",
        "@scope/pkg/package.json": package(exports={"./a": "./a.js"}),
        "@scope/pkg/a.js": "",
        "emitter/index.js": "",
        "broken/package.json": '{"name": ',
        "deep/package.json": '{"exports":' + '{"default":' * 60 + '"./a.js"' + "}" * 61,
        "nest/package.json": "[" * 100_000,
        "app/package.json": package(
            name="app",
            exports={".": "./x.js"},
            imports={"#util": "./u.js", "#dep": "esm", "#x/*": "./x/*.js"},
        ),
        "app/x.js": "",
        "app/u.js": "",
        "app/x/one.js": "",
        "app/node_modules/esm/index.js": "module.exports = 'nearer'",
    },
}


@pytest.fixture
def fs() -> VirtualFS:
    made = VirtualFS()
    made.mount("/", FILES)
    return made


@pytest.fixture
def resolver(fs: VirtualFS) -> ModuleResolver:
    return ModuleResolver(fs, allow_fs=True)


CASES = [
    ("./types.js", "/src/types.ts", "esm"),
    ("./types", "/src/types.ts", "esm"),
    ("./types.ts", "/src/types.ts", "esm"),
    ("./both.js", "/src/both.js", "esm"),
    ("./both", "/src/both.ts", "esm"),
    ("./view.jsx", "/src/view.tsx", "esm"),
    ("./view.js", "/src/view.tsx", "esm"),
    ("./data.json", "/src/data.json", "json"),
    ("./data.js", "/src/data.json", "json"),
    ("./old.cjs", "/src/old.cjs", "cjs"),
    ("./lib", "/src/lib/index.ts", "esm"),
    ("./lib/", "/src/lib/index.ts", "esm"),
    ("./lib.js", "/src/lib/index.ts", "esm"),
    ("./decl.js", "/src/decl.d.ts", "esm"),
    ("../../../src/custom.js", "/src/custom.ts", "esm"),
    ("/src/custom.js", "/src/custom.ts", "esm"),
    ("file:///src/custom.js", "/src/custom.ts", "esm"),
    ("file:///src/a%20b.ts", "/src/a b.ts", "esm"),
    ("./a%20b.js", "/src/a b.ts", "esm"),
    ("./a b.ts", "/src/a b.ts", "esm"),
    ("./custom.ts?again=1", "/src/custom.ts", "esm"),
    ("../top.mjs", "/top.mjs", "esm"),
    ("node:fs", "node:fs", "builtin"),
    ("fs/promises", "node:fs/promises", "builtin"),
    ("esm", "/node_modules/esm/main.js", "esm"),
    ("cond", "/node_modules/cond/i.mjs", "esm"),
    ("cond/sub/x", "/node_modules/cond/lib/x.js", "cjs"),
    ("cond/sub/deep/y", "/node_modules/cond/deep/y.js", "cjs"),
    ("cond/list", "/node_modules/cond/d.js", "cjs"),
    ("main", "/node_modules/main/lib/entry.js", "cjs"),
    ("main/lib/util", "/node_modules/main/lib/util.js", "cjs"),
    ("both", "/node_modules/both/esm/index.js", "esm"),
    ("bare", "/node_modules/bare/index.js", "cjs"),
    ("single", "/node_modules/single.js", "cjs"),
    ("@scope/pkg/a", "/node_modules/@scope/pkg/a.js", "cjs"),
    ("emitter", "/node_modules/emitter/index.js", "cjs"),
]


@pytest.mark.parametrize(("specifier", "path", "kind"), CASES)
def test_what_leads_where(resolver: ModuleResolver, specifier: str, path: str, kind: str) -> None:
    found = resolver.resolve(specifier, "/src/index.ts")
    assert (found.path, found.kind) == (path, kind)


def test_a_file_really_named_with_a_question_mark_comes_first(
    resolver: ModuleResolver, fs: VirtualFS
) -> None:
    with pytest.raises(ResolveError, match=r"q\.ts\?x: \.ts\?x files are no modules"):
        resolver.resolve("./q.ts?x", "/src/index.ts")


def test_the_digest_is_that_of_the_content(resolver: ModuleResolver, fs: VirtualFS) -> None:
    before = resolver.resolve("./custom.js", "/src/index.ts").digest
    assert before == fs.digest("/src/custom.ts")
    fs.write_text("/src/custom.ts", "export const a = 2")
    assert resolver.resolve("./custom.js", "/src/index.ts").digest != before


@pytest.mark.parametrize(
    ("specifier", "importer", "path"),
    [
        ("esm", "/node_modules/app/x.js", "/node_modules/app/node_modules/esm/index.js"),
        ("#util", "/node_modules/app/x/one.js", "/node_modules/app/u.js"),
        ("#dep", "/node_modules/app/x.js", "/node_modules/app/node_modules/esm/index.js"),
        ("#x/one", "/node_modules/app/x.js", "/node_modules/app/x/one.js"),
        ("app", "/node_modules/app/u.js", "/node_modules/app/x.js"),
        ("./util.js", "/node_modules/both/esm/index.js", "/node_modules/both/esm/util.js"),
    ],
)
def test_from_inside_a_package(resolver: ModuleResolver, specifier: str, importer: str, path: str) -> None:
    assert resolver.resolve(specifier, importer).path == path


def test_require_takes_its_own_condition(resolver: ModuleResolver) -> None:
    assert (
        resolver.resolve("cond", "/node_modules/bare/index.js", require=True).path
        == "/node_modules/cond/r.cjs"
    )


def test_links_resolve_to_one_module(resolver: ModuleResolver, fs: VirtualFS) -> None:
    fs.symlink("custom.ts", "/src/same.ts")
    assert resolver.resolve("./same.js", "/src/index.ts").path == "/src/custom.ts"


@pytest.mark.parametrize(
    ("specifier", "message", "hint"),
    [
        ("./custm.js", "Cannot find module /src/custm.js (imported from /src/index.ts)", "Did you mean custom.ts in /src?"),
        ("./nothing/x.js", "Cannot find module /src/nothing/x.js", "There is no directory /src/nothing."),
        ("custom.ts", "Cannot find package 'custom.ts'", "Did you mean './custom.ts'?"),
        ("bar", "Cannot find package 'bar'", "Did you mean bare?"),
        ("lodash", "Cannot find package 'lodash'", "/node_modules/lodash"),
        ("node:net", "node:net is not available in the sandbox: it would reach the network", "fetch"),
        ("child_process", "node:child_process is not available in the sandbox", "env functions"),
        ("node:domain", "node:domain is not available", "/node_modules/domain"),
        ("node:pth", "no such built-in module: 'node:pth'", "Did you mean node:path?"),
        ("https://x/y.js", "cannot import 'https://x/y.js': https: is not supported", "mount the file"),
        ("data:text/javascript,1", "data: is not supported", "ount the text"),
        ("npm:left-pad", "npm: is not supported", "/node_modules"),
        ("jsr:@a/b", "jsr: is not supported", "/node_modules"),
        ("gopher:x", "gopher: is not supported", "node: URLs"),
        ("file://host/x.js", "a file URL has no host", ""),
        ("./notes.txt", "cannot import /src/notes.txt: .txt files are no modules", "readFileSync"),
        ("", "names nothing", ""),
        ("x" * 5000, "longer than 4096", ""),
        ("./a\0b", "contains a NUL", ""),
        ("./\ud800", "contains a lone surrogate", ""),
        ("@bad", "is not a valid package name", "./"),
        ("cond/inner.js", "does not export './inner.js'", "Its exports are:"),
        ("cond/sub/private/z", "does not export", ""),
        ("cond/evil", "is not usable: the target '../../etc.js' does not begin with './'", ""),
        ("cond/odd", "does not begin with './'", ""),
        ("cond/sub/../../x", "leads out of the package", ""),
        ("cond/gone", "cannot find /node_modules/cond/gone.js, which /node_modules/cond/package.json names", ""),
        ("broken", "/node_modules/broken/package.json is not usable: Expecting value at line 1, column 10", ""),
        ("deep", "nested too deeply", ""),
        ("nest", "/node_modules/nest/package.json is not usable", ""),
        ("#none", "is not defined", ""),
        ("bare/../main", "leads out of the package", ""),
    ],
)  # fmt: skip
def test_refusals_say_what_and_why(resolver: ModuleResolver, specifier: str, message: str, hint: str) -> None:
    with pytest.raises(ResolveError) as caught:
        resolver.resolve(specifier, "/src/index.ts")
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_fs_is_refused_without_permission(fs: VirtualFS) -> None:
    resolver = ModuleResolver(fs, allow_fs=False)
    for name in ("fs", "node:fs", "fs/promises"):
        with pytest.raises(ResolveError, match="allow_fs=False"):
            resolver.resolve(name, "/src/index.ts")
    assert resolver.resolve("./custom.js", "/src/index.ts").path == "/src/custom.ts"


def test_load_gives_text_or_says_why_not(fs: VirtualFS) -> None:
    fs.limits = Limits(module_bytes=100)
    resolver = ModuleResolver(fs, allow_fs=True)
    fs.write_bytes("/bom.ts", b"\xef\xbb\xbfexport {}")
    fs.write_bytes("/bin.ts", b"ab\xff")
    fs.write_bytes("/nul.ts", b"a\0b")
    fs.write_bytes("/big.ts", b" " * 101)
    assert resolver.load("/bom.ts")[0] == "export {}"
    for path, why in [
        ("/bin.ts", "is not text: byte 2"),
        ("/nul.ts", "is not text: it has a NUL"),
        ("/big.ts", "module_bytes=100"),
        ("/no.ts", "ENOENT"),
    ]:
        with pytest.raises(ResolveError, match=why):
            resolver.load(path)


@given(st.text(max_size=40), st.sampled_from(["/src/index.ts", "/node_modules/app/x.js", "/x", "odd"]))
def test_any_specifier_resolves_or_raises_a_resolve_error(specifier: str, importer: str) -> None:
    fs = VirtualFS()
    fs.mount(
        "/",
        {"src/index.ts": "", "node_modules/app/package.json": package(name="app", exports={"./*": "./*"})},
    )
    resolver = ModuleResolver(fs, allow_fs=True)
    for prefix in ("", "./", "#", "app/", "file://", "node:"):
        try:
            found = resolver.resolve(prefix + specifier, importer)
        except ResolveError as error:
            assert isinstance(error, QjsError)
            assert str(error)
        else:
            assert found.path.startswith(("/", "node:fs"))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from(["./a.js", "./*", "../x"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([".", "./a", "./*", "import", "default", "node", "0"]), inner, max_size=4
            )
        ),
        max_leaves=20,
    )
)
def test_any_exports_field_resolves_inside_the_package_or_raises(exports: Any) -> None:
    fs = VirtualFS()
    fs.mount(
        "/", {"node_modules/p/package.json": package(exports=exports), "node_modules/p/a.js": "", "x": ""}
    )
    for specifier in ("p", "p/a", "p/a.js"):
        try:
            found = ModuleResolver(fs, allow_fs=True).resolve(specifier, "/src/index.ts")
        except ResolveError:
            continue
        assert found.path == "/node_modules/p/a.js"
