"""`Replies`: what the worker answered, as its owner gets it: outcomes, values and errors in their own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from qjs_kernel.answers import Answers
from qjs_kernel.codec import decode
from qjs_kernel.errors import CodecError, ErrorKind, FsError, GuestError
from qjs_kernel.limits import Usage
from qjs_kernel.outcome import Outcome, Output, SourceMap, fault_error, limit_error
from qjs_kernel.protocol import Called, Done, Late
from qjs_kernel.values import GuestFunction, GuestValue
from qjs_kernel.vfs import VirtualFS

__all__ = ["Replies", "source_reader"]


class Replies:
    """Translates the replies of one sandbox's worker. Changes nothing: files and worker are the caller's business.

    answers  the sandbox's, for its limits, its hooks of the codec and the tracebacks of host functions
    sources  where the positions in guest stacks are looked up
    """

    def __init__(self, answers: Answers, sources: SourceMap) -> None:
        self._answers = answers
        self._sources = sources

    def outcome(
        self,
        done: Done,
        code: str,
        filename: str,
        seconds: float,
        logs: tuple[Output, ...],
        *,
        display: bool,
    ) -> Outcome:
        """The outcome of the program `code`, which had `seconds` and was evaluated as `filename`."""
        used = done.telemetry
        usage = Usage(used.seconds, used.memory, used.output, used.host_calls)
        error = self._error(done, code, filename, seconds)
        if error is not None:
            return Outcome(False, error=error, logs=logs, usage=usage)
        data, problem = None, _unencodable(done.unencodable) if done.unencodable else None
        if problem is None:
            try:
                data = self._decoded(done.text, done.blob)
            except CodecError as fault:
                problem = _not_handed_over(str(fault))
        if problem is not None and not display:
            return Outcome(False, error=problem, logs=logs, usage=usage)
        if done.large and isinstance(data, GuestFunction):
            data = GuestValue(data)
        return Outcome(True, data, logs=logs, usage=usage, text=done.shown, rich=self._rich(done))

    def _error(self, done: Done, code: str, filename: str, seconds: float) -> GuestError | None:
        if done.stopped:
            return self.limit(done.stopped, seconds, done.rolled_back, done.detail)
        if done.fault is not None:
            return fault_error(done.fault, self._sources, code, filename)
        if done.error is not None:
            return self._sources.error(done.error, self._answers.table.traceback)
        return None

    def _rich(self, done: Done) -> dict[str, Any] | None:
        if not done.rich:
            return None
        try:
            bundle = self._decoded(done.rich, done.rich_blob)
        except CodecError:
            return None
        return bundle if type(bundle) is dict else None

    def value(self, called: Called) -> Any:
        """What a guest function returned; raises the GuestError it ended with, CodecError for what is too large."""
        if called.stopped:
            raise self.limit(called.stopped, self._answers.limits.timeout, called.rolled_back, called.detail)
        if called.error is not None:
            raise self._sources.error(called.error, self._answers.table.traceback)
        return self._decoded(called.text, called.blob)

    def late(self, message: Late) -> GuestError:
        """The error of a timer, or of a promise that nobody awaits."""
        if message.error is not None:
            return self._sources.error(message.error, self._answers.table.traceback)
        return self.limit(message.stopped or "crash", self._answers.limits.timeout, True, message.detail)

    def limit(self, reason: str, seconds: float, rolled_back: bool, detail: str) -> GuestError:
        """The error of what had to be stopped; `reason` is one that the worker or `Engine.loss_reason` gives."""
        return limit_error(
            cast(ErrorKind, reason), self._answers.limits, seconds, rolled_back=rolled_back, detail=detail
        )

    def error_value(self, name: str, message: str, stack: str, cause: GuestError | None) -> GuestError:
        """An error that the guest hands over as a value."""
        return GuestError("exception", name, message, frames=self._sources.frames(stack), cause=cause)

    def _decoded(self, text: bytes, blob: bytes) -> Any:
        hooks = self._answers.hooks
        assert hooks is not None
        return decode(text, blob, self._answers.limits, hooks)


def source_reader(fs: VirtualFS) -> Callable[[str, str], str | None]:
    """(path, digest) → the text of the file while it has this digest (any, if that is empty); None if not."""

    def read(path: str, digest: str) -> str | None:
        try:
            if digest and fs.digest(path) != digest:
                return None
            return fs.read_bytes(path).decode("utf-8", "replace")
        except FsError:
            return None

    return read


def _unencodable(problem: str) -> GuestError:
    try:
        message, path = json.loads(problem)
    except ValueError:
        message, path = "it cannot be encoded", ""
    return _not_handed_over(f"{message} (at {path})" if path and path != "the value" else message)


def _not_handed_over(why: str) -> GuestError:
    return GuestError("exception", "TypeError", f"the result cannot be handed over: {why}")
