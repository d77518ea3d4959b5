"""Small random problems, and a judge that tries everything: what the fast ones are held against."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from dispatch.planning.model import (
    Break,
    Lock,
    Plan,
    Priority,
    Problem,
    Shift,
    Table,
    Technician,
    TechnicianId,
    TourId,
    Visit,
    VisitId,
    Window,
)
from routing.model import SkillId

SKILL = SkillId(UUID(int=77))


def visit_id(number: int) -> VisitId:
    return VisitId(UUID(int=1000 + number))


def technician_id(number: int) -> TechnicianId:
    return TechnicianId(UUID(int=1 + number))


def tour_id(number: int, day: int = 0) -> TourId:
    return TourId(technician_id(number), day)


def table(spots: Sequence[tuple[int, int]]) -> Table:
    """Ways in a city of right angles: they keep the triangle inequality."""
    ways = [[abs(a - c) + abs(b - d) for c, d in spots] for a, b in spots]
    return Table(ways, [[10 * way for way in row] for row in ways], "grid", 0.5)


def line(*at: int) -> Table:
    """Places along one street; from and to each it takes as long as the numbers differ."""
    return table([(spot, 0) for spot in at])


def visit(number: int, place: int, seconds: int = 10, **more: object) -> Visit:
    return replace(Visit(visit_id(number), place, seconds), **more)  # type: ignore[arg-type]


def technician(number: int, *shifts: Shift, **more: object) -> Technician:
    return replace(Technician(technician_id(number), shifts), **more)  # type: ignore[arg-type]


def plan(*routes: Sequence[int], left_out: Sequence[int] = ()) -> Plan:
    tours = {tour_id(n): tuple(visit_id(v) for v in route) for n, route in enumerate(routes)}
    return Plan(tours, frozenset(visit_id(v) for v in left_out))


def random_problem(seed: int, visits: int = 5, technicians: int = 2, *, breaks: int = 2) -> Problem:
    """A problem in which most things are possible and many are not."""
    dice = random.Random(seed)
    spots = [(dice.randint(0, 9), dice.randint(0, 9)) for _ in range(visits + technicians)]
    return Problem(
        tuple(_technician(dice, n, visits + n, breaks) for n in range(technicians)),
        tuple(_visit(dice, n) for n in range(visits)),
        table(spots),
    )


def _technician(dice: random.Random, number: int, place: int, breaks: int) -> Technician:
    start = dice.randint(0, 10)
    rests, moment = [], start
    for _ in range(dice.randint(0, breaks)):
        earliest = moment + dice.randint(0, 25)
        latest = max([earliest + dice.randint(0, 20), *(rest.latest for rest in rests)])
        rests.append(Break(earliest, latest, dice.randint(1, 8)))
        moment = earliest + 5
    home = dice.choice([place, None, dice.randrange(place + 1)])
    shift = Shift(0, start, start + dice.randint(30, 120), place, home, tuple(rests))
    skills = {SKILL: dice.randint(1, 3)} if dice.random() < 0.6 else {}
    return technician(number, shift, skills=skills, capacity=dice.choice([None, 2, 3]))


def _visit(dice: random.Random, number: int) -> Visit:
    windows = []
    for _ in range(dice.choice([0, 0, 1, 2])):
        start = dice.randint(0, 80)
        windows.append(Window(start, start + dice.randint(0, 40)))
    promised = Window(20, 20 + dice.randint(10, 80)) if dice.random() < 0.2 else None
    lock = Lock(technician_id(0)) if dice.random() < 0.1 else Lock()
    return visit(
        number,
        number,
        dice.randint(0, 12),
        windows=tuple(windows),
        promised=promised,
        lock=lock,
        skills={SKILL: dice.randint(1, 3)} if dice.random() < 0.3 else {},
        priority=dice.choice(list(Priority)),
        load=dice.randint(0, 1),
    )


def is_possible(problem: Problem, worker: Technician, route: Sequence[Visit]) -> bool:
    """Try every way to put breaks between visits, by the rules as they are written and not as they are computed."""
    shift = worker.shifts[0]
    if not route:
        return True
    if worker.capacity is not None and sum(v.load for v in route) > worker.capacity:
        return False
    if any(v.lock.technician not in (None, worker.id) for v in route):
        return False
    if any(worker.skills.get(skill, 0) < level for v in route for skill, level in v.skills.items()):
        return False
    return any(_drive(problem, shift, route, gaps) for gaps in _splits(len(shift.breaks), len(route) + 1))


def _splits(breaks: int, gaps: int) -> Iterator[tuple[int, ...]]:
    """In which gap each break is taken, in order; `gaps` itself stands for a break that is not taken at all."""
    if breaks == 0:
        yield ()
        return
    for first in _splits(breaks - 1, gaps):
        yield from ((*first, gap) for gap in range(first[-1] if first else 0, gaps + 1))


def _drive(problem: Problem, shift: Shift, route: Sequence[Visit], gaps: tuple[int, ...]) -> bool:
    """Drive second by second: a break begins as soon as it may in its gap, on the road or at the door."""
    now, here = shift.start, shift.begins_at
    for gap in range(len(route) + 1):
        there = route[gap].place if gap < len(route) else shift.ends_at
        left = 0 if there is None else problem.table.seconds[here][there]
        for rest, chosen in zip(shift.breaks, gaps, strict=True):
            if chosen != gap:
                continue
            while now < rest.earliest:
                now, left = now + 1, max(0, left - 1)
            if now > rest.latest:
                return False
            now += rest.seconds
        now += left
        if gap == len(route):
            break
        while not _opens(route[gap], now):
            now += 1
            if now > 1000:
                return False
        now, here = now + route[gap].seconds, route[gap].place
    missed = [rest for rest, chosen in zip(shift.breaks, gaps, strict=True) if chosen > len(route)]
    return now <= shift.end and all(now <= rest.latest for rest in missed)


def _opens(one: Visit, now: int) -> bool:
    in_window = not one.windows or any(start <= now <= end for start, end in one.windows)
    return in_window and (one.promised is None or one.promised.start <= now <= one.promised.end)
