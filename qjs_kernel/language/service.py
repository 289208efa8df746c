"""`LanguageService`: what the kernel talks to. It never raises for what a server does, and never waits for long."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from qjs_kernel.language.cells import (
    Exports,
    candidates,
    cell_file,
    declarations,
    imports_of,
    names,
    probe,
    read_probe,
    with_exports,
)
from qjs_kernel.language.convert import Reader, symbol_names, ts_errors
from qjs_kernel.language.lines import Lines, sendable
from qjs_kernel.language.mirror import RESERVED, Mirror
from qjs_kernel.language.model import Completions, Fix, Hover, Problem, Signature, State
from qjs_kernel.language.server import Directory, Server
from qjs_kernel.language.specifiers import complete_specifier
from qjs_kernel.language.world import Declarations, Seen, World

if TYPE_CHECKING:
    from qjs_kernel.language.lsp import Connection

__all__ = ["LanguageService"]

T = TypeVar("T")

_logger = logging.getLogger(__name__)

_DETAIL_TIMEOUT = 0.1
_KEPT_PROBLEMS = 16
_LONGEST_TEXT = 2_000_000
_MOST_ASSETS = 500
_WARM_UP = "/src/cell-0.ts"


@dataclass
class _Applied:
    """What of it the mirror has."""

    files: object = None
    cells: object = None
    env: object = None
    exports: dict[str, tuple[str, Exports]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    shadowed: frozenset[str] = frozenset()


class LanguageService:
    """Completion, hover, signatures, problems and fixes for the text of a cell or a mounted file.

    Everything that asks gives the text, and where it would live; a cell's path is one that has not run yet, or its own.
    When nothing is known in time (no server, it is starting, it hangs) the answer is empty.

    world         the notebook
    command       of the language server; None: `server.find_command()`
    directory     where its private directory is made; None: where temporary files go
    declarations, env_declarations  stand-ins for the modules `declarations` and `hosttypes`
    make_server   makes the Server, for other limits
    """

    def __init__(
        self,
        world: World,
        *,
        command: Sequence[str] | None = None,
        directory: Path | None = None,
        declarations: Declarations | None = None,
        env_declarations: Callable[[Mapping[str, Any]], str] | None = None,
        make_server: Callable[..., Server] = Server,
    ) -> None:
        self._world = world
        self._command = command
        self._place = directory
        self._source = declarations
        self._env_declarations = env_declarations
        self._make_server = make_server
        self._directory: Directory | None = None
        self._server: Server | None = None
        self._closed = False
        self._seen = Seen()
        self._tests: str | None = None
        # The rest belongs to the server's thread.
        self._mirror: Mirror | None = None
        self._applied = _Applied()
        self._turn: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._assets: dict[str, str | None] = {}
        self._made: Mapping[str, str] = {}
        self._declared = False
        # Cells (path and source) that the server is looking into; those over which one was lost together with others,
        # which are looked into one by one then; and those over which one was lost alone.
        self._learning: frozenset[tuple[str, str]] = frozenset()
        self._hard: frozenset[tuple[str, str]] = frozenset()
        self._hopeless: frozenset[tuple[str, str]] = frozenset()
        self._problems: OrderedDict[object, asyncio.Task[tuple[Problem, ...] | None]] = OrderedDict()

    # Life

    def start(self) -> None:
        """Begin to start the server; returns at once. Idempotent; tries anew when it was given up."""
        if self._closed:
            return
        if self._server is None:
            self._directory = Directory(self._place)
            self._server = self._make_server(
                self._directory.path, command=self._command, arrange=self._arrange, prepare=self._prepare
            )
        self._server.start()

    def close(self) -> None:
        """Kill the server and remove its directory. Idempotent."""
        self._closed = True
        if self._server is not None:
            self._server.close()
        if self._directory is not None:
            self._directory.remove()

    @property
    def state(self) -> State:
        """Whether answers can be expected, and why not."""
        return State("off") if self._server is None else self._server.state

    @property
    def pid(self) -> int | None:
        """The server's process, if one runs."""
        return None if self._server is None else self._server.pid

    def set_tests(self, path: str | None) -> None:
        """Say that what lives at `path` is a cell of tests: it alone has `describe`, `test` and `expect`."""
        self._tests = path

    # Questions

    async def complete(
        self, path: str, text: str, offset: int, timeout: float = 1.0, *, details: int = 6
    ) -> Completions:
        """What can stand at code point `offset`; the first `details` proposals with type or signature.

        The first detail costs 20 ms, the next ones little: the server has to look at all that is declared.
        """
        answer = self._completion(path, text, offset, timeout, details)
        return await self._wait(answer, timeout) or _none_at(offset)

    async def hover(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Hover | None:
        """What is known of the name at code point `offset`."""
        return await self._wait(self._hover(path, text, offset), timeout)

    async def signature(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Signature | None:
        """The call that code point `offset` is in."""
        return await self._wait(self._signature(path, text, offset), timeout)

    async def problems(self, path: str, text: str, timeout: float = 0.3) -> tuple[Problem, ...] | None:
        """Errors and warnings; None when they are not known in time. Looking for them goes on for the next call."""
        return await self._wait(self._check(path, text), timeout)

    async def fixes(self, path: str, text: str, problem: Problem, timeout: float = 1.0) -> tuple[Fix, ...]:
        """Suggestions against a problem that `problems` found in the same text."""
        return await self._wait(self._fixes(path, text, problem), timeout) or ()

    # The same for callers without an event loop

    def complete_blocking(
        self, path: str, text: str, offset: int, timeout: float = 1.0, *, details: int = 6
    ) -> Completions:
        """`complete`, blocking this thread."""
        return _block(self._completion(path, text, offset, timeout, details), timeout) or _none_at(offset)

    def hover_blocking(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Hover | None:
        """`hover`, blocking this thread."""
        return _block(self._hover(path, text, offset), timeout)

    def signature_blocking(self, path: str, text: str, offset: int, timeout: float = 1.0) -> Signature | None:
        """`signature`, blocking this thread."""
        return _block(self._signature(path, text, offset), timeout)

    def problems_blocking(self, path: str, text: str, timeout: float = 0.3) -> tuple[Problem, ...] | None:
        """`problems`, blocking this thread."""
        return _block(self._check(path, text), timeout)

    def fixes_blocking(self, path: str, text: str, problem: Problem, timeout: float = 1.0) -> tuple[Fix, ...]:
        """`fixes`, blocking this thread."""
        return _block(self._fixes(path, text, problem), timeout) or ()

    # From the caller's thread to the server's

    def _ask(
        self, path: str, text: str, work: Callable[[_Question], Awaitable[T]]
    ) -> concurrent.futures.Future[T | None]:
        nothing: concurrent.futures.Future[T | None] = concurrent.futures.Future()
        if self._server is None or len(text) > _LONGEST_TEXT or not _answerable(path):
            nothing.set_result(None)
            return nothing
        lines = Lines(sendable(text))
        if self._server.state not in ("starting", "ready") or (path, lines.text) in self._server.fatal:
            nothing.set_result(None)
            return nothing
        self._look()

        async def do(connection: Connection) -> T | None:
            try:
                return await work(_Question(self, connection, path, lines))
            except (LookupError, TypeError, AttributeError, ValueError):
                # An answer that is not what LSP says: a server's fault, which is nobody's error here.
                _logger.debug("an answer that cannot be read", exc_info=True)
                return None

        return self._server.submit(do)

    async def _wait(self, answer: concurrent.futures.Future[T | None], timeout: float) -> T | None:
        waiting = asyncio.wrap_future(answer)
        done, _ = await asyncio.wait([waiting], timeout=timeout)
        if not done:
            waiting.cancel()
            return None
        # Cancelled: the service was closed, or the server given up, meanwhile.
        return None if waiting.cancelled() else waiting.result()

    def _look(self) -> None:
        """Note what has changed in the world, in the caller's thread, to which it belongs."""
        self._seen = self._seen.of(self._world, self._declare_env)

    def _declare_env(self, env: Mapping[str, Any]) -> str:
        if self._env_declarations is None:
            from qjs_kernel.language.hosttypes import env_declarations

            self._env_declarations = env_declarations
        return self._env_declarations(env)

    # In the server's thread

    def _arrange(self) -> None:
        assert self._server is not None
        loop = asyncio.get_running_loop()
        if self._turn is None or self._loop is not loop:
            # One lock for all connections of a thread: a question to the last one may still be writing.
            self._turn, self._loop = asyncio.Lock(), loop
        self._problems.clear()
        if len(self._learning) == 1:
            self._hopeless |= self._learning
        self._hard |= self._learning
        self._learning = frozenset()
        if self._source is None:
            from qjs_kernel.language import declarations as source

            self._source = source
        if self._mirror is None:
            self._mirror = Mirror(
                self._server.root, self._source.import_map(), self._source.LIBS, self._source.EXCLUDED
            )

    async def _prepare(self, connection: Connection) -> None:
        assert self._turn is not None
        async with self._turn:
            await self._declare(connection)
        # The first question takes a second; nobody is to wait for it.
        connection.show(_WARM_UP, "export {};\n")
        await connection.diagnostics(_WARM_UP)

    async def _declare(self, connection: Connection) -> None:
        """Give the server the guest's declarations, made of its own."""
        assert self._mirror is not None
        assert self._source is not None
        if not self._declared:
            while (missing := self._source.wanted(self._assets)) and len(self._assets) < _MOST_ASSETS:
                texts = await asyncio.gather(*map(connection.asset, missing))
                self._assets.update(
                    (address, text if isinstance(text, str) else None)
                    for address, text in zip(missing, texts, strict=True)
                )
            self._made = dict(self._source.guest_files(self._assets))
            self._mirror.set_declarations(self._made)
            self._assets.clear()
            self._declared = True
        connection.changed(self._mirror.take_changes())

    async def _bring_up_to_date(self, question: _Question) -> None:
        """Make the mirror what the world was when it was last looked at. With `_turn` held."""
        connection, mirror, applied, seen = question.connection, question.mirror, self._applied, self._seen
        if applied.files is not seen.files:
            await asyncio.to_thread(mirror.set_files, seen.files)
            applied.files = seen.files
        if applied.env is not seen.env:
            mirror.write(f"/{RESERVED}/env.d.ts", seen.env or "")
            applied.env = seen.env
        mode = 'import "./test.d.ts";\n' if question.path == self._tests else ""
        mirror.write(f"/{RESERVED}/mode.d.ts", f"{mode}export {{}};\n")
        connection.changed(mirror.take_changes())
        if applied.cells is not seen.cells:
            await self._learn(connection, mirror, seen.cells)
            applied.cells = seen.cells
            connection.changed(mirror.take_changes())

    async def _learn(self, connection: Connection, mirror: Mirror, cells: Sequence[tuple[str, str]]) -> None:
        """Find out what the cells declare, and declare it for all others."""
        known = self._applied.exports
        sources = {path: sendable(source) for path, source in cells if _answerable(path)}
        for path in [path for path in known if path not in sources]:
            mirror.remove(cell_file(path))
            del known[path]
        new = [path for path, source in sources.items() if path not in known or known[path][0] != source]
        together = [path for path in new if (path, sources[path]) not in self._hard]
        for group in [together, *([path] for path in new if path not in together)]:
            await self._look_into(connection, mirror, {path: sources[path] for path in group})
        ordered = [(path, known[path][1]) for path in sources]
        self._applied.names = names(dict(ordered))
        mirror.write(f"/{RESERVED}/cells.d.ts", declarations(ordered))
        self._shadow(mirror)

    async def _look_into(self, connection: Connection, mirror: Mirror, new: Mapping[str, str]) -> None:
        """Learn the names of the cells in `new`. One that costs a server its life has none."""
        known = self._applied.exports
        hopeless = [path for path, source in new.items() if (path, source) in self._hopeless]
        if hopeless or not new:
            for path in hopeless:
                mirror.write(cell_file(path), "export {};\n")
                known[path] = new[path], Exports()
            return
        # Not reset when this is cancelled: the server goes on with it, and may be lost over it.
        self._learning = frozenset(new.items())
        connection.blameless = True
        for path, source in new.items():
            mirror.write(cell_file(path), source)
        connection.changed(mirror.take_changes())
        symbols = await asyncio.gather(*(connection.symbols(cell_file(path)) for path in new))
        found = {
            path: candidates(source, symbol_names(each))
            for (path, source), each in zip(new.items(), symbols, strict=True)
        }
        for path, source in new.items():
            mirror.write(cell_file(path), probe(source, found[path]))
        # A file that nothing leads to is not checked.
        mirror.write(f"/{RESERVED}/cells.d.ts", imports_of(new))
        connection.changed(mirror.take_changes())
        answers = await asyncio.gather(*(connection.diagnostics(cell_file(path)) for path in new))
        for (path, source), answer in zip(new.items(), answers, strict=True):
            exports = read_probe(source, found[path], ts_errors(answer))
            mirror.write(cell_file(path), with_exports(source, exports))
            known[path] = source, exports
        self._learning = frozenset()
        connection.blameless = False

    def _shadow(self, mirror: Mirror) -> None:
        """Take the guest's own declarations away where a cell has something else of the name."""
        assert self._source is not None
        shadowed = self._applied.names & frozenset(self._source.guest_names()["globals"])
        if shadowed != self._applied.shadowed:
            mirror.set_declarations({**self._made, **self._source.shadowed(self._made, shadowed)})
            self._applied.shadowed = shadowed

    def _completion(
        self, path: str, text: str, offset: int, timeout: float, details: int
    ) -> concurrent.futures.Future[Completions | None]:
        until = monotonic() + timeout

        async def work(question: _Question) -> Completions:
            mirror = question.mirror
            async with question.turn:
                await self._bring_up_to_date(question)
                inside = complete_specifier(path, question.lines.text, offset, mirror.paths, mirror.packages)
                if inside is not None:
                    return inside
                asked = question.shown().completion(path, question.position(offset))
            answer = await asked
            found, items = question.reader.completions(answer, offset, self._applied.names)
            left = min(_DETAIL_TIMEOUT, until - monotonic() - 0.05)
            if left <= 0 or details <= 0 or not items:
                return found
            pending = [question.connection.resolve(item) for item in items[:details]]
            await asyncio.wait(pending, timeout=left)
            shown = [
                question.reader.detail(each.result()) if each.done() and each.exception() is None else ""
                for each in pending
            ]
            detailed = tuple(
                replace(item, detail=detail) for item, detail in zip(found.items, shown, strict=False)
            )
            return replace(found, items=(*detailed, *found.items[len(detailed) :]))

        return self._ask(path, text, work)

    def _hover(self, path: str, text: str, offset: int) -> concurrent.futures.Future[Hover | None]:
        async def work(question: _Question) -> Hover | None:
            async with question.turn:
                await self._bring_up_to_date(question)
                asked = question.shown().hover(path, question.position(offset))
            return question.reader.hover(await asked, offset)

        return self._ask(path, text, work)

    def _signature(self, path: str, text: str, offset: int) -> concurrent.futures.Future[Signature | None]:
        async def work(question: _Question) -> Signature | None:
            async with question.turn:
                await self._bring_up_to_date(question)
                asked = question.shown().signature(path, question.position(offset))
            return question.reader.signature(await asked)

        return self._ask(path, text, work)

    def _fixes(
        self, path: str, text: str, problem: Problem
    ) -> concurrent.futures.Future[tuple[Fix, ...] | None]:
        async def work(question: _Question) -> tuple[Fix, ...]:
            number = problem.code.removeprefix("TS")
            if not number.isdigit() or number == "2307":
                return ()
            async with question.turn:
                await self._bring_up_to_date(question)
                where = question.span(problem)
                asked = question.shown().fixes(path, where, int(number), problem.message)
            return question.reader.fixes(await asked, question.connection.uri(path))

        return self._ask(path, text, work)

    def _check(self, path: str, text: str) -> concurrent.futures.Future[tuple[Problem, ...] | None]:
        async def work(question: _Question) -> tuple[Problem, ...] | None:
            # What was found out holds as long as text and world are the same.
            key = (path, question.lines.text, self._seen, path == self._tests)
            task = self._problems.get(key)
            if task is None:
                for other in [each for each in self._problems if isinstance(each, tuple) and each[0] == path]:
                    if not self._problems[other].done():
                        self._problems.pop(other).cancel()
                task = self._problems[key] = asyncio.ensure_future(self._look_for_problems(question))
                task.add_done_callback(lambda done: self._judged(key, done))
                while len(self._problems) > _KEPT_PROBLEMS:
                    self._problems.popitem(last=False)[1].cancel()
            # It goes on when nobody waits any more.
            await asyncio.wait([task])
            return None if task.cancelled() or task.exception() else task.result()

        return self._ask(path, text, work)

    def _judged(self, key: object, task: asyncio.Task[tuple[Problem, ...] | None]) -> None:
        unknown = task.cancelled() or task.exception() is not None or task.result() is None
        if unknown and self._problems.get(key) is task:
            del self._problems[key]

    async def _look_for_problems(self, question: _Question) -> tuple[Problem, ...] | None:
        path = question.path
        async with question.turn:
            await self._bring_up_to_date(question)
            asked = question.shown().diagnostics(path, ("problems", path))
        answer = await asked
        return (
            None
            if answer is None
            else question.reader.problems(answer, question.mirror.paths, self._applied.names)
        )


class _Question:
    """A question about a text, in the server's thread."""

    def __init__(self, service: LanguageService, connection: Connection, path: str, lines: Lines) -> None:
        assert service._mirror is not None
        assert service._turn is not None
        self.mirror = service._mirror
        self.turn = service._turn
        self.connection = connection
        self.path = path
        self.lines = lines
        self.reader = Reader(self.mirror.root, path, lines)

    def shown(self) -> Connection:
        """The connection, with the text open in it."""
        self.connection.show(self.path, self.lines.text)
        return self.connection

    def position(self, offset: int) -> Any:
        from qjs_kernel.language.lsp import position

        return position(self.lines, offset)

    def span(self, problem: Problem) -> Any:
        from qjs_kernel.language.lsp import span

        start = self.lines.at(problem.line, problem.column)
        return span(self.lines, start, self.lines.at(problem.end_line, problem.end_column))


def _block(answer: concurrent.futures.Future[T | None], timeout: float) -> T | None:
    try:
        return answer.result(timeout)
    except (TimeoutError, concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
        answer.cancel()
        return None


def _none_at(offset: int) -> Completions:
    return Completions((), offset, offset)


def _answerable(path: str) -> bool:
    parts = path.split("/")[1:]
    return path.startswith("/") and not any(
        part in ("", ".", "..") or part.startswith(RESERVED) for part in parts
    )
