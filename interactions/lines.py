"""Lines: what is said in conversations gets its place there, many at a time under the locks of their interactions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from channels.base import Delivery
from core.errors import NotFound
from core.ids import uuid7
from core.text import preview, printable
from interactions.details import shown_details
from interactions.model import AttachmentView, Author, Direction, InteractionId, MessageId, MessageView
from interactions.recipients import Recipients
from interactions.store import sql
from storage.database import Row, Tx


@dataclass(frozen=True, slots=True)
class Line:
    """One message to be.

    `counts_as` is for what is said by nobody: as `system` it is no answer, and leaves unread what is unread.
    """

    interaction_id: UUID
    account_id: UUID
    direction: Direction
    author: Author
    text: str
    message_id: MessageId = field(default_factory=lambda: MessageId(uuid7()))
    html: str | None = None
    event: str | None = None
    attachments: Sequence[dict[str, Any]] = ()
    delivery: str = "none"
    client_id: str | None = None
    external_id: str | None = None
    raw_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    recipients: Recipients | None = None
    counts_as: Direction | None = None

    @property
    def counted(self) -> Direction:
        return self.counts_as or self.direction


@dataclass(frozen=True, slots=True)
class Said:
    """A message in its place, with how its conversation stands after it."""

    message: MessageView
    unread: int
    preview: str
    agent_id: UUID | None
    channel: str
    address: str


async def add(tx: Tx, lines: Sequence[Line], at: datetime, *, begun: Collection[Row] = ()) -> list[Said]:
    """Give lines their places, in their order; NotFound when a conversation is not there.

    `begun`: conversations of this transaction that counted these lines when they were opened.
    """
    said: dict[UUID, list[Line]] = {}
    for line in lines:
        said.setdefault(line.interaction_id, []).append(line)
    before: dict[UUID, Row | dict[str, Any]] = {row["id"]: _empty(row, said[row["id"]]) for row in begun}
    counts = [_count(interaction_id, some) for interaction_id, some in said.items() if interaction_id not in before]
    if counts:
        rows = await tx.rows(sql.count_messages, at=at, **{name: [each[name] for each in counts] for name in counts[0]})
        before.update((row["id"], row) for row in rows)
    if len(before) < len(said):
        raise NotFound
    found: dict[MessageId, Said] = {}
    for interaction_id, some in said.items():
        found.update(_placed(before[interaction_id], some, at))
    await tx.together(sql.insert_messages, [_row(line, found[line.message_id].message.seq, at) for line in lines])
    return [found[line.message_id] for line in lines]


def _count(interaction_id: UUID, lines: Sequence[Line]) -> dict[str, Any]:
    """Return what lines change on their conversation: an answer leaves unread only what comes after it."""
    runs = [(counted, len(list(some))) for counted, some in groupby(line.counted for line in lines)]
    answers = [place for place, (counted, _) in enumerate(runs) if counted == "outbound"]
    since = runs[answers[-1] + 1 :] if answers else runs
    words = [line.text for line in lines if line.counted in ("inbound", "outbound")]
    return {
        "ids": interaction_id,
        "counts": len(lines),
        "heard": any(line.counted == "inbound" for line in lines),
        "answered": bool(answers),
        "unread": sum(many for counted, many in since if counted == "inbound"),
        "previews": preview(printable(words[-1])) if words else None,
    }


def _empty(row: Row, lines: Sequence[Line]) -> dict[str, Any]:
    """Return how a conversation stood before the first lines in it, which it counts already."""
    if row["last_seq"] != len(lines):
        raise ValueError(f"{len(lines)} lines in a conversation that counted {row['last_seq']} when it was opened")
    return {**row, "last_seq": 0, "unread": 0, "preview": ""}


def _placed(before: Row | dict[str, Any], lines: Sequence[Line], at: datetime) -> dict[MessageId, Said]:
    """Return lines in their places, each with the counters after it."""
    unread, shown = before["unread"], before["preview"]
    found = {}
    for seq, line in enumerate(lines, before["last_seq"] + 1):
        if line.counted in ("inbound", "outbound"):
            unread = unread + 1 if line.counted == "inbound" else 0
            shown = preview(printable(line.text))
        message = _view(line, seq, at)
        found[line.message_id] = Said(message, unread, shown, before["agent_id"], before["channel"], before["address"])
    return found


def _view(line: Line, seq: int, at: datetime) -> MessageView:
    return MessageView(
        id=line.message_id,
        seq=seq,
        interaction_id=InteractionId(line.interaction_id),
        direction=line.direction,
        author=line.author,
        text=printable(line.text),
        html=line.html,
        attachments=[AttachmentView(**each, url=f"/api/files/{each['id']}") for each in line.attachments],
        delivery=Delivery(line.delivery),
        error=None,
        client_id=line.client_id,
        event=line.event,
        details=shown_details(line.details),
        recipients=line.recipients,
        at=at,
    )


def _row(line: Line, seq: int, at: datetime) -> dict[str, Any]:
    return {
        "id": line.message_id,
        "interaction_id": line.interaction_id,
        "seq": seq,
        "direction": line.direction,
        "author_kind": line.author.kind,
        "author_id": line.author.id,
        "author_name": line.author.name,
        "text": printable(line.text),
        "html": line.html,
        "event": line.event,
        # As text: a list in a column of lists would be a table.
        "attachments": to_json(list(line.attachments)).decode(),
        "delivery": line.delivery,
        "client_id": line.client_id,
        "account_id": line.account_id,
        "external_id": line.external_id,
        "raw_id": line.raw_id,
        "details": dict(line.details),
        "recipients": None if line.recipients is None else line.recipients.model_dump(mode="json"),
        "at": at,
    }
