"""Words of CLDR that babel's data leaves out ("yesterday"), for the languages compared with Node 20."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["relative_word"]

# Field → "number=word|…". What is not listed for a style is as in the long one; for a country, as in its language.
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "second": "0=now",
        "minute": "0=this minute",
        "hour": "0=this hour",
        "day": "-1=yesterday|0=today|1=tomorrow",
        "week": "-1=last week|0=this week|1=next week",
        "month": "-1=last month|0=this month|1=next month",
        "quarter": "-1=last quarter|0=this quarter|1=next quarter",
        "year": "-1=last year|0=this year|1=next year",
        "week-short": "-1=last wk.|0=this wk.|1=next wk.",
        "month-short": "-1=last mo.|0=this mo.|1=next mo.",
        "quarter-short": "-1=last qtr.|0=this qtr.|1=next qtr.",
        "year-short": "-1=last yr.|0=this yr.|1=next yr.",
        "week-narrow": "-1=last wk.|0=this wk.|1=next wk.",
        "month-narrow": "-1=last mo.|0=this mo.|1=next mo.",
        "quarter-narrow": "-1=last qtr.|0=this qtr.|1=next qtr.",
        "year-narrow": "-1=last yr.|0=this yr.|1=next yr.",
    },
    "en_GB": {
        "week-short": "-1=last wk|0=this wk|1=next wk",
        "month-short": "-1=last mo|0=this mo|1=next mo",
        "year-short": "-1=last yr|0=this yr|1=next yr",
        "week-narrow": "-1=last wk|0=this wk|1=next wk",
        "month-narrow": "-1=last mo|0=this mo|1=next mo",
        "year-narrow": "-1=last yr|0=this yr|1=next yr",
    },
    "de": {
        "second": "0=jetzt",
        "minute": "0=in dieser Minute",
        "hour": "0=in dieser Stunde",
        "day": "-2=vorgestern|-1=gestern|0=heute|1=morgen|2=übermorgen",
        "week": "-1=letzte Woche|0=diese Woche|1=nächste Woche",
        "month": "-1=letzten Monat|0=diesen Monat|1=nächsten Monat",
        "quarter": "-1=letztes Quartal|0=dieses Quartal|1=nächstes Quartal",
        "year": "-1=letztes Jahr|0=dieses Jahr|1=nächstes Jahr",
    },
    "fr": {
        "second": "0=maintenant",
        "minute": "0=cette minute-ci",
        "hour": "0=cette heure-ci",
        "day": "-2=avant-hier|-1=hier|0=aujourd’hui|1=demain|2=après-demain",
        "week": "-1=la semaine dernière|0=cette semaine|1=la semaine prochaine",
        "month": "-1=le mois dernier|0=ce mois-ci|1=le mois prochain",
        "quarter": "-1=le trimestre dernier|0=ce trimestre|1=le trimestre prochain",
        "year": "-1=l’année dernière|0=cette année|1=l’année prochaine",
        "year-short": "-1=l’an dernier|0=cette année|1=l’an prochain",
        "year-narrow": "-1=l’an dernier|0=cette année|1=l’an prochain",
    },
    "fr_CA": {
        "quarter": "-1=le trimestre dernier|0=ce trimestre-ci|1=le trimestre prochain",
        "quarter-short": "-1=trim. dernier|0=ce trim.|1=trim. prochain",
        "quarter-narrow": "-1=trim. dernier|0=ce trim.|1=trim.prochain",
    },
    "es": {
        "second": "0=ahora",
        "minute": "0=este minuto",
        "hour": "0=esta hora",
        "day": "-2=anteayer|-1=ayer|0=hoy|1=mañana|2=pasado mañana",
        "week": "-1=la semana pasada|0=esta semana|1=la próxima semana",
        "month": "-1=el mes pasado|0=este mes|1=el próximo mes",
        "quarter": "-1=el trimestre pasado|0=este trimestre|1=el próximo trimestre",
        "year": "-1=el año pasado|0=este año|1=el próximo año",
        "week-short": "-1=sem. ant.|0=esta sem.|1=próx. sem.",
        "week-narrow": "-1=sem. ant.|0=esta sem.|1=próx. sem.",
    },
    "es_419": {
        "week-short": "-1=sem. pas.|0=esta sem.|1=próx. sem.",
        "week-narrow": "-1=sem. pas.|0=esta sem.|1=próx. sem.",
    },
    "es_MX": {
        "week": "-1=la semana pasada|0=esta semana|1=la semana próxima",
        "month": "-1=el mes pasado|0=este mes|1=el mes próximo",
        "year": "-1=el año pasado|0=este año|1=el año próximo",
        "week-short": "-1=sem. pas.|0=esta sem.|1=próx. sem.",
        "month-short": "-1=el mes pasado|0=este mes|1=el mes próximo",
        "year-short": "-1=el año pasado|0=este año|1=el año próximo",
        "week-narrow": "-1=sem. pas.|0=esta sem.|1=próx. sem.",
        "month-narrow": "-1=el mes pasado|0=este mes|1=el mes próximo",
        "year-narrow": "-1=el año pasado|0=este año|1=el año próximo",
    },
    "it": {
        "second": "0=ora",
        "minute": "0=questo minuto",
        "hour": "0=quest’ora",
        "day": "-2=l’altro ieri|-1=ieri|0=oggi|1=domani|2=dopodomani",
        "week": "-1=settimana scorsa|0=questa settimana|1=settimana prossima",
        "month": "-1=mese scorso|0=questo mese|1=mese prossimo",
        "quarter": "-1=trimestre scorso|0=questo trimestre|1=trimestre prossimo",
        "year": "-1=anno scorso|0=quest’anno|1=anno prossimo",
        "week-short": "-1=sett. scorsa|0=questa sett.|1=sett. prossima",
        "quarter-short": "-1=trim. scorso|0=questo trim.|1=trim. prossimo",
        "week-narrow": "-1=sett. scorsa|0=questa sett.|1=sett. prossima",
        "quarter-narrow": "-1=trim. scorso|0=questo trim.|1=trim. prossimo",
    },
    "pt": {
        "second": "0=agora",
        "minute": "0=este minuto",
        "hour": "0=esta hora",
        "day": "-2=anteontem|-1=ontem|0=hoje|1=amanhã|2=depois de amanhã",
        "week": "-1=semana passada|0=esta semana|1=próxima semana",
        "month": "-1=mês passado|0=este mês|1=próximo mês",
        "quarter": "-1=último trimestre|0=este trimestre|1=próximo trimestre",
        "year": "-1=ano passado|0=este ano|1=próximo ano",
    },
    "pt_PT": {
        "quarter": "-1=trimestre passado|0=este trimestre|1=próximo trimestre",
        "quarter-short": "-1=trim. passado|0=este trim.|1=próximo trim.",
        "quarter-narrow": "-1=trim. passado|0=este trim.|1=próximo trim.",
    },
    "nl": {
        "second": "0=nu",
        "minute": "0=binnen een minuut",
        "hour": "0=binnen een uur",
        "day": "-2=eergisteren|-1=gisteren|0=vandaag|1=morgen|2=overmorgen",
        "week": "-1=vorige week|0=deze week|1=volgende week",
        "month": "-1=vorige maand|0=deze maand|1=volgende maand",
        "quarter": "-1=vorig kwartaal|0=dit kwartaal|1=volgend kwartaal",
        "year": "-1=vorig jaar|0=dit jaar|1=volgend jaar",
    },
    "pl": {
        "second": "0=teraz",
        "minute": "0=ta minuta",
        "hour": "0=ta godzina",
        "day": "-2=przedwczoraj|-1=wczoraj|0=dzisiaj|1=jutro|2=pojutrze",
        "week": "-1=w zeszłym tygodniu|0=w tym tygodniu|1=w przyszłym tygodniu",
        "month": "-1=w zeszłym miesiącu|0=w tym miesiącu|1=w przyszłym miesiącu",
        "quarter": "-1=w zeszłym kwartale|0=w tym kwartale|1=w przyszłym kwartale",
        "year": "-1=w zeszłym roku|0=w tym roku|1=w przyszłym roku",
        "week-short": "-1=w zeszłym tyg.|0=w tym tyg.|1=w przyszłym tyg.",
        "month-short": "-1=w zeszłym mies.|0=w tym mies.|1=w przyszłym mies.",
        "day-narrow": "-2=przedwczoraj|-1=wcz.|0=dziś|1=jutro|2=pojutrze",
        "week-narrow": "-1=w zeszłym tyg.|0=w tym tyg.|1=w przyszłym tyg.",
        "month-narrow": "-1=w zeszłym mies.|0=w tym mies.|1=w przyszłym mies.",
    },
    "ru": {
        "second": "0=сейчас",
        "minute": "0=в эту минуту",
        "hour": "0=в этот час",
        "day": "-2=позавчера|-1=вчера|0=сегодня|1=завтра|2=послезавтра",
        "week": "-1=на прошлой неделе|0=на этой неделе|1=на следующей неделе",
        "month": "-1=в прошлом месяце|0=в этом месяце|1=в следующем месяце",
        "quarter": "-1=в прошлом квартале|0=в текущем квартале|1=в следующем квартале",
        "year": "-1=в прошлом году|0=в этом году|1=в следующем году",
        "week-short": "-1=на прошлой нед.|0=на этой нед.|1=на следующей нед.",
        "month-short": "-1=в прошлом мес.|0=в этом мес.|1=в следующем мес.",
        "quarter-short": "-1=последний кв.|0=текущий кв.|1=следующий кв.",
        "year-short": "-1=в прошлом г.|0=в этом г.|1=в след. г.",
        "week-narrow": "-1=на пр. нед.|0=на эт. нед.|1=на след. нед.",
        "month-narrow": "-1=в пр. мес.|0=в эт. мес.|1=в след. мес.",
        "quarter-narrow": "-1=посл. кв.|0=тек. кв.|1=след. кв.",
        "year-narrow": "-1=в пр. г.|0=в эт. г.|1=в сл. г.",
    },
    "sv": {
        "second": "0=nu",
        "minute": "0=denna minut",
        "hour": "0=denna timme",
        "day": "-2=i förrgår|-1=i går|0=i dag|1=i morgon|2=i övermorgon",
        "week": "-1=förra veckan|0=denna vecka|1=nästa vecka",
        "month": "-1=förra månaden|0=den här månaden|1=nästa månad",
        "quarter": "-1=förra kvartalet|0=detta kvartal|1=nästa kvartal",
        "year": "-1=förra året|0=i år|1=nästa år",
        "week-short": "-1=förra v.|0=denna v.|1=nästa v.",
        "month-short": "-1=förra mån.|0=denna mån.|1=nästa mån.",
        "quarter-short": "-1=förra kv.|0=detta kv.|1=nästa kv.",
        "day-narrow": "-2=i förrgår|-1=igår|0=idag|1=imorgon|2=i övermorgon",
        "week-narrow": "-1=förra v.|0=denna v.|1=nästa v.",
        "month-narrow": "-1=förra mån.|0=denna mån.|1=nästa mån.",
        "quarter-narrow": "-1=förra kv.|0=detta kv.|1=nästa kv.",
    },
    "tr": {
        "second": "0=şimdi",
        "minute": "0=bu dakika",
        "hour": "0=bu saat",
        "day": "-2=evvelsi gün|-1=dün|0=bugün|1=yarın|2=öbür gün",
        "week": "-1=geçen hafta|0=bu hafta|1=gelecek hafta",
        "month": "-1=geçen ay|0=bu ay|1=gelecek ay",
        "quarter": "-1=geçen çeyrek|0=bu çeyrek|1=gelecek çeyrek",
        "year": "-1=geçen yıl|0=bu yıl|1=gelecek yıl",
        "week-short": "-1=geçen hf.|0=bu hf.|1=gelecek hf.",
        "quarter-short": "-1=geçen çyr.|0=bu çyr.|1=gelecek çyr.",
        "week-narrow": "-1=geçen hf.|0=bu hf.|1=gelecek hf.",
        "quarter-narrow": "-1=geçen çyr.|0=bu çyr.|1=gelecek çyr.",
    },
    "ja": {
        "second": "0=今",
        "minute": "0=1 分以内",
        "hour": "0=1 時間以内",
        "day": "-2=一昨日|-1=昨日|0=今日|1=明日|2=明後日",
        "week": "-1=先週|0=今週|1=来週",
        "month": "-1=先月|0=今月|1=来月",
        "quarter": "-1=前四半期|0=今四半期|1=翌四半期",
        "year": "-1=昨年|0=今年|1=来年",
    },
    "zh": {
        "second": "0=现在",
        "minute": "0=此刻",
        "hour": "0=这一时间 / 此时",
        "day": "-2=前天|-1=昨天|0=今天|1=明天|2=后天",
        "week": "-1=上周|0=本周|1=下周",
        "month": "-1=上个月|0=本月|1=下个月",
        "quarter": "-1=上季度|0=本季度|1=下季度",
        "year": "-1=去年|0=今年|1=明年",
    },
    "zh_Hant": {
        "second": "0=現在",
        "minute": "0=這一分鐘",
        "hour": "0=這一小時",
        "day": "-2=前天|-1=昨天|0=今天|1=明天|2=後天",
        "week": "-1=上週|0=本週|1=下週",
        "month": "-1=上個月|0=本月|1=下個月",
        "quarter": "-1=上一季|0=這一季|1=下一季",
        "second-short": "0=現在",
        "minute-short": "0=這一分鐘",
        "hour-short": "0=這一小時",
        "day-short": "-2=前天|-1=昨天|0=今天|1=明天|2=後天",
        "week-short": "-1=上週|0=本週|1=下週",
        "month-short": "-1=上個月|0=本月|1=下個月",
        "quarter-short": "-1=上一季|0=這一季|1=下一季",
        "second-narrow": "0=現在",
        "minute-narrow": "0=這一分鐘",
        "hour-narrow": "0=這一小時",
        "day-narrow": "-2=前天|-1=昨天|0=今天|1=明天|2=後天",
        "week-narrow": "-1=上週|0=本週|1=下週",
        "month-narrow": "-1=上個月|0=本月|1=下個月",
        "quarter-narrow": "-1=上一季|0=這一季|1=下一季",
    },
    "ko": {
        "second": "0=지금",
        "minute": "0=현재 분",
        "hour": "0=현재 시간",
        "day": "-2=그저께|-1=어제|0=오늘|1=내일|2=모레",
        "week": "-1=지난주|0=이번 주|1=다음 주",
        "month": "-1=지난달|0=이번 달|1=다음 달",
        "quarter": "-1=지난 분기|0=이번 분기|1=다음 분기",
        "year": "-1=작년|0=올해|1=내년",
    },
    "ar": {
        "second": "0=الآن",
        "minute": "0=هذه الدقيقة",
        "hour": "0=الساعة الحالية",
        "day": "-2=أول أمس|-1=أمس|0=اليوم|1=غدًا|2=بعد الغد",
        "week": "-1=الأسبوع الماضي|0=هذا الأسبوع|1=الأسبوع القادم",
        "month": "-1=الشهر الماضي|0=هذا الشهر|1=الشهر القادم",
        "quarter": "-1=الربع الأخير|0=هذا الربع|1=الربع القادم",
        "year": "-1=السنة الماضية|0=السنة الحالية|1=السنة القادمة",
    },
    "hi": {
        "second": "0=अब",
        "minute": "0=यह मिनट",
        "hour": "0=यह घंटा",
        "day": "-2=परसों|-1=कल|0=आज|1=कल|2=परसों",
        "week": "-1=पिछला सप्ताह|0=इस सप्ताह|1=अगला सप्ताह",
        "month": "-1=पिछला माह|0=इस माह|1=अगला माह",
        "quarter": "-1=अंतिम तिमाही|0=इस तिमाही|1=अगली तिमाही",
        "year": "-1=पिछला वर्ष|0=इस वर्ष|1=अगला वर्ष",
        "day-short": "-2=परसों|-1=बीता कल|0=आज|1=आने वाला कल|2=परसों",
        "day-narrow": "-2=परसों|-1=बीता कल|0=आज|1=आने वाला कल|2=परसों",
        "year-narrow": "-1=पिछले साल|0=इस साल|1=अगले साल",
    },
    "he": {
        "second": "0=עכשיו",
        "minute": "0=בדקה זו",
        "hour": "0=בשעה זו",
        "day": "-2=שלשום|-1=אתמול|0=היום|1=מחר|2=מחרתיים",
        "week": "-1=השבוע שעבר|0=השבוע|1=השבוע הבא",
        "month": "-1=החודש שעבר|0=החודש|1=החודש הבא",
        "quarter": "-1=הרבעון הקודם|0=הרבעון הזה|1=הרבעון הבא",
        "year": "-1=השנה שעברה|0=השנה|1=השנה הבאה",
        "minute-short": "0=דקה זו",
        "minute-narrow": "0=דקה זו",
    },
}

# Countries that speak as another does; and those whose words are not here.
_LIKE_EN_GB: Final = """
    en_001 en_150 en_AG en_AI en_AT en_AU en_BB en_BE en_BM en_BS en_BW en_BZ en_CA en_CC en_CH en_CK
    en_CM en_CX en_CY en_CZ en_DE en_DG en_DK en_DM en_ER en_ES en_FI en_FJ en_FK en_FM en_FR en_GD
    en_GG en_GH en_GI en_GM en_GS en_GY en_HK en_HU en_ID en_IE en_IL en_IM en_IN en_IO en_IT en_JE
    en_JM en_KE en_KI en_KN en_KY en_LC en_LR en_LS en_MG en_MO en_MS en_MT en_MU en_MV en_MW en_MY
    en_NA en_NF en_NG en_NL en_NO en_NR en_NU en_NZ en_PG en_PK en_PL en_PN en_PT en_PW en_RO en_RW
    en_SB en_SC en_SD en_SE en_SH en_SI en_SK en_SL en_SS en_SX en_SZ en_TC en_TK en_TO en_TT en_TV
    en_TZ en_UG en_VC en_VG en_VU en_WS en_ZA en_ZM en_ZW
