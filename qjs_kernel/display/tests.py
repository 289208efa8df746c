"""A run of tests for readers: a table as HTML with a plain-text twin, each failure with its lines of code.

The report was put together in guest memory: every part of it is looked at before it is used, and every text escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qjs_kernel.display.errors import SourceOf, error_text
from qjs_kernel.display.results import RESULT_CHARACTERS, GuestResult
from qjs_kernel.display.text import BOX_CLASS, safe_text, shorten
from qjs_kernel.errors import GuestError

__all__ = ["TestReport", "TestResult", "failure_of"]

_ROWS = 500
_FAILURES = 20
_NAME_CHARACTERS = 200
_REASON_CHARACTERS = 300
_DEPTH = 12
_SIGNS = {"passed": "✓", "failed": "✗", "skipped": "↓", "todo": "…"}
# Where JupyterLab's own colours are not there: tones that can be read on white and on black. The words say it too.
_COLOURS = {
    "passed": "var(--jp-success-color1, #2b9348)",
    "failed": "var(--jp-error-color1, #e5484d)",
    "skipped": "var(--jp-ui-font-color2, #8a8a8a)",
    "todo": "var(--jp-warn-color1, #c77700)",
}


class TestReport(dict[str, Any]):
    """What a run of tests gave, as the guest's `runTests()` shapes it: counts, `tests`, `suites`."""

    __test__ = False  # it is no test of pytest's


