"""When people work: weekly hours in a zone, holidays by rule in three calendars, seasons with other hours. Values.

What follows from them (is it open, when is something due) is in `sla.working`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from core.values import Value

_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
# A month of 31 days exists in two of the calendars; what a given month has not is no holiday that year.
_MOST_DAYS = 31

Clock = Annotated[str, Field(pattern=_CLOCK)]
CalendarName = Literal["gregory", "persian", "islamic-umalqura"]
Month = Annotated[int, Field(ge=1, le=12)]
Day = Annotated[int, Field(ge=1, le=_MOST_DAYS)]


@cache
def _zones() -> frozenset[str]:
    """Return the zones that there are, looked up in hundreds of files once."""
    return frozenset(available_timezones())


class Span(Value):
    """Open from `start` to before `end`; an end before the start is on the next day."""

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        if self.start in (self.end, "24:00"):
            raise PydanticCustomError("no_time", "An interval begins before it ends.")
        return self


class Interval(Span):
    """A span that begins on one weekday (0 is Monday)."""

    day: int = Field(ge=0, le=6)


class Moved(Value):
    """In one year of the rule's calendar it fell so many days later (earlier: below zero): the moon was seen."""

    year: int = Field(ge=1, le=9999)
    days: int = Field(ge=-2, le=2)


class Holiday(Value):
    """Days off that come back every year of a calendar, or in one year of it."""

    name: str = Field("", max_length=100)
    calendar: CalendarName
    month: Month
    day: Day
    days: int = Field(1, ge=1, le=_MOST_DAYS, description="How many days in a row.")
    year: int | None = Field(None, ge=1, le=9999, description="That year alone; none is every year.")
    moved: tuple[Moved, ...] = Field((), max_length=20)


class Season(Value):
    """A part of each year with hours of its own, such as Ramadan; both ends belong to it."""

    name: str = Field("", max_length=100)
    calendar: CalendarName
    from_month: Month
    from_day: Day
    to_month: Month
    to_day: Day = Field(description="In a shorter month its last day.")
    weekly: tuple[Interval, ...] = Field((), max_length=50)
    moved: tuple[Moved, ...] = Field((), max_length=20)


class SpecialDay(Value):
    """One date with hours of its own, whatever else holds for it; without spans it is closed."""

    date: date
    spans: tuple[Span, ...] = Field((), max_length=10)


class Hours(Value):
    """When people answer. Without intervals nobody ever does; who has no `Hours` at all is always open.

    A span belongs to the day on which it begins: the night shift that begins on a holiday is off, the one that
    began on its eve goes on until it ends.
    """

    zone: str = Field("UTC", max_length=60)
    weekly: tuple[Interval, ...] = Field((), max_length=50)
    holidays: tuple[date, ...] = Field((), max_length=400)
    rules: tuple[Holiday, ...] = Field((), max_length=100)
    seasons: tuple[Season, ...] = Field((), max_length=10)
    special: tuple[SpecialDay, ...] = Field((), max_length=200)

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in _zones():
            raise ValueError("is not a time zone such as Asia/Tehran")
        return value
