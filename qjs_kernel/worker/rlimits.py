"""Limits that the worker sets on its own process, where the platform has them: a third wall behind the engine's own."""

from __future__ import annotations

import sys

__all__ = ["limit_data", "limit_process"]

if sys.platform == "win32":

    def limit_process() -> None:
        """Windows has no resource limits of this kind; the other walls stand."""

    def limit_data(extra: int) -> None:
        """As above."""

else:
    import resource

    def limit_process() -> None:
        """No core dumps, few open files, no file larger than a checkpoint can be."""
        _set(resource.RLIMIT_CORE, 0)
        _set(resource.RLIMIT_NOFILE, 64)
        _set(resource.RLIMIT_FSIZE, 4 << 30)

    def limit_data(extra: int) -> None:
        """At most `extra` bytes of private memory more than now.

        Native parsers know no limit of their own: where they get no more memory, they abort the process, and the
        sandbox goes on from its checkpoint in another one. Only where the kernel says how much is in use (Linux).
        """
        try:
            with open("/proc/self/status", encoding="ascii") as status:
                used = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
        except (OSError, StopIteration):
            return
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        # The soft limit: the next sandbox of this process may be allowed more.
        wanted = used + extra
        if hard == resource.RLIM_INFINITY or wanted < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))

    def _set(kind: int, value: int) -> None:
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            return
