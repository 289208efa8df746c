"""Help while a cell is written: completion, hover, type problems and their fixes, for a notebook over a Session.

`places` says what of a cell is guest code and where; `assistant` asks the language service, and the guest's present
values where that has nothing to say. Nothing here knows Jupyter.
"""

from __future__ import annotations

from qjs_kernel.assist.assistant import MODES, Assistant
from qjs_kernel.assist.commands import complete_command
from qjs_kernel.assist.places import GuestText, guest_text
from qjs_kernel.assist.suggestions import Suggestion

__all__ = ["MODES", "Assistant", "GuestText", "Suggestion", "complete_command", "guest_text"]
