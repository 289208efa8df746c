"""Which view a name stands for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from qjs_kernel.widgets.base import Stage, View

__all__ = ["make_view"]

_VIEWS = {
    "env": ("env", "EnvView"),
    "files": ("files", "FilesView"),
    "limits": ("limits", "LimitsView"),
    "cells": ("cells", "CellsView"),
    "value": ("inspector", "ValueView"),
}


def make_view(stage: Stage, what: str, argument: str = "") -> View:
    """The view `what` ("value": of the value at the path `argument`). QjsError where there is nothing to see."""
    module, name = _VIEWS[what]
    made: Callable[..., View] = getattr(import_module(f"qjs_kernel.widgets.{module}"), name)
    return made(stage, argument) if what == "value" else made(stage)
