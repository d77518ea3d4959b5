"""Business hours of a widget: weekly intervals in a zone, with days off. Pure.

Calendars of service agreements replace it once they are here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from core.values import Value

_LOOK_AHEAD_DAYS = 370
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
_DAY_MINUTES = 24 * 60

Clock = Annotated[str, Field(pattern=_CLOCK)]


class Interval(Value):
    """Open from `start` to before `end` on one weekday (0 is Monday); an end before the start is on the next day."""

    day: int = Field(ge=0, le=6)
    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        if self.start in (self.end, "24:00"):
            raise ValueError("An interval begins before it ends.")
        return self


class Hours(Value):
    """When people answer. Without intervals nobody ever does; a widget without hours is always open."""

    zone: str = Field("UTC", max_length=60)
    weekly: list[Interval] = Field(default=[], max_length=50)
    holidays: list[date] = Field(default=[], max_length=400)

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone such as Asia/Tehran")
        return value


def is_open(hours: Hours | None, now: datetime) -> bool:
    """Tell whether it is business time."""
    return hours is None or any(start <= now < end for start, end in _spans(hours, now, 2))


def answer_by(hours: Hours | None, now: datetime, work_minutes: int) -> datetime | None:
    """Return when so much business time will have passed; None when that much never comes within a year."""
    left = timedelta(minutes=work_minutes)
    if hours is None:
        return now + left
    after = now
    for start, end in _spans(hours, now, _LOOK_AHEAD_DAYS):
        begin = max(start, after)
        if begin >= end:
            continue
        if end - begin >= left:
            return begin + left
        left -= end - begin
        after = end
    return None


def _spans(hours: Hours, now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans in UTC, from yesterday on: one that began then may go past midnight."""
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    off = frozenset(hours.holidays)
    weekly = sorted(hours.weekly, key=lambda each: each.start)
    for number in range(-1, days):
        day = today + timedelta(days=number)
        if day in off:
            continue
        for each in weekly:
            if each.day == day.weekday():
                start, end = _minutes(each.start), _minutes(each.end)
                yield _at(day, start, zone), _at(day, end if end > start else end + _DAY_MINUTES, zone)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment when the clocks on the wall show it, whatever they were set by in between."""
    day += timedelta(days=minutes // _DAY_MINUTES)
    hour, minute = divmod(minutes % _DAY_MINUTES, 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(ZoneInfo("UTC"))
