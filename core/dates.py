"""Moments written for people who read letters: three languages, three calendars, their own digits. Pure.

Babel has the words of each language but only the Gregorian calendar for them; the days of the other two come from
persiantools (the Iranian solar calendar) and hijridate (Umm al-Qura, tabulated until 2077).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate

_DIGITS = {
    "fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
    "ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
}
_SOLAR = {
    "fa": ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"],
    "ar": ["فروردين", "أرديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "آبان", "آذر", "دي", "بهمن", "إسفند"],
    "en": [
        "Farvardin",
        "Ordibehesht",
        "Khordad",
        "Tir",
        "Mordad",
        "Shahrivar",
        "Mehr",
        "Aban",
        "Azar",
        "Dey",
        "Bahman",
        "Esfand",
    ],
}  # fmt: skip
_LUNAR = {
    "ar": [
        "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
        "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
    ],
    "fa": [
        "محرم", "صفر", "ربیع‌الاول", "ربیع‌الثانی", "جمادی‌الاول", "جمادی‌الثانی",
        "رجب", "شعبان", "رمضان", "شوال", "ذی‌القعده", "ذی‌الحجه",
    ],
    "en": [
        "Muharram", "Safar", "Rabi I", "Rabi II", "Jumada I", "Jumada II",
        "Rajab", "Shaʻban", "Ramadan", "Shawwal", "Dhuʻl-Qiʻdah", "Dhuʻl-Hijjah",
    ],
}  # fmt: skip
_SHAPE = {"en": "{day}, {date}, {time}", "ar": "{day} {date}، {time}", "fa": "{day} {date}، ساعت {time}"}
_HIJRI_YEARS = range(1925, 2077)


def written(moment: datetime, locale: str, calendar: str, zone: str, *, with_time: bool = True) -> str:
    """Return weekday, date and time as they are said in the language, by the calendar, on the clocks of the zone.

    Without the time it is the date alone, as letters have it.

    `locale`: en, ar or fa. `calendar`: gregory, persian or islamic-umalqura; a year that its tables do not reach is
    written as Gregorian.

    >>> written(datetime(2026, 11, 27, 6, 45, tzinfo=ZoneInfo("UTC")), "fa", "persian", "Asia/Tehran")
    'جمعه ۶ آذر ۱۴۰۵، ساعت ۱۰:۱۵'
    """
    local = moment.astimezone(ZoneInfo(zone))
    if not with_time:
        return _date(local, locale, calendar).translate(_DIGITS.get(locale, {}))
    said = _SHAPE[locale].format(
        day=format_date(local.date(), "EEEE", locale=locale),
        date=_date(local, locale, calendar),
        time=f"{local.hour:02}:{local.minute:02}",
    )
    return said.translate(_DIGITS.get(locale, {}))


def in_digits(text: str, locale: str) -> str:
    """Return a text with the digits of the language.

    >>> in_digits("123", "fa")
    '۱۲۳'
    """
    return text.translate(_DIGITS.get(locale, {}))


def _date(local: datetime, locale: str, calendar: str) -> str:
    if calendar == "persian":
        solar = JalaliDate(local.date())  # type: ignore[no-untyped-call]  # ships types for half of it
        return f"{solar.day} {_SOLAR[locale][solar.month - 1]} {solar.year}"
    if calendar == "islamic-umalqura" and local.year in _HIJRI_YEARS:
        lunar = Gregorian(local.year, local.month, local.day).to_hijri()
        return f"{lunar.day} {_LUNAR[locale][lunar.month - 1]} {lunar.year}"
    return format_date(local.date(), "d MMMM y", locale=locale)
