"""What cannot be planned, which visit it is and why: said before anybody searches, and after nothing was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dispatch.planning.insertion import Line
from dispatch.planning.model import Broken, Problem, Refusal, Rule, Technician, Visit
from dispatch.planning.prepared import Prepared, Tour, Work, prize_of
from dispatch.planning.timetable import Run, beside, broken, run, worst_on


def without(problem: Problem, refused: Sequence[Refusal]) -> Problem:
    """Return the problem without the visits that were refused."""
    gone = {refusal.visit for refusal in refused}
    return replace(problem, visits=tuple(visit for visit in problem.visits if visit.id not in gone))


def senseless(problem: Problem) -> Iterator[Refusal]:
    """Name the visits whose facts make no sense, so that the others can be planned."""
    places = len(problem.table.seconds)
    for visit_id, count in Counter(visit.id for visit in problem.visits).items():
        if count > 1:
            yield Refusal(visit_id, Rule.TWICE, f"it is there {count} times")
    for visit in problem.visits:
        if not 0 <= visit.place < places:
            yield Refusal(visit.id, Rule.UNKNOWN, f"the table of ways has no place {visit.place}")
        elif visit.seconds < 0 or visit.load < 0:
            yield Refusal(visit.id, Rule.UNKNOWN, "its duration or load is negative")
        elif any(window.end < window.start for window in visit.windows):
            yield Refusal(visit.id, Rule.WINDOW, "one of its windows ends before it starts")


def impossible(prepared: Prepared) -> Iterator[Refusal]:
    """Name the visits that nobody could make even on an empty day, and why."""
    empty = [Line(prepared, tour, []) for tour in prepared.tours]
    for number, work in enumerate(prepared.works):
        refusal = _contradiction(work) or _nobody(prepared, work) or _nowhere(prepared, empty, number)
        if refusal is not None:
            yield refusal


def why_left_out(prepared: Prepared, lines: Sequence[Line], number: int) -> Refusal:
    """Say why a visit that somebody could make is in no tour: too dear, or the nearest miss."""
    work = prepared.works[number]
    visit = work.visit
    tours = [n for n in range(len(lines)) if work.fits >> n & 1]
    found = [place for n in tours if (place := lines[n].cheapest(number, 1 << 60)) is not None]
    if found:
        over = min(found)[0] - prize_of(prepared.problem, visit)
        if over >= 0:
            return Refusal(visit.id, Rule.PRICE, f"the way there costs {over} more than its priority is worth")
        return Refusal(visit.id, Rule.MOVES, "it has room, but more visits would move than may")
    rule, by, tour = min(
        ((fault.rule, fault.by, n) for n in tours for fault in [nearest_miss(prepared, lines[n], number)]),
        key=lambda miss: miss[1],
    )
    who = prepared.tours[tour].technician.id
    return Refusal(visit.id, rule, f"no day has room; the nearest, of technician {who}, misses {rule} by {by}")


def nearest_miss(prepared: Prepared, line: Line, number: int) -> Broken:
    """Return the worst thing that putting a visit at its cheapest place in a tour would break."""
    work, tour = prepared.works[number], line.tour
    over = line.load + work.load - tour.capacity
    if over > 0:
        return Broken(Rule.CAPACITY, over, None, tour.key)
    prices = line.prices(work)
    position = prices.index(min(prices))
    if not line.is_legal:
        return worst(run(prepared, tour, [*line.route[:position], number, *line.route[position:]]))
    arrives = line.arrival(work, position)
    if not work.can_begin_after(arrives):
        late = max(beside(work, arrives), key=lambda fault: fault[1], default=None)
        if late is not None:
            return Broken(late[0], late[1], work.visit.id, tour.key)
    rest = [number, *line.route[position:]]
    return worst_on(prepared, tour, line.places[position], rest, line.free[position])


def worst(told: Run) -> Broken:
    """Return what a tour breaks the most; a missing road is worse than any delay."""
    faults = broken(told)
    return max(
        faults,
        key=lambda fault: (fault.rule is Rule.NO_WAY, fault.by),
        default=Broken(Rule.SHIFT, 0, None, told.tour.key),
    )


def _contradiction(work: Work) -> Refusal | None:
    if work.opens:
        return None
    visit = work.visit
    rule = Rule.START if visit.lock.start is not None else Rule.PROMISE
    return Refusal(visit.id, rule, "its windows, its promise and its locked time have no moment in common")


def _nobody(prepared: Prepared, work: Work) -> Refusal | None:
    """Narrow who may do it, one demand after the other, and name the demand at which nobody is left."""
    if work.fits:
        return None
    left = [tour.technician for tour in prepared.tours]
    if not left:
        return Refusal(work.visit.id, Rule.TECHNICIAN, "nobody works in these days")
    for rule, why, has in _demands(work.visit):
        left = [technician for technician in left if has(technician)]
        if not left:
            return Refusal(work.visit.id, rule, why)
    return Refusal(work.visit.id, Rule.SKILL, "nobody has all that it needs")


def _demands(visit: Visit) -> Iterator[tuple[Rule, str, Callable[[Technician], bool]]]:
    lock = visit.lock.technician
    if lock is not None:
        yield Rule.TECHNICIAN, f"it is locked to technician {lock}, who does not work", lambda t: t.id == lock
    whom = f" and is technician {lock}" if lock is not None else ""
    for skill, level in visit.skills.items():
        why = f"nobody has skill {skill} at level {level}{whom} together with what else it needs"
        yield Rule.SKILL, why, lambda t, s=skill, n=level: t.skills.get(s, 0) >= n  # type: ignore[misc]
    if visit.territory is not None:
        why = f"nobody who could do it works in territory {visit.territory}"
        yield Rule.TERRITORY, why, lambda t: not t.territories or visit.territory in t.territories


def _nowhere(prepared: Prepared, empty: Sequence[Line], number: int) -> Refusal | None:
    """Name what breaks the least on the empty day of whoever comes closest."""
    work = prepared.works[number]
    lines = [line for n, line in enumerate(empty) if work.fits >> n & 1]
    if any(line.cheapest(number, 1 << 60) is not None for line in lines):
        return None
    misses = [(nearest_miss(prepared, line, number), line.tour) for line in lines]
    fault, tour = min(misses, key=lambda miss: miss[0].by)
    return Refusal(work.visit.id, fault.rule, _even_alone(fault, tour))


def _even_alone(fault: Broken, tour: Tour) -> str:
    if fault.rule is Rule.NO_WAY:
        return "no road leads there"
    key = tour.key
    return f"even alone on day {key.day} of technician {key.technician} it misses {fault.rule} by {fault.by}"
