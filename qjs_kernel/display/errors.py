"""Errors of the guest as code frames: the message, the lines around, a caret, the rest of the stack.

Everything that the guest can choose (names, messages, function names, source lines) goes through `safe_text`
and has a cap: an error is often the one thing of a hostile cell that somebody reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields

from qjs_kernel.display.text import RESET, safe_text, shorten, widths
from qjs_kernel.errors import Frame, GuestError
from qjs_kernel.limits import Limits

__all__ = [
    "GuestFault",
    "SourceOf",
    "code_frame",
    "error_text",
    "error_traceback",
    "fault_of",
    "place",
    "plain_fault",
]

SourceOf = Callable[[str], "str | None"]

_MESSAGE_CHARACTERS = 8_000
_MESSAGE_LINES = 60
_NAME_CHARACTERS = 100
_PATH_CHARACTERS = 300
_TRACEBACK_CHARACTERS = 16_000
_FRAMES = 20
_CAUSES = 8
_CAUSE_FRAMES = 4
_CYCLE = 4
_AROUND = 2
_LINE_CELLS = 140
_TAB = 4

_CELL_FILE = re.compile(r"/src/cell-([0-9]{1,9})\.[jt]sx?\Z")
_NEWLINE = re.compile(r"\r\n|\r|\n")

HOST_TITLE = "In the host function (Python):"
_LIMIT_HINTS = {
    "timeout": "To give cells more time: `%limits timeout=60`, or for one cell `%%ts --timeout 60`.",
    "memory": "To give the sandbox more memory: `%limits memory=256MB`, or for one cell `%%ts --memory 256`.",
    "stack": "Deep recursion may need a bigger stack (at most 2 MB): `%limits stack=2MB`.",
    "output": "To allow more output a cell: `%limits output=4MB messages=5000`.",
}


# How messages name the limit that was met.
_NAMED_LIMIT = re.compile(r"\(Limits\.([a-z_]{1,30})\)")
_LIMITS = frozenset(field.name for field in fields(Limits))


class _Paint:
    """SGR colours, or nothing."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}{RESET}" if self._on and text else text


def _guest(text: str, limit: int, *, lines: int | None = None) -> str:
    # Colours of the guest are dropped here: in the middle of our own they could only mislead.
    return shorten(safe_text(text[: limit * 2 + 16], colours=False), limit, lines=lines)


def _one_line(text: str, limit: int) -> str:
    return _guest(text, limit).replace("\n", "\\n")


def place(file: str, line: int, column: int) -> str:
    """Where an error is: "Cell In[3], line 2, column 5", "/src/custom.ts, line 2, column 5", or the file alone."""
    cell = _CELL_FILE.match(file)
    text = f"Cell In[{int(cell.group(1))}]" if cell else _one_line(file, _PATH_CHARACTERS)
    if line > 0:
        text += f", line {line}"
        if column > 0:
            text += f", column {column}"
    return text


def _short_place(frame: Frame) -> str:
    cell = _CELL_FILE.match(frame.file)
    text = f"Cell In[{int(cell.group(1))}]" if cell else _one_line(frame.file, _PATH_CHARACTERS)
    if frame.line > 0:
        text += f":{frame.line}"
        if frame.column > 0:
            text += f":{frame.column}"
    return text


def _window(line: str, column: int | None) -> tuple[str, int | None]:
    """A stretch of `line` that fits, tabs expanded, and the cell (0-based) of 1-based code point `column` in it."""
    target = None if column is None else max(0, min(column - 1, len(line)))
    first = 0
    if len(line) > _LINE_CELLS and target is not None and target > _LINE_CELLS * 2 // 3:
        first = target - _LINE_CELLS * 2 // 3
    # Twice the cells is always enough characters; a line of 16 MB is never looked at as a whole.
    piece = line[first : first + _LINE_CELLS * 2]
    out: list[str] = ["…"] if first else []
    used = len(out)
    caret: int | None = None
    cut = len(line) > first + len(piece)
    for index, (char, width) in enumerate(zip(piece, widths(piece), strict=True)):
        if target == first + index:
            caret = used
        if char == "\t":
            shown = " " * (_TAB - used % _TAB)
            width = len(shown)
        elif char.isprintable() or width == 0 or char == " ":
            shown = safe_text(char)
            width = width if shown == char else len(shown)
        else:
            shown = safe_text(char)
            width = len(shown)
        if used + width > _LINE_CELLS:
            cut = True
            break
        out.append(shown)
        used += width
    if target is not None and caret is None:
        caret = used
    return "".join(out) + ("…" if cut else ""), caret


