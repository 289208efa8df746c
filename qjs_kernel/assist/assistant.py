"""`Assistant`: the help of one notebook. It owns the language service, the mode of `%check`, the last problems."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from qjs_kernel.assist.checking import Found, hint_of, is_import, is_syntax, missing_name, worth_showing
from qjs_kernel.assist.completing import complete_code
from qjs_kernel.assist.inspecting import Page, inspect_code, inspect_name
from qjs_kernel.assist.places import GuestText, is_checked
from qjs_kernel.assist.suggestions import Suggestion
from qjs_kernel.assist.values import look
from qjs_kernel.display.problems import Finding, ProblemReport
from qjs_kernel.errors import Diagnostic, QjsError
from qjs_kernel.session import Session, cell_path
from qjs_kernel.typecheck import World

if TYPE_CHECKING:
    from qjs_kernel.language import LanguageService, Problem

__all__ = ["MODES", "Assistant", "NothingToFix", "SessionWorld"]

Mode = Literal["warn", "strict", "off"]
MODES: Final[tuple[Mode, ...]] = ("warn", "strict", "off")

_BEFORE_SECONDS = 0.3  # the most that a cell waits for its problems and their fixes
_FIXED = 5  # problems whose fixes are asked for
_PATIENT_SECONDS = 10.0  # where somebody asked for the check: for the service, and for its answer
_LOOK_AGAIN = 0.01  # s between looks at the state of a service that comes up
_FILES = 200

_DECLARES = re.compile(
    r"\b(?:let|const|var|function|class|enum|interface|type|namespace|module|import|declare|global)\b"
)


class NothingToFix(QjsError):
    """`%fix` was asked for where no suggestion is known."""


class SessionWorld(World):
    """The files, cells and host names of a notebook."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.sandbox.fs, lambda: session.env, lambda: session.env_version)
        self._session = session

    def cells(self) -> list[tuple[str, str]]:
        # Cells that declare nothing are nothing to later ones; each that the server has to learn costs a check.
        return [(path, code) for path, code in self._session.cells() if _DECLARES.search(code)]


