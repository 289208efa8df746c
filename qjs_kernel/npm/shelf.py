"""The packages of one sandbox: which directories below /node_modules are ours, and which are not touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qjs_kernel.npm.client import Npm
from qjs_kernel.npm.errors import NpmError
from qjs_kernel.npm.packages import Package, PackageSet, Tree, add_packages, remove_packages, room_in
from qjs_kernel.npm.specs import Spec
from qjs_kernel.vfs import VirtualFS

__all__ = ["Added", "Shelf"]

_HOME = "/node_modules"


@dataclass(frozen=True, slots=True)
class Added:
    """What `Shelf.add` did: the packages asked for, how many others came along, names that stayed the owner's."""

    packages: tuple[Package, ...]
    others: int
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is installed in a sandbox. A value: it goes back and forth together with the filesystem.

    places  the number (`Stat.ino`) of the directory that was mounted for a package. A directory of the same name
            with another number is the owner's own, and is never replaced or removed.
    """

    installed: PackageSet = field(default_factory=PackageSet)
    places: Mapping[str, int] = field(default_factory=dict)

    def add(
        self, fs: VirtualFS, specs: Sequence[Spec], npm: Npm, *, timeout: float | None = None
    ) -> tuple[Shelf, Added]:
        """Install `specs` and mount what comes of it, read-only; all or nothing."""
        for spec in specs:
            if self._is_foreign(fs, spec.name):
                raise NpmError(
                    f"{_path(spec.name)} is a mount of your own, which %npm does not replace: "
                    f"%unmount {_path(spec.name)} first"
                )
        before = self._present(fs)
        own_files = own_size = 0
        for name in before.places:
            files, size = _taken(fs, name)
            own_files, own_size = own_files + files, own_size + size
        # The directories that hold the packages count too: /node_modules and those of scopes.
        used = fs.file_count - own_files + 1 + len({spec.name for spec in specs if spec.name[0] == "@"})
        room = room_in(fs.limits, used, fs.byte_count - own_size)
        installed, trees = add_packages(before.installed, specs, npm, room, timeout=timeout)
        after, kept = before._placed(fs, installed, trees)
        asked = dict.fromkeys(spec.name for spec in specs)
        others = len(set(installed.names) - set(before.installed.names) - set(asked))
        return after, Added(tuple(installed[name] for name in asked), others, kept)

    def remove(self, fs: VirtualFS, names: Iterable[str]) -> Shelf:
        """Unmount `names` and what only they needed. NpmError for what was not added."""
        before = self._present(fs)
        return before._placed(fs, remove_packages(before.installed, names), {})[0]

    def packages(self, fs: VirtualFS) -> tuple[Package, ...]:
        """What is installed and still there."""
        return self._present(fs).installed.packages

    def _is_foreign(self, fs: VirtualFS, name: str) -> bool:
        return fs.exists(_path(name)) and not self._is_ours(fs, name)

    def _is_ours(self, fs: VirtualFS, name: str) -> bool:
        place = self.places.get(name)
        return (
            place is not None
            and fs.exists(_path(name))
            and fs.stat(_path(name), follow=False, digest=False).ino == place
        )

    def _present(self, fs: VirtualFS) -> Shelf:
        """Without the packages that the owner has unmounted since."""
        places = {name: place for name, place in self.places.items() if self._is_ours(fs, name)}
        gone = [name for name in self.installed.wanted if name not in places]
        installed = remove_packages(self.installed, gone) if gone else self.installed
        packages = tuple(each for each in installed.packages if each.name in places)
        return Shelf(replace(installed, packages=packages), places)

    def _placed(
        self, fs: VirtualFS, installed: PackageSet, trees: Mapping[str, Tree]
    ) -> tuple[Shelf, tuple[str, ...]]:
        snapshot = fs.snapshot()
        try:
            return self._place(fs, installed, trees)
        except BaseException:
            fs.restore(snapshot)
            raise

    def _place(
        self, fs: VirtualFS, installed: PackageSet, trees: Mapping[str, Tree]
    ) -> tuple[Shelf, tuple[str, ...]]:
        old = {package.name: package for package in self.installed.packages}
        new = {package.name: package for package in installed.packages}
        mounts = {mount.path for mount in fs.mounts()}
        places = dict(self.places)
        for name in [each for each in places if each not in new or new[each].digest != old[each].digest]:
            inner = sorted(mount for mount in mounts if mount.startswith(_path(name) + "/"))
            if inner:
                raise NpmError(
                    f"{inner[0]} is a mount of your own inside the package {name}: %unmount it first"
                )
            fs.remove(_path(name), force=True)
            del places[name]
        kept: list[str] = []
        for name in new:
            if name in places:
                continue
            if fs.exists(_path(name)):
                kept.append(name)
                continue
            fs.mount(_path(name), trees[name], read_only=True)
            places[name] = fs.stat(_path(name), digest=False).ino
        _tidy(fs, mounts, [name for name in old if name not in new])
        packages = tuple(package for package in installed.packages if package.name in places)
        return Shelf(replace(installed, packages=packages), places), tuple(kept)


def _path(name: str) -> str:
    return f"{_HOME}/{name}"


def _taken(fs: VirtualFS, name: str) -> tuple[int, int]:
    sizes = [stat.size for _, stat in fs.walk(_path(name))]
    return len(sizes) + 1, sum(sizes)


def _tidy(fs: VirtualFS, mounts: set[str], gone: Iterable[str]) -> None:
    """Remove the directories that held nothing but the packages that are gone."""
    scopes = {_path(name.partition("/")[0]) for name in gone if name[0] == "@"}
    for folder in (*sorted(scopes), _HOME):
        if folder not in mounts and fs.is_dir(folder) and not fs.listdir(folder):
            fs.remove(folder, recursive=False, force=True)
