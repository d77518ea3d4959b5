"""A plan in figures, whoever made it: driving, what begins too late, what nobody has, overtime. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from dispatch.model import AROUND, VisitRow
from dispatch.planning.judge import judge
from dispatch.planning.model import Lock, Plan, Stop, TechnicianId, Timetable, TourId, Visit, VisitId, Window
from dispatch.reading import Ready
from dispatch.run_model import DayFigures, Risk, RunStop

_ANY_TIME = 1 << 40


def driven(ready: Ready, plan: Plan, starts: Mapping[UUID, datetime]) -> Mapping[TourId, Timetable]:
    """Drive a plan in which nothing begins before its time, and as late as the ways before it make it."""
    visits = tuple(_not_before(ready, visit, starts.get(visit.id)) for visit in ready.problem.visits)
    return judge(replace(ready.problem, visits=visits), plan).timetables


def starts_now(ready: Ready) -> dict[UUID, datetime]:
    return {row.id: row.planned_at for row in ready.gathered.rows.values() if row.planned_at is not None}


def risks(ready: Ready, stops: Iterable[Stop], starts: Mapping[UUID, datetime]) -> Iterator[Risk]:
    """Name what may begin after it was promised or told."""
    span = ready.facts.span
    for stop in stops:
        row = ready.gathered.rows.get(stop.visit)
        limit = None if row is None else _limit(row, starts.get(stop.visit))
        if limit is None or span.exact(stop.eta.latest) <= limit:
            continue
        earliest = span.exact(stop.eta.earliest)
        yield Risk(
            visit_id=stop.visit,
            earliest_at=earliest,
            latest_at=span.exact(stop.eta.latest),
            limit_at=limit,
            is_certain=earliest > limit,
        )


def standing(ready: Ready) -> DayFigures:
    """Return what is planned now in figures; the visits of who is away are nobody's."""
    gone = {visit for visit in ready.gathered.plan.left_out if visit in ready.gathered.rows}
    return _figures(ready, ready.gathered.plan, starts_now(ready), len(_free(ready) | gone))


def planned(ready: Ready, stops: Iterable[RunStop]) -> DayFigures:
    """Return in figures what a plan would make of it."""
    ordered = sorted(stops, key=lambda each: each.starts_at)
    tours: dict[TourId, list[VisitId]] = {}
    for stop in ordered:
        key = TourId(TechnicianId(stop.technician_id), ready.facts.span.number(stop.starts_at))
        tours.setdefault(key, []).append(VisitId(stop.visit_id))
    given = {stop.visit_id for stop in ordered}
    asked = {visit.id for visit in ready.problem.visits}
    plan = Plan({key: tuple(route) for key, route in tours.items()}, frozenset(asked - given))
    return _figures(
        ready, plan, {stop.visit_id: stop.starts_at for stop in ordered}, len((_free(ready) | asked) - given)
    )


def _free(ready: Ready) -> set[UUID]:
    """Return what nobody has, as the board lists it."""
    return {row.id for row in ready.facts.visits if row.state == "planned" and row.planned_at is None}


def _figures(ready: Ready, plan: Plan, starts: Mapping[UUID, datetime], unassigned: int) -> DayFigures:
    tables = driven(ready, plan, starts)
    ends = {TourId(one.id, shift.day): shift.end for one in ready.problem.technicians for shift in one.shifts}
    over = sum(max(0, table.ends - ends[key]) for key, table in tables.items() if table.stops)
    stops = [stop for table in tables.values() for stop in table.stops]
    return DayFigures(
        travel_seconds=sum(table.travel_seconds for table in tables.values()),
        travel_metres=sum(table.travel_metres for table in tables.values()),
        late=sum(_is_late(ready, stop, starts.get(stop.visit)) for stop in stops),
        unassigned=unassigned,
        overtime_seconds=over,
    )


def _is_late(ready: Ready, stop: Stop, at: datetime | None) -> bool:
    """Tell whether a visit begins too late if ways take as long as they are expected to, no longer."""
    row = ready.gathered.rows.get(stop.visit)
    limit = None if row is None else _limit(row, at)
    return limit is not None and ready.facts.span.exact(stop.starts) > limit


def _not_before(ready: Ready, visit: Visit, at: datetime | None) -> Visit:
    """Let a visit begin at its time or later: how late follows from the ways before it."""
    if at is None or visit.id not in ready.gathered.rows:
        return visit
    start = ready.facts.span.second(at)
    return replace(visit, lock=Lock(), promised=None, windows=(Window(start, _ANY_TIME),))


def _limit(row: VisitRow, at: datetime | None) -> datetime | None:
    """Return until when somebody has to be there: what was promised or told, else the end of the window."""
    if row.promised is not None:
        return row.promised.ends_at
    if at is None:
        return None
    of_then = [each.ends_at for each in row.windows if each.begins_at <= at < each.ends_at]
    return of_then[0] if of_then and row.state == "planned" else at + AROUND
