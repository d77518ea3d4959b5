"""What the pacer adds up and keeps is what it would find if it computed all of it anew."""

from __future__ import annotations

from math import erfc, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.pacing import CallId, Mode, Pacer, Settings
from dialer.pacing.laws import BINS, Lately, Rings
from dialer.pacing.model import DialledAgent
from dialer.pacing.risk import Freeing, Ringing, Row, exact_risk, risk

few = settings(max_examples=25)
seconds = st.lists(st.floats(0, 120), max_size=30)
agents = st.integers(0, 40)
limits = st.floats(0.0, 0.4)


def tables() -> tuple[Ringing, Freeing]:
    answered = [min(1.0, k / 60) for k in range(BINS + 1)]
    unanswered = [min(1.0, k / 120) for k in range(BINS + 1)]
    return Ringing(0.3, answered, unanswered), Freeing((4.8, 0.8), 2.0)


def plainly(rows: list[Row], among: int, weights: Row) -> float:
    """Return the risk by its formula."""
    found = 0.0
    for k, weight in enumerate(weights):
        variance = sum(row[k] * (1 - row[k]) for row in rows)
        distance = among - 0.5 - sum(row[k] for row in rows)
        found += weight * 0.5 * erfc(distance / sqrt(2 * max(1e-6, variance)))
    return found


@given(seconds, seconds, agents)
def test_the_risk_of_sums_is_that_of_the_formula(rung, worked, among):
    ringing, freeing = tables()
    sums = ringing.total(rung, 120.0) + freeing.total(worked, 120.0)
    rows = ringing.rows(rung, 120.0) + freeing.rows(worked, 120.0)
    # Where the variance is all but nothing, what is rounded off decides for one side or the other.
    if any(1e-9 < sum(row[k] * (1 - row[k]) for row in rows) < 1e-4 for k in range(10)):
        return
    assert risk(sums, among, ringing.weights) == pytest.approx(plainly(rows, among, ringing.weights), abs=1e-6)


@given(seconds, seconds, st.randoms(use_true_random=False))
def test_sums_are_the_same_to_the_last_bit_whatever_came_and_went_in_between(rung, worked, chance):
    ringing, freeing = tables()
    moves = [ringing.part(age) for age in rung] + [freeing.part(age) for age in worked]
    passing = [ringing.part(chance.uniform(0, 60)) for _ in range(10)]
    moves += [*passing, *[-part for part in passing]]
    chance.shuffle(moves)
    rung_since, worked_since = [-age for age in rung], [-age for age in worked]
    assert sum(moves) == ringing.total(rung_since, 0.0) + freeing.total(worked_since, 0.0)


@given(seconds, seconds, agents, limits)
def test_a_risk_is_told_above_a_limit_just_when_all_of_it_is(rung, worked, among, limit):
    ringing, freeing = tables()
    sums = ringing.total(rung, 120.0) + freeing.total(worked, 120.0)
    rows = (ringing.rows(rung, 120.0) + freeing.rows(worked, 120.0))[:12]
    whole, exactly = risk(sums, among, ringing.weights), exact_risk(rows, among, ringing.weights)
    for all_of_it, told in (
        (whole, risk(sums, among, ringing.weights, limit)),
        (exactly, exact_risk(rows, among, ringing.weights, limit)),
    ):
        assert (told > limit) == (all_of_it > limit)
        assert told <= all_of_it
        if all_of_it <= limit:
            assert told == all_of_it


def test_very_many_agents_find_room_in_the_sums():
    ringing, freeing = tables()
    worked = [0.5 * number for number in range(30_000)]
    sums = freeing.total(worked, 15_000.0)
    stay = sum(row[-1] for row in freeing.rows(worked, 15_000.0))
    at_once = (*[0.0] * 9, 1.0)
    assert risk(sums, int(stay) - 300, at_once) == pytest.approx(1.0, abs=1e-3)
    assert risk(sums, int(stay) + 300, at_once) == pytest.approx(0.0, abs=1e-3)
    assert len(ringing.weights) == len(at_once)


@few
@given(st.integers(0, 10_000), st.sampled_from([None, 20.0]), st.integers(1, 9))
def test_what_is_kept_of_the_guard_is_what_is_counted_anew(seed, period, size):
    chance = Random(seed)
    pacer = Pacer(Settings(mode=Mode.POWER, abandon_cap=0.3, period_seconds=period, lines_per_agent=4.0), 0.0)
    staff = [DialledAgent(str(number)) for number in range(size)]
    calls: list[CallId] = []
    for step in range(120):
        now, agent = 0.5 * step, chance.choice(staff)
        known = chance.choice(calls) if calls else CallId("none")
        match chance.randrange(8):
            case 0:
                pacer.agent_free(agent, now)
            case 1:
                pacer.connected(known, agent, now)
            case 2:
                pacer.answered(known, now, is_human=chance.random() < 0.7)
            case 3:
                pacer.abandoned(known, now)
            case 4:
                pacer.failed(known, now)
            case 5:
                pacer.agent_taken(agent, now)
            case _:
                calls += [CallId(f"c{step}.{place}") for place in range(pacer.decide(now))]
                for call_id in calls:
                    pacer.dialled(call_id, now)
        fresh = Pacer.restore(pacer.settings, pacer.snapshot())
        assert pacer.can_spare(now) == fresh.can_spare(now)
        assert pacer.decide(now) == fresh.decide(now)
        said, again = pacer.explain(), fresh.explain()
        assert said
        assert again
        assert (said.answered, said.abandoned, said.waiting, said.idle) == (
            again.answered,
            again.abandoned,
            again.waiting,
            again.idle,
        )


@given(st.lists(st.tuples(st.floats(0, 900), st.booleans()), max_size=60), st.floats(900, 2_000))
def test_the_share_of_late_is_over_the_cap_by_what_the_formula_says(calls, now):
    lately, cap = Lately(0.0), 0.03
    for at, is_abandoned in calls:
        lately.add(at, 1, is_abandoned=is_abandoned)
    weights = [(2.0 ** ((at - now) / Lately.HALF_LIFE), is_abandoned) for at, is_abandoned in calls]
    lost = sum(weight for weight, is_abandoned in weights if is_abandoned) + Lately.WEIGHT * cap
    share = lost / (sum(weight for weight, _ in weights) + Lately.WEIGHT)
    assert lately.over(now, cap) == pytest.approx(max(0.0, share / cap - 1.0), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 90)), max_size=60))
def test_the_law_of_rings_rises_to_one_also_when_calls_were_taken_out_again(calls):
    rings = Rings(0.0, 30.0)
    for at, rang in calls:
        rings.add(at, rang, 1)
    for at, rang in calls[::2]:
        rings.add(at, rang, -1)
    cumulative = rings.cumulative(900.0)
    assert len(cumulative) == BINS + 1
    assert (cumulative[0], cumulative[-1]) == (0.0, 1.0)
    assert cumulative == sorted(cumulative)
