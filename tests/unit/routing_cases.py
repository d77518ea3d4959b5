"""Small random worlds for the routing engine: few agents, few skills, and everything that may happen to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import starmap
from random import Random
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from routing_scan import Scan

from routing.blending import Ask
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
QUEUES = [QueueId(UUID(int=100 + number)) for number in range(4)]
SKILLS = [SkillId(UUID(int=200 + number)) for number in range(3)]
VOICE, CHAT, EMAIL = ChannelName("voice"), ChannelName("chat"), ChannelName("email")
ORDERS = dict(zip(QUEUES, Order, strict=True))
INTERRUPTING = {**DEFAULT_CHANNELS, VOICE: ChannelRule(100, 1, is_exclusive=True, interrupts=frozenset({CHAT, EMAIL}))}

KINDS = [
    *["work"] * 9,
    *["release", "presence"] * 3,
    *["miss", "undo", "rekey"] * 2,
    *["grant", "give_back"] * 2,
    *["exclude", "decline", "agent", "remove_agent", "remove_work", "weigh", "wait", "reserve", "lunch", "return"],
]


@dataclass(frozen=True, repr=False)
class Event:
    """What happens, `after` microseconds from the event before; numbers are taken modulo what there is."""

    name: str
    kind: str
    after: int
    agent: AgentState
    number: int
    steps: tuple[Step, ...]
    queue: QueueId
    channel: ChannelName
    head_start: int
    looks: bool

    def __repr__(self) -> str:
        return self.name

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:
        """Let Hypothesis print the name too, where it would print every field of a dataclass."""
        printer.text(self.name)


def member(place: int, seed: int) -> Event:
    """Return the coming of an agent, before anything else; with seed 0 nobody comes."""
    came = event(seed)
    agent = replace(came.agent, id=AGENTS[place])
    return replace(came, name=f"member({place}, {seed})", kind="agent" if seed else "wait", after=0, agent=agent)


def event(seed: int, kind: str = "") -> Event:
    """Return one of the events that may happen; in event 0 nothing does, so that examples shrink to little."""
    chance = Random(seed)
    drawn = chance.choice(KINDS) if seed else "wait"
    kind = kind or drawn
    return Event(
        name=f"event({seed})",
        kind=kind,
        after=chance.choice([0, 0, 0, SECOND, 3 * SECOND, 15 * SECOND]) if seed else 0,
        agent=_agent(chance),
        number=chance.randrange(1000),
        steps=_ladder(chance) if kind == "work" else (),
        queue=chance.choice(QUEUES),
        channel=chance.choice([VOICE, CHAT, CHAT, EMAIL]),
        head_start=chance.choice([0, 0, 10 * SECOND, 30 * SECOND]),
        looks=chance.choice([True, False]),
    )


def _agent(chance: Random) -> AgentState:
    return AgentState(
        id=chance.choice(AGENTS),
        levels=_levels(chance, chance.randrange(4)),
        trust=chance.randrange(3),
        permissions=_permissions(chance),
        queues=chance.choice([None, None, frozenset(QUEUES[:2])]),
        channels=chance.choice([DEFAULT_CHANNELS, INTERRUPTING, {CHAT: ChannelRule(30, 2)}]),
        presence=chance.choice([*[Presence.AVAILABLE] * 5, *Presence]),
        capacity=chance.choice([100, 100, 50]),
        idle_since=-chance.randrange(10) * SECOND,
        ramp_from=chance.choice([None, -chance.randrange(10) * SECOND]),
    )


def _ladder(chance: Random) -> tuple[Step, ...]:
    ages = sorted(chance.randint(1, 40) for _ in range(chance.randint(1, 3)))
    return tuple(Step(_need(chance), age * SECOND) for age in ages)


def _need(chance: Random) -> Requirements:
    return Requirements(
        skills=tuple(sorted(_levels(chance, chance.choice([0, 0, 0, 0, 1, 2])).items())),
        permissions=_permissions(chance),
        trust=chance.choice([0, 0, 0, 0, 1, 2]),
        agent=chance.choice([*[None] * 16, *AGENTS]),
    )


def _levels(chance: Random, count: int) -> dict[SkillId, int]:
    return {skill: chance.randint(1, 3) for skill in chance.sample(SKILLS, count)}


def _permissions(chance: Random) -> frozenset[str]:
    return chance.choice([*[frozenset()] * 4, frozenset({"refund"})])


def story(crew: list[int], seeds: list[int]) -> list[Event]:
    return [*starmap(member, enumerate(crew)), *map(event, seeds)]


# Hypothesis draws numbers, and chance seeded by them draws the rest: thirty times as fast as drawing all by Hypothesis,
# and a number is all that it takes to tell an event, or to play it again. Below 2**24 it draws them evenly.
seeds = st.integers(0, 2**24 - 1)
# Six agents begin: without them most histories would be of work that waits for nobody. Lists come little longer than
# they must, so a history has 25 events at least, and shrinks by such in which nothing happens.
histories = st.builds(story, st.lists(seeds, min_size=6, max_size=6), st.lists(seeds, min_size=25, max_size=60))


class World:
    """The engine and the scan, told the same; `log` has every decision, which both must have made."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.scan = Scan(ORDERS)
        self.now = 100 * SECOND
        self.seq = 0
        self.log: list[Decision] = []
        self.known: dict[WorkId, Work] = {}
        for queue_id, order in ORDERS.items():
            self.engine.put_queue(QueueRules(queue_id, order=order, score="closest"))

    def happen(self, event: Event) -> None:
        note(f"{self.now // SECOND} s: {event} {event.kind}")
        self.now += event.after
        moves: dict[str, Callable[[Event], object]] = {
            "work": self.work,
            "agent": lambda e: self.both("put_agent", self.keep(e.agent)),
            "presence": lambda e: self.move([e.agent.id], list(Presence)[e.number % 3]),
            "lunch": lambda _: self.move(AGENTS, Presence.NOT_READY),
            "return": lambda _: self.move(AGENTS, Presence.AVAILABLE),
            "wait": lambda _: None,
            "grant": self.grant,
            "give_back": lambda e: self.both("give_back", e.agent.id),
            "release": self.release,
            "undo": self.undo,
            "miss": self.miss,
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
        """Let an agent's times count from now, and a changed one hold what was held before."""
        old = self.scan.agents.get(state.id)
        ramp_from = None if state.ramp_from is None else self.now + state.ramp_from
        holding = old.holding if old else {}
        return replace(state, idle_since=self.now + state.idle_since, ramp_from=ramp_from, holding=holding)

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
            is_emergency=event.number % 12 == 0,
        )
        self.known[work.id] = work
        self.both("add_work", work)

    def rekey(self, event: Event) -> None:
        work = _some(list(self.known.values()), event.number)
        if work:
            self.both("add_work", replace(work, key=work.key - event.head_start))

    def move(self, agent_ids: list[AgentId], presence: Presence) -> None:
        for agent_id in agent_ids:
            if agent_id in self.scan.agents:
                self.both("set_presence", agent_id, presence)

    def release(self, event: Event) -> None:
        held = _some(list(self.scan.holders.items()), event.number)
        if held:
            self.both("release", held[1], held[0])

    def weigh(self, event: Event) -> None:
        held = _some(list(self.scan.holders.items()), event.number)
        if held:
            self.both("weigh", held[1], held[0], event.number % 120)

    def exclude(self, event: Event, until: int | None) -> None:
        work = _some(list(self.scan.works.values()), event.number)
        if work:
            self.both("exclude", work.id, self.scan.need(work).agent or event.agent.id, until)

    def undo(self, event: Event) -> Decision | None:
        """Take back one of the last decisions, be it in force or overtaken by another."""
        decision = _some(self.log[-5:], event.number)
        if decision:
            self.engine.undo(decision, self.now)
            self.scan.undo(decision.work, decision.agent_id, self.now)
        return decision

    def miss(self, event: Event) -> None:
        missed = self.undo(event)
        if missed:
            self.both("exclude", missed.work.id, missed.agent_id, self.now + 20 * SECOND)

    def reserve(self, event: Event) -> None:
        work_id = _some(list(self.scan.works), event.number)
        if work_id and self.scan.reserve(work_id, event.agent.id, self.now):
            self.log.append(self.engine.reserve(work_id, event.agent.id, self.now))

    def grant(self, event: Event) -> None:
        """Have the dialer ask, once there is nothing to decide; before that nobody is granted."""
        chance = Random(event.number)
        asks = [Ask(chance.choice(QUEUES), event.channel, replace(_need(chance), agent=None)) for _ in range(2)]
        spare, most = chance.randrange(3), chance.randrange(1, 4)
        while self.decide():
            pass
        while self.scan.decide(self.now, 100):
            pass
        grants = self.engine.grant(*asks, spare, self.now, most=most)
        assert [grant.agent_id for grant in grants] == self.scan.grant(*asks, spare, self.now, most)

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
            fresh.put_queue(QueueRules(queue_id, order=order, score="closest"))
        # Who held the work of an agent who is gone, only the database still knows.
        self.scan.holders = {work_id: state.id for state in self.scan.agents.values() for work_id in state.holding}
        for agent_id in self.scan.agents:
            fresh.put_agent(self.engine.agent(agent_id), self.now)
        waiting = [self.engine.waiting(work_id) for work_id in self.scan.works]
        for works in _alike([work for work in waiting if work]):
            fresh.add_alike(works, self.now)
        self.engine = fresh


def _alike(works: list[Work]) -> list[list[Work]]:
    """Sort works into groups as the database does: by all but id, key, number and time."""
    groups: dict[object, list[Work]] = {}
    for work in works:
        kind = work.queue_id, work.channel, work.steps, work.step, work.priority, work.excluded, work.is_emergency
        groups.setdefault(kind, []).append(work)
    return list(groups.values())


def _some(things, number):
    return things[number % len(things)] if things else None
