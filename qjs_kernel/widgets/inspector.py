"""`%view NAME`: a value of the guest as a tree that is opened row by row, with a search and paths to copy."""

from __future__ import annotations

import contextlib
from typing import Any

import ipywidgets
from ipywidgets.widgets.widget_string import HTMLStyle

from qjs_kernel.display import Bundle
from qjs_kernel.display.brief import one_line
from qjs_kernel.errors import SandboxBusy
from qjs_kernel.protocol import Peeked, PeekRow
from qjs_kernel.widgets.base import Markup, Stage, View, markup
from qjs_kernel.widgets.inspector_still import row_html, still_html, still_text, survey
from qjs_kernel.widgets.paths import expression_below, expression_of, parse_path
from qjs_kernel.widgets.tree import PAGE, Node, Tree

__all__ = ["ValueView"]

_FOUND = 50
_INDENT = 18  # px a level
_NAMED = 60  # characters of a name in a tooltip
_MUTED = "color: var(--jp-ui-font-color2, #777)"


class _Looks:
    """Layouts and styles that all rows share: each one more is a message to the browser for every row."""

    def __init__(self) -> None:
        self.row = ipywidgets.Layout(align_items="center", min_height="24px", overflow="hidden")
        self.text = ipywidgets.Layout(
            flex="1 1 auto", min_width="0", margin="0", height="24px", overflow="hidden"
        )
        # The text of a button stands in a line of 28px: lower than that, it would hang below the row's.
        self.tool = ipywidgets.Layout(
            width="26px", height="28px", margin="-2px 0", padding="0", flex="0 0 auto"
        )
        self.wide = ipywidgets.Layout(width="auto", height="28px", margin="-2px 4px -2px 0", flex="0 0 auto")
        self.quiet = ipywidgets.ButtonStyle(
            button_color="transparent", text_color="var(--jp-ui-font-color3, #999)"
        )
        self.plain = ipywidgets.ButtonStyle(button_color="transparent")
        self.words = HTMLStyle()
        self._toggles: dict[int, ipywidgets.Layout] = {}

    def toggle(self, depth: int) -> ipywidgets.Layout:
        made = self._toggles.get(depth)
        if made is None:
            made = self._toggles[depth] = ipywidgets.Layout(
                width="22px",
                height="28px",
                margin=f"-2px 0 -2px {depth * _INDENT}px",
                padding="0",
                flex="0 0 auto",
            )
        return made

    def close(self) -> None:
        for part in (
            self.row,
            self.text,
            self.tool,
            self.wide,
            self.plain,
            self.quiet,
            self.words,
            *self._toggles.values(),
        ):
            part.close()


class _Row:
    """The widgets of one row of the tree."""

    def __init__(self, view: ValueView, node: Node, looks: _Looks) -> None:
        self._node = node
        self.toggle = ipywidgets.Button(layout=looks.toggle(node.depth), style=looks.plain)
        self.text = Markup(layout=looks.text, style=looks.words)
        self.copy = ipywidgets.Button(icon="link", layout=looks.tool, style=looks.quiet)
        self.widget = ipywidgets.HBox([self.toggle, self.text, self.copy], layout=looks.row)
        self.toggle.on_click(lambda _: view.act(lambda: view.toggle(node)))
        self.copy.on_click(lambda _: view.act(lambda: view.point_at(node.expression)))
        self.copy.tooltip = f"Path of {_name(node)}"
        self.update(marked=False)

    def update(self, *, marked: bool) -> None:
        node, name = self._node, _name(self._node)
        self.toggle.disabled = not node.expandable
        self.toggle.description = ("▾" if node.open else "▸") if node.expandable else "·"
        self.toggle.tooltip = (
            f"{'Close' if node.open else 'Open'} {name}" if node.expandable else f"{name} is a leaf"
        )
        self.text.value = row_html(node.row, node.expression if node.parent is None else "", marked=marked)

    def close(self) -> None:
        for part in (self.widget, self.toggle, self.text, self.copy):
            part.close()


