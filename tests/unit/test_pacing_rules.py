"""What the pacer does in plain situations."""

from __future__ import annotations

from itertools import product
from math import e, exp
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing import CallId, Mode, Pacer, Reason, Settings
from dialer.pacing.controller import RESERVE, SLOPE_CALLS, THETA_1, theta
from dialer.pacing.guard import Exposure
from dialer.pacing.laws import AnswerRate, Handling, Rings, still_busy
from dialer.pacing.model import DialledAgent
from dialer.pacing.risk import Freeing, Ringing, at_least, exact_risk, risk

FAST = 1_000.0


def pacer(mode: Mode = Mode.PROGRESSIVE, agents: int = 3, **asked: Any) -> Pacer:
    made = Pacer(Settings(mode=mode, **{"calls_per_second": FAST, **asked}), 0.0)
    for number in range(agents):
        made.agent_joined(agent(number), 0.0)
    return made


def agent(number: int) -> DialledAgent:
    return DialledAgent(f"a{number}")


def call(number: int) -> CallId:
    return CallId(f"c{number}")


def dial(made: Pacer, now: float, first: int = 0) -> int:
    count = made.decide(now)
    for number in range(first, first + count):
        made.dialled(call(number), now)
    return count


def reason(made: Pacer) -> Reason:
    said = made.explain()
    assert said
    return said.reason


def test_progressive_has_one_line_for_each_free_agent():
    made = pacer(agents=3)
    assert dial(made, 1.0) == 3
    assert made.decide(2.0) == 0
    assert reason(made) == Reason.ENOUGH_RINGING
    made.failed(call(0), 3.0)
    assert made.decide(3.0) == 1
    made.answered(call(1), 4.0, is_human=True)
    made.connected(call(1), agent(0), 4.0)
    assert made.decide(4.0) == 1


def test_preview_dials_nothing_by_itself_and_an_empty_floor_neither():
    made = pacer(Mode.PREVIEW)
    assert made.decide(1.0) == 0
    assert reason(made) == Reason.BY_AGENTS
    made = pacer(Mode.PREDICTIVE, agents=0)
    assert made.decide(1.0) == 0
    assert reason(made) == Reason.NOBODY_IN


def test_power_keeps_so_many_lines_for_each_agent_as_far_as_the_cap_lets_it():
    made = pacer(Mode.POWER, agents=4, lines_per_agent=2.5, abandon_cap=1.0)
    assert dial(made, 1.0) == 10
    made.answered(call(0), 2.0, is_human=True)
    made.connected(call(0), agent(0), 2.0)
    assert made.decide(2.0) == 0
    made.agent_free(agent(0), 3.0)
    assert made.decide(3.0) == 1
    capped = pacer(Mode.POWER, agents=4, lines_per_agent=2.5, abandon_cap=0.03)
    assert capped.decide(1.0) == 4
    assert reason(capped) == Reason.CAP


def test_agentless_takes_what_lines_and_carrier_give():
    made = pacer(Mode.AGENTLESS, agents=0, lines=7)
    assert dial(made, 1.0) == 7
    assert made.decide(1.0) == 0
    assert reason(made) == Reason.LINES


def test_predictive_dials_ahead_once_its_answers_have_paid_for_it():
    made = pacer(Mode.PREDICTIVE, agents=20, judged_from=2_000)
    for number in range(20):
        made.agent_busy(agent(number), 0.0)
    ahead = dial(made, 100.0)
    assert 0 < ahead < 60
    said = made.explain()
    assert said
    assert (said.reason, said.idle, said.busy) == (Reason.DIALS, 0, 20)
    assert said.risk is not None
    assert said.theta is not None
    assert said.risk > said.theta
    strict = pacer(Mode.PREDICTIVE, agents=20)
    for number in range(20):
        strict.agent_busy(agent(number), 0.0)
    assert strict.decide(100.0) == 0
    assert reason(strict) == Reason.CAP


@pytest.mark.parametrize(("a_second", "gap", "first"), [(1.0, 1.0, 1), (5.0, 1.0, 5), (0.5, 2.0, 1)])
def test_the_carrier_is_asked_no_faster_than_it_takes_calls(a_second, gap, first):
    made = pacer(agents=20, calls_per_second=a_second)
    assert dial(made, 10.0) == first
    assert made.decide(10.0 + 0.99 * gap) == 0
    assert reason(made) == Reason.CALLS_PER_SECOND
    assert made.decide(10.0 + gap) == first


def test_a_refusing_carrier_is_left_alone_ever_longer_and_then_tried_by_one_call():
    made = pacer(agents=10)
    assert dial(made, 1.0) == 10
    for number in range(10):
        made.refused(call(number), 1.0)
    assert made.decide(1.5) == 0
    assert reason(made) == Reason.CONGESTION
    said = made.explain()
    assert said
    assert said.tries_again_at == 17.0
    assert dial(made, 17.0, first=20) == 1
    assert made.decide(18.0) == 0
    made.refused(call(20), 18.5)
    assert made.decide(30.0) == 0
    assert dial(made, 34.5, first=30) == 1
    made.accepted(call(30), 35.0)
    assert made.decide(35.0) == 9


