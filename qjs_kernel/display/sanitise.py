"""HTML and Markdown of the guest, reduced to what can neither run nor load anything; or, opted in, in a locked frame.

nh3 parses as browsers do and writes what it allows; the rules for addresses and styles are our own and hold for
every attribute it keeps. Both libraries are imported with the first use: a kernel starts without them.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from qjs_kernel.display.brief import cut, words
from qjs_kernel.display.mime import Refusal, as_text, box, picture, svg_image

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["framed_html", "html_text", "markdown_html", "safe_html"]

_HTML_CHARACTERS = 2_000_000
# A parser of HTML takes time with the square of the depth, or of the attributes of an element: 100,000 nested <div>
# keep a kernel busy for half a minute. Within these bounds the worst takes about a second; Markdown likewise.
_ELEMENTS = 15_000
_MARKUP_CHARACTERS = 250_000
_MARKDOWN_CHARACTERS = 40_000

_TAGS = words(
    "a abbr article aside b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark meter nav ol p pre progress "
    "q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul "
    "var wbr"
)
_DROPPED = words("script style title template noscript textarea select iframe object math svg")
_ATTRIBUTES = {
    "*": {"title", "lang", "dir", "style", "role", "aria-label", "aria-hidden"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "progress": {"value", "max"},
    "meter": {"value", "min", "max", "low", "high", "optimum"},
    "time": {"datetime"},
}
_SCHEMES = frozenset({"http", "https", "mailto", "data"})
_LINK = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\x7f]*\Z", re.I)
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|svg\+xml));base64,([A-Za-z0-9+/=]*)\Z")

# No property that takes a picture by itself, none that lifts an element out of its place (over the notebook's own
# buttons). `background` does take pictures, but no function is let through that loads one.
_PROPERTIES = words(
    "align-items align-self background background-color border border-bottom border-bottom-color "
    "border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color "
    "border-left-style border-left-width border-radius border-right border-right-color border-right-style "
    "border-right-width border-spacing border-style border-top border-top-color border-top-style border-top-width "
    "border-width box-sizing caption-side color column-gap display flex flex-basis flex-direction flex-grow "
    "flex-shrink flex-wrap font font-family font-size font-style font-variant font-variant-numeric font-weight gap "
    "grid-column grid-row grid-template-columns grid-template-rows height justify-content justify-items "
    "letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top "
    "max-height max-width min-height min-width opacity overflow overflow-wrap overflow-x overflow-y padding "
    "padding-bottom padding-left padding-right padding-top row-gap table-layout text-align text-decoration "
    "text-indent text-overflow text-transform vertical-align white-space width word-break"
)
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9#%.,()\s/'!_-]{1,300}\Z")
_FUNCTION = re.compile(r"([A-Za-z_-]*)\s*\(")
_FUNCTIONS = words(
    "rgb rgba hsl hsla hwb lab lch oklab oklch color-mix var linear-gradient radial-gradient repeat minmax"
)
_NEGATIVE = re.compile(r"(?<![\w-])-[\d.]")


def _style(text: str) -> str | None:
    """The declarations that are known and harmless.

    Cut at every semicolon, even one in quotes: where a browser sees a declaration begin, one begins here too.
    """
    kept = []
    for declaration in text[:4_000].split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if (
            colon
            and name in _PROPERTIES
            and _PLAIN_VALUE.match(value)
            and value.count("'") % 2 == 0
            and not _NEGATIVE.search(value)
            and all(found.lower() in _FUNCTIONS for found in _FUNCTION.findall(value))
        ):
            kept.append(f"{name}:{value}")
    return ";".join(kept) or None


def _source(text: str) -> str | None:
    found = _DATA.match(text)
    if found is None:
        return None
    if found[1] in ("image/png", "image/jpeg"):
        try:
            return f"data:{found[1]};base64,{picture(found[2], found[1]).base64}"
        except Refusal:
            return None
    # GIF carries `GIF8` in base64. SVG is our own, of `_drawn`, or as good: in an <img> neither runs or loads.
    return text if found[1] != "image/gif" or found[2].startswith("R0lGOD") else None


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _style(value)
    if name == "href":
        return value if tag == "a" and _LINK.match(value) else None
    if name == "src":
        return _source(value) if tag == "img" else None
    return value


@cache
def _cleaner() -> Callable[[str], str]:
    # Immutable once made, and the same for everybody.
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer",
    ).clean


_SVG_ELEMENT = re.compile(r"<svg(?=[\s/>])", re.I)
_SVG_END = re.compile(r"</svg\s*>", re.I)


def _drawn(text: str) -> str:
    """`text` with every `<svg>…</svg>` as an `<img>` of it.

    Where this cuts wrongly a picture is broken, no more: everything is sanitised afterwards.
    """
    parts = []
    at = 0
    while (begin := _SVG_ELEMENT.search(text, at)) is not None:
        end = _SVG_END.search(text, begin.end())
        if end is None:
            break
        parts.append(text[at : begin.start()])
        try:
            parts.append(svg_image(text[begin.start() : end.end()]))
        except Refusal as refusal:
            parts.append(html.escape(f"[SVG is not shown: {refusal}]"))
        at = end.end()
    parts.append(text[at:])
    return "".join(parts)


_ELEMENT = re.compile(r"<[A-Za-z]")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/=]{200,}")


def safe_html(value: object) -> str:
    """HTML of the guest that neither runs, loads, posts nor covers anything; Refusal for what is no such text."""
    text = as_text(value, _HTML_CHARACTERS)
    drawn = _drawn(text).encode("utf-8", "replace").decode("utf-8")
    if len(_ELEMENT.findall(drawn)) > _ELEMENTS:
        raise Refusal(f"it has more than {_ELEMENTS:,} elements")
    if len(_BASE64_RUN.sub("", drawn)) > _MARKUP_CHARACTERS:
        raise Refusal(f"it has more than {_MARKUP_CHARACTERS:,} characters beside its pictures")
    clean = _cleaner()(drawn)
    if not clean.strip():
        raise Refusal("nothing of it may be shown" if text.strip() else "it is empty")
    return box(clean, "overflow:auto;contain:paint;")


_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_INLINE = words(
    "a abbr b cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr"
)
_WORDS = 2_000


def html_text(value: object) -> str:
    """The words of HTML, for readers without it; "" where it has none."""
    clean = _cleaner()(
        as_text(value, _HTML_CHARACTERS).encode("utf-8", "replace").decode("utf-8")[: _WORDS * 10]
    )
    bare = _TAG.sub(lambda tag: "" if tag[2] in _INLINE else "\t" if tag[2] in ("td", "th") else "\n", clean)
    lines = (re.sub(r"[ \t]*\t[ \t]*", "  ", line).strip() for line in html.unescape(bare).split("\n"))
    return cut("\n".join(line for line in lines if line), _WORDS)


def _image_rule(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """An image of Markdown: carried along as data it is shown, far away it is a link to click."""
    token = tokens[index]
    alt = html.escape(token.content or "picture")
    source = html.escape(str(token.attrs.get("src", "")))
    if source.startswith("data:"):
        return f'<img src="{source}" alt="{alt}">'
    return f'<a href="{source}">{alt}</a>'


@cache
def _markdown() -> Callable[[str], str]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image_rule)
    return parser.render


def markdown_html(value: object) -> str:
    """Markdown as HTML, rendered here: front ends differ in what they let Markdown do (HTML, formulas, diagrams)."""
    text = as_text(value, _MARKDOWN_CHARACTERS)
    clean = _cleaner()(_markdown()(text.encode("utf-8", "replace").decode("utf-8")))
    if not clean.strip():
        raise Refusal("it is empty")
    return box(clean, "overflow:auto;contain:paint;")


_POLICY = (
    "default-src 'none';script-src 'unsafe-inline';style-src 'unsafe-inline';img-src data:;font-src data:;"
    "media-src data:;form-action 'none';base-uri 'none'"
)
_META = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'


def framed_html(value: object) -> str:
    """HTML of the guest as it is, with its scripts, in a sandboxed frame that may load nothing.

    Two frames: a policy does not keep a document from leaving for another address, but that of the outer frame
    (ours, without any guest text outside the attribute) forbids its inner one to.
    """
    text = as_text(value, _HTML_CHARACTERS).encode("utf-8", "replace").decode("utf-8")
    inner = html.escape(f'<!doctype html><meta charset="utf-8">{_META}{text}')
    fill = "position:fixed;inset:0;width:100%;height:100%;border:0"
    outer = html.escape(
        f'<!doctype html><meta charset="utf-8">{_META}'
        f'<iframe sandbox="allow-scripts" title="HTML of the guest" style="{fill}" srcdoc="{inner}"></iframe>'
    )
    look = (
        "display:block;width:100%;height:400px;resize:vertical;overflow:auto;box-sizing:border-box;"
        "background:#fff;border:1px solid var(--jp-border-color2, #bbb)"
    )
    return (
        f'<iframe sandbox="allow-scripts" title="HTML of the guest" style="{look}" srcdoc="{outer}"></iframe>'
    )
