"""Vega-Lite specifications of the guest: only what is provably data reaches the front end.

Vega-Lite is compiled in the reader's page into JavaScript. It has places for addresses (data, images, links,
tooltips, cursors) and for expressions, and it pastes some values into expressions as they are (a `bandPosition`, a
`year`, a date format, the `datum` of a latitude), so that a list of forbidden keys would never be complete. Here
every key is known, with the form that strings under it may have; anything else is refused, with its path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from qjs_kernel.display.brief import one_line, words
from qjs_kernel.display.mime import Refusal, json_data

__all__ = ["CHART_MIME", "CHART_MIMES", "Chart", "chart", "looks_like_chart"]

CHART_MIME = "application/vnd.vegalite.v5+json"
CHART_MIMES = (CHART_MIME, *(f"application/vnd.vegalite.v{number}+json" for number in (6, 4, 3)))
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_SCHEMAS = re.compile(r"https?://vega\.github\.io/schema/vega-lite/v[\d.]{1,12}\.json\Z")

_NODES = 400_000
_CHARACTERS = 4_000_000
_STRING = 2_000
_PIXELS = 10_000
_STEPS = 10_000

# Enumerations: at worst the name of something that is not there.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}\Z")
# A text that Vega-Lite may write between double quotes into an expression; and between single ones.
# Backslashes stand before dots and brackets in names of fields; taken away, they leave what may stand here anyway.
_TEXT = re.compile(r"(?:[^\"\\`\x00-\x08\x0b-\x1f\x7f\u2028\u2029]|\\[.\[\]'])*\Z")
_FORMAT = re.compile(r"[^\"'\\`\x00-\x1f\x7f\u2028\u2029]{0,100}\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]{0,99}\Z")
# Without brackets of any kind nothing is called, whatever it is pasted into.
_FLAT = re.compile(r"[^\"'\\`(){}\[\]=\x00-\x1f\x7f\u2028\u2029]*\Z")
_PARSE = re.compile(r"(?:number|boolean|string|date|(?:date|utc):'?[A-Za-z0-9%:/., _+-]{1,60}'?)\Z")
_LOADS = re.compile(r"(?:url|src|image|image-set|cross-fade|element|paint)\s*\(", re.I)

_EVENTS = words("click dblclick mouseover mousemove pointerover pointermove")

# Objects, lists, numbers, booleans and null: a string here would be an expression, or pasted into one.
_NO_STRINGS = words(
    # views and their parts
    "concat hconcat vconcat spec transform params resolve scale axis legend header condition filter test and "
    "or not config view projection facet from "
    # defaults for kinds of marks, axes and headers
    "axisX axisY axisQuantitative axisTemporal axisBand axisPoint "
    "axisDiscrete axisLeft axisRight axisTop axisBottom "
    "headerRow headerColumn headerFacet bar line area trail "
    "rect circle square arc boxplot errorbar errorband "
    "geoshape outliers median ticks "
    # marks
    "angle bandPosition barBandPaddingInner binSpacing "
    "clip continuousBandSize cornerRadius cornerRadiusBottomLeft "
    "cornerRadiusBottomRight cornerRadiusEnd cornerRadiusTopLeft cornerRadiusTopRight discreteBandSize dx dy "
    "fillOpacity filled innerRadius limit lineHeight minBandSize opacity outerRadius padAngle radiusOffset "
    "radius2Offset strokeDash strokeDashOffset strokeMiterLimit "
    "strokeOpacity strokeWidth tension thetaOffset "
    "theta2Offset thickness fontSize aria x1 y1 r1 r2 gamma "
    # axes, legends, headers, titles
    "columnPadding columns domainDash domainDashOffset domainOpacity domainWidth gradientLength "
    "gradientOpacity gradientStrokeWidth gradientThickness gridDash "
    "gridDashOffset gridOpacity gridWidth labelAngle "
    "labelBound labelFlush labelFlushOffset labelFontSize "
    "labelLimit labelLineHeight labelOffset labelOpacity "
    "labelPadding labelSeparation labels legendX legendY maxExtent minExtent padding position rowPadding "
    "subtitleFontSize subtitleLineHeight subtitlePadding symbolDash symbolDashOffset "
    "symbolLimit symbolOffset symbolOpacity symbolSize "
    "symbolStrokeWidth tickDash tickDashOffset tickExtra tickMinStep "
    "tickOffset tickOpacity tickRound tickSize "
    "tickWidth titleAngle titleFontSize titleLimit titleLineHeight "
    "titleOpacity titlePadding titleX titleY zindex "
    "clipHeight left right top bottom grid continuousWidth continuousHeight discreteWidth discreteHeight "
    # scales
    "base bins clamp constant domainMax domainMid "
    "domainMin exponent paddingInner paddingOuter rangeMax rangeMin "
    "reverse round zero bandPaddingInner bandPaddingOuter "
    "continuousPadding maxBandSize maxFontSize maxOpacity maxSize "
    "maxStrokeWidth minFontSize minOpacity minSize minStrokeWidth pointPadding quantileCount quantizeCount "
    "rectBandPaddingInner tickBandPaddingInner count "
    # transforms, bins, dates
    "bin binned divide maxbins minstep step steps utc "
    "year date hours minutes seconds milliseconds bandwidth counts "
    "cumulative maxsteps minsteps degree frame ignorePeers probs sample valid "
    # selections, projections
    "clear empty nearest toggle translate zoom clipAngle "
    "clipExtent parallels pointRadius precision rotate fraction "
    "lobes parallel ratio tilt distance reflectX reflectY"
)
_WORDS = words(
    "type mark aggregate op method interpolate orient align "
    "anchor baseline bounds contains resize direction dir "
    "day month quarter timeUnit unit fit autosize width "
    "height center spacing strokeCap strokeJoin strokeAlign blend "
    "cursor fontStyle fontWeight labelFontWeight labelFontStyle "
    "labelAlign labelBaseline labelOverlap labelAnchor "
    "labelOrient titleAlign titleAnchor titleBaseline titleFontStyle titleFontWeight titleOrient gridAlign "
    "tickBand tickCount tickCap subtitleFontStyle subtitleFontWeight select "
    "encodings extent invalid nice scheme "
    "normalize x y x2 y2 xError yError xError2 yError2 "
    "xOffset yOffset theta theta2 radius radius2 latitude longitude "
    "latitude2 longitude2 encoding fieldTitle box rule point tick style offset order gradient "
    "stack ariaRole"
)
# Names of fields, texts to be read, colours and fonts.
_TEXTS = words(
    "field repeat title subtitle text description as groupby "
    "fold flatten pivot impute joinaggregate window sort lookup "
    "key fields density quantile loess regression default label detail "
    "row column layer color fill stroke size shape "
    "tooltip font labelFont titleFont subtitleFont background "
    "labelColor titleColor subtitleColor gridColor tickColor "
    "domainColor fillColor strokeColor gradientStrokeColor "
    "symbolFillColor symbolStrokeColor symbolType ellipsis "
    "argmax argmin category diverging heatmap ordinal ramp symbol lineBreak stops"
)
_VALUES = words("equal lt lte gt gte range oneOf values value datum domain keyvals unionWith")
_FORMATS = words("format timeFormat numberFormat normalizedNumberFormat")
_NAMES = words("name param views")
_CHOICES = {
    "formatType": frozenset({"number", "time"}),
    "bind": frozenset({"scales", "legend"}),
    "content": frozenset({"encoding"}),
}
_CAPS = {"width": _PIXELS, "height": _PIXELS, "maxbins": _STEPS, "tickCount": _STEPS, "steps": _STEPS}
_CAPS |= {"maxsteps": _STEPS, "minsteps": _STEPS, "columns": _STEPS, "sample": _NODES, "count": _STEPS}
# Where these stand, Vega-Lite pastes values into expressions as they are.
_PASTING = words("timeUnit latitude longitude latitude2 longitude2")
_VIEWS = ("layer", "concat", "hconcat", "vconcat")

_EXPRESSION = "expressions are refused: compute it in the cell and put the values into the data"
_LOADING = "a chart may not load or open anything"
_REASONS = {
    **dict.fromkeys(("calculate", "expr", "signal", "labelExpr", "update", "events"), _EXPRESSION),
    **dict.fromkeys(("url", "href", "loader"), _LOADING),
    "usermeta": "options of the page that shows the chart are refused",
    "sequence": "data is given inline: use values",
    "graticule": "data is given inline: use values",
    "$schema": "the schema stands at the top only",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A specification that may be shown, and what it says to readers without charts."""

    spec: dict[str, Any]
    text: str


