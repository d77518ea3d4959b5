"""The strong solver: PyVRP behind our model.

What it knows of our rules: times, windows (a group of clients that exclude each other where a visit has several),
skills, territories and locks as dimensions of load that only some vans have, prizes, days as vehicles, and homes. What
it does not know is breaks: it is told shorter days, and the search that comes after puts the breaks in. Nothing it
returns is believed before the judge has seen it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from dispatch.planning.model import NO_WAY
from dispatch.planning.prepared import Prepared, Tour, Work

Routes = list[list[int]]

# Chosen for a few seconds a plan: the solver's own start values are for minutes, in which a penalty has time to fall.
_NEIGHBOURS = 30
_PENALTY = 10.0
_UPDATES = 50
_MEMORY = 100
_AS_IT_IS, _LEANER = 0.4, 0.3


def is_here() -> bool:
    """Tell whether PyVRP is installed for this Python."""
    return find_spec("pyvrp") is not None


@dataclass(frozen=True)
class Effort:
    """How hard to look. With `iterations` alone the same seed gives the same plan on every machine."""

    seconds: float = 5.0
    iterations: int | None = None
    seed: int = 1
    is_cpu: bool = False
    """Whether seconds are those of the processor: on a shared machine only these can be compared."""

    @property
    def clock(self) -> Callable[[], float]:
        return time.process_time if self.is_cpu else time.monotonic

    def share(self, part: float) -> Effort:
        """Return this part of the time and of the rounds."""
        rounds = None if self.iterations is None else max(1, round(self.iterations * part))
        return replace(self, seconds=self.seconds * part, iterations=rounds)


class _Until:
    """When to stop, as the solver asks it after each round."""

    def __init__(self, effort: Effort) -> None:
        self._effort, self._begin, self._rounds = effort, effort.clock(), 0

    def __call__(self, best_cost: float) -> bool:  # noqa: ARG002 - the solver hands it over
        is_over = self._effort.clock() - self._begin >= self._effort.seconds
        is_over |= self._effort.iterations is not None and self._rounds >= self._effort.iterations
        self._rounds += 1
        return is_over


def solve(prepared: Prepared, start: Routes, effort: Effort) -> Routes:
    """Return better routes than these, legal but for breaks; raise what PyVRP raises when it fails.

    The solver moves visits one by one and hardly gives up a whole tour, though a day with one technician less is often
    the shorter one. So it looks three times: as it is, without the tour that has the fewest visits, and again from the
    better of both.
    """
    terms = _terms(prepared)
    if not terms.clients or not prepared.tours:
        return start
    best_cost, best = _look(terms, start, effort.share(_AS_IT_IS))
    fewest = min((n for n, route in enumerate(best) if route), key=lambda n: len(best[n]), default=None)
    if fewest is not None:
        without = [[] if n == fewest else route for n, route in enumerate(best)]
        leaner = replace(terms, fleets=[left for fleet in terms.fleets if (left := [n for n in fleet if n != fewest])])
        if leaner.fleets:
            cost, found = _look(leaner, without, effort.share(_LEANER))
            if cost < best_cost:
                best_cost, best, terms = cost, found, leaner
    cost, found = _look(terms, best, effort.share(1 - _AS_IT_IS - _LEANER))
    return found if cost < best_cost else best


def _look(terms: _Terms, start: Routes, effort: Effort) -> tuple[float, Routes]:
    """Let the solver look from here; return the cost of what it found (infinite where illegal) and its routes."""
    import pyvrp  # slow to import, and only a worker needs it
    from pyvrp import search as moves

    until = _Until(effort)
    data = _data(pyvrp, terms)
    dice = pyvrp.RandomNumberGenerator(effort.seed)
    neighbours = moves.compute_neighbours(data, moves.NeighbourhoodParams(num_neighbours=_NEIGHBOURS))
    local = moves.LocalSearch(data, dice, neighbours, moves.PerturbationManager(moves.PerturbationParams()))
    for move in moves.OPERATORS:
        if move.supports(data):
            local.add_operator(move(data))
    penalties = pyvrp.PenaltyManager(
        ([_PENALTY] * data.num_load_dimensions, _PENALTY, _PENALTY),
        pyvrp.PenaltyParams(solutions_between_updates=_UPDATES),
    )
    first = _solution(pyvrp, data, terms, start) if any(start) else pyvrp.Solution.make_random(data, dice)
    first = local(first, penalties.max_cost_evaluator(), exhaustive=True)
    memory = pyvrp.IteratedLocalSearchParams(history_length=_MEMORY)
    looking = pyvrp.IteratedLocalSearch(data, penalties, local, first, memory)
    with warnings.catch_warnings():
        # It warns that penalties are high where nothing legal is found; the cost says so too.
        warnings.simplefilter("ignore")
        result = looking.run(until, collect_stats=False)
    return result.cost(), _routes(terms, result.best, start)


@dataclass
class _Terms:
    """The problem in the solver's words: clients are visits in one of their windows, fleets are alike tours."""

    prepared: Prepared
    zero: int
    horizon: int
    needs: list[int]
    """One dimension of load each: the bitset of the tours that have what is needed."""
    clients: list[tuple[int, int, int]] = field(default_factory=list)
    """Number of the visit, and when its work may begin."""
    fleets: list[list[int]] = field(default_factory=list)


