"""The floor as the database has it at one moment, in an engine of its own: for questions, never for offers.

Whichever process is asked answers, by the rules of the engine that decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from routing import store
from routing.engine import Engine
from routing.model import AgentId, AgentState, Decision, Verdict, Work
from routing.rules import ActiveRule
from routing.store import Channels, sql
from routing.values import Queue
from routing.world import ALIVE_SECONDS
from storage.database import Tx

_CANDIDATES_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Scene:
    """Everybody on the floor, every queue and rule, and nothing that waits."""

    engine: Engine
    agents: Mapping[AgentId, AgentState]
    queues: Mapping[UUID, Queue]
    rules: Sequence[ActiveRule]
    now: int

    def verdicts(self, work: Work) -> list[Verdict]:
        """Say for every agent who cannot take the work now why not."""
        self.engine.add_work(work, self.now)
        try:
            return self.engine.explain(work.id, self.now)
        finally:
            self.engine.remove_work(work.id, self.now)

    def candidates(self, work: Work) -> list[Decision]:
        """Return to whom the work would go now, then to whom without the first, and so on; the engine is used up.

        Only those of the step on which the work stands now: without anybody online there the next step would begin.
        """
        found: list[Decision] = []
        self.engine.add_work(work, self.now)
        while len(found) < _CANDIDATES_AT_MOST:
            decisions = self.engine.decide(self.now, 1)
            if not decisions or (found and decisions[0].work.step != found[0].work.step):
                break
            found.append(decisions[0])
            self.engine.undo(decisions[0], self.now)
            self.engine.remove_agent(decisions[0].agent_id, self.now)
        return found


async def load(tx: Tx, channels: Channels, now: int) -> Scene:
    """Read who is on the floor, as the router reads it."""
    queues = {queue.id: queue for queue in await store.queues(tx, None)}
    branches = [row["id"] for row in await tx.rows(sql.all_branches)]
    rows = await tx.rows(sql.agents_for_router, ids=None, alive_seconds=ALIVE_SECONDS)
    rules = await store.rules(tx)
    # In a thread: a tenth of a second for each thousand agents would be felt by everybody's sockets.
    agents = await asyncio.to_thread(lambda: [store.agent(row, channels, branches) for row in rows])
    engine = await asyncio.to_thread(_filled, list(queues.values()), agents, now)
    return Scene(engine, {agent.id: agent for agent in agents}, queues, rules, now)


def _filled(queues: Sequence[Queue], agents: Sequence[AgentState], now: int) -> Engine:
    engine = Engine()
    for queue in queues:
        engine.put_queue(store.queue_rules(queue))
    for agent in agents:
        engine.put_agent(agent, now)
    return engine
