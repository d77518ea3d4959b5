"""Our own search: take out visits that lie together, put them back where they are cheapest, keep what is better.

It knows every rule of the judge, breaks above all, and the cap on moves. It puts right what the strong solver cannot
know, and plans alone where that one is not installed. Removal takes strings of neighbouring stops out of neighbouring
tours (Christiaens and Vanden Berghe, Transportation Science 54(2), 2020); acceptance cools down as in annealing.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dispatch.planning.insertion import Line
from dispatch.planning.prepared import Prepared, Tour

Routes = list[list[int]]

_STRING = 8
"""The longest string that is taken out of one tour."""
_REMOVED = 10
"""How many visits are taken out at a time, on average."""
_BLINK = 0.01
"""How often the best place is passed over, so that the search does not run in circles."""
_NEAR = 60
_HELD = 10**9
"""What leaving out a visit costs that must be made: more than any way."""
_HOT, _COLD = 0.02, 0.00002
"""Temperatures, as part of what a visit costs on average."""


@dataclass(frozen=True)
class Budget:
    """When to stop: after so many rounds, or when a clock has run so far."""

    seconds: float
    iterations: int | None = None
    seed: int = 1
    clock: Callable[[], float] = time.monotonic


class State:
    """Routes with their lines and cost, and what is in none of them."""

    __slots__ = ("absent", "cost", "home", "lines", "prepared")

    def __init__(self, prepared: Prepared, lines: Sequence[Line], absent: frozenset[int]) -> None:
        self.prepared, self.lines, self.absent = prepared, list(lines), absent
        self.home = {number: tour for tour, line in enumerate(self.lines) for number in line.route}
        self.cost = sum(line.cost() for line in lines) + sum(dearness(prepared, number) for number in absent)

    @property
    def routes(self) -> Routes:
        return [list(line.route) for line in self.lines]


def dearness(prepared: Prepared, number: int) -> int:
    """Return what it costs to leave a visit out: what must be made costs more than any way."""
    work = prepared.works[number]
    return work.prize + (_HELD if work.is_held else 0)


def repaired(prepared: Prepared, routes: Routes) -> State:
    """Return the routes without what makes them illegal; what must be made stays before what may be left out."""
    seen: set[int] = set()
    lines = []
    for number, tour in enumerate(prepared.tours):
        route = [n for n in dict.fromkeys(routes[number]) if n not in seen and prepared.works[n].fits >> number & 1]
        lines.append(_legal_part(prepared, tour, route))
        seen |= set(lines[-1].route)
    return State(prepared, lines, frozenset(set(range(len(prepared.works))) - seen))


def _legal_part(prepared: Prepared, tour: Tour, route: Sequence[int]) -> Line:
    """Return as much of a tour as is legal in its order, built up again from nothing where it is not."""
    line = Line(prepared, tour, route)
    if line.is_legal:
        return line
    line, rank = Line(prepared, tour, []), {number: place for place, number in enumerate(route)}
    for number in sorted(route, key=lambda n: (not prepared.works[n].is_held, rank[n])):
        position = sum(rank[other] < rank[number] for other in line.route)
        work = prepared.works[number]
        if line.load + work.load <= tour.capacity and line.fits(work, position):
            line = Line(prepared, tour, [*line.route[:position], number, *line.route[position:]])
    return line


def search(prepared: Prepared, start: State, budget: Budget, *, held: Held | None = None) -> State:
    """Return the best that was found from here; never worse than where it began, and always legal."""
    dice = random.Random(budget.seed)  # noqa: S311 - a search wants repeatable chance, not secrecy
    near = _Near(prepared)
    best = current = start
    begin = budget.clock()
    scale = max(1.0, start.cost / max(1, len(start.home)))
    round_, part = 0, 0.0
    while part < 1 and (start.home or start.absent):
        heat = scale * _HOT * (_COLD / _HOT) ** part
        candidate = _recreate(prepared, current, _ruin(current, near, dice), dice, held)
        if (held is None or held.allows(candidate)) and candidate.cost < current.cost - heat * math.log(dice.random()):
            current = candidate
            if current.cost < best.cost:
                best = current
        round_ += 1
        spent = (budget.clock() - begin) / budget.seconds if budget.seconds else 1.0
        part = max(spent, round_ / budget.iterations if budget.iterations else 0.0)
    return best


@dataclass(frozen=True)
class Held:
    """How many visits may change their tour, and where they are now."""

    home: dict[int, int]
    moves: int

    def allows(self, state: State) -> bool:
        return self.moved(state) <= self.moves

    def moved(self, state: State) -> int:
        return sum(state.home.get(number) != tour for number, tour in self.home.items())


def towards(prepared: Prepared, start: State, goal: State, held: Held) -> State:
    """Go from one state towards another by the moves that save the most, as long as moves are left."""
    while True:
        steps = [_step(prepared, start, goal, number) for number in sorted(goal.home)]
        better = [state for state in steps if state and state.cost < start.cost and held.allows(state)]
        if not better:
            return start
        start = min(better, key=lambda state: state.cost)


def _step(prepared: Prepared, state: State, goal: State, number: int) -> State | None:
    """Put one visit into the tour that it has in the goal, where it is cheapest there."""
    old, new = state.home.get(number), goal.home[number]
    if old == new:
        return None
    place = state.lines[new].cheapest(number, _HELD)
    if place is None:
        return None
    lines = list(state.lines)
    route = lines[new].route
    lines[new] = Line(prepared, prepared.tours[new], [*route[: place[1]], number, *route[place[1] :]])
    if old is not None:
        lines[old] = Line(prepared, prepared.tours[old], [n for n in lines[old].route if n != number])
        if not lines[old].is_legal:
            return None
    return State(prepared, lines, state.absent - {number})


class _Near:
    """Which visits lie close to each, nearest first; computed when first asked."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._known: dict[int, list[int]] = {}

    def __getitem__(self, number: int) -> list[int]:
        if number not in self._known:
            works, row = self._prepared.works, self._prepared.costs[self._prepared.works[number].place]
            order = sorted(range(len(works)), key=lambda other: row[works[other].place])
            self._known[number] = order[:_NEAR]
        return self._known[number]