def test_a_call_whose_refusal_was_wrong_counts_again():
    made = pacer(agents=1)
    dial(made, 1.0)
    made.refused(call(0), 1.0)
    made.ringing(call(0), 2.0)
    assert made.decide(60.0) == 0
    made.answered(call(0), 61.0, is_human=True)
    said = made.explain()
    made.decide(61.0)
    said = made.explain()
    assert said
    assert (said.answered, said.waiting) == (1, 1)


def test_after_a_restart_nothing_is_dialled_ahead_for_a_minute():
    made = pacer(Mode.POWER, agents=4, lines_per_agent=3.0, abandon_cap=1.0)
    assert made.decide(10.0) == 12
    made.restarted(10.0)
    assert dial(made, 11.0) == 4
    assert reason(made) == Reason.RESTARTED
    assert made.decide(69.9) == 0
    assert made.decide(70.0) == 8


def test_in_the_first_second_after_a_restart_the_carrier_has_no_room():
    made = pacer(agents=4, calls_per_second=2.0)
    made.restarted(10.0)
    assert made.decide(10.9) == 0
    assert made.decide(11.0) == 2


def test_each_period_has_its_own_budget_and_calls_belong_to_the_one_they_were_dialled_in():
    made = pacer(Mode.POWER, agents=1, lines_per_agent=100.0, abandon_cap=0.5, period_seconds=100.0)
    assert dial(made, 99.0) == 2
    assert dial(made, 101.0, first=10) == 0
    made.answered(call(0), 102.0, is_human=True)
    made.connected(call(0), agent(0), 102.0)
    made.answered(call(1), 102.0, is_human=True)
    made.abandoned(call(1), 104.0)
    said = made.explain()
    made.decide(105.0)
    said = made.explain()
    assert said
    assert (said.answered, said.abandoned) == (0, 0)


def test_a_free_agent_may_go_only_if_nothing_rings_for_him():
    made = pacer(agents=2)
    made.dialled(call(0), 1.0)
    assert made.can_spare(1.0)
    made.dialled(call(1), 1.0)
    assert not made.can_spare(1.0)
    made.failed(call(1), 2.0)
    assert made.can_spare(2.0)


def test_a_machine_is_not_answered_and_a_person_after_all_is():
    made = pacer(agents=1)
    made.dialled(call(0), 1.0)
    made.answered(call(0), 5.0, is_human=False)
    assert made.decide(5.0) == 1
    made.answered(call(0), 5.5, is_human=True)
    made.decide(6.0)
    said = made.explain()
    assert said
    assert (said.answered, said.waiting, said.dial) == (1, 1, 0)


def test_what_is_told_of_a_call_long_after_its_end_says_nothing():
    made = pacer(agents=1)
    made.dialled(call(0), 1.0)
    made.failed(call(0), 20.0)
    made.decide(1_000.0)
    made.answered(call(0), 15.0, is_human=True)
    made.decide(1_001.0)
    said = made.explain()
    assert said
    assert (said.answered, said.waiting) == (0, 0)


