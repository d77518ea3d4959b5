"""A city, its technicians and a day of visits: what an insertion takes, and what a dispatcher's greedy hand drives."""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
from dataclasses import replace
from uuid import UUID

from asyncpg.pgproto import pgproto

from core.realtime import tune_gc
from dispatch.planning.insertion import Line
from dispatch.planning.model import (
    HOUR,
    Break,
    Plan,
    Priority,
    Problem,
    Shift,
    Table,
    Technician,
    TechnicianId,
    Visit,
    VisitId,
    Window,
)
from dispatch.planning.prepared import Prepared
from dispatch.planning.same_day import TIMED_MOST, Today
from dispatch.planning.solver import Effort
from routing.model import SkillId


def _id(number: int) -> UUID:
    """Return an id as the database hands it out: a question looks up a thousand, and Python's own are slower at it."""
    return pgproto.UUID(UUID(int=number).bytes)


_SKILLS = [SkillId(_id(50 + n)) for n in range(4)]
_CITY_METRES = 25_000
_SPEED = 30 / 3.6
_MORNING, _EVENING = 8 * HOUR, 17 * HOUR
_LUNCH = Break(12 * HOUR, 13 * HOUR, HOUR // 2)


def city(seed: int, *, technicians: int = 25, visits: int = 200, breaks: bool = True) -> Problem:
    """Technicians at home all over a city, visits of twenty minutes with half-day windows, some of them skilled."""
    dice = random.Random(seed)
    spots = [(dice.random() * _CITY_METRES, dice.random() * _CITY_METRES) for _ in range(technicians + visits)]
    metres = [[round(math.dist(a, b) * 1.3) for b in spots] for a in spots]
    seconds = [
        [0 if a is b else 60 + round(m / _SPEED) for b, m in zip(spots, row, strict=True)]
        for a, row in zip(spots, metres, strict=True)
    ]
    rests = (_LUNCH,) if breaks else ()
    return Problem(
        tuple(_technician(dice, n, rests) for n in range(technicians)),
        tuple(_visit(dice, n, technicians + n) for n in range(visits)),
        Table(seconds, metres, "plane"),
    )


def _technician(dice: random.Random, number: int, rests: tuple[Break, ...]) -> Technician:
    skills = {skill: dice.randint(1, 3) for skill in dice.sample(_SKILLS, 2)}
    shift = Shift(0, _MORNING, _EVENING, number, number, rests)
    return Technician(TechnicianId(_id(1 + number)), (shift,), skills)


def _visit(dice: random.Random, number: int, place: int) -> Visit:
    window = dice.choice([(), (Window(_MORNING, 12 * HOUR),), (Window(13 * HOUR, 16 * HOUR),)])
    skills = {dice.choice(_SKILLS): dice.randint(1, 2)} if dice.random() < 0.5 else {}
    priority = dice.choice([Priority.NORMAL, Priority.NORMAL, Priority.HIGH])
    return Visit(VisitId(_id(1000 + number)), place, 20 * 60, skills, window, priority=priority)


def greedy(problem: Problem) -> Plan:
    """Plan as is done by hand: visit after visit, as they came in, to the nearest technician who still can.

    Nearest is who has the nearest stop (or home); the visit goes where it is cheapest in his day.
    """
    prepared = Prepared(problem)
    lines = [Line(prepared, tour, []) for tour in prepared.tours]
    for number, work in enumerate(prepared.works):
        there = prepared.seconds[work.place]
        for n in sorted(range(len(lines)), key=lambda n: min(there[place] for place in lines[n].places)):
            line = lines[n]
            found = line.cheapest(number, 1 << 60) if work.fits >> n & 1 else None
            if found is not None:
                position = found[1]
                lines[n] = Line(prepared, line.tour, [*line.route[:position], number, *line.route[position:]])
                break
    return prepared.plan([line.route for line in lines])


def insertions(seed: int, made: Plan, problem: Problem, many: int) -> list[float]:
    """Ask for offers for visits that are in no tour, from a cold start; return the milliseconds of each.

    It is what `dispatch.pricing` does once the day and its ways are read: everybody's price or reason, and when the
    cheapest would begin.
    Each is asked three times and the median counts, for the machine is shared.
    """
    dice = random.Random(seed)
    planned = [visit.id for visit in problem.visits if visit.id not in made.left_out]
    # Memory is cleaned up as in the server: what there was before a request is not walked through.
    usual = gc.get_threshold()
    tune_gc()
    took = [_insertion(problem, made, dice.choice(planned)) for _ in range(many)]
    gc.unfreeze()
    gc.set_threshold(*usual)
    return took


def _insertion(problem: Problem, made: Plan, asked: VisitId) -> float:
    tours = {key: tuple(v for v in visits if v != asked) for key, visits in made.tours.items()}
    before = replace(made, tours=tours, left_out=made.left_out | {asked})
    took = []
    for _ in range(3):
        begin = time.process_time()
        today = Today(problem, before)
        offers = today.offers(asked)
        stops = [today.stop(asked, candidate) for candidate in offers.candidates[:TIMED_MOST]]
        took.append((time.process_time() - begin) * 1000)
        assert stops, "there was room for it a moment ago"
        assert all(stops), "who can take it takes it at some time"
    return statistics.median(took)


def effort(seconds: float) -> Effort:
    return Effort(seconds, is_cpu=True)
