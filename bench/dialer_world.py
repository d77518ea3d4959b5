"""A contact centre that dials, in simulated time: numbers that answer or not, agents, a carrier and its callbacks.

Outcomes are drawn from the seed for each call in the order of dialling, so that two dialers in the same world meet the
same people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import log, sqrt
from random import Random
from typing import Protocol

from bench.harness import CountError, expect_equal
from dialer.pacing.model import CallId, DialledAgent

HOUR = 3600.0
PATIENCE = 2.0
_WINDOW, _STEP, _ANSWERS_AT_LEAST = 900.0, 60.0, 20
_TWICE = 0.2

At = Callable[[float], float]


def _third(_: float) -> float:
    return 0.30


def _twelve(_: float) -> float:
    return 12.0


def _none(_: float) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class World:
    """What a campaign meets; times in seconds from its start.

    `answer_rate`: the share of dialled numbers that a person answers; `machines`: of all that pick up, the share of
    machines, of which detection takes 1 to 4 s and takes `false_positives` of people for machines; `inbound`: the part
    of the agents that calls coming in would keep busy; `late`: answers are heard of up to so many seconds late, ends
    ten times that, a fifth of all twice; `fresh`: contacts that the list gets a second; `judged_from`: so many answers
    the shift is sure to have (what our pacer is told, see its settings).
    """

    agents: int
    answer_rate: At = _third
    hours: float = 8.0
    ring_mean: At = _twelve
    instant_failures: At = _none
    staff: At | None = None
    handle_mean: float = 180.0
    handle_cv: float = 1.0
    congestion: tuple[float, float] = (0.0, 0.0)
    inbound: float = 0.0
    machines: float = 0.0
    false_positives: float = 0.0
    late: float = 0.0
    fresh: float | None = None
    calls_per_second: float = 500.0
    judged_from: int = 0


class Driver(Protocol):
    """What dials: our pacer, or one of those that it is measured beside."""

    def dialled(self, call_id: CallId, at: float) -> None: ...
    def accepted(self, call_id: CallId, at: float) -> None: ...
    def refused(self, call_id: CallId, at: float) -> None: ...
    def answered(self, call_id: CallId, at: float, *, is_human: bool) -> None: ...
    def failed(self, call_id: CallId, at: float) -> None: ...
    def connected(self, call_id: CallId, agent: DialledAgent, at: float) -> None: ...
    def abandoned(self, call_id: CallId, at: float) -> None: ...
    def agent_joined(self, agent: DialledAgent, at: float) -> None: ...
    def agent_free(self, agent: DialledAgent, at: float) -> None: ...
    def agent_taken(self, agent: DialledAgent, at: float) -> None: ...
    def agent_left(self, agent: DialledAgent, at: float) -> None: ...
    def can_spare(self, now: float) -> bool: ...
    def decide(self, now: float) -> int: ...


@dataclass(slots=True)
class Shift:
    """What came of a shift."""

    dialled: int = 0
    refused: int = 0
    failed: int = 0
    connected: int = 0
    abandoned: int = 0
    misjudged: int = 0
    busy_seconds: float = 0.0
    inbound_seconds: float = 0.0
    staffed_seconds: float = 0.0
    highest_share: float = 0.0
    answers: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.connected + self.abandoned

    @property
    def utilisation(self) -> float:
        """The part of their time that agents talked or wrapped up, whatever call it was."""
        return (self.busy_seconds + self.inbound_seconds) / self.staffed_seconds

    @property
    def share(self) -> float:
        return self.abandoned / self.answered if self.answered else 0.0

    def worst_quarter(self) -> float:
        """Return the highest share of abandoned calls in 15 minutes with 20 answers or more, looked at each minute."""
        times = sorted(self.answers)
        first = last = lost = 0
        worst = 0.0
        end = _WINDOW
        while times and end <= times[-1][0] + _STEP:
            while last < len(times) and times[last][0] <= end:
                lost += times[last][1]
                last += 1
            while first < last and times[first][0] <= end - _WINDOW:
                lost -= times[first][1]
                first += 1
            if last - first >= _ANSWERS_AT_LEAST:
                worst = max(worst, lost / (last - first))
            end += _STEP
        return worst


class Play:
    """One shift of one driver in one world."""

    def __init__(self, world: World, driver: Driver, seed: int) -> None:
        self.world, self.driver = world, driver
        self.shift = Shift()
        self.now = 0.0
        self.end = world.hours * HOUR
        self.idle: deque[DialledAgent] = deque()
        self.busy = 0
        self.open_calls = 0
        self.waiting: dict[CallId, float] = {}
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._people, self._talks, self._carrier = Random(f"{seed}.1"), Random(f"{seed}.2"), Random(f"{seed}.3")
        self._is_news = True
        self._contacts = 0.0
        self._last_second: deque[float] = deque()
        self._agents = 0
        self._leaving = 0
        self._inbound_waiting = 0
        self._staffed_since = 0.0
        variance = log(1 + world.handle_cv**2)
        self._handle = (log(world.handle_mean) - variance / 2, sqrt(variance))

    @property
    def agents(self) -> int:
        return self._agents

    def run(self) -> Shift:
        self._push(0.0, self._tick)
        if self.world.inbound:
            self._push(self._next_inbound(), self._inbound)
        heap = self._heap
        while heap:
            at, _, move = heappop(heap)
            if at >= self.end:
                break
            self.now, self._is_news = at, True
            move()
            if self._is_news:
                self._dial()
        return self._close()

    # The carrier and the people called.

    def _dial(self) -> None:
        now, world, driver = self.now, self.world, self.driver
        count = driver.decide(now)
        if world.fresh is not None:
            count = min(count, int(self._contacts))
            self._contacts -= count
        if not count:
            return
        self._count_second(count)
        is_congested = world.congestion[0] <= now < world.congestion[1]
        for number in range(self.shift.dialled + 1, self.shift.dialled + count + 1):
            call_id = CallId(str(number))
            driver.dialled(call_id, now)
            if is_congested:
                self.shift.refused += 1
                driver.refused(call_id, now)
                continue
            driver.accepted(call_id, now)
            self.open_calls += 1
            self._ring(call_id)
        self.shift.dialled += count

    def _count_second(self, count: int) -> None:
        """Fail when more is dialled in a second than the carrier takes."""
        second = self._last_second
        second.extend([self.now] * count)
        while second[0] <= self.now - 1.0:
            second.popleft()
        if len(second) > max(1.0, self.world.calls_per_second):
            message = f"{len(second)} calls within a second, the carrier takes {self.world.calls_per_second}"
            raise CountError(message)

    def _ring(self, call_id: CallId) -> None:
        world, now, people = self.world, self.now, self._people
        fate, rings = people.random(), people.random()
        humans = world.answer_rate(now)
        if rings < world.instant_failures(now):
            self._push(now + 0.3, lambda: self._fail(call_id))
        elif fate < humans / (1 - world.machines):
            is_human = fate < humans
            after = people.gammavariate(4, world.ring_mean(now) / 4)
            self._push(now + after, lambda: self._answer(call_id, is_human))
        else:
            self._push(now + people.gammavariate(25, 1.0), lambda: self._fail(call_id))

    def _fail(self, call_id: CallId) -> None:
        self.open_calls -= 1
        self.shift.failed += 1
        at = self.now
        if not self.world.late:
            self.driver.failed(call_id, at)
            return
        for _ in range(1 + (self._carrier.random() < _TWICE)):
            self._push(at + self._carrier.uniform(0.0, 10 * self.world.late), lambda: self.driver.failed(call_id, at))

    def _answer(self, call_id: CallId, is_human: bool) -> None:
        chance, since = self._carrier, self.now
        if self.world.machines:
            is_judged_human = is_human and chance.random() >= self.world.false_positives
            self.shift.misjudged += is_human and not is_judged_human
            self._push(since + chance.uniform(1.0, 4.0), lambda: self._judged(call_id, is_judged_human))
        elif self.world.late:
            # Who answered waits from now on; that he did is heard of later.
            self._push(since + chance.uniform(0.0, self.world.late), lambda: self._human(call_id, since))
        else:
            self._human(call_id, since)

    def _judged(self, call_id: CallId, is_human: bool) -> None:
        if is_human:
            self._human(call_id, self.now)
            return
        self.open_calls -= 1
        self.shift.failed += 1
        self.driver.answered(call_id, self.now, is_human=False)

    def _human(self, call_id: CallId, since: float) -> None:
        self.open_calls -= 1
        self._tell(lambda: self.driver.answered(call_id, since, is_human=True))
        self.waiting[call_id] = since
        self._push(since + PATIENCE, lambda: self._give_up(call_id))
        self._match()

    def _give_up(self, call_id: CallId) -> None:
        since = self.waiting.pop(call_id, None)
        if since is None:
            # Somebody speaks to them by now: no driver hears of a time that passed.
            self._is_news = False
            return
        now = self.now
        self.shift.abandoned += 1
        self.shift.answers.append((since, True))
        self._tell(lambda: self.driver.abandoned(call_id, now))
        self.shift.highest_share = max(self.shift.highest_share, self.shift.share)

    # Agents.

    def _match(self) -> None:
        while self.waiting and self.idle:
            call_id = next(iter(self.waiting))
            self._connect(call_id, self.waiting.pop(call_id), self.idle.popleft())

    def _connect(self, call_id: CallId, since: float, agent: DialledAgent) -> None:
        now = self.now
        self.shift.connected += 1
        self.shift.answers.append((since, False))
        self._tell(lambda: self.driver.connected(call_id, agent, now))
        self.shift.busy_seconds += self._work(agent)

    def _work(self, agent: DialledAgent) -> float:
        self.busy += 1
        took = self._talks.lognormvariate(*self._handle)
        self._push(self.now + took, lambda: self._free(agent))
        return min(took, self.end - self.now)

    def _free(self, agent: DialledAgent) -> None:
        self.busy -= 1
        if self._leaving:
            self._leave(agent)
        elif self._inbound_waiting:
            self._take(agent)
        else:
            self.driver.agent_free(agent, self.now)
            self.idle.append(agent)
            self._match()

    def _take(self, agent: DialledAgent) -> None:
        self._inbound_waiting -= 1
        self.driver.agent_taken(agent, self.now)
        self.shift.inbound_seconds += self._work(agent)

    def _leave(self, agent: DialledAgent) -> None:
        self._leaving -= 1
        self._count_staff()
        self._agents -= 1
        self.driver.agent_left(agent, self.now)

    def _inbound(self) -> None:
        self._push(self._next_inbound(), self._inbound)
        self._inbound_waiting += 1
        self._spare()

    def _next_inbound(self) -> float:
        return self.now + self._carrier.expovariate(self.world.inbound * self.world.agents / self.world.handle_mean)

    def _spare(self) -> None:
        """Let idle agents go to other work or home, as far as the driver can spare them."""
        while self.idle and (self._leaving or self._inbound_waiting) and self.driver.can_spare(self.now):
            agent = self.idle.pop()
            if self._leaving:
                self._leave(agent)
            else:
                self._take(agent)

    def _tick(self) -> None:
        self._push(self.now + 1.0, self._tick)
        if self.world.fresh is not None:
            self._contacts += self.world.fresh
        self._staff()
        self._spare()

    def _staff(self) -> None:
        wanted = int(self.world.staff(self.now)) if self.world.staff else self.world.agents
        while self._agents - self._leaving < wanted:
            if self._leaving:
                self._leaving -= 1
                continue
            self._count_staff()
            self._agents += 1
            self._order += 1
            agent = DialledAgent(f"a{self._order}")
            self.driver.agent_joined(agent, self.now)
            self.idle.append(agent)
        self._leaving = max(0, self._agents - wanted)

    # Time and what is told.

    def _push(self, at: float, move: Callable[[], None]) -> None:
        self._order += 1
        heappush(self._heap, (at, self._order, move))

    def _tell(self, tell: Callable[[], None]) -> None:
        """Tell now what our own program did, and again later where callbacks come twice."""
        tell()
        if self.world.late and self._carrier.random() < _TWICE:
            self._push(self.now + self._carrier.uniform(0.0, 10 * self.world.late), tell)

    def _count_staff(self) -> None:
        self.shift.staffed_seconds += self._agents * (self.now - self._staffed_since)
        self._staffed_since = self.now

    def _close(self) -> Shift:
        self.now = self.end
        self._count_staff()
        shift = self.shift
        ended = shift.refused + shift.failed + shift.answered + len(self.waiting) + self.open_calls
        expect_equal("calls", {"dialled": shift.dialled, "ended or open": ended})
        return shift
