"""A tour by the clock: everything as early as its order allows, breaks where they make the least late.

Waiting is always allowed, so being earlier is never worse: of all ways to take a number of breaks by a stop only the
best one is kept. A tour that cannot be legal gets the timetable that is late the least, so that the judge can say by
how much.
"""
# ruff: noqa: FURB136, PLR1730 - the calls of min and max would be half of it

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dispatch.planning.model import NO_WAY, Broken, Eta, Rule, Stop, Timetable, VisitId, Window
from dispatch.planning.prepared import NEVER, Prepared, Tour, Work

_ONE_BREAK = 2
"""Labels of a stop of a tour with one break: not taken, taken."""
_ANY_TIME = ((-NEVER, NEVER),)


Label = tuple[int, int, int, int]
"""The best way to have a stop behind one with a number of breaks: how late in all, when one is free, when work began,
and how many breaks had been taken at the stop before. The least is the best: late the least, then free the soonest."""


class Leg(NamedTuple):
    """The way to a stop and what happens there; the last one leads to the end of the tour and has no work."""

    work: Work | None
    drive: int
    arrives: int
    starts: int
    ends: int
    breaks: tuple[Window, ...]
    late_breaks: tuple[int, ...]


class Run(NamedTuple):
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
    row[0] = (0, tour.shift.start, tour.shift.start, 0)
    return _driven(prepared, tour, tour.origin, route, row)


def worst_on(prepared: Prepared, tour: Tour, here: int, route: Sequence[int], free: Sequence[int]) -> Broken:
    """Return what the rest of a tour breaks the most, from a place where one is free then, by breaks taken.

    It is what `worst` says of the whole tour where all before keeps every rule. What is late on no leg is on none.
    """
    row: list[Label | None] = [(0, moment, moment, 0) if moment < NEVER else None for moment in free]
    works, drives = _ways(prepared, tour, here, route)
    path, begin, missed = _path(tour, works, drives, row)
    found: tuple[bool, int, Rule, VisitId | None] = (False, 0, Rule.SHIFT, None)
    delay, moment = begin[0], begin[1]
    for work, drive, (before, taken, (late, ends, starts, _)) in zip([*works, None], drives, path, strict=True):
        if late > delay:
            leg = _leg(tour, work, drive, (before, taken), (moment, starts, ends))
            for rule, by in _beside(leg):
                if (rule is Rule.NO_WAY, by) > found[:2]:
                    found = (rule is Rule.NO_WAY, by, rule, work.visit.id if work else None)
        delay, moment = late, ends
    for rule, by in ((Rule.BREAK, missed), (Rule.SHIFT, moment - tour.shift.end)):
        if (False, by) > found[:2]:
            found = (False, by, rule, None)
    return Broken(found[2], found[1], found[3], tour.key)


def _driven(prepared: Prepared, tour: Tour, here: int, route: Sequence[int], row: list[Label | None]) -> Run:
    works, drives = _ways(prepared, tour, here, route)
    path, begin, missed = _path(tour, works, drives, row)
    return Run(tour, tuple(_legs(tour, works, drives, path, begin[1])), missed)


def _ways(prepared: Prepared, tour: Tour, here: int, route: Sequence[int]) -> tuple[list[Work], list[int]]:
    works = [prepared.works[number] for number in route]
    places = [here, *[work.place for work in works], tour.target]
    return works, [prepared.seconds[a][b] for a, b in pairwise(places)]


def _path(
    tour: Tour, works: Sequence[Work], drives: Sequence[int], row: list[Label | None]
) -> tuple[list[tuple[int, int, Label]], Label, int]:
    """Return of each way the breaks before and behind it with its label, how all began, and which break was missed."""
    labels = _labels(tour, works, drives, row)
    taken, path = _best_end(tour, labels[-1]), []
    missed = _missed(tour, taken, labels[-1][taken])
    for reached in reversed(labels):
        label = reached[taken]
        assert label is not None  # noqa: S101 - the best end was reached through labels that exist
        path.append((label[3], taken, label))
        taken = label[3]
    path.reverse()
    begin = row[taken]
    assert begin is not None  # noqa: S101 - as above
    return path, begin, missed


def broken(told: Run) -> Iterator[Broken]:
    """Name every rule about time that a tour breaks."""
    key, shift = told.tour.key, told.tour.shift
    for leg in told.legs:
        work = leg.work
        visit = work.visit.id if work else None
        for rule, by in _beside(leg):
            yield Broken(rule, by, visit, key)
    if told.missed_break:
        yield Broken(Rule.BREAK, told.missed_break, None, key)
    if told.ends > shift.end:
        yield Broken(Rule.SHIFT, told.ends - shift.end, None, key)


def _beside(leg: Leg) -> list[tuple[Rule, int]]:
    """Say what is broken on one leg, and by how much."""
    found = [(Rule.NO_WAY, 1)] if leg.drive >= NO_WAY else []
    found += [(Rule.BREAK, late) for late in leg.late_breaks]
    return found + beside(leg.work, leg.starts) if leg.work else found


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
    following = _next_of_one if len(row) == _ONE_BREAK else _next
    for work, drive in zip([*works, None], drives, strict=True):
        row = following(tour, row, work, drive)
        rows.append(row)
    return rows


