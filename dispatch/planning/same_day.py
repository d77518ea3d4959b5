"""The day that is under way: who could still take one more visit, at what price, and what a rethink would save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from dispatch.planning.checks import nearest_miss, worst
from dispatch.planning.insertion import Line
from dispatch.planning.judge import judge, moved
from dispatch.planning.model import Broken, Keep, Plan, Problem, Rule, Stop, TechnicianId, TourId, VisitId
from dispatch.planning.moments import stop_in
from dispatch.planning.planner import Proposal, plan
from dispatch.planning.prepared import Prepared, Work
from dispatch.planning.solver import Effort
from dispatch.planning.timetable import run

THINK_SECONDS = 2.0
TIMED_MOST = 12
"""Of so many of the cheapest it is said when they would begin."""
_ANY_PRICE = 1 << 60


class Candidate(NamedTuple):
    """Somebody who can take the visit without moving another, and what it costs."""

    tour: TourId
    position: int
    extra_seconds: int
    extra_metres: int
    price: int


@dataclass(frozen=True)
class Offers:
    """Who can take a visit, cheapest first, and why each of the others cannot."""

    visit: VisitId
    candidates: tuple[Candidate, ...]
    others: tuple[Broken, ...]


class Today:
    """A plan in force, made ready for questions; it never changes."""

    def __init__(self, problem: Problem, made: Plan) -> None:
        self._prepared = Prepared(problem)
        self._routes = self._prepared.routes(made)
        self._plan = made

    def offers(self, visit: VisitId, only: TechnicianId | None = None) -> Offers:
        """Say for every technician and day what the visit would cost there, or why it cannot be.

        The visit is one of the problem's, so that the table of ways knows its place. One that is in a tour already is
        offered as if it were taken out first. Whose day is late as it is takes nothing more. `only` asks one alone.
        """
        number = self._prepared.number[visit]
        work = self._prepared.works[number]
        misfits = work.known.misfits(work.visit)
        candidates, others = [], []
        for n, tour in enumerate(self._prepared.tours):
            if only not in (None, tour.technician.id):
                continue
            misfit = misfits[n]
            answer = self._asked(number, n) if misfit is None else Broken(*misfit, visit, tour.key)
            if isinstance(answer, Candidate):
                candidates.append(answer)
            else:
                others.append(answer)
        candidates.sort(key=lambda one: (one.price, one.tour))
        return Offers(visit, tuple(candidates), tuple(others))

    def given(self, visit: VisitId, candidate: Candidate) -> Plan:
        """Return the plan with the visit given to this candidate."""
        tours = {key: tuple(v for v in visits if v != visit) for key, visits in self._plan.tours.items()}
        mine = tours.get(candidate.tour, ())
        tours[candidate.tour] = (*mine[: candidate.position], visit, *mine[candidate.position :])
        return Plan(tours, self._plan.left_out - {visit})

    def stop(self, visit: VisitId, candidate: Candidate) -> Stop | None:
        """Return when the visit would be with this candidate, as the judge would say of the plan with it."""
        number = self._prepared.number[visit]
        tour = self._prepared.tour_number[candidate.tour]
        route = self._without(number, tour)
        route = [*route[: candidate.position], number, *route[candidate.position :]]
        return stop_in(self._prepared, self._prepared.tours[tour], route, number)

    def _asked(self, number: int, tour: int) -> Candidate | Broken:
        """Ask somebody who has what the visit needs."""
        route = self._without(number, tour)
        line = Line(self._prepared, self._prepared.tours[tour], route)
        if not line.is_legal:
            fault, over = worst(run(self._prepared, line.tour, route)), line.load - line.tour.capacity
            return fault if fault.by else Broken(Rule.CAPACITY, over, None, line.tour.key)
        place = line.cheapest(number, _ANY_PRICE)
        if place is None:
            return nearest_miss(self._prepared, line, number)
        return self._candidate(line, self._prepared.works[number], *place)

    def _without(self, number: int, tour: int) -> list[int]:
        route = self._routes[tour]
        return [other for other in route if other != number] if number in route else route

    def _candidate(self, line: Line, work: Work, price: int, position: int) -> Candidate:
        before, after = line.places[position], line.places[position + 1]
        seconds, metres = self._prepared.seconds, self._prepared.metres
        return Candidate(
            line.tour.key,
            position,
            seconds[before][work.place] + seconds[work.place][after] - seconds[before][after],
            metres[before][work.place] + metres[work.place][after] - metres[before][after],
            price,
        )


@dataclass(frozen=True)
class Improvement:
    """What a dispatcher may accept: so many seconds of travel saved for so many visits that change hands."""

    proposal: Proposal
    saved_seconds: int
    saved_cost: int
    moved: Mapping[VisitId, tuple[TourId, TourId | None]]

    def __str__(self) -> str:
        return f"saves {self.saved_seconds // 60} min by moving {len(self.moved)} visits"


def improvement(problem: Problem, keep: Keep, effort: Effort, *, strong: bool = True) -> Improvement | None:
    """Think the day over for a moment, from the plan in force; None where nothing is saved."""
    kept = replace(problem, keep=keep)
    before = judge(kept, keep.plan)
    proposal = plan(kept, effort, strong=strong)
    saved = before.cost - proposal.verdict.cost
    if saved <= 0 and not any(fault.rule is not Rule.LEFT_OUT for fault in before.broken):
        return None
    seconds = before.travel_seconds - proposal.verdict.travel_seconds
    return Improvement(proposal, seconds, saved, moved(keep.plan, proposal.plan))
