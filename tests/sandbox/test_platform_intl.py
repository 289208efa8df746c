"""Intl and toLocaleString: what Node 20 (ICU 78) answers, written down."""

# ruff: noqa: E501 (rows of tables)

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from qjs_kernel import Sandbox

from .support import value

SETUP = "const failure = (run) => { try { return run() } catch (x) { return `${x.name}: ${x.message}` } };"
DAY = "new Date(1583328425123)"  # 2020-03-04T13:27:05.123Z


def answers(sandbox: Sandbox, expressions: list[str], before: str = "") -> list[Any]:
    """The value of each expression, or "class: message" of what it throws."""
    rows = ",\n".join(f"() => ({each})" for each in expressions)
    found = value(sandbox, f"{before}\n{SETUP}\nexport default [{rows}].map(failure)")
    assert isinstance(found, list)
    return found


def check(sandbox: Sandbox, cases: list[tuple[str, Any]], before: str = "") -> None:
    found = answers(sandbox, [expression for expression, _ in cases], before)
    assert dict(zip([each for each, _ in cases], found, strict=True)) == dict(cases)


NUMBERS = [
    ("(1234567.891).toLocaleString()", "1,234,567.891"),
    ("(-1234.5).toLocaleString('de-DE')", "-1.234,5"),
    ("(1234567.891).toLocaleString('fr-FR')", "1\u202f234\u202f567,891"),
    ("(1234).toLocaleString('es-ES')", "1234"),
    ("(12345).toLocaleString('es-ES')", "12.345"),
    ("(1234567.5).toLocaleString('hi-IN')", "12,34,567.5"),
    ("(1234.5).toLocaleString('ar-EG')", "١٬٢٣٤٫٥"),
    ("(1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' })", "$1,234.50"),
    (
        "(-1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD', currencySign: 'accounting' })",
        "($1,234.50)",
    ),
    ("(1234.5).toLocaleString('de-DE', { style: 'currency', currency: 'EUR' })", "1.234,50\xa0€"),
    ("(1234.5).toLocaleString('ja-JP', { style: 'currency', currency: 'JPY' })", "￥1,235"),
    ("(1).toLocaleString('en', { style: 'currency', currency: 'CHF' })", "CHF\xa01.00"),
    (
        "(2).toLocaleString('pl', { style: 'currency', currency: 'EUR', currencyDisplay: 'name' })",
        "2,00 euro",
    ),
    ("(0.256).toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 })", "25.6%"),
    ("(1e9).toLocaleString('en', { notation: 'compact' })", "1B"),
    ("(999999).toLocaleString('en', { notation: 'compact' })", "1M"),
    ("(1234).toLocaleString('en-GB', { notation: 'compact' })", "1.2k"),
    ("(1.2e6).toLocaleString('de', { notation: 'compact', compactDisplay: 'long' })", "1,2 Millionen"),
    ("(123456).toLocaleString('en', { notation: 'engineering' })", "123.456E3"),
    ("(50).toLocaleString('en', { style: 'unit', unit: 'kilometer-per-hour' })", "50 km/h"),
    ("(16).toLocaleString('ru', { style: 'unit', unit: 'liter', unitDisplay: 'long' })", "16 литров"),
    ("(12345678901234567890n).toLocaleString('en')", "12,345,678,901,234,567,890"),
    ("new Intl.NumberFormat('en').format('12345678901234567890.12345')", "12,345,678,901,234,567,890.123"),
    ("(1.005).toLocaleString('en', { maximumFractionDigits: 2 })", "1.01"),
    ("(123456).toLocaleString('en', { maximumSignificantDigits: 2 })", "120,000"),
    ("(5).toLocaleString('en', { minimumIntegerDigits: 2, signDisplay: 'always' })", "+05"),
    ("[NaN, -0, Infinity].map((x) => x.toLocaleString())", ["NaN", "-0", "∞"]),
    (
        "[2.5, 3.5].map((x) => x.toLocaleString('en', { maximumFractionDigits: 0, roundingMode: 'halfEven' }))",
        ["2", "4"],
    ),
    (
        "new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' }).formatRange(3, 5)",
        "$3.00 – $5.00",
    ),
    (
        "new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }).formatRange(3, 5)",
        "3,00–5,00\xa0€",
    ),
    (
        "new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }).formatToParts(-1234.5).map((x) => `${x.type}=${x.value}`)",
        [
            "minusSign=-",
            "integer=1",
            "group=.",
            "integer=234",
            "decimal=,",
            "fraction=50",
            "literal=\xa0",
            "currency=€",
        ],
    ),
    ("[1234.5, null, [0.5, 2000]].toLocaleString('de')", "1.234,5,,0,5,2000".replace("2000", "2.000")),
    ("new Float64Array([1234.5, 2]).toLocaleString()", "1,234.5,2"),
]

