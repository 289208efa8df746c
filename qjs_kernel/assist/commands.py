"""Completion of command lines from the table of commands: names, options, what an argument may be."""

from __future__ import annotations

from collections.abc import Iterable

from qjs_kernel.assist.suggestions import Suggestion, fitting
from qjs_kernel.magics import COMMANDS, Command
from qjs_kernel.session import Session

__all__ = ["complete_command"]


def complete_command(session: Session, line: str, others: Iterable[str] = ()) -> list[Suggestion]:
    """Suggestions for the end of `line`, which begins with a command; offsets are those of `line`.

    others  titles of commands that are not ours, as `%time`
    """
    indent = len(line) - len(line.lstrip())
    title, space, rest = line[indent:].partition(" ")
    end = len(line)
    if not space:
        ours = {command.title: command.usage for command in COMMANDS}
        known = [
            Suggestion(name, indent, end, "magic", ours.get(name, ""))
            for name in [*sorted(ours), *sorted(set(others) - set(ours))]
        ]
        return fitting(known, title)
    command = next((each for each in COMMANDS if each.title == title), None)
    if command is None:
        return []
    words = rest.split(" ")
    word = words.pop()
    start = end - len(word)
    if word.startswith("-"):
        return _options(command, words, word, start, end)
    index = _argument_index(command, words)
    if index is None or not command.arguments:
        return []
    many = command.arguments[-1].many
    if index >= len(command.arguments) and not many:
        return []
    argument = command.arguments[min(index, len(command.arguments) - 1)]
    if argument.choices is None:
        return []
    kind = "path" if word.startswith("/") else "param"
    found = [Suggestion(text, start, end, kind) for text in argument.choices(session, word)]
    return [each for each in found if each.text.startswith(word)][:500]


def _options(command: Command, words: list[str], word: str, start: int, end: int) -> list[Suggestion]:
    used = {each.partition("=")[0] for each in words}
    return [
        Suggestion(f"--{option.name}", start, end, "param", option.metavar)
        for option in command.options
        if f"--{option.name}" not in used and f"--{option.name}".startswith(word)
    ]


def _argument_index(command: Command, words: list[str]) -> int | None:
    """Which argument comes after `words`; None where it is the value of an option."""
    valued = {f"--{option.name}" for option in command.options if option.metavar}
    index, skip = 0, False
    for word in words:
        if skip:
            skip = False
        elif word in valued:
            skip = True
        elif word and not word.startswith("--"):
            index += 1
    return None if skip else index
