"""Tables of the Encoding Standard: its labels, and where its indexes differ from Python's codecs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["BIG5", "GB18030", "LABELS"]

_NAMES: Final = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "ibm866": "866 cp866 csibm866 ibm866",
    "iso-8859-2": (
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"
    ),
    "iso-8859-3": (
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"
    ),
    "iso-8859-4": (
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"
    ),
    "iso-8859-5": (
        "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"
    ),
    "iso-8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
        "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso-8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
        "iso_8859-7 iso_8859-7:1987 sun_eu_greek"
    ),
    "iso-8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
        "iso_8859-8 iso_8859-8:1988 visual"
    ),
    "iso-8859-8-i": "csiso88598i iso-8859-8-i logical",
    "iso-8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso-8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso-8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso-8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso-8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "macintosh": "csmacintosh mac macintosh x-mac-roman",
    "windows-874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "windows-1250": "cp1250 windows-1250 x-cp1250",
    "windows-1251": "cp1251 windows-1251 x-cp1251",
    "windows-1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
        "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "windows-1253": "cp1253 windows-1253 x-cp1253",
    "windows-1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254"
    ),
    "windows-1255": "cp1255 windows-1255 x-cp1255",
    "windows-1256": "cp1256 windows-1256 x-cp1256",
    "windows-1257": "cp1257 windows-1257 x-cp1257",
    "windows-1258": "cp1258 windows-1258 x-cp1258",
    "x-mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gbk": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "gb18030": "gb18030",
    "big5": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso-2022-jp": "csiso2022jp iso-2022-jp",
    "shift_jis": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "euc-kr": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
        "windows-949"
    ),
    "replacement": "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement",
    "utf-16be": "unicodefffe utf-16be",
    "utf-16le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "x-user-defined": "x-user-defined",
}
# Label → name of the encoding.
LABELS: Final[Mapping[str, str]] = {
    label: name for name, labels in _NAMES.items() for label in labels.split()
}

# Runs of code points (hex) by the pointer of the first; Python has them otherwise in big5hkscs, or not at all.
_BIG5_RUNS: Final = (
    "1000:3875,21d53,2369e,26021,3eec,258de,3af5,7afc,9f97,24161,2890d,231ea,20a8a,2325e,430a,8484 "
    "1016:9f96,942f,4930,8613,5896,974a,9218,79d0,7a32,6660,6a29,889d,744c,7bc5,6782,7a2c "
    "1032:524f,9046,34e6,73c4,25db9,74c6,9fc7,57b3,492f,544c,4131,2368e,5818,7a72,27b65,8b8f "
    "1048:46ae,26e88,4181,25d99,7bae,224bc,9fc8,224c1,224c9,224cc,9fc9,8504,235bb,40b4,9fca,44e1 "
    "1064:2adff,62c1,706e,9fcb 2082:7bb8 2088:7c06 2103:7cce 2114:7dd2 2123:7e1d 2148:8005 2151:8028 "
    "2221:83c1 2239:84a8 2244:840f 2303:89a6,89a9 2354:8d77 2400:90fd 2413:92b9 2477:975c 2498:97ff "
    "2605:9f16 2673:8503 2746:5159,515b,515d,515e 2771:936e 2780:7479 2990:6d67 3087:799b 3259:9097 "
    "3301:975d 3436:701e 3451:5b28 4136:7201 4138:77d7 4141:7e87 4182:99d6 4206:91d4 4220:60de "
    "4230:6fb6 4241:8f36 4258:4fbb 4273:71df 4279:9104 4282:9df0 4294:83cf 4329:5c10,79e3 4349:5a67 "
    "4419:8f0b 4422:7b51 4494:62d0 4624:6062 4694:75f9 4708:6c4a 4742:9b2e 4748:9f17 4815:50ed "
    "4828:5f0c 4902:880f 4922:62ce 4982:7468 4992:7162 4997:7250 5029:2027 5038:fe51 5120:af 5153:ff5e "
    "5168:2295,2299 5182:2215,fe68 5185:ffe5 5187:ffe0,ffe1 "
    "5432:2400,2401,2402,2403,2404,2405,2406,2407,2408,2409,240a,240b,240c,240d,240e,240f "
    "5448:2410,2411,2412,2413,2414,2415,2416,2417,2418,2419,241a,241b,241c,241d,241e,241f "
    "5464:2421,20ac 10942:5ef4 10946:65e0 10948:7676 10950:96b6 10957:3003,4edd 19028:5029 19035:507d "
    "19088:5305 19096:5344 19112:537f 19162:5605 19240:5a77 19299:5e75 19305:5ed0 19326:5f58 19355:60a4 "
    "19398:6490 19439:6674 19454:675e 19553:6c9c,6e1d 19557:6e2f 19611:716e 19643:732a 19672:745c "
    "19697:74e9 19748:7809"
)
BIG5: Final[Mapping[int, str]] = {
    int(pointer) + i: chr(int(code, 16))
    for pointer, _, codes in (run.partition(":") for run in _BIG5_RUNS.split())
    for i, code in enumerate(codes.split(","))
}

# The 2022 edition moved these out of the private use area.
_GB18030: Final = (
    "a3a0:3000 a6d9:fe10 a6da:fe12 a6db:fe11 a6dc:fe13 a6dd:fe14 a6de:fe15 a6df:fe16 a6ec:fe17 "
    "a6ed:fe18 a6f3:fe19 a8bc:1e3f fe59:9fb4 fe61:9fb5 fe66:9fb6 fe67:9fb7 fe6d:9fb8 fe7e:9fb9 "
    "fe90:9fba fea0:9fbb"
)
GB18030: Final[Mapping[bytes, str]] = {
    bytes.fromhex(pair): chr(int(code, 16))
    for pair, _, code in (each.partition(":") for each in _GB18030.split())
}