def _terms(prepared: Prepared) -> _Terms:
    zero = min((tour.shift.start for tour in prepared.tours), default=0)
    horizon = max((tour.shift.end for tour in prepared.tours), default=0)
    terms = _Terms(prepared, zero, horizon, sorted(_needs(prepared)))
    for number, work in enumerate(prepared.works):
        if work.fits:
            windows = ((max(zero, a), min(horizon, b)) for a, b in work.opens)
            terms.clients += [(number, a - zero, b - zero) for a, b in windows if a <= b]
    fleets: dict[object, list[int]] = {}
    for number, tour in enumerate(prepared.tours):
        skilled = tuple(need >> number & 1 for need in terms.needs)
        alike = (tour.origin, tour.target, tour.shift.start, tour.shift.end, tour.capacity, tour.shift.breaks, skilled)
        fleets.setdefault(alike, []).append(number)
    terms.fleets = list(fleets.values())
    return terms


def _needs(prepared: Prepared) -> set[int]:
    """Return who has each thing that some visit asks for, leaving out what everybody has."""
    everybody = (1 << len(prepared.tours)) - 1
    return {need for work in prepared.works for need in _asked(prepared, work)} - {everybody}


def _asked(prepared: Prepared, work: Work) -> Iterator[int]:
    """Return for each thing that a visit asks for the bitset of the tours that have it."""
    visit = work.visit
    for skill, level in visit.skills.items():
        yield _who(prepared, lambda tour, s=skill, n=level: tour.technician.skills.get(s, 0) >= n)  # type: ignore[misc]
    if visit.territory is not None:
        yield _who(prepared, lambda t: not t.technician.territories or visit.territory in t.technician.territories)
    if visit.lock.technician is not None:
        yield _who(prepared, lambda tour: tour.technician.id == visit.lock.technician)


def _who(prepared: Prepared, has: Callable[[Tour], bool]) -> int:
    return sum(1 << number for number, tour in enumerate(prepared.tours) if has(tour))


def _data(pyvrp: Any, terms: _Terms) -> Any:
    """Build the solver's own form. Each client has a place of its own, for two visits may share a door."""
    prepared = terms.prepared
    depots = sorted({place for tour in prepared.tours for place in (tour.origin, tour.target)})
    places = [*depots, *(prepared.works[number].place for number, *_ in terms.clients)]
    groups: list[Any] = []
    clients = list(_clients(pyvrp, terms, len(depots), groups))
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in places],
        clients,
        [pyvrp.Depot(number) for number in range(len(depots))],
        [_fleet(pyvrp, terms, fleet, depots) for fleet in terms.fleets],
        [_matrix(prepared.costs, len(prepared.seconds), places)],
        [_matrix(prepared.seconds, len(prepared.seconds), places)],
        groups=groups,
    )


