"""What the guest writes is text: nothing of it runs in the reader's browser or asks for anything."""

# ruff: noqa: E501 - markup and programs stand in one piece: a break would change or hide what they are.

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from .bait import BAIT, DRAWINGS, DRAWN_IN_HTML, FORMULAS, MARKDOWN, MARKUP, REQUESTS, SCRIPTS, caught
from .conftest import Server, Traffic
from .lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

HOST = f"""%%host
_bait = {BAIT!r}

def fails(text):
    raise ValueError(_bait + str(text))

def gives(text):
    return {{_bait: [_bait, text]}}

bag = {{_bait: gives, "data": _bait, "list": [_bait, {{_bait: _bait}}]}}
note = _bait"""
CALLS = """env.gives(BAIT); env.bag[BAIT](BAIT)
try { env.fails(BAIT) } catch (error) { console.log(error) }"""
FILES = """import { mkdirSync, writeFileSync } from "node:fs"
const names = [...MARKUP, ...FORMULAS, "a\\u202egnp.exe"].map((text) => text.replaceAll("/", "∕").slice(0, 200))
mkdirSync("/bait")
for (const name of names) writeFileSync(`/bait/${name}`, BAIT)
mkdirSync(`/${names[0]}`); writeFileSync(`/${names[0]}/inner.svg`, DRAWINGS[0])"""
VALUES = """class Odd { get [Symbol.toStringTag]() { return BAIT } }
Object.defineProperty(Odd, "name", { value: BAIT })
const bag = { [BAIT]: BAIT, map: new Map([[BAIT, { [BAIT]: BAIT }]]), symbol: Symbol(BAIT), odd: new Odd(),
  [Symbol(BAIT)]: 1, error: Object.assign(new Error(BAIT), { name: BAIT }), f: { [BAIT]() {} }[BAIT], list: MARKUP }
bag.self = bag"""
CONSTANTS = "".join(
    f"const {name} = {json.dumps(value)};\n"
    for name, value in (
        ("BAIT", BAIT), ("MARKUP", MARKUP), ("MARKDOWN", MARKDOWN), ("FORMULAS", FORMULAS), ("DRAWINGS", DRAWINGS),
        ("DRAWN", DRAWN_IN_HTML),
    )
)  # fmt: skip
CHARTS = """const specs = [
  { data: { url: "https://bait.invalid/d.json" } }, { data: { values, format: { type: "json" } , url: "//bait.invalid/" } },
  { mark: { type: "image", url: "https://bait.invalid/i.png" } },
  { mark: { type: "point", href: "javascript:window.bait=20", tooltip: { content: "data" } } },
  { encoding: { x, url: { field: "image" }, href: { field: "link" } }, mark: "image" },
  { encoding: { x, tooltip: { field: "image" } } }, { encoding: { x, description: { value: BAIT }, tooltip: { value: BAIT } } },
  { transform: [{ calculate: "window.bait=20", as: "b" }] }, { params: [{ name: "p", expr: "window.bait=20" }] },
  { params: [{ name: "p", bind: { input: "range", element: "body", name: BAIT } }] },
  { usermeta: { embedOptions: { loader: { baseURL: "https://bait.invalid/" }, actions: true, config: "https://bait.invalid/c" } } },
  { config: { background: "url(https://bait.invalid/bg.png)", customFormatTypes: true } }, { title: { text: BAIT, subtitle: MARKUP } },
  { title: { text: { expr: "window.bait=20" } } }, { background: "url('//bait.invalid/x')" },
  { encoding: { x: { field: "a", type: "quantitative", axis: { format: "window.bait=20", formatType: "bait", labelExpr: "window.bait=20" } } } },
  { encoding: { x: { field: "a", bandPosition: "window.bait=20", type: "quantitative" } } },
  { encoding: { x: { field: BAIT, type: "nominal" }, color: { field: "a']+(window.bait=20)+['", type: "nominal" } } },
]
for (const part of specs) display({ "application/vnd.vegalite.v5+json": { data: { values }, mark: "bar", encoding: { x }, ...part } }, { raw: true })
display.chart([{ [BAIT]: BAIT, n: 1 }], { x: "n", title: BAIT, color: `${BAIT.replaceAll(":", "")}:N` })"""
CELLS = {
    "html": "for (const text of [...MARKUP, ...FORMULAS, ...DRAWINGS, DRAWN, MARKUP.join('')]) { console.log(text); display(html(text)) }",
    "html of a display method": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': MARKUP.join(''), 'text/plain': BAIT }) })",
    "markdown": "for (const text of [...MARKDOWN, ...MARKUP, ...FORMULAS, DRAWN]) { console.log(text); display(md(text)) }",
    "drawings": "for (const text of [...DRAWINGS, ...MARKUP]) { console.log(text); display(svg(text)) }",
    "jsx": "%%tsx\nconsole.log(BAIT);\n<div title={BAIT} style={{ background: 'url(https://bait.invalid/j.png)' }} onClick={'window.bait=21'}>"
    "<a href='javascript:window.bait=21'>{BAIT}</a><img src='https://bait.invalid/j.png' onError='window.bait=21'/>"
    "<div dangerouslySetInnerHTML={{ __html: BAIT }}/></div>",
    "table": "display.table([{ [BAIT]: BAIT, b: MARKUP, c: { [BAIT]: BAIT } }], { title: BAIT })",
    "forged table": "display({ 'application/vnd.qjs.table+json': { rows: [[BAIT, ...MARKUP]], columns: MARKUP, total: BAIT, title: BAIT }, "
    "'text/plain': BAIT }, { raw: true })",
    "tables of results": "MARKUP.map((text) => ({ [BAIT]: text, date: new Date(0), [FORMULAS[1]]: FORMULAS[0] }))",
    "progress": "const bar = display.progress(3, { label: BAIT }); bar.step(); bar.done(BAIT); console.log(BAIT)",
    "forged progress": "display({ 'application/vnd.qjs.progress+json': { value: BAIT, total: BAIT, label: MARKUP.join(''), done: BAIT } }, "
    "{ raw: true }); console.log(BAIT)",
    "display ids": "display(BAIT, { display_id: BAIT.slice(0, 190) }); display('x', { display_id: '\"><img src=x onerror=window.bait=22>' })",
    "charts": "const values = [{ a: 1, image: 'https://bait.invalid/field.png', link: 'javascript:window.bait=20', [BAIT]: BAIT }], "
    f"x = {{ field: 'a', type: 'quantitative' }}\nconsole.log(BAIT)\n{CHARTS}",
    "json": "display({ 'application/json': { [BAIT]: BAIT, list: MARKUP } }, { raw: true })",
    "tree of a result": "({ [BAIT]: { [BAIT]: MARKUP }, list: MARKUP })",
    "types that run": "console.log(BAIT); for (const type of ['application/javascript', 'text/latex', 'application/x-bait', "
    "'application/vnd.jupyter.widget-view+json', 'application/geo+json', 'text/vnd.mermaid', 'application/pdf', 'image/gif', "
    "'application/vnd.plotly.v1+json', 'application/vnd.jupyter.stderr', 'application/vdom.v1+json', 'application/vnd.qjs.value']) "
    "display({ [type]: type.startsWith('text') ? BAIT : type.includes('view') ? { model_id: BAIT, version_major: 2, version_minor: 0 } : BAIT, "
    "'text/plain': BAIT }, { raw: true })",
    "false pictures": "console.log(BAIT); for (const text of [...DRAWINGS, ...MARKUP]) display({ 'image/png': btoa(unescape(encodeURIComponent(text))), "
    "'image/jpeg': new TextEncoder().encode(text), 'text/plain': BAIT }, { raw: true })",
    "errors as values": "[Object.assign(new Error(BAIT), { name: BAIT, cause: new Error(BAIT), [BAIT]: BAIT }), BAIT]; "
    "new AggregateError([new TypeError(BAIT)], BAIT)",
    "errors": "throw Object.assign(new Error(BAIT, { cause: new Error(BAIT) }), { name: BAIT, stack: BAIT, [BAIT]: BAIT })",
    "tests": "%%test\ndescribe(BAIT, () => { for (const text of [BAIT, ...FORMULAS]) it(text, () => { console.log(text); expect(text).toBe(1) }) })",
    "types": f"const wrong: {json.dumps(BAIT)} | {json.dumps(FORMULAS[0])} = {json.dumps(FORMULAS[1])}\nconsole.log(BAIT)",
    "host functions": CALLS,
    "files of the guest": f"{FILES}\nconsole.log(BAIT)",
    "values": f"{VALUES}\nconsole.log(BAIT)",
}
VIEWS = {
    "%view env": "env.gives",
    "%view files": "inner",
    "%view limits": "timeout",
    "%view cells": "cell",
    "%view bag": "symbol",
    "%view": "bag",
    f"%%params\ntext: string = {json.dumps(BAIT)} /* {FORMULAS[1]} <img src=x onerror=window.bait=23> */\n"
    f"choice: {json.dumps(SCRIPTS[0])} | {json.dumps(REQUESTS[3])} = {json.dumps(SCRIPTS[0])}": "choice",
}


