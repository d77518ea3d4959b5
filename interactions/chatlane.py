"""The hot lane of live chat: messages to open conversations, many in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from channels.base import Delivery
from core.clock import Clock
from core.errors import MarkazError
from core.ids import uuid7
from core.tasks import Tasks
from core.text import preview, printable
from interactions import store
from interactions.model import Author, InteractionId, MessageAdded, MessageId, MessageView
from interactions.store import sql
from storage.database import Database, Row, Tx
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
        now = self._clock()
        ids = [uuid7() for _ in lines]
        texts = [printable(line.text) for line in lines]
        previews = [preview(text) for text in texts]
        answers: list[MessageView | None] = [None] * len(lines)
        async with self._db.transaction() as tx:
            rows = await tx.rows(
                sql.append_messages,
                ids=ids,
                interaction_ids=[line.interaction_id for line in lines],
                addresses=[line.visitor_id for line in lines],
                external_ids=[line.external_id for line in lines],
                client_ids=[line.client_id for line in lines],
                texts=texts,
                previews=previews,
                now=now,
            )
            for row in rows:
                index = row["n"] - 1
                line = lines[index]
                message = MessageView(
                    id=MessageId(ids[index]),
                    seq=row["seq"],
                    interaction_id=InteractionId(line.interaction_id),
                    direction="inbound",
                    author=Author(kind="customer", id=row["customer_id"], name=row["address_name"]),
                    text=texts[index],
                    html=None,
                    attachments=[],
                    delivery=Delivery.NONE,
                    error=None,
                    client_id=line.client_id,
                    event=None,
                    details={},
                    at=now,
                )
                answers[index] = message
                tx.emit(_added(message, row, previews[index], line.visitor_id))
            if len(rows) < len(lines):
                await self._recall(tx, lines, answers)
        return answers

    async def _recall(self, tx: Tx, lines: Sequence[ChatLine], answers: list[MessageView | None]) -> None:
        """Answer what was known before with what was kept then."""
        open_lines = [line for line, answer in zip(lines, answers, strict=True) if answer is None]
        rows = await tx.rows(
            sql.messages_by_external,
            account_ids=list({line.account_id for line in open_lines}),
            external_ids=[line.external_id for line in open_lines],
        )
        known = {(row["account_id"], row["external_id"]): store.message(row) for row in rows}
        for index, line in enumerate(lines):
            if answers[index] is None:
                answers[index] = known.get((line.account_id, line.external_id))


def _added(message: MessageView, row: Row, said: str, visitor_id: str) -> MessageAdded:
    return MessageAdded(
        interaction_id=message.interaction_id,
        message=message,
        unread=row["unread"],
        preview=said,
        agent_id=row["agent_id"],
        visitor_id=visitor_id,
    )
