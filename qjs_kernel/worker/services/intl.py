"""What the guest's `Intl` needs of CLDR, out of babel's data: patterns, names and rules. The guest does the formatting.

Babel's own formatting functions answer whole text; `formatToParts` and ECMA-402's rounding need the patterns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from babel import localedata
from babel.core import get_global

from qjs_kernel.worker.services import Op, ServiceError
from qjs_kernel.worker.services.intl_data import View
from qjs_kernel.worker.services.intl_dates import dates, intervals
from qjs_kernel.worker.services.intl_tables import COMPACT_48, MINIMUM_GROUPING, NARROW_SYMBOLS
from qjs_kernel.worker.services.intl_words import relative_word
from qjs_kernel.worker.services.intl_zones import offset, zone, zone_names, zones

__all__ = ["OPS"]

_ID: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
_LATIN: Final = "latn"


def text(args: list[Any], index: int, most: int = 100) -> str:
    """The argument at `index`, a short text."""
    value = args[index] if index < len(args) else None
    if not isinstance(value, str) or len(value) > most:
        raise ServiceError("RangeError", "Intl: a short text is expected")
    return value


def data_of(args: list[Any]) -> Mapping[str, Any]:
    """Babel's data of the locale that the first argument names, aliases resolved."""
    name = text(args, 0)
    if _ID.fullmatch(name) is None or not localedata.exists(name):
        raise ServiceError("RangeError", f"Intl: there is no locale {name!r}")
    return _data(name)


@lru_cache(maxsize=16)
def _data(name: str) -> Mapping[str, Any]:
    loaded: Any = localedata.load(name)
    return View(loaded, loaded)


