"""A real kernel over the wire, installed from the checkout into a directory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qjs_kernel.install import install
from tests.kernel.kernel_wire import Wire


@pytest.fixture(scope="session")
def jupyter_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("jupyter")
    install(prefix=str(root), env={"PYTHONPATH": str(Path(__file__).parents[2])})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(root / "share" / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(root / "runtime"))
        patch.setenv("IPYTHONDIR", str(root / "ipython"))
        yield root


@pytest.fixture(scope="module")
def wire(jupyter_path: Path) -> Iterator[Wire]:
    """One kernel for the tests of a module: they leave it usable, and name what they declare apart."""
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture
def fresh_wire(jupyter_path: Path) -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()
