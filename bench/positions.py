"""Positions of technicians: how many are durable a second, and how long the nearest of a hundred thousand take."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from bench.children import Child
from bench.harness import Bench, expect_equal, interleaved
from bench.postgres import bench_folder, fresh_database
from core.secrets import digest, new_token
from geo.nearby import Near
from storage.database import Database, adhoc

_PHONES, _LINES = 64, 64
_SINGLES, _BATCHES, _SIZE = 6000, 400, 100
_MANY, _NEAREST, _ASKED = 100_000, 10, 300
_ALWAYS = {"zone": "UTC", "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}
_STAFF = adhoc(
    "insert into staff (id, login, name, password_hash) values (:id::uuid, gen_random_uuid()::text, 'bench', '')"
)
_AGENT = adhoc("insert into agent (staff_id) values (:id::uuid)")
_TECHNICIAN = adhoc("insert into technician (staff_id, shift) values (:id::uuid, :shift::jsonb)")
_LAST = adhoc("insert into technician_last (technician_id) values (:id::uuid)")
_DEVICE = adhoc(
    "insert into geo_device (id, technician_id, name, client, token_hash, created_at)"
    " values (gen_random_uuid(), :id::uuid, 'bench', 'page', :token_hash::bytea, now())"
)
_OURS = adhoc("select count(*) from position where at >= :begin::timestamptz and at < :end::timestamptz")
_THEIRS = adhoc("select count(*) from bench_position where at >= :begin::timestamptz and at < :end::timestamptz")
_FREE = adhoc("alter table technician_last drop constraint technician_last_technician_id_fkey")
_SCATTER = adhoc(
    "insert into technician_last (technician_id, at, place)"
    " select gen_random_uuid(), now(), point(45 + 15 * random(), 25 + 14 * random())"
    " from generate_series(1, :many::int)"
)
_FLAT = adhoc(
    "select technician_id from technician_last where place is not null"
    " order by place <-> point(:lon::float8, :lat::float8) limit :most::int"
)
_ANALYZE = adhoc("analyze technician_last")


async def run(bench: Bench) -> None:
    async with bench_folder() as folder, fresh_database(folder) as dsn, AsyncExitStack() as stack:
        ours = await stack.enter_async_context(Child("bench.ingest_server", "markaz", dsn, str(folder), "web"))
        bare = await stack.enter_async_context(Child("bench.positions_server", dsn))
        phones = await stack.enter_async_context(Child("bench.positions_clients"))
        db = Database(dsn, size=4)
        await db.open()
        stack.push_async_callback(db.close)
        paths = [f"/api/positions/{await _phone(db)}" for _ in range(_PHONES)]
        others = [f"/{uuid4()}" for _ in range(_PHONES)]
        rounds = count(1)
        for what, requests, size in (("single_points", _SINGLES, 1), ("batched_points", _BATCHES, _SIZE)):
            ways = {
                "ours": _sending(phones, (ours, paths), (requests, size), (db, "position"), rounds),
                "bare": _sending(phones, (bare, others), (requests, size), (db, "bench_position"), rounds),
            }
            for warm_up in ways.values():
                await warm_up()
            before = (await ours.cpu_seconds(), await bare.cpu_seconds())
            pace = await interleaved(ways)
            after = (await ours.cpu_seconds(), await bare.cpu_seconds())
            bench.compare(
                what,
                "points/s, answered once committed",
                pace["ours"],
                peer="bare aiohttp + bare batched insert",
                theirs=pace["bare"],
                goal=">= 0.6",
            )
            sent = 3 * requests * size
            bench.compare(
                f"{what}_per_cpu",
                "points per CPU second of the server",
                sent / (after[0] - before[0]),
                peer="bare aiohttp + bare batched insert",
                theirs=sent / (after[1] - before[1]),
            )
        await _nearest(bench, db)


async def _phone(db: Database) -> str:
    technician_id, token = uuid4(), new_token()
    await db.run(_STAFF, id=technician_id)
    await db.run(_AGENT, id=technician_id)
    await db.run(_TECHNICIAN, id=technician_id, shift=_ALWAYS)
    await db.run(_LAST, id=technician_id)
    await db.run(_DEVICE, id=technician_id, token_hash=digest(token))
    return token


def _sending(
    phones: Child,
    server: tuple[Child, list[str]],
    much: tuple[int, int],
    kept: tuple[Database, str],
    rounds: count[int],
) -> Callable[[], Awaitable[float]]:
    child, paths = server
    requests, size = much
    db, table = kept

    async def send() -> float:
        # Each round has days of its own, so that what it left is counted.
        begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=next(rounds))
        answer = await phones.ask(
            do="post",
            port=child.hello["port"],
            paths=paths,
            begin=begin.isoformat(),
            count=requests,
            size=size,
            lines=_LINES,
        )
        counted = _OURS if table == "position" else _THEIRS
        stored = int(await db.value(counted, begin=begin, end=begin + timedelta(days=1)))
        expect_equal("points", {"sent": requests * size, "accepted": answer["accepted"] * size, "stored": stored})
        return float(requests * size / answer["seconds"])

    return send


async def _nearest(bench: Bench, db: Database) -> None:
    """Ask for the truly nearest, beside the bare order of an index that knows degrees only."""
    await db.run(_FREE)
    await db.run(_SCATTER, many=_MANY)
    await db.run(_ANALYZE)
    near, chance = Near(db), random.Random(5)

    async def ours() -> float:
        return await _each(chance, lambda lat, lon: near.find((lat, lon), _NEAREST))

    async def theirs() -> float:
        return await _each(chance, lambda lat, lon: db.rows(_FLAT, lat=lat, lon=lon, most=_NEAREST))

    pace = await interleaved({"ours": ours, "theirs": theirs})
    bench.compare(
        "nearest_10_of_100k",
        "ms, median; ours are the nearest by metres",
        pace["ours"],
        peer="one query in the order of the index (degrees)",
        theirs=pace["theirs"],
    )


async def _each(chance: random.Random, ask: Callable[[float, float], Awaitable[object]]) -> float:
    seen = []
    for _ in range(_ASKED):
        place = (chance.uniform(26, 38), chance.uniform(46, 59))
        began = time.perf_counter()
        found = await ask(*place)
        seen.append(time.perf_counter() - began)
        assert len(found) == _NEAREST  # type: ignore[arg-type]  # both are lists
    return statistics.median(seen) * 1000
