"""Where one more visit fits: the cheapest place in each tour, in a few microseconds a place, and moving nobody.

A tour keeps for each of its stops the soonest that one is free there and the latest that one may arrive there, for each
number of breaks behind one. A new visit fits between two stops when it is reached from the first and leaves in time for
the second.
"""
# ruff: noqa: FURB136, PLR1730 - the calls of min and max would be half of it

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dispatch.planning.prepared import NEVER, Prepared, Rest, Tour, Ways, Work

Row = list[int]
_ONE_BREAK = 2
"""Rows of a tour with one break: not taken, taken."""


class Line:
    """A legal tour with both sides of time looked up for each stop."""

    __slots__ = ("free", "load", "places", "prepared", "route", "tour", "until")

    def __init__(self, prepared: Prepared, tour: Tour, route: Sequence[int]) -> None:
        self.prepared, self.tour = prepared, tour
        self.route = list(route)
        works = [prepared.works[number] for number in route]
        self.places = [tour.origin, *(work.place for work in works), tour.target]
        self.load = sum([work.load for work in works])
        self.free = forward(prepared, tour, works)
        self.until = _backward(prepared, tour, works)

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
        if self.load + work.load > self.tour.capacity or not work.opens:
            return None
        prices = self.prices(work)
        cheapest = min(prices)
        if cheapest >= at_most:
            return None
        position = prices.index(cheapest)
        if not skipped and self.fits(work, position):
            return cheapest, position
        # Cheapest first: the first that fits is the answer, and what is dearer is never looked at.
        positions = [position for position, price in enumerate(prices) if price < at_most]
        positions.sort(key=prices.__getitem__)
        for position in positions:
            if not (skipped and skipped[position]) and self.fits(work, position):
                return prices[position], position
        return None

    def prices(self, work: Work) -> Row:
        """Return what the visit would cost at each position, whether it fits there or not."""
        costs, place, places = self.prepared.costs, work.place, self.places
        there = costs[place]
        return [there[b] + (row := costs[a])[place] - row[b] for a, b in pairwise(places)]

    def fits(self, work: Work, position: int) -> bool:
        """Tell whether a visit before this position keeps every rule about time."""
        seconds, place, opens = self.prepared.seconds, work.place, work.opens
        to, onward = seconds[self.places[position]][place], seconds[place][self.places[position + 1]]
        row, until = self.free[position], self.until[position]
        # Nobody is sooner than without a break, and nobody may come later than with all behind him: who cannot even so
        # needs no closer look, and most places end here.
        arrives = row[0] + to
        if not opens or arrives > opens[-1][1] or arrives + work.seconds + onward > until[-1]:
            return False
        rests = self.tour.rests
        if len(rests) == 1:
            return _fits_plainly(work, arrives, onward, until[0])
        if len(rests) == _ONE_BREAK:
            return _fits_with_one(work, (row, until), (to, onward), rests[0][1])
        for free, ways in zip(row, rests, strict=True):
            if free == NEVER:
                continue
            for rest in ways:
                ends = _ends(work, free, to, rest)
                if ends < NEVER and _reaches(ends, onward, rests[rest[0]], until):
                    return True
        return False

    def arrival(self, work: Work, position: int) -> int:
        """Return when one is there at the soonest if the visit comes before this position."""
        drive, row = self.prepared.seconds[self.places[position]][work.place], self.free[position]
        # Nobody is sooner than without a break, unless the work before lets nobody through.
        if row[0] < NEVER:
            return row[0] + drive
        return min(
            max(free + drive + rest.seconds, rest.floor)
            for taken, free in enumerate(row)
            for rest in self.tour.rests[taken]
            if free <= rest.latest
        )

    def _start(self) -> int:
        drive = self.prepared.seconds[self.places[0]][self.places[1]]
        return _leave(self.tour.rests[0], drive, self.until[0])


def forward(prepared: Prepared, tour: Tour, works: Sequence[Work]) -> list[Row]:
    """Return for the start and each stop when one is free there at the soonest, by breaks taken."""
    seconds, rests, here = prepared.seconds, tour.rests, tour.origin
    if len(rests) == _ONE_BREAK:
        return _forward_of_one(seconds, tour, works)
    row = [NEVER] * len(rests)
    row[0] = tour.shift.start
    rows = [row]
    for work in works:
        row = _onward(work, row, seconds[here][work.place], rests)
        here = work.place
        rows.append(row)
    return rows


def _backward(prepared: Prepared, tour: Tour, works: Sequence[Work]) -> list[Row]:
    """Return for each stop and the end when one may arrive there at the latest, by breaks taken."""
    seconds, there = prepared.seconds, tour.target
    if len(tour.rests) == _ONE_BREAK:
        return _backward_of_one(seconds, tour, works)
    latest = [*(pause.latest for pause in tour.shift.breaks), NEVER]
    row = [min(tour.shift.end, bound) for bound in latest]
    rows = [row]
    for work in reversed(works):
        row = _before(work, row, seconds[work.place][there], tour.rests)
        there = work.place
        rows.append(row)
    rows.reverse()
    return rows


