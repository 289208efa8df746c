"""`%%test` cells in a real kernel, and docs/testing.md, which does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qjs_kernel.display.tests import TestReport, TestResult, failure_of
from tests.kernel.kernel_wire import Ran, Wire

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FAILING = """%%test
const kept: number = 7
describe('<b>cart</b>', () => {
  it('adds', () => { expect(kept).toBe(7) })
  it('multiplies', () => {
    expect({ total: kept }).toEqual({ total: 8 })
  })
})
test.skip('later', () => {})
"""


def shown(ran: Ran) -> dict[str, str]:
    (content,) = ran.contents("execute_result")
    data: dict[str, str] = content["data"]
    return data


def test_a_report_that_the_guest_spoilt_is_still_shown() -> None:
    odd: list[object] = [
        5,
        None,
        {},
        {"name": 5, "path": "x", "status": "great", "duration": -1, "error": "e"},
        {"status": []},
    ]
    for report in (
        {},
        {"tests": 5, "suites": {}},
        {"tests": odd, "suites": odd, "failedTests": "1", "passed": 1},
    ):
        bundle = TestResult(TestReport(report))._repr_mimebundle_()
        assert bundle["text/plain"].startswith("✗ the tests failed")
        assert failure_of(report) == "the tests failed"
    tests: list[dict[str, object]] = [
        {"name": f"t{i}", "path": [], "status": "passed", "duration": 1} for i in range(2000)
    ]
    tests[1500]["status"] = "failed"
    counts = {"passed": False, "failedTests": 1, "totalTests": 2000}
    bundle = TestResult(TestReport(counts, tests=tests, suites=[]))._repr_mimebundle_()
    assert "✗ t1500" in bundle["text/plain"]
    assert "… 1500 more" in bundle["text/plain"]
    assert bundle["text/html"].count("<tr>") == 501
    hidden = TestResult(
        TestReport({"passed": True, "tests": [{"name": "\x1b[2J\u202e<script>", "status": "passed"}]})
    )
    assert "<script>" not in hidden._repr_mimebundle_()["text/html"]
    assert not {"\x1b", "\u202e"} & set(hidden.text + hidden._repr_mimebundle_()["text/html"])


def test_a_failure_is_shown_and_fails_the_cell(wire: Wire) -> None:
    ran = wire.run(FAILING)
    assert (ran.reply["status"], ran.reply["ename"], ran.reply["evalue"]) == (
        "error",
        "TestFailure",
        "1 of 3 tests failed",
    )
    text, page = shown(ran)["text/plain"], shown(ran)["text/html"]
    assert text.startswith("✗ 1 of 3 tests failed (1 passed, 1 skipped)")
    assert "  ✗ <b>cart</b>" in text
    assert re.search(r"^    ✓ adds  \(.*ms\)$", text, re.M)
    assert "  ↓ later  (skipped)" in text
    assert "+   total: 7" in text
    assert f"Cell In[{ran.reply['execution_count']}], line 6, column" in text, (
        "the line as the cell numbers it"
    )
    assert "> 6 |     expect({ total: kept }).toEqual({ total: 8 })" in text
    assert "<b>" not in page
    assert "&lt;b&gt;cart&lt;/b&gt; › multiplies" in page
    assert "<caption" in page
    assert 'scope="row"' in page
    assert "<script" not in page
    assert wire.value("kept") == "7", "what the cell defined is kept"
    number = ran.reply["execution_count"]
    assert (
        wire.value(f"%%python\nOut[{number}]['failedTests'], Out[{number}]['tests'][0]['name']")
        == "(1, 'adds')"
    )


def test_tests_that_pass_are_the_value_of_the_cell(wire: Wire) -> None:
    ran = wire.run("%%test\ntest('fine', () => {})")
    assert ran.ok
    assert shown(ran)["text/plain"].startswith("✓ 1 test passed")
    assert wire.value("%%python\n_['passed']") == "True"
    assert (
        wire.value("[typeof describe, typeof expect, typeof jest]")
        == "[ 'undefined', 'undefined', 'undefined' ]"
    )


def test_options(wire: Wire) -> None:
    cell = "\ntest('one', () => {}); describe('two', () => { it('three', () => { throw 1 }) })"
    assert wire.run(f"%%test --only one{cell}").ok
    assert wire.run(f"%%test --only '/^o.e$/'{cell}").ok
    assert wire.run(f"%%test --only 'two three'{cell}").reply["evalue"] == "1 of 2 tests failed"
    assert wire.run("%%test --js\nvar n = 1; test('n', () => expect(n).toBe(1))").ok
    assert wire.run("%%test --tsx\ntest('x', () => expect(<b>1</b>).toBeDefined())").ok
    assert wire.run("%%test --js --ts\n1").reply["ename"] == "CommandError"
    endless = wire.run("%%test --timeout 0.3\ntest('x', () => { for (;;) {} })")
    assert "time limit of 0.3 s" in endless.reply["evalue"]
    assert wire.run("%%test --fresh\nglobalThis.inFresh = 1; test('x', () => {})").ok
    assert wire.value("typeof inFresh") == "'undefined'"
    assert wire.run("%%test").ok
    assert wire.run("%%test\nthrow new RangeError('outside')").reply["ename"] == "RangeError"
    assert wire.value("typeof test") == "'undefined'", "also after a cell that failed"


def test_inside_other_magics(wire: Wire) -> None:
    ran = wire.run("%%time\n%%test\ntest('fine', () => {})")
    assert shown(ran)["text/plain"].startswith("✓ 1 test passed")
    assert "Wall time" in ran.stream()


def test_the_page_shows_what_it_promises(wire: Wire) -> None:
    cells = [text.rstrip("\n") for language, text in BLOCKS if language == "typescript"]
    promised = [found for cell in cells if (found := re.search(r"^// → (.+)$", cell, re.M))]
    assert len(promised) == PAGE.count("// →") == 2
    for cell in cells:
        found = re.search(r"^// → (.+)$", cell, re.M)
        ran = wire.run(cell)
        if found is None:
            assert ran.ok, ran.traceback
        elif found.group(1).startswith("✓"):
            assert shown(ran)["text/plain"].startswith(found.group(1))
        else:
            assert ran.reply["ename"] == found.group(1)


@pytest.mark.parametrize("script", [text for language, text in BLOCKS if language == "python"])
def test_the_scripts_of_the_page_run(script: str) -> None:
    assert "assert " in script
    exec(compile(script, "docs/testing.md", "exec"), {"__name__": "__docs__"})
