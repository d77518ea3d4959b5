"""Days of the Gregorian, the Iranian solar and the Umm al-Qura calendar as day numbers. Pure.

A day number is `date.toordinal()`. The tables of Umm al-Qura reach from 1343 to 1500 (August 1924 to November 2077):
outside them nothing falls on any day, which callers see as no holiday.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from sla.hours import CalendarName, Holiday, Moved, Season

_SOLAR_BEFORE = 621
_LUNAR_EPOCH, _LUNAR_PER_SOLAR = 622, 33 / 32
_LUNAR_YEARS = range(1343, 1501)
_SOLAR_YEARS = range(1, 3178)


def years_around(calendar: CalendarName, year: int) -> range:
    """Return the years of a calendar of which some day falls into a Gregorian year, and one more on either side."""
    if calendar == "persian":
        return range(year - _SOLAR_BEFORE - 2, year - _SOLAR_BEFORE + 2)
    if calendar == "islamic-umalqura":
        about = int((year - _LUNAR_EPOCH) * _LUNAR_PER_SOLAR)
        return range(about - 1, about + 4)
    return range(year - 1, year + 2)


@lru_cache(maxsize=4096)
def month_days(calendar: CalendarName, year: int, month: int) -> int:
    """Return how many days a month has; 0 when the calendar's tables do not reach it."""
    if calendar == "persian":
        return JalaliDate.days_in_month(month, year) if year in _SOLAR_YEARS else 0
    if calendar == "islamic-umalqura":
        return Hijri(year, month, 1).month_length() if year in _LUNAR_YEARS else 0
    return monthrange(year, month)[1] if date.min.year <= year <= date.max.year else 0


@lru_cache(maxsize=4096)
def day_number(calendar: CalendarName, year: int, month: int, day: int) -> int | None:
    """Return the number of a day; None when there is no such day in that year."""
    if not 1 <= day <= month_days(calendar, year, month):
        return None
    if calendar == "persian":
        return JalaliDate(year, month, day).to_gregorian().toordinal()  # type: ignore[no-untyped-call]  # ships types for half of it
    if calendar == "islamic-umalqura":
        found = Hijri(year, month, day).to_gregorian()
        return date(found.year, found.month, found.day).toordinal()
    return date(year, month, day).toordinal()


def days_off(rule: Holiday, gregorian_year: int) -> Iterator[int]:
    """Yield the day numbers that a rule makes holidays in a Gregorian year, and some of the years beside it."""
    for year in years_around(rule.calendar, gregorian_year):
        if rule.year in (None, year):
            first = day_number(rule.calendar, year, rule.month, rule.day)
            if first is not None:
                first += _moved(rule.moved, year)
                yield from range(first, first + rule.days)


def season_days(season: Season, gregorian_year: int) -> Iterator[range]:
    """Yield the ranges of day numbers that a season covers in a Gregorian year, and some of the years beside it."""
    for year in years_around(season.calendar, gregorian_year):
        ends_next_year = (season.to_month, season.to_day) < (season.from_month, season.from_day)
        first = day_number(season.calendar, year, season.from_month, season.from_day)
        last = _last(season, year + ends_next_year)
        if first is not None and last is not None:
            shift = _moved(season.moved, year)
            yield range(first + shift, last + shift + 1)


def _last(season: Season, year: int) -> int | None:
    longest = month_days(season.calendar, year, season.to_month)
    return day_number(season.calendar, year, season.to_month, min(season.to_day, longest))


def _moved(moved: tuple[Moved, ...], year: int) -> int:
    return next((each.days for each in moved if each.year == year), 0)
