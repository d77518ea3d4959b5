"""What was promised decides whose turn it is: the nearest due goes first, whenever it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from routing import store
from routing.engine import Engine
from routing.model import AgentId, AgentState, ChannelName, ChannelRule, Priority, work_key
from routing.values import Queue

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUEUE = Queue(id=UUID(int=10), version=1, name="desk", target_seconds=3600)
TICKET = ChannelName("ticket")
minutes = st.integers(-10_000, 10_000)


def row(number: int, age: int, due: int | None, priority: int = 0) -> dict[str, Any]:
    return {
        "id": UUID(int=100 + number),
        "queue_id": QUEUE.id,
        "branch_id": None,
        "channel": TICKET,
        "priority": priority,
        "is_emergency": False,
        "first_enqueued_at": NOW - timedelta(minutes=abs(age)),
        "due_at": None if due is None else NOW + timedelta(minutes=due),
        "sticky_agent_id": None,
        "least_step": 0,
        "asked_skills": None,
        "attributes": None,
        "excluded": None,
    }


def order(rows: list[dict[str, Any]]) -> list[UUID]:
    """Return in which order one agent with room for all of them is given these."""
    now = store.microseconds(NOW)
    engine = Engine()
    engine.put_queue(store.queue_rules(QUEUE))
    for number, each in enumerate(rows, 1):
        engine.add_work(store.work(each, QUEUE, number, is_live=False), now)
    rule = ChannelRule(weight=1, most=len(rows))
    permissions = frozenset({str(QUEUE.permission), "ticket.read"})
    agent = AgentState(id=AgentId(UUID(int=1)), channels={TICKET: rule}, permissions=permissions, capacity=1000)
    engine.put_agent(agent, now)
    return [decision.work.id for decision in engine.decide(now, len(rows))]


@given(st.lists(st.tuples(minutes, minutes), min_size=1, max_size=12, unique_by=lambda pair: pair[1]))
def test_the_nearest_due_goes_first_whenever_it_came(waiting: list[tuple[int, int]]) -> None:
    rows = [row(number, age, due) for number, (age, due) in enumerate(waiting)]
    assert order(rows) == [each["id"] for each in sorted(rows, key=lambda each: each["due_at"])]


@given(st.lists(st.tuples(minutes, st.none() | minutes), min_size=2, max_size=12), st.data())
def test_a_promise_that_comes_nearer_never_lets_work_wait_longer(
    waiting: list[tuple[int, int | None]], data: st.DataObject
) -> None:
    rows = [row(number, age, due) for number, (age, due) in enumerate(waiting)]
    one = data.draw(st.integers(0, len(rows) - 1))
    was = rows[one]["due_at"] or rows[one]["first_enqueued_at"] + timedelta(seconds=QUEUE.target_seconds)
    before = order(rows).index(rows[one]["id"])
    rows[one]["due_at"] = was - timedelta(minutes=data.draw(st.integers(1, 5000)))
    assert order(rows).index(rows[one]["id"]) <= before


def test_what_nobody_promised_is_due_by_the_target_of_its_queue() -> None:
    plain, sooner, later = row(0, 0, None), row(1, 30, 59), row(2, 600, 61)
    assert order([later, plain, sooner]) == [sooner["id"], plain["id"], later["id"]]


def test_urgency_gives_a_head_start_to_what_is_promised_too() -> None:
    assert order([row(0, 0, 30), row(1, 0, 31, Priority.URGENT)]) == [UUID(int=101), UUID(int=100)]
    assert work_key(0, 60, 5, due_at=100) == 95
