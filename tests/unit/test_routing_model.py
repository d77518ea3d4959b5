"""Pure rules of routing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from routing.model import (
    DAY,
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    ChannelRule,
    Holding,
    Order,
    Presence,
    QueueId,
    Reason,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
    busy,
    can_take,
    check_spread,
    check_steps,
    load_step,
    missing,
    step_at,
    sticky_step,
    tier,
    work_key,
)

VOICE, CHAT, TICKET = ChannelName("voice"), ChannelName("chat"), ChannelName("ticket")
ARABIC, BILLING = SkillId(UUID(int=1)), SkillId(UUID(int=2))
SALMA = AgentState(AgentId(UUID(int=10)), levels={ARABIC: 5}, trust=2)
WORK = Work(WorkId(UUID(int=20)), QueueId(UUID(int=30)), CHAT, key=0, seq=1, first_enqueued_at=0)


def holding(*channels: ChannelName) -> dict[WorkId, Holding]:
    return {WorkId(UUID(int=n)): Holding(name, SALMA.channels[name].weight) for n, name in enumerate(channels)}


def test_a_key_is_the_deadline_less_the_head_start():
    assert work_key(100 * SECOND, 60 * SECOND, 30 * SECOND) == 130 * SECOND


def test_a_spread_over_a_day_is_refused():
    check_spread([20 * SECOND, DAY - 600 * SECOND], [0, 600 * SECOND])
    with pytest.raises(Invalid):
        check_spread([20 * SECOND, DAY], [0, 600 * SECOND])


@pytest.mark.parametrize(
    "later",
    [Requirements(trust=1, permissions=frozenset({"refund"})), Requirements(trust=2)],
    ids=["trust", "permission"],
)
def test_permission_and_trust_are_never_relaxed(later: Requirements):
    first = Step(Requirements(trust=2, permissions=frozenset({"refund"})), 60 * SECOND)
    with pytest.raises(Invalid, match="never relaxed"):
        check_steps((first, Step(later)), 20 * SECOND)


def test_a_level_may_be_relaxed_but_not_sooner_than_an_offer_lasts():
    strict, loose = Requirements(((ARABIC, 8),)), Requirements(((ARABIC, 3),))
    check_steps((Step(strict, 25 * SECOND), Step(loose)), 20 * SECOND)
    with pytest.raises(Invalid, match="5 seconds"):
        check_steps((Step(strict, 24 * SECOND), Step(loose)), 20 * SECOND)


def test_a_level_beyond_ten_is_refused():
    with pytest.raises(Invalid, match="1 to 10"):
        check_steps((Step(Requirements(((ARABIC, 11),))),), 20 * SECOND)


def test_a_sticky_step_keeps_what_is_hard_and_waits_a_quarter_of_the_target_at_most_half_a_minute():
    base = Requirements(((ARABIC, 3),), frozenset({"refund"}), 2)
    assert sticky_step(SALMA.id, base, 60 * SECOND, is_live=True).expires_after_us == 15 * SECOND
    assert sticky_step(SALMA.id, base, 600 * SECOND, is_live=True).expires_after_us == 30 * SECOND
    sticky = sticky_step(SALMA.id, base, 3600 * SECOND, is_live=False)
    assert sticky == Step(Requirements((), frozenset({"refund"}), 2, SALMA.id), 900 * SECOND)
    check_steps((sticky, Step(base)), 20 * SECOND)


def test_a_step_is_a_function_of_age_and_skips_what_matches_nobody_online():
    steps = tuple(Step(Requirements(((ARABIC, 9 - n),)), (n + 1) * 30 * SECOND) for n in range(3))
    work = replace(WORK, steps=steps)
    ages = (0, 29, 30, 60, 999)
    assert [step_at(work, age * SECOND, lambda _: True) for age in ages] == [0, 0, 1, 2, 2]
    assert step_at(work, 0, lambda need: need != steps[0].requirements) == 1
    assert step_at(work, 0, lambda _: False) == 2
    assert step_at(replace(work, step=1), 0, lambda _: True) == 1


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (Requirements(((ARABIC, 5),), trust=2), None),
        (Requirements(((ARABIC, 6),)), Reason.SKILL),
        (Requirements(((BILLING, 1),)), Reason.SKILL),
        (Requirements(trust=3), Reason.TRUST),
        (Requirements(permissions=frozenset({"refund"})), Reason.PERMISSION),
        (Requirements(agent=AgentId(UUID(int=11))), Reason.OTHER_AGENT),
    ],
)
def test_what_an_agent_lacks_is_named(need: Requirements, reason: Reason | None):
    verdict = missing(SALMA, WORK, need)
    assert (verdict and verdict.reason) == reason


def test_an_agent_outside_the_queue_or_the_channel_does_not_take_its_work():
    verdicts = [missing(replace(SALMA, queues=frozenset()), WORK, Requirements())]
    verdicts.append(missing(replace(SALMA, channels={}), WORK, Requirements()))
    assert [verdict and verdict.reason for verdict in verdicts] == [Reason.QUEUE, Reason.CHANNEL]


@pytest.mark.parametrize(
    ("held", "channel", "reason"),
    [
        ((), VOICE, None),
        ((CHAT, CHAT), CHAT, None),
        ((CHAT, CHAT, CHAT), CHAT, Reason.AT_CAPACITY),
        ((CHAT, CHAT, CHAT), TICKET, None),
        ((CHAT, CHAT, CHAT, TICKET), TICKET, Reason.AT_CAPACITY),
        ((CHAT,), VOICE, Reason.AT_CAPACITY),
        ((VOICE,), TICKET, Reason.BUSY),
    ],
)
def test_room_is_units_counts_and_exclusiveness(
    held: tuple[ChannelName, ...],
    channel: ChannelName,
    reason: Reason | None,
):
    assert busy(replace(SALMA, holding=holding(*held)), channel, 0) == reason


def test_a_channel_that_interrupts_everything_held_needs_no_room():
    calls = ChannelRule(100, 1, is_exclusive=True, interrupts=frozenset({CHAT}))
    agent = replace(SALMA, channels={**SALMA.channels, VOICE: calls})
    assert can_take(replace(agent, holding=holding(CHAT, CHAT)), VOICE, 0)
    assert not can_take(replace(agent, holding=holding(CHAT, TICKET)), VOICE, 0)
    assert not can_take(replace(agent, holding=holding(VOICE)), VOICE, 0)


@pytest.mark.parametrize("held", [(), (CHAT,)])
def test_a_work_that_an_empty_agent_has_no_room_for_interrupts_nothing(held: tuple[ChannelName, ...]):
    calls = ChannelRule(100, 1, is_exclusive=True, interrupts=frozenset({CHAT}))
    agent = replace(SALMA, channels={**SALMA.channels, VOICE: calls}, capacity=50, holding=holding(*held))
    assert busy(agent, VOICE, 0) is Reason.AT_CAPACITY


@pytest.mark.parametrize("presence", [Presence.OFFLINE, Presence.NOT_READY])
def test_who_is_away_takes_nothing(presence: Presence):
    assert not can_take(replace(SALMA, presence=presence), CHAT, 0)


def test_the_login_ramp_gives_two_works_at_once_and_one_more_every_five_seconds():
    agent = replace(SALMA, ramp_from=0, holding=holding(TICKET, TICKET))
    assert busy(agent, TICKET, 5 * SECOND - 1) is Reason.RAMP
    assert can_take(agent, TICKET, 5 * SECOND)


def test_who_wakes_beyond_the_capacity_is_flagged():
    assert not replace(SALMA, holding=holding(CHAT, CHAT, CHAT, TICKET)).is_over_capacity
    assert replace(SALMA, holding=holding(CHAT, CHAT, CHAT, TICKET, TICKET)).is_over_capacity


@given(st.integers(0, 300), st.integers(0, 200))
def test_load_has_sixteen_steps(used: int, capacity: int):
    assert 0 <= load_step(used, capacity, is_exclusive=False) <= 15
    assert load_step(used, capacity, is_exclusive=True) == 0


def test_reserve_prefers_the_narrow_best_the_expert_and_fair_nobody():
    need = Requirements(((ARABIC, 3),))
    narrow, expert = {ARABIC: 3}, {ARABIC: 9, BILLING: 2}
    assert tier(Order.RESERVE, narrow, need) < tier(Order.RESERVE, expert, need)
    assert tier(Order.BEST, expert, need) < tier(Order.BEST, narrow, need)
    assert tier(Order.FAIR, expert, need) == tier(Order.FAIR, narrow, need)
