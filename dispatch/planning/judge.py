"""The judge: whether a plan is legal, what it costs, and by the clock when everybody is where.

Whoever made the plan, a solver, a search or a dispatcher's hand, this file decides; it knows nothing of how plans are
made. Every rule that is broken is named, not only the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from dispatch.planning.model import Broken, Keep, Plan, Problem, Rule, TourId, Verdict, VisitId
from dispatch.planning.prepared import Prepared, Tour, misfit
from dispatch.planning.timetable import broken, run, timetable


def judge(problem: Problem | Prepared, plan: Plan) -> Verdict:
    """Return every broken rule, the cost and the timetables of a plan."""
    prepared = problem if isinstance(problem, Prepared) else Prepared(problem)
    routes = prepared.routes(plan)
    runs = {tour.key: run(prepared, tour, route) for tour, route in zip(prepared.tours, routes, strict=True)}
    tables = {key: timetable(prepared, told) for key, told in runs.items()}
    faults = list(_whole(prepared, plan))
    for tour, route in zip(prepared.tours, routes, strict=True):
        faults += _tour(prepared, tour, route)
        # Who is sent nowhere can be sent home too late by nobody's plan.
        faults += broken(runs[tour.key]) if route else ()
    if prepared.problem.keep is not None:
        faults += _kept(prepared, plan, prepared.problem.keep)
    cost = sum(route_cost(prepared, tour, route) for tour, route in zip(prepared.tours, routes, strict=True))
    planned = {number for route in routes for number in route}
    lost = sum(work.prize for number, work in enumerate(prepared.works) if number not in planned)
    seconds = sum(table.travel_seconds for table in tables.values())
    metres = sum(table.travel_metres for table in tables.values())
    return Verdict(tuple(faults), cost + lost, seconds, metres, lost, tables)


def route_cost(prepared: Prepared, tour: Tour, route: list[int]) -> int:
    """Return what the ways of a tour cost; an idle technician who is away from home still goes home."""
    places = [tour.origin, *(prepared.works[number].place for number in route), tour.target]
    return sum(prepared.costs[a][b] for a, b in pairwise(places))


def moved(old: Plan, new: Plan) -> dict[VisitId, tuple[TourId, TourId | None]]:
    """Return the visits of the old plan that have another technician or day in the new one, or none."""
    after = new.place_of()
    return {visit: (tour, after.get(visit)) for visit, tour in old.place_of().items() if after.get(visit) != tour}


def frozen(prepared: Prepared, keep: Keep) -> Mapping[TourId, tuple[VisitId, ...]]:
    """Return the visits of each tour that begin too soon to be moved: always the first ones of it."""
    if keep.frozen_until is None:
        return {}
    found = {}
    for tour, route in zip(prepared.tours, prepared.routes(keep.plan), strict=True):
        stops = timetable(prepared, run(prepared, tour, route)).stops
        found[tour.key] = tuple(stop.visit for stop in stops if stop.starts < keep.frozen_until)
    return found


def _whole(prepared: Prepared, plan: Plan) -> Iterator[Broken]:
    counted = Counter(visit for visits in plan.tours.values() for visit in visits)
    for key, visits in plan.tours.items():
        if key not in prepared.tour_number:
            yield Broken(Rule.UNKNOWN, 1, None, key)
        yield from (Broken(Rule.UNKNOWN, 1, visit, key) for visit in visits if visit not in prepared.number)
    yield from (Broken(Rule.UNKNOWN, 1, visit) for visit in plan.left_out - prepared.number.keys())
    for work in prepared.works:
        visit = work.visit
        count = counted[visit.id] + (visit.id in plan.left_out)
        if count > 1:
            yield Broken(Rule.TWICE, count - 1, visit.id)
        if count == 0:
            yield Broken(Rule.FORGOTTEN, 1, visit.id)
        if visit.id in plan.left_out and work.is_held:
            yield Broken(Rule.LEFT_OUT, 1, visit.id)


def _tour(prepared: Prepared, tour: Tour, route: list[int]) -> Iterator[Broken]:
    works = [prepared.works[number] for number in route]
    for work in works:
        fault = misfit(work.visit, tour.technician)
        if fault is not None:
            yield Broken(fault[0], fault[1], work.visit.id, tour.key)
    over = sum(work.load for work in works) - tour.capacity
    if over > 0:
        yield Broken(Rule.CAPACITY, over, None, tour.key)


def _kept(prepared: Prepared, plan: Plan, keep: Keep) -> Iterator[Broken]:
    for key, visits in frozen(prepared, keep).items():
        now = plan.tours.get(key, ())
        for place, visit in enumerate(visits):
            if place >= len(now) or now[place] != visit:
                yield Broken(Rule.FROZEN, 1, visit, key)
    if keep.moves is not None:
        known = {visit for visit in moved(keep.plan, plan) if visit in prepared.number}
        if len(known) > keep.moves:
            yield Broken(Rule.MOVES, len(known) - keep.moves)
