"""The planner: what it hands out is legal, what it cannot plan is named, and what was told to people stays."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from planning_world import (
    SKILL,
    is_possible,
    line,
    plan,
    random_problem,
    table,
    technician,
    technician_id,
    tour_id,
    visit,
    visit_id,
)

from core.errors import Invalid
from core.workers import TooCostly, Workers
from dispatch.planning import planner, solver
from dispatch.planning.judge import judge, moved
from dispatch.planning.model import (
    NO_WAY,
    Break,
    Keep,
    Lock,
    Plan,
    Priority,
    Problem,
    Rule,
    Shift,
    Table,
    TerritoryId,
    Weights,
    Window,
)
from dispatch.planning.planner import OWN, STRONG, Illegal
from dispatch.planning.prepared import Prepared
from dispatch.planning.solver import Effort
from dispatch.planning.worker import Planners

FEW = Effort(seconds=60, iterations=80, seed=3)
ENGINES = pytest.mark.parametrize("strong", [True, False], ids=[STRONG, "own"])


def day(start: int = 0, end: int = 1000, **more: object) -> Shift:
    return Shift(0, start, end, 0, 0, **more)  # type: ignore[arg-type]


def town(visits: int = 14, technicians: int = 3, *, end: int = 600, breaks: tuple[Break, ...] = ()) -> Problem:
    """A town with its depot in the middle, and work for three technicians and not for two."""
    spots = [(50, 50), *((17 * n % 101, 41 * n % 97) for n in range(1, visits + 1))]
    people = tuple(
        technician(n, day(end=end, breaks=breaks), skills={SKILL: 2} if n == 0 else {}) for n in range(technicians)
    )
    works = tuple(visit(n, n + 1, 50, skills={SKILL: 1} if n % 5 == 0 else {}) for n in range(visits))
    return Problem(people, works, table(spots))


@ENGINES
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_comes_in_what_goes_out_is_legal_and_complete(strong, seed):
    problem = random_problem(seed, visits=5, technicians=2)
    made = planner.plan(problem, replace(FEW, iterations=25), strong=strong)
    faults = [fault for fault in made.verdict.broken if fault.rule is not Rule.LEFT_OUT]
    assert faults == []
    assert {refusal.visit for refusal in made.refused} == made.plan.left_out
    planned = [one for visits in made.plan.tours.values() for one in visits]
    assert sorted([*planned, *made.plan.left_out]) == sorted(one.id for one in problem.visits)


def _held_out(problem, made):
    works = Prepared(problem).works
    return sum(work.is_held and work.visit.id in made.plan.left_out for work in works)


@ENGINES
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 100), st.sampled_from([None, 0, 1, 2]))
@example(73096, 0, None)
def test_whatever_is_kept_the_new_plan_is_legal_and_no_dearer(strong, seed, until, moves):
    problem = random_problem(seed, visits=6, technicians=2)
    old = planner.plan(problem, replace(FEW, iterations=3), strong=False)
    kept = replace(problem, keep=Keep(old.plan, until, moves))
    made = planner.plan(kept, replace(FEW, iterations=25), strong=strong)
    assert [fault for fault in made.verdict.broken if fault.rule is not Rule.LEFT_OUT] == []
    # A visit that must be made comes before what its place costs.
    assert (_held_out(problem, made), made.verdict.cost) <= (_held_out(problem, old), old.verdict.cost)
    again = judge(kept, made.plan)
    assert {fault.rule for fault in again.broken} <= {Rule.LEFT_OUT}
    assert again.cost == made.verdict.cost


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_a_small_day_is_planned_as_well_as_trying_all_orders_plans_it(seed):
    problem = random_problem(seed, visits=4, technicians=1)
    problem = replace(problem, visits=tuple(replace(one, lock=Lock()) for one in problem.visits))
    worker = problem.technicians[0]
    orders = [order for size in range(5) for order in permutations(problem.visits, size)]
    legal = [
        Plan({tour_id(0): tuple(one.id for one in order)}, frozenset())
        for order in orders
        if is_possible(problem, worker, order)
    ]
    best = min(judge(problem, made).cost for made in legal)
    assert planner.plan(problem, replace(FEW, iterations=80), strong=False).verdict.cost == best


@ENGINES
def test_the_same_seed_makes_the_same_plan(strong):
    once = planner.plan(town(), FEW, strong=strong)
    assert planner.plan(town(), FEW, strong=strong) == once
    assert once.verdict.is_legal


def test_both_engines_say_who_planned():
    assert planner.plan(town(), FEW).engine == STRONG
    assert planner.plan(town(), FEW, strong=False).engine == OWN


def test_without_the_solver_the_plan_is_legal_and_says_who_made_it(monkeypatch):
    monkeypatch.setattr(solver, "is_here", lambda: False)
    made = planner.plan(town(), FEW)
    assert made.engine == OWN
    assert made.verdict.is_legal
    assert "not installed" in made.notes[0]


def test_a_solver_that_fails_is_replaced_and_named(monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("overflow")

    monkeypatch.setattr(solver, "solve", fail)
    made = planner.plan(town(), FEW)
    assert (made.engine, made.verdict.is_legal) == (OWN, True)
    assert "RuntimeError" in made.notes[0]


def test_what_the_solver_returns_is_not_believed(monkeypatch):
    monkeypatch.setattr(solver, "solve", lambda *_: [list(range(14)) * 2, [0], []])
    made = planner.plan(town(), FEW)
    assert made.verdict.is_legal


def test_a_plan_that_stays_illegal_is_shown_to_nobody(monkeypatch):
    monkeypatch.setattr(planner, "search", lambda _, state, *__, **___: _spoiled(state))
    with pytest.raises(Illegal):
        planner.plan(town(), FEW, strong=False)


def _spoiled(state):
    state.lines[1].route = [*state.lines[1].route, 0]
    return state


@ENGINES
def test_breaks_are_kept_by_everybody_who_is_out_at_noon(strong):
    made = planner.plan(town(15, 3, breaks=(Break(200, 260, 60),)), FEW, strong=strong)
    assert made.verdict.is_legal
    for told in made.verdict.timetables.values():
        assert len(told.breaks) == 1 or told.ends <= 260
    assert any(told.breaks for told in made.verdict.timetables.values())


@ENGINES
def test_two_days_hold_what_one_does_not(strong):
    two = (Shift(0, 0, 350, 0, 0), Shift(1, 1000, 1350, 0, 0))
    works = (
        visit(0, 1, 100),
        visit(1, 1, 100, windows=(Window(1000, 1200),)),
        visit(2, 2, 100, windows=(Window(0, 50), Window(1000, 1300))),
    )
    made = planner.plan(Problem((technician(0, *two),), works, line(0, 60, 70)), FEW, strong=strong)
    assert made.verdict.is_legal
    assert made.refused == ()
    assert made.plan.tours[tour_id(0, 1)] in {(visit_id(1), visit_id(2)), (visit_id(2), visit_id(1))}


@ENGINES
def test_what_is_dear_is_made_when_not_everything_fits(strong):
    works = (visit(0, 1, 600), visit(1, 1, 600, priority=Priority.HIGH))
    made = planner.plan(Problem((technician(0, day()),), works, line(0, 100)), FEW, strong=strong)
    assert made.plan.tours[tour_id(0)] == (visit_id(1),)
    (refusal,) = made.refused
    assert (refusal.visit, refusal.rule) == (visit_id(0), Rule.SHIFT)


@ENGINES
def test_a_way_that_costs_more_than_the_visit_is_worth_is_not_gone(strong):
    problem = Problem((technician(0, day()),), (visit(0, 1),), line(0, 100), Weights(prizes={Priority.NORMAL: 150}))
    (refusal,) = planner.plan(problem, FEW, strong=strong).refused
    assert (refusal.rule, "50" in refusal.why) == (Rule.PRICE, True)


@ENGINES
def test_a_lock_holds_person_and_time(strong):
    problem = town()
    held = replace(problem.visits[3], lock=Lock(technician_id(2), 333))
    problem = replace(problem, visits=(*problem.visits[:3], held, *problem.visits[4:]))
    made = planner.plan(problem, FEW, strong=strong)
    assert made.verdict.is_legal
    stops = made.verdict.timetables[tour_id(2)].stops
    assert [stop.starts for stop in stops if stop.visit == held.id] == [333]


@ENGINES
def test_whoever_is_away_from_home_gets_the_visit_on_the_way_home(strong):
    away, near = technician(0, Shift(0, 0, 1000, 3, 0)), technician(1, Shift(0, 0, 1000, 2, 2))
    problem = Problem((near, away), (visit(0, 1),), line(0, 150, 140, 300))
    made = planner.plan(problem, FEW, strong=strong)
    assert made.plan.tours[tour_id(0)] == (visit_id(0),)


NORTH, SOUTH = TerritoryId(UUID(int=1)), TerritoryId(UUID(int=2))
IMPOSSIBLE = {
    "no such place": (visit(0, 9), Rule.UNKNOWN),
    "negative": (visit(0, 1, -5), Rule.UNKNOWN),
    "upside down": (visit(0, 1, windows=(Window(50, 10),)), Rule.WINDOW),
    "promise beside window": (visit(0, 1, windows=(Window(0, 50),), promised=Window(60, 90)), Rule.PROMISE),
    "lock beside window": (visit(0, 1, windows=(Window(0, 50),), lock=Lock(start=60)), Rule.START),
    "no skill": (visit(0, 1, skills={SKILL: 9}), Rule.SKILL),
    "no territory": (visit(0, 1, territory=NORTH), Rule.TERRITORY),
    "nobody of that name": (visit(0, 1, lock=Lock(technician_id(9))), Rule.TECHNICIAN),
    "too far": (visit(0, 2), Rule.NO_WAY),
    "too long": (visit(0, 1, 5000), Rule.SHIFT),
    "too early": (visit(0, 1, windows=(Window(0, 50),)), Rule.WINDOW),
    "too heavy": (visit(0, 1, load=100), Rule.CAPACITY),
}


@ENGINES
@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_an_impossible_visit_is_named_with_its_reason_and_the_others_are_planned(kind, strong):
    bad, rule = IMPOSSIBLE[kind]
    ways = [[0, 100, NO_WAY], [100, 0, NO_WAY], [NO_WAY, NO_WAY, 0]]
    worker = technician(0, day(), capacity=10, territories=frozenset({SOUTH}), skills={SKILL: 1})
    problem = Problem((worker,), (bad, visit(1, 1)), Table(ways, ways, "map"))
    made = planner.plan(problem, FEW, strong=strong)
    assert [(refusal.visit, refusal.rule) for refusal in made.refused] == [(visit_id(0), rule)]
    assert made.refused[0].why
    assert made.plan.tours[tour_id(0)] == (visit_id(1),)
    assert made.verdict.is_legal


def test_two_visits_of_one_id_are_named():
    made = planner.plan(Problem((technician(0, day()),), (visit(0, 1), visit(0, 1)), line(0, 100)), FEW)
    assert {refusal.rule for refusal in made.refused} == {Rule.TWICE}


def test_nobody_at_work_and_nothing_to_do_are_answered():
    nobody = planner.plan(Problem((), (visit(0, 0),), line(0)), FEW)
    assert [refusal.rule for refusal in nobody.refused] == [Rule.TECHNICIAN]
    assert planner.plan(Problem((technician(0, day()),), (), line(0)), FEW).verdict.is_legal


@ENGINES
def test_what_is_frozen_stays_and_the_rest_is_planned_behind_it(strong):
    problem = town(breaks=(Break(200, 400, 60),))
    old = planner.plan(problem, FEW, strong=False)
    until = 250
    kept = replace(problem, keep=Keep(old.plan, until))
    made = planner.plan(kept, replace(FEW, seed=9), strong=strong)
    assert made.verdict.is_legal
    for key, told in old.verdict.timetables.items():
        begun = [stop for stop in told.stops if stop.starts < until]
        assert begun
        now = made.verdict.timetables[key].stops
        assert [(stop.visit, stop.starts) for stop in now[: len(begun)]] == [(s.visit, s.starts) for s in begun]


@ENGINES
@pytest.mark.parametrize("moves", [0, 1, 3])
def test_no_more_visits_change_hands_than_may_and_it_is_still_better(strong, moves):
    problem = town(end=1200)
    order = [visit_id(n) for n in range(14)]
    skilled, others = order[::5], [one for one in order if one not in order[::5]]
    bad = Plan({tour_id(0): tuple(skilled), tour_id(1): tuple(others[:5]), tour_id(2): tuple(others[5:])})
    before = judge(problem, bad)
    assert before.is_legal
    made = planner.plan(replace(problem, keep=Keep(bad, None, moves)), FEW, strong=strong)
    assert made.verdict.is_legal
    assert len(moved(bad, made.plan)) == len(made.moved) <= moves
    assert made.verdict.cost < before.cost


def test_who_falls_ill_frees_his_visits_whatever_the_cap_says():
    problem = town()
    old = planner.plan(problem, FEW).plan
    ill = replace(problem, technicians=problem.technicians[:2], keep=Keep(old, None, 0))
    made = planner.plan(ill, FEW)
    assert made.verdict.is_legal
    assert set(old.tours[tour_id(2)]) == {*made.moved}
    assert "cannot stay" in made.notes[0]


def test_a_warm_start_is_never_made_worse():
    problem = town()
    good = planner.plan(problem, replace(FEW, iterations=300))
    again = planner.plan(problem, replace(FEW, iterations=1), good.plan)
    assert again.verdict.cost <= good.verdict.cost


def test_plain_code_imports_neither_the_solver_nor_a_database():
    told = "import sys, dispatch.planning.planner; print({'pyvrp', 'numpy', 'asyncpg'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


async def test_a_worker_plans_within_its_bounds_and_brings_back_what_it_made():
    planners = Planners()
    try:
        made = await planners.plan(town(), Effort(0.2))
        assert (made.engine, made.verdict.is_legal) == (STRONG, True)
        told = plan([0, 5, 10], [1, 2, 3, 4], [6, 7, 8, 9, 11, 12, 13])
        better = await planners.improvement(town(), Keep(told), seconds=0.2)
        assert better is not None
        assert better.saved_cost > 0
        with pytest.raises(Invalid):
            await planners.plan(Problem((technician(0, Shift(0, 9, 1, 0)),), (), line(0)), Effort(0.1))
    finally:
        await planners.close()


class Hanging(Workers):
    """Workers whose process hangs whenever the strong solver is asked."""

    async def run(self, function, problem, effort, start, strong, *, seconds, module=None):
        if strong:
            raise TooCostly
        return planner.plan(problem, replace(FEW, seed=effort.seed), start, strong=strong)


async def test_a_solver_that_hangs_costs_its_process_and_the_plan_is_made_all_the_same():
    made = await Planners(Hanging(1)).plan(town(), Effort(0.1))
    assert (made.engine, made.verdict.is_legal) == (OWN, True)
    assert "hung" in made.notes[-1]
