"""A carrier tells twice, late and in any order: the call ends up the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Delivery
from interactions.model import Call, supersedes

BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class News(NamedTuple):
    status: str
    sequence: int
    at: datetime
    is_leg: bool = False
    answered_at: datetime | None = None


def at(seconds: int) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


@st.composite
def inbound_calls(draw: st.DrawFn) -> list[News]:
    """What a carrier may say of a call to us: agents' phones are tried one after another, then it ends."""
    clock = draw(st.integers(0, 3))
    news = [News("waiting", -1, at(clock))]
    joined = False
    for _ in range(draw(st.integers(0, 4))):
        clock += draw(st.integers(1, 30))
        joined = draw(st.booleans())
        news.append(News("joined" if joined else "waiting", -1, at(clock), is_leg=True))
    if draw(st.booleans()):
        news.append(News("waiting", 1, at(0)))
    if draw(st.booleans()):
        clock += draw(st.integers(1, 600))
        news.append(News("completed", 2, at(clock)))
        # Leaving the queue, and the look-up of what was missed, say the same once more.
        if draw(st.booleans()):
            news.append(News("completed", -1, at(clock)))
    return news


@st.composite
def placed_calls(draw: st.DrawFn) -> list[News]:
    news = [News("ringing", 0, at(0)), News("ringing", 1, at(1))]
    end = draw(st.sampled_from(["busy", "no_answer", "failed", "canceled", "completed", None]))
    if end == "completed" or (end is None and draw(st.booleans())):
        news.append(News("joined", 2, at(9)))
    if end == "completed":
        news.append(News(end, 3, at(30), answered_at=at(9)))
    elif end is not None:
        news.append(News(end, 2, at(20)))
    return news


def told(news: list[News]) -> Call:
    call = Call(call_id="CA1", status="ringing", started_at=at(0))
    for one in news:
        call = call.changed(one.status, one.sequence, one.at, is_leg=one.is_leg, answered_at=one.answered_at)
    return call


def shuffled(news: list[News]) -> st.SearchStrategy[list[News]]:
    """Any order, with any of them told again."""
    return st.lists(st.sampled_from(news), max_size=6).flatmap(lambda again: st.permutations([*news, *again]))


@given(st.one_of(inbound_calls(), placed_calls()).flatmap(lambda news: st.tuples(st.just(news), shuffled(news))))
def test_order_and_repetition_change_nothing(case: tuple[list[News], list[News]]) -> None:
    news, heard = case
    assert told(heard) == told(news)


@given(st.one_of(inbound_calls(), placed_calls()), st.randoms())
def test_of_a_call_that_is_over_only_better_knowledge_comes(news: list[News], chance: object) -> None:
    call = told(news)
    if not call.is_over:
        return
    for one in news:
        after = call.changed(one.status, one.sequence, one.at, is_leg=one.is_leg, answered_at=one.answered_at)
        assert (after.status, after.ended_at, after.outcome) == (call.status, call.ended_at, call.outcome)


def test_an_answer_that_is_heard_of_after_the_end_was_an_answer() -> None:
    over = told([News("completed", 2, at(60))])
    assert over.outcome == "abandoned"
    late = over.changed("joined", -1, at(20), is_leg=True)
    assert (late.outcome, late.answered_at, late.status) == ("handled", at(20), "completed")


def test_the_length_of_a_placed_call_says_that_it_was_answered() -> None:
    call = told([News("completed", 3, at(30), answered_at=at(12))])
    assert (call.outcome, call.answered_at) == ("handled", at(12))


@pytest.mark.parametrize("end", [Delivery.DELIVERED, Delivery.FAILED])
@given(data=st.data())
def test_states_of_a_text_come_in_any_order(end: Delivery, data: st.DataObject) -> None:
    valid = [Delivery.QUEUED, Delivery.SENDING, Delivery.SENT, end]
    heard = data.draw(st.lists(st.sampled_from(valid), max_size=5).flatmap(lambda a: st.permutations([*valid, *a])))
    state = Delivery.QUEUED
    for one in heard:
        state = one if supersedes(one, state) else state
    assert state is end
