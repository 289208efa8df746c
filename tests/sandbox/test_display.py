"""What a program shows with more than text: display, templates, tables, charts, bars, pictures, the ways of Deno."""

# ruff: noqa: E501 - programs read best as the one line they are

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjs_kernel import Cleared, Displayed, Limits, Outcome, Output, Sandbox
from qjs_kernel.outcome import Event

from .display_stage import VALUE, VEGALITE, Stage, common_stage
from .support import Events, fault, printed, value

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


@pytest.fixture
def stage(make: Callable[..., Sandbox]) -> Stage:
    return Stage(make)


@pytest.fixture(scope="module")
def board(pool: Any) -> Iterator[Stage]:
    with common_stage(pool) as stage:
        yield stage


# display


@pytest.mark.parametrize(
    ("code", "bundle"),
    [
        ("display({ a: 1 })", {VALUE: {"a": 1}, "text/plain": "{ a: 1 }"}),
        ("await display('x')", {VALUE: "x", "text/plain": "'x'"}),
        ("display(null); undefined", {VALUE: None, "text/plain": "null"}),
        ("display(new WeakMap())", {"text/plain": "WeakMap { <items unknown> }"}),
        ("display({ 'text/plain': 'x', 'text/html': ['<b>', 'x</b>'] }, { raw: true })", {"text/plain": "x", "text/html": "<b>x</b>"}),
        ("display({ 'application/json': { a: [1] }, 'text/plain': undefined }, { raw: true })", {"application/json": {"a": [1]}}),
        ("display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'own' }) })", {"text/plain": "own"}),
        ("display({ async [Symbol.for('Jupyter.display')]() { await 0; return { 'text/plain': 'later' } } })", {"text/plain": "later"}),
        ("display(Object.assign(() => 1, { [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'f' }) }))", {"text/plain": "f"}),
        ("display(new (class { [Symbol.for('Jupyter.display')]() {} })())", {VALUE: {}, "text/plain": "{}"}),
        ("display(<p class='a'>1 &lt; {'<2>'}</p>)", {"text/html": '<p class="a">1 &lt; &lt;2&gt;</p>', "text/plain": '<p class="a">1 &lt; &lt;2&gt;</p>'}),
        ("display(new (class { toSpec() { return { mark: 'bar' } } })())", {VEGALITE: {"mark": "bar"}}),
        ("display(new (class { get outerHTML() { return '<svg></svg>' } })())", {"image/svg+xml": "<svg></svg>"}),
        ("display(new (class { outerHTML = '<b>x</b>' })())", {"text/html": "<b>x</b>"}),
    ],
)  # fmt: skip
def test_display_shows_once(board: Stage, code: str, bundle: dict[str, Any]) -> None:
    found = board.bundle(code)
    if "class {" in code and VALUE in bundle:  # the text has the name of the class
        bundle["text/plain"] = found["text/plain"]
    assert found == bundle


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("display(1, { raw: true })", "TypeError: display: an object of MIME types such as"),
        ("display(['text/plain'], { raw: true })", "TypeError: display: an object of MIME types"),
        ("display({ html: '<b>' }, { raw: true })", "TypeError: display: 'html' is not a MIME type"),
        ("display({ 'text/html': 1 }, { raw: true })", "TypeError: display: text/html is text, not 1"),
        ("display({ 'text/html': ['a', 1] }, { raw: true })", "TypeError: display: text/html is text or a list of texts, line 1 is 1"),
        ("display({ 'image/png': [1] }, { raw: true })", "TypeError: display: image/png is a Uint8Array or base64 text"),
        ("display({}, { raw: true })", "TypeError: display: the bundle is empty"),
        ("display({ 'application/json': new WeakMap() }, { raw: true })", 'TypeError: display: a WeakMap cannot be sent to the host (at bundle["application/json"])'),
        ("display(1, 'a')", "TypeError: display: options such as"),
        ("display(1, { display_id: 7 })", "TypeError: display: display_id must be a text, not 7"),
        ("display(1, { display_id: '' })", "TypeError: display: display_id must be a text"),
        ("display(1, { display_id: 'x'.repeat(201) })", "RangeError: display: display_id has at most 200 characters, not 201"),
        ("display(1, { update: true })", "TypeError: display: update needs the display_id"),
        ("display({ [Symbol.for('Jupyter.display')]: () => 'text' })", 'TypeError: [Symbol.for("Jupyter.display")](): an object of MIME types'),
        ("display({ [Symbol.for('Jupyter.display')]: () => { throw new RangeError('own') } })", "RangeError: own"),
        ("display({ [Symbol.for('Jupyter.display')]: async () => { throw new RangeError('own') } })", "RangeError: own"),
        ("await display({ [Symbol.for('Jupyter.display')]: async () => ({ a: 1 }) })", "TypeError: [Symbol.for(\"Jupyter.display\")](): 'a' is not a MIME type"),
    ],
)  # fmt: skip
def test_what_cannot_be_displayed_is_an_error(board: Stage, code: str, message: str) -> None:
    assert board.error(code).startswith(message)


