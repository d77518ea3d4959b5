"""Drafts: what somebody is writing, the same on each of their devices, gone once it is sent or all is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Forbidden, Invalid
from core.events import Event
from core.ids import StaffId
from core.text import printable
from core.values import Value
from interactions import store
from interactions.model import AttachmentView
from interactions.recipients import Recipients
from interactions.store import sql
from storage.database import Database, Row, Tx

Kind = Literal["reply", "note"]


class Held(Protocol):
    """A reply that was taken back."""

    @property
    def interaction_id(self) -> UUID: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str | None: ...
    @property
    def attachments(self) -> list[AttachmentView]: ...
    @property
    def recipients(self) -> Recipients | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def forwards(self) -> UUID | None: ...


class _Written(Value):
    """What a mail has beside its words."""

    recipients: Recipients | None = None
    subject: str | None = Field(None, max_length=300, pattern=r"^[^\x00-\x1f]*$")
    forwards: UUID | None = None


_LETTER = set(_Written.model_fields)


class NewDraft(_Written):
    """What is being written now; without text and files there is no draft. `client_id` names the device."""

    kind: Kind
    text: str = Field("", max_length=50_000)
    html: str | None = Field(None, max_length=100_000)
    attachments: list[UUID] = Field(default=[], max_length=10)
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")


class DraftView(_Written):
    interaction_id: UUID
    kind: Kind
    text: str
    html: str | None
    attachments: list[AttachmentView]
    client_id: str
    at: datetime | None


class DraftPut(Event, kind="draft.put"):
    """A draft as it is now, for its author alone; one without text and files is gone."""

    staff_id: StaffId
    draft: DraftView

    def subject(self) -> str:
        return f"interaction:{self.draft.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("draft.put", {"draft": data["draft"]}) if namespace == "/agent" else None


class Drafts:
    """Keeps what people write."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def save(self, actor: Actor, interaction_id: UUID, new: NewDraft) -> DraftView:
        """Keep the newest words; the other devices of the same person hear of them."""
        if actor.id is None:
            raise Forbidden
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            # The lock keeps a draft from being saved after the end of its conversation.
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            files = await _own_files(tx, new.attachments)
            is_kept = bool(new.text.strip() or files or new.forwards) and row["state"] != "closed"
            draft = (
                _draft(interaction_id, new, files, now) if is_kept else _gone(interaction_id, new.kind, new.client_id)
            )
            if is_kept:
                await _keep(tx, actor.id, draft)
            elif await tx.value(sql.drop_draft, staff_id=actor.id, interaction_id=interaction_id, kind=new.kind):
                tx.emit(DraftPut(staff_id=StaffId(actor.id), draft=draft))
            return draft

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the own drafts to the console's snapshot."""
        rows = await tx.rows(sql.drafts_of, staff_id=actor.id)
        return {"drafts": [_view(row).model_dump(mode="json") for row in rows]}


async def drop_sent(tx: Tx, actor: Actor, interaction_id: UUID, kind: Kind, text: str) -> None:
    """Forget what was sent, unless something else has been written since."""
    dropped = await tx.value(
        sql.drop_sent_draft, staff_id=actor.id, interaction_id=interaction_id, kind=kind, text=text
    )
    if dropped is not None and actor.id is not None:
        tx.emit(DraftPut(staff_id=StaffId(actor.id), draft=_gone(interaction_id, kind, "sent")))


async def give_back(tx: Tx, actor: Actor, held: Held, device: str, now: datetime) -> None:
    """Let the words of a reply that was taken back stand before what its author is writing now, on every device."""
    if actor.id is None:
        return
    rows = await tx.rows(sql.drafts_of, staff_id=actor.id)
    writes = [row for row in rows if row["interaction_id"] == held.interaction_id and row["kind"] == "reply"]
    present = _view(writes[0]) if writes else None
    draft = DraftView(
        interaction_id=held.interaction_id,
        kind="reply",
        text="\n".join(part for part in (held.text, present.text if present else "") if part),
        html=_joined(held, present),
        attachments=[*held.attachments, *(present.attachments if present else [])],
        recipients=held.recipients,
        subject=held.subject,
        forwards=held.forwards,
        client_id=device,
        at=now,
    )
    await _keep(tx, actor.id, draft)


async def _keep(tx: Tx, staff_id: UUID, draft: DraftView) -> None:
    letter = draft.model_dump(mode="json", include=_LETTER)
    await tx.run(
        sql.save_draft,
        staff_id=staff_id,
        **draft.model_dump(exclude={"attachments", *_LETTER}),
        letter=letter if any(letter.values()) else None,
        attachments=[each.model_dump(mode="json", exclude={"url"}) for each in draft.attachments],
    )
    tx.emit(DraftPut(staff_id=StaffId(staff_id), draft=draft))


def _joined(held: Held, present: DraftView | None) -> str | None:
    """Return both as HTML when one of them is formatted."""
    written = [(held.text, held.html), *([(present.text, present.html)] if present else [])]
    if all(html is None for _, html in written):
        return None
    return "".join(html if html is not None else f"<p>{escape(text)}</p>" for text, html in written if text)


async def drop_all(tx: Tx, interaction_id: UUID) -> None:
    """Forget what everybody was writing: the conversation is over."""
    for row in await tx.rows(sql.drop_drafts_of, interaction_id=interaction_id):
        tx.emit(DraftPut(staff_id=row["staff_id"], draft=_gone(interaction_id, row["kind"], "closed")))


async def _own_files(tx: Tx, ids: Sequence[UUID]) -> list[Row]:
    rows = await tx.rows(sql.own_uploads, ids=list(ids), owner=tx.actor.label) if ids else []
    found = {row["id"]: row for row in rows}
    if len(found) != len(set(ids)):
        raise Invalid("An attachment is not there, is not yours, or was sent before.")
    return [found[one] for one in dict.fromkeys(ids)]


def _draft(interaction_id: UUID, new: NewDraft, files: Sequence[Row], now: datetime) -> DraftView:
    return DraftView(
        interaction_id=interaction_id,
        kind=new.kind,
        text=printable(new.text),
        html=None if new.html is None else printable(new.html),
        attachments=[AttachmentView(**store.attachment(file), url=f"/api/files/{file['id']}") for file in files],
        recipients=new.recipients,
        subject=new.subject,
        forwards=new.forwards,
        client_id=new.client_id,
        at=now,
    )


def _gone(interaction_id: UUID, kind: Kind, client_id: str) -> DraftView:
    return DraftView(
        interaction_id=interaction_id, kind=kind, text="", html=None, attachments=[], client_id=client_id, at=None
    )


def _view(row: Row) -> DraftView:
    files = [AttachmentView(**each, url=f"/api/files/{each['id']}") for each in row["attachments"]]
    written = {name: value for name, value in dict(row).items() if name != "letter"}
    return DraftView(**{**written, **(row["letter"] or {}), "attachments": files})
