"""Small random worlds for the routing engine: few agents, few skills, and everything that may happen to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from hypothesis import strategies as st
from routing_scan import Scan

from routing.engine import Engine
from routing.model import (
    DEFAULT_CHANNELS,
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    ChannelRule,
    Decision,
    Order,
    Presence,
    QueueId,
    QueueRules,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
)

AGENTS = [AgentId(UUID(int=number)) for number in range(8)]
QUEUES = [QueueId(UUID(int=100 + number)) for number in range(3)]
SKILLS = [SkillId(UUID(int=200 + number)) for number in range(3)]
VOICE, CHAT, EMAIL = ChannelName("voice"), ChannelName("chat"), ChannelName("email")
ORDERS = dict(zip(QUEUES, Order, strict=True))
INTERRUPTING = {**DEFAULT_CHANNELS, VOICE: ChannelRule(100, 1, is_exclusive=True, interrupts=frozenset({CHAT, EMAIL}))}

seconds = st.integers(0, 40).map(lambda number: number * SECOND)
levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=3)
wanted = st.one_of(st.just({}), st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=2))
permissions = st.sampled_from([*[frozenset()] * 4, frozenset({"refund"})])
trusts = st.sampled_from([0, 0, 0, 2])

agents = st.builds(
    AgentState,
    id=st.sampled_from(AGENTS),
    levels=levels,
    trust=st.sampled_from([0, 1, 2]),
    permissions=permissions,
    queues=st.sampled_from([None, None, frozenset(QUEUES[:2])]),
    channels=st.sampled_from([DEFAULT_CHANNELS, INTERRUPTING, {CHAT: ChannelRule(30, 2)}]),
    presence=st.sampled_from([*[Presence.AVAILABLE] * 5, *Presence]),
    capacity=st.sampled_from([100, 100, 50]),
    idle_since=seconds,
    ramp_from=st.one_of(st.none(), st.none(), seconds),
)
needs = st.builds(
    Requirements,
    skills=wanted.map(lambda skills: tuple(sorted(skills.items()))),
    permissions=permissions,
    trust=trusts,
    agent=st.sampled_from([*[None] * 16, *AGENTS]),
)
ladders = st.lists(needs, min_size=1, max_size=3).flatmap(
    lambda rungs: st.lists(st.integers(1, 40), min_size=len(rungs), max_size=len(rungs)).map(
        lambda ages: tuple(Step(need, age * SECOND) for need, age in zip(rungs, sorted(ages), strict=True)),
    ),
)


@dataclass(frozen=True)
class Event:
    """What happens, `after` microseconds from the event before; numbers are taken modulo what there is."""

    kind: str
    after: int
    agent: AgentState
    number: int
    steps: tuple[Step, ...]
    queue: QueueId
    channel: ChannelName
    head_start: int
    looks: bool


KINDS = [
    *["work"] * 7,
    "agent",
    *["release"] * 3,
    *["presence", "exclude", "decline", "undo", "remove_work", "remove_agent", "weigh", "wait", "rekey", "reserve"],
]
events = st.builds(
    Event,
    kind=st.sampled_from(KINDS),
    after=st.sampled_from([0, 0, SECOND, 3 * SECOND, 15 * SECOND]),
    agent=agents,
    number=st.integers(0, 1000),
    steps=ladders,
    queue=st.sampled_from(QUEUES),
    channel=st.sampled_from([VOICE, CHAT, CHAT, EMAIL]),
    head_start=st.sampled_from([0, 0, 10 * SECOND, 30 * SECOND]),
    looks=st.booleans(),
)
# Six agents begin: without them most histories would be of work that waits for nobody.
crews = st.lists(events.map(lambda event: replace(event, kind="agent", after=0)), min_size=6, max_size=6)
histories = st.tuples(crews, st.lists(events, max_size=50)).map(lambda parts: [*parts[0], *parts[1]])


class World:
    """The engine and the scan, told the same; `log` has every decision, which both must have made."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.scan = Scan(ORDERS)
        self.now = 0
        self.seq = 0
        self.log: list[Decision] = []
        self.known: dict[WorkId, Work] = {}
        for queue_id, order in ORDERS.items():
            self.engine.put_queue(QueueRules(queue_id, order=order))

    def happen(self, event: Event) -> None:
        self.now += event.after
        moves: dict[str, Callable[[Event], None]] = {
            "work": self.work,
            "agent": lambda e: self.both("put_agent", self.keep(e.agent)),
            "presence": self.presence,
            "wait": lambda _: None,
            "release": self.release,
            "undo": self.undo,
            "reserve": self.reserve,
            "weigh": self.weigh,
            "exclude": lambda e: self.exclude(e, self.now + 20 * SECOND),
            "decline": lambda e: self.exclude(e, None),
            "rekey": self.rekey,
            "remove_work": self.remove_work,
            "remove_agent": lambda e: self.both("remove_agent", e.agent.id),
        }
        moves[event.kind](event)

    def both(self, name: str, *arguments: object) -> None:
        getattr(self.engine, name)(*arguments, self.now)
        getattr(self.scan, name)(*arguments, self.now)

    def keep(self, state: AgentState) -> AgentState:
        """Let a changed agent hold what was held before."""
        old = self.scan.agents.get(state.id)
        return replace(state, holding=old.holding if old else {})

    def work(self, event: Event) -> None:
        self.seq += 1
        age = event.number % 7 * SECOND
        work = Work(
            id=WorkId(UUID(int=1000 + self.seq)),
            queue_id=event.queue,
            channel=event.channel,
            key=self.now - age + 60 * SECOND - event.head_start,
            seq=self.seq,
            first_enqueued_at=self.now - age,
            steps=event.steps,
            is_emergency=event.number % 50 == 0,
        )
        self.known[work.id] = work
        self.both("add_work", work)

    def rekey(self, event: Event) -> None:
        work = _some(list(self.known.values()), event.number)
        if work:
            self.both("add_work", replace(work, key=work.key - event.head_start))

    def presence(self, event: Event) -> None:
        if event.agent.id in self.scan.agents:
            self.both("set_presence", event.agent.id, event.agent.presence)

    def release(self, event: Event) -> None:
        held = _some(list(self.scan.holders.items()), event.number)
        if held:
            self.both("release", held[1], held[0])

    def weigh(self, event: Event) -> None:
        held = _some(list(self.scan.holders.items()), event.number)
        if held:
            self.both("weigh", held[1], held[0], event.number % 120)

    def exclude(self, event: Event, until: int | None) -> None:
        work_id = _some(list(self.scan.works), event.number)
        if work_id:
            self.both("exclude", work_id, event.agent.id, until)

    def undo(self, event: Event) -> None:
        decision = _some(self.log[-3:], event.number)
        if decision:
            self.engine.undo(decision, self.now)
            self.scan.undo(decision.work, decision.agent_id, self.now)

    def reserve(self, event: Event) -> None:
        work_id = _some(list(self.scan.works), event.number)
        if work_id and self.scan.reserve(work_id, event.agent.id, self.now):
            self.log.append(self.engine.reserve(work_id, event.agent.id, self.now))

    def remove_work(self, event: Event) -> None:
        work_id = _some(list(self.known), event.number)
        if work_id:
            self.both("remove_work", work_id)

    def decide(self, limit: int = 100) -> list[tuple[WorkId, AgentId]]:
        decisions = self.engine.decide(self.now, limit)
        self.log.extend(decisions)
        return [(decision.work.id, decision.agent_id) for decision in decisions]

    def reload(self) -> None:
        """Start a new engine from what the old one would have saved."""
        fresh = Engine()
        for queue_id, order in ORDERS.items():
            fresh.put_queue(QueueRules(queue_id, order=order))
        for agent_id in self.scan.agents:
            fresh.put_agent(self.engine.agent(agent_id), self.now)
        for work_id in self.scan.works:
            work = self.engine.waiting(work_id)
            assert work is not None
            fresh.add_work(work, self.now)
        self.engine = fresh


def _some(things, number):
    return things[number % len(things)] if things else None
