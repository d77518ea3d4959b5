"""Periodic service: the days on which it is due, in three calendars."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from persiantools.jdatetime import JalaliDate

from core.errors import Invalid
from dispatch.flow import is_late_step, may_decide, may_work
from dispatch.model import OVER
from dispatch.recurrence import due_between, due_days, must_be_rule

DAYS = some.dates(date(2020, 1, 1), date(2040, 12, 31))
CALENDARS = some.sampled_from(["gregory", "persian", "islamic-umalqura"])


def first(number: int, *asked: object) -> list[str]:
    return [str(day) for day in islice(due_days(*asked), number)]  # type: ignore[arg-type]  # what each test says


def test_c088_a_month_of_the_solar_calendar_is_not_a_gregorian_one() -> None:
    # 31 Farvardin, Ordibehesht ... Shahrivar have 31 days, Mehr has 30: Tir 31 comes again, Mehr falls on the 30th.
    days = list(islice(due_days(JalaliDate(1405, 6, 31).to_gregorian(), "persian", 1, "month"), 3))
    assert [(JalaliDate(day).month, JalaliDate(day).day) for day in days] == [(6, 31), (7, 30), (8, 30)]


def test_c088_half_a_year_of_the_lunar_calendar_is_shorter() -> None:
    days = list(islice(due_days(date(2026, 6, 16), "islamic-umalqura", 6, "month"), 3))
    assert [(later - earlier).days for earlier, later in pairwise(days)] in ([177, 177], [177, 178])


def test_c088_a_day_that_a_month_lacks_is_its_last_and_comes_back() -> None:
    assert first(4, date(2027, 12, 31), "gregory", 2, "month") == [
        "2027-12-31",
        "2028-02-29",
        "2028-04-30",
        "2028-06-30",
    ]
    assert first(2, date(2028, 2, 29), "gregory", 1, "year") == ["2028-02-29", "2029-02-28"]


def test_c088_weeks_and_days_are_the_same_everywhere() -> None:
    assert first(3, date(2026, 1, 1), "persian", 2, "week") == ["2026-01-01", "2026-01-15", "2026-01-29"]


def test_c088_a_rule_takes_the_place_of_the_interval() -> None:
    rule = must_be_rule("rrule:freq=monthly;byday=1su")
    assert first(2, date(2026, 1, 1), "gregory", 1, "day", rule) == ["2026-01-04", "2026-02-01"]


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "every day", "FREQ=DAILY;BYHOUR=3", "FREQ=MONTHLY;BYDAY=9XX"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        must_be_rule(rule)


@given(DAYS, CALENDARS, some.integers(1, 14), some.sampled_from(["day", "week", "month", "year"]))
def test_days_begin_at_the_start_and_only_go_forward(start: date, calendar: str, every: int, unit: str) -> None:
    days = list(islice(due_days(start, calendar, every, unit), 20))  # type: ignore[arg-type]  # drawn from what there is
    assert days[0] == start
    assert all(earlier < later for earlier, later in pairwise(days))


@given(DAYS, some.integers(0, 400))
def test_a_span_holds_what_is_due_in_it(start: date, length: int) -> None:
    last = start + timedelta(days=length)
    found = due_between(due_days(start, "persian", 1, "month"), start, last)
    assert found == [day for day in islice(due_days(start, "persian", 1, "month"), 40) if day <= last]


def test_nothing_leads_out_of_the_end_but_another_try() -> None:
    states = ("planned", "dispatched", "on_the_way", "arrived", "working", *OVER)
    assert not any(may_work(over, state) for over in OVER for state in states)
    assert [(over, state) for over in OVER for state in states if may_decide(over, state)] == [
        ("not_done", "planned"),
        ("not_done", "cancelled"),
    ]
    assert is_late_step("done", "arrived")
    assert not is_late_step("done", "not_done")
    assert not is_late_step("on_the_way", "arrived")
