# ruff: noqa: E501
# Why: expected values of one line are easier to read as one line.
"""Packages as people publish them: installed by the machine's npm from the registry, once, and used by programs.

The expected values are those of Node 20 with the same versions. Without npm or without a registry there is nothing
to try, and the tests are skipped with the reason; any other failure of npm is a failure here.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel import Limits, Sandbox, WorkerPool
from qjs_kernel.magics import find_command, run_command, split_cell
from qjs_kernel.npm import Npm, NpmMissing, RegistryUnreachable, install
from qjs_kernel.session import Session

from .hostile import wall_clock
from .support import value

pytestmark = pytest.mark.registry

DOCS = Path(__file__).parents[2] / "docs" / "packages.md"
VERSIONS = {
    "ajv": "8.17.1", "big.js": "6.2.2", "chai": "5.2.0", "d3-array": "3.2.4", "date-fns": "4.1.0", "dayjs": "1.11.13", "handlebars": "4.7.8",
    "immer": "10.1.1", "lodash": "4.17.21", "lodash-es": "4.17.21", "marked": "15.0.7", "ms": "2.1.3", "mustache": "4.2.0", "nanoid": "5.1.5",
    "papaparse": "5.5.2", "preact": "10.26.4", "preact-render-to-string": "6.5.13", "rxjs": "7.8.2", "semver": "7.7.1", "uuid": "11.1.0",
    "validator": "13.12.0", "yaml": "2.7.0", "zod": "3.24.2",
}  # fmt: skip
LIMITS = Limits(files=20_000, timeout=20)

PROGRAMS: dict[str, tuple[str, Any]] = {
    "zod": (
        """
        import { z } from "zod";
        const User = z.object({ name: z.string().min(2), age: z.number().int().optional(), email: z.string().email(), tags: z.array(z.enum(["a", "b"])).default([]) });
        const bad = User.safeParse({ name: "x", age: 1.5, email: "no" });
        type User = z.infer<typeof User>;
        const good: User = User.parse({ name: "Ada", email: "ada@example.org", extra: 1 });
        let thrown = "";
        try { z.coerce.number().parse("x") } catch (e) { thrown = e instanceof z.ZodError ? e.issues[0].message : "?" }
        export default [good, bad.error?.issues.map((i) => [i.path.join("."), i.code, i.message]), thrown, z.string().transform((s) => s.length).parse("four")];
        """,
        [{"name": "Ada", "email": "ada@example.org", "tags": []},
         [["name", "too_small", "String must contain at least 2 character(s)"], ["age", "invalid_type", "Expected integer, received float"], ["email", "invalid_string", "Invalid email"]],
         "Expected number, received nan", 4],
    ),
    "zod, required": (
        "import { createRequire } from 'node:module'; const { z } = createRequire(import.meta.url)('zod'); export default z.tuple([z.string(), z.bigint()]).safeParse(['a', 1n]).success",
        True,
    ),
    "date-fns": (
        """
        import { format, addMonths, differenceInCalendarDays, parseISO, isWeekend, formatDistance, eachDayOfInterval } from "date-fns";
        import { de } from "date-fns/locale";
        const d = new Date(2024, 0, 31, 15, 4, 5);
        export default [format(d, "yyyy-MM-dd HH:mm:ss"), format(d, "EEEE, do MMMM yyyy"), format(d, "d. MMMM", { locale: de }), format(addMonths(d, 1), "yyyy-MM-dd"),
          differenceInCalendarDays(parseISO("2024-03-01"), parseISO("2024-02-01")), isWeekend(d), formatDistance(new Date(2024, 0, 1), d, { addSuffix: true }),
          eachDayOfInterval({ start: new Date(2024, 1, 27), end: new Date(2024, 2, 1) }).length];
        """,
        ["2024-01-31 15:04:05", "Wednesday, 31st January 2024", "31. Januar", "2024-02-29", 29, False, "about 1 month ago", 4],
    ),
    "date-fns, one function": (
        "import { format } from 'date-fns/format'; import { fr } from 'date-fns/locale/fr'; export default format(new Date(2020, 7, 1), 'PPPP', { locale: fr })",
        "samedi 1 août 2020",
    ),
    "lodash-es": (
        """
        import _, { groupBy, sortBy, chunk, debounce, cloneDeep, template } from "lodash-es";
        const rows = [{ k: "a", n: 3 }, { k: "b", n: 1 }, { k: "a", n: 2 }];
        const copy = cloneDeep({ d: new Date(0), m: new Map([[1, { x: 1 }]]), r: /x/gi });
        export default [groupBy(rows, "k"), sortBy(rows, "n").map((r) => r.n), chunk([1, 2, 3, 4, 5], 2), _.merge({ a: { b: 1 } }, { a: { c: 2 } }), typeof debounce(() => 1, 10), template("hi <%= name %>")({ name: "you" }),
          _.get(rows, "[0].k"), copy.m.get(1), copy.r.flags, _(rows).filter({ k: "a" }).map("n").sum(), _.kebabCase("FooBar baz"), _.isEqual({ a: [1, { b: NaN }] }, { a: [1, { b: NaN }] })];
        """,
        [{"a": [{"k": "a", "n": 3}, {"k": "a", "n": 2}], "b": [{"k": "b", "n": 1}]}, [1, 2, 3], [[1, 2], [3, 4], [5]], {"a": {"b": 1, "c": 2}}, "function", "hi you", "a", {"x": 1}, "gi", 5, "foo-bar-baz", True],
    ),
    "lodash": (
        """
        import _ from "lodash";
        import fp from "lodash/fp.js";
        import camelCase from "lodash/camelCase";
        import { createRequire } from "node:module";
        const required = createRequire(import.meta.url)("lodash");
        export default [_.VERSION, _.uniqBy([{ a: 1 }, { a: 1 }, { a: 2 }], "a").length, fp.flow(fp.map((x: number) => x * 2), fp.sum)([1, 2, 3]), camelCase("some-thing here"), required === _, _.isPlainObject(Object.create(null)),
          _.countBy("mississippi"), _.zipObject(["a", "b"], [1, 2]), _.padStart("7", 3, "0"), _.throttle(() => 5, 10)(), _.range(0, 1, 0.25)];
        """,
        ["4.17.21", 2, 12, "someThingHere", True, True, {"m": 1, "i": 4, "s": 4, "p": 2}, {"a": 1, "b": 2}, "007", 5, [0, 0.25, 0.5, 0.75]],
    ),
    "chai": (
        """
        import { expect, assert, should, AssertionError } from "chai";
        should();
        const messages: string[] = [];
        const attempt = (f: () => void) => { try { f(); messages.push("passed") } catch (e) { messages.push(e instanceof AssertionError ? e.message : "?" + e) } };
        attempt(() => expect([1, 2, 3]).to.include(2).and.have.lengthOf(3));
        attempt(() => expect({ a: { b: 1 } }).to.deep.equal({ a: { b: 2 } }));
        attempt(() => expect(() => { throw new TypeError("bad thing") }).to.throw(TypeError, /bad/));
        attempt(() => assert.strictEqual(1, 2, "numbers"));
        attempt(() => (5 as any).should.be.above(7));
        attempt(() => expect(new Map([["k", 1]])).to.have.keys(["k"]));
        attempt(() => expect("text").to.be.a("number"));
        export default messages;
        """,
        ["passed", "expected { a: { b: 1 } } to deeply equal { a: { b: 2 } }", "passed", "numbers: expected 1 to equal 2", "expected 5 to be above 7", "passed", "expected 'text' to be a number"],
    ),
    "mustache": (
        """
        import Mustache from "mustache";
        export default Mustache.render("Hello {{name}}{{#items}}, {{.}}{{/items}}{{^none}} & none{{/none}} {{{raw}}} {{>p}}", { name: "<b>", items: [1, 2], raw: "<i>" }, { p: "partial {{name}}" });
        """,
        "Hello &lt;b&gt;, 1, 2 & none <i> partial &lt;b&gt;",
    ),
    "preact": (
        """
        import { h, Fragment } from "preact";
        import { useState, useMemo } from "preact/hooks";
        import render from "preact-render-to-string";
        import { renderToString } from "preact-render-to-string";
        import { jsx } from "preact/jsx-runtime";
        function List({ items }: { items: string[] }) { const [n] = useState(items.length); const joined = useMemo(() => items.join("+"), [items]); return h("ul", { class: "x", "data-n": n }, items.map((i) => h("li", { key: i }, i)), joined) }
        export default [render(h(List, { items: ["a", "<b>"] })), renderToString(jsx("p", { style: { color: "red" }, children: [1, null, false, "x"] })), render(h(Fragment, null, h("br", null), "&"))];
        """,
        ['<ul class="x" data-n="2"><li>a</li><li>&lt;b></li>a+&lt;b></ul>', '<p style="color:red;">1x</p>', "<br/>&amp;"],
    ),
    "d3-array": (
        """
        import { mean, median, extent, group, rollup, bin, ticks, quantile, InternMap, descending } from "d3-array";
        const rows = [{ k: "x", v: 1 }, { k: "y", v: 5 }, { k: "x", v: 3 }];
        export default [mean([1, 2, 4]), median([3, 1, 2]), extent(rows, (r) => r.v), [...group(rows, (r) => r.k).keys()], [...rollup(rows, (v) => v.length, (r) => r.k)], bin().thresholds(2)([1, 2, 9]).map((b) => b.length), ticks(0, 1, 4), quantile([1, 2, 3, 4], 0.25),
          new InternMap([[new Date(0), 1]]).get(new Date(0)), [1, 3, 2].sort(descending)];
        """,
        [7 / 3, 2, [1, 5], ["x", "y"], [["x", 2], ["y", 1]], [2, 1], [0, 0.2, 0.4, 0.6, 0.8, 1], 1.75, 1, [3, 2, 1]],
    ),
    "papaparse": (
        """
        import Papa from "papaparse";
        const parsed = Papa.parse('name,age\\n"Lovelace, Ada",36\\n"quo""te",\\n', { header: true, dynamicTyping: true, skipEmptyLines: true });
        export default [parsed.data, parsed.errors.length, parsed.meta.fields, Papa.unparse([{ a: 1, b: "x,y" }, { a: 2, b: 'q"' }]), Papa.parse("1;2\\n3;4").meta.delimiter];
        """,
        [[{"name": "Lovelace, Ada", "age": 36}, {"name": 'quo"te', "age": None}], 0, ["name", "age"], 'a,b\r\n1,"x,y"\r\n2,"q"""', ";"],
    ),
    "nanoid": (
        """
        import { nanoid, customAlphabet, urlAlphabet } from "nanoid";
        import { nanoid as insecure } from "nanoid/non-secure";
        const id = nanoid();
        export default [id.length, [...id].every((c) => urlAlphabet.includes(c)), nanoid(5).length, nanoid() !== nanoid(), /^[ab]{8}$/.test(customAlphabet("ab", 8)()), insecure(4).length];
        """,
        [21, True, 5, True, True, 4],
    ),
    "uuid": (
        """
        import { v4, v5, v1, v7, validate, version, parse, stringify, NIL } from "uuid";
        const id = v4();
        export default [validate(id), version(id), id !== v4(), v5("example.org", v5.DNS), version(v1()), version(v7()), stringify(parse(id)) === id, validate("no"), NIL];
        """,
        [True, 4, True, "aad03681-8b63-5304-89e0-8ca8f49461b5", 1, 7, True, False, "00000000-0000-0000-0000-000000000000"],
    ),
    "immer": (
        """
        import { produce, enablePatches, produceWithPatches, current, isDraft } from "immer";
        enablePatches();
        const base = { todos: [{ t: "a", done: false }], n: 1 };
        const next = produce(base, (draft) => { draft.todos[0].done = true; draft.todos.push({ t: "b", done: isDraft(draft) && current(draft).n === 1 }) });
        const [, patches] = produceWithPatches(base, (d) => { d.n++ });
        let frozen = false;
        try { (next as any).n = 5 } catch { frozen = true }
        export default [next.todos, base.todos[0].done, frozen, patches];
        """,
        [[{"t": "a", "done": True}, {"t": "b", "done": True}], False, True, [{"op": "replace", "path": ["n"], "value": 2}]],
    ),
    "dayjs": (
        """
        import dayjs from "dayjs";
        import utc from "dayjs/plugin/utc.js";
        import relativeTime from "dayjs/plugin/relativeTime";
        import "dayjs/locale/de.js";
        dayjs.extend(utc); dayjs.extend(relativeTime);
        const d = dayjs.utc("2024-02-28T12:00:00Z");
        export default [d.add(2, "day").format("YYYY-MM-DD"), d.locale("de").format("dddd D. MMMM"), d.from(dayjs.utc("2024-02-28T09:00:00Z")), d.isBefore(dayjs.utc("2025-01-01")), d.diff("2024-02-01", "day"), d.toISOString()];
        """,
        ["2024-03-01", "Mittwoch 28. Februar", "in 3 hours", True, 27, "2024-02-28T12:00:00.000Z"],
    ),
    "marked": (
        """
        import { marked, Marked } from "marked";
        export default [marked.parse("# Hi *you*\\n\\n- [a](http://x)\\n- `b`\\n\\n| a | b |\\n|---|--:|\\n| 1 | 2 |\\n"), new Marked({ breaks: true }).parseInline("a\\nb **c**")];
        """,
        ['<h1>Hi <em>you</em></h1>\n<ul>\n<li><a href="http://x">a</a></li>\n<li><code>b</code></li>\n</ul>\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th align="right">b</th>\n</tr>\n</thead>\n<tbody><tr>\n<td>1</td>\n<td align="right">2</td>\n</tr>\n</tbody></table>\n',
         "a<br>b <strong>c</strong>"],
    ),
    "yaml": (
        """
        import { parse, stringify, parseDocument } from "yaml";
        import YAML from "yaml";
        const doc = parseDocument("a: 1 # one\\nb: [x, y]\\n");
        doc.set("c", { d: null });
        let message = "";
        try { parse("a: [1") } catch (e) { message = e.name + " " + e.code }
        export default [parse("- a: &x 1\\n  b: *x\\n- |\\n  text\\n  more\\n- 2024-01-01\\n- !!set {q}\\n").slice(0, 3), stringify({ list: [1, "two", { three: true }], text: "a\\nb" }), String(doc), message, YAML.parse("~")];
        """,
        [[{"a": 1, "b": 1}, "text\nmore\n", "2024-01-01"], "list:\n  - 1\n  - two\n  - three: true\ntext: |-\n  a\n  b\n", "a: 1 # one\nb: [ x, y ]\nc:\n  d: null\n", "YAMLParseError BAD_INDENT", None],
    ),
    "semver": (
        """
        import semver from "semver";
        import { satisfies, SemVer } from "semver";
        import valid from "semver/functions/valid.js";
        export default [satisfies("1.2.3", "^1.0.0"), semver.maxSatisfying(["1.0.0", "1.5.2", "2.0.0"], "1.x"), semver.inc("1.2.3", "minor"), new SemVer("2.0.0-rc.1").prerelease, semver.sort(["2.0.0", "1.10.0", "1.9.0"]), valid("nope"), semver.coerce("v4.6.3.9")?.version];
        """,
        [True, "1.5.2", "1.3.0", ["rc", 1], ["1.9.0", "1.10.0", "2.0.0"], None, "4.6.3"],
    ),
    "ajv": (
        """
        import { Ajv } from "ajv";
        const validate = new Ajv({ allErrors: true }).compile({ type: "object", properties: { n: { type: "integer", minimum: 1 }, s: { type: "string", pattern: "^a" } }, required: ["n"], additionalProperties: false });
        const ok = validate({ n: 2, s: "ab" });
        validate({ n: 0, s: "b", x: 1 });
        export default [ok, validate.errors!.map((e) => `${e.instancePath} ${e.message}`).sort()];
        """,
        [True, [" must NOT have additional properties", "/n must be >= 1", '/s must match pattern "^a"']],
    ),
    "validator": (
        """
        import validator from "validator";
        import isEmail from "validator/lib/isEmail.js";
        export default [validator.isURL("https://example.org/x?y"), isEmail("a@b.co"), validator.isEmail("a@b"), validator.escape("<a>&'"), validator.isISO8601("2020-02-30", { strict: true }), validator.isIP("::1"), validator.normalizeEmail("Some.Name+x@GMAIL.com"), validator.isCreditCard("4111111111111111")];
        """,
        [True, True, False, "&lt;a&gt;&amp;&#x27;", False, True, "somename@gmail.com", True],
    ),
    "handlebars": (
        """
        import Handlebars from "handlebars";
        Handlebars.registerHelper("loud", (text: string) => text.toUpperCase() + "!");
        Handlebars.registerPartial("row", "<li>{{@index}}:{{this}}</li>");
        const template = Handlebars.compile("{{#if items.length}}<ul>{{#each items}}{{> row}}{{/each}}</ul>{{else}}none{{/if}}{{loud name}}{{{raw}}}");
        export default [template({ items: ["a", "<b>"], name: "x", raw: "<hr>" }), template({ items: [], name: "y" })];
        """,
        ["<ul><li>0:a</li><li>1:&lt;b&gt;</li></ul>X!<hr>", "noneY!"],
    ),
    "rxjs": (
        """
        import { of, from, interval, firstValueFrom, lastValueFrom, Subject, combineLatest } from "rxjs";
        import { map, filter, take, toArray, reduce, mergeMap, delay } from "rxjs/operators";
        const seen: number[] = [];
        const subject = new Subject<number>();
        subject.pipe(map((x) => x * 10)).subscribe((x) => seen.push(x));
        subject.next(1); subject.next(2);
        export default [await lastValueFrom(from([1, 2, 3, 4]).pipe(filter((x) => x % 2 === 0), map((x) => x * x), toArray())), await firstValueFrom(interval(1).pipe(take(3), reduce((a, b) => a + b))), seen,
          await lastValueFrom(of("a", "b").pipe(mergeMap((x) => of(x + 1).pipe(delay(1))), toArray())), await firstValueFrom(combineLatest([of(1), of(2)]))];
        """,
        [[4, 16], 3, [10, 20], ["a1", "b1"], [1, 2]],
    ),
    "big.js": (
        "import Big from 'big.js'; export default [new Big('0.1').plus('0.2').toString(), Big(1).div(3).toFixed(5), new Big('1e500').times(2).toString(), Big('123.456').round(1).toNumber()]",
        ["0.3", "0.33333", "2e+500", 123.5],
    ),
    "ms": ("import ms from 'ms'; export default [ms('2 days'), ms(60000), ms(3600000, { long: true })]", [172800000, "1m", "1 hour"]),
}  # fmt: skip


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Npm:
    """The machine's npm, with its downloads in a directory of this run."""
    try:
        npm = Npm.find()
    except NpmMissing as error:
        pytest.skip(f"no npm: {error}")
    npm.downloads = tmp_path_factory.mktemp("npm")
    return npm


