"""Which work for an agent, which agent for a work."""

from __future__ import annotations

from typing import NamedTuple

from routing.engine.agents import LOAD_SHIFT, NUMBER_BITS, NUMBER_MASK, Agent
from routing.engine.heads import EMPTY, bits, lowest
from routing.engine.lanes import Item, Lane, Tier, Why
from routing.engine.profiles import Profiles
from routing.engine.waiting import Waiting
from routing.model import Loser, Reason

MAX_LOSERS = 3


class Choice(NamedTuple):
    agent: Agent
    why: Why


class Chooser:
    """Compares the heads of what is eligible, and changes nothing."""

    def __init__(self, profiles: Profiles, waiting: Waiting) -> None:
        self._profiles = profiles
        self._waiting = waiting

    def work_for(self, agent: Agent) -> Item | None:
        """Return the waiting work with the smallest key that this agent may take now."""
        waiting = self._waiting
        best = min(waiting.pick_for(agent.profile, agent.open)(waiting.heads.tops))
        if waiting.held:
            best = self._held(agent, best)
        if waiting.own:
            best = self._first(agent, waiting.own.get(agent.number, []), best)
        return waiting.by_rank[best] if best != EMPTY else None

    def _held(self, agent: Agent, best: int) -> int:
        for lane, ranks in self._waiting.held.items():
            if lane.profiles & agent.profile.bit and lane.side.bit & agent.open:
                best = self._first(agent, ranks, best)
        return best

    def _first(self, agent: Agent, ranks: list[int], best: int) -> int:
        for rank in ranks:
            if rank >= best:
                break
            if self.may(agent, self._waiting.by_rank[rank]):
                return rank
        return best

    def may(self, agent: Agent, item: Item) -> bool:
        """Whether the pair is possible now: room, requirements, exclusions."""
        if not item.lane.side.bit & agent.open or not self._waiting.admits(item.lane, agent):
            return False
        return not self.is_excluded(agent, item)

    def is_excluded(self, agent: Agent, item: Item) -> bool:
        """Whether the agent declined the work, or missed it and is not the only one online who could take it."""
        if agent.number not in item.excluded:
            return False
        return item.excluded[agent.number] is None or not self._is_only(agent, item)

    def _is_only(self, agent: Agent, item: Item) -> bool:
        for index in bits(item.lane.profiles & self._profiles.online):
            for other in self._profiles.all[index - 1].agents.values():
                has_declined = item.excluded.get(other.number, 0) is None
                if other is not agent and other.is_online and not has_declined:
                    return False
        return True

    def is_possible(self, item: Item) -> bool:
        """Whether anybody who is ready may take a work now."""
        if item.excluded or item.lane.need.agent:
            return self.agent_for(item) is not None
        return bool(item.lane.profiles & item.lane.side.ready.mask)

    def agent_for(self, item: Item) -> Choice | None:
        """Return the ready agent whom the order of the work's queue prefers, or None if nobody can take it now."""
        if item.lane.need.agent:
            agent = self._profiles.agents.get(item.lane.need.agent.int)
            return Choice(agent, item.lane.alone) if agent and self.may(agent, item) else None
        if not item.excluded:
            return self._prefer(item.lane)
        return self._prefer_without(item)

    def _prefer_without(self, item: Item) -> Choice | None:
        """Choose with those whom the work excludes out of the heads for the moment; they are few."""
        ready = item.lane.side.ready
        hidden = []
        for number in item.excluded:
            agent = self._profiles.agents.get(number)
            if agent and item.lane.side in agent.keys and self.is_excluded(agent, item):
                hidden.append((agent.profile.index, agent.keys[item.lane.side]))
        for index, key in hidden:
            ready.discard(index, key)
        choice = self._prefer(item.lane)
        for index, key in hidden:
            ready.add(index, key)
        return choice

    def _prefer(self, lane: Lane) -> Choice | None:
        ready = lane.side.ready
        live = lane.profiles & ready.mask
        if not live:
            return None
        for tier in lane.tiers(self._profiles):
            if tier.mask & live:
                break
        key = min(tier.pick(ready.tops))
        agent = self._profiles.agents[key & NUMBER_MASK]
        return Choice(agent, self._why(lane, tier, key, live))

    def _why(self, lane: Lane, tier: Tier, key: int, live: int) -> Why:
        """Count those whom only load, idle time or id told apart, and name a few who were ready and lost."""
        ready = lane.side.ready
        index = self._profiles.agents[key & NUMBER_MASK].profile.index
        rest = live & ~(1 << index)
        if not rest and len(ready.keys(index)) == 1:
            return lane.alone
        same = rest & tier.mask
        considered = ready.count(tier.pick) if same else len(ready.keys(index))
        losers = [self._lost(key, other) for other in ready.keys(index)[1 : MAX_LOSERS + 1]]
        for other in lowest(rest, MAX_LOSERS - len(losers)):
            top = ready.tops[other]
            losers.append(self._lost(key, top) if same >> other & 1 else self._beaten(top))
        return Why(lane.rule, considered, tuple(losers[:MAX_LOSERS]))

    def _lost(self, winner: int, loser: int) -> Loser:
        if loser >> LOAD_SHIFT > winner >> LOAD_SHIFT:
            reason = Reason.LOAD
        else:
            reason = Reason.IDLE if loser >> NUMBER_BITS > winner >> NUMBER_BITS else Reason.TIE
        return Loser(self._profiles.agents[loser & NUMBER_MASK].state.id, reason)

    def _beaten(self, key: int) -> Loser:
        return Loser(self._profiles.agents[key & NUMBER_MASK].state.id, Reason.TIER)
