"""How much one agent is given: capacity, counts and interruptions, each told as a short story."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_routing_rules import CHAT, SALMA, VOICE, engine_with, work

from routing.model import ChannelRule

CALLS = ChannelRule(100, 1, is_exclusive=True, interrupts=frozenset({CHAT}))


@pytest.mark.parametrize(("capacity", "count"), [(29, 0), (30, 1), (59, 1), (60, 2)])
def test_an_agent_is_filled_to_the_last_unit_and_not_beyond(capacity: int, count: int):
    engine = engine_with(replace(SALMA, capacity=capacity))
    for number in range(3):
        engine.add_work(work(number, channel=CHAT), 0)
    assert len(engine.decide(0)) == count


@pytest.mark.parametrize("others", [{}, {VOICE: CALLS}])
def test_a_channel_gives_no_more_at_once_than_it_says(others: dict[str, ChannelRule]):
    engine = engine_with(replace(SALMA, channels={CHAT: ChannelRule(weight=10, most=2), **others}))
    for number in range(3):
        engine.add_work(work(number, channel=CHAT), 0)
    assert len(engine.decide(0)) == 2


@pytest.mark.parametrize(("capacity", "first", "given"), [(100, 1, [1, 2]), (50, 1, [1]), (50, 3, [1])])
def test_a_call_interrupts_a_chat_but_a_chat_makes_no_room_for_a_call(capacity: int, first: int, given: list[int]):
    """Taking a work must never open a channel: what nobody could take a moment ago is not looked at again for it."""
    engine = engine_with()
    engine.add_work(work(1, channel=CHAT, key=first), 0)
    engine.add_work(work(2, channel=VOICE, key=2), 0)
    engine.put_agent(replace(SALMA, channels={VOICE: CALLS, CHAT: ChannelRule(30, 3)}, capacity=capacity), 0)
    decisions = engine.decide(0)
    assert [decision.work.seq for decision in decisions] == given
    for decision in decisions:
        engine.undo(decision, 0)
    assert engine.decide(0) == decisions
