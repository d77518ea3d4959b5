"""The leading router is killed under load: another takes over, nothing is lost and nothing is given twice."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from errands import Hall, check_laws

from core.actor import Actor
from routing.moves import OfferGone
from storage.database import Database
from tests.live import eventually, settings_for
from tests.program import Program

pytestmark = pytest.mark.program

_PER_SECOND = 100
_SEED = 20


class Agents:
    """Take what is offered and end what they have, as fast as they can."""

    def __init__(self, hall: Hall, people: list[Actor]) -> None:
        self.hall, self._people = hall, {person.id: person for person in people}

    async def work(self) -> None:
        while True:
            for offer in await self.hall.open_offers():
                with suppress(OfferGone):
                    await self.hall.offers.accept(self._people[offer["agent_id"]], offer["id"])
            for row in await self.hall.run("select id from work where state = 'assigned'"):
                async with self.hall.db.transaction() as tx:
                    await self.hall.routing.finish(tx, row["id"])
            await asyncio.sleep(0.01)


async def arrive(hall: Hall, queues: list[UUID], kept: list[UUID], stop: asyncio.Event) -> None:
    """Let a hundred a second come, whatever happens to the routers."""
    start = time.monotonic()
    while not stop.is_set():
        kept.append(await hall.waits(queues[len(kept) % 2], "email"))
        await asyncio.sleep(max(0.0, start + len(kept) / _PER_SECOND - time.monotonic()))


async def leader(programs: list[Program]) -> Program | None:
    """Ask each process whether it leads."""
    async with aiohttp.ClientSession() as session:
        for program in programs:
            with suppress(aiohttp.ClientError, OSError):
                url = f"http://127.0.0.1:{program.settings.internal_port}/metrics"
                async with session.get(url) as response:
                    if "markaz_router_leads 1.0" in await response.text():
                        return program
    return None


@pytest.mark.long
async def test_the_leader_is_killed_under_load_and_nothing_is_lost_or_given_twice(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    chance = random.Random(_SEED)
    hall = Hall(db)
    queues = [await hall.queue(), await hall.queue(offer_mode="auto")]
    people = [await hall.agent(capacity=1000) for _ in range(20)]
    async with AsyncExitStack() as stack:
        more = {"DATABASE_URL": dsn, "MARKAZ_ROLES": "router", "MARKAZ_DEMO": "false"}
        programs = [Program(settings_for(dsn, tmp_path / name), environment=more) for name in ("one", "two")]
        await asyncio.gather(*(stack.enter_async_context(program) for program in programs))
        kept: list[UUID] = []
        stop = asyncio.Event()
        arriving = asyncio.create_task(arrive(hall, queues, kept, stop))
        working = asyncio.create_task(Agents(hall, people).work())
        dead, first = await _kill(hall, programs, chance)
        await dead.start()
        _, second = await _kill(hall, programs, chance)
        stop.set()
        await arriving

        async def all_done() -> Any:
            return not await hall.run("select 1 from work where state <> 'done' limit 1")

        await eventually(all_done, seconds=60)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    print(f"\n{len(kept)} arrivals; takeovers in {first:.1f} and {second:.1f} s")  # noqa: T201 - for who reads the run
    assert len(await hall.run("select 1 from work where id = any($1) and state = 'done'", kept)) == len(kept)
    given = await hall.run("select work_id, count(*) as times from offer where state = 'accepted' group by work_id")
    assert {row["times"] for row in given} == {1}
    assert {row["work_id"] for row in given} == set(kept)
    assert len(await hall.run("select distinct epoch from offer")) == 3
    await check_laws(hall)


async def _kill(hall: Hall, programs: list[Program], chance: random.Random) -> tuple[Program, float]:
    """Kill whoever leads at some moment; returns it, and how long nothing was offered."""
    leading = await eventually(lambda: leader(programs), seconds=30)
    await asyncio.sleep(chance.uniform(0.5, 2.0))
    (last,) = await hall.run("select max(epoch) as epoch from lease where name = 'router'")
    await leading.kill()
    killed = time.monotonic()

    async def goes_on() -> Any:
        return await hall.run("select 1 from offer where epoch > $1 limit 1", last["epoch"])

    await eventually(goes_on, seconds=30)
    return leading, time.monotonic() - killed
