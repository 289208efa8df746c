"""The commands about types and text: `%check`, `%%check`, `%fix`, `%format`, `%%format`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qjs_kernel.magics.actions import Action, Assist
from qjs_kernel.magics.choices import path_choices
from qjs_kernel.magics.grammar import Argument, Command, CommandError, Option, Parsed, closest

if TYPE_CHECKING:
    from qjs_kernel.session import Session

__all__ = ["CHECK_COMMANDS"]

_MODES = ("warn", "strict", "off")
_LANGUAGES = ("ts", "js", "tsx", "jsx")


def _check_line(session: Session, parsed: Parsed, body: str) -> Action:
    word = parsed.word(0, "")
    if word in ("", *_MODES):
        return Assist("mode", word)
    if not word.startswith("/"):
        raise CommandError(
            f"%check: {word!r} is neither a mode ({', '.join(_MODES)}) nor a path{closest(word, list(_MODES))}"
        )
    return Assist("files", word)


def _language_of(title: str, parsed: Parsed) -> str:
    given = [name for name in _LANGUAGES if parsed.flag(name)]
    if len(given) > 1:
        raise CommandError(
            f"{title}: a cell has one language, found {' and '.join(f'--{each}' for each in given)}"
        )
    return given[0] if given else "ts"


def _check_cell(session: Session, parsed: Parsed, body: str) -> Action:
    return Assist("check", body, _language_of("%%check", parsed))


def _fix(session: Session, parsed: Parsed, body: str) -> Action:
    word = parsed.word(0, "1")
    if not word.isascii() or not word.isdigit():
        raise CommandError(f"%fix: {word!r} is not the number of a suggestion")
    return Assist("fix", number=int(word[:9]))


def _format_cell(session: Session, parsed: Parsed, body: str) -> Action:
    return Assist("format", body, _language_of("%%format", parsed))


def _format_file(session: Session, parsed: Parsed, body: str) -> Action:
    return Assist("format-file", parsed.word(0))


def _mode_choices(session: Session, word: str) -> Iterator[str]:
    if not word.startswith("/"):
        yield from _MODES
    yield from path_choices(session, word)


_PATH = Argument("PATH", "a path in the sandbox, as /src/custom.ts", choices=path_choices)
_LANGUAGE_OPTIONS = (
    Option("ts", "the cell is TypeScript, as without this option"),
    Option("js", "the cell is JavaScript"),
    Option("tsx", "the cell is TypeScript with JSX"),
    Option("jsx", "the cell is JavaScript with JSX"),
)

CHECK_COMMANDS: tuple[Command, ...] = (
    Command(
        "check",
        "line",
        "Check the types of a file or of all files below a directory, or say what is done with type problems.",
        _check_line,
        arguments=(
            Argument("MODE|PATH", "warn, strict, off, or a path", required=False, choices=_mode_choices),
        ),
        details=(
            "warn shows the type problems of a cell before it runs, and runs it; strict does not run it then; off "
            "shows none. Alone it shows the mode and the state of the language service."
        ),
    ),
    Command(
        "check",
        "cell",
        "Check the cell without running it: syntax, imports, types.",
        _check_cell,
        options=_LANGUAGE_OPTIONS,
    ),
    Command(
        "fix",
        "line",
        "Show the last checked cell again with a suggestion made.",
        _fix,
        arguments=(Argument("N", "which suggestion; the first without it", required=False),),
    ),
    Command(
        "format",
        "cell",
        "Show the cell again, formatted.",
        _format_cell,
        options=_LANGUAGE_OPTIONS,
    ),
    Command("format", "line", "Format a file of the sandbox.", _format_file, arguments=(_PATH,)),
)
