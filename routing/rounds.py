"""Broadcast offers in memory: who is asked for what of those queues that ask many at once. Pure.

The work goes on waiting and no units are reserved; the first who accepts has it. What is asked is bounded both ways:
so many agents for a work, the best by the order of its queue, and so many works for an agent, the most urgent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from operator import itemgetter
from typing import NamedTuple

from routing.model import (
    AgentId,
    AgentState,
    Order,
    Presence,
    QueueId,
    Reason,
    Requirements,
    Work,
    WorkId,
    busy,
    load_step,
    missing,
    ramp_due,
    step_at,
    tier,
)

AGENTS_MOST = 200
WORKS_MOST = 10
_PAIRS_MOST = 500


class Asked(NamedTuple):
    """One agent who shall be asked for one work; `considered` counts those who could take it now."""

    work: Work
    agent_id: AgentId
    considered: int


class Rounds:
    """Agents and work as of now, and who is asked already. `ask` says who else shall be."""

    def __init__(self, order_of: Callable[[QueueId], Order]) -> None:
        self._order_of = order_of
        self._agents: dict[AgentId, AgentState] = {}
        self._works: dict[WorkId, Work] = {}
        self._asked: dict[WorkId, set[AgentId]] = {}
        self._open: Counter[AgentId] = Counter()
        # Whatever is new since the last time: everything new is held against all of the other side.
        self._new_works: set[WorkId] = set()
        self._new_agents: set[AgentId] = set()
        self._dues: dict[WorkId | AgentId, int] = {}

    def put_agent(self, state: AgentState) -> None:
        self._agents[state.id] = state
        self._new_agents.add(state.id)

    def put(self, work: Work, asked: Collection[AgentId], now: int) -> None:
        """Let a work wait here, with those who are asked for it by now."""
        self.remove(work.id)
        self._works[work.id] = work
        self._new_works.add(work.id)
        self._note(work.id, asked)
        if (due := _next_change(work, now)) is not None:
            self._dues[work.id] = due

    def remove(self, work_id: WorkId) -> None:
        """Forget a work that does not wait here any more; one that never did is nothing."""
        if self._works.pop(work_id, None) is None:
            return
        self._new_works.discard(work_id)
        self._dues.pop(work_id, None)
        self._open.subtract(self._asked.pop(work_id))

    def waiting_ids(self) -> list[WorkId]:
        return list(self._works)

    def waits(self, work_id: WorkId) -> bool:
        return work_id in self._works

    def has_somebody(self, work_id: WorkId, now: int) -> bool | None:
        """Tell whether anybody online could ever take a work as it stands; None if it does not wait here."""
        work = self._works.get(work_id)
        return None if work is None else self._admits_somebody(work, self._need(work, now))

    def asked(self, pairs: Iterable[tuple[WorkId, AgentId]]) -> None:
        """Keep that these were asked: it was committed."""
        for work_id, agent_id in pairs:
            if work_id in self._works:
                self._note(work_id, [agent_id])

    def next_due(self) -> int | None:
        return min(self._dues.values(), default=None)

    def tick(self, now: int) -> None:
        """Look anew at what time has changed: steps and exclusions expire, login ramps widen."""
        for key in [key for key, due in self._dues.items() if due <= now]:
            del self._dues[key]
            if key in self._works:
                work = self._works[WorkId(key)]
                self._new_works.add(work.id)
                if (due := _next_change(work, now)) is not None:
                    self._dues[work.id] = due
            else:
                self._new_agents.add(AgentId(key))

    def ask(self, now: int) -> list[Asked]:
        """Return who shall be asked for what, the most urgent work first; what is asked here is not new any more."""
        new_agents = [self._agents[agent_id] for agent_id in self._new_agents]
        found: list[Asked] = []
        given: Counter[AgentId] = Counter()
        for work in sorted(self._works.values(), key=lambda each: (not each.is_emergency, each.key, each.seq)):
            if len(found) >= _PAIRS_MOST:
                return found
            candidates = self._agents.values() if work.id in self._new_works else new_agents
            for asked in self._for_work(work, candidates, given, now):
                given[asked.agent_id] += 1
                found.append(asked)
            self._new_works.discard(work.id)
        self._new_agents.clear()
        return found

    def _for_work(self, work: Work, candidates: Iterable[AgentState], given: Counter[AgentId], now: int) -> list[Asked]:
        known, need = self._asked[work.id], self._need(work, now)
        kept = {entry.agent_id for entry in work.excluded if entry.until is None or entry.until > now}
        ready = [
            agent
            for agent in candidates
            if agent.id not in known
            and agent.id not in kept
            and self._open[agent.id] + given[agent.id] < WORKS_MOST
            and self._is_ready(agent, work, need, now)
        ]
        order = self._order_of(work.queue_id)
        ranked = sorted(((_rank(agent, order, need), agent.id) for agent in ready), key=itemgetter(0, 1))
        return [Asked(work, agent_id, len(ranked)) for _, agent_id in ranked[: AGENTS_MOST - len(known)]]

    def _is_ready(self, agent: AgentState, work: Work, need: Requirements, now: int) -> bool:
        if missing(agent, work, need) is not None:
            return False
        reason = busy(agent, work.channel, now)
        if reason is Reason.RAMP and agent.ramp_from is not None:
            self._dues[agent.id] = ramp_due(agent.ramp_from, len(agent.holding))
        return reason is None

    def _need(self, work: Work, now: int) -> Requirements:
        step = step_at(work, now, lambda need: self._admits_somebody(work, need)) if len(work.steps) > 1 else 0
        return work.steps[step].requirements

    def _admits_somebody(self, work: Work, need: Requirements) -> bool:
        online = (agent for agent in self._agents.values() if agent.presence is not Presence.OFFLINE)
        return any(missing(agent, work, need) is None for agent in online)

    def _note(self, work_id: WorkId, asked: Collection[AgentId]) -> None:
        known = self._asked.setdefault(work_id, set())
        self._open.update(set(asked) - known)
        known.update(asked)


def _rank(agent: AgentState, order: Order, need: Requirements) -> tuple[int, int, int]:
    load = load_step(agent.used, agent.capacity, is_exclusive=False)
    return tier(order, agent.levels, need), load, agent.idle_since


def _next_change(work: Work, now: int) -> int | None:
    """Return when the next step of a work begins, or an exclusion ends."""
    ends = [work.first_enqueued_at + step.expires_after_us for step in work.steps[:-1] if step.expires_after_us]
    ends += [entry.until for entry in work.excluded if entry.until is not None]
    return min((due for due in ends if due > now), default=None)