def _matrix(
    rows: Mapping[int, Sequence[int]] | Sequence[Sequence[int]], nowhere: int, places: Sequence[int]
) -> list[list[int]]:
    """Return the ways between places by number; from nowhere, which is behind the last, nobody comes."""
    return [
        [0 if a == b or place == nowhere else min(rows[place][other], NO_WAY) for b, other in enumerate(places)]
        for a, place in enumerate(places)
    ]


def _clients(pyvrp: Any, terms: _Terms, first: int, groups: list[Any]) -> Iterator[Any]:
    counts: dict[int, int] = {}
    for number, *_ in terms.clients:
        counts[number] = counts.get(number, 0) + 1
    group_of: dict[int, int] = {}
    for index, (number, early, late) in enumerate(terms.clients):
        work = terms.prepared.works[number]
        if counts[number] > 1:
            if number not in group_of:
                group_of[number] = len(groups)
                groups.append(pyvrp.ClientGroup([], required=work.visit.is_required))
            groups[group_of[number]].add_client(index)
        asked = set(_asked(terms.prepared, work))
        is_required = work.visit.is_required and counts[number] == 1
        yield pyvrp.Client(
            first + index,
            delivery=[work.load, *(int(need in asked) for need in terms.needs)],
            service_duration=work.seconds,
            tw_early=early,
            tw_late=late,
            prize=0 if is_required else work.prize,
            required=is_required,
            group=group_of.get(number),
        )


def _fleet(pyvrp: Any, terms: _Terms, fleet: Sequence[int], depots: Sequence[int]) -> Any:
    """Return tours that are alike as one kind of vehicle.

    An idle van costs the solver nothing, but its driver goes home all the same: that way is taken off the first visit.
    """
    prepared = terms.prepared
    tour = prepared.tours[fleet[0]]
    shift, plenty = tour.shift, len(prepared.works)
    everything = sum(work.load for work in prepared.works)
    return pyvrp.VehicleType(
        len(fleet),
        [min(tour.capacity, everything), *(plenty * (need >> fleet[0] & 1) for need in terms.needs)],
        start_depot=depots.index(tour.origin),
        end_depot=depots.index(tour.target),
        fixed_cost=-prepared.costs[tour.origin][tour.target] if tour.origin != tour.target else 0,
        tw_early=shift.start - terms.zero,
        tw_late=shift.end - terms.zero,
        shift_duration=max(0, shift.end - shift.start - sum(rest.seconds for rest in shift.breaks)),
    )


def _solution(pyvrp: Any, data: Any, terms: _Terms, routes: Routes) -> Any:
    """Return routes as a place to start from; a visit with several windows is put into its first one."""
    client_of: dict[int, int] = {}
    for index, (number, *_) in enumerate(terms.clients):
        client_of.setdefault(number, index)
    made = []
    for kind, fleet in enumerate(terms.fleets):
        for tour in fleet:
            clients = [client_of[number] for number in routes[tour] if number in client_of]
            if clients:
                made.append(pyvrp.Route(data, clients, kind))
    return pyvrp.Solution(data, made)


def _routes(terms: _Terms, best: Any, start: Routes) -> Routes:
    """Return the solver's routes; among tours that are alike each gets the one most like what it had."""
    routes: Routes = [[] for _ in terms.prepared.tours]
    found: list[Routes] = [[] for _ in terms.fleets]
    for route in best.routes():
        found[route.vehicle_type()].append([terms.clients[stop.idx][0] for stop in route if stop.is_client()])
    for fleet, mine in zip(terms.fleets, found, strict=True):
        pairs = [(-len({*start[tour]} & {*route}), n, tour) for n, route in enumerate(mine) for tour in fleet]
        given: set[int] = set()
        for _, n, tour in sorted(pairs):
            if n not in given and not routes[tour]:
                given.add(n)
                routes[tour] = mine[n]
    return routes