"""
_LIKE_ES_419: Final = """
    es_AR es_BO es_BR es_BZ es_CL es_CO es_CR es_CU es_DO es_EC es_GT es_HN es_NI es_PA es_PE es_PR
    es_PY es_UY es_VE
"""
_LIKE_PT_PT: Final = """
    pt_AO pt_CH pt_CV pt_GQ pt_GW pt_LU pt_MO pt_MZ pt_ST pt_TL
"""
_LIKE_ZH_HANT: Final = """
    zh_Hant_MY zh_Hant_TW
"""
_UNKNOWN: Final = """
    ar_AE en_SG es_SV es_US hi_Latn hi_Latn_IN zh_Hant_HK zh_Hant_MO
"""
_LIKE: Final[dict[str, str]] = {
    **dict.fromkeys(_LIKE_EN_GB.split(), "en_GB"),
    **dict.fromkeys(_LIKE_ES_419.split(), "es_419"),
    **dict.fromkeys(_LIKE_PT_PT.split(), "pt_PT"),
    **dict.fromkeys(_LIKE_ZH_HANT.split(), "zh_Hant"),
}


def relative_word(locale: str, field: str, number: Any) -> str | bool | None:
    """The word for a number of fields ("day", 1 → "tomorrow"); None: there is none; False: not known here."""
    if locale in _UNKNOWN.split():
        return False
    own = _WORDS.get(_LIKE.get(locale, locale), {})
    of_language = _WORDS.get(locale.partition("_")[0])
    if of_language is None:
        return False
    long = field.partition("-")[0]
    line = own.get(field, of_language.get(field, of_language.get(long, "")))
    for entry in line.split("|"):
        at, _, word = entry.partition("=")
        if word and at == str(number):
            return word
    return None
