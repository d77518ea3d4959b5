"""The hot lane of live chat: messages to open conversations, many in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from channels.base import Delivery
from core.actor import SYSTEM
from core.clock import Clock
from core.errors import MarkazError
from core.ids import uuid7
from core.tasks import Tasks
from core.text import preview, printable
from interactions import store
from interactions.model import Author, InteractionId, MessageAdded, MessageId, MessageView
from interactions.store import sql
from storage.database import Database
from storage.eventlog import logged
from storage.groupcommit import GroupCommit


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message of a visitor to the own open chat; `external_id` makes it once."""

    account_id: UUID
    interaction_id: UUID
    visitor_id: str
    external_id: str
    client_id: str
    text: str


class ChatLane:
    """Appends to open chats. None for a line whose chat is not open, or not the visitor's: it takes the long way."""

    def __init__(self, db: Database, clock: Clock, tasks: Tasks) -> None:
        self._db, self._clock = db, clock
        self._commits: GroupCommit[ChatLine, MessageView | None] = GroupCommit("chat", self._write, tasks)

    async def append(self, line: ChatLine) -> MessageView | None:
        """Return the message once it is committed."""
        return await self._commits.submit(line)

    async def _write(self, lines: Sequence[ChatLine]) -> Sequence[MessageView | MarkazError | None]:
        """Commit messages, counters and events by one statement: on the way to a screen each round trip counts."""
        now = self._clock()
        drafts = [_draft(line, now) for line in lines]
        previews = [preview(draft.text) for draft in drafts]
        events = [_added(draft, said, line) for draft, said, line in zip(drafts, previews, lines, strict=True)]
        rows = await self._db.rows(
            sql.append_messages,
            ids=[draft.id for draft in drafts],
            interaction_ids=[line.interaction_id for line in lines],
            addresses=[line.visitor_id for line in lines],
            external_ids=[line.external_id for line in lines],
            client_ids=[line.client_id for line in lines],
            texts=[draft.text for draft in drafts],
            previews=previews,
            events=[event.model_dump_json() for event in events],
            kind=MessageAdded.kind,
            actor=SYSTEM.label,
            now=now,
        )
        self._db.committed([logged(tuple(row)[4:]) for row in rows])
        answers: list[MessageView | None] = [None] * len(lines)
        for row in rows:
            author = Author(kind="customer", id=row["customer_id"], name=row["address_name"])
            answers[row["n"] - 1] = drafts[row["n"] - 1].model_copy(update={"seq": row["seq"], "author": author})
        if len(rows) < len(lines):
            await self._recall(lines, answers)
        return answers

    async def _recall(self, lines: Sequence[ChatLine], answers: list[MessageView | None]) -> None:
        """Answer what was known before with what was kept then."""
        open_lines = [line for line, answer in zip(lines, answers, strict=True) if answer is None]
        rows = await self._db.rows(
            sql.messages_by_external,
            account_ids=list({line.account_id for line in open_lines}),
            external_ids=[line.external_id for line in open_lines],
        )
        known = {(row["account_id"], row["external_id"]): store.message(row) for row in rows}
        for index, line in enumerate(lines):
            if answers[index] is None:
                answers[index] = known.get((line.account_id, line.external_id))


def _draft(line: ChatLine, now: datetime) -> MessageView:
    """Return the message as far as it is known before the lock: its place and its author's name are the row's."""
    return MessageView(
        id=MessageId(uuid7()),
        seq=0,
        interaction_id=InteractionId(line.interaction_id),
        direction="inbound",
        author=Author(kind="customer"),
        text=printable(line.text),
        html=None,
        attachments=[],
        delivery=Delivery.NONE,
        error=None,
        client_id=line.client_id,
        event=None,
        details={},
        at=now,
    )


def _added(message: MessageView, said: str, line: ChatLine) -> MessageAdded:
    """Return the event without what only the row knows: place, counters, author, owner; the statement fills them in."""
    return MessageAdded(
        interaction_id=message.interaction_id,
        message=message,
        unread=0,
        preview=said,
        agent_id=None,
        visitor_id=line.visitor_id,
    )
