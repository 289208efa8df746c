"""Inspection: type, call, documentation, the present value, the source; and `name?` as a cell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel.assist import guest_text
from qjs_kernel.assist.inspecting import Page, fenced
from qjs_kernel.glance import declaration_of, declared_names, in_code
from qjs_kernel.magics import COMMANDS, split_cell
from tests.kernel.fake_service import Desk, Hover, Signature, desks, marked
from tests.kernel.kernel_wire import Wire

CELL_COMMANDS = {command.name for command in COMMANDS if command.kind == "cell"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from desks()


def inspect(desk: Desk, code: str, *, with_source: bool = False) -> Page | None:
    raw, position = marked(code)
    source = guest_text(desk.session, raw, split_cell(raw, CELL_COMMANDS), 1)
    assert source is not None
    return asyncio.run(desk.assistant.inspect(source, position, with_source=with_source))


class TestGlance:
    CODE = """import first, { second as third } from './x.js'
import * as all from "y"
import type { T } from 'z'
export const list = [1,
  2].map(x => x)
  .filter(Boolean)
let plain = 1
async function run() { return "}" + `a${ { x: 1 } }` }
export class Box {
  m() { }
}
interface Row { a: {} }
  const inner = 3
"""

    def test_names(self) -> None:
        assert declared_names(self.CODE) == {
            "list": "const", "plain": "let", "run": "function", "Box": "class",
            "first": "import", "third": "import", "all": "import",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("list", "export const list = [1,\n  2].map(x => x)\n  .filter(Boolean)"),
            ("plain", "let plain = 1"),
            ("run", 'async function run() { return "}" + `a${ { x: 1 } }` }'),
            ("Box", "export class Box {\n  m() { }\n}"),
            ("Row", "interface Row { a: {} }"),
            ("inner", None),
        ],
    )
    def test_declarations(self, name: str, text: str | None) -> None:
        assert declaration_of(self.CODE, name) == text

    @pytest.mark.parametrize(
        ("text", "code"),
        [("a", True), ("'a", False), ("'a' + ", True), ("// a", False), ("// a\n", True), ("/* a", False),
         ("`a", False), ("`a${b", True), ("`a${b}c", False), ("'it\\'s", False)],
    )  # fmt: skip
    def test_inside_code(self, text: str, code: bool) -> None:
        assert in_code(text) is code


class TestService:
    def test_type_and_value(self, desk: Desk) -> None:
        desk.service.hovered = Hover("```ts\nlet x: number\n```\n\nDocs.", "let x: number\n\nDocs.", 0, 1)
        desk.sandbox.values["x"] = ((), "number", "42")
        page = inspect(desk, "%%ts\n‸x")
        assert page is not None
        assert page.plain == "let x: number\n\nDocs.\n\nnow: 42"
        assert page.markdown == "```ts\nlet x: number\n```\n\nDocs.\n\nnow: `42`"
        assert desk.service.asked[0] == ("hover", "/src/cell-1.ts", "\nx", 1)

    def test_documentation_asks_no_address_for_a_picture(self, desk: Desk) -> None:
        docs = "Docs <img src=x> </b> ![a](https://a.invalid/) ![b][c] a < b\n```ts\n<img src=y>\n```"
        desk.service.hovered = Hover(f"```ts\nlet x: Array<string>\n```\n\n{docs}", "let x", 0, 1)
        desk.service.call = Signature("f(a: Set<string>): void", ("a: Set<string>",), 0, docs)
        for code in ("‸x", "f(‸"):
            page = inspect(desk, code)
            assert page is not None
            assert "<string>" in page.markdown
            assert "a < b" in page.markdown
            assert not re.search(r"<(img|/b)|!\[", page.markdown)

    def test_a_call_with_its_active_parameter(self, desk: Desk) -> None:
        desk.service.call = Signature(
            "f(a: string, b?: number): void", ("a: string", "b?: number"), 1, "Docs of f."
        )
        page = inspect(desk, "f('', ‸")
        assert page is not None
        assert "parameter 2 of 2: **`b?: number`**" in page.markdown
        assert page.plain == "f(a: string, b?: number): void\n\nparameter 2 of 2: b?: number\n\nDocs of f."

    def test_the_name_counts_more_than_the_call_around_it(self, desk: Desk) -> None:
        desk.service.call = Signature("f(a: string): void", ("a: string",), 0)
        desk.service.hovered = Hover("let y", "let y", 2, 3)
        page = inspect(desk, "f(‸y)")
        assert page is not None
        assert page.plain == "let y"

    def test_past_the_last_parameter(self, desk: Desk) -> None:
        desk.service.call = Signature("f(): void", (), -1)
        page = inspect(desk, "f(‸")
        assert page is not None
        assert page.plain == "f(): void"

    def test_values_of_the_guest_are_harmless(self, desk: Desk) -> None:
        desk.sandbox.values["x"] = ((), "string", "a`b``\x1b[31m\n<b>")
        page = inspect(desk, "x‸")
        assert page is not None
        assert "\x1b" not in page.plain + page.markdown
        assert "now: ```a`b``\\n<b>```" in page.markdown

    def test_source(self, desk: Desk) -> None:
        desk.session.run("function f() {\n  return 1\n}\nvalue 1", cell=1)
        desk.sandbox.values["f"] = ((), "function", "[Function: f]")
        page = inspect(desk, "f‸()", with_source=True)
        assert page is not None
        assert page.plain.endswith("Source:\nfunction f() {\n  return 1\n}")

    def test_nothing_is_known(self, desk: Desk) -> None:
        assert inspect(desk, "none‸") is None
        assert inspect(desk, "'a string‸'") is None

    def test_fences_hold(self) -> None:
        assert fenced("a```b") == "````ts\na```b\n````"


class TestNames:
    def ask(self, desk: Desk, name: str) -> Page | None:
        return asyncio.run(desk.assistant.inspect_name("/src/cell-9.ts", name))

    def test_only_what_the_guest_has(self, desk: Desk) -> None:
        desk.service.hovered = Hover("any", "any", 0, 1)
        assert self.ask(desk, "os") is None
        desk.session.run("let os = 1")
        assert self.ask(desk, "os") is not None
        desk.sandbox.values["a.b"] = ((), "number", "1")
        page = self.ask(desk, "a.b")
        assert page is not None
        assert page.plain == "any\n\nnow: 1"


def asked(wire: Wire, code: str, detail: int = 0) -> dict[str, Any]:
    raw, position = marked(code)
    return wire.ask("inspect", raw, position, detail)


def pager(wire: Wire, code: str) -> dict[str, str]:
    (payload,) = wire.run(code).reply["payload"]
    assert payload["source"] == "page"
    return dict(payload["data"])


@pytest.fixture(scope="module")
def bare(jupyter_path: Path) -> Iterator[Wire]:
    """A kernel whose language server cannot be started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QJS_KERNEL_LANGUAGE_SERVER", "/nonexistent/server")
        wire = Wire()
    wire.run(
        "const numbers = [1, 2, 3];\nfunction twice(value: number, more = 2) {\n  return value * more\n}"
    )
    yield wire
    wire.close()


