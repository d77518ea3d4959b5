"""The laws of the pacer, on histories that Hypothesis chooses: the worst that people, agents and carriers can do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.pacing import CallId, Mode, Pacer, Settings
from dialer.pacing.model import DialledAgent

FAST = 1_000.0
few = settings(max_examples=25)
steps = st.lists(st.integers(0, 9), min_size=20, max_size=150)
caps = st.sampled_from([0.0, 0.01, 0.03, 0.1, 0.5, 1.0])
modes = st.sampled_from([Mode.PREDICTIVE, Mode.POWER, Mode.PROGRESSIVE])


class Floor:
    """A small world in which the test says what happens; it keeps its own count."""

    def __init__(self, settings: Settings, agents: int) -> None:
        self.settings = settings
        self.pacer = Pacer(settings, 0.0)
        self.now = 0.0
        self.open: list[CallId] = []
        self.waiting: list[CallId] = []
        self.idle: list[DialledAgent] = []
        self.busy: list[DialledAgent] = []
        self.periods: dict[CallId, int] = {}
        self.answered: dict[int, int] = {}
        self.lost: dict[int, int] = {}
        self.dialled = 0
        for number in range(agents):
            self.idle.append(DialledAgent(f"a{number}"))
            self.pacer.agent_joined(self.idle[-1], 0.0)

    def step(self, what: int) -> None:
        self.now += 0.25
        if what <= 2:
            self.dial()
        elif what <= 5 and self.open:
            self.answer(what)
        elif what == 6 and self.open:
            self.pacer.failed(self.open.pop(0), self.now)
        elif what == 7 and self.busy:
            self.free(self.busy.pop(0))
        elif what == 8:
            self.now += 7.0
            self.dial()
        elif what == 9 and self.idle and self.pacer.can_spare(self.now):
            self.pacer.agent_taken(self.idle[0], self.now)
            self.busy.append(self.idle.pop(0))

    def dial(self) -> None:
        for _ in range(self.pacer.decide(self.now)):
            self.dialled += 1
            call_id = CallId(f"c{self.dialled}")
            self.pacer.dialled(call_id, self.now)
            self.periods[call_id] = int(self.now / (self.settings.period_seconds or 1e9))
            self.open.append(call_id)

    def answer(self, many: int) -> None:
        """Several at once, and who finds nobody is lost."""
        for _ in range(min(many, len(self.open))):
            call_id = self.open.pop()
            period = self.periods[call_id]
            self.answered[period] = self.answered.get(period, 0) + 1
            self.pacer.answered(call_id, self.now, is_human=True)
            if self.idle:
                agent = self.idle.pop()
                self.pacer.connected(call_id, agent, self.now)
                self.busy.append(agent)
            else:
                self.lost[period] = self.lost.get(period, 0) + 1
                self.pacer.abandoned(call_id, self.now)

    def free(self, agent: DialledAgent) -> None:
        self.pacer.agent_free(agent, self.now)
        self.idle.append(agent)

    def within_cap(self) -> bool:
        cap, sure = self.settings.abandon_cap, self.settings.judged_from
        return all(lost <= cap * max(self.answered[period], sure) + 1e-6 for period, lost in self.lost.items())


def settings_of(mode: Mode, cap: float, sure: int = 0, period: float | None = None) -> Settings:
    return Settings(
        mode=mode,
        abandon_cap=cap,
        judged_from=sure,
        period_seconds=period,
        lines_per_agent=8.0,
        calls_per_second=FAST,
    )


@given(steps, caps, modes, st.integers(1, 12), st.sampled_from([0, 30, 200]), st.sampled_from([None, 15.0]))
def test_the_cap_holds_at_every_moment_whatever_happens(happens, cap, mode, agents, sure, period):
    floor = Floor(settings_of(mode, cap, sure, period), agents)
    for what in happens:
        floor.step(what)
        assert floor.within_cap()


@few
@given(st.integers(0, 10_000), caps.filter(lambda cap: cap > 0), st.integers(1, 30))
def test_the_cap_holds_in_long_histories_where_the_budget_is_spent(seed, cap, agents):
    floor = Floor(settings_of(Mode.POWER, cap), agents)
    chance = Random(seed)
    for _ in range(400):
        floor.step(chance.choice((0, 1, 3, 4, 5, 6, 7, 7, 7, 9)))
        assert floor.within_cap()


def test_the_budget_is_spent_by_who_is_let_to():
    """The law above would hold for a pacer that never dials ahead."""
    floor = Floor(settings_of(Mode.POWER, 0.1), 5)
    chance = Random(1)
    for _ in range(3_000):
        floor.step(chance.choice((0, 1, 3, 3, 6, 7, 7, 7)))
    assert floor.lost[0] > 0.05 * floor.answered[0]


@given(steps, caps, modes, st.integers(1, 12))
def test_what_is_open_never_exceeds_the_free_agents_and_the_budget(happens, cap, mode, agents):
    floor = Floor(settings_of(mode, cap), agents)
    for what in happens:
        before = len(floor.open)
        floor.step(what)
        if len(floor.open) > before:
            answered, lost = sum(floor.answered.values()), sum(floor.lost.values())
            budget = max(0.0, cap * (answered + len(floor.open)) - lost)
            assert len(floor.open) <= len(floor.idle) + budget + 1e-6


class Heard:
    """A pacer of which every word that it was told is kept."""

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self.told: list[Callable[[Pacer], None]] = []

    def __getattr__(self, name: str) -> Any:
        def tell(*words: Any, **named: Any) -> Any:
            if name not in {"decide", "can_spare"}:
                self.told.append(lambda pacer: getattr(pacer, name)(*words, **named))
            return getattr(self.pacer, name)(*words, **named)

        return tell


def history(seed: int, events: int) -> list[Callable[[Pacer], None]]:
    """What a service tells a pacer: calls with all their facts, agents with their calls, refusals."""
    floor = Floor(settings_of(Mode.POWER, 0.5), 6)
    chance = Random(seed)
    heard = Heard(floor.pacer)
    floor.pacer = heard  # type: ignore[assignment]
    for agent in floor.idle:
        heard.agent_joined(agent, 0.0)
    for _ in range(events):
        floor.step(chance.choice((0, 1, 3, 6, 7, 8)))
        if floor.open:
            heard.accepted(floor.open[-1], floor.now)
        if len(floor.open) > 3 and chance.random() < 0.2:
            heard.refused(floor.open.pop(), floor.now)
        if floor.open and chance.random() < 0.2:
            heard.answered(floor.open.pop(0), floor.now, is_human=False)
    return heard.told


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Return the leaves of a snapshot by their paths."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list | tuple):
        pairs = enumerate(value)
    else:
        return {path: value}
    return {name: leaf for key, each in pairs for name, leaf in flat(each, f"{path}/{key}").items()}


@few
@given(st.integers(0, 10_000), st.integers(1, 80))
def test_neither_order_nor_repetition_of_events_matters(seed, events):
    told = history(seed, events)
    chance = Random(seed)
    jumbled = told + chance.sample(told, len(told) // 2)
    chance.shuffle(jumbled)
    straight, mixed = (Pacer(settings_of(Mode.PREDICTIVE, 0.1), 0.0) for _ in range(2))
    for tell in told:
        tell(straight)
    for tell in jumbled:
        tell(mixed)
    expected, found = flat(straight.snapshot()), flat(mixed.snapshot())
    assert found == pytest.approx(expected, abs=1e-6)


@few
@given(st.integers(0, 10_000), st.integers(1, 120), modes)
def test_a_restored_pacer_decides_as_the_one_that_was_saved(seed, events, mode):
    floor = Floor(settings_of(mode, 0.1, 50), 9)
    chance = Random(seed)
    for _ in range(events):
        floor.step(chance.choice((0, 1, 3, 4, 6, 7, 8)))
    saved = floor.pacer.snapshot()
    twin = Pacer.restore(floor.settings, json.loads(json.dumps(saved)))
    assert flat(twin.snapshot()) == flat(saved)
    for second in range(1, 40):
        now = floor.now + second
        if floor.open and second % 7 == 0:
            call_id = floor.open.pop()
            for pacer in (floor.pacer, twin):
                pacer.failed(call_id, now)
        assert floor.pacer.decide(now) == twin.decide(now)
        # Sums of floats in another order differ in the last digit.
        said, again = (asdict(pacer.explain()) for pacer in (floor.pacer, twin))
        assert again == pytest.approx(said)


@few
@given(
    st.lists(st.floats(0, 600), min_size=1, max_size=30),
    st.integers(0, 10),
    st.integers(0, 20),
    st.integers(0, 400),
    st.booleans(),
)
def test_an_agent_who_is_free_instead_of_busy_never_means_fewer_calls(since, idle, ringing, sure, is_exact):
    busy = since[:3] if is_exact else since

    def dials(freed: int) -> int:
        pacer = Pacer(settings_of(Mode.PREDICTIVE, 0.1, sure), 0.0)
        for number in range(3 if is_exact else idle):
            pacer.agent_joined(DialledAgent(f"i{number}"), 600.0)
        for number, at in enumerate(busy):
            agent = DialledAgent(f"b{number}")
            pacer.agent_joined(agent, 0.0)
            if number >= freed:
                pacer.agent_busy(agent, at)
        for number in range(ringing):
            pacer.dialled(CallId(str(number)), 590.0)
        return pacer.decide(600.0)

    counts = [dials(freed) for freed in range(len(busy) + 1)]
    assert counts == sorted(counts)
