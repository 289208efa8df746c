"""The table of commands. Adding one means adding an entry to `COMMANDS`: help, completion and parsing follow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from qjs_kernel.limits import Limits
from qjs_kernel.magics.actions import Action, Guest, Params, Python, Show
from qjs_kernel.magics.check import CHECK_COMMANDS
from qjs_kernel.magics.choices import limit_choices, path_choices
from qjs_kernel.magics.grammar import (
    Argument,
    Command,
    CommandError,
    Kind,
    Option,
    Parsed,
    closest,
    show_size,
    to_bytes,
    to_megabytes,
    to_seconds,
)
from qjs_kernel.magics.outside import OUTSIDE_COMMANDS
from qjs_kernel.magics.views import VIEW_COMMANDS

if TYPE_CHECKING:
    from qjs_kernel.session import Session

__all__ = ["COMMANDS", "find_command", "help_page"]

_TRAILING_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*)+\Z")
_CAT_CHARACTERS = 200_000
_BYTE_LIMITS = frozenset(
    {"memory", "stack", "output", "file_bytes", "module_bytes", "result_bytes"},
)


def _body_text(body: str, newline: bool) -> str:
    # The file is what was written, without the blank lines that editors and converters add or lose at its end.
    text = _TRAILING_BLANK_LINES.sub("", body)
    if not text.strip(" \t"):
        text = ""
    return text + "\n" if newline else text


def _guest(dialect: str) -> Callable[[Session, Parsed, str], Action]:
    def run(session: Session, parsed: Parsed, body: str) -> Action:
        options = parsed.options
        return Guest(body, dialect, options.get("timeout"), options.get("memory"), parsed.flag("fresh"))

    return run


def _test(session: Session, parsed: Parsed, body: str) -> Action:
    given = [name for name in ("ts", "js", "tsx", "jsx") if parsed.flag(name)]
    if len(given) > 1:
        raise CommandError(
            f"%%test: a cell has one language, found {' and '.join(f'--{each}' for each in given)}"
        )
    options = parsed.options
    return Guest(
        body,
        given[0] if given else "ts",
        options.get("timeout"),
        options.get("memory"),
        parsed.flag("fresh"),
        options.get("only") or True,
    )


def _params(session: Session, parsed: Parsed, body: str) -> Action:
    # With the first cell of them: a kernel starts without the parser.
    from qjs_kernel.magics.params import parse_params

    return Params(parse_params(body))


def _mount_cell(session: Session, parsed: Parsed, body: str) -> Action:
    pattern = parsed.options.get("glob")
    if (pattern is None) == (not parsed.words):
        raise CommandError("%%mount: give a path, or --glob 'PATTERN' for files that are there, and not both")
    read_only, append = parsed.flag("ro"), parsed.flag("append")
    if parsed.flag("json"):
        if append or pattern is not None or parsed.flag("newline"):
            raise CommandError("%%mount: --json goes with --ro only")
        session.mount_tree(parsed.word(0), _json_tree(body), read_only=read_only)
        return None
    text = _body_text(body, parsed.flag("newline"))
    paths = [parsed.word(0)] if pattern is None else session.matching(pattern)
    if not paths:
        raise CommandError(f"%%mount: no file matches {pattern!r}")
    session.mount_texts(dict.fromkeys(paths, text), read_only=read_only, append=append)
    return None


def _json_tree(body: str) -> dict[str, Any]:
    # The decoder's own recursion limit is Python's; deeper text ends as an error, not as a crash.
    try:
        tree = json.loads(body)
    except json.JSONDecodeError as error:
        raise CommandError(
            f"%%mount --json: the body is no JSON: {error.msg} (line {error.lineno} of the body, column {error.colno})"
        ) from None
    except RecursionError:
        raise CommandError("%%mount --json: the body is nested too deeply") from None
    if not isinstance(tree, dict):
        raise CommandError(
            f"%%mount --json: the body must be an object of names and texts, not {type(tree).__name__}"
        )
    return tree


def _mount_line(session: Session, parsed: Parsed, body: str) -> Action:
    source, path = parsed.words
    return Show(session.mount_host(source, path, read_only=not parsed.flag("rw")))


def _unmount(session: Session, parsed: Parsed, body: str) -> Action:
    session.unmount(parsed.word(0))
    return None


def _tree(session: Session, parsed: Parsed, body: str) -> Action:
    return Show(session.tree(parsed.word(0, "/")))


def _cat(session: Session, parsed: Parsed, body: str) -> Action:
    text = session.read_text(parsed.word(0))
    if len(text) > _CAT_CHARACTERS:
        text = f"{text[:_CAT_CHARACTERS]}\n… ({len(text) - _CAT_CHARACTERS} more characters)"
    return Show(text)


def _python(session: Session, parsed: Parsed, body: str) -> Action:
    return Python(body)


def _host(session: Session, parsed: Parsed, body: str) -> Action:
    return Python(body, export=True)


def _limit_value(name: str, text: str) -> int | float:
    if name == "timeout":
        return to_seconds(text)
    if name in _BYTE_LIMITS:
        return to_bytes(text)
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise CommandError(f"%limits: {name} is a whole number, not {text!r}") from None


def _limits(session: Session, parsed: Parsed, body: str) -> Action:
    known = [field.name for field in fields(Limits)]
    changes: dict[str, int | float] = {}
    for word in parsed.words:
        name, equals, text = word.partition("=")
        if not equals or not text:
            raise CommandError(
                f"%limits: write name=value, as in %limits timeout=60 memory=256MB; found {word!r}"
            )
        if name not in known:
            listed = ", ".join(known)
            raise CommandError(
                f"%limits: unknown limit {name!r}{closest(name, known)}; the limits are {listed}"
            )
        changes[name] = _limit_value(name, text)
    if changes:
        try:
            session.set_limits(**changes)
        except (TypeError, ValueError) as error:
            raise CommandError(f"%limits: {error}") from None
        return None
    return Show(_limits_table(session.limits))


def _limits_table(limits: Limits) -> str:
    lines = []
    for field in fields(limits):
        value = getattr(limits, field.name)
        if field.name == "timeout":
            shown = f"{value:g} s"
        else:
            shown = show_size(value) if field.name in _BYTE_LIMITS else f"{value:,}"
        lines.append(f"{field.name:<13} {shown}")
    return "\n".join(lines)


def _qjs(session: Session, parsed: Parsed, body: str) -> Action:
    if parsed.words:
        name = parsed.words[0].lstrip("%")
        pages = [command.help for command in COMMANDS if command.name == name]
        if not pages:
            known = sorted({command.name for command in COMMANDS})
            raise CommandError(
                f"%qjs: unknown command {name!r}{closest(name, known)}; the commands are {', '.join(known)}"
            )
        return Show("\n\n".join(pages))
    return Show(f"{_status(session.status())}\n\n{help_page()}")


def _status(status: dict[str, Any]) -> str:
    rows = []
    for name, value in status.items():
        if value is None or value == "":
            shown = "none"
        elif name.endswith("bytes") or name in ("memory", "heap"):
            shown = show_size(value)
        elif isinstance(value, (list, tuple)):
            shown = ", ".join(map(str, value)) or "none"
        else:
            shown = str(value)
        rows.append((name.replace("_", " "), shown))
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {shown}" for name, shown in rows)


_RUN_OPTIONS = (
    Option("timeout", "seconds for this cell (60, 2.5s, 2m)", "S", to_seconds),
    Option("memory", "megabytes of guest heap for this cell", "MB", to_megabytes),
    Option("fresh", "in a fresh sandbox with the same files and env, closed afterwards"),
)
_PATH = Argument("PATH", "a path in the sandbox, as /src/custom.ts", choices=path_choices)


def _language(name: str, language: str) -> Command:
    return Command(
        name, "cell", f"Run the cell as {language} in the sandbox.", _guest(name), options=_RUN_OPTIONS
    )


COMMANDS: tuple[Command, ...] = (
    _language("ts", "TypeScript"),
    _language("js", "JavaScript"),
    _language("tsx", "TypeScript with JSX"),
    _language("jsx", "JavaScript with JSX"),
    Command(
        "test",
        "cell",
        "Run the tests that the cell declares, and show what became of them.",
        _test,
        options=(
            Option("only", "only tests with this text in their name, or /a regular expression/", "TEXT"),
            Option("ts", "the cell is TypeScript, as without this option"),
            Option("js", "the cell is JavaScript"),
            Option("tsx", "the cell is TypeScript with JSX"),
            Option("jsx", "the cell is JavaScript with JSX"),
            *_RUN_OPTIONS,
        ),
        details=(
            "describe, it, test, beforeEach, expect, jest.fn and their like are there without an import; node:test and "
            "node:assert work too. A test that fails fails the cell; the report is its value (Out[n], _)."
        ),
    ),
    Command(
        "mount",
        "cell",
        "Make the body of the cell a file of the sandbox.",
        _mount_cell,
        arguments=(Argument("PATH", _PATH.help, required=False, choices=path_choices),),
        options=(
            Option("ro", "the guest may not change it"),
            Option("append", "add to the file, on a new line, instead of replacing it"),
            Option("newline", "end the file with one newline"),
            Option("json", "the body is a JSON object of nested names and texts to mount below PATH"),
            Option("glob", "instead of PATH: every file that is there and matches", "PATTERN"),
        ),
        details=(
            "The file is the body exactly as written; blank lines at its end and the final newline are dropped "
            "unless --newline is given, which leaves exactly one."
        ),
    ),
    Command(
        "mount",
        "line",
        "Copy a file or a directory of this machine into the sandbox.",
        _mount_line,
        arguments=(Argument("SOURCE", "a file or directory of this machine"), _PATH),
        options=(Option("rw", "the guest may change its copy; the original is never touched"),),
        details=(
            "Only regular files are copied, and no link is followed out of the directory. "
            "{name} in the line is the Python variable of that name."
        ),
        expands=True,
    ),
    Command("unmount", "line", "Remove what was mounted at a path.", _unmount, arguments=(_PATH,)),
    Command(
        "tree",
        "line",
        "List the files of the sandbox.",
        _tree,
        arguments=(Argument("PATH", "where to begin; / by default", required=False, choices=path_choices),),
    ),
    Command("cat", "line", "Show a file of the sandbox.", _cat, arguments=(_PATH,)),
    Command("python", "cell", "Run the cell as Python, here, on the host.", _python, kernel_only=True),
    Command(
        "host",
        "cell",
        "Run the cell as Python on the host and give its public names to the guest as env.*.",
        _host,
        details=(
            "Functions and plain data that the cell itself assigns are given; names with a leading underscore, "
            "imports, classes and loop variables are not. A cell that fails gives nothing. Run it again to update."
        ),
    ),
    Command(
        "limits",
        "line",
        "Show the limits of the sandbox, or change some.",
        _limits,
        arguments=(
            Argument(
                "NAME=VALUE",
                "as timeout=60 or memory=256MB",
                required=False,
                many=True,
                choices=limit_choices,
            ),
        ),
    ),
    *OUTSIDE_COMMANDS,
    *CHECK_COMMANDS,
    *VIEW_COMMANDS,
    Command(
        "params",
        "cell",
        "Declare parameters, and show controls for them: moving one reruns the cell below.",
        _params,
        details=(
            "One declaration a line, as threshold: number = 3 /* 0..10 */. Types are number, string, boolean, Date, a "
            'union of literals ("info" | "warn") and an array of one (("red" | "green")[]). A comment behind it gives '
            "the range, as 0..10 or 0..1 step 0.1, and then the unit or what it is for. "
            "The cell below is the first one in the sandbox that runs after this one."
        ),
    ),
    Command(
        "qjs",
        "line",
        "Show the state of the sandbox and the commands, or the help of one.",
        _qjs,
        arguments=(
            Argument(
                "NAME",
                "a command, as mount",
                required=False,
                choices=lambda session, word: sorted({command.name for command in COMMANDS}),
            ),
        ),
    ),
)


def find_command(name: str, kind: Kind) -> Command | None:
    """The command of that name and kind, or None."""
    for command in COMMANDS:
        if command.name == name and command.kind == kind:
            return command
    return None


def help_page() -> str:
    """One line for every command."""
    width = max(len(command.title) for command in COMMANDS)
    lines = [f"{command.title:<{width}}  {command.summary}" for command in COMMANDS]
    return "\n".join([*lines, "", "%qjs NAME shows the options of a command."])
