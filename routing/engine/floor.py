"""Who is on the floor, and ready for what."""

from __future__ import annotations

from collections.abc import Mapping

from routing.engine.agents import Agent, Room
from routing.engine.profiles import Profiles
from routing.engine.waiting import Waiting
from routing.model import AgentState, ChannelName, ChannelRule, Holding


class Floor:
    """Keeps the heads of ready agents.

    `freed` has the agents who may now take more than when somebody last looked for work for them. They are not in the
    heads: most find work at once, and would only go in and out.
    """

    def __init__(self, profiles: Profiles, waiting: Waiting) -> None:
        self.freed: dict[int, Agent] = {}
        self._channels: Mapping[ChannelName, ChannelRule] | None = None
        self._rooms: list[Room] = []
        self._profiles = profiles
        self._waiting = waiting

    def enter(self, state: AgentState, now: int) -> Agent:
        profile, is_new = self._profiles.of(state)
        if is_new:
            self._waiting.welcome(profile)
        rooms = self._rooms_of(state.channels)
        for room in rooms:
            room.side.ready.grow(profile.index + 1)
        agent = Agent(state, profile, rooms)
        self._profiles.enter(agent)
        self.free(agent, now)
        return agent

    def _rooms_of(self, channels: Mapping[ChannelName, ChannelRule]) -> list[Room]:
        """Return what these rules come to; agents commonly share one set of them."""
        if channels is not self._channels:
            self._channels = channels
            self._rooms = [
                Room(
                    self._waiting.side(name),
                    name,
                    rule.weight,
                    rule.most,
                    rule.is_exclusive,
                    rule.interrupts,
                    Holding(name, rule.weight),
                )
                for name, rule in channels.items()
            ]
        return self._rooms

    def leave(self, agent: Agent) -> None:
        self._hide(agent)
        self.freed.pop(agent.number, None)
        self._profiles.leave(agent)

    def free(self, agent: Agent, now: int) -> None:
        """Have somebody look for work for an agent, who is not ready for others' choice before that."""
        if agent.keys:
            self._hide(agent)
        agent.reopen(now)
        if agent.open:
            self.freed[agent.number] = agent

    def show(self, agent: Agent) -> None:
        """Make the heads true to the room that an agent has."""
        if agent.keys:
            self._hide(agent)
        if not agent.open:
            return
        agent.keys = agent.places()
        index = agent.profile.index
        for side, key in agent.keys.items():
            side.ready.add(index, key)

    def _hide(self, agent: Agent) -> None:
        index = agent.profile.index
        for side, key in agent.keys.items():
            side.ready.discard(index, key)
        agent.keys = {}
