"""Agents alike share a profile; bitsets answer which profiles some requirements admit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from routing.model import AgentState, ChannelName, QueueId, Requirements, SkillId

if TYPE_CHECKING:
    from routing.engine.agents import Agent
    from routing.engine.heads import Pick

Signature = tuple[
    frozenset[tuple[SkillId, int]],
    int,
    frozenset[str],
    frozenset[QueueId] | None,
    frozenset[ChannelName],
]


class Profile:
    """Everything of an agent that requirements look at. Never changes: an agent changes profiles.

    `picks` has, by open channels, what reads the heads of the lanes that such agents may serve; `Waiting` keeps them.
    """

    __slots__ = ("agents", "bit", "index", "lanes", "levels", "online", "picks", "signature")

    def __init__(self, index: int, signature: Signature, levels: Mapping[SkillId, int]) -> None:
        self.index = index
        self.bit = 1 << index
        self.signature = signature
        self.levels = levels
        self.online = 0
        self.agents: dict[int, Agent] = {}
        self.picks: dict[int, Pick] = {}
        # How many lanes there were when they were made.
        self.lanes = 0


class Profiles:
    """Every agent and profile, and for each thing that can be required the bitset of the profiles that have it."""

    def __init__(self) -> None:
        self.all: list[Profile] = []
        self.online = 0
        self.agents: dict[int, Agent] = {}
        self._known: dict[Signature, Profile] = {}
        self._at_least: dict[tuple[SkillId, int], int] = defaultdict(int)
        self._trusted: dict[int, int] = defaultdict(int)
        self._permitted: dict[str, int] = defaultdict(int)
        self._channel: dict[ChannelName, int] = defaultdict(int)
        self._queue: dict[QueueId, int] = defaultdict(int)
        self._any_queue = 0

    def of(self, state: AgentState) -> tuple[Profile, bool]:
        """Return the profile of an agent, and whether it is new."""
        signature = (
            frozenset(state.levels.items()),
            state.trust,
            state.permissions,
            state.queues,
            frozenset(state.channels),
        )
        known = self._known.get(signature)
        if known is not None:
            return known, False
        # Heads keep place 0 empty, so indices start at 1.
        profile = Profile(len(self.all) + 1, signature, dict(state.levels))
        self.all.append(profile)
        self._known[signature] = profile
        self._index(profile)
        return profile, True

    def _index(self, profile: Profile) -> None:
        _, trust, permissions, queues, channels = profile.signature
        for skill, level in profile.levels.items():
            for reached in range(1, level + 1):
                self._at_least[skill, reached] |= profile.bit
        self._trusted[trust] |= profile.bit
        for permission in permissions:
            self._permitted[permission] |= profile.bit
        for channel in channels:
            self._channel[channel] |= profile.bit
        for queue in queues or ():
            self._queue[queue] |= profile.bit
        if queues is None:
            self._any_queue |= profile.bit

    def admitted(self, queue: QueueId, channel: ChannelName, need: Requirements) -> int:
        """Return the bitset of the profiles that may take such work, whatever the agent's moment."""
        mask = self._channel.get(channel, 0) & (self._any_queue | self._queue.get(queue, 0))
        for skill, level in need.skills:
            # A level below 1 asks for nothing.
            mask &= self._at_least.get((skill, level), 0) if level > 0 else -1
        for permission in need.permissions:
            mask &= self._permitted.get(permission, 0)
        trusted = 0
        for trust, having in self._trusted.items():
            trusted |= having if trust >= need.trust else 0
        return mask & trusted

    def enter(self, agent: Agent) -> None:
        self.agents[agent.number] = agent
        agent.profile.agents[agent.number] = agent
        if agent.is_online:
            self.come_online(agent.profile)

    def leave(self, agent: Agent) -> None:
        del self.agents[agent.number]
        del agent.profile.agents[agent.number]
        if agent.is_online:
            self.go_offline(agent.profile)

    def come_online(self, profile: Profile) -> None:
        profile.online += 1
        self.online |= profile.bit

    def go_offline(self, profile: Profile) -> None:
        profile.online -= 1
        if not profile.online:
            self.online &= ~profile.bit
