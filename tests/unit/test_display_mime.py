"""MIME bundles of the guest: what passes, what becomes of it, and what is refused with which words."""

from __future__ import annotations

import base64
import datetime
import re
import subprocess
import sys
import zlib
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjs_kernel.display import GuestResult
from qjs_kernel.display.rendering import render_bundle, render_value
from qjs_kernel.errors import Frame, GuestError
from qjs_kernel.values import BigInt, GuestFunction, JSMap, JSRegExp, JSSet
from tests.unit.display_html import checked, checked_bundle


def png(width: int = 2, height: int = 3) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x00\x00\x00\x00") + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x0b\x08\x00\x03\x00\x02\x01\x01\x11\x00\xff\xd9"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


def shown(bundle: dict[str, Any], **options: Any) -> dict[str, Any]:
    return checked_bundle(render_bundle(bundle, **options))


def result_data(result: GuestResult) -> dict[str, Any]:
    bundle = result._repr_mimebundle_()
    assert isinstance(bundle, tuple)
    return checked_bundle(bundle)


class TestText:
    def test_text_is_escaped_and_capped(self) -> None:
        assert shown({"text/plain": "a\x1b[2J\u202eb"}) == {"text/plain": "a\\x1b[2J\\u202eb"}
        assert len(shown({"text/plain": "x" * 3_000_000})["text/plain"]) < 1_000_100

    def test_empty_text_is_shown_as_such(self) -> None:
        assert shown({"text/plain": ""}) == {"text/plain": ""}

    def test_nothing_that_may_be_shown_says_so(self) -> None:
        text = shown({"application/javascript": "alert(1)", "text/latex": "$x$"})["text/plain"]
        assert "application/javascript, text/latex cannot be shown" in text
        assert shown({})["text/plain"] == "[nothing to show]"

    @pytest.mark.parametrize(
        "mime",
        [
            "application/javascript",
            "application/vnd.jupyter.widget-view+json",
            "application/x-nteract-model-debug+json",
            "text/latex",
            "image/gif",
            "video/mp4",
            "application/pdf",
            "TEXT/HTML",
            "text/html ",
        ],
    )
    def test_unknown_types_are_left_out(self, mime: str) -> None:
        assert shown({mime: "<script>alert(1)</script>", "text/plain": "t"}) == {"text/plain": "t"}

    def test_no_metadata_of_the_guest(self) -> None:
        data, metadata = render_bundle({"text/plain": "t", "metadata": {"isolated": False}})
        assert (data, metadata) == ({"text/plain": "t"}, {})


class TestPictures:
    @pytest.mark.parametrize(
        ("mime", "data", "text"),
        [
            ("image/png", png(), "[picture: PNG, 2 × 3]"),
            ("image/jpeg", JPEG, "[picture: JPEG, 2 × 3]"),
        ],
    )
    def test_bytes_and_base64_are_pictures(self, mime: str, data: bytes, text: str) -> None:
        encoded = base64.b64encode(data).decode()
        folded = "\n".join(encoded[at : at + 8] for at in range(0, len(encoded), 8))
        for value in (data, encoded, folded):
            assert shown({mime: value}) == {"text/plain": text, mime: encoded}

    @pytest.mark.parametrize(
        ("mime", "value", "why"),
        [
            ("image/png", JPEG, "does not begin as a PNG"),
            ("image/jpeg", png(), "does not begin as a JPEG"),
            ("image/png", b"<script>alert(1)</script>", "does not begin as a PNG"),
            ("image/png", "<script>", "neither bytes nor base64"),
            ("image/png", {"a": 1}, "neither bytes nor base64"),
            ("image/png", png()[:20], "its size cannot be read"),
            ("image/jpeg", JPEG[:12], "its size cannot be read"),
            ("image/jpeg", b"\xff\xd8" + b"\xff" * 100_000, "its size cannot be read"),
            ("image/png", png(60_000, 60_000), "pixels are too many"),
            ("image/png", png() + bytes(9_000_000), "at most 8,000,000"),
        ],
    )
    def test_what_is_no_picture_is_refused(self, mime: str, value: Any, why: str) -> None:
        data = shown({mime: value})
        assert set(data) == {"text/plain"}
        assert why in data["text/plain"]

    def test_bytes_as_a_result_are_a_picture_if_they_begin_as_one(self) -> None:
        data = checked_bundle(render_value(png(), "Uint8Array(65) [ … ]"))
        assert data["text/plain"] == "Uint8Array(65) [ … ]"
        assert base64.b64decode(data["image/png"]) == png()
        assert checked_bundle(render_value(b"abc", "Uint8Array(3) [ … ]")) == {
            "text/plain": "Uint8Array(3) [ … ]"
        }


