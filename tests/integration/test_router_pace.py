"""The router in a burst: what must hold when much is decided at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from errands import Hall, check_laws, routed

from core.ids import uuid7
from storage.database import Database
from tests.live import eventually


@pytest_asyncio.fixture
async def hall(db: Database) -> AsyncIterator[Hall]:
    found = Hall(db)
    yield found
    await check_laws(found)


async def _many_wait(hall: Hall, queue: Any, count: int) -> None:
    """Let so many errands wait at once, as after a night."""
    await hall.run(
        "insert into work (id, kind, queue_id, channel, state, first_enqueued_at, units)"
        " select id, 'errand', $1, 'email', 'queued', now() - interval '1 hour', 20 from unnest($2::uuid[]) id",
        queue,
        [uuid7() for _ in range(count)],
    )


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
            await router._world.read_work(None)
            await router._decide()
        await eventually(lambda: _offered(hall, 301))
        assert router._lease.epoch == epoch
