"""Business time against a clock that is read minute by minute, in zones whose clocks are changed in every way."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hijridate import Gregorian
from hypothesis import given, settings
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate
from pydantic import ValidationError

from sla.days import day_number, month_days
from sla.hours import Holiday, Hours, Interval, Moved, Season, Span, SpecialDay
from sla.working import after, after_days, due, is_open, spent

TEHRAN = ZoneInfo("Asia/Tehran")
MINUTE = timedelta(minutes=1)
# Clocks changed at midnight (Cairo, Beirut), at one and at two, by half an hour (Lord Howe), a day left out (Apia).
ZONES = (
    "UTC", "Asia/Tehran", "Asia/Riyadh", "Africa/Cairo", "Asia/Beirut", "Asia/Amman", "Europe/Berlin",
    "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu",
)  # fmt: skip


def minutes_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def falls(rule_calendar: str, day: date) -> tuple[int, int, int]:
    """What day it is, asked the other way round than the program asks."""
    if rule_calendar == "persian":
        solar = JalaliDate(day)
        return solar.year, solar.month, solar.day
    if rule_calendar == "islamic-umalqura":
        lunar = Gregorian(day.year, day.month, day.day).to_hijri()
        return lunar.year, lunar.month, lunar.day
    return day.year, day.month, day.day


def is_off(hours: Hours, day: date) -> bool:
    if day in hours.holidays:
        return True
    for rule in hours.rules:
        for back in range(rule.days):
            for shift in range(-2, 3):
                year, month, number = falls(rule.calendar, day - timedelta(days=back + shift))
                moved = next((each.days for each in rule.moved if each.year == year), 0)
                if (month, number) == (rule.month, rule.day) and moved == shift and rule.year in (None, year):
                    return True
    return False


def weekly_of(hours: Hours, day: date):
    for season in hours.seasons:
        _, month, number = falls(season.calendar, day)
        first, last = (season.from_month, season.from_day), (season.to_month, season.to_day)
        inside = first <= (month, number) <= last if first <= last else not last < (month, number) < first
        if inside:
            return season.weekly
    return hours.weekly


def spans_of(hours: Hours, day: date):
    for special in hours.special:
        if special.date == day:
            return special.spans
    return [] if is_off(hours, day) else [each for each in weekly_of(hours, day) if each.day == day.weekday()]


def read_off(hours: Hours, moment: datetime, known: dict) -> bool:
    """Open or not, by reading the clock on the wall."""
    wall = moment.astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None)
    at = wall.hour * 60 + wall.minute
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if day not in known:
            known[day] = spans_of(hours, day)
        for span in known[day]:
            start, end = minutes_of(span.start), minutes_of(span.end)
            end = end if end > start else end + 1440
            if start <= at + back * 1440 < end:
                return True
    return False


clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def spans(draw, day=None):
    start, end = draw(st.lists(clocks, min_size=2, max_size=2, unique=True))
    return Span(start=start, end=end) if day is None else Interval(start=start, end=end, day=day)


@st.composite
def weeks(draw):
    days = draw(st.lists(st.integers(0, 6), max_size=9))
    return tuple(draw(spans(day)) for day in days)


@st.composite
def calendars(draw, around: date):
    """Hours with rules that bite within some days of a date."""

    def rule():
        calendar = draw(st.sampled_from(["gregory", "persian", "islamic-umalqura"]))
        year, month, day = falls(calendar, around + timedelta(days=draw(st.integers(-3, 5))))
        moved = draw(st.sampled_from([(), (Moved(year=year, days=1),), (Moved(year=year, days=-1),)]))
        only = draw(st.sampled_from([None, year, year + 1]))
        return Holiday(calendar=calendar, month=month, day=day, days=draw(st.integers(1, 4)), year=only, moved=moved)

    def season():
        calendar = draw(st.sampled_from(["gregory", "persian", "islamic-umalqura"]))
        _, month, day = falls(calendar, around + timedelta(days=draw(st.integers(-3, 5))))
        _, to_month, to_day = falls(calendar, around + timedelta(days=draw(st.integers(-3, 40))))
        return Season(
            calendar=calendar, from_month=month, from_day=day, to_month=to_month, to_day=to_day, weekly=draw(weeks())
        )

    dates = st.integers(-3, 5).map(lambda days: around + timedelta(days=days))
    return Hours(
        zone=draw(st.sampled_from(ZONES)),
        weekly=draw(weeks()),
        holidays=tuple(draw(st.lists(dates, max_size=2))),
        rules=tuple(rule() for _ in range(draw(st.integers(0, 2)))),
        seasons=tuple(season() for _ in range(draw(st.integers(0, 1)))),
        special=tuple(
            SpecialDay(date=day, spans=tuple(draw(st.lists(spans(), max_size=2))))
            for day in draw(st.lists(dates, max_size=2, unique=True))
        ),
    )


# Days on which some zone of the list changes its clocks, and any other.
CHANGES = [
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 24), date(2026, 10, 25), date(2026, 10, 29), date(2026, 11, 1),
    date(2026, 4, 5), date(2026, 10, 4), date(2021, 3, 22), date(2021, 9, 21), date(2011, 12, 30), date(2026, 2, 15),
    date(2026, 3, 22), date(2022, 3, 21), date(2026, 1, 1), date(2025, 12, 31),
]  # fmt: skip
around_dates = st.one_of(st.sampled_from(CHANGES), st.dates(date(1990, 1, 1), date(2060, 12, 31)))


@st.composite
def cases(draw):
    around = draw(around_dates)
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(-1500, 1500))
    )
    return draw(calendars(around)), start


# A run over 10,000 calendars: MARKAZ_EXAMPLES=10000.
MANY = int(os.environ.get("MARKAZ_EXAMPLES", "150"))


@given(cases(), st.integers(1, 1600))
@settings(max_examples=MANY, deadline=None)
def test_business_time_is_what_a_clock_shows_minute_by_minute(case, length):
    hours, start = case
    known: dict = {}
    shown = [read_off(hours, start + number * MINUTE, known) for number in range(length)]
    assert spent(hours, start, start + length * MINUTE) == sum(shown) * MINUTE
    assert [is_open(hours, start + number * MINUTE) for number in range(0, length, 7)] == shown[::7]


amounts = st.timedeltas(timedelta(microseconds=1), timedelta(days=9))


@given(cases(), amounts)
@settings(max_examples=MANY, deadline=None)
def test_due_and_spent_are_inverse(case, amount):
    hours, start = case
    end = after(hours, start, amount)
    if end is None:
        return
    assert spent(hours, start, end) == amount
    assert spent(hours, start, end - timedelta(microseconds=1)) < amount, "the first such moment"
    assert is_open(hours, end - timedelta(microseconds=1)), "time passes until the very end"


@given(cases(), amounts, amounts)
@settings(max_examples=MANY, deadline=None)
def test_due_is_monotone_and_adds_up(case, first, second):
    hours, start = case
    one, both = after(hours, start, first), after(hours, start, first + second)
    if both is None:
        return
    assert one is not None
    assert one < both
    assert after(hours, one, second) == both
    later = after(hours, start + first, second)
    assert later is None or later >= after(hours, start, second), "who begins later ends no earlier"
    assert spent(hours, start, one) + spent(hours, one, both) == spent(hours, start, both)


@pytest.mark.parametrize("zone", ["Asia/Tehran", "America/New_York", "Pacific/Apia"])
def test_the_zone_of_the_machine_means_nothing(zone, monkeypatch):
    hours = Hours(zone="Europe/Berlin", weekly=(Interval(day=6, start="00:00", end="24:00"),))
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    before = due(hours, start, 24 * 60), spent(hours, start, start + timedelta(days=3))
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        hours = hours.model_copy(update={"holidays": (date(2020, 1, 1),)})  # not the kept answers
        assert (due(hours, start, 24 * 60), spent(hours, start, start + timedelta(days=3))) == before
        assert due(hours, start.astimezone(ZoneInfo(zone)), 24 * 60) == before[0]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert before[1] == timedelta(hours=25), "the Sunday on which the clocks go back"


def test_nowruz_ashura_and_the_eids_are_off_and_can_be_moved():
    every_day = tuple(Interval(day=day, start="08:00", end="16:00") for day in range(7))
    rules = (
        Holiday(name="نوروز", calendar="persian", month=1, day=1, days=4),
        Holiday(name="عاشورا", calendar="islamic-umalqura", month=1, day=10),
        Holiday(name="عيد الفطر", calendar="islamic-umalqura", month=10, day=1, moved=(Moved(year=1447, days=1),)),
    )
    hours = Hours(zone="Asia/Tehran", weekly=every_day, rules=rules)

    def works(day: date) -> bool:
        return is_open(hours, datetime(day.year, day.month, day.day, 12, tzinfo=TEHRAN))

    table = date.fromordinal(day_number("islamic-umalqura", 1447, 10, 1))
    assert (table, works(table)) == (date(2026, 3, 20), True), "not on the day of the tables"
    shown = [works(date(2026, 3, day)) for day in (21, 22, 23, 24, 25)]
    assert shown == [False, False, False, False, True], "Nowruz, of which the first is the moved Eid as well"
    assert not works(date(2026, 6, 25)), "10 Muharram 1448 in the tables of Umm al-Qura"
    assert works(date(2026, 6, 26))
    assert not works(date(2027, 3, 21)), "every year"


def test_ramadan_has_hours_of_its_own():
    week = tuple(Interval(day=day, start="08:00", end="16:00") for day in range(7))
    fasting = tuple(Interval(day=day, start="10:00", end="15:00") for day in range(7))
    ramadan = Season(calendar="islamic-umalqura", from_month=9, from_day=1, to_month=9, to_day=30, weekly=fasting)
    hours = Hours(zone="Asia/Riyadh", weekly=week, seasons=(ramadan,))
    first = date.fromordinal(day_number("islamic-umalqura", 1447, 9, 1))
    midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo("Asia/Riyadh"))
    days = month_days("islamic-umalqura", 1447, 9)
    assert spent(hours, midnight, midnight + timedelta(days=days)) == days * timedelta(hours=5)
    assert spent(hours, midnight - timedelta(days=1), midnight) == timedelta(hours=8)
    end = midnight + timedelta(days=days)
    assert spent(hours, end, end + timedelta(days=1)) == timedelta(hours=8)


def test_a_shift_belongs_to_the_day_on_which_it_begins():
    night = (Interval(day=3, start="22:00", end="06:00"), Interval(day=4, start="22:00", end="06:00"))
    thursday = datetime(2026, 12, 3, 12, tzinfo=UTC)
    on = Hours(weekly=night)
    assert spent(on, thursday, thursday + timedelta(days=2)) == timedelta(hours=16)
    off = Hours(weekly=night, holidays=(date(2026, 12, 4),))
    assert due(off, thursday, 8 * 60) == datetime(2026, 12, 4, 6, tzinfo=UTC), "it goes on into the holiday"
    assert spent(off, thursday, thursday + timedelta(days=2)) == timedelta(hours=8)


def test_a_special_day_overrules_weekday_and_holiday():
    friday = date(2026, 12, 4)
    hours = Hours(holidays=(friday,), special=(SpecialDay(date=friday, spans=(Span(start="10:00", end="12:00"),)),))
    assert spent(hours, datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)) == timedelta(hours=2)


def test_where_nobody_ever_works_nothing_is_ever_due():
    assert due(Hours(), datetime(2026, 11, 27, tzinfo=UTC), 1) is None
    assert after_days(Hours(), datetime(2026, 11, 27, tzinfo=UTC), 3) is None
    assert due(None, datetime(2026, 11, 27, tzinfo=UTC), 90) == datetime(2026, 11, 27, 1, 30, tzinfo=UTC)


def test_working_days_count_from_the_day_after_and_end_when_the_office_closes():
    week = tuple(Interval(day=day, start="08:00", end="16:00") for day in (5, 6, 0, 1, 2))
    hours = Hours(zone="Asia/Tehran", weekly=week, rules=(Holiday(calendar="persian", month=9, day=8),))
    friday = datetime(2026, 11, 27, 12, tzinfo=TEHRAN)  # 6 Azar; Saturday is the 7th, Sunday the 8th is off
    assert after_days(hours, friday, 1) == datetime(2026, 11, 28, 16, tzinfo=TEHRAN)
    assert after_days(hours, friday, 2) == datetime(2026, 11, 30, 16, tzinfo=TEHRAN)
    assert after_days(hours, datetime(2026, 11, 28, 15, tzinfo=TEHRAN), 5) == datetime(2026, 12, 6, 16, tzinfo=TEHRAN)
    assert after_days(None, friday, 3) == datetime(2026, 12, 1, tzinfo=UTC)


@given(cases(), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_working_days_never_come_earlier_than_the_days(case, days):
    hours, start = case
    end, before = after_days(hours, start, days), after_days(hours, start, days - 1 or 1)
    if end is not None:
        assert end > start
        assert before is not None
        assert before <= end


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Asia/Tehram"},
        {"weekly": [{"day": 7, "start": "08:00", "end": "16:00"}]},
        {"weekly": [{"day": 0, "start": "08:00", "end": "08:00"}]},
        {"weekly": [{"day": 0, "start": "24:00", "end": "08:00"}]},
        {"rules": [{"calendar": "julian", "month": 1, "day": 1}]},
        {"rules": [{"calendar": "persian", "month": 13, "day": 1}]},
        {"rules": [{"calendar": "persian", "month": 1, "day": 1, "moved": [{"year": 1405, "days": 3}]}]},
    ],
)
def test_hours_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        Hours(**wrong)


def test_a_day_that_a_year_has_not_is_no_holiday_that_year():
    assert day_number("persian", 1403, 12, 30) is not None
    assert day_number("persian", 1404, 12, 30) is None
    assert day_number("gregory", 2027, 2, 29) is None
    assert day_number("islamic-umalqura", 1501, 1, 1) is None
