"""What settings of a queue are refused, and at which field."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.ids import BranchId
from routing.checks import Around, faults_of, refuse
from routing.model import check_steps
from routing.store import steps
from routing.values import Overflow, Queue, QueueSettings, QueueStep
from sla.hours import Hours

CHAT, FRENCH = uuid4(), uuid4()
ME = uuid4()
HEAD, TEHRAN, RIYADH = (BranchId(uuid4()) for _ in range(3))
PARENTS = {HEAD: None, TEHRAN: HEAD, RIYADH: HEAD}


def queue(**said: Any) -> Queue:
    return Queue(**{"id": uuid4(), "name": "Other", "version": 1, **said})


def faults(settings: QueueSettings, *others: Queue, **around: Any) -> set[tuple[str, str]]:
    known = Around(queues={other.id: other for other in others}, parents=PARENTS, **around)
    return {(fault.loc, fault.kind) for fault in faults_of(ME, settings, known)}


def settings(**said: Any) -> QueueSettings:
    return QueueSettings(**{"name": "Mine", **said})


def to(queue_id: UUID | None, when: str = "waited") -> Overflow:
    return Overflow.model_validate({"when": when, "after_seconds": 60, "action": "queue", "queue_id": queue_id})


def test_what_is_usual_is_in_order():
    assert faults(settings()) == set()
    assert faults(settings(skills={CHAT: 5}, steps=[QueueStep(after_seconds=35, skills={CHAT: 5})])) == set()


@pytest.mark.parametrize(
    ("ages", "is_right"),
    [([35], True), ([34], False), ([35, 70], True), ([35, 69], False), ([70, 35], False), ([35, 35], False)],
)
def test_every_step_gives_an_offer_its_time(ages, is_right):
    found = faults(settings(offer_timeout_seconds=30, steps=[QueueStep(after_seconds=age) for age in ages]))
    assert found == (set() if is_right else {("steps", "steps_close")})


def test_a_step_asks_for_less_and_never_for_more():
    asked = {"skills": {CHAT: 5}}
    assert faults(settings(**asked, steps=[QueueStep(after_seconds=60, skills={CHAT: 3})])) == set()
    assert faults(settings(**asked, steps=[QueueStep(after_seconds=60)])) == set()
    for more in ({CHAT: 6}, {CHAT: 3, FRENCH: 1}):
        found = faults(settings(**asked, steps=[QueueStep(after_seconds=60, skills=more)]))
        assert found == {("steps", "steps_more")}
    back = [QueueStep(after_seconds=60), QueueStep(after_seconds=120, skills={CHAT: 5})]
    assert faults(settings(**asked, steps=back)) == {("steps", "steps_more")}


levels = st.dictionaries(st.sampled_from([CHAT, FRENCH]), st.integers(1, 10))
some_steps = st.lists(st.tuples(st.integers(1, 300), levels), max_size=4)


@given(levels, some_steps, st.integers(1, 60))
def test_what_is_taken_is_right_for_the_engine_too(skills, given_steps, timeout):
    said = settings(
        skills=skills,
        offer_timeout_seconds=timeout,
        steps=[QueueStep(after_seconds=age, skills=levels) for age, levels in given_steps],
    )
    if not faults(said):
        waiting = {"branch_id": None, "sticky_agent_id": None, "channel": "webchat"}
        made = steps(waiting, queue(**said.model_dump()), is_live=True)
        check_steps(made, timeout * 1_000_000)


def test_skills_that_are_not_there_are_named_where_they_are_asked_for():
    said = settings(skills={CHAT: 3, FRENCH: 3}, steps=[QueueStep(after_seconds=60, skills={FRENCH: 1})])
    assert faults(said, unknown_skills=frozenset({CHAT})) == {("skills", "not_there")}
    assert faults(said, unknown_skills=frozenset({FRENCH})) == {("skills", "not_there"), ("steps", "not_there")}


def test_channels_are_known_and_go_on_to_be_those_of_what_comes_here():
    known = {"channels": frozenset({"voice", "email"})}
    assert faults(settings(channels=["voice"]), **known) == set()
    assert faults(settings(channels=["fax"]), **known) == {("channels", "channels_unknown")}
    assert faults(settings(channels=[]), **known) == {("channels", "channels_none")}
    used = {"used_channels": frozenset({"email"})}
    assert faults(settings(channels=["voice"]), **used) == {("channels", "channels_used")}
    assert faults(settings(channels=None), **used) == set()


def test_overflow_goes_to_another_queue_that_is_there_and_takes_the_channels():
    other = queue(channels=["voice"])
    assert faults(settings(overflow=[to(other.id)], channels=["voice"]), other) == set()
    assert faults(settings(overflow=[to(other.id)]), other) == {("overflow", "overflow_channel")}
    for nowhere in (None, ME, uuid4()):
        assert faults(settings(overflow=[to(nowhere)]), other) == {("overflow", "overflow_queue")}


def test_a_queue_that_others_overflow_into_stays_fit_for_them():
    other = queue(overflow=[to(ME)], channels=["voice", "email"], branch_id=TEHRAN)
    assert faults(settings(channels=["voice", "email"]), other) == set()
    assert faults(settings(channels=["voice"]), other) == {("channels", "overflow_channel")}
    assert faults(settings(branch_id=RIYADH), other) == {("branch_id", "overflow_queue")}


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_overflow_never_comes_back(length):
    ids = [uuid4() for _ in range(length)]
    following = [*ids[1:], ME]
    others = [queue(id=at, overflow=[to(then)]) for at, then in zip(ids, following, strict=True)]
    assert ("overflow", "overflow_cycle") in faults(settings(overflow=[to(ids[0])]), *others)
    open_end = [*others[:-1], queue(id=ids[-1])]
    assert faults(settings(overflow=[to(ids[0])]), *open_end) == set()


@pytest.mark.parametrize(
    ("mine", "theirs", "is_right"),
    [
        (None, TEHRAN, True), (TEHRAN, None, True), (TEHRAN, TEHRAN, True), (HEAD, TEHRAN, True),
        (TEHRAN, RIYADH, False), (TEHRAN, HEAD, False),
    ],
)  # fmt: skip
def test_a_branch_overflows_only_into_what_it_sees(mine, theirs, is_right):
    other = queue(branch_id=theirs)
    found = faults(settings(branch_id=mine, overflow=[to(other.id)]), other)
    assert found == (set() if is_right else {("overflow", "overflow_queue")})


def test_what_a_rule_of_overflow_needs():
    closed = {"when": "closed", "action": "alert"}
    assert faults(settings(overflow=[Overflow(**closed)])) == {("overflow", "overflow_hours")}
    assert faults(settings(overflow=[Overflow(**closed)], hours=Hours())) == set()
    message = {"when": "waited", "action": "message"}
    for text in ({}, {"en": "  "}):
        assert faults(settings(overflow=[Overflow(**message, text=text)])) == {("overflow", "overflow_text")}
    assert faults(settings(overflow=[Overflow(**message, text={"fa": "بسته‌ایم"})])) == set()
    back = settings(overflow=[Overflow(when="waited", action="callback")])
    assert faults(back) == {("overflow", "overflow_callback")}
    assert faults(back, has_callbacks=True) == set()


def test_targets_lie_within_a_day_of_each_other():
    slow = queue(target_seconds=86_400)
    assert faults(settings(target_seconds=300), slow) == {("target_seconds", "spread")}
    assert faults(settings(target_seconds=300), queue(target_seconds=86_400, is_active=False)) == set()
    assert faults(settings(target_seconds=300, is_active=False), slow) == set()


def test_a_refusal_names_every_field_at_once():
    said = settings(channels=[], steps=[QueueStep(after_seconds=1, skills={CHAT: 1})])
    with pytest.raises(Invalid) as refused:
        refuse(faults_of(ME, said, Around()))
    assert {error["loc"] for error in refused.value.extra["errors"]} == {"channels", "steps"}
