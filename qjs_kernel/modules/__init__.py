"""From an import to a file: `tables` is known by heart, `lookup` looks at files, `resolver` has the rules."""

from __future__ import annotations

from qjs_kernel.modules.resolver import ModuleResolver
from qjs_kernel.modules.tables import BUILTINS, ModuleKind, Resolved, ResolveError

__all__ = ["BUILTINS", "ModuleKind", "ModuleResolver", "ResolveError", "Resolved"]
