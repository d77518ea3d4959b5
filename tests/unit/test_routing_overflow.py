from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from routing.overflow import Wait, name_of, ripe
from routing.values import Overflow

QUEUE, OTHER = uuid4(), uuid4()


def wait(seconds: float = 0.0, **more: object) -> Wait:
    values: dict[str, object] = {
        "work_id": UUID(int=1), "queue_id": QUEUE, "waited_seconds": seconds, "is_open": True, "deserted_seconds": None,
    }  # fmt: skip
    return Wait(**{**values, **more})  # type: ignore[arg-type]  # the fields by name


RULES = st.builds(
    Overflow,
    when=st.sampled_from(["waited", "no_agent", "closed"]),
    after_seconds=st.integers(0, 300),
    action=st.sampled_from(["queue", "alert", "message", "callback"]),
    queue_id=st.just(OTHER),
)
WAITS = st.builds(
    wait,
    st.floats(0, 600),
    is_open=st.booleans(),
    deserted_seconds=st.none() | st.floats(0, 600),
)


def test_who_waits_too_long_and_whom_nobody_can_take_and_who_comes_after_hours():
    waited = Overflow(when="waited", after_seconds=60, action="alert")
    deserted = Overflow(when="no_agent", after_seconds=30, action="message")
    closed = Overflow(when="closed", after_seconds=5, action="message")
    rules = [waited, deserted, closed]
    assert [each.rule for each in ripe(wait(59.9), rules)] == []
    assert [each.rule for each in ripe(wait(60), rules)] == [waited]
    assert [each.rule for each in ripe(wait(40, deserted_seconds=30), rules)] == [deserted]
    assert [each.rule for each in ripe(wait(40, deserted_seconds=29), rules)] == []
    assert [each.rule for each in ripe(wait(4, is_open=False), rules)] == []
    assert [each.rule for each in ripe(wait(6, is_open=False), rules)] == [closed]


def test_after_it_waits_elsewhere_the_rules_of_this_queue_are_over():
    moves = Overflow(when="waited", after_seconds=1, action="queue", queue_id=OTHER)
    alert = Overflow(when="waited", after_seconds=1, action="alert")
    assert [each.rule for each in ripe(wait(5), [moves, alert])] == [moves]


def test_a_rule_is_the_same_whatever_stands_beside_it_and_another_in_another_queue():
    rule = Overflow(when="waited", after_seconds=60, action="alert")
    assert name_of(QUEUE, rule) == name_of(QUEUE, rule.model_copy())
    assert name_of(QUEUE, rule) != name_of(OTHER, rule)
    assert name_of(QUEUE, rule) != name_of(QUEUE, rule.model_copy(update={"after_seconds": 61}))


@given(st.lists(RULES, max_size=6), WAITS)
def test_each_rule_runs_once_and_what_ran_never_again(rules: list[Overflow], waiting: Wait):
    names = [each.name for each in ripe(waiting, rules)]
    ran = wait(
        waiting.waited_seconds + 1e6,
        is_open=waiting.is_open,
        deserted_seconds=waiting.deserted_seconds,
        ran=[name_of(QUEUE, rule) for rule in rules],
    )
    assert set(names) <= {name_of(QUEUE, rule) for rule in rules}
    assert list(ripe(ran, rules)) == []
    later = wait(waiting.waited_seconds + 1, is_open=waiting.is_open, deserted_seconds=waiting.deserted_seconds)
    due, due_later = ({each.name for each in ripe(each, rules)} for each in (waiting, later))
    if not any(each.rule.action == "queue" for each in ripe(later, rules)):
        assert due <= due_later, "waiting longer makes nothing less due"
