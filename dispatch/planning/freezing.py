"""What has begun or begins soon is cut off the day: the rest is a smaller problem that starts where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from dispatch.planning.judge import frozen
from dispatch.planning.model import Keep, Plan, Problem, Shift, Technician, Timetable, TourId, VisitId
from dispatch.planning.prepared import Prepared
from dispatch.planning.timetable import run, timetable

Begun = Mapping[TourId, tuple[VisitId, ...]]


def thawed(problem: Problem) -> tuple[Problem, Begun]:
    """Return the part of a problem that may still change, and the frozen beginnings of its tours."""
    keep = problem.keep
    if keep is None or keep.frozen_until is None:
        return problem, {}
    prepared = Prepared(problem)
    begun = {key: visits for key, visits in frozen(prepared, keep).items() if visits}
    gone = {visit for visits in begun.values() for visit in visits}
    rest = Plan(
        {key: tuple(v for v in visits if v not in gone) for key, visits in keep.plan.tours.items()},
        keep.plan.left_out - gone,
    )
    return replace(
        problem,
        technicians=tuple(_later(prepared, technician, begun) for technician in problem.technicians),
        visits=tuple(visit for visit in problem.visits if visit.id not in gone),
        keep=Keep(rest, None, keep.moves),
    ), begun


def joined(plan: Plan, begun: Begun) -> Plan:
    """Return a plan of the rest behind the frozen beginnings."""
    return replace(plan, tours={key: (*begun.get(key, ()), *visits) for key, visits in plan.tours.items()})


def _later(prepared: Prepared, technician: Technician, begun: Begun) -> Technician:
    shifts = tuple(_rest_of(prepared, technician, shift, begun) for shift in technician.shifts)
    return replace(technician, shifts=shifts)


def _rest_of(prepared: Prepared, technician: Technician, shift: Shift, begun: Begun) -> Shift:
    """Return a shift from the end of its last frozen visit, with the breaks that are not behind it."""
    key = TourId(technician.id, shift.day)
    if key not in begun:
        return shift
    numbers = [prepared.number[visit] for visit in begun[key]]
    told = _told(prepared, key)
    ends = told.stops[len(numbers) - 1].ends
    taken = len(list(takewhile(lambda rest: rest.start < ends, told.breaks)))
    return replace(
        shift,
        start=ends,
        end=max(ends, shift.end),
        begins_at=prepared.works[numbers[-1]].place,
        breaks=shift.breaks[taken:],
        loaded=shift.loaded + sum(prepared.works[number].load for number in numbers),
    )


def _told(prepared: Prepared, key: TourId) -> Timetable:
    """Return the timetable that people were told, of the whole tour and not of its beginning."""
    keep, tour = prepared.problem.keep, prepared.tours[prepared.tour_number[key]]
    visits = keep.plan.tours[key] if keep else ()
    return timetable(prepared, run(prepared, tour, [prepared.number[v] for v in visits if v in prepared.number]))
