"""Tables of tests, questions, and text of the guest that would like to be markup."""

from __future__ import annotations

import json

import pytest

from .bait import BAIT, HTML_BAIT, MARKDOWN, caught
from .conftest import Lab
from .lab import Notebook


def test_a_table_of_tests(notebook: Notebook) -> None:
    cell = notebook.run(
        """%%test
describe("cart", () => {
  it("adds", () => { expect(1 + 1).toBe(2) })
  it("multiplies", () => { expect({ total: 7 }).toEqual({ total: 8 }) })
})
test.skip("later", () => {})"""
    )
    table = cell.locator(".qjs-tests table")
    assert "1 of 3 tests failed" in table.locator("caption").inner_text()
    rows = [row.inner_text() for row in table.locator("tr").all()]
    (good,) = [row for row in rows if "adds" in row]
    (bad,) = [row for row in rows if "multiplies" in row]
    assert "✓" in good
    assert "✗" in bad
    assert "total: 7" in cell.locator(".qjs-tests pre").first.inner_text()
    # JupyterLab marks the cell as failed: its prompt and an error output.
    error = notebook.output(cell, "TestFailure")
    assert "1 of 3 tests failed" in error.inner_text()
    assert error.locator("[data-mime-type='application/vnd.jupyter.stderr'], pre").count() > 0


def test_prompt_asks_in_the_box_of_jupyterlab(notebook: Notebook) -> None:
    cell = notebook.add("const who = prompt('Who is <b>there</b>?', 'nobody');\n`hello ${who}`")
    notebook.start(cell)
    box = cell.locator(".jp-Stdin")
    box.locator("input").wait_for()
    assert "Who is <b>there</b>?" in box.locator(".jp-Stdin-prompt").inner_text()
    assert box.locator("b").count() == 0
    box.locator("input").fill("Ada <i>L</i>")
    box.locator("input").press("Enter")
    notebook.ended(cell)
    assert "hello Ada <i>L</i>" in notebook.output(cell, "hello").inner_text()
    assert cell.locator(".jp-OutputArea i").count() == 0


class TestMarkup:
    def test_the_bait_works(self, lab: Lab) -> None:
        """Shown as HTML on purpose, on a page of its own, it is caught: the other tests can fail."""
        page = lab.notebook.page.context.new_page()
        try:
            page.route("**/*", lambda route: route.abort())
            page.set_content(BAIT)
            page.wait_for_function("window.bait !== undefined")
            assert page.locator(".bait").count() == 3
            assert any("bait.invalid" in address for address in lab.traffic.foreign())
        finally:
            page.close()
            lab.traffic.addresses.clear()

    @pytest.mark.parametrize(
        "code",
        [
            "const text = BAIT; text",
            "console.log(BAIT, MARKDOWN); console.error({ [BAIT]: BAIT })",
            "[{ [BAIT]: BAIT, b: MARKDOWN }, { [BAIT]: 1, b: 2 }]",
            "console.table([{ [BAIT]: BAIT }])",
            "const error = new TypeError(BAIT); error.name = BAIT; throw error",
            "throw BAIT",
            "class Odd { get [Symbol.toStringTag]() { return BAIT } }; new Odd()",
            "%%test\ndescribe(BAIT, () => { it(BAIT, () => { console.log(BAIT); expect(1).toBe(MARKDOWN) }) })",
        ],
    )
    def test_in_what_the_guest_says(self, lab: Lab, code: str) -> None:
        cell = lab.notebook.run(
            code.replace("BAIT", json.dumps(BAIT)).replace("MARKDOWN", json.dumps(MARKDOWN[0]))
        )
        assert "onerror" in cell.locator(".jp-OutputArea").inner_text()
        self.nothing(lab)

    def test_in_type_errors_and_their_code(self, lab: Lab) -> None:
        cell = lab.notebook.run(
            f"const tag: 1 = {json.dumps(BAIT)};\n"
            f"const own: {{ {json.dumps(MARKDOWN[0])}: 1 }} = {{ {json.dumps(BAIT)}: 1 }}"
        )
        text = lab.notebook.output(cell, "TS2322").inner_text()
        assert "onerror" in text
        self.nothing(lab)

    def test_in_completions_and_tooltips(self, lab: Lab) -> None:
        notebook = lab.notebook
        notebook.run(
            f"/** {HTML_BAIT} {MARKDOWN[0]}\n * @param one {HTML_BAIT} {MARKDOWN[0]} */\n"
            f"function baited(one: {json.dumps(HTML_BAIT)} | 'b', two = 1) {{ return {json.dumps(HTML_BAIT)} }}\n"
            f"const bag = {{ alpha: {json.dumps(HTML_BAIT)}, alphabet: {json.dumps(MARKDOWN[0])},\n"
            f"  {json.dumps(HTML_BAIT)}: 1 }}"
        )
        for code in ("baited", "baited(", "bag.alpha", "bag"):
            tooltip = notebook.inspect(code)
            # The box comes before its text.
            tooltip.filter(has_text="onerror").wait_for()
            self.nothing(lab)
            notebook.page.keyboard.press("Escape")
            tooltip.wait_for(state="detached")
        for code in ("bag.", "bag['", "baite"):
            popup = notebook.complete(code)
            if code != "baite":
                popup.locator(".jp-Completer-item").first.wait_for()
            self.nothing(lab)
            notebook.page.keyboard.press("Escape")

    def test_in_a_question(self, lab: Lab) -> None:
        notebook = lab.notebook
        cell = notebook.add(f"prompt({json.dumps(BAIT)})")
        notebook.start(cell)
        cell.locator(".jp-Stdin input").wait_for()
        assert "onerror" in cell.locator(".jp-Stdin-prompt").inner_text()
        self.nothing(lab)
        cell.locator(".jp-Stdin input").fill(BAIT)
        cell.locator(".jp-Stdin input").press("Enter")
        notebook.ended(cell)
        self.nothing(lab)

    def nothing(self, lab: Lab) -> None:
        asked = lab.traffic.foreign()
        lab.traffic.addresses.clear()
        assert caught(lab.notebook) == []
        assert asked == []
