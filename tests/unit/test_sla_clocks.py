"""The course of a subject's promises: what starts, stops, ends and is counted anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sla.clocks import elapsed
from sla.course import Known, Promise, answered, asked, moved, opened, refitted, rung
from sla.hours import Hours, Interval
from sla.model import Conditions, Facts, Policy, PolicySettings, Targets, choose, standing
from sla.store import view

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
OFFICE = Hours(weekly=tuple(Interval(day=day, start="09:00", end="17:00") for day in range(5)))


def policy(number: int = 1, **said: Any) -> Policy:
    targets = {"normal": Targets(first_response=60, next_response=120, resolution=480)}
    values = {"name": f"p{number}", "position": number, "targets": targets} | said
    return Policy(id=UUID(int=number), version=1, **values)


PROMISE = Promise(policy=policy(), hours=OFFICE)


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def of(clocks, metric):
    return [each for each in clocks if each.metric == metric]


def test_a_new_subject_has_its_first_answer_and_its_resolution_before_it():
    first, resolution = opened(PROMISE, "normal", "new", NOON)
    assert (first.due_at, first.warn_at) == (after(60), after(45))
    assert resolution.due_at == datetime(2026, 12, 1, 12, tzinfo=UTC), "eight hours of work: tomorrow at noon"
    assert opened(PROMISE, "urgent", "new", NOON) == (), "nothing is promised to the urgent here"


def test_an_answer_ends_the_wait_and_the_customers_word_begins_the_next():
    clocks = answered(opened(PROMISE, "normal", "new", NOON), after(30))
    assert [each.state for each in clocks] == ["met", "running"]
    clocks = asked(clocks, PROMISE, "normal", after(40))
    again = asked(clocks, PROMISE, "normal", after(50))
    assert again == clocks, "who writes twice waits from the first word"
    assert of(clocks, "next_response")[0].due_at == after(160)
    clocks = asked(answered(clocks, after(60)), PROMISE, "normal", after(70))
    assert [each.round for each in of(clocks, "next_response")] == [1, 2]


def test_pending_time_is_not_ours():
    clocks = moved(opened(PROMISE, "normal", "new", NOON), PROMISE, "pending", after(60))
    assert {each.state for each in clocks} == {"paused"}
    assert of(clocks, "resolution")[0].due_at is None
    clocks = moved(clocks, PROMISE, "open", after(120))
    assert of(clocks, "resolution")[0].due_at == datetime(2026, 12, 1, 13, tzinfo=UTC), "an hour later"


def test_what_is_opened_again_goes_on_where_it_stood():
    clocks = moved(opened(PROMISE, "normal", "new", NOON), PROMISE, "solved", after(60))
    assert [each.state for each in clocks] == ["dropped", "met"]
    clocks = moved(clocks, PROMISE, "open", after(180))
    resolution = of(clocks, "resolution")[0]
    assert (resolution.state, resolution.ended_at) == ("running", None)
    assert resolution.due_at == datetime(2026, 12, 1, 14, tzinfo=UTC), "two hours were nobody's"


def test_near_and_late_are_marked_once_each():
    clocks = opened(PROMISE, "normal", "new", NOON)
    assert rung(clocks, after(44)) == clocks
    near = rung(clocks, after(45))
    assert near[0].warned_at == after(45)
    assert near[0].breached_at is None
    late = rung(near, after(61))
    assert (late[0].warned_at, late[0].breached_at) == (after(45), after(60))
    assert rung(late, after(70)) == late
    assert standing(PROMISE.policy, map(view, late)).state == "breached"
    assert standing(PROMISE.policy, map(view, near)).state == "near"


def test_an_answer_that_comes_late_is_late_although_nobody_looked():
    clocks = answered(opened(PROMISE, "normal", "new", NOON), after(61))
    assert clocks[0].breached_at == after(60)
    assert answered(opened(PROMISE, "normal", "new", NOON), after(60))[0].breached_at is None, "in time to the moment"


def test_another_promise_counts_from_the_beginning():
    clocks = rung(opened(PROMISE, "normal", "new", NOON), after(70))
    longer = Promise(policy=policy(targets={"normal": Targets(first_response=90, resolution=30)}), hours=OFFICE)
    known = Known(priority="normal", category="open", opened_at=NOON, is_answered=False)
    first, resolution = rung(refitted(clocks, longer, known, after(70)), after(70))
    assert (first.due_at, first.breached_at) == (after(90), None), "by this promise it is not late"
    assert (resolution.due_at, resolution.breached_at) == (after(30), after(30)), "and this one is, since then"


def test_a_promise_that_comes_later_counts_from_the_opening_and_one_that_goes_is_dropped():
    bare = Promise(policy=policy(targets={"normal": Targets(first_response=60)}), hours=OFFICE)
    clocks = opened(bare, "normal", "new", NOON)
    known = Known(priority="normal", category="open", opened_at=NOON, is_answered=True)
    clocks = refitted(answered(clocks, after(5)), PROMISE, known, after(100))
    assert [(each.metric, each.state) for each in clocks] == [("first_response", "met"), ("resolution", "running")]
    assert of(clocks, "resolution")[0].due_at == datetime(2026, 12, 1, 12, tzinfo=UTC)
    gone = refitted(clocks, Promise(), known, after(110))
    assert [each.state for each in gone] == ["met", "dropped"]
    back = refitted(gone, PROMISE, known, after(120))
    assert of(back, "resolution")[0].due_at == datetime(2026, 12, 1, 12, 10, tzinfo=UTC), (
        "ten minutes nothing was promised"
    )


steps = st.lists(
    st.tuples(
        st.integers(0, 2000), st.sampled_from(["open", "pending", "on_hold", "solved", "answer", "ask", "refit"])
    ),
    max_size=25,
)


@given(steps)
def test_a_clock_counts_the_business_minutes_in_which_it_was_our_turn(history):
    """Against a count of minutes, one by one."""
    promise = PROMISE
    clocks, now, category, minutes = opened(promise, "normal", "new", NOON), NOON, "new", 0
    for pause, step in history:
        if category not in ("pending", "solved"):
            minutes += sum(
                9 <= moment.hour < 17 and moment.weekday() < 5
                for moment in (now + timedelta(minutes=number) for number in range(pause))
            )
        now += timedelta(minutes=pause)
        if step == "answer":
            clocks = answered(clocks, now)
        elif step == "ask":
            clocks = asked(clocks, promise, "normal", now)
        elif step == "refit":
            known = Known(priority="normal", category=category, opened_at=NOON, is_answered=True)
            clocks = refitted(clocks, promise, known, now)
        else:
            category = step
            clocks = moved(clocks, promise, category, now)
        resolution = of(clocks, "resolution")[0]
        assert elapsed(resolution, OFFICE, now) == timedelta(minutes=minutes)
        assert resolution.state == {"pending": "paused", "solved": "met"}.get(category, "running")
        running = [each for each in clocks if each.metric != "resolution" and each.state in ("running", "paused")]
        assert len(running) <= 1, "one answer is awaited at a time"
        if resolution.state == "running":
            assert resolution.due_at is not None
            assert (resolution.due_at <= now) == (minutes >= 480)


def test_the_first_policy_that_fits_is_chosen():
    branch, other, gold = UUID(int=7), UUID(int=8), UUID(int=9)
    facts = Facts(kind="complaint", priority="high", category="new", tier_id=gold, branch_id=branch)
    general = policy(9)
    complaints = policy(5, conditions=Conditions(kinds=("complaint",)))
    golden = policy(3, conditions=Conditions(tiers=(gold,), priorities=("urgent",)))
    there = policy(4, conditions=Conditions(branches=(other,)))
    off = policy(1, is_active=False)
    assert choose([general, complaints, golden, there, off], facts, [branch]) == complaints
    assert choose([general, complaints, golden, there, off], facts, [branch, other]) == there, "what holds above"
    assert choose([golden, off], facts) is None


def test_a_policy_promises_something_and_never_stops_while_it_is_our_turn():
    targets = {"normal": Targets(resolution=60)}
    with pytest.raises(ValidationError, match="our turn"):
        PolicySettings(name="x", targets=targets, pauses_on=("open",))
    with pytest.raises(ValidationError, match="promises something"):
        PolicySettings(name="x", targets={"normal": Targets()})
