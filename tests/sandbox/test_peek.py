"""`Sandbox.peek`: what is in a value, a page at a time, and what is found below it; no code of the user runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qjs_kernel import Limits, Sandbox
from qjs_kernel.protocol import Peeked, PeekRow, Step

from .conftest import Maker
from .support import value

PROGRAM = """
globalThis.hits = 0;
const hit = () => { hits++; return 1; };
class Shape { #area = 1; sides = 3; get area() { return hit(); } grow() {} static make() {} }
class Square extends Shape { side = 2; }
const keyed = { id: 7 };
const thing: any = {
  alpha: 1, get beta() { return hit(); }, set gamma(v) { hit(); }, get delta() { return hit(); },
  set delta(v) { hit(); },
  "not a name": 3, list: [1, "two", { three: 3 }], text: "it's <b>", big: 10n, none: null, missing: undefined,
  symbol: Symbol("q"), [Symbol("tag")]: "tagged", map: new Map<any, any>([["k", 1], [keyed, { v: 2 }]]),
  set: new Set(["x", { y: 1 }]), when: new Date(0), pattern: /a+/g, bytes: new Uint8Array([5, 6, 7]),
  buffer: new Uint8Array([1, 2]).buffer, view: new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
  error: new TypeError("bad", { cause: { why: 1 } }), run(a: number) {}, boxed: Object("hey"),
  done: Promise.resolve(5), waiting: new Promise(() => {}), link: new URL("http://a.test/"),
  nothing: Object.create(null),
};
thing.self = thing;
thing.list.push(thing.list);
Object.assign(thing.run, { extra: 1 });
const square = new Square();
const trap = { get: hit, has: hit, ownKeys: hit, getOwnPropertyDescriptor: hit, getPrototypeOf: hit };
const proxy = new Proxy({ inside: 1 }, trap);
const heir = Object.create(proxy, { own: { value: 1, enumerable: true } });
const custom = { a: 1, toString: hit, toJSON: hit, valueOf: hit, [Symbol.for("nodejs.util.inspect.custom")]: hit,
  get [Symbol.toStringTag]() { return hit(); } };
let word = "hello";
function helper() {}
Array.prototype.toJSON = hit;
Object.prototype.toJSON = hit;
Map.prototype.forEach = hit;
Map.prototype.get = hit;
Set.prototype.has = hit;
Array.prototype.push = hit;
String.prototype.includes = hit;
Object.defineProperty(Array.prototype, "0", { set: hit, configurable: true });
"""


def steps(*names: Any) -> tuple[Step, ...]:
    """("list", 0, ("v", 1)) as steps: names, indexes, and steps themselves."""
    made = [
        name if isinstance(name, tuple) else ("i" if isinstance(name, int) else "n", name) for name in names
    ]
    return tuple(made)


def look(sandbox: Sandbox, *path: Any, **options: Any) -> Peeked:
    found = sandbox.peek(steps(*path), **options)
    assert found is not None
    return found


def rows(sandbox: Sandbox, *path: Any, **options: Any) -> dict[str, PeekRow]:
    return {row.label: row for row in look(sandbox, *path, **options).rows}


def run(sandbox: Sandbox, code: str) -> None:
    outcome = sandbox.eval(code, "/src/cell.ts", cell=True)
    assert outcome.ok, outcome.error


@pytest.fixture(scope="module")
def things(pool: Any) -> Iterator[Sandbox]:
    with Sandbox(pool=pool) as sandbox:
        run(sandbox, PROGRAM)
        yield sandbox


@pytest.fixture
def program(things: Sandbox) -> Iterator[Sandbox]:
    """A sandbox in which PROGRAM ran; that nothing of it runs meanwhile is checked."""
    yield things
    assert value(things, "export default hits") == 0


class TestEntries:
    def test_the_names_of_the_user_and_no_others(self, program: Sandbox) -> None:
        found = look(program)
        labels = [row.label for row in found.rows]
        assert found.here is not None
        assert (found.here.type, found.here.size, found.total) == ("global", len(labels), len(labels))
        assert "hits" in labels
        assert {"thing", "Shape", "square", "word", "helper", "proxy"} < set(labels)
        assert not {"fetch", "setTimeout", "Math", "env", "console", "__qjs__"} & set(labels)

    def test_a_global_that_hides_one_of_the_platform(self, sandbox: Sandbox) -> None:
        run(sandbox, "const fetch = 1;")
        assert rows(sandbox)["fetch"].text == "1"

    @pytest.mark.parametrize(
        ("label", "kind", "text", "size"),
        [
            ("alpha", "number", "1", -1), ("beta", "accessor", "(getter)", -1), ("gamma", "accessor", "(setter)", -1),
            ("delta", "accessor", "(getter, setter)", -1), ("'not a name'", "number", "3", -1),
            ("text", "string", '"it\'s <b>"', -1), ("big", "bigint", "10n", -1), ("none", "null", "null", -1),
            ("missing", "undefined", "undefined", -1), ("symbol", "symbol", "Symbol(q)", -1),
            ("[Symbol(tag)]", "string", "'tagged'", -1), ("when", "date", "1970-01-01T00:00:00.000Z", -1),
            ("pattern", "regexp", "/a+/", -1), ("run", "function", "[Function: run]", 1),
            ("boxed", "string", "[String: 'hey']", -1), ("done", "promise", "Promise { 5 }", 0),
            ("waiting", "promise", "Promise { <pending> }", 0), ("self", "object", "[Circular *] thing", 27),
            ("list", "array", "[ 1, 'two', [Object], Array(4) ]", 4), ("error", "error", "TypeError: bad", 3),
            ("map", "map", "Map(2) { 'k' => 1, [Object] => [Object] }", 2),
            ("set", "set", "Set(2) { 'x', [Object] }", 2),
            ("bytes", "typedarray", "Uint8Array(3) [ 5, 6, 7 ]", 3), ("buffer", "arraybuffer", "ArrayBuffer(2)", 2),
            ("view", "dataview", "DataView(2)", 2), ("nothing", "object", "[Object: null prototype] {}", 0),
        ],
    )  # fmt: skip
    def test_a_row(self, program: Sandbox, label: str, kind: str, text: str, size: int) -> None:
        row = rows(program, "thing")[label]
        assert (row.type, row.text, row.size) == (kind, text, size)

    def test_sizes_are_those_of_the_pages(self, program: Sandbox) -> None:
        for label, row in rows(program, "thing").items():
            if row.size >= 0 and row.path[0][0] == "n":
                assert look(program, "thing", *row.path).total == row.size, label

    def test_every_row_leads_to_its_value(self, program: Sandbox) -> None:
        below = ((), ("list",), ("map",), ("set",), ("error",), ("bytes",), ("view",))
        for path in below:
            for row in look(program, "thing", *path).rows:
                here = look(program, "thing", *path, *row.path).here
                if row.type == "accessor":
                    assert here is None
                else:
                    assert here is not None
                    assert (here.type, here.size) == (row.type, row.size), row

    def test_the_entries_of_a_map(self, program: Sandbox) -> None:
        found = look(program, "thing", "map")
        assert [(row.path, row.label) for row in found.rows] == [
            ((("v", 0),), "'k' =>"), ((("k", 1),), "key 1"), ((("v", 1),), "[Object] =>"),
        ]  # fmt: skip
        assert found.total == 2
        assert rows(program, "thing", "map", ("k", 1))["id"].text == "7"
        assert rows(program, "thing", "map", ("v", 1))["v"].text == "2"
        assert rows(program, "thing", "set", ("v", 1))["y"].text == "1"

    def test_the_hidden_properties_of_an_error(self, program: Sandbox) -> None:
        error = rows(program, "thing", "error")
        assert error["message"].text == "'bad'"
        assert "TypeError: bad" in error["stack"].text
        assert error["cause"].size == 1

    def test_classes_their_instances_and_prototypes(self, program: Sandbox) -> None:
        square = rows(program, "square")
        assert list(square) == ["sides", "side", "[[Prototype]]"]
        assert square["[[Prototype]]"].text == "Square.prototype"
        above = rows(program, "square", ("p", 0), ("p", 0))
        assert above["area"].text == "(getter)"
        assert {"constructor", "grow"} <= set(above)
        assert "make" in rows(program, "Shape")
        assert rows(program, "Square")["[[Prototype]]"].text == "[class Shape]"
        assert "[[Prototype]]" not in rows(program, "thing")
        assert "[[Prototype]]" not in rows(program, "thing", "link")

    def test_of_a_proxy_nothing_is_read(self, program: Sandbox) -> None:
        found = look(program, "proxy")
        assert found.here is not None
        assert (found.here.type, found.here.size, found.rows) == ("proxy", -1, ())
        assert look(program, "proxy", "inside").here is None
        assert list(rows(program, "heir")) == ["own"]

    def test_inspectors_and_conversions_do_not_run(self, program: Sandbox) -> None:
        custom = rows(program, "custom")
        assert custom["[Symbol(Symbol.toStringTag)]"].text == "(getter)"
        assert custom["toString"].type == "function"

    def test_cycles_are_marked_and_can_be_opened(self, program: Sandbox) -> None:
        assert rows(program, "thing", "list")["3"].text == "[Circular *] thing.list"
        assert rows(program, "thing", "self", "list")["3"].text == "[Circular *] thing.self.list"
        assert look(program, "thing", "self", "self", "self").total == look(program, "thing").total

    @pytest.mark.parametrize(
        "path",
        [
            ("nowhere",), ("thing", "nowhere"), ("thing", "beta"), ("word", "length"), ("thing", "list", 9),
            ("thing", ("y", 5)), ("thing", "map", ("v", 2)), ("thing", "bytes", 3), ("word", ("p", 0)),
            ("thing", ("v", 0)), ("thing", "list", ("i", -1)), ("thing", ("zz", 0)), ("a" * 100_000,), (("i", 0),),
        ],
    )  # fmt: skip
    def test_where_there_is_nothing(self, program: Sandbox, path: tuple[Any, ...]) -> None:
        found = look(program, *path)
        assert (found.here, found.rows, found.total) == (None, (), 0)

    def test_names_that_are_no_text(self, sandbox: Sandbox) -> None:
        run(sandbox, "const odd = { ['\\ud800']: 1, fine: '\\udc00', ['x'.repeat(1e6)]: 2 };")
        found = look(sandbox, "odd")
        assert len(found.rows) == 3
        assert "fine" in {row.label for row in found.rows}
        assert max(len(row.label) + len(row.text) for row in found.rows) < 1_000
        assert sandbox.peek((("n", "\ud800"),)) is None


MADE = {
    "array": "Array.from({ length: COUNT }, (_, i) => ({ i }))",
    "typed array": "Int32Array.from({ length: COUNT }, (_, i) => i)",
    "map": "new Map(Array.from({ length: COUNT }, (_, i) => ['k' + i, i]))",
    "set": "new Set(Array.from({ length: COUNT }, (_, i) => i))",
    "object": "Object.fromEntries(Array.from({ length: COUNT }, (_, i) => ['k' + i, i]))",
}


class TestPages:
    @pytest.mark.parametrize("kind", MADE)
    def test_pages_meet(self, make: Maker, kind: str) -> None:
        sandbox = make()
        count = 100_000
        run(sandbox, f"const big = {MADE[kind].replace('COUNT', str(count))};")
        whole = look(sandbox, "big")
        assert (whole.total, len(whole.rows)) == (count, 100)
        last = look(sandbox, "big", start=count - 2)
        assert [row.path[0][1] for row in last.rows] in (
            [count - 2, count - 1],
            [f"k{count - 2}", f"k{count - 1}"],
        )
        middle = (
            look(sandbox, "big", start=50_000, count=2).rows
            + look(sandbox, "big", start=50_002, count=1).rows
        )
        assert middle == look(sandbox, "big", start=50_000, count=3).rows
        assert look(sandbox, "big", start=count).rows == ()

    def test_holes(self, make: Maker) -> None:
        sandbox = make()
        run(
            sandbox,
            "const few: any = [1, , 3]; const far: any = []; far[1e9] = 1; const wide = new Array(2000).fill(0);",
        )
        run(sandbox, "delete wide[1]; few.extra = true;")
        assert list(rows(sandbox, "few")) == ["0", "2", "extra"]
        assert look(sandbox, "far").total == 1
        assert rows(sandbox, "far")["1000000000"].path == (("i", 1_000_000_000),)
        assert rows(sandbox, "wide")["1"].type == "empty"

    def test_a_million_values(self, make: Maker) -> None:
        sandbox = make(limits=Limits(memory=512 * 2**20, timeout=20))
        run(
            sandbox,
            "const big = Array.from({ length: 250_000 }, (_, i) => ({ id: i, name: 'n' + i, on: true }));",
        )
        found = look(sandbox, "big")
        assert (found.total, len(found.rows), found.rows[99].text) == (
            250_000,
            100,
            "{ id: 99, name: 'n99', on: true }",
        )
        searched = look(sandbox, "big", search="nowhere to be found")
        assert not searched.complete
        assert value(sandbox, "export default big.length") == 250_000


class TestSearch:
    def found(self, sandbox: Sandbox, text: str, *path: Any, **options: Any) -> list[tuple[Step, ...]]:
        return [row.path for row in look(sandbox, *path, search=text, **options).rows]

    def test_keys_and_texts_wherever_they_are(self, program: Sandbox) -> None:
        assert self.found(program, "THREE", "thing") == [steps("list", 2, "three")]
        assert self.found(program, "it's <B", "thing") == [steps("text")]
        assert self.found(program, "alpha") == [steps("thing", "alpha")]
        assert self.found(program, "why", "thing") == [steps("error", "cause", "why")]
        assert steps("map", ("k", 1), "id") in self.found(program, "7", "thing")
        assert self.found(program, "x", "thing", "set") == [(("v", 0),)]
        assert self.found(program, "tagged", "thing") == [(("y", 0),)]

    def test_near_ones_first_and_each_object_once(self, program: Sandbox) -> None:
        paths = self.found(program, "e")
        assert [len(path) for path in paths] == sorted(len(path) for path in paths)
        found = look(program, search="no such thing")
        assert found.complete
        assert found.rows == ()
        assert 30 < found.total < 300

    def test_no_more_than_asked_for(self, program: Sandbox) -> None:
        found = look(program, search="e", count=3)
        assert len(found.rows) == 3
        assert not found.complete

    def test_in_a_value_that_holds_nothing(self, program: Sandbox) -> None:
        for path in (("word",), ("proxy",), ("thing", "when")):
            assert look(program, *path, search="e").rows == ()

    def test_it_ends_in_a_deep_and_wide_value(self, make: Maker) -> None:
        sandbox = make()
        run(
            sandbox,
            "let deep: any = {}; const top = deep; for (let i = 0; i < 300_000; i++) deep = deep.d = {};",
        )
        found = look(sandbox, "top", search="x")
        assert not found.complete
        assert found.total <= 200_000


class TestState:
    def test_peeking_changes_nothing(self, make: Maker) -> None:
        sandbox = make()
        run(sandbox, "let count = 1;")
        run(sandbox, "count = 2;")
        before = sandbox.previous()
        look(sandbox)
        look(sandbox, search="c")
        assert sandbox.previous().image == before.image
        assert value(sandbox, "export default count") == 2

    def test_while_something_runs(self, make: Maker) -> None:
        seen: list[Peeked | None] = []
        sandbox: Sandbox

        def ask() -> None:
            seen.append(sandbox.peek(()))

        sandbox = make(env={"ask": ask})
        run(sandbox, "env.ask();")
        assert seen == [None]

    def test_the_state_after_an_undo(self, make: Maker) -> None:
        sandbox = make()
        run(sandbox, "let count = 1;")
        run(sandbox, "count = 2;")
        assert rows(sandbox)["count"].text == "2"
        sandbox.restore(sandbox.previous())
        assert rows(sandbox)["count"].text == "1"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(TEXTS, TEXTS, max_size=8))
def test_any_names_and_texts_come_through(shared: Sandbox, data: dict[str, str]) -> None:
    shared.set_env({"data": {f"k{name}": text for name, text in data.items()}})
    found = look(shared, "env", "data")
    assert {row.path for row in found.rows} == {(("n", f"k{name}"),) for name in data}
    for name, text in data.items():
        here = look(shared, "env", "data", f"k{name}").here
        assert here is not None
        assert (here.type, here.size) == ("string", -1)
        if text:
            assert (("n", f"k{name}"),) in {row.path for row in look(shared, "env", "data", search=text).rows}
