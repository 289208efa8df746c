"""A sandbox without a guest: it keeps to the contract of `Sandbox` and runs a language of one verb a line.

log TEXT · warn TEXT · clear · set NAME JSON · get NAME · value JSON · nothing · call NAME JSON… · late TEXT
throw NAME MESSAGE · timeout · syntax · sleep (until interrupted)
"""

from __future__ import annotations

import asyncio
import copy
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qjs_kernel.errors import Frame, GuestError
from qjs_kernel.limits import Limits, Usage
from qjs_kernel.outcome import Cleared, Late, Outcome, Output
from qjs_kernel.vfs import VirtualFS


@dataclass
class Checkpoint:
    """`copied` ones stay; the others are there for as many runs as `FakeSandbox.history` says."""

    state: dict[str, Any]
    files: Any
    copied: bool = False
    closed: bool = False

    @property
    def size(self) -> int:
        return len(json.dumps(self.state))

    def close(self) -> None:
        self.closed = True


class FakeSandbox:
    def __init__(
        self,
        mounts: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        *,
        sink: Callable[[Any], None] | None = None,
        history: int = 0,
        stdin: Callable[[str, str], str] | None = None,
    ) -> None:
        self.history = history
        self.stdin = stdin
        self._before: list[Checkpoint] = []
        self.fs = VirtualFS(limits)
        if mounts:
            self.fs.mount("/", mounts)
        self.env = dict(env or {})
        self.state: dict[str, Any] = {}
        self.runs: list[dict[str, Any]] = []
        self.started = 0
        self.restored = 0
        self.closed = False
        self._limits = limits or Limits()
        self.limit_history: list[Limits] = []
        self._sink = sink or (lambda event: None)
        self._stop = threading.Event()
        self.sleeping = threading.Event()

    @property
    def limits(self) -> Limits:
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.limit_history.append(limits)
        self._limits = limits

    def start(self) -> None:
        self.started += 1

    def set_env(self, env: Mapping[str, Any]) -> None:
        for name, value in env.items():
            if isinstance(value, complex):
                raise TypeError(f"a complex number cannot cross (at env.{name})")
        self.env = dict(env)

    def interrupt(self) -> None:
        self._stop.set()

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(copy.deepcopy(self.state), self.fs.snapshot(), copied=True)

    def previous(self) -> Checkpoint:
        return self._before[-1]

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        return Checkpoint(checkpoint.state, checkpoint.files, copied=True)

    def restore(self, checkpoint: Checkpoint) -> None:
        there = any(checkpoint is each for each in self._before) or checkpoint.copied
        if checkpoint.closed or not there:
            raise ValueError("this checkpoint is too far back")
        self.restored += 1
        self.state = copy.deepcopy(checkpoint.state)
        self.fs.restore(checkpoint.files)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> FakeSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def completeness(self, code: str) -> tuple[str, str]:
        return ("incomplete", "  ") if code.rstrip().endswith("{") else ("complete", "")

    def info(self) -> dict[str, Any]:
        return {"engine": "fake 1.0", "worker": None, "memory": 2 * 2**20, "files": self.fs.file_count}

    def eval(self, code: str, filename: str, timeout: float | None = None, **options: Any) -> Outcome:
        self._begin(code, filename, timeout, options)
        if self._is_sleep(code):
            self.sleeping.set()
            self._stop.wait()
        return self._end(code, filename, options)

    async def eval_async(
        self,
        code: str,
        filename: str,
        timeout: float | None = None,
        **options: Any,
    ) -> Outcome:
        self._begin(code, filename, timeout, options)
        if self._is_sleep(code):
            self.sleeping.set()
            await asyncio.get_running_loop().run_in_executor(None, self._stop.wait)
        return self._end(code, filename, options)

    @staticmethod
    def _is_sleep(code: str) -> bool:
        return "sleep" in code.split("\n")

    def _begin(self, code: str, filename: str, timeout: float | None, options: dict[str, Any]) -> None:
        self._stop.clear()
        self.runs.append({"code": code, "filename": filename, "timeout": timeout, **options})

    def _end(self, code: str, filename: str, options: dict[str, Any]) -> Outcome:
        before = Checkpoint(copy.deepcopy(self.state), self.fs.snapshot())
        self._before = [*self._before, before][-max(1, self.history) :]
        tag = options.get("tag")
        data: Any = None
        text: str | None = None
        for number, line in enumerate(code.split("\n"), start=1):
            verb, _, rest = line.strip().partition(" ")
            if not verb:
                continue
            text = None
            if verb in ("log", "warn"):
                self._sink(Output("stderr" if verb == "warn" else "stdout", f"{rest}\n", tag))
            elif verb == "clear":
                self._sink(Cleared(tag))
            elif verb == "late":
                self._sink(Late(GuestError("exception", "Error", rest), tag))
            elif verb == "set":
                name, _, value = rest.partition(" ")
                self.state[name] = json.loads(value)
            elif verb in ("get", "value", "call"):
                if verb == "call":
                    name, *arguments = rest.split(" ")
                    data = self.env[name](*map(json.loads, arguments))
                else:
                    data = self.state[rest] if verb == "get" else json.loads(rest)
                text = "null" if data is None else str(data)
            elif verb in ("throw", "timeout", "syntax", "sleep"):
                frame = Frame("<module>", filename, number, 1, line)
                return self._fault(verb, rest, frame, before)
        return Outcome(True, data, None, (), Usage(), text)

    def _fault(self, verb: str, rest: str, frame: Frame, before: Checkpoint) -> Outcome:
        if verb == "throw":
            name, _, message = rest.partition(" ")
            error = GuestError("exception", name, message, frames=(frame,))
        elif verb == "syntax":
            error = GuestError("syntax", "SyntaxError", "unexpected", frames=(frame,))
        else:
            self.restore(before)
            kind, name = (
                ("timeout", "ExecutionTimeout") if verb == "timeout" else ("interrupt", "InterruptedError")
            )
            error = GuestError(kind, name, "stopped", frames=(frame,), rolled_back=True)  # type: ignore[arg-type]
        return Outcome(False, None, error, (), Usage(), None)