def _count(report: dict[str, Any], key: str) -> int:
    value = report.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def failure_of(report: dict[str, Any]) -> str:
    """Why the run has failed, "1 of 5 tests failed"; "" when it has not."""
    failed, total = _count(report, "failedTests"), _count(report, "totalTests")
    if failed:
        return f"{failed} of {total} {'test' if total == 1 else 'tests'} failed"
    suites = _count(report, "failedSuites")
    if suites:
        return f"{suites} of {_count(report, 'totalSuites')} suites failed"
    if report.get("passed") is not True:
        error = report.get("error")
        return f"the tests failed: {error.message}" if isinstance(error, GuestError) else "the tests failed"
    return ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A suite or a test. `path` are the names of what it stands in."""

    kind: str
    name: str
    path: tuple[str, ...]
    status: str
    duration: float
    reason: str
    notes: tuple[str, ...]
    error: GuestError | None

    @property
    def full(self) -> str:
        return " › ".join((*self.path, self.name))

    @property
    def depth(self) -> int:
        return min(len(self.path), _DEPTH)

    @property
    def tail(self) -> str:
        """What stands behind the name: how long it took, or why it did not run."""
        if self.status in ("skipped", "todo"):
            return f"{self.status}: {self.reason}" if self.reason else self.status
        return _milliseconds(self.duration)


def _milliseconds(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:.3g} s"
    return f"{value:.3g} ms" if value >= 1 else f"{value:.1g} ms" if value >= 0.1 else "<0.1 ms"


def _line(value: object, limit: int = _NAME_CHARACTERS) -> str:
    text = value if isinstance(value, str) else ""
    return shorten(safe_text(text[: limit * 2], colours=False), limit).replace("\n", " ")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _row(entry: object, kind: str) -> _Row | None:
    if not isinstance(entry, dict):
        return None
    status, duration, error = entry.get("status"), entry.get("duration"), entry.get("error")
    return _Row(
        kind,
        _line(entry.get("name")) or "<anonymous>",
        tuple(_line(part) for part in _list(entry.get("path"))[:50]),
        status if isinstance(status, str) and status in _SIGNS else "failed",
        float(duration) if isinstance(duration, (int, float)) and 0 <= duration < float("inf") else 0.0,
        _line(entry.get("reason"), _REASON_CHARACTERS),
        tuple(_line(note, _REASON_CHARACTERS) for note in _list(entry.get("diagnostics"))[:20]),
        error if isinstance(error, GuestError) else None,
    )


def _rows(report: dict[str, Any]) -> list[_Row]:
    """Every suite before its tests, in the order of the tests; suites without any come last."""
    suites = [row for row in (_row(each, "suite") for each in _list(report.get("suites"))) if row]
    tests = [row for row in (_row(each, "test") for each in _list(report.get("tests"))) if row]
    waiting: dict[tuple[str, ...], list[_Row]] = {}
    for suite in suites:
        waiting.setdefault((*suite.path, suite.name), []).append(suite)
    found: list[_Row] = []
    before: tuple[str, ...] = ()
    for test in tests:
        shared = 0
        while shared < min(len(before), len(test.path)) and before[shared] == test.path[shared]:
            shared += 1
        # Two suites of one name that follow each other look like one; the second's heading then ends the table.
        for depth in range(shared + 1, len(test.path) + 1):
            heads = waiting.get(test.path[:depth])
            if heads:
                found.append(heads.pop(0))
        found.append(test)
        before = test.path
    found += [suite for suite in suites if suite in waiting.get((*suite.path, suite.name), ())]
    return found


def _summary(report: dict[str, Any]) -> str:
    total = _count(report, "totalTests")
    failure = failure_of(report)
    duration = report.get("duration")
    took = f" in {_milliseconds(float(duration))}" if isinstance(duration, (int, float)) else ""
    if not total and not failure:
        return (
            "no tests: declare some with test(name, () => { … }); a file of tests that has been imported before is not "
            "run again: %%test --fresh does"
        )
    parts = [
        f"{count} {word}"
        for word in ("passed", "skipped", "todo")
        if (count := _count(report, f"{word}Tests")) and (failure or word != "passed")
    ]
    more = f" ({', '.join(parts)})" if parts else ""
    if failure:
        return f"✗ {_line(failure, _REASON_CHARACTERS)}{more}{took}"
    passed = _count(report, "passedTests")
    return f"✓ {passed} {'test' if passed == 1 else 'tests'} passed{more}{took}"


def _shown(rows: list[_Row]) -> tuple[list[_Row], int]:
    """The rows that are shown, failures before others where there are too many, and how many are not."""
    if len(rows) <= _ROWS:
        return rows, 0
    keep = {id(row) for row in [row for row in rows if row.status == "failed"][:_ROWS]}
    for row in rows:
        if len(keep) >= _ROWS:
            break
        keep.add(id(row))
    return [row for row in rows if id(row) in keep], len(rows) - len(keep)


def _failures(
    rows: list[_Row], report: dict[str, Any], source_of: SourceOf | None
) -> Iterator[tuple[str, str]]:
    """Title and text of every failure that is shown. A suite that only has failed tests says nothing of its own."""
    error = report.get("error")
    if isinstance(error, GuestError):
        yield "outside of all suites", error_text(error, source_of)
    failed = [row for row in rows if row.status == "failed" and row.error is not None]
    for row in failed[:_FAILURES]:
        assert row.error is not None
        yield row.full, error_text(row.error, source_of)
    if len(failed) > _FAILURES:
        yield f"… and {len(failed) - _FAILURES} more", "Their errors are in the data of the run."


def _text(report: dict[str, Any], source_of: SourceOf | None) -> str:
    rows = _rows(report)
    shown, missing = _shown(rows)
    lines = [_summary(report), ""] if rows else [_summary(report)]
    for row in shown:
        indent = "  " * (row.depth + 1)
        tail = f"  ({row.tail})" if row.kind == "test" or row.status != "passed" else ""
        sign = f"{_SIGNS[row.status]} " if row.kind == "test" or row.status == "failed" else ""
        lines.append(f"{indent}{sign}{row.name}{tail}")
        lines += [f"{indent}    {note}" for note in row.notes]
    if missing:
        lines.append(f"  … {missing} more")
    for title, text in _failures(rows, report, source_of):
        lines += ["", f"✗ {title}", *(f"  {line}".rstrip() for line in text.split("\n"))]
    return shorten("\n".join(lines), RESULT_CHARACTERS)


def _cell(tag: str, content: str, style: str, attributes: str = "") -> str:
    return f'<{tag}{attributes} style="text-align:left;padding:1px 12px 1px 0;{style}">{content}</{tag}>'


def _html_row(row: _Row) -> str:
    colour = _COLOURS[row.status]
    sign = f'<span style="color:{colour};font-weight:bold" aria-hidden="true">{_SIGNS[row.status]}</span>'
    status = f"{sign} {row.status}"
    indent = f"padding-left:{row.depth * 1.2:g}em;"
    weight = "font-weight:600;" if row.kind == "suite" else "font-weight:normal;"
    name = html.escape(row.name) + "".join(
        f'<br><span style="opacity:.75">{html.escape(note)}</span>' for note in row.notes
    )
    tail = row.reason if row.status in ("skipped", "todo") else row.tail
    return (
        "<tr>"
        + _cell("td", status, "white-space:nowrap;vertical-align:top;")
        + _cell("th", name, f"{indent}{weight}", ' scope="row"')
        + _cell("td", html.escape(tail), "white-space:nowrap;vertical-align:top;opacity:.75;")
        + "</tr>"
    )


def _html(report: dict[str, Any], source_of: SourceOf | None) -> str:
    rows = _rows(report)
    shown, missing = _shown(rows)
    colour = _COLOURS["failed" if failure_of(report) else "passed" if rows else "skipped"]
    summary = html.escape(_summary(report))
    frame = f"border-left:4px solid {colour};padding:1px 8px 1px 3px;margin:0 0 6px 5px;"
    parts = [f'<div class="qjs-tests {BOX_CLASS}" style="{frame}color:inherit;background:transparent">']
    # On one line: a caption is no wider than its table, which may be narrow.
    head = "padding:0 0 2px 0;font-weight:600;text-align:left;white-space:nowrap;"
    if shown:
        parts.append('<table style="border-collapse:collapse;margin:0;font-size:inherit">')
        parts.append(f'<caption style="caption-side:top;color:inherit;{head}">{summary}</caption>')
        titles = "".join(
            _cell("th", title, "font-weight:normal;opacity:.75;", ' scope="col"')
            for title in ("Status", "Test", "Time")
        )
        parts.append(
            f"<thead><tr>{titles}</tr></thead><tbody>{''.join(map(_html_row, shown))}</tbody></table>"
        )
    else:
        parts.append(f'<p style="margin:0;{head}">{summary}</p>')
    if missing:
        parts.append(f"<p>… {missing} more</p>")
    for title, text in _failures(rows, report, source_of):
        parts.append(
            f'<details open><summary style="cursor:pointer;margin-top:6px"><span style="color:{_COLOURS["failed"]}" '
            f'aria-hidden="true">✗</span> {html.escape(title)}</summary>'
            f'<pre style="margin:2px 0 2px 1.2em;white-space:pre;overflow-x:auto;'
            'font-size:var(--jp-code-font-size,inherit);color:inherit;background:transparent">'
            f"{html.escape(text)}</pre></details>"
        )
    parts.append("</div>")
    return "".join(parts)


class TestResult(GuestResult):
    """A report as a cell shows it: the table, and its plain text. `data` is the report."""

    __slots__ = ("_source_of",)
    __test__ = False

    def __init__(self, report: TestReport, source_of: SourceOf | None = None) -> None:
        super().__init__(report, _text(report, source_of))
        self._source_of = source_of

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": _html(self.data, self._source_of)}
