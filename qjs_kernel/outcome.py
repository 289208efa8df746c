"""What a run gives back: `Outcome`, the events on the way, and the translation of what the worker reports.

Guest stacks come as the engine's text, with canonical module names and generated columns. `SourceMap` turns them
into frames in the user's own text. The kind of an error comes from the worker's and our own facts alone.
"""

from __future__ import annotations

import re
import reprlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from qjs_kernel.display.tests import TestReport, failure_of
from qjs_kernel.errors import Diagnostic, ErrorKind, Frame, GuestError
from qjs_kernel.limits import MIB, Limits, Usage
from qjs_kernel.positions import Origin, Utf8Bytes, utf8_to_codepoint
from qjs_kernel.protocol import Fault, ModuleMap, RawError

__all__ = [
    "Cleared",
    "Displayed",
    "Event",
    "Late",
    "Outcome",
    "Output",
    "SourceMap",
    "fault_error",
    "limit_error",
    "tested",
]

_KEEP_MAPS = 5_000
_KEEP_TEXT = 16 * MIB
_MOST_FRAMES = 50
_LONGEST_LINE = 1_000


@dataclass(frozen=True, slots=True)
class Output:
    """Console text. `tag` is the value given to the run that caused it."""

    stream: Literal["stdout", "stderr"]
    text: str
    tag: Any = None


@dataclass(frozen=True, slots=True)
class Cleared:
    """`console.clear()` or `clear()` was called; with `wait` what is there goes when something new comes."""

    tag: Any = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Displayed:
    """The guest shows something: MIME type → value, as it sent them.

    `display.rendering.render_bundle` makes it fit for readers.

    display_id  the program's own name for what it wants to update later
    update      replaces what was displayed under that id
    """

    bundle: dict[str, Any]
    display_id: str | None = None
    update: bool = False
    tag: Any = None


@dataclass(frozen=True, slots=True)
class Late:
    """An error that no run reports: of a timer, or of the sandbox itself between runs."""

    error: GuestError
    tag: Any = None


