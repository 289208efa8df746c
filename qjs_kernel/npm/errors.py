"""What can go wrong with packages."""

from __future__ import annotations

from qjs_kernel.errors import QjsError

__all__ = ["NpmError", "NpmMissing", "RegistryUnreachable", "shown"]


class NpmError(QjsError):
    """Packages could not be installed or removed; nothing has changed. `code` is npm's ("E404"), "" for none."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NpmMissing(NpmError):
    """This machine has no npm."""


class RegistryUnreachable(NpmError):
    """npm works, but no registry answered it."""


def shown(text: str) -> str:
    """`text` with what could disturb a terminal or a reader (control and bidi characters) escaped."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape", "backslashreplace").decode()
        for c in text
    )
