"""The events, the timers, the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from heapq import heappop, heappush

from core.errors import Conflict, NotFound
from routing.blending import Ask, Grant
from routing.engine.agents import Agent
from routing.engine.choice import Chooser
from routing.engine.explain import verdicts
from routing.engine.floor import Floor
from routing.engine.lanes import Item, Preference, Why
from routing.engine.leases import Leases
from routing.engine.matcher import Matcher
from routing.engine.profiles import Profile, Profiles
from routing.engine.scores import score_of
from routing.engine.waiting import Waiting
from routing.model import (
    AgentId,
    AgentState,
    Decision,
    Exclusion,
    Holding,
    Presence,
    QueueRules,
    Rule,
    Verdict,
    Work,
    WorkId,
    ramp_due,
)


class Due(IntEnum):
    """What a timer is for. A timer whose cause is gone finds nothing to do."""

    WORK = 0
    AGENT = 1


class Engine:
    """Waiting work and ready agents in memory. Feed it events, then take decisions.

    Load queues, then every agent, then the work: a step that matches nobody online is skipped for good. Times are
    microseconds and never go back. Events may come twice; the second changes nothing.
    """

    def __init__(self) -> None:
        self._profiles = Profiles()
        self._waiting = Waiting(self._profiles)
        self._floor = Floor(self._profiles, self._waiting)
        self._chooser = Chooser(self._profiles, self._waiting)
        # Who has which work, also after the agent was removed: it tells a late undo from one that was overtaken.
        self._holders: dict[int, int] = {}
        self._matcher = Matcher(self._profiles, self._waiting, self._floor, self._chooser, self._assign)
        self._leases = Leases(self._profiles, self._waiting, self._floor)
        self._timers: list[tuple[int, Due, int]] = []

    # --- queues and agents

    def put_queue(self, rules: QueueRules) -> None:
        """Have a queue choose like this. Raises Invalid for a score that nobody added."""
        self._waiting.prefer(rules.queue_id, Preference(rules.order, score_of(rules)))

    def put_agent(self, state: AgentState, now: int) -> None:
        """Make an agent exactly this. For a change start from `agent()`: it knows what is reserved but not saved.

        A lease, of which only the engine knows, stays; a work that the agent did not hold before ends it.
        """
        self.tick(now)
        if state.leased_until is not None and state.leased_until <= now:
            state = replace(state, leased_until=None)
        old = self._profiles.agents.get(state.id.int)
        if old is not None:
            self._floor.leave(old)
            if old.is_leased(now) and state.leased_until is None and state.holding.keys() <= _held(old):
                state = replace(state, leased_until=old.leased_until)
        agent = self._floor.enter(state, now)
        for number in agent.holding:
            self._holders[number] = agent.number
            if number in self._waiting.by_id:
                self._waiting.take(self._waiting.by_id[number])
        self._watch(agent, now)
        if old is not None and old.is_online and (not agent.is_online or agent.profile is not old.profile):
            self._reconsider(old.profile, old.number, now)

    def remove_agent(self, agent_id: AgentId, now: int) -> None:
        self.tick(now)
        agent = self._profiles.agents.get(agent_id.int)
        if agent is None:
            return
        self._floor.leave(agent)
        self._reconsider(agent.profile, agent.number, now)

    def agent(self, agent_id: AgentId) -> AgentState:
        """Return an agent as of now, reservations included. Raises NotFound."""
        return self._agent(agent_id).snapshot()

    def set_presence(self, agent_id: AgentId, presence: Presence, now: int) -> None:
        """Change where an agent is; becoming available starts the idle time anew. Raises NotFound."""
        state = self._agent(agent_id).snapshot()
        if state.presence is presence:
            return
        idle_since = now if presence is Presence.AVAILABLE else state.idle_since
        self.put_agent(replace(state, presence=presence, idle_since=idle_since), now)

    # --- work

    def add_work(self, work: Work, now: int) -> None:
        """Let a work wait, or wait with another key; one that is reserved or held is left where it is."""
        if work.id.int in self._holders:
            return
        known = self._waiting.by_id.get(work.id.int)
        if known is not None:
            self._waiting.take(known)
            work = replace(work, step=max(work.step, known.work.step))
        self._put(work, now)

    def add_alike(self, works: Sequence[Work], now: int) -> None:
        """Let works wait that were not here and differ in id, key, number and time alone; each as by `add_work`."""
        if not works or len(works[0].steps) > 1 or works[0].excluded or works[0].steps[0].requirements.agent:
            for work in works:
                self.add_work(work, now)
        else:
            self._matcher.consider_all(self._waiting.put_alike(works))

    def remove_work(self, work_id: WorkId, now: int) -> None:
        """Forget a work, waiting or held: the customer left, or it was closed."""
        number = work_id.int
        item = self._waiting.by_id.get(number)
        if item is not None:
            self._waiting.take(item)
        holder = self._holders.pop(number, None)
        if holder is not None:
            self._free(holder, number, now)

    def waiting(self, work_id: WorkId) -> Work | None:
        """Return a waiting work with its step and exclusions; None if it does not wait."""
        item = self._waiting.by_id.get(work_id.int)
        return item.work if item else None

    def waiting_ids(self) -> list[WorkId]:
        """Return what waits, in no order: for a comparison with the database."""
        return [item.work.id for item in self._waiting.by_id.values()]

    def has_somebody(self, work_id: WorkId) -> bool | None:
        """Tell whether anybody online could ever take a waiting work as it stands; None if it does not wait."""
        item = self._waiting.by_id.get(work_id.int)
        return None if item is None else self._waiting.has_somebody(item.lane)

    def exclude(self, work_id: WorkId, agent_id: AgentId, until: int | None, now: int) -> None:
        """Keep a waiting work from an agent until then, for good if None; the agent's own step ends with it."""
        self.tick(now)
        item = self._waiting.by_id.get(work_id.int)
        if item is None:
            return
        work = item.work
        others = tuple(entry for entry in work.excluded if entry.agent_id != agent_id)
        is_last = work.step >= len(work.steps) - 1
        if item.lane.need.agent == agent_id and not is_last:
            work = replace(work, step=work.step + 1)
        self._waiting.take(item)
        self._put(replace(work, excluded=(*others, Exclusion(agent_id, until))), now)

    # --- reservations

    def reserve(self, work_id: WorkId, agent_id: AgentId, now: int, *, may_exceed: bool = False) -> Decision:
        """Give a waiting work to an agent who takes it by hand; who may is for the caller to judge.

        Raises NotFound for an unknown agent, Conflict if the work does not wait or, unless `may_exceed`, if there is
        no room or the requirements do not admit the agent.
        """
        self.tick(now)
        agent, item = self._agent(agent_id), self._waiting.by_id.get(work_id.int)
        if item is None:
            raise Conflict("The work is not waiting any more")
        if not may_exceed and not self._chooser.may(agent, item):
            raise Conflict("The agent cannot take this work now")
        decision = self._assign(item, agent, Why(Rule.MANUAL, 1, ()), now)
        self._floor.show(agent)
        return decision

    def undo(self, decision: Decision, now: int) -> None:
        """Take back a decision that was not committed: the agent keeps the idle time, the work its key and step."""
        holder, number = decision.agent_id.int, decision.work.id.int
        if self._holders.get(number) != holder:
            return
        del self._holders[number]
        self._free(holder, number, now)
        self._put(decision.work, now)

    def grant(self, outbound: Ask, inbound: Ask, spare: int, now: int, *, most: int = 50) -> list[Grant]:
        """Lease agents to the dialer for 30 s: nobody is offered anything who is leased.

        Who could take inbound work is leased only while more than `spare` such agents are idle. Nobody is leased while
        there is something to decide: call `decide` until it has nothing, then this. A lease ends by `give_back`, when
        the agent gets a work by `put_agent` or `reserve`, or by itself.
        """
        self.tick(now)
        if self._floor.freed or self._matcher.is_looking:
            return []
        granted = self._leases.grant(outbound, inbound, spare, now, most)
        for grant in granted:
            self._watch(self._profiles.agents[grant.agent_id.int], now)
        return granted

    def give_back(self, agent_id: AgentId, now: int) -> None:
        """End a lease before its time: the number was busy, nobody answered."""
        agent = self._profiles.agents.get(agent_id.int)
        if agent is not None:
            self._leases.end(agent, now)

    def release(self, agent_id: AgentId, work_id: WorkId, now: int, *, starts_idle: bool = True) -> None:
        """Give the units of a work back. `starts_idle` false keeps the idle time, as for outbound work."""
        holder, number = agent_id.int, work_id.int
        if self._holders.get(number) != holder:
            return
        del self._holders[number]
        self._free(holder, number, now, starts_idle=starts_idle)

    def weigh(self, agent_id: AgentId, work_id: WorkId, units: int, now: int) -> None:
        """Change the units of a held work: a silent conversation weighs less, and may wake past the capacity."""
        agent = self._profiles.agents.get(agent_id.int)
        held = agent.holding.get(work_id.int) if agent else None
        if agent is None or held is None:
            return
        agent.drop(work_id.int)
        agent.take(work_id.int, work_id, Holding(held[1].channel, units))
        self._floor.free(agent, now)

    # --- time

    def next_due(self) -> int | None:
        """Return when `tick` has something to do next; None if nothing depends on time."""
        return self._timers[0][0] if self._timers else None

    def tick(self, now: int) -> None:
        """Do what time asks for: steps and exclusions expire, login ramps widen."""
        while self._timers and self._timers[0][0] <= now:
            _, due, subject = heappop(self._timers)
            if due is Due.AGENT:
                agent = self._profiles.agents.get(subject)
                if agent is not None:
                    self._leases.expire(agent, now)
                    self._floor.free(agent, now)
                    self._watch(agent, now)
            elif subject in self._waiting.by_rank:
                item = self._waiting.by_rank[subject]
                self._waiting.take(item)
                self._put(item.work, now)

    # --- decisions

    def decide(self, now: int, limit: int = 50) -> list[Decision]:
        """Reserve up to `limit` pairs: always the smallest key that anybody ready may take, for the one preferred."""
        self.tick(now)
        return self._matcher.decide(now, limit)

    def explain(self, work_id: WorkId, now: int) -> list[Verdict]:
        """Return for every agent why this waiting work is not theirs. Raises NotFound if it does not wait."""
        item = self._waiting.by_id.get(work_id.int)
        if item is None:
            raise NotFound("The work is not waiting")
        return verdicts(item, self._profiles.agents.values(), self._chooser.is_excluded, now)

    def _assign(self, item: Item, agent: Agent, why: Why, now: int) -> Decision:
        work, state = item.work, agent.state
        number = work.id.int
        self._waiting.take(item)
        holding = agent.offers.get(item.lane.side) or Holding(work.channel, 0)
        agent.take(number, work.id, holding)
        agent.leased_until = None
        self._holders[number] = agent.number
        agent.reopen(now)
        if state.ramp_from is not None:
            self._watch(agent, now)
        return Decision(work, state.id, holding.units, why.rule, why.considered, why.losers, now)

    def _agent(self, agent_id: AgentId) -> Agent:
        agent = self._profiles.agents.get(agent_id.int)
        if agent is None:
            raise NotFound("No such agent on the floor")
        return agent

    def _free(self, holder: int, number: int, now: int, *, starts_idle: bool = False) -> None:
        """Give units back, if the agent still has them: one who left and came back may hold the work no more."""
        agent = self._profiles.agents.get(holder)
        if agent is not None and agent.drop(number):
            agent.idle_since = now if starts_idle else agent.idle_since
            self._floor.free(agent, now)
            self._watch(agent, now)

    def _put(self, work: Work, now: int) -> None:
        """Let a work wait from now on, less the exclusions that are over, and consider it with the next decision."""
        if work.excluded:
            work = replace(work, excluded=tuple(entry for entry in work.excluded if _holds(entry, now)))
        item = self._waiting.put(work, now)
        self._matcher.consider(item)
        if item.work.excluded or item.work.step < len(item.work.steps) - 1:
            self._wake(item)

    def _wake(self, item: Item) -> None:
        due = _next_change(item.work)
        if due is not None:
            heappush(self._timers, (due, Due.WORK, item.rank))

    def _watch(self, agent: Agent, now: int) -> None:
        if agent.leased_until is not None and agent.is_leased(now):
            heappush(self._timers, (agent.leased_until, Due.AGENT, agent.number))
        if agent.state.ramp_from is not None and agent.is_ramping(now):
            heappush(self._timers, (ramp_due(agent.state.ramp_from, len(agent.holding)), Due.AGENT, agent.number))

    def _reconsider(self, profile: Profile, number: int, now: int) -> None:
        """Stand anew the work that may have counted on an agent who is no longer what they were."""
        for item in [*self._waiting.touched_by(profile), *self._waiting.asking_for(number)]:
            self._waiting.take(item)
            self._put(item.work, now)


def _held(agent: Agent) -> set[WorkId]:
    return {work_id for work_id, _ in agent.holding.values()}


def _holds(entry: Exclusion, now: int) -> bool:
    return entry.until is None or entry.until > now


def _next_change(work: Work) -> int | None:
    """Return when the work's step or one of its exclusions expires next."""
    dues = [entry.until for entry in work.excluded if entry.until is not None]
    expires = work.steps[work.step].expires_after_us if work.step < len(work.steps) - 1 else None
    if expires is not None:
        dues.append(work.first_enqueued_at + expires)
    return min(dues, default=None)
