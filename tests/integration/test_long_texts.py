"""Parts of long texts in the database: kept, joined once, shown with a mark when the rest does not come."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

import parts
from channels.base import Account, RawInput
from core.actor import SYSTEM
from core.ids import uuid7
from interactions.accounts import NewAccount
from interactions.reading import RawReader
from storage import jobs
from storage.database import Database, adhoc
from tests.integration.house import fresh
from tests.live import eventually, settings_for
from tests.shortmessages import cut, deliver_sm, one_part

_JOBS = adhoc(
    "select id, kind, key, payload, attempts + 1 as attempts, epoch, created_at, run_at from job"
    " where kind = :kind::text order by id"
)
_SAID = adhoc(
    "select m.text, m.details -> 'parts' as parts, m.external_id from message m join interaction i on"
    " i.id = m.interaction_id where m.direction = 'inbound' and i.address = :sender::text order by m.at, m.id"
)
_START = datetime(2026, 11, 28, 8, tzinfo=UTC)
_numbers = itertools.count()
WORDS = "سلام 😀 خداحافظ"


@dataclass
class Post:
    """A neck without a server; each job is done by a reader of its own, as after a start."""

    neck: parts.Neck
    db: Database
    account: Account[Any]
    now: datetime = _START
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def clock(self) -> datetime:
        return self.now

    def reader(self) -> RawReader:
        return RawReader(self.db, self.neck.accounts, self.neck.receiver, self.neck.channels)

    async def comes(self, *pdus: bytes) -> None:
        """Keep what the centre says, and read it."""
        headers = {"received-at": self.now.isoformat()}
        raws = [RawInput(f"in:{next(self.numbers)}", "smpp", pdu, headers) for pdu in pdus]
        await self.neck.intake.deliver(self.account, raws)
        while jobs_left := await self.jobs("intake"):
            await self.reader().take(jobs_left[0])
            await self.db.run(adhoc("delete from job where id = :id::bigint"), id=jobs_left[0].id)

    async def jobs(self, kind: str) -> list[jobs.Job]:
        rows = await self.db.rows(_JOBS, kind=kind)
        return [jobs.Job(**{name: value for name, value in row.items() if name != "run_at"}) for row in rows]

    async def time_is_up(self) -> list[float]:
        """Do what is due as a worker does; return for how long each that wants to be asked again waits."""
        waits = []
        for job in await self.jobs("long_text"):
            try:
                await self.reader().texts.due(job)
                await self.db.run(adhoc("delete from job where id = :id::bigint"), id=job.id)
            except jobs.RetryLater as later:
                waits.append(later.seconds)
        return waits

    async def said(self, sender: str) -> list[str]:
        return [row["text"] for row in await self.db.rows(_SAID, sender=f"+{sender}")]


@pytest_asyncio.fixture(scope="module")
async def post(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Post]:
    async with fresh(server_dsn) as dsn, AsyncExitStack() as stack:
        ground = await parts.lay_ground(settings_for(dsn, tmp_path_factory.mktemp("texts")), stack)
        neck = parts.build_neck(ground, parts.build_floor(ground), stack)
        queue = uuid7()
        added = adhoc("insert into queue (id, name) values (:id::uuid, 'Texts')")
        await ground.db.run(added, id=queue)
        settings = {"host": "centre.example", "system_id": "m", "password": "secret", "number": "10001"}
        new = NewAccount(kind="smpp", name="Centre", queue_id=queue, settings=settings)
        account, _ = await neck.accounts.get((await neck.accounts.add(SYSTEM, new)).id)
        made = Post(neck, ground.db, account)
        neck.receiver.clock = made.clock
        yield made


def person() -> str:
    return f"98912{next(_numbers):07d}"


def written(sender: str, text: str = WORDS, *, places: Sequence[int] = (7, 11, 17), reference: int = 7) -> list[bytes]:
    pieces = cut(text.encode("utf_16_be"), places)
    return [
        one_part(piece, "b", reference, len(pieces), number, coding=8, sender=sender)
        for number, piece in enumerate(pieces, 1)
    ]


@given(
    places=st.lists(st.integers(1, 28), min_size=1, max_size=4),
    again=st.lists(st.integers(0, 4), max_size=4),
    batches=st.integers(1, 5),
    data=st.data(),
)
@settings(max_examples=15)
async def test_any_order_and_repetition_of_parts_is_one_message(
    post: Post, places: list[int], again: list[int], batches: int, data: st.DataObject
) -> None:
    sender = person()
    pdus = written(sender, places=places)
    order = data.draw(st.permutations([*pdus, *(pdus[each % len(pdus)] for each in again)]))
    for begin in range(0, len(order), batches):
        await post.comes(*order[begin : begin + batches])
    assert await post.said(sender) == [WORDS]
    post.now += timedelta(minutes=31)
    await post.time_is_up()
    await post.time_is_up()
    assert await post.said(sender) == [WORDS]


async def test_the_last_part_and_the_end_of_its_time_wait_for_each_other(post: Post) -> None:
    sender = person()
    pdus = written(sender)
    await post.comes(*pdus[:3])
    post.now += timedelta(minutes=5)
    headers = {"received-at": post.now.isoformat()}
    await post.neck.intake.deliver(post.account, [RawInput(f"last:{sender}", "smpp", pdus[3], headers)])
    (intake,), due = await post.jobs("intake"), (await post.jobs("long_text"))[-1]
    reader, meets, goes_on = post.reader(), asyncio.Event(), asyncio.Event()
    end = reader.texts._end

    async def slow(*args: Any) -> None:
        meets.set()
        await goes_on.wait()
        await end(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader.texts, "_end", slow)
        joins = asyncio.create_task(reader.take(intake))
        await meets.wait()
        shows = asyncio.create_task(post.reader().texts.due(due))

        async def is_waiting() -> bool:
            waits = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
            return shows.done() or bool(await post.db.value(adhoc(waits)))

        await eventually(is_waiting)
        goes_on.set()
        await asyncio.gather(joins, shows)
    # Whoever lost a lease goes on for a while: each once more.
    await post.reader().take(intake)
    await post.reader().texts.due(due)
    await post.db.run(adhoc("delete from job"))
    assert await post.said(sender) == [WORDS]


async def test_what_does_not_come_leaves_a_mark_and_appears_when_it_comes_late(post: Post) -> None:
    sender = person()
    pdus = written(sender, "one two three", places=(8, 16))
    await post.comes(pdus[0])
    post.now += timedelta(minutes=4)
    await post.comes(pdus[2])
    post.now += timedelta(minutes=4)
    assert await post.time_is_up() == [60.0], "five minutes after the last part that came"
    assert not await post.said(sender)
    post.now += timedelta(minutes=1)
    assert not await post.time_is_up()
    assert await post.said(sender) == ["one [… 2/3 …]three"]
    await post.comes(pdus[1], pdus[1])
    assert await post.said(sender) == ["one [… 2/3 …]three", "[2/3] two "]
    shown = await post.db.rows(_SAID, sender=f"+{sender}")
    assert [row["parts"] for row in shown] == [{"total": 3, "missing": [2]}, {"total": 3, "late": 2}]
    (talks,) = await post.db.rows(
        adhoc("select count(*) from interaction where address = :sender::text"), sender=f"+{sender}"
    )
    assert talks["count"] == 1
    post.now += timedelta(minutes=5)
    await post.time_is_up()
    assert not await post.jobs("long_text")
    assert len(await post.said(sender)) == 2, "what came again was shown"


async def test_whoever_was_away_when_the_time_was_up_hears_the_rest_first(post: Post) -> None:
    sender = person()
    pdus = written(sender)
    await post.comes(*pdus[:2])
    post.now += timedelta(hours=2)
    assert await post.time_is_up() == [60.0]
    await post.comes(*pdus[2:])
    assert await post.said(sender) == [WORDS]
    other = person()
    await post.comes(*written(other)[:2])
    post.now += timedelta(hours=2)
    assert await post.time_is_up() == [60.0]
    assert not await post.time_is_up(), "once"
    assert len(await post.said(other)) == 1


async def test_what_cannot_be_read_is_shown_and_stops_nothing(post: Post) -> None:
    sender = person()
    junk = deliver_sm(b"x" * 9, sender=sender)[:-3]
    await post.comes(junk, *written(sender))
    assert await post.said(sender) == [WORDS]
    raws = (
        "select r.outcome, m.attachments from raw_input r join message m on m.raw_id = r.id where r.body = :body::bytea"
    )
    ((outcome, files),) = [tuple(row.values()) for row in await post.db.rows(adhoc(raws), body=junk)]
    assert (outcome, [file["name"] for file in files]) == ("unreadable", ["raw.txt"])


async def test_a_text_of_parts_that_say_stop_opts_out(post: Post) -> None:
    sender = person()
    await post.comes(*written(sender, "STOP", places=(4,)))
    opted = adhoc("select count(*) from opt_out where number = :number::text")
    assert await post.db.value(opted, number=f"+{sender}") == 1