def plain(value: Any) -> Any:
    """As JSON can say it: patterns by their text, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    pattern = getattr(value, "pattern", None)
    return pattern if isinstance(pattern, str) else value


def inherited(table: Mapping[str, Any], name: str) -> Any:
    """What `table` says of a locale or the nearest of its parents."""
    parts = name.split("_")
    while parts:
        found = table.get("_".join(parts))
        if found is not None:
            return found
        parts.pop()
    return None


def _find(args: list[Any], _: bytes | None) -> list[str] | None:
    """[tag] → [the longest beginning of it that there is data for, babel's name of that]."""
    parts = text(args, 0).split("-")
    while parts:
        name = _known(parts)
        if name is not None:
            return ["-".join(parts), name]
        parts.pop()
    return None


def _known(parts: list[str]) -> str | None:
    name = "_".join(parts)
    if _ID.fullmatch(name) is None:
        return None
    if localedata.exists(name) and name != "root":
        return name
    if len(parts) == 2 and len(parts[1]) in (2, 3):
        # zh-TW is data of zh_Hant_TW: the script is the likely one.
        likely = get_global("likely_subtags")
        full = likely.get(name) or likely.get(parts[0])
        if full is not None:
            script = full.split("_")[1]
            for candidate in (f"{parts[0]}_{script}_{parts[1]}", f"{parts[0]}_{script}"):
                if candidate.endswith(parts[1]) and localedata.exists(candidate):
                    return candidate
    return None


def _aliases(args: list[Any], _: bytes | None) -> list[str]:
    """[language, script, region] → what they are called now ("iw" is "he"); "" for what is absent."""
    language, script, region = text(args, 0), text(args, 1), text(args, 2)
    known = get_global("language_aliases").get(language)
    if known is not None and language not in ("no",):
        first, *rest = known.split("_")
        language = first
        if rest and len(rest[0]) == 4 and not script:
            script = rest[0]
    regions = get_global("territory_aliases").get(region)
    if regions:
        likely = (get_global("likely_subtags").get(language) or "").rpartition("_")[2]
        region = likely if likely in regions else regions[0]
    return [language, get_global("script_aliases").get(script, script), region]


def _likely(args: list[Any], _: bytes | None) -> list[str] | None:
    """[language, script, region] → the three, filled with what is likely; None where nothing is known."""
    language, script, region = text(args, 0), text(args, 1), text(args, 2)
    likely = get_global("likely_subtags")
    for key in (
        f"{language}_{script}_{region}",
        f"{language}_{region}" if not script else "",
        f"{language}_{script}" if script else "",
        f"{language}_{region}" if script and region else "",
        language,
        f"und_{script}_{region}" if language == "und" and script and region else "",
        f"und_{region}" if language == "und" and region else "",
        f"und_{script}" if script else "",
    ):
        full = likely.get(key) if key else None
        if full is not None:
            parts = full.split("_")
            return [
                language if language not in ("", "und") else parts[0],
                script or parts[1],
                region or parts[2],
            ]
    return None


def _numbers(args: list[Any], _: bytes | None) -> Any:
    """[locale, numbering system or ""] → symbols and patterns."""
    data = data_of(args)
    system = text(args, 1) or data["default_numbering_system"]
    symbols = data["number_symbols"]
    found = symbols.get(system, {})
    if "decimal" not in found:
        found = symbols[_LATIN]
    compact, money = data["compact_decimal_formats"], data["compact_currency_formats"]
    answer = {
        "system": system,
        "symbols": found,
        "decimal": data["decimal_formats"][None],
        "percent": data["percent_formats"][None],
        "currency": {key: data["currency_formats"][key] for key in ("standard", "accounting")},
        "compact": {key: compact[key] for key in ("short", "long") if key in compact},
        "compactCurrency": money.get("short", {}),
        "minimumGrouping": inherited(MINIMUM_GROUPING, text(args, 0)) or 1,
    }
    result: Any = plain(answer)
    if system == "arab" and text(args, 0).startswith("ar"):
        # Babel mixes the patterns of two numbering systems; these are those of Arabic digits.
        result["currency"] = dict.fromkeys(("standard", "accounting"), "\u200f#,##0.00\xa0¤")
    signs = inherited(COMPACT_48, text(args, 0))
    if signs is not None:
        for table in (result["compact"]["short"], result["compactCurrency"]):
            for patterns in table.values():
                _resign(patterns, signs)
    return result


def _resign(patterns: dict[str, str], signs: Mapping[str, str]) -> None:
    """Compact patterns with other signs: "000B" becomes "000bn"."""
    for first, sign in signs.items():
        for more in range(3):
            size = first + "0" * more
            pattern, zeros = patterns[size], "0" * (more + 1)
            plain_digits = re.sub("0+[A-Z]?", zeros, pattern)
            if not plain_digits.strip(
                "0"
            ):  # CLDR's way of saying "no sign": then the currency stands apart too
                plain_digits = zeros + ("\xa0¤" if "¤" in patterns["1000000"] else "")
            patterns[size] = plain_digits.replace(zeros, zeros + sign, 1)


def _currency(args: list[Any], _: bytes | None) -> Any:
    """[locale, code] → symbol, narrow symbol, names by plural category, how a name stands to its number."""
    data, code = data_of(args), text(args, 1)
    symbol = data["currency_symbols"].get(code, code)
    name = data["currency_names"].get(code, code)
    return plain(
        {
            "symbol": symbol,
            # Some locales have but a long sign of their own; there the short one is that.
            "narrow": NARROW_SYMBOLS.get(code, symbol),
            "name": name,
            "names": data["currency_names_plural"].get(code, {"other": name}),
            "patterns": data["currency_unit_patterns"],
        }
    )


def _unit(args: list[Any], _: bytes | None) -> Any:
    """[locale, unit] → {long, short, narrow: patterns by plural category, and "per"}."""
    data, unit = data_of(args), text(args, 1)
    patterns = data["unit_patterns"]
    for key in patterns:
        if key.partition("-")[2] == unit:
            return plain({"unit": patterns[key], "per": None})
    return {"unit": None, "per": plain(data["compound_unit_patterns"].get("per"))}


def _plurals(args: list[Any], _: bytes | None) -> Any:
    """[locale] → {cardinal, ordinal: [category, syntax tree of its rule]…}."""
    data = data_of(args)
    return plain({"cardinal": data["plural_form"].abstract, "ordinal": data["ordinal_form"].abstract})


def _lists(args: list[Any], _: bytes | None) -> Any:
    return plain(data_of(args)["list_patterns"])


def _relative(args: list[Any], _: bytes | None) -> Any:
    """[locale, "day-short"] → patterns of past and future by plural category."""
    return plain(data_of(args)["date_fields"].get(text(args, 1), {}))


def _name(args: list[Any], _: bytes | None) -> Any:
    """[locale, "territories" | "languages" | "scripts" | "currency_names", code] → name or None."""
    data, kind = data_of(args), text(args, 1)
    if kind not in ("territories", "languages", "scripts", "currency_names"):
        raise ServiceError("RangeError", f"Intl: there are no names of {kind!r}")
    return data[kind].get(text(args, 2))


def _locale_pattern(args: list[Any], _: bytes | None) -> Any:
    """[locale] → what a locale knows of itself: direction, week."""
    data = data_of(args)
    return plain({"order": data["character_order"], "week": data["week_data"]})


def _han(args: list[Any], _: bytes | None) -> int:
    """[character, "pinyin" | "strokes"] → its place in GB 2312 or Big5, whose common characters stand in that order."""
    character, order = text(args, 0, 2), text(args, 1)
    try:
        return int.from_bytes(character.encode("gb2312" if order == "pinyin" else "big5"), "big")
    except UnicodeEncodeError:
        return 0x10000 + ord(character[0])


def _supported(args: list[Any], _: bytes | None) -> list[str]:
    """["currency" | "timeZone"] → all of them, sorted."""
    kind = text(args, 0)
    if kind == "currency":
        return sorted(code for code in get_global("all_currencies") if len(code) == 3)
    return zones()


OPS: Final[Mapping[str, Op]] = {
    "find": _find,
    "aliases": _aliases,
    "likely": _likely,
    "numbers": _numbers,
    "currency": _currency,
    "unit": _unit,
    "plurals": _plurals,
    "lists": _lists,
    "relative": _relative,
    "word": lambda args, _: relative_word(text(args, 0), text(args, 1), args[2] if len(args) > 2 else None),
    "name": _name,
    "about": _locale_pattern,
    "supported": _supported,
    "han": _han,
    "dates": lambda args, _: plain(dates(data_of(args), text(args, 0))),
    "intervals": lambda args, _: plain(intervals(data_of(args))),
    "zone": lambda args, _: zone(text(args, 0)),
    "offset": lambda args, _: offset(text(args, 0), args[1] if len(args) > 1 else None),
    "zoneNames": lambda args, _: plain(zone_names(data_of(args), text(args, 0), text(args, 1))),
}
