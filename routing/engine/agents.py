"""One agent's room, counted up and down: the same answers as `model.busy`, without looking through what is held."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from routing.engine.lanes import Side
from routing.engine.profiles import Profile
from routing.model import (
    RAMP_FREE_ITEMS,
    AgentState,
    ChannelName,
    Holding,
    Presence,
    WorkId,
    load_step,
    ramp_allowance,
)

NUMBER_BITS = 128
NUMBER_MASK = (1 << NUMBER_BITS) - 1
LOAD_SHIFT = NUMBER_BITS + 64


class Room(NamedTuple):
    """What an agent's rule for a channel comes to; unpacked in the one loop that everything waits for."""

    side: Side
    channel: ChannelName
    weight: int
    most: int
    is_exclusive: bool
    interrupts: frozenset[ChannelName]
    holding: Holding


class Agent:
    """`number` is the id as an integer; `open` has the channels with room now, and whether each is exclusive.

    `keys` has the places in the heads of ready agents, where this agent can be found; `Floor` keeps them.
    """

    __slots__ = (
        "_capacity",
        "_counts",
        "_exclusive",
        "_exclusives",
        "_is_available",
        "_is_interruptible",
        "_least",
        "_ramp_from",
        "_rooms",
        "_used",
        "_whole",
        "holding",
        "idle_since",
        "keys",
        "leased_until",
        "number",
        "offers",
        "open",
        "profile",
        "state",
    )

    def __init__(self, state: AgentState, profile: Profile, rooms: list[Room]) -> None:
        self.state = state
        self.number = state.id.int
        self.profile = profile
        self.idle_since = state.idle_since
        self.leased_until = state.leased_until
        self.open: dict[Side, bool] = {}
        self.keys: dict[Side, int] = {}
        self.holding: dict[int, tuple[WorkId, Holding]] = {}
        # What has no room with an agent who holds nothing never has any.
        self._rooms = [room for room in rooms if room.weight <= state.capacity and room.most]
        self._least = min((room.weight for room in self._rooms), default=0)
        self._capacity = state.capacity
        self._is_available = state.presence is Presence.AVAILABLE
        self._ramp_from = state.ramp_from
        self._is_interruptible = any(room.interrupts for room in self._rooms)
        # What a work of each channel comes to while the agent has it.
        self.offers = {room.side: room.holding for room in rooms}
        self._exclusives = frozenset(room.channel for room in rooms if room.is_exclusive)
        self._whole = {room.side: room.is_exclusive for room in self._rooms}
        self._counts: dict[ChannelName, int] = {}
        self._used = 0
        self._exclusive = 0
        for work_id, holding in state.holding.items():
            self.take(work_id, holding)

    @property
    def is_online(self) -> bool:
        return self.state.presence is not Presence.OFFLINE

    def snapshot(self) -> AgentState:
        return replace(
            self.state, holding=dict(self.holding.values()), idle_since=self.idle_since, leased_until=self.leased_until
        )

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
        if channel in self._exclusives:
            self._exclusive += works

    def is_ramping(self, now: int) -> bool:
        since, held = self._ramp_from, len(self.holding)
        return since is not None and held >= RAMP_FREE_ITEMS and held >= ramp_allowance(since, now)

    def is_leased(self, now: int) -> bool:
        return self.leased_until is not None and now < self.leased_until

    def reopen(self, now: int) -> None:
        """Find out which channels have room."""
        has_dues = self._ramp_from is not None or self.leased_until is not None
        if not self._is_available or (has_dues and (self.is_ramping(now) or self.is_leased(now))):
            self.open = {}
        elif not self.holding:
            self.open = self._whole
        elif self._is_interruptible:
            self.open = {room.side: room.is_exclusive for room in self._rooms if self._has_room(room)}
        else:
            left, count = self._capacity - self._used, self._counts.get
            self.open = (
                {}
                if self._exclusive or left < self._least
                else {
                    side: is_exclusive
                    for side, channel, weight, most, is_exclusive, *_ in self._rooms
                    if weight <= left and count(channel, 0) < most
                }
            )

    def _has_room(self, room: Room) -> bool:
        if self._counts.get(room.channel, 0) >= room.most:
            return False
        if room.interrupts and room.interrupts.issuperset(self._counts):
            return True
        return not self._exclusive and self._used + room.weight <= self._capacity

    def places(self) -> dict[Side, int]:
        """Return (load, idle since, id) for each open channel, packed: one comparison of integers instead of three."""
        idle = (self.idle_since << NUMBER_BITS) + self.number
        load = load_step(self._used, self._capacity, is_exclusive=False) << LOAD_SHIFT
        return {side: idle if is_exclusive else idle + load for side, is_exclusive in self.open.items()}
