"""The exception tree, and `GuestError`: what went wrong inside the sandbox, as plain data.

Two families that never mix. `QjsError` and its children are *raised* at the host for misuse and for faults
of our own. `GuestError` describes what guest code did; `Sandbox.eval` returns it inside an `Outcome` and only
`Outcome.unwrap()` raises it. Its `kind` comes from host-side facts, never from a name the guest chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "CodecError",
    "Diagnostic",
    "ErrorKind",
    "Frame",
    "FsError",
    "GuestError",
    "MountError",
    "QjsError",
    "SandboxBusy",
    "SandboxClosed",
    "WorkerError",
]

ErrorKind = Literal[
    "exception", "syntax", "timeout", "memory", "stack", "interrupt", "deadlock", "output", "crash"
]


class QjsError(Exception):
    """Base of everything this package raises at the host."""


class WorkerError(QjsError):
    """The worker process cannot be started or does not keep to the protocol."""


class SandboxClosed(QjsError):
    """The sandbox was used after `close()`."""


class SandboxBusy(QjsError):
    """The sandbox is evaluating and cannot take this request now."""


class CodecError(QjsError, TypeError):
    """A value cannot cross the boundary. `path` names the place inside the value, as JavaScript writes it."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{message} (at {path})" if path else message)
        self.path = path


class MountError(QjsError, ValueError):
    """A mount, path or option given by the host is not usable."""


class FsError(QjsError, OSError):
    """A file operation failed, with Node's names for what and where.

    `code` is Node's ("ENOENT", "EACCES", …), `errno_value` its negative errno, `syscall` Node's name of the
    operation, `path` the guest path, `dest` the second path of rename, copy and symlink.
    """

    def __init__(
        self, code: str, errno_value: int, message: str, syscall: str, path: str, dest: str | None = None
    ):
        where = f" '{path}'" if path else ""
        where += f" -> '{dest}'" if dest is not None else ""
        self.text = f"{code}: {message}, {syscall}{where}"
        super().__init__(-errno_value, self.text)
        self.code = code
        self.errno_value = errno_value
        self.syscall = syscall
        self.path = path
        self.dest = dest

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """One guest stack frame in the user's own text.

    `line` and `column` are 1-based, columns in code points; 0 where the engine did not say.
    `file` is the module's path in the virtual filesystem ("/src/cell-3.ts"), without version suffix.
    """

    function: str
    file: str
    line: int
    column: int
    source_line: str | None = None

    def __str__(self) -> str:
        return f"    at {self.function} ({self.file}:{self.line}:{self.column})"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of `Sandbox.check`: 1-based line and column (code points) in `file`."""

    line: int
    column: int
    message: str
    code: str = "syntax"
    file: str = ""
    source_line: str | None = None


class GuestError(QjsError):
    """What guest code did wrong, or what the sandbox had to do about it.

    kind     one of `ErrorKind`, decided by host-side facts only
    name     the guest's class name ("TypeError") or, for limits, our own ("ExecutionTimeout", …)
    message  the guest's message, or ours for limits
    frames   the guest's stack in the user's own positions, innermost first
    cause    the `cause` chain, if any (also what a Python error value becomes)
    rolled_back  whether guest and files are as they were before the cell
    hint     what to do about it, one sentence; "" where there is nothing to say
    value_text   for `throw 42` and the like: the thrown value as `util.inspect` shows it
    host_traceback  for the owner: the Python traceback of the host function the error came from
    """

    def __init__(
        self,
        kind: ErrorKind,
        name: str,
        message: str,
        *,
        frames: tuple[Frame, ...] = (),
        cause: GuestError | None = None,
        rolled_back: bool = False,
        hint: str = "",
        value_text: str | None = None,
        host_traceback: str | None = None,
    ) -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.kind: ErrorKind = kind
        self.name = name
        self.message = message
        self.frames = frames
        self.cause = cause
        self.rolled_back = rolled_back
        self.hint = hint
        self.value_text = value_text
        self.host_traceback = host_traceback
        self.__cause__ = cause

    @property
    def stack(self) -> str:
        """The guest frames as text, one a line, as Node prints them."""
        return "\n".join(str(frame) for frame in self.frames)

    def __repr__(self) -> str:
        return f"GuestError(kind={self.kind!r}, name={self.name!r}, message={self.message!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GuestError):
            return NotImplemented
        return (self.kind, self.name, self.message, self.cause) == (
            other.kind,
            other.name,
            other.message,
            other.cause,
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.name, self.message))
