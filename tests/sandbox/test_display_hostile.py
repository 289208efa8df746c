"""Attacks on the display API: pollution, forged and endless bundles, floods, methods that never return."""

# ruff: noqa: E501 - an attack reads best as the one line it is

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from qjs_kernel import Displayed, Limits, Sandbox
from qjs_kernel.limits import MIB
from qjs_kernel.outcome import Event

from .hostile import Witness
from .support import Events, fault, printed, value
from .test_platform_walls import HOSTILE, POLLUTE, WALK

LIMITS = Limits(memory=64 * MIB)

# One of each: what is shown after the world has been poisoned is what is shown before.
EVERYTHING = """
display({ a: [1, "x"] }, { display_id: "d" });
display({ "text/html": ["<b>", "x"], "image/png": new Bytes(3), "application/json": { a: [1] } }, { raw: true });
display(html`<b>${[1, "y"]}</b>`); display(md`# ${1}`); display(svg("<svg/>"));
display(h("p", { class: "a" }, "<", html("<i>")));
display.table([{ a: 1, b: { c: 2 } }, { a: "x" }], { columns: ["a", "b"], title: "t" });
display.table([[1, 2], [3]]);
display.chart([{ a: "x.y", "b.c": 1 }, { a: "z", "b.c": 2 }], { x: "a", y: "mean(b.c)", tooltip: ["a"], title: "t" });
const bar = display.progress(2, { label: "l" }); bar.step(); bar.update(2, "m");
Deno.jupyter.display(html.escape("<&>"));
clear({ wait: true });
"""


def shown(sandbox: Sandbox, events: list[Event], code: str) -> list[dict[str, Any]]:
    events.clear()
    outcome = sandbox.eval(code)
    assert outcome.ok, outcome.error
    return [event.bundle for event in events if isinstance(event, Displayed)]


@pytest.mark.parametrize("loaded", [False, True], ids=["loaded after", "loaded before"])
@pytest.mark.parametrize("pollution", [POLLUTE, HOSTILE], ids=["polyfills", "hostile"])
def test_pollution_changes_nothing(make: Callable[..., Sandbox], pollution: str, loaded: bool) -> None:
    events: list[Event] = []
    body = f"const Bytes = Uint8Array;\n{{PLACE}}\n{EVERYTHING}"
    expected = shown(make(sink=events.append), events, body.replace("{PLACE}", ""))
    before = "display.table([]); display.chart([1]); display.progress();" if loaded else ""
    found = shown(make(sink=events.append), events, body.replace("{PLACE}", before + pollution))
    assert found[3 if loaded else 0 :] == expected
    assert len(expected) == 12


def test_nothing_leads_behind_the_api(shared: Sandbox) -> None:
    names = ["display", "html", "md", "svg", "clear", "Deno", "h"]
    roots = (
        "roots.push(html`x`, md`x`, svg`x`, h('b'), display.progress(1), display.progress().of([]), display(1),"
        "display({ async [Deno.jupyter.$display]() { return { 'a/b': 1 } } }), Deno.jupyter.image(Uint8Array.of(255, 216, 255)));\n"
        "for (const call of [() => display.table(1), () => display.chart([]), () => display({ a: 1 }, { raw: true })]) try { call() } catch (e) { roots.push(e, e.stack) }\n"
    )
    program = WALK.replace("NAMES", "[]").replace("GLOBALS", json.dumps(names))
    program = program.replace("const seen = new Set(roots)", roots + "const seen = new Set(roots)")
    found = value(shared, program, timeout=10)
    assert found["found"] == []
    assert found["walked"] > 100


