"""How values and errors of the guest are shown: the only place that escapes text for a reader."""

from __future__ import annotations

from qjs_kernel.display.errors import (
    GuestFault,
    code_frame,
    error_text,
    error_traceback,
    fault_of,
    plain_fault,
)
from qjs_kernel.display.results import Bundle, GuestResult
from qjs_kernel.display.text import cell_width, safe_text, shorten

__all__ = [
    "Bundle",
    "GuestFault",
    "GuestResult",
    "cell_width",
    "code_frame",
    "error_text",
    "error_traceback",
    "fault_of",
    "plain_fault",
    "safe_text",
    "shorten",
]
