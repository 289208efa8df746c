"""Type checking without a notebook: what `Sandbox.check(code, types=True)` does, and the files it checks against."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qjs_kernel.errors import Diagnostic, QjsError
from qjs_kernel.vfs import VirtualFS
from qjs_kernel.vfs.nodes import Dir, File

if TYPE_CHECKING:
    from qjs_kernel.language import Problem

__all__ = ["TypeCheckUnavailable", "TypeChecker", "World", "diagnostic_of"]

_READY_SECONDS = 20.0  # for the server to come up; measured 1 to 3 s
_ANSWER_SECONDS = 10.0
_LOOK_AGAIN = 0.01  # s between looks at its state
_LARGEST_FILE = 4 * 2**20
_DEEPEST = 100
_KNOWN = 20_000


class TypeCheckUnavailable(QjsError):
    """Types cannot be checked: no language server is installed, or it does not work; the message says which."""


class World:
    """What a language service sees of a sandbox: its files and the names of `env`. A notebook adds its cells.

    env          the host names, now
    env_version  changes whenever they do
    """

    def __init__(
        self, fs: VirtualFS, env: Callable[[], Mapping[str, Any]], env_version: Callable[[], object]
    ) -> None:
        self._fs = fs
        self._env = env
        self._env_version = env_version
        self._known: dict[str, tuple[Dir, list[tuple[str, bytes]]]] = {}

    def files(self) -> list[tuple[str, bytes]]:
        """Absolute path and content of every regular file of at most 4 MiB, at most 100 directories deep."""
        if len(self._known) > _KNOWN:
            self._known.clear()  # of directories that are gone
        return self._below(self._fs.snapshot().root, "", 0)

    def _below(self, directory: Dir, path: str, depth: int) -> list[tuple[str, bytes]]:
        # Behind a snapshot a directory never changes: the same object has the same files. So a new file costs a
        # look at the directories above it, and not at all packages that are mounted.
        known = self._known.get(path)
        if known is not None and known[0] is directory:
            return known[1]
        found: list[tuple[str, bytes]] = []
        for name, node in sorted(directory.children.items()):
            if isinstance(node, Dir):
                if depth < _DEEPEST:
                    found += self._below(node, f"{path}/{name}", depth + 1)
            elif isinstance(node, File) and node.size <= _LARGEST_FILE:
                found.append((f"{path}/{name}", node.read()))
        self._known[path] = (directory, found)
        return found

    def version(self) -> object:
        """The same object as long as no file has changed."""
        return self._fs.snapshot().root

    def cells(self) -> Sequence[tuple[str, str]]:
        """No cells: the files are the program."""
        return ()

    def env(self) -> Mapping[str, Any]:
        """The host names."""
        return self._env()

    def env_version(self) -> object:
        """Changes whenever the host names do."""
        return self._env_version()


class TypeChecker:
    """A language service for one sandbox, started when it is first asked."""

    def __init__(self, world: World) -> None:
        # Not at the top of the file: nobody who does not check types pays for it.
        from qjs_kernel.language import LanguageService

        self._service = LanguageService(world)

    def check(self, code: str, path: str) -> list[Diagnostic]:
        """The type problems of `code` as the file `path`, in their order.

        TypeCheckUnavailable when there is no server, it does not come up in 20 s, or gives no answer in 10 s.
        """
        self._service.start()
        until = time.monotonic() + _READY_SECONDS
        while self._service.state == "starting" and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
        state = self._service.state
        if state != "ready":
            reason = f": {state.reason}" if state.reason else ""
            raise TypeCheckUnavailable(f"types cannot be checked: the language service is {state}{reason}")
        problems = self._service.problems_blocking(path, code, timeout=_ANSWER_SECONDS)
        if problems is None:
            raise TypeCheckUnavailable(f"types cannot be checked: no answer in {_ANSWER_SECONDS:g} s")
        lines = code.splitlines()
        return [diagnostic_of(problem, lines) for problem in problems]

    def close(self) -> None:
        """End the server. Idempotent."""
        self._service.close()


def diagnostic_of(problem: Problem, lines: Sequence[str]) -> Diagnostic:
    """A type problem in the shape of the compiler's own findings, `code` being "TS2322" and the like."""
    source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else None
    return Diagnostic(problem.line, problem.column, problem.message, problem.code, problem.path, source)
