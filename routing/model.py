"""Values and pure rules of routing. Every time and duration is a whole number of microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, NewType
from uuid import UUID

from core.errors import Invalid

WorkId = NewType("WorkId", UUID)
AgentId = NewType("AgentId", UUID)
QueueId = NewType("QueueId", UUID)
SkillId = NewType("SkillId", UUID)
ChannelName = NewType("ChannelName", str)

SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
MIN_LEVEL, MAX_LEVEL = 1, 10
BUCKETS = 16
RAMP_FREE_ITEMS = 2
RAMP_STEP = 5 * SECOND
OFFER_STEP_MARGIN = 5 * SECOND
STICKY_LIMIT = 30 * SECOND


class Presence(StrEnum):
    AVAILABLE = "available"
    NOT_READY = "not_ready"
    OFFLINE = "offline"


class Order(StrEnum):
    """Which agent a queue prefers among those who may take a work."""

    RESERVE = "reserve"
    BEST = "best"
    FAIR = "fair"
    CUSTOM = "custom"


class Priority(IntEnum):
    NORMAL = 0
    HIGH = 1
    URGENT = 2
    CRITICAL = 3


class Rule(StrEnum):
    """What chose the agent of a decision."""

    RESERVE = "reserve"
    BEST = "best"
    FAIR = "fair"
    CUSTOM = "custom"
    STICKY = "sticky"
    MANUAL = "manual"


class Reason(StrEnum):
    """Why an agent did not get a work; the first that holds, in this order."""

    OFFLINE = "offline"
    NOT_READY = "not_ready"
    OTHER_AGENT = "other_agent"
    QUEUE = "queue"
    CHANNEL = "channel"
    SKILL = "skill"
    TRUST = "trust"
    PERMISSION = "permission"
    EXCLUDED = "excluded"
    LEASED = "leased"
    BUSY = "busy"
    AT_CAPACITY = "at_capacity"
    RAMP = "ramp"
    TIER = "tier"
    LOAD = "load"
    IDLE = "idle"
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an agent must be to take a work.

    Permissions and trust are hard: no step may ask for less of them than the step before. Experience is a level.
    """

    skills: tuple[tuple[SkillId, int], ...] = ()
    permissions: frozenset[str] = frozenset()
    trust: int = 0
    agent: AgentId | None = None
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Hash once: every work that waits is looked up by what it asks for."""
        if self._hash is None:
            object.__setattr__(self, "_hash", hash((self.skills, self.permissions, self.trust, self.agent)))
        return self._hash or 0


@dataclass(frozen=True, slots=True)
class Step:
    """Requirements in force until the work is `expires_after_us` old, counted from its first queueing.

    The last step of a work never expires, whatever it says.
    """

    requirements: Requirements
    expires_after_us: int | None = None


# The bucket of who has these levels for work that asks for this: 0 to 15, the lowest first, the same every time.
Score = Callable[[Mapping[SkillId, int], Requirements], int]


@dataclass(frozen=True, slots=True)
class QueueRules:
    queue_id: QueueId
    target_us: int = 60 * SECOND
    offer_timeout_us: int = 20 * SECOND
    order: Order = Order.RESERVE
    score: str = ""  # one of `routing.engine.scores`, when the order is custom


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The agent does not get the work before `until`; None is for good (a decline)."""

    agent_id: AgentId
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What waits. `seq` is unique and below 2**48; `step` is the lowest step it may still stand on.

    `key` is computed by `work_key` and kept through requeueing, misses and restarts; only another promise moves it.
    """

    id: WorkId
    queue_id: QueueId
    channel: ChannelName
    key: int
    seq: int
    first_enqueued_at: int
    steps: tuple[Step, ...] = (Step(Requirements()),)
    priority: Priority = Priority.NORMAL
    step: int = 0
    excluded: tuple[Exclusion, ...] = ()
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How one channel loads an agent: units a work takes, how many at once, and what it may interrupt.

    An interruption takes no heed of the units of what it interrupts, but has to fit an agent who holds nothing: else
    the first chat would make room for a call. Taking a work never makes room for another; the engine relies on it.
    """

    weight: int
    most: int
    is_exclusive: bool = False
    interrupts: frozenset[ChannelName] = frozenset()


DEFAULT_CAPACITY = 100
DEFAULT_CHANNELS: Mapping[ChannelName, ChannelRule] = MappingProxyType(
    {
        ChannelName("voice"): ChannelRule(weight=100, most=1, is_exclusive=True),
        ChannelName("chat"): ChannelRule(weight=30, most=3),
        ChannelName("sms"): ChannelRule(weight=25, most=4),
        ChannelName("email"): ChannelRule(weight=20, most=5),
        ChannelName("ticket"): ChannelRule(weight=10, most=10),
    },
)
DEFAULT_BOOSTS: Mapping[Priority, int] = MappingProxyType(
    {
        Priority.NORMAL: 0,
        Priority.HIGH: 30 * SECOND,
        Priority.URGENT: 120 * SECOND,
        Priority.CRITICAL: 600 * SECOND,
    },
)


