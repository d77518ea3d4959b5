"""How many agents a campaign leaves idle for those who call in: by how long these waited, on real rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from routing import store
from routing.granting import Granting
from routing.world import World
from storage.database import Database, adhoc
from storage.leases import Lease

NINE = datetime(2026, 1, 15, 9, tzinfo=UTC)
_queue = adhoc(
    "insert into queue (id, name, channels, target_seconds, goal_percent) "
    "values (:id::uuid, 'Callers', '{voice}', 20, 80)"
)
_work = adhoc(
    "insert into work (id, kind, queue_id, channel, state, first_enqueued_at, assigned_at, abandoned_at, changed_at, "
    "units, attributes) values (:id::uuid, 'interaction', :queue::uuid, 'voice', 'done', :came::timestamptz, "
    ":taken::timestamptz, :left::timestamptz, :came, 100, :attributes::jsonb)"
)


class Floor:
    """Fifty agents, a queue, and a clock that is set by hand."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self.queue, self.ask = db, NINE, uuid4(), uuid4()

    async def open(self) -> Floor:
        await self.db.run(_queue, id=self.queue)
        world = World(self.db, lambda: self.now, {})
        world.queues = {each.id: each for each in await store.queues(self.db, None)}
        world.alive = {UUID(int=place) for place in range(50)}
        self.granting = Granting(self.db, Lease(self.db, "router"), world, self._nothing)
        return self

    async def _nothing(self) -> None: ...

    async def call(self, count: int, waited: int, *, is_left: bool = False, **attributes: Any) -> None:
        for _ in range(count):
            came = self.now - timedelta(seconds=60)
            moment = came + timedelta(seconds=waited)
            ends = {"taken": None if is_left else moment, "left": moment if is_left else None}
            await self.db.run(_work, id=uuid4(), queue=self.queue, came=came, attributes=attributes, **ends)

    async def spare(self, minutes: int) -> int:
        self.now += timedelta(minutes=minutes)
        return await self.granting.adapt(self.ask, self.queue)


async def test_more_agents_stay_when_callers_wait_and_fewer_when_they_do_not(db: Database) -> None:
    floor = await Floor(db).open()
    assert await floor.spare(0) == 5, "half the root of fifty, and one"
    floor.now += timedelta(minutes=4)
    await floor.call(4, 5)
    await floor.call(6, 40)
    await floor.call(30, 1, direction="outbound")
    assert await floor.spare(0) == 5, "a look comes every five minutes"
    assert await floor.spare(1) == 7, "40 in a hundred within 20 s: what a campaign began does not count"
    floor.now += timedelta(minutes=5)
    await floor.call(20, 5)
    assert await floor.spare(0) == 6
    floor.now += timedelta(minutes=5)
    await floor.call(9, 50, is_left=True)
    assert await floor.spare(0) == 6, "nine callers say little"
    floor.now += timedelta(minutes=5)
    await floor.call(10, 5, is_left=True)
    assert await floor.spare(0) == 8, "who hung up was not answered"