def _ruin(state: State, near: _Near, dice: random.Random) -> dict[int, set[int]]:
    """Choose what is taken out: by tour, strings around a visit and its neighbours."""
    longest = max((len(line.route) for line in state.lines), default=0)
    string = max(1, min(_STRING, longest))
    strings = dice.random() * (4 * _REMOVED / (1 + string) - 1) + 1
    taken: dict[int, set[int]] = {}
    for number in near[dice.randrange(len(state.prepared.works))]:
        tour = state.home.get(number)
        if tour is None or tour in taken:
            continue
        if len(taken) >= strings:
            break
        taken[tour] = set(_string(state.lines[tour].route, number, string, dice))
    return taken


def _string(route: Sequence[int], number: int, longest: int, dice: random.Random) -> Sequence[int]:
    """Return a string of a route that holds a visit; now and then with some left in its middle."""
    length = dice.randint(1, min(longest, len(route)))
    spared = dice.randint(1, len(route) - length) if length > 1 and length < len(route) and dice.randrange(2) else 0
    whole = length + spared
    at = route.index(number)
    first = dice.randint(max(0, at - whole + 1), min(at, len(route) - whole))
    string = route[first : first + whole]
    if not spared:
        return string
    cut = dice.randint(0, length)
    return [*string[:cut], *string[cut + spared :]]


def _recreate(
    prepared: Prepared, state: State, taken: dict[int, set[int]], dice: random.Random, held: Held | None
) -> State:
    """Put what was taken out, and what was out, back where it is cheapest; what costs more than its prize stays out."""
    lines = list(state.lines)
    for tour, numbers in taken.items():
        lines[tour] = Line(prepared, prepared.tours[tour], [n for n in lines[tour].route if n not in numbers])
        if not lines[tour].is_legal:
            # On some roads the straight way is the longer one: without that visit the next is late.
            return state
    loose = [*(number for numbers in taken.values() for number in sorted(numbers)), *sorted(state.absent)]
    absent = set()
    bias = dice.choice([0, 1, 4, 16]) if held else 0
    for number in _ordered(prepared, loose, dice):
        place = _cheapest(prepared, lines, number, dice, (held.home.get(number), bias) if held else None)
        if place is None:
            absent.add(number)
            continue
        tour, position = place
        route = lines[tour].route
        lines[tour] = Line(prepared, prepared.tours[tour], [*route[:position], number, *route[position:]])
    return State(prepared, lines, frozenset(absent))


def _ordered(prepared: Prepared, loose: list[int], dice: random.Random) -> list[int]:
    """Return the loose visits in one of four orders: as it comes, who few can do, what ends soon, what is dear."""
    works = prepared.works
    dice.shuffle(loose)
    kind = dice.randrange(4)
    if kind == 1:
        loose.sort(key=lambda n: works[n].fits.bit_count())
    elif kind == 2:  # noqa: PLR2004 - one of the four
        loose.sort(key=lambda n: works[n].opens[-1][1] - works[n].opens[0][0] if works[n].opens else 0)
    elif kind == 3:  # noqa: PLR2004 - one of the four
        loose.sort(key=lambda n: -dearness(prepared, n))
    return loose


def _cheapest(
    prepared: Prepared, lines: Sequence[Line], number: int, dice: random.Random, home: tuple[int | None, int] | None
) -> tuple[int, int] | None:
    """Return tour and position of the cheapest place that is worth it; another's tour costs more where moves count."""
    best, at_most = None, dearness(prepared, number)
    for tour in _fitting(prepared.works[number].fits):
        line = lines[tour]
        skipped = [dice.random() < _BLINK for _ in line.places] if dice.random() < _BLINK * len(line.places) else ()
        extra = home[1] * 60 if home and home[0] not in (None, tour) else 0
        found = line.cheapest(number, at_most - extra, skipped)
        if found is not None:
            best, at_most = (tour, found[1]), found[0] + extra
    return best


def _fitting(fits: int) -> Iterator[int]:
    while fits:
        lowest = fits & -fits
        yield lowest.bit_length() - 1
        fits ^= lowest
