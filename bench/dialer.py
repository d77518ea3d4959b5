"""How busy the dialer keeps agents, and how many calls it abandons, in simulated time beside other ways to dial.

Other worlds: `python -m bench dialer --scenario S1 --agents 30 --answer-rate 0.2 --seed 7`. The bounds are what no
pacer that cannot see the future exceeds at 3 % abandoned. Seeds and worlds are the same for all dialers.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from bench.dialer_peers import pacer, play
from bench.dialer_scenes import SCENES, s1, steps
from bench.dialer_world import HOUR, Play, World
from bench.harness import Bench, CountError
from dialer.pacing import Mode

_SIZES = (10, 50, 200)
_SEEDS, _PEER_SEEDS, _SCENE_SEEDS = 20, 3, 3
_CAP = 0.03
_OPTIMUM = {10: 0.839, 50: 0.939, 200: 0.981}
_GOALS = {
    ("S1", 10): 0.83,
    ("S1", 50): 0.93,
    ("S1", 200): 0.965,
    ("S2", 10): 0.825,
    ("S2", 50): 0.92,
    ("S2", 200): 0.955,
}
_WORST = {10: 0.12, 50: 0.08, 200: 0.06}
_DECISION_MS = {10: 1, 50: 1, 200: 5}
_PREDICTIVE = Mode.PREDICTIVE.value
_PEERS = (Mode.PROGRESSIVE.value, "ratio", "vicidial")
_OTHER_SCENES = [name for name in SCENES if name not in {"S1", "S2"}]
# Staff triples in the scene of that name: from 10 to 30.
_SCENE_AGENTS = defaultdict(lambda: 50, staff=10)
# Each agent of a progressive floor waits for an answer as long as it takes: 1/p - 1 rings without one, one with.
_PROGRESSIVE = 180.0 / (180.0 + 12.0 + 25.0 * (1 / 0.30 - 1))


class Task(NamedTuple):
    """One shift to play."""

    scene: str
    agents: int
    driver: str
    seed: int
    answer_rate: float | None = None


class Told(NamedTuple):
    """What is asked of a shift."""

    utilisation: float
    share: float
    highest: float
    worst: float
    misjudged: int
    connected: int


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="shifts for each figure of S1 and S2")
    parser.add_argument("--scenario", choices=sorted(SCENES), help="only this world")
    parser.add_argument("--agents", type=int, default=50, help="with --scenario")
    parser.add_argument("--answer-rate", type=float, help="with --scenario: of persons, all the time")
    parser.add_argument("--seed", type=int, help="with --scenario: only this one")


async def run(bench: Bench, chosen: argparse.Namespace) -> None:
    if chosen.scenario:
        _one_world(bench, chosen, await _play(list(_tasks_of_one(chosen))))
        return
    tasks = list(_tasks(chosen.seeds))
    shifts = await _play(tasks)
    for scene in ("S1", "S2"):
        for agents in _SIZES:
            _stationary(bench, scene, agents, shifts)
    _peers(bench, shifts)
    for scene in _OTHER_SCENES:
        _scene(bench, scene, shifts)
    for agents in _SIZES:
        _decisions(bench, agents)


Shifts = dict[tuple[str, int, str], list[Told]]


def play_one(task: Task) -> Told:
    """Play a shift in a process of its own."""
    world = SCENES[task.scene](task.agents)
    if task.answer_rate is not None:
        world = replace(world, answer_rate=steps(HOUR, (task.answer_rate,)))
    shift = play(world, task.driver, task.seed)
    return Told(
        shift.utilisation, shift.share, shift.highest_share, shift.worst_quarter(), shift.misjudged, shift.connected
    )


def _tasks(seeds: int) -> Iterable[Task]:
    # The longest first, so that both cores end together.
    for agents in reversed(_SIZES):
        for scene in ("S2", "S1"):
            yield from (Task(scene, agents, _PREDICTIVE, seed) for seed in range(seeds))
        for driver in _PEERS:
            yield from (Task("S1", agents, driver, seed) for seed in range(min(seeds, _PEER_SEEDS)))
    for scene in _OTHER_SCENES:
        for driver in (_PREDICTIVE, Mode.PROGRESSIVE.value):
            yield from (Task(scene, _SCENE_AGENTS[scene], driver, seed) for seed in range(min(seeds, _SCENE_SEEDS)))


def _tasks_of_one(chosen: argparse.Namespace) -> Iterable[Task]:
    seeds = range(chosen.seeds) if chosen.seed is None else [chosen.seed]
    for driver in (_PREDICTIVE, *_PEERS):
        yield from (Task(chosen.scenario, chosen.agents, driver, seed, chosen.answer_rate) for seed in seeds)


async def _play(tasks: Sequence[Task]) -> Shifts:
    loop = asyncio.get_running_loop()
    found: Shifts = defaultdict(list)
    with ProcessPoolExecutor() as pool:
        told = await asyncio.gather(*(loop.run_in_executor(pool, play_one, task) for task in tasks))
    for task, each in zip(tasks, told, strict=True):
        found[task.scene, task.agents, task.driver].append(each)
    return found


def _stationary(bench: Bench, scene: str, agents: int, shifts: Shifts) -> None:
    played = shifts[scene, agents, _PREDICTIVE]
    name = f"{scene}_N{agents}"
    peer = f"exact optimum {_OPTIMUM[agents]}" if scene == "S1" else ""
    bench.judge(name, "utilisation", _mean(played, "utilisation"), f">= {_GOALS[scene, agents]}", peer)
    bench.judge(f"{name}_abandoned", "worst seed's share", _most(played, "share"), f"<= {_CAP}")
    goal = f"<= {_WORST[agents]}"
    if scene == "S1":
        worst = statistics.median(each.worst for each in played)
        bench.judge(f"worst15_N{agents}", "share, median of the seeds", worst, goal)
    bench.inform(f"{name}_worst15", "share, worst seed", _most(played, "worst"))


def _peers(bench: Bench, shifts: Shifts) -> None:
    for agents in _SIZES:
        ours = _mean(shifts["S1", agents, _PREDICTIVE], "utilisation")
        for driver in _PEERS:
            theirs = shifts["S1", agents, driver]
            peer = f"{driver}, {100 * _mean(theirs, 'share'):.1f} % abandoned"
            bench.compare(f"S1_N{agents}", "utilisation", ours, peer=peer, theirs=_mean(theirs, "utilisation"))
    progressive = [each.utilisation for each in shifts["S1", 50, Mode.PROGRESSIVE.value]]
    gain = 60.0 * (_mean(shifts["S1", 50, _PREDICTIVE], "utilisation") - statistics.fmean(progressive))
    bench.judge("gain_over_progressive_N50", "minutes an hour", gain, ">= 12", Mode.PROGRESSIVE.value)
    # By batches of shifts there is no interval worth the name: one percent is that of the talk times of a shift.
    found = statistics.fmean(progressive)
    bench.hold("progressive_N50", "utilisation", found, peer="exact", theirs=_PROGRESSIVE, tolerance=0.01)


def _scene(bench: Bench, scene: str, shifts: Shifts) -> None:
    """Judge the other worlds by the cap alone, at any moment of the shift; how busy agents are depends on the world."""
    agents = _SCENE_AGENTS[scene]
    ours, theirs = (shifts[scene, agents, driver] for driver in (_PREDICTIVE, Mode.PROGRESSIVE.value))
    name = f"{scene}_N{agents}"
    bench.judge(f"{name}_abandoned", "highest share at any moment", _most(ours, "highest"), f"<= {_CAP}")
    bench.compare(
        name, "utilisation", _mean(ours, "utilisation"), peer="progressive", theirs=_mean(theirs, "utilisation")
    )
    if misjudged := sum(each.misjudged for each in ours):
        people = sum(each.connected for each in ours) + misjudged
        bench.inform(f"{name}_misjudged", "share of people taken for machines", misjudged / people)


def _one_world(bench: Bench, chosen: argparse.Namespace, shifts: Shifts) -> None:
    name = f"{chosen.scenario}_N{chosen.agents}"
    ours = shifts[chosen.scenario, chosen.agents, _PREDICTIVE]
    bench.judge(f"{name}_abandoned", "worst seed's share", _most(ours, "share"), f"<= {_CAP}")
    bench.inform(f"{name}_worst15", "share, worst seed", _most(ours, "worst"))
    for driver in _PEERS:
        theirs = shifts[chosen.scenario, chosen.agents, driver]
        peer = f"{driver}, {100 * _mean(theirs, 'share'):.1f} % abandoned"
        ours_mean, theirs_mean = _mean(ours, "utilisation"), _mean(theirs, "utilisation")
        bench.compare(name, "utilisation", ours_mean, peer=peer, theirs=theirs_mean)


def _decisions(bench: Bench, agents: int) -> None:
    """Time each decision of half an hour, after all other processes have ended."""
    world: World = replace(s1(agents), hours=0.5)
    driver = pacer(world, Mode.PREDICTIVE)
    took: list[float] = []
    decide = driver.decide

    def timed(now: float) -> int:
        begin = time.thread_time()
        count = decide(now)
        took.append(time.thread_time() - begin)
        return count

    driver.decide = timed  # type: ignore[method-assign]
    Play(world, driver, seed=0).run()
    if not took:
        raise CountError("no decision was made")
    took.sort()
    bench.judge(
        f"decision_p99_N{agents}", "ms of CPU time", 1e3 * took[int(0.99 * len(took))], f"< {_DECISION_MS[agents]}"
    )


def _mean(shifts: Sequence[Told], figure: str) -> float:
    return statistics.fmean(getattr(each, figure) for each in shifts)


def _most(shifts: Sequence[Told], figure: str) -> float:
    return max(float(getattr(each, figure)) for each in shifts)
