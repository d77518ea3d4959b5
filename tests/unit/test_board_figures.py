"""What the log says of work becomes contacts, contacts become figures: balances hold whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.contacts import AlertFact, Contact, Fact, HoldFact, OfferFact, WorkFact, after
from board.ledger import Key, Ledger
from board.tally import Tally, length, occupancy, overlap, stages, united

DAY = datetime(2026, 11, 27, tzinfo=UTC)
WORK, OTHER = UUID(int=1), UUID(int=2)
CHAT, PHONE = UUID(int=11), UUID(int=12)
SARA, OMAR = UUID(int=21), UUID(int=22)


def work(seconds: float, state: str, cause: str = "changed", **more: object) -> WorkFact:
    values = {
        "seq": int(seconds * 10) + 1,
        "at": DAY + timedelta(seconds=seconds),
        "work_id": WORK,
        "kind": "interaction",
        "queue_id": CHAT,
        "channel": "webchat",
        "state": state,
        "cause": cause,
        "agent_id": None,
    }
    return WorkFact(**{**values, **more})  # type: ignore[arg-type]


def hold(seconds: float, *, is_held: bool = True) -> HoldFact:
    return HoldFact(DAY + timedelta(seconds=seconds), WORK, is_held)


def told(*facts: Fact, target: int = 60) -> list[Contact]:
    """Return the contacts that these facts of one work make, in order."""
    found: dict[int, Contact] = {}
    current: Contact | None = None
    for fact in facts:
        for contact in after(current, fact):
            current = found[contact.id] = replace(contact, target_seconds=target)
    return list(found.values())


def summed(*contacts: Contact) -> Tally:
    found = Tally()
    for contact in contacts:
        for _, tally in stages(contact).values():
            found.add(tally)
    return found


def test_an_answered_contact_waits_is_handled_and_wraps_up():
    [contact] = told(
        work(0, "queued", "enqueued"),
        OfferFact(DAY + timedelta(seconds=5), WORK, None),
        work(10, "assigned", "answered", agent_id=SARA),
        work(100, "wrap_up", "finished", agent_id=SARA),
        work(120, "done", agent_id=SARA),
    )
    assert (contact.outcome, contact.agent_id, contact.phase) == ("answered", SARA, "over")
    assert contact.offered_at == DAY + timedelta(seconds=5)
    figures = summed(contact)
    assert (figures.average_answer_seconds, figures.average_handle_seconds) == (10.0, 110.0)
    assert figures.average_wrap_up_seconds == 20.0
    assert (figures.service_level, figures.abandonment_rate) == (100.0, 0.0)


def test_an_offer_that_nobody_took_does_not_end_the_wait():
    [contact] = told(
        work(0, "queued", "enqueued"),
        OfferFact(DAY + timedelta(seconds=1), WORK, None),
        OfferFact(DAY + timedelta(seconds=31), WORK, "timeout"),
        work(31, "queued", "requeued", agent_id=SARA),
        OfferFact(DAY + timedelta(seconds=32), WORK, None),
        OfferFact(DAY + timedelta(seconds=33), WORK, "declined"),
        work(40, "assigned", "answered", agent_id=OMAR),
    )
    assert (contact.offers, contact.misses, contact.declines, contact.agent_id) == (2, 1, 1, OMAR)
    assert contact.left_at == DAY + timedelta(seconds=40)


def test_a_hand_over_ends_one_contact_and_begins_another():
    first, second = told(
        work(0, "queued", "enqueued"),
        work(10, "assigned", "answered", agent_id=SARA),
        work(50, "queued", "transferred", queue_id=PHONE),
        work(70, "done", "abandoned", queue_id=PHONE),
    )
    assert (first.outcome, first.phase, first.handling_seconds) == ("answered", "over", 40.0)
    assert (second.queue_id, second.came, second.outcome) == (PHONE, "transferred", "abandoned")
    assert summed(first, second).handled == 1


def test_work_that_waits_and_overflows_is_neither_answered_nor_abandoned():
    first, second = told(
        work(0, "queued", "enqueued"),
        work(300, "queued", "overflowed", queue_id=PHONE),
    )
    assert (first.outcome, second.came, second.phase) == ("overflowed", "overflowed", "waiting")
    assert summed(first).service_level is None


def test_who_takes_from_a_colleague_answers_nothing_but_handles_it():
    first, second = told(
        work(0, "queued", "enqueued"),
        work(10, "assigned", "answered", agent_id=SARA),
        work(30, "assigned", agent_id=SARA),
        work(30.1, "assigned", "taken", agent_id=OMAR),
        work(60, "done", "finished", agent_id=OMAR),
    )
    assert (first.agent_id, first.phase, second.agent_id, second.came) == (SARA, "over", OMAR, "taken")
    figures = summed(first, second)
    assert (figures.queued, figures.answered, figures.handled) == (1, 1, 2)


def test_a_supervisor_who_takes_what_waits_answers_it():
    [contact] = told(work(0, "queued", "enqueued"), work(5, "assigned"), work(5.1, "assigned", "taken", agent_id=OMAR))
    assert (contact.outcome, contact.agent_id) == ("answered", OMAR)


def test_a_customer_who_goes_on_during_the_wrap_up_is_handled_further():
    [contact] = told(
        work(0, "queued", "enqueued"),
        work(10, "assigned", "answered", agent_id=SARA),
        work(20, "wrap_up", "finished", agent_id=SARA),
        work(25, "assigned", agent_id=SARA),
        work(45, "done", "finished", agent_id=SARA),
    )
    assert (contact.handling_seconds, contact.wrap_up_seconds) == (30.0, 5.0)


def test_hold_is_counted_once_however_often_it_is_said():
    [contact] = told(
        work(0, "queued", "enqueued"),
        work(10, "assigned", "answered", agent_id=SARA),
        hold(20),
        hold(22),
        hold(25, is_held=False),
        hold(30),
        work(40, "done", "finished", agent_id=SARA),
    )
    assert (contact.hold_seconds, contact.handling_seconds) == (15.0, 30.0)


@pytest.mark.parametrize(
    ("plain", "late", "removed", "contacts"),
    [
        # 860 of 1,000 answered and 20 of 60 abandoned within the target: the field's usual example.
        (81.1, 82.7, 83.0, (860, 140, 20, 40)),
        (0.0, None, 100.0, (0, 0, 5, 0)),
        (None, None, None, (0, 0, 0, 0)),
    ],
)
def test_the_service_level_has_three_definitions(plain, late, removed, contacts):
    early, answered_late, gave_up, abandoned_late = contacts
    tally = Tally(
        answered=early + answered_late,
        answered_in_target=early,
        abandoned=gave_up + abandoned_late,
        abandoned_in_target=gave_up,
    )
    assert (tally.service_level, tally.service_level_late, tally.service_level_removed) == (plain, late, removed)


def test_who_was_offered_in_vain_still_waits_longest():
    ledger = Ledger(DAY)
    first = told(work(0, "queued", "enqueued"))[0]
    second = replace(first, id=2, enqueued_at=DAY + timedelta(seconds=30))
    for contact in (first, second, replace(first, offers=1, misses=1)):
        ledger.put(contact)
    assert ledger.waiting(CHAT, everything) == (2, first.enqueued_at)


def test_what_needs_a_look_shows_while_it_waits():
    alert = AlertFact(DAY + timedelta(seconds=30), WORK, "offers_failed")
    ledger, shown = Ledger(DAY), []
    current: Contact | None = None
    for fact in (work(0, "queued", "enqueued"), alert, work(40, "assigned", "answered", agent_id=SARA), alert):
        for contact in after(current, fact):
            current = contact
            ledger.put(contact)
        shown.append([(each.alert, each.alerted_at) for each in ledger.alerted(CHAT, everything, 10)])
    assert shown == [[], [("offers_failed", alert.at)], [], []]
    assert current is not None
    assert current.alert == "offers_failed", "what happened stays with the contact"


# --- whatever happens

causes = st.sampled_from(
    ["enqueued", "requeued", "transferred", "overflowed", "answered", "taken", "finished", "abandoned", "changed"]
)
moves = st.tuples(
    st.sampled_from([WORK, OTHER]),
    st.sampled_from(["queued", "assigned", "wrap_up", "done", "offered", "made", "timeout", "held", "freed"]),
    causes,
    st.sampled_from([CHAT, PHONE]),
    st.sampled_from([SARA, OMAR, None]),
    st.floats(0.1, 100.0),
)


def facts_of(steps: list[tuple[UUID, str, str, UUID, UUID | None, float]]) -> list[Fact]:
    found: list[Fact] = []
    seconds = -200.0
    for number, (work_id, state, cause, queue_id, agent_id, later) in enumerate(steps, 1):
        seconds += later
        at = DAY + timedelta(seconds=seconds)
        match state:
            case "made" | "timeout":
                found.append(OfferFact(at, work_id, None if state == "made" else state))
            case "held" | "freed":
                found.append(HoldFact(at, work_id, state == "held"))
            case _:
                more = {"seq": number, "at": at, "work_id": work_id, "queue_id": queue_id, "agent_id": agent_id}
                found.append(work(0, state, cause, **more))
    return found


def everything(_: Key) -> bool:
    return True


@given(st.lists(moves, max_size=60))
def test_what_came_is_what_left_and_what_waits(steps):
    """Also over the beginning of the day: what waited then is counted from the contacts themselves."""
    facts = facts_of(steps)
    ledger, current, contacts = Ledger(DAY), {}, {}
    for fact in facts:
        for contact in after(current.get(fact.work_id), fact):
            current[fact.work_id] = contacts[contact.id] = contact
            ledger.put(contact)
    end = max((fact.at for fact in facts), default=DAY)
    for queue_id in (CHAT, PHONE):
        today = ledger.today(queue_id, everything)
        waiting, oldest = ledger.waiting(queue_id, everything)
        queued_here = [c for c in contacts.values() if c.queue_id == queue_id and c.came != "taken"]
        before = [c for c in queued_here if c.enqueued_at < DAY and (c.left_at is None or c.left_at >= DAY)]
        assert len(before) + today.queued == today.left + waiting
        assert (oldest is None) == (waiting == 0)
        assert today.answered_in_target <= today.answered
        assert today.abandoned_in_target <= today.abandoned
        recent = ledger.recent(queue_id, everything, end)
        assert recent.queued <= len(queued_here)
    assert all(contact.hold_seconds <= contact.handling_seconds + 1e-6 for contact in contacts.values())
    assert len([contact for contact in contacts.values() if contact.phase != "over"]) <= 2


@given(st.lists(moves, max_size=60))
def test_a_ledger_that_was_loaded_equals_one_that_followed(steps):
    followed, current, contacts = Ledger(DAY), {}, {}
    for fact in facts_of(steps):
        for contact in after(current.get(fact.work_id), fact):
            current[fact.work_id] = contacts[contact.id] = contact
            followed.put(contact)
    loaded = Ledger(DAY)
    for contact in contacts.values():
        if contact.ended_at is None or contact.ended_at >= DAY:
            loaded.put(contact)
    for queue_id in (CHAT, PHONE):
        one, other = followed.today(queue_id, everything), loaded.today(queue_id, everything)
        assert (one.queued, one.left, one.handled) == (other.queued, other.left, other.handled)
        assert one.handle_seconds == pytest.approx(other.handle_seconds)
        assert followed.waiting(queue_id, everything) == loaded.waiting(queue_id, everything)
        assert followed.active(queue_id, everything) == loaded.active(queue_id, everything)
    for agent_id in (SARA, OMAR):
        assert [c.id for c in followed.of_agent(agent_id)] == [c.id for c in loaded.of_agent(agent_id)]
        assert followed.handled_by(agent_id).handled == loaded.handled_by(agent_id).handled


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda two: (float(min(two)), float(max(two)))), max_size=20
)


@given(spans, spans)
def test_time_is_counted_once_however_many_contacts_there_are(busy, free):
    seconds = {second for start, end in busy for second in range(int(start), int(end))}
    idle = {second for start, end in free for second in range(int(start), int(end))}
    assert length(united(busy)) == len(seconds)
    assert overlap(united(busy), united(free)) == len(seconds & idle)
    expected = None if not seconds | idle else round(100 * len(seconds) / len(seconds | idle), 1)
    assert occupancy(busy, free) == expected


def test_an_agents_occupancy_leaves_out_breaks_and_counts_chats_at_once_as_one_time():
    ledger = Ledger(DAY)
    hour = timedelta(hours=1)
    ledger.put_interval(1, SARA, "available", DAY, DAY + 2 * hour)
    ledger.put_interval(2, SARA, "not_ready", DAY + 2 * hour, None)
    for number in (1, 2):
        [contact] = told(
            work(0, "queued", "enqueued"),
            work(0.1 * number, "assigned", "answered", agent_id=SARA),
            work(3600, "done", "finished", agent_id=SARA),
        )
        ledger.put(replace(contact, id=number))
    assert ledger.occupancy(SARA, DAY + 5 * hour) == pytest.approx(50.0, abs=0.1)
