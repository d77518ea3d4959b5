"""Who follows the board by its changes sees what a fresh snapshot shows, however much changes at once."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from board import changes
from board.changes import Part, Versions
from board.judging import Standing, is_back, is_beyond, judge
from board.model import AgentFigures, AlarmView, Metric, key_of

DAY = datetime(2026, 11, 27, tzinfo=UTC)
METRICS: list[Metric] = [
    "oldest_contact_age",
    "contacts_in_queue",
    "service_level",
    "agents_available",
    "abandonment_rate",
]


def agent(number: int, handled: int) -> AgentFigures:
    return AgentFigures(
        id=UUID(int=number), name="A", branch_id=None, state="available", reason=None, since=DAY, activity="available",
        used_units=0, capacity_units=100, contacts=[], contacts_handled=handled, average_handle_seconds=None,
        occupancy=None,
    )  # fmt: skip


def alarm(number: int, value: int) -> AlarmView:
    return AlarmView(
        id=UUID(int=number), rule_id=None, queue_id=UUID(int=1), queue_name="Q", metric="contacts_in_queue",
        threshold=1, value=value, raised_at=DAY, cleared_at=None,
    )  # fmt: skip


def board(state: dict[tuple[bool, int], int]) -> dict[str, Part]:
    parts = [(agent if is_agent else alarm)(number, value) for (is_agent, number), value in state.items()]
    return {key_of(part): part for part in parts}


def followed(known: dict[str, Part], change: changes.Change) -> None:
    for key in change.gone:
        known.pop(key, None)
    known |= {key_of(part): part for part in (*change.queues, *change.agents, *change.alarms)}


states = st.dictionaries(st.tuples(st.booleans(), st.integers(1, 9)), st.integers(0, 3), max_size=12)


@given(states, st.lists(states, max_size=8), st.integers(0, 8))
def test_snapshot_and_changes_are_a_fresh_snapshot(first, later, cut):
    versions = Versions("e", DAY, board(first))
    known: dict[str, Part] = board(first)
    seen, behind = 0, dict(known)
    for number, state in enumerate(later):
        change = versions.turn(DAY, board(state))
        if change is not None:
            followed(known, change)
        if number < cut:
            seen, behind = versions.version, dict(known)
        opened = versions.opened()
        assert known == {key_of(part): part for part in (*opened.queues, *opened.agents, *opened.alarms)}
        assert known == board(state)
    missed = versions.since("e", seen)
    assert missed is not None
    for change in missed:
        followed(behind, change)
    assert behind == known
    assert versions.since("another", seen) is None
    assert versions.since("e", versions.version + 1) is None


def test_what_does_not_fit_into_one_change_comes_with_the_next(monkeypatch):
    monkeypatch.setattr(changes, "AT_ONCE", 3)
    versions, now = Versions("e", DAY, {}), board({(True, number): 1 for number in range(1, 9)})
    told = [change for _ in range(4) if (change := versions.turn(DAY, now)) is not None]
    assert [len(change.agents) for change in told] == [3, 3, 2]
    first = versions.opened()
    assert len(first.agents) == 3
    rest, after = versions.page(first.after)
    last, end = versions.page(after)
    assert [each.id.int for each in (*first.agents, *rest, *last)] == list(range(1, 9))
    assert end is None


def test_nobody_is_told_of_what_stayed_as_it_was():
    versions = Versions("e", DAY, board({(True, 1): 1}))
    assert versions.turn(DAY, board({(True, 1): 1})) is None
    assert versions.version == 0


# --- alarms

values = st.one_of(st.none(), st.floats(0, 200))


@given(st.sampled_from(METRICS), st.floats(1, 100), values)
def test_a_figure_is_never_beyond_and_back_at_once(metric, threshold, value):
    assert not (is_beyond(metric, threshold, value) and is_back(metric, threshold, value))


@given(st.sampled_from(METRICS), st.floats(1, 100), st.integers(0, 60), st.lists(values, max_size=40))
def test_an_alarm_changes_only_after_its_time_and_not_at_the_threshold_itself(metric, threshold, for_seconds, seen):
    standing, changed_at = Standing(), -1_000
    for second, value in enumerate([threshold, *seen]):
        now = datetime.fromtimestamp(second, UTC)
        after = judge(standing, metric, threshold, for_seconds, value, now)
        if after.is_raised != standing.is_raised:
            assert second - max(changed_at, 0) >= for_seconds or changed_at < 0
            reason = is_beyond if after.is_raised else is_back
            assert reason(metric, threshold, value)
            changed_at = second
        standing = after


def test_a_wait_at_the_threshold_does_not_ring_on_and_off():
    standing, raised = Standing(), []
    for second, value in enumerate([130, 119, 121, 118, 122, 107, 107]):
        standing = judge(standing, "oldest_contact_age", 120, 0, value, datetime.fromtimestamp(second, UTC))
        raised.append(standing.is_raised)
    assert raised == [True, True, True, True, True, False, False]
