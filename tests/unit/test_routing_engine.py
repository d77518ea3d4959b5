"""The engine against a naive scan, on random histories."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from routing_cases import Event, World, histories

from routing.model import Reason, can_take

bounded = settings(max_examples=25)


@bounded
@given(histories)
def test_the_engine_decides_what_a_scan_of_everything_decides(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        assert world.decide() == world.scan.decide(world.now, 100)


@bounded
@given(histories, st.integers(1, 3))
def test_a_limit_changes_nothing_in_the_order_of_decisions(history: list[Event], limit: int):
    world = World()
    for event in history:
        world.happen(event)
        assert world.decide(limit) == world.scan.decide(world.now, limit)


@bounded
@given(histories)
def test_a_look_after_many_events_decides_what_a_scan_decides(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        if event.looks and event.number % 3 == 0:
            assert world.decide() == world.scan.decide(world.now, 100)
    assert world.decide() == world.scan.decide(world.now, 100)


@bounded
@given(histories)
def test_memory_has_the_agents_and_works_that_the_events_made(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        world.decide()
        world.scan.decide(world.now, 100)
        assert {a: world.engine.agent(a) for a in world.scan.agents} == world.scan.agents
        assert {w: world.engine.waiting(w) for w in world.scan.works} == world.scan.works


@bounded
@given(histories)
def test_no_work_is_ever_given_twice_at_once(history: list[Event]):
    world, open_works = World(), set()
    for event in history:
        world.happen(event)
        open_works &= set(world.scan.holders)
        for work_id, _ in world.decide():
            assert work_id not in open_works
            open_works.add(work_id)
        world.scan.decide(world.now, 100)


@bounded
@given(histories)
def test_a_decision_never_loads_an_agent_beyond_what_there_is_room_for(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        before = {agent_id: world.engine.agent(agent_id) for agent_id in world.scan.agents}
        for decision in world.engine.decide(world.now, 1):
            world.log.append(decision)
            assert can_take(before[decision.agent_id], decision.work.channel, world.now)
        world.scan.decide(world.now, 1)


@bounded
@given(histories)
def test_a_decision_tells_truly_how_many_were_considered_and_why_others_lost(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        world.scan.stand(world.now)
        for decision in world.engine.decide(world.now, 1):
            world.log.append(decision)
            ready = {
                s.id: world.scan.preference(decision.work, s) for s in world.scan.candidates(decision.work, world.now)
            }
            chosen = ready.pop(decision.agent_id)
            assert decision.considered == 1 + sum(place[0] == chosen[0] for place in ready.values())
            assert len(decision.losers) == len({loser.agent_id for loser in decision.losers})
            assert bool(decision.losers) == bool(ready)
            for loser in decision.losers:
                assert loser.reason is why_lost(chosen, ready[loser.agent_id])
        world.scan.decide(world.now, 1)


@bounded
@given(histories)
def test_at_rest_every_agent_has_a_reason_for_not_having_a_waiting_work(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        world.decide()
        world.scan.decide(world.now, 100)
        for work_id in world.scan.works:
            assert {v.agent_id for v in world.engine.explain(work_id, world.now)} == set(world.scan.agents)


@bounded
@given(histories)
def test_a_key_and_a_step_never_go_back(history: list[Event]):
    world, steps = World(), {}
    for event in history:
        world.happen(event)
        world.decide()
        world.scan.decide(world.now, 100)
        for work_id in world.scan.works:
            work = world.engine.waiting(work_id)
            assert work.step >= steps.get(work_id, 0)
            steps[work_id] = work.step


@bounded
@given(histories)
def test_the_same_events_give_the_same_decisions(history: list[Event]):
    logs = []
    for _ in range(2):
        world = World()
        for event in history:
            world.happen(event)
            world.decide()
            world.scan.decide(world.now, 100)
        logs.append(world.log)
    assert logs[0] == logs[1]


@bounded
@given(histories, histories)
def test_a_reloaded_engine_goes_on_as_the_old_one_would_have(before: list[Event], after: list[Event]):
    world = World()
    for event in before:
        world.happen(event)
        assert world.decide(1) == world.scan.decide(world.now, 1)
    world.reload()
    for event in after:
        world.happen(event)
        assert world.decide() == world.scan.decide(world.now, 100)


@bounded
@given(histories)
def test_undoing_everything_just_decided_restores_agents_and_works(history: list[Event]):
    world = World()
    for event in history:
        world.happen(event)
        world.engine.tick(world.now)
        agents = {a: world.engine.agent(a) for a in world.scan.agents}
        decisions = world.engine.decide(world.now, 100)
        again = decisions
        for _ in range(2):
            for decision in again:
                world.engine.undo(decision, world.now)
            assert {a: world.engine.agent(a) for a in world.scan.agents} == agents
            assert all(world.engine.waiting(d.work.id) == d.work for d in again)
            again = world.engine.decide(world.now, 100)
            assert again == decisions
        world.log.extend(decisions)
        world.scan.decide(world.now, 100)


def why_lost(chosen: tuple[object, ...], other: tuple[object, ...]) -> Reason:
    """Return what of (tier, load, idle time, id) was the first to tell two agents apart."""
    reasons = (Reason.TIER, Reason.LOAD, Reason.IDLE, Reason.TIE)
    return next(reason for reason, mine, theirs in zip(reasons, chosen, other, strict=True) if mine != theirs)
