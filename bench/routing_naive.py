"""The peer of the engine: everything that waits is looked at for every decision."""

from __future__ import annotations

import time
from dataclasses import replace

from bench.routing_world import Busy
from routing.model import AgentId, Holding, Work, WorkId, can_take, missing


class Scan:
    """As `routing_world.Busy`: somebody frees, and gets the best of all that waits and fits."""

    def __init__(self, like: Busy) -> None:
        self._floor = like.floor
        self._held: list[tuple[AgentId, Work]] = [(decision.agent_id, decision.work) for decision in like.held]
        self._agents = {agent.id: like.engine.agent(agent.id) for agent in like.floor.agents}
        taken = {decision.work.id for decision in like.held}
        self._waiting = {work.id: work for work in like.came if work.id not in taken}

    def decide(self, count: int) -> float:
        """Return the decisions in a second of the thread's CPU time."""
        spent = 0
        for _ in range(count):
            agent_id, done = self._held.pop(int(self._floor.chance.random() * len(self._held)))
            came = self._floor.work((done.queue_id, done.channel, done.steps))
            start = time.thread_time_ns()
            found = self.serve(agent_id, done.id)
            self._waiting[came.id] = came
            spent += time.thread_time_ns() - start
            self._held += [(agent_id, work) for work in found]
        return count / spent * 1e9

    def serve(self, agent_id: AgentId, done: WorkId) -> list[Work]:
        """Let somebody be through with one work and take the best that there is."""
        agent, now = self._agents[agent_id], self._floor.now
        holding = {work_id: held for work_id, held in agent.holding.items() if work_id != done}
        free = replace(agent, holding=holding)
        able = (
            work
            for work in self._waiting.values()
            if can_take(free, work.channel, now) and missing(free, work, work.steps[0].requirements) is None
        )
        best = min(able, key=lambda work: (work.key, work.seq), default=None)
        if best is None:
            self._agents[agent.id] = free
            return []
        del self._waiting[best.id]
        held = Holding(best.channel, free.channels[best.channel].weight)
        self._agents[agent.id] = replace(free, holding={**holding, best.id: held})
        return [best]
