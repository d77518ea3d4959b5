from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import Conflict, Invalid, MarkazError
from core.events import Event, LoggedEvent
from core.tasks import Tasks
from storage import jobs
from storage.database import Database, adhoc, sql
from storage.eventlog import LogReader
from storage.files import Files
from storage.groupcommit import GroupCommit
from storage.leases import Lease, LostLease
from storage.migrate import migrate


class Noted(Event, kind="test.noted"):
    number: int


async def test_migrating_twice_changes_nothing(db: Database) -> None:
    assert await migrate(db) == []


async def test_the_log_is_read_without_gaps_while_writers_commit_in_any_order(db: Database) -> None:
    reader = LogReader(db)
    await reader.start_at_end()
    chance = random.Random(7)
    seen: list[int] = []

    async def write(number: int) -> None:
        try:
            async with db.transaction() as tx:
                tx.emit(Noted(number=number))
                await tx._flush()
                tx.events.clear()
                await asyncio.sleep(chance.random() * 0.05)
                if number % 7 == 0:
                    raise Invalid("aborted on purpose")
        except Invalid:
            return

    async def read() -> None:
        while len(seen) < 172:
            seen.extend(event.data["number"] for event in await reader.next())

    async def write_all() -> None:
        for start in range(0, 200, 6):
            await asyncio.gather(*(write(n) for n in range(start, min(start + 6, 200))))

    expected = {n for n in range(200) if n % 7}
    assert len(expected) == 171
    writing = asyncio.create_task(write_all())
    async with asyncio.timeout(20):
        await writing
        async with db.transaction() as tx:
            tx.emit(Noted(number=1000))
        await read()
    assert sorted(seen) == sorted(expected | {1000})
    rows = await db.rows(adhoc("select (data->>'number')::int as n from event_log order by seq"))
    assert seen == [row["n"] for row in rows], "the order is the log's order"


async def test_what_this_process_commits_is_read_without_asking_for_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.eventlog._POLL_SECONDS", 5.0)
    reader = LogReader(db)
    await reader.start_at_end()
    looks, poll = [], reader.poll

    async def counted() -> list[LoggedEvent]:
        looks.append(reader.position)
        return await poll()

    monkeypatch.setattr(reader, "poll", counted)
    waiting = asyncio.create_task(reader.next())
    for number in range(5):
        await asyncio.sleep(0.02)
        async with db.transaction() as tx:
            tx.emit(Noted(number=number))
        assert [event.data["number"] for event in await waiting] == [number]
        waiting = asyncio.create_task(reader.next())
    await asyncio.sleep(0.05)
    waiting.cancel()
    assert len(looks) == 1, "the first look"


@pytest.mark.alone
@pytest.mark.parametrize("is_hasty", [False, True])
async def test_commits_here_and_in_another_process_come_once_and_in_the_order_of_the_log(
    db: Database, dsn: str, is_hasty: bool
) -> None:
    """In haste they come once each, and in no order."""
    other = Database(dsn, size=4)
    await other.open()
    reader = LogReader(db, is_hasty=is_hasty)
    await reader.start_at_end()
    chance = random.Random(11)
    seen: list[LoggedEvent] = []

    async def write(number: int) -> None:
        try:
            async with (db if number % 3 else other).transaction() as tx:
                tx.emit(Noted(number=number))
                tx.emit(Noted(number=1000 + number))
                await tx._flush()
                tx.events.clear()
                await asyncio.sleep(chance.random() * 0.02)
                if number % 11 == 0:
                    raise Invalid("aborted on purpose")
        except Invalid:
            return

    async def read() -> None:
        while len(seen) < 362:
            seen.extend(await reader.next())
            # Sometimes slower than the writers, so that what was handed over piles up.
            await asyncio.sleep(chance.random() * 0.02)

    async with asyncio.timeout(30):
        reading = asyncio.create_task(read())
        for start in range(0, 200, 5):
            await asyncio.gather(*(write(n) for n in range(start, start + 5)))
        await reading
    await other.close()
    rows = await db.rows(adhoc("select seq, at, kind, subject, data from event_log order by seq"))
    if is_hasty:
        seen.sort(key=lambda event: event.seq)
    assert [(event.seq, event.at, event.kind, event.subject, event.data) for event in seen] == [
        tuple(row) for row in rows
    ]


