"""A result that is too large to be handed over, in a notebook."""

from __future__ import annotations

from tests.kernel.kernel_wire import Wire


def test_a_large_result_is_a_table_and_can_be_fetched(wire: Wire) -> None:
    ran = wire.run("Array.from({ length: 60_000 }, (_, i) => ({ id: i, name: 'n' + i }))")
    data = ran.contents("execute_result")[0]["data"]
    assert "50 of 60,000 rows" in data["text/html"]
    assert "59900 more items" in data["text/plain"]
    ran = wire.run("%%python\nprint(_, len(_.get()))")
    assert ran.ok, ran.traceback
    assert ran.stream() == "<GuestValue: a large array in the sandbox; .get() brings it here> 60000\n"
