"""Decisions of the engine by CPU time, and decisions that are committed by wall time.

What counts as one decision is said in `routing_world.py` and `routing_database.py`. The engine runs as in a router:
its memory frozen, collection off while it is busy.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from bench.harness import ROUNDS, Bench, interleaved
from bench.postgres import bench_folder
from bench.routing_database import AGENTS, EACH, Ground, ground
from bench.routing_naive import Scan
from bench.routing_world import Busy, Floor, Quiet

_DECISIONS, _WARM_UP, _SCANNED = 20_000, 5_000, 5
_CPU = "decisions/s of CPU time"
_PACE, _OFFERS = 100, 500


async def run(bench: Bench) -> None:
    await _engine(bench)
    async with bench_folder() as folder, ground(folder) as place:
        await place.people(AGENTS)
        await _committed(bench, place)
        await _announced(bench, place)
        seconds = [await place.restart(10_000, 100_000) for _ in range(ROUNDS)]
        bench.judge("restart_10k_agents_100k_waiting", "s to the first offer", statistics.median(seconds), "<= 1")


class _Case:
    """One world in several rounds; `p99s` has the microseconds that 99 of 100 decisions stay below, by round."""

    def __init__(self, world: Busy | Quiet) -> None:
        self._world = world
        self.p99s: list[float] = []
        world.decide(_WARM_UP)

    async def pace(self) -> float:
        spent = sorted(self._world.decide(_DECISIONS))
        self.p99s.append(spent[len(spent) * 99 // 100] / 1000)
        return len(spent) / sum(spent) * 1e9


async def _engine(bench: Bench) -> None:
    cases = {
        "1k_waiting": _Case(Busy(Floor(1_000, 200), 1_000)),
        "100k_waiting": _Case(Busy(Floor(1_000, 200), 100_000)),
        "10k_agents": _Case(Busy(Floor(10_000, 200), 100_000)),
        "10k_profiles": _Case(Busy(Floor(10_000, 10_000), 100_000)),
        "arrivals": _Case(Quiet(Floor(1_000, 200))),
    }
    scan = Scan(Busy(Floor(1_000, 200), 100_000))

    async def scanned() -> float:
        return scan.decide(_SCANNED)

    ways: dict[str, Callable[[], Awaitable[float]]] = {name: case.pace for name, case in cases.items()}
    with _as_in_a_router():
        pace = await interleaved({**ways, "scan": scanned})
    ours, theirs = pace["100k_waiting"], pace["scan"]
    bench.compare("decisions_1000_agents_100k", _CPU, ours, peer="naive scan", theirs=theirs, goal=">= 500")
    _targets(bench, cases, pace)
    costs = {name: 1e6 / rate for name, rate in pace.items()}
    peer = "the same with 1,000 waiting"
    bench.compare(
        "growth_1k_to_100k", "us each", costs["100k_waiting"], peer=peer, theirs=costs["1k_waiting"], goal="<= 1.5"
    )
    peer = "200 profiles"
    bench.compare(
        "decision_unique_profiles_10k",
        "us each",
        costs["10k_profiles"],
        peer=peer,
        theirs=costs["10k_agents"],
        goal="<= 4",
    )
    bench.inform("arrivals_1000_agents_half_idle", _CPU, pace["arrivals"])


def _targets(bench: Bench, cases: dict[str, _Case], pace: dict[str, float]) -> None:
    """What the rules ask for in absolute figures (routing rules, section 8)."""
    for name, what, rate, p99 in (
        ("100k_waiting", "1000_agents_100k", 50_000, 80),
        ("10k_agents", "10k_agents_200_profiles", 40_000, 100),
        ("10k_profiles", "10k_unique_profiles", 15_000, 250),
    ):
        bench.judge(f"rate_{what}", _CPU, pace[name], f">= {rate}")
        bench.judge(f"p99_{what}", "us of CPU time", statistics.median(cases[name].p99s), f"<= {p99}")


async def _committed(bench: Bench, place: Ground) -> None:
    count = AGENTS * EACH

    async def ours() -> float:
        return count / await place.burst()

    pace = await interleaved({"ours": ours, "matched": place.matched, "bare": place.bare})
    unit, peer = "decisions/s (wall)", "SKIP LOCKED matching, 8 connections"
    bench.compare("committed_decisions", unit, pace["ours"], peer=peer, theirs=pace["matched"], goal=">= 10")
    bare = "bare batched update of the same rows"
    bench.compare("committed_vs_bare", unit, pace["ours"], peer=bare, theirs=pace["bare"], goal=">= 0.5")
    bench.judge("burst_30000_assignments", "s until committed", count / pace["ours"], "<= 3")
    # What the database alone takes for these rows on this machine, when nothing is decided and nobody is told.
    bench.inform("burst_30000_bare_update", "s until committed", count / pace["bare"])


async def _announced(bench: Bench, place: Ground) -> None:
    medians: list[float] = []

    async def ours() -> float:
        await place.reset(0)
        seconds = await place.offer_seconds(_PACE, _OFFERS)
        medians.append(statistics.median(seconds))
        return seconds[len(seconds) * 99 // 100]

    async def bare() -> float:
        seconds = await place.commit_seconds(_PACE, _OFFERS)
        return seconds[len(seconds) * 99 // 100]

    p99 = await interleaved({"ours": ours, "bare": bare})
    ms, peer = "ms", "p99 of one bare commit"
    bench.compare(
        f"offer_p99_at_{_PACE}_per_s", ms, p99["ours"] * 1000, peer=peer, theirs=p99["bare"] * 1000, goal="<= 5"
    )
    bench.judge(f"announced_p50_at_{_PACE}_per_s", ms, statistics.median(medians) * 1000, "<= 10")
    bench.judge(f"announced_p99_at_{_PACE}_per_s", ms, p99["ours"] * 1000, "<= 50")


@contextmanager
def _as_in_a_router() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
