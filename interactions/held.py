"""Replies that wait: a few seconds in which they can be taken back, or for the moment at which they are to go.

A reply becomes a message when it goes, so that its place in the conversation is that moment's. What becomes of one is
one conditional update under the lock of its conversation: of taking back, changing and sending exactly one wins.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from access.model import Permission
from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.events import Event
from core.ids import StaffId, uuid7
from core.values import Value
from interactions import drafts, store
from interactions.conversations import Conversations, must_answer
from interactions.model import AttachmentView, Author, NewReply
from interactions.pieces import bind
from interactions.recipients import Recipients
from interactions.speaking import Letter, Speaking
from interactions.store import sql
from interactions.words import Words, words_of
from storage import jobs
from storage.database import Database, Row, Tx

_LONGEST = timedelta(days=366)
_MOST = 200


class HoldReply(NewReply):
    """A reply that waits: for `undo_seconds`, or until `send_at`."""

    undo_seconds: int | None = Field(None, ge=1, le=60)
    send_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _waits_for_one_thing(self) -> HoldReply:
        if (self.undo_seconds is None) == (self.send_at is None):
            raise ValueError("It waits for an undo or for a moment: one of the two is given.")
        return self


class HeldView(Value):
    """A reply that waits, as its author and supervisors see it."""

    id: UUID
    interaction_id: UUID
    number: int
    customer_name: str
    subject: str | None = Field(description="Null: as the conversation has it.")
    author_id: UUID
    author_name: str
    client_id: str
    kind: Literal["undo", "later"]
    state: Literal["waiting", "sent", "taken_back", "stopped"]
    text: str
    html: str | None
    attachments: list[AttachmentView]
    recipients: Recipients | None
    forwards: UUID | None
    due_at: datetime
    created_at: datetime
    version: int


class Postpone(Value):
    send_at: AwareDatetime
    version: int = Field(ge=1, description="The one that was read.")


class HeldPut(Event, kind="reply.held"):
    """A reply that waits as it is now, for its author; one that waits no longer is gone."""

    held: HeldView

    def subject(self) -> str:
        return f"interaction:{self.held.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.held.author_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("held.put", {"held": data["held"]}) if namespace == "/agent" else None


class HeldReplies:
    def __init__(
        self, db: Database, clock: Clock, conversations: Conversations, speaking: Speaking, people: People
    ) -> None:
        self._db, self._clock = db, clock
        self._conversations, self._speaking, self._people = conversations, speaking, people

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("reply.release", self._release)

    async def hold(self, actor: Actor, interaction_id: UUID, reply: HoldReply) -> HeldView:
        """Keep a reply until it goes; the same `client_id` again is the same reply, whatever became of it."""
        said = await words_of(reply.text, reply.html)
        if not (said.text.strip() or reply.attachments or reply.forwards):
            raise Invalid("There is nothing to send.")
        now = self._clock()
        if reply.send_at is not None:
            _must_come(reply.send_at, now)
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            if actor.id is None:
                raise Forbidden
            asked = {"interaction_id": interaction_id, "author_id": actor.id, "client_id": reply.client_id}
            known = await tx.row(sql.held_by_client, **asked)
            if known is not None:
                return _view(known)
            must_answer(actor, row)
            await self._speaking.must_fit(tx, row, said, Letter.of(reply))
            held_id, due_at = uuid7(), await self._due(tx, reply, now, asked)
            await tx.run(
                sql.hold_reply,
                id=held_id,
                author_name=actor.name,
                kind="undo" if reply.send_at is None else "later",
                said={**reply.model_dump(mode="json", exclude={"text", "attachments"}), "html": said.html},
                text=said.text,
                attachments=await bind(tx, interaction_id, reply.attachments),
                due_at=due_at,
                now=now,
                **asked,
            )
            await drafts.drop_sent(tx, actor, interaction_id, "reply", said.text)
            return await self._left(tx, held_id, due_at)

    async def _due(self, tx: Tx, reply: HoldReply, now: datetime, asked: dict[str, Any]) -> datetime:
        """Return when it goes: never before what its author said before it."""
        if reply.send_at is not None:
            return reply.send_at
        due_at = now + timedelta(seconds=reply.undo_seconds or 0)
        last = await tx.value(sql.last_held, interaction_id=asked["interaction_id"], author_id=asked["author_id"])
        return due_at if last is None else max(due_at, last)

    async def _left(self, tx: Tx, held_id: UUID, due_at: datetime) -> HeldView:
        await jobs.enqueue(tx, "reply.release", {"held_id": str(held_id)}, run_at=due_at)
        return await self._told(tx, held_id)

    async def _told(self, tx: Tx, held_id: UUID) -> HeldView:
        row = await tx.row(sql.get_held, id=held_id)
        if row is None:
            raise NotFound
        view = _view(row)
        tx.emit(HeldPut(held=view))
        return view

    # --- taking back, another moment

    async def take_back(self, actor: Actor, held_id: UUID, device: str) -> HeldView:
        """Stop a reply that has not gone; its author has the words as a draft again. Conflict: it is gone."""
        async with self._db.transaction(actor) as tx:
            row, interaction = await self._locked(tx, actor, held_id)
            files = [UUID(each["id"]) for each in row["attachments"]]
            if await tx.value(sql.settle_held, id=held_id, state="taken_back", version=row["version"]) is None:
                raise Conflict("It is sent already.")
            if files:
                owner = f"staff:{row['author_id']}"
                await tx.run(sql.unbind_attachments, ids=files, interaction_id=interaction["id"], owner=owner)
            view = await self._told(tx, held_id)
            if row["author_id"] == actor.id and interaction["state"] != "closed":
                await drafts.give_back(tx, actor, view, device, self._clock())
            return view

    async def postpone(self, actor: Actor, held_id: UUID, change: Postpone) -> HeldView:
        """Let a reply that waits for its moment wait for another one."""
        _must_come(change.send_at, self._clock())
        async with self._db.transaction(actor) as tx:
            await self._locked(tx, actor, held_id)
            due_at, version = change.send_at, change.version
            if await tx.value(sql.postpone_held, id=held_id, due_at=due_at, version=version) is None:
                raise Conflict("It is sent already, or somebody changed it meanwhile.")
            return await self._left(tx, held_id, due_at)

    async def _locked(self, tx: Tx, actor: Actor, held_id: UUID) -> tuple[Row, Row]:
        found = await tx.row(sql.get_held, id=held_id)
        if found is None:
            raise NotFound
        interaction = await store.lock(tx, found["interaction_id"])
        if found["author_id"] != actor.id:
            actor.must(Permission.WORK_SUPERVISE, interaction["branch_id"])
        row = await tx.row(sql.get_held, id=held_id)
        if row is None:
            raise NotFound
        return row, interaction

    # --- going out

    async def _release(self, job: jobs.Job) -> None:
        """Say what is due in this conversation; a job of another moment finds nothing."""
        held = await self._db.row(sql.get_held, id=UUID(job.payload["held_id"]))
        if held is None or held["state"] != "waiting":
            return
        async with self._db.transaction() as tx:
            await self.release(tx, await store.lock(tx, held["interaction_id"]))

    async def release(self, tx: Tx, row: Row, *, with_undo: bool = False) -> None:
        """Say what waits and is due, in its order; `with_undo`: what could still be taken back goes as well."""
        due = await tx.rows(sql.due_replies, interaction_id=row["id"], now=self._clock(), with_undo=with_undo)
        authors = await self._people.actors(tx, {each["author_id"] for each in due}) if due else {}
        for each in due:
            author = authors.get(StaffId(each["author_id"]))
            may_speak = (
                author is not None and author.may(Permission.INTERACTION_REPLY) and author.sees(row["branch_id"])
            )
            state = "sent" if may_speak else "stopped"
            if await tx.value(sql.settle_held, id=each["id"], state=state, version=each["version"]) is None:
                continue
            if may_speak:
                await self._say(tx, row, each)
            else:
                await self._conversations.note_event(tx, row, "reply_stopped", self._clock(), each["author_name"])
            await self._told(tx, each["id"])

    async def _say(self, tx: Tx, row: Row, held: Row) -> None:
        reply = NewReply.model_validate({name: held["said"][name] for name in _SAID if name in held["said"]})
        author = Author(kind="agent", id=held["author_id"], name=held["author_name"])
        said = Words(held["text"], held["said"].get("html"))
        letter = Letter.of(reply)
        await self._speaking.send(tx, row, author, said, held["client_id"], held["attachments"], letter)

    # --- reading

    async def list_all(self, actor: Actor, interaction_id: UUID | None, *, of_all: bool) -> list[HeldView]:
        """Return what waits, the next first: the own ones, or everybody's for who supervises."""
        if of_all:
            actor.must(Permission.WORK_SUPERVISE)
        rows = await self._db.rows(
            sql.list_held,
            author_id=None if of_all else actor.id,
            interaction_id=interaction_id,
            branches=actor.branch_scope,
            most=_MOST,
        )
        return [_view(row) for row in rows]

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the own ones to the console's snapshot."""
        rows = await tx.rows(sql.held_of_author, author_id=actor.id)
        return {"held": [_view(row).model_dump(mode="json") for row in rows]}


_SAID = set(NewReply.model_fields) - {"attachments"}


def _must_come(at: datetime, now: datetime) -> None:
    if not now < at <= now + _LONGEST:
        raise Invalid("The moment lies in the future, within a year.", field="send_at")


def _view(row: Row) -> HeldView:
    files = [AttachmentView(**each, url=f"/api/files/{each['id']}") for each in row["attachments"]]
    said = row["said"]
    named = {name: row[name] for name in HeldView.model_fields if name in row and name != "subject"}
    more = {"attachments": files, **{name: said.get(name) for name in ("html", "recipients", "forwards", "subject")}}
    return HeldView.model_validate({**named, **more})
