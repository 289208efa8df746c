"""The commands of a notebook: one table as data, walked by the kernel, by `%load_ext`, by help and completion."""

from __future__ import annotations

from qjs_kernel.magics.actions import Action, Assist, Guest, Params, Python, Show, View, run_command
from qjs_kernel.magics.cells import Cell, split_cell
from qjs_kernel.magics.commands import COMMANDS, find_command, help_page
from qjs_kernel.magics.grammar import Argument, Command, CommandError, Option, Parsed
from qjs_kernel.magics.hostnames import exported_names, exported_values, missing_name_hint

__all__ = [
    "COMMANDS",
    "Action",
    "Argument",
    "Assist",
    "Cell",
    "Command",
    "CommandError",
    "Guest",
    "Option",
    "Params",
    "Parsed",
    "Python",
    "Show",
    "View",
    "exported_names",
    "exported_values",
    "find_command",
    "help_page",
    "missing_name_hint",
    "run_command",
    "split_cell",
]
