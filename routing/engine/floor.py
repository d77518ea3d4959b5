"""Who is on the floor, and ready for what."""

from __future__ import annotations

from routing.engine.agents import Agent
from routing.engine.profiles import Profiles
from routing.engine.waiting import Waiting
from routing.model import AgentState


class Floor:
    """Keeps the heads of ready agents true to what each agent has room for.

    `freed` has the agents who may now take more than when somebody last looked for work for them.
    """

    def __init__(self, profiles: Profiles, waiting: Waiting) -> None:
        self.freed: dict[int, Agent] = {}
        self._profiles = profiles
        self._waiting = waiting

    def enter(self, state: AgentState, now: int) -> Agent:
        profile, is_new = self._profiles.of(state)
        if is_new:
            self._waiting.welcome(profile)
        rooms = [(self._waiting.side(name), rule) for name, rule in state.channels.items()]
        for side, _ in rooms:
            side.ready.grow(profile.index + 1)
        agent = Agent(state, profile, rooms)
        self._profiles.enter(agent)
        self.free(agent, now)
        return agent

    def leave(self, agent: Agent) -> None:
        self.shut(agent)
        self.freed.pop(agent.number, None)
        self._profiles.leave(agent)

    def shut(self, agent: Agent) -> None:
        for side, key in agent.keys.items():
            side.ready.discard(agent.profile.index, key)
        agent.keys.clear()

    def free(self, agent: Agent, now: int) -> None:
        """Make an agent ready for what there is room for, and have somebody look for work for them."""
        self.settle(agent, now)
        if agent.keys:
            self.freed[agent.number] = agent

    def settle(self, agent: Agent, now: int) -> None:
        """Make the heads true to an agent's room."""
        if not agent.is_open(now):
            self.shut(agent)
            return
        for side, rule in agent.rooms:
            key = agent.key(rule) if agent.has_room(side.name, rule) else None
            old = agent.keys.get(side)
            if key == old:
                continue
            if old is not None:
                side.ready.discard(agent.profile.index, old)
                del agent.keys[side]
            if key is not None:
                side.ready.add(agent.profile.index, key)
                agent.keys[side] = key