class TestSvg:
    def source(self, markup: str) -> str:
        (found,) = [value for tag, name, value in checked(markup).attributes if (tag, name) == ("img", "src")]
        return base64.b64decode(found.partition(",")[2]).decode()

    def test_svg_is_an_image_and_never_part_of_the_page(self) -> None:
        data = shown({"image/svg+xml": f"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE svg>{SVG}"})
        assert self.source(data["text/html"]).endswith(SVG)
        assert data["text/plain"] == "[picture: SVG]"
        assert "<script" not in data["text/html"]

    def test_namespace_is_added_where_it_is_missing(self) -> None:
        data = shown({"image/svg+xml": "<svg width='9'><g/></svg>"})
        assert (
            self.source(data["text/html"]) == "<svg xmlns=\"http://www.w3.org/2000/svg\" width='9'><g/></svg>"
        )

    def test_what_a_browser_would_show_as_broken_says_where(self) -> None:
        text = shown({"image/svg+xml": "<svg>\n<circle r=5 />"})["text/plain"]
        assert "not well-formed XML (line 2, column 11: not well-formed" in text
        markup = shown({"text/html": "<p>a</p><svg><use xlink:href='#a'/></svg>"})["text/html"]
        assert "[SVG is not shown: it is not well-formed XML (line 1" in markup

    def test_text_of_the_guest_names_the_picture(self) -> None:
        data = shown({"image/svg+xml": SVG, "text/plain": 'a "<b>" picture'})
        assert ("img", "alt", 'a "<b>" picture') in checked(data["text/html"]).attributes

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "<html><svg></svg>",
            "<svgx>",
            "x" * 3_000_000,
            "<svg>" + "<!ENTITY a 'b'></svg>",
            "<svg width=9/>",
            "<svg><g>",
            5,
            b"<svg>",
        ],
    )
    def test_what_is_no_svg_is_refused(self, text: Any) -> None:
        assert "image/svg+xml is not shown" in shown({"image/svg+xml": text})["text/plain"]


ATTACKS = [
    "<script>alert(1)</script>x",
    "<img src=x onerror=alert(1)>",
    "<img src=http://evil.test/a.png>",
    "<img srcset='http://evil.test/a.png 2x' src=//evil.test/a>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<svg onload=alert(1)><image href=http://evil.test/a /></svg>",
    "<svg><style>@import url(http://evil.test)</style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='/api/contents' ping=http://evil.test>x</a>",
    "<a href='//evil.test'>x</a>",
    "<a href=vbscript:x target=_self onclick=alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=http://evil.test></object><embed src=http://evil.test>",
    "<form action=http://evil.test><input name=a><button formaction=javascript:x>b</button></form>",
    "<link rel=stylesheet href=http://evil.test/a.css><base href=http://evil.test>",
    "<meta http-equiv=refresh content='0;url=http://evil.test'>",
    "<style>*{background:url(http://evil.test)}</style>x",
    "<div style='background:url(http://evil.test)'>x</div>",
    "<div style='background:u\\72l(http://evil.test)'>x</div>",
    "<div style='background-image:image-set(\"http://evil.test\" 1x)'>x</div>",
    "<div style='color:red;/*;*/background:url(//evil.test)'>x</div>",
    "<div style=\"color:'\\';background:url(//evil.test)\">x</div>",
    "<div style='position:fixed;inset:0;z-index:9999'>x</div>",
    "<div style='margin-top:-999px;margin-left:calc(0px - 99px)'>x</div>",
    "<div class='jp-Button lm-Menu' id=main data-commandlinker-command=notebook:run-all>x</div>",
    "<video src=http://evil.test autoplay></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<table background=http://evil.test><td background=http://evil.test>x</table>",
    "<body onload=alert(1)>x",
    "<template><img src=x onerror=alert(1)></template>x",
    "<!--><img src=x onerror=alert(1)>-->x",
    "<![CDATA[<img src=x onerror=alert(1)>]]>x",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "</div></div><script>alert(1)</script>x",
    '<p title="\'><img src=x onerror=alert(1)>">x',
]


