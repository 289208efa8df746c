"""Type problems as code frames: plain text, a traceback for strict mode, and an HTML twin.

Messages and lines are the user's or made from what the user wrote (types can be named anything): all of it is
escaped and capped here, as `errors` does for faults.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qjs_kernel.display.errors import GuestFault, code_frame, place
from qjs_kernel.display.text import BOX_CLASS, RESET, safe_text, shorten

__all__ = ["Finding", "ProblemReport", "TypeCheckError"]

_SHOWN = 10
_MESSAGE_CHARACTERS = 2_000
_MESSAGE_LINES = 12
_HINT_CHARACTERS = 300
_NEWLINE = re.compile(r"\r\n|\r|\n")
# Where JupyterLab's own colours are not there: tones that can be read on white and on black.
_COLOURS = {
    "error": "var(--jp-error-color1, #e5484d)",
    "warning": "var(--jp-warn-color1, #c77700)",
}
# Lines are scrolled, not wrapped: the caret keeps its place. As large as the code of the cell.
_FRAME = (
    "white-space:pre;overflow-x:auto;font-size:var(--jp-code-font-size,inherit);"
    "color:inherit;background:transparent"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a text. Line and column count from 1, in code points; `hints` say what would help."""

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    code: str
    message: str
    hints: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """ "TS2322: Type …", harmless for any reader."""
        message = shorten(
            safe_text(self.message[: _MESSAGE_CHARACTERS * 2], colours=False),
            _MESSAGE_CHARACTERS,
            lines=_MESSAGE_LINES,
        )
        code = safe_text(self.code[:40], colours=False).replace("\n", " ")
        return f"{code}: {message}" if code else message


class TypeCheckError(GuestFault):
    """A cell that is not run in strict mode, because of its type problems."""

    # The class is shown by its name alone, as the guest's own errors are.
    __module__ = "qjs_kernel"


class ProblemReport:
    """Findings with their lines of code, as a display object: text/plain and text/html.

    source_of   the text of a file that a finding is in, or None
    """

    def __init__(self, findings: Sequence[Finding], source_of: Callable[[str], str | None]) -> None:
        self.findings = tuple(findings)
        self._lines = {
            file: _NEWLINE.split(source)
            for file in {finding.file for finding in findings}
            if (source := source_of(file)) is not None
        }

    @property
    def has_errors(self) -> bool:
        """Whether there is more than warnings."""
        return any(finding.severity == "error" for finding in self.findings)

    def _frame(self, finding: Finding, colour: bool = False) -> list[str]:
        lines = self._lines.get(finding.file, [])
        return code_frame(lines, finding.line, finding.column, colour=colour)

    def _sections(self, colour: bool) -> list[str]:
        sections = []
        for finding in self.findings[:_SHOWN]:
            title, where = finding.title, place(finding.file, finding.line, finding.column)
            if colour:
                code, colon, message = title.partition(":")
                title = (
                    f"\x1b[{'31' if finding.severity == 'error' else '33'};1m{code}{RESET}{colon}{message}"
                )
                where = f"\x1b[32m{where}{RESET}"
            hints = [f"  {_hint(hint)}" for hint in finding.hints]
            sections.append("\n".join([title, where, *self._frame(finding, colour), *hints]))
        missing = len(self.findings) - _SHOWN
        if missing > 0:
            sections.append(f"… and {missing} more {'problem' if missing == 1 else 'problems'}")
        return sections

    @property
    def text(self) -> str:
        """The whole report without colours."""
        return "\n\n".join(self._sections(colour=False))

    @property
    def html(self) -> str:
        """The same for a notebook, escaped; its colours are the theme's."""
        parts = [f'<div class="qjs-problems {BOX_CLASS}" style="color:inherit;background:transparent">']
        for finding in self.findings[:_SHOWN]:
            colour = _COLOURS[finding.severity]
            code, colon, message = finding.title.partition(":")
            where = html.escape(place(finding.file, finding.line, finding.column))
            frame = html.escape("\n".join(self._frame(finding)))
            hints = "".join(f"<li>{html.escape(_hint(hint))}</li>" for hint in finding.hints)
            parts.append(
                f'<div style="border-left:4px solid {colour};padding:1px 8px 1px 3px;'
                'margin:0 0 6px 5px;text-align:left">'
                f'<div style="white-space:pre-wrap"><b style="color:{colour}">{html.escape(code)}</b>{colon}'
                f"{html.escape(message)}</div>"
                f'<div style="opacity:.75">{where}</div>'
                + (f'<pre style="margin:2px 0;{_FRAME}">{frame}</pre>' if frame else "")
                + (f'<ul style="margin:2px 0 2px 1.4em;padding:0">{hints}</ul>' if hints else "")
                + "</div>"
            )
        missing = len(self.findings) - _SHOWN
        if missing > 0:
            parts.append(f"<p>… and {missing} more</p>")
        return "".join([*parts, "</div>"])

    @property
    def bundle(self) -> dict[str, str]:
        """The MIME bundle to display."""
        return {"text/plain": self.text, "text/html": self.html}

    def fault(self) -> TypeCheckError:
        """The error of a cell that is not run because of what was found."""
        count = len(self.findings)
        message = f"{count} type {'problem' if count == 1 else 'problems'}, and %check is strict: the cell did not run"
        fault = TypeCheckError(message)
        title = f"\x1b[31;1mTypeCheckError{RESET}: {message}"
        fault.report = (f"{title}\n", *(f"{section}\n" for section in self._sections(colour=True)))
        return fault

    def __repr__(self) -> str:
        return self.text


def _hint(text: str) -> str:
    return shorten(safe_text(text, colours=False), _HINT_CHARACTERS).replace("\n", " ")