@pytest.mark.parametrize(
    "code",
    [
        "display({ [Symbol.for('Jupyter.display')]() { for (;;) {} } })",
        "display({ get [Symbol.for('Jupyter.display')]() { for (;;) {} } })",
        "display({ get 'text/html'() { for (;;) {} } }, { raw: true })",
        "display(new Proxy({}, { ownKeys() { for (;;) {} } }), { raw: true })",
        "display(1, { get display_id() { for (;;) {} } })",
        "html`${{ toString() { for (;;) {} } }}`",
        "display.table({ [Symbol.iterator]: () => ({ next() { for (;;) {} } }) })",
        "display.table([{ get a() { for (;;) {} } }])",
        "display.chart([{ get a() { for (;;) {} } }], { x: 'a' })",
        "display.table([], { title: { toString() { for (;;) {} } } })",
        "for (const x of display.progress().of({ *[Symbol.iterator]() { for (;;) yield 1 } })) {}",
        "({ [Symbol.for('Jupyter.display')]() { for (;;) {} } })",
        "({ get [Symbol.for('Jupyter.display')]() { for (;;) {} } })",
        "({ [Symbol.for('Jupyter.display')]: () => ({ then() { for (;;) {} } }) })",
        "({ [Symbol.for('Jupyter.display')]: () => ({ get 'a/b'() { for (;;) {} } }) })",
        "({ async [Symbol.for('Jupyter.display')]() { for (;;) await 0 } })",
        "new (class { get outerHTML() { for (;;) {} } })()",
    ],
)
def test_the_deadline_holds_in_all_that_is_asked(pool: Any, code: str) -> None:
    with Witness(pool, limits=LIMITS) as witness:
        witness.fails(code, "timeout", cell=True, display=True, filename="/src/c.ts")


def test_a_method_that_nothing_settles_is_a_deadlock(pool: Any) -> None:
    with Witness(pool, limits=LIMITS) as witness:
        code = "({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) })"
        witness.fails(code, "deadlock", cell=True, display=True, filename="/src/c.ts")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("const many = {}; for (let i = 0; i < 1e5; i++) many['a/' + i] = 1; display(many, { raw: true })", "RangeError"),
        ("let deep = []; for (let i = 0; i < 1e4; i++) deep = [deep]; html`${deep}`", "RangeError"),
        ("let deep = []; for (let i = 0; i < 1e4; i++) deep = [deep]; display({ 'a/b': deep }, { raw: true })", "RangeError"),
        ("const loop = []; loop.push(loop); html`${loop}`", "RangeError"),
        ("let node = 'x'; for (let i = 0; i < 1e4; i++) node = h('b', null, node); display(node)", "RangeError"),
        ("display(Array(2e6), { raw: true })", "TypeError"),
        ("display({ 'text/html': new Proxy([], { get: (_, key) => key === 'length' ? 1 : Symbol() }) }, { raw: true })", "TypeError"),
        ("display({ 'a/b': 1, ['x'.repeat(1e6) + '/y']: 1 }, { raw: true })", "TypeError"),
        ("display({ '__proto__/x': 1, ['__proto__']: 1 }, { raw: true })", "TypeError"),
        ("display.chart((function* () { for (;;) yield 1 })())", "RangeError"),
        ("const list = Array(2000).fill('x'); display.table([[1]], { columns: list })", "RangeError"),
    ],
)  # fmt: skip
def test_odd_bundles_are_errors_that_can_be_caught(shared: Sandbox, code: str, name: str) -> None:
    caught = value(
        shared,
        f"let name = 'nothing'; try {{ {code} }} catch (e) {{ name = e.name }} export default name",
        timeout=10,
    )
    assert caught == name


def test_cycles_and_shared_parts_arrive(make: Callable[..., Sandbox]) -> None:
    events: list[Event] = []
    (bundle,) = shown(
        make(sink=events.append), events,
        "const a = {}; a.self = a; let x = []; for (let i = 0; i < 60; i++) x = [x, x]; display({ 'application/json': { a, x }, 'application/vnd.qjs.table+json': 'forged' }, { raw: true })",
    )  # fmt: skip
    inner = bundle["application/json"]["a"]
    assert inner["self"] is inner
    assert bundle["application/vnd.qjs.table+json"] == "forged"


