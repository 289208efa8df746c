"""Completion: commands from their table, code from the service, and from the guest's values where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel.assist import Suggestion, complete_command, guest_text
from qjs_kernel.assist.values import path_at, path_before
from qjs_kernel.magics import COMMANDS, split_cell
from qjs_kernel.session import Session
from tests.kernel.fake_service import Completion, Desk, desks, marked
from tests.kernel.kernel_wire import Wire

CELL_COMMANDS = {command.name for command in COMMANDS if command.kind == "cell"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from desks()


def complete(desk: Desk, code: str, number: int = 1) -> list[Suggestion]:
    """What is suggested at the caret of cell `number`."""
    raw, position = marked(code)
    source = guest_text(desk.session, raw, split_cell(raw, CELL_COMMANDS), number)
    assert source is not None
    return asyncio.run(desk.assistant.complete(source, position))


def texts(found: list[Suggestion]) -> list[str]:
    return [each.text for each in found]


class TestCommands:
    def words(self, desk: Desk, line: str, *others: str) -> list[str]:
        raw, _ = marked(line)
        return texts(complete_command(desk.session, raw, others))

    def test_names_of_ours_and_of_others(self, desk: Desk) -> None:
        assert self.words(desk, "%t‸", "%time", "%%timeit") == ["%tree", "%time"]
        assert self.words(desk, "%%m‸") == ["%%mount"]

    def test_the_place_is_the_word(self, desk: Desk) -> None:
        (found,) = complete_command(desk.session, "  %%mount --ap")
        assert (found.text, found.start, found.end) == ("--append", 10, 14)

    def test_options_once(self, desk: Desk) -> None:
        assert self.words(desk, "%%mount /a.ts --ro --‸") == ["--append", "--newline", "--json", "--glob"]
        assert "--timeout" in self.words(desk, "%%ts --‸")

    @pytest.mark.parametrize(
        "command", ["%%mount", "%cat", "%tree", "%unmount", "%check", "%format", "%mount x"]
    )
    def test_paths(self, desk: Desk, command: str) -> None:
        desk.session.mount_texts({"/src/custom.ts": "", "/src/lib/a.ts": "", "/log.jsonl": ""})
        assert self.words(desk, f"{command} /‸") == ["/log.jsonl", "/src/"]
        assert self.words(desk, f"{command} /src/‸") == ["/src/custom.ts", "/src/lib/"]
        assert self.words(desk, f"{command} /none/‸") == []

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("%check s‸", ["strict"]),
            ("%limits timeo‸", ["timeout="]),
            ("%npm re‸", ["remove"]),
            ("%qjs moun‸", ["mount"]),
            ("%%ts --timeout ‸", []),
            ("%tree /a ‸", []),
            ("%none ‸", []),
        ],
    )
    def test_other_words(self, desk: Desk, line: str, expected: list[str]) -> None:
        assert self.words(desk, line) == expected


class TestPlaces:
    """What of a cell is guest code, and which file it is."""

    def source(self, session: Session, raw: str, number: int = 7) -> Any:
        return guest_text(session, raw, split_cell(raw, CELL_COMMANDS), number)

    @pytest.mark.parametrize(
        ("raw", "path", "text"),
        [
            ("a.b", "/src/cell-7.ts", "a.b"),
            ("%limits timeout=3\n\na.b", "/src/cell-7.ts", "\n\na.b"),
            ("%%tsx --timeout 3\na.b", "/src/cell-7.tsx", "\na.b"),
            ("\n%%js\na.b", "/src/cell-7.js", "\n\na.b"),
            ("%%test --only x --tsx\na.b", "/src/cell-7.tsx", "\na.b"),
            ("%%check\n\na.b", "/src/cell-7.ts", "\n\na.b"),
            ("%%mount src/a.ts --ro\na.b", "/src/a.ts", "a.b"),
        ],
    )
    def test_text(self, desk: Desk, raw: str, path: str, text: str) -> None:
        source = self.source(desk.session, raw)
        assert (source.path, source.text) == (path, text)
        for position in range(source.start, len(raw) + 1):
            offset = source.offset(position)
            assert source.text[:offset].endswith(raw[source.start : position])
            assert source.position(offset) == position
        assert source.offset(source.start - 1) is None or source.start == 0

    @pytest.mark.parametrize(
        "raw",
        [
            "%%python\na", "%%host\na", "%%mount /a.txt\na", "%%mount --glob '/*.ts'\na", "%%mount /a --json\n{}",
            "%%mount /a.ts --none\na", "%tree", "%%html\n<a>", "",
        ],
    )  # fmt: skip
    def test_no_guest_code(self, desk: Desk, raw: str) -> None:
        assert self.source(desk.session, raw) is None

    def test_what_is_appended_to_is_part_of_the_text(self, desk: Desk) -> None:
        desk.session.mount_texts({"/a.ts": "let x = 1"})
        source = self.source(desk.session, "%%mount /a.ts --append\nx")
        assert source.text == "let x = 1\nx"
        assert source.offset(source.start) == len("let x = 1\n")


class TestPaths:
    @pytest.mark.parametrize(
        ("text", "names", "word", "member"),
        [
            ("gree", (), "gree", False),
            ("x = a.b.c.de", ("a", "b", "c"), "de", True),
            ("a?.b?.", ("a", "b"), "", True),
            ("f(a\n  .b", ("a",), "b", True),
            ("$x._", ("$x",), "_", True),
            ("[...ab", (), "ab", False),
            ("größe.ä", ("größe",), "ä", True),
        ],
    )
    def test_before(self, text: str, names: tuple[str, ...], word: str, member: bool) -> None:
        path = path_before(text)
        assert path is not None
        assert (path.names, path.word, path.member) == (names, word, member)

    @pytest.mark.parametrize("text", ["f(x).", "a[0].b", '"a".', "1.5", "12", "f().x.y"])
    def test_no_path(self, text: str) -> None:
        assert path_before(text) is None

    @pytest.mark.parametrize(
        ("text", "names"),
        [("a.b‸b.c", ("a", "bb")), ("‸name", ("name",)), ("a + ‸", ()), ("x.y‸", ("x", "y"))],
    )
    def test_at(self, text: str, names: tuple[str, ...]) -> None:
        assert path_at(*marked(text)) == names


class TestService:
    def test_offsets_are_those_of_the_cell(self, desk: Desk) -> None:
        raw = "%%ts --timeout 3\n'😀日本'; logs.fi‸"
        source = "\n'😀日本'; logs.fi"
        at = source.index("fi")
        desk.service.items = (Completion("find", "find", at, at + 2, "method", "find(x): y", "1"),)
        desk.service.place = (at, at + 2)
        (found,) = complete(desk, raw, 7)
        assert desk.service.asked == [("complete", "/src/cell-7.ts", source, len(source))]
        assert (found.text, found.type, found.signature) == ("find", "method", "find(x): y")
        assert marked(raw)[0][found.start : found.end] == "fi"

    def test_those_that_fit_come_and_exact_case_comes_first(self, desk: Desk) -> None:
        desk.service.items = tuple(Completion(name, name, 0, 2) for name in ("Array", "other", "arm", "ART"))
        desk.service.place = (0, 2)
        assert texts(complete(desk, "ar‸")) == ["arm", "Array", "ART"]

    def test_one_place_for_all(self, desk: Desk) -> None:
        # A proposal that also replaces the dot cannot be part of the same reply.
        desk.service.items = (Completion("?.b", "?.b", 1, 2), Completion("c", "c", 2, 2))
        desk.service.place = (2, 2)
        assert texts(complete(desk, "a.‸")) == ["c"]

    def test_values_where_the_types_say_nothing(self, desk: Desk) -> None:
        desk.sandbox.values["data"] = (["level", "message"], "object", "{}")
        assert desk.service.state == "ready"
        assert texts(complete(desk, "data.m‸")) == ["message"]

    def test_nothing_is_guessed_in_strings_and_comments(self, desk: Desk) -> None:
        desk.sandbox.values[""] = (["word"], "object", "")
        assert texts(complete(desk, "wor‸")) == ["word"]
        assert complete(desk, "'a wor‸") == []
        assert complete(desk, "// wor‸") == []

    def test_the_world_is_the_notebook(self, desk: Desk) -> None:
        world = desk.service.world
        before = world.version()
        assert world.version() is before
        desk.session.mount_texts({"/src/a.ts": "export {}"})
        assert world.version() is not before
        assert dict(world.files())["/src/a.ts"] == b"export {}"
        desk.session.run('value "let 1"', cell=3)
        desk.session.run('value "let 2"', cell=4)
        desk.session.run("syntax", cell=5)
        desk.session.run('value "let 3"', cell=3)
        assert world.cells() == [
            ("/src/cell-4.ts", 'value "let 2"'),
            ("/src/cell-3.ts", 'value "let 3"'),
        ]
        desk.session.run("value 4", cell=6)  # declares nothing, and so is nothing to later cells
        assert len(world.cells()) == 2
        version = world.env_version()
        desk.session.set_host_names({"f": print})
        assert world.env() == {"f": print}
        assert world.env_version() != version

    def test_files_come_and_go(self, desk: Desk) -> None:
        fs, world = desk.sandbox.fs, desk.service.world
        desk.session.mount_texts({"/a/one.ts": "1", "/b/two.ts": "2"})
        assert list(world.files()) == [("/a/one.ts", b"1"), ("/b/two.ts", b"2")]
        fs.append_text("/a/one.ts", "1")
        fs.unmount("/b/two.ts")
        fs.write_text("/three.ts", "3")
        assert list(world.files()) == [("/a/one.ts", b"11"), ("/three.ts", b"3")]
        fs.mkdir("/deep" * 300)
        fs.write_bytes("/large.ts", bytes(5 * 2**20))
        assert len(list(world.files())) == 2

    def test_an_undone_cell_has_no_names(self, desk: Desk) -> None:
        desk.session.run('value "let 1"')
        desk.session.run('value "let 2"')
        desk.session.undo()
        assert [path for path, _ in desk.service.world.cells()] == ["/src/cell-1.ts"]


class TestWithoutService:
    def test_values_cells_and_keywords(self, desk: Desk) -> None:
        desk.session.run("const earlier = 1")
        desk.sandbox.values[""] = (["eval", "escape"], "object", "")
        assert texts(complete(desk, "const eager = 2;\nea‸")) == ["eager", "earlier"]
        assert texts(complete(desk, "e‸"))[:3] == ["eval", "escape", "earlier"]
        assert "export" in texts(complete(desk, "ex‸"))

    def test_a_guest_that_does_not_answer(self, desk: Desk) -> None:
        desk.session.run("const earlier = 1")
        desk.sandbox.slow = True
        assert texts(complete(desk, "ear‸")) == ["earlier"]

    def test_half_of_a_surrogate_pair_is_one_place(self, desk: Desk) -> None:
        (found,) = complete(desk, "const eager = '\ud83d';\nlet s = '\ud83d' + eag‸")
        assert (found.text, found.start, found.end) == ("eager", 33, 36)

    def test_nothing_without_a_word(self, desk: Desk) -> None:
        assert complete(desk, "a + ‸") == []


@pytest.fixture(scope="module")
def bare(jupyter_path: Path) -> Iterator[Wire]:
    """A kernel whose language server cannot be started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QJS_KERNEL_LANGUAGE_SERVER", "/nonexistent/server")
        wire = Wire()
    yield wire
    wire.close()


