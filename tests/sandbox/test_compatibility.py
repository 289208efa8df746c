"""docs/compatibility.md says what a guest has: it is made from one, and this notices when it is out of date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compatibility", ROOT / "scripts" / "compatibility.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_up_to_date(generator: ModuleType) -> None:
    written = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
    assert written == generator.document(), "run: python scripts/compatibility.py"


def test_what_the_seed_names_is_there(generator: ModuleType) -> None:
    text = generator.document()
    for name in (
        "assert",
        "buffer",
        "events",
        "fs",
        "path",
        "stream",
        "url",
        "util",
        "zlib",
        "test",
        "crypto",
    ):
        assert f"\n| `{name}` | " in text
    for name in (
        "URL",
        "Buffer",
        "fetch",
        "structuredClone",
        "AbortController",
        "TextEncoder",
        "Intl",
        "prompt",
    ):
        assert f"`{name}`" in text.split("## Globals")[1].split("Node has these besides")[0]
