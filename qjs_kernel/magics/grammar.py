"""What a command is, as data, and the one parser and help printer that read it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import Any, Literal

from msgspec import Struct, field

from qjs_kernel.errors import QjsError
from qjs_kernel.limits import MIB

__all__ = [
    "Argument",
    "Command",
    "CommandError",
    "Kind",
    "Option",
    "Parsed",
    "closest",
    "show_size",
    "to_bytes",
    "to_megabytes",
    "to_seconds",
]

Kind = Literal["line", "cell"]


class CommandError(QjsError, ValueError):
    """A command was written wrongly; the message says what was found and what is known."""


def show_size(count: int) -> str:
    """Bytes for people: "1.5 MB", steps of 1024, as `%limits` reads them."""
    for unit, step in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if count >= step:
            return f"{count / step:.4g} {unit}"
    return f"{count} B"


def closest(word: str, known: list[str]) -> str:
    """`"; did you mean X?"` when one of `known` is near to `word`, else nothing."""
    import difflib  # not for every kernel that starts

    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


_SECONDS = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0}
_BYTES = {"": 1, "b": 1, "k": 1024, "kb": 1024, "kib": 1024, "m": MIB, "mb": MIB, "mib": MIB}
_BYTES |= {"g": 1024 * MIB, "gb": 1024 * MIB, "gib": 1024 * MIB}


def _number_and_unit(text: str) -> tuple[float, str]:
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = text[len(digits) :].lower()
    value = float(digits.replace("_", ""))
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value, unit


def to_seconds(text: str) -> float:
    """Seconds from "60", "2.5s", "500ms" or "2m"."""
    try:
        value, unit = _number_and_unit(text)
        return value * _SECONDS[unit]
    except (ValueError, KeyError, OverflowError):
        raise CommandError(
            f"{text!r} is not a time above 0: write seconds as in 60, 2.5s, 500ms or 2m"
        ) from None


def to_bytes(text: str) -> int:
    """Bytes from "1048576", "64MB", "1GB" (steps of 1024)."""
    try:
        value, unit = _number_and_unit(text)
        return int(value * _BYTES[unit])
    except (ValueError, KeyError, OverflowError):
        raise CommandError(f"{text!r} is not a size above 0: write it as in 64MB, 512KB or 1GB") from None


def to_megabytes(text: str) -> int:
    """Bytes from a number of MiB ("256") or a size with its unit ("256MB")."""
    return to_bytes(text + "MB" if text[-1:].isdigit() else text)


class Argument(Struct, frozen=True):
    """A word of the command line. The last one may be `many`.

    choices(session, word) tells what it may be, for completion; what does not begin with `word` is left out.
    """

    name: str
    help: str
    required: bool = True
    many: bool = False
    choices: Callable[[Any, str], Iterable[str]] | None = None


class Option(Struct, frozen=True):
    """`--name`, or `--name VALUE` where there is a `metavar`; `convert` turns the text into the value."""

    name: str
    help: str
    metavar: str = ""
    convert: Callable[[str], Any] = str


class Parsed(Struct, frozen=True):
    """The words and options of one command line. A flag is True or absent."""

    words: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def word(self, index: int, default: str | None = None) -> str:
        """The word at `index`, or `default`; the parser has already refused a missing required one."""
        if index < len(self.words):
            return self.words[index]
        if default is None:
            raise CommandError("a word is missing")
        return default

    def flag(self, name: str) -> bool:
        """Whether the flag was given."""
        return bool(self.options.get(name, False))


class Command(Struct, frozen=True):
    """One command of one kind; a name may have a line and a cell command.

    `run(session, parsed, body)` gives an action (see `actions`); `body` is "" for line commands.
    `expands`: `{name}` in the line is the Python variable of that name, where there is one.
    `kernel_only` commands are left out of `%load_ext`, where the front end's own do the same.
    """

    name: str
    kind: Kind
    summary: str
    run: Callable[..., Any]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    details: str = ""
    kernel_only: bool = False
    expands: bool = False

    @property
    def title(self) -> str:
        """The name as it is written: `%%mount`, `%tree`."""
        return ("%%" if self.kind == "cell" else "%") + self.name

    @property
    def usage(self) -> str:
        """One line: the name, its words, its options."""
        parts = [self.title]
        for argument in self.arguments:
            name = argument.name + (" …" if argument.many else "")
            parts.append(name if argument.required else f"[{name}]")
        for option in self.options:
            parts.append(f"[--{option.name}{' ' + option.metavar if option.metavar else ''}]")
        return " ".join(parts)

    @property
    def help(self) -> str:
        """Usage, what it does, every word and option."""
        rows = [(argument.name, argument.help) for argument in self.arguments]
        rows += [(f"--{o.name}{' ' + o.metavar if o.metavar else ''}", o.help) for o in self.options]
        width = max((len(name) for name, _ in rows), default=0)
        lines = [self.usage, "", self.summary]
        lines += ["", *(f"  {name:<{width}}  {text}" for name, text in rows)] if rows else []
        lines += ["", self.details] if self.details else []
        return "\n".join(lines)

    def parse(self, line: str) -> Parsed:
        """Read the words after the name. CommandError names what is wrong and lists what is known."""
        known = {option.name: option for option in self.options}
        words: list[str] = []
        options: dict[str, Any] = {}
        pending = _words(line, self.title)
        only_words = False
        while pending:
            word = pending.pop(0)
            if only_words or not word.startswith("--"):
                words.append(word)
                continue
            if word == "--":
                only_words = True
                continue
            name, equals, value = word[2:].partition("=")
            option = known.get(name)
            if option is None:
                raise CommandError(self._unknown(name, list(known)))
            if option.metavar and not equals:
                if not pending or pending[0].startswith("--"):
                    raise CommandError(f"{self.title}: --{name} needs a value: --{name} {option.metavar}")
                value = pending.pop(0)
            elif equals and not option.metavar:
                raise CommandError(f"{self.title}: --{name} takes no value, found {value!r}")
            if name in options:
                raise CommandError(f"{self.title}: --{name} is given twice")
            options[name] = option.convert(value) if option.metavar else True
        return self._checked(Parsed(tuple(words), options))

    def _unknown(self, name: str, known: list[str]) -> str:
        if not known:
            return f"{self.title}: unknown option --{name}; it takes no options"
        listed = ", ".join(f"--{option}" for option in known)
        near = closest(name, known)
        return f"{self.title}: unknown option --{name}{near.replace('mean ', 'mean --')}; the options are {listed}"

    def _checked(self, parsed: Parsed) -> Parsed:
        needed = sum(argument.required for argument in self.arguments)
        if len(parsed.words) < needed:
            missing = self.arguments[len(parsed.words)].name
            raise CommandError(f"{self.title}: {missing} is missing; usage: {self.usage}")
        many = bool(self.arguments) and self.arguments[-1].many
        if not many and len(parsed.words) > len(self.arguments):
            extra = parsed.words[len(self.arguments)]
            raise CommandError(f"{self.title}: {extra!r} is one word too many; usage: {self.usage}")
        return parsed


def _words(line: str, title: str) -> list[str]:
    # No escape character: host paths on Windows are full of backslashes.
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = ""
    try:
        return list(lexer)
    except ValueError:
        raise CommandError(f"{title}: a quote is not closed in {line!r}") from None