@given(st.integers(0, 500), st.integers(0, 30), st.integers(0, 60), st.integers(0, 9), st.integers(0, 30))
def test_the_guard_allows_the_most_that_the_cap_bears_and_one_more_breaks_it(answered, lost, ringing, waiting, idle):
    cap = 0.1
    exposure = Exposure(answered, min(lost, answered // 10), ringing, waiting, idle)

    def bears(n: int) -> bool:
        excess = exposure.excess + n
        return excess <= 0 or exposure.abandoned + excess <= cap * (answered + ringing + n) + 1e-6

    allowed = exposure.allowed(cap)
    assert allowed == 0 or bears(allowed)
    assert not bears(allowed + 1)


@given(st.lists(st.floats(0, 1), max_size=7), st.integers(-1, 8))
def test_the_chance_of_so_many_is_that_of_counting_all_outcomes(chances, need):
    counted = 0.0
    for outcome in product((0, 1), repeat=len(chances)):
        weight = 1.0
        for came, chance in zip(outcome, chances, strict=True):
            weight *= chance if came else 1 - chance
        counted += weight * (sum(outcome) >= need)
    assert at_least(need, chances) == pytest.approx(counted)


def test_for_many_agents_the_approximation_comes_near_the_distribution():
    answered = [min(1.0, k / 60) for k in range(161)]
    unanswered = [min(1.0, k / 120) for k in range(161)]
    ringing, freeing = Ringing(0.3, answered, unanswered), Freeing((4.8, 0.8), 2.0)
    chance = Random(1)
    dialled = [-chance.uniform(0, 25) for _ in range(18)]
    busy = [-chance.uniform(0, 300) for _ in range(46)]
    rows = [*ringing.rows(dialled, 0.0), *freeing.rows(busy, 0.0)]
    sums = ringing.total(dialled, 0.0) + freeing.total(busy, 0.0)
    for idle in (0, 1, 2, 4):
        exact = exact_risk(rows, 46 + idle, ringing.weights)
        assert risk(sums, 46 + idle, ringing.weights) == pytest.approx(exact, abs=0.02)
    assert sum(ringing.weights) == pytest.approx(1.0)


def test_the_risk_shrinks_with_the_budget_and_with_what_was_abandoned_lately():
    assert theta(RESERVE * 11, 11, 0.0) == pytest.approx(THETA_1)
    for need in (11, 80):
        assert theta(RESERVE * need - SLOPE_CALLS, need, 0.0) == pytest.approx(THETA_1 / e), "a slope of calls"
    thetas = [theta(20.0, 11, over) for over in (0.0, 0.5, 1.0, 3.0)]
    assert thetas == sorted(thetas, reverse=True)
    assert thetas[0] > thetas[-1]


def test_the_answer_rate_forgets_and_a_sudden_change_is_taken_at_once():
    rate = AnswerRate(0.0)
    assert rate.value(0.0) == 0.5
    for second in range(3_600):
        rate.add(second, 1, is_answered=second % 10 < 3)
    assert rate.value(3_600.0) == pytest.approx(0.3, abs=0.03)
    for second in range(3_600, 3_900):
        rate.add(second, 1, is_answered=second % 10 < 6)
    assert rate.value(3_900.0) == pytest.approx(0.6, abs=0.06)


def test_weights_stay_finite_over_weeks():
    rate, handling = AnswerRate(0.0), Handling(0.0)
    for day in range(40):
        for call_number in range(50):
            rate.add(86_400.0 * day + call_number, 1, is_answered=call_number % 2 == 0)
            handling.add(86_400.0 * day + call_number, 90.0, 1)
    assert rate.value(86_400.0 * 39 + 60) == pytest.approx(0.5, abs=0.05)
    assert handling.mean_seconds() == pytest.approx(90.0, rel=0.05)


def test_the_laws_find_what_they_are_shown():
    chance = Random(3)
    rings, handling = Rings(0.0, 30.0), Handling(0.0)
    for second in range(2_000):
        rings.add(second, chance.gammavariate(4, 3), 1)
        handling.add(second, chance.lognormvariate(4.8, 0.8), 1)
    cumulative = rings.cumulative(2_000.0)
    # The median of Gamma(4, mean 12) is 11.0 s.
    assert cumulative[22] == pytest.approx(0.5, abs=0.05)
    assert cumulative == sorted(cumulative)
    assert handling.law() == (pytest.approx(4.8, abs=0.06), pytest.approx(0.8, abs=0.06))
    assert still_busy([exp(4.8)], (4.8, 0.8)) == [pytest.approx(0.5)]


def test_how_long_calls_take_is_learned_whatever_order_the_events_come_in():
    made, mixed = pacer(agents=1), pacer(agents=1)
    for number in range(50):
        start = 1_000.0 * number
        made.agent_busy(agent(0), start + 100)
        made.agent_free(agent(0), start + 400)
        mixed.agent_free(agent(0), start + 400)
        mixed.agent_busy(agent(0), start + 100)
    for each in (made, mixed):
        each.decide(50_000.0)
    said, again = made.explain(), mixed.explain()
    assert said
    assert again
    assert said.handle_seconds == pytest.approx(300.0, rel=0.05)
    assert again.handle_seconds == pytest.approx(said.handle_seconds)
    assert said.idle == again.idle == 1


def test_a_call_of_this_period_takes_no_agent_from_one_of_the_last_that_may_not_be_abandoned():
    """Its period has spent its one call; were both answered now, whoever was dialled before would find nobody."""
    settings = Settings(
        mode=Mode.POWER, abandon_cap=0.01, judged_from=100, period_seconds=15.0, lines_per_agent=8.0,
        calls_per_second=FAST,
    )  # fmt: skip
    pacer = Pacer(settings, 0.0)
    pacer.agent_joined(DialledAgent("a"), 0.0)
    pacer.dialled(CallId("spent"), 1.0)
    pacer.answered(CallId("spent"), 2.0, is_human=True)
    pacer.abandoned(CallId("spent"), 4.0)
    pacer.dialled(CallId("rings"), 14.0)
    assert (pacer.decide(16.0), pacer.can_spare(16.0)) == (0, False)
    pacer.failed(CallId("rings"), 17.0)
    assert pacer.decide(18.0) == 2, "one for the agent, and one that the new period may have abandoned"
