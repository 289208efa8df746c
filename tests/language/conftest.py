"""A notebook for the language service, and the service itself over the real server or over `fake_server.py`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from qjs_kernel.language import LanguageService
from qjs_kernel.language.server import Server, find_command

FAKE = Path(__file__).with_name("fake_server.py")


class Notebook:
    """A `World`. Change it, and `touch` it when files or env changed in place."""

    def __init__(self, files: Mapping[str, str] | None = None, env: Mapping[str, Any] | None = None) -> None:
        self.mounted = dict(files or {})
        self.ran: list[tuple[str, str]] = []
        self.host: dict[str, Any] = dict(env or {})
        self._version = 0

    def touch(self) -> None:
        self._version += 1

    def mount(self, path: str, text: str) -> None:
        self.mounted[path] = text
        self.touch()

    def files(self) -> Iterable[tuple[str, bytes]]:
        return [(path, text.encode()) for path, text in self.mounted.items()]

    def version(self) -> object:
        return self._version

    def cells(self) -> Sequence[tuple[str, str]]:
        return self.ran

    def env(self) -> Mapping[str, Any]:
        return self.host

    def env_version(self) -> object:
        return self._version


class NoDeclarations:
    """Stand-in for `qjs_kernel.language.declarations`."""

    LIBS = ("esnext",)
    EXCLUDED = ()

    def guest_names(self) -> Mapping[str, Any]:
        return {"globals": []}

    def shadowed(self, made: Mapping[str, str], names: Collection[str]) -> Mapping[str, str]:
        return {}

    def wanted(self, have: Mapping[str, str | None]) -> list[str]:
        return []

    def guest_files(self, assets: Mapping[str, str | None] | None = None) -> Mapping[str, str]:
        return {"globals.d.ts": "export {};\n"}

    def import_map(self) -> Mapping[str, Any]:
        return {"imports": {}}


class MakeFake(Protocol):
    def __call__(self, *arguments: str, **options: Any) -> tuple[LanguageService, Notebook]: ...


def eventually(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `holds()`; fails when it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[MakeFake]:
    """Makes services over the fake server, with options of `Server`; their starts are lines of `tmp_path/"starts"`."""
    made: list[LanguageService] = []

    def make(*arguments: str, **options: Any) -> tuple[LanguageService, Notebook]:
        notebook = Notebook()
        service = LanguageService(
            notebook,
            command=[sys.executable, "-S", str(FAKE), str(tmp_path / "starts"), *arguments],
            directory=tmp_path / "private",
            declarations=NoDeclarations(),
            env_declarations=lambda env: "export {};\n",
            make_server=partial(Server, **{"delays": (0.01,), **options}),
        )
        made.append(service)
        service.start()
        return service, notebook

    yield make
    for service in made:
        service.close()


@pytest.fixture(scope="session")
def needs_deno() -> None:
    """Skips without the real server, except in CI."""
    try:
        find_command()
    except FileNotFoundError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def notebook() -> Notebook:
    """A notebook with files, and a cell that ran."""
    return Notebook(
        {
            "/src/types.ts": "export interface LogRow { level: 'info' | 'error'; msg: string; latencyMs: number }\n",
            "/src/custom.ts": "import type { LogRow } from './types.js';\n"
            "/** Decide whether to alert.\n * @param rows the rows\n * @param threshold least number of errors\n */\n"
            "export function shouldAlert(rows: LogRow[], threshold = 3): boolean {\n"
            "  return rows.length >= threshold;\n}\n",
            "/data.json": '{"rows": [1, 2]}',
        }
    )


@pytest.fixture(scope="module")
def service(needs_deno: None, notebook: Notebook) -> Iterator[LanguageService]:
    """The real server."""
    made = LanguageService(
        notebook, env_declarations=lambda env: "declare const env: { now(zone: string): Date };\n"
    )
    made.start()
    eventually(lambda: made.state in ("ready", "failed"), 60)
    assert made.state == "ready", made.state.reason
    yield made
    made.close()
