"""`%%params`: a cell of typed declarations, each of which becomes a control.

threshold: number = 3 /* 0..10 */          let step: number = 0.5 // 0..1 step 0.1
strict = true                              level: "info" | "warn" = "warn"
since: Date = "2026-01-01"                 colours: ("red" | "green")[] = ["red"]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qjs_kernel.magics.grammar import CommandError
from qjs_kernel.magics.literals import Token, Value, exact, mistake, tokens_of, write_literal

__all__ = ["Choice", "Declared", "Param", "parse_params"]

Choice = str | int | float
Kind = Literal["int", "float", "boolean", "string", "date", "choice", "choices"]

_MOST = 50
_MOST_CHOICES = 200
_LONGEST = 200
_TITLE = "%%params"
_TYPES = "number, string, boolean, Date, a union of literals, or an array of one as (1 | 2)[]"
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        "arguments await break case catch class const continue debugger default delete do else enum eval export "
        "extends false finally for function if implements import in instanceof interface let new null package "
        "private protected public return static super switch this throw true try typeof undefined var void while "
        "with yield",
    )
)
_PLAIN_KINDS: Mapping[str, Kind] = {
    "number": "float",
    "string": "string",
    "boolean": "boolean",
    "Date": "date",
}
_AMOUNT = r"[+-]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?"
_RANGE = re.compile(
    rf"({_AMOUNT})\s*\.\.\s*({_AMOUNT})(?:\s*,?\s*step\s+({_AMOUNT}))?(?![\w.])[\s,;:]*(.*)", re.ASCII
)
_ALMOST_RANGE = re.compile(r"[+-]?[._]*\d[\d._]*\s*\.\.|\.\.\s*[+-]?\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Param:
    """One declaration.

    kind       "int" and "float": a number with a control of whole numbers or not; "choice": one of `choices`,
               "choices": several of them
    type       as it is written, or what follows from the default
    default    of the kind: int, float, bool, str, date, one of `choices`, or a tuple of some
    low, high  the range, step: between two values of it; None without one
    note       what else the comment says: a unit, or what it is for
    """

    name: str
    kind: Kind
    type: str
    default: Value
    choices: tuple[Choice, ...] = ()
    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    note: str = ""

    def checked(self, value: object) -> Value:
        """`value` as one of this parameter. ValueError says what it may be."""
        good = self._fitting(value)
        if good is None:
            raise ValueError(f"{self.name} is {self.allowed}, not {_shown(value)}")
        return good

    @property
    def allowed(self) -> str:
        """What it may be, for people: "a whole number from 0 to 10"."""
        if self.kind in ("int", "float"):
            base = "a whole number" if self.kind == "int" else "a number"
            return base if self.low is None else f"{base} from {self.low} to {self.high}"
        if self.kind in ("choice", "choices"):
            listed = ", ".join(map(write_literal, self.choices[:20])) + (", …" if self.choices[20:] else "")
            return f"one of {listed}" if self.kind == "choice" else f"an array of some of {listed}"
        return {"boolean": "true or false", "string": "a text"}.get(self.kind, "a date, as 2026-01-31")

    def _fitting(self, value: object) -> Value | None:
        if self.kind == "boolean":
            return value if isinstance(value, bool) else None
        if self.kind == "string":
            return value if isinstance(value, str) else None
        if self.kind == "date":
            return value if type(value) is date else None
        if self.kind == "choices":
            if not isinstance(value, (tuple, list)) or not all(_among(each, self.choices) for each in value):
                return None
            return tuple(value)
        if self.kind == "choice":
            return value if isinstance(value, (str, int, float)) and _among(value, self.choices) else None
        return self._number(value)

    def _number(self, value: object) -> int | float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        try:
            number = exact(value) if self.kind == "int" else float(exact(value))
        except ValueError:
            return None
        if self.kind == "int":
            if number != int(number):
                return None
            number = int(number)
        if self.low is not None and self.high is not None and not self.low <= number <= self.high:
            return None
        return number


def _among(value: object, choices: tuple[Choice, ...]) -> bool:
    return not isinstance(value, bool) and value in choices


def _shown(value: object) -> str:
    if isinstance(value, (bool, int, float, str, date)):
        text = value.isoformat() if isinstance(value, date) else write_literal(_exact_or_text(value))
    elif isinstance(value, (tuple, list)):
        text = f"[{', '.join(map(_shown, value[:20]))}]"
    else:
        text = "nothing" if value is None else type(value).__name__
    return text if len(text) <= 80 else text[:80] + "…"


def _exact_or_text(value: bool | int | float | str) -> bool | int | float | str:
    """`value`, as text where it is no finite number."""
    try:
        return value if isinstance(value, (bool, str)) else exact(value)
    except ValueError:
        return str(value)


@dataclass(frozen=True, slots=True)
class Declared:
    """The parameters of a cell, and the cell as TypeScript.

    pieces  per parameter: where "let " is missing (-1: it is there), and start and end of its default in `text`
    """

    text: str
    params: tuple[Param, ...]
    pieces: tuple[tuple[int, int, int], ...]

    def source(self, values: Mapping[str, Value]) -> str:
        """The cell as a program that declares the parameters with `values` (else their defaults), line for line."""
        parts: list[str] = []
        at = 0
        for param, (head, start, end) in zip(self.params, self.pieces, strict=True):
            if head >= 0:
                parts += [self.text[at:head], "let "]
                at = head
            parts += [self.text[at:start], write_literal(values.get(param.name, param.default))]
            parts.append("\n" * self.text.count("\n", start, end))
            at = end
        return "".join([*parts, self.text[at:]])


def parse_params(text: str) -> Declared:
    """Read a cell of declarations. CommandError names line, column, and what may stand there."""
    return _Parser(text).declared()


class _Parser:
    """Recursive descent without recursion: nothing in the grammar nests."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text, _TITLE)
        self.at = 0
        self.params: list[Param] = []
        self.pieces: list[tuple[int, int, int]] = []

    def wrong(self, token: Token, message: str) -> CommandError:
        return mistake(_TITLE, self.text, token.start, message)

    # Tokens

    @property
    def token(self) -> Token:
        """The next one, over newlines and comments."""
        while self.tokens[self.at].kind in ("newline", "comment"):
            self.at += 1
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def mark(self, text: str) -> bool:
        """Take the mark `text` if it comes next."""
        found = self.token.kind == "mark" and self.token.text == text
        if found:
            self.at += 1
        return found

    def need(self, text: str, where: str) -> None:
        if not self.mark(text):
            raise self.wrong(self.token, f"{text} is missing {where}, found {_name(self.token)}")

    # Declarations

    def declared(self) -> Declared:
        while True:
            while self.mark(";"):
                pass
            if self.token.kind == "end":
                break
            if len(self.params) >= _MOST:
                raise self.wrong(self.token, f"a cell has at most {_MOST} parameters")
            self.declaration()
        if not self.params:
            raise CommandError(
                f"{_TITLE}: there is no parameter; write one a line, as threshold: number = 3 /* 0..10 */"
            )
        return Declared(self.text, tuple(self.params), tuple(self.pieces))

    def declaration(self) -> None:
        first = self.take()
        name, head = first, first.start
        if first.text == "let" and first.kind == "name":
            name, head = self.take(), -1
        elif first.text in ("const", "var") and first.kind == "name":
            raise self.wrong(first, f"a parameter changes: write let, or nothing, instead of {first.text}")
        self.check_name(name)
        written: tuple[Kind, tuple[Choice, ...], str] | None = None
        if self.mark(":"):
            written = self.type()
        if not self.mark("="):
            found = _name(self.token)
            allowed = "= and a default" if written else ": and a type, or = and a default,"
            raise self.wrong(
                self.token, f"{allowed} must stand behind {self.before()}, found {found}; types are {_TYPES}"
            )
        begin = self.token
        value = self.value()
        end = self.tokens[self.at - 1].end
        comment, place = self.end_of_line(name)
        self.params.append(self.made(name, written, begin, value, comment, place))
        self.pieces.append((head, begin.start, end))

    def before(self) -> str:
        """What was taken last, for a message."""
        taken = [each for each in self.tokens[: self.at] if each.kind not in ("newline", "comment")]
        return _name(taken[-1]) if taken else "it"

    def check_name(self, name: Token) -> None:
        if name.kind != "name":
            raise self.wrong(name, f"a parameter begins with its name, found {_name(name)}")
        if name.text in _RESERVED:
            raise self.wrong(name, f"{name.text} is a word of the language and cannot be a name")
        if len(name.text) > _LONGEST:
            raise self.wrong(name, f"a name has at most {_LONGEST} characters")
        if any(param.name == name.text for param in self.params):
            raise self.wrong(name, f"{name.text} is declared twice")

    def end_of_line(self, name: Token) -> tuple[str, Token]:
        """What the comments behind a declaration say, and the first of them; raises where more than that follows."""
        comments: list[Token] = []
        closed = False
        while True:
            token = self.tokens[self.at]
            if token.kind == "comment":
                comments.append(token)
            elif token.kind == "mark" and token.text == ";" and not closed:
                closed = True
            elif token.kind in ("newline", "end") or closed:
                break
            else:
                raise self.wrong(
                    token,
                    f"{_name(token)} cannot stand here: {name.text} ends with its default, a comment, or a line",
                )
            self.at += 1
        place = comments[0] if comments else self.tokens[self.at]
        return " ".join(each.text for each in comments if each.text), place

    # Types

    def type(self) -> tuple[Kind, tuple[Choice, ...], str]:
        start = self.token.start
        token = self.token
        kind: Kind
        choices: tuple[Choice, ...] = ()
        if token.kind == "name" and token.text in _PLAIN_KINDS:
            self.take()
            kind = _PLAIN_KINDS[token.text]
            if self.mark("["):
                self.need("]", "behind [")
                raise self.wrong(
                    token,
                    f'an array needs the choices that it takes from, as ("red" | "green")[], not {token.text}[]',
                )
            if self.token.kind == "mark" and self.token.text == "|":
                raise self.wrong(self.token, f"a union is one of literals: it cannot hold {token.text}")
        elif self.mark("("):
            choices = self.union()
            self.need(")", "behind the choices")
            kind = "choices" if self.array() else "choice"
        else:
            single = token.kind in ("string", "number")
            choices = self.union()
            kind = "choice"
            if single and len(choices) == 1 and self.array():
                kind = "choices"
        return kind, choices, " ".join(self.text[start : self.tokens[self.at - 1].end].split())

    def array(self) -> bool:
        if not self.mark("["):
            return False
        self.need("]", "behind [")
        return True

    def union(self) -> tuple[Choice, ...]:
        self.mark("|")
        choices: list[Choice] = []
        while True:
            token = self.token
            choice = self.literal()
            if choice is None:
                raise self.wrong(token, f"{_name(token)} is no type of a parameter; types are {_TYPES}")
            if choice in choices:
                raise self.wrong(token, f"{write_literal(choice)} is there twice")
            if len(choices) >= _MOST_CHOICES:
                raise self.wrong(token, f"a union has at most {_MOST_CHOICES} members here")
            choices.append(choice)
            if not self.mark("|"):
                return tuple(choices)

    # Values

    def literal(self) -> Choice | None:
        """A string or a number; None where neither comes next."""
        token = self.token
        if token.kind in ("string", "number"):
            return self.take().value
        if token.kind == "mark" and token.text in "+-":
            after = self.tokens[self.at + 1]
            if after.kind == "number" and not isinstance(after.value, str):
                self.take()
                self.take()
                # -0 is a number of its own, which an int of Python cannot be.
                return after.value if token.text == "+" else -after.value or -0.0
        return None

    def value(self) -> Value:
        token = self.token
        if token.kind == "name" and token.text in ("true", "false"):
            return self.take().text == "true"
        if token.kind == "name" and token.text == "new":
            return self.new_date()
        if self.mark("["):
            items: list[Choice] = []
            while not self.mark("]"):
                inside = self.token
                item = self.literal()
                if item is None:
                    raise self.wrong(inside, f"an array holds strings and numbers, found {_name(inside)}")
                items.append(item)
                if len(items) > _MOST_CHOICES:
                    raise self.wrong(inside, f"an array has at most {_MOST_CHOICES} elements here")
                if not self.mark(","):
                    self.need("]", "at the end of the array")
                    break
            return tuple(items)
        value = self.literal()
        if value is None:
            raise self.wrong(
                token,
                f"{_name(token)} is no default: it is a literal, as 3, 'text', true, new Date(\"2026-01-31\") or ['a']",
            )
        return value

    def new_date(self) -> date:
        self.take()
        kind = self.take()
        if kind.text != "Date" or not self.mark("("):
            raise self.wrong(kind, 'the only thing made with new is a date: new Date("2026-01-31")')
        text = self.take()
        if text.kind != "string":
            raise self.wrong(text, f'a date is written new Date("2026-01-31"), found {_name(text)}')
        made = self.day(text)
        self.need(")", "behind the date")
        return made

    def day(self, token: Token) -> date:
        text = str(token.value)
        try:
            if _DATE.fullmatch(text) is not None:
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.wrong(token, f"{_name(token)} is no day; write it as 2026-01-31")

    # A whole parameter

    def made(
        self,
        name: Token,
        written: tuple[Kind, tuple[Choice, ...], str] | None,
        begin: Token,
        value: Value,
        comment: str,
        place: Token,
    ) -> Param:
        kind, choices, type_text = written or self.inferred(name, begin, value)
        if kind == "date" and isinstance(value, str):
            value = self.day(begin)
        low = high = step = None
        note = comment
        if kind == "float":
            low, high, step, note = self.range(comment, place)
            numbers = [each for each in (value, low, high, step) if each is not None]
            if all(isinstance(each, int) for each in numbers):
                kind = "int"
        if kind == "choices" and isinstance(value, tuple) and len(set(value)) < len(value):
            raise self.wrong(begin, "an element is there twice")
        note = note if len(note) <= _LONGEST else note[:_LONGEST] + "…"
        param = Param(name.text, kind, type_text, value, choices, low, high, step, note)
        try:
            return Param(name.text, kind, type_text, param.checked(value), choices, low, high, step, note)
        except ValueError as error:
            raise self.wrong(begin, f"the default does not fit: {error}") from None

    def inferred(self, name: Token, begin: Token, value: Value) -> tuple[Kind, tuple[Choice, ...], str]:
        if isinstance(value, bool):
            return "boolean", (), "boolean"
        if isinstance(value, str):
            return "string", (), "string"
        if isinstance(value, date):
            return "date", (), "Date"
        if isinstance(value, tuple):
            raise self.wrong(begin, f'write the choices of the array: {name.text}: ("red" | "green")[] = …')
        return "float", (), "number"

    def range(
        self, comment: str, place: Token
    ) -> tuple[int | float | None, int | float | None, int | float | None, str]:
        match = _RANGE.fullmatch(comment)
        if match is None:
            if _ALMOST_RANGE.match(comment) is not None:
                raise self.wrong(place, "a range is written 0..10, or 0..10 step 0.5, and then its unit")
            return None, None, None, comment
        try:
            low, high = _amount(match[1]), _amount(match[2])
            step = _amount(match[3]) if match[3] else None
        except ValueError as error:
            raise self.wrong(place, f"{error}") from None
        if low >= high:
            raise self.wrong(place, f"the range begins at {low}, which is not below its end {high}")
        if step is not None and not 0 < step <= high - low:
            raise self.wrong(place, f"the step {step} is not between 0 and the width of the range")
        return low, high, step, match[4]


def _amount(text: str) -> int | float:
    plain = text.replace("_", "").lstrip("+")
    whole = not any(mark in plain for mark in ".eE") and len(plain) < 20
    return exact(int(plain) if whole else float(plain))


def _name(token: Token) -> str:
    if token.kind == "end":
        return "the end of the cell"
    text = token.text if len(token.text) <= 40 else token.text[:40] + "…"
    return repr(text) if token.kind != "string" else text
