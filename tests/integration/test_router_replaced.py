"""A leader who was replaced and does not know it yet writes nothing, whatever it was about to write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from errands import Hall, check_laws, routed, staff

from core.actor import SYSTEM
from routing.overflow import Ripe, name_of
from routing.router import Router
from routing.values import Overflow
from storage.database import Database
from storage.leases import Lease, LostLease
from tests.live import eventually


@pytest_asyncio.fixture
async def hall(db: Database) -> AsyncIterator[Hall]:
    found = Hall(db)
    yield found
    await check_laws(found)


Write = Callable[[Router], Awaitable[Any]]


async def _written(hall: Hall) -> list[Any]:
    """Everything that routing writes, as it is."""
    tables = ("work", "offer", "agent", "work_exclusion", "notification", "event_log")
    return [await hall.run(f"select t::text from {table} t order by 1") for table in tables]


async def _every_write(hall: Hall) -> dict[str, Write]:
    """Return for each kind of write one that has something to write."""
    queue = await hall.queue(wrap_up_mode="timed", wrap_up_seconds=30)
    many, auto = await hall.queue(offer_mode="broadcast"), await hall.queue(offer_mode="auto")
    rule = Overflow(when="waited", after_seconds=0, action="alert")
    agents = [await hall.agent() for _ in range(6)]
    missed, asked, wrapped, lost, silent, waiting = [
        await hall.waits(each) for each in (queue, many, queue, queue, queue, queue)
    ]
    for agent, work_id in zip(agents, (missed, wrapped, lost, silent), strict=False):
        if work_id != missed:
            await hall.has(agent, work_id)
    async with hall.db.transaction(agents[1]) as tx:
        await hall.routing.finish(tx, wrapped)
    old = "now() - interval '1 minute'"
    await hall.run(
        "insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision, is_broadcast) "
        f"values (gen_random_uuid(), $1, $2, 'offered', {old}, {old}, 1, '{{}}', true)",
        asked, agents[0].id,
    )  # fmt: skip
    (offer,) = await hall.run(
        "insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision) "
        f"values (gen_random_uuid(), $1, $2, 'offered', {old}, {old}, 1, '{{}}') returning id",
        missed, agents[0].id,
    )  # fmt: skip
    await hall.run(
        "update work set state = 'offered', agent_id = $2, offer_id = $3 where id = $1",
        missed, agents[0].id, offer["id"],
    )  # fmt: skip
    await hall.run("update agent set used_units = 30 where staff_id = $1", agents[0].id)
    await hall.run("update agent set used_units = 40 where staff_id = $1", agents[4].id)
    kept = await hall.routing.queues.all(SYSTEM)
    of = {each.id: each for each in kept}

    one, given, open_to_many = [await hall.waits(each, "email") for each in (queue, auto, many)]

    async def ask_many(router: Router) -> None:
        await router._world.look_at([open_to_many], [])
        await router._commits.ask(router._world.rounds.ask(router._world.now()))

    return {
        "offer": lambda router: _decide(router, one),
        "give at once": lambda router: _decide(router, given),
        "ask many": ask_many,
        "time out": lambda router: router._lapses.time_out(offer["id"]),
        "end a round": lambda router: router._lapses.end_round(asked),
        "end a wrap-up": lambda router: _later(hall, router._lapses.end_wrap_up(wrapped)),
        "requeue what is lost": lambda router: router._lapses.requeue_lost(lost),
        "calm": lambda router: router._lapses.calm(silent),
        "run a rule": lambda router: router._lapses.overflow(
            Ripe(waiting, rule, name_of(queue, rule)), of[queue], None
        ),
        "repair": lambda router: router._lapses.repair(UUID(str(agents[4].id))),
        "withdraw a round": lambda router: router._lapses.withdraw_round(asked),
        "drop an agent": lambda router: router._lapses.drop_agent(staff(agents[5])),
    }


async def _later(hall: Hall, change: Awaitable[None]) -> None:
    hall.skew = timedelta(minutes=1)
    try:
        await change
    finally:
        hall.skew = timedelta()


async def _decide(router: Router, work_id: UUID) -> None:
    """Decide as if the lease were held: a process that was stopped finds out only when it writes."""
    await router._world.look_at([work_id], [])
    world = router._world
    decisions = world.engine.decide(world.now(), 50)
    (mine,) = [decision for decision in decisions if decision.work.id == work_id]
    for decision in decisions:
        world.engine.undo(decision, world.now())
    await router._commits.write(router._commits.batch([mine]))


async def test_a_leader_who_was_replaced_writes_nothing_of_any_kind(hall: Hall) -> None:
    writes = await _every_write(hall)
    zombie, heir = hall.router(), Lease(hall.db, "router")
    assert await zombie._lease.renew()
    await zombie._world.load()
    await hall.run("update lease set renewed_at = 'epoch'")
    assert await heir.renew()
    stale = zombie._lease.epoch
    for name, write in writes.items():
        before = await _written(hall)
        zombie._lease.epoch = stale
        with pytest.raises(LostLease):
            await write(zombie)
        assert await _written(hall) == before, name
    await heir.drop()
    leader = hall.router()
    assert await leader._lease.renew()
    await leader._world.load()
    for name, write in writes.items():
        before = await _written(hall)
        await write(leader)
        assert await _written(hall) != before, f"{name} had nothing to write: the test above shows nothing"
    await leader.stop()
    await hall.run("delete from offer where is_broadcast and state = 'offered'")


async def test_a_leader_that_was_paused_stops_when_it_resumes(hall: Hall) -> None:
    """It is held for longer than its lease, as by SIGSTOP; another leads; it goes on and writes nothing more."""
    queue, agent = await hall.queue(), await hall.agent(capacity=1000)
    async with routed(hall) as zombie:
        lock = zombie._world.lock
        await lock.acquire()
        await hall.run("update lease set renewed_at = 'epoch'")
        async with routed(hall) as heir:
            ids = [await hall.waits(queue, "email") for _ in range(3)]
            for work_id in ids:
                await hall.offered(work_id)
            lock.release()
            epochs = {row["epoch"] for row in await hall.run("select epoch from offer")}
            assert epochs == {heir._lease.epoch}
            await eventually(lambda: _stands_down(zombie))
            for offer in await hall.open_offers():
                await hall.offers.accept(agent, offer["id"])
    assert len(await hall.run("select 1 from offer where state = 'accepted'")) == 3


async def _stands_down(router: Router) -> bool:
    await asyncio.sleep(0)
    return not router.is_leading
