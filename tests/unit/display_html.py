"""What any HTML of ours may consist of, written down a second time and independently of how it is made."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

_TAGS = """a abbr article aside b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark meter nav ol p pre progress q rp
    rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var
    wbr"""
_ATTRIBUTES = """title lang dir style role aria-label aria-hidden href target rel src alt width height colspan rowspan
    align scope span start reversed type value open max min low high optimum datetime tabindex class"""
TAGS, ATTRIBUTES = set(_TAGS.split()), set(_ATTRIBUTES.split())
MIMES = {
    "text/plain",
    "text/html",
    "image/png",
    "image/jpeg",
    "application/json",
    "application/vnd.vegalite.v5+json",
}


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.tags.append(tag)
        for name, value in attrs:
            value = value or ""
            self.attributes.append((tag, name, value))
            assert name in ATTRIBUTES, (tag, name)
            if name == "href":
                assert re.match(r"(https?://|mailto:)", value, re.I), value
            elif name == "src":
                assert re.match(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]*\Z", value), value[
                    :80
                ]
            elif name == "style":
                assert not re.search(
                    r"url|image|expression|@|\\|position:\s*(fixed|absolute)", value, re.I
                ), value
            elif name == "class":
                assert value == "tex2jax_ignore mathjax_ignore"
            elif name == "target":
                assert value == "_blank"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl[:80]}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data[:80]}")


def checked(markup: str) -> _Checker:
    """The parts of `markup`, after asserting that none of them can run or load anything."""
    checker = _Checker()
    checker.feed(markup)
    checker.close()
    return checker


def checked_bundle(bundle: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """The data of a bundle, after asserting everything that holds for each of them."""
    data, metadata = bundle
    assert isinstance(data["text/plain"], str)
    assert set(data) <= MIMES
    assert set(metadata) <= {"application/json"}
    json.dumps([data, metadata], allow_nan=False, ensure_ascii=False).encode()
    if "text/html" in data:
        checked(data["text/html"])
    return data