@dataclass
class Prey:
    """A notebook with everything above in its cells."""

    server: Server
    notebook: Notebook
    traffic: Traffic
    ran: set[str] = field(default_factory=set)

    def run(self, code: str) -> Locator:
        self.ran.add(code)
        return self.notebook.run(code)

    def nothing(self) -> None:
        """Nothing has become of it so far, anywhere in the page."""
        notebook = self.notebook
        # Formulas are set and pictures are read a moment after an output is there: they are given their turn.
        notebook.page.evaluate(
            """async () => {
                await Promise.all([...document.images].map((each) => each.decode().catch(() => null)))
                for (let i = 0; i < 3; i++) await new Promise((go) => requestAnimationFrame(() => setTimeout(go)))
            }"""
        )
        asked = self.traffic.foreign()
        self.traffic.clear()
        assert caught(notebook) == []
        assert asked == []
        assert notebook.page.url.startswith(self.server.url)


@pytest.fixture(scope="module")
def prey(server: Server) -> Iterator[Prey]:
    with server.notebook("safety.ipynb") as notebook:
        notebook.run("%check off")
        notebook.run(CONSTANTS)
        notebook.run(HOST)
        server.traffic.clear()
        yield Prey(server, notebook, server.traffic)


class TestTheBait:
    def test_it_works_where_it_is_let(self, server: Server) -> None:
        """On a page of its own each piece does something that the other tests would see."""
        page = server.page()
        page.route("**/*", lambda route: route.abort())
        try:
            for text in (SCRIPTS[0], SCRIPTS[2], SCRIPTS[5]):
                page.goto("about:blank")
                page.set_content(text)
                page.wait_for_function("window.bait !== undefined")
            for text in (REQUESTS[1], REQUESTS[2], REQUESTS[3], REQUESTS[8]):
                server.traffic.clear()
                page.set_content(text)
                assert server.traffic.foreign() != [], text
        finally:
            page.close()
            server.traffic.clear()

    def test_the_audit_sees_what_stands_on_the_page(self, prey: Prey) -> None:
        page = prey.notebook.page
        output = prey.run("'here'").locator(".jp-OutputArea-output")
        for markup in (
            "<p onclick='1'>a</p>", "<a href='javascript:1'>a</a>", "<img src='/files/x'>", "<p style='background:url(x)'>",
            "<form></form>", "<svg><foreignObject/></svg>", "<mjx-container></mjx-container>", "<p class=bait>",
        ):  # fmt: skip
            output.evaluate("(each, markup) => { each.innerHTML = markup }", markup)
            assert caught(prey.notebook) != [], markup
        output.evaluate("(each) => { each.innerHTML = '' }")
        page.wait_for_load_state()
        prey.traffic.clear()