def code_frame(
    lines: Sequence[str], line: int, column: int, *, first: int = 1, colour: bool = False
) -> list[str]:
    """The lines around 1-based `line`, numbered, with a caret below `column` (1-based code points; 0: none).

    `lines[0]` is line number `first`. An answer of no lines means that `line` is not among them.
    """
    paint = _Paint(colour)
    index = line - first
    if not 0 <= index < len(lines):
        return []
    start, stop = max(0, index - _AROUND), min(len(lines), index + _AROUND + 1)
    digits = len(str(first + stop - 1))
    out: list[str] = []
    for at in range(start, stop):
        hit = at == index
        text, caret = _window(lines[at], column if hit and column > 0 else None)
        number = f"{first + at:>{digits}}"
        gutter = paint("31", "> ") + paint("1", number) if hit else "  " + paint("2", number)
        out.append(f"{gutter} {paint('2', '|')} {text}".rstrip())
        if caret is not None:
            out.append(f"  {' ' * digits} {paint('2', '|')} {' ' * caret}{paint('1', '^')}")
    return out


def frame_lines(frame: Frame, source_of: SourceOf | None, colour: bool = False) -> list[str]:
    """The code frame of a stack frame; [] where its text is not known."""
    source = source_of(frame.file) if source_of is not None else None
    if source is not None:
        lines = _NEWLINE.split(source)
        index = frame.line - 1
        # The file may have changed since the code ran: what the stack says is then the only true line.
        # (`source_line` itself may be cut where a line is very long.)
        if 0 <= index < len(lines) and lines[index].startswith(frame.source_line or ""):
            return code_frame(lines, frame.line, frame.column, colour=colour)
    if frame.source_line is not None:
        return code_frame([frame.source_line], frame.line, frame.column, first=frame.line, colour=colour)
    return []


def folded(frames: Sequence[Frame]) -> Iterator[tuple[Sequence[Frame], int]]:
    """Groups of frames with how often each comes in a row: a recursion, even over a few functions, is one group."""
    index = 0
    while index < len(frames):
        best, size = 1, 1
        for length in range(1, _CYCLE + 1):
            group = frames[index : index + length]
            repeats = 1
            while frames[index + repeats * length : index + (repeats + 1) * length] == group:
                repeats += 1
            if repeats > 1 and repeats * length > best * size:
                best, size = repeats, length
        # What comes twice is as short as the words that would say so.
        if best == 2 and size == 1:
            best = 1
        yield frames[index : index + size], best
        index += size * best


def frame_text(frame: Frame) -> str:
    """ "at name (Cell In[3]:1:1)"."""
    name = _one_line(frame.function, _NAME_CHARACTERS)
    where = _short_place(frame)
    return f"at {name} ({where})" if name else f"at {where}"


def again(size: int, repeats: int) -> str:
    """ "… and 48 times more", "… and these 2 frames 20 times more"."""
    these = f" these {size} frames" if size > 1 else ""
    return f"… and{these} {repeats - 1} times more"


def _stack(frames: Sequence[Frame], limit: int) -> Iterator[str]:
    shown = seen = 0
    for group, repeats in folded(frames):
        if shown >= limit:
            break
        yield from (f"    {frame_text(frame)}" for frame in group)
        if repeats > 1:
            yield f"       {again(len(group), repeats)}"
        shown += len(group)
        seen += len(group) * repeats
    if seen < len(frames):
        yield f"    … {len(frames) - seen} more frames"


def _name(error: GuestError) -> str:
    return _one_line(error.name, _NAME_CHARACTERS) or "Error"


def _message(error: GuestError) -> str:
    return _guest(error.message, _MESSAGE_CHARACTERS, lines=_MESSAGE_LINES)


def _title(error: GuestError, paint: _Paint) -> str:
    name, message = error_title(error)
    name = paint("31;1", name)
    if not message:
        return name
    return f"{name} {message}" if error.value_text is not None else f"{name}: {message}"


def causes(error: GuestError) -> Iterator[GuestError]:
    """The chain of causes, without what comes again, up to a limit."""
    cause, seen = error.cause, {id(error)}
    while cause is not None and id(cause) not in seen and len(seen) <= _CAUSES:
        seen.add(id(cause))
        yield cause
        cause = cause.cause


