"""What follows from an attempt, how many are dialled, and what opting out sounds like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consents.model import said
from dialer.outcomes import USUAL, Contacted, Outcome, Recycle, ended, follows
from dialer.pace import Bucket, Lines, Progressive, Ratio, Scene, guarded

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FRESH = Contacted(place=0, places=(0,), tries={}, attempts=0)
TWO = Contacted(place=0, places=(0, 1), tries={}, attempts=0)


def test_who_was_talked_to_is_done() -> None:
    found = follows("talked", FRESH, USUAL, 5, NOW)
    assert (found.disposition, found.attempts) == ("talked", 1)


def test_a_busy_number_is_tried_again_after_its_minutes_until_it_was_often_enough() -> None:
    rules = (Recycle(outcome="busy", minutes=10, most=1),)
    first = follows("busy", FRESH, rules, 5, NOW)
    assert (first.disposition, first.at) == (None, NOW + timedelta(minutes=10))
    again = follows("busy", Contacted(0, (0,), first.tries, first.attempts), rules, 5, NOW)
    assert again.disposition == "busy"


def test_the_next_number_comes_soon_and_the_first_again_after_the_pause() -> None:
    first = follows("no_answer", TWO, USUAL, 5, NOW)
    assert (first.place, first.at) == (1, NOW + timedelta(seconds=60))
    second = follows("no_answer", Contacted(1, (0, 1), first.tries, 1), USUAL, 5, NOW)
    assert (second.place, second.at) == (0, NOW + timedelta(minutes=120))


def test_a_number_that_does_not_exist_is_dead_and_the_others_are_tried() -> None:
    first = follows("invalid", TWO, USUAL, 5, NOW)
    assert (first.place, first.is_number_dead, first.disposition) == (1, True, None)
    assert follows("invalid", FRESH, USUAL, 5, NOW).disposition == "invalid"


def test_what_the_carrier_never_took_counts_for_nothing() -> None:
    found = follows("withdrawn", FRESH, USUAL, 1, NOW)
    assert (found.disposition, found.attempts, found.tries) == (None, 0, {})


@given(st.lists(st.sampled_from(get_args(Outcome)), max_size=60), st.integers(1, 6))
def test_every_contact_comes_to_one_end(outcomes: list[Any], numbers: int) -> None:
    contact = Contacted(0, tuple(range(numbers)), {}, 0)
    for outcome in outcomes:
        found = follows(outcome, contact, USUAL, 8, NOW)
        assert (found.disposition is None) != (found.at is None)
        assert found.attempts <= 8
        if found.disposition is not None:
            return
        places = tuple(p for p in contact.places if not (found.is_number_dead and p == contact.place))
        contact = Contacted(found.place, places, found.tries, found.attempts)
        assert contact.place in contact.places
    assert outcomes.count("withdrawn") >= len(outcomes) - 8 or contact.attempts < 8


def test_an_attempt_counts_for_the_law_by_what_it_came_to() -> None:
    assert ended("talked", is_refusal=False) == "talked"
    assert ended("talked", is_refusal=True) == "refused"
    assert ended("busy", is_refusal=False) == "unanswered"
    assert ended("abandoned", is_refusal=False) == "abandoned"


def scene(**more: int) -> Scene:
    return Scene(**{"idle": 0, "at_work": 0, "in_flight": 0, "waiting": 0, "answered": 0, "abandoned": 0, **more})


def test_progressive_dials_one_for_each_idle_agent() -> None:
    pacer = Progressive()
    assert pacer.decide(scene(idle=5, in_flight=2), 0) == 3
    assert pacer.decide(scene(idle=1, in_flight=2), 0) == 0
    assert pacer.decide(scene(), 0) == 0
    assert pacer.explain()["why"] == "no_agents"


def test_a_ratio_is_progressive_while_nothing_was_answered() -> None:
    assert Ratio(2.0, 3.0).decide(scene(idle=10), 0) == 10
    assert Ratio(2.0, 3.0).decide(scene(idle=10, answered=1000), 0) == 20
    assert Ratio(2.0, 3.0).decide(scene(idle=10, answered=1000, abandoned=31), 0) == 10


def test_messages_fill_the_lines() -> None:
    assert Lines(10).decide(scene(in_flight=4), 0) == 6


scenes = st.builds(
    Scene,
    idle=st.integers(0, 60),
    at_work=st.just(0),
    in_flight=st.integers(0, 40),
    waiting=st.integers(0, 5),
    answered=st.integers(0, 400),
    abandoned=st.integers(0, 4),
)


@given(scenes, st.integers(0, 80), st.sampled_from([0.0, 1.0, 3.0, 5.0]), st.integers(0, 200))
def test_no_answers_whatsoever_pass_the_cap_by_what_the_guard_let_go(
    at: Scene, wanted: int, cap: float, answers: int
) -> None:
    more = guarded(at, wanted, cap)
    assert 0 <= more <= wanted
    if more:
        live = min(answers, at.in_flight + at.waiting + more)
        without = max(0, live - at.idle)
        assert not without or (at.abandoned + without) * 100 <= cap * (at.answered + live)


@given(scenes, st.sampled_from([1.0, 3.0]))
def test_one_more_idle_agent_never_means_fewer_calls(at: Scene, cap: float) -> None:
    from dataclasses import replace

    assert Ratio(1.7, cap).decide(replace(at, idle=at.idle + 1), 0) >= Ratio(1.7, cap).decide(at, 0)


@given(st.lists(st.floats(0, 3), max_size=60), st.floats(0.2, 20))
def test_the_bucket_never_lets_more_pass_than_its_rate(steps: list[float], rate: float) -> None:
    bucket, now, taken = Bucket(rate, 0.0), 0.0, 0
    for step in steps:
        now += step
        room = bucket.room(now)
        bucket.take(room)
        taken += room
        assert taken <= now * rate + 1e-6


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("STOP", "stop"), (" stop. ", "stop"), ("Unsubscribe", "stop"), ("opt out", "stop"), ("إيقاف", "stop"),
        ("ايقاف", "stop"), ("توقف!", "stop"), ("إلغاء الاشتراك", "stop"), ("لغو", "stop"), ("لغو عضویت", "stop"),
        ("لغو\u200c", "stop"), ("START", "start"), ("شروع", "start"), ("please stop by tomorrow", None),
        ("don't stop", None), ("", None), ("توقف الخدمة غدا", None),
    ],
)  # fmt: skip
def test_opting_out_is_understood_in_three_languages(text: str, meant: str | None) -> None:
    assert said(text) == meant
