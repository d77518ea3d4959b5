"""Periods that move along, days that become months of a calendar, and files that calculate nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from core.errors import Invalid
from core.tables import as_csv, as_xlsx
from reports.model import MovingReport, Report, begin_of, lines
from reports.moving import next_turn, report_of, span_of, within

FRIDAY = date(2026, 11, 27)  # 6 Azar 1405, 17 Jumada II 1448
SATURDAY = 5


def test_a_period_that_has_just_ended_by_each_calendar():
    assert span_of("yesterday", FRIDAY, "gregory", 0) == (date(2026, 11, 26), FRIDAY)
    assert span_of("last_week", FRIDAY, "gregory", SATURDAY) == (date(2026, 11, 14), date(2026, 11, 21))
    assert span_of("last_month", FRIDAY, "gregory", 0) == (date(2026, 10, 1), date(2026, 11, 1))
    assert span_of("last_month", FRIDAY, "persian", 0) == (date(2026, 10, 23), date(2026, 11, 22)), "Aban"
    first, end = span_of("last_month", FRIDAY, "islamic-umalqura", 0)
    assert 29 <= (end - first).days <= 30


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 6))
def test_the_day_on_which_a_month_or_a_week_begins(day, first):
    assert JalaliDate(begin_of(day, "month", "persian", first)).day == 1
    assert begin_of(day, "month", "gregory", first).day == 1
    week = begin_of(day, "week", "gregory", first)
    assert week.weekday() == first
    assert timedelta() <= day - week < timedelta(days=7)


moments = st.integers(0, 126_000_000).map(lambda second: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second))


@given(moments, st.integers(0, 1439), st.sampled_from(["daily", "weekly", "monthly"]))
def test_a_schedule_has_one_turn_after_the_other(now, at, rhythm):
    first = next_turn(rhythm, at, now, "Asia/Tehran", "persian", SATURDAY)
    second = next_turn(rhythm, at, first, "Asia/Tehran", "persian", SATURDAY)
    least = {"daily": 1, "weekly": 7, "monthly": 29}[rhythm]
    most = {"daily": 1, "weekly": 7, "monthly": 31}[rhythm]
    assert now < first <= now + timedelta(days=most + 1)
    assert timedelta(days=least) <= second - first <= timedelta(days=most)


def test_what_a_schedule_asks_has_its_period_on_the_clocks_of_the_zone():
    asked = report_of(
        MovingReport(period="yesterday"), datetime(2026, 11, 27, 21, tzinfo=UTC), "Asia/Tehran", "persian", 5
    )
    assert asked.since == datetime(2026, 11, 26, 20, 30, tzinfo=UTC), "it is Saturday there already"
    assert asked.until == datetime(2026, 11, 27, 20, 30, tzinfo=UTC)


def row(key, **said: Any):
    names = ("opened", "solved", "answered", "kept", "breached", "backlog", "near", "late")
    return {"key": key, **dict.fromkeys((*names, "resolution_seconds", "answer_seconds"), 0), **said}


def test_days_become_months_and_means_are_of_what_was_solved():
    rows = [
        row("2026-11-21", opened=2, solved=1, resolution_seconds=100, backlog=5),
        row("2026-11-22", opened=1, solved=3, resolution_seconds=300, backlog=3),
        row("2026-11-23", opened=4, backlog=7),
    ]
    found, total = lines(rows, "month", "persian", SATURDAY)
    assert [(each.key, each.opened, each.backlog) for each in found] == [("2026-10-23", 2, 5), ("2026-11-22", 5, 7)]
    assert (total.opened, total.backlog, total.mean_resolution_seconds) == (7, 7, 100)
    assert total.mean_answer_seconds is None


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_nothing_in_a_file_is_calculated(evil):
    text = as_csv(["a"], [[evil]]).decode("utf-8-sig")
    [[cell]] = list(csv.reader(io.StringIO(text)))[1:]
    assert cell == f"'{evil}"
    with zipfile.ZipFile(io.BytesIO(as_xlsx("x", ["a"], [[evil]], is_rtl=False))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_numbers_stay_numbers_and_letters_are_whole():
    text = as_csv(["عدد"], [[-5], [1.5], ["سلام، دنیا"], [None]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["عدد"], ["-5"], ["1.5"], ["سلام، دنیا"], [""]]
    book = zipfile.ZipFile(io.BytesIO(as_xlsx("a[b]:c" * 9, ["x"], [["سلام"]], is_rtl=True)))
    assert b'rightToLeft="1"' in book.read("xl/worksheets/sheet1.xml")


def test_a_period_begins_before_it_ends():
    with pytest.raises(ValueError, match="begins before"):
        Report(since=datetime(2026, 1, 2, tzinfo=UTC), until=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("by", "calendar", "key", "since", "until"),
    [
        ("day", "gregory", "2026-11-10", "2026-11-09T20:30", "2026-11-10T20:30"),
        ("week", "gregory", "2026-11-07", "2026-11-06T20:30", "2026-11-13T20:30"),
        ("month", "persian", "2026-10-23", "2026-10-22T20:30", "2026-11-21T20:30"),
        ("month", "islamic-umalqura", "2026-10-12", "2026-10-11T20:30", "2026-11-10T20:30"),
        # What the period cuts off stays cut off.
        ("month", "gregory", "2026-09-01", "2026-09-20T00:00", "2026-09-30T20:30"),
        ("month", "gregory", "2026-12-01", "2026-11-30T20:30", "2026-12-10T00:00"),
    ],
)
def test_a_part_of_a_report_over_time_is_its_day_week_or_month_within_the_period(by, calendar, key, since, until):
    asked = Report(since=_utc("2026-09-20T00:00"), until=_utc("2026-12-10T00:00"), by=by, kind="inquiry")
    part = within(asked, date.fromisoformat(key), calendar, 5, "Asia/Tehran")
    assert (part.since, part.until, part.kind) == (_utc(since), _utc(until), "inquiry")


@pytest.mark.parametrize("key", ["2026-08-01", "2027-01-01", "0001-01-01", "9999-12-31"])
def test_there_is_no_part_outside_of_the_period(key):
    asked = Report(since=_utc("2026-09-20T00:00"), until=_utc("2026-12-10T00:00"), by="month")
    with pytest.raises(Invalid):
        within(asked, date.fromisoformat(key), "persian", 5, "Asia/Tehran")


def _utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