async def test_who_is_in_haste_does_not_wait_for_a_transaction_that_is_still_open(db: Database) -> None:
    reader, patient = LogReader(db, is_hasty=True), LogReader(db)
    for each in (reader, patient):
        await each.start_at_end()
        await each.poll()
    async with asyncio.timeout(10), db.transaction() as slow:
        slow.emit(Noted(number=1))
        await slow._flush()
        slow.events.clear()
        for number in (2, 3):
            async with db.transaction() as tx:
                tx.emit(Noted(number=number))
            told: list[int] = []
            while not told:
                told += [event.data["number"] for event in await reader.next()]
            assert told == [number]
        assert not await patient.poll()
    async with asyncio.timeout(10):
        assert [event.data["number"] for event in await reader.next()] == [1]
        assert [event.data["number"] for event in await patient.next()] == [1, 2, 3]
    assert reader.position == patient.position
    # A commit may be handed over after the database was asked: it is behind by then.
    reader._take(await LogReader(db).poll())
    async with asyncio.timeout(10):
        async with db.transaction() as tx:
            tx.emit(Noted(number=4))
        assert [event.data["number"] for event in await reader.next()] == [4]


async def test_a_reader_that_nobody_reads_holds_only_so_much(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.eventlog._BATCH", 10)
    reader = LogReader(db)
    await reader.start_at_end()
    for number in range(25):
        async with db.transaction() as tx:
            tx.emit(Noted(number=number))
    assert len(reader._handed) <= 10
    seen: list[int] = []
    async with asyncio.timeout(5):
        while len(seen) < 25:
            seen += [event.data["number"] for event in await reader.next()]
    assert seen == list(range(25))


async def test_a_reader_waits_at_a_gap_whose_writer_began_after_all_that_are_over(db: Database) -> None:
    """A snapshot ends behind the last transaction that is over: whoever began later and still runs is beyond it."""
    reader, begin = LogReader(db), adhoc("select pg_current_xact_id()")
    await reader.start_at_end()
    async with db.transaction() as later_over:
        async with db.transaction() as over:
            # The first number is that of the transaction that ends first, the first position the other's.
            await over.row(begin)
            later_over.emit(Noted(number=1))
            await later_over._flush()
            later_over.events.clear()
            over.emit(Noted(number=2))
        reader.wake()
        assert [await reader.poll() for _ in range(3)] == [[], [], []]
    assert [event.data["number"] for event in await reader.poll()] == [1, 2]


async def test_a_reader_waits_at_a_gap_until_its_writer_is_gone(db: Database) -> None:
    reader = LogReader(db)
    await reader.start_at_end()
    may_commit = asyncio.Event()
    has_position = asyncio.Event()

    async def slow() -> None:
        async with db.transaction() as tx:
            tx.emit(Noted(number=1))
            await tx._flush()
            tx.events.clear()
            has_position.set()
            await may_commit.wait()

    task = asyncio.create_task(slow())
    await has_position.wait()
    async with db.transaction() as tx:
        tx.emit(Noted(number=2))
    for _ in range(5):
        assert await reader.poll() == []
    may_commit.set()
    await task
    async with asyncio.timeout(5):
        assert [event.data["number"] for event in await reader.next()] == [1, 2]


async def test_an_event_of_a_failed_transaction_was_never_there(db: Database) -> None:
    with pytest.raises(Conflict):
        async with db.transaction() as tx:
            tx.emit(Noted(number=1))
            raise Conflict
    assert await db.value(sql.last_event) == 0


async def test_group_commit_answers_each_and_isolates_the_bad_one(db: Database) -> None:
    sizes: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int | MarkazError]:
        sizes.append(len(items))
        if len(items) > 1 and 13 in items:
            raise ValueError("poison")
        if items == [13]:
            raise Invalid("thirteen")
        return [item * 2 for item in items]

    async with Tasks("test") as tasks:
        commits = GroupCommit("double", write, tasks, most=10)
        answers = await asyncio.gather(*(commits.submit(n) for n in range(20)), return_exceptions=True)
    assert [a for a in answers if not isinstance(a, Exception)] == [n * 2 for n in range(20) if n != 13]
    assert isinstance(answers[13], Invalid)
    assert max(sizes) == 10


