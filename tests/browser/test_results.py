"""What cells show with more than text, as it stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .conftest import Server
from .lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

PNG = (
    "Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='"
    "), "
    "c => c.charCodeAt(0))"
)
ROWS = """const rows = Array.from({ length: 120 }, (_, i) => ({
  id: i, service: ["web", "mail", "<b>db</b>"][i % 3], ms: i * 1.5, ok: i % 4 > 0,
  at: new Date(Date.UTC(2024, 2, 1, i)),
}))"""


@pytest.fixture(scope="module")
def shown(server: Server) -> Iterator[Notebook]:
    with server.notebook("results.ipynb") as notebook:
        notebook.run(ROWS)
        yield notebook


def _texts(cell: Locator) -> list[str]:
    return [text.strip() for text in cell.locator(".jp-OutputArea-output").all_inner_texts()]


class TestTable:
    def test_columns_are_aligned_by_what_is_in_them(self, shown: Notebook) -> None:
        table = shown.run("rows").locator(".jp-OutputArea-output table")
        assert "50 of 120 rows" in table.locator("caption").inner_text()
        assert table.locator("tbody tr").count() == 50
        heads = table.locator("thead th[scope=col]")
        assert heads.all_inner_texts() == ["id", "service", "ms", "ok", "at"]
        row = table.locator("tbody tr").nth(2)
        assert row.locator("th[scope=row]").inner_text() == "2"
        assert row.locator("td").all_inner_texts()[:3] == ["2", "<b>db</b>", "3"]
        alignment = "each => getComputedStyle(each).textAlign"
        assert [head.evaluate(alignment) for head in heads.all()] == [
            "right", "left", "right", "center", "left",
        ]  # fmt: skip
        assert [cell.evaluate(alignment) for cell in row.locator("td").all()] == [
            "right", "left", "right", "center", "left",
        ]  # fmt: skip

    def test_its_head_stays_while_it_is_scrolled(self, shown: Notebook) -> None:
        cell = shown.run("rows")
        region = cell.get_by_role("region")
        head, last = region.locator("th", has_text="service"), region.locator("tbody tr").last
        top = head.bounding_box()
        region.evaluate("each => each.scrollTo(0, each.scrollHeight)")
        last.locator("td").first.wait_for()
        after, end = head.bounding_box(), last.bounding_box()
        box = region.bounding_box()
        assert None not in (top, after, end, box)
        assert after["y"] == pytest.approx(box["y"], abs=3)
        assert end["y"] + end["height"] <= box["y"] + box["height"] + 1
        # Its background covers the rows that pass below it.
        assert head.evaluate("each => getComputedStyle(each).backgroundColor") not in (
            "rgba(0, 0, 0, 0)",
            "transparent",
        )

    def test_the_keyboard_scrolls_it(self, shown: Notebook) -> None:
        region = shown.run("rows").get_by_role("region")
        region.focus()
        shown.page.keyboard.press("End")
        shown.page.wait_for_function("each => each.scrollTop > 100", arg=region.element_handle())

    def test_with_options(self, shown: Notebook) -> None:
        cell = shown.run('display.table(rows, { columns: ["ms", "id"], title: "Slowest", limit: 3 })')
        table = cell.locator(".jp-OutputArea-output table")
        assert table.locator("thead th[scope=col]").all_inner_texts() == ["ms", "id"]
        assert table.locator("tbody tr").count() == 3
        assert re.search(r"Slowest.*3 of 120 rows", table.locator("caption").inner_text())


class TestChart:
    def test_it_is_drawn(self, shown: Notebook) -> None:
        cell = shown.run('display.chart(rows, { x: "service", y: "mean(ms)", title: "Answers" })')
        drawing = cell.locator(".vega-embed :is(svg, canvas)").first
        drawing.wait_for()
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 40
        assert box["height"] > 100
        assert (
            cell.locator(".jp-RenderedVegaCommon5, .jp-RenderedVega5, [data-mime-type*=vegalite]").count() > 0
        )

    def test_a_specification_that_loads_is_refused_in_words(self, shown: Notebook) -> None:
        cell = shown.run(
            "display({ 'application/vnd.vegalite.v5+json': { mark: 'bar', data: { url: 'https://bait.invalid/x' }, "
            "encoding: {} } }, { raw: true })"
        )
        shown.output(cell, "data.url").wait_for()
        assert cell.locator(".vega-embed").count() == 0


class TestProgress:
    def test_it_moves_while_the_cell_runs(self, shown: Notebook) -> None:
        cell = shown.add(
            "const bar = display.progress(1000, { label: 'walking' });\n"
            "while (bar.value < 990) { bar.step(); await new Promise((go) => setTimeout(go, 5)) }\n"
            "prompt('go on?'); bar.done()"
        )
        # The values that are on the page, one after the other, are all noted.
        shown.page.evaluate(
            """() => {
                window.seen = []
                const look = () => {
                    for (const bar of document.querySelectorAll('progress[aria-label="walking"]')) {
                        if (window.seen.at(-1) !== bar.value) window.seen.push(bar.value)
                    }
                }
                window.watcher = new MutationObserver(look)
                window.watcher.observe(document.body, { subtree: true, childList: true, attributes: true })
            }"""
        )
        shown.start(cell)
        cell.locator(".jp-Stdin input").wait_for()
        bar = cell.get_by_role("progressbar")
        assert bar.count() == 1
        cell.locator(".jp-Stdin input").press("Enter")
        shown.ended(cell)
        shown.output(cell, "99 % (990 of 1000)").wait_for()
        seen = shown.page.evaluate("() => { window.watcher.disconnect(); return window.seen }")
        assert len(seen) >= 5
        assert seen == sorted(seen)
        assert seen[0] < 0.5

    def test_to_its_end(self, shown: Notebook) -> None:
        cell = shown.run("for (const row of display.progress(rows.length, { label: 'all' }).of(rows)) {}")
        bar = cell.get_by_role("progressbar")
        assert bar.evaluate("each => [each.value, each.max, each.getAttribute('aria-label')]") == [
            1,
            1,
            "all",
        ]
        assert "120 of 120" in cell.locator(".jp-OutputArea-output").inner_text()


class TestPictures:
    def test_bytes_of_a_png(self, shown: Notebook) -> None:
        for code in (f"display.image({PNG})", PNG):
            picture = shown.run(code).locator(".jp-OutputArea-output img")
            assert picture.evaluate("each => [each.naturalWidth, each.src.slice(0, 22)]") == [
                1,
                "data:image/png;base64,",
            ]

    def test_svg_is_a_picture_of_its_own(self, shown: Notebook) -> None:
        cell = shown.run('svg`<svg width="60" height="20"><rect width="20" height="10" fill="teal"/></svg>`')
        picture = cell.locator(".jp-OutputArea-output img")
        shown.page.wait_for_function(
            "each => each.complete && each.naturalWidth === 60", arg=picture.element_handle()
        )
        assert cell.locator(".jp-OutputArea-output svg").count() == 0


class TestMarkup:
    def test_html(self, shown: Notebook) -> None:
        cell = shown.run(
            'html`<p>has <b>${rows.length}</b> <a href="https://example.org/">rows</a></p>'
            "<script>window.bait = 1</script>`"
        )
        output = cell.locator(".jp-OutputArea-output")
        assert output.locator("b").inner_text() == "120"
        link = output.locator("a")
        assert "noopener" in str(link.get_attribute("rel"))
        assert link.get_attribute("target") == "_blank"
        assert output.locator("script").count() == 0

    def test_markdown(self, shown: Notebook) -> None:
        cell = shown.run(
            "md`## web\n\n- rows: **${rows.length}** for $5 and $6\n\n| a | b |\n| - | - |\n| 1 | 2 |`"
        )
        output = cell.locator(".jp-OutputArea-output")
        assert output.locator("h2").inner_text() == "web"
        assert output.locator("li strong").inner_text() == "120"
        assert output.locator("td").all_inner_texts() == ["1", "2"]
        # Money is no formula.
        assert "$5 and $6" in output.inner_text()

    def test_jsx(self, shown: Notebook) -> None:
        cell = shown.run("%%tsx\n<ul>{rows.slice(0, 3).map((row) => <li>{row.service}: {row.ms}</li>)}</ul>")
        items = cell.locator(".jp-OutputArea-output li")
        assert items.all_inner_texts() == ["web: 0", "mail: 1.5", "<b>db</b>: 3"]

    def test_a_tree_of_json(self, shown: Notebook) -> None:
        cell = shown.run("({ a: [1, { b: '<i>two</i>' }], c: 'x' })")
        tree = cell.locator(".jp-RenderedJSON")
        tree.wait_for()
        assert "<i>two</i>" in tree.inner_text()
        assert tree.locator("i", has_text="two").count() == 0


class TestPlaces:
    def test_an_update_stands_where_the_first_was(self, shown: Notebook) -> None:
        first = shown.run("display('one', { display_id: 'status' }); console.log('behind')")
        assert _texts(first) == ["one", "behind"]
        shown.run("display(html`<b>two</b>`, { display_id: 'status', update: true })")
        first.locator(".jp-OutputArea-output b", has_text="two").wait_for()
        assert _texts(first) == ["two", "behind"]

    def test_clear_takes_away_what_the_cell_has_shown(self, shown: Notebook) -> None:
        cell = shown.run("display('gone'); console.log('gone too'); clear(); display('kept')")
        assert _texts(cell) == ["kept"]

    def test_clear_that_waits(self, shown: Notebook) -> None:
        cell = shown.run("for (let i = 3; i > 0; i--) { clear({ wait: true }); display(`${i} to go`) }")
        assert _texts(cell) == ["1 to go"]

    def test_values_that_show_themselves(self, shown: Notebook) -> None:
        cell = shown.run(
            "class Temperature { [Symbol.for('Jupyter.display')]() { return { 'text/plain': '21 °C', "
            "'text/html': '<b>21</b> °C' } } }\nnew Temperature()"
        )
        assert cell.locator(".jp-OutputArea-output b").inner_text() == "21"

    def test_undefined_shows_nothing_and_null_does(self, shown: Notebook) -> None:
        assert shown.run("undefined").locator(".jp-OutputArea-output").count() == 0
        assert shown.output(shown.run("null")).last.inner_text().strip() == "null"
        assert shown.output(shown.run("12n")).last.inner_text().strip() == "12n"


class TestErrors:
    def test_the_place_and_the_state(self, shown: Notebook) -> None:
        cell = shown.run("const twice = (n) => n * 2;\nthrow new RangeError('too <b>far</b>')")
        text = shown.output(cell, "RangeError").last.inner_text()
        assert "> 2 | throw new RangeError" in text
        assert cell.locator(".jp-OutputArea b", has_text="far").count() == 0

    def test_a_time_limit_is_named_with_the_way_to_change_it(self, shown: Notebook) -> None:
        shown.run("let steps = 1")
        cell = shown.run("%%ts --timeout 0.3\nsteps = 2; while (true) {}")
        text = shown.output(cell, "ExecutionTimeout").last.inner_text()
        assert "0.3" in text
        assert "--timeout" in text or "%limits" in text
        assert "1" in shown.output(shown.run("steps")).last.inner_text()
