"""What time brings, written by the router that leads: rules of queues, silence, lost agents, drift."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from errands import Hall, check_laws, routed, staff
from prometheus_client import REGISTRY

from routing.router import Router
from routing.world import World
from storage.database import Database
from tests.live import eventually


@pytest_asyncio.fixture
async def hall(db: Database) -> AsyncIterator[Hall]:
    found = Hall(db)
    yield found
    await check_laws(found)


# --- rules of queues


async def test_a_work_that_waits_too_long_goes_on_in_another_queue_with_its_place(hall: Hall) -> None:
    other = await hall.queue(name="Second line")
    rules = [
        {"when": "waited", "after_seconds": 0, "action": "message", "text": {"en": "It takes longer."}},
        {"when": "waited", "after_seconds": 1, "action": "queue", "queue_id": other},
        {"when": "waited", "after_seconds": 1, "action": "alert"},
    ]
    queue = await hall.queue(overflow=rules)
    async with routed(hall):
        work_id = await hall.waits(queue)
        before = await hall.work(work_id)

        async def moved() -> Any:
            row = await hall.work(work_id)
            return row["queue_id"] == other and row

        row = await eventually(moved)
        agent = await hall.agent()
        async with hall.db.transaction() as tx:
            await hall.routing.agents.change_presence(
                tx, staff(agent), await hall.routing.agents.presence(tx, staff(agent))
            )
        await hall.offered(work_id)
    assert row["first_enqueued_at"] == before["first_enqueued_at"]
    assert hall.errands.of("message") == [(work_id, "It takes longer.")], "once, however often it is looked at"
    assert hall.errands.of("overflowed") == [(work_id, "Second line")]
    assert not await hall.events("work.alert"), "the rules of a queue end with the stay in it"
    assert "overflowed" in [each["cause"] for each in await hall.events("work.changed")]


async def test_nobody_who_could_ever_take_it_is_not_the_same_as_nobody_free(hall: Hall) -> None:
    skill = await hall.skill("greek")
    rule = [{"when": "no_agent", "after_seconds": 0, "action": "alert"}]
    deserted = await hall.queue(skills={skill: 5}, overflow=rule)
    busy = await hall.queue(overflow=rule)
    agent = await hall.agent(capacity=30)
    await hall.has(agent, await hall.waits(busy))
    async with routed(hall):
        ids = {await hall.waits(deserted): "deserted", await hall.waits(busy): "busy"}
        (alert,) = await eventually(lambda: hall.events("work.alert"))
        assert ids[UUID(alert["work_id"])] == "deserted"
        assert alert["reason"] == "no_agent"


async def test_outside_the_hours_it_says_so_and_within_them_not(hall: Hall) -> None:
    rule = [{"when": "closed", "after_seconds": 0, "action": "message", "text": {"en": "We are closed."}}]
    closed = await hall.queue(hours={"zone": "UTC", "weekly": []}, overflow=rule)
    weekly = [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]
    always = await hall.queue(hours={"zone": "UTC", "weekly": weekly}, overflow=rule)
    async with routed(hall):
        ids = [await hall.waits(closed), await hall.waits(always)]
        await eventually(lambda: _told(hall, "message"))
    assert [work_id for work_id, _ in hall.errands.of("message")] == ids[:1]


async def _told(hall: Hall, kind: str) -> Any:
    return hall.errands.of(kind)


# --- silence


async def test_a_silent_customer_weighs_a_tenth_and_the_next_word_all_of_it(hall: Hall) -> None:
    queue, agent = await hall.queue(), await hall.agent(capacity=90)
    ids = [await hall.waits(queue) for _ in range(3)]
    for work_id in ids:
        await hall.has(agent, work_id)
    hall.errands.quiet = ids[:2]
    async with routed(hall):
        await eventually(lambda: _calm(hall, 2))
        assert (await hall.agent_row(agent))["used_units"] == 3 + 3 + 30
        # There is room for one more, on the same channel.
        more = await hall.waits(queue)
        (offer,) = await hall.offered(more)
        await hall.offers.accept(agent, offer["id"])
        async with hall.db.transaction() as tx:
            await hall.routing.rouse(tx, ids[0])
            await hall.routing.rouse(tx, ids[1])
        row = await hall.agent_row(agent)
        assert (row["used_units"], row["over_units"]) == (120, 30), "waking may pass the capacity, and is flagged"
        # Nothing new until there is room again.
        waiting = await hall.waits(queue)
        for work_id in (more, ids[0]):
            assert not await hall.open_offers(waiting)
            async with hall.db.transaction(agent) as tx:
                await hall.routing.finish(tx, work_id)
        await hall.offered(waiting)
    assert (await hall.agent_row(agent))["over_units"] == 0


async def _calm(hall: Hall, count: int) -> Any:
    rows = await hall.run("select 1 from work where quiet_since is not null")
    return len(rows) == count


async def test_what_is_quiet_weighs_all_of_it_wherever_it_goes_next(hall: Hall) -> None:
    queue, agent = await hall.queue(wrap_up_mode="manual"), await hall.agent(capacity=200)
    snoozed, ended, moved, gone = [await hall.waits(queue) for _ in range(4)]
    for work_id in (snoozed, ended, moved, gone):
        await hall.has(agent, work_id)
    router = hall.router()
    assert await router._lease.renew()
    for work_id in (snoozed, ended, moved, gone):
        await router._lapses.calm(work_id)
    assert (await hall.agent_row(agent))["used_units"] == 12
    async with hall.db.transaction(agent) as tx:
        await hall.routing.rest(tx, snoozed)
        assert await hall.routing.finish(tx, ended) == "wrap_up"
        await hall.routing.requeue(tx, moved)
        await hall.routing.withdraw(tx, gone)
    assert [(await hall.work(each))["units"] for each in (snoozed, ended, moved, gone)] == [0, 30, 30, 30]
    assert (await hall.agent_row(agent))["used_units"] == 30
    async with hall.db.transaction(agent) as tx:
        await hall.routing.rouse(tx, snoozed)
    assert (await hall.agent_row(agent))["used_units"] == 60
    await router.stop()


# --- lost agents


async def test_live_chats_of_a_lost_agent_wait_again_and_mail_and_calls_stay(hall: Hall) -> None:
    queue, lost, other = await hall.queue(), await hall.agent(capacity=200), await hall.agent()
    chat, mail, call = await hall.waits(queue), await hall.waits(queue, "email"), await hall.waits(queue, "voice")
    for work_id in (chat, mail, call):
        await hall.has(lost, work_id)
    before = await hall.work(chat)
    await hall.run("update agent set heartbeat_at = now() - interval '61 seconds' where staff_id = $1", lost.id)
    async with routed(hall):

        async def away() -> Any:
            return (await hall.agent_row(lost))["reason"] == "connection_lost"

        await eventually(away)
        assert (await hall.work(chat))["agent_id"] == lost.id, "after a minute it may still be a bad line"
        await hall.run("update agent set heartbeat_at = now() - interval '91 seconds' where staff_id = $1", lost.id)
        (offer,) = await hall.offered(chat)
        assert offer["agent_id"] == other.id
    assert (await hall.work(chat))["first_enqueued_at"] == before["first_enqueued_at"]
    assert [(await hall.work(each))["agent_id"] for each in (mail, call)] == [lost.id, lost.id]
    assert [work_id for work_id, _ in hall.errands.of("requeued")] == [chat]


async def test_who_is_not_heard_of_is_not_offered_anything(hall: Hall) -> None:
    queue, agent = await hall.queue(), await hall.agent()
    await hall.run("update agent set heartbeat_at = now() - interval '16 seconds'")
    async with routed(hall) as router:
        work_id = await hall.waits(queue)
        await eventually(lambda: _knows(router, work_id))
        assert not await hall.open_offers(work_id)
        await hall.run("update agent set heartbeat_at = now() + interval '1 hour'")
        (offer,) = await hall.offered(work_id)
        assert offer["agent_id"] == agent.id


async def _knows(router: Router, work_id: UUID) -> bool:
    return work_id in router._world.waiting_ids()


# --- drift


def drift(kind: str) -> float:
    return REGISTRY.get_sample_value("markaz_router_drift_total", {"kind": kind}) or 0.0


async def test_each_difference_between_memory_and_database_is_counted_by_its_kind_and_repaired(hall: Hall) -> None:
    queue = await hall.queue()
    ids = [await hall.waits(queue) for _ in range(2)]
    holder, absent = await hall.agent(), await hall.agent()
    held = await hall.waits(queue, "voice")
    await hall.has(holder, held)
    router = hall.router()
    assert await router._lease.renew()
    await hall.run("update agent set state = 'not_ready'")
    await router._load()
    world, now = router._world, router._world.now()
    kinds = ("units", "waiting", "ghost", "holding", "presence")
    await router._turns.reconcile()
    before = [drift(kind) for kind in kinds]
    await hall.run("update work set changed_at = now() - interval '10 seconds'")
    await router._turns.reconcile()
    assert [drift(kind) for kind in kinds] == before, "at rest nothing differs"
    # Each is planted behind the router's back.
    world.engine.remove_work(ids[0], now)  # type: ignore[arg-type]  # an id is an id
    await hall.run("update work set state = 'done', changed_at = now() - interval '10 seconds' where id = $1", ids[1])
    world.engine.remove_work(held, now)  # type: ignore[arg-type]  # an id is an id
    await hall.run("update agent set used_units = 7 where staff_id = $1", absent.id)
    await hall.run("update agent set state = 'available' where staff_id = $1", absent.id)
    await router._turns.reconcile()
    assert [drift(kind) - known for kind, known in zip(kinds, before, strict=True)] == [1, 1, 1, 1, 1]
    assert await hall.offered(ids[0])
    assert (await hall.work(ids[1]))["state"] == "done"
    await router.stop()


async def test_a_count_that_is_wrong_stops_no_offers(hall: Hall) -> None:
    """Memory holds an agent for free whom the database counts full: that is repaired, and the loop goes on."""
    queue, agent, other = await hall.queue(), await hall.agent(), await hall.agent()
    async with routed(hall):
        await hall.run("update agent set used_units = 100 where staff_id = any($1)", [agent.id, other.id])
        ids = [await hall.waits(queue) for _ in range(4)]
        for work_id in ids:
            await hall.offered(work_id)
    assert sorted(row["used_units"] for row in await hall.run("select used_units from agent")) == [60, 60]


async def test_who_reads_a_long_queue_lets_others_run_meanwhile(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that is not renewed while everything is read would be lost by reading."""
    queue = await hall.queue()
    await hall.run(
        "insert into work (id, kind, queue_id, channel, state, first_enqueued_at, units) "
        "select gen_random_uuid(), 'errand', $1, 'email', 'queued', now(), 20 from generate_series(1, 1500)",
        queue,
    )
    router = hall.router()
    world, turns = router._world, 0
    await world.load_queues()
    seen: list[int] = []
    let_wait = World._let_wait

    def counted(self: World, row: Any, places: list[Any], now: int) -> None:
        seen.extend(turns for _ in places)
        let_wait(self, row, places, now)

    monkeypatch.setattr(World, "_let_wait", counted)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await world.read_waiting()
    task.cancel()
    assert len(seen) == 1500
    assert max(seen.count(turn) for turn in set(seen)) <= 200
