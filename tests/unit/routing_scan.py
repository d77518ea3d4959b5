"""The rules of routing, read aloud: a scan of everything for every decision. Slow, and plain enough to be believed."""

from __future__ import annotations

from dataclasses import replace

from routing.blending import LEASE, Ask
from routing.engine.scores import closest
from routing.model import (
    AgentId,
    AgentState,
    Exclusion,
    Holding,
    Order,
    Presence,
    QueueId,
    Requirements,
    Step,
    Work,
    WorkId,
    busy,
    load_step,
    missing,
    step_at,
    tier,
)


class Scan:
    def __init__(self, orders: dict[QueueId, Order]) -> None:
        self.orders = orders
        self.agents: dict[AgentId, AgentState] = {}
        self.works: dict[WorkId, Work] = {}
        self.holders: dict[WorkId, AgentId] = {}

    def put_agent(self, state: AgentState, now: int) -> None:
        self.stand(now)
        old = self.agents.get(state.id)
        if old and state.leased_until is None and state.holding.keys() <= old.holding.keys():
            state = replace(state, leased_until=old.leased_until)
        self.agents[state.id] = state
        self.stand(now)

    def set_presence(self, agent_id: AgentId, presence: Presence, now: int) -> None:
        state = self.agents[agent_id]
        if presence is not state.presence:
            idle_since = now if presence is Presence.AVAILABLE else state.idle_since
            self.put_agent(replace(state, presence=presence, idle_since=idle_since), now)

    def remove_agent(self, agent_id: AgentId, now: int) -> None:
        self.stand(now)
        self.agents.pop(agent_id, None)
        self.stand(now)

    def add_work(self, work: Work, now: int) -> None:
        if work.id in self.holders:
            return
        if work.id in self.works:
            work = replace(work, step=max(work.step, self.works[work.id].step))
        self.works[work.id] = work
        self.stand(now)

    def remove_work(self, work_id: WorkId, now: int) -> None:
        self.works.pop(work_id, None)
        self._drop(self.holders.pop(work_id, None), work_id)

    def exclude(self, work_id: WorkId, agent_id: AgentId, until: int | None, now: int) -> None:
        self.stand(now)
        if work_id not in self.works:
            return
        work = self.works[work_id]
        if self.need(work).agent == agent_id and work.step < len(work.steps) - 1:
            work = replace(work, step=work.step + 1)
        others = tuple(entry for entry in work.excluded if entry.agent_id != agent_id)
        self.works[work_id] = replace(work, excluded=(*others, Exclusion(agent_id, until)))
        self.stand(now)

    def release(self, agent_id: AgentId, work_id: WorkId, now: int) -> None:
        if self.holders.get(work_id) != agent_id:
            return
        del self.holders[work_id]
        if agent_id in self.agents and work_id in self.agents[agent_id].holding:
            self.agents[agent_id] = replace(self.agents[agent_id], idle_since=now)
        self._drop(agent_id, work_id)

    def reserve(self, work_id: WorkId, agent_id: AgentId, now: int) -> bool:
        self.stand(now)
        work, able = self.works[work_id], self.candidates(self.works[work_id], now)
        chosen = [state for state in able if state.id == agent_id]
        for state in chosen:
            self._assign(work, state)
        return bool(chosen)

    def undo(self, work: Work, agent_id: AgentId, now: int) -> None:
        if self.holders.get(work.id) != agent_id:
            return
        del self.holders[work.id]
        self._drop(agent_id, work.id)
        self.works[work.id] = work
        self.stand(now)

    def weigh(self, agent_id: AgentId, work_id: WorkId, units: int, now: int) -> None:
        state = self.agents.get(agent_id)
        if state and work_id in state.holding:
            held = {**state.holding, work_id: Holding(state.holding[work_id].channel, units)}
            self.agents[agent_id] = replace(state, holding=held)

    def _drop(self, agent_id: AgentId | None, work_id: WorkId) -> None:
        if agent_id in self.agents:
            state = self.agents[agent_id]
            left = {key: value for key, value in state.holding.items() if key != work_id}
            self.agents[agent_id] = replace(state, holding=left)

    def stand(self, now: int) -> None:
        """Put every work on the step that its age and the agents online give it."""
        for state in list(self.agents.values()):
            if state.leased_until is not None and state.leased_until <= now:
                self.agents[state.id] = replace(state, leased_until=None)
        for work in list(self.works.values()):
            kept = tuple(entry for entry in work.excluded if entry.until is None or entry.until > now)
            step = step_at(work, now, lambda need, work=work: bool(self.online(work, need)))
            if (step, kept) != (work.step, work.excluded):
                self.works[work.id] = replace(work, step=step, excluded=kept)

    def need(self, work: Work) -> Requirements:
        return work.steps[work.step].requirements

    def online(self, work: Work, need: Requirements) -> list[AgentState]:
        admitted = [state for state in self.agents.values() if missing(state, work, need) is None]
        return [state for state in admitted if state.presence is not Presence.OFFLINE]

    def is_excluded(self, work: Work, agent_id: AgentId) -> bool:
        untils = {entry.agent_id: entry.until for entry in work.excluded}
        if agent_id not in untils:
            return False
        left = [s for s in self.online(work, self.need(work)) if untils.get(s.id, 0) is not None]
        return untils[agent_id] is None or any(state.id != agent_id for state in left)

    def candidates(self, work: Work, now: int) -> list[AgentState]:
        able = [s for s in self.online(work, self.need(work)) if busy(s, work.channel, now) is None]
        return [state for state in able if not self.is_excluded(work, state.id)]

    def preference(self, work: Work, state: AgentState) -> tuple[int, int, int, AgentId]:
        rule = state.channels[work.channel]
        load = load_step(state.used, state.capacity, is_exclusive=rule.is_exclusive)
        bucket = tier(self.orders[work.queue_id], state.levels, self.need(work), closest)
        return (bucket, load, state.idle_since, state.id)

    def grant(self, outbound: Ask, inbound: Ask, spare: int, now: int, most: int) -> list[AgentId]:
        self.stand(now)
        asked, kept = _as_work(outbound), _as_work(inbound)
        over = len(self.candidates(kept, now)) - spare
        able = sorted(self.candidates(asked, now), key=lambda state: self.preference(asked, state))
        free = [state.id for state in able if missing(state, kept, inbound.need)]
        bound = [state.id for state in able if not missing(state, kept, inbound.need)]
        chosen = free[:most] + bound[: max(0, min(most - len(free), over))]
        for agent_id in chosen:
            self.agents[agent_id] = replace(self.agents[agent_id], leased_until=now + LEASE)
        return chosen

    def give_back(self, agent_id: AgentId, _now: int) -> None:
        if agent_id in self.agents:
            self.agents[agent_id] = replace(self.agents[agent_id], leased_until=None)

    def decide(self, now: int, limit: int) -> list[tuple[WorkId, AgentId]]:
        self.stand(now)
        decided: list[tuple[WorkId, AgentId]] = []
        while len(decided) < limit and (pair := self._next(now)):
            decided.append(pair)
        return decided

    def _next(self, now: int) -> tuple[WorkId, AgentId] | None:
        for work in sorted(self.works.values(), key=lambda work: (not work.is_emergency, work.key, work.seq)):
            able = self.candidates(work, now)
            if able:
                self._assign(work, min(able, key=lambda state: self.preference(work, state)))
                return work.id, self.holders[work.id]
        return None

    def _assign(self, work: Work, state: AgentState) -> None:
        del self.works[work.id]
        self.holders[work.id] = state.id
        held = {**state.holding, work.id: Holding(work.channel, state.channels[work.channel].weight)}
        self.agents[state.id] = replace(state, holding=held, leased_until=None)


def _as_work(ask: Ask) -> Work:
    return Work(WorkId(ask.queue_id), ask.queue_id, ask.channel, 0, 0, 0, (Step(ask.need),))