class Assistant:
    """See the module. Use it from the session's thread; questions to it are coroutines and take at most about 0.9 s.

    make_service   makes the language service of a world when it is first needed; None for none
    """

    def __init__(
        self, session: Session, make_service: Callable[[World], LanguageService | None] | None = None
    ) -> None:
        self._session = session
        self._make = make_service
        self._service: LanguageService | None = None
        self._closed = False
        self.mode: Mode = "warn"
        # What the last checked cell had, for `%fix`.
        self._last: tuple[GuestText, list[Found]] | None = None
        session.on_status = self.status

    # Life

    @property
    def started(self) -> bool:
        """Whether there is nothing left to start."""
        return self._service is not None or self._make is None or self._closed

    def start(self) -> None:
        """Start the service in the background, if there is one. Returns at once; idempotent."""
        if self._service is None and self._make is not None and not self._closed:
            self._service = self._make(SessionWorld(self._session))
            if self._service is None:
                self._make = None
            else:
                self._service.start()

    def close(self) -> None:
        """End the service. Idempotent."""
        self._closed = True
        if self._service is not None:
            self._service.close()

    @property
    def ready(self) -> LanguageService | None:
        """The service if it can answer now."""
        service = self._service
        return service if service is not None and service.state == "ready" else None

    def _ready_for(self, source: GuestText) -> LanguageService | None:
        """The same, told whether the text has the names of `%%test`."""
        service = self.ready
        if service is not None:
            service.set_tests(source.path if source.kind == "test" else None)
        return service

    def state(self) -> str:
        """The state of the service in words."""
        if self._make is None:
            return "off"
        if self._service is None:
            return "not started yet"
        state = self._service.state
        memory = _resident(self._service.pid) if state == "ready" else 0
        size = f", {memory / 2**20:.0f} MiB" if memory else ""
        return f"{state}{size}" + (f": {state.reason}" if state.reason else "")

    def set_mode(self, mode: str) -> None:
        """What is done with type problems: one of `MODES`; ValueError for any other."""
        if mode not in MODES:
            raise ValueError(f"the mode is one of {', '.join(MODES)}, not {mode!r}")
        self.mode = mode

    def status(self) -> Mapping[str, Any]:
        """What `%qjs` shows of it."""
        return {"language_service": self.state(), "check": self.mode}

    # While somebody writes

    async def complete(self, source: GuestText, position: int) -> list[Suggestion]:
        """Suggestions for `position` of the cell, with offsets in the cell."""
        offset = source.offset(position)
        if offset is None:
            return []
        found = await complete_code(self._session, self._ready_for(source), source, offset)
        return [each.moved(source.start - source.pad) for each in found]

    async def inspect(self, source: GuestText, position: int, *, with_source: bool = False) -> Page | None:
        """What stands at `position` of the cell."""
        offset = source.offset(position)
        if offset is None:
            return None
        service = self._ready_for(source)
        return await inspect_code(self._session, service, source, offset, with_source=with_source)

    async def inspect_name(self, path: str, name: str, *, with_source: bool = False) -> Page | None:
        """What `name` means in a cell at `path`; None where the guest has no such name."""
        return await inspect_name(self._session, self.ready, path, name, with_source=with_source)

    # Before a cell runs

    def wants(self, source: GuestText | None) -> bool:
        """Whether this text is to be checked before it runs, and somebody can do it now."""
        if source is None or self.mode == "off":
            return False
        return self.ready is not None and is_checked(source.path, source.text)

    async def catch_up(self, number: int) -> None:
        """Let the service learn what the last cell declared, before somebody waits for it. `number`: the next cell."""
        if self.ready is not None and self.mode != "off":
            await self.ready.problems(cell_path(number), "", timeout=_PATIENT_SECONDS)

    def forget(self) -> None:
        """The next cell begins: `%fix` means its problems."""
        self._last = None

    async def before_run(self, source: GuestText) -> ProblemReport | None:
        """The type problems of a cell that is about to run, None for none; at most 0.3 s."""
        service = self._ready_for(source)
        if service is None:
            return None
        until = time.monotonic() + _BEFORE_SECONDS
        answer = await service.problems(source.path, source.text, timeout=_BEFORE_SECONDS)
        if not answer:
            return None
        problems = worth_showing(self._session, source, answer)
        problems = [problem for problem in problems if not await self._is_there(problem, until)]
        found = []
        for index, problem in enumerate(problems):
            left = until - time.monotonic() if index < _FIXED else 0.0
            fixes = await service.fixes(source.path, source.text, problem, timeout=left) if left > 0 else ()
            found.append(Found(problem, fixes))
        return self._report(source, found)

    def before_run_blocking(self, source: GuestText) -> ProblemReport | None:
        """The same for a caller that blocks."""
        service = self._ready_for(source)
        if service is None:
            return None
        answer = service.problems_blocking(source.path, source.text, timeout=_BEFORE_SECONDS)
        problems = worth_showing(self._session, source, answer or ())
        return self._report(source, [Found(problem) for problem in problems])

    async def _is_there(self, problem: Problem, until: float) -> bool:
        """Whether the guest has the global that the checker misses: set by `globalThis.x = …`, say."""
        name = missing_name(problem)
        left = until - time.monotonic()
        if not name or left <= 0:
            return False
        found = await look(self._session, (name,), timeout=left)
        return found is not None and found.kind != ""

    def _report(self, source: GuestText, found: list[Found]) -> ProblemReport | None:
        if not found:
            return None
        self._last = (source, found)
        number = 0
        findings = []
        for each in found:
            hints = []
            for fix in each.fixes:
                number += 1
                hints.append(f"{hint_of(fix)}  (%fix{f' {number}' if number > 1 else ''})")
            findings.append(each.finding(hints))
        return ProblemReport(findings, lambda file: source.text if file == source.path else None)

    def fixed(self, number: int) -> str:
        """The last checked cell with suggestion `number` (from 1) made; NothingToFix says why not."""
        source, found = self._last or (None, [])
        if source is not None and not any(each.fixes for each in found):
            # There may have been no time for them before the cell ran.
            found = [self._mended(source, each.problem) for each in found[:_FIXED]]
            self._last = source, found
        fixes = [fix for each in found for fix in each.fixes]
        if source is None or not fixes:
            raise NothingToFix("%fix: there is no suggestion for the last cell")
        if not 1 <= number <= len(fixes):
            raise NothingToFix(f"%fix: there are {len(fixes)} suggestions, %fix 1 to %fix {len(fixes)}")
        cell = source.cell
        # What an edit puts above the code of the cell (an import) comes to stand at its beginning.
        for edit in sorted(fixes[number - 1].edits, key=lambda edit: edit.start, reverse=True):
            start, end = source.position(edit.start), source.position(edit.end)
            cell = cell[:start] + edit.text + cell[end:]
        return cell

    # Formatting

    def formatted(self, text: str, path: str) -> str:
        """`text`, a file of the name `path`, formatted; CannotFormat says why it cannot be."""
        from qjs_kernel.language.format import format_text

        return format_text(text, path).rstrip("\n")

    def format_file(self, path: str) -> bool:
        """Format a file of the sandbox where it stands; whether that changed it. It ends with a newline if it did."""
        text = self._session.sandbox.fs.read_text(path)
        after = self.formatted(text, path) + ("\n" if text.endswith("\n") else "")
        if after != text:
            self._session.rewrite(path, after)
        return after != text

    # Where somebody asked for a check

    def check(self, source: GuestText) -> tuple[ProblemReport | None, str]:
        """Syntax, imports and types of a text, without running it; the report and what could not be checked.

        Blocks: until the service is ready at first, at most 10 s.
        """
        compiled = self._session.check(source.text, source.path)
        problems, missing = self._unless_syntax(source, compiled)
        found = [self._mended(source, problem) for problem in problems]
        report = self._report(source, found)
        findings = [*map(_of, compiled), *(report.findings if report is not None else ())]
        if not findings:
            return None, missing
        texts = {source.path: source.text}
        return ProblemReport(findings, lambda file: texts.get(file) or self._session.source_of(file)), missing

    def check_files(self, top: str) -> tuple[ProblemReport | None, str, int]:
        """The same for a file, or for all programs below a directory; also how many files were looked at."""
        session = self._session
        paths = self._programs(top)
        findings: list[Finding] = []
        missing = ""
        for path in paths:
            text = session.source_of(path) or ""
            compiled = session.check(text, path)
            findings += map(_of, compiled)
            if not missing:
                problems, missing = self._unless_syntax(GuestText(path, text, 0, text, 0), compiled)
                findings += [Found(problem).finding() for problem in problems]
        unique = list(dict.fromkeys(findings))
        return ProblemReport(unique, session.source_of) if unique else None, missing, len(paths)

    def _programs(self, top: str) -> list[str]:
        fs = self._session.sandbox.fs
        if fs.stat(top).kind == "file":
            return [top]
        found = []
        for path, stat in fs.walk(top):
            if stat.kind == "file" and "/node_modules/" not in path and path.endswith(_PROGRAMS):
                text = self._session.source_of(path)
                if text is not None and is_checked(path, text):
                    found.append(path)
        return found[:_FILES]

    async def get_ready(self) -> None:
        """Start the service if need be, and wait until it can answer or has failed, at most 10 s."""
        self.start()
        until = time.monotonic() + _PATIENT_SECONDS
        # The server's thread says it in an attribute, and nobody is in a hurry.
        while (  # noqa: ASYNC110
            self._service is not None and self._service.state == "starting" and time.monotonic() < until
        ):
            await asyncio.sleep(_LOOK_AGAIN)

    def _unless_syntax(self, source: GuestText, compiled: list[Diagnostic]) -> tuple[list[Problem], str]:
        """The type problems of a text without syntax errors, but for what compiling it has said already."""
        if any(finding.code == "syntax" for finding in compiled):
            return [], ""
        problems, missing = self._patiently(source)
        lines = {finding.line for finding in compiled if finding.file == source.path}
        return [each for each in problems if not (is_import(each) and each.line in lines)], missing

    def _patiently(self, source: GuestText) -> tuple[list[Problem], str]:
        self.start()
        until = time.monotonic() + _PATIENT_SECONDS
        while self._service is not None and self._service.state == "starting" and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
        service = self._ready_for(source)
        if service is None:
            return [], f"types were not checked: the language service is {self.state()}"
        answer = service.problems_blocking(source.path, source.text, timeout=_PATIENT_SECONDS)
        if answer is None:
            return [], "types were not checked: the language service did not answer in time"
        return [each for each in worth_showing(self._session, source, answer) if not is_syntax(each)], ""

    def _mended(self, source: GuestText, problem: Problem) -> Found:
        service = self._ready_for(source)
        fixes = service.fixes_blocking(source.path, source.text, problem, timeout=1.0) if service else ()
        return Found(problem, fixes)


def _resident(pid: int | None) -> int:
    """Bytes of memory that a process has, 0 where that cannot be told."""
    try:
        import psutil

        return int(psutil.Process(pid).memory_info().rss) if pid else 0
    except (ImportError, OSError, psutil.Error):
        return 0


_PROGRAMS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


def _of(finding: Diagnostic) -> Finding:
    name = "SyntaxError" if finding.code == "syntax" else finding.code
    return Finding(finding.file, finding.line, finding.column, "error", name, finding.message)