def error_notes(error: GuestError) -> list[str]:
    """What became of the state, and how to go on: a line each."""
    notes = []
    # The message of a limit may say so itself already.
    if error.rolled_back and "as they were before" not in error.message:
        notes.append("The sandbox is as it was before this cell: variables and files were rolled back.")
    hint = _LIMIT_HINTS.get(error.kind) or _guest(error.hint, _MESSAGE_CHARACTERS)
    named = _NAMED_LIMIT.search(error.message[-_MESSAGE_CHARACTERS:])
    if not hint and named is not None and named[1] in _LIMITS:
        hint = f"To allow more: `%limits {named[1]}=…` (`%limits` alone shows them)."
    if hint:
        notes.append(hint)
    return notes


def host_text(traceback: str) -> str:
    """The Python traceback of a host function; its end says most, so that is what a long one keeps."""
    return safe_text(traceback[-_TRACEBACK_CHARACTERS:], colours=False).rstrip("\n")


def error_title(error: GuestError) -> tuple[str, str]:
    """Name and message: "TypeError" and what it says; "Uncaught" and the value for `throw 42`."""
    if error.value_text is not None:
        return "Uncaught", _guest(error.value_text, _MESSAGE_CHARACTERS, lines=_MESSAGE_LINES)
    return _name(error), _message(error)


def error_place(frame: Frame) -> str:
    """ "Cell In[3], line 2, column 5, in name"."""
    name = _one_line(frame.function, _NAME_CHARACTERS)
    inside = f", in {name}" if name and not name.startswith("<") else ""
    return place(frame.file, frame.line, frame.column) + inside


def _sections(error: GuestError, source_of: SourceOf | None, colour: bool) -> Iterator[str]:
    paint = _Paint(colour)
    yield _title(error, paint)
    frames = list(error.frames)
    if frames:
        first = frames[0]
        where = place(first.file, first.line, first.column)
        name = _one_line(first.function, _NAME_CHARACTERS)
        inside = f", in {name}" if name and not name.startswith("<") else ""
        yield "\n".join([paint("32", where) + inside, *frame_lines(first, source_of, colour)])
        if len(frames) > 1:
            yield "\n".join(_stack(frames[1:], _FRAMES))
    for cause in causes(error):
        yield "\n".join([f"Caused by {_title(cause, paint)}", *_stack(cause.frames, _CAUSE_FRAMES)])
    notes = error_notes(error)
    if notes:
        yield "\n".join(notes)
    if error.host_traceback:
        yield f"{paint('2', HOST_TITLE)}\n{host_text(error.host_traceback)}"


def error_traceback(
    error: GuestError, source_of: SourceOf | None = None, *, colour: bool = True
) -> list[str]:
    """The sections of the report, for the `traceback` field of a Jupyter error message.

    `source_of` gives the text of a file of the virtual filesystem or of a cell, or None.
    """
    sections = list(_sections(error, source_of, colour))
    return [f"{section}\n" for section in sections[:-1]] + sections[-1:]


def error_text(error: GuestError, source_of: SourceOf | None = None, *, colour: bool = False) -> str:
    """The same report as one text."""
    return "\n".join(error_traceback(error, source_of, colour=colour))


class GuestFault(Exception):
    """How IPython is told that a cell failed: it shows `report` instead of a Python traceback of our frames."""

    report: tuple[str, ...] = ()
    error: GuestError | None = None

    def _render_traceback_(self) -> list[str]:
        return list(self.report)


def fault_of(error: GuestError, source_of: SourceOf | None = None) -> GuestFault:
    """A GuestFault whose class bears the guest's own error name, as `ename` and `except` clauses show it.

    Raise it outside `except` blocks: a context would make IPython show it as chained.
    """
    name = "Uncaught" if error.value_text is not None else _name(error)
    shown = error.value_text if error.value_text is not None else error.message
    kind: type[GuestFault] = type(name, (GuestFault,), {"__module__": "qjs_kernel"})
    fault = kind(_guest(shown, _MESSAGE_CHARACTERS, lines=_MESSAGE_LINES))
    fault.report = tuple(error_traceback(error, source_of))
    fault.error = error
    return fault


def plain_fault(error: BaseException) -> GuestFault:
    """A GuestFault for misuse of a command: class name and message, without a Python traceback."""
    name = type(error).__name__
    kind: type[GuestFault] = type(name, (GuestFault,), {"__module__": "qjs_kernel"})
    message = _guest(str(error), _MESSAGE_CHARACTERS, lines=_MESSAGE_LINES)
    fault = kind(message)
    fault.report = (f"\x1b[31;1m{name}{RESET}: {message}",)
    return fault
