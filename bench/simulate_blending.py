"""Those who call in and a dialer share the agents: how many stay idle, and what both get."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import NamedTuple
from uuid import UUID

from bench.simulation import QUEUE, VOICE, Simulation, Stream, agents
from routing.blending import Ask, Inbound, Spare, adapted
from routing.model import SECOND, AgentId, Holding, QueueId, WorkId

_OUTBOUND = 2_000_000_000
_CAMPAIGN = Ask(QueueId(UUID(int=2)), VOICE)
_INBOUND = Ask(QUEUE, VOICE)
_CALL = Holding(VOICE, 100)


class Shares(NamedTuple):
    """Who was answered in time of those who called in, and how much of the time that they left the dialer used."""

    in_target: float
    used: float
    spare: float


class Blended(Simulation):
    """A dialer that always has somebody on the line; it gets agents by the engine's grants alone.

    With a `goal` the spare adapts every five minutes, without one it stays.
    """

    def __init__(
        self, count: int, stream: Stream, arrivals: int, seed: int, spare: int, goal: float | None = None
    ) -> None:
        super().__init__(agents(count), [stream], arrivals, seed)
        self._count, self._stream, self._goal = count, stream, goal
        self._spare = Spare(spare, 0)
        self._luck = Random(seed + 1)
        self._called = self._talked = self._seen = 0
        self._spares: list[int] = []

    def shares(self) -> Shares:
        self.run()
        waits = self.outcome.waits_of(0)
        end = self._came[-1]
        handled = self._count * end - sum(self._takes)
        kept = sum(self._spares) / max(1, len(self._spares)) if self._goal is not None else self._spare.agents
        return Shares(self._in_target(0) / len(waits), self._talked / handled, kept)

    def _in_target(self, first: int) -> int:
        return sum(wait is not None and wait <= self._stream.target_us for wait in self.outcome.waits[first:])

    def _decide(self) -> None:
        super()._decide()
        if len(self._came) == self._arrivals:
            return
        self._adapt()
        for grant in self._engine.grant(_CAMPAIGN, _INBOUND, self._spare.agents, self._now):
            self._call(grant.agent_id)

    def _call(self, agent_id: AgentId) -> None:
        """Put somebody through: the grant becomes a call that the agent holds."""
        self._called += 1
        work_id = WorkId(UUID(int=_OUTBOUND + self._called))
        state = self._engine.agent(agent_id)
        self._engine.put_agent(replace(state, holding={work_id: _CALL}, leased_until=None), self._now)
        takes = round(self._luck.expovariate(1 / self._stream.handle_seconds) * SECOND)
        self._talked += takes
        self.hang_up_at(self._now + takes, agent_id, work_id)

    def _adapt(self) -> None:
        if self._goal is None:
            return
        inbound = Inbound(len(self.outcome.waits) - self._seen, self._in_target(self._seen))
        found = adapted(self._spare, self._count, inbound, self._goal, self._now)
        if found.since != self._spare.since:
            self._seen = len(self.outcome.waits)
            self._spares.append(found.agents)
        self._spare = found
