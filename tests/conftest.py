"""For every test: what is started is ended, what is written to the directory for temporary files is removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from qjs_kernel.process import default_pool


def own_workers() -> list[psutil.Process]:
    """Workers below this process that run; those that have ended and wait to be reaped do no harm."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.status() != psutil.STATUS_ZOMBIE and "qjs_kernel.worker" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Set up before, and so torn down after every other fixture of the session.

    Kernels that the tests start inherit the directory: what they leave is found too.
    """
    place = Path(tempfile.mkdtemp(prefix="qjs_kernel-tests-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(place))
        patch.setattr(tempfile, "tempdir", None)
        assert tempfile.gettempdir() == str(place) or os.name == "nt"
        yield
        default_pool().close()
        default_pool.cache_clear()
        _, workers = psutil.wait_procs(own_workers(), timeout=10)
        left = sorted(path.name for path in place.glob("qjs-*"))
    shutil.rmtree(place, ignore_errors=True)
    assert workers == []
    assert left == []
