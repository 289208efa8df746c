"""What CLDR says of dates in a locale: names, styles, the patterns of skeletons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qjs_kernel.worker.services.intl_tables import AT_TIME, SKELETONS_48

__all__ = ["dates", "intervals"]

_WIDTHS = ("wide", "abbreviated", "narrow")


def dates(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Everything that a formatter of one locale needs but intervals and zones."""
    return {
        "months": _named(data["months"]),
        "days": _named(data["days"]),
        "eras": {width: data["eras"][width] for width in _WIDTHS},
        "periods": _named(data["day_periods"]),
        "periodRules": data.get("day_period_rules", {}).get(None, {}),
        "date": _styles(data["date_formats"]),
        "time": _styles(data["time_formats"]),
        "both": _both(data, name),
        "skeletons": _skeletons(data, name),
    }


def intervals(data: Mapping[str, Any]) -> dict[str, Any]:
    """Skeleton → greatest difference → the two halves of a pattern; "fallback" → "{0} – {1}"."""
    found = data["interval_formats"]
    answer: dict[str, Any] = {key: found[key] for key in found if key is not None}
    answer["fallback"] = found[None]
    return answer


def _named(table: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for context in ("format", "stand-alone"):
        if context in table:
            of = table[context]
            answer[context] = {width: of[width] for width in (*_WIDTHS, "short") if width in of}
    return answer


def _styles(table: Mapping[str, Any]) -> list[str]:
    return [table[style].pattern for style in ("full", "long", "medium", "short")]


def _both(data: Mapping[str, Any], name: str) -> list[str]:
    """How a date and a time are joined, by the style of the date."""
    parts = name.split("_")
    while parts:
        found = AT_TIME.get("-".join(parts))
        if found is not None:
            patterns = found.split("|")
            if len(patterns) == 2:
                patterns = [patterns[0], patterns[0], patterns[1], patterns[1]]
            return patterns
        parts.pop()
    table = data["datetime_formats"]
    return [table[style].replace("'", "") for style in ("full", "long", "medium", "short")]


def _skeletons(data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = {key: pattern.pattern for key, pattern in data["datetime_skeletons"].items()}
    # Babel keeps CLDR's "ascii" variants of these patterns: a plain space where the styles have a narrow one.
    if "\u202fa" in data["interval_formats"].get("hm", {}).get("a", [""])[0]:
        found = {key: text.replace(" a", "\u202fa") if "h" in key else text for key, text in found.items()}
    parts = name.split("_")
    while parts:
        later = SKELETONS_48.get("_".join(parts))
        if later is not None:
            found.update(later)
        parts.pop()
    return found
