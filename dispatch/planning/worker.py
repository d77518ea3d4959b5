"""The planner in a process of its own, bounded in time, memory and share of the processor, and killed when it hangs."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from dataclasses import replace

from core.workers import TooCostly, Workers
from dispatch.planning.model import Keep, Plan, Problem
from dispatch.planning.planner import Proposal, plan
from dispatch.planning.same_day import THINK_SECONDS, Improvement, improvement
from dispatch.planning.solver import Effort

_LATE = 3.0
_GRACE_SECONDS = 10.0
"""How much longer than its effort a plan may take: reading the problem, repair, explanations, a busy machine."""
_NICE = 10


class Planners:
    """Plans made elsewhere: the server answers while they are made.

    Its processes are its own: they are bounded for good, and what is read for a message must not wait behind a plan.
    """

    def __init__(self, workers: Workers | None = None) -> None:
        self._workers = workers or Workers(1)

    async def close(self) -> None:
        """End what is under way; whoever waits for it is told NoWorker."""
        await self._workers.close()

    async def plan(self, problem: Problem, effort: Effort, start: Plan | None = None) -> Proposal:
        """Plan whole days. A solver that hangs or dies costs its process, and our own search plans instead."""
        limit = effort.seconds * _LATE + _GRACE_SECONDS
        try:
            return await self._workers.run(_plan, problem, effort, start, True, seconds=limit)  # noqa: FBT003 - a process takes no keywords
        except TooCostly:
            made = await self._workers.run(_plan, problem, effort, start, False, seconds=limit)  # noqa: FBT003 - as above
            return replace(made, notes=(*made.notes, "pyvrp died or hung: planned by our own search"))

    async def improvement(
        self, problem: Problem, keep: Keep, *, seconds: float = THINK_SECONDS, seed: int = 1, rounds: int | None = None
    ) -> Improvement | None:
        """Think the day over for a moment, never more than two seconds; TooCostly where that was not enough."""
        effort = Effort(min(seconds, THINK_SECONDS), rounds, seed)
        return await self._workers.run(_improve, problem, keep, effort, seconds=effort.seconds * _LATE + _GRACE_SECONDS)


def _plan(problem: Problem, effort: Effort, start: Plan | None, strong: bool) -> Proposal:
    _bound(effort)
    return plan(problem, effort, start, strong=strong)


def _improve(problem: Problem, keep: Keep, effort: Effort) -> Improvement | None:
    _bound(effort)
    return improvement(problem, keep, effort)


def _bound(effort: Effort) -> None:
    """Let the kernel end this process when it burns more than its share, and everybody else go first."""
    seconds = int(time.process_time() + effort.seconds * _LATE + _GRACE_SECONDS) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        os.nice(max(0, _NICE - os.nice(0)))