DATES = [
    (f"{DAY}.toLocaleString()", "3/4/2020, 1:27:05 PM"),
    (f"{DAY}.toLocaleDateString('de-DE')", "4.3.2020"),
    (f"{DAY}.toLocaleTimeString('fr-FR')", "13:27:05"),
    (f"{DAY}.toLocaleDateString('en-CA')", "2020-03-04"),
    (f"{DAY}.toLocaleString('sv')", "2020-03-04 13:27:05"),
    (f"{DAY}.toLocaleString('en-GB', {{ timeZone: 'Europe/Berlin' }})", "04/03/2020, 14:27:05"),
    (
        f"{DAY}.toLocaleString('ja-JP', {{ dateStyle: 'full', timeStyle: 'short' }})",
        "2020年3月4日水曜日 13:27",
    ),
    (
        f"{DAY}.toLocaleString('en-US', {{ dateStyle: 'long', timeStyle: 'short' }})",
        "March 4, 2020 at 1:27 PM",
    ),
    (
        f"{DAY}.toLocaleDateString('es-ES', {{ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }})",
        "miércoles, 4 de marzo de 2020",
    ),
    (f"{DAY}.toLocaleDateString('ko', {{ month: 'long' }})", "3월"),
    (f"{DAY}.toLocaleDateString('pl', {{ month: 'long', year: 'numeric' }})", "marzec 2020"),
    (f"{DAY}.toLocaleDateString('ar-EG')", "٤\u200f/٣\u200f/٢٠٢٠"),
    (f"{DAY}.toLocaleTimeString('en-US', {{ hour: '2-digit', minute: '2-digit' }})", "01:27 PM"),
    ("new Date(0).toLocaleTimeString('en-US', { hour12: false })", "24:00:00"),
    ("new Date(0).toLocaleTimeString('en-US', { hourCycle: 'h23' })", "00:00:00"),
    (
        f"{DAY}.toLocaleString('en', {{ minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 }})",
        "27:05.123",
    ),
    (
        f"{DAY}.toLocaleString('en', {{ hour: 'numeric', timeZone: 'America/New_York', timeZoneName: 'short' }})",
        "8 AM EST",
    ),
    (
        "new Date(1594166400000).toLocaleTimeString('en', { timeZone: 'America/New_York', timeZoneName: 'long' })",
        "8:00:00 PM Eastern Daylight Time",
    ),
    (
        f"{DAY}.toLocaleTimeString('fr', {{ timeZone: 'Asia/Kolkata', timeZoneName: 'shortOffset' }})",
        "18:57:05 UTC+5:30",
    ),
    ("new Date(-1e14).toLocaleDateString('en', { era: 'short', year: 'numeric' })", "1200 BC"),
    ("new Date(NaN).toLocaleString()", "Invalid Date"),
    ("new Intl.DateTimeFormat('en').formatRange(0, 4 * 864e5)", "1/1/1970\u2009–\u20091/5/1970"),
    ("new Intl.DateTimeFormat('de', { dateStyle: 'long' }).formatRange(0, 4 * 864e5)", "1.–5. Januar 1970"),
    (
        f"new Intl.DateTimeFormat('en', {{ timeStyle: 'short' }}).formatToParts({DAY}).map((x) => `${{x.type}}=${{x.value}}`)",
        ["hour=1", "literal=:", "minute=27", "literal=\u202f", "dayPeriod=PM"],
    ),
    (
        "Intl.DateTimeFormat().resolvedOptions()",
        {
            "locale": "en-US",
            "calendar": "gregory",
            "numberingSystem": "latn",
            "timeZone": "UTC",
            "year": "numeric",
            "month": "numeric",
            "day": "numeric",
        },
    ),
    (
        "new Intl.DateTimeFormat('en', { timeZone: 'europe/berlin' }).resolvedOptions().timeZone",
        "Europe/Berlin",
    ),
]