def asked(wire: Wire, code: str) -> dict[str, Any]:
    raw, position = marked(code)
    return wire.ask("complete", raw, position)


class TestWireWithoutServer:
    def test_fresh_kernel(self, bare: Wire) -> None:
        reply = asked(bare, "JSO‸")
        assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["JSON"], 0, 3)

    def test_members_of_values(self, bare: Wire) -> None:
        bare.run("let hits = 0; const thing = { alpha: 1, get beta() { hits++; return 1 }, run(a, b) {} }")
        reply = asked(bare, "'😀日本'; thing.‸")
        assert reply["matches"][:3] == ["alpha", "beta", "run"]
        assert reply["cursor_start"] == reply["cursor_end"] == 13
        items = reply["metadata"]["_jupyter_types_experimental"]
        assert items[2] == {"start": 13, "end": 13, "text": "run", "type": "function", "signature": "(a, b)"}
        assert bare.value("hits") == "0"

    def test_the_reason_is_said(self, bare: Wire) -> None:
        # The failure of the start may come later than the first question.
        bare.ask("complete", "x", 1)
        assert "/nonexistent/server" in bare.run("%%check\n1").stream()

    def test_a_mounted_text_is_none_of_the_cells(self, bare: Wire) -> None:
        assert asked(bare, "%%mount /a.txt\nJSO‸")["matches"] == []

    def test_other_cells(self, bare: Wire) -> None:
        found = asked(bare, "%%python\nimport os\nos.getc‸")["matches"]
        assert [each.removeprefix("os.") for each in found] == ["getcwd", "getcwdb"]
        assert "%%html" in asked(bare, "%%htm‸")["matches"]
        assert asked(bare, "%%mount --app‸\nx")["matches"] == ["--append"]

    def test_below_a_magic_that_runs_a_cell(self, bare: Wire) -> None:
        reply = asked(bare, "%%time -x\nJSO‸")
        assert (reply["matches"], reply["cursor_start"]) == (["JSON"], 10)
        assert "%%timeit" in asked(bare, "%%tim‸\nJSO")["matches"]