class Holding(NamedTuple):
    """A work that an agent has, offered or accepted, and the units it takes now."""

    channel: ChannelName
    units: int


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent as routing sees one. `queues` None is every queue; a channel that is not in `channels` is not taken.

    `idle_since` is the last release from routed work, the sign-in, the return from a break or the last missed offer.
    `ramp_from` is the sign-in from which the login ramp counts; None is no ramp. Until `leased_until` the dialer has
    the agent: no work is offered.
    """

    id: AgentId
    levels: Mapping[SkillId, int] = field(default_factory=dict)
    trust: int = 0
    permissions: frozenset[str] = frozenset()
    queues: frozenset[QueueId] | None = None
    channels: Mapping[ChannelName, ChannelRule] = field(default_factory=lambda: DEFAULT_CHANNELS)
    presence: Presence = Presence.AVAILABLE
    capacity: int = DEFAULT_CAPACITY
    holding: Mapping[WorkId, Holding] = field(default_factory=dict)
    idle_since: int = 0
    ramp_from: int | None = None
    leased_until: int | None = None

    @property
    def used(self) -> int:
        return sum(held.units for held in self.holding.values())

    @property
    def is_over_capacity(self) -> bool:
        """Whether waking conversations, an interruption or a manual take passed the capacity: allowed, and flagged."""
        return self.used > self.capacity


class Loser(NamedTuple):
    agent_id: AgentId
    reason: Reason


class Decision(NamedTuple):
    """One work for one agent, reserved in memory until it is committed or undone.

    `work` is as it waited, with its step and exclusions, so that undoing needs nothing else. `considered` counts the
    ready agents that the requirements admitted and no lower tier beat; `losers` names a few of those who were ready.
    A tuple, since a frozen dataclass takes four times as long to make, and this is made for every decision.
    """

    work: Work
    agent_id: AgentId
    units: int
    rule: Rule
    considered: int
    losers: tuple[Loser, ...]
    at: int


class Verdict(NamedTuple):
    """Why an agent has not got a waiting work; `detail` names the skill, permission or level that lacks."""

    agent_id: AgentId
    reason: Reason
    detail: str = ""


def work_key(first_enqueued_at: int, target_us: int, boost_us: int, due_at: int | None = None) -> int:
    """Return the earliest-deadline key, the smallest first; what was promised counts before the queue's own target."""
    return (first_enqueued_at + target_us if due_at is None else due_at) - boost_us


def check_spread(targets_us: Iterable[int], boosts_us: Iterable[int]) -> None:
    """Refuse targets and boosts that let later work overtake by more than 24 hours.

    Raises Invalid. Work is overtaken only by arrivals within D - min D, where D = target - boost.
    """
    targets, boosts = list(targets_us), list(boosts_us)
    if targets and boosts and max(targets) - min(targets) + max(boosts) - min(boosts) > DAY:
        raise Invalid("Targets and boosts may differ by at most 24 hours in all")


def check_steps(steps: tuple[Step, ...], offer_timeout_us: int) -> None:
    """Refuse steps that relax what is hard, go back in time or end before an offer could. Raises Invalid."""
    if not steps:
        raise Invalid("At least one step is needed")
    for step in steps:
        if any(not MIN_LEVEL <= level <= MAX_LEVEL for _, level in step.requirements.skills):
            raise Invalid(f"A level is from {MIN_LEVEL} to {MAX_LEVEL}")
    for earlier, later in pairwise(step.requirements for step in steps):
        if later.trust < earlier.trust or not later.permissions >= earlier.permissions:
            raise Invalid("Permissions and trust are never relaxed")
    _check_ages(steps[:-1], offer_timeout_us + OFFER_STEP_MARGIN)


def _check_ages(steps: tuple[Step, ...], shortest: int) -> None:
    previous = 0
    for step in steps:
        age = step.expires_after_us
        # A sticky step may be shorter: it is a courtesy, and its agent is asked for whatever is left of it.
        least = 1 if step.requirements.agent else shortest
        if age is None or age - previous < least:
            raise Invalid("Every step but the last lasts at least the offer timeout and 5 seconds")
        previous = age


