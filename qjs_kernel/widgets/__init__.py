"""Live views of a notebook's state (`%view`), made of ipywidgets. Imported when the first one is asked for."""

from __future__ import annotations

from qjs_kernel.widgets.base import Stage, View, open_view
from qjs_kernel.widgets.views import make_view

__all__ = ["Stage", "View", "make_view", "open_view"]