def test_display_ids(board: Stage) -> None:
    found = board.shown(
        "display(1, { display_id: 'a' }); display(2, { display_id: 'a', update: true }); display(3, { display_id: null })"
    )
    assert [(each.display_id, each.update) for each in found] == [("a", False), ("a", True), (None, False)]


def test_errors_of_async_methods_are_told_once(stage: Stage) -> None:
    bad = "const bad = { async [Symbol.for('Jupyter.display')]() { await 0; throw new RangeError('x') } };"
    events = Events()
    with Sandbox(sink=events) as sandbox:
        sandbox.eval(bad, "/src/cell-1.ts", cell=True)

        def run(code: str) -> Outcome:
            return sandbox.eval(code, "/src/cell-2.ts", cell=True, tag=code)

        for code in (
            "display(bad); 1",
            "(() => { display(bad) })()",
            "void display(bad).then(() => {}); await 0; 1",
        ):
            assert run(code).ok
        told = [(late.error.name, late.tag) for late in events.late]
        assert told == [
            ("RangeError", "display(bad); 1"),
            ("RangeError", "(() => { display(bad) })()"),
        ], "the last one has been asked for, and its own promise is the program's"
        events.seen.clear()
        assert run("try { await display(bad) } catch (e) { console.log(e.message) }").ok
        assert run("display(bad).catch((e) => console.log(e.message)); await 0").ok
        assert run("await Promise.allSettled([display(bad), 1])").ok
        assert events.late == []


def test_order_with_the_console(board: Stage) -> None:
    assert board.run(
        "for (let i = 0; i < 300; i++) console.log(i); display('a'); console.log('between'); clear({ wait: true }); display('b'); clear(); display('c'); clear(); console.log('end')"
    ).ok
    order = []
    text = ""
    for event in board.events:
        if isinstance(event, Output):
            text += event.text
            continue
        order.append(text)
        text = ""
        order.append(f"clear {event.wait}" if isinstance(event, Cleared) else event.bundle["text/plain"])  # type: ignore[union-attr]
    lines = "".join(f"{i}\n" for i in range(300))
    assert [*order, text] == [
        lines, "'a'", "between\n", "clear True", "", "'b'", "", "clear False", "", "'c'", "", "clear False", "end\n",
    ]  # fmt: skip


def test_late_displays_stand_under_their_own_cell(make: Callable[..., Sandbox]) -> None:
    later = (
        "setTimeout(() => { display('timer'); display(slow) }, 20); const slow = { async [Symbol.for('Jupyter.display')]() "
        "{ await new Promise((r) => setTimeout(r, 5)); return { 'text/plain': 'slow' } } }"
    )

    async def work() -> list[Displayed]:
        events = Events()
        sandbox = make(sink=events)
        await sandbox.eval_async(later, "/src/cell-1.ts", cell=True, tag="first")
        await sandbox.eval_async("display('second')", "/src/cell-2.ts", cell=True, tag="second")
        await events.until(lambda: len(events.seen) == 3)
        return [each for each in events.seen if isinstance(each, Displayed)]

    assert sorted((each.bundle["text/plain"], each.tag) for each in asyncio.run(work())) == [
        ("'second'", "second"), ("'timer'", "first"), ("slow", "first"),
    ]  # fmt: skip


def test_without_a_sink_it_is_harmless(shared: Sandbox) -> None:
    assert value(shared, "display(1); clear(); display.progress(1).done(); export default 2") == 2


# Results