class TestWireWithoutServer:
    def test_value(self, bare: Wire) -> None:
        reply = asked(bare, "numb‸ers.map")
        assert reply["found"]
        assert reply["data"]["text/plain"] == "numbers: object\nnow: [ 1, 2, 3 ]"
        assert reply["data"]["text/markdown"].endswith("now: `[ 1, 2, 3 ]`")

    def test_function(self, bare: Wire) -> None:
        assert asked(bare, "twi‸ce(1)")["data"]["text/plain"] == "function twice(value , more = 2)"

    def test_nothing(self, bare: Wire) -> None:
        assert asked(bare, "nothing‸") == {"status": "ok", "found": False, "data": {}, "metadata": {}}

    def test_help_as_a_cell(self, bare: Wire) -> None:
        assert pager(bare, "numbers?")["text/plain"].endswith("now: [ 1, 2, 3 ]")
        assert pager(bare, "?numbers.length")["text/plain"].endswith("now: 3")
        shown = pager(bare, "twice??")
        assert "function twice(value: number, more = 2) {\n  return value * more\n}" in shown["text/plain"]
        assert "```ts" in shown["text/markdown"]

    def test_names_that_python_has(self, bare: Wire) -> None:
        bare.run("%%python\ndef pythonic():\n    'Of Python.'")
        assert "Of Python." in pager(bare, "pythonic?")["text/plain"]
        assert "Of Python." in pager(bare, "%%python\npythonic?")["text/plain"]
        assert "not found" in bare.run("neither?").stream()

    def test_what_was_typed_is_kept(self, bare: Wire) -> None:
        bare.run("numbers?")
        assert bare.value("%%python\nIn[-2]") == "'numbers?'"

    def test_commands(self, bare: Wire) -> None:
        assert "--append" in asked(bare, "%%mo‸unt /a.ts\nx")["data"]["text/plain"]
        assert "text/plain" in asked(bare, "%%python\nlen‸")["data"]


@pytest.fixture(scope="module")
def served(jupyter_path: Path) -> Iterator[Wire]:
    pytest.importorskip("deno")
    wire = Wire()
    wire.run("%%host\ndef lastAlert(name: str, count: int = 3) -> str:\n    'When it was.'\n    return name")
    wire.run(
        "/** Twice of it. */\nfunction twice(value: number, more = 2) { return value * more }\nconst text = 'now';"
    )
    assert wire.run("%%check\nlet fine: number = 1;").stream() == "no problems\n"
    yield wire
    wire.close()


class TestWireWithServer:
    @pytest.mark.parametrize(
        ("code", "parts"),
        [
            ("te‸xt.length", ["const text", "now: 'now'"]),
            ("twi‸ce", ["twice(value: number, more?: number): number"]),
            ("twice(1, ‸", ["parameter 2 of 2: more?: number"]),
            ("'😀'; env.lastAlert('a', ‸", ["count?: number", "When it was."]),
            (
                "%%mount /src/a.ts\nconst inner: Map<string, number> = new Map(); inn‸er",
                ["Map<string, number>"],
            ),
        ],
    )
    def test_inspection(self, served: Wire, code: str, parts: list[str]) -> None:
        # An answer that is not there in time is an empty one: on a busy machine a second question finds it.
        shown = ""
        for _ in range(20):
            shown = asked(served, code)["data"].get("text/plain", "")
            if all(part in shown for part in parts):
                return
        raise AssertionError(shown)
