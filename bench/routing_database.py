"""Decisions that are written: the router as it runs, and its peers, on one PostgreSQL that waits for the disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from agents.service import Agents
from bench.harness import expect_equal
from bench.postgres import fresh_database
from core.clock import utc_now
from core.ids import uuid7
from routing.model import ChannelName, ChannelRule
from routing.router import Router
from routing.service import Routing
from routing.values import NewWork
from storage.database import Database
from storage.eventlog import LogReader
from storage.migrate import migrate

AGENTS, EACH = 3_000, 10
_UNITS = 100 // EACH
_CHANNELS = {ChannelName("email"): ChannelRule(weight=_UNITS, most=EACH)}
_BATCH, _CONNECTIONS, _PEER_SECONDS = 50, 8, 3.0
_PATIENCE_SECONDS = 300.0
_LOOK_SECONDS = 0.25
_WARM_UP = 100
_QUEUE = UUID(int=1)

ORGANISATION = f"""
insert into role (id, name, permissions) values ('{UUID(int=2)}', 'Bench', array['work.take']);
insert into skill (id, name) values ('{UUID(int=3)}', 'mail');
insert into queue (id, name, skills, offer_timeout_seconds)
    values ('{_QUEUE}', 'Bench', '{{"{UUID(int=3)}": 3}}', 3600);
create table bench_commit (id bigint generated always as identity primary key, at timestamptz not null default now());
"""
_PEOPLE = """
with made as (
    insert into staff (id, login, name, password_hash)
    select gen_random_uuid(), 'bench' || n, 'Agent ' || n, '-' from generate_series($1::int + 1, $2::int) n returning id
), role as (
    insert into staff_role (staff_id, role_id) select id, '00000000-0000-0000-0000-000000000002' from made
), agents as (
    insert into agent (staff_id, heartbeat_at, since) select id, 'infinity', now() - interval '1 hour' from made
    returning staff_id
)
insert into agent_skill (staff_id, skill_id, level)
select staff_id, '00000000-0000-0000-0000-000000000003', 3 + (random() * 7)::int from agents
"""
_WORK = f"""
insert into work (id, kind, queue_id, channel, state, first_enqueued_at, units)
select gen_random_uuid(), 'interaction', '{_QUEUE}', 'email', 'queued',
       now() - interval '1 hour' + n * interval '1 ms', {_UNITS}
