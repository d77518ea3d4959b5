"""What the search looks through follows the event log, so that no message waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.events import LoggedEvent
from core.text import fold
from interactions.search import searched
from interactions.store import sql
from storage.database import Database, Tx
from storage.follower import Follower

NAME = "search"
_KINDS = frozenset({"message.added", "interaction.changed"})
# Folding is work of this process: between so many events others have their turn.
_GATHER_SECONDS = 0.3
_AT_ONCE = 300
_LETTERS_AT_ONCE = 10_000
# Of a longer text the beginning is searched.
_MOST_LETTERS = 20_000


class SearchIndex(Follower):
    """Reads the log from its first event.

    Nothing is back-filled otherwise: to make the index anew, empty its two tables and delete the consumer `search`.
    """

    def __init__(self, db: Database) -> None:
        # What comes meanwhile goes down together: the way of a word to a screen must not share the disk with its index.
        super().__init__(db, NAME, _KINDS, _keep, at_once=_AT_ONCE, gather_seconds=_GATHER_SECONDS)


async def _keep(tx: Tx, events: Sequence[LoggedEvent]) -> None:
    """Index what these events say, in order."""
    messages: dict[UUID, str] = {}
    conversations: dict[UUID, str] = {}
    letters = 0
    for event in events:
        letters += len(event.text)
        if letters > _LETTERS_AT_ONCE:
            # Long texts cost milliseconds each: the loop is everybody's.
            await asyncio.sleep(0)
            letters = 0
        if event.kind == "message.added":
            _message(messages, event.data["message"])
        else:
            _conversation(conversations, event.data["interaction"])
    # What is written refers to conversations and holds them; whoever locks several does so in the order of their ids.
    held = {UUID(event.subject.partition(":")[2]) for event in events}
    await tx.rows(sql.hold_interactions, ids=sorted(held))
    if messages:
        await tx.run(sql.index_messages, ids=list(messages), folded=list(messages.values()))
    if conversations:
        await tx.run(sql.index_interactions, ids=list(conversations), folded=list(conversations.values()))


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
