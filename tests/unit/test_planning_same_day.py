"""One more visit today: who could take it at what price, why the others cannot, and what a rethink would save."""

from __future__ import annotations

import gc
import random
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_plain import Line as PlainLine
from planning_world import SKILL, line, plan, random_problem, technician, technician_id, tour_id, visit, visit_id

from dispatch.planning import planner
from dispatch.planning.checks import worst
from dispatch.planning.insertion import Line
from dispatch.planning.judge import judge
from dispatch.planning.model import Break, Keep, Problem, Rule, Shift, Window
from dispatch.planning.prepared import NEVER, Prepared
from dispatch.planning.same_day import Today, improvement
from dispatch.planning.solver import Effort
from dispatch.planning.timetable import run, worst_on

FEW = Effort(seconds=60, iterations=60, seed=3)


def day(end: int = 1000, **more: object) -> Shift:
    return Shift(0, 0, end, 0, 0, **more)  # type: ignore[arg-type]


def street() -> Problem:
    """Places at 0, 100, 200 and 300 of a street, and four people of whom two can take visit 1."""
    people = (
        technician(0, day(), skills={SKILL: 2}),
        technician(1, day(), skills={SKILL: 3}),
        technician(2, day()),
        technician(3, day(end=300), skills={SKILL: 2}),
    )
    return Problem(people, (visit(0, 3), visit(1, 2, skills={SKILL: 2})), line(0, 100, 200, 300))


def test_candidates_come_with_their_price_and_the_others_with_their_reason():
    offers = Today(street(), plan([0], [], [], [])).offers(visit_id(1))
    assert [(c.tour, c.price, c.extra_seconds, c.extra_metres) for c in offers.candidates] == [
        (tour_id(0), 0, 0, 0),
        (tour_id(1), 400, 400, 4000),
    ]
    assert [(fault.rule, fault.by, fault.tour) for fault in offers.others] == [
        (Rule.SKILL, 2, tour_id(2)),
        (Rule.SHIFT, 110, tour_id(3)),
    ]


def test_a_visit_that_would_make_another_late_is_refused_with_whom_and_by_how_much():
    problem = Problem((technician(0, day()),), (visit(0, 1, promised=Window(0, 100)), visit(1, 0, 30)), line(0, 100))
    problem_long = Problem(
        (technician(0, day(end=255)),), (visit(0, 1, 10, promised=Window(0, 100)), visit(1, 0, 50)), line(0, 100)
    )
    assert [c.position for c in Today(problem, plan([0])).offers(visit_id(1)).candidates] == [1]
    (fault,) = Today(problem_long, plan([0])).offers(visit_id(1)).others
    assert (fault.rule, fault.by, fault.visit) == (Rule.PROMISE, 50, visit_id(0))


def test_a_visit_that_is_planned_already_is_offered_as_if_it_were_not():
    offers = Today(street(), plan([1, 0], [], [], [])).offers(visit_id(1))
    assert [(c.tour, c.price) for c in offers.candidates] == [(tour_id(0), 0), (tour_id(1), 400)]


def test_whose_day_is_late_as_it_is_takes_nothing_more_and_the_others_may():
    people = (technician(0, day(end=150)), technician(1, day()))
    problem = Problem(people, (visit(0, 1), visit(1, 1)), line(0, 100))
    offers = Today(problem, plan([0], [])).offers(visit_id(1))
    assert [c.tour for c in offers.candidates] == [tour_id(1)]
    assert [(fault.rule, fault.by, fault.tour) for fault in offers.others] == [(Rule.SHIFT, 60, tour_id(0))]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_offered_is_legal_costs_what_it_says_and_moves_nobody(seed):
    problem = random_problem(seed, visits=5, technicians=2)
    made = planner.plan(problem, FEW, strong=False)
    today = Today(problem, made.plan)
    for refusal in made.refused:
        offers = today.offers(refusal.visit)
        assert len(offers.candidates) + len(offers.others) == len(problem.technicians)
        for candidate in offers.candidates:
            longer = today.given(refusal.visit, candidate)
            verdict = judge(problem, longer)
            assert not [fault for fault in verdict.broken if fault.rule is not Rule.LEFT_OUT]
            assert verdict.travel_seconds - made.verdict.travel_seconds == candidate.extra_seconds
            assert verdict.travel_metres - made.verdict.travel_metres == candidate.extra_metres
            for key, visits in made.plan.tours.items():
                assert [v for v in longer.tours[key] if v != refusal.visit] == list(visits)


def crossed() -> tuple[Problem, Keep]:
    """Two technicians at the ends of a street who do each other's work."""
    people = (technician(0, Shift(0, 0, 5000, 0, 0)), technician(1, Shift(0, 0, 5000, 3, 3)))
    works = tuple(visit(n, place) for n, place in enumerate([1, 1, 2, 2]))
    return Problem(people, works, line(0, 100, 900, 1000)), Keep(plan([2, 3], [0, 1]))


@pytest.mark.parametrize("strong", [True, False])
def test_a_rethink_says_what_it_saves_by_moving_whom(strong):
    problem, keep = crossed()
    found = improvement(problem, keep, FEW, strong=strong)
    assert found is not None
    assert (found.saved_seconds, len(found.moved)) == (3200, 4)
    assert str(found) == "saves 53 min by moving 4 visits"
    assert found.moved[visit_id(0)] == (tour_id(1), tour_id(0))