class _Pager:
    """Which page of a large value is seen, and the way to the others."""

    def __init__(self, view: ValueView, node: Node, looks: _Looks) -> None:
        self._node = node
        name = _name(node)
        self._back = _button("◂", f"Previous {PAGE} entries of {name}", looks)
        self._on = _button("▸", f"Next {PAGE} entries of {name}", looks)
        self._text = Markup(layout=looks.wide, style=looks.words)
        self._gap = Markup(layout=looks.toggle(node.depth + 1), style=looks.words)
        self._at = ipywidgets.BoundedIntText(
            min=0, max=0, description="from", tooltip=f"First entry of {name} that is shown", continuous_update=False,
            layout={"width": "170px", "height": "24px", "margin": "0"}, style={"description_width": "40px"},
        )  # fmt: skip
        self.widget = ipywidgets.HBox(
            [self._gap, self._back, self._text, self._on, self._at], layout=looks.row
        )
        self._back.on_click(lambda _: view.act(lambda: view.page(node, max(0, node.start - PAGE))))
        self._on.on_click(lambda _: view.act(lambda: view.page(node, node.start + PAGE)))
        self._at.observe(self._jump(view), "value")
        self.update()

    def _jump(self, view: ValueView) -> Any:
        def jump(change: dict[str, Any]) -> None:
            if change["new"] != self._node.start:
                view.act(lambda: view.page(self._node, change["new"]))

        return jump

    def update(self) -> None:
        node = self._node
        end = min(node.start + PAGE, node.total)
        self._text.value = markup("span", f"{node.start:,} to {end - 1:,} of {node.total:,}", _MUTED)
        self._back.disabled = node.start == 0
        self._on.disabled = end >= node.total
        self._at.max = max(node.total - 1, node.start)
        self._at.value = node.start

    def close(self) -> None:
        for part in (self._at.layout, self._at.style, self._at, self._gap, self._back, self._text, self._on):
            part.close()
        self.widget.close()


