"""What the bench of committed decisions runs still runs, and its counts add up: small here, and no figure is judged."""

from __future__ import annotations

import asyncpg
import pytest

from bench import routing_database
from bench.routing_database import Ground


@pytest.fixture
async def ground(dsn: str, monkeypatch: pytest.MonkeyPatch):
    for name, value in (("AGENTS", 50), ("_PEER_SECONDS", 0.2), ("_LOOK_SECONDS", 0.02)):
        monkeypatch.setattr(routing_database, name, value)
    async with asyncpg.create_pool(dsn, min_size=2, max_size=8) as pool:
        await pool.execute(routing_database.ORGANISATION)
        place = Ground(dsn, pool)
        await place.people(50)
        yield place


async def test_router_and_peers_write_every_decision_once(ground: Ground):
    assert await ground.burst() > 0
    assert await ground.matched() > 0
    assert await ground.bare() > 0


async def test_every_offer_is_seen_in_the_log(ground: Ground):
    await ground.reset(0)
    assert len(await ground.offer_seconds(50, 10)) == 10
    assert len(await ground.commit_seconds(200, 10)) == 10


async def test_a_started_router_offers(ground: Ground):
    assert await ground.restart(60, 30) > 0
