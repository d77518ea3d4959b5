"""The search's index follows the log from its first event: what was said before there was one is found too."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from core.events import LoggedEvent
from core.settings import Role
from interactions import store
from interactions.searchindex import SearchIndex
from storage.database import Database, adhoc
from tests.integration.test_search import find, found, marked
from tests.live import eventually, live


async def test_what_was_said_before_there_was_an_index_is_found(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB, Role.ROUTER]) as it:
        visitor = await it.visitor()
        await visitor.send("An echidna from long ago")
        person = await it.person("sara")
        assert (await find(person, "echidna"))["message"] == []
        index = asyncio.create_task(SearchIndex(db).follow())
        [hit] = await found(person, "echidna", "message")
        index.cancel()
        with suppress(asyncio.CancelledError):
            await index
        assert marked(hit) == ["echidna"]


async def test_the_index_and_who_locks_several_conversations_do_not_wait_for_each_other(
    dsn: str, db: Database, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB, Role.ROUTER]) as it:
        visitors = [await it.visitor(), await it.visitor()]
        for visitor in (*visitors, visitors[0]):
            await visitor.send("A word")
        rows = await db.rows(adhoc("select seq, at, kind, actor, subject, data::text from event_log order by seq"))
        said = [LoggedEvent(*list(row)[:5], (), row["data"]) for row in rows if row["kind"] == "message.added"]
        theirs = [event for event in said if "A word" in event.text]
        # By their messages the second conversation comes first, by their ids the other one.
        ours, other = theirs[2], theirs[1]
        first, second = (UUID(each.subject.partition(":")[2]) for each in (ours, other))
        assert first < second
        index = SearchIndex(db)
        assert await index.lease.renew()
        async with db.transaction() as tx:
            await store.lock(tx, first)
            keeping = asyncio.create_task(index.keep_all([other, ours]))
            await eventually(lambda: db.value(adhoc("select exists (select from pg_locks where not granted)")))
            await store.lock(tx, second)
        await keeping
        assert await db.value(adhoc("select count(*) from message_search")) == 2
