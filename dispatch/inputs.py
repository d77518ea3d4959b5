"""A day's facts for the planner, made of visits, technicians and travel times. Pure.

What begins within the freeze window is cut off each day: the rest begins where and when it ends. What a customer was
told keeps its time, what a dispatcher locked keeps its technician too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from core.ids import StaffId
from core.place import At
from dispatch.model import AROUND, MOVING, VisitRow
from dispatch.planning.model import (
    Break,
    Lock,
    Plan,
    Priority,
    Shift,
    Technician,
    TechnicianId,
    TerritoryId,
    TourId,
    Visit,
    VisitId,
    Window,
)
from dispatch.run_model import Hypothetical, RunNote
from geo.model import TechnicianView
from routing.model import SkillId
from sla.working import spans

_AROUND_BREAK = 1800
_MINUTE = 60


@dataclass(frozen=True)
class Span:
    """The days that are planned, by the clocks of the organisation's zone."""

    day: date
    days: int
    zone: ZoneInfo

    def midnight(self, day: int) -> datetime:
        return datetime.combine(self.day + timedelta(days=day), datetime.min.time(), self.zone).astimezone(UTC)

    @property
    def begins_at(self) -> datetime:
        return self.midnight(0)

    @property
    def ends_at(self) -> datetime:
        return self.midnight(self.days)

    def second(self, at: datetime) -> int:
        """Return a moment on the planner's axis."""
        return math.floor(at.timestamp() - self.begins_at.timestamp())

    def moment(self, second: int) -> datetime:
        """Return a moment of the planner's axis, at the next whole minute: a time that is told has no seconds."""
        whole = -(-second // _MINUTE) * _MINUTE
        return self.exact(whole)

    def exact(self, second: int) -> datetime:
        return datetime.fromtimestamp(self.begins_at.timestamp() + second, UTC)

    def number(self, at: datetime) -> int:
        return (at.astimezone(self.zone).date() - self.day).days


@dataclass(frozen=True)
class Facts:
    """What was read: visits of the span and open ones, who works, what is called how."""

    span: Span
    visits: Sequence[VisitRow]
    technicians: Sequence[TechnicianView]
    territories: Mapping[str, UUID]
    now: datetime


@dataclass(frozen=True)
class Rules:
    """How it is asked. With `is_as_planned` nothing that is planned moves, not even by a minute."""

    absent: frozenset[StaffId] = frozenset()
    freeze: timedelta = timedelta()
    lead: timedelta = timedelta()
    extra: Sequence[Hypothetical] = ()
    is_as_planned: bool = False
    free: UUID | None = None
    """A visit that is asked about as if nobody had it yet."""


@dataclass
class Gathered:
    """Technicians and visits for a problem; `places` are the rows of its table."""

    span: Span
    technicians: list[Technician] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    places: list[At] = field(default_factory=list)
    rows: dict[UUID, VisitRow] = field(default_factory=dict)
    keep: dict[TourId, tuple[VisitId, ...]] = field(default_factory=dict)
    notes: list[RunNote] = field(default_factory=list)
    frozen: set[UUID] = field(default_factory=set)

    def place(self, at: At) -> int:
        if at not in self.places:
            self.places.append(at)
        return self.places.index(at)

    def note(self, row: VisitRow, rule: str, why: str) -> None:
        self.notes.append(RunNote(visit_id=row.id, number=row.number, subject=row.subject, rule=rule, why=why))

    @property
    def plan(self) -> Plan:
        """Return what is planned now."""
        planned = {visit for visits in self.keep.values() for visit in visits}
        tours = {technician.id: technician.shifts for technician in self.technicians}
        known = {TourId(who, shift.day) for who, shifts in tours.items() for shift in shifts}
        kept = {key: visits for key, visits in self.keep.items() if key in known}
        gone = {visit for key, visits in self.keep.items() if key not in known for visit in visits}
        rest = frozenset(v.id for v in self.visits if v.id not in planned or v.id in gone)
        return Plan(kept, rest)


def gathered(facts: Facts, rules: Rules) -> Gathered:
    """Make technicians, visits and what is planned now of what was read."""
    found = Gathered(facts.span)
    begun = _begun(facts, rules)
    for technician in facts.technicians:
        _add_technician(found, facts, rules, technician, begun.get(technician.id, []))
    working = {StaffId(one.id) for one in found.technicians}
    tours: dict[TourId, list[tuple[datetime, VisitId]]] = {}
    for row in facts.visits:
        if row.id not in found.frozen and row.state in ("planned", "dispatched"):
            _add_visit(found, facts, rules, row, working, tours)
    found.keep = {key: tuple(visit for _, visit in sorted(visits)) for key, visits in tours.items()}
    for number, one in enumerate(rules.extra):
        found.visits.append(_hypothetical(found, number, one))
    return found


def _add_visit(
    found: Gathered,
    facts: Facts,
    rules: Rules,
    row: VisitRow,
    working: set[StaffId],
    tours: dict[TourId, list[tuple[datetime, VisitId]]],
) -> None:
    """Add a visit that may be planned, and whom it is with now."""
    point, at, who = _point(row), row.planned_at, row.technician_id
    if point is None:
        found.note(row, "no_place", "nobody knows where it is: put it on the map")
        return
    if at is None or who is None or row.id == rules.free:
        if _is_of(row, facts.span):
            found.rows[row.id] = row
            found.visits.append(_visit(found, row, rules, facts.territories, point, is_given=False))
        return
    if who not in working | rules.absent:
        found.note(row, "shift", "its technician does not work then, or is not known to the map")
        return
    found.rows[row.id] = row
    found.visits.append(_visit(found, row, rules, facts.territories, point, is_given=True))
    tours.setdefault(TourId(TechnicianId(who), facts.span.number(at)), []).append((at, VisitId(row.id)))


def _begun(facts: Facts, rules: Rules) -> dict[StaffId, list[VisitRow]]:
    """Return of each technician what is under way, or begins too soon to be moved, in its order."""
    until = facts.now + rules.freeze
    begun: dict[StaffId, list[VisitRow]] = {}
    for row in facts.visits:
        if row.technician_id is None or row.planned_at is None or row.id == rules.free:
            continue
        is_soon = row.state in ("planned", "dispatched") and row.planned_at < until and not rules.is_as_planned
        if row.state in MOVING or (is_soon and row.technician_id not in rules.absent):
            begun.setdefault(row.technician_id, []).append(row)
    return {who: sorted(rows, key=lambda each: each.planned_at or facts.now) for who, rows in begun.items()}


def _add_technician(
    found: Gathered, facts: Facts, rules: Rules, technician: TechnicianView, begun: Sequence[VisitRow]
) -> None:
    found.frozen.update(row.id for row in begun)
    if technician.id in rules.absent:
        return
    home = technician.settings.home
    here = technician.position.place if technician.position is not None else home
    if here is None and home is None:
        note = "neither a home nor a position of theirs is known"
        found.notes.append(RunNote(technician_id=technician.id, subject=technician.name, rule="no_place", why=note))
        return
    shifts = []
    for day in range(facts.span.days):
        is_today = facts.span.midnight(day) <= facts.now < facts.span.midnight(day + 1)
        begin = here if is_today or home is None else home
        assert begin is not None  # noqa: S101 - one of both is there
        end = None if home is None else found.place(home.at)
        of_day = [row for row in begun if row.planned_at is not None and facts.span.number(row.planned_at) == day]
        shift = _shift(found, facts, rules, technician, day, (begin.at, end), of_day)
        if shift is not None:
            shifts.append(shift)
    if not shifts:
        return
    territory = technician.settings.territory_id
    found.technicians.append(
        Technician(
            TechnicianId(technician.id),
            tuple(shifts),
            {SkillId(skill): level for skill, level in technician.skills.items()},
            frozenset() if territory is None else frozenset({TerritoryId(territory)}),
        )
    )


def _shift(
    found: Gathered,
    facts: Facts,
    rules: Rules,
    technician: TechnicianView,
    day: int,
    ends: tuple[At, int | None],
    begun: Sequence[VisitRow],
) -> Shift | None:
    """Return the part of a shift that can still be planned; its pauses are the gaps between its hours."""
    span, (begin, end) = facts.span, ends
    open_spans = working_spans(span, technician, day)
    if not open_spans:
        return None
    first, last = span.second(open_spans[0][0]), span.second(open_spans[-1][1])
    if facts.now > open_spans[0][0]:
        first = max(first, span.second(facts.now + rules.lead))
    for row in begun:
        ends_at = _free_at(row, facts.now)
        if span.second(ends_at) >= first or row.state in MOVING:
            first = max(first, span.second(ends_at))
            begin = _point(row) or begin
    if first >= last:
        return None
    gaps = [(span.second(before[1]), span.second(after[0])) for before, after in pairwise(open_spans)]
    breaks = tuple(
        Break(max(first, start - _AROUND_BREAK), start + _AROUND_BREAK, finish - start)
        for start, finish in gaps
        if start >= first
    )
    return Shift(day, first, last, found.place(begin), end, breaks)


def working_spans(span: Span, technician: TechnicianView, day: int) -> list[tuple[datetime, datetime]]:
    return spans(technician.settings.shift, span.midnight(day), span.midnight(day + 1))


def _free_at(row: VisitRow, now: datetime) -> datetime:
    """Return when somebody is through with what is under way, as far as that can be known."""
    planned = row.planned_at or now
    begins = planned if row.state in ("planned", "dispatched") else max(planned, now)
    if row.state == "working":
        begins = planned
    return max(now, begins + timedelta(minutes=row.minutes))


def _visit(
    found: Gathered,
    row: VisitRow,
    rules: Rules,
    territories: Mapping[str, UUID],
    point: At,
    *,
    is_given: bool,
) -> Visit:
    span = found.span
    is_absent = row.technician_id in rules.absent
    windows = tuple(_window(span, each.begins_at, each.ends_at, is_half_open=True) for each in row.windows)
    promised = None if row.promised is None else _window(span, row.promised.begins_at, row.promised.ends_at)
    lock = Lock()
    if is_given and row.planned_at is not None and (row.is_locked or row.state == "dispatched" or rules.is_as_planned):
        windows = ()
        if is_absent:
            promised = promised or _window(span, row.planned_at - AROUND, row.planned_at + AROUND)
        else:
            keeps = row.is_locked or rules.is_as_planned
            who = TechnicianId(row.technician_id) if keeps and row.technician_id is not None else None
            lock, promised = Lock(who, span.second(row.planned_at)), None
    territory = territories.get(row.territory.casefold()) if row.territory else None
    return Visit(
        VisitId(row.id),
        found.place(point),
        row.minutes * 60,
        {SkillId(skill): level for skill, level in row.skills.items()},
        windows,
        promised,
        Priority(row.priority),
        extra_prize=0 if row.due_on is None else max(0, (span.day - row.due_on).days) * 3600,
        lock=lock,
        territory=None if territory is None else TerritoryId(territory),
        is_required=is_given and not is_absent,
    )


def _hypothetical(found: Gathered, number: int, one: Hypothetical) -> Visit:
    return Visit(
        VisitId(UUID(int=number + 1)),
        found.place((one.latitude, one.longitude)),
        one.minutes * 60,
        {SkillId(skill): level for skill, level in one.skills.items()},
        priority=Priority(one.priority),
    )


def _window(span: Span, begins: datetime, ends: datetime, *, is_half_open: bool = False) -> Window:
    """Return when work may begin. The planner's windows are closed, and times are told by whole minutes."""
    return Window(span.second(begins), span.second(ends) - (_MINUTE if is_half_open else 0))


def _is_of(row: VisitRow, span: Span) -> bool:
    """Tell whether a visit that nobody has could be made in these days at all."""
    times = [row.promised] if row.promised is not None else row.windows
    if not times:
        return row.due_on is None or row.due_on <= span.day + timedelta(days=span.days - 1)
    return any(each.begins_at < span.ends_at and each.ends_at > span.begins_at for each in times)


def _point(row: VisitRow) -> At | None:
    place = row.place
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def overlapping(visits: Iterable[VisitRow], technician_id: UUID, begins: datetime, ends: datetime) -> VisitRow | None:
    """Return one of the visits that somebody has at that time."""
    for row in visits:
        if row.technician_id == technician_id and row.planned_at is not None:
            until = row.planned_at + timedelta(minutes=row.minutes)
            if row.planned_at < ends and until > begins:
                return row
    return None
