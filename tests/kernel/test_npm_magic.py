"""`%npm` in a real kernel: what cells see of packages, and what an interrupt, an undo or a failure leave."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.kernel_wire import Wire
from tests.unit.fake_npm import FakeNpm

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the npm of these tests is a shell script")

REGISTRY = {
    "adder": {
        "version": "1.0.0",
        "files": {
            "package.json": json.dumps({"name": "adder", "main": "index.js"}),
            "index.js": "const { one } = require('unit');\nexports.add = (x) => x + one;",
            "index.d.ts": "export function add(x: number): number",
        },
        "dependencies": {"unit": "*"},
    },
    "unit": {"version": "2.0.0", "files": {"package.json": '{"main": "u.js"}', "u.js": "exports.one = 1"}},
    "modern": {
        "version": "0.1.0",
        "files": {
            "package.json": '{"type": "module", "exports": "./m.js"}',
            "m.js": "export default 'modern'",
        },
    },
}


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> FakeNpm:
    return FakeNpm(tmp_path_factory.mktemp("npm") / "home", REGISTRY)


@pytest.fixture(scope="module")
def notebook(
    jupyter_path: Path, fake: FakeNpm, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Wire, Path]]:
    """A kernel that finds this npm, and the directory it has for temporary files."""
    temporary = tmp_path_factory.mktemp("tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", fake.put_on_path(tmp_path_factory.mktemp("bin")))
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        wire = Wire()
    yield wire, temporary
    wire.close()


@pytest.fixture
def wire(notebook: tuple[Wire, Path], fake: FakeNpm) -> Iterator[Wire]:
    """Without packages before and after."""
    fake.behave("")
    yield notebook[0]
    ran = notebook[0].run("%npm list")
    names = re.findall(r"^(\S+) \d", ran.stream(), re.MULTILINE)
    if names:
        assert notebook[0].run(f"%npm remove {' '.join(names)}").ok
    assert not list(notebook[1].glob("qjs-npm-*")), "the private directory is gone"


def test_cells_see_packages_at_once(wire: Wire) -> None:
    assert wire.run("import { add } from 'adder'").reply["status"] == "error"
    ran = wire.run("%npm add adder")
    assert ran.ok, ran.traceback
    assert ran.stream() == 'adder 1.0.0  137 B  import from "adder"\nand 1 more that they need\n'
    assert wire.value("import { add } from 'adder'; add(1)") == "2"
    assert wire.value("add(2)") == "3", "imports are names of the notebook"
    ran = wire.run("%npm list")
    assert ran.stream() == ('adder 1.0.0  137 B  import from "adder"\nneeded by them (31 B): unit 2.0.0\n')
    assert wire.run("%npm remove adder").stream() == "removed adder, unit\n"
    assert wire.run("import { add as again } from 'adder'").reply["status"] == "error"
    assert wire.value("add(3)") == "4", "what has been imported is there"


def test_a_cell_that_adds_what_it_imports(wire: Wire) -> None:
    assert wire.value("%npm add modern\nimport word from 'modern'\nword") == "'modern'"


def test_packages_cannot_be_changed_by_the_guest(wire: Wire) -> None:
    assert wire.run("%npm add modern").ok
    ran = wire.run(
        "import { writeFileSync } from 'node:fs'\nwriteFileSync('/node_modules/modern/m.js', 'export default 1')"
    )
    assert "EROFS" in ran.reply["evalue"]


def test_failures_are_short_and_change_nothing(wire: Wire, fake: FakeNpm) -> None:
    assert wire.run("%npm add modern").ok
    fake.behave("fail")
    ran = wire.run("%npm add adder")
    assert ran.reply["ename"] == "NpmError"
    assert "could not install adder" in ran.reply["evalue"]
    assert "Traceback" not in ran.traceback
    fake.behave(json.dumps({"error": {"code": "ENOTFOUND", "summary": "no network", "detail": ""}}))
    assert wire.run("%npm add adder").reply["ename"] == "RegistryUnreachable"
    for line in ("%npm add ../x", "%npm add https://h/x.tgz", "%npm add -g", "%npm add 'a;b'"):
        assert wire.run(line).reply["status"] == "error"
    assert wire.value("import word from 'modern'; word") == "'modern'"
    assert wire.run("%npm list").stream().startswith("modern 0.1.0")


def test_an_interrupt_stops_npm(wire: Wire, fake: FakeNpm) -> None:
    assert wire.run("%npm add modern").ok
    fake.behave("hang")
    pids = fake.home / "pids.txt"
    pids.unlink(missing_ok=True)
    ident = wire.send("%npm add adder")
    wire.busy(ident)
    fake.wait_for(pids)
    wire.sigint()
    ran = wire.finish(ident)
    assert ran.reply["ename"] in ("KeyboardInterrupt", "Interrupted")
    assert fake.hanging() == []
    assert wire.run("%npm list").stream().startswith("modern 0.1.0")
    assert wire.value("import word from 'modern'; word") == "'modern'"


def test_undo(wire: Wire) -> None:
    assert wire.run("%npm add modern").ok
    assert wire.run("%npm add adder").ok
    assert wire.run("%undo").stream() == "undone: npm add adder\n"
    assert wire.run("%npm list").stream().count("\n") == 1
    assert wire.run("import { add as undone } from 'adder'").reply["status"] == "error"


def test_help(wire: Wire) -> None:
    shown = wire.run("%qjs npm").stream()
    assert shown.startswith("%npm ACTION [NAME …] [--timeout S]")
    assert "/node_modules" in shown