class TestResults:
    @pytest.mark.parametrize("name", CELLS)
    def test_in(self, prey: Prey, name: str) -> None:
        cell = prey.run(CELLS[name])
        assert cell.locator(".jp-OutputArea-output").count() > 0
        prey.nothing()


class TestViews:
    @pytest.mark.parametrize("code", VIEWS)
    def test_in(self, prey: Prey, code: str) -> None:
        for cell in (CALLS, FILES, VALUES):
            if "bag" not in code or cell is VALUES:
                prey.run(cell)
        view = prey.run(code)
        live = view.locator(".qjs-view")
        live.wait_for()
        live.filter(has_text=VIEWS[code]).wait_for()
        prey.nothing()

    def test_in_an_opened_file(self, prey: Prey) -> None:
        prey.run(FILES)
        view = prey.run("%view files").locator(".qjs-view")
        rows = view.locator("button.qjs-row", has_text="<img class=bait")
        rows.last.click()
        view.locator("textarea").wait_for()
        view.locator("button.qjs-row", has_text="inner.svg").click()
        shown = view.locator("textarea").element_handle()
        prey.notebook.page.wait_for_function("each => each.value.startsWith('<svg')", arg=shown)
        prey.nothing()
        for name in ("Delete", "Rename"):
            view.get_by_role("button", name=name).first.click()
            view.get_by_role("button", name="Cancel").click()
        prey.nothing()

    def test_in_what_is_searched_and_opened(self, prey: Prey) -> None:
        prey.run(VALUES)
        view = prey.run("%view bag").locator(".qjs-view")
        search = view.get_by_placeholder("a key or a text")
        search.fill("<img class=bait src=")
        search.press("Enter")
        view.get_by_text("places").first.wait_for()
        prey.nothing()
        view.locator("button", has_text="bag").last.click()
        prey.nothing()
        closed = view.get_by_title(re.compile(r"^Open "))
        for _ in range(4):
            closed.first.click()
            prey.nothing()