@pytest.fixture(scope="session")
def modules(npm: Npm) -> dict[str, Any]:
    """All packages of `VERSIONS`, installed once for the whole run."""
    try:
        return install([f"{name}@{version}" for name, version in VERSIONS.items()], limits=LIMITS, npm=npm)
    except RegistryUnreachable as error:
        pytest.skip(f"no registry: {error}")


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    """Longer than elsewhere: the first test of a run waits for the registry."""
    with wall_clock(150):
        yield


@pytest.fixture(scope="module")
def installed(modules: dict[str, Any], pool: WorkerPool) -> Iterator[Sandbox]:
    with Sandbox(mounts=modules, pool=pool, limits=LIMITS) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(installed: Sandbox, name: str) -> None:
    code, expected = PROGRAMS[name]
    assert value(installed, code) == expected


def test_every_package_has_a_program() -> None:
    texts = " ".join(code for code, _ in PROGRAMS.values())
    missing = [n for n in VERSIONS if f'"{n}' not in texts and f"'{n}" not in texts]
    assert missing == []


def test_nothing_is_left_on_disk(modules: dict[str, Any]) -> None:
    assert list(Path(tempfile.gettempdir()).glob("qjs-npm-*")) == []
    assert all(re.fullmatch(r"(@[\w-]+/)?[\w.-]+", name) for name in modules["node_modules"])


