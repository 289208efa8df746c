"""What the notebook says where "‸" stands, on the real server. One line for each case; the set-ups are in `carets`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.language.carets import Case, Desk


def named(case: Case) -> str:
    """A case in the list of tests."""
    return case.text.replace("\n", "⏎")


LOGS = "import { logs, byHost } from './logs.js'; "
ROW = "import type { LogRow } from './types.js'; "
UNITS = "import { Severity, Units } from './types.js'; "


@pytest.fixture(scope="module")
def desk(needs_deno: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("carets"))
    try:
        made.start()
        yield made
    finally:
        made.close()


COMPLETIONS = [
    # Members of types that are mounted
    Case("files", LOGS + "logs.fi‸", ["filter", "find", "findIndex", "fill"], ["map"]),
    Case("files", LOGS + "logs[0].‸", ["level", "message", "latencyMs", "meta"], ["constructor"]),
    Case("files", LOGS + "logs[0].meta?.ho‸", ["host"]),
    Case("files", LOGS + "for (const { lat‸ } of logs) {}", ["latencyMs"]),
    Case("files", LOGS + "logs.map((row) => row.mess‸)", ["message"]),
    Case("files", LOGS + "byHost('a')[0].message.toUp‸", ["toUpperCase"]),
    Case("files", "const { byHost } = await import('./logs.js'); byHost('a').at(0)!.lev‸", ["level"]),
    Case("files", "import * as all from './logs.js'; all.‸", ["logs", "byHost", "default"]),
    Case("files", "import summary from './logs.js'; summary().tr‸", ["trim"]),
    Case("files", "import data from '/data/rows.json' with { type: 'json' }; data.‸", ["rows", "total"]),
    Case("files", "import { greet } from './plain.js'; greet('a').pad‸", ["padEnd", "padStart"]),
    # Enums and namespaces
    Case("files", UNITS + "Severity.‸", ["Low", "High"]),
    Case("files", UNITS + "Units.‸", ["second"], ["Duration"]),
    Case("files", UNITS + "let d: Units.‸", ["Duration"], ["second"]),
    # What the host gives
    Case("env", "env.‸", ["lastAlert", "hosts", "setLevel", "digest", "load", "config", "started"]),
    Case("env", "env.lastAlert('x').at.getF‸", ["getFullYear"]),
    Case("env", "env.lastAlert('x').‸", ["name", "at"]),
    Case("env", "env.hosts('a')[0].‸", ["address", "port"]),
    Case("env", "env.setLevel('‸')", ["debug", "info", "error"]),
    Case("env", "env.setLevel('de‸", ["debug"], ["info"]),
    Case("env", "env.digest(new Uint8Array()).sub‸", ["subarray"]),
    Case("env", "(await env.load('x')).‸", [], ["then"]),
    Case("env", "env.load('x').‸", ["then", "catch", "finally"]),
    Case("env", "env.findRow('k')?.po‸", ["port"]),
    Case("env", "env.started.getT‸", ["getTime"]),
    Case("env", "env.config.‸", ["retries", "zones"]),
    Case("env", "env.blob.byteL‸", ["byteLength"]),
    # Earlier cells
    Case("cells", "boxed.‸", ["value", "map"], ["hidden", "#hidden"]),
    Case("cells", "boxed.value.‸", ["deep", "far"]),
    Case("cells", "boxed.map((v) => v.far).value.toUp‸", ["toUpperCase"]),
    Case("cells", "new Box([1]).value.fi‸", ["filter", "find"]),
    Case("cells", "Box.ma‸", ["made"]),
    Case("cells", "twice.toF‸", ["toFixed"]),
    Case("cells", "twice.toUp‸", [], ["toUpperCase"]),
    Case("cells", "alpha.toUp‸", ["toUpperCase"]),
    Case("cells", "others.‸", ["beta", "gamma"], ["alpha"]),
    Case("cells", "third.toF‸", ["toFixed"]),
    Case("cells", "cou‸", ["counter"]),
    Case("cells", "measured.degrees.at(0)?.toF‸", ["toFixed"]),
    Case("cells", "maybe?.inner?.le‸", ["leaf"]),
    Case("cells", "(await later()).ans‸", ["answer"]),
    Case("cells", "nameO‸", ["nameOf"]),
    Case("cells", "base.toUp‸", ["toUpperCase"]),
    Case("cells", "Colour.‸", ["Red", "Green", "Blue"]),
    Case("cells", "Tools.‸", ["hammer", "saw"]),
    Case("cells", "const twice = { mine: 1 }; twice.‸", ["mine"], ["toFixed"]),
    # Type positions
    Case("cells", "let s: Sha‸", ["Shape"], ["shape"]),
    Case("cells", "const f = (b: Bo‸) => b", ["Box", "Boolean"]),
    Case("cells", "type K = Shape['‸']", ["kind", "size", "label"]),
    Case("files", ROW + "let l: LogRow['le‸']", ["level"]),
    Case("", "let p: Prom‸", ["Promise", "PromiseLike"]),
    Case("", "let r: Reco‸", ["Record"]),
    # Keys and strings that are expected
    Case("files", ROW + "const row: LogRow = { ‸ }", ["level", "message", "latencyMs", "meta"]),
    Case("files", ROW + "const row: LogRow = { level: 'info', me‸ }", ["message", "meta"], ["level"]),
    Case("files", ROW + "const row: LogRow = { level: '‸' }", ["info", "error"]),
    Case("files", LOGS + "logs.filter((row) => row.level === '‸')", ["info", "error"]),
    Case("cells", "grow({ kind: 'ci‸', size: 1 }, 2)", ["circle"], ["square"]),
    Case("cells", "grow({ si‸ }, 2)", ["size"]),
    Case("cells", "const s: Shape = { kind: 'circle', ‸ }", ["size", "label"], ["kind"]),
    Case("cells", "switch (boxed.value.far) { case '‸' }", [], ["Deno"]),
    Case("", "new Intl.NumberFormat('de', { style: '‸' })", ["currency", "percent"]),
    # JSX
    Case("cells", "%%tsx\nconst e = <div>{boxed.va‸}</div>", ["value"]),
    Case(
        "cells",
        "%%tsx\nfunction Card(p: { title: string; wide?: boolean }) { return <b>{p.ti‸}</b> }",
        ["title"],
    ),
    Case(
        "",
        "%%tsx\nfunction Card(p: { title: string; wide?: boolean }) { return <b/> }\nconst e = <Card ‸ />",
        ["title", "wide"],
    ),
    Case("", "%%tsx\nfunction Card() { return <b/> }\nconst e = <Ca‸", ["Card"]),
    Case("cells", "%%jsx\nconst e = <p>{alpha.toUp‸}</p>", ["toUpperCase"]),
    # After characters outside of ASCII and of the first plane
    Case("cells", "'😀'; boxed.va‸", ["value"]),
    Case("cells", "const 名前 = { 値段: 1 }; 名前.‸", ["値段"]),
    Case("cells", "`👩‍👩‍👧 ${boxed.value.de‸}`", ["deep"]),
    Case("env", "/* 漢字 🎉 */ env.config.re‸", ["retries"]),
    Case("files", ROW + "const 行: LogRow = { message: '🚀', lev‸ }", ["level"]),
    # In what is mounted
    Case("files", "%%mount /src/more.ts\n" + LOGS + "logs[0].la‸", ["latencyMs"]),
    Case(
        "files", "%%mount /src/custom.ts\nimport { byHost } from './logs.js';\nbyHost('a').fil‸", ["filter"]
    ),
    Case("files", "%%mount /src/custom.ts --append\nshouldAl‸", ["shouldAlert"]),
    Case("files", "%%mount /lib/deep.ts\nimport { logs } from '../src/logs.js';\nlogs[0].me‸", ["message"]),
    Case("files", "%%mount /src/view.tsx\n" + LOGS + "const e = <li>{logs[0].mes‸}</li>", ["message"]),
    Case("files", "%%mount /src/tool.js\nimport { logs } from './logs.js';\nlogs[0].la‸", ["latencyMs"]),
    Case("files", '%%mount /data/more.json\n{ "rows": [‸', [], ["logs", "Array"]),
    # Names of cells are globals, to what is mounted too.
    Case("cells", "%%mount /src/apart.ts\nboxe‸", ["boxed"]),
    # Code that is not finished
    Case("cells", "function f() {\n  if (boxed.va‸", ["value"]),
    Case("cells", "[boxed.value.‸", ["deep", "far"]),
    Case("cells", "boxed.\n  ‸", ["value", "map"]),
    Case("cells", "const x = boxed.‸\nconst y = 2;", ["value", "map"]),
    Case("cells", "`${boxed.value.‸", ["deep", "far"]),
    Case("cells", "`${boxed.value.de‸}", ["deep"]),
    Case("cells", "for (const d of measured.deg‸", ["degrees"]),
    Case("cells", "grow({ kind: 'circle', ‸", ["size", "label"]),
    Case("", "const o = { a: 1, b: { c: 2 } }; o.b.‸", ["c"]),
    Case("", "try { JSON.pa‸", ["parse"]),
    Case("", "class A { run() { return 1 } go() { this.‸", ["run", "go"]),
    Case("", "const s = 'half\ns.le‸", [], ["Deno"]),
    # Specifiers
    Case("files", "import { x } from './cu‸'", ["./custom.ts"]),
    Case("files", "import { x } from './‸'", ["./custom.ts", "./logs.ts", "./types.ts", "./plain.js"]),
    Case("files", "import { x } from '/src/lo‸'", ["/src/logs.ts"]),
    Case("files", "import { x } from '../da‸'", ["../data/"]),
    Case("files", "export * from './lo‸'", ["./logs.ts"]),
    Case("files", "const m = await import('./lo‸')", ["./logs.ts"]),
    Case("files", "%%mount /lib/deep.ts\nimport { x } from '../src/lo‸'", ["../src/logs.ts"]),
    Case("", "import { x } from 'node:f‸'", ["node:fs", "node:fs/promises"], ["node:path"]),
    Case("", "import { x } from 'node:‸'", ["node:path", "node:util", "node:events"], ["node:ffi"]),
    Case("", "const { x } = require('node:pa‸')", ["node:path"]),
    Case("package", "import { draw } from 'cha‸'", ["chartist"]),
    Case("package", "import { dr‸ } from 'chartist'", ["draw"]),
    Case("package", "import { draw } from 'chartist'; draw([1]).wid‸", ["widthPx"]),
    Case("files", "import { by‸ } from './logs.js'", ["byHost"], ["logs"]),
    Case("files", "import { logs, ‸ } from './logs.js'", ["byHost"], ["logs"]),
    Case("files", "import type { Lo‸ } from './types.js'", ["LogRow"]),
    Case("", "import { readF‸ } from 'node:fs'", ["readFile", "readFileSync"]),
    Case("", "import { readF‸ } from 'fs'", ["readFileSync"]),
    # Modules of node
    Case("", "import * as fs from 'node:fs'; fs.exis‸", ["existsSync"]),
    Case("", "import fs from 'fs'; fs.writeF‸", ["writeFileSync"]),
    Case("", "import { readFileSync } from 'node:fs'; readFileSync('/a', 'utf-8').spl‸", ["split"]),
    Case("", "import { statSync } from 'node:fs'; statSync('/a').isF‸", ["isFile"]),
    Case("", "import { readFile } from 'node:fs/promises'; (await readFile('/a', 'utf8')).tr‸", ["trim"]),
    Case("", "import path from 'node:path'; path.‸", ["join", "basename", "extname", "posix"]),
    Case("", "import path from 'path'; path.parse('/a').‸", ["base", "dir", "ext", "name", "root"]),
    Case("", "import * as util from 'node:util'; util.‸", ["inspect", "format", "promisify", "types"]),
    Case(
        "", "import { EventEmitter } from 'node:events'; new EventEmitter().‸", ["on", "once", "emit", "off"]
    ),
    Case("", "import { createHash } from 'node:crypto'; createHash('sha256').‸", ["update", "digest"]),
    Case("", "import { randomU‸ } from 'crypto'", ["randomUUID"]),
    Case("", "Buffer.fr‸", ["from"]),
    Case("", "Buffer.from('a').toS‸", ["toString"]),
    pytest.param(
        Case("", "const fs = require('node:fs'); fs.readFileS‸", ["readFileSync"]),
        marks=pytest.mark.xfail(reason="require() is declared as any", strict=True),
    ),
    # Globals
    Case("", "struct‸", ["structuredClone"]),
    Case("", "set‸", ["setTimeout", "setInterval", "setImmediate"]),
    Case("", "console.‸", ["log", "error", "table", "warn"]),
    Case("", "new URL('http://a').searchP‸", ["searchParams"]),
    Case("", "crypto.‸", ["randomUUID", "getRandomValues", "subtle"]),
    Case("", "De‸", ["Deno"], ["DedicatedWorkerGlobalScope"]),
    Case("", "Deno.‸", ["jupyter"], ["cwd", "readFile", "env", "version"]),
    Case("", "win‸", [], ["window"]),
    Case("", "doc‸", [], ["document"]),
    Case("", "WebA‸", [], ["WebAssembly"]),
    Case("", "loc‸", [], ["localStorage", "location"]),
    Case("", "__‸", [], ["__qjs__", "__dirname", "__cell_boxed"]),
    Case(
        "",
        "globalThis.‸",
        ["Array", "console"],
        ["window", "document", "WebAssembly", "localStorage"],
    ),
    Case("", "desc‸", [], ["describe"]),
    Case("", "process.‸", ["env", "cwd", "argv", "platform"]),
    Case("env", "process.env.‸", ["API_MODE"]),
    # Classes
    Case("", "class A { #secret = 1; open = 2; m() { this.‸ } }", ["#secret", "open", "m"]),
    Case("", "class A { #secret = 1 } new A().‸", [], ["#secret", "secret"]),
    Case("", "class A { static make() {} } A.ma‸", ["make"]),
    Case("cells", "class C extends Box<number> { m() { return super.ma‸ } }", ["map"]),
    Case("cells", "class C extends Box<string> { m() { return this.value.toUp‸ } }", ["toUpperCase"]),
    # Words of the language, and places for none of them
    Case("", "awa‸", ["await"]),
    Case("", "const s = 'conso‸'", [], ["console"]),
    Case("", "// conso‸", [], ["console"]),
    Case("cells", "%%test\ntest('a', () => { boxed.va‸", ["value"]),
    Case("", "%%test\ndescr‸", ["describe"]),
    Case("", "%%test\ntest('a', () => { expect(1).toBe‸ })", ["toBe", "toBeCloseTo"]),
    Case("cells", "%limits timeout=30\nboxed.va‸", ["value"]),
]


@pytest.mark.parametrize("case", COMPLETIONS, ids=named)
def test_completion(desk: Desk, case: Case) -> None:
    desk.have(case.setup)
    found = desk.complete(case.text, lambda each: set(case.must) <= {one.text for one in each})
    names = [each.text for each in found]
    assert [name for name in case.must if name not in names] == [], names[:20]
    assert [name for name in case.never if name in names] == []


HOVERS = [
    Case("files", "import { should‸Alert } from './custom.js'", ["shouldAlert(rows: LogRow[], threshold?: number): boolean", "Decide whether to alert.", "least number of errors", "whether somebody is woken"], ["/tmp", "import shouldAlert\n"]),
    Case("files", LOGS + "lo‸gs", ["logs: LogRow[]"]),
    Case("files", LOGS + "logs[0].lat‸encyMs", ["latencyMs: number"]),
    Case("files", ROW + "let r: Log‸Row", ["interface LogRow"]),
    Case("files", UNITS + "Severity.Hi‸gh", ["Severity.High = 2"]),
    Case("env", "env.last‸Alert", ["lastAlert(name: string, count?: number)", "When the alert was last sent.", "The first line is what matters."]),
    Case("env", "env.lo‸ad", ["Promise<", "Fetch numbers."]),
    Case("env", "env.set‸Level", ["\"debug\" | \"info\" | \"error\""]),
    Case("env", "env.con‸fig", ["retries: number", "now: "]),
    Case("cells", "coun‸ter", ["counter: number", "now: 0"]),
    Case("cells", "meas‸ured", ["city: string", "now: ", "Bonn"]),
    Case("cells", "tw‸ice", ["twice: 42", "now: 42"], ["text"]),
    Case("cells", "gr‸ow", ["grow(shape: Shape, by: number): Shape", "Grow a shape."], ["__cell"]),
    Case("cells", "boxed.m‸ap", ["map<U>(f: (value: {"]),
    Case("cells", "bo‸xed", ["boxed: Box<{"]),
    Case("cells", "al‸pha", ["alpha: string", "now: 'one'"]),
    Case("package", "import { dr‸aw } from 'chartist'", ["draw(points: number[], title?: string): Chart", "Draw a chart"]),
    Case("", "JSON.pa‸rse", ["parse(text: string", "JavaScript Object Notation"]),
    Case("", "import { readFile‸Sync } from 'node:fs'", ["readFileSync("], [".kernel", "/tmp"]),
    Case("", "'😀漢'; const 値 = 1; 値‸", ["値: 1"]),
    Case("", "Dat‸e", ["DateConstructor"]),
    Case("files", "%%mount /src/custom.ts --append\nshould‸Alert", ["shouldAlert(rows: LogRow[]"]),
    Case("cells", "%%tsx\nconst e = <p>{measured.ci‸ty}</p>", ["city: string"]),
]  # fmt: skip


@pytest.mark.parametrize("case", HOVERS, ids=named)
def test_hover(desk: Desk, case: Case) -> None:
    desk.have(case.setup)
    page = desk.inspect(
        case.text, lambda page: page is not None and all(each in page.plain for each in case.must)
    )
    assert page is not None
    for each in case.must:
        assert each in page.plain
    for each in case.never:
        assert each not in page.plain
        assert each not in page.markdown
    assert page.markdown.startswith("```ts\n")
    assert "```" not in page.plain


CALLS = [
    Case("files", "import { shouldAlert } from './custom.js'; shouldAlert(‸", ["parameter 1 of 2: rows: LogRow[]", "the rows"]),
    Case("files", "import { shouldAlert } from './custom.js'; shouldAlert([], ‸)", ["parameter 2 of 2: threshold?: number", "least number"]),
    Case("env", "env.lastAlert(‸", ["parameter 1 of 2: name: string", "When the alert was last sent."]),
    Case("env", "env.lastAlert('😀', ‸", ["parameter 2 of 2: count?: number"]),
    Case("cells", "grow({ kind: 'circle', size: 1 }, ‸", ["parameter 2 of 2: by: number", "how much"]),
    Case("cells", "new Box(‸", ["Box(value:"], ["__cell"]),
    Case("", "JSON.stringify({}, null, ‸", ["parameter 3 of 3: space?: string | number"]),
    Case("", "[1, 2].reduce((a, b) => a + b, ‸", ["initialValue: "]),
    Case("", "import { readFileSync } from 'node:fs'; readFileSync('/a', ‸", ["parameter 2 of 2: "], ["Deno"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CALLS, ids=named)
def test_signature(desk: Desk, case: Case) -> None:
    desk.have(case.setup)
    page = desk.inspect(
        case.text, lambda page: page is not None and all(each in page.plain for each in case.must)
    )
    assert page is not None
    for each in case.must:
        assert each in page.plain
    for each in case.never:
        assert each not in page.plain


def test_the_source_of_a_name(desk: Desk) -> None:
    desk.have("cells")
    page = desk.inspect("gro‸w", lambda page: page is not None and "Source:" in page.plain, with_source=True)
    assert page is not None
    assert "function grow(shape: Shape, by: number): Shape { return" in page.plain


# "code line:column", in the order in which they are shown; `never` are words of no message.
PROBLEMS = [
    Case("", "const n: number = 'x'", ["TS2322 1:7"]),
    Case("", "const e = '😀漢'; const n: number = 'x'; n; e", ["TS2322 1:23"]),
    Case("", "%%ts --timeout 3\n\nconst n: number = 'x'", ["TS2322 3:7"]),
    Case("", "%limits timeout=30\nconst n: number = 'x'", ["TS2322 2:7"]),
    Case("files", LOGS + "logs[0].latencyMs.toUpperCase()", ["TS2339 1:61"]),
    Case("files", LOGS + "logs.fliter(Boolean)", ["TS2551 1:48"]),
    Case("files", ROW + "const r: LogRow = { level: 'warn', message: '', latencyMs: 1 }", ["TS2322 1:63"], ["/tmp"]),
    Case("files", "%%mount /src/new.ts\n" + LOGS + "\nexport const n: string = logs[0].latencyMs", ["TS2322 2:14"]),
    Case("files", "%%mount /src/custom.ts --append\nexport const n: string = shouldAlert([])", ["TS2322 9:14"]),
    Case("env", "env.lastAlert(3)", ["TS2345 1:15"]),
    Case("env", "env.setLevel('loud')", ["TS2345 1:14"]),
    Case("env", "env.lastAlert()", ["TS2554 1:5"]),
    Case("env", "const n: number = env.load('x')", ["TS2322 1:7"]),
    Case("env", "env.findRow('k').port", ["TS2531 1:1"]),
    Case("cells", "boxed.value.deep.toUpperCase()", ["TS2339 1:18"]),
    Case("cells", "counter = 'x'", ["TS2322 1:1"]),
    Case("cells", "grow({ kind: 'oval', size: 1 }, 2)", ["TS2322 1:8"]),
    Case("", "unknownName", ["TS2304 1:1"]),
    Case("", "%%tsx\nfunction Card(p: { title: string }) { return <b/> }\nconst e = <Card titel='x' />", ["TS2322 3:17"]),
    Case("", "document.title", ["TS2584 1:1"]),
    Case("", "Deno.cwd()", ["TS2339 1:6"]),
    Case("", "const [a] = 1", ["TS2488 1:7"]),
    # None
    Case("cells", "counter = 5; const twice = 'again'; class Box {}", []),
    Case("cells", "function grow() {}", []),
    Case("", "await Promise.resolve(1); for await (const x of []) { x }", []),
    Case("", "let a = 1; var unused = 2", []),
    Case("", "import { readFileSync } from 'node:fs'; readFileSync('/x', 'utf-8').split('\\n')", []),
    Case("", "%%js\nconst n = 1; n.toUpperCase()", []),
    Case("", "%%test\ndescribe('a', () => { test('b', () => { expect(1).toBe(1) }) })", []),
    Case("", "%%tsx\nconst e = <div class='a'>{[1, 2].map((n) => <li key={n}>{n}</li>)}</div>; e", []),
    Case("env", "(await env.load('x')).total + env.config.retries", []),
    Case("env", "const d: Date = env.lastAlert('a', 2).at; const u: Uint8Array = env.digest(env.blob); d; u", []),
    Case("package", "import { draw } from 'chartist'; draw([1, 2], 'title').svg", []),
]  # fmt: skip


@pytest.mark.parametrize("case", PROBLEMS, ids=named)
def test_problems(desk: Desk, case: Case) -> None:
    desk.have(case.setup)
    found = desk.findings(case.text)
    assert [f"{each.code} {each.line}:{each.column}" for each in found] == case.must, found
    for each in found:
        assert not any(word in each.message for word in case.never)


def test_problems_in_mounted_files_are_where_they_are(desk: Desk) -> None:
    desk.have("files")
    desk.session.mount_texts({"/wrong/a.ts": "export const a = 1;\n\nexport const b: string = a;\n"})
    desk.session.mount_texts({"/wrong/b.ts": "import { missing } from './a.js';\nmissing;\n"})
    report, missing, count = desk.assistant.check_files("/wrong")
    assert (missing, count) == ("", 2)
    assert report is not None
    found = [(each.file, each.code, each.line, each.column) for each in report.findings]
    assert found == [("/wrong/a.ts", "TS2322", 3, 14), ("/wrong/b.ts", "TS2305", 1, 10)]


# The text after the first fix; `never` are parts of no hint.
FIXES = [
    Case("files", LOGS + "logs.fliter(Boolean)", ["did you mean 'filter'?", LOGS + "logs.filter(Boolean)"]),
    Case("cells", "boxde.value", ["did you mean 'boxed'?", "boxed.value"]),
    Case("env", "env.lastAlart('x')", ["did you mean 'lastAlert'?", "env.lastAlert('x')"]),
    Case("", "existsSync('/a')", ["add import { existsSync } from 'node:fs'", "import { existsSync } from 'node:fs';\n"]),
    Case("", "basename('/a')", ["add import { basename } from 'node:path'", "import { basename } from 'node:path';\n"]),
    Case("files", "shouldAlert([])", ["add import { shouldAlert } from './custom.ts'", "import { shouldAlert } from './custom.ts';\n"], ["npm:", "cell"]),
    Case("files", "%%mount /src/next.ts\nbyHost('a')", ["add import { byHost } from './logs.ts'", "%%mount /src/next.ts\nimport { byHost } from './logs.ts';\n"]),
]  # fmt: skip


@pytest.mark.parametrize("case", FIXES, ids=named)
def test_fixes(desk: Desk, case: Case) -> None:
    desk.have(case.setup)
    hint, after = case.must
    found = desk.findings(case.text)
    hints = [each for finding in found for each in finding.hints]
    assert hint in [each.partition("  (%fix")[0] for each in hints]
    assert not any(part in each for part in case.never for each in hints)
    assert after in desk.assistant.fixed(1 + [each.partition("  (%fix")[0] for each in hints].index(hint))
