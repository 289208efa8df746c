"""Every `%view` as a person uses it: with the mouse and the keys, while cells run and after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Server
from .lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

SEED = """%%host
from datetime import datetime, timezone
from pathlib import Path

_last_alert = datetime.fromtimestamp(0, timezone.utc)

def getLastAlert():
    return _last_alert

def setLastAlert(when):
    global _last_alert
    _last_alert = when

def released():
    return Path(FLAG).exists()"""
DEBOUNCE = """%%mount /src/custom.ts
export const shouldAlert = (when: Date): boolean => {
  if (when.getTime() - env.getLastAlert().getTime() < 15 * 60_000) return false;
  env.setLastAlert(when);
  return true;
};"""
PARAMS = """%%params
threshold: number = 3 /* 0..10 */
verbose: boolean = true
level: "info" | "warn" | "error" = "warn"
since: Date = new Date("2024-01-01")"""
# The names of controls that are seen, as a screen reader would say them; "" for those without one.
NAMES = """each => [...each.querySelectorAll('input, textarea, select, button, [role=slider], [role=button]')]
    .filter((control) => control.checkVisibility() && control.type !== 'hidden')
    .map((control) => {
        const own = control.getAttribute('aria-label') || control.title || control.innerText?.trim()
            || [...(control.labels ?? [])].map((label) => label.innerText).join(' ')
        // A slider's handle is named by the label and the tooltip of the slider around it.
        const around = control.closest('.jupyter-widgets')
        const named = own || (control.getAttribute('role') === 'slider'
            ? around.querySelector('.widget-label')?.innerText || around.title : '')
        return [control.outerHTML.slice(0, 200), named ?? '']
    })"""


@pytest.fixture(scope="module")
def notebook(server: Server) -> Iterator[Notebook]:
    with server.notebook("views.ipynb") as notebook:
        yield notebook


def _open(notebook: Notebook, code: str) -> Locator:
    view = notebook.run(code).locator(".qjs-view")
    view.wait_for()
    return view


def _value(notebook: Notebook, code: str) -> str:
    text: str = notebook.output(notebook.run(code)).last.inner_text()
    return text.strip()


@pytest.fixture(scope="module")
def flag(notebook: Notebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    flag = tmp_path_factory.mktemp("flag") / "go"
    notebook.run(SEED.replace("FLAG", repr(str(flag))))
    notebook.run(DEBOUNCE)
    return flag


class TestEnv:
    def test_the_debouncing_is_seen_as_it_happens(self, notebook: Notebook, flag: Path) -> None:
        view = _open(notebook, "%view env")
        row = view.locator("tr", has_text="env.setLastAlert")
        assert "2025" not in row.inner_text()
        cell = notebook.add(
            'import { shouldAlert } from "./custom.js";\n'
            'const first = shouldAlert(new Date("2025-02-26T07:40:00Z"));\n'
            'const second = shouldAlert(new Date("2025-02-26T07:50:00Z"));\n'
            "while (!env.released()) await new Promise((go) => setTimeout(go, 20));\n[first, second]"
        )
        notebook.start(cell)
        row.filter(has_text="2025-02-26T07:40:00.000Z").wait_for()
        # Asked for each time, set once: and the cell is still running.
        calls = [
            view.locator("tr", has_text=f"env.{name}").locator("td").nth(1)
            for name in ("getLastAlert", "setLastAlert")
        ]
        calls[0].filter(has_text=re.compile(r"^2$")).wait_for()
        assert "[*]" in cell.locator(".jp-InputPrompt").inner_text()
        assert calls[1].inner_text() == "1"
        flag.touch()
        notebook.ended(cell)
        assert "[ true, false ]" in notebook.output(cell).last.inner_text()

    def test_its_still_gives_way_to_it(self, notebook: Notebook, flag: Path) -> None:
        view = notebook.run("%view env")
        view.locator(".qjs-view").wait_for()
        assert [table.is_visible() for table in view.locator("table.qjs-env").all()] == [False, True]


class TestFiles:
    def test_a_file_is_edited_and_the_next_cell_uses_it(self, notebook: Notebook) -> None:
        notebook.run("%%mount /src/rule.ts\nexport const limit: number = 1;")
        view = _open(notebook, "%view files")
        view.locator("button.qjs-row", has_text="rule.ts").click()
        text = view.locator("textarea")
        text.wait_for()
        assert text.input_value() == "export const limit: number = 1;"
        text.fill("export const limit: number = 99;")
        view.get_by_role("button", name="Save", exact=False).first.click()
        view.get_by_text("Saved /src/rule.ts").wait_for()
        assert _value(notebook, 'import { limit } from "./rule.js"; limit') == "99"

    def test_new_and_deleted(self, notebook: Notebook) -> None:
        view = _open(notebook, "%view files")
        view.get_by_role("button", name="New file").click()
        view.locator("input[type=text]:visible").fill("/made.txt")
        view.get_by_role("button", name="Create").click()
        row = view.locator("button.qjs-row", has_text="made.txt")
        row.wait_for()
        text = view.locator("textarea")
        text.fill("made by hand")
        view.get_by_role("button", name="Save").first.click()
        view.get_by_text("Saved /made.txt").wait_for()
        read = (
            'import { existsSync, readFileSync } from "node:fs";\n'
            'existsSync("/made.txt") && readFileSync("/made.txt", "utf8")'
        )
        assert _value(notebook, read).strip("'") == "made by hand"
        view.get_by_role("button", name="Delete").first.click()
        view.get_by_text("Really delete /made.txt?").wait_for()
        view.locator("button.mod-danger").click()
        row.wait_for(state="detached")
        assert _value(notebook, read) == "false"

    def test_read_only_files_are_shown_as_such(self, notebook: Notebook) -> None:
        notebook.run("%%mount /fixed.txt --ro\nas it is")
        view = _open(notebook, "%view files")
        row = view.locator("button.qjs-row", has_text="fixed.txt")
        assert re.search(r"\sr\s", row.inner_text())
        row.click()
        text = view.locator("textarea")
        text.wait_for()
        assert text.input_value() == "as it is"
        assert text.is_disabled()
        assert "read-only" in view.inner_text()
        assert not view.get_by_role("button", name="Save").first.is_visible()

    def test_what_the_guest_writes_appears(self, notebook: Notebook) -> None:
        view = _open(notebook, "%view files")
        notebook.run('import { writeFileSync } from "node:fs"; writeFileSync("/tmp/by-guest.txt", "x")')
        folder = view.locator("button.qjs-row", has_text="tmp")
        row = view.locator("button.qjs-row", has_text="by-guest.txt")
        folder.wait_for()
        if row.count() == 0:
            folder.click()
        row.filter(has_text="guest").wait_for()


class TestLimits:
    def test_moving_a_slider_changes_the_limit(self, notebook: Notebook) -> None:
        view = _open(notebook, "%view limits")
        field = view.locator("input[type=text]").first
        before = field.input_value()
        handle = view.locator(".noUi-handle").first
        handle.focus()
        notebook.page.keyboard.press("ArrowRight")
        notebook.page.wait_for_function(
            "([each, old]) => each.value !== old", arg=[field.element_handle(), before]
        )
        now = field.input_value().removesuffix(" s")
        assert float(now) > float(before.removesuffix(" s"))
        assert re.search(rf"timeout\s*=?\s*{re.escape(now)}\b", _value(notebook, "%limits"))

    def test_the_field_beside_it_takes_any_value(self, notebook: Notebook) -> None:
        view = _open(notebook, "%view limits")
        field = view.locator("input[type=text]").first
        field.fill("7 s")
        field.press("Enter")
        view.locator("input[type=text]").first.blur()
        assert re.search(r"timeout\s*=?\s*7\b", _value(notebook, "%limits"))
        notebook.run("%limits timeout=30")
        notebook.page.wait_for_function("each => each.value === '30 s'", arg=field.element_handle())


class TestCells:
    def test_back_to_before_a_cell(self, notebook: Notebook) -> None:
        notebook.run("let here = 1")
        notebook.run("here = 2")
        view = _open(notebook, "%view cells")
        view.get_by_text("here = 2").wait_for()
        view.get_by_role("button", name="Back to before this").first.click()
        view.get_by_text("Undone:").wait_for()
        assert _value(notebook, "here") == "1"

    def test_a_checkpoint_is_kept_and_restored(self, notebook: Notebook) -> None:
        notebook.run("let kept = 'early'")
        view = _open(notebook, "%view cells")
        view.get_by_placeholder("name").fill("start")
        view.get_by_role("button", name="Keep checkpoint").click()
        view.get_by_role("button", name="Restore").wait_for()
        notebook.run("kept = 'late'")
        view.get_by_role("button", name="Restore").click()
        view.get_by_text("Restored: start").wait_for()
        assert _value(notebook, "kept").strip("'") == "early"


class TestValue:
    def test_rows_open_and_the_search_finds(self, notebook: Notebook) -> None:
        notebook.run(
            "const tree = { users: [{ name: 'Ada', langs: new Map([['ts', { level: 'deep <b>down</b>' }]]) }] };\n"
            "tree.self = tree; globalThis.asked = 0;\n"
            "Object.defineProperty(tree, 'trap', { get() { globalThis.asked++; return 1 }, enumerable: true }); 0"
        )
        view = _open(notebook, "%view tree")
        assert view.get_by_text("Ada").count() == 0 or not view.get_by_text("langs:").first.is_visible()
        view.get_by_title("Open users", exact=True).click()
        view.get_by_title("Open 0", exact=True).click()
        view.get_by_text("langs:").first.wait_for()
        search = view.get_by_placeholder("a key or a text")
        search.fill("deep <b>")
        search.press("Enter")
        view.get_by_text("is in 1 place").wait_for()
        view.get_by_title(re.compile(r"^Show ")).first.click()
        path = view.get_by_placeholder("the link behind a row fills this in")
        notebook.page.wait_for_function("each => each.value.includes('level')", arg=path.element_handle())
        assert view.locator("b", has_text="down").count() == 0
        # What stands in the field is JavaScript, and looking has run nothing.
        assert "deep" in _value(notebook, path.input_value())
        assert _value(notebook, "asked") == "0"


class TestParams:
    def test_moving_the_slider_reruns_the_cell_below(self, notebook: Notebook) -> None:
        controls = _open(notebook, PARAMS)
        below = notebook.run("threshold * 2 + (verbose ? 100 : 0)")
        controls.get_by_text(re.compile(r"moving one reruns In \[\d+\]")).wait_for()
        assert "106" in notebook.output(below).last.inner_text()
        controls.locator(".noUi-handle").first.focus()
        notebook.page.keyboard.press("ArrowRight")
        notebook.output(below, "108").wait_for()
        assert notebook.output(below).count() == 1
        controls.get_by_role("checkbox").click()
        notebook.output(below, re.compile(r"^8\s*$")).wait_for()
        controls.get_by_role("button", name="Reset").click()
        notebook.output(below, "106").wait_for()
        assert _value(notebook, "threshold") == "3"


class TestAccessibility:
    @pytest.mark.parametrize(
        "code", ["%view env", "%view files", "%view limits", "%view cells", "%view sample", "%view", PARAMS]
    )
    def test_every_control_has_a_name(self, notebook: Notebook, code: str) -> None:
        notebook.run("%%host\ndef seen(): return 1")
        notebook.run(
            "const sample = { list: [1, 2, 3], big: Array.from({ length: 500 }, (_, i) => i) }; env.seen()"
        )
        notebook.run("%%mount /a.txt\nx")
        view = _open(notebook, code)
        if code == "%view files":
            view.locator("button.qjs-row", has_text="a.txt").click()
            view.locator("textarea").wait_for()
            view.get_by_role("button", name="New file").click()
            view.get_by_role("button", name="Create").wait_for()
        elif code == "%view limits":
            view.get_by_text("More limits").first.click()
        elif code == "%view sample":
            view.get_by_title("Open big", exact=True).click()
            view.get_by_text("of 500").first.wait_for()
        controls = view.evaluate(NAMES)
        assert len(controls) >= 1
        assert [element for element, name in controls if not name.strip()] == []

    @pytest.mark.parametrize("code", ["[{ a: 1, b: 'x' }, { a: 2, b: 'y' }]", "%%test\nit('adds', () => {})"])
    def test_tables_have_captions_and_scopes(self, notebook: Notebook, code: str) -> None:
        table = notebook.run(code).locator(".jp-OutputArea-output table").first
        assert table.locator("caption").inner_text().strip()
        assert table.locator("th:not([scope])").count() == 0
        assert table.locator("thead th[scope=col]").count() >= 2

    @pytest.mark.parametrize("code", ["%view env", "%view files", "%view cells", PARAMS])
    def test_so_have_the_stills(self, notebook: Notebook, code: str) -> None:
        heads = notebook.run(code).locator("[class^=qjs-still] table th")
        assert heads.count() >= 2
        assert all(head.get_attribute("scope") for head in heads.all())
