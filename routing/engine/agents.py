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
    """`number` is the id as an integer; `open` is the bitset of the channels that have room now.

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
        self.open = 0
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
        self._whole = sum(room.side.bit for room in self._rooms)
        self._counts: dict[ChannelName, int] = {}
        self._used = 0
        self._exclusive = 0
        for work_id, holding in state.holding.items():
            self.take(work_id.int, work_id, holding)

    @property
    def is_online(self) -> bool:
        return self.state.presence is not Presence.OFFLINE

    def snapshot(self) -> AgentState:
        return replace(
            self.state, holding=dict(self.holding.values()), idle_since=self.idle_since, leased_until=self.leased_until
        )

    def take(self, number: int, work_id: WorkId, holding: Holding) -> None:
        """Hold a work, whose number is its id as an integer."""
        channel, units = holding
        self.holding[number] = work_id, holding
        self._counts[channel] = self._counts.get(channel, 0) + 1
        self._used += units
        if channel in self._exclusives:
            self._exclusive += 1

    def drop(self, number: int) -> bool:
        """Give up the units of a work; False if the agent does not hold it."""
        held = self.holding.pop(number, None)
        if held is None:
            return False
        channel, units = held[1]
        self._counts[channel] -= 1
        if not self._counts[channel]:
            del self._counts[channel]
        self._used -= units
        if channel in self._exclusives:
            self._exclusive -= 1
        return True

    def is_ramping(self, now: int) -> bool:
        since, held = self._ramp_from, len(self.holding)
        return since is not None and held >= RAMP_FREE_ITEMS and held >= ramp_allowance(since, now)

    def is_leased(self, now: int) -> bool:
        return self.leased_until is not None and now < self.leased_until

    def reopen(self, now: int) -> None:
        """Find out which channels have room."""
        has_dues = self._ramp_from is not None or self.leased_until is not None
        if not self._is_available or (has_dues and (self.is_ramping(now) or self.is_leased(now))):
            self.open = 0
        elif not self.holding:
            self.open = self._whole
        elif self._is_interruptible:
            self.open = sum(room.side.bit for room in self._rooms if self._has_room(room))
        else:
            self.open = self._with_room()

    def _with_room(self) -> int:
        left, count = self._capacity - self._used, self._counts.get
        if self._exclusive or left < self._least:
            return 0
        found = 0
        for side, channel, weight, most, *_ in self._rooms:
            if weight <= left and count(channel, 0) < most:
                found |= side.bit
        return found

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
        return {
            room.side: idle if room.is_exclusive else idle + load for room in self._rooms if self.open & room.side.bit
        }