Event = Output | Cleared | Displayed | Late


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an evaluation; guest faults are in `error`, never raised, unless `unwrap` is asked to.

    data   the value, as section "values" of the documentation maps it; None when there is none
    logs   what the console wrote while it ran
    text   the value as `util.inspect` shows it, when it was asked for; None for undefined
    rich   MIME type → value as the value's own `Symbol.for("Jupyter.display")` method gave them; None without one.
           They are the guest's: `display.rendering.render_bundle` makes them fit for readers
    """

    ok: bool
    data: Any = None
    error: GuestError | None = None
    logs: tuple[Output, ...] = field(default=(), repr=False)
    usage: Usage = field(default_factory=Usage, repr=False, compare=False)
    text: str | None = field(default=None, repr=False)
    rich: dict[str, Any] | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        # A value may hold itself a thousand times over: reprlib stops.
        shown = reprlib.repr(self.data)
        return f"Outcome(ok={self.ok}, data={shown}, error={self.error!r})"

    def unwrap(self) -> Any:
        """`data`, or raises `error`."""
        if self.error is not None:
            raise self.error
        return self.data


@dataclass(frozen=True, slots=True)
class _Mapped:
    path: str
    digest: str
    origin: Origin


# "    at name (/src/a.ts?9f:12:5)"; the name and the parentheses may be missing.
_FRAME = re.compile(
    r"^\s*at (?:(?P<name>.*) \()?(?P<file>[^()\n]*?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\)?$"
)


class SourceMap:
    """Canonical module names → the user's text and positions, for the modules of one sandbox.

    read    path and digest → the text of that version of a file, if it is still what lies there
    """

    def __init__(self, read: Callable[[str, str], str | None]) -> None:
        self._read = read
        self._maps: OrderedDict[str, _Mapped] = OrderedDict()
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._kept = 0

    def add(self, modules: tuple[ModuleMap, ...], entry: str, source: str) -> None:
        """Remember modules the worker compiled; `source` is the text of those at path `entry` without digest."""
        for module in modules:
            digest = module.digest or module.canonical
            self._maps[module.canonical] = _Mapped(module.path, digest, Origin(module.edits))
            if not module.digest and module.path == entry:
                self.keep(module.path, digest, source)
        while len(self._maps) > _KEEP_MAPS:
            self._maps.popitem(last=False)

    def keep(self, path: str, digest: str, text: str) -> None:
        """Remember the text of one version of a file for code frames; the oldest make room."""
        key = (path, digest)
        if key in self._texts:
            return
        self._texts[key] = text
        self._kept += len(text)
        while self._kept > _KEEP_TEXT and len(self._texts) > 1:
            _, old = self._texts.popitem(last=False)
            self._kept -= len(old)

    def line(self, path: str, digest: str, number: int) -> str | None:
        text = self._texts.get((path, digest))
        if text is None:
            text = self._read(path, digest)
        if text is None:
            return None
        lines = text.split("\n")
        return lines[number - 1].rstrip("\r")[:_LONGEST_LINE] if 0 < number <= len(lines) else None

    def frames(self, stack: str) -> tuple[Frame, ...]:
        """The guest's frames in the user's positions; frames of our own and of the engine are left out."""
        found: list[Frame] = []
        for line in stack.split("\n")[:200]:
            match = _FRAME.match(line[:2_000])
            if match is None:
                continue
            mapped = self._maps.get(match["file"])
            if mapped is None:
                continue
            # The engine's own syntax errors have a line but no column worth the name.
            row, column = mapped.origin.from_engine(
                int(match["line"]), int(match["column"] or 0) if match["name"] else 1
            )
            if row < 1:
                continue
            text = self.line(mapped.path, mapped.digest, row)
            place = utf8_to_codepoint(text, Utf8Bytes(column)) if text is not None else column
            name = match["name"] or "<anonymous>"
            found.append(Frame(name[:200], mapped.path, row, place + 1, text))
            if len(found) >= _MOST_FRAMES:
                break
        return tuple(found)

    def error(
        self,
        raw: RawError,
        trace: Callable[[int], str | None],
        *,
        kind: ErrorKind = "exception",
        depth: int = 0,
    ) -> GuestError:
        """The `GuestError` for a thrown value as the guest describes it."""
        frames = self.frames(raw.stack)
        cause = self.error(raw.cause, trace, depth=depth + 1) if raw.cause is not None and depth < 8 else None
        traceback = trace(raw.host_error) if raw.host_error else None
        if raw.is_error:
            return GuestError(
                kind, raw.name, raw.message, frames=frames, cause=cause, host_traceback=traceback
            )
        return GuestError(kind, "Uncaught", raw.value_text, frames=frames, value_text=raw.value_text)

    def diagnostic(self, fault: Fault, source: str, path: str) -> Diagnostic:
        text: str | None = None
        if fault.line:
            lines = (source if fault.file == path else self._read(fault.file, "") or "").split("\n")
            if fault.line <= len(lines):
                text = lines[fault.line - 1].rstrip("\r")[:_LONGEST_LINE]
        code = "syntax" if fault.name == "SyntaxError" else "import"
        message = fault.message + (f" ({fault.hint})" if fault.hint else "")
        return Diagnostic(fault.line, fault.column, message, code, fault.file, text)


def fault_error(fault: Fault, sources: SourceMap, source: str, path: str) -> GuestError:
    """The error of a module that could not be compiled or found, as kind "syntax" or "exception"."""
    found = sources.diagnostic(fault, source, path)
    frames = (
        (Frame("<module>", fault.file, fault.line, fault.column, found.source_line),) if fault.line else ()
    )
    message = fault.message
    if not fault.line and fault.file and fault.file not in message:
        message += f" ({fault.file})"
    kind: ErrorKind = "syntax" if fault.name == "SyntaxError" else "exception"
    return GuestError(kind, fault.name, message, frames=frames, hint=fault.hint)


def limit_error(
    reason: ErrorKind, limits: Limits, seconds: float, *, rolled_back: bool, detail: str
) -> GuestError:
    """The error of a run that the sandbox ended, with the limit it met and how to change it."""
    back = " Guest and files are as they were before." if rolled_back else ""
    texts: dict[str, tuple[str, str, str]] = {
        "timeout": (
            "ExecutionTimeout",
            f"the time limit of {seconds:g} s was reached",
            "raise Limits.timeout if the code needs longer",
        ),
        "interrupt": ("InterruptError", "the evaluation was interrupted", ""),
        "memory": (
            "MemoryError",
            f"the memory limit of {limits.memory // MIB} MiB was reached",
            "raise Limits.memory if the code needs more",
        ),
        "stack": (
            "StackError",
            "the call stack is exhausted (Maximum call stack size exceeded): a recursion does not end",
            "raise Limits.stack (at most 2 MiB) if the recursion is meant to be that deep",
        ),
        "deadlock": (
            "DeadlockError",
            "the code awaits something that can never settle: no timer and no host call is left that could",
            "",
        ),
        "output": (
            "OutputError",
            f"the console was flooded far beyond its limit of {limits.output:,} bytes",
            "raise Limits.output if so much is meant to be written",
        ),
        "crash": (
            "CrashError",
            f"the sandbox was lost while the code ran{f' ({detail})' if detail else ''}",
            "",
        ),
    }
    name, message, hint = texts[reason]
    return GuestError(reason, name, message + "." + back, rolled_back=rolled_back, hint=hint)


def tested(outcome: Outcome) -> Outcome:
    """The outcome of a run of tests: its data a TestReport, and an error beside it where a test failed."""
    if outcome.error is not None:
        return outcome
    if not isinstance(outcome.data, dict):
        # Too large to be sent, or made unreadable: never taken for success.
        message = "the report of the tests cannot be read"
        return replace(outcome, ok=False, data=None, error=GuestError("exception", "TestFailure", message))
    report = TestReport(outcome.data)
    failure = failure_of(report)
    error = GuestError("exception", "TestFailure", failure) if failure else None
    return replace(outcome, ok=error is None, data=report, error=error)
