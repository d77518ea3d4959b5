"""The estimate of a wait: exact cases, laws that hold for any queue, and a simulated queue that it is held against."""

from __future__ import annotations

import heapq
import random
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.estimate import Pace, Waiting, known, line, minutes_of, soften, wait_seconds
from routing.model import DEFAULT_BOOSTS, SECOND, Priority, work_key

OURS, THEIRS = UUID(int=1), UUID(int=2)
paces = st.builds(
    Pace,
    slots=st.integers(1, 200),
    units=st.just(100.0),
    handle_seconds=st.floats(5, 3600),
    samples=st.integers(3, 200),
    abandons_a_second=st.floats(0, 0.05),
)


def work(number: int, key: int, *, queue: UUID = OURS, units: int = 100, emergency: bool = False) -> Waiting:
    return Waiting(UUID(int=1000 + number), queue, "voice", emergency, key, units)


def test_the_first_in_the_queue_waits_for_one_of_n_to_finish():
    found = wait_seconds(0, Pace(slots=1, units=100, handle_seconds=300, samples=10))
    # 65 % of an exponential time of 300 s are over after 300 * -ln(0.35).
    assert found == pytest.approx(314.9, rel=0.01)


def test_the_mean_of_many_moves_is_the_sum_of_the_rates():
    """Behind many the spread is small, so that what is said comes near to Erlang's mean."""
    pace = Pace(slots=20, units=100, handle_seconds=300, samples=50, abandons_a_second=0.001)
    mean = sum(1 / (20 / 300 + k * 0.001) for k in range(101))
    found = wait_seconds(100, pace)
    assert found is not None
    assert mean < found < mean * 1.1


@pytest.mark.parametrize("lacking", [{"slots": 0}, {"samples": 2}, {"handle_seconds": None}, {"handle_seconds": 0.0}])
def test_nothing_is_said_where_nothing_is_known(lacking):
    assert wait_seconds(3, replace(Pace(slots=2, units=100, handle_seconds=60, samples=9), **lacking)) is None


@given(paces, st.floats(0, 500), st.floats(0.001, 50))
def test_who_stands_further_back_waits_longer(pace, ahead, more):
    near, far = wait_seconds(ahead, pace), wait_seconds(ahead + more, pace)
    assert near is not None
    assert far is not None
    # A fraction of a person is no more than that person: the spread of the last move may tip the balance by little.
    assert far >= near * 0.95
    assert wait_seconds(ahead + 1, pace) > near  # type: ignore[operator] # it was estimated above


@given(paces, st.floats(0, 500))
def test_impatience_and_more_agents_shorten_the_wait(pace, ahead):
    found = wait_seconds(ahead, pace)
    assert wait_seconds(ahead, replace(pace, abandons_a_second=0)) >= found * 0.999  # type: ignore[operator]
    assert wait_seconds(ahead, replace(pace, slots=pace.slots + 1)) < found  # type: ignore[operator]


@given(st.lists(st.none() | st.integers(1, 120), min_size=1))
def test_what_was_announced_never_rises(estimates):
    said: list[int] = []
    last: int | None = None
    for now in estimates:
        told = soften(last, now)
        if told is not None:
            said.append(told)
            last = told
    assert said == sorted(said, reverse=True)


def test_hours_and_the_unknown_are_no_minutes():
    assert (minutes_of(None), minutes_of(7201)) == (None, None)
    assert (minutes_of(3), minutes_of(60), minutes_of(61), minutes_of(7200)) == (1, 1, 2, 120)


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(Priority), st.booleans()), max_size=40))
def test_places_are_in_the_order_in_which_the_router_takes(arrivals):
    waiting = [
        work(n, work_key(at * SECOND, 60 * SECOND, DEFAULT_BOOSTS[priority]), emergency=emergency)
        for n, (at, priority, emergency) in enumerate(arrivals)
    ]
    places = line(waiting, OURS, {OURS: 1.0}, 100)
    by_id = {each.id: each for each in waiting}
    taken = [by_id[place.work_id] for place in places]
    assert taken == sorted(waiting, key=lambda each: (not each.is_emergency, each.key, each.id))
    assert [place.position for place in places] == list(range(1, len(waiting) + 1))


@given(st.lists(st.lists(st.integers(0, 50), max_size=8), max_size=4), st.integers(1, 4))
def test_of_lists_that_were_cut_short_only_sure_places_are_told(keys, most):
    """Whatever stands in the part that was not read: no place that is told is another than the true one."""
    numbers = iter(range(1000))
    whole = [[work(next(numbers), key) for key in sorted(each)] for each in keys]
    read = known([each[:most] for each in whole], most)
    told = {place.work_id: place.position for place in line(read, OURS, {OURS: 1.0}, 100)}
    ranks = [each.key for each in whole for each in each]
    for each in read:
        # Of equal keys the order is by id, which a cut may hide: the place is among theirs.
        first = 1 + sum(key < each.key for key in ranks)
        assert first <= told[each.id] <= first + ranks.count(each.key)


def test_work_of_another_queue_counts_as_far_as_it_takes_our_agents():
    waiting = [work(1, 10, queue=THEIRS), work(2, 20, queue=THEIRS), work(3, 30), work(4, 40, queue=THEIRS)]
    (place,) = line(waiting, OURS, {OURS: 1.0, THEIRS: 0.5}, 100)
    assert (place.position, place.ahead) == (1, 1.0)
    (place,) = line(waiting, OURS, {OURS: 1.0}, 100)
    assert place.ahead == 0, "nobody of ours serves that queue"


def test_what_weighs_twice_as_much_takes_two_of_our_slots_and_what_is_offered_none():
    waiting = [work(1, 10, queue=THEIRS, units=50), replace(work(2, 20), is_offered=True), work(3, 30, units=25)]
    places = line(waiting, OURS, {OURS: 1.0, THEIRS: 1.0}, 25)
    assert [(place.position, place.ahead) for place in places] == [(1, 2.0), (1, 2.0)]


@pytest.mark.parametrize(
    ("agents", "handle", "between", "patience"),
    [(5, 300.0, 55.0, None), (20, 180.0, 8.0, 300.0), (1, 120.0, 100.0, 600.0)],
)
def test_between_half_and_four_fifths_of_the_simulated_waits_are_below_what_was_said(agents, handle, between, patience):
    """First come first served, everything exponential, a fixed seed: each who waits is told upon arrival."""
    outcomes = simulate(random.Random(20), agents, handle, between, patience)
    assert len(outcomes) > 1000
    assert 0.5 <= sum(outcomes) / len(outcomes) <= 0.8


def simulate(chance: random.Random, agents: int, handle: float, between: float, patience: float | None) -> list[bool]:
    """Return for each who waited and was served whether the wait was within the estimate."""
    free = [0.0] * agents
    theta = 0.0 if patience is None else 1 / patience
    pace = Pace(agents, 100, handle, 50, theta)
    # Who waits: when their service begins, or when they give up, decides how long they are in the queue.
    leaving: list[float] = []
    clock, outcomes = 0.0, []
    for _ in range(12_000):
        clock += chance.expovariate(1 / between)
        leaving = [until for until in leaving if until > clock]
        begins = max(clock, free[0])
        waits = begins - clock
        if waits > 0:
            gives_up = chance.expovariate(theta) if theta else float("inf")
            said = wait_seconds(len(leaving), pace)
            assert said is not None
            leaving.append(clock + min(waits, gives_up))
            if gives_up < waits:
                continue
            outcomes.append(waits <= said)
        heapq.heapreplace(free, begins + chance.expovariate(1 / handle))
    return outcomes
