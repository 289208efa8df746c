"""Arrays of records as tables: which values are ones, what a reader sees, and what it may cost."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjs_kernel.display.rendering import render_bundle, render_value
from qjs_kernel.display.tables import as_records, table
from tests.unit.display_html import checked, checked_bundle

MIME = "application/vnd.qjs.table+json"
RECORDS = [{"name": "a", "n": 1.5, "ok": True}, {"name": "b", "n": 20, "ok": False}]


def cells(markup: str) -> list[str]:
    return [text for text in checked(markup).text if text.strip()]


class TestRecords:
    @pytest.mark.parametrize(
        "rows",
        [
            RECORDS,
            [{"a": 1}],
            [*RECORDS, None],
            [{"a": 1, "b": 2}, {"a": 1}, {"b": 3}],
            [*RECORDS] * 10_000,
        ],
    )
    def test_objects_with_shared_keys_are_records(self, rows: Any) -> None:
        assert as_records(rows) is rows

    @pytest.mark.parametrize(
        "rows",
        [
            [],
            [{}],
            [1, 2],
            [[1], [2]],
            [None, None, {"a": 1}],
            [{"a": 1}, 5],
            [{str(n): n} for n in range(20)],
            {"a": RECORDS},
            "rows",
            [*RECORDS, *[1] * 10_000],
        ],
    )
    def test_other_values_are_not(self, rows: Any) -> None:
        assert as_records(rows) is None

    def test_only_plain_objects_count(self) -> None:
        class Row(dict[str, int]):
            pass

        assert as_records([Row(a=1)]) is None


class TestHtml:
    def test_a_result_keeps_its_text(self) -> None:
        data = checked_bundle(render_value(RECORDS, "[ { name: 'a' } ]"))
        assert data["text/plain"] == "[ { name: 'a' } ]"
        assert cells(data["text/html"]) == [
            "2 rows × 3 columns",
            "name",
            "n",
            "ok",
            "0",
            "a",
            "1.5",
            "true",
            "1",
            "b",
            "20",
            "false",
        ]

    def test_numbers_stand_below_each_other_and_below_their_name(self) -> None:
        markup = table(RECORDS).html
        assert "font-variant-numeric:tabular-nums" in markup
        assert '<td style="text-align:right;white-space:nowrap">1.5</td>' in markup
        assert 'text-align:right">n</th>' in markup
        assert 'text-align:left">name</th>' in markup

    def test_it_can_be_read_without_seeing_it(self) -> None:
        markup = table({"rows": RECORDS, "title": "Prices"}).html
        parts = checked(markup)
        assert parts.tags.count("caption") == 1
        assert parts.attributes.count(("th", "scope", "col")) == 3
        assert parts.attributes.count(("th", "scope", "row")) == 2
        assert ("div", "aria-label", "Prices") in parts.attributes
        assert ("div", "tabindex", "0") in parts.attributes

    def test_everything_is_escaped(self) -> None:
        evil = "<img src=x onerror=alert(1)>\"'&"
        markup = table({"rows": [{evil: evil}, {evil: {evil: [evil]}}], "title": evil}).html
        assert "img" not in checked(markup).tags
        assert evil in cells(markup)

    def test_the_first_rows_and_columns_with_how_many_there_are(self) -> None:
        shown = table([{f"c{n}": n for n in range(42)} for _ in range(100_000)])
        assert "50 of 100,000 rows × 42 columns (+12 more)" in cells(shown.html)
        assert "+12 more columns" in cells(shown.html)
        assert shown.html.count("<tr>") == 51
        one = table([{"a": 1}]).html
        assert "1 row × 1 column" in cells(one)

    def test_missing_values_look_missing(self) -> None:
        assert cells(table([{"a": 1, "b": "x"}, {}, {"a": None, "b": None}]).html).count("–") == 2

    def test_nested_and_long_values_are_cut_and_can_be_read_in_full(self) -> None:
        markup = table(
            [{"a": {"b": [1, 2, {"c": "x"}]}, "t": "word " * 60, "d": datetime.datetime(2024, 5, 1)}]
        ).html
        assert "{ b: [1, 2, { c: 'x' }] }" in cells(markup)
        assert "2024-05-01T00:00:00.000Z" in cells(markup)
        (title,) = [value for tag, name, value in checked(markup).attributes if name == "title"]
        assert title.startswith("word word")
        assert len(title) > 200

    @pytest.mark.parametrize("columns", [1, 5, 30, 2_000])
    @pytest.mark.parametrize("text", ["x" * 10_000, "&" * 10_000, "<b>"])
    def test_size_is_bounded(self, columns: int, text: str) -> None:
        rows = [{f"{text[:90]}{n}": text for n in range(columns)} for _ in range(60)]
        assert len(table(rows).html) < 130_000

    def test_wide_tables_stay_below_100_kilobytes(self) -> None:
        rows = [{f"column number {n}": "x" * 500 + "<b>" for n in range(100)} for _ in range(1_000)]
        assert len(table(rows).html) < 100_000

    def test_ordinary_tables_are_small(self) -> None:
        rows = [{f"column {n}": f"value {n}" for n in range(10)} for _ in range(100_000)]
        assert len(table(rows).html) < 50_000

    def test_work_does_not_grow_with_the_rows(self) -> None:
        def steps(count: int) -> int:
            rows = [RECORDS[n % 2] for n in range(count)]
            calls = 0

            def count_calls(frame: Any, event: str, argument: Any) -> None:
                nonlocal calls
                calls += 1

            sys.setprofile(count_calls)
            try:
                render_value(rows, "[ … ]")
            finally:
                sys.setprofile(None)
            return calls

        steps(100)
        assert steps(100_000) <= steps(1_000) + 50


class TestShown:
    def shown(self, **value: Any) -> dict[str, Any]:
        return checked_bundle(render_bundle({MIME: value}))

    def test_text_is_aligned(self) -> None:
        rows = [{"name": "日本", "n": 5}, {"name": "ab", "n": 10.25}, {"n": None}]
        assert self.shown(rows=rows, title="T")["text/plain"].split("\n") == [
            "T",
            "   name      n",
            "0  日本      5",
            "1  ab    10.25",
            "2",
        ]

    def test_columns_are_chosen_and_total_is_told(self) -> None:
        data = self.shown(rows=RECORDS, columns=["n", "gone"], total=1234)
        assert "2 of 1,234 rows × 2 columns" in cells(data["text/html"])
        assert "name" not in cells(data["text/html"])
        assert data["text/plain"].endswith("… 1,232 more rows")

    def test_rows_may_be_arrays_or_plain_values(self) -> None:
        assert "b" in cells(self.shown(rows=[[1, 2], [3]], columns=["a", "b"])["text/html"])
        assert "value" in cells(self.shown(rows=[1, "x"])["text/html"])
        assert "0 rows × 0 columns" in cells(self.shown(rows=[])["text/html"])

    def test_wide_text_is_cut_at_the_line(self) -> None:
        text = self.shown(rows=[{f"column {n}": "x" * 30 for n in range(30)}] * 30)["text/plain"]
        assert max(map(len, text.split("\n"))) <= 160
        assert "more columns" in text
        assert "10 more rows" in text

    @pytest.mark.parametrize("value", [5, None, "rows", {}, {"rows": {}}, {"rows": None}])
    def test_what_has_no_rows_is_refused(self, value: Any) -> None:
        data = checked_bundle(render_bundle({MIME: value, "text/plain": "t"}))
        assert data["text/plain"].startswith("t")
        assert "text/html" not in data

    @given(
        st.lists(
            st.dictionaries(
                st.text(max_size=5), st.none() | st.booleans() | st.floats() | st.integers() | st.text()
            )
            | st.lists(st.integers() | st.text(), max_size=5)
            | st.none(),
            max_size=8,
        ),
        st.none() | st.lists(st.text() | st.integers(), max_size=4),
        st.none() | st.integers() | st.floats() | st.text(),
    )
    @settings(max_examples=150, deadline=None)
    def test_any_table(self, rows: list[Any], columns: Any, total: Any) -> None:
        self.shown(rows=rows, columns=columns, total=total, title="t")
