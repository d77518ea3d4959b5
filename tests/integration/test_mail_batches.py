"""Mails of one batch come out exactly as if they had come one after another, whatever they refer to."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

import parts
from channels.base import Account, Address, IdentityKind, InboundFile, InboundMessage, RawInput, ThreadKey
from core.actor import SYSTEM
from core.errors import Conflict
from core.ids import uuid7
from interactions.accounts import NewAccount
from interactions.reading import RawReader, _Read
from storage.database import Database, Row, adhoc
from tests.live import settings_for

_ROWS = adhoc(
    "select r.id, r.external_id, r.kind, r.headers, r.body, j.id as job_id from raw_input r"
    " join job j on j.kind = 'intake' and (j.payload->>'raw_id')::bigint = r.id"
    " where r.account_id = :account::uuid and r.outcome is null order by r.id"
)
_TALKS = adhoc(
    "select i.id, i.number, i.state, i.subject, i.address, i.address_name, q.name as queue, i.last_seq, i.unread,"
    " i.preview,"
    " i.closed_at is null as is_open, i.customer_at is not null as is_heard, i.version, i.agent_id, c.name as customer,"
    " (select array_agg(n.kind || n.value order by 1) from identity n where n.customer_id = c.id) as reached,"
    " w.state as work, w.priority, w.attributes, w.sticky_agent_id, w.summary ->> 'preview' as shown"
    " from interaction i join queue q on q.id = i.queue_id join customer c on c.id = i.customer_id"
    " left join work w on w.id = i.id where i.account_id = :account::uuid order by i.id"
)
_SAID = adhoc(
    "select m.direction, m.author_kind, m.author_name, m.text, m.event, m.delivery, m.external_id, m.seq, m.html,"
    " (m.details #- '{participant,id}'::text[]) - 'subject'::text as details, r.external_id as raw,"
    " (select array_agg(a ->> 'name') from jsonb_array_elements(m.attachments) a) as names,"
    " (select count(*) from attachment a where a.interaction_id = m.interaction_id) as files"
    " from message m left join raw_input r on r.id = m.raw_id where m.interaction_id = :id::uuid order by m.seq"
)
_KEYS = adhoc("select key from thread_key where interaction_id = :id::uuid order by key")
_TOLD = adhoc(
    "select kind, data ->> 'change' as change, data ->> 'unread' as unread, data -> 'message' ->> 'seq' as seq,"
    " data -> 'interaction' ->> 'last_seq' as last from event_log"
    " where subject in ('interaction:' || :id::text, 'work:' || :id::text) order by event_log.seq"
)
_OUTCOMES = adhoc("select external_id, outcome from raw_input where account_id = :account::uuid order by external_id")
_JOBS = adhoc(
    "select count(*) from job j join raw_input r on (j.payload->>'raw_id')::bigint = r.id"
    " where j.kind = 'intake' and r.account_id = :account::uuid"
)
_WAYS = ("together", "apart")
_numbers = itertools.count()


@dataclass(slots=True)
class Post:
    """A neck without a server: nothing is offered to anybody, so that two ways to the same rows can be compared."""

    neck: parts.Neck
    db: Database
    reader: RawReader
    accounts: dict[str, tuple[Account[Any], Row]]
    agent_id: UUID

    async def take(self, way: str, said: Sequence[InboundMessage]) -> None:
        account, row = self.accounts[way]
        raws = [RawInput(each.external_id, "mail", b"") for each in said]
        await self.neck.intake.deliver(account, list({raw.external_id: raw for raw in raws}.values()), {})
        rows = {raw["external_id"]: raw for raw in await self.db.rows(_ROWS, account=account.id)}
        reads = [_Read(rows[each.external_id], (each,)) for each in said]
        if not reads:
            return
        for some in [reads] if way == "together" else [[read] for read in reads]:
            await self.reader._apply(row, some)
        if way == "apart":
            # Its own job is finished by whoever ran it, which is nobody here.
            assert await self.db.value(_JOBS, account=account.id) == len(reads)
        else:
            assert await self.db.value(_JOBS, account=account.id) == 1
        await self.db.run(adhoc("delete from job where kind = 'intake'"))

    async def talks(self, way: str) -> list[dict[str, Any]]:
        """Return all that is kept, without ids and times, by what began each conversation."""
        found = []
        for row in await self.db.rows(_TALKS, account=self.accounts[way][0].id):
            talk = {name: value for name, value in row.items() if name not in ("id", "number")}
            talk["said"] = [dict(each) for each in await self.db.rows(_SAID, id=row["id"])]
            for each in talk["said"]:
                if each["author_kind"] == "system":
                    each["text"] = re.sub(r"number is \d+|#\d+|\d\d:\d\d", "N", each["text"])
            talk["keys"] = [each["key"] for each in await self.db.rows(_KEYS, id=row["id"])]
            talk["told"] = [tuple(each.values()) for each in await self.db.rows(_TOLD, id=str(row["id"]))]
            found.append(talk)
        return sorted(found, key=lambda talk: next(m["external_id"] for m in talk["said"] if m["external_id"]))


@pytest_asyncio.fixture(scope="module")
async def post(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Post]:
    connection = await asyncpg.connect(server_dsn.replace("/markaz?", "/postgres?"))
    await connection.execute("create database batches template markaz")
    dsn = server_dsn.replace("/markaz?", "/batches?")
    folder = tmp_path_factory.mktemp("batches")
    async with AsyncExitStack() as stack:
        ground = await parts.lay_ground(settings_for(dsn, folder), stack)
        floor = parts.build_floor(ground)
        neck = parts.build_neck(ground, floor, stack)
        db = ground.db
        queue, other, agent_id = uuid7(), uuid7(), uuid7()
        for queue_id, name in ((queue, "Post"), (other, "Bills")):
            await db.run(adhoc("insert into queue (id, name) values (:id::uuid, :name::text)"), id=queue_id, name=name)
        await db.run(
            adhoc("insert into staff (id, login, name, password_hash) values (:id::uuid, 'ada', 'Ada', '')"),
            id=agent_id,
        )
        await db.run(adhoc("insert into agent (staff_id) values (:id::uuid)"), id=agent_id)
        reader = RawReader(db, neck.accounts, neck.receiver, neck.channels)
        accounts = {}
        for way in _WAYS:
            new = NewAccount(kind="email", name=way, queue_id=queue, settings={"address": f"{way}@markaz.example"})
            accounts[way] = await neck.accounts.get((await neck.accounts.add(SYSTEM, new)).id)
            rules = adhoc(
                "insert into sorting_rule (id, account_id, name, position, conditions, actions, is_active) values"
                ' (gen_random_uuid(), :id::uuid, \'known\', 1, \'{"is_known": true, "subject_only": false,'
                " \"words_any\": [\"bill\"]}', json_build_object('queue_id', :queue::uuid, 'priority', 2), true)"
            )
            await db.run(rules, id=accounts[way][0].id, queue=other)
            says = adhoc("insert into acknowledgement (account_id, mode, texts) values (:id::uuid, 'always', '{}')")
            await db.run(says, id=accounts[way][0].id)
        yield Post(neck, db, reader, accounts, agent_id)
    await connection.execute("drop database batches with (force)")
    await connection.close()


SENDERS = ("lena", "omid", "sara", "evil")
MAILS = st.lists(
    st.fixed_dictionaries(
        {
            "sender": st.sampled_from(SENDERS),
            "refers": st.lists(st.integers(0, 15), max_size=2),
            "same_id": st.one_of(st.none(), st.integers(0, 15)),
            "again": st.booleans(),
            "numbered": st.one_of(st.none(), st.integers(0, 4)),
            "proof": st.one_of(st.none(), st.integers(0, 4)),
            "is_verified": st.booleans(),
            "is_automatic": st.sampled_from([False, False, True]),
            "words": st.sampled_from(["hello", "the bill", "سلام"]),
            "has_file": st.booleans(),
        }
    ),
    max_size=9,
)


def read_as(way: str, example: int, mails: Sequence[dict[str, Any]], known: Sequence[Row], begin: int) -> list[Any]:
    said = []
    for number, mail in enumerate(mails, begin):
        is_again = mail["again"] and number > begin
        external = f"x{example}.{number - 1 if is_again else number}"
        own = number if mail["same_id"] is None else mail["same_id"]
        keys = [ThreadKey(f"mid:{example}.{one}") for one in mail["refers"]]
        if mail["numbered"] is not None and mail["numbered"] < len(known):
            keys.append(ThreadKey(f"number:{known[mail['numbered']]['number']}"))
        if mail["proof"] is not None and mail["proof"] < len(known):
            keys.insert(0, ThreadKey(f"interaction:{known[mail['proof']]['id']}", is_proof=True))
        said.append(
            InboundMessage(
                external_id=external,
                sender=Address(IdentityKind.EMAIL, f"{mail['sender']}{example}@{way}.example", mail["sender"].title()),
                text=f"{mail['words']} {number}",
                subject=mail["words"],
                files=(InboundFile("a.txt", "text/plain", b"a" * (number % 3)),) if mail["has_file"] else (),
                thread=tuple(keys),
                keys=(f"mid:{example}.{own}",),
                is_sender_verified=mail["is_verified"],
                is_automatic=mail["is_automatic"],
            )
        )
    # The same raw again is never handed in twice; the same mail under another raw's id is.
    return list({each.external_id: each for each in said}.values())


async def between(post: Post, known: Sequence[Row], fates: Sequence[str]) -> None:
    """Let something happen to conversations meanwhile: closed, snoozed, with somebody who is there or gone."""
    for row, fate in zip(known, fates, strict=False):
        if fate == "closed":
            await post.db.run(adhoc("update work set state = 'done' where id = :id::uuid"), id=row["id"])
            closed = adhoc("update interaction set state = 'closed', closed_at = now() where id = :id::uuid")
            await post.db.run(closed, id=row["id"])
        elif fate in ("owned", "snoozed", "quiet") and row["state"] == "queued":
            owns = adhoc("update work set state = 'assigned', agent_id = :agent::uuid where id = :id::uuid")
            await post.db.run(owns, id=row["id"], agent=post.agent_id)
            has = adhoc(
                "update interaction set state = 'assigned', agent_id = :agent::uuid, assigned_at = now(),"
                " is_quiet = :quiet::boolean,"
                " snoozed_until = case when :asleep::boolean then now() + interval '1 day' end"
                " where id = :id::uuid"
            )
            fates_are = {"quiet": fate == "quiet", "asleep": fate == "snoozed"}
            await post.db.run(has, id=row["id"], agent=post.agent_id, **fates_are)


@given(
    first=MAILS,
    second=MAILS,
    fates=st.lists(st.sampled_from(["", "closed", "owned", "snoozed", "quiet"]), max_size=5),
    is_there=st.booleans(),
)
@settings(max_examples=40)
async def test_a_batch_is_what_its_mails_are_one_after_another(
    post: Post, first: list[Any], second: list[Any], fates: list[str], is_there: bool
) -> None:
    example = next(_numbers)
    state = "available" if is_there else "offline"
    kept: dict[str, Any] = {}
    for way in _WAYS:
        await post.db.run(adhoc("update agent set state = :state::text, used_units = 100"), state=state)
        await post.take(way, read_as(way, example, first, [], 0))
        known = await post.db.rows(_TALKS, account=post.accounts[way][0].id)
        known = sorted(known, key=lambda row: (row["preview"], row["address"], row["last_seq"]))
        await between(post, known, fates)
        await post.take(way, read_as(way, example, second, known, len(first)))
        kept[way] = normal(await post.talks(way), way)
        outcomes = await post.db.rows(_OUTCOMES, account=post.accounts[way][0].id)
        kept[way, "raw"] = [tuple(row.values()) for row in outcomes]
        await forget(post.db)
    for one, other in zip(kept["together"], kept["apart"], strict=True):
        differing = [(name, one[name], other[name]) for name in one if one[name] != other[name]]
        assert not differing
    assert kept["together", "raw"] == kept["apart", "raw"]


def normal(talks: list[dict[str, Any]], way: str) -> Any:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        return value.replace(f"@{way}.", "@way.") if isinstance(value, str) else value

    return plain(talks)


async def forget(db: Database) -> None:
    for table in ("thread_key", "attachment", "message", "work", "interaction", "acknowledged", "job", "raw_input"):
        await db.run(adhoc(f"truncate {table} cascade"))


def a_mail(name: str, text: str = "hello", **more: Any) -> InboundMessage:
    return InboundMessage(
        external_id=name,
        sender=Address(IdentityKind.EMAIL, f"{more.pop('sender', name)}@x.example"),
        text=text,
        keys=(f"mid:{name}",),
        **more,
    )


async def test_one_that_cannot_be_kept_harms_only_itself_and_what_follows_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = post.neck.receiver.messages

    async def refuses(tx: Any, account: Row, arrivals: Any) -> Any:
        if any(each.inbound.text == "poison" for each in arrivals):
            raise Conflict("It cannot be kept.")
        return await messages(tx, account, arrivals)

    monkeypatch.setattr(post.neck.receiver, "messages", refuses)
    said = [
        a_mail("one"),
        a_mail("bad", "poison"),
        a_mail("two"),
        a_mail("re", thread=(ThreadKey("mid:bad"),)),
        a_mail("three"),
    ]
    account, row = post.accounts["together"]
    await post.neck.intake.deliver(account, [RawInput(each.external_id, "mail", b"") for each in said], {})
    rows = {raw["external_id"]: raw for raw in await post.db.rows(_ROWS, account=account.id)}
    await post.reader._apply(row, [_Read(rows[each.external_id], (each,)) for each in said])
    left = adhoc("select external_id from raw_input where outcome is null order by id")
    assert [each["external_id"] for each in await post.db.rows(left)] == ["bad", "re"]
    with pytest.raises(Conflict):
        await post.reader._apply(row, [_Read(rows["bad"], (said[1],)), _Read(rows["re"], (said[3],))])
    await forget(post.db)


async def test_a_hundred_mails_of_strangers_are_one_transaction(post: Post) -> None:
    said = [a_mail(f"m{number}") for number in range(100)]
    random.Random(7).shuffle(said)
    await post.take("together", said)
    assert await post.db.value(adhoc("select count(distinct xmin::text) from message")) == 1
    await forget(post.db)