class TestHtml:
    @pytest.mark.parametrize("attack", ATTACKS)
    @pytest.mark.parametrize("mime", ["text/html", "text/markdown"])
    def test_nothing_runs_and_nothing_is_requested(self, mime: str, attack: str) -> None:
        shown({mime: attack})
        shown({mime: f"<b>a</b> {attack} <i>b</i>"})

    @given(
        st.lists(
            st.sampled_from([*ATTACKS, '"', "'", "<", ">", "<p ", "style='", "]]>", "--", "\x00", "\ud800"])
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_nor_does_any_mixture(self, parts: list[str]) -> None:
        shown({"text/html": "".join(parts)})
        shown({"text/markdown": "".join(parts)})
        shown({"image/svg+xml": "<svg>" + "".join(parts)})

    def test_harmless_html_stays(self) -> None:
        source = (
            '<h2 title="t">Hi</h2><table><tr><td colspan="2" style="color:red;text-align:right">1</td></tr></table>'
            '<details open=""><summary>s</summary><progress value="1" max="2"></progress></details>'
        )
        markup = shown({"text/html": source})["text/html"]
        for piece in (
            '<h2 title="t">',
            'colspan="2"',
            "color:red;text-align:right",
            "<summary>s</summary>",
            'max="2"',
        ):
            assert piece in markup

    def test_links_open_elsewhere_and_tell_nothing(self) -> None:
        markup = shown({"text/html": "<a href='https://example.test/a?b=1'>x</a>"})["text/html"]
        assert 'href="https://example.test/a?b=1"' in markup
        assert 'target="_blank"' in markup
        assert 'rel="noopener noreferrer"' in markup

    def test_pictures_that_are_data_stay_and_svg_becomes_one(self) -> None:
        inline = "data:image/png;base64," + base64.b64encode(png()).decode()
        markup = shown({"text/html": f"<img src='{inline}' alt=a><svg width='5'><g/></svg>"})["text/html"]
        assert inline in markup
        assert checked(markup).tags.count("img") == 2
        bad = "data:image/png;base64," + base64.b64encode(b"<script>").decode()
        assert "src=" not in shown({"text/html": f"a<img src='{bad}'>"})["text/html"]

    def test_it_is_not_read_as_formulas_nor_painted_elsewhere(self) -> None:
        markup = shown({"text/html": "$\\href{javascript:alert(1)}{x}$"})["text/html"]
        assert markup.startswith('<div class="tex2jax_ignore mathjax_ignore"')
        assert "contain:paint" in markup.partition(">")[0]

    def test_plain_readers_get_the_words(self) -> None:
        source = "<h1>Title</h1><p>some <b>words</b> &lt;3</p><tr><td>1</td><td>2</td></tr><script>x</script>"
        assert shown({"text/html": source})["text/plain"].startswith("Title\nsome words <3")
        assert shown({"text/html": "<p>x</p>", "text/plain": "y"})["text/plain"] == "y"

    @pytest.mark.parametrize(
        ("source", "why"),
        [
            ("<div>" * 50_000, "elements"),
            ("<p " + " ".join(f"a{n}" for n in range(60_000)), "characters"),
            ("<script>x</script>", "nothing of it"),
            ("", "empty"),
            (["<b>"], "not text"),
        ],
    )
    def test_what_would_keep_the_kernel_busy_or_is_nothing_is_refused(self, source: Any, why: str) -> None:
        data = shown({"text/html": source})
        assert set(data) == {"text/plain"}
        assert why in data["text/plain"]


class TestFrame:
    def frames(self, source: str) -> tuple[str, str]:
        data, _ = render_bundle({"text/html": source}, allow_html=True)
        outer = re.fullmatch(
            r'<iframe sandbox="allow-scripts" [^>]* srcdoc="([^"]*)"></iframe>', data["text/html"]
        )
        assert outer is not None
        middle = unescape(outer[1])
        inner = re.search(r'<iframe sandbox="allow-scripts" [^>]* srcdoc="([^"]*)"></iframe>\Z', middle)
        assert inner is not None
        return middle, unescape(inner[1])

    @pytest.mark.parametrize(
        "attack", ['"></iframe><script>alert(1)</script>', "&quot;><script>x</script>", *ATTACKS]
    )
    def test_nothing_of_it_stands_outside_of_the_inner_frame(self, attack: str) -> None:
        middle, inner = self.frames(attack)
        assert inner.endswith(attack)
        assert middle.count("<iframe") == 1
        assert "alert" not in middle.partition("srcdoc=")[0]

    def test_a_policy_against_all_requests_comes_first_in_both(self) -> None:
        for document in self.frames("<p>x"):
            assert document.startswith(
                '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
                "content=\"default-src 'none';"
            )

    def test_frames_are_for_html_alone(self) -> None:
        data = checked_bundle(render_bundle({"text/markdown": "<script>x</script>"}, allow_html=True))
        assert "<script" not in data["text/html"]


class TestMarkdown:
    def test_markdown_is_rendered_here(self) -> None:
        source = "# Title\n\n* **a** `x<y`\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```js\na < b\n```\n~~old~~"
        data = shown({"text/markdown": source})
        assert data["text/plain"] == source
        for piece in (
            "<h1>",
            "<strong>a</strong>",
            "<code>x&lt;y</code>",
            'style="text-align:right"',
            "<pre>",
            "<s>",
        ):
            assert piece in data["text/html"]

    def test_remote_pictures_are_links_and_bad_links_are_text(self) -> None:
        markup = shown(
            {"text/markdown": "![plot](https://e.test/p.png) [a](javascript:alert(1)) <b onclick=x>"}
        )
        parts = checked(markup["text/html"])
        assert "img" not in parts.tags
        assert ("a", "href", "https://e.test/p.png") in parts.attributes
        assert "b" not in parts.tags

    def test_too_long_for_rendering_is_still_text(self) -> None:
        data = shown({"text/markdown": "a " * 30_000})
        assert set(data) == {"text/plain"}
        assert data["text/plain"].startswith("a a a")
        assert "text/markdown is not shown" in data["text/plain"]


class TestJson:
    def test_a_tree_is_kept(self) -> None:
        value = {"a": [1, 2.5, None, True, "x"], "when": datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)}
        data, metadata = render_bundle({"application/json": value, "text/plain": "t"})
        assert data["application/json"] == {**value, "when": "2024-01-02T00:00:00.000Z"}
        assert metadata == {"application/json": {"expanded": True}}

    def test_large_trees_are_folded(self) -> None:
        _, metadata = render_bundle({"application/json": list(range(100))})
        assert metadata == {"application/json": {"expanded": False}}

    def test_what_json_cannot_say_is_refused(self) -> None:
        cycle: list[Any] = []
        cycle.append(cycle)
        bomb: Any = "x"
        for _ in range(30):
            bomb = [bomb, bomb]
        for value in (cycle, bomb, JSMap(), JSSet(), {1: 2}, [BigInt(1)], [b"x"], ["x" * 600_000] * 2, 2**60):
            data = shown({"application/json": value})
            assert set(data) == {"text/plain"}
            assert "application/json is not shown: it" in data["text/plain"]

    def test_not_a_number_is_null_as_in_json_stringify(self) -> None:
        assert shown({"application/json": [float("nan"), float("inf")]})["application/json"] == [None, None]


class TestProgress:
    def progress(self, **value: Any) -> dict[str, Any]:
        return shown({"application/vnd.qjs.progress+json": value})

    def test_text_and_bar(self) -> None:
        data = self.progress(value=3, total=10, label="rows", done=False)
        assert data["text/plain"] == "rows ██████░░░░░░░░░░░░░░ 30 % (3 of 10)"
        assert ("progress", "value", "0.3") in checked(data["text/html"]).attributes
        assert ("progress", "aria-label", "rows") in checked(data["text/html"]).attributes

    def test_without_a_total_and_done(self) -> None:
        assert self.progress(value=5, total=None, label="x", done=False)["text/plain"] == "x 5 …"
        assert self.progress(value=10, total=10, label="x", done=True)["text/plain"].endswith(
            "done (10 of 10)"
        )

    @pytest.mark.parametrize("value", ["3", float("nan"), -1, True, 10**400, float("inf"), None])
    def test_any_amounts(self, value: Any) -> None:
        self.progress(value=value, total=value, label=value, done=value)
        text = shown({"application/vnd.qjs.progress+json": value})["text/plain"]
        assert "is not shown" in text or value is None


class TestValues:
    @pytest.mark.parametrize(
        ("data", "text"),
        [
            (None, "null"),
            (3, "3"),
            (BigInt(3), "3n"),
            ("<b>x</b>", "'<b>x</b>'"),
            ({"a": 1}, "{ a: 1 }"),
            ([1, 2, 3], "[ 1, 2, 3 ]"),
            ([], "[]"),
            (JSMap({"a": [1]}), "Map(1) { 'a' => [ 1 ] }"),
        ],
    )
    def test_small_and_flat_values_are_text(self, data: Any, text: str) -> None:
        assert render_value(data, text) == ({"text/plain": text}, {})

    def test_plain_trees_unfold(self) -> None:
        data, metadata = render_value({"a": [1, {"b": "it's < 5"}]}, '{ a: [ 1, { b: "it\'s < 5" } ] }')
        assert data["application/json"] == {"a": [1, {"b": "it's < 5"}]}
        assert metadata == {"application/json": {"expanded": True}}

    @pytest.mark.parametrize(
        "text",
        [
            "Foo { a: [ 1 ] }",
            "{ a: [ 1 ], m: Map(1) { 1 => 2 } }",
            "{ a: [ 1 ], f: [Function: f] }",
            "{ a: [ 1 ], g: [Getter] }",
            "{ a: [ 1 ], [Symbol(s)]: 1 }",
            "<ref *1> { a: [ 1 ], self: [Circular *1] }",
            "[Object: null prototype] { a: [ 1 ] }",
            "{ a: [ 1, <1 empty item> ] }",
            "{ a: [ undefined ] }",
            "{ a: [ NaN ] }",
            "{ a: [ -0 ] }",
            "{ a: Uint8Array(1) [ 1 ] }",
            "{ a: [ [Foo] ] }",
            "[Array(1)] { a: [ 1 ] }",
        ],
    )
    def test_json_never_lies_about_what_a_value_is(self, text: str) -> None:
        assert render_value({"a": [1]}, text) == ({"text/plain": text}, {})

    def test_text_in_strings_is_no_sign_of_anything(self) -> None:
        text = "{ a: [ '[Function: f] Foo { undefined' ], b: \"it's\", c: `'\"` }"
        assert "application/json" in render_value({"a": ["x"]}, text)[0]

    def test_an_error_as_a_value_shows_its_line(self) -> None:
        error = GuestError(
            "exception", "TypeError", "<no>", frames=(Frame("f", "/src/cell-1.ts", 1, 3, "a.b()"),)
        )
        result = GuestResult(error, "TypeError: <no>\n    at f", source_of={"/src/cell-1.ts": "a.b()"}.get)
        data = result_data(result)
        assert data["text/plain"] == "TypeError: <no>\n    at f"
        assert "a.b()" in "".join(checked(data["text/html"]).text)

    def test_a_result_with_a_display_method_shows_what_that_gave(self) -> None:
        data = result_data(GuestResult({"a": 1}, "{ a: 1 }", {"text/html": "<b></b><hr>"}))
        assert "<hr>" in data["text/html"]
        assert data["text/plain"] == "{ a: 1 }"

    def test_a_value_in_a_bundle_is_shown_as_a_result(self) -> None:
        bundle = {"application/vnd.qjs.value": [{"a": 1}], "text/plain": "[ { a: 1 } ]"}
        assert render_bundle(bundle) == render_value([{"a": 1}], "[ { a: 1 } ]")
        assert shown({"application/vnd.qjs.value": None})["text/plain"] == "null"


def leaves() -> st.SearchStrategy[Any]:
    text = st.text(alphabet=st.characters(codec=None), max_size=20) | st.sampled_from(
        [*ATTACKS, "\ud800", "image"]
    )
    return (
        st.none()
        | st.booleans()
        | st.integers()
        | st.integers().map(BigInt)
        # Python refuses to write it out; so hypothesis must not try to.
        | st.just(5000).map(lambda digits: 10**digits)
        | st.floats()
        | text
        | st.binary(max_size=20)
        | st.sampled_from([png(), JPEG, JPEG[:14]])
        | st.datetimes()
        | st.builds(JSRegExp, text, text)
        | st.builds(lambda name: GuestError("exception", name, name, value_text=name), text)
        | st.builds(lambda name: GuestFunction(1, name, lambda *_: None), text)
    )


NAMES = (
    "text/plain text/html text/markdown image/svg+xml image/png image/jpeg application/json rows columns total title "
    "application/vnd.vegalite.v5+json application/vnd.qjs.value application/vnd.qjs.table+json value label done "
    "application/vnd.qjs.progress+json data values mark encoding x field type datasets image tooltip"
)
KEYS = st.sampled_from(NAMES.split()) | st.text(max_size=8)
VALUES = st.recursive(
    leaves(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.dictionaries(st.integers() | KEYS, inner, max_size=3).map(JSMap)
        | st.lists(inner, max_size=3).map(JSSet)
    ),
    max_leaves=20,
)


def knotted(value: Any) -> Any:
    """The same value, holding itself wherever it can."""
    waiting, seen = [value], 0
    while waiting and seen < 50:
        part = waiting.pop()
        seen += 1
        if type(part) is list:
            waiting += part
            part.append(value)
        elif isinstance(part, dict):
            waiting += part.values()
            part["self"] = value
    return value


class TestAnything:
    @given(VALUES, st.text(alphabet=st.characters(codec=None), max_size=50), st.booleans())
    @settings(max_examples=300, deadline=None)
    def test_any_value_is_shown_safely(self, value: Any, text: str, cyclic: bool) -> None:
        checked_bundle(render_value(knotted(value) if cyclic else value, text))

    @given(st.dictionaries(KEYS, VALUES, max_size=6), st.booleans())
    @settings(max_examples=300, deadline=None)
    def test_any_bundle_is_shown_safely(self, bundle: dict[str, Any], cyclic: bool) -> None:
        checked_bundle(render_bundle(knotted(bundle) if cyclic else bundle))

    @given(VALUES)
    @settings(max_examples=100, deadline=None)
    def test_what_is_no_bundle_is_named(self, value: Any) -> None:
        checked_bundle(render_bundle(value))


def test_the_renderers_are_loaded_with_the_first_use() -> None:
    code = (
        "import sys, qjs_kernel.display; "
        "print([m for m in ('nh3', 'markdown_it', 'qjs_kernel.display.vega') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
