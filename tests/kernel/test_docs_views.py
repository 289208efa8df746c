"""docs/views.md does what it says: its cells in the real kernel, in their order."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kernel.kernel_wire import Wire

PAGE = (Path(__file__).parents[2] / "docs" / "views.md").read_text("utf-8")
CELLS = [
    text.rstrip("\n") for text in re.findall(r"^```typescript\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
]


def test_cells_show_what_they_promise(wire: Wire) -> None:
    views = 0
    for cell in CELLS:
        ran = wire.run(cell)
        assert ran.ok, (cell, ran.traceback)
        expected = re.search(r"^// → (.+)\Z", cell, re.MULTILINE)
        if expected is not None:
            assert ran.text == expected[1], cell
        if cell.startswith(("%view", "%%params")):
            views += 1
            shown = [content["data"] for content in ran.contents("display_data")]
            assert any("application/vnd.jupyter.widget-view+json" in data for data in shown), cell
            assert any("text/html" in data and data["text/plain"] for data in shown), cell
    assert views == PAGE.count("```typescript\n%view") + 1
