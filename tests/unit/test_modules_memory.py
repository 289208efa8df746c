"""What the resolver remembers: never longer than it is true, and no more than there is room for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from qjs_kernel.modules import ModuleResolver, ResolveError, memory
from qjs_kernel.vfs import VirtualFS

MAIN = "/node_modules/p/main.js"


@pytest.fixture
def fs() -> VirtualFS:
    fs = VirtualFS()
    fs.mount(
        "/",
        {
            "src": {"a.ts": "1", "b.ts": "2"},
            "node_modules": {
                "p": {
                    "package.json": '{"main": "main.js", "type": "module"}',
                    "main.js": "1",
                    "other.js": "2",
                    "inner": {"x.js": "1"},
                },
                "q": {"index.js": "1"},
            },
        },
    )
    return fs


@pytest.fixture
def resolver(fs: VirtualFS) -> ModuleResolver:
    return ModuleResolver(fs, allow_fs=True)


def found(resolver: ModuleResolver, specifier: str, importer: str) -> Any:
    try:
        result = resolver.resolve(specifier, importer)
    except ResolveError as error:
        return error.code
    return result.path, result.kind, result.digest


OTHER_MAIN = json.dumps({"main": "other.js"})
Action = Callable[[VirtualFS], Any]


@pytest.mark.parametrize(
    "action",
    [
        lambda fs: fs.write_text("/src/a.ts", "3"),
        lambda fs: fs.remove("/src/a.ts"),
        lambda fs: fs.rename("/src/b.ts", "/src/a.ts"),
        lambda fs: fs.mkdir("/src/node_modules/p"),
        lambda fs: fs.mount("/src/node_modules/p.js", "3"),
        lambda fs: fs.write_text("/node_modules/p/package.json", OTHER_MAIN, force=True),
        lambda fs: fs.write_text("/node_modules/p/package.json", '{"main": "main.js"}', force=True),
        lambda fs: fs.remove("/node_modules/p/package.json", force=True),
        lambda fs: fs.write_text("/node_modules/p/inner/package.json", "{}", force=True),
        lambda fs: fs.remove("/node_modules/p", force=True),
        lambda fs: fs.remove("/node_modules", force=True),
        lambda fs: fs.mount("/node_modules/p/node_modules/q/index.js", "2"),
        lambda fs: fs.mount("/node_modules/p/inner/x.js", "export {}"),
        lambda fs: fs.write_text("/node_modules/fs", "not a directory"),
        lambda fs: fs.write_text("/unrelated", ""),
    ],
)
def test_a_change_is_seen_and_so_is_the_way_back(fs: VirtualFS, action: Action) -> None:
    resolver = ModuleResolver(fs, allow_fs=True)
    questions = [
        ("./a.js", "/src/b.ts"),
        ("p", "/src/b.ts"),
        ("q", MAIN),
        ("./inner/x.js", MAIN),
        ("../other.js", "/node_modules/p/inner/x.js"),
        ("fs", MAIN),
    ]

    def all_found(resolver: ModuleResolver) -> list[Any]:
        return [found(resolver, *question) for question in questions]

    before, start = all_found(resolver), fs.snapshot()
    action(fs)
    assert all_found(resolver) == all_found(ModuleResolver(fs, allow_fs=True))
    assert all_found(resolver) == all_found(ModuleResolver(fs, allow_fs=True)), "asked again"
    fs.restore(start)
    assert all_found(resolver) == before


@pytest.mark.parametrize(
    ("specifier", "importer", "lasting"),
    [
        ("./other.js", MAIN, True),
        ("q", MAIN, True),
        ("node:fs", MAIN, True),
        ("fs", MAIN, True),
        ("/node_modules/p/other.js", MAIN, False),
        ("../../src/a.js", MAIN, False),
        ("../../src/../node_modules/p/other.js", MAIN, True),
        ("p", "/src/a.ts", False),
        ("./b.js", "/src/a.ts", False),
        ("node:fs", "/src/a.ts", False),
    ],
)
def test_what_lasts_while_packages_are_the_same(
    resolver: ModuleResolver, specifier: str, importer: str, lasting: bool
) -> None:
    for _ in range(2):
        assert resolver.resolve(specifier, importer).lasting is lasting


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        ("../q", True),
        ("./main.js", True),
        ("../../src", False),
        ("/src", False),
        ("/node_modules/q", False),
        ("inner/../../../src", False),
    ],
)
def test_links_that_lead_out_of_the_packages(fs: VirtualFS, target: str, inside: bool) -> None:
    fs.symlink(target, "/node_modules/p/link")
    assert ModuleResolver(fs, allow_fs=True).resolve("./other.js", MAIN).lasting is inside


def test_packages_behind_a_link(fs: VirtualFS) -> None:
    fs.rename("/node_modules", "/store", force=True)
    fs.symlink("/store", "/node_modules")
    resolver = ModuleResolver(fs, allow_fs=True)
    assert not resolver.resolve("./other.js", MAIN).lasting
    before = found(resolver, "p", "/src/a.ts")
    fs.write_text("/store/p/main.js", "new", force=True)
    assert found(resolver, "p", "/src/a.ts") != before


def test_the_number_of_packages_stays_when_other_files_change(
    fs: VirtualFS, resolver: ModuleResolver
) -> None:
    whole, packages = resolver.revision()
    fs.write_text("/src/a.ts", "3")
    assert resolver.revision()[0] > whole
    assert resolver.revision()[1] == packages
    fs.write_text(MAIN, "3")
    assert resolver.revision()[1] > packages


def test_what_is_remembered_is_bounded(fs: VirtualFS, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = ModuleResolver(fs, allow_fs=True)
    kept = resolver._memory
    monkeypatch.setattr(memory, "_MOST", 50)
    for number in range(500):
        assert resolver.resolve(f"./other.js?{number}", MAIN).path == "/node_modules/p/other.js"
        assert resolver.resolve(f"./a.js?{number}", "/src/b.ts").path == "/src/a.ts"
        assert len(kept._lasting) + len(kept._passing) <= 50
    monkeypatch.setattr(memory, "_MOST", 10_000)
    monkeypatch.setattr(memory, "_MOST_CHARACTERS", 10_000)
    for number in range(100):
        resolver.resolve(f"./{number:_>200}/../other.js", MAIN)
        assert sum(len(str(key)) for key in (*kept._lasting, *kept._passing)) < 20_000
