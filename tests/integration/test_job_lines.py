"""Lines of jobs: of one key one after another, and what stands behind costs nobody anything."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

import pytest

from storage import jobs
from storage.database import Database, adhoc, sql

_KINDS = ["one", "many", "later", "free"]
_CLAIM = {"kinds": _KINDS, "most": 16, "lease_seconds": 60.0}


async def fill(db: Database) -> None:
    """A line of 100,000, 10,000 that may begin, 10,000 that wait for an hour, and 10,000 jobs without a key."""
    for text in (
        (
            "insert into job (kind, key, payload, run_at, is_behind)"
            " select 'one', 'k', '{}', now() - interval '1 hour', n > 1 from generate_series(1, 100000) n"
        ),
        (
            "insert into job (kind, key, payload, run_at, is_behind)"
            " select 'many', 'k' || n / 2, '{}', now() - interval '1 hour', n % 2 = 1 from generate_series(0, 19999) n"
        ),
        (
            "insert into job (kind, key, payload, run_at) select 'later', 'k' || n, '{}', now() + interval '1 hour'"
            " from generate_series(1, 10000) n"
        ),
        (
            "insert into job (kind, payload, run_at) select 'free', '{}', now() - interval '1 hour'"
            " from generate_series(1, 10000)"
        ),
    ):
        await db.run(adhoc(text))


async def pages(db: Database, query: Any, **values: Any) -> int:
    """Run it, and return how many pages the server looked at."""
    explained = adhoc(f"explain (analyze, buffers, format json) {query.sql}")
    async with db._connection() as connection:
        found = await connection.fetchval(explained.sql, *query.arguments(values))
    plan = json.loads(found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("is_analysed", [False, True])
async def test_what_waits_costs_nothing_to_whoever_claims(db: Database, is_analysed: bool) -> None:
    await fill(db)
    if is_analysed:
        await db.run(adhoc("analyze job"))
    assert await pages(db, sql.claim_jobs, **_CLAIM) < 1_500
    assert await pages(db, sql.next_job_due, kinds=_KINDS) < 200
    assert len(await db.rows(sql.claim_jobs, **_CLAIM)) == 16


async def test_the_next_in_line_is_found_that_was_added_while_the_first_ended(db: Database) -> None:
    async with db.transaction() as tx:
        await jobs.enqueue(tx, "one", {"n": 1}, key="k")
    (first,) = await db.rows(sql.claim_jobs, **_CLAIM)
    async with db.transaction() as tx:
        await jobs.enqueue(tx, "one", {"n": 2}, key="k")
        ending = asyncio.create_task(db.run(sql.finish_job, id=first["id"], epoch=first["epoch"]))
        waits = adhoc("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        while not await db.value(waits):
            await asyncio.sleep(0.01)
    await ending
    (second,) = await db.rows(sql.claim_jobs, **_CLAIM)
    assert second["payload"] == {"n": 2}


async def test_what_is_added_together_stands_in_line_and_tells_what_may_run(db: Database) -> None:
    add = adhoc("select add_jobs('one', :keys::text[], :payloads::jsonb[])")
    payloads = [{"n": number} for number in range(4)]
    assert await db.value(add, keys=["a", "b", "a", None], payloads=payloads) == 3
    assert await db.value(add, keys=["a", "b"], payloads=[{"n": 4}, {"n": 5}]) == 0
    ran = []
    while found := await db.rows(sql.claim_jobs, **_CLAIM):
        for row in found:
            ran.append(row["payload"]["n"])
            await db.run(sql.finish_job, id=row["id"], epoch=row["epoch"])
    assert [n for n in ran if n in (0, 2, 4)] == [0, 2, 4]
    assert [n for n in ran if n in (1, 5)] == [1, 5]
    assert len(ran) == 6


async def test_what_is_put_aside_lets_the_next_go_and_comes_back_in_its_place(db: Database) -> None:
    for number in range(3):
        async with db.transaction() as tx:
            await jobs.enqueue(tx, "one", {"n": number}, key="k")
    (first,) = await db.rows(sql.claim_jobs, **_CLAIM)
    await db.run(sql.quarantine_job, id=first["id"], epoch=first["epoch"], error="no")
    (second,) = await db.rows(sql.claim_jobs, **_CLAIM)
    assert second["payload"] == {"n": 1}
    await db.run(sql.release_job, id=first["id"])
    await db.run(sql.finish_job, id=second["id"], epoch=second["epoch"])
    (again,) = await db.rows(sql.claim_jobs, **_CLAIM)
    assert again["payload"] == {"n": 0}, "released, it is the first again"
    await db.run(sql.finish_job, id=again["id"], epoch=again["epoch"])
    (last,) = await db.rows(sql.claim_jobs, **_CLAIM)
    assert last["payload"] == {"n": 2}


async def test_many_lines_filled_while_they_are_worked_end_empty_and_in_order(db: Database) -> None:
    done: dict[str, list[int]] = defaultdict(list)

    async def handler(job: jobs.Job) -> None:
        done[str(job.key)].append(job.payload["n"])
        if job.payload["n"] == 3 and job.attempts == 1:
            done[str(job.key)].pop()
            raise jobs.RetryLater(0.01, "once more")

    workers = [jobs.Worker(db, lanes=4) for _ in range(2)]
    for worker in workers:
        worker.handle("line", handler)
        worker.start()

    async def fill_line(key: str) -> None:
        for number in range(12):
            async with db.transaction() as tx:
                await jobs.enqueue(tx, "line", {"n": number}, key=key)

    await asyncio.gather(*(fill_line(f"k{key}") for key in range(6)))
    async with asyncio.timeout(30):
        while await db.value(adhoc("select count(*) from job")):
            await asyncio.sleep(0.02)
    for worker in workers:
        await worker.stop()
    assert done == {f"k{key}": list(range(12)) for key in range(6)}