from generate_series(1, $1) n
"""
_NEXT_WORK = f"""
select id from work where queue_id = '{_QUEUE}' and state = 'queued'
order by first_enqueued_at limit 1 for update skip locked
"""
_NEXT_AGENT = f"""
select staff_id from agent where state = 'available' and used_units + {_UNITS} <= capacity_units
order by used_units * 16 / capacity_units, idle_since limit 1 for update skip locked
"""
_OFFER_WORK = f"""
update work set state = 'offered', agent_id = d.agent_id, offer_id = d.offer_id, units = {_UNITS},
    changed_at = clock_timestamp(), version = version + 1
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as d (work_id, agent_id, offer_id)
where id = d.work_id and state = 'queued'
"""
_LOAD_AGENTS = f"""
update agent set used_units = used_units + n * {_UNITS}
from (select id, count(*) as n from unnest($1::uuid[]) id group by id order by id) d where staff_id = d.id
"""
_BURST = """
select extract(epoch from (select max(changed_at) from work) - (select min(made_at) from offer))::float8
"""
_INSERT_OFFERS = """
insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision)
select *, 'offered', now(), now() + interval '1 hour', 0, '{}' from unnest($1::uuid[], $2::uuid[], $3::uuid[])
"""


class Ground:
    """A database with an organisation of one queue; every measurement starts from a fresh set of works."""

    def __init__(self, dsn: str, pool: asyncpg.Pool[Any]) -> None:
        self._dsn, self._pool = dsn, pool

    async def people(self, count: int) -> None:
        await self._pool.execute(_PEOPLE, await self._pool.fetchval("select count(*)::int from agent"), count)

    async def reset(self, waiting: int, available: int = AGENTS) -> None:
        """Let so many works wait, and as many people be available; the others are on a break."""
        await self._pool.execute("truncate offer, work cascade")
        await self._pool.execute("update agent set used_units = 0, state = 'not_ready'")
        await self._pool.execute(
            "update agent set state = 'available'"
            " where staff_id in (select staff_id from agent order by staff_id limit $1)",
            available,
        )
        await self._pool.execute(_WORK, waiting)
        for table in ("work", "agent", "offer"):
            await self._pool.execute(f"vacuum analyze {table}")
        await self._pool.execute("checkpoint")

    @asynccontextmanager
    async def router(self) -> AsyncIterator[tuple[Database, Routing]]:
        """Run the router as a server does, with connections of its own: a query that is cut off may hold its locks."""
        db = Database(self._dsn, size=10)
        await db.open()
        routing = Routing(db, utc_now, Agents(db, utc_now))
        router = Router(db, utc_now, routing, _CHANNELS)
        router.start()
        try:
            yield db, routing
        finally:
            await router.stop()
            await db.close()

    async def offers(self, least: int) -> None:
        """Wait until so many are committed, looking seldom: it must not cost what is measured."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await self._pool.fetchval("select count(*) from offer") < least:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(_LOOK_SECONDS)

    async def burst(self) -> float:
        """Return the seconds from the first decision until everything that fits is committed."""
        await self.reset(AGENTS * EACH)
        async with self.router():
            await self.offers(AGENTS * EACH)
        await self._check("our router", AGENTS * EACH)
        return float(await self._pool.fetchval(_BURST))

    async def restart(self, agents: int, waiting: int) -> float:
        """Return the seconds from the start of a router until its first offer is committed; one agent is available."""
        await self.people(agents)
        await self.reset(waiting, available=1)
        start = utc_now()
        async with self.router():
            await self.offers(1)
        offered = await self._pool.fetchval("select min(changed_at) from work where state = 'offered'")
        return float((offered - start).total_seconds())

    async def matched(self) -> float:
        """Return decisions a second of eight connections that pick with SKIP LOCKED."""
        await self.reset(AGENTS * EACH)
        end = time.perf_counter() + _PEER_SECONDS
        counts = await asyncio.gather(*(self._match(end) for _ in range(_CONNECTIONS)))
        await self._check("skip locked", sum(counts))
        return sum(counts) / _PEER_SECONDS

    async def _match(self, end: float) -> int:
        count = 0
        async with self._pool.acquire() as connection:
            while time.perf_counter() < end:
                async with connection.transaction():
                    work_id = await connection.fetchval(_NEXT_WORK)
                    agent_id = await connection.fetchval(_NEXT_AGENT)
                    await _write(connection, [work_id], [agent_id])
                count += 1
        return count

    async def bare(self) -> float:
        """Return assignments a second when the same rows are written in the same batches, and nothing is decided."""
        await self.reset(AGENTS * EACH)
        works = [row["id"] for row in await self._pool.fetch("select id from work order by first_enqueued_at")]
        people = [
            row["staff_id"] for row in await self._pool.fetch("select staff_id from agent where state = 'available'")
        ]
        start = time.perf_counter()
        async with self._pool.acquire() as connection:
            for first in range(0, len(works), _BATCH):
                chosen = [people[(first + place) % len(people)] for place in range(_BATCH)]
                async with connection.transaction():
                    await _write(connection, works[first : first + _BATCH], chosen)
        spent = time.perf_counter() - start
        await self._check("bare update", len(works))
        return len(works) / spent

    async def _check(self, what: str, written: int) -> None:
        """Every work once, nobody over capacity, units as the works say. Raises CountError."""
        count = self._pool.fetchval
        expect_equal(
            what,
            {
                "decided": written,
                "offers": await count("select count(distinct work_id) from offer"),
                "offered": await count("select count(*) from work where state = 'offered'"),
                "units": await count("select sum(used_units) from agent") // _UNITS,
            },
        )

    async def offer_seconds(self, per_second: int, count: int) -> list[float]:
        """Return how long each work took from before its own transaction until its offer was read in the event log."""
        begun: dict[str, float] = {}
        seen: dict[str, float] = {}
        async with self.router() as (db, routing):
            # Until it offers and its connections have planned: its start is not what is measured.
            await _at_pace(per_second, _WARM_UP, lambda: _enqueue(db, routing, {}))
            await self.offers(_WARM_UP)
            reader = LogReader(db)
            await reader.start_at_end()
            watching = asyncio.create_task(_watch(reader, seen))
            await _at_pace(per_second, count, lambda: _enqueue(db, routing, begun))
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while len(begun.keys() & seen.keys()) < count:  # noqa: ASYNC110 - filled by a reader of the log
                    await asyncio.sleep(_LOOK_SECONDS)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        return sorted(seen[work_id] - start for work_id, start in begun.items())

    async def commit_seconds(self, per_second: int, count: int) -> list[float]:
        """Return how long each of so many bare commits of one row took, at the same pace."""
        spent: list[float] = []

        async def commit() -> None:
            start = time.perf_counter()
            await self._pool.execute("insert into bench_commit default values")
            spent.append(time.perf_counter() - start)

        await _at_pace(per_second, count, commit)
        return sorted(spent)


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    async with fresh_database(folder) as dsn:
        db = Database(dsn, size=10)
        await db.open()
        await migrate(db)
        await db.close()
        async with asyncpg.create_pool(dsn, min_size=_CONNECTIONS, max_size=_CONNECTIONS) as pool:
            await pool.execute(ORGANISATION)
            yield Ground(dsn, pool)


async def _enqueue(db: Database, routing: Routing, begun: dict[str, float]) -> None:
    new = NewWork(
        id=uuid7(),
        kind="interaction",
        queue_id=_QUEUE,
        branch_id=None,
        channel="email",
        units=_UNITS,
        first_enqueued_at=utc_now(),
    )
    begun[str(new.id)] = time.perf_counter()
    async with db.transaction() as tx:
        await routing.enqueue(tx, new)


async def _write(connection: Any, works: list[UUID], people: list[UUID]) -> None:
    offers = [uuid7() for _ in works]
    await connection.execute(_OFFER_WORK, works, people, offers)
    await connection.execute(_LOAD_AGENTS, people)
    await connection.execute(_INSERT_OFFERS, offers, works, people)


async def _watch(reader: LogReader, seen: dict[str, float]) -> None:
    while True:
        for event in await reader.next():
            if event.kind == "offer.made":
                seen[event.data["offer"]["interaction_id"]] = time.perf_counter()


async def _at_pace(per_second: int, count: int, do: Callable[[], Awaitable[None]]) -> None:
    """Begin so many a second, whether or not those before are through."""
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            group.create_task(_once(do))


async def _once(do: Callable[[], Awaitable[None]]) -> None:
    await do()
