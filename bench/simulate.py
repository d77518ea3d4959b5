"""The real engine in simulated time against what queueing theory says of such contact centres.

The sets and their exact figures are those of M/M/n and M/M/n+M; tolerance is four half-widths of the 95 % interval by
batch means, seeds are fixed. By hand:
`python -m bench simulate --servers 14 --arrivals 0.0556 --handle 180 --patience 120`.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from bench.erlang import Exact, exact
from bench.harness import Bench, CountError, within
from bench.simulate_blending import Blended
from bench.simulation import Estimate, Outcome, Simulation, Stream, agents, batch_means
from routing.model import DEFAULT_BOOSTS, SECOND, Order, Priority, Requirements, SkillId

_WIDEST = 0.25


class Pool(NamedTuple):
    """A queue that has an exact answer."""

    servers: int
    per_second: float
    handle_seconds: float
    patience_seconds: float | None = None
    arrivals: int = 300_000


SETS = {
    "S2_C": Pool(10, 1 / 30, 240),
    "S3_C": Pool(14, 1 / 18, 180),
    "S4_C": Pool(50, 0.8, 60, arrivals=800_000),
    "S2_A": Pool(10, 1 / 30, 240, 60),
    "S3_A": Pool(14, 1 / 18, 180, 120),
    "S4_A": Pool(50, 0.8, 60, 120),
}

CALL_TYPES = [SkillId(UUID(int=11 + number)) for number in range(6)]
_CROSS_ARRIVALS, _CROSS_PLACES = 200_000, 30
_ALL = [dict.fromkeys(CALL_TYPES, 5)]
_TWO = [{CALL_TYPES[n % 6]: 10, CALL_TYPES[(n % 6 + 1 + n // 6 % 5) % 6]: 5} for n in range(30)]
_ONE = [{skill: 10} for skill in CALL_TYPES]

# Share of all that comes, answer target, head start (routing rules, section 2); everything takes 300 s.
_CLASSES = {
    "vip": (0.10, 20, DEFAULT_BOOSTS[Priority.HIGH]),
    "voice": (0.50, 60, 0),
    "chat": (0.25, 120, 0),
    "ticket": (0.15, 3600, 0),
}
_CLASS_AGENTS, _CLASS_LOAD, _CLASS_HANDLE, _CLASS_ARRIVALS = 30, 0.95, 300, 150_000
_BLENDED_ARRIVALS = 60_000


async def run(bench: Bench) -> None:
    with _undisturbed():
        for number, (name, pool) in enumerate(SETS.items()):
            _against_theory(bench, name, pool, seed=number)
        _cross_training(bench)
        _classes(bench)
        _blending(bench)


def ask(words: Sequence[str]) -> None:
    """Simulate one queue by hand, and print it beside the exact figures."""
    parser = argparse.ArgumentParser(prog="python -m bench simulate", description="One queue, simulated and exact.")
    parser.add_argument("--servers", type=int, required=True)
    parser.add_argument("--arrivals", type=float, required=True, help="a second")
    parser.add_argument("--handle", type=float, required=True, help="seconds on average")
    parser.add_argument("--patience", type=float, help="seconds on average; without it nobody hangs up")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(words)
    pool = Pool(told.servers, told.arrivals, told.handle, told.patience, told.customers)
    try:
        theory = exact(*pool[:4])
    except ValueError as error:
        parser.error(str(error))
    with _undisturbed():
        found = _measure(pool, told.seed)
    for what, estimate in found.items():
        print(f"{what:13} simulated {estimate.mean:.6g} +- {estimate.half_width:.2g}   exact {_of(theory, what):.6g}")


def _against_theory(bench: Bench, name: str, pool: Pool, seed: int) -> None:
    theory = exact(*pool[:4])
    for what, estimate in _measure(pool, seed).items():
        truth = _of(theory, what)
        if estimate.half_width > _WIDEST * truth:
            raise CountError(f"{name} {what}: {estimate} is too unsure to be compared with {truth}")
        unit = "s" if what == "wait_seconds" else "share of customers"
        peer = f"exact; half-width {estimate.half_width:.2g}"
        bench.hold(f"{name}_{what}", unit, estimate.mean, peer=peer, theirs=truth, tolerance=4 * estimate.half_width)


def _of(theory: Exact, what: str) -> float:
    return float(getattr(theory, what))


def _measure(pool: Pool, seed: int) -> dict[str, Estimate]:
    stream = Stream(pool.per_second, pool.handle_seconds, patience_seconds=pool.patience_seconds)
    outcome = Simulation(agents(pool.servers), [stream], pool.arrivals, seed).run()
    waits = _seconds(outcome)
    found = {"wait_seconds": batch_means(waits), "p_wait": batch_means([float(wait > 0) for wait in waits])}
    if pool.patience_seconds is not None:
        gone = [1.0 - answered for answered in outcome.is_answered]
        found["abandon"] = batch_means(gone)
        _check_abandoned(gone, waits, pool.patience_seconds)
    return found


def _check_abandoned(gone: list[float], waits: list[float], patience_seconds: float) -> None:
    """Who hangs up is theta times who waits, whatever the rules of the queue are. Raises CountError."""
    gap = batch_means([left - wait / patience_seconds for left, wait in zip(gone, waits, strict=True)])
    if not within(gap.mean, 0, 4 * gap.half_width):
        raise CountError(f"P(abandon) = theta E[W] does not hold: they differ by {gap}")


def _cross_training(bench: Bench) -> None:
    """Six call types, 90 agents, 84 Erlang, 30 places to wait: what a second skill is worth."""
    theory = exact(90, 84 / 600, 600, places=_CROSS_PLACES).wait_seconds
    every = _cross(_ALL, Order.FAIR)
    peer = f"exact M/M/90/120; half-width {every.half_width:.2g}"
    bench.hold("all_skills_mean_wait", "s", every.mean, peer=peer, theirs=theory, tolerance=4 * every.half_width)
    bench.compare("two_skills_mean_wait", "s", _cross(_TWO, Order.BEST).mean, peer="limit", theirs=40, goal="<= 1")
    bench.inform("one_skill_mean_wait", "s (147 by others)", _cross(_ONE, Order.FAIR).mean)


def _cross(levels: Sequence[dict[SkillId, int]], order: Order) -> Estimate:
    streams = [Stream(84 / 600 / 6, 600, Requirements(((skill, 1),))) for skill in CALL_TYPES]
    crew = agents(90, levels)
    return batch_means(_seconds(Simulation(crew, streams, _CROSS_ARRIVALS, 7, order=order, places=_CROSS_PLACES).run()))


def _classes(bench: Bench) -> None:
    """VIPs, calls, chats and tickets share 30 agents: deadlines with head start against first come, first served."""
    total = _CLASS_AGENTS * _CLASS_LOAD / _CLASS_HANDLE
    streams = [
        Stream(share * total, _CLASS_HANDLE, target_us=target * SECOND, boost_us=boost)
        for share, target, boost in _CLASSES.values()
    ]
    first_come = [replace(stream, target_us=0, boost_us=0) for stream in streams]
    ours, longest = _worst(streams)
    theirs, _ = _worst(first_come)
    bench.compare("worst_class_in_sla", "share of customers", ours, peer="FIFO", theirs=theirs, goal=">= 1.8")
    no_boost, _ = _worst([replace(stream, boost_us=0) for stream in streams])
    bench.inform("worst_class_in_sla_without_boost", "share of customers", no_boost)
    bench.inform("longest_ticket_wait", "s", longest)


def _worst(streams: list[Stream]) -> tuple[float, float]:
    """Return the smallest share in time over the classes, and the longest wait of a ticket."""
    outcome = Simulation(agents(_CLASS_AGENTS), streams, _CLASS_ARRIVALS, 5).run()
    shares = []
    for number, (_, target, _) in enumerate(_CLASSES.values()):
        waits = outcome.waits_of(number)
        shares.append(sum(wait <= target * SECOND for wait in waits) / len(waits))
    return min(shares), max(outcome.waits_of(len(_CLASSES) - 1)) / SECOND


def _blending(bench: Bench) -> None:
    """50 agents, 40 Erlang of calls that want an answer within 20 s, and a dialer that takes all it is granted."""
    stream = Stream(40 / 180, 180, target_us=20 * SECOND)
    fixed = Blended(50, stream, _BLENDED_ARRIVALS, 5, spare=5).shares()
    bench.inform("blending_5_spare_in_sla", "share of calls (0.825 by others)", fixed.in_target)
    bench.inform("blending_5_spare_outbound", "share of what calls leave (0.79 by others)", fixed.used)
    ours = Blended(50, stream, _BLENDED_ARRIVALS, 5, spare=1, goal=0.8).shares()
    bench.judge("blending_adaptive_in_sla", "share of calls", ours.in_target, ">= 0.78", peer="goal 0.8, begun with 1")
    bench.inform("blending_adaptive_spare", "agents kept on average", ours.spare)


def _seconds(outcome: Outcome) -> list[float]:
    return [wait / SECOND for wait in outcome.waits if wait is not None]


@contextmanager
def _undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