def _onward(work: Work, row: Row, drive: int, rests: Sequence[Sequence[Rest]]) -> Row:
    """Return when one is free after the next stop, by breaks taken, from when one was free before it."""
    arrivals = [NEVER] * len(rests)
    for free, ways in zip(row, rests, strict=True):
        for until, pause, latest, floor in ways:
            if free < NEVER and free <= latest:
                arrivals[until] = min(arrivals[until], max(free + drive + pause, floor))
    # Who arrives sooner is never free later, so that the soonest of each is enough.
    return [ends_at(work, arrives) for arrives in arrivals]


def _before(work: Work, row: Row, drive: int, rests: Sequence[Sequence[Rest]]) -> Row:
    """Return when one may arrive at a stop at the latest, by breaks taken, from when at the one after it."""
    return [_arrives_by(work, _leave(ways, drive, row)) for ways in rests]


def _forward_of_one(seconds: Ways, tour: Tour, works: Sequence[Work]) -> list[Row]:
    """The same as `forward` where there is one break, which is nearly every day; plans are made of little else.

    No stop calls anything, for the calls would be most of it.
    """
    _, pause, latest, floor = tour.rests[0][1]
    here, fresh, rested = tour.origin, tour.shift.start, NEVER
    rows = [[fresh, rested]]
    for work in works:
        opens, took, drive = work.opens, work.seconds, seconds[here][work.place]
        here, arrives, after = work.place, fresh + drive, rested + drive
        if fresh <= latest:
            other = arrives + pause
            if other < floor:
                other = floor
            if other < after:
                after = other
        if len(opens) == 1:
            start, end = opens[0]
            fresh = (start if start > arrives else arrives) + took if arrives <= end and arrives < NEVER else NEVER
            rested = (start if start > after else after) + took if after <= end and after < NEVER else NEVER
        else:
            fresh, rested = ends_at(work, arrives), ends_at(work, after)
        rows.append([fresh, rested])
    return rows


def _backward_of_one(seconds: Ways, tour: Tour, works: Sequence[Work]) -> list[Row]:
    """The same as `_backward` where there is one break."""
    _, pause, latest, floor = tour.rests[0][1]
    there, rested = tour.target, tour.shift.end
    fresh = min(rested, tour.shift.breaks[0].latest)
    rows = [[fresh, rested]]
    for work in reversed(works):
        opens, took, drive = work.opens, work.seconds, seconds[work.place][there]
        there, leaves, after = work.place, fresh - drive, rested - drive
        if floor <= rested:
            other = after - pause
            if other > latest:
                other = latest
            if other > leaves:
                leaves = other
        if len(opens) == 1:
            start, end = opens[0]
            leaves, after = leaves - took, after - took
            fresh = -NEVER if start > leaves else end if end < leaves else leaves
            rested = -NEVER if start > after else end if end < after else after
        else:
            fresh, rested = _arrives_by(work, leaves), _arrives_by(work, after)
        rows.append([fresh, rested])
    rows.reverse()
    return rows


def ends_at(work: Work, arrives: int) -> int:
    """Return when work ends for who arrives then; NEVER when that is too late."""
    if arrives >= NEVER:
        return NEVER
    for start, end in work.opens:
        if arrives <= end:
            return (start if start > arrives else arrives) + work.seconds
    return NEVER


def _arrives_by(work: Work, leaves: int) -> int:
    """Return the latest arrival from which work is done by then, in whichever window."""
    begins = leaves - work.seconds
    for start, end in work.opens if len(work.opens) == 1 else work.opens[::-1]:
        if start <= begins:
            return end if end < begins else begins
    return -NEVER


def _fits_plainly(work: Work, arrives: int, onward: int, until: int) -> bool:
    """The same where no break is left, which is what most of a search asks."""
    for start, end in work.opens:
        if arrives <= end:
            return max(start, arrives) + work.seconds + onward <= until
    return False


def _fits_with_one(work: Work, times: tuple[Row, Row], drives: tuple[int, int], rest: Rest) -> bool:
    """The same where one break is left, or was taken: before the visit, after it, or not at all."""
    ((fresh, rested), (until, until_rested)), (to, onward) = times, drives
    _, pause, latest, floor = rest
    ends = ends_at(work, fresh + to)
    if ends + onward <= until or (ends <= latest and floor <= until_rested and ends + onward + pause <= until_rested):
        return True
    arrives = rested + to
    if fresh <= latest:
        arrives = min(arrives, max(fresh + to + pause, floor))
    return ends_at(work, arrives) + onward <= until_rested


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
