"""Whole days: check, cut off what is frozen, solve, put right, and hand out only what the judge found legal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.errors import Conflict
from dispatch.planning import solver
from dispatch.planning.checks import impossible, senseless, why_left_out, without
from dispatch.planning.freezing import joined, thawed
from dispatch.planning.judge import judge, moved
from dispatch.planning.model import Broken, Plan, Problem, Refusal, Rule, TourId, Verdict, VisitId
from dispatch.planning.prepared import Prepared, prize_of
from dispatch.planning.search import Budget, Held, State, repaired, search, towards
from dispatch.planning.solver import Effort

OWN = "own search"
STRONG = "pyvrp"
_SEARCH_PART = 0.4
"""Which part of the time our own search gets where the solver does not know all rules."""
_FIRST_ROUNDS = 30


class Illegal(Conflict):
    """The planner made a plan that breaks a rule, and nobody gets to see it."""


@dataclass(frozen=True)
class Proposal:
    """A legal plan, who made it, what is in no tour and why, and what moved from where to where.

    `verdict` is the judge's on the whole problem, less what was refused; what it still finds broken was frozen already.
    """

    plan: Plan
    verdict: Verdict
    engine: str
    refused: tuple[Refusal, ...] = ()
    moved: Mapping[VisitId, tuple[TourId, TourId | None]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def plan(problem: Problem, effort: Effort, start: Plan | None = None, *, strong: bool = True) -> Proposal:
    """Plan the days of a problem, from a plan where there is one; without `strong` by our own search alone.

    Raises BadProblem for technicians or tables that contradict themselves, Illegal when even repair left a rule broken.
    """
    refused = list(senseless(problem))
    sound = without(problem, refused)
    rest, begun = thawed(sound)
    refused += impossible(Prepared(rest))
    prepared = Prepared(without(rest, refused))
    first = start or (problem.keep.plan if problem.keep else None)
    begin = repaired(prepared, prepared.routes(first) if first else [[] for _ in prepared.tours])
    notes: list[str] = []
    if problem.keep is not None and problem.keep.moves is not None and (forced := _must_move(prepared, begin)):
        notes.append(f"{forced} visits cannot stay where they are and may move beyond the cap")
        sound = _with_moves(sound, problem.keep.moves + forced)
        prepared = Prepared(_with_moves(prepared.problem, problem.keep.moves + forced))
        begin = repaired(prepared, begin.routes)
    state, engine, more = _improved(prepared, begin, effort, strong=strong)
    made = prepared.plan(state.routes)
    _check(prepared, made)
    left_out = [why_left_out(prepared, state.lines, number) for number in sorted(state.absent)]
    whole = joined(replace(made, left_out=made.left_out | {refusal.visit for refusal in refused}), begun)
    old = problem.keep.plan if problem.keep else start
    return Proposal(
        whole,
        _verdict(sound, [*refused, *left_out], whole),
        engine,
        (*refused, *left_out),
        moved(old, whole) if old else {},
        (*notes, *more),
    )


def _with_moves(problem: Problem, moves: int) -> Problem:
    return replace(problem, keep=replace(problem.keep, moves=moves)) if problem.keep else problem


def _improved(prepared: Prepared, begin: State, effort: Effort, *, strong: bool) -> tuple[State, str, tuple[str, ...]]:
    """Return the best state that the engines find from here, which of them worked, and what went wrong."""
    held = _held(prepared)
    if not (strong and solver.is_here()):
        note = "pyvrp is not installed: planned by our own search, whose ways are longer" if strong else ""
        return search(prepared, begin, _budget(effort), held=held), OWN, (note,) if note else ()
    needs_us = held is not None or any(len(tour.rests) > 1 for tour in prepared.tours)
    try:
        routes = solver.solve(prepared, begin.routes, effort.share(1 - _SEARCH_PART) if needs_us else effort)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's solver raises, people get a plan
        note = f"pyvrp failed ({type(error).__name__}): planned by our own search"
        return search(prepared, begin, _budget(effort), held=held), OWN, (note,)
    found = repaired(prepared, routes)
    if held is not None and not held.allows(found):
        found = towards(prepared, begin, found, held)
    best = min(begin, found, key=lambda state: state.cost) if held is None or held.allows(begin) else found
    if needs_us:
        return search(prepared, best, _budget(effort.share(_SEARCH_PART)), held=held), STRONG, ()
    # What the repair had to take out may have room elsewhere.
    rounds = replace(effort, iterations=_FIRST_ROUNDS)
    return (search(prepared, best, _budget(rounds)) if best.absent else best), STRONG, ()


def _budget(effort: Effort) -> Budget:
    return Budget(effort.seconds, effort.iterations, effort.seed, effort.clock)


def _held(prepared: Prepared) -> Held | None:
    keep = prepared.problem.keep
    if keep is None or keep.moves is None:
        return None
    home = {
        prepared.number[visit]: prepared.tour_number.get(tour, -1)
        for visit, tour in keep.plan.place_of().items()
        if visit in prepared.number
    }
    return Held(home, keep.moves)


def _must_move(prepared: Prepared, begin: State) -> int:
    """Return how many visits cannot stay where they are, whoever plans: their technician fell ill, say."""
    held = _held(prepared)
    return held.moved(begin) if held else 0


def _check(prepared: Prepared, made: Plan) -> None:
    """Refuse what is illegal; that something which must be made has no room is no fault of the plan, but is said."""
    faults = [fault for fault in judge(prepared, made).broken if fault.rule is not Rule.LEFT_OUT]
    if faults:
        raise Illegal(broken=[_said(fault) for fault in faults])


def _verdict(problem: Problem, refused: Sequence[Refusal], whole: Plan) -> Verdict:
    """Return what the judge says of all that could be planned, with the prizes of what could not."""
    gone = {refusal.visit for refusal in refused}
    shown = judge(without(problem, refused), replace(whole, left_out=whole.left_out - gone))
    lost = sum(prize_of(problem, visit) for visit in problem.visits if visit.id in gone)
    return replace(shown, cost=shown.cost + lost, prizes_lost=shown.prizes_lost + lost)


def _said(fault: Broken) -> str:
    return f"{fault.rule} by {fault.by} (visit {fault.visit}, tour {fault.tour})"
