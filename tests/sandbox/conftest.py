"""Sandboxes for the tests: one pool of workers, one cache of compiled code that is not the user's, a time guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel import Sandbox, WorkerPool

from .hostile import wall_clock
from .support import Notebook

Maker = Callable[..., Sandbox]


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    """Nothing here may hang: whatever takes 30 s has failed."""
    with wall_clock(30):
        yield


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    """Workers for everybody; compiled code and boot image lie in a directory of this test run."""
    cache: Path = tmp_path_factory.mktemp("cache")
    pool = WorkerPool(cache)
    yield pool
    pool.close()


@pytest.fixture
def make(pool: WorkerPool) -> Iterator[Maker]:
    """Makes sandboxes that are closed at the end of the test."""
    made: list[Sandbox] = []

    def make(**options: Any) -> Sandbox:
        sandbox = Sandbox(pool=pool, **options)
        made.append(sandbox)
        return sandbox

    yield make
    for sandbox in made:
        sandbox.close()


@pytest.fixture
def sandbox(make: Maker) -> Sandbox:
    """A fresh sandbox without mounts or host functions."""
    return make()


@pytest.fixture
def notebook(make: Maker) -> Notebook:
    return Notebook(make())


@pytest.fixture(scope="module")
def shared(pool: WorkerPool) -> Iterator[Sandbox]:
    """A sandbox for tests that neither need a state nor leave one."""
    with Sandbox(pool=pool) as sandbox:
        yield sandbox
