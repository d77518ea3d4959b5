"""What the planner is told of a day: breaks, freezing, told times, and what is not told at all."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.place import Place as At
from dispatch.inputs import Facts, Rules, Span, gathered
from dispatch.model import Place, VisitRow, Window
from dispatch.planning.model import Break, Lock
from geo.model import TechnicianSettings, TechnicianView
from sla.hours import Hours, Interval
from sla.working import spans, spent

DAY = date(2026, 5, 4)
MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC)
SPAN = Span(DAY, 1, ZoneInfo("UTC"))
HOUR = 3600
HOME = At(lat=35, lon=51)


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def hours(*day: tuple[str, str], zone: str = "UTC") -> Hours:
    weekly = tuple(Interval(day=number, start=start, end=end) for number in range(7) for start, end in day)
    return Hours(zone=zone, weekly=weekly)


def technician(shift: Hours | None = None, home: At | None = HOME) -> TechnicianView:
    return TechnicianView(
        id=uuid.uuid4(), name="T", branch_id=None, skills={}, devices=0, is_on_shift=False, position=None, seen_at=None,
        battery=None, signals=[], version=1,
        settings=TechnicianSettings(shift=shift or hours(("08:00", "12:00"), ("13:00", "17:00")), home=home),
    )  # fmt: skip


def visit(**more: Any) -> VisitRow:
    said: dict[str, Any] = {
        "id": uuid.uuid4(), "number": "VT-1", "kind_id": uuid.uuid4(), "subject": "Boiler", "state": "planned",
        "ticket_id": None, "customer_id": None, "customer_name": None, "branch_id": None,
        "place": Place(latitude=35.1, longitude=51.1), "minutes": 60, "skills": {}, "windows": [], "promised": None,
        "priority": 1, "territory": "", "technician_id": None, "technician_name": None, "planned_at": None,
        "is_locked": False, "charge": None, "due_on": None, "service_plan_id": None, "changed_at": MIDNIGHT,
        "version": 1,
    }  # fmt: skip
    return VisitRow(**(said | more))


def facts(*visits: VisitRow, who: TechnicianView, now: datetime = MIDNIGHT) -> Facts:
    return Facts(SPAN, visits, [who], {}, now)


def test_the_gap_between_the_hours_of_a_day_is_a_break() -> None:
    (shift,) = gathered(facts(who=technician()), Rules()).technicians[0].shifts
    assert (shift.start, shift.end) == (8 * HOUR, 17 * HOUR)
    assert shift.breaks == (Break(int(11.5 * HOUR), int(12.5 * HOUR), HOUR),)


def test_what_begins_soon_is_cut_off_and_the_rest_begins_where_it_ends() -> None:
    who = technician()
    soon = visit(technician_id=who.id, planned_at=at(9.5))
    later = visit(technician_id=who.id, planned_at=at(14), place=Place(latitude=36, longitude=52))
    found = gathered(facts(soon, later, who=who, now=at(9)), Rules(freeze=timedelta(hours=1)))
    (shift,) = found.technicians[0].shifts
    assert [each.id for each in found.visits] == [later.id]
    assert (shift.start, found.places[shift.begins_at]) == (int(10.5 * HOUR), (35.1, 51.1))


def test_a_told_time_stays_and_a_locked_one_keeps_its_technician_too() -> None:
    who = technician()
    told = visit(technician_id=who.id, planned_at=at(10), state="dispatched")
    locked = visit(technician_id=who.id, planned_at=at(14), is_locked=True)
    known = {each.id: each for each in gathered(facts(told, locked, who=who), Rules()).visits}
    assert known[told.id].lock == Lock(None, 10 * HOUR)
    assert known[locked.id].lock == Lock(who.id, 14 * HOUR)
    away = gathered(facts(told, locked, who=who), Rules(absent=frozenset({who.id})))
    assert away.technicians == []
    assert {each.promised for each in away.visits} == {
        (int(9.5 * HOUR), int(10.5 * HOUR)), (int(13.5 * HOUR), int(14.5 * HOUR)),
    }  # fmt: skip
    assert not any(each.is_required for each in away.visits)


def test_who_cannot_be_planned_and_what_cannot_is_said() -> None:
    nowhere, who = technician(home=None), technician()
    lost = visit(place=Place(address="Somewhere"))
    foreign = visit(technician_id=uuid.uuid4(), planned_at=at(10))
    other_day = visit(windows=[Window(begins_at=at(30), ends_at=at(40))])
    found = gathered(Facts(SPAN, [lost, foreign, other_day], [nowhere, who], {}, MIDNIGHT), Rules())
    assert found.visits == []
    assert [(note.technician_id or note.visit_id, note.rule) for note in found.notes] == [
        (nowhere.id, "no_place"), (lost.id, "no_place"), (foreign.id, "shift"),
    ]  # fmt: skip


@given(st.integers(0, 86_400 * 2))
def test_a_time_that_is_told_is_the_next_whole_minute(second: int) -> None:
    told = SPAN.second(SPAN.moment(second))
    assert told % 60 == 0
    assert second <= told < second + 60


@given(
    st.sampled_from(["UTC", "Asia/Tehran", "Africa/Cairo", "Australia/Lord_Howe"]),
    st.integers(0, 500),
    st.integers(1, 72),
)
def test_open_spans_add_up_to_the_time_that_is_worked(zone: str, begin: int, length: int) -> None:
    when = hours(("07:30", "12:00"), ("13:00", "02:00"), zone=zone)
    start = MIDNIGHT + timedelta(hours=begin * 17)
    end = start + timedelta(hours=length)
    found = spans(when, start, end)
    assert sum((last - first for first, last in found), timedelta()) == spent(when, start, end)
    assert all(before[1] < after[0] for before, after in pairwise(found))