async def test_jobs_of_one_key_run_in_order_and_one_at_a_time(db: Database) -> None:
    done: list[int] = []
    running = 0

    async def handler(job: jobs.Job) -> None:
        nonlocal running
        running += 1
        assert running == 1
        if job.payload["n"] == 2 and job.attempts == 1:
            running -= 1
            raise jobs.RetryLater(0.05, "once more")
        await asyncio.sleep(0.005)
        done.append(job.payload["n"])
        running -= 1

    async with db.transaction() as tx:
        for n in range(6):
            await jobs.enqueue(tx, "ordered", {"n": n}, key="k")
    worker = jobs.Worker(db)
    worker.handle("ordered", handler)
    worker.start()
    async with asyncio.timeout(10):
        while len(done) < 6:
            await asyncio.sleep(0.01)
    await worker.stop()
    assert done == list(range(6))


async def test_a_poisonous_job_is_quarantined_and_stops_nothing(db: Database) -> None:
    done = asyncio.Event()
    given_up: list[str] = []

    async def handler(job: jobs.Job) -> None:
        if job.payload["bad"]:
            raise RuntimeError("always")
        done.set()

    async def give_up(_: jobs.Job, reason: str) -> None:
        given_up.append(reason)

    async with db.transaction() as tx:
        await jobs.enqueue(tx, "mixed", {"bad": True}, key="k")
        await jobs.enqueue(tx, "mixed", {"bad": False}, key="k")
    worker = jobs.Worker(db)
    worker.handle("mixed", handler, schedule=(0.01, 0.01), on_give_up=give_up)
    worker.start()
    async with asyncio.timeout(10):
        await done.wait()
    await worker.stop()
    (row,) = await db.rows(sql.list_quarantine, after=0, most=10)
    assert row["attempts"] == 3
    assert "always" in row["last_error"]
    assert given_up == ["RuntimeError: always"]


async def test_a_job_whose_worker_died_is_run_again(db: Database) -> None:
    async with db.transaction() as tx:
        await jobs.enqueue(tx, "lost", {}, key=None)
    (first,) = await db.rows(sql.claim_jobs, kinds=["lost"], most=5, lease_seconds=0.05)
    await asyncio.sleep(0.1)
    (second,) = await db.rows(sql.claim_jobs, kinds=["lost"], most=5, lease_seconds=60.0)
    assert second["epoch"] == first["epoch"] + 1
    await db.run(sql.finish_job, id=first["id"], epoch=first["epoch"])
    assert await db.value(adhoc("select count(*) from job")) == 1, "the lost lease finishes nothing"


async def test_one_holder_at_a_time_and_a_stale_epoch_writes_nothing(db: Database) -> None:
    one, two = Lease(db, "router", ttl_seconds=0.2), Lease(db, "router", ttl_seconds=0.2)
    assert await one.renew()
    assert not await two.renew()
    await asyncio.sleep(0.3)
    assert not one.is_held
    assert await two.renew()
    with pytest.raises(LostLease):
        async with db.transaction() as tx:
            await one.fence(tx)
    async with db.transaction() as tx:
        await two.fence(tx)


async def test_the_same_content_is_one_file_and_damage_is_found(db: Database, tmp_path: Path) -> None:
    files = Files(tmp_path)
    stored = await files.put(b"hello", "text/plain")
    assert await files.put(b"hello", "text/plain") == stored
    assert await files.get(stored.sha256) == b"hello"
    files.path(stored.sha256).write_bytes(b"hallo")
    with pytest.raises(MarkazError):
        await files.get(stored.sha256)
