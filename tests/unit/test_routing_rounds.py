"""Who is asked for what, when many are asked at once."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from routing.model import (
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    Exclusion,
    Holding,
    Order,
    Presence,
    QueueId,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
    can_take,
    missing,
)
from routing.rounds import AGENTS_MOST, WORKS_MOST, Rounds

CHAT, QUEUE, SKILL = ChannelName("chat"), QueueId(UUID(int=1)), SkillId(UUID(int=2))
NOW = 1_000 * SECOND


def agent(number: int, level: int = 5, **more: object) -> AgentState:
    return AgentState(id=AgentId(UUID(int=number)), levels={SKILL: level}, idle_since=number, **more)  # type: ignore[arg-type]  # the fields by name


def work(number: int, *, key: int = 0, **more: object) -> Work:
    return Work(
        id=WorkId(UUID(int=1_000_000 + number)), queue_id=QUEUE, channel=CHAT, key=key or number, seq=number,
        first_enqueued_at=NOW, **more,
    )  # type: ignore[arg-type]  # fmt: skip  # the fields by name


def rounds(*agents: AgentState, order: Order = Order.FAIR) -> Rounds:
    found = Rounds(lambda _: order)
    for each in agents:
        found.put_agent(each)
    return found


def asked(of: Rounds, now: int = NOW) -> list[tuple[int, int]]:
    """Ask, say that it was written, and return (work, agent) by number."""
    pairs = of.ask(now)
    of.asked([(pair.work.id, pair.agent_id) for pair in pairs])
    return [(pair.work.id.int - 1_000_000, pair.agent_id.int) for pair in pairs]


def test_all_who_may_and_can_are_asked_once():
    busy = agent(3, holding={WorkId(UUID(int=9)): Holding(CHAT, 90)})
    it = rounds(agent(1), agent(2), busy, agent(4, presence=Presence.NOT_READY), agent(5, level=1))
    need = (Step(Requirements(skills=((SKILL, 3),))),)
    it.put(work(1, steps=need), (), NOW)
    assert asked(it) == [(1, 1), (1, 2)]
    assert asked(it) == []
    it.put_agent(agent(4))
    assert asked(it) == [(1, 4)], "who becomes ready is asked too"


def test_who_declined_is_never_asked_and_who_is_kept_away_is_asked_when_that_ends():
    it = rounds(agent(1), agent(2))
    kept = (Exclusion(AgentId(UUID(int=1))), Exclusion(AgentId(UUID(int=2)), NOW + 60 * SECOND))
    it.put(work(1, excluded=kept), (), NOW)
    assert asked(it) == []
    assert it.next_due() == NOW + 60 * SECOND
    it.tick(NOW + 60 * SECOND)
    assert asked(it, NOW + 60 * SECOND) == [(1, 2)]


def test_a_later_step_asks_more_people_when_its_time_comes():
    it = rounds(agent(1, level=9), agent(2, level=2))
    steps = (Step(Requirements(skills=((SKILL, 8),)), 40 * SECOND), Step(Requirements(skills=((SKILL, 1),))))
    it.put(work(1, steps=steps), (), NOW)
    assert asked(it) == [(1, 1)]
    it.tick(NOW + 40 * SECOND)
    assert asked(it, NOW + 40 * SECOND) == [(1, 2)]


def test_a_step_that_matches_nobody_online_is_passed_over():
    it = rounds(agent(1, level=9, presence=Presence.OFFLINE), agent(2, level=2))
    steps = (Step(Requirements(skills=((SKILL, 8),)), 40 * SECOND), Step(Requirements(skills=((SKILL, 1),))))
    it.put(work(1, steps=steps), (), NOW)
    assert asked(it) == [(1, 2)]
    assert it.has_somebody(work(1).id, NOW)


def test_nobody_who_could_ever_take_it_is_told_from_nobody_who_is_free():
    it = rounds(agent(1, level=1, presence=Presence.NOT_READY))
    it.put(work(1, steps=(Step(Requirements(skills=((SKILL, 1),))),)), (), NOW)
    it.put(work(2, steps=(Step(Requirements(skills=((SKILL, 2),))),)), (), NOW)
    assert it.has_somebody(work(1).id, NOW) is True
    assert it.has_somebody(work(2).id, NOW) is False
    assert it.has_somebody(work(3).id, NOW) is None


def test_the_best_by_the_order_of_the_queue_when_there_are_too_many():
    crowd = [agent(number, level=1 + number % 10) for number in range(1, AGENTS_MOST + 51)]
    it = rounds(*crowd, order=Order.BEST)
    it.put(work(1, steps=(Step(Requirements(skills=((SKILL, 1),))),)), (), NOW)
    chosen = {number for _, number in asked(it)}
    assert len(chosen) == AGENTS_MOST
    least = min(crowd[number - 1].levels[SKILL] for number in chosen)
    assert all(each.levels[SKILL] <= least for each in crowd if each.id.int not in chosen)


def test_nobody_is_asked_for_more_than_fits_on_a_screen_and_then_for_the_most_urgent():
    it = rounds(agent(1))
    for number in range(1, 31):
        it.put(work(number, key=100 - number), (), NOW)
    it.put(work(50, key=500, is_emergency=True), (), NOW)
    first = [number for number, _ in asked(it)]
    assert first == [50, *range(30, 31 - WORKS_MOST, -1)]
    it.remove(work(30).id)
    it.put_agent(agent(1))
    assert [number for number, _ in asked(it)] == [31 - WORKS_MOST]


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["agent", "away", "work", "gone", "ask"]),
        st.integers(1, 6),
        st.integers(1, 9),
        st.booleans(),
    ),
    max_size=60,
)


@given(HISTORIES)
def test_after_every_event_whoever_may_and_can_is_asked(history: list[tuple[str, int, int, bool]]):
    """Held against all pairs: nobody is forgotten, nobody is asked twice or for what they cannot take."""
    it, agents, works, told = rounds(), {}, {}, set[tuple[int, int]]()
    for what, number, level, flag in history:
        match what:
            case "agent":
                agents[number] = agent(number, level=level)
                it.put_agent(agents[number])
            case "away":
                agents[number] = agent(number, level=level, presence=Presence.OFFLINE if flag else Presence.NOT_READY)
                it.put_agent(agents[number])
            case "work":
                need = (Step(Requirements(skills=((SKILL, level),))),)
                works[number] = work(number, steps=need)
                told = {pair for pair in told if pair[0] != number}
                it.put(works[number], (), NOW)
            case "gone":
                works.pop(number, None)
                told = {pair for pair in told if pair[0] != number}
                it.remove(work(number).id)
            case _:
                new = asked(it)
                assert not told & set(new)
                told |= set(new)
                may = {
                    (n, m)
                    for n, each in works.items()
                    for m, one in agents.items()
                    if missing(one, each, each.steps[0].requirements) is None and can_take(one, CHAT, NOW)
                }
                assert may <= told, "nobody is forgotten"
                assert set(new) <= may
