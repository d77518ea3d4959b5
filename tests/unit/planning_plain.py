"""Where one more visit fits, worked out plainly: each way and break by a call of its own, and no bounds.

The planner's insertion is faster and says the same; this is what it is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dispatch.planning.prepared import NEVER, Prepared, Rest, Tour, Work

Row = list[int]


class Line:
    """A legal tour with both sides of time looked up for each stop."""

    __slots__ = ("free", "load", "places", "prepared", "route", "tour", "until")

    def __init__(self, prepared: Prepared, tour: Tour, route: Sequence[int]) -> None:
        self.prepared, self.tour = prepared, tour
        self.route = list(route)
        works = [prepared.works[number] for number in route]
        self.places = [tour.origin, *(work.place for work in works), tour.target]
        self.load = sum(work.load for work in works)
        self.free = self._forward(works)
        self.until = self._backward(works)

    @property
    def is_legal(self) -> bool:
        """Whether the tour as it is keeps every rule about time and load."""
        in_time = not self.route or self.tour.shift.start <= self._start()
        return in_time and self.load <= self.tour.capacity

    def cost(self) -> int:
        costs, places = self.prepared.costs, self.places
        return sum(costs[a][b] for a, b in pairwise(places))

    def cheapest(self, number: int, at_most: int, skipped: Sequence[bool] = ()) -> tuple[int, int] | None:
        """Return price and position of the cheapest place for a visit that costs less than `at_most`.

        `skipped` passes over positions, for a search that wants to be led astray now and then.
        """
        work = self.prepared.works[number]
        if self.load + work.load > self.tour.capacity:
            return None
        best = None
        for position, price in enumerate(self.prices(work)):
            if price < at_most and not (skipped and skipped[position]) and self.fits(work, position):
                best, at_most = (price, position), price
        return best

    def prices(self, work: Work) -> Row:
        """Return what the visit would cost at each position, whether it fits there or not."""
        costs, place, places = self.prepared.costs, work.place, self.places
        there = costs[place]
        return [costs[a][place] + there[b] - costs[a][b] for a, b in pairwise(places)]

    def fits(self, work: Work, position: int) -> bool:
        """Tell whether a visit before this position keeps every rule about time."""
        seconds, place, rests = self.prepared.seconds, work.place, self.tour.rests
        to, onward = seconds[self.places[position]][place], seconds[place][self.places[position + 1]]
        until = self.until[position]
        if len(rests) == 1:
            return self.free[position][0] < NEVER and _fits_plainly(work, self.free[position][0] + to, onward, until[0])
        for taken, free in enumerate(self.free[position]):
            if free == NEVER:
                continue
            for rest in rests[taken]:
                ends = _ends(work, free, to, rest)
                if ends < NEVER and _reaches(ends, onward, rests[rest.until], until):
                    return True
        return False

    def arrival(self, work: Work, position: int) -> int:
        """Return when one is there at the soonest if the visit comes before this position."""
        drive = self.prepared.seconds[self.places[position]][work.place]
        return min(
            max(free + drive + rest.seconds, rest.floor)
            for taken, free in enumerate(self.free[position])
            for rest in self.tour.rests[taken]
            if free <= rest.latest
        )

    def _forward(self, works: Sequence[Work]) -> list[Row]:
        """Return for the start and each stop when one is free there at the soonest, by breaks taken."""
        seconds, rests, places = self.prepared.seconds, self.tour.rests, self.places
        row = [NEVER] * len(rests)
        row[0] = self.tour.shift.start
        rows = [row]
        for position, work in enumerate(works):
            row = _onward(work, row, seconds[places[position]][work.place], rests)
            rows.append(row)
        return rows

    def _backward(self, works: Sequence[Work]) -> list[Row]:
        """Return for each stop and the end when one may arrive there at the latest, by breaks taken."""
        tour = self.tour
        latest = [*(pause.latest for pause in tour.shift.breaks), NEVER]
        row = [min(tour.shift.end, bound) for bound in latest]
        rows = [row]
        for position in range(len(works), 0, -1):
            work = works[position - 1]
            drive = self.prepared.seconds[work.place][self.places[position + 1]]
            row = [_latest_arrival(work, _leave(rests, drive, row)) for rests in tour.rests]
            rows.append(row)
        rows.reverse()
        return rows

    def _start(self) -> int:
        drive = self.prepared.seconds[self.places[0]][self.places[1]]
        return _leave(self.tour.rests[0], drive, self.until[0])


def _onward(work: Work, row: Row, drive: int, rests: Sequence[Sequence[Rest]]) -> Row:
    """Return when one is free after the next stop, by breaks taken, from when one was free before it."""
    reached = [NEVER] * len(rests)
    for taken, free in enumerate(row):
        if free == NEVER:
            continue
        for rest in rests[taken]:
            ends = _ends(work, free, drive, rest)
            reached[rest[0]] = min(reached[rest[0]], ends)
    return reached


def _fits_plainly(work: Work, arrives: int, onward: int, until: int) -> bool:
    """The same where no break is left, which is what most of a search asks."""
    for start, end in work.opens:
        if arrives <= end:
            return max(start, arrives) + work.seconds + onward <= until
    return False


def _ends(work: Work, free: int, drive: int, rest: Rest) -> int:
    """Return when work ends for who is free then, takes these breaks and drives; NEVER when that is too late."""
    _, seconds, latest, floor = rest
    if free > latest:
        return NEVER
    arrives = free + drive + seconds
    arrives = max(arrives, floor)
    for start, end in work.opens:
        if arrives <= end:
            return (max(start, arrives)) + work.seconds
    return NEVER


def _reaches(free: int, drive: int, rests: Sequence[Rest], until: Row) -> bool:
    """Tell whether who is free then is at the next stop in time."""
    for taken, seconds, latest, floor in rests:
        bound = until[taken]
        if free <= latest and floor <= bound and free + drive + seconds <= bound:
            return True
    return False


def _leave(rests: Sequence[Rest], drive: int, until: Row) -> int:
    """Return when one must be free at the latest to be at the next stop in time, breaks on the way included."""
    best = -NEVER
    for taken, seconds, latest, floor in rests:
        bound = until[taken]
        leaves = bound - drive - seconds
        leaves = min(leaves, latest)
        if floor <= bound and leaves > best:
            best = leaves
    return best


def _latest_arrival(work: Work, leaves: int) -> int:
    """Return the latest arrival from which work is done by then, in whichever window."""
    begins = leaves - work.seconds
    for start, end in reversed(work.opens):
        if start <= begins:
            return min(end, begins)
    return -NEVER
