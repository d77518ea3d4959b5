"""The judge of plans against everything that can be tried, and against plans broken on purpose."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_world import (
    SKILL,
    is_possible,
    line,
    plan,
    random_problem,
    technician,
    technician_id,
    tour_id,
    visit,
    visit_id,
)

from dispatch.planning.insertion import Line
from dispatch.planning.judge import judge
from dispatch.planning.model import (
    NO_WAY,
    BadProblem,
    Break,
    Keep,
    Lock,
    Plan,
    Problem,
    Rule,
    Shift,
    Table,
    TerritoryId,
    TourId,
    Visit,
    VisitId,
    Window,
)
from dispatch.planning.prepared import Prepared

NORTH, SOUTH = TerritoryId(UUID(int=1)), TerritoryId(UUID(int=2))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_judge_says_what_trying_every_break_and_second_says(seed):
    problem = random_problem(seed, visits=3, technicians=1)
    worker = problem.technicians[0]
    for size in range(4):
        for order in permutations(problem.visits, size):
            left = {v.id for v in problem.visits} - {v.id for v in order}
            verdict = judge(problem, Plan({tour_id(0): tuple(v.id for v in order)}, frozenset(left)))
            broken = [fault for fault in verdict.broken if fault.rule is not Rule.LEFT_OUT]
            assert (not broken) == is_possible(problem, worker, order), (order, broken)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_place_in_a_tour_fits_exactly_when_the_judge_finds_the_longer_tour_legal(seed):
    prepared = Prepared(random_problem(seed, visits=4, technicians=1))
    tour = prepared.tours[0]
    for size in range(4):
        for order in permutations(range(4), size):
            told = Line(prepared, tour, order)
            assert told.is_legal == _is_on_time(prepared, list(order))
            if not told.is_legal:
                continue
            for number in set(range(4)) - set(order):
                work = prepared.works[number]
                for position, price in enumerate(told.prices(work)):
                    longer = [*order[:position], number, *order[position:]]
                    fits = told.fits(work, position) and told.load + work.load <= tour.capacity
                    assert fits == _is_on_time(prepared, longer)
                    assert price == Line(prepared, tour, longer).cost() - told.cost()


def _is_on_time(prepared: Prepared, route: list[int]) -> bool:
    personal = {Rule.LEFT_OUT, Rule.SKILL, Rule.TECHNICIAN}
    return not [fault for fault in judge(prepared, prepared.plan([route])).broken if fault.rule not in personal]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_timetable_runs_forward_and_its_rests_are_nobodys_working_time(seed):
    problem = random_problem(seed, visits=4, technicians=1)
    verdict = judge(problem, Plan({tour_id(0): tuple(v.id for v in problem.visits)}))
    table = verdict.timetables[tour_id(0)]
    moments = [moment for stop in table.stops for moment in (stop.arrives, stop.starts, stop.ends)]
    assert moments == sorted(moments)
    assert table.ends >= (moments or [0])[-1]
    for stop, one in zip(table.stops, problem.visits, strict=True):
        assert stop.ends - stop.starts == one.seconds
        assert stop.eta.earliest <= stop.eta.at <= stop.eta.latest
        assert all(rest.end <= stop.starts or rest.start >= stop.ends for rest in table.breaks)


def day(start: int = 0, end: int = 1000, **more: object) -> Shift:
    return Shift(0, start, end, 0, 0, **more)  # type: ignore[arg-type]


def street(*visits: Visit, **more: object) -> Problem:
    """One technician at 0 of a street with places at 0, 100, 200 and 300."""
    return Problem((technician(0, day(), **more),), visits, line(0, 100, 200, 300))


def faults(problem: Problem, made: Plan) -> list[tuple[Rule, int, VisitId | None]]:
    return [(fault.rule, fault.by, fault.visit) for fault in judge(problem, made).broken]


FIRST = visit_id(0)
BROKEN = {
    "unknown visit": (street(visit(0, 1)), plan([0, 9]), [(Rule.UNKNOWN, 1, visit_id(9))]),
    "left out and unknown": (street(visit(0, 1)), plan([0], left_out=[9]), [(Rule.UNKNOWN, 1, visit_id(9))]),
    "unknown tour": (
        street(visit(0, 1)),
        Plan({tour_id(0): (FIRST,), tour_id(5): ()}),
        [(Rule.UNKNOWN, 1, None)],
    ),
    "twice": (street(visit(0, 1)), plan([0, 0]), [(Rule.TWICE, 1, FIRST)]),
    "planned and left out": (street(visit(0, 1)), plan([0], left_out=[0]), [(Rule.TWICE, 1, FIRST)]),
    "forgotten": (street(visit(0, 1)), plan([]), [(Rule.FORGOTTEN, 1, FIRST)]),
    "required": (street(visit(0, 1, is_required=True)), plan([], left_out=[0]), [(Rule.LEFT_OUT, 1, FIRST)]),
    "locked and left out": (
        street(visit(0, 1, lock=Lock(start=200))),
        plan([], left_out=[0]),
        [(Rule.LEFT_OUT, 1, FIRST)],
    ),
    "skill": (street(visit(0, 1, skills={SKILL: 3}), skills={SKILL: 1}), plan([0]), [(Rule.SKILL, 2, FIRST)]),
    "territory": (
        street(visit(0, 1, territory=NORTH), territories=frozenset({SOUTH})),
        plan([0]),
        [(Rule.TERRITORY, 1, FIRST)],
    ),
    "other technician": (
        street(visit(0, 1, lock=Lock(technician_id(4)))),
        plan([0]),
        [(Rule.TECHNICIAN, 1, FIRST)],
    ),
    "locked time": (street(visit(0, 1, lock=Lock(start=70))), plan([0]), [(Rule.START, 30, FIRST)]),
    "window": (street(visit(0, 1, windows=(Window(0, 60), Window(70, 90)))), plan([0]), [(Rule.WINDOW, 10, FIRST)]),
    "promise": (street(visit(0, 1, promised=Window(0, 95))), plan([0]), [(Rule.PROMISE, 5, FIRST)]),
    "shift": (street(visit(0, 3, 500)), plan([0]), [(Rule.SHIFT, 100, None)]),
    "capacity": (
        street(visit(0, 1, load=5), visit(1, 1, load=4), capacity=7),
        plan([0, 1]),
        [(Rule.CAPACITY, 2, None)],
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_plan_that_is_broken_on_purpose_is_refused_by_name_and_by_how_much(kind):
    problem, made, expected = BROKEN[kind]
    assert faults(problem, made) == expected


def test_a_break_that_begins_too_late_is_named_where_it_is_taken():
    rests = (Break(200, 250, 60),)
    problem = Problem(
        (technician(0, day(breaks=rests)),), (visit(0, 1, 100, windows=(Window(180, 190),)),), line(0, 100)
    )
    assert faults(problem, plan([0])) == [(Rule.BREAK, 30, None)]
    assert judge(problem, plan([], left_out=[0])).is_legal


def test_a_break_that_was_not_taken_is_missed_by_the_time_that_the_end_is_late():
    rests = (Break(100, 150, 600),)
    problem = Problem((technician(0, day(end=250, breaks=rests)),), (visit(0, 1, 0),), line(0, 100))
    assert faults(problem, plan([0])) == [(Rule.BREAK, 50, None)]


def test_a_place_that_no_road_leads_to_is_named():
    table = Table([[0, NO_WAY], [NO_WAY, 0]], [[0, NO_WAY], [NO_WAY, 0]], "map")
    problem = Problem((technician(0, day()),), (visit(0, 1),), table)
    assert (Rule.NO_WAY, 1, FIRST) in faults(problem, plan([0]))


def kept(moves: int | None = None, until: int | None = None) -> Problem:
    workers = tuple(technician(n, day()) for n in range(2))
    old = plan([0, 1], [2])
    visits = tuple(visit(n, n + 1) for n in range(3))
    return Problem(workers, visits, line(0, 100, 200, 300), keep=Keep(old, until, moves))


def test_what_begins_soon_stays_where_it_is():
    problem = kept(until=150)
    assert faults(problem, plan([0], [1, 2])) == []
    assert faults(problem, plan([1, 0], [2])) == [(Rule.FROZEN, 1, FIRST)]
    assert faults(problem, plan([1], [2, 0])) == [(Rule.FROZEN, 1, FIRST)]


def test_no_more_visits_change_hands_than_may():
    assert faults(kept(moves=1), plan([0], [1, 2])) == []
    assert faults(kept(moves=1), plan([], [0, 1, 2])) == [(Rule.MOVES, 1, None)]
    assert faults(kept(moves=0), plan([0], [2], left_out=[1])) == [(Rule.MOVES, 1, None)]


def test_the_cost_is_the_way_and_the_prize_of_what_is_left_out():
    problem = street(visit(0, 1), visit(1, 3, extra_prize=7))
    verdict = judge(problem, plan([0], left_out=[1]))
    prize = problem.weights.prizes[problem.visits[1].priority] + 7
    assert (verdict.travel_seconds, verdict.travel_metres) == (200, 2000)
    assert verdict.cost == 200 + prize


def test_a_technician_who_is_away_from_home_is_not_free_when_idle():
    away = technician(0, Shift(0, 0, 1000, 2, 0))
    problem = Problem((away,), (visit(0, 1),), line(0, 100, 300))
    assert judge(problem, plan([], left_out=[0])).travel_seconds == 300
    assert judge(problem, plan([0])).travel_seconds == 300


def test_a_break_interrupts_a_drive_and_the_customer_is_told_the_later_arrival():
    rests = (Break(60, 90, 30),)
    problem = Problem((technician(0, day(breaks=rests)),), (visit(0, 1),), line(0, 100))
    table = judge(problem, plan([0])).timetables[tour_id(0)]
    assert table.breaks == (Window(60, 90),)
    stop = table.stops[0]
    assert (stop.arrives, stop.starts, stop.ends) == (130, 130, 140)
    assert (stop.eta.earliest, stop.eta.latest, stop.eta.source) == (80, 180, "grid")


def test_a_wait_for_a_window_swallows_the_doubt_of_the_way_there():
    problem = street(visit(0, 1, windows=(Window(400, 500),)), visit(1, 2))
    first, second = judge(problem, plan([0, 1])).timetables[tour_id(0)].stops
    assert (first.arrives, first.starts) == (100, 400)
    assert (second.eta.earliest, second.eta.at, second.eta.latest) == (510 - 50, 510, 510 + 50)


@pytest.mark.parametrize(
    "shift",
    [
        Shift(0, 10, 5, 0),
        Shift(0, 0, 5, 9),
        Shift(0, 0, 5, 0, 9),
        Shift(0, 0, 99, 0, 0, (Break(9, 5, 1),)),
        Shift(0, 0, 99, 0, 0, (Break(5, 9, 1), Break(1, 2, 1))),
        Shift(0, 0, 99, 0, 0, (Break(1, 20, 1), Break(5, 9, 1))),
    ],
)
def test_a_shift_that_contradicts_itself_is_refused(shift):
    with pytest.raises(BadProblem):
        Prepared(Problem((technician(0, shift),), (), line(0)))


def test_two_shifts_on_one_day_are_refused():
    with pytest.raises(BadProblem):
        Prepared(Problem((technician(0, day(), day()),), (), line(0)))


def test_a_tour_is_named_by_technician_and_day():
    assert tour_id(0, 3) == TourId(technician_id(0), 3)