class TestReopened:
    def test_by_a_reader_without_the_kernel(self, prey: Prey) -> None:
        notebook = prey.notebook
        for code in [*CELLS.values(), *VIEWS]:
            if code not in prey.ran:
                prey.run(code)
        notebook.save()
        path = prey.server.folder / "safety.ipynb"
        saved = json.loads(path.read_text())
        saved["metadata"] = {
            "kernelspec": {"name": "elsewhere", "display_name": "Elsewhere", "language": "fortran"}
        }
        (prey.server.folder / "safety-read.ipynb").write_text(json.dumps(saved))
        prey.traffic.clear()
        page = prey.server.page()
        reader = Notebook.without_kernel(page, prey.server.url, "safety-read.ipynb")
        try:
            read = Prey(prey.server, reader, prey.traffic)
            page.locator(".jp-OutputArea-output", has_text="env.gives").first.wait_for()
            read.nothing()
            reader.trust()
            page.locator(".jp-mod-trusted.jp-OutputArea-output", has_text="env.gives").first.wait_for()
            read.nothing()
        finally:
            page.close()


@dataclass
class Trap:
    """A server that notes who knocks."""

    url: str
    knocks: list[str]


@pytest.fixture
def trap() -> Iterator[Trap]:
    knocks: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocks.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with closing(server.socket):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Trap(f"http://127.0.0.1:{server.server_port}", knocks)
        finally:
            server.shutdown()
            thread.join()


FRAMED = """<p id=said>before</p><img src="TRAP/img.png"><link rel=stylesheet href="TRAP/l.css">
<style>body { background: url(TRAP/css.png) }</style><iframe src="TRAP/frame"></iframe><script src="TRAP/s.js"></script>
<script>
const tried = {}
const attempt = (name, work) => { try { tried[name] = String(work()) } catch (error) { tried[name] = error.name } }
attempt("parent", () => { parent.document.title = "bait"; return "reached" })
attempt("top", () => { top.bait = 1; return "reached" })
attempt("cookie", () => document.cookie)
attempt("storage", () => localStorage.length)
attempt("top location", () => { top.location = "TRAP/top"; return "reached" })
attempt("popup", () => open("TRAP/popup"))
attempt("beacon", () => navigator.sendBeacon("TRAP/beacon", "x"))
attempt("socket", () => new WebSocket("TRAP/socket".replace("http", "ws")).readyState)
attempt("image", () => { new Image().src = "TRAP/image" })
const asks = ["TRAP/fetch", "SERVER/api/contents"].map((url) => fetch(url).then(() => "reached", (error) => error.name))
Promise.all(asks).then((answers) => { document.getElementById("said").textContent = JSON.stringify({ ...tried, answers, done: true }) })
</script>"""


class TestAllowHtml:
    def test_scripts_run_in_a_frame_that_reaches_nothing(self, server: Server, trap: Trap) -> None:
        text = FRAMED.replace("TRAP", trap.url).replace("SERVER", server.url)
        with server.notebook("frame.ipynb") as notebook:
            page = notebook.page
            title = page.title()
            cell = notebook.run(f"const text = {json.dumps(text)}; html(text)")
            # Not before the owner has said so.
            assert cell.locator("iframe").count() == 0
            assert trap.knocks == []
            notebook.run("%allow html")
            cell = notebook.run("html(text)")
            inner = cell.frame_locator("iframe").frame_locator("iframe").locator("#said")
            inner.filter(has_text="done").wait_for()
            said = json.loads(inner.inner_text())
            assert said["parent"] == said["top"] == "SecurityError"
            assert said["cookie"] == said["storage"] == "SecurityError"
            assert said["top location"] == "SecurityError"
            assert said["popup"] == "null"
            assert said["answers"] == ["TypeError", "TypeError"]
            assert trap.knocks == []
            assert page.title() == title
            assert page.evaluate("() => window.bait") is None
            assert page.url.startswith(server.url)
            for way in (
                "location.href = 'TRAP/left'",
                "document.forms[0].submit()",
                "document.links[0].click()",
            ):
                leaving = (
                    "<a href='TRAP/link'>a</a><form action='TRAP/form'></form><p id=said>here</p>"
                    f"<script>try {{ {way} }} finally {{ said.textContent = 'tried' }}</script>"
                )
                cell = notebook.run(f"html({json.dumps(leaving.replace('TRAP', trap.url))})")
                # It stays where it is, or is an empty page of the browser's.
                frame = cell.locator("iframe").element_handle()
                assert frame is not None
                page.wait_for_function("each => each.contentWindow.length === 1", arg=frame)
            notebook.run("%allow html --off")
            assert notebook.run("html(text)").locator("iframe").count() == 0
            assert trap.knocks == []
        server.traffic.clear()

    def test_the_trap_works(self, server: Server, trap: Trap) -> None:
        page = server.page()
        page.set_content(f"<img src='{trap.url}/img.png'>")
        page.wait_for_function("() => [...document.images].every((each) => each.complete)")
        page.close()
        assert trap.knocks == ["/img.png"]
        server.traffic.clear()
