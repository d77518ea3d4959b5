"""The planner of visits against the best known plans of Solomon's instances, and against a dispatcher's hand.

Everything goes through our model and judge: a plan that breaks a rule fails the bench. Seconds are processor time.
`python -m bench dispatch --solomon DIR --seconds 5` takes any folder of instances in Solomon's form.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from bench.dispatch_city import city, effort, greedy, insertions
from bench.dispatch_solomon import Instance, instances
from bench.harness import Bench, CountError
from dispatch.planning.judge import judge
from dispatch.planning.model import Break, Problem
from dispatch.planning.planner import STRONG, Proposal, plan
from routing.model import SkillId

_CITIES = 3
_INSERTIONS = 200
_SKILLS = [SkillId(UUID(int=50 + n)) for n in range(3)]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--solomon", type=Path, help="a folder of instances in Solomon's form")
    parser.add_argument("--seconds", type=float, default=5.0, help="processor time for each instance (default: 5)")


async def run(bench: Bench, chosen: argparse.Namespace | None = None) -> None:
    folder, seconds = (chosen.solomon, chosen.seconds) if chosen else (None, 5.0)
    if folder is None:
        bench.unjudged("solomon_mean_gap", "percent", 0, "no folder: --solomon DIR", "<= 0.5")
    else:
        _solomon(bench, list(instances(folder)), seconds)
    _city(bench, seconds)


def _solomon(bench: Bench, found: Sequence[Instance], seconds: float) -> None:
    if not found:
        raise CountError("the folder has no instance in Solomon's form")
    gaps = []
    for instance in found:
        made = _legal(instance.problem, seconds)
        if made.plan.left_out:
            raise CountError(f"{instance.name}: {len(made.plan.left_out)} customers have no visit")
        if instance.best is None:
            bench.inform(f"solomon_{instance.name}", "distance", made.verdict.cost / 10)
            continue
        gap = (made.verdict.cost / instance.best - 1) * 100
        gaps.append(gap)
        bench.inform(f"solomon_{instance.name}_gap", "percent", gap)
    if gaps:
        bench.judge(
            "solomon_mean_gap", "percent", statistics.mean(gaps), "<= 0.5", f"best known, {len(gaps)} instances"
        )
    _variants(bench, found[0], seconds)


def _variants(bench: Bench, instance: Instance, seconds: float) -> None:
    """Plan the first instance with skills and with breaks, of which nobody knows the best: legal, at what price."""
    plain = _legal(instance.problem, seconds).verdict.travel_seconds
    for name, problem in (("skills", _with_skills(instance.problem)), ("breaks", _with_breaks(instance.problem))):
        made = _legal(problem, seconds)
        travel, without = made.verdict.travel_seconds / 10, plain / 10
        bench.compare(f"{name}_{instance.name}_travel", "distance", travel, peer=f"without {name}", theirs=without)
        bench.judge(f"{name}_{instance.name}_left_out", "visits", len(made.plan.left_out), "<= 5")


def _with_skills(problem: Problem) -> Problem:
    """Every third visit asks for one of three skills, of which every technician has two."""
    dice = random.Random(1)
    people = tuple(
        replace(one, skills={skill: dice.randint(1, 3) for skill in (_SKILLS[n % 3], _SKILLS[(n + 1) % 3])})
        for n, one in enumerate(problem.technicians)
    )
    visits = tuple(
        replace(one, is_required=False, skills={_SKILLS[n // 3 % 3]: 1} if n % 3 == 0 else {})
        for n, one in enumerate(problem.visits)
    )
    return replace(problem, technicians=people, visits=visits)


def _with_breaks(problem: Problem) -> Problem:
    """Everybody rests for a fiftieth of the day, beginning between two and three fifths of it."""
    people = []
    for one in problem.technicians:
        (shift,) = one.shifts
        length = shift.end - shift.start
        rest = Break(shift.start + length * 2 // 5, shift.start + length * 3 // 5, length // 50)
        people.append(replace(one, shifts=(replace(shift, breaks=(rest,)),)))
    visits = tuple(replace(one, is_required=False) for one in problem.visits)
    return replace(problem, technicians=tuple(people), visits=visits)


def _city(bench: Bench, seconds: float) -> None:
    """Plan days of a city, with breaks and skills, beside the nearest technician who still can; then one more visit."""
    ratios, took, ours, theirs = [], [], [], []
    for seed in range(_CITIES):
        problem = city(seed)
        by_hand = judge(problem, greedy(problem))
        if not by_hand.is_legal:
            raise CountError(f"the greedy plan is illegal: {by_hand.broken[:3]}")
        made = _legal(problem, seconds)
        if made.verdict.prizes_lost > by_hand.prizes_lost:
            raise CountError("the plan leaves out more than the greedy one: their ways cannot be compared")
        ours.append(made.verdict.travel_seconds / 3600)
        theirs.append(by_hand.travel_seconds / 3600)
        ratios.append(ours[-1] / theirs[-1])
        took += insertions(seed, made.plan, problem, _INSERTIONS)
    bench.compare(
        "versus_greedy_travel",
        "hours on the road",
        statistics.median(ours),
        peer="nearest technician who still can",
        theirs=statistics.median(theirs),
        goal="<= 0.8",
    )
    took.sort()
    bench.inform("insertion_p50_ms", "ms of CPU time", took[len(took) // 2])
    bench.judge("insertion_p99_ms", "ms of CPU time", took[len(took) * 99 // 100], "<= 5")


def _legal(problem: Problem, seconds: float) -> Proposal:
    """Return a plan by the strong solver that the judge, asked again, finds legal."""
    made = plan(problem, effort(seconds))
    verdict = judge(problem, made.plan)
    if made.engine != STRONG or not verdict.is_legal or verdict.cost != made.verdict.cost:
        raise CountError(f"no legal plan by {STRONG}: {made.engine}, {made.notes}, {verdict.broken[:3]}")
    return made
