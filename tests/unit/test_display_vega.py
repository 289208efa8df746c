"""Vega-Lite specifications: data and its looks pass; addresses, expressions and what hides them do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjs_kernel.display.rendering import render_bundle, render_value
from tests.unit.display_html import checked_bundle

V5 = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
ROWS = [{"day": "Mon", "ms": 3, "c": "a"}, {"day": "Tue", "ms": 5, "c": "b"}]
BAR: dict[str, Any] = {
    "data": {"values": ROWS},
    "mark": "bar",
    "encoding": {"x": {"field": "day", "type": "nominal"}, "y": {"aggregate": "mean", "field": "ms"}},
}


def shown(spec: Any, mime: str = V5) -> dict[str, Any]:
    return checked_bundle(render_bundle({mime: spec}))


def with_part(path: str, value: Any, base: dict[str, Any] = BAR) -> dict[str, Any]:
    """`base` with `value` at a dotted path."""
    made = {**base}
    at = made
    *parents, last = path.split(".")
    for key in parents:
        at[key] = {**at[key]} if isinstance(at.get(key), dict) else {}
        at = at[key]
    at[last] = value
    return made


class TestAllowed:
    @pytest.mark.parametrize("version", [3, 4, 5, 6])
    def test_every_version_is_shown_as_the_one_that_front_ends_know(self, version: int) -> None:
        schema = f"https://vega.github.io/schema/vega-lite/v{version}.json"
        data = shown({"$schema": schema, **BAR}, f"application/vnd.vegalite.v{version}+json")
        assert data[V5] == {"$schema": SCHEMA, **BAR}

    def test_readers_without_charts_are_told_what_there_is(self) -> None:
        assert shown(BAR)["text/plain"] == "[chart: bar of 2 rows, x: day, y: mean of ms]"
        layered = {"title": {"text": ["A", "B"]}, "layer": [{"mark": "line"}, {"mark": {"type": "rule"}}]}
        assert shown(layered)["text/plain"] == "[chart: A B: line + rule]"

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("title", "It's 5 % (or more): a/b"),
            ("width", "container"),
            ("height", {"step": 20}),
            ("autosize", {"type": "fit", "contains": "padding"}),
            ("background", "#fff"),
            (
                "mark",
                {"type": "line", "point": True, "strokeDash": [4, 2], "tooltip": True, "cornerRadius": 3},
            ),
            (
                "mark",
                {"type": "area", "color": {"gradient": "linear", "stops": [{"offset": 0, "color": "red"}]}},
            ),
            ("encoding.x.field", "a\\.b\\[0\\]"),
            ("encoding.x.timeUnit", "yearmonthdate"),
            ("encoding.x.timeUnit", {"unit": "minutes", "step": 5}),
            ("encoding.x.axis", {"format": "%d %b", "labelAngle": -45, "title": None, "values": [1, 2]}),
            ("encoding.x.axis", None),
            ("encoding.x.sort", ["Mon (am)", "Tue"]),
            ("encoding.x.sort", {"field": "ms", "op": "mean", "order": "descending"}),
            ("encoding.x.bin", {"maxbins": 20}),
            ("encoding.y.stack", "normalize"),
            ("encoding.y.scale", {"type": "log", "domain": [1, 10], "zero": False}),
            (
                "encoding.color",
                {"field": "c", "scale": {"scheme": "viridis"}, "legend": {"orient": "bottom"}},
            ),
            ("encoding.color", {"condition": {"param": "pick", "field": "c"}, "value": "lightgray"}),
            (
                "encoding.color",
                {"condition": {"test": {"field": "ms", "gt": 4}, "value": "rgb(1, 2, 3)"}, "value": "red"},
            ),
            ("encoding.tooltip", [{"field": "day", "title": "Day"}, {"field": "ms", "format": ".2f"}]),
            ("encoding.row", {"field": "c", "header": {"title": "C", "labelFontSize": 9}}),
            (
                "params",
                [
                    {
                        "name": "pick",
                        "select": {"type": "point", "fields": ["c"], "on": "click"},
                        "bind": "legend",
                    }
                ],
            ),
            ("params", [{"name": "zoom", "select": "interval", "bind": "scales", "value": {"x": [1, 2]}}]),
            (
                "transform",
                [{"filter": {"and": [{"field": "ms", "range": [1, 9]}, {"not": {"param": "pick"}}]}}],
            ),
            (
                "transform",
                [{"fold": ["a", "b"], "as": ["k", "v"]}, {"regression": "a", "on": "b", "method": "poly"}],
            ),
            (
                "transform",
                [{"window": [{"op": "rank", "as": "r"}], "sort": [{"field": "ms"}], "groupby": ["c"]}],
            ),
            (
                "transform",
                [{"lookup": "day", "from": {"data": {"values": ROWS}, "key": "day", "fields": ["ms"]}}],
            ),
            ("data", {"values": ROWS, "format": {"parse": {"day": "date:'%Y-%m-%d'", "ms": "number"}}}),
            ("data", {"values": "a,b\n1,2", "format": {"type": "csv"}}),
            ("datasets", {"one": ROWS}),
            (
                "config",
                {
                    "view": {"stroke": None},
                    "axis": {"grid": False, "labelFont": "Inter"},
                    "bar": {"color": "#888"},
                },
            ),
            ("config", {"view": {"continuousWidth": 420, "discreteHeight": {"step": 9}}}),
            ("resolve", {"scale": {"color": "independent"}, "axis": {"x": "shared"}}),
            ("projection", {"type": "mercator", "scale": 100, "center": [0, 1]}),
        ],
    )
    def test_data_and_looks_pass(self, path: str, value: Any) -> None:
        spec = with_part(path, value)
        assert shown(spec).get(V5) == {"$schema": SCHEMA, **spec}, shown(spec)["text/plain"]

    def test_views_of_views(self) -> None:
        spec = {
            "data": {"name": "one"},
            "datasets": {"one": ROWS},
            "vconcat": [
                {"repeat": {"layer": ["ms"]}, "spec": BAR},
                {"facet": {"row": {"field": "c"}}, "spec": BAR},
            ],
        }
        assert V5 in shown(spec)

    def test_rows_may_say_anything_that_is_only_data(self) -> None:
        rows = [{"url": "http://a.test", "href": "javascript:x", "expr": '"\\`${}', "signal": "<script>"}]
        assert shown(with_part("data.values", rows))[V5]["data"]["values"] == rows


REFUSED = [
    ("data", {"url": "http://evil.test/a.json"}, "data.url"),
    ("data", {"values": ROWS, "url": "http://evil.test"}, "data.url"),
    ("data", {"sequence": {"start": 0, "stop": 1e12}}, "data.sequence"),
    ("data.format", {"parse": {"day": "date:'%Y' + alert(1) + '"}}, "data.format.parse.day"),
    ("data.values", [{"c": "url(http://evil.test/a.svg#x)"}], "data.values"),
    (
        "transform",
        [{"lookup": "a", "from": {"data": {"url": "http://evil.test"}, "key": "b"}}],
        "from.data.url",
    ),
    ("transform", [{"calculate": "alert(1)", "as": "x"}], "transform[0].calculate"),
    ("transform", [{"filter": "alert(1)"}], "transform[0].filter"),
    ("transform", [{"filter": {"or": ["alert(1)"]}}], "transform[0].filter.or[0]"),
    ("transform", [{"filter": {"field": "a", "equal": {"expr": "alert(1)"}}}], "equal.expr"),
    ("transform", [{"filter": {"field": "a", "equal": {"year": "alert(1)"}}}], "equal.year"),
    ("transform", [{"filter": {"field": "a", "timeUnit": "year", "equal": "alert(1)"}}], "equal"),
    ("transform", [{"impute": "a", "key": "b", "keyvals": {"start": 0, "stop": 1e12}}], "keyvals"),
    ("mark", "image", "mark"),
    ("mark", {"type": "image"}, "mark.type"),
    ("mark", {"type": "bar", "href": "http://evil.test"}, "mark.href"),
    ("mark", {"type": "bar", "url": "http://evil.test"}, "mark.url"),
    ("mark", {"type": "bar", "cursor": "url(http://evil.test/c.cur), auto"}, "mark.cursor"),
    ("mark", {"type": "bar", "fill": "URL (http://evil.test)"}, "mark.fill"),
    ("mark", {"type": "bar", "tooltip": {"content": "data"}}, "mark.tooltip.content"),
    ("mark", {"type": "bar", "tooltip": {"signal": "alert(1)"}}, "mark.tooltip.signal"),
    ("mark", {"type": "bar", "opacity": {"expr": "alert(1)"}}, "mark.opacity.expr"),
    ("mark", {"type": "bar", "bandPosition": "1 + alert(1)"}, "mark.bandPosition"),
    ("encoding.href", {"field": "c"}, "encoding.href"),
    ("encoding.url", {"field": "c"}, "encoding.url"),
    ("encoding.x.field", 'a"] + alert(1) + datum["b', "encoding.x.field"),
    ("encoding.x.field", "a\\", "encoding.x.field"),
    ("encoding.x.field", "a\\\\", "encoding.x.field"),
    ("encoding.x.title", "`${alert(1)}`", "encoding.x.title"),
    ("encoding.x.bandPosition", "alert(1)", "encoding.x.bandPosition"),
    ("encoding.x.axis", {"labelExpr": "alert(1)"}, "encoding.x.axis.labelExpr"),
    ("encoding.x.axis", {"format": "', alert(1), '"}, "encoding.x.axis.format"),
    ("encoding.x.axis", {"formatType": "alert"}, "encoding.x.axis.formatType"),
    ("encoding.x.axis", {"labelColor": {"condition": {"test": "alert(1)", "value": "red"}}}, "test"),
    ("encoding.x.scale", {"domainMax": {"signal": "alert(1)"}}, "domainMax.signal"),
    ("encoding.x.scale", {"paddingInner": "alert(1)"}, "paddingInner"),
    ("encoding.latitude", {"datum": "alert(1)"}, "encoding.latitude.datum"),
    ("encoding.longitude2", {"value": "alert(1)"}, "encoding.longitude2.value"),
    ("encoding.color", {"condition": {"test": "alert(1)", "value": "red"}}, "encoding.color.condition.test"),
    ("params", [{"name": "a", "expr": "alert(1)"}], "params[0].expr"),
    ("params", [{"name": "a'b", "select": "point"}], "params[0].name"),
    ("params", [{"name": "a", "bind": {"element": "#main"}}], "params[0].bind.element"),
    ("params", [{"name": "a", "select": {"type": "point", "on": "click[alert(1)]"}}], "on"),
    ("params", [{"name": "a", "select": {"type": "point", "toggle": "alert(1)"}}], "toggle"),
    ("params", [{"name": "a", "select": {"type": "point", "clear": "click[alert(1)]"}}], "clear"),
    ("params", [{"name": "a", "select": "point", "value": [{"year": "alert(1)"}]}], "value[0].year"),
    ("usermeta", {"embedOptions": {"loader": {}}}, "usermeta"),
    ("config", {"customFormatTypes": True}, "config.customFormatTypes"),
    ("config", {"timeFormat": "' + alert(1) + '"}, "config.timeFormat"),
    ("config", {"signals": [{"name": "a", "update": "alert(1)"}]}, "config.signals"),
    ("config", {"locale": {"number": {}}}, "config.locale"),
    ("datasets", {"a') + alert(1) + ('": []}, "datasets"),
    ("datasets", {"one": [{"fill": "url(http://evil.test)"}]}, "datasets.one"),
    ("width", 1e9, "width"),
    ("marks", [], "marks"),
]


class TestRefused:
    @pytest.mark.parametrize(("path", "value", "place"), REFUSED)
    def test_nothing_that_loads_or_computes(self, path: str, value: Any, place: str) -> None:
        data = shown(with_part(path, value))
        assert set(data) == {"text/plain"}
        assert f"{V5} is not shown: " in data["text/plain"]
        assert place in data["text/plain"].split(": ")[1]

    @pytest.mark.parametrize(("path", "value", "place"), REFUSED)
    def test_nor_below_other_views(self, path: str, value: Any, place: str) -> None:
        inner = with_part(path, value)
        if "datasets" not in inner:
            assert V5 not in shown({"layer": [inner]})
            assert V5 not in shown({"repeat": ["a"], "spec": {"hconcat": [BAR, inner]}})

    @pytest.mark.parametrize("name", ["image", "IMAGE", "[image]", "'image'"])
    def test_a_tooltip_with_an_image_is_refused_and_without_tooltip_it_is_a_name(self, name: str) -> None:
        spec = with_part("encoding.color", {"field": name})
        assert V5 in shown(spec)
        assert (
            "a tooltip would load"
            in shown(with_part("mark", {"type": "bar", "tooltip": True}, spec))["text/plain"]
        )
        tooltip = with_part("encoding.tooltip", [{"field": "c", "title": name}])
        assert "a tooltip would load" in shown(tooltip)["text/plain"]

    def test_expressions_say_what_to_do_instead(self) -> None:
        text = shown(with_part("transform", [{"calculate": "datum.a * 2", "as": "b"}]))["text/plain"]
        assert "transform[0].calculate: expressions are refused: compute it in the cell" in text

    @pytest.mark.parametrize(
        "spec", ["bar", None, [], {1: 2}, {"data": 5}, {"data": {"values": ROWS}, "mark": {"x": {}}}]
    )
    def test_anything_else(self, spec: Any) -> None:
        checked_bundle(render_bundle({V5: spec}))

    def test_size_is_limited(self) -> None:
        assert "is not shown" in shown(with_part("data.values", [[1]] * 300_000))["text/plain"]

    @given(st.text(), st.text())
    def test_unknown_keys_never_pass(self, key: str, value: str) -> None:
        spec = shown({**BAR, "encoding": {"x": {"field": "a", f"{key}_": value}}})
        assert V5 not in spec

    @given(st.text(alphabet=st.sampled_from("a'\"\\`.[]() +")))
    def test_names_of_fields_never_end_the_string_they_are_pasted_into(self, name: str) -> None:
        if V5 in shown(with_part("encoding.x.field", name)):
            for pasted in (name, name.replace("\\", "")):
                rest = pasted
                while rest:
                    assert rest[0] not in '"`'
                    rest = rest[2:] if rest[0] == "\\" else rest[1:]
                assert not pasted.endswith("\\")


class TestResults:
    def test_a_value_that_is_a_specification_is_a_chart(self) -> None:
        data = checked_bundle(render_value(BAR, "{ data: … }"))
        assert data[V5]["mark"] == "bar"
        assert data["text/plain"] == "{ data: … }"
        assert V5 in render_value({"$schema": SCHEMA, "mark": "bar"}, "{}")[0]

    def test_one_that_is_refused_is_text_with_the_reason(self) -> None:
        data = checked_bundle(render_value(with_part("usermeta", {}), "{ data: … }"))
        assert set(data) == {"text/plain"}
        assert data["text/plain"].startswith("{ data: … }\n[not shown: usermeta")

    def test_other_schemas_are_trees(self) -> None:
        assert V5 not in render_value({"$schema": "https://evil.test/vega-lite/v5.json", "mark": []}, "{}")[0]
