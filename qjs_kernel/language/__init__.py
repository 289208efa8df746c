"""TypeScript's help while a cell is written: completion, hover, signatures, type errors and their fixes.

`service` is what the kernel talks to; `server` runs the language server and is the only one, with `lsp`, to know
that it speaks LSP. Nothing here is needed for a cell to run.
"""

from __future__ import annotations

from qjs_kernel.language.model import (
    Completion,
    Completions,
    Edit,
    Fix,
    Hover,
    Problem,
    Signature,
    State,
)
from qjs_kernel.language.service import LanguageService
from qjs_kernel.language.world import World

__all__ = [
    "Completion",
    "Completions",
    "Edit",
    "Fix",
    "Hover",
    "LanguageService",
    "Problem",
    "Signature",
    "State",
    "World",
]
