"""A contact centre in simulated time around the real engine: only people and their clocks are made up.

Poisson arrivals, exponential handle times and patience. Every customer's times are drawn when they come, so that two
rules can be compared on the same customers.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from uuid import UUID

from bench.harness import expect_equal
from routing.engine import Engine
from routing.model import (
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    ChannelRule,
    Order,
    QueueId,
    QueueRules,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
    work_key,
)

VOICE = ChannelName("voice")
CALLS = {VOICE: ChannelRule(100, 1, is_exclusive=True)}
BATCHES = 40
# Student's t for 39 degrees of freedom at 95 %.
_T = 2.0227
QUEUE = QueueId(UUID(int=1))
_AGENTS, _WORKS = 1_000, 1_000_000
_END, _LEAVE, _FOREIGN = 0, 1, 2


@dataclass(frozen=True)
class Stream:
    """One kind of customers: how many come, what they ask for, how long they take and wait."""

    per_second: float
    handle_seconds: float
    need: Requirements = field(default_factory=Requirements)
    target_us: int = 60 * SECOND
    boost_us: int = 0
    patience_seconds: float | None = None


@dataclass
class Outcome:
    """What became of everybody, in the order in which they came; a wait of None is who found no place."""

    streams: list[int] = field(default_factory=list)
    waits: list[int | None] = field(default_factory=list)
    is_answered: list[bool] = field(default_factory=list)

    def waits_of(self, stream: int) -> list[int]:
        return [wait for wait, of in zip(self.waits, self.streams, strict=True) if of == stream and wait is not None]


@dataclass(frozen=True)
class Estimate:
    """A mean, and half of the interval in which the true one lies in 95 % of such runs."""

    mean: float
    half_width: float


def agents(count: int, levels: Sequence[dict[SkillId, int]] = ({},)) -> list[AgentState]:
    """Return people who take one call at a time; the skills go around."""
    return [
        AgentState(AgentId(UUID(int=_AGENTS + number)), levels[number % len(levels)], channels=CALLS)
        for number in range(count)
    ]


def batch_means(values: Sequence[float]) -> Estimate:
    """Return the mean behind the first twentieth, where the place was still empty, and how sure it is (batch means)."""
    settled = values[len(values) // 20 :]
    size = len(settled) // BATCHES
    means = [statistics.fmean(settled[n * size : (n + 1) * size]) for n in range(BATCHES)]
    return Estimate(statistics.fmean(means), _T * statistics.stdev(means) / BATCHES**0.5)


class Simulation:
    """`arrivals` customers meet these agents; with `places`, who finds so many waiting goes away."""

    def __init__(
        self,
        crew: list[AgentState],
        streams: Sequence[Stream],
        arrivals: int,
        seed: int,
        *,
        order: Order = Order.FAIR,
        places: int | None = None,
    ) -> None:
        self._streams, self._arrivals, self._places = streams, arrivals, places
        self._chance = Random(seed)
        self._engine = Engine()
        self._engine.put_queue(QueueRules(QUEUE, order=order))
        for agent in crew:
            self._engine.put_agent(agent, 0)
        self._engine.decide(0)
        self._steps = [(Step(stream.need),) for stream in streams]
        self._came: list[int] = []
        self._takes: list[int] = []
        self._due: list[tuple[int, int, int, AgentId | None]] = []
        self._foreign: list[WorkId] = []
        self._waiting = self._busy = self._now = 0
        self._area_waiting = self._area_busy = 0
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Let everybody come, and everybody who came be through. Raises CountError when the books do not balance."""
        rates = [stream.per_second for stream in self._streams]
        total, picks = sum(rates), range(len(rates))
        arrival, left = self._gap(1 / total), self._arrivals
        while left or self._due:
            if left and (not self._due or arrival <= self._due[0][0]):
                self._pass(arrival)
                self._come(self._chance.choices(picks, rates)[0])
                arrival, left = arrival + self._gap(1 / total), left - 1
            else:
                self._pass(self._due[0][0])
                self._end(*heappop(self._due)[1:])
            self._decide()
        self._balance()
        return self.outcome

    def _gap(self, mean_seconds: float) -> int:
        return round(self._chance.expovariate(1 / mean_seconds) * SECOND)

    def _pass(self, now: int) -> None:
        """Count who waits and who works until then."""
        self._area_waiting += self._waiting * (now - self._now)
        self._area_busy += self._busy * (now - self._now)
        self._now = now

    def _come(self, of: int) -> None:
        stream, number, now = self._streams[of], len(self._came), self._now
        # Drawn in any case, so that the next customer is the same whatever the rules are.
        handle = self._gap(stream.handle_seconds)
        patience = self._gap(stream.patience_seconds) if stream.patience_seconds else None
        self._came.append(now)
        self._takes.append(handle)
        self.outcome.streams.append(of)
        self.outcome.waits.append(None)
        self.outcome.is_answered.append(False)
        if self._places is not None and self._waiting >= self._places:
            return
        key = work_key(now, stream.target_us, stream.boost_us)
        work = Work(WorkId(UUID(int=_WORKS + number)), QUEUE, VOICE, key, number, now, self._steps[of])
        self._engine.add_work(work, now)
        self._waiting += 1
        if patience is not None:
            heappush(self._due, (now + patience, _LEAVE, number, None))

    def hang_up_at(self, at: int, agent_id: AgentId, work_id: WorkId) -> None:
        """End a call then that nobody here made."""
        self._foreign.append(work_id)
        heappush(self._due, (at, _FOREIGN, len(self._foreign) - 1, agent_id))

    def _end(self, what: int, number: int, agent_id: AgentId | None) -> None:
        if what == _FOREIGN and agent_id is not None:
            self._engine.release(agent_id, self._foreign[number], self._now, starts_idle=False)
            return
        work_id = WorkId(UUID(int=_WORKS + number))
        if agent_id is not None:
            self._engine.release(agent_id, work_id, self._now)
            self._busy -= 1
        elif what == _LEAVE and self.outcome.waits[number] is None:
            self._engine.remove_work(work_id, self._now)
            self.outcome.waits[number] = self._now - self._came[number]
            self._waiting -= 1

    def _decide(self) -> None:
        for decision in self._engine.decide(self._now):
            number = decision.work.seq
            self.outcome.waits[number] = self._now - self._came[number]
            self.outcome.is_answered[number] = True
            heappush(self._due, (self._now + self._takes[number], _END, number, decision.agent_id))
            self._waiting -= 1
            self._busy += 1

    def _balance(self) -> None:
        """Little's law to the microsecond: the crowd summed over time is the waits summed over people."""
        waited = sum(wait for wait in self.outcome.waits if wait is not None)
        worked = sum(take for take, done in zip(self._takes, self.outcome.is_answered, strict=True) if done)
        expect_equal("people who wait, summed over time", {"crowd": self._area_waiting, "waits": waited})
        expect_equal("agents at work, summed over time", {"crowd": self._area_busy, "handle times": worked})
        expect_equal("left behind", {"waiting": self._waiting, "busy": self._busy, "nobody": 0})