def ready(wire: Wire) -> None:
    """Wait for the language service: `%%check` does so."""
    ran = wire.run("%%check\nlet fine: number = 1;")
    assert ran.stream() == "no problems\n", ran.stream()


@pytest.fixture(scope="module")
def served(jupyter_path: Path) -> Iterator[Wire]:
    pytest.importorskip("deno")
    wire = Wire()
    try:
        wire.run("%%mount /src/types.ts\nexport interface LogRow { message: string; latencyMs: number }")
        wire.run(
            "%%mount /src/logs.ts\nimport type { LogRow } from './types.js';\nexport const logs: LogRow[] = [];\n"
        )
        wire.run("%%host\ndef lastAlert(name: str, count: int = 3) -> list[str]:\n    'When.'\n    return []")
        wire.run("class Box<T> { constructor(public value: T) {} }\nconst boxed = new Box({ deep: 1 });")
        ready(wire)
        yield wire
    finally:
        wire.close()


class TestWireWithServer:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("import { logs } from './logs.js';\nlogs.fi‸", "filter"),
            ("import { logs } from './logs.js';\nlogs[0].lat‸", "latencyMs"),
            ("import { lo‸ } from './logs.js'", "logs"),
            ("env.last‸", "lastAlert"),
            ("env.lastAlert('a').pu‸", "push"),
            ("boxed.value.de‸", "deep"),
            ("new Box('a').value.toUp‸", "toUpperCase"),
            ("'😀日本'; boxed.va‸", "value"),
            ("%%ts --timeout 3\nboxed.va‸", "value"),
            ("%limits timeout=30\nboxed.va‸", "value"),
            ("%%mount /src/more.ts\nimport { logs } from './logs.js';\nlogs[0].mes‸", "message"),
            ("function f() {\n  if (boxed.va‸", "value"),
        ],
    )
    def test_completion(self, served: Wire, code: str, expected: str) -> None:
        # An answer that is not there in time is an empty one: on a busy machine a second question finds it.
        reply = asked(served, code)
        for _ in range(20):
            reply = reply if reply["matches"] else asked(served, code)
        assert expected in reply["matches"]
        raw, position = marked(code)
        begun = raw[reply["cursor_start"] : position]
        assert begun
        assert expected.startswith(begun)
        item = next(
            each for each in reply["metadata"]["_jupyter_types_experimental"] if each["text"] == expected
        )
        assert item["type"]
        assert (item["start"], item["end"]) == (reply["cursor_start"], reply["cursor_end"])