class ValueView(View):
    """The value at `argument`, a path as `state.users[3]`; all names of the notebook without one.

    Raises QjsError where there is no such value or the path cannot be read, SandboxBusy while a cell runs.
    """

    title = "value"

    def __init__(self, stage: Stage, argument: str = "") -> None:
        super().__init__(stage)
        steps = parse_path(argument)
        self.tree = Tree(self.session.peek, steps, expression_of(steps))
        self._looks = _Looks()
        self._rows: dict[Node, _Row] = {}
        self._pagers: dict[Node, _Pager] = {}
        self._drawn = False
        self._marked: Node | None = None
        self._last_still: Bundle | None = None
        self._found: list[ipywidgets.Widget] = []

    # Widgets

    def build(self) -> ipywidgets.Widget:
        field = {"width": "300px", "margin": "0 8px 0 0"}
        narrow = {"description_width": "50px"}
        self.search = ipywidgets.Text(
            description="Search", placeholder="a key or a text", tooltip="Search keys and texts; Enter begins",
            continuous_update=False, layout=field, style=narrow,
        )  # fmt: skip
        self.path = ipywidgets.Text(
            description="Path", placeholder="the link behind a row fills this in",
            tooltip="JavaScript for the row that was asked for, to be copied", layout={**field, "flex": "1 1 300px"},
            style=narrow,
        )  # fmt: skip
        self.summary = Markup()
        self.results = ipywidgets.VBox([], layout={"margin": "0 0 4px 0"})
        self.list = ipywidgets.VBox([], layout={"overflow": "auto", "max_height": "520px"})
        self.search.observe(lambda change: self.act(lambda: self._search(str(change["new"]))), "value")
        self.summary.layout.display = "none"
        head = ipywidgets.HBox([self.search, self.path], layout={"flex_flow": "row wrap"})
        return ipywidgets.VBox([head, self.summary, self.results, self.list])

    def refresh(self) -> None:
        if self._drawn:  # the tree of a new view is as new
            with contextlib.suppress(SandboxBusy):  # it is told when the cell has ended
                self.tree.refresh()
        self._drawn = True
        self._draw()

    def close(self) -> None:
        super().close()
        for row in self._rows.values():
            row.close()
        for pager in self._pagers.values():
            pager.close()
        self._rows, self._pagers = {}, {}
        self._looks.close()

    def _draw(self) -> None:
        """Make the widgets those of the tree; what has gone from it is closed."""
        rows, pagers, order = {}, {}, []
        hidden = (
            self.tree.root if not self.tree.root.steps else None
        )  # a row for "all names" would say nothing
        for node in self.tree.rows():
            if node is not hidden:
                row = self._rows.get(node) or _Row(self, node, self._looks)
                row.update(marked=node is self._marked)
                rows[node] = row
                order.append(row.widget)
            if node.open and node.total > PAGE:
                pager = self._pagers.get(node) or _Pager(self, node, self._looks)
                pager.update()
                pagers[node] = pager
                order.append(pager.widget)
        gone = [self._rows[node] for node in self._rows.keys() - rows.keys()]
        gone_pagers = [self._pagers[node] for node in self._pagers.keys() - pagers.keys()]
        self._rows, self._pagers = rows, pagers
        if self.list.children != tuple(order):
            self.list.children = order
        for row in gone:
            row.close()
        for pager in gone_pagers:
            pager.close()

    # What controls do

    def toggle(self, node: Node) -> None:
        """Open or close a row."""
        if node.open:
            self.tree.collapse(node)
        else:
            self.tree.expand(node)
        self._draw()

    def page(self, node: Node, start: int) -> None:
        """Show the page of an open row that begins with entry `start`."""
        self.tree.expand(node, start)
        self._draw()

    def point_at(self, expression: str) -> None:
        """Write a path where it can be copied."""
        self.path.value = expression

    def open_found(self, row: PeekRow) -> None:
        """Open the way to something that the search has found."""
        node = self.tree.reveal(row.path)
        self._marked = node
        self.point_at(node.expression)
        self._draw()

    def _search(self, text: str) -> None:
        found = self.tree.find(text, _FOUND) if text else None
        old, self._found = self._found, []
        lines = [] if found is None else [self._result(row) for row in found.rows]
        self.results.children = lines
        for widget in old:
            widget.close()
        self.summary.layout.display = "none" if found is None else "block"
        self.summary.value = "" if found is None else markup("span", _summary(found, text), _MUTED)

    def _result(self, row: PeekRow) -> ipywidgets.Widget:
        expression = self.tree.root.expression
        for step in row.path[:-1]:
            expression = expression_below(expression, step)
        expression = expression_below(expression, row.path[-1], row.label) if row.path else expression
        go = _button(_middle(expression), f"Show {one_line(expression, _NAMED * 2)}", self._looks)
        text = Markup(row_html(row), layout=self._looks.text, style=self._looks.words)
        go.on_click(lambda _: self.act(lambda: self.open_found(row)))
        line = ipywidgets.HBox([go, text], layout=self._looks.row)
        self._found += [line, go, text]
        return line

    # For readers without a kernel

    def still(self) -> Bundle:
        root = self.tree.root
        title = root.expression or "all names"
        try:
            levels = survey(self.session.peek, root.steps, self.tree.first_page)
        except SandboxBusy:
            if self._last_still is None:
                raise
        else:
            data = {"text/plain": still_text(levels, title), "text/html": still_html(levels, title)}
            self._last_still = data, {}
        return self._last_still


def _button(text: str, tooltip: str, looks: _Looks) -> ipywidgets.Button:
    return ipywidgets.Button(description=text, tooltip=tooltip, layout=looks.wide, style=looks.plain)


def _name(node: Node) -> str:
    return one_line(node.row.label if node.parent is not None else node.expression or "all names", _NAMED)


def _middle(text: str) -> str:
    """A long path with its end: that is what tells paths apart."""
    return text if len(text) <= _NAMED else f"{text[:20]}…{text[-39:]}"


def _summary(found: Peeked, text: str) -> str:
    shown, wanted = len(found.rows), one_line(text, 40)
    if shown == 0:
        return f"{wanted!r} is in none of the {'' if found.complete else 'first '}{found.total:,} values"
    places = f"{shown} {'place' if shown == 1 else 'places'}"
    if found.complete:
        return f"{wanted!r} is in {places}, of {found.total:,} values"
    return f"{wanted!r} is in {places} or more: {found.total:,} values were looked at"