# docs/packages.md does what it says


def blocks(language: str) -> list[str]:
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return [text.rstrip("\n") for text in found]


def test_the_cells_of_the_documentation(modules: dict[str, Any], npm: Npm, pool: WorkerPool) -> None:
    cells = blocks("typescript")
    with Session(
        make_sandbox=lambda **options: Sandbox(pool=pool, **options), find_npm=lambda: npm
    ) as session:
        for text in cells:
            cell = split_cell(text, {"mount"})
            if text.startswith("%"):
                title, _, line = text.split("\n")[0].partition(" ")
                command = find_command(title.lstrip("%"), "cell" if title.startswith("%%") else "line")
                assert command is not None, text
                run_command(session, command, line, cell.body)
                continue
            outcome = session.run(text)
            assert outcome.ok, (text, outcome.error)
            promised = re.fullmatch(r"// → (.+)", text.split("\n")[-1])
            if promised is not None:
                assert outcome.text == promised[1], text
    assert sum("// →" in text for text in cells) >= 3


@pytest.mark.parametrize("script", blocks("python"))
def test_the_scripts_of_the_documentation(
    modules: dict[str, Any], npm: Npm, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    assert "assert " in script
    monkeypatch.setattr(Npm, "find", lambda: npm)
    exec(compile(script, str(DOCS), "exec"), {})
