"""Run TypeScript and JavaScript that you do not trust, from Python and in Jupyter notebooks.

The names are loaded when they are first used: the worker process imports this package too and needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qjs_kernel._version import __version__

if TYPE_CHECKING:
    from qjs_kernel.errors import (
        CodecError,
        Diagnostic,
        Frame,
        FsError,
        GuestError,
        MountError,
        QjsError,
        SandboxBusy,
        SandboxClosed,
        WorkerError,
    )
    from qjs_kernel.extension import load_ipython_extension, unload_ipython_extension
    from qjs_kernel.fetch import FetchPolicy
    from qjs_kernel.limits import Limits, Usage
    from qjs_kernel.outcome import Cleared, Late, Outcome, Output
    from qjs_kernel.process import WorkerPool
    from qjs_kernel.sandbox import Checkpoint, Sandbox
    from qjs_kernel.values import BigInt, GuestFunction, GuestValue, JSMap, JSRegExp, JSSet, undefined

_HOME = {
    "BigInt": "values",
    "Checkpoint": "sandbox",
    "Cleared": "outcome",
    "CodecError": "errors",
    "Diagnostic": "errors",
    "Displayed": "outcome",
    "FetchPolicy": "fetch",
    "Frame": "errors",
    "FsError": "errors",
    "GuestError": "errors",
    "GuestFunction": "values",
    "GuestValue": "values",
    "JSMap": "values",
    "JSRegExp": "values",
    "JSSet": "values",
    "Late": "outcome",
    "Limits": "limits",
    "MountError": "errors",
    "Outcome": "outcome",
    "Output": "outcome",
    "QjsError": "errors",
    "Sandbox": "sandbox",
    "SandboxBusy": "errors",
    "SandboxClosed": "errors",
    "Usage": "limits",
    "WorkerError": "errors",
    "WorkerPool": "process",
    "load_ipython_extension": "extension",
    "unload_ipython_extension": "extension",
    "undefined": "values",
}

__all__ = [
    "BigInt",
    "Checkpoint",
    "Cleared",
    "CodecError",
    "Diagnostic",
    "Displayed",
    "FetchPolicy",
    "Frame",
    "FsError",
    "GuestError",
    "GuestFunction",
    "GuestValue",
    "JSMap",
    "JSRegExp",
    "JSSet",
    "Late",
    "Limits",
    "MountError",
    "Outcome",
    "Output",
    "QjsError",
    "Sandbox",
    "SandboxBusy",
    "SandboxClosed",
    "Usage",
    "WorkerError",
    "WorkerPool",
    "__version__",
    "load_ipython_extension",
    "undefined",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