WORDS = [
    ("[1, 2, 5, 22].map((n) => new Intl.PluralRules('pl').select(n))", ["one", "few", "many", "few"]),
    (
        "[1, 2, 3, 11, 23].map((n) => new Intl.PluralRules('en', { type: 'ordinal' }).select(n))",
        ["one", "two", "few", "other", "few"],
    ),
    (
        "new Intl.PluralRules('ar').resolvedOptions().pluralCategories",
        ["few", "many", "one", "two", "zero", "other"],
    ),
    ("new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-1, 'day')", "yesterday"),
    ("new Intl.RelativeTimeFormat('de').format(3, 'weeks')", "in 3 Wochen"),
    ("new Intl.RelativeTimeFormat('ru').format(-5, 'hour')", "5 часов назад"),
    ("new Intl.RelativeTimeFormat('de', { style: 'narrow' }).format(1.5, 'hour')", "in 1,5 Std."),
    ("new Intl.ListFormat('en').format(['a', 'b', 'c'])", "a, b, and c"),
    ("new Intl.ListFormat('de', { type: 'disjunction' }).format(['a', 'b', 'c'])", "a, b oder c"),
    ("new Intl.ListFormat('es').format(['Juan', 'Isabel'])", "Juan e Isabel"),
    ("new Intl.DisplayNames('de', { type: 'region' }).of('JP')", "Japan"),
    ("new Intl.DisplayNames('en', { type: 'language' }).of('pt-BR')", "Brazilian Portuguese"),
    ("new Intl.DisplayNames('fr', { type: 'currency' }).of('USD')", "dollar des États-Unis"),
    ("Intl.getCanonicalLocales(['EN-us', 'iw', 'zh-hans-cn'])", ["en-US", "he", "zh-Hans-CN"]),
    ("new Intl.Locale('zh-TW').maximize().toString()", "zh-Hant-TW"),
    ("new Intl.Locale('en', { hourCycle: 'h23', region: 'GB' }).toString()", "en-GB-u-hc-h23"),
    ("Intl.NumberFormat.supportedLocalesOf(['de-DE', 'xx', 'en-US'])", ["de-DE", "en-US"]),
    (
        "[...new Intl.Segmenter('en').segment('e\\u0301👨‍👩‍👧🇩🇪각')].map((x) => x.segment)",
        ["e\u0301", "👨‍👩‍👧", "🇩🇪", "각"],
    ),
    (
        "[...new Intl.Segmenter('en', { granularity: 'word' }).segment(\"It's 3.14, ok\")].filter((x) => x.isWordLike).map((x) => x.segment)",
        ["It's", "3.14", "ok"],
    ),
    ("'istanbul'.toLocaleUpperCase('tr') + 'ISI'.toLocaleLowerCase('tr')", "İSTANBULısı"),
    ("Object.prototype.toString.call(Intl)", "[object Intl]"),
]

ORDERS = [
    ("['b', 'A', 'a', 'B'].sort((x, y) => x.localeCompare(y))", ["a", "A", "b", "B"]),
    (
        "['zebra', 'äpfel', 'apfel', 'Öl', 'ol'].sort(new Intl.Collator('de').compare)",
        ["apfel", "äpfel", "ol", "Öl", "zebra"],
    ),
    (
        "['zebra', 'ärlig', 'ost', 'år', 'öl'].sort(new Intl.Collator('sv').compare)",
        ["ost", "zebra", "år", "ärlig", "öl"],
    ),
    ("['nz', 'ñu', 'oz'].sort(new Intl.Collator('es').compare)", ["nz", "ñu", "oz"]),
    (
        "['a10', 'a2', 'a1'].sort(new Intl.Collator(undefined, { numeric: true }).compare)",
        ["a1", "a2", "a10"],
    ),
    ("['e', 'й', 'и', 'ж', 'ё', 'к'].sort(new Intl.Collator('ru').compare).join('')", "ёжийкe"),
    ("'a'.localeCompare('Á', undefined, { sensitivity: 'base' })", 0),
    ("'a'.localeCompare('Á', undefined, { sensitivity: 'accent' })", -1),
    ("'résumé'.localeCompare('resume') + ',' + 'a b'.localeCompare('ab')", "1,-1"),
    ("['一', '中', '丁', '七'].sort(new Intl.Collator('zh').compare).join('')", "丁七一中"),
]

