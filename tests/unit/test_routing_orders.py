"""Orders of one's own, and a memory that contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_routing_rules import ARABIC, HIND, QUEUE, SALMA, TARIQ, TURKISH, engine_with, given_to, work

from core.errors import Invalid
from routing.engine import Engine
from routing.engine.matcher import Contradiction
from routing.engine.scores import add_score
from routing.model import Order, QueueRules, Requirements, Rule, Step, tier

ARABIC_3 = Step(Requirements(((ARABIC, 3),)))


def test_a_queue_may_have_an_order_of_its_own():
    engine = engine_with(replace(SALMA, levels={ARABIC: 9}), replace(TARIQ, levels={ARABIC: 4}))
    engine.put_queue(QueueRules(QUEUE, order=Order.CUSTOM, score="closest"))
    engine.add_work(work(1, ARABIC_3), 0)
    (decision,) = engine.decide(0)
    assert (decision.agent_id, decision.rule) == (TARIQ.id, Rule.CUSTOM)


def test_who_embeds_the_engine_adds_a_score():
    add_score("turkish first", lambda levels, _: 0 if TURKISH in levels else 1)
    engine = engine_with(SALMA, HIND)
    engine.put_queue(QueueRules(QUEUE, order=Order.CUSTOM, score="turkish first"))
    engine.add_work(work(1), 0)
    assert given_to(engine.decide(0)) == [(1, HIND.id)]


def test_an_unknown_score_is_refused_and_a_known_name_is_not_given_away():
    with pytest.raises(Invalid, match="no score"):
        Engine().put_queue(QueueRules(QUEUE, order=Order.CUSTOM, score="none such"))
    with pytest.raises(Invalid, match="another score"):
        add_score("closest", lambda _levels, _need: 0)


@given(st.integers())
def test_a_score_has_sixteen_buckets(score: int):
    assert 0 <= tier(Order.CUSTOM, {}, Requirements(), lambda _levels, _need: score) <= 15


def test_a_ready_agent_who_is_missing_from_the_heads_does_not_make_the_engine_look_for_ever():
    engine = Engine()
    for agent in (SALMA, TARIQ):
        engine.put_agent(agent, 0)
    engine.decide(0)
    # The fault: two whom the floor has hidden, though they have room. Whoever frees finds work and is not there.
    show = engine._floor.show
    engine._floor.show = lambda agent: None if agent.number in (SALMA.id.int, TARIQ.id.int) else show(agent)
    for agent in (SALMA, TARIQ):
        engine.put_agent(agent, 0)
    engine.add_work(work(1), 0)
    with pytest.raises(Contradiction):
        engine.decide(0)


def test_a_lane_whose_first_work_is_gone_does_not_make_the_engine_look_for_ever():
    engine = Engine()
    engine.add_work(work(1), 0)
    engine.add_work(work(2), 0)
    # The fault: a work that is forgotten but still stands at the head of its lane.
    del engine._waiting.by_rank[engine._waiting.by_id[work(1).id.int].rank]
    for number in range(6):
        engine.put_agent(replace(SALMA, id=type(SALMA.id)(int=50 + number)), 0)
    with pytest.raises(Contradiction):
        engine.decide(0)


def test_an_agent_without_room_who_stands_in_the_heads_is_given_nothing():
    engine = engine_with(SALMA)
    engine._profiles.agents[SALMA.id.int].open = 0
    engine.add_work(work(1), 0)
    with pytest.raises(Contradiction):
        engine.decide(0)


def test_works_that_come_together_are_given_as_if_each_had_come_alone():
    together, alone = (engine_with(SALMA, TARIQ) for _ in range(2))
    works = [work(number) for number in range(1, 9)]
    for engine in (together, alone):
        # Both are ready and nothing waits, so that what comes has to be looked at.
        assert not engine.decide(0)
        engine.add_work(work(20), 0)
    together.add_alike(works, 0)
    for each in works:
        alone.add_work(each, 0)
    decided = together.decide(0)
    assert decided == alone.decide(0)
    assert len(decided) == 2, "each has a call"
    assert sorted(together.waiting_ids()) == sorted(alone.waiting_ids())
