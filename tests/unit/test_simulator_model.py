import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator.faults import FaultKind, FaultPlan, FaultRule, Faults
from simulator.model import CallProgress, CallStatus, is_callable, is_e164, new_sid, segments
from simulator.rules import delivery_error, react
from simulator.settings import CALL_RULES, MESSAGE_RULES, CallRule, Outcome
from simulator.signature import sign
from simulator.world import Shelf

START = datetime(2026, 1, 1, tzinfo=UTC)
statuses = st.lists(st.sampled_from(CallStatus), max_size=12)


def walk(wanted):
    steps = [CallProgress(START)]
    for second, status in enumerate(wanted, 1):
        steps.append(steps[-1].to(status, START + timedelta(seconds=second)))
    return steps


@given(statuses)
def test_a_terminal_state_absorbs(wanted):
    steps = walk(wanted)
    first = next((step for step in steps if step.is_over), None)
    if first is not None:
        assert all(step is first for step in steps[steps.index(first) :])


@given(statuses)
def test_the_sequence_grows_by_one_with_every_change_and_only_then(wanted):
    for before, after in zip(steps := walk(wanted), steps[1:], strict=False):
        assert after is before or (after.sequence == before.sequence + 1 and after.status != before.status)


@given(statuses)
def test_only_an_answered_call_completes(wanted):
    end = walk(wanted)[-1]
    if end.is_over:
        assert (end.status is CallStatus.COMPLETED) == end.is_answered
        assert end.ended_at >= (end.answered_at or end.started_at)


def test_the_duration_counts_from_the_answer():
    call = CallProgress(START).to(CallStatus.RINGING, START)
    call = call.to(CallStatus.IN_PROGRESS, START + timedelta(seconds=10))
    assert call.duration_seconds is None
    assert call.to(CallStatus.COMPLETED, START + timedelta(seconds=52)).duration_seconds == 42


def test_an_unanswered_call_that_is_completed_was_canceled():
    assert CallProgress(START).to(CallStatus.COMPLETED, START).status is CallStatus.CANCELED


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=6),
    st.from_regex(r"[a-c/]{0,8}(\?[a-c]=[a-c]{0,3}(%20|&d=7)?)?", fullmatch=True),
)
def test_the_signature_is_the_one_that_twilio_validates(form, tail):
    url = f"https://markaz.example/hooks/{tail}"
    assert RequestValidator("token").validate(url, form, sign("token", url, form))
    assert not RequestValidator("other").validate(url, form, sign("token", url, form))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("س" * 70, 1),
        ("س" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_standard_says(body, count):
    assert segments(body) == count


@pytest.mark.parametrize(
    ("number", "is_number"),
    [("+989121234567", True), ("09121234567", False), ("+0912", False), ("+98912123456789012", False), ("", False)],
)
def test_numbers_are_e164(number, is_number):
    assert is_e164(number) is is_number


def test_clients_can_be_called():
    assert is_callable("client:agent-7")
    assert not is_callable("agent-7")


def test_the_last_digits_choose_the_fate_of_a_call():
    chance = random.Random(1)
    assert react(CALL_RULES, "+15005559901", chance).outcome is Outcome.BUSY
    assert react(CALL_RULES, "+15005559903", chance).answered_by == "machine_start"
    assert react(CALL_RULES, "client:agent-1", chance).after_seconds <= 0.5
    assert react(CALL_RULES, "+15005551234", chance).picks_up
    assert react((), "+15005551234", chance).picks_up
    assert delivery_error(MESSAGE_RULES, "+15005559913") == 30003
    assert delivery_error(MESSAGE_RULES, "+15005551234") is None


def test_the_same_seed_gives_the_same_moments_and_ids():
    rules = (CallRule(pattern="*", after_seconds=(1, 9)),)
    one, two = random.Random(7), random.Random(7)
    assert react(rules, "+1", one) == react(rules, "+1", two)
    assert new_sid("CA", one) == new_sid("CA", two)


def test_a_fault_strikes_only_what_it_matches_and_only_so_often():
    faults = Faults(random.Random(1))
    faults.set(FaultPlan(rules=(FaultRule(kind=FaultKind.DROP, match="POST */sms", times=2),)))
    assert faults.strike(FaultKind.DROP, "POST http://x/voice") is None
    assert faults.strike(FaultKind.DELAY, "POST http://x/sms") is None
    assert [bool(faults.strike(FaultKind.DROP, "POST http://x/sms")) for _ in range(3)] == [True, True, False]
    assert faults.struck() == [2]


@given(st.lists(st.integers(0, 50), max_size=200))
def test_a_shelf_keeps_the_last_and_never_more(keys):
    shelf = Shelf(10)
    for key in keys:
        shelf.put(str(key), key)
    assert len(shelf) <= 10
    if keys:
        assert shelf.get(str(keys[-1])) == keys[-1]


def test_a_shelf_does_not_drop_what_is_alive():
    shelf = Shelf(2, may_go=lambda number: number % 2 == 0)
    for number in (1, 3, 4, 5):
        shelf.put(str(number), number)
    assert list(shelf) == [1, 3, 5]
