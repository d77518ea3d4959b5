"""The steps that many works share are the steps that each would have had alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from routing import store
from routing.values import Queue, QueueStep

SKILLS = [UUID(int=number) for number in range(1, 4)]
QUEUES = [
    Queue(id=UUID(int=10), version=1, name="one"),
    Queue(
        id=UUID(int=11),
        version=1,
        name="two",
        skills={SKILLS[0]: 5},
        steps=[QueueStep(after_seconds=30, skills={SKILLS[0]: 3}), QueueStep(after_seconds=60)],
    ),
]

maybe = st.sampled_from([None, UUID(int=20), UUID(int=21)])


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "id": UUID(int=draw(st.integers(100, 10_000))),
        "queue_id": draw(st.sampled_from(QUEUES)).id,
        "branch_id": draw(maybe),
        "channel": draw(st.sampled_from(["webchat", "ticket"])),
        "priority": 0,
        "is_emergency": False,
        "first_enqueued_at": datetime(2026, 1, 1, tzinfo=UTC),
        "sticky_agent_id": draw(maybe),
        "least_step": draw(st.integers(0, 3)),
        "asked_skills": draw(st.sampled_from([None, {}, {str(SKILLS[1]): 7}])),
        "attributes": None,
        "excluded": None,
    }


@given(st.lists(rows(), max_size=12), st.booleans())
def test_steps_that_are_kept_are_those_that_each_work_would_have_alone(
    waiting: list[dict[str, Any]], is_live: bool
) -> None:
    known: store.KnownSteps = {}
    queues = {queue.id: queue for queue in QUEUES}
    for row in waiting:
        alone = store.work(row, queues[row["queue_id"]], 1, is_live=is_live)
        assert store.work(row, queues[row["queue_id"]], 1, is_live=is_live, known=known) == alone


def test_who_may_not_open_a_ticket_is_not_asked_to_take_it() -> None:
    row: dict[str, Any] = {
        "id": UUID(int=100), "queue_id": QUEUES[1].id, "branch_id": None, "channel": "ticket", "priority": 0,
        "is_emergency": False, "first_enqueued_at": datetime(2026, 1, 1, tzinfo=UTC), "sticky_agent_id": UUID(int=20),
        "least_step": 0, "asked_skills": None, "attributes": None, "excluded": None,
    }  # fmt: skip
    asked = [step.requirements.permissions for step in store.work(row, QUEUES[1], 1, is_live=False).steps]
    assert len(asked) == 4
    assert set(asked) == {frozenset({"work.take", "ticket.read"})}
    chat = store.work({**row, "channel": "webchat"}, QUEUES[1], 1, is_live=True)
    assert {step.requirements.permissions for step in chat.steps} == {frozenset({"work.take"})}
