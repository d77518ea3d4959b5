"""When one visit of a legal tour is, found without driving the whole tour on paper; the judge would say the same."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.planning.insertion import Row, ends_at, forward
from dispatch.planning.model import Stop
from dispatch.planning.prepared import NEVER, Prepared, Tour, Work
from dispatch.planning.timetable import Leg, rested, run, stop_of, stop_told

_ONE_BREAK = 2
"""Columns of a tour with one break: not taken, taken."""


def stop_in(prepared: Prepared, tour: Tour, route: Sequence[int], number: int) -> Stop | None:
    """Return when a visit is, by its tour's timetable; None where it is not in the tour."""
    if number not in route:
        return None
    works = [prepared.works[each] for each in route]
    rows = forward(prepared, tour, works)
    broke = _break_leg(prepared, tour, works, rows) if len(tour.rests) <= _ONE_BREAK else None
    if broke is None:
        return stop_of(prepared, run(prepared, tour, route), number)
    return _stop(prepared, tour, works[: route.index(number) + 1], rows, broke)


def _break_leg(prepared: Prepared, tour: Tour, works: Sequence[Work], rows: Sequence[Row]) -> int | None:
    """Return on which way the break is taken, the number of ways where it is not; None where the tour is late.

    A tour ends as soon as it can, without the break where that is allowed; of two ways that are as good the break is
    taken on the later one.
    """
    drive = prepared.seconds[works[-1].place][tour.target]
    end, never = rows[-1][0] + drive, len(works) + 1
    if len(tour.rests) == 1:
        return never if end <= tour.shift.end else None
    if end <= min(tour.shift.end, tour.shift.breaks[0].latest):
        return never
    arrives, after = _rested_at(tour, rows[-1], drive)
    if min(arrives, after) > tour.shift.end:
        return None
    leg = len(works)
    while arrives > after:
        leg -= 1
        work, here = works[leg], works[leg - 1].place if leg else tour.origin
        arrives, after = _rested_at(tour, rows[leg], prepared.seconds[here][work.place])
        arrives, after = ends_at(work, arrives), ends_at(work, after)
    return leg


def _rested_at(tour: Tour, row: Row, drive: int) -> tuple[int, int]:
    """Return when one is there with the break behind one: taken on this way, and taken before."""
    (fresh, before), (_, pause, latest, floor) = row, tour.rests[0][1]
    return (max(fresh + drive + pause, floor) if fresh <= latest else NEVER), min(before + drive, NEVER)


def _stop(prepared: Prepared, tour: Tour, works: Sequence[Work], rows: Sequence[Row], broke: int) -> Stop:
    """Go as far as the last of these works; how sure its time is depends on the ways before."""
    table, here, early, late = prepared.problem.table, tour.origin, 0.0, 0.0
    arrives = starts = 0
    for number, work in enumerate(works):
        # A wait swallows what was in doubt; before the first way nothing was.
        early, late = 0.0 if starts > arrives else early, max(0.0, late - (starts - arrives))
        drive, free = prepared.seconds[here][work.place], rows[number][number > broke]
        ends = rows[number + 1][number >= broke]
        here, arrives, starts = work.place, free + drive, ends - work.seconds
        if number == broke:
            arrives, _, _ = rested(tour, free, drive, 0, 1)
        early, late = early + drive * table.spread, late + drive * table.spread
    leg = Leg(works[-1], drive, arrives, starts, ends, (), ())
    return stop_told(leg, works[-1], (early, late), table.source)
