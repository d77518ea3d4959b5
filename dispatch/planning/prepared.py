"""A problem in the form that is fast to compute with: numbers instead of ids, and who may do what as a bitset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from dispatch.planning.model import (
    BadProblem,
    Break,
    Plan,
    Problem,
    Rule,
    Shift,
    Technician,
    TourId,
    Visit,
    VisitId,
    Weights,
    Window,
)

NEVER = 1 << 60
"""Later than anything; its negative is earlier than anything."""
Ways = Sequence[Sequence[int]]
_ALWAYS = ((-NEVER, NEVER),)


class Rest(NamedTuple):
    """The breaks from one to another taken on one way, in a row.

    Who is free by `latest` and drives d seconds arrives at max(free + d + seconds, floor) and has `until` breaks behind
    him: a break begins as soon as it may, the drive is interrupted for it.
    """

    until: int
    seconds: int
    latest: int
    floor: int


class Tour(NamedTuple):
    """A shift of somebody, prepared. `target` is the place after the last one where it may end anywhere."""

    key: TourId
    technician: Technician
    shift: Shift
    origin: int
    target: int
    capacity: int
    rests: tuple[tuple[Rest, ...], ...]
    """For each number of breaks taken: what may be taken on the next way, nothing first."""


class _Known:
    """What is worked out of a visit when it is first asked for: who suits it, and what it is worth.

    It knows neither works nor the prepared problem: nothing here goes round in a circle, so that an answered question
    is gone at once and leaves nothing to a collector.
    """

    def __init__(self, problem: Problem, tours: Sequence[Tour]) -> None:
        self._problem, self._tours = problem, tours
        self._misfits: dict[object, list[tuple[Rule, int] | None]] = {}

    def misfits(self, visit: Visit) -> Sequence[tuple[Rule, int] | None]:
        """Return of each tour why it cannot have a visit; visits that ask for the same are asked once."""
        asked = (visit.lock.technician, visit.territory, *visit.skills.items())
        found = self._misfits.get(asked)
        if found is None:
            found = self._misfits[asked] = [misfit(visit, tour.technician) for tour in self._tours]
        return found

    def fits(self, visit: Visit) -> int:
        """Return as a bitset which tours have what a visit asks for."""
        return sum([1 << n for n, fault in enumerate(self.misfits(visit)) if fault is None])

    def prize(self, visit: Visit) -> int:
        return prize_of(self._problem, visit)


@dataclass(eq=False)
class Work:
    """A visit, prepared. `opens`: when work may begin, in order, windows and promise and lock together."""

    visit: Visit
    place: int
    seconds: int
    opens: tuple[tuple[int, int], ...]
    load: int
    known: _Known = field(repr=False)

    @cached_property
    def fits(self) -> int:
        """Bit n is set where tour n has the skills, the territory and is not locked out."""
        return self.known.fits(self.visit)

    @cached_property
    def prize(self) -> int:
        return self.known.prize(self.visit)

    def can_begin_after(self, arrives: int) -> bool:
        """Tell whether some window is still open, or still to come, for who arrives then."""
        return bool(self.opens) and arrives <= self.opens[-1][1]

    @property
    def is_held(self) -> bool:
        """Whether a plan without it is illegal."""
        lock = self.visit.lock
        return self.visit.is_required or lock.technician is not None or lock.start is not None


class Prepared:
    """The problem with everything looked up once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        is_open = any(shift.ends_at is None for one in problem.technicians for shift in one.shifts)
        self.seconds = _with_nowhere(problem.table.seconds) if is_open else problem.table.seconds
        self.metres = _with_nowhere(problem.table.metres) if is_open else problem.table.metres
        self.costs = _costs(problem.weights, self.seconds, self.metres)
        self.tours = list(_tours(problem))
        self.tour_number = {tour.key: number for number, tour in enumerate(self.tours)}
        known = _Known(problem, self.tours)
        self.works = [Work(v, v.place, v.seconds, opens(v), v.load, known) for v in problem.visits]
        self.number = dict(zip([visit.id for visit in problem.visits], range(len(self.works)), strict=True))

    def routes(self, plan: Plan) -> list[list[int]]:
        """Return the plan as lists of numbers, one for each tour; what is unknown is passed over."""
        routes: list[list[int]] = [[] for _ in self.tours]
        for key, visits in plan.tours.items():
            if key in self.tour_number:
                known = map(self.number.get, visits)
                routes[self.tour_number[key]] = [number for number in known if number is not None]
        return routes

    def plan(self, routes: Sequence[Sequence[int]]) -> Plan:
        """Return lists of numbers as a plan; what is in none of them is left out."""
        tours = {
            tour.key: tuple(self.works[n].visit.id for n in route)
            for tour, route in zip(self.tours, routes, strict=True)
        }
        planned: set[VisitId] = {visit for visits in tours.values() for visit in visits}
        return Plan(tours, frozenset(self.number.keys() - planned))


