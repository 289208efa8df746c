"""Time zones: names by babel, rules by zoneinfo. A rule is answered with the span of time in which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.core import get_global

from qjs_kernel.worker.services import ServiceError
from qjs_kernel.worker.services.intl_tables import OFFSET_SIGNS, ZONES_AS_ICU

__all__ = ["offset", "zone", "zone_names", "zones"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CYCLE: Final = 146_097 * 86_400  # seconds in 400 years, after which the calendar repeats
_LOW: Final = -2_208_988_800 * 20  # far before any rule; datetime ends at year 1
_STEP: Final = 14 * 86_400  # no rule holds for less
_REACH: Final = 30  # steps to either side


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Lower-case name → name, of the zones that the zone tables have data for."""
    names = {*get_global("zone_territories"), *get_global("zone_aliases"), *get_global("meta_zones")}
    names |= {*get_global("zone_aliases").values(), "UTC", "GMT", *ZONES_AS_ICU, *ZONES_AS_ICU.values()}
    return {name.lower(): name for name in names}


@lru_cache(maxsize=64)
def _info(name: str) -> ZoneInfo:
    known = _names().get(name.lower())
    if known is None:
        raise ServiceError("RangeError", f"Invalid time zone specified: {name}")
    try:
        return ZoneInfo(known)
    except (OSError, ValueError) as error:
        raise ServiceError("RangeError", f"Invalid time zone specified: {name}") from error


def zones() -> list[str]:
    """The zones' names as ICU spells them."""
    return sorted({ZONES_AS_ICU.get(name, name) for name in get_global("zone_territories")})


def zone(name: str) -> str:
    """The name as ICU spells it; a RangeError when there is no such zone."""
    key = _info(name).key
    if key in (
        "Etc/UTC",
        "Etc/GMT",
        "GMT",
        "Etc/UCT",
        "Etc/Zulu",
        "Zulu",
        "UCT",
        "Universal",
        "Etc/Universal",
    ):
        return "UTC"
    if key in ZONES_AS_ICU.values():
        return key
    known = ZONES_AS_ICU.get(key)
    if known is None:
        current = get_global("zone_aliases").get(key, key)
        known = ZONES_AS_ICU.get(current, current)
    return str(known)


def offset(name: str, at: Any) -> list[float]:
    """[seconds east of UTC, 1 in summer time, first and last ms for which that is known to hold]."""
    if isinstance(at, bool) or not isinstance(at, (int, float)) or abs(at) > 8.64e15:
        raise ServiceError("RangeError", "Invalid time value")
    info = _info(name)
    seconds = int(at // 1000)
    shift = 0
    while seconds + shift > 200_000_000_000:  # year 8307: datetime ends at 9999
        shift -= _CYCLE
    if seconds < _LOW:
        shift = _LOW - seconds
    seconds += shift
    rule = _rule(info, seconds)
    first = _edge(info, rule, seconds, -_STEP)
    last = _edge(info, rule, seconds, _STEP)
    return [rule[0], rule[1], (first - shift) * 1000, (last - shift) * 1000 + 999]


def _rule(info: ZoneInfo, seconds: int) -> tuple[float, int]:
    there = (_EPOCH + timedelta(seconds=seconds)).astimezone(info)
    east, summer = there.utcoffset(), there.dst()
    assert east is not None
    # Ireland's law has it the other way round: standard time in summer.
    is_summer = bool(east) if info.key in ("Europe/Dublin", "Eire") else bool(summer and summer > timedelta())
    return east.total_seconds(), int(is_summer)


def _edge(info: ZoneInfo, rule: tuple[float, int], seconds: int, step: int) -> int:
    """How far from `seconds` the rule holds in one direction."""
    near = seconds
    for _ in range(_REACH):
        far = near + step
        if _rule(info, far) != rule:
            while abs(far - near) > 1:
                middle = (near + far) // 2
                if _rule(info, middle) == rule:
                    near = middle
                else:
                    far = middle
            return near
        near = far
    return near


def zone_names(data: Mapping[str, Any], locale: str, name: str) -> dict[str, Any]:
    """{long, short: {generic, standard, daylight}} of the zone, else of its metazone; place; formats."""
    key = _info(name).key
    current = get_global("zone_aliases").get(key, key)
    own: Mapping[str, Any] = {}
    for candidate in (key, current, ZONES_AS_ICU.get(current, current)):
        if candidate in data["time_zones"]:
            own = data["time_zones"][candidate]
            break
    meta = get_global("meta_zones").get(current) or get_global("meta_zones").get(key)
    shared = data["meta_zones"].get(meta, {}) if meta else {}
    answer: dict[str, Any] = {}
    for width in ("long", "short"):
        answer[width] = {**_table(shared, width), **_table(own, width)}
    language = locale.partition("_")[0]
    region: str = data["zone_formats"]["region"]
    if language == "fr" and locale != "fr_CA":
        answer["short"] = {}  # babel's are those of Canada
    if language == "ru":
        region = "%s"  # babel's is the one of summer time
    if current in ("Etc/UTC", "Etc/GMT"):
        answer["short"].setdefault("standard", "UTC")
    plus, _, minus = OFFSET_SIGNS.get(language, "+|-").partition("|")
    territory = get_global("zone_territories").get(current) or get_global("zone_territories").get(key)
    zones_there = get_global("territory_zones").get(territory, ()) if territory else ()
    country = data["territories"].get(territory) if len(zones_there) == 1 else None
    city = own.get("city") or current.rpartition("/")[2].replace("_", " ")
    return {
        **answer,
        "place": country or city,
        "gmt": data["zone_formats"]["gmt"],
        "region": region,
        "offsets": _offsets(key),
        "plus": plus,
        "minus": minus,
    }


def _offsets(name: str) -> list[float]:
    """The seconds east of UTC that the names of today stand for; at other times a zone had other names."""
    info = _info(name)
    year = datetime.now(UTC).year
    return sorted(
        {_rule(info, int(datetime(year, month, 1, tzinfo=UTC).timestamp()))[0] for month in (1, 4, 7, 10)}
    )


def _table(names: Mapping[str, Any], width: str) -> dict[str, str]:
    found = names.get(width)
    return {key: found[key] for key in found} if found else {}
