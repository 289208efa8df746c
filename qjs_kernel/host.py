"""Host functions: the table behind `env.*`, and what an exception of one of them tells the guest.

The guest knows a host function by a number; nothing it sends is ever used as an attribute name. Numbers are
handed out by `HostTable` and stay valid as long as the sandbox.
"""

from __future__ import annotations

import inspect
import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Literal

from qjs_kernel.errors import FsError, GuestError

__all__ = ["ErrorPolicy", "HostTable", "process_env"]

ErrorPolicy = Literal["shown", "hidden"]

# More different callables than this cannot be handed to one guest: each stays in the table.
_MOST_FUNCTIONS = 100_000
_MOST_ERRORS = 100


class HostTable:
    """Callables by number, and the Python tracebacks of the last errors by number, for the owner's eyes."""

    def __init__(self, policy: ErrorPolicy) -> None:
        if policy not in ("shown", "hidden"):
            raise ValueError(f"host_errors must be 'shown' or 'hidden', not {policy!r}")
        self._policy = policy
        self._functions: list[Callable[..., Any]] = []
        self._numbers: dict[int, int] = {}
        self._tracebacks: dict[int, str] = {}
        self._next_error = 1

    def add(self, function: Callable[..., Any]) -> tuple[int, bool]:
        """The number of `function` and whether it is async; the same callable keeps its number."""
        key = id(function)
        number = self._numbers.get(key)
        # The table keeps every callable alive, so an id() cannot come back as another object's. Bound methods
        # are made anew at each access and therefore get a number each time.
        if number is None:
            if len(self._functions) >= _MOST_FUNCTIONS:
                raise ValueError(f"more than {_MOST_FUNCTIONS} host functions were handed to this sandbox")
            number = len(self._functions)
            self._functions.append(function)
            self._numbers[key] = number
        return number, _is_async(function)

    def get(self, number: int) -> Callable[..., Any] | None:
        return self._functions[number] if 0 <= number < len(self._functions) else None

    def failure(self, error: BaseException) -> str:
        """What the guest is told of `error`, as the JSON that bridge.js understands.

        Class name and message, never a traceback, a cause or a path of ours; with policy "hidden" no message.
        An FsError or a GuestError (the guest's own error on its way back) keeps its own words.
        """
        number = self._next_error
        self._next_error += 1
        self._tracebacks[number] = host_traceback(error)
        self._tracebacks.pop(number - _MOST_ERRORS, None)
        props: dict[str, Any] = {}
        if isinstance(error, GuestError):
            name, message = error.name, error.message
        elif isinstance(error, FsError):
            name, message = "Error", error.text
            props = fs_error_props(error)
        elif self._policy == "hidden":
            name, message = "Error", "the host function failed"
        else:
            # Python's Exception is what JavaScript calls Error: a class of its own would tell nobody anything.
            name = "Error" if type(error) is Exception else type(error).__name__
            message = _message(error)
        return json.dumps({"name": name, "message": message[:20_000], "id": number, "props": props})

    def traceback(self, number: int) -> str | None:
        """The Python traceback of error `number` (as the guest returned it), if it is among the last ones."""
        return self._tracebacks.get(number)


def fs_error_props(error: FsError) -> dict[str, Any]:
    """The properties Node puts on a file system error."""
    props: dict[str, Any] = {"errno": error.errno_value, "code": error.code, "syscall": error.syscall}
    if error.path:
        props["path"] = error.path
    if error.dest is not None:
        props["dest"] = error.dest
    return props


def _is_async(function: Callable[..., Any]) -> bool:
    if inspect.iscoroutinefunction(function):
        return True
    # An object with an async __call__.
    return inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, KeyError) and len(error.args) == 1:
            return str(error.args[0])  # str(KeyError("x")) is "'x'"
        return str(error)
    except Exception:  # noqa: BLE001 - a host exception whose own __str__ fails
        return ""


def host_traceback(error: BaseException) -> str:
    """The traceback of `error` from the host function's own frame on: our frames above it say nothing."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals.get("__name__", "").startswith("qjs_kernel."):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames, limit=20))


def process_env(env: Mapping[str, Any]) -> dict[str, str]:
    """The plain strings of `env`, which the guest sees as `process.env`."""
    return {
        key: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for key, value in env.items()
        if isinstance(key, str) and isinstance(value, str)
    }


def is_control(error: BaseException) -> bool:
    """Whether `error` is the owner's wish to stop, which no guest `catch` may swallow."""
    return isinstance(error, (KeyboardInterrupt, SystemExit))
