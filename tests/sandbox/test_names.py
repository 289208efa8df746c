"""`Sandbox.look`: what a value is and what is below it, without running any code of the user."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel import Sandbox
from qjs_kernel.protocol import Looked
from qjs_kernel.typecheck import TypeCheckUnavailable

from .conftest import Maker
from .support import value

PROGRAM = """
globalThis.hits = 0;
const hit = () => { hits++; };
const thing = {
  alpha: 1, get beta() { hit(); return 1; }, run(a, b = 2) {}, "not-a-name": 3, inner: { deep: { deeper: {} } },
  list: [1, 2, 3], map: new Map([[1, { a: 1 }]]), set: new Set(["x"]), when: new Date(0), pattern: /a+/g,
  error: new TypeError("bad"), big: 10n, symbol: Symbol("q"), none: null, missing: undefined, bytes: new Uint8Array(3),
  text: "it's", [Symbol.toStringTag]: "Odd",
};
class Shape {
  #area = 1; constructor() { this.sides = 3; } get area() { hit(); return 1; } grow(by) {} static make() {}
}
const shape = new Shape();
const traps = new Proxy({}, { get: hit, has: hit, ownKeys: hit, getOwnPropertyDescriptor: hit, getPrototypeOf: hit });
const { proxy: revocable } = Proxy.revocable({ z: 1 }, { ownKeys: hit, get: hit, getPrototypeOf: hit });
const heir = Object.create(traps, { own: { value: 1, enumerable: true } });
const custom = { a: 1, [Symbol.for("nodejs.util.inspect.custom")]: hit, toString: hit, toJSON: hit };
const tampered = Object.assign(() => {}, { toString: hit });
Object.defineProperty(tampered, "name", { get: hit });
Array.prototype.toJSON = hit;
Object.prototype.toJSON = hit;
let word = "hello";
"""


@asynccontextmanager
async def opened(make: Maker, program: str = PROGRAM) -> AsyncIterator[Sandbox]:
    sandbox = make()
    outcome = await sandbox.eval_async(program, "/src/cell-1.ts", cell=True)
    assert outcome.ok, outcome.error
    yield sandbox


def looked(make: Maker, *questions: tuple[str, str | None], program: str = PROGRAM) -> list[Looked]:
    """The answers to (path, prefix) after `program`; that nothing of it ran meanwhile is checked."""

    async def ask() -> list[Looked]:
        async with opened(make, program) as sandbox:
            found = [
                await sandbox.look(path.split(".") if path else (), prefix) for path, prefix in questions
            ]
            if program is PROGRAM:
                outcome = await sandbox.eval_async("export default hits")
                assert outcome.data == 0
            return [each for each in found if each is not None]

    return asyncio.run(ask())


def names(found: Looked) -> list[str]:
    return [name for name, _, _ in found.names]


class TestNames:
    def test_own_then_inherited_and_only_names(self, make: Maker) -> None:
        thing, shape, shape_class = looked(make, ("thing", ""), ("shape", ""), ("Shape", "ma"))
        assert names(thing)[:4] == ["alpha", "beta", "run", "inner"]
        assert "not-a-name" not in names(thing)
        assert "hasOwnProperty" in names(thing)
        assert names(shape)[:4] == ["sides", "constructor", "area", "grow"]
        assert shape_class.names == (("make", "function", "()"),)
        assert shape_class.kind == "class"

    def test_functions_have_their_parameters(self, make: Maker) -> None:
        (found,) = looked(make, ("thing", "run"))
        assert found.names == (("run", "function", "(a, b = 2)"),)

    def test_globals(self, make: Maker) -> None:
        cells, ours, inherited = looked(make, ("", "thin"), ("", "JSO"), ("", "hasOwn"))
        assert (names(cells), names(ours), names(inherited)) == (["thing"], ["JSON"], [])

    def test_deep_paths_and_primitives(self, make: Maker) -> None:
        deep, text, number = looked(
            make, ("thing.inner.deep", "de"), ("word", "toUpper"), ("thing.alpha", "toFix")
        )
        assert names(deep) == ["deeper"]
        assert names(text) == ["toUpperCase"]
        assert names(number) == ["toFixed"]

    def test_what_only_user_code_could_tell(self, make: Maker) -> None:
        questions = [
            "thing.beta",
            "shape.area",
            "traps.x",
            "revocable.z",
            "heir.x",
            "nothing",
            "thing.none.x",
        ]
        for found in looked(make, *((path, "") for path in questions)):
            assert (found.names, found.kind, found.text) == ((), "", "")

    def test_proxies_are_left_alone(self, make: Maker) -> None:
        traps, revocable, heir = looked(make, ("traps", ""), ("revocable", ""), ("heir", ""))
        assert (names(traps), traps.text) == ([], "[Proxy]")
        assert (names(revocable), revocable.text) == ([], "[Proxy]")
        assert names(heir) == ["own"]

    def test_lazy_globals_are_made(self, make: Maker) -> None:
        (found,) = looked(make, ("crypto", "random"))
        assert names(found) == ["randomUUID"]

    def test_a_binding_that_is_not_there_yet(self, make: Maker) -> None:
        async def ask() -> Looked | None:
            sandbox = make()
            await sandbox.eval_async("throw 1; const later = 2;", "/src/cell-1.ts", cell=True)
            return await sandbox.look(["later"], "")

        found = asyncio.run(ask())
        assert found is not None
        assert found.kind == ""

    def test_no_more_than_can_be_read(self, make: Maker) -> None:
        program = """
        const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, "x".repeat(100)]));
        const long = new Array(1e6).fill(0);
        let chain = {}; for (let i = 0; i < 5_000; i++) chain = Object.create(chain);
        """
        wide, long, chain = looked(make, ("wide", ""), ("long", "le"), ("chain", ""), program=program)
        assert len(wide.names) == 2_000
        assert max(len(each.text) for each in (wide, long, chain)) < 1_000
        assert long.text == "[ 0, 0, 0, 0, 0, 0, 0, 0, … 999992 more ]"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("thing.alpha", "1"), ("thing.text", '"it\'s"'), ("thing.big", "10n"), ("thing.symbol", "Symbol(q)"),
        ("thing.none", "null"), ("thing.missing", "undefined"), ("thing.list", "[ 1, 2, 3 ]"),
        ("thing.map", "Map(1) { 1 => { a: 1 } }"), ("thing.set", "Set(1) { 'x' }"),
        ("thing.when", "1970-01-01T00:00:00.000Z"), ("thing.pattern", "/a+/"), ("thing.error", "TypeError: bad"),
        ("thing.bytes", "Uint8Array(3) [ 0, 0, 0 ]"), ("thing.inner", "{ deep: { deeper: [Object] } }"),
        ("thing.run", "[Function: run]"), ("Shape", "[class Shape]"), ("shape", "Shape { sides: 3 }"),
        ("tampered", "[Function: (anonymous)]"),
    ],
)  # fmt: skip
def test_the_text_of_a_value(make: Maker, path: str, text: str) -> None:
    (found,) = looked(make, (path, None))
    assert (found.text, found.names) == (text, ())


def test_inspectors_and_conversions_do_not_run(make: Maker) -> None:
    (found,) = looked(make, ("custom", None))
    assert found.text == "{ a: 1, toString: [Function: hit], toJSON: [Function: hit] }"


class TestState:
    """Looking leaves no trace, and comes to an end."""

    def test_the_last_state_to_go_back_to_is_the_same(self, make: Maker) -> None:
        async def ask() -> list[Any]:
            async with opened(make, "let count = 1;") as sandbox:
                await sandbox.eval_async("count = 2")
                before = sandbox.previous()
                await sandbox.look((), "")
                await sandbox.look(["count"])
                assert sandbox.previous().image == before.image
                return [sandbox.eval("export default count").data]

        assert asyncio.run(ask()) == [2]

    def test_while_something_runs(self, make: Maker) -> None:
        async def ask() -> tuple[Looked | None, Any]:
            entered, leave = asyncio.Event(), asyncio.Event()

            async def hold() -> None:
                entered.set()
                await leave.wait()

            sandbox = make(env={"hold": hold})
            run = asyncio.ensure_future(sandbox.eval_async("await env.hold(); export default 1"))
            await entered.wait()
            found = await sandbox.look((), "")
            leave.set()
            return found, (await run).data

        assert asyncio.run(ask()) == (None, 1)

    def test_a_look_that_takes_too_long_loses_nothing(self, make: Maker) -> None:
        # Every name of a large object is listed before the first is answered.
        program = "const kept = 1; const huge = {}; for (let i = 0; i < 300_000; i++) huge['k' + i] = i;"

        async def ask() -> Any:
            async with opened(make, program) as sandbox:
                await sandbox.look(["huge"], "k")
                return (await sandbox.eval_async("export default kept + Object.keys(huge).length")).data

        assert asyncio.run(ask()) == 300_001

    @pytest.mark.parametrize("path", [["a" * 100_000], ["\ud800"], ["__proto__", "x"], [""] * 1_000])
    def test_odd_questions(self, make: Maker, path: Sequence[str]) -> None:
        async def ask() -> Looked | None:
            return await make().look(path, "")

        found = asyncio.run(ask())
        assert found is None or found.kind == ""

    def test_names_that_are_no_text(self, make: Maker) -> None:
        found, text = looked(
            make, ("odd", ""), ("odd", None), program="const odd = { ['\\ud800']: 1, fine: '\\udc00' };"
        )
        assert "fine" in names(found)
        (found.text + text.text).encode()

    def test_a_worker_that_was_lost_while_idle(self, make: Maker) -> None:
        async def ask() -> Looked | None:
            async with opened(make, "let kept = 5;") as sandbox:
                sandbox.checkpoint()
                worker = sandbox._engine.worker
                assert worker is not None
                worker.kill()
                await sandbox.look((), "")
                return await sandbox.look(["kept"])

        found = asyncio.run(ask())
        assert found is not None
        assert found.text == "5"


class TestProxies:
    """Proxies are told from their targets because the constructor remembers; programs see no difference."""

    def test_the_constructor_looks_like_the_engines_own(self, sandbox: Sandbox) -> None:
        code = """
        export default [typeof Proxy, Proxy.name, Proxy.length, "prototype" in Proxy,
          String(Proxy).includes("native code"),
          Object.getOwnPropertyNames(Proxy).sort(), typeof Proxy.revocable, Proxy.revocable.length,
          Object.getOwnPropertyDescriptor(globalThis, "Proxy").enumerable]
        """
        expected = [
            "function",
            "Proxy",
            2,
            False,
            True,
            ["length", "name", "revocable"],
            "function",
            2,
            False,
        ]
        assert value(sandbox, code) == expected

    @pytest.mark.parametrize(
        "code",
        ["Proxy({}, {})", "new Proxy(1, {})", "class A extends Proxy {}", "new Proxy.revocable({}, {})"],
    )
    def test_misuse(self, sandbox: Sandbox, code: str) -> None:
        error = sandbox.eval(code).error
        assert error is not None
        assert error.name == "TypeError"

    def test_they_work(self, sandbox: Sandbox) -> None:
        code = """
        const made = new Proxy({ a: 1 }, { get: (target, key) => key in target ? target[key] : key });
        const other = Proxy.revocable({ b: 2 }, {});
        const before = other.proxy.b;
        other.revoke();
        let gone = ""; try { other.proxy.b } catch (error) { gone = error.name }
        export default [made.a, made.zz, before, gone, Reflect.construct(Proxy, [{ c: 3 }, {}]).c]
        """
        assert value(sandbox, code) == [1, "zz", 2, "TypeError", 3]


class TestTypes:
    """`Sandbox.check(code, types=True)`."""

    @pytest.fixture(autouse=True)
    def _deno(self) -> None:
        pytest.importorskip("deno")

    def test_types_of_mounts_and_env(self, make: Maker) -> None:
        def lookup(name: str) -> int:
            return len(name)

        sandbox = make(
            mounts={"/src/types.ts": "export interface Row { level: string }"}, env={"lookup": lookup}
        )
        code = 'import type { Row } from "./types.js";\nconst row: Row = { level: 1 };\nenv.lookup(2);\n'
        found = sandbox.check(code, types=True)
        assert [(each.line, each.code, each.file) for each in found] == [
            (2, "TS2322", "/src/index.ts"),
            (3, "TS2345", "/src/index.ts"),
        ]
        assert found[0].column == code.split("\n")[1].index("level") + 1
        assert found[0].source_line == "const row: Row = { level: 1 };"
        assert sandbox.check("const fine: number = env.lookup('a')", types=True) == []
        assert sandbox.check(code) == []

    def test_the_page_about_it_says_what_comes_out(self) -> None:
        page = (Path(__file__).parents[2] / "docs" / "typescript.md").read_text("utf-8")
        (script,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        promised = "".join(f"{line}\n" for line in re.findall(r"^# → (.*)$", script, re.MULTILINE))
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.stdout, done.stderr) == (promised, "")

    def test_syntax_comes_first(self, make: Maker) -> None:
        (found,) = make().check("let a b: number = ''", types=True)
        assert found.code == "syntax"

    def test_no_server(self, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QJS_KERNEL_LANGUAGE_SERVER", "/nonexistent/server")
        with pytest.raises(TypeCheckUnavailable, match="/nonexistent/server"):
            make().check("1", types=True)
