"""The kernel as its own command installs it, in a place of its own, running this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package")
def kernelspec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The prefix the kernelspec lies below; Jupyter and the kernels that are started see it."""
    prefix = tmp_path_factory.mktemp("prefix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        subprocess.run(
            [sys.executable, "-m", "qjs_kernel", "install", "--prefix", str(prefix)],
            check=True,
            capture_output=True,
            timeout=60,
        )
        patch.setenv("JUPYTER_PATH", str(prefix / "share" / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield prefix
