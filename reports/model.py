"""What a report asks and answers. Pure, with the calendars by which days become weeks and months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from pydantic import AwareDatetime, Field, model_validator

from access.model import Calendar, Locale, Name
from core.events import Event
from core.ids import BranchId, StaffId
from core.tables import Format
from core.values import Value
from tickets.model import Kind

By = Literal["day", "week", "month", "agent", "team", "kind", "type", "source", "priority", "branch"]
Measure = Literal["opened", "solved", "answered", "kept", "breached", "backlog", "near", "late"]
Period = Literal["yesterday", "last_week", "last_month", "last_30_days"]
OVER_TIME: frozenset[By] = frozenset({"day", "week", "month"})
_LONGEST_DAYS = 3_660
_HIJRI_YEARS = range(1925, 2077)
_COUNTS = ("opened", "solved", "answered", "kept", "breached", "backlog", "near", "late")
_SUMS = (*_COUNTS, "resolution_seconds", "answer_seconds")
# Of time they are what is there at its end, and no sum.
_AT_THE_END = frozenset({"backlog", "near", "late"})


class Report(Value):
    """A period, from a moment to before another, and what is counted in it."""

    since: AwareDatetime
    until: AwareDatetime
    by: By = "day"
    kind: Kind | None = None
    queue_id: UUID | None = None
    owner_id: UUID | None = None
    branch_id: BranchId | None = None
    source: str | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def _is_a_period(self) -> Report:
        if not timedelta() < self.until - self.since <= timedelta(days=_LONGEST_DAYS):
            raise ValueError("A period begins before it ends, and lasts ten years at most.")
        return self


class Line(Value):
    """The figures of one group. Means are in seconds of elapsed time; null where there is nothing to take a mean of."""

    key: str | None = Field(description="A day as 2027-03-21, the first day of a week or month, a word or an id.")
    opened: int
    solved: int
    answered: int
    backlog: int = Field(description="Open at the end of the period; of time: at the end of the day, week or month.")
    kept: int = Field(description="Solved in the period with every promise kept.")
    breached: int = Field(description="Solved in the period with a promise broken.")
    near: int = Field(description="Of the open ones those that nobody solved by now, with a promise near its end.")
    late: int = Field(description="Of the open ones those that nobody solved by now, with a promise broken.")
    mean_resolution_seconds: float | None
    mean_answer_seconds: float | None


class Answered(Value):
    """A report: a line for each group, and all together."""

    by: By
    lines: list[Line]
    total: Line
    names: dict[str, str] = Field(description="What the ids are called.")


class Slice(Value):
    """One group of a report. `key` None: those of nobody; of time: the first day of what is looked at."""

    key: str | None
    locale: Locale = "en"
    calendar: Calendar | None = None


class Reader(Value):
    """A colleague to whom reports can be sent."""

    id: StaffId
    name: str


def begin_of(day: date, by: By, calendar: Calendar, first_weekday: int) -> date:
    """Return the first day of the week or month in which a day lies, by a calendar; 0 is Monday.

    >>> begin_of(date(2026, 11, 27), "month", "persian", 5)
    datetime.date(2026, 11, 22)
    """
    if by == "week":
        return day - timedelta(days=(day.weekday() - first_weekday) % 7)
    if by == "month":
        if calendar == "persian":
            of_month: int = JalaliDate(day).day  # type: ignore[no-untyped-call]  # ships types for half of it
            return day - timedelta(days=of_month - 1)
        if calendar == "islamic-umalqura" and day.year in _HIJRI_YEARS:
            return day - timedelta(days=Gregorian(day.year, day.month, day.day).to_hijri().day - 1)
        return day.replace(day=1)
    return day


def lines(rows: Iterable[Mapping[str, Any]], by: By, calendar: Calendar, first_weekday: int) -> tuple[list[Line], Line]:
    """Add up rows of sums into lines, days into weeks and months; with the line of all together."""
    groups: dict[str | None, dict[str, float]] = {}
    for row in rows:
        key = row["key"]
        if by in ("week", "month") and key is not None:
            key = begin_of(date.fromisoformat(key), by, calendar, first_weekday).isoformat()
        sums = groups.setdefault(key, dict.fromkeys(_SUMS, 0))
        for name in _SUMS:
            # The backlog of a week is that of its last day: rows come in order of their days.
            sums[name] = row[name] if name in _AT_THE_END and by in OVER_TIME else sums[name] + row[name]
    found = [_line(key, sums) for key, sums in groups.items()]
    whole = {name: sum(sums[name] for sums in groups.values()) for name in _SUMS}
    if by in OVER_TIME:
        whole |= {name: getattr(found[-1], name) if found else 0 for name in _AT_THE_END}
    return found, _line(None, whole)


def _line(key: str | None, sums: Mapping[str, float]) -> Line:
    counted = {name: int(sums[name]) for name in _COUNTS}
    return Line(
        key=key,
        **counted,
        mean_resolution_seconds=_mean(sums["resolution_seconds"], sums["solved"]),
        mean_answer_seconds=_mean(sums["answer_seconds"], sums["answered"]),
    )


def _mean(total: float, number: float) -> float | None:
    return total / number if number else None


class MovingReport(Value):
    """What a schedule asks: a report whose period is the one that has just ended."""

    period: Period
    by: By = "agent"
    kind: Kind | None = None
    queue_id: UUID | None = None
    branch_id: BranchId | None = None


class ScheduleSettings(Value):
    name: Name
    report: MovingReport
    rhythm: Literal["daily", "weekly", "monthly"]
    at_minute: int = Field(480, ge=0, le=1439, description="Minutes after midnight, in the organisation's zone.")
    calendar: Calendar = "gregory"
    format: Format = "xlsx"
    locale: Locale = "en"
    staff_ids: tuple[StaffId, ...] = Field(min_length=1, max_length=50)
    is_active: bool = True


class ScheduleChange(ScheduleSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Schedule(ScheduleSettings):
    id: UUID
    owner_id: StaffId = Field(description="With whose rights it is made; nobody else changes it.")
    next_at: datetime
    version: int


class ScheduleSaved(Event, kind="report.schedule_saved"):
    schedule_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"report_schedule:{self.schedule_id}"


class ReportExported(Event, kind="report.exported"):
    """Who took figures or rows out of the system, and which."""

    report: dict[str, Any]
    format: Format
    what: str

    def subject(self) -> str:
        return "report:desk"
