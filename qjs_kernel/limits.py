"""`Limits`: what a sandbox may use, and `Usage`: what a run did use."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

__all__ = ["MIB", "Limits", "Usage"]

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit has a default; a value that makes no sense raises ValueError at once.

    timeout         s, wall clock of a whole run: parse, run, awaits, host calls, decoding
    memory          bytes of guest heap (WebAssembly linear memory)
    stack           bytes of WebAssembly stack, at most 2 MiB (above it the engine would abort)
    output          bytes of console text a run
    messages        console messages a run reaches the host with (lines are batched into them)
    timers          timers alive at once
    intervals       intervals alive at once (they count as timers too)
    host_calls      asynchronous host calls outstanding at once
    files           number of files and directories in the virtual filesystem
    file_bytes      bytes of file content in the virtual filesystem
    module_bytes    bytes of one module's source
    result_bytes    bytes of a value that crosses the boundary, encoded
    result_nodes    values inside a value that crosses the boundary
    result_depth    nesting of a value that crosses the boundary
    """

    timeout: float = 5.0
    memory: int = 128 * MIB
    stack: int = MIB
    output: int = MIB
    messages: int = 1_000
    timers: int = 1_000
    intervals: int = 1_000
    host_calls: int = 64
    files: int = 10_000
    file_bytes: int = 64 * MIB
    module_bytes: int = 16 * MIB
    result_bytes: int = 32 * MIB
    result_nodes: int = 2_000_000
    result_depth: int = 200

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError(
                    f"Limits.{field.name} must be a number, not {type(value).__name__}: {value!r}"
                )
            if field.name != "timeout" and not isinstance(value, int):
                raise TypeError(f"Limits.{field.name} must be a whole number, not {value!r}")
            if not 0 < value < float("inf"):
                raise ValueError(f"Limits.{field.name} must be above 0 and finite, not {value!r}")
        if self.timeout > 86_400:
            raise ValueError(f"Limits.timeout is in seconds and at most a day (86400), not {self.timeout!r}")
        if not 4 * MIB <= self.memory <= 2_048 * MIB:
            raise ValueError(
                f"Limits.memory must be between 4 MiB and 2048 MiB, in bytes, not {self.memory!r}"
            )
        if not 64 * 1024 <= self.stack <= 2 * MIB:
            raise ValueError(f"Limits.stack must be between 64 KiB and 2 MiB, in bytes, not {self.stack!r}")
        if self.module_bytes > 16 * MIB:
            raise ValueError(
                f"Limits.module_bytes is at most 16 MiB (the engine's own), not {self.module_bytes!r}"
            )
        if self.result_depth > 200:
            raise ValueError(f"Limits.result_depth is at most 200, not {self.result_depth!r}")

    def with_(self, **changes: Any) -> Limits:
        """A copy with some limits changed; an unknown name raises TypeError that lists the known ones."""
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise TypeError(f"unknown limit {name!r}; the limits are {', '.join(known)}")
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run used: seconds of wall clock, bytes of guest heap at its end, console bytes, host calls."""

    seconds: float = 0.0
    memory: int = 0
    output: int = 0
    host_calls: int = 0
