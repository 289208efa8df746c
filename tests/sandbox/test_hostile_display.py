"""Attacks on looking at values: getters planted where descriptors inherit, names of megabytes, long ways down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qjs_kernel import Sandbox
from qjs_kernel.protocol import Peeked, Step

from .support import fault, value

PLANTED = """
globalThis.ran = [];
for (const name of ["get", "set", "value", "writable", "path", "start", "kind", "constructor", "toJSON", "0"]) {
  Object.defineProperty(Object.prototype, name, {
    __proto__: null, configurable: true, get() { ran.push(name); return undefined; }, set(v) { ran.push(name); },
  });
}
ran.length = 0;
"""
VALUES = """
globalThis.thing = [{ a: 1, [Symbol("q")]: 2, get b() { return 1; } }, new Map([[{ k: 1 }, 2]]), class A {}, () => 1,
  new (class B { x = 1 })(), new Error("e"), new Proxy({}, {}), Promise.resolve(1), new Uint8Array(2),
  new Date(0), /x/];
"""


def peek(sandbox: Sandbox, *path: Step, start: int = 0, count: int = 100, search: str = "") -> Peeked:
    found = sandbox.peek(path, start, count, search)
    assert found is not None
    return found


@pytest.mark.parametrize("search", ["", "zz"])
def test_getters_that_descriptors_inherit_are_not_asked(make: Callable[..., Sandbox], search: str) -> None:
    sandbox = make()
    assert sandbox.eval(VALUES + PLANTED).ok
    for path in (
        (),
        (("n", "thing"),),
        (("n", "setTimeout"),),
        *((("n", "thing"), ("i", at)) for at in range(11)),
    ):
        sandbox.peek(path, 0, 100, search)
    assert value(sandbox, "ran.join()") == ""


def test_names_of_megabytes_are_cut_and_what_has_them_is_shown(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    assert sandbox.eval("globalThis.thing = { ['a'.repeat(3e7)]: 1, ['b c'.repeat(1e6)]: 2, d: 3 }; 0").ok
    found = peek(sandbox, ("n", "thing"))
    assert found.here is not None
    assert [row.text for row in found.rows] == ["1", "2", "3"]
    assert all(len(row.label) < 300 for row in found.rows)
    assert len(found.here.text) < 1_000


def test_thousands_of_names_that_are_not_enumerable_are_not_all_looked_at(
    make: Callable[..., Sandbox],
) -> None:
    sandbox = make()
    program = """
    const many = {};
    for (let i = 0; i < 300_000; i++) Object.defineProperty(many, "k" + i, { value: 1, enumerable: false });
    globalThis.thing = Array(30).fill(many); globalThis.kept = 7;
    """
    assert sandbox.eval(program).ok
    # Where the time to look is over, nothing is told, and the worker is lost over it.
    assert len(peek(sandbox, ("n", "thing")).rows) == 30
    assert value(sandbox, "kept") == 7


def test_a_long_way_through_symbols(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    program = """
    globalThis.top = {}; let at = top;
    for (let i = 0; i < 60; i++) at = at[Symbol("s" + i)] = {};
    at.back = at;
    """
    assert sandbox.eval(program).ok
    found = peek(sandbox, ("n", "top"), *[("y", 0)] * 60)
    assert [row.label for row in found.rows] == ["back"]
    # Where it was met first is told, at most so much of it; the text is not twice as long with each step.
    assert found.rows[0].text.startswith("[Circular *] ((it) =>")
    assert len(found.rows[0].text) < 4_000


def test_a_bundle_that_does_not_fit_is_an_error_of_its_own(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    assert fault(sandbox, "display({ 'text/plain': 'a'.repeat(3.4e7) }, { raw: true })").name != "MemoryError"
    error = fault(sandbox, "display({ 'text/plain': 'a'.repeat(3e7) }, { raw: true })")
    assert error.message.startswith("display: ")
    assert error.message.endswith("(at bundle)")
