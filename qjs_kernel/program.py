"""A program as its owner hands it over: what is refused at once, before anything goes to the worker."""

from __future__ import annotations

from qjs_kernel.protocol import Fault
from qjs_kernel.vfs import normalize

__all__ = ["check_program", "check_timeout", "dialect_of", "not_text"]

_LONGEST_TIMEOUT = 86_400  # s
_DIALECTS = {"tsx": "tsx", "jsx": "jsx", "js": "js", "mjs": "js"}


def check_program(code: str, filename: str) -> None:
    """TypeError or ValueError where these cannot be the text and the path of a module."""
    if not isinstance(code, str):
        raise TypeError(f"code must be a str, not {type(code).__name__}")
    if not isinstance(filename, str) or not filename.startswith("/") or normalize(filename) != filename:
        raise ValueError(
            f"filename must be an absolute, normalised path like '/src/index.ts', not {filename!r}"
        )
    if "?" in filename:
        raise ValueError(f"filename must not contain '?', which begins a module's version: {filename!r}")


def check_timeout(timeout: float) -> None:
    """TypeError or ValueError where `timeout` is no number of seconds that a run can be given."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout must be a number of seconds, not {timeout!r}")
    if not 0 < timeout <= _LONGEST_TIMEOUT:
        raise ValueError(f"timeout must be above 0 and at most {_LONGEST_TIMEOUT} s, not {timeout!r}")


def dialect_of(filename: str) -> str:
    """What a file of this name is written in: TypeScript where its extension does not say otherwise."""
    return _DIALECTS.get(filename.rpartition(".")[2], "ts")


def not_text(code: str, filename: str) -> Fault | None:
    """The fault of a text that has no UTF-8: half of a surrogate pair somewhere in it."""
    try:
        code.encode()
    except UnicodeEncodeError as error:
        line = code.count("\n", 0, error.start) + 1
        column = error.start - (code.rfind("\n", 0, error.start) + 1) + 1
        number = ord(code[error.start])
        message = f"half of a surrogate pair (U+{number:04X}); in a string write it as \\u{number:04x}"
        return Fault(filename, line, column, message)
    return None
