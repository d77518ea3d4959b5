"""Agents whom the dialer has for a while: granted while enough others stay idle for those who call in."""

from __future__ import annotations

from routing.blending import LEASE, Ask, Grant
from routing.engine.agents import NUMBER_MASK, Agent
from routing.engine.floor import Floor
from routing.engine.heads import bits
from routing.engine.lanes import Lane
from routing.engine.profiles import Profiles
from routing.engine.waiting import Waiting


class Leases:
    """Outbound work does not wait among the rest: the dialer asks for agents, and makes work when somebody answers."""

    def __init__(self, profiles: Profiles, waiting: Waiting, floor: Floor) -> None:
        self._profiles = profiles
        self._waiting = waiting
        self._floor = floor

    def grant(self, outbound: Ask, inbound: Ask, spare: int, now: int, most: int) -> list[Grant]:
        """Lease up to `most` ready agents, those first who could not take inbound work anyway.

        Of the others only those who are more than `spare`. Both kinds in the order of the outbound queue.
        """
        lane, kept = self._lane(outbound), self._lane(inbound)
        over = self._count(kept) - spare
        granted: list[Grant] = []
        for mask in (lane.profiles & ~kept.profiles, lane.profiles & kept.profiles):
            may = most - len(granted)
            if mask & kept.profiles:
                may = min(may, over)
            granted += [self._lease(agent, now + LEASE, now) for agent in self._first(lane, mask, may)]
        return granted

    def expire(self, agent: Agent, now: int) -> None:
        if not agent.is_leased(now):
            agent.leased_until = None

    def end(self, agent: Agent, now: int) -> None:
        """Let an agent be offered work again, as idle as before."""
        if agent.leased_until is not None:
            agent.leased_until = None
            self._floor.free(agent, now)

    def _lease(self, agent: Agent, until: int, now: int) -> Grant:
        agent.leased_until = until
        self._floor.free(agent, now)
        return Grant(agent.state.id, until)

    def _lane(self, ask: Ask) -> Lane:
        return self._waiting.lane(ask.channel, ask.queue_id, ask.need)

    def _count(self, lane: Lane) -> int:
        ready = lane.side.ready
        return sum(len(ready.keys(index)) for index in bits(lane.profiles & ready.mask))

    def _first(self, lane: Lane, mask: int, most: int) -> list[Agent]:
        """Return up to `most` ready agents of these profiles whom the lane's queue prefers."""
        ready = lane.side.ready
        found: list[int] = []
        for tier in lane.tiers(self._profiles):
            if len(found) >= most:
                break
            rows = [ready.keys(index) for index in bits(tier.mask & mask & ready.mask)]
            found += sorted(key for row in rows for key in row[:most])
        return [self._profiles.agents[key & NUMBER_MASK] for key in found[: max(0, most)]]
