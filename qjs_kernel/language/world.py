"""What the language service is told of a notebook, and how it notices what has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

__all__ = ["Declarations", "Seen", "World"]

_MOST_CELLS = 500


class World(Protocol):
    """What the checker has to know of the notebook. Asked in the caller's thread."""

    def files(self) -> Iterable[tuple[str, bytes]]:
        """Absolute guest path and content of every file that may matter."""

    def version(self) -> object:
        """A value that is another one whenever `files()` would give something else."""

    def cells(self) -> Sequence[tuple[str, str]]:
        """("/src/cell-3.ts", source) of the cells that ran, oldest first; one that ran again is at its newest place."""

    def env(self) -> Mapping[str, Any]:
        """Host functions and data, by name."""

    def env_version(self) -> object:
        """A value that is another one whenever `env()` would give something else."""


class Declarations(Protocol):
    """Where the declarations of the guest's own globals and modules come from: the module `declarations` is one."""

    @property
    def LIBS(self) -> Sequence[str]:
        """For compilerOptions.lib."""

    @property
    def EXCLUDED(self) -> Sequence[str]:
        """For "exclude" of deno.json."""

    def guest_names(self) -> Mapping[str, Any]:
        """{"globals": [name, …], …}."""

    def shadowed(self, made: Mapping[str, str], names: Collection[str]) -> Mapping[str, str]:
        """The files of `made` that change when cells have these global names themselves."""

    def wanted(self, have: Mapping[str, str | None]) -> list[str]:
        """Addresses of declarations of the server's own that are still missing from `have`."""

    def guest_files(self, assets: Mapping[str, str | None] | None = None) -> Mapping[str, str]:
        """The files below `.kernel/`."""

    def import_map(self) -> Mapping[str, Any]:
        """The import map that leads to them."""


class _Never:
    """A version that nothing has."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The world as it was when it was last looked at. Parts that are the same object have not changed."""

    version: object = _Never
    files: Sequence[tuple[str, bytes]] = ()
    cells: Sequence[tuple[str, str]] = ()
    env_version: object = _Never
    env: str = ""

    def of(self, world: World, declare: Callable[[Mapping[str, Any]], str]) -> Seen:
        """What is there now: this very object if nothing has changed."""
        seen = self
        version, cells, env_version = world.version(), world.cells()[-_MOST_CELLS:], world.env_version()
        if version != seen.version:
            seen = replace(seen, version=version, files=list(world.files()))
        if list(cells) != list(seen.cells):
            seen = replace(seen, cells=list(cells))
        if env_version != seen.env_version:
            seen = replace(seen, env_version=env_version, env=declare(world.env()))
        return seen
