"""A tour by the clock: everything as early as its order allows, breaks where they make the least late.

Waiting is always allowed, so being earlier is never worse: of all ways to take a number of breaks by a stop only the
best one is kept. A tour that cannot be legal gets the timetable that is late the least, so that the judge can say by
how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from dispatch.planning.model import NO_WAY, Broken, Eta, Rule, Stop, Timetable, Window
from dispatch.planning.prepared import NEVER, Prepared, Tour, Work


class Label(NamedTuple):
    """The best way to have a stop behind one with a number of breaks: least late, then soonest free."""

    late: int
    free: int
    starts: int
    before: int
    """How many breaks had been taken at the stop before."""


@dataclass(frozen=True)
class Leg:
    """The way to a stop and what happens there; the last one leads to the end of the tour and has no work."""

    work: Work | None
    drive: int
    arrives: int
    starts: int
    ends: int
    breaks: tuple[Window, ...]
    late_breaks: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """A tour that was driven on paper."""

    tour: Tour
    legs: tuple[Leg, ...]
    missed_break: int
    """By how much the end came too late for a break that was not taken; 0 where none was missed."""

    @property
    def ends(self) -> int:
        return self.legs[-1].ends


def run(prepared: Prepared, tour: Tour, route: Sequence[int]) -> Run:
    """Drive a tour on paper, legal or not."""
    row: list[Label | None] = [None] * len(tour.rests)
    row[0] = Label(0, tour.shift.start, tour.shift.start, 0)
    return _driven(prepared, tour, tour.origin, route, row)


def run_on(prepared: Prepared, tour: Tour, here: int, route: Sequence[int], free: Sequence[int]) -> Run:
    """Drive the rest of a tour from a place where one is free then, by the number of breaks taken."""
    row = [Label(0, moment, moment, 0) if moment < NEVER else None for moment in free]
    return _driven(prepared, tour, here, route, row)


def _driven(prepared: Prepared, tour: Tour, here: int, route: Sequence[int], row: list[Label | None]) -> Run:
    works = [prepared.works[number] for number in route]
    places = [here, *(work.place for work in works), tour.target]
    drives = [prepared.seconds[a][b] for a, b in pairwise(places)]
    labels = _labels(tour, works, drives, row)
    taken, path = _best_end(tour, labels[-1]), []
    missed = _missed(tour, taken, labels[-1][taken])
    for reached in reversed(labels):
        label = reached[taken]
        assert label is not None  # noqa: S101 - the best end was reached through labels that exist
        path.append((label.before, taken, label))
        taken = label.before
    path.reverse()
    begin = row[taken]
    assert begin is not None  # noqa: S101 - as above
    return Run(tour, tuple(_legs(tour, works, drives, path, begin.free)), missed)


def broken(told: Run) -> Iterator[Broken]:
    """Name every rule about time that a tour breaks."""
    key, shift = told.tour.key, told.tour.shift
    for leg in told.legs:
        visit = leg.work.visit.id if leg.work else None
        if leg.drive >= NO_WAY:
            yield Broken(Rule.NO_WAY, 1, visit, key)
        yield from (Broken(Rule.BREAK, late, visit, key) for late in leg.late_breaks)
        if leg.work:
            yield from (Broken(rule, by, visit, key) for rule, by in beside(leg.work, leg.starts))
    if told.missed_break:
        yield Broken(Rule.BREAK, told.missed_break, None, key)
    if told.ends > shift.end:
        yield Broken(Rule.SHIFT, told.ends - shift.end, None, key)


def timetable(prepared: Prepared, told: Run) -> Timetable:
    """Return what people read: arrivals, beginnings, ends and how sure the arrivals are."""
    table, tour = prepared.problem.table, told.tour
    places = [tour.origin, *(leg.work.place for leg in told.legs if leg.work), tour.target]
    metres = sum(prepared.metres[a][b] for a, b in pairwise(places))
    breaks = tuple(pause for leg in told.legs for pause in leg.breaks)
    stops = tuple(_stops(told, table.spread, table.source))
    return Timetable(tour.key, stops, breaks, told.ends, sum(leg.drive for leg in told.legs), metres)


def _labels(
    tour: Tour, works: Sequence[Work], drives: Sequence[int], row: list[Label | None]
) -> list[list[Label | None]]:
    """Return for each stop and the end the best label for each number of breaks taken."""
    rows = []
    for work, drive in zip([*works, None], drives, strict=True):
        row = _next(tour, row, work, drive)
        rows.append(row)
    return rows


def _next(tour: Tour, row: Sequence[Label | None], work: Work | None, drive: int) -> list[Label | None]:
    reached: list[Label | None] = [None] * len(row)
    duration = work.seconds if work else 0
    for taken, label in enumerate(row):
        if label is None:
            continue
        late, free, _, _ = label
        late += drive >= NO_WAY
        for until, seconds, latest, floor in tour.rests[taken]:
            arrives = free + drive + seconds
            arrives = max(arrives, floor)
            starts, beside = _begin(work, arrives)
            if free > latest:
                beside += free - latest
            found = Label(late + beside, starts + duration, starts, taken)
            known = reached[until]
            if known is None or found < known:
                reached[until] = found
    return reached


def _begin(work: Work | None, arrives: int) -> tuple[int, int]:
    """Return when work begins for who arrives then, and how late that is."""
    if work is None:
        return arrives, 0
    for start, end in work.opens:
        if arrives <= end:
            return max(arrives, start), 0
    return arrives, (arrives - work.opens[-1][1] if work.opens else 1)


def _missed(tour: Tour, taken: int, label: Label | None) -> int:
    breaks = tour.shift.breaks
    return max(0, label.free - breaks[taken].latest) if label and taken < len(breaks) else 0


def _best_end(tour: Tour, row: Sequence[Label | None]) -> int:
    """Return with how many breaks the tour ends best: least late, then soonest."""
    ends = []
    for taken, label in enumerate(row):
        if label is not None:
            late = label.late + _missed(tour, taken, label) + max(0, label.free - tour.shift.end)
            ends.append((late, label.free, taken))
    return min(ends)[2]


def _legs(
    tour: Tour, works: Sequence[Work], drives: Sequence[int], path: Sequence[tuple[int, int, Label]], free: int
) -> Iterator[Leg]:
    for work, drive, (before, taken, label) in zip([*works, None], drives, path, strict=True):
        arrives, rests, late = _rested(tour, free, drive, before, taken)
        yield Leg(work, drive, arrives, label.starts, label.free, rests, late)
        free = label.free


def _rested(
    tour: Tour, free: int, drive: int, before: int, taken: int
) -> tuple[int, tuple[Window, ...], tuple[int, ...]]:
    """Return the arrival, the breaks on the way or at the door, and by how much each of the late ones is late."""
    rests, late, arrives, left = [], [], free + drive, drive
    for pause in tour.shift.breaks[before:taken]:
        begins = max(free, pause.earliest)
        if begins - free < left:
            left -= begins - free
            arrives = begins + pause.seconds + left
        else:
            left = 0
        free = begins + pause.seconds
        rests.append(Window(begins, free))
        if begins > pause.latest:
            late.append(begins - pause.latest)
    return arrives, tuple(rests), tuple(late)


def beside(work: Work, starts: int) -> Iterator[tuple[Rule, int]]:
    """Say which of its times a visit that begins then misses, and by how much."""
    visit = work.visit
    if visit.lock.start is not None and starts != visit.lock.start:
        yield Rule.START, abs(starts - visit.lock.start)
    if visit.promised is not None and (by := _distance(visit.promised, starts)):
        yield Rule.PROMISE, by
    if visit.windows and (by := min(_distance(window, starts) for window in visit.windows)):
        yield Rule.WINDOW, by


def _distance(window: Window, moment: int) -> int:
    if window.end < window.start:
        return max(1, abs(moment - window.start))
    return max(0, window.start - moment, moment - window.end)


def _stops(told: Run, spread: float, source: str) -> Iterator[Stop]:
    """Say how sure each arrival is: doubt grows with the drive, and a wait for a window swallows it."""
    early = late = 0.0
    for leg in told.legs:
        if leg.work is None:
            return
        early, late = early + leg.drive * spread, late + leg.drive * spread
        eta = Eta(leg.arrives, leg.arrives - round(early), leg.arrives + round(late), source)
        yield Stop(leg.work.visit.id, leg.arrives, leg.starts, leg.ends, eta)
        waited = leg.starts - leg.arrives
        early = 0.0 if waited else early
        late = max(0.0, late - waited)