def sticky_step(agent_id: AgentId, base: Requirements, target_us: int, *, is_live: bool) -> Step:
    """Return step 0 for a customer's last agent: a quarter of the target, at most 30 s on live channels."""
    patience = target_us // 4
    requirements = Requirements(permissions=base.permissions, trust=base.trust, agent=agent_id)
    return Step(requirements, min(patience, STICKY_LIMIT) if is_live else patience)


def step_at(work: Work, now: int, has_somebody: Callable[[Requirements], bool]) -> int:
    """Return the step of a work: the first not expired by age that matches somebody online, and never a lower one."""
    age = now - work.first_enqueued_at
    last = len(work.steps) - 1
    for index in range(min(work.step, last), last):
        step = work.steps[index]
        is_over = step.expires_after_us is not None and age >= step.expires_after_us
        if not is_over and has_somebody(step.requirements):
            return index
    return last


def missing(agent: AgentState, work: Work, need: Requirements) -> Verdict | None:
    """Return what the agent lacks for these requirements whatever the moment, or None if they admit the agent."""
    if need.agent is not None and need.agent != agent.id:
        return Verdict(agent.id, Reason.OTHER_AGENT)
    if agent.queues is not None and work.queue_id not in agent.queues:
        return Verdict(agent.id, Reason.QUEUE)
    if work.channel not in agent.channels:
        return Verdict(agent.id, Reason.CHANNEL, work.channel)
    for skill, level in need.skills:
        if agent.levels.get(skill, 0) < level:
            return Verdict(agent.id, Reason.SKILL, f"{skill} >= {level}")
    if agent.trust < need.trust:
        return Verdict(agent.id, Reason.TRUST, f">= {need.trust}")
    lacking = need.permissions - agent.permissions
    return Verdict(agent.id, Reason.PERMISSION, ", ".join(sorted(lacking))) if lacking else None


def busy(agent: AgentState, channel: ChannelName, now: int) -> Reason | None:
    """Return why the agent cannot take one more on this channel now, or None (routing rules, section 5)."""
    if agent.presence is not Presence.AVAILABLE:
        return Reason.OFFLINE if agent.presence is Presence.OFFLINE else Reason.NOT_READY
    if agent.leased_until is not None and now < agent.leased_until:
        return Reason.LEASED
    if agent.ramp_from is not None and len(agent.holding) >= ramp_allowance(agent.ramp_from, now):
        return Reason.RAMP
    rule = agent.channels.get(channel)
    return _full(agent, channel, rule) if rule else Reason.CHANNEL


def _full(agent: AgentState, channel: ChannelName, rule: ChannelRule) -> Reason | None:
    held = [holding.channel for holding in agent.holding.values()]
    if held.count(channel) >= rule.most:
        return Reason.AT_CAPACITY
    if rule.weight <= agent.capacity and rule.interrupts.issuperset(held):
        return None
    if any(name in agent.channels and agent.channels[name].is_exclusive for name in held):
        return Reason.BUSY
    return Reason.AT_CAPACITY if agent.used + rule.weight > agent.capacity else None


def can_take(agent: AgentState, channel: ChannelName, now: int) -> bool:
    return busy(agent, channel, now) is None


def ramp_allowance(ramp_from: int, now: int) -> int:
    """Return how many works an agent may hold so soon after signing in: two, and one more every 5 s."""
    return RAMP_FREE_ITEMS + max(0, now - ramp_from) // RAMP_STEP


def ramp_due(ramp_from: int, held: int) -> int:
    """Return when an agent holding `held` works may hold one more."""
    return ramp_from + (held + 1 - RAMP_FREE_ITEMS) * RAMP_STEP


def load_step(used: int, capacity: int, *, is_exclusive: bool) -> int:
    """Return the load in 16 steps; 0 on exclusive channels, where only idleness counts."""
    if is_exclusive or used <= 0:
        return 0
    return min(BUCKETS - 1, used * BUCKETS // max(capacity, 1))


def flexibility(levels: Mapping[SkillId, int]) -> int:
    """Return the bucket of flexibility: how many skills. The least go first: scarce skills stay free."""
    return min(BUCKETS - 1, len(levels))


def surplus(levels: Mapping[SkillId, int], need: Requirements) -> int:
    return sum(levels.get(skill, 0) - level for skill, level in need.skills)


def tier(order: Order, levels: Mapping[SkillId, int], need: Requirements, score: Score | None = None) -> int:
    """Return the bucket, 0 to 15, that decides before load and idle time; the lowest wins."""
    match order:
        case Order.RESERVE:
            return flexibility(levels)
        case Order.BEST:
            return max(0, BUCKETS - 1 - surplus(levels, need))
        case Order.CUSTOM if score is not None:
            return min(BUCKETS - 1, max(0, score(levels, need)))
        case _:
            return 0