def test_text_is_well_formed_wherever_it_is_shown(make: Callable[..., Sandbox]) -> None:
    events: list[Event] = []
    sandbox = make(sink=events.append)
    bundles = shown(
        sandbox, events,
        r"const bad = 'a\ud800'; display({ 'text/html': bad }, { raw: true, display_id: bad }); display(html(bad)); display.table([[bad]], { title: bad });"
        r"display.chart([{ a: bad }], { x: 'a', title: bad }); display.progress(1, { label: bad });",
    )  # fmt: skip
    repr(bundles).encode()
    json.dumps(bundles, ensure_ascii=False).encode()
    assert events[0].display_id == "a\ufffd"  # type: ignore[union-attr]


def test_floods_end_at_the_limit(make: Callable[..., Sandbox]) -> None:
    events: list[Event] = []
    sandbox = make(sink=events.append, limits=Limits(messages=20))
    outcome = sandbox.eval(
        "let tries = 0; for (; tries < 500; tries++) try { display(tries); clear() } catch {} export default tries"
    )
    assert outcome.data == 500
    assert len(events) <= 2 * 20 + 2
    # Calling back and forth between host and guest makes no new run of it.
    again = make(sink=events.append, limits=Limits(messages=20), env={"call": lambda function: function()})
    events.clear()
    assert again.eval("for (let i = 0; i < 200; i++) env.call(() => { try { display(i) } catch {} })").ok
    assert len(events) == 20


def test_timers_of_old_cells_share_the_limit(make: Callable[..., Sandbox]) -> None:
    """Displays of two cells in turns: the count is that of the run, whoever displays."""

    async def work() -> int:
        events = Events()
        sandbox = make(sink=events, limits=Limits(messages=20))
        await sandbox.eval_async(
            "const slow = []; globalThis.old = () => slow.shift()?.({ 'a/b': 1 });"
            "for (let i = 0; i < 300; i++) display({ [Symbol.for('Jupyter.display')]: () => new Promise((r) => slow.push(r)) }).catch(() => {})",
            "/src/cell-1.ts", cell=True, tag="first",
        )  # fmt: skip
        outcome = await sandbox.eval_async(
            "for (let i = 0; i < 300; i++) { old(); try { display(i) } catch {} await 0; await 0; await 0; }",
            "/src/cell-2.ts", cell=True, tag="second",
        )  # fmt: skip
        assert outcome.ok, outcome.error
        found = [event.tag for event in events.seen if isinstance(event, Displayed)]
        assert set(found) == {"first", "second"}
        return len(found)

    assert asyncio.run(work()) == 20


def test_many_bars_share_the_limit(make: Callable[..., Sandbox]) -> None:
    error = fault(make(limits=Limits(messages=20)), "for (;;) display.progress(1)")
    assert (error.kind, error.name) == ("exception", "RangeError")


def test_a_poisoned_value_spoils_no_display(make: Callable[..., Sandbox]) -> None:
    events: list[Event] = []
    sandbox = make(sink=events.append)
    bundles = shown(
        sandbox, events,
        "const traps = new Proxy({}, { get() { throw new Error('x') }, ownKeys() { throw new Error('x') }, getPrototypeOf() { throw new Error('x') } });"
        "display({ get a() { throw new Error('x') } }); display(traps); display(Object.create(traps)); const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); display(proxy)",
    )  # fmt: skip
    assert [list(bundle) for bundle in bundles] == [["text/plain"]] * 4


def test_pieces_of_markup_cannot_be_forged_into_jsx(sandbox: Sandbox) -> None:
    """What only looks like markup is text, and is escaped as such."""
    code = "html``; export default String(h('p', null, { text: '<b>', toString: () => '<i>' }, Object.assign(md`<u>`, { type: 'script' })))"
    assert value(sandbox, code) == "<p>&lt;i&gt;&lt;u&gt;</p>"


def test_console_text_before_a_display_is_not_lost(make: Callable[..., Sandbox]) -> None:
    outcome = make().eval("for (let i = 0; i < 3000; i++) { console.log(i); if (i % 500 === 0) display(i) }")
    assert printed(outcome) == "".join(f"{i}\n" for i in range(3_000))
