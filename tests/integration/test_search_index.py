"""The search's index follows the log from its first event: what was said before there was one is found too."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from core.settings import Role
from interactions.searchindex import SearchIndex
from storage.database import Database
from tests.integration.test_search import find, found, marked
from tests.live import live


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
