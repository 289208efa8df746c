"""Which of a checker's findings are worth showing in a notebook, and what would mend them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qjs_kernel.assist.places import GuestText
from qjs_kernel.display.problems import Finding
from qjs_kernel.glance import declared_names
from qjs_kernel.session import Session

if TYPE_CHECKING:
    from qjs_kernel.language import Fix, Problem

__all__ = ["Found", "hint_of", "is_import", "is_syntax", "missing_name", "worth_showing"]

_NUMBER = re.compile(r"TS(\d{1,6})\Z")
_QUOTED = re.compile(r"'([^'\n]{1,200})'")
# What the notebook's own rules allow: a name declared again (the newest declaration wins), `await` at the top level,
# a global augmented by a cell, unused names.
_ALLOWED = frozenset(
    {1208, 1375, 1378, 2300, 2393, 2451, 2528, 2669, 6133, 6138, 6192, 6196, 6198, 6199, 6205, 7028}
)
# Assignments to what the checker takes for an import: a `let` of an earlier cell.
_ASSIGNED = frozenset({2539, 2540, 2588, 2632})
_UNKNOWN_NAME = frozenset({2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 18004})
# A parameter whose type follows from what has another problem on the same line.
_IMPLICIT = frozenset({7005, 7006, 7019, 7031, 7034})
_NO_MODULE = frozenset({2306, 2307})
# Found by the parser: the run says the same, as the SyntaxError that it then is.
_SYNTAX_BUT = frozenset({1117, 1192, 1202, 1203, 1259, 1261, 1279, 1286, 1295, 1371, 1479, 1484, 1485})
_TEST_NAMES = frozenset(
    {
        *(
            "describe",
            "suite",
            "context",
            "test",
            "it",
            "specify",
            "xit",
            "xtest",
            "fit",
            "xdescribe",
            "fdescribe",
        ),
        *("before", "beforeAll", "after", "afterAll", "beforeEach", "afterEach"),
        *("expect", "jest", "vi", "spyOn", "runTests"),
    }
)
# What becomes part of a `%%test` cell by an import.
_TEST_FILE = re.compile(r"[/.](?:tests?|specs?|__tests__)[/.]")
_SPELLING = re.compile(r"Change spelling to '(.+)'\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """A problem of a text with its fixes, best first."""

    problem: Problem
    fixes: tuple[Fix, ...] = ()

    def finding(self, hints: Iterable[str] = ()) -> Finding:
        """The same, to be shown."""
        it = self.problem
        return Finding(it.path, it.line, it.column, it.severity, it.code, it.message, tuple(hints))


def _number(problem: Problem) -> int:
    match = _NUMBER.match(problem.code)
    return int(match[1]) if match else 0


def is_syntax(problem: Problem) -> bool:
    """Whether the parser found it."""
    return 1000 <= _number(problem) < 2000 and _number(problem) not in _SYNTAX_BUT | _ALLOWED


def is_import(problem: Problem) -> bool:
    """Whether it is about a module that is not there."""
    return _number(problem) in _NO_MODULE or (_number(problem) == 0 and "no-local" in problem.code)


def missing_name(problem: Problem) -> str:
    """The name that the checker does not know, "" where the problem is another one."""
    quoted = _QUOTED.search(problem.message)
    return quoted[1] if quoted and _number(problem) in _UNKNOWN_NAME else ""


def worth_showing(session: Session, source: GuestText, problems: Iterable[Problem]) -> list[Problem]:
    """Those that are problems in a notebook. None of a text with syntax errors: what follows from them is noise."""
    listed = list(problems)
    if any(is_syntax(problem) for problem in listed):
        return []
    first = source.text.count("\n", 0, source.pad) + 1 if source.kind == "mount" else 1
    earlier: dict[str, str] = {}
    if any(_number(problem) in _ASSIGNED for problem in listed):
        for _, code in session.cells():
            earlier |= declared_names(code)
    own = declared_names(source.text)
    kept = []
    for problem in listed:
        number = _number(problem)
        quoted = _QUOTED.search(problem.message)
        name = quoted[1] if quoted else ""
        live = (
            number in _ASSIGNED
            and name not in own
            and earlier.get(name) in ("let", "var", "function", "class")
        )
        tests = source.kind == "test" or (
            source.kind == "mount" and _TEST_FILE.search(source.path) is not None
        )
        tested = tests and missing_name(problem) in _TEST_NAMES
        # Cells make globals as they like; the checker knows those that a declaration makes.
        made = number in (2339, 7017) and "'typeof globalThis'" in problem.message
        follows = number in _IMPLICIT and any(
            other.line == problem.line and _number(other) not in _IMPLICIT for other in listed
        )
        # A mounted file may name files that are mounted after it.
        later = source.kind == "mount" and is_import(problem)
        if not (number in _ALLOWED or live or tested or made or follows or later or problem.line < first):
            kept.append(problem)
    return kept


def hint_of(fix: Fix) -> str:
    """A fix as a suggestion: "did you mean 'map'?", "add import { readFileSync } from 'node:fs'"."""
    spelling = _SPELLING.match(fix.title)
    if spelling:
        return f"did you mean '{spelling[1]}'?"
    if fix.title.startswith(("Add import from", "Update import from", "Add 'import")):
        for edit in fix.edits:
            line = next((each.strip() for each in edit.text.split("\n") if "import" in each), "")
            if line:
                return f"add {line.rstrip(';')}"
    return fix.title[:1].lower() + fix.title[1:]
