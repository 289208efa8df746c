"""What the guest wants to show → Jupyter data and metadata: the MIME policy, in one place.

`render_bundle` and `render_value` take hostile data of any shape and never raise: what may not be shown is left out,
and the text twin says why. Metadata is ours alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from qjs_kernel.display.brief import brief, number_text, one_line
from qjs_kernel.display.mime import (
    Refusal,
    as_text,
    box,
    json_data,
    picture,
    picture_kind,
    plain_text,
    svg_image,
)
from qjs_kernel.display.results import Bundle
from qjs_kernel.errors import GuestError

__all__ = ["Bundle", "SourceOf", "render_bundle", "render_value"]

SourceOf = Callable[[str], "str | None"]

VALUE_MIME = "application/vnd.qjs.value"
TABLE_MIME = "application/vnd.qjs.table+json"
PROGRESS_MIME = "application/vnd.qjs.progress+json"

_LABEL = 200
_BAR = 20
_TREE_NODES = 50_000
_TREE_CHARACTERS = 1_000_000
_SMALL_TREE = 30
_TREE_TEXT = 50_000

# Escapes outside of strings too, so that a text of backslashes and quotes is gone through once.
_STRING = re.compile(r"\\.|'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\"|`(?:[^`\\]|\\.)*+`", re.S)
# What `util.inspect` writes where JSON would not tell the truth: tags in brackets ([Function], [Getter], [Foo],
# [Symbol(a)], [Circular *1]), class names and sizes before brackets, references, holes, undefined.
_NO_JSON = re.compile(
    r"\[(?!(?:Object|Array)\])[A-Za-z]|[\w$)\]>] [\[{]|<|\bundefined\b|\bSymbol\(|\bNaN\b|\bInfinity\b|-0\b"
)


def render_bundle(
    bundle: object, *, allow_html: bool = False, source_of: SourceOf | None = None, text: str = ""
) -> Bundle:
    """The part of a guest's MIME bundle that may be shown, always with text/plain; never raises.

    allow_html  the owner's `%allow html`: text/html as it is, in a sandboxed frame without network
    source_of   the text of a file or a cell, for errors among the values
    text        what text/plain is where neither the bundle nor what it shows has words of its own
    """
    if not isinstance(bundle, Mapping):
        return {"text/plain": plain_text(text or brief(bundle))}, {}
    return _Rendering(bundle, allow_html, source_of, text).result()


def render_value(
    data: Any, text: str, *, allow_html: bool = False, source_of: SourceOf | None = None
) -> Bundle:
    """The value of a cell that has no display method: table, chart, picture, JSON tree, error, or `text` alone.

    `text` is what `util.inspect` makes of it; it is always the text/plain of the answer. Never raises.
    """
    shown = plain_text(text)
    result: dict[str, Any] = {"text/plain": shown}
    metadata: dict[str, Any] = {}
    try:
        if type(data) is list or type(data) is dict:
            metadata = _container(data, text, result)
        elif isinstance(data, bytes):
            kind = picture_kind(data)
            if kind is not None:
                result[kind] = picture(data, kind).base64
        elif isinstance(data, GuestError):
            from qjs_kernel.display.errors_html import error_html

            result["text/html"] = error_html(data, source_of)
    except Refusal as refusal:
        result["text/plain"] = f"{shown}\n[not shown: {refusal}]"
    return result, metadata


def _container(data: Any, text: str, result: dict[str, Any]) -> dict[str, Any]:
    """Adds the richer forms of a list or dict to `result`; the metadata they need."""
    from qjs_kernel.display.tables import as_records, table
    from qjs_kernel.display.vega import CHART_MIME, chart, looks_like_chart

    if as_records(data) is not None:
        result["text/html"] = table(data).html
    elif looks_like_chart(data):
        result[CHART_MIME] = chart(data).spec
    elif _is_tree(data) and len(text) <= _TREE_TEXT and not _NO_JSON.search(_STRING.sub("''", text)):
        try:
            tree = json_data(data, nodes=_TREE_NODES, characters=_TREE_CHARACTERS)
        except Refusal:
            return {}
        result["application/json"] = tree.value
        return {"application/json": {"expanded": tree.nodes <= _SMALL_TREE}}
    return {}


def _is_tree(data: Any) -> bool:
    """Whether there is something inside to unfold, by the first thousand entries."""
    entries = data.values() if isinstance(data, dict) else data
    return any((type(entry) is list or type(entry) is dict) and entry for entry in islice(entries, 1_000))


class _Rendering:
    """One bundle on its way: what is shown of it, and what was refused."""

    def __init__(
        self, bundle: Mapping[str, Any], allow_html: bool, source_of: SourceOf | None, fallback: str
    ) -> None:
        self._fallback = fallback
        self._bundle = bundle
        self._allow_html = allow_html
        self._source_of = source_of
        self._data: dict[str, Any] = {}
        self._metadata: dict[str, Any] = {}
        self._text = ""
        self._refused: list[str] = []
        self._unknown: list[str] = []

    def result(self) -> Bundle:
        from qjs_kernel.display.vega import CHART_MIMES

        given = self._bundle.get("text/plain")
        if given is not None:
            self._try("text/plain", self._plain)
        for mime, render in (
            (VALUE_MIME, self._value),
            (TABLE_MIME, self._table),
            (PROGRESS_MIME, self._progress),
            ("image/png", self._picture("image/png")),
            ("image/jpeg", self._picture("image/jpeg")),
            ("text/html", self._html),
            ("image/svg+xml", self._svg),
            ("text/markdown", self._markdown),
            *((mime, self._chart) for mime in CHART_MIMES),
            ("application/json", self._json),
        ):
            # null is a value, but nothing of the other kinds.
            if mime in self._bundle and (mime == VALUE_MIME or self._bundle[mime] is not None):
                self._try(mime, render)
        known = {VALUE_MIME, TABLE_MIME, PROGRESS_MIME, *CHART_MIMES, *_KNOWN}
        self._unknown = [one_line(str(key), 80) for key in islice(self._bundle, 50) if key not in known]
        return self._finished()

    def _try(self, mime: str, render: Callable[[Any], None]) -> None:
        try:
            render(self._bundle[mime])
        except Refusal as refusal:
            self._refused.append(f"[{mime} is not shown: {refusal}]")

    def _finished(self) -> Bundle:
        self._twin(self._fallback)
        parts = [self._text] if self._text else []
        parts += self._refused
        if not self._data and not parts and "text/plain" not in self._bundle:
            names = ", ".join(self._unknown[:10])
            parts.append(
                f"[nothing to show: {names} cannot be shown here; add text/plain]"
                if names
                else "[nothing to show]"
            )
        # First, as everywhere in Jupyter: the richest form comes last.
        return {"text/plain": plain_text("\n".join(parts)), **self._data}, self._metadata

    def _twin(self, text: str) -> None:
        # What the guest says itself goes first; of ours, the first form that was found.
        self._text = self._text or text

    def _plain(self, value: Any) -> None:
        self._text = value if isinstance(value, str) else brief(value)

    def _value(self, value: Any) -> None:
        if type(value) is str:
            self._text = plain_text(value)  # somebody wants to say something: no quotes
            return
        data, self._metadata = render_value(
            value, self._text or brief(value), allow_html=self._allow_html, source_of=self._source_of
        )
        self._text = data.pop("text/plain")
        self._data |= data

    def _table(self, value: Any) -> None:
        from qjs_kernel.display.tables import table

        shown = table(value)
        self._twin(shown.text)
        self._data["text/html"] = shown.html

    def _progress(self, value: Any) -> None:
        if not isinstance(value, Mapping):
            raise Refusal("it is not an object")
        self._text, self._data["text/html"] = _progress(value)

    def _picture(self, mime: str) -> Callable[[Any], None]:
        def render(value: Any) -> None:
            shown = picture(value, mime)
            self._data[mime] = shown.base64
            self._twin(shown.text)

        return render

    def _html(self, value: Any) -> None:
        from qjs_kernel.display.sanitise import framed_html, html_text, safe_html

        if "text/html" not in self._data:
            self._data["text/html"] = framed_html(value) if self._allow_html else safe_html(value)
            self._twin(html_text(value) or self._fallback or "[HTML]")

    def _svg(self, value: Any) -> None:
        if "text/html" not in self._data:
            title = self._text.replace("\n", " ")[:_LABEL] or "SVG picture"
            self._data["text/html"] = box(svg_image(value, title))
            self._twin("[picture: SVG]")

    def _markdown(self, value: Any) -> None:
        from qjs_kernel.display.sanitise import markdown_html

        # What cannot be rendered is still worth reading.
        self._twin(as_text(value, 10_000_000))
        if "text/html" not in self._data:
            self._data["text/html"] = markdown_html(value)

    def _chart(self, value: Any) -> None:
        from qjs_kernel.display.vega import CHART_MIME, chart

        if CHART_MIME not in self._data:
            shown = chart(value)
            self._data[CHART_MIME] = shown.spec
            self._twin(shown.text)

    def _json(self, value: Any) -> None:
        tree = json_data(value)
        self._data["application/json"] = tree.value
        self._metadata["application/json"] = {"expanded": tree.nodes <= _SMALL_TREE}
        self._twin(brief(value, 400))


_KNOWN = (
    "text/plain",
    "text/html",
    "text/markdown",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
    "application/json",
)


def _progress(value: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of `{value, total, label, done}`."""
    at, total = _amount(value.get("value")) or 0.0, _amount(value.get("total"))
    label = value.get("label")
    name = one_line(label, _LABEL) if isinstance(label, str) else ""
    done = value.get("done") is True
    if total:
        share = min(at / total, 1.0)
        count = f"{number_text(at)} of {number_text(total)}"
        state = f"{int(share * 100)} % ({count})" if not done or share < 1 else f"done ({count})"
        full = int(share * _BAR)
        bar = "█" * full + "░" * (_BAR - full)
        attributes = f' value="{share:g}" max="1"'
    else:
        state = f"{number_text(at)}{' done' if done else ' …'}"
        bar = "█" * _BAR if done else ""
        attributes = ' value="1" max="1"' if done else ""
    text = " ".join(part for part in (name, bar, state) if part)
    accent = "var(--jp-success-color1, #2b9348)" if done else "var(--jp-brand-color1, #2196f3)"
    content = (
        '<div style="display:flex;align-items:center;gap:10px;flex-wrap:wrap;font-variant-numeric:tabular-nums">'
        + (f"<span>{html.escape(name)}</span>" if name else "")
        + f'<progress{attributes} aria-label="{html.escape(name or "progress")}" '
        f'style="width:16em;accent-color:{accent}">{html.escape(state)}</progress>'
        f'<span style="opacity:.75">{html.escape(state)}</span></div>'
    )
    return text, box(content)


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if 0 <= value < 2**53 else None
