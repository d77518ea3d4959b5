"""Single rules of the engine, each told as a short story."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, NotFound
from routing.engine import Engine
from routing.model import (
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    Decision,
    Loser,
    Order,
    Presence,
    QueueId,
    QueueRules,
    Reason,
    Requirements,
    Rule,
    SkillId,
    Step,
    Verdict,
    Work,
    WorkId,
    work_key,
)

VOICE, CHAT = ChannelName("voice"), ChannelName("chat")
QUEUE = QueueId(UUID(int=1))
ARABIC, TURKISH = SkillId(UUID(int=2)), SkillId(UUID(int=3))
SALMA, TARIQ, HIND = (
    AgentState(AgentId(UUID(int=10 + n)), levels={ARABIC: 5, **({TURKISH: 5} if n == 2 else {})}) for n in range(3)
)


def work(number: int, *steps: Step, channel: ChannelName = VOICE, at: int = 0, key: int | None = None) -> Work:
    return Work(
        WorkId(UUID(int=100 + number)),
        QUEUE,
        channel,
        key=at + 20 * SECOND if key is None else key,
        seq=number,
        first_enqueued_at=at,
        steps=steps or (Step(Requirements()),),
    )


def engine_with(*agents: AgentState, order: Order = Order.RESERVE) -> Engine:
    engine = Engine()
    engine.put_queue(QueueRules(QUEUE, order=order))
    for agent in agents:
        engine.put_agent(agent, 0)
    engine.decide(0)
    return engine


def given_to(decisions: list[Decision]) -> list[tuple[int, AgentId]]:
    return [(decision.work.seq, decision.agent_id) for decision in decisions]


def test_scarce_skills_stay_free():
    engine = engine_with(HIND, replace(SALMA, idle_since=SECOND))
    engine.add_work(work(1, Step(Requirements(((ARABIC, 1),)))), SECOND)
    (decision,) = engine.decide(SECOND)
    assert decision.agent_id == SALMA.id
    assert (decision.rule, decision.considered) == (Rule.RESERVE, 1)
    assert decision.losers == (Loser(HIND.id, Reason.TIER),)


def test_among_equals_the_longest_idle_is_chosen_and_the_others_are_told_why():
    engine = engine_with(replace(SALMA, idle_since=2), replace(TARIQ, idle_since=1), order=Order.FAIR)
    engine.add_work(work(1), SECOND)
    (decision,) = engine.decide(SECOND)
    assert (decision.agent_id, decision.considered) == (TARIQ.id, 2)
    assert decision.losers == (Loser(SALMA.id, Reason.IDLE),)


def test_a_missed_offer_goes_to_another_and_comes_back_after_a_minute():
    engine = engine_with(SALMA, replace(TARIQ, presence=Presence.NOT_READY))
    engine.add_work(work(1), 0)
    engine.exclude(work(1).id, SALMA.id, 60 * SECOND, 0)
    assert engine.decide(0) == []
    assert engine.explain(work(1).id, 0) == [
        Verdict(SALMA.id, Reason.EXCLUDED),
        Verdict(TARIQ.id, Reason.NOT_READY),
    ]
    assert engine.next_due() == 60 * SECOND
    assert given_to(engine.decide(60 * SECOND)) == [(1, SALMA.id)]


def test_a_missed_offer_returns_to_the_only_one_at_once_but_a_declined_one_does_not():
    engine = engine_with(SALMA)
    engine.add_work(work(1), 0)
    engine.exclude(work(1).id, SALMA.id, None, 0)
    assert engine.decide(0) == []
    engine.exclude(work(1).id, SALMA.id, 60 * SECOND, 0)
    assert given_to(engine.decide(0)) == [(1, SALMA.id)]


def test_the_one_who_is_left_when_the_others_go_offline_is_asked_again():
    engine = engine_with(SALMA, replace(TARIQ, presence=Presence.NOT_READY))
    engine.add_work(work(1), 0)
    engine.exclude(work(1).id, SALMA.id, 60 * SECOND, 0)
    assert engine.decide(0) == []
    engine.set_presence(TARIQ.id, Presence.OFFLINE, SECOND)
    assert given_to(engine.decide(SECOND)) == [(1, SALMA.id)]


def test_a_returning_customer_waits_for_the_last_agent_and_then_for_anybody():
    engine = engine_with(SALMA, replace(TARIQ, presence=Presence.NOT_READY))
    sticky = Step(Requirements(agent=TARIQ.id), 15 * SECOND)
    engine.add_work(work(1, sticky, Step(Requirements())), 0)
    assert engine.decide(14 * SECOND) == []
    assert given_to(engine.decide(15 * SECOND)) == [(1, SALMA.id)]


def test_the_last_agent_is_asked_first_and_a_decline_ends_that():
    sticky = Step(Requirements(agent=TARIQ.id), 15 * SECOND)
    engine = engine_with(SALMA, TARIQ)
    engine.add_work(work(1, sticky, Step(Requirements())), 0)
    (decision,) = engine.decide(0)
    assert (decision.agent_id, decision.rule) == (TARIQ.id, Rule.STICKY)
    engine.undo(decision, 0)
    engine.exclude(work(1).id, TARIQ.id, None, 0)
    assert given_to(engine.decide(0)) == [(1, SALMA.id)]


def test_a_step_that_matches_nobody_online_is_skipped_also_when_the_last_one_leaves():
    engine = engine_with(SALMA, replace(HIND, presence=Presence.NOT_READY))
    turkish = Step(Requirements(((TURKISH, 1),)), 300 * SECOND)
    engine.add_work(work(1, turkish, Step(Requirements())), 0)
    assert engine.decide(0) == []
    engine.remove_agent(HIND.id, SECOND)
    assert given_to(engine.decide(SECOND)) == [(1, SALMA.id)]


def test_an_emergency_goes_before_everything():
    engine = engine_with()
    engine.add_work(work(1, key=-600 * SECOND), 0)
    engine.add_work(replace(work(2, key=9_000 * SECOND), is_emergency=True), 0)
    engine.put_agent(SALMA, 0)
    assert given_to(engine.decide(0)) == [(2, SALMA.id)]


def test_undo_keeps_the_idle_time_and_release_starts_it_anew():
    engine = engine_with(replace(SALMA, idle_since=7))
    engine.add_work(work(1), SECOND)
    (decision,) = engine.decide(SECOND)
    engine.undo(decision, 2 * SECOND)
    assert engine.agent(SALMA.id) == replace(SALMA, idle_since=7)
    (again,) = engine.decide(2 * SECOND)
    engine.release(again.agent_id, again.work.id, 3 * SECOND)
    assert engine.agent(SALMA.id) == replace(SALMA, idle_since=3 * SECOND)


def test_a_reserved_work_is_not_let_in_again_by_a_late_reader():
    engine = engine_with(SALMA, TARIQ)
    engine.add_work(work(1), 0)
    assert len(engine.decide(0)) == 1
    engine.add_work(work(1), 0)
    assert engine.decide(0) == []


def test_a_work_that_was_removed_while_reserved_is_not_brought_back_by_undo():
    engine = engine_with(SALMA)
    engine.add_work(work(1), 0)
    (decision,) = engine.decide(0)
    engine.remove_work(work(1).id, 0)
    engine.undo(decision, 0)
    assert engine.waiting(work(1).id) is None
    assert engine.agent(SALMA.id).holding == {}


def test_a_work_outlives_the_agent_it_was_reserved_for():
    engine = engine_with(SALMA, TARIQ)
    engine.add_work(work(1), 0)
    (decision,) = engine.decide(0)
    engine.remove_agent(decision.agent_id, 0)
    engine.undo(decision, 0)
    assert given_to(engine.decide(0)) == [(1, TARIQ.id)]


def test_a_loser_is_named_once_however_often_they_came_and_went():
    engine = engine_with(SALMA, TARIQ)
    for _ in range(3):
        engine.set_presence(TARIQ.id, Presence.NOT_READY, 0)
        engine.set_presence(TARIQ.id, Presence.AVAILABLE, 0)
        engine.decide(0)
    engine.add_work(work(1), 0)
    (decision,) = engine.decide(0)
    assert (decision.agent_id, decision.losers) == (SALMA.id, (Loser(TARIQ.id, Reason.TIE),))


def test_a_late_release_starts_no_idle_time_of_who_left_and_came_back_without_the_work():
    engine = engine_with(replace(SALMA, idle_since=1))
    engine.add_work(work(1), 1)
    engine.decide(1)
    engine.remove_agent(SALMA.id, 2)
    engine.put_agent(replace(SALMA, idle_since=3), 3)
    engine.put_agent(replace(TARIQ, idle_since=4), 4)
    engine.decide(4)
    engine.release(SALMA.id, work(1).id, 5)
    assert engine.agent(SALMA.id).idle_since == 3
    engine.add_work(work(2), 5)
    assert given_to(engine.decide(5)) == [(2, SALMA.id)]


def test_a_manual_take_is_refused_without_room_unless_it_may_exceed():
    engine = engine_with(SALMA)
    engine.add_work(work(1), 0)
    engine.decide(0)
    engine.add_work(work(2, channel=CHAT), 0)
    with pytest.raises(Conflict):
        engine.reserve(work(2).id, SALMA.id, 0)
    assert engine.reserve(work(2).id, SALMA.id, 0, may_exceed=True).rule is Rule.MANUAL
    assert engine.agent(SALMA.id).is_over_capacity
    with pytest.raises(Conflict):
        engine.reserve(work(2).id, SALMA.id, 0)


def test_an_unknown_agent_or_work_is_not_found():
    engine = engine_with()
    with pytest.raises(NotFound):
        engine.agent(SALMA.id)
    with pytest.raises(NotFound):
        engine.explain(work(1).id, 0)


def test_the_login_ramp_ends_by_itself():
    engine = engine_with(replace(SALMA, ramp_from=0))
    for number in range(4):
        engine.add_work(work(number, channel=ChannelName("email")), 0)
    assert len(engine.decide(0)) == 2
    assert engine.next_due() == 5 * SECOND
    assert [len(engine.decide(at * SECOND)) for at in (4, 5, 9, 10)] == [0, 1, 0, 1]


def test_a_conversation_that_wakes_takes_the_room_of_new_work():
    engine = engine_with(SALMA)
    engine.add_work(work(1, channel=CHAT), 0)
    engine.decide(0)
    engine.weigh(SALMA.id, work(1).id, 120, SECOND)
    engine.add_work(work(2, channel=CHAT), SECOND)
    assert engine.decide(SECOND) == []
    engine.weigh(SALMA.id, work(1).id, 3, SECOND)
    assert given_to(engine.decide(SECOND)) == [(2, SALMA.id)]


def test_a_returning_customer_does_not_wait_for_a_last_agent_who_left():
    engine = engine_with(SALMA, replace(TARIQ, presence=Presence.NOT_READY))
    engine.add_work(work(1, Step(Requirements(agent=TARIQ.id), 300 * SECOND), Step(Requirements())), 0)
    assert engine.decide(0) == []
    engine.set_presence(TARIQ.id, Presence.OFFLINE, SECOND)
    assert given_to(engine.decide(SECOND)) == [(1, SALMA.id)]


def test_what_a_limit_left_is_decided_next():
    engine = engine_with()
    for number in range(3):
        engine.add_work(work(number, channel=CHAT), 0)
    engine.decide(0)
    engine.put_agent(SALMA, 0)
    assert [given_to(engine.decide(0, 1)) for _ in range(4)] == [[(n, SALMA.id)] for n in range(3)] + [[]]


def test_an_agent_whose_best_work_became_impossible_gets_the_next_best():
    engine = engine_with()
    for number in (1, 2):
        engine.add_work(work(number), 0)
    engine.decide(0)
    engine.put_agent(SALMA, 0)
    engine.put_agent(TARIQ, 0)
    (first,) = engine.decide(0, 1)
    engine.undo(first, 0)
    engine.exclude(work(1).id, SALMA.id, None, 0)
    engine.exclude(work(1).id, TARIQ.id, None, 0)
    engine.set_presence(first.agent_id, Presence.NOT_READY, 0)
    (second,) = engine.decide(0)
    assert (second.work.id, second.agent_id) == (work(2).id, ({SALMA.id, TARIQ.id} - {first.agent_id}).pop())


def test_who_took_a_work_by_hand_is_not_ready_for_another():
    engine = engine_with(SALMA)
    engine.add_work(work(1), 0)
    engine.reserve(work(1).id, SALMA.id, 0)
    engine.add_work(work(2), 0)
    assert engine.decide(0) == []


def test_a_work_that_is_rekeyed_stays_on_its_step():
    engine = engine_with(SALMA)
    first = work(1, Step(Requirements(((TURKISH, 1),)), 300 * SECOND), Step(Requirements(((ARABIC, 9),))))
    engine.add_work(first, 0)
    engine.put_agent(HIND, SECOND)
    engine.add_work(replace(first, key=0), SECOND)
    assert engine.waiting(first.id) == replace(first, key=0, step=1)
    assert engine.decide(SECOND) == []


def test_a_shift_that_begins_together_takes_declined_work_too():
    engine = engine_with()
    for number in range(3):
        engine.add_work(work(number), 0)
    engine.exclude(work(1).id, SALMA.id, None, 0)
    engine.decide(0)
    shift = [replace(SALMA, id=AgentId(UUID(int=10 + n))) for n in range(6)]
    for agent in shift:
        engine.put_agent(agent, 0)
    decisions = engine.decide(0)
    assert [decision.work.seq for decision in decisions] == [0, 1, 2]
    assert decisions[1].agent_id != SALMA.id


def test_a_work_that_everybody_declined_does_not_hold_up_those_behind_it():
    engine = engine_with()
    for number in range(3):
        engine.add_work(work(number), 0)
    engine.decide(0)
    shift = [replace(SALMA, id=AgentId(UUID(int=10 + n))) for n in range(6)]
    for agent in shift:
        engine.put_agent(agent, 0)
    assert [decision.work.seq for decision in engine.decide(0, 1)] == [0]
    for agent in shift:
        engine.exclude(work(1).id, agent.id, None, 0)
    assert [decision.work.seq for decision in engine.decide(0)] == [2]


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([20, 60, 120]), st.sampled_from([0, 30, 120])),
    min_size=1,
    max_size=40,
)


@given(ARRIVALS, st.integers(1, 15))
def test_a_work_is_overtaken_only_by_arrivals_within_its_bound(arrivals: list[tuple[int, int, int]], handle: int):
    engine, now, served, came = engine_with(SALMA), 0, [], {}
    for number, (gap, target, boost) in enumerate(arrivals):
        now += gap * SECOND
        came[number] = (now, (target - boost) * SECOND)
        engine.add_work(work(number, at=now, key=work_key(now, target * SECOND, boost * SECOND)), now)
        served += _serve(engine, now) if number % handle == 0 else []
    while last := _serve(engine, now):
        served += last
    assert sorted(served) == sorted(came)
    least = min(allowance for _, allowance in came.values())
    for place, early in enumerate(served):
        for late in served[place + 1 :]:
            assert came[early][0] - came[late][0] <= came[late][1] - least


def _serve(engine: Engine, now: int) -> list[int]:
    """Let the only agent finish and take the next."""
    for work_id in engine.agent(SALMA.id).holding:
        engine.release(SALMA.id, work_id, now)
    return [decision.work.seq for decision in engine.decide(now)]


def test_nothing_starves_under_a_flood_of_urgent_work():
    engine = engine_with(SALMA)
    engine.add_work(work(0, at=0, key=work_key(0, 3600 * SECOND, 0)), 0)
    engine.decide(0)
    engine.add_work(work(1, at=0, key=work_key(0, 3600 * SECOND, 0)), 0)
    for second in range(1, 5000):
        now = second * SECOND
        engine.add_work(work(1 + second, at=now, key=work_key(now, 20 * SECOND, 600 * SECOND)), now)
        if _serve(engine, now) == [1]:
            break
    assert second == 3600 + 600 - 20
