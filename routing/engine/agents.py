"""One agent's room, counted up and down: the same answers as `model.busy`, without looking through what is held."""

from __future__ import annotations

from dataclasses import replace

from routing.engine.lanes import Side
from routing.engine.profiles import Profile
from routing.model import (
    RAMP_FREE_ITEMS,
    AgentState,
    ChannelName,
    ChannelRule,
    Holding,
    Presence,
    WorkId,
    load_step,
    ramp_allowance,
)

NUMBER_BITS = 128
NUMBER_MASK = (1 << NUMBER_BITS) - 1
IDLE_BITS = 64


class Agent:
    """`number` is the id as an integer; `keys` has the place in the heads of every channel the agent is ready for."""

    __slots__ = (
        "_counts",
        "_exclusive",
        "_used",
        "holding",
        "idle_since",
        "keys",
        "number",
        "profile",
        "rooms",
        "state",
    )

    def __init__(self, state: AgentState, profile: Profile, rooms: list[tuple[Side, ChannelRule]]) -> None:
        self.state = state
        self.number = state.id.int
        self.profile = profile
        self.rooms = rooms
        self.idle_since = state.idle_since
        self.keys: dict[Side, int] = {}
        self.holding: dict[int, tuple[WorkId, Holding]] = {}
        self._counts: dict[ChannelName, int] = {}
        self._used = 0
        self._exclusive = 0
        for work_id, holding in state.holding.items():
            self.take(work_id, holding)

    @property
    def is_online(self) -> bool:
        return self.state.presence is not Presence.OFFLINE

    def snapshot(self) -> AgentState:
        return replace(self.state, holding=dict(self.holding.values()), idle_since=self.idle_since)

    def take(self, work_id: WorkId, holding: Holding) -> None:
        self.holding[work_id.int] = work_id, holding
        self._count(holding.channel, 1, holding.units)

    def drop(self, work_id: WorkId) -> bool:
        """Give up the units of a work; False if the agent does not hold it."""
        held = self.holding.pop(work_id.int, None)
        if held is not None:
            self._count(held[1].channel, -1, -held[1].units)
        return held is not None

    def _count(self, channel: ChannelName, works: int, units: int) -> None:
        count = self._counts.get(channel, 0) + works
        self._counts[channel] = count
        if not count:
            del self._counts[channel]
        self._used += units
        rule = self.state.channels.get(channel)
        if rule is not None and rule.is_exclusive:
            self._exclusive += works

    def is_open(self, now: int) -> bool:
        """Whether the agent may take anything at all."""
        return self.state.presence is Presence.AVAILABLE and not self.is_ramping(now)

    def is_ramping(self, now: int) -> bool:
        since, held = self.state.ramp_from, len(self.holding)
        return since is not None and held >= RAMP_FREE_ITEMS and held >= ramp_allowance(since, now)

    def has_room(self, channel: ChannelName, rule: ChannelRule) -> bool:
        if not self._counts:
            return rule.most > 0 and rule.weight <= self.state.capacity
        if self._counts.get(channel, 0) >= rule.most:
            return False
        if rule.interrupts and rule.interrupts.issuperset(self._counts):
            return True
        return not self._exclusive and self._used + rule.weight <= self.state.capacity

    def key(self, rule: ChannelRule) -> int:
        """Return (load, idle since, id) packed into one integer: one comparison instead of three."""
        load = load_step(self._used, self.state.capacity, is_exclusive=rule.is_exclusive) if self._used else 0
        return (((load << IDLE_BITS) + self.idle_since) << NUMBER_BITS) + self.number


def unpack(key: int) -> tuple[int, int, int]:
    """Return (load, idle since, number) of a key."""
    rest, number = key >> NUMBER_BITS, key & NUMBER_MASK
    return rest >> IDLE_BITS, rest & ((1 << IDLE_BITS) - 1), number
