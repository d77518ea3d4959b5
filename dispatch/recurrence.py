"""On which days a periodic service is due, in three calendars. Pure.

A month or a year is counted in the plan's own calendar, always from the first day: what began on the 31st is due on
the last day of shorter months and on the 31st again where there is one. A rule of RFC 5545 replaces the interval; its
days are Gregorian.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, takewhile
from typing import Literal

from dateutil.rrule import rrulestr
from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate

from core.errors import Invalid
from sla.days import day_number, month_days
from sla.hours import CalendarName

Unit = Literal["day", "week", "month", "year"]
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}
# More often than once a day is no visit, and no plan looks further than this.
_MOST = 2_000
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def due_days(start: date, calendar: CalendarName, every: int, unit: Unit, rule: str = "") -> Iterator[date]:
    """Yield the days on which it is due from `start` on, in order; ends where a calendar's tables end.

    >>> from itertools import islice
    >>> [str(day) for day in islice(due_days(date(2026, 1, 31), "gregory", 1, "month"), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    if rule:
        yield from _by_rule(start, rule)
    elif unit in _DAYS:
        for number in count():
            yield start + timedelta(days=number * every * _DAYS[unit])
    else:
        yield from _by_months(start, calendar, every * _MONTHS[unit])


def due_between(days: Iterator[date], first: date, last: date) -> list[date]:
    """Return the due days from `first` to `last`, both included."""
    return [day for day in takewhile(lambda each: each <= last, days) if day >= first]


def must_be_rule(rule: str) -> str:
    """Return a rule as it is kept; Invalid when it is none, or asks for more than one visit a day."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if not text:
        return ""
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    if parts.get("FREQ") not in _FREQUENCIES or {"BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART"} & parts.keys():
        raise Invalid("The rule repeats daily, weekly, monthly or yearly, and names no time of day.", field="rule")
    try:
        rrulestr(text, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - days alone
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid("This is no rule of RFC 5545, such as FREQ=MONTHLY;BYDAY=1SU.", field="rule") from error
    return text


def _by_rule(start: date, rule: str) -> Iterator[date]:
    begins = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - days alone
    for number, found in enumerate(rrulestr(rule, dtstart=begins)):
        if number >= _MOST:
            return
        yield found.date()


def _by_months(start: date, calendar: CalendarName, months: int) -> Iterator[date]:
    year, month, day = _in(calendar, start)
    for number in range(_MOST):
        after = month - 1 + number * months
        there, then = year + after // 12, after % 12 + 1
        found = day_number(calendar, there, then, min(day, month_days(calendar, there, then)))
        if found is None:
            return
        yield date.fromordinal(found)


def _in(calendar: CalendarName, day: date) -> tuple[int, int, int]:
    if calendar == "persian":
        solar = JalaliDate(day)  # type: ignore[no-untyped-call]  # ships types for half of it
        return solar.year, solar.month, solar.day
    if calendar == "islamic-umalqura":
        lunar = Gregorian(day.year, day.month, day.day).to_hijri()
        return lunar.year, lunar.month, lunar.day
    return day.year, day.month, day.day