FAILURES = [
    ("new Intl.NumberFormat('x_y')", "RangeError: Incorrect locale information provided"),
    ("new Intl.NumberFormat('en', { style: 'currency' })", "TypeError: Currency code is required with currency style."),
    ("new Intl.NumberFormat('en', { style: 'x' })", "RangeError: Value x out of range for Intl.NumberFormat options property style"),
    ("new Intl.NumberFormat('en', { maximumFractionDigits: 101 })", "RangeError: maximumFractionDigits value is out of range."),
    ("Intl.PluralRules()", "TypeError: Constructor Intl.PluralRules requires 'new'"),
    ("new Intl.DateTimeFormat('en', { timeZone: 'Mars/X' })", "RangeError: Invalid time zone specified: Mars/X"),
    ("new Intl.DateTimeFormat('en').format(NaN)", "RangeError: Invalid time value"),
    ("new Intl.DateTimeFormat('en', { dateStyle: 'short', year: 'numeric' })", "TypeError: Can't set option year when dateStyle is used"),
    ("Intl.NumberFormat.prototype.formatToParts.call({})", "TypeError: Method Intl.NumberFormat.prototype.formatToParts called on incompatible receiver #<Object>"),
    ("new Intl.ListFormat('en').format([1])", "TypeError: Iterable yielded 1 which is not a string"),
    # What the sandbox cannot do says so (Node can).
    ("new Date(0).toLocaleString('th-TH')", "RangeError: Intl.DateTimeFormat: the calendar 'buddhist' (usual in th-TH) is not available in the sandbox; use { calendar: 'gregory' }"),
    ("new Intl.RelativeTimeFormat('fi', { numeric: 'auto' }).format(1, 'day')", "RangeError: Intl.RelativeTimeFormat: the sandbox has no words like \"yesterday\" for fi; use { numeric: 'always' }"),
]  # fmt: skip


@pytest.mark.parametrize(
    "cases",
    [NUMBERS, DATES, WORDS, ORDERS, FAILURES],
    ids=["numbers", "dates", "words", "orders", "failures"],
)
def test_answers_are_those_of_node(shared: Sandbox, cases: list[tuple[str, Any]]) -> None:
    check(shared, cases)


def test_locales_do_not_change_each_other(shared: Sandbox) -> None:
    """Babel's data of one locale must not leak into the next: Korean once had Japanese months."""
    names = answers(
        shared,
        [f"{DAY}.toLocaleDateString('{locale}', {{ month: 'long' }})" for locale in ("ja", "ko", "he", "hi")],
    )
    assert names == ["3月", "3월", "מרץ", "मार्च"]


def test_pollution_changes_nothing(sandbox: Sandbox) -> None:
    polluted = """
      Object.prototype.type = 'x'; Object.prototype.other = 'y'; Object.prototype.ca = 'hebrew'; Object.prototype[0] = 'z';
      Array.prototype.push = () => { throw new Error('pushed') };
      String.prototype.replace = String.prototype.split = RegExp.prototype.exec = () => { throw new Error('used') };
      Number.prototype.toString = () => 'n';
    """
    check(sandbox, [NUMBERS[0], NUMBERS[9], DATES[0], DATES[1], ORDERS[0]], polluted)


def test_arguments_are_bounded(shared: Sandbox) -> None:
    found = answers(
        shared,
        [
            "new Intl.NumberFormat('en-' + 'x'.repeat(1e6))",
            "new Intl.NumberFormat(Array.from({ length: 1e6 }, () => 'de'))",
            "new Intl.DateTimeFormat('en', { timeZone: 'A'.repeat(1e6) })",
            "new Intl.NumberFormat('en').format('1e999999999')",
        ],
    )
    assert found[0] == "RangeError: Incorrect locale information provided"
    assert found[1].startswith("RangeError: at most")
    assert found[2].startswith("RangeError: Invalid time zone")
    assert found[3] == "∞"


def test_the_document_names_what_is_there(shared: Sandbox) -> None:
    document = (Path(__file__).parents[2] / "docs" / "intl.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split("|")[1] for line in document.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`(\w+)`", rows)) - {"localeCompare", "supportedLocalesOf"}
    assert named == set(value(shared, "export default Object.getOwnPropertyNames(Intl)"))
    locales = (
        document.partition("compared with Node: ")[2].partition(". Others")[0].replace("\n", " ").split(",")
    )
    compared = [locale.strip() for locale in locales]
    assert value(shared, f"export default Intl.DateTimeFormat.supportedLocalesOf({compared!r})") == compared


def test_formatters_survive_time_travel(sandbox: Sandbox) -> None:
    """Nothing of a formatter is kept in the worker process but data."""
    value(sandbox, "globalThis.money = new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' })")
    before = sandbox.checkpoint()
    value(sandbox, "globalThis.money = undefined")
    sandbox.restore(before)
    assert value(sandbox, "export default money.format(1.5)") == "1,50\xa0€"