def opens(visit: Visit) -> tuple[tuple[int, int], ...]:
    """Return when work may begin: inside a window, inside the promise, and at the locked time."""
    windows: Sequence[Window] = visit.windows
    if len(windows) < 2 and visit.promised is None and visit.lock.start is None:  # noqa: PLR2004 - the usual case
        if not windows:
            return _ALWAYS
        ((start, end),) = visit.windows
        return visit.windows if start <= end else ()
    low, high = visit.promised or (-NEVER, NEVER)
    if visit.lock.start is not None:
        low, high = max(low, visit.lock.start), min(high, visit.lock.start)
    windows = sorted(windows) or [Window(-NEVER, NEVER)]
    joined: list[tuple[int, int]] = []
    for start, end in ((max(low, start), min(high, end)) for start, end in windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif start <= end:
            joined.append((start, end))
    return tuple(joined)


def prize_of(problem: Problem, visit: Visit) -> int:
    return problem.weights.prizes.get(visit.priority, 0) + visit.extra_prize


def misfit(visit: Visit, technician: Technician) -> tuple[Rule, int] | None:
    """Return the first reason why this person may never do this visit, and by how much; None when he may."""
    if visit.lock.technician is not None and visit.lock.technician != technician.id:
        return Rule.TECHNICIAN, 1
    short, has = 0, technician.skills
    for skill, level in visit.skills.items():
        lacks = level - has.get(skill, 0)
        if lacks > 0:
            short += lacks
    if short:
        return Rule.SKILL, short
    if visit.territory is not None and technician.territories and visit.territory not in technician.territories:
        return Rule.TERRITORY, 1
    return None


@lru_cache(maxsize=1024)
def rests_of(breaks: tuple[Break, ...]) -> tuple[tuple[Rest, ...], ...]:
    """For each number of breaks taken so far, what taking none, one, two... more of them on one way does."""
    return tuple(
        tuple(_rest(breaks[taken:until], until) for until in range(taken, len(breaks) + 1))
        for taken in range(len(breaks) + 1)
    )


def _rest(breaks: Sequence[Break], until: int) -> Rest:
    seconds, latest, floor = 0, NEVER, -NEVER
    for pause in reversed(breaks):
        floor = max(floor, pause.earliest + pause.seconds + seconds)
        seconds += pause.seconds
        latest = min(pause.latest, latest - pause.seconds)
    # A row in which an earlier break, taken at its earliest, makes a later one late is never possible.
    free = -NEVER
    for pause in breaks:
        free = max(free, pause.earliest)
        if free > pause.latest:
            latest = -NEVER
        free += pause.seconds
    return Rest(until, seconds, latest, floor)


def _with_nowhere(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the table with a last place to which every way is nothing: where tours end that may end anywhere."""
    return [[*row, 0] for row in rows]


def _costs(weights: Weights, seconds: Ways, metres: Ways) -> Ways | _Costs:
    """Return what ways cost: where nothing but a second counts, that is how long they take."""
    return seconds if weights.second == 1 and not weights.kilometre else _Costs(weights, seconds, metres)


class _Costs(dict[int, Sequence[int]]):
    """What ways cost, a row for each place from which somebody leaves, weighed when first asked."""

    def __init__(self, weights: Weights, seconds: Ways, metres: Ways) -> None:
        super().__init__()
        self._weights, self._seconds, self._metres = weights, seconds, metres

    def __missing__(self, place: int) -> Sequence[int]:
        a_second, a_kilometre = self._weights.second, self._weights.kilometre
        pairs = zip(self._seconds[place], self._metres[place], strict=True)
        self[place] = row = [s * a_second + m * a_kilometre // 1000 for s, m in pairs]
        return row


def _tours(problem: Problem) -> Iterator[Tour]:
    nowhere = len(problem.table.seconds)
    for technician in problem.technicians:
        for shift in technician.shifts:
            _check(technician, shift, nowhere)
            target = nowhere if shift.ends_at is None else shift.ends_at
            capacity = NEVER if technician.capacity is None else technician.capacity - shift.loaded
            key = TourId(technician.id, shift.day)
            yield Tour(key, technician, shift, shift.begins_at, target, capacity, rests_of(shift.breaks))


def _check(technician: Technician, shift: Shift, places: int) -> None:
    fault = _fault(shift, places)
    if fault is None and len(technician.shifts) > 1 and sum(one.day == shift.day for one in technician.shifts) > 1:
        fault = "there are two shifts"
    if fault is not None:
        raise BadProblem(f"technician {technician.id}, day {shift.day}: {fault}")


@lru_cache(maxsize=1024)
def _fault(shift: Shift, places: int) -> str | None:
    """Return what is wrong with a shift by itself."""
    ends = (shift.begins_at, shift.begins_at if shift.ends_at is None else shift.ends_at)
    rests = shift.breaks
    if shift.end < shift.start:
        return "the shift ends before it starts"
    if not all(0 <= place < places for place in ends):
        return "the table has no such place as the shift begins or ends at"
    if any(b.latest < b.earliest or b.seconds < 0 for b in rests) or list(rests) != sorted(rests):
        return "breaks are out of order"
    if [b.latest for b in rests] != sorted(b.latest for b in rests):
        return "a later break must begin sooner"
    return None
