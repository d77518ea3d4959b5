"""The router in a burst: what must hold when much is decided at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from errands import Hall, check_laws, routed, staff

from core.ids import uuid7
from routing.values import OfferMade
from storage.database import Database
from tests.live import eventually


@pytest_asyncio.fixture
async def hall(db: Database) -> AsyncIterator[Hall]:
    found = Hall(db)
    yield found
    await check_laws(found)


async def _many_wait(hall: Hall, queue: Any, count: int) -> list[UUID]:
    """Let so many errands wait at once, as after a night."""
    ids = [uuid7() for _ in range(count)]
    await hall.run(
        "insert into work (id, kind, queue_id, channel, state, first_enqueued_at, units)"
        " select id, 'errand', $1, 'email', 'queued', now() - interval '1 hour', 20 from unnest($2::uuid[]) id",
        queue,
        ids,
    )
    return ids


async def _offered(hall: Hall, count: int) -> Any:
    (row,) = await hall.run("select count(*) from offer where state = 'offered'")
    return row["count"] >= count


async def test_a_renewal_that_comes_late_does_not_end_the_deciding(hall: Hall) -> None:
    queue = await hall.queue()
    for _ in range(80):
        await hall.agent()
    async with routed(hall) as router:
        await _many_wait(hall, queue, 300)
        await hall.waits(queue, "email")
        # Not held for a while, as when the database was slow: nothing is decided, and nothing tells of the rest.
        epoch, router._lease._renewed = router._lease.epoch, router._lease._renewed - 3
        assert not router.is_leading
        async with router._world.lock:
            await router._world.read_waiting()
            await router._decide()
        await eventually(lambda: _offered(hall, 301))
        assert router._lease.epoch == epoch


async def test_what_is_lost_in_the_middle_of_a_burst_is_nobodys_and_the_rest_is_offered(hall: Hall) -> None:
    """Customers leave while their works are decided on; their agents get others, and nobody has more than fits."""
    queue = await hall.queue()
    for _ in range(80):
        await hall.agent()
    ids = await _many_wait(hall, queue, 400)
    router = hall.router()
    assert await router._lease.renew()
    await router._world.load()
    # Memory does not know: some of every batch are gone, and one batch has nobody left at all.
    gone = [*ids[50:100], *ids[7::20]]
    await hall.run("update work set state = 'done' where id = any($1::uuid[])", gone)
    await router._decide()
    left = set(ids) - set(gone)
    offers = await hall.open_offers()
    assert {row["work_id"] for row in offers} == left
    assert len(offers) == len(left)
    assert not router._world.waiting_ids()
    await router.stop()


async def test_more_than_one_batch_is_left_to_wait_when_there_is_room_for_less(hall: Hall) -> None:
    queue = await hall.queue()
    for _ in range(30):
        await hall.agent()
    ids = await _many_wait(hall, queue, 400)
    async with routed(hall):
        await eventually(lambda: _offered(hall, 150))
    offers = await hall.open_offers()
    # Five fit each: the most urgent 150 have them, which are those that came first.
    assert len(offers) == 150
    assert {row["work_id"] for row in offers} <= set(ids)


async def test_the_offer_that_the_statement_tells_is_the_one_that_the_typed_event_says(hall: Hall) -> None:
    queue = await hall.queue(name="Parcels")
    agent = await hall.agent()
    customer = {"id": str(uuid7()), "name": "سارا", "organisation": None}
    async with routed(hall):
        full = await hall.waits(queue, summary={"customer": customer, "subject": "A parcel", "preview": "Where is it?"})
        bare = await hall.waits(queue)
        offers = [(await hall.offered(work_id))[0] for work_id in (full, bare)]
    told = {data["offer"]["id"]: data for data in await hall.events("offer.made")}
    for row, said, subject, preview in zip(
        offers, (customer, {}), ("A parcel", None), ("Where is it?", ""), strict=True
    ):
        event = OfferMade.model_validate(told[str(row["id"])])
        assert event.model_dump(mode="json") == told[str(row["id"])], "nothing more, nothing less, in the same form"
        view = event.offer
        assert (view.customer, view.subject, view.preview) == (said, subject, preview)
        assert (view.interaction_id, view.queue_name, view.channel) == (row["work_id"], "Parcels", "webchat")
        assert (view.made_at, view.expires_at) == (row["made_at"], row["expires_at"])
        assert (event.agent_id, view.waited_seconds, view.is_broadcast) == (agent.id, 0, False)


async def test_one_offer_of_a_work_is_open_or_one_of_a_round_for_each_agent(hall: Hall) -> None:
    """The schema says so, whoever writes."""
    queue = await hall.queue()
    one, other = staff(await hall.agent()), staff(await hall.agent())
    work_id = await hall.waits(queue)

    async def ask(agent_id: UUID, *, is_broadcast: bool) -> None:
        await hall.run(
            "insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision, is_broadcast)"
            " values ($1, $2, $3, 'offered', now(), now() + interval '1 hour', 0, '{}', $4)",
            uuid7(), work_id, agent_id, is_broadcast,
        )  # fmt: skip

    await ask(one, is_broadcast=True)
    await ask(other, is_broadcast=True)
    with pytest.raises(asyncpg.UniqueViolationError):
        await ask(one, is_broadcast=True)
    await hall.run("delete from offer")
    await ask(one, is_broadcast=False)
    with pytest.raises(asyncpg.UniqueViolationError):
        await ask(other, is_broadcast=False)
    await hall.run("delete from offer")


async def test_who_has_had_work_is_kept_and_so_is_work_that_was_offered(hall: Hall) -> None:
    """No foreign key is looked up for each offer: who deletes is asked instead."""
    idle, busy = staff(await hall.agent()), staff(await hall.agent())
    fresh, offered = [await hall.waits(await hall.queue()) for _ in range(2)]
    await hall.run(
        "insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision, is_broadcast)"
        " values ($1, $2, $3, 'declined', now(), now(), 0, '{}', false)",
        uuid7(), offered, busy,
    )  # fmt: skip
    for table, key, kept, gone in (("work", "id", offered, fresh), ("agent", "staff_id", busy, idle)):
        with pytest.raises(asyncpg.ForeignKeyViolationError, match="is kept"):
            await hall.run(f"delete from {table} where {key} = $1", kept)
        await hall.run(f"delete from {table} where {key} = $1", gone)


async def test_what_is_read_all_at_once_is_what_would_be_read_one_by_one(hall: Hall) -> None:
    """Rules, steps, named agents, exclusions, hand-overs and rounds: whatever makes one work differ from the next."""
    skill = await hall.skill("Persian")
    steps = [{"after_seconds": 60, "skills": {}}]
    plain, stepped = await hall.queue(), await hall.queue(skills={str(skill): 5}, steps=steps)
    many, closed = await hall.queue(offer_mode="broadcast"), await hall.queue(is_active=False)
    agent = staff(await hall.agent())
    await hall.run(
        "insert into work_rule (id, name, position, conditions, priority) values ($1, 'gold', 0, $2, 2)",
        uuid7(), {"tier": ["gold"]},
    )  # fmt: skip
    await _many_wait(hall, plain, 5)
    for queue in (plain, stepped, many, closed):
        for more in ({}, {"attributes": {"tier": "gold"}}, {"sticky_agent_id": agent}, {"priority": 1}):
            for channel in ("webchat", "email"):
                await hall.waits(queue, channel, **more)
    kept = [await hall.waits(plain), await hall.waits(stepped)]
    for work_id, until in zip(kept, ("infinity", "2999-01-01"), strict=True):
        await hall.run(f"insert into work_exclusion values ($1, $2, '{until}')", work_id, agent)
    await hall.run("update work set asked_skills = $2, least_step = 1 where id = $1", kept[1], {str(skill): 7})
    world = hall.router()._world
    await world.load()
    ids = [row["id"] for row in await hall.run("select id from work where state = 'queued' order by id")]

    def known() -> list[Any]:
        found = [world.engine.waiting(work_id) or world.rounds._works.get(work_id) for work_id in ids]
        return [work and replace(work, seq=0) for work in found]

    at_once = known()
    await world.read_work(ids)
    assert at_once == known()
    assert sum(work is None for work in at_once) == 8, "those of the queue that is closed"
    assert len({work.steps for work in at_once if work}) > 4
