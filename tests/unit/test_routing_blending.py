"""The dialer's agents: who is granted, for how long, and how many stay for those who call in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_routing_rules import CHAT, HIND, QUEUE, SALMA, TARIQ, TURKISH, VOICE, engine_with, given_to, work

from routing.blending import ADAPT_EVERY, LEASE, Ask, Inbound, Spare, adapted, first_spare
from routing.model import (
    SECOND,
    AgentId,
    Holding,
    Presence,
    QueueId,
    Reason,
    Requirements,
    Verdict,
)

CAMPAIGN = QueueId(UUID(int=9))
OUT, IN = Ask(CAMPAIGN, VOICE), Ask(QUEUE, VOICE)


def test_agents_are_granted_only_while_more_than_the_spare_are_idle():
    shift = [replace(SALMA, id=AgentId(UUID(int=50 + n)), idle_since=n) for n in range(5)]
    engine = engine_with(*shift)
    granted = engine.grant(OUT, IN, 3, 10)
    assert [(grant.agent_id, grant.until) for grant in granted] == [(s.id, 10 + LEASE) for s in shift[:2]]
    assert engine.grant(OUT, IN, 3, 10) == []


def test_who_cannot_take_inbound_work_is_granted_first_and_whatever_the_spare():
    engine = engine_with(HIND, SALMA)
    turkish = Ask(QUEUE, VOICE, Requirements(((TURKISH, 1),)))
    assert [grant.agent_id for grant in engine.grant(OUT, turkish, 5, 0)] == [SALMA.id]


def test_a_granted_agent_is_offered_nothing_until_the_lease_ends():
    engine = engine_with(SALMA)
    assert len(engine.grant(OUT, IN, 0, 0)) == 1
    engine.add_work(work(1), 0)
    engine.add_work(work(2, channel=CHAT), 0)
    assert engine.decide(LEASE - 1) == []
    assert engine.explain(work(1).id, LEASE - 1) == [Verdict(SALMA.id, Reason.LEASED)]
    assert engine.next_due() == LEASE
    assert given_to(engine.decide(LEASE)) == [(1, SALMA.id)]


def test_an_agent_who_is_given_back_takes_work_at_once_and_is_as_idle_as_before():
    engine = engine_with(replace(SALMA, idle_since=7))
    engine.grant(OUT, IN, 0, 10)
    engine.give_back(SALMA.id, 20)
    assert engine.agent(SALMA.id) == replace(SALMA, idle_since=7)
    engine.add_work(work(1), 20)
    assert given_to(engine.decide(20)) == [(1, SALMA.id)]


def test_a_lease_outlives_a_reading_of_the_agent_and_ends_with_the_call():
    engine = engine_with(SALMA)
    engine.grant(OUT, IN, 0, 0)
    engine.put_agent(SALMA, 1)
    engine.add_work(work(1), 1)
    assert engine.decide(1) == []
    call = {work(9).id: Holding(VOICE, 100)}
    engine.put_agent(replace(SALMA, holding=call), 2)
    assert engine.agent(SALMA.id).leased_until is None
    assert engine.decide(2) == []
    engine.release(SALMA.id, work(9).id, 3)
    assert given_to(engine.decide(3)) == [(1, SALMA.id)]


def test_nobody_is_granted_while_there_is_something_to_decide():
    engine = engine_with(SALMA, TARIQ)
    engine.add_work(work(1), 0)
    assert engine.grant(OUT, IN, 0, 0) == []
    engine.decide(0)
    assert [grant.agent_id for grant in engine.grant(OUT, IN, 0, 0)] == [TARIQ.id]


@pytest.mark.parametrize("presence", [Presence.NOT_READY, Presence.OFFLINE])
def test_who_is_not_available_is_not_granted(presence: Presence):
    engine = engine_with(replace(SALMA, presence=presence))
    assert engine.grant(OUT, IN, 0, 0) == []


def test_a_dialer_gets_as_many_as_it_asks_for():
    engine = engine_with(SALMA, TARIQ, HIND)
    assert len(engine.grant(OUT, IN, 0, 0, most=2)) == 2


def test_the_first_spare_grows_with_the_root_of_the_floor():
    assert [first_spare(n, 0).agents for n in (1, 4, 50, 100)] == [1, 2, 5, 6]


def test_a_missed_service_level_keeps_more_agents_and_a_good_one_less():
    def after(in_target: int) -> int:
        return adapted(Spare(5, 0), 50, Inbound(100, in_target), 0.8, ADAPT_EVERY).agents

    assert [after(level) for level in (60, 75, 80, 85, 86)] == [7, 6, 5, 5, 4]


def test_the_spare_is_left_alone_between_looks_and_when_few_called():
    poor = Inbound(100, 0)
    assert adapted(Spare(5, 0), 50, poor, 0.8, ADAPT_EVERY - SECOND) == Spare(5, 0)
    assert adapted(Spare(5, 0), 50, Inbound(9, 0), 0.8, ADAPT_EVERY) == Spare(5, ADAPT_EVERY)


@given(st.integers(0, 300), st.lists(st.integers(0, 40), max_size=30))
def test_the_spare_stays_between_one_and_everybody(agents: int, levels: list[int]):
    spare, now = first_spare(agents, 0), 0
    for in_target in levels:
        now += ADAPT_EVERY
        spare = adapted(spare, agents, Inbound(40, in_target), 0.8, now)
        assert 1 <= spare.agents <= max(1, agents)
