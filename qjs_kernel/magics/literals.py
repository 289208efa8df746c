"""Literals of TypeScript, read and written without evaluating anything: numbers, strings, comments and the marks
between them. For `%%params`, whose text is the owner's but is still only data to us."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qjs_kernel.magics.grammar import CommandError

__all__ = ["Token", "Value", "exact", "mistake", "tokens_of", "write_literal"]

Value = bool | int | float | str | date | tuple[str | int | float, ...]

_GAP = re.compile(r"[ \t\v\f\u00a0\ufeff]+|\r?\n|[\r\u2028\u2029]")
_COMMENT = re.compile(r"//[^\n\r\u2028\u2029]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[^\W\d$][\w$]*|\$[\w$]*")
_DIGITS = r"\d(?:_?\d)*"
_NUMBER = re.compile(
    rf"0[xX][\da-fA-F](?:_?[\da-fA-F])*|0[oO][0-7](?:_?[0-7])*|0[bB][01](?:_?[01])*"
    rf"|(?:(?:0|[1-9](?:_?\d)*)(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?",
    re.ASCII,
)
_ESCAPE = re.compile(
    r"\\(?:u\{0*([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|.))", re.DOTALL | re.ASCII
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_CONTINUED = frozenset({"\n", "\r", "\r\n", "\u2028", "\u2029"})
_UNSEEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_EXACT = 2**53


def mistake(title: str, text: str, offset: int, message: str) -> CommandError:
    """The error of something written wrongly at `offset` of `text`; line and column count from 1, in code points."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return CommandError(f"{title}: line {line}, column {column}: {message}")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text from `start` to `end`; `value` is what a number or string stands for.

    kind  "name", "number", "string", "mark" (one character), "comment", "newline", or "end"
    """

    kind: Literal["name", "number", "string", "mark", "comment", "newline", "end"]
    text: str
    start: int
    end: int
    value: int | float | str = ""


def tokens_of(text: str, title: str) -> list[Token]:
    """All tokens of `text`, an "end" behind them. CommandError, which begins with `title`, for what is none."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        if (gap := _GAP.match(text, at)) is not None:
            if gap[0][-1] in _CONTINUED:
                found.append(Token("newline", gap[0], at, gap.end()))
            at = gap.end()
            continue
        if text.startswith(("//", "/*"), at):
            comment = _COMMENT.match(text, at)
            if comment is None:
                raise mistake(title, text, at, "this comment is not closed: */ is missing")
            token = Token("comment", _inside(comment[0]), at, comment.end())
        elif char in "'\"`":
            token = _string(text, at, title)
        elif (number := _NUMBER.match(text, at)) is not None:
            token = _number(text, number, title)
        elif (name := _NAME.match(text, at)) is not None:
            token = Token("name", name[0], at, name.end())
        else:
            token = Token("mark", char, at, at + 1)
        found.append(token)
        at = token.end
    found.append(Token("end", "", at, at))
    return found


def _inside(comment: str) -> str:
    body = comment[2:-2].strip("*") if comment.startswith("/*") else comment[2:]
    return " ".join(body.split())


def _number(text: str, match: re.Match[str], title: str) -> Token:
    end = match.end()
    if re.compile(r"[\w$]").match(text, end) is not None:
        what = "a bigint cannot be a parameter" if text.startswith("n", end) else "this is no number"
        raise mistake(title, text, match.start(), f"{what}; write it as 3, 0.5, 1e6 or 60_000")
    plain = match[0].replace("_", "")
    value: int | float
    if plain[:2].lower() in ("0x", "0o", "0b"):
        value = int(plain, 0)
    elif any(mark in plain for mark in ".eE"):
        value = float(plain)
    else:
        # An int may have more digits than Python reads at once.
        value = int(plain) if len(plain) < 20 else float(plain)
    try:
        value = exact(value)
    except ValueError:
        raise mistake(title, text, match.start(), "this number is too large") from None
    return Token("number", match[0], match.start(), end, value)


def exact(value: int | float) -> int | float:
    """The number as JavaScript has it: an int beyond 2**53 is a float. ValueError for what is not finite."""
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("this number is too large") from None
    if not math.isfinite(number):
        raise ValueError("this number is not finite")
    return value if isinstance(value, float) or abs(value) <= _EXACT else number


def _string(text: str, start: int, title: str) -> Token:
    quote = text[start]
    parts: list[str] = []
    at = start + 1
    while True:
        if at >= len(text) or (quote != "`" and text[at] in "\r\n"):
            raise mistake(title, text, start, f"this string is not closed: {quote} is missing")
        char = text[at]
        if char == quote:
            try:
                # Two escapes may be the halves of one character; half of one is taken by no message.
                value = "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            except UnicodeDecodeError:
                raise mistake(title, text, start, "there is half of a character in this string") from None
            return Token("string", text[start : at + 1], start, at + 1, value)
        if quote == "`" and text.startswith("${", at):
            raise mistake(title, text, at, "a default is a literal: no ${…} in it")
        if char == "\\":
            escape = _ESCAPE.match(text, at)
            if escape is None:
                raise mistake(title, text, start, f"this string is not closed: {quote} is missing")
            parts.append(_escaped(text, escape, title))
            at = escape.end()
        else:
            parts.append(char)
            at += 1


def _escaped(text: str, match: re.Match[str], title: str) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        if number > 0x10FFFF:
            raise mistake(title, text, match.start(), "there is no such character")
        return chr(number)
    char = match[4]
    digit = text[match.end() : match.end() + 1]
    if char in ("u", "x") or (char in "0123456789" and (char != "0" or ("0" <= digit <= "9"))):
        raise mistake(title, text, match.start(), "this escape is not complete; write \\n, \\x41 or \\u0041")
    return "" if char in _CONTINUED else _SIMPLE.get(char, char)


def write_literal(value: Value) -> str:
    """`value` as TypeScript on one line; what `tokens_of` reads back as the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(write_literal, value))}]"
    if isinstance(value, date):
        return f'new Date("{value.isoformat()}")'
    # JSON of a text or a finite number is a literal of JavaScript; what no message or editor takes is escaped.
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