def looks_like_chart(data: object) -> bool:
    """Whether a plain value is meant as a Vega-Lite specification."""
    if type(data) is not dict or len(data) > 100:
        return False
    schema = data.get("$schema")
    if isinstance(schema, str):
        return _SCHEMAS.match(schema) is not None
    return "mark" in data and "data" in data and isinstance(data.get("encoding"), dict)


def chart(value: object) -> Chart:
    """The specification in the form that front ends render (version "
    "5); Refusal names the first key that may not be."""
    if not isinstance(value, Mapping):
        raise Refusal("it is not an object")
    # Rebuilt first: from here on it is a tree of limited depth that nobody else holds.
    spec: dict[str, Any] = json_data(dict(value), nodes=_NODES, characters=_CHARACTERS).value
    spec.pop("$schema", None)
    _Checker(_pastes(spec)).view(spec)
    return Chart({"$schema": _SCHEMA, **spec}, _summary(spec))


def _at(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{one_line(key, 60)}" if path else one_line(key, 60)


def _refuse(path: str, why: str) -> Refusal:
    return Refusal(f"{path or 'the specification'}: {why}")


def _pastes(spec: Any) -> bool:
    if isinstance(spec, dict):
        return any(
            key in _PASTING or (key not in ("data", "datasets") and _pastes(item))
            for key, item in spec.items()
        )
    return isinstance(spec, list) and any(map(_pastes, spec))


class _Checker:
    """One walk over a specification. The data in it is looked at for addresses only: it stays data."""

    def __init__(self, pastes: bool) -> None:
        self._pastes = pastes
        self._tooltip = ""
        self._image = ""

    def view(self, spec: dict[str, Any]) -> None:
        datasets = spec.get("datasets")
        if datasets is not None:
            if not isinstance(datasets, dict):
                raise _refuse("datasets", "it is not an object")
            for name, rows in datasets.items():
                if not _NAME.match(name):
                    raise _refuse(_at("datasets", name), "names are made of letters, digits, _, - and dots")
                self._rows(rows, _at("datasets", name))
        self._object({key: item for key, item in spec.items() if key != "datasets"}, "", "")
        if self._tooltip and self._image:
            # What a tooltip calls "image" is loaded as one.
            raise _refuse(
                self._image, f'a tooltip would load what is called "image" ({self._tooltip}): rename it'
            )

    def _object(self, value: dict[str, Any], path: str, area: str) -> None:
        for key, item in value.items():
            at = _at(path, key)
            if key == "data":
                self._data(item, at)
            elif key in ("params", "transform"):
                self._value(key, item, at, key)
            else:
                self._value(key, item, at, area)

    def _value(self, key: str, value: Any, path: str, area: str) -> None:
        self._known(key, path, area)
        if isinstance(value, list):
            for index, item in enumerate(value):
                self._value(key, item, _at(path, index), area)
            return
        if key == "tooltip" and value not in (None, False):
            self._tooltip = self._tooltip or path
        if isinstance(value, dict):
            if key == "value" and area == "params":
                self._start(value, path)
            else:
                self._object(value, path, area)
        elif isinstance(value, str):
            self._string(key, value, path, area)
        elif isinstance(value, (int, float)) and abs(value) > _CAPS.get(key, float("inf")):
            raise _refuse(path, f"at most {_CAPS[key]:,}")

    def _known(self, key: str, path: str, area: str) -> None:
        known = (
            key in _NO_STRINGS
            or key in _WORDS
            or key in _TEXTS
            or key in _VALUES
            or key in _FORMATS
            or key in _NAMES
            or key in _CHOICES
            or (key == "on" and area != "")
        )
        if not known:
            raise _refuse(path, _REASONS.get(key, "this key is not among those that charts here may have"))

    def _start(self, value: dict[str, Any], path: str) -> None:
        # Where a selection begins: its keys are names of fields or channels.
        for key, item in value.items():
            at = _at(path, key)
            self._string("field", key, at, "params")
            for part in item if isinstance(item, list) else [item]:
                if isinstance(part, (dict, list)):
                    raise _refuse(at, "a number, text or a list of them is expected")
                # A key may be that of a date, whose parts are pasted as they are.
                if isinstance(part, str) and not _FLAT.match(part):
                    raise _refuse(at, "quotes and brackets are refused here")

    def _string(self, key: str, value: str, path: str, area: str) -> None:
        if key in _NO_STRINGS:
            raise _refuse(
                path, _EXPRESSION if key in ("filter", "test", "and", "or", "not") else "no text here"
            )
        if len(value) > _STRING:
            raise _refuse(path, f"the text is longer than {_STRING:,} characters")
        if _LOADS.search(value):
            raise _refuse(path, _LOADING)
        if key in _CHOICES or (key == "on" and area == "params"):
            choices = _CHOICES.get(key, _EVENTS)
            if value not in choices:
                raise _refuse(path, f"only {', '.join(sorted(choices))}")
        elif key in _WORDS:
            if not _WORD.match(value):
                raise _refuse(path, "one word is expected")
            if value == "image" and key in ("mark", "type"):
                raise _refuse(path, _LOADING)
        elif key in _NAMES:
            if not _NAME.match(value):
                raise _refuse(path, "names are made of letters, digits, _, - and dots")
        elif key in _FORMATS:
            if not _FORMAT.match(value):
                raise _refuse(path, "quotes and backslashes are refused here")
        elif key in _VALUES and self._pastes:
            if not _FLAT.match(value):
                raise _refuse(
                    path, "beside timeUnit, latitude or longitude, quotes and brackets are refused here"
                )
        elif not _TEXT.match(value):
            raise _refuse(path, "double quotes, backticks and backslashes are refused here")
        if value.strip(" '[].").lower() == "image":
            self._image = self._image or path

    def _data(self, value: Any, path: str) -> None:
        if value is None:
            return
        if not isinstance(value, dict):
            raise _refuse(path, "it is not an object")
        for key, item in value.items():
            at = _at(path, key)
            if key == "values":
                self._rows(item, at)
            elif key == "name":
                if not isinstance(item, str) or not _NAME.match(item):
                    raise _refuse(at, "names are made of letters, digits, _, - and dots")
            elif key == "format":
                self._data_format(item, at)
            else:
                raise _refuse(at, _REASONS.get(key, "data is given inline: use values"))

    def _data_format(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _refuse(path, "it is not an object")
        for key, item in value.items():
            at = _at(path, key)
            if key == "parse" and isinstance(item, dict):
                for field, how in item.items():
                    self._string("field", field, _at(at, field), "")
                    if how is not None and not (isinstance(how, str) and _PARSE.match(how)):
                        raise _refuse(
                            _at(at, field), "number, boolean, string, date or a date format is expected"
                        )
            elif key in ("type", "feature", "mesh", "property", "delimiter", "parse"):
                if item is not None and not (isinstance(item, str) and _FORMAT.match(item)):
                    raise _refuse(at, "plain text is expected")
            else:
                raise _refuse(at, "this key is not among those that charts here may have")

    def _rows(self, rows: Any, path: str) -> None:
        """Data is data, but a colour or a tooltip may be taken from it."""
        waiting = [(rows, path)]
        while waiting:
            value, at = waiting.pop()
            if isinstance(value, str):
                if "(" in value and _LOADS.search(value):
                    raise _refuse(at, _LOADING)
            elif isinstance(value, list):
                waiting += [(item, at) for item in value]
            elif isinstance(value, dict):
                waiting += [(item, at) for item in value.values()]


# For readers without charts


def _summary(spec: dict[str, Any]) -> str:
    title = spec.get("title")
    title = title.get("text") if isinstance(title, dict) else title
    title = " ".join(part for part in title if isinstance(part, str)) if isinstance(title, list) else title
    parts = [_mark(spec), *_rows_text(spec)]
    encoding = spec.get("encoding")
    channels = []
    for channel, definition in islice(encoding.items(), 12) if isinstance(encoding, dict) else ():
        if isinstance(definition, dict):
            what = definition.get("field") or definition.get("aggregate")
            if isinstance(what, str):
                operation = definition.get("aggregate")
                prefix = f"{operation} of " if isinstance(operation, str) and operation != what else ""
                channels.append(f"{channel}: {prefix}{what}")
    text = " ".join(parts) + (", " + ", ".join(channels) if channels else "")
    head = f"{title}: " if isinstance(title, str) and title else ""
    return f"[chart: {one_line(head + text, 400)}]"


def _mark(spec: dict[str, Any]) -> str:
    mark = spec.get("mark")
    mark = mark.get("type") if isinstance(mark, dict) else mark
    if isinstance(mark, str):
        return mark
    for kind in _VIEWS:
        views = spec.get(kind)
        if isinstance(views, list):
            marks = [_mark(view) for view in views[:6] if isinstance(view, dict)]
            return " + ".join(marks) + (" + …" if len(views) > 6 else "")
    inner = spec.get("spec")
    return _mark(inner) if isinstance(inner, dict) else "view"


def _rows_text(spec: dict[str, Any]) -> list[str]:
    data = spec.get("data")
    rows = data.get("values") if isinstance(data, dict) else None
    if rows is None and isinstance(data, dict) and isinstance(spec.get("datasets"), dict):
        rows = spec["datasets"].get(data.get("name"))
    if not isinstance(rows, list):
        return []
    return [f"of {len(rows):,} {'row' if len(rows) == 1 else 'rows'}"]