def test_a_rethink_that_saves_nothing_is_not_told():
    problem, keep = crossed()
    assert improvement(problem, Keep(keep.plan, None, 0), FEW) is None
    best = improvement(problem, keep, FEW)
    assert best is not None
    assert improvement(problem, Keep(best.proposal.plan), FEW) is None


def test_what_he_drives_to_is_not_taken_from_him():
    problem, _ = crossed()
    there_and_back = plan([2, 0, 3], [1])
    found = improvement(problem, Keep(there_and_back, 905), FEW)
    assert found is not None
    assert found.saved_seconds == 1600
    assert found.proposal.plan.tours[tour_id(0)][0] == visit_id(2)
    freely = improvement(problem, Keep(there_and_back), FEW)
    assert freely is not None
    assert visit_id(2) in freely.moved


def test_a_break_that_still_has_to_be_taken_counts_against_one_more_visit():
    rests = (Break(100, 150, 700),)
    problem = Problem((technician(0, day(breaks=rests)),), (visit(0, 1), visit(1, 1, 100)), line(0, 100))
    (fault,) = Today(problem, plan([0])).offers(visit_id(1)).others
    assert (fault.rule, fault.by) == (Rule.SHIFT, 10)


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_the_fast_insertion_says_what_the_plain_one_says(seed: int) -> None:
    prepared, routes = random_lines(seed)
    for tour, route in zip(prepared.tours, routes, strict=True):
        fast, plain = Line(prepared, tour, route), PlainLine(prepared, tour, route)
        assert (fast.free, fast.until, fast.is_legal) == (plain.free, plain.until, plain.is_legal)
        for number, work in enumerate(prepared.works):
            assert fast.prices(work) == plain.prices(work)
            assert fast.cheapest(number, 1 << 60) == plain.cheapest(number, 1 << 60)
            assert fast.cheapest(number, 40) == plain.cheapest(number, 40)
            places = range(len(route) + 1)
            assert [fast.fits(work, at) for at in places] == [plain.fits(work, at) for at in places]


def random_lines(seed: int) -> tuple[Prepared, list[list[int]]]:
    """Put visits into days as they fall, whether they fit or not."""
    dice = random.Random(seed)
    prepared = Prepared(random_problem(seed, visits=8, technicians=3))
    numbers = list(range(len(prepared.works)))
    dice.shuffle(numbers)
    routes: list[list[int]] = [[] for _ in prepared.tours]
    for number in numbers:
        if routes and dice.random() < 0.8:
            dice.choice(routes).append(number)
    return prepared, routes


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_when_a_candidate_would_come_is_what_the_judge_says_of_the_plan_with_it(seed: int) -> None:
    prepared, routes = random_lines(seed)
    problem = prepared.problem
    today = Today(problem, prepared.plan(routes))
    for asked in problem.visits:
        for candidate in today.offers(asked.id).candidates:
            table = judge(problem, today.given(asked.id, candidate)).timetables[candidate.tour]
            assert today.stop(asked.id, candidate) == next(stop for stop in table.stops if stop.visit == asked.id)


def test_a_stop_says_how_sure_it_is_after_a_wait_and_a_break() -> None:
    rests = (Break(100, 150, 30),)
    visits = (visit(0, 1, 10, windows=(Window(80, 90),)), visit(1, 2, 10), visit(2, 1, 10))
    problem = Problem((technician(0, day(breaks=rests)),), visits, line(0, 40, 140, 180))
    today = Today(problem, plan([0, 1]))
    (candidate,) = today.offers(visit_id(2)).candidates
    stop = today.stop(visit_id(2), candidate)
    verdict = judge(problem, today.given(visit_id(2), candidate))
    assert stop in verdict.timetables[tour_id(0)].stops


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_a_near_miss_is_the_worst_of_all_that_the_judge_names(seed: int) -> None:
    prepared, routes = random_lines(seed)
    for tour, route in zip(prepared.tours, routes, strict=True):
        row = [tour.shift.start, *[NEVER] * (len(tour.rests) - 1)]
        assert worst_on(prepared, tour, tour.origin, route, row) == worst(run(prepared, tour, route))


def test_whose_van_is_too_full_as_it_is_is_named_with_what_is_too_much() -> None:
    people = (technician(0, day(), capacity=1), technician(1, day()))
    problem = Problem(people, tuple(visit(n, 1, load=1) for n in range(3)), line(0, 100))
    (fault,) = Today(problem, plan([0, 1], [])).offers(visit_id(2)).others
    assert (fault.rule, fault.by, fault.tour) == (Rule.CAPACITY, 1, tour_id(0))


def test_a_question_that_is_answered_leaves_nothing_to_the_collector() -> None:
    problem = street()
    gc.collect()
    gc.disable()
    try:
        today = Today(problem, plan([0], [], [], []))
        today.offers(visit_id(1))
        gone = weakref.ref(today)
        del today
        assert gone() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_who_asks_for_one_technician_hears_of_that_one_alone() -> None:
    today = Today(street(), plan([0], [], [], []))
    everybody, one = today.offers(visit_id(1)), today.offers(visit_id(1), technician_id(1))
    assert one.candidates == tuple(each for each in everybody.candidates if each.tour == tour_id(1))
    assert one.others == ()
