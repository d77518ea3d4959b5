"""Waiting work by channel, queue and requirements; ready agents by channel and profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from routing.engine.heads import Pick, Rows, bits, picker
from routing.engine.profiles import Profiles
from routing.model import ChannelName, Loser, Order, QueueId, Requirements, Rule, Score, Work, tier

RULES = {Order.RESERVE: Rule.RESERVE, Order.BEST: Rule.BEST, Order.FAIR: Rule.FAIR, Order.CUSTOM: Rule.CUSTOM}
NO_EXCLUSIONS: Mapping[int, int | None] = MappingProxyType({})


class Preference(NamedTuple):
    """Which agent a queue prefers."""

    order: Order = Order.RESERVE
    score: Score | None = None


class Side:
    """One channel: who is ready for it, and its bit in the bitsets of channels."""

    __slots__ = ("bit", "name", "ready")

    def __init__(self, name: ChannelName, bit: int) -> None:
        self.name = name
        self.bit = bit
        self.ready = Rows()


class Why(NamedTuple):
    """What a decision tells of itself: the rule that chose, how many it chose from, and some who lost."""

    rule: Rule
    considered: int
    losers: tuple[Loser, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    mask: int
    pick: Pick


class Lane:
    """Works of one channel and queue that ask for the same. `profiles` is the bitset of those it admits.

    `index` is its place among all lanes, from 1. A lane for one agent (`need.agent`) has index 0: it stands outside the
    heads and bitsets. `alone` is why its only candidate is chosen.
    """

    __slots__ = ("_preference", "_tiers", "alone", "index", "need", "profiles", "queue_id", "rule", "side")

    def __init__(self, index: int, side: Side, queue_id: QueueId, need: Requirements, preference: Preference) -> None:
        self.index = index
        self.side = side
        self.queue_id = queue_id
        self.need = need
        self.profiles = 0
        self._tiers: list[Tier] | None = None
        self.reorder(preference)

    def admit(self, mask: int) -> None:
        self.profiles |= mask
        self._tiers = None

    def reorder(self, preference: Preference) -> None:
        self._preference = preference
        self.rule = RULES[preference.order]
        self.alone = Why(Rule.STICKY if self.need.agent else self.rule, 1, ())
        self._tiers = None

    def tiers(self, profiles: Profiles) -> list[Tier]:
        """Return the admitted profiles in the order in which the queue prefers them."""
        if self._tiers is None:
            self.side.ready.grow(len(profiles.all) + 1)
            self._tiers = self._sorted(profiles)
        return self._tiers

    def _sorted(self, profiles: Profiles) -> list[Tier]:
        masks: dict[int, int] = {}
        for index in bits(self.profiles):
            profile = profiles.all[index - 1]
            bucket = tier(self._preference.order, profile.levels, self.need, self._preference.score)
            masks[bucket] = masks.get(bucket, 0) | profile.bit
        return [Tier(mask, picker(bits(mask))) for _, mask in sorted(masks.items())]


class Item:
    """A waiting work where it stands. `rank` orders it among all works; `excluded` has who, and until when."""

    __slots__ = ("excluded", "lane", "rank", "work")

    def __init__(self, work: Work, rank: int, lane: Lane) -> None:
        self.work = work
        self.rank = rank
        self.lane = lane
        self.excluded = NO_EXCLUSIONS
        if work.excluded:
            self.excluded = {entry.agent_id.int: entry.until for entry in work.excluded}
