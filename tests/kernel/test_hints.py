"""What an error says about the way out."""

from __future__ import annotations

import re

import pytest

from tests.kernel.kernel_wire import Wire

SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def hinted(wire: Wire) -> Wire:
    assert wire.run("%%host\ndef getLastAlert():\n    return 1\n\nrows = [1]").ok
    assert wire.run("%%mount /src/custom.ts\nexport const a = 1;").ok
    return wire


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (
            "env.getLastAlrt()",
            "env has no getLastAlrt; did you mean getLastAlert? It has getLastAlert, rows.",
        ),
        ("env.xyz?.a; env.zzzzzz(1)", "env has no zzzzzz. It has getLastAlert, rows."),
        ("for (let i = 0; i < 2000; i++) setTimeout(() => {}, 1e6)", "To allow more: `%limits timers=…`"),
        ("throw new Error('made up (Limits.nothing)')", None),
        ("const notAFunction = 1; notAFunction()", None),
        ('import { a } from "./src/custom.js"', "Cells stand in /src: write ./custom.js"),
        ("while (true) {}", "To give cells more time: `%limits timeout=60`"),
    ],
)
def test_the_way_out(hinted: Wire, code: str, hint: str | None) -> None:
    ran = hinted.run(f"%%ts --timeout 1\n{code}")
    assert not ran.ok
    said = SGR.sub("", ran.traceback)
    if hint is None:
        assert "%limits" not in said
        assert "env has" not in said
    else:
        assert hint in said
    hinted.run("%undo")