def _next(tour: Tour, row: Sequence[Label | None], work: Work | None, drive: int) -> list[Label | None]:
    reached: list[Label | None] = [None] * len(row)
    duration, opens = (work.seconds, work.opens) if work else (0, _ANY_TIME)
    for ways, label in zip(tour.rests, row, strict=True):
        if label is None:
            continue
        late, free, _, _ = label
        late += drive >= NO_WAY
        taken = ways[0].until
        for until, seconds, latest, floor in ways:
            arrives = free + drive + seconds
            if arrives < floor:
                arrives = floor
            starts, beside = _begin(opens, arrives)
            if free > latest:
                beside += free - latest
            found = (late + beside, starts + duration, starts, taken)
            known = reached[until]
            if known is None or found < known:
                reached[until] = found
    return reached


def _next_of_one(tour: Tour, row: Sequence[Label | None], work: Work | None, drive: int) -> list[Label | None]:
    """The same where there is one break, which is nearly every day."""
    (fresh, rested), (_, pause, latest, floor) = row, tour.rests[0][1]
    duration, opens = (work.seconds, work.opens) if work else (0, _ANY_TIME)
    blocked, before, after = drive >= NO_WAY, None, None
    if fresh is not None:
        late, free, _, _ = fresh
        late, arrives = late + blocked, free + drive
        starts, beside = _begin(opens, arrives)
        before = (late + beside, starts + duration, starts, 0)
        arrives += pause
        starts, beside = _begin(opens, arrives if arrives > floor else floor)
        if free > latest:
            beside += free - latest
        after = (late + beside, starts + duration, starts, 0)
    if rested is not None:
        late, free, _, _ = rested
        starts, beside = _begin(opens, free + drive)
        found = (late + blocked + beside, starts + duration, starts, 1)
        if after is None or found < after:
            after = found
    return [before, after]


def _begin(opens: Sequence[tuple[int, int]], arrives: int) -> tuple[int, int]:
    """Return when work begins for who arrives then, and how late that is."""
    for start, end in opens:
        if arrives <= end:
            return (start if start > arrives else arrives), 0
    return arrives, (arrives - opens[-1][1] if opens else 1)


def _missed(tour: Tour, taken: int, label: Label | None) -> int:
    breaks = tour.shift.breaks
    return max(0, label[1] - breaks[taken].latest) if label and taken < len(breaks) else 0


def _best_end(tour: Tour, row: Sequence[Label | None]) -> int:
    """Return with how many breaks the tour ends best: least late, then soonest."""
    ends = []
    for taken, label in enumerate(row):
        if label is not None:
            late, free, _, _ = label
            ends.append((late + _missed(tour, taken, label) + max(0, free - tour.shift.end), free, taken))
    return min(ends)[2]


def _legs(
    tour: Tour, works: Sequence[Work], drives: Sequence[int], path: Sequence[tuple[int, int, Label]], free: int
) -> Iterator[Leg]:
    for work, drive, (before, taken, (_, ends, starts, _)) in zip([*works, None], drives, path, strict=True):
        yield _leg(tour, work, drive, (before, taken), (free, starts, ends))
        free = ends


def _leg(tour: Tour, work: Work | None, drive: int, breaks: tuple[int, int], times: tuple[int, int, int]) -> Leg:
    (before, taken), (free, starts, ends) = breaks, times
    if before == taken:
        return Leg(work, drive, free + drive, starts, ends, (), ())
    arrives, rests, late = rested(tour, free, drive, before, taken)
    return Leg(work, drive, arrives, starts, ends, rests, late)


def rested(
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


def beside(work: Work, starts: int) -> list[tuple[Rule, int]]:
    """Say which of its times a visit that begins then misses, and by how much."""
    visit, found = work.visit, []
    if visit.lock.start is not None and starts != visit.lock.start:
        found.append((Rule.START, abs(starts - visit.lock.start)))
    if visit.promised is not None and (by := _distance(visit.promised, starts)):
        found.append((Rule.PROMISE, by))
    if visit.windows and (by := min([_distance(window, starts) for window in visit.windows])):
        found.append((Rule.WINDOW, by))
    return found


def _distance(window: Window, moment: int) -> int:
    if window.end < window.start:
        return max(1, abs(moment - window.start))
    start, end = window
    return start - moment if moment < start else moment - end if moment > end else 0


def stop_of(prepared: Prepared, told: Run, number: int) -> Stop | None:
    """Return when one visit of a tour is, as its timetable would say; None where it is not in the tour."""
    table, work = prepared.problem.table, prepared.works[number]
    for leg, early, late in _doubts(told, table.spread):
        if leg.work is work:
            return stop_told(leg, work, (early, late), table.source)
    return None


def _stops(told: Run, spread: float, source: str) -> Iterator[Stop]:
    for leg, early, late in _doubts(told, spread):
        if leg.work is not None:
            yield stop_told(leg, leg.work, (early, late), source)


def stop_told(leg: Leg, work: Work, doubt: tuple[float, float], source: str) -> Stop:
    eta = Eta(leg.arrives, leg.arrives - round(doubt[0]), leg.arrives + round(doubt[1]), source)
    return Stop(work.visit.id, leg.arrives, leg.starts, leg.ends, eta)


def _doubts(told: Run, spread: float) -> Iterator[tuple[Leg, float, float]]:
    """Say how sure each arrival is: doubt grows with the drive, and a wait for a window swallows it."""
    early = late = 0.0
    for leg in told.legs:
        doubt = leg.drive * spread
        early, late = early + doubt, late + doubt
        yield leg, early, late
        waited = leg.starts - leg.arrives
        early = 0.0 if waited else early
        late = max(0.0, late - waited)
