"""Periods that move along, and when a schedule's next turn is. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from access.model import Calendar
from core.errors import Invalid
from reports.model import MovingReport, Period, Report, begin_of

# No calendar has a longer month; a day more for the zones.
_LONGEST = timedelta(days=32)


def span_of(period: Period, today: date, calendar: Calendar, first_weekday: int) -> tuple[date, date]:
    """Return the first day of the period that has just ended, and the day after its last."""
    if period == "yesterday":
        return today - timedelta(days=1), today
    if period == "last_30_days":
        return today - timedelta(days=30), today
    unit = "week" if period == "last_week" else "month"
    end = begin_of(today, unit, calendar, first_weekday)  # type: ignore[arg-type]  # mypy widens the literal
    return begin_of(end - timedelta(days=1), unit, calendar, first_weekday), end  # type: ignore[arg-type]  # as above


def within(asked: Report, first: date, calendar: Calendar, first_weekday: int, zone: str) -> Report:
    """Return a report over time, narrowed to its day, week or month that begins (at the latest) on a day."""
    if not asked.since.date() - _LONGEST <= first <= asked.until.date() + _LONGEST:
        raise Invalid("This is not within the period.", field="key")
    after = first + timedelta(days=1)
    while begin_of(after, asked.by, calendar, first_weekday) <= first and asked.by != "day":
        after += timedelta(days=1)
    since, until = max(asked.since, _midnight(first, zone)), min(asked.until, _midnight(after, zone))
    if since >= until:
        raise Invalid("This is not within the period.", field="key")
    return asked.model_copy(update={"since": since, "until": until})


def report_of(moving: MovingReport, now: datetime, zone: str, calendar: Calendar, first_weekday: int) -> Report:
    """Return what a schedule asks now, with its period as moments."""
    today = now.astimezone(ZoneInfo(zone)).date()
    since, until = span_of(moving.period, today, calendar, first_weekday)
    return Report(since=_midnight(since, zone), until=_midnight(until, zone), **moving.model_dump(exclude={"period"}))


def next_turn(
    rhythm: str, at_minute: int, after: datetime, zone: str, calendar: Calendar, first_weekday: int
) -> datetime:
    """Return the first turn after a moment: every day, or the first day of a week or month of the calendar."""
    day = after.astimezone(ZoneInfo(zone)).date()
    for number in range(400):
        each = day + timedelta(days=number)
        is_first = {
            "daily": True,
            "weekly": begin_of(each, "week", calendar, first_weekday) == each,
            "monthly": begin_of(each, "month", calendar, first_weekday) == each,
        }[rhythm]
        turn = _midnight(each, zone) + timedelta(minutes=at_minute)
        if is_first and turn > after:
            return turn
    raise ValueError("no calendar has months of more than a year")


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