@pytest.mark.parametrize(
    ("code", "rich"),
    [
        ("html`<b>x</b>`", {"text/html": "<b>x</b>", "text/plain": "<b>x</b>"}),
        ("md`# x`", {"text/markdown": "# x", "text/plain": "# x"}),
        ("svg`<svg/>`", {"image/svg+xml": "<svg/>"}),
        ("<b>x</b>", {"text/html": "<b>x</b>", "text/plain": "<b>x</b>"}),
        ("({ async [Symbol.for('Jupyter.display')]() { await new Promise((r) => setTimeout(r, 1)); return { 'text/plain': Promise.resolve('x') + '', 'application/json': Promise.resolve(1) } } })", {"text/plain": "[object Promise]", "application/json": 1}),
        ("({ [Symbol.for('Jupyter.display')]: 1 })", None),
        ("({ [Symbol.for('Jupyter.display')]() {} })", None),
        ("({ outerHTML: '<b>' })", None),
        ("new Proxy({}, { get(_, key) { if (key === Symbol.for('Jupyter.display')) throw 1 } })", None),
        ("1", None),
    ],
)  # fmt: skip
def test_results_with_a_method_of_their_own(board: Stage, code: str, rich: dict[str, Any] | None) -> None:
    outcome = board.run(code)
    assert outcome.ok, outcome.error
    assert outcome.text
    assert outcome.rich == rich
    assert board.events == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("({ [Symbol.for('Jupyter.display')]() { throw new RangeError('x') } })", "RangeError: x"),
        ("({ async [Symbol.for('Jupyter.display')]() { throw new RangeError('x') } })", "RangeError: x"),
        ("({ [Symbol.for('Jupyter.display')]: () => 1 })", 'TypeError: [Symbol.for("Jupyter.display")](): an object of MIME types'),
        ("({ [Symbol.for('Jupyter.display')]: () => ({ 'a/b': { c: new WeakMap() } }) })", 'TypeError: what is to be shown: a WeakMap cannot be sent to the host (at value["a/b"].c)'),
    ],
)  # fmt: skip
def test_results_whose_method_fails(board: Stage, code: str, message: str) -> None:
    assert board.error(code).startswith(message)


def test_the_method_runs_only_for_a_reader(shared: Sandbox) -> None:
    code = "export default { [Symbol.for('Jupyter.display')]() { throw new Error('x') } }"
    assert shared.eval(code).ok


# Templates


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("html`<i>${'<b>'}</i>`", "<i><b></i>"),
        ("html`<i>${html.escape('<b>\"')}</i>`", "<i>&lt;b&gt;&quot;</i>"),
        ("html`${[1, [html`<b>`, null], undefined]}${null}${false}`", "1<b>false"),
        ("html`${md`# a`}${svg`<svg/>`}`", "# a<svg/>"),
        ("html`${<p>&lt;</p>}`", "<p>&lt;</p>"),
        ("<p>{html`<b>x</b>`}{md`<`}</p>", "<p><b>x</b>&lt;</p>"),
        ("html('<b>')", "<b>"),
        ("md('a', 'b')", "a"),
        ("html(['a', 'b'])", "ab"),
        ("md`\\frac \\u{x} a\\nb`", "\\frac \\u{x} a\\nb"),
        ("md`a\\nb`", "a\nb"),
        ("html``", ""),
    ],
)
def test_templates(board: Stage, expression: str, text: str) -> None:
    outcome = board.run(f"String({expression})")
    assert outcome.data == text


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_escaping_leaves_no_markup(board: Stage, text: str) -> None:
    import html
    import json

    escaped = board.run(f"html.escape({json.dumps(text)})").data
    assert html.unescape(escaped) == html.unescape(html.escape(text))
    assert not set(escaped) & set("<>\"'")


# Pictures


def test_pictures(make: Callable[..., Sandbox]) -> None:
    stage = Stage(make, mounts={"data": {"a.png": PNG, "b.txt": "text"}})
    assert stage.bundle("display.image('/data/a.png')") == {"image/png": PNG}
    data = f"Uint8Array.from({list(PNG)})"
    assert stage.bundle(f"display.image({data})") == {"image/png": PNG}
    assert stage.bundle(f"display.image({data}.buffer)") == {"image/png": PNG}
    assert stage.bundle("display.image(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))") == {
        "image/jpeg": b"\xff\xd8\xff\xe0"
    }
    assert stage.run("Deno.jupyter.image('/data/a.png')").rich == {"image/png": PNG}
    assert stage.error("display.image('/data/b.txt')").startswith(
        "TypeError: image: /data/b.txt is neither PNG nor JPEG"
    )
    assert stage.error("display.image('/none')").startswith("Error: ENOENT")
    assert stage.error("display.image(5)").startswith("TypeError: image: a Uint8Array or the path of a file")


# Deno


def test_notebooks_written_for_deno(board: Stage) -> None:
    found = board.shown(
        """
        const { display, html, md, svg, $display } = Deno.jupyter;
        class Temperature {
          constructor(public celsius: number) {}
          [Deno.jupyter.$display]() { return { "text/plain": `${this.celsius} C` }; }
        }
        await display({ "text/plain": "raw" }, { raw: true });
        await display(html`<b>${1 + 1}</b>`);
        await display(new Temperature(7), { raw: false, update: false });
        await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "sent" }, metadata: {}, transient: { display_id: "progress" } });
        await Deno.jupyter.broadcast("update_display_data", { data: { "text/plain": "again" }, metadata: {}, transient: { display_id: "progress" } });
        await display(md`# ${"Title"}`).then(() => undefined)
        """
    )
    assert [next(iter(each.bundle.values())) for each in found] == [
        "raw",
        "<b>2</b>",
        "7 C",
        "sent",
        "again",
        "# Title",
    ]
    assert [(each.display_id, each.update) for each in found[3:5]] == [
        ("progress", False),
        ("progress", True),
    ]
    assert board.run("await Deno.jupyter.format({ a: 1 })").data == {"text/plain": "{ a: 1 }"}
    assert board.run("await Deno.jupyter.format(Deno.jupyter.svg`<svg/>`)").data == {
        "image/svg+xml": "<svg/>"
    }
    assert board.error("await Deno.jupyter.broadcast('comm_open', {})").startswith(
        "TypeError: broadcast: 'comm_open' is not sent"
    )


