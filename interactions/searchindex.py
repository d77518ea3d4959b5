"""What the search looks through follows the event log, so that no message waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.events import LoggedEvent
from core.text import fold
from interactions.search import searched
from interactions.store import sql
from storage.database import Database
from storage.database import sql as storage_sql
from storage.eventlog import LogReader
from storage.leases import Lease

NAME = "search"
# Folding is work of this process: between so many events others have their turn.
_GATHER_SECONDS = 0.3
_AT_ONCE = 100
# Of a longer text the beginning is searched.
_MOST_LETTERS = 20_000
_KEEP_SECONDS = 1.0


class SearchIndex:
    """Reads the log from its first event, one process at a time.

    Nothing is back-filled otherwise: to make the index anew, empty its two tables and delete the consumer `search`.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lease = Lease(db, NAME)
        self._kept_at = float("-inf")

    async def follow(self) -> None:
        """Follow the log for ever, while this process is the one that does."""
        if not await self._lease.renew():
            await asyncio.sleep(2.0)
            return
        reader = LogReader(self._db, int(await self._db.value(storage_sql.read_cursor, name=NAME) or 0))
        try:
            while self._lease.is_held or await self._lease.renew():
                await self._turn(reader)
        finally:
            reader.close()

    async def _turn(self, reader: LogReader) -> None:
        try:
            async with asyncio.timeout(1.0):
                events = await reader.next()
        except TimeoutError:
            return
        for start in range(0, len(events), _AT_ONCE):
            await self.keep(events[start : start + _AT_ONCE])
        # What comes meanwhile goes down together: the way of a word to a screen must not share the disk with its index.
        await asyncio.sleep(_GATHER_SECONDS)

    async def keep(self, events: Sequence[LoggedEvent]) -> None:
        """Index what these events say, in order, and remember having read them."""
        messages: dict[UUID, str] = {}
        conversations: dict[UUID, str] = {}
        for event in events:
            if event.kind == "message.added":
                _message(messages, event.data["message"])
            elif event.kind == "interaction.changed":
                _conversation(conversations, event.data["interaction"])
        if not (messages or conversations) and time.monotonic() - self._kept_at < _KEEP_SECONDS:
            return
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            if messages:
                await tx.run(sql.index_messages, ids=list(messages), folded=list(messages.values()))
            if conversations:
                await tx.run(sql.index_interactions, ids=list(conversations), folded=list(conversations.values()))
            await tx.run(storage_sql.save_cursor, name=NAME, seq=events[-1].seq)
        self._kept_at = time.monotonic()


def _message(into: dict[UUID, str], message: dict[str, Any]) -> None:
    if message["direction"] != "system":
        into[UUID(message["id"])] = _kept(searched(message["text"], message["attachments"]))


def _conversation(into: dict[UUID, str], interaction: dict[str, Any]) -> None:
    # A visitor's id tells nobody anything.
    address = "" if interaction["channel"] == "webchat" else interaction["address"]
    into[UUID(interaction["id"])] = _kept(" ".join([interaction["subject"] or "", address]))


def _kept(text: str) -> str:
    """Return the folded text between spaces, so that a short word can be asked for as a whole one."""
    return f" {fold(text[:_MOST_LETTERS])} "
