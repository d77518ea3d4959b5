"""Finds the pairs that events made possible, the smallest key first."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from core.errors import Unavailable
from routing.engine.agents import Agent
from routing.engine.choice import Chooser
from routing.engine.floor import Floor
from routing.engine.heads import EMPTY
from routing.engine.lanes import Item, Lane, Side, Why
from routing.engine.profiles import Profiles
from routing.engine.waiting import Waiting
from routing.model import Decision

NOBODY: Final = -1
FEW: Final = 4


class Contradiction(Unavailable):
    """What waits and who is ready contradict each other in memory: the engine must be loaded anew."""


Assign = Callable[[Item, Agent, Why, int], Decision]


class Matcher:
    """Only what changed is looked at: between decisions nobody who is ready can take anything that waits.

    A work that nobody can take is put aside until something changes; a decision is no such change, since taking a work
    never makes room for another (`model.ChannelRule`).

    `_pending` is a heap of (rank, source): a pair with this rank may have become possible. The source tells what to
    look at once it is dealt with: NOBODY for a work that came or changed, an agent's number for that agent's next best
    work, and below NOBODY a lane, of which the next work may be possible too.
    """

    def __init__(
        self,
        profiles: Profiles,
        waiting: Waiting,
        floor: Floor,
        chooser: Chooser,
        assign: Assign,
    ) -> None:
        self._agents = profiles.agents
        self._waiting = waiting
        self._floor = floor
        self._chooser = chooser
        self._assign = assign
        self._pending: list[tuple[int, int]] = []

    def consider(self, item: Item) -> None:
        """Look at a work that came, or that other agents may take now.

        One that none of the ready could take is left alone: who is ready later looks for work then.
        """
        lane = item.lane
        if item.excluded or lane.need.agent or lane.profiles & lane.side.ready.mask:
            heappush(self._pending, (item.rank, NOBODY))

    def consider_all(self, lane: Lane) -> None:
        """Look at the works of a lane, many of which came at once."""
        if lane.profiles & lane.side.ready.mask:
            self._look_into(lane)

    @property
    def is_looking(self) -> bool:
        """Whether something may have become possible at which nobody has looked yet."""
        return bool(self._pending)

    def decide(self, now: int, limit: int) -> list[Decision]:
        freed = self._floor.freed
        if len(freed) == 1:
            if self._pending:
                self._drop_impossible()
            if not self._pending:
                return self._serve(freed.popitem()[1], now, limit)
        for agent in freed.values():
            self._floor.show(agent)
        self._look_around(list(freed.values()))
        freed.clear()
        decisions: list[Decision] = []
        while self._pending and len(decisions) < limit:
            decision = self._next(*heappop(self._pending), now)
            if decision is not None:
                decisions.append(decision)
        return decisions

    def _drop_impossible(self) -> None:
        """Forget pending works that none of the ready may take; the freed are not among them, and look themselves."""
        while self._pending and self._pending[0][1] == NOBODY:
            item = self._waiting.by_rank.get(self._pending[0][0])
            if item is not None and self._chooser.is_possible(item):
                return
            heappop(self._pending)

    def _serve(self, agent: Agent, now: int, limit: int) -> list[Decision]:
        """Give work to the only one who was freed: nobody else can take what this agent can."""
        decisions: list[Decision] = []
        while len(decisions) < limit:
            item = self._chooser.work_for(agent)
            if item is None:
                break
            decisions.append(self._assign(item, agent, item.lane.alone, now))
            if not agent.open:
                break
        else:
            self._floor.freed[agent.number] = agent
        self._floor.show(agent)
        return decisions

    def _look_around(self, freed: list[Agent]) -> None:
        """Note what became possible: by agent if they are few, by lane if many would find the same work."""
        if len(freed) <= FEW:
            for agent in freed:
                self._look_for_work(agent)
            return
        able = {side: _able(side, freed) for side in self._waiting.sides.values()}
        for lane in self._waiting.lanes:
            if lane.profiles & able[lane.side]:
                self._look_into(lane)
        for lane, ranks in self._waiting.held.items():
            if lane.profiles & able[lane.side]:
                self._look_at(ranks)
        for agent in freed:
            self._look_at(self._waiting.own.get(agent.number, []))

    def _look_for_work(self, agent: Agent) -> int | None:
        item = self._chooser.work_for(agent)
        if item is None:
            return None
        heappush(self._pending, (item.rank, agent.number))
        return item.rank

    def _look_into(self, lane: Lane) -> int | None:
        top = self._waiting.heads.tops[lane.index]
        if top == EMPTY:
            return None
        heappush(self._pending, (top, NOBODY - lane.index))
        return top

    def _look_at(self, ranks: list[int]) -> None:
        for rank in ranks:
            heappush(self._pending, (rank, NOBODY))

    def _next(self, rank: int, source: int, now: int) -> Decision | None:
        """Deal with a pending pair, then look at what its source has next."""
        item = self._waiting.by_rank.get(rank)
        if item is None or (source < NOBODY and not _stands_in(item, NOBODY - source)):
            self._look_further(source, rank)
            return None
        choice = self._chooser.agent_for(item)
        if choice is None:
            # Nobody is left for this work; the other works of a lane ask for the same, an agent's may ask for less.
            if source > NOBODY:
                self._look_further(source, rank)
            return None
        if not item.lane.side.bit & choice.agent.open:
            raise Contradiction
        decision = self._assign(item, *choice, now)
        self._floor.show(choice.agent)
        self._look_again(source)
        return decision

    def _look_further(self, source: int, rank: int) -> None:
        """Look at what else a source has; to find the same again, and so for ever, is a contradiction in memory."""
        if self._look_again(source) == rank:
            raise Contradiction

    def _look_again(self, source: int) -> int | None:
        if source < NOBODY:
            return self._look_into(self._waiting.lanes[NOBODY - source - 1])
        return self._look_for_work(self._agents[source]) if source in self._agents else None


def _stands_in(item: Item, index: int) -> bool:
    return item.lane.index == index and not item.excluded


def _able(side: Side, agents: list[Agent]) -> int:
    """Return the bitset of the profiles of those who have room on a channel."""
    profiles = 0
    for agent in agents:
        if side.bit & agent.open:
            profiles |= agent.profile.bit
    return profiles
