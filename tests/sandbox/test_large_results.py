"""Results that are too large to be handed over just to be shown, and what results leave behind."""

from __future__ import annotations

import asyncio

import pytest

from qjs_kernel import GuestError, GuestValue, Outcome

from .conftest import Maker

TABLE = "application/vnd.qjs.table+json"
ROWS = "Array.from({ length: 60_000 }, (_, i) => ({ id: i, name: 'n' + i }))"


def cell(outcome: Outcome) -> GuestValue:
    assert outcome.error is None
    assert isinstance(outcome.data, GuestValue)
    return outcome.data


def test_a_large_array_stays_in_the_guest(make: Maker) -> None:
    sandbox = make()
    outcome = sandbox.eval(ROWS, cell=True, display=True)
    value = cell(outcome)
    assert "get()" in repr(value)
    assert outcome.rich is not None
    shown = outcome.rich[TABLE]
    assert (len(shown["rows"]), shown["total"]) == (50, 60_000)
    assert shown["rows"][49] == {"id": 49, "name": "n49"}
    assert outcome.text is not None
    assert "59900 more items" in outcome.text
    assert value.get()[-1] == {"id": 59_999, "name": "n59999"}


def test_it_can_be_awaited(make: Maker) -> None:
    async def go() -> None:
        value = cell(await make().eval_async(ROWS, cell=True, display=True))
        assert len(await value.get_async()) == 60_000

    asyncio.run(go())


def test_only_for_display(make: Maker) -> None:
    sandbox = make()
    assert len(sandbox.eval(ROWS).data) == 60_000
    assert len(sandbox.eval(ROWS, cell=True).data) == 60_000
    small = sandbox.eval("Array.from({ length: 1_000 }, (_, i) => ({ i }))", cell=True, display=True)
    assert len(small.data) == 1_000


@pytest.mark.parametrize("code", ["new Array(200_000).fill(1)", "Array.from({ length: 90_000 }, () => [1])"])
def test_what_are_no_records_is_no_table(make: Maker, code: str) -> None:
    outcome = make().eval(code, cell=True, display=True)
    assert outcome.rich is None
    assert len(cell(outcome).get()) in (200_000, 90_000)


def test_a_display_of_a_large_array_is_a_table_too(make: Maker) -> None:
    events: list[object] = []
    sandbox = make(sink=events.append)
    assert sandbox.eval(f"display({ROWS})", cell=True).ok
    bundle = events[0].bundle  # type: ignore[attr-defined]
    assert bundle[TABLE]["total"] == 60_000
    assert "application/vnd.qjs.value" not in bundle


def test_the_last_one_is_kept_as_it_is_and_no_other(make: Maker) -> None:
    sandbox = make()
    first = cell(sandbox.eval(f"const rows = {ROWS}; rows", cell=True, display=True))
    sandbox.eval("rows.length = 2", cell=True)
    assert len(first.get()) == 2
    second = cell(sandbox.eval(ROWS, cell=True, display=True))
    with pytest.raises(GuestError, match="only the last large result is"):
        first.get()
    assert len(second.get()) == 60_000
    assert sandbox.eval("while (true) {}", timeout=0.2).error is not None
    assert len(second.get()) == 60_000  # rolled back to after it


def test_one_that_was_rolled_back_is_gone(make: Maker) -> None:
    sandbox = make()
    before = sandbox.checkpoint()
    value = cell(sandbox.eval(ROWS, cell=True, display=True))
    sandbox.restore(before)
    with pytest.raises(GuestError, match="a state of the sandbox that is gone"):
        value.get()


def test_odd_arrays_are_no_way_in(make: Maker) -> None:
    sandbox = make()
    assert sandbox.eval(
        "Object.keys = () => { throw 1 }; Array.isArray = () => false;"
        "const odd = new Array(200_000); odd[0] = new Proxy({}, { ownKeys() { throw 2 } }); 0",
        cell=True,
    ).ok
    assert cell(sandbox.eval("odd", cell=True, display=True)) is not None
    proxied = sandbox.eval("new Proxy(odd, {})", cell=True, display=True)
    assert proxied.ok
    assert not isinstance(proxied.data, GuestValue)


def test_results_of_cells_are_not_hoarded(make: Maker) -> None:
    """The module of a cell is there for ever; its last value is not."""
    sandbox = make()
    for _ in range(30):
        outcome = sandbox.eval("new Uint8Array(8_000_000)", cell=True, display=True)
        assert outcome.error is None
    for _ in range(12):
        outcome = sandbox.eval(ROWS, cell=True, display=True)
        assert outcome.error is None


def test_an_exported_default_is_still_there(make: Maker) -> None:
    sandbox = make()
    assert sandbox.eval("export default [1]", "/src/cell-1.ts", cell=True).data == [1]
    assert sandbox.eval("1 + 1", "/src/cell-2.ts", cell=True).data == 2