def test_deno_is_nothing_else(shared: Sandbox) -> None:
    assert value(
        shared,
        "export default [Object.keys(Deno), typeof Deno.version, Deno.jupyter.$display === Symbol.for('Jupyter.display')]",
    ) == [["jupyter"], "undefined", True]


def test_cells_may_take_the_names(stage: Stage) -> None:
    assert stage.run(
        "const html = 1, display = 2; let clear = 3; function md() { return 4 } class svg {} [html, display, clear, md()]"
    ).data == [1, 2, 3, 4]
    assert stage.run("[html, typeof svg]").data == [1, "function"]


# Limits


def test_a_run_may_display_so_often(make: Callable[..., Sandbox]) -> None:
    stage = Stage(make, limits=Limits(messages=5))
    outcome = stage.run(
        "let n = 0; try { for (;; n++) display(n) } catch (e) { console.log(e instanceof RangeError, e.message) } n"
    )
    assert outcome.data == 5
    assert printed(outcome) == "true a run may display 5 times (Limits.messages)\n"
    assert len(stage.shown("for (let i = 0; i < 5; i++) display(i); undefined")) == 5, (
        "the next run counts anew"
    )


def test_a_run_may_display_so_much(make: Callable[..., Sandbox]) -> None:
    stage = Stage(make, limits=Limits(result_bytes=100_000))
    half = "display({ 'text/plain': 'x'.repeat(60_000) }, { raw: true });"
    assert (
        fault(stage.sandbox, half + half).message == "a run may display 100,000 bytes (Limits.result_bytes)"
    )
    assert "RangeError: display: the value is larger than 100000 bytes (Limits.result_bytes)" in stage.error(
        "display({ 'text/plain': 'x'.repeat(200_000) }, { raw: true })"
    )
    assert list(stage.bundle("display('y'.repeat(200_000).split('y'))")) == ["text/plain"]


def test_bars_do_not_fail_the_work(make: Callable[..., Sandbox]) -> None:
    stage = Stage(make, limits=Limits(messages=2))
    assert (
        stage.run(
            "const bar = display.progress(9); display(1); bar.step(); bar.step(); bar.done(); 'worked'"
        ).data
        == "worked"
    )


def test_asyncio_is_the_same(make: Callable[..., Sandbox]) -> None:
    events: list[Event] = []
    outcome = asyncio.run(make(sink=events.append).eval_async("display(html`<b>`)", cell=True, display=True))
    assert (outcome.ok, outcome.text) == (True, None)
    assert [event.bundle["text/html"] for event in events if isinstance(event, Displayed)] == ["<b>"]


# docs/display.md does what it says

PAGE = (Path(__file__).parents[2] / "docs" / "display.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_cells_of_the_page_show_something(make: Callable[..., Sandbox]) -> None:
    stage = Stage(make, mounts={"data": {"cat.png": PNG}})
    cells = [text for language, text in BLOCKS if language == "typescript"]
    assert len(cells) >= 12
    for cell in cells:
        outcome = stage.run(cell)
        promised = re.search(r"^// → (\w+Error): (.+)$", cell, re.MULTILINE)
        if promised is not None:
            assert outcome.error is not None, cell
            assert (outcome.error.name, outcome.error.message) == promised.groups()
            continue
        assert outcome.ok, (cell, outcome.error)
        displayed = any(isinstance(event, Displayed) for event in stage.events)
        assert displayed != (outcome.rich is not None), "one or the other, never both"


@pytest.mark.parametrize("script", [text for language, text in BLOCKS if language == "python"])
def test_the_scripts_of_the_page_run(script: str) -> None:
    assert "assert " in script
    exec(compile(script, "docs/display.md", "exec"), {"__name__": "__docs__"})


def test_the_page_names_every_function() -> None:
    for name in (
        "display(",
        "display.table(",
        "display.chart(",
        "display.progress(",
        "display.image(",
        "clear(",
        "html`",
        "md`",
        "svg`",
        "html.escape(",
        "= Deno;",
    ):
        assert name in "".join(text for _, text in BLOCKS), name
