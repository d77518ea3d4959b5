"""Where a work stands: its step, its lane, its exclusions."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from routing.engine.agents import Agent
from routing.engine.heads import Heads, Pick, picker
from routing.engine.lanes import Item, Lane, Preference, Side
from routing.engine.profiles import Profile, Profiles
from routing.model import ChannelName, QueueId, Requirements, Work, step_at

SEQ_BITS = 48
EMERGENCY = 1 << 120

K = TypeVar("K")


def rank_of(work: Work) -> int:
    """Return (emergency, key, seq) packed into one integer; no key comes near an emergency's head start."""
    return ((work.key - EMERGENCY if work.is_emergency else work.key) << SEQ_BITS) + work.seq


class Waiting:
    """Every waiting work: `heads` has the ranks of each lane, `own`, by agent, those of works that ask for that one.

    `held` has, by lane, the ranks of works that exclude somebody. They are few and stand outside the heads, because
    their order differs from agent to agent. Both are sorted.
    """

    def __init__(self, profiles: Profiles) -> None:
        self.sides: dict[ChannelName, Side] = {}
        self.lanes: list[Lane] = []
        self.heads = Heads()
        self.by_id: dict[int, Item] = {}
        self.by_rank: dict[int, Item] = {}
        self.own: dict[int, list[int]] = {}
        self.held: dict[Lane, list[int]] = {}
        self._profiles = profiles
        self._lanes: dict[tuple[ChannelName, int, Requirements], Lane] = {}
        self._preferences: dict[QueueId, Preference] = {}

    def side(self, channel: ChannelName) -> Side:
        side = self.sides.get(channel)
        if side is None:
            side = self.sides[channel] = Side(channel, 1 << len(self.sides))
        return side

    def prefer(self, queue_id: QueueId, preference: Preference) -> None:
        self._preferences[queue_id] = preference
        for lane in self._lanes.values():
            if lane.queue_id == queue_id:
                lane.reorder(preference)

    def lane(self, channel: ChannelName, queue_id: QueueId, need: Requirements) -> Lane:
        key = (channel, queue_id.int, need)
        known = self._lanes.get(key)
        if known is not None:
            return known
        side = self.side(channel)
        preference = self._preferences.get(queue_id, Preference())
        # A lane for one agent comes and goes with its works: it is cheap to make, and not worth remembering.
        lane = Lane(0 if need.agent else len(self.lanes) + 1, side, queue_id, need, preference)
        if not need.agent:
            lane.admit(self._profiles.admitted(queue_id, channel, need))
            self.lanes.append(lane)
            self.heads.grow(lane.index + 1)
            self._lanes[key] = lane
        return lane

    def pick_for(self, profile: Profile, channels: int) -> Pick:
        """Return what reads the heads of the lanes that admit a profile on these channels."""
        # Lanes are only ever added, so their number tells whether what was made still holds.
        if profile.lanes != len(self.lanes):
            profile.lanes, profile.picks = len(self.lanes), {}
        pick = profile.picks.get(channels)
        if pick is None:
            lanes = [lane for lane in self.lanes if lane.profiles & profile.bit and lane.side.bit & channels]
            pick = profile.picks[channels] = picker(lane.index for lane in lanes)
        return pick

    def welcome(self, profile: Profile) -> None:
        """Let a new profile into the lanes that admit it."""
        for lane in self._lanes.values():
            if self._profiles.admitted(lane.queue_id, lane.side.name, lane.need) & profile.bit:
                lane.admit(profile.bit)

    def admits(self, lane: Lane, agent: Agent) -> bool:
        if lane.index:
            return bool(lane.profiles & agent.profile.bit)
        admitted = self._profiles.admitted(lane.queue_id, lane.side.name, lane.need)
        return lane.need.agent == agent.state.id and bool(admitted & agent.profile.bit)

    def has_somebody(self, lane: Lane) -> bool:
        """Whether anybody online could take a work of this lane, if not now."""
        if not lane.need.agent:
            return bool(lane.profiles & self._profiles.online)
        agent = self._profiles.agents.get(lane.need.agent.int)
        return agent is not None and agent.is_online and self.admits(lane, agent)

    def standing(self, work: Work, now: int) -> Work:
        """Return the work on the step on which its age and the agents online put it."""
        step = step_at(work, now, lambda need: self.has_somebody(self.lane(work.channel, work.queue_id, need)))
        return work if step == work.step else replace(work, step=step)

    def put(self, work: Work, now: int) -> Item:
        if len(work.steps) > 1:
            work = self.standing(work, now)
        need = work.steps[min(work.step, len(work.steps) - 1)].requirements
        lane, rank = self.lane(work.channel, work.queue_id, need), rank_of(work)
        item = self.by_id[work.id.int] = self.by_rank[rank] = Item(work, rank, lane)
        if need.agent:
            insort(self.own.setdefault(need.agent.int, []), rank)
        elif item.excluded:
            insort(self.held.setdefault(lane, []), rank)
        else:
            self.heads.add(lane.index, rank)
        return item

    def put_alike(self, works: Sequence[Work]) -> Lane:
        """Put works that ask for the same and exclude nobody; returns their lane."""
        first = works[0]
        lane = self.lane(first.channel, first.queue_id, first.steps[0].requirements)
        by_id, by_rank = self.by_id, self.by_rank
        ranks = []
        for work in works:
            rank = rank_of(work)
            by_id[work.id.int] = by_rank[rank] = Item(work, rank, lane)
            ranks.append(rank)
        self.heads.add_all(lane.index, ranks)
        return lane

    def take(self, item: Item) -> None:
        """Take a work out: it is reserved, or gone, or about to stand elsewhere."""
        lane, rank = item.lane, item.rank
        del self.by_id[item.work.id.int]
        del self.by_rank[rank]
        if lane.need.agent:
            _forget(self.own, lane.need.agent.int, rank)
        elif item.excluded:
            _forget(self.held, lane, rank)
        else:
            self.heads.discard(lane.index, rank)

    def of_lane(self, lane: Lane) -> list[Item]:
        ranks = [*self.heads.keys(lane.index), *self.held.get(lane, ())]
        return [self.by_rank[rank] for rank in sorted(ranks)]

    def asking_for(self, number: int) -> list[Item]:
        return [self.by_rank[rank] for rank in self.own.get(number, ())]

    def touched_by(self, profile: Profile) -> Iterator[Item]:
        """Yield the works whose fate may change when somebody of this profile is no longer online.

        They are those that nobody online could take any more, and those that exclude somebody: the one who is left may
        now be the only one.
        """
        for lane in self.lanes:
            if not lane.profiles & profile.bit:
                continue
            if not self.has_somebody(lane):
                yield from self.of_lane(lane)
            else:
                yield from [self.by_rank[rank] for rank in self.held.get(lane, ())]


def _forget(ranks: dict[K, list[int]], key: K, rank: int) -> None:
    ranks[key].remove(rank)
    if not ranks[key]:
        del ranks[key]
