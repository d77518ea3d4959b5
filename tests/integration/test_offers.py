"""Offers to one, to many and to nobody; what fails by steps; who may take by hand; how much one has at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from errands import Hall, check_laws, routed

from core.errors import Conflict, Forbidden
from core.ids import StaffId
from routing.moves import NoRoom, OfferGone
from storage.database import Database
from tests.live import eventually


@pytest_asyncio.fixture
async def hall(db: Database) -> AsyncIterator[Hall]:
    found = Hall(db)
    yield found
    await check_laws(found)


# --- given at once, without a question


async def test_a_queue_that_asks_nobody_gives_work_at_once(hall: Hall) -> None:
    queue, agent = await hall.queue(offer_mode="auto"), await hall.agent()
    async with routed(hall):
        ids = [await hall.waits(queue) for _ in range(4)]
        for work_id in ids[:3]:
            await hall.state(work_id, "assigned")
    assert (await hall.work(ids[3]))["state"] == "queued", "there is no room for a fourth"
    assert sorted(hall.errands.of("assigned")) == sorted((work_id, agent.id) for work_id in ids[:3])
    assert not await hall.open_offers()
    kept = await hall.run("select state, closed_at from offer")
    assert {row["state"] for row in kept} == {"accepted"}
    assert (await hall.agent_row(agent))["used_units"] == 90
    answered = [each for each in await hall.events("work.changed") if each["cause"] == "answered"]
    assert len(answered) == 3


# --- many are asked


async def test_everybody_with_room_is_asked_and_the_first_has_it(hall: Hall) -> None:
    queue = await hall.queue(offer_mode="broadcast")
    ready, full = [await hall.agent() for _ in range(3)], await hall.agent(capacity=10)
    async with routed(hall):
        work_id = await hall.waits(queue)
        offers = await hall.offered(work_id, 3)
        assert {offer["agent_id"] for offer in offers} == {agent.id for agent in ready}
        assert (await hall.work(work_id))["state"] == "queued"
        assert sum(row["used_units"] for row in await hall.run("select used_units from agent")) == 0
        mine = {offer["agent_id"]: offer["id"] for offer in offers}
        answers = await asyncio.gather(
            *(hall.offers.accept(agent, mine[agent.id]) for agent in ready), return_exceptions=True
        )
        won = [agent for agent, answer in zip(ready, answers, strict=True) if answer == work_id]
        assert len(won) == 1
        assert sum(isinstance(answer, OfferGone) for answer in answers) == 2
        states = sorted(row["state"] for row in await hall.run("select state from offer"))
        assert states == ["accepted", "withdrawn", "withdrawn"]
        assert (await hall.work(work_id))["agent_id"] == won[0].id
        assert (await hall.agent_row(full))["used_units"] == 0


async def test_who_becomes_ready_later_is_asked_too_and_who_declined_is_not(hall: Hall) -> None:
    queue, first = await hall.queue(offer_mode="broadcast"), await hall.agent()
    async with routed(hall):
        work_id = await hall.waits(queue)
        (offer,) = await hall.offered(work_id)
        await hall.offers.decline(first, offer["id"], None)
        second = await hall.agent()
        async with hall.db.transaction() as tx:
            presence = await hall.routing.agents.presence(tx, StaffId(UUID(str(second.id))))
            await hall.routing.agents.change_presence(tx, StaffId(UUID(str(second.id))), presence)
        (offer,) = await hall.offered(work_id)
        assert offer["agent_id"] == second.id


async def test_nobody_misses_an_offer_to_many_and_it_is_made_again(hall: Hall) -> None:
    queue, agents = await hall.queue(offer_mode="broadcast"), [await hall.agent() for _ in range(2)]
    async with routed(hall):
        work_id = await hall.waits(queue)
        first = {offer["id"] for offer in await hall.offered(work_id, 2)}
        for offer_id in first:
            await hall.lapse(offer_id)

        async def anew() -> Any:
            found = await hall.open_offers(work_id)
            return len(found) == 2 and not first & {offer["id"] for offer in found}

        await eventually(anew)
    assert [(await hall.agent_row(agent))["misses"] for agent in agents] == [0, 0]
    assert (await hall.work(work_id))["failed_offers"] == 1, "one round in vain, however many were asked"


async def test_an_agent_without_room_any_more_cannot_win(hall: Hall) -> None:
    queue, agent = await hall.queue(offer_mode="broadcast"), await hall.agent(capacity=30)
    async with routed(hall):
        ids = [await hall.waits(queue) for _ in range(2)]
        offers = {work_id: (await hall.offered(work_id))[0]["id"] for work_id in ids}
        await hall.offers.accept(agent, offers[ids[0]])
        with pytest.raises(NoRoom):
            await hall.offers.accept(agent, offers[ids[1]])
        assert (await hall.work(ids[1]))["state"] == "queued"


async def test_what_is_taken_ended_or_moved_is_offered_to_nobody_any_more(hall: Hall) -> None:
    queue, other = await hall.queue(offer_mode="broadcast"), await hall.queue()
    agent = await hall.agent()
    async with routed(hall):
        taken, ended, moved = [await hall.waits(queue, "email") for _ in range(3)]
        for work_id in (taken, ended, moved):
            await hall.offered(work_id)
        await hall.has(agent, taken)
        async with hall.db.transaction() as tx:
            await hall.routing.withdraw(tx, ended)
            await hall.routing.requeue(tx, moved, queue_id=other)
        assert not await hall.open_offers(taken)
        assert not await hall.open_offers(ended)
        (offer,) = await hall.offered(moved)
        assert not offer["is_broadcast"]


async def test_a_queue_that_no_longer_asks_many_asks_one(hall: Hall) -> None:
    queue = await hall.queue(offer_mode="broadcast")
    for _ in range(2):
        await hall.agent()
    async with routed(hall):
        work_id = await hall.waits(queue)
        await hall.offered(work_id, 2)
        await hall.run("update queue set offer_mode = 'offer'")
        await hall.queue()  # saving any queue lets the router look at all of them
        (offer,) = await hall.offered(work_id, 1)
        assert not offer["is_broadcast"]


# --- offers that fail


async def test_three_offers_in_vain_lead_to_the_next_step_and_a_word_to_supervisors(hall: Hall) -> None:
    skill = await hall.skill("arabic")
    steps = [{"after_seconds": 3600, "skills": {skill: 1}}]
    queue = await hall.queue(skills={skill: 5}, steps=steps, target_seconds=600)
    experts = [await hall.agent(skills={skill: 8}) for _ in range(3)]
    novice = await hall.agent(skills={skill: 1})
    nadia = await hall.agent(permissions=["work.supervise"])
    async with routed(hall):
        work_id = await hall.waits(queue)
        key = (await hall.work(work_id))["first_enqueued_at"]
        asked = set()
        for number in range(3):
            (offer,) = await hall.offered(work_id)
            asked.add(offer["agent_id"])
            assert not await hall.events("work.alert"), number
            agent = next(each for each in experts if each.id == offer["agent_id"])
            await hall.offers.decline(agent, offer["id"], None)
        assert asked == {agent.id for agent in experts}
        (offer,) = await hall.offered(work_id)
        assert offer["agent_id"] == novice.id
        row = await hall.work(work_id)
        assert (row["least_step"], row["failed_offers"], row["first_enqueued_at"]) == (1, 3, key)
        (alert,) = await hall.events("work.alert")
        assert alert["reason"] == "offers_failed"
        told = await hall.run("select staff_id, kind from notification where kind = 'work_alert'")
        assert [(row["staff_id"], row["kind"]) for row in told] == [(nadia.id, "work_alert")]


async def test_the_last_step_is_never_passed(hall: Hall) -> None:
    queue = await hall.queue()
    agents = {agent.id: agent for agent in [await hall.agent() for _ in range(7)]}
    async with routed(hall):
        work_id = await hall.waits(queue)
        for _ in range(6):
            (offer,) = await hall.offered(work_id)
            await hall.offers.decline(agents[offer["agent_id"]], offer["id"], None)
        (offer,) = await hall.offered(work_id)
    assert (await hall.work(work_id))["least_step"] == 0
    assert len(await hall.events("work.alert")) == 2


@pytest.mark.parametrize(("channel", "misses"), [("voice", 1), ("email", 2)])
async def test_voice_pauses_an_agent_at_the_first_miss_and_others_at_the_second(
    hall: Hall, channel: str, misses: int
) -> None:
    queue, agent = await hall.queue(), await hall.agent()
    async with routed(hall):
        for number in range(misses):
            assert (await hall.agent_row(agent))["state"] == "available", number
            work_id = await hall.waits(queue, channel)
            (offer,) = await hall.offered(work_id)
            await hall.lapse(offer["id"])

            async def closed(offer_id: UUID = offer["id"]) -> Any:
                return await hall.run("select 1 from offer where id = $1 and state = 'timeout'", offer_id)

            await eventually(closed)
    row = await hall.agent_row(agent)
    assert (row["state"], row["reason"], row["misses"]) == ("not_ready", "missed", 0)


async def test_work_that_is_no_document_of_the_bell_comes_back_all_the_same(hall: Hall) -> None:
    queue = await hall.queue()
    await hall.agent()
    async with routed(hall):
        work_id = await hall.waits(queue, kind="unheard_of")
        (offer,) = await hall.offered(work_id)
        await hall.lapse(offer["id"])

        async def closed() -> Any:
            return await hall.run("select 1 from offer where state = 'timeout'")

        await eventually(closed)


# --- urgent


async def test_an_emergency_goes_before_everything_and_a_priority_before_what_waits_longer(hall: Hall) -> None:
    queue, agent = await hall.queue(target_seconds=3600), await hall.agent(capacity=30)
    old, urgent, emergency = [await hall.waits(queue) for _ in range(3)]
    async with hall.db.transaction() as tx:
        await hall.routing.prioritise(tx, urgent, 3, is_emergency=False)
        await hall.routing.prioritise(tx, emergency, 0, is_emergency=True)
    order = []
    async with routed(hall):
        for _ in range(3):
            (offer,) = await eventually(hall.open_offers)
            order.append(await hall.offers.accept(agent, offer["id"]))
            async with hall.db.transaction(agent) as tx:
                await hall.routing.finish(tx, order[-1])
    assert order == [emergency, urgent, old]
    with pytest.raises(Conflict):
        async with hall.db.transaction() as tx:
            await hall.routing.prioritise(tx, old, 1, is_emergency=False)


# --- by hand


async def test_by_hand_only_within_the_capacity_unless_it_may_be_exceeded(hall: Hall) -> None:
    queue, agent = await hall.queue(), await hall.agent(capacity=50)
    ids = [await hall.waits(queue) for _ in range(3)]
    await hall.has(agent, ids[0])
    with pytest.raises(NoRoom):
        await hall.has(agent, ids[1])
    await hall.has(agent, ids[1], may_exceed=True)
    row = await hall.agent_row(agent)
    assert (row["used_units"], row["over_units"]) == (60, 10)
    async with hall.db.transaction() as tx:
        await hall.routing.finish(tx, ids[0])
    row = await hall.agent_row(agent)
    assert (row["used_units"], row["over_units"]) == (30, 0), "what is over falls with the load"


async def test_what_rings_is_taken_by_hand_only_by_whom_it_is_offered_to(hall: Hall) -> None:
    queue = await hall.queue()
    agents = {agent.id: agent for agent in [await hall.agent() for _ in range(2)]}
    async with routed(hall):
        work_id = await hall.waits(queue)
        (offer,) = await hall.offered(work_id)
        asked = agents.pop(offer["agent_id"])
        (other,) = agents.values()
        with pytest.raises(Conflict):
            await hall.has(other, work_id, only=("queued",))
        await hall.has(asked, work_id, only=("queued",))
        assert (await hall.work(work_id))["agent_id"] == asked.id
        assert not await hall.open_offers(work_id)


async def test_by_hand_only_what_one_may_do(hall: Hall) -> None:
    skill = await hall.skill("persian")
    queue = await hall.queue(skills={skill: 6}, steps=[{"after_seconds": 60, "skills": {skill: 3}}])
    novice, fit = await hall.agent(skills={skill: 2}), await hall.agent(skills={skill: 3})
    work_id = await hall.waits(queue)
    async with hall.db.transaction() as tx:
        with pytest.raises(Forbidden, match="skill"):
            await hall.routing.must_admit(tx, work_id, StaffId(UUID(str(novice.id))))
        await hall.routing.must_admit(tx, work_id, StaffId(UUID(str(fit.id))))


async def test_in_300_races_of_the_router_against_a_hand_one_wins_each(hall: Hall) -> None:
    queue = await hall.queue(offer_mode="auto")
    hands, desk = [await hall.agent(capacity=1000) for _ in range(2)]
    # One of them is never offered anything, and takes by hand; the other gets what the router gives.
    await hall.run("update agent set state = 'not_ready' where staff_id = $1", hands.id)
    won = {"hand": 0, "router": 0}
    async with routed(hall):
        for _ in range(300):
            work_id = await hall.waits(queue, "email")
            # The router hears of it as this begins; now one is faster and now the other.
            await asyncio.sleep(0.002 if won["hand"] > won["router"] else 0)
            try:
                await hall.has(hands, work_id, only=("queued",))
                won["hand"] += 1
            except Conflict:
                won["router"] += 1
            row = await hall.state(work_id, "assigned")
            async with hall.db.transaction() as tx:
                await hall.routing.finish(tx, work_id)
            assert row["agent_id"] in (hands.id, desk.id)
    assert sum(won.values()) == 300
    assert min(won.values()) > 0, f"this was no race: {won}"
    both = await hall.run("select work_id from offer where state = 'accepted' group by work_id having count(*) > 1")
    assert not both
    taken = {each["work_id"] for each in await hall.events("work.changed") if each["cause"] == "taken"}
    given = {str(row["work_id"]) for row in await hall.run("select work_id from offer where state = 'accepted'")}
    assert not taken & given, "nobody has what somebody else has"
    assert len(taken | given) == 300


# --- skills of a hand-over


async def test_who_takes_it_next_needs_the_skill_that_was_asked_for(hall: Hall) -> None:
    skill, queue = await hall.skill("law"), await hall.queue()
    first, lawyer = await hall.agent(), await hall.agent(skills={skill: 7})
    work_id = await hall.waits(queue)
    await hall.has(first, work_id)
    async with hall.db.transaction(first) as tx:
        await hall.routing.requeue(tx, work_id, skills={skill: 6})
    async with routed(hall):
        (offer,) = await hall.offered(work_id)
        assert offer["agent_id"] == lawyer.id


# --- wrap-up


@pytest.mark.parametrize(
    ("mode", "seconds", "wants", "state", "ends"),
    [
        ("none", 30, True, "done", False),
        ("optional", 30, False, "done", False),
        ("optional", 30, True, "wrap_up", True),
        ("optional", 0, True, "wrap_up", False),
        ("timed", 30, False, "wrap_up", True),
        ("timed", 0, True, "done", False),
        ("manual", 30, False, "wrap_up", False),
    ],
)
async def test_how_a_queue_wraps_up(
    hall: Hall, mode: str, seconds: int, *, wants: bool, state: str, ends: bool
) -> None:
    queue, agent = await hall.queue(wrap_up_mode=mode, wrap_up_seconds=seconds), await hall.agent()
    work_id = await hall.waits(queue)
    await hall.has(agent, work_id)
    async with hall.db.transaction(agent) as tx:
        assert await hall.routing.finish(tx, work_id, wants_wrap_up=wants) == state
    row = await hall.work(work_id)
    assert (row["state"], row["wrap_up_until"] is not None) == (state, ends)
    assert (await hall.agent_row(agent))["used_units"] == (30 if state == "wrap_up" else 0)
    if state == "wrap_up" and not ends:
        with pytest.raises(Conflict):
            async with hall.db.transaction(agent) as tx:
                await hall.routing.extend_wrap_up(tx, work_id)


async def test_work_that_went_out_does_not_start_the_idle_time_anew_where_only_inbound_counts(hall: Hall) -> None:
    inbound, every = await hall.queue(idle_clock="inbound"), await hall.queue()
    agent = await hall.agent()
    await hall.run("update agent set idle_since = '2020-01-01'")
    moved = []
    for queue, direction in ((inbound, "outbound"), (inbound, "inbound"), (every, "outbound")):
        before = (await hall.agent_row(agent))["idle_since"]
        work_id = await hall.waits(queue, attributes={"direction": direction})
        await hall.has(agent, work_id)
        async with hall.db.transaction(agent) as tx:
            await hall.routing.finish(tx, work_id)
        moved.append((await hall.agent_row(agent))["idle_since"] > before)
    assert moved == [False, True, True]
