"""Where exactly a text stops being a program, and what to say about it.

A tree-sitter ERROR node may begin far from the mistake, so the parser is run again with its log on: the LR
automaton refuses the first token that no program could have there. Only texts in error pay for this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import LogType, Parser, Tree

from .grammar import Dialect, language_of

__all__ = ["Fault", "Stop", "describe", "find_stop"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A text that cannot run: 1-based line and column (code points) and what is wrong there."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The first token that cannot stand where it stands.

    offset   UTF-8 offset of the token
    kind     "end", "token", or the literal that is not closed: "string", "template", "regex", "comment"
    opened   brackets still open there, as (bracket, offset)
    """

    offset: int
    kind: str
    opened: tuple[tuple[str, int], ...] = ()

    @property
    def certain(self) -> bool:
        """No other parser could accept the text either."""
        return self.kind in ("string", "template", "comment") or (self.kind == "end" and bool(self.opened))


# A log line per byte is affordable up to here; above it the ERROR node's own position has to do.
_LOGGED_BYTES = 150_000
_CLOSER = {"(": ")", "[": "]", "{": "}", "${": "}"}
_OPENER = {")": "(", "]": "[", "}": "{"}
_PLACE = re.compile(r"process version:\d+, version_count:\d+, state:\d+, row:(\d+), col:(\d+)")
_TOKEN = re.compile(r"lexed_lookahead sym:(.*), size:(\d+)$", re.DOTALL)
_TRIVIA = re.compile(rb"(?:[\s\xa0]|\xc2\xa0|\xef\xbb\xbf|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(
    r"[\w$\u0080-\U0010ffff]+|=>|\.\.\.|[=!]==?|[<>]=|&&|\|\||\?\?|\?\.|\*\*|\+\+|--|.", re.DOTALL
)


class _Recorder:
    """Collects from the parser's log every token read, and where the parser first gave up."""

    def __init__(self, data: bytes) -> None:
        self.starts = [0, *(match.end() for match in re.finditer(rb"\n", data))]
        self.place = 0
        self.tokens: dict[int, tuple[str, int]] = {}
        self.stopped: tuple[int, str] | None = None
        self.done = False

    def __call__(self, kind: LogType, message: str) -> None:
        if self.done:
            return
        first = message[:4]
        if first == "proc":
            match = _PLACE.match(message)
            if match:
                row, column = int(match[1]), int(match[2])
                self.place = self.starts[row] + column if row < len(self.starts) else self.place
        elif first == "lexe":
            match = _TOKEN.match(message)
            if match:
                self.tokens[self.place] = (match[1], int(match[2]))
        elif first == "dete":
            if self.stopped is None or self.place >= self.stopped[0]:
                self.stopped = (self.place, message.partition("lookahead:")[2])
        elif first in ("resu", "reco") or message.startswith("skip_token"):
            # A version may give up while another goes on; only when recovery begins have all of them.
            self.done = self.stopped is not None


def find_stop(data: bytes, dialect: Dialect, tree: Tree) -> Stop:
    """The first offending place of a text whose `tree` has an error."""
    if len(data) > _LOGGED_BYTES:
        return Stop(_first_error(tree), "token")
    recorder = _Recorder(data)
    parser = Parser(language_of(dialect.endswith("x")), logger=recorder)
    parser.parse(data)
    if recorder.stopped is None:
        return Stop(_first_error(tree), "token")
    place, lookahead = recorder.stopped
    trivia = _TRIVIA.match(data, place)
    offset = trivia.end() if trivia else place
    opened, literal = _nesting(recorder.tokens, place, data)
    for start in (offset, offset - 1):
        if start >= 0 and data[start : start + 2] == b"/*" and data.find(b"*/", start + 2) < 0:
            return Stop(start, "comment", opened)
    if literal is not None:
        kind, at = literal
        if kind == "regex" and data[at : at + 2] == b"/*":
            kind = "comment"
        if kind != "template" or data.find(b"`", at + 1) < 0 or lookahead == "end":
            return Stop(at, kind, opened)
    if offset >= len(data) or lookahead == "end":
        return Stop(len(data), "end", opened)
    return Stop(offset, "token", opened)


def _first_error(tree: Tree) -> int:
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is None or node.is_error or node.is_missing:
            return node.start_byte if node is not None else 0
        if node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return node.start_byte


def _nesting(
    tokens: dict[int, tuple[str, int]], until: int, data: bytes
) -> tuple[tuple[tuple[str, int], ...], tuple[str, int] | None]:
    """Brackets open before `until`, and the literal open there, if any."""
    opened: list[tuple[str, int]] = []
    literals: list[tuple[str, int]] = []
    regex: int | None = None
    for place in sorted(tokens):
        if place >= until:
            break
        symbol, size = tokens[place]
        at = place + size - len(symbol.encode())
        if symbol == "regex_pattern":
            regex = place - 1
        elif symbol == "/" or symbol == "regex_flags":
            regex = None
        if symbol in _CLOSER:
            opened.append((symbol, at))
        elif symbol in _OPENER:
            if opened and _CLOSER[opened[-1][0]] == symbol:
                opened.pop()
        elif symbol in ('"', "'", "`"):
            if literals and literals[-1][0] == symbol and (not opened or opened[-1][1] < literals[-1][1]):
                literals.pop()
            else:
                literals.append((symbol, at))
    if regex is not None:
        return tuple(opened), ("regex", regex)
    if literals and (not opened or opened[-1][1] < literals[-1][1]):
        quote, at = literals[-1]
        return tuple(opened), ("template" if quote == "`" else "string", at)
    return tuple(opened), None


def describe(stop: Stop, text: str, line_of: dict[int, int]) -> str:
    """What is wrong at `stop`; `text` begins at the stop, `line_of` gives the line of an opened bracket."""
    if stop.kind in ("string", "template", "comment"):
        return f"unterminated {stop.kind}"
    if stop.kind == "regex":
        return "unterminated regular expression"
    missing = ""
    if stop.opened:
        bracket, at = stop.opened[-1]
        missing = f"missing '{_CLOSER[bracket]}' for '{bracket}' on line {line_of[at]}"
    if stop.kind == "end":
        return f"unexpected end of input: {missing}" if missing else "unexpected end of input"
    match = _WORD.match(text)
    token = match[0] if match else "end of input"
    if not token.isprintable():
        token = f"U+{ord(token[0]):04X}"
    what = f"unexpected token '{token[:60]}'"
    inside = stop.opened[-1][0] if stop.opened else ""
    if missing and (token in _OPENER or (token == ";" and inside in ("(", "["))):
        return f"{what}: {missing}"
    return what
